"""Polynomials over Z: what flint does and what is done around it."""

from __future__ import annotations

from rlct.exact.poly import Ring


def test_factors_with_large_coefficients() -> None:
    """flint's factorisation of this polynomial ends in an OverflowError (its factors are sorted by C integers)."""
    ring = Ring(("x", "y"))
    x, y = ring.gen(0), ring.gen(1)
    f = (x * 2**33 + ring.one) * (x - ring.one) * (y * 2**70 - x) ** 2
    c, found = f.factor()
    product = ring.const(c)
    for g, e in found:
        product = product * g**e
    assert product == f
    assert sorted(e for _, e in found) == [1, 1, 2]

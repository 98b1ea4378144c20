"""Polynomials over Z: what flint does and what is done around it."""

from __future__ import annotations

from rlct.exact.poly import Ring
from rlct.exact.real import Oracle
from rlct.exact.work import Memory


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


def test_likely_factors() -> None:
    """A product too long to be factored falls apart into what was expected, and what is left."""
    ring = Ring(["x", "y", "z", "w"])
    x, y, z, w = (ring.gen(i) for i in range(4))
    parts = [x**3 + y * z + w, x**2 - z**3 + w**5, y**7 + z**4 + x * w]
    f = x**2 * parts[0] ** 9 * parts[1] ** 5 * parts[2] ** 4
    assert f.is_large
    memory = Memory(Oracle())
    memory.expect([parts[0] * parts[1]])
    assert dict(memory.factors(f.primitive())) == {x: 2, parts[0]: 9, parts[1].primitive(): 5, parts[2]: 4}


def test_sparse_polynomials_of_high_degree_count_as_large() -> None:
    """A binomial of degree 5468 in one variable took flint 31 s."""
    x = Ring(["x", "y"]).gen(0)
    assert (x**5468 - x.ring.one * 16).is_large
    assert not (x**200 - x.ring.one * 16).is_large

"""Resultants from values modulo primes, against FLINT's."""

from __future__ import annotations

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rlct.exact import interpolated, work
from rlct.exact.poly import Poly, Ring, TooLarge
from rlct.exact.real import Oracle
from rlct.exact.work import Memory

RING = Ring(["x", "y", "z"])
X, Y, Z = (RING.gen(i) for i in range(3))
EXPONENTS = st.tuples(*[st.integers(0, 4)] * 3)
POLYS = st.dictionaries(EXPONENTS, st.integers(-9, 9).filter(bool), min_size=2, max_size=7).map(RING.from_terms)


@given(POLYS, POLYS, st.sampled_from(range(3)))
def test_as_computed_as_a_whole(f: Poly, g: Poly, i: int) -> None:
    assume(interpolated.ranges(f, g, i) is not None)
    expected = f.resultant(g, i)
    assert interpolated.resultant(f, g, i) == expected
    exponents = interpolated.ranges(f, g, i)
    assert exponents is not None
    rest = [j for j in range(3) if j != i]
    for e, c in expected.terms:
        assert all(e[j] in r for j, r in zip(rest, exponents, strict=True))
        assert abs(c) <= interpolated.size_bound(f, g, i)


def test_leading_coefficients_with_zeros_on_the_grid() -> None:
    """The points are small integers, at which these leading coefficients are 0."""
    f = (X - Y) * (X - RING.one) * Z**3 + Z * Y + X**2
    g = (X - Y) * (Y - RING.one * 2) * Z**2 + X + Z
    for a, b in ((f, g), (g, f), (f, f), (f, f * g)):
        assert interpolated.resultant(a, b, 2) == a.resultant(b, 2)


def test_can_be_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    f = sum((RING.from_terms({(a, b, c): 1 + a + b * c}) for a in range(9) for b in range(9) for c in range(9)), X)
    g = f.derivative(0) + Y
    with pytest.raises(TooLarge):
        interpolated.resultant(f, g, 0, lambda: True)
    monkeypatch.setattr(work, "RESULTANT_POINTS", (0, 10**9))
    oracle = Oracle()
    oracle.deadline = time.monotonic()
    with pytest.raises(TooLarge):
        Memory(oracle).resultant(f, g, 0)

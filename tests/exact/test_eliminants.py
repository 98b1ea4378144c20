"""Combinations of two polynomials without a variable."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlct.exact.eliminants import bezout, discriminant
from rlct.exact.poly import Poly, Ring, TooLarge

RING = Ring(["x", "y", "z"])
TERMS = st.dictionaries(st.tuples(*[st.integers(0, 3)] * 3), st.integers(-5, 5).filter(bool), min_size=1, max_size=6)


def poly(terms: dict[tuple[int, ...], int]) -> Poly:
    return RING.from_terms(terms)


@given(TERMS, TERMS)
def test_bezout(a: dict[tuple[int, ...], int], b: dict[tuple[int, ...], int]) -> None:
    """The identity holds, and its left side vanishes where the resultant does; none where there is a common factor."""
    f, g = poly(a), poly(b)
    if not f.degrees[1] or not g.degrees[1]:
        return
    found = bezout(f, g, 1)
    resultant = f.resultant(g, 1)
    if not resultant:
        assert found is None
        return
    assert found is not None
    e, u, v = found
    assert e and e == u * f + v * g and not e.degrees[1]
    if not e.is_constant:
        assert all(resultant.divide(q) is not None for q, _ in e.factor()[1])


def test_a_double_zero() -> None:
    """The discriminant is in the ideal of the polynomial and its derivative."""
    x, y, z = (RING.gen(i) for i in range(3))
    f = y**3 - x * y * 3 + z * 2
    found = bezout(f, f.derivative(1), 1)
    assert found is not None
    assert found[0].primitive() == (x**3 - z * z).primitive()
    assert discriminant(f, 1).primitive() == (x**3 - z * z).primitive()


def test_long_multipliers_are_not_looked_for() -> None:
    x, y, z = (RING.gen(i) for i in range(3))
    f = (y**4 + x * y * z + z**3) ** 2 + (x - y + z**2) ** 8 * 2
    start = time.monotonic()
    with pytest.raises(TooLarge):
        bezout(f, f.derivative(1), 1)
    assert time.monotonic() - start < 1

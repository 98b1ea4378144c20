"""Möbius maps: no zero in a box is proved only where there is none."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlct.certify import algebra
from rlct.certify.obligations import bounds

RING = algebra.make_ring(3)
X, Y, Z = RING.gens
Q = Fraction
UNIT = {0: (Q(0), Q(1)), 1: (Q(0), Q(1))}


def test_the_box_of_conditions() -> None:
    """a·x + b > 0, the narrowest side wins; other conditions say nothing here."""
    found = bounds.box_of([2 * X - 1, X - 3, -X + 7, -3 * Y + 2, X * Y + 1])
    assert found == {0: (Q(3), Q(7)), 1: (None, Q(2, 3))}


@pytest.mark.parametrize(
    ("f", "proved"),
    [
        (X**2 + Y + 1, True),
        (X * Y - X - Y + 1, True),
        (X**2 - X + 1, True),
        (X**2 + Y**2 - 3, True),
        (X - Y, False),
        (4 * X**2 - 4 * X + 1, False),
        (2 * X - 1, False),
        (X**2 + Z**2 + 1, True),
        (X**2 * Z**2, False),
        (X + Z, False),
        (X**2 + Y**2 - 2, True),
    ],
)
def test_known(f: object, proved: bool) -> None:
    """z has no bounds: only even powers of it, and a term without it."""
    assert bounds.no_zero(f, UNIT) is proved


def test_negative_everywhere() -> None:
    """The sign is read off at the middle."""
    assert bounds.nowhere_positive(X**2 + Y - 3, UNIT)
    assert not bounds.nowhere_positive(X**2 + Y + 3, UNIT)
    assert not bounds.nowhere_positive(2 * X - 1, UNIT)
    assert not bounds.nowhere_positive(X + Y - 1, UNIT)


def test_half_lines() -> None:
    """x > 2, y < -1/3."""
    sides = {0: (Q(2), None), 1: (None, Q(-1, 3))}
    assert bounds.no_zero(X - 3 * Y - 2, sides)
    assert not bounds.no_zero(X + 3 * Y - 2, sides)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(-5, 5)), min_size=1, max_size=5),
    st.tuples(st.integers(1, 15), st.integers(1, 15)),
)
def test_never_where_there_is_a_zero(terms: list[tuple[int, int, int]], point: tuple[int, int]) -> None:
    """f minus its value at a point of the box vanishes there: never proved to have no zero."""
    f = RING.zero
    for a, b, c in terms:
        f += RING.from_dict({(a, b, 0): c})
    at = {0: Q(point[0], 16), 1: Q(point[1], 16)}
    value = sum((Q(int(c)) * at[0] ** e[0] * at[1] ** e[1] for e, c in f.items()), Q(0))
    g = f * value.denominator - RING.one * value.numerator
    assert not g or not bounds.no_zero(g, UNIT)

"""A function on a rectangle by its critical points and its values on the boundary."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import least

RING = algebra.make_ring(2)
X, Y = (algebra.gen(RING, i) for i in range(2))
ONE = algebra.constant(RING, 1)
BOX = {0: (Fraction(1), Fraction(4)), 1: (Fraction(1), Fraction(4))}
A, B = X**2 - ONE * 2, Y**2 - ONE * 5
SQUARES = A**2 + A**2 * B**2 * 3 + B**4 * (X + Y) + A * B**2


@pytest.mark.parametrize(
    ("f", "nothing"),
    [
        (-SQUARES, True),  # 0 at (√2, √5), in powers of x and y
        (SQUARES, False),
        (ONE - SQUARES * 1000, False),
        (-((X - Y) ** 2) - (X * Y - ONE * 6) ** 2 - X, True),  # no zero
        (-(A**2) - B**2 + (X - ONE) * (ONE * 4 - X) * (Y - ONE) * (ONE * 4 - Y), False),  # inside only
        (-(A**2) * B**2, False),  # curves of critical points: nothing is concluded
        ((X - ONE * 2) * (Y - ONE * 3) - ONE * 100, True),
        ((X - ONE * 2) * (Y - ONE * 3) - ONE, False),  # positive in a corner
    ],
)
def test_positive(f: Poly, nothing: bool) -> None:
    assert least.nothing([], [], [f], BOX) is nothing


@pytest.mark.parametrize(
    ("nonzero", "nothing"),
    [([A], True), ([B], True), ([A + B], True), ([A * B], True), ([A + ONE], False), ([X - Y], False), ([], False)],
)
def test_zero(nonzero: list[Poly], nothing: bool) -> None:
    """f >= 0 is 0 at (√2, √5) only; a condition must be seen to fail there."""
    for f in (SQUARES, -SQUARES):
        assert least.nothing([f], nonzero, [], BOX) is nothing


def test_other_questions_are_left_open() -> None:
    assert not least.nothing([A], [], [], BOX)
    assert not least.nothing([SQUARES, A], [A], [], BOX)
    assert not least.nothing([], [], [-SQUARES], {0: BOX[0]})
    assert not least.nothing([A**2 - B**2], [A], [], BOX)  # both signs

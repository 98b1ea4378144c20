"""Sums of squares found by Gram matrices: identities over Q, and none where there is none."""

from __future__ import annotations

from math import lcm
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Matrix, Poly, Symbol, discriminant, expand, symbols

from rlct.exact import poly
from rlct.exact.gram import sum_of_squares

RING = poly.Ring(["x", "y", "z", "w"])
X, Y, Z, W = (RING.gen(i) for i in range(4))
ONE = RING.one


def from_sympy(f: Any) -> poly.Poly:
    """The same polynomial of the engine."""
    names = sorted(f.free_symbols, key=str)
    ring = poly.Ring([str(s) for s in names])
    return ring.from_terms({tuple(map(int, e)): int(c) for e, c in Poly(f, *names).terms()})


def is_sum_of_squares(f: poly.Poly, sign: int = 1) -> bool:
    """Squares are found, and their sum is ±f."""
    squares = sum_of_squares(f)
    if squares is None:
        return False
    common = lcm(*(c.denominator for c, _ in squares))
    assert all(c > 0 for c, _ in squares)
    assert sum((g * g * int(c * common) for c, g in squares), f.ring.zero) == f * (sign * common)
    return True


# f, c and y (f + c) share monomials; in the last but one two entries of G stay open, in the last the kernel is guessed
C = X * Y**3 + Z * W**3
F = X * Y + Z * W - C
SUMS = {
    "one Gram matrix": (X**2 - Y**2 + Z) ** 2 + (X * Y - W) ** 2,
    "forced step by step": F**2 * 3 + C**2 + (F + C) ** 2,
    "on a face": (X**2 - Y * W) ** 2 + (X * Z - W**2 + X) ** 2 + (X**2 - Z**2) ** 2,
    "with parameters": (ONE + Y) ** 2 * F**2 * 3 + (ONE + Y**2) ** 2 * C**2 * 3 + (Y * F + Y * C) ** 2,
    "a square times a sum": (X**2 - Y**2) ** 2 * (ONE + X**2 + Z**2),
}


@pytest.mark.parametrize("name", SUMS)
def test_sums(name: str) -> None:
    """Multiplied out and found again, with either sign."""
    assert is_sum_of_squares(SUMS[name])
    assert is_sum_of_squares(-SUMS[name], -1)


def test_a_discriminant() -> None:
    """The discriminant of the characteristic polynomial of a symmetric 3 x 3 matrix (Kummer, Ilyushechkin)."""
    m = Matrix(3, 3, lambda i, j: Symbol(f"x{min(i, j)}{max(i, j)}"))
    t = Symbol("t")
    assert is_sum_of_squares(from_sympy(expand(discriminant((t * Matrix.eye(3) - m).det(), t))))


x, y, z = symbols("x y z")


@pytest.mark.parametrize(
    "f",
    [
        x**4 * y**2 + x**2 * y**4 + z**6 - 3 * x**2 * y**2 * z**2,
        x**4 + y**4 + z**4 - 3 * x**2 * y * z,
        x**2 * y**2 - z**4,
        x**2 + y**2 + z**3,
        (x * y + z**2) * (x**2 + y**2 + z**2),
    ],
    ids=["Motzkin", "negative somewhere", "two signs", "an odd power", "indefinite"],
)
def test_no_sums(f: Any) -> None:
    """Non-negative without being a sum of squares, or not even that."""
    assert sum_of_squares(from_sympy(expand(f))) is None


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.tuples(st.integers(0, 13), st.integers(-2, 2)), min_size=2, max_size=4), max_size=3))
def test_identities(rows: list[list[tuple[int, int]]]) -> None:
    """Whatever is found for a random sum of squares is an identity."""
    monomials = [a * b for a in (ONE, X, Y, Z, W) for b in (X, Y, Z)]
    total = RING.zero
    for row in rows:
        f = sum((monomials[k] * c for k, c in row), RING.zero)
        total = total + f * f
    if len(total.variables) > 2:
        is_sum_of_squares(total)

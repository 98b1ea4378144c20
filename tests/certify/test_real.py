"""The ladder "no real solution": every rung is right, and nothing with a solution is ever called empty."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlct.certify import algebra
from rlct.certify.obligations.real import (
    NOT_CHEAP,
    Conditions,
    isolate,
    no_solution,
    sign_at,
    univariate,
)
from rlct.certify.obligations.two_squares import both_squares

RING = algebra.make_ring(3)
X, Y, Z = RING.gens

CASES: list[tuple[str, Conditions, str | None]] = [
    ("a constant equation", Conditions((RING.one * 3, X)), "constant"),
    ("a zero that must not be", Conditions((), (RING.zero,)), "constant"),
    ("a negative constant", Conditions((), (), (-RING.one,)), "constant"),
    ("a zero that must be positive", Conditions((), (), (RING.zero,)), "constant"),
    ("a product of what does not vanish", Conditions((X * Y**2,), (X, Y)), "product"),
    ("a product with a positive factor", Conditions((X * (Y + 1),), (X,), (-Y - 1,)), "product"),
    ("a definite quartic", Conditions((X**4 + Y**2 + 1,)), "sign pattern"),
    ("positive variables", Conditions((X + Y,), (), (X, Y)), "sign pattern"),
    ("a variable above 1", Conditions((X * Y + 1,), (), (X - 1, Y)), "sign pattern"),
    ("a negative variable", Conditions((X - Y,), (), (X, -Y)), "sign pattern"),
    ("an inequality that cannot hold", Conditions((), (), (-(X**2) - Y**4,)), "sign pattern"),
    ("no real root", Conditions((X**2 + X + 1,)), "one variable"),
    ("the roots are excluded", Conditions((X**2 - 2,), (X**4 - 4,)), "one variable"),
    ("the roots have the wrong sign", Conditions((X**2 - 2,), (), (X - 2,)), "one variable"),
    ("no common root", Conditions((X**2 - 2, X**2 - 3)), "one variable"),
    ("an empty interval", Conditions((), (), (X - 1, 1 - X)), "one variable"),
    ("an empty set between roots", Conditions((), (), (X**2 - 2, 1 - X**2)), "one variable"),
    ("two squares", Conditions((X**2 + X * Y + Y**2,), (X,)), "resultants"),
    ("a definite form", Conditions((X**4 + X**3 * Y + Y**4,), (X,)), "cells"),
    ("a definite form in three variables", Conditions((X**2 + X * Y + Y**2 + Z**2 - Z * X,), (X,)), "z3"),
    (
        "a dense positive polynomial",
        Conditions(
            (10 * (X - Y) ** 2 + 10 * (Y - Z) ** 2 + 10 * (X + Z - 1) ** 2 + 1,), (), (X, Y, Z, 1 - X, 1 - Y, 1 - Z)
        ),
        "Bernstein coefficients",
    ),
    ("a root", Conditions((X**2 - 2,), (), (X,)), None),
    ("a double root on the border", Conditions((X**2,), (), ()), None),
    ("a pattern with a common zero", Conditions((X**2 + Y**2,)), None),
    ("an open interval", Conditions((), (X,), (X + 1, 1 - X)), None),
    ("nothing at all", Conditions(), None),
    ("an equation 0 = 0", Conditions((RING.zero,), (X,)), None),
]


@pytest.mark.parametrize(("c", "expected"), [c[1:] for c in CASES], ids=[c[0].replace(" ", "-") for c in CASES])
def test_rungs(c: Conditions, expected: str | None) -> None:
    """Each kind of question is decided by the rung meant for it."""
    assert no_solution(c) == expected


def test_cheap_rungs_only() -> None:
    """On request z3 is not asked, and the answer says so."""
    assert no_solution(Conditions((X**2 + X * Y + Y**2,), (X,)), cheap=True) == NOT_CHEAP


small = st.integers(-3, 3)
point = st.tuples(small, small, small)


def test_factors_one_by_one() -> None:
    """z3 does not end within 20 s on the product of two sums of even powers, each positive for a reason of its own."""
    first, second = X**6 + 4 * Y**4 + 4 * Z**4, (X - 1) ** 2 + (Y - 4) ** 2 + (Z + 2) ** 2
    box = (X + 5, 1 - X, Y, 6 - Y, Z + 4, 6 - Z)
    assert no_solution(Conditions((first * second,), (), box)) in ("factors", "z3")
    assert no_solution(Conditions((first * second,), (), (X + 5, 2 - X, Y + 1, 6 - Y))) is None


def test_what_is_positive_is_not_zero() -> None:
    """The singular zeros of a form on the faces of a corner: none over C either, once Y = 0 is left out."""
    f = X**3 * (1 + Y * Z**2) - X**2 * Y**2 * Z**2 + X * Y**2 + 2 * Y**2 * Z**3
    gradient = [f.diff(v) for v in (X, Y, Z)]
    assert no_solution(Conditions((f, *gradient), (), (X + 1, Y, Z + 1)), with_z3=False) == "factors"


@st.composite
def with_solution(draw: st.DrawFn) -> Conditions:
    """Conditions that hold at a point drawn first."""
    p = draw(point)
    values = {i: Fraction(x) for i, x in enumerate(p)}
    out: tuple[list[Any], list[Any], list[Any]] = ([], [], [])
    for _ in range(draw(st.integers(1, 4))):
        f = RING.zero
        for _ in range(draw(st.integers(1, 4))):
            i, a, b = draw(st.integers(0, 2)), draw(st.integers(0, 2)), draw(st.integers(0, 2))
            f += draw(small) * RING.gens[i] ** a * RING.gens[(i + 1) % 3] ** b
        value = int(algebra.at_numbers(f, values).get((0, 0, 0), 0))
        kind = draw(st.integers(0, 2))
        if kind == 0:
            out[0].append(f - sum(int(c) * _value(e, p) for e, c in f.items()))
        elif value:
            out[kind].append(f if kind == 1 or value > 0 else -f)
    return Conditions(tuple(out[0]), tuple(out[1]), tuple(out[2]))


def _value(e: tuple[int, ...], p: tuple[int, ...]) -> int:
    total = 1
    for a, x in zip(e, p, strict=True):
        total *= x**a
    return total


@given(with_solution())
def test_nothing_with_a_solution_is_empty(c: Conditions) -> None:
    """Conditions made to hold at a point are never proved empty, by any rung."""
    assert no_solution(c) is None


roots = st.lists(
    st.tuples(st.integers(-6, 6), st.integers(1, 4)), min_size=1, max_size=5, unique_by=lambda r: r[0] / r[1]
)


@given(roots, st.integers(-7, 7), st.integers(1, 3))
def test_isolated_roots(rs: list[tuple[int, int]], a: int, b: int) -> None:
    """Each rational root and both roots of x^2 = 2 lie in an interval of their own; signs at them are right."""
    f = X**2 - 2
    for p, q in rs:
        f *= q * X - p
    g = univariate(f, 0)
    exact = sorted({Fraction(p, q) for p, q in rs})
    found = isolate(g)
    assert len(found) == len(exact) + 2
    other = univariate(b * X - a, 0)
    for lo, hi in found:
        inside = [x for x in exact if lo <= x <= hi]
        assert len(inside) <= 1
        if inside:
            x = b * inside[0] - a
            assert sign_at(other, g, (lo, hi)) == (x > 0) - (x < 0)
        else:
            x = Fraction(a, b)
            above = x < 0 or x * x < 2 if lo + hi > 0 or lo > 0 else x < 0 and x * x > 2
            assert sign_at(other, g, (lo, hi)) == (1 if above else -1)


def test_both_squares_of_a_sum() -> None:
    """Minors of a Cauchy-Riemann kind: zero only where two polynomials are, which z3 does not see in time."""
    ring = algebra.make_ring(3)
    x, y, z = ring.gens
    f = (y - 12 * x**2 * z + 4 * z**3) ** 2 + (4 * x**3 - 12 * x * z**2 - 1) ** 2
    a = x**4 - 4 * x**3 * y * z - 6 * x**2 * z**2 + x * y**2 + 4 * x * y * z**3 - x + 2 * y * z + z**4
    b = x**4 * y + 4 * x**3 * z - 6 * x**2 * y * z**2 - 2 * x * y - 4 * x * z**3 + y**2 * z + y * z**4 - z
    assert both_squares(f) == [12 * x**2 * z - y - 4 * z**3, 4 * x**3 - 12 * x * z**2 - 1]
    assert no_solution(Conditions(zero=(a, b, (y**2 + 1) * f)), with_z3=False)
    assert no_solution(Conditions(zero=(a, f - 1)), brief=True) is None
    assert both_squares((x + y) ** 2) == [x + y]
    for other in (x**2 - y**2, x**2 + y**2 + z**2, x**2 + 3 * y, -(x**2) + y**2, x**2 + y**2 * z**2 + z**4):
        assert both_squares(other) is None
    assert both_squares(-(x**2) - 3 * y**2) == [x, y]

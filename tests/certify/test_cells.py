"""The checker's complete answers in the plane, and positive coefficients on boxes: right, and never too much."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlct.certify import algebra
from rlct.certify.obligations import bernstein, cells, fibre, real

RING = algebra.make_ring(3)
X, Y, Z = RING.gens
Q = Fraction
CIRCLE = X**2 + Y**2 - 4
UNIT = {i: (Q(0), Q(1)) for i in range(3)}

NOTHING: list[tuple[str, list[Any], list[Any], list[Any]]] = [
    ("a disc beyond a line", [], [], [-CIRCLE, X + Y - 3]),
    ("a square that is negative", [], [], [-((X * Y - 1) ** 2), X]),
    ("a product of high degree", [], [], [-((X**3 - Y**2) ** 2) * (X**2 + Y**4 + 1), 2 - X]),
    ("a common factor", [], [], [CIRCLE * (X - Y), -CIRCLE, X - Y]),
    ("a curve outside a strip", [CIRCLE * (X**2 + 1)], [], [Y - 2, X]),
    ("an isolated point left aside", [X**2 + (Y**2 - 2) ** 2], [Y**2 - 2], []),
    ("singular points left aside", [(X**3 - 2) ** 2 + (Y - X) ** 2], [Y - X], [X, Y]),
    ("an isolated point on the wrong side", [X**2 + (Y**2 - 2) ** 2], [], [Y - 2]),
]
SOMETHING: list[tuple[str, list[Any], list[Any], list[Any]]] = [
    ("a disc", [], [], [-CIRCLE, X + Y - 2]),
    ("a thin strip", [], [], [X - Y, Y - X + RING.one, 1000 * X - 999]),
    ("a curve", [CIRCLE], [X - Y], [X, Y - X]),
    ("isolated points", [X**2 + (Y**2 - 2) ** 2], [], [Y]),
    ("a factor in one variable", [], [], [X**2 * Y]),
    ("and the other", [], [], [Y**2 * X]),
    ("a vertical line", [(X**2 - 2) * (Y**2 + 1)], [], [X]),
]


@pytest.mark.parametrize(("zero", "nonzero", "positive"), [q[1:] for q in NOTHING], ids=[q[0] for q in NOTHING])
def test_nothing(zero: list[Any], nonzero: list[Any], positive: list[Any]) -> None:
    assert cells.nothing(zero, nonzero, positive)


@pytest.mark.parametrize(("zero", "nonzero", "positive"), [q[1:] for q in SOMETHING], ids=[q[0] for q in SOMETHING])
def test_something(zero: list[Any], nonzero: list[Any], positive: list[Any]) -> None:
    assert not cells.nothing(zero, nonzero, positive)


def _poly(r: random.Random, top: int) -> Any:
    f = RING.zero
    for _ in range(4):
        f += RING.from_dict({(r.randint(0, top), r.randint(0, top), 0): r.randint(-3, 3) or 1})
    return f if algebra.used(f) == {0, 1} else X - Y


@pytest.mark.parametrize("seed", range(40))
def test_agrees_with_z3(seed: int) -> None:
    """Random conditions: nothing with a point is called empty; and what is empty is seen."""
    r = random.Random(f"cells {seed}")
    zero = [_poly(r, 2)] * r.randint(0, 1)
    nonzero = [_poly(r, 1)] * r.randint(0, 1)
    positive = [_poly(r, 2) for _ in range(r.randint(1, 3))]
    answer = real.ask_z3(zero, nonzero, positive)
    assert answer != "sat" or not cells.nothing(zero, nonzero, positive)
    assert zero or answer != "unsat" or cells.nothing(zero, nonzero, positive)


@pytest.mark.parametrize("seed", range(40))
def test_powers_agree_with_z3(seed: int) -> None:
    """Conditions in x^k and y^n with bounds on x and y."""
    r = random.Random(f"powers {seed}")
    k, n = r.choice([2, 3, 4]), r.choice([1, 2, 3])
    zero = [_raised(_poly(r, 2), k, n)] * r.randint(0, 1)
    positive = [_raised(_poly(r, 2), k, n) for _ in range(r.randint(1, 2))]
    positive += [r.randint(1, 3) * v * s + r.randint(-3, 3) for v in (X, Y) for s in r.sample([1, -1], r.randint(0, 2))]
    answer = real.ask_z3(zero, [], positive)
    assert answer != "sat" or not cells.nothing(zero, [], positive)
    assert zero or answer != "unsat" or cells.nothing(zero, [], positive)


def _raised(f: Any, k: int, n: int) -> Any:
    return algebra.from_terms(RING, {(k * a, n * b, 0): c for (a, b, _), c in f.items()})


def test_powers_are_coordinates() -> None:
    """x^8 counts as x where x > 0, and y^9 as y; nothing is done where a sign is not known."""
    f = X**16 * Y**9 - 2 * X**8 * Y**18 - 5
    found = cells._roots_taken([f], [], [2 * X - 1, 2 - X, 3 * Y + 2])
    assert found == ([X**2 * Y - 2 * X * Y**2 - 5], [], [2**8 * X - 1, 2**8 - X, 3**9 * Y + 2**9])
    assert cells._roots_taken([f], [], [2 * X + 1, Y]) == ([X**16 * Y - 2 * X**8 * Y**2 - 5], [], [2 * X + 1, Y])


@pytest.mark.parametrize("seed", range(30))
def test_lines_agree_with_z3(seed: int) -> None:
    """x is a root of a cubic: random equations, with and without a common factor."""
    r = random.Random(f"fibre {seed}")
    common, others = _poly(r, 1), [_poly(r, 1), _poly(r, 1)]
    zero = [X**3 - r.choice((2, 3, 5)) * X + 1, *(common * f if seed % 2 else f for f in others)]
    nonzero, positive = [common] * r.randint(0, 1), [_poly(r, 1) for _ in range(r.randint(0, 1))]
    if fibre.no_point_on_lines(zero, nonzero, positive):
        assert real.ask_z3(zero, nonzero, positive) != "sat"


def test_singular_points_left_aside() -> None:
    """y = x^2 at the fourth root of 2 is a common zero, and excluded: no interval can tell, a field can."""
    line, point = X**4 - 2, Y - X**2
    zero = [line, point**2 * (Y + 3), point * (X * Y - 5)]
    assert fibre.no_point_on_lines(zero, [point], [])
    assert not fibre.no_point_on_lines(zero, [], [])
    assert not fibre.no_point_on_lines([line, point**2 * (Y - 3), point * (Y - 3)], [point], [])


@pytest.mark.parametrize(
    ("f", "sign"),
    [
        (X**2 - X + 1, 1),
        (X * Y * Z, 1),
        ((X - Y) ** 2, 0),
        (10 * ((X - Y) ** 2 + (Z - X) ** 2 + (X + Z - 1) ** 2) + 1, 1),
        (-(X**2) - Y**2 - 1, -1),
        (3 * X - 1, 0),
        (100 * (X - Y) ** 2 * (Z**2 + 1) + 1, 1),
    ],
)
def test_bernstein(f: Any, sign: int) -> None:
    assert bernstein.sign_on(f, UNIT) == sign


def test_bernstein_needs_bounds() -> None:
    """A variable without bounds, and a box that is not the unit cube."""
    assert bernstein.sign_on(X**2 + Y + 1, {0: (Q(0), Q(1))}) == 0
    box = {0: (Q(-3, 2), Q(7, 3)), 1: (Q(5), Q(11, 2))}
    assert bernstein.sign_on(Y**2 - X**2 - 19, box) == 1
    assert bernstein.sign_on(Y**2 - X**2 - 20, box) == 0


@given(
    st.lists(st.tuples(*[st.integers(0, 3)] * 3, st.integers(-5, 5)), min_size=1, max_size=6),
    st.tuples(*[st.integers(1, 15)] * 3),
)
def test_bernstein_never_where_there_is_a_zero(
    terms: list[tuple[int, int, int, int]], point: tuple[int, int, int]
) -> None:
    """f minus its value at a point of the box vanishes there."""
    f = RING.zero
    for a, b, c, d in terms:
        f += RING.from_dict({(a, b, c): d}) if d else RING.zero
    at = [Q(p, 16) for p in point]
    value = sum((int(c) * at[0] ** e[0] * at[1] ** e[1] * at[2] ** e[2] for e, c in f.items()), Q(0))
    g = f * value.denominator - RING.one * value.numerator
    assert not g or bernstein.sign_on(g, UNIT) == 0

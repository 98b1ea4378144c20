"""The checker's own proofs for two equations in the plane: no solution, or a solution."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from rlct.certify import algebra
from rlct.certify.obligations import plane, real

RING = algebra.make_ring(3)
X, Y, Z = RING.gens
CIRCLE = X**2 + Y**2 - 4

EMPTY: list[tuple[str, list[Any], list[Any], list[Any]]] = [
    ("too far out", [CIRCLE, X * Y - 1], [], [X - 2]),
    ("by a condition on x", [CIRCLE, X * Y - 1], [X**4 - 4 * X**2 + 1], []),
    ("by an inequality in both", [CIRCLE, X * Y - 1], [], [X, Y, X + Y - 3]),
    ("complex solutions", [X**2 + Y**2 + 1, X - Y], [], []),
    ("equal to a bound", [CIRCLE, Y], [], [X, 2 - X]),
    ("one equation in one variable", [X**2 - 2, X * Y - 3], [], [3 - 2 * Y, Y]),
    ("only powers", [X**6 + Y**6 - 2, X**3 * Y**3 - 2], [], []),
]
POINTS: list[tuple[str, list[Any], list[Any], list[Any]]] = [
    ("a circle and a hyperbola", [CIRCLE, X * Y - 1], [X - Y], [X, Y]),
    ("in a corner", [CIRCLE, X * Y - 1], [X], [X - Y, X + Y, 2 - X]),
    ("a conjugate", [X**2 - 2, Y**3 - X * Y - 1], [], [-X]),
]


@pytest.mark.parametrize(("zero", "nonzero", "positive"), [q[1:] for q in EMPTY], ids=[q[0] for q in EMPTY])
def test_no_pair(zero: list[Any], nonzero: list[Any], positive: list[Any]) -> None:
    assert plane.no_pair(zero, nonzero, positive)
    assert not plane.has_pair(zero, nonzero, positive)


@pytest.mark.parametrize(("zero", "nonzero", "positive"), [q[1:] for q in POINTS], ids=[q[0] for q in POINTS])
def test_has_pair(zero: list[Any], nonzero: list[Any], positive: list[Any]) -> None:
    assert plane.has_pair(zero, nonzero, positive)
    assert not plane.no_pair(zero, nonzero, positive)


def test_nothing_is_concluded() -> None:
    """A common curve, a touching pair, a condition that vanishes exactly, three variables."""
    assert not plane.no_pair([X * (Y - 1), X * (Y + 1)], [], [Y - 3])
    assert not plane.has_pair([X**2 + Y**2 - 2, X + Y - 2], [], [])
    assert not plane.has_pair([CIRCLE, X - Y], [X**2 - Y**2], [])
    assert not plane.no_pair([CIRCLE, X - Y], [X**2 - Y**2], [])
    assert not plane.no_pair([CIRCLE, X - Z], [], [])


@pytest.mark.parametrize("seed", range(30))
def test_agrees_with_z3(seed: int) -> None:
    """Random systems: what is concluded is what nlsat says."""
    r = random.Random(f"pairs {seed}")

    def poly(top: int) -> Any:
        f = RING.zero
        for _ in range(4):
            f += RING.from_dict({(r.randint(0, top), r.randint(0, top), 0): r.randint(-3, 3) or 1})
        return f if algebra.used(f) else X - Y

    zero, nonzero = [poly(2), poly(2)], [poly(1)] * r.randint(0, 1)
    positive = [poly(1) for _ in range(r.randint(0, 2))]
    answer = real.ask_z3(zero, nonzero, positive)
    if plane.no_pair(zero, nonzero, positive):
        assert answer != "sat"
    if plane.has_pair(zero, nonzero, positive):
        assert answer != "unsat"


def test_resultant_and_interpolation() -> None:
    assert plane.resultant([-1, 0, 1], [-2, 1]) == 3
    assert plane.resultant([0, 1], [0, 0, 1]) == 0
    assert plane.interpolated([0, 1, -1], [Fraction(1), Fraction(2), Fraction(2)]) == [1, 0, 1]


def test_solutions_on_lines() -> None:
    """A curve meets a line through a small rational point; without one nothing is said."""
    assert real.on_a_line(real.Conditions((CIRCLE,), (X - Y,), (X, Y - X)))
    assert not real.on_a_line(real.Conditions((CIRCLE,), (), (X - 2,)))
    assert real.has_solution(real.Conditions((Z**2 - 2, X - 1), (), (Z,)))
    assert not real.has_solution(real.Conditions((Z**2 - 2,), (), (Z - 2,)))

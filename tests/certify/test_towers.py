"""Several numbers as one: solutions are kept and lost together."""

from __future__ import annotations

import random
from typing import Any

import pytest

from rlct.certify import algebra
from rlct.certify.obligations import fibre, real, towers

RING = algebra.make_ring(4)
X, Y, T, U = RING.gens
# x = √2 + √3, y = √2 + √5 up to conjugation
X4, Y2 = X**4 - 10 * X**2 + 1, Y**2 - (X**3 - 9 * X) * Y - 3


def test_one_number() -> None:
    """Degree 8; what vanishes at the point vanishes afterwards."""
    zero = [X4, Y2, 3 * (X**3 - 9 * X) - (Y**3 - 11 * Y), X * T**2 - Y]
    found = towers.collapsed(zero, [X + Y], [X - 3])
    assert found is not None
    (line, gone, curve), (other,), (side,) = found
    assert algebra.degree(line, 0) == 8
    assert not gone
    assert algebra.used(curve) == {0, 2}
    assert algebra.used(other) == {0} == algebra.used(side)


def test_not_of_this_form() -> None:
    assert towers.collapsed([X4], [], []) is None
    assert towers.collapsed([X4, X * Y - 1], [], []) is None
    assert towers.collapsed([X4, Y2, T + U], [], []) is None


def test_points() -> None:
    """√2 + √3 + ... > 0, and conjugates; two coordinates that are equal."""
    assert real.on_a_tower(real.Conditions((X4, Y2), (), (X - 3, Y - 3)))
    assert not real.on_a_tower(real.Conditions((X4, Y2), (), (X - 3, Y - 4)))
    assert real.on_a_tower(real.Conditions((X4, Y2, T**3 - X * T - Y), (), (X - 3, Y - 3)))
    assert real.no_solution(real.Conditions((X4, Y2), (), (X - 3, Y - 4))) == "resultants"
    assert real.no_solution(real.Conditions((X**2 - 2, Y**2 - 2, T**2 + X * T + Y), (), (-X, Y))) == "number field"
    assert real.on_a_tower(real.Conditions((X**2 - 2, Y**2 - 2, T**2 - 1 + X * Y), (), (X, -Y)))


@pytest.mark.parametrize("seed", range(15))
def test_agrees_with_z3(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random towers of two numbers, with one more equation."""
    monkeypatch.setattr(real, "Z3_MILLISECONDS", 300)
    r = random.Random(f"towers {seed}")

    def poly(variables: tuple[Any, ...]) -> Any:
        f = RING.one * r.randint(-3, 3)
        for _ in range(3):
            f += r.choice((1, -1, 2)) * r.choice(variables) * r.choice((*variables, RING.one))
        return f

    zero = [X**2 - r.choice((2, 3, 5)), Y**2 + poly((X,)) * Y + poly((X,)), T**2 + poly((X, Y)) * T + poly((X, Y))]
    positive = [poly((X, Y)) for _ in range(r.randint(0, 2))]
    nonzero = [poly((X, Y, T))] * r.randint(0, 1)
    found = towers.collapsed(zero, nonzero, positive)
    answer = real.ask_z3(zero, nonzero, positive)
    if found is not None and (real.one_variable(*found) or fibre.no_point_on_lines(*found)):
        assert answer != "sat"
    if real.on_a_tower(real.Conditions(tuple(zero), tuple(nonzero), tuple(positive))):
        assert answer != "unsat"

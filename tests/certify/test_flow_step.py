"""The step `flow` and the end `normalise`: symmetries that take a variable out, and what must not pass for one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from rlct.certify import algebra
from rlct.certify.obligations import ends, steps
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import Object, Small, State
from rlct.errors import CertificateError

RING = algebra.make_ring(6)
A, B, X, Y, Z, W = RING.gens
ONE = RING.one
NAMES = ("a", "b", "x", "y", "z", "w")


def ledger() -> Ledger:
    return Ledger(RING, NAMES)


def poly(f: Any, order: tuple[int, ...] = (0, 1, 2, 3, 4, 5)) -> list[Any]:
    return [[[e[i] for i in order], int(c)] for e, c in RING(f).items()]


def state(*gens: Any, **more: Any) -> State:
    """a, b free, the others small, one object with these generators."""
    ob = Object(tuple(algebra.canonical(g) for g in gens), (False,) * len(gens), Fraction(1), Fraction(0))
    small = {i: Small() for i in (2, 3, 4, 5)}
    return replace(State((0, 1, 2, 3, 4, 5), small, objects=(ob,)), **more)


def data(var: str, field: dict[str, Any], by: list[Any], scale: int = 1) -> dict[str, Any]:
    rows = [[[[m, poly(h)] for m, h in row] for row in by]]
    return {"var": var, "scale": scale, "field": [[v, poly(c)] for v, c in field.items()], "by": rows}


DETERMINANT = X * (W + A * Z) - Z * (Y + A * X)
"""x w - y z after a row operation with the multiplier a."""
SHEARED = (Y + A * X) ** 2 + X**3


def test_a_column_operation() -> None:
    """det(x, y + a x; z, w + a z) does not depend on a as it stands; (y + a x)² + x³ does so along ∂_a - x ∂_y."""
    out = steps.flow(ledger(), state(SHEARED), data("a", {"y": -X}, [[]]))
    assert out.order == (1, 2, 3, 4, 5)
    assert out.objects[0].gens == (Y**2 + X**3,)
    assert algebra.same(DETERMINANT, X * W - Y * Z)


def test_generators_that_mix() -> None:
    """(x + a y, y): ∂_a maps the first into the second."""
    out = steps.flow(ledger(), state(X + A * Y, Y), data("a", {}, [[(1, ONE)], []]))
    assert out.objects[0].gens == (X, Y)


def test_a_small_variable_may_take_others_with_it() -> None:
    """(x + y + y²)³ + z² along ∂_x - (1 + 2y)⁻¹ ∂_y is no polynomial field, with x and y exchanged it is."""
    f = (X + Y + Y**2) ** 3 + Z**2
    out = steps.flow(ledger(), state(f), data("y", {"x": -1 - 2 * Y}, [[]]))
    assert out.objects[0].gens == (X**3 + Z**2,)


def test_a_generator_that_vanishes_on_the_slice() -> None:
    out = steps.flow(ledger(), state(A * X, X, Y), data("a", {}, [[(1, ONE)], [], []]))
    assert out.objects[0].gens == (X, Y)


DIVISOR = {2: Small(k=Fraction(1)), 3: Small(), 4: Small(), 5: Small()}


@pytest.mark.parametrize(
    ("s", "step"),
    [
        (state(SHEARED), data("a", {"y": X}, [[]])),
        (state(SHEARED), data("a", {"y": -X}, [[(0, ONE)]])),
        (state(SHEARED), data("a", {"y": -X}, [[]], scale=2)),
        (state(SHEARED, nonzero=(A,)), data("a", {"y": -X}, [[]])),
        (state(SHEARED, positive=(A - B,)), data("a", {"y": -X}, [[]])),
        (state((B - A) * X + Y, nonzero=(B,)), data("a", {"b": ONE}, [[]])),
        (state(X + (B - A**2) * Y), data("b", {"x": -Y}, [[]], scale=1) | {"var": "w"}),
        (state(X - B * Y), data("a", {"b": B**2, "x": B**2 * Y}, [[]])),
        (state((X - B) * Y), data("a", {"x": ONE, "b": ONE}, [[]])),
        (state((X + Z) ** 2, small=DIVISOR), data("z", {"x": -ONE}, [[]])),
        (state((X + Z) ** 2, small=DIVISOR), data("x", {"z": -ONE}, [[]])),
        (state((X + Z) ** 2, small={**DIVISOR, 2: Small(wall=True)}), data("z", {"x": -ONE}, [[]])),
        (state(SHEARED), {**data("a", {"y": -X}, [[]]), "by": []}),
        (state(SHEARED), {**data("a", {"y": -X}, [[]]), "field": [["y", poly(-X)], ["y", poly(-X)]]}),
        (state(SHEARED), {**data("a", {"y": -X}, [[]]), "field": [["a", poly(-X)]]}),
        (
            state(SHEARED, dependent=(1,), relations=(B**2 - Y - 1,)),
            data("a", {"y": -X}, [[]]),
        ),
    ],
    ids=[
        "another sign",
        "a multiplier too many",
        "another scale",
        "a condition on the variable",
        "a sign of the variable",
        "a condition on what moves along",
        "an identity that fails",
        "a flow that ends after a finite time",
        "a small variable that leaves 0",
        "a divisor that moves",
        "along a divisor",
        "a wall that moves",
        "an object without multipliers",
        "a variable twice",
        "the variable itself in the field",
        "a variable of a relation",
    ],
)
def test_what_is_no_flow(s: State, step: dict[str, Any]) -> None:
    """Refused."""
    with pytest.raises(CertificateError):
        steps.flow(ledger(), s, step)


def test_a_condition_on_what_stays_is_kept() -> None:
    out = steps.flow(ledger(), state(SHEARED, nonzero=(B,)), data("a", {"y": -X}, [[]]))
    assert out.nonzero == (B,)


# ---------------------------------------------------------------- scalings
SCALED = A * X**2 + Y**3


def scaling(var: str = "a", **weights: int) -> dict[str, Any]:
    return {"end": "normalise", "var": var, "weights": [[v, w] for v, w in weights.items()]}


def test_a_scaling() -> None:
    """a x² + y³ with a ≠ 0: a = 1 or a = -1, and b keeps its own condition."""
    s = state(SCALED, nonzero=(A, B + 1))
    plus, minus = ends.normalise(ledger(), s, scaling(a=2, x=-1)).children
    assert plus.objects[0].gens == (X**2 + Y**3,)
    assert minus.objects[0].gens == (algebra.canonical(Y**3 - X**2),)
    assert plus.order == minus.order == (1, 2, 3, 4, 5)
    assert B + 1 in plus.nonzero


def test_a_sign_stays_a_condition() -> None:
    """a > 0: on the part a = -1 it says -1 > 0."""
    _, minus = ends.normalise(ledger(), state(SCALED, positive=(A,)), scaling(a=2, x=-1)).children
    assert -ONE in minus.positive


@pytest.mark.parametrize(
    ("s", "end"),
    [
        (state(SCALED), scaling(a=2, x=-1)),
        (state(SCALED, nonzero=(A + 1,)), scaling(a=2, x=-1)),
        (state(SCALED, nonzero=(A,)), scaling(a=1, x=-1)),
        (state(SCALED, nonzero=(A,)), scaling(x=-1)),
        (state(SCALED, nonzero=(A, A - B)), scaling(a=2, x=-1)),
        (state(SCALED, nonzero=(A,)), scaling("x", a=2, x=-1)),
        (state(SCALED, nonzero=(A,), dependent=(0,), relations=(A**2 - 2,)), scaling(a=2, x=-1)),
        (state(SCALED, nonzero=(A,), dependent=(1,), relations=(B**2 - A - 2,)), scaling(a=2, x=-1)),
        (state(SCALED, nonzero=(A,), guards=(A - 3,)), scaling(a=2, x=-1)),
    ],
    ids=[
        "a variable that may be 0",
        "a condition that is no monomial",
        "not homogeneous",
        "a variable that does not move",
        "a condition that is not homogeneous",
        "a small variable",
        "a dependent variable",
        "a relation that is not homogeneous",
        "a guard that is not homogeneous",
    ],
)
def test_what_is_no_scaling(s: State, end: dict[str, Any]) -> None:
    """Refused."""
    with pytest.raises(CertificateError):
        ends.normalise(ledger(), s, end)

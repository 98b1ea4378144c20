"""The step `complete`: a square and a discriminant in place of a function of order 2, and what must not pass for it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from rlct.certify import algebra
from rlct.certify.obligations import steps
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import Object, Small, State
from rlct.errors import CertificateError

RING = algebra.make_ring(4)
Y, X, Z, A = RING.gens
ONE = RING.one


def ledger() -> Ledger:
    return Ledger(RING, ("y", "x", "z", "a"))


def poly(f: Any) -> list[Any]:
    return [[list(e), int(c)] for e, c in RING(f).items()]


def state(f: Any, *others: Any, **more: Any) -> State:
    """y, x, z small, a free; one principal object for each function."""
    objects = tuple(Object((algebra.canonical(g),), (False,), Fraction(1), Fraction(0)) for g in (f, *others))
    return replace(State((0, 1, 2, 3), {i: Small() for i in range(3)}, objects=objects), **more)


def data(disc: Any, sign: int = 1, unit: Any = 1, var: str = "y") -> dict[str, Any]:
    return {"obj": 0, "var": var, "sign": sign, "unit": poly(unit), "disc": poly(disc)}


CUBIC = Y**3 + Y**2 + X  # near y = 0 this is a unit times (y² + ...), its discriminant -x (27 x + 4)


def test_a_quadratic_polynomial() -> None:
    """y² + x y + z is w² - (x² - 4z) up to a factor."""
    out = steps.complete(ledger(), state(Y**2 + X * Y + Z), data(X**2 - 4 * Z))
    assert out.objects[0].gens == (Y**2 - X**2 + 4 * Z,)


def test_a_cubic_one_with_a_unit_in_its_discriminant() -> None:
    """The factor 27 x + 4 has a sign at x = 0 and may be left out."""
    out = steps.complete(ledger(), state(CUBIC), data(-X, unit=27 * X + 4))
    assert out.objects[0].gens == (Y**2 + X,)
    whole = steps.complete(ledger(), state(CUBIC), data(-27 * X**2 - 4 * X))
    assert whole.objects[0].gens == (Y**2 + 27 * X**2 + 4 * X,)


def test_a_negative_cofactor_turns_the_sign() -> None:
    """In y²(1 + y²) + x the second factor has no real zeros: its discriminant is negative, and so is the sign."""
    f = Y**4 + Y**2 + X
    disc = 256 * X**3 - 128 * X**2 + 16 * X
    out = steps.complete(ledger(), state(f), data(disc, sign=-1))
    assert out.objects[0].gens == (algebra.canonical(Y**2 + disc),)


REFUSED = {
    "the other sign": (state(CUBIC), data(27 * X**2 + 4 * X)),
    "the sign of the cofactor": (state(Y**4 + Y**2 + X), data(256 * X**3 - 128 * X**2 + 16 * X)),
    "a unit that is negative": (state(CUBIC), data(X, unit=-27 * X - 4)),
    "a unit that vanishes": (state(CUBIC), data(-27 * X - 4, unit=X)),
    "another polynomial": (state(CUBIC), data(-X, unit=27 * X + 5)),
    "a second double zero": (state((Y * (Y + 1)) ** 2 - X), data(RING.one * 256 * X**3 + 16 * X**2)),
    "a double zero at infinity": (state(Y**2 + Y**4 * X + Z), data(16 * X * Z - 1, unit=16 * X * Z)),
    "order 3": (state(Y**3 + X), data(-(X**2))),
    "order 1": (state(Y**2 + Y + X), data(ONE - 4 * X)),
    "order 2 at some points only": (state(A * Y**2 + X), data(-4 * X, unit=A)),
    "a variable of another factor": (state(Y**2 - X, Y - Z), data(4 * X)),
    "a divisor": (state(Y**2 - X, small={0: Small(Fraction(1)), 1: Small(), 2: Small()}), data(4 * X)),
    "a free variable": (state(A**2 - X), data(4 * X, var="a")),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=[k.replace(" ", "-") for k in REFUSED])
def test_refused(case: tuple[State, dict[str, Any]]) -> None:
    """Each of these would be unsound, and its obligation fails."""
    with pytest.raises(CertificateError):
        steps.complete(ledger(), *case)

"""Steps that use the sign of parts, or the implicit function theorem: what is accepted, and what must not be."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from rlct.certify import algebra
from rlct.certify.obligations import steps
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import Object, Small, State
from rlct.errors import CertificateError

RING = algebra.make_ring(4)
X, Y, Z, W = RING.gens


def ledger() -> Ledger:
    return Ledger(RING, ("x", "y", "z", "w"))


def poly(f: Any) -> list[Any]:
    return [[list(e), int(c)] for e, c in f.items()]


def state(*gens: Any, **more: Any) -> State:
    """x, y, z small, one object with these generators."""
    ob = Object(tuple(algebra.canonical(g) for g in gens), (False,) * len(gens), Fraction(1), Fraction(0))
    return State((0, 1, 2), {0: Small(), 1: Small(), 2: Small()}, objects=(ob,), **more)


# ---------------------------------------------------------------- non-negative parts
def parts(*products: Any) -> list[Any]:
    return [["1", [[poly(f), e] for f, e in fs]] for fs in products]


def test_parts_that_are_nowhere_negative() -> None:
    """x² (1 + y) + z⁴ becomes its two summands."""
    data = {"obj": 0, "gen": 0, "parts": parts([(X, 2), (1 + Y, 1)], [(Z, 4)])}
    out = steps.nonnegative(ledger(), state(X**2 * (1 + Y) + Z**4), data)
    assert out.objects[0].gens == (X**2 * Y + X**2, Z**4)
    assert out.objects[0].sd == (True, True)


@pytest.mark.parametrize(
    ("f", "data"),
    [
        (X**2 * (1 + Y) + Z**3, parts([(X, 2), (1 + Y, 1)], [(Z, 3)])),
        (X**2 * (Y - 1) + Z**4, parts([(X, 2), (Y - 1, 1)], [(Z, 4)])),
        (X**2 * Y + Z**4, parts([(X, 2), (Y, 1)], [(Z, 4)])),
        (X**2 - Z**4, [["1", [[poly(X), 2]]], ["-1", [[poly(Z), 4]]]]),
        (X**2 + 2 * Z**4, parts([(X, 2)], [(Z, 4)])),
    ],
    ids=["odd", "a negative factor", "a factor that vanishes", "a negative coefficient", "another sum"],
)
def test_parts_that_may_cancel(f: Any, data: Any) -> None:
    """Refused."""
    with pytest.raises(CertificateError):
        steps.nonnegative(ledger(), state(f), {"obj": 0, "gen": 0, "parts": data})


# ---------------------------------------------------------------- one sign
def test_one_sign() -> None:
    """x² + y²(1 + x): a derivation, and only with the right sign and without parameters."""
    f = X**2 + Y**4
    assert steps.sign(ledger(), state(-f), {"obj": 0, "gen": 0, "sign": 1, "by": [["even"]]}).objects[0].sd == (True,)
    with pytest.raises(CertificateError):
        steps.sign(ledger(), state(f), {"obj": 0, "gen": 0, "sign": -1, "by": [["even"]]})
    with pytest.raises(CertificateError):
        steps.sign(ledger(), state(X**2 + Y**3), {"obj": 0, "gen": 0, "sign": 1, "by": [["even"]]})
    ob = Object((X**2 + Y**2 * W**2,), (False,), Fraction(1), Fraction(0))
    free = State((0, 1, 3), {0: Small(), 1: Small()}, objects=(ob,))
    with pytest.raises(CertificateError):
        steps.sign(ledger(), free, {"obj": 0, "gen": 0, "sign": 1, "by": [["even"]]})


SQUARES = 2 * (X - Y**2) ** 2 + 3 * (X * Y + Z) ** 2


def test_one_sign_by_squares() -> None:
    """A sum of squares is never negative; its coefficients may be fractions."""
    by = [["squares", [["1", poly(X - Y**2)], ["3/2", poly(X * Y + Z)]]]]
    out = steps.sign(ledger(), state(SQUARES), {"obj": 0, "gen": 0, "sign": 1, "by": by})
    assert out.objects[0].sd == (True,)


@pytest.mark.parametrize(
    ("f", "sign", "squares"),
    [
        (SQUARES, 1, [["1", X - Y**2], ["1", X * Y + Z]]),
        (SQUARES + X**4, 1, [["2", X - Y**2], ["3", X * Y + Z]]),
        (X**2 - Z**2, 1, [["1", X], ["-1", Z]]),
        (X**2, 1, [["1", X], ["0", Z]]),
        (SQUARES, -1, [["2", X - Y**2], ["3", X * Y + Z]]),
    ],
    ids=["other coefficients", "another sum", "a negative coefficient", "a coefficient 0", "the other sign"],
)
def test_no_sign_by_squares(f: Any, sign: int, squares: Any) -> None:
    """Refused."""
    by = [["squares", [[c, poly(g)] for c, g in squares]]]
    with pytest.raises(CertificateError):
        steps.sign(ledger(), state(f), {"obj": 0, "gen": 0, "sign": sign, "by": by})


# ---------------------------------------------------------------- implicit coordinates
def test_an_implicit_coordinate() -> None:
    """w = z + z⁴ + x² instead of z."""
    f = Z + Z**4 + X**2
    out = steps.implicit(ledger(), state(f**2 + Y**3), {"var": "z", "by": poly(f), "name": "w"})
    assert out.order == (0, 1, 2, 3)
    assert set(out.small) == {0, 1, 3}
    assert out.dependent == (2,)
    assert out.relations == (algebra.canonical(f - W),)
    assert Z in out.equations


@pytest.mark.parametrize(
    ("data", "small"),
    [
        ({"var": "z", "by": Z**2 + X, "name": "w"}, {}),
        ({"var": "z", "by": Z + 1, "name": "w"}, {}),
        ({"var": "z", "by": X + Y, "name": "w"}, {}),
        ({"var": "z", "by": Z + X**2, "name": "y"}, {}),
        ({"var": "z", "by": Z + X**2, "name": "w"}, {2: Small(wall=True)}),
        ({"var": "z", "by": Z + X**2, "name": "w"}, {2: Small(k=Fraction(1))}),
    ],
    ids=["no slope", "not zero there", "without the variable", "a name in use", "a wall", "a divisor"],
)
def test_no_implicit_coordinate(data: Any, small: Any) -> None:
    """Refused."""
    s = state(Z**2 + X)
    s = State(s.order, {**s.small, **small}, objects=s.objects)
    with pytest.raises(CertificateError):
        steps.implicit(ledger(), s, {**data, "by": poly(data["by"])})

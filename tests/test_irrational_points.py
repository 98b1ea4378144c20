"""Irrational points: the same germ as at the origin, dependent coordinates, branches followed over a number field."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rlct import Budget, check, rlct
from tests.fuzz.generators import case

CASES: list[tuple[str, str, str, str | float, int | None]] = [
    # function, point, mode, λ, m
    ("((x^2-3)^2-(y^3-5)^3)^2", "x=sqrt(3), y=root(t^3-5,0)", "K", "5/12", 1),
    ("(y-x-1)^2*(x^2-2)^3", "x=sqrt(2), y=1+sqrt(2)", "abs", "1/3", 1),
    ("(y+x)^2-(x^2-2)^3", "x=sqrt(2), y=-sqrt(2)", "abs", "5/6", 1),
    ("(y-x)^2-(x^2-2)^3", "x=sqrt(2), y=-sqrt(2)", "abs", float("inf"), None),
    ("(x^2-2)^2*(y^2-2)^3", "x=sqrt(2), y=-sqrt(2)", "abs", "1/3", 1),
    ("(x^4-10*x^2+1)^3+(y^2-2)^2", "x=root(t^4-10*t^2+1,3), y=sqrt(2)", "abs", "5/6", 1),
    # x^2 y^2 - 6 and x - y at (6^(1/4), 6^(1/4)): an edge that is a square over the field of the point only
    ("(x^2*y^2-6)^2+(x-y)^4", "x=root(t^4-6,1), y=root(t^4-6,1)", "abs", "3/4", 1),
    # a branch of high contact: y - √2 = a_1 (x - √2) + ... is no polynomial
    ("(x*y^3-4)^2+(x^2-2)^9", "x=sqrt(2), y=sqrt(2)", "abs", "11/18", 1),
    ("((x*y^3-4)^2+(x^2-2)^5)^2*(x*y-2)", "x=sqrt(2), y=sqrt(2)", "abs", "7/22", 1),
]


X, Y = "(x^4-10*x^2+1)", "(y^4-14*y^2+9)"  # x = √2 + √3, y = √2 + √5
S = "((x^3-9*x)/2 - (y^3-11*y)/6)"  # √2 from x minus √2 from y
COMMON: list[tuple[str | list[str], str, str, int]] = [
    (f"{S}^2 - {X}^3", "abs", "5/6", 1),
    (f"({S}^2 - {X}^3)*({S} - {X})", "abs", "5/8", 1),
    (f"{S}^2 - {Y}^5 + {X}^2*{S}", "abs", "3/4", 1),
    ([f"{S}^2", f"{X}*{S}", f"{Y}^3"], "ideal", "1/2", 2),
]


@pytest.mark.parametrize(("f", "mode", "lam", "m"), COMMON)
def test_coordinates_with_a_common_subfield(f: str | list[str], mode: str, lam: str, m: int) -> None:
    """Neither coordinate is a polynomial in the other, and yet they are not independent; z3 is not needed."""
    at = "x=root(t^4-10*t^2+1, 3), y=root(t^4-14*t^2+9, 3)"
    r = rlct(f, at=at, mode=mode, variables="x,y", budget=Budget(seconds=30))
    assert (str(r.lam), r.multiplicity, r.status) == (lam, m, "exact")
    assert r.certificate is not None
    report = check(r.certificate)
    assert (report.lam, report.multiplicity, report.z3) == (r.lam, m, 0)


@pytest.mark.parametrize(("f", "at", "mode", "lam", "m"), CASES)
def test_at_an_irrational_point(f: str, at: str, mode: str, lam: str | float, m: int | None) -> None:
    r = rlct(f, at=at, mode=mode, budget=Budget(seconds=30))
    assert (str(r.lam), r.multiplicity, r.status) == (str(lam), m, "exact")
    assert r.certificate is not None
    report = check(r.certificate)
    assert report.lam == (None if m is None else r.lam)
    assert report.multiplicity == m


def test_ideal_with_a_regular_direction() -> None:
    r = rlct(["x*y-z", "x-y", "z^2-4"], at="x=sqrt(2), y=sqrt(2), z=2", budget=Budget(seconds=30))
    assert (str(r.lam), r.multiplicity) == ("3/2", 1)
    assert r.certificate is not None
    assert check(r.certificate).lam == r.lam


def test_in_words() -> None:
    """The explanation names the local coordinates, and the derivation can be replayed."""
    r = rlct("((x^2-3)^2-(y^3-5)^3)^2+x^9*(x^2-3)^10", at="x=sqrt(3), y=root(t^3-5,0)", budget=Budget(seconds=30))
    assert str(r.lam) == "5/12"
    assert "x@ = x^2 - 3" in r.explain()


def test_a_box_with_a_long_shift() -> None:
    """A shift that shortens a dense polynomial at the price of very long coefficients is not made: the checker has to
    decide the same questions."""
    f = "((x^2+2*x)^2*(x+1)^2*(x^2+3*x+3)^2 + ((y+1)^2*(y^2+3)^2*(y-2))^2*(y^2+y+5)^2)"
    r = rlct(f, mode="K", region=[(0, 3), (-2, 2)], budget=Budget(seconds=30))
    assert r.status == "exact"
    assert r.certificate is not None
    assert check(r.certificate).lam == r.lam


def test_prior_at_coordinates_with_a_common_subfield() -> None:
    """The divisor that realises λ does not lie over both coordinates: the other rays of its cone keep the prior's
    coefficient where it is."""
    at = "x=root(t^4-10*t^2+1, 3), y=root(t^4-14*t^2+9, 3)"
    f = f"{S}^3 - 2*{X}^2*{S}"
    here = rlct(f, at=at, mode="abs", prior="x^2", variables="x,y", budget=Budget(seconds=30))
    there = rlct("y^3 - 2*x^2*y", mode="abs")
    assert (here.lam, here.multiplicity, here.status) == (there.lam, there.multiplicity, "exact")
    for prior in (X, S):
        r = rlct([f"{X}^2*{S}^3", f"{X}^3*{S}"], at=at, prior=prior, variables="x,y", budget=Budget(seconds=30))
        same = rlct(["x^2*y^3", "x^3*y"], prior="x" if prior == X else "y", variables="x,y")
        assert (r.lam, r.multiplicity, r.status) == (same.lam, same.multiplicity, "exact")
        assert check(r.certificate).lam == r.lam
    assert check(here.certificate).lam == here.lam


def test_products_at_an_irrational_point() -> None:
    """The factors of a generator are multiplied before they are moved to the point, where they are longer."""
    c = case(150001, "algebraic")
    r = rlct(c["ideal"], mode="ideal", variables=c["vars"], at=c["at_text"], prior=c["prior"])
    assert (r.status, r.lam, r.multiplicity) == ("exact", Fraction(c["lambda"]), c["m"])

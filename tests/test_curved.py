"""Brackets of the text as coordinates, also where no polynomials invert them."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlct import check, rlct
from rlct.certify.certificate import seal
from rlct.curved import Curved, curved
from rlct.errors import CertificateError, NegativeLossError
from rlct.parse import build_problem
from rlct.problem import evaluate

Y, Z = "(y + x*z - z^2)", "(z + 2*z^2 - x*y*z)"
X = f"(x - x*z - x*{Y}^2)"
CUBES = f"{X}^4 - {Y}^2 - 3*{Z}^6 + 2*{X}^3*{Y} + {X}^2*{Z}^5"
LINES = f"{X}^2*({X} + {Y})^2*({X} + {Y} + {Z})^2*{Z}^4*(x*y - 1)*(2*{X} - 3*{Z})^2*({Y} - {Z})"
DIAGONAL = "(x^2-2)^4 + (x^2-2)^2*(y^2-x*y-1)^3 - (y^2-x*y-1)^9"
SQUARES = f"({X}^2*{Y} + {Z}^3)^2 + {X}^6*({Y} - {Z})^2 + (2 + x)^2*{Z}^12"

CASES: list[tuple[str, dict[str, Any], Fraction, int]] = [
    (CUBES, {}, Fraction(11, 12), 1),  # quasi-homogeneous of weights 1/4, 1/2, 1/6
    (LINES, {}, Fraction(3, 13), 1),
    (LINES, {"prior": "x*z*(y + x*z - z^2)^2*(3 - y)"}, Fraction(3, 8), 1),
    (DIAGONAL, {"at": "x=sqrt(2), y=(sqrt(2)+sqrt(6))/2"}, Fraction(5, 12), 1),
    (DIAGONAL, {"at": "x=-sqrt(2), y=(sqrt(6)-sqrt(2))/2"}, Fraction(5, 12), 1),
    ("(y^2-y-1)*(x*y-x-z)*(x^2+y^2-y-3)*(x^2+x+1)", {"at": "x=sqrt(2), y=(1+sqrt(5))/2, z=sqrt(2)*(sqrt(5)-1)/2"},
     Fraction(1), 3),
]
POINT = {"at": "x=0, y=0, z=0"}


def question(text: str, **options: Any) -> Any:
    nothing = {"variables": None, "at": None, "region": None, "prior": None}
    return build_problem(text, **{"mode": "abs", **nothing, **options})


@pytest.mark.parametrize(("f", "options", "lam", "m"), CASES)
def test_answers(f: str, options: dict[str, Any], lam: Fraction, m: int) -> None:
    r = rlct(f, mode="abs", **{**POINT, **options})
    assert (r.lam, r.multiplicity) == (lam, m)
    assert r.certificate is not None and "brackets" in r.certificate["claim"]
    report = check(r.certificate)
    assert report.proved == "threshold"
    assert ":=" in report.coordinates[0]
    assert "Brackets serve as coordinates" in r.explain()


def test_a_wall() -> None:
    """A variable with a bound stays."""
    f = f"((x + z*{Y})^2*{Y} + z^4)^2*({Y}^3 + z^2)*(x + z*{Y})^2"
    lam = {}
    for region in (None, "z>=0"):
        old = question(f, at="x=0, y=0, z=0", region=region)
        new, brackets = curved(old)
        assert brackets is not None and new.region == old.region
        assert all(new.variables[i] != "z" for i, _, _ in brackets.coordinates)
        lam[region] = rlct(f, mode="abs", at="x=0, y=0, z=0", region=region).lam
    assert lam[None] == lam["z>=0"]
    walls = question(f.replace("z^4", "(z - y^2)^4"), at="x=0, y=0, z=0", region="z>=0")
    assert curved(walls) == (walls, None)


@given(st.tuples(*[st.fractions(min_value=-2, max_value=2, max_denominator=5)] * 3), st.sampled_from([CUBES, LINES]))
def test_same_function(values: tuple[Fraction, ...], f: str) -> None:
    """The new functions at the new coordinates, times what was left out, have the old values up to a number."""
    old = question(f, at="x=0, y=0, z=0", prior="x*z*(y + x*z - z^2)^2*(3 - y)")
    new, found = curved(old)
    assert isinstance(found, Curved)
    at = dict(enumerate(values))
    image = list(values)
    for i, k, p in found.coordinates:
        image[i] = p.value(at) / k

    def product(units: tuple[Any, ...]) -> Fraction:
        total = Fraction(1)
        for p, e in units:
            value = p.value(at)
            total *= value ** int(e) if value else 0
        return total

    before = dict(zip(old.variables, values, strict=True))
    after = dict(zip(new.variables, image, strict=True))
    assert evaluate(old.functions[0], before) in {
        s * evaluate(new.functions[0], after) * product(found.units[0]) for s in (1, -1)
    }


@pytest.mark.parametrize(
    "f",
    [
        "(x + x*z)^40*(z + x*y)^2 + y^3*(z + x*y)^20 + x^50",  # x stands by itself
        "((x + y^2)*(x - z^2))^20*(y + z + x)^30*(y*z)^2",  # gradients that depend on each other
        "(x*y + y^3 + z^2)^40 + (x*y + y^3 + z^2)^10*(z + x*y)^3",  # no coordinate
        "((x + y)^3 - (y - z)^7)^40*(x + y)^3",  # linear ones are found in other ways
    ],
)
def test_no_coordinates(f: str) -> None:
    p = question(f, at="x=0, y=0, z=0")
    assert curved(p) == (p, None)


def test_sums_of_squares() -> None:
    """A sum of squares stays one; a factor inside of it is no factor of the whole."""
    p = question(f"{SQUARES} + {X}^40", mode="K", at="x=0, y=0, z=0")
    assert curved(p)[1] is None
    r = rlct(f"({X}^2*{Y} + {Z}^3)^2 + {X}^6*({Y} - {Z})^2 + 2*{Z}^12", at="x=0, y=0, z=0")
    assert "brackets" in r.certificate["claim"] and check(r.certificate).proved == "threshold"


@pytest.mark.parametrize(
    ("what", "change", "message"),
    [
        ("another value", lambda c: c["at"].__setitem__(0, "1"), "value at the point"),
        ("a square", lambda c: c["brackets"]["coordinates"][0].__setitem__(2, [[[0, 0, 2], 1]]), "independent"),
        ("not there", lambda c: c["brackets"]["coordinates"][0].__setitem__(2, [[[], 1], [[1], 1]]), "value"),
        ("twice", lambda c: c["brackets"]["coordinates"].append(c["brackets"]["coordinates"][0]), "known variable"),
        ("another point", lambda c: c["brackets"].__setitem__("at", ["1", "0", "0"]), "brackets"),
        ("a zero left out", lambda c: c["brackets"]["units"][0].append([[[[1, 0, 0], 1]], "1"]), "left out"),
        ("a short list", lambda c: c["brackets"].__setitem__("units", []), "of each function"),
        ("a bound", lambda c: c.__setitem__("box", [["0", None]] * 3), "no bounds|divisor"),
        ("no point", lambda c: c.__setitem__("at", None), "."),
    ],
)
def test_tampering(what: str, change: Any, message: str) -> None:
    data = copy.deepcopy(rlct(LINES, mode="abs", **POINT).certificate)
    assert data is not None
    change(data["claim"])
    with pytest.raises(CertificateError, match=message):
        check(seal(data).to_dict())


def test_tampering_at_an_irrational_point() -> None:
    data = copy.deepcopy(rlct(DIAGONAL, mode="abs", at="x=sqrt(2), y=(sqrt(2)+sqrt(6))/2").certificate)
    assert data is not None
    good = copy.deepcopy(data)
    data["claim"]["brackets"]["at"][1] |= {"lo": "-2", "hi": "-1"}
    with pytest.raises(CertificateError, match="brackets"):
        check(seal(data).to_dict())
    good["claim"]["brackets"]["coordinates"][0][2] = good["claim"]["brackets"]["coordinates"][1][2]
    with pytest.raises(CertificateError, match="independent"):
        check(seal(good).to_dict())


def test_what_only_translation_made_too_long() -> None:
    """Moved to the origin this has 27 million terms."""
    r = rlct("(x^300*y^300*z^300-1)^2", at="1,1,1")
    assert (r.lam, r.multiplicity) == (Fraction(1, 2), 1)
    assert check(r.certificate).coordinates


def test_a_negative_k_is_told_in_the_coordinates_of_the_question() -> None:
    with pytest.raises(NegativeLossError, match=r"x=.*y=") as caught:
        rlct("(y-x)^2-(x^2-2)^3", at="x=sqrt(2), y=sqrt(2)")
    assert "--abs" in str(caught.value)

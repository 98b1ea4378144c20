"""Coordinates read off the text: the same function, the same answer, a certificate that says what was changed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlct import rlct
from rlct.certify.certificate import seal
from rlct.certify.check import check
from rlct.errors import CertificateError, InputError
from rlct.parse import build_problem
from rlct.problem import evaluate
from rlct.rewrite import rewritten

CASES = [
    (
        "(y + x^2 - 1)^4*((z - 2*(y + x^2 - 1)^2 + x)^5*(y + x^2 - 1)^7 - (x + 3)^6)^3",
        {"at": "x=-3, y=-8, z=3"},
        Fraction(13, 150),
        1,
    ),
    ("(x+1+(y-2+(x+1)^2)^3)^24 + (y-2+(x+1)^2)^30 + (z+x*y)^40", {"at": "x=-1, y=2, z=2"}, Fraction(1, 10), 1),
    (  # a bracket times a monomial: multiplied out it would not be seen
        "((z+2*x+x*(w-2*z-y))^4*y^4 + (x+y*(z+2*x+x*(w-2*z-y))+3*(z+2*x+x*(w-2*z-y))*(w-2*z-y))^4*(w-2*z-y)^4)^6",
        {"at": "w=0, x=0, y=0, z=0"},
        Fraction(1, 12),
        3,
    ),
]


def question(text: str, **options: Any) -> Any:
    nothing = {"variables": None, "at": None, "region": None, "prior": None}
    return build_problem(text, **{"mode": "abs", **nothing, **options})


@pytest.mark.parametrize(("f", "options", "lam", "m"), CASES)
def test_answers(f: str, options: dict[str, Any], lam: Fraction, m: int) -> None:
    """At once, in the new coordinates; the report names them and the point as it was given."""
    r = rlct(f, mode="abs", **options)
    assert r.certificate is not None
    data = r.certificate
    assert data["claim"]["coordinates"]
    report = check(r.certificate)
    assert report.proved == "threshold"
    assert report.coordinates
    assert report.at == options["at"].replace("=", " = ")
    assert "serve as coordinates" in r.explain()
    assert (r.lam, r.multiplicity) == (lam, m)


VALUES = st.integers(-3, 3)


@given(st.tuples(VALUES, VALUES, VALUES), st.tuples(*[VALUES] * 5))
def test_the_same_function(point: tuple[int, int, int], c: tuple[int, ...]) -> None:
    """The new functions at the new coordinates of a point have the old values."""
    u = f"(x - {c[0]} + {c[1]}*(y + {c[2]}*z^2)^2)"
    text = f"({u}^20 + (y + {c[2]}*z^2)^30*(z - {c[3]})^4 + 2*{u}^3)^2*(z - {c[4]} + {u}^2)^3 + ({u} + z)^25*(y + z)^9"
    old = question(text, variables="x,y,z")
    new, changes = rewritten(old)
    here = [Fraction(p) for p in point]
    there = list(here)
    for change in changes:
        there[change.i] += change.rest.value(dict(enumerate(there))) / change.scale
    before = evaluate(old.functions[0], dict(zip("xyz", here, strict=True)))
    assert evaluate(new.functions[0], dict(zip("xyz", there, strict=True))) == before


def test_only_where_it_is_needed() -> None:
    """Short problems, regions and irrational points keep their coordinates."""
    for text, options in [
        ("(x+y)^2*(y-1)^3", {}),
        (CASES[0][0], {"region": "x >= -3", "at": CASES[0][1]["at"]}),
        (CASES[1][0], {"at": "x=sqrt(2), y=0, z=0"}),
    ]:
        assert rewritten(question(text, **options))[1] == ()


@pytest.mark.parametrize("change", [["z", 0, []], ["z", 1, [[[0, 0, 1], 1]]], ["w", 1, [[[1], 1]]]])
def test_no_change_of_coordinates(change: Any) -> None:
    """A coordinate that is none is refused."""
    r = rlct(CASES[0][0], mode="abs", **CASES[0][1])
    assert r.certificate is not None
    data = dict(r.certificate)
    data["claim"] = {**data["claim"], "coordinates": [change]}
    del data["digest"]
    with pytest.raises(CertificateError):
        check(seal(data))


def test_a_negative_loss_is_still_seen() -> None:
    """The sentence does not speak of coordinates that nobody asked for."""
    with pytest.raises(InputError, match="negative"):
        rlct("(x+1+(y-2+(x+1)^2)^3)^25 + (y-2+(x+1)^2)^30 + (z+x*y)^40", at="x=-1, y=2, z=2")

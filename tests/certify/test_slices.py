"""The step `project` and the ends `crossing` and `line`: slices in place of points; what must be refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from rlct import Budget, rlct
from rlct.certify import algebra
from rlct.certify.certificate import seal
from rlct.certify.check import check
from rlct.certify.obligations import crossing
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import Object, Small, State
from rlct.certify.obligations.value import INFINITE, Value
from rlct.errors import CertificateError, ObligationFailed
from rlct.exact import resolve

# x^3 = y^2 z twice and a cone, in local coordinates that no polynomials invert; cuspidal edges over Q(√2)
CUSPS = "(x+y*z)^3-(y-x*z)^2*(z+x^2)"
LONGER = "(x+y*z+x^2)^3-(y-x*y+z^2)^2*(z+x*y-y^2)"
CONE = "((x+y*z)^2-2*(y+x^2)^2)*(x+z^2)+(y+x*z)^4"
EDGES = "x^3-(y^2-2*z^2)^2"


@pytest.fixture(autouse=True)
def by_projection_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other way to blow up first."""
    monkeypatch.setattr(resolve, "SPACE", {"jung": (400, 60.0)})


@pytest.fixture(scope="module")
def cusps() -> dict[str, Any]:
    """The certificate of the first surface."""
    before = dict(resolve.SPACE)
    resolve.SPACE.clear()
    resolve.SPACE["jung"] = (400, 60.0)
    try:
        return certificate(CUSPS)
    finally:
        resolve.SPACE.clear()
        resolve.SPACE.update(before)


def expanded(text: str) -> str:
    from sympy import expand, sympify

    return str(expand(sympify(text.replace("^", "**")))).replace("**", "^")


def certificate(text: str) -> dict[str, Any]:
    r = rlct(expanded(text), mode="abs", budget=Budget(seconds=60))
    assert r.status == "exact"
    assert r.certificate is not None
    return r.certificate


def resealed(data: dict[str, Any]) -> dict[str, Any]:
    return seal({k: v for k, v in data.items() if k != "digest"}).to_dict()


def ends(data: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [n["end"] for n in data["nodes"] if n["end"]["end"] == kind]


@pytest.mark.parametrize(
    ("text", "lam", "m"),
    [(CUSPS, "5/6", 1), (LONGER, "5/6", 1), (CONE, "5/6", 1), (EDGES, "5/6", 2)],
)
def test_surfaces_in_local_coordinates(text: str, lam: str, m: int) -> None:
    """The answer is that of the short equation (by its Newton polyhedron); the certificate is accepted."""
    data = certificate(text)
    assert (data["claim"]["lambda"], data["claim"]["multiplicity"]) == (lam, m)
    assert ends(data, "crossing")
    assert check(data).proved == "threshold"
    assert "slice" in rlct(expanded(text), mode="abs").explain("full") or text == EDGES


def test_irrational_special_points() -> None:
    """Lines through the origin over Q(√2) that are edges: slices on all sides, no point of a number field."""
    data = certificate(EDGES)
    assert [len(e["crossings"]) for e in ends(data, "line")] == [2]


def test_multiplicities_of_components_add_up() -> None:
    """Values of slices: the worst in each group; ties of groups add up, to at most the number of variables."""
    one, two, other = Value(Fraction(1), 1), Value(Fraction(1), 2), Value(Fraction(3, 2), 3)
    assert crossing.together([one, other, two], [2, 1], 3) == Value(Fraction(1), 3)
    assert crossing.together([two, two], [1, 1], 3) == Value(Fraction(1), 3)
    assert crossing.together([other, one], [1, 1], 3) == one
    assert crossing.together([INFINITE, INFINITE], [1, 1], 3) == INFINITE


Change = Callable[[dict[str, Any]], None]


def _first(data: dict[str, Any], kind: str) -> dict[str, Any]:
    return ends(data, kind)[0]


def _two(data: dict[str, Any]) -> dict[str, Any]:
    """A crossing of two components."""
    return next(e for e in ends(data, "crossing") if len(e["components"]) == 2)


def _step(data: dict[str, Any]) -> dict[str, Any]:
    return next(s for n in data["nodes"] for s in n["steps"] if s["op"] == "project")


def other_combination(data: dict[str, Any]) -> None:
    _step(data)["eliminants"][0]["by"][0][0][1] += 1


def a_factor_less(data: dict[str, Any]) -> None:
    _step(data)["eliminants"][0]["factors"].pop()


def a_component_less(data: dict[str, Any]) -> None:
    end = _two(data)
    end["components"].pop()
    end["parts"].pop()


def twice_the_same_component(data: dict[str, Any]) -> None:
    end = _two(data)
    end["components"][1] = end["components"][0]


def one_side_only(data: dict[str, Any]) -> None:
    part = next(p for p in _two(data)["parts"] if len(p["at"]) == 2)
    part["at"].pop()


def far_away(data: dict[str, Any]) -> None:
    for part in _two(data)["parts"]:
        part["at"] = [str(1000 * Fraction(a)) for a in part["at"]]


def through_the_crossing(data: dict[str, Any]) -> None:
    for part in _two(data)["parts"]:
        part["at"] = ["0"]


def an_interval_without_sample(data: dict[str, Any]) -> None:
    end = max(ends(data, "line"), key=lambda e: len(e["samples"]))
    end["samples"].pop(0)
    end["children"].pop(0)


def a_special_point_as_sample(data: dict[str, Any]) -> None:
    end = next(e for e in ends(data, "line") if e["points"])
    end["samples"][-1] = end["points"][-1]


def a_point_left_out(data: dict[str, Any]) -> None:
    end = next(e for e in ends(data, "line") if e["points"])
    end["points"].pop()
    end["children"].pop()


def an_interval_elsewhere(data: dict[str, Any]) -> None:
    _first(data, "line")["crossings"][0]["interval"] = ["10", "11"]


def a_box_too_large(data: dict[str, Any]) -> None:
    for found in _first(data, "line")["crossings"]:
        found["radii"] = ["10", "10"]


def another_factor(data: dict[str, Any]) -> None:
    for found in _first(data, "line")["crossings"]:
        found["component"] = [[[0, 1, 0], 1]]


def a_crossing_left_out(data: dict[str, Any]) -> None:
    end = _first(data, "line")
    end["crossings"].pop()
    for _ in range(2):
        end["children"].pop()


def another_projection(data: dict[str, Any]) -> None:
    end = _first(data, "crossing")
    end["var"] = next(v for v in "xyz" if v != end["var"])


@pytest.mark.parametrize(
    "change",
    [
        other_combination,
        a_factor_less,
        a_component_less,
        twice_the_same_component,
        one_side_only,
        far_away,
        through_the_crossing,
        an_interval_without_sample,
        a_special_point_as_sample,
        a_point_left_out,
        another_projection,
    ],
)
def test_what_is_refused(change: Change, cusps: dict[str, Any]) -> None:
    """Changes that the obligations must catch, with the digest made anew."""
    data = copy.deepcopy(cusps)
    change(data)
    with pytest.raises(CertificateError):
        check(resealed(data))


@pytest.mark.parametrize("change", [an_interval_elsewhere, a_box_too_large, another_factor, a_crossing_left_out])
def test_what_is_refused_at_irrational_points(change: Change) -> None:
    """The same for the slices there."""
    data = certificate(EDGES)
    change(data)
    with pytest.raises(CertificateError):
        check(resealed(data))


def test_other_steps_end_a_projection(cusps: dict[str, Any]) -> None:
    """A change of coordinates after `project`: nothing is known of the zeros any more."""
    data = copy.deepcopy(cusps)
    node = next(n for n in data["nodes"] if any(s["op"] == "project" for s in n["steps"]))
    one = [[[0, 0, 0], 1]]
    node["steps"].append({"op": "coordinate", "var": "x", "unit": one, "rest": []})
    with pytest.raises(CertificateError):
        check(resealed(data))


def parabola(**more: Any) -> State:
    """y^2 = x in three small variables, projected along y."""
    ring = algebra.make_ring(3)
    x, y, _ = ring.gens
    f = algebra.canonical(y**2 - x)
    s = State((0, 1, 2), {i: Small() for i in range(3)}, objects=(Object((f,), (False,), Fraction(1), Fraction(0)),))
    return replace(s, projection=(1, (x,)), **more)


def test_slices_of_no_points() -> None:
    """A stratum whose conditions cannot hold has no threshold that slices could show."""
    ring = algebra.make_ring(3)
    x, one = ring.gens[0], ring.one
    end = {
        "end": "crossing",
        "var": "y",
        "objects": [[[[[[0, 2, 0], 1], [[1, 0, 0], -1]], 1]]],
        "components": [[[[1, 0, 0], 1]]],
        "parts": [{"across": "x", "box": [], "at": ["0"]}],
        "children": [1],
    }
    ledger = Ledger(ring, ("x", "y", "z"))
    children, combine = crossing.crossing(ledger, parabola(positive=(one,), nonzero=(one,)), end)
    assert [c.order for c in children] == [(0, 1)]
    assert combine([Value(Fraction(1), 1)]) == Value(Fraction(1), 1)
    for empty in ({"positive": (-one,)}, {"nonzero": (ring.zero,)}, {"equations": (one,)}, {"guards": (x,)}):
        with pytest.raises(ObligationFailed):
            crossing.crossing(ledger, parabola(**empty), end)

"""The end `sections` and the step `centre`: open pieces of space, irrational points; what must be refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from rlct import Budget, rlct
from rlct.certify import algebra
from rlct.certify.certificate import seal
from rlct.certify.check import check
from rlct.certify.obligations import sections
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import Object, State
from rlct.errors import CertificateError, ObligationFailed
from rlct.exact import resolve
from rlct.exact import sections as search
from rlct.exact.charts import Chart, Ideal
from rlct.exact.poly import Ring
from rlct.exact.real import Oracle
from rlct.exact.work import Memory, Work

# t^4 + x t^2 + y t + z has a double zero
SWALLOWTAIL = "16*x^4*z-4*x^3*y^2-128*x^2*z^2+144*x*y^2*z-27*y^4+256*z^3"
BOX = "-2<=x<=2, -1<=y<=1, -1<=z<=1"
NAMES = ("x", "y", "z")
X, Y, Z = range(3)
RING = algebra.make_ring(3)
Terms = dict[tuple[int, ...], int]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other way first."""
    monkeypatch.setattr(resolve, "FIRST", {3: {"jung": (400, 60.0)}, 4: {"jung": (5000, 200.0)}})


def discriminant(p: str, **at: str) -> str:
    """The discriminant of a polynomial in t, with some variables replaced."""
    from sympy import discriminant as disc
    from sympy import expand, symbols, sympify

    found = disc(sympify(p), symbols("t"))
    return str(expand(found.subs({symbols(v): sympify(e) for v, e in at.items()}))).replace("**", "^")


def certificate(text: str, **how: Any) -> dict[str, Any]:
    r = rlct(text, mode="abs", budget=Budget(seconds=200), **how)
    assert r.status == "exact"
    assert r.certificate is not None
    return r.certificate


def value(data: dict[str, Any]) -> tuple[str, int]:
    return data["claim"]["lambda"], data["claim"]["multiplicity"]


def used(data: dict[str, Any]) -> set[str]:
    return {n["end"]["end"] for n in data["nodes"]} | {s["op"] for n in data["nodes"] for s in n["steps"]}


# ---------------------------------------------------------------- answers
def test_swallowtails_at_irrational_points() -> None:
    """x^2 - 2 in place of x: at (±√2, 0, 0) a swallowtail, 3/4; elsewhere lines of cusps (5/6) and of double points."""
    data = certificate(discriminant("t**4+x*t**2+y*t+z", x="x**2-2"), region=BOX)
    assert value(data) == ("3/4", 1)
    assert {"sections", "centre", "jung"} <= used(data)
    assert check(data).proved == "threshold"


def test_a_box_without_the_worst_point() -> None:
    """Cuspidal edges only: 5/6."""
    data = certificate(SWALLOWTAIL, region="-2<=x<=-1, -1<=y<=3, -1<=z<=3")
    assert value(data) == ("5/6", 1)
    assert check(data).proved == "threshold"


def test_a_box_with_a_prior() -> None:
    """|x^3 - y^2| with the prior y, and a factor z^2 - 3 that has no zero in the box."""
    data = certificate("(x^3-y^2)*(z^2-3)^2*(x+z*y+5)", region="-1<=x<=1, -1<=y<=1, -1<=z<=1", prior="y")
    assert value(data) == ("1", 1)
    assert check(data).proved == "threshold"


def test_the_discriminant_of_b4() -> None:
    """Degrees 2, 4, 6, 8 of the invariants: 1/2 + 1/8 (Opdam 1989, by the roots as coordinates)."""
    data = certificate(f"d*({discriminant('t**4+a*t**3+b*t**2+c*t+d')})", at="a=0, b=0, c=0, d=0")
    assert value(data) == ("5/8", 1)
    assert check(data).proved == "threshold"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "lam"),
    [
        (("t**5+a*t**3+b*t**2+c*t+d", {}), "7/10"),
        (("t**4+a*t**3+b*t**2+c*t+d", {"d": "d**2"}), "2/3"),
    ],
)
def test_discriminants_of_other_reflection_groups(text: tuple[str, dict[str, str]], lam: str) -> None:
    """A4: 1/2 + 1/5; D4: 1/2 + 1/6."""
    data = certificate(discriminant(text[0], **text[1]), at="a=0, b=0, c=0, d=0")
    assert value(data) == (lam, 1)
    assert check(data).proved == "threshold"


# ---------------------------------------------------------------- refusals
def both(*objects: Terms, positive: tuple[Terms, ...] = (), monic: bool = True) -> tuple[dict[str, Any], State]:
    """The end that the search finds over x, along y and z, and the state of the checker."""
    ring = Ring(list(NAMES))
    one = Fraction(1)
    obs = tuple(Ideal((ring.from_terms(g),), one) for g in objects)
    c = Chart(ring, (X, Y, Z), {}, obs, positive=tuple(ring.from_terms(g) for g in positive))
    found = search.sections(Work(c, Memory(Oracle())), X, Y, Z, monic=monic)
    assert found is not None
    samples = [str(a) for a in search._samples(c, found)]
    for f in search._to_cut(c, found):
        c = Chart(ring, c.order, {}, c.objects, (*c.nonzero, f), c.positive)
    end = {"end": "sections", **found.data, "samples": samples, "children": list(range(len(samples)))}
    return end, state_of(c)


def state_of(c: Chart) -> State:
    def poly(g: Any) -> Any:
        return algebra.canonical(algebra.from_terms(RING, dict(g.terms)))

    objects = tuple(Object(tuple(map(poly, ob.gens)), (False,), ob.E, ob.H) for ob in c.objects)
    positive = tuple(algebra.primitive(algebra.from_terms(RING, dict(g.terms))) for g in c.positive)
    return State(c.order, {}, objects=objects, nonzero=tuple(map(poly, c.nonzero)), positive=positive)


def refused(end: dict[str, Any], s: State, **changes: Any) -> None:
    data = copy.deepcopy(end)
    data.update(changes)
    with pytest.raises(ObligationFailed):
        sections.sections(Ledger(RING, NAMES), s, data)


CUSPS: Terms = {(0, 0, 2): 1, (0, 3, 0): -1, (1, 2, 0): 1}  # z^2 = y^3 - x y^2: a node or a point, a cusp at x = 0


def test_sections_are_accepted() -> None:
    end, s = both(CUSPS)
    children = sections.sections(Ledger(RING, NAMES), s, end)
    assert [c.order for c in children] == [(Y, Z)] * 2
    assert len(end["samples"]) == 2


def test_a_mark_on_which_the_stratum_has_points() -> None:
    """At x = 0 the section is a cusp, which no other one shows."""
    end, s = both(CUSPS)
    refused(end, State(s.order, {}, objects=s.objects))


def test_a_missing_sample() -> None:
    end, s = both(CUSPS)
    for some in ([end["samples"][0]], [end["samples"][1]], [], ["0", *end["samples"]]):
        refused(end, s, samples=some)


def test_bounds_that_a_section_does_not_fulfil() -> None:
    end, s = both(CUSPS, positive=({(1, 0, 0): 1},))
    assert len(end["samples"]) == 1
    sections.sections(Ledger(RING, NAMES), s, end)
    refused(end, s, samples=["-1", *end["samples"]])


def test_missing_functions_curves_and_marks() -> None:
    end, s = both(CUSPS, {(0, 1, 0): 1, (1, 0, 0): -1})
    for name in ("functions", "curves", "marks"):
        for n in range(len(end[name])):
            refused(end, s, **{name: [f for k, f in enumerate(end[name]) if k != n]})
    for name in ("products", "meeting", "turning"):
        for n in range(len(end[name])):
            refused(end, s, **{name: [f for k, f in enumerate(end[name]) if k != n]})
            refused(end, s, **{name: [[] if k == n and f else f for k, f in enumerate(end[name])]} if end[name][n] else {"samples": []})


def test_zeros_that_come_from_infinity() -> None:
    """(y z - x)^2 = y^3: its discriminant in z is a power of y, without marks; but all of the line x = y = 0 consists of
    cusps, which no other section shows, as its zeros in z go to infinity there."""
    surface = {(0, 2, 2): 1, (1, 1, 1): -2, (2, 0, 0): 1, (0, 3, 0): -1}
    end, s = both(surface, monic=False)
    assert end["marks"] == []
    refused(end, s)
    assert search.sections(Work(chart_of(surface), Memory(Oracle())), X, Y, Z) is None
    r = rlct("(y*z-x)^2-y^3", mode="abs", region="-1<=x<=1, -1<=y<=1, -1<=z<=1")
    assert (r.lam, r.multiplicity) == (Fraction(5, 6), 1)


def chart_of(g: Terms) -> Chart:
    ring = Ring(list(NAMES))
    return Chart(ring, (X, Y, Z), {}, (Ideal((ring.from_terms(g),), Fraction(1)),))


def test_a_section_on_which_an_object_is_zero() -> None:
    end, s = both({(1, 0, 0): 1, (0, 0, 0): -1}, CUSPS)
    refused(end, s, samples=["1", *end["samples"]])


# ---------------------------------------------------------------- tampering with the step `centre`
@pytest.fixture(scope="module")
def centred() -> dict[str, Any]:
    """A certificate with points over Q(√2)."""
    before = dict(resolve.FIRST)
    resolve.FIRST[3] = {"jung": (400, 60.0)}
    try:
        return certificate(discriminant("t**4+x*t**2+y*t+z", x="x**2-2"), region=BOX)
    finally:
        resolve.FIRST.update(before)


def _centre(data: dict[str, Any]) -> dict[str, Any]:
    return next(s for n in data["nodes"] for s in n["steps"] if s["op"] == "centre")


def _jung(data: dict[str, Any]) -> dict[str, Any]:
    return next(n["end"] for n in data["nodes"] if n["end"]["end"] == "jung" and n["end"]["centre"])


def _other_root(data: dict[str, Any]) -> None:
    step = _centre(data)
    lo, hi = step["field"][1:]
    step["field"][1:] = [str(-Fraction(hi)), str(-Fraction(lo))]


def _wide_interval(data: dict[str, Any]) -> None:
    _centre(data)["field"][1:] = ["-8", "8"]


def _rational_value(data: dict[str, Any]) -> None:
    _centre(data)["images"][0][2] = ["1"]


def _wrong_small(data: dict[str, Any]) -> None:
    step = _centre(data)
    step["images"][0][1] = "y"


def _no_images(data: dict[str, Any]) -> None:
    step = _centre(data)
    step["images"] = step["images"] * 2


def _no_centre(data: dict[str, Any]) -> None:
    _jung(data)["centre"] = []


def _moved_centre(data: dict[str, Any]) -> None:
    entry = _jung(data)["centre"][0]
    entry[1] = [str(Fraction(x) * 2) for x in entry[1]]


def _other_base(data: dict[str, Any]) -> None:
    for n in data["nodes"]:
        if n["end"]["end"] == "jung" and n["end"]["centre"]:
            for bar in n["end"]["bars"]:
                for b in bar["branches"]:
                    for cut in b["cuts"]:
                        if cut is not None:
                            cut["base"] = [str(-Fraction(x)) for x in cut["base"]]
                            return
    raise AssertionError("no branch over a number field")


@pytest.mark.parametrize(
    "change",
    [
        _other_root,
        _wide_interval,
        _rational_value,
        _wrong_small,
        _no_images,
        _no_centre,
        _moved_centre,
        _other_base,
    ],
)
def test_tampering_is_found(centred: dict[str, Any], change: Callable[[dict[str, Any]], None]) -> None:
    data = copy.deepcopy(centred)
    change(data)
    data = seal({k: v for k, v in data.items() if k != "digest"}).to_dict()
    with pytest.raises(CertificateError):
        check(data)

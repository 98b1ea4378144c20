"""The end `sections` and the step `centre`: open pieces of space, irrational points; what must be refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from rlct import Budget, rlct
from rlct.certify import algebra
from rlct.certify.check import check
from rlct.certify.obligations import centre, jung, sections
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import Object, State
from rlct.certify.obligations.state import Small as StateSmall
from rlct.errors import ObligationFailed
from rlct.exact import over_bars, resolve, ways
from rlct.exact import sections as search
from rlct.exact.centre import Origin, points_of, separated
from rlct.exact.centre import origin as origin_of
from rlct.exact.charts import Chart, Ideal, Small
from rlct.exact.limits import Limits
from rlct.exact.outcomes import Context
from rlct.exact.poly import Ring
from rlct.exact.real import Oracle
from rlct.exact.work import Memory, Work

# t^4 + x t^2 + y t + z has a double zero
SWALLOWTAIL = "16*x^4*z-4*x^3*y^2-128*x^2*z^2+144*x*y^2*z-27*y^4+256*z^3"
BOX = "-2<=x<=2, -1<=y<=1, -1<=z<=1"
CUSPED = "(x+y*z)**3-(y-x*z)**2*(z+x**2)"
ROOT = {"z**4-2*z": "2^(1/3)"}
NAMES = ("x", "y", "z")
X, Y, Z = range(3)
RING = algebra.make_ring(3)
Terms = dict[tuple[int, ...], int]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other way first."""
    monkeypatch.setattr(ways, "FIRST", {3: {"jung": (400, 60.0)}, 4: {"jung": (5000, 200.0)}})


def discriminant(p: str, **at: str) -> str:
    """The discriminant of a polynomial in t, with some variables replaced."""
    from sympy import discriminant as disc
    from sympy import expand, symbols, sympify

    found = disc(sympify(p), symbols("t"))
    return str(expand(found.subs({symbols(v): sympify(e) for v, e in at.items()}))).replace("**", "^")


def moved(text: str, at: dict[str, str]) -> str:
    """With polynomials of variables in place of these, multiplied out."""
    from sympy import expand, symbols, sympify

    f = sympify(text).subs({symbols(v): sympify(e) for v, e in at.items()}, simultaneous=True)
    return str(expand(f)).replace("**", "^")


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
    r = rlct(discriminant("t**4+x*t**2+y*t+z", x="x**2-2"), mode="abs", region=BOX, budget=Budget(seconds=60))
    assert (r.lam, r.multiplicity) == (Fraction(3, 4), 1)
    assert [tuple(float(x) for x in p) for p in r.attained_at] == [(-(2**0.5), 0, 0), (2**0.5, 0, 0)]
    assert r.certificate is not None
    assert {"sections", "jung"} <= used(r.certificate)
    assert check(r.certificate).proved == "threshold"
    told = r.explain("full")
    assert "between marks nothing changes along" in told
    assert "cannot word" not in told


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        (CUSPED, {"z": "z**4-2*z"}, ("5/6", 1)),
    ],
)
def test_bent_surfaces_at_irrational_points(
    text: str, at: dict[str, str], expected: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As at rational points, where test_slices.py has them (no variable is integrated out)."""
    monkeypatch.setattr(resolve, "by_power", lambda *args, **more: None)
    data = certificate(moved(text, at), at=", ".join(f"{v}={ROOT[e]}" for v, e in at.items()))
    assert value(data) == expected
    assert {"centre", "jung"} <= used(data)
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
def both(*objects: Terms, positive: tuple[Terms, ...] = ()) -> tuple[dict[str, Any], State]:
    """The end that the search finds over x, along y and z, and the state of the checker."""
    ring = Ring(list(NAMES))
    one = Fraction(1)
    obs = tuple(Ideal((ring.from_terms(g),), one) for g in objects)
    c = Chart(ring, (X, Y, Z), {}, obs, positive=tuple(ring.from_terms(g) for g in positive))
    found = search.sections(Work(c, Memory(Oracle())), X, Y, Z)
    assert found is not None
    samples = [str(a) for a in search._samples(c, found)]
    for f in search._to_cut(c, found):
        c = Chart(ring, c.order, {}, c.objects, (*c.nonzero, f), c.positive)
    end = {"end": "sections", **found.data, "planes": [], "samples": samples, "children": list(range(len(samples)))}
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
    children, _ = sections.sections(Ledger(RING, NAMES), s, end)
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
            if end[name][n]:
                refused(end, s, **{name: [[] if k == n else f for k, f in enumerate(end[name])]})


def test_zeros_that_come_from_infinity(monkeypatch: pytest.MonkeyPatch) -> None:
    """(y z - x)^2 = y^3: its discriminant in z is a power of y, without marks; but all of the line x = y = 0 consists
    of cusps, which no other section shows, as its zeros in z go to infinity there."""
    surface = {(0, 2, 2): 1, (1, 1, 1): -2, (2, 0, 0): 1, (0, 3, 0): -1}
    with monkeypatch.context() as patch:
        patch.setattr(search, "_come_from_infinity", lambda *_: False)
        end, s = both(surface)
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


# ---------------------------------------------------------------- irrational points
FIVE = ("x", "y", "u", "v", "z")  # u = x^2 - 2, v = y^2 - x, so y = 2^(1/4)
DX, DY, U, V, W = range(5)
LARGE = algebra.make_ring(5)


def at_a_point(text: str, bounds: tuple[str, ...] = ("x-1", "y")) -> Work:
    """The chart at x = √2, y = 2^(1/4), z = 0 of a function of x, y, z."""
    ring = Ring(list(FIVE))

    def poly(t: str) -> Any:
        from sympy import Poly, symbols, sympify

        terms = Poly(sympify(t), *symbols(FIVE)).terms()
        return ring.from_terms({e: int(c) for e, c in terms})

    relations = ((DX, poly("x**2-2-u")), (DY, poly("y**2-x-v")))
    small = {i: Small() for i in (U, V, W)}
    objects = (Ideal((poly(text),), Fraction(1)),)
    c = Chart(ring, (DX, DY, U, V, W), small, objects, positive=tuple(map(poly, bounds)), relations=relations)
    return Work(c, Memory(Oracle()))


def state_at(c: Chart) -> State:
    def poly(g: Any) -> Any:
        return algebra.from_terms(LARGE, dict(g.terms))

    return State(
        c.order,
        {i: StateSmall(s.k, s.h, s.wall) for i, s in c.small.items()},
        dependent=tuple(t for t, _ in c.relations),
        relations=tuple(algebra.canonical(poly(r)) for _, r in c.relations),
        objects=tuple(Object((algebra.canonical(poly(ob.gens[0])),), (False,), ob.E, ob.H) for ob in c.objects),
        positive=tuple(algebra.primitive(poly(g)) for g in c.positive),
    )


SURFACE = "(x**2-2+z*y)**2-((y**2-x)-x*z)**2*z"  # an umbrella in bent coordinates


@pytest.fixture(scope="module")
def origin() -> Origin:
    c = at_a_point(SURFACE).chart
    points = points_of(c)
    assert points is not None
    assert len(points) == 1
    found = origin_of(c, points[0])
    assert found is not None
    return found


def test_the_point_becomes_the_origin(origin: Origin) -> None:
    """The field Q(2^(1/4)); search and checker move the function alike."""
    c = at_a_point(SURFACE).chart
    assert origin.centre.place.minimal.degree() == 4
    out = centre.centre(Ledger(LARGE, FIVE), state_at(c), origin.step)
    assert out.order == origin.chart.order
    moved_there = [algebra.canonical(algebra.from_terms(LARGE, dict(g.terms))) for g in origin.chart.objects[0].gens]
    assert list(out.objects[0].gens) == moved_there


def test_other_points_of_the_stratum_are_seen() -> None:
    """Without bounds there are two: y = ±2^(1/4) (x = -√2 is no square); a line separates them."""
    c = at_a_point(SURFACE, ()).chart
    points = points_of(c)
    assert points is not None
    assert len(points) == 2
    assert separated(c, points) is not None
    found = origin_of(at_a_point(SURFACE).chart, points[1])
    assert found is not None
    with pytest.raises(ObligationFailed):
        centre.centre(Ledger(LARGE, FIVE), state_at(c), found.step)


Change = Callable[[dict[str, Any]], None]


def _field(lo: str, hi: str) -> Change:
    def change(step: dict[str, Any]) -> None:
        step["field"][1:] = [lo, hi]

    return change


def _value(n: int, *numbers: str) -> Change:
    def change(step: dict[str, Any]) -> None:
        step["images"][n][2] = list(numbers)

    return change


def _small(n: int, name: str) -> Change:
    def change(step: dict[str, Any]) -> None:
        step["images"][n][1] = name

    return change


def _images(*which: int) -> Change:
    def change(step: dict[str, Any]) -> None:
        step["images"] = [step["images"][n] for n in which]

    return change


@pytest.mark.parametrize(
    "change",
    [
        _field("-8", "8"),
        _field("-8", "0"),
        _value(0, "1"),
        _value(0, "0", "1"),
        _value(1, "0", "-1"),
        _value(1, "0"),
        _small(0, "z"),
        _small(0, "v"),
        _images(0),
        _images(0, 0),
        _images(1, 0),
        _images(0, 1, 1),
    ],
)
def test_a_centre_that_is_none(origin: Origin, change: Change) -> None:
    step = copy.deepcopy(origin.step)
    change(step)
    with pytest.raises(ObligationFailed):
        centre.centre(Ledger(LARGE, FIVE), state_at(at_a_point(SURFACE).chart), step)


def test_conditions_that_fail_at_the_point(origin: Origin) -> None:
    """x < 1 holds at no point, x ≠ y^2 at none either."""
    s = state_at(at_a_point(SURFACE).chart)
    x, y = LARGE.gens[DX], LARGE.gens[DY]
    for broken in ({"positive": (LARGE.one - x,)}, {"nonzero": (x - y**2,)}, {"equations": (x,)}):
        with pytest.raises(ObligationFailed):
            centre.centre(Ledger(LARGE, FIVE), replace(s, **broken), origin.step)


def test_a_divisor_cannot_be_moved(origin: Origin) -> None:
    s = state_at(at_a_point(SURFACE).chart)
    for small in (StateSmall(Fraction(1)), StateSmall(wall=True)):
        with pytest.raises(ObligationFailed):
            centre.centre(Ledger(LARGE, FIVE), replace(s, small={**s.small, U: small}), origin.step)


def test_slices_over_a_number_field(origin: Origin) -> None:
    """The end `jung` at the point: accepted; refused where the data say something else."""
    w = Work(origin.chart, Memory(Oracle()))
    found = over_bars.sliced(w, U, None, origin)
    assert found is not None
    s = centre.centre(Ledger(LARGE, FIVE), state_at(at_a_point(SURFACE).chart), origin.step)
    end = {**found.end, "children": list(range(len(found.charts)))}
    children, _, _ = jung.jung(Ledger(LARGE, FIVE), s, end)
    assert [c.order for c in children] == [c.order for c, _, _ in found.charts]
    cuts = [cut for bar in end["bars"] for b in bar["branches"] for cut in b["cuts"] if cut is not None]
    assert cuts

    def refused_with(change: Change) -> None:
        data = copy.deepcopy(end)
        change(data)
        with pytest.raises(ObligationFailed):
            jung.jung(Ledger(LARGE, FIVE), s, data)

    def no_centre(data: dict[str, Any]) -> None:
        data["centre"] = []

    def half_a_centre(data: dict[str, Any]) -> None:
        data["centre"] = data["centre"][:1]

    def twice_as_far(data: dict[str, Any]) -> None:
        data["centre"][0][1] = [str(2 * Fraction(x)) for x in data["centre"][0][1]]

    def other_embedding(data: dict[str, Any]) -> None:
        some = next(c for bar in data["bars"] for b in bar["branches"] for c in b["cuts"] if c is not None)
        some["base"] = [str(-Fraction(x)) for x in some["base"]]

    def larger_box(data: dict[str, Any]) -> None:
        data["radii"] = ["8", "8", "8"]

    def no_eliminant(data: dict[str, Any]) -> None:
        data["eliminants"] = data["eliminants"][1:]

    for change in (no_centre, half_a_centre, twice_as_far, other_embedding, larger_box, no_eliminant):
        refused_with(change)


def test_a_plane_without_lines_is_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no line can be made a coordinate the chart is not taken up again and again."""
    ring = Ring(list(NAMES))
    cone = ring.from_terms({(0, 0, 2): 1, (0, 2, 0): -1, (1, 0, 0): 1})  # z^2 - y^2 + x: the line y = 0 in x = 0
    c = Chart(ring, (X, Y, Z), {X: Small()}, (Ideal((cone,), Fraction(1)),))
    solver = resolve.Solver(Memory(Oracle()), Limits())
    assert search.by_sections(solver, Work(c, solver.memory), Context(), None, ()) is not None
    monkeypatch.setattr(search, "options_of", lambda w, q: ([], []))
    assert search.by_sections(solver, Work(c, solver.memory), Context(), None, ()) is None

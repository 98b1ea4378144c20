"""The ends `jung` and `tree`: plane slices in place of points; what must be refused."""

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
from rlct.certify.obligations import bars, jung, steps
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.left_out import elements, majorant, multiple
from rlct.certify.obligations.places import RATIONALS, Line, Place, reduced_signed
from rlct.certify.obligations.state import Small, State
from rlct.certify.obligations.value import INFINITE, Value
from rlct.errors import CertificateError, ObligationFailed
from rlct.exact import over_bars, resolve, ways
from rlct.exact.jung import by_projection
from rlct.exact.reduce import normal_form
from rlct.exact.work import Work

# x^3 = y^2 z twice and a cone, in local coordinates that no polynomials invert; edges over Q(√2), straight and bent;
# a cuspidal edge along a cusp; lines on which three divisors tie
CUSPS = "(x+y*z)^3-(y-x*z)^2*(z+x^2)"
LONGER = "(x+y*z+x^2)^3-(y-x*y+z^2)^2*(z+x*y-y^2)"
CONE = "((x+y*z)^2-2*(y+x^2)^2)*(x+z^2)+(y+x*z)^4"
EDGES = "x^3-(y^2-2*z^2)^2"
BENT = "(x-x*z)^3-((y+2*x*y)^2-2*(z+2*y^2)^2)^2"
ALONG = "(x+y^2)^3-((y+2*x*z)^2-(z+2*y*z)^3)^2"
TIES = "((x+y+2*x*z)^2-2*(y-x*y)^2)^2*(z+x^2)^2-(x+y*z)^5"


@pytest.fixture(autouse=True)
def by_projection_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other way to blow up first, no variable integrated out."""
    monkeypatch.setattr(ways, "FIRST", {3: {"jung": (400, 60.0)}})
    monkeypatch.setattr(resolve, "by_power", lambda *args, **more: None)


@pytest.fixture(scope="module")
def bent() -> dict[str, Any]:
    """A certificate with bars over Q(√2)."""
    before = dict(ways.FIRST)
    ways.FIRST[3] = {"jung": (400, 60.0)}
    try:
        return certificate(BENT)
    finally:
        ways.FIRST.update(before)


def expanded(text: str) -> str:
    from sympy import expand, sympify

    return str(expand(sympify(text.replace("^", "**")))).replace("**", "^")


def certificate(text: str, **how: Any) -> dict[str, Any]:
    r = rlct(expanded(text), mode="abs", budget=Budget(seconds=60), **how)
    assert r.status == "exact"
    assert r.certificate is not None
    return r.certificate


def resealed(data: dict[str, Any]) -> dict[str, Any]:
    return seal({k: v for k, v in data.items() if k != "digest"}).to_dict()


def ends(data: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [n["end"] for n in data["nodes"] if n["end"]["end"] == kind]


@pytest.mark.parametrize(
    ("text", "lam", "m"),
    [
        (CUSPS, "5/6", 1),
        (LONGER, "5/6", 1),
        (CONE, "5/6", 1),
        (EDGES, "5/6", 2),
        (BENT, "5/6", 2),
        (ALONG, "3/4", 1),
    ],
)
def test_surfaces_in_local_coordinates(text: str, lam: str, m: int) -> None:
    """The answer is that of the short equation (by its Newton polyhedron); the certificate is accepted."""
    data = certificate(text)
    assert (data["claim"]["lambda"], data["claim"]["multiplicity"]) == (lam, m)
    assert ends(data, "jung")
    assert check(data).proved == "threshold"
    assert "slice" in rlct(expanded(text), mode="abs").explain("full")


def test_three_divisors_that_tie() -> None:
    """Slices show two of them; a bar in the middle of an edge shows the third."""
    data = certificate(TIES)
    assert (data["claim"]["lambda"], data["claim"]["multiplicity"]) == ("1/2", 3)
    assert check(data).proved == "threshold"


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("x^3-y^2*z", {"region": "z>=0"}),
        ("x^3-y^2*z", {"region": "z<=0, y>=0"}),
        ("(x^2-y*z)^2+z^5", {"region": "y>=0"}),
        ("(x^2-y*z)^2+z^5", {"region": "y<=0"}),
        ("x^3-(y^2-2*z^2)^2", {"region": "y>=0"}),
        ("x^3-y^2*z^3", {"prior": "z^2"}),
        ("(x^2-y^3)^2+z^5", {"prior": "z^2*y"}),
        ("x^3-y^2*z^2", {"prior": "y", "region": "y>=0"}),
        ("x^4-2*x^2*y*z+y^3*z", {"region": "z>=0", "prior": "z"}),
    ],
)
def test_walls_and_priors(text: str, how: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices and charts agree, on half-spaces and with a measure that vanishes.

    With the prior z^2 y the smooth points of (x^2 - y^3)^2 + z^5 = 0 have the least threshold, with m = 1: in the
    middle of an edge they must not count twice.
    """
    slices = rlct(text, mode="abs", budget=Budget(seconds=20), **how)
    monkeypatch.setattr(ways, "FIRST", {})
    charts = rlct(text, mode="abs", budget=Budget(seconds=20), **how)
    assert charts.status == slices.status == "exact"
    assert (slices.lam, slices.multiplicity) == (charts.lam, charts.multiplicity)
    assert slices.certificate is not None
    assert check(slices.certificate).proved == "threshold"


def test_multiplicities_of_neighbours_add_up() -> None:
    """Values of slices: the worst of all; where both groups of a pair attain it they add up, to at most 3."""
    one, two, other = Value(Fraction(1), 1), Value(Fraction(1), 2), Value(Fraction(3, 2), 3)
    assert jung.together([one, other, two], [((0, 1), (2,))]) == Value(Fraction(1), 3)
    assert jung.together([two, two], [((0,), (1,))]) == Value(Fraction(1), 3)
    assert jung.together([two, two], []) == two
    assert jung.together([other, one], [((0,), (1,))]) == one
    assert jung.together([INFINITE, INFINITE], [((0,), (1,))]) == INFINITE


def test_in_the_middle_of_an_edge_there_is_one_more() -> None:
    """A slice there, not its neighbours, tells how many have the threshold: one more than it shows."""
    one, two, other = Value(Fraction(1), 1), Value(Fraction(1), 2), Value(Fraction(3, 2), 3)
    assert jung.together([one, one, one], [], frozenset({1})) == Value(Fraction(1), 2)
    assert jung.together([one, two], [], frozenset({1})) == Value(Fraction(1), 3)
    assert jung.together([one, other], [], frozenset({1})) == one


# smooth where it is not 0 along a line, so λ = 1, m = 1; all slices have smooth zeros with that threshold
SMOOTH = "y^3+x*y*z+x^2*z+x*y^2-(2*x^2*z^2+x*z)*y^3"


@pytest.fixture(scope="module")
def smooth() -> dict[str, Any]:
    """A certificate with bars in the middle of edges and larger exponents there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ways, "FIRST", {3: {"jung": (400, 60.0)}})
        return certificate(SMOOTH, prior="x^2*y*z^2")


def _lifted(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [bar for end in ends(data, "jung") for bar in end["bars"] if "lift" in bar]


def test_smooth_zeros_do_not_add_up(smooth: dict[str, Any]) -> None:
    """Where only they have the threshold, in all slices, m is 1; no other way of blowing up is needed to see it."""
    assert (smooth["claim"]["lambda"], smooth["claim"]["multiplicity"]) == ("1", 1)
    assert _lifted(smooth)
    assert not ends(smooth, "fibre")
    assert check(smooth).proved == "threshold"


def without_lifts(data: dict[str, Any]) -> None:
    for bar in _lifted(data):
        del bar["lift"]


def a_negative_lift(data: dict[str, Any]) -> None:
    _lifted(data)[0]["lift"] = "-1"


def a_lift_at_a_corner(data: dict[str, Any]) -> None:
    bars = [bar for end in ends(data, "jung") for bar in end["bars"]]
    next(bar for bar in bars if len(bar["factors"]) > 1)["lift"] = "1"


@pytest.mark.parametrize("change", [without_lifts, a_negative_lift, a_lift_at_a_corner])
def test_what_is_refused_of_larger_exponents(change: Change, smooth: dict[str, Any]) -> None:
    """They count in the slices, are positive, and only in the middle of an edge."""
    data = copy.deepcopy(smooth)
    change(data)
    with pytest.raises(CertificateError):
        check(resealed(data))


def test_nothing_is_realised_where_the_exponent_is_larger(smooth: dict[str, Any]) -> None:
    """The upper part cannot pass such a slice."""
    n, end = next(
        (n, node["end"])
        for n, node in enumerate(smooth["nodes"])
        if node["end"]["end"] == "jung" and any("lift" in bar for bar in node["end"]["bars"])
    )
    bar = next(i for i, b in enumerate(end["bars"]) if "lift" in b)
    child = sum(len(b["samples"]) + sum(len(x["cuts"]) for x in b["branches"]) for b in end["bars"][:bar])
    data = copy.deepcopy(smooth)
    path = _path_to(data, n)
    data["upper"] = {"cell": 0, "path": [*path, child], "at": {"tree": "branch"}}
    with pytest.raises(CertificateError, match="dropped conditions"):
        check(resealed(data))


def _path_to(data: dict[str, Any], n: int) -> list[int]:
    """Children on the way from the only root to node n."""
    (root,) = (node for _, node in data["root"]["cells"])

    def below(k: int) -> list[int] | None:
        if k == n:
            return []
        for i, child in enumerate(data["nodes"][k]["end"].get("children", [])):
            rest = below(child)
            if rest is not None:
                return [i, *rest]
        return None

    found = below(root)
    assert found is not None
    return found


Change = Callable[[dict[str, Any]], None]


def _jung(data: dict[str, Any]) -> dict[str, Any]:
    return ends(data, "jung")[-1]


def _bar(data: dict[str, Any]) -> dict[str, Any]:
    """A bar over Q(√2)."""
    return next(b for b in _jung(data)["bars"] if b["field"] is not None)


def _branch(data: dict[str, Any]) -> dict[str, Any]:
    return next(b for bar in _jung(data)["bars"] for b in bar["branches"])


def _tree(data: dict[str, Any]) -> dict[str, Any]:
    return max(ends(data, "tree"), key=lambda e: len(e["bars"]))


def other_combination(data: dict[str, Any]) -> None:
    _jung(data)["eliminants"][0]["by"][0][0][1] += 1


def a_factor_less(data: dict[str, Any]) -> None:
    _jung(data)["eliminants"][0]["factors"].pop()


def another_projection(data: dict[str, Any]) -> None:
    end = _jung(data)
    end["var"] = next(v for v in "xyz" if v not in (end["var"], end["over"]))


def a_bar_less(data: dict[str, Any]) -> None:
    end = _jung(data)
    gone = end["bars"].pop()
    for _ in range(len(gone["samples"]) + sum(len(b["cuts"]) for b in gone["branches"])):
        end["children"].pop()


def an_interval_without_sample(data: dict[str, Any]) -> None:
    _jung(data)["bars"][0]["samples"].pop()


def a_zero_less(data: dict[str, Any]) -> None:
    bar = _bar(data)
    bar["roots"].pop()
    bar["samples"].pop()


def a_sample_at_a_zero(data: dict[str, Any]) -> None:
    bar = _jung(data)["bars"][0]
    bar["samples"][1] = bar["roots"][0][1]


def another_exponent(data: dict[str, Any]) -> None:
    _bar(data)["exponent"] += 1


def another_power(data: dict[str, Any]) -> None:
    _bar(data)["power"] += 2


def the_other_root_of_two(data: dict[str, Any]) -> None:
    field = _bar(data)["field"]
    field[1], field[2] = str(-Fraction(field[2])), str(-Fraction(field[1]))


def another_zero_below(data: dict[str, Any]) -> None:
    _bar(data)["root"] = 1 - _bar(data)["root"]


def another_factor(data: dict[str, Any]) -> None:
    bars = [b for end in ends(data, "jung") for b in end["bars"]]
    next(f for b in bars for f in b["factors"] if len(f) > 1)[0][1] += 1


def a_larger_box(data: dict[str, Any]) -> None:
    _branch(data)["r"] = "1000"


def a_box_elsewhere(data: dict[str, Any]) -> None:
    lo, hi = map(Fraction, _branch(data)["interval"])
    _branch(data)["interval"] = [str(hi), str(2 * hi - lo)]


def a_slice_elsewhere(data: dict[str, Any]) -> None:
    cut = _branch(data)["cuts"][0]
    lo, hi = map(Fraction, cut["between"])
    cut["between"] = [str(hi), str(2 * hi - lo)]


def a_side_less(data: dict[str, Any]) -> None:
    branch = next(b for bar in _jung(data)["bars"] for b in bar["branches"] if len(b["cuts"]) == 2)
    branch["cuts"].pop()
    _jung(data)["children"].pop()


def another_point_on_the_slice(data: dict[str, Any]) -> None:
    cut = _branch(data)["cuts"][0]
    cut["t"][0] = str(Fraction(cut["t"][0]) + 1)


def larger_radii(data: dict[str, Any]) -> None:
    _jung(data)["radii"] = ["100", "100", "100"]


def a_bar_of_a_slice_less(data: dict[str, Any]) -> None:
    _tree(data)["bars"].pop()


def another_factor_of_a_slice(data: dict[str, Any]) -> None:
    _tree(data)["objects"][0][-1][1] += 1


def no_tree(data: dict[str, Any]) -> None:
    data["upper"] = {"cell": 0, "path": [], "at": {"tree": "bar"}}


def a_branch_for_a_bar(data: dict[str, Any]) -> None:
    data["upper"]["at"]["tree"] = "branch"


def a_multiplicity_more(data: dict[str, Any]) -> None:
    data["claim"]["multiplicity"] += 1


@pytest.mark.parametrize(
    "change",
    [
        other_combination,
        a_factor_less,
        another_projection,
        a_bar_less,
        an_interval_without_sample,
        a_zero_less,
        a_sample_at_a_zero,
        another_exponent,
        another_power,
        the_other_root_of_two,
        another_zero_below,
        another_factor,
        a_larger_box,
        a_box_elsewhere,
        a_slice_elsewhere,
        a_side_less,
        another_point_on_the_slice,
        larger_radii,
        a_bar_of_a_slice_less,
        another_factor_of_a_slice,
        no_tree,
        a_branch_for_a_bar,
        a_multiplicity_more,
    ],
)
def test_what_is_refused(change: Change, bent: dict[str, Any]) -> None:
    """Changes that the obligations must catch, with the digest made anew."""
    data = copy.deepcopy(bent)
    change(data)
    with pytest.raises(CertificateError):
        check(resealed(data))


def low_orders_left_out_too(data: dict[str, Any]) -> None:
    _tree(data)["most"] = 1


def test_orders_that_count_are_not_left_out(bent: dict[str, Any]) -> None:
    data = copy.deepcopy(bent)
    low_orders_left_out_too(data)
    with pytest.raises(CertificateError):
        check(resealed(data))


# ---------------------------------------------------------------- sheets, and lines that are bars
@pytest.fixture
def by_slices_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Root charts are projected, whatever else would do."""

    def start(self: resolve.Solver, w: Work, ctx: resolve.Context) -> resolve.Outcome:
        normal_form(w)
        self.way = "jung"
        out = by_projection(self, w, ctx, None, ("chart", "signature", "lowest"))
        assert out is not None
        return out

    monkeypatch.setattr(resolve.Solver, "start", start)


@pytest.mark.parametrize(
    ("text", "how", "lam", "m"),
    [
        # the sheet x = 0 alone has the least ratio: the same in all slices, also where it is the line u = 0 of a tree
        ("x^6*y*z", {}, "1/6", 1),
        ("x^3*y^3*z^2*(x^3+2*x^4*y^3*z^4)^2", {}, "1/9", 1),
        ("x^3*y*z*(x+x^4*y^2*z)", {"prior": "x"}, "1/2", 1),
        # along a branch on a divisor the first bar is the line u = 0 itself
        ("x^3*y^2*z^3*(z^3+2*y^2*z^3)", {"region": "z>=0", "prior": "x"}, "1/6", 1),
        ("y^3*(z^3+x^2)", {"region": "x>=0, y>=0"}, "1/3", 1),
        ("x^2*y^3*(z^2-x^4*y^3-x^2*y*z^2)", {"region": "x>=0, y>=0"}, "1/3", 1),
        # two sheets meet everywhere on a line, three at the point
        ("x^2*y^2*z", {}, "1/2", 2),
        ("x^2*y^2*z^2", {}, "1/2", 3),
    ],
)
def test_sheets_are_counted_once(by_slices_alone: None, text: str, how: dict[str, str], lam: str, m: int) -> None:
    """What slices realise is no worse than the threshold, what they prove no better."""
    r = rlct(text, mode="abs", variables=["x", "y", "z"], at="0,0,0", **how)  # type: ignore[arg-type]
    assert r.bounds[0] == r.bounds[1] == Fraction(lam)
    assert r.multiplicity_bounds is not None and r.multiplicity_bounds[0] <= m <= r.multiplicity_bounds[1]
    assert r.certificate is not None
    claim = r.certificate["claim"]
    assert claim["multiplicity"] is None or claim["multiplicity"] <= m
    check(r.certificate)
    worse = copy.deepcopy(r.certificate)
    worse["claim"]["multiplicity"] = m + 1
    for where in ("bar", "line", "branch"):
        worse["upper"]["at"] = {"tree": where}
        with pytest.raises(CertificateError):
            check(resealed(worse))


@pytest.mark.parametrize(
    ("text", "how", "lam", "ops"),
    [
        ("x*y*z*((x+y*z)^3-(y-x*z)^2*(z+x^2))", {}, "8/17", {"release"}),  # all variables are divisors
        ("x*y+y*z+z*x+x^2*y", {"region": "x>=0, y>=0, z>=0"}, "3/2", {"release", "unfold"}),  # 0 on all axes
    ],
)
def test_without_divisors_and_walls(
    by_slices_alone: None, text: str, how: dict[str, str], lam: str, ops: set[str]
) -> None:
    """Where no variable is fit for a projection, divisors become factors and walls go by squares."""
    r = rlct(text, mode="abs", variables=["x", "y", "z"], at="0,0,0", **how)  # type: ignore[arg-type]
    assert (r.lam, r.multiplicity) == (Fraction(lam), 1)
    assert r.certificate is not None
    assert check(r.certificate).proved == "threshold"
    assert ops <= {step["op"] for node in r.certificate["nodes"] for step in node["steps"]}
    assert r.explain("full")


def test_what_is_no_wall_is_not_unfolded() -> None:
    s = State((0, 1), {0: Small(wall=True), 1: Small()}, objects=())
    ledger = Ledger(algebra.make_ring(2), ("x", "y"))
    assert steps.unfold(ledger, s, {"var": "x"}).small[0] == Small(Fraction(0), Fraction(1))
    with pytest.raises(ObligationFailed):
        steps.unfold(ledger, s, {"var": "y"})


def test_numbers_of_very_different_size() -> None:
    """c^2 + b has no zero where b > 0, tiny beside its terms: (2^40 √2 - n)^20 with a difference of .74."""
    ring = algebra.make_ring(2)
    c, t = (algebra.gen(ring, i) for i in range(2))
    place = Place((1, 0, -2), (Fraction(1), Fraction(2)))
    tiny = reduced_signed((t * 2**40 - 1554944255987) ** 20, place, 1)
    for b, real in ((tiny, False), (-tiny, True)):
        line = Line(place, c**2 + b, 0, 1)
        far = line.bound()
        assert line.no_zero(-far, far) is not real
        assert line.no_zero(far, 4 * far)


# ---------------------------------------------------------------- curves that are cut off
@pytest.fixture
def cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short curves are cut off, too."""
    monkeypatch.setattr(over_bars, "SHORT", 0)
    monkeypatch.setattr(over_bars, "ORDERS", (8, 16, 32))


@pytest.mark.parametrize(
    ("text", "lam", "m"),
    [(LONGER, "5/6", 1), (CONE, "5/6", 1), (EDGES, "5/6", 2), (BENT, "5/6", 2), (ALONG, "3/4", 1), (TIES, "1/2", 3)],
)
@pytest.mark.usefixtures("cut_off")
def test_low_orders_are_enough(text: str, lam: str, m: int) -> None:
    """The same answers, with boxes in which what was left out is bounded."""
    data = certificate(text)
    assert (data["claim"]["lambda"], data["claim"]["multiplicity"]) == (lam, m)
    assert all(end["most"] for end in ends(data, "jung") if end["bars"])
    assert any(bar["branches"] for end in ends(data, "jung") for bar in end["bars"])
    assert check(data).proved == "threshold"


@pytest.mark.usefixtures("cut_off")
def test_what_is_refused_of_curves_that_are_cut_off() -> None:
    """Orders that count, a box in which what was left out may be large; and slices where a bar has neighbours."""
    data = certificate(BENT)

    def less(x: dict[str, Any]) -> None:
        for end in ends(x, "jung"):
            end["most"] = 2

    def wider(x: dict[str, Any]) -> None:
        for end in ends(x, "jung"):
            for bar in end["bars"]:
                for branch in bar["branches"]:
                    branch["r"] = str(2 * Fraction(branch["r"]))

    def unsliced(x: dict[str, Any]) -> None:
        next(bar for end in ends(x, "jung") for bar in end["bars"] if len(bar["factors"]) > 1)["sliced"] = False

    for change in (less, wider, unsliced):
        changed = copy.deepcopy(data)
        change(changed)
        with pytest.raises(CertificateError):
            check(resealed(changed))


@pytest.mark.usefixtures("cut_off")
def test_a_bound_of_what_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is at least as large as the difference of a curve and what is left of it, at points of the boxes."""
    seen: list[tuple[Fraction, Fraction]] = []
    original = bars._left_out

    def value(f: Any, point: dict[int, Fraction]) -> Fraction:
        total = Fraction(0)
        for e, x in f.items():
            term = Fraction(int(x))
            for i, k in enumerate(e):
                term *= point.get(i, Fraction(0)) ** k
            total += term
        return total

    def compared(ledger: Ledger, bar: Any, b: Any, i: int, axes: Any, around: Any) -> tuple[Fraction, Fraction]:
        found = original(ledger, bar, b, i, axes, around)
        arcs = bar.arcs
        if arcs.place.rational:
            for s in (b.r, b.r / 3):
                for c in (b.lo, (b.lo + b.hi) / 2):
                    t = value(arcs.num, {axes.u: s}) / arcs.den + s**bar.exponent * c
                    exact = value(around.curves[i], {axes.u: arcs.sigma * s**arcs.power, axes.t: t})
                    left = value(bar.strict[i], {axes.u: s, axes.c: c})
                    seen.append((abs(abs(exact) * arcs.multiples[i] / s ** bar.orders[i] - abs(left)), found[0]))
        return found

    data = certificate(LONGER)
    monkeypatch.setattr(bars, "_left_out", compared)
    check(data)
    assert all(difference <= bound for difference, bound in seen)
    assert any(difference > 0 for difference, _ in seen)


def test_the_multiple_of_a_curve_is_told() -> None:
    """New coefficients are old ones times a number; 0 where they are not."""
    ring = algebra.make_ring(3)
    s, _, c = ring.gens
    old = elements(3 * c**2 * s + 5 * c, RATIONALS, 1)
    assert multiple(RATIONALS, 6 * c**2 * s + 10 * c, old, 1) == 2
    assert multiple(RATIONALS, s, old, 1) == 0
    assert majorant(s - 2 * c**2, 0, 2, (Fraction(1, 2), Fraction(3), Fraction(1)), (None, Fraction(0))) == (
        Fraction(37, 2),
        12,
    )


@pytest.mark.slow
def test_a_composition_with_a_long_discriminant() -> None:
    """(A^2 - 2 B^3)^2 + A^3 B^2 z: 8255 terms, of which 19 times a curve of 8."""
    a, b = "(x + y*z^2 + z)", "(x^3*y + 2*x*z^2 + 3*x^2*y)"
    r = rlct(f"({a}^2 - 2*{b}^3)^2 + {a}^3*{b}^2*z", mode="abs", prior="2*x^2*y^2*z + 3*z", budget=Budget(seconds=90))
    assert (r.lam, r.multiplicity) == (Fraction(5, 12), 2)
    assert r.certificate is not None
    assert ends(r.certificate, "jung")
    assert check(r.certificate).proved == "threshold"

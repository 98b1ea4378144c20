"""Plane sections in place of an open piece of space: nothing changes along a line until a mark is met.

Along z the zeros of all functions, which do not come from infinity, are simple and different but over curves in the
plane of the two other variables, x and y; along y these curves are simple and different but over some numbers x, the
marks.  Between marks the zeros in y of the curves are analytic functions of x, near each of which the zeros in z are
series in a root of the distance from it, with coefficients analytic in x and differences that are monomials times
units (Abhyankar, Jung).  So the thresholds at the points over such an interval are those of one plane section.
(O. Zariski, Studies in equisingularity I-II, Amer. J. Math. 87, 1965.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise, permutations
from typing import TYPE_CHECKING, Any

from flint import fmpz_poly

from rlct.exact import charts
from rlct.exact.charts import Chart, Ideal, encode, number
from rlct.exact.leaves import INFINITE, Upper
from rlct.exact.outcomes import Context, Outcome
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.projection import Factors, pairs_of
from rlct.exact.reduce import normal_form
from rlct.exact.roots import coefficients, has_point, roots_of, sign_at
from rlct.exact.slices import at_number
from rlct.exact.strata import cut_along, options_of, pieces, spare_variable
from rlct.exact.work import Memory, Work
from rlct.values import Threshold

if TYPE_CHECKING:
    from rlct.exact.resolve import Solver

LONG = 600  # longest function
LONGEST = 2000  # longest curve
DEGREE = 60  # highest degree of a mark with a root that counts
TILTS = ((0, 0), (0, 1), (1, 0), (1, -1), (1, 2))  # slopes of lines
IRRATIONAL = 6  # how much harder a point is for each degree of its coordinate beyond the first


@dataclass(frozen=True)
class Sections:
    """The section at a number x stands for its neighbours while no mark is 0; the end as data, without samples."""

    x: int
    y: int
    z: int
    functions: tuple[Poly, ...]
    curves: tuple[Poly, ...]
    marks: tuple[Poly, ...]
    watched: bool
    data: dict[str, Any]


def is_fit(c: Chart, patience: int = 1) -> bool:
    """An open piece of space: three variables, at most one of them small."""
    if c.over_c or c.relations or c.equations or len(c.free) < 2 or len(c.order) != 3:
        return False
    return all(len(g) <= LONG * patience for ob in c.objects for g in ob.gens)


def by_sections(solver: Solver, w: Work, ctx: Context, up: Upper | None, trail: tuple[Any, ...]) -> Outcome | None:
    """Solve an open piece of space by plane sections and the planes over the marks; None where it is not fit."""
    if not is_fit(w.chart, w.memory.patience):
        return None
    if w.chart.small:
        return _by_lines(solver, w, ctx, up, trail)
    # first without the walls, which are surfaces like others: it may be no worse beyond them
    c = w.chart
    walled = bool(c.positive or c.nonzero)
    outcomes: list[Outcome] = []
    for watched in (False, True) if walled else (True,):
        plan = _plan(solver, w, watched)
        if plan is not None:
            v, cuts, found = plan
            outcomes.append(_solved(solver, v, cuts, found, ctx, trail))
            if outcomes[-1].closed and (outcomes[-1].tight or ctx.hopeless(outcomes[-1].low)):
                break
    if not outcomes:
        return None
    return solver.join(w, {"end": "either"}, outcomes, up, max(out.low for out in outcomes))


def _plan(solver: Solver, w: Work, watched: bool) -> tuple[Work, list[Poly], Sections] | None:
    """The variables, or lines in other directions, with the fewest and simplest marks."""
    c = w.chart
    for slopes in TILTS:
        best: tuple[int, Work, list[Poly], Sections] | None = None
        for v in _tilted(w, slopes):
            for x, y, z in permutations(v.chart.free):
                if any(slopes) and v.steps[-1]["var"] == v.chart.name(z):
                    continue
                solver.tick()
                try:
                    found = sections(v, x, y, z, watched=watched)
                except TooLarge:
                    continue
                if found is None:
                    continue
                cuts = _to_cut(v.chart, found)
                highest = max((q.degrees[x] for q in cuts), default=0)
                if highest > DEGREE * w.memory.patience or (highest > 1 and spare_variable(c) is None):
                    continue
                cost = sum(1 + IRRATIONAL * (q.degrees[x] - 1) for q in cuts)
                if best is None or cost < best[0]:
                    best = cost, v, cuts, found
        if best is not None:
            return best[1:]
    return None


def _tilted(w: Work, slopes: tuple[int, int]) -> Iterator[Work]:
    """Other lines, in place of those of each variable."""
    c = w.chart
    if not any(slopes):
        yield Work(c, w.memory)
        return
    for z in c.free:
        v = Work(c, w.memory)
        for i, s in zip((i for i in c.free if i != z), slopes, strict=True):
            if s:
                v.do(charts.coordinate(v.chart, i, c.ring.one, c.ring.gen(z) * -s))
        yield v


def _solved(
    solver: Solver, w: Work, cuts: Sequence[Poly], found: Sections, ctx: Context, trail: tuple[Any, ...]
) -> Outcome:
    """The lines over points in planes over marks first, most singular of all; then the sections between marks."""
    c, x = w.chart, found.x
    samples = list(_samples(c, found))
    sides: list[Chart] = []
    planes = []
    for f in cuts:
        data, made = _plane(w, f, found)
        planes.append(data)
        sides += made
    end = {"end": "sections", **found.data, "planes": planes, "samples": [number(a) for a in samples]}
    outcomes = solver.each([solver.prepare(chart) for chart in sides], ctx, trail)
    between = [section(c, x, a, found.watched) for a in samples]
    # beyond the walls nothing is realised
    here = ctx if found.watched else replace(ctx)
    found_there = solver.each([solver.prepare(chart) for chart in between], here, trail)
    if not found.watched:
        found_there = [replace(out, up=None) for out in found_there]
    outcomes += found_there
    lows = [out.low for out in outcomes]
    if planes:
        lows.append(_simple(c, found))
    return solver.join(w, end, outcomes, None, min(lows, default=INFINITE))


def _plane(w: Work, f: Poly, found: Sections) -> tuple[dict[str, Any], list[Chart]]:
    """The plane over a mark: charts of its lines over points of curves, and of the rest where that is not simple."""
    c, x = w.chart, found.x
    parts = f.coefficients(x)
    linear = f.degrees[x] == 1
    rest = parts.get(0, c.ring.zero)
    split = cut_along(c, f, ("solve", x, parts[1], rest) if linear else ("etale", x, None, None))
    v = Work(split.children[1], w.memory)
    curves = [q.solve_into(x, parts[1], rest).at_zero([x]).primitive() if linear else q for q in found.curves]
    todo = [q for g in curves if found.y in g.variables for q in pieces(v, g)]
    lines, made = [], []
    off = v.chart
    simple = f not in found.curves
    for q in dict.fromkeys(todo):
        if v.memory.oracle.nowhere_zero(q, v.stratum):
            continue
        ways, _ = options_of(v, q)
        if not ways:
            simple = False
            continue
        cut = cut_along(v.chart, q, min(ways, key=lambda ro: ro[0])[1])
        lines.append({"by": encode(v.chart, q), "zero": cut.how})
        made.append(cut.children[1])
        off = charts.split_nonzero(off, q)
    data = {"mark": found.marks.index(f), "zero": split.how, "lines": lines, "simple": simple}
    return data, [*made, *([] if simple else [off])]


def _simple(c: Chart, found: Sections) -> Threshold:
    """The threshold where one function at most is zero, and simply along z."""
    worst = INFINITE
    orders = iter(found.data["products"])
    k = dict.fromkeys(range(len(found.functions)), Fraction(0))
    h = dict(k)
    for ob in c.objects:
        powers = [dict(next(orders)) for _ in ob.gens]
        for i in k:
            least = min(row.get(i, 0) for row in powers)
            k[i] += ob.E * least
            h[i] += ob.H * least
    for i, f in enumerate(found.functions):
        if found.z in f.variables and k[i] > 0:
            worst = min(worst, Threshold((h[i] + 1) / k[i], 1))
    return worst


def _by_lines(solver: Solver, w: Work, ctx: Context, up: Upper | None, trail: tuple[Any, ...]) -> Outcome | None:
    """A plane u = 0 is cut along lines in it over which zeros in z meet."""
    (u,) = w.chart.small
    best: tuple[int, list[Poly]] | None = None
    for y, z in permutations(w.chart.free):
        solver.tick()
        try:
            found = _meeting(w.memory, _functions(w, {y, z}, True)[0], z)
        except TooLarge:
            continue
        if found is None:
            continue
        lines = [q for q in (f.at_zero([u]).primitive() for f in found[0]) if y in q.variables]
        todo = [q for f in lines for q in pieces(w, f) if not w.memory.oracle.nowhere_zero(q, w.stratum)]
        if not any(options_of(w, q)[0] for q in todo):
            continue  # nothing to cut along
        cost = sum(1 + IRRATIONAL * (q.degrees[y] - 1) for q in todo)
        if best is None or cost < best[0]:
            best = cost, todo
    return None if best is None else _lines(solver, w, best[1], ctx, up, trail)


def _lines(
    solver: Solver,
    w: Work,
    curves: Sequence[Poly],
    ctx: Context,
    up: Upper | None,
    trail: tuple[Any, ...],
) -> Outcome:
    """The lines on which these are zero, one after the other; off them no zeros in z meet."""
    todo = [q for f in curves for q in pieces(w, f) if not w.memory.oracle.nowhere_zero(q, w.stratum)]
    for q in dict.fromkeys(todo):
        found, _ = options_of(w, q)
        if found:
            split = cut_along(w.chart, q, min(found, key=lambda ro: ro[0])[1])
            off, on = split.children
            line = solver.solve_prepared(solver.prepare(on), ctx, trail)
            others = _lines(solver, Work(off, w.memory), [f for f in todo if f != q], ctx, None, trail)
            end = {"end": "split", "by": encode(w.chart, q), "zero": split.how}
            return solver.join(w, end, [others, line], up)
    normal_form(w, solver.tick)
    return solver.solve_prepared(w, ctx, trail)


def section(c: Chart, x: int, a: Fraction, watched: bool) -> Chart:
    """The chart at x = a, with its conditions or without."""
    nonzero, positive = (c.nonzero, c.positive) if watched else ((), ())

    def moved(g: Poly) -> Poly:
        return at_number(g, x, a)

    objects = []
    for ob in c.objects:
        kept = [(g.primitive(), sd) for g, sd in ((moved(g), sd) for g, sd in zip(ob.gens, ob.sd, strict=True)) if g]
        gens, sds = tuple(g for g, _ in kept), tuple(sd for _, sd in kept)
        if not any(g.is_constant for g in gens):
            objects.append(Ideal(gens, ob.E, ob.H, sds))
    return replace(
        c,
        order=tuple(i for i in c.order if i != x),
        objects=tuple(objects),
        nonzero=tuple(moved(g).primitive() for g in nonzero),
        positive=tuple(moved(g).primitive_signed() for g in positive),
        roots=(),
    )


# ---------------------------------------------------------------- marks
def sections(w: Work, x: int, y: int, z: int, watched: bool = True) -> Sections | None:
    """Curves over which the zeros in z meet, and marks over which those of the curves in y do; None where the highest
    coefficients in z involve y; `watched`: conditions are functions as well."""
    c = w.chart
    functions, products = _functions(w, {y, z}, watched)
    if _come_from_infinity(functions, x, z):
        return None
    over = _meeting(w.memory, functions, z)
    turning = None if over is None else _meeting(w.memory, over[0], y)
    if over is None or turning is None:
        return None
    data = {
        "over": c.name(x),
        "watched": watched,
        "along": [c.name(y), c.name(z)],
        "functions": [encode(c, f) for f in functions],
        "products": products,
        "curves": [encode(c, f) for f in over[0]],
        "meeting": over[1],
        "marks": [encode(c, f) for f in turning[0]],
        "turning": turning[1],
    }
    return Sections(x, y, z, tuple(functions), tuple(over[0]), tuple(turning[0]), watched, data)


def _come_from_infinity(functions: Sequence[Poly], x: int, z: int) -> bool:
    """May a zero in z do so between marks?"""
    return any(z in f.variables and not f.coefficients(z)[f.degrees[z]].variables <= {x} for f in functions)


def _functions(w: Work, moving: set[int], watched: bool) -> tuple[list[Poly], list[list[list[int]]]]:
    """The factors of all generators, and of the conditions on more than x; and how these are made of them."""
    known: dict[Poly, int] = {}
    products = [_numbered(w.memory.factors(g), known) for g in _watched(w.chart, moving, watched)]
    return list(known), products


def _meeting(memory: Memory, functions: Sequence[Poly], z: int) -> tuple[list[Poly], list[list[list[int]]]] | None:
    """What vanishes where zeros in z meet (functions without z among it), and how the eliminants are made of it; None
    where zeros meet everywhere, or an eliminant is long."""
    known: dict[Poly, int] = {}
    for f in functions:
        if z not in f.variables:
            _numbered([(f, 1)], known)
    products = []
    for f in _eliminants(memory, [f for f in functions if z in f.variables], z):
        if not f or len(f) > LONGEST * memory.patience:
            return None
        products.append(_numbered(_factors(f), known))
    return list(known), products


def _watched(c: Chart, moving: set[int], watched: bool) -> Iterator[Poly]:
    """All generators, and the conditions that involve more than x."""
    yield from (g for ob in c.objects for g in ob.gens)
    if watched:
        yield from (g for g in (*c.positive, *c.nonzero) if g.variables & moving)


def _factors(f: Poly) -> Factors:
    return [(q.primitive(), k) for q, k in f.primitive().factor()[1] if not q.is_constant]


def _numbered(fs: Factors, known: dict[Poly, int]) -> list[list[int]]:
    """Factors by their numbers."""
    return [[known.setdefault(f, len(known)), k] for f, k in fs if not f.is_constant]


def _eliminants(memory: Memory, functions: Sequence[Poly], z: int) -> Iterator[Poly]:
    """What vanishes where a function has fewer zeros in z, or where some of them meet."""
    for f in functions:
        if f.degrees[z] == 1:
            yield f.coefficients(z)[1]
    for f, g in pairs_of(functions, z):
        yield memory.resultant(f, g, z)


def _univariate(polys: Sequence[Poly], x: int) -> list[Any]:
    return [fmpz_poly(coefficients(f, x)) for f in polys if f.variables == {x}]


def _to_cut(c: Chart, found: Sections) -> list[Poly]:
    """Marks that have a zero in the stratum."""
    off, above = _univariate(c.nonzero, found.x), _univariate(c.positive, found.x)
    return [q for q in found.marks if has_point(_univariate([q], found.x), off, above)]


def _samples(c: Chart, found: Sections) -> Iterator[Fraction]:
    """A number between any two neighbouring zeros of marks and conditions."""
    above = _univariate(c.positive, found.x)
    whole = fmpz_poly([1])
    for f in (*_univariate(found.marks, found.x), *above, *_univariate(c.nonzero, found.x)):
        if whole.gcd(f).degree() < f.degree():
            whole *= f
    roots = roots_of(whole)
    ends = (
        [roots[0].lo - 1, *(a for r, s in pairwise(roots) for a in [_between(r.hi, s.lo)]), roots[-1].hi + 1]
        if roots
        else [Fraction(0)]
    )
    yield from (a for a in ends if all(sign_at(f, a) > 0 for f in above))


def _between(lo: Fraction, hi: Fraction) -> Fraction:
    """The simplest dyadic number in the open interval."""
    scale = 1
    while True:
        n = lo.numerator * scale // lo.denominator + 1
        if Fraction(n, scale) < hi:
            return Fraction(n, scale)
        scale *= 2

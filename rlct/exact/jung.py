"""Jung's method in three variables: thresholds of plane slices across the discriminant curve of a projection.

Along a line (that of y) all functions have simple and different zeros but over a plane curve, which can be made one
with normal crossings.  Over these the zeros in y are series (Abhyankar, Jung), and so |K| is linear on cones of
exponents; every ray of these lies over one of the exceptional lines, here the bars of the curve (`bars`), or over one
of its branches.  So the threshold is the least of those of slices: through the exceptional lines, one for each
interval between special points, and across the branches next to the point.  (H. W. E. Jung, Darstellung der
Funktionen eines algebraischen Körpers zweier unabhängigen Veränderlichen, 1908; S. Abhyankar, Amer. J. Math. 77,
1955.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rlct.exact import charts
from rlct.exact.bars import FINE, Axes, Bar, Corner, bars, corner, refined
from rlct.exact.centre import Centre, Origin, origin, points_of, separated
from rlct.exact.charts import Chart, number
from rlct.exact.directions import gather, release, unfold
from rlct.exact.leaves import INFINITE, Upper
from rlct.exact.outcomes import Context, Outcome
from rlct.exact.places import RATIONALS, Place
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.projection import (
    Projection,
    discriminant_curve,
    factored,
    multiplicity,
    order,
    projected,
    unmoved,
)
from rlct.exact.slices import Branch, Cut, across, branch_of, on_bar, radii, ray, through
from rlct.exact.tree import Leaf, tree_leaf, write_bar, write_element, write_field
from rlct.exact.work import Work
from rlct.values import Threshold

if TYPE_CHECKING:
    from rlct.exact.resolve import Solver

TILTS = ((0, 0), (1, 0), (0, 1), (1, -1), (1, 2))  # slopes of the lines of the projection
LONG = 600  # longest generator
REGULAR = 100  # (see `multiplicity`)
TRIED = 2  # projections of one kind
DEGREE = 16  # highest degree in the variable of the projection
TOTAL = 160  # highest degree of a generator
ORDERS = (20, 40, 80, 160, 320, 640, 1280)  # in u, beyond which long curves are cut off
SHORT = 300  # curves with so many terms are not
LIFTS = 8  # 1, 1/4, ...: small enough that divisors that are no worse than others stay so

Slice = tuple[Chart, Place | None, int]


@dataclass(frozen=True)
class More:
    """Corners at which there is one more bar, and what is added to the exponent of s on bars at corners."""

    between: frozenset[Corner] = frozenset()
    lifts: Mapping[Corner, Fraction] = field(default_factory=dict)


@dataclass(frozen=True)
class Slices:
    """The charts and the end without its children; `pairs`: groups of charts over rays that have a cone in common, with
    the corner between.

    With a slice its field (None: no tree is looked for), and the variable that its generator is called like.  `middle`:
    slices in the middle of an edge, which stand for one divisor more, with the corner there; `lifted`: all those at a
    corner with a larger exponent of s.
    """

    charts: tuple[Slice, ...]
    end: dict[str, Any]
    pairs: tuple[tuple[tuple[int, ...], tuple[int, ...], Corner], ...] = ()
    middle: Mapping[int, Corner] = field(default_factory=dict)
    lifted: Callable[[Corner, Fraction], list[Slice]] = lambda at, lift: []

    def ties(self, values: Sequence[Threshold]) -> Iterator[tuple[Threshold, Corner]]:
        """Pairs both groups of which have the worst threshold of all."""
        worst = min(values, default=INFINITE)
        for first, second, where in self.pairs:
            a, b = (min((values[i] for i in group), default=INFINITE) for group in (first, second))
            if a.lam == b.lam == worst.lam != math.inf:
                yield Threshold(worst.lam, min(a.mult + b.mult, 3)), where

    def low(self, values: Sequence[Threshold]) -> Threshold:
        """The worst of all; where both groups of a pair have it, their multiplicities add up, to at most 3; in the
        middle of an edge there is one more."""
        worst = min(values, default=INFINITE)
        more = [Threshold(worst.lam, min(values[i].mult + 1, 3)) for i in self.middle if values[i].lam == worst.lam]
        return min([worst, *more, *(tie for tie, _ in self.ties(values))])


def by_projection(solver: Solver, w: Work, ctx: Context, up: Upper | None, trail: tuple[Any, ...]) -> Outcome | None:
    """Solve a chart at a point along its projections; None where no variable is fit for it."""
    if trail.count(trail[-3]) > 1:
        return None
    if w.chart.relations:
        return _at_irrational(solver, w, ctx, up, trail)
    if not is_fit(w.chart, w.memory.patience):
        return None
    for v, y in _projections(solver, _gathered(w)):
        done = _along(solver, w, v, y, None, ctx, up, trail)
        if done is not None:
            return done
    return None


def _at_irrational(solver: Solver, w: Work, ctx: Context, up: Upper | None, trail: tuple[Any, ...]) -> Outcome | None:
    """The same at irrational points, one by one, moved to the origin."""
    if not is_fit(w.chart, w.memory.patience):
        return None
    v = _gathered(w)
    c = v.chart
    points = points_of(c)
    if not points:
        return None
    if len(points) > 1:
        f = separated(c, points)
        if f is None:
            return None
        end = {"end": "signs", "of": charts.encode(c, f)}
        return solver.children(w, end, [charts.split_positive(w.chart, g) for g in (f, -f)], ctx, up, trail)
    found = origin(c, points[0])
    if found is None:
        return None
    v.do((found.chart, found.step))
    plain = Work(found.plain, w.memory)
    costs = []
    for y in found.chart.smalls:
        solver.tick()
        cost = None if found.chart.small[y].is_divisor else _cost(plain, y, found.centre)
        if cost is not None:
            costs.append((cost, y))
    for _, y in sorted(costs)[:TRIED]:
        done = _along(solver, w, v, y, found, ctx, up, trail)
        if done is not None:
            return done
    return None


def _along(
    solver: Solver,
    w: Work,
    v: Work,
    y: int,
    found: Origin | None,
    ctx: Context,
    up: Upper | None,
    trail: tuple[Any, ...],
) -> Outcome | None:
    """One projection, of the chart w in the coordinates of v: the slices; again, with more bars, where neighbours tie,
    which show how often; and lifted ones, where that seems to be less than once."""
    tried: list[Outcome] = []
    more: More | None = More()
    while more is not None:
        over = Work(v.chart, w.memory)
        try:
            slices = sliced(over, y, more, found)
        except TooLarge:
            slices = None
        if slices is None:
            break
        outcomes = [_slice(solver, *slice_, ctx, trail) for slice_ in slices.charts]
        for n in slices.middle:
            if _is_over_the_bar(solver, outcomes[n], slices):
                here = outcomes[n].up
                assert here is not None
                value = Threshold(here.value.lam, min(here.value.mult + 1, 3))
                outcomes[n] = replace(outcomes[n], up=replace(here, value=value))
                solver.realised(ctx, outcomes[n].up)
        tried.append(solver.join(over, slices.end, outcomes, None, slices.low([out.low for out in outcomes])))
        more = _more(solver, slices, outcomes, more, ctx) if tried[-1].closed else None
    if not tried:
        return None
    out = solver.join(v, {"end": "either"}, tried, None, max(o.low for o in tried))
    # what is realised in the old coordinates is proved in the old ones
    return solver.join(w, {"end": "either"}, [out], up)


def _more(solver: Solver, slices: Slices, outcomes: Sequence[Outcome], more: More, ctx: Context) -> More | None:
    """Bars in the middle of edges where neighbours tie; and larger exponents on those on which no divisor over the bar
    seems to have the worst threshold, but smooth zeros in y.  None: nothing more to show."""
    lows = [out.low for out in outcomes]
    where = more.between.union(where for tie, where in slices.ties(lows) if not ctx.hopeless(tie))
    if where > more.between:
        return replace(more, between=where)
    worst = min(lows, default=INFINITE)
    lifts = {}
    if not ctx.hopeless(slices.low(lows)):
        for at in dict.fromkeys(slices.middle.values()):
            tied = [n for n, there in slices.middle.items() if there == at and lows[n].lam == worst.lam != math.inf]
            if not tied or any(_is_over_the_bar(solver, outcomes[n], slices) for n in tied):
                continue
            for lift in (Fraction(1, 4**n) for n in range(LIFTS * solver.memory.patience)):
                leaves = [_tree(solver, *slice_) for slice_ in slices.lifted(at, lift)]
                if all(leaf is not None and leaf[0].lam >= worst.lam for leaf in leaves):
                    lifts[at] = lift
                    break
    return replace(more, lifts={**more.lifts, **lifts}) if lifts else None


def _is_over_the_bar(solver: Solver, out: Outcome, slices: Slices) -> bool:
    """What is realised in a slice is a divisor over the bar: s = 0 or a bar of the slice, no sheet or branch."""
    if out.up is None:
        return False
    where, leaf = out.up.terminal.get("tree"), solver.nodes[out.node]["end"]
    return bool(where == "bar" or (where == "line" and leaf["over"] == slices.end["over"]))


def _slice(
    solver: Solver, chart: Chart, place: Place | None, theta: int, ctx: Context, trail: tuple[Any, ...]
) -> Outcome:
    """A slice: by the tree of its branches at the point, or like any other chart."""
    solver.tick()
    leaf = _tree(solver, chart, place, theta)
    if leaf is None:
        return solver.solve_prepared(solver.prepare(chart), ctx, trail)
    low, end, up = leaf
    solver.visited += 1
    solver.realised(ctx, up)
    return solver.node(Work(chart, solver.memory), end, low, up)


def _tree(solver: Solver, c: Chart, place: Place | None, theta: int) -> Leaf | None:
    """The leaf of a slice, which may come again when there are more bars."""
    if place is None:
        return None
    known = solver.memory.trees
    key = theta, c.order, tuple((i, c.small[i]) for i in c.smalls), c.objects, c.positive, c.relations
    if key not in known:
        known[key] = tree_leaf(Work(c, solver.memory), theta, place)
    leaf: Leaf | None = known[key]
    return leaf


def _projections(solver: Solver, w: Work) -> Iterator[tuple[Work, int]]:
    """Where to project from, the simplest discriminant curves first: variables; tilted lines if no axis is fit;
    divisors among the variables; at last, for lines in any direction, without divisors and walls."""
    for starts in ((w,), _released(w), (_unfolded(w),)):
        for tilts in (TILTS[:1], slopes(w.memory.patience)):
            found: list[tuple[tuple[int, int, int], int, Work, int]] = []
            for v in starts:
                c = v.chart
                for m, y in sorted((multiplicity(c, y), y) for y in c.smalls if not c.small[y].is_divisor):
                    if len(starts) > 1 and c.name(y) != v.steps[-1]["var"]:
                        continue
                    for x in _tilted(v, y, tilts):
                        solver.tick()
                        cost = _cost(x, y) if m < REGULAR or len(x.steps) > len(v.steps) else None
                        if cost is not None:
                            found.append((cost, len(found), x, y))
            found.sort(key=lambda t: t[:2])
            yield from ((x, y) for _, _, x, y in found[:TRIED])
            if found:
                break


def _gathered(w: Work) -> Work:
    """Generators whose sum of squares has a multiple factor: its factors are simple over number fields, too, then."""
    v = Work(w.chart, w.memory)
    for j in reversed(range(len(w.chart.objects))):
        ob = w.chart.objects[j]
        if not ob.principal and any(k > 1 for _, k in factored(w, ob)):
            v.do(gather(v.chart, j))
            v.do(charts.factor(v.chart, j, w.memory.factors(v.chart.objects[j].gens[0])))
    return v


def _copy(w: Work) -> Work:
    v = Work(w.chart, w.memory)
    v.steps = list(w.steps)
    return v


def slopes(patience: int) -> list[tuple[int, int]]:
    """Directions of other lines, in which there are more and more: no surface contains all of them."""
    out = dict.fromkeys(TILTS[1:])
    if patience > 1:
        most = range(-patience, patience + 1)
        out.update(((a, b), None) for a in most for b in most if a or b)
    return list(out)


def _released(w: Work) -> tuple[Work, ...]:
    """One divisor that is no wall is an object in place of one."""
    out = []
    for i, s in w.chart.small.items():
        if s.is_divisor and not s.wall:
            v = _copy(w)
            v.do(release(v.chart, i))
            out.append(v)
    return tuple(out)


def _unfolded(w: Work) -> Work:
    """No walls (x² in place of x >= 0) and no divisors: all directions are alike."""
    v = _copy(w)
    for i, s in w.chart.small.items():
        if s.wall:
            v.do(unfold(v.chart, i))
        if s.is_divisor:
            v.do(release(v.chart, i))
    return v


def _cost(w: Work, y: int, centre: Centre | None = None) -> tuple[int, int, int] | None:
    """How singular the discriminant curve of a projection is, and how long its equation."""
    if any(g.degrees[y] > DEGREE * w.memory.patience for ob in w.chart.objects for g in ob.gens):
        return None
    curve = discriminant_curve(w, y, unmoved if centre is None else centre.moved)
    if curve is None:
        return None
    many = multiplicity(w.chart, y) if centre is None else 0
    return many, sum(order(q, w.chart.smalls) for q in curve), sum(map(len, curve))


def is_fit(c: Chart, patience: int = 1) -> bool:
    """A point with three small variables, and generators that are not too long for discriminants, of any of them."""
    gens = [g for ob in c.objects for g in ob.gens]
    point = len(c.smalls) == 3 and not c.free and not c.over_c
    return point and all(len(g) <= LONG * patience and g.total_degree() <= TOTAL * patience for g in gens)


def _tilted(w: Work, y: int, tilts: Sequence[tuple[int, int]]) -> Iterator[Work]:
    """Other lines through the point."""
    c = w.chart
    base = [i for i in c.smalls if i != y and not c.small[i].is_divisor]
    for slopes in dict.fromkeys(slope[: len(base)] for slope in tilts):
        v = _copy(w)
        for i, s in zip(base, slopes, strict=True):
            if s:
                v.do(charts.coordinate(v.chart, i, c.ring.one, c.ring.gen(y) * -s))
        yield v


# ---------------------------------------------------------------- the slices
def sliced(w: Work, y: int, more: More | None = None, found: Origin | None = None) -> Slices | None:
    """The end of a chart that is projected along y; None where something is not found or too long."""
    p = projected(w, y) if found is None else projected(Work(found.plain, w.memory), y, found.centre.moved)
    if p is None:
        return None
    centre = None if found is None else found.centre
    best: tuple[tuple[bool, int], Axes, list[Poly]] | None = None
    a, b = (i for i in w.chart.smalls if i != y)
    for axes in (Axes(a, b, y), Axes(b, a, y)):
        curves = _curves(w.chart, p, axes)
        if curves is not None and (best is None or curves[0] < best[0]):
            best = curves[0], axes, curves[1]
    if best is None:
        return None
    (along, branches), axes, those = best
    if branches <= 1 - int(along):
        v = axes.t if along else axes.u
        place, theta = (RATIONALS, v) if centre is None else (centre.place, centre.theta)
        end = _end(w.chart, p, axes, centre, through=w.chart.name(v))
        return Slices(((through(w.chart, v), place, theta),), end)
    return _over_bars(w.chart, p, axes, those, along, more or More(), centre, w.memory.patience)


def _curves(c: Chart, p: Projection, axes: Axes) -> tuple[tuple[bool, int], list[Poly]] | None:
    """Whether u = 0 counts by itself, how many branches there are over C, and the other curves; None: not regular."""
    u, t = c.ring.gen(axes.u), c.ring.gen(axes.t)
    curves = [q for q in p.curves if q != u]
    if c.small[axes.t].is_divisor and t not in curves:
        curves.append(t)
    on_line = [q.at_zero([axes.u]) for q in curves]
    if not all(on_line):
        return None
    along = c.small[axes.u].is_divisor or u in p.curves
    return (along, sum(f.content_in([axes.t])[0] for f in on_line)), curves


def _end(c: Chart, p: Projection, axes: Axes, centre: Centre | None, **more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"through": None, "bars": [], "most": None, "radii": None, "ray": False}
    at = [[c.name(i), write_element(a)] for i, a in (() if centre is None else centre.at.items())]
    return {"end": "jung", "centre": at, **p.data, "over": c.name(axes.u), **plain, **more}


def _over_bars(
    c: Chart,
    p: Projection,
    axes: Axes,
    curves: list[Poly],
    along: bool,
    extra: More,
    centre: Centre | None,
    patience: int,
) -> Slices | None:
    y = axes.c
    walls = c.small[axes.u].wall, c.small[axes.t].wall
    names = {axes.t: c.ring.gen(y)}
    numbers: dict[int, tuple[Fraction, Fraction]] = {}
    place, theta = RATIONALS, None
    if centre is not None:
        place, theta = centre.place, centre.theta
        names[theta] = c.ring.gen(axes.t)
        root = refined(place.root, FINE)
        numbers[theta] = root.lo, root.hi
    tree, low = _tree_of([q.compose(names) for q in curves], axes, walls, place, extra.between, patience)
    r = radii(p.functions, curves, p.units, axes, numbers, patience)
    if tree is None or r is None:
        return None
    axis = c.ring.gen(axes.t)
    folds = {n for n, q in enumerate(curves) if q in p.folds and not (q == axis and c.small[axes.t].is_divisor)}
    made: list[Slice] = []
    samples: list[list[int | None]] = []
    pairs: list[tuple[tuple[int, ...], tuple[int, ...], Corner]] = []
    middle: dict[int, Corner] = {}
    data: list[dict[str, Any]] = []

    def add(chart: Chart | None, place: Place | None = None, theta: int = axes.t) -> list[int]:
        if chart is None:
            return []
        made.append((chart, place, theta))
        return [len(made) - 1]

    beyond = {(bar.parent, bar.root) for bar in tree}
    for here, bar in enumerate(tree):
        at = () if bar.parent is None else corner(tree, bar.parent, bar.root)
        lift = extra.lifts.get(at, Fraction(0)) if bar.is_between else Fraction(0)
        on = [on_bar(c, bar, axes, x, lift, patience) for x in bar.samples]
        samples.append([next(iter(add(chart, bar.arcs.place)), None) for chart in on])
        branches = []
        for n in range(len(bar.roots)):
            if bar.multiplicity(n) == 1 and bar.curve(n) not in folds and (here, n) not in beyond:
                branch = branch_of(bar, n, axes, curves, c.small[axes.t].wall, r[:2], (place, theta), patience, low)
                if branch is None:
                    return None
                branches.append(branch)
                beside = [(across(c, axes, cut, r[2], patience), cut.place) for cut in branch.cuts if cut]
                cuts = [i for chart, there in beside for i in add(chart, there, axes.u)]
                if not bar.is_between:
                    pairs.append((_known(samples[-1][n : n + 2]), tuple(cuts), corner(tree, here, n)))
        if bar.parent is not None and not bar.is_between and not tree[bar.parent].is_between:
            below = samples[bar.parent][bar.root : bar.root + 2]
            pairs.append((_known(below), _known([samples[-1][0], samples[-1][-1]]), at))
        if bar.is_between and not lift:
            middle.update(dict.fromkeys(_known(samples[-1]), at))
        lifted = {"lift": number(lift)} if lift else {}
        data.append({**write_bar(c, bar, axes), **lifted, "branches": [_branch(c, axes, b) for b in branches]})
    if along:
        sides = (r[1],) if c.small[axes.t].wall else (r[1], -r[1])
        outer = [row for bar, row in zip(tree, samples, strict=True) if bar.parent is None and not bar.is_between]
        first = [x for row in outer for x in (row[0], row[-1])]
        named = axes.t if theta is None else theta
        rays = [i for x in sides for i in add(ray(c, axes, x, r[2]), place, named)]
        pairs.append((_known(first), tuple(rays), ()))
    end = _end(c, p, axes, centre, bars=data, most=low, radii=[number(x) for x in r], ray=along)

    def with_lift(at: Corner, lift: Fraction) -> list[Slice]:
        there = [bar for bar in tree if at == (() if bar.parent is None else corner(tree, bar.parent, bar.root))]
        found = [(bar, on_bar(c, bar, axes, x, lift, patience)) for bar in there if bar.is_between for x in bar.samples]
        return [(chart, bar.arcs.place, axes.t) for bar, chart in found if chart is not None]

    return Slices(tuple(made), end, tuple(pairs), middle, with_lift)


def _tree_of(
    curves: Sequence[Poly],
    axes: Axes,
    walls: tuple[bool, bool],
    place: Place,
    between: frozenset[Corner],
    patience: int,
) -> tuple[list[Bar] | None, int | None]:
    """The bars of curves, and from which power of u on terms were left out (None: none; raises TooLarge)."""
    for most in ORDERS if max(map(len, curves), default=0) > SHORT else ():
        try:
            tree = bars(curves, axes, walls, place, between=between, most=most, patience=patience)
        except TooLarge:
            continue
        if tree is not None:
            return tree, most
    return bars(curves, axes, walls, place, between=between, patience=patience), None


def _known(numbers: Sequence[int | None]) -> tuple[int, ...]:
    return tuple(i for i in numbers if i is not None)


def _cut(c: Chart, axes: Axes, cut: Cut) -> dict[str, Any]:
    """Where a branch is cut as data."""
    field = write_field(c, cut.place, axes.u)
    t, base = write_element(cut.t), write_element(cut.base)
    return {"between": [number(cut.lo), number(cut.hi)], "field": field, "t": t, "base": base}


def _branch(c: Chart, axes: Axes, b: Branch) -> dict[str, Any]:
    """The box of a branch as data."""
    return {
        "root": b.root,
        "interval": [number(b.lo), number(b.hi)],
        "theta": [number(x) for x in b.theta],
        "r": number(b.r),
        "cuts": [None if cut is None else _cut(c, axes, cut) for cut in b.cuts],
    }

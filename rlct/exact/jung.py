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
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rlct.exact import charts
from rlct.exact.centre import Centre, Origin, origin, points_of, separated
from rlct.exact.charts import Chart
from rlct.exact.directions import release, unfold
from rlct.exact.leaves import INFINITE, Upper
from rlct.exact.outcomes import Context, Outcome
from rlct.exact.over_bars import More, Slices, sliced
from rlct.exact.places import Place
from rlct.exact.poly import TooLarge
from rlct.exact.projection import (
    discriminant_curve,
    factored,
    multiplicity,
    order,
    unmoved,
)
from rlct.exact.tree import Leaf, tree_leaf
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
FIELD = 6  # degree of a field over which slices are solved by other means than their trees
LIFTS = 8  # 1, 1/4, ...: small enough that divisors that are no worse than others stay so


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
        if slices is None or any(_is_hard(solver, *slice_) for slice_ in slices.charts):
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


def _is_hard(solver: Solver, chart: Chart, place: Place | None, theta: int) -> bool:
    """A slice over a large field without a tree: what else is asked there takes long, and longer to be checked."""
    if place is None or place.minimal.degree() <= FIELD * solver.memory.patience:
        return False
    solver.tick()
    return _tree(solver, chart, place, theta) is None


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
    unfolded = _unfolded(w)
    for starts in ((w,), _released(w), (unfolded,) if len(unfolded.steps) > len(w.steps) else ()):
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
            v.do(charts.gather(v.chart, j))
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

"""Jung's method in three variables: the discriminant curve in the plane of two of them is resolved, the third stays.

Blow-ups of points of that plane leave the lines of the projection as they are.  They end, as embedded resolution of
plane curves does, at quasi-ordinary points (`crossing`), over which nothing happens that does not happen next to them.
(H. W. E. Jung, Darstellung der Funktionen eines algebraischen Körpers zweier unabhängigen Veränderlichen, 1908.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rlct.exact import charts
from rlct.exact.blowup import cells
from rlct.exact.charts import Chart
from rlct.exact.crossing import crosses_normally, crossing, together
from rlct.exact.leaves import Upper, toric_upper
from rlct.exact.line import is_line, line
from rlct.exact.projection import (
    Eliminants,
    discriminant_curve,
    eliminants,
    is_candidate,
    known_factors,
    multiplicity,
    order,
    projected,
)
from rlct.exact.work import Work

if TYPE_CHECKING:
    from rlct.exact.resolve import Context, Outcome, Solver

TILTS = ((0, 0), (1, 0), (0, 1), (1, -1), (1, 2))  # slopes of the lines of the projection
LONG = 130  # longest generator
DEGREE = 7  # highest degree in the variable of the projection
TOTAL = 80  # highest degree of a generator
DEEPEST = 40  # blow-ups over one another


def by_projection(solver: Solver, w: Work, ctx: Context, up: Upper | None, trail: tuple[Any, ...]) -> Outcome | None:
    """Solve a chart at a point along its projections; None where no variable is fit for it."""
    if not is_fit(w.chart) or trail.count(trail[-3]) > 1:
        return None
    best: tuple[tuple[int, int, int], Work, int] | None = None
    least = min((multiplicity(w.chart, y) for y in w.chart.smalls), default=0)
    for y in w.chart.smalls:
        for v in _tilted(w, y) if multiplicity(w.chart, y) == least and _is_plain(w.chart, y) else ():
            solver.tick()
            cost = _cost(v, y)
            if cost is not None and (best is None or cost < best[0]):
                best = cost, v, y
    found = None if best is None else projected(best[1], best[2])
    if best is None or found is None:
        return None
    _, v, y = best
    v.do(found)
    e = eliminants(v, y)
    if e is None:
        return None
    # what is realised in the old coordinates is proved in the old ones
    return solver.join(w, {"end": "either"}, [_over_plane(solver, v, y, e, ctx, None, trail, 0)], up)


def _cost(w: Work, y: int) -> tuple[int, int, int] | None:
    """How singular the discriminant curve of a projection is, and how long its equation."""
    curve = discriminant_curve(w, y)
    if curve is None:
        return None
    smooth = sum(order(q) for q in curve)
    return multiplicity(w.chart, y), smooth, sum(map(len, curve))


def is_fit(c: Chart) -> bool:
    """Three small variables, and generators that are not too long for discriminants, of any of them."""
    gens = [g for ob in c.objects for g in ob.gens]
    return is_candidate(c) and all(len(g) <= LONG and g.total_degree() <= TOTAL for g in gens)


def _is_plain(c: Chart, y: int) -> bool:
    return not c.small[y].is_divisor and all(g.degrees[y] <= DEGREE for ob in c.objects for g in ob.gens)


def _tilted(w: Work, y: int) -> Iterator[Work]:
    """Other lines through the point: where a line meets the zeros twice elsewhere, the discriminant shows that too."""
    c = w.chart
    base = [i for i in c.smalls if i != y and not c.small[i].is_divisor]
    for slopes in dict.fromkeys(slope[: len(base)] for slope in TILTS):
        v = Work(c, w.memory)
        for i, s in zip(base, slopes, strict=True):
            if s:
                v.do(charts.coordinate(v.chart, i, c.ring.one, c.ring.gen(y) * -s))
        if multiplicity(v.chart, y) == multiplicity(c, y):
            yield v


def _over_plane(
    solver: Solver,
    w: Work,
    y: int,
    e: Eliminants,
    ctx: Context,
    up: Upper | None,
    trail: tuple[Any, ...],
    depth: int,
) -> Outcome:
    """A chart at a point, with three small variables: over a crossing its curves, else a blow-up of the plane."""
    solver.tick()
    c = w.chart
    if crosses_normally(e):
        found = crossing(w, e)
        if found is not None:
            outcomes = [solver.solve_prepared(solver.prepare(chart), ctx, trail) for chart in found.charts]
            low = together([out.low for out in outcomes], found.counts, len(c.order))
            return solver.join(w, found.end, outcomes, up, low)
    centre = tuple((i, 1) for i in c.smalls if i != y)
    outcomes = [_above(solver, child, y, ctx, trail, depth + 1) for child in cells(c, centre)]
    end = {"end": "blowup", "weights": [[c.name(i), x] for i, x in centre]}
    return solver.join(w, end, outcomes, up)


def _above(solver: Solver, chart: Chart, y: int, ctx: Context, trail: tuple[Any, ...], depth: int) -> Outcome:
    """A chart of such a blow-up: a point of the exceptional line, or all others."""
    w = Work(replace(chart, roots=tuple((q, 1) for q in known_factors(chart))), solver.memory)
    _strict(w)
    found = line(w, y) if is_line(w.chart) else None
    if found is None:
        return _at_point(solver, w, y, ctx, trail, depth)
    solver.visited += 1
    slices = len(found.charts) - found.points
    outcomes = []
    for n, above in enumerate(found.charts):
        if n < slices:
            outcomes.append(solver.solve_prepared(solver.prepare(above), ctx, trail))
        else:
            v = Work(above, solver.memory)
            _strict(v)
            outcomes.append(_at_point(solver, v, y, ctx, trail, depth))
    return solver.join(w, found.end, outcomes, None, found.low([out.low for out in outcomes]))


def _at_point(solver: Solver, w: Work, y: int, ctx: Context, trail: tuple[Any, ...], depth: int) -> Outcome:
    e = eliminants(w, y) if is_candidate(w.chart) and depth < DEEPEST else None
    if e is None or not e.components:
        v = solver.prepare(replace(w.chart, roots=()))
        v.steps = w.steps + v.steps
        return solver.solve_prepared(v, ctx, trail)
    solver.visited += 1
    up = toric_upper(w, ctx.best)
    solver.realised(ctx, up)
    return _over_plane(solver, w, y, e, ctx, up, trail, depth)


def _strict(w: Work) -> None:
    """Monomials out of the generators, objects that are units gone."""
    for j in range(len(w.chart.objects) - 1, -1, -1):
        moved = charts.content(w.chart, j)
        if moved is not None:
            w.do(moved)
        ob = w.chart.objects[j]
        if ob.principal and w.is_unit(ob.gens[0]):
            w.do(charts.nowhere(w.chart, j))

"""Boundaries of the region that pass through the point, as walls: coordinates w >= 0.

A boundary of degree 1 in a variable, perhaps after linear changes of coordinates or shears, is a wall by a polynomial
change; any other one that is smooth at the point by the implicit function theorem.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, permutations

from rlct.errors import RegionError, UnsupportedError
from rlct.exact import charts
from rlct.exact.charts import Chart, Step, decode
from rlct.exact.poly import Poly
from rlct.exact.real import Oracle
from rlct.exact.strata import jacobian, spare_variable
from rlct.exact.work import Memory, Work
from rlct.straighten import by_shears, straightened

ORDERS = 24  # in which boundaries are made walls


def walls(chart: Chart, moved: Sequence[Poly], written: Sequence[Poly], oracle: Oracle) -> tuple[Chart, list[Step]]:
    """The constraints (`moved`: in the chart's coordinates) as walls one after the other, in an order that works.

    Raises `RegionError` where one is negative at the point, `UnsupportedError` where one cannot be made a wall.
    """
    memory = Memory(oracle)
    refused: UnsupportedError | None = None
    early = sorted(range(len(moved)), key=lambda n: moved[n].total_degree())  # planes first
    for order in dict.fromkeys([tuple(range(len(moved))), *islice(permutations(early), ORDERS)]):
        w = Work(chart, memory)
        try:
            for n in order:
                _constraint(w, n, moved[n], written[n])
        except UnsupportedError as e:
            refused = refused or e
            continue
        return w.chart, w.steps
    assert refused is not None
    raise refused


def _constraint(w: Work, n: int, c: Poly, written: Poly) -> None:
    """A constraint that vanishes at the point becomes a wall; `written` is it in the variables of the problem."""
    for step in w.steps:  # earlier walls changed coordinates
        c = _replayed(w.chart, step, c)
    if not w.vanishes(c):
        holds_near(w, n, c, written)
        return
    if _wall(w, n, c):
        return
    for straight in (straightened, by_shears) if not w.chart.relations else ():
        v, moved = Work(w.chart, w.memory), c
        for found in straight(v, c):
            moved = _replayed(v.chart, found[1], moved)
            v.do(found)
        if v.steps and _wall(v, n, moved):
            w.chart, w.steps = v.chart, [*w.steps, *v.steps]
            return
    if _smooth_wall(w, n, c):
        return
    known = [i for i in w.chart.smalls if w.chart.small[i].wall]
    if all(x > 0 and all(a % 2 == 0 or i in known for i, a in enumerate(e)) for e, x in c.terms):
        return  # implied by the other walls
    why = (
        "with the other boundaries it makes no corner of an orthant in coordinates that were found"
        if known and any(not w.vanishes(c.derivative(i)) for i in w.chart.smalls)
        else "its gradient vanishes there"
    )
    raise UnsupportedError(
        f"the boundary {written} = 0 of the region passes through the point, but {why}, so it is not supported"
    )


def holds_near(w: Work, n: int, c: Poly, written: Poly) -> None:
    """A constraint that is not 0 at the point is positive there."""
    c0 = w.chart.at_zero(c)
    if c0.is_constant:
        positive = c0.constant_term() > 0
    else:
        if not w.is_unit(c0):
            raise UnsupportedError(
                f"the boundary {written} = 0 of the region seems to pass through the irrational point, by a relation "
                "between its coordinates that was not found, so it is not supported"
            )
        positive = w.memory.oracle.empty(replace(w.stratum, positive=(*w.stratum.positive, -c0)))
    if not positive:
        raise RegionError(f"constraint {n + 1}", "the point")


def _wall(w: Work, n: int, c: Poly) -> bool:
    """The constraint c >= 0 as a wall, where it has degree 1 and a constant at the point as coefficient in some
    variable."""
    chart = w.chart
    for i in chart.smalls if not chart.relations else ():
        if c.degrees[i] == 1 and not chart.small[i].wall:
            parts = c.coefficients(i)
            u0 = parts[1].constant_term()
            if u0:
                w.do(charts.wall(chart, n, i, parts[1], parts.get(0, chart.ring.zero), 1 if u0 > 0 else -1))
                return True
    return False


def _smooth_wall(w: Work, n: int, c: Poly) -> bool:
    """The constraint c >= 0 as a wall by the implicit function theorem, if its variables are free of earlier ones."""
    chart, new = w.chart, spare_variable(w.chart)
    linked = any(chart.ring.gen(t) in chart.equations for t in c.variables & chart.dependents)
    for i in chart.smalls if new is not None and not linked else ():
        if chart.small[i].is_divisor or i not in c.variables:
            continue
        if new is not None and w.is_unit(jacobian(chart, c, i)):
            w.do(charts.implicit(chart, i, c, new))
            w.do(charts.wall(w.chart, n, new, chart.ring.one, chart.ring.zero, 1))
            return True
    return False


def _replayed(chart: Chart, step: Step, c: Poly) -> Poly:
    """A constraint after an earlier step."""
    if step["op"] == "implicit":
        return c
    names = {chart.name(i): i for i in chart.order}
    i = names[step["var"]]
    unit, rest = (decode(chart.ring, chart.order, step[part]) for part in ("unit", "rest"))
    out = c.solve_into(i, unit, rest)
    return (out * unit if c.degrees[i] % 2 else out).primitive_signed()

"""Coordinates in which a curved boundary is a graph: linear ones for parabolas and the like; shears that shorten it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from rlct.exact import charts
from rlct.exact.charts import Chart, Ideal, Step, decode
from rlct.exact.lattice import kernel
from rlct.exact.poly import Poly
from rlct.exact.shorten import shorten
from rlct.exact.work import Work


def straightened(v: Work, c: Poly) -> list[tuple[Chart, Step]]:
    """Linear coordinates in which c has degree 1 in one variable, with a constant coefficient; empty if there are none.

    They exist where c is linear along some line through each point, all in one direction v: then x_j - (v_j/v_i) x_i
    are coordinates for j ≠ i, and x_i moves along v.  Walls stay as they are.

    Examples
    --------
    >>> from rlct.localize import cells, make_claim
    >>> from rlct.exact.real import Oracle
    >>> from rlct.exact.work import Memory
    >>> from rlct.parse import build_problem
    >>> problem = build_problem("x^2+y^2", at="0,0")
    >>> (cell,) = cells(problem, make_claim(problem), Oracle())
    >>> x, y = (cell.chart.ring.gen(i) for i in (0, 1))
    >>> [step["var"] for _, step in straightened(Work(cell.chart, Memory(Oracle())), (x + y) ** 2 - y)]
    ['y']
    """
    chart = v.chart
    movable = [i for i in chart.smalls if not chart.small[i].wall and i in c.variables]
    slopes = [c.derivative(i) for i in movable]
    monomials = sorted({e for d in slopes for e, _ in d.terms if sum(e)})
    rows = [[d.coefficient(e) for d in slopes] for e in monomials]
    gradient = [d.constant_term() for d in slopes]
    for line in kernel(rows, len(movable)):
        if sum(a * b for a, b in zip(line, gradient, strict=True)):
            break
    else:
        return []
    pivot = next(k for k, a in enumerate(line) if a)
    if line[pivot] < 0:
        line = tuple(-a for a in line)
    found: list[tuple[Chart, Step]] = []
    along = chart.ring.gen(movable[pivot])
    for k, a in enumerate(line):
        if a and k != pivot:
            done = charts.coordinate(chart, movable[k], chart.ring.const(line[pivot]), along * -a)
            chart = done[0]
            found.append(done)
    return found


def by_shears(v: Work, c: Poly) -> Iterator[tuple[Chart, Step]]:
    """The coordinates in which the boundary alone is short, by changes with constant coefficients of their variable."""
    chart = v.chart
    w = Work(replace(chart, objects=(Ideal((c,), Fraction(1)),)), v.memory)
    shorten(w, ())
    names = {chart.name(i): i for i in chart.order}
    for step in w.steps:
        unit = decode(chart.ring, chart.order, step["unit"]) if step["op"] == "coordinate" else chart.ring.zero
        if not unit.is_constant or not unit:
            return
        found = charts.coordinate(chart, names[step["var"]], unit, decode(chart.ring, chart.order, step["rest"]))
        chart = found[0]
        yield found

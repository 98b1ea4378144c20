"""A curved boundary that a linear change of coordinates makes a graph: parabolas and the like."""

from __future__ import annotations

from rlct.exact import charts
from rlct.exact.charts import Chart, Step
from rlct.exact.lattice import kernel
from rlct.exact.poly import Poly


def straightened(chart: Chart, c: Poly) -> list[tuple[Chart, Step]]:
    """Linear coordinates in which c has degree 1 in one variable, with a constant coefficient; empty if there are none.

    They exist where c is linear along some line through each point, all in one direction v: then x_j - (v_j/v_i) x_i
    are coordinates for j ≠ i, and x_i moves along v.  Walls stay as they are.

    Examples
    --------
    >>> from rlct.localize import cells, make_claim
    >>> from rlct.exact.real import Oracle
    >>> from rlct.parse import build_problem
    >>> problem = build_problem("x^2+y^2", at="0,0")
    >>> (cell,) = cells(problem, make_claim(problem), Oracle())
    >>> x, y = (cell.chart.ring.gen(i) for i in (0, 1))
    >>> [step["var"] for _, step in straightened(cell.chart, (x + y) ** 2 - y)]
    ['y']
    """
    movable = [i for i in chart.smalls if not chart.small[i].wall and i in c.variables]
    slopes = [c.derivative(i) for i in movable]
    monomials = sorted({e for d in slopes for e, _ in d.terms if sum(e)})
    rows = [[d.coefficient(e) for d in slopes] for e in monomials]
    gradient = [d.constant_term() for d in slopes]
    for v in kernel(rows, len(movable)):
        if sum(a * b for a, b in zip(v, gradient, strict=True)):
            break
    else:
        return []
    pivot = next(k for k, a in enumerate(v) if a)
    if v[pivot] < 0:
        v = tuple(-a for a in v)
    found: list[tuple[Chart, Step]] = []
    along = chart.ring.gen(movable[pivot])
    for k, a in enumerate(v):
        if a and k != pivot:
            done = charts.coordinate(chart, movable[k], chart.ring.const(v[pivot]), along * -a)
            chart = done[0]
            found.append(done)
    return found

"""A curved boundary that a linear change of coordinates makes a graph: parabolas and the like."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from rlct.exact import charts
from rlct.exact.charts import Chart, Step
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
    rows = [[Fraction(d.coefficient(e)) for d in slopes] for e in monomials]
    gradient = [d.constant_term() for d in slopes]
    for v in _kernel(rows, len(movable)):
        if sum(a * b for a, b in zip(v, gradient, strict=True)):
            break
    else:
        return []
    scale = lcm(*(a.denominator for a in v))
    whole = [int(a * scale) for a in v]
    pivot = next(k for k, a in enumerate(whole) if a)
    if whole[pivot] < 0:
        whole = [-a for a in whole]
    found: list[tuple[Chart, Step]] = []
    along = chart.ring.gen(movable[pivot])
    for k, a in enumerate(whole):
        if a and k != pivot:
            done = charts.coordinate(chart, movable[k], chart.ring.const(whole[pivot]), along * -a)
            chart = done[0]
            found.append(done)
    return found


def _kernel(rows: Sequence[Sequence[Fraction]], n: int) -> list[list[Fraction]]:
    """A basis of the vectors that all rows annihilate."""
    work = [list(row) for row in rows]
    pivots: list[int] = []
    for column in range(n):
        r = len(pivots)
        row = next((k for k in range(r, len(work)) if work[k][column]), None)
        if row is None:
            continue
        work[r], work[row] = work[row], work[r]
        work[r] = [a / work[r][column] for a in work[r]]
        for k in range(len(work)):
            if k != r and work[k][column]:
                work[k] = [a - work[k][column] * b for a, b in zip(work[k], work[r], strict=True)]
        pivots.append(column)
    basis = []
    for free in (k for k in range(n) if k not in pivots):
        v = [Fraction(0)] * n
        v[free] = Fraction(1)
        for r, column in enumerate(pivots):
            v[column] = -work[r][free]
        basis.append(v)
    return basis

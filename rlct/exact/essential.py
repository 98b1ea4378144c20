"""Linear coordinates in which lowest forms depend on few variables.

A form is constant along the lines on which all its derivatives vanish together; with a variable for each of these lines
it depends on the others alone.  Where those are 0 the next form is looked at, in the variables that are left: a dense
linear change of a sum of powers, or of a minor of a matrix, comes off.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from rlct.exact import charts
from rlct.exact.charts import Chart
from rlct.exact.poly import Poly
from rlct.exact.work import Work

LONGEST = 2000  # terms of a generator


def adapt(w: Work, j: int, l: int, variables: Sequence[int]) -> None:
    """Such coordinates for the l-th generator of the j-th object, by shears of `variables` (small ones, at a point).

    Examples
    --------
    >>> from rlct.exact.charts import Ideal, Small
    >>> from rlct.exact.poly import Ring
    >>> from rlct.exact.real import Oracle
    >>> from rlct.exact.work import Memory
    >>> ring = Ring(["x", "y", "z"]); x, y, z = (ring.gen(i) for i in range(3))
    >>> f = (x + y + z) ** 2 + (y - z * 2) ** 4
    >>> w = Work(Chart(ring, (0, 1, 2), {i: Small() for i in range(3)}, (Ideal((f,), Fraction(1)),)), Memory(Oracle()))
    >>> adapt(w, 0, 0, [0, 1, 2])
    >>> w.chart.objects[0].gens[0]
    x^2 + y^4
    """
    left = list(variables)
    busy: list[int] = []
    while left:
        g = w.chart.objects[j].gens[l].at_zero(busy)
        if not g or len(g) > LONGEST or not g.variables <= {*left, *busy}:
            return
        constant_along = _lines(lowest_form(g, left), left)
        moving = [i for i in left if i not in constant_along]
        if not moving or not constant_along:
            return
        for i in moving:
            rest = {k: -v[i] for k, v in constant_along.items() if v.get(i)}
            if rest:
                n = lcm(*(x.denominator for x in rest.values()))
                total = sum((w.chart.ring.gen(k) * int(x * n) for k, x in rest.items()), w.chart.ring.zero)
                w.do(charts.coordinate(w.chart, i, w.chart.ring.const(n), total))
        busy += moving
        left = list(constant_along)


def lowest_form(g: Poly, variables: Sequence[int]) -> Poly:
    """The terms of least degree in some variables."""
    degrees = {e: sum(e[i] for i in variables) for e, _ in g.terms}
    least = min(degrees.values())
    return g.ring.from_terms({e: c for e, c in g.terms if degrees[e] == least})


def _lines(q: Poly, variables: Sequence[int]) -> dict[int, dict[int, Fraction]]:
    """Directions along which q is constant, each by the variable that runs along it (1 there, 0 for the others)."""
    slopes = [q.derivative(i) for i in variables]
    monomials = sorted({e for d in slopes for e, _ in d.terms})
    rows = [[Fraction(d.coefficient(e)) for d in slopes] for e in monomials]
    pivots: list[int] = []
    for column in range(len(variables)):
        row = next((r for r in rows[len(pivots) :] if r[column]), None)
        if row is None:
            continue
        rows.remove(row)
        row = [x / row[column] for x in row]
        rows = [[a - r[column] * b for a, b in zip(r, row, strict=True)] if r[column] else r for r in rows]
        rows.insert(len(pivots), row)
        pivots.append(column)
    out = {}
    for column, i in enumerate(variables):
        if column not in pivots:
            out[i] = {variables[p]: -rows[n][column] for n, p in enumerate(pivots) if rows[n][column]}
    return out


def small_variables(c: Chart, changeable: Sequence[int]) -> list[int]:
    """The changeable variables of a chart at a point, the rarest last; none elsewhere."""
    if c.free or c.relations:
        return []
    gens = [g for ob in c.objects for g in ob.gens]
    return sorted(changeable, key=lambda i: -sum(1 for g in gens for e, _ in g.terms if e[i]))

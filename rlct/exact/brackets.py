"""Brackets as written that no polynomial solves for a variable become coordinates, by the implicit function theorem."""

from __future__ import annotations

from collections.abc import Sequence

from rlct.exact.implicit import named
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.relations import relations_step
from rlct.exact.shorten import size
from rlct.exact.strata import jacobian, spare_variable
from rlct.exact.work import Work

LONGEST = 60  # terms of a bracket


def name_brackets(w: Work, brackets: Sequence[Poly]) -> None:
    """Those that are 0 at the point and smooth there, if that makes the problem shorter: x^2 + y^2 - 1 at (1, 0).

    Examples
    --------
    >>> from fractions import Fraction
    >>> from rlct.exact.charts import Chart, Ideal, Small
    >>> from rlct.exact.poly import Ring
    >>> from rlct.exact.real import Oracle
    >>> from rlct.exact.work import Memory
    >>> ring = Ring(["x", "y", "z", "#1"]); x, y, z = (ring.gen(i) for i in range(3))
    >>> q = x * 2 + x**2 + y**2
    >>> c = Chart(ring, (0, 1, 2), {i: Small() for i in range(3)}, (Ideal((q**3 - z**2,), Fraction(1)),))
    >>> w = Work(c, Memory(Oracle()))
    >>> name_brackets(w, [q])
    >>> w.chart.objects[0].gens[0]
    z^2 - #1^3
    """
    for q in brackets:
        spare = spare_variable(w.chart)
        if spare is None:
            return
        if not 2 < len(q) <= LONGEST or not w.vanishes(q):
            continue
        c = w.chart
        for z in sorted(q.variables & c.small.keys(), key=lambda i: q.degrees[i]):
            if c.small[z].is_divisor or c.small[z].wall or c.in_relations(z) or not w.is_unit(jacobian(c, q, z)):
                continue
            v = Work(c, w.memory)
            named(v, z, q, spare)
            try:
                while relations_step(v):
                    pass
            except TooLarge:
                continue
            if size(v.chart) < size(c):
                w.chart = v.chart
                w.steps += v.steps
                break

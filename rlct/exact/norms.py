"""Dependent variables away: a generator times its conjugates over a relation.

Where a variable t is given by a relation R(t, x) = 0, the resultant E = a·g + b·R of a generator g and R is free of t;
if a, which is made of the values of g at the other zeros of R, is a unit, then E serves as well as g.
"""

from __future__ import annotations

from rlct.exact import charts
from rlct.exact.charts import Chart
from rlct.exact.coordinates import forget_step
from rlct.exact.eliminants import bezout
from rlct.exact.implicit import named
from rlct.exact.poly import TooLarge
from rlct.exact.relations import relations_step
from rlct.exact.strata import jacobian, spare_variable
from rlct.exact.work import Work

LONG = 80  # longest generator whose norm is looked for
HIGHEST = 4  # degree of a relation
LONGEST = 500  # longest norm
MOST = 1500  # terms of all generators in the end


def norm_step(w: Work) -> bool:
    """Replace all generators that involve a variable, which the implicit function theorem made a function that is 0 on
    the stratum, by their norms, if these are not long."""
    for n, (t, r) in enumerate(w.chart.relations):
        v = Work(w.chart, w.memory)
        others = [q for s, q in v.chart.relations if s != t]
        fit = 1 < r.degrees[t] <= HIGHEST and not any(t in q.variables for q in others)
        if fit and r.ring.gen(t) in v.chart.equations and _taken(w, v, n):
            return True
    return False


def regular_generator_step(w: Work) -> bool:
    """A generator of an ideal that no polynomial solves for a variable it determines becomes a coordinate, the
    variable goes by norms."""
    c = w.chart
    spare = spare_variable(c)
    if spare is None:
        return False
    found = [
        (len(g) * g.degrees[z], j, l, z)
        for j, ob in enumerate(c.objects)
        if not ob.principal
        for l, g in enumerate(ob.gens)
        for z in g.variables & c.small.keys()
        if len(g) > 1 and not c.small[z].is_divisor and not c.in_relations(z) and 1 < g.degrees[z] <= HIGHEST
    ]
    for _, j, l, z in sorted(found):
        g = c.objects[j].gens[l]
        try:
            if not w.vanishes(g) or not w.is_unit(jacobian(c, g, z)):
                continue
        except TooLarge:
            continue
        v = Work(c, w.memory)
        n, sign = named(v, z, g, spare)
        v.do(charts.combine(v.chart, j, l, c.ring.one, (), [(n, c.ring.const(-sign))]))
        if _taken(w, v, n):
            return True
    return False


def _taken(w: Work, v: Work, n: int) -> bool:
    """Go on with `v` without the variable of its relation n, if the norms are not long."""
    if not _without(v, n) or _size(v.chart) > MOST:
        return False
    while forget_step(v):
        pass
    w.chart = v.chart
    w.steps += v.steps
    return True


def _without(w: Work, n: int) -> bool:
    """The norms of all generators over relation n, in place of these; False where one is long, or its cofactor no
    unit."""
    relations_step(w)
    t, r = w.chart.relations[n]
    for j in range(len(w.chart.objects)):
        for l in range(len(w.chart.objects[j].gens)):
            g = w.chart.objects[j].gens[l]
            if t not in g.variables:
                continue
            if len(g) > LONG:
                return False
            try:
                found = bezout(g, r, t)
            except TooLarge:
                return False
            if found is None or len(found[0]) > LONGEST or not w.is_unit(found[1]):
                return False
            w.do(charts.combine(w.chart, j, l, found[1], (), [(n, found[2])]))
            if not w.chart.objects[j].gens:
                return False
    return True


def _size(c: Chart) -> int:
    return sum(len(g) for ob in c.objects for g in ob.gens)

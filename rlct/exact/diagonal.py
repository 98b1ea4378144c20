"""A dense linear change of coordinates undone: linear symmetries of the lowest forms become scalings.

Before that, shears of higher degree are undone (they are few, and would be spread over all variables), and generators
that are linear become coordinates.  Afterwards generators are brought to echelon form: their combinations of different
weights have no monomial in common.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rlct.exact import charts
from rlct.exact.charts import Chart
from rlct.exact.essential import small_variables
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.proposals import changeable
from rlct.exact.symmetries import diagonal_coordinates, elementary
from rlct.exact.work import Work

FEWEST, MOST = 3, 20  # variables
DENSE = 16  # terms of a generator that may have been changed linearly
TOO_LONG = 4000  # terms of all
LONGEST_HINT = 200

Hints = Sequence[Poly]


def diagonal(
    w: Work, hints: Hints, bend: Callable[[Work, Hints], Hints], late: Callable[[], bool]
) -> tuple[Work, Hints, bool]:
    """The chart in such coordinates, and the hints there; without steps where there is nothing to be gained.  And
    whether each variable has a weight of its own.

    Parameters: `bend` undoes shears of higher degree, and moves the hints.
    """
    nothing = Work(w.chart, w.memory), hints, False
    apart = False
    if not _is_dense(w.chart):
        return nothing
    v = Work(w.chart, w.memory)
    try:
        hints = bend(v, hints)
        hints = _linear_apart(v, hints)
        for j, ob in enumerate(v.chart.objects):
            if not ob.principal:
                _row_reduced(v, j)
        plain = {g for ob in v.chart.objects for g in ob.gens if len(g) == 1 and g.total_degree() == 1}
        gens = [[g for g in ob.gens if g not in plain] for ob in v.chart.objects]
        used = frozenset[int]().union(*(g.variables for part in gens for g in part))
        here = [i for i in small_variables(v.chart, changeable(v.chart)) if i in used]
        if used <= set(here):
            key = tuple(map(tuple, gens)), tuple(here)
            if key not in w.memory.diagonals:
                w.memory.diagonals[key] = diagonal_coordinates(gens, here, late)
            forms, apart = w.memory.diagonals[key]
            for i, unit, rest in elementary(v.chart.ring, forms, here):
                v.do(charts.coordinate(v.chart, i, unit, rest))
                hints = _moved(hints, i, unit, rest)
        for j, ob in enumerate(v.chart.objects):
            if not ob.principal:
                _row_reduced(v, j)
    except TooLarge:
        return nothing
    return v, hints, apart


def _is_dense(c: Chart) -> bool:
    gens = [g for ob in c.objects for g in ob.gens]
    variables = frozenset[int]().union(*(g.variables for g in gens))
    return (
        FEWEST <= len(variables) <= MOST
        and sum(map(len, gens)) <= TOO_LONG
        and max(map(len, gens), default=0) >= DENSE
        and variables <= set(small_variables(c, changeable(c)))
        and not any(g.constant_term() for g in gens)
    )


def _moved(hints: Hints, i: int, unit: Poly, rest: Poly) -> list[Poly]:
    return [h.solve_into(i, unit, rest).primitive() for h in hints if len(h) < LONGEST_HINT]


def _linear_apart(w: Work, hints: Hints) -> Hints:
    """Generators in which a variable occurs once, with a number, as coordinates, and the others without them."""
    for j in range(len(w.chart.objects)):
        while not w.chart.objects[j].principal:
            found = _isolated(w.chart, j)
            if found is None:
                break
            l, i = found
            parts = w.chart.objects[j].gens[l].coefficients(i)
            rest = parts.get(0, w.chart.ring.zero)
            w.do(charts.coordinate(w.chart, i, parts[1], rest))
            hints = _moved(hints, i, parts[1], rest)
            x = w.chart.ring.gen(i)
            for k in reversed(range(len(w.chart.objects[j].gens))):
                g = w.chart.objects[j].gens[k]
                if k != l and i in g.variables:
                    quotient = (g - g.at_zero([i])).divide(x)
                    assert quotient is not None
                    before = len(w.chart.objects[j].gens)
                    w.do(charts.combine(w.chart, j, k, w.chart.ring.one, [(l, -quotient)]))
                    l -= k < l and len(w.chart.objects[j].gens) < before
    return hints


def _isolated(c: Chart, j: int) -> tuple[int, int] | None:
    """A generator of at least two terms, the shortest, and such a variable of it."""
    found = []
    for l, g in enumerate(c.objects[j].gens):
        for i in changeable(c) if len(g) > 1 else ():
            if g.degrees[i] == 1 and g.coefficients(i)[1].is_constant:
                found.append((len(g), l, i))
    return min(found)[1:] if found else None


def _row_reduced(w: Work, j: int) -> None:
    """Combinations with numbers of the generators of an object, in echelon form."""
    monomials = sorted({e for g in w.chart.objects[j].gens for e, _ in g.terms}, key=lambda e: (sum(e), e))
    pivots: set[int] = set()
    for e in monomials:
        gens = w.chart.objects[j].gens
        having = [l for l, g in enumerate(gens) if g.coefficient(e)]
        left = [l for l in having if l not in pivots]
        if not left:
            continue
        p = min(left, key=lambda l: len(gens[l]))
        for l in reversed(having):
            if l != p:
                c = w.chart
                gens = c.objects[j].gens
                unit, other = (c.ring.const(x) for x in (gens[p].coefficient(e), -gens[l].coefficient(e)))
                w.do(charts.combine(c, j, l, unit, [(p, other)]))
                if len(w.chart.objects[j].gens) < len(gens):  # it was a combination of the others
                    pivots, p = {q - (q > l) for q in pivots}, p - (p > l)
        pivots.add(p)
        if len(pivots) == len(w.chart.objects[j].gens):
            return

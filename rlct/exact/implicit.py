"""A smooth hypersurface along which a polynomial is degenerate, as a coordinate: exactly, not to some order.

Where the divisors are put to 0, g may become m·h^e with e >= 2 and h smooth: g = h^e·m + (terms with divisors).
Shifts of a variable approach h = 0 only term by term, without end when h is no polynomial in that variable; as a
coordinate of its own (implicit function theorem) it is reached at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from rlct.exact import charts
from rlct.exact.charts import Chart
from rlct.exact.leaves import residual
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.strata import jacobian, spare_variable
from rlct.exact.work import Work

LONG = 60  # longest hypersurface that becomes a coordinate


def implicit_step(w: Work) -> bool:
    """Make the multiple smooth component of a restriction a coordinate."""
    c = w.chart
    spare = spare_variable(c)
    for j, l in residual(c):
        if not c.objects[j].principal:
            continue
        for h in _multiple_components(w, c.objects[j].gens[l]):
            for z in sorted(h.variables & c.small.keys(), key=lambda i: h.degrees[i]):
                if c.small[z].is_divisor or not _determines(w, h, z):
                    continue
                if h.degrees[z] == 1 and not c.in_relations(z):
                    parts = h.coefficients(z)
                    w.do(charts.coordinate(c, z, parts[1], parts.get(0, c.ring.zero)))
                    return True
                if spare is not None:
                    w.do(charts.implicit(c, z, h, spare))
                    return True
    return False


def _multiple_components(w: Work, g: Poly) -> Iterator[Poly]:
    c = w.chart
    divisors = [i for i in c.smalls if c.small[i].is_divisor and i in g.variables]
    plain = [i for i in c.smalls if not c.small[i].is_divisor and i in g.variables]
    seen: set[Poly] = set()
    for gone in [divisors, *([i] for i in divisors if len(divisors) > 1), *([i] for i in plain)]:
        if not gone:
            continue
        restricted = g.at_zero(gone)
        if len(restricted) < 2:
            continue
        # one component only: where several meet there is a point to be blown up
        found = [(h, e) for h, e in w.memory.factors(restricted.primitive()) if len(h) > 1 and not w.is_unit(h)]
        if len(found) == 1 and found[0][1] > 1 and len(found[0][0]) <= LONG:
            h = found[0][0]
            if h not in seen and w.vanishes(h):
                seen.add(h)
                yield h


def _determines(w: Work, h: Poly, z: int) -> bool:
    """∂(R, h)/∂(dependents, z) is a unit, so that h = w determines z."""
    c: Chart = w.chart
    slope = h.derivative(z) if not c.relations else None
    if slope is None:
        try:
            slope = jacobian(c, h, z)
        except TooLarge:
            return False
    return w.is_unit(slope)

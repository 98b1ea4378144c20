"""Generators reduced by the relations of dependent variables."""

from __future__ import annotations

from collections.abc import Callable

from rlct.exact import charts
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.work import Work


def relations_step(w: Work, tick: Callable[[], None] = lambda: None) -> bool:
    """Reduce generators by relations whose leading coefficient is a unit."""
    c = w.chart
    done = False
    for n, (t, r) in enumerate(c.relations):
        d = r.degrees[t]
        lead = r.coefficients(t)[d]
        if not lead.is_constant and not w.is_unit(lead):
            continue
        for j in range(len(w.chart.objects)):
            l = 0
            while l < len(w.chart.objects[j].gens):
                g = w.chart.objects[j].gens[l]
                if g.degrees[t] >= d:
                    try:
                        unit, q, rem = _pseudo_divide(g, r, t, d, lead, tick)
                    except TooLarge:
                        l += 1
                        continue
                    if not rem and len(w.chart.objects[j].gens) == 1:
                        raise VanishingObject
                    w.do(charts.combine(w.chart, j, l, unit, (), [(n, -q)]))
                    done = True
                    if not rem:
                        continue
                l += 1
    return done


class VanishingObject(Exception):
    """K (or a prior) vanishes identically on a chart: only possible when it does so everywhere."""


def _pseudo_divide(g: Poly, r: Poly, t: int, d: int, a: Poly, tick: Callable[[], None]) -> tuple[Poly, Poly, Poly]:
    """(unit, q, rem) with unit·g = q·r + rem, the unit a power of the leading coefficient a."""
    ring = g.ring
    most = 4 * len(g) + 40
    below = [(k, x) for k, x in r.coefficients(t).items() if k < d]
    rest, quotient = g.coefficients(t), dict[int, Poly]()
    unit = ring.one
    for top in range(g.degrees[t], d - 1, -1):
        m = rest.pop(top, None)
        if not m:
            continue
        tick()  # high degrees make coefficients long
        if a != ring.one:
            rest = {k: x * a for k, x in rest.items()}
            quotient = {k: x * a for k, x in quotient.items()}
            unit = unit * a
        for k, x in below:
            e = top - d + k
            rest[e] = rest[e] - m * x if e in rest else -(m * x)
        quotient[top - d] = m
        if not a.is_constant and sum(map(len, rest.values())) > most:
            raise TooLarge
    gen = ring.gen(t)

    def whole(parts: dict[int, Poly]) -> Poly:
        return sum((x * gen**k for k, x in parts.items()), ring.zero)

    return unit, whole(quotient), whole(rest)

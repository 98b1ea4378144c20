"""Generators reduced by the relations of dependent variables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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


def hidden_content_step(w: Work) -> bool:
    """Monomial content that shows once a relation U t + x^k X, U a unit, has put -x^k X/U in place of t.

    Without it blow-ups of a corner may go on without end, each taking out a part of what t hides.
    """
    c = w.chart
    smalls = c.smalls
    for n, (t, r) in enumerate(c.relations):
        without = r.coefficients(t).get(0)
        exps = without.content_in(smalls) if without is not None else ()
        if not any(exps):
            continue
        low = [(i, a) for i, a in zip(smalls, exps, strict=True) if a]
        hidden = r.ring.from_terms([(e, x) for e, x in r.terms if all(e[i] >= a for i, a in low)])
        unit = (r - hidden).divide(r.ring.gen(t))
        if unit is None or not w.is_unit(unit):
            continue
        for j, ob in enumerate(c.objects):
            seen = [_contents(g, t, smalls, exps) for g in ob.gens]
            now, then = ([min(pair[k][m] for pair in seen) for m in range(len(smalls))] for k in (0, 1))
            if now == then:
                continue
            try:
                shown = [(l, *_without(g, t, unit, hidden)) for l, g in enumerate(ob.gens) if t in g.variables]
            except TooLarge:
                continue
            for l, power, new in shown:
                q = (w.chart.objects[j].gens[l] * power - new).divide(r)
                assert q is not None
                w.do(charts.combine(w.chart, j, l, power, (), [(n, -q)]))
            return True
    return False


def _without(g: Poly, t: int, unit: Poly, hidden: Poly) -> tuple[Poly, Poly]:
    """(U^d, U^d g at t = -hidden/U), U the unit and d the degree of g in t."""
    d = g.degrees[t]
    parts = (x * unit ** (d - e) * (-hidden) ** e for e, x in g.coefficients(t).items())
    return unit**d, sum(parts, g.ring.zero)


def _contents(g: Poly, t: int, smalls: Sequence[int], exps: Sequence[int]) -> tuple[list[int], list[int]]:
    """The content of g, and what it is when t has the content `exps`."""
    parts = [(e, x.content_in(smalls)) for e, x in g.coefficients(t).items()]
    return (
        [min(own[m] for _, own in parts) for m in range(len(smalls))],
        [min(own[m] + e * exps[m] for e, own in parts) for m in range(len(smalls))],
    )


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

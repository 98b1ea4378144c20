"""What the relations of dependent variables say of the generators: powers reduced, and content that they hide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
    """Monomial content that shows once a relation U p(t) = -x^a X, U a unit, has put -x^a X/U in place of p(t).

    Without it blow-ups of a corner may go on without end, each taking out a part of what t hides.
    """
    c = w.chart
    for n, (t, r) in enumerate(c.relations):
        hidden = _hidden(w, t, r)
        if hidden is None:
            continue
        for j, ob in enumerate(c.objects):
            expansions = [_expanded(g, hidden.p, t) for g in ob.gens]
            seen = [_contents(digits, c.smalls, hidden.exponents) for _, digits in expansions]
            now, then = ([min(pair[k][m] for pair in seen) for m in range(len(c.smalls))] for k in (0, 1))
            if now == then:
                continue
            try:
                shown = [(l, s, *_shown(ds, hidden)) for l, (s, ds) in enumerate(expansions) if len(ds) > 1]
            except TooLarge:
                continue
            for l, scale, power, new in shown:
                q = (w.chart.objects[j].gens[l] * power * scale - new).divide(r)
                assert q is not None
                w.do(charts.combine(w.chart, j, l, power * scale, (), [(n, -q)]))
            return True
    return False


@dataclass(frozen=True)
class Hidden:
    """A relation, up to a number: unit·p + rest, the rest with the content `exponents` in the small variables."""

    p: Poly
    unit: Poly
    rest: Poly
    exponents: tuple[int, ...]


def _hidden(w: Work, t: int, r: Poly) -> Hidden | None:
    """r as such a sum, p in t the irreducible factor that vanishes where the small variables do; None where the rest
    has no content."""
    factors = [(p.primitive(), e) for p, e in w.memory.factors(w.chart.at_zero(r)) if not w.is_unit(p)]
    if len(factors) != 1 or factors[0][1] > 1:
        return None
    p, d = factors[0][0], factors[0][0].degrees[t]
    lead = p.coefficients(t).get(d, r.ring.zero)
    if not d or not lead.is_constant:
        return None
    _, unit, rest = _pseudo_divide(r, p, t, d, lead, lambda: None)
    exponents = rest.content_in(w.chart.smalls) if rest else ()
    if not any(exponents):
        return None
    low = [(i, a) for i, a in zip(w.chart.smalls, exponents, strict=True) if a]
    moved = r.ring.from_terms([(e, x) for e, x in unit.terms if all(e[i] >= a for i, a in low)])
    unit, rest = unit - moved, rest + moved * p
    return Hidden(p, unit, rest, exponents) if unit and w.is_unit(unit) else None


def _expanded(g: Poly, p: Poly, t: int) -> tuple[Poly, list[Poly]]:
    """(s, [g_0, g_1, ...]) with s·g = Σ g_e p^e, s a number, the g_e of lower degree in t than p."""
    d = p.degrees[t]
    lead = p.coefficients(t)[d]
    scale, digits, rest = g.ring.one, list[Poly](), g
    while rest.degrees[t] >= d:
        s, rest, digit = _pseudo_divide(rest, p, t, d, lead, lambda: None)
        digits = [*(x * s for x in digits), digit]
        scale = scale * s
    return scale, [*digits, rest]


def _shown(digits: Sequence[Poly], hidden: Hidden) -> tuple[Poly, Poly]:
    """(U^n, U^n Σ g_e p^e at p = -rest/U)."""
    n = len(digits) - 1
    parts = (x * hidden.unit ** (n - e) * (-hidden.rest) ** e for e, x in enumerate(digits) if x)
    return hidden.unit**n, sum(parts, hidden.p.ring.zero)


def _contents(digits: Sequence[Poly], smalls: Sequence[int], exponents: Sequence[int]) -> tuple[list[int], list[int]]:
    """The content of Σ g_e p^e as far as it is that of all g_e, and what it is when p has the content `exponents`."""
    parts = [(e, x.content_in(smalls)) for e, x in enumerate(digits) if x]
    return (
        [min(own[m] for _, own in parts) for m in range(len(smalls))],
        [min(own[m] + e * exponents[m] for e, own in parts) for m in range(len(smalls))],
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

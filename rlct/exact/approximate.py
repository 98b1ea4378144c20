"""Approximate roots: P with g = c·P^e + (a rest that matters less), as proposals for coordinates.

Where a small variable u is put to 0, g may become h^e with e >= 2.  Then g = P^e + (multiples of a power of u that is
as high as possible) with P = h + u·P_1 + ... found term by term.

Where a generator is a power to lowest order only, its approximate root Q, found before the blow-up, rides along with
the chart: above, where the strict transform of Q is smooth, it is such a P, far shorter than one found there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import gcd

from rlct.exact.centres import best_weight
from rlct.exact.charts import Chart
from rlct.exact.leaves import residual
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.work import Work

LONG = 60  # longest root
LONGEST = 4000  # longest polynomial whose roots are looked for
MOST = 6  # approximate roots carried along
STEPS = 60  # of an expansion

Root = tuple[Poly, int, Poly, Poly]
"""(P, e, c, b) with b·g = c·P^e + rest."""


def roots_here(w: Work, g: Poly) -> Iterator[Root]:
    """(P, e, c, 1) with g = c·P^e + (multiples of a power of a small variable)."""
    c = w.chart
    if len(g) > LONGEST:
        return
    seen: set[Poly] = set()
    for u in sorted(c.small.keys() & g.variables, key=lambda i: not c.small[i].is_divisor):
        restricted = g.at_zero([u]).primitive()
        if len(restricted) < 2:
            continue
        fs = w.memory.factors(restricted)
        e = gcd(*(k for _, k in fs))
        if e < 2:
            continue
        root, scale = _power(g.at_zero([u]), fs, e)
        p = _lifted(g, u, root, e, scale)
        if not 2 <= len(p) <= LONG or p in seen or not w.vanishes(p):
            continue
        seen.add(p)
        if any(len(f) > 1 and not w.is_unit(f) for f, _ in w.memory.factors(p.primitive())):  # else nothing is gained
            yield p, e, c.ring.const(scale), c.ring.one


def roots_from_above(w: Work, g: Poly) -> list[Root]:
    """(P, e, c, b) with b·g = c·P^e + (multiples of a power of a small variable), b and c units, from the approximate
    roots that were found before the blow-ups: those that leave the shortest remainder first."""
    c = w.chart
    found: list[tuple[int, Root]] = []
    for p, e in dict.fromkeys((p, e) for q, e in c.roots for p in _strict_transform(w, q)):
        for v in (p, *(moved for _, moved, _ in along_relations(c, p))):
            power = v**e
            for u in sorted(c.small.keys() & g.variables):
                ratio = _unit_ratio(w, g.at_zero([u]), v.at_zero([u]), e)
                if ratio is not None:
                    found.append((len(g * ratio[1] - power * ratio[0]), (v, e, *ratio)))
                    break
    return [root for _, root in sorted(found, key=lambda x: x[0])]


def _strict_transform(w: Work, q: Poly) -> Iterator[Poly]:
    """The one factor of q that vanishes on the stratum, if there is just one, simple and no variable."""
    c = w.chart
    strict = q.divide_monomial(c.smalls, q.content_in(c.smalls))
    if len(strict) <= LONGEST:
        rest = [(f, k) for f, k in w.memory.factors(strict.primitive()) if not w.is_unit(f)]
        if len(rest) == 1 and rest[0][1] == 1 and len(rest[0][0]) > 1 and w.vanishes(rest[0][0]):
            yield rest[0][0]


def along_relations(c: Chart, p: Poly) -> Iterator[tuple[int, Poly, Poly]]:
    """Where p is a multiple q·R of a relation at small = 0, q a number: (relation, p - q·R, q)."""
    for n, (_, r) in enumerate(c.relations):
        zero = c.at_zero(r)
        q = c.at_zero(p).divide(zero) if zero else None
        if q and q.is_constant and len(p - q * r) > 1:
            yield n, p - q * r, q


def _unit_ratio(w: Work, f: Poly, g: Poly, e: int) -> tuple[Poly, Poly] | None:
    """Units (a, b) with b·f = a·g^e."""
    if not f or not g:
        return None
    essential = w.chart.ring.one
    for q, k in w.memory.factors(g.primitive()):
        if not w.is_unit(q):
            essential = essential * q**k
    a, b = f.divide(essential**e), g.divide(essential)
    if a is None or b is None or not (a.is_constant or w.is_unit(a)):
        return None
    b = b**e
    quotient = a.divide(b)
    return (quotient, w.chart.ring.one) if quotient is not None else (a, b)


def approximate_roots(w: Work, failed: Sequence[int] | None) -> Chart:
    """The chart with roots of its principal generators, as far as their terms by rising weight allow: q with
    g = c·q^e + (terms that q^(e-1) does not divide).  Their zeros are where further blow-ups would lead."""
    c = w.chart
    found = dict.fromkeys(c.roots)
    weights = dict.fromkeys(v for v in (failed, (1,) * len(c.smalls), best_weight(c)) if v is not None)
    for j, l in residual(c):
        g = c.objects[j].gens[l]
        if not c.objects[j].principal or len(g) > LONGEST:
            continue
        for v in weights:
            if len(found) < MOST and all(v):
                found.update(dict.fromkeys(_by_weight(w, g, v)))
    return replace(c, roots=tuple(found)) if len(found) > len(c.roots) else c


def _power(f: Poly, factors: Sequence[tuple[Poly, int]], e: int) -> tuple[Poly, int]:
    """(root, c) with f = c·root^e, for an f with these factors and an e that divides all exponents."""
    root = f.ring.one
    for q, k in factors:
        root = root * q ** (k // e)
    scale = f.divide(root**e)
    assert scale is not None and scale.is_constant
    return root, scale.constant_term()


def _by_weight(w: Work, g: Poly, weights: Sequence[int]) -> Iterator[tuple[Poly, int]]:
    smalls = w.chart.smalls

    def lowest(f: Poly) -> Poly:
        parts = f.grouped(smalls)
        order = {a: sum(x * y for x, y in zip(a, weights, strict=True)) for a in parts}
        least = min(order.values())
        kept = {a for a, x in order.items() if x == least}
        return f.ring.from_terms({e: x for e, x in f.terms if tuple(e[i] for i in smalls) in kept})

    first = lowest(g)
    fs = w.memory.factors(first.primitive())
    power = gcd(*(k for _, k in fs))
    for e in (e for e in range(power, 1, -1) if power % e == 0):
        root, scale = _power(first, fs, e)
        q = best = root
        least, times = len(g), 1  # times^e·g = scale·q^e + rest
        below = root ** (e - 1)
        for _ in range(STEPS):
            try:
                rest = g * times**e - q**e * scale
            except TooLarge:
                break
            if len(rest) < least:
                best, least = q, len(rest)
            more = lowest(rest).divide(below) if rest else None
            if more is None or len(q) + len(more) > LONG:
                break
            by = e * scale * times ** (e - 1)
            t = abs(by // gcd(by, int(more.p.content())))
            q, times = q * t + (more * t).divide(g.ring.const(by)), times * t
        if len(best) > 1:
            yield best, e


def _lifted(g: Poly, u: int, root: Poly, e: int, scale: int) -> Poly:
    """root + u·P_1 + u²·P_2 + ..., with scale·(...)^e equal to g to as high an order in u as division goes."""
    parts = g.coefficients(u)
    below = root ** (e - 1) * (e * scale)
    p = root
    for k in range(1, g.degrees[u] + 1):
        try:
            rest = parts.get(k, g.ring.zero) - (p**e * scale).coefficients(u).get(k, g.ring.zero)
        except TooLarge:
            return p
        q, remainder = rest.divmod(below)
        if remainder or len(p) + len(q) > LONG:
            return p
        p = p + q * g.ring.gen(u) ** k
    return p

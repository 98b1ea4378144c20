"""A smooth hypersurface along which a polynomial is degenerate, as a coordinate: exactly, not to some order.

Where a small variable u is put to 0, g may become h^e with e >= 2.  Then g = P^e + (multiples of a power of u that is
as high as possible) with P = h + u·P_1 + ... found term by term.  Where P is smooth it is a coordinate.  Shifts of a
variable approach P = 0 only to some order, and without end when P is no polynomial in that variable; by the implicit
function theorem P is reached at once.

Where a generator is a power to lowest order only, its approximate root Q, found before the blow-up, rides along with
the chart: above, where the strict transform of Q is smooth, it is such a P, far shorter than one found there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import gcd

from rlct.exact import charts
from rlct.exact.centres import best_weight
from rlct.exact.charts import Chart
from rlct.exact.leaves import residual
from rlct.exact.measure import left_over
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.strata import jacobian, minimal_exponents, spare_variable
from rlct.exact.work import Work

LONG = 60  # longest hypersurface that becomes a coordinate
LONGEST = 4000  # longest polynomial whose roots are looked for
MOST = 6  # approximate roots carried along
STEPS = 60  # of an expansion

Root = tuple[Poly, int, Poly, Poly]


def implicit_step(w: Work) -> bool:
    """Make the approximate root of a principal generator a coordinate."""
    c = w.chart
    for j, l in residual(c):
        if not c.objects[j].principal:
            continue
        g = c.objects[j].gens[l]
        for p, e, scale, unit in (*_roots(w, g), *_from_above(w, g)):
            rest = g * unit - p**e * scale
            if made_coordinate(w, j, l, (p, e, scale, unit), rest):
                return True
    return False


def smooth_factor_step(w: Work) -> bool:
    """Make a smooth factor that no polynomial solves a coordinate, if the others become no harder to read: surfaces
    with a curve in common, or touching along one."""
    c = w.chart
    spare = spare_variable(c)
    objects = [(j, ob.gens[0]) for j, ob in enumerate(c.objects) if ob.principal and 1 < len(ob.gens[0]) <= LONG]
    if spare is None or len(c.objects) < 2:
        return False
    for j, g in objects:
        for z in sorted(g.variables & c.small.keys()):
            if c.small[z].is_divisor or not w.vanishes(g) or not _determines(w, g, z):
                continue
            v = Work(c, w.memory)
            v.do(charts.implicit(c, z, g, spare))
            n = len(v.chart.relations) - 1
            sign = 1 if v.chart.relations[n][1] == g - c.ring.gen(spare) else -1
            v.do(charts.combine(v.chart, j, 0, c.ring.one, (), [(n, c.ring.const(-sign))]))
            for k, l in residual(v.chart):
                found = w.memory.shorter(v.chart.objects[k].gens[l], g)
                if found is not None:
                    v.do(charts.combine(v.chart, k, l, c.ring.const(found[0]), (), [(n, found[1] * sign)]))
            if all(settled(v, v.chart.objects[k].gens[l], z) for k, l in residual(v.chart)):
                if left_over(v.chart) < left_over(c):
                    w.chart = v.chart
                    w.steps += v.steps
                    return True
    return False


def etale_step(w: Work) -> bool:
    """In a chart just cut along the zeros of a function: an approximate root that extends it is the better coordinate
    (to be done before anything is reduced along the relation)."""
    c = w.chart
    if not c.relations or not c.roots:
        return False
    for j, l in residual(c):
        if c.objects[j].principal:
            for root in _from_above(w, c.objects[j].gens[l]):
                if _made_etale(w, j, l, root):
                    return True
    return False


def made_coordinate(w: Work, j: int, l: int, root: Root, rest: Poly, trusted: bool = False) -> bool:
    """In place of a small variable: by a shift, or by the implicit function theorem; `trusted`: whatever is left."""
    c = w.chart
    p, e, scale, unit = root
    spare = spare_variable(c)
    for z in sorted(p.variables & c.small.keys(), key=lambda i: p.degrees[i]):
        if c.small[z].is_divisor or not _determines(w, p, z):
            continue
        parts = p.coefficients(z)
        tied = c.in_relations(z)  # then the shift must be the zero polynomial at small = 0
        if p.degrees[z] == 1 and parts.get(0) and not (tied and (not parts[1].is_constant or c.at_zero(parts[0]))):
            shifted = charts.coordinate(c, z, parts[1], parts[0])
            # along a relation what is gained is seen only when the rest is reduced
            if trusted or tied or left_over(shifted[0]) < left_over(c):
                w.do(shifted)
                return True
        elif spare is not None and settled(w, rest, z) and (trusted or settled(w, scale, z)):
            w.do(charts.implicit(c, z, p, spare))
            n = len(w.chart.relations) - 1
            new = c.ring.gen(spare)
            sign = 1 if w.chart.relations[n][1] == p - new else -1
            w.do(charts.combine(w.chart, j, l, unit, (), [(n, _powers(p, new, e) * (scale * -sign))]))
            return True
    return False


def _made_etale(w: Work, j: int, l: int, root: Root) -> bool:
    """Where a relation R = u cuts along p = R at small = 0: p, which is u + p - R, in place of the small u."""
    c = w.chart
    p, e, scale, unit = root
    for n, moved, q in _along_relations(c, p):
        for u in c.relations[n][1].variables & moved.variables & c.small.keys():
            parts = moved.coefficients(u)
            if c.small[u].is_divisor or moved.degrees[u] != 1 or not parts[1].is_constant or not parts.get(0):
                continue
            if not _determines(w, moved, u):
                continue
            w.do(charts.combine(c, j, l, unit, (), [(n, _powers(p, moved, e) * q * scale * -1)]))
            w.do(charts.coordinate(w.chart, u, parts[1], parts[0]))
            return True
    return False


def _powers(p: Poly, q: Poly, e: int) -> Poly:
    """(p^e - q^e)/(p - q)."""
    total = p.ring.zero
    for k in range(e):
        total = total + p**k * q ** (e - 1 - k)
    return total


def settled(w: Work, rest: Poly, z: int) -> bool:
    """The lowest terms, over the other small variables, have coefficients that do not vanish with z."""
    if rest.is_constant:
        return True
    parts = rest.grouped([i for i in w.chart.smalls if i != z])
    return all(parts[e].at_zero([z]) for e in minimal_exponents(list(parts)))


def _roots(w: Work, g: Poly) -> Iterator[Root]:
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
        root = c.ring.one
        for f, k in fs:
            root = root * f ** (k // e)
        scale = g.at_zero([u]).divide(root**e)
        if scale is None or not scale.is_constant:
            continue
        p = _lifted(g, u, root, e, scale.constant_term())
        if not 2 <= len(p) <= LONG or p in seen or not w.vanishes(p):
            continue
        seen.add(p)
        if any(len(f) > 1 and not w.is_unit(f) for f, _ in w.memory.factors(p.primitive())):  # else nothing is gained
            yield p, e, scale, c.ring.one


def _from_above(w: Work, g: Poly) -> list[Root]:
    """(P, e, c, b) with b·g = c·P^e + (multiples of a power of a small variable), b and c units, from the approximate
    roots that were found before the blow-ups: those that leave the shortest remainder first."""
    c = w.chart
    found: list[tuple[int, Root]] = []
    for p, e in dict.fromkeys((p, e) for q, e in c.roots for p in _strict_transform(w, q)):
        for v in (p, *(moved for _, moved, _ in _along_relations(c, p))):
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


def _along_relations(c: Chart, p: Poly) -> Iterator[tuple[int, Poly, Poly]]:
    """Where p is a multiple q·R of a relation at small = 0: (relation, p - q·R, q), the second linear in small
    variables of the relation."""
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
        root = w.chart.ring.one
        for f, k in fs:
            root = root * f ** (k // e)
        scale = first.divide(root**e)
        if scale is None or not scale.is_constant:
            continue
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
            by = e * scale.constant_term() * times ** (e - 1)
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


def _determines(w: Work, h: Poly, z: int) -> bool:
    """∂(R, h)/∂(dependents, z) is a unit, so that h = w determines z."""
    try:
        return w.is_unit(jacobian(w.chart, h, z))
    except TooLarge:
        return False

"""A smooth hypersurface along which a polynomial is degenerate, as a coordinate: exactly, not to some order.

Where a small variable u is put to 0, g may become h^e with e >= 2.  Then g = P^e + (multiples of a power of u that is
as high as possible) with P = h + u·P_1 + ... found term by term.  Where P is smooth it is a coordinate.  Shifts of a
variable approach P = 0 only to some order, and without end when P is no polynomial in that variable; by the implicit
function theorem P is reached at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from rlct.exact import charts
from rlct.exact.leaves import residual
from rlct.exact.measure import left_over
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.strata import jacobian, minimal_exponents, spare_variable
from rlct.exact.work import Work

LONG = 60  # longest hypersurface that becomes a coordinate
LONGEST = 400  # longest polynomial whose roots are looked for


def implicit_step(w: Work) -> bool:
    """Make the approximate root of a principal generator a coordinate."""
    c = w.chart
    spare = spare_variable(c)
    for j, l in residual(c):
        if not c.objects[j].principal:
            continue
        g = c.objects[j].gens[l]
        for p, e, scale in _roots(w, g):
            rest = g - p**e * scale
            for z in sorted(p.variables & c.small.keys(), key=lambda i: p.degrees[i]):
                if c.small[z].is_divisor or not _determines(w, p, z):
                    continue
                if p.degrees[z] == 1 and not c.in_relations(z):
                    parts = p.coefficients(z)
                    shifted = charts.coordinate(c, z, parts[1], parts.get(0, c.ring.zero))
                    if left_over(shifted[0]) < left_over(c):
                        w.do(shifted)
                        return True
                elif spare is not None and _settled(w, rest, z):
                    w.do(charts.implicit(c, z, p, spare))
                    # g = scale·p^e + rest, and p = w on the chart
                    new = c.ring.gen(spare)
                    powers = c.ring.zero
                    for k in range(e):
                        powers = powers + p**k * new ** (e - 1 - k)
                    n = len(w.chart.relations) - 1
                    sign = 1 if w.chart.relations[n][1] == p - new else -1
                    w.do(charts.combine(w.chart, j, l, c.ring.one, (), [(n, powers * -(scale * sign))]))
                    return True
    return False


def _settled(w: Work, rest: Poly, z: int) -> bool:
    """The lowest terms of the rest, over the other small variables, have coefficients that z does not make vanish."""
    parts = rest.grouped([i for i in w.chart.smalls if i != z])
    return all(parts[e].at_zero([z]) for e in minimal_exponents(list(parts)))


def _roots(w: Work, g: Poly) -> Iterator[tuple[Poly, int, int]]:
    """(P, e, c) with g = c·P^e + (multiples of a power of a small variable)."""
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
            yield p, e, scale.constant_term()


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

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
from rlct.exact.charts import Chart
from rlct.exact.leaves import residual
from rlct.exact.measure import left_over
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.strata import jacobian, spare_variable
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
        for p in _roots(w, c.objects[j].gens[l]):
            for z in sorted(p.variables & c.small.keys(), key=lambda i: p.degrees[i]):
                if c.small[z].is_divisor or not _determines(w, p, z):
                    continue
                if p.degrees[z] == 1 and not c.in_relations(z):
                    parts = p.coefficients(z)
                    new = charts.coordinate(c, z, parts[1], parts.get(0, c.ring.zero))
                    if left_over(new[0]) < left_over(c):
                        w.do(new)
                        return True
                elif spare is not None:
                    w.do(charts.implicit(c, z, p, spare))
                    return True
    return False


def _roots(w: Work, g: Poly) -> Iterator[Poly]:
    """Polynomials P with g = const·P^e + (multiples of a power of a small variable)."""
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
        p = _lifted(g, u, root, e)
        if 2 <= len(p) <= LONG and p not in seen and w.vanishes(p):
            seen.add(p)
            yield p


def _lifted(g: Poly, u: int, root: Poly, e: int) -> Poly:
    """root + u·P_1 + u²·P_2 + ..., with c·(...)^e equal to g to as high an order in u as division goes."""
    parts = g.coefficients(u)
    scale = parts[0].divide(root**e)
    if scale is None or not scale.is_constant:
        return root
    below = root ** (e - 1) * (e * scale.constant_term())
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
    c: Chart = w.chart
    slope = h.derivative(z) if not c.relations else None
    if slope is None:
        try:
            slope = jacobian(c, h, z)
        except TooLarge:
            return False
    return w.is_unit(slope)

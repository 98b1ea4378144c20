"""Smooth hypersurfaces as coordinates: exactly, not to some order.

Shifts of a variable approach a hypersurface P = 0 only to some order, and without end when P is no polynomial in that
variable; by the implicit function theorem P is reached at once.
"""

from __future__ import annotations

from rlct.exact import charts
from rlct.exact.approximate import Root, along_relations, roots_from_above, roots_here
from rlct.exact.leaves import residual
from rlct.exact.measure import left_over
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.strata import jacobian, minimal_exponents, spare_variable
from rlct.exact.work import Work

LONG = 60  # longest factor that becomes a coordinate


def implicit_step(w: Work) -> bool:
    """Make the approximate root of a principal generator a coordinate."""
    c = w.chart
    for j, l in residual(c):
        if not c.objects[j].principal:
            continue
        g = c.objects[j].gens[l]
        for p, e, scale, unit in (*roots_here(w, g), *roots_from_above(w, g)):
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
            n, sign = named(v, z, g, spare)
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
            for root in roots_from_above(w, c.objects[j].gens[l]):
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
            n, sign = named(w, z, p, spare)
            w.do(charts.combine(w.chart, j, l, unit, (), [(n, _powers(p, c.ring.gen(spare), e) * (scale * -sign))]))
            return True
    return False


def named(w: Work, z: int, p: Poly, spare: int) -> tuple[int, int]:
    """p becomes the small variable `spare` in place of z: the number n and the sign s of the relation s·(p - spare)."""
    w.do(charts.implicit(w.chart, z, p, spare))
    n = len(w.chart.relations) - 1
    return n, 1 if w.chart.relations[n][1] == p - p.ring.gen(spare) else -1


def _made_etale(w: Work, j: int, l: int, root: Root) -> bool:
    """Where a relation R = u cuts along p = R at small = 0: p, which is u + p - R, in place of the small u."""
    c = w.chart
    p, e, scale, unit = root
    for n, moved, q in along_relations(c, p):
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


def _determines(w: Work, h: Poly, z: int) -> bool:
    """∂(R, h)/∂(dependents, z) is a unit, so that h = w determines z."""
    try:
        return w.is_unit(jacobian(w.chart, h, z))
    except TooLarge:
        return False

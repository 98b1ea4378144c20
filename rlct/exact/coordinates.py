"""Changes of coordinates in a chart: squares completed, units stripped, regular directions and hypersurfaces of maximal
contact made coordinates, and variables of which nothing depends forgotten."""

from __future__ import annotations

from rlct.exact import charts
from rlct.exact.charts import Chart
from rlct.exact.leaves import residual
from rlct.exact.measure import left_over
from rlct.exact.poly import Exponent, Poly, TooLarge
from rlct.exact.work import Work, monomial_gens

CONTACT = 40  # longest shift of a coordinate towards maximal contact


# ---------------------------------------------------------------- semidefinite sums
def semidefinite_step(w: Work) -> bool:
    """A semidefinite generator: split a sum in disjoint variables, complete a square."""
    c = w.chart
    small = set(c.small)
    if any(r.variables & small for _, r in c.relations):
        return False
    for j, ob in enumerate(c.objects):
        if is_shared(c, j):
            continue
        for l, g in enumerate(ob.gens):
            if ob.H != 0 or len(g) == 1 or c.at_zero(g):
                continue
            if _manifest(c, g):
                w.do(charts.split_sd(c, j, l, [g.ring.from_terms({e: abs(x)}) for e, x in g.terms]))
                return True
            if not ob.sd[l]:
                continue
            parts = components(g, small)
            if len(parts) > 1:
                w.do(charts.split_sd(c, j, l, parts))
                return True
            if _complete_square(w, j, l, g):
                return True
    return False


def is_shared(c: Chart, j: int) -> bool:
    """A principal object that is also a factor of another generator: apart from that it should not be taken to
    pieces."""
    f = c.objects[j].gens[0]
    return c.objects[j].principal and any(
        len(g) > 1 and g.variables >= f.variables and g.divide(f) is not None
        for i, ob in enumerate(c.objects)
        if i != j
        for g in ob.gens
    )


def _manifest(c: Chart, g: Poly) -> bool:
    """Every term has the same sign: even exponents but for walls, coefficients of one sign."""
    first = g.terms[0][1] > 0
    walls = {i for i in c.small if c.small[i].wall}
    return all((x > 0) is first and all(a % 2 == 0 or i in walls for i, a in enumerate(e)) for e, x in g.terms)


def components(g: Poly, small: set[int]) -> list[Poly]:
    """Summands of g in disjoint sets of small variables (every term of g has one)."""
    groups: list[tuple[set[int], dict[Exponent, int]]] = []
    for e, c in g.terms:
        vs = {i for i in small if e[i]}
        terms = {e: c}
        rest = []
        for other, t in groups:
            if other & vs:
                vs |= other
                terms.update(t)
            else:
                rest.append((other, t))
        groups = [*rest, (vs, terms)]
        if len(groups) == 1 and groups[0][0] == g.variables & small and len(g) > 64:
            break
    if len(groups) == 1:
        return [g]
    return [g.ring.from_terms(t) for _, t in groups]


def _complete_square(w: Work, j: int, l: int, g: Poly) -> bool:
    """g = U z² + s z + c with U a unit: 2Uz + s becomes the coordinate z (afterwards g is U(z² + ...))."""
    c = w.chart
    size = sum(len(f) for ob in c.objects for f in ob.gens)
    for z in sorted(c.small, key=lambda i: len(g.coefficients(i).get(1, c.ring.zero))):
        s = c.small[z]
        if s.is_divisor or g.degrees[z] != 2 or c.in_relations(z):
            continue
        coeffs = g.coefficients(z)
        unit, linear = coeffs[2], coeffs.get(1)
        if not w.is_unit(unit):
            continue
        if linear is None:
            if unit.is_constant:
                continue
            new = charts.coordinate(c, z, unit, c.ring.zero)
        else:
            if not w.vanishes(linear):
                continue
            new = charts.coordinate(c, z, unit * 2, linear)
        if sum(len(f) for ob in new[0].objects for f in ob.gens) > 4 * size + 40:
            continue
        w.do(new)
        g = w.chart.objects[j].gens[l]
        quotient = g.divide(unit)
        if not unit.is_constant and quotient is not None:
            w.do(charts.divide_unit(w.chart, j, l, unit, quotient))
        return True
    return False


def forget_step(w: Work) -> bool:
    """Variables of which nothing depends any more go, with the conditions on them."""
    c = w.chart
    if not c.objects:
        return False
    gone = {i for i in c.order if i not in c.dependents and (i not in c.small or c.small[i].k == c.small[i].h == 0)}
    for ob in c.objects:
        for g in ob.gens:
            gone -= g.variables
    for g in (*(r for _, r in c.relations), *c.positive, *c.equations):
        gone -= g.variables
    if len(gone) == len(c.order):
        return False
    gone = _meetable(c, gone) | _idle_dependents(c)
    if not gone:
        return False
    w.do(charts.forget(c, frozenset(gone)))
    return True


def _idle_dependents(c: Chart) -> set[int]:
    """Dependent variables in no object: those in their own relation only, of degree 1; and those whose relations (at
    small = 0) and conditions involve no other variables."""
    for t, r in c.relations:
        others = [g for ob in c.objects for g in ob.gens] + [q for s, q in c.relations if s != t]
        own = c.at_zero(r)
        if all(t not in g.variables for g in (*others, *c.nonzero, *c.positive, *c.equations)):
            slope = own.derivative(t)
            if slope and slope.is_constant:
                return {t}
    gone = set(c.dependents)
    for ob in c.objects:
        for g in ob.gens:
            gone -= g.variables
    relations = dict(c.relations)
    while True:
        linked: set[int] = set()
        for t, r in relations.items():
            if t in gone:
                linked |= set() if c.at_zero(r).variables <= gone else {t}
            else:
                linked |= r.variables & gone
        for g in (*c.nonzero, *c.positive, *c.equations):
            if not g.variables <= gone:
                linked |= g.variables & gone
        if not linked:
            return gone
        gone -= linked


def _meetable(c: Chart, gone: set[int]) -> set[int]:
    """Those variables whose conditions f ≠ 0 have a constant among their coefficients (they can always be met)."""
    while True:
        hard: set[int] = set()
        for f in c.nonzero:
            mine = sorted(f.variables & gone)
            if mine and not any(p.is_constant for p in f.grouped(mine).values()):
                hard |= set(mine)
        if not hard:
            return gone
        gone = gone - hard


# ---------------------------------------------------------------- elimination
def scale_step(w: Work) -> bool:
    """A unit U common to all coefficients of z (to U^d at z^d): U z becomes the coordinate z, and every generator gets
    shorter.  In an ideal that is linear in a block of variables this strips each column of its units."""
    c = w.chart
    gens = [g for ob in c.objects for g in ob.gens]
    for z, s in c.small.items():
        if s.is_divisor or c.in_relations(z):
            continue
        parts = [(d, f) for g in gens if z in g.variables for d, f in g.coefficients(z).items() if d]
        if not parts or any(f.is_constant for _, f in parts):
            continue
        unit = c.ring.one
        d, shortest = min(parts, key=lambda df: len(df[1]))
        if len(shortest) == 1 and not shortest.variables - c.small.keys():
            continue
        for q, e in w.memory.factors(shortest.primitive()):
            if w.is_unit(q):
                while e >= d and _divides_all(unit * q, parts):
                    unit, e = unit * q, e - d
        if unit.is_constant:
            continue
        w.do(charts.coordinate(c, z, unit, c.ring.zero))
        for j, ob in enumerate(c.objects):
            for l, g in enumerate(ob.gens):
                if z in g.variables:
                    power = unit ** g.degrees[z]
                    quotient = w.chart.objects[j].gens[l].divide(power)
                    assert quotient is not None
                    w.do(charts.divide_unit(w.chart, j, l, power, quotient))
        return True
    return False


def _divides_all(q: Poly, parts: list[tuple[int, Poly]]) -> bool:
    # power by power: q^d may be too large where it does not divide
    return all(d * q.total_degree() <= f.total_degree() and f.divided_out(q, d)[0] == d for d, f in parts)


def eliminate_step(w: Work) -> bool:
    """A generator monomial·(U z + r): make U z + r the coordinate z.

    Among the candidates the variable of lowest degree over all generators wins (outer weights of a network before the
    inner ones): the wrong choice makes every later stratum nonlinear.
    """
    c = w.chart
    best: tuple[tuple[int, ...], int, Poly, Poly] | None = None
    for j, ob in enumerate(c.objects):
        busy = {i for _, e in monomial_gens(c, j) for i, a in zip(c.smalls, e, strict=True) if a}
        for g in ob.gens:
            if len(g) == 1:
                continue
            content = g.content_in(c.smalls)
            rest = g.divide_monomial(c.smalls, content)
            inside = {i for i, a in zip(c.smalls, content, strict=True) if a}  # z (U z + r) would turn round for ever
            for z in rest.variables & c.small.keys() - inside:
                s = c.small[z]
                if s.is_divisor or z in busy or rest.degrees[z] != 1 or c.in_relations(z):
                    continue
                coeffs = rest.coefficients(z)
                unit, r = coeffs[1], coeffs.get(0, c.ring.zero)
                if not r or (len(unit) > 1 and not ob.principal and len(g) > 200):
                    continue
                cost = (
                    0 if unit.is_constant else 1,
                    max(f.degrees[z] for o in c.objects for f in o.gens),
                    len(r),
                    sum(1 for o in c.objects for f in o.gens if z in f.variables),
                    z,
                    r.total_degree(),  # whatever the order of the generators
                )
                if best is not None and cost >= best[0]:
                    continue
                if not w.vanishes(r) or not w.is_unit(unit):
                    continue
                if not _affordable(c, ob.principal, z, unit, r):
                    continue
                best = (cost, z, unit, r)
    if best is None:
        return False
    _, z, unit, r = best
    w.do(charts.coordinate(w.chart, z, unit, r))
    return True


def _affordable(c: Chart, principal: bool, z: int, unit: Poly, r: Poly) -> bool:
    """Refuse a change of coordinates that makes the other objects much longer."""
    touched = [f for o in c.objects for f in o.gens if z in f.variables]
    if len(touched) == 1:
        return True
    before = sum(len(f) for f in touched)
    if before * len(r) < 60:
        return True
    try:
        after = sum(len(f.solve_into(z, unit, r)) for f in touched)
    except TooLarge:
        return False
    return after <= (2 if principal else 6) * before + 60


def contact_step(w: Work) -> bool:
    """Maximal contact: where a residual generator has the terms c x^d + s x^(d-1) + ..., d its order in x at 0 and c a
    unit, d c x + s becomes the coordinate x (Tschirnhausen's shift), if that leaves less to do."""
    c = w.chart
    here: float | None = None
    for j, l in residual(c):
        g = c.objects[j].gens[l]
        for x in g.variables & c.small.keys():
            if c.small[x].is_divisor or c.in_relations(x):
                continue
            parts = g.coefficients(x)
            d = next((k for k in sorted(parts) if c.at_zero(parts[k])), 0)
            shift = parts.get(d - 1) if d >= 2 else None
            if shift is None or len(shift) > CONTACT or not w.is_unit(parts[d]) or not w.vanishes(shift):
                continue
            try:
                new = charts.coordinate(c, x, parts[d] * d, shift, charts.TRIAL)
            except TooLarge:
                continue
            here = left_over(c) if here is None else here
            if left_over(new[0]) < here:
                w.do(new)
                return True
    return False

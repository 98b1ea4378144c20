"""Normal form of a chart: everything that simplifies without branching.

Content into the divisors, common factors and irreducible factors into objects of their own, units away, terms in the
integral closure of the monomial generators away, generators by one another, roots, semidefinite sums into their
parts, regular directions into coordinates.  Every step lowers a measure (objects not yet monomial, terms, degree),
so the loop ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import gcd
from operator import add, sub
from typing import Any

from rlct.exact import charts
from rlct.exact.charts import Chart, Step
from rlct.exact.poly import Exponent, Poly, TooLarge
from rlct.exact.polyhedra import in_closure
from rlct.exact.real import Oracle, System

PAIR_LIMIT = 20_000  # products of term counts beyond which generators are only divided, not compared term by term


class Memory:
    """What one computation remembers about polynomials: factorisations and closure questions."""

    def __init__(self, oracle: Oracle):
        self.oracle = oracle
        self._factors: dict[Poly, list[tuple[Poly, int]]] = {}
        self._shorter: dict[tuple[Poly, Poly], tuple[int, Poly] | None] = {}
        self._closure: dict[tuple[Exponent, tuple[Exponent, ...]], tuple[tuple[int, Fraction], ...] | None] = {}

    def factors(self, f: Poly) -> list[tuple[Poly, int]]:
        """Irreducible factors of f over Q with multiplicities (f itself when it is too long)."""
        known = self._factors.get(f)
        if known is None:
            known = [(f, 1)] if f.is_large else [(g.primitive(), e) for g, e in f.factor()[1]]
            self._factors[f] = known
        return known

    def shorter(self, g: Poly, f: Poly) -> tuple[int, Poly] | None:
        key = (g, f)
        if key not in self._shorter:
            self._shorter[key] = _shorter(g, f)
        return self._shorter[key]

    def closure(self, alpha: Exponent, points: tuple[Exponent, ...]) -> tuple[tuple[int, Fraction], ...] | None:
        key = (alpha, points)
        if key not in self._closure:
            self._closure[key] = in_closure(alpha, points)
        return self._closure[key]


class Work:
    """The chart being transformed at one node, and the record of what was done."""

    def __init__(self, chart: Chart, memory: Memory):
        self.chart = chart
        self.memory = memory
        self.steps: list[Step] = []
        self._stratum: tuple[Any, System] | None = None

    def do(self, result: tuple[Chart, Step]) -> None:
        self.chart, step = result
        self.steps.append(step)

    @property
    def stratum(self) -> System:
        c = self.chart
        key = (c.nonzero, c.positive, c.relations, c.equations)
        if self._stratum is None or (self._stratum[0] is not key and self._stratum[0] != key):
            self._stratum = (key, c.stratum())
        return self._stratum[1]

    def is_unit(self, g: Poly) -> bool:
        """No zero at small = 0 on the stratum (proved)."""
        if g.constant_term():
            g0 = self.chart.at_zero(g)
            if g0.is_constant:
                return True
        else:
            g0 = self.chart.at_zero(g)
            if not g0:
                return False
        return self.memory.oracle.nowhere_zero(g0, self.stratum)

    def vanishes(self, g: Poly) -> bool:
        """Zero at small = 0, as a polynomial (relations used)."""
        g0 = self.chart.at_zero(g)
        if not g0:
            return True
        for t, r in reversed(self.chart.relations):
            g0 = remainder(g0, self.chart.at_zero(r), t)
        return not g0


def remainder(g: Poly, r: Poly, t: int) -> Poly:
    """Pseudo-remainder of g by r in the variable t (constant leading coefficients only; else g)."""
    d = r.degrees[t]
    if d == 0 or g.degrees[t] < d:
        return g
    lead = r.coefficients(t)[d]
    if not lead.is_constant:
        return g
    c = lead.constant_term()
    gen = r.ring.gen(t)
    while g and g.degrees[t] >= d:
        top = g.degrees[t]
        g = g * c - g.coefficients(t)[top] * gen ** (top - d) * r
        g = g.primitive()
    return g


def monomial_gens(chart: Chart, j: int) -> list[tuple[int, Exponent]]:
    """Generators of object j that are monomials in the small variables: (index, exponents over `chart.smalls`)."""
    smalls = chart.smalls
    small = set(smalls)
    out = []
    for l, g in enumerate(chart.objects[j].gens):
        if len(g) == 1 and g.variables <= small:
            e = g.terms[0][0]
            out.append((l, tuple(e[i] for i in smalls)))
    return out


def normal_form(w: Work, tick: Callable[[], None] = lambda: None) -> None:
    """Bring the chart of `w` into normal form."""
    for _ in range(200):
        tick()
        if (
            relations_step(w)
            or content_step(w)
            or principal_step(w)
            or ideal_step(w)
            or trim_step(w)
            or root_step(w)
            or merge_step(w)
            or pair_step(w)
            or semidefinite_step(w)
            or scale_step(w)
            or eliminate_step(w)
            or forget_step(w)
        ):
            continue
        return


# ---------------------------------------------------------------- objects
def relations_step(w: Work) -> bool:
    """Reduce generators by relations whose leading coefficient is constant."""
    c = w.chart
    done = False
    for n, (t, r) in enumerate(c.relations):
        d = r.degrees[t]
        lead = r.coefficients(t)[d]
        if not lead.is_constant:
            continue
        a = lead.constant_term()
        for j in range(len(w.chart.objects)):
            l = 0
            while l < len(w.chart.objects[j].gens):
                g = w.chart.objects[j].gens[l]
                if g.degrees[t] >= d:
                    unit, q, rem = _pseudo_divide(g, r, t, d, a)
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


def _pseudo_divide(g: Poly, r: Poly, t: int, d: int, a: int) -> tuple[Poly, Poly, Poly]:
    ring = g.ring
    unit, q, gen = ring.one, ring.zero, ring.gen(t)
    while g and g.degrees[t] >= d:
        top = g.degrees[t]
        m = g.coefficients(t)[top] * gen ** (top - d)
        g = g * a - m * r
        q = q * a + m
        unit = unit * a
    return unit, q, g


def content_step(w: Work) -> bool:
    done = False
    for j in range(len(w.chart.objects)):
        out = charts.content(w.chart, j)
        if out is not None:
            w.do(out)
            done = True
    return done


def principal_step(w: Work) -> bool:
    """Units and factors of principal objects."""
    for j, ob in enumerate(w.chart.objects):
        if not ob.principal:
            continue
        g = ob.gens[0]
        if g.is_constant:
            w.do(charts.divide_unit(w.chart, j, 0, w.chart.ring.one, g))
            return True
        if g.constant_term() and w.chart.at_zero(g).is_constant:
            w.do(charts.divide_unit(w.chart, j, 0, g, w.chart.ring.one))
            return True
        fs = w.memory.factors(g)
        units = [(f, e) for f, e in fs if w.is_unit(f)]
        if units:
            unit, rest = _product(w.chart, units), _product(w.chart, [fe for fe in fs if fe not in units])
            w.do(charts.divide_unit(w.chart, j, 0, unit, rest))
            return True
        if len(fs) > 1 or fs[0][1] > 1:
            w.do(charts.factor(w.chart, j, fs))
            return True
    return False


def _product(chart: Chart, fs: Iterable[tuple[Poly, int]]) -> Poly:
    out = chart.ring.one
    for f, e in fs:
        out = out * f**e
    return out


def ideal_step(w: Work) -> bool:
    """Units of generators, and the common factor of an ideal."""
    c = w.chart
    smalls = c.smalls
    for j, ob in enumerate(c.objects):
        if ob.principal:
            continue
        for l, g in enumerate(ob.gens):
            if g.is_constant:
                w.do(charts.divide_unit(c, j, l, c.ring.one, g))
                return True
            exps = g.content_in(smalls)
            rest = g.divide_monomial(smalls, exps)
            if rest.is_constant:
                continue
            mono = g.ring.from_terms({_lift(c, exps): 1})
            if w.is_unit(rest):
                w.do(charts.divide_unit(c, j, l, rest, mono))
                return True
            if (rest.variables & set(c.order) and len(rest) > 1) or not rest.variables <= set(smalls):
                fs = w.memory.factors(rest)
                if len(fs) > 1 or fs[0][1] > 1:
                    units = [(f, e) for f, e in fs if w.is_unit(f)]
                    if units:
                        quotient = mono * _product(c, [fe for fe in fs if fe not in units])
                        w.do(charts.divide_unit(c, j, l, _product(c, units), quotient))
                        return True
        g = ob.gens[0]
        for f in ob.gens[1:]:
            g = g.gcd(f)
            if g.is_constant:
                break
        if not g.is_constant:
            w.do(charts.take_gcd(c, j, g.primitive()))
            return True
    return False


def _lift(c: Chart, exps: Iterable[int]) -> Exponent:
    e = [0] * c.ring.n
    for i, a in zip(c.smalls, exps, strict=True):
        e[i] = a
    return tuple(e)


def trim_step(w: Work) -> bool:
    """Drop terms (and monomial generators) in the integral closure of the monomial generators."""
    done = False
    for j in range(len(w.chart.objects)):
        while _trim_one(w, j):
            done = True
    return done


def _trim_one(w: Work, j: int) -> bool:
    c = w.chart
    ob = c.objects[j]
    monos = monomial_gens(c, j)
    if not monos or ob.principal:
        return False
    smalls = c.smalls
    index = [l for l, _ in monos]
    mono_at = dict(monos)
    for l, g in enumerate(ob.gens):
        own = l in mono_at
        points = tuple(e for i, e in monos if i != l)
        where = [i for i in index if i != l]
        if not points:
            continue
        if own and points.count(mono_at[l]) and where[points.index(mono_at[l])] > l:
            continue  # of two equal monomials the later one goes
        keep: dict[Exponent, int] = {}
        witness: dict[Exponent, list[tuple[int, Fraction]]] = {}
        dropped: set[Exponent] = set()
        kept: set[Exponent] = set()
        for e, coef in g.terms:
            alpha = tuple(e[i] for i in smalls)
            if alpha in dropped:
                continue
            if alpha not in kept:
                combo = w.memory.closure(alpha, points)
                if combo is not None:
                    dropped.add(alpha)
                    witness[alpha] = [(where[i], x) for i, x in combo]
                    continue
                kept.add(alpha)
            keep[e] = coef
        if dropped:
            w.do(charts.trim(c, j, l, c.ring.from_terms(keep), list(witness.items())))
            return True
    return False


def root_step(w: Work) -> bool:
    """Generators that are all e-th powers: take the root."""
    for j, ob in enumerate(w.chart.objects):
        if ob.principal:
            continue
        power = 0
        for g in ob.gens:
            if len(g) == 1:
                power = gcd(power, *g.terms[0][0])
            if power == 1:
                break
        if power == 1:
            continue
        parts = []
        for g in ob.gens:
            fs = w.memory.factors(g)
            for _, e in fs:
                power = gcd(power, e)
            parts.append(fs)
            if power == 1:
                break
        if power > 1:
            w.do(
                charts.take_root(
                    w.chart, j, power, [_product(w.chart, [(f, e // power) for f, e in fs]) for fs in parts]
                )
            )
            return True
    return False


def merge_step(w: Work) -> bool:
    """Principal objects with the same polynomial."""
    seen: dict[Poly, int] = {}
    for j, ob in enumerate(w.chart.objects):
        if ob.principal:
            g = ob.gens[0]
            if g in seen:
                w.do(charts.merge(w.chart, j, seen[g]))
                return True
            seen[g] = j
    return False


# ---------------------------------------------------------------- generators by one another
def pair_step(w: Work) -> bool:
    """Subtract multiples of one generator from another when that shortens it."""
    c = w.chart
    for j, ob in enumerate(c.objects):
        if ob.principal:
            continue
        for l, g in enumerate(ob.gens):
            if len(g) == 1:
                continue
            for i, f in enumerate(ob.gens):
                if i == l or len(f) == 1 or len(f) > 2 * len(g):
                    continue
                found = w.memory.shorter(g, f)
                if found is not None:
                    a, m = found
                    w.do(charts.combine(c, j, l, c.ring.const(a), [(i, m)]))
                    return True
    return False


def _shorter(g: Poly, f: Poly) -> tuple[int, Poly] | None:
    """(a, m) such that a·g + m·f is shorter than g (fewer terms, or as many and smaller degree), or None.

    m is one term (or flint's quotient).  With M of the terms of m·f at monomials of g, the sum has at least
    len(g) + len(f) - 2M terms, so only quotients with 2M >= len(f) are worth a multiplication.
    """
    ring = g.ring
    size = (len(g), g.total_degree())
    best: tuple[tuple[int, int], int, Poly] | None = None
    for q in _frequent_quotients(g, f) if len(g) * len(f) <= PAIR_LIMIT else ():
        tried = set()
        for d, b in f.terms:
            e = tuple(map(add, q, d))
            c = g.coefficient(e)
            if not c:
                continue
            k = gcd(c, b)
            if (c // k, b // k) in tried:
                continue
            tried.add((c // k, b // k))
            m = ring.from_terms({q: -(c // k)})
            new = g * (b // k) + m * f
            if not new:
                return b // k, m
            s = (len(new), new.total_degree())
            if s < size and (best is None or s < best[0]):
                best = (s, b // k, m)
    if best is not None:
        return best[1], best[2]
    if any(x > y for x, y in zip(f.degrees, g.degrees, strict=True)):
        return None
    quotient, r = g.divmod(f)
    if quotient and (not r or (len(r), r.total_degree()) < size):
        return 1, -quotient
    return None


def _frequent_quotients(g: Poly, f: Poly) -> list[Exponent]:
    """Monomials q for which q·f has at least half of its terms at monomials of g."""
    counts: dict[int, int] = {}
    ge = g.packed
    for d in f.packed:
        for e in ge:
            q = e - d
            counts[q] = counts.get(q, 0) + 1
    need = (len(f) + 1) // 2
    frequent = {q for q, count in counts.items() if count >= need}
    if not frequent:
        return []
    out: dict[Exponent, None] = {}
    for (low, _), d in zip(f.terms, f.packed, strict=True):
        for (high, _), e in zip(g.terms, ge, strict=True):
            if e - d in frequent:
                v = tuple(map(sub, high, low))
                if min(v) >= 0:
                    out.setdefault(v)
    return list(out)


# ---------------------------------------------------------------- semidefinite sums
def semidefinite_step(w: Work) -> bool:
    """A semidefinite generator: split a sum in disjoint variables, complete a square."""
    c = w.chart
    small = set(c.small)
    if any(r.variables & small for _, r in c.relations):
        return False
    for j, ob in enumerate(c.objects):
        for l, g in enumerate(ob.gens):
            if not ob.sd[l] or ob.H != 0 or len(g) == 1 or c.at_zero(g):
                continue
            parts = components(g, small)
            if len(parts) > 1:
                w.do(charts.split_sd(c, j, l, parts))
                return True
            if _complete_square(w, j, l, g):
                return True
    return False


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
    if not gone or len(gone) == len(c.order):
        return False
    gone = _meetable(c, gone)
    if not gone:
        return False
    w.do(charts.forget(c, frozenset(gone)))
    return True


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
    return all(f.divide(q**d) is not None for d, f in parts)


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
            rest = g.divide_monomial(c.smalls, g.content_in(c.smalls))
            for z in rest.variables & c.small.keys():
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

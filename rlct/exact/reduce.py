"""Normal form of a chart: everything that simplifies without branching.

Content into the divisors (also what dependent variables hide), common factors and irreducible ones into objects of
their own, units away, terms in the integral closure of the monomial generators away, generators by one another, roots,
sums without cancellation into their parts, variables along which a flow changes nothing away, regular directions and
maximal contact into coordinates, shears.  Every step lowers a measure (variables, objects not yet monomial, terms,
degree, what is left over), so the loop ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from math import gcd

from rlct.exact import charts
from rlct.exact.charts import Chart
from rlct.exact.coordinates import (
    components,
    contact_step,
    eliminate_step,
    forget_step,
    is_shared,
    scale_step,
    semidefinite_step,
)
from rlct.exact.flow import flow_step
from rlct.exact.leaves import residual
from rlct.exact.measure import left_over
from rlct.exact.plane import remove_units
from rlct.exact.poly import Exponent, Poly, TooLarge
from rlct.exact.relations import hidden_content_step, relations_step
from rlct.exact.shorten import pair_step, shear_step
from rlct.exact.summands import squares_step, summands_step
from rlct.exact.work import Work, monomial_gens

CORE = 60  # longest generator that is a monomial times a coordinate
BUSY = 60  # longest generator that is looked at once more


def normal_form(w: Work, tick: Callable[[], None] = lambda: None) -> None:
    """Bring the chart of `w` into normal form."""
    real = not w.chart.over_c  # signs help
    for _ in range(200):
        tick()
        if (
            relations_step(w, tick)
            or content_step(w)
            or hidden_content_step(w)
            or (real and summands_step(w))
            or principal_step(w)
            or ideal_step(w)
            or trim_step(w)
            or root_step(w)
            or remove_units(w)
            or merge_step(w)
            or flow_step(w)
            or pair_step(w)
            or (real and (sign_step(w) or semidefinite_step(w) or squares_step(w)))
            or scale_step(w)
            or eliminate_step(w)
            or forget_step(w)
            or contact_step(w)
            or core_step(w)
            or shear_step(w)
        ):
            continue
        return


# ---------------------------------------------------------------- objects
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
        g = _common_factor(w, ob.gens)
        if not g.is_constant:
            w.do(charts.take_gcd(c, j, g.primitive()))
            return True
    return False


def _common_factor(w: Work, gens: Sequence[Poly]) -> Poly:
    """The greatest common divisor; where it takes too long, from the factors that are known."""
    g = gens[0]
    for f in gens[1:]:
        if g.is_large and f.is_large:
            powers = [dict(w.memory.factors(x)) for x in gens]
            return _product(w.chart, [(q, min(p.get(q, 0) for p in powers)) for q in powers[0]])
        g = g.gcd(f)
        if g.is_constant:
            break
    return g


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


def core_step(w: Work) -> bool:
    """A generator that is a monomial times U x + r, U a unit, r = 0 at small = 0: U x + r becomes the coordinate x, if
    that leaves less to do once multiples of the new monomial are away."""
    here: float | None = None
    for j, l in residual(w.chart):
        c = w.chart
        g = c.objects[j].gens[l]
        content = g.content_in(c.smalls)
        if c.objects[j].principal or not any(content) or len(g) > CORE:
            continue
        core = g.divide_monomial(c.smalls, content)
        for x in core.variables & c.small.keys():
            solved = _solved(w, core, x)
            if solved is None:
                continue
            here = left_over(c) if here is None else here
            v = Work(c, w.memory)
            try:
                v.do(charts.coordinate(c, x, *solved, charts.TRIAL))
                while content_step(v) or ideal_step(v) or trim_step(v):
                    pass
            except TooLarge:
                continue
            if _is_less(w, v, here):
                return True
    return False


def _solved(w: Work, g: Poly, x: int) -> tuple[Poly, Poly] | None:
    """(U, r), neither 0, with g = U x + r, U a unit, r = 0 at small = 0, where U x + r may become the coordinate x."""
    c = w.chart
    if g.degrees[x] != 1 or c.small[x].is_divisor or c.in_relations(x):
        return None
    parts = g.coefficients(x)
    rest = parts.get(0, c.ring.zero)
    return (parts[1], rest) if rest and w.is_unit(parts[1]) and w.vanishes(rest) else None


def _is_less(w: Work, v: Work, before: float) -> bool:
    """Take what v did, if less is left over than before."""
    if left_over(v.chart) >= before:
        return False
    w.chart = v.chart
    w.steps += v.steps
    return True


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


def sign_step(w: Work) -> bool:
    """A sum in disjoint variables whose parts have one sign: then there is no cancellation."""
    c = w.chart
    small = set(c.small)
    for j, ob in enumerate(c.objects):
        g = ob.gens[0]
        if not ob.principal or ob.sd[0] or ob.E == 0 or ob.H != 0 or len(g) == 1 or not g.variables <= small:
            continue
        if len(components(g, small)) == 1 or is_shared(c, j):
            continue
        found = w.memory.sign(g, c.order)
        if found is not None:
            w.do(charts.mark_sign(c, j, 0, *found))
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


def busy_step(w: Work, tick: Callable[[], None]) -> bool:
    """A generator U z + r makes U z + r the coordinate z although powers of z are generators too, where less is left in
    the end."""
    c = w.chart
    before = left_over(c)
    for j, ob in enumerate(c.objects):
        busy = {i for _, e in monomial_gens(c, j) for i, a in zip(c.smalls, e, strict=True) if a > 1}
        for g in ob.gens:
            for z in sorted(busy & g.variables) if 1 < len(g) <= BUSY else ():
                solved = _solved(w, g, z)
                if solved is None:
                    continue
                v = Work(c, w.memory)
                try:
                    v.do(charts.coordinate(c, z, *solved))
                    normal_form(v, tick)
                except TooLarge:
                    continue
                if _is_less(w, v, before):
                    return True
    return False

"""Ends of the search: values read off a chart without further blow-ups.

`monomial_bound`: a lower bound (exact when nothing is left over).  `toric_upper`: divisors that every chart with a real
point offers.  `newton_leaf`: nondegenerate charts with factors that may vanish smoothly on a face.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rlct.exact.charts import Chart, Ideal, Step, number
from rlct.exact.fans import faces_of, initial_indices, normal_fan
from rlct.exact.lattice import saturated_basis
from rlct.exact.poly import Exponent, Poly
from rlct.exact.polyhedra import minimal_points, newton_distance
from rlct.exact.real import System, Verdict
from rlct.exact.work import Work, monomial_gens
from rlct.values import Threshold

INFINITE = Threshold(math.inf, 0)


@dataclass(frozen=True, slots=True)
class Upper:
    """A proof that the threshold is at least as bad as `value`: where (path from the start) and how."""

    value: Threshold
    path: tuple[int, ...]
    terminal: dict[str, Any]

    def below(self, child: int) -> Upper:
        return Upper(self.value, (child, *self.path), self.terminal)


def exponents(c: Chart) -> tuple[list[Fraction], list[Fraction]]:
    """(k, h+1) over `c.smalls`."""
    return [c.small[i].k for i in c.smalls], [c.small[i].h + 1 for i in c.smalls]


def is_resolved(c: Chart) -> bool:
    """Everything is monomial up to units."""
    return not any(True for _ in residual(c))


def residual(c: Chart) -> list[tuple[int, int]]:
    """(object, generator) of all generators that are not monomials in the small variables."""
    small = set(c.small)
    return [
        (j, l)
        for j, ob in enumerate(c.objects)
        for l, g in enumerate(ob.gens)
        if len(g) > 1 or not g.variables <= small
    ]


def monomial_bound(c: Chart) -> tuple[Threshold, Step] | None:
    """Lower bound from the monomial generators alone; None when some factor of K has none."""
    if not c.smalls and not c.objects:
        return INFINITE, {"end": "bound", "weights": []}
    objects, where = [], []
    for j, ob in enumerate(c.objects):
        if ob.E == 0:
            if ob.H < 0:
                return None
            continue
        if ob.H < 0:
            return None
        monos = monomial_gens(c, j)
        if not monos:
            return None
        objects.append((ob.E, [e for _, e in monos]))
        where.append((j, [l for l, _ in monos]))
    k, q = exponents(c)
    d = newton_distance(objects, k, q)
    weights = [
        [j, [[index[i], number(x)] for i, x in combo]] for (j, index), combo in zip(where, d.combos, strict=True)
    ]
    value = INFINITE if d.lam is None else Threshold(d.lam, d.mult)
    return value, {"end": "bound", "weights": weights}


def crude_bound(c: Chart) -> Threshold:
    """Lower bound for an unfinished chart (Hölder: 1/λ(ab) <= 1/λ(a) + 1/λ(b); ord_p <= degree)."""
    zero = Threshold(Fraction(0), len(c.order))
    if c.relations or any(s.h < 0 for s in c.small.values()) or any(ob.H < 0 for ob in c.objects):
        return zero
    known = monomial_bound(c)
    if known is not None:
        return known[0]
    inverse = Fraction(0)
    objects = []
    for j, ob in enumerate(c.objects):
        if ob.E == 0:
            continue
        monos = monomial_gens(c, j)
        if monos:
            objects.append((ob.E, [e for _, e in monos]))
        else:
            inverse += ob.E * min(_order(c, g) for g in ob.gens)
    k, q = exponents(c)
    d = newton_distance(objects, k, q)
    if d.lam is not None:
        inverse += 1 / d.lam
    return Threshold(1 / inverse, len(c.order)) if inverse else INFINITE


def _order(c: Chart, g: Poly) -> int:
    """An upper bound for the order of vanishing of g at the points of the chart."""
    best = g.total_degree()
    for e, f in g.grouped(c.smalls).items():
        if f.is_constant:
            best = min(best, sum(e))
    return best


# ---------------------------------------------------------------- upper bounds
def supports(c: Chart) -> list[list[Exponent]]:
    """For each object the exponents (over `c.smalls`) of all terms of all generators, each once."""
    smalls = c.smalls
    out = []
    for ob in c.objects:
        seen: dict[Exponent, None] = {}
        for g in ob.gens:
            for e, _ in g.terms:
                seen.setdefault(tuple(e[i] for i in smalls))
        out.append(list(seen))
    return out


def essential(c: Chart) -> list[list[Exponent]]:
    """The supports without the points that another one divides: no compact face meets those."""
    return [[points[i] for i in minimal_points(points)] for points in supports(c)]


def ratio(c: Chart, sup: Sequence[Sequence[Exponent]], v: Sequence[int]) -> Fraction | float:
    """(v·(h+1) + Σ H ord_v) / (v·k + Σ E ord_v)."""
    k, q = exponents(c)
    num = sum((a * b for a, b in zip(v, q, strict=True)), Fraction(0))
    den = sum((a * b for a, b in zip(v, k, strict=True)), Fraction(0))
    for ob, points in zip(c.objects, sup, strict=True):
        o = min(sum(a * b for a, b in zip(v, p, strict=True)) for p in points)
        num += ob.H * o
        den += ob.E * o
    return num / den if den > 0 else math.inf


def toric_upper(w: Work, best: Threshold | None) -> Upper | None:
    """The Newton value of the term ideals, if worse than `best` and if the stratum has a real point for it."""
    c = w.chart
    if not c.smalls:
        return None
    sup = supports(c)
    k, q = exponents(c)
    objects = [(ob.E, p) for ob, p in zip(c.objects, sup, strict=True) if ob.E > 0]
    d = newton_distance(objects, k, q)
    if d.lam is None:
        return None
    measured = any(ob.H != 0 for ob in c.objects)
    rays: tuple[tuple[int, ...], ...] = d.rays
    value = Threshold(d.lam, d.mult)
    if measured:
        value, rays = _measured_rays(c, sup, d.weight, best)
    if value.mult == 0 or (best is not None and not value < best):
        return None
    point = stratum_point(w, _initial_coefficients(c, sup, rays))
    if point is None:
        return None
    return Upper(value, (), {"rays": [list(v) for v in rays], "point": point})


def _measured_rays(
    c: Chart, sup: list[list[Exponent]], weight: tuple[int, ...], best: Threshold | None
) -> tuple[Threshold, tuple[tuple[int, ...], ...]]:
    """With a prior factor the ratio is no linear programme: rays of the fan (few variables) or one weight.

    Small variables in relations must be supported: they change the coefficients of a prior.  The other rays of the cone
    do that; they are no worse.
    """
    needed = [n for n, i in enumerate(c.smalls) if c.in_relations(i)]
    if len(c.smalls) <= 3 and sum(len(p) for p in sup) <= 60:
        best_here: tuple[Threshold, tuple[tuple[int, ...], ...]] = (INFINITE, ())
        for cone in normal_fan(sup, len(c.smalls)):
            values = [ratio(c, sup, v) for v in cone]
            low = min(values)
            rays = tuple(v for v, x in zip(cone, values, strict=True) if x == low)
            if low < math.inf and Threshold(Fraction(low), len(rays)) < best_here[0]:
                supported = all(any(v[n] for v in rays) for n in needed)
                best_here = Threshold(Fraction(low), len(rays)), rays if supported else tuple(cone)
        return best_here
    x = ratio(c, sup, weight)
    if x == math.inf or not all(weight[n] for n in needed):
        return INFINITE, ()
    return Threshold(Fraction(x), 1), (weight,)


def _initial_coefficients(c: Chart, sup: Sequence[Sequence[Exponent]], rays: Sequence[Sequence[int]]) -> list[Poly]:
    """For each object one coefficient (in the parameters) of its common initial form, the simplest."""
    smalls = c.smalls
    out = []
    for ob, points in zip(c.objects, sup, strict=True):
        chosen = {points[i] for i in initial_indices(points, rays)}
        found: list[Poly] = []
        for g in ob.gens:
            for e, f in g.grouped(smalls).items():
                if e in chosen:
                    found.append(f)
        f = min(found, key=lambda f: (len(f), f.total_degree()))
        if not f.is_constant:
            out.append(f)
    return out


def stratum_point(w: Work, nonzero: Sequence[Poly], zero: Sequence[Poly] = (), extra: Sequence[int] = ()) -> Any:
    """A rational point of the stratum with the further conditions as POINT, "z3" if only existence is sure, else
    None."""
    c = w.chart
    base = w.stratum
    params = [i for i in c.order if i not in c.small] + list(extra)
    if not params:
        return {}
    system = System((*base.zero, *zero), (*base.nonzero, *nonzero), base.positive)
    oracle = w.memory.oracle
    found = oracle.sample(system, params)
    if found is not None:
        return {c.name(i): number(found[i]) for i in params}
    return "z3" if oracle.decide(system) is Verdict.POINT else None


# ---------------------------------------------------------------- Newton nondegenerate charts
@dataclass(frozen=True, slots=True)
class NewtonResult:
    """`low`/`end`: value and END when nondegenerate; otherwise `failed`: the weight of a degenerate face."""

    low: Threshold | None
    end: Step | None
    upper: Upper | None
    failed: tuple[int, ...] | None


def newton_leaf(w: Work, best: Threshold | None) -> NewtonResult:
    """Test nondegeneracy on every face over the fibre of 0, over the whole stratum."""
    c = w.chart
    sup = essential(c)
    n = len(c.smalls)
    cones = normal_fan(sup, n)
    seen: dict[tuple[tuple[int, ...], ...], list[bool] | None] = {}
    low = INFINITE
    vanishing: list[tuple[tuple[tuple[int, ...], ...], int]] = []
    failed: list[tuple[int, ...]] = []
    for face in faces_of(cones):
        init = tuple(initial_indices(p, face) for p in sup)
        if init not in seen:
            seen[init] = _face_test(w, [{p[i] for i in ii} for p, ii in zip(sup, init, strict=True)])
        zeros = seen[init]
        if zeros is None:
            total = [sum(x) for x in zip(*face, strict=True)]
            g = math.gcd(*total)
            failed.append(tuple(x // g for x in total))
            continue
        values = [Fraction(x) for x in (ratio(c, sup, v) for v in face) if x < math.inf]
        extra = []
        for j, (ob, z) in enumerate(zip(c.objects, zeros, strict=True)):
            if z and ob.E > 0:
                extra.append((ob.H + 1) / ob.E)
                vanishing.append((face, j))
        for x in {*values, *extra}:
            low = min(low, Threshold(x, values.count(x) + (1 if x in extra else 0)))
    if failed:
        return NewtonResult(None, None, None, min(failed, key=lambda v: (_as_key(ratio(c, sup, v)), sum(v))))
    end = {"end": "newton", "cones": [[list(v) for v in cone] for cone in cones]}
    upper = None
    if low < INFINITE and (best is None or low < best):
        upper = _factor_upper(w, sup, low, vanishing)
    return NewtonResult(low, end, upper, None)


def _as_key(x: Fraction | float) -> float:
    return float(x)


def _face_test(w: Work, initial: Sequence[set[Exponent]]) -> list[bool] | None:
    """None: degenerate (or not proved otherwise). Else for each object: may its initial form vanish (smoothly)?"""
    c = w.chart
    oracle = w.memory.oracle
    base = w.stratum
    zeros = [False] * len(c.objects)
    pieces = dehomogenize(c, initial)
    for signs, forms in pieces:
        torus = System(base.zero, (*base.nonzero, *signs.nonzero), (*base.positive, *signs.positive))
        may: list[tuple[int, Poly]] = []
        for j, ob in enumerate(c.objects):
            gens = forms[j]
            if not ob.principal:
                if any(g.is_constant for g in gens):
                    continue
                if any(oracle.nowhere_zero(g, torus) for g in gens):
                    continue
                if not oracle.empty(System((*torus.zero, *gens), torus.nonzero, torus.positive)):
                    return None
                continue
            f = gens[0]
            if f.is_constant or oracle.nowhere_zero(f, torus):
                continue
            derivs = [f.derivative(i) for i in (*signs.torus, *(() if c.relations else c.free))]
            if not oracle.empty(System((*torus.zero, f, *(d for d in derivs if d)), torus.nonzero, torus.positive)):
                return None
            for _, other in may:
                if not oracle.empty(System((*torus.zero, f, other), torus.nonzero, torus.positive)):
                    return None
            may.append((j, f))
            zeros[j] = True
    return zeros


@dataclass(frozen=True, slots=True)
class Torus:
    """One sign pattern of the reduced torus: its variables and their signs as conditions."""

    torus: tuple[int, ...]
    nonzero: tuple[Poly, ...]
    positive: tuple[Poly, ...]


def dehomogenize(c: Chart, initial: Sequence[set[Exponent]]) -> list[tuple[Torus, list[list[Poly]]]]:
    """Initial forms of all objects in the torus of the face: monomial coordinates, as few as its dimension.

    A basis of the saturated lattice spanned by the exponent differences gives coordinates t = x^b; signs of x map
    onto signs of t
    (all of them when there is no wall).  The first small variables of the ring play the role of t.
    """
    ring, smalls = c.ring, c.smalls
    diffs: list[Exponent] = []
    for points in initial:
        first = next(iter(points))
        diffs += [tuple(a - b for a, b in zip(p, first, strict=True)) for p in points if p != first]
    basis, coordinates = saturated_basis(diffs, len(smalls))
    r = len(basis)
    ts = smalls[:r]
    forms: list[list[Poly]] = []
    for ob, points in zip(c.objects, initial, strict=True):
        gens = []
        first = min(points)
        for g in ob.gens:
            part: dict[Exponent, int] = {}
            tops: list[tuple[Exponent, tuple[int, ...], int]] = []
            for e, coef in g.terms:
                a = tuple(e[i] for i in smalls)
                if a in points:
                    t = coordinates(tuple(x - y for x, y in zip(a, first, strict=True)))
                    tops.append((e, t, coef))
            if not tops:
                continue
            low = [min(t[i] for _, t, _ in tops) for i in range(r)]
            for e, t, coef in tops:
                new = list(e)
                for i in smalls:
                    new[i] = 0
                for i, x, y in zip(ts, t, low, strict=True):
                    new[i] = x - y
                part[tuple(new)] = coef
            gens.append(ring.from_terms(part))
        forms.append(gens)
    patterns = _sign_patterns(c, basis)
    gens_t = tuple(ring.gen(i) for i in ts)
    if len(patterns) == 2**r:
        return [(Torus(ts, gens_t, ()), forms)]
    return [
        (Torus(ts, (), tuple(g if s > 0 else -g for g, s in zip(gens_t, signs, strict=True))), forms)
        for signs in sorted(patterns)
    ]


def _sign_patterns(c: Chart, basis: Sequence[Sequence[int]]) -> set[tuple[int, ...]]:
    """Signs of the torus coordinates that occur when walls are positive and other small variables have any sign (or,
    over C, any argument)."""
    patterns = {(1,) * len(basis)}
    for pos, i in enumerate(c.smalls):
        if c.small[i].wall:
            continue
        flip = tuple(-1 if b[pos] % 2 else 1 for b in basis)
        patterns |= {tuple(x * y for x, y in zip(s, flip, strict=True)) for s in patterns}
    return patterns


def _factor_upper(
    w: Work, sup: list[list[Exponent]], low: Threshold, vanishing: Sequence[tuple[tuple[tuple[int, ...], ...], int]]
) -> Upper | None:
    """A face with a smooth zero of a factor that attains `low`."""
    c = w.chart
    for face, j in vanishing:
        ob = c.objects[j]
        attained = sum(1 for v in face if ratio(c, sup, v) == low.lam)
        if low.lam != (ob.H + 1) / ob.E or attained + 1 != low.mult:
            continue
        terminal = factor_point(w, initial_forms(c, sup, face), j, face)
        if terminal is not None:
            return Upper(low, (), terminal)
    return None


def factor_point(w: Work, forms: list[list[Poly]], j: int, rays: Sequence[Sequence[int]]) -> dict[str, Any] | None:
    c = w.chart
    base = w.stratum
    ring = c.ring
    f = forms[j][0]
    others = [gens[0] for i, gens in enumerate(forms) if i != j and gens]
    smalls = [ring.gen(i) for i in c.smalls]
    walls = [ring.gen(i) for i in c.smalls if c.small[i].wall]
    system = System((*base.zero, f), (*base.nonzero, *smalls, *others), (*base.positive, *walls))
    variables = list(c.order)
    oracle = w.memory.oracle
    found = oracle.sample(system, variables)
    if found is not None:
        point: Any = {c.name(i): number(found[i]) for i in variables}
    elif oracle.decide(system) is Verdict.POINT:
        point = "z3"
    else:
        return None
    return {"rays": [list(v) for v in rays], "factor": j, "point": point}


def initial_forms(c: Chart, sup: Sequence[Sequence[Exponent]], rays: Sequence[Sequence[int]]) -> list[list[Poly]]:
    """in_τ of every generator (those that reach the object's minimum), in the original small variables."""
    smalls = c.smalls
    out = []
    for ob, points in zip(c.objects, sup, strict=True):
        chosen = {points[i] for i in initial_indices(points, rays)}
        gens = []
        for g in ob.gens:
            part = {e: x for e, x in g.terms if tuple(e[i] for i in smalls) in chosen}
            if part:
                gens.append(c.ring.from_terms(part))
        out.append(gens)
    return out


def as_ideal(gens: Sequence[Poly], E: Fraction, H: Fraction = Fraction(0)) -> Ideal:
    """Convenience for tests and roots."""
    return Ideal(tuple(g.primitive() for g in gens), E, H)

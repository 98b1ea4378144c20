"""The leaf "independent terms": no fan is needed where the exponents themselves prove nondegeneracy.

Let f = Σ c_a x^a + (terms that are above the Newton polyhedron for every weight w > 0), all c_a units.  On the torus an
initial form of f and its logarithmic derivatives vanish together only if Σ c_a x^a (1, a) = 0 over some of the a; where
the vectors (1, a) are independent that cannot be, so f is nondegenerate on every face (Kouchnirenko 1976).  Several
objects cross normally when the vectors (e_j, a) of all of them are independent together (Cayley's trick).  Terms of one
sign never vanish and need no independence, nor do the monomials that generate an ideal.  So the value is that of one
linear programme and of the strict transforms, in any number of variables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, islice
from typing import Any

from rlct.exact.charts import Chart, Step, number
from rlct.exact.lattice import kernel
from rlct.exact.leaves import INFINITE, Upper, factor_point, initial_forms, supports
from rlct.exact.poly import Exponent, Poly
from rlct.exact.polyhedra import Combo, Distance, in_closure, newton_distance, vertices
from rlct.exact.simplex import Tableau, homogeneous_pair
from rlct.exact.work import Work
from rlct.values import Threshold

MOST_TERMS = 60
PAIRS = 40


@dataclass(frozen=True, slots=True)
class Terms:
    """One object with E > 0: its vertices (over `c.smalls`), the witnesses of the other exponents, the pairs of
    vertices whose terms can have opposite signs; `mean`: a vertex with a positive weight in the programme."""

    j: int
    points: tuple[Exponent, ...]
    inner: tuple[tuple[Exponent, Combo], ...]
    pairs: tuple[tuple[Exponent, Exponent], ...]
    mean: Exponent = ()


def terms_leaf(w: Work, best: Threshold | None) -> tuple[Threshold, Step, Upper | None] | None:
    """Value of the chart when its objects have independent terms, else None."""
    c = w.chart
    found: list[Terms] = []
    if not c.smalls:
        return None
    for j, ob in enumerate(c.objects):
        if ob.E == 0 and ob.H >= 0:
            continue
        one = None if ob.H != 0 else _terms(w, j)
        if one is None:
            return None
        found.append(one)
    if not found or not _independent([t.points for t in found if t.pairs]):
        return None
    k = [c.small[i].k for i in c.smalls]
    q = [c.small[i].h + 1 for i in c.smalls]
    d = newton_distance([(c.objects[t.j].E, t.points) for t in found], k, q)
    found = [replace(t, mean=t.points[combo[0][0]]) for t, combo in zip(found, d.combos, strict=True)]
    low = _value(c, found, d)
    end: Step = {"end": "terms", "objects": [], "inner": []}
    for t, combo in zip(found, d.combos, strict=True):
        weights = dict(combo)
        points = [[list(a), number(weights.get(n, Fraction(0)))] for n, a in enumerate(t.points)]
        end["objects"].append([t.j, points])
        end["inner"] += [[t.j, list(a), [[n, number(x)] for n, x in by]] for a, by in t.inner]
    upper = None
    if low < INFINITE and (best is None or low < best) and (d.lam is None or low < Threshold(d.lam, d.mult)):
        upper = _upper(w, found, d, low)
    return low, end, upper


def _terms(w: Work, j: int) -> Terms | None:
    c = w.chart
    ob = c.objects[j]
    grouped = [g.grouped(c.smalls) for g in ob.gens]
    exps = list({e: None for g in grouped for e in g})
    if len(exps) > MOST_TERMS:
        return None
    points = vertices(exps)
    inner = []
    for a in exps:
        if a in points:
            continue
        by = in_closure(a, points)
        if by is None or _mean(points, by) == a:
            return None
        inner.append((a, by))
    unit = {a: [w.is_unit(g[a]) for g in grouped if a in g] for a in points}
    if not ob.principal:
        single = all(sum(a in g for a in points) <= 1 for g in grouped)
        return Terms(j, tuple(points), tuple(inner), ()) if single and all(map(any, unit.values())) else None
    if not all(map(all, unit.values())):
        return None
    coefficients = grouped[0]
    pairs = [p for p in combinations(points, 2) if mixed(c, [(a, coefficients[a]) for a in p])]
    return Terms(j, tuple(points), tuple(inner), tuple(pairs))


def _mean(points: Sequence[Exponent], by: Combo) -> tuple[Fraction, ...]:
    return tuple(sum((x * points[n][i] for n, x in by), Fraction(0)) for i in range(len(points[0])))


def mixed(c: Chart, terms: Sequence[tuple[Exponent, Poly]]) -> bool:
    """Can two terms cancel somewhere, because they have opposite signs (or any arguments, over C)?"""
    (a, f), (b, g) = terms
    if c.over_c or not (f.is_constant and g.is_constant) or f.constant_term() * g.constant_term() < 0:
        return True
    return any((x - y) % 2 and not c.small[i].wall for i, x, y in zip(c.smalls, a, b, strict=True))


def _independent(parts: Sequence[Sequence[Exponent]]) -> bool:
    rows = [[*(int(m == n) for m in range(len(parts))), *a] for n, points in enumerate(parts) for a in points]
    return not rows or len(rows[0]) - len(kernel(rows, len(rows[0]))) == len(rows)


def _value(c: Chart, found: Sequence[Terms], d: Distance) -> Threshold:
    """The worst of the linear programme and the strict transforms."""
    toric = INFINITE if d.lam is None else Threshold(d.lam, d.mult)
    mixable = [t for t in found if t.pairs]
    if not mixable:
        return toric
    lam = min(1 / c.objects[t.j].E for t in mixable)
    if d.lam is not None and lam > d.lam:
        return toric
    crossing = [t for t in mixable if lam == 1 / c.objects[t.j].E]
    if lam != d.lam:
        return Threshold(lam, len(crossing))
    # weights on which the linear programme attains λ: the span of d.rays; where a pair is minimal on all of them, the
    # strict transform meets all of those divisors
    whole = sum(any(_minimal(d, t, p) for p in t.pairs) for t in crossing)
    return Threshold(lam, d.mult + whole if whole == len(crossing) else max(d.mult + whole, d.mult - 1 + len(crossing)))


def _minimal(d: Distance, t: Terms, pair: tuple[Exponent, Exponent]) -> bool:
    """Are both terms minimal on all rays, that is, equal there to one that the mean contains?"""
    return all(len({sum(x * y for x, y in zip(v, a, strict=True)) for a in (t.mean, *pair)}) == 1 for v in d.rays)


def _upper(w: Work, found: Sequence[Terms], d: Distance, low: Threshold) -> Upper | None:
    """A face on which the strict transform of a factor attains `low`."""
    c = w.chart
    sup = supports(c)
    for t in found:
        if not t.pairs or low.lam != 1 / c.objects[t.j].E:
            continue
        faces: list[tuple[Exponent, ...]] = []
        if low.lam == d.lam and low.mult == d.mult + 1:
            # a weight > 0 besides, where the rays leave variables at 0
            minimal = [p for p in t.pairs if _minimal(d, t, p)]
            whole = all(map(any, zip(*d.rays, strict=True)))
            more = [None] if whole else [_weight(c, t, p) for p in minimal[:PAIRS]]
            faces = [d.rays if v is None else (*d.rays, v) for v in more if whole or v] if minimal else []
        elif low.mult == 1:
            faces = [(v,) for v in (_weight(c, t, p) for p in islice(t.pairs, PAIRS)) if v]
        for rays in faces:
            at: dict[str, Any] | None = factor_point(w, initial_forms(c, sup, rays), t.j, rays)
            if at is not None:
                return Upper(low, (), at)
    return None


def _weight(c: Chart, t: Terms, pair: tuple[Exponent, Exponent]) -> Exponent | None:
    """A weight w > 0 for which both terms of the pair are minimal."""
    a, b = pair
    rows = [[y - x for x, y in zip(a, p, strict=True)] for p in t.points if p != a]
    rows.append([x - y for x, y in zip(a, b, strict=True)])
    n = len(c.smalls)
    table = Tableau([[-x for x in r] for r in rows], list(range(n, n + len(rows))), list(range(n)))
    x, _ = homogeneous_pair(table)
    v = tuple(x.get(i, 0) for i in range(n))
    return v if all(v) else None

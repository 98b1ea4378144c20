"""The leaf "simple normal crossings": the irreducible factors of everything left over are coordinates."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

from rlct.exact.charts import Step, encode, number
from rlct.exact.leaves import INFINITE, Upper, residual, stratum_point
from rlct.exact.poly import Exponent, Poly
from rlct.exact.polyhedra import newton_distance
from rlct.exact.real import System
from rlct.exact.strata import determinant
from rlct.exact.work import Work
from rlct.values import Threshold

FACTORS = 5
MINORS = 60


def snc_leaf(w: Work, best: Threshold | None) -> tuple[Threshold, Step, Upper | None] | None:
    """Value of the chart when the left-over factors q cross normally with each other and with the divisors, else
    None."""
    c = w.chart
    smalls = c.smalls
    qs: list[Poly] = []
    shapes: dict[tuple[int, int], tuple[Exponent, dict[int, int]]] = {}
    left = set(residual(c))
    for j, ob in enumerate(c.objects):
        if ob.H < 0 and not ob.principal:
            return None
        for l, g in enumerate(ob.gens):
            exps = g.content_in(smalls)
            powers: dict[int, int] = {}
            if (j, l) in left:
                for q, e in w.memory.factors(g.divide_monomial(smalls, exps).primitive()):
                    if w.is_unit(q):
                        continue
                    if q not in qs:
                        qs.append(q)
                        if len(qs) > FACTORS:
                            return None
                    powers[qs.index(q)] = e
            shapes[j, l] = exps, powers
    used = {i for i in smalls if c.small[i].is_divisor}
    for (j, _), (exps, _) in shapes.items():
        if not c.objects[j].principal:
            used |= {i for i, a in zip(smalls, exps, strict=True) if a}
    base = w.stratum
    oracle = w.memory.oracle
    zeros = [c.at_zero(q) for q in qs]
    columns = [t for t, _ in c.relations] + [i for i in c.order if i not in used and i not in c.dependents]
    relations = [r for _, r in c.relations]
    subsets: list[Any] = []
    low: Threshold = INFINITE
    attained: tuple[tuple[int, ...], tuple[tuple[int, ...], ...]] | None = None
    for size in range(len(qs) + 1):
        for chosen in combinations(range(len(qs)), size):
            on = tuple(zeros[i] for i in chosen if zeros[i])
            off = tuple(zeros[i] for i in range(len(qs)) if i not in chosen)
            if any(not f for f in off) or any(f.is_constant for f in on):
                subsets.append([list(chosen), None])
                continue
            where = System((*base.zero, *on), (*base.nonzero, *off), base.positive)
            if size and oracle.empty(where):
                subsets.append([list(chosen), None])
                continue
            if size and not _independent(w, [*relations, *(qs[i] for i in chosen)], columns, where):
                return None
            value, weights, rays = _value(w, shapes, chosen)
            subsets.append([list(chosen), weights])
            if value < low:
                low, attained = value, (chosen, rays)
    end = {"end": "snc", "q": [encode(c, q) for q in qs], "subsets": subsets}
    upper = None
    if attained is not None and (best is None or low < best):
        chosen, rays = attained
        off_polys = [zeros[i] for i in range(len(qs)) if i not in chosen]
        on_polys = [zeros[i] for i in chosen if zeros[i]]
        point = stratum_point(w, off_polys, on_polys)
        if point is not None:
            upper = Upper(low, (), {"snc": list(chosen), "rays": [list(v) for v in rays], "point": point})
    return low, end, upper


def _independent(w: Work, rows: list[Poly], columns: list[int], where: System) -> bool:
    """The Jacobian has full row rank wherever the conditions hold."""
    c = w.chart
    if len(columns) < len(rows):
        return False
    matrix = [[c.at_zero(g.derivative(i)) for i in columns] for g in rows]
    minors: list[Poly] = []
    for count, cols in enumerate(combinations(range(len(columns)), len(rows))):
        d = determinant([[row[i] for i in cols] for row in matrix], c.ring.one)
        if d.is_constant and d:
            return True
        if d:
            if w.memory.oracle.nowhere_zero(d, where):
                return True
            minors.append(d)
        if count > MINORS:
            return False
    if not minors:
        return False
    return w.memory.oracle.empty(System((*where.zero, *minors), where.nonzero, where.positive))


def _value(
    w: Work, shapes: dict[tuple[int, int], tuple[Exponent, dict[int, int]]], chosen: tuple[int, ...]
) -> tuple[Threshold, Any, tuple[tuple[int, ...], ...]]:
    """The monomial linear programme with one more variable for each q in `chosen`."""
    c = w.chart
    k = [c.small[i].k for i in c.smalls] + [Fraction(0)] * len(chosen)
    q = [c.small[i].h + 1 for i in c.smalls] + [Fraction(1)] * len(chosen)
    n = len(c.smalls)
    objects, where = [], []
    for j, ob in enumerate(c.objects):
        points = []
        for l in range(len(ob.gens)):
            exps, powers = shapes[j, l]
            points.append((*exps, *(powers.get(i, 0) for i in chosen)))
        if ob.principal:
            for pos, i in enumerate(chosen):
                q[n + pos] += ob.H * shapes[j, 0][1].get(i, 0)
        if ob.E > 0:
            objects.append((ob.E, points))
            where.append(j)
    d = newton_distance(objects, k, q)
    weights = [[j, [[i, number(x)] for i, x in combo]] for j, combo in zip(where, d.combos, strict=True)]
    return (INFINITE if d.lam is None else Threshold(d.lam, d.mult)), weights, d.rays

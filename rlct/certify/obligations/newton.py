"""The end `newton`: the objects are nondegenerate on a simplicial fan, smooth zeros of principal objects allowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, product
from math import gcd
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import jacobian
from rlct.certify.obligations.ledger import Conditions, Ledger
from rlct.certify.obligations.state import Object, State
from rlct.certify.obligations.value import INFINITE, Value, worst

Ray = tuple[int, ...]
Face = frozenset[Ray]


def dot(a: Sequence[Any], b: Sequence[Any]) -> Any:
    return sum(x * y for x, y in zip(a, b, strict=True))


# ---------------------------------------------------------------- the fan
def fan(ledger: Ledger, n: int, cones: Sequence[Any]) -> list[tuple[Ray, ...]]:
    """The cones, proved to be a simplicial subdivision of the orthant, with primitive rays."""
    out = []
    for cone in cones:
        rays = tuple(primitive(ledger, n, v) for v in cone)
        ledger.require(len(rays) == n and algebra.rank(rays) == n, "fan", f"{n} independent rays in each cone")
        out.append(rays)
    sides: dict[Face, list[int]] = {}
    for rays in out:
        for v in rays:
            facet = frozenset(rays) - {v}
            if any(all(w[i] == 0 for w in facet) for i in range(n)):
                continue
            sides.setdefault(facet, []).append(_side(sorted(facet), v))
    for facet, found in sides.items():
        fits = sorted(found) == [-1, 1]
        ledger.require(fits, "fan", "one cone on each side of an inner facet", f"facet {sorted(facet)}")
    point = [sum(x) for x in zip(*((7**a * x for x in v) for a, v in enumerate(out[0], 1)), strict=True)]
    count = sum(_contains(rays, point) for rays in out)
    ledger.require(count == 1, "fan", "a generic point in exactly one cone", f"it lies in {count}")
    return out


def primitive(ledger: Ledger, n: int, v: Sequence[int]) -> Ray:
    """The shortest integer vector on the ray."""
    ledger.require(len(v) == n and any(v), "rays", f"non-zero vectors with {n} entries", str(v))
    g = gcd(*v)
    return tuple(x // g for x in v)


def _side(facet: Sequence[Ray], v: Ray) -> int:
    d = _det([*facet, v])
    return (d > 0) - (d < 0)


def _det(m: Sequence[Sequence[int]]) -> Fraction:
    rows = [[Fraction(x) for x in r] for r in m]
    total = Fraction(1)
    for c in range(len(rows)):
        p = next((i for i in range(c, len(rows)) if rows[i][c]), None)
        if p is None:
            return Fraction(0)
        if p != c:
            rows[c], rows[p] = rows[p], rows[c]
            total = -total
        total *= rows[c][c]
        for i in range(c + 1, len(rows)):
            x = rows[i][c] / rows[c][c]
            if x:
                rows[i] = [a - x * b for a, b in zip(rows[i], rows[c], strict=True)]
    return total


def _contains(rays: Sequence[Ray], point: Sequence[int]) -> bool:
    """Is the point in the closed cone of independent rays?  (Cramer's rule)"""
    whole = _det(rays)
    return all(_det([*rays[:i], tuple(point), *rays[i + 1 :]]) / whole >= 0 for i in range(len(rays)))


def faces(cones: Iterable[Sequence[Ray]], n: int) -> Iterator[Face]:
    """Each set of rays of a cone whose sum is positive in all coordinates, once."""
    seen: set[Face] = set()
    for rays in cones:
        for size in range(len(rays) + 1):
            for chosen in combinations(rays, size):
                face = frozenset(chosen)
                if face not in seen and all(any(v[i] for v in chosen) for i in range(n)):
                    seen.add(face)
                    yield face


# ---------------------------------------------------------------- orders and initial forms
@dataclass
class Support:
    """The exponents of an object over the small variables, and per ray which of them are minimal."""

    object: Object
    points: list[tuple[int, ...]]
    minimal: dict[Ray, tuple[int, frozenset[int]]] = field(default_factory=dict)

    def on(self, v: Ray) -> tuple[int, frozenset[int]]:
        """(ord_v, numbers of the minimal exponents)."""
        if v not in self.minimal:
            values = [dot(v, p) for p in self.points]
            low = min(values)
            self.minimal[v] = low, frozenset(i for i, x in enumerate(values) if x == low)
        return self.minimal[v]

    def initial(self, face: Iterable[Ray]) -> frozenset[int]:
        """Numbers of the exponents that are minimal on every ray."""
        out = frozenset(range(len(self.points)))
        for v in face:
            out &= self.on(v)[1]
        return out


def supports(s: State) -> list[Support]:
    """One for each object (also those that do not count)."""
    smalls = s.smalls
    out = []
    for ob in s.objects:
        points = {tuple(e[i] for i in smalls): None for g in ob.gens for e in g}
        out.append(Support(ob, list(points)))
    return out


def initial_forms(s: State, sup: Support, chosen: frozenset[int]) -> list[Poly]:
    """in_τ of the generators, those that are 0 left out."""
    smalls = s.smalls
    points = {sup.points[i] for i in chosen}
    parts = (g.new({e: c for e, c in g.items() if tuple(e[i] for i in smalls) in points}) for g in sup.object.gens)
    return [f for f in parts if f]


def ratio(s: State, sups: Sequence[Support], v: Ray) -> tuple[Fraction, Fraction]:
    """(v·(h+1) + Σ H ord_v, v·k + Σ E ord_v)."""
    smalls = s.smalls
    num = sum((x * (s.small[i].h + 1) for x, i in zip(v, smalls, strict=True)), Fraction(0))
    den = sum((x * s.small[i].k for x, i in zip(v, smalls, strict=True)), Fraction(0))
    for sup in sups:
        order = sup.on(v)[0]
        num += sup.object.H * order
        den += sup.object.E * order
    return num, den


# ---------------------------------------------------------------- nondegeneracy
@dataclass(frozen=True)
class Torus:
    """The face's torus, reduced: for each pattern of ±1 the values of |τ| variables; the others as conditions."""

    fixed: tuple[dict[int, Fraction], ...]
    conditions: Conditions


def torus(ledger: Ledger, s: State, face: Face) -> Torus:
    """Normalise: along τ everything is quasi-homogeneous, so a positive scaling moves suitable variables to ±1 (over C
    a complex one moves them to 1)."""
    ring = ledger.ring
    smalls = s.smalls
    rays = sorted(face)
    normal: list[int] = []  # columns on which the rays are independent
    for place in range(len(smalls)):
        if algebra.rank([[v[p] for p in (*normal, place)] for v in rays]) > len(normal):
            normal.append(place)
    fixed = [smalls[p] for p in normal]
    others = [i for i in smalls if i not in fixed]
    signs = [(1,) if s.small[i].wall or ledger.over_c else (1, -1) for i in fixed]
    patterns = tuple({i: Fraction(x) for i, x in zip(fixed, p, strict=True)} for p in product(*signs))
    conditions = s.stratum().and_(
        nonzero=[algebra.gen(ring, i) for i in others if not s.small[i].wall],
        positive=[algebra.gen(ring, i) for i in others if s.small[i].wall],
    )
    return Torus(patterns, conditions)


def has_no_zero(ledger: Ledger, t: Torus, polys: Sequence[Poly]) -> bool:
    """Have the polynomials no common zero on the torus of the face?  (Proved, or not.)"""
    reduced = [strip_monomial(f, t) for f in polys]
    cheap = any(ledger.decide(t.conditions.and_(zero=(f,)), cheap=True) for f in reduced)
    return cheap or all(
        ledger.decide(t.conditions.and_(zero=[algebra.at_numbers(f, p) for f in reduced])) for p in t.fixed
    )


def strip_monomial(f: Poly, t: Torus) -> Poly:
    """f without its monomial factor in the variables that are not 0 on the torus."""
    if not f or not t.fixed:
        return f
    vs = sorted(
        {
            *t.fixed[0],
            *(
                i
                for g in (*t.conditions.nonzero, *t.conditions.positive)
                if len(g) == 1 and sum(max(g)) == 1
                for i in algebra.used(g)
            ),
        }
    )
    return algebra.divide_monomial(f, vs, algebra.content_exponents(f, vs))


def value(ledger: Ledger, s: State, end: dict[str, Any]) -> Value:
    """Prove nondegeneracy on every face and read off the worst value."""
    n = len(s.smalls)
    cones = fan(ledger, n, end["cones"])
    sups = [x for x in supports(s) if x.object.E != 0 or x.object.H != 0]
    rays = {v for cone in cones for v in cone}
    ratios: dict[Ray, Fraction | None] = {}
    for v in rays:
        num, den = ratio(s, sups, v)
        ledger.require(num > 0, "integrable", "v·(h+1) + Σ H ord > 0", f"ray {v}")
        ratios[v] = num / den if den > 0 else None
    values = [Value(x, 1) for x in ratios.values() if x is not None]
    asked: dict[tuple[frozenset[int], ...], list[frozenset[int]]] = {}
    for face in faces(cones, n):
        initial = tuple(x.initial(face) for x in sups)
        ledger.require(all(initial), "newton", "a common initial term of each object", f"face {sorted(face)}")
        if initial not in asked:
            asked[initial] = _face(ledger, s, sups, face, initial)
        values += _face_values(ratios, sups, face, asked[initial])
    return worst(values)


def _face_values(
    ratios: dict[Ray, Fraction | None], sups: Sequence[Support], face: Face, together: Sequence[frozenset[int]]
) -> Iterator[Value]:
    """The values at the points over one face: rays, and the objects of each set that can vanish together."""
    for vanishing in (frozenset[int](), *together):
        found = [x for x in (ratios[v] for v in face) if x is not None]
        found += [(sups[j].object.H + 1) / sups[j].object.E for j in vanishing if sups[j].object.E > 0]
        if found:
            yield Value(min(found), found.count(min(found)))


def _face(
    ledger: Ledger, s: State, sups: Sequence[Support], face: Face, initial: tuple[frozenset[int], ...]
) -> list[frozenset[int]]:
    """Prove the obligations on one face; returns the sets of principal objects that can vanish together there."""
    t = torus(ledger, s, face)
    forms: dict[int, Poly] = {}
    for j, (sup, chosen) in enumerate(zip(sups, initial, strict=True)):
        gens = initial_forms(s, sup, chosen)
        if has_no_zero(ledger, t, gens):
            ledger.proved["newton: no zero on a face"] += 1
            continue
        ledger.require(sup.object.principal, "newton: no zero on a face", "no common zero", f"face {sorted(face)}")
        ledger.require(sup.object.H > -1, "integrable", "H > -1 of a factor that vanishes")
        forms[j] = gens[0]
    together: list[frozenset[int]] = []
    for size in range(1, len(forms) + 1):
        for chosen_set in combinations(forms, size):
            subset = frozenset(chosen_set)
            smaller = all(subset - {j} in together for j in subset) if size > 1 else True
            if not smaller or (size > 1 and has_no_zero(ledger, t, [forms[j] for j in chosen_set])):
                continue
            _independent(ledger, s, t, [forms[j] for j in chosen_set])
            together.append(subset)
    return together


def _independent(ledger: Ledger, s: State, t: Torus, forms: Sequence[Poly]) -> None:
    """The forms are smooth and transversal where they vanish on the torus."""
    smalls = set(s.smalls)
    columns = [*s.smalls, *s.free]

    def by(f: Poly, i: int) -> Poly:
        # x·∂/∂x vanishes with ∂/∂x on the torus and keeps the quasi-homogeneity
        return algebra.log_derivative(f, i) if i in smalls else algebra.derivative(f, i)

    relations = [s.at_zero(r) for r in s.relations]
    rows = jacobian.reduced(relations, s.dependent, forms, columns, by)
    for pattern in t.fixed:
        at = [[algebra.at_numbers(f, pattern) for f in row] for row in rows] if len(rows) == 1 else rows
        zero = [algebra.at_numbers(f, pattern) for f in forms]
        ms = [m for m in (algebra.at_numbers(m, pattern) for m in jacobian.minors(at, ledger.ring)) if m]
        c = t.conditions.and_(zero=zero)
        if any(ledger.decide(c.and_(zero=(m,)), cheap=True) for m in ms):
            ledger.proved["newton: smooth zeros"] += 1
            continue
        ledger.empty(c.and_(zero=ms[: jacobian.TOGETHER]), "newton: smooth zeros", "a singular zero on a face")


__all__ = ["INFINITE", "Support", "initial_forms", "primitive", "ratio", "supports", "value"]

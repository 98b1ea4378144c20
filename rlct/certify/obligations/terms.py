"""The end `terms`: objects whose exponents alone prove that they are nondegenerate on every face.

Listed exponents are the vertices; every other one lies above a convex combination of them, so no weight w > 0 makes it
minimal.  Where the initial forms of some objects vanish on the torus, a linear relation between their logarithmic
derivatives would be one between the vectors (e_j, a) of the listed exponents: there is none when these are independent.
Terms of one sign do not vanish, nor do monomials that generate an ideal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import state as st
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import Object, State
from rlct.certify.obligations.value import INFINITE, Mean, Value, monomial_value

Data = dict[str, Any]
Exponent = tuple[int, ...]


@dataclass(frozen=True)
class Listed:
    """The vertices of one object, the weights of the mean, and the pairs of terms that may cancel."""

    object: Object
    points: tuple[Exponent, ...]
    weights: tuple[Fraction, ...]
    pairs: tuple[tuple[Exponent, Exponent], ...]


def value(ledger: Ledger, s: State, end: Data) -> Value:
    """The worst of the means and of the strict transforms."""
    main = [j for j, ob in enumerate(s.objects) if ob.E > 0]
    fine = all(ob.H == 0 if ob.E > 0 else ob.H >= 0 for ob in s.objects)
    ledger.require(fine, "terms", "H = 0 for objects with E > 0, H >= 0 for the others")
    ledger.require(sorted(j for j, _ in end["objects"]) == main, "terms", "every object with E > 0, once")
    witnesses: dict[int, dict[Exponent, Any]] = {}
    for j, a, by in end["inner"]:
        witnesses.setdefault(j, {})[tuple(a)] = by
    found = [_listed(ledger, s, s.objects[j], points, witnesses.get(j, {})) for j, points in end["objects"]]
    parts = [x.points for x in found if x.pairs]
    rows = [[*(int(m == n) for m in range(len(parts))), *a] for n, points in enumerate(parts) for a in points]
    ledger.require(algebra.rank(rows) == len(rows), "terms", "independent exponents")
    return _worst(ledger, s, found)


def _listed(
    ledger: Ledger, s: State, ob: Object, listed: Sequence[Any], witnesses: Mapping[Exponent, Any]
) -> Listed:
    """Each exponent of the object is listed with a unit as its coefficient, or inner with a witness."""
    n = len(s.smalls)
    points = tuple(tuple(a) for a, _ in listed)
    weights = tuple(Fraction(c) for _, c in listed)
    fine = len(set(points)) == len(points) and all(len(a) == n for a in points)
    ledger.require(fine, "terms", f"different exponents with {n} entries")
    ledger.require(all(c >= 0 for c in weights) and sum(weights) == 1, "weights", "c >= 0 with sum 1")
    coefficients = [st.coefficients(s, g) for g in ob.gens]
    for a in {e for cs in coefficients for e in cs} - set(points):
        ledger.require(a in witnesses, "terms", "an exponent that is listed or has a witness", str(a))
        by = [(points[ledger.pick(points, i, "exponent")], Fraction(c)) for i, c in witnesses[a]]
        mean = tuple(sum((c * b[i] for b, c in by), Fraction(0)) for i in range(n))
        convex = all(c > 0 for _, c in by) and sum(c for _, c in by) == 1
        above = all(x <= y for x, y in zip(mean, a, strict=True)) and mean != a
        ledger.require(convex and above, "terms", "a convex combination below an inner exponent", str(a))
    if not ob.principal:
        alone = all(sum(a in cs for a in points) <= 1 for cs in coefficients)
        ledger.require(alone, "terms", "at most one listed exponent in each generator of an ideal")
    for a in points:
        having = [cs[a] for cs in coefficients if a in cs]
        ledger.require(bool(having), "terms", "listed exponents that occur", str(a))
        if ob.principal or len(having) == 1:
            st.unit(ledger, s, having[0])
        else:
            fits = any(ledger.decide(s.stratum().and_(zero=(f,))) is not None for f in having)
            ledger.require(fits, "unit", "a generator whose coefficient is a unit", str(a))
    pairs: tuple[tuple[Exponent, Exponent], ...] = ()
    if ob.principal:
        cs = coefficients[0]
        two = combinations(points, 2)
        pairs = tuple((a, b) for a, b in two if ledger.over_c or _may_cancel(s, (a, cs[a]), (b, cs[b])))
    return Listed(ob, points, weights, pairs)


def _may_cancel(s: State, one: tuple[Exponent, Poly], other: tuple[Exponent, Poly]) -> bool:
    """Can the two terms have opposite signs?  A wall is positive, the other small variables have any sign."""
    (a, f), (b, g) = one, other
    if not (algebra.is_constant(f) and algebra.is_constant(g)):
        return True
    x, y = next(iter(algebra.terms(f)))[1], next(iter(algebra.terms(g)))[1]
    odd = any((p - q) % 2 for i, p, q in zip(s.smalls, a, b, strict=True) if not s.small[i].wall)
    return odd or (x > 0) != (y > 0)


def _worst(ledger: Ledger, s: State, found: Sequence[Listed]) -> Value:
    k = [s.small[i].k for i in s.smalls]
    q = [s.small[i].h + 1 for i in s.smalls]
    means = []
    for x in found:
        used = [(a, c) for a, c in zip(x.points, x.weights, strict=True) if c > 0]
        means.append(Mean(tuple(a for a, _ in used), tuple(c for _, c in used), x.object.E, Fraction(0)))
    toric = monomial_value(k, q, means)
    ledger.require(toric is not None, "integrable", "h + 1 > 0")
    assert toric is not None
    vanishing = [x for x in found if x.pairs]
    if not vanishing:
        return toric
    lam = min(1 / x.object.E for x in vanishing)
    if toric != INFINITE and toric.lam is not None and toric.lam < lam:
        return toric
    crossing = [x for x in vanishing if lam == 1 / x.object.E]
    if lam != toric.lam:
        return Value(lam, len(crossing))
    # The pole has the order of the number of divisors with ratio λ through a point: the rays lie in the space L of
    # weights on which the means are attained, of dimension toric.m.  A strict transform meets a cone of full dimension
    # there only if two terms that may cancel are minimal on all of L: equal to one that the mean contains.
    tight, rows = _attained(k, q, means, lam)
    whole = 0
    for x in crossing:
        mean = next(a for a, c in zip(x.points, x.weights, strict=True) if c > 0)
        pairs = ([[a[i] - mean[i] for i in tight] for a in pair] for pair in x.pairs)
        whole += any(algebra.rank([*rows, *two]) == algebra.rank(rows) for two in pairs)
    return Value(lam, toric.m + whole if whole == len(crossing) else max(toric.m + whole, toric.m - 1 + len(crossing)))


def _attained(
    k: Sequence[Fraction], q: Sequence[Fraction], means: Sequence[Mean], lam: Fraction
) -> tuple[list[int], list[list[int]]]:
    """The variables whose weight may be non-zero on L, and the equations of L in them."""
    ts = list(k)
    for mean in means:
        ts = [t + mean.E * c for t, c in zip(ts, mean.centre(), strict=True)]
    tight = [i for i, (a, t) in enumerate(zip(q, ts, strict=True)) if a == lam * t]
    rows = [[e[i] - mean.exponents[0][i] for i in tight] for mean in means for e in mean.exponents[1:]]
    return tight, [r for r in rows if any(r)]

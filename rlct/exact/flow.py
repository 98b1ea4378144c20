"""Directions along which nothing changes: a vector field that maps every ideal of the chart into itself.

If ∂_a + Σ c_i ∂_i does so, its flow carries the germ at one value of the variable a to the germ at any other, so a may
be set to 0.  This is how a symmetry of the problem, whatever its coordinates, takes variables out: row and column
operations on a matrix after a pivot, changes of the input of a network, translations of a binary form.

The field is found by linear algebra.  All gradings (weights for which every polynomial is homogeneous) restrict its
terms to few monomials.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations_with_replacement, pairwise
from math import lcm
from operator import add, ge, mul, sub
from typing import Any

from flint import fmpq_mat, nmod_mat

from rlct.exact import charts
from rlct.exact.charts import Chart
from rlct.exact.gradings import gradings
from rlct.exact.poly import Exponent, Poly
from rlct.exact.work import Work

COFACTORS = 1  # degree of the multipliers of the generators
UNKNOWNS = 60  # most coefficients that are solved for: more where there are few gradings, and then in vain
SCALE = 1000  # largest coefficient of ∂_a
MIX, PRIME = 48271, 2**61 - 1  # factors for sums of weights
SMALL_PRIME = 2**31 - 1


@dataclass(frozen=True)
class Reach:
    """Where fields are looked for: degree of their coefficients, entries of the largest matrix (the flows met below the
    root needed less than a quarter), terms of the polynomials of a chart."""

    degree: int
    entries: int
    terms: int


BELOW, AT_ROOT = Reach(2, 20_000, 600), Reach(1, 400_000, 3000)

Column = dict[tuple[int, Exponent], int]  # what one unknown contributes: by generator and monomial


def flow_step(w: Work, at_root: bool = False) -> bool:
    """Set variables to 0 along which a flow shows nothing to change (often it is a blow-up that uncovers them)."""
    c = w.chart
    if not at_root and not c.free and not any(s.k or s.h for s in c.small.values()):
        return False
    done = False
    while (at_root and _one_flow(w, AT_ROOT)) or _one_flow(w, BELOW):
        done = True
    return done


def _one_flow(w: Work, reach: Reach) -> bool:
    c = w.chart
    gens = [g for ob in c.objects for g in ob.gens]
    if not gens or sum(map(len, gens)) > reach.terms or w.rigid == c.objects:
        return False
    used = frozenset().union(*(g.variables for g in gens))
    tied = frozenset(c.dependents).union(*(r.variables for _, r in c.relations))
    conditions = (*c.nonzero, *c.positive, *c.equations)
    held = frozenset[int]().union(*(f.variables for f in conditions))
    moved = [i for i in c.order if i in used and i not in tied]
    monomials: _Monomials | None = None
    for a in moved:
        if a in held or (a in c.small and c.small[a].is_divisor):
            continue
        candidates = [i for i in moved if i != a and not (i in held and a not in c.small)]
        if not _within_reach(c, a, candidates, reach.degree):
            continue
        if monomials is None:
            monomials = _Monomials(gens, c.order, reach.degree)
        found = _field(w, a, candidates, monomials, reach.entries)
        if found is not None:
            w.do(charts.flow(c, a, *found))
            return True
    if reach is BELOW:
        w.rigid = c.objects
    return False


def _within_reach(c: Chart, a: int, moved: Sequence[int], degree: int) -> bool:
    """Can each term of ∂_a g be met by one of x^e ∂_i g or x^e g_m?  Asked of the shortest generator g that has a."""
    ob, g = min(((ob, g) for ob in c.objects for g in ob.gens if a in g.variables), key=lambda og: len(og[1]))
    slopes = [(i, _lowered(e, i)) for e, _ in g.terms for i in moved if e[i]]
    others = [e for f in ob.gens for e, _ in f.terms]
    for e, _ in g.terms:
        if not e[a]:
            continue
        d = _lowered(e, a)
        by_field = any(
            sum(d) - sum(low) <= degree and all(map(ge, d, low)) and _admissible(c, a, i, tuple(map(sub, d, low)))
            for i, low in slopes
        )
        if not by_field and not any(sum(d) - sum(f) <= COFACTORS and all(map(ge, d, f)) for f in others):
            return False
    return True


def _lowered(e: Exponent, i: int) -> Exponent:
    return (*e[:i], e[i] - 1, *e[i + 1 :])


class _Monomials:
    """The monomials of low degree, sorted by their weights in all gradings of the generators.

    The weights of a monomial are added up with fixed large factors: equal weights give equal sums, and where by chance
    different ones do there is an unknown too many.
    """

    def __init__(self, gens: Sequence[Poly], order: Sequence[int], most: int):
        basis = gradings(gens, order)
        factors = [pow(MIX, k + 1, PRIME) for k in range(len(basis))]
        self.of_variable = {v: sum(map(mul, factors, ws)) for v, *ws in zip(order, *basis, strict=True)}
        self.of_generator = [sum(self.of_variable[v] * g.terms[0][0][v] for v in g.variables) for g in gens]
        self._variables: dict[int, list[tuple[int, ...]]] = {}
        for degree in range(most + 1):
            for vs in combinations_with_replacement(order, degree):
                self._variables.setdefault(sum(self.of_variable[v] for v in vs), []).append(vs)
        self._size = gens[0].ring.n
        self._exponents: dict[int, list[Exponent]] = {}

    def of_weight(self, weight: int, degree: int | None = None) -> list[Exponent]:
        """Those of this weight (and at most this degree)."""
        if weight not in self._exponents:
            found = self._variables.get(weight, ())
            self._exponents[weight] = [tuple(vs.count(v) for v in range(self._size)) for vs in found]
        return [e for e in self._exponents[weight] if degree is None or sum(e) <= degree]


Multipliers = list[list[list[tuple[int, Poly]]]]  # for each object and generator l: m and h_lm
Unknown = tuple[tuple[int, ...], Exponent]  # x^e at ∂_i, or in the multiplier of generator n for generator l


def _field(
    w: Work, a: int, moved: Sequence[int], monomials: _Monomials, entries: int
) -> tuple[int, list[tuple[int, Poly]], Multipliers] | None:
    """(scale, c_i, h_lm): scale·∂_a g_l + Σ c_i ∂_i g_l = Σ h_lm g_m in every object, or None."""
    c = w.chart
    gens = [g for ob in c.objects for g in ob.gens]
    starts = [0, *accumulate(len(ob.gens) for ob in c.objects)]  # generators of one object, numbered throughout
    mates = [range(i, k) for i, k in pairwise(starts) for _ in range(i, k)]
    known = {i: monomials.of_weight(monomials.of_variable[i] - monomials.of_variable[a]) for i in moved}
    if sum(map(len, known.values())) > 4 * UNKNOWNS:
        return None
    field: list[Unknown] = [((i,), e) for i, es in known.items() for e in es if _admissible(c, a, i, e)]
    if len(field) > UNKNOWNS:
        return None
    first = min((l for l, g in enumerate(gens) if a in g.variables), key=lambda l: len(gens[l]))
    for shown in ([first], range(len(gens))):  # one generator is enough to see most failures
        weights = {l: monomials.of_generator[l] - monomials.of_variable[a] for l in shown}
        multipliers: list[Unknown] = [
            ((l, m), e)
            for l in shown
            for m in mates[l]
            for e in monomials.of_weight(weights[l] - monomials.of_generator[m], COFACTORS)
        ]
        if len(field) + len(multipliers) > UNKNOWNS:
            return None
        needed = {a, *(i for (i,), _ in field)}
        slopes = {i: [(l, d, x) for l in shown for d, x in gens[l].derivative(i).terms] for i in needed}
        columns = [{(l, tuple(map(add, e, d))): x for l, d, x in slopes[i]} for (i,), e in field]
        columns += [{(l, tuple(map(add, e, d))): -x for d, x in gens[m].terms} for (l, m), e in multipliers]
        solution = _solve(columns, {(l, d): -x for l, d, x in slopes[a]}, entries)
        if solution is None:
            return None
    assert solution is not None
    scale, numbers = solution
    terms: dict[tuple[int, ...], dict[Exponent, int]] = {}
    for (key, e), x in zip([*field, *multipliers], numbers, strict=True):
        if x:
            terms.setdefault(key, {})[e] = x
    found = {key: c.ring.from_terms(ts) for key, ts in terms.items()}
    by = [
        [[(m - i, found[l, m]) for m in mates[l] if (l, m) in found] for l in range(i, k)] for i, k in pairwise(starts)
    ]
    return scale, [(i, found[i,]) for i in sorted(moved) if (i,) in found], by


def _admissible(c: Chart, a: int, i: int, e: Exponent) -> bool:
    """May the monomial stand at ∂_i?  Divisors stay where they are; along a free variable the stratum stays too, and
    the flow on it exists for all times (it is linear in the free variables that move)."""
    if i in c.small and c.small[i].is_divisor:
        return e[i] > 0
    if a in c.small:
        return True
    meets = any(e[v] for v in c.small)
    if i in c.small:
        return meets
    return meets or sum(x for v, x in enumerate(e) if v != a) <= 1


def _pivots(form: tuple[Any, int]) -> list[int]:
    """The columns of the pivots of a matrix in reduced row echelon form."""
    m, rank = form
    out, k = [], 0
    for r in range(rank):
        while m[r, k] == 0:
            k += 1
        out.append(k)
    return out


def _solve(columns: Sequence[Column], wanted: Column, most: int) -> tuple[int, list[int]] | None:
    """(s, x) with Σ x_k column_k = s·wanted, s > 0, or None; few of the x are not 0."""
    places = {place: row for row, place in enumerate(dict.fromkeys(p for column in columns for p in column))}
    if not wanted.keys() <= places.keys():
        return None
    rows, width = len(places), len(columns) + 1
    if rows * width > most:
        return None
    entries = [0] * (rows * width)
    for k, column in enumerate((*columns, wanted)):
        for place, x in column.items():
            entries[places[place] * width + k] = x
    pivots = _pivots(nmod_mat(rows, width, entries, SMALL_PRIME).rref())
    if not pivots or pivots[-1] == width - 1:
        return None  # no solution modulo a prime: nearly always there is none
    reduced, rank = fmpq_mat(rows, width, entries).rref()
    pivots = _pivots((reduced, rank))
    if pivots[-1] == width - 1:
        return None
    values = {pivot: reduced[r, width - 1] for r, pivot in enumerate(pivots)}
    scale = 1
    for x in values.values():
        scale = lcm(scale, int(x.q))
    if scale > SCALE:
        return None
    return scale, [int(values[k] * scale) if k in values else 0 for k in range(len(columns))]

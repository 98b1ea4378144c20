"""Directions along which nothing changes: a vector field that maps every ideal of the chart into itself.

If ∂_a + Σ c_i ∂_i does so, its flow carries the germ at one value of the variable a to the germ at any other, so a may
be set to 0.  This is how a symmetry of the problem, whatever its coordinates, takes variables out: row and column
operations on a matrix after a pivot, changes of the input of a network, translations of a binary form.

The field is found by linear algebra.  All gradings (weights for which every polynomial is homogeneous) restrict its
terms to few monomials.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement
from math import lcm
from operator import add, ge, sub
from typing import Any

from flint import fmpq_mat, fmpz_mat, nmod_mat

from rlct.exact import charts
from rlct.exact.charts import Chart
from rlct.exact.poly import Exponent, Poly
from rlct.exact.work import Work

DEGREE = 2  # of the coefficients of the field
COFACTORS = 1  # degree of the multipliers of the generators
UNKNOWNS = 60  # most coefficients that are solved for: more where there are few gradings, and then in vain
ENTRIES = 20_000  # of the largest matrix; the flows that were met needed less than a quarter
SCALE = 1000  # largest coefficient of ∂_a
MIX, PRIME = 48271, 2**61 - 1  # factors for sums of weights
SMALL_PRIME = 2**31 - 1
TERMS = 600  # of the polynomials of a chart

Column = dict[tuple[int, Exponent], int]  # what one unknown contributes: by generator and monomial


def flow_step(w: Work) -> bool:
    """Set variables to 0 along which a flow shows nothing to change (below the root: a blow-up uncovers them)."""
    c = w.chart
    if not c.free and not any(s.k or s.h for s in c.small.values()):
        return False
    done = False
    while _one_flow(w):
        done = True
    return done


def _one_flow(w: Work) -> bool:
    c = w.chart
    gens = [g for ob in c.objects for g in ob.gens]
    if not gens or sum(map(len, gens)) > TERMS or w.rigid == c.objects:
        return False
    used = frozenset().union(*(g.variables for g in gens))
    tied = frozenset(c.dependents).union(*(r.variables for _, r in c.relations))
    conditions = (*c.nonzero, *c.positive, *c.equations)
    held = frozenset[int]().union(*(f.variables for f in conditions))
    moved = [i for i in c.order if i in used and i not in tied]
    grading: _Grading | None = None
    for a in moved:
        if a in held or (a in c.small and c.small[a].is_divisor):
            continue
        candidates = [i for i in moved if i != a and not (i in held and a not in c.small)]
        if not _within_reach(c, a, candidates):
            continue
        if grading is None:
            grading = _Grading(gens, c.order)
        found = _field(w, a, candidates, grading)
        if found is not None:
            w.do(charts.flow(c, a, *found))
            return True
    w.rigid = c.objects
    return False


def _within_reach(c: Chart, a: int, moved: Sequence[int]) -> bool:
    """Can each term of ∂_a g be met by one of x^e ∂_i g or x^e g_m?  Asked of the shortest generator g that has a."""
    ob, g = min(((ob, g) for ob in c.objects for g in ob.gens if a in g.variables), key=lambda og: len(og[1]))
    slopes = [(i, _lowered(e, i)) for e, _ in g.terms for i in moved if e[i]]
    others = [e for f in ob.gens for e, _ in f.terms]
    for e, _ in g.terms:
        if not e[a]:
            continue
        d = _lowered(e, a)
        by_field = any(
            sum(d) - sum(low) <= DEGREE and all(map(ge, d, low)) and _admissible(c, a, i, tuple(map(sub, d, low)))
            for i, low in slopes
        )
        if not by_field and not any(sum(d) - sum(f) <= COFACTORS and all(map(ge, d, f)) for f in others):
            return False
    return True


def _lowered(e: Exponent, i: int) -> Exponent:
    return (*e[:i], e[i] - 1, *e[i + 1 :])


class _Grading:
    """All weights for which the generators are homogeneous, and the monomials of low degree sorted by them.

    The weights of a monomial are added up with fixed large factors: equal weights give equal sums, and where by chance
    different ones do there is an unknown too many.
    """

    def __init__(self, gens: Sequence[Poly], order: Sequence[int]):
        n = len(order)
        rows = {tuple(e[i] - g.terms[0][0][i] for i in order) for g in gens for e, _ in g.terms[1:]}
        rows.discard((0,) * n)
        if rows:
            kernel, rank = fmpz_mat(len(rows), n, [x for r in rows for x in r]).nullspace()
            self.of_variable = {
                v: sum(int(kernel[i, k]) * pow(MIX, k + 1, PRIME) for k in range(rank)) for i, v in enumerate(order)
            }
        else:
            self.of_variable = {v: pow(MIX, i + 1, PRIME) for i, v in enumerate(order)}
        self.of_generator = [sum(self.of_variable[v] * g.terms[0][0][v] for v in g.variables) for g in gens]
        self._monomials: dict[int, list[tuple[int, ...]]] = {0: [()]}
        for degree in range(1, DEGREE + 1):
            for vs in combinations_with_replacement(order, degree):
                self._monomials.setdefault(sum(self.of_variable[v] for v in vs), []).append(vs)
        self._gens = gens
        self._exponents: dict[int, list[Exponent]] = {}
        self._derivatives: dict[tuple[int, int], Poly] = {}

    def exponents(self, n: int, weight: int, degree: int) -> list[Exponent]:
        """The monomials of this weight and at most this degree, in n variables, those of low degree first."""
        if weight not in self._exponents:
            found = self._monomials.get(weight, ())
            self._exponents[weight] = [tuple(vs.count(v) for v in range(n)) for vs in found]
        out = self._exponents[weight]
        return out if degree >= DEGREE else [e for e in out if sum(e) <= degree]

    def derivative(self, n: int, i: int) -> Poly:
        if (n, i) not in self._derivatives:
            self._derivatives[n, i] = self._gens[n].derivative(i)
        return self._derivatives[n, i]


Field = tuple[int, list[tuple[int, Poly]], list[list[list[tuple[int, Poly]]]]]


def _field(w: Work, a: int, moved: Sequence[int], grading: _Grading) -> Field | None:
    """(scale, c_i, h_lm): scale·∂_a g_l + Σ c_i ∂_i g_l = Σ h_lm g_m in every object, or None."""
    c = w.chart
    gens = [(j, l, g) for j, ob in enumerate(c.objects) for l, g in enumerate(ob.gens)]
    weights = [x - grading.of_variable[a] for x in grading.of_generator]
    known = {i: grading.exponents(c.ring.n, grading.of_variable[i] - grading.of_variable[a], DEGREE) for i in moved}
    if sum(map(len, known.values())) > 4 * UNKNOWNS:
        return None
    terms = [(i, e) for i, es in known.items() for e in es if _admissible(c, a, i, e)]
    if len(terms) > UNKNOWNS:
        return None
    first = min((n for n, (_, _, g) in enumerate(gens) if a in g.variables), key=lambda n: len(gens[n][2]))
    scale, numbers = 1, list[int]()
    multipliers: list[tuple[int, int, int, Exponent]] = []
    for shown in ([first], range(len(gens))):  # one generator is enough to see most failures
        columns: list[Column] = [
            {(n, tuple(map(add, e, d))): x for n in shown for d, x in grading.derivative(n, i).terms} for i, e in terms
        ]
        multipliers = [
            (j, l, m, e)
            for n in shown
            for n2, (j2, m, _) in enumerate(gens)
            for j, l in [gens[n][:2]]
            if j == j2
            for e in grading.exponents(c.ring.n, weights[n] - grading.of_generator[n2], COFACTORS)
        ]
        place = {(j, l): n for n, (j, l, _) in enumerate(gens)}
        columns += [
            {(place[j, l], tuple(map(add, e, d))): -x for d, x in gens[place[j, m]][2].terms}
            for j, l, m, e in multipliers
        ]
        wanted = {(n, e): -x for n in shown for e, x in grading.derivative(n, a).terms}
        solution = _solve(columns, wanted) if len(columns) <= UNKNOWNS else None
        if solution is None:
            return None
        scale, numbers = solution
    field: dict[int, dict[Exponent, int]] = {}
    for (i, e), x in zip(terms, numbers, strict=False):
        if x:
            field.setdefault(i, {})[e] = x
    by: dict[tuple[int, int, int], dict[Exponent, int]] = {}
    for (j, l, m, e), x in zip(multipliers, numbers[len(terms) :], strict=True):
        if x:
            by.setdefault((j, l, m), {})[e] = x
    made = c.ring.from_terms
    rows = [
        [[(m, made(ts)) for (j2, l2, m), ts in sorted(by.items()) if (j2, l2) == (j, l)] for l in range(len(ob.gens))]
        for j, ob in enumerate(c.objects)
    ]
    return scale, [(i, made(ts)) for i, ts in sorted(field.items())], rows


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


def _solve(columns: Sequence[Column], wanted: Column) -> tuple[int, list[int]] | None:
    """(s, x) with Σ x_k column_k = s·wanted, s > 0, or None; few of the x are not 0."""
    places: dict[tuple[int, Exponent], int] = {}
    reach = set().union(*columns) if columns else set()
    if not wanted.keys() <= reach:
        return None
    rows, width = len(reach), len(columns) + 1
    if rows * width > ENTRIES:
        return None
    for column in columns:
        for place in column:
            places.setdefault(place, len(places))
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

"""Directions along which nothing changes: a vector field that maps every ideal of the chart into itself.

If ∂_a + Σ c_i ∂_i does so, its flow carries the germ at one value of the variable a to the germ at any other, so a may
be set to 0.  This is how a symmetry of the problem, whatever its coordinates, takes variables out: row and column
operations on a matrix after a pivot, changes of the input of a network, translations of a binary form.

The field is found by linear algebra.  All gradings (weights for which every polynomial is homogeneous) restrict its
terms to few monomials.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations_with_replacement
from math import lcm
from operator import add

from flint import fmpq_mat, fmpz_mat

from rlct.exact import charts
from rlct.exact.charts import Chart
from rlct.exact.poly import Exponent, Poly
from rlct.exact.work import Work

DEGREE = 2  # of the coefficients of the field
COFACTORS = 1  # degree of the multipliers of the generators
UNKNOWNS = 400  # most coefficients that are solved for
SCALE = 1000  # largest coefficient of ∂_a
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
        if grading is None:
            grading = _Grading(gens, c.order)
        candidates = [i for i in moved if i != a and not (i in held and a not in c.small)]
        found = _field(w, a, candidates, grading)
        if found is not None:
            w.do(charts.flow(c, a, *found))
            return True
    w.rigid = c.objects
    return False


class _Grading:
    """All weights for which the generators are homogeneous, and the monomials of low degree sorted by them."""

    def __init__(self, gens: Iterable[Poly], order: Sequence[int]):
        self.order = order
        n = len(order)
        rows = {tuple(e[i] - g.terms[0][0][i] for i in order) for g in gens for e, _ in g.terms[1:]}
        rows.discard((0,) * n)
        if rows:
            kernel, rank = fmpz_mat(len(rows), n, [x for r in rows for x in r]).nullspace()
            self.weights = [[int(kernel[i, k]) for i in range(n)] for k in range(rank)]
        else:
            self.weights = [[int(i == k) for i in range(n)] for k in range(n)]
        size = 1 + max(order)
        unit = {v: tuple(int(i == v) for i in range(size)) for v in order}
        self.of_variable = {v: tuple(row[i] for row in self.weights) for i, v in enumerate(order)}
        zero: Exponent = (0,) * size
        self.by_weight: dict[tuple[int, ...], list[Exponent]] = {}
        for degree in range(DEGREE + 1):
            for vs in combinations_with_replacement(order, degree):
                e = zero
                for v in vs:
                    e = tuple(map(add, e, unit[v]))
                self.by_weight.setdefault(self.weight_of(vs), []).append(e)

    def weight_of(self, variables: Iterable[int]) -> tuple[int, ...]:
        out = [0] * len(self.weights)
        for v in variables:
            for k, x in enumerate(self.of_variable[v]):
                out[k] += x
        return tuple(out)

    def weight(self, e: Exponent) -> tuple[int, ...]:
        return tuple(sum(row[i] * e[v] for i, v in enumerate(self.order)) for row in self.weights)

    def monomials(self, weight: tuple[int, ...]) -> list[Exponent]:
        return self.by_weight.get(weight, [])


def _field(
    w: Work, a: int, moved: Sequence[int], grading: _Grading
) -> tuple[int, list[tuple[int, Poly]], list[list[list[tuple[int, Poly]]]]] | None:
    """(scale, c_i, multipliers): scale·∂_a g_l + Σ c_i ∂_i g_l = Σ h_lm g_m in every object, or None."""
    c = w.chart
    ring = c.ring
    gens = [(j, l, g) for j, ob in enumerate(c.objects) for l, g in enumerate(ob.gens)]
    down = grading.of_variable[a]
    unknowns: list[tuple[str, tuple[int, ...], Exponent]] = []
    columns: list[Column] = []

    def pad(e: Exponent) -> Exponent:
        return e + (0,) * (ring.n - len(e))

    for i in moved:
        target = tuple(x - y for x, y in zip(grading.of_variable[i], down, strict=True))
        slopes = [(n, g.derivative(i)) for n, (_, _, g) in enumerate(gens) if i in g.variables]
        for short in grading.monomials(target):
            e = pad(short)
            if not _admissible(c, a, i, e):
                continue
            unknowns.append(("field", (i,), e))
            columns.append({(n, tuple(map(add, e, d))): x for n, s in slopes for d, x in s.terms})
    for n, (j, l, g) in enumerate(gens):
        for j2, m, f in gens:
            if j2 != j:
                continue
            start, end = grading.weight(f.terms[0][0]), grading.weight(g.terms[0][0])
            target = tuple(x - y - z for x, y, z in zip(end, start, down, strict=True))
            for short in grading.monomials(target):
                if sum(short) > COFACTORS:
                    continue
                e = pad(short)
                unknowns.append(("multiplier", (j, l, m), e))
                columns.append({(n, tuple(map(add, e, d))): -x for d, x in f.terms})
    if len(unknowns) > UNKNOWNS:
        return None
    wanted = {(n, e): -x for n, (_, _, g) in enumerate(gens) for e, x in g.derivative(a).terms}
    values = _solve(columns, wanted)
    if values is None:
        return None
    scale, numbers = values
    coefficients: dict[int, dict[Exponent, int]] = {}
    multipliers: dict[tuple[int, ...], dict[Exponent, int]] = {}
    for (kind, key, e), x in zip(unknowns, numbers, strict=True):
        if x:
            if kind == "field":
                coefficients.setdefault(key[0], {})[e] = x
            else:
                multipliers.setdefault(key, {})[e] = x
    field = [(i, ring.from_terms(ts)) for i, ts in sorted(coefficients.items())]
    by: list[list[list[tuple[int, Poly]]]] = [[[] for _ in ob.gens] for ob in c.objects]
    for (j, l, m), ts in sorted(multipliers.items()):
        by[j][l].append((m, ring.from_terms(ts)))
    return scale, field, by


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


def _solve(columns: Sequence[Column], wanted: Column) -> tuple[int, list[int]] | None:
    """(s, x) with Σ x_k column_k = s·wanted, s > 0, or None; few of the x are not 0."""
    places: dict[tuple[int, Exponent], int] = {}
    reach = set().union(*columns) if columns else set()
    if not wanted.keys() <= reach:
        return None
    for column in (*columns, wanted):
        for place in column:
            places.setdefault(place, len(places))
    rows, width = len(places), len(columns) + 1
    m = fmpq_mat(rows, width)
    for k, column in enumerate((*columns, wanted)):
        for place, x in column.items():
            m[places[place], k] = x
    reduced, rank = m.rref()
    values = {}
    for r in range(rank):
        pivot = next(k for k in range(width) if reduced[r, k] != 0)
        if pivot == width - 1:
            return None
        values[pivot] = reduced[r, width - 1]
    scale = 1
    for x in values.values():
        scale = lcm(scale, int(x.q))
    if scale > SCALE:
        return None
    return scale, [int(values[k] * scale) if k in values else 0 for k in range(len(columns))]

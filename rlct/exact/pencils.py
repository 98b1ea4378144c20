"""Generators of an ideal that were mixed: combinations with numbers whose lowest forms depend on fewer variables.

Of the quadrics in a pencil a few have a smaller rank, which tell the coordinates in which the ideal is short:
(x z + (y - z)^2, x z - (y - z)^2) is (x z, (y - z)^2).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product
from math import gcd, lcm

from flint import fmpq, fmpq_mat, fmpz_mat

from rlct.exact import charts
from rlct.exact.essential import lowest_form
from rlct.exact.poly import Poly
from rlct.exact.work import Work

LARGEST = 5  # coefficient of a combination of two; of three half of it
MOST = 6  # generators
SPARSE = 3  # terms of a lowest form that was not mixed with others
LONGEST = 300  # terms of a generator


def special_generators(w: Work, j: int) -> None:
    """Replace generators of object j, 0 at the point, by combinations whose lowest forms depend on fewer variables.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from rlct.exact.charts import Chart, Ideal, Small
    >>> from rlct.exact.poly import Ring
    >>> from rlct.exact.real import Oracle
    >>> from rlct.exact.work import Memory
    >>> ring = Ring(["x", "y", "z"]); x, y, z = (ring.gen(i) for i in range(3))
    >>> gens = x * z + (y - z) ** 2, x * z * 2 - (y - z) ** 2  # of four terms each
    >>> w = Work(Chart(ring, (0, 1, 2), {i: Small() for i in range(3)}, (Ideal(gens, Fraction(1)),)), Memory(Oracle()))
    >>> special_generators(w, 0)
    >>> w.chart.objects[0].gens
    (y^2 - 2*y*z + z^2, x*z)
    """
    gens = w.chart.objects[j].gens
    if not 2 <= len(gens) <= MOST or any(len(g) > LONGEST or g.constant_term() for g in gens):
        return
    degrees = [min(sum(e) for e, _ in g.terms) for g in gens]
    for d in dict.fromkeys(degrees):
        group = [l for l, x in enumerate(degrees) if x == d]
        if sum(len(lowest_form(gens[l], range(gens[l].ring.n))) for l in group) <= SPARSE * len(group):
            continue
        rows = [[Fraction(k == l) for k in group] for l in group]  # what the generators are now, in those given
        ranks = [essential_rank(gens[l]) for l in group]
        for rank, target in _combinations([gens[l] for l in group]):
            if rank >= max(ranks):
                break
            now = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in rows])
            written = now.transpose().solve(fmpq_mat(len(group), 1, target))
            numbers = [Fraction(int(x.p), int(x.q)) for x in written.entries()]
            place = max((k for k, x in enumerate(numbers) if x), key=lambda k: ranks[k])
            if rank < ranks[place]:
                den = lcm(*(x.denominator for x in numbers))
                ring = w.chart.ring
                each = [ring.const(int(x * den)) for x in numbers]
                others = [(group[k], c) for k, c in enumerate(each) if k != place and c]
                w.do(charts.combine(w.chart, j, group[place], each[place], others))
                total = sum((gens[l] * x for l, x in zip(group, target, strict=True)), ring.zero)
                scale = Fraction(total.terms[0][1], w.chart.objects[j].gens[group[place]].terms[0][1])
                rows[place], ranks[place] = [x / scale for x in target], rank


def _combinations(gens: Sequence[Poly]) -> list[tuple[int, list[int]]]:
    """Ranks of lowest forms of combinations with small numbers, and these; the least first."""
    found = []
    forms = [lowest_form(g, range(g.ring.n)) for g in gens]
    for many in (2, 3):
        top = LARGEST if many == 2 else LARGEST // 2
        for chosen in combinations(range(len(gens)), many):
            for first, others in product(range(1, top + 1), product(range(-top, top + 1), repeat=many - 1)):
                row = [0] * len(gens)
                for k, x in zip(chosen, (first, *others), strict=True):
                    row[k] = x
                if all(others) and gcd(*row) == 1:
                    total = sum((f * x for f, x in zip(forms, row, strict=True)), forms[0].ring.zero)
                    if total:
                        found.append((essential_rank(total), row))
    return sorted(found, key=lambda t: (t[0], sum(map(abs, t[1]))))


def essential_rank(g: Poly) -> int:
    """The number of variables on which the lowest form depends in suitable linear coordinates."""
    form = lowest_form(g, range(g.ring.n))
    slopes = [d for i in sorted(g.variables) if (d := form.derivative(i))]
    monomials = sorted({e for d in slopes for e, _ in d.terms})
    return int(fmpz_mat([[d.coefficient(e) for e in monomials] for d in slopes]).rank()) if slopes else 0

"""Weighted blow-ups of coordinate subspaces: the cells of the exceptional fibre as charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

from rlct.exact.charts import Chart, Small
from rlct.exact.poly import Poly, Ring

LARGEST = 10**6
"""Largest exponent of the certificate format."""


def fits(chart: Chart, weights: Sequence[tuple[int, int]]) -> bool:
    """No exponent of a chart above becomes larger than the format of certificates allows."""
    polys = [*(g for ob in chart.objects for g in ob.gens), *(r for _, r in (*chart.relations, *chart.pending))]
    return all(sum(w * g.degrees[i] for i, w in weights) <= LARGEST for g in polys)


def cells(chart: Chart, weights: Sequence[tuple[int, int]], whole: bool = False) -> Iterable[Chart]:
    """The cells of the exceptional fibre of a weighted blow-up, one by one, in the order of the format page.

    `whole`: as far as the affine chart goes where no divisor bounds it.
    """
    ring = chart.ring
    for pos, (i, w) in enumerate(weights):
        pivot = chart.small[i]
        # where another wall is in the centre, x_j = u^w_j x_j >= 0 needs u > 0: one chart for each sign of the pivot
        walled = any(chart.small[j].wall for j, _ in weights if j != i)
        one_sign = pivot.wall or chart.over_c or (w % 2 == 1 and not walled)
        signs = (1,) if one_sign else (1, -1)
        k = sum((wj * chart.small[j].k for j, wj in weights), Fraction(0))
        h = sum((wj * (chart.small[j].h + 1) for j, wj in weights), Fraction(0)) - 1
        later = weights[pos + 1 :]
        freed = {j for j, _ in weights[:pos] if not chart.small[j].is_divisor}
        choices = []
        for j, _ in later:
            s = chart.small[j]
            choices.append(("zero", "positive") if s.wall else ("zero", "nonzero") if s.is_divisor else ("any",))
        for sign in signs:
            image = _Monomials(ring, i, w, sign, {j: wj for j, wj in weights if j != i})
            objects = tuple(replace(ob, gens=tuple(image(g) for g in ob.gens)) for ob in chart.objects)
            relations = tuple((t, image(r)) for t, r in chart.relations)
            roots = tuple((image(q), e) for q, e in chart.roots)
            pending = tuple((n, image.exactly(c).primitive_signed()) for n, c in chart.pending)
            for choice in product(*choices):
                small = {**chart.small, i: Small(k, h, pivot.wall or not one_sign)}
                if whole:
                    small = {v: s for v, s in small.items() if v not in freed}
                nonzero, positive = list(chart.nonzero), list(chart.positive)
                for (j, _), c in zip(later, choice, strict=True):
                    if c == "zero":
                        continue
                    del small[j]
                    if c == "positive":
                        positive.append(ring.gen(j))
                    elif c == "nonzero":
                        nonzero.append(ring.gen(j))
                yield replace(
                    chart,
                    small=small,
                    objects=objects,
                    relations=relations,
                    roots=roots,
                    pending=pending,
                    nonzero=tuple(nonzero),
                    positive=tuple(positive),
                )


class _Monomials:
    """The substitution x_i -> sign·x_i^w, x_j -> x_i^w_j x_j on term lists (faster than composition)."""

    def __init__(self, ring: Ring, i: int, w: int, sign: int, others: Mapping[int, int]):
        self.ring, self.i, self.w, self.sign, self.others = ring, i, w, sign, tuple(others.items())

    def __call__(self, g: Poly) -> Poly:
        return self.exactly(g).primitive()

    def exactly(self, g: Poly) -> Poly:
        i, w, others = self.i, self.w, self.others
        out = {}
        for e, c in g.terms:
            a = w * e[i]
            for j, wj in others:
                a += wj * e[j]
            out[e[:i] + (a,) + e[i + 1 :]] = -c if self.sign < 0 and e[i] % 2 else c
        return self.ring.from_terms(out)

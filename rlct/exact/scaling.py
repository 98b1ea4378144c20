"""A free variable that is not 0 and that a scaling of the variables changes may be taken to be 1 or -1."""

from __future__ import annotations

from dataclasses import replace

from flint import fmpz_mat

from rlct.exact.charts import Chart
from rlct.exact.poly import Poly

LARGEST = 10**6  # weights beyond that are left alone


def normalisable(c: Chart) -> tuple[int, list[tuple[int, int]]] | None:
    """(a, weights): every polynomial of the chart is homogeneous for the weights, that of a is > 0, and a ≠ 0."""
    conditions = (*c.nonzero, *c.positive)
    apart = frozenset[int]().union(*(f.variables for f in conditions if f.is_monomial))
    candidates = [a for a in c.free if a in apart]
    if not candidates:
        return None
    polys: list[Poly] = [g for ob in c.objects for g in ob.gens]
    polys += [*conditions, *c.equations, *(r for _, r in c.relations)]
    n = len(c.order)
    rows = {tuple(e[i] - g.terms[0][0][i] for i in c.order) for g in polys if g for e, _ in g.terms[1:]}
    rows.discard((0,) * n)
    if not rows:
        return candidates[0], [(candidates[0], 1)]
    kernel, rank = fmpz_mat(len(rows), n, [x for row in rows for x in row]).nullspace()
    for a in candidates:
        at = c.order.index(a)
        for k in range(rank):
            if kernel[at, k] != 0:
                sign = 1 if kernel[at, k] > 0 else -1
                weights = [(i, sign * int(kernel[row, k])) for row, i in enumerate(c.order) if kernel[row, k] != 0]
                if max(abs(x) for _, x in weights) <= LARGEST:
                    return a, weights
    return None


def normalised(chart: Chart, a: int, sign: int) -> Chart:
    """The part of the stratum where the free variable a is ±1."""
    to = {a: chart.ring.const(sign)}

    def image(g: Poly) -> Poly:
        return g.compose(to).primitive() if a in g.variables else g

    def signed(g: Poly) -> Poly:
        return g.compose(to).primitive_signed() if a in g.variables else g

    return replace(
        chart,
        order=tuple(i for i in chart.order if i != a),
        objects=tuple(replace(ob, gens=tuple(image(g) for g in ob.gens)) for ob in chart.objects),
        nonzero=tuple(image(g) for g in chart.nonzero),
        equations=tuple(image(g) for g in chart.equations),
        positive=tuple(signed(g) for g in chart.positive),
        relations=tuple((t, image(r)) for t, r in chart.relations),
    )

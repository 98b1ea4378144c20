"""A free variable that is not 0 and that a scaling of the variables changes may be taken to be 1 or -1."""

from __future__ import annotations

from dataclasses import replace

from rlct.exact.charts import Chart, mapped
from rlct.exact.gradings import gradings
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
    found = [v for v in gradings(polys, c.order) if max(map(abs, v)) <= LARGEST]
    for a in candidates:
        at = c.order.index(a)
        for v in found:
            if v[at]:
                sign = 1 if v[at] > 0 else -1
                return a, [(i, sign * x) for i, x in zip(c.order, v, strict=True) if x]
    return None


def normalised(chart: Chart, a: int, sign: int) -> Chart:
    """The part of the stratum where the free variable a is ±1."""
    to = {a: chart.ring.const(sign)}

    def image(g: Poly) -> Poly:
        return g.compose(to).primitive() if a in g.variables else g

    def signed(g: Poly) -> Poly:
        return g.compose(to).primitive_signed() if a in g.variables else g

    return replace(mapped(chart, image, signed), order=tuple(i for i in chart.order if i != a))

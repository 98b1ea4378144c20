"""Inequalities c >= 0 of the region that are not decided yet: the steps that decide them, and the two halves of a germ.

Only points where they hold are integrated.  Where c > 0 it says nothing more, where c < 0 there is nothing, and where
c = 0 it becomes a wall (`charts.wall`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rlct.exact.charts import Chart, Factored, Step, encode, mapped
from rlct.exact.poly import Poly


def holds_by_itself(chart: Chart, c: Poly) -> bool:
    """Positive coefficients, and even powers of all variables that are no walls."""
    walls = {i for i, s in chart.small.items() if s.wall}
    return all(x > 0 and all(a % 2 == 0 or i in walls for i, a in enumerate(e)) for e, x in c.terms)


def constraint(chart: Chart, n: int) -> Poly:
    return dict(chart.pending)[n]


def _without(chart: Chart, n: int) -> Chart:
    return replace(chart, pending=tuple((m, c) for m, c in chart.pending if m != n))


def inside(chart: Chart, n: int) -> tuple[Chart, Step]:
    """Constraint n holds by itself, or has no zero on the stratum: what is left of that is where it is positive."""
    c = constraint(chart, n)
    out, step = _without(chart, n), {"op": "inside", "constraint": n}
    if holds_by_itself(chart, c):
        return out, step
    return replace(out, positive=(*out.positive, chart.at_zero(c).primitive_signed())), step


def restate(
    chart: Chart, n: int, by: Factored, rest: Poly, rel: Sequence[tuple[int, Poly]] = (), scale: int = 1
) -> tuple[Chart, Step]:
    """rest >= 0 in place of constraint n, which times `scale` is ∏ f^e·rest up to multiples of relations, each f with
    odd e >= 0."""
    rest = rest.primitive_signed()
    step = {
        "op": "restate",
        "constraint": n,
        "scale": scale,
        "rel": [[r, encode(chart, a)] for r, a in rel],
        "by": [[encode(chart, f), e] for f, e in by],
        "rest": encode(chart, rest),
    }
    return replace(chart, pending=tuple((m, rest if m == n else c) for m, c in chart.pending)), step


def ignore(chart: Chart, n: int) -> tuple[Chart, Step]:
    """A larger region, for a lower bound; what did not change its sign may do so there."""
    objects = tuple(replace(ob, sd=(False,) * len(ob.gens)) for ob in chart.objects)
    return replace(_without(chart, n), objects=objects), {"op": "ignore", "constraint": n}


def halves(chart: Chart, i: int) -> tuple[Chart, Chart]:
    """x_i >= 0, and x_i <= 0 with -x_i in its place."""

    def image(g: Poly) -> Poly:
        return g.ring.from_terms({e: -c if e[i] % 2 else c for e, c in g.terms})

    small = {**chart.small, i: replace(chart.small[i], wall=True)}
    other = mapped(chart, lambda g: image(g).primitive(), image)  # conditions do not involve small variables
    return replace(chart, small=small), replace(other, small=small)

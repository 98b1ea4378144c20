"""Local coordinates at an irrational point that need no translation: `g(x)` for a coordinate x with g = 0 at the point.

At x = α, α a simple root of g, the function g(x) is a coordinate.  So x stays as it is, as a function of the small
variable `x@` = g(x): the relation g(x) = x@ reduces every polynomial to its g-adic expansion.  A problem stated in
terms of `x^2 - 2` becomes one at the origin, and no coefficient ever leaves the field of the point.

Where several coordinates are irrational, g may also be the factor of the minimal polynomial of y over the field of the
coordinates before it: y - 1 - x at (√2, 1 + √2), and y^2 - (x^3 - 9 x) y - 3 at (√2 + √3, √2 + √5), where both
coordinates contain √2 and none is a polynomial in the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

from rlct.dependent import isolated
from rlct.exact import charts
from rlct.exact.charts import Chart, Small
from rlct.exact.coordinates import forget_step
from rlct.exact.poly import Poly, Ring
from rlct.exact.relations import relations_step
from rlct.exact.roots import Root
from rlct.exact.tower import factors
from rlct.exact.work import Work, remainder
from rlct.localize import Cell, Claim, bounds_of, denominators_and_images, root_chart, univariate
from rlct.problem import Algebraic, Problem


def joint_relations(problem: Problem, ring: Ring) -> dict[int, Poly]:
    """For each irrational coordinate of the point, in an order in which each polynomial involves earlier ones only, its
    minimal polynomial over the field of those before it (that over Q where the field is large)."""
    point = problem.at or ()
    irrational = [(i, p) for i, p in enumerate(point) if isinstance(p, Algebraic)]
    irrational.sort(key=lambda ip: (-len(ip[1].minpoly), ip[0]))
    places = {i: isolated(p) for i, p in irrational}
    out: dict[int, Poly] = {}
    for i, p in irrational:
        chart = Chart(ring, (*out, i), {}, (), relations=tuple(out.items()))
        found = factors(chart, univariate(ring, i, p.minpoly))
        while len(found) > 1:
            found = [g for g in found if _may_vanish(g, places)]
            places = {k: r.refine() for k, r in places.items()}
        out[i] = found[0]
    return out


def _may_vanish(g: Poly, places: Mapping[int, Root]) -> bool:
    """0 lies in the range of g on the box of the intervals."""
    low = high = Fraction(0)
    for e, c in g.terms:
        a = b = Fraction(c)
        for k, r in places.items():
            for _ in range(e[k]):
                corners = (a * r.lo, a * r.hi, b * r.lo, b * r.hi)
                a, b = min(corners), max(corners)
        low, high = low + a, high + b
    return low <= 0 <= high


def local_cell(problem: Problem, claim: Claim, joint: Mapping[int, Poly] | None = None) -> Cell | None:
    """The root chart at an irrational point in such coordinates; None where there is none (walls, a rational point).

    Parameters: `joint`, the polynomials g in place of the minimal polynomials (see `joint_relations`).
    """
    point = problem.at
    if point is None or claim.constraints or not any(isinstance(p, Algebraic) for p in point):
        return None
    ring, d = claim.ring, len(problem.variables)
    images, denominators, small = denominators_and_images(problem, claim)
    extra = {i: d + n for n, i in enumerate(i for i, p in enumerate(point) if isinstance(p, Algebraic))}
    relations: list[tuple[int, Poly]] = []
    positive: list[Poly] = []
    codes: list[list[Any]] = []
    for i in joint or extra:
        p = point[i]
        assert isinstance(p, Algebraic)
        images[i] = ring.gen(i)
        small[extra[i]] = Small()
        g = joint[i] if joint else univariate(ring, i, p.minpoly)
        if g.degrees[i] > 1:
            positive += bounds_of(ring, i, p)
        relations.append((i, (g - ring.gen(extra[i])).primitive()))
        codes.append([problem.variables[i], [[list(e[:d]), c] for e, c in g.terms]])
    order = (*range(d), *extra.values())
    chart = root_chart(claim, images, denominators, order, small, tuple(relations), tuple(positive))
    return Cell({"local": codes}, chart, (), images)


def factored(w: Work) -> None:
    """Factors first: the remainders of two factors are not the factors of the remainder."""
    done = 0
    while done < len(w.chart.objects):
        ob = w.chart.objects[done]
        fs = w.memory.factors(ob.gens[0]) if ob.principal else []
        common = reduce(Poly.gcd, ob.gens).primitive()
        if not ob.principal and not common.is_constant:
            w.do(charts.take_gcd(w.chart, done, common))
        elif len(fs) > 1 or (fs and fs[0][1] > 1):
            w.do(charts.factor(w.chart, done, fs))
        else:
            done += 1


def reduced(w: Work, hints: Sequence[Poly]) -> list[Poly]:
    """Replace all polynomials by their remainders; coordinates of the point that no longer occur are forgotten.

    Returns the hints in the same form.
    """
    factored(w)
    while relations_step(w):
        pass
    relations = list(reversed(w.chart.relations))
    while forget_step(w):
        pass
    out = []
    for h in hints:
        for t, r in relations:
            h = remainder(h, r, t)
        if len(h) > 1:
            out.append(h.primitive())
    return out

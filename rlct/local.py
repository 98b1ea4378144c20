"""Local coordinates at an irrational point that need no translation: `g(x)` for a coordinate x with g = 0 at the point.

At x = α, α a simple root of g, the function g(x) is a coordinate.  So x stays as it is, as a function of the small
variable `x@` = g(x): the relation g(x) = x@ reduces every polynomial to its g-adic expansion.  A problem stated in
terms of `x^2 - 2` becomes one at the origin, and no coefficient ever leaves the field of the point.  Where x is a
polynomial in another coordinate y at the point, g = den·x - G(y) (see `dependent`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rlct.dependent import Dependence, relation_between
from rlct.exact import charts
from rlct.exact.charts import Small
from rlct.exact.coordinates import forget_step
from rlct.exact.poly import Poly
from rlct.exact.reduce import relations_step
from rlct.exact.work import Work, remainder
from rlct.localize import Cell, Claim, bounds_of, denominators_and_images, root_chart, univariate
from rlct.problem import Algebraic, Problem


def local_cell(problem: Problem, claim: Claim, found: Sequence[Dependence]) -> Cell | None:
    """The root chart at an irrational point in such coordinates; None where there is none (walls, a rational point).

    Parameters: `found`, the coordinates that are polynomials in others (`dependent.dependences`).
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
    linear = {i: (j, g) for i, j, g in found}
    for i in sorted(extra, key=lambda i: i in linear):
        p = point[i]
        assert isinstance(p, Algebraic)
        images[i] = ring.gen(i)
        small[extra[i]] = Small()
        if i in linear:
            g, _ = relation_between(ring, ring.gen(i), ring.gen(linear[i][0]), linear[i][1])
        else:
            g = univariate(ring, i, p.minpoly)
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
        if len(fs) > 1 or (fs and fs[0][1] > 1):
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

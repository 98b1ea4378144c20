"""Irrational coordinates of one point that are polynomials in each other, such as (sqrt(2), 1 + sqrt(2)).

Each such coordinate has an algebraic variable of its own in the certificate, and to the search x@^2 = 2 and y@^2 = 2
are two independent facts.  Where x_i = g(x_j) at the point, the root chart is first cut by d x_i@ = G(x_j@) (the other
side is empty), and then the coordinate x_i := x_i + x_i@ - g(x_j + x_j@) takes the variable x_i@ out of all functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import count
from math import lcm
from typing import Any

from flint import fmpz_poly

from rlct.exact.charts import Chart, Step, coordinate, encode, split_equation
from rlct.exact.outcomes import Outcome
from rlct.exact.poly import Poly, Ring
from rlct.exact.roots import Root, coefficients, roots_of
from rlct.problem import Add, Algebraic, Expr, Mul, Num, Point, Pow, Problem, Var, substitute
from rlct.rewrite import Change

MAX_DEGREE = 36
"""Largest product of two degrees for which a dependence is looked for."""

Dependence = tuple[int, int, tuple[Fraction, ...]]
"""Coordinate i is the polynomial with these coefficients (low to high) in coordinate j."""


def dependences(point: Point) -> list[Dependence]:
    """Which irrational coordinates are polynomials in others that stay.

    >>> r = Algebraic((-2, 0, 1), Fraction(1), Fraction(2), "sqrt(2)")
    >>> s = Algebraic((-1, -2, 1), Fraction(2), Fraction(3), "1+sqrt(2)")
    >>> dependences((r, s, Fraction(1)))
    [(1, 0, (Fraction(1, 1), Fraction(1, 1)))]
    """
    irrational = [(i, p) for i, p in enumerate(point) if isinstance(p, Algebraic)]
    irrational.sort(key=lambda t: (-len(t[1].minpoly), t[0]))
    kept: list[tuple[int, Algebraic]] = []
    out: list[Dependence] = []
    for i, p in irrational:
        for j, q in kept:
            g = _in_terms_of(p, q)
            if g is not None:
                out.append((i, j, g))
                break
        else:
            kept.append((i, p))
    return out


def _in_terms_of(p: Algebraic, q: Algebraic) -> tuple[Fraction, ...] | None:
    """Coefficients of g with p = g(q), or None where p is not in the field of q."""
    m, n = len(p.minpoly) - 1, len(q.minpoly) - 1
    if n % m or m * n > MAX_DEGREE:
        return None
    # a factor of degree n with the root p + c q, c general: then p + c q generates the field of q
    ring = Ring(["s", "t", "u"])
    s, t, u = (ring.gen(k) for k in range(3))
    of_p, of_q = _substituted(p.minpoly, s), _substituted(q.minpoly, t)
    for c in count(1):
        joint = _substituted(p.minpoly, u - t * c).resultant(of_q, 1)
        _, fs = joint.factor()
        if any(e > 1 for _, e in fs):
            continue
        factor = _factor_at(fmpz_poly(coefficients(joint, 2)), p, q, c)
        if factor.degree() != n:
            return None
        return _solved([of_p, of_q, _substituted([int(a) for a in factor.coeffs()], s + t * c)])
    raise AssertionError("unreachable")


def _substituted(minpoly: Sequence[int], x: Poly) -> Poly:
    total = x.ring.zero
    for c in reversed(minpoly):
        total = total * x + x.ring.const(c)
    return total


def _factor_at(joint: Any, p: Algebraic, q: Algebraic, c: int) -> Any:
    """The irreducible factor of `joint` that vanishes at p + c q."""
    a, b = isolated(p), isolated(q)
    roots = roots_of(joint)
    while True:
        lo, hi = a.lo + c * b.lo, a.hi + c * b.hi
        fits = [r for r in roots if r.lo <= hi and lo <= r.hi]
        if len(fits) == 1:
            return fits[0].poly
        a, b, roots = a.refine(), b.refine(), [r.refine() for r in roots]


def isolated(p: Algebraic) -> Root:
    """The number as a root in an interval that can be refined."""
    return Root(fmpz_poly(list(p.minpoly)).factor()[1][0][0], p.lo, p.hi)


def _solved(equations: Sequence[Poly]) -> tuple[Fraction, ...] | None:
    """g with s = g(t) from a zero-dimensional system in s and t."""
    from sympy import QQ, groebner, symbols
    from sympy import Poly as SPoly

    s, t = symbols("s t")
    system = [sum(c * s ** e[0] * t ** e[1] for e, c in f.terms) for f in equations]
    for g in groebner(system, s, t, order="lex", domain=QQ).exprs:
        rows = SPoly(g, s, domain=QQ[t])
        if rows.degree() == 1 and rows.LC().is_number:
            tail = SPoly(-rows.nth(0) / rows.LC(), t, domain=QQ)
            return tuple(Fraction(int(c.p), int(c.q)) for c in reversed(tail.all_coeffs()))
    return None


# ---------------------------------------------------------------- where walls meet: other coordinates of the question
def unlinked(problem: Problem) -> tuple[Problem, tuple[Change, ...]]:
    """The problem in coordinates x_i - g(x_j), which are 0 at the point, and the changes: for a point of a region.

    Examples
    --------
    >>> from rlct.parse import build_problem
    >>> problem = build_problem("(x-y)^2", at="x=sqrt(2), y=sqrt(2)", region="x>=y")
    >>> other, changes = unlinked(problem)
    >>> other.at[1], changes[0].rest
    (Fraction(0, 1), -x)
    """
    found = dependences(problem.at or ()) if problem.region is not None else []
    if not found or problem.region is None or problem.at is None:
        return problem, ()
    ring, box, point = Ring(problem.variables), list(problem.region.box), list(problem.at)
    images: dict[str, Expr] = {}
    changes, bounds = [], []
    for i, j, g in found:
        value, den = relation_between(ring, ring.zero, ring.gen(j), g)
        changes.append(Change(i, den, value))
        images[problem.variables[i]] = _graph(problem.variables[i], problem.variables[j], g)
        lo, hi = box[i]
        here = images[problem.variables[i]]
        bounds += [] if lo is None else [Add((here, Num(-lo)))]
        bounds += [] if hi is None else [Add((Num(hi), Mul((Num(Fraction(-1)), here))))]
        box[i], point[i] = (None, None), Fraction(0)
    constraints = (*(substitute(c, images) for c in problem.region.constraints), *bounds)
    return replace(
        problem,
        functions=tuple(substitute(f, images) for f in problem.functions),
        prior=tuple((substitute(e, images), x) for e, x in problem.prior),
        at=tuple(point),
        region=replace(problem.region, box=tuple(box), constraints=constraints),
    ), tuple(changes)


def _graph(x: str, y: str, g: Sequence[Fraction]) -> Expr:
    """x + g(y)."""
    return Add((Var(x), *(Mul((Num(c), Pow(Var(y), k))) if k else Num(c) for k, c in enumerate(g) if c)))


# ---------------------------------------------------------------- charts and nodes
def cut(chart: Chart, found: Sequence[Dependence]) -> tuple[Chart, list[tuple[Chart, Poly]]]:
    """The chart on which the dependences hold, and the cuts on the way: (chart before, polynomial)."""
    cuts = []
    for i, j, g in found:
        f, _ = _relation(chart, i, j, g)
        cuts.append((chart, f))
        chart = split_equation(chart, f)
    return chart, cuts


def removal(chart: Chart, dependence: Dependence) -> tuple[Chart, Step]:
    """The coordinate change that takes the algebraic variable of a dependent coordinate out of all functions."""
    i, j, g = dependence
    ring = chart.ring
    f, den = _relation(chart, i, j, g, moved=True)
    return coordinate(chart, i, ring.const(den), f)


def _relation(chart: Chart, i: int, j: int, g: Sequence[Fraction], moved: bool = False) -> tuple[Poly, int]:
    """d x_i@ - G(x_j@), or with x_j@ + x_j for x_j@; and d."""
    ring = chart.ring
    names = {n: k for k, n in enumerate(ring.names)}
    x = ring.gen(names[f"{ring.names[j]}@"])
    return relation_between(ring, ring.gen(names[f"{ring.names[i]}@"]), x + ring.gen(j) if moved else x, g)


def relation_between(ring: Ring, y: Poly, x: Poly, g: Sequence[Fraction]) -> tuple[Poly, int]:
    """d y - d g(x) with integer coefficients, and d."""
    den = lcm(*(c.denominator for c in g))
    value = ring.zero
    for c in reversed(g):
        value = value * x + ring.const(int(c * den))
    return y * den - value, den


def rejoined(
    nodes: list[dict[str, Any]], steps: list[Step], cuts: Sequence[tuple[Chart, Poly]], out: Outcome
) -> Outcome:
    """The outcome on the cut chart as the outcome of the root: one split for each cut, its other side empty."""
    for n, (chart, f) in reversed(list(enumerate(cuts))):
        nodes.append({"steps": [], "end": {"end": "empty"}})
        by = encode(chart, f)
        end = {"end": "split", "by": by, "zero": {"equation": True}, "children": [len(nodes) - 1, out.node]}
        nodes.append({"steps": steps if n == 0 else [], "end": end})
        out = replace(out, node=len(nodes) - 1, up=None if out.up is None else out.up.below(1))
    return out

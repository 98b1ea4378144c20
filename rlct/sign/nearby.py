"""A few points near the one asked for, at which K is evaluated as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product

from rlct.problem import Problem, degree_bound, evaluate, point_text

SCALES = (Fraction(1, 64), Fraction(1, 1024))
DEGREE = 2000  # beyond, numbers grow long


def negative_nearby(problem: Problem) -> str | None:
    """A point near the given one, inside the region, with K < 0, as text; None where a small grid finds none.

    Examples
    --------
    >>> from rlct.parse import build_problem
    >>> negative_nearby(build_problem("(x+y)^500 + x"))
    'x=-1/64, y=0'
    """
    if problem.at is None or sum(map(degree_bound, problem.functions)) > DEGREE:
        return None
    centre = [c for c in problem.at if isinstance(c, Fraction)]
    if len(centre) < len(problem.variables):
        return None
    for scale in SCALES:
        for step in _steps(len(centre)):
            point = [c + scale * s for c, s in zip(centre, step, strict=True)]
            named = dict(zip(problem.variables, point, strict=True))
            if _inside(problem, point) and all(evaluate(f, named) < 0 for f in problem.functions):
                return point_text(problem.variables, tuple(point))
    return None


def _steps(d: int) -> Iterator[tuple[int, ...]]:
    """Directions with at most two coordinates that are not zero."""
    for size in (1, 2):
        for chosen in combinations(range(d), size):
            for signs in product((-1, 1), repeat=size):
                step = [0] * d
                for i, s in zip(chosen, signs, strict=True):
                    step[i] = s
                yield tuple(step)


def _inside(problem: Problem, point: list[Fraction]) -> bool:
    """Is the point in the region?"""
    if problem.region is None:
        return True
    named = dict(zip(problem.variables, point, strict=True))
    bounds = zip(point, problem.region.box, strict=True)
    return all((lo is None or lo <= x) and (hi is None or x <= hi) for x, (lo, hi) in bounds) and all(
        evaluate(c, named) >= 0 for c in problem.region.constraints
    )

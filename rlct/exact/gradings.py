"""Gradings: weights of the variables for which polynomials are homogeneous, so that scalings are symmetries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd
from random import Random

from flint import fmpz_mat

from rlct.exact.lattice import Vector
from rlct.exact.poly import Poly

DIRECTIONS, SEED = 40, 1
LINE = 2  # gradings, one of which may be the degree


def gradings(polys: Iterable[Poly], variables: Sequence[int]) -> list[Vector]:
    """Integer weights, one for each variable, for which every polynomial is homogeneous: a basis over Q of all of them,
    each without a common factor."""
    n = len(variables)
    rows: set[Vector] = set()
    for p in polys:
        if p:
            first = p.terms[0][0]
            rows |= {tuple(e[i] - first[i] for i in variables) for e, _ in p.terms[1:]}
    rows.discard((0,) * n)
    if not rows:
        return [tuple(int(i == k) for i in range(n)) for k in range(n)]
    kernel, rank = fmpz_mat(len(rows), n, [x for row in rows for x in row]).nullspace()
    out = []
    for k in range(rank):
        v = [int(kernel[i, k]) for i in range(n)]
        common = gcd(*v) if next(x for x in reversed(v) if x) > 0 else -gcd(*v)
        out.append(tuple(x // common for x in v))
    return out


def by_weight(points: Sequence[Sequence[Fraction]]) -> list[int]:
    """An order in which the points fall in some direction, one in which the first is the farthest if there is such a
    direction; then they stay as they are, if they are not on a line of one or two coordinates.

    >>> by_weight([[Fraction(0)], [Fraction(2)], [Fraction(1)]])
    [0, 2, 1]
    >>> by_weight([[Fraction(1)], [Fraction(0)], [Fraction(2)]])
    [1, 0, 2]
    """
    rng = Random(SEED)
    here = list(range(len(points)))
    falling: list[int] = []
    for _ in range(DIRECTIONS):
        direction = [rng.randint(-9, 9) for _ in points[0]]
        values = [sum((a * x for a, x in zip(direction, p, strict=True)), Fraction(0)) for p in points]
        order = sorted(here, key=lambda k: -values[k])
        if min(values) < max(values) == values[0]:
            return order if len(points[0]) <= LINE else here
        falling = falling or order
    return falling

"""Points near the origin where a polynomial is negative, found along monomial curves and on planes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from rlct.exact.poly import Poly

TRIES = 60
SLICES = 24
START = Fraction(1, 64)

Curve = tuple[dict[int, int], dict[int, int]]
"""A direction d and weights w for each variable: the curve x_i = d_i t^w_i, t > 0."""


def lowest_sign(f: Poly, curve: Curve) -> int:
    """Sign of f(d_i t^w_i) for all small t > 0 (0 where f vanishes on the curve).

    >>> from rlct.exact.poly import Ring
    >>> x, y = (Ring(["x", "y"]).gen(k) for k in (0, 1))
    >>> lowest_sign(x * x - y**3, ({0: 1, 1: 1}, {0: 1, 1: 1})), lowest_sign(x * x - y**3, ({0: 1, 1: 1}, {0: 2, 1: 1}))
    (1, -1)
    """
    direction, weights = curve
    low: dict[int, int] = {}
    for e, c in f.terms:
        order, value = 0, c
        for v, x in direction.items():
            if e[v]:
                order += weights[v] * e[v]
                value *= x ** e[v]
        if value:
            low[order] = low.get(order, 0) + value
    for _, value in sorted(low.items()):
        if value:
            return 1 if value > 0 else -1
    return 0


def curves(variables: Sequence[int]) -> Iterator[Curve]:
    """The axes in both directions, then directions and weights at random (the same in every run)."""
    rng = random.Random(0)
    one = dict.fromkeys(variables, 1)
    for i in variables:
        for s in (1, -1):
            yield {v: s if v == i else 0 for v in variables}, one
    for _ in range(TRIES):
        direction = {v: rng.choice((-3, -2, -1, 0, 1, 2, 3)) for v in variables}
        yield direction, {v: rng.choice((1, 1, 1, 2, 3)) for v in variables}


def negative_point(
    f: Poly, variables: Sequence[int], walls: Sequence[Poly], avoid: Sequence[Poly] = ()
) -> dict[int, Fraction] | None:
    """A point near 0 with f < 0, every wall > 0 and no `avoid` 0; there are then such points as near as one likes.

    The walls need not vanish at 0, but must be >= 0 there.  None when no curve that was tried shows one.
    """
    for curve in curves(variables):
        if lowest_sign(f, curve) >= 0 or not all(lowest_sign(p, curve) for p in avoid):
            continue
        if all(lowest_sign(w, curve) > 0 for w in walls):
            t = START
            while True:
                p = {v: d * t ** curve[1][v] for v, d in curve[0].items()}
                if f.value(p) < 0 and all(w.value(p) > 0 for w in walls) and all(g.value(p) for g in avoid):
                    return p
                t /= 2
    return None


def slices(
    variables: Sequence[int], fixed: Sequence[int]
) -> Iterator[tuple[tuple[int, int], dict[int, tuple[int, int, int]]]]:
    """Planes and curved planes through 0: two coordinates, and the others as a x + b y or c x^2 in them.

    Coordinates in `fixed` are among the two, and nothing depends on them.  Yields ``((i, j), {k: (a, b, c)})``.
    """
    rng = random.Random(0)
    pairs = [p for p in combinations(variables, 2) if set(fixed) <= set(p)]
    rng.shuffle(pairs)
    for n in range(SLICES if pairs else 0):
        i, j = pairs[n % len(pairs)]
        images = {}
        for k in variables:
            if k in (i, j):
                continue
            a, b, c = (rng.choice((0, 0, 1, -1, 2, -2)) if n >= len(pairs) else 0 for _ in range(3))
            images[k] = (0 if i in fixed else a, 0 if j in fixed else b, 0 if i in fixed else c)
        yield (i, j), images

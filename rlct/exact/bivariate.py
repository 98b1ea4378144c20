"""Resultants of polynomials in two variables, by values and interpolation: much faster than remainder sequences where
both are dense."""

from __future__ import annotations

from collections.abc import Callable
from math import gcd, prod
from typing import Any

from flint import fmpz_poly

from rlct.exact.poly import Poly, TooLarge

MAX_DEGREE = 600  # of a resultant


def resultant(f: Poly, g: Poly, a: int, b: int, late: Callable[[], bool] = lambda: False) -> Any:
    """Res_b(f, g) as a flint polynomial in x_a, up to a non-zero constant factor, for polynomials in x_a and x_b.

    Raises TooLarge when its degree may exceed `MAX_DEGREE`, or `late()` becomes true.

    >>> from rlct.exact.poly import Ring
    >>> ring = Ring(["x", "y"]); x, y = ring.gen(0), ring.gen(1)
    >>> resultant(x * x + y * y - ring.one, x - y, 0, 1)
    2*x^2 + (-1)
    """
    # in powers of x_a^s and x_b^t only: x_a^s in place of x_a, and so on
    s, t = (gcd(*(e[i] for p in (f, g) for e, _ in p.terms)) or 1 for i in (a, b))
    m, n = f.degrees[b] // t, g.degrees[b] // t
    bound = degree_bound(f, g, a, b)
    if bound > MAX_DEGREE:
        raise TooLarge
    rows_f, rows_g = _rows(f, a, b, s, t), _rows(g, a, b, s, t)
    points: list[int] = []
    values: list[int] = []
    k = 0
    while len(points) <= bound:
        x = (k + 1) // 2 * (1 if k % 2 else -1)
        k += 1
        p, q = fmpz_poly([int(r(x)) for r in rows_f]), fmpz_poly([int(r(x)) for r in rows_g])
        if p.degree() < m or q.degree() < n:
            continue
        points.append(x)
        values.append(int(p.resultant(q)))
        if k % 16 == 0 and late():
            raise TooLarge
    r = interpolated(points, values)
    return r if s == 1 else r(fmpz_poly([0] * s + [1]))


def degree_bound(f: Poly, g: Poly, a: int, b: int) -> int:
    """A bound for the degree of the resultant that is computed (in x_a^s where only powers of it occur)."""
    s, t = (gcd(*(e[i] for p in (f, g) for e, _ in p.terms)) or 1 for i in (a, b))
    (u, v), (x, y) = ((p.degrees[a] // s, p.degrees[b] // t) for p in (f, g))
    total = prod(max((e[a] // s + e[b] // t for e, _ in p.terms), default=0) for p in (f, g))
    return min(total, u * y + x * v)


def _rows(f: Poly, a: int, b: int, s: int, t: int) -> list[Any]:
    parts: list[list[int]] = [[0] * (f.degrees[a] // s + 1) for _ in range(f.degrees[b] // t + 1)]
    for e, c in f.terms:
        parts[e[b] // t][e[a] // s] += c
    return [fmpz_poly(p) for p in parts]


def interpolated(points: list[int], values: list[int]) -> Any:
    """The integer polynomial with these values (Newton's divided differences, which stay integers up to factorials)."""
    from flint import fmpq, fmpq_poly

    table = [fmpq(v) for v in values]
    n = len(points)
    for j in range(1, n):
        for i in range(n - 1, j - 1, -1):
            table[i] = (table[i] - table[i - 1]) / (points[i] - points[i - j])
    total = fmpq_poly([0])
    for i in range(n - 1, -1, -1):
        total = total * fmpq_poly([-points[i], 1]) + table[i]
    return total.numer()

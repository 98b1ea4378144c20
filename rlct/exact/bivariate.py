"""Resultants of polynomials in two variables, by values and interpolation: much faster than remainder sequences where
both are dense."""

from __future__ import annotations

from collections.abc import Callable
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
    m, n = f.degrees[b], g.degrees[b]
    bound = min(f.total_degree() * g.total_degree(), f.degrees[a] * n + g.degrees[a] * m)
    if bound > MAX_DEGREE:
        raise TooLarge
    rows_f, rows_g = _rows(f, a, b), _rows(g, a, b)
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
    return interpolated(points, values)


def _rows(f: Poly, a: int, b: int) -> list[Any]:
    parts: list[list[int]] = [[0] * (f.degrees[a] + 1) for _ in range(f.degrees[b] + 1)]
    for e, c in f.terms:
        parts[e[b]][e[a]] += c
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

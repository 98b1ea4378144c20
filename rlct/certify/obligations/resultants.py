"""Is a product of polynomials in two variables the resultant of two others, up to a constant?

The resultant is the determinant of Sylvester's matrix, so its degrees and the sum of the absolute values of its
coefficients are bounded; it is compared on a grid that determines polynomials of these degrees, modulo so many primes
that two products of coefficients of both sides differ by less than the product of the primes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly

MOST = 60_000  # points of a grid
FIRST = 2**31 - 1  # primes from here on downwards


def is_resultant(factors: Sequence[tuple[Poly, int]], f: Poly, g: Poly, y: int, base: Sequence[int]) -> bool:
    """∏ q^e = const·Res_y(f, g), const ≠ 0, for polynomials in y and two variables `base`."""
    m, n = algebra.degree(f, y), algebra.degree(g, y)
    if m < 1 or n < 1 or not all(q for q, _ in factors):
        return False
    degrees = [
        max(
            n * algebra.degree(f, i) + m * algebra.degree(g, i),
            sum(e * algebra.degree(q, i) for q, e in factors),
        )
        for i in base
    ]
    if (degrees[0] + 1) * (degrees[1] + 1) > MOST:
        return False
    bound = 2 * _norm(f) ** n * _norm(g) ** m
    for q, e in factors:
        bound *= _norm(q) ** e
    product, different = 1, False
    for p in _primes():
        left = _resultant(f, g, y, base, degrees, p)
        right = _product(factors, base, degrees, p)
        places = right.nonzero()[0]
        if not len(places):
            continue
        first = places[0]
        ratio = int(left[first]) * pow(int(right[first]), -1, p) % p
        if ((left - right * ratio) % p).any():
            return False
        different = different or ratio != 0
        product *= p
        if product > bound:
            return different
    return False


def _norm(f: Poly) -> int:
    return sum(abs(int(c)) for _, c in algebra.terms(f))


def _primes() -> Any:
    from sympy import prevprime

    p = FIRST + 1
    while p > 2**30:
        p = int(prevprime(p))
        yield p


def _values(f: Poly, base: Sequence[int], degrees: Sequence[int], p: int) -> Any:
    """f, in the two variables only, at all points (i, j) of the grid, flattened."""
    import numpy as np

    a, b = base
    table = np.zeros((algebra.degree(f, a) + 1, algebra.degree(f, b) + 1), dtype=np.int64)
    for e, c in algebra.terms(f):
        table[e[a], e[b]] = int(c) % p
    rows = np.zeros((degrees[0] + 1, table.shape[1]), dtype=np.int64)
    x = np.arange(degrees[0] + 1, dtype=np.int64)[:, None]
    for k in range(table.shape[0] - 1, -1, -1):
        rows = (rows * x + table[k]) % p
    out = np.zeros((degrees[0] + 1, degrees[1] + 1), dtype=np.int64)
    z = np.arange(degrees[1] + 1, dtype=np.int64)[None, :]
    for k in range(table.shape[1] - 1, -1, -1):
        out = (out * z + rows[:, k : k + 1]) % p
    return out.ravel()


def _product(factors: Sequence[tuple[Poly, int]], base: Sequence[int], degrees: Sequence[int], p: int) -> Any:
    import numpy as np

    out = np.ones((degrees[0] + 1) * (degrees[1] + 1), dtype=np.int64)
    for q, e in factors:
        values = _values(q, base, degrees, p)
        for _ in range(e):
            out = out * values % p
    return out


def _resultant(f: Poly, g: Poly, y: int, base: Sequence[int], degrees: Sequence[int], p: int) -> Any:
    """Determinants of Sylvester's matrices at all points, by elimination."""
    import numpy as np

    m, n = algebra.degree(f, y), algebra.degree(g, y)
    size, points = m + n, (degrees[0] + 1) * (degrees[1] + 1)
    matrix = np.zeros((size, size, points), dtype=np.int64)
    for h, degree, count, start in ((f, m, n, 0), (g, n, m, n)):
        parts: Mapping[int, Poly] = algebra.split_by_degree(h, y)
        for k, part in parts.items():
            values = _values(part, base, degrees, p)
            for row in range(count):
                matrix[start + row, row + degree - k] = values
    det = np.ones(points, dtype=np.int64)
    every = np.arange(points)
    for k in range(size):
        pivot = k + np.argmax(matrix[k:, k] != 0, axis=0)
        moved = pivot != k
        det = np.where(moved, (p - det) % p, det)
        top = matrix[pivot, :, every].T.copy()
        matrix[pivot, :, every] = matrix[k].T
        matrix[k] = top
        lead = matrix[k, k]
        det = det * lead % p
        inverse = _inverse(lead, p)
        for row in range(k + 1, size):
            factor = matrix[row, k] * inverse % p
            if factor.any():
                matrix[row, k:] = (matrix[row, k:] - matrix[k, k:] * factor) % p
    return det


def _inverse(x: Any, p: int) -> Any:
    """x^(p-2) modulo the prime p (0 for 0)."""
    import numpy as np

    out, power, e = np.ones_like(x), x % p, p - 2
    while e:
        if e & 1:
            out = out * power % p
        power = power * power % p
        e >>= 1
    return out

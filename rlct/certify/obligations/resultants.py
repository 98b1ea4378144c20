"""Is a product of polynomials in two variables the resultant of two others, up to a constant?

The resultant is the determinant of Sylvester's matrix, so the sum of the absolute values of its coefficients is
bounded; its degrees, and the powers of the variables in it, are bounded by the orders of zeros at infinity and at 0
(Newton and Puiseux).  It is compared on a grid that determines such polynomials, modulo so many primes that two
products of coefficients of both sides differ by less than the product of the primes.  At each point it is found by
Euclid's algorithm without fractions; where a leading coefficient is 0 there, by elimination.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly

MOST = 1_000_000  # points of a grid
CHUNK = 20_000  # points at a time
FIRST = 2**31 - 1  # primes from here on downwards
NOTHING = -1  # what a prime says that divides the product

Bounds = tuple[range, range]  # of the exponents in the two variables


def is_resultant(factors: Sequence[tuple[Poly, int]], f: Poly, g: Poly, y: int, base: Sequence[int]) -> bool:
    """∏ q^e = const·Res_y(f, g), const ≠ 0, for polynomials in y and two variables `base`."""
    m, n = algebra.degree(f, y), algebra.degree(g, y)
    if m < 1 or n < 1 or not all(q for q, _ in factors):
        return False
    bounds: list[range] = []
    for i in base:
        whole = _exponents(f, g, y, i)
        low = sum(e * algebra.content_exponents(q, (i,))[0] for q, e in factors)
        high = sum(e * algebra.degree(q, i) for q, e in factors)
        if low not in whole or high not in whole:
            return False
        bounds.append(whole)
    if len(bounds[0]) * len(bounds[1]) > MOST:
        return False
    bound = 2 * _norm(f) ** n * _norm(g) ** m
    for q, e in factors:
        bound *= _norm(q) ** e
    product, different = 1, False
    for p in _primes():
        ratio = _ratio(factors, f, g, y, base, (bounds[0], bounds[1]), p)
        if ratio == NOTHING:
            continue
        if ratio is None:
            return False
        different = different or ratio != 0
        product *= p
        if product > bound:
            return different
    return False


def _ratio(
    factors: Sequence[tuple[Poly, int]], f: Poly, g: Poly, y: int, base: Sequence[int], bounds: Bounds, p: int
) -> int | None:
    """c with Res = c·∏ q^e at all points modulo p; None where there is none; NOTHING where the product is 0."""
    rows = max(1, CHUNK // len(bounds[1]))
    ratio: int | None = None
    for start in range(1, len(bounds[0]) + 1, rows):
        grid = range(start, min(start + rows, len(bounds[0]) + 1)), range(1, len(bounds[1]) + 1)
        left, right = _resultant(f, g, y, base, grid, p), _product(factors, base, grid, p)
        if ratio is None:
            places = right.nonzero()[0]
            if not len(places):
                continue
            first = places[0]
            ratio = int(left[first]) * pow(int(right[first]), -1, p) % p
        if ((left - right * ratio) % p).any():
            return None
    return NOTHING if ratio is None else ratio


def _exponents(f: Poly, g: Poly, y: int, i: int) -> range:
    """Which exponents of the variable i the resultant may have: it is lead(f)^n ∏ g(z) over the zeros z of f, whose
    orders are slopes of Newton's polygon."""
    ends = []
    for sign in (1, -1):  # from below, from above
        orders = [_orders(h, y, i, sign) for h in (f, g)]
        total = Fraction(orders[0][max(orders[0])] * max(orders[1]))
        if zeros := min(orders[0]):  # where f is 0 at y = 0, g is its constant term
            if 0 not in orders[1]:
                return range(0)  # the resultant is 0
            total += zeros * orders[1][0]
        for slope, count in _slopes(orders[0]):
            total += count * min(a + k * slope for k, a in orders[1].items())
        ends.append(ceil(total) if sign > 0 else floor(-total))
    return range(max(ends[0], 0), ends[1] + 1)


def _orders(f: Poly, y: int, i: int, sign: int) -> dict[int, int]:
    """The least exponents of the variable i (or the highest, times -1), for each power of y."""
    out: dict[int, int] = {}
    for e, _ in algebra.terms(f):
        out[e[y]] = min(out.get(e[y], sign * e[i]), sign * e[i])
    return out


def _slopes(orders: Mapping[int, int]) -> list[tuple[Fraction, int]]:
    """The orders of the zeros that are not 0, with how many there are."""
    hull: list[tuple[int, int]] = []
    for point in sorted(orders.items()):
        while len(hull) > 1 and _right_of(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    return [(Fraction(a - b, l - k), l - k) for (k, a), (l, b) in pairwise(hull)]


def _right_of(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    """b is on or above the segment from a to c."""
    return (b[1] - a[1]) * (c[0] - a[0]) >= (c[1] - a[1]) * (b[0] - a[0])


def _norm(f: Poly) -> int:
    return sum(abs(int(c)) for _, c in algebra.terms(f))


def _primes() -> Any:
    from sympy import prevprime

    p = FIRST + 1
    while p > 2**30:
        p = int(prevprime(p))
        yield p


def _values(f: Poly, base: Sequence[int], grid: Bounds, p: int) -> Any:
    """f, in the two variables only, at all points of the grid, flattened."""
    import numpy as np

    a, b = base
    table = np.zeros((algebra.degree(f, a) + 1, algebra.degree(f, b) + 1), dtype=np.int64)
    for e, c in algebra.terms(f):
        table[e[a], e[b]] = int(c) % p
    rows = np.zeros((len(grid[0]), table.shape[1]), dtype=np.int64)
    x = np.array(grid[0], dtype=np.int64)[:, None]
    for k in range(table.shape[0] - 1, -1, -1):
        rows = (rows * x + table[k]) % p
    out = np.zeros((len(grid[0]), len(grid[1])), dtype=np.int64)
    z = np.array(grid[1], dtype=np.int64)[None, :]
    for k in range(table.shape[1] - 1, -1, -1):
        out = (out * z + rows[:, k : k + 1]) % p
    return out.ravel()


def _product(factors: Sequence[tuple[Poly, int]], base: Sequence[int], grid: Bounds, p: int) -> Any:
    import numpy as np

    out = np.ones(len(grid[0]) * len(grid[1]), dtype=np.int64)
    for q, e in factors:
        out = out * _power(_values(q, base, grid, p), e, p) % p
    return out


def _resultant(f: Poly, g: Poly, y: int, base: Sequence[int], grid: Bounds, p: int) -> Any:
    """The resultants at all points."""
    import numpy as np

    sides = []
    for h in (f, g):
        parts: Mapping[int, Poly] = algebra.split_by_degree(h, y)
        table = np.zeros((algebra.degree(h, y) + 1, len(grid[0]) * len(grid[1])), dtype=np.int64)
        for k, part in parts.items():
            table[k] = _values(part, base, grid, p)
        sides.append(table)
    out, missed = _by_euclid(sides[0], sides[1], p)
    if missed.any():
        out[missed] = _by_elimination(sides[0][:, missed], sides[1][:, missed], p)
    return out


def _by_euclid(f: Any, g: Any, p: int) -> tuple[Any, Any]:
    """The resultants of polynomials in columns, and where a leading coefficient is 0 on the way.

    With m = deg a >= n = deg b and r = lead(b)^(m-n+1)·a - ...·b of degree d:
    lead(b)^((m-n+1)·n) Res(a, b) = (-1)^(m·n) lead(b)^(m-d) Res(b, r).
    """
    import numpy as np

    a, b = f, g
    top = np.ones(f.shape[1], dtype=np.int64)
    low = top.copy()
    sign = 1
    if len(a) < len(b):
        a, b = b, a
        sign = -1 if (len(a) - 1) * (len(b) - 1) % 2 else 1
    missed = (a[-1] == 0) | (b[-1] == 0)
    while len(b) > 1:
        m, n, lead = len(a) - 1, len(b) - 1, b[-1]
        r = a
        for _ in range(m - n + 1):
            gap = len(r) - len(b)
            head = r[-1]
            r = r[:-1] * lead % p
            r[gap:] = (r[gap:] - head * b[:-1]) % p
        while len(r) and not r[-1].any():
            r = r[:-1]
        if not len(r):
            return top * 0, missed
        d = len(r) - 1
        sign = -sign if m * n % 2 else sign
        top = top * _power(lead, m - d, p) % p
        low = low * _power(lead, (m - n + 1) * n, p) % p
        a, b = b, r
        missed |= b[-1] == 0
    top = top * _power(b[0], len(a) - 1, p) % p
    return sign * top * _power(low, p - 2, p) % p, missed


def _by_elimination(f: Any, g: Any, p: int) -> Any:
    """The same as determinants of Sylvester's matrices."""
    import numpy as np

    m, n = len(f) - 1, len(g) - 1
    size, points = m + n, f.shape[1]
    matrix = np.zeros((size, size, points), dtype=np.int64)
    for h, degree, count, start in ((f, m, n, 0), (g, n, m, n)):
        for k, values in enumerate(h):
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
        inverse = _power(lead, p - 2, p)
        for row in range(k + 1, size):
            factor = matrix[row, k] * inverse % p
            if factor.any():
                matrix[row, k:] = (matrix[row, k:] - matrix[k, k:] * factor) % p
    return det


def _power(x: Any, e: int, p: int) -> Any:
    """x^e modulo p."""
    import numpy as np

    out, power = np.ones_like(x), x % p
    while e:
        if e & 1:
            out = out * power % p
        power = power * power % p
        e >>= 1
    return out

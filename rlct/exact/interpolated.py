"""Resultants of polynomials in three variables from their values modulo primes.

At each point of a grid the resultant is one of polynomials in one variable, which takes microseconds; where the
resultant has thousands of terms this is several times faster than its computation as a whole, and it can be
interrupted.  All bounds are proved: degrees by mixed volumes, coefficients by Hadamard's inequality on the torus.
(Collins, The calculation of multivariate polynomial resultants, J. ACM 18, 1971.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from itertools import product
from math import floor, isqrt
from typing import Any

from flint import fmpz, nmod_mat, nmod_poly

from rlct.exact.poly import Poly, TooLarge

FIRST_PRIME = 2**62
CHUNK = 256  # values between two looks at the clock


def degree_bound(f: Mapping[int, int], g: Mapping[int, int]) -> int:
    """A bound for the degree in u of the resultant in y, from the degrees in u of the coefficients of each power of y.

    With deg(f_k) <= A - a·k and deg(g_k) <= B - a·k it is at most A n + B m - a m n, m and n the degrees in y.

    >>> degree_bound({0: 3, 2: 0}, {0: 0, 1: 0})  # y^2 + u^3, y + 1
    3
    >>> degree_bound({0: 3, 2: 0}, {0: 2, 1: 0})  # y^2 + u^3, y + u^2
    4
    >>> -degree_bound({0: -3, 2: 0}, {0: -2, 1: 0})  # and the least
    3
    """
    m, n = max(f), max(g)
    slopes = {Fraction(0)}
    for d in (f, g):
        slopes |= {Fraction(d[j] - d[k], k - j) for j in d for k in d if j < k}

    def at(a: Fraction) -> Fraction:
        return max(x + a * k for k, x in f.items()) * n + max(x + a * k for k, x in g.items()) * m - a * m * n

    return floor(min(map(at, slopes)))


def ranges(f: Poly, g: Poly, i: int) -> list[range] | None:
    """The exponents that the resultant may have in the two other variables; None unless there are two."""
    rest = sorted((f.variables | g.variables) - {i})
    if len(rest) != 2 or not f.degrees[i] or not g.degrees[i]:
        return None
    parts = [h.coefficients(i) for h in (f, g)]
    out = []
    for j in rest:
        high = degree_bound(*({k: p.degrees[j] for k, p in part.items()} for part in parts))
        low = -degree_bound(*({k: -p.content_in([j])[0] for k, p in part.items()} for part in parts))
        out.append(range(low, high + 1))
    return out


def size_bound(f: Poly, g: Poly, i: int) -> int:
    """A bound for the coefficients of the resultant: that of its values where the other variables have modulus 1."""
    squares = [sum(sum(abs(c) for _, c in p.terms) ** 2 for p in h.coefficients(i).values()) for h in (f, g)]
    return isqrt(squares[0] ** g.degrees[i] * squares[1] ** f.degrees[i]) + 1


def work(f: Poly, g: Poly, i: int) -> int | None:
    """Points times primes; None where there are not two other variables."""
    exponents = ranges(f, g, i)
    if exponents is None:
        return None
    return len(exponents[0]) * len(exponents[1]) * (size_bound(f, g, i).bit_length() // 61 + 1)


def resultant(f: Poly, g: Poly, i: int, late: Callable[[], bool] = lambda: False) -> Poly:
    """The resultant in variable i of two polynomials in it and two others; `TooLarge` when it is `late`.

    >>> from rlct.exact.poly import Ring
    >>> ring = Ring(["y", "u", "t"]); y, u, t = (ring.gen(k) for k in range(3))
    >>> resultant(y * y - u, y * t - u * u, 0)
    u^4 - u*t^2
    """
    exponents = ranges(f, g, i)
    assert exponents is not None
    if not all(exponents):
        return f.ring.zero
    rest = sorted((f.variables | g.variables) - {i})
    rows = [_rows(h, i, rest) for h in (f, g)]
    modulus, total = 1, [0] * (len(exponents[0]) * len(exponents[1]))
    limit = 2 * size_bound(f, g, i) + 1
    for p in _primes():
        found = _modulo(rows, exponents, p, late)
        inverse = pow(modulus, -1, p)
        total = [a + modulus * ((b - a) * inverse % p) for a, b in zip(total, found, strict=True)]
        modulus *= p
        if modulus > limit:
            break
    terms = {}
    for c, (a, b) in zip(total, product(*exponents), strict=True):
        if c:
            e = [0] * f.ring.n
            e[rest[0]], e[rest[1]] = a, b
            terms[tuple(e)] = c if 2 * c < modulus else c - modulus
    return f.ring.from_terms(terms)


Rows = list[dict[tuple[int, int], int]]


def _rows(f: Poly, i: int, rest: list[int]) -> Rows:
    """The coefficients of the powers of variable i, by exponents of the others."""
    out: Rows = [{} for _ in range(f.degrees[i] + 1)]
    for e, c in f.terms:
        out[e[i]][e[rest[0]], e[rest[1]]] = c
    return out


def _modulo(rows: list[Rows], exponents: list[range], p: int, late: Callable[[], bool]) -> list[int]:
    """The coefficients modulo a prime, row by row."""
    n_u, n_t = map(len, exponents)
    values = [_on_grid(h, n_u, n_t, p) for h in rows]
    m, n = (len(h) - 1 for h in values)
    out = []
    for k, (a, b) in enumerate(zip(zip(*values[0], strict=True), zip(*values[1], strict=True), strict=True)):
        if k % CHUNK == 0 and late():
            raise TooLarge
        out.append(_formal(nmod_poly(list(a), p), m, nmod_poly(list(b), p), n, p))
    u, t = (_powers(len(e), e, p) for e in exponents)
    return [int(x) for x in (u.inv() * nmod_mat(n_u, n_t, out, p) * t.transpose().inv()).entries()]


def _powers(n: int, exponents: range, p: int) -> Any:
    """Powers of the numbers 1, ..., n, which are the rows."""
    return nmod_mat(n, len(exponents), [pow(x, k, p) for x in range(1, n + 1) for k in exponents], p)


def _on_grid(rows: Rows, n_u: int, n_t: int, p: int) -> list[list[int]]:
    """The values of polynomials in two variables."""
    a, b = (range(max((e[j] for row in rows for e in row), default=0) + 1) for j in (0, 1))
    left, right = _powers(n_u, a, p), _powers(n_t, b, p).transpose()
    out = []
    for row in rows:
        c = nmod_mat(len(a), len(b), [row.get(e, 0) % p for e in product(a, b)], p)
        out.append([int(x) for x in (left * c * right).entries()])
    return out


def _formal(a: Any, m: int, b: Any, n: int, p: int) -> int:
    """The resultant of forms of degrees m and n: a leading coefficient that is 0 counts."""
    if a.degree() < m and b.degree() < n:
        return 0
    if not a or not b:
        return 0
    value = int(a.resultant(b))
    if a.degree() < m:
        drop = m - a.degree()
        sign = -1 if drop * n % 2 else 1
        return sign * pow(int(b[n]), drop, p) * value % p
    return pow(int(a[m]), n - b.degree(), p) * value % p


def _primes() -> Iterator[int]:
    n = 0
    while True:
        yield _prime(n)
        n += 1


@cache
def _prime(n: int) -> int:
    """The n-th prime below 2^62."""
    p = (_prime(n - 1) if n else FIRST_PRIME) - 1
    while not fmpz(p).is_probable_prime():
        p -= 1
    return p

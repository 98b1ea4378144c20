"""Which polynomials can occur in a sum of squares: what it says on arcs through a zero.

If K = Σ c h², all c > 0, then h has at least half the order of K on every arc.  Arcs that stay where the derivatives
of K in the directions of its Hessian vanish (the splitting lemma) see K small, so what is left are few polynomials,
among them all h.  All of it modulo a prime, coordinates being roots of their minimal polynomials there: proposals, of
which nothing is believed before the squares add up.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from math import isqrt
from typing import Any

from flint import fmpz_poly, nmod, nmod_mat, nmod_poly

from rlct.exact.modular import PRIMES, fraction_of
from rlct.exact.poly import Exponent, Poly

ORDER = 10  # to which arcs are known
MOST_ARCS = 60
IDLE = 4  # arcs one after the other that tell nothing new
MOST_POINTS = 16  # conjugates
Terms = dict[Exponent, Fraction]
Place = tuple[tuple[int, ...], ...]
"""A point: for each variable the coefficients, from the constant one on, of a polynomial of which it is a root."""


def combinations(g: Poly, variables: Sequence[int], classes: Sequence[Sequence[Exponent]], at: Place) -> list[Terms]:
    """Combinations of monomials that have half the order of g, which is 0 at the point with its derivatives, on arcs.

    Parameters
    ----------
    variables : of g, in the order of the exponents.
    classes : monomials that do not mix.
    at : the point.

    Examples
    --------
    >>> from rlct.exact.poly import Ring
    >>> ring = Ring(["x", "y"]); x, y = (ring.gen(i) for i in range(2))
    >>> g = (x * x - y) ** 2 * 3 + (x - y) ** 2
    >>> found = combinations(g, [0, 1], [[(2, 0), (1, 0), (0, 1), (0, 0)]], ((-1, 1), (-1, 1)))
    >>> [{e: int(c) for e, c in h.items()} for h in found]
    [{(2, 0): -1, (1, 0): 1}, {(2, 0): -1, (0, 1): 1}, {(2, 0): -1, (0, 0): 1}]
    """
    for p in PRIMES:
        places = [_Place(g, variables, x, p) for x in islice(_conjugates(g, variables, at, p), MOST_POINTS)]
        if places:
            return _combinations(places, classes, p)
    return []


def _conjugates(g: Poly, variables: Sequence[int], at: Place, p: int) -> Iterator[list[int]]:
    """The points modulo p at which g and its derivatives vanish."""
    roots = [_roots(f, p) for f in at]
    if None in roots:
        return
    tests = [g, *(g.derivative(i) for i in variables)]
    for x in product(*(r for r in roots if r is not None)):
        if not any(_value(f, variables, x, p) for f in tests):
            yield list(x)


def _roots(f: Sequence[int], p: int) -> list[int] | None:
    """All roots modulo p, None where there are fewer than over C."""
    m = nmod_poly([c % p for c in f], p)
    if m.degree() < len(f) - 1:
        return None
    out = [int(-h[0] / h[1]) for h, e in m.factor()[1] if h.degree() == 1]
    return out if len(out) == fmpz_poly(list(f)).degree() else None


def _value(f: Poly, variables: Sequence[int], x: Sequence[int], p: int) -> int:
    total = 0
    for e, c in f.terms:
        term = c % p
        for i, a in zip(variables, x, strict=True):
            term = term * pow(a, e[i], p) % p
        total += term
    return total % p


@dataclass
class _Place:
    """g near a point modulo p."""

    g: Poly
    variables: Sequence[int]
    point: Sequence[int]
    p: int

    def __post_init__(self) -> None:
        slopes = [self.g.derivative(i) for i in self.variables]
        rows = [
            [nmod(_value(s.derivative(i), self.variables, self.point, self.p), self.p) for i in self.variables]
            for s in slopes
        ]
        self.pivots, inverse = _regular(rows, self.p)
        self.inverse = inverse
        self.slopes = [slopes[i] for i in self.pivots]

    def arc(self, rng: random.Random) -> list[Any]:
        """Series in one variable: random ones, and for pivots those on which the derivatives vanish."""
        p = self.p
        weights = [rng.choice((1, 1, 2, 3)) for _ in self.variables]
        x = [
            nmod_poly([a, *([0] * (w - 1)), *(rng.randrange(p) for _ in range(2))], p)
            for a, w in zip(self.point, weights, strict=True)
        ]
        for i in self.pivots:
            x[i] = nmod_poly([self.point[i]], p)
        for n in range(1, ORDER):
            powers = _powers(x)
            rest = [_on(s.terms, self.variables, powers, p) for s in self.slopes]
            if all(r.degree() < 0 for r in rest):
                break
            moves = self.inverse * nmod_mat(len(rest), 1, [r[n] for r in rest], p)
            for k, i in enumerate(self.pivots):
                x[i] = x[i] - nmod_poly([*([0] * n), moves[k, 0]], p)
        return x


def _regular(rows: Sequence[Sequence[Any]], p: int) -> tuple[list[int], Any]:
    """Indices of a principal minor of full rank (of a semidefinite matrix), and its inverse."""
    m = [list(row) for row in rows]
    pivots: list[int] = []
    while (i := next((i for i in range(len(m)) if m[i][i] != 0), None)) is not None:
        pivots.append(i)
        for j in range(len(m)):
            if j != i and m[j][i] != 0:
                factor = m[j][i] / m[i][i]
                m[j] = [a - factor * b for a, b in zip(m[j], m[i], strict=True)]
        m[i] = [nmod(0, p)] * len(m)
        for row in m:
            row[i] = nmod(0, p)
    minor = nmod_mat(len(pivots), len(pivots), [int(rows[i][j]) for i in pivots for j in pivots], p)
    return pivots, minor.inv() if pivots else minor


def _powers(x: Sequence[Any]) -> list[list[Any]]:
    """x^0, x^1, ... as far as they are asked for: extended by `_on`."""
    return [[nmod_poly([1], s.modulus()), s] for s in x]


def _on(terms: Sequence[tuple[Exponent, int]], variables: Sequence[int], powers: list[list[Any]], p: int) -> Any:
    """A polynomial on an arc, to the known order."""
    total = nmod_poly([], p)
    for e, c in terms:
        term = nmod_poly([c % p], p)
        for i, row in zip(variables, powers, strict=True):
            a = e[i]
            while len(row) <= a:
                row.append(row[-1].mul_low(row[1], ORDER))
            if a:
                term = term.mul_low(row[a], ORDER)
        total += term
    return total


def _combinations(places: Sequence[_Place], classes: Sequence[Sequence[Exponent]], p: int) -> list[Terms]:
    rng = random.Random(1)
    conditions: list[list[list[Any]]] = [[] for _ in classes]
    ranks = [0] * len(classes)
    idle = 0
    local = range(len(places[0].variables))
    for n in range(MOST_ARCS):
        place = places[n % len(places)]
        powers = _powers(place.arc(rng))
        on_arc = _on(place.g.terms, place.variables, powers, p)
        order = next((k for k in range(ORDER) if on_arc[k] != 0), ORDER)
        idle += 1
        for k, rows in enumerate(classes):
            series = [_on([(e, 1)], local, powers, p) for e in rows]
            conditions[k] += [[int(s[j]) for s in series] for j in range((order + 1) // 2)]
            rank = nmod_mat(len(conditions[k]), len(rows), [x for c in conditions[k] for x in c], p).rank()
            if rank > ranks[k]:
                ranks[k], idle = rank, 0
        if idle >= max(IDLE, len(places)):
            break
    out: list[Terms] = []
    for rows, cs in zip(classes, conditions, strict=True):
        for v in _kernel(cs, len(rows), p):
            out.append({e: c for e, c in zip(rows, v, strict=True) if c})
    return out


def _kernel(rows: Sequence[Sequence[int]], n: int, p: int) -> Iterator[list[Fraction]]:
    """A basis of the kernel, each vector 1 at an index where the others are 0, as far as its entries are fractions."""
    reduced, rank = nmod_mat(len(rows), n, [x for row in rows for x in row], p).rref()
    pivots: list[int] = []
    for k in range(rank):
        pivots.append(next(j for j in range(n) if reduced[k, j] != 0))
    for j in range(n):
        if j in pivots:
            continue
        v = [Fraction(0)] * n
        v[j] = Fraction(1)
        for k, i in enumerate(pivots):
            found = fraction_of(-int(reduced[k, j]) % p, p, isqrt(p // 2))
            if found is None:
                break
            v[i] = Fraction(*found)
        else:
            yield v

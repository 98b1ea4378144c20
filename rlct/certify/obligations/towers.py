"""Equations that fix several variables one after the other, as one equation for a single number.

Equations R_1(x_1), R_2(x_1, x_2), ..., each with a constant leading coefficient in its own variable, span an algebra of
finite dimension over Q.  Where the powers of θ = Σ c_i x_i are a basis of it, every x_i is a polynomial in θ, and the
real solutions of the R_i are in one-to-one correspondence with the real roots of the polynomial that θ satisfies.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd, prod
from typing import Any

from sympy.polys.domains import QQ
from sympy.polys.matrices import DomainMatrix
from sympy.polys.orderings import lex
from sympy.polys.rings import PolyRing

from rlct.certify import algebra
from rlct.certify.algebra import Poly

MAX_DIMENSION = 40
COMBINATIONS = (1, 2, -1, 3)  # θ = x_1 + c x_2 + c² x_3 + ...

Sides = tuple[list[Poly], list[Poly], list[Poly]]


def collapsed(zero: Sequence[Poly], nonzero: Sequence[Poly], positive: Sequence[Poly]) -> Sides | None:
    """Conditions on θ (in the place of the first variable of the tower) and at most one more variable that have a real
    solution exactly where the given ones have one; None where they are not of this form."""
    tower, rest = _tower(zero)
    every = frozenset().union(*(algebra.used(f) for f in (*zero, *nonzero, *positive)))
    others = sorted(every - {v for v, _ in tower})
    degrees = [algebra.degree(f, v) for v, f in tower]
    if len(tower) < 2 or len(others) > 1 or prod(degrees) > MAX_DIMENSION:
        return None
    variables = [v for v, _ in tower]
    ring = PolyRing([f"x{v}" for v in reversed(variables)], QQ, lex)
    relations = [_moved(f, variables, ring) for _, f in reversed(tower)]
    basis = [ring.one]
    for g, d in zip(reversed(ring.gens), degrees, strict=True):
        basis = [b * g**k for b in basis for k in range(d)]
    for c in COMBINATIONS:
        found = _generated(ring, relations, basis, c)
        if found is not None:
            minimal, images = found
            place = _Place(minimal, images, variables, others[0] if others else None, zero[0].ring)
            line = place.number(minimal)
            return [line, *map(place.moved, rest)], [*map(place.moved, nonzero)], [*map(place.moved, positive)]
    return None


def _tower(zero: Sequence[Poly]) -> tuple[list[tuple[int, Poly]], list[Poly]]:
    tower: list[tuple[int, Poly]] = []
    have: set[int] = set()
    rest = [f for f in zero if f]
    while True:
        for f in sorted(rest, key=len):
            new = algebra.used(f) - have
            if len(new) != 1:
                continue
            (v,) = new
            lead = algebra.split_by_degree(f, v)[algebra.degree(f, v)]
            if algebra.is_constant(lead):
                tower.append((v, f))
                have.add(v)
                rest.remove(f)
                break
        else:
            return tower, rest


def _moved(f: Poly, variables: Sequence[int], ring: Any) -> Any:
    return ring.from_dict({tuple(e[v] for v in reversed(variables)): QQ(int(c)) for e, c in f.items()})


def _generated(ring: Any, relations: Sequence[Any], basis: Sequence[Any], c: int) -> Any:
    """(polynomial of θ, low to high; the variables as polynomials in θ) where the powers of θ are a basis."""
    theta = ring.zero
    for k, g in enumerate(reversed(ring.gens)):
        theta += g * c**k
    places = [b.LM for b in basis]
    n = len(basis)
    rows, power = [], ring.one
    for _ in range(n + 1):
        rows.append([power.get(m, QQ(0)) for m in places])
        power = (power * theta).rem(relations)
    matrix = DomainMatrix(rows[:n], (n, n), QQ)
    if matrix.rank() < n:
        return None
    inverse = matrix.inv()
    images = []
    for g in reversed(ring.gens):
        g = g.rem(relations)
        images.append(_row(DomainMatrix([[g.get(m, QQ(0)) for m in places]], (1, n), QQ) * inverse))
    last = _row(DomainMatrix([rows[n]], (1, n), QQ) * inverse)
    return [*(-x for x in last), QQ(1)], images


def _row(m: Any) -> list[Any]:
    return [m[0, k].element for k in range(m.shape[1])]


class _Place:
    """Polynomials in the variables of the tower and at most one more, rewritten in θ."""

    def __init__(
        self, minimal: Sequence[Any], images: Sequence[Any], variables: Sequence[int], other: int | None, ring: Any
    ):
        self.small = PolyRing(["t"], QQ, lex)
        self.minimal = self.small.from_list(list(reversed(minimal)))
        self.images = {v: self.small.from_list(list(reversed(g))) for v, g in zip(variables, images, strict=True)}
        self.theta, self.other, self.ring = variables[0], other, ring
        self.powers: dict[tuple[int, int], Any] = {}

    def power(self, v: int, k: int) -> Any:
        if (v, k) not in self.powers:
            self.powers[v, k] = self.small.one if not k else (self.power(v, k - 1) * self.images[v]).rem(self.minimal)
        return self.powers[v, k]

    def moved(self, f: Poly) -> Poly:
        """A positive multiple of f with integer coefficients."""
        parts: dict[int, Any] = {}
        for e, c in f.items():
            value = self.small.one * QQ(int(c))
            for v in self.images:
                if e[v]:
                    value = (value * self.power(v, e[v])).rem(self.minimal)
            d = 0 if self.other is None else e[self.other]
            parts[d] = parts.get(d, self.small.zero) + value
        return self._written(parts)

    def number(self, dense: Sequence[Any]) -> Poly:
        return self._written({0: self.small.from_list(list(reversed(dense)))})

    def _written(self, parts: dict[int, Any]) -> Poly:
        den = 1
        for p in parts.values():
            for c in p.values():
                den = den * int(QQ.denom(c)) // gcd(den, int(QQ.denom(c)))
        out: dict[tuple[int, ...], int] = {}
        for d, p in parts.items():
            for (k,), c in p.items():
                e = [0] * self.ring.ngens
                e[self.theta] = k
                if self.other is not None:
                    e[self.other] = d
                out[tuple(e)] = int(c * den)
        return algebra.primitive(algebra.from_terms(self.ring, out))

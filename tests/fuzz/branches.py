"""Plane curves from their branches: equations from parametrisations, thresholds from the tree of real roots.

A branch is ``x = t^n, y = sum c_k t^k`` with rational c_k.  Its roots as series in x > 0 (or in -x > 0) have the
coefficients c_k times roots of unity, so equality and reality of truncations are decided exactly, without numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.fuzz.expr import Expr, const, expand, from_polynomial, ring

Coefficient = tuple[Fraction, Fraction]
"""Modulus and angle: ``r * exp(i pi angle)``, r > 0, 0 <= angle < 2."""
Root = tuple[tuple[Fraction, Coefficient], ...]
INFINITE = Fraction(10**9)


@dataclass(frozen=True)
class Branch:
    """One irreducible branch (or, with `pair`, a pair of complex conjugate smooth ones).

    Parameters
    ----------
    n : x = t^n (1 for a pair).
    terms : pairs (k, c): y = sum c t^k; for a pair the last term is multiplied by ±i.
    pair : a conjugate pair ``(y - p)^2 + (c x^k)^2``.
    """

    n: int
    terms: tuple[tuple[int, Fraction], ...]
    pair: bool = False

    def equation(self) -> Expr:
        """The polynomial in x, y whose roots are the conjugates."""
        ctx = ring(2)
        x, y = ctx.gen(0), ctx.gen(1)
        if self.pair:
            k, c = self.terms[-1]
            p = y - sum((_q(ctx, d) * x**j for j, d in self.terms[:-1]), ctx.constant(0))
            return from_polynomial(p * p + (_q(ctx, c) * x**k) ** 2)
        n = self.n
        rows = [[ctx.constant(0)] * n for _ in range(n)]
        for j in range(n):  # t^j * y(t) in the basis 1, t, .., t^(n-1) over the polynomials in x
            for k, c in self.terms:
                rows[j][(j + k) % n] += _q(ctx, c) * x ** ((j + k) // n)
        matrix = [[(y if i == j else ctx.constant(0)) - rows[i][j] for j in range(n)] for i in range(n)]
        return from_polynomial(_determinant(matrix, ctx))

    def roots(self, side: int) -> list[Root]:
        """All roots as series in |x|, for x of the given sign."""
        turn = Fraction(0) if side > 0 else Fraction(1)
        if self.pair:
            out = []
            for sign in (Fraction(1, 2), Fraction(3, 2)):
                angles = [Fraction(0)] * (len(self.terms) - 1) + [sign]
                out.append(tuple(
                    (Fraction(k), _polar(c, a + turn * k)) for (k, c), a in zip(self.terms, angles)
                ))
            return out
        return [
            tuple((Fraction(k, self.n), _polar(c, (turn + 2 * j) * k / self.n)) for k, c in self.terms)
            for j in range(self.n)
        ]


def _q(ctx: Any, c: Fraction) -> Any:
    return expand(const(c), ctx)


def _polar(c: Fraction, angle: Fraction) -> Coefficient:
    return abs(c), (angle + (1 if c < 0 else 0)) % 2


def _determinant(m: list[list[Any]], ctx: Any) -> Any:
    """Laplace expansion (at most 6 rows, many zeros)."""
    if len(m) == 1:
        return m[0][0]
    out = ctx.constant(0)
    for j, entry in enumerate(m[0]):
        if entry:
            minor = _determinant([row[:j] + row[j + 1 :] for row in m[1:]], ctx)
            out = out + entry * minor if j % 2 == 0 else out - entry * minor
    return out


def contact(r: Root, s: Root) -> Fraction:
    """The exponent where two roots first differ."""
    a, b = dict(r), dict(s)
    for q in sorted({*a, *b}):
        if a.get(q) != b.get(q):
            return q
    return INFINITE


def _reality(r: Root, positive: bool) -> Fraction:
    """The first exponent with a coefficient that is not allowed (not real; for y >= 0: a negative leading one)."""
    for i, (q, (_, angle)) in enumerate(r):
        if angle.denominator != 1 or (positive and i == 0 and angle == 1):
            return q
    return INFINITE


def threshold(
    factors: Sequence[tuple[Branch, int, int]],
    vertical: tuple[int, int] = (0, 0),
    sides: Sequence[int] = (1, -1),
    positive: bool = False,
) -> tuple[Fraction, int]:
    """(λ, m) of ``|x^a prod f_i^k_i|`` with prior ``|x^b prod f_i^h_i|`` at the origin.

    On the disc |y - root| <= |x|^q around a real truncation the function has the size |x|^v, so
    ``λ = min (1 + b + q + v(prior)) / v(f)`` over the real part of the tree, the ends q = 0 (the line x = 0) and
    q = infinity (the branch itself) included; m = 2 where the ratio is constant along a segment.

    Parameters
    ----------
    factors : branch, exponent in f, exponent in the prior.
    vertical : (a, b).
    sides : signs of x that belong to the region.
    positive : the region is y >= 0 (y = 0 may be a branch).
    """
    best: Fraction | None = None
    m = 1
    for side in sides:
        roots = [(r, k, h) for f, k, h in factors for r in f.roots(side)]
        if len({r for r, _, _ in roots}) < len(roots):
            raise ValueError("a branch twice")
        if all(r for r, _, _ in roots):
            roots.append(((), 0, 0))  # y = 0 as a centre, though no branch
        for r, k, h in roots:
            limit = _reality(r, positive)
            stops = sorted({min(limit, contact(r, s)) for s, _, _ in roots if s != r} | {Fraction(0), limit})
            stops = [q for q in stops if q <= limit]
            before: Fraction | None = None
            for q in stops:
                if q == INFINITE:
                    ratio = Fraction(1 + h, k) if k else None
                else:
                    over = 1 + vertical[1] + q + sum(hh * min(q, contact(r, s)) for s, _, hh in roots)
                    under = vertical[0] + sum(kk * min(q, contact(r, s)) for s, kk, _ in roots)
                    ratio = Fraction(over) / under if under else None
                if ratio is not None:
                    if best is None or ratio < best:
                        best, m = ratio, 1
                    if ratio == best and before == best:
                        m = 2
                before = ratio
    if best is None:
        raise ValueError("no real zero")
    return best, m

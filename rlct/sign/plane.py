"""The sign of a polynomial near a point of the line or of the plane, decided completely.

Two variables.  Let H be the product of the distinct irreducible factors of f and of the walls, and (p, q) the point,
rational or algebraic.  Factors in x alone apart, H(p, y) is not 0, so some interval [c, d] around q holds no zero of it
but perhaps q.  Choose [a, b] around p so small that for a <= x < p and p < x <= b neither discriminants nor resultants
of the factors, nor their values at y = c and y = d, nor the factors in x alone vanish.  Over each of these two
intervals the real zeros in c < y < d are then graphs that do not meet and do not leave through c or d; as x tends to p
all of them tend to q.  So each piece between two graphs comes as near to (p, q) as one likes, and f keeps its sign on
it: one rational point of each piece decides.  (Delineability, as in Collins, *Quantifier elimination for real closed
fields by cylindrical algebraic decomposition*, 1975, here at one point only.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any

from flint import fmpz_poly

from rlct.exact.poly import Poly, TooLarge
from rlct.exact.roots import Root, coefficients, roots_of, sign_at

NEAR = Fraction(1, 64)
"""Points are shown at most this far from the point in each coordinate."""
MAX_SIZE = 1500
"""Largest size (degrees in the one variable times degrees in the other) of a resultant that is taken on."""

Pair = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Verdict:
    """`negative`: a point (x, y) where f < 0 inside the walls; None when f >= 0 there near the point (proved)."""

    negative: tuple[Fraction, ...] | None


def line_sign(f: Poly, i: int, walls: Sequence[Poly], at: Root, avoid: Sequence[Poly] = ()) -> Verdict:
    """Decide f >= 0 near a point of the line, inside the walls (each >= 0).  Only variable `i` may occur.

    >>> from rlct.exact.poly import Ring
    >>> x = Ring(["x"]).gen(0)
    >>> zero = Root(fmpz_poly([0, 1]), Fraction(0), Fraction(0))
    >>> line_sign(x, 0, [], zero).negative, line_sign(x, 0, [x], zero).negative
    ((Fraction(-1, 128),), None)
    """
    product = fmpz_poly([1])
    for p in (f, *walls, *avoid):
        product *= fmpz_poly(coefficients(p, i))
    a, b = _room(product, at)
    for x in _sides(at, a, b):
        if _below(f, walls, {i: x}):
            return Verdict((x,))
    return Verdict(None)


def plane_sign(
    f: Poly,
    i: int,
    j: int,
    walls: Sequence[Poly],
    at: tuple[Root, Root],
    tick: Callable[[], None] = lambda: None,
    avoid: Sequence[Poly] = (),
) -> Verdict | None:
    """Decide f >= 0 near a point of the plane, inside the walls; None when that is too long a computation.

    Parameters
    ----------
    f, walls, avoid : non-zero polynomials in the variables `i` and `j` alone; none of `avoid` is 0 at the point found.
    at : the two coordinates of the point.
    tick : called between steps; it may raise to stop.

    >>> from rlct.exact.poly import Ring
    >>> x, y = (Ring(["x", "y"]).gen(k) for k in (0, 1))
    >>> zero = Root(fmpz_poly([0, 1]), Fraction(0), Fraction(0))
    >>> plane_sign(y * y - x**3, 0, 1, [], (zero, zero)).negative is None
    False
    >>> plane_sign(y * y - x**3, 0, 1, [x * -1], (zero, zero))
    Verdict(negative=None)
    """
    distinct: dict[Poly, None] = {}
    for p in (f, *walls, *avoid):
        for q, _ in p.factor()[1]:
            distinct.setdefault(q)
    upright = [q for q in distinct if not q.degrees[j]]
    curves = [q for q in distinct if q.degrees[j]]
    across = _eliminated(curves, i, at[0], j)
    if across is None:
        return None
    c, d = _room(across, at[1])
    over = fmpz_poly([1])
    for q in upright:
        over *= fmpz_poly(coefficients(q, i))
    for q in curves:
        for y in (c, d):
            over *= _on_line(q, i, j, y)
    for n, q in enumerate(curves):
        for r in (q.derivative(j), *curves[n + 1 :]):
            tick()
            if not r.degrees[j]:
                continue
            if _cost(q, r, i, j) > MAX_SIZE:
                return None
            try:
                over *= fmpz_poly(coefficients(q.resultant(r, j), i))
            except TooLarge:
                return None
    a, b = _room(over, at[0])
    for x in _sides(at[0], a, b):
        slice_ = fmpz_poly([1])
        for q in curves:
            slice_ *= _on_line(q, j, i, x)
        inside = [r for r in roots_of(slice_) if c < r.hi and r.lo < d] if slice_.degree() > 0 else []
        for y in _between(inside, c, d):
            if _below(f, walls, {i: x, j: y}):
                return Verdict((x, y))
    return Verdict(None)


def _below(f: Poly, walls: Sequence[Poly], point: dict[int, Fraction]) -> bool:
    return f.value(point) < 0 and all(w.value(point) > 0 for w in walls)


def _cost(p: Poly, q: Poly, i: int, j: int) -> int:
    return (p.degrees[j] + q.degrees[j]) * (p.degrees[i] + q.degrees[i] + 1)


def _eliminated(curves: Sequence[Poly], i: int, at: Root, j: int) -> Any | None:
    """A polynomial in y that vanishes wherever a curve meets x = p (or a conjugate of p)."""
    out = fmpz_poly([1])
    for q in curves:
        if at.is_rational:
            out *= _on_line(q, j, i, at.lo)
            continue
        minimal = q.ring.from_terms(
            {tuple(k if v == i else 0 for v in range(q.ring.n)): int(c) for k, c in enumerate(at.poly.coeffs()) if c}
        )
        if _cost(q, minimal, i, j) > MAX_SIZE:
            return None
        out *= fmpz_poly(coefficients(q.resultant(minimal, i) if q.degrees[i] else q, j))
    return out


def _on_line(q: Poly, keep: int, fixed: int, value: Fraction) -> Any:
    """q with x_fixed = value as a polynomial in x_keep, denominators cleared; q(value, ·) must not be 0."""
    out = [Fraction(0)] * (q.degrees[keep] + 1)
    for e, c in q.terms:
        out[e[keep]] += c * value ** e[fixed]
    den = lcm(*(x.denominator for x in out))
    return fmpz_poly([int(x * den) for x in out])


def _room(p: Any, at: Root) -> Pair:
    """Rational a < at < b, near, with no root of p in [a, b] but perhaps the point itself."""
    roots = [r for r in roots_of(p) if not _same(r, at)] if p.degree() > 0 else []
    if at.is_rational:
        half = NEAR
        for r in roots:
            while r.lo <= at.lo <= r.hi:
                r = r.refine()
            half = min(half, max(r.lo - at.lo, at.lo - r.hi) / 2)
        return at.lo - half, at.lo + half
    while at.hi - at.lo > NEAR or any(r.lo <= at.hi and r.hi >= at.lo for r in roots):
        at, roots = at.refine(), [r.refine() for r in roots]
    return at.lo, at.hi


def _same(r: Root, at: Root) -> bool:
    """Whether two roots are one: of the same irreducible polynomial, and it changes sign where their intervals meet."""
    if at.is_rational or r.is_rational:
        return r.is_rational and at.is_rational and r.lo == at.lo
    lo, hi = max(r.lo, at.lo), min(r.hi, at.hi)
    return bool(r.poly == at.poly) and lo < hi and sign_at(r.poly, lo) != sign_at(r.poly, hi)


def _sides(at: Root, a: Fraction, b: Fraction) -> list[Fraction]:
    """A rational point on each side of the point, inside (a, b)."""
    if at.is_rational:
        return [(a + at.lo) / 2, (at.lo + b) / 2]
    return [a, b]


def _between(roots: Sequence[Root], c: Fraction, d: Fraction) -> list[Fraction]:
    """A rational point in every piece of (c, d) that the roots cut out."""
    inside: list[Root] = []
    for r in roots:
        while not r.is_rational and (r.lo < c < r.hi or r.lo < d < r.hi):
            r = r.refine()
        if c < r.hi and r.lo < d:
            inside.append(r)
    if not inside:
        return [(c + d) / 2]
    return [(c + inside[0].lo) / 2, *((r.hi + s.lo) / 2 for r, s in pairwise(inside)), (inside[-1].hi + d) / 2]

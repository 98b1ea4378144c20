"""A polynomial without zero in a box: all coefficients have one sign after a Möbius map of every side onto (0, ∞).

x = (lo + hi·t)/(1 + t) takes 0 < t < ∞ onto lo < x < hi; a polynomial in t with coefficients of one sign has no zero
there (Descartes).  Where that does not show it yet, the box is halved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from rlct.certify import algebra
from rlct.certify.algebra import Poly

Side = tuple[Fraction | None, Fraction | None]

HALVINGS = 5
MOST_TERMS = 4000


def box_of(positive: Iterable[Poly]) -> dict[int, Side]:
    """The bounds that the conditions a·x + b > 0 put on single variables."""
    out: dict[int, Side] = {}
    for f in positive:
        vs = algebra.used(f)
        if len(vs) != 1 or sum(max(f)) != 1:
            continue
        (i,) = vs
        slope, shift = int(f[max(f)]), int(f.get((0,) * len(max(f)), 0))
        x = Fraction(-shift, slope)
        lo, hi = out.get(i, (None, None))
        if slope > 0:
            lo = x if lo is None else max(lo, x)
        else:
            hi = x if hi is None else min(hi, x)
        out[i] = lo, hi
    return out


def no_zero(f: Poly, sides: Mapping[int, Side], halvings: int = HALVINGS) -> bool:
    """Has f no zero in the open box?  (Proved, or not.)"""
    if algebra.is_constant(f):
        return bool(f)
    mine = {i: sides[i] for i in algebra.used(f) if i in sides}
    if any(lo is not None and hi is not None and lo >= hi for lo, hi in mine.values()):
        return True
    g = f
    for i, side in mine.items():
        g = _mapped(g, i, side)
        if len(g) > MOST_TERMS:
            return False
    if _one_sign(g, algebra.used(f) - set(mine)):
        return True
    widths = {i: hi - lo for i, (lo, hi) in mine.items() if lo is not None and hi is not None}
    if not halvings or not widths:
        return False
    i = max(widths, key=lambda j: (algebra.degree(f, j), -j))
    lo, hi = mine[i]
    assert lo is not None and hi is not None
    middle = (lo + hi) / 2
    return (
        no_zero(algebra.at_numbers(f, {i: middle}), sides, halvings - 1)
        and no_zero(f, {**sides, i: (lo, middle)}, halvings - 1)
        and no_zero(f, {**sides, i: (middle, hi)}, halvings - 1)
    )


def nowhere_positive(f: Poly, sides: Mapping[int, Side]) -> bool:
    """Is f negative in the whole open box?  (Proved, or not.)"""
    inside = {}
    for i in algebra.used(f):
        lo, hi = sides.get(i, (None, None))
        if lo is not None and hi is not None:
            inside[i] = (lo + hi) / 2
        else:
            inside[i] = lo + 1 if lo is not None else hi - 1 if hi is not None else Fraction(0)
    value = algebra.at_numbers(f, inside)
    return bool(value) and value[max(value)] < 0 and no_zero(f, sides)


def _mapped(f: Poly, i: int, side: Side) -> Poly:
    """A positive multiple of f in the variable t > 0 of the side (t takes the place of x_i)."""
    ring, t = f.ring, algebra.gen(f.ring, i)
    lo, hi = side

    def number(x: Fraction, scale: int) -> Poly:
        return algebra.constant(ring, int(x * scale))

    if lo is not None and hi is not None:
        scale = lo.denominator * hi.denominator
        return algebra.replace_by_ratio(f, i, number(lo, scale) + t * int(hi * scale), (ring.one + t) * scale)
    x, sign = (lo, 1) if lo is not None else (hi, -1)
    assert x is not None
    q = x.denominator
    return algebra.replace_by_ratio(f, i, number(x, q) + t * (sign * q), algebra.constant(ring, q))


def _one_sign(f: Poly, unbounded: frozenset[int] | set[int]) -> bool:
    """All terms have one sign where the bounded variables are positive, and one of them is not 0."""
    first: int | None = None
    strict = False
    for e, c in algebra.terms(f):
        if any(e[i] % 2 for i in unbounded):
            return False
        sign = 1 if c > 0 else -1
        if first is None:
            first = sign
        if sign != first:
            return False
        strict = strict or not any(e[i] for i in unbounded)
    return strict

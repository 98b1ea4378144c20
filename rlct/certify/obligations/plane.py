"""Two equations without a common factor in the plane: finitely many pairs of coordinates.

The x and the y of a common zero are roots of two resultants.  Every pair of real roots within the bounds is refuted by
intervals (some equation is not 0 there, or some inequality is violated), or a pair is proved to be a solution.  Nothing
is concluded where a pair resists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import gcd
from typing import Any

from sympy import Poly as Univariate
from sympy import Rational, Symbol

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.isolation import isolated, sign_at

MAX_DEGREE = 400  # of a resultant
MAX_PAIRS = 2000
DENSE = 200  # degree beyond which sympy's continued fractions isolate roots (fast where few terms are far apart)
PRECISIONS = (4, 8, 16, 32, 64, 128)  # binary digits of the roots, one after the other
_T = Symbol("t")
Interval = tuple[Fraction, Fraction]
Terms = list[tuple[int, int, int]]  # exponents and coefficient


def no_pair(zero: Sequence[Poly], nonzero: Sequence[Poly], positive: Sequence[Poly]) -> bool:
    """Is it proved that the conditions, on two variables, have no real solution?  False says nothing."""
    zero = [f for f in zero if f]
    variables = sorted(frozenset().union(*(algebra.used(f) for f in (*zero, *nonzero, *positive))))
    if len(variables) != 2 or len(zero) < 2:
        return False
    x, y = variables
    for f, g in sorted(combinations(zero, 2), key=lambda fg: len(fg[0]) * len(fg[1]))[:3]:
        lists = []
        for a, b in ((x, y), (y, x)):
            r = projection(f, g, a, b)
            if r is None:
                break
            lists.append(roots_within(r, a, nonzero, positive))
        else:
            return refuted(zero, positive, (x, y), lists)
    return False


def has_pair(zero: Sequence[Poly], nonzero: Sequence[Poly], positive: Sequence[Poly]) -> bool:
    """Is it proved that two equations in two variables have a real solution within the conditions?

    Krawczyk's test: with A close to the inverse of the Jacobian at the middle m of a square X, a zero lies in X when
    m - A f(m) + (1 - A J(X)) (X - m) does (Neumaier, *Interval methods for systems of equations*, theorem 5.1.8).
    """
    zero = [f for f in zero if f]
    variables = sorted(frozenset().union(*(algebra.used(f) for f in (*zero, *nonzero, *positive))))
    if len(zero) != 2 or len(variables) != 2:
        return False
    x, y = variables
    lists = []
    for a, b in ((x, y), (y, x)):
        r = projection(zero[0], zero[1], a, b)
        if r is None:
            return False
        lists.append(roots_within(r, a, nonzero, positive))
    if len(lists[0]) * len(lists[1]) > MAX_PAIRS:
        return False
    equations = [_terms(f, (x, y)) for f in zero]
    slopes = [[_terms(algebra.derivative(f, i), (x, y)) for i in (x, y)] for f in zero]
    above = [_terms(f, (x, y)) for f in positive]
    apart = [_terms(f, (x, y)) for f in nonzero]
    for pair in product(*lists):
        if any(_violated(t, False, *(r.refined(24).interval for r in pair)) for t in equations):
            continue
        for bits in (40, 80):
            lo_hi = [r.refined(2 * bits).interval for r in pair]
            middle = [(lo + hi) / 2 for lo, hi in lo_hi]
            width = Fraction(1, 2**bits)
            square = [(m - width, m + width) for m in middle]
            if (
                all(_range(t, *square)[0] > 0 for t in above)
                and all(_range(t, *square)[0] > 0 or _range(t, *square)[1] < 0 for t in apart)
                and _krawczyk(equations, slopes, middle, width)
            ):
                return True
    return False


def _krawczyk(
    equations: Sequence[Terms], slopes: Sequence[Sequence[Terms]], middle: Sequence[Fraction], width: Fraction
) -> bool:
    """Krawczyk's operator maps the square of half the side `width` around the middle into its inside."""
    at = [(m, m) for m in middle]
    square = [(m - width, m + width) for m in middle]
    (a, b), (c, d) = ([_range(t, *at)[0] for t in row] for row in slopes)
    det = a * d - b * c
    if not det:
        return False
    inverse = [[d / det, -b / det], [-c / det, a / det]]
    values = [_range(t, *at)[0] for t in equations]
    ranges = [[_range(t, *square) for t in row] for row in slopes]
    for i in (0, 1):
        reach = abs(inverse[i][0] * values[0] + inverse[i][1] * values[1])
        for j in (0, 1):
            low = high = Fraction(int(i == j))
            for k in (0, 1):
                ends = [inverse[i][k] * e for e in ranges[k][j]]
                low, high = low - max(ends), high - min(ends)
            reach += max(abs(low), abs(high)) * width
        if reach >= width:
            return False
    return True


def refuted(
    zero: Sequence[Poly], positive: Sequence[Poly], variables: tuple[int, int], lists: Sequence[Sequence[Root]]
) -> bool:
    """Does each pair of roots violate a condition, as intervals show?"""
    if len(lists[0]) * len(lists[1]) > MAX_PAIRS:
        return False
    polys = [(_terms(f, variables), False) for f in zero] + [(_terms(f, variables), True) for f in positive]
    polys.sort(key=lambda t: len(t[0]))
    left = list(product(*lists))
    for bits in PRECISIONS:
        left = [(a.refined(bits), b.refined(bits)) for a, b in left]
        left = [(a, b) for a, b in left if not any(_violated(t, side, a.interval, b.interval) for t, side in polys)]
        if not left:
            return True
    return False


# ---------------------------------------------------------------- projections
def projection(f: Poly, g: Poly, a: int, b: int, most: int = MAX_DEGREE) -> Univariate | None:
    """A polynomial in x_a that vanishes at the common zeros of f and g; None where there are infinitely many, or the
    degree may exceed `most`."""
    for h in (f, g):
        if algebra.used(h) <= {a}:
            return _dense({e[a]: int(c) for e, c in h.items()})
    s, t = (gcd(*(e[i] for h in (f, g) for e in h)) or 1 for i in (a, b))
    rows = [_rows(h, a, b, s, t) for h in (f, g)]
    m, n = len(rows[0]) - 1, len(rows[1]) - 1
    u, v = (max(max(r, default=0) for r in h) for h in rows)
    bound = u * n + v * m
    if bound > most or not m or not n:
        return None
    points: list[int] = []
    values: list[Fraction] = []
    k = 0
    while len(points) <= bound:
        at = (k + 1) // 2 * (1 if k % 2 else -1)
        k += 1
        p, q = ([sum(c * at**d for d, c in r.items()) for r in h] for h in rows)
        if p[-1] and q[-1]:
            points.append(at)
            values.append(Fraction(resultant(p, q)))
    if not any(values):
        return None
    return _dense({s * d: c for d, c in enumerate(interpolated(points, values)) if c})


def _rows(f: Poly, a: int, b: int, s: int, t: int) -> list[dict[int, int]]:
    """Coefficients of f as a polynomial in x_b^t, each a polynomial in x_a^s."""
    out: list[dict[int, int]] = [{} for _ in range(algebra.degree(f, b) // t + 1)]
    for e, c in f.items():
        out[e[b] // t][e[a] // s] = int(c)
    return out


def resultant(p: list[int], q: list[int]) -> Fraction:
    """The resultant of two polynomials given by their coefficients (low to high), by division with remainder."""
    f, g = [Fraction(c) for c in p], [Fraction(c) for c in q]
    out = Fraction(1)
    while len(g) > 1:
        rest = list(f)
        while len(rest) >= len(g):
            x = rest[-1] / g[-1]
            if x:
                for i in range(len(g) - 1):
                    rest[len(rest) - len(g) + i] -= x * g[i]
            rest.pop()
        while rest and not rest[-1]:
            rest.pop()
        if not rest:
            return Fraction(0)
        sign = -1 if (len(f) - 1) * (len(g) - 1) % 2 else 1
        out *= sign * g[-1] ** (len(f) - len(rest))
        f, g = g, rest
    return out * g[0] ** (len(f) - 1)


def interpolated(points: Sequence[int], values: Sequence[Fraction]) -> list[Fraction]:
    """Coefficients, low to high, of the polynomial with these values (divided differences)."""
    table = list(values)
    n = len(points)
    for j in range(1, n):
        for i in range(n - 1, j - 1, -1):
            table[i] = (table[i] - table[i - 1]) / (points[i] - points[i - j])
    out: list[Fraction] = []
    for i in range(n - 1, -1, -1):
        shifted = [Fraction(0), *out]
        for k, c in enumerate(out):
            shifted[k] -= points[i] * c
        shifted[0] += table[i]
        out = shifted
    return out


def _dense(coefficients: dict[int, Any]) -> Univariate:
    common = 1
    for c in coefficients.values():
        den = Fraction(c).denominator
        common = common * den // gcd(common, den)
    top = max(coefficients, default=0)
    return Univariate([int(Fraction(coefficients.get(d, 0)) * common) for d in range(top, -1, -1)], _T, domain="ZZ")


# ---------------------------------------------------------------- roots and intervals
@dataclass(frozen=True)
class Root:
    """A real root of the square-free f, the only one in the closed interval."""

    f: Univariate
    interval: Interval

    def refined(self, bits: int) -> Root:
        """By bisection: a square-free polynomial changes sign at its root."""
        lo, hi = self.interval
        eps = Fraction(1, 2**bits)
        if hi - lo <= eps:
            return self
        coefficients = [int(c) for c in self.f.all_coeffs()]
        above = sign_at(coefficients, hi)
        for end, sign in ((lo, sign_at(coefficients, lo)), (hi, above)):
            if not sign:
                return Root(self.f, (end, end))
        while hi - lo > eps:
            mid = (lo + hi) / 2
            sign = sign_at(coefficients, mid)
            if not sign:
                return Root(self.f, (mid, mid))
            lo, hi = (lo, mid) if sign == above else (mid, hi)
        return Root(self.f, (lo, hi))


def apart(roots: Sequence[Root]) -> list[Interval]:
    """Intervals in order, with gaps between them, for different roots: no other root lies in one, nor at its ends."""
    found = sorted(roots, key=lambda r: r.interval)
    bits = 4
    while any(r.interval[1] >= s.interval[0] for r, s in pairwise(found)):
        found = sorted((r.refined(bits) for r in found), key=lambda r: r.interval)
        bits *= 2
    return [r.interval for r in found]


def roots_within(r: Univariate, i: int, nonzero: Sequence[Poly], positive: Sequence[Poly]) -> list[Root]:
    """The real roots of r at which the conditions on x_i alone hold."""
    from rlct.certify.obligations import real

    f = r.sqf_part()
    for g in nonzero:
        if algebra.used(g) == {i}:
            f = f.quo(f.gcd(real.univariate(g, i)))
    if f.degree() <= 0:
        return []
    sides = [real.univariate(g, i) for g in positive if algebra.used(g) == {i}]
    lo, hi = _range_of(sides)
    if lo is not None and hi is not None and lo >= hi:
        return []
    found = roots_between(f, lo, hi)
    return [Root(f, x) for x in found if all(real.sign_at(g, f, x) > 0 for g in sides)]


def _range_of(sides: Sequence[Univariate]) -> tuple[Fraction | None, Fraction | None]:
    """Between which numbers the linear ones among the polynomials are positive."""
    linear = [(int(g.all_coeffs()[0]), int(g.all_coeffs()[1])) for g in sides if g.degree() == 1]
    above = [Fraction(-b, a) for a, b in linear if a > 0]
    below = [Fraction(-b, a) for a, b in linear if a < 0]
    return max(above, default=None), min(below, default=None)


def roots_between(f: Univariate, lo: Fraction | None, hi: Fraction | None) -> list[Interval]:
    """Intervals in order, with at most ends in common, for the real roots of the square-free f in [lo, hi]; no end of a
    true interval is a root."""
    if f.degree() <= DENSE:
        return isolated([int(c) for c in f.all_coeffs()], lo, hi)
    found = f.intervals(inf=None if lo is None else _exact(lo), sup=None if hi is None else _exact(hi))
    return [_point_or_interval(f, Fraction(int(a.p), int(a.q)), Fraction(int(b.p), int(b.q))) for (a, b), _ in found]


def _point_or_interval(f: Univariate, lo: Fraction, hi: Fraction) -> Interval:
    """Where an end is the root, that point."""
    return next(((x, x) for x in (lo, hi) if not f.eval(_exact(x))), (lo, hi))


def _exact(x: Fraction) -> Any:
    return Rational(x.numerator, x.denominator)


def _terms(f: Poly, variables: tuple[int, int]) -> Terms:
    return [(e[variables[0]], e[variables[1]], int(c)) for e, c in f.items()]


def _violated(terms: Terms, side: bool, x: Interval, y: Interval) -> bool:
    """An equation that is not 0 on the rectangle, or (side) an inequality > 0 that fails there."""
    low, high = _range(terms, x, y)
    return high < 0 or (low > 0 and not side)


def _range(terms: Terms, x: Interval, y: Interval) -> Interval:
    """An interval that contains the values on the rectangle."""
    xs = _powers(x, max((a for a, _, _ in terms), default=0))
    ys = _powers(y, max((b for _, b, _ in terms), default=0))
    low = high = Fraction(0)
    for a, b, c in terms:
        corners = [p * q * c for p in xs[a] for q in ys[b]]
        low += min(corners)
        high += max(corners)
    return low, high


def _powers(x: Interval, top: int) -> list[Interval]:
    lo, hi = x
    out: list[Interval] = [(Fraction(1), Fraction(1))]
    for k in range(1, top + 1):
        a, b = lo**k, hi**k
        out.append((Fraction(0), max(a, b)) if k % 2 == 0 and lo < 0 < hi else (min(a, b), max(a, b)))
    return out

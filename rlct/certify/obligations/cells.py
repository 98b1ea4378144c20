"""At most one equation in the plane, with inequalities: a cylindrical decomposition with rational sample points.

Over an interval of x in which no curve has a vertical tangent or an asymptote, and no two of them meet, the order of
the branches over x is constant: one rational x shows what the whole strip contains.  Where everything is open the
strips decide; where a curve is asked for, the lines over their ends are left, on which y is a root over a number
field.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from math import gcd as gcd_of

from sympy import Poly as Univariate

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import fibre, plane
from rlct.certify.obligations.bounds import Side, box_of

MAX_DEGREE = 200  # of a discriminant or resultant
HIGHEST = 350  # where nothing else has decided
MAX_SUM = 400  # of all of them


def nothing(zero: Sequence[Poly], nonzero: Sequence[Poly], positive: Sequence[Poly], most: int = MAX_DEGREE) -> bool:
    """Is it proved that the conditions, on two variables, have no real solution?  False says nothing."""
    zero = [f for f in zero if f]
    variables = sorted(frozenset().union(*(algebra.used(f) for f in (*zero, *nonzero, *positive))))
    if len(variables) != 2 or len(zero) > 1 or not (zero or positive):
        return False
    zero, nonzero, positive = _roots_taken(zero, nonzero, positive)
    everything = (*zero, *positive)
    if zero and len(algebra.used(zero[0])) < 2:
        return fibre.no_point_on_lines(zero, nonzero, positive)
    for x, y in sorted((variables, variables[::-1]), key=lambda v: max(algebra.degree(f, v[1]) for f in everything)):
        marks = _marks(zero, positive, x, y, most)
        if marks is not None and sum(r.degree() for r in marks) <= MAX_SUM:
            return _none_over_strips(marks, x, y, zero, nonzero, positive)
    return False


def _roots_taken(
    zero: Sequence[Poly], nonzero: Sequence[Poly], positive: Sequence[Poly]
) -> tuple[list[Poly], list[Poly], list[Poly]]:
    """The conditions in x where they were in x^k: k odd, or x > 0 by a condition (bounds change with it)."""
    box = box_of(positive)
    groups = [list(zero), list(nonzero), list(positive)]
    for i in sorted(frozenset().union(*(algebra.used(f) for fs in groups for f in fs))):
        bounds = [f for f in groups[2] if algebra.used(f) == {i} and algebra.degree(f, i) == 1]
        k = gcd_of(*(e[i] for fs in groups for f in fs if f not in bounds for e in f))
        low = box.get(i, (None, None))[0]
        if k > 1 and (k % 2 or (low is not None and low >= 0)):
            groups = [[_bound(f, k) if f in bounds else _root(f, i, k) for f in fs] for fs in groups]
    return groups[0], groups[1], groups[2]


def _root(f: Poly, i: int, k: int) -> Poly:
    """f, a polynomial in x_i^k, with x_i for x_i^k."""
    return algebra.from_terms(f.ring, {(*e[:i], e[i] // k, *e[i + 1 :]): c for e, c in f.items()})


def _bound(f: Poly, k: int) -> Poly:
    """a^k·x + b^k with the signs of a and b, for a·x + b: a bound on x^k where k is odd or x > 0."""
    return algebra.from_terms(f.ring, {e: c**k if c > 0 else -((-c) ** k) for e, c in f.items()})


def _none_over_strips(
    marks: Sequence[Univariate], x: int, y: int, zero: Sequence[Poly], nonzero: Sequence[Poly], positive: Sequence[Poly]
) -> bool:
    from rlct.certify.obligations.real import univariate

    sides = [univariate(f, x) for f in positive if algebra.used(f) == {x}]
    for value in _samples([*marks, *sides], box_of(positive).get(x, (None, None))):
        at = {x: value}
        here = [algebra.at_numbers(f, at) for f in positive]
        if any(not f or (algebra.is_constant(f) and f[max(f)] < 0) for f in here):
            continue
        curve = [algebra.at_numbers(f, at) for f in zero]
        if any(algebra.is_constant(f) for f in curve if f):
            continue
        if any(not f for f in curve):
            return False
        above = [f for f in here if not algebra.is_constant(f)]
        if curve:  # an open piece of it: the conditions ≠ 0 are left aside, which only makes this answer more careful
            if plane.roots_within(univariate(curve[0], y), y, [], above):
                return False
        elif _open_on_line([univariate(f, y) for f in above], box_of(above).get(y, (None, None))):
            return False
    if not zero:
        return True
    ring = zero[0].ring
    for r in marks:
        line = algebra.from_terms(
            ring, {tuple(d if i == x else 0 for i in range(ring.ngens)): int(c) for (d,), c in r.terms()}
        )
        if r.degree() > 0 and not fibre.no_point_on_lines([line, *zero], nonzero, positive):
            return False
    return True


def _open_on_line(polys: Sequence[Univariate], side: Side) -> bool:
    """Is there a real number where all are positive?"""
    return any(all(_at(f, v) > 0 for f in polys) for v in _samples(polys, side))


def _at(f: Univariate, x: Fraction) -> Fraction:
    total = Fraction(0)
    for c in f.all_coeffs():
        total = total * x + int(c)
    return total


def _between(a: Fraction, b: Fraction) -> Fraction:
    """The simplest fraction with a < x < b."""
    n = floor(a)
    if n + 1 < b:
        return Fraction(n + 1) if a >= 0 or b > 1 else Fraction(ceil(b) - 1)
    if a == n:  # n < x < b <= n + 1
        return n + Fraction(1, floor(1 / (b - n)) + 1)
    return n + 1 / _between(1 / (b - n), 1 / (a - n))


def _samples(polys: Sequence[Univariate], side: Side) -> list[Fraction]:
    """A rational number in each gap between the real roots of the polynomials that lie within the side, and beyond."""
    lo, hi = side
    factors = dict.fromkeys(g for f in polys if f.degree() > 0 for g, _ in f.factor_list()[1])
    roots = plane.apart([plane.Root(g, r) for g in factors for r in plane.roots_between(g, lo, hi)])
    ends = [lo, *(x for r in roots for x in r), hi]
    out = []
    for a, b in zip(ends[::2], ends[1::2], strict=True):  # a gap from a to b
        if a is None:
            out.append(Fraction(0) if b is None else Fraction(ceil(b) - 1))
        elif b is None:
            out.append(Fraction(floor(a) + 1))
        elif a < b:
            out.append(_between(a, b))
    return out


def _marks(zero: Sequence[Poly], positive: Sequence[Poly], x: int, y: int, most: int) -> list[Univariate] | None:
    """Polynomials in x with a root at every x where the picture changes; None where a degree is too high."""
    from rlct.certify.obligations.real import univariate

    marks: list[Univariate] = []
    curves: list[Poly] = []
    for f in _coprime([f for f in (*zero, *positive) if y in algebra.used(f)]):
        lead = algebra.split_by_degree(f, y)[algebra.degree(f, y)]
        marks.append(univariate(lead, x))  # with the factors of f in x alone
        f = _square_free(f, y)
        if y not in algebra.used(f):
            continue
        found = [plane.projection(f, _slope(f, y), x, y, most)] if algebra.degree(f, y) > 1 else []
        found += [plane.projection(f, g, x, y, most) for g in curves]
        for r in found:
            if r is None or not r:
                return None
            marks.append(r)
        curves.append(f)
    return [r for r in marks if r.degree() > 0]


def _coprime(polys: Sequence[Poly]) -> list[Poly]:
    """Polynomials without common factors, two by two, with the same zeros in all."""
    basis: list[Poly] = []
    todo = [algebra.canonical(f) for f in polys]
    while todo:
        f = todo.pop()
        for n, g in enumerate(basis):
            common = f.gcd(g)
            if not algebra.is_constant(common):
                del basis[n]
                parts = (common, algebra.quotient(f, common), algebra.quotient(g, common))
                todo += [p for p in parts if p is not None and not algebra.is_constant(p)]
                break
        else:
            basis.append(f)
    return basis


def _slope(f: Poly, y: int) -> Poly:
    """∂f/∂y, times y where f has only powers of y^n, n > 1: then so has this, and its zeros are more."""
    n = gcd_of(*(e[y] for e in f))
    slope = algebra.derivative(f, y)
    return slope * algebra.gen(f.ring, y) if n > 1 else slope


def _square_free(f: Poly, y: int) -> Poly:
    """The factors with y, each once."""
    common = f.gcd(algebra.derivative(f, y))
    if y not in algebra.used(common):
        return f
    q = algebra.quotient(f, common)
    return f if q is None else q

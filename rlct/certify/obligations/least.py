"""f > 0, or f = 0 where f has one sign, on a rectangle: the greatest value of f is taken at a critical point or on the
boundary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import gcd
from typing import Any

from sympy import QQ
from sympy import Poly as Univariate

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import plane

LARGEST = 400  # terms
Box = Mapping[int, tuple[Fraction, Fraction]]


def nothing(zero: Sequence[Poly], nonzero: Sequence[Poly], positive: Sequence[Poly], box: Box) -> bool:
    """Is it proved that one of the inequalities fails in all of the open rectangle `box`, or that the only equation
    holds there at most where something vanishes that must not?"""
    if len(box) != 2:
        return False
    if not zero:
        candidates = [f for f in positive if algebra.used(f) == set(box) and 2 < len(f) <= LARGEST]
        return any(_never_positive(f, ends) for f, *_, ends in (_with_powers([f], box) for f in candidates))
    if len(zero) > 1 or algebra.used(zero[0]) != set(box) or len(zero[0]) > LARGEST:
        return False
    f, *others, ends = _with_powers([zero[0], *(g for g in nonzero if algebra.used(g) <= set(box))], box)
    middle = algebra.at_numbers(f, {i: (2 * lo + hi) / 3 for i, (lo, hi) in ends.items()})
    against = -f if _is_positive(middle) else f
    return _never_positive(against, ends) and _no_critical_point([f], others, [], ends)


def _with_powers(fs: Sequence[Poly], box: Box) -> tuple[Any, ...]:
    """x^k as variable where all are polynomials in it and it grows on the interval; the new ends come last."""
    powers = {}
    for i, (lo, _) in box.items():
        k = gcd(*(e[i] for f in fs for e in f)) or 1
        powers[i] = k if k % 2 or lo >= 0 else 1
    out = []
    for f in fs:
        terms = {tuple(a // powers.get(i, 1) for i, a in enumerate(e)): c for e, c in algebra.terms(f)}
        out.append(algebra.from_terms(f.ring, terms))
    return (*out, {i: (lo ** powers[i], hi ** powers[i]) for i, (lo, hi) in box.items()})


def _never_positive(f: Poly, box: Box) -> bool:
    from rlct.certify.obligations.real import one_variable

    x, y = box
    if any(_is_positive(algebra.at_numbers(f, {x: a, y: b})) for a in box[x] for b in box[y]):
        return False
    for i, j in ((x, y), (y, x)):
        for end in box[i]:
            side = algebra.at_numbers(f, {i: end})
            if algebra.is_constant(side):
                if _is_positive(side):
                    return False
            elif not one_variable((), (), (side, *_inside(f, j, box[j]))):
                return False
    return _no_critical_point([], [], [f], box)


def _no_critical_point(zero: Sequence[Poly], nonzero: Sequence[Poly], positive: Sequence[Poly], box: Box) -> bool:
    """None of the function (the first of all) in the open rectangle where the conditions hold: by intervals for each
    pair of coordinates, or since at all points with these something is 0 that must not be."""
    x, y = box
    f = [*zero, *positive][0]
    slopes = [algebra.canonical(algebra.derivative(f, i)) for i in box]
    conditions = [*(algebra.primitive(g) for g in positive), *(g for i in box for g in _inside(f, i, box[i]))]
    lists = []
    for a, b in ((x, y), (y, x)):
        r = plane.projection(slopes[0], slopes[1], a, b)
        if r is None:
            return False
        factors = [q for q, _ in r.factor_list()[1]]
        lists.append([(q, roots) for q in factors if (roots := plane.roots_within(q, a, (), conditions))])
    for p, first in lists[0]:
        for q, second in lists[1]:
            if plane.refuted([*slopes, *zero], conditions, (x, y), [first, second]):
                continue
            at = [_over_q(_moved(h, f, i)) for h, i in ((p, x), (q, y))]
            if all(_over_q(g).rem(at) for g in (*positive, *nonzero)):
                return False
    return True


def _moved(q: Univariate, like: Poly, i: int) -> Poly:
    """A polynomial in one variable in the ring of another polynomial."""
    n = like.ring.ngens
    return algebra.from_terms(like.ring, {tuple(k * (j == i) for j in range(n)): int(c) for (k,), c in q.terms()})


def _over_q(f: Poly) -> Any:
    return f.set_ring(f.ring.clone(domain=QQ))


def _is_positive(constant: Poly) -> bool:
    return any(c > 0 for c in constant.values())


def _inside(f: Poly, i: int, ends: tuple[Fraction, Fraction]) -> tuple[Poly, Poly]:
    """x - lo > 0 and hi - x > 0."""
    x = algebra.gen(f.ring, i)
    (a, p), (b, q) = ((t.numerator, t.denominator) for t in ends)
    return x * p - algebra.constant(f.ring, a), algebra.constant(f.ring, b) - x * q

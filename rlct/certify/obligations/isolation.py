"""Real roots of a polynomial in an interval, by Descartes' rule and bisection (Collins and Akritas, SYMSAC 1976).

Roots far from 1 in size cost no more than others here, unlike those found by continued fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import lcm

Interval = tuple[Fraction, Fraction]


def isolated(coefficients: Sequence[int], lo: Fraction | None = None, hi: Fraction | None = None) -> list[Interval]:
    """Intervals in order, one for each root in [lo, hi] of a square-free polynomial, with at most their ends in common.

    `coefficients` from the highest on.  A root at an end of the range, or where an interval was halved, is a point;
    no end of another interval is a root.

    >>> isolated([1, 0, -2], Fraction(0), Fraction(4))
    [(Fraction(0, 1), Fraction(4, 1))]
    >>> isolated([1, -3, 2, 0])
    [(Fraction(0, 1), Fraction(0, 1)), (Fraction(1, 1), Fraction(1, 1)), (Fraction(2, 1), Fraction(2, 1))]
    """
    most = Fraction(2 ** ((max(map(abs, coefficients)) // abs(coefficients[0])).bit_length() + 1))  # Cauchy's bound
    lo, hi = -most if lo is None else lo, most if hi is None else hi
    out = [(x, x) for x in dict.fromkeys((lo, hi)) if not sign_at(coefficients, x)]
    todo = [(lo, hi)] if lo < hi else []
    while todo:
        a, b = todo.pop()
        n = _variations(coefficients, a, b)
        if n == 0:
            continue
        if n == 1 and sign_at(coefficients, a) and sign_at(coefficients, b):
            out.append((a, b))
            continue
        mid = (a + b) / 2
        if not sign_at(coefficients, mid):
            out.append((mid, mid))
        todo += [(a, mid), (mid, b)]
    return sorted(out)


def sign_at(coefficients: Sequence[int], x: Fraction) -> int:
    """The sign of a polynomial (coefficients from the highest on) at x."""
    total, power = 0, 1
    for c in coefficients:
        total = total * x.numerator + c * power
        power *= x.denominator
    return (total > 0) - (total < 0)


def _variations(coefficients: Sequence[int], a: Fraction, b: Fraction) -> int:
    """Sign changes of (1 + x)^n f((a + b x)/(1 + x)): as many as there are roots in (a, b), or an even number more."""
    d = lcm(a.denominator, b.denominator)
    p, q = int(a * d), int((b - a) * d)
    flat: list[int] = []  # of f(a + (b - a) x), from the lowest on
    power = 1
    for c in coefficients:
        flat = [x * p + y * q for x, y in zip([*flat, 0], [0, *flat], strict=True)]
        flat[0] += c * power
        power *= d
    flat.reverse()
    for i in range(len(flat)):
        for j in range(len(flat) - 2, i - 1, -1):
            flat[j] += flat[j + 1]
    signs = [x > 0 for x in flat if x]
    return sum(x is not y for x, y in pairwise(signs))

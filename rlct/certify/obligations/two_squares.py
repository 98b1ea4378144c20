"""Polynomials that are sums of two squares over the reals: both are 0 where such a polynomial is."""

from __future__ import annotations

from rlct.certify import algebra
from rlct.certify.algebra import Poly

LONGEST = 60  # terms that are looked at


def both_squares(f: Poly) -> list[Poly] | None:
    """Polynomials whose common real zeros are those of f; None where none are found.

    4 a f = (2 a x + b)^2 - D for f = a x^2 + b x + c with a number a; here -D is a square times a positive number.

    >>> ring = algebra.make_ring(2)
    >>> x, y = ring.gens
    >>> both_squares(x**2 - 2 * x * y + 2 * y**2)
    [v0 - v1, v1]
    >>> both_squares(x**2 - y**2) is None
    True
    """
    if len(f) > LONGEST:
        return None
    for i in sorted(algebra.used(f)):
        if algebra.degree(f, i) != 2:
            continue
        parts = algebra.split_by_degree(f, i)
        if not algebra.is_constant(parts[2]):
            continue
        zero = f.ring.zero
        b, c = parts.get(1, zero), parts.get(0, zero)
        root = _root(4 * parts[2] * c - b * b)
        if root is not None:
            return [algebra.canonical(2 * parts[2] * algebra.gen(f.ring, i) + b), *([root] if root else [])]
    return None


def _root(f: Poly) -> Poly | None:
    """g with f = k g^2, k > 0 (0 for 0), or None."""
    if not f:
        return f
    if f[max(f)] < 0 or any(a % 2 for a in max(f)):
        return None
    root = f.ring.one
    for g, e in f.sqf_list()[1]:
        if e % 2:
            return None
        root = root * g ** (e // 2)
    return algebra.canonical(root)

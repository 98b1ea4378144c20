"""The worst point of a region of the plane, by the second route.

An arc of a curve inside a compact region either meets a wall or another curve, or has a point with a vertical
tangent, or is a vertical line (which meets a wall).  So the common zeros of all pairs of curves, walls among them, and
of each curve with its derivative in y, and the zeros of the residual ideal, are enough points; the local threshold is
computed at each.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import flint

from tests.second_route.number_fields import Element, Field, Univariate, gcd, real_roots, trimmed
from tests.second_route.plane import (
    CTX,
    NOTHING,
    Point,
    V,
    Value,
    at_values,
    better,
    factors,
    resolve,
    settled,
    start,
)

Place = tuple[Field, Element, Element]


def _columns(f: Any) -> list[Any]:
    """Coefficients of the powers of v, as polynomials in u over Q."""
    out: dict[int, dict[int, Any]] = {}
    for (_, i, j), c in f.to_dict().items():
        out.setdefault(int(j), {})[int(i)] = c
    return [
        flint.fmpq_poly([out[j].get(i, 0) for i in range(max(out[j]) + 1)]) if j in out else flint.fmpq_poly([0])
        for j in range(max(out, default=0) + 1)
    ]


def _above(f: Any, field: Field, x: Element) -> Univariate:
    """f(x, v) over the field."""
    out = []
    for c in _columns(f):
        value = flint.fmpq_poly([0])
        for a in reversed(c.coeffs()):
            value = field.reduce(value * x) + a
        out.append(field.reduce(value))
    return trimmed(out)


def common_zeros(p: Any, q: Any) -> Iterator[Place]:
    """The real common zeros of two coprime polynomials."""
    line = p.resultant(q, "v")
    projected = _columns(line)[0]
    if projected.degree() < 1:
        return
    for r in real_roots(Field(), [flint.fmpq_poly([c]) for c in projected.coeffs()]):
        both = gcd(r.field, _above(p, r.field, r.value), _above(q, r.field, r.value))
        for s in real_roots(r.field, both):
            x = flint.fmpq_poly([0])
            for a in reversed(r.value.coeffs()):
                x = s.field.reduce(x * s.t) + a
            yield s.field, x, s.value


def candidates(p: Point) -> Iterator[Place]:
    """Enough points: see above."""
    curves = [f for f, _ in p.curves]
    for f, g in itertools.combinations(curves, 2):
        yield from common_zeros(f, g)
    for f in curves:
        derivative = f.derivative("v")
        if derivative != 0 and derivative.total_degree() > 0:
            yield from common_zeros(f, derivative)
    if p.ideal:
        for f, _ in factors(p.ideal[0])[1]:
            other = next(g for g in p.ideal[1:] if divmod(g, f)[1] != 0)
            yield from common_zeros(f, other)


def worst(
    functions: str | Sequence[str],
    walls: Sequence[str],
    variables: Sequence[str] = ("x", "y"),
    *,
    mode: str = "K",
    prior: Sequence[tuple[str, Fraction | int]] = (),
) -> Value:
    """(λ, m) of the compact region where all walls are >= 0; (None, 0) where the functions do not vanish there.

    >>> worst("(x^2-2)^2*(y-1)^4", ["2-x", "x", "2-y", "y"])
    (Fraction(1, 4), 1)
    >>> worst("(x^2+y^2-1)^2", ["2-x", "x+2", "2-y", "y+2"])
    (Fraction(1, 2), 1)
    """
    p = start(functions, variables, mode=mode, walls=walls, prior=prior)
    # every wall stays a curve: `start` took its factors out, so membership is asked of the constants at each point
    best = NOTHING
    seen = set()
    for field, x, y in candidates(p):
        key = (field.q, field.places, tuple(map(str, x.coeffs())), tuple(map(str, y.coeffs())))
        if key in seen:
            continue
        seen.add(key)
        for place in field.places:
            there = at_values(p, replace(field, places=(place,)), x, y)
            if not _outside(settled(there), place):
                best = better(best, resolve(there))
    return best


def _outside(p: Point, place: int) -> bool:
    """Some wall is negative at the point."""
    touched = [any(e.walls[i] for _, e in p.curves) for i in range(len(p.constants))]
    return any(not t and p.field.sign(c, place) < 0 for t, c in zip(touched, p.constants))


__all__ = ["CTX", "V", "candidates", "common_zeros", "worst"]

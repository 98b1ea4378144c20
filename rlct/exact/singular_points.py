"""Rational points of a box at which polynomials look most singular: proposals, found by Newton's method with floats.

A point of order m is a zero of all derivatives of order below m.  What the numbers suggest is rounded to fractions
with small denominators and kept only if the derivatives vanish there exactly; nobody says that others do not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from rlct.exact.poly import Poly

HIGHEST = 6  # order of a point
STARTS = 40
ROUNDS = 40  # steps of Newton's method
NEAR = 1e-2  # how far a float may be from the fraction it stands for
DENOMINATOR = 6
MOST = 6  # points of one order
PLANES = 4  # values of a coordinate, where singular points fill curves
LONGEST = 5000  # terms of all derivatives of one order together
ZERO = 1e-8  # sum of squares of scaled values at what may be a zero
FLOAT = 900  # bits of a coefficient that a float holds
SEED = 20260

Bounds = Sequence[tuple[Fraction, Fraction]]
Point = tuple[Fraction, ...]


def singular_points(
    f: Poly, box: Bounds, late: Callable[[], bool] = lambda: False
) -> Iterator[tuple[int, Point]]:
    """Points of the box at which f has a high order, the highest first: (order, point).

    Parameters: f in the variables 0, ..., d - 1; a bounded interval for each; `late()` says when to stop looking.

    >>> from rlct.exact.poly import Ring
    >>> ring = Ring(["x", "y"])
    >>> x, y = ring.gen(0), ring.gen(1)
    >>> f = (x * 2 - ring.one) ** 2 - (y - ring.const(3)) ** 3
    >>> next(singular_points(f, [(Fraction(-1), Fraction(1)), (Fraction(2), Fraction(4))]))
    (2, (Fraction(1, 2), Fraction(3, 1)))
    """
    import numpy as np

    d = len(box)
    rng = np.random.default_rng(SEED)
    lo, hi = (np.array([float(pair[k]) for pair in box]) for k in (0, 1))
    orders: list[list[Poly]] = [[f]]
    while len(orders) < min(HIGHEST, f.total_degree()):
        new = list(dict.fromkeys(g.derivative(i) for g in orders[-1] for i in range(d)))
        new = [g for g in new if g]
        if sum(map(len, new)) > LONGEST or any(g.is_constant for g in new):
            break
        orders.append(new)
    for m in range(len(orders), 1, -1):
        system = sorted(orders[m - 1], key=len)[: 2 * d]
        zeros = _zeros(system, lo + (hi - lo) * rng.random((STARTS, d)), lo, hi, late)
        found = _exact(zeros, orders[:m], box)
        for i in range(d) if zeros else ():
            if found:
                break  # else there may be curves of them: those with a simple x_i
            planes = dict.fromkeys(Fraction(round(2 * x[i]), 2) for x in zeros)
            for q in list(planes)[:PLANES]:
                plane = f.ring.gen(i) * q.denominator - f.ring.const(q.numerator)
                found.update(_exact(_zeros([*system, plane], np.array(zeros), lo, hi, late), orders[:m], box))
        yield from ((m, p) for p in sorted(found, key=_length)[:MOST])


def _exact(zeros: Sequence[Sequence[float]], orders: Sequence[Sequence[Poly]], box: Bounds) -> dict[Point, None]:
    """The simple points of the box that zeros stand for, as far as all derivatives vanish there."""
    rounded = dict.fromkeys(p for p in map(_rounded, zeros) if p is not None)
    inside = (p for p in rounded if all(a <= c <= b for c, (a, b) in zip(p, box, strict=True)))
    return dict.fromkeys(p for p in inside if _vanish(orders, p))


def _vanish(orders: Sequence[Sequence[Poly]], p: Point) -> bool:
    point = dict(enumerate(p))
    return all(not g.value(point) for gs in reversed(orders) for g in gs)


def _length(p: Point) -> int:
    return sum(x.denominator + abs(x.numerator) for x in p)


def _rounded(x: Sequence[float]) -> Point | None:
    """The simplest fractions near the coordinates of a point, if there are."""
    out: list[Fraction] = []
    for a in x:
        near = [Fraction(round(a * n), n) for n in range(1, DENOMINATOR + 1)]
        first = next((q for q in near if abs(float(q) - a) < NEAR / (2 * q.denominator)), None)
        if first is None:
            return None
        out.append(first)
    return tuple(out)


def _zeros(system: Sequence[Poly], x: Any, lo: Any, hi: Any, late: Callable[[], bool]) -> list[list[float]]:
    """Common zeros of polynomials near a box, from starts x (Levenberg and Marquardt, all starts at once)."""
    import numpy as np

    d, n = len(lo), len(system)
    slopes = [g.derivative(i) for g in system for i in range(d)]
    blocks = [g.terms or (((0,) * d, 0),) for g in (*system, *slopes)]
    first = np.cumsum([0, *map(len, blocks)])[:-1]
    exponents = np.array([e[:d] for ts in blocks for e, _ in ts])
    shifts = [max(0, max(abs(c) for _, c in ts).bit_length() - FLOAT) for ts in blocks[:n]]
    shifts += [shift for shift in shifts for _ in range(d)]
    coefficients = np.array([float(c >> shift) for ts, shift in zip(blocks, shifts, strict=True) for _, c in ts])
    scale = 1 / np.maximum(np.add.reduceat(np.abs(coefficients), first)[:n], 1e-300)

    def evaluate(x: Any) -> tuple[Any, Any]:
        monomials = np.broadcast_to(coefficients, (len(x), len(coefficients))).copy()
        for i in range(d):
            powers = x[:, i, None] ** np.arange(exponents[:, i].max() + 1)
            monomials *= powers[:, exponents[:, i]]
        sums = np.add.reduceat(monomials, first, axis=1)
        return sums[:, :n] * scale, sums[:, n:].reshape(len(x), n, d) * scale[None, :, None]

    damping = np.full(len(x), 1e-3)
    at, jac = evaluate(x)
    cost = (at**2).sum(axis=1)
    for _ in range(ROUNDS):
        if not np.isfinite(cost).all() or late():
            return []
        normal = np.einsum("smi,smj->sij", jac, jac)
        right = np.einsum("smi,sm->si", jac, at)
        size = np.trace(normal, axis1=1, axis2=2)[:, None, None] + 1e-300
        shift = np.linalg.solve(normal + (damping[:, None, None] + 1e-14) * size * np.eye(d), right[:, :, None])
        new = np.clip(x - shift[:, :, 0], lo - (hi - lo), hi + (hi - lo))
        at_new, jac_new = evaluate(new)
        cost_new = (at_new**2).sum(axis=1)
        better = cost_new < cost
        x = np.where(better[:, None], new, x)
        at = np.where(better[:, None], at_new, at)
        jac = np.where(better[:, None, None], jac_new, jac)
        cost = np.where(better, cost_new, cost)
        damping = np.where(better, damping / 5, damping * 4).clip(1e-15, 1e6)
    return [[float(a) for a in x[k]] for k in np.argsort(cost) if cost[k] < ZERO]

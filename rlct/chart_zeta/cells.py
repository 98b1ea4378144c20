r"""Cells: a piece of the box as the image of [0,1]^d, with K and the density as monomial x polynomials.

On a cell |K| = e^{log_k} ∏ u_i^{k_i} ∏_j ‖g_j‖^{E_j} and the density (with the Jacobian of the map) is
e^{log_h} ∏ u_i^{h_i} ∏_j ‖g_j‖^{H_j}.  Coefficients are exact fractions; algebraic points enter with 70 digits, and
what then is below 1e-45 is 0.  The three maps are exact on the cell: a cut of one axis, a flip, and a cone of monomials
(u_i = ∏_j s_j^{ray_j[i]}: the cones of a subdivision of the orthant cut [0,1]^d into images of [0,1]^d).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

Poly = dict[tuple[int, ...], Fraction]
TINY = Fraction(1, 10**45)
GRAIN = 2**300


@dataclass(frozen=True)
class Factor:
    """A norm ‖gens‖ with its exponents in K and in the density."""

    gens: tuple[tuple[tuple[tuple[int, ...], Fraction], ...], ...]
    in_k: float
    in_h: float

    def polys(self) -> list[Poly]:
        """The generators as dictionaries."""
        return [dict(g) for g in self.gens]


def factor(polys: Sequence[Poly], in_k: float, in_h: float) -> Factor:
    """A factor with its terms in a fixed order (equal factors compare equal)."""
    return Factor(tuple(tuple(sorted(tidy(p).items())) for p in polys if p), in_k, in_h)


@dataclass(frozen=True)
class Cell:
    """One cell; see the module's page."""

    k: tuple[float, ...]
    h: tuple[float, ...]
    log_k: float
    log_h: float
    factors: tuple[Factor, ...]

    @property
    def d(self) -> int:
        """Number of variables."""
        return len(self.k)


def tidy(p: Poly) -> Poly:
    """Without zeros, and with denominators of at most 90 digits."""
    size = max((abs(c) for c in p.values()), default=Fraction(0))
    out: Poly = {}
    for e, c in p.items():
        if abs(c) <= TINY * size:
            continue
        out[e] = c if c.denominator < GRAIN else Fraction(round(c * GRAIN), GRAIN)
    return out


def affine(p: Poly, axis: int, start: Fraction, slope: Fraction) -> Poly:
    """p with u_axis replaced by start + slope·u_axis."""
    out: Poly = {}
    for e, c in p.items():
        n = e[axis]
        for j in range(n + 1):
            value = c * math.comb(n, j) * slope**j * start ** (n - j)
            if value:
                f = (*e[:axis], j, *e[axis + 1 :])
                out[f] = out.get(f, Fraction(0)) + value
    return tidy(out)


def coordinate(d: int, axis: int) -> Poly:
    """The polynomial u_axis."""
    return {tuple(int(i == axis) for i in range(d)): Fraction(1)}


def mapped(cell: Cell, axis: int, start: Fraction, slope: Fraction) -> Cell:
    """The part of a cell where u_axis = start + slope·u, u in [0, 1]; its monomial stays one only from start = 0."""
    factors = [factor([affine(p, axis, start, slope) for p in f.polys()], f.in_k, f.in_h) for f in cell.factors]
    k, h = list(cell.k), list(cell.h)
    log_k, log_h = cell.log_k, cell.log_h + math.log(abs(slope))
    if start == 0:
        log_k += k[axis] * math.log(slope)
        log_h += h[axis] * math.log(slope)
    elif k[axis] or h[axis]:
        factors.append(factor([affine(coordinate(cell.d, axis), axis, start, slope)], k[axis], h[axis]))
        k[axis] = h[axis] = 0.0
    return without_content(Cell(tuple(k), tuple(h), log_k, log_h, tuple(factors)))


def cut(cell: Cell, axis: int, where: Fraction) -> list[Cell]:
    """Both sides of u_axis = where; the right one begins there."""
    return [mapped(cell, axis, Fraction(0), where), mapped(cell, axis, where, 1 - where)]


def flipped(cell: Cell, axis: int) -> Cell:
    """u_axis -> 1 - u_axis; the cell must have no monomial in it."""
    return mapped(cell, axis, Fraction(1), Fraction(-1))


def cone(cell: Cell, rays: Sequence[Sequence[int]]) -> Cell:
    """u_i = ∏_j s_j^{rays_j[i]}, with its Jacobian."""
    d = cell.d
    factors = []
    for f in cell.factors:
        polys = []
        for p in f.polys():
            polys.append({tuple(sum(e[i] * r[i] for i in range(d)) for r in rays): c for e, c in p.items()})
        factors.append(factor(polys, f.in_k, f.in_h))
    k = tuple(sum(cell.k[i] * r[i] for i in range(d)) for r in rays)
    h = tuple(sum((cell.h[i] + 1.0) * r[i] for i in range(d)) - 1.0 for r in rays)
    determinant = abs(round(float(np.linalg.det(np.array(rays, dtype=float)))))
    return without_content(Cell(k, h, cell.log_k, cell.log_h + math.log(determinant), tuple(factors)))


def without_content(cell: Cell) -> Cell:
    """Monomials that divide all generators of a factor, and constant factors, are moved out."""
    k, h = list(cell.k), list(cell.h)
    log_k, log_h = cell.log_k, cell.log_h
    kept: dict[tuple[tuple[tuple[tuple[int, ...], Fraction], ...], ...], Factor] = {}
    for f in cell.factors:
        polys = f.polys()
        if not polys:
            kept[()] = f
            continue
        low = [min(e[i] for p in polys for e in p) for i in range(cell.d)]
        if any(low):
            polys = [{tuple(a - b for a, b in zip(e, low, strict=True)): c for e, c in p.items()} for p in polys]
            for i, a in enumerate(low):
                k[i] += f.in_k * a
                h[i] += f.in_h * a
        if all(len(p) == 1 and not any(next(iter(p))) for p in polys):
            size = 0.5 * math.log(sum(float(next(iter(p.values()))) ** 2 for p in polys))
            log_k += f.in_k * size
            log_h += f.in_h * size
            continue
        g = factor(polys, f.in_k, f.in_h)
        if g.gens in kept:
            old = kept[g.gens]
            g = replace(g, in_k=g.in_k + old.in_k, in_h=g.in_h + old.in_h)
        kept[g.gens] = g
    return Cell(tuple(k), tuple(h), log_k, log_h, tuple(f for f in kept.values() if f.in_k or f.in_h))


# -- where does a factor vanish? ---------------------------------------------------------------------------------
def dense(p: Poly, d: int) -> np.ndarray:
    """Coefficients as a float array, one axis for each variable."""
    shape = [1 + max((e[i] for e in p), default=0) for i in range(d)]
    out = np.zeros(shape)
    for e, c in p.items():
        out[e] = float(c)
    return out


def bernstein(a: np.ndarray) -> np.ndarray:
    """Power coefficients on [0,1]^d -> Bernstein coefficients (their hull contains the values)."""
    for axis, size in enumerate(a.shape):
        n = size - 1
        m = np.array([[math.comb(i, j) / math.comb(n, j) if j <= i else 0.0 for j in range(size)]
                      for i in range(size)])
        a = np.moveaxis(np.tensordot(m, a, axes=(1, axis)), 0, axis)
    return a


def _halves(b: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """de Casteljau at 1/2."""
    b = np.moveaxis(b, axis, 0)
    left, right = [b[0]], [b[-1]]
    row = b
    while len(row) > 1:
        row = 0.5 * (row[1:] + row[:-1])
        left.append(row[0])
        right.append(row[-1])
    return np.moveaxis(np.array(left), 0, axis), np.moveaxis(np.array(right[::-1]), 0, axis)


def keeps_sign(b: np.ndarray, depth: int = 5, floor: float | None = None) -> bool:
    """Is the polynomial with these Bernstein coefficients bounded away from 0 on [0,1]^d? (False: not seen.)"""
    floor = 1e-10 * float(np.abs(b).max()) if floor is None else floor
    if b.min() > floor or b.max() < -floor:
        return True
    corners = b[tuple(slice(None, None, max(1, s - 1)) for s in b.shape)]
    if depth == 0 or (corners.min() <= floor and corners.max() >= -floor):
        return False
    axis = int(np.argmax(b.shape))
    for _ in range(b.ndim):
        if b.shape[axis] > 1:
            parts = _halves(b, axis)
            for other in range(b.ndim):
                if other != axis and b.shape[other] > 1:
                    parts = tuple(q for p in parts for q in _halves(p, other))  # type: ignore[assignment]
            return all(keeps_sign(p, depth - 1, floor) for p in parts)
        axis = (axis + 1) % b.ndim
    return False


def multiply(p: Poly, q: Poly) -> Poly:
    """Product of two polynomials."""
    out: Poly = {}
    for e, a in p.items():
        for f, b in q.items():
            g = tuple(x + y for x, y in zip(e, f, strict=True))
            out[g] = out.get(g, Fraction(0)) + a * b
    return tidy(out)


def positive(f: Factor, d: int) -> bool:
    """Does the factor not vanish on the closed cell?"""
    polys = f.polys()
    if not polys:
        return False
    if len(polys) == 1:
        return keeps_sign(bernstein(dense(polys[0], d)))
    if any(keeps_sign(bernstein(dense(p, d)), 0) for p in polys):
        return True
    total: Poly = {}
    for p in polys:
        for e, c in multiply(p, p).items():
            total[e] = total.get(e, Fraction(0)) + c
    return keeps_sign(bernstein(dense(total, d)))


def at_corner(p: Poly, corner: Sequence[int]) -> Fraction:
    """The value at a corner of [0,1]^d."""
    return sum((c for e, c in p.items() if all(k or not n for n, k in zip(e, corner, strict=True))), Fraction(0))


def vanishes_at(f: Factor, corner: Sequence[int]) -> bool:
    """Do all generators vanish at the corner (to 30 digits)?"""
    for p in f.polys():
        size = max(abs(c) for c in p.values())
        if abs(at_corner(p, corner)) > size * Fraction(1, 10**30):
            return False
    return True


def without_small(p: Poly, corner: Sequence[int]) -> Poly:
    """p with its constant term set to 0 where it is 0 to 30 digits (only used at the origin)."""
    if any(corner):
        return p
    size = max(abs(c) for c in p.values())
    return {e: c for e, c in p.items() if any(e) or abs(c) > size * Fraction(1, 10**30)}


# -- Newton polygons ------------------------------------------------------------------------------------------------
def polygon_rays(supports: Sequence[Sequence[tuple[int, ...]]]) -> list[tuple[int, int]]:
    """Rays of the common refinement of the normal fans of plane Newton polygons, from (1,0) to (0,1).

    >>> polygon_rays([[(0, 2), (3, 0)]])
    [(1, 0), (2, 3), (0, 1)]
    """
    inner: set[tuple[int, int]] = set()
    for points in supports:
        vertices = _lower_hull(points)
        for (a, b), (c, e) in itertools.pairwise(vertices):
            g = math.gcd(b - e, c - a)
            inner.add(((b - e) // g, (c - a) // g))
    return [(1, 0), *sorted(inner, key=lambda r: math.atan2(r[1], r[0])), (0, 1)]


def _lower_hull(points: Sequence[tuple[int, ...]]) -> list[tuple[int, int]]:
    """Vertices of the compact edges of conv(points) + the quadrant, from left to right."""
    best: dict[int, int] = {}
    for x, y in points:
        best[x] = min(y, best.get(x, y))
    kept: list[tuple[int, int]] = []
    for x in sorted(best):
        y = best[x]
        if kept and y >= kept[-1][1]:
            continue
        while len(kept) > 1 and (kept[-1][0] - kept[-2][0]) * (y - kept[-2][1]) - (kept[-1][1] - kept[-2][1]) * (
            x - kept[-2][0]
        ) <= 0:
            kept.pop()
        kept.append((x, y))
    return kept

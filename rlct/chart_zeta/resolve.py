r"""From the box to leaves: cells are cut and blown up until every factor is a monomial, a unit, or crosses simply.

In the plane this is complete for what a double can see: singular points of the factors and their intersections (exact,
by elimination) become corners; at a corner where factors vanish the cell is cut into the cones of the Newton polygons
(the weights are those of the blow-ups in the certificate); on exceptional edges every root where a factor does not
cross simply becomes a corner again.  In three variables only corners of monomial kind are treated.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Protocol

import numpy as np

from rlct.chart_zeta.cells import (
    Cell,
    Factor,
    Poly,
    bernstein,
    cone,
    cut,
    dense,
    factor,
    flipped,
    keeps_sign,
    multiply,
    polygon_rays,
    positive,
    vanishes_at,
    without_content,
    without_small,
)
from rlct.chart_zeta.leaves import Leaf, Rule, crossed_leaf, smooth_leaf
from rlct.errors import UnsupportedError

Maker = Callable[[Rule], Leaf | None]
"""Rule of the axes -> the leaf."""
DEEPEST = 40
MOST = 3000
"""Most cells that are looked at."""


class Settle(Protocol):
    """Chooses the order of the rules of a leaf, and counts cells."""

    cells: int
    deadline: float

    def __call__(self, make: Maker, d: int) -> Leaf | None: ...


def leaves_of(cell: Cell, settled: Settle, depth: int = 0, slanted: bool = False) -> list[Leaf]:
    """All leaves of a cell.

    Parameters
    ----------
    settled : chooses the order of the rules; None when none suffices (the cell is then halved).
    slanted : was the cell made by a blow-up at a corner through which a branch ran at the slope of a cut?

    Raises
    ------
    UnsupportedError : where the cells do not come to an end.
    """
    settled.cells += 1
    if depth > DEEPEST or settled.cells > MOST or time.perf_counter() > settled.deadline:
        raise UnsupportedError(f"the charts did not come to an end ({settled.cells} cells, depth {depth})")
    cell = without_content(cell)
    if any(not f.gens for f in cell.factors):
        raise UnsupportedError("K vanishes identically on a part of the box")
    d = cell.d
    bad = [not positive(f, d) for f in cell.factors]
    if not any(bad):
        leaf = settled(lambda rule: smooth_leaf(cell, rule), d)
        return [leaf] if leaf is not None else _halved(cell, settled, depth)
    for corner in itertools.product((0, 1), repeat=d):
        if any(b and vanishes_at(f, corner) for b, f in zip(bad, cell.factors, strict=True)):
            return _corner(cell, corner, settled, depth, slanted)
    if d != 2:
        raise UnsupportedError("a factor vanishes away from the corners of a cell in more than two variables")
    for swap in (False, True):
        if all(len(f.gens) == 1 for b, f in zip(bad, cell.factors, strict=True) if b) and _crosses(cell, bad, swap):
            leaf = settled(lambda rule, s=swap: crossed_leaf(cell, bad, s, rule), 2)  # type: ignore[misc]
            if leaf is not None:
                return [leaf]
            return _halved(cell, settled, depth, 1 if swap else 0)
    axis, where = _special(cell, bad, depth)
    out: list[Leaf] = []
    for part in cut(cell, axis, where):
        out += leaves_of(part, settled, depth + 1)
    return out


def _halved(cell: Cell, settled: Settle, depth: int, axis: int | None = None) -> list[Leaf]:
    """Both halves along the axis on which the factors change most."""
    if axis is None:
        change = np.zeros(cell.d)
        for f in cell.factors:
            values = sum(_corner_values(p, cell.d) ** 2 for p in f.polys())
            logs = 0.5 * np.log(np.maximum(values, 1e-30))
            for i in range(cell.d):
                change[i] += f.in_k * float(np.abs(np.diff(logs, axis=i)).max())
        axis = int(np.argmax(change))
    return [leaf for part in cut(cell, axis, Fraction(1, 2)) for leaf in leaves_of(part, settled, depth + 1)]


def _corner_values(p: Poly, d: int) -> np.ndarray:
    """Values on the grid of corners and middles, shape (3,) * d."""
    a = dense(p, d)
    for axis in range(d):
        powers = np.array([0.0, 0.5, 1.0])[:, None] ** np.arange(a.shape[axis])
        a = np.moveaxis(np.tensordot(powers, a, axes=(1, axis)), 0, axis)
    return a


def _corner(cell: Cell, corner: Sequence[int], settled: Settle, depth: int, slanted: bool) -> list[Leaf]:
    """A corner where factors vanish, moved to the origin and blown up."""
    for axis, c in enumerate(corner):
        if c and (cell.k[axis] or cell.h[axis]):
            return [leaf for part in cut(cell, axis, Fraction(1, 2)) for leaf in leaves_of(part, settled, depth + 1)]
    for axis, c in enumerate(corner):
        if c:
            cell = flipped(cell, axis)
    origin = (0,) * cell.d
    fixed = []
    vanishing = []
    for f in cell.factors:
        here = vanishes_at(f, origin)
        g = factor([without_small(p, origin) for p in f.polys()], f.in_k, f.in_h) if here else f
        fixed.append(g)
        if here:
            vanishing.append(g)
    cell = without_content(Cell(cell.k, cell.h, cell.log_k, cell.log_h, tuple(fixed)))
    vanishing = [f for f in cell.factors if vanishes_at(f, origin)]
    if not vanishing:
        return leaves_of(cell, settled, depth + 1)
    through = cell.d == 2 and any(
        _through_corner(f, r) for f in vanishing for r in polygon_rays(_supports([f]))[1:-1]
    )
    if through and slanted:
        # the branch would run through a corner of the next cells as well, and so on for ever: change the slope
        return [leaf for part in cut(cell, 0, Fraction(2, 3)) for leaf in leaves_of(part, settled, depth + 1)]
    cones = plane_cones(vanishing) if cell.d == 2 else pair_cones(vanishing, cell.d)
    return [leaf for rays in cones for leaf in leaves_of(cone(cell, rays), settled, depth + 1, through)]


def plane_cones(vanishing: Sequence[Factor]) -> list[list[tuple[int, ...]]]:
    """Neighbouring rays of the Newton polygons of the factors."""
    rays = polygon_rays(_supports(vanishing))
    return [[a, b] for a, b in itertools.pairwise(rays)]


def _supports(factors: Sequence[Factor]) -> list[list[tuple[int, ...]]]:
    return [[e for g in f.gens for e, _ in g] for f in factors]


def _through_corner(f: Factor, ray: tuple[int, int]) -> bool:
    """Does the initial form of a single generator along a ray vanish at (1, 1)?"""
    if len(f.gens) > 1:
        return False
    low = min(e[0] * ray[0] + e[1] * ray[1] for e, _ in f.gens[0])
    form = [c for e, c in f.gens[0] if e[0] * ray[0] + e[1] * ray[1] == low]
    return abs(sum(form, Fraction(0))) <= Fraction(1, 10**25) * max(abs(c) for c in form)


def pair_cones(vanishing: Sequence[Factor], d: int) -> list[list[tuple[int, ...]]]:
    """A weighted blow-up of two variables that makes two incomparable monomials of one factor comparable."""
    for f in vanishing:
        low = _minimal([e for g in f.gens for e, _ in g])
        for a, b in itertools.combinations(low, 2):
            more = [i for i in range(d) if a[i] > b[i]]
            less = [i for i in range(d) if a[i] < b[i]]
            if more and less:
                i = max(more, key=lambda t: a[t] - b[t])
                j = max(less, key=lambda t: b[t] - a[t])
                p, q = a[i] - b[i], b[j] - a[j]
                middle = [0] * d
                middle[i], middle[j] = q, p
                out = []
                for drop in (i, j):
                    rays = []
                    for t in range(d):
                        rays.append(tuple(middle) if t == drop else tuple(int(s == t) for s in range(d)))
                    out.append(rays)
                return out
    raise UnsupportedError("a factor vanishes at a corner but has no two incomparable terms there")


def _minimal(points: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    unique = sorted(set(points))
    return [a for a in unique if not any(b != a and all(x <= y for x, y in zip(b, a, strict=True)) for b in unique)]


def _crosses(cell: Cell, bad: Sequence[bool], swap: bool) -> bool:
    """Have the bad factors together only simple roots in the inner variable, none at its ends, for all outer ones?"""
    inner = 0 if swap else 1
    product: Poly = {(0, 0): Fraction(1)}
    for b, f in zip(bad, cell.factors, strict=True):
        if b:
            product = multiply(product, f.polys()[0])
    for end in (0, 1):
        edge: Poly = {}
        for e, c in product.items():
            if end or not e[inner]:
                key = (e[1 - inner],)
                edge[key] = edge.get(key, Fraction(0)) + c
        if not edge or not keeps_sign(bernstein(dense(edge, 1)), 8):
            return False
    slope: Poly = {}
    for e, c in product.items():
        if e[inner]:
            slope[tuple(n - int(i == inner) for i, n in enumerate(e))] = c * e[inner]
    if not slope:
        return False
    size = float(max(abs(c) for c in product.values())) ** 2
    steep = float(max(abs(c) for c in slope.values())) ** 2
    total: Poly = {}
    for p, weight in ((product, 1.0 / size), (slope, 1.0 / steep)):
        for e, c in multiply(p, p).items():
            total[e] = total.get(e, Fraction(0)) + c * Fraction(weight)
    return keeps_sign(bernstein(dense(total, 2)), 6)


def _special(cell: Cell, bad: Sequence[bool], depth: int) -> tuple[int, Fraction]:
    """(axis, place) of a cut: an edge point where factors meet or do not cross simply; where a curve enters through one
    edge and leaves through a neighbouring one, an entry; else near the middle."""
    entries: dict[int, list[tuple[bool, int, Fraction]]] = {0: [], 1: []}
    for axis in (0, 1):  # the edge u_axis = end, parametrised by the other variable
        for end in (0, 1):
            seen: list[Fraction] = []
            for b, f in zip(bad, cell.factors, strict=True):
                if not b:
                    continue
                lines = [_edge(p, axis, end) for p in f.polys()]
                lines = [c for c in lines if any(c)]
                if not lines:
                    continue
                simple, multiple = edge_roots(lines)
                wrong = multiple if len(f.gens) == 1 else simple + multiple
                for r in wrong:
                    return 1 - axis, r
                for r in simple:
                    if any(abs(r - s) < Fraction(1, 10**20) for s in seen):
                        return 1 - axis, r
                    seen.append(r)
                    entries[axis].append((not end or bool(cell.k[axis] or cell.h[axis]), 1 - axis, r))
    if entries[0] and entries[1]:
        _, axis, place = min(entries[0] + entries[1])
        return axis, place
    # nothing special: an ordinary cut, off the middle so that symmetric curves do not run through its corners
    return depth % 2, Fraction(31, 64)


def _edge(p: Poly, axis: int, end: int) -> list[Fraction]:
    """Coefficients along an edge."""
    other = 1 - axis
    out: dict[int, Fraction] = {}
    for e, c in p.items():
        if end or not e[axis]:
            out[e[other]] = out.get(e[other], Fraction(0)) + c
    size = max((abs(c) for c in out.values()), default=Fraction(0))
    row = [out.get(i, Fraction(0)) for i in range(max(out, default=-1) + 1)]
    return [c if abs(c) > size * Fraction(1, 10**40) else Fraction(0) for c in row]


def edge_roots(lines: Sequence[list[Fraction]]) -> tuple[list[Fraction], list[Fraction]]:
    """Common roots in (0, 1) of polynomials in one variable, 60 digits: (simple ones, multiple ones)."""
    import mpmath

    simple: list[Fraction] = []
    multiple: list[Fraction] = []
    first = _trimmed(lines[0])
    with mpmath.workdps(70):
        for root, order in _real_roots(first):
            if all(_small(c, root) for c in lines[1:]):
                (simple if order == 1 else multiple).append(root)
    return simple, multiple


def _trimmed(c: list[Fraction]) -> list[Fraction]:
    while c and not c[-1]:
        c = c[:-1]
    return c


def _value(c: Sequence[Fraction], t: Fraction) -> Fraction:
    out = Fraction(0)
    for a in reversed(c):
        out = out * t + a
    return out


def _small(c: Sequence[Fraction], t: Fraction) -> bool:
    size = max((abs(a) for a in c), default=Fraction(0))
    return abs(_value(c, t)) <= size * Fraction(1, 10**25)


def _real_roots(c: list[Fraction]) -> list[tuple[Fraction, int]]:
    """Roots in (0, 1) with multiplicities: each is a simple root of some derivative, where it is found."""
    import mpmath

    out: list[tuple[Fraction, int]] = []
    derivatives = [c]
    while len(derivatives[-1]) > 2:
        derivatives.append([i * a for i, a in enumerate(derivatives[-1])][1:])
    for level in range(len(derivatives) - 1, -1, -1):
        p = derivatives[level]
        if len(p) < 2:
            continue
        high = [mpmath.mpf(a.numerator) / a.denominator for a in reversed(p)]
        rough = np.roots([float(v) for v in high])
        for r in rough:
            if abs(r.imag) > 1e-3 or not -1e-3 < r.real < 1 + 1e-3:
                continue
            t = mpmath.mpf(float(r.real))
            slope = [a * (len(high) - 1 - i) for i, a in enumerate(high[:-1])]
            good = False
            for _ in range(200):
                d = mpmath.polyval(slope, t)
                if not d:
                    break
                step = mpmath.polyval(high, t) / d
                t -= step
                if abs(step) < mpmath.mpf(10) ** (-66):
                    good = True
                    break
            if not good or not 1e-12 < t < 1 - 1e-12:
                continue
            root = nice(t)
            if all(_small(derivatives[i], root) for i in range(level)) and not any(
                abs(root - s) < Fraction(1, 10**20) for s, _ in out
            ):
                out.append((root, level + 1))
    return out


def nice(t: object) -> Fraction:
    """A 70-digit number as a fraction, the simple one where it is one."""
    import mpmath

    scaled = int(mpmath.nint(mpmath.mpf(t) * 10**66))
    value = Fraction(scaled, 10**66)
    simple = value.limit_denominator(10**6)
    return simple if abs(simple - value) < Fraction(1, 10**40) else value

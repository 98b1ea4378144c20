"""Fans: the common refinement of the normal fans of Newton polyhedra, cut into simplicial cones.

May know: `rlct.exact.simplex` (integer vectors), `rlct.errors`.  May not know: polynomials, charts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cmp_to_key
from itertools import combinations, pairwise
from math import gcd

from rlct.exact.polyhedra import minimal_points
from rlct.exact.simplex import Vector, dot

Cone = tuple[Vector, ...]
# a ray of a cell (with its values at the points in question appended) and the bit set of walls it lies on
Ray = tuple[Vector, int]


def normal_fan(supports: Sequence[Sequence[Vector]], n: int) -> list[Cone]:
    """Simplicial cones that subdivide the orthant, on each of which every support has one least point.

    Parameters
    ----------
    supports : exponent vectors in n variables, at least one in each.
    n : number of variables (made for n <= 5).

    Returns
    -------
    Maximal cones, each n independent primitive rays in a fixed order; two cones meet in a common face.

    Notes
    -----
    The cells of the common refinement are found by cutting each cell with the normal cones of the next support
    (double description, Motzkin and others 1953).  Each cell is triangulated by pulling its rays in one order that is
    the same for all cells: the pieces of a face then depend on the face alone (Lee 1990).

    Examples
    --------
    >>> normal_fan([[(2, 0), (0, 3)]], 2)
    [((1, 0), (3, 2)), ((3, 2), (0, 1))]
    """
    if n == 0:
        return [()]
    if n == 1:
        return [((1,),)]
    if n == 2:
        return _planar_fan(supports)
    full = (1 << n) - 1
    units = [tuple([1 if i == j else 0 for j in range(n)]) for i in range(n)]
    cells: list[list[Ray]] = [[(u, full & ~(1 << i)) for i, u in enumerate(units)]]
    for points in supports:
        if len(points) > 1:
            reduced = [points[i] for i in minimal_points(points)]
            if len(reduced) > 1:
                cells = [piece for cell in cells for piece in _cut(cell, reduced, n)]
    out: list[Cone] = []
    for cell in cells:
        out.extend(_triangulate(cell, n))
    return out


def _planar_fan(supports: Sequence[Sequence[Vector]]) -> list[Cone]:
    """Two variables: the rays are the inner normals of the compact edges."""
    rays: set[Vector] = {(1, 0), (0, 1)}
    for points in supports:
        corners = _planar_vertices(points)
        for (x, y), (s, t) in pairwise(corners):
            g = gcd(s - x, y - t)
            rays.add(((y - t) // g, (s - x) // g))
    return list(pairwise(sorted(rays, key=cmp_to_key(_turn))))


def _turn(r: Vector, s: Vector) -> int:
    """Positive if r lies beyond s on the way from (1, 0) to (0, 1)."""
    return r[1] * s[0] - r[0] * s[1]


def _planar_vertices(points: Sequence[Vector]) -> list[Vector]:
    """Corners of the Newton polygon from left to right."""
    chain: list[Vector] = []
    for p in sorted(set(points)):
        if chain and chain[-1][1] <= p[1]:
            continue
        while len(chain) > 1:
            (a, b), (c, d) = chain[-2], chain[-1]
            if (c - a) * (p[1] - b) > (d - b) * (p[0] - a):
                break
            chain.pop()
        chain.append(p)
    return chain


def _cut(cell: Sequence[Ray], points: Sequence[Vector], n: int) -> list[list[Ray]]:
    """The pieces of a cell on which one of the points is least."""
    values = [tuple([dot(r, p) for r, _ in cell]) for p in points]
    candidates = minimal_points(values)
    if len(candidates) == 1:
        return [list(cell)]
    values = [values[i] for i in candidates]
    count = len(candidates)
    # walls that matter keep their bit, new ones are numbered after them
    base = max(mask.bit_length() for _, mask in cell)
    start: list[Ray] = [(r + tuple([v[i] for v in values]), mask) for i, (r, mask) in enumerate(cell)]
    out: list[list[Ray]] = []
    for a in range(count):
        piece = start
        for b in range(count):
            if b != a:
                piece = _clip(piece, n + a, n + b, 1 << (base + b), n)
                if not piece:
                    break
        else:
            out.append(_renumber([(r[:n], mask) for r, mask in piece]))
    return out


def _clip(cell: Sequence[Ray], a: int, b: int, bit: int, n: int) -> list[Ray]:
    """The part of a cell where entry b is at least entry a; no rays if it has no interior."""
    positive: list[tuple[int, Vector, int]] = []
    negative: list[tuple[int, Vector, int]] = []
    out: list[Ray] = []
    for r, mask in cell:
        x = r[b] - r[a]
        if x > 0:
            positive.append((x, r, mask))
            out.append((r, mask))
        elif x < 0:
            negative.append((-x, r, mask))
        else:
            out.append((r, mask | bit))
    if not positive:
        return []
    if not negative:
        return out
    masks = [mask for _, mask in cell]
    for x, r, mask in positive:
        for y, s, other in negative:
            common = mask & other
            if common.bit_count() < n - 2:
                continue
            # neighbours are those with no third ray on all their common walls
            if sum([m & common == common for m in masks]) > 2:
                continue
            g = gcd(*[x * f + y * e for e, f in zip(r[:n], s)])
            out.append((tuple([(x * f + y * e) // g for e, f in zip(r, s)]), common | bit))
    return out


def _facets(masks: Sequence[int]) -> list[int]:
    """The facets of a cell as sets of ray positions, from the walls of each ray."""
    walls: dict[int, int] = {}
    for i, mask in enumerate(masks):
        while mask:
            low = mask & -mask
            walls[low] = walls.get(low, 0) | (1 << i)
            mask ^= low
    return _maximal(set(walls.values()))


def _maximal(sets: Iterable[int]) -> list[int]:
    out: list[int] = []
    for s in sorted(sets, key=lambda s: (-s.bit_count(), s)):
        if not any(s & t == s for t in out):
            out.append(s)
    return out


def _renumber(cell: Sequence[Ray]) -> list[Ray]:
    """Forget the walls that are no facets and number the others from 0."""
    masks = [0] * len(cell)
    for bit, facet in enumerate(_facets([mask for _, mask in cell])):
        for i in range(len(cell)):
            if facet >> i & 1:
                masks[i] |= 1 << bit
    return [(r, mask) for (r, _), mask in zip(cell, masks)]


def _order(ray: Vector) -> tuple[int, list[int]]:
    """The fixed order in which rays are pulled: short ones first."""
    return sum(ray), [-x for x in ray]


def _triangulate(cell: Sequence[Ray], n: int) -> list[Cone]:
    """Pulling triangulation of one cell."""
    ordered = sorted(cell, key=lambda ray: _order(ray[0]))
    rays = [r for r, _ in ordered]
    if len(rays) == n:
        return [tuple(rays)]
    facets = _facets([mask for _, mask in ordered])
    pieces = _pull((1 << len(rays)) - 1, facets, n)
    return [tuple([r for i, r in enumerate(rays) if piece >> i & 1]) for piece in pieces]


def _pull(face: int, facets: Sequence[int], dim: int) -> list[int]:
    """Join the first ray of the face with the pieces of those of its facets that do not contain it."""
    if face.bit_count() == dim:
        return [face]
    first = face & -face
    below = _maximal({face & g for g in facets if face & ~g})
    return [first | piece for g in below if not g & first for piece in _pull(g, facets, dim - 1)]


def faces_of(cones: Iterable[Cone]) -> list[Cone]:
    """All faces of the cones whose rays add up to a strictly positive vector, each once.

    >>> faces_of(normal_fan([[(1, 0), (0, 1)]], 2))
    [((1, 1),), ((1, 0), (1, 1)), ((1, 1), (0, 1))]
    """
    found: dict[frozenset[Vector], Cone] = {}
    for cone in cones:
        full = (1 << len(cone[0])) - 1 if cone else 0
        masks = [sum(1 << i for i, x in enumerate(r) if x) for r in cone]
        for size in range(len(cone) + 1):
            for chosen in combinations(range(len(cone)), size):
                mask = 0
                for i in chosen:
                    mask |= masks[i]
                if mask == full:
                    face = tuple([cone[i] for i in chosen])
                    found.setdefault(frozenset(face), face)
    return sorted(found.values(), key=len)


def orders(support: Sequence[Vector], v: Sequence[int]) -> int:
    """The order min v·a of a support along a weight.

    >>> orders([(2, 0), (0, 3)], (1, 1))
    2
    """
    return min([dot(v, a) for a in support])


def initial_indices(support: Sequence[Vector], rays: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """Indices of the points that are least for every ray (maybe none).

    >>> initial_indices([(2, 0), (1, 1), (0, 2)], [(1, 1), (1, 2)])
    (0,)
    """
    chosen: Sequence[int] = range(len(support))
    for v in rays:
        values = [dot(v, a) for a in support]
        low = min(values)
        chosen = [i for i in chosen if values[i] == low]
    return tuple(chosen)

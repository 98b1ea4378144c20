"""Newton distance with prior exponents, and membership in Newton polyhedra: exact answers with both witnesses.

For K = x^k ∏ (sum of monomials of object j)^{E_j} with measure x^h dx the threshold is the least `v·(h+1) / D(v)` over
weights v >= 0, `D(v) = v·k + Σ E_j min_a v·a`; the multiplicity is the dimension of the cone of optimal weights
(Varchenko 1976; Lin 2011 for ideals, where it is the codimension of the face).  A weight proves the value from above,
convex combinations of the monomials prove it from below (duality of linear programmes).

May know: `rlct.exact.simplex`, `rlct.errors`.  May not know: polynomials, charts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import le

from rlct.errors import InputError
from rlct.exact.simplex import Tableau, Vector, dot, maximise, primitive, restrict, strict_pair

Combo = tuple[tuple[int, Fraction], ...]
Objects = Sequence[tuple[Fraction, Sequence[Vector]]]

ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Distance:
    """The least ratio with its two proofs.

    `lam` : the value; None means infinity (no exponent of K at all: T = 0 is possible).
    `mult` : dimension of the cone of optimal weights; 0 when lam is None.
    `weight` : primitive integer v >= 0 in the relative interior of that cone; () when lam is None.
    `rays` : `mult` independent extreme rays of it (primitive); their sum is a multiple of `weight`.
    `combos` : for each object ((index of point, c), ...), c > 0, Σ c = 1, strictly complementary to `weight`.
    """

    lam: Fraction | None
    mult: int
    weight: Vector
    rays: tuple[Vector, ...]
    combos: tuple[Combo, ...]


def newton_distance(objects: Objects, k: Sequence[Fraction], q: Sequence[Fraction]) -> Distance:
    """Minimise v·q over v >= 0 with v·k + Σ_j E_j min_a v·a >= 1.

    Parameters
    ----------
    objects : (E_j > 0, exponent vectors of the monomials of object j), each with at least one monomial.
    k, q : exponent vector of the monomial in front (>= 0) and h + 1 (> 0), one entry a variable.

    Returns
    -------
    Value, multiplicity, weights and convex combinations c; with T = k + Σ_j E_j Σ_a c_ja a: lam = min q_i / T_i and
    mult = dim {v : v_i = 0 where q_i > lam T_i, v·(a - a') = 0 for the listed a, a' of one object}.

    Raises
    ------
    InputError
        If an exponent is out of its range or an object has no monomial.

    Examples
    --------
    >>> d = newton_distance([(Fraction(1), [(2, 0), (0, 4)])], [0, 0], [1, 1])
    >>> d.lam, d.mult, d.weight, d.combos
    (Fraction(3, 4), 1, (2, 1), (((0, Fraction(2, 3)), (1, Fraction(1, 3))),))
    >>> newton_distance([], [2, 2], [1, 1]).rays
    ((1, 0), (0, 1))
    """
    n = len(q)
    _validate(objects, k, q)
    kept = [minimal_points(points) for _, points in objects]
    # one scale for k and the E, one for q: the rest is integer arithmetic
    left = lcm(*[x.denominator for x in k], *[E.denominator for E, _ in objects])
    right = lcm(*[x.denominator for x in q])
    front = [x.numerator * (left // x.denominator) for x in k]
    target = [x.numerator * (right // x.denominator) for x in q]
    combos: list[Combo] = []
    open_objects: list[int] = []
    for j, (E, points) in enumerate(objects):
        if len(kept[j]) == 1:
            i = kept[j][0]
            e = E.numerator * (left // E.denominator)
            front = [x + e * a for x, a in zip(front, points[i])]
            combos.append(((i, ONE),))
        else:
            open_objects.append(j)
            combos.append(())
    if not open_objects:
        return _monomial(front, target, Fraction(left, right), tuple(combos))
    scaled: list[list[Sequence[int]]] = []
    for j in open_objects:
        E, points = objects[j]
        e = E.numerator * (left // E.denominator)
        scaled.append([[e * a for a in points[i]] if e != 1 else points[i] for i in kept[j]])
    # the front monomial belongs to every product: to the terms of the first open object as well
    if any(front):
        scaled[0] = [[x + a for x, a in zip(front, p)] for p in scaled[0]]
    used = [i for i in range(n) if any(p[i] for part in scaled for p in part)]
    table = _dual_tableau(scaled, [target[i] for i in used], used)
    maximise(table)
    lam = Fraction(table.rows[-1][-1] * left, table.den * right)
    x, y = strict_pair(table)
    label = 0
    active: list[list[int]] = []
    for j, part in zip(open_objects, scaled):
        chosen = [(i, x[label + i]) for i in range(len(part)) if x.get(label + i)]
        total = sum(c for _, c in chosen)
        combos[j] = tuple([(kept[j][i], Fraction(c, total)) for i, c in chosen])
        active.append([i for i, _ in chosen])
        label += len(part)
    weight = [0] * n
    for i, var in enumerate(used):
        weight[var] = y.get(label + i, 0)
    rays = _spanning_rays(primitive(weight), scaled, active, target)
    total_ray = rays[0] if len(rays) == 1 else primitive([sum(s) for s in zip(*rays)])
    return Distance(lam, len(rays), total_ray, rays, tuple(combos))


def optimal_vertex(objects: Objects, k: Sequence[Fraction], q: Sequence[Fraction]) -> Vector:
    """One extreme ray of the cone of optimal weights (primitive); () when the threshold is infinite.

    >>> optimal_vertex([(Fraction(1), [(2, 0), (0, 4)])], [0, 0], [1, 1])
    (2, 1)
    """
    rays = newton_distance(objects, k, q).rays
    return rays[0] if rays else ()


def _validate(objects: Objects, k: Sequence[Fraction], q: Sequence[Fraction]) -> None:
    if len(k) != len(q):
        raise InputError(f"k has {len(k)} entries and q has {len(q)}: one entry for each variable in both")
    if any(x.numerator <= 0 for x in q):
        raise InputError("q = h + 1 must be positive in every variable")
    if any(x.numerator < 0 for x in k):
        raise InputError("the exponents k must not be negative")
    for E, points in objects:
        if E.numerator <= 0:
            raise InputError("the exponent of an object must be positive")
        if not points:
            raise InputError("an object needs at least one monomial")


def _monomial(front: Sequence[int], target: Sequence[int], scale: Fraction, combos: tuple[Combo, ...]) -> Distance:
    """One monomial only: the least ratio in closed form."""
    n = len(front)
    best: list[int] = []
    num, den = 0, 1
    for i, (t, q) in enumerate(zip(front, target)):
        if t:
            d = q * den - num * t if best else -1
            if d < 0:
                best, num, den = [i], q, t
            elif d == 0:
                best.append(i)
    if not best:
        return Distance(None, 0, (), (), combos)
    rays = tuple([tuple([1 if i == b else 0 for i in range(n)]) for b in best])
    weight = tuple([1 if i in best else 0 for i in range(n)])
    return Distance(Fraction(num, den) * scale, len(best), weight, rays, combos)


def _dual_tableau(scaled: Sequence[Sequence[Sequence[int]]], target: Sequence[int], used: Sequence[int]) -> Tableau:
    """Maximise Σ_a y_0a with Σ y_ja a <= q and Σ_a y_0a <= Σ_a y_ja for the further objects j.

    Labels: the points in order, then one slack for each used variable, then one for each further object.
    """
    count = sum(map(len, scaled))
    rows = [[p[i] for part in scaled for p in part] + [b] for i, b in zip(used, target)]
    first = len(scaled[0])
    start = first
    for part in scaled[1:]:
        row = [1] * first + [0] * (count - first + 1)
        row[start : start + len(part)] = [-1] * len(part)
        rows.append(row)
        start += len(part)
    height = len(rows)
    rows.append([-1] * first + [0] * (count - first + 1))
    return Tableau(rows, list(range(count, count + height)), list(range(count)))


def _spanning_rays(
    weight: Vector, scaled: Sequence[Sequence[Sequence[int]]], active: Sequence[Sequence[int]], target: Sequence[int]
) -> tuple[Vector, ...]:
    """Independent extreme rays that span the hull of the optimal cone; `weight` is in its relative interior."""
    n = len(weight)
    hull = [tuple([1 if i == j else 0 for i in range(n)]) for j in range(n) if weight[j]]
    walls: list[Vector] = list(hull)
    for part, chosen in zip(scaled, active):
        first = part[chosen[0]]
        listed = set(chosen)
        for i, p in enumerate(part):
            if i == chosen[0]:
                continue
            g = tuple([x - y for x, y in zip(p, first)])
            if i in listed:
                hull = restrict(hull, g)
            else:
                walls.append(g)
        if len(hull) == 1:
            return (weight,)
    if len(hull) == 1:
        return (weight,)
    rays: list[Vector] = []
    outside = hull  # vectors of the hull orthogonal to all rays found so far
    while outside:
        ray = _extreme_ray(weight, hull, walls, target, outside[0])
        rays.append(ray)
        outside = restrict(outside, ray)
    return tuple(sorted(rays, key=lambda r: (sum(r), [-x for x in r])))


def _extreme_ray(
    weight: Vector, hull: Sequence[Vector], walls: Sequence[Vector], target: Sequence[int], side: Vector
) -> Vector:
    """Extreme ray of {v in hull : wall·v >= 0} not orthogonal to `side`: go from wall to wall, never back in `side`."""
    v = weight
    height = dot(side, v)
    sign = -1 if height < 0 else 1
    face = list(hull)
    while len(face) > 1:
        size = dot(target, v)
        # directions inside the slice target·v = const, so that both ends are reached
        found: Vector | None = None
        for b in face:
            s = dot(target, b)
            d = tuple([size * x - s * y for x, y in zip(b, v)])
            if any(d):
                found = d if found is None else found
                if dot(side, d):
                    found = d
                    break
        assert found is not None  # two independent vectors do not both collapse
        step = primitive(found)
        if dot(side, step) * sign < 0:
            step = tuple([-x for x in step])
        num, den, hit = 0, 1, False
        values = []
        for g in walls:
            s = dot(g, step)
            if s < 0:
                here = dot(g, v)
                values.append((g, here, s))
                if not hit or here * den < -s * num:
                    num, den, hit = here, -s, True
        v = primitive([den * x + num * y for x, y in zip(v, step)])
        for g, here, s in values:
            if here * den == -s * num:
                face = restrict(face, g)
    return v


def minimal_points(points: Sequence[Vector]) -> list[int]:
    """Indices (ascending) of the points that no other point divides; of equal points the first.

    >>> minimal_points([(1, 1), (2, 1), (0, 3), (1, 1)])
    [0, 2]
    """
    if len(points) == 1:
        return [0]
    if len(points) == 2:
        a, b = points
        if all(map(le, a, b)):
            return [0]
        return [1] if all(map(le, b, a)) else [0, 1]
    degrees = [sum(p) for p in points]
    order = sorted(range(len(points)), key=degrees.__getitem__)
    kept: list[int] = []
    lower: list[Vector] = []  # the points kept of strictly lower degree: of one degree only equal points divide
    same: dict[Vector, None] = {}
    degree = -1
    for i in order:
        p = points[i]
        if degrees[i] != degree:
            degree = degrees[i]
            lower += same
            same = {}
        if p in same or any(all(map(le, s, p)) for s in lower):
            continue
        kept.append(i)
        same[p] = None
    return sorted(kept)


def in_closure(alpha: Vector, points: Sequence[Vector]) -> Combo | None:
    """Is x^alpha integral over the monomials, i.e. alpha in conv(points) + orthant?

    Returns
    -------
    ((index, weight), ...) with weights > 0, sum 1 and Σ weight·point <= alpha; None if there are none.

    Examples
    --------
    >>> in_closure((1, 1), [(2, 0), (0, 2)])
    ((0, Fraction(1, 2)), (1, Fraction(1, 2)))
    >>> in_closure((1, 0), [(2, 0), (0, 2)]) is None
    True
    """
    for i, p in enumerate(points):
        if all(map(le, p, alpha)):
            return ((i, ONE),)
    if 0 in alpha:
        dead = [i for i, x in enumerate(alpha) if not x]
        usable = [j for j, p in enumerate(points) if not any(p[i] for i in dead)]
    else:
        usable = list(range(len(points)))
    if len(usable) < 2:
        return None
    left = [points[j] for j in usable]
    if min(map(sum, left)) > sum(alpha):
        return None
    rows: list[list[int]] = []
    for column, a in zip(zip(*left), alpha):
        if max(column) > a:  # else the coordinate holds for every combination
            if min(column) > a:
                return None
            rows.append([*column, a])
    width = len(left)
    height = len(rows)
    table = Tableau([*rows, [-1] * width + [0]], list(range(width, width + height)), list(range(width)))
    maximise(table, 1)
    total = table.rows[-1][-1]
    if total < table.den:
        return None
    found = [(usable[b], row[-1]) for b, row in zip(table.basic, table.rows) if b < width and row[-1]]
    found.sort()
    return tuple([(i, Fraction(c, total)) for i, c in found])


def vertices(points: Iterable[Vector]) -> list[Vector]:
    """Vertices of the Newton polyhedron conv(points) + orthant, each once, in the order given.

    >>> vertices([(4, 0), (2, 2), (0, 4), (1, 1), (3, 3)])
    [(4, 0), (0, 4), (1, 1)]
    """
    given = list(points)
    if not given:
        return []
    left = [given[i] for i in minimal_points(given)]
    i = 0
    while i < len(left):
        others = left[:i] + left[i + 1 :]
        if in_closure(left[i], others) is None:
            i += 1
        else:
            left = others
    return left

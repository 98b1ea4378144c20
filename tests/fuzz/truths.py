"""Exact thresholds by brute force: linear programmes over fractions and flats of arrangements.

Nothing of ``rlct`` is imported.  A value is a pair (λ, m); λ = infinity is the pair (None, 0).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

Value = tuple[Fraction, int]
Vector = Sequence[Fraction | int]


def solve(rows: Sequence[Vector], right: Vector) -> list[Fraction] | None:
    """The unique solution of a square system, or None (Gauss)."""
    n = len(rows)
    a = [[Fraction(x) for x in r] + [Fraction(b)] for r, b in zip(rows, right)]
    for c in range(n):
        p = next((i for i in range(c, n) if a[i][c]), None)
        if p is None:
            return None
        a[c], a[p] = a[p], a[c]
        a[c] = [x / a[c][c] for x in a[c]]
        for i in range(n):
            if i != c and a[i][c]:
                a[i] = [x - a[i][c] * y for x, y in zip(a[i], a[c])]
    return [r[-1] for r in a]


def rank(rows: Sequence[Vector]) -> int:
    """The rank of a matrix."""
    a = [[Fraction(x) for x in r] for r in rows]
    out = 0
    for c in range(len(a[0]) if a else 0):
        p = next((i for i in range(out, len(a)) if a[i][c]), None)
        if p is None:
            continue
        a[out], a[p] = a[p], a[out]
        for i in range(out + 1, len(a)):
            q = a[i][c] / a[out][c]
            a[i] = [x - q * y for x, y in zip(a[i], a[out])]
        out += 1
    return out


def programme(
    cost: Vector, at_least: Sequence[Vector], equal: Sequence[Vector] = ()
) -> tuple[Fraction, list[list[Fraction]]] | None:
    """Minimise ``cost.v`` over ``v >= 0, a.v >= 1 (a in at_least), b.v = 0 (b in equal)``: the value and all
    optimal vertices.

    All costs are positive, so the optimal face is a polytope.  Vertices are found by trying every basis.
    """
    n = len(cost)
    units = [[int(i == j) for j in range(n)] for i in range(n)]
    rows: list[tuple[Vector, int]] = [(a, 1) for a in at_least] + [(u, 0) for u in units]
    free = n - rank(equal) if equal else n
    base: list[Vector] = []
    for b in equal:
        if rank([*base, b]) > len(base):
            base.append(b)
    best: Fraction | None = None
    found: list[list[Fraction]] = []
    for chosen in combinations(rows, free):
        v = solve([*base, *(r for r, _ in chosen)], [0] * len(base) + [b for _, b in chosen])
        if v is None or any(x < 0 for x in v):
            continue
        if any(sum(x * y for x, y in zip(a, v)) < 1 for a in at_least):
            continue
        value = sum((c * x for c, x in zip(cost, v)), Fraction(0))
        if best is None or value < best:
            best, found = value, [v]
        elif value == best and v not in found:
            found.append(v)
    return None if best is None else (best, found)


def face_dimension(vertices: list[list[Fraction]]) -> int:
    """The dimension of the hull of some points."""
    return rank([[x - y for x, y in zip(v, vertices[0])] for v in vertices[1:]]) if len(vertices) > 1 else 0


def newton(exponents: Sequence[Sequence[int]], h: Sequence[int]) -> Value:
    """``λ_abs`` and m of a monomial ideal with prior exponents h: the linear programme in weights."""
    got = programme([1 + x for x in h], exponents)
    if got is None:
        raise ValueError("unit ideal")
    return got[0], 1 + face_dimension(got[1])


def composite(values: Sequence[Value], exponents: Sequence[Sequence[int]]) -> Value:
    """The ideal of products ``prod_i f_i^(a_ji)``, the f_i in separate variables with thresholds (λ_i, m_i) of |f_i|.

    The size of f_i is ε^v with density ``ε^(λ_i v) v^(m_i - 1) dv``: each extra pole order counts once where v is
    not identically 0 on the optimal face.
    """
    got = programme([lam for lam, _ in values], exponents)
    if got is None:
        raise ValueError("unit ideal")
    lam, vertices = got
    logs = sum(m - 1 for i, (_, m) in enumerate(values) if any(v[i] for v in vertices))
    return lam, 1 + face_dimension(vertices) + logs


def binomial(outer: Sequence[int], a: Sequence[int], b: Sequence[int], s: int, h: Sequence[int]) -> Value:
    """``|x^outer (x^a - c x^b)^s|`` with a real zero in the torus: toric divisors, and the strict transform (s, 0)."""
    n = len(a)
    first = [outer[i] + s * a[i] for i in range(n)]
    second = [outer[i] + s * b[i] for i in range(n)]
    lam, m = newton([first, second], h)
    smooth = Fraction(1, s)
    if smooth > lam:
        return lam, m
    on_wall = programme([1 + x for x in h], [first], [[a[i] - b[i] for i in range(n)]])
    meets = 0
    if on_wall is not None and on_wall[0] == smooth:
        meets = 1 + face_dimension(on_wall[1])
    if smooth < lam:
        return smooth, 1
    return lam, max(m, 1 + meets)


def worst(values: Sequence[Value]) -> Value:
    """The least λ, and the largest m among its owners."""
    lam = min(v[0] for v in values)
    return lam, max(v[1] for v in values if v[0] == lam)


def product(values: Sequence[Value]) -> Value:
    """Separate variables multiplied: the least λ, the m's of its owners added."""
    lam = min(v[0] for v in values)
    return lam, sum(v[1] for v in values if v[0] == lam)


def total(values: Sequence[Value]) -> Value:
    """Separate variables, non-negative functions added."""
    return sum((v[0] for v in values), Fraction(0)), 1 + sum(v[1] - 1 for v in values)


# ---------------------------------------------------------------- hyperplane arrangements
def _closure(forms: Sequence[Vector], chosen: frozenset[int]) -> frozenset[int]:
    rows = [forms[i] for i in chosen]
    r = rank(rows)
    return frozenset(i for i in range(len(forms)) if rank([*rows, forms[i]]) == r)


def _dense(forms: Sequence[Vector], flat: frozenset[int]) -> bool:
    """No splitting of the forms into two parts whose ranks add up."""
    items = sorted(flat)
    r = rank([forms[i] for i in items])
    for size in range(1, len(items) // 2 + 1):
        for part in combinations(items, size):
            rest = [forms[i] for i in items if i not in part]
            if rank([forms[i] for i in part]) + rank(rest) == r:
                return False
    return True


def arrangement(forms: Sequence[Vector], k: Sequence[int], h: Sequence[int]) -> Value:
    """``prod |l_i|^k_i`` with prior ``prod |l_i|^h_i``: dense flats, and the largest nested set of minimisers.

    Nested: no two or more incomparable members have a dense join (De Concini and Procesi 1995).
    """
    n = len(forms[0])
    flats = {_closure(forms, frozenset(c)) for size in range(1, n + 1) for c in combinations(range(len(forms)), size)}
    dense = {f for f in flats if _dense(forms, f)}
    ratio = {}
    for f in dense:
        order = sum(k[i] for i in f)
        if order:
            ratio[f] = Fraction(rank([forms[i] for i in f]) + sum(h[i] for i in f), order)
    lam = min(ratio.values())
    minimal = [f for f, r in ratio.items() if r == lam]

    def nested(members: tuple[frozenset[int], ...]) -> bool:
        for size in range(2, len(members) + 1):
            for c in combinations(members, size):
                if any(a < b or b < a for a, b in combinations(c, 2)):
                    continue
                if _closure(forms, frozenset().union(*c)) in dense:
                    return False
        return True

    m = max(size for size in range(1, n + 1) for c in combinations(minimal, size) if nested(c))
    return lam, m

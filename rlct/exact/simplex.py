"""Exact linear programming on integer tableaux: one-phase simplex and strictly complementary pairs.

A tableau stands for the dictionary `x_B = (b - A x_N) / den`, `objective = (z - c x_N) / den` with integers only: every
entry is a minor of the starting matrix, so the divisions in `pivot` leave no remainder and numbers stay as small as
determinants are (Edmonds 1967, Bareiss 1968).  Variables are known by integer labels; the smallest label is chosen
when Bland's rule (1977) has to end a stall.

May know: nothing of the package.  May not know: monomials, charts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

Vector = tuple[int, ...]
Pair = tuple[dict[int, int], dict[int, int]]


@dataclass(slots=True)
class Tableau:
    """The dictionary of one basis (changed in place by `pivot`).

    `rows` : one list for each basic variable, the right side last; the last list is the objective.
    `basic`, `nonbasic` : labels of rows and columns.  `den` : common denominator, positive.
    """

    rows: list[list[int]]
    basic: list[int]
    nonbasic: list[int]
    den: int = 1


def pivot(t: Tableau, r: int, c: int) -> None:
    """Exchange the basic variable of row `r` with the nonbasic one of column `c` (entry positive)."""
    rows, den = t.rows, t.den
    base = rows[r]
    p = base[c]
    for i, row in enumerate(rows):
        if i == r:
            continue
        f = row[c]
        if f:
            new = [(x * p - f * y) // den for x, y in zip(row, base)]
            new[c] = -f
            rows[i] = new
        elif p != den:
            rows[i] = [x * p // den if x else 0 for x in row]
    base[c] = den
    t.den = p
    t.basic[r], t.nonbasic[c] = t.nonbasic[c], t.basic[r]


def maximise(t: Tableau, enough: int | None = None) -> bool:
    """Run the simplex method from a feasible tableau (right sides >= 0).

    Parameters
    ----------
    enough : stop as soon as the objective reaches this value.

    Returns
    -------
    False if the objective is unbounded, else True (optimal, or `enough` reached).

    Examples
    --------
    Maximise x + y with 2x + y <= 1, x + 2y <= 1.

    >>> t = Tableau([[2, 1, 1], [1, 2, 1], [-1, -1, 0]], [2, 3], [0, 1])
    >>> maximise(t), t.rows[-1][-1], t.den
    (True, 2, 3)
    """
    rows = t.rows
    width = len(t.nonbasic)
    height = len(t.basic)
    stall = 0
    while True:
        cost = rows[-1]
        if enough is not None and cost[-1] >= enough * t.den:
            return True
        bland = stall > height
        if bland:
            # the largest gain may cycle at a degenerate vertex, the smallest label never does
            entering = [j for j in range(width) if cost[j] < 0]
            if not entering:
                return True
            c = min(entering, key=t.nonbasic.__getitem__)
        else:
            low = min(cost[:width], default=0)
            if low >= 0:
                return True
            c = cost.index(low)
        r = -1
        num, den = 0, 1
        for i in range(height):
            a = rows[i][c]
            if a > 0:
                b = rows[i][-1]
                d = b * den - num * a if r >= 0 else -1
                if d < 0 or (d == 0 and t.basic[i] < t.basic[r]):
                    r, num, den = i, b, a
        if r < 0:
            return False
        stall = stall + 1 if num == 0 else 0
        pivot(t, r, c)


def strict_pair(t: Tableau) -> Pair:
    """A strictly complementary pair of an optimal tableau.

    Returns
    -------
    (x, y): values by label (missing means 0), each up to one positive factor: x in the relative interior of the
    optimal primal solutions, y (reduced costs) in that of the dual ones; for each label exactly one is positive.

    Notes
    -----
    Only rows with right side 0 and columns with cost 0 are open; the pair for this homogeneous part is added
    with a factor so small that nothing positive is lost (Goldman and Tucker 1956).
    """
    rows, den = t.rows, t.den
    height, width = len(t.basic), len(t.nonbasic)
    cost = rows[-1]
    open_rows = [i for i in range(height) if not rows[i][-1]]
    open_cols = [j for j in range(width) if not cost[j]]
    x = {t.basic[i]: rows[i][-1] for i in range(height) if rows[i][-1]}
    y = {t.nonbasic[j]: cost[j] for j in range(width) if cost[j]}
    if not open_rows and not open_cols:
        return x, y
    if open_rows and open_cols:
        part = Tableau([[rows[i][j] for j in open_cols] for i in open_rows], [t.basic[i] for i in open_rows],
                       [t.nonbasic[j] for j in open_cols], den)
        dx, dy = homogeneous_pair(part)
    else:
        dx, dy = {t.nonbasic[j]: 1 for j in open_cols}, {t.basic[i]: 1 for i in open_rows}
    move = [(j, dx[t.nonbasic[j]]) for j in open_cols if dx.get(t.nonbasic[j])]
    if move:
        drop = {b: sum(row[j] * s for j, s in move) for b, row in zip(t.basic, rows)}
        x = _combine(x, {**{b: -d for b, d in drop.items()}, **{t.nonbasic[j]: s * den for j, s in move}})
    lift = [(i, dy[t.basic[i]]) for i in open_rows if dy.get(t.basic[i])]
    if lift:
        rise = {b: sum(rows[i][j] * s for i, s in lift) for j, b in enumerate(t.nonbasic)}
        y = _combine(y, {**rise, **{t.basic[i]: s * den for i, s in lift}})
    return x, y


def _combine(base: dict[int, int], step: dict[int, int]) -> dict[int, int]:
    """A positive multiple of base + ε·step with ε half of what keeps the positive values of base positive."""
    num, den = 1, 1
    bounded = False
    for label, d in step.items():
        if d < 0:
            b = base[label]
            if not bounded or b * den < -d * num:
                num, den, bounded = b, -d, True
    if bounded:
        den *= 2
    out = {label: b * den for label, b in base.items()}
    for label, d in step.items():
        if d:
            out[label] = out.get(label, 0) + d * num
    return out


def homogeneous_pair(t: Tableau) -> Pair:
    """Strictly complementary x >= 0, x_B = -A x_N, and y >= 0, y_N = A^T y_B, of a tableau without right side and cost.

    Parameters
    ----------
    t : the rows are A only; it is changed by pivots.

    Returns
    -------
    (x, y) by label, missing means 0; for each label exactly one of them is positive.

    Source: the theorem is Tucker's (1956).  Columns without a positive entry are solutions x, rows without a negative
    one solutions y; each settles its own variable and those it makes positive, which then put no constraint on the
    others any more.  When there is neither, Bland's rule pivots towards one.

    Examples
    --------
    >>> homogeneous_pair(Tableau([[1, -1]], [2], [0, 1]))
    ({2: 1, 1: 2, 0: 1}, {})
    """
    rows, basic, nonbasic = t.rows, t.basic, t.nonbasic
    live_rows = list(range(len(basic)))
    live_cols = list(range(len(nonbasic)))
    x: dict[int, int] = {}
    y: dict[int, int] = {}
    target: int | None = None
    while live_rows or live_cols:
        c = next((j for j in live_cols if all(rows[i][j] <= 0 for i in live_rows)), None)
        if c is not None:
            ray = {basic[i]: -row[c] for i, row in enumerate(rows) if row[c]}
            ray[nonbasic[c]] = t.den
            x = _dominated_sum(x, ray)
            live_cols.remove(c)
            live_rows = [i for i in live_rows if not rows[i][c]]
            continue
        r = next((i for i in live_rows if all(rows[i][j] >= 0 for j in live_cols)), None)
        if r is not None:
            ray = {nonbasic[j]: a for j, a in enumerate(rows[r]) if a}
            ray[basic[r]] = t.den
            y = _dominated_sum(y, ray)
            live_rows.remove(r)
            live_cols = [j for j in live_cols if not rows[r][j]]
            continue
        row = next((i for i in live_rows if basic[i] == target), None)
        if row is None:
            c = live_cols[0]
            target = nonbasic[c]
        else:
            c = min((j for j in live_cols if rows[row][j] < 0), key=nonbasic.__getitem__)
        pivot(t, min((i for i in live_rows if rows[i][c] > 0), key=basic.__getitem__), c)
    return x, y


def _dominated_sum(old: dict[int, int], ray: dict[int, int]) -> dict[int, int]:
    """A positive multiple of old plus `ray`, large enough that every positive value of old stays positive."""
    factor = 1
    for label, d in ray.items():
        if d < 0:
            factor = max(factor, -d // old[label] + 1)
    out = {label: b * factor for label, b in old.items()}
    for label, d in ray.items():
        out[label] = out.get(label, 0) + d
    g = gcd(*out.values())
    return {label: b // g for label, b in out.items()} if g > 1 else out


def primitive(v: Sequence[int]) -> Vector:
    """The vector divided by the greatest common divisor of its entries.

    >>> primitive([4, 0, 6])
    (2, 0, 3)
    """
    g = gcd(*v)
    return tuple(v) if g <= 1 else tuple([x // g for x in v])


def dot(a: Sequence[int], b: Sequence[int]) -> int:
    """Scalar product.

    >>> dot((1, 2), (3, 4))
    11
    """
    return sum(map(int.__mul__, a, b))


def restrict(basis: Sequence[Vector], g: Sequence[int]) -> list[Vector]:
    """Basis (over the rationals, integer vectors) of the part of the span of `basis` on which `g` vanishes.

    >>> restrict([(1, 0), (0, 1)], (2, 3))
    [(-3, 2)]
    """
    values = [dot(g, b) for b in basis]
    p = min((i for i, x in enumerate(values) if x), key=lambda i: abs(values[i]), default=None)
    if p is None:
        return list(basis)
    out = []
    for i, (b, x) in enumerate(zip(basis, values)):
        if i == p:
            continue
        if x:
            b = primitive([values[p] * s - x * e for s, e in zip(b, basis[p])])
        out.append(b)
    return out

"""An exact linear program for the catalogue: optimal value and dimension of the optimal face.

The catalogue answers many questions with `λ = min of a linear cost` and `m = 1 + dim(optimal face)`.
This small simplex over Fractions is its own, so that catalogue and engine share no code.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from rlct.errors import InputError

Row = Sequence[Fraction | int]


def solve(cost: Row, rows: Sequence[Row], rhs: Row) -> tuple[Fraction, list[Fraction]]:
    """Minimise `cost·x` over `x >= 0` with `rows·x >= rhs` (dense two-phase simplex, Bland's rule).

    Returns
    -------
    The optimal value and one optimal point.  Raises `InputError` if infeasible or unbounded.

    Examples
    --------
    >>> solve([1, 1], [[2, 1], [1, 2]], [1, 1])[0]
    Fraction(2, 3)
    """
    n, k = len(cost), len(rows)
    table: list[list[Fraction]] = []
    basis: list[int] = []
    artificial = [i for i in range(k) if rhs[i] > 0]
    width = n + k + len(artificial)
    for i in range(k):
        sign = 1 if rhs[i] > 0 else -1
        line = [Fraction(sign * a) for a in rows[i]] + [Fraction(0)] * (k + len(artificial)) + [Fraction(sign * rhs[i])]
        line[n + i] = Fraction(-sign)
        if rhs[i] > 0:
            line[n + k + artificial.index(i)] = Fraction(1)
            basis.append(n + k + artificial.index(i))
        else:
            basis.append(n + i)
        table.append(line)
    if artificial:
        phase = [Fraction(0)] * (n + k) + [Fraction(1)] * len(artificial)
        if _simplex(table, basis, phase, width) != 0:
            raise InputError("the linear program has no feasible point")
        for i in range(k):  # drive artificial variables that are still basic (at zero) out
            if basis[i] >= n + k:
                column = next((j for j in range(n + k) if table[i][j] != 0), None)
                if column is not None:
                    _pivot(table, basis, i, column)
        for line in table:
            del line[n + k : width]
        live = [i for i in range(k) if basis[i] < n + k]
        table, basis = [table[i] for i in live], [basis[i] for i in live]
    value = _simplex(table, basis, [Fraction(c) for c in cost] + [Fraction(0)] * k, n + k)
    point = [Fraction(0)] * n
    for line, b in zip(table, basis, strict=True):
        if b < n:
            point[b] = line[-1]
    return value, point


def _simplex(table: list[list[Fraction]], basis: list[int], cost: list[Fraction], width: int) -> Fraction:
    """Run the simplex method in place; returns the optimal value."""
    while True:
        reduced = list(cost) + [Fraction(0)]
        for line, b in zip(table, basis, strict=True):
            if cost[b]:
                factor = cost[b]
                reduced = [r - factor * a for r, a in zip(reduced, line, strict=True)]
        entering = next((j for j in range(width) if reduced[j] < 0), None)
        if entering is None:
            return -reduced[-1]
        ratios = [(line[-1] / line[entering], basis[i], i) for i, line in enumerate(table) if line[entering] > 0]
        if not ratios:
            raise InputError("the linear program is unbounded")
        _pivot(table, basis, min(ratios)[2], entering)


def _pivot(table: list[list[Fraction]], basis: list[int], row: int, column: int) -> None:
    """Make `column` basic in `row`."""
    scale = table[row][column]
    table[row] = [a / scale for a in table[row]]
    for i, line in enumerate(table):
        if i != row and line[column]:
            factor = line[column]
            table[i] = [a - factor * b for a, b in zip(line, table[row], strict=True)]
    basis[row] = column


def rank(rows: Sequence[Row]) -> int:
    """Rank of a rational matrix by elimination.

    >>> rank([[1, 2], [2, 4]])
    1
    """
    work = [[Fraction(a) for a in row] for row in rows]
    found = 0
    for column in range(len(work[0]) if work else 0):
        pivot = next((i for i in range(found, len(work)) if work[i][column]), None)
        if pivot is None:
            continue
        work[found], work[pivot] = work[pivot], work[found]
        for i in range(found + 1, len(work)):
            if work[i][column]:
                factor = work[i][column] / work[found][column]
                work[i] = [a - factor * b for a, b in zip(work[i], work[found], strict=True)]
        found += 1
    return found


def optimal_face(cost: Row, rows: Sequence[Row], rhs: Row, keep: int | None = None) -> tuple[Fraction, int]:
    """Optimal value of the program of `solve` and the dimension of its optimal face.

    A constraint holds with equality on the whole face iff its slack cannot be made positive there (one
    more program for each).  `keep` projects the face to the first `keep` coordinates before its dimension is taken:
    the others are bookkeeping variables that stand for maxima.

    Examples
    --------
    >>> optimal_face([1, 1, 1], [[1, 1, 0], [0, 1, 1]], [1, 1])
    (Fraction(1, 1), 0)
    """
    n = len(cost)
    value, point = solve(cost, rows, rhs)
    walls = [list(r) for r in rows] + [[1 if j == i else 0 for j in range(n)] for i in range(n)]
    levels = list(rhs) + [0] * n
    face_rows = [*rows, [-Fraction(c) for c in cost]]
    face_rhs = [*rhs, -value]
    loose = [
        sum((Fraction(a) * x for a, x in zip(w, point, strict=True)), Fraction(0)) > level
        for w, level in zip(walls, levels, strict=True)
    ]
    for i, wall in enumerate(walls):
        if not loose[i]:
            # the face of a covering program may be unbounded: ask for slack at most one
            cap = [*face_rows, [-Fraction(a) for a in wall]]
            top, there = solve([-Fraction(a) for a in wall], cap, [*face_rhs, -Fraction(levels[i]) - 1])
            if -top > levels[i]:
                for j, other in enumerate(walls):
                    loose[j] = (
                        loose[j]
                        or sum((Fraction(a) * x for a, x in zip(other, there, strict=True)), Fraction(0)) > levels[j]
                    )
    tight = [wall for wall, free in zip(walls, loose, strict=True) if not free] + [list(cost)]
    if keep is None or keep == n:
        return value, n - rank(tight)
    # dimension of the projection = dim(face) - dim(directions of the face inside the dropped coordinates)
    inside = [row[keep:] for row in tight]
    return value, (n - rank(tight)) - ((n - keep) - rank(inside))

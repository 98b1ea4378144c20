"""Saturated sublattices of Z^n: coordinates on the torus of a face."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Vector = tuple[int, ...]


def kernel(rows: Sequence[Sequence[int]], n: int) -> list[Vector]:
    """Basis of the lattice {v in Z^n : row·v = 0 for all rows} (by unimodular column operations)."""
    cols = [[1 if i == j else 0 for i in range(n)] for j in range(n)]
    free = list(range(n))
    for row in rows:
        values = {j: sum(a * b for a, b in zip(row, cols[j], strict=True)) for j in free}
        while True:
            active = [j for j in free if values[j]]
            if len(active) <= 1:
                break
            p = min(active, key=lambda j: abs(values[j]))
            for j in active:
                if j != p:
                    q = values[j] // values[p]
                    cols[j] = [a - q * b for a, b in zip(cols[j], cols[p], strict=True)]
                    values[j] -= q * values[p]
        free = [j for j in free if not values[j]]
    return [tuple(cols[j]) for j in free]


def saturated_basis(vectors: Sequence[Vector], n: int) -> tuple[list[Vector], Callable[[Vector], Vector]]:
    """Basis of the saturation of the span of `vectors` in Z^n, and the coordinates of a vector of the span in it."""
    if not any(any(v) for v in vectors):
        return [], lambda v: ()
    basis = kernel(kernel(vectors, n), n)
    # coordinates: solve by a left inverse on independent columns
    dual = _left_inverse(basis, n)

    def coordinates(v: Vector) -> Vector:
        out = []
        for row, den in dual:
            x = sum(a * b for a, b in zip(row, v, strict=True))
            assert x % den == 0
            out.append(x // den)
        return tuple(out)

    return basis, coordinates


def _left_inverse(basis: Sequence[Vector], n: int) -> list[tuple[Vector, int]]:
    """Rows (integer vector, denominator) with row_i·basis_j = denominator·δ_ij."""
    from fractions import Fraction
    from math import lcm

    r = len(basis)
    # choose r independent coordinates by elimination on [B^T | I]
    matrix = [[Fraction(basis[j][i]) for j in range(r)] for i in range(n)]
    rows: list[int] = []
    reduced: list[list[Fraction]] = []
    for i in range(n):
        v = matrix[i][:]
        for piv in reduced:
            lead = next(c for c, x in enumerate(piv) if x)
            if v[lead]:
                f = v[lead] / piv[lead]
                v = [a - f * b for a, b in zip(v, piv, strict=True)]
        if any(v):
            rows.append(i)
            reduced.append(v)
        if len(rows) == r:
            break
    square = [matrix[i] for i in rows]
    inverse = _invert(square)
    out = []
    for j in range(r):
        den = lcm(*(x.denominator for x in inverse[j]))
        row = [0] * n
        for c, i in enumerate(rows):
            row[i] = int(inverse[j][c] * den)
        out.append((tuple(row), den))
    return out


def _invert(a: list[list]) -> list[list]:  # type: ignore[type-arg]
    from fractions import Fraction

    n = len(a)
    m = [row[:] + [Fraction(int(i == j)) for j in range(n)] for i, row in enumerate(a)]
    for c in range(n):
        p = next(i for i in range(c, n) if m[i][c])
        m[c], m[p] = m[p], m[c]
        f = m[c][c]
        m[c] = [x / f for x in m[c]]
        for i in range(n):
            if i != c and m[i][c]:
                g = m[i][c]
                m[i] = [x - g * y for x, y in zip(m[i], m[c], strict=True)]
    return [row[n:] for row in m]

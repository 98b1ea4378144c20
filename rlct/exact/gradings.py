"""Gradings: weights of the variables for which polynomials are homogeneous, so that scalings are symmetries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import gcd

from flint import fmpz_mat

from rlct.exact.lattice import Vector
from rlct.exact.poly import Poly


def gradings(polys: Iterable[Poly], variables: Sequence[int]) -> list[Vector]:
    """Integer weights, one for each variable, for which every polynomial is homogeneous: a basis over Q of all of them,
    each without a common factor."""
    n = len(variables)
    rows: set[Vector] = set()
    for p in polys:
        if p:
            first = p.terms[0][0]
            rows |= {tuple(e[i] - first[i] for i in variables) for e, _ in p.terms[1:]}
    rows.discard((0,) * n)
    if not rows:
        return [tuple(int(i == k) for i in range(n)) for k in range(n)]
    kernel, rank = fmpz_mat(len(rows), n, [x for row in rows for x in row]).nullspace()
    out = []
    for k in range(rank):
        v = [int(kernel[i, k]) for i in range(n)]
        common = gcd(*v) if next(x for x in reversed(v) if x) > 0 else -gcd(*v)
        out.append(tuple(x // common for x in v))
    return out

"""A move along one singular value of a matrix of variables, in compiled code.

The strata of a matrix product are joined by rank: near a zero of rank r the other singular values are small, each on a
scale of its own. No coordinate scaling changes one of them alone.
"""

from __future__ import annotations

import math

import numpy as np
from numba import float64, int64, types

from rlct.numeric.jit import njit
from rlct.numeric.randoms import below, normal, uniform


@njit(types.void(float64[:, ::1], float64[:, ::1]), cache=True, nogil=True)
def orthogonal_columns(a, v):
    """One-sided Jacobi rotations: rows of `a` (c, r), the columns of a matrix A, are made orthogonal; A V comes out.

    Row k of `v` (c, c) becomes column k of V, so that A = Σ a[k] v[k]ᵀ, with norms of a[k] the singular values.
    Small singular values are as good as the entries of A are (Demmel and Veselić, SIAM J. Matrix Anal. 13, 1992).
    """
    c, r = a.shape
    for i in range(c):
        for j in range(c):
            v[i, j] = 1.0 if i == j else 0.0
    for _ in range(30):
        done = True
        for i in range(c):
            for j in range(i + 1, c):
                x, y, q = 0.0, 0.0, 0.0
                for k in range(r):
                    x += a[i, k] * a[i, k]
                    y += a[j, k] * a[j, k]
                    q += a[i, k] * a[j, k]
                if not abs(q) > 1e-14 * math.sqrt(x * y):
                    continue
                done = False
                zeta = (y - x) / (2.0 * q)
                t = (1.0 if zeta >= 0.0 else -1.0) / (abs(zeta) + math.sqrt(1.0 + zeta * zeta))
                cos = 1.0 / math.sqrt(1.0 + t * t)
                sin = cos * t
                for k in range(r):
                    x = a[i, k]
                    a[i, k] = cos * x - sin * a[j, k]
                    a[j, k] = sin * x + cos * a[j, k]
                for k in range(c):
                    x = v[i, k]
                    v[i, k] = cos * x - sin * v[j, k]
                    v[j, k] = sin * x + cos * v[j, k]
        if done:
            return


@njit(
    float64(types.Array(float64, 1, "C"), types.Array(float64, 1, "C"), int64[::1], int64, float64, types.uint64[::1]),
    cache=True,
    nogil=True,
)
def singular_move(old, new, layout, at, scale, rng):
    """Scale one singular value of one of the matrices in `layout` from `at` on by e^t; two in opposite ways now and
    then. Writes `new` (which holds `old`), returns the log Jacobian, nan where there is no move.

    layout[at:] = [matrices, then for each: columns c, rows r >= c, the variable of each entry, column by column].

    In singular values s_1, ..., s_c the volume element is ∏ |s_i² - s_j²| ∏ s_i^(r-c) ds_i.
    """
    matrices = layout[at]
    pick = below(rng, matrices)
    at += 1
    for _ in range(pick):
        at += 2 + layout[at] * layout[at + 1]
    c, r = layout[at], layout[at + 1]
    at += 2
    a, v = np.empty((c, r)), np.empty((c, c))
    for i in range(c):
        for k in range(r):
            a[i, k] = old[layout[at + i * r + k]]
    orthogonal_columns(a, v)
    s = np.zeros(c)
    for i in range(c):
        for k in range(r):
            s[i] += a[i, k] * a[i, k]
        if not s[i] > 1e-280:
            return math.nan
    t = np.zeros(c)
    i = below(rng, c)
    t[i] = scale * normal(rng)
    if uniform(rng) < 0.3:
        j = below(rng, c)
        if j != i:
            t[j] = -t[i]
    if not abs(t[i]) < 300.0:
        return math.nan
    logs = 0.0
    for i in range(c):
        logs += (r - c + 1) * t[i]
        for j in range(i):
            if t[i] != 0.0 or t[j] != 0.0:
                before = abs(s[i] - s[j])
                after = abs(s[i] * math.exp(2.0 * t[i]) - s[j] * math.exp(2.0 * t[j]))
                if not before > 0.0 or not after > 0.0 or not after < 1e300:
                    return math.nan
                logs += math.log(after / before)
    for i in range(c):
        if t[i] != 0.0:
            grow = math.expm1(t[i])
            for k in range(c):
                for q in range(r):
                    new[layout[at + k * r + q]] += grow * a[i, q] * v[i, k]
    return logs

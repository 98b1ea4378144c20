"""Small dense linear algebra inside compiled code: a QR that is safe for graded rows, and Gaussian integrals by it."""

from __future__ import annotations

import math

import numpy as np
from numba import float64, int64, types

from rlct.numeric.jit import njit


# sums may be reordered (vectorised): each is exact to a few units whatever its order
@njit(
    float64(float64[:, ::1], int64, int64, int64, int64[::1]),
    cache=True,
    nogil=True,
    fastmath={"reassoc", "contract"},
)
def graded_qr(a, m, n, extra, perm):
    """Householder QR in place, columns pivoted, of the m x n matrix whose columns are a[:n, :m]: Σ log|R_ii|.

    The reflections are applied to `extra` further columns, which take no part in the pivoting.
    Rows of very different size are safe when the large ones come first and columns are pivoted
    (Cox and Higham, BIT 38, 1998); the Gram matrix would lose everything below 1e-16 of its largest entry.
    """
    for j in range(n):
        perm[j] = j
    logdet = 0.0
    for k in range(n):
        best, where = -1.0, k
        for j in range(k, n):
            q = 0.0
            for i in range(k, m):
                q += a[j, i] * a[j, i]
            if q > best:
                best, where = q, j
        if where != k:
            for i in range(m):
                t = a[k, i]
                a[k, i] = a[where, i]
                a[where, i] = t
            p = perm[k]
            perm[k] = perm[where]
            perm[where] = p
        # row pivoting inside the column keeps graded rows accurate
        big, row = -1.0, k
        for i in range(k, m):
            if abs(a[k, i]) > big:
                big, row = abs(a[k, i]), i
        if row != k:
            for j in range(n + extra):
                t = a[j, k]
                a[j, k] = a[j, row]
                a[j, row] = t
        norm = math.sqrt(best)
        if not norm > 0.0 or not norm < 1e300:
            return math.nan
        alpha = -norm if a[k, k] > 0 else norm
        v0 = a[k, k] - alpha
        beta = -1.0 / (alpha * v0)
        for j in range(k + 1, n + extra):
            q = v0 * a[j, k]
            for i in range(k + 1, m):
                q += a[k, i] * a[j, i]
            q *= beta
            a[j, k] -= q * v0
            for i in range(k + 1, m):
                a[j, i] -= q * a[k, i]
        a[k, k] = alpha
        logdet += math.log(abs(alpha))
    return logdet


@njit(
    float64(float64[:, ::1], int64, int64, int64[::1]),
    cache=True,
    nogil=True,
    fastmath={"reassoc", "contract"},
)
def stacked_qr(a, m, n, perm):
    """The same of [A; D], D diagonal: A has the columns a[:n, :m], D_j is a[j, at + j]; Σ log|R_ii|.

    at = a.shape[1] - n - 1 >= m; R_kj is left in a[j, at + k]. Only that row of D takes part that belongs to the pivot:
    half of the work or less.
    """
    at = a.shape[1] - n - 1
    spare = at + n
    for j in range(n):
        perm[j] = j
        q = 0.0
        for i in range(m):
            q += a[j, i] * a[j, i]
        a[j, spare] = q
    logdet = 0.0
    for k in range(n):
        best, where = -1.0, k
        for j in range(k, n):
            q = a[j, spare] + a[j, at + j] * a[j, at + j]
            if q > best:
                best, where = q, j
        norm = math.sqrt(best)
        if not norm > 0.0 or not norm < 1e300:
            return math.nan
        if where != k:
            for i in range(m):
                t = a[k, i]
                a[k, i] = a[where, i]
                a[where, i] = t
            for i in range(at, at + k):
                t = a[k, i]
                a[k, i] = a[where, i]
                a[where, i] = t
            t = a[k, at + k]
            a[k, at + k] = a[where, at + where]
            a[where, at + where] = t
            a[where, spare] = a[k, spare]
            p = perm[k]
            perm[k] = perm[where]
            perm[where] = p
        # the row of the largest entry takes the result (graded rows stay accurate), the row of D its place
        head = a[k, at + k]
        big, row = abs(head), -1
        for i in range(m):
            if abs(a[k, i]) > big:
                big, row = abs(a[k, i]), i
        if row >= 0:
            t = a[k, row]
            a[k, row] = head
            head = t
        alpha = -norm if head > 0 else norm
        v0 = head - alpha
        beta = -1.0 / (alpha * v0)
        for j in range(k + 1, n):
            own = 0.0
            if row >= 0:
                own = a[j, row]
                a[j, row] = 0.0
            q = v0 * own
            for i in range(m):
                q += a[k, i] * a[j, i]
            q *= beta
            a[j, at + k] = own - q * v0
            rest = 0.0
            for i in range(m):
                t = a[j, i] - q * a[k, i]
                a[j, i] = t
                rest += t * t
            a[j, spare] = rest
        a[k, at + k] = alpha
        logdet += math.log(norm)
    return logdet


@njit(types.void(float64[:, ::1], int64[::1], float64[::1], float64[::1]), cache=True, nogil=True)
def back_solve(a, perm, xi, step):
    """step = P R^{-1} xi, R as `stacked_qr` leaves it."""
    d = xi.shape[0]
    at = a.shape[1] - d - 1
    for i in range(d - 1, -1, -1):
        q = xi[i]
        for j in range(i + 1, d):
            q -= a[j, at + i] * xi[j]
        xi[i] = q / a[i, at + i]
    for i in range(d):
        step[perm[i]] = xi[i]


@njit(float64(float64[:, ::1], int64[::1], float64[::1]), cache=True, nogil=True)
def quadratic(a, perm, step):
    """|R Pᵀ step|²."""
    d = step.shape[0]
    at = a.shape[1] - d - 1
    total = 0.0
    for i in range(d):
        q = 0.0
        for j in range(i, d):
            q += a[j, at + i] * step[perm[j]]
        total += q * q
    return total


@njit(types.UniTuple(float64, 2)(float64[:, ::1], float64[:, ::1], float64[::1], float64), cache=True, nogil=True)
def collapsed_term(phi, offsets, sd, logn):
    """log ∫ exp(-n ‖c + Φ a‖²) N(a; 0, sd²) da, summed over the rows c of `offsets`, and its negative derivative
    in log n.

    phi (J, A), offsets (M, J).  det(I + 2n Φ S² Φᵀ) by a graded QR of [√(2n) Φ S; I], on the smaller side.
    """
    rows, columns = phi.shape
    copies = offsets.shape[0]
    root = math.exp(0.5 * (logn + math.log(2.0)))
    swap = rows < columns
    small = rows if swap else columns
    large = columns if swap else rows
    nonzero = False
    for k in range(copies):
        for j in range(rows):
            if offsets[k, j] != 0.0:
                nonzero = True
    extra = copies if nonzero and not swap else 0
    a = np.zeros((small + extra, large + small))
    perm = np.zeros(small, np.int64)
    for i in range(large):
        for j in range(small):
            a[j, i] = root * (phi[j, i] * sd[i] if swap else phi[i, j] * sd[j])
        if extra:
            for k in range(copies):
                a[small + k, i] = root * offsets[k, i]
    for j in range(small):
        a[j, large + j] = 1.0
    logdet = graded_qr(a, large + small, small, extra, perm)
    if not abs(logdet) < 1e300:
        return -math.inf, math.nan
    # trace of (I + 2nG)^-1 = ‖R^-1‖²
    trace = 0.0
    x = np.zeros(small)
    for col in range(small):
        for i in range(col, -1, -1):
            q = 1.0 if i == col else 0.0
            for j in range(i + 1, col + 1):
                q -= a[j, i] * x[j]
            x[i] = q / a[i, i]
            trace += x[i] * x[i]
    value = -logdet * copies
    slope = 0.5 * (small - trace) * copies
    if nonzero:
        for k in range(copies):
            if swap:
                # n cᵀ (RᵀR)^-1 c
                for i in range(small):
                    q = offsets[k, perm[i]]
                    for j in range(i):
                        q -= a[i, j] * x[j]
                    x[i] = q / a[i, i]
                q = 0.0
                for i in range(small):
                    q += x[i] * x[i]
                value -= 0.5 * root * root * q
                for i in range(small - 1, -1, -1):
                    for j in range(i + 1, small):
                        x[i] -= a[j, i] * x[j]
                    x[i] /= a[i, i]
                q = 0.0
                for i in range(small):
                    q += x[i] * x[i]
                slope += 0.5 * root * root * q
            else:
                # least squares: the residual below row `small` is the exponent, n‖c + Φ a*‖² that without |a*|²/2
                q = 0.0
                for i in range(small, large + small):
                    q += a[small + k, i] * a[small + k, i]
                value -= 0.5 * q
                norm = 0.0
                for i in range(small - 1, -1, -1):
                    t = a[small + k, i]
                    for j in range(i + 1, small):
                        t -= a[j, i] * x[j]
                    x[i] = t / a[i, i]
                    norm += x[i] * x[i]
                slope += 0.5 * (q - norm)
    return value, slope


NEGLIGIBLE = 1e-9
"""Below this trace the rest R of a determinant counts as log det(I + R) = tr R (off by less than tr(R)²/2)."""


@njit(
    types.UniTuple(float64, 2)(float64[:, ::1], int64, int64, types.boolean),
    cache=True,
    nogil=True,
    fastmath={"contract"},
)
def log_determinant(a, m, n, wanted):
    """log det(I + VᵀV) / 2 of the m x n matrix V whose columns are a[:n, :m], and, if wanted, its derivative in the
    logarithm of a common factor of VᵀV, tr(VᵀV (I + VᵀV)^-1) / 2.

    a (n + 1, m + n + 1) is overwritten. The Householder QR of [V; I] with columns pivoted, as `graded_qr` makes it, but
    rows and columns without weight are left out, of the identity only the row of the current pivot takes part, and it
    ends when what is left has no weight: near a zero VᵀV has few eigenvalues above 1.
    """
    # column m of a: squared norm of what is left of a column of V; behind it the column of R; row n: room for a vector
    for i in range(m):
        a[n, i] = 0.0
    left = 0.0
    for j in range(n):
        q = 0.0
        for i in range(m):
            t = a[j, i] * a[j, i]
            q += t
            a[n, i] += t
        a[j, m] = q
        left += q
    if not left < 1e300:
        return math.nan, math.nan
    rows = 0
    for i in range(m):
        if a[n, i] * m > 1e-3 * NEGLIGIBLE:
            if rows < i:
                for j in range(n):
                    a[j, rows] = a[j, i]
            rows += 1
    logdet = 0.0
    rank = 0
    while rank < n and left > NEGLIGIBLE:
        k = rank
        where = k
        for j in range(k + 1, n):
            if a[j, m] > a[where, m]:
                where = j
        if where != k:
            for i in range(m + 1 + k):
                t = a[k, i]
                a[k, i] = a[where, i]
                a[where, i] = t
        # the row of the largest entry takes the result (graded rows stay accurate), the row of the identity its place
        big, row = 1.0, -1
        for i in range(rows):
            if abs(a[k, i]) > big:
                big, row = abs(a[k, i]), i
        norm = math.sqrt(1.0 + a[k, m])
        head = 1.0
        if row >= 0:
            head = a[k, row]
            a[k, row] = 1.0
        alpha = -norm if head > 0 else norm
        v0 = head - alpha
        beta = -1.0 / (alpha * v0)
        left = 0.0
        for j in range(k + 1, n):
            own = 0.0
            if row >= 0:
                own = a[j, row]
                a[j, row] = 0.0
            if a[j, m] < 1e-4 * NEGLIGIBLE:
                # no weight: what is left of it stays as it is
                a[j, m + 1 + k] = 0.0
                left += a[j, m]
                continue
            q = v0 * own
            for i in range(rows):
                q += a[k, i] * a[j, i]
            q *= beta
            a[j, m + 1 + k] = own - q * v0
            rest = 0.0
            for i in range(rows):
                t = a[j, i] - q * a[k, i]
                a[j, i] = t
                rest += t * t
            a[j, m] = rest
            left += rest
        a[k, m + 1 + k] = alpha
        logdet += math.log(norm)
        rank += 1
    if rank == n:
        left = 0.0
    if not wanted:
        return logdet + 0.5 * left, 0.0
    # tr (I + VᵀV)^-1 = ‖R^-1‖², where the rows of R below `rank` are those of the identity
    trace = float64(n - rank) - left
    for col in range(n):
        last = min(col, rank - 1)
        for i in range(last, -1, -1):
            q = -a[col, m + 1 + i]
            first = last + 1
            if col < rank:
                q = 1.0 if i == col else 0.0
            for j in range(i + 1, first):
                q -= a[j, m + 1 + i] * a[n, j]
            a[n, i] = q / a[i, m + 1 + i]
            trace += a[n, i] * a[n, i]
    return logdet + 0.5 * left, 0.5 * (n - trace)

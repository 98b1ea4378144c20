"""Small dense linear algebra inside compiled code: a QR that is safe for graded rows, and Gaussian integrals by it."""

from __future__ import annotations

import math

import numpy as np
from numba import float64, int64, njit, types


@njit(float64(float64[:, ::1], int64, int64, int64, int64[::1]), cache=True, nogil=True)
def graded_qr(a, m, n, extra, perm):
    """Householder QR of a[:m, :n] in place with column pivoting, R above the diagonal; returns Σ log|R_ii|.

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
                q += a[i, j] * a[i, j]
            if q > best:
                best, where = q, j
        if where != k:
            for i in range(m):
                t = a[i, k]
                a[i, k] = a[i, where]
                a[i, where] = t
            p = perm[k]
            perm[k] = perm[where]
            perm[where] = p
        # row pivoting inside the column keeps graded rows accurate
        big, row = -1.0, k
        for i in range(k, m):
            if abs(a[i, k]) > big:
                big, row = abs(a[i, k]), i
        if row != k:
            for j in range(n + extra):
                t = a[k, j]
                a[k, j] = a[row, j]
                a[row, j] = t
        norm = math.sqrt(best)
        if not norm > 0.0 or not norm < 1e300:
            return math.nan
        alpha = -norm if a[k, k] > 0 else norm
        v0 = a[k, k] - alpha
        beta = -1.0 / (alpha * v0)
        for j in range(k + 1, n + extra):
            q = v0 * a[k, j]
            for i in range(k + 1, m):
                q += a[i, k] * a[i, j]
            q *= beta
            a[k, j] -= q * v0
            for i in range(k + 1, m):
                a[i, j] -= q * a[i, k]
        a[k, k] = alpha
        logdet += math.log(abs(alpha))
    return logdet


@njit(types.void(float64[:, ::1], int64[::1], float64[::1], float64[::1]), cache=True, nogil=True)
def back_solve(a, perm, xi, step):
    """step = P R^{-1} xi."""
    d = xi.shape[0]
    for i in range(d - 1, -1, -1):
        q = xi[i]
        for j in range(i + 1, d):
            q -= a[i, j] * xi[j]
        xi[i] = q / a[i, i]
    for i in range(d):
        step[perm[i]] = xi[i]


@njit(float64(float64[:, ::1], int64[::1], float64[::1]), cache=True, nogil=True)
def quadratic(a, perm, step):
    """|R Pᵀ step|²."""
    d = step.shape[0]
    total = 0.0
    for i in range(d):
        q = 0.0
        for j in range(i, d):
            q += a[i, j] * step[perm[j]]
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
    a = np.zeros((large + small, small + extra))
    perm = np.zeros(small, np.int64)
    for i in range(large):
        for j in range(small):
            a[i, j] = root * (phi[j, i] * sd[i] if swap else phi[i, j] * sd[j])
        if extra:
            for k in range(copies):
                a[i, small + k] = root * offsets[k, i]
    for j in range(small):
        a[large + j, j] = 1.0
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
                q -= a[i, j] * x[j]
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
                        q -= a[j, i] * x[j]
                    x[i] = q / a[i, i]
                q = 0.0
                for i in range(small):
                    q += x[i] * x[i]
                value -= 0.5 * root * root * q
                for i in range(small - 1, -1, -1):
                    for j in range(i + 1, small):
                        x[i] -= a[i, j] * x[j]
                    x[i] /= a[i, i]
                q = 0.0
                for i in range(small):
                    q += x[i] * x[i]
                slope += 0.5 * root * root * q
            else:
                # least squares: the residual below row `small` is the exponent, n‖c + Φ a*‖² that without |a*|²/2
                q = 0.0
                for i in range(small, large + small):
                    q += a[i, small + k] * a[i, small + k]
                value -= 0.5 * q
                norm = 0.0
                for i in range(small - 1, -1, -1):
                    t = a[i, small + k]
                    for j in range(i + 1, small):
                        t -= a[i, j] * x[j]
                    x[i] = t / a[i, i]
                    norm += x[i] * x[i]
                slope += 0.5 * (q - norm)
    return value, slope

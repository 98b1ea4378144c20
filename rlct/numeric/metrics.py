"""Local metrics of a collapsed target, in compiled code: the steps of `collapse` that follow curved strata."""

from __future__ import annotations

import math

import numpy as np
from numba import float64, int64, types

from rlct.numeric.jit import njit
from rlct.numeric.linear import graded_qr, stacked_qr

JACOBIAN = types.FunctionType(types.void(float64[::1], float64[::1], float64[:, ::1]))

METRIC = (
    *(int64, float64, JACOBIAN, float64[::1], int64[::1], float64[::1], float64[::1]),
    *(float64[:, ::1], float64[:, ::1], int64[::1]),
)
"""Types of what all local metrics take: log_scale, spread, jacobian, two tables of the target, half, room."""


@njit(float64(float64[::1], float64, int64, *METRIC), cache=True, nogil=True)
def collapsed_metric(w, logn, which, log_scale, spread, jacobian, sd, layout, half, f, jac, a, perm):
    """R of the QR of [rows; 1/width]: a local metric of a collapsed target at log n; returns its log det / 2.

    which 0: E[JᵀJ]·2n of f = c + Φ a over the conditional a | w (directions in which a typical zero stays one are
    free); which 1: Fisher information of f ~ N(c, ΦΦᵀ + 1/2n) (turning Φ from the right is free).
    layout: [parts, (J, A, M) of each, what `singular` reads, metric rows, rows of f]; f holds for each part Φ (J, A)
    row by row and its M offsets c; jac their derivatives; sd the standard deviations of the a of all parts.
    """
    d = w.shape[0]
    jacobian(w, f, jac)
    root = math.exp(0.5 * (logn + math.log(2.0)))
    rows, at, first = 0, 0, 0
    for part in range(layout[0]):
        m, n, copies = layout[1 + 3 * part], layout[2 + 3 * part], layout[3 + 3 * part]
        off = at + m * n
        shifted = False
        for q in range(off, off + copies * m):
            if f[q] != 0.0:
                shifted = True
            for i in range(d):
                if jac[q, i] != 0.0:
                    shifted = True
        if n == 0:
            for q in range(off, off + copies * m):
                for i in range(d):
                    a[i, rows] = root * jac[q, i]
                rows += 1
        elif which == 0:
            b = np.zeros((n + copies, m + n))
            order = np.zeros(n, np.int64)
            for j in range(m):
                for i in range(n):
                    b[i, j] = root * f[at + j * n + i] * sd[first + i]
                for k in range(copies):
                    b[n + k, j] = root * f[off + k * m + j]
            for i in range(n):
                b[i, m + i] = 1.0
            ld = graded_qr(b, m + n, n, copies if shifted else 0, order)
            if not abs(ld) < 1e300:
                return math.nan
            weight = root * math.sqrt(float64(copies))
            x = np.zeros(n)
            for j in range(m):
                for i in range(n):
                    for k in range(d):
                        a[k, rows + i] = 0.0
                for k in range(d):
                    some = False
                    for i in range(n):
                        x[i] = jac[at + j * n + order[i], k] * sd[first + order[i]]
                        if x[i] != 0.0:
                            some = True
                    if some:
                        # x R^-1
                        for i in range(n):
                            t = x[i]
                            for q in range(i):
                                t -= x[q] * b[i, q]
                            x[i] = t / b[i, i]
                            a[k, rows + i] = weight * x[i]
                rows += n
            if shifted:
                for k in range(copies):
                    for i in range(n - 1, -1, -1):
                        t = -b[n + k, i]
                        for q in range(i + 1, n):
                            t -= b[q, i] * x[q]
                        x[i] = t / b[i, i]
                    for j in range(m):
                        for e in range(d):
                            t = jac[off + k * m + j, e]
                            for i in range(n):
                                t += jac[at + j * n + order[i], e] * sd[first + order[i]] * x[i]
                            a[e, rows] = root * t
                        rows += 1
        else:
            b = np.zeros((m, n + m))
            order = np.zeros(m, np.int64)
            for i in range(n):
                for j in range(m):
                    b[j, i] = root * f[at + j * n + i] * sd[first + i]
            for j in range(m):
                b[j, n + j] = 1.0
            ld = graded_qr(b, n + m, m, 0, order)
            if not abs(ld) < 1e300:
                return math.nan
            # h = (√2n Φ)ᵀ R^-1, shape (n, m)
            h = np.zeros((n, m))
            for i in range(n):
                for j in range(m):
                    t = root * f[at + order[j] * n + i] * sd[first + i]
                    for q in range(j):
                        t -= h[i, q] * b[j, q]
                    h[i, j] = t / b[j, j]
            weight, root2 = math.sqrt(0.5 * copies), math.sqrt(2.0)
            g = np.zeros((n, m))
            for k in range(d):
                row = rows
                for j in range(m):
                    a[k, row : row + j + 1] = 0.0
                    row += j + 1
                for i in range(n):
                    some = False
                    for j in range(m):
                        g[i, j] = root * jac[at + order[j] * n + i, k] * sd[first + i]
                        if g[i, j] != 0.0:
                            some = True
                    if not some:
                        continue
                    for j in range(m):
                        t = g[i, j]
                        for q in range(j):
                            t -= g[i, q] * b[j, q]
                        g[i, j] = t / b[j, j]
                    # the symmetric matrix by its lower half
                    row = rows
                    for j in range(m):
                        for q in range(j):
                            a[k, row] += root2 * weight * (g[i, j] * h[i, q] + g[i, q] * h[i, j])
                            row += 1
                        a[k, row] += 2.0 * weight * g[i, j] * h[i, j]
                        row += 1
            rows += m * (m + 1) // 2
            if shifted:
                x = np.zeros(m)
                for c in range(copies):
                    for k in range(d):
                        for j in range(m):
                            t = root * jac[off + c * m + order[j], k]
                            for q in range(j):
                                t -= x[q] * b[j, q]
                            x[j] = t / b[j, j]
                            a[k, rows + j] = x[j]
                    rows += m
        at = off + copies * m
        first += n
    for i in range(d):
        if log_scale:
            for q in range(rows):
                a[i, q] *= w[i]
        a[i, a.shape[1] - d - 1 + i] = 1.0 / spread if log_scale else 1.0 / (spread * half[i])
    return stacked_qr(a, rows, d, perm)

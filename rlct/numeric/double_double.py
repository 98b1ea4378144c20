"""Double-double arithmetic (pairs of doubles, 32 digits), and polynomials kept as tables of exponents."""

from __future__ import annotations

import numpy as np
from numba import float64, int64, types

from rlct.numeric.jit import njit

_EXPS = types.Array(int64, 2, "C", readonly=True)
_COEF = types.Array(float64, 1, "C", readonly=True)


@njit(types.UniTuple(float64, 2)(float64, float64, float64, float64), cache=True, nogil=True)
def dd_add(a, b, c, d):
    """Double-double sum."""
    s = a + c
    v = s - a
    e = (a - (s - v)) + (c - v)
    e += b + d
    h = s + e
    return h, e - (h - s)


@njit(types.UniTuple(float64, 2)(float64, float64, float64, float64), cache=True, nogil=True)
def dd_mul(a, b, c, d):
    """Double-double product (Dekker)."""
    p = a * c
    t = 134217729.0 * a
    ah = t - (t - a)
    al = a - ah
    t = 134217729.0 * c
    ch = t - (t - c)
    cl = c - ch
    e = ((ah * ch - p) + ah * cl + al * ch) + al * cl
    e += a * d + b * c
    h = p + e
    return h, e - (h - p)


@njit(float64(float64[::1], _EXPS, _COEF, _COEF), cache=True, nogil=True)
def table_value(w, exps, high, low):
    """Σ (high + low) w^exps, for polynomials too long for straight-line code: in double-double, unless the sum in
    doubles has nine digits."""
    terms, d = exps.shape
    top = 0
    for t in range(terms):
        for i in range(d):
            top = max(top, exps[t, i])
    ph = np.empty((d, top + 1))
    for i in range(d):
        ph[i, 0] = 1.0
        for k in range(1, top + 1):
            ph[i, k] = ph[i, k - 1] * w[i]
    total, size = 0.0, 0.0
    for t in range(terms):
        m = high[t]
        for i in range(d):
            m *= ph[i, exps[t, i]]
        total += m
        size += abs(m)
    if abs(total) > 1e-6 * size:
        return total
    pl = np.zeros((d, top + 1))
    for i in range(d):
        for k in range(1, top + 1):
            ph[i, k], pl[i, k] = dd_mul(ph[i, k - 1], pl[i, k - 1], w[i], 0.0)
    sh, sl = 0.0, 0.0
    for t in range(terms):
        h, m = high[t], low[t]
        for i in range(d):
            if exps[t, i]:
                h, m = dd_mul(h, m, ph[i, exps[t, i]], pl[i, exps[t, i]])
        sh, sl = dd_add(sh, sl, h, m)
    return sh


@njit(float64(float64[::1], _EXPS, _COEF, float64[:, ::1], int64), cache=True, nogil=True)
def table_gradient(w, exps, coef, jac, row):
    """Value (returned) and gradient (into jac[row]) of Σ coef w^exps in doubles."""
    terms, d = exps.shape
    top = 0
    for t in range(terms):
        for i in range(d):
            top = max(top, exps[t, i])
    p = np.ones((d, top + 1))
    for i in range(d):
        jac[row, i] = 0.0
        for k in range(1, top + 1):
            p[i, k] = p[i, k - 1] * w[i]
    total = 0.0
    for t in range(terms):
        m = coef[t]
        for i in range(d):
            m *= p[i, exps[t, i]]
        total += m
        for i in range(d):
            if exps[t, i]:
                q = coef[t] * exps[t, i] * p[i, exps[t, i] - 1]
                for j in range(d):
                    if j != i:
                        q *= p[j, exps[t, j]]
                jac[row, i] += q
    return total


@njit(float64(float64[::1], _EXPS, _COEF), cache=True, nogil=True)
def table_size(w, exps, coef):
    """Σ |coef w^exps|."""
    total = 0.0
    for t in range(exps.shape[0]):
        m = abs(coef[t])
        for i in range(exps.shape[1]):
            for _ in range(exps[t, i]):
                m *= abs(w[i])
        total += m
    return total

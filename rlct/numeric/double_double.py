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
    doubles has nine digits. Exponents in decreasing lexicographic order."""
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
    # Horner in every variable: acc[i] is a sum over the terms that share the exponents before i, without its w_i
    ah, al = np.zeros(d), np.zeros(d)
    for t in range(terms + 1):
        j = 0
        while 0 < t < terms and exps[t - 1, j] == exps[t, j]:
            j += 1
        if t > 0:
            for i in range(d - 1, j - 1, -1):
                times = exps[t - 1, i] - (exps[t, i] if i == j and t < terms else 0)
                for _ in range(times):
                    ah[i], al[i] = dd_mul(ah[i], al[i], w[i], 0.0)
                if i > j:
                    ah[i - 1], al[i - 1] = dd_add(ah[i - 1], al[i - 1], ah[i], al[i])
                    ah[i], al[i] = 0.0, 0.0
        if t < terms:
            ah[d - 1], al[d - 1] = dd_add(ah[d - 1], al[d - 1], high[t], low[t])
    return ah[0]


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

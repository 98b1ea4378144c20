"""Populations in compiled code: drawn from the density, split level by level, and their rounding errors."""

from __future__ import annotations

import math

import numpy as np
from numba import float64, int64, njit, types, uint64

from rlct.numeric.kernels import JACOBIAN, SIZE, VALUE, WORK, below, evolve, normal, uniform


@njit(
    types.void(
        float64[:, ::1],
        float64[::1],
        float64[::1],
        float64[::1],
        float64[::1],
        float64[::1],
        float64[::1],
        float64,
        VALUE,
        uint64[::1],
    ),
    cache=True,
    nogil=True,
)
def draw_prior(points, values, dens, extra, lo, hi, normals, level, value, rng):
    """Independent draws from box x normal x walls x polynomial density (the last by sampling-importance resampling)."""
    n, d = points.shape
    work = np.zeros(WORK)
    work[1] = level
    for p in range(n):
        for _attempt in range(200000):
            for i in range(d):
                if normals[i] > 0.0:
                    points[p, i] = normals[i] * normal(rng)
                else:
                    points[p, i] = lo[i] + (hi[i] - lo[i]) * uniform(rng)
            values[p] = value(points[p], work)
            dens[p] = work[0]
            extra[p] = work[2]
            if dens[p] > -math.inf and values[p] < math.inf:
                break
        if not dens[p] > -math.inf:
            values[p] = math.nan


@njit(
    int64(
        float64[:, ::1],
        float64[::1],
        float64[::1],
        float64[::1],
        float64,
        int64,
        int64,
        int64,
        float64[::1],
        float64[::1],
        float64[::1],
        float64[::1],
        VALUE,
        JACOBIAN,
        float64[::1],
        int64[::1],
        uint64[::1],
        int64[:, ::1],
        float64[::1],
        float64[::1],
        float64[::1],
        int64,
    ),
    cache=True,
    nogil=True,
)
def split_levels(
    points,
    values,
    dens,
    extra,
    stop,
    count,
    sweeps,
    adapt,
    mix,
    lo,
    hi,
    half,
    value,
    jacobian,
    exponents,
    offsets,
    rng,
    stats,
    curve_l,
    curve_v,
    state,
    start,
):
    """Adaptive multilevel splitting, p0 = 1/2: `count` levels at most, or until L > stop; returns levels made.

    curve_l, curve_v get L = -log ε and log V(ε) from index `start` on; state = [log V, evaluations, status];
    status 1: half of the particles have K = 0 exactly; 2: no particle below the median (ties).
    """
    n, d = points.shape
    made = 0
    sorted_values = np.empty(n)
    survivors = np.empty(n, np.int64)
    while made < count:
        for p in range(n):
            sorted_values[p] = values[p]
        sorted_values.sort()
        threshold = sorted_values[n // 2]
        if threshold == -math.inf:
            state[2] = 1.0
            break
        m, lower = 0, 0
        for p in range(n):
            if p == n // 2:
                lower = m
            if values[p] < threshold:
                survivors[m] = p
                m += 1
        if m == 0:
            state[2] = 2.0
            break
        # E log of the fraction below the (m+1)-th order statistic is digamma(m+1) - digamma(n+1)
        state[0] += math.log((m + 0.5) / (n + 0.5))
        for p in range(n):
            if not values[p] < threshold:
                # each half is refilled from its own survivors: see `evolve`
                if lower == 0 or lower == m:
                    q = survivors[below(rng, m)]
                elif p < n // 2:
                    q = survivors[below(rng, lower)]
                else:
                    q = survivors[lower + below(rng, m - lower)]
                for i in range(d):
                    points[p, i] = points[q, i]
                values[p] = values[q]
                dens[p] = dens[q]
                extra[p] = extra[q]
        depth = max(1.0, -threshold)
        state[1] += evolve(
            points,
            values,
            dens,
            extra,
            threshold,
            0,
            sweeps,
            mix,
            depth,
            lo,
            hi,
            half,
            value,
            jacobian,
            exponents,
            offsets,
            rng,
            stats,
        )
        curve_l[start + made] = -threshold
        curve_v[start + made] = state[0]
        made += 1
        if -threshold > stop:
            break
    return made


@njit(
    types.void(float64[:, ::1], float64[::1], SIZE, JACOBIAN, float64[::1], int64[::1], float64[::1], float64[::1]),
    cache=True,
    nogil=True,
)
def conditions(points, values, size, jacobian, exponents, offsets, unit, out):
    """For each point the largest relative rounding error of an object, u·Σ|terms|/‖I‖, or the relative change of ‖I‖
    under one unit in the last place of the coordinates, whichever is larger."""
    n, d = points.shape
    objects = offsets.shape[0] - 1
    rows = max(1, offsets[objects])
    f = np.zeros(rows)
    jac = np.zeros((rows, d))
    s = np.zeros(objects)
    for p in range(n):
        jacobian(points[p], f, jac)
        size(points[p], s)
        worst = 0.0
        for o in range(objects):
            q = 0.0
            for r in range(offsets[o], offsets[o + 1]):
                q = max(q, abs(f[r]))
            own = unit[o]
            if own < 1e-20:
                # double-double: the generator in doubles is no measure of it
                if objects == 1:
                    q = math.exp(values[p] / exponents[0])
                else:
                    own = 1.1e-16
            if q == 0.0:
                worst = math.inf
                continue
            terms = offsets[o + 1] - offsets[o]
            ratio = own * s[o] / q
            change = 0.0
            for r in range(offsets[o], offsets[o + 1]):
                t = 0.0
                for i in range(d):
                    t += abs(points[p, i] * jac[r, i])
                change = max(change, t)
            # in double-double the value of K itself is not what f holds: only the coordinates limit it
            ratio = max(ratio, 1.1e-16 * change / (q * terms))
            worst = max(worst, ratio)
        out[p] = worst

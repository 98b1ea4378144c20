"""Populations in compiled code: drawn from the density, split level by level, and their rounding errors."""

from __future__ import annotations

import math

import numpy as np
from numba import float64, int64, types, uint64

from rlct.numeric.jit import njit
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


REFERENCES = 64
"""Number of particles of a level whose gradients guide scalings, see `kernels.evolve`."""


@njit(
    types.void(float64[::1], JACOBIAN, float64[::1], int64[::1], float64[::1], float64[:, ::1], float64[::1]),
    cache=True,
    nogil=True,
)
def log_gradient(w, jacobian, exponents, offsets, f, jac, out):
    """Gradient of log K in log |w_i|, for K = ∏ ‖I_o‖^e_o; 0 where K is 0."""
    d = w.shape[0]
    for i in range(d):
        out[i] = 0.0
    jacobian(w, f, jac)
    for o in range(exponents.shape[0]):
        q = 0.0
        for r in range(offsets[o], offsets[o + 1]):
            q = max(q, abs(f[r]))
        if not 0.0 < q < math.inf:
            for i in range(d):
                out[i] = 0.0
            return
        norm = 0.0
        for r in range(offsets[o], offsets[o + 1]):
            norm += (f[r] / q) * (f[r] / q)
        for i in range(d):
            total = 0.0
            for r in range(offsets[o], offsets[o + 1]):
                total += (f[r] / q) * (jac[r, i] / q) * w[i]
            out[i] += exponents[o] * total / norm


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
        float64[::1],
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
    seen,
):
    """Adaptive multilevel splitting, p0 = 1/2: `count` levels at most, or until L > stop; returns levels made.

    curve_l, curve_v get L = -log ε and log V(ε) from index `start` on; state = [log V, evaluations, status];
    status 1: half of the particles have K = 0 exactly; 2: no particle below the median (ties).
    """
    n, d = points.shape
    made = 0
    # copies have to part first: the second half of the sweeps
    late = sweeps // 2
    known = n * (sweeps - late)
    if start == 0:
        known = n
        for p in range(n):
            seen[p] = values[p]
    survivors = np.empty(n, np.int64)
    rows = max(1, offsets[offsets.shape[0] - 1])
    f = np.zeros(rows)
    jac = np.zeros((rows, d))
    slopes = np.zeros((min(REFERENCES, n), d))
    while made < count:
        threshold = np.partition(seen[:known], known // 2)[known // 2]
        if threshold == -math.inf:
            state[2] = 1.0
            break
        lower_values = 0
        for p in range(known):
            if seen[p] < threshold:
                lower_values += 1
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
        state[0] += math.log((lower_values + 0.5) / (known + 0.5))
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
        # rows of zeros lead to plain scalings: mostly those where the others are refused
        guided = 0.5 if stats[2, 0] == 0 else min(1.0, max(0.25, 2.0 * stats[2, 1] / stats[2, 0]))
        for r in range(slopes.shape[0]):
            if uniform(rng) < guided:
                # the first half from the first half
                log_gradient(points[(r * n) // slopes.shape[0]], jacobian, exponents, offsets, f, jac, slopes[r])
            else:
                slopes[r] = 0.0
        for s in range(sweeps):
            state[1] += evolve(
                points,
                values,
                dens,
                extra,
                threshold,
                0,
                1,
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
                slopes,
            )
            if s >= late:
                for p in range(n):
                    seen[(s - late) * n + p] = values[p]
        known = n * (sweeps - late)
        curve_l[start + made] = -threshold
        curve_v[start + made] = state[0]
        made += 1
        if -threshold > stop:
            break
    return made


@njit(
    types.void(float64[:, ::1], SIZE, JACOBIAN, int64[::1], float64[::1], float64[:, :, ::1]),
    cache=True,
    nogil=True,
)
def conditions(points, size, jacobian, offsets, unit, out):
    """For each point and object the relative rounding error of ‖I‖, u·Σ|terms|/‖I‖, and its relative change under one
    unit in the last place of the coordinates; out (points, objects, 2)."""
    n, d = points.shape
    objects = offsets.shape[0] - 1
    rows = max(1, offsets[objects])
    f = np.zeros(rows)
    jac = np.zeros((rows, d))
    s = np.zeros(objects)
    for p in range(n):
        jacobian(points[p], f, jac)
        size(points[p], s)
        for o in range(objects):
            q = 0.0
            for r in range(offsets[o], offsets[o + 1]):
                q = max(q, abs(f[r]))
            if q == 0.0:
                out[p, o, 0] = math.inf
                out[p, o, 1] = 0.0
                continue
            change = 0.0
            for r in range(offsets[o], offsets[o + 1]):
                t = 0.0
                for i in range(d):
                    t += abs(points[p, i] * jac[r, i])
                change = max(change, t)
            out[p, o, 0] = unit[o] * s[o] / q
            out[p, o, 1] = 1.1e-16 * change / (q * (offsets[o + 1] - offsets[o]))

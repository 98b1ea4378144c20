"""Samplers and sums in numba; they take arrays and compiled functions, and are compiled once for all problems.

Every move leaves the target invariant.  Targets (``mode``):

* 0: the density restricted to K < e^T (multilevel splitting);
* 1: density x exp(-n K), T = log n (tempering);
* 2: density x exp(value), the value itself being a log likelihood (collapsed problems).

``value(w, work) -> float`` writes the log density to ``work[0]`` and may read log n from ``work[1]``; work[3] = 1
says that `work[2]`, a derivative, is not wanted.

numba keeps the machine code in files that are renewed when *this* file changes: after an edit of `randoms`, `linear`,
`metrics` or `singular`, whose functions are inlined here, touch this file too.
"""

from __future__ import annotations

import math

import numpy as np
from numba import float64, int64, types, uint64

from rlct.numeric.jit import njit
from rlct.numeric.linear import back_solve, quadratic, stacked_qr
from rlct.numeric.metrics import JACOBIAN, METRIC, collapsed_metric
from rlct.numeric.randoms import below, normal, seed_state, uniform
from rlct.numeric.singular import singular_move

__all__ = [
    "JACOBIAN",
    "MOVES",
    "NO_SLOPES",
    "SIZE",
    "VALUE",
    "WORK",
    "below",
    "evaluate_all",
    "evolve",
    "normal",
    "seed_state",
    "uniform",
]

VALUE = types.FunctionType(float64(float64[::1], float64[::1]))
SIZE = types.FunctionType(types.void(float64[::1], float64[::1]))
WORK = 4

MOVES = ("scale", "transfer", "weights", "evolution", "stretch", "flip", "walk", "newton", "log-newton", "singular")
"""Names of the moves, in the order of the rows of the statistics. The last one is for mode 2 only."""


NO_SLOPES = np.zeros((0, 0))
"""For samplers without such draws."""
RADIAL = 0.7
"""Share of the scalings that draw the distance of log K to its limit anew, see `evolve`."""
LEAST = 0.3
"""Smallest growth of log K for that, in units of the density's: K hardly depends on the scaling below."""


@njit(int64(uint64[::1], int64, types.boolean), cache=True, nogil=True)
def _reference(rng, count, first):
    """Index of a gradient from the other half of the population."""
    half = count // 2
    return half + below(rng, count - half) if first else below(rng, half)


@njit(float64(float64[::1], float64, float64, *METRIC), cache=True, nogil=True)
def _metric(w, logk, threshold, log_scale, spread, jacobian, exponents, offsets, half, f, jac, a, perm):
    """R of the QR of [J/s; 1/width]: the local Gauss-Newton metric of {K < e^threshold}; returns its log det / 2."""
    d = w.shape[0]
    jacobian(w, f, jac)
    rows = 0
    for o in range(exponents.shape[0]):
        q = 0.0
        for r in range(offsets[o], offsets[o + 1]):
            q = max(q, abs(f[r]))
        if q == 0.0:
            return math.nan
        t = 0.0
        for r in range(offsets[o], offsets[o + 1]):
            t += (f[r] / q) * (f[r] / q)
        if exponents.shape[0] == 1:
            # K itself may be known better than the generator in doubles
            inverse = math.exp(-threshold / exponents[o])
        else:
            inverse = math.exp(-(threshold - logk) / exponents[o]) / (q * math.sqrt(t))
        for r in range(offsets[o], offsets[o + 1]):
            for i in range(d):
                a[i, rows] = jac[r, i] * inverse * (w[i] if log_scale else 1.0)
            rows += 1
    for i in range(d):
        a[i, a.shape[1] - d - 1 + i] = 1.0 / spread if log_scale else 1.0 / (spread * half[i])
    return stacked_qr(a, rows, d, perm)


@njit(float64(int64, float64[::1], float64, float64, int64, *METRIC), cache=True, nogil=True)
def _local_metric(
    mode, w, logk, threshold, which, log_scale, spread, jacobian, exponents, offsets, half, f, jac, a, perm
):
    """The metric at w of the target of this mode (for a collapsed one the two tables are its deviations and layout)."""
    if mode == 2:
        return collapsed_metric(
            w, threshold, which, log_scale, spread, jacobian, exponents, offsets, half, f, jac, a, perm
        )
    reach = threshold if mode == 0 else -threshold
    return _metric(w, logk, reach, log_scale, spread, jacobian, exponents, offsets, half, f, jac, a, perm)


@njit(
    int64(
        float64[:, ::1],
        float64[::1],
        float64[::1],
        float64[::1],
        float64,
        int64,
        int64,
        float64[::1],
        float64,
        float64[::1],
        float64[::1],
        float64[::1],
        VALUE,
        JACOBIAN,
        float64[::1],
        int64[::1],
        uint64[::1],
        int64[:, ::1],
        float64[:, ::1],
    ),
    cache=True,
    nogil=True,
)
def evolve(
    points,
    values,
    dens,
    extra,
    threshold,
    mode,
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
    slopes,
):
    """Move every particle `sweeps` times; returns the number of evaluations.

    points (n, d), values (n,) = value(w), dens (n,) log density, extra (n,) = work[2] (moves do not ask for it);
    mix: cumulative probabilities of `MOVES`; depth: L, the largest log scale of steps is half of it;
    stats (moves, 2): tried and accepted; slopes (any, d): gradients of log K in log coordinates at some particles, the
    first half of them from the first half of the population, or none.

    Where log K grows like s t along a scaling by e^t, and the density like e^(c t), the distance of log K to its limit
    is exponential with mean s/c: `RADIAL` of the scalings in mode 0 draw a new distance from there, with s from a
    gradient of a particle of the other half. Where s is right they are always accepted.

    Partners (differences, stretches) come from the other half of the population: with a relative that has hardly moved
    away such a move is no longer neutral, and particles drift inwards (sums of twelve squares: λ low by 3%). Whoever
    copies particles has to copy them within their half.
    """
    n, d = points.shape
    rows = offsets[offsets.shape[0] - 1]
    f = np.zeros(max(rows, 1))
    jac = np.zeros((max(rows, 1), d))
    metric_rows = offsets[offsets.shape[0] - 2] if mode == 2 else rows
    a = np.zeros((d, metric_rows + d + 1))
    b = np.zeros((d, metric_rows + d + 1))
    perm = np.zeros(d, np.int64)
    perm_b = np.zeros(d, np.int64)
    new = np.zeros(d)
    xi = np.zeros(d)
    step = np.zeros(d)
    work = np.zeros(WORK)
    work[1] = threshold
    work[3] = 1.0
    beta = math.exp(threshold) if mode == 1 else 0.0
    references = slopes.shape[0] if mode == 0 else 0
    evaluations = 0
    top = math.log(max(0.5 * depth, 1.0))
    bottom = math.log(0.05)
    for _ in range(sweeps):
        for p in range(n):
            first, others = (n // 2, n - n // 2) if p < n // 2 else (0, n // 2)
            pick = uniform(rng)
            kind = 0
            while kind < mix.shape[0] - 1 and pick > mix[kind]:
                kind += 1
            old = points[p]
            for i in range(d):
                new[i] = old[i]
            lq = 0.0
            after = 0.0
            bad = False
            scale = math.exp(bottom + (top - bottom) * uniform(rng))
            excess = 0.0
            reach = 0.0
            if kind == 0:
                i = below(rng, d)
                t = scale * normal(rng)
                if references > 0 and uniform(rng) < RADIAL:
                    reach = slopes[_reference(rng, references, p < n // 2), i]
                    if reach < LEAST:
                        reach = 0.0
                    else:
                        excess = -reach * math.log(uniform(rng))
                        t = (threshold - values[p] - excess) / reach
                new[i] *= math.exp(t)
                lq = t
                if uniform(rng) < 0.2:
                    new[i] = -new[i]
            elif kind == 1:
                i = below(rng, d)
                j = below(rng, d)
                if i == j:
                    t = scale * normal(rng)
                    new[i] *= math.exp(t)
                    lq = t
                else:
                    t = scale * normal(rng)
                    new[i] *= math.exp(t)
                    new[j] *= math.exp(-t)
            elif kind == 2:
                # a random one-parameter group w_i -> e^(t k_i) w_i, k in -1..3 (quasi-homogeneous scalings)
                total = 0.0
                common = uniform(rng) < 0.4
                for i in range(d):
                    step[i] = 1.0 if common else float64(below(rng, 5) - 1)
                    if common and uniform(rng) < 0.2:
                        step[i] = 0.0
                    total += step[i]
                t = scale * normal(rng)
                if references > 0 and total != 0.0 and uniform(rng) < RADIAL:
                    r = _reference(rng, references, p < n // 2)
                    slope = 0.0
                    for i in range(d):
                        slope += slopes[r, i] * step[i]
                    reach = slope / total
                    if reach < LEAST:
                        reach = 0.0
                    else:
                        excess = -reach * math.log(uniform(rng))
                        t = (threshold - values[p] - excess) / slope
                if not abs(t) < 600.0:
                    bad = True
                    t = 0.0
                for i in range(d):
                    new[i] *= math.exp(t * step[i])
                lq = t * total
            elif kind == 3:
                i = first + below(rng, others)
                j = first + below(rng, others)
                if i == j:
                    bad = True
                else:
                    g = 1.0 if uniform(rng) < 0.1 else 2.38 / math.sqrt(2.0 * d) * math.exp(0.8 * normal(rng))
                    part = 1.0 if uniform(rng) < 0.5 else uniform(rng)
                    for k in range(d):
                        if uniform(rng) < part:
                            new[k] += g * (points[i, k] - points[j, k])
            elif kind == 4:
                i = first + below(rng, others)
                if others < 2:
                    bad = True
                else:
                    u = 1.0 + uniform(rng)
                    z = u * u / 2.0
                    lq = (d - 1) * math.log(z)
                    for k in range(d):
                        new[k] = points[i, k] + z * (new[k] - points[i, k])
            elif kind == 5:
                if uniform(rng) < 0.5:
                    i = below(rng, d)
                    new[i] = -new[i]
                else:
                    for k in range(d):
                        if uniform(rng) < 0.5:
                            new[k] = -new[k]
            elif kind == 6:
                if uniform(rng) < 0.5:
                    i = below(rng, d)
                    new[i] += half[i] * math.exp(-0.5 * depth * uniform(rng)) * normal(rng)
                else:
                    t = math.exp(-0.5 * depth * uniform(rng))
                    for i in range(d):
                        new[i] += half[i] * t * normal(rng)
            elif kind == 9:
                lq = singular_move(old, new, offsets, 1 + 3 * offsets[0], scale, rng)
                bad = not abs(lq) < 1e300
            else:
                logs = kind == 8
                current = values[p]
                # free directions get steps of log-uniform length: long ones leave a curved valley
                if logs:
                    spread = math.exp(bottom + (top - bottom) * uniform(rng))
                else:
                    spread = math.exp(-0.5 * depth * uniform(rng) ** 2)
                which = int64(uniform(rng) < 0.5)
                ld = _local_metric(
                    mode, old, current, threshold, which, int64(logs), spread,
                    jacobian, exponents, offsets, half, f, jac, a, perm,
                )  # fmt: skip
                if not abs(ld) < 1e300:
                    bad = True
                else:
                    t = math.exp(-2.3 * uniform(rng)) * 1.2
                    forward = 0.0
                    for k in range(d):
                        xi[k] = normal(rng)
                        forward += xi[k] * xi[k]
                        xi[k] *= t
                    back_solve(a, perm, xi, step)
                    for k in range(d):
                        if logs:
                            if abs(step[k]) > 600.0:
                                bad = True
                            else:
                                new[k] = old[k] * math.exp(step[k])
                                lq += step[k]
                        else:
                            new[k] = old[k] + step[k]
                    for k in range(d):
                        if not (lo[k] <= new[k] <= hi[k]):
                            bad = True
                    if not bad:
                        after = value(new, work)
                        evaluations += 1
                        if after == -math.inf or (mode == 0 and not after < threshold):
                            bad = True
                        else:
                            back = _local_metric(
                                mode, new, after, threshold, which, int64(logs), spread,
                                jacobian, exponents, offsets, half, f, jac, b, perm_b,
                            )  # fmt: skip
                            if not abs(back) < 1e300:
                                bad = True
                            else:
                                lq += back - ld - 0.5 * (quadratic(b, perm_b, step) / (t * t) - forward)
            stats[kind, 0] += 1
            if bad:
                continue
            if kind == 3 or kind == 4 or kind == 6 or kind == 7 or kind == 9:
                # additive moves that change the magnitude of a coordinate a lot lose its digits (or make it 0, where
                # scalings stop): forbidden in both directions, so the balance is kept
                for k in range(d):
                    if new[k] != old[k] and not (1e-8 * abs(old[k]) < abs(new[k]) and abs(new[k]) * 1e-8 < abs(old[k])):
                        bad = True
                        break
                if bad:
                    continue
            inside = True
            for k in range(d):
                if not (lo[k] <= new[k] <= hi[k]):
                    inside = False
                    break
            if not inside:
                continue
            if kind < 7 or kind == 9:
                after = value(new, work)
                evaluations += 1
            v = after
            lq += work[0] - dens[p]
            if mode == 0:
                ok = v < threshold
                if reach > 0.0 and ok:
                    # the way back: from the new distance to the old one, with the same slope
                    again = threshold - v + reach * (lq - work[0] + dens[p])
                    ok = again >= 0.0
                    lq += (excess - again) / reach
            elif mode == 1:
                ok = True
                lq -= beta * (math.exp(v) - math.exp(values[p]))
            else:
                ok = True
                lq += v - values[p]
            if ok and not math.isnan(lq) and (lq >= 0.0 or math.log(uniform(rng)) < lq):
                for k in range(d):
                    points[p, k] = new[k]
                values[p] = v
                dens[p] = work[0]
                extra[p] = work[2]
                stats[kind, 1] += 1
    return evaluations


@njit(types.void(float64[:, ::1], float64[::1], float64[::1], float64[::1], float64, VALUE), cache=True, nogil=True)
def evaluate_all(points, values, dens, extra, level, value):
    """value, log density and work[2] of every particle, at log n = level."""
    work = np.zeros(WORK)
    work[1] = level
    for p in range(points.shape[0]):
        values[p] = value(points[p], work)
        dens[p] = work[0]
        extra[p] = work[2]

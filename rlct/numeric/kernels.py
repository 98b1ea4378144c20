"""Samplers and sums in numba; they take arrays and compiled functions, and are compiled once for all problems.

Every move leaves the target invariant.  Targets (``mode``):

* 0: the density restricted to K < e^T (multilevel splitting);
* 1: density x exp(-n K), T = log n (tempering);
* 2: density x exp(value), the value itself being a log likelihood (collapsed problems).

``value(w, work) -> float`` writes the log density to ``work[0]`` and may read log n from ``work[1]``.
The random numbers are xoshiro256++ with the state in an array of four words: no global generator.
"""

from __future__ import annotations

import math

import numpy as np
from numba import float64, int64, njit, types, uint64

VALUE = types.FunctionType(float64(float64[::1], float64[::1]))
JACOBIAN = types.FunctionType(types.void(float64[::1], float64[::1], float64[:, ::1]))
SIZE = types.FunctionType(types.void(float64[::1], float64[::1]))
WORK = 4

MOVES = ("scale", "transfer", "weights", "evolution", "stretch", "flip", "walk", "newton", "log-newton")
"""Names of the moves, in the order of the rows of the statistics."""


@njit(uint64(uint64[::1]), cache=True, nogil=True)
def _next(s):
    t = s[0] + s[3]
    result = ((t << uint64(23)) | (t >> uint64(41))) + s[0]
    u = s[1] << uint64(17)
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= u
    s[3] = (s[3] << uint64(45)) | (s[3] >> uint64(19))
    return result


@njit(float64(uint64[::1]), cache=True, nogil=True)
def uniform(s):
    """Uniform on (0, 1)."""
    return (float64(_next(s) >> uint64(11)) + 0.5) * (1.0 / 9007199254740992.0)


@njit(float64(uint64[::1]), cache=True, nogil=True)
def normal(s):
    """Standard normal (Box and Muller)."""
    return math.sqrt(-2.0 * math.log(uniform(s))) * math.cos(2.0 * math.pi * uniform(s))


@njit(int64(uint64[::1], int64), cache=True, nogil=True)
def below(s, n):
    """Uniform on 0, ..., n-1."""
    return min(n - 1, int64(uniform(s) * n))


def seed_state(seed: int) -> np.ndarray:
    """The generator's state for a seed, through numpy's SeedSequence (its words are never all zero)."""
    return np.random.SeedSequence(seed).generate_state(4, np.uint64)


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


@njit(
    float64(
        float64[::1],
        float64,
        float64,
        int64,
        float64,
        JACOBIAN,
        float64[::1],
        int64[::1],
        float64[::1],
        float64[::1],
        float64[:, ::1],
        float64[:, ::1],
        int64[::1],
    ),
    cache=True,
    nogil=True,
)
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
                a[rows, i] = jac[r, i] * inverse * (w[i] if log_scale else 1.0)
            rows += 1
    for i in range(d):
        for j in range(d):
            a[rows + i, j] = 0.0
        a[rows + i, i] = 1.0 / spread if log_scale else 1.0 / (spread * half[i])
    return graded_qr(a, rows + d, d, 0, perm)


@njit(types.void(float64[:, ::1], int64[::1], float64[::1], float64[::1]), cache=True, nogil=True)
def _back_solve(a, perm, xi, step):
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
def _quadratic(a, perm, step):
    """|R Pᵀ step|²."""
    d = step.shape[0]
    total = 0.0
    for i in range(d):
        q = 0.0
        for j in range(i, d):
            q += a[i, j] * step[perm[j]]
        total += q * q
    return total


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
):
    """Move every particle `sweeps` times; returns the number of evaluations.

    points (n, d), values (n,) = value(w), dens (n,) log density, extra (n,) = work[2] of the last evaluation;
    mix: cumulative probabilities of `MOVES`; depth: L, the largest log scale of steps is half of it;
    stats (moves, 2): tried and accepted.
    """
    n, d = points.shape
    rows = offsets[offsets.shape[0] - 1]
    f = np.zeros(max(rows, 1))
    jac = np.zeros((max(rows, 1), d))
    a = np.zeros((rows + d, d))
    b = np.zeros((rows + d, d))
    perm = np.zeros(d, np.int64)
    perm_b = np.zeros(d, np.int64)
    new = np.zeros(d)
    xi = np.zeros(d)
    step = np.zeros(d)
    work = np.zeros(WORK)
    work[1] = threshold
    beta = math.exp(threshold) if mode == 1 else 0.0
    evaluations = 0
    top = math.log(max(0.5 * depth, 1.0))
    bottom = math.log(0.05)
    for _ in range(sweeps):
        for p in range(n):
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
            if kind == 0:
                i = below(rng, d)
                t = scale * normal(rng)
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
                t = scale * normal(rng)
                common = uniform(rng) < 0.4
                for i in range(d):
                    k = 1.0 if common else float64(below(rng, 5) - 1)
                    if common and uniform(rng) < 0.2:
                        k = 0.0
                    new[i] *= math.exp(t * k)
                    lq += t * k
            elif kind == 3:
                i = below(rng, n)
                j = below(rng, n)
                if i in (p, j) or j == p:
                    bad = True
                else:
                    g = 1.0 if uniform(rng) < 0.1 else 2.38 / math.sqrt(2.0 * d) * math.exp(0.8 * normal(rng))
                    part = 1.0 if uniform(rng) < 0.5 else uniform(rng)
                    for k in range(d):
                        if uniform(rng) < part:
                            new[k] += g * (points[i, k] - points[j, k])
            elif kind == 4:
                i = below(rng, n)
                if i == p:
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
            else:
                logs = kind == 8
                reach = threshold if mode == 0 else -threshold
                current = values[p]
                # free directions get steps of log-uniform length: long ones leave a curved valley
                if logs:
                    spread = math.exp(bottom + (top - bottom) * uniform(rng))
                else:
                    spread = math.exp(-0.5 * depth * uniform(rng) ** 2)
                ld = _metric(
                    old, current, reach, int64(logs), spread, jacobian, exponents, offsets, half, f, jac, a, perm
                )
                if not abs(ld) < 1e300:
                    bad = True
                else:
                    t = math.exp(-2.3 * uniform(rng)) * 1.2
                    forward = 0.0
                    for k in range(d):
                        xi[k] = normal(rng)
                        forward += xi[k] * xi[k]
                        xi[k] *= t
                    _back_solve(a, perm, xi, step)
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
                            back = _metric(
                                new,
                                after,
                                reach,
                                int64(logs),
                                spread,
                                jacobian,
                                exponents,
                                offsets,
                                half,
                                f,
                                jac,
                                b,
                                perm_b,
                            )
                            if not abs(back) < 1e300:
                                bad = True
                            else:
                                lq += back - ld - 0.5 * (_quadratic(b, perm_b, step) / (t * t) - forward)
            stats[kind, 0] += 1
            if bad:
                continue
            if kind == 3 or kind == 4 or kind == 6 or kind == 7:
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
            if kind < 7:
                after = value(new, work)
                evaluations += 1
            v = after
            lq += work[0] - dens[p]
            if mode == 0:
                ok = v < threshold
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
        m = 0
        for p in range(n):
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
                q = survivors[below(rng, m)]
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


_EXPS = types.Array(int64, 2, "C", readonly=True)
_COEF = types.Array(float64, 1, "C", readonly=True)


@njit(float64(float64[::1], _EXPS, _COEF, _COEF), cache=True, nogil=True)
def table_value(w, exps, high, low):
    """Σ (high + low) w^exps in double-double, for polynomials too long for straight-line code."""
    terms, d = exps.shape
    top = 0
    for t in range(terms):
        for i in range(d):
            top = max(top, exps[t, i])
    ph = np.ones((d, top + 1))
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

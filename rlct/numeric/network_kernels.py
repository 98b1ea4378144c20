"""Kernels of the sampler for wide networks with the outer weights integrated out (numba; arrays only).

One particle is b (H,), its features F (H, r) and M = I + 2n FᵀF (r, r), graded; every move changes one b_i (or scales
all of them) and costs one Cholesky factor of M.
"""

from __future__ import annotations

import math

import numpy as np

from rlct.numeric.jit import njit
from rlct.numeric.randoms import below, normal, seed_state, uniform

SMALLEST = 1e-7
"""Smallest step of a move in b."""


@njit(cache=True, nogil=True)
def _features(b, table, reach, step, out):
    """Spline values of all modes at b."""
    k = int((b + reach) / step)
    if k < 0:
        k = 0
    if k > table.shape[0] - 1:
        k = table.shape[0] - 1
    t = b + reach - k * step
    row = table[k]
    for j in range(row.shape[0]):
        out[j] = ((row[j, 0] * t + row[j, 1]) * t + row[j, 2]) * t + row[j, 3]


@njit(cache=True, nogil=True)
def _logdet(m, chol):
    """log det of a symmetric positive matrix; its Cholesky factor goes to `chol` (lower)."""
    r = m.shape[0]
    total = 0.0
    for i in range(r):
        for j in range(i + 1):
            s = m[i, j]
            for k in range(j):
                s -= chol[i, k] * chol[j, k]
            if i == j:
                # I + PSD: what rounding takes below 1 is put back
                if s < 1.0:
                    s = 1.0
                chol[i, i] = math.sqrt(s)
                total += math.log(s)
            else:
                chol[i, j] = s / chol[j, j]
    return total


@njit(cache=True, nogil=True)
def _conditional(chol, work):
    """½ (r - tr M⁻¹) from the Cholesky factor: n E[K | b]."""
    r = chol.shape[0]
    trace = 0.0
    for c in range(r):
        for i in range(c, r):
            s = 1.0 if i == c else 0.0
            for k in range(c, i):
                s -= chol[i, k] * work[k]
            work[i] = s / chol[i, i]
            trace += work[i] * work[i]
    return 0.5 * (r - trace)


@njit(cache=True, nogil=True)
def _forward(chol, f, out):
    """out = L⁻¹ f; returns |out|² = fᵀM⁻¹f."""
    total = 0.0
    for i in range(f.shape[0]):
        s = f[i]
        for k in range(i):
            s -= chol[i, k] * out[k]
        out[i] = s / chol[i, i]
        total += out[i] * out[i]
    return total


@njit(cache=True, nogil=True)
def _matrix(features, twice_n, m):
    """M = I + 2n FᵀF."""
    r = m.shape[0]
    for i in range(r):
        for j in range(i + 1):
            s = 0.0
            for h in range(features.shape[0]):
                s += features[h, i] * features[h, j]
            m[i, j] = twice_n * s + (1.0 if i == j else 0.0)


@njit(cache=True, nogil=True)
def _near_density(target, b, i, span):
    """Density of the copy move: b_i' = ± b_j + δ, |δ| log-uniform on [SMALLEST, span], j uniform among the others."""
    total = 0.0
    for j in range(b.shape[0]):
        if j != i:
            for s in (-1.0, 1.0):
                gap = abs(target - s * b[j])
                if gap >= SMALLEST and gap <= span:
                    total += 1.0 / gap
    return total


@njit(cache=True, nogil=True)
def _sweep(b, f, m, twice_n, table, reach, step, gaussian, rng,
           chol, trial, feature, other):
    """One sweep over all units and one move of the common scale; returns log det M."""
    hidden, r = f.shape
    before, after = np.empty(r), np.empty(r)
    _matrix(f, twice_n, m)
    current = _logdet(m, chol)
    span = 2.0
    # units of a wide network never need to be placed finely
    smallest = math.log(0.05 if hidden > 40 else 1e-5)
    for _ in range(hidden):
        i = below(rng, hidden)
        old = b[i]
        extra = 0.0
        kind = uniform(rng)
        if kind < 0.45:
            size = math.exp(smallest * uniform(rng)) * (1.0 if gaussian else 0.7)
            new = old + size * normal(rng)
        elif kind < 0.6:
            new = normal(rng) if gaussian else 2.0 * uniform(rng) - 1.0
            if gaussian:
                extra = 0.5 * (new * new - old * old)
        elif kind < 0.75 or hidden == 1:
            shift = 2.0 * math.exp(math.log(0.01) * uniform(rng)) * normal(rng)
            new = old * math.exp(shift)
            extra = shift
        elif hidden <= 40:
            j = below(rng, hidden - 1)
            if j >= i:
                j += 1
            gap = SMALLEST * math.exp(math.log(span / SMALLEST) * uniform(rng))
            new = b[j] * (1.0 if uniform(rng) < 0.5 else -1.0) + gap * (1.0 if uniform(rng) < 0.5 else -1.0)
            back = _near_density(old, b, i, span)
            if back <= 0.0:
                continue
            extra = math.log(back) - math.log(_near_density(new, b, i, span))
        else:
            new = -old
        if abs(new) > reach:
            continue
        if gaussian:
            extra += 0.5 * (old * old - new * new)
        _features(new, table, reach, step, feature)
        chance = math.log(uniform(rng)) - extra
        # determinant lemma for M + 2n (f'f'ᵀ - ffᵀ), where the unit's leverage leaves enough digits in 1 - 2n fᵀM⁻¹f
        rest = 1.0 - twice_n * _forward(chol, f[i], before)
        known = rest > 1e-6
        value = 0.0
        if known:
            gain = 1.0 + twice_n * _forward(chol, feature, after)
            inner = 0.0
            for p in range(r):
                inner += before[p] * after[p]
            inner *= twice_n
            value = current + math.log(gain * rest + inner * inner)
            if chance >= -0.5 * (value - current):
                continue
        for p in range(r):
            x = twice_n * feature[p]
            y = twice_n * f[i, p]
            for q in range(p + 1):
                trial[p, q] = m[p, q] + (x * feature[q] - y * f[i, q])
        value = _logdet(trial, other)
        if known or chance < -0.5 * (value - current):
            b[i] = new
            f[i] = feature
            for p in range(r):
                for q in range(p + 1):
                    m[p, q] = trial[p, q]
                    chol[p, q] = other[p, q]
            current = value
    # common scale
    if hidden <= 40:
        shift = 2.0 * math.exp(math.log(0.01) * uniform(rng)) * normal(rng)
        scale = math.exp(shift)
        extra = hidden * shift
        inside = True
        for i in range(hidden):
            new = b[i] * scale
            if abs(new) > reach:
                inside = False
            if gaussian:
                extra += 0.5 * (b[i] * b[i] - new * new)
        if inside:
            g = np.empty_like(f)
            for i in range(hidden):
                _features(b[i] * scale, table, reach, step, g[i])
            _matrix(g, twice_n, trial)
            value = _logdet(trial, other)
            if math.log(uniform(rng)) < extra - 0.5 * (value - current):
                for i in range(hidden):
                    b[i] *= scale
                f[:] = g
    _matrix(f, twice_n, m)
    return _logdet(m, chol)


@njit(cache=True, nogil=True)
def _draw(b, f, table, reach, step, gaussian, rng):
    """b from its prior, with features."""
    for i in range(b.shape[0]):
        b[i] = normal(rng) if gaussian else 2.0 * uniform(rng) - 1.0
        if abs(b[i]) > reach:
            b[i] = math.copysign(reach, b[i])
        _features(b[i], table, reach, step, f[i])


@njit(cache=True, nogil=True)
def _quenched(table, reach, step, gaussian, hidden, particles, levels, rng,
              out):
    r = table.shape[1]
    b, f = np.zeros(hidden), np.zeros((hidden, r))
    m, chol, work = np.zeros((r, r)), np.zeros((r, r)), np.zeros(r)
    for _ in range(particles):
        _draw(b, f, table, reach, step, gaussian, rng)
        for k in range(levels.shape[0]):
            _matrix(f, 2.0 * math.exp(levels[k]), m)
            _logdet(m, chol)
            out[k] += _conditional(chol, work) / particles


@njit(cache=True, nogil=True)
def _ladder(table, reach, step, gaussian, hidden, particles, levels, sweeps,
            rng, lam, logz):
    """SMC along `levels` of log n; lam, logz at each of them."""
    r = table.shape[1]
    b, f = np.zeros((particles, hidden)), np.zeros((particles, hidden, r))
    m, chol, work = np.zeros((r, r)), np.zeros((r, r)), np.zeros(r)
    trial, other, feature = np.zeros((r, r)), np.zeros((r, r)), np.zeros(r)
    logdet, weight = np.zeros(particles), np.zeros(particles)
    pick = np.zeros(particles, np.int64)
    for p in range(particles):
        _draw(b[p], f[p], table, reach, step, gaussian, rng)
    total = 0.0
    for k in range(levels.shape[0]):
        twice_n = 2.0 * math.exp(levels[k])
        best = -np.inf
        for p in range(particles):
            _matrix(f[p], twice_n, m)
            now = _logdet(m, chol)
            weight[p] = -0.5 * (now - logdet[p])
            best = max(best, weight[p])
        mean = 0.0
        for p in range(particles):
            weight[p] = math.exp(weight[p] - best)
            mean += weight[p] / particles
        total += best + math.log(mean)
        logz[k] = total
        position, reached, q = uniform(rng), 0.0, -1
        for p in range(particles):
            while reached <= position + p and q < particles - 1:
                q += 1
                reached += weight[q] / mean
            pick[p] = q
        b = b[pick]
        f = f[pick]
        value = 0.0
        count = 0
        for p in range(particles):
            for s in range(sweeps):
                logdet[p] = _sweep(b[p], f[p], m, twice_n, table, reach, step, gaussian, rng, chol, trial, feature,
                                   other)
                if 2 * s >= sweeps - 1:
                    value += _conditional(chol, work)
                    count += 1
        lam[k] = value / count


def quenched_means(table: np.ndarray, reach: float, step: float, gaussian: bool, hidden: int, particles: int,
                   levels: np.ndarray, seed: int) -> np.ndarray:
    """Mean of n E[K | b] over b from its prior, at each log n of `levels` (k,)."""
    out = np.zeros(len(levels))
    _quenched(table, reach, step, gaussian, hidden, particles, levels, seed_state(seed), out)
    return out


def run_ladder(table: np.ndarray, reach: float, step: float, gaussian: bool, hidden: int, particles: int,
               levels: np.ndarray, sweeps: int, seed: int, spacing: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """λ̂ and log Z at the increasing log n of `levels`, with intermediate levels at most `spacing` apart."""
    grid: list[float] = []
    where: list[int] = []
    previous = min(-3.0, float(levels[0]) - 0.5)
    for level in levels:
        count = max(1, math.ceil((float(level) - previous) / spacing))
        grid += [previous + (float(level) - previous) * (i + 1) / count for i in range(count)]
        where.append(len(grid) - 1)
        previous = float(level)
    lam, logz = np.zeros(len(grid)), np.zeros(len(grid))
    _ladder(table, reach, step, gaussian, hidden, particles, np.array(grid), sweeps, seed_state(seed), lam, logz)
    return lam[where], logz[where]

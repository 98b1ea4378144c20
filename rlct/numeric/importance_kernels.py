"""The inner loop of `importance`: points from a mixture of proposals, and their weighted sums."""

from __future__ import annotations

import math

import numpy as np
from numba import float64, int64, uint64

from rlct.numeric.jit import njit
from rlct.numeric.kernels import VALUE, WORK, normal, uniform

FAR = 4.0
"""Normal coordinates: |w| = FAR sd e^{-t} in all proposals but the density itself."""


@njit(
    int64(
        int64,
        VALUE,
        float64[::1],
        float64[::1],
        float64[::1],
        float64[::1],
        float64[:, ::1],
        float64[::1],
        float64[:, ::1],
        float64[::1],
        uint64[::1],
        float64[:, ::1],
        float64[:, ::1],
        float64[::1],
        float64[:, ::1],
    ),
    cache=True,
    nogil=True,
)
def weighted_sums(count, value, lo, hi, sd, shares, weights, rho, rates, z, rng, sums, fit, fit_rho, fit_rates):
    """Draw `count` points and add up K^z φ/q.

    shares (C,): of the components; weights (C, d): a of each, all 0 for the density itself (component 0) and for
    independent rates; rho (C,): ρ; rates (C, d): of independent components; z (Z,).
    sums (Z + 1, 2): Σ and the largest term, the last row those of φ/q; fit (C, 2), fit_rho (C,), fit_rates (C, d):
    responsibilities at z[0], and Σ s, Σ t under them. Returns how many points lay in the region.
    """
    d = lo.shape[0]
    parts = shares.shape[0]
    work = np.zeros(WORK)
    w, t = np.zeros(d), np.zeros(d)
    side = np.zeros(d)
    inner = np.zeros(d, np.int64)
    part = np.zeros(parts)
    total_width = np.zeros(d)
    for i in range(d):
        inner[i] = 1 if (sd[i] > 0.0 or (lo[i] <= 0.0 <= hi[i])) else 0
        total_width[i] = hi[i] - lo[i] if sd[i] <= 0.0 else 1.0
    inside = 0
    for _ in range(count):
        pick = uniform(rng)
        c = 0
        while c < parts - 1 and pick > shares[c]:
            pick -= shares[c]
            c += 1
        s = 0.0
        for i in range(d):
            if weights[c, i] > 0.0:
                s = -math.log(uniform(rng)) / rho[c]
                break
        base = 0.0
        for i in range(d):
            if inner[i] == 0:
                w[i] = lo[i] + (hi[i] - lo[i]) * uniform(rng)
                continue
            if sd[i] > 0.0 and c == 0:
                w[i] = sd[i] * normal(rng)
                continue
            t[i] = -math.log(uniform(rng)) / rates[c, i] + weights[c, i] * s
            if sd[i] > 0.0:
                far = FAR * sd[i]
                right = uniform(rng) < 0.5
            else:
                right = uniform(rng) * (hi[i] - lo[i]) < hi[i]
                far = hi[i] if right else -lo[i]
            w[i] = far * math.exp(-t[i]) if right else -far * math.exp(-t[i])
        # log densities relative to the uniform one (to the normal one): e^{-Σ (rate - 1) t}, and so on
        for i in range(d):
            if inner[i] == 0:
                continue
            if sd[i] > 0.0:
                side[i] = FAR * sd[i]
            else:
                side[i] = hi[i] if w[i] > 0.0 else -lo[i]
            t[i] = math.log(side[i] / max(abs(w[i]), 1e-300))
        value_k = value(w, work)
        density = work[0]
        if not density > -math.inf or not value_k < math.inf:
            continue
        inside += 1
        top = -math.inf
        for k in range(parts):
            q = 0.0
            if shares[k] <= 0.0:
                part[k] = -math.inf
                continue
            if k == 0:
                # of the normal coordinates: N(w) against (1 / 2 far) e^{t}
                for i in range(d):
                    if inner[i] == 1 and sd[i] > 0.0:
                        q += math.log(2.0 * FAR / math.sqrt(2.0 * math.pi)) - 0.5 * (w[i] / sd[i]) ** 2
            else:
                least = math.inf
                total = 0.0
                for i in range(d):
                    if inner[i] == 0:
                        continue
                    if t[i] < 0.0:
                        q = -math.inf
                        break
                    if weights[k, i] > 0.0:
                        least = min(least, t[i] / weights[k, i])
                        total += weights[k, i]
                    else:
                        q += math.log(rates[k, i]) - (rates[k, i] - 1.0) * t[i]
                if total > 0.0 and q > -math.inf:
                    x = (total - rho[k]) * least
                    if x > 30.0:
                        q += math.log(rho[k] / (total - rho[k])) + x
                    else:
                        q += math.log(rho[k] * max(least, 1e-300) * (math.expm1(x) / x if abs(x) > 1e-12 else 1.0))
            part[k] = q + math.log(shares[k])
            top = max(top, part[k])
        mixture = 0.0
        for k in range(parts):
            if part[k] > -math.inf:
                mixture += math.exp(part[k] - top)
        log_q = top + math.log(mixture)
        for i in range(d):
            if inner[i] == 1 and sd[i] > 0.0:
                base += math.log(2.0 * FAR / math.sqrt(2.0 * math.pi))
        # density holds the normal factors too
        log_w = density + base - log_q
        for j in range(z.shape[0] + 1):
            term = math.exp(log_w) if j == z.shape[0] else 0.0
            if j < z.shape[0]:
                if value_k > -math.inf:
                    term = math.exp(log_w + z[j] * value_k)
                elif z[j] == 0.0:
                    term = math.exp(log_w)
                elif z[j] < 0.0:
                    term = math.inf
            sums[j, 0] += term
            sums[j, 1] = max(sums[j, 1], term)
        if value_k > -math.inf:
            own = math.exp(log_w + z[0] * value_k)
            for k in range(parts):
                if not part[k] > -math.inf:
                    continue
                r = own * math.exp(part[k] - log_q)
                fit[k, 0] += r
                fit[k, 1] += 1.0
                least = math.inf
                total = 0.0
                for i in range(d):
                    if inner[i] == 0:
                        continue
                    fit_rates[k, i] += r * max(t[i], 0.0)
                    if weights[k, i] > 0.0:
                        least = min(least, t[i] / weights[k, i])
                        total += weights[k, i]
                if total > 0.0:
                    # E[s | t]: s has the density e^{(Σa - ρ) s} on [0, M]
                    b = total - rho[k]
                    x = b * least
                    if abs(x) < 1e-6:
                        s = 0.5 * least
                    elif x > 30.0:
                        s = least - 1.0 / b
                    else:
                        s = least / -math.expm1(-x) - 1.0 / b
                    fit_rho[k] += r * s
    return inside

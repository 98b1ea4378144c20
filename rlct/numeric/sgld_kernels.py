"""One chain of stochastic gradient Langevin dynamics with a quadratic tether (numba; arrays only)."""

from __future__ import annotations

import math

import numpy as np
from numba import float64, int64, types, uint64

from rlct.numeric.jit import njit
from rlct.numeric.kernels import JACOBIAN, VALUE, WORK
from rlct.numeric.randoms import normal


@njit(
    types.void(
        VALUE, JACOBIAN, float64[::1], int64[::1], int64, float64, float64, float64, float64, int64, uint64[::1],
        float64[::1],
    ),
    cache=True,
    nogil=True,
)
def chain(value, jacobian, exponents, offsets, d, nbeta, lr, gamma, noise, burn_in, rng, out):
    """nβK along the chain after `burn_in` steps; inf from where it leaves all bounds.

    noise: standard deviation of the error of each component of ∇K (a batch's), 0 for exact gradients.
    """
    rows = offsets[-1]
    w, f, jac, work = np.zeros(d), np.zeros(rows), np.zeros((rows, d)), np.zeros(WORK)
    gradient = np.zeros(d)
    for t in range(burn_in + out.shape[0]):
        logk = value(w, work)
        k = math.exp(min(logk, 600.0))
        gradient[:] = 0.0
        if k > 0.0:
            jacobian(w, f, jac)
            for o in range(exponents.shape[0]):
                norm = 0.0
                for r in range(offsets[o], offsets[o + 1]):
                    norm += f[r] * f[r]
                if norm > 0.0:
                    for r in range(offsets[o], offsets[o + 1]):
                        c = k * exponents[o] * f[r] / norm
                        for i in range(d):
                            gradient[i] += c * jac[r, i]
        if t >= burn_in:
            out[t - burn_in] = nbeta * k
        far = False
        for i in range(d):
            slope = gradient[i] + (noise * normal(rng) if noise > 0.0 else 0.0)
            w[i] += -0.5 * lr * (nbeta * slope + gamma * w[i]) + math.sqrt(lr) * normal(rng)
            if not abs(w[i]) < 1e6:
                far = True
        if far:
            for s in range(max(0, t - burn_in), out.shape[0]):
                out[s] = np.inf
            return

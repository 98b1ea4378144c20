"""One affine variable with a box density, integrated out in closed form (compiled code).

With K = Σ (c_j + φ_j a)² and a uniform on [lo, hi] the integral of exp(-n K) is a difference of two error functions.
The differences that lose digits (a box far from the best a, a nearly flat exponent) are taken by the scaled function
exp(x²) erfc(x) and by a Gauss rule.
"""

from __future__ import annotations

import math

import numpy as np
from numba import float64, types

from rlct.numeric.jit import njit

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)
FLAT = 0.5
"""Below this variation of the exponent over the box the integrand is integrated by the Gauss rule (to 1e-15)."""


@njit(float64(float64), cache=True, nogil=True)
def scaled_erfc(x):
    """exp(x²) erfc(x) for x >= 0."""
    if x < 25.0:
        return math.exp(x * x) * math.erfc(x)
    # asymptotic: the next term is below 1e-13
    q = 0.5 / (x * x)
    return (1.0 - q * (1.0 - 3.0 * q * (1.0 - 5.0 * q * (1.0 - 7.0 * q)))) / (x * math.sqrt(math.pi))


@njit(
    types.UniTuple(float64, 2)(float64[:, ::1], float64[:, ::1], float64, float64, float64), cache=True, nogil=True
)
def boxed_term(phi, offsets, lo, hi, logn):
    """log of the mean of exp(-n ‖c + φ a‖²) over a uniform on [lo, hi], and its negative derivative in log n.

    phi (J, 1), offsets (1, J), as in `linear.collapsed_term`.
    """
    rows = phi.shape[0]
    root = math.exp(0.5 * logn)
    # scaled by the largest φ: squares of tiny ones would underflow
    big = 0.0
    for j in range(rows):
        big = max(big, abs(phi[j, 0]))
    square, cross = 0.0, 0.0
    if big > 0.0:
        for j in range(rows):
            t = phi[j, 0] / big
            square += t * t
            cross += t * offsets[0, j]
    norm = math.sqrt(square) * big
    # distances from the best a, in units of the width of the Gaussian
    best = -cross / (square * big) if big > 0.0 else 0.0
    left, right = root * norm * (lo - best), root * norm * (hi - best)
    if not (big > 0.0 and abs(best) < 1e150 and right > left):
        # a does not matter here
        middle = 0.5 * (lo + hi)
        q = 0.0
        for j in range(rows):
            t = root * (offsets[0, j] + phi[j, 0] * middle)
            q += t * t
        return -q, q
    residual = 0.0
    if rows > 1:
        for j in range(rows):
            t = root * (offsets[0, j] + phi[j, 0] * best)
            residual += t * t
    near, far = left, right
    if left < 0.0:
        near, far = (0.0, max(-left, right)) if right > 0.0 else (-right, -left)
    base = near * near
    if (far - near) * (far + near) < FLAT:
        total, second = 0.0, 0.0
        for k in range(_NODES.shape[0]):
            x = 0.5 * (left + right) + 0.5 * (right - left) * _NODES[k]
            e = 0.5 * _WEIGHTS[k] * math.exp(base - x * x)
            total += e
            second += e * x * x
        return -residual - base + math.log(total), residual + second / total
    if near == 0.0:
        mass = 0.5 * math.sqrt(math.pi) * (math.erf(right) - math.erf(left))
        edge = right * math.exp(-right * right) - left * math.exp(-left * left)
    else:
        fall = math.exp(-(far - near) * (far + near))
        mass = 0.5 * math.sqrt(math.pi) * (scaled_erfc(near) - fall * scaled_erfc(far))
        edge = far * fall - near
    return -residual - base + math.log(mass / (right - left)), residual + 0.5 - 0.5 * edge / mass

"""Random numbers inside compiled code: xoshiro256++ with its state in an array of four words, no global generator."""

from __future__ import annotations

import math

import numpy as np
from numba import float64, int64, uint64

from rlct.numeric.jit import njit


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

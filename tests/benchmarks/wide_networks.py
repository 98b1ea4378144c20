"""λ̂(n) of 128 tanh units by plain importance sampling: ``python -m tests.benchmarks.wide_networks [normal|uniform]``.

A second way to the curve of row 9, which shares no code and no method with `finite_n_networks`: inner weights b are
drawn from their prior, independently (no Markov chain, no ladder), and weighted by Z(n | b) = det(I + 2nG)^(-1/2), G
the Gram matrix of the units. The draws that count become few for large n: the error grows from 1e-5 to about 1e-3.
"""

from __future__ import annotations

import argparse

import numpy as np
from numba import njit

HIDDEN = 128
SIZES = 10.0 ** np.arange(1, 13)
STEP = 0.04
"""Of the trapezoidal rule in x: its error is e^(-π²/(b h)) for a unit tanh(bx), and |b| < 7."""


def modes(reach: float, normal: bool) -> np.ndarray:
    """tanh(b x) on a fine grid of b in the leading singular vectors of all units, shape (grid, modes)."""
    x = np.arange(1, 230) * STEP  # tanh is odd: half of the line is enough
    root = np.sqrt(2 * STEP * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi))
    b = np.linspace(0.0, reach, 3001)
    units = np.tanh(np.outer(b, x)) * root
    basis = np.linalg.svd(units * (np.exp(-(b**2) / 8)[:, None] if normal else 1.0), full_matrices=False)[2]
    basis = basis[: 22 if normal else 14].T
    fine = np.linspace(0.0, reach, 400_001)
    return np.vstack([np.tanh(np.outer(part, x)) * root @ basis for part in np.array_split(fine, 100)])


@njit
def weigh(
    b: np.ndarray, table: np.ndarray, reach: float, sizes: np.ndarray, log_z: np.ndarray, mean: np.ndarray
) -> None:
    """log Z(n | b) and n E[K | b] = tr(2nG (I + 2nG)^-1) / 2 of each row of b, by a Cholesky of I + 2nG."""
    k, last = table.shape[1], table.shape[0] - 1
    c, g, low, inverse = np.empty(k), np.empty((k, k)), np.empty((k, k)), np.empty((k, k))
    for p in range(b.shape[0]):
        g[:] = 0.0
        for q in range(b.shape[1]):
            t = abs(b[p, q]) / reach * last
            i = min(int(t), last - 1)
            for a in range(k):
                c[a] = table[i, a] + (t - i) * (table[i + 1, a] - table[i, a])
            for a in range(k):
                for e in range(a + 1):
                    g[a, e] += c[a] * c[e]
        for s in range(sizes.shape[0]):
            log_det, trace = 0.0, 0.0
            for a in range(k):
                for e in range(a + 1):
                    v = 2 * sizes[s] * g[a, e] + (1.0 if a == e else 0.0)
                    for j in range(e):
                        v -= low[a, j] * low[e, j]
                    if a == e:
                        low[a, a] = np.sqrt(max(v, 1.0))
                        log_det += 2 * np.log(low[a, a])
                    else:
                        low[a, e] = v / low[e, e]
            for e in range(k):
                inverse[e, e] = 1 / low[e, e]
                trace += inverse[e, e] ** 2
                for a in range(e + 1, k):
                    v = 0.0
                    for j in range(e, a):
                        v -= low[a, j] * inverse[j, e]
                    inverse[a, e] = v / low[a, a]
                    trace += inverse[a, e] ** 2
            log_z[p, s] = -0.5 * log_det
            mean[p, s] = 0.5 * (k - trace)


def curve(prior: str, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """λ̂ at `SIZES`, its standard error, and the number of draws that count."""
    normal = prior == "normal"
    reach = 7.0 if normal else 1.0
    table = modes(reach, normal)
    rng = np.random.default_rng(seed)
    log_z, mean = np.empty((draws, len(SIZES))), np.empty((draws, len(SIZES)))
    for first in range(0, draws, 2000):
        shape = (min(2000, draws - first), HIDDEN)
        b = rng.standard_normal(shape) if normal else rng.uniform(-1, 1, shape)
        weigh(b, table, reach, SIZES, log_z[first : first + 2000], mean[first : first + 2000])
    weight = np.exp(log_z - log_z.max(axis=0))
    weight /= weight.sum(axis=0)
    value = (weight * mean).sum(axis=0)
    error = np.sqrt(((weight * (mean - value)) ** 2).sum(axis=0))
    return value, error, 1 / (weight**2).sum(axis=0)


def main() -> None:
    """Print the curve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prior", nargs="?", choices=("normal", "uniform"), default="normal")
    parser.add_argument("--draws", type=int, default=4_000_000, help="70 µs each")
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    for n, value, error, count in zip(SIZES, *curve(options.prior, options.draws, options.seed), strict=True):
        print(f"n = {n:.0e}   {value:.4f} ± {error:.4f}   ({count:.0f} draws count)")


if __name__ == "__main__":
    main()

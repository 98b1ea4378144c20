r"""ζ(z) = E K^z by importance sampling in logarithmic coordinates.

A point is w_i = ± far_i e^{-t_i}.  The proposals are a mixture: the density of the box itself; independent t_i with
flatter rates; and for weights a (small whole numbers) t_i = a_i s + e_i with s exponential of rate ρ and e_i standard
exponential, which follows {|w_i| ~ e^{-a_i s}} into a corner and has the density

.. math::  ρ e^{-Σ t} (e^{(Σa - ρ) M} - 1) / (Σa - ρ), \qquad M = \min_{a_i > 0} t_i / a_i .

Shares and rates are fitted to K^z at the smallest z in a few rounds (Cappé et al., Stat. Comput. 18 (2008) 447-459:
adaptive mixtures); then every point is weighted by density / mixture.  Where K vanishes off the coordinate planes the
weights have no variance near the pole: the largest share of one point says so, and the result is not used.
"""

from __future__ import annotations

import itertools
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from rlct.numeric.importance_kernels import weighted_sums
from rlct.numeric.kernels import seed_state
from rlct.numeric.runs import Sampled, bounds_of
from rlct.numeric.watch import Watch

LARGEST_SHARE = 0.02
"""Most that one point may hold of all weight of a repeat."""
BATCH = 8_000
ROUNDS = 6
LEAST = 6
"""Batches of a repeat that are made whatever the time."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """What importance sampling found.

    Parameters
    ----------
    rows : ζ at each z for each repeat, shape (R, Z).
    share : the largest share of one point in the sum of a repeat, shape (Z,).
    points : evaluations of K.
    """

    rows: np.ndarray
    share: np.ndarray
    points: int

    @property
    def trusted(self) -> np.ndarray:
        """Where no single point rules, shape (Z,)."""
        good: np.ndarray = np.isfinite(self.rows).all(axis=0) & (self.share < LARGEST_SHARE)
        return good


def components(d: int) -> np.ndarray:
    """Weights a of the components, shape (C, d): two rows of zeros (the density, independent rates), then corners."""
    rows: list[tuple[int, ...]] = [(0,) * d, (0,) * d]
    if d <= 2:
        rows += [a for a in itertools.product(range(4), repeat=d) if any(a) and math.gcd(*a) == 1]
    elif d <= 4:
        rows += [a for a in itertools.product(range(2), repeat=d) if any(a)]
    else:
        rows += [tuple(int(i == j) for i in range(d)) for j in range(d)] + [(1,) * d]
    return np.array(rows, dtype=float)


def importance(compiled: Sampled, z: np.ndarray, *, repeats: int, seed: int, watch: Watch,
               points: int | None = None, threads: int = 2) -> Weighted:
    """ζ(z) = E K^z of a compiled problem.

    Parameters
    ----------
    z : real arguments, shape (Z,); the proposals are fitted to the smallest.
    repeats : independent repeats, each with proposals of its own.
    watch : until when (after Ctrl-C what there is is returned).
    points : of each repeat; None: as many as the time allows.
    """
    order = np.argsort(z)
    at = np.ascontiguousarray(z[order], dtype=float)

    def run(number: int) -> tuple[np.ndarray, int] | None:
        if watch.stopped():
            return None
        own = int(np.random.SeedSequence([seed, 5, number]).generate_state(1)[0])
        mine = watch.within(watch.left() / math.ceil((repeats - number) / threads))
        return _repeat(compiled, at, own, mine, points)

    found: list[tuple[np.ndarray, int]] = []
    pool = ThreadPoolExecutor(threads)
    try:
        # in the order of their seeds, so that the same numbers come out whichever ends first
        for number, made in enumerate(pool.map(run, range(repeats)), 1):
            if made is not None:
                found.append(made)
                watch.report(f"importance sampling, repeat {number} of {repeats}: {made[1]:.1e} points")
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    sums = np.array([s for s, _ in found])
    with np.errstate(invalid="ignore"):  # below the pole sums may be infinite: such a ζ is refused later
        rows = sums[:, :-1, 0] / sums[:, -1:, 0]
        share = (sums[:, :-1, 1] / np.maximum(sums[:, :-1, 0], 1e-300)).max(axis=0)
    return Weighted(rows[:, back], share[back], sum(n for _, n in found))


def _repeat(
    compiled: Sampled, at: np.ndarray, seed: int, watch: Watch, points: int | None
) -> tuple[np.ndarray, int]:
    """One repeat: proposals fitted in a few rounds, then sums; (Σ and largest term for each z and of the weights, shape
    (Z + 1, 2); points)."""
    lo, hi, _, sd = bounds_of(compiled.objective)
    low, high = np.where(sd > 0, 0.0, lo), np.where(sd > 0, 0.0, hi)
    rng = seed_state(seed)
    a = components(compiled.objective.d)
    shares = np.full(len(a), 0.7 / (len(a) - 1))
    shares[0] = 0.3
    rates, rho = np.ones_like(a), np.full(len(a), 0.5)
    rates[1] = 0.5

    def batch(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        fit, fit_rho, fit_rates = np.zeros((len(a), 2)), np.zeros(len(a)), np.zeros_like(a)
        weighted_sums(BATCH, compiled.value, low, high, sd, shares, a, rho, rates, at, rng, sums, fit, fit_rho,
                      fit_rates)
        return fit[:, 0], fit_rho, fit_rates

    done = 0
    for _ in range(ROUNDS):
        found, s, t = batch(np.zeros((len(at) + 1, 2)))
        done += BATCH
        if not (np.isfinite(found).all() and found.sum() > 0.0):
            break
        # never less than a fifth for the density itself, never nothing for a corner
        shares = 0.8 * (0.9 * found / found.sum() + 0.1 / len(a))
        shares[0] += 0.2
        shares /= shares.sum()
        with np.errstate(over="ignore"):  # sums that are near 0 lead to the largest value allowed
            rho = np.where(s > 0.0, np.clip(0.9 * found / np.maximum(s, 1e-300), 5e-3, 5.0), rho)
        rates[1] = np.clip(0.9 * found[1] / np.maximum(t[1], 1e-300), 5e-3, 1.0)
    sums = np.zeros((len(at) + 1, 2))
    fitted = done
    while done - fitted < points if points is not None else done - fitted < LEAST * BATCH or not watch.over():
        batch(sums)
        done += BATCH
    return sums, done

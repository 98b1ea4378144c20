r"""Which multiplicities a set of curves leaves: evidence, summed over constants and corrections nobody knows.

For each m the law is

.. math::  y(L) = -λ L + (m-1) \log(L + c) + \text{const} + \sum_k a_k e^{-δ_k L} + b L²

with λ free, c about its natural size, none, one or two corrections that decay, and a small bend b of the sampler's own.
A best fit for each m says little: with two corrections and any c a line may be bent into a logarithm.  But only few of
them do that, while nearly all that are possible agree with the right m.  So the likelihood is *summed* over all of them
with densities fixed beforehand, and m is left out where this sum is e^(MARGIN/2) times smaller than the largest.

A wrong law that fits a part of the range is met in three ways: a law must fit at all (χ² with the noise that repeats
show); the curve is read from several beginnings, and what one of them leaves is left; and the range must be long enough
(24/λ) to tell m >= 2 from m = 1 with the next exponent an eighth of λ higher.  Closer exponents look like m = 2.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from rlct.numeric.fit import DELTA_GRID, NEXT, Curves

MARGIN = 10.0
"""Twice the difference in log evidence at which a multiplicity is given up: a ratio of 150."""
BEGINNINGS = 12.0, 18.0, 27.0, 40.0
"""Where the range begins, from the start of the curve; of the later ones those in its first quarter."""
WIDTH = 5.0
"""Increments over fewer units of L than this are not independent (the moves of a few levels)."""
SIZE = 2.0
"""Standard deviation of a correction's amplitude at the start of the curve: V itself is of order 1 there."""
OFFSETS = 3.0 ** np.linspace(-2.0, 2.5, 19)
"""Constants c in units of the natural one; their logarithm is normal, a factor of 3 is one standard deviation."""
PRIOR = 0.2, 0.4, 0.4
"""Weights of no, one and two corrections."""
MISFIT = 3.5
"""Standard deviations of χ² up to which a law is said to fit."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """-2 log evidence of m = 1, 2, ..., and whether the best of the laws fits."""

    evidence: tuple[float, ...]
    fits: bool

    def excess(self) -> list[float]:
        """The same above the best."""
        least = min(self.evidence)
        return [x - least for x in self.evidence]


def multiplicities(curves: Curves, m_max: int) -> tuple[dict[int, float], bool]:
    """All multiplicities up to `m_max` that the curves do not exclude with their weights, and whether any law fits.

    A weight is the square root of the evidence relative to the best one's, from the beginning that is kindest to that
    m: 1/12 at least, so that the λ of an m that is not excluded counts in the error. Where no law fits from any
    beginning, two multiplicities are left at least, and all weigh the same.
    """
    if m_max <= 1:
        return {1: 1.0}, True
    top = float(curves.L[-1])
    weighed = [weigh(curves, low, m_max) for low in BEGINNINGS if low == BEGINNINGS[0] or low <= 0.25 * top]
    made = [w for w in weighed if w is not None]
    useful = [w.excess() for w in made if w.fits]
    if useful:
        kindest = [min(column) for column in zip(*useful, strict=True)]
        return {m: math.exp(-0.25 * x) for m, x in enumerate(kindest, 1) if x < MARGIN}, True
    last = made[-1].excess() if made else [0.0] * m_max
    reach = max(MARGIN, sorted(last)[1])
    return {m: 1.0 for m, x in enumerate(last, 1) if x <= reach}, not made


def coarse(curves: Curves, lowest: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Levels at least `WIDTH` apart down to the deepest, the curves and their floor there."""
    part = curves.between(lowest, math.inf)
    if len(part.L) < 2:
        return part.L, part.y, part.noise
    every = max(1, round(WIDTH / float(part.L[1] - part.L[0])))
    # a short range is cut into eight at least
    every = max(1, min(every, (len(part.L) - 1) // 8))
    pick = np.arange(len(part.L) - 1, -1, -every)[::-1]
    return part.L[pick], part.y[:, pick], part.noise[pick]


def noise_over_floor(levels: np.ndarray, y: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """κ² of each increment: variance over its floor, a line in L (deep scales mix worse), at least 1.

    It is enlarged where whole quarters, halves or all of the range scatter more than that with 95% certainty, as they
    do where repeats are frozen in different strata.
    """
    floor = np.maximum(np.diff(noise), 1e-16)
    ratio = np.var(np.diff(y, axis=1), axis=0, ddof=1) / floor
    middle = 0.5 * (levels[1:] + levels[:-1])
    columns = np.column_stack([np.ones(len(ratio)), middle - middle.mean()])
    line = columns @ np.linalg.lstsq(columns, ratio, rcond=None)[0]
    kappa2 = np.maximum(line, max(1.0, 0.5 * float(ratio.mean())))
    worst = 1.0
    for blocks in (1, 2, 4):
        edges = np.unique(np.linspace(0, len(ratio), blocks + 1).round().astype(int))
        dof = (y.shape[0] - 1) * (len(edges) - 1)
        total = sum(
            float(np.var(y[:, j] - y[:, i], ddof=1)) / float((kappa2 * floor)[i:j].sum())
            for i, j in itertools.pairwise(edges)
        )
        upper = (1.0 - 2.0 / (9.0 * dof) + 1.645 * math.sqrt(2.0 / (9.0 * dof))) ** 3  # of χ²/dof, 95%
        worst = max(worst, total / (len(edges) - 1) / upper)
    return np.asarray(kappa2 * worst)


def weigh(curves: Curves, lowest: float, m_max: int) -> Weighed | None:
    """Evidence of each multiplicity on the range from `lowest` on; None when it holds too few points."""
    levels, y, noise = coarse(curves, lowest)
    if len(levels) < 4 or y.shape[0] < 2:
        return None
    kappa2 = noise_over_floor(levels, y, noise)
    floor = np.maximum(np.diff(noise), 1e-16)
    weight = np.sqrt(y.shape[0] / (floor * kappa2))
    # a mean of logarithms lies low by half the variance of one run beyond the floor
    step = np.diff(y, axis=1).mean(axis=0) + 0.5 * (np.minimum(kappa2, 16.0) - 1.0) * floor
    a, b = float(levels[0]), float(levels[-1])
    slope = max(0.02, -float(step.sum()) / (b - a))
    targets, prior, penalty, owner = [], [], [], []
    for m in range(1, m_max + 1):
        exponent = max(0.02, slope + (m - 1) * math.log((b + 3.0) / (a + 3.0)) / (b - a))
        natural = max(3.0, curves.start + 1.0 / exponent)
        shares = np.exp(-0.5 * (np.log(OFFSETS) / math.log(3.0)) ** 2) if m > 1 else np.ones(1)
        for factor, share in zip(OFFSETS if m > 1 else np.ones(1), shares / shares.sum(), strict=True):
            targets.append(step - (m - 1) * np.diff(np.log(levels + factor * natural)))
            prior.append(math.log(share))
            penalty.append((math.log(factor) / math.log(3.0)) ** 2)
            owner.append(m - 1)
    target, member = np.array(targets) * weight, np.array(owner)
    gaps = [float(d) for d in np.unique(np.concatenate([DELTA_GRID, NEXT * slope])) if d * (b - a) > 3.0]
    bend = np.diff((levels - a) ** 2) / (b - a)
    sums = np.full((m_max, 0), 0.0)
    least = math.inf
    for corrections, log_share in _corrections(levels, gaps):
        sizes = [SIZE * math.exp(-d * a) for d, _ in corrections]
        columns = [
            -np.diff(levels),
            *(s * x for s, (_, x) in zip(sizes, corrections, strict=True)),
            curves.share * slope * bend,
        ]
        free = len(columns)
        # amplitudes are normal with these sizes, λ is free: rows of the identity below all columns but the first
        design = np.vstack([np.column_stack(columns) * weight[:, None], np.eye(free)[1:]])
        q, r = np.linalg.qr(design)
        chi = (target**2).sum(axis=1) - ((target @ q[: len(weight)]) ** 2).sum(axis=1)
        least = min(least, float((chi + np.array(penalty)).min()) + len(corrections))
        logs = np.array(prior) - 0.5 * chi + log_share - float(np.log(np.abs(np.diag(r))).sum())
        sums = np.column_stack([sums, [np.logaddexp.reduce(logs[member == k]) for k in range(m_max)]])
    evidence = -2.0 * np.logaddexp.reduce(sums, axis=1)
    count = len(step)
    if NEXT[0] * slope * (b - a) < 3.0:
        # an exponent an eighth above λ is not seen over so short a range, and looks like one logarithm more
        evidence = np.minimum.accumulate(evidence[::-1])[::-1]
    return Weighed(tuple(float(x) for x in evidence), least <= count + MISFIT * math.sqrt(2.0 * count))


def _corrections(levels: np.ndarray, gaps: list[float]) -> list[tuple[list[tuple[float, np.ndarray]], float]]:
    """Sets of (δ, increments of the decaying term, 1 at the first level), each set with the logarithm of its weight.

    Two of the same δ are e^-δL and δ L e^-δL: a next exponent with its own logarithm.
    """
    a = float(levels[0])
    plain = {d: np.diff(np.exp(-d * (levels - a))) for d in gaps}
    two = [[(d, plain[d]), (e, plain[e])] for d, e in itertools.combinations(gaps, 2)]
    two += [[(d, plain[d]), (d, np.diff(d * levels * np.exp(-d * (levels - a))))] for d in gaps]
    out: list[tuple[list[tuple[float, np.ndarray]], float]] = [([], math.log(PRIOR[0]))]
    out += [([(d, plain[d])], math.log(PRIOR[1] / len(gaps))) for d in gaps]
    out += [(pair, math.log(PRIOR[2] / len(two))) for pair in two]
    return out

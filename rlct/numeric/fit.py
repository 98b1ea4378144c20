r"""(λ, m) from scaling curves, and the test of a claim (λ0, m0).

A curve is y(L) = log V(e^-L) or log Z(n = e^L).  For L large

.. math::  y(L) = -λ L + (m-1) \log(L + c) + \text{const} + a e^{-δ L} + \dots

For m = 1 the curve is *straight* up to e^{-δL}; for m >= 2 it bends.  Repeats of a curve differ by noise whose
increments are nearly independent with variance λ ΔL / N at best (the "floor"); how much worse it is, κ² (spread over
floor, squared), is measured from the repeats and never from one run.

Two questions: `claim_test` (cheap: λ0 is exact, so the drift of y + λ0 L must be the one log term of the claim) and
`fit_curves` (expensive: λ free; which m are possible, `multiplicity` says).  Sources: Watanabe 2009, Theorem 7.1 for
the expansion of V.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

C_GRID = np.array([0.3, 0.7, 1.2, 2.0, 3.0, 4.5, 6.5, 9.0, 12.0, 15.0])
"""Offsets c tried in log(L - L0 + c), L0 the start of the curve, for λ >= 1/2; below they grow like 1/λ, the scale of
the constants of |x y|^(1/λ), whose volume is s (1 - log s) with s = ε^λ."""
DELTA_GRID = np.array([0.08, 0.12, 0.18, 0.27, 0.4, 0.6, 0.9])
"""Decay rates δ of the correction e^{-δL} tried when none is known."""
NEXT = np.array([0.125, 0.25, 0.5])
"""The same in units of λ: exponents lie closer where they are small (x¹⁰y⁸: 1/10, then 1/8; called m = 2 without)."""
SYSTEMATIC = 0.02
"""Error of a drift that is allowed for corrections to the leading law, whatever the sampling error."""
EARLY = 0.3, 12.0
"""The same for ranges that begin early, a e^(-L1/b): corrections that are still alive."""
SHARE = 0.0005, 0.25
"""The same as a share of the fall of the curve, a + b/N for N particles: what biases all repeats alike. Measured with
200 to 400 particles on monomials and on sums of 3 to 12 squares: 0.0012 ± 0.0005."""


CURVED = 0.0025, 0.5, 0.25
"""More of it, a, after a collapse whose plain moves are mostly refused (all of it where b - c are accepted): the strata
are curved, and those that a logarithm of m >= 2 lives on are not found fast enough (3x3x3 and 4x3x4 matrix products
without moves along singular values: λ high by 0.6% from L = 30 on, whatever the number of particles)."""


def few_particles(particles: int) -> float:
    """The share of the fall for populations of N particles."""
    return SHARE[0] + SHARE[1] / max(particles, 1)


def curved_strata(accepted: float) -> float:
    """The share added after a collapse, from the mean acceptance of the plain moves."""
    return CURVED[0] * min(1.0, max(0.0, (CURVED[1] - accepted) / CURVED[2]))


@dataclass(frozen=True, slots=True)
class Curves:
    """Independent repeats of one curve on a common grid.

    Parameters
    ----------
    L : increasing levels, shape (G,), counted from the start of the curve (L0 below).
    y : log V or log Z, shape (R, G).
    mixes : mixture of moves of each repeat, shape (R,).
    noise : smallest possible variance of y of one repeat, cumulative along L, shape (G,).
    particles : N of each repeat.
    start : L0, in units of -log ε (or log n).
    share : error of a drift as a share of the fall of the curve, whatever the sampling error; see `SHARE`.
    """

    L: np.ndarray
    y: np.ndarray
    mixes: np.ndarray
    noise: np.ndarray
    particles: int
    start: float
    share: float = 0.0025

    def floor(self, i: int, j: int) -> float:
        """Smallest possible variance of y[j] - y[i] of one repeat."""
        return max(1e-14, float(self.noise[j] - self.noise[i]))

    def between(self, lo: float, hi: float) -> Curves:
        """The part of the curves with lo <= L <= hi (in units from the start)."""
        keep = (lo - 1e-9 <= self.L) & (hi + 1e-9 >= self.L)
        return Curves(self.L[keep], self.y[:, keep], self.mixes, self.noise[keep], self.particles, self.start,
                      self.share)

    def of_mix(self, mix: int) -> Curves:
        """The repeats that used one mixture of moves."""
        keep = self.mixes == mix
        return Curves(self.L, self.y[keep], self.mixes[keep], self.noise, self.particles, self.start, self.share)


@dataclass(frozen=True, slots=True)
class ClaimTest:
    """The test of (λ0, m0).

    `drift` = y(L2) - y(L1) + λ0 (L2 - L1), `expected` the interval it may lie in, `stderr` its standard error,
    `z` the signed distance to the interval in standard errors, `z_mixes` the same for each mixture of moves,
    `z_minus`, `z_plus` that of the claims 0.9 λ0 and 1.1 λ0 (the power of the test), `persistence` the ratio of the
    excess rates in the two halves (1 for a wrong λ, near 0 for a decaying correction), `z_halves` the distances in the
    two halves (a bent curve may agree with a wrong λ as a whole, but not in both), `z_bend` how many standard errors
    the two halves differ by, `m_set` the multiplicities that are not excluded at this λ0, `one_more` the least drift by
    which one logarithm differs from none (m = 1), or two of them from one.
    """

    L_range: tuple[float, float]
    drift: float
    expected: tuple[float, float]
    stderr: float
    z: float
    z_mixes: tuple[float, ...]
    z_minus: float
    z_plus: float
    persistence: float
    z_halves: tuple[float, float]
    z_bend: float
    spread_over_floor: float
    m_set: tuple[int, ...]
    one_more: float

    def resolution(self) -> float:
        """How well neighbouring multiplicities are told apart, in standard errors."""
        return self.one_more / self.stderr


@dataclass(frozen=True, slots=True)
class Fit:
    """λ with its error over the m that are not excluded; `log_bias`: how much λ may be too large because a mean of
    logarithms lies low."""

    lam: float
    stderr: float
    m_set: tuple[int, ...]
    L_range: tuple[float, float]
    bias_bound: float
    spread_over_floor: float
    mix_z: float
    log_bias: float


def spread_over_floor(curves: Curves) -> float:
    """κ: between-repeat standard deviation over the floor, from 1, 2, 4 and 8 blocks of the range; at least 1."""
    repeats, points = curves.y.shape
    if repeats < 2 or points < 3:
        return math.nan
    worst = 1.0
    for blocks in (1, 2, 4, 8):
        edges = np.unique(np.linspace(0, points - 1, blocks + 1).round().astype(int))
        ratios = []
        for i, j in itertools.pairwise(edges):
            step = curves.y[:, j] - curves.y[:, i]
            ratios.append(float(np.var(step, ddof=1)) / curves.floor(int(i), int(j)))
        dof = (repeats - 1) * len(ratios)
        # one block has few degrees of freedom: draw it towards 1 a little
        worst = max(worst, (dof * float(np.mean(ratios)) + 2.0) / (dof + 2.0))
    return math.sqrt(worst)


def drift_error(curves: Curves) -> tuple[float, float]:
    """Standard error of the mean of y(L2) - y(L1) over repeats, and κ."""
    step = curves.y[:, -1] - curves.y[:, 0]
    repeats = len(step)
    kappa = spread_over_floor(curves)
    floor = math.sqrt(curves.floor(0, -1) / repeats)
    raw = float(np.std(step, ddof=1)) / math.sqrt(repeats) if repeats > 1 else math.inf
    early = EARLY[0] * math.exp(-float(curves.L[0]) / EARLY[1])
    return math.hypot(max(raw, kappa * floor, SYSTEMATIC), early, curves.share * abs(float(np.mean(step)))), kappa


def log_bias(curves: Curves) -> float:
    """Half the variance of log V(L2) - log V(L1) of one run, beyond the floor: how far its mean may lie low."""
    step = curves.y[:, -1] - curves.y[:, 0]
    if len(step) < 2:
        return math.inf
    return 0.5 * max(0.0, float(np.var(step, ddof=1)) - curves.floor(0, -1))


def bias(curves: Curves, kappa: float) -> float:
    """How much the mean of log V drifts low for want of particles: half the variance of one run beyond the floor
    (the floor's own share is corrected in the samplers)."""
    return 0.5 * (min(kappa, 4.0) ** 2 - 1.0) * curves.floor(0, -1)


def offsets(lam: float) -> np.ndarray:
    """The offsets c for an exponent λ."""
    return C_GRID * max(1.0, 0.5 / max(lam, 0.02))


def log_drift(m: int, a: float, b: float, lam: float, start: float) -> tuple[float, float]:
    """The interval of (m-1) log((b+c)/(a+c)) over the offsets c of an exponent λ, for a curve that starts at `start`.

    Counted from ε = 1 the offset is seldom below -3; a K with large values starts early, at `start` < 0.
    """
    least = min(float(C_GRID[0]), max(start - 3.0, 3.0 - a))
    c = np.concatenate([[least], offsets(lam)])
    values = (m - 1) * np.log((b + c) / (a + c))
    return float(values.min()), float(values.max())


def distance(x: float, interval: tuple[float, float]) -> float:
    """Signed distance from x to an interval, 0 inside."""
    lo, hi = interval
    return x - hi if x > hi else (x - lo if x < lo else 0.0)


def claim_test(curves: Curves, lam: float, m: int | None, lowest: float, highest: float,
               m_max: int = 4) -> ClaimTest | None:
    """Does the drift of y + λ0 L agree with (λ0, m0)?

    Parameters
    ----------
    curves : repeats.
    lam, m : the claim; m None: any multiplicity up to `m_max`.
    lowest, highest : L1 and L2, from the start of the curve.

    Returns
    -------
    ClaimTest, or None when fewer than 6 grid points lie in the range.
    """
    part = curves.between(lowest, highest)
    if len(part.L) < 6 or part.y.shape[0] < 2:
        return None
    a, b = float(part.L[0]), float(part.L[-1])
    if m is None:
        expected = (0.0, log_drift(m_max, a, b, lam, curves.start)[1])
    else:
        expected = log_drift(m, a, b, lam, curves.start)
    se, kappa = drift_error(part)
    # where repeats scatter by units (lost strata), the mean of their logarithms lies low by more than `bias` says
    low = max(bias(part, kappa), log_bias(part) if kappa > 4.0 else 0.0)
    se = math.hypot(se, 0.5 * low)
    drift = float(np.mean(part.y[:, -1] - part.y[:, 0])) + lam * (b - a) + low
    z = distance(drift, expected) / se
    z_mixes = []
    for mix in np.unique(part.mixes):
        one = part.of_mix(int(mix))
        own = float(np.mean(one.y[:, -1] - one.y[:, 0])) + lam * (b - a) + low
        z_mixes.append(distance(own, expected) / (se * math.sqrt(len(part.mixes) / len(one.mixes))))
    shift = 0.1 * lam * (b - a)
    # a logarithm may grow as slowly as it likes (large c): the power must be there for those too
    wide = (0.0, expected[1])
    middle = int(np.searchsorted(part.L, 0.5 * (a + b)))
    rates, z_halves, errors = [], [], []
    for i, j in ((0, middle), (middle, len(part.L) - 1)):
        piece = float(np.mean(part.y[:, j] - part.y[:, i])) + lam * float(part.L[j] - part.L[i])
        span = float(part.L[j] - part.L[i])
        if m is None:
            inner = (0.0, log_drift(m_max, float(part.L[i]), float(part.L[j]), lam, curves.start)[1])
        else:
            inner = log_drift(m, float(part.L[i]), float(part.L[j]), lam, curves.start)
        rates.append(distance(piece, inner) / span)
        own_se, _ = drift_error(part.between(float(part.L[i]), float(part.L[j])))
        z_halves.append(distance(piece, inner) / own_se)
        errors.append(own_se / span)
    persistence = rates[1] / rates[0] if rates[0] else (1.0 if not rates[1] else math.inf)
    logs = {k: log_drift(k, a, b, lam, curves.start) for k in range(1, m_max + 1)}
    m_set = tuple(k for k, interval in logs.items() if abs(distance(drift, interval)) < 3.0 * se)
    small = C_GRID[0]
    one_more = log_drift(2, a, b, lam, curves.start)[0] if m in (None, 1) else (
        log_drift(3, a, b, lam, curves.start)[0] - math.log((b + small) / (a + small)))
    return ClaimTest((curves.start + a, curves.start + b), drift, expected, se, z, tuple(z_mixes),
                     distance(drift - shift, wide) / se, distance(drift + shift, wide) / se,
                     persistence, (z_halves[0], z_halves[1]), (rates[1] - rates[0]) / math.hypot(*errors), kappa,
                     m_set, one_more)


def _increments(curves: Curves) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean increments over repeats, their variance at the floor, and the levels."""
    step = np.diff(curves.y, axis=1).mean(axis=0)
    own = np.maximum(np.diff(curves.noise), 1e-16) / curves.y.shape[0]
    # a smooth variance: local slopes are noisy
    mean = float(own.sum()) * np.diff(curves.L) / float(curves.L[-1] - curves.L[0])
    variance = np.maximum(mean, 0.25 * own)
    return step, variance, curves.L


def _least_squares(columns: Sequence[np.ndarray], target: np.ndarray,
                   variance: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Weighted least squares: coefficients, χ², variance of the first coefficient."""
    w = 1.0 / np.sqrt(variance)
    a = np.column_stack(columns) * w[:, None]
    scale = np.maximum(np.linalg.norm(a, axis=0), 1e-300)
    q, r = np.linalg.qr(a / scale)
    x = np.linalg.solve(r, q.T @ (target * w))
    residual = target * w - q @ (r @ x)
    inverse = np.linalg.inv(r)
    return x / scale, float(residual @ residual), float((inverse @ inverse.T)[0, 0]) / float(scale[0]) ** 2


def fit_curves(curves: Curves, lowest: float, highest: float, *, weights: Mapping[int, float],
               delta: float | None = None) -> Fit | None:
    """λ for the multiplicities that are left, or the one that is known.

    The nuisance a·e^{-δL} is compulsory: without it m = 1 with a decaying correction is called m = 2.

    Parameters
    ----------
    weights : of the multiplicities that are possible, see `multiplicity.multiplicities`; too small a set hides how far
        λ may be off where many logarithms fit.

    Notes
    -----
    The error holds three parts: that of the mean of the repeats, the spread of λ over the multiplicities that are left,
    and the bias of a logarithm: E log Z falls short of log E Z by half the variance of one run (exactly so for a
    log-normal one), which is what lost strata look like.

    Returns
    -------
    Fit, or None when the range holds fewer than 8 points.
    """
    part = curves.between(lowest, highest)
    if len(part.L) < 8 or part.y.shape[0] < 2:
        return None
    step, variance, levels = _increments(part)
    kappa = spread_over_floor(part)
    variance = variance * kappa**2
    span = np.diff(levels)
    step = step + bias(part, kappa) * np.diff(part.noise) / max(1e-300, float(part.noise[-1] - part.noise[0]))
    a, b = float(levels[0]), float(levels[-1])
    own = np.concatenate([DELTA_GRID, NEXT * max(0.02, _slope(part, 1))])
    deltas = [delta] if delta is not None else [x for x in own if x * (b - a) > 3.0]
    rows: list[tuple[int, float, float, float]] = []
    offset: dict[int, float] = {}
    for m in weights:
        exponent = max(0.02, _slope(part, m))
        natural = max(3.0, curves.start + 1.0 / exponent)
        models: list[tuple[float, float, float]] = []
        for c in offsets(exponent) if m > 1 else C_GRID[:1]:
            target = step - (m - 1) * np.diff(np.log(levels + c))
            # |x y|^(1/λ) has c = L0 + 1/λ; a factor of 3 from it is nothing unusual (more strata, larger c)
            penalty = (math.log(c / natural) / math.log(3.0)) ** 2 if m > 1 else 0.0
            for rate in [None, *deltas]:
                columns = [-span]
                if rate is not None:
                    columns.append(np.diff(np.exp(-rate * (levels - a))))
                x, chi, var = _least_squares(columns, target, variance)
                chi += penalty + (0.0 if rate is None else 1.0)
                if all(chi < other for other, *_ in models):
                    offset[m] = float(c)  # halves and mixtures are compared with the logarithm that fits best
                models.append((chi, float(x[0]), var))
        mean, error, least = _averaged(models)
        rows.append((m, mean, error, least))
    shares = [weights[r[0]] / sum(weights.values()) for r in rows]
    lam = sum(w * r[1] for w, r in zip(shares, rows, strict=True))
    low = log_bias(part) / (b - a)
    stderr = math.hypot(math.sqrt(sum(w * (r[2] ** 2 + (r[1] - lam) ** 2)
                                      for w, r in zip(shares, rows, strict=True))), low, part.share * lam)
    best_m = min(rows, key=lambda r: r[3])[0]
    middle = 0.5 * (a + b)
    halves = [_slope(curves.between(lo, hi), best_m, offset[best_m]) for lo, hi in ((a, middle), (middle, b))]
    mixes = [_slope(part.of_mix(int(k)), best_m, offset[best_m]) for k in np.unique(part.mixes)]
    mix_z = 0.0
    if len(mixes) == 2:
        mix_z = abs(mixes[0] - mixes[1]) / max(1e-12, 2.0 * kappa * math.sqrt(
            part.floor(0, -1) / part.y.shape[0]) / (b - a))
    return Fit(lam, stderr, tuple(weights), (curves.start + a, curves.start + b), abs(halves[0] - halves[1]),
               kappa, mix_z, low)


def _averaged(models: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    """λ and its error over models (χ², λ, variance), each with the weight exp(-χ²/2), and the least χ²."""
    chi, lam, var = (np.array(column) for column in zip(*models, strict=True))
    weights = np.exp(-0.5 * (chi - chi.min()))
    weights /= weights.sum()
    mean = float(weights @ lam)
    return mean, math.sqrt(float(weights @ (var + (lam - mean) ** 2))), float(chi.min())


def _slope(curves: Curves, m: int, c: float = 3.0) -> float:
    """-dy/dL after the log term of m with the offset c is taken off."""
    y = curves.y.mean(axis=0) - (m - 1) * np.log(curves.L + c)
    return float((y[0] - y[-1]) / (curves.L[-1] - curves.L[0]))

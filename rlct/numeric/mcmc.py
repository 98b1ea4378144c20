r"""Tempered sampling: λ̂(β) = nβ E_β[K] on a ladder, free energy, WBIC, and whether the chains may be believed.

A population of particles is carried along an increasing ladder of nβ; each particle is then a chain, moved by the
invariant moves of `kernels` (several kinds, all scales).  R-hat, effective sample size and acceptance go with every
rung; where they fail the answer is an error that names them and no number.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rlct.errors import EstimationError, InputError
from rlct.numeric.arguments import new_seed, system_of
from rlct.numeric.kernels import MOVES, NO_SLOPES, evaluate_all, evolve
from rlct.numeric.runs import bounds_of, start_population
from rlct.numeric.volume import MIXES

RHAT = 1.05
"""Largest split R-hat of a rung that is believed."""
ESS = 100.0
"""Smallest effective sample size."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Draws of nβK from several chains and what they say.

    Parameters
    ----------
    nbeta : nβ.
    mean, stderr : λ̂ = nβ E[K] and its standard error (from the effective sample size).
    rhat, ess, acceptance : diagnostics over all chains.
    draws : nβK, shape (chains, draws).
    seed : of all random numbers.
    note : a sentence for the reader.
    seconds : spent on it.
    points : parameters, shape (chains, draws, d), where they were kept.
    variables : their names.
    """

    nbeta: float
    mean: float
    stderr: float
    rhat: float
    ess: float
    acceptance: float
    draws: np.ndarray = field(repr=False)
    seed: int = 0
    note: str = ""
    seconds: float = 0.0
    points: np.ndarray | None = field(default=None, repr=False)
    variables: tuple[str, ...] = ()

    @property
    def trusted(self) -> bool:
        """Do R-hat and effective sample size allow to believe the mean?"""
        return self.rhat <= RHAT and self.ess >= ESS and math.isfinite(self.mean)

    def to_dict(self) -> dict[str, Any]:
        """JSON data (without the draws), with the words practitioners use."""
        return {
            "llc/mean": self.mean,
            "llc/stderr": self.stderr,
            "nbeta": self.nbeta,
            "rhat": self.rhat,
            "ess": self.ess,
            "acceptance": self.acceptance,
            "trusted": self.trusted,
            "num_chains": int(self.draws.shape[0]),
            "num_draws": int(self.draws.shape[1]),
            "seed": self.seed,
            "seconds": self.seconds,
            "note": self.note,
        }

    def to_arviz(self) -> dict[str, dict[str, np.ndarray]]:
        """Groups of arrays (chain, draw, ...) in the layout of ArviZ.

        ``arviz.from_dict(**chain.to_arviz())``; from its version 1 on ``arviz.from_dict(chain.to_arviz())``.
        """
        posterior: dict[str, np.ndarray] = {"nbeta_K": self.draws}
        if self.points is not None:
            posterior |= {v: self.points[:, :, i] for i, v in enumerate(self.variables)}
        return {"posterior": posterior, "sample_stats": {"lp": -self.draws}}

    def save(self, path: str) -> None:
        """Draws, points and numbers as NPZ."""
        arrays = {"draws": self.draws} | ({} if self.points is None else {"points": self.points})
        numbers = {k.replace("/", "_"): np.array(v) for k, v in self.to_dict().items()}
        np.savez(path, **arrays, **numbers)  # type: ignore[arg-type]


def rhat(draws: np.ndarray) -> float:
    """Split R-hat (Gelman et al., Bayesian Data Analysis, 3rd ed., §11.4); 1 is agreement.

    Parameters
    ----------
    draws : (chains, draws).

    >>> round(rhat(np.random.default_rng(0).normal(size=(4, 1000))), 1)
    1.0
    """
    half = draws.shape[1] // 2
    parts = np.concatenate([draws[:, :half], draws[:, half : 2 * half]])
    within = float(parts.var(axis=1, ddof=1).mean())
    between = half * float(parts.mean(axis=1).var(ddof=1))
    if within <= 0:
        return 1.0 if between <= 0 else math.inf
    return math.sqrt((half - 1) / half + between / half / within)


def effective_size(draws: np.ndarray) -> float:
    """Effective sample size by Geyer's initial positive sequence (Stat. Sci. 7, 1992), all chains together.

    The autocovariance is taken about the common mean, so chains that disagree have a small one.

    >>> 3000 < effective_size(np.random.default_rng(0).normal(size=(4, 1000))) < 5000
    True
    """
    chains, n = draws.shape
    centred = draws - draws.mean()
    size = 2 ** math.ceil(math.log2(2 * n))
    spectrum = np.abs(np.fft.rfft(centred, size, axis=1)) ** 2
    counts = np.arange(n, 0, -1)
    covariance = np.fft.irfft(spectrum, size, axis=1)[:, :n].mean(axis=0) / counts
    if covariance[0] <= 0:
        return float(chains * n)
    rho = covariance / covariance[0]
    total = 1.0
    for k in range(1, n - 1, 2):
        pair = rho[k] + rho[k + 1]
        if pair < 0:
            break
        total += 2 * pair
    return float(chains * n / total)


def tempered(
    K: object,
    nbetas: object,
    *,
    chains: int = 64,
    draws: int = 400,
    sweeps: int = 4,
    seed: int | None = None,
    strict: bool = True,
    keep: bool = False,
    report: Callable[[str], None] | None = None,
    **problem: Any,
) -> list[Chain]:
    """λ̂ = nβ E[K] under exp(-nβK) φ, along an increasing ladder of nβ.

    Parameters
    ----------
    K, problem : as in `rlct.numeric.estimate.estimate` (mode, variables, at, region, prior, radius); or a `System`.
    nbetas : increasing values of nβ.
    chains : particles, each a chain.
    draws, sweeps : draws of each chain and sweeps of moves between them.
    seed : of all random numbers; None draws one, which is recorded.
    strict : refuse (raise) when R-hat > 1.05 or the effective sample size is below 100; else the chain says so.
    keep : keep the parameters of all draws.
    report : is called with a sentence after each rung.

    Returns
    -------
    list of Chain : one for each rung. After Ctrl-C, those that were finished.

    Raises
    ------
    InputError : a ladder that does not increase.
    EstimationError : with the numbers in its text, when the diagnostics fail.

    Examples
    --------
    >>> rungs = tempered("x^2+y^2", [10.0, 1000.0], seed=1)
    >>> [bool(abs(c.mean - 1) < 0.1) for c in rungs]
    [True, True]
    """
    ladder = np.atleast_1d(np.asarray(nbetas, dtype=float))
    if not (ladder > 0).all() or (np.diff(ladder) < 0).any():
        raise InputError("the ladder of nβ must be positive and increase")
    own = new_seed(seed)
    system = system_of(K, method="volume", **problem)
    compiled = system.compiled
    if compiled is None:
        raise EstimationError("tempering needs the kernels of the whole problem: give K as an expression")
    lo, hi, half, _ = bounds_of(compiled.objective)
    pop = start_population(compiled, chains, own)
    cdf = np.cumsum(MIXES[0])
    cdf[-1] = 1.0
    stats = np.zeros((len(MOVES), 2), np.int64)

    def move(level: float, times: int) -> None:
        evolve(pop.points, pop.values, pop.dens, pop.extra, level, 1, times, cdf, max(2.0, level + 3), lo, hi, half,
               compiled.value, compiled.jacobian, compiled.exponents, compiled.offsets, pop.rng, stats,
               NO_SLOPES)

    out: list[Chain] = []
    previous = 0.05
    try:
        for nbeta in ladder:
            began = time.perf_counter()
            target = math.log(nbeta)
            steps = np.arange(math.log(previous), target, 1.0)[1:]
            for level in (*steps, *[target] * 5):
                evaluate_all(pop.points, pop.values, pop.dens, pop.extra, level, compiled.value)
                move(level, 4 * sweeps)
            rows = np.zeros((draws, chains))
            points = np.zeros((draws, chains, compiled.objective.d)) if keep else None
            stats[:] = 0
            for k in range(draws):
                move(target, sweeps)
                rows[k] = nbeta * np.exp(pop.values)
                if points is not None:
                    points[k] = pop.points
            made = _summary(rows.T.copy(), float(nbeta), own, stats, time.perf_counter() - began)
            if strict and not made.trusted:
                raise EstimationError(
                    f"the chains do not agree at nβ = {nbeta:.4g}: nβ E[K] = {made.mean:.4g} so far, R-hat "
                    f"{made.rhat:.3f} (needs {RHAT}), effective draws {made.ess:.0f} (needs {ESS:.0f})"
                )
            if points is not None:
                centre = np.array(compiled.objective.centre)
                made = Chain(made.nbeta, made.mean, made.stderr, made.rhat, made.ess, made.acceptance, made.draws, own,
                             made.note, made.seconds, np.transpose(points, (1, 0, 2)) + centre,
                             compiled.objective.variables)
            out.append(made)
            if report is not None:
                report(f"nβ = {nbeta:.4g}: {made.mean:.4f} ± {made.stderr:.1g}, R-hat {made.rhat:.3f}")
            previous = float(nbeta)
    except KeyboardInterrupt:
        if not out:
            raise
    return out


def _summary(table: np.ndarray, nbeta: float, seed: int, stats: np.ndarray, seconds: float) -> Chain:
    size, ratio = effective_size(table), rhat(table)
    note = "" if ratio <= RHAT and size >= ESS else "the chains do not agree: not to be believed"
    return Chain(nbeta, float(table.mean()), float(table.std()) / math.sqrt(size), ratio, size,
                 float(stats[:, 1].sum() / max(1, stats[:, 0].sum())), table, seed, note, seconds)


def free_energy(chains: list[Chain]) -> np.ndarray:
    """F(nβ) - F(first) = ∫ λ̂ d log nβ by the trapezoidal rule, at each rung; F = -log Z.

    >>> one = [Chain(b, 0.5, 0, 1, 1, 1, np.zeros((1, 1))) for b in (1.0, math.e, math.e**3)]
    >>> free_energy(one).round(9).tolist()
    [0.0, 0.5, 1.5]
    """
    x = np.log([c.nbeta for c in chains])
    y = np.array([c.mean for c in chains])
    return np.concatenate([[0.0], np.cumsum(0.5 * (y[1:] + y[:-1]) * np.diff(x))])


def wbic(K: object, n: float, *, seed: int | None = None, **problem: Any) -> tuple[float, float, Chain]:
    """WBIC without its data term: E_β[nK] at β = 1/log n (Watanabe, JMLR 14, 2013).

    Returns
    -------
    (E_β[nK], its standard error, the chain): n L_n(w0) + that is WBIC, and that divided by log n is λ̂.

    Examples
    --------
    >>> value, error, _ = wbic("x^2+y^2", 1000, seed=1)
    >>> bool(abs(value / math.log(1000) - 1) < 0.1)
    True
    """
    if n <= 1:
        raise InputError("WBIC needs n > 1")
    c = tempered(K, [n / math.log(n)], seed=seed, **problem)[0]
    return c.mean * math.log(n), c.stderr * math.log(n), c

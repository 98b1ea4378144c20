r"""Tempered sampling and the practitioners' local estimate, shown beside the truth.

`tempered`: λ̂(β) = nβ E_β[K] on a ladder, with free energy by thermodynamic integration, WBIC, R-hat and effective
sample size; refused when the chains do not agree.  `sgld`: stochastic gradient Langevin dynamics with localisation
(Lau et al. 2023), a demonstration: its answer depends on its settings and is labelled with its bias.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rlct.errors import EstimationError, InputError
from rlct.numeric.kernels import MOVES, evaluate_all, evolve
from rlct.numeric.runs import bounds_of, start_population
from rlct.numeric.scaling import System
from rlct.numeric.volume import MIXES


@dataclass(frozen=True, slots=True)
class Chain:
    """Draws of nβK from several chains and what they say: mean, error, R-hat, effective sample size, acceptance.

    `draws` has shape (chains, draws): the layout that ArviZ reads (`to_arviz`).
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

    def to_dict(self) -> dict[str, Any]:
        """JSON data (without the draws), with the words practitioners use."""
        return {
            "llc/mean": self.mean,
            "llc/stderr": self.stderr,
            "nbeta": self.nbeta,
            "rhat": self.rhat,
            "ess": self.ess,
            "acceptance": self.acceptance,
            "num_chains": int(self.draws.shape[0]),
            "num_draws": int(self.draws.shape[1]),
            "seed": self.seed,
            "note": self.note,
        }

    def to_arviz(self) -> dict[str, np.ndarray]:
        """A dict for ``arviz.from_dict(posterior=...)``: name -> (chain, draw)."""
        return {"nbeta_K": self.draws}


def rhat(draws: np.ndarray) -> float:
    """Split R-hat (Gelman et al., Bayesian Data Analysis, 3rd ed., §11.4); 1 is agreement.

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
    """Effective sample size by Geyer's initial positive sequence, summed over chains."""
    chains, n = draws.shape
    centred = draws - draws.mean(axis=1, keepdims=True)
    size = 2 ** math.ceil(math.log2(2 * n))
    spectrum = np.abs(np.fft.rfft(centred, size, axis=1)) ** 2
    correlation = np.fft.irfft(spectrum, size, axis=1)[:, :n].mean(axis=0) / n
    if correlation[0] <= 0:
        return float(chains * n)
    rho = correlation / correlation[0]
    total = 1.0
    for k in range(1, n - 1, 2):
        pair = rho[k] + rho[k + 1]
        if pair < 0:
            break
        total += 2 * pair
    return float(chains * n / total)


def tempered(
    system: System,
    nbetas: np.ndarray,
    *,
    chains: int = 64,
    draws: int = 400,
    sweeps: int = 4,
    seed: int = 0,
    strict: bool = True,
) -> list[Chain]:
    """λ̂ = nβ E[K] under exp(-nβK) φ, along an increasing ladder of nβ; the population is carried along it.

    Parameters
    ----------
    system : made ready with method="volume".
    nbetas : increasing values.
    chains : particles; grouped into 4 chains for R-hat.
    draws, sweeps : draws per particle and moves between them.
    strict : refuse (raise) when R-hat > 1.05 or the effective sample size is below 100.

    Raises
    ------
    EstimationError : with the estimate in its text, when the diagnostics fail.
    """
    compiled = system.compiled
    if compiled is None:
        raise EstimationError("tempering needs the kernels of the whole problem: method='volume'")
    lo, hi, half, _ = bounds_of(compiled.objective)
    pop = start_population(compiled, chains, seed)
    cdf = np.cumsum(MIXES[0])
    cdf[-1] = 1.0
    out: list[Chain] = []
    previous = 0.0
    for nbeta in np.asarray(nbetas, dtype=float):
        if nbeta < previous:
            raise InputError("the ladder must increase")
        steps = np.exp(np.arange(math.log(max(previous, 0.05)), math.log(nbeta), 1.0))[1:]
        stats = np.zeros((len(MOVES), 2), np.int64)
        for level in (*np.log(steps), *[math.log(nbeta)] * 5):
            evaluate_all(pop.points, pop.values, pop.dens, pop.extra, level, compiled.value)
            evolve(
                pop.points,
                pop.values,
                pop.dens,
                pop.extra,
                level,
                1,
                4 * sweeps,
                cdf,
                max(2.0, level + 3),
                lo,
                hi,
                half,
                compiled.value,
                compiled.jacobian,
                compiled.exponents,
                compiled.offsets,
                pop.rng,
                stats,
            )
        rows = np.zeros((draws, chains))
        stats[:] = 0
        for k in range(draws):
            evolve(
                pop.points,
                pop.values,
                pop.dens,
                pop.extra,
                math.log(nbeta),
                1,
                sweeps,
                cdf,
                max(2.0, math.log(nbeta) + 3),
                lo,
                hi,
                half,
                compiled.value,
                compiled.jacobian,
                compiled.exponents,
                compiled.offsets,
                pop.rng,
                stats,
            )
            rows[k] = nbeta * np.exp(pop.values)
        table = rows.T
        size = effective_size(table)
        ratio = rhat(table)
        mean = float(table.mean())
        error = float(table.std()) / math.sqrt(size)
        if strict and (ratio > 1.05 or size < 100):
            raise EstimationError(
                f"the chains do not agree at nβ = {nbeta:.4g}: nβ E[K] = {mean:.4g} so far, "
                f"R-hat {ratio:.3f} (needs 1.05), effective draws {size:.0f} (needs 100)"
            )
        out.append(
            Chain(
                float(nbeta),
                mean,
                error,
                ratio,
                size,
                float(stats[:, 1].sum() / max(1, stats[:, 0].sum())),
                table,
                seed,
            )
        )
        previous = float(nbeta)
    return out


def free_energy(chains: list[Chain]) -> np.ndarray:
    """F(nβ) - F(first) = ∫ λ̂ d log nβ by the trapezoidal rule, at each rung of the ladder."""
    x = np.log([c.nbeta for c in chains])
    y = np.array([c.mean for c in chains])
    return np.concatenate([[0.0], np.cumsum(0.5 * (y[1:] + y[:-1]) * np.diff(x))])


def wbic(system: System, n: float, *, seed: int = 0) -> Chain:
    """WBIC without its data term: nE[K] at β = 1/log n (Watanabe, JMLR 14, 2013), as nβE[K] and its log n multiple.

    The returned mean is λ̂ = nβ E[K]; n L_n(w0) + mean·log n is WBIC.
    """
    return tempered(system, np.array([n / math.log(n)]), seed=seed)[0]


def sgld(
    K: object,
    *,
    nbeta: float,
    lr: float = 1e-4,
    localization: float = 1.0,
    num_chains: int = 4,
    num_draws: int = 5000,
    burn_in: int = 1000,
    seed: int = 0,
    **problem: Any,
) -> Chain:
    """The local estimate as practitioners compute it: Langevin steps around the point with a quadratic tether.

    w ← w - (lr/2)(nβ ∇K + γ (w - w*)) + √lr ξ.  No acceptance step, no box: what it returns depends on `lr` and γ,
    and is to be read as a demonstration beside `lambda_hat`.
    """
    from rlct.numeric.arguments import system_of

    start = time.perf_counter()
    system = system_of(K, method="volume", **problem)
    compiled = system.compiled
    if compiled is None:
        raise EstimationError("SGLD needs gradients: give K as an expression")
    d = compiled.objective.d
    rng = np.random.default_rng(seed)
    rows = int(compiled.offsets[-1])
    f, jac, work = np.zeros(rows), np.zeros((rows, d)), np.zeros(4)
    out = np.zeros((num_chains, num_draws))
    offsets, exponents = compiled.offsets, compiled.exponents
    for c in range(num_chains):
        w = np.zeros(d)
        for t in range(num_draws + burn_in):
            log_k = compiled.value(w, work)
            k = math.exp(min(log_k, 600.0))
            gradient = np.zeros(d)
            if k > 0:
                compiled.jacobian(w, f, jac)
                for o, e in enumerate(exponents):
                    s = slice(offsets[o], offsets[o + 1])
                    norm = float(f[s] @ f[s])
                    if norm > 0:
                        gradient += k * e * (f[s] @ jac[s]) / norm
            if t >= burn_in:
                out[c, t - burn_in] = nbeta * k
            step = -0.5 * lr * (nbeta * gradient + localization * w) + math.sqrt(lr) * rng.standard_normal(d)
            w = w + step
            if not np.isfinite(w).all() or abs(w).max() > 1e6:
                out[c, max(0, t - burn_in) :] = math.inf
                break
    finite = np.isfinite(out).all()
    mean = float(out.mean()) if finite else math.inf
    size = effective_size(out) if finite else 0.0
    return Chain(
        nbeta,
        mean,
        float(out.std()) / math.sqrt(max(size, 1.0)) if finite else math.inf,
        rhat(out) if finite else math.inf,
        size,
        1.0,
        out,
        seed,
        f"SGLD, lr {lr:g}, localization {localization:g}, {time.perf_counter() - start:.1f} s: biased, compare "
        "with lambda_hat at the same nbeta",
    )

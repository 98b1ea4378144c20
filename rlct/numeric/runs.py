"""What one run of a sampler is, and where its particles start; shared by `volume`, `collapse` and `mcmc`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rlct.errors import EstimationError
from rlct.numeric.compile import Kernel
from rlct.numeric.kernels import MOVES, NO_SLOPES, evaluate_all, evolve, seed_state
from rlct.numeric.local import Objective
from rlct.numeric.populations import draw_prior
from rlct.numeric.watch import Watch


class Sampled(Protocol):
    """What a sampler needs of a target (`compile.Compiled` and `collapse.Collapsed` have it)."""

    @property
    def objective(self) -> Objective: ...
    @property
    def value(self) -> Kernel: ...
    @property
    def jacobian(self) -> Kernel: ...
    @property
    def exponents(self) -> np.ndarray: ...
    @property
    def offsets(self) -> np.ndarray: ...


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a sampler over many scales.

    Parameters
    ----------
    L, log_v : levels -log ε and log V(ε) there, or log n and log Z(n); shape (levels,).
    noise : smallest possible variance of log_v, cumulative, shape (levels,).
    particles : number of particles N.
    evaluations : number of evaluations of K.
    acceptance : accepted / tried for each move.
    limit : what ended the run: "L_max", "roundoff", "budget", "mixing", "interrupt" (Ctrl-C), "zero" (K = 0 on a
        set of positive volume), "bounded" (K does not come near 0).
    mix : index of the mixture of moves.
    zero_mass : fraction of the last population with K = 0 exactly.
    errors : where rounding ended the run, the relative errors of the last population (`volume.relative_errors`).
    """

    L: np.ndarray
    log_v: np.ndarray
    noise: np.ndarray
    particles: int
    evaluations: int
    acceptance: np.ndarray
    limit: str
    mix: int
    zero_mass: float = 0.0
    errors: np.ndarray | None = None

    def at(self, levels: np.ndarray | float) -> np.ndarray:
        """log V at given L, by straight lines between levels (nan outside)."""
        return np.asarray(np.interp(levels, self.L, self.log_v, left=np.nan, right=np.nan))


def bounds_of(obj: Objective) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """lo, hi, half widths and normal standard deviations of the box as arrays."""
    lo, hi, sd = (np.array(x, dtype=float) for x in (obj.lo, obj.hi, obj.normal))
    half = np.where(sd > 0, np.where(sd > 0, sd, 1.0), 0.5 * (np.where(sd > 0, 0, hi) - np.where(sd > 0, 0, lo)))
    return lo, hi, half, sd


@dataclass
class Population:
    """Particles with their values and the state of their random numbers (arrays are changed in place)."""

    points: np.ndarray
    values: np.ndarray
    dens: np.ndarray
    extra: np.ndarray
    rng: np.ndarray


def survivors(weights: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Systematic resampling, each half of the population for itself (see `kernels.evolve`): who takes each place."""
    n = len(weights)
    parts = [weights[: n // 2], weights[n // 2 :]]
    if any(not w.sum() > 0 for w in parts):
        parts = [weights]
    picks, first = [], 0
    for w in parts:
        positions = (np.arange(len(w)) + generator.random()) / len(w)
        picks.append(first + np.searchsorted(np.cumsum(w) / w.sum(), positions).clip(0, len(w) - 1))
        first += len(w)
    return np.concatenate(picks)


def start_population(compiled: Sampled, particles: int, seed: int, level: float = 0.0) -> Population:
    """Independent draws from the density on the box (a polynomial density by resampling and a few moves)."""
    lo, hi, half, sd = bounds_of(compiled.objective)
    d = compiled.objective.d
    pop = Population(
        np.zeros((particles, d)), np.zeros(particles), np.zeros(particles), np.zeros(particles), seed_state(seed)
    )
    draw_prior(pop.points, pop.values, pop.dens, pop.extra, lo, hi, sd, level, compiled.value, pop.rng)
    if np.isnan(pop.values).any():
        raise EstimationError("no point of the box satisfies the constraints of the region; is it empty?")
    if compiled.objective.prior:
        normal = (pop.points / np.where(sd > 0, sd, 1.0)) ** 2 @ np.where(sd > 0, 0.5, 0.0)
        w = pop.dens + normal
        w = np.exp(w - w.max())
        generator = np.random.default_rng(np.random.SeedSequence([seed, 1]))
        pick = survivors(w, generator)
        for a in (pop.points, pop.values, pop.dens, pop.extra):
            a[:] = a[pick]
        stats = np.zeros((len(MOVES), 2), np.int64)
        mix = np.cumsum([0.3, 0.1, 0.1, 0.2, 0.1, 0.05, 0.15, 0.0, 0.0])
        evolve(
            pop.points,
            pop.values,
            pop.dens,
            pop.extra,
            math.inf,
            0,
            20,
            mix,
            4.0,
            lo,
            hi,
            half,
            compiled.value,
            compiled.jacobian,
            compiled.exponents,
            compiled.offsets,
            pop.rng,
            stats,
            NO_SLOPES,
        )
        evaluate_all(pop.points, pop.values, pop.dens, pop.extra, level, compiled.value)
    return pop


def repeat_runs(
    one: Callable[[int, int, Watch], Run], repeats: int, mixes: Sequence[int], seed: int, watch: Watch, threads: int
) -> tuple[Run, ...]:
    """Independent repeats for each mixture of moves, on `threads` cores, done by the deadline of `watch`.

    Parameters
    ----------
    one : (mixture, seed, watch) -> Run.
    watch : each run gets an equal share of the time that is left when it starts.

    Returns
    -------
    tuple of Run : the i-th repeat of mixture k has the seed (seed, k, i). After Ctrl-C those that had begun.
    """
    jobs = [(k, i) for i in range(repeats) for k in mixes]

    def run(number: int) -> Run | None:
        if watch.stopped():
            return None
        k, i = jobs[number]
        own = int(np.random.SeedSequence([seed, k, i]).generate_state(1)[0])
        rounds = math.ceil((len(jobs) - number) / max(1, threads))
        return one(k, own, watch.within(watch.left() / rounds))

    def tell(done: int, made: Run | None) -> None:
        if made is not None and len(made.L):
            watch.report(f"run {done} of {len(jobs)} of {made.particles} particles: L = {made.L[-1]:.0f}")

    found: list[Run | None] = [None] * len(jobs)
    if threads <= 1:
        for number in range(len(jobs)):
            found[number] = run(number)
            tell(number + 1, found[number])
    else:
        pool = ThreadPoolExecutor(threads)
        try:
            futures = {pool.submit(run, number): number for number in range(len(jobs))}
            for done, future in enumerate(as_completed(futures), 1):
                found[futures[future]] = future.result()
                tell(done, found[futures[future]])
        finally:
            # after an error the runs not yet begun are dropped
            pool.shutdown(wait=False, cancel_futures=True)
    return tuple(r for r in found if r is not None)

"""V(ε) = P(K < ε) by adaptive multilevel splitting, over hundreds of decades.

A population is moved inside {K < ε}; ε falls so that half of the particles survive each time; log V is the sum of
the logarithms of the surviving fractions (Cérou and Guyader, Stoch. Anal. Appl. 25, 2007).  The error of one run
cannot be read off that run (its particles share ancestors): `split_repeats` makes independent repeats with two
different mixtures of moves, and everything later is judged by their spread.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from rlct.errors import EstimationError
from rlct.numeric.compile import STRAIGHT, UNIT_DD, Compiled, length
from rlct.numeric.kernels import MOVES
from rlct.numeric.local import Node, Objective, Poly, expanded
from rlct.numeric.populations import conditions, split_levels
from rlct.numeric.runs import Run, bounds_of, repeat_runs, start_population
from rlct.numeric.watch import Watch

MIXES = (
    # scale transfer weights evolution stretch flip walk newton log-newton
    (0.14, 0.10, 0.16, 0.16, 0.04, 0.02, 0.08, 0.16, 0.14),
    (0.12, 0.10, 0.14, 0.24, 0.06, 0.02, 0.16, 0.08, 0.08),
)
"""Two mixtures of moves (probabilities in the order of `kernels.MOVES`): the first leans on Gauss-Newton steps, the
second on differences of particles and on additive steps of log-uniform length."""
MANY = 8
"""From so many variables on, Gauss-Newton steps (d³ operations) are made only as far as other moves are refused; with
fewer a third of them is always left."""
LOST = 10.0
"""An object is evaluated in double-double where its evaluation errs so many times more than its coordinates."""
GAIN = 2.0
"""Independent values among those of all sweeps of a level, as a multiple of N, at best (monomials)."""
DEEPEST = 600.0
"""L = -log ε at which doubles end (ε = 1e-260)."""


def relative_errors(compiled: Compiled, points: np.ndarray) -> np.ndarray:
    """Relative errors of K's factors by rounding at some of the points, (points, objects, 2): of the evaluation, and of
    the coordinates themselves."""
    step = max(1, len(points) // 400)  # relatives lie in one half: all of the population is looked at
    sample = np.ascontiguousarray(points[::step])
    out = np.zeros((len(sample), len(compiled.exponents), 2))
    conditions(sample, compiled.size, compiled.jacobian, compiled.offsets, compiled.unit, out)
    return out


def excess(errors: np.ndarray) -> float:
    """Relative errors, beyond 1 too large: their median over particles in units of 1/100, or a value that 5% of them
    exceed in units of 1/3 (points on a curve where K is 0 exactly multiply from level to level)."""
    ordered = np.sort(errors)
    return max(100.0 * float(ordered[len(ordered) // 2]), 3.0 * float(ordered[len(ordered) - 1 - len(ordered) // 20]))


def rounding(compiled: Compiled, points: np.ndarray) -> float:
    """The largest relative rounding error of a factor of K; beyond 1 stop."""
    return excess(relative_errors(compiled, points).max(axis=(1, 2)))


def lost_digits(compiled: Compiled) -> list[bool]:
    """For each object: does its evaluation in doubles end the range, long before the coordinates would?

    A short run with few particles goes down until rounding ends it, and looks.
    """
    count = len(compiled.exponents)
    none = [False] * count
    open_ones = [
        unit > UNIT_DD and sum(map(length, gens)) <= 4 * STRAIGHT and not all(map(single, gens))
        for (gens, _), unit in zip(compiled.objective.objects, compiled.unit, strict=True)
    ]
    if not any(open_ones):
        return none
    try:
        run = split(compiled, particles=100, sweeps=4, L_max=80.0, seed=0, room=200)
    except EstimationError:
        return none
    if run.errors is None:
        return none
    value, place = ([excess(run.errors[:, o, k]) for o in range(count)] for k in (0, 1))
    return [wanted and v > 0.1 and v > LOST * p for wanted, v, p in zip(open_ones, value, place, strict=True)]


def single(node: Node) -> bool:
    """Is it a monomial?"""
    return isinstance(node, Poly) and len(node.terms) <= 1


def vanishes(obj: Objective) -> bool:
    """Is K = 0, though it is not written as 0 (x - x)?"""
    return any(all(not expanded(g, obj.d) for g in gens) for gens, _ in obj.objects)


def mixture(mix: int, d: int, stats: np.ndarray) -> np.ndarray:
    """Cumulative probabilities of the moves, in many variables from how often the cheap ones were accepted so far."""
    weights = np.array(MIXES[mix])
    tried = float(stats[:7, 0].sum())
    if tried:
        wanted = 2.0 - 5.0 * float(stats[:7, 1].sum()) / tried
        weights[7:] *= min(1.5, max(0.1, wanted)) if d >= MANY else min(1.0, max(0.3, wanted))
    cdf = np.cumsum(weights / weights.sum())
    cdf[-1] = 1.0
    return cdf


def split(compiled: Compiled, *, particles: int = 1000, sweeps: int = 10, mix: int = 0, L_max: float = DEEPEST,
          seed: int = 0, watch: Watch | None = None, room: int = 4000) -> Run:
    """One run of multilevel splitting.

    Parameters
    ----------
    compiled : the kernels of the problem.
    particles, sweeps : population and number of moves per particle and level.
    mix : index into `MIXES`.
    L_max : stop beyond ε = e^-L_max.
    seed : of the run's own generator.
    watch : when to stop.
    room : the largest number of levels.

    Returns
    -------
    Run : the curve, never beyond the rounding limit.

    Raises
    ------
    EstimationError : when no particle can be drawn.
    """
    lo, hi, half, _ = bounds_of(compiled.objective)
    none = np.zeros(0)
    if any(not gens for gens, _ in compiled.objective.objects):
        return Run(none, none, none, particles, 0, np.zeros(len(MOVES)), "zero", mix, 1.0)
    pop = start_population(compiled, particles, seed)
    if (pop.values == -math.inf).all() and vanishes(compiled.objective):
        return Run(none, none, none, particles, particles, np.zeros(len(MOVES)), "zero", mix, 1.0)
    levels, logs = np.zeros(room), np.zeros(room)
    state = np.zeros(3)
    seen = np.zeros(particles * sweeps)
    state[1] = particles
    stats = np.zeros((len(MOVES), 2), np.int64)
    # the part above the first level: quantiles of the prior draws themselves
    tails = np.linspace(0.97, 0.53, 23)
    ordered = np.sort(pop.values)
    first = -np.interp(tails * (particles - 1), np.arange(particles), ordered)
    made, limit = 0, "L_max"
    errors: np.ndarray | None = None
    chunk = 4
    while made < room - chunk:
        cdf = mixture(mix, compiled.objective.d, stats)
        new = split_levels(pop.points, pop.values, pop.dens, pop.extra, min(L_max, DEEPEST), chunk, sweeps, 0, cdf,
                           lo, hi, half, compiled.value, compiled.jacobian, compiled.exponents, compiled.offsets,
                           pop.rng, stats, levels, logs, state, made, seen)
        if state[2] == 1.0 or (new and rounding(compiled, pop.points) > 1.0):
            # K = 0 exactly is rounding too, unless K is written as 0: a polynomial vanishes on no open set
            limit, errors = "roundoff", relative_errors(compiled, pop.points)
            break
        made += new
        if state[2] == 2.0:
            # equal values: K is flat to the last digit around a positive least value, or the particles are stuck
            flat = made > 20 and levels[made - 1] - levels[made - 20] < 0.05 * (logs[made - 20] - logs[made - 1])
            flat = flat or (made == 0 and float(np.ptp(pop.values)) == 0.0)  # a constant
            limit = "bounded" if flat else "mixing"
            break
        if made and levels[made - 1] > min(L_max, DEEPEST):
            break
        if made > 60 and levels[made - 1] - levels[made - 40] < 0.05 * (logs[made - 40] - logs[made - 1]):
            limit = "bounded"
            break
        if watch is not None and watch.over():
            limit = watch.reason()
            break
    zero = float(np.mean(pop.values == -math.inf))
    acceptance = stats[:, 1] / np.maximum(stats[:, 0], 1)
    whole = np.concatenate([first, levels[:made]])
    log_v = np.concatenate([np.log(tails), logs[:made]])
    keep = np.concatenate([[True], np.diff(np.maximum.accumulate(whole)) > 0])
    whole, log_v = whole[keep & np.isfinite(whole)], log_v[keep & np.isfinite(whole)]
    noise = -log_v / math.log(2.0) / (GAIN * particles)
    return Run(whole, log_v, noise, particles, int(state[1]), acceptance, limit, mix, zero, errors)


def split_repeats(compiled: Compiled, *, repeats: int = 4, particles: int = 1000, sweeps: int = 10,
                  mixes: Sequence[int] = (0, 1), L_max: float = DEEPEST, seed: int = 0,
                  watch: Watch | None = None, threads: int = 2) -> tuple[Run, ...]:
    """Independent repeats for each mixture of moves, done in time (see `runs.repeat_runs`)."""

    def one(k: int, own: int, until: Watch) -> Run:
        return split(compiled, particles=particles, sweeps=sweeps, mix=k, L_max=L_max, seed=own, watch=until)

    return repeat_runs(one, repeats, mixes, seed, watch or Watch(), threads)

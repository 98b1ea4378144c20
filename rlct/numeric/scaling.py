"""From a problem to scaling curves: which engine runs (collapse or splitting), and its repeats on one grid.

The one place where `volume` and `collapse` meet; `estimate` and `crosscheck` both stand on it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rlct.numeric.callables import CallableTarget, split_callable
from rlct.numeric.collapse import Collapsed, collapse, temper_repeats
from rlct.numeric.compile import UNIT_DD, Compiled, compile_objective
from rlct.numeric.fit import Curves, curved_strata, few_particles
from rlct.numeric.local import Objective, objective
from rlct.numeric.results import Curve
from rlct.numeric.runs import Run, repeat_runs
from rlct.numeric.volume import DEEPEST, lost_digits, split_repeats
from rlct.numeric.watch import Watch
from rlct.problem import Problem

PLAIN = 7
"""The first moves of `kernels.MOVES` are those without a metric."""
DROP = 1.5
"""The first levels are left out until V has fallen by this factor in log: the start of the curve."""


@dataclass(frozen=True, slots=True)
class System:
    """A problem made ready: its objective, and either its kernels or its collapsed form."""

    objective: Objective | None
    compiled: Compiled | None
    collapsed: Collapsed | None
    radius: float
    function: CallableTarget | None = None

    @property
    def local(self) -> bool:
        """Is it about a point (and not about a region)?"""
        return self.objective is not None and self.objective.local

    @property
    def dimension(self) -> int:
        """Number of variables of the problem: no larger multiplicity is possible."""
        if self.function is not None:
            return len(self.function.variables)
        return self.objective.d if self.objective is not None else 4

    @property
    def method(self) -> str:
        """ "collapse" or "volume"."""
        if self.function is not None:
            return "callable"
        return "collapse" if self.collapsed is not None else "volume"


@dataclass(frozen=True, slots=True)
class Sample:
    """Curves of one set of repeats, what ended them, and the cost."""

    curves: Curves | None
    limit: str
    limits: tuple[str, ...]
    zero_mass: float
    evaluations: int
    seconds: float
    acceptance: tuple[float, ...]


def prepare(problem: Problem, *, radius: float = 1.0, densities: Mapping[str, str | tuple[float, float]] | None = None,
            method: str = "auto") -> System:
    """Objective and kernels of a problem.

    Parameters
    ----------
    problem : as parsed.
    radius : half side of the box around the point (or the scale of the normal density of a collapsed block).
    densities : own densities of variables, see `local.objective`.
    method : "auto" (collapse where an affine block exists), "collapse" or "volume".
    """
    obj = objective(problem, radius, densities)
    # the square of one function is left to splitting, which reaches deeper there
    principal = all(len(gens) == 1 for gens, _ in obj.objects)
    if method == "collapse" or (method == "auto" and not principal):
        # one variable of a box less is no gain for the sampler (for quadrature it is)
        collapsed = collapse(obj, radius, boxes=method == "collapse")
        if collapsed is not None:
            return System(obj, None, collapsed, radius)
    compiled = compile_objective(obj, problem.mode == "K")
    lost = lost_digits(compiled)
    if any(lost):
        precise = [x or unit <= UNIT_DD for x, unit in zip(lost, compiled.unit, strict=True)]
        compiled = compile_objective(obj, precise=precise)
    return System(obj, compiled, None, radius)


def for_quadrature(system: System) -> System:
    """The same problem with its affine block integrated out where that leaves at most two variables."""
    if system.objective is None or system.collapsed is not None:
        return system
    collapsed = collapse(system.objective, system.radius, most_left=2)
    return system if collapsed is None else replace(system, compiled=None, collapsed=collapsed)


def sample(system: System, *, particles: int, repeats: int, L_max: float, seed: int,
           seconds: float = math.inf, sweeps: int = 10, threads: int = 2, watch: Watch | None = None) -> Sample:
    """Run the engine of a system for at most `seconds`; the curves end where the first repeat ends.

    After Ctrl-C (`watch.stopped`) they hold the repeats that had come half as far as the deepest.
    """
    start = time.perf_counter()
    watch = (watch or Watch()).within(seconds)
    if system.collapsed is not None:
        top = min(L_max, system.collapsed.depth)
        # as below: more moves, not more particles, keep the strata (tanh, 9 units: 15 sweeps in place of 5 cost twice
        # as much and divide the variance of log Z by 10)
        own = max(4, sweeps // 2, 6 + system.collapsed.objective.d)
        runs = temper_repeats(system.collapsed, repeats=repeats, particles=particles, L_max=top, seed=seed,
                              watch=watch, sweeps=own, threads=threads)
    elif system.function is not None:
        function = system.function

        def one(k: int, own: int, until: Watch) -> Run:
            return split_callable(function, particles=particles, sweeps=sweeps, mix=k, L_max=L_max, seed=own,
                                  watch=until)

        runs = repeat_runs(one, repeats, (0, 1), seed, watch, 1)
    else:
        assert system.compiled is not None
        # in many variables a sweep changes a smaller part of a particle; about here variance times cost is least
        sweeps = max(sweeps, 12 + system.compiled.objective.d)
        runs = split_repeats(system.compiled, repeats=repeats, particles=particles, L_max=min(L_max, DEEPEST),
                             seed=seed, watch=watch, sweeps=sweeps, threads=threads)
    if watch.stopped():
        runs = begun(runs)
        if len(runs) < 2:
            return Sample(None, "interrupt", ("interrupt",), 0.0, 0, time.perf_counter() - start, ())
    limits = _trusted(runs, system.collapsed is not None)
    limit = "interrupt" if watch.stopped() else max(set(limits), key=limits.count)
    spent = time.perf_counter() - start
    evaluations = sum(r.evaluations for r in runs)
    zero = float(np.mean([r.zero_mass for r in runs]))
    acceptance = tuple(float(x) for x in np.mean([r.acceptance for r in runs], axis=0))
    useful = [r for r in runs if len(r.L) > 6]
    if len(useful) < len(runs):
        return Sample(None, limit, limits, zero, evaluations, spent, acceptance)
    first = max(float(np.interp(DROP, r.log_v[0] - r.log_v, r.L)) for r in runs)
    last = min(float(r.L[-1]) for r in runs)
    if not last - first > 2.0:
        return Sample(None, limit, limits, zero, evaluations, spent, acceptance)
    points = int(min(120, max(12, (last - first) / 1.0)))
    grid = np.linspace(first, last, points)
    y = np.array([r.at(grid) for r in runs])
    noise = np.mean([np.interp(grid, r.L, r.noise) for r in runs], axis=0)
    share = few_particles(particles)
    if system.collapsed is not None and not system.collapsed.matrices:
        # moves along singular values follow the strata of a matrix product
        share += curved_strata(float(np.mean(acceptance[:PLAIN])))
    curves = Curves(grid - first, y, np.array([r.mix for r in runs]), noise, particles, first, share)
    return Sample(curves, limit, limits, zero, evaluations, spent, acceptance)


def begun(runs: Sequence[Run]) -> tuple[Run, ...]:
    """After Ctrl-C: the runs that came at least half as far as the deepest."""
    deepest = max((float(r.L[-1]) for r in runs if len(r.L) > 6), default=0.0)
    return tuple(r for r in runs if len(r.L) > 6 and r.L[-1] >= 0.5 * deepest)


def _trusted(runs: Sequence[Run], collapsed: bool) -> tuple[str, ...]:
    """What ended each run; "bounded" only where all repeats end at the same least value of K (others are stuck)."""
    ends = [_least(r, collapsed) for r in runs if r.limit == "bounded"]
    agreed = len(ends) == len(runs) and max(ends) - min(ends) < (0.1 if collapsed else 0.01)
    return tuple("mixing" if r.limit == "bounded" and not agreed else r.limit for r in runs)


def _least(run: Run, collapsed: bool) -> float:
    """-log of the least value of K that a run met, for a collapsed one from Z(n) ~ e^(-n K0)."""
    if not len(run.L):
        return math.inf
    return float(run.L[-1]) - (math.log(-float(run.log_v[-1])) if collapsed else 0.0)


def public_curve(system: System, curves: Curves) -> Curve:
    """The curve of a result: mean over repeats, standard error from their spread."""
    y = curves.y.mean(axis=0)
    se = curves.y.std(axis=0, ddof=1) / math.sqrt(curves.y.shape[0]) if curves.y.shape[0] > 1 else np.zeros_like(y)
    kind = "log Z(n = e^L)" if system.method == "collapse" else "log V(e^-L)"
    return Curve(kind, tuple((curves.L + curves.start).tolist()), tuple(y.tolist()), tuple(se.tolist()))


def join(a: Sample, b: Sample) -> Sample:
    """Two samples of the same system (same number of particles) as one: more repeats on the common range."""
    if a.curves is None or b.curves is None or a.curves.particles != b.curves.particles:
        return b
    start = max(a.curves.start, b.curves.start)
    stop = min(a.curves.start + a.curves.L[-1], b.curves.start + b.curves.L[-1])
    grid = np.linspace(start, stop, len(a.curves.L))
    rows = [np.interp(grid, c.curves.start + c.curves.L, row) for c in (a, b) if c.curves for row in c.curves.y]
    noise = np.interp(grid, b.curves.start + b.curves.L, b.curves.noise)
    curves = Curves(grid - start, np.array(rows), np.concatenate([a.curves.mixes, b.curves.mixes]), noise,
                    a.curves.particles, start, b.curves.share)
    return replace(b, curves=curves, limits=a.limits + b.limits, evaluations=a.evaluations + b.evaluations,
                   seconds=a.seconds + b.seconds)


"""Splitting for a K given as a callable on arrays (n, d) -> (n,): the same moves without derivatives, in numpy.

Two halves of the population are moved in turn, each with differences taken from the other, so that one call of K
serves half of the particles.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rlct.errors import DimensionError, EstimationError, InputError
from rlct.numeric.kernels import MOVES
from rlct.numeric.runs import Run
from rlct.numeric.watch import Watch

Function = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True)
class CallableTarget:
    """K as a callable, with its box and densities (absolute coordinates are centre + local ones)."""

    function: Function
    variables: tuple[str, ...]
    centre: np.ndarray
    lo: np.ndarray
    hi: np.ndarray
    normal: np.ndarray

    def log_k(self, points: np.ndarray) -> np.ndarray:
        """log K of local points; nan and negative values are refused."""
        values = np.asarray(self.function(points + self.centre), dtype=float)
        if values.shape != (len(points),):
            raise InputError(f"K must return an array of shape ({len(points)},), one value for each point, "
                             f"but returned {values.shape}")
        if np.isnan(values).any() or (values < 0).any():
            raise InputError("K returned a negative value or nan; a loss must be >= 0")
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(values))


def callable_target(function: Function, variables: object, at: object, region: object,
                    densities: Mapping[str, str | tuple[float, float]] | None, radius: float) -> CallableTarget:
    """Box and densities of a callable.

    Raises
    ------
    InputError : without `variables`; a region that is no box.
    """
    if isinstance(variables, str):
        variables = [v.strip() for v in variables.split(",") if v.strip()]
    if not isinstance(variables, Sequence) or not variables:
        raise InputError("a callable K needs variables=[...], the names of its columns")
    names = tuple(str(v) for v in variables)
    d = len(names)
    centre = np.zeros(d)
    if isinstance(at, Mapping):
        for name, value in at.items():
            if name not in names:
                raise InputError(f"at names {name}, which is no variable")
            centre[names.index(name)] = float(value)
    elif at is not None:
        given = list(at)  # type: ignore[call-overload]
        if len(given) != d:
            raise DimensionError("at", d, len(given))
        centre = np.array([float(v) for v in given])
    lo, hi, normal = -radius * np.ones(d), radius * np.ones(d), np.zeros(d)
    if region is not None:
        pairs = region if not isinstance(region, Mapping) else [region.get(v) for v in names]
        if isinstance(pairs, str) or len(list(pairs)) != d:  # type: ignore[call-overload]
            raise InputError("with a callable the region is a list of pairs or a dict name -> (lo, hi)")
        pair: Any
        for i, pair in enumerate(pairs):  # type: ignore[arg-type]
            if pair is None:
                continue
            a, b = float(pair[0]), float(pair[1])
            if at is None:
                lo[i], hi[i] = a, b
            else:
                lo[i], hi[i] = max(lo[i], a - centre[i]), min(hi[i], b - centre[i])
        if at is None:
            centre = np.zeros(d)
    for name, density in (densities or {}).items():
        if name not in names:
            raise InputError(f"the prior names {name}, which is no variable")
        i = names.index(name)
        if isinstance(density, tuple):
            lo[i], hi[i] = float(density[0]) - centre[i], float(density[1]) - centre[i]
        else:
            lo[i], hi[i], normal[i] = -math.inf, math.inf, 1.0
    if not (lo < hi).all():
        raise InputError("the box is empty")
    return CallableTarget(function, names, centre, lo, hi, normal)


def split_callable(target: CallableTarget, *, particles: int = 1000, sweeps: int = 10, mix: int = 0,
                   L_max: float = 60.0, seed: int = 0, watch: Watch | None = None) -> Run:
    """Multilevel splitting as in `volume.split`; stops near the end of double precision of a computed K (L = 68)."""
    rng = np.random.default_rng(seed)
    d = len(target.variables)
    n = 2 * (particles // 2)
    scale = target.normal > 0
    points = np.where(scale, target.normal * rng.standard_normal((n, d)),
                      np.where(scale, 0, target.lo) + np.where(scale, 0, target.hi - target.lo) * rng.random((n, d)))
    logs = target.log_k(points)
    half = np.where(scale, np.where(scale, target.normal, 1), 0.5 * np.where(scale, 0, target.hi - target.lo))
    tried, accepted = np.zeros(len(MOVES)), np.zeros(len(MOVES))
    levels: list[float] = []
    volume: list[float] = []
    log_v, evaluations, limit = 0.0, n, "L_max"
    top = min(L_max, 68.0)
    while True:
        order = np.sort(logs)
        threshold = order[n // 2]
        alive = np.flatnonzero(logs < threshold)
        if threshold == -math.inf:
            limit = "zero" if len(levels) < 40 else "roundoff"
            break
        if not len(alive):
            limit = "mixing"
            break
        log_v += math.log((len(alive) + 0.5) / (n + 0.5))
        dead = np.flatnonzero(logs >= threshold)
        pick = rng.choice(alive, len(dead))
        points[dead], logs[dead] = points[pick], logs[pick]
        shuffled = rng.permutation(n)
        points, logs = points[shuffled], logs[shuffled]
        depth = max(2.0, -threshold)
        for _ in range(sweeps):
            for mine, other in ((slice(0, n // 2), slice(n // 2, n)), (slice(n // 2, n), slice(0, n // 2))):
                kind, new, lq = _propose(points[mine], points[other], depth, half, mix, rng)
                old = points[mine]
                lq = lq + np.where(scale, (old**2 - new**2) / (2 * np.where(scale, target.normal, 1) ** 2), 0).sum(1)
                inside = ((new >= target.lo) & (new <= target.hi)).all(1)
                value = np.full(len(new), math.inf)
                if inside.any():
                    value[inside] = target.log_k(new[inside])
                evaluations += int(inside.sum())
                ok = inside & (value < threshold) & (np.log(rng.random(len(new))) < lq)
                points[mine][ok] = new[ok]
                logs[mine][ok] = value[ok]
                tried[kind] += len(new)
                accepted[kind] += int(ok.sum())
        levels.append(-threshold)
        volume.append(log_v)
        if -threshold > top:
            limit = "roundoff" if top >= 68.0 else "L_max"
            break
        if len(levels) > 60 and levels[-1] - levels[-40] < 0.05 * (volume[-40] - volume[-1]):
            limit = "bounded"
            break
        if watch is not None and watch.over():
            limit = watch.reason()
            break
    if not levels and limit not in ("zero",):
        raise EstimationError("K takes the same value everywhere it was tried")
    v = np.array(volume)
    return Run(np.array(levels), v, -v / math.log(2.0) / n, n, evaluations, accepted / np.maximum(tried, 1), limit,
               mix, float(np.mean(logs == -math.inf)))


def _propose(mine: np.ndarray, other: np.ndarray, depth: float, half: np.ndarray, mix: int,
             rng: np.random.Generator) -> tuple[int, np.ndarray, np.ndarray]:
    """One kind of move for all particles of a half: (kind, proposals, log of the proposal ratio)."""
    n, d = mine.shape
    weights = ((0.3, 0.0, 0.2, 0.3, 0.0, 0.02, 0.18), (0.15, 0.0, 0.1, 0.5, 0.0, 0.02, 0.23))[mix]
    kind = int(rng.choice(7, p=np.array(weights) / sum(weights)))
    size = np.exp(rng.uniform(math.log(0.05), math.log(max(1.0, 0.5 * depth)), n))
    zero = np.zeros(n)
    if kind == 0:
        t = size * rng.standard_normal(n)
        new = mine.copy()
        i = rng.integers(0, d, n)
        new[np.arange(n), i] *= np.exp(t) * np.where(rng.random(n) < 0.2, -1, 1)
        return kind, new, t
    if kind == 2:
        t = size * rng.standard_normal(n)
        k = np.where(rng.random((n, 1)) < 0.4, 1, rng.integers(-1, 4, (n, d)))
        return kind, mine * np.exp(t[:, None] * k), t * k.sum(1)
    if kind == 3:
        g = np.exp(0.8 * rng.standard_normal(n)) * 2.38 / math.sqrt(2 * d)
        g = np.where(rng.random(n) < 0.1, 1.0, g)
        step = other[rng.integers(0, len(other), n)] - other[rng.integers(0, len(other), n)]
        use = rng.random((n, d)) < np.where(rng.random((n, 1)) < 0.5, 1.0, rng.random((n, 1)))
        return kind, _guard(mine, mine + g[:, None] * step * use), zero
    if kind == 5:
        return kind, mine * np.where(rng.random((n, d)) < 0.5, -1, 1), zero
    t = np.exp(-0.5 * depth * rng.random((n, 1)))
    use = np.where(rng.random((n, 1)) < 0.5, 1, rng.permuted(np.eye(d)[rng.integers(0, d, n)], axis=1))
    return 6, _guard(mine, mine + half * t * rng.standard_normal((n, d)) * use), zero


def _guard(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Additive moves that change a coordinate's magnitude 1e8-fold would lose its digits: made impossible (nan)."""
    a, b = np.abs(old), np.abs(new)
    bad = ((b <= 1e-8 * a) | (a <= 1e-8 * b)) & (new != old)
    return np.where(bad.any(1)[:, None], np.nan, new)

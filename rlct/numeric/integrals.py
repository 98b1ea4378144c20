"""V(ε) and λ̂(n), read off the volume curves of independent repeats, or by quadrature.

They take what `rlct.rlct` takes, or a callable; they integrate over the box `at ± radius` cut with the region, with the
density normalised to 1 there.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from rlct.errors import EstimationError, InputError
from rlct.interrupt import interruptible
from rlct.numeric.arguments import check_numbers, new_seed, system_of
from rlct.numeric.results import Values
from rlct.numeric.scaling import Sample, System, begun
from rlct.numeric.watch import Watch, silent


def volume_curves(
    system: System, *, watch: Watch, seed: int, depth: float, repeats: int, particles: int | None
) -> tuple[np.ndarray, np.ndarray, Sample]:
    """L (G,) and log V (R, G) including the part above the first level.

    Raises
    ------
    KeyboardInterrupt : after Ctrl-C before two runs had come anywhere.
    """
    from rlct.numeric.volume import split_repeats

    if system.compiled is None:
        raise EstimationError("this needs the kernels of the whole problem")
    start = time.perf_counter()
    if particles is None:
        pilot = watch.within(0.3 * watch.left())
        split_repeats(system.compiled, repeats=1, particles=200, L_max=depth, seed=seed, watch=pilot)
        took = max(1e-3, time.perf_counter() - start) * repeats
        particles = int(min(50_000, max(200, 200 * 0.7 * watch.left() / took)))
    left = Watch(stopped=watch.stopped, report=watch.report).within(max(0.5, watch.left()))
    runs = split_repeats(
        system.compiled, repeats=repeats, particles=particles, L_max=depth, seed=seed + 1, watch=left
    )
    if watch.stopped():
        runs = begun(runs)
        if len(runs) < 2:
            raise KeyboardInterrupt
    last = min(float(r.L[-1]) for r in runs)
    first = max(float(r.L[0]) for r in runs)
    grid = np.linspace(first, last, max(50, int((last - first) / 0.05)))
    y = np.array([r.at(grid) for r in runs])
    limits = tuple(r.limit for r in runs)
    info = Sample(
        None,
        "interrupt" if watch.stopped() else max(set(limits), key=limits.count),
        limits,
        float(np.mean([r.zero_mass for r in runs])),
        sum(r.evaluations for r in runs),
        time.perf_counter() - start,
        tuple(float(x) for x in np.mean([r.acceptance for r in runs], axis=0)),
    )
    return grid, y, info


INTERRUPTED = "interrupted: what was not reached is nan"


def _arguments(K: object, keywords: dict[str, Any]) -> System:
    known = ("mode", "variables", "at", "region", "prior", "radius")
    return system_of(K, method="volume", **{k: v for k, v in keywords.items() if k in known})


def _spread(rows: np.ndarray) -> np.ndarray:
    result: np.ndarray = rows.std(axis=0, ddof=1) / math.sqrt(len(rows))
    return result


def volume(
    K: object,
    eps: object,
    *,
    seconds: float = 10,
    seed: int | None = None,
    radius: float = 1,
    mode: str | None = None,
    variables: object = None,
    at: object = None,
    region: object = None,
    prior: object = None,
    repeats: int = 4,
    particles: int | None = None,
    report: Callable[[str], None] | None = None,
) -> Values:
    """V(ε) = P(K < ε) in the box, with standard errors from independent repeats.

    Parameters
    ----------
    K, mode, variables, at, region, prior, radius, seconds, seed, report : as in `estimate`.
    eps : level(s) > 0, number or array.

    Returns
    -------
    Values : V; `extra` has `log_volume`, its error, and the running exponent d log V / d log ε.

    Raises
    ------
    InputError : for levels that are not positive. EstimationError : when no level was reached (in the time, or above
        the rounding limit); if some were, the others are nan, and a note says where the curve ends.

    Examples
    --------
    >>> v = volume("x^2", 1e-6, seconds=1, seed=1)
    >>> abs(float(v) / 1e-3 - 1) < 0.2
    True
    """
    check_numbers(seconds, particles=particles, repeats=repeats)
    own = new_seed(seed)
    levels = np.asarray(eps, dtype=float)
    if not ((levels > 0) & np.isfinite(levels)).all():
        raise InputError("eps must be positive")
    system = _arguments(
        K, {"mode": mode, "variables": variables, "at": at, "region": region, "prior": prior, "radius": radius}
    )
    began = time.perf_counter()
    deep = -np.log(levels)
    with interruptible() as stopped:
        grid, y, info = volume_curves(
            system,
            watch=Watch(began + seconds, stopped, report or silent),
            seed=own,
            depth=float(deep.max()) + 1.5,
            repeats=repeats,
            particles=particles,
        )
    flat = np.atleast_1d(deep).ravel()
    cut = info.limit == "interrupt"
    beyond = (flat > grid[-1]) & (info.limit != "zero")
    if beyond.all() and not cut:
        raise EstimationError(
            f"eps = {math.exp(-flat.min()):.3g} was not reached: the curve ends at e^-{grid[-1]:.1f} ({info.limit})"
        )
    logs = np.array([np.interp(flat, grid, row, left=0.0) for row in y])
    high = (
        np.array([np.interp(flat + 0.7, grid, row, left=0.0) - np.interp(flat - 0.7, grid, row, left=0.0) for row in y])
        / -1.4
    )
    mean, se = np.where(beyond, np.nan, logs.mean(axis=0)), np.where(beyond, np.nan, _spread(logs))
    short = f"the curve ends at e^-{grid[-1]:.1f} ({info.limit}): what was not reached is nan"
    return Values(
        levels,
        np.exp(mean).reshape(levels.shape),
        (np.exp(mean) * se).reshape(levels.shape),
        "volume",
        own,
        time.perf_counter() - began,
        (INTERRUPTED,) if cut else (short,) if beyond.any() else (),
        {
            "log_volume": mean.reshape(levels.shape),
            "log_stderr": se.reshape(levels.shape),
            "exponent": np.where(beyond, np.nan, high.mean(axis=0)).reshape(levels.shape),
            "exponent_stderr": np.where(beyond, np.nan, _spread(high)).reshape(levels.shape),
            "limit": info.limit,
        },
        cut,
    )


def lambda_hat(
    K: object,
    n: object,
    *,
    seconds: float = 10,
    seed: int | None = None,
    radius: float = 1,
    mode: str | None = None,
    variables: object = None,
    at: object = None,
    region: object = None,
    prior: object = None,
    repeats: int = 4,
    particles: int | None = None,
    report: Callable[[str], None] | None = None,
) -> Values:
    """n E_n[K] at finite n: what a perfect sampler of exp(-nK) φ on the same box would report.

    It tends to λ, often slowly (like λ - (m-1)/log n), so a sampler is to be compared with this number and not with λ.
    By quadrature with at most two variables, else from the volumes V(ε).

    Parameters
    ----------
    K, mode, variables, at, region, prior, radius, seconds, seed, report : as in `estimate`.
    n : sample size(s) times inverse temperature, > 0: with WBIC's β = 1/log n give n/log n.

    Returns
    -------
    Values : λ̂(n); `extra["log_z"]` is log Z(n) = log E exp(-nK).

    Examples
    --------
    >>> v = lambda_hat("4*x^2*y^2", 1000 / 6.907755, seed=1)
    >>> round(float(v), 3)
    0.38
    """
    from rlct.numeric.quadrature import thermal

    check_numbers(seconds, particles=particles, repeats=repeats)
    own = new_seed(seed)
    sizes = np.asarray(n, dtype=float)
    if not (sizes > 0).all():
        raise InputError("n must be positive")
    system = _arguments(
        K, {"mode": mode, "variables": variables, "at": at, "region": region, "prior": prior, "radius": radius}
    )
    began = time.perf_counter()
    flat = np.atleast_1d(sizes).ravel()
    with interruptible() as stopped:
        watch = Watch(began + seconds, stopped, report or silent)
        by_rule = thermal(system, np.log(flat), watch.within(0.7 * seconds))
        if by_rule is not None:
            log_z, value, error = by_rule
            return Values(
                sizes,
                value.reshape(sizes.shape),
                error.reshape(sizes.shape),
                "quadrature",
                own,
                time.perf_counter() - began,
                (),
                {"log_z": log_z.reshape(sizes.shape)},
            )
        grid, y, info = volume_curves(
            system,
            watch=watch,
            seed=own,
            depth=float(np.log(flat.max())) + 12.0,
            repeats=repeats,
            particles=particles,
        )
    cut = info.limit == "interrupt"
    if grid[-1] < math.log(flat.max()) + 4.0 and not cut:
        raise EstimationError(
            f"the volumes end at e^-{grid[-1]:.1f} ({info.limit}), too early for n = {flat.max():.3g}"
        )
    values, logs = [], []
    for row in y:
        z, lam = _thermal_of_curve(grid, row, np.log(flat))
        logs.append(z)
        values.append(lam)
    rows, zs = np.array(values), np.array(logs)
    if cut:
        rows[:, np.log(flat) + 4.0 > grid[-1]] = np.nan
    return Values(
        sizes,
        rows.mean(axis=0).reshape(sizes.shape),
        _spread(rows).reshape(sizes.shape),
        "volume",
        own,
        time.perf_counter() - began,
        (INTERRUPTED,) if cut else (),
        {"log_z": zs.mean(axis=0).reshape(sizes.shape), "log_z_stderr": _spread(zs).reshape(sizes.shape)},
        cut,
    )


def _thermal_of_curve(grid: np.ndarray, log_v: np.ndarray, log_n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """log Z(n) = log ∫ x e^-x V dL and n E[K] = ∫ (x-1) x e^-x V dL / ∫ x e^-x V dL with x = n e^-L."""
    step = grid[1] - grid[0]
    above = np.arange(grid[0] - 40.0, grid[0], step)
    slope = max(1e-3, -(log_v[-1] - log_v[-40]) / (grid[-1] - grid[-40]))
    beyond = np.arange(grid[-1] + step, grid[-1] + 30.0 / slope, max(step, 0.1))
    levels = np.concatenate([above, grid, beyond])
    y = np.concatenate([np.zeros(len(above)), log_v, log_v[-1] - slope * (beyond - grid[-1])])
    width = np.gradient(levels)
    zs, lams = [], []
    for t in log_n:
        x = np.exp(np.minimum(t - levels, 600.0))
        logw = np.log(x) - x + y + np.log(width)
        top = logw.max()
        w = np.exp(logw - top)
        zs.append(top + math.log(w.sum()))
        lams.append(float((w * (x - 1.0)).sum() / w.sum()))
    return np.array(zs), np.array(lams)

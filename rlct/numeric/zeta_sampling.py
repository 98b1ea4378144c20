"""ζ(z) = E K^z for real z above the largest pole, by importance sampling or from the volumes of {K < ε}.

Neither reads a chart (`rlct.chart_zeta` does). Importance sampling in logarithmic coordinates is by far the better one
where K vanishes on coordinate planes through the point; volumes serve everywhere.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np

from rlct.errors import EstimationError, InputError
from rlct.interrupt import interruptible
from rlct.numeric.arguments import check_numbers, new_seed, system_of
from rlct.numeric.integrals import INTERRUPTED, volume_curves
from rlct.numeric.results import Values
from rlct.numeric.scaling import System
from rlct.numeric.watch import Watch, silent

METHODS = ("auto", "importance", "volume")


def zeta(
    K: object,
    z: object,
    *,
    seconds: float = 10,
    seed: int | None = None,
    radius: float = 1,
    mode: str | None = None,
    variables: object = None,
    at: object = None,
    region: object = None,
    prior: object = None,
    method: str = "auto",
    repeats: int = 4,
    particles: int | None = None,
    report: Callable[[str], None] | None = None,
) -> Values:
    """ζ(z) = E[K^z] in the box (density normalised, so ζ(0) = 1), for real z > -λ.

    Parameters
    ----------
    K, mode, variables, at, region, prior, radius, seconds, seed, report : as in `estimate`.
    z : number or array.
    method : "importance" (sampling in logarithmic coordinates), "volume" (from the volumes of {K < ε}), or "auto":
        both, half of the time each; of those that agree and pass their diagnostics the one with the smaller error.
    particles : of the volumes; for importance sampling, hundreds of points of a repeat.

    Returns
    -------
    Values : ζ with standard errors from independent repeats; `method` says where they come from, `extra` has the
        values of both.

    Raises
    ------
    EstimationError : for z <= -λ (the integral diverges), as far as the volumes show it; with method="importance"
        where a single point holds more than 2% of the weight.

    Examples
    --------
    >>> v = zeta("x^2", -0.25, seconds=60, particles=300, seed=1)
    >>> abs(float(v) - 2) < 5 * float(v.stderr) + 0.02, v.method
    (True, 'importance')
    """
    if method not in METHODS:
        raise InputError(f"unknown method '{method}': {', '.join(METHODS)}")
    check_numbers(seconds, particles=particles, repeats=repeats)
    own = new_seed(seed)
    points = np.asarray(z, dtype=float)
    if not np.isfinite(points).all():
        raise InputError("z takes finite numbers")
    flat = np.atleast_1d(points).ravel()
    system = system_of(
        K, method="volume", mode=mode, variables=variables, at=at, region=region, prior=prior, radius=radius
    )
    if system.compiled is None:
        raise EstimationError("this needs the kernels of the whole problem")
    began = time.perf_counter()
    found: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    extra: dict[str, object] = {}
    why = ""
    with interruptible() as stopped:
        watch = Watch(began + seconds, stopped, report or silent)
        if method != "importance":
            share = watch.within(0.5 * seconds) if method == "auto" else watch
            value, error, tail, limit = _from_volumes(system, flat, share, own, repeats, particles)
            extra["limit"] = limit
            low = float(flat.min())
            if low <= 1.2 * tail or (method == "volume" and low <= tail):
                raise EstimationError(
                    f"ζ diverges at z = {low:.4g}: the volumes fall like ε^{-tail:.3f}, so z must be larger"
                )
            if low > tail:
                found["volume"] = value, error
        if method != "volume" and not (found and stopped()):
            value, error, why = _by_importance(system, flat, watch, own, repeats, particles)
            if not why:
                found["importance"] = value, error
        cut = stopped()
    if method == "importance" and why:
        raise EstimationError(f"importance sampling does not serve here: {why}; use method='volume'")
    if len(found) == 2:
        (a, da), (b, db) = found["volume"], found["importance"]
        if (np.abs(a - b) > 5.0 * np.hypot(da, db) + 0.01 * np.abs(a)).any():
            # heavy tails that were not seen: the volumes are the safer ones
            del found["importance"]
            why = "it does not agree with the volumes"
    if not found:
        raise EstimationError(f"ζ is not resolved: the volumes fall like ε^{-tail:.3f}, and importance sampling: {why}")
    name = min(found, key=lambda k: float(np.max(found[k][1] / np.maximum(np.abs(found[k][0]), 1e-300))))
    value, error = found[name]
    for k, (v, e) in found.items():
        extra[k] = v.reshape(points.shape)
        extra[f"{k}_stderr"] = e.reshape(points.shape)
    notes = (f"importance sampling is left aside: {why}",) if why else ()
    return Values(
        points,
        value.reshape(points.shape),
        error.reshape(points.shape),
        name,
        own,
        time.perf_counter() - began,
        notes + ((INTERRUPTED,) if cut else ()),
        extra,
        cut,
    )


def _spread(rows: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):  # infinite sums below the pole are refused by their weights
        result: np.ndarray = rows.std(axis=0, ddof=1) / math.sqrt(len(rows))
    return result


def _by_importance(
    system: System, z: np.ndarray, watch: Watch, seed: int, repeats: int, particles: int | None
) -> tuple[np.ndarray, np.ndarray, str]:
    """ζ, its error, and why it cannot be trusted ("": it can)."""
    from rlct.numeric.importance import importance

    assert system.compiled is not None
    points = None if particles is None else 100 * particles
    w = importance(system.compiled, z, repeats=2 * repeats, seed=seed, watch=watch, points=points)
    if len(w.rows) < 2:
        return z, z, "it was interrupted"
    error = _spread(w.rows)
    if not w.trusted.all():
        worst = float(np.max(np.where(np.isfinite(w.share), w.share, 1.0)))
        return w.rows.mean(axis=0), error, f"one point holds {worst:.0%} of the weight"
    value = w.rows.mean(axis=0)
    if (error > 0.1 * np.abs(value)).any():
        return value, error, "its repeats differ by more than a tenth"
    return value, error, ""


def _from_volumes(
    system: System, z: np.ndarray, watch: Watch, seed: int, repeats: int, particles: int | None
) -> tuple[np.ndarray, np.ndarray, float, str]:
    """ζ and its error from volume curves, -λ as their end shows it, and what ended them.

    Beyond the deepest level the curve is continued; the error holds what another slope there would change.
    """
    grid, y, info = volume_curves(system, watch=watch, seed=seed, depth=60.0, repeats=repeats, particles=particles)
    mean, third = y.mean(axis=0), len(grid) // 3
    tail = float(np.polyfit(grid[-third:], mean[-third:], 1)[0])
    before = float(np.polyfit(grid[-2 * third : -third], mean[-2 * third : -third], 1)[0])
    if info.limit == "bounded":
        tail = before = -math.inf
    draws = _prior_draws(system, len(y), seed)
    rows = np.array([_moments(grid, row, z, tail, own) for row, own in zip(y, draws, strict=True)])
    value = rows.mean(axis=0)
    error = _spread(rows)
    if math.isfinite(tail):
        end = np.exp(mean[-1] - z * grid[-1]) * -tail / np.maximum(z - tail, 1e-12)
        doubt = abs(tail - before) + float(np.std(y[:, -1] - y[:, -third], ddof=1)) / float(grid[-1] - grid[-third])
        error = np.hypot(error, end * np.minimum(1.0, 0.05 + doubt / np.maximum(z - tail, 1e-12)))
    return value, error, tail, info.limit


def _prior_draws(system: System, repeats: int, seed: int, size: int = 50_000) -> list[np.ndarray]:
    """log K at independent draws of the density, one array for each repeat: the upper half of the volumes."""
    from rlct.numeric.runs import start_population

    if system.compiled is None:
        raise EstimationError("this needs the kernels of the whole problem")
    own = np.random.SeedSequence([seed, 77]).generate_state(repeats)
    return [start_population(system.compiled, size, int(s)).values for s in own]


def _moments(grid: np.ndarray, log_v: np.ndarray, z: np.ndarray, tail: float, draws: np.ndarray) -> np.ndarray:
    """∫ ε^z dV: above the median of K from draws of the density, below it from a curve, whose tail is continued."""
    first = int(np.searchsorted(-log_v, math.log(2.0)))
    first = min(max(first, 0), len(grid) - 2)
    upper = -draws < grid[first]
    below = 1.0 - float(np.mean(upper))
    grid, v = grid[first:], np.exp(log_v[first:] - log_v[first]) * below
    mass = -np.diff(v)
    middle = 0.5 * (grid[1:] + grid[:-1])
    out = []
    for power in z:
        with np.errstate(over="ignore"):
            total = float(np.mean(np.where(upper, np.exp(power * np.where(upper, draws, 0.0)), 0.0)))
        total += float((mass * np.exp(-power * middle)).sum())
        if math.isfinite(tail):
            total += float(v[-1]) * math.exp(-power * grid[-1]) * (-tail) / (power - tail)
        out.append(total)
    return np.array(out)

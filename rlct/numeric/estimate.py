"""The public numeric functions: λ and m from numbers alone, V(ε), ζ(z), λ̂(n).

They take what `rlct.rlct` takes (text, sympy, a list), or a callable on arrays (n, d) -> (n,); they integrate over the
box `at ± radius` cut with the region, with the density normalised to 1 there.
"""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rlct.errors import EstimationError, InputError
from rlct.numeric.callables import callable_target
from rlct.numeric.fit import Curves, Fit, fit_curves
from rlct.numeric.quadrature import quadrature_estimate
from rlct.numeric.results import Curve, Estimate, Values
from rlct.numeric.scaling import Sample, System, join, prepare, public_curve, sample
from rlct.parse.build import build_problem
from rlct.problem import Problem

LOWEST = 12.0
"""No estimate uses scales above e^-12 of the start: what happens there is not the limit (numbers of trials)."""


def system_of(
    K: object,
    *,
    mode: str | None = None,
    variables: object = None,
    at: object = None,
    region: object = None,
    prior: object = None,
    radius: float = 1.0,
    method: str = "auto",
) -> System:
    """A problem made ready from the arguments of the public functions.

    Raises
    ------
    InputError : bad input; a prior given as a dict must name variables.
    """
    if not (isinstance(radius, int | float) and radius > 0):
        raise InputError("radius must be a positive number")
    radius = float(radius)
    if method not in ("auto", "collapse", "volume", "quadrature"):
        raise InputError(f"unknown method '{method}': auto, collapse, volume or quadrature")
    densities: Mapping[str, Any] | None = None
    if isinstance(prior, Mapping):
        densities, prior = dict(prior), None
        for name, density in densities.items():
            pair = isinstance(density, tuple | list) and len(density) == 2
            if density != "normal" and not pair:
                raise InputError(f'the prior of {name} must be "normal" or a pair (lo, hi)')
        densities = {k: v if v == "normal" else (float(v[0]), float(v[1])) for k, v in densities.items()}
    if isinstance(K, System):
        return K
    if callable(K) and not hasattr(K, "free_symbols"):
        if prior is not None:
            raise InputError('with a callable the prior is a dict: name -> "normal" or (lo, hi)')
        return System(None, None, None, radius, callable_target(K, variables, at, region, densities, radius))
    problem = K if isinstance(K, Problem) else build_problem(K, mode, variables, at, region, prior)
    return prepare(problem, radius=radius, densities=densities, method="auto" if method == "quadrature" else method)


def new_seed(seed: int | None) -> int:
    """The seed given, or one drawn from the operating system."""
    return secrets.randbits(31) if seed is None else int(seed)


def run_for(
    system: System,
    *,
    seconds: float,
    seed: int,
    repeats: int = 4,
    particles: int | None = None,
    L_max: float | None = None,
    report: Callable[[str], None] | None = None,
) -> tuple[Sample, bool]:
    """A pilot, then as many particles as the time allows; returns the sample and whether Ctrl-C cut it short."""
    start = time.perf_counter()
    pilot: Sample | None = None
    try:
        depth = L_max
        if particles is None or depth is None:
            pilot = sample(
                system, particles=200, repeats=2, L_max=60.0 if depth is None else depth, seed=seed, each=0.1 * seconds
            )
            if report is not None:
                report(f"pilot: {pilot.evaluations:.2g} evaluations in {pilot.seconds:.1f} s")
            took = max(pilot.seconds, 1e-3)
            stretch = 1.0
            if depth is None:
                depth = 60.0
                if pilot.curves is not None and pilot.limit == "L_max":
                    slope = -float(np.mean(pilot.curves.y[:, -1] - pilot.curves.y[:, 0])) / float(pilot.curves.L[-1])
                    depth = min(600.0, max(60.0, 100.0 / max(slope, 1e-2)))
                    stretch = depth / 60.0
            if particles is None:
                left = 0.75 * (seconds - (time.perf_counter() - start))
                per_particle = took * stretch / 200.0 * (2.0 * repeats) / 4.0
                particles = int(min(20_000, max(200, left / per_particle)))
        left = seconds - (time.perf_counter() - start)
        rounds = math.ceil(repeats * 2 / 2)
        got = sample(
            system, particles=particles, repeats=repeats, L_max=depth, seed=seed + 1, each=max(0.2, left / rounds)
        )
        if got.curves is None and pilot is not None and pilot.curves is not None:
            return pilot, False
        return got, False
    except KeyboardInterrupt:
        if pilot is not None:
            return pilot, True
        raise


def estimate(
    K: object,
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
    L_max: float | None = None,
    multiplicity: int | None = None,
    report: Callable[[str], None] | None = None,
) -> Estimate:
    """λ and m from numbers alone.

    Where a block of variables occurs affinely in all generators it is integrated out and the rest is sampled in log n
    ("collapse"); with at most two variables left, Z(n) is computed by quadrature; else V(ε) by multilevel splitting.

    Parameters
    ----------
    K, mode, variables, at, region : as in `rlct.rlct`; K may be a callable on arrays (n, d) -> (n,).
    prior : as in `rlct.rlct`, or a dict name -> "normal" or (lo, hi).
    seconds : time for sampling (compilation apart).
    seed : of all random numbers; None draws one, which is recorded.
    radius : half the side of the box around the point.
    method : "auto", "collapse", "volume" or "quadrature".
    repeats : independent repeats for each of two mixtures of moves (>= 2).
    particles, L_max : size of the populations and deepest scale; None: from a pilot run.
    multiplicity : m, when it is known.
    report : is called with a sentence now and then.

    Returns
    -------
    Estimate : `lam` ± `stderr`, `m_set`, `resolved`, the range of scales and the curve.

    Raises
    ------
    InputError, EstimationError

    Notes
    -----
    One run's own error bar is worthless: the error is the spread of the repeats. `resolved` is False when they do not
    agree, when the two halves of the range differ, or when fewer than 20 units of L were reached.

    Examples
    --------
    >>> e = estimate("x^2+y^2", seconds=2, seed=1)
    >>> round(e.lam, 3), e.multiplicity
    (1.0, 1)
    """
    if repeats < 2:
        raise InputError("repeats must be at least 2: the error is their spread")
    own = new_seed(seed)
    system = system_of(
        K, mode=mode, variables=variables, at=at, region=region, prior=prior, radius=radius, method=method
    )
    start = time.perf_counter()
    if method in ("auto", "quadrature"):
        exact = quadrature_estimate(system, own, multiplicity)
        if exact is not None:
            return exact
        if method == "quadrature":
            raise EstimationError("quadrature needs at most two variables after the collapse; use method='auto'")
    got, cut = run_for(
        system, seconds=seconds, seed=own, repeats=repeats, particles=particles, L_max=L_max, report=report
    )
    return summarise(
        system,
        got,
        own,
        time.perf_counter() - start,
        multiplicity,
        repeats,
        ("interrupted: what there was is reported",) if cut else (),
    )


def summarise(
    system: System,
    got: Sample,
    seed: int,
    seconds: float,
    multiplicity: int | None,
    repeats: int,
    notes: tuple[str, ...] = (),
) -> Estimate:
    """The estimate that a sample carries."""
    particles = got.curves.particles if got.curves is not None else 0
    curve = None if got.curves is None else public_curve(system, got.curves)

    def plain(lam: float | None, m: int | None, m_set: tuple[int, ...], resolved: bool, note: str) -> Estimate:
        return Estimate(
            lam,
            None if lam is None else 0.0,
            m,
            m_set,
            resolved,
            None,
            got.limit,
            system.method,
            None,
            None,
            2 * repeats,
            particles,
            got.evaluations,
            seconds,
            seed,
            (*notes, note),
            curve,
        )

    if got.limits and all(x == "zero" for x in got.limits):
        return plain(0.0, 1, (1,), True, f"K = 0 exactly on a set of positive volume ({got.zero_mass:.0%} of a level)")
    if got.limits and all(x == "bounded" for x in got.limits):
        return plain(math.inf, None, (), True, "K stays away from 0 in the box")
    fit, used = (None, None) if got.curves is None else best_window(got.curves, multiplicity)
    if got.curves is None or fit is None or used is None:
        return plain(None, None, (), False, f"too few scales were reached (ended by {got.limit})")
    m_set = fit.m_set
    lam, stderr = fit.lam, fit.stderr
    messages = list(notes)
    sound = True
    if (fit.spread_over_floor > 4.0 and system.collapsed is None) or fit.spread_over_floor > 30.0:
        sound = False
        messages.append(f"the repeats differ {fit.spread_over_floor:.1f} times more than they should: slow mixing")
    if fit.mix_z > 3.0:
        sound = False
        messages.append("the two mixtures of moves do not agree")
    if fit.L_range[1] < 20.0:
        sound = False
        messages.append("the scales reached are too few")
    if fit.bias_bound > max(3.0 * 2.0 * stderr, 0.02 * lam) and len(m_set) == 1:
        sound = False
        messages.append("the two halves of the range differ: the limit is not reached")
    if len(m_set) > 1:
        messages.append("m unresolved: {" + ", ".join(map(str, m_set)) + "}; λ is averaged over them")
    messages.append("scales below those reached may hold a smaller exponent: an estimate refutes no exact value")
    return Estimate(
        lam,
        stderr,
        m_set[0] if len(m_set) == 1 else None,
        m_set,
        sound and stderr < 0.1 * max(lam, 0.05),
        fit.L_range,
        got.limit,
        system.method,
        fit.bias_bound,
        fit.spread_over_floor,
        2 * repeats,
        particles,
        got.evaluations,
        seconds,
        seed,
        tuple(messages),
        curve,
    )


def best_window(curves: Curves, multiplicity: int | None) -> tuple[Fit | None, Curves | None]:
    """The fit on the deepest range on which the repeats still agree.

    Where strata are lost by local moves, the repeats drift apart with depth: the range is cut there.
    """
    top = float(curves.L[-1])
    best: tuple[Fit, Curves] | None = None
    for fraction in (1.0, 0.7, 0.5, 0.35):
        stop = fraction * top
        low = max(LOWEST, 0.12 * stop)
        if stop < 20.0 and best is not None:
            break
        fit = fit_curves(curves, low, stop)
        if fit is None:
            continue
        if multiplicity is not None:
            fit = _given(fit, multiplicity)
        if best is None or fit.stderr < 0.8 * best[0].stderr:
            best = (fit, curves)
    return (None, None) if best is None else best


def _given(fit: Fit, m: int) -> Fit:
    """The same fit with m known."""
    for row in fit.by_m:
        if row[0] == m:
            return Fit(row[1], row[2], (m,), fit.by_m, fit.L_range, fit.bias_bound, fit.spread_over_floor, fit.mix_z)
    return fit


# -- V(ε), λ̂(n), ζ(z): all read off the volume curves of the repeats ------------------------------------------------
def volume_curves(
    system: System, *, seconds: float, seed: int, depth: float, repeats: int, particles: int | None
) -> tuple[np.ndarray, np.ndarray, Sample]:
    """L (G,) and log V (R, G) including the part above the first level."""
    from rlct.numeric.volume import split_repeats

    if system.compiled is None:
        raise EstimationError("this needs the kernels of the whole problem")
    start = time.perf_counter()
    if particles is None:
        pilot = split_repeats(system.compiled, repeats=1, particles=200, L_max=depth, seed=seed, each=0.15 * seconds)
        took = max(1e-3, time.perf_counter() - start) / 2 * repeats * 2
        del pilot
        particles = int(min(50_000, max(200, 200 * 0.7 * (seconds - (time.perf_counter() - start)) / took)))
    left = max(0.5, seconds - (time.perf_counter() - start))
    runs = split_repeats(
        system.compiled, repeats=repeats, particles=particles, L_max=depth, seed=seed + 1, each=left / repeats
    )
    last = min(float(r.L[-1]) for r in runs)
    first = max(float(r.L[0]) for r in runs)
    grid = np.linspace(first, last, max(50, int((last - first) / 0.05)))
    y = np.array([r.at(grid) for r in runs])
    limits = tuple(r.limit for r in runs)
    info = Sample(
        None,
        max(set(limits), key=limits.count),
        limits,
        float(np.mean([r.zero_mass for r in runs])),
        sum(r.evaluations for r in runs),
        time.perf_counter() - start,
        tuple(float(x) for x in np.mean([r.acceptance for r in runs], axis=0)),
    )
    return grid, y, info


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
) -> Values:
    """V(ε) = P(K < ε) in the box, with standard errors from independent repeats.

    Parameters
    ----------
    K, mode, variables, at, region, prior, radius, seconds, seed : as in `estimate`.
    eps : level(s) > 0, number or array.

    Returns
    -------
    Values : V; `extra` has `log_volume`, its error, and the running exponent d log V / d log ε.

    Raises
    ------
    InputError : for levels that are not positive. EstimationError : when a level lies below the rounding limit.

    Examples
    --------
    >>> v = volume("x^2", 1e-6, seconds=1, seed=1)
    >>> abs(float(v) / 1e-3 - 1) < 0.2
    True
    """
    own = new_seed(seed)
    levels = np.asarray(eps, dtype=float)
    if not (levels > 0).all():
        raise InputError("eps must be positive")
    began = time.perf_counter()
    system = _arguments(
        K, {"mode": mode, "variables": variables, "at": at, "region": region, "prior": prior, "radius": radius}
    )
    deep = -np.log(levels)
    grid, y, info = volume_curves(
        system, seconds=seconds, seed=own, depth=float(deep.max()) + 1.5, repeats=repeats, particles=particles
    )
    flat = np.atleast_1d(deep).ravel()
    if flat.max() > grid[-1] and info.limit != "zero":
        raise EstimationError(
            f"eps = {math.exp(-flat.max()):.3g} was not reached: the curve ends at e^-{grid[-1]:.1f} ({info.limit})"
        )
    logs = np.array([np.interp(flat, grid, row, left=0.0) for row in y])
    high = (
        np.array([np.interp(flat + 0.7, grid, row, left=0.0) - np.interp(flat - 0.7, grid, row, left=0.0) for row in y])
        / -1.4
    )
    mean = logs.mean(axis=0)
    se = _spread(logs)
    return Values(
        levels,
        np.exp(mean).reshape(levels.shape),
        (np.exp(mean) * se).reshape(levels.shape),
        "volume",
        own,
        time.perf_counter() - began,
        (),
        {
            "log_volume": mean.reshape(levels.shape),
            "log_stderr": se.reshape(levels.shape),
            "exponent": high.mean(axis=0).reshape(levels.shape),
            "exponent_stderr": _spread(high).reshape(levels.shape),
            "limit": info.limit,
        },
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
) -> Values:
    """n E_n[K] at finite n: what a perfect sampler of exp(-nK) φ on the same box would report.

    It tends to λ, often slowly (like λ - (m-1)/log n), so a sampler is to be compared with this number and not with λ.
    By quadrature with at most two variables, else from the volumes V(ε).

    Parameters
    ----------
    K, mode, variables, at, region, prior, radius, seconds, seed : as in `estimate`.
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

    own = new_seed(seed)
    sizes = np.asarray(n, dtype=float)
    if not (sizes > 0).all():
        raise InputError("n must be positive")
    began = time.perf_counter()
    system = _arguments(
        K, {"mode": mode, "variables": variables, "at": at, "region": region, "prior": prior, "radius": radius}
    )
    flat = np.atleast_1d(sizes).ravel()
    by_rule = thermal(system, np.log(flat))
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
        system, seconds=seconds, seed=own, depth=float(np.log(flat.max())) + 12.0, repeats=repeats, particles=particles
    )
    notes: tuple[str, ...] = ()
    if grid[-1] < math.log(flat.max()) + 4.0:
        raise EstimationError(
            f"the volumes end at e^-{grid[-1]:.1f} ({info.limit}), too early for n = {flat.max():.3g}"
        )
    values, logs = [], []
    for row in y:
        z, lam = _thermal_of_curve(grid, row, np.log(flat))
        logs.append(z)
        values.append(lam)
    rows, zs = np.array(values), np.array(logs)
    return Values(
        sizes,
        rows.mean(axis=0).reshape(sizes.shape),
        _spread(rows).reshape(sizes.shape),
        "volume",
        own,
        time.perf_counter() - began,
        notes,
        {"log_z": zs.mean(axis=0).reshape(sizes.shape), "log_z_stderr": _spread(zs).reshape(sizes.shape)},
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
    repeats: int = 4,
    particles: int | None = None,
) -> Values:
    """ζ(z) = E[K^z] in the box (density normalised, so ζ(0) = 1), for real z > -λ, from the volumes of {K < ε}.

    Parameters
    ----------
    K, mode, variables, at, region, prior, radius, seconds, seed : as in `estimate`.
    z : number or array.

    Returns
    -------
    Values : ζ with standard errors; the part of the integral beyond the deepest level is in the error.

    Raises
    ------
    EstimationError : for z <= -λ (the integral diverges), as far as the volumes show it.

    Examples
    --------
    >>> v = zeta("x^2", -0.25, seconds=2, seed=1)
    >>> abs(float(v) - 2) < 5 * float(v.stderr) + 0.02
    True
    """
    own = new_seed(seed)
    points = np.asarray(z, dtype=float)
    began = time.perf_counter()
    system = _arguments(
        K, {"mode": mode, "variables": variables, "at": at, "region": region, "prior": prior, "radius": radius}
    )
    low = float(points.min())
    grid, y, info = volume_curves(system, seconds=seconds, seed=own, depth=60.0, repeats=repeats, particles=particles)
    flat = np.atleast_1d(points).ravel()
    tail = np.polyfit(grid[-len(grid) // 3 :], y.mean(axis=0)[-len(grid) // 3 :], 1)[0]
    if info.limit == "bounded":
        tail = -math.inf
    if low <= tail * 0.999:
        raise EstimationError(f"ζ diverges at z = {low:.4g}: the volumes fall like ε^{-tail:.3f}, so z must be larger")
    rows = np.array([_moments(grid, row, flat, tail) for row in y])
    cut = np.exp(np.clip((-flat + tail) * grid[-1], -700, 50))
    value = rows.mean(axis=0)
    error = np.hypot(_spread(rows), 0.1 * np.abs(value) * np.minimum(1.0, cut))
    return Values(
        points,
        value.reshape(points.shape),
        error.reshape(points.shape),
        "volume",
        own,
        time.perf_counter() - began,
        (),
        {"limit": info.limit},
    )


def _moments(grid: np.ndarray, log_v: np.ndarray, z: np.ndarray, tail: float) -> np.ndarray:
    """∫ ε^z dV from a curve, its tail continued with the slope given."""
    v = np.exp(log_v)
    mass = -np.diff(v)
    middle = 0.5 * (grid[1:] + grid[:-1])
    out = []
    for power in z:
        total = (1.0 - v[0]) * math.exp(-power * grid[0]) + float((mass * np.exp(-power * middle)).sum())
        if math.isfinite(tail):
            total += float(v[-1]) * math.exp(-power * grid[-1]) * (-tail) / (power - tail)
        out.append(total)
    return np.array(out)


__all__ = ["Curve", "Estimate", "Values", "estimate", "join", "lambda_hat", "volume", "zeta"]

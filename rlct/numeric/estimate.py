"""λ and m from numbers alone: `rlct.estimate`.

It takes what `rlct.rlct` takes (text, sympy, a list), or a callable on arrays (n, d) -> (n,); it integrates over the
box `at ± radius` cut with the region, with the density normalised to 1 there.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from rlct.errors import EstimationError, InputError
from rlct.interrupt import interruptible
from rlct.numeric.arguments import check_numbers, new_seed, system_of
from rlct.numeric.fit import Curves, Fit, fit_curves
from rlct.numeric.local import BELOW, SPREAD, coefficient_scale
from rlct.numeric.multiplicity import multiplicities
from rlct.numeric.quadrature import quadrature_estimate
from rlct.numeric.results import Estimate
from rlct.numeric.scaling import Sample, System, for_quadrature, join, public_curve, sample
from rlct.numeric.watch import Watch, silent

MOST = 60_000
"""Largest number of particles."""
FEW, FEWEST, ENOUGH = 200, 64, 26.0
"""Least number of particles; where these would not come to a depth of ENOUGH in the time given, that of the last."""
PILOT = 36.0
"""Depth of the pilot run: it measures the cost of a unit of L and the slope, and is thrown away."""
LOWEST = 12.0
"""No estimate uses scales above e^-12 of the start: what happens there is not the limit (numbers of trials)."""


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
    report : is called with a sentence now and then. Ctrl-C ends the sampling, and what there is is reported.

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
    >>> e = estimate("x^2+y^2", seconds=60, seed=1)
    >>> round(e.lam, 3), e.multiplicity
    (1.0, 1)
    """
    if repeats < 2:
        raise InputError("repeats must be at least 2: the error is their spread")
    check_numbers(seconds, particles=particles, L_max=L_max, multiplicity=multiplicity)
    own = new_seed(seed)
    system = system_of(
        K, mode=mode, variables=variables, at=at, region=region, prior=prior, radius=radius, method=method
    )
    lines = for_quadrature(system) if method in ("auto", "quadrature") else system
    start = time.perf_counter()
    with interruptible() as stopped:
        watch = Watch(start + seconds, stopped, report or silent)
        if method in ("auto", "quadrature"):
            share = watch.within(0.5 * seconds) if method == "auto" else watch
            exact = quadrature_estimate(lines, own, multiplicity, share)
            if exact is not None:
                return deep_enough(system, with_running_exponent(exact))
            if stopped():
                raise KeyboardInterrupt
            if method == "quadrature":
                raise EstimationError(
                    "quadrature needs at most two variables after the collapse, and integrals that come to 1e-5 in the "
                    f"{seconds:g} s given; use method='auto' or more seconds"
                )
        got = run_for(system, watch=watch, seed=own, repeats=repeats, particles=particles, L_max=L_max)
        if stopped() and got.curves is None:
            raise KeyboardInterrupt
    notes = ("interrupted: what there was is reported",) if got.limit == "interrupt" else ()
    made = summarise(system, got, own, time.perf_counter() - start, multiplicity, repeats, notes)
    return deep_enough(system, made)


def deep_enough(system: System, e: Estimate) -> Estimate:
    """The estimate, without its number where some terms of K count below the reached scales only: x²y²/10⁹⁰ + z²
    looks like z² above ε = 10⁻⁹⁰."""
    small = 0.0 if system.objective is None else coefficient_scale(system.objective)
    if e.lam in (None, 0.0, math.inf) or e.L_range is None or small < SPREAD or e.L_range[1] > BELOW * small:
        return e
    why = f"terms of K have coefficients that count below e^-{small:.0f} only, scales that were not reached"
    return replace(e, lam=None, stderr=None, multiplicity=None, resolved=False, notes=(*e.notes, why))


def run_for(
    system: System,
    *,
    watch: Watch,
    seed: int,
    repeats: int = 4,
    particles: int | None = None,
    L_max: float | None = None,
) -> Sample:
    """A pilot, then as many particles as the time allows; after Ctrl-C the one of the two that came further."""
    pilot: Sample | None = None
    depth = L_max
    if particles is None or depth is None:
        pilot = sample(
            system,
            particles=200,
            repeats=2,
            L_max=PILOT if depth is None else depth,
            seed=seed,
            seconds=0.3 * watch.left(),
            watch=watch,
        )
        watch.report(f"pilot: {pilot.evaluations:.2g} evaluations in {pilot.seconds:.1f} s")
        if watch.stopped():
            return pilot
        took = max(pilot.seconds, 1e-3)
        stretch = 1.0
        if depth is None:
            depth = 60.0
            if pilot.curves is not None and pilot.limit in ("L_max", "budget"):
                reached = float(pilot.curves.L[-1])
                slope = -float(np.mean(pilot.curves.y[:, -1] - pilot.curves.y[:, 0])) / reached
                # each unit of L costs levels in proportion to λ: large λ are read off fewer units with more particles
                deep = slope < 3.0 or (system.collapsed is not None and system.collapsed.matrices)
                depth = min(600.0, max(60.0, 100.0 / max(slope, 1e-2))) if deep else max(30.0, 180.0 / slope)
                stretch = depth / reached
    chosen = particles is None
    if particles is None:
        assert pilot is not None and depth is not None
        per_particle = took * stretch / 200.0 * (2.0 * repeats) / 4.0
        room = 0.75 * watch.left() / per_particle
        # fewer than FEW only where they would not come deep enough for any number
        particles = int(min(MOST, max(FEW if depth * room > ENOUGH * FEW else FEWEST, room)))
    assert depth is not None
    got = _run(system, watch, seed + 1, repeats, particles, depth)
    if chosen:
        # small populations cost more for each particle than large ones: the pilot asked for too few
        room = 0.9 * watch.left() / max(got.seconds, 1e-3)
        if room > 2.5 and particles < MOST and got.limit not in ("interrupt", "budget"):
            large = _run(system, watch, seed + 2, repeats, int(min(MOST, 0.85 * room * particles)), depth)
            got = got if large.curves is None or large.limit == "interrupt" else large
        got = _more(system, watch, seed + 3, repeats, depth, got)
    short = got.curves is None or (got.limit == "interrupt" and got.curves.y.shape[0] < 4)
    if short and pilot is not None and pilot.curves is not None:
        return replace(pilot, limit=got.limit) if got.limit == "interrupt" else pilot
    return got


def _run(system: System, watch: Watch, seed: int, repeats: int, particles: int, depth: float) -> Sample:
    """One set of repeats in the time that is left."""
    return sample(
        system,
        particles=particles,
        repeats=repeats,
        L_max=depth,
        seed=seed,
        seconds=max(0.2, watch.left()),
        watch=Watch(stopped=watch.stopped, report=watch.report),
    )


def _more(system: System, watch: Watch, seed: int, repeats: int, depth: float, got: Sample) -> Sample:
    """The sample with as many more repeats as the time left allows, if they come as deep."""
    room = 0.85 * watch.left() / max(got.seconds, 1e-3)
    if got.curves is None or got.limit in ("interrupt", "budget") or int(repeats * room) < 1:
        return got
    new = _run(system, watch, seed, min(3 * repeats, int(repeats * room)), got.curves.particles, depth)
    if new.curves is None or watch.stopped() or new.limit == "budget":
        return got
    deep = new.curves.start + float(new.curves.L[-1])
    return got if deep < 0.95 * (got.curves.start + float(got.curves.L[-1])) else join(got, new)


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
    runs = 2 * repeats if got.curves is None else got.curves.y.shape[0]
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
            runs,
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
    fit, lawful = None, True
    if got.curves is not None:
        left = {} if multiplicity is None else {multiplicity: 1.0}
        if multiplicity is None:
            left, lawful = multiplicities(got.curves, system.dimension)
        fit = best_window(got.curves, left)
    if got.curves is None or fit is None:
        return plain(None, None, (), False, f"too few scales were reached (ended by {got.limit})")
    m_set = fit.m_set
    lam, stderr = fit.lam, fit.stderr
    messages = list(notes)
    faults: list[str] = []
    if fit.spread_over_floor > (6.0 if system.collapsed is None else 4.0):
        # repeats frozen in different strata err together, by as much as the logarithm that joins them
        a, b = fit.L_range
        stderr = math.hypot(stderr, math.log((b + 3.0) / (a + 3.0)) / (b - a))
    # the floor of a collapsed run is that of its weights alone, so its spread says little
    if fit.spread_over_floor > (4.0 if system.collapsed is None else 30.0):
        faults.append(f"the repeats differ {fit.spread_over_floor:.1f} times more than they should: slow mixing")
    if fit.log_bias > (0.03 if system.collapsed is None else 0.015) * max(lam, 0.05):
        faults.append("the runs scatter so much that the mean of their logarithms is no measure: too few particles")
    if not lawful:
        faults.append("no law ε^λ (log 1/ε)^(m-1) fits here: exponents lie close together, or all repeats err alike")
    if fit.mix_z > 3.0:
        faults.append("the two mixtures of moves do not agree")
    if fit.L_range[1] < 20.0:
        faults.append("the scales reached are too few")
    if fit.bias_bound > max(3.0 * 2.0 * stderr, 0.02 * lam) and len(m_set) == 1:
        faults.append("the two halves of the range differ: the limit is not reached")
    if not stderr < 0.1 * max(lam, 0.05):
        faults.append(f"what fits the curve reaches from λ = {max(0.0, lam - stderr):.3g} to {lam + stderr:.3g}")
    if len(m_set) > 1:
        messages.append("m unresolved: {" + ", ".join(map(str, m_set)) + "}; λ is averaged over them")
    elif multiplicity is None and m_set[0] > 1 and not faults:
        messages.append(f"m = {m_set[0]} supposes that no second exponent lies within {lam / 8:.2g} above λ")
    messages += faults
    messages.append(running_note(got.curves))
    if system.collapsed is not None and system.local and not faults:
        stood = [v for v in system.collapsed.block if not _normal(system, v)]
        if stood:
            names = ", ".join(stood) if len(stood) < 4 else f"{', '.join(stood[:3])} and {len(stood) - 3} more"
            messages.append(f"a normal density stands for the box in {names}: zeros beyond the box count too")
    messages.append(
        f"exponents closer than {3.0 / fit.L_range[0]:.2g} to λ cannot be told from it at these scales, and scales "
        "below those reached may hold a smaller one: an estimate refutes no exact value"
    )
    return Estimate(
        None if faults else lam,
        None if faults else stderr,
        m_set[0] if len(m_set) == 1 and not faults else None,
        m_set,
        not faults,
        fit.L_range,
        got.limit,
        system.method,
        fit.bias_bound,
        fit.spread_over_floor,
        runs,
        particles,
        got.evaluations,
        seconds,
        seed,
        tuple(messages),
        curve,
    )


def _normal(system: System, name: str) -> bool:
    """Was the density of this variable normal from the start?"""
    assert system.objective is not None
    return system.objective.normal[system.objective.variables.index(name)] > 0


def best_window(curves: Curves, weights: Mapping[int, float]) -> Fit | None:
    """The fit on the deepest range on which the repeats still agree, for the multiplicities that are possible.

    Where strata are lost by local moves, the repeats drift apart with depth: the range is cut there.
    """
    top = float(curves.L[-1])
    best: Fit | None = None
    for fraction in (1.0, 0.7, 0.5, 0.35):
        stop = fraction * top
        low = max(LOWEST, 0.12 * stop)
        if stop < 30.0 and best is not None:
            break
        fit = fit_curves(curves, low, stop, weights=weights)
        if fit is not None and (best is None or fit.stderr < 0.8 * best.stderr):
            best = fit
    return best


def running_note(curves: Curves) -> str:
    """The running exponent at shallow scales (1e-6) and at the deepest ones, as a sentence.

    A slope read at ε = 1e-6 is often far from λ: 0.43 for x^2 y^2 (1/2), 0.25 for (a^4 - a^2 b + b^3)^2 (1/3).
    """
    return running_words(curves.L + curves.start, curves.y.mean(axis=0))


def with_running_exponent(e: Estimate) -> Estimate:
    """The estimate with that sentence among its notes, where its curve shows a shallow scale."""
    if e.curve is None or not e.curve.L[0] < math.log(1e6) < e.curve.L[-1]:
        return e
    return replace(e, notes=(*e.notes, running_words(np.array(e.curve.L), np.array(e.curve.y))))


def running_words(levels: np.ndarray, mean: np.ndarray) -> str:
    """`running_note` of one curve."""

    def exponent(lo: float, hi: float) -> float:
        a, b = np.interp([lo, hi], levels, mean)
        return float(a - b) / (hi - lo)

    top = float(levels[-1])
    shallow = math.log(1e6)
    first = max(float(levels[0]), shallow - 4.0)
    if top < shallow + 8.0 or first > shallow:
        return f"running exponent at the deepest scales: {exponent(0.7 * top, top):.3g}"
    return (
        f"running exponent: {exponent(first, shallow + 2.0):.3g} at scale 1e-6, {exponent(0.7 * top, top):.3g} at "
        f"e^-{0.7 * top:.0f} to e^-{top:.0f}; it tends to λ, often slowly"
    )

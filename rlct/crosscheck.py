r"""A claim (λ0, m0) against numbers: what `rlct.verify` does.

The two arrows out of a `Problem` meet here. Numeric code evaluates the problem as the user gave it; from the exact side
come only data: λ0, m0 and, where there is one, δ, the gap to the next candidate exponent.  With λ0 exact,

.. math::  D = \log V(ε_2) - \log V(ε_1) + λ_0 (L_2 - L_1), \qquad L = -\log ε,

must lie in (m0-1) log((L2+c)/(L1+c)).  A correction e^{-δL} is waited out (L1 >= 3/δ) or recognised by its decay.
`consistent` needs the power to tell λ0 from 0.9 λ0 and 1.1 λ0; `contradicted` needs 4 standard errors, both mixtures
of moves, and at a point the same verdict in a box four times smaller (the larger one may hold worse zeros).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from rlct.errors import EstimationError, InputError
from rlct.interrupt import interruptible
from rlct.numeric.arguments import check_numbers, new_seed
from rlct.numeric.fit import ClaimTest, claim_test, distance, drift_error, log_drift
from rlct.numeric.local import BELOW, SPREAD, clear_radius, coefficient_scale
from rlct.numeric.results import Curve, write
from rlct.numeric.scaling import Sample, System, join, prepare, public_curve, sample
from rlct.numeric.watch import Watch, silent
from rlct.problem import Problem
from rlct.report.exponents import candidate_exponents
from rlct.result import Result

Verdict = Literal["consistent", "contradicted", "not resolved"]
SHRINK = 4.0
"""Ratio of the boxes that must both contradict a claim at a point."""
LATER = 1.0, 1.5, 2.0
"""Multiples of the least L at which the range of a test may begin: the one that tells multiplicities apart best."""
FIRST, MOST = 250, 70_000
"""Particles of the first and of the largest populations."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is tested: λ and m (None: open), bounds of λ where it is open, and δ, the gap to the next exponent."""

    lam: Fraction | float | None
    m: int | None
    bounds: tuple[Fraction | float, Fraction | float] | None = None
    delta: float | None = None


class Clock:
    """Seconds of sampling: what compilation takes is counted apart."""

    def __init__(self, seconds: float):
        self.seconds, self.apart, self.start = seconds, 0.0, time.perf_counter()

    def spent(self) -> float:
        return time.perf_counter() - self.start - self.apart

    def left(self) -> float:
        return self.seconds - self.spent()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.apart += time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class BoxTest:
    """The test in one box: its verdict and the numbers behind it."""

    radius: float
    verdict: Verdict
    reason: str
    method: str
    test: ClaimTest | None
    limit: str
    particles: int
    evaluations: int
    curve: Curve | None = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """JSON data."""
        t = self.test
        numbers = (
            {}
            if t is None
            else {
                "L_range": list(t.L_range),
                "drift": t.drift,
                "expected": list(t.expected),
                "stderr": t.stderr,
                "z": t.z,
                "z_mixes": list(t.z_mixes),
                "z_minus": t.z_minus,
                "z_plus": t.z_plus,
                "persistence": t.persistence,
                "z_halves": list(t.z_halves),
                "z_bend": t.z_bend,
                "spread_over_floor": t.spread_over_floor,
                "m_set": list(t.m_set),
            }
        )
        return {
            "radius": self.radius,
            "verdict": self.verdict,
            "reason": self.reason,
            "method": self.method,
            "L_limit": self.limit,
            "particles": self.particles,
            "evaluations": self.evaluations,
            **numbers,
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """What the numbers say of a claim.

    Parameters
    ----------
    verdict : "consistent", "contradicted" or "not resolved".
    lam, multiplicity : the claim.
    reason : one sentence.
    boxes : the tests made, the last one decides.
    delta : gap to the next candidate exponent that was handed over, or None.
    seconds, compile_seconds, seed : of the run (compilation is not counted in `seconds`).
    interrupted : Ctrl-C came before the end.
    """

    verdict: Verdict
    lam: Fraction | float | None
    multiplicity: int | None
    reason: str
    boxes: tuple[BoxTest, ...]
    delta: float | None
    seconds: float
    compile_seconds: float
    seed: int
    interrupted: bool = False

    def save(self, path: str) -> None:
        """Write as JSON, or (a name that ends in .npz) as arrays."""
        write(self.to_dict(), path)

    @property
    def z(self) -> float | None:
        """Distance from the claim in standard errors, in the deciding box."""
        test = self.boxes[-1].test if self.boxes else None
        return None if test is None else test.z

    def to_dict(self) -> dict[str, Any]:
        """JSON data."""
        lam = None if self.lam is None else ("inf" if self.lam == math.inf else str(Fraction(self.lam)))
        return {
            "verdict": self.verdict,
            "lambda": lam,
            "multiplicity": self.multiplicity,
            "reason": self.reason,
            "claim_z": self.z,
            "delta": self.delta,
            "seconds": self.seconds,
            "compile_seconds": self.compile_seconds,
            "seed": self.seed,
            "boxes": [b.to_dict() for b in self.boxes],
        }

    def __str__(self) -> str:
        return f"{self.verdict}: {self.reason} ({self.seconds:.1f} s, seed {self.seed})"

    def __bool__(self) -> bool:
        raise TypeError('a Verification has no truth value; ask for v.verdict == "consistent"')


def verify(
    r: Result, *, seconds: float = 10, seed: int | None = None, report: Callable[[str], None] | None = None
) -> Verification:
    """Test the claim `r.lam`, `r.multiplicity` of a result against numbers.

    Parameters
    ----------
    r : a result, or a copy of one with other values: it is taken as a claim, as it stands.
    seconds : time for sampling; compilation of the problem comes on top.
    seed : of all random numbers; None draws one, which is recorded.
    report : is called with a sentence now and then. Ctrl-C ends the sampling; the verdict is that of what there is.

    Returns
    -------
    Verification : "consistent" (the claim holds within 3 standard errors, and λ 10% off would not), "contradicted"
        (4 standard errors in two mixtures of moves, and in a box four times smaller), else "not resolved".

    Raises
    ------
    InputError : for a region that is unbounded.

    Notes
    -----
    A check by sampling proves nothing. m is tested only as far as the reached scales show it.

    References
    ----------
    Watanabe 2009, Theorem 7.1 (volume of {K < ε}); `docs/theory/volume.md`.

    Examples
    --------
    >>> from rlct import rlct, verify
    >>> verify(rlct("x^2*y^4"), seconds=60, seed=1).verdict
    'consistent'
    """
    if not isinstance(r, Result):
        raise InputError("verify takes a result of rlct(...)")
    lam, m = r.lam, r.multiplicity
    bounds = None if lam is not None else r.bounds
    delta = _gap(r)
    return verify_claim(r.problem, lam, m, bounds=bounds, delta=delta, seconds=seconds, seed=seed, report=report)


def _gap(r: Result) -> float | None:
    """δ: from λ to the next larger candidate exponent of the certificate, when the claim is the certificate's own."""
    if r.lam in (None, math.inf) or r.certificate is None:
        return None
    lam = Fraction(str(r.lam))
    try:
        if r.certificate["claim"]["lambda"] != str(lam):
            return None
        above = [c - lam for c in candidate_exponents(r.certificate) if c > lam]
    except (KeyError, TypeError, ValueError, IndexError):
        return None  # a damaged certificate hands nothing over
    return float(min(above)) if above else None


def verify_claim(
    problem: Problem,
    lam: Fraction | float | None,
    m: int | None,
    *,
    bounds: tuple[Fraction | float, Fraction | float] | None = None,
    delta: float | None = None,
    seconds: float = 10,
    seed: int | None = None,
    report: Callable[[str], None] | None = None,
) -> Verification:
    """The same for a problem and a claim given as data; with λ open, its bounds are the claim."""
    check_numbers(seconds)
    own_seed = new_seed(seed)
    clock = Clock(float(seconds))
    boxes: list[BoxTest] = []
    particles = FIRST
    claim = Claim(lam, m, bounds, delta)
    with interruptible() as stopped:
        watch = Watch(stopped=stopped, report=report or silent)
        with clock.stopped():
            radius = clear_radius(problem)
        for attempt in range(3):
            with clock.stopped():
                system = prepare(problem, radius=radius)
            box, took = _test_box(
                problem, system, claim, clock, particles, own_seed + 7919 * attempt, watch, first=not boxes
            )
            boxes.append(box)
            if box.verdict != "contradicted" or not system.local or stopped():
                break
            if len(boxes) > 1 and (_agree(boxes[-2], boxes[-1]) or clock.left() < took):
                break
            radius /= SHRINK
            particles = box.particles or FIRST
        cut = stopped()
    last = boxes[-1]
    verdict: Verdict = last.verdict
    reason = last.reason
    if cut and verdict == "contradicted" and system.local and len(boxes) == 1:
        verdict, reason = "not resolved", f"interrupted before the smaller box was sampled: {reason}"
    if len(boxes) > 1:
        if verdict == "consistent":
            reason += f"; within {boxes[0].radius:g} of the point there are worse zeros"
        elif verdict == "not resolved":
            reason = f"it looks contradicted within {boxes[-2].radius:g}, but not decidedly closer: {reason}"
    return Verification(verdict, lam, m, reason, tuple(boxes), delta, clock.spent(), clock.apart, own_seed, cut)


def _agree(a: BoxTest, b: BoxTest) -> bool:
    """Do two boxes contradict the claim by the same excess rate?"""
    if a.test is None or b.test is None:
        return a.limit == b.limit
    rates = [distance(t.drift, t.expected) / (t.L_range[1] - t.L_range[0]) for t in (a.test, b.test)]
    errors = [t.stderr / (t.L_range[1] - t.L_range[0]) for t in (a.test, b.test)]
    return abs(rates[0] - rates[1]) < 3.0 * math.hypot(*errors) + 0.2 * abs(rates[0])


def _depth(lam: Fraction | float | None, delta: float | None) -> float:
    """How deep to go: 100 halvings or so, at least L = 60, and 8 times the start that δ asks for."""
    value = 0.5 if lam is None or lam == math.inf or lam == 0 else float(lam)
    deep = min(600.0, max(60.0, 100.0 / value))
    return min(600.0, max(deep, 24.0 / delta)) if delta else deep


def _test_box(
    problem: Problem, system: System, claim: Claim, clock: Clock, particles: int, seed: int, watch: Watch, first: bool
) -> tuple[BoxTest, float]:
    """Escalate the number of particles until there is a verdict; returns it and the seconds of the last stage.

    At a point as much time as a stage takes is kept for the smaller box, which a contradiction needs.
    """
    depth = _depth(claim.lam, claim.delta)
    boxes = 2.0 if system.local and first else 1.0
    best: BoxTest | None = None
    got: Sample | None = None
    repeats = 4
    for stage in range(12):
        before = time.perf_counter()
        # a stage may take longer than it should: a first one half of the time, a later one all but the reserve
        limit = clock.left() / (1.0 if boxes == 1.0 else 2.0 if stage == 0 else 1.7)
        try:
            new = sample(
                system, particles=particles, repeats=repeats, L_max=depth, seed=seed + stage, seconds=max(0.2, limit),
                watch=watch
            )
        except EstimationError as e:
            return BoxTest(
                system.radius, "not resolved", str(e), system.method, None, "mixing", particles, 0
            ), time.perf_counter() - before
        took = time.perf_counter() - before
        got = new if got is None else join(got, new)
        box = judge(system, got, claim, particles)
        if best is None or box.verdict != "not resolved" or box.test is not None:
            best = box
        watch.report(f"{particles} particles, box of radius {system.radius:g}: {box.verdict}")
        if best.verdict != "not resolved" or watch.stopped():
            break
        if system.collapsed is not None and box.test is not None and box.test.spread_over_floor > 6.0:
            with clock.stopped():
                system = prepare(problem, radius=system.radius, method="volume")
            particles, got = FIRST, None
            continue
        # what fits into the time left, the reserve for the smaller box included
        calm = box.test is not None and abs(box.test.z) < 1.0
        room = 0.9 * clock.left() / ((1.1 if calm else boxes) * took)
        if room < 0.3 or repeats < 4 or new.limit == "budget":
            break
        if room < 1.0:
            repeats = int(4.0 * room)  # a few more of the same, then that is all
        particles = min(int(particles * min(4.0, room)), MOST) if room > 1.3 else particles
        got = got if room <= 1.3 or particles == MOST else None
    assert best is not None
    return best, took


def judge(
    system: System,
    got: Sample,
    claimed: Claim,
    particles: int,
) -> BoxTest:
    """The verdict of one sample."""
    lam, m, bounds, delta = claimed.lam, claimed.m, claimed.bounds, claimed.delta

    def box(verdict: Verdict, reason: str, test: ClaimTest | None = None) -> BoxTest:
        curve = None if got.curves is None else public_curve(system, got.curves)
        return BoxTest(
            system.radius, verdict, reason, system.method, test, got.limit, particles, got.evaluations, curve
        )

    claim = f"λ = {lam}" if lam is not None else f"{bounds[0]} <= λ <= {bounds[1]}" if bounds else "λ"
    if got.limits and all(x == "zero" for x in got.limits):
        good = lam == 0 or (bounds is not None and bounds[0] == 0)
        return box("consistent" if good else "contradicted", "K = 0 on a set of positive volume (λ = 0)")
    if got.limits and all(x == "bounded" for x in got.limits):
        good = lam == math.inf or (bounds is not None and bounds[1] == math.inf)
        return box("consistent" if good else "contradicted", "K stays away from 0 (λ = inf)")
    curves = got.curves
    if curves is None:
        return box("not resolved", f"the sampling gave no curve ({got.limit})")
    span = float(curves.L[-1])
    if lam == math.inf:
        if span > 15.0 and "bounded" not in got.limits:
            return box("contradicted", f"K comes as near to 0 as e^-{curves.start + span:.0f}")
        return box("not resolved", "K may be bounded below")
    # L >= 12 both from the start of the curve and in units of K itself
    lowest = max(12.0, 12.0 - curves.start, 0.12 * span)
    # before L = 3/δ the next exponent is seen as much as λ; above their scale terms with small coefficients are not
    late = 3.0 / delta if delta else 0.0
    small = 0.0 if system.objective is None else coefficient_scale(system.objective)
    late = max(late, BELOW * small if small > SPREAD else 0.0)
    early = False
    if late:
        asked = late - curves.start
        early = asked > lowest and span < asked + 8.0
        lowest = lowest if early else max(8.0, 0.12 * span, asked)
    if span < max(20.0, lowest + 8.0):
        return box("not resolved", f"the scales reached (L = {curves.start + span:.0f}) are too few")
    if lam is None and early:
        return box("not resolved", f"the leading law shows beyond L = {late:.0f} only")
    if lam is None:
        return _judge_bounds(box, got, bounds, lowest, span)
    # any multiplicity up to the number of variables (at most 4 can be told apart)
    m_max = max(min(4, system.dimension), m or 1)
    starts = [f * lowest for f in LATER if f == 1.0 or (not early and f * lowest <= 0.5 * span)]
    tests = [claim_test(curves, float(lam), m, start, span, m_max) for start in starts]
    test = max((t for t in tests if t is not None), key=ClaimTest.resolution, default=None)
    if test is None:
        return box("not resolved", "too few scales")
    said = f"{claim}, m = {m}" if m is not None else claim
    if abs(test.z) >= 4.0:
        together = all(z * test.z > 0 and abs(z) >= 2.5 for z in test.z_mixes)
        lasting = 0.3 < test.persistence < 4.0 or (delta is not None and 0.0 < test.persistence < 4.0)
        if early:
            why = (
                f"the next exponent is only {delta:.3g} above λ"
                if delta and 3.0 / delta >= late
                else f"terms of K have coefficients that count below e^-{small:.0f} only"
            )
            return box(
                "not resolved",
                f"{abs(test.z):.1f} standard errors, but {why}: the leading law shows beyond L = {late:.0f}, and "
                f"L = {curves.start + span:.0f} was reached",
                test,
            )
        # where repeats freeze in different strata they err by a few log L, all in the same direction: only more than
        # that counts then
        room = log_drift(2, test.L_range[0] - curves.start, test.L_range[1] - curves.start, float(lam), curves.start)[1]
        sure = (
            abs(test.z) > 10.0
            and all(abs(z) > 5.0 for z in test.z_mixes)
            and abs(distance(test.drift, test.expected)) > room
        )
        # a drift between those of two multiplicities is a logarithm with a large constant: it contradicts neither
        between = m is not None and test.z < 0 and test.drift > 3.0 * test.stderr and min(test.m_set, default=m) >= m
        if between:
            return box(
                "not resolved", "the logarithm of the claim grows more slowly than it should at these scales", test
            )
        # after a collapse the floor is that of the weights alone, far below what any sampler reaches
        agreed = test.spread_over_floor < (6.0 if system.collapsed is None else 10.0)
        if together and lasting and (sure or agreed) and got.limit != "mixing":
            return box(
                "contradicted",
                f"{said} misses the volumes by {test.z:+.1f} standard errors "
                f"over L = {test.L_range[0]:.0f}..{test.L_range[1]:.0f}",
                test,
            )
        why = (
            "the two mixtures of moves do not agree"
            if not together
            else "the excess is not steady in L: a correction to the leading law, or another multiplicity"
            if not lasting
            else "the repeats do not agree (slow mixing)"
        )
        return box("not resolved", f"{abs(test.z):.1f} standard errors, but {why}", test)
    if abs(test.z) < 3.0 and max(map(abs, test.z_halves)) > 3.5:
        return box(
            "not resolved", "it agrees as a whole, but not in both halves of the range: the limit is not reached", test
        )
    if abs(test.z) < 3.0 and test.spread_over_floor < (60.0 if system.collapsed is not None else 12.0):
        if test.L_range[1] < 40.0 and abs(test.z_bend) > 2.0:
            return box("not resolved", "over so short a range the curve still bends: the limit is not reached", test)
        if test.L_range[1] < 40.0 and len(test.m_set) > 2:
            return box("not resolved", "over so short a range many multiplicities agree, and so would another λ", test)
        power = min(abs(test.z_minus), abs(test.z_plus))
        if lam == 0 or (power > 4.0 and abs(test.z) < max(1.0, 0.35 * power)):
            shown = "" if m is None else (f"; multiplicities not excluded: {', '.join(map(str, test.m_set))}")
            return box(
                "consistent",
                f"{said} agrees with the volumes over L = {test.L_range[0]:.0f}.."
                f"{test.L_range[1]:.0f} (z = {test.z:+.1f}), 10% off would not{shown}",
                test,
            )
        return box("not resolved", "the claim agrees, but so would a λ 10% off", test)
    return box("not resolved", f"{abs(test.z):.1f} standard errors, spread {test.spread_over_floor:.1f}", test)


def _judge_bounds(
    box: Any, got: Sample, bounds: tuple[Fraction | float, Fraction | float] | None, lowest: float, highest: float
) -> BoxTest:
    """Is λ inside its proved bounds?"""
    assert got.curves is not None and bounds is not None
    part = got.curves.between(lowest, highest)
    if len(part.L) < 6:
        return box("not resolved", "too few scales")  # type: ignore[no-any-return]
    a, b = float(part.L[0]), float(part.L[-1])
    slope = float((part.y[:, -1] - part.y[:, 0]).mean())
    se, _ = drift_error(part)
    room = log_drift(4, a, b, float(bounds[0]), got.curves.start)[1]
    low = slope + float(bounds[0]) * (b - a)
    high = math.inf if bounds[1] == math.inf else slope + float(bounds[1]) * (b - a)
    if low > room + 4.0 * se or high < -4.0 * se:
        return box("contradicted", f"λ is outside [{bounds[0]}, {bounds[1]}]")  # type: ignore[no-any-return]
    if low < room + 3.0 * se and high > -3.0 * se:
        return box("consistent", f"λ lies in [{bounds[0]}, {bounds[1]}]")  # type: ignore[no-any-return]
    return box("not resolved", "λ is near an end of its bounds")  # type: ignore[no-any-return]

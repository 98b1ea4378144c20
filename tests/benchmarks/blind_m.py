"""Blind m on random problems of known law: ``python -m tests.benchmarks.blind_m [--problems N] [--seed S]``.

Each problem has an exact curve: monomials with densities |x|^h (log 1/K is a sum of exponential variables), boxes that
hold zeros of two or three such kinds in random proportions, and sums of two monomials in different variables (products
of Z(n)).  A sample is what splitting gives in ten processor seconds on such problems (1000 to 6000 particles, 8 to 16
repeats, κ up to 2): repeats with correlated noise above the floor, and a bias within its allowance.  Printed: how many
were decided, how many of them wrongly, and how many estimates were off by more than 4 of their own errors.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass

import numpy as np

from rlct.numeric.arguments import system_of
from rlct.numeric.estimate import summarise
from rlct.numeric.fit import Curves, few_particles
from rlct.numeric.scaling import Sample
from rlct.numeric.volume import GAIN

STEP = 0.05
DEEPEST = 700.0
VARIABLES = "xyzw"


@dataclass(frozen=True)
class Drawn:
    """A law: log V or log Z at L = 0, STEP, ...; λ, m, and the number of variables."""

    words: str
    lam: float
    m: int
    variables: int
    curve: np.ndarray


def tail(rates: list[float]) -> np.ndarray:
    """log P(Σ E_i / r_i > L): products of one nonnegative matrix, so that no digit cancels."""
    d, top = len(rates), max(rates)
    jump = np.eye(d)
    for i, r in enumerate(rates):
        jump[i, i] -= r / top
        if i + 1 < d:
            jump[i, i + 1] = r / top
    one, power, weight = np.zeros((d, d)), np.eye(d), math.exp(-top * STEP)
    for k in range(60):
        one += weight * power
        power = power @ jump
        weight *= top * STEP / (k + 1)
    v, scale, out = np.ones(d), 0.0, [0.0]
    for _ in range(int(DEEPEST / STEP)):
        v = one @ v
        out.append(scale + math.log(v[0]))
        if v[0] < 1e-100:
            scale, v = out[-1], v / v[0]
    return np.array(out)


def log_z(log_v: np.ndarray) -> np.ndarray:
    """log E exp(-nK) at log n = 0, STEP, ... to 50 below the depth: ∫ V(L) exp(t - L - e^(t - L)) dL."""
    before = np.arange(-5.0, 0.0, STEP)
    levels = np.concatenate([before, STEP * np.arange(len(log_v))])
    values = np.concatenate([np.zeros(len(before)), log_v])
    out = []
    for t in STEP * np.arange(int((DEEPEST - 50.0) / STEP)):
        near = slice(int(max(0.0, t - 40.0) / STEP), int((t + 45.0) / STEP))
        u = t - levels[near]
        out.append(np.logaddexp.reduce(values[near] + u - np.exp(np.minimum(u, 700.0))) + math.log(STEP))
    return np.array(out)


def exponents(rng: np.random.Generator, d: int) -> list[float]:
    """(h + 1) / 2k of the variables; half of the time the first few are equal."""
    k, h = rng.integers(1, 7, d), rng.integers(0, 3, d) * (rng.random(d) < 0.3)
    if rng.random() < 0.5:
        same = rng.integers(1, d + 1)
        k[:same], h[:same] = k[0], h[0]
    return [float(a) for a in (h + 1) / (2 * k)]


def leading(rates: list[float]) -> tuple[float, int]:
    """λ and m of one monomial."""
    return min(rates), sum(abs(r - min(rates)) < 1e-12 for r in rates)


def draw(rng: np.random.Generator) -> Drawn:
    """One problem with λ <= 1/2."""
    while True:
        kind = rng.random()
        if kind < 0.5:
            rates = exponents(rng, int(rng.integers(2, 5)))
            found = Drawn(f"monomial {rates}", *leading(rates), len(rates), tail(rates))
        elif kind < 0.75:
            d, count = int(rng.integers(2, 4)), int(rng.integers(2, 4))
            shares = np.exp(rng.uniform(math.log(0.05), 0.0, count))
            shares /= shares.sum()
            kinds = [exponents(rng, d) for _ in range(count)]
            lam = min(leading(r)[0] for r in kinds)
            m = max(leading(r)[1] for r in kinds if abs(leading(r)[0] - lam) < 1e-12)
            curve = np.logaddexp.reduce([math.log(s) + tail(r) for s, r in zip(shares, kinds, strict=True)], axis=0)
            found = Drawn(f"kinds {np.round(shares, 2)} {kinds}", lam, m, d, curve)
        else:
            parts = [exponents(rng, int(rng.integers(1, 3))) for _ in range(2)]
            lam, m = sum(leading(r)[0] for r in parts), sum(leading(r)[1] for r in parts) - 1
            if lam > 0.5:
                continue
            found = Drawn(f"sum {parts}", lam, m, sum(map(len, parts)), sum(log_z(tail(r)) for r in parts))
        if found.lam <= 0.5:
            return found


def sampled(law: Drawn, rng: np.random.Generator) -> Curves:
    """Repeats down to the depth that `estimate` would choose."""
    levels = STEP * np.arange(len(law.curve))
    first = float(np.interp(1.5, -law.curve, levels))
    slope = (np.interp(first, levels, law.curve) - np.interp(first + 36.0, levels, law.curve)) / 36.0
    top = min(600.0, max(60.0, 100.0 / max(float(slope), 1e-2)))
    particles, repeats = int(np.exp(rng.uniform(math.log(1000), math.log(6000)))), int(rng.choice([8, 10, 12, 14, 16]))
    fine = np.linspace(first, top, 1200)
    floor = np.diff(-np.interp(fine, levels, law.curve)) / math.log(2.0) / (GAIN * particles)
    noise = rng.standard_normal((repeats, len(floor))) * np.sqrt(floor * rng.uniform(1.0, 4.0))
    width = max(1, int(rng.uniform(0.5, 4.0) / (fine[1] - fine[0])))
    noise = np.array([np.convolve(row, np.ones(width) / width, "same") for row in noise])
    walk = np.concatenate([np.zeros((repeats, 1)), np.cumsum(noise, axis=1)], axis=1)
    grid = np.linspace(first, top, int(min(120, max(12, top - first))))
    truth = np.interp(grid, levels, law.curve)
    share, growing = few_particles(particles), rng.random()
    rate = rng.uniform(0.0, 1.2) * share * (1.0 - growing + 2.0 * growing * (grid[1:] - first) / (top - first))
    bias = np.concatenate([[0.0], np.cumsum(rate * np.diff(truth))])
    y = truth + bias + np.array([np.interp(grid, fine, row) for row in walk])
    floor = -truth / math.log(2.0) / (GAIN * particles)
    return Curves(grid - first, y, np.arange(repeats) % 2, floor, particles, first, share)


def main() -> None:
    """Draw, sample, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problems", type=int, default=250)
    parser.add_argument("--samples", type=int, default=4, help="of each problem")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    systems = {d: system_of("*".join(f"{v}^2" for v in VARIABLES[:d]), method="volume") for d in range(1, 5)}
    decided = wrong = off = resolved = 0
    for _ in range(options.problems):
        law = draw(rng)
        for _ in range(options.samples):
            curves = sampled(law, rng)
            got = Sample(curves, "L_max", ("L_max",) * len(curves.y), 0.0, 0, 0.0, ())
            e = summarise(systems[law.variables], got, 0, 0.0, None, 4)
            resolved += e.resolved
            far = e.lam is not None and abs(e.lam - law.lam) > 4.0 * max(e.stderr or 0.0, 1e-4)
            false = e.multiplicity is not None and e.multiplicity != law.m
            decided += e.multiplicity is not None
            wrong += false
            off += far
            if false or far:
                print(f"  {law.words}: λ = {law.lam:.4f}, m = {law.m}; found {e.lam:.4f} ± {e.stderr:.4f}, {e.m_set}")
    total = options.problems * options.samples
    print(f"{total} samples, {resolved} resolved: m decided in {decided}, wrongly in {wrong}; {off} outside their 4σ")


if __name__ == "__main__":
    main()

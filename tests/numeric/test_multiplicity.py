"""Which multiplicities noisy curves of known law leave: decided where it shows, refused where not, never wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from rlct.numeric.arguments import system_of
from rlct.numeric.estimate import summarise
from rlct.numeric.fit import Curves
from rlct.numeric.multiplicity import multiplicities, noise_over_floor
from rlct.numeric.scaling import Sample

Law = Callable[[np.ndarray], np.ndarray]
PARTICLES, REPEATS = 1100, 12


def curves_of(law: Law, top: float, seed: int, spread: float = 1.3) -> Curves:
    """Repeats of log V as splitting gives them: increments of variance spread² times the floor -log V / (N log 2)."""
    rng = np.random.default_rng(seed)
    fine = np.linspace(0.0, top, 4000)
    start = float(np.interp(1.5, -law(fine), fine))
    levels = np.linspace(start, top, min(120, int(top - start)))
    noise = -law(levels) / np.log(2.0) / PARTICLES
    steps = rng.standard_normal((REPEATS, len(levels) - 1)) * spread * np.sqrt(np.diff(noise))
    y = law(levels) + np.concatenate([np.zeros((REPEATS, 1)), np.cumsum(steps, axis=1)], axis=1)
    return Curves(levels - start, y, np.arange(REPEATS) % 2, noise, PARTICLES, start, 0.0007)


def two(a: float, b: float) -> Law:
    """log V of |x|^(1/a) |y|^(1/b), a < b: exponents a and b, m = 1."""
    return lambda x: -a * x + np.log((b - a * np.exp(-(b - a) * x)) / (b - a))


def three_equal(x: np.ndarray) -> np.ndarray:
    """log V of x²y²z²."""
    return -x / 2 + np.log1p(x / 2 + x**2 / 8)


LAWS = {
    "x²y²": (lambda x: -x / 2 + np.log1p(x / 2), 2, 2, 220.0),
    "x²y²z²": (three_equal, 3, 3, 250.0),
    "x²y⁴": (two(1 / 4, 1 / 2), 1, 2, 400.0),
    "x¹⁰y⁸": (two(1 / 10, 1 / 8), 1, 2, 600.0),
    "x⁶y⁴": (two(1 / 6, 1 / 4), 1, 2, 600.0),
}


@pytest.mark.parametrize(("name", "least"), [("x²y²", 6), ("x²y²z²", 6), ("x²y⁴", 3), ("x⁶y⁴", 3), ("x¹⁰y⁸", 0)])
def test_a_long_range_decides(name: str, least: int) -> None:
    """Of ten sets of repeats at least so many decide for the right m, and none excludes it."""
    law, m, d, top = LAWS[name]
    found = [multiplicities(curves_of(law, top, seed), d) for seed in range(10)]
    assert all(lawful and m in weights for weights, lawful in found)
    assert sum(list(weights) == [m] for weights, _ in found) >= least


def test_a_short_range_does_not() -> None:
    """Down to e^-50 neither x²y² nor a line with a correction is told apart from its neighbours."""
    for law in (LAWS["x²y²"][0], two(1 / 2, 3 / 4)):
        for seed in range(5):
            assert {1, 2} <= set(multiplicities(curves_of(law, 50.0, seed), 3)[0])


def beside(share: float, a: float, b: float) -> Law:
    """log V of zeros of two kinds: a share of exponent a (m = 1), the rest of exponent b > a with m = 2."""
    return lambda x: np.log(share * np.exp(-a * x) + (1 - share) * (1 + b * x) * np.exp(-b * x))


@pytest.mark.parametrize(("share", "a", "b", "top"), [(0.4, 1 / 8, 1 / 6, 600.0), (0.1, 1 / 4, 1 / 3, 400.0)])
def test_zeros_with_a_logarithm_do_not_hide_the_first(share: float, a: float, b: float, top: float) -> None:
    """They lead for a hundred units of L. With one correction only, or read from one beginning, m = 2 alone is left."""
    for seed in range(12):
        assert 1 in multiplicities(curves_of(beside(share, a, b), top, seed, spread=0.6), 2)[0]


def test_close_exponents_are_no_logarithm_where_the_range_is_too_short() -> None:
    """1/40 and 1/38 look like m = 2 down to e^-600: a range of 24/λ is asked for."""
    for seed in range(10):
        assert 1 in multiplicities(curves_of(two(1 / 40, 1 / 38), 600.0, seed), 2)[0]


def test_curves_that_follow_no_law_are_not_resolved() -> None:
    """A wave of 0.3 in log V that all repeats share: no m is decided and λ is None, unless m is given."""
    c = curves_of(lambda x: -x / 2, 200.0, 3)
    bent = replace(c, y=c.y + 0.3 * np.sin(c.L / 15.0))
    weights, lawful = multiplicities(bent, 3)
    assert not lawful
    assert len(weights) > 1
    system = system_of("x^2*y^2*z^2", method="volume")
    e = summarise(system, Sample(bent, "L_max", ("L_max",) * REPEATS, 0.0, 0, 0.0, ()), 1, 1.0, None, 4)
    assert (e.lam, e.multiplicity, e.resolved) == (None, None, False)
    assert any(n.startswith("no law") for n in e.notes)
    straight = summarise(system, Sample(c, "L_max", ("L_max",) * REPEATS, 0.0, 0, 0.0, ()), 1, 1.0, None, 4)
    assert straight.lam == pytest.approx(0.5, abs=4 * (straight.stderr or 0.0))


def test_a_decided_logarithm_says_what_it_supposes() -> None:
    """m = 2 holds if no exponent lies just above λ: the report says how near."""
    c = curves_of(LAWS["x²y²"][0], 220.0, 0, spread=1.0)
    system = system_of("x^2*y^2", method="volume")
    e = summarise(system, Sample(c, "L_max", ("L_max",) * REPEATS, 0.0, 0, 0.0, ()), 1, 1.0, None, 4)
    assert e.multiplicity == 2
    assert any("supposes that no second exponent lies within 0.06" in n for n in e.notes)


def test_frozen_repeats_count_as_noise() -> None:
    """Slopes that differ from repeat to repeat show over the whole range only: the noise is enlarged there."""
    c = curves_of(lambda x: -x / 2, 200.0, 1, spread=1.0)
    frozen = c.y + np.linspace(-1.0, 1.0, REPEATS)[:, None] * 0.01 * c.L
    plain, large = (float(noise_over_floor(c.L, y, c.noise).mean()) for y in (c.y, frozen))
    assert plain < 1.5
    assert large > 3.0 * plain

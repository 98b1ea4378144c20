"""What a perfect sampler would report: the numbers that samplers are to be compared with."""

import math

import numpy as np
import pytest

from rlct import rlct
from rlct.chart_zeta import chart_zeta
from rlct.errors import InputError
from rlct.numeric.finite_n import growth_of_estimate, perfect_llc, running_exponent

NINE = {
    (0, 1): 0.500, (0, 2): 0.250, (0, 3): 0.167,
    (1, 1): 0.380, (1, 2): 0.222, (1, 3): 0.153,
    (2, 2): 0.156, (2, 3): 0.115, (3, 3): 0.088,
}  # fmt: skip


@pytest.mark.parametrize(("powers", "value"), list(NINE.items()))
def test_nine_numbers(powers: tuple[int, int], value: float) -> None:
    """K = 4 (w1^a w2^b)² on [-1,1]², n = 1000, nβ = n/log n; λ = 1/(2 max(a, b)) is something else."""
    a, b = powers
    text = f"4*(w1^{a}*w2^{b})^2" if a else f"4*w2^{2 * b}"
    v = perfect_llc(text, 1000, variables="w1,w2", seed=1)
    assert float(v) == pytest.approx(value, abs=6e-4)
    assert float(v.extra["nbeta"]) == pytest.approx(1000 / math.log(1000))
    if a:
        # the charts know the same number
        assert float(v) == pytest.approx(float(chart_zeta(rlct(text)).lambda_hat(v.extra["nbeta"])), rel=1e-6)


def test_the_tether_is_a_normal_density() -> None:
    """K = x²/2·4 with a tether γ: nβE[K] = ½ · 4nβ/(4nβ + γ), a closed form."""
    v = perfect_llc("2*x^2", [100.0, 1e4], nbeta=[1.0, 10.0], localization=3.0, seed=1)
    s = np.array([4.0, 40.0])
    assert v.value == pytest.approx(0.5 * s / (s + 3.0), rel=1e-4)


def test_bias_has_its_leading_term() -> None:
    """x²y²: λ̂ = 1/2 - 1/log n + ..., the rest is smaller than the term itself."""
    n = np.array([1e4, 1e12])
    value = chart_zeta(rlct("x^2*y^2")).lambda_hat(n)
    rest = growth_of_estimate(n, value, 0.5, 2)
    assert (np.abs(rest) < 0.5 / np.log(n)).all()


def test_running_exponent_sees_the_noise_floor() -> None:
    """x⁴ + s x²: 1/4 above ε ~ s², 1/2 below, by quadrature; three variables by volumes."""
    v = running_exponent("x^4 + x^2/10000", [1e-4, 1e-14], seed=1)
    assert v.value == pytest.approx([0.25, 0.5], abs=0.02)
    assert v.method == "quadrature"
    w = running_exponent("x^2+y^2+z^2+w^2", [1e-3, 1e-6], seconds=60, particles=300, repeats=2, seed=1)
    assert w.method == "volume"
    assert w.value == pytest.approx([2.0, 2.0], abs=0.1)


def test_bad_input() -> None:
    """n <= 1, a tether beside a region, and levels below 0 are refused."""
    with pytest.raises(InputError, match="larger than 1"):
        perfect_llc("x^2", 1.0)
    with pytest.raises(InputError, match="localization"):
        perfect_llc("x^2", 100.0, localization=1.0, region="0<=x<=1")
    with pytest.raises(InputError, match="positive"):
        running_exponent("x^2", -1.0)

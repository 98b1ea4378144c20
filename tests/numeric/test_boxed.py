"""One affine variable with a box density integrated out: against quadrature, and end to end."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import erfcx

from rlct import estimate
from rlct.numeric.arguments import system_of
from rlct.numeric.boxed import boxed_term, scaled_erfc
from rlct.numeric.collapse import collapse
from rlct.numeric.kernels import WORK

CASES = [
    ([1.0], [0.0], -1.0, 1.0, 2.0),
    ([0.3], [0.2], 0.0, 1.0, 5.0),
    ([0.3, -0.7], [0.2, 0.1], -0.5, 2.0, 3.0),
    ([1.0], [-3.0], -1.0, 1.0, 4.0),
    ([1.0, 0.5], [3.0, -0.2], 0.5, 1.0, 1.5),
    ([1e-6], [0.4], 0.0, 1.0, 1.0),
    ([0.0], [0.4], 0.0, 1.0, 1.0),
    ([-2.0], [0.01], 0.0, 1.0, 9.0),
]


@pytest.mark.parametrize(("phi", "c", "lo", "hi", "log_n"), CASES)
def test_closed_form_is_the_integral(phi: list[float], c: list[float], lo: float, hi: float, log_n: float) -> None:
    n = math.exp(log_n)

    def nk(a: float) -> float:
        return n * sum((y + x * a) ** 2 for x, y in zip(phi, c, strict=True))

    best = -float(np.dot(phi, c)) / (float(np.dot(phi, phi)) or 1.0)
    ends = [lo, hi, min(hi, max(lo, best))]
    least = min(map(nk, ends))
    options = {"points": [ends[2]], "epsabs": 0.0, "epsrel": 1e-12, "limit": 400}
    mass = quad(lambda a: math.exp(least - nk(a)), lo, hi, **options)[0]
    moment = quad(lambda a: nk(a) * math.exp(least - nk(a)), lo, hi, **options)[0]
    value, slope = boxed_term(np.array(phi)[:, None], np.array([c]), lo, hi, log_n)
    assert value == pytest.approx(math.log(mass / (hi - lo)) - least, rel=1e-10, abs=1e-11)
    assert slope == pytest.approx(moment / mass, rel=1e-9, abs=1e-11)


def test_far_boxes_and_tiny_coefficients() -> None:
    """Exponents far beyond those of doubles, and a pole at distance 1e-100: finite, and in the known limits."""
    value, slope = boxed_term(np.array([[1.0]]), np.array([[1.0]]), 0.0, 1.0, 80.0)
    n = math.exp(80.0)
    assert value == pytest.approx(-n, rel=1e-14)
    assert slope == pytest.approx(n, rel=1e-14)
    value, slope = boxed_term(np.array([[1e-100]]), np.array([[0.0]]), 0.0, 1.0, 500.0)
    width = math.sqrt(math.pi) / 2 / (math.exp(250.0) * 1e-100)
    assert value == pytest.approx(math.log(width), rel=1e-12)
    assert slope == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize("x", [0.0, 0.3, 3.0, 24.0, 26.0, 1e6])
def test_scaled_erfc(x: float) -> None:
    assert scaled_erfc(x) == pytest.approx(float(erfcx(x)), rel=1e-12)


def test_a_region_is_collapsed_by_one_variable() -> None:
    """x y on [0,1] x [0,2]: Z(n) at one point y is the integral over x; generators without x stay as they are."""
    system = system_of(["x*y", "y^2"], region={"x": (0, 1), "y": (0, 2)}, method="volume")
    assert system.objective is not None
    target = collapse(system.objective, 1.0)
    assert target is not None
    assert target.block == ("x",)
    work = np.zeros(WORK)
    work[1] = 4.0
    n, y = math.exp(4.0), 0.7
    got = target.value(np.array([y]), work)
    assert got == pytest.approx(math.log(quad(lambda x: math.exp(-n * (x * x * y * y + y**4)), 0, 1)[0]), rel=1e-10)


@pytest.mark.parametrize(("K", "lam", "m"), [("x^2*y^2", 1 / 2, 2), ("(x*y - y^3)^2", 1 / 2, 2)])
def test_estimates_in_a_corner(K: str, lam: float, m: int) -> None:
    """Walls at the point: quadrature after the collapse of one variable gives λ and m."""
    e = estimate(K, region={"x": (0, 1), "y": (0, 1)}, at="x=0,y=0", seconds=20, seed=1)
    assert (e.method, e.multiplicity) == ("quadrature", m)
    assert e.lam == pytest.approx(lam, abs=1e-4)


@pytest.mark.slow
def test_an_open_multiplicity_is_in_the_error() -> None:
    """λ = 3/5, m = 1; over the range integrated m = 2 fits as well, and its λ differs."""
    e = estimate(["x*y^2", "y^3*z", "x*z"], region={"x": (0, 1), "y": (0, 1), "z": (0, 2)}, seconds=20, seed=1)
    if e.lam is not None:
        assert abs(e.lam - 0.6) < 2 * (e.stderr or 0.0)

"""ζ from charts: closed forms, mpmath, and quadrature in the original coordinates."""

import itertools
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from rlct import rlct
from rlct.chart_zeta import chart_zeta, sampled_zeta
from rlct.chart_zeta.cells import Cell, bernstein, cone, cut, dense, factor, keeps_sign, polygon_rays
from rlct.chart_zeta.leaves import legendre, power_weights
from rlct.chart_zeta.resolve import edge_roots
from rlct.errors import EstimationError, UnsupportedError

THREE = np.array([0.6668232, 0.72852637, 0.74800668])
"""n E[K] of ab, bc, ca at n = 1e2, 1e4, 1e8 (checked below)."""
SIZES = 10.0 ** np.array([2, 4, 6, 8, 10, 12])


def test_moments_are_exact_in_the_power() -> None:
    """∫ u^α u³ = 1/(α+4) for real, complex and divergent α (the continuation)."""
    rule = legendre(10)
    for alpha in (0.0, -0.9, 2.5 + 17j, -1.5, -2.7 + 3j):
        got = complex(power_weights(np.array([alpha]), rule)[0] @ rule.x**3)
        assert abs(got - 1 / (alpha + 4)) < 1e-11


def test_cells_are_cut_without_loss() -> None:
    """Volume of a cell = sum over its halves = sum over the cones of a fan, as ζ(0)."""
    cell = Cell((0.0, 0.0), (0.0, 0.0), 0.0, 0.0, (factor([{(2, 0): Fraction(1), (0, 3): Fraction(1)}], 1.0, 0.0),))

    def size(c: Cell) -> float:
        return math.exp(c.log_h) / ((c.h[0] + 1) * (c.h[1] + 1))

    assert sum(size(c) for c in cut(cell, 0, Fraction(1, 3))) == pytest.approx(1.0, rel=1e-14)
    rays = polygon_rays([[(2, 0), (0, 3)]])
    assert rays == [(1, 0), (3, 2), (0, 1)]
    assert sum(size(cone(cell, pair)) for pair in itertools.pairwise(rays)) == pytest.approx(1.0, rel=1e-14)


def test_positivity_is_decided_by_bernstein_coefficients() -> None:
    """u² - uv + v² + 1/100 keeps its sign; (u - v)² does not, nor does u + v."""
    f = {(2, 0): Fraction(1), (1, 1): Fraction(-1), (0, 2): Fraction(1), (0, 0): Fraction(1, 100)}
    assert keeps_sign(bernstein(dense(f, 2)))
    g = {(2, 0): Fraction(1), (1, 1): Fraction(-2), (0, 2): Fraction(1)}
    assert not keeps_sign(bernstein(dense(g, 2)))
    assert not keeps_sign(bernstein(dense({(1, 0): Fraction(1), (0, 1): Fraction(1)}, 2)))


def test_roots_on_edges_have_multiplicities() -> None:
    """(v - 1/3)²(v² - 1/2): the double root is told from the simple one, both with 60 digits."""
    v = [Fraction(1, 9), Fraction(-2, 3), Fraction(1)]
    w = [Fraction(-1, 2), Fraction(0), Fraction(1)]
    product = [sum(v[i] * w[k - i] for i in range(3) if 0 <= k - i < 3) for k in range(5)]
    simple, multiple = edge_roots([product])
    assert multiple == [Fraction(1, 3)]
    assert len(simple) == 1
    assert abs(simple[0] ** 2 - Fraction(1, 2)) < Fraction(1, 10**60)


def test_monomial_against_mpmath() -> None:
    """x²y⁴ at n = 1e2..1e12: Z and n E[K] to 1e-10 of 30-digit residue series, ζ = 1/((2z+1)(4z+1))."""
    c = chart_zeta(rlct("x^2*y^4"))
    assert c.agrees
    z = np.array([0.5, 3.0 + 2.0j, -0.2, -0.4])
    assert np.allclose(c.zeta(z), 1 / ((2 * z + 1) * (4 * z + 1)), rtol=1e-12)

    def exact(n: float) -> tuple[float, float]:
        with mpmath.workdps(40):
            n = mpmath.mpf(n)

            def line(y: mpmath.mpf, k: int) -> mpmath.mpf:
                a = n * y**4
                if k == 0:
                    return mpmath.sqrt(mpmath.pi / a) / 2 * mpmath.erf(mpmath.sqrt(a))
                return mpmath.gammainc(mpmath.mpf(3) / 2, 0, a) / (2 * mpmath.sqrt(a))

            # y = e^{-t}: the integrand is smooth and decays like e^{-t}
            cuts = [0, 1, 2, 3, 5, 8, 12, 20, 40, 80]
            z0 = mpmath.quad(lambda t: line(mpmath.exp(-t), 0) * mpmath.exp(-t), cuts)
            z1 = mpmath.quad(lambda t: line(mpmath.exp(-t), 1) * mpmath.exp(-t), cuts)
            return float(z0), float(z1 / z0)

    got_z, got_lam = c.partition(SIZES), c.lambda_hat(SIZES)
    for k in (0, 5):
        z0, lam = exact(SIZES[k])
        assert got_z[k] == pytest.approx(z0, rel=1e-10)
        assert got_lam[k] == pytest.approx(lam, rel=1e-10)


def _cusp(n: float, power: int) -> float:
    """¼ ∫∫ (nf²)^power e^{-nf²} over [-1,1]², f = y² - x³, in the original coordinates: panels graded to the curve."""
    x, w = np.polynomial.legendre.leggauss(24)
    x, w = 0.5 * (x + 1), 0.5 * w

    def graded(a: float, b: float, to_a: bool, to_b: bool) -> tuple[np.ndarray, np.ndarray]:
        edges = np.array([0.0, *(10.0 ** np.arange(-12, -1.9, 0.5)), 0.05, 0.2, 0.5])
        left = edges if to_a else np.array([0.0, 0.25, 0.5])
        right = 1 - (edges if to_b else np.array([0.0, 0.25, 0.5]))[::-1]
        e = np.unique(np.concatenate([left, right]))
        p = a + (b - a) * (e[:-1, None] + np.diff(e)[:, None] * x)
        return p.ravel(), ((b - a) * np.diff(e)[:, None] * w).ravel()

    total = 0.0
    xs, wx = graded(0.0, 1.0, True, True)
    for sign in (1.0, -1.0):
        for u, v in zip(xs, wx, strict=True):
            root = u**1.5 if sign > 0 else 0.0
            for a, b in ((0.0, root), (root, 1.0)):
                if b > a:
                    ys, wy = graded(a, b, True, True)
                    nk = n * (ys * ys - sign * u**3) ** 2
                    total += v * float((wy * nk**power * np.exp(-nk)).sum())
    return 0.5 * total


@pytest.mark.parametrize("n", [1e2, 1e6])
def test_cusp_against_the_original_coordinates(n: float) -> None:
    """(y² - x³)²: Z and n E[K] from the charts to 1e-6 of quadrature in x, y."""
    c = chart_zeta(rlct("(y^2-x^3)^2"))
    assert c.agrees
    direct = _cusp(n, 0)
    assert float(c.partition(n)) == pytest.approx(direct, rel=1e-6)
    assert float(c.lambda_hat(n)) == pytest.approx(_cusp(n, 1) / direct, rel=1e-6)


def test_cusp_constants() -> None:
    """Z ~ 1.7645950170 n^{-5/12}, and the slow approach of n E[K] to 5/12."""
    c = chart_zeta(rlct("(y^2-x^3)^2"))
    series = c.laurent()
    assert series.order == 1
    assert math.gamma(5 / 12) * series.leading == pytest.approx(1.7645950170, abs=1e-9)
    assert c.lambda_hat(SIZES) == pytest.approx([0.372, 0.391, 0.401, 0.407, 0.410, 0.412], abs=6e-4)


def test_leading_coefficients_of_monomials() -> None:
    """x²y²z²: ζ = 1/(2z+1)³, so c₋₃ = 1/8 and the rest of the principal part is 0."""
    series = chart_zeta(rlct("x^2*y^2*z^2")).laurent()
    assert series.order == 3
    assert series.principal == pytest.approx((0.0, 0.0, 0.125), abs=1e-11)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("x^2+y^4", {}),
        ("(y-x^2)^2", {}),
        ("((1-x)*y-x)^2", {}),
        pytest.param("(y^2-2*x^2)^2+x^5", {"mode": "abs"}, marks=pytest.mark.slow),
        pytest.param("(a^4-a^2*b+b^3)^2", {}, marks=pytest.mark.slow),
        ("x^2*y^2", {"prior": "x^2"}),
        ("(x^2-2)^2*y^2", {"at": "sqrt(2),0"}),
        ("(x+y)^2", {"region": "0<=x<=1, 0<=y<=1"}),
        ("x^2*(x-y^2)^2*(x+y^2)^2", {}),
        (["x^2", "y^3"], {}),
        pytest.param(["a*b", "b*c", "c*a"], {}, marks=pytest.mark.slow),
    ],
)
def test_poles_are_those_of_the_certificate(text: object, options: dict[str, str]) -> None:
    """Largest pole and order of the charts equal the claim, and ζ(0) = 1, ζ falls on the real axis."""
    c = chart_zeta(rlct(text, **options))
    assert c.agrees
    values = c.zeta(np.array([-0.2 * c.lam, 0.0, 0.5, 1.0]))
    assert values[1] == pytest.approx(1.0, rel=1e-12)
    series = c.laurent()
    assert series.leading > 0
    near = c.lam * 1e-5
    assert float(c.zeta(-c.lam + near)) * near**series.order == pytest.approx(series.leading, rel=1e-2)


def test_volume_from_a_contour() -> None:
    """x²y² on [0,1]²: V(ε) = √ε (1 - log √ε); x²: V = √ε; both to 1e-9."""
    c = chart_zeta(rlct("x^2*y^2"))
    eps = np.array([1e-3, 1e-8, 1e-20])
    assert c.volume(eps) == pytest.approx(np.sqrt(eps) * (1 - np.log(np.sqrt(eps))), rel=1e-9)
    assert float(chart_zeta(rlct("x^2")).volume(1e-6)) == pytest.approx(1e-3, rel=1e-9)


def test_volume_of_the_cusp_against_its_integral() -> None:
    """V(ε) of (y²-x³)² from its own one-dimensional integral over x."""
    c = chart_zeta(rlct("(y^2-x^3)^2"))
    s = 1e-4  # √ε
    x = mpmath.linspace(0, 1, 9)

    def strip(t: mpmath.mpf) -> mpmath.mpf:
        hi = min(mpmath.mpf(1), mpmath.sqrt(max(t + s, 0)))
        lo = mpmath.sqrt(max(t - s, 0))
        return max(hi - lo, mpmath.mpf(0))

    cut = mpmath.mpf(s) ** (mpmath.mpf(1) / 3)
    right = mpmath.quad(lambda u: strip(u**3), [0, cut / 2, cut, 2 * cut, *x[1:-1], (1 - s) ** (1 / 3.0), 1])
    left = mpmath.quad(lambda u: strip(-(u**3)), [0, cut / 2, cut])
    assert float(c.volume(s * s)) == pytest.approx(float((right + left) / 2), rel=1e-6)


def test_too_large_levels_and_poles_are_refused() -> None:
    """At a pole ζ raises; so does a level at which the contour cannot be closed."""
    c = chart_zeta(rlct("x^2*y^4"))
    with pytest.raises(EstimationError, match="pole"):
        c.zeta(-0.25)
    with pytest.raises(EstimationError, match="too large"):
        c.volume(0.99)


def test_a_worse_zero_in_the_box_is_said() -> None:
    """K = x²(y-1/2)⁴ at the origin claims 1/2; the box of radius 1 holds the line y = 1/2: the pole is 1/4."""
    c = chart_zeta(rlct("x^2*(y-1/2)^4"))
    assert not c.agrees
    assert c.lam == 0.25
    assert chart_zeta(rlct("x^2*(y-1/2)^4"), radius="1/4").agrees


def test_what_charts_cannot_do() -> None:
    """Constraints that are no box and four variables are refused in a sentence."""
    with pytest.raises(UnsupportedError, match="at most three"):
        chart_zeta(rlct("x^2*y^2*z^2*w^2"))
    with pytest.raises(UnsupportedError, match="certificate"):
        chart_zeta({"nothing": 1})


def test_sampling_in_charts() -> None:
    """Four variables, closed form ζ = 1/(2z+1)⁴; n E[K] of ab, bc, ca comes to 1e-3."""
    s = sampled_zeta(rlct("x^2*y^2*z^2*w^2"), samples=2**13)
    value, error = s.zeta(np.array([-0.4, -0.1, 1.0]))
    assert np.abs(value / [0.2**-4, 0.8**-4, 3.0**-4] - 1).max() < 1e-3
    assert s.log_k.size < 1e6
    n = np.array([1e2, 1e4, 1e8])
    value, error = sampled_zeta(rlct(["a*b", "b*c", "c*a"])).lambda_hat(n)
    assert np.abs(value / THREE - 1).max() < 1e-3
    assert (error < 1e-3 * value).all()


def test_sampling_in_charts_with_four_variables() -> None:
    """Where no rule goes: a sum of two independent pairs against the convolution of their closed forms, to 1e-3."""
    n = np.array([1e2, 1e4, 1e6])
    value, error = sampled_zeta(rlct(["a*b", "c*d"])).lambda_hat(n)
    # n E[K] of independent parts is the sum of theirs: twice that of a²b²
    pair = 2 * chart_zeta(rlct("a^2*b^2")).lambda_hat(n)
    assert np.abs(value / pair - 1).max() < 1e-3
    assert (error < 1.2e-3 * value).all()


def test_factors_that_vanish_at_other_corners() -> None:
    """Two hidden units (rank falls along b = ±d): cells are cut so that these lines end in corners of blow-ups."""
    value, error = sampled_zeta(rlct(["a*b+c*d", "a*b^3+c*d^3"]), samples=2**12).lambda_hat(np.array([1e2, 1e4]))
    assert value == pytest.approx([0.5337, 0.6339], rel=4e-3)
    assert (error < 3e-3 * value).all()


@pytest.mark.slow
def test_three_variables_by_rules() -> None:
    """The values that the sampling test is held against."""
    assert chart_zeta(rlct(["a*b", "b*c", "c*a"])).lambda_hat(np.array([1e2, 1e4, 1e8])) == pytest.approx(
        THREE, rel=1e-7
    )

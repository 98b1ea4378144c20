"""Gaussian inputs: rules, population losses and Hermite coefficients against closed forms and mpmath."""

import math

import mpmath
import numpy as np
import pytest

from rlct.errors import EstimationError, InputError
from rlct.numeric.hermite import (
    gauss_hermite,
    hermite_coefficients,
    hermite_functions,
    population_loss,
    ridge_gram,
    sparse_grid,
    spectrum_slope,
)


@pytest.mark.parametrize("order", [1, 2, 5, 40, 600, 1500])
def test_nodes_and_weights_integrate_moments(order: int) -> None:
    """Moments up to degree 2·order - 1 are exact: E x^{2k} = (2k-1)!!."""
    x, w = gauss_hermite(order)
    assert len(x) == order
    for k in range(min(order, 8)):
        assert float(w @ x ** (2 * k)) == pytest.approx(math.prod(range(1, 2 * k, 2)), rel=1e-11)
    assert abs(float(w @ x)) < 1e-14


def test_orders_are_bounded() -> None:
    """An order outside 1..4000 is an input error that names it."""
    with pytest.raises(InputError, match="5000"):
        gauss_hermite(5000)


def test_hermite_functions_are_orthonormal() -> None:
    """E h_j h_k = δ_jk by a rule that is exact for the products."""
    x, w = gauss_hermite(64)
    h = hermite_functions(x, 40) * np.exp(0.25 * x * x)
    assert np.abs((h * w) @ h.T - np.eye(40)).max() < 1e-9


def test_loss_of_networks_against_mpmath() -> None:
    """E tanh(bx)² for several b at once, to 1e-11 of mpmath's own quadrature."""
    b = np.array([0.1, 0.5, 1.0, 1.5])
    value, error, _ = population_loss(lambda x: np.tanh(b[:, None] * x[:, 0]), rtol=1e-11)
    assert error < 1e-11
    for got, k in zip(value, b, strict=True):
        exact = mpmath.quad(lambda x, k=k: mpmath.tanh(k * x) ** 2 * mpmath.npdf(x), [-12, -4, -1, 0, 1, 4, 12])
        assert float(got) == pytest.approx(float(exact), rel=1e-10)


def test_a_kink_is_refused() -> None:
    """ReLU does not converge to 1e-12 with polynomial rules, and says so."""
    with pytest.raises(EstimationError, match="did not converge"):
        population_loss(lambda x: np.maximum(x[:, 0] - 0.3, 0.0))


@pytest.mark.parametrize("inputs", [2, 3, 4, 6])
def test_several_inputs(inputs: int) -> None:
    """(x_1 ... x_d summed, cubed)²: E s^6 = 15 d³ by tensor and by sparse rules."""
    value, _, _ = population_loss(lambda x: x.sum(axis=1) ** 3, inputs=inputs)
    assert float(value) == pytest.approx(15.0 * inputs**3, rel=1e-10)


def test_sparse_grid_is_exact_for_its_degree() -> None:
    """Level 4 integrates every monomial of degree 9 in five variables."""
    rule = sparse_grid(4, 5)
    assert rule is not None
    x, w = rule
    assert float(w @ (x[:, 0] ** 4 * x[:, 1] ** 2 * x[:, 3] ** 2)) == pytest.approx(3.0, rel=1e-10)
    assert float(w @ x[:, 2] ** 8) == pytest.approx(105.0, rel=1e-10)


def test_pairs_of_units_replace_many_inputs() -> None:
    """ridge_gram in seven inputs equals the one-input rule for parallel weights, and is positive."""
    rng = np.random.default_rng(0)
    w = rng.normal(size=(4, 7)) / 3
    gram = ridge_gram(w, np.tanh)
    assert np.linalg.eigvalsh(gram).min() > 0
    norm = float(np.linalg.norm(w[0]))
    one, _, _ = population_loss(lambda x: np.tanh(norm * x[:, 0]), rtol=1e-10)
    assert gram[0, 0] == pytest.approx(float(one), rel=1e-9)
    linear = ridge_gram(w, lambda u: u)
    assert np.allclose(linear, w @ w.T, rtol=1e-9, atol=1e-12)


def test_coefficients_have_their_digits_down_to_1e_80() -> None:
    """f = e^{x/10}: c_k = e^{1/200} 10^{-k} / √k!, thirty digits even where c_k² is 1e-82."""
    c = hermite_coefficients(lambda x: mpmath.exp(x / 10), 28)
    with mpmath.workdps(60):
        for k, value in enumerate(c):
            exact = mpmath.exp(mpmath.mpf(1) / 200) / mpmath.mpf(10) ** k / mpmath.sqrt(mpmath.factorial(k))
            assert abs(value / exact - 1) < mpmath.mpf(10) ** (-30)
    assert float(c[27] ** 2) < 1e-81


def test_parseval_for_tanh_with_hundreds_of_modes() -> None:
    """Σ c_k² = E tanh(x/2)² to 25 digits; even coefficients vanish; the last of 201 modes is still correct."""
    c = hermite_coefficients(lambda x: mpmath.tanh(x / 2), 201)
    assert all(v == 0 for v in c[::2])
    with mpmath.workdps(45):
        exact = mpmath.quad(
            lambda x: mpmath.tanh(x / 2) ** 2 * mpmath.npdf(x), [-20, -10, -5, -2, 0, 2, 5, 10, 20]
        )
        assert abs(sum(v * v for v in c) - exact) < mpmath.mpf(10) ** (-25)
    assert 0 < float(c[199] ** 2) < 1e-36


def test_slope_of_the_tanh_spectrum() -> None:
    """log c_k² falls like -π√k (pole at iπ/2): the fit over 13..51 gives -3.20, within 3% of -π."""
    c = hermite_coefficients(mpmath.tanh, 52, digits=15, smallest=1e-15)
    slope, error = spectrum_slope(c)
    assert slope == pytest.approx(-3.20, abs=0.02)
    assert abs(slope + math.pi) < 0.1
    assert error < 0.01


def test_a_function_that_is_not_analytic_has_no_digits() -> None:
    """|x| is refused: the trapezoidal rules never agree."""
    with pytest.raises(EstimationError, match="analytic"):
        hermite_coefficients(abs, 3, digits=20, smallest=1e-10)

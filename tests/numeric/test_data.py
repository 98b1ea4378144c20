"""Simulated data against theory: free energy, WBIC and generalisation error of regular and singular models."""

import math

import numpy as np
import pytest

from rlct import rlct
from rlct.errors import InputError
from rlct.numeric.data import MODELS, compare, grid_of, posterior, simulate


def test_exact_values_of_the_models() -> None:
    """The (λ, m) that the models carry are those of the exact engine."""
    for model in MODELS.values():
        r = rlct(model.expression, mode="ideal", variables=",".join(model.variables))
        assert (r.lam, r.multiplicity) == (model.lam, model.multiplicity), model.name


def test_features_reproduce_the_network() -> None:
    """Σ_j g_j(w) e_j(x) = a tanh(bx) to 1e-3 of a, also for tiny b."""
    model = MODELS["tanh"]
    w = np.array([[0.7, 0.9], [-1.0, 0.3], [1.0, 1e-9]])
    x = np.linspace(-3, 3, 13)
    f = model.features(w) @ model.basis(x).T
    assert np.abs(f[:2] - w[:2, :1] * np.tanh(w[:2, 1:] * x)).max() < 1e-3
    assert f[2] == pytest.approx(1e-9 * x, rel=1e-2, abs=1e-12)


def test_regular_model_has_the_gaussian_integral() -> None:
    """y = w1 + w2 x: F_n - nL_n(w0) = -log(2π / (4 √det A)) - bᵀA⁻¹b/2, to quadrature error."""
    model = MODELS["regular"]
    data = simulate(model, 2000, np.random.default_rng(3))
    exact = -math.log(2 * math.pi / 4 / math.sqrt(float(np.linalg.det(data.gram))))
    exact -= 0.5 * float(data.cross @ np.linalg.solve(data.gram, data.cross))
    assert posterior(model, data, grid_of(2, 18.0)).free_energy == pytest.approx(exact, abs=2e-2)


@pytest.mark.parametrize("name", ["regular", "product", "crossing"])
def test_free_energy_and_generalisation(name: str) -> None:
    """F grows by λ log - (m-1) log log between n = 300 and 3e4, n G_n is near λ, within four standard errors."""
    c = compare(name, [300, 30_000], datasets=12, seed=1)
    growth, error, predicted = c.slope()
    assert abs(growth - predicted) < 4 * error
    assert abs(c.n_generalisation[1] - c.lam) < 4 * c.n_generalisation_se[1]
    # the control: a regular model's growth (d/2) log n is rejected for the singular ones
    if name != "regular":
        assert abs(growth - math.log(100)) > 4 * error


def test_wbic_lies_below_lambda_where_m_is_two() -> None:
    """E_β[nK_n]/log n rises to λ from below, with the gap (m-1)/log n and the data's part."""
    c = compare("product", [300, 30_000], datasets=12, seed=2)
    ratio = c.wbic / np.log(c.n)
    assert ratio[0] < ratio[1] < 0.5


def test_seeds_and_bad_input() -> None:
    """The same seed gives the same numbers; unknown models and four parameters are refused."""
    a = compare("crossing", 100, datasets=3, seed=5)
    b = compare("crossing", 100, datasets=3, seed=5)
    assert a.free_energy == b.free_energy
    with pytest.raises(InputError, match="no model"):
        compare("gpt", 10)
    with pytest.raises(InputError, match="three parameters"):
        grid_of(4, 10.0)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(MODELS))
def test_every_model_against_theory(name: str) -> None:
    """All models with more data sets, n up to 1e5."""
    c = compare(name, [1000, 100_000], datasets=30, seed=11)
    growth, error, predicted = c.slope()
    assert abs(growth - predicted) < 4 * error + 0.05
    assert abs(c.n_generalisation[1] - c.lam) < 4 * c.n_generalisation_se[1] + (c.multiplicity - 1) / math.log(1e5)

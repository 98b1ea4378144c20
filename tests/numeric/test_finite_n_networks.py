"""tanh networks that learn zero: λ̂(n) over twelve decades, both priors, and the law of its growth."""

import math

import numpy as np
import pytest

from rlct.errors import InputError
from rlct.numeric.finite_n_networks import growth_law, modes_of, network_lambda_hat
from rlct.numeric.hermite import ridge_gram

SIZES = 10.0 ** np.arange(1, 13)
# λ̂ at n = 1e1 ... 1e12 and the table's own error (largest difference of two long runs)
TABLE = {
    ("uniform", 1): ([0.273, 0.360, 0.401, 0.418, 0.431, 0.442, 0.448, 0.453, 0.454, 0.462, 0.467, 0.469], 0.005),
    ("uniform", 2): ([0.396, 0.506, 0.600, 0.660, 0.689, 0.689, 0.688, 0.689, 0.681, 0.675, 0.672, 0.672], 0.011),
    ("uniform", 4): ([0.475, 0.616, 0.814, 0.956, 1.050, 1.074, 1.060, 1.029, 1.010, 0.993, 0.984, 0.982], 0.026),
    ("uniform", 16): ([0.578, 0.844, 1.07, 1.35, 1.58, 1.86, 2.10, 2.34, 2.51, 2.61, 2.57, 2.42], 0.11),
    ("uniform", 128): ([0.834, 1.066, 1.358, 1.612, 1.918, 2.187, 2.489, 2.792, 3.083, 3.407, 3.708, 4.025], 0.005),
    ("normal", 1): ([0.297, 0.368, 0.403, 0.420, 0.431, 0.442, 0.449, 0.454, 0.458, 0.463, 0.469, 0.471], 0.005),
    ("normal", 2): ([0.428, 0.550, 0.641, 0.681, 0.697, 0.698, 0.687, 0.685, 0.681, 0.676, 0.676, 0.676], 0.005),
    ("normal", 4): ([0.535, 0.738, 0.916, 1.022, 1.068, 1.075, 1.044, 1.014, 0.994, 0.989, 0.975, 0.980], 0.020),
    ("normal", 16): ([0.752, 1.068, 1.372, 1.668, 1.937, 2.160, 2.342, 2.460, 2.486, 2.442, 2.357, 2.272], 0.07),
    ("normal", 128): ([1.102, 1.483, 1.866, 2.250, 2.628, 3.012, 3.368, 3.713, 4.098, 4.470, 4.817, 5.188], 0.07),
}


def test_few_modes_carry_twelve_decades() -> None:
    """11 modes of tanh(bx), |b| <= 1, and 17 with normal b, exceed 1e-9; their sizes fall geometrically."""
    uniform = modes_of(prior="uniform", smallest=1e-9).sizes
    assert len(uniform) == 11
    assert 14 <= len(modes_of(prior="normal", smallest=1e-9).sizes) <= 18
    assert (uniform[1:] < 0.5 * uniform[:-1]).all()


def test_one_unit_against_quadrature() -> None:
    """H = 1: Z(n) = ½∫ (1 + 2n g(b))^{-1/2} db with g from an independent rule, λ̂ to three digits of its error."""
    n = np.array([1e2, 1e5, 1e8])
    v = network_lambda_hat(1, n, particles=1000, repeats=4, seed=4)
    # b = e^{-t}: g(b) from pairs of units
    t = np.linspace(0.0, 30.0, 1501)
    g = np.array([ridge_gram(np.array([[b]]), np.tanh)[0, 0] for b in np.exp(-t[t < 6])])
    g = np.concatenate([g, np.exp(-2 * t[t >= 6])])
    for k in range(3):
        weight = np.exp(-t) / np.sqrt(1 + 2 * n[k] * g)
        lam = float((weight * n[k] * g / (1 + 2 * n[k] * g)).sum() / weight.sum())
        assert abs(float(v.value[k]) - lam) < 5 * float(v.stderr[k]) + 0.004
        assert abs(float(v.extra["log_z"][k]) - math.log(float(np.trapezoid(weight, t)))) < 0.1


def test_wide_network_is_linear_in_log_n() -> None:
    """H = 128, uniform prior: the table to 0.03 at five sizes, and the verdict on the law of growth."""
    some = SIZES[[2, 5, 7, 9, 11]]
    v = network_lambda_hat(128, some, particles=40, repeats=2, seed=1)
    want = np.array(TABLE[("uniform", 128)][0])[[2, 5, 7, 9, 11]]
    assert np.abs(v.value - want).max() < 0.03
    assert growth_law(some, v.value).verdict == "linear"


def test_quenched_prior_differs_for_normal_weights() -> None:
    """With b from its prior the N(0,1) curve ends at 5.6 and not 5.2: the posterior prefers small b."""
    v = network_lambda_hat(128, [1e6, 1e12], prior="normal", quenched=True, particles=80, repeats=2, seed=1)
    assert v.value[0] == pytest.approx(3.126, abs=0.06)
    assert v.value[1] == pytest.approx(5.625, abs=0.12)
    assert v.method == "quenched"


def test_the_table_itself_is_linear() -> None:
    """The law of growth on the published rows: linear for both priors; (log n)² would be called quadratic."""
    for prior in ("uniform", "normal"):
        law = growth_law(SIZES, np.array(TABLE[(prior, 128)][0]))
        assert law.verdict == "linear"
        assert abs(law.quadratic) < 0.006
    assert growth_law(SIZES, np.log10(SIZES) ** 2 / 30).verdict == "quadratic"


def test_bad_input() -> None:
    """Unknown priors, n <= 0 and no repeats are refused."""
    with pytest.raises(InputError, match="cauchy"):
        network_lambda_hat(2, 100.0, prior="cauchy")
    with pytest.raises(InputError, match="positive"):
        network_lambda_hat(2, -1.0)
    with pytest.raises(InputError, match="repeats"):
        network_lambda_hat(2, 10.0, repeats=1)


def test_interrupt_keeps_the_finished_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the third repeat leaves the first two, and a note."""
    from rlct.numeric import finite_n_networks

    calls: list[int] = []

    def ladder(*args: object) -> tuple[np.ndarray, np.ndarray]:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return np.array([0.3 + 0.01 * len(calls)]), np.array([-1.0])

    monkeypatch.setattr(finite_n_networks, "run_ladder", ladder)
    v = network_lambda_hat(2, 100.0, threads=1)
    assert "2 of 4" in v.notes[0]
    assert float(v.value) == pytest.approx(0.315)


@pytest.mark.slow
@pytest.mark.parametrize(("prior", "hidden"), list(TABLE))
def test_whole_table(prior: str, hidden: int) -> None:
    """Every row: within 0.03 of the table, or of what its own error leaves open."""
    want, error = TABLE[(prior, hidden)]
    v = network_lambda_hat(hidden, SIZES, prior=prior, seed=1)
    assert np.abs(v.value - np.array(want)).max() < max(0.03, 0.6 * error)
    assert v.stderr.max() < 0.02

"""Tempered sampling and SGLD: right where they say so, refused where they must, labelled where biased."""

import math

import numpy as np
import pytest

from rlct import rlct
from rlct.chart_zeta import chart_zeta
from rlct.errors import EstimationError, InputError
from rlct.numeric import mcmc
from rlct.numeric.finite_n import perfect_llc
from rlct.numeric.mcmc import Chain, effective_size, free_energy, rhat, tempered, wbic
from rlct.numeric.sgld import sgld, with_bias


def ar1(rho: float, chains: int, n: int, seed: int) -> np.ndarray:
    """Autoregressive chains with integrated autocorrelation (1+ρ)/(1-ρ)."""
    rng = np.random.default_rng(seed)
    out = np.zeros((chains, n))
    out[:, 0] = rng.standard_normal(chains)
    for t in range(1, n):
        out[:, t] = rho * out[:, t - 1] + math.sqrt(1 - rho * rho) * rng.standard_normal(chains)
    return out


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_effective_size_of_a_known_chain(rho: float) -> None:
    """AR(1) with ρ = 0.9 has autocorrelation time 19."""
    got = effective_size(ar1(rho, 8, 20_000, 1))
    assert got == pytest.approx(160_000 * (1 - rho) / (1 + rho), rel=0.15)


def test_diagnostics_see_chains_that_disagree() -> None:
    """One chain shifted by two standard deviations: R-hat above 1.05 and few effective draws."""
    draws = ar1(0.2, 4, 2000, 2)
    assert rhat(draws) < 1.01
    draws[0] += 2.0
    assert rhat(draws) > 1.2
    assert effective_size(draws) < 100


@pytest.mark.parametrize("text", ["x^2*y^2", "(y^2-x^3)^2", "4*x^4*y^6"])
def test_ladder_against_charts(text: str) -> None:
    """λ̂(β) on a ladder within four standard errors (and 0.02) of the charts; F(β) likewise."""
    ladder = 10.0 ** np.arange(0.5, 4.1, 0.5)
    rungs = tempered(text, ladder, draws=300, seed=3)
    c = chart_zeta(rlct(text))
    exact = c.lambda_hat(ladder)
    for rung, value in zip(rungs, exact, strict=True):
        assert abs(rung.mean - value) < 4 * rung.stderr + 1e-3
        assert rung.trusted
        assert 0.1 < rung.acceptance < 0.95
    growth = free_energy(rungs)[-1]
    assert growth == pytest.approx(-math.log(float(c.partition(ladder[-1]) / c.partition(ladder[0]))), abs=0.05)


def test_wbic_is_lambda_hat_times_log_n() -> None:
    """WBIC without its data term at n = 1000 for x²y²: 0.380·log n at K = 4x²y²."""
    value, error, chain = wbic("4*x^2*y^2", 1000, seed=1)
    assert abs(value - 0.380 * math.log(1000)) < 4 * error + 0.01
    assert chain.nbeta == pytest.approx(1000 / math.log(1000))


def test_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too few draws raise an error with the numbers; not strict, the chain itself says so."""
    with pytest.raises(EstimationError, match="R-hat"):
        tempered("x^2*y^2", [100.0], chains=4, draws=20, sweeps=1, seed=1)
    (c,) = tempered("x^2*y^2", [100.0], chains=4, draws=20, sweeps=1, seed=1, strict=False)
    assert not c.trusted
    assert "not to be believed" in c.note
    with pytest.raises(InputError, match="increase"):
        tempered("x^2", [10.0, 1.0])
    with pytest.raises(EstimationError, match="expression"):
        tempered(lambda w: (w**2).sum(axis=1), [1.0], variables=["x"])


def test_interrupt_returns_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the second rung keeps the first."""
    true_summary = mcmc._summary
    calls: list[int] = []

    def interrupted(*args: object) -> Chain:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return true_summary(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(mcmc, "_summary", interrupted)
    assert len(tempered("x^2+y^2", [10.0, 100.0], draws=50, seed=1, strict=False)) == 1


def test_arviz_layout(tmp_path: object) -> None:
    """Groups of (chain, draw) arrays with the parameters by name; the same draws go to NPZ."""
    (c,) = tempered("(x-1)^2*y^2", [50.0], at="1,0", chains=16, draws=60, seed=2, keep=True, strict=False)
    groups = c.to_arviz()
    assert set(groups) == {"posterior", "sample_stats"}
    assert groups["posterior"]["x"].shape == (16, 60)
    x, y = groups["posterior"]["x"], groups["posterior"]["y"]
    assert groups["posterior"]["nbeta_K"] == pytest.approx(50.0 * (x - 1) ** 2 * y**2, rel=1e-9)
    path = f"{tmp_path}/draws.npz"
    c.save(path)
    with np.load(path) as data:
        assert data["draws"].shape == (16, 60)
        assert float(data["nbeta"]) == 50.0


def test_sgld_on_a_regular_problem_and_its_bias_on_a_singular_one() -> None:
    """x²+y²: nearly right. x²y⁴ with few steps: the note carries the bias against the tethered perfect value."""
    easy = sgld("x^2+y^2", nbeta=100.0, lr=1e-3, num_draws=20_000, seed=1)
    exact = float(perfect_llc("x^2+y^2", 1000, nbeta=100.0, localization=1.0, seed=1))
    assert abs(easy.mean - exact) < 0.1 + 4 * easy.stderr
    hard = sgld("4*x^2*y^4", nbeta=145.0, lr=1e-5, num_draws=4000, num_burnin_steps=200, seed=1)
    tethered = float(perfect_llc("4*x^2*y^4", 1000, nbeta=145.0, localization=1.0, seed=1))
    labelled, bias, _ = with_bias(hard, tethered)
    assert "biased" in labelled.note
    assert f"bias {bias:+.3f}" in labelled.note
    # started at the singularity with tiny steps it has hardly moved: far too small, and its own diagnostics show it
    assert hard.mean < 0.5 * tethered
    assert not hard.trusted


def test_sgld_that_diverges_is_no_number() -> None:
    """Steps that are too long end in an infinite mean and a note."""
    c = sgld("x^4*y^4", nbeta=1e6, lr=1.0, num_draws=500, seed=1)
    assert c.mean == math.inf
    assert "diverged" in c.note
    assert not c.trusted

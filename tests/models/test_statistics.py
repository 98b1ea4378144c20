"""Free energies, criteria and phases."""

from __future__ import annotations

import math
from fractions import Fraction
from math import exp, isclose, log
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlct.errors import InputError
from rlct.models.matrices import reduced_rank
from rlct.models.networks import analytic_activation_bound
from rlct.models.statistics import (
    Phase,
    bic_penalty,
    free_energy,
    generalisation_error,
    log_posterior_weights,
    phases,
    plot_phases,
    posterior_odds,
    sbic,
    sbic_coefficients,
    wbic,
    wbic_temperature,
)


@given(st.integers(10, 10**9), st.integers(1, 20))
def test_a_regular_model_has_the_penalty_of_bic(n: int, d: int) -> None:
    """λ = d/2 and m = 1 give (d/2) log n."""
    assert isclose(free_energy(n, 0, Fraction(d, 2)), bic_penalty(n, d))


@given(st.floats(100, 1e9), st.floats(0.1, 50))
def test_generalisation_error_is_the_derivative_of_the_free_energy(n: float, lam: float) -> None:
    """F(n+1) - F(n) tends to λ/n."""
    step = n * 1e-4
    slope = (free_energy(n + step, 0, lam) - free_energy(n - step, 0, lam)) / (2 * step)
    assert isclose(slope, generalisation_error(n, lam), rel_tol=1e-4)


def test_wbic_uses_lambda_and_the_inverse_of_log_n() -> None:
    """The tanh network with 128 units costs 130/23 log n, not 128 log n."""
    assert isclose(wbic(1000, 2, Fraction(130, 23)) - 2000, 130 / 23 * log(1000))
    assert isclose(wbic_temperature(exp(5)), 0.2)


def test_sbic_solves_its_equation() -> None:
    """The values satisfy sum_j (L_i - L_ij) L_j P_j = 0 for a chain of three models."""
    n = 50
    likelihood = {"1": -3.0, "2": -2.0, "3": -1.5}
    coefficients = {
        (str(i), str(j)): (Fraction(i + j, 4), 1 + (i - j) // 2) for i in (1, 2, 3) for j in range(1, i + 1)
    }
    values = sbic(likelihood, coefficients, n)
    for i in ("2", "3"):
        total = 0.0
        for j in ("1", "2", "3"):
            if j <= i:
                lam, m = coefficients[i, j]
                term = exp(likelihood[i]) * n ** (-float(lam)) * log(n) ** (m - 1)
                total += (exp(values[i]) - term) * exp(values[j])
        assert abs(total) < 1e-12


def test_sbic_survives_large_likelihoods() -> None:
    """Log-likelihoods of minus a million neither overflow nor vanish."""
    values = sbic({"a": -1e6, "b": -1e6 + 3}, {("a", "a"): (1, 1), ("b", "a"): (1.5, 1), ("b", "b"): (2, 1)}, 1000)
    assert -1.01e6 < values["b"] < -0.99e6


def test_sbic_refuses_incomplete_tables() -> None:
    """A missing diagonal entry and a submodel listed too late are bad input."""
    with pytest.raises(InputError, match="missing"):
        sbic({"a": 0.0}, {}, 100)
    with pytest.raises(InputError, match="before"):
        sbic({"a": 0.0, "b": 0.0}, {("a", "a"): (1, 1), ("a", "b"): (1, 1), ("b", "b"): (1, 1)}, 100)


def test_phases_move_to_larger_lambda_as_n_grows() -> None:
    """With losses decreasing as λ grows, the preferred phase runs through increasing λ: less degenerate points."""
    table = phases([Phase("c", 0, 4), Phase("a", 0.1, Fraction(1, 2)), Phase("b", 0.01, 2)], 10, 1e9)
    assert [name for _, name in table.preferred] == ["a", "b", "c"]
    assert table.best(20) == "a"
    assert table.best(1e8) == "c"
    for crossing in table.crossings:
        p, q = (next(r for r in table.phases if r.name == name) for name in (crossing.before, crossing.after))
        assert isclose(p.free_energy(crossing.n), q.free_energy(crossing.n), rel_tol=1e-9)


def test_the_multiplicity_changes_odds_by_powers_of_log_n() -> None:
    """Same λ, m = 11 against 7: the odds are (log n)^4."""
    first, second = Phase("x^4", 0, Fraction(5, 2), 11), Phase("1", 0, Fraction(5, 2), 7)
    assert isclose(posterior_odds(10**6, first, second), log(10**6) ** 4)


def test_weights_are_normalised() -> None:
    """Posterior weights add up to one."""
    weights = log_posterior_weights(1000, [Phase("a", 0, 1), Phase("b", 0.001, 2), Phase("c", 0, 3, 2)])
    assert isclose(sum(map(exp, weights)), 1)


def test_plot_is_written(tmp_path: Path) -> None:
    """The picture of free energies lands in the file."""
    target = tmp_path / "phases.svg"
    plot_phases(phases([Phase("a", 0.1, 1), Phase("b", 0, 2)]), path=str(target))
    assert target.stat().st_size > 1000


@pytest.mark.parametrize(
    "call",
    [
        lambda: free_energy(2, 0, 1),
        lambda: free_energy(10, 0, -1),
        lambda: phases([Phase("a", 0, 1)]),
        lambda: phases([Phase("a", 0, 1), Phase("a", 0, 2)]),
        lambda: phases([Phase("a", 0, 1), Phase("b", 0, 2)], 100, 10),
    ],
)
def test_bad_statistics_are_refused(call) -> None:  # type: ignore[no-untyped-def]
    """Sample sizes, coefficients and lists that make no sense are bad input."""
    with pytest.raises(InputError):
        call()


def test_sbic_of_reduced_rank_prefers_the_true_rank() -> None:
    """With equal fit from rank 1 on, sBIC with coefficients of the catalogue picks rank 1."""
    table = sbic_coefficients(lambda h, r: reduced_rank(4, h, 4, r), [1, 2, 3])
    values = sbic({"1": -500.0, "2": -499.0, "3": -498.5}, table, 500)
    assert max(values, key=lambda k: values[k]) == "1"
    assert all(table[str(i), str(j)][0] <= table[str(i), str(i)][0] for i in (1, 2, 3) for j in range(1, i + 1))


def test_sbic_coefficients_refuse_bounds() -> None:
    """A catalogue entry that is only a bound is no coefficient."""
    with pytest.raises(InputError, match="no exact value"):
        sbic_coefficients(analytic_activation_bound, [1, 2])


def test_tiny_differences_of_large_losses_decide() -> None:
    """n times the losses would drown the difference; the crossing and the winner after it are found all the same."""
    table = phases([Phase("a", 1, Fraction(1, 2)), Phase("b", 1 - Fraction(1, 10**12), 2)], 10, 1e18)
    assert [name for _, name in table.preferred] == ["a", "b"]
    assert table.best(1e16) == "b"
    assert table.crossings[0].n == pytest.approx(1.5e12 * math.log(table.crossings[0].n), rel=1e-6)


@pytest.mark.parametrize(
    "call",
    [
        lambda: sbic({"a": -1.0}, {("a", "a"): (1, 1)}, 100, {"a": 0}),
        lambda: sbic({"a": -1.0}, {("a", "a"): (1, 1)}, 100, {}),
        lambda: sbic({"a": math.nan}, {("a", "a"): (1, 1)}, 100),
        lambda: sbic({"a": -1.0}, {("a", "a"): (1, 1), ("a", "b"): (1, 1)}, 100),
        lambda: sbic({"a": -1.0}, {("a", "a"): (1, 1.5)}, 100),  # type: ignore[dict-item]
        lambda: generalisation_error(100, -1),
        lambda: free_energy("many", 0, 1),  # type: ignore[arg-type]
        lambda: log_posterior_weights(100, []),
        lambda: phases([Phase("a", math.inf, 1), Phase("b", 0, 1)]),
    ],
)
def test_numbers_that_make_no_sense_are_refused(call) -> None:  # type: ignore[no-untyped-def]
    """Weights, likelihoods, coefficients and sizes are checked before anything is computed."""
    with pytest.raises(InputError):
        call()

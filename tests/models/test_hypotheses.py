"""Hypotheses of the catalogue and of the front ends: what lies outside them is refused or answered rightly."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
import sympy as sp

from rlct import Budget, rlct
from rlct.errors import InputError
from rlct.models import density, expansion, monomials, networks, singularities


@pytest.mark.parametrize(
    ("pairs", "value"),
    [
        ([((1, 0), (1, 1))], (Fraction(1, 2), 1)),  # x (1 - y): the second factor is a unit at 0
        ([((0, 2), (0, 3)), ((1, 0), (1, 3))], (Fraction(3, 4), 1)),  # the ideal (y^2, x)
        ([((1, 1, 1), (1, 0, 1))], (Fraction(1, 2), 2)),  # x z (y - 1)
        ([((2, 0), (0, 2))], (Fraction(1, 2), 2)),
    ],
)
def test_binomials_cancel_only_where_they_meet_the_origin(pairs: list, value: tuple[Fraction, int]) -> None:
    """A cancellation that needs a coordinate of size one is no cancellation at 0; the engine agrees."""
    known = monomials.binomial_ideal(pairs)
    assert (known.lam, known.m) == value
    case = monomials.binomial_ideal_case(pairs)
    found = rlct(case.expression, **case.keywords())
    assert (found.lam, found.multiplicity) == value


def test_random_binomial_ideals_agree_with_the_engine() -> None:
    """Fifty random lists of binomials in two variables, as far as the engine answers at once."""
    rng = random.Random(5)
    compared = 0
    while compared < 50:
        pairs = [
            (tuple(rng.randint(0, 3) for _ in range(2)), tuple(rng.randint(0, 3) for _ in range(2)))
            for _ in range(rng.randint(1, 3))
        ]
        if any(a == b or not any(a) or not any(b) for a, b in pairs):
            continue
        known, case = monomials.binomial_ideal(pairs), monomials.binomial_ideal_case(pairs)
        found = rlct(case.expression, budget=Budget(seconds=5), **case.keywords())
        assert found.status == "exact"
        assert (found.lam, found.multiplicity) == (known.lam, known.m), case.name
        compared += 1


@pytest.mark.parametrize(
    "pairs",
    [
        [((0, 0), (1, 0))],
        [((1, 0), (1, 0))],
        [((-1, 0), (1, 0))],
        [((1, 0), (0, 1, 0))],
        [],
    ],
)
def test_lists_that_are_no_binomial_ideals_are_refused(pairs: list) -> None:
    """Constants, zero binomials, negative exponents, unequal lengths."""
    with pytest.raises(InputError):
        monomials.binomial_ideal(pairs)


@pytest.mark.parametrize("sizes", [(-3, 4, 5), (0, 4, 5), (1, 9, 9)])
def test_hyperbolic_exponents_are_at_least_two(sizes: tuple[int, int, int]) -> None:
    """1/p of a negative p would pass the test of hyperbolicity."""
    with pytest.raises(InputError):
        singularities.hyperbolic(*sizes)


def test_a_finite_model_has_to_add_up_and_to_reach_its_truth() -> None:
    """The probabilities are one together, and at the point they are the true ones."""
    with pytest.raises(InputError, match=r"add up to 1 \+ p"):
        density.finite({"0": "1 - p", "1": "2*p"}, {"0": "1/2", "1": "1/2"}, {"p": "1/2"})
    with pytest.raises(InputError, match="not realised"):
        density.finite({"0": "1 - p", "1": "p"}, {"0": "1/2", "1": "1/2"}, {"p": "1/3"})
    with pytest.raises(InputError, match="q has no value"):
        density.finite({"0": "1 - p*q", "1": "p*q"}, {"0": "1/2", "1": "1/2"}, {"p": "1/2"})


def test_densities_read_sympy_expressions() -> None:
    """Builders take sympy as well as text."""
    p, q = sp.symbols("p q")
    case = density.finite({"0": 1 - p * q, "1": p * q}, {"0": "1/2", "1": "1/2"}, {"p": 1, "q": "1/2"})
    assert rlct(case.expression, **case.keywords()).lam == Fraction(1, 2)
    case = density.covariance([[1, p * q], [p * q, 1]], [[1, 0], [0, 1]], {p: 0, q: 0})
    assert rlct(case.expression, **case.keywords()).multiplicity == 2


def test_a_covariance_model_has_to_be_symmetric_and_to_reach_its_truth() -> None:
    """Both are checked exactly."""
    with pytest.raises(InputError, match="not symmetric"):
        density.covariance([["1", "a"], ["b", "1"]], [[1, 0], [0, 1]], {"a": 0, "b": 0})
    with pytest.raises(InputError, match="not realised"):
        density.covariance([["1", "a"], ["a", "1"]], [[1, 0], [0, 1]], {"a": "1/2"})


def test_the_input_law_needs_moments() -> None:
    """Under Cauchy inputs E tanh(bx)^2 falls like |b|, not like b^2: argument and theorem say what they need."""
    assert any("order 10" in h for h in networks.tanh_zero(3).hypotheses)
    assert any("order 10" in a for a in expansion.one_input_argument("tanh", 3, 0))
    assert any("order 6" in a for a in expansion.several_inputs_argument("tanh", 2, 0))

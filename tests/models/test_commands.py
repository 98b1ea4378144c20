"""`rlct model`: published values, ideals and the engine beside them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from rlct.cli.app import run
from rlct.errors import InputError
from rlct.models.commands import command
from rlct.models.entries import ENTRIES


def call(*words: str) -> Result:
    """Run one line of the command."""
    return CliRunner().invoke(command, list(words), standalone_mode=False)


def test_deep_linear_network_of_any_size() -> None:
    """The example of the manual prints λ, m, the convention, source and hypotheses."""
    outcome = call("deep-linear", "--widths", "784,100,10", "--rank", "5")
    assert "λ = 2210, m = 1" in outcome.output
    assert "sum of squares" in outcome.output
    assert "Aoyagi 2024" in outcome.output
    assert outcome.return_value == 0


def test_engine_beside_the_formula() -> None:
    """With --engine both values appear and agree; JSON holds formula, case and engine."""
    outcome = call("tanh", "--hidden", "2", "--engine", "--json")
    data = json.loads(outcome.output)
    assert data["formula"]["lambda"] == data["engine"]["lambda"] == "2/3"
    assert data["agrees"] is True
    assert data["case"]["variables"] == ["a1", "a2", "b1", "b2"]
    assert outcome.return_value == 0


def test_ideal_and_argument_are_shown() -> None:
    """--ideal prints generators, point and the reason why they suffice."""
    outcome = call("tanh", "--hidden", "2", "--ideal")
    assert "a1*b1^3 + a2*b2^3" in outcome.output
    assert "because" in outcome.output


def test_a_model_without_formula_goes_to_the_engine() -> None:
    """A network posed by its units has no catalogue value and is solved."""
    outcome = call("network", "--activation", "tanh", "--hidden", "2", "--truth", "1,1", "--at", "1/3,1; 2/3,1")
    assert "5/4" in outcome.output
    assert outcome.return_value == 0


def test_a_vanishing_prior_refuses_the_formula() -> None:
    """The theorem needs a positive prior; the engine takes the other one."""
    error = call("tanh", "--hidden", "1", "--prior", "a1^2").exception
    assert isinstance(error, InputError)
    assert "positive at the truth" in str(error)
    outcome = call("tanh", "--hidden", "1", "--prior", "a1^2", "--engine", "--json")
    assert json.loads(outcome.output)["engine"]["multiplicity"] == 1


@pytest.mark.parametrize(
    "words",
    [
        ("deep-linear", "--widths", "2,x"),
        ("network", "--activation", "relu", "--hidden", "2"),
        ("nmf", "--rows", "3", "--inner", "3", "--columns", "3", "--rank", "1", "--ideal"),
        ("gaussian-tree", "--edges", "1-u-2"),
        ("several-inputs", "--hidden", "1", "--inputs", "2", "--outputs", "1", "--odd", "maybe"),
        ("network", "--activation", "tanh", "--hidden", "1", "--truth", "1"),
        ("phases", "--phase", "a=1"),
        ("phases", "--phase", "a=x,1", "--phase", "b=0,1"),
        ("quasihomogeneous", "--weights", "1/3,1/4", "--engine"),
        ("quasihomogeneous", "--weights", "0.3,1/4"),
        ("binomial", "--pairs", "2,0"),
        ("scalar-chain", "--layers", "2", "--truth", "1,2"),
        ("arnold", "--type", "D4", "--definite", "yes"),
    ],
)
def test_bad_words_are_refused_in_one_sentence(words: tuple[str, ...]) -> None:
    """Bad sizes and texts raise an error of the package with a sentence."""
    error = call(*words).exception
    assert type(error).__name__ in ("InputError", "UnsupportedError")
    assert len(str(error)) > 15


def test_the_list_names_every_model() -> None:
    """Without a name the command lists all models."""
    text = call().output
    assert all(entry.name in text for entry in ENTRIES)


def test_phases_ranks_and_crosses() -> None:
    """Two phases cross where their free energies agree."""
    data = json.loads(call("phases", "--phase", "a=1/100,1/2", "--phase", "b=0,2", "--json").output)
    assert [p["phase"] for p in data["preferred"]] == ["a", "b"]
    assert 1040 < data["crossings"][0]["n"] < 1045


SAMPLES = {
    "reduced-rank": "--outputs 2 --hidden 1 --inputs 2 --rank 1",
    "reduced-rank-local": "--outputs 2 --hidden 2 --inputs 2 --rank-right 1 --rank-left 0",
    "deep-linear": "--widths 2,1,2",
    "symmetric-factorisation": "--size 2 --columns 1",
    "equal-dyads": "--size 2",
    "rank-one-tensor": "--dimensions 2,2",
    "polynomial-product": "--left-degree 1 --right-degree 1",
    "monic-factorisation": "--left-degree 1 --right-degree 2",
    "scalar-chain": "--layers 3 --truth 1/2",
    "vandermonde": "--step 1 --outputs 1 --hidden 2",
    "tanh": "--hidden 2",
    "tanh-teacher": "--hidden 2",
    "tanh-generic": "--hidden 2",
    "monomial-activation": "--outputs 1 --hidden 2 --power 2",
    "quadratic-activation": "--hidden 1 --inputs 2",
    "several-inputs": "--hidden 1 --inputs 2 --outputs 2",
    "analytic-bound": "--hidden 3 --true-units 1",
    "network": "--activation sin --hidden 1 --inputs 2 --outputs 2",
    "location-mixture": "--dimension 1 --components 2",
    "naive-bayes": "--features 2",
    "two-class-table": "--rows 2 --columns 2",
    "lda": "--words 2 --topics 2 --documents 2 --rank 1",
    "nmf": "--rows 1 --inner 1 --columns 2",
    "one-factor": "--variables 3",
    "gaussian-tree": "--edges 1-u,2-u,3-v,4-v,u-v --blocks 1,2",
    "markov-tree": "--edges 1-u,2-u,3-u",
    "monomial": "--exponents 1,1,0;0,1,1 --prior-exponents 1,0,0",
    "binomial": "--pairs 2,0-0,3",
    "minors": "--rows 2 --columns 3 --k 2",
    "symmetric-minors": "--size 2 --k 2",
    "pfaffians": "--size 4 --half 2",
    "minor-products": "--rows 2 --columns 2 --powers 1:1,2:1",
    "invariant": "--name symmetric-determinant",
    "nilpotent-cone": "--size 2",
    "commuting-pairs": "",
    "discriminant": "--degree 3",
    "coxeter-discriminant": "--group G --size 2",
    "form-discriminant": "--degree 2",
    "symmetric-discriminant": "--size 2",
    "reflection": "--group B --size 2",
    "arrangement": "--normals 1,0;0,1;1,1 --multiplicities 2,1,1",
    "generic-arrangement": "--dimension 2 --planes 3",
    "quasihomogeneous": "--weights 1/3,1/4",
    "arnold": "--type A3 --definite yes --variables 3",
    "series": "--name Y1,2",
    "hyperbolic": "--p 3 --q 4 --r 5",
    "plane-branch": "--p 2 --q 5",
}


def test_every_model_has_a_sample() -> None:
    """The list above is the list of the command."""
    assert sorted(SAMPLES) == sorted(e.name for e in ENTRIES)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_model_answers_and_agrees_with_the_engine(name: str) -> None:
    """A small size of each family: value, source and hypotheses; with --engine the same value from its ideal."""
    entry = next(e for e in ENTRIES if e.name == name)
    words = [name, *SAMPLES[name].split()]
    if entry.known is not None:
        data = json.loads(call(*words, "--json").output)
        assert data["formula"]["source"]
        assert data["formula"]["hypotheses"]
    if entry.case is not None:
        outcome = call(*words, "--engine", "--json")
        assert outcome.exception is None, outcome.exception
        data = json.loads(outcome.output)
        assert outcome.return_value == 0
        assert data["engine"]["status"] == "exact"
        assert data.get("agrees", True)


def test_a_positive_prior_keeps_the_formula() -> None:
    """A prior that does not vanish at the truth is within the hypotheses; a name that is no parameter is refused."""
    outcome = call("tanh", "--hidden", "1", "--prior", "1 + a1^2", "--json")
    assert json.loads(outcome.output)["formula"]["lambda"] == "1/2"
    error = call("tanh", "--hidden", "1", "--prior", "q").exception
    assert isinstance(error, InputError)
    assert "no parameter" in str(error)


def test_a_missing_size_and_an_unknown_model_are_refused_in_one_sentence() -> None:
    """No size is taken for granted; a misspelt name is answered with the near ones."""
    assert run(["model", "tanh"]) == 2
    error = call("deep-liner", "--widths", "2,2").exception
    assert isinstance(error, InputError)
    assert "deep-linear" in str(error)


def test_decimal_weights_are_refused() -> None:
    """Floats are refused in the sizes of a model as everywhere."""
    error = call("network", "--activation", "tanh", "--hidden", "1", "--truth", "0.5,1").exception
    assert isinstance(error, InputError)
    assert "1/10" in str(error)

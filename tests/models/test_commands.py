"""`rlct model`: published values, ideals and the engine beside them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

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
        ("lda", "--words", "3", "--topics", "3", "--documents", "3", "--rank", "1", "--ideal"),
        ("gaussian-tree", "--edges", "1-u-2"),
        ("several-inputs", "--hidden", "1", "--inputs", "2", "--outputs", "1", "--odd", "maybe"),
        ("network", "--activation", "tanh", "--hidden", "1", "--truth", "1"),
        ("phases", "--phase", "a=1"),
        ("phases", "--phase", "a=x,1", "--phase", "b=0,1"),
        ("gaussian-tree", "--edges", "1-u,2-u", "--engine"),
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

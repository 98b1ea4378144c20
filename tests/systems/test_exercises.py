"""The exercises: the right answer is accepted, wrong ones are told what to reconsider, the notebook runs."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from rlct.errors import InputError
from rlct.systems.exercises import Exercise, exercise, exercises, general_slip

NOTEBOOK = Path(__file__).parents[2] / "examples" / "exercises.ipynb"


@pytest.mark.parametrize("task", exercises(), ids=lambda e: e.title)
def test_right_and_wrong_answers(task: Exercise) -> None:
    """The engine's answer is right, another m or λ is not, every listed slip differs from the answer, the solution
    argues."""
    truth = task.result()
    assert truth.status == "exact"
    assert task.check(truth.lam, truth.multiplicity).startswith("Right")
    assert task.check(truth.lam).endswith("Now find m.")
    assert "is not" in task.check(truth.lam, truth.multiplicity + 1)
    assert all(Fraction(slip) != truth.lam for slip in task.slips)
    assert all(text in task.check(slip) for slip, text in task.slips.items())
    assert task.check(truth.lam + 100).startswith("Not yet")
    assert str(truth.lam) in task.solution()


def test_unanswered_and_malformed_answers() -> None:
    """An empty answer asks for one; text that is no fraction is bad input; unknown numbers are refused."""
    assert exercise(1).check() == "No answer yet: fill in λ and m."
    with pytest.raises(InputError, match="fraction"):
        exercise(1).check("a quarter")
    assert exercise(1).check("1/4", "1").startswith("Right")
    assert exercise(1).check("1/4", "?").endswith("Now find m.")
    with pytest.raises(InputError, match="whole number"):
        exercise(1).check("1/4", "one")
    with pytest.raises(InputError, match="no exercise 99"):
        exercise(99)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (Fraction(1, 8), "too small"),
        (Fraction(1), "d/2"),
        (Fraction(1, 2), "factor 2"),
        (Fraction(3), "too large"),
        (Fraction(-1, 4), "-λ"),
        (Fraction(1, 9), "too small"),
    ],
)
def test_general_slips(value: Fraction, word: str) -> None:
    """Typical deviations from 1/4 in two variables are named."""
    assert word in general_slip(value, Fraction(1, 4), 2)


def test_notebook_runs_from_top_to_bottom(capsys: pytest.CaptureFixture[str]) -> None:
    """Every code cell runs in order as it stands, with no answers filled in."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    space: dict[str, object] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), str(NOTEBOOK), "exec"), space)
    said = capsys.readouterr().out
    assert said.count("No answer yet") == len(exercises())
    assert said.count("λ = ") >= len(exercises())

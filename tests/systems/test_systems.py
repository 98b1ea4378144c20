"""The worked systems: every row settles as its argument says, and a wrong statement cannot pass."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from click.testing import CliRunner

from rlct.systems import numbers, product_numbers
from rlct.systems.commands import command
from rlct.systems.rows import Ask, Item, posed, run
from rlct.systems.table import exact_text, items, markdown, numeric_text, systems

_SLOW = {"S3.tanh-128", "S3.numerics", "S4.valleys"}
_FIELDS = {"id", "claim", "verdict", "exact", "numeric", "argument"}


@pytest.mark.parametrize(
    "item", [pytest.param(i, id=i.id, marks=pytest.mark.slow if i.id in _SLOW else ()) for i in items()]
)
def test_row_settles_as_argued(item: Item) -> None:
    """The engine confirms every value the argument uses, and the independent numbers support it."""
    row = run(replace(item, estimate=False), seconds=30)
    assert row.differed == ()
    assert row.verdict == item.verdict
    assert set(row.to_dict()) >= _FIELDS


def test_ids_are_unique_and_cover_the_five_sources() -> None:
    """Ids begin with S0 to S4, none twice, and every source has rows."""
    ids = [i.id for i in items()]
    assert len(set(ids)) == len(ids) >= 55
    assert {i.split(".")[0] for i in ids} == {"S0", "S1", "S2", "S3", "S4"}


def test_a_wrong_statement_is_not_decidable() -> None:
    """If the argument states another λ or m than the engine finds, the verdict falls."""
    case = posed("x^2 y^4", "x^2*y^4", {"x": 0, "y": 0})
    for stated in ((Fraction(1, 2), 1), (Fraction(1, 4), 2)):
        row = run(
            Item("S0.wrong", "a wrong claim", "reproduced", "a wrong argument", (Ask(case, stated),), estimate=False)
        )
        assert row.verdict == "not decidable"
        assert "stated" in row.differed[0]


def test_numbers_that_do_not_support_the_argument_count() -> None:
    """An independent check that fails makes the row undecided."""
    row = run(Item("S0.numbers", "claim", "refuted", "argument", numeric=lambda: {"x": 1, "holds": False}))
    assert row.verdict == "not decidable"
    assert row.numeric == {"x": 1}


def test_a_refused_question_does_not_stop_the_table() -> None:
    """Bad input in a question is reported in its row."""
    case = posed("negative", "x^3", {"x": 0})
    row = run(Item("S0.bad", "claim", "reproduced", "argument", (Ask(case, (1, 1)),), estimate=False))
    assert row.verdict == "not decidable"
    assert "refused" in row.differed[0]


def test_json_of_the_command_has_the_fields_of_the_interface() -> None:
    """`rlct systems S2.volume --json` prints a list of rows and nothing else."""
    outcome = CliRunner().invoke(command, ["S2.volume", "--json", "--numeric-time", "0.5"], standalone_mode=False)
    rows = json.loads(outcome.stdout)
    assert [r["id"] for r in rows] == ["S2.volume"]
    assert set(rows[0]) >= _FIELDS
    assert rows[0]["exact"]["lambda"] == "1/4"
    assert outcome.return_value == 0


def test_text_and_unknown_rows_of_the_command() -> None:
    """The text form names verdict and value; an unknown id is bad input."""
    outcome = CliRunner().invoke(command, ["S0.degenerate", "--numeric-time", "0.5"], standalone_mode=False)
    assert "reproduced" in outcome.stdout
    assert "(1/2, 1)" in outcome.stdout
    assert "no row begins" in str(CliRunner().invoke(command, ["S9"], standalone_mode=False).exception)


def test_markdown_page_lists_claims_and_confirmations() -> None:
    """The page shows the table of a source, the argument and what the engine confirmed."""
    rows = list(systems("S2.noise", numeric_seconds=0.5))
    page = markdown(rows)
    assert "| S2.noise-floor |" in page
    assert "Engine: x^4 + x^2/1000: (1/2, 1)" in page
    assert "1 reproduced" in page


def test_cells_of_the_table() -> None:
    """Missing columns show as dashes, lists as numbers."""
    assert (exact_text(None), numeric_text(None)) == ("–", "–")
    assert numeric_text({"slope": [0.123456, 1]}) == "slope: 0.1235, 1"


def test_curve_of_the_large_network_agrees_with_independent_trials() -> None:
    """λ̂ for 128 units matches values found earlier by sequential Monte Carlo, and is linear, not quadratic."""
    curve = numbers.tanh_curve(128, [1e1, 1e3, 1e6, 1e9, 1e12], draws=30)
    for value, trial in zip(curve["posterior"], (0.834, 1.358, 2.187, 3.083, 4.025), strict=True):
        assert abs(value - trial) < 0.02


def test_closed_volume_of_the_minimum() -> None:
    """Monte Carlo agrees with 8ε - 4ε² for three ε."""
    for eps in (0.3, 0.1, 0.01):
        value, error = numbers.minimum_volume(eps)
        assert abs(value - (8 * eps - 4 * eps**2)) < 5 * error


def test_running_exponent_is_the_derivative_of_the_volume() -> None:
    """The closed form equals a difference quotient of log V."""
    from math import log, sqrt

    s = 0.01
    for eps in (1e-6, 1e-3, 1e-1):

        def volume(e: float) -> float:
            return 2 * sqrt(2 * e / (s + sqrt(s * s + 4 * e)))

        slope = (log(volume(eps * 1.001)) - log(volume(eps / 1.001))) / (2 * log(1.001))
        assert abs(slope - numbers.running_exponent(s, eps)) < 1e-5


@pytest.mark.parametrize(
    ("blocks", "lam", "m"),
    [
        ([(1, 0, 1.0)], 0.5, 1),
        ([(2, 0, 1.0)], 0.5, 2),
        ([(3, 0, 1.0), (2, 1, 2.0)], 1.0, 3),
        ([(5, 1, 1.0)], 2.5, 1),
    ],
)
def test_products_by_quadrature(blocks: list[tuple[int, int, float]], lam: float, m: int) -> None:
    """λ and m of products of uniform variables at 0, at an interior truth and in a corner, from Z(n) alone."""
    found = list(product_numbers.read_off(blocks).values())
    assert abs(found[0] - lam) < 0.005
    assert abs(found[1] - m) < 0.1


def test_product_quadrature_against_a_plain_sum() -> None:
    """log Z(n) for t1 t2 agrees with a midpoint sum on the unit square."""
    import numpy as np

    t = (np.arange(2000) + 0.5) / 2000
    plain = np.log(np.exp(-np.exp(6.0) * np.outer(t, t) ** 2).mean())
    assert abs(product_numbers.log_z(2, 6.0) - plain) < 2e-3


def test_an_unresolved_estimate_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """No λ in the estimate: a note in the numeric column, and no number; no time: no estimate."""
    import rlct
    from rlct.systems.rows import ask_numbers

    class Nothing:
        lam = None
        method = "collapse"

    monkeypatch.setattr(rlct, "estimate", lambda *args, **keywords: Nothing(), raising=False)
    ask = Ask(posed("x^2", "x^2", {"x": 0}), (Fraction(1, 2), 1))
    assert ask_numbers(ask, 0.5) == {"note": "not resolved in 0.5 s", "method": "collapse"}
    assert ask_numbers(ask, 0) is None


def test_rows_in_several_processes_keep_their_order() -> None:
    """Two processes give the same rows as one, in the order of the table."""
    alone = list(systems("S2.noise", seconds=10, numeric_seconds=0)) + list(
        systems("S2.v", seconds=10, numeric_seconds=0)
    )
    shared = list(systems("S2", seconds=10, numeric_seconds=0, workers=2))
    assert [r.id for r in shared] == [i.id for i in items("S2")]
    assert {r.id: r.verdict for r in alone}.items() <= {r.id: r.verdict for r in shared}.items()

"""Engine = formula: the public `rlct` on the ideal of a model gives what the published theorem says."""

from __future__ import annotations

import pytest

from rlct import Budget, rlct
from rlct.models.pairs import Pair, pairs

_MARKS = {"quick": (), "slow": (pytest.mark.slow,), "open": (pytest.mark.slow,)}


@pytest.mark.parametrize("pair", [pytest.param(p, id=p.name, marks=_MARKS[p.effort]) for p in pairs()])
def test_engine_agrees_with_the_formula(pair: Pair) -> None:
    """λ and m of the engine are those of the theorem; where the engine stops early its bounds contain them."""
    seconds = {"quick": 20, "slow": 120, "open": 60}[pair.effort]
    result = rlct(pair.case.expression, budget=Budget(seconds=seconds), **pair.case.keywords())
    lo, hi = result.bounds
    assert lo <= pair.known.lam <= hi
    if lo == hi and result.multiplicity_bounds is not None and pair.known.m is not None:
        assert result.multiplicity_bounds[0] <= pair.known.m <= result.multiplicity_bounds[1]
    if pair.effort != "open":
        assert (result.lam, result.multiplicity) == (pair.known.lam, pair.known.m)

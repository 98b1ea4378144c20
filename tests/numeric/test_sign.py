"""Mode K wants K >= 0: the numeric functions refuse a K of both signs with a point, as the exact answer does."""

from __future__ import annotations

import pytest

from rlct import estimate, volume
from rlct.errors import NegativeLossError
from rlct.numeric.arguments import refuse_negative
from rlct.parse.build import build_problem


@pytest.mark.parametrize(
    ("k", "options"),
    [
        ("x*y", {}),
        ("x^3", {}),
        ("(x-1)^2-(y+2)^4", {"at": "x=1, y=-2"}),
        ("x^2-2", {"region": [(0, 3)]}),
        ("(x^2-2)^3", {"at": "x=sqrt(2)"}),
    ],
)
def test_both_signs(k: str, options: dict[str, object]) -> None:
    """One sentence with a point."""
    with pytest.raises(NegativeLossError, match="is negative at"):
        estimate(k, seconds=1, **options)
    with pytest.raises(NegativeLossError):
        volume(k, [0.1], seconds=1, **options)


@pytest.mark.parametrize(
    ("k", "mode", "at", "region"),
    [
        ("x^2*y^4", "K", None, None),
        ("x*y", "abs", None, None),
        ("x^3", "K", None, "x>=0"),
        ("x*(2-x)", "K", None, [(0, 2)]),
        ("x^2 - 5*x^3", "K", None, None),
    ],
)
def test_one_sign(k: str, mode: str, at: object, region: object) -> None:
    """Nothing to refuse: also where K is negative only away from the point."""
    at = {} if region == "x>=0" else at
    refuse_negative(build_problem(k, mode, None, at, region, None))

"""Boxes in many variables: upper ends are looked at together with the inside."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rlct import UnsupportedError, rlct
from rlct.certify.check import check

SQUARE_PRODUCT = ["a*c + b*d", "a*e + b*f", "g*c + h*d", "g*e + h*f"]  # of two non-negative 2 x 2 matrices


@pytest.mark.parametrize(
    ("gens", "high", "lam", "m"),
    [
        (["a*c + b*d"], "1", Fraction(1), 3),
        (SQUARE_PRODUCT, "1", Fraction(2), 3),
        # the worst points lie at the upper ends of a and b: (1 - a)(1 - b) and c d
        (["(1-a)^2*(1-b)^2", "c*d"], "1", Fraction(3, 4), 3),
        # beyond the box (at a = 2) it would be worse
        (["(a-2)^4*(a+b)", "b", "c", "d"], "1", Fraction(2), 1),
    ],
)
def test_boxes(gens: list[str], high: str, lam: Fraction, m: int) -> None:
    """Non-negative monomials by hand; the certificate is accepted; all cells are covered."""
    names = "abcdefgh" if "h" in "".join(gens) else "abcd"
    r = rlct(gens, variables=list(names), region=[("0", high)] * len(names))
    assert (r.lam, r.multiplicity) == (lam, m)
    assert r.certificate is not None
    assert check(r.certificate).proved == "threshold"


@pytest.mark.parametrize(
    ("region", "at", "why"),
    [
        ("x**2+2*x*y+6*x+y**2+5*y+7>=0", "x=-1, y=-2", "no polynomial solves it for one of the variables"),
        ("x^2+y^2<=1", "x=0, y=1", "no polynomial solves it for one of the variables"),
        ("x*y>=0", "x=0, y=0", "its gradient vanishes there"),
        ("y>=x^2, y<=2*x^2", "x=0, y=0", "it makes no corner of an orthant"),
    ],
)
def test_boundaries_that_are_not_supported_are_named(region: str, at: str, why: str) -> None:
    """One sentence with the boundary in the variables of the question and the reason."""
    with pytest.raises(UnsupportedError, match=r"the boundary .*= 0 of the region passes through the point") as caught:
        rlct("(x-y)^2", region=region, at=at)
    assert why in str(caught.value)

"""Sums of squares that are multiplied out after a change of coordinates: their sign is proved and checked."""

from __future__ import annotations

import pytest

from rlct import check, rlct
from rlct.certify import algebra
from rlct.certify.obligations import real

SHEARED = "(x-2*y+2*z)^6 + 2*z^2 + 2*z^2*y^4*(x-2*y+z)^2"
CASES = [
    (SHEARED, "2/3"),
    ("(x-2*y+2*z)^6 + 2*z^2 + 4*z^3 + 6*z^4 + 2*z^2*y^4*(x-2*y+z)^2", "2/3"),
    ("(x-y+z)^6 + 2*z^2 + z^3 + z^4 + z^2*y^4*(x-y)^2", "2/3"),
]


@pytest.mark.parametrize(("text", "lam"), CASES)
def test_the_sign_is_proved_in_shorter_coordinates(text: str, lam: str) -> None:
    import sympy

    r = rlct(str(sympy.expand(text.replace("^", "**"))), variables=["x", "y", "z"])
    assert (str(r.lam), r.multiplicity, r.status) == (lam, 1, "exact")
    assert not any("sign" in note for note in r.notes)
    assert check(r.certificate).z3 == 0


def test_z3_is_asked_in_more_than_one_order() -> None:
    ring = algebra.make_ring(3)
    x, y, z = ring.gens
    f = (x - 2 * y + 2 * z) ** 6 + 2 * z**2 + 2 * z**2 * y**4 * (x - 2 * y + z) ** 2
    box = [s * 64 * g + 1 for g in ring.gens for s in (1, -1)]
    assert real.no_solution(real.Conditions(positive=(-f, *box))) == "z3"


def test_only_variables_that_occur_become_coordinates() -> None:
    """The ring of a computation has spare variables, of which a certificate knows nothing."""
    import sympy

    r = rlct(str(sympy.expand("(x+y)**4 + (y-2*(x+y)**2)**6")))
    assert (str(r.lam), r.multiplicity, r.status) == ("5/12", 1, "exact")
    check(r.certificate)

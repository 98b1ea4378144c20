"""The field `contraction` of the root: which boxes shrink to a part of their zeros, and which must not."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

import pytest

from rlct import rlct
from rlct.certify.certificate import seal
from rlct.certify.check import check
from rlct.errors import CertificateError

UNIT = "0<=a<=1, 0<=b<=1, 0<=c<=1, 0<=d<=1"


def resealed(certificate: dict[str, Any]) -> dict[str, Any]:
    """With the digest made anew, so that only the obligations can catch a change."""
    return seal({k: v for k, v in certificate.items() if k != "digest"}).to_dict()


def test_the_corner_stands_for_the_box() -> None:
    """One cell is enough for a homogeneous ideal; the checker proves why."""
    r = rlct(["a*c + b*d"], region=UNIT)
    assert (r.lam, r.multiplicity) == (1, 3)
    assert r.certificate is not None
    root = r.certificate["root"]
    a, b, c, d = root["contraction"]
    assert min(a, b, c, d) > 0 and a + c == b + d
    assert [codes for codes, _ in root["cells"]] == [["lo"] * 4]
    assert check(r.certificate).proved == "threshold"


def test_a_part_of_the_variables_shrinks() -> None:
    """Where only some weights are positive, the other variables keep their cells."""
    r = rlct(["a*b*(c-1)^2", "a^2*d"], region="-1<=a<=1, -1<=b<=1, -2<=c<=1, 1<=d<=3")
    assert r.certificate is not None
    assert r.certificate["root"]["contraction"][2] == 0
    assert {codes[0] for codes, _ in r.certificate["root"]["cells"]} == {"zero"}
    assert check(r.certificate).proved == "threshold"
    there = rlct(["a*b*(c-1)^2", "a^2*d"], at="a=0, b=0, c=1, d=1", region="c<=1, d>=1")
    assert (r.lam, r.multiplicity) == (there.lam, there.multiplicity)


@pytest.mark.parametrize(
    ("gens", "region"),
    [
        (["a*c + b*d", "a*b"], "-1<=a<=2, 0<=b<=1, -1<=c<=0, -1<=d<=1"),
        (["a^2*b - c^3*d", "a*d"], "-1<=a<=1, -1<=b<=1, -1<=c<=1, 0<=d"),
    ],
)
def test_the_same_as_at_the_origin(gens: list[str], region: str) -> None:
    """The value of a box that shrinks is that of the germ at 0 on the side of the walls through 0."""
    r = rlct(gens, region=region)
    there = rlct(gens, region=region, at="a=0, b=0, c=0, d=0")
    assert r.status == there.status == "exact"
    assert (r.lam, r.multiplicity) == (there.lam, there.multiplicity)


def test_a_prior_that_is_not_homogeneous_prevents_it() -> None:
    """The density counts like K: where it vanishes somewhere else only, 0 need not be the worst point."""
    r = rlct(["a*c + b*d"], region=UNIT, prior="a - 1/2 + c^2", budget=None)
    assert r.certificate is None or "contraction" not in r.certificate["root"] or not any(
        r.certificate["root"]["contraction"][i] for i in (0, 2)
    )


def certificate() -> dict[str, Any]:
    """Of a box with one cell."""
    found = rlct(["a*c + b*d"], region=UNIT).certificate
    assert found is not None
    return copy.deepcopy(found)


def test_weights_that_are_refused() -> None:
    """Not homogeneous, negative, all 0, the wrong number."""
    for weights in ([1, 1, 1, 5], [-1, -1, -1, -1], [0, 0, 0, 0], [1, 1, 1]):
        data = certificate()
        data["root"]["contraction"] = weights
        with pytest.raises(CertificateError):
            check(resealed(data))


def test_other_claims_that_are_refused() -> None:
    """Functions that are not homogeneous, or 0 outside the box."""
    data = certificate()
    ((coefficient, factors),) = data["claim"]["functions"][0]
    p, e = factors[0]
    data["claim"]["functions"][0] = [[coefficient, [[[*p, [[0, 0, 0, 0], 1]], e]]]]
    with pytest.raises(CertificateError, match="homogeneous"):
        check(resealed(data))
    data = certificate()
    data["claim"]["box"][1] = ["1/2", "1"]
    with pytest.raises(CertificateError, match="0 in the interval"):
        check(resealed(data))


def test_a_weight_less_needs_more_cells() -> None:
    """Coordinates that do not shrink need all their cells."""
    data = certificate()
    data["root"]["contraction"] = [1, 0, 0, 1]
    data["claim"]["functions"] = [[["1", [[[[[1, 0, 0, 1], 1]], 1]]]]]
    with pytest.raises(CertificateError, match="cells"):
        check(resealed(data))


def test_the_inside_is_no_end() -> None:
    """At 0 inside its interval a variable has no wall: the code of an end is refused there."""
    r = rlct(["a*c + b*d"], region="-1<=a<=1, 0<=b<=1, 0<=c<=1, 0<=d<=1")
    assert r.certificate is not None
    data = copy.deepcopy(r.certificate)
    assert data["root"]["cells"][0][0] == ["zero", "lo", "lo", "lo"]
    assert check(data).lam == Fraction(1, 2)  # smooth zeros with a < 0
    data["root"]["cells"][0][0] = ["lo"] * 4
    with pytest.raises(CertificateError):
        check(resealed(data))

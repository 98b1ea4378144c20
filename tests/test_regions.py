"""Regions: boxes in many variables, whose upper ends are looked at together with the inside; boundaries as walls."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from rlct import UnsupportedError, rlct
from rlct.certify.check import check
from rlct.errors import CertificateError
from tests.certify.conftest import seal

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
    ("region", "expected"),
    [
        ("x*y>=0", (Fraction(1, 2), 1)),
        ("x^3>=y^2, x>=0", (Fraction(5, 4), 1)),  # x^2 with volume x^(5/2)
        ("y>=x^2, y<=2*x^2", (Fraction(3, 2), 1)),
    ],
)
def test_boundaries_that_are_no_walls_at_the_point(region: str, expected: tuple[Fraction, int]) -> None:
    r = rlct("(x-y)^2", region=region, at="x=0, y=0")
    assert (r.lam, r.multiplicity) == expected
    assert check(r.certificate).proved == "threshold"


PARABOLA = "x^2+2*x*y+6*x+y^2+5*y+7"


@pytest.mark.parametrize(
    ("K", "options", "lam", "m"),
    [
        # with s = x+y+3 the boundary is y+2 = s^2 up to sign: s and the boundary are coordinates
        (PARABOLA, {"mode": "abs", "region": PARABOLA + ">=0", "at": "x=-1, y=-2"}, Fraction(1), 1),
        (f"(x+y+3)^2*({PARABOLA})^3", {"region": PARABOLA + ">=0", "at": "x=-1, y=-2"}, Fraction(1, 3), 1),
        (f"(x+y+3)^2*({PARABOLA})^2", {"region": PARABOLA + "<=0", "at": "x=-1, y=-2"}, Fraction(1, 2), 2),
        ("x^2*y^2*z^2", {"region": "(x+y+z)^2+x>=0, y>=0", "at": "0,0,0"}, Fraction(1, 2), 3),
        ("(x-y)^2", {"region": "(x+y)^2<=x", "at": "0,0"}, Fraction(1, 2), 1),
        ("(x-y)^2*(x+y)^2", {"region": "(x+y)^2<=x-y", "at": "0,0"}, Fraction(1, 2), 2),
    ],
)
def test_boundaries_that_are_graphs_in_linear_coordinates(
    K: str, options: dict[str, str], lam: Fraction, m: int
) -> None:
    """A parabola in any direction is a wall; the checker accepts the proof."""
    r = rlct(K, **options)  # type: ignore[arg-type]
    assert (r.lam, r.multiplicity) == (lam, m)
    assert r.certificate is not None
    assert check(r.certificate).proved == "threshold"
    assert "boundary" in r.explain("full") or "wall" in r.explain("full") or ">= 0" in r.explain("full")


@pytest.mark.parametrize(
    ("K", "region", "at", "lam", "m"),
    [
        ("(x-1)^2", "x^2+y^2<=1", "x=1, y=0", Fraction(3, 4), 1),  # 1 - x >= y^2/2: the volume is that of e^(3/2)
        ("(x-1)^2", "x^2+y^2>=1", "x=1, y=0", Fraction(1, 2), 1),
        ("(x-1)^2*(x^2+y^2-1)^2", "x^2+y^2<=1, y>=0", "x=1, y=0", Fraction(3, 8), 1),
        ("(x+y-1)^2*y^2", "x^2+y^2<=1, y>=0", "x=1, y=0", Fraction(1, 2), 2),
        ("(x+y-1)^2*y^2", "x^2+y^2>=1, y>=0", "x=1, y=0", Fraction(1, 2), 2),  # s^2 y^2 where s >= y
        ("(x-1)^2*y^2", "y>=x^2-1, y<=2*(x^2-1)", "x=1, y=0", Fraction(1, 2), 1),  # (u + v)^2 (2 u + v)^2, u, v >= 0
        ("(x^2-2)^2+y^4", "x^2+y^2>=2, y>=0", "x=sqrt(2), y=0", Fraction(3, 4), 1),
        ("(x^2-2)^2+y^2", "x^2+y>=2", "x=sqrt(2), y=0", Fraction(1), 1),
        ("(x^2-2)^2+y^2", "x+y>=0", "x=sqrt(2), y=0", Fraction(1), 1),  # far from the boundary
        ("x^2+y^4", "x>=y^2, x>=0", "x=0, y=0", Fraction(3, 4), 1),  # the second holds by itself
        ("(y-z)^2*y^2", "y>=z^2, y+x+z^2>=0, x>=0", "0,0,0", Fraction(1, 2), 2),
        ("x^4+(z+x^2)^2+y^4", "x+y+x^2*y^2+x^3+y^3+z^3>=0", "0,0,0", Fraction(1), 1),
    ],
)
def test_smooth_boundaries(K: str, region: str, at: str, lam: Fraction, m: int) -> None:
    """Walls by the implicit function theorem, at irrational points too; values by hand."""
    r = rlct(K, region=region, at=at)
    assert (r.lam, r.multiplicity) == (lam, m)
    assert check(r.certificate).proved == "threshold"
    assert r.explain("full")


@pytest.mark.parametrize("change", [[[2, 0], 3], [[0, 1], 1]])
def test_another_function_in_place_of_the_boundary_is_refused(change: list[Any]) -> None:
    """x^2 + 2x + y^2 >= 0 at the point moved to 0: no other function with that gradient is the wall."""
    r = rlct("(x-1)^2 + y^4", region="x^2+y^2>=1", at="x=1, y=0")
    data = json.loads(json.dumps(r.certificate))
    assert check(seal(data)).proved == "threshold"
    (step,) = (step for node in data["nodes"] for step in node["steps"] if step["op"] == "implicit")
    step["by"] = [term for term in step["by"] if term[0] != change[0]] + [change]
    with pytest.raises(CertificateError):
        check(seal(data))


@pytest.mark.parametrize(
    ("K", "region", "at", "lam", "m"),
    [
        ("(x^2+y^2-1)^2", "x^2+y^2>=1", "sqrt(1/2), sqrt(1/2)", Fraction(1, 2), 1),
        ("(x-y)^2+(x^2-2)^2", "x>=y", "sqrt(2), sqrt(2)", Fraction(1), 1),
        ("(x-y)^2+(x^2-2)^2", "0<=x, y<=3", "sqrt(2), sqrt(2)", Fraction(1), 1),
        ("(x-y^2)^2*(x^2-2)^2", "x>=y^2", "sqrt(2), 2^(1/4)", Fraction(1, 2), 2),
        ("(y-1-x+x^2-2)^2", "y>=1+x, x^2>=2", "sqrt(2), 1+sqrt(2)", Fraction(1), 1),  # (u + v)^2, u, v >= 0
        ("(y-1-x+x^2-2)^2", "y>=1+x, x^2<=2", "sqrt(2), 1+sqrt(2)", Fraction(1, 2), 1),  # (u - v)^2
    ],
)
def test_boundaries_at_numbers_of_one_field(K: str, region: str, at: str, lam: Fraction, m: int) -> None:
    """What is 0 at the point, in place of a coordinate that is a polynomial in another."""
    r = rlct(K, at=at, region=region)
    assert (r.lam, r.multiplicity) == (lam, m)
    report = check(r.certificate)
    assert report.proved == "threshold"
    assert len(report.coordinates) == 1
    assert "serve as coordinates" in r.explain("full")


def test_the_point_of_a_claim_in_other_coordinates() -> None:
    """It is told in those of the question."""
    r = rlct("(x-y/2+1)^2*(x^2-2)^4", at="sqrt(2), 2+2*sqrt(2)", region="x<=2, y>=0")
    assert r.certificate["claim"]["at"][1] == "0"
    report = check(r.certificate)
    assert report.at is not None
    assert report.at.endswith("y = 2*x + 2")
    data = json.loads(json.dumps(r.certificate))
    data["claim"]["box"][1] = ["0", None]
    with pytest.raises(CertificateError, match="no bounds of a coordinate that is changed"):
        check(seal(data))


def test_a_boundary_at_numbers_of_one_field_that_depend_on_two_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="by a relation"):
        rlct("(z-x*y)^2", at="sqrt(2), sqrt(3), sqrt(6)", region="z>=x*y")


def test_boundaries_become_walls_in_an_order_that_works() -> None:
    """w >= 0, u >= 0 and v >= 0 with u = c - s + s^2, s = 2a + b, w = a + b - c + u^3, v = b - 2c: v comes first."""
    u = "(c - (2*a+b) + (2*a+b)^2)"
    r = rlct(f"(a + b - c + {u}^3)^2*{u}^4*(b-2*c)^6", region=f"a + b - c + {u}^3 >= 0, {u} >= 0, b >= 2*c", at="0,0,0")
    assert (r.lam, r.multiplicity) == (Fraction(1, 6), 1)
    assert check(r.certificate).proved == "threshold"


def test_a_zero_that_the_corner_bends_away() -> None:
    """x^6 + y^4 + (z + x^2)^2 with x, z >= 0 is x^4 + y^4 + z^2: 1, not the 11/12 of the whole neighbourhood."""
    k = "(x-1)^6 + y^4 + (z + (x-1)^2)^2"
    assert (rlct(k, region=[(1, 2), (-1, 1), (0, 1)]).lam, rlct(k, at="x=1").lam) == (1, Fraction(11, 12))


@pytest.mark.parametrize(
    ("gens", "region", "prior", "lam"),
    [
        # transversal zeros; x is a root of an irreducible polynomial of degree 14 on the graph x y = 2
        (
            ["(x*y - 2)^3", "(x^2 - 3 + 2*y^2)*((x^2-x-1)^3 + 2*(y^2-2)^4)^3"],
            [("-1/2", "3"), ("-1/2", "2")],
            "(x^2 + y^2 - 1)",
            Fraction(1, 3),
        ),
        # powers are not to be multiplied out: then the zeros no longer show
        (
            ["(3 - 2*y^2 - 3*x + 2*x^2)^2", "(-2 - 3*y^3 - y^4 + 2*x + 3*x*y^2 - 2*x^2 - x^3 - 2*x^4)^3"],
            [("-2", "2"), ("-3/2", "2")],
            None,
            Fraction(5, 12),
        ),
    ],
)
def test_ideals_with_irrational_zeros(
    gens: list[str], region: list[tuple[str, str]], prior: str | None, lam: Fraction
) -> None:
    """u^a, v^b with a and b as written: (1/a + 1/b)/2."""
    r = rlct(gens, mode="ideal", variables=["x", "y"], region=region, prior=prior)
    assert (r.lam, r.multiplicity) == (lam, 1)
    assert check(r.certificate).lam == lam

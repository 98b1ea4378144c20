"""Regions by any inequalities: the worst point of polygons, polyhedra, discs, ...; corners that are no orthants."""

from __future__ import annotations

from fractions import Fraction as Q
from math import inf
from typing import Any

import pytest

from rlct import Budget, rlct
from rlct.certify.check import check
from rlct.errors import NegativeLossError, RegionError
from rlct.problem import evaluate
from rlct.result import Result

TRIANGLE = "x>=0, y>=0, x+y<=1"
TETRAHEDRON = "p>=0, q>=0, r>=0, p+q+r<=1"
OCTAHEDRON = ", ".join(f"{a}x{b}y{c}z<=1" for a in ("", "-") for b in "+-" for c in "+-")
PYRAMID = "x<=z, -x<=z, y<=z, -y<=z"


def proved(r: Result) -> tuple[Any, int | None]:
    """The answer, with all that is said about it looked at: the certificate, the words, the points."""
    assert r.status == "exact"
    assert r.certificate is not None
    report = check(r.certificate)
    assert (report.proved, report.multiplicity) == ("threshold", r.multiplicity)
    assert "cannot word" not in r.explain("full") + r.explain()
    region = r.problem.region
    for p in r.attained_at:
        if not isinstance(p, str) and all(isinstance(c, Q) for c in p):
            named = dict(zip(r.problem.variables, p, strict=True))
            assert region is not None
            assert all(evaluate(c, named) >= 0 for c in region.constraints)
    return r.lam, r.multiplicity


@pytest.mark.parametrize(
    ("k", "region", "expected"),
    [
        # mixture weights
        ("x^2*y^4", TRIANGLE, (Q(1, 4), 1)),
        ("x^2", TRIANGLE, (Q(1, 2), 1)),
        ("(1-x-y)^2*x^2", TRIANGLE, (Q(1, 2), 2)),
        ("(x+y)^2", TRIANGLE, (1, 1)),  # 1/2 inside, where it is not 0
        ("(p*q)^2+(q*r)^2", TETRAHEDRON, (Q(1, 2), 1)),
        ("(p+q+r-1)^2*(p-q)^2", TETRAHEDRON, (Q(1, 2), 2)),
        ("(x*y-z*t)^2", "x>=0, y>=0, z>=0, t>=0, x+y+z+t<=1", (Q(1, 2), 1)),
        # half-planes, polygons, polyhedra
        ("(x+y)^2", "x+2*y>=0, 2*x+y>=0", (1, 1)),
        ("(x-2)^2*y^2", "x+y<=2, x-y<=2, x>=0", (Q(1, 2), 2)),
        ("(x-1)^2", OCTAHEDRON, (Q(3, 2), 1)),  # only at a vertex
        ("(x+y+z-1)^2", OCTAHEDRON, (Q(1, 2), 1)),  # on a face
        ("z^2", PYRAMID + ", z<=1", (Q(3, 2), 1)),  # at the apex
        # discs, balls, annuli
        ("(x*y)^2", "x^2+y^2<=1", (Q(1, 2), 2)),
        ("(x^2+y^2-1)^2", "x^2+y^2<=1", (Q(1, 2), 1)),
        ("(x-1)^2", "x^2+y^2<=1", (Q(3, 4), 1)),  # touched: 1 - x >= y^2/2
        ("(x^2-2)^2", "x^2+y^2<=2", (Q(3, 4), 1)),
        ("(x-1)^2", "x^2+y^2+z^2<=1", (1, 1)),
        ("(x+y+z+t-2)^2", "x^2+y^2+z^2+t^2<=1", (Q(5, 4), 1)),
        ("(x-2)^2", "(x^2+y^2-1)*(4-x^2-y^2)>=0", (Q(3, 4), 1)),
        ("(x^2+y^2-1)^2*z^2", "x^2+y^2<=1, z>=0, z<=1-x", (Q(1, 2), 2)),
        ("(x+y-1)^2*y^2", "x^2+y^2<=1", (Q(1, 2), 2)),
        # between curves
        ("y^2", "x^2<=y, y<=1", (Q(3, 4), 1)),
        ("(x*y-1)^2", "x*y<=1, x>=0, y>=0, x<=2, y<=2", (Q(1, 2), 1)),
        ("x^2+y^2", "y>=0, y<=x^2", (Q(3, 2), 1)),
        ("x^2+y^2", "x^3>=y^2", (Q(5, 4), 1)),
        ("(y^2-x^3)^2", "y^2<=x^3, x<=1", (Q(5, 12), 1)),
        ("x^2+y^2", "(y-x^2)^2<=x^5", (Q(7, 4), 1)),
        ("x^2+y^2", "x^2>=y, y^2>=x^2", (1, 1)),
        ("x^2+y^2+z^2", "x^2<=z^3, y^2<=z^3", (2, 1)),
        ("x^2+y^2+z^2", "z^2<=x^3+y^3", (Q(7, 4), 1)),
        ("(x*y*z)^2", "x^2+y^2<=z, z<=1", (Q(1, 2), 3)),
        # curves that turn, in oblique coordinates: a lemniscate (x >= y^3/4 at the node), a nodal loop; a trefoil
        ("(2*x+y)^2", "-(-x+y)^2+(x+2*y)^2-((-x+y)^2+(x+2*y)^2)^2>=0", (Q(2, 3), 1)),
        ("(-(-x+y)^2+(x+2*y)^2)^2", "-(-x+y)^2+(x+2*y)^2-((-x+y)^2+(x+2*y)^2)^2>=0", (Q(1, 2), 2)),
        ("(x+2*y)^2*(1-x-2*y)-(y-x)^2", "(x+2*y)^2*(1-x-2*y)>=(y-x)^2, x+2*y>=0", (1, 2)),
        ("(x^2+y^2)^2", "x^3-3*x*y^2>=(x^2+y^2)^2", (Q(1, 2), 1)),
    ],
)
def test_the_worst_point(k: str, region: str, expected: tuple[Any, int]) -> None:
    """By hand: the codimension of zeros, on boundaries with the volume of the side inside."""
    assert proved(rlct(k, region=region)) == expected


@pytest.mark.parametrize(
    ("k", "region", "at", "expected"),
    [
        ("x^2+y^2", "y>=0, y<=x^2", "0,0", (Q(3, 2), 1)),
        ("x^2+y^2", "x^2<=y, y<=2*x^2", "0,0", (Q(3, 2), 1)),
        ("y^2", "x^2<=y, y<=2*x^2", "0,0", (Q(3, 4), 1)),
        ("(x-1)^2+y^2", "(x-1)^2<=y, y<=2*(x-1)^2", "1,0", (Q(3, 2), 1)),
        ("x^2+y^2", "y^2<=x^3", "0,0", (Q(5, 4), 1)),
        ("(x-y)^2", "x*y>=0", "0,0", (Q(1, 2), 1)),
        ("(x+y)^2", "x*y>=0", "0,0", (1, 1)),
        ("x^2+y^2", "x^2<=y^2", "0,0", (1, 1)),
        ("z^2", PYRAMID, "0,0,0", (Q(3, 2), 1)),
        ("(x-z)^2", PYRAMID, "0,0,0", (Q(1, 2), 1)),
        ("x^2+y^2+z^2", "x^2+y^2<=z^2", "0,0,0", (Q(3, 2), 1)),
        ("(x^2+y^2-z^2)^2", "x^2+y^2<=z^2", "0,0,0", (Q(1, 2), 1)),
        ("(x^2-2)^2+y^2", "y>=0, y<=(x^2-2)^2", "sqrt(2),0", (Q(3, 2), 1)),
    ],
)
def test_corners_that_are_no_orthants(k: str, region: str, at: str, expected: tuple[Any, int]) -> None:
    """Curves that touch, more than d planes, boundaries without a tangent plane."""
    assert proved(rlct(k, region=region, at=at)) == expected


BOX = "0<=x, x<=1, 0<=y, y<=1"


@pytest.mark.parametrize(
    "k", ["x^2*y^4", "(x-y)^2*x^2", "(x+y-1)^2", "(x-1)^2+y^2", "(x+y)^2", "(x*y-1)^2", "(x^2-y^3)^2"]
)
def test_coordinates_do_not_matter(k: str) -> None:
    """A box, in linear and in curved coordinates in which it has no bounds: the same answer."""
    expected = proved(rlct(k, region=BOX))
    for x, y in (("(2*x+y)", "(x+y)"), ("(x+y^2)", "y"), ("(x-3*y)", "(y+(x-3*y)^2)")):
        inner = {"x": x, "y": y}

        def put(text: str, inner: dict[str, str] = inner) -> str:
            return "".join(inner.get(c, c) for c in text)

        assert proved(rlct(put(k), region=put(BOX))) == expected


@pytest.mark.parametrize(
    "more", ["x+y<=5", "x+y>=0", "x*y>=0", "x^2+y^2<=4", "(x+1)^2*(2-x-y)>=0", "x>=0, 2*x>=0, x+y<=1"]
)
def test_inequalities_that_say_nothing_more(more: str) -> None:
    """Implied ones, some of them equalities at the worst point, do not change the answer."""
    for k, expected in (("x^2*y^4", (Q(1, 4), 1)), ("(x+y)^2", (1, 1)), ("(1-x-y)^2*y^2", (Q(1, 2), 2))):
        assert proved(rlct(k, region=f"{TRIANGLE}, {more}")) == expected


@pytest.mark.parametrize(
    ("k", "region", "expected"),
    [
        ("x^2", "(x-2)^2+y^2<=1", inf),  # zero outside
        ("x^2", "x^2*(1-y^2-(x-3)^2)>=0", inf),  # zero on a line that is no part of the closure of the inside
        ("x^2+y^2", "(x^2+y^2)*(x-1)>=0", inf),  # zero at an isolated point
        ("(x-3)^2+y^2", "(x-3)^2*(1-x^2-y^2)>=0, x>=0", inf),
        ("x^2+y^2+z^2", "x^2+y^2+z^2>=1, x^2+y^2+z^2<=4", inf),
        ("(y-1)^2+x^2", "x^2*(y-1)>=0", (1, 1)),  # the line x = 0 is no boundary
    ],
)
def test_only_the_closure_of_the_inside_counts(k: str, region: str, expected: Any) -> None:
    r = rlct(k, region=region)
    assert check(r.certificate).lam == (None if expected == inf else expected[0])
    assert (r.lam if expected == inf else (r.lam, r.multiplicity)) == expected


@pytest.mark.parametrize(
    ("region", "at"),
    [
        ("x^2+y^2<=0", None),
        ("x+y>=1, x+y<=1", None),
        ("x^2+y^2+1<=0", None),
        ("x>=0, y>=0, x+y<=0", None),
        ("-x^4-y^2>=0", "0,0"),
        ("(x^2+y^2)*(x-1)>=0", "0,0"),
        ("x^2*(x-1)>=0", "0,0"),
        ("y>=2*x^2, y<=x^2", "0,0"),
    ],
)
def test_regions_without_volume(region: str, at: str | None) -> None:
    with pytest.raises(RegionError, match="no volume"):
        rlct("x^2+y^2", region=region, at=at)


def test_the_sign_of_k_on_a_region() -> None:
    """K may be negative outside."""
    assert proved(rlct("1-x", region="x^2+y^2<=1")) == (Q(3, 2), 1)
    assert proved(rlct("1-x^2-y^2", region="x^2+y^2<=1")) == (1, 1)
    assert proved(rlct("x*y", region=TRIANGLE)) == (1, 2)
    assert proved(rlct("x^2-y^2", region="x>=y, x+y>=0")) == (1, 2)
    with pytest.raises(NegativeLossError):
        rlct("x-y", region="x^2+y^2<=1")
    assert proved(rlct("x-y", region="x^2+y^2<=1", mode="abs")) == (1, 1)
    assert proved(rlct("y-x^2", region="y>=x^2", mode="abs")) == (1, 1)


def test_priors_on_a_region() -> None:
    """A prior that is infinite on the boundary, as Dirichlet's, and one that is 0 there."""
    assert proved(rlct("(1-x-y)^2", region=TRIANGLE, prior="(1-x-y)^(-1/2)")) == (Q(1, 4), 1)
    assert proved(rlct("(x^2+y^2-1)^2", region="x^2+y^2<=1", prior="(1-x^2-y^2)^(-1/2)")) == (Q(1, 4), 1)
    assert proved(rlct("x^2", region="0<=y, y<=x^2", at="0,0", prior="x^(-1/2)")) == (Q(5, 4), 1)
    assert proved(rlct("x^2*y^2", region="0<=y, y<=x^2, y<=1", prior="x^(-1/2)")) == (Q(5, 12), 1)


def test_what_is_ignored_of_a_product_of_bounds() -> None:
    """The same region twice, once as bounds: cells that are taken together give the same."""
    k = "(x-y)^2*z^2+t^4"
    box = ", ".join(f"0<={v}, {v}<=1" for v in "xyzt")
    cut = f"{box}, x+y+z+t<=3"
    assert proved(rlct(k, region=box)) == proved(rlct(k, region=cut))


def test_a_sum_of_products_of_slacks() -> None:
    """A pyramid in oblique coordinates: inside, no summand of K as it is written is negative or 0.

    The value was found by hand in straight coordinates, from the Newton polyhedra at the vertices.
    """
    k = (
        "(-4*x - 3*y - 13/2)*(-2*x + 6*y + 6*z + 2)^2*(x + 11*y + 9*z + 8)"
        " + 2*(5*x + y + 4)^2*(y + z + 1/2)*(-2*x + 6*y + 6*z + 2)^2"
        " + 2*(5*x + y + 4)^2*(x + 11*y + 9*z + 8)^2"
    )
    region = "5*x + y + 4>0, 0<=x + 11*y + 9*z + 8, -2*x + 6*y + 6*z>=-2, -4*x - 3*y - 13/2>=0, -y - z>=-1/2"
    r = rlct(k, region=region, prior="(y + z + 1/2)*(-2*x + 6*y + 6*z + 2)", budget=Budget(seconds=60))
    assert proved(r) == (Q(7, 6), 1)


def test_an_open_region_says_so() -> None:
    """With no charts to spend the bounds are those of what is known."""
    r = rlct("(x^2+y^2-1)^2", region="x^2+y^2<=1", budget=Budget(charts=1))
    assert r.status == "bounds"
    assert r.bounds[0] <= Q(1, 2) <= r.bounds[1]

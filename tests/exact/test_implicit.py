"""Approximate roots: found by rising weight, and used as coordinates above the blow-ups."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Symbol, expand
from sympy.parsing.sympy_parser import parse_expr

from rlct import check, rlct
from rlct.exact.approximate import approximate_roots
from rlct.exact.charts import Chart, Ideal, Small
from rlct.exact.poly import Poly, Ring, TooLarge
from rlct.exact.real import Oracle
from rlct.exact.work import Memory, Work

RING = Ring(["x", "y", "z"])
X, Y, Z = (RING.gen(i) for i in range(3))


def work(f: Poly) -> Work:
    """A chart with f at the origin."""
    chart = Chart(RING, (0, 1, 2), {i: Small() for i in range(3)}, (Ideal((f,), Fraction(1)),))
    return Work(chart, Memory(Oracle()))


def test_a_root_is_found_to_the_last_term() -> None:
    """From Q^2 + g^3 h^5 z, multiplied out, comes Q = g^2 - 2 h^3 itself, and nothing of the rest."""
    g, h = Y * Z * 2 - X**3 * 2 + X * Y**2, X + Z**2 - Y**2
    root = g**2 - h**3 * 2
    found = approximate_roots(work(root**2 + g**3 * h**5 * Z), None).roots
    assert (root.primitive(), 2) in [(q.primitive(), e) for q, e in found]


def test_no_root_where_there_is_none() -> None:
    """x^2 + y^3 + z^4 is no power of anything to lowest order but x, which is a coordinate already."""
    assert approximate_roots(work(X**2 + Y**3 + Z**4), None).roots == ()


def test_a_substitution_that_takes_too_long_is_refused() -> None:
    """A high power of a shifted variable is not multiplied out for minutes."""
    f = sum((X ** (40 * k) * Y**k for k in range(1, 40)), RING.one)
    with pytest.raises(TooLarge):
        f.solve_into(0, RING.one, Y * 7 + Z * 5 + Y * Z, 10**9)


@pytest.mark.parametrize(
    ("f", "lam", "m"),
    [
        ("a*c*(c-a)", Fraction(2, 3), 1),  # three planes through a line
        ("a*(b-c)*(a+b-c)", Fraction(2, 3), 1),
        ("a*b*c*(a+b+c)", Fraction(3, 4), 1),  # four planes in general position
        ("a*(a-b**2)*(a+c**2)", Fraction(2, 3), 1),  # they touch along a curve
    ],
)
def test_surfaces_through_a_curve(f: str, lam: Fraction, m: int) -> None:
    """Smooth surfaces in local coordinates that no polynomials invert, multiplied out: the value of the normal form."""
    images = {"a": "x-2*y*z-y", "b": "x**3+2*x*y*z+y", "c": "2*x*z+2*y**2+z"}
    moved = parse_expr(f).subs({Symbol(v): parse_expr(g) for v, g in images.items()}, simultaneous=True)
    r = rlct(str(expand(moved)).replace("**", "^"), mode="abs")
    assert (r.status, r.lam, r.multiplicity) == ("exact", lam, m)
    check(r.certificate)

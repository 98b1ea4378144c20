"""Functions of order 2 in a variable as a square minus their discriminant."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Symbol, expand
from sympy import discriminant as sympy_discriminant
from sympy.parsing.sympy_parser import parse_expr

from rlct import rlct
from rlct.certify import algebra
from rlct.certify.check import check
from rlct.certify.obligations import discriminant as checked
from rlct.exact.discriminant import discriminant
from rlct.exact.poly import Ring

# local coordinates a, b, c at 0 that no polynomials invert
COORDINATES = [
    ("y+x*z+y**2", "z+x**2+y*z", "x+z**2"),
    ("y+x**2+z**2*y", "z+x*y+x**2", "x+y*z+y**2"),
    ("y+x*z+y**3+z**2", "x+z*y+x**2*y", "z+y"),
]
# functions of a, b, c, and the thresholds of their absolute values
FUNCTIONS: list[tuple[str, Fraction, int]] = [
    ("a**2-b**2*c", Fraction(1), 2),  # Whitney's umbrella: two sheets cross along a half-line
    ("a**2-b**2", Fraction(1), 2),
    ("a**2+b**2", Fraction(1), 1),  # a line, of codimension 2
    ("a**2-b**3", Fraction(5, 6), 1),  # a cusp along a line
    ("a**2-b*c", Fraction(1), 1),  # a cone
]


@pytest.mark.parametrize("where", COORDINATES, ids=["1", "2", "3"])
@pytest.mark.parametrize(("f", "lam", "m"), FUNCTIONS, ids=[f for f, _, _ in FUNCTIONS])
def test_in_coordinates_that_no_polynomials_invert(where: tuple[str, str, str], f: str, lam: Fraction, m: int) -> None:
    """A surface that is singular along a curve, multiplied out in local coordinates: the value is that of the normal
    form, and the certificate is accepted."""
    images = dict(zip("abc", map(parse_expr, where), strict=True))
    text = str(expand(parse_expr(f).subs({Symbol(v): g for v, g in images.items()}, simultaneous=True)))
    r = rlct(text.replace("**", "^"), mode="abs")
    assert (r.status, r.lam, r.multiplicity) == ("exact", lam, m)
    check(r.certificate)


@given(st.lists(st.integers(-3, 3), min_size=3, max_size=6), st.integers(-2, 2))
def test_discriminants_agree(coefficients: list[int], slope: int) -> None:
    """The search, the checker and sympy mean the same by the discriminant, signs included."""
    if not coefficients[-1]:
        coefficients[-1] = 1
    ring = Ring(["y", "b", "s"])
    terms = (ring.gen(0) ** k * (ring.const(c) + ring.gen(1) * (slope * k)) for k, c in enumerate(coefficients))
    f = sum(terms, ring.zero)
    y, b = Symbol("y"), Symbol("b")
    expected = sympy_discriminant(sum(y**k * (c + b * slope * k) for k, c in enumerate(coefficients)), y)
    own = discriminant(f, 0)
    assert expand(expected - sum(c * b ** e[1] for e, c in own.terms)) == 0
    theirs = algebra.make_ring(3)
    form = [algebra.constant(theirs, c) + algebra.gen(theirs, 1) * (slope * k) for k, c in enumerate(coefficients)]
    found: Any = checked.discriminant(form)
    assert {tuple(e): int(c) for e, c in found.terms()} == dict(own.terms)


def test_a_second_double_point_on_the_line_is_noticed() -> None:
    """With y(y + 1) in place of y the discriminant in y counts the points at y = -1 too; another direction is taken."""
    r = rlct("(y*(y+1)+x*z)^2 - (z*(1+y)+x^2)^2*(x+z^2)".replace(" ", ""), mode="abs")
    assert (r.lam, r.multiplicity) == (1, 2)


@pytest.mark.parametrize(("sign", "m"), [("+3*", 3), ("-", 2)])
def test_two_real_lines_or_none_above_the_node(sign: str, m: int) -> None:
    """Three lines in the discriminant: whether the double one lies where the sheets are real decides m."""
    text = str(expand(parse_expr(f"(y-3*x*z)**2{sign}(z+2*x-3*x*z**3)**2*x*z")))
    r = rlct(text.replace("**", "^"), mode="abs")
    assert (r.lam, r.multiplicity) == (1, m)

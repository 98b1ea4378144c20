"""Boxes whose problem is in disguise: coordinates are found at a rational point that looks worst."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Expr, expand, symbols

from rlct import Budget, check, rlct
from rlct.exact.poly import Ring
from rlct.exact.singular_points import singular_points

X = x, y, z = symbols("x y z")
GERMS = {  # name: (function, λ, m)
    "E6": (x**2 + y**3 + z**4, Fraction(1), 1),
    "cusp over cusp": ((x**2 - y**3) ** 2 - z**5, Fraction(37, 60), 1),
    "cone over a nodal cubic": (y**2 * z - x**2 * (x + z), Fraction(1), 3),
    "cuspidal edge": (x**2 - y**3, Fraction(5, 6), 1),
    "arrangement": (x * y * z * (x - y), Fraction(2, 3), 1),
}
SHIFT = {x: x - Fraction(1, 2), y: y + 1, z: z - Fraction(1, 3)}
BOX = "-1 <= x <= 2, -2 <= y <= 1, -1 <= z <= 1"


def disguised(f: Expr, shears: list[tuple[int, Expr]]) -> str:
    """The function in other coordinates, multiplied out, its worst point at (1/2, -1, 1/3)."""
    for i, term in shears:
        f = f.subs(X[i], X[i] + term)
    return str(expand(f.subs(SHIFT, simultaneous=True))).replace("**", "^")


@pytest.mark.parametrize("name", GERMS)
def test_disguised_germs_in_a_box(name: str) -> None:
    f, lam, m = GERMS[name]
    problem = disguised(f, [(0, y**2 - z), (2, 2 * x), (1, x * z)])
    r = rlct(problem, mode="abs", variables=["x", "y", "z"], region=BOX, budget=Budget(seconds=20))
    assert (r.lam, r.multiplicity, r.status) == (lam, m, "exact")
    assert check(r.certificate).proved == "threshold"


@settings(max_examples=5)
@given(
    st.lists(
        st.tuples(st.sampled_from([1, 2, -1]), st.sampled_from([y, z, y**2, y * z, z**2])), min_size=2, max_size=2
    )
)
def test_worst_points_are_found_in_other_coordinates(terms: list[tuple[int, Expr]]) -> None:
    """Whatever the shears of x, the point of order 3 of a cone is proposed."""
    f = y**2 * z - x**3
    for c, term in terms:
        f = f.subs(x, x + c * term)
    poly = expand(f.subs(SHIFT, simultaneous=True) * 6**9).as_poly(*X)
    ring = Ring(["x", "y", "z"])
    g = ring.from_terms({e: int(c) for e, c in poly.terms()})
    box = [(Fraction(-1), Fraction(2)), (Fraction(-2), Fraction(1)), (Fraction(-1), Fraction(1))]
    assert (3, (Fraction(1, 2), Fraction(-1), Fraction(1, 3))) in list(singular_points(g, box))


def test_a_power_in_an_ideal_of_one_function() -> None:
    """Multiplied out it has 4207 terms, its base 179."""
    t = "(x3 + x1*x2 - x1)"
    v = f"(x1 + 2*x2*{t}^2)"
    u = f"({t} + {v}^2 - {v} + x2)"
    r = rlct([f"(x2^2*{u} - {v}^3 + {v}^2*{u})^3"], region="-2<=x1<=2, -1<=x2<=2, -1/2<=x3<=1/3")
    assert (r.lam, r.multiplicity) == (Fraction(1, 6), 2)
    assert check(r.certificate).proved == "threshold"


def test_points_that_are_proposed_are_singular() -> None:
    """x^2 - y^2 + 10^-9 has no singular point on its zero set, though floats nearly find one."""
    ring = Ring(["x", "y"])
    a, b = ring.gen(0), ring.gen(1)
    near = (a * a - b * b) * 10**9 + ring.one
    assert not list(singular_points(near, [(Fraction(-1), Fraction(1))] * 2))


def test_coefficients_beyond_floats() -> None:
    ring = Ring(["x", "y"])
    a, b = ring.gen(0), ring.gen(1)
    f = (a * a - b * b * b) * 10**400 + (a * b * b) * 7
    assert (2, (Fraction(0), Fraction(0))) in list(singular_points(f, [(Fraction(-1), Fraction(1))] * 2))


def test_factors_in_one_variable_need_no_other_coordinates(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long product of them, multiplied out: no singular points of it are looked for."""

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("rlct.settle.singular_points", never)
    x, y, z = symbols("x y z")
    f = expand((x + 3) ** 2 * (x - 4) ** 3 * (y - 2) ** 2 * (y + 4) * (z + 3) ** 2 * (z - 3))
    r = rlct(str(f), region="-3<=x<=-1, -1<=y<=3, -3<=z<=-2", mode="abs", budget=Budget(seconds=60))
    assert (r.lam, r.multiplicity) == (Fraction(1, 2), 3)
    check(r.certificate)

"""Numbers in towers, resultants of two variables, real systems in the plane: against known answers and brute force."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from flint import arb, ctx, fmpz_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from rlct.exact import finite
from rlct.exact.bivariate import degree_bound, interpolated, resultant
from rlct.exact.charts import Chart, Small
from rlct.exact.fields import number_fields
from rlct.exact.pairs import _ball
from rlct.exact.poly import Poly, Ring, TooLarge
from rlct.exact.real import Oracle, System, Verdict
from rlct.exact.roots import coefficients, roots_of
from rlct.exact.tower import factors, inverse, remainder_on_stratum, tower_of

RING = Ring(["x", "y", "v", "u"])
X, Y, V, U = (RING.gen(i) for i in range(4))
ONE = RING.one


def c(n: int) -> Poly:
    return RING.const(n)


TOWER = ((0, X * X - c(2) - U * X), (1, Y**3 - X * Y + c(5) - U))  # x = √2, y a root of y^3 - √2 y + 5
CHART = Chart(RING, (0, 1, 2, 3), {3: Small()}, (), relations=TOWER)


@st.composite
def numbers(draw: st.DrawFn) -> Poly:
    terms = {}
    for _ in range(draw(st.integers(1, 4))):
        terms[draw(st.integers(0, 2)), draw(st.integers(0, 2)), 0, 0] = draw(st.integers(-5, 5))
    return RING.from_terms({e: x for e, x in terms.items() if x})


@given(numbers())
@settings(max_examples=40)
def test_inverse(g: Poly) -> None:
    """h·g is a constant on the stratum; 0 has no inverse."""
    g = remainder_on_stratum(CHART, g)
    if not g.variables:
        return
    h = inverse(CHART, g)
    assert h is not None
    product = remainder_on_stratum(CHART, g * h)
    assert product.is_constant
    assert product


def test_tower_in_any_order() -> None:
    """The tower is found whatever the order of the relations; one that leads nowhere is none."""
    assert [t for t, _ in tower_of(CHART, {1})] == [0, 1]
    assert [t for t, _ in tower_of(CHART, {0})] == [0]
    loose = Chart(RING, (0, 1, 2, 3), {}, (), relations=((0, X * X - V),))
    assert tower_of(loose, {0}) == []


def test_factors_over_a_field() -> None:
    """Conjugate lines, a hidden square, an irreducible rest; and two numbers at once."""
    two = Chart(RING, (0, 1, 2), {}, (), relations=((0, X**2 - c(2)), (1, Y**2 - c(3))))
    assert sorted(map(str, factors(two, V**2 - c(6)))) == ["x*y + v", "x*y - v"]
    assert sorted(map(str, factors(two, V**2 - X * Y * 2 - c(5)))) == ["x + y + v", "x + y - v"]
    fourth = Chart(RING, (0, 2), {}, (), relations=((0, X**4 - c(6)),))
    assert factors(fourth, X * X * V * V * 24 + X**3 * V * 4 + ONE) == [X + V * 12]
    assert factors(fourth, V**3 - X) == [V**3 - X]


def test_fields_of_a_reducible_tower() -> None:
    """x^2 = 2, y^2 = 2 make two fields (y = x and y = -x), x^2 = 0 none."""
    found = number_fields(RING, [(0, X**2 - c(2)), (1, Y**2 - c(2))])
    assert [f.minimal.degree() for f in found] == [2, 2]
    assert number_fields(RING, [(0, X**2)]) == []


@pytest.mark.parametrize("seed", range(12))
def test_resultant(seed: int) -> None:
    """Interpolated resultants are those of flint up to a constant, also in powers of a variable only."""
    r = random.Random(seed)

    def poly(step: int) -> Poly:
        terms = {(step * r.randint(0, 3), r.randint(0, 4), 0, 0): r.randint(-9, 9) for _ in range(6)}
        return RING.from_terms({**{e: x for e, x in terms.items() if x}, (0, 5, 0, 0): 3, (step, 0, 0, 0): 2})

    step = r.choice((1, 3))
    f, g = poly(step), poly(step)
    mine = resultant(f, g, 0, 1)
    other = fmpz_poly(coefficients(f.resultant(g, 1), 0))
    assert mine * other.leading_coefficient() == other * mine.leading_coefficient()
    assert mine.degree() <= step * degree_bound(f, g, 0, 1)


def test_resultant_too_large() -> None:
    with pytest.raises(TooLarge):
        resultant(X**40 + Y**40 + ONE, X**41 + Y**39 + X, 0, 1)
    assert interpolated([0, 1, 2], [1, 2, 5]) == fmpz_poly([1, 0, 1])


CIRCLE = X * X + Y * Y - c(4)
QUESTIONS: list[tuple[str, tuple[list[Poly], list[Poly], list[Poly]], bool | None]] = [
    ("a circle and a hyperbola", ([CIRCLE, X * Y - ONE], [], [X]), True),
    ("none of their points is that high", ([CIRCLE, X * Y - ONE], [], [X, X - c(2)]), False),
    ("a condition that vanishes at all of them", ([CIRCLE, X * Y - ONE], [X**4 - X * X * 4 + ONE], []), False),
    ("an inequality that vanishes at both", ([X - Y, X * X - c(2)], [], [X * X - Y * Y]), False),
    ("a bound through a point of contact", ([CIRCLE, X - Y], [], [X * X - c(2)]), False),
    ("an isolated point of a curve", ([(X * X - c(2)) ** 2 + (Y - X) ** 2], [], [X]), True),
    ("the isolated point cut off", ([(X * X - c(2)) ** 2 + (Y - X) ** 2], [], [X, X - Y]), False),
    ("a curve without real points", ([X**4 + Y**2 + X * Y + ONE], [], []), False),
    ("a curve that touches a half-plane", ([CIRCLE], [], [X + Y * 0 - c(2)]), False),
    ("a curve inside a curved region", ([CIRCLE], [], [Y - X * X - ONE]), True),
    ("a curve outside of it", ([CIRCLE], [], [Y - X * X * 3 - c(2)]), False),
    ("a common curve beside points", ([X * (Y - ONE), X * (Y * Y - c(3))], [], [X]), False),
    ("the common curve itself", ([X * (Y - ONE), X * (Y * Y - c(3))], [], [Y - c(7)]), True),
    ("an open set between curves", ([], [], [c(4) - X * X - Y * Y, X * Y - ONE]), True),
    ("an empty one", ([], [], [c(4) - X * X - Y * Y, X * Y - c(2)]), False),
    ("a form that is never negative", ([], [], [X * X * Y * Y * 2 - X**4 - Y**4]), False),
    ("a number and a line", ([X * X - c(2), Y * Y - X], [], [Y]), True),
    ("the other conjugate has none", ([X * X - c(2), Y * Y - X], [], [-X]), False),
    ("a whole line over a number", ([X * X - c(2), (X * X - c(2)) * Y], [], [Y - X, c(-1) - X]), True),
    ("a tower of three", ([X * X - c(2), Y * Y - X - ONE, V**3 - X * Y], [], [V, c(2) - V * V]), None),
]


@pytest.mark.parametrize(("what", "system", "answer"), QUESTIONS, ids=[q[0].replace(" ", "-") for q in QUESTIONS])
def test_decided(what: str, system: tuple[list[Poly], list[Poly], list[Poly]], answer: bool | None) -> None:
    found = finite.decide((tuple(system[0]), tuple(system[1]), tuple(system[2])))
    if answer is not None:
        assert found is answer
    verdict = Oracle().decide(System(*(tuple(ps) for ps in system)))
    assert found is None or verdict is (Verdict.POINT if found else Verdict.EMPTY)


@pytest.mark.parametrize("seed", range(40))
def test_agrees_with_z3(seed: int) -> None:
    """Random small systems in two variables: the same as nlsat."""
    r = random.Random(f"finite {seed}")

    def poly(top: int) -> Poly:
        terms = {(r.randint(0, top), r.randint(0, top), 0, 0): r.randint(-3, 3) for _ in range(4)}
        return RING.from_terms({e: x for e, x in terms.items() if x}) or X - Y

    zero = tuple(poly(2) for _ in range(r.choice((1, 2, 2))))
    nonzero = tuple(poly(1) for _ in range(r.randint(0, 1)))
    positive = tuple(poly(1) for _ in range(r.randint(0, 2)))
    found = finite.decide((zero, nonzero, positive))
    answer, _ = Oracle()._ask(System(zero, nonzero, positive))
    assert found is None or answer is Verdict.UNKNOWN or found == (answer is Verdict.POINT)
    variables = frozenset().union(*(p.variables for p in (*zero, *nonzero, *positive)))
    assert found is not None or len(variables) < 2 or any(p.is_constant for p in zero)


def test_late() -> None:
    """Nothing is concluded after the deadline."""
    assert finite.decide(((CIRCLE, X * Y - ONE), (), (X,)), lambda: True) is None


def test_balls_around_roots() -> None:
    """Small, around the root, also where roots are close together or large."""
    p = fmpz_poly([-2, 0, 1]) * fmpz_poly([-(10**20) - 3, 0, 0, 1]) * (fmpz_poly([-1, 10**9]) ** 2 - 2)
    for precision in (128, 512):
        with ctx.workprec(precision):
            balls = [_ball(root, precision) for root in roots_of(p)]
            assert len(balls) == 5
            assert all(p(b).contains(0) and b.rad() < arb(2) ** (-precision // 3 + 30) for b in balls)
            assert all(a < b for a, b in pairwise(balls))

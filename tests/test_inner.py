"""Boxes whose problem involves a variable only through q(x): q(x) becomes the coordinate."""

import copy
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Expr, Symbol, expand, symbols

from rlct import Budget, check, compute, rlct
from rlct.errors import CertificateError
from rlct.inner import composed
from rlct.localize import make_claim
from rlct.parse import build_problem
from rlct.problem import Algebraic
from rlct.search import Question
from tests.certify.conftest import seal

x, y, z = symbols("x y z")
IN_THE_PLANE = "((x^2-2)^2 + (y^3-3)^4)^2"
FORMS = {  # of q: its x at which q(x) = 0 in the box, and the box of x
    "x^2 - 2": (x**2 - 2, "1 <= x <= 2"),
    "x^3 - 3": (x**3 - 3, "1 <= x <= 2"),
    "x^2 + x - 1": (x**2 + x - 1, "0 <= x <= 1"),
    "falling": (1 - x - x**3, "-1 <= x <= 1"),
    "unbounded": (x**2 - 2, "x >= 1/2"),
}


def test_a_plane_problem_keeps_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried as it is for 6 s at most, then with q(x) in the time that is left; the narrower bounds are told."""
    asked: list[tuple[int, float | None]] = []
    bounds = iter([(Fraction(1, 3), Fraction(1)), (Fraction(1, 4), Fraction(1))])

    def answer(question: Question, budget: Budget, *_: object) -> SimpleNamespace:
        asked.append((len(question.inner), budget.seconds))
        return SimpleNamespace(status="bounds", bounds=next(bounds))

    clock = iter([100, 105])
    monkeypatch.setattr(compute, "_answer", answer)
    monkeypatch.setattr(compute, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    found = rlct(IN_THE_PLANE, region="1<=x<=2, 1<=y<=2", budget=Budget(seconds=20))
    assert found.bounds == (Fraction(1, 3), Fraction(1))
    assert asked == [(0, 6), (2, 15)]


def test_a_plane_problem_with_inner_functions() -> None:
    """(x^2 - 2)^2 + (y^3 - 3)^4, squared: (1/2 + 1/4)/2."""
    r = rlct(IN_THE_PLANE, region="1<=x<=2, 1<=y<=2")
    assert (r.lam, r.multiplicity) == (Fraction(3, 8), 1)
    assert check(r.certificate).proved == "threshold"


def text(f: Expr) -> str:
    return str(expand(f)).replace("**", "^")


@pytest.mark.parametrize("name", FORMS)
def test_the_value_is_that_of_the_function_of_q(name: str) -> None:
    q, interval = FORMS[name]
    outer = (y - x**2) ** 2 - (z + x * y) ** 3
    r = rlct(text(outer.subs(x, q)), mode="abs", region=f"{interval}, -1 <= y <= 1, -1 <= z <= 1")
    assert (r.lam, r.multiplicity) == (Fraction(5, 6), 1)
    assert r.certificate is not None and r.certificate["claim"]["inner"]
    report = check(r.certificate)
    assert report.proved == "threshold"
    assert "x :=" in str(report)


def test_points_are_given_in_the_coordinates_of_the_question() -> None:
    r = rlct("(x^2-2)^4 + (y-1/2)^4 + z^4", region="1 <= x <= 2, 0 <= y <= 1, 0 <= z <= 1")
    assert (r.lam, r.multiplicity) == (Fraction(3, 4), 1)
    ((root, half, zero),) = r.attained_at
    assert isinstance(root, Algebraic) and str(root) == "sqrt(2)"
    assert (half, zero) == (Fraction(1, 2), 0)


@pytest.mark.parametrize(
    ("K", "interval"),
    [
        ("(x^2-2)^2 + y^2 + z^2", "-1 <= x <= 2"),  # not monotone
        ("(x^2-2)^2 + y^2 + z^2", "0 <= x <= 2"),  # a critical point at the wall
        ("(x^2-2)^2 + y^2 + x*z^2", "1 <= x <= 2"),  # x itself occurs
        ("(x-2)^2 + y^2 + z^2", "1 <= x <= 2"),  # of degree 1
    ],
)
def test_nothing_is_changed(K: str, interval: str) -> None:
    problem = build_problem(K, region=f"{interval}, -1 <= y <= 1, -1 <= z <= 1")
    assert composed(problem, make_claim(problem))[1] == ()


@settings(max_examples=25)
@given(
    st.lists(st.integers(-2, 2), min_size=1, max_size=2),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(-3, 3)), min_size=2, max_size=5),
)
def test_compositions_are_found(low: list[int], outer: list[tuple[int, int, int]]) -> None:
    """f(q(x), y, z) has an inner function of at least the degree of q, wherever q is monotone."""
    q = 9 * x + sum(c * x ** (k + 2) for k, c in enumerate(low)) + 3 * x ** (len(low) + 2)
    f = sum((c * Symbol("s") ** a * y**b for a, b, c in outer), z**2 + Symbol("s") ** 4).subs(Symbol("s"), q)
    problem = build_problem(text(f), mode="abs", region="1 <= x <= 2, 0 <= y <= 1, -1 <= z <= 1")
    _, inner = composed(problem, make_claim(problem))
    assert inner and len(inner[0].coefficients) > len(low) + 2


def tampered(change: Any) -> dict[str, Any]:
    r = rlct("((x^2-2)^2 - y^3)^2 + z^4", region="1 <= x <= 2, -1 <= y <= 1, -1 <= z <= 1")
    assert r.certificate is not None
    data = copy.deepcopy(r.certificate)
    change(data["claim"])
    return seal(data)


def test_what_the_helper_seals_is_accepted() -> None:
    assert check(tampered(lambda claim: None)).proved == "threshold"


@pytest.mark.parametrize(
    "change",
    [
        lambda claim: claim["inner"][0].__setitem__(2, ["0", "2"]),  # a critical point at the end
        lambda claim: claim["inner"][0].__setitem__(2, ["1", "3"]),  # another interval
        lambda claim: claim["inner"][0].__setitem__(1, [0, 0, 3]),  # another function
        lambda claim: claim["inner"][0].__setitem__(0, "w"),  # no variable
        lambda claim: claim["inner"].append(claim["inner"][0]),  # twice
        lambda claim: claim["inner"][0].__setitem__(2, ["1", None]),  # no bound
    ],
)
def test_refused(change: Any) -> None:
    with pytest.raises(CertificateError):
        check(tampered(change))

"""What may be written, what is refused and with which words."""

import math
from fractions import Fraction as Q
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from rlct.errors import DimensionError, InputError, ParseError, PriorError, RegionError
from rlct.parse import build_problem, parse_expression, parse_prior
from rlct.parse.points import build_point, real_root
from rlct.problem import Add, Algebraic, Expr, Mul, Num, Pow, Problem, Var, compare, evaluate, expand, names, to_text

x, y, t = sympy.symbols("x y t")


def terms(text: str, variables: str = "x y") -> dict[tuple[int, ...], Q]:
    """The expanded polynomial of a text."""
    return expand(parse_expression(text), variables.split())


# -- expressions -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("x**2*y", "x^2*y"),
        ("2x", "2*x"),
        ("2(x+y)", "2*(x+y)"),
        ("(x+y)(x-y)", "x^2-y^2"),
        ("(x+y)^2(x-y)", "(x+y)^2*(x-y)"),
        ("2 x", "2*x"),
        ("-x^2", "-1*x^2"),
        ("(-x)^2", "x^2"),
        ("x--y", "x+y"),
        ("x*-y", "-x*y"),
        ("x^2^3", "x^8"),
        ("x^(1+1)", "x^2"),
        ("x/2/3", "x*(1/6)"),
        ("1/2x", "x/2"),
        ("2^-1*x", "x/2"),
        ("x²y − y·x", "x^2*y - x*y"),
        ("x^0", "1"),
        ("(x)", "x"),
        ("+x", "x"),
        ("x-y-y", "x-2*y"),
        ("x-(y-y)", "x"),
    ],
)
def test_forms_that_mean_the_same(text: str, same: str) -> None:
    """Each form reads as the polynomial beside it."""
    assert terms(text) == terms(same)


REFUSED = [
    ("x^2y", "can be misread"),
    ("x y", "write x*y"),
    ("x(y+1)", "write x*(...)"),
    ("sin(x)", "is not a polynomial"),
    ("exp(-x)", "is not a polynomial"),
    ("0.1*x", "here 1/10"),
    ("2.50*x", "here 5/2"),
    (".5*x", "1/10"),
    ("1e3*x", "write 1*10^3 for the number, or 1*e3 for a name"),
    ("1e-3*x", "write 1/10^3 for the number, or 1*e - 3 for a name"),
    ("x^2 y^2", "x^2 y can be misread: write x^2*y"),
    ("(x+1)^2 y", "^2 y can be misread: write ^2*y"),
    ("x/0", "divides by zero"),
    ("x/(1-1)", "divides by zero"),
    ("x/y", "only division by a number"),
    ("1/x", "only division by a number"),
    ("(x+y", "never closed"),
    ("x+y)", "no matching"),
    ("x+", "ends where"),
    ("*x", "'*' comes where"),
    ("()", "')' comes where"),
    ("", "empty"),
    ("x^-1", "negative"),
    ("x^(1/2)", "not an integer"),
    ("x^y", "exponent must be a number"),
    ("x,y", "--ideal"),
    ("x=y", "one side minus the other"),
    ("x@y", "no meaning"),
    ("[x]", "round brackets"),
    ("|x|", "--abs"),
    ("x!", "'!'"),
    ("(x+y)2", "operator is missing"),
    ("2 3", "operator is missing"),
    ("x^99999999999", "exponent above"),
    ("0^-1", "divides by zero"),
    ("2^(1/2)*x", "not an integer"),
    ("x^(2^(1/2))", "not an integer"),
    ("(" * 10_000 + "x" + ")" * 10_000, "nested more than"),
    ("x" + "^2" * 5000, "nested more than"),
    ("9" * 5000 + "*x", "more than 4000 digits"),
]


@pytest.mark.parametrize(("text", "part"), REFUSED, ids=[t[:12] for t, _ in REFUSED])
def test_refused_with_a_sentence(text: str, part: str) -> None:
    """Text outside the grammar is refused in one sentence that says what is wrong."""
    with pytest.raises(ParseError) as caught:
        parse_expression(text)
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


def test_the_error_points_at_the_character() -> None:
    """The position of an error is the index of the first character that does not fit."""
    with pytest.raises(ParseError) as caught:
        parse_expression("x + y*sin(z)")
    assert caught.value.position == 6


def test_thousands_of_terms_are_ordinary() -> None:
    """A long sum and a long product do not nest."""
    assert len(terms("+".join(f"x^{i}" for i in range(3000)))) == 3000
    assert terms("*".join(["x"] * 3000)) == {(3000, 0): 1}
    assert terms("-" * 3000 + "x") == {(1, 0): 1}


def test_ninety_brackets_are_read() -> None:
    """Nesting that a person or a program may write is fine."""
    assert terms("(1+x*" * 90 + "1" + ")" * 90)[90, 0] == 1


def test_words_that_other_programs_reserve_are_names() -> None:
    """E, I, S, pi, beta and lambda are variables like any other."""
    p = build_problem("E^2 + I^2 + S^2 + pi^2 + beta^2 + lambda^2 + N^2")
    assert set(p.variables) == {"E", "I", "S", "pi", "beta", "lambda", "N"}


def test_names_of_any_script() -> None:
    """Unicode letters, subscripts and underscores are names; xy is one name."""
    assert build_problem("w_1^2 + w₁^2 + α^2 + xy^2").variables == ("w_1", "w₁", "xy", "α")


EXPRESSIONS = st.recursive(
    st.one_of(
        st.sampled_from([Var("x"), Var("y")]),
        st.fractions(min_value=-3, max_value=3, max_denominator=4).map(Num),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda a: Add(tuple(a))),
        st.lists(inner, min_size=2, max_size=3).map(lambda a: Mul(tuple(a))),
        st.tuples(inner, st.integers(0, 3)).map(lambda a: Pow(*a)),
    ),
    max_leaves=8,
)
POINTS = st.tuples(*[st.fractions(min_value=-2, max_value=2, max_denominator=3)] * 2)


@given(EXPRESSIONS)
def test_printed_text_reads_back(expr: Expr) -> None:
    """Printing and reading an expression gives the same polynomial."""
    assert expand(parse_expression(to_text(expr)), ("x", "y")) == expand(expr, ("x", "y"))


@given(EXPRESSIONS, POINTS)
def test_expansion_has_the_values_of_the_expression(expr: Expr, point: tuple[Q, Q]) -> None:
    """Expanding does not change values."""
    value = sum((c * point[0] ** a * point[1] ** b for (a, b), c in expand(expr, ("x", "y")).items()), Q(0))
    assert value == evaluate(expr, {"x": point[0], "y": point[1]})


@given(st.text(alphabet="xy12+-*/^(), .=<>α²", max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever is typed, the parser answers or raises an InputError."""
    try:
        problem = build_problem(text)
    except InputError as e:
        problem = None
        sentence = str(e)
    assert isinstance(problem, Problem) or sentence


@pytest.mark.parametrize(
    "text", ["(x+y+z+w)^500 + 1", "((x+y+z)^40*(w+x)^900)^9 + x", "((x+1)^2)^200000", "(x+y)^10000000", "(x+y+1)^2000"]
)
def test_an_expansion_that_would_explode_is_refused_before_it_does(text: str) -> None:
    """Expansions beyond the limit are refused at once, with a sentence."""
    with pytest.raises(InputError, match=r"terms|steps|exponent"):
        expand(parse_expression(text), ("w", "x", "y", "z"))


def test_numbers_do_not_explode() -> None:
    """Cancelling constants in a huge power are cancelled; others are refused."""
    assert expand(parse_expression("((2*x/2)^1000000)^1000"), ("x",)) == {(10**9,): 1}
    with pytest.raises(InputError, match="more digits"):
        expand(parse_expression("((3*x)^1000000)^1000"), ("x",))
    with pytest.raises(InputError, match="more digits"):
        expand(parse_expression("(2^1000000)^1000*x"), ("x",))


def test_a_degree_beyond_the_certificates_is_refused() -> None:
    """Certificates hold exponents up to a million; a larger degree is refused in a sentence."""
    assert build_problem("x^1000000").variables == ("x",)
    with pytest.raises(InputError, match="degree 1001000 is above 1000000"):
        build_problem("(x^1000)^1001 + y")


# -- sympy -----------------------------------------------------------------------------------------
def test_sympy_expressions_are_read_without_expanding() -> None:
    """A sympy product stays a product."""
    p = build_problem((x + y) ** 2 * x**4 / 3)
    assert expand(p.functions[0], ("x", "y")) == terms("(x+y)^2*x^4/3")
    assert not isinstance(p.functions[0], Add)


@pytest.mark.parametrize(
    ("expr", "part"),
    [
        (sympy.sin(x), "not a polynomial"),
        (sympy.sqrt(2) * x, "not rational"),
        (x * 0.5, "float"),
        (1 / x, "exponent is -1"),
        (sympy.sqrt(x), "exponent is 1/2"),
        (sympy.pi * x, "not rational"),
        (sympy.Symbol("x", positive=True) + x, "two different sympy symbols"),
        (x**y, "not a polynomial"),
    ],
)
def test_sympy_that_is_no_rational_polynomial_is_refused(expr: Any, part: str) -> None:
    """What is not a polynomial over Q is named in the refusal."""
    with pytest.raises(InputError, match=part):
        build_problem(expr)


def test_sympy_poly_and_matrix() -> None:
    """A Poly is its expression; a Matrix is the list of its entries."""
    assert build_problem(sympy.Poly(x**2 + y, x, y)).variables == ("x", "y")
    p = build_problem(sympy.Matrix([[x, x * y]]))
    assert (p.mode, len(p.functions)) == ("ideal", 2)


# -- modes and names -------------------------------------------------------------------------------
def test_default_modes() -> None:
    """One expression is K, a list is an ideal; one text is split at commas on request."""
    assert build_problem("x^2").mode == "K"
    assert build_problem(["x", "y"]).mode == "ideal"
    assert len(build_problem("x*y, y*z", mode="ideal").functions) == 2
    assert build_problem("x", mode="abs").mode == "abs"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"K": ["x", "y"], "mode": "K"}, "a list is an ideal"),
        ({"K": [], "variables": "x"}, "empty"),
        ({"K": ["x, y"]}, "comma"),
        ({"K": "x", "mode": "complex"}, "unknown"),
        ({"K": "0"}, "variables=... (on the command line --vars)"),
        ({"K": "x", "variables": "y"}, "x occurs"),
        ({"K": "x", "variables": "x x"}, "twice"),
        ({"K": "x", "variables": ["x+y"]}, "not a name"),
        ({"K": None}, "K must be"),
        ({"K": lambda v: v}, "a function cannot"),
        ({"K": 0.5, "variables": "x"}, "float"),
    ],
)
def test_contradictions_are_refused(arguments: dict[str, Any], part: str) -> None:
    """What the arguments cannot mean together is said."""
    with pytest.raises(InputError) as caught:
        build_problem(**arguments)
    assert part in str(caught.value)


def test_variables_are_in_natural_order_and_may_be_more() -> None:
    """w2 comes before w10; prior and region count; given variables keep their order."""
    assert build_problem("w10 + w2 + a").variables == ("a", "w2", "w10")
    assert build_problem("x", prior="z", region="y>=0", at={}).variables == ("x", "y", "z")
    assert build_problem("x", variables=["z", "x"]).variables == ("z", "x")


def test_a_written_variable_that_cancels_is_still_a_variable() -> None:
    """x - x + y has two variables: the integral runs over both."""
    assert build_problem("x - x + y").variables == ("x", "y")


# -- points ----------------------------------------------------------------------------------------
HALF = sympy.Rational(-1, 2)


@pytest.mark.parametrize("at", ["x=1, y=-1/2", {"x": 1, "y": "-1/2"}, {x: 1, y: HALF}, ("1", Q(-1, 2)), "1,-1/2"])
def test_forms_of_a_point(at: object) -> None:
    """Text, dict, sequence and sympy numbers give the same point."""
    assert build_problem("x*y", at=at).at == (Q(1), Q(-1, 2))


def test_left_out_coordinates_are_zero_and_the_default_is_the_origin() -> None:
    """A point names only what is not 0; without region the default is the origin."""
    assert build_problem("x*y", at="y=1").at == (0, 1)
    assert build_problem("x*y").at == (0, 0)
    assert build_problem("x*y", region="x>=0").at is None


@pytest.mark.parametrize(
    ("at", "part"),
    [
        ("z=1", "no variable"),
        ({"z": 1}, "no variable"),
        ("x=0.5", "1/2"),
        ({"x": 0.5}, "'1/2'"),
        ({"x": True}, "no number"),
        ("x=", "gives no coordinate"),
        ("x=1, x=2", "twice"),
        ("x=y", "no number"),
        ("x=sqrt(-1)", "real number"),
        ("x=sin(1)", "only sqrt"),
        ("x=root(t^2-2, 2)", "only 2 real roots"),
        ("x=root(t^2-2)", "root(polynomial, k)"),
        ("x=root(2, 0)", "exactly one variable"),
        ("x=1/0", "zero"),
        ({"x": sympy.pi}, "rational or algebraic"),
        ({"x": sympy.oo}, "finite"),
        (3.5, "dict"),
    ],
)
def test_points_that_are_refused(at: object, part: str) -> None:
    """Unknown names, floats and numbers that are not real algebraic are refused."""
    with pytest.raises(InputError) as caught:
        build_problem("x*y", at=at)
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("sqrt(2)", 2**0.5),
        ("-sqrt(2)/2", -(2**0.5) / 2),
        ("1+sqrt(2)", 1 + 2**0.5),
        ("sqrt(1+sqrt(2))", math.sqrt(1 + 2**0.5)),
        ("2^(1/3)", 2 ** (1 / 3)),
        ("root(t^3-t-1, 0)", 1.324717957244746),
        ("root(t^2-3, 0) + 1", 1 - 3**0.5),
        ("3*sqrt(5)-7", 3 * 5**0.5 - 7),
    ],
)
def test_algebraic_coordinates(text: str, value: float) -> None:
    """Roots and their sums are exact: minimal polynomial, isolating interval, text."""
    (c,) = build_point({"x": text}, ["x"])
    assert isinstance(c, Algebraic)
    assert abs(float(c) - value) < 1e-12
    assert c.lo < Q(value) < c.hi
    assert len(c.minpoly) >= 3
    assert str(c) == text
    assert compare(c, Q(value) - Q(1, 1000)) == 1
    assert compare(c, Q(value) + Q(1, 1000)) == -1


def test_sympy_algebraic_numbers_print_as_text_that_reads_back() -> None:
    """The text of an algebraic coordinate from sympy is in the grammar of points."""
    for number in (1 + sympy.sqrt(2), sympy.CRootOf(x**3 - x - 1, 0), sympy.Rational(2, 3) * sympy.sqrt(3)):
        (c,) = build_point([number], ["x"])
        (again,) = build_point([str(c)], ["x"])
        assert isinstance(c, Algebraic)
        assert isinstance(again, Algebraic)
        assert again.minpoly == c.minpoly
        assert abs(float(again) - float(c)) < 1e-12


def test_roots_that_are_rational_become_fractions() -> None:
    """sqrt(4), and a rational root of a reducible polynomial, are rational."""
    assert build_point("sqrt(4)", ["x"]) == (2,)
    assert build_point("sqrt(2)*sqrt(2)", ["x"]) == (2,)
    assert real_root({3: Q(1), 1: Q(-1)}, 2, "t^3-t") == 1
    assert real_root({4: Q(1), 2: Q(-2), 0: Q(1)}, 1, "(t^2-1)^2") == 1


# -- regions ---------------------------------------------------------------------------------------
def test_bounds_go_to_the_box_and_the_rest_to_constraints() -> None:
    """Inequalities of degree one in one variable are bounds; the tightest counts."""
    r = build_problem("x*y", region="0<=x<=1, 2*x<=1, 3-y>0; x+y<=1, x^2<=1", at="x=0").region
    assert r is not None
    assert r.box == ((0, Q(1, 2)), (None, 3))
    assert len(r.constraints) == 2


def test_forms_of_a_region() -> None:
    """Text, dict, pairs and a list of texts agree."""
    forms: list[Any] = ["0<=x<=1, -1<=y", {"x": (0, 1), y: (-1, None)}, [(0, 1), ("-1", math.inf)]]
    forms.append(["0<=x", "x≤1", "y>=-1"])
    boxes = [build_problem("x*y", region=f).region for f in forms]
    assert {r.box for r in boxes if r is not None} == {((0, 1), (-1, None))}


@pytest.mark.parametrize(
    ("region", "part"),
    [
        ("x>=1, x<=0", "empty"),
        ("1>=2, x>=0", "empty"),
        ("x>=1, x<=1", "no volume"),
        ("x=1", "equation"),
        ("x", "inequality"),
        ("z>=0, w<=1", "w, z occurs"),
        ({"z": (0, 1)}, "z occurs"),
        ({"x": (0, 0.5)}, "float"),
        ({"x": 3}, "pair"),
        ([(0, 1)], "needs 2 entries"),
        (5, "a region is"),
        ("x>=0,,y>=0", "comes where"),
        ("0<=sqrt(2)*x", "not a polynomial"),
        ({}, "empty dict"),
    ],
)
def test_regions_that_are_refused(region: object, part: str) -> None:
    """Empty, flat and unreadable regions are refused."""
    with pytest.raises(InputError) as caught:
        build_problem("x*y", region=region, variables="x y")
    assert part in str(caught.value)


@pytest.mark.parametrize("at", ["x=-1", "x=sqrt(2)", "x=1, y=1"])
def test_a_point_outside_is_refused(at: str) -> None:
    """Points that violate a bound or a constraint are refused, algebraic ones at the box."""
    with pytest.raises(RegionError, match="outside the region"):
        build_problem("x*y", region="0<=x<=1, x+y<=1", at=at)


def test_a_point_on_the_wall_is_inside() -> None:
    """Bounds are closed: a corner belongs to the region."""
    p = build_problem("x*y", region="0<x<1, x+y<1", at="x=1, y=0")
    assert p.region is not None


# -- priors ----------------------------------------------------------------------------------------
def test_prior_factors() -> None:
    """A prior is a product of powers, collected by factor; a sum is one factor."""
    p = build_problem("x^2", prior="3*x^(1/2)*(1-x)^(-1/2)*x")
    assert [(to_text(e), k) for e, k in p.prior] == [("x", Q(3, 2)), ("1 - x", Q(-1, 2))]
    assert [(to_text(e), k) for e, k in parse_prior("x^2+y^2")] == [("x^2 + y^2", 1)]
    assert build_problem("x^2", prior="2").prior == ()
    assert build_problem(x**2, prior=sympy.sqrt(x) * abs(y)).prior == ((Var("x"), Q(1, 2)), (Var("y"), Q(1)))


@pytest.mark.parametrize("prior", ["x^-1", "1/x", "x^(-1/2)*x^(-1/2)", "(x^2)^(-1/2)", "x^(-3/2)"])
def test_a_prior_with_a_pole_is_refused(prior: str) -> None:
    """Exponents must stay above -1."""
    with pytest.raises(PriorError, match="not integrable"):
        build_problem("x^2", prior=prior)


@pytest.mark.parametrize("prior", ["0", "0*x", "x-x", 0])
def test_a_prior_that_is_zero_is_refused(prior: object) -> None:
    """A density cannot be zero everywhere."""
    with pytest.raises(PriorError, match="zero everywhere"):
        build_problem("x^2", prior=prior)


def test_dimension_error_is_an_input_error() -> None:
    """A sequence of the wrong length is refused by its own class."""
    with pytest.raises(DimensionError):
        build_problem("x*y", at=[1, 2, 3])


@given(st.lists(st.sampled_from(["w1", "w2", "w10", "w", "a", "a_3"]), min_size=1, unique=True))
def test_the_order_of_names_does_not_depend_on_the_order_of_writing(found: list[str]) -> None:
    """Natural order is a total order on names."""
    assert build_problem("+".join(found)).variables == build_problem("+".join(reversed(found))).variables
    assert names(parse_expression("*".join(found))) == set(found)

"""From models to ideals: what is generated, that it suffices, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from rlct.errors import InputError, UnsupportedError
from rlct.models import analytic, density, networks, pieces, points, regression, topics
from rlct.models.expansion import ACTIVATIONS, activation
from rlct.models.known import Case

_SERIES = {
    "tanh": sp.tanh,
    "sin": sp.sin,
    "sinh": sp.sinh,
    "erf": sp.erf,
    "atan": sp.atan,
    "asinh": sp.asinh,
    "cos": sp.cos,
    "cosh": sp.cosh,
    "exp": sp.exp,
    "sigmoid": lambda t: 1 / (1 + sp.exp(-t)),
    "softplus": lambda t: sp.log(1 + sp.exp(t)),
    "swish": lambda t: t / (1 + sp.exp(-t)),
    "gelu": lambda t: t * (1 + sp.erf(t / sp.sqrt(2))) / 2,
}


def symbolic(case: Case) -> list[sp.Expr]:
    """Generators of a case as sympy expressions (the texts are our own)."""
    names = {v: sp.Symbol(v) for v in case.variables}
    return [sp.sympify(g.replace("^", "**"), locals=names) for g in case.generators]


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_listed_degrees_are_the_non_zero_coefficients(name: str) -> None:
    """The pattern of an activation agrees with its power series up to degree 8."""
    t = sp.Symbol("t")
    series = sp.series(_SERIES[name](t), t, 0, 9).removeO()
    found = {d for d in range(9) if sp.simplify(series.coeff(t, d)) != 0}
    assert {d for d in activation(name).degrees(9) if d < 9} == found


@pytest.mark.parametrize(("step", "start", "hidden"), [(1, 1, 2), (2, 1, 2), (2, 0, 2), (2, 1, 3), (1, 0, 3)])
def test_the_recurrence_of_power_sums_holds(step: int, start: int, hidden: int) -> None:
    """p_(j+H) = e_1 p_(j+H-1) - e_2 p_(j+H-2) + ...: the next coefficient lies in the ideal of the listed ones."""
    a, b = sp.symbols(f"a1:{hidden + 1}"), sp.symbols(f"b1:{hidden + 1}")
    z = sp.Symbol("z")
    chi = sp.Poly(sp.expand(sp.prod(z - bk**step for bk in b)), z)

    def p(j: int) -> sp.Expr:
        return sum(ak * bk ** (start + step * j) for ak, bk in zip(a, b, strict=True))

    for j in (0, 1):
        total = sum(c * p(j + i) for (i,), c in chi.terms())
        assert sp.expand(total) == 0


@pytest.mark.parametrize(("odd", "inputs", "hidden"), [(False, 2, 2), (True, 2, 1), (True, 2, 2)])
def test_longer_coefficients_of_several_inputs_lie_in_the_ideal(odd: bool, inputs: int, hidden: int) -> None:
    """All coefficients of the next degree reduce to zero modulo the listed generators."""
    case = networks.several_inputs_case(hidden, inputs, 1, odd)
    top = 2 * hidden + 1 if odd else hidden + 1
    a = sp.symbols(" ".join(f"a1_{k + 1}" for k in range(hidden)), seq=True)
    b = [[sp.Symbol(f"b{k + 1}_{i + 1}") for i in range(inputs)] for k in range(hidden)]
    basis = sp.groebner(symbolic(case), *map(sp.Symbol, case.variables), order="grevlex")
    for e in networks._compositions(top, inputs):
        assert basis.contains(sum(a[k] * sp.prod(x**p for x, p in zip(b[k], e, strict=True)) for k in range(hidden)))


@pytest.mark.parametrize(("components", "true"), [(2, 1), (2, 2), (3, 1)])
def test_the_next_moment_of_a_mixture_lies_in_the_ideal(components: int, true: int) -> None:
    """The moment difference of degree H + r is in the ideal of the lower ones."""
    case = density.mixture("poisson", components, true)
    weights = [sp.Symbol(f"a{k + 1}") for k in range(1, components)]
    means = [sp.Symbol(f"b{k + 1}_1") for k in range(components)]
    d = components + true
    value = (1 - sum(weights)) * means[0] ** d + sum(w * m**d for w, m in zip(weights, means[1:], strict=True))
    value -= sp.Rational(sum((k + 1) ** d for k in range(true)), true)
    basis = sp.groebner(symbolic(case), *map(sp.Symbol, case.variables), order="grevlex")
    assert basis.contains(sp.expand(value))


def test_network_builder_agrees_with_the_catalogue_case() -> None:
    """The tanh network with truth 0 has the generators of the Vandermonde ideal."""
    built, listed = symbolic(regression.network("tanh", 3)), symbolic(networks.tanh_zero_case(3))
    assert [sp.expand(p - q) for p, q in zip(built, listed, strict=True)] == [0, 0, 0]


def test_network_with_a_teacher_counts_the_teacher_in_the_recurrence() -> None:
    """Two student units and one true unit need three odd power sums."""
    case = regression.network("tanh", 2, truth=[(1, 1)], at=[("1/3", 1), ("2/3", 1)])
    assert case.generators == ("a1*b1 + a2*b2 - 1", "a1*b1^3 + a2*b2^3 - 1", "a1*b1^5 + a2*b2^5 - 1")
    assert any("order 3" in sentence for sentence in case.argument)


def test_truth_that_is_not_realised_is_refused() -> None:
    """A point off the zero set, and more true units than units, are refused with the reason."""
    with pytest.raises(InputError, match="does not realise"):
        regression.network("tanh", 1, truth=[(1, 1)], at=[(2, 1)])
    with pytest.raises(InputError, match="not realisable"):
        regression.network("tanh", 1, truth=[(1, 1), (1, 2)])


@pytest.mark.parametrize("name", ["relu", "abs", "step"])
def test_activations_that_are_not_analytic_are_refused(name: str) -> None:
    """ReLU and the like are refused, with the way out named."""
    with pytest.raises(UnsupportedError, match="not analytic"):
        regression.network(name, 2)


def test_floats_and_unknown_activations_are_refused() -> None:
    """A float weight asks for an exact number; an unknown name lists the known ones."""
    with pytest.raises(InputError, match="exact number"):
        regression.network("tanh", 1, truth=[(0.5, 1)])  # type: ignore[list-item]
    with pytest.raises(InputError, match="known: "):
        regression.network("tann", 1)


@settings(max_examples=15, deadline=None)
@given(st.integers(-3, 3), st.integers(-3, 3), st.integers(1, 3))
def test_exact_loss_is_the_gaussian_mean(a: int, b: int, power: int) -> None:
    """K at integer parameters equals half the integral of the square against the normal density."""
    x, s, t = sp.symbols("x s t")
    case = regression.regression(s * x**power + s * t * x, [x])
    value = sp.sympify(case.loss).subs({"s": a, "t": b})  # type: ignore[arg-type]
    integrand = (a * x**power + a * b * x) ** 2 * sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)
    assert value == sp.integrate(integrand, (x, -sp.oo, sp.oo)) / 2


def test_regression_under_other_laws() -> None:
    """A finite law gives values at its points, a uniform law other moments of the same coefficients."""
    x, a, b = sp.symbols("x a b")
    assert regression.regression(a + b * x, [x], law=[1, -1]).generators == ("a + b", "a - b")
    assert regression.regression(a * x, [x], law="uniform").loss == "a**2/6"


def test_regression_refuses_what_it_cannot_do() -> None:
    """Non-polynomial functions, wrong points, missing parameters and constant differences are refused."""
    x, a = sp.symbols("x a")
    with pytest.raises(UnsupportedError, match="not polynomial"):
        regression.regression(sp.tanh(a * x), [x])
    with pytest.raises(InputError, match="not realised"):
        regression.regression(a * x, [x], truth=x)
    with pytest.raises(InputError, match="no parameters"):
        regression.regression(x, [x])
    with pytest.raises(InputError, match="no parameter; parameters"):
        regression.regression(a * x, [x], at={"c": 1})


def test_densities_need_positive_true_probabilities() -> None:
    """A true probability zero is refused: KL is linear there."""
    with pytest.raises(InputError, match="positive probabilities"):
        density.finite({"0": "1 - p", "1": "p"}, {"0": 1, "1": 0}, {"p": 0})
    with pytest.raises(InputError, match="add up to"):
        density.finite({"0": "1 - p", "1": "p"}, {"0": 1, "1": 1}, {"p": 1})
    with pytest.raises(InputError, match="positive definite"):
        density.covariance([["1", "a"], ["a", "1"]], [[1, 1], [1, 1]], {"a": 1})
    with pytest.raises(InputError, match="trials"):
        density.mixture("binomial", 3, 1, trials=2)


def test_poisson_and_binomial_mixtures_start_at_the_truth() -> None:
    """The generators vanish at the point, for each family."""
    for case in (
        density.mixture("poisson", 3, 2),
        density.mixture("binomial", 2, 1, trials=5),
        density.mixture("gaussian", 2),
    ):
        place = {sp.Symbol(k): sp.Rational(str(v)) for k, v in (case.at or {}).items()}
        assert all(sp.expand(g).subs(place) == 0 for g in symbolic(case))


def test_pendulum_units_are_units() -> None:
    """cos τ - 1 and g t^2, sin τ / sqrt(g) and t differ by analytic units; the orbit of the note leaves the position
    fixed."""
    g, t, v, x0, a = sp.symbols("g t v x0 a", positive=True)
    assert sp.limit((sp.cos(sp.sqrt(g) * t) - 1) / (g * t**2), t, 0) == -sp.Rational(1, 2)
    assert sp.limit(sp.sin(sp.sqrt(g) * t) / sp.sqrt(g) / t, t, 0) == 1
    position = x0 * sp.cos(sp.sqrt(g) * t) + v / sp.sqrt(g) * sp.sin(sp.sqrt(g) * t)
    moved = position.subs({v: a * v, g: a**2 * g, t: t / a}, simultaneous=True)
    assert sp.simplify(moved - position) == 0


@pytest.mark.parametrize(
    "case",
    [
        *pieces.minimum_of_absolute_values(),
        *pieces.relu_without_bias(2),
        pieces.pendulum("generic"),
        pieces.pendulum("start", False),
        pieces.pendulum_random_time(True, "free"),
        pieces.pendulum_random_time(True, "zero"),
    ],
    ids=lambda c: c.name,
)
def test_pieces_vanish_at_their_points(case: Case) -> None:
    """Every generator of a piece is zero at the stated point."""
    place = {sp.Symbol(k): sp.Rational(str(v)) for k, v in (case.at or {}).items()}
    assert all(sp.expand(g).subs(place) == 0 for g in symbolic(case))


def test_worst_of_cells() -> None:
    """The least λ wins, ties take the largest m, an unknown m stays unknown."""
    assert pieces.worst([("a", Fraction(1), 3), ("b", Fraction(1, 2), 1), ("c", Fraction(1, 2), 2)]) == (
        Fraction(1, 2),
        2,
        ("c",),
    )
    assert pieces.worst([("a", Fraction(1), None), ("b", Fraction(1), 2)]).m is None
    with pytest.raises(InputError):
        pieces.worst([])


def test_sympy_network_has_the_ideal_of_the_builder() -> None:
    """The expression a1 tanh(b1 x) + a2 tanh(b2 x) with a teacher gives the builder's ideal and point."""
    x, a1, a2, b1, b2 = sp.symbols("x a1 a2 b1 b2")
    read = analytic.from_expression(
        a1 * sp.tanh(b1 * x) + a2 * sp.tanh(b2 * x), [x], sp.tanh(x), at={"a1": "1/3", "b1": 1, "a2": "2/3", "b2": 1}
    )
    built = regression.network("tanh", 2, truth=[(1, 1)], at=[("1/3", 1), ("2/3", 1)])
    assert [sp.expand(p - q) for p, q in zip(symbolic(read), symbolic(built), strict=True)] == [0, 0, 0]
    assert read.at == built.at


def test_polynomial_part_beside_an_activation() -> None:
    """A linear skip connection mixes with the first coefficient; one more pure power sum follows, the next is in the
    ideal."""
    x, a, b, c = sp.symbols("x a b c")
    case = analytic.from_expression(a * sp.tanh(b * x) + c * x, [x])
    assert [sp.expand(g) for g in symbolic(case)] == [a * b + c, -a * b**3 / 3]
    basis = sp.groebner(symbolic(case), a, b, c)
    assert basis.contains(a * b**5)


def test_several_inputs_from_an_expression() -> None:
    """One odd unit of two inputs: the two linear coefficients generate all."""
    x, y, a, b, c = sp.symbols("x y a b c")
    case = analytic.from_expression(a * sp.sin(b * x + c * y), [x, y])
    assert set(case.generators) == {"a*b", "a*c"}


@pytest.mark.parametrize(
    ("build", "word"),
    [
        (lambda a, b, x: a * sp.tanh(b * x + 1), "bias"),
        (lambda a, b, x: a * sp.tanh(b * x) + sp.sin(b * x), "two activations"),
        (lambda a, b, x: a * sp.tanh(x) * sp.sin(b * x), "more than one"),
        (lambda a, b, x: a * x * sp.tanh(b * x), "weight must be"),
        (lambda a, b, x: a * sp.tanh(b * x**2), "linear in the inputs"),
        (lambda a, b, x: a * sp.erf(b * x) + b * x, "irrational"),
        (lambda a, b, x: a * sp.Abs(b * x), "not analytic"),
        (lambda a, b, x: a / (1 + b * x), "neither polynomial"),
    ],
)
def test_expressions_outside_the_argument_are_refused(build, word: str) -> None:  # type: ignore[no-untyped-def]
    """Each form to which the stabilisation argument does not apply is named."""
    a, b, x = sp.symbols("a b x")
    with pytest.raises(UnsupportedError, match=word):
        analytic.from_expression(build(a, b, x), [x])


def test_expressions_that_are_bad_input() -> None:
    """Floats, missing parameters and points off the truth are refused."""
    a, b, x = sp.symbols("a b x")
    for call, word in (
        (lambda: analytic.from_expression(0.5 * a * sp.tanh(b * x), [x]), "float"),
        (lambda: analytic.from_expression(sp.tanh(x), [x]), "no parameters"),
        (lambda: analytic.from_expression(a * sp.tanh(b * x), [x], sp.tanh(x)), "not realised"),
        (lambda: analytic.from_expression(a * sp.tanh(b * x), [x], at={"z": 1}), "no parameter; parameters"),
        (lambda: analytic.from_expression(a * sp.tanh(b * x), []), "at least one input"),
    ):
        with pytest.raises(InputError, match=word):
            call()


def test_monomial_activation_by_name() -> None:
    """The activation t^3 has one coefficient for one input, one for each monomial of degree 3 for several."""
    assert regression.network("t^3", 2).generators == ("a1*b1^3 + a2*b2^3",)
    assert len(regression.network("t^2", 1, inputs=2).generators) == 3


def test_latent_class_cells_add_up() -> None:
    """Cells vanish at the uniform truth, and there is one fewer than there are cells."""
    case = density.latent_class([2, 3], 2)
    place = {sp.Symbol(k): sp.Rational(str(v)) for k, v in (case.at or {}).items()}
    assert len(case.generators) == 5
    assert all(sp.expand(g).subs(place) == 0 for g in symbolic(case))
    with pytest.raises(InputError):
        density.latent_class([1])
    with pytest.raises(InputError):
        density.latent_class([])


def test_multinomial_mixture_is_a_location_mixture() -> None:
    """With enough trials the ideal is that of locations in dimension categories - 1; with too few it is refused."""
    assert (
        density.mixture("multinomial", 2, dimension=2, trials=2).generators
        == density.mixture("gaussian", 2, dimension=2).generators
    )
    with pytest.raises(InputError, match="trials"):
        density.mixture("multinomial", 2, dimension=2, trials=1)
    with pytest.raises(InputError, match="family"):
        density.mixture("cauchy", 2)  # type: ignore[arg-type]


def test_topic_case_starts_at_the_uniform_truth() -> None:
    """The generators of a topic model vanish at the uniform point."""
    case = topics.stochastic_factorisation_case(3, 2, 2)
    place = {sp.Symbol(k): sp.Rational(str(v)) for k, v in (case.at or {}).items()}
    assert all(sp.expand(g).subs(place) == 0 for g in symbolic(case))


@pytest.mark.parametrize("build", [regression.regression, analytic.from_expression])
def test_regression_functions_are_sympy_objects(build) -> None:  # type: ignore[no-untyped-def]
    """Text is refused (sympy would evaluate it), floats and irrational numbers too, each in one sentence."""
    x, a = sp.symbols("x a")
    wrong = [("a*x", [x], 0), (a * x, ["x"], 0), (a * x, [x], "x"), (0.5 * a * x, [x], 0), (a * x, [], 0)]
    for f, inputs, truth in wrong:
        with pytest.raises(InputError):
            build(f, inputs, truth)
    with pytest.raises((InputError, UnsupportedError)):
        regression.regression(sp.sqrt(2) * a * x, [x])
    with pytest.raises(InputError, match="float"):
        regression.regression(a * x, [x], law=[0.5])


def test_relu_cells_with_a_truth() -> None:
    """Two units, truth x^+: a unit with b = 0 lies on a wall; the worst cell is the one that shares the half line."""
    table = points.local_values(pieces.relu_without_bias(2, (1, 0), [(1, 1), (0, 0)]))
    assert [(r.lam, r.m) for r in table.rows] == [(Fraction(1, 2), 1), (1, 2)]
    assert table.worst == (Fraction(1, 2), 1, ("relu H=2, cell ++",))
    with pytest.raises(InputError, match="not realised"):
        pieces.relu_without_bias(1, (1, 0), [(1, 2)])
    with pytest.raises(InputError, match="not realised"):
        pieces.relu_without_bias(1, (1, 0))


def test_local_values_side_by_side() -> None:
    """The nodal cubic: λ ties everywhere, m is 2 at the node alone; a point off the curve has λ = ∞."""
    table = points.compare_points("(y^2-x^2-x^3)^2", ["x=0, y=0", "x=-1, y=0", {"x": 1, "y": 1}])
    assert [(r.lam, r.m) for r in table.rows[:2]] == [(Fraction(1, 2), 2), (Fraction(1, 2), 1)]
    assert table.rows[2].lam == float("inf")
    assert table.worst is not None
    assert table.worst.attained == ("1",)
    assert str(table).splitlines()[1].endswith("worst")
    assert "<td>∞</td>" in table._repr_html_()
    with pytest.raises(InputError):
        points.compare_points("x^2", [])

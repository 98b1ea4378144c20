"""Regression functions given as sympy expressions with an analytic activation: the exact ideal and why it suffices.

Read are sums of terms `A(w) σ(b(w)·x)` with one activation σ, A and b polynomial in the parameters, and a part that
is polynomial
in inputs and parameters.  Biases inside σ are refused: the expansion point would depend on the parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rlct.errors import InputError, UnsupportedError
from rlct.models.expansion import Activation, activation, law_needed
from rlct.models.known import Case
from rlct.models.reading import exact, function_of

if TYPE_CHECKING:
    import sympy


def from_expression(
    f: sympy.Expr,
    inputs: Sequence[sympy.Symbol],
    truth: sympy.Expr | int = 0,
    *,
    at: Mapping[Any, Any] | None = None,
    prior: str | None = None,
    region: str | None = None,
) -> Case:
    """The ideal of `f - truth`, where both are sums of polynomial terms and terms `A σ(b·x)` with one activation σ.

    The Taylor coefficients in the inputs are polynomials in the parameters.  Beyond the degree of the polynomial
    part they are
    pure power sums, which satisfy the recurrence (one input) or rewriting (several inputs) of
    `rlct.models.expansion`; H consecutive
    members of the progression generate all further ones, where H counts the units of model and truth together.

    Parameters
    ----------
    f : sympy expression; symbols other than the inputs are parameters.
    inputs : its input symbols.
    truth : the true function, with numbers in place of the parameters.
    at : the true parameter, by symbol or name (default 0).
    prior, region : passed on to the engine.

    Raises
    ------
    UnsupportedError : two different activations, a bias inside the activation, an activation that is not analytic, or
        a polynomial part together with an activation whose coefficients are irrational (erf, gelu).
    InputError : floats, no parameter, or a point that does not realise the truth.

    Examples
    --------
    >>> import sympy as sp
    >>> a, b, c, x = sp.symbols("a b c x")
    >>> from_expression(a * sp.tanh(b * x) + c * x, [x]).generators
    ('a*b + c', '-a*b**3/3')
    """
    import sympy as sp

    difference, names = function_of(f, inputs, truth)
    parameters = sorted(difference.free_symbols - set(names), key=str)
    if not parameters:
        raise InputError("the regression function has no parameters")
    polynomial, units, kind = _split(difference, names)
    degree_free = sp.Poly(polynomial, *names).total_degree() if polynomial != 0 else -1
    order = len({tuple(slopes) for _, slopes in units})
    degrees = _degrees(kind, order, degree_free, len(names))
    generators = []
    for exponent in _exponents_up_to(max(degrees, default=0), len(names)):
        total = sum(exponent)
        if total not in degrees and total > degree_free:
            continue
        value = sp.Poly(polynomial, *names).coeff_monomial(sp.prod(x**e for x, e in zip(names, exponent, strict=True)))
        if kind is not None and (
            total in kind.first or (total >= kind.start and (total - kind.start) % kind.step == 0)
        ):
            series = sum(a * sp.prod(b**e for b, e in zip(s, exponent, strict=True) if e) for a, s in units)
            value += series * _taylor(kind, total, mixed=polynomial != 0)
        value = sp.expand(value)
        if value != 0:
            generators.append(value)
    place = _place(parameters, at)
    for g in generators:
        if sp.simplify(g.subs(place)) != 0:
            raise InputError(
                f"the truth is not realised at the given parameter: the coefficient {g} of f - truth is not 0 there"
            )
    where: dict[str, Fraction | str] = {str(s): Fraction(str(v)) for s, v in place.items()}
    argument = [
        (
            f"Taylor expansion in the inputs; beyond degree {max(degree_free, 0)} the coefficients are power sums of "
            f"{order} slopes "
            "(model and truth together)"
        ),
        (
            "power sums satisfy the recurrence or rewriting of rlct.models.expansion: the listed coefficients generate "
            "all further ones, "
            "with cofactors that grow at most geometrically"
        ),
        (
            "tail lemma and interpolation: K lies between two multiples of their sum of squares for "
            + law_needed(max(degrees, default=0))
        ),
    ]
    if kind is not None:
        argument.insert(1, f"the coefficients of {kind.name} in these degrees are not zero: {kind.reason}")
    return Case(
        f"regression {f}",
        tuple(map(str, parameters)),
        tuple(map(str, generators)),
        where,
        prior=prior,
        region=region,
        argument=tuple(argument),
    )


_Units = list[tuple[Any, tuple[Any, ...]]]


def _split(difference: Any, names: list[Any]) -> tuple[Any, _Units, Activation | None]:
    """Polynomial part, units (A, slopes) and the activation of an expanded expression."""
    import sympy as sp

    polynomial: Any = sp.Integer(0)
    units: _Units = []
    kind: Activation | None = None
    for term in sp.Add.make_args(difference):
        functions = [g for g in term.atoms(sp.Function) if g.has(*names)]
        if not functions:
            if not term.is_polynomial(*term.free_symbols):
                raise UnsupportedError(f"the term {term} is neither polynomial nor a unit A*σ(b*x)")
            polynomial += term
            continue
        if len(functions) != 1:
            raise UnsupportedError(f"the term {term} holds more than one activation")
        found = activation(type(functions[0]).__name__)
        if kind is not None and found.name != kind.name:
            raise UnsupportedError(
                f"two activations, {kind.name} and {found.name}: their coefficients need not stabilise together"
            )
        kind = found
        weight = sp.cancel(term / functions[0])
        argument = functions[0].args[0]
        if weight.has(*names) or weight.has(sp.Function) or not weight.is_polynomial(*weight.free_symbols):
            raise UnsupportedError(f"the term {term} is no unit: its weight must be a polynomial in the parameters")
        slopes = sp.Poly(argument, *names)
        if slopes.total_degree() > 1:
            raise UnsupportedError(f"the argument {argument} must be linear in the inputs")
        if slopes.coeff_monomial(1) != 0:
            raise UnsupportedError(
                f"the argument {argument} holds a bias: the expansion point would depend on the parameters"
            )
        units.append((weight, tuple(slopes.coeff_monomial(x) for x in names)))
    return polynomial, units, kind


def _degrees(kind: Activation | None, order: int, degree_free: int, inputs: int) -> set[int]:
    """Degrees in the inputs whose coefficients generate all others."""
    low = set(range(max(degree_free, -1) + 1))
    if kind is None:
        return low
    if inputs == 1:
        return low | set(kind.degrees(order, degree_free))
    # several inputs: products of binomials rewrite by pure power sums, so one full ladder beyond the polynomial part
    top = max(kind.degrees(order, degree_free))
    return low | set(kind.first) | set(range(kind.start, top + 1, kind.step))


def _taylor(kind: Activation, degree: int, mixed: bool) -> Any:
    """Taylor coefficient of the activation; 1 where only its not being zero matters.

    Beside a polynomial part the true number counts, and it must be rational.
    """
    import sympy as sp

    if not mixed:
        return sp.Integer(1)
    t = sp.Symbol("t")
    table = {
        "tanh": sp.tanh(t),
        "sin": sp.sin(t),
        "sinh": sp.sinh(t),
        "atan": sp.atan(t),
        "asinh": sp.asinh(t),
        "cos": sp.cos(t),
        "cosh": sp.cosh(t),
        "exp": sp.exp(t),
    }
    if kind.name not in table:
        raise UnsupportedError(
            f"{kind.name} beside a polynomial part has irrational coefficients: not representable exactly here"
        )
    return sp.series(table[kind.name], t, 0, degree + 1).removeO().coeff(t, degree)


def _exponents_up_to(top: int, parts: int) -> list[tuple[int, ...]]:
    """All exponent vectors of degree at most `top`, by degree."""

    def of(total: int, left: int) -> list[tuple[int, ...]]:
        if left == 1:
            return [(total,)]
        return [(first, *rest) for first in range(total, -1, -1) for rest in of(total - first, left - 1)]

    return [e for total in range(top + 1) for e in of(total, parts)]


def _place(parameters: list[Any], at: Mapping[Any, Any] | None) -> dict[Any, Any]:
    """The point as exact sympy numbers, 0 where nothing is said."""
    import sympy as sp

    place: dict[Any, Any] = {s: sp.Integer(0) for s in parameters}
    for key, value in (at or {}).items():
        symbol = next((s for s in parameters if s == key or str(s) == str(key)), None)
        if symbol is None:
            raise InputError(f"{key} is no parameter; parameters: {', '.join(map(str, parameters))}")
        place[symbol] = sp.Rational(str(exact(value)))
    return place

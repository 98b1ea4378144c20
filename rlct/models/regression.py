"""From a regression model y = f(x, w) + noise to the ideal that carries the same (λ, m).

`K(w) = E_x (f(x, w) - f0(x))^2 / 2` for Gaussian noise of variance 1.  `network` builds one-hidden-layer models from
a few
numbers, `regression` reads a sympy expression that is polynomial in the inputs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from rlct.errors import InputError, UnsupportedError
from rlct.models.expansion import activation, one_input_argument, several_inputs_argument
from rlct.models.known import Case, need_size
from rlct.models.reading import exact, function_of

if TYPE_CHECKING:
    import sympy

Rational = Fraction | int | str
Unit = tuple[Rational | Sequence[Rational], Rational | Sequence[Rational]]
Law = Literal["normal", "uniform"]


def _vector(value: Rational | Sequence[Rational], size: int, what: str) -> tuple[Fraction, ...]:
    """A weight as a tuple of `size` rationals."""
    entries = list(value) if isinstance(value, list | tuple) else [value]
    if len(entries) != size:
        raise InputError(f"{what} needs {size} numbers, not {len(entries)}")
    return tuple(exact(e) for e in entries)


def network(
    name: str,
    hidden: int,
    *,
    inputs: int = 1,
    outputs: int = 1,
    truth: Sequence[Unit] = (),
    at: Sequence[Unit] | None = None,
    prior: str | None = None,
    region: str | None = None,
) -> Case:
    """The ideal of a network `sum_k a_k σ(b_k·x)` with one hidden layer, no biases, and a truth of the same kind.

    Parameters
    ----------
    name : activation: tanh, sin, erf, atan, sigmoid, softplus, swish, gelu, exp, ..., or t^2, t^3, ... for a power.
    hidden, inputs, outputs : sizes.
    truth : units (a, b) of the true network; empty for the zero function.
    at : the units (a, b) of the point, `hidden` of them; by default the true units followed by units that are zero.
    prior, region : passed on to the engine.

    Returns
    -------
    Case with variables a{k} (a{i}_{k} for several outputs) and b{k} (b{k}_{j} for several inputs).

    Raises
    ------
    UnsupportedError : an activation that is not analytic.
    InputError : more true units than hidden ones, floats, or a point that does not realise the truth.

    References
    ----------
    Expansion and tail lemma: `rlct.models.expansion`.

    Examples
    --------
    >>> network("tanh", 2).generators
    ('a1*b1 + a2*b2', 'a1*b1^3 + a2*b2^3')
    """
    kind = activation(name)
    h, n, m = need_size("hidden", hidden), need_size("inputs", inputs), need_size("outputs", outputs)
    true_units = [(_vector(a, m, "an output weight"), _vector(b, n, "an input weight")) for a, b in truth]
    if len(true_units) > h and at is None:
        raise InputError(f"the truth is not realisable in general: {len(true_units)} true units and {h} in the model")
    zero_unit: tuple[tuple[Fraction, ...], tuple[Fraction, ...]] = ((Fraction(0),) * m, (Fraction(0),) * n)
    if at is None:
        point = true_units + [zero_unit] * (h - len(true_units))
    else:
        point = [(_vector(a, m, "an output weight"), _vector(b, n, "an input weight")) for a, b in at]
        if len(point) != h:
            raise InputError(f"the point needs {h} units, not {len(point)}")
    order = h + len(true_units)
    if n == 1:
        exponents: list[tuple[int, ...]] = [(d,) for d in kind.degrees(order)]
        argument = one_input_argument(name, h, len(true_units))
    else:
        top = kind.start + kind.step * (order - 1)
        degrees = sorted({*kind.first, *(range(kind.start, top + 1, kind.step) if kind.step else ())})
        exponents = [e for d in degrees for e in _exponents(d, n)]
        argument = several_inputs_argument(name, h, len(true_units))

    def weight(i: int, k: int) -> str:
        return f"a{k + 1}" if m == 1 else f"a{i + 1}_{k + 1}"

    def slope(k: int, j: int) -> str:
        return f"b{k + 1}" if n == 1 else f"b{k + 1}_{j + 1}"

    generators = []
    for i in range(m):
        for e in exponents:
            terms = []
            for k in range(h):
                factors = [slope(k, j) + (f"^{p}" if p > 1 else "") for j, p in enumerate(e) if p]
                terms.append("*".join([weight(i, k), *factors]))
            target = sum((a[i] * _power(b, e) for a, b in true_units), Fraction(0))
            here = sum((a[i] * _power(b, e) for a, b in point), Fraction(0))
            if here != target:
                raise InputError(
                    f"the point does not realise the truth: the coefficient of degree {sum(e)} is {here} there and "
                    f"{target} in the truth"
                )
            generators.append(" + ".join(terms) + (f" - {target}" if target > 0 else f" + {-target}" if target else ""))
    coordinates: dict[str, Fraction | str] = {weight(i, k): point[k][0][i] for i in range(m) for k in range(h)}
    coordinates.update({slope(k, j): point[k][1][j] for k in range(h) for j in range(n)})
    label = f"{name} network {n}-{h}-{m}, {len(true_units)} true units"
    return Case(
        label, tuple(coordinates), tuple(generators), coordinates, prior=prior, region=region, argument=argument
    )


def _power(b: Sequence[Fraction], e: Sequence[int]) -> Fraction:
    """The monomial b^e."""
    out = Fraction(1)
    for base, exponent in zip(b, e, strict=True):
        out *= base**exponent
    return out


def _exponents(total: int, parts: int) -> list[tuple[int, ...]]:
    """All exponent vectors of one degree."""
    if parts == 1:
        return [(total,)]
    return [(first, *rest) for first in range(total, -1, -1) for rest in _exponents(total - first, parts - 1)]


def regression(
    f: sympy.Expr,
    inputs: Sequence[sympy.Symbol],
    truth: sympy.Expr | int = 0,
    *,
    at: Mapping[Any, Any] | None = None,
    law: Law | Sequence[Any] = "normal",
    prior: str | None = None,
    region: str | None = None,
) -> Case:
    """The ideal and the exact K of a regression function that is polynomial in inputs and parameters.

    Parameters
    ----------
    f : sympy expression, polynomial with rational coefficients.
    inputs : its input symbols; all other symbols are parameters.
    truth : the true function of the inputs, or f at a parameter.
    at : the true parameter (default 0), by symbol or name.
    law : "normal" (independent standard normal inputs), "uniform" (independent on [-1, 1]), or a finite list of
        points with equal masses (numbers for one input, sequences for several).
    prior, region : passed on to the engine.

    Returns
    -------
    Case whose `loss` is K as exact polynomial text.

    Raises
    ------
    UnsupportedError : f is not polynomial (use `network` for activations).
    InputError : no input or parameter, or a point that does not realise the truth.

    Notes
    -----
    For an input law under which the occurring monomials are linearly independent, the Gram matrix is positive
    definite and
    K is comparable with the sum of squares of the coefficients of `f - truth`: finitely many, nothing is cut off.  A
    finite
    law gives the ideal of the values at its points instead.

    Examples
    --------
    >>> import sympy as sp
    >>> a, b, x = sp.symbols("a b x")
    >>> case = regression(a * b * x, [x])
    >>> case.generators, case.loss
    (('a*b',), 'a**2*b**2/2')
    """
    import sympy as sp

    difference, names = function_of(f, inputs, truth)
    symbols = sorted((sp.sympify(f).free_symbols | difference.free_symbols) - set(names), key=lambda s: str(s))
    if not symbols:
        raise InputError("the regression function has no parameters")
    if difference == 0:
        raise InputError("f equals the truth for every parameter: K is identically 0 (λ = 0, m = 1)")
    try:
        poly = sp.Poly(difference, *names, *symbols, domain=sp.QQ)
    except (sp.PolynomialError, sp.CoercionFailed) as error:
        raise UnsupportedError(
            "the regression function is not polynomial with rational coefficients; use "
            "rlct.models.regression.network for "
            "analytic activations"
        ) from error
    place: dict[Any, Any] = {s: sp.Integer(0) for s in symbols}
    for key, value in (at or {}).items():
        symbol = next((s for s in symbols if s == key or str(s) == str(key)), None)
        if symbol is None:
            raise InputError(f"{key} is no parameter; parameters: {', '.join(map(str, symbols))}")
        place[symbol] = sp.Rational(str(exact(value)))
    by_inputs = sp.Poly(difference, *names, domain=sp.QQ.get_ring()[tuple(symbols)])
    if isinstance(law, str):
        if law not in ("normal", "uniform"):
            raise InputError(f"the input law must be 'normal', 'uniform' or a list of points, not {law!r}")
        generators = [c for c in by_inputs.coeffs() if c != 0]
        moment = _normal_moment if law == "normal" else _uniform_moment
        loss = sp.Integer(0)
        for e1, c1 in by_inputs.terms():
            for e2, c2 in by_inputs.terms():
                factor = sp.Integer(1)
                for i, j in zip(e1, e2, strict=True):
                    factor *= moment(i + j)
                loss += factor * c1 * c2
        argument: tuple[str, ...] = (
            f"f - f0 has {len(generators)} coefficients in the inputs: finitely many, nothing is cut off",
            (
                f"under the {law} law distinct monomials are linearly independent in L2, so their Gram matrix is "
                f"positive definite and K "
                "lies between two multiples of the sum of squares of the coefficients"
            ),
        )
    else:
        points = [tuple(p) if isinstance(p, list | tuple) else (p,) for p in law]
        if not points or any(len(p) != len(names) for p in points):
            raise InputError(f"a finite input law needs points with {len(names)} coordinates each")
        values = [
            sp.expand(difference.subs({v: sp.Rational(str(exact(c))) for v, c in zip(names, p, strict=True)}))
            for p in points
        ]
        generators = [v for v in values if v != 0]
        if not generators:
            raise InputError("f equals the truth at all points of the input law: K is identically 0 (λ = 0, m = 1)")
        loss = sum((v**2 for v in values), sp.Integer(0)) / len(points)
        argument = (
            f"K is half the mean of {len(points)} squares: the ideal of the values at the points of the input law",
        )
    for g in generators:
        value = sp.expand(g).subs(place)
        if value != 0:
            raise InputError(
                f"the truth is not realised at the given parameter: the coefficient {g} of f - truth is {value} there"
            )
    assert poly is not None
    texts = tuple(str(sp.expand(g)) for g in generators)
    where: dict[str, Fraction | str] = {str(s): Fraction(str(v)) for s, v in place.items()}
    return Case(
        f"regression {f}",
        tuple(map(str, symbols)),
        texts,
        where,
        prior=prior,
        region=region,
        argument=argument,
        loss=str(sp.expand(loss / 2)),
    )


def _normal_moment(degree: int) -> int:
    """E x^degree of a standard normal variable: (degree - 1)!! for even degrees."""
    if degree % 2:
        return 0
    out = 1
    for factor in range(degree - 1, 0, -2):
        out *= factor
    return out


def _uniform_moment(degree: int) -> Any:
    """E x^degree of a uniform variable on [-1, 1]."""
    import sympy as sp

    return sp.Integer(0) if degree % 2 else sp.Rational(1, degree + 1)

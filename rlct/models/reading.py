"""Polynomials given to a builder, as text or as sympy expressions, with exact checks of identities and values."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from rlct.errors import InputError
from rlct.parse import parse_expression
from rlct.problem import Add, Expr, Mul, Num, evaluate, expand, names, natural_order, to_text


def polynomial(entry: Any) -> tuple[str, Expr]:
    """A polynomial as text and as expression, from text, a number or a sympy expression.

    Raises
    ------
    InputError : floats, and whatever is no polynomial with rational coefficients.

    Examples
    --------
    >>> polynomial("p*q")[0], polynomial(1)[0]
    ('p*q', '1')
    """
    from rlct.parse import from_sympy

    if isinstance(entry, str):
        return entry.strip(), parse_expression(entry)
    if from_sympy.is_sympy(entry):
        expr = from_sympy.convert(entry)
        return to_text(expr), expr
    value = exact(entry)
    return str(value), Num(value)


def exact(value: Any) -> Fraction:
    """An exact rational from an integer, a fraction, a text or a sympy rational; floats are refused.

    >>> exact("1/3")
    Fraction(1, 3)
    """
    if isinstance(value, float) or (isinstance(value, str) and ("." in value or "e" in value.lower())):
        raise InputError(f"{value} is a float: write an exact number such as 1/10")
    try:
        return Fraction(value) if isinstance(value, int | Fraction | str) else Fraction(str(value))
    except (ValueError, ZeroDivisionError) as error:
        raise InputError(f"{value!r} is not a rational number such as 1/3") from error


def place(at: Mapping[Any, Any]) -> dict[str, Fraction]:
    """A point by symbol or name as exact numbers by name.

    >>> place({"p": "1/2"})
    {'p': Fraction(1, 2)}
    """
    return {str(k): exact(v) for k, v in at.items()}


def value(expr: Expr, point: Mapping[str, Fraction]) -> Fraction:
    """The value at a point that names all variables.

    Raises
    ------
    InputError : a variable without a value.
    """
    for v in natural_order(names(expr)):
        if v not in point:
            raise InputError(f"the parameter {v} has no value at the point")
    return evaluate(expr, point)


def combination(parts: list[tuple[int, Expr]]) -> tuple[str, bool]:
    """An integer combination of expressions: its expanded text, and whether it is identically zero.

    >>> combination([(1, polynomial("p")[1]), (-1, polynomial("p")[1])])
    ('0', True)
    """
    whole = Add(tuple(Mul((Num(Fraction(c)), e)) for c, e in parts))
    order = natural_order(names(whole))
    terms = expand(whole, order)
    text = " + ".join(
        "*".join([*([str(c)] if c != 1 or not any(e) else []), *(v if k == 1 else f"{v}^{k}" for v, k in powers)])
        for e, c in reversed(terms.items())
        for powers in [[(v, k) for v, k in zip(order, e, strict=True) if k]]
    )
    return text.replace("+ -", "- ") or "0", not terms


def function_of(f: Any, inputs: Any, truth: Any) -> tuple[Any, list[Any]]:
    """`f - truth` expanded, and the input symbols; text is refused, since sympy would evaluate it.

    Raises
    ------
    InputError : f, truth or an input that is no sympy object (numbers are allowed as truth), no input, or a float.
    """
    import sympy as sp

    for what, part in (("the function", f), ("the truth", truth)):
        if isinstance(part, str) or not isinstance(part, sp.Expr | int | Fraction):
            raise InputError(f"{what} must be a sympy expression, not {part!r}")
    names = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
    if not names:
        raise InputError("a regression function needs at least one input symbol")
    for v in names:
        if not isinstance(v, sp.Symbol):
            raise InputError(f"an input must be a sympy symbol, not {v!r}")
    difference = sp.expand(sp.sympify(f) - sp.sympify(truth))
    if difference.has(sp.Float):
        raise InputError("the expression holds a float: write exact numbers such as sp.Rational(1, 10)")
    return difference, names

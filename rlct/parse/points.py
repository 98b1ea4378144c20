"""Exact points: rationals and real algebraic numbers, from text, Python numbers or sympy numbers.

In text a coordinate is a sum or product of rationals, ``sqrt(c)``, powers ``c^(p/q)`` and ``root(p(t), k)``, the k-th
distinct real root of p from below, k = 0, 1, ...  Rational coordinates never need sympy.
"""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from rlct.errors import DimensionError, InputError, ParseError
from rlct.parse.grammar import Factor, Parser, parse_expression
from rlct.parse.tokens import Token, tokenize
from rlct.problem import Add, Algebraic, Coordinate, Expr, Mul, Num, Point, Pow, Var, evaluate, expand, names


def exact_number(value: object, what: str) -> Fraction:
    """An exact rational from a Python number, a text or a sympy rational.

    Raises
    ------
    InputError : for floats, with the exact way to write them, and for everything that is no rational number.

    >>> exact_number("-1/2", "a bound")
    Fraction(-1, 2)
    """
    if isinstance(value, bool):
        raise InputError(f"{what} is {value}, which is no number")
    if isinstance(value, numbers.Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, str):
        c = coordinate(value, what)
        if isinstance(c, Fraction):
            return c
        raise InputError(f"{what} must be rational, but {value} is not")
    if isinstance(value, numbers.Real):
        raise InputError(f"{what} is the float {value}; write exact numbers, such as {_near(float(value))}")
    if getattr(value, "is_Rational", False):
        return Fraction(int(value.p), int(value.q))  # type: ignore[attr-defined]
    raise InputError(f"{what} must be a rational number, not {value!r}")


def _near(x: float) -> str:
    if not math.isfinite(x):
        return "1/10"
    near = Fraction(x).limit_denominator(1000)
    return f"'{near}'" if near.denominator > 1 else str(near)


def build_point(at: object, variables: Sequence[str]) -> Point:
    """The point `at` with a coordinate for each variable; left out ones are 0.

    Parameters
    ----------
    at : a dict by name, a sequence in variable order, or text (``"x=1, y=-1/2"`` or ``"1, -1/2"``).
    variables : the names in order.

    Raises
    ------
    InputError : for an unknown name; `DimensionError` for a sequence of the wrong length.

    >>> build_point("y = -1/2", ("x", "y"))
    (Fraction(0, 1), Fraction(-1, 2))
    """
    if isinstance(at, str):
        if not at.strip():
            raise InputError("the point is an empty text; write it as x=1, y=-1/2")
        parts = split_commas(at)
        if not any(sign in at for sign in "=") and parts:
            return build_point(parts, variables)
        given: dict[str, object] = {}
        for part in parts:
            name, sign, value = part.partition("=")
            name, value = name.strip(), value.strip().removeprefix("=").strip()
            if not sign or not name or not value:
                raise InputError(f"'{part.strip()}' gives no coordinate: write a point as x=1, y=-1/2")
            if name in given:
                raise InputError(f"the point gives {name} twice")
            given[name] = value
        return build_point(given, variables)
    if isinstance(at, Mapping):
        by_name = {str(k): v for k, v in at.items()}
        for name in by_name:
            if name not in variables:
                raise InputError(f"the point names {name}, which is no variable ({', '.join(variables)})")
        return tuple(coordinate(by_name.get(v, 0), f"the coordinate {v}") for v in variables)
    if isinstance(at, Sequence) or (hasattr(at, "__len__") and hasattr(at, "__getitem__")):
        values = list(at)  # type: ignore[call-overload]
        if len(values) != len(variables):
            raise DimensionError("the point", len(variables), len(values))
        return tuple(coordinate(c, f"the coordinate {v}") for v, c in zip(variables, values, strict=True))
    if len(variables) == 1:
        return (coordinate(at, f"the coordinate {variables[0]}"),)
    raise InputError(f"a point is a dict, a sequence or text such as x=1, y=-1/2, not {at!r}")


def split_commas(text: str) -> list[str]:
    """Split at commas outside brackets: ``"x=root(t^2-2, 0), y=1"`` has two parts."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if c in ",;" and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    parts.append(text[start:])
    return [p.strip() for p in parts]


def coordinate(value: object, what: str) -> Coordinate:
    """One coordinate, rational or real algebraic."""
    if isinstance(value, str):
        return _from_text(value, what)
    if isinstance(value, Algebraic):
        return value
    if getattr(value, "is_number", False) and not getattr(value, "is_Rational", True):
        if getattr(value, "is_Float", False):
            raise InputError(f"{what} is the float {value}; write exact numbers, such as {_near(float(value))}")  # type: ignore[arg-type]
        return _from_sympy(value, what, None)
    return exact_number(value, what)


# -- text ------------------------------------------------------------------------------------------
def _from_text(text: str, what: str) -> Coordinate:
    if re.fullmatch(r"\s*[+-]?[0-9]{1,1000}(\s*/\s*[0-9]{1,1000})?\s*", text):
        try:
            return Fraction(text.replace(" ", ""))
        except ZeroDivisionError:
            raise ParseError(text, text.index("/"), "this divides by zero") from None
    if not any(t.kind == "name" for t in tokenize(text)):
        p = _NumberParser(text)
        factors = p.sum()
        p.expect_end()
        if all(f.exponent.denominator == 1 for f in factors):
            value = Fraction(1)
            for f in factors:
                value *= evaluate(f.base, {}) ** int(f.exponent)
            return value
    p = _NumberParser(text)
    found = p.sum()
    p.expect_end()
    expr = p.to_sympy_product(found)
    return _from_sympy(expr, what, text.strip())


class _NumberParser(Parser):
    """Constants with `sqrt`, `root` and rational powers; `special` remembers what stands behind a placeholder."""

    def __init__(self, text: str):
        super().__init__(text, rational_powers=True)
        self.special: dict[str, Any] = {}

    def call(self, name: Token) -> list[Factor]:
        if name.text not in ("sqrt", "root"):
            self.fail("in a point only sqrt(c) and root(polynomial, k) are read besides rational numbers", name.start)
        opening = self.advance()
        if name.text == "sqrt":
            inside = self.bracket(opening)
            return [Factor(f.base, f.exponent / 2, f.start) for f in inside] if len(inside) == 1 else [
                Factor(self._placeholder(self.to_sympy_product(inside)), Fraction(1, 2), name.start)
            ]
        return [Factor(self._root(name, opening), Fraction(1), name.start)]

    def atom(self) -> list[Factor]:
        t = self.token
        if t.kind == "name" and self.tokens[self.i + 1].text != "(":
            self.fail(f"{t.text} is no number; a coordinate is a number such as 1/2, sqrt(2) or root(t^3-t-1, 0)")
        return super().atom()

    def constant_power(self, value: Fraction, n: Fraction, start: int) -> Fraction:
        if n.denominator != 1:
            self.fail("a root inside an exponent is not read", start)
        return super().constant_power(value, n, start)

    def as_polynomial(self, found: list[Factor]) -> Expr:
        """Terms of a sum may hold any power here: what is not rational goes behind a placeholder."""
        if all(f.exponent.denominator == 1 and f.exponent >= 0 for f in found):
            return super().as_polynomial(found)
        return self._placeholder(self.to_sympy_product(found))

    def inverse(self, divisor: list[Factor], start: int) -> list[Factor]:
        if all(not names(f.base) and f.exponent.denominator == 1 for f in divisor):
            return super().inverse(divisor, start)
        return [Factor(f.base, -f.exponent, f.start) for f in divisor]

    def _placeholder(self, value: Any) -> Expr:
        name = f"#{len(self.special)}"
        self.special[name] = value
        return Var(name)

    def _root(self, name: Token, opening: Token) -> Expr:
        """``root(polynomial in one name, k)``: the k-th distinct real root from below."""
        depth, j = 1, self.i
        comma = -1
        while depth and self.tokens[j].kind != "end":
            text = self.tokens[j].text
            depth += (text == "(") - (text == ")")
            if text == "," and depth == 1:
                comma = j
            j += 1
        if depth or comma < 0:
            self.fail("write root(polynomial, k), with k = 0 for the smallest real root", name.start)
        inner = self.text[opening.end : self.tokens[comma].start]
        poly = parse_expression(inner)
        count = self.text[self.tokens[comma].end : self.tokens[j - 1].start].strip()
        if not re.fullmatch(r"[0-9]{1,6}", count):
            self.fail("the second entry of root(polynomial, k) is a number k = 0, 1, 2, ...", self.tokens[comma].end)
        used = names(poly)
        if len(used) != 1:
            self.fail("the polynomial in root(polynomial, k) must have exactly one variable", opening.end)
        terms = expand(poly, tuple(used))
        self.i = j
        found = real_root({e[0]: c for e, c in terms.items()}, int(count), inner.strip())
        if isinstance(found, Fraction):
            return Num(found)
        return self._placeholder(_to_sympy_root(found))

    def to_sympy_product(self, found: list[Factor]) -> Any:
        from sympy import Integer, Rational

        value: Any = Integer(1)
        for f in found:
            base = self._to_sympy(f.base)
            if base == 0 and f.exponent < 0:
                self.fail("this divides by zero", f.start)
            value = value * base ** Rational(f.exponent.numerator, f.exponent.denominator)
        return value

    def _to_sympy(self, e: Expr) -> Any:
        from sympy import Add as SAdd
        from sympy import Mul as SMul
        from sympy import Rational

        if isinstance(e, Num):
            return Rational(e.value.numerator, e.value.denominator)
        if isinstance(e, Var):
            return self.special[e.name]
        if isinstance(e, Add):
            return SAdd(*(self._to_sympy(a) for a in e.args))
        if isinstance(e, Mul):
            return SMul(*(self._to_sympy(a) for a in e.args))
        assert isinstance(e, Pow)
        return self._to_sympy(e.base) ** e.exponent


# -- algebraic numbers -----------------------------------------------------------------------------
def real_root(coefficients: Mapping[int, Fraction], k: int, text: str) -> Coordinate:
    """The k-th distinct real root, from below, of a polynomial in one variable.

    Raises
    ------
    InputError : if there are not that many real roots.

    >>> real_root({2: Fraction(1), 0: Fraction(-4)}, 0, "t^2-4")
    Fraction(-2, 1)
    >>> str(real_root({2: Fraction(1), 0: Fraction(-2)}, 1, "t^2-2"))
    'root(t^2-2, 1)'
    """
    from sympy import QQ, Poly, Rational, Symbol

    if not any(coefficients.values()) or max(coefficients) == 0:
        raise InputError(f"root({text}, {k}): a constant has no isolated root")
    t = Symbol("t")
    poly = Poly({(i,): Rational(c.numerator, c.denominator) for i, c in coefficients.items()}, t, domain=QQ)
    places = poly.sqf_part().intervals()
    if k >= len(places):
        raise InputError(f"root({text}, {k}): the polynomial has only {len(places)} real roots, counted from 0")
    (lo, hi), _ = places[k]
    for factor, _ in poly.factor_list()[1]:
        if factor.degree() == 1:
            a, b = factor.all_coeffs()
            if lo <= -b / a <= hi:
                return _fraction(-b / a)
        elif lo != hi and factor.count_roots(lo, hi) == 1:
            _, integral = factor.clear_denoms(convert=True)
            minpoly = tuple(int(c) for c in reversed(integral.primitive()[1].all_coeffs()))
            return Algebraic(minpoly, _fraction(lo), _fraction(hi), f"root({text}, {k})")
    raise AssertionError("an isolating interval without a root")


def _to_sympy_root(number: Algebraic) -> Any:
    """The same number as a sympy root object."""
    from sympy import CRootOf, Poly, Symbol

    poly = Poly(list(reversed(number.minpoly)), Symbol("t"))
    for k in range(poly.count_roots()):
        if poly.count_roots(None, _sympy_rational(number.hi)) == k + 1:
            return CRootOf(poly, k)
    raise AssertionError("an isolating interval without a root")


def _from_sympy(value: Any, what: str, text: str | None) -> Coordinate:
    """A sympy number as coordinate: minimal polynomial and isolating interval."""
    from sympy import Poly, Symbol, minimal_polynomial
    from sympy.polys.polyerrors import NotAlgebraic

    if value.is_Rational:
        return _fraction(value)
    if value.is_extended_real is False or value.has(*_infinities()):
        raise InputError(f"{what} must be a finite real number, but {text or value} is not")
    t = Symbol("t")
    try:
        minimal = Poly(minimal_polynomial(value, t), t)
    except (NotAlgebraic, NotImplementedError):
        raise InputError(f"{what} must be rational or algebraic, but {text or value} is not") from None
    if minimal.degree() == 1:
        a, b = minimal.all_coeffs()
        return _fraction(-b / a)
    coefficients = tuple(int(c) for c in reversed(minimal.primitive()[1].all_coeffs()))
    places = [place for place, _ in minimal.intervals()]
    digits = 30
    while digits < 2000:
        near = value.evalf(digits)
        real, imaginary = near.as_real_imag()
        if abs(imaginary) > abs(near) * Fraction(1, 10**10):
            break
        centre = Fraction(str(real))
        slack = (abs(centre) + 1) * Fraction(1, 10 ** (digits - 8))
        fits = [i for i, (lo, hi) in enumerate(places) if _fraction(lo) - slack <= centre <= _fraction(hi) + slack]
        if len(fits) == 1:
            lo, hi = (_fraction(end) for end in places[fits[0]])
            name = text if text is not None else _number_text(value, minimal, fits[0])
            return Algebraic(coefficients, lo, hi, name)
        places = [place for place, _ in minimal.intervals(eps=_sympy_rational(Fraction(1, 10**digits)))]
        digits *= 2
    raise InputError(f"{what} must be a real number, but {text or value} is not")


def _number_text(value: Any, minimal: Any, k: int) -> str:
    """Text that the grammar of points reads back to the same number."""
    from sympy import Pow as SPow
    from sympy import preorder_traversal

    plain = all(e.is_Rational or e.is_Add or e.is_Mul or isinstance(e, SPow) for e in preorder_traversal(value))
    if plain:
        return str(value).replace("**", "^").replace(" ", "")
    return f"root({str(minimal.as_expr()).replace('**', '^').replace(' ', '')}, {k})"


def _infinities() -> tuple[Any, ...]:
    from sympy import nan, oo, zoo

    return nan, oo, -oo, zoo


def _fraction(q: Any) -> Fraction:
    return Fraction(int(q.p), int(q.q))


def _sympy_rational(q: Fraction) -> Any:
    from sympy import Rational

    return Rational(q.numerator, q.denominator)

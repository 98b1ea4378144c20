"""What a problem is, exactly as it was stated; and THE conventions.

`K >= 0` on a region W, `phi >= 0` a prior density, ``zeta(z) = ∫_W K^z phi dw``.  Its largest pole is -λ,
of order m.  `mode` says what the text means:

========  =========================================  =====================
mode      K is                                       example, at the origin
========  =========================================  =====================
"K"       the function itself (>= 0 there)           x^2*y^2: (1/2, 2)
"abs"     |f|, f may change sign                     x*y: (1, 2)
"ideal"   the sum of the squares of the generators   (x*y): (1/2, 2)
========  =========================================  =====================

Expressions stay as they were parsed (unexpanded): numeric code evaluates them so, and factors that the
user wrote are kept.  `expand` turns one into a sparse polynomial, and refuses before it would explode.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Literal

from rlct.sizes import MAX_TERMS, check_bits, check_terms, foresee_power, foresee_product

if TYPE_CHECKING:
    from rlct.exact.poly import Poly, Ring

Mode = Literal["K", "abs", "ideal"]
Terms = dict[tuple[int, ...], Fraction]
"""Expanded polynomial: exponents (in the order of the variables) -> non-zero coefficient."""


# -- expressions -----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Num:
    """A rational number."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Var:
    """A variable, by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Add:
    """A sum of at least two expressions."""

    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Mul:
    """A product of at least two expressions (negation is a product with -1)."""

    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Pow:
    """A power with an integer exponent >= 0."""

    base: Expr
    exponent: int


Expr = Num | Var | Add | Mul | Pow


@dataclass(frozen=True, slots=True)
class Algebraic:
    """A real algebraic number that is not rational.

    `minpoly` (coefficients from the constant term up, integers, irreducible over Q, degree >= 2) has exactly one real
    root in the open interval (lo, hi), and that is the number.  `text` is its text form, e.g. ``"sqrt(2)"``.
    """

    minpoly: tuple[int, ...]
    lo: Fraction
    hi: Fraction
    text: str

    def __str__(self) -> str:
        return self.text

    def __float__(self) -> float:
        lo, hi = self.lo, self.hi
        at_lo = _horner(self.minpoly, lo)
        while hi - lo > Fraction(1, 2**60) * max(Fraction(1), abs(lo), abs(hi)):
            mid = (lo + hi) / 2
            at_mid = _horner(self.minpoly, mid)
            if (at_mid > 0) == (at_lo > 0):
                lo = mid
            else:
                hi = mid
        return float((lo + hi) / 2)


Coordinate = Fraction | Algebraic
Point = tuple[Coordinate, ...]


def compare(c: Coordinate, q: Fraction) -> int:
    """-1, 0 or 1: whether a coordinate is below, at or above a rational number.

    >>> root = Algebraic((-2, 0, 1), Fraction(1), Fraction(2), "sqrt(2)")
    >>> compare(root, Fraction(7, 5)), compare(root, Fraction(3, 2))
    (1, -1)
    """
    if isinstance(c, Fraction):
        return (c > q) - (c < q)
    if q <= c.lo:
        return 1
    if q >= c.hi:
        return -1
    return 1 if (_horner(c.minpoly, q) > 0) == (_horner(c.minpoly, c.lo) > 0) else -1


@dataclass(frozen=True, slots=True)
class Region:
    """Where the integral is taken.

    `box` has one pair (lo, hi) for each variable, None where unbounded; `constraints` are the other inequalities,
    each meaning ``expression >= 0``; `text` is the region as given.
    """

    box: tuple[tuple[Fraction | None, Fraction | None], ...]
    constraints: tuple[Expr, ...]
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Problem:
    """One question: the threshold of `functions` (see `mode`) with a prior, at a point or over a region.

    Parameters
    ----------
    variables : names in order.
    mode : ``"K"``, ``"abs"`` or ``"ideal"``; the first two have exactly one function.
    functions : the expressions as parsed.
    prior : factors (expression, exponent > -1); the density is the product of ``|expression|^exponent``.
    at : the point, or None when the worst point of the region is asked for.
    region : None means a full neighbourhood of the point.
    source, prior_text : the texts as given (prior_text is "" without a prior).

    `at` and `region` are never both None.
    """

    variables: tuple[str, ...]
    mode: Mode
    functions: tuple[Expr, ...]
    prior: tuple[tuple[Expr, Fraction], ...]
    at: Point | None
    region: Region | None
    source: str
    prior_text: str = ""


# -- walking ---------------------------------------------------------------------------------------
def walk(expr: Expr) -> Iterator[Expr]:
    """Every sub-expression, the whole first.

    >>> [type(e).__name__ for e in walk(Add((Var("x"), Num(Fraction(1)))))]
    ['Add', 'Var', 'Num']
    """
    stack: list[Expr] = [expr]
    while stack:
        e = stack.pop()
        yield e
        if isinstance(e, Add | Mul):
            stack.extend(reversed(e.args))
        elif isinstance(e, Pow):
            stack.append(e.base)


def names(expr: Expr) -> frozenset[str]:
    """The variables that are written in an expression (even if they cancel)."""
    return frozenset(e.name for e in walk(expr) if isinstance(e, Var))


def natural_order(found: Iterable[str]) -> tuple[str, ...]:
    """Names sorted as people count: ``w2`` before ``w10``.

    >>> natural_order({"w10", "w2", "a"})
    ('a', 'w2', 'w10')
    """

    def key(name: str) -> tuple[list[tuple[int, int, str]], str]:
        parts = re.findall(r"[0-9]+|[^0-9]+", name)
        return [(0, int(p), "") if p[0] in "0123456789" else (1, 0, p) for p in parts], name

    return tuple(sorted(set(found), key=key))


def factors(expr: Expr) -> tuple[Fraction, list[tuple[Expr, int]]]:
    """The product structure as written: ``(constant, [(base, exponent), ...])``; equal bases are joined.

    Examples
    --------
    >>> x = Var("x")
    >>> factors(Mul((Num(Fraction(2)), Pow(x, 2), x)))
    (Fraction(2, 1), [(Var(name='x'), 3)])
    """
    constant = Fraction(1)
    found: dict[Expr, int] = {}
    stack: list[tuple[Expr, int]] = [(expr, 1)]
    while stack:
        e, k = stack.pop()
        if k == 0:
            continue
        if isinstance(e, Num):
            check_bits(e.value, k)
            constant *= e.value**k
        elif isinstance(e, Mul):
            stack.extend((a, k) for a in reversed(e.args))
        elif isinstance(e, Pow):
            stack.append((e.base, k * e.exponent))
        else:
            found[e] = found.get(e, 0) + k
    return constant, list(found.items())


def square_summands(e: Expr) -> list[Expr] | None:
    """The summands when e is a sum (at least two) of positive constants times products of even powers, else None."""
    if isinstance(e, Mul):
        numbers = [a for a in e.args if isinstance(a, Num)]
        rest = [a for a in e.args if not isinstance(a, Num)]
        scale = Fraction(1)
        for factor in numbers:
            scale *= factor.value
        if len(rest) == 1 and scale > 0:
            inner = square_summands(rest[0])
            return None if inner is None else [Mul((Num(scale), s)) for s in inner]
        return None
    if not isinstance(e, Add):
        return None
    out: list[Expr] = []
    a: Expr
    for a in e.args:
        c, fs = factors(a)
        if c > 0 and all(k % 2 == 0 for _, k in fs):
            out.append(a)
            continue
        inner = square_summands(a)
        if inner is None:
            return None
        out += inner
    return out


def degree_bound(expr: Expr) -> int:
    """An upper bound of the total degree, without expanding.

    >>> degree_bound(Add((Pow(Var("x"), 3), Mul((Var("x"), Var("y"))))))
    3
    """
    if isinstance(expr, Num):
        return 0
    if isinstance(expr, Var):
        return 1
    if isinstance(expr, Add):
        return max(degree_bound(a) for a in expr.args)
    if isinstance(expr, Mul):
        return sum(degree_bound(a) for a in expr.args)
    return expr.exponent * degree_bound(expr.base)


def evaluate(expr: Expr, point: Mapping[str, Fraction]) -> Fraction:
    """The exact value at a rational point that gives every variable.

    Raises
    ------
    InputError : if a number would have more than `MAX_BITS` bits.

    >>> evaluate(Pow(Var("x"), 2), {"x": Fraction(-1, 2)})
    Fraction(1, 4)
    """
    if isinstance(expr, Num):
        return expr.value
    if isinstance(expr, Var):
        return point[expr.name]
    if isinstance(expr, Add):
        return sum((evaluate(a, point) for a in expr.args), Fraction(0))
    if isinstance(expr, Mul):
        value = Fraction(1)
        for a in expr.args:
            value *= evaluate(a, point)
        return value
    base = evaluate(expr.base, point)
    check_bits(base, expr.exponent)
    return Fraction(base**expr.exponent)


def substitute(expr: Expr, images: Mapping[str, Expr]) -> Expr:
    """Replace variables by expressions, without expanding."""
    if isinstance(expr, Var):
        return images.get(expr.name, expr)
    if isinstance(expr, Add):
        return Add(tuple(substitute(a, images) for a in expr.args))
    if isinstance(expr, Mul):
        return Mul(tuple(substitute(a, images) for a in expr.args))
    if isinstance(expr, Pow):
        return Pow(substitute(expr.base, images), expr.exponent)
    return expr


# -- text ------------------------------------------------------------------------------------------
def to_text(expr: Expr) -> str:
    """An expression as text that `rlct.parse` reads back to the same polynomial.

    >>> to_text(Add((Pow(Var("y"), 2), Mul((Num(Fraction(-1)), Pow(Var("x"), 3))))))
    'y^2 - x^3'
    """
    if isinstance(expr, Num):
        return str(expr.value)
    if isinstance(expr, Var):
        return expr.name
    if isinstance(expr, Add):
        out = to_text(expr.args[0])
        for a in expr.args[1:]:
            t = to_text(a)
            if isinstance(a, Add):
                t = f"({t})"
            out += f" - {t[1:]}" if t.startswith("-") else f" + {t}"
        return out
    if isinstance(expr, Mul):
        sign, args = "", list(expr.args)
        if isinstance(args[0], Num) and args[0].value == -1 and len(args) > 1:
            sign, args = "-", args[1:]
        return sign + "*".join(_bracketed(a, first=i == 0 and not sign) for i, a in enumerate(args))
    inner = to_text(expr.base)
    return f"{inner}^{expr.exponent}" if _is_atom(expr.base) else f"({inner})^{expr.exponent}"


def point_text(variables: Sequence[str], point: Sequence[Coordinate]) -> str:
    """A point as text in the form that `at` accepts, e.g. ``"x=1, y=sqrt(2)"``."""
    return ", ".join(f"{v}={p}" for v, p in zip(variables, point, strict=True))


def _is_atom(e: Expr) -> bool:
    return isinstance(e, Var) or (isinstance(e, Num) and e.value >= 0 and e.value.denominator == 1)


def _bracketed(e: Expr, first: bool) -> str:
    t = to_text(e)
    if isinstance(e, Add | Mul) or (isinstance(e, Num) and not first and e.value < 0):
        return f"({t})"
    return t


# -- expansion -------------------------------------------------------------------------------------
def expand(expr: Expr, variables: Sequence[str], limit: int = MAX_TERMS) -> Terms:
    """The expanded polynomial over Q.

    Parameters
    ----------
    expr : the expression.
    variables : names in the order of the exponents; they must include all that occur.
    limit : largest number of terms, of the result and of everything on the way.

    Raises
    ------
    InputError : when an expansion would have more than `limit` terms; this is foreseen, not run into.

    Examples
    --------
    >>> expand(Pow(Add((Var("x"), Var("y"))), 2), ("x", "y"))
    {(2, 0): Fraction(1, 1), (1, 1): Fraction(2, 1), (0, 2): Fraction(1, 1)}
    """
    if not variables:
        value = evaluate(expr, {})
        return {(): value} if value else {}
    from rlct.exact.poly import Ring

    ring = Ring(variables)
    poly, scale = expand_in(expr, ring, {v: i for i, v in enumerate(variables)}, limit)
    return {e: c * scale for e, c in poly.terms}


def expand_in(expr: Expr, ring: Ring, index: Mapping[str, int], limit: int = MAX_TERMS) -> tuple[Poly, Fraction]:
    """The same inside a given ring: ``(p, c)`` with ``c*p`` the polynomial and c > 0 rational.

    `index` gives the ring's variable for each name.  Raises `InputError` as `expand` does.
    """

    def go(e: Expr) -> tuple[Poly, Fraction]:
        if isinstance(e, Num):
            return ring.const(e.value.numerator), Fraction(1, e.value.denominator)
        if isinstance(e, Var):
            return ring.gen(index[e.name]), Fraction(1)
        if isinstance(e, Add):
            known = [monomial(a, index) for a in e.args]
            rest = [go(a) for a, m in zip(e.args, known, strict=True) if m is None]
            return _sum_of([m for m in known if m is not None], rest, ring, limit)
        if isinstance(e, Mul):
            parts = sorted((go(a) for a in e.args), key=lambda t: len(t[0]))
            poly, scale = parts[0]
            for q, c in parts[1:]:
                foresee_product(poly, q, limit)
                poly, scale = poly * q, scale * c
                check_terms(len(poly), limit)
            return poly, scale
        poly, scale = go(e.base)
        content = int(poly.p.content())
        if content > 1:  # (2*x/2)^n must not compute 2^n
            poly, scale = poly.divide(ring.const(content)) or poly, scale * content
        foresee_power(poly, scale, e.exponent, limit)
        return poly**e.exponent, scale**e.exponent

    return go(expr)


def product_in(p: Poly, q: Poly, limit: int = MAX_TERMS) -> Poly:
    """p q inside their ring, refused (`InputError`) before it would have more than `limit` terms."""
    foresee_product(p, q, limit)
    out = p * q
    check_terms(len(out), limit)
    return out


def power_in(p: Poly, n: int, limit: int = MAX_TERMS) -> Poly:
    """p^n inside its ring, refused (`InputError`) before it would have more than `limit` terms or endless digits."""
    foresee_power(p, Fraction(1), n, limit)
    return p**n


def monomial(e: Expr, index: Mapping[str, int]) -> tuple[dict[int, int], Fraction] | None:
    """Exponents of the variables and the coefficient, of a product of numbers and powers of variables."""
    powers: dict[int, int] = {}
    coefficient = Fraction(1)
    for a in e.args if isinstance(e, Mul) else (e,):
        base, k = (a.base, a.exponent) if isinstance(a, Pow) else (a, 1)
        if isinstance(base, Var):
            i = index[base.name]
            powers[i] = powers.get(i, 0) + k
        elif isinstance(base, Num) and k == 1:
            coefficient *= base.value
        else:
            return None
    return powers, coefficient


def _sum_of(
    monomials: Sequence[tuple[dict[int, int], Fraction]], parts: list[tuple[Poly, Fraction]], ring: Ring, limit: int
) -> tuple[Poly, Fraction]:
    """Sum of monomials and of ``c*p``; short ones are collected in one dict, which keeps thousands of terms linear."""
    total: Terms = {}
    for powers, c in monomials:
        exponents = tuple(powers.get(i, 0) for i in range(ring.n))
        total[exponents] = total[exponents] + c if exponents in total else c
    long: list[tuple[Poly, Fraction]] = []
    for p, c in parts:
        if len(p) > 50:
            long.append((p, c))
            continue
        for e, k in p.terms:
            total[e] = total.get(e, Fraction(0)) + k * c
    acc, scale = ring.from_fractions({e: k for e, k in total.items() if k})
    for p, c in long:
        joint = Fraction(1, lcm(scale.denominator, c.denominator))
        acc = acc * int(scale / joint) + p * int(c / joint)
        scale = joint
    check_terms(len(acc), limit)
    return acc, scale


def is_expanded(e: Expr) -> bool:
    """A sum of products of numbers and powers of variables, or one."""
    return all(
        isinstance(b.base if isinstance(b, Pow) else b, Num | Var)
        for a in (e.args if isinstance(e, Add) else (e,))
        for b in (a.args if isinstance(a, Mul) else (a,))
    )


def _horner(coefficients: Sequence[int], x: Fraction) -> Fraction:
    value = Fraction(0)
    for c in reversed(coefficients):
        value = value * x + c
    return value

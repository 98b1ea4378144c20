"""A tiny expression tree: text as it was built, and its expansion.

The generators need both: the same function once as a product of powers, once multiplied out.  Nothing of ``rlct`` is
used here; expansion is python-flint's.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint


@dataclass(frozen=True)
class Const:
    """A rational number."""

    value: Fraction


@dataclass(frozen=True)
class Var:
    """The i-th variable."""

    index: int


@dataclass(frozen=True)
class Add:
    """A sum."""

    terms: tuple[Expr, ...]


@dataclass(frozen=True)
class Mul:
    """A product."""

    factors: tuple[Expr, ...]


@dataclass(frozen=True)
class Pow:
    """A power with a positive whole exponent."""

    base: Expr
    exponent: int


Expr = Const | Var | Add | Mul | Pow
ONE = Const(Fraction(1))


def const(value: Any) -> Const:
    """A number from anything `Fraction` reads."""
    return Const(Fraction(value))


def add(*terms: Expr) -> Expr:
    """A sum, flattened; a zero is left out."""
    flat: list[Expr] = []
    for t in terms:
        flat += t.terms if isinstance(t, Add) else (t,)
    flat = [t for t in flat if not (isinstance(t, Const) and t.value == 0)]
    return flat[0] if len(flat) == 1 else Add(tuple(flat)) if flat else const(0)


def mul(*factors: Expr) -> Expr:
    """A product, flattened; a one is left out."""
    flat: list[Expr] = []
    for f in factors:
        flat += f.factors if isinstance(f, Mul) else (f,)
    flat = [f for f in flat if f != ONE]
    return flat[0] if len(flat) == 1 else Mul(tuple(flat)) if flat else ONE


def power(base: Expr, exponent: int) -> Expr:
    """A power; exponents 0 and 1 disappear."""
    if exponent < 0:
        raise ValueError("negative exponent")
    return ONE if exponent == 0 else base if exponent == 1 else Pow(base, exponent)


def monomial(exponents: Any, coefficient: Any = 1) -> Expr:
    """``coefficient * prod x_i^e_i``."""
    return mul(const(coefficient), *(power(Var(i), e) for i, e in enumerate(exponents) if e))


def polynomial(terms: Any) -> Expr:
    """The sum of ``coefficient * monomial`` over pairs (coefficient, exponents)."""
    return add(*(monomial(e, c) for c, e in terms))


def substitute(e: Expr, images: list[Expr]) -> Expr:
    """Replace each variable by its image."""
    if isinstance(e, Var):
        return images[e.index]
    if isinstance(e, Add):
        return add(*(substitute(t, images) for t in e.terms))
    if isinstance(e, Mul):
        return mul(*(substitute(f, images) for f in e.factors))
    if isinstance(e, Pow):
        return power(substitute(e.base, images), e.exponent)
    return e


def shifted(e: Expr, by: int) -> Expr:
    """Rename variable i to i + by."""
    if isinstance(e, Var):
        return Var(e.index + by)
    if isinstance(e, Add):
        return Add(tuple(shifted(t, by) for t in e.terms))
    if isinstance(e, Mul):
        return Mul(tuple(shifted(f, by) for f in e.factors))
    if isinstance(e, Pow):
        return Pow(shifted(e.base, by), e.exponent)
    return e


def ring(n: int) -> Any:
    """The polynomial ring in n variables over the rationals."""
    return flint.fmpq_mpoly_ctx.get([f"v{i}" for i in range(n)], "lex")


class TooLarge(ValueError):
    """The expansion has more terms than anybody wants to read."""


def expand(e: Expr, ctx: Any, limit: int = 1500) -> Any:
    """The polynomial of an expression.

    Raises
    ------
    TooLarge : when an intermediate result exceeds `limit` terms.
    """
    if isinstance(e, Const):
        return ctx.constant(flint.fmpq(e.value.numerator, e.value.denominator))
    if isinstance(e, Var):
        return ctx.gen(e.index)
    if isinstance(e, Pow):
        base, out = expand(e.base, ctx, limit), ctx.constant(1)
        for _ in range(e.exponent):
            out = _times(out, base, limit)
        return out
    if isinstance(e, Mul):
        out = ctx.constant(1)
        for f in e.factors:
            out = _times(out, expand(f, ctx, limit), limit)
        return out
    out = ctx.constant(0)
    for t in e.terms:
        out += expand(t, ctx, limit)
    return out


def _times(p: Any, q: Any, limit: int) -> Any:
    if len(p) * len(q) > 20 * limit:
        raise TooLarge("too many products of terms")
    out = p * q
    if len(out) > limit:
        raise TooLarge(f"more than {limit} terms")
    return out


def from_polynomial(p: Any) -> Expr:
    """A polynomial as a sum of monomials."""
    terms = sorted(p.to_dict().items(), reverse=True)
    return polynomial([(Fraction(int(c.p), int(c.q)), e) for e, c in terms]) if terms else const(0)


def text(e: Expr, names: list[str]) -> str:
    """The expression in the syntax of the case files."""
    if isinstance(e, Const):
        return str(e.value)
    if isinstance(e, Var):
        return names[e.index]
    if isinstance(e, Add):
        out = ""
        for t in e.terms:
            s = text(t, names)
            out += s if not out else f" - {s[1:]}" if s.startswith("-") else f" + {s}"
        return out
    if isinstance(e, Pow):
        return f"{_atom(e.base, names)}**{e.exponent}"
    head = e.factors[0]
    rest = e.factors[1:]
    if isinstance(head, Const) and rest:
        tail = "*".join(_factor(f, names) for f in rest)
        p, q = head.value.numerator, head.value.denominator
        lead = tail if p == 1 else f"-{tail}" if p == -1 else f"{p}*{tail}"
        return lead if q == 1 else f"{lead}/{q}"
    return "*".join(_factor(f, names) for f in e.factors)


def _atom(e: Expr, names: list[str]) -> str:
    return names[e.index] if isinstance(e, Var) else f"({text(e, names)})"


def _factor(e: Expr, names: list[str]) -> str:
    if isinstance(e, (Var, Pow)):
        return text(e, names)
    if isinstance(e, Const) and e.value > 0 and e.value.denominator == 1:
        return str(e.value)
    return f"({text(e, names)})"

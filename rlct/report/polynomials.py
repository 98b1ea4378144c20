"""A little polynomial arithmetic for printing: dicts ``{monomial: coefficient}``.

A monomial is a tuple of (name, exponent) in the order of names.  A polynomial that grows too long to be worth printing
becomes None and is printed as ``...``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

Monomial = tuple[tuple[str, int], ...]
Poly = dict[Monomial, Fraction]
MaybePoly = Poly | None
MAX_PRODUCTS = 20_000
MAX_TERMS = 2_000


# -- arithmetic ------------------------------------------------------------------------------------
def variable(name: str) -> Poly:
    """The polynomial that is one variable."""
    return {((name, 1),): Fraction(1)}


def constant(c: Fraction | int) -> Poly:
    """A constant polynomial."""
    return {(): Fraction(c)} if c else {}


def plus(p: MaybePoly, q: MaybePoly) -> MaybePoly:
    """p + q."""
    if p is None or q is None:
        return None
    out = dict(p)
    for m, c in q.items():
        out[m] = out.get(m, Fraction(0)) + c
    return {m: c for m, c in out.items() if c}


def times(p: MaybePoly, q: MaybePoly) -> MaybePoly:
    """p q."""
    if p is None or q is None or len(p) * len(q) > MAX_PRODUCTS:
        return None
    out: Poly = {}
    for m, c in p.items():
        for n, d in q.items():
            mn = monomial_product(m, n)
            out[mn] = out.get(mn, Fraction(0)) + c * d
    return {m: c for m, c in out.items() if c}


def power(p: MaybePoly, e: int) -> MaybePoly:
    """p^e."""
    if p is not None and len(p) == 1:
        ((m, c),) = p.items()
        return {tuple((v, a * e) for v, a in m if e): c**e} if abs(c) == 1 or e < 1000 else None
    if e > 200 or p is None:
        return None
    out: MaybePoly = constant(1)
    for n in range(e):
        if n > 40 and out is not None and len(out) * len(p) > 1000:
            return None
        out = times(out, p)
    return out


def monomial_product(m: Monomial, n: Monomial) -> Monomial:
    """The product of two monomials."""
    if not m or not n:
        return m or n
    exps = dict(m)
    for v, a in n:
        exps[v] = exps.get(v, 0) + a
    return tuple(sorted((v, a) for v, a in exps.items() if a))


def substitute(p: MaybePoly, images: Mapping[str, Poly]) -> MaybePoly:
    """Variables replaced by polynomials."""
    if p is None:
        return None
    if not any(v in images for m in p for v, _ in m):
        return p
    out: MaybePoly = {}
    for m, c in p.items():
        term: MaybePoly = {tuple((v, a) for v, a in m if v not in images): c}
        for v, a in m:
            if v in images:
                term = times(term, power(images[v], a))
        out = plus(out, term)
    return out


def solved(p: MaybePoly, var: str, unit: MaybePoly, rest: MaybePoly) -> MaybePoly:
    """``unit^D p((var - rest)/unit)``: p after ``unit*var + rest`` has become the coordinate var."""
    if p is None or unit is None or rest is None:
        return None
    degree = max((dict(m).get(var, 0) for m in p), default=0)
    if not degree:
        return p
    z = plus(variable(var), times(constant(-1), rest))
    out: MaybePoly = {}
    for m, c in p.items():
        a = dict(m).get(var, 0)
        term: MaybePoly = {tuple((v, b) for v, b in m if v != var): c}
        out = plus(out, times(times(term, power(z, a)), power(unit, degree - a)))
    return out


def quotient(p: MaybePoly, q: MaybePoly) -> MaybePoly:
    """p / q up to a constant, None where it does not divide (or is not worth dividing)."""
    if p is None or not q or len(p) * len(q) > MAX_PRODUCTS:
        return None
    names = sorted({v for m in (*p, *q) for v, _ in m})

    def key(m: Monomial) -> tuple[int, ...]:
        exps = dict(m)
        return tuple(exps.get(v, 0) for v in names)

    lead = max(q, key=key)
    rest = dict(p)
    out: Poly = {}
    while rest:
        m = max(rest, key=key)
        exps = {v: dict(m).get(v, 0) - dict(lead).get(v, 0) for v in names}
        if min(exps.values(), default=0) < 0 or len(out) > 2000:
            return None
        n: Monomial = tuple((v, a) for v, a in exps.items() if a)
        c = rest[m] / q[lead]
        out[n] = c
        for k, d in q.items():
            kn = monomial_product(k, n)
            rest[kn] = rest.get(kn, Fraction(0)) - c * d
            if not rest[kn]:
                del rest[kn]
    return out


def decode(data: Sequence[Any], order: Sequence[str]) -> MaybePoly:
    """POLY of the format, with the variable list in force; None when it is too long to be worth printing."""
    if len(data) > MAX_TERMS:
        return None
    return {tuple(sorted((v, a) for v, a in zip(order, e, strict=False) if a)): Fraction(c) for e, c in data}


def show(p: MaybePoly, limit: int = 200) -> str:
    """A polynomial as text, terms of low degree first but a constant last; shortened when long."""
    if p is None:
        return "..."
    if not p:
        return "0"
    out = ""
    for m, c in sorted(p.items(), key=lambda t: _place(t[0])):
        mono = "*".join(v if a == 1 else f"{v}^{a}" for v, a in m)
        size = "" if abs(c) == 1 and mono else str(abs(c)) + ("*" if mono else "")
        sign = ("-" if c < 0 else "") if not out else (" - " if c < 0 else " + ")
        out += f"{sign}{size}{mono}"
        if len(out) > limit:
            return f"{out} + ... ({len(p)} terms)"
    return out


def show_unsigned(p: MaybePoly, limit: int = 200) -> str:
    """The same up to sign: the first term is positive (for generators, whose sign does not matter)."""
    if p and p[min(p, key=_place)] < 0:
        p = {m: -c for m, c in p.items()}
    return show(p, limit)


def _place(m: Monomial) -> tuple[bool, int, list[tuple[str, int]]]:
    return not m, sum(a for _, a in m), [(v, -a) for v, a in m]

"""Real number fields Q[t]/q with chosen real places: what a resolution over the algebraic numbers needs.

An element is an ``fmpq_poly`` reduced modulo q.  All conjugate real points are carried at once: the algebra does not
see which root of q is meant, and only the sign of an element asks for it.  Zero is decided by algebra, so that the
interval arithmetic behind a sign always ends.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import flint

Element = Any
Univariate = list[Element]
"""Coefficients from the constant one upwards; the last one is not zero."""


@functools.cache
def _real_roots(q: tuple[int, ...], precision: int) -> list[Any]:
    """The real roots of an irreducible polynomial as disjoint balls, from below."""
    with flint.ctx.workprec(precision):
        roots = [z.real for z, _ in flint.fmpz_poly(list(q)).complex_roots() if z.imag == 0]
        return sorted(roots, key=lambda r: r.mid().fmpq() if hasattr(r.mid(), "fmpq") else float(r.mid()))


@dataclass(frozen=True)
class Field:
    """Q[t]/q and the real roots of q that are meant.

    Parameters
    ----------
    q : primitive irreducible polynomial, coefficients from the constant one upwards; ``(0, 1)`` is Q itself.
    places : numbers of real roots of q, counted from below.
    """

    q: tuple[int, ...] = (0, 1)
    places: tuple[int, ...] = (0,)

    @property
    def modulus(self) -> Any:
        """q, monic."""
        p = flint.fmpq_poly(list(self.q))
        return p / p.leading_coefficient()

    def reduce(self, e: Element) -> Element:
        """The representative of least degree."""
        return e % self.modulus

    def inverse(self, e: Element) -> Element:
        """1/e for e not zero."""
        g, s, _ = e.xgcd(self.modulus)
        if g.degree() != 0:
            raise ZeroDivisionError("not invertible: the modulus is not irreducible")
        return self.reduce(s / g[0])

    def root(self, place: int, precision: int) -> Any:
        """The chosen root as a ball."""
        return _real_roots(self.q, precision)[place]

    def ball(self, e: Element, place: int, precision: int) -> Any:
        """The value of an element at a place."""
        with flint.ctx.workprec(precision):
            x, out = self.root(place, precision), flint.arb(0)
            for c in reversed(e.coeffs()):
                out = out * x + flint.arb(c)
            return out

    def sign(self, e: Element, place: int) -> int:
        """-1, 0 or 1."""
        if not e.coeffs():
            return 0
        precision = 64
        while True:
            b = self.ball(e, place, precision)
            if b > 0 or b < 0:
                return 1 if b > 0 else -1
            precision *= 2
            if precision > 1 << 16:
                raise ArithmeticError("a non-zero element looks like zero")


def trimmed(f: Univariate) -> Univariate:
    """Without leading zeros."""
    while f and not f[-1].coeffs():
        f = f[:-1]
    return f


def _divmod(field: Field, f: Univariate, g: Univariate) -> tuple[Univariate, Univariate]:
    lead = field.inverse(g[-1])
    f = list(f)
    quotient: Univariate = [flint.fmpq_poly([0])] * max(0, len(f) - len(g) + 1)
    while len(f) >= len(g):
        c = field.reduce(f[-1] * lead)
        shift = len(f) - len(g)
        quotient[shift] = c
        for i, x in enumerate(g):
            f[shift + i] = field.reduce(f[shift + i] - c * x)
        f = trimmed(f[:-1])
    return quotient, f


def gcd(field: Field, f: Univariate, g: Univariate) -> Univariate:
    """The monic greatest common divisor over the field."""
    f, g = trimmed(f), trimmed(g)
    while g:
        f, g = g, _divmod(field, f, g)[1]
    if not f:
        return f
    lead = field.inverse(f[-1])
    return [field.reduce(c * lead) for c in f]


def squarefree(field: Field, f: Univariate) -> Univariate:
    """f without repeated roots."""
    f = trimmed(f)
    derivative = trimmed([c * i for i, c in enumerate(f)][1:])
    return _divmod(field, f, gcd(field, f, derivative))[0] if derivative else f


@dataclass(frozen=True)
class Root:
    """A class of conjugate real roots of a polynomial over a field.

    Parameters
    ----------
    field : the extension, with the places over the old ones at which the root is real.
    t : the old generator in it.
    value : the root in it.
    """

    field: Field
    t: Element
    value: Element


def real_roots(field: Field, f: Univariate) -> list[Root]:
    """All real roots of f over the places of the field (Trager: the norm of a shifted f is factored over Q)."""
    f = trimmed(f)
    if len(f) < 2:
        return []
    f = squarefree(field, f)
    ctx = flint.fmpq_mpoly_ctx.get(["t", "v"], "lex")
    t, v = ctx.gens()
    q = _lift(flint.fmpq_poly(list(field.q)), t, ctx)
    for s in range(50):
        shifted = sum((_lift(c, t, ctx) * (v - s * t) ** i for i, c in enumerate(f)), ctx.constant(0))
        norm = _univariate(q.resultant(shifted, "t"), 1)
        if norm.gcd(norm.derivative()).degree() == 0:
            break
    else:
        raise ArithmeticError("no primitive element")
    out = []
    for factor, _ in norm.factor()[1]:
        new = Field(tuple(int(c) for c in factor.numer().coeffs()), ())
        if not _real_roots(new.q, 64):
            continue
        theta = new.reduce(flint.fmpq_poly([0, 1]))
        if field.q == (0, 1):
            old = flint.fmpq_poly([0])
        else:
            inner: Univariate = [flint.fmpq_poly([0])]  # f(theta - s t) as a polynomial in t over the new field
            for c in reversed(f):
                inner = _times_line(new, inner, theta, -s)
                for i, a in enumerate(c.coeffs()):
                    inner += [flint.fmpq_poly([0])] * (i + 1 - len(inner))
                    inner[i] = inner[i] + a
            common = gcd(new, [flint.fmpq_poly([c]) for c in field.q], inner)
            if len(common) != 2:
                raise ArithmeticError("the element is not primitive")
            old = -common[0]
        places = tuple(i for i in range(len(_real_roots(new.q, 64))) if _over(field, new, i, old))
        if places:
            found = Root(Field(new.q, places), old, new.reduce(theta - s * old))
            out.append(_rational(found) if len(new.q) == 2 else found)
    return out


def _rational(r: Root) -> Root:
    """Over Q elements are constants already."""
    return Root(Field((0, 1), (0,)), r.t, r.value)


def _over(field: Field, new: Field, place: int, t: Element) -> bool:
    """The place lies over one of the places of the field."""
    if field.q == (0, 1):
        return True
    precision = 64
    while precision < 1 << 16:
        b = new.ball(t, place, precision)
        near = [i for i, r in enumerate(_real_roots(field.q, precision)) if r.overlaps(b)]
        if len(near) == 1:
            return near[0] in field.places
        precision *= 2
    raise ArithmeticError("roots cannot be told apart")


def _times_line(field: Field, f: Univariate, a: Element, b: int) -> Univariate:
    """f times (a + b t), as a polynomial in t over the field."""
    out = [flint.fmpq_poly([0])] * (len(f) + 1)
    for i, c in enumerate(f):
        out[i] = field.reduce(out[i] + a * c)
        out[i + 1] = out[i + 1] + b * c
    return out


def _lift(e: Element, t: Any, ctx: Any) -> Any:
    return sum((t**i * c for i, c in enumerate(e.coeffs())), ctx.constant(0))


def _univariate(p: Any, index: int) -> Any:
    out: dict[int, Any] = {}
    for e, c in p.to_dict().items():
        out[int(e[index])] = c
    return flint.fmpq_poly([out.get(i, 0) for i in range(max(out, default=0) + 1)])

"""Polynomials in one variable over Q(θ): lists of coefficients, low to high, each a flint polynomial in θ reduced
modulo the minimal polynomial m of θ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import lcm
from typing import Any

from flint import fmpq_poly, fmpz, fmpz_mpoly_ctx, fmpz_poly

from rlct.exact.modular import degree_of_gcd, gcd_by_lifting
from rlct.exact.poly import TooLarge

SHIFTS = 6
INTERPOLATED = 80  # degree of norms from which on values at integers are faster

Element = Any  # fmpq_poly in θ
Univariate = list[Element]  # the last one is not 0


def trim(g: Univariate) -> Univariate:
    while g and not g[-1]:
        g = g[:-1]
    return g


def derivative(g: Univariate) -> Univariate:
    return trim([x * k for k, x in enumerate(g)][1:])


def monic(g: Univariate, m: Any) -> Univariate:
    _, inverse, _ = g[-1].xgcd(m)
    scale = g[-1] * inverse % m
    inverse = inverse / scale[0]
    return [x * inverse % m for x in g]


def divide(f: Univariate, g: Univariate, m: Any) -> tuple[Univariate, Univariate]:
    """Quotient and remainder by a monic polynomial."""
    rest = list(f)
    out = [fmpq_poly([0])] * max(0, len(f) - len(g) + 1)
    for k in range(len(f) - len(g), -1, -1):
        x = rest[k + len(g) - 1]
        out[k] = x
        if x:
            for i, y in enumerate(g):
                rest[k + i] = (rest[k + i] - x * y) % m
    return trim(out), trim(rest[: len(g) - 1])


def gcd(f: Univariate, g: Univariate, m: Any, late: Callable[[], bool] = lambda: False) -> Univariate:
    """The monic greatest common divisor; TooLarge when `late()` becomes true."""
    if min(len(f), len(g)) > 1 and m.degree() > 1:
        if degree_of_gcd(f, g, m) == 0:
            return [fmpq_poly([1])]
        found = gcd_by_lifting(f, g, m, lambda h, whole: not divide(whole, h, m)[1], late)
        if found is not None:
            return found
    while g:
        if late():
            raise TooLarge
        g = monic(g, m)
        f, g = g, divide(f, g, m)[1]
    return monic(f, m)


def divided(f: Univariate, g: Univariate, m: Any) -> Univariate:
    return monic(divide(f, g, m)[0], m)


def split(f: Univariate, m: Any) -> list[Univariate]:
    """Irreducible factors of a monic square-free polynomial."""
    if len(f) == 2:
        return [f]
    for shift in range(SHIFTS):
        _, found = norm(f, m, shift).factor()
        if any(e > 1 for _, e in found):
            continue
        if len(found) == 1:
            return [f]
        out = []
        for p, _ in sorted(found, key=lambda pe: (pe[0].degree(), [int(x) for x in pe[0].coeffs()])):
            out.append(gcd(f, shifted([fmpq_poly([x]) for x in p.coeffs()], shift, m), m))
        return out
    return [f]


def shifted(g: Sequence[Element], shift: int, m: Any) -> Univariate:
    """g(t + shift·θ)."""
    out: Univariate = []
    step = fmpq_poly([0, shift]) % m
    for x in reversed(g):
        raised = [fmpq_poly([0]), *out]
        for k, y in enumerate(out):
            raised[k] = (raised[k] + y * step) % m
        raised[0] = raised[0] + x
        out = raised
    return trim(out)


def norm(f: Univariate, m: Any, shift: int) -> Any:
    """The product of the conjugates of f(t - shift·θ), up to a constant.

    >>> norm([fmpq_poly([0, 1]), fmpq_poly([0]), fmpq_poly([1])], fmpq_poly([-2, 0, 1]), 0)  # t^2 + √2
    x^4 + (-2)
    """
    moved = shifted(f, -shift, m)
    den = lcm(*(int(x.denom()) for x in moved))
    rows = [fmpz_poly([int(y) for y in (x * den).coeffs()]) for x in moved]
    degree = m.degree() * (len(rows) - 1)
    return _interpolated(rows, m.numer(), degree) if degree > INTERPOLATED else _eliminated(rows, m.numer())


def _eliminated(rows: Sequence[Any], modulus: Any) -> Any:
    """The resultant as that of two polynomials in two variables."""
    ctx = fmpz_mpoly_ctx.get(("a", "b"), "lex")
    terms = {(a, k): y for a, x in enumerate(rows) for k, y in enumerate(x.coeffs()) if y}
    below = ctx.from_dict({(0, k): y for k, y in enumerate(modulus.coeffs()) if y})
    result = ctx.from_dict(terms).resultant(below, 1)
    coefficients = {int(e[0]): x for e, x in result.to_dict().items()}
    return fmpz_poly([coefficients.get(k, 0) for k in range(max(coefficients, default=0) + 1)])


def _interpolated(rows: Sequence[Any], modulus: Any, degree: int) -> Any:
    """The resultant from its values at integers, by Newton's differences."""
    lead, top = modulus.leading_coefficient(), max(r.degree() for r in rows)
    first = -(degree // 2)
    row = []
    for t in range(first, first + degree + 1):
        at = fmpz_poly([])
        for r in reversed(rows):
            at = at * t + r
        row.append(modulus.resultant(at) * lead ** (top - at.degree()) if at else fmpz(0))
    differences = []
    while row:
        differences.append(row[0])
        row = [b - a for a, b in pairwise(row)]
    out = fmpq_poly([differences.pop()])
    for k in range(degree - 1, -1, -1):
        out = out * fmpq_poly([-(first + k), 1]) / (k + 1) + fmpq_poly([differences.pop()])
    return out.numer()

"""Polynomials in one variable over Q(θ): lists of coefficients, low to high, each a flint polynomial in θ reduced
modulo the minimal polynomial m of θ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import lcm
from typing import Any

from flint import fmpq_poly, fmpz_mpoly_ctx, fmpz_poly

from rlct.exact.modular import degree_of_gcd, gcd_by_lifting
from rlct.exact.poly import TooLarge

SHIFTS = 6

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
    """The product of the conjugates of f(t - shift·θ), up to a constant."""
    moved = shifted(f, -shift, m)
    ctx = fmpz_mpoly_ctx.get(("a", "b"), "lex")
    den = 1
    for x in moved:
        den = lcm(den, int(x.denom()))
    terms: dict[tuple[int, int], int] = {}
    for a, x in enumerate(moved):
        for k, y in enumerate(x.coeffs()):
            if y:
                terms[a, k] = int(y * den)
    modulus = ctx.from_dict({(0, k): int(y) for k, y in enumerate(m.numer().coeffs()) if y})
    result = ctx.from_dict(terms).resultant(modulus, 1)
    coefficients: dict[int, int] = {int(e[0]): int(x) for e, x in result.to_dict().items()}
    return fmpz_poly([coefficients.get(k, 0) for k in range(max(coefficients, default=0) + 1)])

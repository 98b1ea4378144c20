"""An expanded polynomial as a product of powers, where it is one.

(f⁸ g)(w), expanded, is lost in rounding where |f| < 1e-4; as a product it keeps its digits. This is an identity of
polynomials, not a change of the problem: the product is multiplied out again, modulo a prime, before it is used.
"""

from __future__ import annotations

from fractions import Fraction

import flint

Terms = dict[tuple[int, ...], Fraction]
LONGEST = 600
"""Longer polynomials are left as they are."""
WHOLE = 60
"""Up to so many terms a factor without repetitions is factored further."""
PRIME = 2**31 - 1


def powers_of(terms: Terms, d: int) -> list[tuple[Terms, int]]:
    """Factors and their exponents, with the constant in a factor of its own; [(terms, 1)] where there is nothing to do.

    Parameters
    ----------
    terms : exponents -> coefficient, not empty.
    d : number of variables.

    Examples
    --------
    >>> one = Fraction(1)
    >>> square = {(2, 0): 2 * one, (1, 1): -4 * one, (0, 2): 2 * one}
    >>> [(sorted(t.items()), k) for t, k in powers_of(square, 2)]            # 2 (x - y)²
    [([((0, 0), Fraction(2, 1))], 1), ([((0, 1), Fraction(-1, 1)), ((1, 0), Fraction(1, 1))], 2)]
    >>> len(powers_of({(210, 0): one, (0, 210): -one}, 2)), len(powers_of({(2, 0): one, (0, 2): -one}, 2))
    (1, 2)
    """
    if not 1 < len(terms) <= LONGEST:
        return [(terms, 1)]
    ctx = flint.fmpq_mpoly_ctx.get(tuple(f"x{i}" for i in range(d)), "lex")
    p = ctx.from_dict({e: flint.fmpq(c.numerator, c.denominator) for e, c in terms.items()})
    constant, parts = p.factor_squarefree()
    out: list[tuple[Terms, int]] = []
    for factor, k in parts:
        if 1 < len(factor) <= WHOLE:
            unit, inner = factor.factor()
            # x^210 - y^210 is short, its factors are not
            if sum(len(g) for g, _ in inner) <= 2 * len(factor) + 4:
                constant *= unit ** int(k)
                out += [(_fractions(g), int(k) * int(e)) for g, e in inner]
                continue
        out.append((_fractions(factor), int(k)))
    if len(out) == 1 and out[0][1] == 1:
        return [(terms, 1)]
    if constant != 1:
        out.insert(0, ({(0,) * d: Fraction(int(constant.p), int(constant.q))}, 1))
    return out if _same(terms, out, d) else [(terms, 1)]


def _fractions(p: flint.fmpq_mpoly) -> Terms:
    return {tuple(map(int, e)): Fraction(int(c.p), int(c.q)) for e, c in p.to_dict().items()}


def _same(terms: Terms, product: list[tuple[Terms, int]], d: int) -> bool:
    """Do both agree at a few points modulo a prime?"""
    for seed in (3, 5, 7):
        point = [pow(seed, 7919 * (i + 1), PRIME) for i in range(d)]
        try:
            total = 1
            for factor, k in product:
                total = total * pow(_value(factor, point), k, PRIME) % PRIME
            if _value(terms, point) != total:
                return False
        except ValueError:
            return False  # a denominator is a multiple of the prime
    return True


def _value(terms: Terms, point: list[int]) -> int:
    total = 0
    for e, c in terms.items():
        part = c.numerator * pow(c.denominator, -1, PRIME) % PRIME
        for x, k in zip(point, e, strict=True):
            part = part * pow(x, k, PRIME) % PRIME
        total += part
    return total % PRIME

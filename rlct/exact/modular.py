"""Greatest common divisors over Q(θ) by one prime: Euclid's algorithm modulo p, then modulo powers of p.

Over Q(θ) itself the remainders grow without need (degree 14 and two polynomials of degree 20: minutes).  Modulo a prime
ideal of degree 1 they are polynomials over F_p, and their common divisor has at least the true degree: most questions
end there, with the answer 1.  Else the divisor is computed modulo p^k, its coefficients are read as fractions, and what
comes out must divide both (von zur Gathen and Gerhard, *Modern computer algebra*, chapters 5 and 6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import isqrt, lcm
from typing import Any

from flint import fmpq, fmpq_poly, fmpz, fmpz_mod_ctx, fmpz_mod_poly_ctx, nmod_poly

PRIMES = tuple(
    2**61 - k
    for k in (
        *(1, 31, 45, 229, 259, 283, 339, 391, 403, 465, 531, 579),
        *(675, 759, 799, 819, 829, 843, 859, 939, 985, 1015, 1153, 1195),
    )
)
LARGEST = 400_000  # bits of the modulus

Element = Any  # fmpq_poly in θ
Univariate = list[Element]


class Unlucky(Exception):
    """The prime divides something that must be a unit."""


def degree_of_gcd(f: Univariate, g: Univariate, m: Any) -> int | None:
    """An upper bound for the degree of the greatest common divisor (0 is exact); None where no prime serves.

    >>> m = fmpq_poly([-2, 0, 1])
    >>> degree_of_gcd([fmpq_poly([-2]), fmpq_poly([0]), fmpq_poly([1])], [fmpq_poly([1]), fmpq_poly([1])], m)
    0
    """
    for p, root in _roots(m):
        a, b = _at(f, p, root), _at(g, p, root)
        if a is not None and b is not None and (len(f) == len(a.coeffs()) or len(g) == len(b.coeffs())):
            return int(a.gcd(b).degree())
    return None


def gcd_by_lifting(
    f: Univariate, g: Univariate, m: Any, divides: Callable[[Univariate, Univariate], bool], late: Callable[[], bool]
) -> Univariate | None:
    """The monic greatest common divisor of two polynomials of positive degree; None where no prime serves.

    Parameters: `divides(h, f)` is an exact division.
    """
    whole = [_integral(f), _integral(g)]
    for p in PRIMES[:6]:
        if _unramified(m, p) is None:
            continue
        k, degree = 4, None
        try:
            while k * p.bit_length() <= LARGEST and not late():
                h = _euclid(whole[0], whole[1], m, p, k)
                if degree is None:
                    degree = len(h)
                if len(h) == 1:
                    return [fmpq_poly([1])]
                if len(h) != degree:
                    raise Unlucky
                found = _reconstructed(h, p**k)
                if found is not None and divides(found, f) and divides(found, g):
                    return found
                k *= 2
        except Unlucky:
            continue
    return None


def _integral(f: Univariate) -> list[list[int]]:
    den = lcm(*(int(x.denom()) for x in f))
    return [[int(c * den) for c in x.coeffs()] for x in f]


def _euclid(f: Sequence[list[int]], g: Sequence[list[int]], m: Any, p: int, k: int) -> list[Any]:
    """The monic greatest common divisor modulo p^k."""
    ring = fmpz_mod_poly_ctx(fmpz_mod_ctx(fmpz(p) ** k))
    if int(m.denom()) % p == 0:
        raise Unlucky
    whole = pow(int(m.denom()), -1, p**k)
    modulus = ring([int(c) * whole for c in m.numer().coeffs()])
    a, b = ([ring(x) % modulus for x in h] for h in (f, g))
    if len(a) < len(b):
        a, b = b, a
    while True:
        lead = b[-1]
        try:
            inverse = lead.inverse_mod(modulus)
        except (ValueError, ZeroDivisionError):
            raise Unlucky from None
        if (inverse * lead % modulus) != 1:
            raise Unlucky
        b = [x * inverse % modulus for x in b[:-1]] + [ring([1])]
        rest = list(a)
        for i in range(len(a) - len(b), -1, -1):
            x = rest[i + len(b) - 1]
            if x:
                for j, y in enumerate(b[:-1]):
                    rest[i + j] = (rest[i + j] - x * y) % modulus
        rest = rest[: len(b) - 1]
        while rest and not rest[-1]:
            rest.pop()
        if not rest:
            return b
        a, b = b, rest


def _reconstructed(h: Sequence[Any], n: int) -> Univariate | None:
    """The coefficients as fractions with small numerators and denominators (the highest is 1)."""
    bound = isqrt(n // 2)
    out: Univariate = []
    den = 1  # mostly common to all of them
    for x in h[:-1]:
        coefficients = []
        for c in x.coeffs():
            value = int(c) * den % n
            value = value - n if 2 * value > n else value
            if abs(value) > bound >> 16:
                fraction = fraction_of(value % n, n, bound)
                if fraction is None:
                    return None
                value, more = fraction
                den *= more
            coefficients.append(fmpq(value, den))
        out.append(fmpq_poly(coefficients))
    return [*out, fmpq_poly([1])]


def fraction_of(a: int, n: int, bound: int) -> tuple[int, int] | None:
    """(r, t) with a ≡ r/t modulo n, both at most `bound`."""
    r, s, u, v = n, a, 0, 1
    while s > bound:
        q = r // s
        r, s, u, v = s, r - q * s, v, u - q * v
    if abs(v) > bound or not v:
        return None
    return (s, v) if v > 0 else (-s, -v)


# ---------------------------------------------------------------- primes
def _unramified(m: Any, p: int) -> Any:
    """m modulo p; None where p divides its leading coefficient or its discriminant."""
    whole = m.numer()
    if int(whole[whole.degree()]) % p == 0:
        return None
    q = nmod_poly([int(c) % p for c in whole.coeffs()], p)
    return q if q.gcd(q.derivative()).degree() == 0 else None


def _roots(m: Any) -> Iterator[tuple[int, int]]:
    """Primes p with a (simple) root of m modulo p: the prime ideals (p, θ - root)."""
    found = 0
    for p in PRIMES:
        q = _unramified(m, p)
        if q is None:
            continue
        x = nmod_poly([0, 1], p)
        linear = q if q.degree() == 1 else q.gcd(x.pow_mod(p, q) - x)
        if linear.degree() > 0:
            factor = linear.factor()[1][0][0]
            yield p, -int(factor[0]) * pow(int(factor[1]), -1, p) % p
            found += 1
            if found == 2:
                return


def _at(f: Univariate, p: int, root: int) -> Any:
    """f with θ = root modulo p; None where p divides a denominator."""
    out = []
    for x in f:
        if int(x.denom()) % p == 0:
            return None
        total = 0
        for c in reversed([int(c) for c in x.numer().coeffs()]):
            total = (total * root + c) % p
        out.append(total * pow(int(x.denom()), -1, p) % p)
    return nmod_poly(out, p)

"""What is refused before it explodes: the stated sizes of expansions, translations and numbers.

Everything here looks only at lengths and degrees, so that a refusal is immediate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING

from rlct.errors import InputError

if TYPE_CHECKING:
    from rlct.exact.poly import Poly

MAX_TERMS = 200_000
"""Largest number of terms an expansion may have; beyond it the input is refused."""
MAX_WORK = 50_000_000
"""Largest number of coefficient products for one step of an expansion."""
MAX_BITS = 2_000_000
"""Largest size in bits of one value on the way."""
MAX_COEFFICIENT_BITS = 13_000
"""Largest size in bits of a coefficient of the problem (Python reads and writes integers of up to 4300 digits)."""


def check_terms(n: int, limit: int) -> None:
    """Refuse (`InputError`) a polynomial with more than `limit` terms."""
    if n > limit:
        raise InputError(
            f"the expanded polynomial has about {n} terms, more than the {limit} that are handled; "
            f"keep it as a product, or write it with fewer terms"
        )


def foresee_product(p: Poly, q: Poly, limit: int) -> None:
    """Refuse (`InputError`) a product that would have more than `limit` terms, or take too many steps."""
    if not p or not q:
        return
    degrees = [a + b for a, b in zip(p.degrees, q.degrees, strict=True)]
    total = p.total_degree() + q.total_degree()
    terms = min(len(p) * len(q), _dense(degrees, total))
    if terms > limit * 20 or len(p) * len(q) > MAX_WORK:
        check_terms(terms, limit)
    if len(p) * len(q) > MAX_WORK:
        raise InputError("the expanded polynomial takes too many steps to compute; keep it as a product")


def foresee_power(p: Poly, scale: Fraction, n: int, limit: int) -> None:
    """Refuse (`InputError`) a power (scale·p)^n that would have more than `limit` terms, or endless digits."""
    t = len(p)
    if t <= 1:
        value = Fraction(p.terms[0][1]) * scale if t else Fraction(0)
        check_bits(value, n)
        return
    if n > 10**6:
        check_terms(10**6, limit)
        raise InputError(f"the exponent {n} of a sum is too large to expand")
    terms = min(_binomial(n + t - 1, t - 1), _dense([d * n for d in p.degrees], p.total_degree() * n))
    check_terms(terms, limit)
    height = max(abs(c) for _, c in p.terms).bit_length() + t.bit_length()
    if terms * height * n > 40 * MAX_BITS * 8:
        raise InputError(f"the coefficients of a power with exponent {n} are too long to expand")


def foresee_translation(p: Poly, moved: Sequence[int], bits: int, limit: int = MAX_TERMS) -> None:
    """Refuse (`InputError`) a polynomial that becomes too long when the variables `moved` are replaced by sums.

    `bits` is the size of the largest coefficient in those sums.
    """
    if not moved:
        return
    rest, terms, highest = set(), 0, 0
    for e, _ in p.terms:
        grown = 1
        for i in moved:
            grown *= e[i] + 1
        terms += grown
        rest.add(tuple(0 if i in moved else a for i, a in enumerate(e)))
        highest = max(highest, sum(e[i] for i in moved))
    terms = min(terms, len(rest) * _dense([p.degrees[i] for i in moved], highest))
    if terms > limit:
        raise InputError(
            f"moved to the point, the polynomial has about {terms} terms, more than the {limit} that are handled; "
            f"write it in coordinates in which the point is the origin"
        )
    height = max((abs(c).bit_length() for _, c in p.terms), default=0)
    if terms * (height + highest * (bits + 1)) > 40 * MAX_BITS * 8:
        raise InputError("moved to the point, the polynomial has coefficients that are too long")


def check_digits(numbers: Iterable[int]) -> None:
    """Refuse (`InputError`) integers that are too long to be written into a certificate."""
    if any(n.bit_length() > MAX_COEFFICIENT_BITS for n in numbers):
        raise InputError(
            f"a coefficient or exponent has more than {MAX_COEFFICIENT_BITS * 3 // 10} digits; "
            f"constant factors do not matter, so divide it out, or choose other units"
        )


def _dense(degrees: Sequence[int], total: int) -> int:
    """Number of monomials with these degrees and at most this total degree, bounded from above."""
    box = 1
    for d in degrees:
        box *= d + 1
    used = sum(1 for d in degrees if d)
    return min(box, _binomial(total + used, used))


def _binomial(n: int, k: int) -> int:
    """comb(n, k), cut off where it is astronomically large (only compared with limits)."""
    k = min(k, n - k)
    if k > 60:
        return 1 << 60
    return comb(n, k)


def check_bits(value: Fraction, n: int) -> None:
    """Refuse (`InputError`) a power of a number that has endless digits."""
    size = max(abs(value.numerator).bit_length(), value.denominator.bit_length()) - 1
    if size > 0 and size * n > MAX_BITS:
        raise InputError(f"a power with exponent {n} of a number gives more digits than are handled")

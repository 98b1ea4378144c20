"""Systems in the plane one of whose equations fixes a coordinate: exact arithmetic on the lines over its roots.

On the line x = α, q(α) = 0 for an irreducible q, the other equations are polynomials in y over the field Q(α).  What
they have in common with a condition ≠ 0 is divided out (a singular point that is left aside would otherwise resist all
intervals).  If the rest is coprime there is no solution.  That polynomials over Q(α) are coprime is seen modulo a prime
ideal (p, α - r), r a simple root of q modulo p: there a common divisor keeps its degree when one leading coefficient
stays non-zero, by the lemma of Gauss for the discrete valuation ring at that ideal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sympy.polys.densearith import dup_mul, dup_rem, dup_sub
from sympy.polys.domains import QQ, ZZ
from sympy.polys.euclidtools import dup_invert
from sympy.polys.galoistools import gf_edf_zassenhaus, gf_from_int_poly, gf_gcd, gf_monic, gf_pow_mod, gf_sub
from sympy.polys.polyerrors import NotInvertible

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import plane

MAX_FIELD = 40  # degree of the coordinate
MAX_EUCLID = 30  # degree of the coordinate times that of the simpler polynomial
PRIMES = (2147483647, 2147483629, 2147483587, 2147483579, 2147483563, 2147483549, 2147483543, 2147483497)

Element = list[Any]  # rational coefficients of a polynomial in α, high to low
Row = list[Element]  # coefficients of powers of y, low to high, the last one not 0


def no_point_on_lines(zero: Sequence[Poly], nonzero: Sequence[Poly], positive: Sequence[Poly]) -> bool:
    """Is it proved that the conditions, on two variables, have no real solution?  False says nothing."""
    zero = [f for f in zero if f]
    variables = frozenset().union(*(algebra.used(f) for f in (*zero, *nonzero, *positive)))
    fixed = min((f for f in zero if len(algebra.used(f)) == 1), key=len, default=None)
    if fixed is None or len(variables) != 2:
        return False
    (x,) = algebra.used(fixed)
    (y,) = variables - {x}
    others = [f for f in zero if f is not fixed]
    return all(_none_over(q, x, y, others, nonzero, positive) for q in _possible(fixed, x, nonzero, positive))


def _possible(fixed: Poly, x: int, nonzero: Sequence[Poly], positive: Sequence[Poly]) -> list[Any]:
    """The irreducible factors of the equation in x with a real root at which the conditions on x alone hold."""
    from rlct.certify.obligations.real import univariate

    factors = [q for q, _ in univariate(fixed, x).factor_list()[1]]
    return [q for q in factors if plane.roots_within(q, x, nonzero, positive)]


def _none_over(q: Any, x: int, y: int, zero: Sequence[Poly], nonzero: Sequence[Poly], positive: Sequence[Poly]) -> bool:
    """No solution over the roots of the irreducible q."""
    if q.degree() > MAX_FIELD:
        return False
    modulus = [QQ(int(c)) for c in q.all_coeffs()]
    rows = [r for r in (_row(f, x, y, modulus) for f in zero) if r]
    if any(len(r) == 1 for r in rows):
        return True
    if not rows:
        return False
    for n in nonzero:
        factor = _row(n, x, y, modulus)
        if not factor:
            return True
        if len(factor) > 1:
            if any(len(r) > 1 and not _divided(factor, r, modulus)[1] for r in rows):
                return True  # n = 0 wherever this equation holds
            rows = [_stripped(r, factor, modulus) for r in rows]
    if any(len(r) == 1 for r in rows) or _coprime(rows, modulus):
        return True
    ring = zero[0].ring
    line = algebra.from_terms(ring, {_exponent(ring, {x: d}): int(c) for (d,), c in q.terms()})
    return plane.no_pair([line, *(_written(r, x, y, ring) for r in rows)], nonzero, positive)


# ---------------------------------------------------------------- polynomials in y over Q(α)
def _row(f: Poly, x: int, y: int, modulus: Element) -> Row:
    parts: dict[int, dict[int, int]] = {}
    for e, c in f.items():
        parts.setdefault(e[y], {})[e[x]] = int(c)
    row: Row = []
    for d in range(max(parts, default=-1) + 1):
        part = parts.get(d, {})
        dense = [QQ(part.get(k, 0)) for k in range(max(part, default=-1), -1, -1)]
        row.append(dup_rem(dense, modulus, QQ))
    return _trimmed(row)


def _trimmed(row: Row) -> Row:
    while row and not row[-1]:
        row.pop()
    return row


def _divided(row: Row, by: Row, modulus: Element) -> tuple[Row, Row]:
    """Quotient and remainder (the row itself where the leading coefficient of `by` has no inverse)."""
    try:
        inverse = dup_invert(by[-1], modulus, QQ)
    except NotInvertible:
        return [], row
    monic = [dup_rem(dup_mul(c, inverse, QQ), modulus, QQ) for c in by]
    rest, out = list(row), []
    for k in range(len(row) - len(monic), -1, -1):
        lead = rest[k + len(monic) - 1]
        out.append(lead)
        if lead:
            for i, c in enumerate(monic):
                rest[k + i] = dup_sub(rest[k + i], dup_rem(dup_mul(lead, c, QQ), modulus, QQ), QQ)
    return _trimmed(out[::-1]), _trimmed(rest)


def _stripped(row: Row, factor: Row, modulus: Element) -> Row:
    """The row without the powers of what it has in common with the factor (looked for in small degrees), or at least
    of the factor itself."""
    small = (len(modulus) - 1) * min(len(row), len(factor)) <= MAX_EUCLID
    while len(row) > 1:
        common = _common(row, factor, modulus) if small else factor
        quotient, rest = _divided(row, common, modulus)
        if len(common) == 1 or rest:
            break
        row = quotient
    return row


def _common(f: Row, g: Row, modulus: Element) -> Row:
    """Euclid's algorithm."""
    while g:
        f, g = g, _divided(f, g, modulus)[1]
        if g == f:  # no inverse
            return [[QQ(1)]]
    return f


def _written(row: Row, x: int, y: int, ring: Any) -> Poly:
    """A multiple with integer coefficients."""
    den = ZZ(1)
    for c in row:
        for a in c:
            den = ZZ.lcm(den, QQ.denom(a))
    out: dict[tuple[int, ...], int] = {}
    for d, c in enumerate(row):
        for k, a in enumerate(reversed(c)):
            if a:
                out[_exponent(ring, {x: k, y: d})] = int(a * den)
    return algebra.primitive(algebra.from_terms(ring, out))


def _exponent(ring: Any, powers: dict[int, int]) -> tuple[int, ...]:
    return tuple(powers.get(i, 0) for i in range(ring.ngens))


# ---------------------------------------------------------------- modulo primes
def _coprime(rows: Sequence[Row], modulus: Element) -> bool:
    """Have the rows no common root?  Seen modulo a prime ideal; False says nothing."""
    for p, root in _places(modulus):
        images = [_image(r, p, root) for r in rows]
        if any(g is None for g in images) or all(len(g) < len(r) for g, r in zip(images, rows, strict=True)):
            continue
        common: list[Any] = []
        for g in images:
            common = gf_gcd(common, g, p, ZZ)
        if len(common) == 1:
            return True
    return False


def _places(modulus: Element) -> Iterator[tuple[int, int]]:
    """Primes p and simple roots of the modulus modulo p."""
    integral = [int(c) for c in modulus]
    found = 0
    for p in PRIMES:
        if integral[0] % p == 0:
            continue
        q = gf_monic(gf_from_int_poly(integral, p), p, ZZ)[1]
        slope = gf_from_int_poly([c * (len(q) - 1 - i) for i, c in enumerate(q[:-1])], p)
        if len(gf_gcd(q, slope, p, ZZ)) != 1:
            continue
        linear = q if len(q) == 2 else gf_gcd(q, gf_sub(gf_pow_mod([1, 0], p, q, p, ZZ), [1, 0], p, ZZ), p, ZZ)
        if len(linear) > 1:
            first = gf_edf_zassenhaus(linear, 1, p, ZZ)[0]
            yield p, int(-first[1]) % p
            found += 1
        if found == 2:
            return


def _image(row: Row, p: int, root: int) -> Any:
    """The row (high to low) with α = root modulo p; None where p divides a denominator."""
    out = []
    for c in reversed(row):
        total = 0
        for a in c:
            if int(QQ.denom(a)) % p == 0:
                return None
            total = (total * root + int(QQ.numer(a)) * pow(int(QQ.denom(a)), -1, p)) % p
        out.append(total)
    return gf_from_int_poly(out, p)

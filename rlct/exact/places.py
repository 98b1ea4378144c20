"""Number fields Q(θ) with a real embedding: signs, real roots of polynomials over them, larger fields.

Elements are flint polynomials in θ, reduced modulo the minimal polynomial; Q itself is Q(θ) with θ = 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq_poly, fmpz_poly

from rlct.exact.over_field import Element, Univariate, derivative, divide, divided, gcd, monic, norm, split, trim
from rlct.exact.roots import Root, roots_of, sign_at_root

LARGEST = 32  # degree of a field
SHIFTS = 6


@dataclass(frozen=True)
class Place:
    """A monic minimal polynomial of θ, and which of its real roots θ is."""

    minimal: Any
    root: Root

    @property
    def is_rational(self) -> bool:
        return bool(self.minimal.degree() == 1)

    def element(self, x: Fraction) -> Element:
        return fmpq_poly([x.numerator], x.denominator)

    def sign(self, a: Element) -> int:
        """The sign of an element at the embedding."""
        return sign_at_root(a.numer() if a.degree() >= 0 else fmpz_poly([0]), self.root)[0]


RATIONALS = Place(fmpq_poly([0, 1]), Root(fmpz_poly([0, 1]), Fraction(0), Fraction(0)))
Factors = list[tuple[Univariate, int]]


def factors_over(place: Place, f: Univariate) -> Factors:
    """Monic irreducible factors with multiplicities."""
    if len(f) < 2:
        return []
    if place.is_rational:
        found = fmpq_poly([x[0] for x in f]).numer().factor()[1]
        return [(monic([fmpq_poly([int(x)]) for x in q.coeffs()], place.minimal), k) for q, k in found]
    m = place.minimal
    whole = monic(f, m)
    bare = divided(whole, gcd(whole, derivative(whole), m), m)
    out: Factors = []
    for p in split(bare, m):
        k, rest = 0, whole
        while True:
            quotient, left = divide(rest, p, m)
            if left:
                break
            k, rest = k + 1, quotient
        out.append((p, k))
    return out


def value_at(place: Place, p: Univariate, x: Fraction) -> Element:
    """p(x) for a rational x."""
    total = fmpq_poly([0])
    for a in reversed(p):
        total = total * place.element(x) + a
    return total % place.minimal


def real_roots(place: Place, factors: Sequence[Univariate]) -> list[tuple[int, Root]]:
    """The real roots of different monic irreducible polynomials in order, each with the index of its factor; the
    intervals are disjoint.

    >>> from flint import fmpq_poly, fmpz_poly
    >>> from rlct.exact.roots import roots_of
    >>> root = roots_of(fmpz_poly([-2, 0, 1]))[1]
    >>> place = Place(fmpq_poly([-2, 0, 1]), root)
    >>> one, theta = fmpq_poly([1]), fmpq_poly([0, 1])
    >>> [(k, round(float(r.lo), 1)) for k, r in real_roots(place, [[-theta, 0 * one, one], [theta, one]])]
    [(1, -1.5), (0, -1.2), (0, 1.0)]
    """
    found: list[tuple[int, Root]] = []
    for k, p in enumerate(factors):
        for root in roots_of(norm(p, place.minimal, 0)):
            low = place.sign(value_at(place, p, root.lo))
            if low == 0 if root.is_rational else low != place.sign(value_at(place, p, root.hi)):
                found.append((k, root))
    while True:
        found.sort(key=lambda kr: (kr[1].lo, kr[1].hi))
        close = {n for n in range(len(found) - 1) if found[n][1].hi >= found[n + 1][1].lo}
        if not close:
            return found
        close |= {n + 1 for n in close}
        found = [(k, r.refine() if n in close else r) for n, (k, r) in enumerate(found)]


def extended(place: Place, p: Univariate, root: Root, patience: int = 1) -> tuple[Place, Element, Element] | None:
    """The field of a real root of a monic irreducible polynomial: with the old θ and the root in it.

    None where its degree is more than LARGEST times `patience`.

    >>> from flint import fmpq_poly, fmpz_poly
    >>> place, _, _ = extended(RATIONALS, [fmpq_poly([-2]), fmpq_poly([0]), fmpq_poly([1])], roots_of(
    ...     fmpz_poly([-2, 0, 1]))[1])
    >>> p = [fmpq_poly([0, -1]), fmpq_poly([0]), fmpq_poly([1])]
    >>> larger, theta, c = extended(place, p, real_roots(place, [p])[1][1])
    >>> larger.minimal.degree(), (c * c - theta) % larger.minimal, (theta * theta) % larger.minimal
    (4, 0, 2)
    """
    if len(p) == 2:
        return place, fmpq_poly([0, 1]) % place.minimal, -p[0]
    degree = place.minimal.degree() * (len(p) - 1)
    if degree > LARGEST * patience:
        return None
    if place.is_rational:
        found, scale = _integral(fmpq_poly([x[0] for x in p]), root)
        return found, fmpq_poly([0]), fmpq_poly([0, 1]) / scale
    for shift in range(1, SHIFTS * patience):
        n = norm(p, place.minimal, shift)
        _, parts = n.factor()
        if len(parts) != 1 or parts[0][1] != 1:
            continue
        minimal = fmpq_poly(n) / int(n[n.degree()])
        theta = _old_generator(place, p, shift, minimal)
        if theta is None:
            continue
        c = (fmpq_poly([0, 1]) - theta * shift) % minimal
        found, scale = _integral(minimal, _sum(n, root, place.root, shift))
        return found, *(fmpq_poly([x / scale**k for k, x in enumerate(a.coeffs())]) for a in (theta, c))
    return None


def _integral(minimal: Any, root: Root) -> tuple[Place, int]:
    """The same field by a multiple of its generator whose monic minimal polynomial has integer coefficients."""
    n = int(minimal.denom())
    d = minimal.degree()
    flat = fmpz_poly([int((minimal[k] * n ** (d - k)).p) for k in range(d + 1)])
    return Place(fmpq_poly(flat), Root(flat, root.lo * n, root.hi * n)), n


def _old_generator(place: Place, p: Univariate, shift: int, minimal: Any) -> Element | None:
    """θ as a polynomial in γ = c + shift·θ: the common zero X of the minimal polynomial of θ and p(γ - shift·X; X)."""
    gamma = fmpq_poly([0, 1])
    total: Univariate = []
    for a in reversed(p):
        raised = [x * gamma % minimal for x in total] + [fmpq_poly([0])]
        for k, x in enumerate(total):
            raised[k + 1] = raised[k + 1] - x * shift
        for k, x in enumerate(a.coeffs()):
            while len(raised) <= k:
                raised.append(fmpq_poly([0]))
            raised[k] = raised[k] + fmpq_poly([x])
        total = trim(raised)
    common = gcd([fmpq_poly([x]) for x in place.minimal.coeffs()], total, minimal)
    return -common[0] if len(common) == 2 else None


def _sum(n: Any, c: Root, theta: Root, shift: int) -> Root:
    """The root c + shift·θ of the irreducible n."""
    candidates = roots_of(n)
    while True:
        lo, hi = c.lo + shift * theta.lo, c.hi + shift * theta.hi
        left = [r for r in candidates if r.lo <= hi and lo <= r.hi]
        if len(left) == 1:
            return left[0]
        c, theta = c.refine(), theta.refine()
        candidates = [r.refine() for r in left]

"""Numbers of a field in polynomials over Z: a variable is called like the generator θ; intervals around them."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq, fmpq_poly

from rlct.exact.over_field import Element
from rlct.exact.places import RATIONALS, Place
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.roots import Root

LONGEST = 12000  # terms of a polynomial in which a variable is replaced

Window = tuple[Fraction, Fraction]


def composed(a: Element, theta: Element, place: Place) -> Element:
    """An element of a smaller field, whose generator is θ."""
    total = fmpq_poly([0])
    for x in reversed(a.coeffs()):
        total = (total * theta + fmpq_poly([x])) % place.minimal
    return total


def put(
    f: Poly,
    i: int,
    num: Poly,
    den: int,
    place: Place = RATIONALS,
    t: int = 0,
    patience: int = 1,
) -> Poly:
    """A multiple of f with x_i replaced by num/den (which may involve x_i), reduced in the field.

    Raises TooLarge beyond LONGEST terms, times `patience`.
    """
    parts = f.coefficients(i)
    top = f.degrees[i]
    total = f.ring.zero
    modulus = None if place.is_rational else relation(place, f.ring.gen(t))
    for d in range(top, -1, -1):
        if len(total) > LONGEST * patience:
            raise TooLarge
        total = total * num
        if d in parts:
            total = total + parts[d] * den ** (top - d)
        if modulus is not None:
            total = total.divmod(modulus)[1]
    return total


def written(a: Element, theta: Poly) -> tuple[Poly, int]:
    """An element as an integer polynomial in θ, and its denominator."""
    ring, den = theta.ring, int(a.denom())
    total = ring.zero
    for x in reversed((a * den).coeffs()):
        total = total * theta + ring.const(int(fmpq(x).p))
    return total, den


def relation(place: Place, theta: Poly) -> Poly:
    """The minimal polynomial."""
    return written(place.minimal, theta)[0]


def reduced(g: Poly, place: Place, t: int) -> Poly:
    """g without the powers of θ that its minimal polynomial replaces, up to a constant."""
    if place.is_rational:
        return g.primitive()
    return g.divmod(relation(place, g.ring.gen(t)))[1].primitive()


def near(a: Element, at: Window) -> Window:
    """An element of the field, θ between two numbers."""
    lo = hi = Fraction(0)
    for x in reversed(a.coeffs()):
        y, z = times((lo, hi), at)
        lo, hi = y + Fraction(int(x.p), int(x.q)), z + Fraction(int(x.p), int(x.q))
    return lo, hi


def times(a: Window, b: Window) -> Window:
    values = [x * y for x in a for y in b]
    return min(values), max(values)


def refined(root: Root, width: Fraction) -> Root:
    """The root in an interval of this width."""
    while root.hi - root.lo > width:
        root = root.refine()
    return root


def simplest(a: Fraction, b: Fraction) -> Fraction:
    """The number with the least denominator in the open interval (a, b), a < b.

    >>> simplest(Fraction(1, 3), Fraction(3, 4)), simplest(Fraction(-1, 2), Fraction(9, 4))
    (Fraction(1, 2), Fraction(0, 1))
    """
    if a < 0 < b:
        return Fraction(0)
    if b <= 0:
        return -simplest(-b, -a)
    whole = a.__floor__()
    if whole + 1 < b:
        return Fraction(whole + 1)
    if a == whole:
        return whole + Fraction(1, (1 / (b - whole)).__floor__() + 1)
    return whole + 1 / simplest(1 / (b - whole), 1 / (a - whole))

"""Number fields Q(θ) with a real embedding, and intervals for what is computed in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import comb, lcm
from typing import Any

from sympy import Poly as Univariate
from sympy import Rational, Symbol

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.isolation import isolated, sign_at
from rlct.certify.obligations.ledger import Ledger

THETA = Symbol("T")
HALVINGS = 1500
MOST = 4000  # parts of an interval without zero
BITS = 400  # of the smallest coefficient
FINE = Fraction(1, 2**80)  # first width of the interval of θ
PRECISIONS = FINE, FINE**4, FINE**16

Interval = tuple[Fraction, Fraction]
Element = Any  # a polynomial of sympy in THETA over Q, reduced


@dataclass(frozen=True)
class Place:
    """θ is the root of the irreducible `minimal` (from the highest coefficient on) in the interval; Q where it is 0."""

    minimal: tuple[int, ...]
    at: Interval

    @property
    def rational(self) -> bool:
        return len(self.minimal) == 2

    @property
    def modulus(self) -> Univariate:
        return Univariate(list(self.minimal), THETA, domain="QQ")

    @property
    def generator(self) -> Element:
        """θ itself."""
        return Univariate([1, 0], THETA, domain="QQ").rem(self.modulus)

    def composed(self, a: Element, theta: Element) -> Element:
        """An element of a smaller field, whose generator is `theta` here."""
        total = Univariate(0, THETA, domain="QQ")
        for x in a.all_coeffs():
            total = (total * theta + x).rem(self.modulus)
        return total

    def element(self, data: Sequence[Fraction]) -> Element:
        """Coefficients from the lowest on."""
        numbers = [Rational(x.numerator, x.denominator) for x in reversed(data)] or [0]
        return Univariate(numbers, THETA, domain="QQ").rem(self.modulus)

    def near(self, width: Fraction) -> Interval:
        """θ up to a width."""
        lo, hi = self.at
        for _ in range(HALVINGS):
            if hi - lo <= width:
                break
            mid = (lo + hi) / 2
            lo, hi = (lo, mid) if sign_at(self.minimal, mid) == sign_at(self.minimal, hi) else (mid, hi)
        return lo, hi

    def holds(self, interval: Interval) -> bool:
        """Is θ in this part of the interval?"""
        lo, hi = interval
        if self.rational:
            return lo == hi == 0
        inside = self.at[0] <= lo < hi <= self.at[1]
        return inside and sign_at(self.minimal, lo) * sign_at(self.minimal, hi) < 0

    def lies_in(self, a: Element, lo: Fraction, hi: Fraction) -> bool:
        """Is it seen that the element is between these numbers?"""
        for width in PRECISIONS:
            p, q = horner([_fraction(x) for x in a.all_coeffs()], self.near(width))
            if lo < p and q < hi:
                return True
        return False


RATIONALS = Place((1, 0), (Fraction(0), Fraction(0)))


def read_place(ledger: Ledger, order: Sequence[int], data: Sequence[Any] | None, theta: int, name: str) -> Place:
    """The field of a bar: null for Q, or a minimal polynomial and an interval."""
    if data is None:
        return RATIONALS
    return place_of(ledger, ledger.read(order, data[0]), (Fraction(data[1]), Fraction(data[2])), theta, name)


def place_of(ledger: Ledger, q: Poly, at: Interval, theta: int, name: str) -> Place:
    """The field of the only root between two numbers of an irreducible polynomial."""
    lo, hi = at
    ledger.require(bool(q) and algebra.used(q) == {theta}, name, "a polynomial in one variable", ledger.show(q))
    flat = Univariate.from_dict({(e[theta],): int(c) for e, c in algebra.terms(q)}, THETA, domain="ZZ")
    ledger.require(bool(flat.is_irreducible), name, "an irreducible polynomial", ledger.show(q))
    minimal = tuple(int(c) for c in (flat if flat.LC() > 0 else -flat).all_coeffs())
    single = len(minimal) > 2 and lo < hi and len(isolated(minimal, lo, hi)) == 1
    ledger.require(single and sign_at(minimal, lo) * sign_at(minimal, hi) < 0, name, "an interval with one root")
    return Place(minimal, (lo, hi))


def _fraction(x: Any) -> Fraction:
    return Fraction(int(x.p), int(x.q))


def coefficients(p: Poly, c: int, theta: int) -> list[list[tuple[int, int]]]:
    """Of a polynomial in c and θ, from the highest power of c on: pairs (exponent of θ, number)."""
    top = algebra.degree(p, c)
    out: list[list[tuple[int, int]]] = [[] for _ in range(top + 1)]
    for e, x in algebra.terms(p):
        out[top - e[c]].append((e[theta], int(x)))
    return out


def vanishes(place: Place, p: Poly, c: int, theta: int, value: Element, image: Element) -> bool:
    """p(value, image) = 0, elements of the field of the place."""
    m = place.modulus
    total = Univariate(0, THETA, domain="QQ")
    for row in coefficients(p, c, theta):
        part = Univariate(0, THETA, domain="QQ")
        for k, x in row:
            part = part + (image**k).rem(m) * x
        total = (total * value + part).rem(m)
    return bool(total.is_zero)


def in_variable(ring: algebra.Ring, place: Place, i: int) -> Poly:
    """The minimal polynomial, in a variable of the ring."""
    top = len(place.minimal) - 1
    return algebra.from_terms(
        ring, {tuple(top - n if j == i else 0 for j in range(ring.ngens)): c for n, c in enumerate(place.minimal)}
    )


def written(ring: algebra.Ring, a: Element, theta: int) -> tuple[Poly, int]:
    """An element as an integer polynomial in θ, and its denominator."""
    numbers = [_fraction(x) for x in a.all_coeffs()]
    den = lcm(*(x.denominator for x in numbers))
    top = len(numbers) - 1
    out = ring.zero
    for n, x in enumerate(numbers):
        out = out + algebra.gen(ring, theta) ** (top - n) * int(x * den)
    return out, den


def reduced(g: Poly, place: Place, theta: int) -> Poly:
    """g, up to a constant, without the powers of θ that its minimal polynomial replaces."""
    return algebra.canonical(reduced_signed(g, place, theta))


def reduced_signed(g: Poly, place: Place, theta: int) -> Poly:
    """The same up to a positive constant."""
    return algebra.primitive(g if place.rational else _remainder(g, place, theta))


def _remainder(g: Poly, place: Place, theta: int) -> Poly:
    """The remainder by the minimal polynomial, times a power of its highest coefficient."""
    d, (lead, *rest) = len(place.minimal) - 1, place.minimal
    parts = algebra.split_by_degree(g, theta)
    top = max(parts, default=0)
    zero = g.ring.zero
    row = [parts.get(k, zero) for k in range(top + 1)]
    while len(row) > d:
        x = row.pop()
        if lead != 1:
            row = [y * lead for y in row]
        if x:
            for n, c in enumerate(rest):
                if c:
                    row[-1 - n] = row[-1 - n] - x * c
    out: dict[tuple[int, ...], Any] = {}
    for k, part in enumerate(row):
        for e, c in part.items():
            out[(*e[:theta], k, *e[theta + 1 :])] = c
    return g.new(out)


def put(f: Poly, i: int, num: Poly, den: int, place: Place, theta: int) -> Poly:
    """f with x_i = num/den (which may involve x_i), up to a constant, reduced."""
    whole = place.rational or place.minimal[0] != 1
    if whole:  # nothing to reduce, or only up to constants
        return reduced(algebra.replace_by_ratio(f, i, num, algebra.constant(f.ring, den)), place, theta)
    parts = algebra.split_by_degree(f, i)
    top = max(parts, default=0)
    total = f.ring.zero
    for d in range(top, -1, -1):
        total = total * num
        if d in parts:
            total = total + parts[d] * den ** (top - d)
        total = _remainder(total, place, theta)
    return algebra.canonical(total)


# ---------------------------------------------------------------- intervals
def times(a: Interval, b: Interval) -> Interval:
    values = (a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1])
    return min(values), max(values)


def raised(a: Interval, k: int) -> Interval:
    lo, hi = a[0] ** k, a[1] ** k
    if k % 2 or a[0] >= 0:
        return lo, hi
    return (hi, lo) if a[1] <= 0 else (Fraction(0), max(lo, hi))


def horner(numbers: Sequence[Fraction | Interval], x: Interval) -> Interval:
    """A polynomial (from the highest coefficient on, numbers or intervals) on an interval."""
    total = (Fraction(0), Fraction(0))
    for a in numbers:
        lo, hi = a if isinstance(a, tuple) else (a, a)
        p, q = times(total, x)
        total = p + lo, q + hi
    return total


def enclosure(f: Poly, box: Mapping[int, Interval]) -> Interval:
    """An interval with all values of f in a box."""
    low = high = Fraction(0)
    for e, c in algebra.terms(f):
        value = (Fraction(int(c)), Fraction(int(c)))
        for i, k in enumerate(e):
            if k:
                value = times(value, raised(box[i], k))
        low, high = low + value[0], high + value[1]
    return low, high


def apart(f: Poly, box: Mapping[int, Interval], more: Fraction = Fraction(0)) -> bool:
    """Interval arithmetic shows that |f| is larger than `more` in the box."""
    lo, hi = enclosure(f, box)
    return lo > more or -hi > more


class Line:
    """Polynomials in c over a field: signs and zeros on intervals, with θ as fine as that needs."""

    def __init__(self, place: Place, p: Poly, c: int, theta: int):
        self.place = place
        self.rows = coefficients(p, c, theta)

    def sign(self, x: Fraction) -> int:
        """The sign at a number (0: zero, or not seen)."""
        for width in PRECISIONS:
            lo, hi = horner(_numbers(self.place, self.rows, width), (x, x))
            if lo > 0 or hi < 0:
                return 1 if lo > 0 else -1
        return 0

    def bound(self) -> Fraction:
        """All zeros are smaller than this (the highest coefficient is a number): a power of 2 beyond Fujiwara's bound,
        twice the largest k-th root of the k-th quotient (M. Fujiwara, Tohoku Math. J. 10, 1916)."""
        numbers = _numbers(self.place, self.rows, FINE)
        lead = abs(numbers[0][0])
        sizes = [0]
        for k, (lo, hi) in enumerate(numbers[1:], start=1):
            if quotient := max(abs(lo), abs(hi)) / lead:
                bits = quotient.numerator.bit_length() - quotient.denominator.bit_length() + 1
                sizes.append(-(-bits // k))
        return Fraction(2) ** (2 + max(sizes))

    def no_zero(self, lo: Fraction, hi: Fraction, derivative: bool = False) -> bool:
        """No zero (of the derivative) in [lo, hi]."""
        if lo > hi:
            return True
        rows = self.rows
        if derivative:
            top = len(rows) - 1
            rows = [[(k, x * (top - n)) for k, x in row] for n, row in enumerate(rows[:-1])]
        if self.place.rational:
            flat = [sum(x for _, x in row) for row in rows]
            bare = Univariate(flat, THETA, domain="ZZ").sqf_part()
            return not isolated([int(x) for x in bare.all_coeffs()], lo, hi)
        return any(_no_zero(_numbers(self.place, rows, width), lo, hi) for width in PRECISIONS)


def _numbers(place: Place, rows: Sequence[Sequence[tuple[int, int]]], width: Fraction) -> list[Interval]:
    """The coefficients, with θ up to a width."""
    theta = place.near(width)
    out = []
    for row in rows:
        low = high = Fraction(0)
        for k, x in row:
            lo, hi = times((Fraction(x), Fraction(x)), raised(theta, k) if k else (Fraction(1), Fraction(1)))
            low, high = low + lo, high + hi
        out.append((low, high))
    return out


def _no_zero(numbers: Sequence[Interval], lo: Fraction, hi: Fraction) -> bool:
    """By halving, until the coefficients in Bernstein's basis have one sign (in integers, rounded outwards)."""
    first = list(_bernstein(numbers, lo, hi))
    largest = max(max(abs(low), abs(high)) for low, high in first)
    if not largest:
        return False
    least = min(x for low, high in (*first, *numbers) if (x := max(abs(low), abs(high))))
    unit = 2 ** (BITS + (largest / least).__ceil__().bit_length()) / largest
    todo = [([(low * unit).__floor__() for low, _ in first], [(high * unit).__ceil__() for _, high in first])]
    for _ in range(MOST):
        if not todo:
            return True
        lows, highs = todo.pop()
        if min(lows) > 0 or max(highs) < 0:
            continue
        if lows[0] <= 0 <= highs[0] or lows[-1] <= 0 <= highs[-1]:
            return False  # at an end no sign is seen
        todo += zip(*map(_halves, (lows, highs), (0, 1)), strict=True)
    return False


def _halves(row: Sequence[int], up: int) -> tuple[list[int], list[int]]:
    """Bernstein's coefficients on both halves (de Casteljau), rounded down or up."""
    left, right, row = [row[0]], [row[-1]], list(row)
    while len(row) > 1:
        row = [(x + y + up) >> 1 for x, y in pairwise(row)]
        left.append(row[0])
        right.append(row[-1])
    return left, right[::-1]


def _bernstein(numbers: Sequence[Interval], a: Fraction, b: Fraction) -> Iterator[Interval]:
    """The coefficients of a polynomial (from the highest on) on [a, b] in Bernstein's basis."""
    flat: list[Interval] = []  # of p(a + (b - a) x), from the lowest on
    for low, high in numbers:
        up = [(Fraction(0), Fraction(0)), *(times(x, (b - a, b - a)) for x in flat)]
        for i, x in enumerate(flat):
            y = times(x, (a, a))
            up[i] = up[i][0] + y[0], up[i][1] + y[1]
        up[0] = up[0][0] + low, up[0][1] + high
        flat = up
    n = len(flat) - 1
    for k in range(n + 1):
        weights = [Fraction(comb(k, i), comb(n, i)) for i in range(k + 1)]
        yield (
            sum((w * x[0] for w, x in zip(weights, flat, strict=False)), Fraction(0)),
            sum((w * x[1] for w, x in zip(weights, flat, strict=False)), Fraction(0)),
        )

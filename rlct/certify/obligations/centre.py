"""The step `centre` (format page, §4): an irrational point, with coordinates in one field Q(γ), as origin.

Every dependent variable t has a relation q - u with a small u of its own, no divisor; so t - g, g the value of t at
the point, is as good a coordinate as u.  The point is the only one of the stratum, and all conditions hold there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.places import (
    FINE,
    PRECISIONS,
    RATIONALS,
    Element,
    Interval,
    Line,
    Place,
    enclosure,
    in_variable,
    place_of,
    put,
    read_place,
    reduced_signed,
    written,
)
from rlct.certify.obligations.state import State

Data = dict[str, Any]
NAME = "centre"
WIDTHS = (Fraction(1, 2**16), Fraction(1, 2**40))


@dataclass(frozen=True)
class Base:
    """The field of a state at a point, its generator called like the variable `theta` (none: Q); where some small
    variables had their origin before they were moved to the point."""

    place: Place = RATIONALS
    theta: int | None = None
    at: Mapping[int, Element] | None = None

    def moved(self, f: Poly, sign: int = 1) -> Poly:
        """f in coordinates with the point as origin; `sign` -1: the other way."""
        for i, a in (self.at or {}).items():
            assert self.theta is not None
            num, den = written(f.ring, a, self.theta)
            f = put(f, i, algebra.gen(f.ring, i) * den + num * sign, den, self.place, self.theta)
        return algebra.canonical(f)

    def near(self) -> dict[int, Interval]:
        """An interval for γ."""
        return {} if self.theta is None else {self.theta: self.place.near(FINE)}


def base_of(ledger: Ledger, s: State, data: Sequence[Any], name: str) -> Base:
    """The field over which a state at a point is given: one dependent variable, with bounds; no other conditions."""
    ledger.require(not s.equations, name, "no equations")
    bounds: tuple[list[Fraction], list[Fraction]] = ([], [])
    for f in (*s.nonzero, *s.guards):
        ledger.require(bool(f) and algebra.is_constant(f), name, "no conditions at a point", ledger.show(f))
    for f in s.positive:
        if algebra.is_constant(f):
            ledger.require(bool(f) and int(f.coeff(1)) > 0, name, "conditions that hold", ledger.show(f))
            continue
        fine = algebra.used(f) == set(s.dependent) and algebra.degree(f, s.dependent[0]) == 1
        ledger.require(fine, name, "no conditions at a point but bounds", ledger.show(f))
        slope = int(algebra.derivative(f, s.dependent[0]).coeff(1))
        bounds[slope < 0].append(Fraction(-int(f.coeff(1)), slope))
    if not s.dependent:
        ledger.require(not data, name, "a point with rational coordinates")
        return Base()
    ledger.require(len(s.dependent) == 1 and all(bounds), name, "one number between bounds")
    (theta,) = s.dependent
    place = place_of(ledger, s.relations[0], (max(bounds[0]), min(bounds[1])), theta, name)
    at = {ledger.variable(u, s.small): place.element([Fraction(x) for x in a]) for u, a in data}
    return Base(place, theta, at)


def centre(ledger: Ledger, s: State, data: Data) -> State:
    """The only point of the stratum becomes the origin."""
    ledger.require(not ledger.over_c and not s.pending and not s.equations, NAME, "real variables, no equations")
    ledger.require(not s.free, NAME, "no free variables")
    theta = ledger.variable(data["name"], s.dependent)
    order = (theta, *s.smalls)
    place = read_place(ledger, order, data["field"], theta, NAME)
    ledger.require(not place.rational, NAME, "an irrational point")
    slots: dict[int, int] = {}
    values: dict[int, Element] = {}
    relations = dict(zip(s.dependent, s.relations, strict=True))
    for t, u, element in data["images"]:
        i, small = ledger.variable(t, s.dependent), ledger.variable(u, s.small)
        ledger.require(i not in slots and small not in slots.values(), NAME, "each variable once", t)
        slots[i], values[i] = small, place.element([Fraction(x) for x in element])
        _own(ledger, s, relations, i, small)
        _only_point(ledger, s, place, theta, relations[i], i, values, small)
    ledger.require(len(slots) == len(s.dependent), NAME, "all dependent variables")
    for f in (*s.nonzero, *s.guards, *s.positive):
        sign = _sign(_at(ledger, f, values, place, theta), place, theta)
        holds = sign > 0 if f in s.positive else sign != 0
        ledger.require(holds, NAME, "conditions that hold at the point", ledger.show(f))
    base = Base(place, theta, {slots[t]: a for t, a in values.items()})
    names = {i: (slots.get(i, i), 1) for i in s.order}

    def image(g: Poly) -> Poly:
        for t, u in slots.items():
            if u in algebra.used(g):
                parts = algebra.split_by_degree(relations[t], u)
                g = algebra.replace_by_ratio(g, u, -parts.get(0, g.ring.zero), parts[1])
        return base.moved(algebra.rename(g, names))

    lo, hi = place.at
    x = algebra.gen(ledger.ring, theta)
    bounds = (
        x * lo.denominator - algebra.constant(ledger.ring, lo.numerator),
        algebra.constant(ledger.ring, hi.numerator) - x * hi.denominator,
    )
    return replace(
        s,
        order=order,
        objects=s.map_objects(image),
        dependent=(theta,),
        relations=(algebra.canonical(in_variable(ledger.ring, place, theta)),),
        nonzero=(),
        guards=(),
        positive=tuple(map(algebra.primitive, bounds)),
    )


def _own(ledger: Ledger, s: State, relations: Mapping[int, Poly], t: int, u: int) -> None:
    """The relation of t is a number times q - u, and u is in no other one."""
    ledger.require(not s.small[u].divisor, NAME, "a small variable without divisor", ledger.names[u])
    parts = algebra.split_by_degree(relations[t], u)
    linear = set(parts) <= {0, 1} and 1 in parts and algebra.is_constant(parts[1])
    alone = all(u not in algebra.used(r) for i, r in relations.items() if i != t)
    ledger.require(linear and alone, NAME, "a relation with a small variable of its own", ledger.show(relations[t]))


def _at(ledger: Ledger, f: Poly, values: Mapping[int, Element], place: Place, theta: int) -> Poly:
    """f with these values of dependent variables, as a polynomial in γ (and others), up to a positive number."""
    for t in sorted(values, key=lambda i: i != theta):  # the one called like γ first
        if t in algebra.used(f) or t == theta:
            num, den = written(ledger.ring, values[t], theta)
            f = algebra.replace_by_ratio(f, t, num, algebra.constant(ledger.ring, den))
    return reduced_signed(f, place, theta)


def _sign(f: Poly, place: Place, theta: int) -> int:
    """The sign of a polynomial in γ, 0 where none is seen."""
    if algebra.used(f) <= {theta}:
        for width in PRECISIONS:
            lo, hi = enclosure(f, {theta: place.near(width)})
            if lo > 0 or hi < 0:
                return 1 if lo > 0 else -1
    return 0


def _only_point(
    ledger: Ledger,
    s: State,
    place: Place,
    theta: int,
    relation: Poly,
    t: int,
    values: Mapping[int, Element],
    name: int,
) -> None:
    """t has its value at every point of the stratum at which the variables before it have theirs.

    The relation at small = 0 has a zero there, a simple one, and no other between the bounds on t.
    """
    r = s.at_zero(relation)
    before = {i: a for i, a in values.items() if i != t}
    ledger.require(algebra.used(r) <= values.keys(), NAME, "relations one after the other", ledger.show(relation))
    top = algebra.split_by_degree(r, t)[algebra.degree(r, t)]
    ledger.require(bool(r) and algebra.is_constant(top), NAME, "a highest coefficient that is a number")
    # t is called like its small variable, which occurs no more: γ may have its name
    line_of = _at(
        ledger, algebra.rename(r, {i: (name if i == t else i, 1) for i in algebra.used(r)}), before, place, theta
    )
    line = Line(place, line_of, name, theta)
    far = line.bound()
    lo, hi = -far, far
    for f in s.positive:
        if algebra.used(f) == {t} and algebra.degree(f, t) == 1:
            slope = int(algebra.derivative(f, t).coeff(1))
            end = Fraction(-int(f.coeff(1)), slope)
            lo, hi = (max(lo, end), hi) if slope > 0 else (lo, min(hi, end))
    value, den = written(ledger.ring, values[t], theta)
    p, q = (x / den for x in enclosure(value, {theta: place.near(FINE)}))
    for width in WIDTHS:
        a, b = p - width, q + width
        if (
            line.sign(a) * line.sign(b) < 0
            and line.no_zero(a, b, derivative=True)
            and line.no_zero(lo, a)
            and line.no_zero(b, hi)
        ):
            break
    else:
        ledger.fail(NAME, "no other point of the stratum", ledger.show(relation))
    at = algebra.replace_by_ratio(line_of, name, value, algebra.constant(ledger.ring, den))
    ledger.require(not reduced_signed(at, place, theta), NAME, "a point of the stratum", ledger.show(relation))

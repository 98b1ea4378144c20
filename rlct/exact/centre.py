"""Irrational points: where the dependent variables are numbers of one field Q(γ), as origin of coordinates.

A cut along q(x) = 0 makes w = q(x) small and x a function of it; at a point with x = θ the difference x - θ is as good
a coordinate.  In it the germ has coefficients in Q(γ), and is moved from one with rational coefficients.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from flint import fmpq_poly

from rlct.exact import charts
from rlct.exact.bars import FINE
from rlct.exact.charts import Chart, Step, encode, number
from rlct.exact.in_field import composed, near, put, refined, relation, simplest, written
from rlct.exact.over_field import Element, Univariate, trim
from rlct.exact.places import RATIONALS, Place, extended, factors_over, real_roots
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.slices import between
from rlct.exact.tower import tower_of
from rlct.exact.tree import write_element

LONG = 3000  # longest generator that is moved
POINTS = 12  # real points of a stratum


@dataclass(frozen=True)
class Centre:
    """A point whose coordinates are elements of the field of a place; γ takes the name of the variable `theta`."""

    place: Place
    theta: int
    at: Mapping[int, Element]

    def moved(self, f: Poly) -> Poly:
        """f in coordinates with this origin."""
        for i, a in self.at.items():
            num, den = written(a, f.ring.gen(self.theta))
            f = put(f, i, f.ring.gen(i) * den + num, den, self.place, self.theta)
        return f.primitive()


@dataclass(frozen=True)
class Origin:
    """A chart at a real point with its coordinates; `plain`: the same before it was moved there, over Q."""

    chart: Chart
    plain: Chart
    centre: Centre
    step: Step


def points_of(c: Chart) -> list[dict[int, tuple[Place, Element]]] | None:
    """The real points of a stratum without free variables: the dependent variables as elements of one field; None: not
    a tower, or too large."""
    tower = tower_of(c, set(c.dependents))
    if not tower or c.equations:
        return None
    found: list[tuple[Place, dict[int, Element]]] = [(RATIONALS, {})]
    for t, r in tower:
        more: list[tuple[Place, dict[int, Element]]] = []
        for place, at in found:
            line = _univariate(place, r, t, at)
            factors = [f for f, _ in factors_over(place, line)]
            for k, root in real_roots(place, factors):
                larger = extended(place, factors[k], root)
                if larger is None:
                    return None
                field, theta, value = larger
                moved = at if field is place else {i: composed(a, theta, field) for i, a in at.items()}
                more.append((field, {**moved, t: value}))
        found = more
        if len(found) > POINTS:
            return None
    return [
        {t: (place, a) for t, a in at.items()}
        for place, at in found
        if all(place.sign(value_of(place, f, at)) > 0 for f in c.positive)
        and all(value_of(place, f, at).degree() >= 0 for f in c.nonzero)
    ]


def value_of(place: Place, f: Poly, at: Mapping[int, Element]) -> Element:
    """f at the point."""
    total = fmpq_poly([0])
    for e, x in f.terms:
        term = fmpq_poly([x])
        for i, a in at.items():
            for _ in range(e[i]):
                term = term * a % place.minimal
        total = total + term
    return total % place.minimal


def _univariate(place: Place, r: Poly, t: int, at: Mapping[int, Element]) -> Univariate:
    parts = r.coefficients(t)
    zero = r.ring.zero
    return trim([value_of(place, parts.get(k, zero), at) for k in range(r.degrees[t] + 1)])


def small_of(c: Chart, t: int) -> int | None:
    """The small variable u of the relation of t, if that is q - u, which is no divisor and in no other relation."""
    (r,) = (r for s, r in c.relations if s == t)
    for u in sorted(r.variables & c.small.keys()):
        if c.small[u].is_divisor or r.degrees[u] != 1 or not r.coefficients(u)[1].is_constant:
            continue
        if not any(u in q.variables for s, q in c.relations if s != t):
            return u
    return None


def origin(c: Chart, point: Mapping[int, tuple[Place, Element]]) -> Origin | None:
    """The chart at its only point; None where it is no point of a curve or surface given over Q."""
    if c.free or c.equations or not c.relations or any(len(g) > LONG for ob in c.objects for g in ob.gens):
        return None
    smalls = {t: small_of(c, t) for t, _ in tower_of(c, set(c.dependents))}
    if None in smalls.values() or len(set(smalls.values())) < len(smalls):
        return None
    slots = {t: u for t, u in smalls.items() if u is not None}
    solved = _in_place(c, slots)
    if solved is None:
        return None
    place = next(iter(point.values()))[0]
    theta = min(slots)
    centre = Centre(place, theta, {u: point[t][1] for t, u in slots.items()})
    plain = replace(
        c,
        order=tuple(i for i in c.order if i not in slots),
        objects=solved,
        nonzero=(),
        positive=(),
        relations=(),
        roots=(),
    )
    modulus = relation(place, c.ring.gen(theta)).primitive()
    moved = replace(
        plain,
        order=(theta, *plain.order),
        objects=tuple(replace(ob, gens=tuple(centre.moved(g) for g in ob.gens)) for ob in solved),
        relations=((theta, modulus),),
        positive=tuple(between(c.ring.gen(theta), place.root.lo, place.root.hi)),
    )
    step = {
        "op": "centre",
        "name": c.name(theta),
        "field": [encode(moved, modulus), number(place.root.lo), number(place.root.hi)],
        "images": [[c.name(t), c.name(u), write_element(point[t][1])] for t, u in slots.items()],
    }
    return Origin(moved, plain, centre, step)


def _in_place(c: Chart, slots: Mapping[int, int]) -> tuple[charts.Ideal, ...] | None:
    """The objects in the dependent variables, called like the small ones of their relations."""
    relations = dict(c.relations)
    names = {t: c.ring.gen(u) for t, u in slots.items()}

    def image(g: Poly) -> Poly:
        while True:
            left = [(t, u) for t, u in slots.items() if u in g.variables]
            if not left:
                return g.compose(names).primitive()
            t, u = left[0]
            parts = relations[t].coefficients(u)
            g = g.solve_into(u, parts[1], parts.get(0, c.ring.zero)).at_zero([u])
            if len(g) > LONG:
                raise TooLarge

    try:
        return tuple(replace(ob, gens=tuple(image(g) for g in ob.gens)) for ob in c.objects)
    except TooLarge:
        return None


def separated(c: Chart, points: Sequence[Mapping[int, tuple[Place, Any]]]) -> Poly | None:
    """A linear polynomial in a dependent variable with some of the points on either side."""
    for t, _ in c.relations:
        values = sorted((_interval(*p[t]) for p in points), key=lambda v: v[0])
        for (_, hi), (lo, _) in pairwise(values):
            if hi < lo:
                middle = simplest(hi, lo)
                return c.ring.gen(t) * middle.denominator - c.ring.const(middle.numerator)
    return None


def _interval(place: Place, a: Element) -> tuple[Any, Any]:
    """Around an element."""
    root = refined(place.root, FINE)
    return near(a, (root.lo, root.hi))

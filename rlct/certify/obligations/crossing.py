"""The end `crossing`: quasi-ordinary points in three variables (format page, §5).

The functions are regular in y.  The step `project` has proved (before blow-ups of the other two variables, which change
nothing in this) that where certain polynomials and the divisors are not 0 their zeros in y are simple and different:
each of them with its derivative, and any two, have a combination a·f + b·g that is a product of those.  Here these are
components, which cross normally at 0, and units, so the discriminant of the product of all functions (of its part at
y = 0) is a product of components and a unit.  After x_i = ±t_i^n the zeros in y are analytic (Abhyankar, Jung), with
differences that are monomials in the t_i times units, real or in conjugate pairs.  Next to a zero ζ_i all other
distances |y - ζ_j| are max(|y - ζ_i|, |ζ_i - ζ_j|) up to constants, so in logarithmic coordinates K and the measure are
linear on the cones between consecutive |ζ_i - ζ_j|, and every ray of these lies in a face where all but one of the
components are not 0 (or belongs to y - ζ_i alone).  A zero of K at 0 is no worse, then, than those next to it along the
components; ties in different faces may add up.  Along one component, away from the other, the distances have constant
exponents: the germ is that of a slice times a line, the same on a whole side of the crossing.  The box makes sure that
the slice meets this side, and no zeros but those that come together at 0: thresholds of the slice are also attained
there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.projection import factors_of_objects, known_factors
from rlct.certify.obligations.state import State
from rlct.certify.obligations.value import INFINITE, Value, worst

Data = dict[str, Any]
Radii = dict[int, Fraction]
NAME = "crossing"


@dataclass(frozen=True)
class Picture:
    """What is known at the point: y, the functions that involve it, the components, the other factors of eliminants."""

    y: int
    functions: tuple[Poly, ...]
    components: tuple[Poly, ...]
    units: tuple[Poly, ...]


def crossing(ledger: Ledger, s: State, end: Data) -> tuple[tuple[State, ...], Callable[[Sequence[Value]], Value]]:
    """The states of the slices, and how their values combine."""
    ledger.require(not ledger.over_c, NAME, "real coordinates")
    alone = set(s.order) == set(s.small) and len(s.order) == 3 and not s.pending
    ledger.require(alone, NAME, "three small variables and no others")
    ledger.require(not conditions(ledger, s, NAME), NAME, "no conditions at a point")
    p = _picture(ledger, s, end)
    ledger.require(len(end["parts"]) == len(p.components), NAME, "a part for each component")
    children: list[State] = []
    counts: list[int] = []
    for q, part in zip(p.components, end["parts"], strict=True):
        mine = _slices(ledger, s, p, q, part)
        children += mine
        counts.append(len(mine))
    return tuple(children), lambda values: together(values, counts, len(s.order))


def conditions(ledger: Ledger, s: State, name: str) -> list[Poly]:
    """What is said of S but by true constants: slices do not say it again, and S must not be empty for that."""
    ledger.require(not s.equations, name, "no equations")
    for f in (*s.nonzero, *s.positive, *s.guards):
        ledger.require(bool(f), name, "conditions that can hold")
    for f in s.positive:
        fine = not algebra.is_constant(f) or _constant(f) > 0
        ledger.require(fine, name, "conditions that can hold", ledger.show(f))
    return [f for f in (*s.nonzero, *s.positive, *s.guards) if not algebra.is_constant(f)]


def together(values: Sequence[Value], counts: Sequence[int], most: int) -> Value:
    """The worst slice of each component; the multiplicities of components with the same threshold add up."""
    rest = list(values)
    groups = []
    for n in counts:
        groups.append(worst(rest[:n]))
        rest = rest[n:]
    low = worst(groups)
    return INFINITE if low.lam is None else Value(low.lam, min(most, sum(v.m for v in groups if v.lam == low.lam)))


# ---------------------------------------------------------------- the picture at the point
def _picture(ledger: Ledger, s: State, end: Data) -> Picture:
    y = ledger.variable(end["var"], s.small)
    ledger.require(not s.small[y].divisor, NAME, "a variable without divisor", ledger.names[y])
    base = set(s.order) - {y}
    components = tuple(algebra.canonical(ledger.read(s.order, q)) for q in end["components"])
    _crossing_normally(ledger, s, y, components)
    functions: dict[Poly, None] = {}
    for f in factors_of_objects(ledger, s, end["objects"]):
        if _constant(f):
            continue
        if y in algebra.used(f):
            functions.setdefault(f)
        else:
            ledger.require(f in components, NAME, "a component", ledger.show(f))
    for f in functions:
        ledger.require(bool(algebra.at_zero(f, base)), NAME, "functions that are regular in y", ledger.show(f))
    units: dict[Poly, None] = {}
    for h in known_factors(ledger, s, y, NAME):
        if _constant(h):
            units.setdefault(h)
        else:
            ledger.require(h in components, NAME, "a component", ledger.show(h))
    return Picture(y, tuple(functions), components, tuple(units))


def _crossing_normally(ledger: Ledger, s: State, y: int, components: Sequence[Poly]) -> None:
    ledger.require(1 <= len(components) <= 2 and len(set(components)) == len(components), NAME, "one or two components")
    base = [i for i in s.order if i != y]
    rows = []
    for q in components:
        fine = y not in algebra.used(q) and not _constant(q)
        ledger.require(fine, NAME, "components without y that vanish at the point", ledger.show(q))
        rows.append([_constant(algebra.derivative(q, i)) for i in base])
    ledger.require(algebra.rank(rows) == len(rows), NAME, "components that cross normally")
    for i in base:
        known = not s.small[i].divisor or algebra.gen(ledger.ring, i) in components
        ledger.require(known, NAME, "divisors among the components", ledger.names[i])


def _constant(f: Poly) -> int:
    """The value at the point."""
    return int(f.coeff(1))


# ---------------------------------------------------------------- slices
def _slices(ledger: Ledger, s: State, p: Picture, q: Poly, part: Data) -> list[State]:
    """Through q = 0: at v = 0 where q is the only component, else at v = r and v = -r, in a box for the others."""
    base = [i for i in s.order if i != p.y]
    x = ledger.variable(part["across"], base)
    (v,) = (i for i in base if i != x)
    ledger.require(bool(_constant(algebra.derivative(q, x))), NAME, "a slice across the component", ledger.names[x])
    plain = q == algebra.gen(ledger.ring, x)
    ledger.require(plain or not s.small[x].divisor, NAME, "no divisor across", ledger.names[x])
    box = {ledger.variable(name, (x, p.y)): Fraction(r) for name, r in part["box"]}
    ledger.require(len(box) == len(part["box"]) and all(r > 0 for r in box.values()), NAME, "radii")
    at = [Fraction(a) for a in part["at"]]
    if len(p.components) == 1:
        ledger.require(at == [0] and not box, NAME, "the slice through the point")
        return [sliced(s, v, at[0], {})]
    r = at[0]
    ledger.require(r > 0 and at == ([r] if s.small[v].wall else [r, -r]), NAME, "slices on all sides")
    ledger.require((x in box) is not plain, NAME, "a box across a component that is no variable")
    radii = {**box, v: r}
    for f in _without_zero(p, q, x, v, box):
        ledger.require(dominated(f, radii), NAME, "polynomials without zero in the box", ledger.show(f))
    around = {i: (-a, a) for i, a in box.items()}
    return [sliced(s, v, value, around) for value in at]


def _without_zero(p: Picture, q: Poly, x: int, v: int, box: Radii) -> Iterator[Poly]:
    """What must not vanish in the box, along the component where that is a variable."""
    y = p.y
    on = () if x in box else (x,)
    others = [h for h in p.components if h != q]
    yield from (algebra.at_zero(u, on) for u in p.units)
    for f in p.functions:
        g = algebra.at_zero(f, on)
        if y not in box:  # along the component the zeros are y = 0 alone
            yield algebra.at_zero(without(g, y), (y,))
            continue
        yield without(algebra.at_zero(f, (x, v)), y)
        yield from (at_value(g, y, sign * box[y]) for sign in (1, -1))
    if on:
        yield from (without(algebra.at_zero(h, on), v) for h in others)
        return
    slope = algebra.derivative(q, x)
    yield slope
    for h in others:
        yield slope * algebra.derivative(h, v) - algebra.derivative(q, v) * algebra.derivative(h, x)
    yield without(algebra.at_zero(q, (v,)), x)
    yield from (at_value(q, x, sign * box[x]) for sign in (1, -1))


def without(f: Poly, i: int) -> Poly:
    """f without the power of x_i that divides it."""
    return algebra.divide_monomial(f, (i,), algebra.content_exponents(f, (i,)))


def at_value(f: Poly, i: int, value: Fraction) -> Poly:
    """A multiple of f at x_i = value."""
    num, den = algebra.constant(f.ring, value.numerator), algebra.constant(f.ring, value.denominator)
    return algebra.replace_by_ratio(f, i, num, den)


def dominated(f: Poly, radii: Mapping[int, Fraction]) -> bool:
    """In the box the constant term is larger than all others together."""
    total = Fraction(0)
    for e, c in algebra.terms(f):
        if any(e):
            size = Fraction(abs(int(c)))
            for i, a in enumerate(e):
                if a:
                    size *= radii[i] ** a
            total += size
    return total < abs(_constant(f))


def sliced(s: State, v: int, value: Fraction, box: Mapping[int, tuple[Fraction, Fraction]]) -> State:
    """The state at v = value; the variables of the box are free in it."""
    ring = s.objects[0].gens[0].ring
    positive = tuple(
        algebra.primitive(algebra.gen(ring, i) * (sign * a.denominator) - algebra.constant(ring, sign * a.numerator))
        for i, (lo, hi) in box.items()
        for sign, a in ((1, lo), (-1, hi))
    )
    objects = tuple(
        replace(ob, gens=tuple(algebra.canonical(at_value(g, v, value)) for g in ob.gens), sd=(False,) * len(ob.gens))
        for ob in s.objects
    )
    return replace(
        s,
        order=tuple(i for i in s.order if i != v),
        small={i: x for i, x in s.small.items() if i != v and i not in box},
        objects=tuple(ob for ob in objects if not any(map(algebra.is_constant, ob.gens))),
        nonzero=(),
        positive=positive,
        projection=None,
    )

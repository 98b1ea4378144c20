"""Plane slices of a chart with three small variables: through bars of a curve, across its branches, along an axis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod
from typing import Any, Literal

from flint import fmpq_poly

from rlct.exact.bars import Axes, Bar, leading, scaled
from rlct.exact.charts import Chart, Ideal, Small
from rlct.exact.in_field import put, refined, relation, simplest, written
from rlct.exact.over_field import Element, Univariate
from rlct.exact.places import RATIONALS, Place, extended, factors_over, real_roots, value_at
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.roots import coefficients

SMALLEST = 60  # radii are 1/2, 1/4, ...: so many are tried
NARROWEST = 40  # halvings of the interval around a branch
FINE = Fraction(1, 2**64)  # width of the interval of θ in a box

Interval = tuple[Any, Any]
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a branch meets the line of this u: t in (lo, hi), an element of a field; in it the generator of the field
    of the chart (`base`)."""

    u: Fraction
    lo: Fraction
    hi: Fraction
    place: Place
    t: Element
    base: Element


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch through the zero `root` of a bar: c in (lo, hi), θ in `theta`, for all |s| <= r; nothing else is there.

    `cuts` at s = r (and -r where s has both signs); None where t has the wrong sign.
    """

    root: int
    lo: Fraction
    hi: Fraction
    theta: tuple[Fraction, Fraction]
    r: Fraction
    cuts: tuple[Cut | None, ...]


# ---------------------------------------------------------------- charts
def through(c: Chart, v: int) -> Chart:
    """The slice x_v = 0."""
    return _kept(c, {i: s for i, s in c.small.items() if i != v}, lambda g: g.at_zero([v]), (), frozenset({v}))


def on_bar(
    c: Chart, bar: Bar, axes: Axes, x: Fraction, lift: Fraction = ZERO, patience: int = 1
) -> Chart | None:
    """The slice c = x of the coordinates s, c, y of a bar; None where t has the wrong sign there.  `lift`: added to the
    exponent of s in |K|."""
    t = _t(bar, axes, x)
    a, sign = leading(t, bar.arcs.place, axes)
    there, here = c.small[axes.t], c.small[axes.u]
    if there.wall and sign < 0:
        return None
    n = bar.arcs.ramification
    k = here.k * n + there.k * a + lift
    h = (here.h + 1) * n - 1 + there.h * a + bar.exponent
    small = {**c.small, axes.u: Small(k, h, here.wall or bar.side != 0)}
    del small[axes.t]
    den = bar.arcs.den * x.denominator

    def image(g: Poly) -> Poly:
        g = put(scaled(g, axes.u, bar.arcs.sigma, n), axes.t, t, den, bar.arcs.place, axes.t, patience=patience)
        return _base(c, g, bar.arcs.base, bar.arcs.place, axes.t).primitive()

    return _in_field(c, bar.arcs.place, axes, small, image, ())


def across(c: Chart, axes: Axes, cut: Cut, delta: Fraction, patience: int = 1) -> Chart:
    """The slice across a branch: t, less what it is there, small, y free in its interval; θ is called like u."""
    ring = c.ring
    t, scale = written(cut.t, ring.gen(axes.u))
    image = ring.gen(axes.t) * scale + t
    there = c.small[axes.t] if not t else Small()
    conditions = between(ring.gen(axes.c), -delta, delta)

    def moved(g: Poly) -> Poly:
        g = put(at_number(g, axes.u, cut.u), axes.t, image, scale, cut.place, axes.u, patience=patience)
        return _base(c, g, cut.base, cut.place, axes.u).primitive()

    gone = frozenset({axes.u})
    if cut.place.is_rational:
        return _chart(c, {axes.t: there}, moved, conditions, gone)
    theta = ring.gen(axes.u)
    conditions += between(theta, cut.place.root.lo, cut.place.root.hi)
    out = _chart(c, {axes.t: there}, moved, conditions, c.dependents)
    return replace(out, relations=((axes.u, relation(cut.place, theta).primitive()),))


def ray(c: Chart, axes: Axes, t: Fraction, delta: Fraction) -> Chart:
    """The slice at t along u = 0, y free near 0."""
    small = {axes.u: c.small[axes.u]}
    conditions = between(c.ring.gen(axes.c), -delta, delta)
    return _kept(c, small, lambda g: at_number(g, axes.t, t).primitive(), conditions, frozenset({axes.t}))


def _base(c: Chart, g: Poly, image: Element, place: Place, theta: int) -> Poly:
    """The generator of the field of the chart as an element of a larger one."""
    for i in c.dependents:
        num, den = written(image, g.ring.gen(theta))
        g = put(g, i, num, den, place, theta)
    return g


def _kept(c: Chart, small: Mapping[int, Small], image: Any, conditions: Sequence[Poly], gone: frozenset[int]) -> Chart:
    """A slice over the same field."""
    bounds = c.positive if c.relations else ()
    return replace(_chart(c, small, image, (*bounds, *conditions), gone), relations=c.relations)


def _in_field(
    c: Chart, place: Place, axes: Axes, small: Mapping[int, Small], image: Any, conditions: Sequence[Poly]
) -> Chart:
    if place.is_rational:
        return _chart(c, small, image, conditions, frozenset({axes.t}))
    theta = c.ring.gen(axes.t)
    conditions = [*conditions, *between(theta, place.root.lo, place.root.hi)]
    out = _chart(c, small, image, conditions, c.dependents)
    return replace(out, relations=((axes.t, relation(place, theta).primitive()),))


def _chart(c: Chart, small: Mapping[int, Small], image: Any, conditions: Sequence[Poly], gone: frozenset[int]) -> Chart:
    objects = []
    for ob in c.objects:  # a generator may be 0 all over the slice
        gens = tuple(g for g in (image(g).primitive() for g in ob.gens) if g)
        if not gens:
            raise TooLarge  # not for slices
        objects.append(Ideal(gens, ob.E, ob.H))
    return Chart(
        c.ring,
        tuple(i for i in c.order if i not in gone),
        small,
        tuple(ob for ob in objects if not any(g.is_constant for g in ob.gens)),
        positive=tuple(conditions),
    )


def between(x: Poly, lo: Fraction, hi: Fraction) -> list[Poly]:
    """Conditions that say lo < x < hi."""
    ring = x.ring
    return [
        (x * lo.denominator - ring.const(lo.numerator)).primitive_signed(),
        (x * -hi.denominator + ring.const(hi.numerator)).primitive_signed(),
    ]


def _t(bar: Bar, axes: Axes, x: Fraction) -> Poly:
    """den·t on an arc of a bar, den that of the bar times that of x."""
    return bar.arcs.num * x.denominator + bar.arcs.num.ring.gen(axes.u) ** bar.exponent * (bar.arcs.den * x.numerator)


# ---------------------------------------------------------------- boxes
def core(f: Poly, i: int) -> Poly:
    """f in one variable without the power of it."""
    return f.divide_monomial([i], f.content_in([i]))


def at_number(f: Poly, i: int, value: Fraction) -> Poly:
    """A multiple of f at x_i = value."""
    d = f.degrees[i]
    total = f.ring.zero
    for k, part in f.coefficients(i).items():
        total = total + part * (value.numerator**k * value.denominator ** (d - k))
    return total


def radii(
    functions: Sequence[Poly],
    curves: Sequence[Poly],
    units: Sequence[Poly],
    axes: Axes,
    numbers: Mapping[int, Interval],
    patience: int = 1,
) -> tuple[Fraction, Fraction, Fraction] | None:
    """Radii of u, t and y; `numbers`: intervals of other variables; `patience`: times SMALLEST halvings.

    No zero of a function leaves through y = ±radius, the curves meet u = 0 at 0 only, units have no zero.
    """
    u, t, y = axes.u, axes.t, axes.c
    found: dict[int, Fraction] = {}

    def radius(i: int, needed: Sequence[Poly]) -> bool:
        r = Fraction(1, 2)
        for _ in range(SMALLEST * patience):
            found[i] = r
            if all(dominated(f, found, numbers) for f in needed):
                return True
            r /= 2
        return False

    if not radius(y, [core(f.at_zero([u, t]), y) for f in functions] + [f.at_zero([u, t]) for f in units]):
        return None
    sides = [at_number(f, y, sign * found[y]) for f in functions for sign in (1, -1)]
    on_line = [core(g.at_zero([u]), t) for g in curves] + [f.at_zero([u]) for f in (*sides, *units)]
    if not radius(t, on_line) or not radius(u, [*sides, *units]):
        return None
    return found[u], found[t], found[y]


def dominated(f: Poly, found: Mapping[int, Fraction], numbers: Mapping[int, Interval]) -> bool:
    """In the box the constant term of f is larger than all others together."""
    total = Fraction(0)
    constant = f.ring.zero
    for e, part in f.grouped(sorted(found)).items() if numbers else ():
        lo, hi = enclosure(part, numbers)
        if any(e):
            total += max(abs(lo), abs(hi)) * prod(found[i] ** a for i, a in zip(sorted(found), e, strict=True))
        else:
            constant = part
    if numbers:
        lo, hi = enclosure(constant, numbers)
        return bool(lo > total or -hi > total)
    for e, x in f.terms:
        if any(e):
            size = Fraction(abs(x))
            for i, a in enumerate(e):
                if a:
                    size *= found[i] ** a
            total += size
    return total < abs(f.constant_term())


def branch_of(
    bar: Bar,
    n: int,
    axes: Axes,
    curves: Sequence[Poly],
    wall: bool,
    most: tuple[Fraction, Fraction],
    base: tuple[Place, int | None] = (RATIONALS, None),
    patience: int = 1,
    order: int | None = None,
) -> Branch | None:
    """A box around the branch through a simple zero of a bar, where |u| and |t| are at most these; and its slices.

    `order`: from which power of u on terms of the curves were left out when the bars were found.
    """
    k, root = bar.roots[n]
    strict = [_strict(g, axes, bar.exponent, a) for g, a in zip(bar.arcs.curves, bar.orders, strict=True)]
    which = next(i for i, row in enumerate(bar.powers) if row[k])
    mine = strict[which]
    others = [g for g in strict if g is not mine]
    places = [which, *(i for i, g in enumerate(strict) if g is not mine)]
    theta = refined(bar.arcs.place.root, FINE)
    half = min(root.lo - bar.samples[n], bar.samples[n + 1] - root.hi, Fraction(1)) / 2
    for _ in range(NARROWEST * patience):
        half /= 2
        root = refined(root, half / 16)
        lo = simplest(root.lo - half, root.lo - half / 2)
        hi = simplest(root.hi + half / 2, root.hi + half)
        needed = [mine.derivative(axes.c), *others]
        rest = [_left_out(bar, axes, curves[i], i, (lo, hi), most[0], order, base, i == which) for i in places]
        at_ends = _left_out(bar, axes, curves[which], which, (lo, hi), most[0], order, base)
        box: dict[int, Interval] = {axes.u: (ZERO, ZERO), axes.c: (lo, hi), axes.t: (theta.lo, theta.hi)}
        if not all(_apart(f, box) for f in needed):
            continue
        ends = [at_number(mine, axes.c, x) for x in (lo, hi)]
        r = Fraction(1)
        for _ in range(SMALLEST * patience):
            r /= 2
            box[axes.u] = (-r, r) if bar.side == 0 else (ZERO, r)
            if r**bar.arcs.ramification > most[0] or not _small(bar, axes, box, most[1]):
                continue
            left = [tail(r) for tail in rest]
            left += [at_ends(r) * x.denominator ** mine.degrees[axes.c] for x in (lo, hi)]
            if all(_apart(f, box, tail) for f, tail in zip((*needed, *ends), left, strict=True)):
                theta = refined(theta, r**bar.exponent * (hi - lo) / 2**10)
                box[axes.t] = theta.lo, theta.hi
                cuts = [
                    _cut(bar, axes, curves[which], wall, s, (lo, hi), box, base, patience)
                    for s in ((r, -r) if bar.side == 0 else (r,))
                ]
                known = tuple(cut for cut in cuts if not isinstance(cut, str))
                return Branch(n, lo, hi, (theta.lo, theta.hi), r, known) if len(known) == len(cuts) else None
    return None


def _cut(
    bar: Bar,
    axes: Axes,
    curve: Poly,
    wall: bool,
    s: Fraction,
    ends: Interval,
    box: Mapping[int, Interval],
    base: tuple[Place, int | None],
    patience: int,
) -> Cut | Literal["not found"] | None:
    """An interval of t, on the line of s, in which the curve has its zero in the box."""
    u = bar.arcs.sigma * s**bar.arcs.ramification
    t = _t_near(bar, axes)
    at = [
        [x / bar.arcs.den for x in enclosure(t, {**box, axes.u: (s, s), axes.c: (c, c)})]
        for c in (ends if s > 0 or bar.exponent % 2 == 0 else ends[::-1])
    ]
    (_, low), (high, _) = at
    if wall and high < 0:
        return None
    line = _line(at_number(curve, axes.u, u), axes.t, base[1])
    if low >= high:
        return "not found"
    gap = (high - low) / 4
    for _ in range(SMALLEST * patience):
        lo, hi = simplest(low, low + gap), simplest(high - gap, high)
        if base[0].sign(value_at(base[0], line, lo)) * base[0].sign(value_at(base[0], line, hi)) < 0:
            return _at(line, base[0], u, lo, hi, patience)
        gap /= 4
    return "not found"


def _line(f: Poly, t: int, theta: int | None) -> Univariate:
    """A polynomial in t and θ, over the field of θ."""
    rows = f.coefficients(t)
    out = []
    for k in range(f.degrees[t] + 1):
        row = rows.get(k)
        if row is None:
            out.append(fmpq_poly([0]))
        else:
            out.append(fmpq_poly([row.constant_term()] if theta is None else coefficients(row, theta)))
    return out


def _at(
    line: Univariate, place: Place, u: Fraction, lo: Fraction, hi: Fraction, patience: int
) -> Cut | Literal["not found"]:
    """The zero of a polynomial over a field between two numbers."""
    factors = [f for f, _ in factors_over(place, line)]
    for k, zero in real_roots(place, factors):
        while zero.lo < lo < zero.hi or zero.lo < hi < zero.hi:
            zero = zero.refine()
        if lo <= zero.lo and zero.hi <= hi:
            found = extended(place, factors[k], zero, patience)
            if found is None:
                return "not found"
            return Cut(u, lo, hi, found[0], found[2], found[1])
    return "not found"


def _strict(g: Poly, axes: Axes, exponent: int, order: int) -> Poly:
    """g in the coordinates s and c, without the power of s."""
    return g.ring.from_terms(
        {(*e[: axes.u], e[axes.u] + exponent * e[axes.c] - order, *e[axes.u + 1 :]): x for e, x in g.terms}
    )


def _t_near(bar: Bar, axes: Axes) -> Poly:
    """den·t in s and c."""
    gen = bar.arcs.num.ring.gen
    return bar.arcs.num + gen(axes.u) ** bar.exponent * gen(axes.c) * bar.arcs.den


def _small(bar: Bar, axes: Axes, box: Mapping[int, Interval], most: Fraction) -> bool:
    """|t| <= most in the box."""
    lo, hi = enclosure(_t_near(bar, axes), box)
    return bool(-most * bar.arcs.den <= lo and hi <= most * bar.arcs.den)


def _left_out(
    bar: Bar,
    axes: Axes,
    curve: Poly,
    which: int,
    ends: Interval,
    largest: Fraction,
    order: int | None,
    base: tuple[Place, int | None],
    derivative: bool = False,
) -> Callable[[Fraction], Fraction]:
    """How large, for |s| <= r and c between the ends, the terms of the curve that were left out may be, divided by s^M
    (of its derivative by c).

    They are divisible by s^(T N).  With the absolute values of all coefficients the curve is some G(s, c), and these
    terms are at most (r/ρ)^(T N) G(ρ, c) for r <= ρ.
    """
    if order is None:
        return lambda r: ZERO
    n, exponent = bar.arcs.ramification, bar.exponent
    rho = Fraction(1, 2)
    while rho**n > largest:
        rho /= 2
    size = max(abs(x) for x in ends)
    theta = refined(bar.arcs.place.root, FINE)
    wide = max(abs(theta.lo), abs(theta.hi))
    _, t = enclosure(_t_near(bar, axes), {axes.u: (-rho, rho), axes.c: (-size, size), axes.t: (-wide, wide)})
    t = t / bar.arcs.den
    field = refined(base[0].root, FINE)
    gamma = max(abs(field.lo), abs(field.hi))
    total = ZERO
    for e, x in curve.terms:
        a, b = e[axes.u], e[axes.t]
        value = abs(x) * rho ** (n * a) * (1 if base[1] is None else gamma ** e[base[1]])
        if not derivative:
            total += value * t**b
        elif b:
            total += value * b * t ** (b - 1) * rho**exponent
    total *= bar.arcs.scales[which]
    top, order_here = order * n, bar.orders[which]
    return lambda r: total * r ** (top - order_here) / rho**top


def _apart(f: Poly, box: Mapping[int, Interval], left_out: Fraction = ZERO) -> bool:
    """Interval arithmetic (first with floats) shows that f, with what was left out, has no zero in the box."""
    try:
        lo, hi = enclosure(f, {i: (float(lo), float(hi)) for i, (lo, hi) in box.items()})
        if not (lo > left_out or -hi > left_out):
            return False
    except OverflowError:
        pass
    lo, hi = enclosure(f, box)
    return bool(lo > left_out or -hi > left_out)


def enclosure(f: Poly, box: Mapping[int, Interval]) -> Interval:
    """An interval that holds all values of f in a box."""
    low: Any = 0
    high: Any = 0
    powers: dict[tuple[int, int], Interval] = {}
    for e, x in f.terms:
        a: Any = 1
        b: Any = 1
        for i, k in enumerate(e):
            if k:
                if (i, k) not in powers:
                    powers[i, k] = _power(box[i], k)
                p, q = powers[i, k]
                values = (a * p, a * q, b * p, b * q)
                a, b = min(values), max(values)
        low += x * (a if x > 0 else b)
        high += x * (b if x > 0 else a)
    return low, high


def _power(x: Interval, k: int) -> Interval:
    lo, hi = x
    if k % 2 or lo >= 0:
        return lo**k, hi**k
    if hi <= 0:
        return hi**k, lo**k
    return 0 * lo, max(lo**k, hi**k)

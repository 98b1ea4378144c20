"""The end `jung`: plane slices in place of a point with three small variables (format page, §5).

The functions are the factors of the objects that are 0 at the point.  Those that involve y are regular in it; each of
them with its derivative, and any two, have a combination a·f + b·g that is a product of polynomials without y.  So
where the curves (these, functions without y, divisors) are not 0, their zeros in y are simple and different.  In
coordinates in which the curves cross normally, after roots of these, the zeros in y are analytic (Abhyankar, Jung),
with differences that are monomials times units, real or in conjugate pairs.  Next to a zero ζ_i all other distances
|y - ζ_j| are max(|y - ζ_i|, |ζ_i - ζ_j|) up to constants, so in logarithmic coordinates |K| and the measure are
linear on the cones between consecutive |ζ_i - ζ_j|, and every ray of these lies in a face where all but one of the
curves are not 0 (or belongs to y - ζ_i alone).  The threshold is no worse, then, than the worst of those next to the
point along each curve; ties in different faces of a cone may add up.

Such coordinates are s and c on the bars, where s = 0 is the exceptional line, and products of those of two
neighbours.  Along a curve, away from others, nothing changes: one slice stands for a line between special points, or
for a branch.  A branch of a curve q needs none where q is a simple factor of one combination a·f + b·∂f only: q is
then in the ideal of f and ∂f in the slice, which it is not where f is singular; so f is smooth, and no other function
is 0 there.  In the middle of an edge (a bar on which all branches go on through one zero) a divisor of a slice is no
ray of the cones, but inside of one; if it has the threshold, so have the rays of that cone, one more than it shows.
Boxes make sure that slices next to the point meet what belongs to it, and nothing else: thresholds there are also
attained.

Every face of a cone that goes through the middle of an edge joins rays over both of its ends, so there the slices over
a bar in the middle tell how many have the threshold, and neighbours need not be added up.  (Other bars in the middle,
at which branches only stay together, need no slices.)  It may be that only smooth zeros in y have the threshold in such
a slice, not a divisor over the bar: then it stays where the exponent of s in |K| is a little larger (`lift`), which
makes all divisors over the bar worse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.bars import Around, Axes, Bar, Cut, before, read_bars, sign_of
from rlct.certify.obligations.centre import Base, base_of
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.places import Element, Interval, Place, enclosure, in_variable, put, written
from rlct.certify.obligations.state import Object, Small, State
from rlct.certify.obligations.value import INFINITE, Value, worst

Data = dict[str, Any]
Radii = Mapping[int, Fraction]
Groups = tuple[tuple[int, ...], tuple[int, ...]]
NAME = "jung"


@dataclass(frozen=True)
class Picture:
    """Functions that involve y, other curves than u = 0, what is not 0 at the point; `along`: u = 0 counts as well."""

    functions: tuple[Poly, ...]
    curves: tuple[Poly, ...]
    units: tuple[Poly, ...]
    folds: tuple[Poly, ...]
    along: bool


def jung(
    ledger: Ledger, s: State, end: Data
) -> tuple[tuple[State, ...], Callable[[Sequence[Value]], Value], frozenset[int]]:
    """The states of the slices, how their values combine, and which are in the middle of an edge."""
    ledger.require(not ledger.over_c, NAME, "real coordinates")
    alone = not s.free and len(s.small) == 3 and not s.pending
    ledger.require(alone, NAME, "three small variables and no others")
    base = base_of(ledger, s, end["centre"], NAME)
    y = ledger.variable(end["var"], s.small)
    ledger.require(not s.small[y].divisor, NAME, "a variable without divisor", ledger.names[y])
    u = ledger.variable(end["over"], set(s.small) - {y})
    (t,) = set(s.small) - {y, u}
    axes = Axes(u, t, y)
    p = _picture(ledger, s, axes, end, base)
    if end["through"] is not None:
        v = ledger.variable(end["through"], (u, t))
        _through(ledger, p, axes, v, end)
        slice_ = _kept(s, s.small, lambda g: algebra.at_zero(g, (v,)), (), {v})
        ledger.require(all(ob.gens for ob in slice_.objects), NAME, "objects that are not 0 on a slice")
        return (slice_,), worst, frozenset()
    ledger.require(end["radii"] is not None, NAME, "radii")
    radii = dict(zip((u, t, y), map(Fraction, end["radii"]), strict=True))
    _radii(ledger, p, axes, radii, base)
    walls = s.small[u].wall, s.small[t].wall
    folded = tuple(h in p.folds for h in p.curves)
    most = radii[u], radii[t]
    around = Around(walls, None, p.curves, folded, most, order=end.get("most"), base=(base.place, base.theta))
    names = {u: (u, 1), t: (y, 1)} | ({} if base.theta is None else {base.theta: (t, 1)})
    start = before(ledger, [algebra.rename(h, names) for h in p.curves], axes, base.place, not any(walls))
    bars = read_bars(ledger, s.order, start, axes, around, end["bars"])
    ledger.require(end["ray"] is p.along, NAME, "slices along u = 0 where that counts")
    made, pairs, more = _slices(ledger, s, axes, bars, radii, p.along)
    for slice_ in made:
        ledger.require(all(ob.gens for ob in slice_.objects), NAME, "objects that are not 0 on a slice")
    return tuple(made), lambda values: together(values, pairs, more), more


def together(values: Sequence[Value], pairs: Sequence[Groups], more: frozenset[int] = frozenset()) -> Value:
    """The worst of all; where both groups of a pair have its threshold, the multiplicities add up, to at most 3; in the
    middle of an edge (`more`) there is at most one more."""
    low = worst(values)
    if low.lam is None:
        return INFINITE
    out = [low]
    for first, second in pairs:
        a, b = (worst([values[i] for i in group]) for group in (first, second))
        if a.lam == b.lam == low.lam:
            out.append(Value(low.lam, min(3, a.m + b.m)))
    out += [Value(low.lam, min(3, values[i].m + 1)) for i in more if values[i].lam == low.lam]
    return worst(out)


# ---------------------------------------------------------------- the picture at the point
def _picture(ledger: Ledger, s: State, axes: Axes, end: Data, base: Base) -> Picture:
    """The functions as they were before they were moved to the point, over Q; their curves moved there."""
    y = axes.c

    def at_point(f: Poly) -> Poly:
        return algebra.at_zero(base.moved(f), s.small)

    found = list(dict.fromkeys(_factors_of_objects(ledger, s, end["objects"], base)))
    functions = [f for f in found if y in algebra.used(f) and not at_point(f)]
    ledger.require(bool(functions), NAME, "a function that involves the variable")
    for f in functions:
        regular = bool(algebra.at_zero(base.moved(f), (axes.u, axes.t)))
        ledger.require(regular, NAME, "functions regular in y", ledger.show(f))
    others = dict.fromkeys(f for f in found if f not in functions)
    once = dict.fromkeys(others, False)
    pairs = list(_pairs(functions, y))
    ledger.require(len(pairs) == len(end["eliminants"]), NAME, "a combination for all pairs of functions")
    for (f, g), proof in zip(pairs, end["eliminants"], strict=True):
        fs = _read_factors(ledger, s, proof["factors"])
        for h, _ in fs:
            ledger.require(y not in algebra.used(h), NAME, "factors without y", ledger.show(h))
            others.setdefault(h)
        if proof["by"] is None:
            equal = ledger.is_resultant(fs, f, g, y, (axes.u, axes.t))  # which is a combination without y
        else:
            a, b = (ledger.read(s.smalls, h) for h in proof["by"])
            whole = algebra.product(ledger.ring, fs)
            equal = bool(whole) and algebra.same(whole, a * f + b * g)
        ledger.require(equal, NAME, "a combination without y", ledger.show(f))
        for h, k in fs:
            once[h] = h not in once and k == 1 and g == algebra.derivative(f, y)
    there = {h: base.moved(h) for h in others}
    curves = [there[h] for h in others if not at_point(h)]
    units = [there[h] for h in others if at_point(h) and algebra.used(there[h]) & set(s.small)]
    folds = {there[h] for h, fold in once.items() if fold}
    line, axis = algebra.gen(ledger.ring, axes.u), algebra.gen(ledger.ring, axes.t)
    along = s.small[axes.u].divisor or line in curves
    if s.small[axes.t].divisor:
        folds.discard(axis)
        curves += [] if axis in curves else [axis]
    functions = [base.moved(f) for f in functions]
    return Picture(tuple(functions), tuple(h for h in curves if h != line), tuple(units), tuple(folds), along)


def _factors_of_objects(ledger: Ledger, s: State, data: Sequence[Any], base: Base) -> Iterator[Poly]:
    ledger.require(len(data) == len(s.objects), NAME, "factors of every object")
    for ob, factors in zip(s.objects, data, strict=True):
        gens = [base.moved(g, -1) for g in ob.gens]
        for g in gens:
            ledger.require(base.theta not in algebra.used(g), NAME, "a function over Q", ledger.show(g))
        whole = gens[0] if ob.principal else sum((g * g for g in gens), ledger.ring.zero)
        fs = _read_factors(ledger, s, factors)
        equal = algebra.same(algebra.product(ledger.ring, fs), whole)
        ledger.require(equal, NAME, "the factors of an object (of the sum of squares)", ledger.show(whole))
        yield from (f for f, _ in fs)


def _read_factors(ledger: Ledger, s: State, data: Sequence[Any]) -> list[tuple[Poly, int]]:
    return [(algebra.canonical(ledger.read(s.smalls, f)), k) for f, k in data]


def _pairs(functions: Sequence[Poly], y: int) -> Iterator[tuple[Poly, Poly]]:
    """Every function with its derivative (if that is not free of y) and with those before it."""
    for n, f in enumerate(functions):
        if algebra.degree(f, y) > 1:
            yield f, algebra.derivative(f, y)
        for g in functions[:n]:
            yield f, g


def _through(ledger: Ledger, p: Picture, axes: Axes, v: int, end: Data) -> None:
    """There is one smooth curve at most, and v = 0 crosses it."""
    plain = not end["bars"] and end["radii"] is None and not end["ray"]
    ledger.require(plain, NAME, "a slice through the point, or slices next to it")
    if v == axes.t:
        ledger.require(not p.curves, NAME, "one curve")
        return
    fine = not p.along and len(p.curves) <= 1
    ledger.require(fine, NAME, "one curve")
    for h in p.curves:
        slope = algebra.at_zero(algebra.derivative(h, axes.t), (axes.u, axes.t, axes.c))
        ledger.require(bool(slope), NAME, "a slice across it", ledger.show(h))


def _radii(ledger: Ledger, p: Picture, axes: Axes, radii: Radii, base: Base) -> None:
    """No zero of a function leaves through y = ±radius, the curves meet u = 0 at 0 only, and units have no zero."""
    ledger.require(all(r > 0 for r in radii.values()), NAME, "radii")
    needed = list(p.units)
    for f in p.functions:
        needed.append(_without(algebra.at_zero(f, (axes.u, axes.t)), axes.c))
        needed += [algebra.at_numbers(f, {axes.c: sign * radii[axes.c]}) for sign in (1, -1)]
    for h in p.curves:
        on_line = algebra.at_zero(h, (axes.u,))
        ledger.require(bool(on_line), NAME, "curves other than u = 0", ledger.show(h))
        needed.append(_without(on_line, axes.t))
    near = base.near()
    for f in needed:
        ledger.require(_dominated(f, radii, near), NAME, "polynomials without zero in the box", ledger.show(f))


def _without(f: Poly, i: int) -> Poly:
    """f without the power of x_i that divides it."""
    return algebra.divide_monomial(f, (i,), algebra.content_exponents(f, (i,)))


def _dominated(f: Poly, radii: Radii, near: Mapping[int, Interval]) -> bool:
    """In the box the constant term, a number of the field, is larger than all others together."""
    parts: dict[tuple[int, ...], Poly] = {}
    for e, c in algebra.terms(f):
        outer = tuple(0 if i in near else a for i, a in enumerate(e))
        inner = algebra.from_terms(f.ring, {tuple(a if i in near else 0 for i, a in enumerate(e)): c})
        parts[outer] = parts.get(outer, f.ring.zero) + inner
    total, low, high = Fraction(0), Fraction(0), Fraction(0)
    for e, part in parts.items():
        lo, hi = enclosure(part, near)
        if not any(e):
            low, high = lo, hi
            continue
        size = max(abs(lo), abs(hi))
        for i, a in enumerate(e):
            if a:
                size *= radii[i] ** a
        total += size
    return low > total or -high > total


# ---------------------------------------------------------------- slices
def _slices(
    ledger: Ledger, s: State, axes: Axes, bars: Sequence[Bar], radii: Radii, along: bool
) -> tuple[list[State], list[Groups], frozenset[int]]:
    """All slices; which are over neighbours (next to a zero and at it, at a bar and below); which are in between."""
    made: list[State] = []
    samples: list[list[int | None]] = []
    pairs: list[Groups] = []
    more: set[int] = set()

    def add(state: State | None) -> int | None:
        if state is None:
            return None
        made.append(state)
        return len(made) - 1

    outer: list[tuple[int, ...]] = []  # next to u = 0
    for n, bar in enumerate(bars):
        here = [add(_on_bar(ledger, s, axes, bar, x)) for x in bar.samples] if bar.sliced else []
        samples.append(here)
        for b in bar.branches:
            across = _numbers([add(_across(ledger, s, axes, cut, radii[axes.c])) for cut in b.cuts if cut is not None])
            below = (n, b.root) if bar.sliced else _below(bars, n)
            if below is None:
                outer.append(across)
            elif not bars[below[0]].between:
                pairs.append((_numbers(samples[below[0]][below[1] : below[1] + 2]), across))
        if bar.between:
            if bar.sliced and not bar.lift:
                more.update(_numbers(here))
            continue
        below = _below(bars, n)
        if below is None:
            outer.append(_numbers([here[0], here[-1]]))
        elif not bars[below[0]].between:
            beside = samples[below[0]][below[1] : below[1] + 2]
            pairs.append((_numbers(beside), _numbers([here[0], here[-1]])))
    if along:
        r = radii[axes.t]
        rays = [add(_ray(s, axes, x, radii[axes.c])) for x in ((r,) if s.small[axes.t].wall else (r, -r))]
        pairs += [(group, _numbers(rays)) for group in outer]
    return made, pairs, frozenset(more)


def _below(bars: Sequence[Bar], n: int) -> tuple[int, int] | None:
    """The next bar with slices below this one, and the zero of it; None: there is u = 0."""
    while (parent := bars[n].parent) is not None:
        if bars[parent].sliced:
            return parent, bars[n].below
        n = parent
    return None


def _numbers(items: Sequence[int | None]) -> tuple[int, ...]:
    return tuple(i for i in items if i is not None)


def _on_bar(ledger: Ledger, s: State, axes: Axes, bar: Bar, x: Fraction) -> State | None:
    """c = x on a bar; None where t has the wrong sign."""
    arcs, ring = bar.arcs, bar.strict[0].ring
    t = arcs.num * x.denominator + algebra.gen(ring, axes.u) ** bar.exponent * (arcs.den * x.numerator)
    order, sign = sign_of(ledger, t, arcs.place, axes)
    there, here = s.small[axes.t], s.small[axes.u]
    if there.wall and sign < 0:
        return None
    k = here.k * arcs.power + there.k * order + bar.lift
    h = (here.h + 1) * arcs.power - 1 + there.h * order + bar.exponent
    small = {i: v for i, v in s.small.items() if i != axes.t}
    small[axes.u] = Small(k, h, here.wall or not arcs.two)

    def image(g: Poly) -> Poly:
        moved = algebra.monomial_substitution(g, axes.u, arcs.power, arcs.sigma, {})
        moved = put(moved, axes.t, t, arcs.den * x.denominator, arcs.place, axes.t)
        return _in_larger(s, moved, arcs.base, arcs.place, axes.t)

    out = _in_field(s, axes.t, arcs.place, small, image, ())
    return replace(out, exact=False) if bar.lift else out


def _across(ledger: Ledger, s: State, axes: Axes, cut: Cut, delta: Fraction) -> State:
    """The slice across a branch: t, less what it is on the branch, small, y free near 0; θ is called like u."""
    ring = ledger.ring
    t, scale = written(ring, cut.t, axes.u)
    image = algebra.gen(ring, axes.t) * scale + t
    small = {axes.t: Small() if t else s.small[axes.t]}

    def moved(g: Poly) -> Poly:
        line = put(algebra.at_numbers(g, {axes.u: cut.u}), axes.t, image, scale, cut.place, axes.u)
        return _in_larger(s, line, cut.base, cut.place, axes.u)

    return _in_field(s, axes.u, cut.place, small, moved, _between(ring, axes.c, -delta, delta))


def _ray(s: State, axes: Axes, t: Fraction, delta: Fraction) -> State:
    """t fixed, along u = 0."""
    ring = s.objects[0].gens[0].ring
    small = {axes.u: s.small[axes.u]}
    conditions = _between(ring, axes.c, -delta, delta)
    return _kept(s, small, lambda g: algebra.at_numbers(g, {axes.t: t}), conditions, {axes.t})


def _in_larger(s: State, g: Poly, base: Element, place: Place, theta: int) -> Poly:
    """The generator of the field of the state as an element of that of a slice."""
    for i in s.dependent:
        num, den = written(g.ring, base, theta)
        g = put(g, i, num, den, place, theta)
    return g


def _in_field(
    s: State,
    theta: int,
    place: Place,
    small: Mapping[int, Small],
    image: Callable[[Poly], Poly],
    conditions: Sequence[Poly],
) -> State:
    if place.rational:
        return _state(s, small, image, conditions, {theta})
    ring = s.objects[0].gens[0].ring
    out = _state(s, small, image, (*conditions, *_between(ring, theta, *place.at)), set(s.dependent))
    return replace(out, dependent=(theta,), relations=(algebra.canonical(in_variable(ring, place, theta)),))


def _kept(
    s: State, small: Mapping[int, Small], image: Callable[[Poly], Poly], conditions: Sequence[Poly], gone: set[int]
) -> State:
    """A slice over the same field."""
    bounds = tuple(f for f in s.positive if s.dependent and not algebra.is_constant(f))
    out = _state(s, small, image, (*bounds, *conditions), gone)
    return replace(out, dependent=s.dependent, relations=s.relations)


def _state(
    s: State, small: Mapping[int, Small], image: Callable[[Poly], Poly], conditions: Sequence[Poly], gone: set[int]
) -> State:
    objects = []
    for ob in s.objects:
        gens = tuple(g for g in (algebra.canonical(image(g)) for g in ob.gens) if g)  # some may be 0 all over the slice
        if not any(map(algebra.is_constant, gens)):
            objects.append(Object(gens, (False,) * len(gens), ob.E, ob.H))
    return State(
        tuple(i for i in s.order if i not in gone),
        {i: v for i, v in small.items() if i not in gone},
        objects=tuple(objects),
        positive=tuple(conditions),
        exact=s.exact,
    )


def _between(ring: algebra.Ring, i: int, lo: Fraction, hi: Fraction) -> list[Poly]:
    x = algebra.gen(ring, i)
    return [
        algebra.primitive(x * lo.denominator - algebra.constant(ring, lo.numerator)),
        algebra.primitive(algebra.constant(ring, hi.numerator) - x * hi.denominator),
    ]

"""The bars of plane curves (format page, §5): arcs u = ±s^N, t = φ(s) + c s^e that see all their real branches.

On a bar every curve is s^M (P(c) + s ...), P of the degree that the zero below has in that curve, so nothing happens
between a bar and the one below.  Every real zero of the P is in one of the intervals, alone; a simple one is a branch,
smooth in s and c, in a box in which no other curve is; at each multiple one there is a further bar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.left_out import elements, majorant, multiple, size_of
from rlct.certify.obligations.places import (
    PRECISIONS,
    RATIONALS,
    Element,
    Interval,
    Line,
    Place,
    apart,
    enclosure,
    in_variable,
    put,
    read_place,
    reduced,
    reduced_signed,
    vanishes,
    written,
)

Data = dict[str, Any]
NAME = "bars"
ZERO = Fraction(0)
FARTHEST = Fraction(1, 2)  # s up to which curves are looked at, to bound what was left out
FINE = Fraction(1, 2**64)  # width of the interval of θ where curves are bounded


@dataclass(frozen=True)
class Axes:
    """Variables for u, t and c (also for t' = t - φ); θ is called like t."""

    u: int
    t: int
    c: int


@dataclass(frozen=True)
class Arcs:
    """u = sigma·s^power, t = num(s, θ)/den + t'; both signs of s (`two`) or s > 0; the curves in s and t'; `base`: the
    generator of the field before the first bar."""

    two: bool
    place: Place
    base: Element
    sigma: int
    power: int
    num: Poly
    den: int
    curves: tuple[Poly, ...]
    degrees: tuple[int, ...]
    multiples: tuple[Fraction, ...]  # the curves are the first ones times so much, up to what is left out


@dataclass(frozen=True)
class Around:
    """What a tree is looked at for.

    `walls`: u >= 0 or t >= 0 only.  With a `window` all points of u = 0 with t' in it count.  With boxes (`most`): the
    curves, in u and t, whether they are folds, which need no boxes, and how large |u| and |t| may be.  `order`: what
    has this order in u is left out, as all that counts has a lower one.  `base`: the field of the curves, and
    the variable that its generator is called like in them.
    """

    walls: tuple[bool, bool]
    window: Interval | None = None
    curves: tuple[Poly, ...] = ()
    folded: tuple[bool, ...] = ()
    most: tuple[Fraction, Fraction] | None = None
    order: int | None = None
    base: tuple[Place, int | None] = (RATIONALS, None)


@dataclass(frozen=True)
class Cut:
    """A branch meets the line of this u for t between two numbers: at t, an element of a field; in it the generator of
    that of the curves (`base`)."""

    u: Fraction
    lo: Fraction
    hi: Fraction
    place: Place
    t: Element
    base: Element


@dataclass(frozen=True)
class Branch:
    """A simple zero: c in (lo, hi), θ in `theta`, |s| <= r; where it meets s = r (and -r)."""

    root: int
    lo: Fraction
    hi: Fraction
    theta: Interval
    r: Fraction
    cuts: tuple[Cut | None, ...]


@dataclass(frozen=True)
class Bar:
    """t' = c s^exponent; `strict`: the curves in s and c without s^M; `powers[i][k]` of the factor k in P_i; `roots`
    with their factors."""

    parent: int | None
    below: int
    arcs: Arcs
    exponent: int
    strict: tuple[Poly, ...]
    orders: tuple[int, ...]  # M
    factors: tuple[Poly, ...]
    powers: tuple[tuple[int, ...], ...]
    roots: tuple[tuple[int, Fraction, Fraction], ...]
    samples: tuple[Fraction, ...]
    branches: tuple[Branch, ...]
    between: bool  # all branches, over C, go on through one zero: in the middle of an edge (the first: from u = 0 on)
    lift: Fraction  # what is added to the exponent of s in |K|, in the middle of an edge
    sliced: bool  # there are slices at the samples; not needed in the middle of an edge

    def curve(self, n: int) -> int:
        """The first curve with a branch through the zero n."""
        return next(i for i, row in enumerate(self.powers) if row[self.roots[n][0]])

    def multiplicity(self, n: int) -> int:
        """Branches, over C, of all curves through the zero n."""
        return sum(row[self.roots[n][0]] for row in self.powers)


def read_bars(
    ledger: Ledger, order: Sequence[int], start: Arcs, axes: Axes, around: Around, data: Sequence[Data]
) -> list[Bar]:
    """The tree, with its obligations, of curves in t' = t (see `before`)."""
    out: list[Bar] = []
    sides: dict[tuple[int | None, int], list[int]] = {}
    for item in data:
        parent = item["parent"]
        below = None if parent is None else out[ledger.pick(out, parent, "bar")]
        arcs = start if below is None else _beyond(ledger, order, below, axes, item)
        out.append(_bar(ledger, order, arcs, axes, item, around))
        sides.setdefault((parent, 0 if below is None else item["root"]), []).append(item["side"])
    for n, bar in enumerate(out):
        simple = [i for i in range(len(bar.roots)) if bar.multiplicity(i) == 1 and (n, i) not in sides]
        boxes = [] if around.most is None else [i for i in simple if not around.folded[bar.curve(i)]]
        ledger.require([b.root for b in bar.branches] == boxes, NAME, "a box for each branch")
    both = [[0], [1, -1]]
    first = sides.pop((None, 0), [])
    _on_all_sides(ledger, first, [[1]] if around.walls[0] else [[1, -1]] if around.walls[1] else both)
    for n, bar in enumerate(out):
        for i in range(len(bar.roots)):
            if bar.multiplicity(i) > 1 or (n, i) in sides:
                _on_all_sides(ledger, sides.pop((n, i), []), both if bar.arcs.two else [[1]])
    ledger.require(not sides, NAME, "bars at multiple zeros")
    return out


def _on_all_sides(ledger: Ledger, sides: list[int], allowed: Sequence[list[int]]) -> None:
    ledger.require(sides in allowed, NAME, "bars on all sides of each multiple zero", str(sides))


# ---------------------------------------------------------------- coordinates
def before(ledger: Ledger, curves: Sequence[Poly], axes: Axes, place: Place, two: bool) -> Arcs:
    """Before the first bar: curves in u and t', over a field; `two`: both signs of s may be looked at together."""
    degrees = []
    for g in curves:
        on_line = algebra.at_zero(g, (axes.u,))
        ledger.require(bool(on_line), NAME, "curves that are regular in t", ledger.show(g))
        degrees.append(algebra.content_exponents(on_line, (axes.c,))[0])
    ones = (Fraction(1),) * len(degrees)
    return Arcs(two, place, place.generator, 1, 1, ledger.ring.zero, 1, tuple(curves), tuple(degrees), ones)


def _beyond(ledger: Ledger, order: Sequence[int], below: Bar, axes: Axes, item: Data) -> Arcs:
    """At a real zero of the bar below: t' less c s^exponent, over the field of that zero."""
    n = ledger.pick(below.roots, item["root"], "zero")
    k, lo, hi = below.roots[n]
    old = below.arcs
    ledger.require(item["exponent"] > item["power"] * below.exponent, NAME, "a higher order than below")
    place = read_place(ledger, order, item["field"], axes.t, NAME)
    value, theta = (place.element([Fraction(x) for x in item[name]]) for name in ("value", "theta"))
    minimal = in_variable(ledger.ring, old.place, axes.c)
    same = vanishes(place, minimal, axes.c, axes.t, theta, theta)
    ledger.require(same and (old.place.rational or place.lies_in(theta, *old.place.at)), NAME, "the number below")
    zero = vanishes(place, below.factors[k], axes.c, axes.t, value, theta)
    ledger.require(zero and place.lies_in(value, lo, hi), NAME, "the zero below")
    s, c = algebra.gen(ledger.ring, axes.u), algebra.gen(ledger.ring, axes.c)
    curves, num, den = old.curves, old.num, old.den
    multiples = list(old.multiples)
    if not old.place.rational:
        image, scale = written(ledger.ring, theta, axes.t)
        known = [elements(g, old.place, axes.t) for g in curves]
        curves = tuple(put(g, axes.t, image, scale, place, axes.t) for g in curves)
        for i, (g, row) in enumerate(zip(curves, known, strict=True)):
            multiples[i] *= multiple(place, g, {at: place.composed(a, theta) for at, a in row.items()}, axes.t)
        den = den * scale ** algebra.degree(num, axes.t)
        num = algebra.replace_by_ratio(num, axes.t, image, algebra.constant(ledger.ring, scale))
    step, scale = written(ledger.ring, value, axes.t)
    step = step * s**below.exponent
    tops = [elements(_top(g, axes.c), place, axes.t) for g in curves]
    curves = tuple(put(g, axes.c, c * scale + step, scale, place, axes.t) for g in curves)
    for i, (g, row) in enumerate(zip(curves, tops, strict=True)):
        multiples[i] *= multiple(place, g, row, axes.t)
    common = lcm(den, scale)
    num = num * (common // den) + step * (common // scale)
    degrees = tuple(row[k] for row in below.powers)
    base = place.composed(old.base, theta)
    return Arcs(old.two, place, base, old.sigma, old.power, num, common, curves, degrees, tuple(multiples))


def _top(g: Poly, i: int) -> Poly:
    """The terms with the highest power of a variable, which a shift of it leaves as they are."""
    d = algebra.degree(g, i)
    return algebra.from_terms(g.ring, {e: int(c) for e, c in algebra.terms(g) if e[i] == d})


def _low(arcs: Arcs, axes: Axes, exponent: int, most: int) -> Arcs:
    """Without the terms that u^most divides, u = ±s^power, for all t' of this order, here and beyond."""
    top = most * arcs.power
    low = [{e: c for e, c in g.items() if e[axes.u] + exponent * e[axes.c] < top} for g in arcs.curves]
    return replace(arcs, curves=tuple(g.new(terms) for g, terms in zip(arcs.curves, low, strict=True)))


def _counts(ledger: Ledger, arcs: Arcs, axes: Axes, exponent: int, most: int) -> None:
    """The order of each curve on the bar is below that of what was left out."""
    for g in arcs.curves:
        least = min((e[axes.u] + exponent * e[axes.c] for e in g), default=most * arcs.power)
        ledger.require(least < most * arcs.power, NAME, "orders below that of what is left out", str(least))


def _scaled(ledger: Ledger, arcs: Arcs, s: int, side: int, power: int) -> Arcs:
    """±s^power in place of s."""
    ledger.require(side != 0 or (arcs.two and power % 2 == 1), NAME, "one side of a root of even order")
    sign = side or 1

    def scaled(g: Poly) -> Poly:
        return algebra.monomial_substitution(g, s, power, sign, {})

    curves = tuple(map(scaled, arcs.curves))
    sigma = arcs.sigma * sign**arcs.power
    return replace(
        arcs, two=side == 0, sigma=sigma, power=arcs.power * power, num=scaled(arcs.num), curves=curves
    )


# ---------------------------------------------------------------- what is on a bar
def _bar(ledger: Ledger, order: Sequence[int], before: Arcs, axes: Axes, item: Data, around: Around) -> Bar:
    arcs = _scaled(ledger, before, axes.u, item["side"], item["power"])
    if around.order is not None:
        arcs = _low(arcs, axes, item["exponent"], around.order)
        _counts(ledger, arcs, axes, item["exponent"], around.order)
    window = around.window if item["parent"] is None else None
    flat = item["exponent"] == 0
    ledger.require(flat is (window is not None), NAME, "a first bar along the window, if there is one")
    degrees = arcs.degrees if window is None else (None,) * len(arcs.curves)
    strict = tuple(_strict(ledger, g, axes, item["exponent"], m) for g, m in zip(arcs.curves, degrees, strict=True))
    orders = tuple(_order(g, axes, item["exponent"]) for g in arcs.curves)
    factors = tuple(reduced(ledger.read(order, f), arcs.place, axes.t) for f in item["factors"])
    powers = tuple(tuple(row) for row in item["powers"])
    initial = [algebra.at_zero(g, (axes.u,)) for g in strict]
    _are_factors(ledger, axes, arcs.place, initial, factors, powers)
    roots = tuple((ledger.pick(factors, k, "factor"), Fraction(lo), Fraction(hi)) for k, lo, hi in item["roots"])
    samples = tuple(Fraction(x) for x in item["samples"])
    lines = [Line(arcs.place, f, axes.c, axes.t) for f in factors]
    _all_zeros(ledger, lines, roots, samples, window)
    branches = tuple(_branch(ledger, order, arcs, axes, b) for b in item["branches"])
    between = len(factors) == 1 and algebra.degree(factors[0], axes.c) == 1
    lift = Fraction(item.get("lift", 0))
    ledger.require(lift == 0 or (lift > 0 and between), NAME, "a larger exponent in the middle of an edge", str(lift))
    sliced = item.get("sliced", True)
    ledger.require(sliced or (between and not lift), NAME, "slices, but in the middle of an edge")
    place = item["parent"], item["root"], arcs, item["exponent"]
    bar = Bar(*place, strict, orders, factors, powers, roots, samples, branches, between, lift, sliced)
    for b in branches:
        _is_alone(ledger, bar, b, axes, lines, around)
    return bar


def _branch(ledger: Ledger, order: Sequence[int], arcs: Arcs, axes: Axes, data: Data) -> Branch:
    r = Fraction(data["r"])
    at = [arcs.sigma * s**arcs.power for s in ((r, -r) if arcs.two else (r,))]
    ledger.require(len(data["cuts"]) == len(at), NAME, "slices on all sides")
    cuts = [None if x is None else _cut(ledger, order, u, axes, x) for u, x in zip(at, data["cuts"], strict=True)]
    (lo, hi), (a, b) = (map(Fraction, data[name]) for name in ("interval", "theta"))
    return Branch(data["root"], lo, hi, (a, b), r, tuple(cuts))


def _cut(ledger: Ledger, order: Sequence[int], u: Fraction, axes: Axes, data: Data) -> Cut:
    """θ is called like u here."""
    place = read_place(ledger, order, data["field"], axes.u, NAME)
    lo, hi = map(Fraction, data["between"])
    t, base = (place.element([Fraction(x) for x in data[name]]) for name in ("t", "base"))
    return Cut(u, lo, hi, place, t, base)


def _strict(ledger: Ledger, g: Poly, axes: Axes, exponent: int, degree: int | None) -> Poly:
    """g in s and c without s^M; at s = 0 it has the degree of the zero below (where there is one)."""
    weights = {e: e[axes.u] + exponent * e[axes.c] for e in g}
    least = _order(g, axes, exponent)
    out = g.new({(*e[: axes.u], weights[e] - least, *e[axes.u + 1 :]): c for e, c in g.items()})
    fine = bool(g) and degree in (None, algebra.degree(algebra.at_zero(out, (axes.u,)), axes.c))
    ledger.require(fine, NAME, "all branches of the zero below", str(degree))
    return out


def _order(g: Poly, axes: Axes, exponent: int) -> int:
    """M: the order in s of a curve where t' = c s^exponent."""
    return min((e[axes.u] + exponent * e[axes.c] for e in g), default=0)


def _are_factors(
    ledger: Ledger,
    axes: Axes,
    place: Place,
    initial: Sequence[Poly],
    factors: Sequence[Poly],
    powers: Sequence[Sequence[int]],
) -> None:
    """Each P is a number times a product of the factors, whose highest coefficients are rational."""
    ledger.require(len(powers) == len(initial), NAME, "factors of every curve")
    tops = []
    for f in factors:
        parts = algebra.split_by_degree(f, axes.c)
        top = parts[max(parts, default=0)] if parts else f
        fine = bool(f) and algebra.degree(f, axes.c) > 0 and algebra.is_constant(top)
        ledger.require(fine and algebra.used(f) <= {axes.c, axes.t}, NAME, "factors in c", ledger.show(f))
        tops.append(int(top.coeff(1)))
    for p, row in zip(initial, powers, strict=True):
        ledger.require(len(row) == len(factors), NAME, "a power of every factor")
        whole, scale = algebra.product(ledger.ring, list(zip(factors, row, strict=True))), 1
        for top, a in zip(tops, row, strict=True):
            scale *= top**a
        parts = algebra.split_by_degree(p, axes.c)
        difference = reduced(p * scale - parts[max(parts)] * whole, place, axes.t)
        ledger.require(not difference, NAME, "factors of what a curve is on the bar", ledger.show(p))


def _all_zeros(
    ledger: Ledger,
    lines: Sequence[Line],
    roots: Sequence[tuple[int, Fraction, Fraction]],
    samples: Sequence[Fraction],
    window: Interval | None,
) -> None:
    """One zero, of one factor, in each interval, none elsewhere (in the window); a sample on either side of each."""
    inside = window is None or window[0] <= samples[0] <= samples[-1] <= window[1]
    ledger.require(inside, NAME, "samples in the window")
    ledger.require(len(samples) == len(roots) + 1, NAME, "a sample between any two zeros")
    ends = [x for pair in zip(samples, roots, strict=False) for x in (pair[0], *pair[1][1:])] + [samples[-1]]
    ledger.require(all(a < b for a, b in pairwise(ends)), NAME, "samples and intervals in order")
    for k, line in enumerate(lines):
        far = line.bound()
        here, last = window or (-max(far, -ends[0] + 1), max(far, ends[-1] + 1))
        for which, lo, hi in (*roots, (-1, last, ZERO)):
            ledger.require(line.no_zero(here, lo), NAME, "no zero outside of the intervals", f"{here}, {lo}")
            if which == k:
                crossed = line.sign(lo) * line.sign(hi) < 0
                ledger.require(crossed and line.no_zero(lo, hi, derivative=True), NAME, "one zero", f"{lo}, {hi}")
            elif which >= 0:
                ledger.require(line.no_zero(lo, hi), NAME, "no zero of another factor", f"{lo}, {hi}")
            here = hi


def _is_alone(ledger: Ledger, bar: Bar, b: Branch, axes: Axes, lines: Sequence[Line], around: Around) -> None:
    """In the box the curve of the branch is a graph over s, and no other curve has a point; the cuts are around it."""
    ledger.require(around.most is not None and bar.multiplicity(b.root) == 1, NAME, "a box around a simple zero")
    assert around.most is not None
    k = bar.roots[b.root][0]
    ledger.require(b.lo < b.hi and b.r > 0 and bar.arcs.place.holds(b.theta), NAME, "a box")
    inside = bar.samples[b.root] < b.lo and b.hi < bar.samples[b.root + 1]
    ledger.require(inside and lines[k].sign(b.lo) * lines[k].sign(b.hi) < 0, NAME, "a box around the zero")
    (own,) = (i for i, row in enumerate(bar.powers) if row[k])
    mine = bar.strict[own]
    box: Mapping[int, Interval] = {
        axes.u: (-b.r if bar.arcs.two else ZERO, b.r),
        axes.c: (b.lo, b.hi),
        axes.t: b.theta,
    }
    left = [_left_out(ledger, bar, b, i, axes, around) for i in range(len(bar.strict))]
    fine = apart(algebra.derivative(mine, axes.c), box, left[own][1])
    fine = fine and all(apart(g, box, left[i][0]) for i, g in enumerate(bar.strict) if i != own)
    ledger.require(fine, NAME, "nothing else in the box", ledger.show(mine))
    for x in (b.lo, b.hi):
        num, den = (algebra.constant(ledger.ring, k) for k in (x.numerator, x.denominator))
        there = algebra.replace_by_ratio(mine, axes.c, num, den)
        scale = x.denominator ** algebra.degree(mine, axes.c)
        ledger.require(apart(there, box, left[own][0] * scale), NAME, "nothing at the ends", str(x))
    c, s = algebra.gen(ledger.ring, axes.c), algebra.gen(ledger.ring, axes.u)
    low, high = enclosure(bar.arcs.num + s**bar.exponent * c * bar.arcs.den, box)
    near = b.r**bar.arcs.power <= around.most[0] and max(-low, high) <= around.most[1] * bar.arcs.den
    ledger.require(near, NAME, "a box near the point")
    t = bar.arcs.num + s**bar.exponent * c * bar.arcs.den
    for at, cut in zip((b.r, -b.r), b.cuts, strict=False):
        ends = [enclosure(t, {**box, axes.u: (at, at), axes.c: (x, x)}) for x in (b.lo, b.hi)]
        below, above = (min(ends), max(ends))
        if cut is None:
            ledger.require(around.walls[1] and above[1] < 0, NAME, "a slice, but where t >= 0 has no point")
            continue
        first, last = cut.lo, cut.hi
        inside = below[1] < first * bar.arcs.den < last * bar.arcs.den < above[0]
        ledger.require(inside, NAME, "a slice through the box", f"{first}, {last}")
        place, theta = around.base[0], axes.u if around.base[1] is None else around.base[1]
        line = algebra.at_numbers(around.curves[bar.curve(b.root)], {axes.u: cut.u})
        values = Line(place, line, axes.t, theta)
        met = algebra.used(line) <= {axes.t, theta} and values.sign(first) * values.sign(last) < 0
        ledger.require(met, NAME, "a slice that meets the branch", f"{first}, {last}")
        zero = vanishes(cut.place, line, axes.t, theta, cut.t, cut.base) and cut.place.lies_in(cut.t, first, last)
        ledger.require(zero, NAME, "the branch in the slice", f"{first}, {last}")
        if not place.rational:
            minimal = in_variable(ledger.ring, place, axes.t)
            same = vanishes(cut.place, minimal, axes.t, axes.u, cut.base, cut.base)
            same = same and cut.place.lies_in(cut.base, *place.at)
            ledger.require(same, NAME, "the field of the curves in that of the slice")


def _left_out(
    ledger: Ledger, bar: Bar, b: Branch, i: int, axes: Axes, around: Around
) -> tuple[Fraction, Fraction]:
    """Bounds of what is left out of a curve in the box, without s^M, and of its derivative by c."""
    if around.order is None:
        return ZERO, ZERO
    assert around.most is not None
    n, arcs = bar.arcs.power, bar.arcs
    rho = b.r
    while (2 * rho) ** n <= around.most[0] and rho < FARTHEST:
        rho *= 2
    wide = max(map(abs, arcs.place.near(FINE)))
    s, c = algebra.gen(ledger.ring, axes.u), algebra.gen(ledger.ring, axes.c)
    sizes = {axes.u: rho, axes.c: max(abs(b.lo), abs(b.hi)), axes.t: wide}
    t = size_of(arcs.num + s**bar.exponent * c * arcs.den, sizes) / arcs.den
    gamma = max(map(abs, around.base[0].near(FINE)))
    found = majorant(
        around.curves[i], axes.u, axes.t, (rho**n, t, rho**bar.exponent), (around.base[1], gamma)
    )
    top = around.order * n
    ledger.require(arcs.multiples[i] > 0 and bar.orders[i] < top, NAME, "a multiple of the curve", str(i))
    scale = arcs.multiples[i] * b.r ** (top - bar.orders[i]) / rho**top
    return found[0] * scale, found[1] * scale


def sign_of(ledger: Ledger, t: Poly, place: Place, axes: Axes) -> tuple[int, int]:
    """The order of t in s, and the sign of its coefficient there (0, 0 for t = 0)."""
    rows = algebra.split_by_degree(t, axes.u)
    for a in sorted(rows):
        row = reduced_signed(rows[a], place, axes.t)
        for width in PRECISIONS if row else ():
            lo, hi = enclosure(row, {axes.t: place.near(width)})
            if lo > 0 or hi < 0:
                return a, 1 if lo > 0 else -1
        ledger.require(not row, NAME, "a sign of t", ledger.show(row))
    return 0, 0

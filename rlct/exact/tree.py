"""The leaf `tree`: a plane germ, or those along a line in the plane, over a number field, by the bars of its curves.

On a bar |K| is a power of s, and so is the measure; between a bar and the next, or a branch, both are monomials.  So
the threshold is the least of the ratios at bars and branches that have real points, and m = 2 where neighbours tie.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from rlct.exact.bars import Axes, Bar, leading, low_bars
from rlct.exact.charts import Chart, encode, number
from rlct.exact.in_field import reduced, relation, written
from rlct.exact.leaves import INFINITE, Upper
from rlct.exact.over_field import Element
from rlct.exact.places import Place
from rlct.exact.poly import Poly
from rlct.exact.work import Work
from rlct.values import Threshold

LONGEST = 12000  # terms of a curve
ORDERS = (10, 40, 160, 640)  # powers of u beyond which curves are cut off

Pair = tuple[Fraction, Fraction]  # of exponents: in K, in the measure
Leaf = tuple[Threshold, dict[str, Any], Upper | None]  # value, end, what is realised


@dataclass(frozen=True)
class _Germ:
    """Curves other than u = 0 with their exponents, and those of u."""

    curves: dict[Poly, Pair]
    u: Pair
    objects: list[Any]


def tree_leaf(w: Work, theta: int, place: Place) -> Leaf | None:
    """The threshold of a chart with two small variables, or a small and a free one in an interval, and perhaps the
    generator θ of a field; None: not found."""
    c = w.chart
    if not 1 <= len(c.smalls) <= 2 or c.over_c:
        return None
    wide = c if theta in c.order else replace(c, order=(*c.order, theta))
    window = None
    if len(c.smalls) == 1:
        (y,) = c.free
        window = _window(c, y)
    found: list[tuple[Axes, _Germ]] = []
    for u, t in (c.smalls, c.smalls[::-1]) if window is None else ((c.smalls[0], y),):
        germ = _germ(w, wide, Axes(u, theta, t), place, window is not None)
        longest = LONGEST * w.memory.patience
        if germ is not None and germ.curves and all(len(q) <= longest for q in germ.curves):
            found.append((Axes(u, theta, t), germ))
    found.sort(key=lambda p: max(q.degrees[p[0].c] for q in p[1].curves))
    for axes, germ in found:
        walls = c.small[axes.u].wall, window is None and c.small[axes.c].wall
        highest = max(q.degrees[axes.u] for q in germ.curves)
        orders = [n for n in ORDERS if n <= highest]
        tree = low_bars(list(germ.curves), axes, walls, orders, place, window, patience=w.memory.patience)
        if tree is not None:
            return _leaf(wide, germ, tree[0], axes, walls[1], tree[1])
    return None


def _leaf(
    wide: Chart, germ: _Germ, tree: Sequence[Bar], axes: Axes, wall: bool, most: int | None
) -> Leaf | None:
    """Value, end and what is realised, from the bars; None: not integrable."""
    found = _worst(germ, tree, axes, wall)
    if found is None:
        return None
    low, where = found
    end = {
        "end": "tree",
        "over": wide.name(axes.u),
        "theta": wide.name(axes.t),
        "objects": germ.objects,
        "most": most,
        "bars": [write_bar(wide, bar, axes) for bar in tree],
    }
    return low, end, None if low.is_infinite else Upper(low, (), {"tree": where})


def _window(c: Chart, y: int) -> tuple[Fraction, Fraction]:
    """The interval of a free variable, by the conditions on it."""
    lows: list[Fraction] = []
    highs: list[Fraction] = []
    for f in c.positive:
        if f.variables == {y}:
            slope = f.coefficients(y)[1].constant_term()
            (lows if slope > 0 else highs).append(Fraction(-f.constant_term(), slope))
    return max(lows), min(highs)


def _germ(w: Work, wide: Chart, axes: Axes, place: Place, along: bool) -> _Germ | None:
    c, ring = w.chart, w.chart.ring
    u, t = ring.gen(axes.u), ring.gen(axes.c)
    exponents: dict[Poly, Pair] = {}

    def add(q: Poly, k: Fraction, h: Fraction) -> None:
        before = exponents.get(q, (Fraction(0), Fraction(0)))
        exponents[q] = before[0] + k, before[1] + h

    for x, i in ((u, axes.u), (t, axes.c)):
        if i in c.small and c.small[i].is_divisor:
            add(x, c.small[i].k, c.small[i].h)
    objects = []
    for ob in c.objects:
        g = ob.gens[0] if ob.principal else sum((g * g for g in ob.gens), ring.zero)
        content = g.content_in(c.smalls)
        rest = reduced(g.divide_monomial(c.smalls, content), place, axes.t)
        fs = [(ring.gen(i), a) for i, a in zip(c.smalls, content, strict=True) if a]
        fs += [(reduced(q, place, axes.t), k) for q, k in w.memory.factors(rest) if not q.is_constant]
        objects.append([[encode(wide, q), k] for q, k in fs])
        share = 1 if ob.principal else Fraction(1, 2)
        for q, k in fs:
            if q == u or (axes.c in q.variables if along else not q.at_zero(c.smalls)):
                add(q, ob.E * k * share, ob.H * k * share)
    here = exponents.pop(u, (Fraction(0), Fraction(0)))
    if not all(q.at_zero([axes.u]) for q in exponents):
        return None
    return _Germ(exponents, here, objects)


def _worst(germ: _Germ, tree: Sequence[Bar], axes: Axes, wall: bool) -> tuple[Threshold, str] | None:
    """The least ratio (h + 1)/k of bars and branches in the region, m by ties; where: at a bar, else at u = 0 ("line").

    None: not integrable.
    """
    values = list(germ.curves.values())
    allowed = [[not wall or _sign(bar, axes, x) > 0 for x in bar.samples] for bar in tree]
    ratios: list[Fraction | None] = []
    found: list[Fraction] = []
    on_bars: list[Fraction] = []
    ties: list[tuple[Fraction | None, Fraction | None]] = []
    for n, bar in enumerate(tree):
        k = germ.u[0] * bar.arcs.ramification + sum(v[0] * a for v, a in zip(values, bar.orders, strict=True))
        h = (germ.u[1] + 1) * bar.arcs.ramification + bar.exponent
        h += sum(v[1] * a for v, a in zip(values, bar.orders, strict=True))
        if h <= 0:
            return None
        ratio = h / k if k > 0 else None
        ratios.append(ratio)
        if any(allowed[n]) and ratio is not None:
            on_bars.append(ratio)
        for i in range(len(bar.roots)):
            if bar.multiplicity(i) == 1 and any(allowed[n][i : i + 2]):
                k, h = values[bar.curve(i)]
                if h + 1 <= 0:
                    return None
                if k > 0:
                    found.append((h + 1) / k)
                    ties.append((ratio, (h + 1) / k))
        if bar.parent is not None and any(allowed[n][x] and allowed[bar.parent][bar.root - x] for x in (0, -1)):
            ties.append((ratio, ratios[bar.parent]))
    k, h = germ.u
    if h + 1 <= 0:
        return None
    line = (h + 1) / k if k > 0 else None
    if line is not None:
        # along a line the first bar is u = 0 itself
        outer = [n for n, bar in enumerate(tree) if bar.parent is None and bar.exponent]
        first = [n for n in outer if allowed[n][0] or allowed[n][-1]]
        ties += [(ratios[n], line) for n in first]
    known = [*found, *on_bars, *([] if line is None else [line])]
    if not known:
        return INFINITE, "branch"
    lam = min(known)
    where = "bar" if lam in on_bars else "line" if lam == line else "branch"
    return Threshold(lam, 2 if any(a == b == lam for a, b in ties) else 1), where


def _sign(bar: Bar, axes: Axes, x: Fraction) -> int:
    """The sign of t on an arc of a bar."""
    t = bar.arcs.num * x.denominator + bar.arcs.num.ring.gen(axes.u) ** bar.exponent * (bar.arcs.den * x.numerator)
    return leading(t, bar.arcs.place, axes)[1]


def write_bar(c: Chart, bar: Bar, axes: Axes) -> dict[str, Any]:
    """A bar as data, in a chart whose variables hold that for θ."""
    theta = c.ring.gen(axes.t)
    # the field of the first bars is that of the chart
    field = None if bar.parent is None else write_field(c, bar.arcs.place, axes.t)
    factors = []
    for f in bar.factors:
        den = math.lcm(*(int(x.denom()) for x in f))
        total = c.ring.zero
        for k, x in enumerate(f):
            top, scale = written(x, theta)
            total = total + top * c.ring.gen(axes.c) ** k * (den // scale)
        factors.append(encode(c, total.primitive()))
    return {
        "parent": bar.parent,
        "root": bar.root,
        "side": bar.side,
        "power": bar.power,
        "exponent": bar.exponent,
        "field": field,
        "theta": write_element(bar.arcs.theta),
        "value": write_element(bar.arcs.value),
        "factors": factors,
        "powers": [list(row) for row in bar.powers],
        "roots": [[k, *map(number, ends)] for (k, _), ends in zip(bar.roots, bar.intervals, strict=True)],
        "samples": [number(x) for x in bar.samples],
        "branches": [],
    }


def write_field(c: Chart, place: Place, theta: int) -> list[Any] | None:
    """A field as data, its generator called like the variable `theta` of the chart; None: Q."""
    if place.is_rational:
        return None
    return [encode(c, relation(place, c.ring.gen(theta)).primitive()), number(place.root.lo), number(place.root.hi)]


def write_element(a: Element) -> list[str]:
    """The coefficients of an element as data, from the lowest on."""
    return [number(Fraction(int(x.p), int(x.q))) for x in a.coeffs()]

"""Which slices a projection has: over the bars of its discriminant curve, across its branches, along the line u = 0.

The slices, how they are next to one another, and the end of a chart as data; `jung` has them solved.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from rlct.exact.bars import FINE, Axes, Bar, Corner, corner, low_bars
from rlct.exact.centre import Centre, Origin
from rlct.exact.charts import Chart, number
from rlct.exact.in_field import refined
from rlct.exact.leaves import INFINITE
from rlct.exact.places import RATIONALS, Place
from rlct.exact.poly import Poly
from rlct.exact.projection import Projection, projected
from rlct.exact.slices import Branch, Cut, across, branch_of, on_bar, radii, ray, through
from rlct.exact.tree import write_bar, write_element, write_field
from rlct.exact.work import Work
from rlct.values import Threshold

ORDERS = (20, 40, 80, 160, 320, 640, 1280)  # in u, beyond which long curves are cut off
SHORT = 300  # curves with so many terms are not

Slice = tuple[Chart, Place | None, int]


@dataclass(frozen=True)
class More:
    """Corners at which there is one more bar, and what is added to the exponent of s on bars at corners."""

    between: frozenset[Corner] = frozenset()
    lifts: Mapping[Corner, Fraction] = field(default_factory=dict)


@dataclass(frozen=True)
class Slices:
    """The charts and the end without its children; `pairs`: groups of charts over rays that have a cone in common, with
    the corner between.

    With a slice its field (None: no tree is looked for), and the variable that its generator is called like.  `middle`:
    slices in the middle of an edge, which stand for one divisor more, with the corner there; `lifted`: all those at a
    corner with a larger exponent of s.
    """

    charts: tuple[Slice, ...]
    end: dict[str, Any]
    pairs: tuple[tuple[tuple[int, ...], tuple[int, ...], Corner], ...] = ()
    middle: Mapping[int, Corner] = field(default_factory=dict)
    lifted: Callable[[Corner, Fraction], list[Slice]] = lambda at, lift: []

    def ties(self, values: Sequence[Threshold]) -> Iterator[tuple[Threshold, Corner]]:
        """Pairs both groups of which have the worst threshold of all."""
        worst = min(values, default=INFINITE)
        for first, second, where in self.pairs:
            a, b = (min((values[i] for i in group), default=INFINITE) for group in (first, second))
            if a.lam == b.lam == worst.lam != math.inf:
                yield Threshold(worst.lam, min(a.mult + b.mult, 3)), where

    def low(self, values: Sequence[Threshold]) -> Threshold:
        """The worst of all; where both groups of a pair have it, their multiplicities add up, to at most 3; in the
        middle of an edge there is one more."""
        worst = min(values, default=INFINITE)
        more = [Threshold(worst.lam, min(values[i].mult + 1, 3)) for i in self.middle if values[i].lam == worst.lam]
        return min([worst, *more, *(tie for tie, _ in self.ties(values))])


def sliced(w: Work, y: int, more: More | None = None, found: Origin | None = None) -> Slices | None:
    """The end of a chart that is projected along y; None where something is not found or too long."""
    p = projected(w, y) if found is None else projected(Work(found.plain, w.memory), y, found.centre.moved)
    if p is None:
        return None
    centre = None if found is None else found.centre
    best: tuple[tuple[bool, int], Axes, list[Poly]] | None = None
    a, b = (i for i in w.chart.smalls if i != y)
    for axes in (Axes(a, b, y), Axes(b, a, y)):
        curves = _curves(w.chart, p, axes)
        if curves is not None and (best is None or curves[0] < best[0]):
            best = curves[0], axes, curves[1]
    if best is None:
        return None
    (along, branches), axes, those = best
    if branches <= 1 - int(along):
        v = axes.t if along else axes.u
        place, theta = (RATIONALS, v) if centre is None else (centre.place, centre.theta)
        end = _end(w.chart, p, axes, centre, through=w.chart.name(v))
        return Slices(((through(w.chart, v), place, theta),), end)
    return _over_bars(w.chart, p, axes, those, along, more or More(), centre, w.memory.patience)


def _curves(c: Chart, p: Projection, axes: Axes) -> tuple[tuple[bool, int], list[Poly]] | None:
    """Whether u = 0 counts by itself, how many branches there are over C, and the other curves; None: not regular."""
    u, t = c.ring.gen(axes.u), c.ring.gen(axes.t)
    curves = [q for q in p.curves if q != u]
    if c.small[axes.t].is_divisor and t not in curves:
        curves.append(t)
    on_line = [q.at_zero([axes.u]) for q in curves]
    if not all(on_line):
        return None
    along = c.small[axes.u].is_divisor or u in p.curves
    return (along, sum(f.content_in([axes.t])[0] for f in on_line)), curves


def _end(c: Chart, p: Projection, axes: Axes, centre: Centre | None, **more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"through": None, "bars": [], "most": None, "radii": None, "ray": False}
    at = [[c.name(i), write_element(a)] for i, a in (() if centre is None else centre.at.items())]
    return {"end": "jung", "centre": at, **p.data, "over": c.name(axes.u), **plain, **more}


def _over_bars(
    c: Chart,
    p: Projection,
    axes: Axes,
    curves: list[Poly],
    along: bool,
    extra: More,
    centre: Centre | None,
    patience: int,
) -> Slices | None:
    y = axes.c
    walls = c.small[axes.u].wall, c.small[axes.t].wall
    names = {axes.t: c.ring.gen(y)}
    numbers: dict[int, tuple[Fraction, Fraction]] = {}
    place, theta = RATIONALS, None
    if centre is not None:
        place, theta = centre.place, centre.theta
        names[theta] = c.ring.gen(axes.t)
        root = refined(place.root, FINE)
        numbers[theta] = root.lo, root.hi
    orders = ORDERS if max(map(len, curves), default=0) > SHORT else ()
    renamed = [q.compose(names) for q in curves]
    found = low_bars(renamed, axes, walls, orders, place, between=extra.between, patience=patience)
    r = radii(p.functions, curves, p.units, axes, numbers, patience)
    if found is None or r is None:
        return None
    tree, low = found
    axis = c.ring.gen(axes.t)
    folds = {n for n, q in enumerate(curves) if q in p.folds and not (q == axis and c.small[axes.t].is_divisor)}
    made: list[Slice] = []
    samples: list[list[int | None]] = []
    pairs: list[tuple[tuple[int, ...], tuple[int, ...], Corner]] = []
    middle: dict[int, Corner] = {}
    data: list[dict[str, Any]] = []

    def add(chart: Chart | None, place: Place | None = None, theta: int = axes.t) -> list[int]:
        if chart is None:
            return []
        made.append((chart, place, theta))
        return [len(made) - 1]

    beyond = {(bar.parent, bar.root) for bar in tree}
    outer: list[tuple[int, ...]] = []  # next to u = 0
    for here, bar in enumerate(tree):
        at = () if bar.parent is None else corner(tree, bar.parent, bar.root)
        lift = extra.lifts.get(at, Fraction(0)) if bar.extra else Fraction(0)
        sliced = bar.extra or not bar.is_between
        on = [on_bar(c, bar, axes, x, lift, patience) for x in bar.samples] if sliced else []
        samples.append([next(iter(add(chart, bar.arcs.place)), None) for chart in on])
        branches = []
        for n in range(len(bar.roots)):
            if bar.multiplicity(n) == 1 and bar.curve(n) not in folds and (here, n) not in beyond:
                branch = branch_of(bar, n, axes, curves, c.small[axes.t].wall, r[:2], (place, theta), patience, low)
                if branch is None:
                    return None
                branches.append(branch)
                beside = [(across(c, axes, cut, r[2], patience), cut.place) for cut in branch.cuts if cut]
                cuts = tuple(i for chart, there in beside for i in add(chart, there, axes.u))
                below = (here, n) if sliced else _sliced_below(tree, here)
                if below is None:
                    outer.append(cuts)
                elif not tree[below[0]].is_between:
                    group = _known(samples[below[0]][below[1] : below[1] + 2])
                    pairs.append((group, cuts, corner(tree, *below)))
        more: dict[str, Any] = {} if sliced else {"sliced": False}
        if lift:
            more["lift"] = number(lift)
        elif bar.extra:
            middle.update(dict.fromkeys(_known(samples[-1]), at))
        data.append({**write_bar(c, bar, axes), **more, "branches": [_branch(c, axes, b) for b in branches]})
        if bar.is_between:
            continue
        ends = _known([samples[-1][0], samples[-1][-1]])
        below = _sliced_below(tree, here)
        if below is None:
            outer.append(ends)
        elif not tree[below[0]].is_between:
            pairs.append((_known(samples[below[0]][below[1] : below[1] + 2]), ends, corner(tree, *below)))
    if along:
        sides = (r[1],) if c.small[axes.t].wall else (r[1], -r[1])
        named = axes.t if theta is None else theta
        rays = tuple(i for x in sides for i in add(ray(c, axes, x, r[2]), place, named))
        pairs += [(group, rays, ()) for group in outer]
    end = _end(c, p, axes, centre, bars=data, most=low, radii=[number(x) for x in r], ray=along)

    def with_lift(at: Corner, lift: Fraction) -> list[Slice]:
        there = [bar for bar in tree if at == (() if bar.parent is None else corner(tree, bar.parent, bar.root))]
        slices = [(bar, on_bar(c, bar, axes, x, lift, patience)) for bar in there if bar.extra for x in bar.samples]
        return [(chart, bar.arcs.place, axes.t) for bar, chart in slices if chart is not None]

    return Slices(tuple(made), end, tuple(pairs), middle, with_lift)


def _sliced_below(tree: Sequence[Bar], n: int) -> tuple[int, int] | None:
    """The next bar with slices below this one, and the zero of it; None: there is u = 0."""
    while (parent := tree[n].parent) is not None:
        if tree[parent].extra or not tree[parent].is_between:
            return parent, tree[n].root
        n = parent
    return None


def _known(numbers: Sequence[int | None]) -> tuple[int, ...]:
    return tuple(i for i in numbers if i is not None)


def _cut(c: Chart, axes: Axes, cut: Cut) -> dict[str, Any]:
    """Where a branch is cut as data."""
    field = write_field(c, cut.place, axes.u)
    t, base = write_element(cut.t), write_element(cut.base)
    return {"between": [number(cut.lo), number(cut.hi)], "field": field, "t": t, "base": base}


def _branch(c: Chart, axes: Axes, b: Branch) -> dict[str, Any]:
    """The box of a branch as data."""
    return {
        "root": b.root,
        "interval": [number(b.lo), number(b.hi)],
        "theta": [number(x) for x in b.theta],
        "r": number(b.r),
        "cuts": [None if cut is None else _cut(c, axes, cut) for cut in b.cuts],
    }

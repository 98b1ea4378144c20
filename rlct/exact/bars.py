"""The tree of bars of plane curves at a point (Kuo and Lu): where their real branches t = series in u part.

A bar stands for the arcs u = ±s^N, t = φ(s) + c s^e, s > 0, c real: on these every curve is s^M (P(c) + ...).
Between the real zeros of the P all arcs behave alike; at a simple zero there is one branch, smooth in the coordinates
s and c; at a multiple one there is a further bar.  (T. C. Kuo, Y. C. Lu, On analytic function germs of two complex
variables, Topology 16, 1977.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any

from flint import fmpq_poly, fmpz_poly

from rlct.exact.in_field import Window, composed, near, put, refined, simplest, times, written
from rlct.exact.over_field import Element, Univariate
from rlct.exact.places import RATIONALS, Place, extended, factors_over, real_roots
from rlct.exact.poly import Exponent, Poly, TooLarge
from rlct.exact.roots import Root

DEEPEST = 60  # bars over one another
MOST = 150  # bars
NORM = 160  # degree of a norm that is factored
BITS = 4000  # of a minimal polynomial over which polynomials are factored
FINE = Fraction(1, 2**80)  # width of the interval of θ
NARROWEST = 200  # halvings of the interval of a zero


@dataclass(frozen=True)
class Axes:
    """Variables for u, t and t' (or c): θ takes the name of t where t itself does not occur any more."""

    u: int
    t: int
    c: int


@dataclass(frozen=True)
class Arcs:
    """u = sigma·s^ramification, t = num(s, θ)/den + t'.

    The curves in s and t' (times the `scales`), and how many of their branches have a t' of positive order; `theta`,
    `base`, `value`: θ of the bar below, that before the first bar, and the zero of the bar below, in the field of these
    arcs.
    """

    place: Place
    theta: Element
    base: Element
    value: Element
    sigma: int
    ramification: int
    num: Poly
    den: int
    curves: tuple[Poly, ...]
    scales: tuple[Fraction, ...]
    multiplicities: tuple[int, ...]


@dataclass(frozen=True)
class Bar:
    """Arcs with t' = c s^exponent.

    `parent`, `root`: the bar below and which of its real zeros this one is at; `side`: s has both signs there and here
    (0), or s > 0 and s = ±s^power below.  `orders`: the M; `factors` of all P, `powers[i][k]` of the factor k in P_i;
    `roots` with their factors, in `intervals`; `samples` between them.
    """

    parent: int | None
    root: int
    side: int
    power: int
    exponent: int
    arcs: Arcs
    orders: tuple[int, ...]
    factors: tuple[Univariate, ...]
    powers: tuple[tuple[int, ...], ...]
    roots: tuple[tuple[int, Root], ...]
    samples: tuple[Fraction, ...]
    intervals: tuple[tuple[Fraction, Fraction], ...]
    extra: bool = False  # put in the middle of an edge because that was asked for

    def curve(self, n: int) -> int:
        """The first curve with a branch through the real zero n."""
        return next(i for i, row in enumerate(self.powers) if row[self.roots[n][0]])

    @property
    def is_between(self) -> bool:
        """All branches, over C, go on through the same zero: in the middle of an edge (of the first: from u = 0 on)."""
        return len(self.factors) == 1 and len(self.factors[0]) == 2

    def multiplicity(self, n: int) -> int:
        """How many branches, of all curves, go through the real zero n."""
        return sum(row[self.roots[n][0]] for row in self.powers)


Corner = tuple[tuple[int, int], ...]


def bars(
    curves: Sequence[Poly],
    axes: Axes,
    walls: tuple[bool, bool],
    place: Place = RATIONALS,
    window: Window | None = None,
    between: frozenset[Corner] = frozenset(),
    most: int | None = None,
    patience: int = 1,
) -> list[Bar] | None:
    """All bars of curves in u and t' (called c) that are regular in t' (parents first); `walls`: u >= 0 or t >= 0 only.

    With a window all points of u = 0 with t' in it count: the first bar is that line.  `between`: real zeros of bars
    at which one more bar is put, before what follows (the empty one: before the first bar).  `most`: terms with this
    order in u, and higher ones, do not count (None where they would).  None: too many, so many times `patience`.
    """
    out: list[Bar] = []
    if most is not None:
        curves = [_below(g, axes, 0, most) for g in curves]
    multiplicities = tuple(min(e[axes.c] for e, _ in g.at_zero([axes.u]).terms) if not window else 0 for g in curves)
    zero = fmpq_poly([0])
    base = fmpq_poly([0, 1]) % place.minimal
    ones = (Fraction(1),) * len(curves)
    start = Arcs(place, zero, base, zero, 1, 1, curves[0].ring.zero, 1, tuple(curves), ones, multiplicities)
    sides: tuple[int, ...] = (1,) if walls[0] else (1, -1) if walls[1] else (0,)
    todo: list[tuple[int | None, int, Arcs, tuple[int, ...], Corner]] = [(None, 0, start, sides, ())]
    while todo:
        parent, root, start, sides, path = todo.pop(0)
        if len(path) > DEEPEST * patience or len(out) > MOST * patience:
            return None
        along = window if parent is None else None
        slope = _slope(start, axes) if along is None else Fraction(0)
        extra = path in between and along is None and slope is not None
        if extra and slope is not None:
            below = 0 if parent is None else out[parent].exponent
            slope = Fraction(below + 1) if sum(start.multiplicities) == 1 else simplest(Fraction(below), slope)
        if slope is None:
            return None
        if sides == (0,) and slope.denominator % 2 == 0:
            sides = (1, -1)
        for side in sides:
            bar = _bar(start, axes, slope, parent, root, side, along, most, patience)
            if bar is None:
                return None
            out.append(replace(bar, extra=extra))
            here = len(out) - 1
            for n in range(len(bar.roots)):
                there = (*path, (side, n))
                if bar.multiplicity(n) > 1 or there in between:
                    further = _beyond(bar, n, axes, patience)
                    if further is None:
                        return None
                    todo.append((here, n, further, (1,) if side else (0,), there))
    return out


def low_bars(
    curves: Sequence[Poly],
    axes: Axes,
    walls: tuple[bool, bool],
    orders: Sequence[int],
    place: Place = RATIONALS,
    window: Window | None = None,
    between: frozenset[Corner] = frozenset(),
    patience: int = 1,
) -> tuple[list[Bar], int | None] | None:
    """The bars, of the lowest orders in u that are enough (None: of all); None: too many, or too large."""
    for most in (*orders, None):
        try:
            tree = bars(curves, axes, walls, place, window, between, most, patience)
        except TooLarge:
            continue
        if tree is not None:
            return tree, most
    return None


def corner(tree: Sequence[Bar], bar: int, n: int) -> Corner:
    """The name of a real zero of a bar: the sides and zeros on the way to it."""
    out: Corner = ((tree[bar].side, n),)
    parent = tree[bar].parent
    return out if parent is None else (*corner(tree, parent, tree[bar].root), *out)


def _slope(start: Arcs, axes: Axes) -> Fraction | None:
    """The least order in s of the roots t' of positive order (1 for a single root, whose order may be infinite)."""
    if sum(start.multiplicities) == 1:
        return Fraction(1)
    found: list[Fraction] = []
    for g, m in zip(start.curves, start.multiplicities, strict=True):
        low = _lowest(g, axes, m)
        found += [Fraction(a - low[m], m - j) for j, a in low.items() if j < m]
    return min(found, default=None)


def _lowest(g: Poly, axes: Axes, most: int) -> dict[int, int]:
    """The orders in s of the coefficients of t'^j, j up to `most`."""
    out: dict[int, int] = {}
    for e, _ in g.terms:
        j, a = e[axes.c], e[axes.u]
        if j <= most and a < out.get(j, a + 1):
            out[j] = a
    return out


def _bar(
    start: Arcs,
    axes: Axes,
    slope: Fraction,
    parent: int | None,
    root: int,
    side: int,
    window: Window | None,
    most: int | None,
    patience: int,
) -> Bar | None:
    power, exponent = slope.denominator, slope.numerator
    sign = side or 1
    arcs = replace(
        start,
        sigma=start.sigma * sign**start.ramification,
        ramification=start.ramification * power,
        num=scaled(start.num, axes.u, sign, power),
        curves=tuple(scaled(g, axes.u, sign, power) for g in start.curves),
    )
    orders = []
    for g, m in zip(arcs.curves, arcs.multiplicities, strict=True):
        orders.append(min(e[axes.u] for e, _ in g.terms) if window else _lowest(g, axes, m)[m] + exponent * m)
    if most is not None:  # on this bar and all beyond it t' has at least this order
        top = most * arcs.ramification
        if max(orders) >= top:
            return None
        arcs = replace(arcs, curves=tuple(_below(g, axes, exponent, top) for g in arcs.curves))
    leading = [_initial(g, axes, order, exponent) for g, order in zip(arcs.curves, orders, strict=True)]
    place = start.place
    known: dict[tuple[Any, ...], int] = {}
    factors: list[Univariate] = []
    powers: list[dict[int, int]] = []
    size = max(int(x).bit_length() for x in place.minimal.numer().coeffs())
    for p in leading:
        if place.minimal.degree() * (len(p) - 1) > NORM * patience or (size > BITS * patience and len(p) > 2):
            raise TooLarge
        mine: dict[int, int] = {}
        for q, k in factors_over(place, p):
            key = tuple(tuple(map(str, x.coeffs())) for x in q)
            if key not in known:
                known[key] = len(factors)
                factors.append(q)
            mine[known[key]] = k
        powers.append(mine)
    roots = tuple((k, _alone(place, factors[k], zero)) for k, zero in _real(place, factors, window))
    samples = tuple(_between([zero for _, zero in roots]))
    if window and roots:
        samples = window[0], *samples[1:-1], window[1]
    return Bar(
        parent,
        root,
        side,
        power,
        exponent,
        arcs,
        tuple(orders),
        tuple(factors),
        tuple(tuple(mine.get(k, 0) for k in range(len(factors))) for mine in powers),
        roots,
        samples,
        tuple(_widened(r, *samples[n : n + 2]) for n, (_, r) in enumerate(roots)),
    )


def _real(place: Place, factors: Sequence[Univariate], window: Window | None) -> list[tuple[int, Root]]:
    """The real zeros (in the window, at whose ends there is none)."""
    found = real_roots(place, factors)
    if window is None:
        return found
    kept = []
    for k, zero in found:
        while zero.lo <= window[0] < zero.hi or zero.lo < window[1] <= zero.hi:
            zero = zero.refine()
        if window[0] <= zero.lo and zero.hi <= window[1]:
            kept.append((k, zero))
    return kept


def _alone(place: Place, p: Univariate, root: Root) -> Root:
    """The root in an interval in which p is seen to be monotone."""
    theta = refined(place.root, FINE)
    slope = [times(near(a, (theta.lo, theta.hi)), (Fraction(k), Fraction(k))) for k, a in enumerate(p)]
    for _ in range(NARROWEST):
        lo = hi = Fraction(0)
        for a in reversed(slope[1:]):
            x, y = times((lo, hi), (root.lo, root.hi))
            lo, hi = x + a[0], y + a[1]
        if lo > 0 or hi < 0 or root.is_rational:
            break
        root = root.refine()
    return root


def _widened(root: Root, below: Fraction, above: Fraction) -> tuple[Fraction, Fraction]:
    """An interval around the root, between two numbers."""
    if root.is_rational:
        return simplest(below, root.lo), simplest(root.lo, above)
    return root.lo, root.hi


def scaled(g: Poly, s: int, sign: int, power: int) -> Poly:
    """g with sign·s^power in place of s."""
    if sign == 1 and power == 1:
        return g
    return g.ring.from_terms(
        {(*e[:s], e[s] * power, *e[s + 1 :]): x if sign == 1 or e[s] % 2 == 0 else -x for e, x in g.terms}
    )


def _initial(g: Poly, axes: Axes, order: int, exponent: int) -> Univariate:
    """P(c): the coefficient of s^order where t' = c s^exponent."""
    rows: dict[int, dict[int, int]] = {}
    for e, x in g.terms:
        if e[axes.u] + exponent * e[axes.c] == order:
            rows.setdefault(e[axes.c], {})[e[axes.t]] = x
    return [_element(rows.get(j, {})) for j in range(max(rows) + 1)]


def _below(g: Poly, axes: Axes, exponent: int, top: int) -> Poly:
    """The terms whose order in s is lower than that, for t' of this order."""
    return g.ring.from_terms({e: x for e, x in g.terms if e[axes.u] + exponent * e[axes.c] < top})


def _element(row: dict[int, int]) -> Element:
    return fmpq_poly([row.get(k, 0) for k in range(max(row, default=0) + 1)])


def _beyond(bar: Bar, n: int, axes: Axes, patience: int) -> Arcs | None:
    """Behind a real zero of a bar: t' less c s^exponent; None where its field is too large."""
    k, root = bar.roots[n]
    found = extended(bar.arcs.place, bar.factors[k], root, patience)
    if found is None:
        return None
    place, theta, value = found
    ring = bar.arcs.num.ring
    curves, num, den = bar.arcs.curves, bar.arcs.num, bar.arcs.den
    scales = list(bar.arcs.scales)
    if place is not bar.arcs.place and not bar.arcs.place.is_rational:
        image, scale = written(theta, ring.gen(axes.t))
        scales = [x * scale ** g.degrees[axes.t] for x, g in zip(scales, curves, strict=True)]
        curves = tuple(put(g, axes.t, image, scale, place, axes.t, patience=patience) for g in curves)
        d = num.degrees[axes.t]
        num, den = put(num, axes.t, image, scale, patience=patience), den * scale**d
    step, scale = written(value, ring.gen(axes.t))
    step = step * ring.gen(axes.u) ** bar.exponent
    shift = ring.gen(axes.c) * scale + step
    scales = [x * scale ** g.degrees[axes.c] for x, g in zip(scales, curves, strict=True)]
    if place.is_rational:
        at = Fraction(int(value[0].p), int(value[0].q))
        shifted = [_shifted(g, axes, bar.exponent, at) for g in curves]
    else:
        shifted = [put(g, axes.c, shift, scale, place, axes.t, patience) for g in curves]
    bare = tuple(g.primitive() for g in shifted)
    scales = [x * abs(Fraction(f.terms[0][1], g.terms[0][1])) for x, f, g in zip(scales, bare, shifted, strict=True)]
    common = lcm(den, scale)
    num = num * (common // den) + step * (common // scale)
    multiplicities = tuple(row[k] for row in bar.powers)
    base = composed(bar.arcs.base, theta, place)
    return replace(
        bar.arcs,
        place=place,
        theta=theta,
        base=base,
        value=value,
        num=num,
        den=common,
        curves=bare,
        scales=tuple(scales),
        multiplicities=multiplicities,
    )


def _shifted(g: Poly, axes: Axes, exponent: int, value: Fraction) -> Poly:
    """den^d·g, d its degree in t', with t' + value·s^exponent in place of t': each part that is homogeneous in s and t'
    by itself."""
    degree, den = g.degrees[axes.c], value.denominator
    parts: dict[int, dict[int, int]] = {}
    for e, x in g.terms:
        parts.setdefault(e[axes.u] + exponent * e[axes.c], {})[e[axes.c]] = x
    image = fmpz_poly([value.numerator, den])
    out: dict[Exponent, int] = {}
    zero = [0] * g.ring.n
    for weight, row in parts.items():
        whole = fmpz_poly([row.get(j, 0) * den ** (degree - j) for j in range(max(row) + 1)])
        for j, x in enumerate(whole(image).coeffs()):
            if x:
                at = list(zero)
                at[axes.u], at[axes.c] = weight - exponent * j, j
                out[tuple(at)] = int(x)
    return g.ring.from_terms(out)


def leading(t: Poly, place: Place, axes: Axes) -> tuple[int, int]:
    """The order of t in s, and the sign of its coefficient there (0, 0 where t = 0)."""
    rows: dict[int, dict[int, int]] = {}
    for e, x in t.terms:
        rows.setdefault(e[axes.u], {})[e[axes.t]] = x
    for a in sorted(rows):
        row = rows[a]
        element = fmpq_poly([row.get(k, 0) for k in range(max(row) + 1)]) % place.minimal
        if element.degree() >= 0:
            return a, place.sign(element)
    return 0, 0


def _between(roots: Sequence[Root]) -> Iterator[Fraction]:
    """A rational number in every interval between the roots."""
    if not roots:
        yield Fraction(0)
        return
    yield Fraction(roots[0].lo.__floor__() - 1)
    for a, b in pairwise(roots):
        yield simplest(a.hi, b.lo)
    yield Fraction(roots[-1].hi.__ceil__() + 1)

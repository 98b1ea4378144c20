"""The end `tree`: a germ with two small variables, over a number field, by the bars of its curves (format page, §5).

The curves are the factors of the objects (of the sum of squares of several generators) and divisors.  On a bar |K|
and the measure are powers of s, up to units; between neighbours (a bar and the one below, a bar and a branch, the
first bars and u = 0) they are monomials in two coordinates.  So the threshold is the least ratio (h + 1)/k of bars
and branches with real points, and m = 2 where two neighbours have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.bars import Around, Axes, Bar, before, read_bars, sign_of
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.places import RATIONALS, Interval, Place, place_of, reduced
from rlct.certify.obligations.state import State
from rlct.certify.obligations.value import INFINITE, Value

Data = dict[str, Any]
NAME = "tree"
ZERO = Fraction(0)


def value(ledger: Ledger, s: State, end: Data) -> Value:
    """What the tree proves, above and below."""
    return attained(ledger, s, end)[0]


def attained(ledger: Ledger, s: State, end: Data) -> tuple[Value, frozenset[str]]:
    """The same; and where it is attained: at a "bar", or at the "line" u = 0 (if at none of these, at a branch)."""
    ledger.require(not ledger.over_c and not s.pending, NAME, "real variables, all walls known")
    u = ledger.variable(end["over"], s.small)
    theta = ledger.variable(end["theta"], set(ledger.index.values()) - set(s.small))
    others = set(s.order) - {u, theta}
    ledger.require(len(others) == 1, NAME, "two variables")
    (t,) = others
    axes = Axes(u, theta, t)
    place, window = _stratum(ledger, s, axes)
    order = s.order if theta in s.order else (*s.order, theta)
    exponents = _exponents(ledger, s, axes, place, order, end["objects"])
    line = algebra.gen(ledger.ring, u)
    here = exponents.pop(line, (ZERO, ZERO))
    curves = list(exponents)
    walls = s.small[u].wall, t in s.small and s.small[t].wall
    start = before(ledger, curves, axes, place, not any(walls))
    bars = read_bars(ledger, order, start, axes, Around(walls, window, order=end["most"]), end["bars"])
    return _worst(ledger, axes, bars, [exponents[q] for q in curves], here, walls[1])


def _stratum(ledger: Ledger, s: State, axes: Axes) -> tuple[Place, Interval | None]:
    """The field: one dependent variable with a relation of its own, between two numbers, or none; and an interval of t
    where that is free."""
    ledger.require(not s.equations and not s.guards, NAME, "no equations")
    for f in s.nonzero:
        ledger.require(bool(f) and algebra.is_constant(f), NAME, "no conditions", ledger.show(f))
    bounds: dict[int, tuple[list[Fraction], list[Fraction]]] = {axes.t: ([], []), axes.c: ([], [])}
    for f in s.positive:
        if algebra.is_constant(f):
            ledger.require(int(f.coeff(1)) > 0, NAME, "conditions that hold", ledger.show(f))
            continue
        (i,) = algebra.used(f) if len(algebra.used(f)) == 1 else (-1,)
        fine = i in bounds and i not in s.small and algebra.degree(f, i) == 1
        ledger.require(fine, NAME, "bounds of a variable", ledger.show(f))
        slope = int(algebra.derivative(f, i).coeff(1))
        bounds[i][slope < 0].append(Fraction(-int(f.coeff(1)), slope))
    window = None
    if axes.c not in s.small:
        window = _between(ledger, *bounds[axes.c])
        ledger.require(axes.c not in s.dependent, NAME, "a free variable")
    if not s.relations:
        ledger.require(axes.t not in s.order, NAME, "no other variables")
        return RATIONALS, window
    ledger.require(s.dependent == (axes.t,), NAME, "one dependent variable")
    (q,) = s.relations
    return place_of(ledger, q, _between(ledger, *bounds[axes.t]), axes.t, NAME), window


def _between(ledger: Ledger, lows: Sequence[Fraction], highs: Sequence[Fraction]) -> Interval:
    ledger.require(bool(lows and highs) and max(lows) < min(highs), NAME, "an interval")
    return max(lows), min(highs)


def _exponents(
    ledger: Ledger, s: State, axes: Axes, place: Place, order: Sequence[int], data: Sequence[Any]
) -> dict[Poly, tuple[Fraction, Fraction]]:
    """Curves, divisors among them, with their exponents in |K| and in the measure."""
    ledger.require(len(data) == len(s.objects), NAME, "factors of every object")
    out: dict[Poly, tuple[Fraction, Fraction]] = {}

    def add(q: Poly, k: Fraction, h: Fraction) -> None:
        before_k, before_h = out.get(q, (ZERO, ZERO))
        out[q] = before_k + k, before_h + h

    for i in (axes.u, axes.c):
        if i in s.small and s.small[i].divisor:
            add(algebra.gen(ledger.ring, i), s.small[i].k, s.small[i].h)
    for ob, factors in zip(s.objects, data, strict=True):
        whole = ob.gens[0] if ob.principal else sum((g * g for g in ob.gens), ledger.ring.zero)
        fs = [(reduced(ledger.read(order, f), place, axes.t), k) for f, k in factors]
        product = reduced(algebra.product(ledger.ring, fs), place, axes.t)
        equal = algebra.same(product, reduced(whole, place, axes.t))
        ledger.require(bool(product) and equal, NAME, "the factors of an object (of the sum of squares)")
        share = 1 if ob.principal else Fraction(1, 2)
        for f, k in fs:
            along = f == algebra.gen(ledger.ring, axes.u)
            if along or (not algebra.at_zero(f, s.small) if axes.c in s.small else axes.c in algebra.used(f)):
                add(f, ob.E * k * share, ob.H * k * share)
    return out


def _worst(
    ledger: Ledger,
    axes: Axes,
    bars: Sequence[Bar],
    values: Sequence[tuple[Fraction, Fraction]],
    here: tuple[Fraction, Fraction],
    wall: bool,
) -> tuple[Value, frozenset[str]]:
    on_bars: list[Fraction | None] = []
    found: list[Fraction | None] = []
    pairs: list[tuple[Fraction | None, Fraction | None]] = []

    def ratio(k: Fraction, h: Fraction) -> Fraction | None:
        ledger.require(h + 1 > 0, "integrable", "h + 1 > 0")
        return (h + 1) / k if k > 0 else None

    at_u = ratio(*here)
    ratios: list[Fraction | None] = []
    inside: list[list[bool]] = []
    for bar in bars:
        n, e = bar.arcs.power, bar.exponent
        # the order in s of each curve on this bar
        orders = [_order(g, axes, e) for g in bar.arcs.curves]
        k = here[0] * n + sum((v[0] * a for v, a in zip(values, orders, strict=True)), ZERO)
        h = (here[1] + 1) * n - 1 + e + sum((v[1] * a for v, a in zip(values, orders, strict=True)), ZERO)
        mine = ratio(k, h)
        ratios.append(mine)
        inside.append([not wall or _positive(ledger, axes, bar, x) for x in bar.samples])
        if any(inside[-1]):
            on_bars.append(mine)
        for i in range(len(bar.roots)):
            if bar.multiplicity(i) == 1 and (inside[-1][i] or inside[-1][i + 1]):
                branch = ratio(*values[bar.curve(i)])
                found.append(branch)
                pairs.append((mine, branch))
        if bar.parent is None:
            if bar.exponent and (inside[-1][0] or inside[-1][-1]):  # 0: the bar is u = 0 itself
                pairs.append((mine, at_u))
        else:
            below = inside[bar.parent]
            if (inside[-1][0] and below[bar.below]) or (inside[-1][-1] and below[bar.below + 1]):
                pairs.append((mine, ratios[bar.parent]))
    known = [x for x in (*found, *on_bars, at_u) if x is not None]
    if not known:
        return INFINITE, frozenset()
    lam = min(known)
    where = {"bar"} if lam in on_bars else set()
    where |= {"line"} if lam == at_u else set()
    return Value(lam, 2 if any(a == b == lam for a, b in pairs) else 1), frozenset(where)


def _order(g: Poly, axes: Axes, exponent: int) -> int:
    return min(int(e[axes.u] + exponent * e[axes.c]) for e in g)


def _positive(ledger: Ledger, axes: Axes, bar: Bar, x: Fraction) -> bool:
    """t > 0 on the arcs c = x."""
    arcs = bar.arcs
    s = algebra.gen(ledger.ring, axes.u)
    t = arcs.num * x.denominator + s**bar.exponent * (arcs.den * x.numerator)
    return sign_of(ledger, t, arcs.place, axes)[1] > 0

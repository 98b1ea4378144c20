"""The end `tree`: a germ with two small variables, over a number field, by the bars of its curves (format page, §5).

The curves are the factors of the objects (of the sum of squares of several generators) and divisors.  On a bar |K| and the
measure are powers of s, up to units; between neighbours (a bar and the one below, a bar and a branch, the first bars and
u = 0) they are monomials in two coordinates.  So the threshold is the least ratio (h + 1)/k of bars and branches with
real points, and m = 2 where two neighbours have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.bars import Around, Axes, Bar, before, read_bars, sign_of
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.places import RATIONALS, Place, reduced
from rlct.certify.obligations.isolation import isolated, sign_at
from rlct.certify.obligations.state import State
from rlct.certify.obligations.value import INFINITE, Value

Data = dict[str, Any]
NAME = "tree"
ZERO = Fraction(0)


def value(ledger: Ledger, s: State, end: Data) -> Value:
    """What the tree proves, above and below."""
    ledger.require(not ledger.over_c and len(s.small) == 2 and not s.pending, NAME, "two small variables, real")
    u = ledger.variable(end["over"], s.small)
    (t,) = set(s.small) - {u}
    theta = ledger.variable(end["theta"], set(ledger.index.values()) - set(s.small))
    place = _place(ledger, s, theta)
    axes = Axes(u, theta, t)
    order = s.order if theta in s.order else (*s.order, theta)
    exponents = _exponents(ledger, s, axes, place, order, end["objects"])
    line = algebra.gen(ledger.ring, u)
    here = exponents.pop(line, (ZERO, ZERO))
    curves = list(exponents)
    walls = s.small[u].wall, s.small[t].wall
    start = before(ledger, curves, axes, place, not any(walls))
    bars = read_bars(ledger, order, start, axes, Around(walls), end["bars"])
    return _worst(ledger, axes, bars, [exponents[q] for q in curves], here, walls[1])


def _place(ledger: Ledger, s: State, theta: int) -> Place:
    """The field of the stratum: one dependent variable with a relation of its own, between two numbers, or none."""
    ledger.require(not s.equations and not s.guards, NAME, "no equations")
    for f in s.nonzero:
        ledger.require(bool(f) and algebra.is_constant(f), NAME, "no conditions", ledger.show(f))
    if not s.relations:
        ledger.require(set(s.order) == set(s.small), NAME, "small variables only")
        for f in s.positive:
            ledger.require(algebra.is_constant(f) and int(f.coeff(1)) > 0, NAME, "conditions that hold", ledger.show(f))
        return RATIONALS
    ledger.require(s.dependent == (theta,) and set(s.order) == {*s.small, theta}, NAME, "one dependent variable")
    (q,) = s.relations
    ledger.require(algebra.used(q) == {theta}, NAME, "a relation of its own", ledger.show(q))
    top = algebra.degree(q, theta)
    minimal = [0] * (top + 1)
    for e, c in algebra.terms(q):
        minimal[top - e[theta]] = int(c) if q[max(q)] > 0 else -int(c)
    lows, highs = [], []
    for f in s.positive:
        fine = algebra.used(f) == {theta} and algebra.degree(f, theta) == 1
        ledger.require(fine, NAME, "bounds of the dependent variable", ledger.show(f))
        slope = int(algebra.derivative(f, theta).coeff(1))
        (lows if slope > 0 else highs).append(Fraction(-int(f.coeff(1)), slope))
    ledger.require(bool(lows and highs), NAME, "bounds of the dependent variable")
    at = max(lows), min(highs)
    single = at[0] < at[1] and len(isolated(minimal, *at)) == 1 and sign_at(minimal, at[0]) * sign_at(minimal, at[1]) < 0
    ledger.require(single, NAME, "one point of the stratum")
    ledger.require(_irreducible(minimal), NAME, "an irreducible relation", ledger.show(q))
    return Place(tuple(minimal), at)


def _irreducible(minimal: Sequence[int]) -> bool:
    from sympy import Poly as Univariate
    from sympy import Symbol

    return len(minimal) > 2 and bool(Univariate(list(minimal), Symbol("T"), domain="ZZ").is_irreducible)


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
        if s.small[i].divisor:
            add(algebra.gen(ledger.ring, i), s.small[i].k, s.small[i].h)
    for ob, factors in zip(s.objects, data, strict=True):
        whole = ob.gens[0] if ob.principal else sum((g * g for g in ob.gens), ledger.ring.zero)
        fs = [(reduced(ledger.read(order, f), place, axes.t), k) for f, k in factors]
        product = reduced(algebra.product(ledger.ring, fs), place, axes.t)
        equal = algebra.same(product, reduced(whole, place, axes.t))
        ledger.require(bool(product) and equal, NAME, "the factors of an object (of the sum of squares)")
        share = 1 if ob.principal else Fraction(1, 2)
        for f, k in fs:
            if not algebra.at_zero(f, s.small):
                add(f, ob.E * k * share, ob.H * k * share)
    return out


def _worst(
    ledger: Ledger,
    axes: Axes,
    bars: Sequence[Bar],
    values: Sequence[tuple[Fraction, Fraction]],
    here: tuple[Fraction, Fraction],
    wall: bool,
) -> Value:
    found: list[Fraction | None] = []
    pairs: list[tuple[Fraction | None, Fraction | None]] = []

    def ratio(k: Fraction, h: Fraction) -> Fraction | None:
        ledger.require(h + 1 > 0, "integrable", "h + 1 > 0")
        return (h + 1) / k if k > 0 else None

    at_u = ratio(*here)
    found.append(at_u)
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
            found.append(mine)
        for i in range(len(bar.roots)):
            if bar.multiplicity(i) == 1 and (inside[-1][i] or inside[-1][i + 1]):
                branch = ratio(*values[bar.curve(i)])
                found.append(branch)
                pairs.append((mine, branch))
        if bar.parent is None:
            if inside[-1][0] or inside[-1][-1]:
                pairs.append((mine, at_u))
        else:
            below = inside[bar.parent]
            if (inside[-1][0] and below[bar.below]) or (inside[-1][-1] and below[bar.below + 1]):
                pairs.append((mine, ratios[bar.parent]))
    known = [x for x in found if x is not None]
    if not known:
        return INFINITE
    return Value(min(known), 2 if any(a == b == min(known) for a, b in pairs) else 1)


def _order(g: Poly, axes: Axes, exponent: int) -> int:
    return min(e[axes.u] + exponent * e[axes.c] for e in g)


def _positive(ledger: Ledger, axes: Axes, bar: Bar, x: Fraction) -> bool:
    """t > 0 on the arcs c = x."""
    arcs = bar.arcs
    s = algebra.gen(ledger.ring, axes.u)
    t = arcs.num * x.denominator + s**bar.exponent * (arcs.den * x.numerator)
    return sign_of(ledger, t, arcs.place, axes)[1] > 0

"""The end `line`: the exceptional line of a blow-up in the plane of a projection (format page, §5).

S is the line of all t, or that of t != 0, or of t > 0, at u = y = 0.  Every factor of an object is on u = 0 a power of
y times a factor that vanishes at y = 0 for special t only.  With the step `project`: where u and certain polynomials
are not 0, which on u = 0 vanish for special t only, the zeros in y are simple and different.
So away from the special t the zeros in y are series in a root of u, with differences that are powers of u times units:
the germ is that of a slice t = const times a line, the same in every interval.  A special t is looked at by itself: a
rational one as a point; at an irrational one a single simple factor meets u = 0, and the argument of `crossing` holds,
with slices t = const on both sides along u = 0, and slices u = ±r along the factor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from sympy import Poly as Univariate
from sympy import Rational, Symbol, prod

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import state as st
from rlct.certify.obligations.crossing import (
    at_value,
    conditions,
    dominated,
    sliced,
    together,
    without,
)
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.projection import factors_of_objects, known_factors
from rlct.certify.obligations.state import Small, State
from rlct.certify.obligations.value import Value, worst

Data = dict[str, Any]
NAME = "line"
T = Symbol("t")


@dataclass(frozen=True)
class Setting:
    """The variables; functions that vanish along the line; all other factors; what they and the parts of the functions
    without y are on the line."""

    u: int
    y: int
    t: int
    functions: tuple[Poly, ...]
    others: tuple[Poly, ...]
    on_line: dict[Poly, Univariate]


def line(ledger: Ledger, s: State, end: Data) -> tuple[tuple[State, ...], Callable[[Sequence[Value]], Value]]:
    """The states over samples, crossings and points, and how their values combine."""
    ledger.require(not ledger.over_c, NAME, "real coordinates")
    alone = len(s.order) == 3 and len(s.small) == 2 and len(s.free) == 1 and not s.pending
    ledger.require(alone, NAME, "two small variables and a free one")
    x = _setting(ledger, s, end)
    gen = algebra.gen(ledger.ring, x.t)
    said = conditions(ledger, s, NAME)
    ledger.require(all(g == gen for g in said), NAME, "no other condition than the sign of t")
    apart, beyond = bool(said), gen in s.positive
    samples = [Fraction(a) for a in end["samples"]]
    points = [Fraction(a) for a in end["points"]]
    intervals = [tuple(map(Fraction, c["interval"])) for c in end["crossings"]]
    _everything(ledger, x, samples, points, intervals, apart, beyond)
    children = [sliced(s, x.t, a, {}) for a in samples]
    counts = []
    for data in end["crossings"]:
        slices = _crossing(ledger, s, x, data)
        counts.append(len(slices))
        children += slices
    for a in points:
        unit, rest = algebra.constant(ledger.ring, a.denominator), algebra.constant(ledger.ring, -a.numerator)
        moved = st.change(s, x.t, unit, rest)
        assert s.projection is not None
        image = st.solve_into(s, x.t, unit, rest)
        moved = replace(moved, projection=(x.y, tuple(image(q) for q in s.projection[1])))
        children.append(st.conditions_at_zero(replace(moved, small={**moved.small, x.t: Small()})))

    def combine(values: Sequence[Value]) -> Value:
        at = dict(zip(samples, values, strict=False))
        rest = list(values[len(samples) :])
        out = list(at.values())
        for (lo, hi), n in zip(intervals, counts, strict=True):
            near = [v for a, v in at.items() if a <= lo][-1:] + [v for a, v in at.items() if a >= hi][:1]
            out.append(together([*near, *rest[:n]], [len(near), n], 3))
            rest = rest[n:]
        return worst([*out, *rest])

    return tuple(children), combine


def _setting(ledger: Ledger, s: State, end: Data) -> Setting:
    y = ledger.variable(end["var"], s.small)
    ledger.require(not s.small[y].divisor, NAME, "a variable without divisor", ledger.names[y])
    (u,) = (i for i in s.small if i != y)
    (t,) = s.free
    functions: dict[Poly, None] = {}
    on_line: dict[Poly, Poly] = {}
    for f in factors_of_objects(ledger, s, end["objects"]):
        low = algebra.at_zero(f, (u,))
        ledger.require(bool(low), NAME, "factors that do not vanish on u = 0", ledger.show(f))
        on_line[f] = algebra.at_zero(without(low, y), (y,))
        ledger.require(bool(on_line[f]), NAME, "a power of y times something", ledger.show(f))
        if not algebra.at_zero(low, (y,)):
            functions.setdefault(f)
    for q in known_factors(ledger, s, y, NAME):
        if q != algebra.gen(ledger.ring, u):
            on_line[q] = algebra.at_zero(q, (u,))
            ledger.require(bool(on_line[q]), NAME, "factors that do not vanish on u = 0", ledger.show(q))
    others = tuple(f for f in on_line if f not in functions)
    return Setting(u, y, t, tuple(functions), others, {f: _univariate(g, t) for f, g in on_line.items()})


def _univariate(f: Poly, t: int) -> Univariate:
    return Univariate.from_dict({(e[t],): int(c) for e, c in algebra.terms(f)}, T, domain="ZZ")


def _everything(
    ledger: Ledger,
    x: Setting,
    samples: Sequence[Fraction],
    points: Sequence[Fraction],
    intervals: Sequence[Sequence[Fraction]],
    apart: bool,
    beyond: bool,
) -> None:
    """Between two samples there is one special t, between the first and the last and infinity there is none; each is
    one of the points, in one of the intervals, or 0 where that is left out."""
    product = prod(x.on_line.values(), start=Univariate(T if apart else 1, T, domain="ZZ"))
    whole = Univariate(product, T, domain="ZZ").sqf_part()
    ledger.require(bool(samples) and list(samples) == sorted(set(samples)), NAME, "samples in order")
    ledger.require(all(whole.eval(_number(a)) != 0 for a in samples), NAME, "samples that are not special")
    ledger.require(not beyond or samples[0] > 0, NAME, "samples in the stratum")

    def count(lo: Fraction | None, hi: Fraction | None) -> int:
        return int(whole.count_roots(None if lo is None else _number(lo), None if hi is None else _number(hi)))

    first = count(Fraction(0) if beyond else None, samples[0]) - int(beyond)  # beyond: 0 itself is one
    ledger.require(first == 0 and count(samples[-1], None) == 0, NAME, "samples beyond all special points")
    known = [(a, a) for a in points] + [(lo, hi) for lo, hi in intervals]
    for a, b in pairwise(samples):
        inside = [(lo, hi) for lo, hi in known if a < lo and hi < b]
        zero = apart and a < 0 < b
        one = count(a, b) == 1 == len(inside) + int(zero)
        ledger.require(one, NAME, "one special point between samples", f"{a}, {b}")
        for lo, hi in inside:
            ledger.require(count(lo, hi) == 1, NAME, "a special point where one is said to be", f"{lo}, {hi}")
    ledger.require(len(known) + int(apart and not beyond) == len(samples) - 1, NAME, "no other points")


def _number(a: Fraction) -> Rational:
    return Rational(a.numerator, a.denominator)


def _crossing(ledger: Ledger, s: State, x: Setting, data: Data) -> list[State]:
    """An irrational point where one factor without y meets the line, once."""
    q = algebra.canonical(ledger.read(s.order, data["component"]))
    lo, hi = map(Fraction, data["interval"])
    r, delta = map(Fraction, data["radii"])
    ledger.require(q in x.others and x.y not in algebra.used(q), NAME, "a factor without y", ledger.show(q))
    ledger.require(lo < hi and r > 0 and delta > 0, NAME, "a box")
    mine = x.on_line[q]
    meets = mine.eval(_number(lo)) * mine.eval(_number(hi)) < 0
    ledger.require(bool(meets), NAME, "a component that meets the line in the interval", ledger.show(q))
    mid = (lo + hi) / 2
    radii = {x.t: (hi - lo) / 2, x.u: r, x.y: delta}
    for f in _without_zero(x, q, lo, hi, delta):
        fine = dominated(_shifted(f, x.t, mid), radii)
        ledger.require(fine, NAME, "polynomials without zero in the box", ledger.show(f))
    box = {x.t: (lo, hi), x.y: (-delta, delta)}
    return [sliced(s, x.u, value, box) for value in ((r,) if s.small[x.u].wall else (r, -r))]


def _without_zero(x: Setting, q: Poly, lo: Fraction, hi: Fraction, delta: Fraction) -> Iterator[Poly]:
    """What must not vanish in the box."""
    yield algebra.derivative(q, x.t)
    yield from (f for f in x.others if f != q)
    for f in x.functions:
        yield without(algebra.at_zero(f, (x.u,)), x.y)
        yield from (at_value(f, x.y, sign * delta) for sign in (1, -1))
    yield from (at_value(q, x.t, a) for a in (lo, hi))


def _shifted(f: Poly, t: int, by: Fraction) -> Poly:
    """A multiple of f at t + by."""
    num = algebra.gen(f.ring, t) * by.denominator + algebra.constant(f.ring, by.numerator)
    return algebra.replace_by_ratio(f, t, num, algebra.constant(f.ring, by.denominator))

"""Quasi-ordinary points in three variables: what happens there is seen in plane slices next to them.

Let all functions of a chart be regular in y, and let their discriminants and resultants with respect to y be products
of components q that cross normally, times units.  By the theorem of Abhyankar and Jung the zeros in y are series in
roots of the q, and so are their differences up to units.  In logarithmic coordinates |K| is linear on cones, and every
ray of these cones lies over one of the surfaces q = 0, or is the line of a smooth zero: the threshold is the least of
those along the q, away from the crossing.  There nothing changes along q = 0, so a slice through one of its points, on
either side of the crossing, has the same threshold; and if there is one component only, a slice through 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from rlct.exact import charts
from rlct.exact.charts import Chart, encode, number
from rlct.exact.leaves import INFINITE
from rlct.exact.poly import Poly
from rlct.exact.projection import Eliminants, order, written
from rlct.exact.work import Work
from rlct.values import Threshold

SMALLEST = 60  # radii of boxes are 1/2, 1/4, ...: so many are tried

@dataclass(frozen=True, slots=True)
class Crossing:
    """The slices, how many for each component, and the end without its children."""

    charts: tuple[Chart, ...]
    counts: tuple[int, ...]
    end: dict[str, Any]


def crosses_normally(e: Eliminants) -> bool:
    """At most two components, smooth at 0, with different tangents."""
    if len(e.components) > 2 or any(order(q) > 1 for q in e.components):
        return False
    if len(e.components) < 2:
        return True
    a, b = (dict(_gradient(q)) for q in e.components)
    return any(a.get(i, 0) * b.get(j, 0) != a.get(j, 0) * b.get(i, 0) for i in a for j in b if i != j)


def _gradient(q: Poly) -> Iterator[tuple[int, int]]:
    for e, x in q.terms:
        if sum(e) == 1:
            yield e.index(1), x


# ---------------------------------------------------------------- the charts along the components
def crossing(w: Work, e: Eliminants) -> Crossing | None:
    """The end at a quasi-ordinary point."""
    c = w.chart
    parts = [_along(c, e, q) for q in e.components]
    known = [p for p in parts if p is not None]
    if not known or len(known) < len(parts):
        return None
    end: dict[str, Any] = {
        "end": "crossing",
        "var": c.name(e.y),
        "objects": [written(c, fs) for fs in e.objects],
        "components": [encode(c, q) for q in e.components],
        "parts": [data for _, data in known],
    }
    return Crossing(tuple(chart for found, _ in known for chart in found), tuple(len(found) for found, _ in known), end)


def _along(c: Chart, e: Eliminants, q: Poly) -> tuple[list[Chart], dict[str, Any]] | None:
    """The slices through q = 0, on both sides of the other component."""
    base = [i for i in c.smalls if i != e.y]
    if q.is_monomial:
        (x,) = q.variables
    else:
        x = min((i for i, _ in _gradient(q) if not c.small[i].is_divisor), key=lambda i: q.degrees[i], default=-1)
        if x < 0:
            return None
    (v,) = (i for i in base if i != x)
    if len(e.components) == 1:
        return [sliced(c, v, Fraction(0), {})], {"across": c.name(x), "box": [], "at": ["0"]}
    radii = _radii(c, e, q, v, x)
    if radii is None:
        return None
    r = radii.pop(v)
    values = [r] if c.small[v].wall else [r, -r]
    data = {
        "across": c.name(x),
        "box": [[c.name(i), number(s)] for i, s in radii.items()],
        "at": [number(value) for value in values],
    }
    box = {i: (-s, s) for i, s in radii.items()}
    return [sliced(c, v, value, box) for value in values], data


def sliced(c: Chart, v: int, value: Fraction, box: Mapping[int, tuple[Fraction, Fraction]]) -> Chart:
    """The chart at v = value; the variables of the box are free in it."""
    positive: list[Poly] = []
    for i, (lo, hi) in box.items():
        positive += [_linear(c, i, 1, -lo), _linear(c, i, -1, hi)]
    objects = [charts.Ideal(tuple(at_value(g, v, value).primitive() for g in ob.gens), ob.E, ob.H) for ob in c.objects]
    return replace(
        c,
        order=tuple(i for i in c.order if i != v),
        small={i: s for i, s in c.small.items() if i != v and i not in box},
        nonzero=(),
        objects=tuple(ob for ob in objects if not any(g.is_constant for g in ob.gens)),
        positive=tuple(positive),
        roots=(),
    )


def _linear(c: Chart, i: int, slope: int, shift: Fraction) -> Poly:
    return (c.ring.gen(i) * (slope * shift.denominator) + c.ring.const(shift.numerator)).primitive_signed()


def _radii(c: Chart, e: Eliminants, q: Poly, v: int, x: int) -> dict[int, Fraction] | None:
    """Radii of a box in which q = 0 is a graph over v, crosses the other component at 0 only, no other factor of the
    eliminants has a zero, and no zero of a function leaves through y = ±radius; x and y only where they are not 0."""
    y, radii = e.y, dict[int, Fraction]()
    base = (x, v)
    on = [x] if q.is_monomial else []  # 0 along the component
    others = [p for p in e.components if p != q]
    needed = [u.at_zero(on) for u in e.units]
    cores = [core(f.at_zero(on), y) for f in e.functions]
    if on and all(f.constant_term() for f in cores):
        needed += [f.at_zero([y]) for f in cores]
    else:
        if not radius(radii, y, [core(f.at_zero(base), y) for f in e.functions]):
            return None
        needed += [at_value(f.at_zero(on), y, s * radii[y]) for f in e.functions for s in (1, -1)]
    if on:
        needed += [core(p.at_zero(on), v) for p in others]
    else:
        slope = q.derivative(x)
        needed += [slope, *(slope * p.derivative(v) - q.derivative(v) * p.derivative(x) for p in others)]
        if not radius(radii, x, [core(q.at_zero([v]), x), *(f.at_zero([v]) for f in needed)]):
            return None
        needed += [at_value(q, x, s * radii[x]) for s in (1, -1)]
    return radii if radius(radii, v, needed) else None


def radius(radii: dict[int, Fraction], i: int, needed: Sequence[Poly]) -> bool:
    """Add a radius of x_i in whose box the constant terms dominate."""
    r = Fraction(1, 2)
    for _ in range(SMALLEST):
        radii[i] = r
        if all(dominated(f, radii) for f in needed):
            return True
        r /= 2
    return False


def core(f: Poly, i: int) -> Poly:
    """f in one variable without the power of it."""
    return f.divide_monomial([i], f.content_in([i]))


def at_value(f: Poly, i: int, value: Fraction) -> Poly:
    """A multiple of f at x_i = value."""
    ring = f.ring
    d = f.degrees[i]
    total = ring.zero
    for k, part in f.coefficients(i).items():
        total = total + part * (value.numerator**k * value.denominator ** (d - k))
    return total


def dominated(f: Poly, radii: Mapping[int, Fraction]) -> bool:
    """In the box the constant term of f is larger than all others together."""
    total = Fraction(0)
    for e, x in f.terms:
        if any(e):
            size = Fraction(abs(x))
            for i, a in enumerate(e):
                if a:
                    size *= radii[i] ** a
            total += size
    return total < abs(f.constant_term())


def together(values: Sequence[Threshold], counts: Sequence[int], most: int) -> Threshold:
    """The worst of each group (of so many), where the multiplicities of groups with the same threshold add up."""
    low, first = INFINITE, 0
    for n in counts:
        group = min(values[first : first + n], default=INFINITE)
        tied = low.lam == group.lam != math.inf
        low = Threshold(low.lam, min(low.mult + group.mult, most)) if tied else min(low, group)
        first += n
    return low

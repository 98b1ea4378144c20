"""Functions of order 2 in a variable: up to a unit w² minus the discriminant, a function of the other variables.

Let g have a double zero at y = 0 where the other small variables are 0.  By Hensel's lemma g = W·Q, W = y² + a y + b
with a, b functions of the other variables, Q a unit, and disc(g) = disc(W) disc(Q) Res(W, Q)², all discriminants and
resultants those of binary forms of fixed degree.  Where Q has no multiple zero at small = 0 (none at infinity either),
disc(g) is the unit disc(Q) Res(W, Q)² times a² - 4b; and W = (y + a/2)² - (a² - 4b)/4.  So |g| is, up to a unit and in
the coordinate w, a multiple of y + a/2, the same as |w² - σ·disc(g)| with σ the sign of disc(Q).

A curve along which two sheets of a surface meet is a factor of the discriminant, in whatever coordinates it is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rlct.exact import charts
from rlct.exact.charts import Chart, Step, encode
from rlct.exact.eliminants import discriminant, formal_discriminant
from rlct.exact.implicit import made_coordinate, settled
from rlct.exact.leaves import residual
from rlct.exact.measure import left_over
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.work import Work

DEGREE = 7  # highest degree in the variable
LONG = 160  # longest function
LONGEST = 2000  # longest discriminant
STEEP = 160  # highest degree in a variable that is sheared
SHEARS = (1, -1, 2)


def discriminant_step(w: Work) -> bool:
    """Replace a function of order 2 in a variable by a square and a discriminant, if that leaves less to do."""
    c = w.chart
    for j, l in residual(c):
        g = c.objects[j].gens[l]
        if not c.objects[j].principal or len(g) > LONG:
            continue
        for v in _directions(w, j, g):
            if completed(v, j) and left_over(v.chart) < left_over(c):
                w.chart = v.chart
                w.steps += v.steps
                return True
    return False


def _directions(w: Work, j: int, g: Poly) -> Iterator[Work]:
    """The chart as it is, and after shears: a line that meets the zeros once more elsewhere shows too much."""
    yield Work(w.chart, w.memory)
    c = w.chart
    plain = [i for i in c.smalls if not c.small[i].is_divisor and not c.in_relations(i) and i in g.variables]
    for y in plain:
        for x in plain:
            for t in SHEARS if x != y and g.degrees[x] <= STEEP else ():
                v = Work(c, w.memory)
                v.do(charts.coordinate(c, x, c.ring.one, c.ring.gen(y) * t))
                yield v


def completed(w: Work, j: int) -> bool:
    """The square and the discriminant in place of object j, with factors of the latter as coordinates."""
    c = w.chart
    g = c.objects[j].gens[0]
    others = [f for k, ob in enumerate(c.objects) if k != j for f in ob.gens]
    for y in sorted(g.variables & c.small.keys(), key=lambda i: g.degrees[i]):
        if c.small[y].is_divisor or c.in_relations(y) or any(y in f.variables for f in others):
            continue
        sign = _sign(w, g, y)
        if sign is None:
            continue
        try:
            disc = discriminant(g, y)
        except TooLarge:
            continue
        if not disc or len(disc) > LONGEST:
            continue
        unit, essential = c.ring.one, disc.primitive_signed()
        for f, e in w.memory.factors(disc.primitive()):
            s = _definite(w, f)
            if s is not None:
                unit = unit * (f * s) ** e
                quotient = essential.divide((f * s) ** e)
                assert quotient is not None
                essential = quotient
        w.do(_complete(c, j, y, sign, unit, essential))
        _factors_as_coordinates(w, j, y)
        return True
    return False


def _complete(chart: Chart, j: int, y: int, sign: int, unit: Poly, disc: Poly) -> tuple[Chart, Step]:
    """The principal object j, of order 2 in the small y, becomes y² - sign·disc; unit·disc is its discriminant."""
    ob = chart.objects[j]
    new = chart.ring.gen(y) ** 2 - disc * sign
    step = {
        "op": "complete",
        "obj": j,
        "var": chart.name(y),
        "sign": sign,
        "unit": encode(chart, unit),
        "disc": encode(chart, disc),
    }
    objects = (*chart.objects[:j], replace(ob, gens=(new.primitive(),)), *chart.objects[j + 1 :])
    return replace(chart, objects=objects, roots=tuple((q, e) for q, e in chart.roots if y not in q.variables)), step


def _factors_as_coordinates(w: Work, j: int, y: int) -> None:
    """The factors of the discriminant as coordinates, as far as they are transversal: y² and a monomial are left."""
    v = Work(w.chart, w.memory)
    for _ in v.chart.smalls:
        g = v.chart.objects[j].gens[0]
        square = g.ring.from_terms({e: x for e, x in g.terms if e[y]})
        disc = g - square
        for p, e in w.memory.factors(disc.primitive()):
            scale = disc.divide(p**e)
            if len(p) > 1 and scale is not None and not v.is_unit(p) and v.vanishes(p):
                if made_coordinate(v, j, 0, (p, e, scale, g.ring.one), square, trusted=True):
                    break
        else:
            break
    if v.steps and all(settled(v, v.chart.objects[j].gens[0], t) for t in v.chart.dependents):
        w.chart = v.chart
        w.steps += v.steps


def _definite(w: Work, f: Poly) -> int | None:
    """The sign of f on the stratum, if it has no zero there."""
    if w.chart.over_c:
        return 1 if w.is_unit(f) else None
    return w.memory.oracle.sign_on(w.chart.at_zero(f), w.stratum)


def _sign(w: Work, g: Poly, y: int) -> int | None:
    """The sign of disc(Q) on the stratum, where g = y²·Q at small = 0, Q is not 0 at y = 0 and has no double zero."""
    c = w.chart
    d = g.degrees[y]
    if not 2 <= d <= DEGREE:
        return None
    parts = g.coefficients(y)
    if d == 2 and 1 not in parts and parts[2].is_constant:
        return None  # done already
    zero = c.ring.zero
    if not w.is_unit(parts.get(2, zero)) or not all(w.vanishes(parts.get(k, zero)) for k in (0, 1)):
        return None
    form = [c.at_zero(parts.get(k, zero)) for k in range(2, d + 1)]
    try:
        disc = formal_discriminant(form)
    except TooLarge:
        return None
    return _definite(w, disc)

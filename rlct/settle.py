"""Coordinates in which the problem of a box is short: those that make it short at a rational point that looks worst.

A box has no origin, so nothing says where a disguised problem is simple; at a point the shears that undo a disguise
are seen.  Polynomial changes of coordinates with constant coefficients of their variable are changes of the whole
space, so they serve the box as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import islice
from math import lcm, prod

from rlct.exact import charts
from rlct.exact.charts import Chart, Small, decode, squares
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.shorten import shorten, size
from rlct.exact.singular_points import singular_points
from rlct.exact.work import Memory, Work
from rlct.hints import linear_hints, move_hint, square_parts
from rlct.local import factored
from rlct.localize import Cell, Claim, root_chart
from rlct.problem import Problem

LONG = 16  # terms: shorter problems are looked at as they are
POINTS = 4
SHARE = 4  # of the time, one in so many for the look for points
FAR = 3  # in place of a missing bound
LONGEST = 3000  # terms of the product whose points are looked for


@dataclass(frozen=True)
class Move:
    """unit·x_i + rest becomes the coordinate x_i."""

    i: int
    unit: int
    rest: Poly


def settled(problem: Problem, claim: Claim, chart: Chart, memory: Memory) -> tuple[Move, ...]:
    """Changes of coordinates after which the chart of the inside of a box is shorter; () where none are found, in a
    share of the time that is left."""
    assert problem.region is not None
    w = Work(chart, memory)
    powers_apart(w, claim, linear_hints(problem, claim))
    shorten(w, ())
    least, best = size(w.chart), tuple[Move, ...]()
    if least < LONG:
        return ()
    f = _function(chart, memory)
    if f is None:
        return ()
    box = [
        (-Fraction(FAR) if lo is None else lo, Fraction(FAR) if hi is None else hi) for lo, hi in problem.region.box
    ]
    found = singular_points(f, box, memory.share(SHARE))
    points = dict.fromkeys(p for _, p in islice(found, 3 * POINTS))
    for p in list(points)[:POINTS]:
        try:
            moves = _moves_at(problem, claim, chart, memory, p)
            v = Work(chart, memory)
            apply(v, moves)
            powers_apart(v, claim, ())
            shorten(v, ())
        except TooLarge:
            continue
        if size(v.chart) < least:
            least, best = size(v.chart), moves
    return best


def apply(w: Work, moves: Sequence[Move]) -> None:
    """Take the coordinates of `settled`."""
    for m in moves:
        w.do(charts.coordinate(w.chart, m.i, w.chart.ring.const(m.unit), m.rest))


def moved(chart: Chart, moves: Sequence[Move]) -> Chart:
    """The chart in these coordinates."""
    for m in moves:
        chart, _ = charts.coordinate(chart, m.i, chart.ring.const(m.unit), m.rest)
    return chart


def powers_apart(w: Work, claim: Claim, hints: Sequence[Poly]) -> None:
    """An ideal of one function, given as a product or power, is so again: multiplied out it may be too long to shorten.

    Parameters: `hints`, polynomials as written, in the coordinates of the chart.
    """
    factors = [e for f in claim.functions for _, fs in f for _, e in fs]
    if claim.form == "ideal" and len(claim.functions) == 1 and sum(factors) > 1:
        w.memory.expect(hints)
        factored(w)


def _function(chart: Chart, memory: Memory) -> Poly | None:
    """Zero where the objects of K are that may become shorter: the product of their factors in more than one variable
    (each once where that is long), of several generators, if they have such factors, the sum of the squares."""
    parts: list[tuple[Poly, int]] = []
    for ob in chart.objects:
        if not ob.E:
            continue
        if not ob.principal:
            if any(len(q.variables) > 1 for g in ob.gens for q, _ in memory.factors(g.primitive())):
                parts.append((sum((g * g for g in ob.gens), chart.ring.zero), 1))
            continue
        parts += [(q, e) for q, e in memory.factors(ob.gens[0].primitive()) if len(q.variables) > 1]
    for powers in (parts, [(q, 1) for q, _ in parts]):
        if powers and prod(len(q) ** e for q, e in powers) <= LONGEST:
            return reduce(Poly.__mul__, (q**e for q, e in powers))
    return None


def _moves_at(
    problem: Problem, claim: Claim, chart: Chart, memory: Memory, p: Sequence[Fraction]
) -> tuple[Move, ...]:
    """The point as origin, and what makes the problem short there, as changes of the coordinates of the whole space."""
    ring = chart.ring
    images = {i: ring.gen(i) * x.denominator + ring.const(x.numerator) for i, x in enumerate(p)}
    denominators = {i: x.denominator for i, x in enumerate(p)}
    order = tuple(range(len(p)))
    local = root_chart(claim, images, denominators, order, {i: Small() for i in order}, (), ())
    shift = [Move(i, x.denominator, ring.const(-x.numerator)) for i, x in enumerate(p) if x]
    factors = {i: Fraction(x.denominator if x else 1) for i, x in enumerate(p)}
    w = Work(local, memory)
    for j, parts in square_parts(problem, claim, Cell("at", local, (), images), memory):
        w.do(squares(w.chart, j, parts))
    return (*shift, *_moves(problem, claim, w, Cell("at", local, (), images), factors))


def settled_at(problem: Problem, claim: Claim, cell: Cell, memory: Memory) -> tuple[Move, ...]:
    """Changes of the coordinates of a cell at a point that make the problem short."""
    return _moves(problem, claim, Work(cell.chart, memory), cell, {i: Fraction(1) for i in cell.chart.order})


def _moves(
    problem: Problem, claim: Claim, w: Work, cell: Cell, factors: dict[int, Fraction]
) -> tuple[Move, ...]:
    """The polynomial ones of the changes that make a cell short; factors times what is moved are its coordinates."""
    ring, order = cell.chart.ring, cell.chart.order
    hints = [move_hint(h, cell) for h in linear_hints(problem, claim)]
    powers_apart(w, claim, hints)
    shorten(w, hints)
    moves = []
    names = {cell.chart.name(i): i for i in order}
    for step in w.steps:
        if step["op"] != "coordinate":
            continue
        unit, rest = (decode(ring, order, step[part]) for part in ("unit", "rest"))
        if not unit.is_constant:
            break
        i = names[step["var"]]
        terms = {e: c / _power(factors, e) for e, c in rest.terms}
        slope = Fraction(unit.constant_term()) / factors[i]
        n = lcm(slope.denominator, *(x.denominator for x in terms.values()))
        moves.append(Move(i, int(slope * n), ring.from_terms({e: int(x * n) for e, x in terms.items()})))
        factors[i] = Fraction(n)
    return tuple(moves)


def _power(factors: dict[int, Fraction], e: Sequence[int]) -> Fraction:
    out = Fraction(1)
    for i, x in factors.items():
        out *= x ** e[i]
    return out

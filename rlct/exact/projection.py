"""Projections along a variable y: where zeros in y meet, and the proof of it.

Each function with its derivative, and any two functions, have a combination without y; where its factors are not 0
their zeros in y are simple and different.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rlct.exact import charts
from rlct.exact.charts import Chart, encode
from rlct.exact.eliminants import bezout
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.work import Work

PLANE = 600_000  # terms times degree of a polynomial in two variables that is factored
LONGEST = 20000  # longest discriminant (to be factored)

Factors = list[tuple[Poly, int]]
Move = Callable[[Poly], Poly]


def unmoved(f: Poly) -> Poly:
    """The point is the origin."""
    return f


@dataclass(frozen=True, slots=True)
class Projection:
    """A variable y, the functions (factors of the objects, 0 at the point) that involve it, the curves without y over
    which not all of their zeros are simple and different, or on which other functions are 0; functions and further
    curves that are not 0 at the point; the curves over which a function is just folded; the proof as data."""

    y: int
    functions: tuple[Poly, ...]
    curves: tuple[Poly, ...]
    units: tuple[Poly, ...]
    folds: frozenset[Poly]
    data: dict[str, Any]


def multiplicity(c: Chart, y: int) -> int:
    """The number of zeros in y that meet at the point (many where some generator is 0 on the axis)."""
    axes = [ob.gens[0].at_zero([i for i in c.smalls if i != y]) for ob in c.objects if ob.principal]
    return sum(f.content_in([y])[0] if f else 100 for f in axes)


def discriminant_curve(w: Work, y: int, move: Move = unmoved) -> list[Poly] | None:
    """The factors of discriminants and resultants that vanish at the point; None where they are 0 or long, or where a
    function is 0 on the whole line."""
    out: dict[Poly, None] = {}
    functions = _functions(w, [factored(w, ob) for ob in w.chart.objects], y, move)
    if not _regular(w.chart, functions, y, move):
        return None
    try:
        for f, g in pairs_of(functions, y):
            e = w.memory.resultant(f, g, y)
            if not e or len(e) > LONGEST * w.memory.patience:
                return None
            out.update((q, None) for q in (move(q) for q, _ in factors(w, e)) if not q.at_zero(w.chart.smalls))
    except TooLarge:
        return None
    return list(out)


def projected(w: Work, y: int, move: Move = unmoved) -> Projection | None:
    """The projection along y of a chart over Q, the point being where `move` puts the origin; None where a function is
    not regular in y, or a combination is not found."""
    c = w.chart
    objects = [factored(w, ob) for ob in c.objects]
    functions = _functions(w, objects, y, move)
    if not functions or not _regular(c, functions, y, move):
        return None
    others = dict.fromkeys(f for fs in objects for f, _ in fs if f not in functions)
    once: dict[Poly, bool] = dict.fromkeys(others, False)
    proofs = []
    for f, g in pairs_of(functions, y):
        found = _combination(w, f, g, y)
        if found is None:
            return None
        fs = factors(w, found[0])
        others.update((q, None) for q, _ in fs)
        for q, k in fs:  # a·f + b·∂f = q·unit: f is smooth where q is 0, and no other function is 0 there
            once[q] = q not in once and k == 1 and g == f.derivative(y)
        proofs.append({"factors": written(c, fs), "by": [encode(c, h) for h in found[1:]] or None})
    data = {"var": c.name(y), "objects": [written(c, fs) for fs in objects], "eliminants": proofs}
    there = {q: move(q) for q in others}
    curves = tuple(q.primitive() for q in there.values() if not q.at_zero(c.smalls))
    units = tuple(q for q in there.values() if q.at_zero(c.smalls) and q.variables & set(c.smalls))
    folds = frozenset(there[q].primitive() for q, fold in once.items() if fold)
    return Projection(y, tuple(move(f) for f in functions), curves, units, folds, data)


def _regular(c: Chart, functions: Sequence[Poly], y: int, move: Move) -> bool:
    """No function is 0 on the line through the point."""
    base = [i for i in c.smalls if i != y]
    return all(move(f).at_zero(base) for f in functions)


def _combination(w: Work, f: Poly, g: Poly, y: int) -> tuple[Poly, ...] | None:
    """A combination of f and g without y, and the multipliers; the resultant alone where these are too long."""
    try:
        return bezout(f, g, y)
    except TooLarge:
        pass
    try:
        e = w.memory.resultant(f, g, y)
    except TooLarge:
        return None
    return (e,) if e else None


def _functions(w: Work, objects: Sequence[Factors], y: int, move: Move) -> list[Poly]:
    """Those that involve y and are 0 at the point."""
    found = dict.fromkeys(f for fs in objects for f, _ in fs if y in f.variables)
    return [f for f in found if not move(f).at_zero(w.chart.smalls)]


def factors(w: Work, g: Poly) -> Factors:
    """The factors of g that are no constants: monomials first, what is left may then be short enough."""
    smalls = w.chart.smalls
    content = g.content_in(smalls)
    out = [(g.ring.gen(i), a) for i, a in zip(smalls, content, strict=True) if a]
    rest = g.divide_monomial(smalls, content).primitive()
    planar = len(rest.variables) <= 2
    for part, k in rest.square_free() if planar and rest.is_large else [(rest, 1)]:
        quick = planar and len(part) * part.total_degree() <= PLANE * w.memory.patience  # tenths of a second
        found = part.factor()[1] if quick and part.is_large else w.memory.factors(part.primitive())
        out += [(q.primitive(), k * e) for q, e in found if not q.is_constant]
    return out


def factored(w: Work, ob: charts.Ideal) -> Factors:
    """The factors of the generator, or of the sum of the squares of several."""
    g = ob.gens[0] if ob.principal else sum((g * g for g in ob.gens), w.chart.ring.zero)
    return w.memory.factors(g.primitive())


def pairs_of(functions: Sequence[Poly], y: int) -> tuple[tuple[Poly, Poly], ...]:
    """Every function with its derivative (if that is not free of y) and with those before it."""
    out: list[tuple[Poly, Poly]] = []
    for n, f in enumerate(functions):
        if f.degrees[y] > 1:
            out.append((f, f.derivative(y)))
        out += [(f, g) for g in functions[:n]]
    return tuple(out)


def order(q: Poly, smalls: Sequence[int]) -> int:
    """The least degree of a term in these variables."""
    return min(sum(e[i] for i in smalls) for e, _ in q.terms)


def written(c: Chart, fs: Factors) -> list[Any]:
    """Factors as data."""
    return [[encode(c, f), k] for f, k in fs]

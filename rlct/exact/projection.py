"""Projections along a variable y: where zeros in y meet, and the proof of it.

Each function with its derivative, and any two functions, have a combination without y; where its factors are not 0
their zeros in y are simple and different.  Blow-ups of the other variables change nothing in that, so the factors ride
along with the charts above (as their `roots`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rlct.exact import charts
from rlct.exact.charts import Chart, encode
from rlct.exact.eliminants import bezout
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.work import Work

LONGEST = 1600  # longest discriminant (to be factored)

Factors = list[tuple[Poly, int]]


@dataclass(frozen=True, slots=True)
class Eliminants:
    """For a variable y: the factors of the objects, the functions that involve y, the components (factors of the
    eliminants that vanish at 0, divisors, and functions without y), the other factors."""

    y: int
    objects: tuple[Factors, ...]
    functions: tuple[Poly, ...]
    components: tuple[Poly, ...]
    units: tuple[Poly, ...]


def is_candidate(c: Chart) -> bool:
    """Three small variables and nothing else."""
    return len(c.smalls) == len(c.order) == 3 and not c.relations


def eliminants(w: Work, y: int) -> Eliminants | None:
    """With respect to y, where all functions are regular in it; the factors of the eliminants are the chart's `roots`,
    as `projected` has put them there."""
    c = w.chart
    objects = tuple(factored(w, ob) for ob in c.objects)
    found = dict.fromkeys(f for fs in objects for f, _ in fs if not f.constant_term())
    base = [i for i in c.smalls if i != y]
    functions = tuple(f for f in found if y in f.variables)
    if any(not f.at_zero(base) for f in functions):
        return None
    components = dict.fromkeys(c.ring.gen(i) for i in base if c.small[i].is_divisor)
    components.update((f, None) for f in found if y not in f.variables)
    units: dict[Poly, None] = {}
    for q in known_factors(c):
        (units if q.constant_term() else components).setdefault(q)
    return Eliminants(y, objects, functions, tuple(components), tuple(units))


def known_factors(c: Chart) -> list[Poly]:
    """The factors of the eliminants without divisors, which count by themselves."""
    divisors = [i for i in c.smalls if c.small[i].is_divisor]
    moved = (q.divide_monomial(divisors, q.content_in(divisors)).primitive() for q, _ in c.roots)
    return [q for q in dict.fromkeys(moved) if not q.is_constant]


def multiplicity(c: Chart, y: int) -> int:
    """The number of zeros in y that meet at the point (many where some generator is 0 on the axis)."""
    axes = [ob.gens[0].at_zero([i for i in c.smalls if i != y]) for ob in c.objects if ob.principal]
    return sum(f.content_in([y])[0] if f else 100 for f in axes)


def discriminant_curve(w: Work, y: int) -> list[Poly] | None:
    """The factors of discriminants and resultants that vanish at the point; None where they are 0 or long."""
    found = dict.fromkeys(f for ob in w.chart.objects for f, _ in factored(w, ob) if y in f.variables)
    out: dict[Poly, None] = {}
    try:
        for f, g in pairs_of(list(found), y):
            e = f.resultant(g, y)
            if not e or len(e) > LONGEST:
                return None
            out.update((q, None) for q, _ in factors(w, e) if not q.constant_term())
    except TooLarge:
        return None
    return list(out)


def projected(w: Work, y: int) -> tuple[Chart, charts.Step] | None:
    """The chart with the factors of discriminants and resultants with respect to y as its `roots`; and the step that
    proves it: each function with its derivative, and any two of them, have a combination without y."""
    c = w.chart
    objects = [factored(w, ob) for ob in c.objects]
    functions = list(dict.fromkeys(f for fs in objects for f, _ in fs if y in f.variables))
    proofs = []
    known: dict[Poly, None] = {}
    for f, g in pairs_of(functions, y):
        try:
            found = bezout(f, g, y)
        except TooLarge:
            return None
        if found is None:
            return None
        fs = factors(w, found[0])
        known.update((q, None) for q, _ in fs)
        proofs.append({"factors": written(c, fs), "by": [encode(c, h) for h in found[1:]]})
    step = {
        "op": "project",
        "var": c.name(y),
        "objects": [written(c, fs) for fs in objects],
        "eliminants": proofs,
    }
    return replace(c, roots=tuple((q, 1) for q in known)), step


def factors(w: Work, g: Poly) -> Factors:
    """The factors of g that are no constants: monomials first, what is left may then be short enough."""
    smalls = w.chart.smalls
    content = g.content_in(smalls)
    out = [(g.ring.gen(i), a) for i, a in zip(smalls, content, strict=True) if a]
    rest = g.divide_monomial(smalls, content).primitive()
    return out + [(q, k) for q, k in w.memory.factors(rest) if not q.is_constant]


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


def order(q: Poly) -> int:
    """The least degree of a term."""
    return min(sum(e) for e, _ in q.terms)


def written(c: Chart, fs: Factors) -> list[Any]:
    """Factors as data."""
    return [[encode(c, f), k] for f, k in fs]

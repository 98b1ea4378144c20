"""The end `power`: a function U x^n + g, U a unit, in which x occurs nowhere else: x is integrated out.

With s the exponent of the function and a that of |x|, the integral of |x|^a |U x^n + g|^s over small x is between
constants times |g|^p and 1, p = s + (a + 1)/n, up to poles at a = -1 and s = -1 and a logarithm at p = 0.  So the
threshold is the least of those of two charts without x, one with |g|^p in place of the object, one without it, and of
the poles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rlct.exact.charts import Chart, Ideal
from rlct.exact.discriminant import completed
from rlct.exact.leaves import INFINITE, Upper, residual
from rlct.exact.outcomes import Context, Outcome
from rlct.exact.work import Work
from rlct.values import Threshold

if TYPE_CHECKING:
    from rlct.exact.resolve import Solver

LONG = 80  # longest function that is made a square and its discriminant on trial


@dataclass(frozen=True)
class Power:
    """The two charts, the poles that belong to x, and the end without its children."""

    charts: tuple[Chart, Chart]
    poles: tuple[Fraction, ...]
    end: dict[str, Any]

    def low(self, values: Sequence[Threshold]) -> Threshold:
        """What is proved: the least of all; multiplicities of those that attain it add up, the poles counting once."""
        lam = min([v.lam for v in values] + list(self.poles))
        if lam == INFINITE.lam:
            return INFINITE
        return Threshold(lam, sum(v.mult for v in values if v.lam == lam) + (lam in self.poles))


def powers(w: Work) -> Iterator[Power]:
    """All ways to take out a variable like that."""
    c = w.chart
    if c.over_c or len(c.smalls) < 2:
        return
    for j, ob in enumerate(c.objects):
        for i in sorted(ob.gens[0].variables & c.small.keys()) if ob.principal else ():
            g, s = ob.gens[0], c.small[i]
            parts = g.coefficients(i)
            n = g.degrees[i]
            elsewhere = any(i in h.variables for k, o in enumerate(c.objects) if k != j for h in o.gens)
            if n < 2 or parts.keys() != {0, n} or elsewhere or c.in_relations(i):
                continue
            if s.h + 1 <= 0 or ob.H + 1 <= 0 or not w.is_unit(parts[n]):
                continue
            rest = replace(
                c,
                order=tuple(v for v in c.order if v != i),
                small={v: x for v, x in c.small.items() if v != i},
                objects=tuple(o for k, o in enumerate(c.objects) if k != j),
                roots=(),
            )
            with_g = Ideal((parts[0].primitive(),), ob.E + s.k / n, ob.H + (s.h + 1) / n)
            poles = [(s.h + 1) / s.k] if s.k > 0 else []
            poles += [(ob.H + 1) / ob.E] if ob.E > 0 else []
            yield Power(
                (replace(rest, objects=(*rest.objects, with_g)), rest),
                tuple(poles),
                {"end": "power", "obj": j, "var": c.name(i)},
            )


def by_power(
    solver: Solver, w: Work, ctx: Context, up: Upper | None, trail: tuple[Any, ...], squares: bool = False
) -> Outcome | None:
    """Integrate a variable out where that decides the chart, else None; `squares`: after a square was completed."""
    for v in _with_squares(w) if squares else (w,):
        for p in powers(v):
            way, solver.way = solver.way, "jung"  # there is one variable less
            before, solver.relaxed = solver.relaxed, {}  # nothing may refer to charts of an attempt that is not used
            try:
                outcomes = [solver.solve_prepared(solver.prepare(c), ctx, trail) for c in p.charts]
            finally:
                solver.way = way
                found, solver.relaxed = solver.relaxed, before
            low = p.low([out.low for out in outcomes])
            if all(out.closed for out in outcomes) and ctx.hopeless(low):
                for shape, known in (found or {}).items():
                    (solver.memo if before is None else before).setdefault(shape, {}).update(known)
                if v is w:
                    return solver.join(w, p.end, outcomes, up, low)
                # what is realised in the old coordinates is proved in the old ones
                return solver.join(w, {"end": "either"}, [solver.join(v, p.end, outcomes, None, low)], up)
    return None


def _with_squares(w: Work) -> Iterator[Work]:
    """The chart with a function of order 2 as a square and its discriminant."""
    for j, l in residual(w.chart) if len(w.chart.smalls) > 2 and not w.chart.over_c else ():
        v = Work(w.chart, w.memory)
        if w.chart.objects[j].principal and len(w.chart.objects[j].gens[l]) <= LONG and completed(v, j):
            yield v

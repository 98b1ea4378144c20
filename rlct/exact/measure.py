"""How much is left to do in a chart, and by what it is recognised when it comes again."""

from __future__ import annotations

from typing import Any

from rlct.exact.charts import Chart
from rlct.exact.leaves import monomial_bound, residual
from rlct.exact.poly import Poly
from rlct.exact.strata import minimal_exponents
from rlct.exact.work import Work


def signature(c: Chart) -> Any:
    """The residual polynomials up to names, without the exponents of the divisors: where it comes again below itself,
    nothing was gained."""
    gens = []
    for j, l in residual(c):
        terms = ((abs(x), tuple(sorted(e[i] for i in c.order if e[i]))) for e, x in c.objects[j].gens[l].terms)
        gens.append(tuple(sorted(terms)))
    return len(c.smalls), tuple(sorted(gens))


def lowest(c: Chart) -> Any:
    """The same for the lowest terms only: where they come again below themselves, little was gained."""
    gens = []
    for j, l in residual(c):
        parts = c.objects[j].gens[l].grouped(c.smalls)
        terms = (
            (tuple(sorted(zip((c.small[i].is_divisor for i in c.smalls), e, strict=True))), _shape(parts[e]))
            for e in minimal_exponents(list(parts))
        )
        gens.append(tuple(sorted(terms)))
    return "lowest", len(c.smalls), tuple(sorted(gens))


def _shape(f: Poly) -> Any:
    """A polynomial up to names."""
    return tuple(sorted((abs(x), tuple(sorted(a for a in e if a))) for e, x in f.terms))


Dropped = tuple[int, tuple[int, ...]]  # object, generators


def generators_of_high_order(c: Chart) -> list[Dropped]:
    """Choices of generators to leave out for a lower bound: those above some order, the most first."""
    main = [j for j, ob in enumerate(c.objects) if ob.E > 0]
    if len(main) != 1 or c.objects[main[0]].H != 0:
        return []
    j = main[0]
    orders = [min(sum(e[i] for i in c.smalls) for e, _ in g.terms) for g in c.objects[j].gens]
    long = [l for k, l in residual(c) if k == j]
    levels = sorted({orders[l] for l in long})
    return [(j, tuple(l for l in long if orders[l] > level)) for level in levels[:-1]]


def left_over(c: Chart) -> float:
    """What is not yet monomial, measured by its lowest terms: how many, and their order off the divisors.

    Higher terms do not matter (they follow the lowest ones through every blow-up); length counts little.
    """
    total = 0.0
    plain = [n for n, i in enumerate(c.smalls) if not c.small[i].is_divisor]
    for j, l in residual(c):
        g = c.objects[j].gens[l]
        low = minimal_exponents(list({tuple(e[i] for i in c.smalls) for e, _ in g.terms}))
        total += 1 + len(low) + max(map(sum, low)) + 2 * min(sum(e[n] for n in plain) for e in low) + 0.05 * len(g)
    return total + 1.0


def promise(w: Work) -> tuple[float, float]:
    bound = monomial_bound(w.chart)
    low = 0.0 if bound is None else float(bound[0].lam)
    return (low, left_over(w.chart))

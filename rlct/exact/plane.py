"""Cuts of an open piece of the plane: at the points where its curves and ideals are not resolved already.

Where two coordinates are free and nothing is small, what is to be found are finitely many points: the zeros of an
ideal, the singular points of a curve, points where curves touch or where three of them meet.  The stratum is cut along
the vertical (or horizontal) lines through them, given by the irreducible factors of a resultant: on such a line one
coordinate is a number, and the coefficients are polynomials in the other one over its field.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from math import prod

from rlct.exact import charts
from rlct.exact.bivariate import degree_bound
from rlct.exact.charts import Ideal
from rlct.exact.finite import project
from rlct.exact.pairs import undecided_pairs
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.real import System
from rlct.exact.work import Work

LARGEST = 400  # degree of a resultant
SYSTEMS = 60  # choices of one factor of each generator


def critical_line(w: Work) -> Poly | None:
    """An irreducible polynomial in one coordinate that vanishes at such a point; None where there is none (or none is
    found in reasonable degrees)."""
    c = w.chart
    if c.small or c.relations or c.equations or len(c.free) != 2:
        return None
    best: Poly | None = None
    for equations in _systems(w):
        for q in lines_through(w, equations):
            if best is None or (q.total_degree(), len(q)) < (best.total_degree(), len(best)):
                best = q
        if best is not None:
            return best
    return None


def lines_through(w: Work, equations: Sequence[Poly], along: Sequence[int] | None = None) -> list[Poly]:
    """Factors q of a resultant of the equations for which q = 0 may meet their solutions on the stratum."""
    stratum, oracle = w.stratum, w.memory.oracle
    conditions = ((*stratum.zero, *equations), stratum.nonzero, stratum.positive)
    f, g = sorted(equations, key=lambda p: (p.total_degree(), len(p)))[:2]
    variables = sorted(f.variables | g.variables)
    best: list[Poly] | None = None
    for a in variables if along is None else along:
        others = [b for b in variables if b != a]
        if not others:
            return [q for q, _ in w.memory.factors(f.gcd(g).primitive())]
        (b,) = others
        if max(degree_bound(f, g, a, b), degree_bound(f, g, b, a)) > LARGEST:
            continue
        try:
            r, s = (project(f, g, u, v, lambda: oracle.late) for u, v in ((a, b), (b, a)))
        except TooLarge:
            continue
        found = []
        for q, _ in r.factor()[1]:
            exps = [0] * f.ring.n
            terms = {}
            for k, x in enumerate(q.coeffs()):
                if x:
                    exps[a] = k
                    terms[tuple(exps)] = int(x)
            line = f.ring.from_terms(terms).primitive()
            if w.chart.over_c:
                missed = oracle.empty(System((*conditions[0], line), stratum.nonzero))
            else:
                missed = undecided_pairs(conditions, a, b, q, s, lambda: oracle.late) is False
            if not missed:
                found.append(line)
        if best is None or sum(p.total_degree() for p in found) < sum(p.total_degree() for p in best):
            best = found
    return best or []


def _systems(w: Work) -> Iterator[tuple[Poly, ...]]:
    """Equations of the points in question, the worst points first."""
    c = w.chart
    curves: dict[Poly, bool] = {}  # is it a zero of K (or an infinity of the prior)?
    for ob in c.objects:
        if ob.principal:
            for q, _ in w.memory.factors(ob.gens[0]):
                curves[q] = curves.get(q, False) or ob.E > 0 or ob.H < 0
        else:
            yield from common_zeros(w, ob)
    ideals = any(not ob.principal for ob in c.objects)
    x, y = c.free
    for f, of_k in curves.items():
        derivatives = [d for d in (f.derivative(x), f.derivative(y)) if d]
        if of_k and not any(d.is_constant for d in derivatives):
            for chosen in product(*(_factors(d) for d in derivatives)):
                yield tuple(dict.fromkeys((f, *chosen)))
    for f, g in combinations(curves, 2):
        if not (curves[f] or curves[g]):
            continue
        det = f.derivative(x) * g.derivative(y) - f.derivative(y) * g.derivative(x)
        if ideals:
            yield f, g
        elif det and not det.is_constant:
            yield f, g, det
        elif not det:
            yield f, g
    for f, g, h in combinations(curves, 3):
        if curves[f] or curves[g] or curves[h]:
            yield f, g, h


def common_zeros(w: Work, ob: Ideal) -> Iterator[tuple[Poly, ...]]:
    """Systems of irreducible factors, one of each generator; one of them holds at a common zero of the generators."""
    lists = [[q for q, _ in w.memory.factors(g)] for g in ob.gens]
    if prod(map(len, lists)) <= SYSTEMS:
        for chosen in product(*lists):
            yield tuple(dict.fromkeys(chosen))
    else:
        yield ob.gens


def remove_units(w: Work) -> bool:
    """Ideals without a zero in an open piece of the plane, or on its edge, go."""
    c = w.chart
    if c.small or c.equations or len(c.free) + len(c.relations) > 2:
        return False
    stratum, oracle = w.stratum, w.memory.oracle
    for j, ob in enumerate(c.objects):
        if not ob.principal and all(
            oracle.empty(System((*stratum.zero, *zero), stratum.nonzero, stratum.positive))
            for zero in common_zeros(w, ob)
        ):
            w.do(charts.nowhere(c, j))
            return True
    return False


def _factors(d: Poly) -> list[Poly]:
    """The coordinates that divide d, and the rest (in powers of x^n and y^m only where the curve is)."""
    variables = sorted(d.variables)
    exps = d.content_in(variables)
    rest = d.divide_monomial(variables, exps)
    out = [d.ring.gen(i) for i, a in zip(variables, exps, strict=True) if a]
    return out if rest.is_constant else [*out, rest.primitive()]

"""A region by any inequalities: strata and charts in which each of them is positive, or a wall, or never negative.

Constraints are decided before the problem itself is looked at.  Where one is 0 on a part of the stratum only, the
stratum is cut; where it is 0 on all of it, it becomes a coordinate >= 0 if it can; else the germ is blown up, as if
the product of the constraints were to be resolved, and cut in halves along coordinates that change its sign.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from rlct.exact import charts
from rlct.exact.blowup import cells, fits
from rlct.exact.centres import candidates
from rlct.exact.charts import Ideal, Step, encode
from rlct.exact.constraints import halves, holds_by_itself, ignore, inside, restate
from rlct.exact.leaves import INFINITE, monomial_bound, newton_leaf
from rlct.exact.limits import OutOfBudget, TooFew
from rlct.exact.outcomes import Context, Outcome
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.reduce import normal_form
from rlct.exact.shorten import shorten
from rlct.exact.strata import cheapest_cut, doubtful_coefficients, jacobian, spare_variable
from rlct.exact.summands import as_written
from rlct.exact.work import Work

if TYPE_CHECKING:
    from rlct.exact.resolve import Solver

DEEPEST = 60  # cuts and blow-ups, one below the other
PLANE = 2
LONGEST = 400  # terms of constraints that are reduced by relations
IGNORED_CHARTS = 60  # for a proof without the constraints


def place(solver: Solver, w: Work, ctx: Context, depth: int = 0) -> Outcome:
    """Solve a chart with constraints that are not decided yet."""
    try:
        if depth:
            solver.tick()
        settle(w)
        if w.stratum_empty():
            return solver.node(w, {"end": "empty"}, INFINITE, None)
        if not w.chart.pending:
            if not as_written(w):
                shorten(w, ())
            return solver.start(w, ctx)
        if depth > DEEPEST:
            return solver.open_node(w)
        solver.visited += 1
        proof = _without_constraints(solver, w, ctx)
        if proof is not None:
            return proof
        found = _cut(w)
    except (OutOfBudget, TooLarge):
        found = None
    if found is None:
        return solver.open_node(w)
    end, children = found
    return solver.join(w, end, [place(solver, child, ctx, depth + 1) for child in children], None)


def _without_constraints(solver: Solver, w: Work, ctx: Context) -> Outcome | None:
    """A proof that even the whole neighbourhood is no worse than what is realised, or that K is not 0 there."""
    v = Work(w.chart, w.memory)
    v.steps = list(w.steps)
    for n, _ in w.chart.pending:
        v.do(ignore(v.chart, n))
    if ctx.best is not None and all(w.vanishes(c) for _, c in w.chart.pending):
        try:
            return solver.bounded(v, ctx.best, IGNORED_CHARTS)
        except TooFew:
            return None
    normal_form(v, solver.tick)
    bound = monomial_bound(v.chart)
    if bound is None or not (bound[0] == INFINITE or ctx.hopeless(bound[0])):
        return None
    return solver.node(v, bound[1], bound[0], None)


# ---------------------------------------------------------------- what needs no cut
def settle(w: Work) -> None:
    """Decide constraints that need no cut, and write the others without factors that do not change their sign."""
    while any(_settled(w, n, c) for n, c in w.chart.pending):
        pass


def _settled(w: Work, n: int, c: Poly) -> bool:
    """Whether something was done about a constraint."""
    if holds_by_itself(w.chart, c) or w.is_unit(c):
        w.do(inside(w.chart, n))
        return True
    if w.chart.relations and _reduced(w, n, c):
        return True
    by, rest = _factors_aside(w, c)
    if by:
        w.do(restate(w.chart, n, tuple(by), rest))
        return True
    return w.vanishes(c) and (_wall(w, n, c) or _smooth_wall(w, n, c) or _coordinate(w, c))


def _reduced(w: Work, n: int, c: Poly) -> bool:
    """A constraint without the powers of a dependent variable that its relation replaces by lower ones."""
    for number, (t, r) in enumerate(w.chart.relations):
        top = r.degrees[t]
        lead = r.coefficients(t)[top]
        if c.degrees[t] < top or not lead.is_constant:
            continue
        a, gen = lead.constant_term(), w.chart.ring.gen(t)
        rest, by, scale = c, w.chart.ring.zero, 1
        while rest.degrees[t] >= top and len(rest) <= LONGEST:
            most = rest.degrees[t]
            part = rest.coefficients(t)[most] * gen ** (most - top) * (1 if a > 0 else -1)
            rest, by, scale = rest * abs(a) - part * r, by * abs(a) - part, scale * abs(a)
        if rest and rest.degrees[t] < top and len(rest) <= LONGEST:
            w.do(restate(w.chart, n, (), rest, [(number, by)], scale))
            return True
    return False


def _factors_aside(w: Work, c: Poly) -> tuple[list[tuple[Poly, int]], Poly]:
    """Factors of c that do not change its sign, with their powers, and what is left."""
    by: list[tuple[Poly, int]] = []
    rest = c
    factors = w.memory.factors(c)
    for q, e in factors:
        even = e - e % 2
        if even:
            by.append((q, even))
        sign = _sign(w, q, len(factors) > 1) if e % 2 else None
        if sign is not None:
            by.append((q * sign, 1))
    for f, e in by:
        for _ in range(e):
            found = rest.divide(f)
            if found is None:  # never: they are factors
                return [], c
            rest = found
    return by, rest


def _sign(w: Work, q: Poly, units: bool) -> int | None:
    """1 or -1 where q, or -q, is never negative; `units`: also where only the oracle tells."""
    for s in (1, -1):
        if holds_by_itself(w.chart, q * s):
            return s
    return w.memory.oracle.sign_on(w.chart.at_zero(q), w.stratum) if units and w.is_unit(q) else None


def _wall(w: Work, n: int, c: Poly) -> bool:
    """c = U x + r with a unit U becomes the wall x."""
    for i, unit, rest in _solvable(w, c, frozenset()):
        sign = w.memory.oracle.sign_on(w.chart.at_zero(unit), w.stratum)
        if sign is not None:
            w.do(charts.wall(w.chart, n, i, unit, rest, sign))
            return True
    return False


def _solvable(w: Work, c: Poly, taken: frozenset[int]) -> list[tuple[int, Poly, Poly]]:
    """Small variables x, no divisors, with c = U x + r, U a unit, r = 0 on the stratum, the shortest U first."""
    chart = w.chart
    out = []
    for i in chart.smalls:
        if chart.small[i].is_divisor or i in taken or c.degrees[i] != 1:
            continue
        parts = c.coefficients(i)
        unit, rest = parts[1], parts.get(0, chart.ring.zero)
        if not w.is_unit(unit):
            continue
        if chart.in_relations(i) and (
            chart.at_zero(rest)
            or ((unit.variables | rest.variables) & chart.dependents and not w.is_unit(jacobian(chart, c, i)))
        ):
            continue
        out.append((i, unit, rest))
    return sorted(out, key=lambda t: (len(t[1]), len(t[2])))


def _smooth_wall(w: Work, n: int, c: Poly) -> bool:
    """c becomes a wall by the implicit function theorem, if the others do not depend on the variable that it fixes, or
    fix another one: else they are separated first."""
    chart, new = w.chart, spare_variable(w.chart)
    if new is None or len(w.memory.factors(c)) > 1:
        return False
    plain = [i for i in chart.smalls if not chart.small[i].is_divisor]
    others = [d for m, d in chart.pending if m != n]
    for i in plain:
        if i not in c.variables or not w.is_unit(jacobian(chart, c, i)):
            continue
        after = replace(chart, relations=(*chart.relations, (i, c)))
        if all(i not in d.variables or any(w.is_unit(jacobian(after, d, j)) for j in plain if j != i) for d in others):
            w.do(charts.implicit(chart, i, c, new))
            w.do(charts.wall(w.chart, n, new, chart.ring.one, chart.ring.zero, 1))
            return True
    return False


def _coordinate(w: Work, c: Poly) -> bool:
    """A factor of c becomes a coordinate, in a variable that is none yet."""
    single = {q for _, d in w.chart.pending for q, _ in w.memory.factors(d) if len(q) == 1}
    taken = frozenset(i for q in single for i in q.variables)
    for q, _ in w.memory.factors(c):
        if len(q) > 1 and w.vanishes(q):
            for i, unit, rest in _solvable(w, q, taken):
                if rest or not unit.is_constant:
                    w.do(charts.coordinate(w.chart, i, unit, rest))
                    return True
    return False


# ---------------------------------------------------------------- cuts
def _cut(w: Work) -> tuple[Step, list[Work]] | None:
    """Cut the stratum or the germ, or blow up: the end of the node and its children."""
    c = w.chart
    factors = dict.fromkeys(q for _, d in c.pending for q, _ in w.memory.factors(d))
    scratch = Work(replace(c, objects=tuple(Ideal((q,), Fraction(1)) for q in factors), pending=(), roots=()), w.memory)
    doubtful = doubtful_coefficients(scratch)
    split = cheapest_cut(w, doubtful)
    if split is not None and "solve" not in split.how:  # then what K does there should be simple
        split = cheapest_cut(w, {**doubtful_coefficients(w), **doubtful})
    if split is not None:
        children = [Work(child, w.memory) for child in split.children]
        if "etale" in split.how:
            _in_new_coordinate(children[1], split.by)
        return {"end": "split", "by": encode(c, split.by), "zero": split.how}, children
    for q in factors:
        for f in dict.fromkeys(q.grouped(c.smalls).values()):
            if not f.is_constant and w.is_unit(f) and w.memory.oracle.sign_on(f, w.stratum) is None:
                end = {"end": "signs", "of": encode(c, f)}
                return end, [Work(charts.split_positive(c, f * s), w.memory) for s in (1, -1)]
    for q in factors:
        if len(q) == 1 and q.variables <= c.small.keys():
            (i,) = q.variables  # no wall: these have been put aside
            end = {"end": "halves", "var": c.name(i)}
            return end, [Work(child, w.memory) for child in halves(c, i)]
    return _blow_up(w, scratch)


def _in_new_coordinate(w: Work, f: Poly) -> None:
    """Constraints that f divides on the stratum, in the coordinate w that f has become."""
    c = w.chart
    number = len(c.relations) - 1
    relation = c.relations[number][1]
    (new,) = (i for i in c.order[-1:] if i in c.small)
    gen = c.ring.gen(new)
    scale = -1 if relation == (f - gen).primitive_signed() else 1
    for n, d in c.pending:
        at_zero = d.at_zero(c.small)
        h = at_zero.divide(f)
        if h is not None and at_zero:
            w.do(restate(w.chart, n, (), d - at_zero + h * gen, [(number, h * scale)]))


def _blow_up(w: Work, scratch: Work) -> tuple[Step, list[Work]] | None:
    """A centre as for the product of the constraints."""
    c = w.chart
    if len(c.smalls) < 2 or not any(len(ob.gens[0]) > 1 for ob in scratch.chart.objects):
        return None
    failed = newton_leaf(scratch, None).failed if len(c.smalls) <= PLANE else None
    centre = next((x for x in candidates(scratch, failed, cones_first=True) if fits(c, x)), None)
    if centre is None:
        return None
    end = {"end": "blowup", "weights": [[c.name(i), x] for i, x in centre]}
    return end, [Work(child, w.memory) for child in cells(c, centre)]


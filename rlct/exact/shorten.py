"""Undo a disguise: coordinate changes that make the polynomials shorter.

All kinds of `proposals` at the root, inside the search shears.  A change is accepted only when the number of terms,
with long coefficients counted as terms, drops, so this ends.  Generators that are mixed are taken apart in turn with
that; in the end variables are scaled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from operator import ge

from rlct.exact import charts
from rlct.exact.charts import Chart
from rlct.exact.diagonal import diagonal
from rlct.exact.essential import adapt, small_variables
from rlct.exact.measure import left_over
from rlct.exact.pencils import special_generators
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.proposals import (
    Proposal,
    changeable,
    coefficient_proposals,
    hint_proposals,
    numbers,
    shear_proposals,
    shift_proposals,
)
from rlct.exact.relations import relations_step
from rlct.exact.scales import scale
from rlct.exact.work import Work, monomial_gens, remainder

TOO_LONG = 4000
GAIN = Fraction(3, 2)  # so much shorter in coordinates of symmetries, and they are followed
SURELY = 4  # so much shorter there, and nothing else is tried
BITS = 24  # so many bits of a coefficient count as a term
ADAPTED = 3  # generators whose lowest forms are looked at
DENSE = Fraction(4, 3)  # how much shorter the problem must be in the coordinates that these propose
VOTERS = 160  # longest polynomial whose terms vote for shears inside the search
VOTERS_AT_ROOT = 3000
STRAIGHT = 16  # fewer terms than that are not worth a shear inside the search
ENOUGH = 12  # terms: so few need no other order of proposals
ORDERS = (
    (("hints",), ("shifts",), ("coefficients",), ("shears",), ("scaled",)),
    (("hints",), ("shears",), ("coefficients",), ("shifts",), ("scaled",)),
    (("hints",), ("shears", "coefficients", "shifts"), ("scaled",)),
)
"""Which kinds of proposals are looked at first; kinds in one bracket together."""
SHARE = 4  # of the time that is left, one in so many is spent on shorter coordinates

Late = Callable[[], bool]


def size(c: Chart) -> int:
    """Total number of terms of the objects."""
    return sum(len(g) for ob in c.objects for g in ob.gens)


def shorten(w: Work, hints: Sequence[Poly]) -> None:
    """Apply proposals as long as one helps; where much is left, in several orders, and after generators that may be
    mixed are taken apart; what is shortest once that is done is kept."""
    tried: list[tuple[Fraction, Work, Sequence[Poly]]] = []
    late = w.memory.share(SHARE)

    def done(v: Work, moved: Sequence[Poly], handicap: Fraction = Fraction(1)) -> bool:
        tried.append((_cost_unmixed(v, late) * handicap, v, moved))
        return not v.steps or size(v.chart) <= ENOUGH or late()

    v, moved, apart = diagonal(w, hints, lambda v, hints: _descend(v, hints, (("bends",),), late), late)
    if v.steps and GAIN * _total_cost(v.chart) <= _total_cost(w.chart):
        done(v, _descend(v, moved, ORDERS[0], late))
    surely = apart and bool(tried) and SURELY * tried[0][0] <= _total_cost(w.chart)
    for n, order in enumerate(ORDERS if not surely else ()):
        v = Work(w.chart, w.memory)
        if done(v, _descend(v, hints, order, late)):
            if size(v.chart) > ENOUGH and n == 0:
                v = _adapted(w)
                done(v, _descend(v, hints, order, late) if v.steps else hints, DENSE)
            break
        if n == 0:
            v = Work(w.chart, w.memory)
            moved = _taken_apart(v, hints, late)
            if v.steps and (done(v, moved) or 2 * tried[-1][0] < tried[-2][0]):
                break
            v = _adapted(w)
            if v.steps and done(v, _descend(v, hints, order, late), DENSE):
                break
    cost, best, moved = min(tried, key=lambda t: t[0])
    if 2 * cost <= _total_cost(best.chart):
        moved = _taken_apart(best, moved, late)
    _special(best, late)
    w.chart = best.chart
    w.steps += best.steps
    w.memory.expect(moved)
    scale(w, late)


def _adapted(w: Work) -> Work:
    """The shortest in linear coordinates in which the lowest forms of one generator (a short one) depend on few
    variables; without steps where there is nothing to gain."""
    here = small_variables(w.chart, changeable(w.chart))
    gens = [(len(g), j, l) for j, ob in enumerate(w.chart.objects) for l, g in enumerate(ob.gens) if len(g) > 2]
    best = Work(w.chart, w.memory)
    least = 2 * _total_cost(w.chart)  # what follows may shorten it
    for _, j, l in sorted(gens)[:ADAPTED] if size(w.chart) <= TOO_LONG else ():
        for variables in (here, here[::-1]):
            v = Work(w.chart, w.memory)
            try:
                adapt(v, j, l, variables)
            except TooLarge:
                continue
            if v.steps and (cost := _total_cost(v.chart)) < least:
                least, best = cost, v
    return best


def _special(w: Work, late: Late) -> None:
    """Combinations of generators that depend on few variables, and coordinates for these, if that is shorter."""
    c = w.chart
    if c.free or c.relations or all(ob.principal for ob in c.objects) or size(c) > TOO_LONG:
        return
    v = Work(c, w.memory)
    for j, ob in enumerate(c.objects):
        if not ob.principal:
            special_generators(v, j)
    if not v.steps:
        return
    found = []
    for start in (Work(v.chart, w.memory), _adapted(v)):
        _descend(start, (), ORDERS[0], late)
        _unmixed(start, late)
        found.append((_total_cost(start.chart), start))
    cost, best = min(found, key=lambda t: t[0])
    if cost < _total_cost(c):
        w.chart = best.chart
        w.steps += [*v.steps, *best.steps]


def _taken_apart(w: Work, hints: Sequence[Poly], late: Late) -> Sequence[Poly]:
    """Subtract generators from one another, and change coordinates, in turn; the hints in the new coordinates."""
    while _unmixed(w, late):
        before = len(w.steps)
        hints = _descend(w, hints, ORDERS[0], late)
        if len(w.steps) == before:
            break
    return hints


def _cost_unmixed(w: Work, late: Late) -> int:
    v = Work(w.chart, w.memory)
    _unmixed(v, late)
    return _total_cost(v.chart)


def _unmixed(w: Work, late: Late) -> bool:
    """Subtract multiples of generators from one another as long as that shortens one; at a point, and where all vanish
    there (over a region their factors show the zeros)."""
    done = False
    if w.chart.free or any(g.constant_term() for ob in w.chart.objects for g in ob.gens):
        return False
    while not late() and pair_step(w):
        done = True
    return done


def _descend(w: Work, hints: Sequence[Poly], order: Sequence[Sequence[str]], late: Late) -> Sequence[Poly]:
    """Always the first kinds of proposals that help, and the best of them; the hints in the new coordinates."""
    sources: dict[str, Callable[[Chart], Iterable[Proposal]]] = {
        "hints": lambda c: hint_proposals(c, hints),
        "shifts": shift_proposals,
        "coefficients": lambda c: coefficient_proposals(c, w.memory.factors),
        "scaled": lambda c: coefficient_proposals(c, w.memory.factors, scaled=True),
        "shears": lambda c: shear_proposals(c, changeable(c), VOTERS_AT_ROOT),
        "bends": lambda c: (p for p in shear_proposals(c, changeable(c), VOTERS_AT_ROOT) if p[2].total_degree() > 1),
    }
    for _ in range(60):
        if size(w.chart) > TOO_LONG or late():
            break
        found = None
        for kinds in order:
            found = found or _best(w, [p for kind in kinds for p in sources[kind](w.chart)])
        if found is None:
            break
        i, unit, rest = found
        w.do(charts.coordinate(w.chart, i, unit, rest))
        if not unit.is_constant:
            _strip(w, unit)
        if numbers(w.chart):
            relations_step(w)
        hints = [h.solve_into(i, unit, rest).divided_out(unit)[1].primitive() for h in hints if len(h) < 200]
    return hints


def _strip(w: Work, unit: Poly) -> None:
    """Powers of a unit away from the generators."""
    for j, ob in enumerate(w.chart.objects):
        for l in range(len(ob.gens)):
            n, quotient = w.chart.objects[j].gens[l].divided_out(unit)
            if n and not quotient.is_constant:
                w.do(charts.divide_unit(w.chart, j, l, unit**n, quotient))


def _best(w: Work, proposals: Iterable[Proposal]) -> Proposal | None:
    best: Proposal | None = None
    costs = [(g, _cost(g)) for ob in w.chart.objects for g in ob.gens]
    least = sum(cost for _, cost in costs)
    for i, unit, rest in proposals:
        if not rest:
            continue
        after = sum(cost for g, cost in costs if i not in g.variables)
        try:
            for g, _ in costs:
                if i in g.variables and after < least:
                    after += _cost(_moved(w.chart, g, i, unit, rest))
        except TooLarge:
            continue
        if after < least:
            best, least = (i, unit, rest), after
    return best


def _moved(c: Chart, g: Poly, i: int, unit: Poly, rest: Poly) -> Poly:
    """What a generator becomes, powers of numbers reduced."""
    g = g.solve_into(i, unit, rest, charts.TRIAL).divided_out(unit)[1]
    for t, r in reversed(numbers(c)):
        g = remainder(g, r, t)
    return g


def _cost(g: Poly) -> int:
    """Terms, and so many bits of the longest coefficient as one."""
    content = int(g.p.content()) or 1
    return len(g) + max((abs(int(c)) // content for c in g.p.coeffs()), default=0).bit_length() // BITS


def _total_cost(c: Chart) -> int:
    return sum(_cost(g) for ob in c.objects for g in ob.gens)


def shear_step(w: Work) -> bool:
    """Shears that make a chart shorter (a minor of a matrix after a pivot is a determinant again).

    Not of a variable in a monomial generator, which would undo its elimination, and none after which more is left to
    do, which would undo a contact.
    """
    done = False
    while STRAIGHT <= size(w.chart) <= VOTERS:
        c = w.chart
        monomials = [e for j in range(len(c.objects)) for _, e in monomial_gens(c, j)]
        busy = {i for e in monomials for i, a in zip(c.smalls, e, strict=True) if a}
        found = _best(w, shear_proposals(c, [i for i in changeable(c) if i not in busy], VOTERS))
        if found is None:
            break
        new = charts.coordinate(c, *found)
        if found[0] in c.small and left_over(new[0]) > left_over(c):
            break
        w.do(new)
        done = True
    return done


# ---------------------------------------------------------------- generators by one another
def pair_step(w: Work) -> bool:
    """Subtract multiples of one generator from another when that shortens it."""
    c = w.chart
    divisors = any(s.k or s.h for s in c.small.values())
    open_plane = bool(c.free) and len(c.order) - len(c.relations) <= 2 and not divisors
    for j, ob in enumerate(c.objects):
        if ob.principal:
            continue
        if _beside_monomials(w, j):
            return True
        for l, g in enumerate(ob.gens):
            if len(g) == 1 or (open_plane and sum(e for _, e in w.memory.factors(g)) > 1):
                continue  # in an open piece of the plane, or on its edge, the factors of a product show its zeros
            for i, f in enumerate(ob.gens):
                if i == l or len(f) == 1 or len(f) > 2 * len(g):
                    continue
                found = w.memory.shorter(g, f)
                if found is not None:
                    a, m = found
                    w.do(charts.combine(c, j, l, c.ring.const(a), [(i, m)]))
                    return True
    return False


def _beside_monomials(w: Work, j: int) -> bool:
    """Drop a generator's multiples of another one that is a monomial with free variables (`trim` does the small)."""
    c = w.chart
    gens = c.objects[j].gens
    for i, f in enumerate(gens):
        if len(f) > 1 or f.variables <= c.small.keys():
            continue
        low = f.terms[0][0]
        for l, g in enumerate(gens):
            multiple = {e: a for e, a in g.terms if all(map(ge, e, low))}
            if l != i and multiple:
                quotient, _ = g.ring.from_terms(multiple).divmod(f)
                w.do(charts.combine(c, j, l, c.ring.one, [(i, -quotient)]))
                return True
    return False

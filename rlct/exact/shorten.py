"""Undo a disguise: coordinate changes that make the polynomials shorter.

Proposals at the root: bases of powers and factors as the user wrote them (hints), Tschirnhausen shifts, coefficients
that are linear in a variable, shears that pairs of terms vote for; inside the search such shears.  A change is accepted
only when the number of terms, with long coefficients counted as terms, drops, so this ends.  Generators that are mixed
are taken apart in turn with that; in the end variables are scaled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from math import gcd
from operator import ge, sub

from rlct.exact import charts
from rlct.exact.charts import Chart
from rlct.exact.essential import adapt, small_variables
from rlct.exact.fields import reduced_in
from rlct.exact.measure import left_over
from rlct.exact.poly import Exponent, Poly, TooLarge
from rlct.exact.relations import relations_step
from rlct.exact.tower import inverse, quotient
from rlct.exact.work import Work, monomial_gens, remainder

TOO_LONG = 4000
COEFFICIENTS = 3000  # longest polynomial whose coefficients are looked at
FACTORED = 60  # longest of them that are factored
SHORT = 12  # longest coefficient, or factor, that is proposed
BITS = 24  # so many bits of a coefficient count as a term
ADAPTED = 3  # generators whose lowest forms are looked at
DENSE = Fraction(4, 3)  # how much shorter the problem must be in the coordinates that these propose
VOTERS = 160  # longest polynomial whose terms vote for shears inside the search
VOTERS_AT_ROOT = 3000
PAIRS = 6000  # of terms that vote: of more, every second, third, ... one
STRAIGHT = 16  # fewer terms than that are not worth a shear inside the search
ENOUGH = 12  # terms: so few need no other order of proposals
ORDERS = (
    (("hints",), ("shifts",), ("coefficients",), ("shears",)),
    (("hints",), ("shears",), ("coefficients",), ("shifts",)),
    (("hints",), ("shears", "coefficients", "shifts")),
)
"""Which kinds of proposals are looked at first; kinds in one bracket together."""
PRIMES = (2, 3, 5, 7)  # by which variables are scaled
CANDIDATES = 4  # shears of a variable that are tried


def size(c: Chart) -> int:
    """Total number of terms of the objects."""
    return sum(len(g) for ob in c.objects for g in ob.gens)


def shorten(w: Work, hints: Sequence[Poly]) -> None:
    """Apply proposals as long as one helps; where much is left, in several orders, and after generators that may be
    mixed are taken apart; what is shortest once that is done is kept."""
    tried: list[tuple[Fraction, Work, Sequence[Poly]]] = []

    def done(v: Work, moved: Sequence[Poly], handicap: Fraction = Fraction(1)) -> bool:
        tried.append((_cost_unmixed(v) * handicap, v, moved))
        return not v.steps or size(v.chart) <= ENOUGH

    for n, order in enumerate(ORDERS):
        v = Work(w.chart, w.memory)
        if done(v, _descend(v, hints, order)):
            if size(v.chart) > ENOUGH and n == 0:
                v = _adapted(w)
                done(v, _descend(v, hints, order) if v.steps else hints, DENSE)
            break
        if n == 0:
            v = Work(w.chart, w.memory)
            moved = _taken_apart(v, hints)
            if v.steps and (done(v, moved) or 2 * tried[1][0] < tried[0][0]):
                break
            v = _adapted(w)
            if v.steps and done(v, _descend(v, hints, order), DENSE):
                break
    cost, best, moved = min(tried, key=lambda t: t[0])
    if 2 * cost < _total_cost(best.chart):
        moved = _taken_apart(best, moved)
    w.chart = best.chart
    w.steps += best.steps
    w.memory.expect(moved)
    _scale(w)


def _adapted(w: Work) -> Work:
    """The shortest in linear coordinates in which the lowest forms of one generator (a short one) depend on few
    variables; without steps where there is nothing to gain."""
    here = small_variables(w.chart, _changeable(w.chart))
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


def _taken_apart(w: Work, hints: Sequence[Poly]) -> Sequence[Poly]:
    """Subtract generators from one another, and change coordinates, in turn; the hints in the new coordinates."""
    while _unmixed(w):
        before = len(w.steps)
        hints = _descend(w, hints, ORDERS[0])
        if len(w.steps) == before:
            break
    return hints


def _cost_unmixed(w: Work) -> int:
    v = Work(w.chart, w.memory)
    _unmixed(v)
    return _total_cost(v.chart)


def _scale(w: Work) -> None:
    """Multiples of variables by small primes as coordinates, as long as that takes digits off the coefficients: charts
    that differ only by scales become equal."""
    while size(w.chart) <= VOTERS:
        c = w.chart
        here, best = _bits(c), None
        primes = [p for p in PRIMES if any(x % p == 0 for ob in c.objects for g in ob.gens for _, x in g.terms)]
        for v in _changeable(c) if primes else ():
            for p in primes:
                new = charts.coordinate(c, v, c.ring.const(p), c.ring.zero)
                after = _bits(new[0])
                if after < here:
                    here, best = after, new
        if best is None:
            return
        w.do(best)


def _bits(c: Chart) -> int:
    """The length of all coefficients."""
    return sum(abs(x).bit_length() - 1 for ob in c.objects for g in ob.gens for _, x in g.terms)


def _unmixed(w: Work) -> bool:
    """Subtract multiples of generators from one another as long as that shortens one; at a point, and where all vanish
    there (over a region their factors show the zeros)."""
    done = False
    if w.chart.free or any(g.constant_term() for ob in w.chart.objects for g in ob.gens):
        return False
    while pair_step(w):
        done = True
    return done


def _descend(w: Work, hints: Sequence[Poly], order: Sequence[Sequence[str]]) -> Sequence[Poly]:
    """Always the first kinds of proposals that help, and the best of them; the hints in the new coordinates."""
    sources: dict[str, Callable[[Chart], Iterable[Proposal]]] = {
        "hints": lambda c: _hint_proposals(c, hints),
        "shifts": _shift_proposals,
        "coefficients": _coefficient_proposals,
        "shears": lambda c: shear_proposals(c, _changeable(c), VOTERS_AT_ROOT),
    }
    for _ in range(60):
        if size(w.chart) > TOO_LONG:
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
        hints = [_without(h.solve_into(i, unit, rest), unit)[1].primitive() for h in hints if len(h) < 200]
    return hints


def _without(g: Poly, unit: Poly) -> tuple[int, Poly]:
    """g as unit^n times another, with n as large as possible (0 for numbers)."""
    n = 0
    while not unit.is_constant and g and (quotient := g.divide(unit)) is not None:
        n, g = n + 1, quotient
    return n, g


def _strip(w: Work, unit: Poly) -> None:
    """Powers of a unit away from the generators."""
    for j, ob in enumerate(w.chart.objects):
        for l in range(len(ob.gens)):
            n, quotient = _without(w.chart.objects[j].gens[l], unit)
            if n and not quotient.is_constant:
                w.do(charts.divide_unit(w.chart, j, l, unit**n, quotient))


Proposal = tuple[int, Poly, Poly]


def _best(w: Work, proposals: Iterable[Proposal]) -> Proposal | None:
    best: tuple[int, Proposal] | None = None
    here = _total_cost(w.chart)
    for i, unit, rest in proposals:
        if not rest:
            continue
        gens = [g for ob in w.chart.objects for g in ob.gens]
        try:
            after = sum(_cost(_moved(w.chart, g, i, unit, rest)) for g in gens)
        except TooLarge:
            continue
        if after < here and (best is None or after < best[0]):
            best = after, (i, unit, rest)
    return None if best is None else best[1]


def _moved(c: Chart, g: Poly, i: int, unit: Poly, rest: Poly) -> Poly:
    """What a generator becomes, powers of numbers reduced."""
    if i not in g.variables:
        return g
    g = _without(g.solve_into(i, unit, rest, charts.TRIAL), unit)[1]
    for t, r in reversed(numbers(c)):
        g = remainder(g, r, t)
    return g


def numbers(c: Chart) -> tuple[tuple[int, Poly], ...]:
    """The relations, if they say that the dependent variables are numbers."""
    pure = all(r.variables <= c.dependents for _, r in c.relations)
    return c.relations if pure else ()


def _cost(g: Poly) -> int:
    """Terms, and so many bits of the longest coefficient as one."""
    content = int(g.p.content()) or 1
    return len(g) + max((abs(int(c)) // content for c in g.p.coeffs()), default=0).bit_length() // BITS


def _total_cost(c: Chart) -> int:
    return sum(_cost(g) for ob in c.objects for g in ob.gens)


def _changeable(c: Chart) -> list[int]:
    """Variables that may be changed: small ones without divisor, free ones; not in relations."""
    out = []
    for i in c.order:
        if c.in_relations(i) or i in c.dependents:
            continue
        if i in c.small and c.small[i].is_divisor:
            continue
        out.append(i)
    return out


def _allowed(c: Chart, i: int, unit: Poly, rest: Poly) -> Proposal | None:
    """Drop the constant of a small coordinate (the point must not move); units of free ones are free of small ones."""
    if i in c.small:
        at0 = c.at_zero(rest)
        if at0:
            if not at0.is_constant:
                return None
            rest = rest - at0
    elif unit.variables & c.small.keys():
        return None
    return i, *_with_rational_unit(c, unit, rest)


def _is_number(c: Chart, f: Poly) -> bool:
    """A constant, or a polynomial in dependent variables that are numbers."""
    return f.is_constant or (bool(numbers(c)) and f.variables <= c.dependents)


def _with_rational_unit(c: Chart, unit: Poly, rest: Poly) -> tuple[Poly, Poly]:
    """The same coordinate unit·x + rest up to a factor, where the unit is a number."""
    tower = numbers(c)
    h = inverse(c, unit) if tower and unit.variables and unit.variables <= c.dependents else None
    if h is None:
        return unit, rest
    (one, below), (top, above) = reduced_in(h * unit, tower), reduced_in(h * rest, tower)
    return one * above, top * below


def _hint_proposals(c: Chart, hints: Sequence[Poly]) -> Iterable[Proposal]:
    for h in hints:
        if len(h) < 2:
            continue
        for i in _changeable(c):
            if h.degrees[i] == 1:
                parts = h.coefficients(i)
                if parts[1].is_constant:
                    p = _allowed(c, i, parts[1], parts.get(0, c.ring.zero))
                    if p is not None:
                        yield p


def _shift_proposals(c: Chart) -> Iterable[Proposal]:
    """x_j -> x_j - c_{D-1}/(D c_D) for every polynomial with constant leading coefficient in x_j."""
    seen = set()
    for ob in c.objects:
        for g in ob.gens:
            if len(g) < 2:
                continue
            for i in _changeable(c):
                d = g.degrees[i]
                if d < 1:
                    continue
                parts = g.coefficients(i)
                lead = parts[d]
                below = parts.get(d - 1)
                if below is None:
                    continue
                if _is_number(c, lead):
                    pair = (lead * d, below)
                else:
                    q = below.divide(lead)  # also when the leading coefficient divides the next one
                    if q is not None and q * lead == below:
                        pair = (c.ring.const(d), q)
                    else:
                        common = lead.gcd(below)
                        unit, rest = lead.divide(common), below.divide(common)
                        if unit is None or rest is None or not _is_unit(c, unit):
                            continue
                        if unit * below != rest * lead:
                            continue
                        pair = (unit * d, rest)
                p = _allowed(c, i, *pair)
                if p is not None and p not in seen:
                    seen.add(p)
                    yield p


def _is_unit(c: Chart, f: Poly) -> bool:
    """f is a constant at small = 0."""
    at0 = c.at_zero(f)
    return bool(at0) and at0.is_constant


def _coefficient_proposals(c: Chart) -> Iterable[Proposal]:
    """A factor of a coefficient that is linear in a variable: `3 x^2 (y + z)^2` says that y + z is a coordinate."""
    seen: set[Proposal] = set()
    looked_at: set[Poly] = set()
    for ob in c.objects:
        for g in ob.gens:
            if not 2 < len(g) <= COEFFICIENTS:
                continue
            for i in c.order:
                for coefficient in g.coefficients(i).values():
                    if not 2 <= len(coefficient) <= FACTORED or coefficient in looked_at:
                        continue
                    looked_at.add(coefficient)
                    for f in _bases(c, coefficient):
                        for p in _linear(c, f, i):
                            if p not in seen:
                                seen.add(p)
                                yield p


def _bases(c: Chart, coefficient: Poly) -> list[Poly]:
    """The coefficient without monomials, and its factors."""
    free = coefficient.primitive()
    free = free.divide_monomial(c.order, free.content_in(c.order))
    whole = [free] if 2 <= len(free) <= SHORT else []
    if len(free) < 2 or min(free.degrees[v] for v in free.variables) == 1 or free.is_large:
        return whole
    factors = [f.primitive() for f, _ in free.factor()[1]]
    return [*whole, *(f for f in factors if 2 <= len(f) <= SHORT and f != free)]


def _linear(c: Chart, f: Poly, but: int) -> Iterator[Proposal]:
    """f as coordinate, where it is linear in a variable, times a number or a unit."""
    for v in _changeable(c):
        if v == but or f.degrees[v] != 1:
            continue
        parts = f.coefficients(v)
        if _is_number(c, parts[1]) or _is_unit(c, parts[1]):
            p = _allowed(c, v, parts[1], parts.get(0, c.ring.zero))
            if p is not None:
                yield p


def shear_proposals(c: Chart, variables: Sequence[int], longest: int = VOTERS) -> Iterable[Proposal]:
    """Shears v -> v + q N, N a monomial: pairs of terms v^k M and v^(k-1) N M vote for (v, N, q).

    Not of variables with bounds: a bent box makes every question about real points harder.
    """
    bounded = frozenset[int]().union(*(f.variables for f in c.positive))
    for v in variables:
        if v in bounded:
            continue
        votes: Counter[tuple[Exponent, Poly, int, int]] = Counter()
        for ob in c.objects:
            for g in ob.gens:
                if v in g.variables and len(g) <= longest:
                    _vote(c, g, v, votes)
        for (n, number, above, below), count in votes.most_common(CANDIDATES):
            if count < 2:
                break
            p = _allowed(c, v, c.ring.const(below), number * c.ring.from_terms({n: above}))
            if p is not None and p[2]:
                yield p


def _vote(c: Chart, g: Poly, v: int, votes: Counter[tuple[Exponent, Poly, int, int]]) -> None:
    by_degree: dict[int, list[tuple[Exponent, Poly | int]]] = {}
    one, field = c.ring.one, numbers(c)
    for e, x in _terms(c, g) if field else g.terms:
        by_degree.setdefault(e[v], []).append(((*e[:v], 0, *e[v + 1 :]), x))
    pairs = sum(len(lead) * len(by_degree.get(k - 1, ())) for k, lead in by_degree.items() if k)
    for k, lead in by_degree.items():
        for f, y in lead[:: 1 + pairs // PAIRS] if k else ():
            for e, x in by_degree.get(k - 1, ()):
                if e != f and all(map(ge, e, f)):
                    if isinstance(x, int) and isinstance(y, int):
                        common = gcd(x, y * k) * (1 if y > 0 else -1)
                        votes[tuple(map(sub, e, f)), one, x // common, y * k // common] += 1
                    elif (ratio := quotient(c, x, y)) is not None:  # type: ignore[arg-type]
                        q = ratio[1] / k
                        votes[tuple(map(sub, e, f)), ratio[0], q.numerator, q.denominator] += 1


def _terms(c: Chart, g: Poly) -> Iterator[tuple[Exponent, Poly]]:
    """The terms of g with numbers as coefficients."""
    others = [i for i in range(c.ring.n) if i not in c.dependents]
    for exps, x in g.grouped(others).items():
        e = [0] * c.ring.n
        for i, a in zip(others, exps, strict=True):
            e[i] = a
        yield tuple(e), x


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
        found = _best(w, shear_proposals(c, [i for i in _changeable(c) if i not in busy]))
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

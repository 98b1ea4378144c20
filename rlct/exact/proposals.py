"""Proposals for new coordinates: unit·x_i + rest in place of x_i, read off the polynomials of a chart.

Bases of powers and factors as the user wrote them (hints), Tschirnhausen shifts, factors of coefficients that are
linear in a variable, shears that pairs of terms vote for.  What makes the problem shorter is for `shorten` to see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import gcd
from operator import ge, sub

from rlct.exact.charts import Chart
from rlct.exact.fields import reduced_in
from rlct.exact.poly import Exponent, Poly
from rlct.exact.tower import inverse, quotient

COEFFICIENTS = 3000  # longest polynomial whose coefficients are looked at
FACTORED = 60  # longest coefficient that is looked at
STEEPEST = 60  # highest degree of those that are factored
SHORT = 12  # longest coefficient, or factor, that is proposed
OVER_FIELD = 160  # longest polynomial whose terms vote where quotients are taken in a number field
PAIRS = 6000  # of terms that vote: of more, every second, third, ... one
CANDIDATES = 4  # shears of a variable that are tried

Proposal = tuple[int, Poly, Poly]
"""A variable, the unit and the rest."""
Factors = Callable[[Poly], list[tuple[Poly, int]]]


def numbers(c: Chart) -> tuple[tuple[int, Poly], ...]:
    """The relations, if they say that the dependent variables are numbers."""
    pure = all(r.variables <= c.dependents for _, r in c.relations)
    return c.relations if pure else ()


def changeable(c: Chart) -> list[int]:
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


def hint_proposals(c: Chart, hints: Sequence[Poly]) -> Iterable[Proposal]:
    """Hints that are linear in a variable, with a number as coefficient."""
    for h in hints:
        if len(h) < 2:
            continue
        for i in changeable(c):
            if h.degrees[i] == 1:
                parts = h.coefficients(i)
                if parts[1].is_constant:
                    p = _allowed(c, i, parts[1], parts.get(0, c.ring.zero))
                    if p is not None:
                        yield p


def shift_proposals(c: Chart) -> Iterable[Proposal]:
    """x_j -> x_j - c_{D-1}/(D c_D) for every polynomial with constant leading coefficient in x_j."""
    seen = set()
    for ob in c.objects:
        for g in ob.gens:
            if len(g) < 2:
                continue
            for i in changeable(c):
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


def coefficient_proposals(c: Chart, factors: Factors, scaled: bool = False) -> Iterable[Proposal]:
    """A factor of a coefficient that is linear in a variable: `3 x^2 (y + z)^2` says that y + z is a coordinate.

    Parameters: `factors`, of a polynomial with their powers; `scaled`, those in which the variable is multiplied by a
    unit that is no number, instead of the others.
    """
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
                    for f in _bases(c, coefficient, factors):
                        for p in _linear(c, f, i, scaled):
                            if p not in seen:
                                seen.add(p)
                                yield p


def _bases(c: Chart, coefficient: Poly, factors: Factors) -> list[Poly]:
    """The coefficient without monomials; and its factors, where it is linear in no variable itself."""
    free = coefficient.primitive()
    free = free.divide_monomial(c.order, free.content_in(c.order))
    whole = [free] if 2 <= len(free) <= SHORT else []
    if len(free) < 2 or min(free.degrees[v] for v in free.variables) == 1 or free.total_degree() > STEEPEST:
        return whole
    return [*whole, *(f for f, _ in factors(free) if 2 <= len(f) <= SHORT and f != free)]


def _linear(c: Chart, f: Poly, but: int, scaled: bool) -> Iterator[Proposal]:
    """f as coordinate, where it is linear in a variable, times a number or (`scaled`) another unit."""
    for v in changeable(c):
        if v == but or f.degrees[v] != 1:
            continue
        parts = f.coefficients(v)
        if _is_unit(c, parts[1]) and not _is_number(c, parts[1]) if scaled else _is_number(c, parts[1]):
            p = _allowed(c, v, parts[1], parts.get(0, c.ring.zero))
            if p is not None:
                yield p


def shear_proposals(c: Chart, variables: Sequence[int], longest: int) -> Iterable[Proposal]:
    """Shears v -> v + q N, N a monomial: pairs of terms v^k M and v^(k-1) N M vote for (v, N, q).

    Not of variables with bounds: a bent box makes every question about real points harder.
    """
    if numbers(c):
        longest = min(longest, OVER_FIELD)
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

"""Equivalent or smaller forms of a system of polynomial conditions: the algebra of the oracle, without its strategy.

A system is three lists of polynomials: = 0, != 0, > 0.  Scaling a polynomial by a positive constant changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from flint import fmpz_poly

from rlct.exact.gradings import gradings
from rlct.exact.poly import Exponent, Poly, Ring, TooLarge
from rlct.exact.signs import Factorizer, Facts, gather, irreducible_sign, pattern, strict_sign

Conditions = tuple[tuple[Poly, ...], tuple[Poly, ...], tuple[Poly, ...]]
PAIRS = 3  # resultants tried for one variable
HIGHEST = 14  # sum of degrees in it
LONG_PAIR = 4000  # product of numbers of terms


def normal_form(
    zero: Iterable[Poly], nonzero: Iterable[Poly], positive: Iterable[Poly], factor: Factorizer
) -> tuple[Conditions, Facts] | None:
    """Conditions free of what the others imply, and the facts; None when no real point satisfies them.

    Equations lose factors that cannot vanish; one whose terms all have the same sign is replaced by its terms. The new
    conditions have a real point exactly if the old ones have. Without equations `!=` is dropped: it only takes a set
    without interior out of an open set.
    """
    facts = gather(nonzero, positive, factor)
    if facts.contradictory:
        return None
    equations: set[Poly] = set()
    for f in zero:
        if not f:
            continue
        left = [q for q, _ in factor(f)[1] if q not in facts.units and irreducible_sign(q, facts, 0) is None]
        if not left:
            return None
        if len(left) == 1:
            equations.update(_terms_if_semidefinite(left[0], facts))
        else:
            product = left[0]
            for q in left[1:]:
                product = product * q
            equations.add(product)
    inside = {q for _, qs in facts.products for q in qs}
    above, apart = [], []
    for q, s in facts.units.items():
        if len(q.variables) > 1:
            found = pattern(q, facts.signs, facts.live)
            if found and found[1]:
                if s * found[0] < 0:
                    return None
                continue
        if s:
            above.append(q if s > 0 else -q)
        elif q not in inside:
            apart.append(q)
    for s, qs in facts.products:
        product = qs[0] * s
        for q in qs[1:]:
            product = product * q
        above.append(product)
    return (_sorted(equations), _sorted(apart) if equations else (), _sorted(above)), facts


def _terms_if_semidefinite(q: Poly, facts: Facts) -> list[Poly]:
    """The squarefree terms of q when they all have one sign (so each must vanish), else q itself."""
    if len(q) > 1 and pattern(q, facts.signs, facts.live):
        return [_radical(q.ring, e, facts) for e, _ in q.terms]
    return [q]


def _radical(ring: Ring, e: Exponent, facts: Facts) -> Poly:
    return ring.monomial(tuple(1 if a and i not in facts.live else 0 for i, a in enumerate(e)))


def _sorted(polys: Iterable[Poly]) -> tuple[Poly, ...]:
    return tuple(sorted(set(polys), key=lambda p: (len(p), p.terms)))


def split_variables(polys: Iterable[Poly]) -> list[frozenset[int]]:
    """Finest partition of the variables such that each polynomial lives in one part."""
    parts: list[frozenset[int]] = []
    for p in polys:
        joined = p.variables
        if not joined:
            continue
        rest = []
        for part in parts:
            if part & joined:
                joined |= part
            else:
                rest.append(part)
        parts = [*rest, joined]
    return parts


def linear_in(p: Poly, i: int) -> tuple[Poly, Poly] | None:
    """`(U, r)` with p = U x_i + r when p has degree 1 in x_i, else None."""
    if p.degrees[i] != 1:
        return None
    parts = p.coefficients(i)
    return parts[1], parts.get(0, p.ring.zero)


def solve_for(p: Poly, i: int, unit: Poly, rest: Poly, keep_sign: bool) -> Poly:
    """p at x_i = -rest/unit, times a power of `unit`: an even power where the sign of p matters."""
    out = p.solve_into(i, unit, rest).at_zero([i])
    return (out * unit if keep_sign and p.degrees[i] % 2 else out).primitive_signed()


def fix(p: Poly, values: Mapping[int, Fraction]) -> Poly:
    """p with some variables set to rational numbers, times a positive constant."""
    used = [i for i in values if p.degrees[i]]
    if not used:
        return p
    out: dict[Exponent, int] = {}
    powers = _powers(p, values, used)
    for e, c in p.terms:
        rest = list(e)
        for i, table in powers:
            c *= table[e[i]]
            rest[i] = 0
        key = tuple(rest)
        out[key] = out.get(key, 0) + c
    return p.ring.from_terms({e: c for e, c in out.items() if c}).primitive_signed()


def restrict(p: Poly, values: Mapping[int, Fraction], i: int) -> Any:
    """p as a flint polynomial in x_i, all other variables set to rational numbers, times a positive constant."""
    powers = _powers(p, values, [j for j in p.variables if j != i])
    out = [0] * (p.degrees[i] + 1)
    for e, c in p.terms:
        for j, table in powers:
            c *= table[e[j]]
        out[e[i]] += c
    return fmpz_poly(out)


def _powers(p: Poly, values: Mapping[int, Fraction], used: Iterable[int]) -> list[tuple[int, list[int]]]:
    """For each variable num^k * den^(d-k), k = 0..d."""
    out = []
    for i in used:
        d, v = p.degrees[i], values[i]
        num, den = v.numerator, v.denominator
        out.append((i, [num**k * den ** (d - k) for k in range(d + 1)]))
    return out


def odd_symmetry(weights: Mapping[int, int], i: int, even: Sequence[Poly]) -> bool:
    """Whether x -> (-1)^w x turns x_i round and keeps the sign of each polynomial of `even` (homogeneous for w)."""
    if weights.get(i, 0) % 2 == 0:
        return False
    return all(sum(e[j] * w for j, w in weights.items()) % 2 == 0 for e in (p.terms[0][0] for p in even))


def reduce_by(p: Poly, i: int, modulus: Poly) -> Poly:
    """Remainder of p by a polynomial in the single variable x_i, times a positive constant."""
    d = modulus.degrees[i]
    excess = p.degrees[i] - d + 1
    if excess <= 0:
        return p
    lead = int(modulus.p.leading_coefficient())
    power = excess if lead > 0 or excess % 2 == 0 else excess + 1
    scaled = p * int(lead**power)
    return scaled.divmod(modulus)[1].primitive_signed()


def shorten(conditions: Conditions) -> Conditions | None:
    """Equivalent conditions of lower degree or fewer terms, by adding multiples of the equations; None if none is seen.

    An equation in one variable reduces the degree of the others; else only constant multiples are tried.
    """
    zero, nonzero, positive = conditions
    for z in zero:
        if len(z.variables) == 1:
            (i,) = z.variables
            others = (*(p for p in zero if p is not z), *nonzero, *positive)
            if any(p.degrees[i] >= z.degrees[i] for p in others):
                return (
                    (z, *(reduce_by(p, i, z) for p in zero if p is not z)),
                    tuple(reduce_by(p, i, z) for p in nonzero),
                    tuple(reduce_by(p, i, z) for p in positive),
                )
        z_terms = dict(z.terms)
        for kind, polys in enumerate(conditions):
            for k, p in enumerate(polys):
                if p is z or len(z) >= 2 * len(p):
                    continue
                for e, c in p.terms:
                    a = z_terms.get(e)
                    if a is None:
                        continue
                    shorter = p * abs(a) - z * (c if a > 0 else -c)
                    if len(shorter) < len(p):
                        changed = (*polys[:k], shorter.primitive_signed(), *polys[k + 1 :])
                        lists = [zero, nonzero, positive]
                        lists[kind] = changed
                        return lists[0], lists[1], lists[2]
    return None


def scaled_cases(conditions: Conditions, facts: Facts, variables: frozenset[int]) -> list[Conditions] | None:
    """Where all polynomials are weighted homogeneous, a variable may be taken to be 0 or +1 or -1."""
    polys = [p for ps in conditions for p in ps]
    ordered = sorted(variables)
    basis = [{i: x for i, x in zip(ordered, v, strict=True) if x} for v in gradings(polys, ordered)]
    if not basis:
        return None
    movable = {i for w in basis for i in w}
    degree = {i: sum(p.degrees[i] for p in polys) for i in movable}
    i = min(movable, key=lambda i: (i not in facts.signs, i not in facts.live, -degree[i], i))
    if i in facts.signs:
        values = [facts.signs[i]]
    else:
        even = conditions[2]
        flips = [*basis, {i: 1}] if all(len({e[i] % 2 for e, _ in p.terms}) == 1 for p in polys) else basis
        values = [1] if any(odd_symmetry(w, i, even) for w in flips) else [1, -1]
        if i not in facts.live:
            values.append(0)
    out: list[Conditions] = []
    for v in values:
        zero, nonzero, positive = (tuple(fix(p, {i: Fraction(v)}) for p in ps) for ps in conditions)
        out.append((zero, nonzero, positive))
    return out


def resultant_excludes(conditions: Conditions, facts: Facts, empty: Callable[[Conditions], bool]) -> bool:
    """Whether two equations have a resultant without zero, or one reduced by another has none; or a system of more of
    them has no real point (`empty`) after a variable was eliminated."""
    zero = [p for p in conditions[0] if len(p) <= 40]
    for k, p in enumerate(zero):
        if len(p.variables) == 1:
            (i,) = p.variables
            for q in zero:
                if q is not p and q.degrees[i] >= p.degrees[i]:
                    if _nowhere_zero(reduce_by(q, i, p), facts):
                        return True
        for q in zero[:k]:
            for i in p.variables & q.variables:
                if p.degrees[i] + q.degrees[i] > 7 or p.total_degree() * q.total_degree() > 42:
                    continue
                try:
                    r = p.resultant(q, i)
                except TooLarge:
                    continue
                if _nowhere_zero(r, facts):
                    return True
    return len(conditions[0]) > 2 and any(map(empty, projections(conditions)))


def projections(conditions: Conditions) -> Iterator[Conditions]:
    """Systems without a variable, in which points are left if they are in the given one: by resultants."""
    zero, nonzero, positive = conditions
    for i in sorted(frozenset().union(*(p.variables for p in zero))):
        moving = sorted((p for p in zero if p.degrees[i]), key=lambda p: (p.degrees[i], len(p)))
        kept = tuple(p for p in zero if not p.degrees[i])
        for f, g in list(combinations(moving, 2))[:PAIRS] if kept else ():
            if f.degrees[i] + g.degrees[i] > HIGHEST or len(f) * len(g) > LONG_PAIR:
                continue
            try:
                r = f.resultant(g, i)
            except TooLarge:
                continue
            if r:
                apart, above = (tuple(p for p in ps if not p.degrees[i]) for ps in (nonzero, positive))
                yield (*kept, r.primitive()), apart, above


def _nowhere_zero(r: Poly, facts: Facts) -> bool:
    return bool(r) and all(q in facts.units or strict_sign(q, facts, 1) is not None for q, _ in facts.factor(r)[1])


def case_splits(conditions: Conditions, facts: Facts) -> Iterator[list[Conditions]]:
    """Lists of systems whose union has a real point exactly if the given one has; each removes a variable or a term.

    The variable in question occurs in few conditions: real quantifier elimination for low degrees ("virtual
    substitution", Weispfenning, AAECC 8, 1997), and the solution of a linear equation whose coefficient may vanish.
    """
    zero, nonzero, positive = conditions
    polys = [*zero, *nonzero, *positive]
    variables = sorted(frozenset().union(*(p.variables for p in polys)))
    for i in variables:
        in_zero = [p for p in zero if p.degrees[i]]
        in_positive = [p for p in positive if p.degrees[i]]
        in_nonzero = [p for p in nonzero if p.degrees[i]]
        if not in_zero and not in_positive:
            p = in_nonzero[0]
            remaining = _without(nonzero, p)
            yield [(zero, (*remaining, c), positive) for c in p.coefficients(i).values()]
        elif not in_nonzero and len(in_zero) + len(in_positive) == 1:
            if in_zero:
                found = _equation_cases(in_zero[0], i, (_without(zero, in_zero[0]), nonzero, positive))
            else:
                found = _inequality_cases(in_positive[0], i, (zero, nonzero, _without(positive, in_positive[0])))
            if found:
                yield found
    linear = [
        (len(parts[0]), len(p), k, i, p, parts)
        for k, p in enumerate(zero)
        for i in sorted(p.variables)
        if (parts := linear_in(p, i))
    ]
    for _, _, _, i, p, (unit, rest) in sorted(linear, key=lambda t: t[:4]):
        others = _without(zero, p)
        yield [
            substitute((others, (*nonzero, unit), positive), i, unit, rest),
            ((*others, unit, rest), nonzero, positive),
        ]


def _equation_cases(p: Poly, i: int, rest: Conditions) -> list[Conditions]:
    """Cases for `some x_i has p = 0`, x_i occurring nowhere else."""
    zero, nonzero, positive = rest
    parts = p.coefficients(i)
    d = p.degrees[i]
    lead = parts[d]
    lower = p - lead * p.ring.gen(i) ** d
    if d % 2:
        out = [(zero, (*nonzero, lead), positive)]
    elif d == 2:
        b, c = parts.get(1, p.ring.zero), parts.get(0, p.ring.zero)
        disc = b * b - lead * c * 4
        out = [(zero, (*nonzero, lead), (*positive, disc)), ((*zero, disc), (*nonzero, lead), positive)]
    else:
        return []
    return out if lead.is_constant else [*out, ((*zero, lead, lower), nonzero, positive)]


def _inequality_cases(p: Poly, i: int, rest: Conditions) -> list[Conditions]:
    """Cases for `some x_i has p > 0`, x_i occurring nowhere else."""
    zero, nonzero, positive = rest
    parts = p.coefficients(i)
    d = p.degrees[i]
    lead = parts[d]
    lower = p - lead * p.ring.gen(i) ** d
    if d % 2:
        out = [(zero, (*nonzero, lead), positive)]
    elif d == 2:
        b, c = parts.get(1, p.ring.zero), parts.get(0, p.ring.zero)
        disc = b * b - lead * c * 4
        out = [(zero, nonzero, (*positive, lead)), (zero, (*nonzero, lead), (*positive, disc))]
    else:
        return []
    return out if lead.is_constant else [*out, ((*zero, lead), nonzero, (*positive, lower))]


def _without(polys: Sequence[Poly], p: Poly) -> tuple[Poly, ...]:
    return tuple(q for q in polys if q is not p)


def substitute(conditions: Conditions, i: int, unit: Poly, rest: Poly) -> Conditions:
    """The conditions at x_i = -rest/unit, where unit does not vanish."""
    zero, nonzero, positive = conditions
    return (
        tuple(solve_for(p, i, unit, rest, False) for p in zero),
        tuple(solve_for(p, i, unit, rest, False) for p in nonzero),
        tuple(solve_for(p, i, unit, rest, True) for p in positive),
    )

"""Real points of a system, found by trying: small rational numbers for all variables but one, the last one exactly.

A point that is reported is proved: the conditions on the last variable are decided exactly (`roots.has_point`), or the
rational point has been put into every condition.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

from flint import fmpz_poly

from rlct.exact.poly import Poly
from rlct.exact.reductions import Conditions, fix, linear_in, restrict, substitute
from rlct.exact.roots import coefficients, has_point, has_real_root, sample_between
from rlct.exact.signs import Factorizer, Facts

_VALUES = tuple(
    Fraction(v) for v in ("1", "-1", "0", "2", "-2", "1/2", "-1/2", "3", "-3", "1/3", "5", "-1/3", "3/2", "-5")
)


def draw(i: int, facts: Facts, rng: random.Random) -> Fraction:
    """A small rational number for variable `i` that respects its bounds."""
    lo, hi = facts.lower.get(i), facts.upper.get(i)
    if lo is not None and hi is not None:
        return lo + (hi - lo) * Fraction(rng.randint(1, 7), 8)
    if lo is not None or hi is not None:
        step = Fraction(rng.choice((1, 1, 2, 3, 5)), rng.choice((1, 1, 2, 3, 8)))
        return lo + step if lo is not None else (hi or Fraction(0)) - step
    value = _VALUES[min(rng.randrange(len(_VALUES)), rng.randrange(len(_VALUES)))]
    return value if value or i not in facts.live else Fraction(1)


def has_point_on_lines(conditions: Conditions, facts: Facts, tries: int, start: int = 0) -> bool:
    """Whether a line parallel to an axis through one of a few small rational points meets the system.

    Only for systems with at most one equation.
    """
    zero, nonzero, positive = conditions
    if len(zero) > 1:
        return False
    polys = [*zero, *nonzero, *positive]
    variables = sorted(frozenset().union(*(p.variables for p in polys)))
    pool = zero[0] if zero else positive[0]
    along = sorted(pool.variables, key=lambda i: (pool.degrees[i] % 2 == 0, i in facts.lower or i in facts.upper, i))
    rng = random.Random(start)
    for k in range(start, start + tries):
        i = along[k % len(along)]
        values = {j: draw(j, facts, rng) for j in variables if j != i}
        above = [restrict(p, values, i) for p in positive]
        if any(p.degree() <= 0 and p[0] <= 0 for p in above):
            continue
        above = [p for p in above if p.degree() > 0]
        if not zero:
            if has_point([], [], above):
                return True
            continue
        f = restrict(zero[0], values, i)
        if f.degree() == 0 or (not above and f.degree() > 0 and not has_real_root(f)):
            continue
        apart = [restrict(p, values, i) for p in nonzero]
        if has_point([f], [p for p in apart if p.degree() != 0], above):
            return True
    return False


def satisfies(conditions: Conditions, point: dict[int, Fraction]) -> bool:
    """Whether the rational point satisfies the conditions (variables without a value are 0)."""
    zero, nonzero, positive = conditions
    full = dict(point)
    for p in (*zero, *nonzero, *positive):
        for i in p.variables:
            full.setdefault(i, Fraction(0))
    return (
        all(p.value(full) == 0 for p in zero)
        and all(p.value(full) != 0 for p in nonzero)
        and all(p.value(full) > 0 for p in positive)
    )


def find_point(
    conditions: Conditions, facts: Facts, factor: Factorizer, variables: Sequence[int], tries: int = 24
) -> dict[int, Fraction] | None:
    """A rational point of the system, or None."""
    polys = [p for ps in conditions for p in ps]
    every = sorted(frozenset(variables).union(*(p.variables for p in polys)))
    rng = random.Random(len(polys))
    for _ in range(tries):
        point = _try_point(conditions, every, facts, factor, rng)
        if point is not None and satisfies(conditions, point):
            return point
    return None


def _try_point(
    conditions: Conditions, every: Sequence[int], facts: Facts, factor: Factorizer, rng: random.Random
) -> dict[int, Fraction] | None:
    """One attempt: solve linear equations, take rational roots, draw the other values."""
    current = conditions
    point: dict[int, Fraction] = {}
    solved: list[tuple[int, Poly, Poly]] = []

    def put(i: int, value: Fraction) -> None:
        nonlocal current
        point[i] = value
        zero, nonzero, positive = (tuple(fix(p, {i: value}) for p in ps) for ps in current)
        current = zero, nonzero, positive

    while True:
        zero = tuple(p for p in current[0] if p)
        if any(p.is_constant for p in zero):
            return None
        if not zero:
            break
        linear = [
            (not parts[0].is_constant, len(p), rng.random(), i, p, parts)
            for p in zero
            for i in p.variables
            if (parts := linear_in(p, i))
        ]
        if linear:
            _, _, _, i, p, (unit, rest) = min(linear, key=lambda t: t[:3])
            solved.append((i, unit, rest))
            others = tuple(q for q in zero if q is not p)
            current = substitute((others, (*current[1], unit), current[2]), i, unit, rest)
            if sum(map(len, current[0])) > 500:
                return None
            continue
        lines = [p for p in zero if len(p.variables) == 1]
        if lines:
            (i,) = lines[0].variables
            roots = [
                Fraction(-cs[0], cs[1])
                for q, _ in factor(lines[0])[1]
                if len(cs := coefficients(q, i)) == 2
            ]
            if not roots:
                return None
            put(i, rng.choice(roots))
            continue
        p = zero[rng.randrange(len(zero))]
        i = rng.choice(sorted(p.variables))
        put(i, draw(i, facts, rng))
    done = {i for i, _, _ in solved}
    open_variables = [i for i in every if i not in point and i not in done]
    rng.shuffle(open_variables)
    for i in open_variables:
        values = draw(i, facts, rng)
        mine = [p for ps in current[1:] for p in ps if i in p.variables]
        if all(len(p.variables) == 1 for p in mine):
            lists = [[fmpz_poly(coefficients(p, i)) for p in ps if i in p.variables] for ps in current[1:]]
            fits = all(p.value({i: values}) for p in current[1] if i in p.variables)
            if not fits or not all(p.value({i: values}) > 0 for p in current[2] if i in p.variables):
                found = sample_between(lists[1], lists[0])
                if found is None:
                    return None
                values = found
        put(i, values)
    if any(not p for p in current[1]) or any(p.constant_term() <= 0 for p in current[2]):
        return None
    for i, unit, rest in reversed(solved):
        u = unit.value(point)
        if not u:
            return None
        point[i] = -rest.value(point) / u
    return point

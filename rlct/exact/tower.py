"""Numbers that the dependent variables of a chart stand for where the small variables are 0: remainders and inverses.

The relations at small = 0, each with a constant leading coefficient in its own variable, span an algebra over Q of
finite dimension (a field where they are irreducible one after the other).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import lcm, prod

from flint import fmpq, fmpq_mat

from rlct.exact.charts import Chart
from rlct.exact.poly import Exponent, Poly
from rlct.exact.work import remainder

MAX_DIMENSION = 40


def remainder_on_stratum(c: Chart, g: Poly) -> Poly:
    """g at small = 0, up to a constant, without the powers that the relations replace by lower ones."""
    g = c.at_zero(g)
    for t, r in reversed(c.relations):
        if t in g.variables:
            g = remainder(g, c.at_zero(r), t)
    return g.primitive()


def inverse(c: Chart, u: Poly) -> Poly | None:
    """h with h·u equal to a non-zero constant on the stratum, for a polynomial in dependent variables; None: not found.

    >>> from rlct.exact.poly import Ring
    >>> ring = Ring(["x", "t"]); t = ring.gen(1)
    >>> inverse(Chart(ring, (0, 1), {}, (), relations=((1, t * t - ring.const(2)),)), t + ring.one)
    t - 1
    """
    tower = tower_of(c, set(u.variables))
    if not tower:
        return None
    degrees = [r.degrees[t] for t, r in tower]
    if prod(degrees) > MAX_DIMENSION:
        return None
    ring = c.ring
    basis: list[Exponent] = []
    for powers in product(*(range(d) for d in degrees)):
        exps = [0] * ring.n
        for (t, _), a in zip(tower, powers, strict=True):
            exps[t] = a
        basis.append(tuple(exps))
    place = {e: i for i, e in enumerate(basis)}
    n = len(basis)
    rows = [[fmpq(0)] * n for _ in range(n)]
    for col, e in enumerate(basis):
        image, scale = reduced_in(u * ring.monomial(e), tower)
        for f, x in image.terms:
            rows[place[f]][col] = fmpq(x, scale)
    matrix = fmpq_mat(n, n, [x for row in rows for x in row])
    if matrix.det() == 0:
        return None
    target = fmpq_mat(n, 1, [fmpq(int(not any(e))) for e in basis])
    solution = matrix.solve(target)
    found = [solution[i, 0] for i in range(n)]
    den = lcm(*(int(x.q) for x in found))
    return ring.from_terms({e: int(x * den) for e, x in zip(basis, found, strict=True) if x}).primitive()


def tower_of(c: Chart, used: set[int]) -> list[tuple[int, Poly]]:
    """The relations at small = 0 of these dependent variables and of those they depend on, in an order in which each
    involves earlier ones only; empty where they do not make a tower over Q."""
    relations = {t: c.at_zero(r) for t, r in c.relations}
    used = set(used)
    while True:
        if not used <= relations.keys():
            return []
        more = frozenset().union(*(relations[t].variables for t in used))
        if more <= used:
            break
        used |= more
    tower: list[tuple[int, Poly]] = []
    while len(tower) < len(used):
        have = {t for t, _ in tower}
        t = next((t for t in sorted(used - have) if relations[t].variables <= have | {t}), None)
        if t is None:
            return []
        r = relations[t]
        d = r.degrees[t]
        if not d or not r.coefficients(t)[d].is_constant:
            return []
        tower.append((t, r))
    return tower


def reduced_in(g: Poly, tower: Sequence[tuple[int, Poly]]) -> tuple[Poly, int]:
    """(p, s) with g = p/s on the stratum."""
    scale = 1
    for t, r in reversed(tower):
        d = r.degrees[t]
        lead = r.coefficients(t)[d].constant_term()
        gen = g.ring.gen(t)
        while g and g.degrees[t] >= d:
            top = g.degrees[t]
            g = g * lead - g.coefficients(t)[top] * gen ** (top - d) * r
            scale *= lead
    return g, scale

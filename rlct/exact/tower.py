"""Numbers that the dependent variables of a chart stand for where the small variables are 0.

The relations at small = 0, each with a constant leading coefficient in its own variable, span an algebra over Q of
finite dimension (a field where they are irreducible one after the other).  In it there are remainders, inverses, and
factors: `v^2 - 2 x^2` is irreducible over Q although x = 2^(1/4) makes it `(v - x^3)(v + x^3)`, and
`24 x^2 v^2 + 4 x^3 v + 1` is a square where x^4 = 6.  Factors over Q(θ) come from the factors of a norm (Trager,
SYMSAC 1976).
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm, prod

from flint import fmpq, fmpq_mat

from rlct.exact.charts import Chart
from rlct.exact.fields import MAX_DIMENSION, NumberField, number_field, power_basis, reduced_in
from rlct.exact.over_field import Univariate, derivative, divided, gcd, split
from rlct.exact.poly import Exponent, Poly
from rlct.exact.work import remainder

MAX_NORM = 100  # degree of a norm that is factored


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
    basis = power_basis(ring, tower)
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


def quotient(c: Chart, x: Poly, y: Poly) -> tuple[Poly, Fraction] | None:
    """(p, q) with x/y = q·p on the stratum, p primitive, for polynomials in dependent variables; None: not found.

    >>> from rlct.exact.poly import Ring
    >>> ring = Ring(["x", "t"]); t = ring.gen(1)
    >>> chart = Chart(ring, (0, 1), {}, (), relations=((1, t * t + ring.one),))
    >>> quotient(chart, ring.const(4), t + ring.one)
    (t - 1, Fraction(-2, 1))
    """
    if y.is_constant:
        p = x.primitive()
        return p, Fraction(int(x.p.leading_coefficient()), int(p.p.leading_coefficient()) * y.constant_term())
    h = inverse(c, y)
    if h is None:
        return None
    tower = tower_of(c, set(x.variables | y.variables))
    one, below = reduced_in(h * y, tower)
    top, above = reduced_in(h * x, tower)
    if not top:
        return None
    p = top.primitive()
    scale = Fraction(int(top.p.leading_coefficient()), int(p.p.leading_coefficient()))
    return p, scale / above * below / one.constant_term()


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


def factors(c: Chart, f: Poly) -> list[Poly]:
    """Factors of f over the field of its dependent variables, each once and monic up to a rational number, where f
    involves one free variable; else [f].

    >>> from rlct.exact.poly import Ring
    >>> ring = Ring(["v", "x"]); v, x = ring.gen(0), ring.gen(1)
    >>> chart = Chart(ring, (0, 1), {}, (), relations=((1, x**4 - ring.const(2)),))
    >>> factors(chart, v * v - x * x * 2)
    [v - x^3, v + x^3]
    >>> factors(chart, v**4 - ring.const(2))
    [v - x, v + x, v^2 + x^2]
    >>> factors(chart, v * v * x - ring.const(3))
    [v^2*x - 3]
    """
    dependents = c.dependents
    free = [i for i in f.variables if i not in dependents]
    if len(free) != 1 or not c.relations or f.degrees[free[0]] < 2:
        return [f]
    (t,) = free
    used = set(f.variables) & dependents or set(dependents)
    field = number_field(c.ring, tower_of(c, used))
    if field is None or f.degrees[t] > MAX_NORM:
        return [f]
    given = field.univariate(f, t)
    bare = divided(given, gcd(given, derivative(given), field.minimal), field.minimal)
    if field.minimal.degree() * (len(bare) - 1) > MAX_NORM:
        return [f] if len(bare) == len(given) else [_written(bare, t, field, c)]
    found = split(bare, field.minimal)
    if len(found) == 1 and len(bare) == len(given):
        return [f]
    return [_written(g, t, field, c) for g in found]


def _written(g: Univariate, t: int, field: NumberField, c: Chart) -> Poly:
    """Back to the variables of the chart: a multiple of the monic polynomial."""
    ring = c.ring
    theta_powers = [ring.one]
    scales = [1]
    for _ in range(field.minimal.degree() - 1):
        power, more = reduced_in(theta_powers[-1] * field.generator, field.tower)
        theta_powers.append(power)
        scales.append(scales[-1] * more)
    total: dict[Exponent, fmpq] = {}
    for a, element in enumerate(g):
        for k, x in enumerate(element.coeffs()):
            for e, y in theta_powers[k].terms:
                key = (*e[:t], e[t] + a, *e[t + 1 :])
                total[key] = total.get(key, fmpq(0)) + x * fmpq(y, scales[k])
    den = lcm(*(int(x.q) for x in total.values()))
    return ring.from_terms({e: int(x * den) for e, x in total.items() if x}).primitive()

"""A generator that is a sum in separate variables of parts that are nowhere negative: no cancellation.

Which part owns how much of the constant is not written in the sum: a part in one variable may take what makes its
least critical value 0.  So `(w^2-5)^4 (w+1)^2 + (u-1)^8 (v+2)^6`, multiplied out, becomes an ideal of two products.

A function as the sum as which it was written, where no summand is negative (inside of a polyhedron).

And sums of squares in variables that are not separate, from their Gram matrices (`gram.py`).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from rlct.exact import charts
from rlct.exact.charts import Factored
from rlct.exact.coordinates import components, is_shared
from rlct.exact.poly import Poly
from rlct.exact.real import System, Verdict
from rlct.exact.work import Work

MOST_TERMS = 2000
CHOICES = 24  # ways to give away the constant that are tried


def summands_step(w: Work) -> bool:
    """Replace one generator by its non-negative parts."""
    c = w.chart
    for j, ob in enumerate(c.objects):
        if ob.H != 0 or ob.E == 0:
            continue
        for l, g in enumerate(ob.gens):
            if not 2 < len(g) <= MOST_TERMS or any(map(c.in_relations, g.variables)):
                continue
            # the constant belongs to no part yet
            parts = components(g - g.ring.const(g.constant_term()), set(g.variables))
            if len(parts) < 2:
                continue
            key = (g, c.nonzero, c.positive, c.equations, frozenset(c.small))
            if key in w.memory.sums:
                continue
            found = _nonnegative(w, g, parts)
            if found is None:
                w.memory.sums.add(key)
                continue
            w.do(charts.nonnegative(c, j, l, found))
            return True
    return False


def as_written(w: Work) -> bool:
    """The function as the sum as which it was written, in its own coordinates, where no summand is negative on the
    stratum (slacks of a polyhedron are positive inside)."""
    c, parts = w.chart, w.memory.written
    if len(parts) < 2 or c.small or c.relations:
        return False
    total = sum(parts, c.ring.zero)
    for j, ob in enumerate(c.objects):
        if ob.principal and ob.H == 0 and ob.E > 0 and total and ob.gens[0].primitive() == total.primitive():
            found = [_signed(w, p, 1) for p in parts]
            known = [(scale, factors) for _, scale, factors in filter(None, found)]
            if len(known) == len(parts):
                w.do(charts.nonnegative(c, j, 0, known))
                return True
    return False


def _nonnegative(w: Work, g: Poly, parts: list[Poly]) -> list[tuple[Fraction, Factored]] | None:
    """Constants for the parts such that all of them are >= 0 (or all <= 0) on the stratum."""
    parts = sorted(parts, key=lambda p: (-len(p.variables), -len(p)))
    options = [_critical_values(p) for p in parts[1:]]
    ring = g.ring
    for count, choice in enumerate(product(*options)):
        if count >= CHOICES:
            return None
        others = [-v for v in choice]
        constants = [Fraction(g.constant_term()) - sum(others, Fraction(0)), *others]
        out: list[tuple[Fraction, Factored]] = []
        sign = 0
        for p, k in zip(parts, constants, strict=True):
            whole = p * k.denominator + ring.const(k.numerator)
            found = _signed(w, whole, sign)
            if found is None:
                break
            sign, scale, factors = found
            out.append((scale / k.denominator, factors))
        else:
            return out
    return None


def _critical_values(p: Poly) -> list[Fraction]:
    """Rational values at critical points; 0 first (a part that is a sum of powers).

    In several variables: values at critical points along lines, those that two parallel lines share.
    """
    values = {Fraction(0): None}
    for i in sorted(p.variables):
        lines = []
        for k in (1, 2):
            q = p.compose({j: p.ring.const(k + n) for n, j in enumerate(sorted(p.variables - {i}))})
            lines.append(_critical_values_in(q, i))
            if len(p.variables) == 1:
                break
        values.update(dict.fromkeys(v for v in lines[0] if v in lines[-1]))
    return list(values)


def _critical_values_in(p: Poly, i: int) -> list[Fraction]:
    found: list[Fraction] = []
    slope = p.derivative(i)
    for q, _ in slope.factor()[1] if slope else ():
        if q.total_degree() <= 2:
            value = _value_modulo(p, q.primitive(), i)
            if value is not None and value not in found:
                found.append(value)
    return found


def _value_modulo(p: Poly, q: Poly, i: int) -> Fraction | None:
    """The value of p at the zeros of q, if it is one rational number."""
    coefficients = [Fraction(0)] * (p.degrees[i] + 1)
    for e, x in p.terms:
        coefficients[e[i]] += x
    divisor = [Fraction(0)] * (q.degrees[i] + 1)
    for e, x in q.terms:
        divisor[e[i]] += x
    d = len(divisor) - 1
    while len(coefficients) > d:
        top = coefficients.pop() / divisor[-1]
        for k in range(d):
            coefficients[len(coefficients) - d + k] -= top * divisor[k]
    return coefficients[0] if not any(coefficients[1:]) else None


def _signed(w: Work, p: Poly, sign: int) -> tuple[int, Fraction, Factored] | None:
    """(sign, |constant|, factors) of a part that has the sign (0: either); odd factors are positive on the stratum."""
    if not p:
        return None
    content = abs(int(p.p.content()))
    factors: list[tuple[Poly, int]] = []
    total = p.ring.one
    for f, e in w.memory.factors(p.primitive()):
        if e % 2:
            if _positive(w, f):
                pass
            elif _positive(w, -f):
                f = -f
            else:
                return None
        factors.append((f, e))
        total = total * f**e
    own = 1 if total == p.primitive() else -1 if -total == p.primitive() else 0
    own *= 1 if p.primitive_signed() == p.primitive() else -1
    if not own or (sign and own != sign):
        return None
    return own, Fraction(content), tuple(factors)


def _positive(w: Work, f: Poly) -> bool:
    f0 = w.chart.at_zero(f)
    if not f0:
        return False
    if f0.is_constant:
        return f0.constant_term() > 0
    s = w.stratum
    oracle = w.memory.oracle
    if oracle.decide(System(s.zero, s.nonzero, (*s.positive, -f0))) is not Verdict.EMPTY:
        return False
    return oracle.nowhere_zero(f0, s)


def squares_step(w: Work, at_zero: bool = False) -> bool:
    """A sum of squares that was multiplied out becomes the ideal of its roots, or within an ideal its summands;
    `at_zero`: what it says on arcs through the point helps to find it."""
    for j, ob in enumerate(w.chart.objects):
        if ob.E == 0 or ob.H != 0 or is_shared(w.chart, j):
            continue
        for l, g in enumerate(ob.gens):
            if len(g) < 3 or not (ob.principal or ob.sd[l]) or len(components(g, set(g.variables))) > 1:
                continue
            here = at_zero and g.variables <= set(w.chart.smalls)
            parts = w.memory.squares(g, ((0, 1),) * g.ring.n if here else None)
            if parts is None or len(parts) < 2:
                continue
            if ob.principal:
                w.do(charts.squares(w.chart, j, parts))
            else:
                w.do(charts.nonnegative(w.chart, j, l, [(c, ((f, 2),)) for c, f in parts]))
            return True
    return False

"""Is K >= 0 near the point, or on the box?  A proof, a point where it is negative, or "not decided".

The proof is a short derivation (`docs/certificate-format.md`, root, `semidefinite`): even powers, completed
squares, sums in disjoint variables,
a positive leading form; z3 where none is found.  It is needed only because the search may use the sign to split sums.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from rlct.errors import NegativeLossError
from rlct.exact.charts import Chart
from rlct.exact.poly import Poly
from rlct.exact.real import Oracle, System, Verdict
from rlct.exact.reduce import components
from rlct.localize import Cell, Claim
from rlct.problem import Algebraic, Problem, evaluate

UNDECIDED = (
    "The sign of K near the point could not be decided: the answer is that of |K|, found without using the sign."
)


@dataclass(frozen=True)
class Sign:
    """`nonnegative`: proved; `witness`: how; `objects`: the factors of K whose sign is thereby known."""

    nonnegative: bool
    witness: Any
    notes: tuple[str, ...]
    objects: tuple[int, ...]

    def flag(self, chart: Chart) -> Chart:
        """Mark the semidefinite factor of a root chart."""
        objects = list(chart.objects)
        for j in self.objects:
            objects[j] = replace(objects[j], sd=(True,))
        return replace(chart, objects=tuple(objects))


def sign_near(problem: Problem, claim: Claim, roots: Sequence[Cell], odd: Sequence[int], oracle: Oracle) -> Sign:
    """Decide the sign of K = constant · product of factors, whose odd factors are those with index in `odd`."""
    constant, _ = claim.functions[0][0]
    objects = tuple(odd) if len(odd) == 1 else ()
    if problem.at is not None:
        chart = roots[0].chart
        if chart.relations:
            return Sign(False, None, (UNDECIDED,), objects)
        f = _signed_product(problem, roots[0], odd, constant)
        walls = tuple(i for i in chart.smalls if chart.small[i].wall)
        point = negative_direction(f, chart.smalls, walls)
        if point is not None:
            raise NegativeLossError(problem.source, _text(problem, roots[0], f, point))
        if walls:
            return Sign(False, None, (UNDECIDED,), objects) if objects else Sign(False, None, (), objects)
        derivation = derive(f, oracle)
        if derivation is not None:
            return Sign(True, derivation, (), objects)
        return Sign(False, None, (UNDECIDED,), objects)
    point_found = _negative_in_box(problem)
    if point_found is not None:
        raise NegativeLossError(problem.source, point_found)
    ring = claim.ring
    f = ring.const(1 if constant > 0 else -1)
    for j in odd:
        f = f * claim.functions[0][0][1][j][0]
    assert problem.region is not None
    walls_box = []
    for i, (lo, hi) in enumerate(problem.region.box):
        if lo is not None:
            walls_box.append(ring.gen(i) * lo.denominator - ring.const(lo.numerator))
        if hi is not None:
            walls_box.append(ring.const(hi.numerator) - ring.gen(i) * hi.denominator)
    if oracle.decide(System((), (), (-f, *walls_box))) is Verdict.EMPTY:
        return Sign(True, "z3", (), objects)
    return Sign(False, None, (UNDECIDED.replace("near the point", "in the region"),), objects)


def _signed_product(problem: Problem, cell: Cell, odd: Sequence[int], constant: Fraction) -> Poly:
    """Product of the odd factors in local coordinates, with the sign of K."""
    chart = cell.chart
    f = chart.ring.one
    for j in odd:
        f = f * chart.objects[j].gens[0]
    # primitive polynomials lost their sign: compare at a point
    rng = random.Random(1)
    while True:
        local = {i: Fraction(rng.randint(1, 9), 10) for i in chart.smalls}
        v = f.value(local)
        if v:
            break
    original = {}
    for name, i in zip(problem.variables, range(len(problem.variables)), strict=True):
        image = cell.images[i]
        den = max((abs(c) for e, c in image.terms if sum(e) == 1), default=1)
        original[name] = image.value(local) / den
    k = evaluate(problem.functions[0], original)
    return f if (k > 0) == (v > 0) else -f


def negative_direction(f: Poly, variables: Sequence[int], walls: Sequence[int]) -> dict[int, Fraction] | None:
    """A direction d and weights w with f(d_i t^w_i) < 0 for all small t > 0 (lowest coefficient negative), or None."""
    rng = random.Random(0)
    tries: list[tuple[list[int], list[int]]] = []
    n = len(variables)
    for i in range(n):
        for s in (1, -1):
            tries.append(([s if j == i else 0 for j in range(n)], [1] * n))
    for _ in range(60):
        weights = [rng.choice((1, 1, 1, 2, 3)) for _ in range(n)]
        tries.append(([rng.choice((-3, -2, -1, 0, 1, 2, 3)) for _ in range(n)], weights))
    for d, wts in tries:
        d = [abs(x) if v in walls else x for v, x in zip(variables, d, strict=True)]
        low: dict[int, int] = {}
        for e, c in f.terms:
            order, value = 0, c
            for v, x, a in zip(variables, d, wts, strict=True):
                if e[v]:
                    order += a * e[v]
                    value *= x ** e[v]
            if value:
                low[order] = low.get(order, 0) + value
        orders = [o for o, v in sorted(low.items()) if v]
        if orders and low[orders[0]] < 0:
            t = Fraction(1)
            for _ in range(200):
                p = {v: x * t**a for v, x, a in zip(variables, d, wts, strict=True)}
                if f.value(p) < 0:
                    return p
                t /= 2
    return None


def _text(problem: Problem, cell: Cell, f: Poly, point: dict[int, Fraction]) -> str:
    out = []
    for i, name in enumerate(problem.variables):
        if problem.at is not None and isinstance(problem.at[i], Algebraic):
            continue
        image = cell.images[i]
        den = max((abs(c) for e, c in image.terms if sum(e) == 1), default=1)
        out.append(f"{name}={image.value({**{j: Fraction(0) for j in range(f.ring.n)}, **point}) / den}")
    return ", ".join(out)


def _negative_in_box(problem: Problem) -> str | None:
    rng = random.Random(0)
    assert problem.region is not None
    for _ in range(200):
        p = {}
        for v, (lo, hi) in zip(problem.variables, problem.region.box, strict=True):
            a = lo if lo is not None else (hi - 4 if hi is not None else Fraction(-2))
            b = hi if hi is not None else (lo + 4 if lo is not None else Fraction(2))
            p[v] = a + (b - a) * Fraction(rng.randint(0, 32), 32)
        if evaluate(problem.functions[0], p) < 0:
            return ", ".join(f"{v}={x}" for v, x in p.items())
    return None


# ---------------------------------------------------------------- derivations
def _encode(f: Poly, n: int) -> list[Any]:
    return [[list(e[:n]), c] for e, c in f.terms]


def derive(f: Poly, oracle: Oracle, depth: int = 0) -> list[Any] | None:
    """A derivation that f >= 0 near 0, or None."""
    n = f.ring.n
    if all(c > 0 and not any(a % 2 for a in e) for e, c in f.terms):
        return [["even"]]
    if depth > 30 or len(f) > 20_000:
        return None
    constant, fs = f.factor()
    if len(fs) > 1 or fs[0][1] > 1:
        return _derive_product(f, constant, fs, oracle, depth)
    if f.constant_term():
        return None if f.constant_term() < 0 else [["unit", _encode(f, n)], ["even"]]
    parts = components(f, set(range(n)))
    if len(parts) > 1:
        each = [derive(p, oracle, depth + 1) for p in parts]
        return None if any(d is None for d in each) else [["split", [_encode(p, n) for p in parts], each]]
    out = _derive_square(f, oracle, depth)
    if out is not None:
        return out
    weights = definite_weights(f, oracle)
    return None if weights is None else [["definite", weights]]


def _derive_product(f: Poly, constant: int, fs: list[tuple[Poly, int]], oracle: Oracle, depth: int) -> list[Any] | None:
    """Even powers are no matter; the odd ones must each have a sign, and the signs must fit."""
    n = f.ring.n
    signed: list[tuple[Poly, int]] = []
    each: list[Any] = []
    sign = 1 if constant > 0 else -1
    for p, e in fs:
        if e % 2 == 0:
            signed.append((p, e))
            each.append(None)
            continue
        d = derive(p, oracle, depth + 1)
        if d is None:
            p = -p
            sign = -sign
            d = derive(p, oracle, depth + 1)
            if d is None:
                return None
        signed.append((p, e))
        each.append(d)
    return [["times", [[_encode(p, n), e] for p, e in signed], each]] if sign > 0 else None


def _derive_square(f: Poly, oracle: Oracle, depth: int) -> list[Any] | None:
    n = f.ring.n
    names = f.ring.names
    for z in sorted(f.variables, key=lambda i: len(f.coefficients(i).get(1, f.ring.zero))):
        if f.degrees[z] != 2:
            continue
        parts = f.coefficients(z)
        unit, linear = parts[2], parts.get(1, f.ring.zero)
        if unit.constant_term() <= 0 or linear.constant_term():
            continue
        if not linear and unit.is_constant:
            continue
        if linear:
            unit2 = unit * 2
        else:
            unit2 = unit
        g = f.solve_into(z, unit2, linear)
        q = g.divide(unit)
        if q is None or len(q) > 4 * len(f) + 40:
            continue
        rest = derive(q, oracle, depth + 1)
        if rest is not None:
            return [["coordinate", names[z], _encode(unit2, n), _encode(linear, n)], ["unit", _encode(unit, n)], *rest]
    return None


def definite_weights(f: Poly, oracle: Oracle) -> list[int] | None:
    """Positive weights for which the leading (lowest) form is positive away from 0."""
    from math import lcm

    pure: dict[int, int] = {}
    for e, c in f.terms:
        vs = [i for i, a in enumerate(e) if a]
        if len(vs) == 1 and (vs[0] not in pure or e[vs[0]] < pure[vs[0]]):
            if c > 0:
                pure[vs[0]] = e[vs[0]]
    if set(pure) != set(f.variables) or len(pure) > 4:
        return None
    top = lcm(*pure.values())
    weights = [top // pure[i] if i in pure else 0 for i in range(f.ring.n)]
    if any(sum(w * a for w, a in zip(weights, e, strict=True)) < top for e, _ in f.terms):
        return None
    form = f.ring.from_terms({e: c for e, c in f.terms if sum(w * a for w, a in zip(weights, e, strict=True)) == top})
    for i in sorted(pure):
        for s in (1, -1):
            g = form.compose({i: f.ring.const(s)})
            if g.is_constant:
                if g.constant_term() <= 0:
                    return None
                continue
            if g.constant_term() <= 0 or not oracle.nowhere_zero(g, System()):
                return None
    return weights[: f.ring.n]

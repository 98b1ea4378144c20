"""Short derivations that a polynomial is >= 0 near the origin.

They are data that the checker replays (`docs/certificate-format.md`, root, `semidefinite`): even powers, completed
squares, sums in disjoint variables, a positive leading form, sums of squares.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import Any

from rlct.exact.coordinates import components
from rlct.exact.gram import SHARE, sum_of_squares
from rlct.exact.limits import share
from rlct.exact.poly import Poly
from rlct.exact.real import Oracle, System

Order = Sequence[int]


def _encode(f: Poly, order: Order) -> list[Any]:
    return [[[e[i] for i in order], c] for e, c in f.terms]


def derive(f: Poly, oracle: Oracle, depth: int = 0, order: Order | None = None) -> list[Any] | None:
    """A derivation that f >= 0 near 0, or None; exponents in it are those of the variables in `order` (default all)."""
    n = range(f.ring.n) if order is None else order
    if all(c > 0 and not any(a % 2 for a in e) for e, c in f.terms):
        return [["even"]]
    if depth > 30 or len(f) > 20_000:
        return None
    constant, fs = f.without_monomial() if f.is_huge else f.factor()
    if len(fs) > 1 or fs[0][1] > 1:
        return _derive_product(f, constant, fs, oracle, depth, n)
    if f.constant_term():
        return None if f.constant_term() < 0 else [["unit", _encode(f, n)], ["even"]]
    parts = components(f, set(n))
    if len(parts) > 1:
        each = [derive(p, oracle, depth + 1, n) for p in parts]
        return None if any(d is None for d in each) else [["split", [_encode(p, n) for p in parts], each]]
    out = _derive_square(f, oracle, depth, n)
    if out is not None:
        return out
    weights = definite_weights(f, oracle)
    if weights is not None:
        return [["definite", [weights[i] for i in n]]]
    at_zero = ((0, 1),) * f.ring.n
    squares = sum_of_squares(f, at_zero, share(oracle.deadline, SHARE)) if f.terms[0][1] > 0 else None
    return None if squares is None else [["squares", [[str(c), _encode(p, n)] for c, p in squares]]]


def _derive_product(
    f: Poly, constant: int, fs: list[tuple[Poly, int]], oracle: Oracle, depth: int, n: Order
) -> list[Any] | None:
    """Even powers are no matter; the odd ones must each have a sign, and the signs must fit."""
    signed: list[tuple[Poly, int]] = []
    each: list[Any] = []
    sign = 1 if constant > 0 else -1
    for p, e in fs:
        if e % 2 == 0:
            signed.append((p, e))
            each.append(None)
            continue
        d = derive(p, oracle, depth + 1, n)
        if d is None:
            p = -p
            sign = -sign
            d = derive(p, oracle, depth + 1, n)
            if d is None:
                return None
        signed.append((p, e))
        each.append(d)
    return [["times", [[_encode(p, n), e] for p, e in signed], each]] if sign > 0 else None


def _derive_square(f: Poly, oracle: Oracle, depth: int, n: Order) -> list[Any] | None:
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
        rest = derive(q, oracle, depth + 1, n)
        if rest is not None:
            return [["coordinate", names[z], _encode(unit2, n), _encode(linear, n)], ["unit", _encode(unit, n)], *rest]
    return None


def definite_weights(f: Poly, oracle: Oracle) -> list[int] | None:
    """Positive weights for which the leading (lowest) form is positive away from 0."""
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

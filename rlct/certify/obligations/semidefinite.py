"""Derivations that a polynomial is >= 0 near 0 (format page, "The root")."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.ledger import Conditions, Ledger

OBLIGATION = "semidefinite"


def prove(ledger: Ledger, order: Sequence[int], f: Poly, derivation: Sequence[Any]) -> None:
    """f >= 0 near 0 by the derivation (`order`: the claim's variables)."""
    for n, step in enumerate(derivation):
        word, data = step[0], step[1:]
        if word == "coordinate":
            f = _coordinate(ledger, order, f, data)
        elif word == "unit":
            u = ledger.read(order, data[0])
            ledger.require(_at_origin(u) > 0, OBLIGATION, "a unit that is positive at 0", ledger.show(u))
            q = signed_quotient(f, u)
            ledger.require(q is not None, OBLIGATION, f"a multiple of {ledger.show(u)}", ledger.show(f))
            f = q
        else:
            ledger.require(n == len(derivation) - 1, OBLIGATION, "nothing after the last word")
            _LAST[word](ledger, order, f, data)
            return
    ledger.fail(OBLIGATION, "a last word")


def signed_quotient(f: Poly, g: Poly) -> Poly | None:
    """q with f = c·g·q, c > 0, or None."""
    q = algebra.quotient(f, g)
    if not q:
        return None
    same = (f[max(f)] > 0) == (g[max(g)] > 0)
    return q if same else -q


def _at_origin(f: Poly) -> int:
    return int(f.get((0,) * f.ring.ngens, 0))


def _coordinate(ledger: Ledger, order: Sequence[int], f: Poly, data: Sequence[Any]) -> Poly:
    i = ledger.variable(data[0], order)
    u, r = ledger.read(order, data[1]), ledger.read(order, data[2])
    fine = i not in algebra.used(u) | algebra.used(r) and _at_origin(u) != 0 and _at_origin(r) == 0
    ledger.require(fine, OBLIGATION, "a coordinate U·x + r with U(0) ≠ 0, r(0) = 0")
    out = algebra.replace_by_ratio(f, i, algebra.gen(f.ring, i) - r, u)
    return out * u if algebra.degree(f, i) % 2 else out


def _even(ledger: Ledger, order: Sequence[int], f: Poly, data: Sequence[Any]) -> None:
    fine = all(c > 0 and not any(a % 2 for a in e) for e, c in f.items())
    ledger.require(fine, OBLIGATION, "even exponents, positive coefficients", ledger.show(f))


def _split(ledger: Ledger, order: Sequence[int], f: Poly, data: Sequence[Any]) -> None:
    parts = [ledger.read(order, p) for p in data[0]]
    whole = sum(parts, f.ring.zero)
    fits = algebra.primitive(whole) == algebra.primitive(f) and len(parts) == len(data[1])
    ledger.require(fits, OBLIGATION, ledger.show(f), ledger.show(whole))
    for p, d in zip(parts, data[1], strict=True):
        prove(ledger, order, p, d)


def _power(ledger: Ledger, order: Sequence[int], f: Poly, data: Sequence[Any]) -> None:
    p, e = ledger.read(order, data[0]), data[1]
    ledger.require(e % 2 == 0, OBLIGATION, "an even power", str(e))
    _product(ledger, f, [(p, e)])


def _product(ledger: Ledger, f: Poly, factors: Sequence[tuple[Poly, int]]) -> None:
    rest: Poly | None = f
    for p, e in factors:
        ledger.require(not algebra.is_constant(p), OBLIGATION, "factors that are no constants")
        for _ in range(e):
            rest = signed_quotient(rest, p)
            ledger.require(rest is not None, OBLIGATION, f"a multiple of {ledger.show(p)}", ledger.show(f))
    positive = algebra.is_constant(rest) and _at_origin(rest) > 0
    ledger.require(positive, OBLIGATION, "a positive constant left over", ledger.show(rest))


def _times(ledger: Ledger, order: Sequence[int], f: Poly, data: Sequence[Any]) -> None:
    factors = [(ledger.read(order, p), e) for p, e in data[0]]
    ledger.require(len(factors) == len(data[1]), OBLIGATION, "one derivation or null for each factor")
    _product(ledger, f, factors)
    for (p, e), d in zip(factors, data[1], strict=True):
        ledger.require((d is None) == (e % 2 == 0), OBLIGATION, "a derivation for each odd power, null for even ones")
        if d is not None:
            prove(ledger, order, p, d)


def _definite(ledger: Ledger, order: Sequence[int], f: Poly, data: Sequence[Any]) -> None:
    """The form of lowest weight is positive outside 0: then f is near 0 (scale to the unit cube)."""
    weights = data[0]
    vs = sorted(algebra.used(f))
    fine = bool(vs) and all(order.index(i) < len(weights) and weights[order.index(i)] > 0 for i in vs)
    ledger.require(fine, OBLIGATION, "a positive weight for each variable that occurs")
    weight = {e: sum(weights[order.index(i)] * e[i] for i in vs) for e in f}
    low = min(weight.values())
    form = f.new({e: c for e, c in f.items() if weight[e] == low})
    for i in vs:
        for x in (1, -1):
            g = algebra.at_numbers(form, {i: Fraction(x)})
            ledger.require(_at_origin(g) > 0, OBLIGATION, "a leading form positive on the axes", ledger.show(form))
            ledger.empty(Conditions(zero=(g,)), OBLIGATION, "the leading form may vanish outside 0")


def _squares(ledger: Ledger, order: Sequence[int], f: Poly, data: Sequence[Any]) -> None:
    """f = c Σ a p² with c > 0 and all a > 0."""
    parts = [(Fraction(a), ledger.read(order, p)) for a, p in data[0]]
    ledger.require(all(a > 0 for a, _ in parts), OBLIGATION, "positive coefficients of squares")
    common = lcm(*(a.denominator for a, _ in parts))
    total = sum((p * p * int(a * common) for a, p in parts), f.ring.zero)
    ledger.require(algebra.primitive(total) == algebra.primitive(f), OBLIGATION, ledger.show(f), ledger.show(total))


_LAST = {
    "even": _even,
    "split": _split,
    "power": _power,
    "times": _times,
    "definite": _definite,
    "squares": _squares,
}

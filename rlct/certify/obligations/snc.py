"""The end `snc`: what is left over, the polynomials q, are coordinates wherever they vanish (normal crossings)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import jacobian
from rlct.certify.obligations.ledger import Conditions, Ledger
from rlct.certify.obligations.state import State
from rlct.certify.obligations.value import INFINITE, Mean, Value, monomial_value, worst

Data = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """gen = const · monomial · ∏ q_i^powers_i · rest."""

    exponents: tuple[int, ...]
    powers: tuple[int, ...]
    rest: Poly


def shape(s: State, qs: Sequence[Poly], g: Poly) -> Shape:
    """Divide g by the small variables and by the q as often as possible."""
    smalls = s.smalls
    exps = algebra.content_exponents(g, smalls)
    rest = algebra.divide_monomial(g, smalls, exps)
    powers = []
    for q in qs:
        n = 0
        while (next_rest := algebra.quotient(rest, q)) is not None:
            rest, n = next_rest, n + 1
        powers.append(n)
    return Shape(exps, tuple(powers), rest)


def read_qs(ledger: Ledger, s: State, end: Data) -> list[Poly]:
    qs = [ledger.read(s.order, p) for p in end["q"]]
    ledger.require(all(not algebra.is_constant(q) for q in qs), "snc", "polynomials q that are no constants")
    return qs


def where(s: State, qs: Sequence[Poly], chosen: Sequence[int]) -> Conditions:
    """The points of S at which exactly the chosen q vanish."""
    zeros = [s.at_zero(q) for q in qs]
    return s.stratum().and_(
        zero=[zeros[i] for i in chosen], nonzero=[f for i, f in enumerate(zeros) if i not in chosen]
    )


def value(ledger: Ledger, s: State, end: Data) -> Value:
    """The worst value over the subsets of the q that have a common zero."""
    qs = read_qs(ledger, s, end)
    listed = {tuple(t): weights for t, weights in end["subsets"]}
    all_subsets = {t for size in range(len(qs) + 1) for t in combinations(range(len(qs)), size)}
    complete = len(listed) == len(end["subsets"]) and set(listed) == all_subsets
    ledger.require(complete, "snc", f"each of the {len(all_subsets)} subsets once")
    shapes = [[shape(s, qs, g) for g in ob.gens] for ob in s.objects]
    values = []
    for chosen, weights in listed.items():
        c = where(s, qs, chosen)
        if weights is None:
            ledger.empty(c, "snc: no common zero", f"q {list(chosen)} may vanish together")
        else:
            values.append(_subset(ledger, s, qs, shapes, chosen, weights, c))
    return worst(values)


def _subset(
    ledger: Ledger,
    s: State,
    qs: Sequence[Poly],
    shapes: Sequence[Sequence[Shape]],
    chosen: tuple[int, ...],
    weights: Any,
    c: Conditions,
) -> Value:

    smalls = s.smalls
    width = len(smalls) + len(chosen)
    used = {i for i in smalls if s.small[i].divisor}
    checked: set[Poly] = set()

    def exponents(j: int, which: int) -> tuple[int, ...]:
        """The monomial that a generator is, up to a unit, at these points."""
        g = shapes[j][which]
        rest = s.at_zero(g.rest)
        if not algebra.is_constant(g.rest) and rest not in checked:
            ledger.empty(c.and_(zero=(rest,)), "snc: rest is a unit", lambda: f"{ledger.show(rest)} may vanish")
            checked.add(rest)
        used.update(i for i, a in zip(smalls, g.exponents, strict=True) if a)
        return (*g.exponents, *(g.powers[i] for i in chosen))

    means = []
    seen: set[int] = set()
    q = [s.small[i].h + 1 for i in smalls] + [Fraction(1)] * len(chosen)
    for j, by in weights:
        ob = s.objects[ledger.pick(s.objects, j, "object")]
        ledger.require(j not in seen and ob.E > 0, "snc", "each object with E > 0 once")
        seen.add(j)
        exps = tuple(exponents(j, ledger.pick(ob.gens, which, "generator")) for which, _ in by)
        means.append(Mean(exps, ledger.weights(by), ob.E, Fraction(0)))
    for j, ob in enumerate(s.objects):
        ledger.require(j in seen or ob.E == 0, "snc", "every object with E > 0", f"object {j}")
        if ob.H < 0 or (ob.H > 0 and is_exact(ledger, s, shapes[j], c)):
            ledger.require(ob.principal, "snc", "principal objects with H < 0")
            q = [x + ob.H * a for x, a in zip(q, exponents(j, 0), strict=True)]
    _coordinates(ledger, s, qs, chosen, used, c)
    k = [s.small[i].k for i in smalls] + [Fraction(0)] * len(chosen)
    assert len(k) == len(q) == width
    found = monomial_value(k, q, means)
    ledger.require(found is not None, "integrable", "h + 1 > 0")
    return found if found is not None else INFINITE


def is_exact(ledger: Ledger, s: State, shapes: Sequence[Shape], c: Conditions) -> bool:
    """One generator, a monomial in the small variables and the q up to a unit."""
    if len(shapes) != 1:
        return False
    rest = s.at_zero(shapes[0].rest)
    return ledger.decide(c.and_(zero=(rest,))) is not None


def _coordinates(
    ledger: Ledger, s: State, qs: Sequence[Poly], chosen: Sequence[int], used: set[int], c: Conditions
) -> None:
    """The chosen q and the used small variables are part of a coordinate system at all the points."""
    if not chosen:
        return
    columns = [i for i in s.order if i not in used and i not in s.dependent]

    def by(f: Poly, i: int) -> Poly:
        return s.at_zero(algebra.derivative(f, i))

    rows = jacobian.reduced(s.relations, s.dependent, [qs[i] for i in chosen], columns, by)
    both = [i for i in s.order if i in columns or i in s.dependent]
    whole = [[by(f, i) for i in both] for f in (*s.relations, *(qs[i] for i in chosen))] if s.relations else []
    jacobian.full_rank(ledger, c, rows, "snc: independent differentials", whole)


__all__ = ["read_qs", "shape", "value", "where"]

"""The step `forget`: variables of which nothing depends go, with the conditions that they can always meet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import real
from rlct.certify.obligations import state as st
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import State

Data = dict[str, Any]


def forget(ledger: Ledger, s: State, data: Data) -> State:
    """Variables of which nothing depends: over every point of the smaller stratum there are values for them.

    A condition `f ≠ 0` that involves forgotten variables has a constant among its coefficients with respect to them:
    it is no zero polynomial at any point, and finitely many of those have a common non-zero.  Forgotten dependent
    variables either occur nowhere but in their relation, which has one solution (degree 1, constant coefficient); or
    they are independent of the rest: their relations at small = 0 and their conditions involve no other variables, and
    have a solution.
    """
    gone = {ledger.variable(v, s.order) for v in data["vars"]}
    ledger.require(len(gone) == len(data["vars"]), "forget", "each variable once")
    if gone & set(s.dependent):
        s = _without_dependents(ledger, s, gone)
        gone -= set(gone) - set(s.order)
    ledger.require(all(s.small[i].k == s.small[i].h == 0 for i in gone & s.small.keys()), "forget", "k = h = 0")
    kept = [g for ob in s.objects for g in ob.gens]
    kept += [*s.relations, *s.equations, *s.positive]
    for g in kept:
        st.only_in(ledger, g, set(s.order) - gone, "variables that stay")

    def met(f: Poly) -> bool:
        return any(not any(e[i] for i in s.order if i not in gone) for e in _leading(f, gone))

    for f in s.nonzero:
        ledger.require(
            not gone & algebra.used(f) or met(f),
            "forget",
            "a condition that the forgotten variables can always meet",
            ledger.show(f),
        )
    ledger.proved["forget"] += 1
    lost = [f for f in s.guards if gone & algebra.used(f)]
    return replace(
        s,
        order=tuple(i for i in s.order if i not in gone),
        small={i: v for i, v in s.small.items() if i not in gone},
        nonzero=tuple(f for f in s.nonzero if not gone & algebra.used(f)),
        guards=tuple(f for f in s.guards if f not in lost),
        exact=s.exact and all(map(met, lost)),  # guards concern the upper part alone, which needs all conditions
    )


def _without_dependents(ledger: Ledger, s: State, gone: set[int]) -> State:
    """The state without the dependent variables of `gone`, their relations and conditions."""
    while (t := next((t for t in sorted(gone & set(s.dependent)) if _idle(s, t)), None)) is not None:
        s = replace(
            s,
            order=tuple(i for i in s.order if i != t),
            dependent=tuple(i for i in s.dependent if i != t),
            relations=tuple(r for i, r in zip(s.dependent, s.relations, strict=True) if i != t),
        )
    mine = gone & set(s.dependent)
    if not mine:
        return s
    relations = dict(zip(s.dependent, s.relations, strict=True))
    for g in (*(g for ob in s.objects for g in ob.gens), *(r for t, r in relations.items() if t not in mine)):
        st.only_in(ledger, g, set(s.order) - mine, "variables that stay")
    own = [s.at_zero(relations[t]) for t in sorted(mine)]
    sides = []
    for group in (s.equations, s.nonzero, s.positive):
        sides.append([g for g in group if algebra.used(g) & mine])
    guards = [g for g in s.guards if algebra.used(g) & mine]
    for g in (*own, *sides[0], *sides[1], *sides[2], *guards):
        st.only_in(ledger, g, mine, "forgotten dependent variables only")
    solved = ledger.has_solution(real.Conditions((*own, *sides[0]), (*sides[1], *guards), tuple(sides[2])))
    return replace(
        s,
        order=tuple(i for i in s.order if i not in mine),
        dependent=tuple(t for t in s.dependent if t not in mine),
        relations=tuple(r for t, r in relations.items() if t not in mine),
        equations=tuple(g for g in s.equations if g not in sides[0]),
        nonzero=tuple(g for g in s.nonzero if g not in sides[1]),
        positive=tuple(g for g in s.positive if g not in sides[2]),
        guards=tuple(g for g in s.guards if g not in guards),
        exact=s.exact and solved,
    )


def _idle(s: State, t: int) -> bool:
    """The dependent variable t occurs in its own relation only, and that has exactly one solution t everywhere."""
    relations = dict(zip(s.dependent, s.relations, strict=True))
    own = s.at_zero(relations.pop(t))
    others = (*(g for ob in s.objects for g in ob.gens), *relations.values(), *s.equations, *s.nonzero)
    slope = algebra.derivative(own, t)
    free = all(t not in algebra.used(g) for g in (*others, *s.positive, *s.guards))
    return free and bool(slope) and algebra.is_constant(slope)


def _leading(f: Poly, gone: set[int]) -> list[tuple[int, ...]]:
    """The exponents of f whose monomial in the forgotten variables occurs in one term only."""
    seen: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for e in f:
        seen.setdefault(tuple(e[i] for i in sorted(gone)), []).append(e)
    return [es[0] for es in seen.values() if len(es) == 1]

"""Inequalities of the region that wait (format page, §3): steps and the end that decide them.

A constraint c >= 0 cuts the germs: only points where it holds are integrated.  Where c > 0 it says nothing, where
c < 0 there is nothing to integrate, and where c = 0 it has to become a wall.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import state as st
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import State

Data = dict[str, Any]


def holds_by_itself(s: State, c: Poly) -> bool:
    """Positive coefficients, and even powers of all variables that are no walls."""
    walls = {i for i, v in s.small.items() if v.wall}
    return all(x > 0 and all(a % 2 == 0 or i in walls for i, a in enumerate(e)) for e, x in algebra.terms(c))


def finish(ledger: Ledger, s: State) -> State:
    """Constraints left over must hold by themselves."""
    for n, c in s.pending:
        got = ledger.show(c)
        ledger.require(holds_by_itself(s, c), "constraints become walls", f"constraint {n} decided", got)
    return replace(s, pending=()) if s.pending else s


def without(s: State, n: int) -> State:
    return replace(s, pending=tuple((m, c) for m, c in s.pending if m != n))


def _pick(ledger: Ledger, s: State, data: Data) -> tuple[int, Poly]:
    pending = dict(s.pending)
    n = data["constraint"]
    ledger.require(n in pending, "constraint", "a constraint that is not decided yet", str(n))
    return n, pending[n]


def inside(ledger: Ledger, s: State, data: Data) -> State:
    """A constraint without zero on S: what is left of S is where it is positive; near these points it holds."""
    n, c = _pick(ledger, s, data)
    out = without(s, n)
    if holds_by_itself(s, c):
        return out
    st.unit(ledger, s, c)
    return replace(out, positive=(*out.positive, algebra.primitive(s.at_zero(c))))


def restate(ledger: Ledger, s: State, data: Data) -> State:
    """Off a set without volume c >= 0 says the same as rest >= 0, where c = const·∏ f^e·rest, const > 0, every f with
    odd e is nowhere negative."""
    n, c = _pick(ledger, s, data)
    c = c * data["scale"]
    for r, a in data["rel"]:
        ledger.pick(s.relations, r, "relation")
        c = c + ledger.read(s.order, a) * s.relations[r]
    rest = ledger.read(s.order, data["rest"])
    factors = [(ledger.read(s.order, p), e) for p, e in data["by"]]
    ledger.require(bool(c) and bool(rest) and all(f for f, _ in factors), "constraint", "polynomials that are not 0")
    whole = rest
    for f, e in factors:
        whole = whole * f**e
    ledger.require(algebra.primitive(whole) == algebra.primitive(c), "constraint", ledger.show(c), ledger.show(whole))
    for f, e in factors:
        if e % 2 and not holds_by_itself(s, f):
            st.unit(ledger, s, f)
            ledger.empty(s.stratum().and_(positive=(-s.at_zero(f),)), "constraint", "a factor that may be negative")
    rest = algebra.primitive(rest)
    return replace(s, pending=tuple((m, rest if m == n else d) for m, d in s.pending))


def ignore(ledger: Ledger, s: State, data: Data) -> State:
    """A constraint is left out: a larger region, whose lower bounds hold for the one in question."""
    n, _ = _pick(ledger, s, data)
    ledger.proved["ignore"] += 1
    # what does not change its sign on the region may do so outside
    objects = tuple(replace(ob, sd=(False,) * len(ob.gens)) for ob in s.objects)
    return replace(without(s, n), objects=objects, exact=False)


def halves(ledger: Ledger, s: State, end: Data) -> tuple[State, State]:
    """A germ in its two halves x >= 0 and x <= 0."""
    ledger.require(not ledger.over_c, "field", "no signs over C")
    i = ledger.variable(end["var"], s.small)
    ledger.require(not s.small[i].wall, "halves", "a variable that is no wall", ledger.names[i])

    def image(g: Poly) -> Poly:
        return algebra.monomial_substitution(g, i, 1, -1, {})

    small = {**s.small, i: replace(s.small[i], wall=True)}
    other = replace(
        s,
        objects=s.map_objects(image),
        relations=tuple(algebra.canonical(image(r)) for r in s.relations),
        pending=tuple((n, image(c)) for n, c in s.pending),
    )
    return replace(s, small=small), replace(other, small=small)

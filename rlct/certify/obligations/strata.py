"""Where a stratum is cut along f = 0: f, or what stands for it, as a new small coordinate (format page, §5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import state as st
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import Small, State

Data = dict[str, Any]


def zero_of(ledger: Ledger, s: State, f: Poly, how: Data) -> State:
    """The part f = 0 of the stratum."""
    if "solve" in how:
        return _solve(ledger, s, f, how)
    if "etale" in how:
        return _etale(ledger, s, f, how)
    return replace(s, equations=(*s.equations, algebra.canonical(f)))


def seen_there(ledger: Ledger, s: State, g: Poly, how: Data) -> Poly:
    """A polynomial in parameters on the part f = 0, where all small variables are 0."""
    if "solve" not in how:
        return g
    t = ledger.variable(how["solve"], s.free)
    image = st.solve_into(s, t, ledger.read(s.order, how["unit"]), ledger.read(s.order, how["rest"]))
    return algebra.at_zero(image(g), (t,))


def _solve(ledger: Ledger, s: State, f: Poly, how: Data) -> State:
    """Where f = 0, g = U·t + r with a unit U is the new small coordinate t; g is f, or 0 on S where f is."""
    t = ledger.variable(how["solve"], s.free)
    u, r = ledger.read(s.order, how["unit"]), ledger.read(s.order, how["rest"])
    st.only_in(ledger, u, set(s.parameters) - {t}, "U without t and small variables")
    st.only_in(ledger, r, set(s.parameters) - {t}, "r without t and small variables")
    whole = u * algebra.gen(u.ring, t) + r
    equal = bool(f) and (algebra.same(whole, f) or st.follows(s, whole, f))
    ledger.require(equal, "solve", ledger.show(f), ledger.show(whole))
    st.unit(ledger, s, u, given=(f,))
    if t in s.occurring:
        st.transversal(ledger, s, whole, t, given=(whole,))  # wherever g is 0: the upper part may go there
    out = st.with_unit(st.change(st.guard(ledger, s, t, u), t, u, r), u)
    return st.conditions_at_zero(replace(out, small={**out.small, t: Small()}))


def _etale(ledger: Ledger, s: State, f: Poly, how: Data) -> State:
    """w = f as new small coordinate instead of t, which becomes an analytic function (implicit function theorem)."""
    t = ledger.variable(how["etale"], s.free)
    w = ledger.index[how["name"]]
    ledger.require(w not in s.order, "etale", "a new name", how["name"])
    st.transversal(ledger, s, f, t, given=(f,))
    return replace(
        s,
        order=(*s.order, w),
        small={**s.small, w: Small()},
        dependent=(*s.dependent, t),
        relations=(*s.relations, algebra.canonical(f - algebra.gen(f.ring, w))),
    )

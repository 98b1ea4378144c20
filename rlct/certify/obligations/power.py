"""The end `power` (format page, §5): x is integrated out of |x|^a |U x^n + g|^s, a = k z + h, s = E z + H.

Where a, s > -1: |x| <= 2 |g|^(1/n) gives at most const·(1/(a + 1) + 1/(s + 1))·|g|^p, p = s + (a + 1)/n (put
x = |g|^(1/n) ξ); beyond that the integrand is |x|^(a + n s) up to constants, which gives at most a multiple of
max(|g|^p, 1), times a logarithm where p = 0.  From below: |x| <= |g|^(1/n)/2 gives const·|g|^p, larger x a constant.
(U^(1/n) x as coordinate: U is a unit free of x, and x occurs in no other object.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from rlct.certify import algebra
from rlct.certify.obligations import state as st
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import Object, State
from rlct.certify.obligations.value import INFINITE, UNKNOWN, Value

NAME = "power"


def power(
    ledger: Ledger, s: State, end: dict[str, Any]
) -> tuple[tuple[State, State], Callable[[Sequence[Value]], Value]]:
    """The states without x, and how their values combine."""
    ledger.require(not ledger.over_c and not s.pending, NAME, "real variables, all walls known")
    ob = s.objects[ledger.pick(s.objects, end["obj"], "object")]
    x = ledger.variable(end["var"], s.small)
    ledger.require(ob.principal and len(s.small) > 1, NAME, "one generator, more than one small variable")
    parts = algebra.split_by_degree(ob.gens[0], x)
    n = max(parts)
    ledger.require(n > 1 and set(parts) == {0, n}, NAME, "U x^n + g", ledger.show(ob.gens[0]))
    others = [o for which, o in enumerate(s.objects) if which != end["obj"]]
    used = [g for o in others for g in o.gens] + [*s.relations, *s.equations, *s.guards]
    ledger.require(all(x not in algebra.used(g) for g in used), NAME, "x in no other polynomial", ledger.names[x])
    st.unit(ledger, s, parts[n])
    own = s.small[x]
    ledger.require(own.h + 1 > 0 and ob.H + 1 > 0, "integrable", "h + 1 > 0 and H + 1 > 0")
    rest = replace(
        s,
        order=tuple(v for v in s.order if v != x),
        small={v: k for v, k in s.small.items() if v != x},
        objects=tuple(others),
    )
    g = Object((algebra.canonical(parts[0]),), (False,), ob.E + own.k / n, ob.H + (own.h + 1) / n)
    poles = [(own.h + 1) / own.k] if own.k > 0 else []
    poles += [(ob.H + 1) / ob.E] if ob.E > 0 else []
    return (replace(rest, objects=(*others, g)), rest), lambda values: _least(values, poles)


def _least(values: Sequence[Value], poles: Sequence[Fraction]) -> Value:
    """The least threshold; multiplicities of those that have it add up, the poles of x counting once."""
    if UNKNOWN in values:
        return UNKNOWN
    known = [v.lam for v in values if v.lam is not None] + list(poles)
    if not known:
        return INFINITE
    lam = min(known)
    return Value(lam, sum(v.m for v in values if v.lam == lam) + (lam in poles))

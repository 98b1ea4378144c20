"""The step `flow` (format page, §4): a vector field that maps every ideal into itself, so that a variable may be 0."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import Object, State

Data = dict[str, Any]


def flow(ledger: Ledger, s: State, data: Data) -> State:
    """ξ = scale·∂_a + Σ c_i ∂_i has ξ(g_l) = Σ h_lm g_m in every object: along its flow nothing changes.

    The generators solve a linear differential equation along ξ, so their ideal at time t is that at time 0, moved; a
    divisor x_i, with c_i a multiple of x_i, is moved to a unit times itself.  For a small variable a that is enough:
    near each point of S the germ is a product of that at a = 0 with a line.  For a free variable a the flow must carry
    S at every value of a onto S at a = 0: small variables stay 0, the conditions involve nothing that moves, and on
    small = 0 the c_i are linear in the variables other than a, so that the flow exists for all times.
    """
    a = ledger.variable(data["var"], s.order)
    field = _field(ledger, s, a, data)
    for j, ob in enumerate(s.objects):
        rows = data["by"][j] if j < len(data["by"]) else []
        ledger.require(len(rows) == len(ob.gens), "flow", "multipliers for each generator", str(len(rows)))
        for g, row in zip(ob.gens, rows, strict=True):
            image = algebra.derivative(g, a) * data["scale"]
            for i, c in field.items():
                image += c * algebra.derivative(g, i)
            for m, h in row:
                image -= ledger.read(s.order, h) * ob.gens[ledger.pick(ob.gens, m, "generator")]
            ledger.require(not image, "flow", f"{ledger.show(g)} mapped into its ideal", ledger.show(image))
    return replace(
        s,
        order=tuple(i for i in s.order if i != a),
        small={i: v for i, v in s.small.items() if i != a},
        objects=tuple(_slice(ledger, ob, a) for ob in s.objects),
    )


def _field(ledger: Ledger, s: State, a: int, data: Data) -> dict[int, Poly]:
    """The coefficients c_i, with what is required of the variables that move."""
    field = {ledger.variable(v, s.order): ledger.read(s.order, c) for v, c in data["field"]}
    moving = {a, *field}
    ledger.require(len(field) == len(data["field"]) and a not in field, "flow", "each variable once")
    ledger.require(not moving & s.occurring, "flow", "no dependent variable and none of a relation")
    along = a not in s.small
    if along:
        conditions = (*s.nonzero, *s.positive, *s.equations, *s.guards)
        free = all(not algebra.used(f) & moving for f in conditions)
        ledger.require(free, "flow", "conditions without the variables that move")
    else:
        ledger.require(not s.small[a].divisor, "flow", "a variable that is no divisor", ledger.names[a])
    for i, c in field.items():
        if i in s.small and s.small[i].divisor:
            divisible = all(e[i] > 0 for e in c)
            ledger.require(divisible, "flow", f"a multiple of the divisor {ledger.names[i]}", ledger.show(c))
        elif along and i in s.small:
            ledger.require(not s.at_zero(c), "flow", "zero at small = 0", ledger.show(c))
        elif along:
            linear = all(sum(e) - e[a] <= 1 for e in s.at_zero(c))
            ledger.require(linear, "flow", "linear at small = 0 in the variables other than a", ledger.show(c))
    return field


def _slice(ledger: Ledger, ob: Object, a: int) -> Object:
    """The object at a = 0 (generators that vanish there go)."""
    kept = [(g, sd) for g, sd in ((algebra.at_zero(g, [a]), sd) for g, sd in zip(ob.gens, ob.sd, strict=True)) if g]
    ledger.require(bool(kept), "flow", "an ideal that is not zero")
    gens, sds = zip(*((algebra.canonical(g), sd) for g, sd in kept), strict=True)
    return replace(ob, gens=gens, sd=sds)

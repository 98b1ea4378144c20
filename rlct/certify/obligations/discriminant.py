"""The step `complete`: a function of order 2 in a variable is, up to a unit, a square minus its discriminant.

For g = W·Q near y = 0, W = y² + a y + b and Q a unit (Hensel), disc(g) = disc(W) disc(Q) Res(W, Q)², discriminants and
resultants of binary forms of the degree of g in y and two less.  So with disc(Q) ≠ 0 at the points of S the germs of
|g| and |w² - sign·disc(g)| are the same up to positive units, w a positive multiple of y + a/2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sympy.polys.domains import ZZ
from sympy.polys.orderings import lex
from sympy.polys.rings import PolyRing

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import state as st
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import State

Data = dict[str, Any]


def complete(ledger: Ledger, s: State, data: Data) -> State:
    """The principal object with generator g becomes y² - sign·disc, where unit·disc is the discriminant of g in y."""
    j = ledger.pick(s.objects, data["obj"], "object")
    ob = s.objects[j]
    y = ledger.variable(data["var"], s.small)
    sign = data["sign"]
    ledger.require(ob.principal, "complete", "a principal object")
    plain = not s.small[y].divisor and y not in s.occurring
    ledger.require(plain, "complete", "a variable without divisor or relation", ledger.names[y])
    for k, other in enumerate(s.objects):
        for h in other.gens if k != j else ():
            ledger.require(y not in algebra.used(h), "complete", "objects without the variable", ledger.show(h))
    g = ob.gens[0]
    d = algebra.degree(g, y)
    ledger.require(d >= 2, "complete", "degree 2 or more in the variable")
    zero = algebra.constant(g.ring, 0)
    parts = algebra.split_by_degree(g, y)
    form = [parts.get(k, zero) for k in range(d + 1)]
    for f in form[:2]:
        ledger.require(st.vanishes(ledger, s, f), "complete", "order 2 in the variable on S", ledger.show(f))
    st.unit(ledger, s, form[2])
    positive(ledger, s, discriminant([s.at_zero(f) for f in form[2:]]) * sign)
    unit, disc = ledger.read(s.order, data["unit"]), ledger.read(s.order, data["disc"])
    for f in (unit, disc):
        st.only_in(ledger, f, set(s.order) - {y}, "the other variables")
    positive(ledger, s, unit)
    equal = bool(disc) and algebra.primitive(unit * disc) == algebra.primitive(discriminant(form))
    ledger.require(equal, "complete", "the discriminant of the generator")
    new = algebra.gen(g.ring, y) ** 2 - disc * sign
    return s.with_object(j, replace(ob, gens=(algebra.canonical(new),)))


def positive(ledger: Ledger, s: State, f: Poly) -> None:
    """f > 0 at the points of S (over C: f ≠ 0)."""
    f0 = s.at_zero(f)
    if not (algebra.is_constant(f0) and bool(f0) and (ledger.over_c or f0.coeff(1) > 0)):
        st.unit(ledger, s, f)
        if not ledger.over_c:
            negative = s.stratum().and_(positive=(-f0,))
            ledger.empty(negative, "positive", lambda: f"{ledger.show(f0)} may be negative")


def discriminant(form: Sequence[Poly]) -> Poly:
    """The discriminant of the binary form Σ form[k] y^k z^(d-k), d = len(form) - 1; 1 for d <= 1."""
    ring = form[0].ring
    d = len(form) - 1
    if d <= 1:
        return algebra.constant(ring, 1)
    if not form[d]:
        return form[d - 1] ** 2 * discriminant(form[:-1])
    used = sorted(frozenset().union(*(algebra.used(f) for f in form)))
    small = PolyRing(["y", *(f"x{i}" for i in used)], ZZ, lex)
    terms = {(k, *(e[i] for i in used)): c for k, f in enumerate(form) for e, c in algebra.terms(f)}
    found = small.from_dict({e: ZZ(int(c)) for e, c in terms.items()}).discriminant()
    if not used:
        return algebra.constant(ring, int(found))
    out = {}
    for e, c in found.terms():
        full = [0] * ring.ngens
        for i, a in zip(used, e, strict=True):
            full[i] = a
        out[tuple(full)] = int(c)
    return algebra.from_terms(ring, out)

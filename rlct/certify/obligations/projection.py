"""The step `project`: where the zeros in a variable y are simple and different; and what is known of it later.

A combination a·f + b·g without y is 0 wherever f and g have a common zero in y, so does the discriminant of f for g its
derivative.  Blow-ups of the other variables change nothing in that: over points off the new divisor y is as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import State

Data = dict[str, Any]
NAME = "project"


def factors_of_objects(ledger: Ledger, s: State, data: Sequence[Any]) -> Iterator[Poly]:
    ledger.require(len(data) == len(s.objects), NAME, "factors of every object")
    for ob, written in zip(s.objects, data, strict=True):
        whole = ob.gens[0] if ob.principal else sum((g * g for g in ob.gens), ledger.ring.zero)
        fs = _read_factors(ledger, s, written)
        equal = algebra.same(algebra.product(ledger.ring, fs), whole)
        ledger.require(equal, NAME, "the factors of an object (of the sum of squares)", ledger.show(whole))
        yield from (f for f, _ in fs)


def _read_factors(ledger: Ledger, s: State, data: Sequence[Any]) -> list[tuple[Poly, int]]:
    return [(algebra.canonical(ledger.read(s.order, f)), k) for f, k in data]


def known_factors(ledger: Ledger, s: State, y: int, name: str) -> list[Poly]:
    """What the step `project` has left at this state: outside these and the divisors all zeros in y are simple."""
    fine = s.projection is not None and s.projection[0] == y
    ledger.require(fine, name, "a projection along the variable", ledger.names[y])
    assert s.projection is not None
    strict = (algebra.canonical(_strict(q, s)) for q in s.projection[1])
    return [q for q in dict.fromkeys(strict) if not algebra.is_constant(q)]


def _strict(q: Poly, s: State) -> Poly:
    """Without the divisors, which are components by themselves."""
    divisors = [i for i in s.smalls if s.small[i].divisor]
    return algebra.divide_monomial(q, divisors, algebra.content_exponents(q, divisors))


def project(ledger: Ledger, s: State, data: Data) -> State:
    """Each function that involves y, with its derivative, and any two of them, have a combination without y."""
    ledger.require(not ledger.over_c, NAME, "real coordinates")
    y = ledger.variable(data["var"], s.small)
    found = dict.fromkeys(f for f in factors_of_objects(ledger, s, data["objects"]) if y in algebra.used(f))
    pairs = list(_pairs(list(found), y))
    ledger.require(len(pairs) == len(data["eliminants"]), NAME, "a combination for all pairs of functions")
    out: dict[Poly, None] = {}
    for (f, g), proof in zip(pairs, data["eliminants"], strict=True):
        fs = _read_factors(ledger, s, proof["factors"])
        a, b = (ledger.read(s.order, h) for h in proof["by"])
        whole = algebra.product(ledger.ring, fs)
        equal = bool(whole) and algebra.same(whole, a * f + b * g)
        ledger.require(equal, NAME, "a combination without y", ledger.show(f))
        for h, _ in fs:
            ledger.require(y not in algebra.used(h), NAME, "factors without y", ledger.show(h))
            out.setdefault(h)
    return replace(s, projection=(y, tuple(out)))


def _pairs(functions: Sequence[Poly], y: int) -> Iterator[tuple[Poly, Poly]]:
    """Every function with its derivative (if that is not free of y) and with those before it."""
    for n, f in enumerate(functions):
        if algebra.degree(f, y) > 1:
            yield f, algebra.derivative(f, y)
        for g in functions[:n]:
            yield f, g

"""Functions of the claim that take the place of variables, all at once: `brackets`."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.ledger import Ledger

NAME = "brackets"


def read(ledger: Ledger, claim: Mapping[str, Any]) -> None:
    """Near the point they are coordinates, together with the variables that stay (inverse function theorem).

    The functions, the prior, the bounds and the point of the claim are in the new coordinates, without the factors
    that are listed, none of which is 0 at the point.
    """
    data = claim.get("brackets")
    if data is None:
        return
    n = len(claim["variables"])
    local = claim["at"] is not None and not claim["constraints"]
    ledger.require(local, NAME, "at a point, without other boundaries than bounds of variables")
    ledger.require(len(data["at"]) == n, NAME, "a point in the old coordinates")
    at = [Fraction(x) for x in data["at"]]
    made: dict[int, Poly] = {}
    values: list[Any] = list(at)
    for v, k, poly in data["coordinates"]:
        i = ledger.variable(v, set(range(n)) - made.keys())
        free = claim["box"] is None or claim["box"][i] == [None, None]
        ledger.require(free, NAME, "no bounds of a variable that is replaced", v)
        made[i] = ledger.read(range(n), poly)
        values[i] = _value(made[i], at) / k
    same = all(isinstance(p, str) and Fraction(p) == x for p, x in zip(claim["at"], values, strict=True))
    ledger.require(same, NAME, "their values at the point as point of the claim")
    rows = [[_value(algebra.derivative(p, j), at) for j in made] for p in made.values()]
    ledger.require(algebra.rank(rows) == len(rows), NAME, "independent gradients at the point")
    ledger.require(len(data["units"]) == len(claim["functions"]), NAME, "factors left out of each function")
    for poly, _ in (*(unit for units in data["units"] for unit in units), *data["prior"]):
        unit = ledger.read(range(n), poly)
        ledger.require(_value(unit, at) != 0, NAME, "only factors left out that are not 0 there", ledger.show(unit))


def _value(p: Poly, at: list[Fraction]) -> Fraction:
    total = Fraction(0)
    for e, c in algebra.terms(p):
        term = Fraction(int(c))
        for x, a in zip(at, e, strict=False):
            term *= x**a
        total += term
    return total

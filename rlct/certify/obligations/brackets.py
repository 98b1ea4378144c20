"""Functions of the claim that take the place of variables, all at once: `brackets`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.ledger import Conditions, Ledger

NAME = "brackets"


def read(ledger: Ledger, claim: Mapping[str, Any], algebraic: Callable[[Any, int], tuple[Poly, list[Poly]]]) -> None:
    """Near the point they are coordinates, together with the variables that stay (inverse function theorem).

    The functions, the prior, the bounds and the point of the claim are in the new coordinates, without the factors
    that are listed, none of which is 0 at the point.  `algebraic`: relation and bounds of a number in a variable.
    """
    data = claim.get("brackets")
    if data is None:
        return
    n = len(claim["variables"])
    local = claim["at"] is not None and not claim["constraints"]
    ledger.require(local, NAME, "at a point, without other boundaries than bounds of variables")
    ledger.require(len(data["at"]) == n, NAME, "a point in the old coordinates")
    numbers = {i: Fraction(p) for i, p in enumerate(data["at"]) if isinstance(p, str)}
    others = [algebraic(p, i) for i, p in enumerate(data["at"]) if not isinstance(p, str)]
    point = Conditions(tuple(relation for relation, _ in others), (), tuple(f for _, near in others for f in near))

    def none(f: Poly, what: str, zero: bool) -> None:
        """f is not 0 at the point, or (`zero`) nothing else."""
        g = algebra.at_numbers(f, numbers)
        if not g or algebra.is_constant(g):
            ledger.require(bool(g) is not zero, NAME, what, ledger.show(f))
        elif zero:
            ledger.empty(point.and_(nonzero=(g,)), NAME, what)
        else:
            ledger.empty(point.and_(zero=(g,)), NAME, what)

    made: dict[int, Poly] = {}
    for v, k, poly in data["coordinates"]:
        i = ledger.variable(v, set(range(n)) - made.keys())
        free = claim["box"] is None or claim["box"][i] == [None, None]
        ledger.require(free, NAME, "no bounds of a variable that is replaced", v)
        made[i] = ledger.read(range(n), poly)
        ledger.require(isinstance(claim["at"][i], str), NAME, "a rational value at the point", v)
        value = Fraction(claim["at"][i]) * k
        difference = made[i] * value.denominator - algebra.constant(ledger.ring, value.numerator)
        none(difference, "the value at the point", True)
    stay = all(i in made or p == q for i, (p, q) in enumerate(zip(claim["at"], data["at"], strict=True)))
    ledger.require(stay, NAME, "a point that is moved only along the coordinates that are replaced")
    rows = [[algebra.derivative(p, j) for j in made] for p in made.values()]
    none(algebra.determinant(rows, ledger.ring), "independent gradients at the point", False)
    ledger.require(len(data["units"]) == len(claim["functions"]), NAME, "factors left out of each function")
    for poly, _ in (*(unit for units in data["units"] for unit in units), *data["prior"]):
        none(ledger.read(range(n), poly), "only factors left out that are not 0 there", False)

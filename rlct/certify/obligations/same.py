"""The end `same`: two states are equal after renaming variables and changing signs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import State

OBLIGATION = "same state"


def equal_states(ledger: Ledger, here: State, there: State, pairs: Sequence[Any]) -> bool:
    """Prove that `there` under the map (its variables replaced by ± those of here) is `here`, or has fewer conditions N
    and so more points (then False is returned: only lower bounds carry over)."""
    place: dict[int, tuple[int, int]] = {}
    for a, b, sign in pairs:
        place[ledger.variable(b, there.order)] = (ledger.variable(a, here.order), sign)
    images = [i for i, _ in place.values()]
    bijection = len(pairs) == len(place) == len(here.order) == len(there.order) and len(set(images)) == len(images)
    ledger.require(bijection, OBLIGATION, "a bijection of the variables")
    for j, (i, sign) in place.items():
        equal = there.small.get(j) == here.small.get(i) and (j in there.dependent) == (i in here.dependent)
        ledger.require(equal, OBLIGATION, "the same role, k, h and wall", ledger.names[i])
        ledger.require(sign == 1 or i not in here.small or not here.small[i].wall, OBLIGATION, "sign 1 on a wall")

    def image(g: Poly) -> Poly:
        return algebra.rename(g, place)

    def compare(what: str, a: Iterable[Poly], b: Iterable[Poly], form: Callable[[Poly], Poly]) -> None:
        mine, theirs = {form(g) for g in a}, {form(image(g)) for g in b}
        ledger.require(mine == theirs, OBLIGATION, f"the same {what}", f"{len(mine ^ theirs)} differ")

    def speaking(polys: Iterable[Poly]) -> list[Poly]:
        return [g for g in polys if not algebra.is_constant(g) or not g]

    mine = {algebra.canonical(g) for g in speaking(here.nonzero)}
    theirs = {algebra.canonical(image(g)) for g in speaking(there.nonzero)}
    ledger.require(theirs <= mine, OBLIGATION, "no condition N that is not here", f"{len(theirs - mine)} are")
    equal = theirs == mine
    compare("Z", (g for g in here.equations if g), (g for g in there.equations if g), algebra.canonical)
    compare("R", here.relations, there.relations, algebra.canonical)
    compare("P", _positive(here), _positive(there), algebra.primitive)
    objects = Counter((frozenset(ob.gens), ob.E, ob.H) for ob in here.objects)
    others = Counter((frozenset(algebra.canonical(image(g)) for g in ob.gens), ob.E, ob.H) for ob in there.objects)
    ledger.require(objects == others, OBLIGATION, "the same objects")
    known = {g for ob in here.objects for g, sd in zip(ob.gens, ob.sd, strict=True) if sd}
    for ob in there.objects:
        for g, sd in zip(ob.gens, ob.sd, strict=True):
            fine = not sd or algebra.canonical(image(g)) in known
            ledger.require(fine, OBLIGATION, "semidefinite here as there", ledger.show(g))
    return equal


def _positive(s: State) -> list[Poly]:
    """Positive constants say nothing."""
    return [g for g in s.positive if not algebra.is_constant(g) or not g or g[max(g)] < 0]

"""Groups of variables that have nothing to do with one another, and the state on each of them."""

from __future__ import annotations

from collections.abc import Sequence

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import State


def partition(ledger: Ledger, s: State, names: Sequence[Sequence[str]]) -> list[frozenset[int]]:
    groups = [frozenset(ledger.variable(n, s.order) for n in g) for g in names]
    count = sum(len(g) for g in names)
    fine = all(groups) and count == len(s.order) and len(frozenset().union(*groups)) == count
    ledger.require(fine, "groups", "a partition of all variables")
    return groups


def home(ledger: Ledger, groups: Sequence[frozenset[int]], polys: Sequence[Poly], what: str) -> int:
    """The number of the group that all variables of the polynomials belong to."""
    vs = frozenset().union(*(algebra.used(g) for g in polys))
    found = [n for n, g in enumerate(groups) if vs <= g]
    ledger.require(len(found) == 1, "independent parts", f"{what} in the variables of one group")
    return found[0]


def restrict(ledger: Ledger, s: State, groups: Sequence[frozenset[int]]) -> list[State]:
    """The state on every group, without objects."""
    homes = [
        home(ledger, groups, (algebra.gen(r.ring, t), r), "a relation")
        for t, r in zip(s.dependent, s.relations, strict=True)
    ]
    out = []
    conditions = (*s.nonzero, *s.positive, *s.equations, *s.guards)
    exact = all(any(algebra.used(f) <= g for g in groups) for f in conditions)
    for n, g in enumerate(groups):
        mine = [c for c, home in enumerate(homes) if home == n]
        out.append(
            State(
                tuple(i for i in s.order if i in g),
                {i: v for i, v in s.small.items() if i in g},
                tuple(s.dependent[c] for c in mine),
                tuple(s.relations[c] for c in mine),
                (),
                tuple(f for f in s.nonzero if algebra.used(f) <= g),
                tuple(f for f in s.positive if algebra.used(f) <= g),
                tuple(f for f in s.equations if algebra.used(f) <= g),
                tuple(f for f in s.guards if algebra.used(f) <= g),
                exact=s.exact and exact,
            )
        )
    return out

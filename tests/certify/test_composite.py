"""The end `composite`: functions of separate variables in a monomial ideal; what is accepted, and what must not be."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from rlct import rlct
from rlct.certify import algebra
from rlct.certify.check import check
from rlct.certify.obligations import ends, upper
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import Object, Small, State
from rlct.certify.obligations.value import INFINITE, UNKNOWN, Mean, Value, monomial_value
from rlct.errors import CertificateError

Q = Fraction
RING = algebra.make_ring(5)
X, Y, Z, W, T = RING.gens
F = X**2 + Y**3
G = Z**2 - W**3


def ledger() -> Ledger:
    return Ledger(RING, ("x", "y", "z", "w", "t"))


def poly(f: Any) -> list[Any]:
    return [[list(e), int(c)] for e, c in f.items()]


def ideal(*gens: Any, E: int = 1, H: int = 0) -> Object:
    return Object(tuple(algebra.canonical(g) for g in gens), (False,) * len(gens), Q(E), Q(H))


STATE = State(
    (0, 1, 2, 3, 4),
    {0: Small(k=Q(3)), 1: Small(), 2: Small(h=Q(1)), 3: Small(), 4: Small(k=Q(1), h=Q(2))},
    objects=(ideal(F, E=3, H=1), ideal((X * F) ** 2 * G, X * F * G**2 * T, T**4, E=2), ideal(1 + Z + W, E=0, H=2)),
)
END = {
    "end": "composite",
    "groups": [["x", "y"], ["z", "w"]],
    "functions": [[[poly(X), 1], [poly(F), 1]], [[poly(G), 1]]],
    "weights": [[1, [[0, "1/2"], [2, "1/2"]]]],
    "children": [1, 2],
}


def test_children() -> None:
    """K is the function on each group; the measure stays."""
    out = ends.ending(ledger(), STATE, END)
    first, second = out.children
    assert first.small == {0: Small(k=Q(1)), 1: Small()}
    assert first.objects == (ideal(F, E=1, H=1),)
    assert second.small == {2: Small(h=Q(1)), 3: Small()}
    assert second.objects == (ideal(G), ideal(1 + Z + W, E=0, H=2))


def test_value() -> None:
    """A function with threshold (λ, m) counts as m variables with density t^(λ-1)."""
    found = ends.ending(ledger(), STATE, END).composite
    assert found is not None
    mean = Mean(((2, 1, 1, 0), (0, 0, 0, 4)), (Q(1, 2), Q(1, 2)), Q(2), Q(0))
    value = found.value([Value(Q(5, 6), 1), Value(Q(1, 2), 2)])
    assert value == monomial_value([Q(3), Q(0), Q(0), Q(1)], [Q(5, 6), Q(1, 2), Q(1, 2), Q(3)], [mean])
    units = Mean(((2, 0), (0, 4)), (Q(1, 2), Q(1, 2)), Q(2), Q(0))
    assert found.value([Value(Q(5, 6), 1), INFINITE]) == monomial_value([Q(3), Q(1)], [Q(5, 6), Q(3)], [units])
    assert found.value([Value(Q(5, 6), 1), UNKNOWN]) == UNKNOWN


def test_realised() -> None:
    """Rays over the variables that stand for the functions, then the loose ones; independent ones only."""
    found = ends.ending(ledger(), STATE, END).composite
    assert found is not None
    values = [Value(Q(5, 6), 1), Value(Q(1, 2), 2)]
    rays = [[4, 0, 0, 1], [0, 1, 0, 0]]
    assert upper.composed(ledger(), STATE, found, values, rays[:1]) == Value(Q(19, 63), 1)
    with pytest.raises(CertificateError):
        upper.composed(ledger(), STATE, found, values, [rays[0], rays[0]])
    with pytest.raises(CertificateError):
        upper.composed(ledger(), STATE, found, values, [[1, 0]])
    with pytest.raises(CertificateError):
        upper.composed(ledger(), replace(STATE, exact=False), found, values, rays[:1])


def objects(*new: Object) -> State:
    return replace(STATE, objects=new)


@pytest.mark.parametrize(
    ("state", "change"),
    [
        (STATE, {"groups": [["x", "y"], ["y", "z", "w"]]}),
        (STATE, {"groups": [["x", "y", "z"], ["w"]]}),
        (STATE, {"groups": [["x", "y"], ["z", "w", "t"]]}),
        (STATE, {"functions": [[[poly(F), 1]], [[poly(G), 1]]]}),
        (STATE, {"functions": [[[poly(X), 2], [poly(F), 1]], [[poly(G), 1]]]}),
        (STATE, {"functions": [[[poly(X), 1], [poly(F), 1]], [[poly(G), 1], [poly(G), 1]]]}),
        (STATE, {"weights": []}),
        (STATE, {"weights": [[1, [[0, "1/2"], [2, "1/3"]]]]}),
        (STATE, {"weights": [[0, [[0, "1"]]], [1, [[0, "1"]]]]}),
        (objects(*STATE.objects[:1], ideal((X * F) ** 2 * G, X * F**2 * G, E=2)), {}),
        (objects(*STATE.objects[:1], ideal((X * F) ** 2 * G, (G + 1) * T, T**4, E=2)), {}),
        (objects(*STATE.objects[:1], ideal((X * F) ** 2 * G, T, T**4, E=2, H=1)), {}),
        (objects(ideal(F, E=2), *STATE.objects[1:]), {}),
        (objects(*STATE.objects[:2], ideal(Z + X, E=0, H=1)), {}),
        (objects(*STATE.objects[:2], ideal(T + 1, E=0, H=1)), {}),
        (replace(STATE, small={i: v for i, v in STATE.small.items() if i != 4}), {}),
    ],
    ids=[
        "groups that meet",
        "a function of two groups",
        "a divisor of K in a group, but not in its function",
        "a divisor of K missing",
        "other powers in front",
        "a factor twice",
        "no weights",
        "weights with another sum",
        "weights for a factor of a function",
        "other powers in a generator",
        "another polynomial in a generator",
        "an ideal in the measure",
        "other powers of a factor in front",
        "a prior of two groups",
        "a prior of a loose variable",
        "a free variable outside the groups",
    ],
)
def test_refused(state: State, change: Any) -> None:
    """Refused."""
    with pytest.raises(CertificateError):
        ends.ending(ledger(), state, {**END, **change})


def test_certificate() -> None:
    """From the search to the checker, with the words of the derivation."""
    r = rlct(["(x^2+y^3)^2*(u^2-v^3)*w^3", "(x^2+y^3)*(u^2-v^3)^3*w", "(x^2+y^3)^5"])
    assert (r.lam, r.multiplicity, r.status) == (Q(23, 96), 1, "exact")
    assert any(node["end"]["end"] == "composite" for node in r.certificate["nodes"])
    assert check(r.certificate).lam == Q(23, 96)
    assert "functions of separate variables: u^2 - v^3, x^2 + y^3" in r.explain("full")

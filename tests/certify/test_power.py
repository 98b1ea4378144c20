"""The end `power`: a variable of U x^n + g that occurs nowhere else is integrated out."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from rlct import Budget, rlct
from rlct.certify import algebra
from rlct.certify.check import check
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.power import power
from rlct.certify.obligations.state import Object, Small, State
from rlct.certify.obligations.value import INFINITE, UNKNOWN, Value
from rlct.errors import CertificateError, ObligationFailed
from rlct.exact import resolve
from rlct.exact.canonical import canonical_form
from rlct.exact.charts import Chart, Ideal
from rlct.exact.charts import Small as ChartSmall
from rlct.exact.leaves import Upper
from rlct.exact.limits import Limits
from rlct.exact.poly import Ring
from rlct.exact.real import Oracle
from rlct.exact.work import Memory
from rlct.values import Threshold
from tests.certify.conftest import seal

Q = Fraction
NAMES = ("x", "y", "z")
RING = algebra.make_ring(3)
X, Y, Z = (algebra.gen(RING, i) for i in range(3))


class NoLeaf:
    """What `newton_leaf` returns where it finds nothing."""

    failed = end = low = None


@pytest.fixture
def without_polyhedra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Newton polyhedra would read these off at once."""
    monkeypatch.setattr(resolve, "newton_leaf", lambda w, best: NoLeaf())
    monkeypatch.setattr(resolve, "terms_leaf", lambda w, best: None)


@pytest.mark.parametrize(
    ("K", "how", "lam", "m"),
    [
        ("x^3+(y^2-z^3)^2", {}, Q(3, 4), 1),  # 1/3 + 5/12
        ("x^4+(y-z)^2*(y+z)^2*(y+2*z)", {}, Q(13, 20), 1),  # 1/4 + 2/5
        ("x^2-(y^2-z^3)^3", {}, Q(7, 9), 1),  # 1/2 + 5/18
        ("x*(x^2-(y^2-z^3)^3)", {}, Q(14, 27), 1),  # |y^2-z^3|^(9 t/2 + 3/2): 27 t + 9 + 5 = 0
        ("x^2*(x^3-(y^2-z^3)^2)", {"region": "x>=0"}, Q(9, 20), 1),  # |y^2-z^3|^(10 t/3 + 2/3): 20 t + 4 + 5 = 0
    ],
)
def test_values(without_polyhedra: None, K: str, how: dict[str, str], lam: Fraction, m: int) -> None:
    r = rlct(K, mode="abs", variables=["x", "y", "z"], at="0,0,0", **how)  # type: ignore[arg-type]
    assert (r.lam, r.multiplicity) == (lam, m)
    assert r.certificate is not None
    assert any(node["end"]["end"] == "power" for node in r.certificate["nodes"])
    assert check(r.certificate).proved == "threshold"
    assert "integrated out" in r.explain("full").lower()


def test_surfaces_in_four_variables_in_local_coordinates() -> None:
    """One variable less, the rest by slices."""
    r = rlct("w^3 - (x+y*z)^2*(y-x^2+z^2)", mode="abs", variables=["x", "y", "z", "w"], at="0,0,0,0")
    assert (r.lam, r.multiplicity) == (Q(5, 6), 1)
    assert check(r.certificate).proved == "threshold"


def test_against_other_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """Random functions, with divisors, walls and priors: integrated out and not."""
    rng = random.Random(7)
    by_power, newton, terms = resolve.by_power, resolve.newton_leaf, resolve.terms_leaf
    used = 0
    for _ in range(25):
        g = rng.choice(["(y^2-z^3)", "(y-z)^2*z", "(y^2-z^2)*y", "y^2*z^3", "(y-z)^2*y^3-z^6"])
        front = rng.choice(["1", "x", "x^2", "y", "x*z"])
        K = f"{front}*(x^{rng.choice([2, 3])}{rng.choice('+-')}{g})^{rng.choice([1, 2])}"
        how = {"prior": rng.choice(["x", "y*z"])} if rng.random() < 0.4 else {}
        how |= {"region": rng.choice(["x>=0", "y>=0"])} if rng.random() < 0.4 else {}
        kw: dict[str, Any] = {"mode": "abs", "variables": list(NAMES), "at": "0,0,0", "budget": Budget(seconds=5)}
        monkeypatch.setattr(resolve, "by_power", lambda *a, **k: None)
        one = rlct(K, **kw, **how)
        monkeypatch.setattr(resolve, "by_power", by_power)
        monkeypatch.setattr(resolve, "newton_leaf", lambda w, best: NoLeaf())
        monkeypatch.setattr(resolve, "terms_leaf", lambda w, best: None)
        other = rlct(K, **kw, **how)
        monkeypatch.setattr(resolve, "newton_leaf", newton)
        monkeypatch.setattr(resolve, "terms_leaf", terms)
        assert "bounds" in (one.status, other.status) or (one.lam, one.multiplicity) == (other.lam, other.multiplicity)
        if other.status == "exact" and other.certificate is not None:
            assert check(other.certificate).proved == "threshold"
            used += any(node["end"]["end"] == "power" for node in other.certificate["nodes"])
    assert used > 10


@pytest.mark.parametrize("bounding", [False, True])
def test_wide_attempts_are_remembered_for_bounds_only(bounding: bool) -> None:
    """What is realised beyond the end of a box, or by fewer generators, is not realised in the chart itself: an attempt
    to integrate a variable out does not look there."""
    ring = Ring(["x", "y"])
    chart = Chart(ring, (0, 1), {0: ChartSmall(), 1: ChartSmall()}, (Ideal((ring.gen(0) ** 2 - ring.gen(1),), Q(1)),))
    solver = resolve.Solver(Memory(Oracle()), Limits())
    form = canonical_form(chart)
    elsewhere = resolve.Outcome(Threshold(Q(1, 9), 1), Upper(Threshold(Q(1, 9), 1), (), {}), 0, True)
    solver.lenient = {form.shape: {form.nonzero: (form, elsewhere)}}
    solver.relaxed, solver.bounding = {}, bounding
    assert (solver._find(form, resolve.Context()) is not None) is bounding


# ---------------------------------------------------------------- obligations
def state(*objects: tuple[Any, int, int], **small: Small) -> State:
    obs = tuple(Object((algebra.canonical(g),), (False,), Q(E), Q(H)) for g, E, H in objects)
    return State((0, 1, 2), {i: small.get(v, Small()) for i, v in enumerate(NAMES)}, objects=obs)


def ledger() -> Ledger:
    return Ledger(RING, NAMES)


END = {"end": "power", "obj": 0, "var": "x", "children": [0, 1]}


def test_children_and_values() -> None:
    s = state((X**3 * (1 + Y) - Y * Z, 2, 1), (Y + Z, 1, 0), x=Small(Q(1), Q(2)))
    (with_g, rest), combine = power(ledger(), s, END)
    assert [(ob.E, ob.H) for ob in with_g.objects] == [(1, 0), (2 + Q(1, 3), 2)]
    assert len(rest.objects) == 1 and with_g.order == rest.order == (1, 2)
    # poles (2 + 1)/1 and (1 + 1)/2
    assert combine([INFINITE, INFINITE]) == Value(Q(1), 1)
    assert combine([Value(Q(1), 2), INFINITE]) == Value(Q(1), 3)
    assert combine([Value(Q(1, 2), 2), Value(Q(1, 2), 1)]) == Value(Q(1, 2), 3)
    assert combine([UNKNOWN, INFINITE]) == UNKNOWN


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: power(ledger(), state((X**2 + X * Y - Z, 1, 0)), END),  # a third power of x
        lambda: power(ledger(), state((X - Y * Z, 1, 0)), END),  # of degree 1
        lambda: power(ledger(), state((X**2 * Y - Z, 1, 0)), END),  # no unit
        lambda: power(ledger(), state((X**2 - Y, 1, 0), (X + Z, 1, 0)), END),  # x elsewhere
        lambda: power(ledger(), state((X**2 - Y, 1, -1)), END),  # H + 1 = 0
        lambda: power(ledger(), state((X**2 - Y, 1, 0), x=Small(Q(1), Q(-1))), END),  # h + 1 = 0
    ],
)
def test_refused(attempt: Callable[[], Any]) -> None:
    with pytest.raises(ObligationFailed):
        attempt()


def test_tampering(without_polyhedra: None) -> None:
    r = rlct("x^3+(y^2-z^3)^2", mode="abs", variables=["x", "y", "z"])
    data = copy.deepcopy(r.certificate)
    assert data is not None
    node = next(n for n in data["nodes"] if n["end"]["end"] == "power")
    node["end"]["children"].reverse()
    with pytest.raises(CertificateError):
        check(seal(data))

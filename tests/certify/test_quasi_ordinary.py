"""What the argument of the end `jung` needs, hypotheses broken one by one: the checker refuses."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

import pytest

from rlct.certify import algebra
from rlct.certify.obligations import jung, steps
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import Object, Small, State
from rlct.errors import ObligationFailed
from rlct.exact import charts, over_bars, projection
from rlct.exact import jung as search
from rlct.exact.charts import Chart
from rlct.exact.charts import Small as ChartSmall
from rlct.exact.poly import Ring
from rlct.exact.real import Oracle
from rlct.exact.work import Memory, Work

NAMES = ("x", "y", "v")
X, Y, V = range(3)
RING = algebra.make_ring(3)
Exps = tuple[Fraction, Fraction]
ONE: Exps = (Fraction(1), Fraction(0))
CONE = {(0, 2, 0): 1, (1, 0, 1): -1}  # y^2 = x v


def chart_of(*objects: tuple[list[Any], Exps], **small: ChartSmall) -> Work:
    """A chart at a point of (x, y, v): `objects` are lists of term lists and exponents (E, H)."""
    ring = Ring(list(NAMES))
    obs = tuple(charts.Ideal(tuple(ring.from_terms(g) for g in gens), *exps) for gens, exps in objects)
    c = Chart(ring, (X, Y, V), {i: small.get(NAMES[i], ChartSmall()) for i in range(3)}, obs)
    return Work(c, Memory(Oracle()))


def state_of(c: Chart, **more: Any) -> State:
    """The same for the checker."""

    def object_of(ob: charts.Ideal) -> Object:
        gens = tuple(algebra.canonical(algebra.from_terms(RING, dict(g.terms))) for g in ob.gens)
        return Object(gens, (False,) * len(gens), ob.E, ob.H)

    small = {i: Small(s.k, s.h, s.wall) for i, s in c.small.items()}
    return State(c.order, small, objects=tuple(map(object_of, c.objects)), **more)


def both(w: Work) -> tuple[dict[str, Any], State]:
    """The end that the search finds along y, whose slices are those of the checker."""
    found = over_bars.sliced(w, Y)
    assert found is not None
    s = state_of(w.chart)
    end = {**found.end, "children": list(range(len(found.charts)))}
    children, _, more = jung.jung(Ledger(RING, NAMES), s, end)
    assert [c.order for c in children] == [c.order for c, _, _ in found.charts]
    assert [[len(ob.gens) for ob in c.objects] for c in children] == [
        [len(ob.gens) for ob in c.objects] for c, _, _ in found.charts
    ]
    assert more == set(found.middle)
    return end, s


def refused(end: dict[str, Any], s: State, **changes: Any) -> None:
    data = copy.deepcopy(end)
    data.update(changes)
    with pytest.raises(ObligationFailed):
        jung.jung(Ledger(RING, NAMES), s, data)


def test_a_factor_that_vanishes_far_away_only() -> None:
    """|y^2 - x v| (1 - 2v + x)^4 has λ = 1 at 0; near v = 1/2 it shows x^4, that is 1/4."""
    end, s = both(chart_of(([CONE], ONE), ([{(0, 0, 0): 1, (0, 0, 1): -2, (1, 0, 0): 1}], (Fraction(4), Fraction(0)))))
    assert end["ray"]
    u, _, y = end["radii"]
    refused(end, s, radii=[u, "1/2", y])
    refused(end, s, ray=False)


def test_a_factor_with_y_that_vanishes_far_away_only() -> None:
    """Planes y = 0, y = v, y = v + xv and (1 - 3y)^4: they meet at y = 0 and v, 1/3 is too far."""
    planes = [{(0, 1, 0): 1}, {(0, 1, 0): 1, (0, 0, 1): -1}, {(0, 1, 0): 1, (0, 0, 1): -1, (1, 0, 1): -1}]
    far = {(0, 0, 0): 1, (0, 1, 0): -3}
    end, s = both(chart_of(*(([g], ONE) for g in planes), ([far], (Fraction(4), Fraction(0)))))
    assert Fraction(end["radii"][2]) <= Fraction(1, 4)
    refused(end, s, radii=[*end["radii"][:2], "1/2"])


def test_a_generator_that_vanishes_on_a_slice() -> None:
    """The ideal (x, y, y + x, y - x, y + 2x, (1 - 2v) y): a generator that is 0 on a slice goes, no more.
    (All generators lost: K has no zero there, and λ = ∞ would be proved.)"""
    gens = [{(1, 0, 0): 1}, {(0, 1, 0): 1}, *({(0, 1, 0): 1, (1, 0, 0): a} for a in (1, -1, 2, -2))]
    last = {(0, 1, 0): 1, (0, 1, 1): -2}
    w = chart_of(([*gens, last], (Fraction(2), Fraction(0))))
    end, _ = both(w)
    assert end["through"] == "v" or end["bars"]
    c = w.chart
    half = jung._state(state_of(c), {}, lambda g: algebra.at_numbers(g, {V: Fraction(1, 2)}), (), {V})
    assert [len(ob.gens) for ob in half.objects] == [6]


def test_a_curve_that_the_slice_does_not_cross() -> None:
    """y^2 = v^2 - x^3: the slice v = 0 lies in no curve, but goes through a point where three branches meet."""
    end, s = both(chart_of(([{(0, 3, 0): 1, (0, 0, 2): -1, (3, 0, 0): 1}], ONE)))
    assert end["bars"]
    refused(end, s, through="v", bars=[], radii=None)
    refused(end, s, through="x", bars=[], radii=None)


def test_points_that_are_none() -> None:
    """A stratum whose conditions cannot hold has no threshold that slices could show."""
    w = chart_of(([CONE], ONE))
    end, _ = both(w)
    one = RING.one
    for empty in ({"positive": (-one,)}, {"nonzero": (RING.zero,)}, {"equations": (one,)}, {"guards": (RING.gens[0],)}):
        refused(end, state_of(w.chart, **empty))
    data = copy.deepcopy(end)
    jung.jung(Ledger(RING, NAMES), state_of(w.chart, positive=(one,), nonzero=(one,)), data)


def test_boxes_are_compared_with_constants_exactly() -> None:
    """The constant term has to be larger than the rest, not as large."""
    f = RING.one - RING.gens[X] * 2
    assert not jung._dominated(f, {X: Fraction(1, 2)}, {})
    assert jung._dominated(f, {X: Fraction(1, 3)}, {})


def test_a_sum_of_squares_that_is_a_square_is_gathered() -> None:
    """The ideal (x^2 - y^2, x y, x y, x y, x y) has (x^2 + y^2)^2 as sum of squares: one function, E = 2 · 2 / 2."""
    product = {(1, 1, 0): 1}
    gens = [{(2, 0, 0): 1, (0, 2, 0): -1}, product, product, product, product]
    w = chart_of(([{(0, 0, 1): 1}], ONE), (gens, (Fraction(2), Fraction(1))))
    v = search._gathered(w)
    assert [step["op"] for step in v.steps] == ["gather", "factor"]
    assert [(str(ob.gens[0]), ob.E, ob.H) for ob in v.chart.objects] == [("v", 1, 0), ("x^2 + y^2", 2, 1)]
    s = state_of(w.chart)
    for step in v.steps:
        s = steps.STEPS[step["op"]](Ledger(RING, NAMES), s, step)
    assert s.objects == state_of(v.chart).objects
    assert not search._gathered(chart_of(([{(1, 0, 0): 1}, {(0, 1, 0): 1}], ONE))).steps


def test_no_surface_contains_all_lines() -> None:
    """More and more directions are tried: this one is regular in none of the first ones."""
    found = []
    for patience in (1, 2, 4):
        w = chart_of(([ALL_LINES], ONE))
        w.memory.patience = patience
        found.append(next(search._projections(_Unlimited(w.memory), w), None))
    assert found[0] is None
    assert found[2] is not None
    assert {step["op"] for step in found[2][0].steps} == {"coordinate"}


class _Unlimited:
    """What is asked of a solver here."""

    def __init__(self, memory: Memory):
        self.memory = memory

    def tick(self) -> None:
        """There is time."""


# an irreducible cone that contains all lines that are tried at first
ALL_LINES = {
    (3, 1, 0): 1,
    (1, 3, 0): -1,
    (3, 0, 1): 1,
    (2, 1, 1): 1,
    (2, 0, 2): -1,
    (1, 1, 2): 1,
    (0, 2, 2): 1,
    (0, 1, 3): -1,
}


def test_long_discriminants_are_taken_apart() -> None:
    """Too long to be factored at once: square-free factors first."""
    ring = Ring(list(NAMES))
    x, _, v = (ring.gen(i) for i in range(3))
    q = x * 2 + v + x * v * 3 - v**3 + x**2 * v**2
    f = q**41 * (x**7 - v**5 + x**3 * v**3) * x**2
    assert f.is_huge
    w = chart_of(([{(1, 0, 0): 1}], ONE))
    assert {str(g): k for g, k in projection.factors(w, f)} == {"x": 2, str(q): 41, str(x**7 - v**5 + x**3 * v**3): 1}

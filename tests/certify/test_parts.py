"""The parts of the checker one by one: arithmetic, fans, values, blow-ups, steps, states, derivations."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rlct.certify import algebra
from rlct.certify.obligations import ends, jacobian, newton, same, semidefinite, steps, upper
from rlct.certify.obligations import state as states
from rlct.certify.obligations.ledger import Conditions, Ledger
from rlct.certify.obligations.state import Object, Small, State
from rlct.certify.obligations.value import INFINITE, Mean, Value, best, monomial_value, product, total, worst
from rlct.errors import CertificateError, ObligationFailed

RING = algebra.make_ring(4)
X, Y, Z, W = RING.gens


def ledger() -> Ledger:
    return Ledger(RING, ("x", "y", "z", "w"))


def state(*gens: Any, small: dict[int, Small] | None = None, E: int = 1, H: int = 0, **more: Any) -> State:
    """A state in x, y, z (all small unless said otherwise) with one principal object for each generator."""
    objects = tuple(Object((algebra.canonical(g),), (False,), Fraction(E), Fraction(H)) for g in gens)
    order = more.pop("order", (0, 1, 2))
    return State(order, small if small is not None else {i: Small() for i in order}, objects=objects, **more)


# ---------------------------------------------------------------- arithmetic
@st.composite
def polys(draw: st.DrawFn) -> Any:
    out = RING.zero
    for _ in range(draw(st.integers(1, 4))):
        e = draw(st.tuples(*[st.integers(0, 2)] * 4))
        out += RING.from_dict({e: draw(st.integers(-4, 4))})
    return out


@given(polys(), polys())
def test_quotient_undoes_products(f: Any, g: Any) -> None:
    """f·g divided by g is f up to a constant; a remainder is noticed."""
    assume(bool(f) and bool(g) and not algebra.is_constant(g))
    assert algebra.quotient(f * g, g) == algebra.canonical(f)
    assert algebra.quotient(f * g + 1, g) is None


@given(polys(), st.integers(-3, 3), st.integers(1, 3), st.tuples(*[st.integers(-2, 2)] * 4))
def test_substitution_of_a_ratio(f: Any, a: int, b: int, p: tuple[int, ...]) -> None:
    """den^D f(num/den), evaluated, is what the formula says."""
    num, den = Y + a, RING.one * b
    found = algebra.replace_by_ratio(f, 0, num, den)
    d = algebra.degree(f, 0)

    def value(g: Any, x: list[Fraction]) -> Fraction:
        total_value = Fraction(0)
        for e, c in g.items():
            term = Fraction(int(c))
            for q, k in zip(x, e, strict=True):
                term *= q**k
            total_value += term
        return total_value

    at = [Fraction(x) for x in p]
    inner = [(at[1] + a) / b, *at[1:]]
    assert value(found, at) == b**d * value(f, inner)


def test_canonical_and_primitive() -> None:
    """The representative is primitive; only `canonical` changes the sign."""
    assert algebra.canonical(-6 * X + 4) == 3 * X - 2
    assert algebra.primitive(-6 * X + 4) == -3 * X + 2
    assert not algebra.same(X, Y)


def test_numbers_keep_the_sign() -> None:
    """Rational values are put in up to a positive constant."""
    assert algebra.at_numbers(-X * Y + X, {0: Fraction(1, 3)}) == -Y + 1
    assert algebra.at_numbers(X - Y, {0: Fraction(1), 1: Fraction(1)}) == 0


# ---------------------------------------------------------------- values
def test_order_of_values() -> None:
    """A smaller λ is worse, at equal λ a larger m, and nothing is better than ∞."""
    vs = [INFINITE, Value(Fraction(1), 1), Value(Fraction(1), 2), Value(Fraction(1, 2), 1)]
    assert [worst(vs[: n + 1]) for n in range(4)] == vs
    assert product([vs[1], vs[2], INFINITE]) == Value(Fraction(1), 3)
    assert total([vs[1], vs[2]]) == Value(Fraction(2), 2)
    assert total([vs[1], INFINITE]) == INFINITE == product([INFINITE])


def test_dimension_counts_multiplicity() -> None:
    """x^2 y^2 + y^4 has m = 2 though three weights could be found; x^2 + y^4 has m = 1."""
    k, q = [Fraction(0)] * 2, [Fraction(1)] * 2
    point = Mean(((2, 2),), (Fraction(1),), Fraction(1), Fraction(0))
    assert monomial_value(k, q, [point]) == Value(Fraction(1, 2), 2)
    half = Mean(((2, 0), (0, 4)), (Fraction(2, 3), Fraction(1, 3)), Fraction(1), Fraction(0))
    assert monomial_value(k, q, [half]) == Value(Fraction(3, 4), 1)
    negative = Mean(((1, 0),), (Fraction(1),), Fraction(0), Fraction(-1))
    assert monomial_value(k, q, [negative]) is None


exponents = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=4, unique=True)


@given(exponents, st.data())
def test_bounds_never_beat_a_divisor(es: list[tuple[int, int]], data: st.DataObject) -> None:
    """Whatever the weights, the bound is no better than what any weight vector proves from the other side."""
    cs = [data.draw(st.integers(1, 5)) for _ in es]
    mean = Mean(tuple(es), tuple(Fraction(c, sum(cs)) for c in cs), Fraction(1), Fraction(0))
    found = monomial_value([Fraction(0)] * 2, [Fraction(1)] * 2, [mean])
    assert found is not None
    for v in itertools.product(range(4), repeat=2):
        order = min(a * x + b * y for (a, b), (x, y) in zip([v] * len(es), es, strict=True))
        if order:
            assert found.lam is not None
            assert found.lam <= Fraction(sum(v), order)


# ---------------------------------------------------------------- fans
GOOD = {
    1: [[[3]]],
    2: [[[1, 0], [2, 3]], [[2, 3], [0, 1]]],
    3: [[[1, 0, 0], [0, 1, 0], [1, 1, 1]], [[1, 1, 1], [0, 1, 0], [0, 0, 1]], [[1, 0, 0], [0, 0, 1], [1, 1, 1]]],
    0: [[]],
}


@pytest.mark.parametrize("n", GOOD)
def test_fans(n: int) -> None:
    """Subdivisions of the orthant are accepted, with any cone missing or doubled refused."""
    cones = GOOD[n]
    assert len(newton.fan(ledger(), n, cones)) == len(cones)
    for i in range(len(cones)):
        for bad in (cones[:i] + cones[i + 1 :], [*cones, cones[i]]):
            if bad:
                with pytest.raises(ObligationFailed, match="fan"):
                    newton.fan(ledger(), n, bad)


def test_a_ridge_that_does_not_fit() -> None:
    """Two cones on one side of the diagonal and a coarser one on the other are no fan."""
    cones = [[[1, 0, 0], [0, 1, 0], [1, 1, 1]], [[1, 1, 1], [0, 1, 0], [0, 0, 1]], [[1, 0, 0], [0, 0, 1], [1, 2, 1]]]
    with pytest.raises(ObligationFailed, match="fan"):
        newton.fan(ledger(), 3, cones)


def test_faces_over_the_origin() -> None:
    """Only sets of rays with a positive sum lie over small = 0."""
    found = set(newton.faces([((1, 0), (1, 1)), ((1, 1), (0, 1))], 2))
    assert frozenset([(1, 0)]) not in found
    assert {frozenset([(1, 1)]), frozenset([(1, 0), (1, 1)]), frozenset([(1, 1), (0, 1)])} == found


NEWTON: list[tuple[str, Any, Callable[[], State], Value | None]] = [
    ("smooth zero", [[[1, 0], [1, 1]], [[1, 1], [0, 1]]], lambda: state(X - Y, order=(0, 1)), Value(Fraction(1), 1)),
    ("double zero", [[[1, 0], [1, 1]], [[1, 1], [0, 1]]], lambda: state((X - Y) ** 2, order=(0, 1)), None),
    ("two equal objects", [[[1, 0], [1, 1]], [[1, 1], [0, 1]]], lambda: state(X - Y, X - Y, order=(0, 1)), None),
    (
        "two lines",
        [[[1, 0], [1, 1]], [[1, 1], [0, 1]]],
        lambda: state(X - Y, X + Y, order=(0, 1)),
        Value(Fraction(1), 2),
    ),
    (
        "no zero between walls",
        [[[1, 0], [1, 1]], [[1, 1], [0, 1]]],
        lambda: state((X + Y) ** 2, order=(0, 1), small={0: Small(wall=True), 1: Small(wall=True)}),
        Value(Fraction(1), 1),
    ),
    ("free variables only", [[]], lambda: state(X**2 + Y - 1, order=(0, 1), small={}), Value(Fraction(1), 1)),
    ("singular among free variables", [[]], lambda: state(X**2 - Y**2, order=(0, 1), small={}), None),
    (
        "singular outside the stratum",
        [[]],
        lambda: state(X**2 - Y**2, order=(0, 1), small={}, nonzero=(Y,)),
        Value(Fraction(1), 1),
    ),
    (
        "a coefficient that may vanish",
        [[[1]]],
        lambda: state(Y * X, order=(0, 1), small={0: Small()}),
        Value(Fraction(1), 2),
    ),
    ("a coefficient that vanishes doubly", [[[1]]], lambda: state(Y**2 * X, order=(0, 1), small={0: Small()}), None),
    ("a prior not integrable", [[[1]]], lambda: state(X, order=(0,), E=0, H=-1), None),
    ("a factor of the measure alone", [[[1]]], lambda: state(X, order=(0,), E=0, H=2), INFINITE),
]


@pytest.mark.parametrize(
    ("cones", "s", "expected"), [n[1:] for n in NEWTON], ids=[n[0].replace(" ", "-") for n in NEWTON]
)
def test_newton(cones: Any, s: Callable[[], State], expected: Value | None) -> None:
    """Nondegenerate states have their value, degenerate ones are refused."""
    if expected is None:
        with pytest.raises(ObligationFailed):
            newton.value(ledger(), s(), {"cones": cones})
    else:
        assert newton.value(ledger(), s(), {"cones": cones}) == expected


def test_newton_with_a_relation() -> None:
    """x·t with t^2 = 2 + y and t > 0 is x up to a unit; with t^2 = y the unit is gone."""
    small = {0: Small(), 1: Small()}
    cones = [[[1, 0], [0, 1]]]
    fine = state(X * Z, small=small, dependent=(2,), relations=(Z**2 - Y - 2,), positive=(Z,))
    assert newton.value(ledger(), fine, {"cones": cones}) == Value(Fraction(1), 1)
    with pytest.raises(ObligationFailed):
        newton.value(ledger(), state(X * Z, small=small, dependent=(2,), relations=(Z - Y,)), {"cones": cones})


# ---------------------------------------------------------------- blow-ups
def _constant_sign(c: State) -> int:
    f = c.objects[0].gens[0]
    rest = [x for e, x in f.items() if any(e)]
    one = f[(0, 0, 0, 0)]
    return 1 if rest[0] * one > 0 else -1


@pytest.mark.parametrize("walls", list(itertools.product((False, True), repeat=2)))
@pytest.mark.parametrize("weights", [(1, 1), (2, 1), (1, 2), (2, 2)])
def test_charts_cover_the_region(walls: tuple[bool, bool], weights: tuple[int, int]) -> None:
    """Every point of the region (walls: the half x >= 0) lies in a chart of the blow-up, whatever its signs."""
    small = {i: Small(wall=w) for i, w in enumerate(walls)}
    # 1 + x_pivot shows the sign of the chart: it becomes 1 ± u^w
    for signs in itertools.product((1, -1), repeat=2):
        if any(w and x < 0 for w, x in zip(walls, signs, strict=True)):
            continue
        target = (Fraction(4 * signs[0]), Fraction(4 * signs[1]))
        found = 0
        for pivot in (0, 1):
            s = state(1 + RING.gens[pivot], order=(0, 1), small=small)
            found += _in_pivot(s, list(enumerate(weights)), target, pivot)
        assert found >= 1


def _in_pivot(s: State, centre: list[tuple[int, int]], target: tuple[Fraction, ...], pivot: int) -> int:
    """The charts with this pivot that contain the target."""
    weights = dict(centre)
    other = 1 - pivot
    count = 0
    seen = set()
    for c in ends.cells(RING, s, centre):
        f = c.objects[0].gens[0]
        if algebra.used(f) != {pivot} or algebra.degree(f, pivot) != weights[pivot] or f in seen:
            continue
        if pivot not in c.small or c.small[pivot].h != sum(weights.values()) - 1:
            continue
        seen.add(f)
        sign = _constant_sign(c)
        root = {1: 4, 2: 2}[weights[pivot]]
        for u in (root, -root):
            if c.small[pivot].wall and u < 0:
                continue
            if sign * u ** weights[pivot] != target[pivot]:
                continue
            value = target[other] / Fraction(u) ** weights[other]
            count += not (s.small[other].wall and value < 0)
    return count


def test_exponents_of_a_blowup() -> None:
    """k and h + 1 of the exceptional divisor are the weighted sums; a divisor is cut into zero and nonzero."""
    s = state(X, order=(0, 1), small={0: Small(Fraction(1), Fraction(2)), 1: Small(Fraction(3), Fraction(1, 2))})
    cells = list(ends.cells(RING, s, [(0, 2), (1, 1)]))
    assert [c.small[0].k for c in cells[:2]] == [5, 5]
    assert cells[0].small[0].h == Fraction(13, 2)
    assert 1 in cells[0].small
    assert cells[1].small.keys() == {0}
    assert cells[1].nonzero == (Y,)
    assert cells[-1].small[0] == s.small[0]
    assert len(cells) == 5


# ---------------------------------------------------------------- steps and states
REFUSED: list[tuple[str, Callable[[], Any]]] = [
    (
        "a divisor as coordinate",
        lambda: states.coordinate(
            ledger(), state(X, small={0: Small(Fraction(1))}, order=(0,)), 0, RING.one, RING.zero
        ),
    ),
    (
        "a wall as coordinate",
        lambda: states.coordinate(ledger(), state(X, small={0: Small(wall=True)}, order=(0,)), 0, RING.one, RING.zero),
    ),
    (
        "a dependent coordinate",
        lambda: states.coordinate(
            ledger(),
            state(X, small={0: Small()}, order=(0, 1), dependent=(1,), relations=(Y - X,)),
            1,
            RING.one,
            RING.zero,
        ),
    ),
    (
        "a free coordinate with small unit",
        lambda: states.coordinate(ledger(), state(X, small={0: Small()}, order=(0, 1)), 1, RING.one + X, RING.zero),
    ),
    (
        "a split solved by what does not vanish with it",
        lambda: ends.split(
            ledger(),
            state(X, order=(0, 1, 2), small={0: Small()}, dependent=(2,), relations=(Z**2 - 2 - X * Y,)),
            {"by": [[[0, 1, 1], 1], [[], 2]], "zero": {"solve": "y", "unit": [[[], 1]], "rest": [[[0, 0, 1], -1]]}},
        ),
    ),
    (
        "a coordinate in a relation with dependents",
        lambda: states.coordinate(
            ledger(),
            state(X, small={0: Small(), 1: Small()}, dependent=(2,), relations=(Z + X,)),
            0,
            RING.one,
            Z,
        ),
    ),
    (
        "a sum split that is not known to be semidefinite",
        lambda: steps.split_sd(
            ledger(), state(X**2 + Y**3), {"obj": 0, "gen": 0, "parts": [[[[2], 1]], [[[0, 3], 1]]]}
        ),
    ),
    ("a remainder of a factor", lambda: steps.factor(ledger(), state(X * Y), {"obj": 0, "into": [[[[[1], 1]], 1]]})),
    ("a factor of an ideal", lambda: steps.factor(ledger(), ideal(X * Y, X), {"obj": 0, "into": [[[[[1], 1]], 1]]})),
    (
        "a generator combined with itself",
        lambda: steps.combine(
            ledger(), ideal(X, Y), {"obj": 0, "gen": 0, "unit": [[[], 1]], "with": [[0, [[[], 1]]]], "rel": []}
        ),
    ),
    (
        "the last generator removed",
        lambda: steps.combine(
            ledger(),
            ideal(Z - X, order=(0, 1, 2), dependent=(2,), relations=(X - Z,)),
            {"obj": 0, "gen": 0, "unit": [[[], 1]], "with": [], "rel": [[0, [[[], -1]]]]},
        ),
    ),
    ("a fold of a wall", lambda: steps.fold(ledger(), state(X, small={0: Small(wall=True)}, order=(0,)), {"var": "x"})),
    (
        "an odd relation under a fold",
        lambda: steps.fold(
            ledger(), state(X**2, small={0: Small()}, order=(0, 1), dependent=(1,), relations=(Y - X,)), {"var": "x"}
        ),
    ),
    (
        "a sum beside a divisor",
        lambda: ends.sum_end(
            ledger(),
            ideal(X, Y, order=(0, 1), small={0: Small(Fraction(1)), 1: Small()}),
            {"obj": 0, "groups": [["x"], ["y"]]},
        ),
    ),
    (
        "a sum with an empty group",
        lambda: ends.sum_end(ledger(), ideal(X, X**2, order=(0, 1)), {"obj": 0, "groups": [["x"], ["y"]]}),
    ),
    (
        "a sum next to another factor of K",
        lambda: ends.sum_end(ledger(), state(X, Y, order=(0, 1)), {"obj": 0, "groups": [["x"], ["y"]]}),
    ),
    (
        "signs of what may vanish",
        lambda: ends.signs(ledger(), state(X, small={0: Small()}, order=(0, 1)), {"of": [[[0, 1], 1]]}),
    ),
    (
        "a split by a small variable",
        lambda: ends.split(ledger(), state(X, order=(0, 1)), {"by": [[[1], 1]], "zero": None}),
    ),
    (
        "a split solved in a relation that is ramified there",
        lambda: ends.split(
            ledger(),
            state(X, order=(0, 1, 2), small={0: Small()}, dependent=(2,), relations=(Z**2 - Y,)),
            {"by": [[[0, 1], 1]], "zero": {"solve": "y", "unit": [[[], 1]], "rest": []}},
        ),
    ),
    (
        "a measure factor left out of a bound",
        lambda: ends.bound(ledger(), state(X - Y, order=(0, 1), E=0, H=-1), {"weights": []}),
    ),
    ("dependent differentials", lambda: jacobian.full_rank(ledger(), Conditions(), [[X, Y], [X, Y]], "rank")),
    ("differentials that vanish", lambda: jacobian.full_rank(ledger(), Conditions(), [[X, Y]], "rank")),
    (
        "an upper part after dropped conditions",
        lambda: upper.terminal(
            ledger(), state(X, order=(0,), exact=False), {"end": "open"}, {"rays": [[1]], "point": {}}
        ),
    ),
    (
        "an upper part on an empty stratum",
        lambda: upper.terminal(
            ledger(),
            state(X, order=(0, 1), small={0: Small()}, positive=(-(Y**2) - 1,)),
            {"end": "open"},
            {"rays": [[1]], "point": "z3"},
        ),
    ),
    (
        "an upper part where a guard vanishes",
        lambda: upper.terminal(
            ledger(),
            state(X, order=(0, 1), small={0: Small()}, guards=(Y,)),
            {"end": "open"},
            {"rays": [[1]], "point": {"y": "0"}},
        ),
    ),
    (
        "an upper part where the prior's coefficient vanishes",
        lambda: upper.terminal(ledger(), two(X, Y * X), {"end": "open"}, {"rays": [[1]], "point": {"y": "0"}}),
    ),
    ("a negative definite form", lambda: semidefinite.prove(ledger(), (0, 1), -(X**2) - Y**2, [["definite", [1, 1]]])),
    ("an odd form of one variable", lambda: semidefinite.prove(ledger(), (0,), X**3, [["definite", [1]]])),
    ("an indefinite form", lambda: semidefinite.prove(ledger(), (0, 1), X**2 - Y**2 + X * Y, [["definite", [1, 1]]])),
    (
        "a product of signs that do not fit",
        lambda: semidefinite.prove(ledger(), (0, 1), -(X**2) * Y**2, [["power", [[[1, 1], 1]], 2]]),
    ),
    ("a derivation that goes on", lambda: semidefinite.prove(ledger(), (0,), X**2, [["even"], ["even"]])),
    ("a derivation without an end", lambda: semidefinite.prove(ledger(), (0,), X**2, [["unit", [[[], 1]]]])),
    ("a unit negative at 0", lambda: semidefinite.prove(ledger(), (0,), -(X**2), [["unit", [[[], -1]]], ["even"]])),
]


def ideal(*gens: Any, **more: Any) -> State:
    """A state with one object."""
    s = state(**more)
    ob = Object(tuple(algebra.canonical(g) for g in gens), (False,) * len(gens), Fraction(2), Fraction(0))
    return State(s.order, s.small, s.dependent, s.relations, (ob,), s.nonzero, s.positive, s.equations)


def two(f: Any, g: Any) -> State:
    """K = f with prior g; x small, y free."""
    objects = tuple(Object((h,), (False,), Fraction(E), Fraction(1 - E)) for h, E in ((f, 1), (g, 0)))
    return State((0, 1), {0: Small()}, objects=objects)


@pytest.mark.parametrize("attempt", [r[1] for r in REFUSED], ids=[r[0].replace(" ", "-") for r in REFUSED])
def test_refused(attempt: Callable[[], Any]) -> None:
    """Each of these steps would be unsound, and its obligation fails."""
    with pytest.raises(CertificateError):
        attempt()


def test_a_coordinate_in_a_relation() -> None:
    """x + z·y may take the place of x where z is a function of x, whose derivative it changes by a unit."""
    s = state(X, small={0: Small(), 1: Small()}, dependent=(2,), relations=(Z + X - Z**2,))
    out = states.coordinate(ledger(), s, 0, RING.one, Z * Y)
    assert out.relations == (algebra.canonical(Z + X - Z * Y - Z**2),)


def test_semidefinite_derivations() -> None:
    """Every word of a derivation, on a polynomial it fits."""
    one, y = [[[], 1]], [[[0, 1], 1]]
    square = [[[1, 0], 1], [[0, 1], 1]]
    for f, d in (
        (X**2 + 2 * Y**4, [["even"]]),
        (2 * (X + Y) ** 4, [["power", square, 4]]),
        ((1 + X) * X**2, [["unit", [[[], 1], [[1], 1]]], ["even"]]),
        (X**2 + 2 * X * Y + 3 * Y**2, [["coordinate", "x", one, y], ["even"]]),
        (X**2 + X * Y + Y**2, [["definite", [1, 1]]]),
        (X**2 + X * Y**2 + Y**4 - X**3, [["definite", [2, 1]]]),
        ((X + Y) ** 2 * (X**2 + Y**2), [["times", [[square, 2], [[[[2], 1], [[0, 2], 1]], 1]], [None, [["even"]]]]]),
        (X**2 + Y**4, [["split", [[[[2], 1]], [[[0, 4], 1]]], [[["even"]], [["power", y, 4]]]]]),
    ):
        semidefinite.prove(ledger(), (0, 1), f, d)


def test_semidefinite_factors_keep_the_flag_only_when_coprime() -> None:
    """Of a semidefinite x·x·(1 + y^2) the odd factors are semidefinite only if no two share a factor."""
    s = state(X**2 * (1 + Y**2), order=(0, 1))
    flagged = State(s.order, s.small, objects=(Object(s.objects[0].gens, (True,), Fraction(1), Fraction(0)),))
    into = [[[[[1], 1]], 1], [[[[1], 1]], 1], [[[[], 1], [[0, 2], 1]], 1]]
    with pytest.raises(ObligationFailed, match="coprime"):
        steps.factor(ledger(), flagged, {"obj": 0, "into": into})
    out = steps.factor(ledger(), flagged, {"obj": 0, "into": [[[[[1], 1]], 2], into[2]]})
    assert [ob.sd for ob in out.objects] == [(False,), (True,)]
    assert [ob.E for ob in out.objects] == [2, 1]


def test_content_keeps_the_sign_of_even_and_wall_powers() -> None:
    """x^2·g or, with a wall, x·g semidefinite says so of g; x·g does not."""
    for power, wall, kept in ((2, False, True), (1, True, True), (1, False, False)):
        ob = Object((X**power * (Y + 1),), (True,), Fraction(3), Fraction(1))
        s = State((0, 1), {0: Small(wall=wall), 1: Small()}, objects=(ob,))
        out = steps.content(ledger(), s, {"obj": 0})
        assert out.objects[0].sd == (kept,)
        assert (out.small[0].k, out.small[0].h) == (3 * power, power)


def test_a_unit_that_needs_the_variable_leaves_a_guard() -> None:
    """Where U ≠ 0 rests on conditions in the old variable, the upper part must still avoid U = 0."""
    # on S: x·y = 1, so y is a unit; in the coordinate x' = y·x the condition no longer shows it
    s = state(Z, order=(0, 1, 2), small={2: Small()}, equations=(X * Y - 1,))
    out = states.coordinate(ledger(), s, 0, Y, RING.zero)
    assert out.equations == (X * Y - Y,)
    assert out.guards == (Y,)
    with pytest.raises(ObligationFailed, match="real point"):
        upper.terminal(ledger(), out, {"end": "open"}, {"rays": [[1]], "point": {"x": "1", "y": "0"}})
    plain = states.coordinate(ledger(), state(Z, small={2: Small()}, nonzero=(Y,)), 0, Y, RING.zero)
    assert plain.guards == ()


def test_same_state_sees_every_field() -> None:
    """Renamed states are equal; a change of any field is noticed."""
    base = {
        "small": {0: Small(Fraction(1)), 1: Small()},
        "dependent": (2,),
        "relations": (Z**2 - 2 - X,),
        "nonzero": (W,),
        "positive": (Z,),
        "equations": (W - Z,),
        "order": (0, 1, 2, 3),
    }
    here = state(X - Y**3, **base)
    pairs = [["x", "x", 1], ["y", "y", -1], ["z", "z", 1], ["w", "w", 1]]
    there = state(X + Y**3, **base)
    assert same.equal_states(ledger(), here, there, pairs)
    fewer = state(X + Y**3, **{**base, "nonzero": ()})
    assert not same.equal_states(ledger(), here, fewer, pairs), "more points: only lower bounds carry over"
    changes: list[dict[str, Any]] = [
        {"small": {0: Small(Fraction(2)), 1: Small()}},
        {"small": {0: Small(Fraction(1), Fraction(1)), 1: Small()}},
        {"small": {0: Small(Fraction(1)), 1: Small(wall=True)}},
        {"relations": (Z**2 - 3 - X,)},
        {"nonzero": (W, W - 1)},
        {"positive": (-Z,)},
        {"equations": ()},
        {"E": 2},
        {"H": 1},
    ]
    for change in changes:
        with pytest.raises(ObligationFailed, match="same state"):
            same.equal_states(ledger(), here, state(X + Y**3, **{**base, **change}), pairs)
    with pytest.raises(ObligationFailed, match="same state"):
        same.equal_states(ledger(), here, state(X + Y**2, **base), pairs)


def test_split_solved_in_a_relation() -> None:
    """z = √2 + ..., z^2 = 2 + x y: where z y + 2 = 0, y + z is the new small coordinate, and z follows the branch."""
    here = state(X, order=(0, 1, 2), small={0: Small()}, dependent=(2,), relations=(Z**2 - 2 - X * Y,))
    how = {"solve": "y", "unit": [[[], 1]], "rest": [[[0, 0, 1], 1]]}
    _, on = ends.split(ledger(), here, {"by": [[[0, 1, 1], 1], [[], 2]], "zero": how}).children
    assert on.relations == (algebra.canonical(Z**2 - 2 - X * (Y - Z)),)
    assert set(on.small) == {0, 1}


# ---------------------------------------------------------------- forget
def test_forget_drops_what_nothing_depends_on() -> None:
    """x in an object stays; y (small) and w (free, w·z - 1 ≠ 0 can be met) go with their conditions."""
    here = state(X, small={0: Small(Fraction(1)), 1: Small()}, nonzero=(W * Z - 1, Z), order=(0, 1, 2, 3))
    after = steps.forget(ledger(), here, {"vars": ["y", "w"]})
    assert after.order == (0, 2)
    assert set(after.small) == {0}
    assert after.nonzero == (algebra.canonical(Z),)


def test_forget_drops_dependent_variables() -> None:
    """w = sqrt(2) goes with its relation and its bounds; where it has no value, no upper part may pass any more."""
    base: dict[str, Any] = {"small": {0: Small(), 1: Small()}, "order": (0, 1, 2, 3), "dependent": (3,)}
    here = state(X, relations=(W**2 - 2 - Y,), positive=(W - 1, Z), **base)
    after = steps.forget(ledger(), here, {"vars": ["w"]})
    assert after.order == (0, 1, 2)
    assert (after.dependent, after.relations) == ((), ())
    assert after.positive == (Z,)
    assert after.exact
    nowhere = state(X, relations=(W**2 - 2 - Y,), positive=(W - 2, Z), **base)
    assert not steps.forget(ledger(), nowhere, {"vars": ["w"]}).exact


def test_forget_keeps_guards_for_the_upper_part_alone() -> None:
    """A guard that can be met goes with its variable; one that cannot closes the way to an upper part, no more."""
    base: dict[str, Any] = {"small": {0: Small(), 1: Small()}, "order": (0, 1, 2, 3)}
    after = steps.forget(ledger(), state(X, guards=(W * Z - 1, Z), **base), {"vars": ["w"]})
    assert after.guards == (algebra.canonical(Z),)
    assert after.exact
    assert not steps.forget(ledger(), state(X, guards=(W * Z,), **base), {"vars": ["w"]}).exact


@pytest.mark.parametrize(
    ("what", "change", "gone"),
    [
        ("a variable of an object", {}, "x"),
        ("a divisor", {"small": {0: Small(), 1: Small(Fraction(1))}}, "y"),
        ("a condition that cannot always be met", {"nonzero": (W * Z,)}, "w"),
        ("a sign", {"positive": (W,)}, "w"),
        ("an equation", {"equations": (W - Z,)}, "w"),
        ("a dependent variable of an object", {"dependent": (0,), "relations": (X**2 - 2,)}, "x"),
        ("one that depends on others", {"dependent": (3,), "relations": (W**2 - Z,)}, "w"),
        ("one on which others depend", {"dependent": (3, 2), "relations": (W**2 - 2, Z**2 - W)}, "w"),
        ("one that occurs in a condition", {"dependent": (3,), "relations": (W**2 - 2,), "positive": (Z - W,)}, "w"),
    ],
)
def test_forget_refuses_what_matters(what: str, change: dict[str, Any], gone: str) -> None:
    base: dict[str, Any] = {"small": {0: Small(), 1: Small()}, "order": (0, 1, 2, 3)}
    with pytest.raises(ObligationFailed):
        steps.forget(ledger(), state(X, **{**base, **change}), {"vars": [gone]})


# ---------------------------------------------------------------- fewer generators, several treatments
def several(E: int = 2, H: int = 0) -> State:
    ob = Object((X, Y), (False, False), Fraction(E), Fraction(H))
    return states.State(order=(0, 1), small={0: Small(), 1: Small()}, objects=(ob,))


def test_drop_leaves_the_rest_and_no_upper_bound() -> None:
    after = steps.drop(ledger(), several(), {"obj": 0, "gens": [1]})
    assert after.objects[0].gens == (X,)
    assert not after.exact
    with pytest.raises(ObligationFailed, match="upper part"):
        upper.terminal(ledger(), after, {"end": "open"}, {"rays": [[1, 0]], "point": {}})


@pytest.mark.parametrize(
    ("E", "H", "gens"),
    [(2, 0, [0, 1]), (2, 1, [1]), (2, -1, [1]), (0, 0, [1]), (2, 0, [2])],
)
def test_drop_refuses(E: int, H: int, gens: list[int]) -> None:
    """Nothing left; an object of the measure too; an object that is not in K; a generator that does not exist."""
    with pytest.raises(ObligationFailed):
        steps.drop(ledger(), several(E, H), {"obj": 0, "gens": gens})


def test_either_takes_the_best_of_equal_states() -> None:
    end = {"end": "either", "children": [1, 2]}
    out = ends.ending(ledger(), several(), end)
    assert out.children == (several(), several())
    assert out.combine is best

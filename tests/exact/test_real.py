"""The oracle for real points: known answers of each kind, agreement with z3 and sympy, limits of time."""

from __future__ import annotations

import time
from fractions import Fraction
from itertools import pairwise

import pytest
from flint import fmpz_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from rlct.exact import smt
from rlct.exact.points import satisfies
from rlct.exact.poly import Poly, Ring
from rlct.exact.real import Oracle, System, Verdict, isolate, real_roots
from rlct.exact.roots import constant_sign, has_point, roots_of, sign_at_root

RING = Ring(["x", "y", "z", "t"])
X, Y, Z, T = (RING.gen(i) for i in range(4))
ONE = RING.one
EMPTY, POINT, UNKNOWN = Verdict.EMPTY, Verdict.POINT, Verdict.UNKNOWN


def cheap() -> Oracle:
    """An oracle that may not ask z3."""
    return Oracle(z3_ms=0)


KNOWN = {
    "nothing": (System(), POINT),
    "a constant equation": (System((ONE,)), EMPTY),
    "zero as an equation": (System((RING.zero,)), POINT),
    "zero not zero": (System((), (RING.zero,)), EMPTY),
    "a negative constant positive": (System((), (), (-ONE,)), EMPTY),
    "equation among the members": (System((X * (X - Y),), (X, X - Y)), EMPTY),
    "a product of members and a constant": (System((X * Y * 6,), (X * X, X * Y)), EMPTY),
    "definite sum": (System((X * X + Y * Y + ONE,)), EMPTY),
    "semidefinite sum": (System((X * X + Y * Y,)), POINT),
    "semidefinite sum off the origin": (System((X * X + Y * Y,), (X,)), EMPTY),
    "odd powers of positive variables": (System((X + Y * X**3 + ONE,), (), (X, Y)), EMPTY),
    "odd powers of negative variables": (System((X + Y**3 - ONE,), (), (-X, -Y)), EMPTY),
    "monomial of non-zero variables": (System((X * X * Y,), (X, Y)), EMPTY),
    "square root of two": (System((X * X - ONE * 2,), (), (X - ONE,)), POINT),
    "square root of two above two": (System((X * X - ONE * 2,), (), (X - ONE * 2,)), EMPTY),
    "square root of minus one": (System((X * X + ONE,)), EMPTY),
    "roots all excluded": (System((X * X - ONE,), (X - ONE, X + ONE)), EMPTY),
    "tangent double root": (System(((X - ONE) ** 2,), (), (X,)), POINT),
    "coprime in one variable": (System((X * X - ONE * 2, X**3 - ONE * 2)), EMPTY),
    "common factor in one variable": (System(((X * X - ONE * 2) * (X - ONE), (X * X - ONE * 2) * X)), POINT),
    "empty interval": (System((), (), (X - ONE, -X)), EMPTY),
    "touching interval": (System((), (), (X, -X)), EMPTY),
    "square of a difference below zero": (System((), (), (-((X - Y) ** 2),)), EMPTY),
    "negative discriminant": (System((X * X + X * Y + Y * Y + ONE,)), EMPTY),
    "indefinite form": (System((X * X + X * Y * 3 + Y * Y + ONE,)), POINT),
    "form in three variables": (System((X * X + Y * Y + Z * Z + X * Y + Y * Z + ONE,)), EMPTY),
    "biquadratic": (System((X**4 + X * X * Y + Y * Y + ONE,)), EMPTY),
    "linear, free variable": (System((X * Y - ONE,), (X,)), POINT),
    "linear, coefficient must vanish": (System((X * Y - ONE, X), ()), EMPTY),
    "linear substitution into a sign": (System((X - Y * Y - ONE,), (), (-X,)), EMPTY),
    "negative coefficient solved for": (System((X + X * Y * Y + ONE,), (), (X,)), EMPTY),
    "circle and line": (System((X * X + Y * Y - ONE, X + Y - ONE)), POINT),
    "circle and far line": (System((X * X + Y * Y - ONE, X + Y - ONE * 2)), EMPTY),
    "independent parts, one empty": (System((X * Y - ONE, Z * Z + T * T + ONE)), EMPTY),
    "independent parts": (System((X * Y - ONE, Z * Z + T * T - ONE)), POINT),
    "cusp on the torus": (System((Y * Y - X**3,), (X, Y)), POINT),
    "singular cusp on the torus": (System((Y * Y - X**3, X * X * 3, Y * 2), (X, Y)), EMPTY),
    "cusp in the wrong quadrant": (System((Y * Y - X**3,), (), (-X,)), EMPTY),
    "edge form with irrational slopes": (System(((Y * Y - X * X * 2) ** 2,), (X, Y)), POINT),
    "edge form without slopes": (System((Y**4 + X * X * Y * Y + X**4,), (X, Y)), EMPTY),
    "algebraic number and its root": (System((T * T - ONE * 2, X * X - T), (), (T - ONE,)), POINT),
    "algebraic number without root": (System((T * T - ONE * 2, X * X + T), (), (T - ONE,)), EMPTY),
    "algebraic number, member": (System((T**3 - T - ONE, T * T - ONE), (), (T - ONE, ONE * 2 - T)), EMPTY),
    "box": (System((X * Y + X + Y - ONE * 4,), (), (X, ONE - X, Y, ONE - Y)), EMPTY),
    "box reached": (System((X * Y + X + Y - ONE * 2,), (), (X, ONE - X, Y, ONE - Y)), POINT),
    "half-lines off the origin": (System((X * Y - ONE * 5,), (), (X - ONE * 3, Y - ONE * 2)), EMPTY),
    "product positive, factors open": (System((X + Y,), (), (X * Y,)), EMPTY),
    "sign of a factor follows": (System((Y,), (), (X, X * (Y - ONE))), EMPTY),
    "sign change only very near the origin": (System(((Y - X * X) ** 2 * 512 + Y * 3,), (X, Y)), POINT),
    "scaling leaves one variable": (System((X**6 + Y**4 * Z - Y**2 * Z**3 * X + X**2 * Z**4 * 5,), (X, Y, Z)), POINT),
    "definite quasi-homogeneous form": (System((X**4 - X * X * Y**3 + Y**6,), (X, Y)), EMPTY),
    "equation reduced by an algebraic number": (System((T * T - ONE * 3, X * X * T + T**3 + X**4), (), (T,)), EMPTY),
    "incompatible curves": (System((X * X + Y * Y - ONE, X * X + Y * Y * 2 - ONE * 9)), EMPTY),
    "square of a product plus one": (System((X * X * Y * Y + X * Y * 4 + ONE * 5,)), EMPTY),
    "leading coefficient may vanish": (System((X * X * (Y + ONE) ** 2 * 4 + ONE * 10,)), EMPTY),
    "squares with a common zero": (System(((X + Y * 3) ** 2 + (Z * Z + Z * 3) ** 2,), (Z,)), POINT),
    "squares without a common zero": (System(((X + Y * 3) ** 2 + (X - Y) ** 2,), (), (X + Y * Y,)), EMPTY),
    "leading coefficient vanishes with the square": (System((X * X * Y * Y + X * Y * 2 + ONE + Y,), (Y,)), POINT),
    "inequality reduced by the equation": (System(
        (X * X * Y - Y * Y - ONE,), (), (X * X * Y - Y * Y * 2 - ONE,)
    ), EMPTY),
    "degree lowered by an algebraic number": (System((T * T - ONE * 5, X * X - T**6 + ONE * 126)), EMPTY),
    "sign lowered by an algebraic number": (System((T**3 * -2 + ONE, X * X + T**4 * Y), (), (-Y, T**5 * -Y)), POINT),
    "odd degree off a curve": (System((X**3 - Y,), (X * X + Y * Y,)), POINT),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_answers_need_no_z3(name: str) -> None:
    """Each kind of cheap test gives the known verdict with z3 switched off."""
    system, verdict = KNOWN[name]
    assert cheap().decide(system) is verdict


def test_z3_is_the_last_resort() -> None:
    """Motzkin's form and a square that spoils its homogeneity (else it is a question in the plane): only z3 sees that
    the sum is positive, and its time is counted."""
    motzkin = X**4 * Y**2 + X**2 * Y**4 + Z**6 - X * X * Y * Y * Z * Z * 3 + (X * Z - ONE) ** 2
    system = System((), (), (-motzkin,))
    assert cheap().decide(system) is UNKNOWN
    oracle = Oracle(5000)
    assert oracle.decide(system) is EMPTY
    assert oracle.stats.methods == {"z3": 1}
    assert oracle.stats.z3_seconds > 0


def test_answers_after_the_deadline_are_not_remembered() -> None:
    """What was undecided because time was up is asked again when there is time."""
    motzkin = X**4 * Y**2 + X**2 * Y**4 + Z**6 - X * X * Y * Y * Z * Z * 3
    oracle = Oracle(5000)
    oracle.deadline = time.monotonic() - 1
    assert oracle.decide(System((), (), (-motzkin,))) is UNKNOWN
    assert oracle.stats.unknowns == 1
    oracle.deadline = None
    assert oracle.decide(System((), (), (-motzkin,))) is EMPTY


def test_z3_keeps_to_its_time() -> None:
    """A system beyond z3's reach ends undecided soon after the limit, and at once the second time."""
    f = (X + Y + Z) ** 4 + (X - Y * 2 + Z) ** 4 + (X * 3 - Y - Z) ** 4 + X * Y * Z * T + T**6 + T - X**5 * Y
    oracle = Oracle(200)
    g = f * f + (X * Y**3 + Y * Z**3 - T) ** 2 * 3 + ONE - X * X * Y * Y * T * T
    system = System((g,), (X, Y, Z), (X**3 + Y - T,))
    start = time.monotonic()
    first = oracle.decide(system)
    assert time.monotonic() - start < 3
    start = time.monotonic()
    assert oracle.decide(system) is first
    assert time.monotonic() - start < 0.01


NOWHERE = {
    "constant": (ONE * 3, System(), True),
    "zero": (RING.zero, System(), False),
    "member": (X - Y, System((), (X - Y,)), True),
    "product of members": ((X - Y) * X * -4, System((), (X - Y,), (X,)), True),
    "even pattern": (X * X * Y + ONE, System((), (), (Y,)), True),
    "pattern without a strict term": (X * X + Y * Y, System(), False),
    "univariate": (X * X + X + ONE, System(), True),
    "univariate on an interval": (X * X + X - ONE * 3, System((), (), (X, ONE - X)), True),
    "univariate with a root there": (X * X + X - ONE, System((), (), (X, ONE - X)), False),
    "free variable of odd degree": (X**3 * Y + Z, System((), (Y,), (Y + ONE,)), False),
    "factor by factor": ((X * X + ONE) * (X + Y), System((), (X * X - Y * Y,)), True),
    "only on the relation": (X * Y - ONE * 2, System((X * Y - ONE,)), True),
    "on an algebraic point": (T * T - T - ONE, System((T * T - ONE * 2,), (), (T - ONE, ONE * 2 - T)), True),
    "vanishes at an algebraic point": (T**4 - ONE * 4, System((T * T - ONE * 2,), (), (T - ONE,)), False),
    "no point at all": (X, System((), (), (Y, -Y)), True),
}


@pytest.mark.parametrize("name", NOWHERE)
def test_nowhere_zero(name: str) -> None:
    """The most frequent question has the known answer without z3, twice."""
    f, base, answer = NOWHERE[name]
    oracle = cheap()
    assert oracle.nowhere_zero(f, base) is answer
    assert oracle.nowhere_zero(f, base) is answer
    assert oracle.stats.remembered >= 1


def test_sign_on() -> None:
    """A constant strict sign is found, with a component that changes sign, and refused where there is none."""
    oracle = cheap()
    assert oracle.sign_on(X * X + ONE, System()) == 1
    assert oracle.sign_on(-X - Y * Y, System((), (), (X,))) == -1
    assert oracle.sign_on(X, System((), (X,))) is None
    assert oracle.sign_on(X * X * Y, System((), (X,), (-Y,))) == -1
    assert oracle.sign_on(X - Y, System((X - Y - T * T - ONE,))) == 1
    assert oracle.sign_on(RING.zero, System()) is None
    assert oracle.always_positive(X * X - X * Y + Y * Y, System((), (X,)))
    assert not oracle.always_positive(X * X - X * Y * 3 + Y * Y, System((), (X,)))
    # never zero, yet of both signs: the base has two components
    assert oracle.nowhere_zero(X, System((), (), (X * X - ONE,)))
    assert oracle.sign_on(X, System((), (), (X * X - ONE,))) is None


def test_counts_by_method() -> None:
    """The statistics name the test that answered."""
    oracle = Oracle()
    base = System((), (X - Y,), (X,))
    for f in (ONE, X - Y, X + Y * Y, Z * Z + Z + ONE, Z + Y):
        oracle.nowhere_zero(f, base)
    assert oracle.stats.methods == {"constant": 1, "members": 1, "signs": 1, "univariate": 1, "linear": 1}
    assert oracle.stats.unknowns == 0


def test_samples_are_rational_points() -> None:
    """A sample satisfies every condition and gives all variables asked for."""
    oracle = Oracle()
    system = System((X * Y - Z, X + T - ONE), (Z, T), (X - ONE * 5, -Y))
    point = oracle.sample(system, range(4))
    assert point is not None
    assert set(point) == {0, 1, 2, 3}
    assert satisfies(system.conditions(), point)
    assert oracle.sample(System((X * X + ONE,)), [0]) is None
    assert oracle.sample(System((X * X - ONE * 2,)), [0]) is None
    assert oracle.sample(System((X * 2 - ONE,)), [0]) == {0: Fraction(1, 2)}


# -- roots ---------------------------------------------------------------------------------------

small = st.integers(-9, 9)
univariate = st.lists(small, min_size=1, max_size=7).filter(any)


def test_isolate_refuses_zero() -> None:
    """The zero polynomial has no isolated roots."""
    with pytest.raises(ValueError, match="zero polynomial"):
        isolate([0, 0])


def test_real_roots_refuses_two_variables() -> None:
    """Only polynomials in the named variable are taken."""
    with pytest.raises(ValueError, match="one variable"):
        real_roots(X + Y, 0)


def test_close_roots_are_separated() -> None:
    """Mignotte's polynomials have two roots very close to each other; they come out in disjoint intervals."""
    n, a = 12, 1000
    coeffs = [-2, 4 * a, -2 * a * a] + [0] * (n - 3) + [1]
    found = isolate(coeffs)
    assert len(found) == 4
    assert all(b[0] > a[1] for a, b in pairwise(found))


@given(univariate, univariate)
@settings(deadline=None)
def test_isolation_agrees_with_sympy(a: list[int], b: list[int]) -> None:
    """Isolating intervals match sympy's real roots: number, order, exactness of rational ones."""
    import sympy

    p = sympy.Poly(a[::-1], sympy.Symbol("s")) * sympy.Poly(b[::-1], sympy.Symbol("s"))
    coeffs = [int(c) for c in p.all_coeffs()[::-1]]
    expected = sorted(set(sympy.real_roots(p))) if p.degree() > 0 else []
    found = isolate(coeffs)
    assert len(found) == len(expected)
    for (lo, hi), r in zip(found, expected, strict=True):
        assert lo == r == hi if r.is_rational else (lo < r) and (r < hi)
    assert all(b[0] > a[1] for a, b in pairwise(found))


@given(univariate, univariate)
@settings(deadline=None)
def test_signs_at_roots(a: list[int], b: list[int]) -> None:
    """The sign of one polynomial at the roots of another is zero exactly at common roots, else that of the float."""
    p, q = fmpz_poly(a), fmpz_poly(b)
    common = p.gcd(q)
    for root in roots_of(p):
        s, finer = sign_at_root(q, root)
        if s == 0:
            assert any(r.lo <= finer.hi and finer.lo <= r.hi for r in roots_of(common))
        for _ in range(60):
            finer = finer.refine()
        middle = (finer.lo + finer.hi) / 2
        value = sum(c * middle**k for k, c in enumerate(b))
        assert s == 0 or (value > 0) == (s > 0)
        if s == 0:
            assert abs(value) < Fraction(1, 10**6)


@given(st.lists(univariate, max_size=2), st.lists(univariate, max_size=2), st.lists(univariate, max_size=3))
@settings(deadline=None)
def test_one_variable_agrees_with_z3(
    zero: list[list[int]], nonzero: list[list[int]], positive: list[list[int]]
) -> None:
    """Conditions on one variable are decided as z3 decides them."""
    lists = [[fmpz_poly(p) for p in ps] for ps in (zero, nonzero, positive)]
    polys = [tuple(RING.from_terms({(k, 0, 0, 0): c for k, c in enumerate(p) if c}) for p in ps)
             for ps in (zero, nonzero, positive)]
    answer, _ = smt.Z3().ask(*polys, 5000)
    assert has_point(*lists) == (answer == "sat")


@given(univariate, st.lists(st.tuples(small, small.filter(bool)), max_size=3))
@settings(deadline=None)
def test_constant_sign_on_intervals(p: list[int], lines: list[tuple[int, int]]) -> None:
    """A polynomial has a constant sign on an interval exactly if the opposite is impossible."""
    f, bounds = fmpz_poly(p), [fmpz_poly(list(line)) for line in lines]
    s = constant_sign(f, bounds)
    somewhere = has_point([], [], [*bounds, f]), has_point([f], [], bounds), has_point([], [], [*bounds, -f])
    if s is None:
        assert sum(somewhere) > 1 or somewhere[1]
    else:
        assert somewhere in ((s == 1, False, s == -1), (False, False, False))


# -- random systems ------------------------------------------------------------------------------

exponents = st.tuples(*[st.integers(0, 2)] * 3).filter(lambda e: sum(e) <= 3).map(lambda e: (*e, 0))
polys = st.dictionaries(exponents, st.integers(-3, 3).filter(bool), max_size=4).map(RING.from_terms)
sums = st.tuples(polys, polys, st.integers(-1, 1)).map(lambda t: t[0] * t[0] + t[1] * t[1] + ONE * t[2])
simple = st.sampled_from([X, Y, Z, -X, ONE - X, ONE - Y * 2, X - ONE])


def tuples(p: st.SearchStrategy[Poly], most: int) -> st.SearchStrategy[tuple[Poly, ...]]:
    return st.lists(p, max_size=most).map(tuple)


systems = st.builds(System, tuples(polys | sums, 2), tuples(polys | simple, 2), tuples(polys | simple, 3))


@given(systems)
@settings(deadline=None)
def test_cheap_verdicts_agree_with_z3(system: System) -> None:
    """No cheap verdict contradicts z3 on small random systems."""
    verdict = cheap().decide(system)
    answer, _ = smt.Z3().ask(*system.conditions(), 500)
    assert (verdict, answer) not in {(EMPTY, "sat"), (POINT, "unsat")}


@given(systems)
@settings(deadline=None)
def test_samples_and_questions_agree(system: System) -> None:
    """A sample is a point of the system, and then no equation is claimed to be without zero."""
    oracle = cheap()
    point = oracle.sample(system, range(4))
    if point is not None:
        assert satisfies(system.conditions(), point)
        assert cheap().decide(system) is not EMPTY
        for k, f in enumerate(system.zero):
            rest = System(system.zero[:k] + system.zero[k + 1 :], system.nonzero, system.positive)
            assert not cheap().nowhere_zero(f, rest)
        for k, f in enumerate(system.positive):
            rest = System(system.zero, system.nonzero, system.positive[:k] + system.positive[k + 1 :])
            assert cheap().sign_on(f, rest) in (None, 1)


@given(polys, systems)
@settings(deadline=None)
def test_sign_and_zero_are_consistent(f: Poly, base: System) -> None:
    """A constant sign excludes a zero and the opposite sign, as z3 sees it."""
    oracle = cheap()
    s = oracle.sign_on(f, base)
    if s is not None:
        zero, nonzero, positive = base.conditions()
        assert smt.Z3().ask((*zero, f), nonzero, positive, 500)[0] != "sat"
        assert smt.Z3().ask(zero, nonzero, (*positive, f * -s), 500)[0] != "sat"
    if oracle.nowhere_zero(f, base):
        assert smt.Z3().ask((*base.zero, f), base.nonzero, base.positive, 500)[0] != "sat"


@pytest.mark.benchmark
def test_speed_of_the_cheap_path() -> None:
    """A first question takes well under a millisecond, a remembered one a few microseconds (limits with slack)."""
    base = System((), (Z, X - Y), (X, ONE - X))
    questions = [X - Y, X * X * Z * Z + ONE, X * (X - Y), T * Z + X, X * X + X - ONE * 3]
    first = again = 0.0
    for _ in range(100):
        oracle = Oracle()
        oracle.nowhere_zero(ONE, base)
        copies = [RING.from_terms(dict(f.terms)) for f in questions]
        start = time.perf_counter()
        for f in copies:
            oracle.nowhere_zero(f, base)
        middle = time.perf_counter()
        for f in copies:
            oracle.nowhere_zero(f, base)
        first += middle - start
        again += time.perf_counter() - middle
    assert first / 500 < 500e-6
    assert again / 500 < 10e-6

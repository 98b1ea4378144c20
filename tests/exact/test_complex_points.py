"""The oracle over C: it agrees with Gröbner bases, and with what the checker decides."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from sympy import Symbol, groebner

from rlct.exact.complex_points import ComplexOracle
from rlct.exact.poly import Poly, Ring
from rlct.exact.real import System, Verdict

RING = Ring(["x", "y", "z"])
X, Y, Z = (RING.gen(i) for i in range(3))
ONE = RING.one


def solvable(zero: Sequence[Poly], nonzero: Sequence[Poly]) -> bool:
    """By a Gröbner basis of the equations and 1 - t·∏ nonzero."""
    names = [Symbol(n) for n in ("t", "x", "y", "z")]

    def plain(p: Poly) -> object:
        total = 0
        for e, c in p.terms:
            term = c
            for s, a in zip(names[1:], e, strict=True):
                term = term * s**a
            total = total + term
        return total

    product = names[0]
    for p in nonzero:
        product = product * plain(p)  # type: ignore[operator]
    system = [plain(p) for p in zero if p] + [1 - product]
    return groebner(system, *names, order="grevlex").exprs != [1]


small = st.dictionaries(
    st.tuples(*[st.integers(0, 2)] * 3).filter(lambda e: sum(e) <= 2), st.integers(-2, 2), min_size=1, max_size=3
)


@given(st.lists(small, min_size=1, max_size=3), st.lists(small, max_size=2))
def test_it_agrees_with_a_groebner_basis(zero: list[dict], nonzero: list[dict]) -> None:  # type: ignore[type-arg]
    """Random systems: what is proved is true, and small ones are decided."""
    polys = [[RING.from_terms({e: c for e, c in d.items() if c}) for d in ds] for ds in (zero, nonzero)]
    verdict = ComplexOracle().decide(System(tuple(polys[0]), tuple(polys[1])))
    assert verdict is not Verdict.UNKNOWN
    assert (verdict is Verdict.POINT) is solvable(*polys)


def test_one_equation() -> None:
    """A polynomial vanishes nowhere only if its factors are known not to vanish."""
    oracle = ComplexOracle()
    assert oracle.nowhere_zero(X**2 * Y, System(nonzero=(X * (Y * Y + ONE) * Y,)))
    assert not oracle.nowhere_zero(X**2 + ONE, System(nonzero=(X, Y)))
    assert not oracle.nowhere_zero(X**2 + Y**2 + ONE, System(nonzero=(X,)))


def test_factors_of_one_equation_belong_together() -> None:
    """z = -1 leaves y = -1 of z (y + 1) = 0, although neither factor involves all its variables."""
    assert ComplexOracle().decide(System((Z + ONE, Y * Z + Z, Y))) is Verdict.EMPTY


def test_elimination_beyond_groebner_bases() -> None:
    """Many conditions ≠ 0, or high degrees, are decided by elimination."""
    oracle = ComplexOracle()
    many = tuple(X + Y * k + ONE for k in range(1, 12))
    assert oracle.decide(System((X**2 + Y**2 - Z, X * Y + Z * Z), many)) is Verdict.POINT
    p = X**2 + X * Z + ONE
    assert oracle.decide(System((p, X**3 * Y - ONE, X**5 + Y), (Z, *many))) is not Verdict.UNKNOWN


def test_rational_points() -> None:
    """A point that is found is rational and on the system; where there is no real point none is."""
    oracle = ComplexOracle()
    point = oracle.sample(System((X - Y,), (X,)), [0, 1])
    assert point is not None and point[0] == point[1] != 0
    assert oracle.sample(System((X * X + ONE,)), [0]) is None
    assert oracle.decide(System((X * X + ONE,))) is Verdict.POINT

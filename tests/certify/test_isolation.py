"""Real roots by Descartes' rule, against sympy's."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from sympy import Poly, Rational, Symbol

from rlct.certify.obligations.isolation import isolated, sign_at

T = Symbol("t")
BOUND = st.fractions(-5, 5, max_denominator=9)


@given(st.lists(st.integers(-20, 20), min_size=2, max_size=8), st.tuples(BOUND, BOUND))
def test_isolated(coefficients: list[int], ends: tuple[Fraction, Fraction]) -> None:
    """Intervals in order, each with one root, as many as Sturm's theorem counts."""
    f = Poly(coefficients, T, domain="ZZ")
    if f.degree() < 1:
        return
    f = f.sqf_part()
    flat = [int(c) for c in f.all_coeffs()]
    lo, hi = min(ends), max(ends)
    found = isolated(flat, lo, hi)
    assert len(found) == f.count_roots(Rational(lo.numerator, lo.denominator), Rational(hi.numerator, hi.denominator))
    assert len(isolated(flat)) == f.count_roots()
    for a, b in found:
        assert lo <= a <= b <= hi
        assert sign_at(flat, a) * sign_at(flat, b) == (0 if a == b else -1)
    assert all(x[1] <= y[0] for x, y in pairwise(found))


def test_tiny_roots() -> None:
    """A root near 10^-60."""
    tiny = 10**60
    ((a, b),) = isolated([tiny * tiny, 0, -2], Fraction(0), Fraction(1))
    assert a * a * tiny * tiny < 2 < b * b * tiny * tiny

"""A resultant is recognised without being computed: on a grid, modulo primes."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import resultant, symbols

from rlct.certify import algebra
from rlct.certify.obligations.resultants import is_resultant

RING = algebra.make_ring(3)
U, T, Y = RING.gens


def test_discriminants_and_resultants() -> None:
    """Those of cubics and quadrics; no other product, not even with another exponent or sign inside."""
    f = Y**3 + U * Y + T
    df = algebra.derivative(f, 2)
    disc = 4 * U**3 + 27 * T**2
    assert is_resultant([(disc, 1)], f, df, 2, (0, 1))
    assert is_resultant([(-disc * 5, 1)], f, df, 2, (0, 1))  # a constant does not matter
    for wrong in ([(disc, 2)], [(4 * U**3 - 27 * T**2, 1)], [(disc + 2**31 * U, 1)], [(RING.one, 1)], [(RING.zero, 1)]):
        assert not is_resultant(wrong, f, df, 2, (0, 1))
    g, h = Y**2 - U, (1 + T) * Y**2 - T
    assert is_resultant([(U + U * T - T, 2)], g, h, 2, (0, 1))
    assert not is_resultant([(U + U * T - T, 1)], g, h, 2, (0, 1))


def test_common_factors() -> None:
    """A resultant that is 0 is no product of polynomials that are not."""
    f, g = (Y - U) * (Y - T), (Y - U) * (Y + T)
    for wrong in ([(U, 1)], [(U, 1), (T, 1)], [(U, 1), (T, 1), (U - T, 2)], [(U - T, 4)]):
        assert not is_resultant(wrong, f, g, 2, (0, 1))


monomials = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 4))
polynomials = st.dictionaries(monomials, st.integers(-(10**12), 10**12).filter(bool), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(polynomials, polynomials)
def test_all_kinds(f: dict[Any, int], g: dict[Any, int]) -> None:
    """Degrees that drop, zeros at 0 and at infinity: the resultant, and not a little more than that."""
    p, q = (RING.from_dict(h) for h in (f, g))
    assume(p.degree(Y) > 0 and q.degree(Y) > 0)
    y = symbols("v2")
    whole = resultant(p.as_expr(), q.as_expr(), y)
    found = RING.from_expr(whole) if whole != 0 else RING.zero
    assert is_resultant([(found, 1)], p, q, 2, (0, 1)) is bool(found)
    if found:
        assert not is_resultant([(found + U * T**2, 1)], p, q, 2, (0, 1))
        assert not is_resultant([(found, 2)], p, q, 2, (0, 1)) or len(found) == 1 == len(p)

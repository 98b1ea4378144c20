"""A resultant is recognised without being computed: on a grid, modulo primes."""

from __future__ import annotations

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
    assert not is_resultant([(U, 1)], (Y - U) * (Y - T), (Y - U) * (Y + T), 2, (0, 1))

"""Norms of polynomials over number fields: two ways to compute them."""

from flint import fmpq, fmpq_poly, fmpz_poly
from hypothesis import given, settings
from hypothesis import strategies as st

from rlct.exact.over_field import _eliminated, _interpolated

NUMBERS = st.integers(-40, 40)


@settings(max_examples=40)
@given(st.lists(NUMBERS, min_size=1, max_size=4), st.lists(st.lists(NUMBERS, max_size=4), min_size=1, max_size=4))
def test_values_at_integers_give_the_resultant(low: list[int], rows: list[list[int]]) -> None:
    modulus = fmpz_poly([*low, 3])
    polys = [*map(fmpz_poly, rows), fmpz_poly([2])]
    degree = modulus.degree() * (len(polys) - 1)
    one, other = _interpolated(polys, modulus, degree), _eliminated(polys, modulus)
    assert one.degree() == other.degree()
    assert fmpq_poly(one) * fmpq(other[other.degree()]) == fmpq_poly(other) * fmpq(one[one.degree()])

"""Polynomials over Z: what flint does and what is done around it."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlct.exact.poly import Poly, Ring, TooLarge
from rlct.exact.real import Oracle
from rlct.exact.work import Memory

RING = Ring(["x", "y", "z", "t"])
X, Y, Z, T = (RING.gen(i) for i in range(4))
TERMS = st.dictionaries(st.tuples(*[st.integers(0, 2)] * 4), st.integers(-4, 4).filter(bool), min_size=2, max_size=6)


def test_factors_with_large_coefficients() -> None:
    """flint's factorisation of this polynomial ends in an OverflowError (its factors are sorted by C integers)."""
    ring = Ring(("x", "y"))
    x, y = ring.gen(0), ring.gen(1)
    f = (x * 2**33 + ring.one) * (x - ring.one) * (y * 2**70 - x) ** 2
    c, found = f.factor()
    product = ring.const(c)
    for g, e in found:
        product = product * g**e
    assert product == f
    assert sorted(e for _, e in found) == [1, 1, 2]


def test_likely_factors() -> None:
    """A product too long to be factored falls apart into what was expected, and what is left."""
    ring = Ring(["x", "y", "z", "w"])
    x, y, z, w = (ring.gen(i) for i in range(4))
    parts = [x**3 + y * z + w, x**2 - z**3 + w**5, y**7 + z**4 + x * w]
    f = x**2 * parts[0] ** 9 * parts[1] ** 5 * parts[2] ** 4
    assert f.is_large
    memory = Memory(Oracle())
    memory.expect([parts[0] * parts[1]])
    assert dict(memory.factors(f.primitive())) == {x: 2, parts[0]: 9, parts[1].primitive(): 5, parts[2]: 4}


def test_a_power_of_something_expected() -> None:
    ring = Ring(["x", "y", "z"])
    x, y, z = (ring.gen(i) for i in range(3))
    f = (x**3 + (y + z) ** 4 + z * (x + y) ** 5) ** 9
    assert f.is_huge
    memory = Memory(Oracle())
    memory.expect([x**3 + (y + z) ** 4 + z * (x + y) ** 5])
    assert [(len(g), e) for g, e in memory.factors(f.primitive())] == [(12, 9)]


def test_sparse_polynomials_of_high_degree_count_as_large() -> None:
    """A binomial of degree 5468 in one variable took flint 31 s."""
    x = Ring(["x", "y"]).gen(0)
    assert (x**5468 - x.ring.one * 16).is_large
    assert not (x**200 - x.ring.one * 16).is_large


def test_a_long_resultant_is_not_begun() -> None:
    f = Y**6 + (X + Z**3 + T**2) ** 3 * Y**4 + (X**2 - Z * T + T**5) ** 3 * Y + (X - Z**2 + T) ** 6
    start = time.monotonic()
    with pytest.raises(TooLarge):
        f.resultant(f.derivative(1), 1)  # 44 460 terms
    assert time.monotonic() - start < 1


def test_a_long_resultant_in_many_variables_is_not_begun() -> None:
    """105 and 9 terms (a discriminant that took minutes)."""
    ring = Ring([f"x{i}" for i in range(6)])
    x = [ring.gen(i) for i in range(6)]
    f = x[0] ** 6 + x[2] ** 7 * x[4] + (x[1] + x[5]) ** 6
    f = f + (x[1] ** 2 + x[2] * x[3] + x[4] * x[5] ** 3) ** 3 * x[0] ** 2 + (x[3] ** 4 - x[1] * x[5]) ** 2 * x[0]
    assert len(f) * len(f.derivative(0)) < 1000
    start = time.monotonic()
    with pytest.raises(TooLarge):
        f.resultant(f.derivative(0), 0)
    assert time.monotonic() - start < 1


def test_a_short_resultant_of_long_polynomials_is_found() -> None:
    g = ((Y + X**2 + Z**3 - X * Z) ** 3 - X**5) ** 2 - Z**7 * X**2
    assert len(g.resultant(g.derivative(1), 1)) == 3


def plainly_shorter(g: Poly, f: Poly) -> tuple[int, int]:
    """The least (terms, degree) of a·g + m·f, m one term that makes two terms cancel."""
    best = (len(g), g.total_degree())
    for e, c in g.terms:
        for d, b in f.terms:
            q = tuple(i - j for i, j in zip(e, d, strict=True))
            if min(q) >= 0:
                new = g * b + RING.from_terms({q: -c}) * f
                best = min(best, (len(new), new.total_degree()))
    return best


@given(TERMS, TERMS, TERMS)
def test_shorter_with_one_term(
    a: dict[tuple[int, ...], int], b: dict[tuple[int, ...], int], c: dict[tuple[int, ...], int]
) -> None:
    """What it returns shortens g, and as much as any one term does."""
    f = RING.from_terms(a)
    g = RING.from_terms(dict(list(b.items())[:2])) * f + RING.from_terms(c)
    if not g:
        return
    found = Memory(Oracle()).shorter(g, f)
    least = plainly_shorter(g, f)
    if found is None:
        assert least == (len(g), g.total_degree())
        return
    new = g * found[0] + found[1] * f
    size = (len(new), new.total_degree())
    assert size < (len(g), g.total_degree())
    if len(found[1]) == 1 and new:
        assert size == least


@given(TERMS, st.lists(st.fractions(-3, 3, max_denominator=5), min_size=4, max_size=4))
def test_value(terms: dict[tuple[int, ...], int], point: list[Fraction]) -> None:
    f = RING.from_terms(terms)
    plain = sum(
        (c * point[0] ** e[0] * point[1] ** e[1] * point[2] ** e[2] * point[3] ** e[3] for e, c in f.terms), Fraction(0)
    )
    assert f.value(dict(enumerate(point))) == plain


def test_what_is_given_is_factored_though_long() -> None:
    """The factors of a long product are found, where a search would not take the time for each of its polynomials."""
    a = X * 2 + Y + T * Z**2 - X**3
    b = Y + Z * X - T**2 + X**2
    c = Z + T * X * 2 - Y**2
    f = a**4 * b**2 * c**3
    assert f.is_large and not f.is_huge
    assert dict(Memory(Oracle()).factors(f)) == {a.primitive(): 4, b.primitive(): 2, c.primitive(): 3}


@given(TERMS, st.integers(0, 3))
def test_parts_are_those_of_the_terms(terms: dict[tuple[int, ...], int], i: int) -> None:
    """What flint is asked for, and what the list of terms says."""
    f = RING.from_terms(terms)
    parts: dict[int, dict[tuple[int, ...], int]] = {}
    for e, c in f.terms:
        parts.setdefault(e[i], {})[e[:i] + (0,) + e[i + 1 :]] = c
    assert f.coefficients(i) == {j: RING.from_terms(t) for j, t in parts.items()}
    assert list(f.coefficients(i)) == sorted(parts, reverse=True)
    assert f.at_zero([i, 3]) == RING.from_terms({e: c for e, c in f.terms if not e[i] and not e[3]})
    content = tuple(min(e[k] for e, _ in f.terms) for k in range(4))
    assert f.content_in([3, i]) == (content[3], content[i])
    rest = f.divide_monomial(range(4), content)
    assert rest == RING.from_terms({tuple(map(int.__sub__, e, content)): c for e, c in f.terms})
    assert hash(f) == hash(RING.from_terms(dict(f.terms)))


@given(TERMS, TERMS, st.integers(0, 3), st.integers(-3, 3).filter(bool))
def test_a_coordinate_is_solved_for(
    terms: dict[tuple[int, ...], int], other: dict[tuple[int, ...], int], i: int, u: int
) -> None:
    """unit^D f((x_i - rest)/unit) becomes unit^D f at x_i := unit x_i + rest, for numbers and other units."""
    f, rest = RING.from_terms(terms), RING.from_terms(other).at_zero([i])
    back = {i: RING.gen(i) * u + rest}
    assert f.solve_into(i, RING.const(u), rest).compose(back) == f * u ** f.degrees[i]
    unit = RING.const(u) + RING.gen((i + 1) % 4)
    back = {i: RING.gen(i) * unit + rest}
    assert f.solve_into(i, unit, rest).compose(back) == f * unit ** f.degrees[i]


def test_parts_of_zero() -> None:
    assert RING.zero.coefficients(0) == {}
    assert RING.zero.at_zero([0]) == RING.zero
    assert RING.zero.divide_monomial([0], [0]) == RING.zero

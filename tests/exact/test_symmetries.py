"""Linear symmetries of forms, their eigenspaces as coordinates, and scales."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import gcd, prod

import pytest
from flint import fmpz_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from rlct.exact.charts import Chart, Ideal, Small, coordinate
from rlct.exact.diagonal import diagonal
from rlct.exact.poly import Poly, Ring
from rlct.exact.real import Oracle
from rlct.exact.scales import coprime_factors, scale
from rlct.exact.symmetries import _algebra, _forms, _saturated, diagonal_coordinates, elementary
from rlct.exact.work import Memory, Work


def matrix(ring: Ring, rows: int, columns: int, first: int = 0) -> list[list[Poly]]:
    return [[ring.gen(first + i * columns + k) for k in range(columns)] for i in range(rows)]


def product(a: list[list[Poly]], b: list[list[Poly]]) -> list[Poly]:
    zero = a[0][0].ring.zero
    return [sum((x * y for x, y in zip(row, column)), zero) for row in a for column in zip(*b)]


def ring_of(n: int) -> Ring:
    return Ring([f"x{i}" for i in range(n)])


def matrix_product(m: int, h: int, n: int) -> tuple[Ring, list[Poly]]:
    ring = ring_of(m * h + h * n)
    return ring, product(matrix(ring, m, h), matrix(ring, h, n, m * h))


def minors(m: int, n: int) -> tuple[Ring, list[Poly]]:
    ring = ring_of(m * n)
    a = matrix(ring, m, n)
    rows, columns = list(combinations(range(m), 2)), list(combinations(range(n), 2))
    return ring, [a[i][k] * a[j][l] - a[i][l] * a[j][k] for i, j in rows for k, l in columns]


def discriminant(d: int) -> tuple[Ring, list[Poly]]:
    """Of a binary form of degree d."""
    ring = ring_of(d + 2)
    t = ring.gen(d + 1)
    f = sum((ring.gen(i) * t**i for i in range(d + 1)), ring.zero)
    full = f.resultant(f.derivative(d + 1), d + 1).divide(ring.gen(d))
    assert full is not None
    return ring, [full.primitive()]


def chart(ring: Ring, gens: list[Poly]) -> Chart:
    used = tuple(sorted(frozenset[int]().union(*(g.variables for g in gens))))
    return Chart(ring, used, {i: Small() for i in used}, (Ideal(tuple(gens), Fraction(1)),))


@pytest.mark.parametrize(
    ("found", "dimension"),
    [
        (matrix_product(2, 2, 2), 4 + 4 + 4 - 1),  # scalars of the inner factor count in both outer ones
        (matrix_product(2, 2, 3), 4 + 4 + 9 - 1),
        (minors(2, 3), 4 + 9 - 1),
        (discriminant(3), 4),
    ],
)
def test_the_symmetries_are_those_of_the_group(found: tuple[Ring, list[Poly]], dimension: int) -> None:
    _, gens = found
    used = sorted(frozenset[int]().union(*(g.variables for g in gens)))
    assert len(_algebra([_forms(gens, used)], used)) == dimension


def test_rotations_have_no_eigenspaces_over_q() -> None:
    ring = ring_of(2)
    x, y = ring.gen(0), ring.gen(1)
    assert len(_algebra([[x**2 + y**2]], [0, 1])) == 2
    assert diagonal_coordinates([[x**2 + y**2]], [0, 1]) == ([], False)


def test_lowest_forms_are_those_of_combinations() -> None:
    ring = ring_of(2)
    x, y = ring.gen(0), ring.gen(1)
    found = _forms([x * y + y**3, x * y * 2 - x**4, x * y + y**3], [0, 1])
    assert [f.total_degree() for f in found] == [2, 3]


@given(st.lists(st.lists(st.integers(-9, 9), min_size=4, max_size=4), min_size=1, max_size=3))
def test_integer_vectors_of_a_span(rows: list[list[int]]) -> None:
    """The minors of greatest order of a basis of all of them have no common divisor."""
    found = _saturated(rows)
    rank = fmpz_mat(rows).rank()
    assert len(found) == rank
    if rank:
        assert fmpz_mat([*rows, *found]).rank() == rank
        chosen = combinations(range(4), rank)
        assert gcd(*(int(fmpz_mat([[r[c] for c in columns] for r in found]).det()) for columns in chosen)) == 1


@st.composite
def disguises(draw: st.DrawFn, n: int) -> list[tuple[int, int, int]]:
    """x_i -> x_i + c x_j, several times."""
    step = st.tuples(st.integers(0, n - 1), st.integers(1, n - 1), st.sampled_from([-2, -1, 1, 2]))
    return [(i, (i + k) % n, c) for i, k, c in draw(st.lists(step, min_size=n, max_size=2 * n))]


def disguised(ring: Ring, gens: list[Poly], moves: list[tuple[int, int, int]]) -> list[Poly]:
    for i, j, c in moves:
        gens = [g.solve_into(i, ring.one, ring.gen(j) * c) for g in gens]
    return gens


@settings(max_examples=15, deadline=None)
@given(disguises(8))
def test_a_matrix_product_comes_out_of_a_dense_linear_change(moves: list[tuple[int, int, int]]) -> None:
    ring, gens = matrix_product(2, 2, 2)
    w = Work(chart(ring, disguised(ring, gens, moves)), Memory(Oracle()))
    v, _, _ = diagonal(w, (), lambda v, hints: hints, lambda: False)
    if max(map(len, w.chart.objects[0].gens)) >= 16:  # else nothing is done
        assert [len(g) for g in v.chart.objects[0].gens] == [2] * 4


@settings(max_examples=15, deadline=None)
@given(disguises(5))
def test_a_discriminant_comes_out_of_a_dense_linear_change(moves: list[tuple[int, int, int]]) -> None:
    ring, (f,) = discriminant(4)
    (g,) = disguised(ring, [f], moves)
    forms, apart = diagonal_coordinates([[g]], range(5))
    assert apart
    w = Work(chart(ring, [g]), Memory(Oracle()))
    for i, unit, rest in elementary(ring, forms, range(5)):
        w.do(coordinate(w.chart, i, unit, rest))
    assert len(w.chart.objects[0].gens[0]) == len(f) == 16


@given(st.lists(st.integers(1, 10**6), max_size=6))
def test_coprime_factors(values: list[int]) -> None:
    found = coprime_factors(values)
    assert all(gcd(a, b) == 1 for a, b in combinations(found, 2))
    for v in values:
        for f in found:
            while v % f == 0:
                v //= f
        assert v == 1


@settings(deadline=None)
@given(st.lists(st.sampled_from([1, 2, 3, 6, 35, 121, 9797]), min_size=8, max_size=8))
def test_scales_are_solved_for(factors: list[int]) -> None:
    """A matrix product in multiples of its variables."""
    ring, gens = matrix_product(2, 2, 2)
    scaled = []
    for g in gens:
        terms = {e: c * prod(f**a for f, a in zip(factors, e, strict=True)) for e, c in g.terms}
        scaled.append(ring.from_terms(terms).primitive())
    w = Work(chart(ring, scaled), Memory(Oracle()))
    scale(w, lambda: False)
    assert list(w.chart.objects[0].gens) == gens

"""Disguises of ideals are taken off: shears, generators mixed by polynomial multiples, scales."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import pytest

from rlct.exact.charts import Chart, Ideal, Small
from rlct.exact.poly import Poly, Ring
from rlct.exact.real import Oracle
from rlct.exact.shorten import shorten
from rlct.exact.work import Memory, Work


def vandermonde(rows: int, units: int) -> list[Poly]:
    """Σ_i a_ri b_i^k, k up to the number of units."""
    ring = Ring([f"a{r}{i}" for r in range(rows) for i in range(units)] + [f"b{i}" for i in range(units)])
    a, b = [[ring.gen(r * units + i) for i in range(units)] for r in range(rows)], rows * units
    return [
        sum((a[r][i] * ring.gen(b + i) ** k for i in range(units)), ring.zero)
        for r in range(rows)
        for k in range(1, units + 1)
    ]


def square_zero(n: int) -> list[Poly]:
    """The entries of the square of a general matrix."""
    ring = Ring([f"x{i}{j}" for i in range(n) for j in range(n)])
    x = [[ring.gen(n * i + j) for j in range(n)] for i in range(n)]
    return [
        sum((x[i][k] * x[k][j] for k in range(n)), ring.zero) for i, j in product(range(n), repeat=2)
    ]


def disguised(gens: list[Poly], seed: int) -> list[Poly]:
    """Two shears of degree up to 3, scales, and twice as many mixtures as there are generators."""
    r = random.Random(seed)
    ring = gens[0].ring

    def monomial(without: int, most: int) -> Poly:
        out = ring.const(r.choice([1, -1, 2]))
        for _ in range(r.randint(0 if without < 0 else 1, most)):
            out = out * ring.gen(r.choice([i for i in range(ring.n) if i != without]))
        return out

    images = {}
    for _ in range(2):
        v = r.randrange(ring.n)
        images = {v: ring.gen(v) * r.choice([1, 1, 3]) + monomial(v, 3)}
        gens = [g.compose(images) for g in gens]
    for _ in range(2 * len(gens)):
        i, j = r.sample(range(len(gens)), 2)
        gens[i] = gens[i] + monomial(-1, 1) * gens[j]
    return gens


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["Vandermonde", "square zero"])
def test_a_disguise_comes_off(name: str, seed: int) -> None:
    """As short as before; where each variable can be scaled alone also with coefficients ±1."""
    plain = vandermonde(2, 4) if name == "Vandermonde" else square_zero(3)
    ring = plain[0].ring
    order = tuple(range(ring.n))
    gens = tuple(g.primitive() for g in disguised(plain, seed))
    w = Work(Chart(ring, order, {i: Small() for i in order}, (Ideal(gens, Fraction(2)),)), Memory(Oracle()))
    shorten(w, ())
    found = w.chart.objects[0].gens
    assert sorted(map(len, found)) == sorted(map(len, plain))
    if name == "Vandermonde":
        assert all(abs(c) == 1 for g in found for _, c in g.terms)


def shortened(f: Poly) -> Poly:
    """f, of the first variables of its ring, at the origin in shorter coordinates."""
    order = tuple(sorted(f.variables))
    chart = Chart(f.ring, order, {i: Small() for i in order}, (Ideal((f.primitive(),), Fraction(1)),))
    w = Work(chart, Memory(Oracle()))
    shorten(w, ())
    return w.chart.objects[0].gens[0]


def test_a_long_sum_of_squares() -> None:
    """Hundreds of terms, which vote for the shears all the same."""
    ring = Ring(["a", "b", "c", "d"])
    a, b, c, d = (ring.gen(i) for i in range(4))
    plain = (a * b + c * d) ** 2 + (a * b**3 + c * d**3) ** 2
    long = plain.compose({3: d - c + 2 * a * c - 2 * a * b * c}).compose({2: c + 2 * a * d})
    assert len(long) > 500
    assert len(shortened(long)) == len(plain)


@pytest.mark.parametrize("scaled", [False, True])
def test_the_base_of_a_coefficient(scaled: bool) -> None:
    """The discriminant of a cubic with b - c + b d + c² for b: the coefficient of a² is its square, times d²."""
    ring = Ring(["a", "b", "c", "d"])
    a, b, c, d = (ring.gen(i) for i in range(4))
    plain = a * a * b * b - 4 * a * c**3 - 4 * b**3 * d + 18 * a * b * c * d - 27 * c * c * d * d
    unit = ring.one + d if scaled else ring.one
    found = shortened(plain.compose({1: b * unit - c + c * c}))
    assert len(found) == len(plain)

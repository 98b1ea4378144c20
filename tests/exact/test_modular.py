"""Greatest common divisors over number fields: modulo primes and by Euclid's algorithm over Q(θ) itself."""

from __future__ import annotations

import random
from typing import Any

import pytest
from flint import fmpq, fmpq_poly, fmpz_poly

from rlct.exact import over_field
from rlct.exact.modular import degree_of_gcd, gcd_by_lifting


def _minimal(r: random.Random, n: int) -> Any:
    while True:
        m = fmpz_poly([*(r.randint(-3, 3) for _ in range(n)), r.choice([1, 2])])
        if [(q.degree(), e) for q, e in m.factor()[1]] == [(n, 1)]:
            return fmpq_poly(m) / int(m[n])


def _times(f: list[Any], g: list[Any], m: Any) -> list[Any]:
    out = [fmpq_poly([0])] * (len(f) + len(g) - 1)
    for i, x in enumerate(f):
        for j, y in enumerate(g):
            out[i + j] = (out[i + j] + x * y) % m
    return over_field.trim(out)


def _euclid(f: list[Any], g: list[Any], m: Any) -> list[Any]:
    while g:
        g = over_field.monic(g, m)
        f, g = g, over_field.divide(f, g, m)[1]
    return over_field.monic(f, m)


@pytest.mark.parametrize("seed", range(40))
def test_against_euclid(seed: int) -> None:
    """Random products with and without a common factor."""
    r = random.Random(f"modular {seed}")
    m = _minimal(r, r.choice([2, 3, 4, 5]))

    def poly(d: int) -> list[Any]:
        rows = [[fmpq(r.randint(-4, 4), r.choice([1, 2, 3])) for _ in range(m.degree())] for _ in range(d)]
        return [*(fmpq_poly(x) for x in rows), fmpq_poly([r.randint(1, 3), 1])]

    h = poly(r.choice([0, 1, 2]))
    f, g = _times(h, poly(r.choice([1, 2, 3])), m), _times(h, poly(r.choice([1, 2])), m)
    expected = _euclid(f, g, m)
    assert over_field.gcd(f, g, m) == expected
    degree = degree_of_gcd(f, g, m)
    assert degree is None or degree >= len(expected) - 1
    lifted = gcd_by_lifting(f, g, m, lambda a, b: not over_field.divide(b, a, m)[1], lambda: False)
    assert lifted is None or lifted == expected


def test_long_coefficients() -> None:
    """Degree 14, coefficients of twenty digits: Euclid's algorithm over the field takes minutes."""
    r = random.Random(14)
    m = _minimal(r, 14)

    def poly(d: int) -> list[Any]:
        return [fmpq_poly([r.randint(-(10**20), 10**20) for _ in range(14)]) for _ in range(d + 1)]

    h = over_field.monic(poly(3), m)
    assert over_field.gcd(_times(h, poly(5), m), _times(h, poly(4), m), m) == h
    assert over_field.gcd(poly(8), poly(9), m) == [fmpq_poly([1])]


def test_the_highest_coefficient_stays_1() -> None:
    """With large denominators it was read as another fraction modulo the power of the prime, and a factor came out
    with a number in place of 1."""
    m = fmpq_poly(
        [5444517870735015415413993718908291383296, -1246485905806818883409314248659042304]
        + [-2456532543090443613357735936, -442721857769029238784, -563087392374784, 0, 1]
    )
    f = [fmpq_poly([-68719476736, 16777216, 1]), fmpq_poly([-8796093022208]), fmpq_poly([-281474976710656])]
    found = over_field.split(over_field.monic(f, m), m)
    assert [len(g) for g in found] == [2, 2]
    assert all(g[-1] == 1 for g in found)

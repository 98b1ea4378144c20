"""Plane curves of high degree: products of powers of y - p(x), whose threshold is read off their contacts."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from flint import Ordering, fmpz_mpoly_ctx

from rlct import check, rlct
from rlct.exact.poly import Poly, Ring

Series = dict[int, int]


def contact(p: Series, q: Series) -> int:
    """The order of p - q; of equal ones a number beyond all others."""
    return min((i for i in p.keys() | q.keys() if p.get(i) != q.get(i)), default=10**6)


def threshold(branches: list[tuple[Series, int]]) -> Fraction:
    """Of the product of (y - p)^e: the divisors are the curves, and the weights (1, k) at contacts of order k."""
    orders = {1} | {contact(p, q) for p, _ in branches for q, _ in branches if p != q}
    curves = [Fraction(1, e) for _, e in branches]
    weights = [
        Fraction(1 + k, sum(e * min(k, contact(p, q)) for q, e in branches)) for p, _ in branches for k in orders
    ]
    return min(curves + weights)


def drawn(rng: random.Random, highest: int) -> list[tuple[Series, int]]:
    start = {rng.randint(1, highest // 3): rng.choice((1, -1, 2, 3)) for _ in range(rng.randint(0, 2))}
    found: list[tuple[Series, int]] = []
    for _ in range(rng.randint(2, 3)):
        p = {**start, rng.randint(highest // 3, highest): rng.choice((1, -1, 2))}
        if all(p != q for q, _ in found):
            found.append((p, rng.choice((1, 1, 2, 3))))
    return found


def text(branches: list[tuple[Series, int]]) -> str:
    """The product, multiplied out."""
    ctx = fmpz_mpoly_ctx.get(("x", "y"), Ordering.lex)
    x, y = ctx.gens()
    f = ctx.constant(1)
    for p, e in branches:
        f *= (y - sum(c * x**i for i, c in p.items())) ** e
    return str(f)


@pytest.mark.parametrize("seed", range(12))
def test_branches_of_high_degree(seed: int) -> None:
    branches = drawn(random.Random(seed), (30, 300, 2000)[seed % 3])
    r = rlct(text(branches), mode="abs")
    assert (r.status, r.lam) == ("exact", threshold(branches))
    assert check(r.certificate).lam == r.lam


@pytest.mark.parametrize(
    ("f", "lam", "multiplicity"),
    [
        ("(y^2-x^3)^2 + x^1001", Fraction(5, 12), 1),
        ("(y^2-x^3)^2 + x^10001", Fraction(5, 12), 1),
        ("((y^2-x^3)^2 + x^3001)^2*(y-x^3)", Fraction(5, 27), 1),
        ("(y-x^1015)*(y+x^1966)", Fraction(508, 1015), 1),
        ("(y^2-2*x^2)^2 + x^3001", Fraction(1, 2), 2),
        ("(y^2-x^2)^2 + x^2001*y + y^3000", Fraction(1, 2), 2),  # a branch of height 3000 is moved to 0
    ],
)
def test_trials_that_grew_with_the_degree(f: str, lam: Fraction, multiplicity: int) -> None:
    r = rlct(f, mode="abs")
    assert (r.status, r.lam, r.multiplicity) == ("exact", lam, multiplicity)
    assert check(r.certificate).lam == lam


def test_powers_between_which_nothing_stands() -> None:
    """y := (y - r)/u in u^3000 y^3000 is found without the 3000 steps of Horner's rule."""
    ring = Ring(["x", "y"])
    x, y = ring.gen(0), ring.gen(1)
    one = ring.one

    def moved(f: Poly, unit: Poly, rest: Poly) -> Poly:
        return f.solve_into(1, unit, rest)

    f = y**5 + x * y**2 + x**7
    assert moved(f, one + x, x) == (y - x) ** 5 + x * (y - x) ** 2 * (one + x) ** 3 + x**7 * (one + x) ** 5
    assert moved(y**3000, one, one) == (y - one) ** 3000

"""Problems in another order of the variables, or with all variables mixed: the answer, and that it comes as soon."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations

import pytest
import sympy

from rlct import check, rlct


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_variables_of_a_vandermonde_ideal(seed: int) -> None:
    """(Σ a_i x_i^k, k = 1, 2, 3): half of the orders took twenty times as many charts as the others."""
    names = list("abcxyz")
    random.Random(seed).shuffle(names)
    r = rlct([f"a*x{k}+b*y{k}+c*z{k}" for k in ("", "^2", "^3")], variables=names)
    assert (r.lam, r.multiplicity) == (1, 2)
    assert r.stats["charts"] <= 60
    assert check(r.certificate).proved == "threshold"


@pytest.mark.parametrize("order", ["abcde", "cebad", "bdeca", "edabc"])
def test_the_order_of_coefficients_of_a_quartic(order: str) -> None:
    """The discriminant, however its coefficients are named: the cells of its cone come in the order of weights."""
    t, *c = sympy.symbols(["t", *order])
    f = sympy.discriminant(sum(x * t**k for k, x in enumerate(c)), t)
    r = rlct(sympy.expand(f), mode="abs", variables=list("abcde"))
    assert (r.lam, r.multiplicity) == (Fraction(3, 4), 1)
    assert r.stats["charts"] <= 120
    assert check(r.certificate).proved == "threshold"


def matrix(name: str, rows: int, columns: int) -> sympy.Matrix:
    return sympy.Matrix(rows, columns, lambda i, k: sympy.Symbol(f"{name}{i}{k}"))


def minors(rows: int, columns: int) -> list[sympy.Expr]:
    m = matrix("a", rows, columns)
    pairs = list(combinations(range(rows), 2)), list(combinations(range(columns), 2))
    return [m.extract(list(i), list(k)).det() for i in pairs[0] for k in pairs[1]]


MIXED = {
    "product of 2 x 3 and 3 x 2": (list(matrix("a", 2, 3) * matrix("b", 3, 2)), (2, 2)),
    "product of 3 x 2 and 2 x 3": (list(matrix("a", 3, 2) * matrix("b", 2, 3)), (Fraction(5, 2), 1)),
    "three of 2 x 2": (list(matrix("a", 2, 2) * matrix("b", 2, 2) * matrix("c", 2, 2)), (Fraction(3, 2), 3)),
    "minors of 3 x 3": (minors(3, 3), (2, 1)),
    "minors of 2 x 5": (minors(2, 5), (2, 1)),
}


@pytest.mark.parametrize("shear", [False, True])
@pytest.mark.parametrize("name", MIXED)
def test_dense_linear_changes_of_many_variables(name: str, shear: bool) -> None:
    """Every variable replaced by a sum of several, one more by a product added, the generators mixed."""
    gens, expected = MIXED[name]
    rng = random.Random(len(name))
    variables = sorted(frozenset().union(*(g.free_symbols for g in gens)), key=str)
    images = {v: v for v in variables}
    for _ in range(2 * len(variables)):
        v, w = rng.sample(variables, 2)
        images[v] = images[v] + rng.choice([1, -1]) * images[w]
    if shear:
        u, v, w = rng.sample(variables, 3)
        images = {x: e.subs(u, u + v * w) for x, e in images.items()}
    gens = [g.subs(images, simultaneous=True) for g in gens]
    for _ in gens:
        i, k = rng.sample(range(len(gens)), 2)
        gens[i] = gens[i] + gens[k]
    r = rlct([sympy.Poly(g, *variables).as_expr() for g in gens], variables=[str(v) for v in variables])
    assert (r.lam, r.multiplicity) == expected
    assert check(r.certificate).proved == "threshold"

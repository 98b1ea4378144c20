"""Generators that were mixed with each other, in linear coordinates: special members of pencils show both."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from sympy import Matrix, Rational, Symbol, expand, eye

from rlct import check, rlct
from rlct.exact.pencils import essential_rank
from rlct.exact.poly import Ring

KNOWN = [
    # sums and products of functions of separate variables
    ("x*y ; z^2 + u*v", "1", 2),
    ("x*y ; z*u", "1", 3),
    ("x*y ; z^2 + u^2 + v^2", "5/4", 2),
    ("x*y*z ; u^2 - v^2", "1", 4),
    ("x*y ; y*z ; z*x", "3/4", 1),
    ("x^3 ; y^2*z", "5/12", 1),
]


def mixed(text: str, seed: int) -> tuple[list[str], list[str]]:
    """Generators and variables after an invertible linear change of either."""
    rng = random.Random(seed)
    gens = text.split(" ; ")
    names = sorted({c for c in text if c.isalpha()})
    symbols = [Symbol(v) for v in names]

    def matrix(n: int) -> Matrix:
        m = eye(n)
        for _ in range(2 * n):
            a, b = rng.sample(range(n), 2)
            e = eye(n)
            e[a, b] = rng.choice([-2, -1, 1, 2, Rational(1, 2)])
            m = e * m
        return m

    change = matrix(len(names)) * Matrix(symbols)
    images = dict(zip(symbols, change, strict=True))
    moved = [expand(g.replace("^", "**")).subs(images, simultaneous=True) for g in gens]
    new = matrix(len(gens)) * Matrix(moved)
    return [str(expand(g)).replace("**", "^") for g in new], names


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("text", "lam", "m"), KNOWN)
def test_mixed_generators(text: str, lam: str, m: int, seed: int) -> None:
    gens, names = mixed(text, seed)
    r = rlct(gens, variables=names)
    assert (r.lam, r.multiplicity) == (Fraction(lam), m)
    assert check(r.certificate).proved == "threshold"


def test_essential_rank() -> None:
    """Of lowest forms only."""
    ring = Ring(["x", "y", "z"])
    x, y, z = (ring.gen(i) for i in range(3))
    assert essential_rank((x + y) ** 3 + z**4) == 1
    assert essential_rank(x * y + y * z) == 2
    assert essential_rank(x**2 + y**2 - z**2) == 3

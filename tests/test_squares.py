"""Sums of squares that were multiplied out, at points where neither Newton polyhedra nor shears show it."""

from __future__ import annotations

from fractions import Fraction as Q

import pytest
from sympy import expand, symbols

from rlct import check, rlct
from rlct.exact.arcs import combinations
from rlct.exact.gram import sum_of_squares
from rlct.exact.interior import propose
from rlct.exact.poly import Ring

a, b, c, d = symbols("a b c d")
ORTHOGONAL = [a**2 + b**2 - 1, a * c + b * d, c**2 + d**2 - 1]  # rows of an orthogonal matrix: three conditions
ROTATION = "a=3/5, b=4/5, c=-4/5, d=3/5"
DIAGONAL = "a=sqrt(1/2), b=sqrt(1/2), c=-sqrt(1/2), d=sqrt(1/2)"


def multiplied_out(*parts: object) -> str:
    return str(expand(sum(parts))).replace("**", "^")


p, q, r = ORTHOGONAL
u, v, w, x, y, z = symbols("u v w x y z")
ROWS = (u + 2 * w - x, v - 3 * u, w + y + z), (x - 2 * y - u, y + w, z - 2 * v + x)
GRAM = [sum(s * t for s, t in zip(ROWS[i], ROWS[j], strict=True)) for i, j in ((0, 0), (0, 1), (1, 0), (1, 1))]
DEFINITE = multiplied_out(*(g**2 for g in GRAM))
PROBLEMS = [
    ("rows of a rotation", multiplied_out(p**2, q**2, r**2), ROTATION, Q(3, 2), 1),
    ("with a weight", multiplied_out((1 + a**2) * p**2, q**2, r**2), ROTATION, Q(3, 2), 1),
    ("a dense form", multiplied_out(3 * p**2, 2 * q**2, r**2, 2 * p * q, q * r), ROTATION, Q(3, 2), 1),
    ("at irrational entries", multiplied_out(p**2, q**2, r**2), DIAGONAL, Q(3, 2), 1),
    ("dense, at irrational entries", multiplied_out(3 * p**2, 2 * q**2, r**2, 2 * p * q), DIAGONAL, Q(3, 2), 1),
    (
        "X X^T of rank 1",
        multiplied_out(p**2, (a * c + b * d) ** 2, (c**2 + d**2) ** 2),
        "a=3/5, b=4/5, c=0, d=0",
        Q(5, 4),
        1,
    ),
    ("X X^T of 2 x 3 in dense coordinates", DEFINITE, "u=0, v=0, w=0, x=0, y=0, z=0", Q(3, 2), 1),  # 21 monomials
    ("one number twice", multiplied_out((a * b - 2) ** 2, (c**2 - 2) ** 2), "a=sqrt(2), b=sqrt(2), c=sqrt(2)", Q(1), 1),
    ("a higher power", multiplied_out((a * b - 2) ** 4, c**2), "a=sqrt(2), b=sqrt(2), c=0", Q(3, 4), 1),
    (
        "circle and product",
        multiplied_out((a**2 + b**2 - 1) ** 2, (c - a * b) ** 2),
        "a=sqrt(1/2), b=sqrt(1/2), c=1/2",
        Q(1),
        1,
    ),
]


@pytest.mark.parametrize(("K", "at", "lam", "m"), [x[1:] for x in PROBLEMS], ids=[x[0] for x in PROBLEMS])
def test_squares_are_found(K: str, at: str, lam: Q, m: int) -> None:
    """λ is half the number of independent conditions, but where one of them has a singular zero."""
    found = rlct(K, at=at)
    assert (found.lam, found.multiplicity, found.status) == (lam, m, "exact")
    assert not found.notes
    assert check(found.certificate).proved == "threshold"


def test_what_is_not_a_sum_of_squares() -> None:
    """Motzkin's polynomial, 0 at (1, 1, 1)."""
    ring = Ring(["x", "y", "z"])
    x, y, z = (ring.gen(i) for i in range(3))
    f = x**4 * y**2 + x**2 * y**4 + z**6 - x**2 * y**2 * z**2 * 3
    assert sum_of_squares(f, ((-1, 1),) * 3) is None


def test_combinations_vanish_where_the_squares_do() -> None:
    """K = (x - yz)^2 + (y - z^2)^2 at (1, 1, 1): only combinations that vanish on the curve are left."""
    ring = Ring(["x", "y", "z"])
    x, y, z = (ring.gen(i) for i in range(3))
    g = (x - y * z) ** 2 + (y - z * z) ** 2 * 2
    rows = [(1, 0, 0), (0, 1, 1), (0, 1, 0), (0, 0, 2), (0, 0, 1), (0, 0, 0)]
    found = combinations(g, (0, 1, 2), [rows], ((-1, 1),) * 3)
    assert {tuple(sorted(h)) for h in found} == {((0, 0, 2), (0, 1, 0)), ((0, 1, 1), (1, 0, 0))}


def test_conjugate_points_count_together() -> None:
    """x^2 - 2 vanishes at both roots, x - √2 is no polynomial over Q."""
    ring = Ring(["x", "y", "z"])
    x, y, z = (ring.gen(i) for i in range(3))
    g = (x * x - ring.const(2)) ** 2 + (y * x - ring.const(2)) ** 2 + z**4
    rows = [(2, 0, 0), (1, 1, 0), (1, 0, 0), (0, 0, 2), (0, 0, 1), (0, 0, 0)]
    found = combinations(g, (0, 1, 2), [rows], ((-2, 0, 1), (-2, 0, 1), (0, 1)))
    assert len(found) == 3
    assert all((1, 0, 0) not in h and (0, 0, 1) not in h for h in found)


def test_entries_beyond_floats_are_no_matter() -> None:
    free = {(0, 1): Q(1)}
    assert propose({(0, 0): {None: Q(10**400), **free}, (0, 1): dict(free), (1, 1): {None: Q(1)}}, 2) == ([], [])

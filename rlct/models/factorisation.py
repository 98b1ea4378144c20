"""Symmetric factorisations, rank-one tensors and products of polynomials: (λ, m) and ideals.

All are bilinear or quadratic maps without zero divisors over the reals, or reduce to one; the derivations are short and
are given with each function.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product as choices
from math import prod

from rlct.errors import InputError
from rlct.models.known import Case, Known, flatten, grid, minus, need_rank, need_size, origin, product

OWN = "own derivation"


def symmetric_factorisation(size: int, columns: int, rank: int = 0) -> Known:
    """(λ, m) of `X X^T = C`, X of shape `size x columns`, C of the given rank.

    Block elimination makes `n r - r(r-1)/2` entries coordinates; the rest Y of shape (n-r) x (k-r) has
    `|Y Y^T| ~ |Y|^2`, that is K ~ |Y|^4.  Hence `λ = (2nr - r(r-1))/4 + (n-r)(k-r)/4` and m = 1.

    Examples
    --------
    >>> symmetric_factorisation(2, 2).lam
    Fraction(1, 1)
    """
    n, k = need_size("size", size), need_size("columns", columns)
    r = need_rank(rank, n, k)
    lam = Fraction(2 * n * r - r * (r - 1), 4) + Fraction((n - r) * (k - r), 4)
    return Known(lam, 1, OWN + ": |Y Y^T| is comparable with |Y|^2", ("truth realisable", "positive prior"))


def symmetric_factorisation_case(size: int, columns: int, rank: int = 0) -> Case:
    """The entries of `X X^T - C` with C the first `rank` ones of the diagonal, at the factor with the same ones.

    >>> symmetric_factorisation_case(1, 2).generators
    ('x11*x11 + x12*x12',)
    """
    symmetric_factorisation(size, columns, rank)
    x = grid("x", size, columns)
    square = product(x, [list(column) for column in zip(*x, strict=True)])
    entries = [minus(square[i][j], 1 if i == j and i < rank else 0) for i in range(size) for j in range(i, size)]
    at: dict[str, Fraction | str] = {
        x[i][j]: Fraction(1 if i == j and i < rank else 0) for i in range(size) for j in range(columns)
    }
    return Case(
        f"symmetric factorisation {size}x{columns} rank {rank}",
        tuple(flatten(x)),
        tuple(entries),
        at,
        argument=("the entries of X X^T - C are finitely many polynomials",),
    )


def equal_dyads(size: int) -> Known:
    """(λ, m) of `x x^T = y y^T` in R^size at 0: the difference is the symmetric product of x-y and x+y.

    >>> equal_dyads(3).lam, equal_dyads(3).m
    (Fraction(3, 2), 2)
    """
    return Known(Fraction(need_size("size", size), 2), 2, OWN + ": |x x^T - y y^T| ~ |x-y||x+y|", ("positive prior",))


def equal_dyads_case(size: int) -> Case:
    """The entries of `x x^T - y y^T`.

    >>> equal_dyads_case(1).generators
    ('x1*x1 - y1*y1',)
    """
    need_size("size", size)
    xs, ys = [f"x{i + 1}" for i in range(size)], [f"y{i + 1}" for i in range(size)]
    entries = tuple(f"{xs[i]}*{xs[j]} - {ys[i]}*{ys[j]}" for i in range(size) for j in range(i, size))
    return Case(f"equal dyads in R^{size}", tuple(xs + ys), entries, origin(xs + ys))


def rank_one_tensor(dimensions: Sequence[int]) -> Known:
    """(λ, m) of `v1 ⊗ ... ⊗ vk = 0`: the product rule, as the norm of the tensor is the product of the norms.

    >>> rank_one_tensor([2, 2, 3]).lam, rank_one_tensor([2, 2, 3]).m
    (Fraction(1, 1), 2)
    """
    if not dimensions:
        raise InputError("a tensor needs at least one factor")
    sizes = [need_size("dimension", d) for d in dimensions]
    return Known(
        Fraction(min(sizes), 2), sizes.count(min(sizes)), OWN + ": product rule", ("truth 0", "positive prior")
    )


def rank_one_tensor_case(dimensions: Sequence[int]) -> Case:
    """All products of one coordinate of each factor.

    >>> rank_one_tensor_case([1, 2]).generators
    ('a1*b1', 'a1*b2')
    """
    rank_one_tensor(dimensions)
    blocks = [[f"{'abcdefghijk'[k]}{i + 1}" for i in range(d)] for k, d in enumerate(dimensions)]
    names = tuple(v for block in blocks for v in block)
    return Case(
        "rank-one tensor " + "x".join(map(str, dimensions)),
        names,
        tuple("*".join(c) for c in choices(*blocks)),
        origin(names),
    )


def polynomial_product(left_degree: int, right_degree: int) -> Known:
    """(λ, m) of the coefficients of `p q = 0` with polynomials of given degrees (linear convolutional network, truth
    0).

    Multiplication of polynomials has no zero divisors, so `|p q| ~ |p||q|` on bounded sets and the product rule
    applies.

    >>> polynomial_product(1, 1).lam, polynomial_product(1, 1).m
    (Fraction(1, 1), 2)
    """
    a, b = need_size("left degree", left_degree, 0), need_size("right degree", right_degree, 0)
    return Known(
        Fraction(min(a, b) + 1, 2), 2 if a == b else 1, OWN + ": |p q| ~ |p||q|", ("truth 0", "positive prior")
    )


def polynomial_product_case(left_degree: int, right_degree: int) -> Case:
    """The coefficients of the product of two polynomials with free coefficients.

    >>> polynomial_product_case(0, 1).generators
    ('p0*q0', 'p0*q1')
    """
    polynomial_product(left_degree, right_degree)
    p, q = [f"p{i}" for i in range(left_degree + 1)], [f"q{i}" for i in range(right_degree + 1)]
    entries = tuple(
        " + ".join(f"p{i}*q{s - i}" for i in range(len(p)) if 0 <= s - i < len(q))
        for s in range(left_degree + right_degree + 1)
    )
    return Case(f"polynomial product {left_degree},{right_degree}", tuple(p + q), entries, origin(p + q))


_MONIC = {(2, 2): (Fraction(3, 2), 2), (2, 3): (Fraction(15, 8), 1)}


def monic_factorisation(left_degree: int, right_degree: int) -> Known:
    """(λ, m) of `p q = t^n` with monic factors at `p = t^a, q = t^b` (known for a = 1 and degrees (2,2), (2,3)).

    Eliminating the larger factor leaves the coefficients of `t^n mod p`; for a linear p that is one power c^n.  Other
    degrees have an upper bound: the map to the coefficients of p q has the resultant of p and q as Jacobian, of size
    ε^(ab/n) where they are of size ε, so V(ε) >= const ε^(n - ab/n).

    Examples
    --------
    >>> monic_factorisation(1, 2).lam
    Fraction(7, 6)
    >>> monic_factorisation(3, 3).kind, monic_factorisation(3, 3).lam
    ('upper bound', Fraction(9, 4))
    """
    a, b = sorted((need_size("left degree", left_degree), need_size("right degree", right_degree)))
    if a == 1:
        return Known(
            Fraction(b, 2) + Fraction(1, 2 * (b + 1)), 1, OWN + ": elimination leaves c^n", ("positive prior",)
        )
    if (a, b) not in _MONIC:
        return Known(
            (a + b - Fraction(a * b, a + b)) / 2,
            None,
            OWN + ": degree of the resultant",
            ("positive prior",),
            kind="upper bound",
        )
    lam, m = _MONIC[a, b]
    return Known(lam, m, OWN + ", compared with Monte Carlo volumes", ("positive prior",))


def monic_factorisation_case(left_degree: int, right_degree: int) -> Case:
    """The coefficients of `p q - t^n` for monic p, q with free lower coefficients, at 0.

    >>> monic_factorisation_case(1, 1).generators
    ('p0 + q0', 'p0*q0')
    """
    a, b = need_size("left degree", left_degree), need_size("right degree", right_degree)

    def coefficient(letter: str, degree: int, i: int) -> str:
        return "" if i == degree else f"{letter}{i}"

    entries = []
    for s in range(a + b - 1, -1, -1):
        terms = [
            "*".join(c for c in (coefficient("p", a, i), coefficient("q", b, s - i)) if c)
            for i in range(a + 1)
            if 0 <= s - i <= b
        ]
        entries.append(" + ".join(terms))
    names = [f"p{i}" for i in range(a)] + [f"q{i}" for i in range(b)]
    return Case(f"monic factorisation {a},{b}", tuple(names), tuple(entries), origin(names))


def scalar_chain(layers: int, truth: Fraction | int = 0) -> Known:
    """(λ, m) of the scalar network `w1 w2 ... wL` with the given truth.

    >>> scalar_chain(3).m, scalar_chain(3, 1).m
    (3, 1)
    """
    count = need_size("layers", layers)
    return Known(
        Fraction(1, 2), count if truth == 0 else 1, "monomial rule; smooth hypersurface off 0", ("positive prior",)
    )


def scalar_chain_case(layers: int, truth: Fraction | int = 0) -> Case:
    """`w1 ... wL - truth`, at 0 or at (truth, 1, ..., 1).

    >>> scalar_chain_case(2).generators
    ('w1*w2',)
    """
    scalar_chain(layers, truth)
    names = [f"w{i + 1}" for i in range(layers)]
    at = origin(names) if truth == 0 else {v: Fraction(truth if i == 0 else 1) for i, v in enumerate(names)}
    assert truth == 0 or prod(Fraction(x) for x in at.values()) == truth
    return Case(f"scalar chain {layers}, truth {truth}", tuple(names), (minus("*".join(names), truth),), at)

"""Determinantal ideals, prehomogeneous invariants and discriminants.

Singular values, eigenvalues and roots are coordinates whose densities are known products (random matrix theory), so
that each
value is the least of finitely many ratios.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations, permutations
from itertools import product as choices
from math import prod

from rlct.errors import InputError
from rlct.models.known import Case, Known, flatten, grid, need_size, origin

JOHNSON = "Johnson 2003, Docampo 2013 (complex); over R by the density of singular values"
OWN = "own derivation by the density of eigenvalues"


def _least(ratios: list[Fraction], source: str, halve: bool) -> Known:
    """Least ratio, with the number of ratios that attain it as m."""
    best = min(ratios)
    return Known(
        best / 2 if halve else best,
        ratios.count(best),
        source,
        ("value at 0", "positive prior"),
        mode="ideal" if halve else "abs",
    )


def minors(rows: int, columns: int, k: int) -> Known:
    """(λ, m) of the k-minors of a generic matrix at 0: `2λ = min_{0<=j<k} (p-j)(q-j)/(k-j)`, m the number of
    minimisers.

    >>> minors(3, 4, 2).lam, minors(3, 4, 2).m
    (Fraction(3, 1), 2)
    """
    p, q = need_size("rows", rows), need_size("columns", columns)
    need_size("k", k)
    if k > min(p, q):
        raise InputError(f"a {p} x {q} matrix has no minors of size {k}")
    return _least([Fraction((p - j) * (q - j), k - j) for j in range(k)], JOHNSON, True)


def _determinant(entries: list[list[str]]) -> str:
    """Expanded determinant as text."""
    size = len(entries)
    terms = []
    for perm in permutations(range(size)):
        sign = sum(1 for i, j in combinations(range(size), 2) if perm[i] > perm[j]) % 2
        terms.append(("- " if sign else "+ ") + "*".join(entries[i][perm[i]] for i in range(size)))
    return " ".join(terms).removeprefix("+ ")


def minors_case(rows: int, columns: int, k: int) -> Case:
    """All k-minors of a matrix of variables.

    >>> minors_case(2, 2, 2).generators
    ('a11*a22 - a12*a21',)
    """
    minors(rows, columns, k)
    a = grid("a", rows, columns)
    entries = tuple(
        _determinant([[a[i][j] for j in cs] for i in rs])
        for rs in combinations(range(rows), k)
        for cs in combinations(range(columns), k)
    )
    return Case(f"{k}-minors of {rows}x{columns}", tuple(flatten(a)), entries, origin(flatten(a)))


def symmetric_minors(size: int, k: int) -> Known:
    """(λ, m) of the k-minors of a symmetric matrix at 0: `2λ = min_j (n-j)(n-j+1)/(2(k-j))`.

    >>> symmetric_minors(3, 2).lam, symmetric_minors(3, 2).m
    (Fraction(3, 2), 2)
    """
    n = need_size("size", size)
    need_size("k", k)
    if k > n:
        raise InputError(f"a symmetric {n} x {n} matrix has no minors of size {k}")
    return _least([Fraction((n - j) * (n - j + 1), 2 * (k - j)) for j in range(k)], OWN, True)


def symmetric_minors_case(size: int, k: int) -> Case:
    """The k-minors (one of each transposed pair) of a symmetric matrix of variables.

    >>> symmetric_minors_case(2, 2).generators
    ('s11*s22 - s12*s12',)
    """
    symmetric_minors(size, k)
    s = grid("s", size, size)
    entry = [[s[min(i, j)][max(i, j)] for j in range(size)] for i in range(size)]
    names = [s[i][j] for i in range(size) for j in range(i, size)]
    entries = tuple(
        _determinant([[entry[i][j] for j in cs] for i in rs])
        for rs in combinations(range(size), k)
        for cs in combinations(range(size), k)
        if rs <= cs
    )
    return Case(f"{k}-minors of symmetric {size}x{size}", tuple(names), entries, origin(names))


def symmetric_determinant_text(size: int) -> tuple[str, tuple[str, ...]]:
    """Determinant of a symmetric matrix of variables, and their names.

    >>> symmetric_determinant_text(2)
    ('s11*s22 - s12*s12', ('s11', 's12', 's22'))
    """
    case = symmetric_minors_case(size, size)
    return case.generators[0], case.variables


def pfaffian_text(size: int) -> tuple[str, tuple[str, ...]]:
    """Pfaffian of a skew matrix of even size, and the names of its entries.

    >>> pfaffian_text(2)
    ('a12', ('a12',))
    """
    case = pfaffians_case(size, size // 2)
    return case.generators[0], case.variables


def pfaffians(size: int, half: int) -> Known:
    """(λ, m) of the Pfaffians of size 2·half of a skew matrix: `2λ = min_j (n-2j)(n-2j-1)/(2(k-j))`.

    >>> pfaffians(4, 2).lam
    Fraction(1, 2)
    """
    n = need_size("size", size, 2)
    need_size("half", half)
    if 2 * half > n:
        raise InputError(f"a skew {n} x {n} matrix has no Pfaffians of size {2 * half}")
    return _least([Fraction((n - 2 * j) * (n - 2 * j - 1), 2 * (half - j)) for j in range(half)], OWN, True)


def pfaffians_case(size: int, half: int) -> Case:
    """The Pfaffians of principal 2k x 2k blocks of a skew matrix of variables.

    >>> pfaffians_case(4, 2).generators
    ('a12*a34 - a13*a24 + a14*a23',)
    """
    pfaffians(size, half)
    a = grid("a", size, size)

    def pfaffian(index: tuple[int, ...]) -> list[tuple[int, tuple[str, ...]]]:
        if not index:
            return [(1, ())]
        first, rest = index[0], index[1:]
        return [
            ((-1) ** k * sign, (a[first][other], *factors))
            for k, other in enumerate(rest)
            for sign, factors in pfaffian(rest[:k] + rest[k + 1 :])
        ]

    entries = tuple(
        " ".join(("+ " if s > 0 else "- ") + "*".join(f) for s, f in pfaffian(index)).removeprefix("+ ")
        for index in combinations(range(size), 2 * half)
    )
    names = [a[i][j] for i in range(size) for j in range(i + 1, size)]
    return Case(f"Pfaffians {2 * half} of skew {size}x{size}", tuple(names), entries, origin(names))


def minor_products(rows: int, columns: int, powers: Mapping[int, int]) -> Known:
    """(λ, m) of the product of powers of ideals of minors, `prod_k I_k^(c_k)`: `2λ = min_j (p-j)(q-j)/sum_k c_k
    (k-j)^+`.

    >>> minor_products(2, 2, {1: 1, 2: 1}).lam
    Fraction(1, 2)
    """
    p, q = need_size("rows", rows), need_size("columns", columns)
    if not powers or any(not 1 <= k <= min(p, q) or c < 1 for k, c in powers.items()):
        raise InputError("powers must map sizes of minors that exist to exponents of at least 1")
    ratios = []
    for j in range(min(p, q)):
        order = sum(c * max(k - j, 0) for k, c in powers.items())
        if order:
            ratios.append(Fraction((p - j) * (q - j), order))
    return _least(ratios, JOHNSON, True)


def minor_products_case(rows: int, columns: int, powers: Mapping[int, int]) -> Case:
    """All products of the given numbers of minors of each size (few and small ones only: they are many).

    >>> len(minor_products_case(2, 2, {1: 1, 2: 1}).generators)
    4
    """
    minor_products(rows, columns, powers)
    a = grid("a", rows, columns)
    lists = [minors_case(rows, columns, k).generators for k, c in sorted(powers.items()) for _ in range(c)]
    if prod(map(len, lists)) > 10_000:
        raise InputError("more than 10000 products of minors are not written out")
    entries = tuple(dict.fromkeys("*".join(f"({g})" for g in chosen) for chosen in choices(*lists)))
    label = ", ".join(f"{k}:{c}" for k, c in sorted(powers.items()))
    return Case(f"products of minors {label} of {rows}x{columns}", tuple(flatten(a)), entries, origin(flatten(a)))


def determinant(size: int) -> Known:
    """(λ, m) = (1, 1) of |det| of a generic matrix (mode "abs").

    >>> determinant(5).lam
    Fraction(1, 1)
    """
    need_size("size", size)
    return Known(
        Fraction(1), 1, "root -1 of b = (s+1)...(s+n) is simple; smooth real points", ("value at 0",), mode="abs"
    )


def determinant_case(size: int) -> Case:
    """The determinant of a matrix of variables, absolute value.

    >>> determinant_case(1).generators
    ('a11',)
    """
    a = grid("a", need_size("size", size), size)
    return Case(f"determinant {size}", tuple(flatten(a)), (_determinant(a),), origin(flatten(a)), mode="abs")


def monic_discriminant(degree: int) -> Known:
    """(λ, m) of |discriminant| of a monic polynomial at its n-fold root: `1/2 + 1/n`, m = 1 (mode "abs").

    It is the case A_{n-1} of the discriminant of a reflection group, `1/2 + 1/h`, h the Coxeter number.

    >>> monic_discriminant(4).lam
    Fraction(3, 4)
    """
    n = need_size("degree", degree, 2)
    if n == 2:
        return Known(Fraction(1), 1, "the discriminant b^2 - 4c is a coordinate", ("value at 0",), mode="abs")
    return Known(
        Fraction(1, 2) + Fraction(1, n),
        1,
        "Opdam 1989, Macdonald-Mehta integral of type A",
        ("value at 0",),
        mode="abs",
    )


_DISCRIMINANTS = {
    2: ("b^2 - 4*a", "a b"),
    3: ("4*a^3 + 27*b^2", "a b"),
    4: ("16*a^4*c - 4*a^3*b^2 - 128*a^2*c^2 + 144*a*b^2*c - 27*b^4 + 256*c^3", "a b c"),
}


def monic_discriminant_case(degree: int) -> Case:
    """Discriminant of `t^n + a t^(n-2) + ...` (degree 2 to 4), absolute value.

    >>> monic_discriminant_case(3).generators
    ('4*a^3 + 27*b^2',)
    """
    monic_discriminant(degree)
    if degree not in _DISCRIMINANTS:
        raise InputError("discriminants are written out for degrees 2 to 4")
    text, names = _DISCRIMINANTS[degree]
    return Case(f"discriminant of degree {degree}", tuple(names.split()), (text,), origin(names.split()), mode="abs")


def characteristic_discriminant(size: int) -> Known:
    """(λ, m) of the discriminant of the characteristic polynomial of a symmetric matrix (K >= 0): `1/2 + 1/n`, m = 1.

    >>> characteristic_discriminant(3).lam
    Fraction(5, 6)
    """
    n = need_size("size", size, 2)
    return Known(Fraction(1, 2) + Fraction(1, n), 1, OWN, ("value at a multiple of the identity",), mode="K")


def characteristic_discriminant_case(size: int) -> Case:
    """For 2 x 2: `(s11 - s22)^2 + 4 s12^2`.

    >>> characteristic_discriminant_case(2).mode
    'K'
    """
    if size != 2:
        raise InputError("the discriminant is written out for size 2")
    names = ("s11", "s12", "s22")
    return Case("discriminant of symmetric 2x2", names, ("(s11 - s22)^2 + 4*s12^2",), origin(names), mode="K")

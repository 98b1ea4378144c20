"""Monomial and binomial ideals: (λ, m) from an exact linear program of the catalogue's own."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from rlct.errors import InputError
from rlct.models.known import Case, Known, need_size, origin
from rlct.models.lp import optimal_face, rank, solve

HOWALD = "Howald 2001, Trans. AMS 353; Lin 2011 (real case, with m)"
SHIBUTA_TAKAGI = "Shibuta & Takagi 2009 (complete intersections); real binomial ideals: own derivation"
Exponents = Sequence[int]


def monomial_ideal(exponents: Sequence[Exponents], prior: Exponents | None = None) -> Known:
    """(λ, m) of the ideal of monomials with the given exponents and a monomial prior.

    `2λ = min{(h+1)·u : <α, u> >= 1, u >= 0}`, m = 1 + dimension of the optimal face.

    Raises
    ------
    InputError : no monomial, unequal lengths, a negative exponent or a constant monomial.

    Examples
    --------
    >>> monomial_ideal([(1, 1, 0), (0, 1, 1), (1, 0, 1)]).lam
    Fraction(3, 4)
    """
    rows = [list(e) for e in exponents]
    if not rows or any(len(r) != len(rows[0]) for r in rows):
        raise InputError("a monomial ideal needs at least one exponent vector, all of the same length")
    if any(e < 0 for r in rows for e in r) or any(not any(r) for r in rows):
        raise InputError("exponents must be non-negative, and no monomial constant")
    h = [0] * len(rows[0]) if prior is None else list(prior)
    if len(h) != len(rows[0]) or any(e < 0 for e in h):
        raise InputError("the prior needs one non-negative exponent for each variable")
    value, dimension = optimal_face([e + 1 for e in h], rows, [1] * len(rows))
    return Known(value / 2, 1 + dimension, HOWALD, ("monomial ideal", "prior monomial times positive"))


def monomial_ideal_case(exponents: Sequence[Exponents], prior: Exponents | None = None) -> Case:
    """The monomials as text in x1, x2, ...

    >>> monomial_ideal_case([(1, 2)]).generators
    ('x1*x2^2',)
    """
    monomial_ideal(exponents, prior)
    names = tuple(f"x{i + 1}" for i in range(len(exponents[0])))

    def text(e: Exponents) -> str:
        return "*".join(v + (f"^{p}" if p > 1 else "") for v, p in zip(names, e, strict=True) if p)

    return Case(
        "monomial ideal " + ",".join(map(text, exponents)),
        names,
        tuple(text(e) for e in exponents),
        origin(names),
        prior=text(prior) if prior is not None and any(prior) else None,
    )


def subsets(size: int, k: int) -> list[tuple[int, ...]]:
    """Exponents of all squarefree monomials of degree k in `size` variables; their `2λ` is size/k.

    >>> len(subsets(4, 2))
    6
    """
    need_size("size", size), need_size("k", k)
    return [tuple(1 if i in chosen else 0 for i in range(size)) for chosen in combinations(range(size), k)]


def cycle(size: int) -> list[tuple[int, ...]]:
    """Exponents of the edges of a cycle; their `2λ` is size/2.

    >>> cycle(3)
    [(1, 1, 0), (0, 1, 1), (1, 0, 1)]
    """
    need_size("size", size, 3)
    return [tuple(1 if i in (k, (k + 1) % size) else 0 for i in range(size)) for k in range(size)]


def path(size: int) -> list[tuple[int, ...]]:
    """Exponents of the edges of a path on `size` vertices.

    >>> path(3)
    [(1, 1, 0), (0, 1, 1)]
    """
    need_size("size", size, 2)
    return [tuple(1 if i in (k, k + 1) else 0 for i in range(size)) for k in range(size - 1)]


def cover(hypergraph: Sequence[Exponents]) -> Known:
    """(λ, m) of an edge ideal: half the fractional cover number of the hypergraph.

    >>> cover(cycle(5)).lam
    Fraction(5, 4)
    """
    if any(e > 1 for row in hypergraph for e in row):
        raise InputError("a hypergraph has exponents 0 and 1 only")
    return monomial_ideal(hypergraph)


def binomial_ideal(pairs: Sequence[tuple[Exponents, Exponents]]) -> Known:
    """(λ, m) at 0 of the ideal of pure binomials `x^α - x^β`, given as pairs (α, β).

    In logarithmic scale u the binomials of a flat L of characters `α - β` may cancel, which needs `<u, α - β> = 0` and
    costs `max over independent B in L of sum_B (1 - <u, α>)^+`; the others need `<u, α>, <u, β> >= 1`.
    They cancel near the origin only if some u that is positive on all variables of L's characters has `<u, L> = 0`:
    `x - x y` cancels at y = 1, which is far away.  λ_abs is the least cost over such flats, a linear program each.

    Raises
    ------
    InputError : no binomial, or more than 10 (the flats are listed); vectors of different lengths; a constant
        monomial (the binomial does not vanish at 0) or equal monomials (it is zero).

    Examples
    --------
    >>> binomial_ideal([((2, 0, 0), (0, 3, 0)), ((3, 0, 0), (0, 0, 4))]).lam
    Fraction(13, 24)
    """
    _check_binomials(pairs)
    n, k = len(pairs[0][0]), len(pairs)
    characters = [[a - b for a, b in zip(left, right, strict=True)] for left, right in pairs]
    flats = set()
    for size in range(k + 1):
        for chosen in combinations(range(k), size):
            have = [characters[i] for i in chosen]
            base = rank(have)
            flats.add(tuple(i for i in range(k) if rank([*have, characters[i]]) == base))
    best: tuple[Fraction, int] | None = None
    for flat in sorted(flats):
        if not _cancels_near_zero([characters[i] for i in flat], n):
            continue
        rows: list[list[int]] = []
        rhs: list[int] = []
        for i in flat:  # equality as two inequalities
            rows += [[*characters[i], 0], [*(-c for c in characters[i]), 0]]
            rhs += [0, 0]
        for i in range(k):
            if i not in flat:
                rows += [[*pairs[i][0], 0], [*pairs[i][1], 0]]
                rhs += [1, 1]
        for size in range(1, len(flat) + 1):
            for chosen in combinations(flat, size):
                if rank([characters[i] for i in chosen]) == size:
                    rows.append([*(sum(pairs[i][0][j] for i in chosen) for j in range(n)), 1])
                    rhs.append(size)
        try:
            value, dimension = optimal_face([1] * (n + 1), rows, rhs, keep=n)
        except InputError:
            continue  # this flat has no admissible scale
        if best is None or (value, -dimension) < (best[0], -best[1]):
            best = (value, dimension)
    assert best is not None  # the empty flat is feasible
    return Known(best[0] / 2, 1 + best[1], SHIBUTA_TAKAGI, ("pure binomials", "positive prior", "value at the origin"))


def _check_binomials(pairs: Sequence[tuple[Exponents, Exponents]]) -> None:
    """Refuse lists that are no ideal of pure binomials through the origin."""
    if not 1 <= len(pairs) <= 10:
        raise InputError("give between one and ten binomials")
    vectors = [list(v) for pair in pairs for v in pair]
    if any(len(v) != len(vectors[0]) for v in vectors):
        raise InputError("the exponent vectors of a binomial ideal must all have the same length")
    if any(e < 0 for v in vectors for e in v) or any(not any(v) for v in vectors):
        raise InputError("exponents must be non-negative, and no monomial constant: the value is that at the origin")
    if any(list(a) == list(b) for a, b in pairs):
        raise InputError("the two monomials of a binomial must differ")


def _cancels_near_zero(characters: Sequence[Sequence[int]], n: int) -> bool:
    """Is there a scale, positive on all variables of these characters, on which they all vanish?"""
    rows: list[list[int]] = []
    rhs: list[int] = []
    for character in characters:
        rows += [list(character), [-c for c in character]]
        rhs += [0, 0]
    for i in {i for character in characters for i, c in enumerate(character) if c}:
        rows.append([1 if j == i else 0 for j in range(n)])
        rhs.append(1)
    if not rows:
        return True
    try:
        solve([1] * n, rows, rhs)
    except InputError:
        return False
    return True


def binomial_ideal_case(pairs: Sequence[tuple[Exponents, Exponents]]) -> Case:
    """The binomials as text.

    >>> binomial_ideal_case([((2, 0), (0, 3))]).generators
    ('x1^2 - x2^3',)
    """
    _check_binomials(pairs)
    names = tuple(f"x{i + 1}" for i in range(len(pairs[0][0])))

    def text(e: Exponents) -> str:
        return "*".join(v + (f"^{p}" if p > 1 else "") for v, p in zip(names, e, strict=True) if p)

    entries = tuple(f"{text(a)} - {text(b)}" for a, b in pairs)
    return Case("binomial ideal " + ", ".join(entries), names, entries, origin(names))

"""Hyperplane arrangements: the value of a product of linear forms from its flats."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Literal

from rlct.errors import InputError, UnsupportedError
from rlct.models.known import Case, Known, need_size, origin
from rlct.models.lp import rank

MUSTATA = "Mustata 2006, Teitler 2008; real case with m: Kosta & Windisch 2024"
OPDAM = "Opdam 1989 (Macdonald-Mehta integral)"
Group = Literal["A", "B", "D", "F", "G", "H"]


def coxeter_number(group: Group, size: int) -> int:
    """Coxeter number h of a finite reflection group.

    >>> coxeter_number("A", 3), coxeter_number("D", 4)
    (4, 6)
    """
    n = need_size("size", size)
    if group == "A":
        return n + 1
    if group == "B" and n >= 2:
        return 2 * n
    if group == "D" and n >= 3:
        return 2 * (n - 1)
    special = {("F", 4): 12, ("G", 2): 6, ("H", 3): 10, ("H", 4): 30}
    if (group, n) not in special:
        raise InputError(f"no reflection group {group}{n}: use A1.., B2.., D3.., F4, G2, H3, H4")
    return special[group, n]


def reflection(group: Group, size: int) -> Known:
    """(λ, m) of the product of the mirrors of a reflection group, absolute value: `2/h`, m = 1 (A1: one line, (1, 1)).

    >>> reflection("A", 3).lam, reflection("B", 3).lam
    (Fraction(1, 2), Fraction(1, 3))
    """
    h = coxeter_number(group, size)
    return Known(Fraction(2, h), 1, OPDAM + ": prod Gamma(1 + k d_i)/Gamma(1 + k)", ("value at 0",), mode="abs")


def reflection_case(group: Group, size: int) -> Case:
    """The mirrors of types A, B, D as a product of linear forms.

    >>> reflection_case("A", 2).generators
    ('(x1 - x2)*(x1 - x3)*(x2 - x3)',)
    """
    reflection(group, size)
    if group not in ("A", "B", "D"):
        raise UnsupportedError("mirrors are written out for types A, B and D")
    count = size + 1 if group == "A" else size
    names = [f"x{i + 1}" for i in range(count)]
    forms = [f"({a} - {b})" for a, b in combinations(names, 2)]
    if group != "A":
        forms += [f"({a} + {b})" for a, b in combinations(names, 2)]
    if group == "B":
        forms += names
    return Case(f"mirrors of {group}{size}", tuple(names), ("*".join(forms),), origin(names), mode="abs")


def generic(dimension: int, planes: int) -> Known:
    """(λ, m) of d generic hyperplanes through 0 in n-space, absolute value: n/d for d > n, (1, d) for d <= n.

    >>> generic(3, 5).lam
    Fraction(3, 5)
    """
    n, d = need_size("dimension", dimension), need_size("planes", planes)
    if d <= n:
        return Known(Fraction(1), d, "normal crossings", ("generic position",), mode="abs")
    return Known(Fraction(n, d), 1, MUSTATA, ("generic position",), mode="abs")


def generic_case(dimension: int, planes: int) -> Case:
    """Hyperplanes with normals (1, t, t^2, ...) for t = 0, 1, 2, ...: any n of them are independent (Vandermonde).

    >>> generic_case(2, 2).generators
    ('(1*x1)*(1*x1 + 1*x2)',)
    """
    generic(dimension, planes)
    case = arrangement_case([[t**i for i in range(dimension)] for t in range(planes)])
    return Case(f"{planes} generic planes in {dimension}-space", case.variables, case.generators, case.at, mode="abs")


def arrangement(normals: Sequence[Sequence[int]], multiplicities: Sequence[int] | None = None) -> Known:
    """(λ, m) at 0 of `prod |<normal, x>|^multiplicity`: least `codim/total multiplicity` over dense flats.

    m is the largest size of a nested set of minimising dense flats (a set whose pairwise incomparable members have a
    direct sum as span).

    Raises
    ------
    InputError : a zero or repeated normal, or more than 12 hyperplanes.

    Examples
    --------
    >>> arrangement([(1, 0), (0, 1), (1, 1)]).lam
    Fraction(2, 3)
    """
    count = len(normals)
    weight = [1] * count if multiplicities is None else list(multiplicities)
    if not 1 <= count <= 12 or len(weight) != count or any(w < 1 for w in weight):
        raise InputError("give one to twelve normals, each with a multiplicity of at least 1")
    if any(not any(v) for v in normals) or any(rank([a, b]) < 2 for a, b in combinations(normals, 2)):
        raise InputError("normals must be non-zero and pairwise not proportional")

    def span(chosen: tuple[int, ...]) -> int:
        return rank([normals[i] for i in chosen])

    flats: set[frozenset[int]] = set()
    for size in range(1, min(count, len(normals[0])) + 1):
        for chosen in combinations(range(count), size):
            if span(chosen) == size:
                flats.add(frozenset(i for i in range(count) if span((*chosen, i)) == size))
    dense = [f for f in flats if _connected(sorted(f), span)]
    ratio = {f: Fraction(span(tuple(f)), sum(weight[i] for i in f)) for f in dense}
    best = min(ratio.values())
    minimal = [f for f in dense if ratio[f] == best]
    largest = 1
    for size in range(2, len(minimal) + 1):
        if not any(_nested(chosen, span, set(dense)) for chosen in combinations(minimal, size)):
            break
        largest = size
    return Known(best, largest, MUSTATA, ("value at 0",), mode="abs")


def _connected(members: list[int], span: object) -> bool:
    """Is the flat irreducible: no partition of its hyperplanes into two parts with additive ranks?"""
    assert callable(span)
    total = span(tuple(members))
    rest = members[1:]
    for size in range(len(rest)):
        for chosen in combinations(rest, size):
            left = (members[0], *chosen)
            right = tuple(i for i in members if i not in left)
            if span(left) + span(right) == total:
                return False
    return True


def _nested(chosen: tuple[frozenset[int], ...], span: object, dense: set[frozenset[int]]) -> bool:
    """Do pairwise incomparable subsets of `chosen` (size >= 2) always span a flat that is not dense?"""
    assert callable(span)
    for size in range(2, len(chosen) + 1):
        for part in combinations(chosen, size):
            if any(a < b or b < a for a, b in combinations(part, 2)):
                continue
            union = frozenset().union(*part)
            if any(union <= f and span(tuple(f)) == span(tuple(union)) for f in dense):
                return False
    return True


def arrangement_case(normals: Sequence[Sequence[int]], multiplicities: Sequence[int] | None = None) -> Case:
    """The product of linear forms as text.

    >>> arrangement_case([(1, 0), (1, -2)]).generators
    ('(1*x1)*(1*x1 - 2*x2)',)
    """
    names = [f"x{i + 1}" for i in range(len(normals[0]))]
    forms = []
    for k, normal in enumerate(normals):
        text = " ".join(("+ " if c > 0 else "- ") + f"{abs(c)}*{v}" for c, v in zip(normal, names, strict=True) if c)
        text = text.removeprefix("+ ")
        power = 1 if multiplicities is None else multiplicities[k]
        forms.append(f"({text})" + (f"^{power}" if power > 1 else ""))
    return Case("arrangement " + "*".join(forms), tuple(names), ("*".join(forms),), origin(names), mode="abs")

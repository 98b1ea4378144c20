"""What the question proposes to the search: bases of powers as coordinates; sums of squares, multiplied out too.

Proposals only: each becomes a step with an obligation of its own, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import lcm

from rlct.errors import InputError
from rlct.exact.poly import Poly, Ring
from rlct.exact.work import Memory
from rlct.localize import Cell, Claim, denominator, place_of, power_of, translate
from rlct.problem import Add, Expr, Mul, Pow, Problem, expand_in, factors, power_in, product_in, square_summands

SUMMAND = 400  # longest summand that is multiplied out
FEW = 12  # terms: so few need no squares at a rational point


def linear_hints(problem: Problem, claim: Claim) -> list[Poly]:
    """Bases of powers and factors as written: proposals for new coordinates, the shortest first."""
    index = {v: i for i, v in enumerate(problem.variables)}
    found: dict[Poly, None] = {}
    stack: list[Expr] = [*problem.functions, *(e for e, _ in problem.prior)]
    count = 0
    while stack and count < 400:
        e = stack.pop()
        count += 1
        if isinstance(e, Pow):
            stack.append(e.base)
            if isinstance(e.base, Add):
                _hint(e.base, claim.ring, index, found)
        elif isinstance(e, Add):
            stack += e.args
        elif isinstance(e, Mul):
            stack += e.args
            for a in e.args:
                if isinstance(a, Add):
                    _hint(a, claim.ring, index, found)
    for t in claim.functions:
        if claim.form == "ideal":
            for _, fs in t:
                for p, _ in fs:
                    found.setdefault(p)
    return sorted(found, key=len)[:40]


def summands_as_written(problem: Problem, claim: Claim) -> list[Poly]:
    """Polynomials whose sum is a positive multiple of K, which is written as a sum; nothing for other problems."""
    if problem.mode != "K" or claim.form != "product":
        return []
    constant, powers = factors(problem.functions[0])
    if constant <= 0 or len(powers) != 1 or powers[0][1] != 1 or not isinstance(powers[0][0], Add):
        return []
    index = {v: i for i, v in enumerate(problem.variables)}
    try:
        found = [expand_in(e, claim.ring, index, SUMMAND) for e in powers[0][0].args]
    except InputError:
        return []
    found = [(p, c) for p, c in found if p]
    if any(p.is_constant for p, _ in found):
        return []
    n = lcm(*(c.denominator for _, c in found))
    return [p * int(c * n) for p, c in found]


def _hint(e: Expr, ring: Ring, index: Mapping[str, int], found: dict[Poly, None]) -> None:
    try:
        p, _ = expand_in(e, ring, index, 400)
    except InputError:
        return
    if len(p) >= 2:
        found.setdefault(p.primitive())


def move_hint(p: Poly, cell: Cell) -> Poly:
    """A polynomial of the claim in the coordinates of the cell."""
    images = {i: g for i, g in cell.images.items() if g != p.ring.gen(i)}
    return translate(p, images, {i: denominator(g) for i, g in images.items()}).primitive()


def square_parts(
    problem: Problem, claim: Claim, cell: Cell, memory: Memory
) -> Iterator[tuple[int, list[tuple[Fraction, Poly]]]]:
    """For factors of K that are sums of squares, as written or, at a point, when they were multiplied out: (object,
    parts) in the coordinates of the cell."""
    if claim.form != "product" or cell.steps:
        return
    _, fs = factors(problem.functions[0])
    index = {v: i for i, v in enumerate(problem.variables)}
    place = place_of(problem)
    few = 2 if any(len(minpoly) > 2 for minpoly in place or ()) else FEW
    j = -1
    for base, e in fs:
        p, _ = expand_in(base, claim.ring, index)
        if p.is_constant:
            continue
        j += 1
        summands = square_summands(base)
        if summands is None or len(summands) < 2:
            found = memory.squares(p.primitive(), place) if place is not None and e % 2 and len(p) > few else None
            if found is not None and len(found) > 1:
                yield j, [_moved(c, root, cell) for c, root in found]
            continue
        parts = []
        try:
            for s in summands:
                constant, powers = factors(s)
                root = claim.ring.one
                for b, e in powers:
                    g, c = expand_in(b, claim.ring, index)
                    constant *= power_of(c, e)
                    root = product_in(root, power_in(g, e // 2))
                parts.append(_moved(constant, root, cell))
        except InputError:  # too long written so; the product itself was not
            continue
        yield j, parts


def _moved(c: Fraction, root: Poly, cell: Cell) -> tuple[Fraction, Poly]:
    """c·root² in the coordinates of the cell."""
    local = move_hint(root, cell)
    return c * _square_ratio(root, local, cell), local


def _square_ratio(root: Poly, local: Poly, cell: Cell) -> Fraction:
    """root² / local² as functions: a positive rational constant, read off at one point."""
    point = {i: Fraction(3 + 2 * n, 7) for n, i in enumerate(range(root.ring.n))}
    original = {i: g.value(point) / denominator(g) for i, g in cell.images.items()}
    value = local.value(point)
    step = 0
    while not value:
        step += 1
        point = {i: x + Fraction(step, 11 + i) for i, x in point.items()}
        original = {i: g.value(point) / denominator(g) for i, g in cell.images.items()}
        value = local.value(point)
    return (root.value(original) / value) ** 2

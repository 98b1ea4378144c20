"""A box whose problem involves a variable only through q(x), with q increasing or decreasing there: q(x) as coordinate.

Zeros at x = √2 of a function of x^2 become zeros at 2.  (The substitution is invertible on the box, walls included, and
its Jacobian has no zero, so λ and m stay.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd
from typing import Any

from flint import fmpq, fmpq_poly, fmpz_poly

from rlct.algebraic import named
from rlct.exact.poly import Poly, Ring, TooLarge
from rlct.exact.roots import Root, roots_of
from rlct.localize import Claim, univariate
from rlct.problem import Coordinate, Expr, Mul, Num, Pow, Problem
from rlct.rewrite import Leaf, Power, Product, Sum, Tree, expression, tree

HIGHEST = 6  # degree of q
FEWEST = 2  # variables: with one every problem ends soon

Bound = Fraction | None


@dataclass(frozen=True)
class Inner:
    """The coordinate i stands for q(x_i), lo <= x_i <= hi; coefficients of q from the constant one (0) on."""

    i: int
    coefficients: tuple[int, ...]
    lo: Bound
    hi: Bound


def composed(problem: Problem, claim: Claim) -> tuple[Problem, tuple[Inner, ...]]:
    """The problem in coordinates q(x), and what they are; itself where there are none."""
    region = problem.region
    if problem.at is not None or region is None or region.constraints or len(problem.variables) < FEWEST:
        return problem, ()
    polys = [p for f in claim.functions for _, fs in f for p, _ in fs] + [p for p, _ in claim.prior]
    found = []
    for i, (lo, hi) in enumerate(region.box):
        q = _inner(polys, i, lo, hi)
        if q is not None:
            found.append(Inner(i, tuple(int(c) for c in q.coeffs()), lo, hi))
    if not found:
        return problem, ()
    ring = Ring(problem.variables)
    index = {v: i for i, v in enumerate(problem.variables)}

    def changed(e: Expr) -> Expr | None:
        try:
            t = _changed(tree(e, ring, index), found)
        except TooLarge:
            return None
        return None if t is None else expression(t)

    functions = [changed(f) for f in problem.functions]
    if None in functions:  # not part by part: as expanded
        functions = [_expanded(f, found) for f in claim.functions] if claim.form != "squares" else functions
    prior = [(changed(e), x) for e, x in problem.prior]
    if None in functions or any(e is None for e, _ in prior):
        return problem, ()
    box = list(region.box)
    for c in found:
        box[c.i] = image(c)
    return replace(
        problem,
        functions=tuple(f for f in functions if f is not None),
        prior=tuple((e, x) for e, x in prior if e is not None),
        region=replace(region, box=tuple(box)),
    ), tuple(found)


def image(c: Inner) -> tuple[Bound, Bound]:
    """The interval of q(x)."""
    q = fmpq_poly(list(c.coefficients))
    ends = [None if x is None else _at(q, x) for x in (c.lo, c.hi)]
    some = next((x for x in (c.lo, c.hi) if x is not None), Fraction(0))
    rising = _at(q.derivative(), some) > 0
    return (ends[0], ends[1]) if rising else (ends[1], ends[0])


def attained(points: Sequence[Any], inner: Sequence[Inner], variables: Sequence[str]) -> tuple[Any, ...]:
    """Points, or descriptions of strata, in the coordinates of the question."""
    out: list[Any] = []
    for p in points:
        if isinstance(p, str):
            what = ", ".join(f"{variables[c.i]} standing for {_text(c, variables[c.i])}" for c in inner)
            out.append(f"{p} ({what})")
            continue
        moved = list(p)
        for c in inner:
            moved[c.i] = _back(p[c.i], c)
        out.append(tuple(moved))
    return tuple(out)


def written(c: Inner, variables: Sequence[str]) -> list[Any]:
    """As data of the claim."""
    ends = [None if x is None else str(x) for x in (c.lo, c.hi)]
    return [variables[c.i], list(c.coefficients), ends]


def _text(c: Inner, v: str) -> str:
    return repr(univariate(Ring([v]), 0, c.coefficients))


def _back(value: Coordinate, c: Inner) -> Coordinate:
    """The x between lo and hi with q(x) = value."""
    q = fmpz_poly(list(c.coefficients))
    known = [-value.numerator, value.denominator] if isinstance(value, Fraction) else list(value.minpoly)
    total = fmpz_poly([0])
    for x in reversed(known):
        total = total * q + x
    roots = roots_of(total)
    while True:
        left = [r for r in roots if _fits(r, value, c)]
        if len(left) == 1:
            break
        roots = [r.refine() for r in left]
    (root,) = left
    if root.is_rational:
        return root.lo
    same = roots_of(root.poly)
    while True:
        at = [k for k, r in enumerate(same) if r.lo <= root.hi and root.lo <= r.hi]
        if len(at) == 1:
            return named(tuple(int(x) for x in root.poly.coeffs()), same[at[0]].lo, same[at[0]].hi, at[0])
        root, same = root.refine(), [r.refine() for r in same]


def _fits(r: Root, value: Coordinate, c: Inner) -> bool:
    """The root may be the one in the box."""
    if (c.lo is not None and r.hi < c.lo) or (c.hi is not None and c.hi < r.lo):
        return False
    if isinstance(value, Fraction):
        return True
    q = fmpq_poly(list(c.coefficients))
    ends = sorted(_at(q, x) for x in (r.lo, r.hi))  # monotone near the one that is meant
    return ends[0] <= value.hi and value.lo <= ends[1]


# ---------------------------------------------------------------- finding q
def _inner(polys: Iterable[Poly], i: int, lo: Bound, hi: Bound) -> Any | None:
    """The q of highest degree > 1 that is monotone between the bounds, with all polynomials being some in q(x_i)."""
    those = [p for p in polys if p.degrees[i]]
    n = gcd(*(p.degrees[i] for p in those)) if those else 0
    for e in range(min(n, HIGHEST), 1, -1):
        if n % e == 0:
            q = _candidate(those[0], i, e)
            if q is not None and _is_monotone(q, lo, hi) and all(digits(p, i, q) is not None for p in those):
                return q
    return None


def _candidate(p: Poly, i: int, e: int) -> Any | None:
    """The q of degree e by the highest coefficients, the other variables being numbers."""
    top = p.degrees[i]
    parts = p.coefficients(i)
    for shift in range(3, 9):
        point = {j: Fraction(shift + 2 * j, 7) for j in range(p.ring.n)}
        if (high := parts[top].value(point)) != 0:
            break
    else:
        return None
    s = top // e
    q = fmpq_poly([0] * e + [1])
    for k in range(1, e):
        part = parts.get(top - k)
        ratio = part.value(point) / high if part is not None else Fraction(0)
        missing = fmpq(ratio.numerator, ratio.denominator) - (q**s)[top - k]
        q += fmpq_poly([0] * (e - k) + [missing / s])
    return fmpz_poly([int(c) for c in (q * q.denom()).coeffs()])


def digits(p: Poly, i: int, q: Any) -> tuple[Poly, int] | None:
    """(g, n) with g(q(x_i)) = n·p; None where p is no polynomial in q(x_i)."""
    ring = p.ring
    base = univariate(ring, i, [int(c) for c in q.coeffs()])
    n = int(q[q.degree()]) ** max(0, p.degrees[i] - q.degree() + 1)  # a division for each power
    rest, total, power = p * n, ring.zero, ring.one
    while rest:
        rest, digit = rest.divmod(base)
        if digit.degrees[i]:
            return None
        total, power = total + digit * power, power * ring.gen(i)
    return total, n


def _is_monotone(q: Any, lo: Bound, hi: Bound) -> bool:
    """The derivative has no zero between the bounds, nor at them."""
    for r in roots_of(q.derivative()):
        while not r.is_rational and any(x is not None and r.lo <= x <= r.hi for x in (lo, hi)):
            r = r.refine()
        if (lo is None or r.hi >= lo) and (hi is None or r.lo <= hi):
            return False
    return True


def _at(q: Any, x: Fraction) -> Fraction:
    value = q(fmpq(x.numerator, x.denominator))
    return Fraction(int(value.p), int(value.q))


# ---------------------------------------------------------------- the functions
def _changed(t: Tree, inner: Sequence[Inner]) -> Tree | None:
    """The same function of the new coordinates, part by part."""
    if isinstance(t, Leaf):
        poly, scale = t.poly, t.scale
        for c in inner:
            found = digits(poly, c.i, fmpz_poly(list(c.coefficients)))
            if found is None:
                return None
            poly, scale = found[0], scale / found[1]
        return Leaf(poly, scale)
    if isinstance(t, Power):
        base = _changed(t.base, inner)
        return None if base is None else Power(base, t.exponent)
    parts = [_changed(p, inner) for p in t.parts]
    known = tuple(p for p in parts if p is not None)
    if len(known) < len(parts):
        return None
    return Sum(known) if isinstance(t, Sum) else Product(known)


def _expanded(f: Iterable[tuple[Fraction, Sequence[tuple[Poly, int]]]], inner: Sequence[Inner]) -> Expr | None:
    """A product of powers as it is in the claim."""
    out: list[Expr] = []
    for constant, fs in f:
        out.append(Num(constant))
        for p, k in fs:
            t = _changed(Leaf(p, Fraction(1)), inner)
            if t is None:
                return None
            out.append(Pow(expression(t), k))
    return Mul(tuple(out))


__all__ = ["Inner", "attained", "composed", "image"]

"""Has this system of polynomial conditions a real solution?  Proofs that it has none, cheapest first.

The rungs: a condition that is plainly false; an equation that is a product of things known not to vanish; a sign
pattern; one variable (exact isolation of roots); bounds on a box; the factors of an equation one by one (without z3);
two equations in two variables (resultants); one coordinate fixed, the other over its field; strips of the plane; no
complex solution; z3 (nlsat, a complete decision procedure, in a context of its own), for short, then on the factors one
by one, then for long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, pairwise, product
from typing import Any

from sympy import Poly as Univariate
from sympy import Symbol

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import bernstein, bounds, cells, fibre, least, plane, towers
from rlct.certify.obligations.two_squares import both_squares

Z3_MILLISECONDS = 20_000
BRIEF_MILLISECONDS = 2_000
LINES = 60  # tried for a point of a system
MOST_FACTORED = 160  # terms of an equation that is factored
NOT_CHEAP = "not decided by the cheap rungs"
_T = Symbol("t")


@dataclass(frozen=True)
class Conditions:
    """Polynomials that are = 0, ≠ 0 and > 0."""

    zero: tuple[Poly, ...] = ()
    nonzero: tuple[Poly, ...] = ()
    positive: tuple[Poly, ...] = ()

    def and_(
        self, zero: Iterable[Poly] = (), nonzero: Iterable[Poly] = (), positive: Iterable[Poly] = ()
    ) -> Conditions:
        return Conditions((*zero, *self.zero), (*nonzero, *self.nonzero), (*positive, *self.positive))


def no_solution(c: Conditions, cheap: bool = False, with_z3: bool = True, brief: bool = False) -> str | None:
    """The name of the rung that proves that c has no real solution; None when none does.

    `cheap`: the first rungs only; `with_z3`: the last ones too; `brief`: of these the first one.
    """
    zero = [f for f in c.zero if f]
    if any(algebra.is_constant(f) for f in zero):
        return "constant"
    if any(not f for f in c.nonzero):
        return "constant"
    if any(algebra.is_constant(f) and (not f or f[max(f)] < 0) for f in c.positive):
        return "constant"
    nonzero = [algebra.canonical(f) for f in c.nonzero if not algebra.is_constant(f)]
    positive = [algebra.primitive(f) for f in c.positive if not algebra.is_constant(f)]
    factors = [*nonzero, *(algebra.canonical(f) for f in positive)]
    rest = [algebra.stripped(algebra.canonical(f), factors) for f in zero]
    if any(algebra.is_constant(f) for f in rest):
        return "product"
    signs, nowhere = known_signs(nonzero, positive)
    if any(sign_pattern(f, signs, nowhere) for f in rest):
        return "sign pattern"
    if any(sign_pattern(f, signs, frozenset(), strict=False) == -1 for f in positive):
        return "sign pattern"
    if one_variable(rest, nonzero, positive):
        return "one variable"
    if cheap:
        return NOT_CHEAP
    for n, f in enumerate(rest):
        if (squares := both_squares(f)) is not None:
            rest[n : n + 1] = squares
            return no_solution(Conditions(tuple(rest), tuple(nonzero), tuple(positive)), False, with_z3, brief)
    sides = bounds.box_of(positive)
    if sides and any(bounds.no_zero(f, sides) for f in rest):
        return "bounds"
    if sides and any(bounds.nowhere_positive(f, sides) for f in positive if len(f) > 2):
        return "bounds"
    box = {i: (lo, hi) for i, (lo, hi) in sides.items() if lo is not None and hi is not None}
    if box and _bernstein(rest, positive, box, bernstein.BRIEF):
        return "Bernstein coefficients"
    if _one_by_one(rest, nonzero, positive, with_z3=False):
        return "factors"
    if plane.no_pair(rest, nonzero, positive):
        return "resultants"
    if fibre.no_point_on_lines(rest, nonzero, positive):
        return "number field"
    if cells.nothing(rest, nonzero, positive):
        return "cells"
    one = towers.collapsed(rest, nonzero, positive)
    if one is not None and (one_variable(*one) or fibre.no_point_on_lines(*one)):
        return "number field"
    if one is not None and plane.has_pair(*one):
        return None
    if plane.has_pair(rest, nonzero, positive):
        return None  # there is one
    if _no_complex_solution(rest, [*nonzero, *positive]):
        return "nullstellensatz"
    if not with_z3:
        return None
    if least.nothing(rest, nonzero, positive, box):
        return "greatest value"
    answer = ask_z3(rest, nonzero, positive, BRIEF_MILLISECONDS)
    if brief:
        return "z3" if answer == "unsat" else None
    if answer == "unknown" and box and _bernstein(rest, positive, box, bernstein.WORK):
        return "Bernstein coefficients"
    if answer == "unknown":
        answer = ask_z3(rest[::-1], nonzero[::-1], positive[::-1], BRIEF_MILLISECONDS)
    if answer == "unknown" and cells.nothing(rest, nonzero, positive, cells.HIGHEST):
        return "cells"
    if answer == "unknown" and (method := _one_by_one(rest, nonzero, positive, with_z3=True)) is not None:
        return method
    if answer == "unknown":
        answer = ask_z3(rest, nonzero, positive)
    return "z3" if answer == "unsat" else None


def _bernstein(zero: Iterable[Poly], positive: Iterable[Poly], box: bernstein.Box, most: int) -> bool:
    """An equation without a zero in the box, or an inequality that fails in all of it."""
    if any(bernstein.sign_on(f, box, most) for f in zero):
        return True
    return any(bernstein.sign_on(f, box, most) < 0 for f in positive if len(f) > 2)


def _no_complex_solution(zero: list[Poly], nonzero: list[Poly]) -> bool:
    """1 is in the ideal of the equations and `1 - t·∏ nonzero` (Hilbert, Rabinowitsch): small systems only."""
    from sympy.polys.domains import QQ
    from sympy.polys.groebnertools import groebner
    from sympy.polys.orderings import grevlex
    from sympy.polys.rings import PolyRing

    vs = sorted(frozenset().union(*(algebra.used(f) for f in zero)))
    sizes = sum(map(len, zero)), max((sum(e) for f in zero for e in f), default=0)
    if len(zero) < 3 or len(vs) > 4 or sizes[0] > 45 or sizes[1] > 10:
        return False
    ring = PolyRing(["t", *(f"x{i}" for i in vs)], QQ, grevlex)

    def plain(f: Poly) -> Any:
        return ring.from_dict({(0, *(e[i] for i in vs)): QQ(int(c)) for e, c in f.items()})

    basis = groebner([plain(f) for f in zero], ring)
    if len(basis) == 1 and basis[0].is_ground:
        return True
    inside = [f for f in nonzero if algebra.used(f) <= set(vs)]
    if not inside or sum(max(map(sum, f)) for f in inside) > 6:
        return False
    product = ring.gens[0]
    for f in inside:
        product = product * plain(f)
    basis = groebner([*basis, 1 - product], ring)
    return len(basis) == 1 and bool(basis[0].is_ground)


def _one_by_one(zero: list[Poly], nonzero: list[Poly], positive: list[Poly], with_z3: bool) -> str | None:
    """No solution with any of the factors of the first equation that is a product: what that rests on, or None."""
    for n, f in enumerate(zero):
        factors = _factors(f)
        if len(factors) > 1:
            others = (*zero[:n], *zero[n + 1 :])
            systems = [Conditions((g, *others), tuple(nonzero), tuple(positive)) for g in factors]
            methods = []
            for system in systems:
                methods.append(no_solution(system, with_z3=with_z3))
                if methods[-1] is None:
                    return None
            return "z3" if "z3" in methods else "factors"
    return None


def _factors(f: Poly) -> list[Poly]:
    """Irreducible factors over Q, each once; f itself where it is large."""
    if len(f) > MOST_FACTORED or max(map(sum, f)) > MOST_FACTORED // 4:
        return [f]
    return [algebra.canonical(g) for g, _ in f.factor_list()[1]]


def known_signs(nonzero: Iterable[Poly], positive: Iterable[Poly]) -> tuple[dict[int, int], frozenset[int]]:
    """Variables whose sign is known (from conditions a·x + b > 0), and those known not to be 0."""
    signs: dict[int, int] = {}
    nowhere: set[int] = set()
    for f in positive:
        vs = algebra.used(f)
        if len(f) == 1:
            nowhere |= vs
        if len(vs) == 1 and sum(max(f)) == 1:
            (i,) = vs
            slope = int(f[max(f)])
            shift = int(f.get((0,) * len(max(f)), 0))
            if shift <= 0:  # slope·x > -shift >= 0
                signs[i] = 1 if slope > 0 else -1
    for f in nonzero:
        if len(f) == 1:
            nowhere |= algebra.used(f)
    return signs, frozenset(nowhere | set(signs))


def sign_pattern(f: Poly, signs: Mapping[int, int], nowhere: frozenset[int], strict: bool = True) -> int:
    """±1 when all terms of f have that sign and (strict) one of them never vanishes, else 0."""
    found = 0
    certain = not strict
    for e, c in f.items():
        s = 1 if c > 0 else -1
        for i, a in enumerate(e):
            if a % 2:
                if i not in signs:
                    return 0
                s *= signs[i]
        if found and s != found:
            return 0
        found = s
        certain = certain or all(i in nowhere for i, a in enumerate(e) if a)
    return found if certain else 0


def on_a_tower(c: Conditions) -> bool:
    """Is there a solution where equations fix all variables, or all but one, one after the other?"""
    one = towers.collapsed(c.zero, c.nonzero, c.positive)
    if one is None:
        return False
    found = frozenset().union(*(algebra.used(f) for side in one for f in side))
    if len(found) != 1:
        return plane.has_pair(*one)
    (i,) = found
    constants = [[f for f in side if algebra.is_constant(f)] for side in one]
    if any(constants[0]) or not all(constants[1]) or any(_plainly_not_positive(f) for f in constants[2]):
        return False
    return solvable(*([univariate(f, i) for f in side if not algebra.is_constant(f)] for side in one))


def has_solution(c: Conditions) -> bool:
    """Is it proved that the conditions have a real solution?"""
    everything = (*c.zero, *c.nonzero, *c.positive)
    found = frozenset().union(*(algebra.used(f) for f in everything))
    if len(found) == 1 and c.zero and all(algebra.used(f) for f in everything):
        (i,) = found
        sides = [[univariate(f, i) for f in fs] for fs in (c.zero, c.nonzero, c.positive)]
        return solvable(sides[0], sides[1], sides[2])
    parts = _apart(everything)
    if len(parts) > 1:
        return all(has_solution(_within(c, part)) for part in parts)
    return on_a_line(c) or on_a_tower(c) or ask_z3(c.zero, c.nonzero, c.positive) == "sat"


def on_a_line(c: Conditions) -> bool:
    """Is there a solution on a line parallel to an axis through a small rational point?  (One equation at most.)"""
    zero = [f for f in c.zero if f]
    found = sorted(frozenset().union(*(algebra.used(f) for f in (*zero, *c.nonzero, *c.positive))))
    if len(zero) > 1 or len(found) > 4:
        return False
    for i in sorted(algebra.used(zero[0])) if zero else found[-1:]:
        others = [j for j in found if j != i]
        choices = [_values(c.positive, j) for j in others]
        for values in islice(product(*choices), LINES):
            point = dict(zip(others, values, strict=True))
            sides = [[algebra.at_numbers(f, point) for f in fs] for fs in (zero, c.nonzero, c.positive)]
            if any(not f for f in sides[0] + sides[1]) or any(_plainly_not_positive(f) for f in sides[2]):
                continue
            lists = [[univariate(f, i) for f in fs if not algebra.is_constant(f)] for fs in sides]
            if len(lists[0]) == len(sides[0]) and solvable(lists[0], lists[1], lists[2]):
                return True
    return False


def _plainly_not_positive(f: Poly) -> bool:
    return not f or (algebra.is_constant(f) and f[max(f)] < 0)


def _values(positive: Iterable[Poly], i: int) -> list[Fraction]:
    """Rational numbers within the bounds that the conditions of degree 1 in x_i alone set."""
    low, high = None, None
    for f in positive:
        if algebra.used(f) == {i} and algebra.degree(f, i) == 1:
            slope = int(f[max(f)])
            end = Fraction(-int(f.get((0,) * len(max(f)), 0)), slope)
            if slope > 0:
                low = end if low is None else max(low, end)
            else:
                high = end if high is None else min(high, end)
    if low is not None and high is not None:
        return [low + (high - low) * Fraction(k, 16) for k in (8, 5, 11, 3, 13, 1, 15, 7, 9)]
    steps = [Fraction(k) for k in (1, 2, 5)] + [Fraction(1, k) for k in (2, 3, 8)]
    if low is not None:
        return [low + x for x in steps]
    if high is not None:
        return [high - x for x in steps]
    return [Fraction(0), *(s * x for x in steps for s in (1, -1))]


def _within(c: Conditions, part: frozenset[int]) -> Conditions:
    groups = (tuple(f for f in fs if algebra.used(f) <= part) for fs in (c.zero, c.nonzero, c.positive))
    return Conditions(*groups)


def _apart(polys: Iterable[Poly]) -> list[frozenset[int]]:
    """The finest partition of the variables in which each polynomial lives in one part."""
    parts: list[frozenset[int]] = []
    for f in polys:
        joined = algebra.used(f)
        apart = []
        for part in parts:
            if part & joined:
                joined |= part
            else:
                apart.append(part)
        parts = [*apart, joined]
    return parts


# ---------------------------------------------------------------- one variable
def univariate(f: Poly, i: int) -> Univariate:
    """f, in which only x_i occurs, as a dense polynomial of sympy."""
    coefficients = {e[i]: int(c) for e, c in f.items()}
    return Univariate([coefficients.get(d, 0) for d in range(max(coefficients, default=0), -1, -1)], _T, domain="ZZ")


def one_variable(zero: Iterable[Poly], nonzero: Iterable[Poly], positive: Iterable[Poly]) -> bool:
    """Is there a variable such that the conditions on it alone have no solution?"""
    by: dict[int, tuple[list[Univariate], list[Univariate], list[Univariate]]] = {}
    for kind, group in enumerate((zero, nonzero, positive)):
        for f in group:
            vs = algebra.used(f)
            if len(vs) == 1:
                (i,) = vs
                by.setdefault(i, ([], [], []))[kind].append(univariate(f, i))
    return any(not solvable(*conditions) for conditions in by.values())


def solvable(zero: list[Univariate], nonzero: list[Univariate], positive: list[Univariate]) -> bool:
    """Have the conditions on one variable a real solution?"""
    if not zero:
        # finitely many excluded points do not matter in an open set
        return _open_solvable([f for f in positive if f.degree() > 0])
    common = zero[0]
    for f in zero[1:]:
        common = common.gcd(f)
    common = common.sqf_part()
    for f in nonzero:
        common = common.quo(common.gcd(f))
    if common.degree() <= 0:
        return False
    return any(all(sign_at(f, common, root) > 0 for f in positive) for root in isolate(common))


Interval = tuple[Fraction, Fraction]


def isolate(f: Univariate) -> list[Interval]:
    """Intervals (or points), one for each real root of the square-free f, in order.

    No end of a true interval is a root.
    """
    return plane.roots_between(f, None, None)


def sign_at(f: Univariate, g: Univariate, root: Interval) -> int:
    """The sign of f at the root of the square-free g isolated by `root`."""
    h = g.gcd(f)
    lo, hi = root
    if lo == hi:
        return _sign(_value(f, lo))
    if h.degree() > 0 and _roots_between(h, lo, hi):
        return 0
    while True:
        low, high = _range(f, lo, hi)
        if low > 0 or high < 0:
            return 1 if low > 0 else -1
        lo, hi = _halve(g, lo, hi)


def _range(f: Univariate, lo: Fraction, hi: Fraction) -> Interval:
    """An interval that contains the values on [lo, hi]."""
    low = high = Fraction(0)
    for c in f.all_coeffs():
        corners = (low * lo, low * hi, high * lo, high * hi)
        low, high = min(corners) + int(c), max(corners) + int(c)
    return low, high


def _roots_between(f: Univariate, lo: Fraction, hi: Fraction) -> int:
    """The number of distinct real roots of f in [lo, hi] (Sturm)."""
    if f.degree() <= 0:
        return 0  # constants (0 does not occur: it was dropped before)
    return int(f.count_roots(_rational(lo), _rational(hi)))


def _halve(g: Univariate, lo: Fraction, hi: Fraction) -> Interval:
    """The half of an interval around one simple root of g (which is not 0 at its ends) that contains the root."""
    if lo == hi:
        return lo, hi
    mid = (lo + hi) / 2
    there = _value(g, mid)
    if not there:
        return mid, mid
    return (mid, hi) if (there > 0) == (_value(g, lo) > 0) else (lo, mid)


def _open_solvable(positive: list[Univariate]) -> bool:
    """Is there a real number where all the polynomials are positive?"""
    if all(f.degree() == 1 for f in positive):
        ends = [(-Fraction(int(f.nth(0)), int(f.LC())), f.LC() > 0) for f in positive]
        low, high = [x for x, up in ends if up], [x for x, up in ends if not up]
        return not low or not high or max(low) < min(high)
    product = positive[0]
    for f in positive[1:]:
        product = product * f
    product = product.sqf_part()
    # between (and beyond) the roots the signs are constant: one sample in each gap is enough
    samples = [Fraction(0)]
    roots = isolate(product)
    if roots:
        refined = _separate(product, roots)
        samples = [refined[0][0] - 1, refined[-1][1] + 1]
        samples += [(a[1] + b[0]) / 2 for a, b in pairwise(refined)]
    return any(all(_value(f, x) > 0 for f in positive) for x in samples)


def _separate(f: Univariate, roots: list[Interval]) -> list[Interval]:
    """Shrink the intervals until there is a gap between neighbours."""
    out = list(roots)
    for n in range(len(out) - 1):
        while out[n][1] >= out[n + 1][0]:
            if out[n][0] != out[n][1]:
                out[n] = _halve(f, *out[n])
            if out[n + 1][0] != out[n + 1][1]:
                out[n + 1] = _halve(f, *out[n + 1])
    return out


def _value(f: Univariate, x: Fraction) -> Fraction:
    total = Fraction(0)
    for c in f.all_coeffs():
        total = total * x + int(c)
    return total


def _sign(x: Fraction) -> int:
    return (x > 0) - (x < 0)


def _rational(x: Fraction) -> Any:
    from sympy import Rational

    return Rational(x.numerator, x.denominator)


# ---------------------------------------------------------------- z3
def ask_z3(
    zero: Iterable[Poly], nonzero: Iterable[Poly], positive: Iterable[Poly], milliseconds: int | None = None
) -> str:
    """ "unsat", "sat" or "unknown", from a fresh context with a time limit."""
    import z3

    context = z3.Context()
    solver = z3.SolverFor("QF_NRA", ctx=context)
    solver.set("timeout", min(Z3_MILLISECONDS, milliseconds or Z3_MILLISECONDS))
    zero_value = z3.RealVal(0, ctx=context)
    variables: dict[int, Any] = {}

    def term(f: Poly) -> Any:
        pieces = []
        for e, c in f.items():
            piece = z3.RealVal(int(c), ctx=context)
            for i, a in enumerate(e):
                if a:
                    x = variables.setdefault(i, z3.Real(f"v{i}", ctx=context))
                    for _ in range(a):
                        piece = piece * x
            pieces.append(piece)
        total = pieces[0] if pieces else zero_value
        for piece in pieces[1:]:
            total = total + piece
        return total

    # z3 decides variables in the order in which they come: a long inequality before the box can keep it from an end
    for f in sorted(zero, key=len):
        solver.add(term(f) == zero_value)
    for f in sorted(nonzero, key=len):
        solver.add(term(f) != zero_value)
    for f in sorted(positive, key=len):
        solver.add(term(f) > zero_value)
    answer = str(solver.check())
    if answer == "unknown" and "interrupted" in solver.reason_unknown():  # z3 keeps Ctrl-C for itself
        raise KeyboardInterrupt
    return answer

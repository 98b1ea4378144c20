"""Has this system of equations and conditions f ≠ 0 a complex solution?  For certificates over C: without signs.

An equation is freed of what it has in common with the conditions ≠ 0: a constant that is left has no zero, and a
single other polynomial has zeros where none of the conditions fails.  Several equations: one factor at a time, linear
equations solved, scalings, and at the end whether 1 lies in the ideal (Hilbert, Rabinowitsch), by a Gröbner basis.
"""

from __future__ import annotations

from collections.abc import Sequence

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.real import NOT_CHEAP, Conditions

DEEPEST = 30  # cases in cases
MOST_TERMS = 400  # of the equations of a Gröbner basis
MOST_DEGREE = 40


def no_solution(c: Conditions, cheap: bool = False) -> str | None:
    """The name of the argument that the conditions have no complex solution; None when there is none."""
    if c.positive:
        return None  # nothing is positive over C
    if any(not f for f in c.nonzero):
        return "constant"
    zero = [_apart(f, c.nonzero) for f in c.zero if f]
    if any(algebra.is_constant(f) for f in zero):
        return "product"
    if cheap:
        return NOT_CHEAP
    return "nullstellensatz" if _solvable(zero, c.nonzero, 0) is False else None


def has_solution(c: Conditions) -> bool:
    """Is it proved that the conditions have a complex solution?"""
    return not c.positive and all(c.nonzero) and _solvable([f for f in c.zero if f], c.nonzero, 0) is True


def _apart(f: Poly, nonzero: Sequence[Poly]) -> Poly:
    """f without the factors that it has in common with the conditions ≠ 0."""
    f = algebra.canonical(f)
    for g in nonzero:
        while not algebra.is_constant(f):
            common = f.gcd(g)
            if algebra.is_constant(common):
                break
            quotient = algebra.quotient(f, common)
            assert quotient is not None
            f = quotient
    return f


def _solvable(zero: Sequence[Poly], nonzero: Sequence[Poly], depth: int) -> bool | None:
    """Whether there is a complex solution; None: not decided."""
    nonzero = list(dict.fromkeys(algebra.canonical(f) for f in nonzero if not algebra.is_constant(f) or not f))
    if not all(nonzero):
        return False
    zero = list(dict.fromkeys(_apart(f, nonzero) for f in zero if f))
    if any(algebra.is_constant(f) for f in zero):
        return False
    if len(zero) < 2:
        return True
    if depth > DEEPEST:
        return None
    for place, f in enumerate(zero):
        factors = [algebra.canonical(g) for g, _ in f.factor_list()[1]]
        others = [g for n, g in enumerate(zero) if n != place]
        if len(factors) > 1:
            answers = []
            for g in factors:
                answers.append(_solvable([g, *others], nonzero, depth + 1))
                if answers[-1]:
                    return True
            return None if None in answers else False
        zero[place] = factors[0]
    simpler = _solved(zero, nonzero) or _scaled(zero, nonzero)
    if simpler is not None:
        return _solvable(*simpler, depth)
    return _by_groebner(zero, nonzero)


def _solved(zero: Sequence[Poly], nonzero: Sequence[Poly]) -> tuple[list[Poly], list[Poly]] | None:
    """The other conditions where an equation U x + r = 0, U ≠ 0, is solved for x."""
    for place, f in enumerate(sorted(zero, key=len)):
        for i in sorted(algebra.used(f)):
            if algebra.degree(f, i) != 1:
                continue
            parts = algebra.split_by_degree(f, i)
            if not algebra.is_constant(_apart(parts[1], nonzero)):
                continue
            rest = -parts.get(0, f.ring.zero)
            others = [g for n, g in enumerate(sorted(zero, key=len)) if n != place]
            out = [[algebra.replace_by_ratio(g, i, rest, parts[1]) for g in gs] for gs in (others, nonzero)]
            return out[0], out[1]
    return None


def _scaled(zero: Sequence[Poly], nonzero: Sequence[Poly]) -> tuple[list[Poly], list[Poly]] | None:
    """With a variable a ≠ 0 put to 1, where a scaling that changes a keeps all conditions (over C any a is reached)."""
    polys = [*zero, *nonzero]
    present = sorted(frozenset().union(*(algebra.used(f) for f in polys)))
    rows = []
    for f in polys:
        first, *more = f
        rows += [[e[i] - first[i] for i in present] for e in more]
    full = algebra.rank(rows)
    for f in nonzero:
        if len(f) == 1:
            for i in algebra.used(f):
                # some grading has weight ≠ 0 on x_i when the unit vector is no combination of the rows
                unit = [int(j == i) for j in present]
                if algebra.rank([*rows, unit]) > full:
                    out = [[g.ring.from_dict(_at_one(g, i)) for g in gs] for gs in (zero, nonzero)]
                    return out[0], out[1]
    return None


def _at_one(f: Poly, i: int) -> dict[tuple[int, ...], int]:
    out: dict[tuple[int, ...], int] = {}
    for e, c in f.items():
        key = (*e[:i], 0, *e[i + 1 :])
        out[key] = out.get(key, 0) + c
    return {e: c for e, c in out.items() if c}


def _by_groebner(zero: Sequence[Poly], nonzero: Sequence[Poly]) -> bool | None:
    """Is 1 not in the ideal of the equations and of 1 - t f for each condition f ≠ 0?"""
    from sympy.polys.domains import QQ
    from sympy.polys.groebnertools import groebner
    from sympy.polys.orderings import grevlex
    from sympy.polys.rings import PolyRing

    if sum(map(len, zero)) > MOST_TERMS or max(sum(e) for f in zero for e in f) > MOST_DEGREE:
        return None
    vs = sorted(frozenset().union(*(algebra.used(f) for f in (*zero, *nonzero))))
    inverses = [f"t{n}" for n in range(len(nonzero))]
    ring = PolyRing([*inverses, *(f"x{i}" for i in vs)], QQ, grevlex)
    none = (0,) * len(inverses)

    def plain(f: Poly) -> Poly:
        return ring.from_dict({(*none, *(e[i] for i in vs)): QQ(int(c)) for e, c in f.items()})

    basis = groebner([plain(f) for f in zero], ring)
    if nonzero and not basis[0].is_ground:
        basis = groebner([*basis, *(1 - ring.gens[n] * plain(f) for n, f in enumerate(nonzero))], ring)
    return not basis[0].is_ground

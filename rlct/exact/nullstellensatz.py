"""Systems without even a complex solution: 1 lies in the ideal (Hilbert's Nullstellensatz), found by Buchberger.

Smoothness claims are of this kind more often than not: a polynomial and its derivatives have no common zero at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpz_mpoly_ctx, fmpz_mpoly_vec

from rlct.exact.poly import Poly

LIMITS = (80, 300, 20_000)  # of the basis: polynomials, terms, bits
SIMPLE_BITS = 1000  # of an equation that is called simple
SIMPLE_DEGREE = 20
MOST_VARIABLES = 6
MOST_TERMS = 300
MOST_APART = 8  # degree of the conditions != 0


def no_complex_solution(zero: Sequence[Poly], nonzero: Sequence[Poly]) -> bool:
    """Whether the equations, with the conditions `!= 0`, are proved to have no complex solution.

    `nonzero` enters as `1 - t·∏ nonzero` (Rabinowitsch).  False says nothing.
    """
    variables = sorted(frozenset().union(*(p.variables for p in zero)))
    if len(zero) < 2 or len(variables) > MOST_VARIABLES or sum(map(len, zero)) > MOST_TERMS:
        return False
    names = ("t", *(f"v{i}" for i in variables))
    ctx = fmpz_mpoly_ctx.get(names, "degrevlex")

    def plain(p: Poly) -> object:
        return ctx.from_dict({(0, *(e[i] for i in variables)): c for e, c in p.terms})

    equations = [plain(p) for p in zero]
    if _contains_one(equations, ctx):
        return True
    inside = [p for p in nonzero if p.variables <= set(variables)]
    if not inside or sum(p.total_degree() for p in inside) > MOST_APART:
        return False
    product = ctx.gens()[0]
    for p in inside:
        product = product * plain(p)
    return _contains_one([*equations, 1 - product], ctx)


def contains_one(zero: Sequence[Poly], nonzero: Sequence[Poly]) -> bool | None:
    """Whether the equations, with the conditions `!= 0`, have no complex solution; None: not decided."""
    variables = sorted(frozenset().union(*(p.variables for p in (*zero, *nonzero))))
    degrees = sum(p.total_degree() for p in nonzero)
    if len(variables) > MOST_VARIABLES or sum(map(len, zero)) > MOST_TERMS or degrees > MOST_APART:
        return None
    ctx = fmpz_mpoly_ctx.get(("t", *(f"v{i}" for i in variables)), "degrevlex")

    def plain(p: Poly) -> Any:
        return ctx.from_dict({(0, *(e[i] for i in variables)): c for e, c in p.terms})

    product = ctx.gens()[0]
    for p in nonzero:
        product = product * plain(p)
    equations = [plain(p) for p in zero] + ([1 - product] if nonzero else [])
    basis, finished = fmpz_mpoly_vec(equations, ctx).buchberger_naive(limits=LIMITS)
    if any(g.is_constant() and not g.is_zero() for g in basis):
        return True
    return False if finished else None


def simple_consequences(zero: Sequence[Poly]) -> list[Poly]:
    """Polynomials of a (partial) Gröbner basis of the ideal, by degree: the simplest equations that follow."""
    variables = sorted(frozenset().union(*(p.variables for p in zero)))
    if len(zero) < 2 or len(variables) > MOST_VARIABLES or sum(map(len, zero)) > MOST_TERMS:
        return []
    if max(p.total_degree() for p in zero) > SIMPLE_DEGREE:
        return []
    ring = zero[0].ring
    ctx = fmpz_mpoly_ctx.get(tuple(f"v{i}" for i in variables), "degrevlex")
    equations = [ctx.from_dict({tuple(e[i] for i in variables): c for e, c in p.terms}) for p in zero]
    basis, _ = fmpz_mpoly_vec(equations, ctx).buchberger_naive(limits=LIMITS)
    out = []
    for g in basis:
        terms = {}
        for e, c in g.to_dict().items():
            full = [0] * ring.n
            for i, a in zip(variables, e, strict=True):
                full[i] = int(a)
            terms[tuple(full)] = int(c)
        p = ring.from_terms(terms).primitive()
        if max((c.bit_length() for _, c in p.terms), default=0) <= SIMPLE_BITS:
            out.append(p)
    return sorted(out, key=lambda p: (p.total_degree(), len(p)))


def _contains_one(equations: Sequence[object], ctx: fmpz_mpoly_ctx) -> bool:
    basis, _ = fmpz_mpoly_vec(list(equations), ctx).buchberger_naive(limits=LIMITS)
    return any(g.is_constant() and not g.is_zero() for g in basis)

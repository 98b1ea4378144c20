"""Independent differentials: a Jacobian matrix of polynomials has full rank wherever some conditions hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, islice

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.ledger import Conditions, Ledger

MINORS = 300  # looked at one by one
APART = 4  # of which z3 is asked one by one
TOGETHER = 60  # put into one system

Derivative = Callable[[Poly, int], Poly]


def reduced(
    relations: Sequence[Poly], dependent: Sequence[int], polys: Sequence[Poly], columns: Sequence[int], by: Derivative
) -> list[list[Poly]]:
    """The rows of `polys` after the dependent variables were eliminated, up to the unit det ∂R/∂dependent.

    Entry (f, x) is the determinant of ∂(R, f)/∂(dependent, x): with Cramer's rule the total derivative of f by x, times
    the unit ∂R/∂dependent (left out in a whole column where no relation involves x).
    """
    out = []
    for f in polys:
        row = []
        for x in columns:
            if all(not by(g, x) for g in relations):
                row.append(by(f, x))  # the determinant is this times the unit
                continue
            cols = (*dependent, x)
            matrix = [[by(g, c) for c in cols] for g in (*relations, f)]
            row.append(algebra.determinant(matrix, f.ring))
        out.append(row)
    return out


def minors(rows: Sequence[Sequence[Poly]], ring: algebra.Ring) -> list[Poly]:
    """The non-zero maximal minors, simplest first (not more than `MINORS` are formed)."""
    width = len(rows[0]) if rows else 0
    columns = [c for c in range(width) if any(r[c] for r in rows)]
    found: dict[Poly, None] = {}
    for cols in islice(combinations(columns, len(rows)), MINORS):
        d = algebra.determinant([[r[c] for c in cols] for r in rows], ring)
        if d:
            found.setdefault(algebra.canonical(d))
    return sorted(found, key=len)


def full_rank(
    ledger: Ledger,
    c: Conditions,
    rows: Sequence[Sequence[Poly]],
    obligation: str,
    whole: Sequence[Sequence[Poly]] = (),
) -> None:
    """Prove that the rows are independent wherever c holds; `whole`: the same with the relations, not reduced, whose
    minors may be simpler."""
    ms = minors(rows, ledger.ring)
    simple = minors(whole, ledger.ring) if whole else []
    each = [c.and_(zero=(m,)) for m in (*ms, *simple)]
    if any(ledger.decide(x, cheap=True) is not None for x in each):
        ledger.proved[obligation] += 1
        return
    if simple and ledger.decide(c.and_(zero=simple[:TOGETHER]), cheap=True) is not None:
        ledger.proved[obligation] += 1
        return
    for m in ms[:APART]:
        if ledger.decide_briefly(c.and_(zero=(m,))) is not None:
            ledger.proved[obligation] += 1
            return
    together = c.and_(zero=ms[:TOGETHER])
    if ledger.decide(together) is None:  # with many polynomials z3 may end undecided where one of them is enough
        for m in ms[:APART]:
            if ledger.decide(c.and_(zero=(m,))) is not None:
                ledger.proved[obligation] += 1
                return
    ledger.empty(together, obligation, "the differentials may be dependent")

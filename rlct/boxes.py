"""The worst zero of a box, or of a region by further inequalities: the cells of the box, as few as will do.

A box that shrinks to some of its coordinates (`contraction`) is a question about these.  Cells are taken together where
that is no worse than what is realised; beyond an end that is left out there are more points, so lower bounds hold.
"""

from __future__ import annotations

import time
from itertools import product

from rlct.contraction import contraction, fixed_codes
from rlct.exact.charts import squares
from rlct.exact.constraints import ignore
from rlct.exact.limits import TooFew
from rlct.exact.work import Work
from rlct.hints import move_hint, square_parts
from rlct.localize import Claim, box_cell
from rlct.problem import Problem
from rlct.search import Question, Search
from rlct.settle import settled

LARGE_BOX = 4  # variables with an upper end beyond which upper ends are first looked at with the inside
SHRINKING = 4  # variables from which on a box is shrunk (with fewer, all its worst points are wanted)
TOGETHER_CHARTS = 300  # and seconds, for a proof for several cells of a box together
TOGETHER_SECONDS = 5.0


def is_free_region(problem: Problem, claim: Claim) -> bool:
    """A region without a point around which nothing prevents a look beyond: a bounded prior."""
    return problem.at is None and problem.region is not None and all(e >= 0 for _, e in claim.prior)


def is_large(problem: Problem, claim: Claim) -> bool:
    """A box of too many cells to look at one by one."""
    if not is_free_region(problem, claim):
        return False
    assert problem.region is not None
    return sum(hi is not None for _, hi in problem.region.box) >= LARGE_BOX


def shrinking(question: Question) -> tuple[int, ...] | None:
    """Weights by which the box shrinks, where there are enough variables and such weights."""
    problem, claim = question.problem, question.claim
    if claim.constraints or not is_free_region(problem, claim) or len(problem.variables) < SHRINKING:
        return None
    assert claim.box is not None
    polys = [p for f in claim.functions for _, fs in f for p, _ in fs] + [p for p, _ in claim.prior]
    weights = contraction(polys, claim.box)
    return weights if any(weights) else None


def cover(search: Search) -> None:
    """All cells of a box, together where that is no worse than what is realised: all of them with the whole space in
    place of the box (often the worst point lies inside; with two variables the edges cost less than that look); else in
    a large box upper ends with the inside, 2^d cells instead of 3^d."""
    problem, claim = search.problem, search.claim
    assert problem.region is not None
    box = problem.region.box
    fixed = {} if search.contraction is None else fixed_codes(search.contraction, box)

    def everywhere(code: str) -> tuple[str, ...]:
        return tuple(fixed.get(i, code) for i in range(len(box)))

    inside = everywhere("in")
    if len(box) > 2 and not fixed and not claim.constraints:
        search.moves = settled(problem, claim, box_cell(problem, claim, inside).chart, search.solver.memory)
    done = {inside}
    search.run(box_cell(problem, claim, inside))
    if len(fixed) == len(box) or (len(box) > 2 and together(search, everywhere("any"))):
        return
    large = is_large(problem, claim)
    low = tuple(fixed.get(i, "in" if lo is None else "lo") for i, (lo, _) in enumerate(box))
    if large and low not in done:
        done.add(low)
        search.run(box_cell(problem, claim, low))
    high = ("up",) if large else ("in", "hi")
    options = [
        [fixed[i]] if i in fixed else ["lo"] * (lo is not None) + (["in"] if hi is None else list(high))
        for i, (lo, hi) in enumerate(box)
    ]
    for codes in product(*options):
        if search.solver.limits.over(search.solver.visited):  # one open cell stands for all that are left
            together(search, everywhere("any"))
            return
        exact = [c for c in product(*(("in", "hi") if x == "up" else (x,) for x in codes)) if c not in done]
        if len(exact) > 1 and together(search, codes):
            continue
        for c in exact:
            done.add(c)
            search.run(box_cell(problem, claim, c))


def together(search: Search, codes: tuple[str, ...]) -> bool:
    """Whether several cells are proved no worse than what is realised (or time is up, and they stay open)."""
    solver = search.solver
    cell = box_cell(search.problem, search.claim, codes)
    w = Work(cell.chart, solver.memory)
    for n, _ in cell.chart.pending:
        w.do(ignore(w.chart, n))
    for j, parts in square_parts(search.problem, search.claim, cell, solver.memory):
        w.do(squares(w.chart, j, parts))
    search.settle(w, [move_hint(h, cell) for h in search.hints])
    now, end = time.monotonic(), solver.limits.deadline
    until = now + (TOGETHER_SECONDS if end is None else min(TOGETHER_SECONDS, (end - now) / 4))
    oracle = solver.memory.oracle
    solver.until = oracle.deadline = until
    try:
        out = solver.bounded(w, search.ctx.best, TOGETHER_CHARTS)
    except TooFew:
        out = None
    finally:
        solver.until, oracle.deadline = None, end
    if out is None and solver.limits.over(solver.visited):
        out = solver.start(w, search.ctx)
    if out is not None:
        search.outcomes.append((cell, out))
    return out is not None

"""The ladder from a question to a Result: parse, claim, cells, search, certificate."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from typing import Any

from rlct.boxes import cover, is_free_region, is_large, shrinking
from rlct.complex_structure import linear_pairs, may_be_complex
from rlct.curved import curved
from rlct.dependent import dependences, unlinked
from rlct.errors import InputError, NegativeLossError, RegionError, RlctError, UnsupportedError
from rlct.exact.complex_points import ComplexOracle
from rlct.exact.limits import Limits, OutOfBudget
from rlct.exact.poly import TooLarge
from rlct.exact.real import Oracle
from rlct.exact.resolve import Solver
from rlct.exact.work import Memory, Work
from rlct.inner import composed
from rlct.integrable import UNDECIDED, require_integrable
from rlct.interrupt import interruptible
from rlct.localize import Cell, Claim, cells, make_claim, refuse_empty, sharpened, undecided_cell
from rlct.parse import build_problem
from rlct.problem import Problem
from rlct.realified import Realified, realified
from rlct.recursion import deep
from rlct.result import DEFAULT_BUDGET, Budget, Result, checked
from rlct.rewrite import rewritten
from rlct.search import Question, Search
from rlct.settle import Move, moved, settled_at
from rlct.sign import Sign, negative_nearby, refuse_negative, sign_near

COMPLEX_SHARE = 2  # of the budget, one in so many, for the search over C where there is one
COMPLEX_NOTE = "A problem over C, of which only real and imaginary parts were given: answered in complex coordinates."
FIRST_SECONDS = 6.0  # before q(x) becomes a coordinate in the plane
EMPTY_NEAR = "the region has no volume near the point"
SIGN_SECONDS = 2.0  # for real questions about the sign of K; undecided, |K| is meant


def rlct(
    K: Any,
    *,
    mode: str | None = None,
    variables: Any = None,
    at: Any = None,
    region: Any = None,
    prior: Any = None,
    budget: Budget | None = None,
) -> Result:
    """The real log canonical threshold (learning coefficient) λ and its multiplicity m, with a certificate.

    Parameters
    ----------
    K : text, a sympy expression, or a list of them (an ideal, K = sum of squares); rational coefficients.
    mode : ``"K"`` (K >= 0), ``"abs"`` (|f|) or ``"ideal"``; by default "K" for one expression, "ideal" for a list.
    variables : names in order (default: all that occur).
    at : the point (default the origin, when there is no region).
    region : inequalities, or bounds for each variable; without `at` the worst point of the region is meant.
    prior : density, up to a factor between positive constants.
    budget : how long to search (default 120 seconds).

    Returns
    -------
    Result : exact, or rigorous bounds when the budget ended. Ctrl-C ends the search in the same way
        (``stats["stopped"] == "interrupt"``); a second Ctrl-C raises KeyboardInterrupt.

    Raises
    ------
    InputError : for a question that makes no sense; the sentence says what would work.

    References
    ----------
    Watanabe, Algebraic Geometry and Statistical Learning Theory (2009), chapters 2 and 4.

    Examples
    --------
    >>> r = rlct("x^2*y^4")
    >>> r.lam, r.multiplicity, r.status
    (Fraction(1, 4), 1, 'exact')
    >>> rlct("y^2 - x^3", mode="abs")
    RLCT(lam=5/6, m=1, exact, abs)
    """
    spend = DEFAULT_BUDGET if budget is None else checked(budget)
    problem = build_problem(K, mode=mode, variables=variables, at=at, region=region, prior=prior)
    with interruptible() as interrupted:
        return solve_problem(problem, spend, interrupted)


def solve_problem(
    problem: Problem,
    budget: Budget,
    interrupted: Callable[[], bool] = lambda: False,
    progress: Callable[[int], None] = lambda n: None,
) -> Result:
    """Answer a parsed problem."""
    try:
        with deep():
            return _solve(problem, budget, interrupted, progress)
    except TooLarge as e:
        raise InputError("the expanded polynomial takes too many steps to compute; keep it as a product") from e


def _solve(
    asked: Problem, budget: Budget, interrupted: Callable[[], bool], progress: Callable[[int], None]
) -> Result:
    problem, changes = rewritten(asked)
    for start, before in ((problem, changes), (asked, ())) if changes else ((asked, ()),):
        other, brackets = curved(start, problem)
        if brackets is not None:
            question = Question(asked, other, before, make_claim(other), brackets=brackets)
            try:
                return _answer(question, budget, interrupted, progress)
            except (InputError, UnsupportedError):  # is told in the coordinates of the question
                break
    if not changes:
        problem, changes = unlinked(asked)
    question = Question(asked, problem, changes, make_claim(problem))
    if _is_zero(question.claim):
        return _zero(asked, "K is 0 everywhere, so λ = 0.")
    other, inner = composed(problem, question.claim)
    known = None
    if inner and len(asked.variables) == 2:  # in the plane every problem ends, most of them soon
        started = time.monotonic()
        known = _answer(question, _some_of(budget), interrupted, progress)
        if known.status == "exact" or interrupted():
            return known
        if budget.seconds is not None:
            budget = replace(budget, seconds=budget.seconds - (time.monotonic() - started))
    if inner:
        composed_question = Question(asked, other, changes, make_claim(other), inner)
        try:
            return _narrower(_answer(composed_question, budget, interrupted, progress), known)
        except RlctError:  # is told in the coordinates of the question
            if known is not None:
                return known
    return _answer(question, budget, interrupted, progress)


def _some_of(budget: Budget) -> Budget:
    """What is spent before another way is tried."""
    return replace(budget, seconds=FIRST_SECONDS if budget.seconds is None else min(FIRST_SECONDS, budget.seconds / 2))


def _answer(
    question: Question, budget: Budget, interrupted: Callable[[], bool], progress: Callable[[int], None]
) -> Result:
    started = time.monotonic()
    asked, problem, changes = question.asked, question.problem, question.changes
    deadline = None if budget.seconds is None else started + budget.seconds
    limits = Limits(deadline, budget.charts, interrupted)
    oracle = Oracle()
    oracle.deadline = deadline
    solver = Solver(Memory(oracle), limits, progress)
    question, roots = _root_cells(question, oracle)
    known = None
    found, moves = _realified(question, roots, solver.memory)
    if found is not None and require_integrable(problem, roots, solver.memory, limits):
        known = _over_c(question, found, budget, interrupted, progress)
        if known.status == "exact" or interrupted():
            return known
    try:
        sign = _sign(problem, question.claim, oracle, limits)
    except NegativeLossError as e:
        if not changes:
            raise
        raise NegativeLossError(asked.source, negative_nearby(asked) or "points near the given one") from e
    notes = list(sign.notes) if sign is not None else []
    integrable = require_integrable(problem, roots, solver.memory, limits)
    if not integrable:
        notes.append(UNDECIDED)
    search = Search(question, solver, sign, notes, integrable, contraction=shrinking(question), moves=moves)
    if is_free_region(problem, question.claim):
        cover(search)
    else:
        for cell in roots:
            search.run(cell)
    answer = search.result(time.monotonic() - started)
    if answer.lam == math.inf and problem.at is not None and _is_empty_near(roots[0], solver.memory):
        raise RegionError(asked.region.text if asked.region else "", None, EMPTY_NEAR)
    return _narrower(answer, known)


def _is_empty_near(cell: Cell, memory: Memory) -> bool:
    """K is 0 at the point, so that λ = ∞ says that the region has no volume near it."""
    w = Work(cell.chart, memory)
    objects = [ob for ob in cell.chart.objects if ob.E]
    return bool(cell.chart.pending) and any(all(w.vanishes(g) for g in ob.gens) for ob in objects)


def _root_cells(question: Question, oracle: Oracle) -> tuple[Question, list[Cell]]:
    """The cells to look at (none of a large box yet), and the question with its walls in an order that has cells."""
    problem, claim = question.problem, question.claim
    if problem.at is None:
        if claim.constraints:
            refuse_empty(problem, claim, oracle)
        return question, [] if is_large(problem, claim) else list(cells(problem, claim, oracle))
    try:
        return question, list(cells(problem, claim, oracle))
    except UnsupportedError:
        other = sharpened(problem, claim, oracle)
        if other is not None:
            with suppress(UnsupportedError):
                return replace(question, claim=other), list(cells(problem, other, oracle))
        if dependences(problem.at):
            raise
        return question, [undecided_cell(problem, claim, oracle)]


def _realified(
    question: Question, roots: list[Cell], memory: Memory
) -> tuple[Realified | None, tuple[Move, ...]]:
    """The problem over C, if it is one; in other coordinates than those given, these too."""
    if len(roots) != 1:
        return None, ()
    problem, claim = question.problem, question.claim
    found = realified(problem, claim, roots[0])
    if found is not None or not may_be_complex(problem, claim, roots[0]):
        return found, ()
    moves = settled_at(problem, claim, roots[0], memory)
    starts = dict.fromkeys(((), moves))
    pairs = ((*start, *p) for start in starts for p in linear_pairs(moved(roots[0].chart, start), claim))
    tried = (realified(problem, claim, roots[0], p) for p in chain([moves] if moves else [], pairs))
    return next((r for r in tried if r is not None), None), moves


def _over_c(
    question: Question,
    found: Realified,
    budget: Budget,
    interrupted: Callable[[], bool],
    progress: Callable[[int], None],
) -> Result:
    """The answer for real and imaginary parts from the search over C, in a share of the budget."""
    started = time.monotonic()
    oracle = ComplexOracle()
    oracle.deadline = None if budget.seconds is None else started + budget.seconds / COMPLEX_SHARE
    charts = None if budget.charts is None else budget.charts // COMPLEX_SHARE
    solver = Solver(Memory(oracle), Limits(oracle.deadline, charts, interrupted), progress)
    search = Search(question, solver, notes=[COMPLEX_NOTE], over_c=found.data)
    search.run_over_c(found.cell)
    return search.result(time.monotonic() - started)


def _narrower(one: Result, other: Result | None) -> Result:
    """Of two answers to one question that with the narrower bounds."""
    return one if other is None or one.status == "exact" else min((one, other), key=lambda r: r.bounds[1] - r.bounds[0])


def _is_zero(claim: Claim) -> bool:
    return any(c == 0 for f in claim.functions for c, _ in f) or all(not f for f in claim.functions)


def _zero(problem: Problem, note: str) -> Result:
    return Result(
        problem,
        Fraction(0),
        1,
        "exact",
        (Fraction(0), Fraction(0)),
        (1, 1),
        notes=(note,),
        stats={"charts": 0, "kinds": 0, "seconds": 0.0, "stopped": None},
    )


def _sign(problem: Problem, claim: Claim, oracle: Oracle, limits: Limits) -> Sign | None:
    """For mode K: is K >= 0 there?  Raises when a point with K < 0 is found; None where it is plain that K >= 0."""
    if problem.mode != "K" or claim.form == "squares":
        return None
    constant, fs = claim.functions[0][0]
    odd = [j for j, (_, e) in enumerate(fs) if e % 2]
    if not odd:
        if constant < 0:
            refuse_negative(problem, claim)
        return None

    def tick() -> None:
        if limits.over(0):
            raise OutOfBudget

    deadline = oracle.deadline
    oracle.deadline = min(time.monotonic() + SIGN_SECONDS, math.inf if deadline is None else deadline)
    try:
        return sign_near(problem, claim, odd, oracle, tick)
    except (OutOfBudget, TooLarge):
        return Sign.undecided(problem)
    finally:
        oracle.deadline = deadline


__all__ = ["InputError", "rlct", "solve_problem"]

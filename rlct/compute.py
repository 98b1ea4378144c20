"""The ladder from a question to a Result: parse, claim, cells, search, certificate."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

from rlct.certify.certificate import seal
from rlct.dependent import cut, dependences, rejoined, removal
from rlct.errors import InputError, InternalError, NegativeLossError, UnsupportedError
from rlct.exact.charts import squares
from rlct.exact.complex_points import ComplexOracle
from rlct.exact.leaves import INFINITE, Upper, crude_bound
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.real import Oracle
from rlct.exact.resolve import Context, Limits, Outcome, OutOfBudget, Solver, TooFew
from rlct.exact.shorten import ENOUGH, shorten, size
from rlct.exact.summands import squares_step
from rlct.exact.work import Memory, Work
from rlct.hints import linear_hints, move_hint, square_parts
from rlct.integrable import UNDECIDED, require_integrable
from rlct.interrupt import interruptible
from rlct.local import joint_relations, local_cell, reduced
from rlct.localize import Cell, Claim, box_cell, cells, claim_data, make_claim, sharpened
from rlct.parse import build_problem
from rlct.problem import Algebraic, Problem
from rlct.realified import Realified, realified
from rlct.recursion import deep
from rlct.result import DEFAULT_BUDGET, Budget, Result, checked
from rlct.rewrite import Change, rewritten
from rlct.script import only_realised, reachable
from rlct.sign import Sign, negative_nearby, refuse_negative, sign_near
from rlct.values import Threshold

LARGE_BOX = 4  # variables with an upper end beyond which upper ends are first looked at with the inside
TOGETHER_CHARTS = 300  # and seconds, for a proof for several cells of a box together
TOGETHER_SECONDS = 5.0
COMPLEX_SHARE = 2  # of the budget, one in so many, for the search over C where there is one
COMPLEX_NOTE = "A problem over C, of which only real and imaginary parts were given: answered in complex coordinates."
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
    problem: Problem, budget: Budget, interrupted: Callable[[], bool], progress: Callable[[int], None]
) -> Result:
    started = time.monotonic()
    asked = problem
    problem, changes = rewritten(asked)
    claim = make_claim(problem)
    if any(c == 0 for f in claim.functions for c, _ in f) or all(not f for f in claim.functions):
        return _zero(asked, "K is 0 everywhere, so λ = 0.")
    deadline = None if budget.seconds is None else started + budget.seconds
    limits = Limits(deadline, budget.charts, interrupted)
    oracle = Oracle()
    oracle.deadline = deadline
    solver = Solver(Memory(oracle), limits, progress)
    try:
        upper_ends = 0 if problem.region is None else sum(hi is not None for _, hi in problem.region.box)
        large = is_free_box(problem, claim) and upper_ends >= LARGE_BOX
        roots = [] if large else list(cells(problem, claim, oracle))
    except UnsupportedError:
        other = sharpened(problem, claim, oracle)
        if other is None:
            raise
        claim, roots = other, list(cells(problem, other, oracle))
    known = None
    found = realified(problem, claim, roots[0]) if len(roots) == 1 else None
    if found is not None and require_integrable(problem, roots, solver.memory, limits):
        known = _over_c(problem, claim, found, asked, changes, budget, interrupted, progress)
        if known.status == "exact" or interrupted():
            return known
    try:
        sign = _sign(problem, claim, oracle, limits)
    except NegativeLossError as e:
        if not changes:
            raise
        raise NegativeLossError(asked.source, negative_nearby(asked) or "points near the given one") from e
    notes = list(sign.notes) if sign is not None else []
    integrable = require_integrable(problem, roots, solver.memory, limits)
    if not integrable:
        notes.append(UNDECIDED)
    search = _Search(problem, claim, solver, sign, notes, integrable, asked, changes)
    if is_free_box(problem, claim):
        search.cover(large)
    else:
        for cell in roots:
            search.run(cell)
    return _narrower(search.result(time.monotonic() - started), known)


def _over_c(
    problem: Problem,
    claim: Claim,
    found: Realified,
    asked: Problem,
    changes: tuple[Change, ...],
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
    search = _Search(problem, claim, solver, None, [COMPLEX_NOTE], True, asked, changes, found.data)
    search.run_over_c(found.cell)
    return search.result(time.monotonic() - started)


def _narrower(one: Result, other: Result | None) -> Result:
    """Of two answers to one question that with the narrower bounds."""
    return one if other is None or one.status == "exact" else min((one, other), key=lambda r: r.bounds[1] - r.bounds[0])


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


def is_free_box(problem: Problem, claim: Claim) -> bool:
    """A box around which nothing prevents a look beyond: no other walls, a bounded prior."""
    return (
        problem.at is None
        and problem.region is not None
        and not claim.constraints
        and all(e >= 0 for _, e in claim.prior)
    )


class _Search:
    """One computation over all cells; collects nodes, bounds and the realised upper bound."""

    def __init__(
        self,
        problem: Problem,
        claim: Claim,
        solver: Solver,
        sign: Sign | None,
        notes: list[str],
        integrable: bool,
        asked: Problem,
        changes: tuple[Change, ...],
        over_c: dict[str, Any] | None = None,
    ):
        self.problem, self.claim, self.solver, self.sign = problem, claim, solver, sign
        self.notes, self.integrable, self.asked, self.changes = notes, integrable, asked, changes
        self.over_c = over_c  # the field `complex` of the certificate
        self.ctx = Context()
        self.outcomes: list[tuple[Cell, Outcome]] = []
        self.hints = linear_hints(problem, claim)
        self.dependences = dependences(problem.at or ())

    def run(self, cell: Cell) -> None:
        if self._in_local_coordinates(cell):
            return
        chart = cell.chart if self.sign is None else self.sign.flag(cell.chart)
        w = Work(chart, self.solver.memory)
        w.steps.extend(cell.steps)
        hints = [move_hint(h, cell) for h in self.hints]
        for j, parts in square_parts(self.problem, self.claim, cell):
            w.do(squares(w.chart, j, parts))
        chart, cuts = cut(w.chart, self.dependences)
        first = w.steps
        if cuts:
            w = Work(chart, self.solver.memory)
            for d in self.dependences:
                w.do(removal(w.chart, d))
        shorten(w, hints)
        if self.problem.at is not None and size(w.chart) > ENOUGH and squares_step(w):
            shorten(w, ())  # the roots may show what their sum hid
        self._solve(cell, w, lambda out: rejoined(self.solver.nodes, first, cuts, out))

    def run_over_c(self, cell: Cell) -> None:
        """Solve a cell in complex coordinates."""
        w = Work(cell.chart, self.solver.memory)
        shorten(w, ())
        self._solve(cell, w)

    def _solve(self, cell: Cell, w: Work, after: Callable[[Outcome], Outcome] = lambda out: out) -> None:
        whole = w.chart
        out = after(self.solver.start(w, self.ctx))
        if not out.closed:  # the parts of an unfinished search may have lost what the whole shows at once
            out = replace(out, low=max(out.low, crude_bound(whole)))
        self.outcomes.append((cell, out))

    def _in_local_coordinates(self, other: Cell) -> bool:
        """Solve in the coordinates g(x) at an irrational point, unless the translated chart is shorter."""
        chosen: tuple[Cell, Work, list[Poly]] | None = None
        minimal = {i: p.minpoly for i, p in enumerate(self.problem.at or ()) if isinstance(p, Algebraic)}
        for together in (False, True):
            joint = joint_relations(self.problem, self.claim.ring) if together else None
            cell = local_cell(self.problem, self.claim, joint)
            if cell is None:
                return False
            w = Work(cell.chart if self.sign is None else self.sign.flag(cell.chart), self.solver.memory)
            chosen = cell, w, reduced(w, [move_hint(h, cell) for h in self.hints])
            if len(w.chart.relations) < 2:
                break
        assert chosen is not None
        cell, w, hints = chosen
        common = joint is not None and any(1 < g.degrees[i] < len(minimal[i]) - 1 for i, g in joint.items())
        if w.chart.relations and not common:  # what the coordinates have in common is known only here
            v = Work(other.chart, self.solver.memory)
            reduced(v, ())
            if size(v.chart) < size(w.chart):
                return False
        shorten(w, hints)
        self._solve(cell, w)
        return True

    # ---------------------------------------------------------------- boxes
    def cover(self, large: bool) -> None:
        """All cells of a box, together where that is no worse than what is realised: all of them with the whole space
        in place of the box (often the worst point lies inside; with two variables the edges cost less than that look);
        else in a large box upper ends with the inside, 2^d cells instead of 3^d."""
        assert self.problem.region is not None
        box = self.problem.region.box
        inside = ("in",) * len(box)
        done = {inside}
        self.run(box_cell(self.problem, self.claim, inside))
        if len(box) > 2 and self.together(("any",) * len(box)):
            return
        low = tuple("in" if lo is None else "lo" for lo, _ in box)
        if large and low not in done:
            done.add(low)
            self.run(box_cell(self.problem, self.claim, low))
        high = ("up",) if large else ("in", "hi")
        options = [["lo"] * (lo is not None) + (["in"] if hi is None else list(high)) for lo, hi in box]
        for codes in product(*options):
            if self.solver.limits.over(self.solver.visited):  # one open cell stands for all that are left
                self.together(("any",) * len(box))
                return
            exact = [c for c in product(*(("in", "hi") if x == "up" else (x,) for x in codes)) if c not in done]
            if len(exact) > 1 and self.together(codes):
                continue
            for c in exact:
                done.add(c)
                self.run(box_cell(self.problem, self.claim, c))

    def together(self, codes: tuple[str, ...]) -> bool:
        """Whether several cells are proved no worse than what is realised (or time is up, and they stay open)."""
        cell = box_cell(self.problem, self.claim, codes)
        w = Work(cell.chart, self.solver.memory)
        for j, parts in square_parts(self.problem, self.claim, cell):
            w.do(squares(w.chart, j, parts))
        shorten(w, [move_hint(h, cell) for h in self.hints])
        now, end = time.monotonic(), self.solver.limits.deadline
        until = now + (TOGETHER_SECONDS if end is None else min(TOGETHER_SECONDS, (end - now) / 4))
        oracle = self.solver.memory.oracle
        self.solver.until = oracle.deadline = until
        try:
            out = self.solver.bounded(w, self.ctx.best, TOGETHER_CHARTS)
        except TooFew:
            out = None
        finally:
            self.solver.until, oracle.deadline = None, end
        if out is None and self.solver.limits.over(self.solver.visited):
            out = self.solver.start(w, self.ctx)
        if out is not None:
            self.outcomes.append((cell, out))
        return out is not None

    # ---------------------------------------------------------------- the answer
    def result(self, seconds: float) -> Result:
        low = min((o.low for _, o in self.outcomes), default=INFINITE)
        closed = all(o.closed for _, o in self.outcomes)
        up: tuple[int, Upper] | None = None
        for n, (_, o) in enumerate(self.outcomes):
            if o.up is not None and (up is None or o.up.value < up[1].value):
                up = n, o.up
        value = up[1].value if up is not None else INFINITE
        if value < low:
            raise InternalError(
                f"the search proved a lower bound {low} above a realised value {value}; please report this"
            )
        if not self.integrable:
            low, closed = Threshold(Fraction(0), len(self.problem.variables)), False
        exact = value == low and closed
        stats = {
            "charts": self.solver.visited,
            "kinds": len(self.solver.memo),
            "seconds": round(seconds, 4),
            "stopped": self.solver.limits.stopped,
        }
        notes = self.notes
        certificate = self._certificate(low, up, exact)
        if exact:
            m: int | None = low.mult
            if low == INFINITE:
                notes.append(
                    "K does not vanish "
                    + ("at this point" if self.problem.at is not None else "in this region")
                    + ", so λ = ∞."
                )
                m = None
            return Result(
                self.asked,
                low.lam,
                m,
                "exact",
                (low.lam, low.lam),
                None if m is None else (m, m),
                self._attained(up),
                self._methods(),
                tuple(notes),
                certificate,
                stats,
            )
        lam = low.lam if low.lam == value.lam else None
        most = max(len(self.problem.variables), low.mult, 1)
        mults = (value.mult, most if value == low else low.mult) if lam is not None else (1, most)
        return Result(
            self.asked,
            lam,
            None,
            "bounds",
            (low.lam, value.lam),
            mults,
            (),
            self._methods(),
            tuple(notes),
            certificate,
            stats,
        )

    def _methods(self) -> tuple[str, ...]:
        words = {
            "bound": "monomial",
            "newton": "newton",
            "terms": "newton",
            "snc": "normal crossings",
            "blowup": "chart",
            "fibre": "chart",
            "normalise": "symmetry",
            "split": "strata",
            "product": "product",
            "sum": "sum",
            "composite": "composition",
            "same": "symmetry",
        }
        used = self.solver.methods
        found = list(dict.fromkeys(word for end, word in words.items() if used.get(end)))
        if any(s["op"] == "coordinate" for n in self.solver.nodes for s in n["steps"]):
            found.append("elimination")
        return tuple(found)

    def _attained(self, up: tuple[int, Upper] | None) -> tuple[Any, ...]:
        if self.asked.at is not None:
            return (self.asked.at,)
        if up is None:
            return ()
        from rlct.trace import locate

        cell, outcome = self.outcomes[up[0]]
        return locate(self.problem, self.claim, cell, outcome, up[1], self.solver.nodes)

    def _certificate(self, low: Threshold, up: tuple[int, Upper] | None, exact: bool) -> dict[str, Any] | None:
        """The proof of the answer; where only bounds are known, the proof that the upper one is realised."""
        data = claim_data(self.problem, self.claim, self.changes)
        roots = [o.node for _, o in self.outcomes]
        nodes, value = self.solver.nodes, low
        if not exact:
            if up is None or up[1].value == INFINITE:
                return None
            value = up[1].value
            pruned = only_realised(nodes, roots, up[0], up[1])
            if pruned is None:
                return None
            nodes, roots = pruned
        data["lambda"] = "inf" if value.lam == math.inf else str(Fraction(value.lam))
        data["multiplicity"] = value.mult if value.lam != math.inf else None
        nodes, rename = reachable(nodes, roots)
        upper = None
        if up is not None:
            upper = {"cell": up[0], "path": list(up[1].path), "at": up[1].terminal}
        field = {} if self.over_c is None else {"complex": self.over_c}
        return seal(
            {
                "format": "rlct certificate",
                "version": 1,
                "claim": data,
                "root": {
                    "form": self.claim.form,
                    "semidefinite": self.sign.witness if self.sign is not None and self.sign.nonnegative else None,
                    "cells": [[cell.codes, rename[n]] for (cell, _), n in zip(self.outcomes, roots, strict=True)],
                    **field,
                },
                "nodes": nodes,
                "upper": upper,
            }
        ).to_dict()


__all__ = ["InputError", "rlct", "solve_problem"]

"""The search over the root charts of one question: what is proved, what is realised, and the answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from rlct.certify.certificate import seal
from rlct.curved import Curved
from rlct.dependent import cut, dependences, rejoined, removal
from rlct.errors import InternalError
from rlct.exact.brackets import name_brackets
from rlct.exact.charts import Chart, squares
from rlct.exact.flow import flow_step
from rlct.exact.leaves import INFINITE, Upper, crude_bound
from rlct.exact.outcomes import Context, Outcome
from rlct.exact.poly import Poly
from rlct.exact.resolve import Solver
from rlct.exact.shorten import ENOUGH, shorten, size
from rlct.exact.summands import squares_step
from rlct.exact.work import Work
from rlct.hints import linear_hints, move_hint, square_parts, summands_as_written
from rlct.inner import Inner, attained, written
from rlct.local import joint_relations, local_cell, reduced
from rlct.localize import Cell, Claim, claim_data
from rlct.problem import Algebraic, Problem
from rlct.result import Result
from rlct.rewrite import Change
from rlct.script import only_realised, reachable
from rlct.settle import Move, apply, powers_apart
from rlct.sign import Sign
from rlct.values import Threshold


@dataclass(frozen=True)
class Question:
    """The problem as asked, as it is solved (brackets of the text, or q(x), may become coordinates), and as
    polynomials."""

    asked: Problem
    problem: Problem
    changes: tuple[Change, ...]
    claim: Claim
    inner: tuple[Inner, ...] = ()
    brackets: Curved | None = None


@dataclass
class Search:
    """One computation over all cells; collects nodes, bounds and the realised upper bound.

    `over_c`: the field `complex` of the certificate; `contraction`: weights by which a box shrinks; `moves`:
    coordinates in which a box, or the cell at a point, is shorter.
    """

    question: Question
    solver: Solver
    sign: Sign | None = None
    notes: list[str] = field(default_factory=list)
    integrable: bool = True
    over_c: dict[str, Any] | None = None
    contraction: tuple[int, ...] | None = None
    moves: tuple[Move, ...] = ()
    ctx: Context = field(default_factory=Context)
    outcomes: list[tuple[Cell, Outcome]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.problem, self.claim = self.question.problem, self.question.claim
        self.hints = linear_hints(self.problem, self.claim)
        if self.problem.at is None:
            self.solver.memory.written = summands_as_written(self.problem, self.claim)
        self.dependences = dependences(self.problem.at or ())

    def run(self, cell: Cell) -> None:
        if not cell.chart.pending and self._in_local_coordinates(cell):
            return
        chart = cell.chart if self.sign is None else self.sign.flag(cell.chart)
        w = Work(chart, self.solver.memory)
        w.steps.extend(cell.steps)
        hints = [move_hint(h, cell) for h in self.hints]
        for j, parts in square_parts(self.problem, self.claim, cell, self.solver.memory):
            w.do(squares(w.chart, j, parts))
        if w.chart.pending:  # coordinates are chosen where they are decided
            self._solve(cell, w)
            return
        chart, cuts = cut(w.chart, self.dependences)
        first = w.steps
        if cuts:
            w = Work(chart, self.solver.memory)
            for d in self.dependences:
                w.do(removal(w.chart, d))
        translated, before = w.chart, list(w.steps)
        self.settle(w, hints)
        if self.problem.at is not None and size(w.chart) > ENOUGH:
            v = self._by_brackets(translated, hints)
            if v is not None and _is_shorter(v.chart, w.chart):
                w.chart, w.steps = v.chart, [*before, *v.steps]
            if squares_step(w, at_zero=True) or flow_step(w, at_root=True):
                shorten(w, ())  # the roots may show what their sum hid
        self._solve(cell, w, lambda out: rejoined(self.solver.nodes, first, cuts, out))

    def _by_brackets(self, chart: Chart, hints: Sequence[Poly]) -> Work | None:
        """A chart at a point with brackets as coordinates; None where other ways exist: for generators of an ideal,
        over a field."""
        principal = self.claim.form == "product" and all(ob.principal for ob in chart.objects)
        if not principal or chart.relations or len(chart.smalls) < 2:
            return None
        v = Work(chart, self.solver.memory)
        name_brackets(v, hints)
        if not v.steps:
            return None
        shorten(v, ())
        return v

    def settle(self, w: Work, hints: Sequence[Poly]) -> None:
        """Coordinates in which a root chart is short; those of the whole box or found before, if any."""
        if self.moves and (self.problem.at is not None or not w.chart.small):
            apply(w, self.moves)
            hints = ()
        powers_apart(w, self.claim, hints)
        shorten(w, hints)

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
            for j, parts in square_parts(self.problem, self.claim, cell, self.solver.memory):
                w.do(squares(w.chart, j, parts))
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
                self.question.asked,
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
            self.question.asked,
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
            "jung": "projection",
            "sections": "projection",
            "same": "symmetry",
        }
        used = self.solver.methods
        found = list(dict.fromkeys(word for end, word in words.items() if used.get(end)))
        if any(s["op"] == "coordinate" for n in self.solver.nodes for s in n["steps"]):
            found.append("elimination")
        return tuple(found)

    def _attained(self, up: tuple[int, Upper] | None) -> tuple[Any, ...]:
        if self.question.asked.at is not None:
            return (self.question.asked.at,)
        if up is None:
            return ()
        from rlct.trace import locate

        cell, outcome = self.outcomes[up[0]]
        points = locate(self.problem, self.claim, cell, outcome, up[1], self.solver.nodes)
        return attained(points, self.question.inner, self.problem.variables) if self.question.inner else points

    def _certificate(self, low: Threshold, up: tuple[int, Upper] | None, exact: bool) -> dict[str, Any] | None:
        """The proof of the answer; where only bounds are known, the proof that the upper one is realised."""
        data = claim_data(self.problem, self.claim, self.question.changes, self.question.brackets)
        if self.question.inner:
            data["inner"] = [written(c, self.problem.variables) for c in self.question.inner]
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
        more: dict[str, Any] = {} if self.over_c is None else {"complex": self.over_c}
        if self.contraction is not None:
            more["contraction"] = list(self.contraction)
        return seal(
            {
                "format": "rlct certificate",
                "version": 1,
                "claim": data,
                "root": {
                    "form": self.claim.form,
                    "semidefinite": self.sign.witness if self.sign is not None and self.sign.nonnegative else None,
                    "cells": [[cell.codes, rename[n]] for (cell, _), n in zip(self.outcomes, roots, strict=True)],
                    **more,
                },
                "nodes": nodes,
                "upper": upper,
            }
        ).to_dict()


def _is_shorter(c: Chart, other: Chart) -> bool:
    """Half as long, and not longer together with its relations."""
    return 2 * size(c) < size(other) and size(c) + sum(len(r) for _, r in c.relations) <= size(other)

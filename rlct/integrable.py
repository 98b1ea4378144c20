"""Is the prior a density there?  A question of the same kind as the main one, asked of the same search.

Let the prior be ``∏ |p_j|^x_j``.  With a_j = -x_j for the negative exponents, ``∫ ∏_{x_j<0} |p_j|^(a_j z)
∏_{x_j>0} |p_j|^x_j dw`` converges at z = -1 if and only if its largest pole lies to the left: if and only if the
threshold of ``∏_{x_j<0} |p_j|^a_j`` with the vanishing part as prior is greater than 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from rlct.dependent import cut, dependences, removal
from rlct.errors import PriorError
from rlct.exact.limits import Limits
from rlct.exact.outcomes import Context
from rlct.exact.resolve import Solver
from rlct.exact.work import Memory, Work
from rlct.localize import Cell
from rlct.problem import Problem, point_text
from rlct.values import Threshold

UNDECIDED = "Whether the prior is integrable there was not decided; the bounds suppose that it is."


def require_integrable(problem: Problem, roots: Sequence[Cell], memory: Memory, limits: Limits) -> bool:
    """True when the prior is proved integrable near the point (over the region), False when that was not decided.

    Raises
    ------
    PriorError : when it is proved not to be.
    """
    if not any(x < 0 for _, x in problem.prior):
        return True
    decided = True
    found = dependences(problem.at or ())
    solver = Solver(memory, Limits(limits.deadline, limits.charts, limits.interrupted))
    for cell in roots:
        turned = []
        for o in cell.chart.objects:
            if o.E:
                continue
            turned.append(replace(o, E=-o.H, H=Fraction(0)) if o.H < 0 else o)
        chart, _ = cut(replace(cell.chart, objects=tuple(turned)), found)
        w = Work(chart, memory)
        for d in found:
            w.do(removal(w.chart, d))
        out = solver.start(w, Context(Threshold(Fraction(1), 0)))  # what is above 1 need not be known
        if out.up is not None and out.up.value.lam <= 1:
            where = None if problem.at is None else point_text(problem.variables, problem.at)
            raise PriorError(problem.prior_text, where, "is not integrable" + ("" if where else " in this region"))
        decided = decided and out.low.lam > 1
    return decided


__all__ = ["UNDECIDED", "require_integrable"]

"""Real systems for z3's nlsat (Jovanovic, de Moura, *Solving non-linear arithmetic*, IJCAR 2012): the last resort.

Every query has its own context, so that one answer cannot depend on an earlier one.  z3 is imported on first use.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from rlct.exact.poly import Poly

# beyond these z3 is known to overrun its time limit inside one algebraic operation
MAX_TERMS = 600
MAX_DEGREE = 40


def ask(
    zero: Sequence[Poly], nonzero: Sequence[Poly], positive: Sequence[Poly], milliseconds: int, model: bool = False
) -> tuple[str, dict[int, Fraction] | None]:
    """Ask z3 whether the conditions have a real point.

    Parameters: polynomials = 0, != 0, > 0; time limit; whether a model is wanted.  Returns `"sat"`, `"unsat"` or
    `"unknown"`, and for a wanted model those variables that got rational values.
    """
    conditions = [*zero, *nonzero, *positive]
    if sum(map(len, conditions)) > MAX_TERMS or any(p.total_degree() > MAX_DEGREE for p in conditions):
        return "unknown", None
    import z3

    context = z3.Context()
    solver = z3.Tactic("qfnra-nlsat", ctx=context).solver()
    solver.set("timeout", milliseconds)
    variables = sorted(frozenset().union(*(p.variables for p in conditions)))
    lines = [f"(declare-const v{i} Real)" for i in variables]
    lines += [f"(assert (= {_text(p)} 0.0))" for p in zero]
    lines += [f"(assert (not (= {_text(p)} 0.0)))" for p in nonzero]
    lines += [f"(assert (> {_text(p)} 0.0))" for p in positive]
    solver.from_string("\n".join(lines))
    try:
        answer = str(solver.check())
    except z3.Z3Exception:  # z3 reports its own resource failures this way
        return "unknown", None
    if answer != "sat" or not model:
        return answer, None
    point: dict[int, Fraction] = {}
    values = solver.model()
    for d in values.decls():
        value = values[d]
        if z3.is_rational_value(value):
            point[int(d.name()[1:])] = Fraction(value.numerator_as_long(), value.denominator_as_long())
    for i in variables:
        if all(d.name() != f"v{i}" for d in values.decls()):
            point[i] = Fraction(0)
    return answer, point


def _text(p: Poly) -> str:
    """The polynomial as an SMT-LIB term."""
    out = []
    variables = sorted(p.variables)
    for e, c in p.terms:
        number = f"{c}.0" if c >= 0 else f"(- {-c}.0)"
        powers = [f"v{i}" for i in variables for _ in range(e[i])]
        out.append(f"(* {number} {' '.join(powers)})" if powers else number)
    if not out:
        return "0.0"
    return out[0] if len(out) == 1 else f"(+ {' '.join(out)})"

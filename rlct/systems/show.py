"""The table that ends every example: theory, the engine's answer, an estimate from numbers alone."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from rlct.models.known import Case, Known
from rlct.systems.rows import Ask, ask_numbers

Theory = Known | tuple[Fraction | int, int]


def _estimate_text(found: dict[str, Any] | None) -> str:
    """λ with its standard error; an estimate that did not resolve says so, its error being unknown."""
    if found is None or "lambda" not in found:
        return "–"
    if not found["resolved"]:
        return f"{found['lambda']:.3f} not resolved"
    error = found["stderr"]
    return f"{found['lambda']:.3f} ± {error:.3f}" if error >= 0.0005 else f"{found['lambda']:.4f} ± {error:.0e}"


def comparison(
    rows: Sequence[tuple[str, Theory, Case]],
    *,
    seconds: float = 0.5,
    estimates: int | None = None,
    radius: float = 1.0,
) -> str:
    """A text table with one line a problem: name, theory, computed, estimated.

    Parameters
    ----------
    rows : (name, published or hand-derived value, case).
    seconds : budget of each estimate; 0 leaves the column out.
    estimates : how many rows, from the first, are estimated (default all); the others show a dash.
    radius : half the side of the box of the estimates; it has to keep worse zeros than the point out.

    Returns
    -------
    The table; a line where theory and engine differ ends in "DIFFERENT".

    Examples
    --------
    >>> from rlct.models.networks import tanh_zero, tanh_zero_case
    >>> print(comparison([("one tanh unit", tanh_zero(1), tanh_zero_case(1))], seconds=0))
    problem       | theory   | computed
    one tanh unit | (1/2, 2) | (1/2, 2)
    """
    from rlct import Budget, rlct

    table = [["problem", "theory", "computed", "estimated"][: 4 if seconds else 3]]
    for number, (name, theory, case) in enumerate(rows):
        lam, m = (theory.lam, theory.m) if isinstance(theory, Known) else theory
        result = rlct(case.expression, budget=Budget(seconds=20), **case.keywords())
        agree = result.lam == lam and (m is None or result.multiplicity == m)
        line = [name, f"({lam}, {m})", f"({result.lam}, {result.multiplicity})" + ("" if agree else " DIFFERENT")]
        if seconds:
            wanted = estimates is None or number < estimates
            found = ask_numbers(Ask(case, (Fraction(lam), m), radius=radius), seconds) if wanted else None
            line.append(_estimate_text(found))
        table.append(line)
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    return "\n".join(" | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in table)

"""What `rlct.rlct` returns, and what it was allowed to spend.

A `Result` is plain frozen data (pickle and ``dataclasses.replace`` work).  It has no truth value and cannot be
unpacked, because both would hide the difference between "exact" and "bounds".
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass, field
from fractions import Fraction
from numbers import Real
from typing import Any, Literal, NoReturn

from rlct import report
from rlct.errors import InputError
from rlct.problem import Algebraic, Mode, Point, Problem, Region
from rlct.values import Lam, lam_text

Status = Literal["exact", "bounds"]
Depth = Literal["line", "summary", "full"]


@dataclass(frozen=True, slots=True)
class Budget:
    """How much a search may spend; None means no limit.

    Parameters
    ----------
    seconds : wall-clock time. It is looked at between steps, so it may be overrun by a second or two.
    charts : number of charts looked at.
    """

    seconds: float | None = None
    charts: int | None = None


DEFAULT_BUDGET = Budget(seconds=120)


def checked(budget: Any) -> Budget:
    """The budget, if it is one."""
    if not isinstance(budget, Budget):
        raise InputError(f"the budget must be a Budget such as Budget(seconds=10), not {budget!r}")
    for name in ("seconds", "charts"):
        value = getattr(budget, name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, Real) or not float(value) >= 0):
            raise InputError(f"the budget's {name} must be a number >= 0 or None, not {value!r}")
    if budget.charts is not None and budget.charts != math.inf and budget.charts != int(budget.charts):
        raise InputError(f"the budget's charts must be a whole number or None, not {budget.charts!r}")
    return budget


@dataclass(frozen=True)
class Result:
    """A real log canonical threshold with its multiplicity, or proved bounds for them.

    Parameters
    ----------
    problem : the question that was answered.
    lam : λ; None while its bounds differ; ``math.inf`` where K does not vanish; 0 where K vanishes on an open set.
    multiplicity : m; None unless proved, and where λ is infinite.
    status : ``"exact"`` when λ and m are both proved, else ``"bounds"``.
    bounds : (lo, hi), always contains λ; equal when λ is proved.
    multiplicity_bounds : (lo, hi), always contains m; None where λ is infinite.
    attained_at : points (tuples of coordinates) or descriptions of strata that attain the value.
    method : words: monomial, newton, elimination, chart, ...
    notes : sentences a reader should see.
    certificate : the proof as plain data (see ``docs/certificate-format.md``), for `rlct.check`.
    stats : charts, kinds, seconds, and ``stopped``: None, "seconds", "charts" or "interrupt".
    """

    problem: Problem
    lam: Lam | None
    multiplicity: int | None
    status: Status
    bounds: tuple[Lam, Lam]
    multiplicity_bounds: tuple[int, int] | None
    attained_at: tuple[Point | str, ...] = ()
    method: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    certificate: dict[str, Any] | None = field(default=None, repr=False, hash=False)
    stats: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    # -- the question, as it was understood ------------------------------------------------------
    @property
    def mode(self) -> Mode:
        """``"K"``, ``"abs"`` or ``"ideal"``: the convention of the number."""
        return self.problem.mode

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables in order."""
        return self.problem.variables

    @property
    def at(self) -> Point | None:
        """The point, or None for the worst point of the region."""
        return self.problem.at

    @property
    def region(self) -> Region | None:
        """The region, or None for a full neighbourhood."""
        return self.problem.region

    @property
    def prior(self) -> str | None:
        """The prior as it was given."""
        return self.problem.prior_text or None

    # -- forms -----------------------------------------------------------------------------------
    def explain(self, depth: Depth = "summary") -> str:
        """The argument in words, derived from the certificate alone.

        Parameters
        ----------
        depth : ``"line"`` (the answer with its convention), ``"summary"`` (the argument in numbered sentences),
            ``"full"`` (every step of every chart).

        Raises
        ------
        ValueError : for another depth.
        """
        return report.explain(self.report_data(), depth)

    def latex(self) -> str:
        r"""The answer as LaTeX without dollar signs, e.g. ``\lambda = \frac{5}{12},\ m = 1``."""
        return report.latex(self.report_data())

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON data (the form of ``rlct --json``); the certificate is not in it."""
        from rlct import __version__

        mb = self.multiplicity_bounds
        return {
            "lambda": None if self.lam is None else lam_text(self.lam),
            "multiplicity": self.multiplicity,
            "status": self.status,
            "bounds": [lam_text(b) for b in self.bounds],
            "multiplicity_bounds": None if mb is None else list(mb),
            "mode": self.mode,
            "variables": list(self.variables),
            "at": None if self.at is None else [str(c) for c in self.at],
            "region": None if self.region is None else self.region.text,
            "prior": self.prior,
            "attained_at": [p if isinstance(p, str) else [str(c) for c in p] for p in self.attained_at],
            "method": list(self.method),
            "notes": list(self.notes),
            "stats": dict(self.stats),
            "version": __version__,
        }

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the certificate as JSON to `path` (read it back with `rlct.check`).

        Raises
        ------
        ValueError : if this result has no certificate.
        """
        if self.certificate is None:
            raise ValueError("this result has no certificate to save")
        with open(path, "w", encoding="utf-8") as f:
            json.dump(self.certificate, f, separators=(",", ":"), sort_keys=True)
            f.write("\n")

    def report_data(self) -> dict[str, Any]:
        """Everything `rlct.report` may look at, as plain data: `to_dict` with the texts and the certificate."""
        return self.to_dict() | {"source": self.problem.source, "certificate": self.certificate}

    def __repr__(self) -> str:
        return f"RLCT({report.value_text(self.report_data(), lam='lam=', m='m=')}, {self.status}, {self.mode})"

    def __str__(self) -> str:
        return report.text(self.report_data())

    def _repr_latex_(self) -> str:
        return f"${report.latex_with_convention(self.report_data())}$"

    def _repr_html_(self) -> str:
        return report.html(self.report_data())

    def __bool__(self) -> NoReturn:
        raise TypeError('a Result has no truth value; ask for r.status == "exact", r.lam or r.bounds')

    def __iter__(self) -> NoReturn:
        raise TypeError("a Result cannot be unpacked; use r.lam and r.multiplicity")


def is_exact_number(value: Lam | None) -> bool:
    """True for what may be printed as an exact λ: a Fraction or infinity.

    >>> is_exact_number(Fraction(1, 2)), is_exact_number(math.inf), is_exact_number(0.5)
    (True, True, False)
    """
    return isinstance(value, Fraction) or value == math.inf


__all__ = ["DEFAULT_BUDGET", "Algebraic", "Budget", "Result", "Status", "is_exact_number"]

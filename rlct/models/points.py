"""Local values at several points of a zero set, or of several cells, in one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import Any

from rlct.errors import InputError
from rlct.models.known import Case
from rlct.models.pieces import Worst, worst


@dataclass(frozen=True)
class LocalValue:
    """(λ, m) at one point or on one cell; `bounds` is (λ, λ) where the value is exact."""

    name: str
    point: str
    lam: Fraction | float | None
    m: int | None
    bounds: tuple[Fraction | float, Fraction | float]

    @property
    def exact(self) -> bool:
        """Are λ and m both known (m does not exist where λ is infinite)?"""
        return self.lam is not None and (self.m is not None or self.lam == float("inf"))


@dataclass(frozen=True)
class LocalTable:
    """Local values side by side; `worst` is the value of them all together, None while one is open."""

    rows: tuple[LocalValue, ...]

    @property
    def worst(self) -> Worst | None:
        """The least λ, the largest m there, and where they are attained."""
        if any(r.lam is None for r in self.rows):
            return None
        return worst((r.name, r.lam, r.m) for r in self.rows if r.lam is not None)

    def _cells(self) -> list[list[str]]:
        """Header and rows as text."""
        best = self.worst
        lines = [["", "point", "λ", "m", ""]]
        for r in self.rows:
            lam = _text(r.lam) if r.lam is not None else f"{_text(r.bounds[0])} .. {_text(r.bounds[1])}"
            mark = "worst" if best is not None and r.name in best.attained else ""
            lines.append([r.name, r.point, lam, "–" if r.m is None else str(r.m), mark])
        return lines

    def __str__(self) -> str:
        lines = self._cells()
        widths = [max(len(line[i]) for line in lines) for i in range(5)]
        return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines)

    def _repr_html_(self) -> str:
        rows = ["".join(f"<td>{escape(c)}</td>" for c in line) for line in self._cells()]
        return "<table>" + "".join(f"<tr>{r}</tr>" for r in rows) + "</table>"


def _text(value: Fraction | float) -> str:
    return "∞" if value == float("inf") else str(value)


def local_values(cases: Sequence[Case], *, seconds: float = 30.0) -> LocalTable:
    """Ask the engine for each case.

    Parameters
    ----------
    cases : problems with names, such as the cells of a piecewise model.
    seconds : budget for each.

    Examples
    --------
    >>> from rlct.models.pieces import minimum_of_absolute_values
    >>> local_values(minimum_of_absolute_values()).worst.lam
    Fraction(1, 1)
    """
    from rlct import Budget, rlct

    if not cases:
        raise InputError("no case was given")
    rows = []
    for case in cases:
        r = rlct(case.expression, budget=Budget(seconds=seconds), **case.keywords())
        point = ", ".join(f"{k}={v}" for k, v in (case.at or {}).items()) or str(case.region)
        rows.append(LocalValue(case.name, point, r.lam, r.multiplicity, r.bounds))
    return LocalTable(tuple(rows))


def compare_points(
    K: Any, points: Mapping[str, Any] | Sequence[Any], *, seconds: float = 30.0, **words: Any
) -> LocalTable:
    """Local values of one K at several points.

    Parameters
    ----------
    K : what `rlct.rlct` takes.
    points : the points as `at=` takes them, in a list or named by a dict.
    seconds : budget for each point.
    words : further keywords of `rlct.rlct` (mode, variables, region, prior).

    Examples
    --------
    >>> print(compare_points("(y^2-x^2-x^3)^2", {"node": "x=0, y=0", "tip": "x=-1, y=0"}))
          point      λ    m
    node  x=0, y=0   1/2  2  worst
    tip   x=-1, y=0  1/2  1
    """
    from rlct import Budget, rlct
    from rlct.problem import point_text

    named = points if isinstance(points, Mapping) else {str(i + 1): p for i, p in enumerate(points)}
    if not named:
        raise InputError("no point was given")
    rows = []
    for name, at in named.items():
        r = rlct(K, at=at, budget=Budget(seconds=seconds), **words)
        assert r.problem.at is not None
        rows.append(LocalValue(name, point_text(r.variables, r.problem.at), r.lam, r.multiplicity, r.bounds))
    return LocalTable(tuple(rows))

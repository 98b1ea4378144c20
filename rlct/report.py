"""Placeholder text of answers; grows into the derivation from the certificate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Data = Mapping[str, Any]


def value_text(data: Data, lam: str = "λ = ", m: str = "m = ") -> str:
    """``λ = 5/12, m = 1``, or bounds where something is not proved."""
    return _lam_part(data, lam) + _m_part(data, m)


def _lam_part(data: Data, name: str) -> str:
    if data["lambda"] is not None:
        return f"{name}{data['lambda']}"
    lo, hi = data["bounds"]
    return f"{lo} <= {name.rstrip('= ')} <= {hi}"


def _m_part(data: Data, name: str) -> str:
    if data["multiplicity"] is not None:
        return f", {name}{data['multiplicity']}"
    if data["multiplicity_bounds"] is None or data["lambda"] is None:
        return ""
    lo, hi = data["multiplicity_bounds"]
    return f", {lo} <= {name.rstrip('= ')} <= {hi}"


def explain(data: Data, depth: str = "summary") -> str:
    """The argument in words."""
    return value_text(data)


def latex(data: Data) -> str:
    """The answer as LaTeX."""
    return value_text(data)


def html(data: Data) -> str:
    """The answer as HTML."""
    return value_text(data)

"""The answer in words: the numbers, the convention they are in, the point, the region, the notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from html import escape
from typing import Any

Data = Mapping[str, Any]
LONG = 160
"""A text longer than this is shortened where it is only repeated."""


def value_text(data: Data, lam: str = "λ = ", m: str = "m = ") -> str:
    """``λ = 5/12, m = 1``, or bounds where something is not proved."""
    return _lam_part(data, lam, "∞" if lam == "λ = " else "inf") + _m_part(data, m)


def _lam_part(data: Data, name: str, infinity: str) -> str:
    if data["lambda"] is not None:
        return f"{name}{_number(data['lambda'], infinity)}"
    lo, hi = (_number(b, infinity) for b in data["bounds"])
    return f"{lo} <= {name.rstrip('= ')} <= {hi}"


def _m_part(data: Data, name: str) -> str:
    if data["multiplicity"] is not None:
        return f", {name}{data['multiplicity']}"
    if data["multiplicity_bounds"] is None or data["lambda"] is None:
        return ""
    lo, hi = data["multiplicity_bounds"]
    return f", {lo} <= {name.rstrip('= ')} <= {hi}"


def _number(text: str, infinity: str) -> str:
    return infinity if text == "inf" else text


def headline(data: Data) -> str:
    """The numbers and whether they are proved."""
    if data["status"] == "exact":
        return f"{value_text(data)}   (exact)"
    what = "λ is proved, m is not" if data["lambda"] is not None else "bounds; the truth lies between them"
    return f"{value_text(data)}   ({what})"


def convention(data: Data) -> str:
    """Which of the three functions the numbers belong to, with the factor 2 spelled out."""
    source = shortened(data["source"])
    lam = data["lambda"]
    if data["mode"] == "K":
        return f"K = {source}   (learning coefficient of K itself: the largest pole of ∫ K^z is -λ)"
    if data["mode"] == "abs":
        half = "" if lam in (None, "inf", "0") else f"; for K = f^2 it would be {Fraction(lam) / 2}"
        return f"|f| with f = {source}   (the largest pole of ∫ |f|^z is -λ{half})"
    double = "" if lam in (None, "inf", "0") else f"; for the ideal's norm itself it would be {Fraction(lam) * 2}"
    return f"K = sum of squares of {source}   (the largest pole of ∫ K^z is -λ{double})"


def place(data: Data) -> str:
    """The point, the region and the prior."""
    if data["at"] is None:
        text = f"worst point of the region {data['region']}"
    else:
        point = ", ".join(f"{v}={c}" for v, c in zip(data["variables"], data["at"], strict=True))
        text = f"at {shortened(point)}"
        if data["region"] is not None:
            text += f", inside the region {data['region']}"
    if data["prior"] is not None:
        text += f", prior {shortened(data['prior'])}"
    return text


def notes(data: Data) -> list[str]:
    """The notes of the answer, and why the search ended if it ended early."""
    out = list(data["notes"])
    stopped = data["stats"].get("stopped")
    if stopped is not None:
        out.append(f"the search ended early ({stopped}); more time may narrow the bounds")
    return out


def where_attained(data: Data) -> str | None:
    """The points that attain the value, where that is news."""
    if data["at"] is not None or not data["attained_at"]:
        return None
    points = []
    for p in data["attained_at"]:
        if isinstance(p, str):
            points.append(p)
        else:
            points.append(", ".join(f"{v}={c}" for v, c in zip(data["variables"], p, strict=True)))
    return "attained at " + "; ".join(points[:10]) + ("; ..." if len(points) > 10 else "")


def shortened(text: str) -> str:
    """A long text with its middle left out."""
    return text if len(text) <= LONG else f"{text[: LONG - 40]} ... {text[-30:]}"


# -- LaTeX and HTML --------------------------------------------------------------------------------
def latex(data: Data) -> str:
    r"""The numbers as LaTeX: ``\lambda = \frac{5}{12},\ m = 1``.

    >>> latex({"lambda": "5/12", "multiplicity": 1, "bounds": ["5/12", "5/12"], "multiplicity_bounds": [1, 1]})
    '\\lambda = \\frac{5}{12},\\ m = 1'
    """
    if data["lambda"] is not None:
        out = rf"\lambda = {_latex_number(data['lambda'])}"
    else:
        lo, hi = data["bounds"]
        out = rf"{_latex_number(lo)} \le \lambda \le {_latex_number(hi)}"
    if data["multiplicity"] is not None:
        out += rf",\ m = {data['multiplicity']}"
    elif data["lambda"] is not None and data["multiplicity_bounds"] is not None:
        lo, hi = data["multiplicity_bounds"]
        out += rf",\ {lo} \le m \le {hi}"
    return out


def _latex_number(text: str) -> str:
    if text == "inf":
        return r"\infty"
    q = Fraction(text)
    return str(q) if q.denominator == 1 else rf"\frac{{{q.numerator}}}{{{q.denominator}}}"


def latex_with_convention(data: Data) -> str:
    r"""`latex` with the function that the numbers belong to, for where nothing else is shown."""
    of = {"K": "K", "abs": "|f|", "ideal": r"K = \textstyle\sum_i f_i^2"}[data["mode"]]
    return rf"{latex(data)} \quad ({of})"


def html(data: Data, why: Sequence[str] = ()) -> str:
    """A small table for notebooks; `why` are sentences on what decides, the last on the proof."""
    rows = [("answer", headline(data)), ("of", convention(data)), ("where", place(data))]
    attained = where_attained(data)
    if attained is not None:
        rows.append(("worst", attained))
    if data["method"]:
        rows.append(("by", ", ".join(data["method"])))
    rows += [("note", note) for note in notes(data)]
    rows += [("why" if n + 1 < len(why) else "proof", sentence) for n, sentence in enumerate(why)]
    cells = "".join(f"<tr><th style='text-align:left'>{escape(a)}</th><td>{escape(b)}</td></tr>" for a, b in rows)
    return f"<table>{cells}</table>"

"""From one problem to one row of the table; nothing a problem contains can raise here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlct.batch.problems import IGNORED, STATED
from rlct.errors import InputError, UnsupportedError
from rlct.result import Budget, Result

Row = dict[str, Any]


def arguments(data: Any) -> tuple[Any, dict[str, Any]]:
    """First argument and keywords of `rlct.rlct` for the fields of a problem.

    Raises
    ------
    InputError : where a field is missing or of another kind than it must be.

    Examples
    --------
    >>> arguments({"vars": ["x"], "ideal": ["x^2"], "point": ["1"]})
    (['x^2'], {'mode': 'ideal', 'variables': ['x'], 'at': ['1']})
    """
    if not isinstance(data, Mapping):
        raise InputError(f"a problem is an object with fields such as K and vars, not {_short(data)}")
    if ("K" in data) == ("ideal" in data):
        raise InputError("a problem has one of the fields K (text) and ideal (a list of texts)")
    if "K" in data:
        first = data["K"]
        mode = data.get("mode")
        if not isinstance(first, str):
            raise InputError(f"the field K is text (a list goes into the field ideal), not {_short(first)}")
    else:
        first = data["ideal"]
        mode = data.get("mode") or "ideal"
        if not isinstance(first, list) or not all(isinstance(g, str) for g in first):
            raise InputError(f"the field ideal is a list of texts, not {_short(first)}")
    keywords: dict[str, Any] = {"mode": mode}
    for field, name, kinds in (
        ("vars", "variables", (list, str)),
        ("point", "at", (list, str, dict)),
        ("region", "region", (list, str, dict)),
        ("prior", "prior", (str,)),
    ):
        value = data.get(field)
        if value is None or (field == "prior" and value == ""):
            continue
        if not isinstance(value, kinds):
            raise InputError(f"the field {field} cannot be {_short(value)}")
        keywords[name] = value
    return first, keywords


def budget_of(data: Any, default: Budget) -> Budget:
    """The budget of a problem: its own field ``budget`` ({"seconds": ..., "charts": ...}) before that of the batch.

    >>> budget_of({"budget": {"seconds": 5}}, Budget(seconds=60, charts=9))
    Budget(seconds=5.0, charts=9)
    """
    own = data.get("budget") if isinstance(data, Mapping) else None
    if own is None:
        return default
    if not isinstance(own, Mapping) or not set(own) <= {"seconds", "charts"}:
        raise InputError(f"the field budget is an object with seconds and charts, not {_short(own)}")
    try:
        seconds = default.seconds if own.get("seconds") is None else float(own["seconds"])
        charts = default.charts if own.get("charts") is None else int(own["charts"])
    except (TypeError, ValueError):
        raise InputError(f"the field budget holds numbers, not {_short(own)}") from None
    if (seconds is not None and not seconds > 0) or (charts is not None and charts < 1):
        raise InputError(f"the field budget holds positive numbers, not {_short(own)}")
    return Budget(seconds, charts)


def solve_row(name: str, data: Any, budget: Budget) -> tuple[Row, dict[str, Any] | None]:
    """Answer one problem.

    Parameters
    ----------
    name : its id.
    data : its fields (those of `read_problems`).
    budget : of this problem, unless it names one itself.

    Returns
    -------
    The row, and the certificate where there is one. The status of the row is that of the result, ``"refused"`` for a
    question that makes no sense, or ``"failed"`` for a fault of the program.

    Examples
    --------
    >>> row, certificate = solve_row("a", {"K": "x^2*y^4"}, Budget(seconds=5))
    >>> row["id"], row["lambda"], row["multiplicity"], row["status"], certificate is None
    ('a', '1/4', 1, 'exact', False)
    >>> solve_row("b", {"K": "x^3"}, Budget(seconds=5))[0]["status"]
    'refused'
    """
    from rlct.compute import rlct  # loads the engine

    try:
        first, keywords = arguments(data)
        spent = budget_of(data, budget)
        result: Result = rlct(first, budget=spent, **keywords)
    except (InputError, UnsupportedError) as e:
        return without_answer(name, "refused", str(e)), None
    except MemoryError:
        return without_answer(name, "failed", "out of memory"), None
    except Exception as e:
        what = " ".join(f"{type(e).__name__}: {e}".split())[:300]
        return without_answer(name, "failed", f"a fault of the program itself: {what}"), None
    row = {"id": name, **result.to_dict()}
    row["budget"] = {"seconds": spent.seconds, "charts": spent.charts}
    unknown = sorted(set(data) - set(STATED) - set(IGNORED))
    if unknown:
        row["notes"] = [*row["notes"], "Fields that were not understood and not used: " + ", ".join(unknown) + "."]
    return row, result.certificate


def without_answer(name: str, status: str, error: str) -> Row:
    """The row of a problem that has no answer.

    >>> without_answer("a", "refused", "no")["lambda"] is None
    True
    """
    return {"id": name, "lambda": None, "multiplicity": None, "status": status, "error": error}


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."

"""All rows, one after the other, and their tables as JSON, text and Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from rlct.systems import criticism, learning_zero, quick_thoughts, weird_trick, working_note
from rlct.systems.rows import Item, Row, run

SOURCES = {
    "S0": ("Neural networks generalize because of this one weird trick (J. Hoogland, 2023)", weird_trick.items),
    "S1": ("Singular Learning Theory, working note (J. Hoogland)", working_note.items),
    "S2": ("Initial quick thoughts on singular learning theory (B. Millidge)", quick_thoughts.items),
    "S3": ("Learning zero (D. Vaintrob, 2026)", learning_zero.items),
    "S4": ("My criticism of singular learning theory (J. Skalse, 2023)", criticism.items),
}


def items(prefix: str = "") -> tuple[Item, ...]:
    """The rows whose id begins with `prefix`, in order.

    >>> len(items("S2"))
    5
    """
    return tuple(i for _, rows in SOURCES.values() for i in rows() if i.id.startswith(prefix))


def systems(
    prefix: str = "",
    *,
    seconds: float = 30.0,
    numeric_seconds: float = 5.0,
    workers: int = 1,
    progress: Callable[[str], None] | None = None,
) -> Iterator[Row]:
    """Run the rows, and yield them in their order.

    Parameters
    ----------
    prefix : only rows whose id begins so, such as "S3" or "S3.tanh-128".
    seconds : budget of the engine for one question.
    numeric_seconds : budget of an estimate.
    workers : processes that share the rows; with more than one, a script that calls this needs the usual
        ``if __name__ == "__main__":``.
    progress : called with the id of each row before it is waited for.
    """
    chosen = items(prefix)
    if workers == 1 or len(chosen) < 2:
        for item in chosen:
            if progress is not None:
                progress(item.id)
            yield run(item, seconds=seconds, numeric_seconds=numeric_seconds)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # rows hold functions, so a process gets the id and looks the row up itself
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        rows = [pool.submit(run_id, item.id, seconds, numeric_seconds) for item in chosen]
        try:
            for item, row in zip(chosen, rows, strict=True):
                if progress is not None:
                    progress(item.id)
                yield row.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def run_id(name: str, seconds: float, numeric_seconds: float) -> Row:
    """Run the row with this id.

    >>> run_id("S2.volume", 10, 0).verdict
    'reproduced'
    """
    (item,) = (i for i in items(name) if i.id == name)
    return run(item, seconds=seconds, numeric_seconds=numeric_seconds)


def exact_text(exact: dict[str, Any] | None) -> str:
    """The exact column: "(130/23, 1)", or a dash.

    >>> exact_text({"lambda": "130/23", "multiplicity": 1, "source": "formula"})
    '(130/23, 1) by theorem'
    """
    if exact is None:
        return "–"
    if exact["lambda"] is None:
        return "bounds only"
    text = f"({exact['lambda']}, {exact['multiplicity']})"
    return text + (" by theorem" if exact.get("source") == "formula" else "")


def numeric_text(numeric: dict[str, Any] | None) -> str:
    """The numeric column in a few words.

    >>> numeric_text({"lambda": 0.4998, "stderr": 0.0012, "multiplicity": 2, "resolved": True, "method": "x"})
    'λ ≈ 0.4998 ± 0.0012, m = 2'
    """
    if not numeric:
        return "–"
    if "lambda" in numeric:
        m = f", m = {numeric['multiplicity']}" if numeric.get("multiplicity") is not None else ""
        return f"λ ≈ {numeric['lambda']} ± {numeric['stderr']}{m}" + (
            "" if numeric.get("resolved") else " (not resolved)"
        )
    parts = []
    for key, value in numeric.items():
        shown = ", ".join(_short(v) for v in value) if isinstance(value, list) else _short(value)
        parts.append(f"{key}: {shown}")
    return "; ".join(parts)


def _short(value: Any) -> str:
    """A number with at most four digits, anything else as it is."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, dict):
        return ", ".join(f"{k}: {_short(v)}" for k, v in value.items())
    if isinstance(value, list):
        return "(" + ", ".join(_short(v) for v in value) + ")"
    return str(value)


def markdown(rows: Sequence[Row]) -> str:
    """The page `docs/systems.md`: one table and the arguments of each source, and what the engine confirmed."""
    lines = [
        "# Worked systems",
        "",
        (
            "Every checkable claim of five texts, with the exact answer of the engine, independent numbers, a verdict "
            "and the argument. Made by"
        ),
        (
            "`rlct systems --markdown`; λ and m belong to K unless the question says |f|. The verdict stands only if "
            "the engine confirmed every value the"
        ),
        (
            "argument uses; these are listed under each argument. `by theorem` marks sizes beyond the engine, where "
            "the "
            "catalogue formula is the source."
        ),
        "",
        (
            "For contrast: `reproduced` means the claim is right, `refuted` that it is wrong as stated, `conditional` "
            "that it needs the condition given."
        ),
    ]
    for key, (title, _) in SOURCES.items():
        chosen = [r for r in rows if r.id.startswith(key + ".")]
        if not chosen:
            continue
        lines += [
            "",
            f"## {key}. {title}",
            "",
            "| id | claim | exact (λ, m) | numbers | verdict |",
            "|---|---|---|---|---|",
        ]
        for r in chosen:
            cells = [r.id, r.claim, exact_text(r.exact), numeric_text(r.numeric), r.verdict]
            lines.append("| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |")
        lines.append("")
        for r in chosen:
            lines.append(f"**{r.id}**: {r.argument}")
            if r.confirmed:
                lines.append("Engine: " + "; ".join(r.confirmed) + ".")
            if r.differed:
                lines.append("Not confirmed: " + "; ".join(r.differed) + ".")
            lines.append("")
    total = {v: sum(r.verdict == v for r in rows) for v in ("reproduced", "refuted", "conditional", "not decidable")}
    lines.append(f"{len(rows)} rows: " + ", ".join(f"{count} {name}" for name, count in total.items()) + ".")
    return "\n".join(lines) + "\n"

"""Writes each example script, cell by cell, as a notebook with its output and picture.

``python examples/notebooks.py`` writes them all, ``python examples/notebooks.py 01 05`` those two.
"""

from __future__ import annotations

import base64
import io
import json
import re
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SAVE = re.compile(r"if len\(sys\.argv\) > 1 and sys\.argv\[1\]\.endswith\(.*\):\n    figure\.savefig\(sys\.argv\[1\]\)")


def cells_of(script: str) -> list[tuple[str, str]]:
    """The cells of a percent script: ("markdown" or "code", source); where a picture is saved it is shown instead."""
    found = []
    for part in re.split(r"^# %%", script, flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        if "[markdown]" in head:
            lines = [line.removeprefix("#").removeprefix(" ") for line in body.strip().splitlines()]
            found.append(("markdown", "\n".join(lines)))
        else:
            found.append(("code", SAVE.sub("figure", body.strip())))
    return found


def notebook(script: str, outputs: list[list[dict[str, Any]]] | None = None) -> dict[str, Any]:
    """The notebook of a script as data; `outputs` has one list for each code cell."""
    cells: list[dict[str, Any]] = []
    counter = 0
    for number, (kind, source) in enumerate(cells_of(script)):
        cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": source}
        if kind == "code":
            cell |= {"execution_count": counter + 1, "outputs": outputs[counter] if outputs else []}
            counter += 1
        cells.append(cell)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def run(script: str) -> list[list[dict[str, Any]]]:
    """The outputs of the code cells, run in order in one namespace."""
    space: dict[str, Any] = {"__name__": "__main__"}
    found = []
    for kind, source in cells_of(script):
        if kind != "code":
            continue
        said = io.StringIO()
        with redirect_stdout(said):
            exec(compile(source, "<cell>", "exec"), space)
        out: list[dict[str, Any]] = []
        if said.getvalue():
            out.append({"output_type": "stream", "name": "stdout", "text": said.getvalue()})
        if source.endswith("\nfigure"):
            picture = io.BytesIO()
            space["figure"].savefig(picture, format="png", dpi=80, metadata={"Software": None})
            data = {"image/png": base64.b64encode(picture.getvalue()).decode(), "text/plain": "<Figure>"}
            result = {"output_type": "execute_result", "execution_count": len(found) + 1, "metadata": {}}
            out.append({**result, "data": data})
        found.append(out)
    return found


def main() -> None:
    """Run and write them."""
    for path in sorted(HERE.glob("0*.py")):
        if sys.argv[1:] and path.stem[:2] not in sys.argv[1:]:
            continue
        script = path.read_text(encoding="utf-8")
        wanted, sys.argv[1:] = sys.argv[1:], []
        data = notebook(script, run(script))
        sys.argv[1:] = wanted
        path.with_suffix(".ipynb").write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(path.with_suffix(".ipynb").name)


if __name__ == "__main__":
    main()

"""The example scripts: each runs alone in under ten seconds, writes its picture, and ends in a table without a
difference; with --all every row of the table is estimated too, which takes up to a minute."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "examples").glob("0*.py"))
FAST = ("03_matrix_products", "08_tanh_network")  # 02 runs below, as a notebook


def test_there_are_eight_examples() -> None:
    """01 to 08, one idea each."""
    assert [s.name[:2] for s in SCRIPTS] == [f"0{k}" for k in range(1, 9)]


def _converter() -> Any:
    """The module that writes the notebooks."""
    spec = importlib.util.spec_from_file_location("notebooks", ROOT / "examples" / "notebooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _run(script: Path, folder: Path, *words: str) -> str:
    """Standard output of the script, which must succeed and draw."""
    picture = folder / "picture.png"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MPLCONFIGDIR": str(folder)}
    done = subprocess.run(
        [sys.executable, str(script), str(picture), *words],
        capture_output=True,
        text=True,
        timeout=600,
        env=environment,
        cwd=folder,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert picture.stat().st_size > 2000
    return done.stdout


@pytest.mark.parametrize(
    "script",
    [pytest.param(s, marks=[] if s.stem in FAST else pytest.mark.slow, id=s.stem) for s in SCRIPTS],
)
def test_example_runs(script: Path, tmp_path: Path) -> None:
    """The script ends in the table theory | computed, in which nothing differs, and draws."""
    said = _run(script, tmp_path)
    assert "| theory" in said
    assert "DIFFERENT" not in said


@pytest.mark.slow
@pytest.mark.parametrize(
    "script", [s for s in SCRIPTS if "--all" in s.read_text(encoding="utf-8")], ids=lambda s: s.stem
)
def test_every_row_is_estimated(script: Path, tmp_path: Path) -> None:
    """With --all no row lacks its numbers."""
    said = _run(script, tmp_path, "--all")
    assert "DIFFERENT" not in said
    assert "| –" not in said


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda s: s.stem)
def test_example_is_a_percent_script(script: Path) -> None:
    """Cells are marked, and the first one is text with a title."""
    lines = script.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# %% [markdown]"
    assert lines[1].startswith("# # ")
    assert lines.count("# %%") >= 3


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda s: s.stem)
def test_example_is_a_notebook_too(script: Path) -> None:
    """The notebook has the cells of the script as they are now, a picture, and the table without a difference."""
    stored = json.loads(script.with_suffix(".ipynb").read_text(encoding="utf-8"))
    fresh = _converter().notebook(script.read_text(encoding="utf-8"))
    assert [c["source"] for c in stored["cells"]] == [c["source"] for c in fresh["cells"]]
    outputs = [o for c in stored["cells"] for o in c.get("outputs", [])]
    assert any("image/png" in o.get("data", {}) for o in outputs)
    said = "".join(o.get("text", "") for o in outputs)
    assert "| theory" in said
    assert "DIFFERENT" not in said


def test_a_notebook_runs_from_top_to_bottom(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cells run in order in one namespace, under the arguments that a kernel has."""
    monkeypatch.setattr(sys, "argv", ["kernel", "-f", "connection.json"])
    script = (ROOT / "examples" / "02_nodal_cubic.py").read_text(encoding="utf-8")
    outputs = _converter().run(script)
    assert any("image/png" in o.get("data", {}) for out in outputs for o in out)

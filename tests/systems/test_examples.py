"""The example scripts: each runs alone in under ten seconds, writes its picture, and ends in a table without a
difference."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "examples").glob("0*.py"))


def test_there_are_eight_examples() -> None:
    """01 to 08, one idea each."""
    assert [s.name[:2] for s in SCRIPTS] == [f"0{k}" for k in range(1, 9)]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda s: s.stem)
def test_example_runs(script: Path, tmp_path: Path) -> None:
    """The script ends in the table theory | computed, in which nothing differs, and draws."""
    picture = tmp_path / "picture.png"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MPLCONFIGDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, str(script), str(picture)],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "| theory" in done.stdout
    assert "DIFFERENT" not in done.stdout
    assert picture.stat().st_size > 2000


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda s: s.stem)
def test_example_is_a_percent_script(script: Path) -> None:
    """Cells are marked, and the first one is text with a title."""
    lines = script.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# %% [markdown]"
    assert lines[1].startswith("# # ")
    assert lines.count("# %%") >= 3

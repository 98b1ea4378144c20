"""Every code block of the README and of docs/ runs and shows what it shows.

===========  ==========================================================================================
language     what is done with the block
===========  ==========================================================================================
python       a doctest if it has prompts, else run as a script (blocks of one page share their names)
console      each ``$ rlct ...`` line is run in a folder of its own and must print what follows it
sh           lines to copy: each must be one that `.ci/run` or the list below runs
json         must be JSON
text, none   shown, not run
===========  ==========================================================================================
"""

import doctest
import json
import re
import shlex
from pathlib import Path

import pytest

from rlct.cli import app

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
LANGUAGES = {"python", "console", "sh", "json", "text", "", "mermaid", "bibtex"}
COPIED = {
    'pip install . && rlct "x^2*y^4"',
    "bash .ci/run",
    'pip install ".[docs]" && mkdocs build',
    "pytest -m slow",
    "pytest -m nightly",
    "HYPOTHESIS_PROFILE=deep pytest",
    'eval "$(_RLCT_COMPLETE=bash_source rlct)"',
}


def blocks(page: Path) -> list[tuple[int, str, str]]:
    """Line number, language and text of each fenced block."""
    out = []
    language, start, lines = None, 0, []
    for n, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        fence = re.fullmatch(r"\s*```(\S*)\s*", line)
        if fence and language is None:
            language, start, lines = fence[1], n, []
        elif fence:
            out.append((start, language or "", "\n".join(lines)))
            language = None
        elif language is not None:
            lines.append(line)
    assert language is None, f"{page.name}: a block that begins in line {start} is not closed"
    return out


def console_pairs(text: str) -> list[tuple[str, str]]:
    """Commands with the output that follows them."""
    pairs: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            pairs.append((line[2:], []))
        else:
            pairs[-1][1].append(line)
    return [(c, "\n".join(o)) for c, o in pairs]


def run_console(command: str, expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line: `rlct` commands joined by &&, or ``echo $?`` after one."""
    status, shown = 0, ""
    for part in command.split(" && "):
        words = shlex.split(part)
        assert words[0] == "rlct", f"only rlct is run in a console block, not {part!r}"
        echo = words[-2:] == ["echo", "$?"]
        status = app.run([w.rstrip(";") for w in words[1 : -2 if echo else None]])
        out, err = capsys.readouterr()
        shown += out + err + (f"{status}\n" if echo else "")
        if status:
            break
    ok = doctest.OutputChecker().check_output(expected.strip() + "\n", shown.strip() + "\n", FLAGS)
    assert ok, f"$ {command}\n--- expected\n{expected}\n--- got\n{shown}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_page(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The blocks of a page work, in their order."""
    monkeypatch.chdir(tmp_path)
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    for line, language, text in blocks(page):
        where = f"{page.name}, line {line}"
        assert language in LANGUAGES, where
        if language == "python" and ">>>" in text:
            test = doctest.DocTestParser().get_doctest(text, names, where, str(page), line)
            runner = doctest.DocTestRunner(optionflags=FLAGS)
            report: list[str] = []
            done = runner.run(test, out=report.append, clear_globs=False)
            assert done.attempted, where
            assert not done.failed, "".join(report)
            names |= test.globs
        elif language == "python":
            exec(compile(text, where, "exec"), names)
        elif language == "console":
            for command, expected in console_pairs(text):
                run_console(command, expected, capsys)
        elif language == "sh":
            for command in text.splitlines():
                assert command in COPIED or command.replace("pip install", "pip install -q") in ci, where
        elif language == "json":
            json.loads(text)


def test_ci_is_the_line_of_the_readme() -> None:
    """`.ci/run` does exactly what the README tells a reader to copy."""
    line = 'pip install ".[test]" && ruff check && mypy --strict rlct && pytest'
    assert line in (ROOT / "README.md").read_text(encoding="utf-8")
    assert line.replace("pip install", "pip install -q") in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_inside_the_repository_lead_somewhere(page: Path) -> None:
    """Relative links name files that exist."""
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_readme_fits_a_first_reading() -> None:
    """At most 100 lines; the first screen has the main job and both lines to copy."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 100
    first = "\n".join(lines[:30])
    assert 'pip install . && rlct "x^2*y^4"' in first
    assert "pytest" in first


def test_every_module_is_where_the_map_says() -> None:
    """docs/where-things-live.md names every module and folder of the package."""
    text = (ROOT / "docs" / "where-things-live.md").read_text(encoding="utf-8")
    for path in sorted((ROOT / "rlct").iterdir()):
        if path.name.startswith("__") or path.name == "py.typed":
            continue
        name = path.name + ("/" if path.is_dir() else "")
        assert f"`{name}`" in text, name

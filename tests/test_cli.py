"""The command: what it prints, where, and with which exit status."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rlct import __version__
from rlct.cli import app
from rlct.errors import UnsupportedError


class Line:
    """Outcome of one command line."""

    def __init__(self, status: int, out: str, err: str):
        self.status, self.out, self.err = status, out, err


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    """Run a line in this process."""

    def runner(*args: str) -> Line:
        status = app.run(args)
        out, err = capsys.readouterr()
        return Line(status, out, err)

    return runner


def process(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a line in a process of its own."""
    command = [sys.executable, "-m", "rlct", *args]
    root = Path(__file__).resolve().parent.parent
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | env, cwd=root, check=False)


@pytest.mark.parametrize(
    ("args", "head"),
    [
        (["x^2*y^4"], "λ = 1/4, m = 1   (exact)"),
        (["y^2 - x^3", "--abs"], "λ = 5/6, m = 1   (exact)"),
        (["--abs", "y^2 - x^3"], "λ = 5/6, m = 1   (exact)"),
        (["-x^3 + y^2", "--abs"], "λ = 5/6, m = 1   (exact)"),
        (["--ideal", "x*y, y*z, z*x"], "λ = 3/4, m = 1   (exact)"),
        (["(x+y)^2", "--region", "x>=0, y>=0"], "λ = 1, m = 1   (exact)"),
        (["x^2*y^2", "--prior", "x^2"], "λ = 1/2, m = 1   (exact)"),
        (["(x-1)^2*(y+2)^4", "--at", "x=1, y=-2"], "λ = 1/4, m = 1   (exact)"),
        (["(x+1)^2*(y-2)^4", "--at", "-1,2"], "λ = 1/4, m = 1   (exact)"),
        (["(x+1)^2*(y-2)^4", "--at=-1,2"], "λ = 1/4, m = 1   (exact)"),
        (["x^2", "--vars", "x,y"], "λ = 1/2, m = 1   (exact)"),
        (["--", "-x^3", "--abs"], None),
        (["x^2 + 1"], "λ = ∞   (exact)"),
        (["0", "--vars", "x"], "λ = 0, m = 1   (exact)"),
        (["--explain", "x^2*y^4"], "λ = 1/4, m = 1   (exact)"),
    ],
)
def test_answers(run, args: list[str], head: str | None) -> None:
    """The examples of the help text and their variants; options may stand before the expression."""
    line = run(*args)
    if head is None:
        assert line.status == 2
        return
    assert line.out.splitlines()[0] == head
    assert line.err == ""
    assert line.status == 0


@pytest.mark.parametrize(
    ("args", "part"),
    [
        (["x^2y"], "write x^2*y"),
        (["(x"], "never closed"),
        (["0.1*x"], "1/10"),
        (["x/0"], "divides by zero"),
        (["x/y"], "only division by a number"),
        (["sin(x)"], "not a polynomial"),
        (["0"], "--vars"),
        (["x^2", "--at", "z=1"], "no variable"),
        (["x^2 - y^3"], "--abs"),
        (["x^2", "--prior", "x^-1"], "not integrable"),
        (["x^2", "--region", "x>=1, x<=0"], "empty"),
        (["x^2", "--region", "x>=1", "--at", "x=0"], "outside the region"),
        (["(x+y+z+w)^500 + x^2", "--abs"], "terms"),
        (["(x+y+z+w)^80 + x"], "negative at w=0, x=-1/64, y=0, z=0"),
        (["(" * 10_000 + "x" + ")" * 10_000], "nested"),
        (["x", "--ideal", "--abs"], "exclude each other"),
        (["x, y"], "--ideal"),
        (["x", "y"], "unexpected extra argument"),
        (["--abs"], "Missing argument"),
        (["x^2", "--time", "0"], "positive"),
        (["x^2", "--time", "soon"], "not a valid float"),
        (["x^2", "--max-charts", "0"], "at least 1"),
        (["x^2", "--color"], "No such option"),
        (["x^2", "--certificate", "/no/such/folder/c.json"], "cannot be written"),
        (["check", "/no/such/file.json"], "file.json"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_bad_input_is_one_sentence_and_status_2(run, args: list[str], part: str, as_json: bool) -> None:
    """Bad input: one line on stderr, nothing on stdout, exit status 2."""
    line = run(*args, *(["--json"] if as_json else []))
    assert line.status == 2
    assert line.out == ""
    assert part in line.err
    assert line.err.startswith("rlct: ")
    assert len(line.err.splitlines()) == 1


def test_bounds_have_a_certificate_too(run, tmp_path: Path) -> None:
    """Status 1, a certificate of the realised end, and a check that says which end it proves."""
    file = str(tmp_path / "bounds.json")
    line = run("(y^2-x^3)^2-4*x^5*y-x^7", "--abs", "--max-charts", "3", "--certificate", file)
    assert line.status == 1
    assert line.err == ""
    assert "proof  of the upper bound only" in line.out
    again = run("check", file)
    assert again.status == 0
    assert again.out.startswith("proved: (lambda, m) is at least as bad as lambda = 5/12, m = 1 for |f|\n")


def test_json_is_pure(run) -> None:
    """With --json stdout is one JSON object."""
    line = run("x^2*y^4", "--json")
    data = json.loads(line.out)
    assert (data["lambda"], data["multiplicity"], data["status"]) == ("1/4", 1, "exact")
    assert data["version"] == __version__
    assert line.err == ""


def test_explain_takes_an_optional_depth(run) -> None:
    """The word after --explain is its depth only if it is one of the three."""
    assert len(run("x^2*y^4", "--explain", "line").out.splitlines()) == 1
    assert "[0] the point" in run("x^2*y^4", "--explain", "full").out
    assert "why" in run("--explain", "x^2*y^4").out
    assert "explanation" in json.loads(run("x^2*y^4", "--explain", "line", "--json").out)
    assert run("x", "--explain=deep").status == 2


def test_bounds_are_status_1(run) -> None:
    """An answer that is not exact ends with status 1."""
    line = run("((y-x^2)^2-x^5)^2", "--max-charts", "1")
    assert line.status == 1
    assert "<= λ <=" in line.out


def test_certificate_and_check(run, tmp_path: Path) -> None:
    """A written certificate is accepted; a changed one is refused with status 1 and the obligation's name."""
    file = tmp_path / "proof.json"
    assert run("y^2 - x^3", "--abs", "--certificate", str(file)).status == 0
    accepted = run("check", str(file))
    assert accepted.status == 0
    assert "5/6" in accepted.out
    data = json.loads(file.read_text())
    data["claim"]["lambda"] = "7/6"
    file.write_text(json.dumps(data))
    refused = run("check", str(file))
    assert refused.status == 1
    assert refused.out == ""
    assert len(refused.err.splitlines()) == 1


def test_verify_compares_with_numbers(run) -> None:
    """--verify adds a verdict from sampling; the exit status is 1 only where the numbers contradict."""
    line = run("x^2*y^4", "--verify", "--json")
    assert line.status == 0
    data = json.loads(line.out)
    assert data["lambda"] == "1/4"
    assert data["verification"]["verdict"] in ("consistent", "not resolved")


def test_a_contradicted_answer_is_status_1(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that the numbers contradict is printed with the verdict, and ends with status 1."""
    import dataclasses

    from rlct.compute import solve_problem
    from rlct.values import parse_lam

    def wrong(*args: object, **keywords: object) -> object:
        return dataclasses.replace(solve_problem(*args, **keywords), lam=parse_lam("1/2"))  # type: ignore[arg-type]

    monkeypatch.setattr("rlct.compute.solve_problem", wrong)
    line = run("x^2*y^4", "--verify")
    assert "contradicted" in line.out
    assert line.status == 1


def test_help_and_version(run) -> None:
    """--help shows examples and exit statuses; --version the version; no argument shows the help."""
    line = run("--help")
    assert line.status == 0
    for part in ("--ideal", "--certificate", "Examples:", "Exit status", "check", "completion"):
        assert part in line.out
    assert run("--version").out.strip() == f"rlct, version {__version__}"
    assert run().out == line.out


def test_subcommands_are_the_files_of_the_folder() -> None:
    """Each file in cli/commands is a command of that name."""
    for name in app.subcommands():
        command = app.app.get_command(app.click.Context(app.app), name)
        assert command is not None, name
        assert command.help, name


def test_a_fault_of_the_program_is_status_3(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected exception is one sentence and status 3; RLCT_DEBUG=1 lets it through."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("rlct.compute.solve_problem", broken)
    line = run("x^2")
    assert line.status == 3
    assert line.err == "rlct: a fault of the program itself: ZeroDivisionError: oops (RLCT_DEBUG=1 shows where)\n"
    monkeypatch.setenv("RLCT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run("x^2")


def test_what_is_not_supported_is_status_2(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question outside the theory is refused like bad input."""

    def refuse(*_: object, **__: object) -> None:
        raise UnsupportedError("not analytic")

    monkeypatch.setattr("rlct.compute.solve_problem", refuse)
    line = run("x^2")
    assert (line.status, line.err) == (2, "rlct: not analytic\n")


def test_interrupts_are_status_130(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C outside the search ends with status 130 and one word."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rlct.compute.solve_problem", interrupt)
    line = run("x^2")
    assert (line.status, line.err.strip()) == (130, "rlct: interrupted")


def test_ctrl_c_prints_what_was_found() -> None:
    """Ctrl-C ends a long search: bounds are printed, the exit status is 130."""
    cases = json.loads((Path(__file__).parent / "data" / "textbook.json").read_text(encoding="utf-8"))
    case = next(c for c in cases if c["id"] == "tanh-4")
    command = [sys.executable, "-m", "rlct", "--ideal", ", ".join(case["ideal"]), "--json"]
    root = Path(__file__).resolve().parent.parent
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root) as p:
        time.sleep(2.5)
        p.send_signal(signal.SIGINT)
        out, err = p.communicate(timeout=60)
    assert err == ""
    data = json.loads(out)
    if data["status"] == "bounds":  # a fast machine may have finished
        assert data["stats"]["stopped"] == "interrupt"
        assert p.returncode == 130


def test_the_process_prints_the_answer_and_exits_with_the_status() -> None:
    """As a process: the answer on one stream, nothing on the other; the status says what happened."""
    done = process("x^2*y^4")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("λ = 1/4, m = 1")
    assert process("x^2y").returncode == 2


def test_output_works_where_the_terminal_is_not_utf8() -> None:
    """λ can be printed under an ASCII locale."""
    done = process("x^2*y^4", PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")
    assert done.returncode == 0
    assert "1/4" in done.stdout


def test_a_closed_pipe_is_no_traceback() -> None:
    """`rlct ... | head -1` ends quietly."""
    root = Path(__file__).resolve().parent.parent
    command = f"{sys.executable} -m rlct 'x^2*y^4' --explain full | head -c 1"
    done = subprocess.run(command, shell=True, capture_output=True, cwd=root, check=False)
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("line", "word", "expected"),
    [
        ("rlct --re", "1", {"--region"}),
        ("rlct --vers", "1", {"--version"}),
        ("rlct x^2 --re", "2", {"--region"}),
        ("rlct x^2 --explain ", "3", {"line", "summary", "full"}),
        ("rlct --abs x^2 --ti", "3", {"--time"}),
        ("rlct estimate x^2 --se", "3", {"--seconds", "--seed"}),
    ],
)
def test_shell_completion_knows_the_options(line: str, word: str, expected: set[str]) -> None:
    """Options complete before and after the expression, and so do their values."""
    done = process(_RLCT_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=word)
    assert {item.partition(",")[2] for item in done.stdout.split()} == expected


def test_shell_completion_lists_commands() -> None:
    """The completion of a shell knows the subcommands."""
    done = process(_RLCT_COMPLETE="bash_complete", COMP_WORDS="rlct ch", COMP_CWORD="1")
    assert "check" in done.stdout


def test_help_after_an_expression_is_the_help_of_the_main_job(run) -> None:
    """There is one page for the main job, wherever --help stands; no internal name of a command shows."""
    line = run("x^2", "--help")
    assert line.status == 0
    assert line.out == run("--help").out


def test_a_misspelt_command_is_answered_with_the_right_one(run) -> None:
    """Two words are no expression."""
    line = run("chek", "proof.json")
    assert line.status == 2
    assert "did you mean check?" in line.err
    assert "there are batch, check" in run("frobnicate", "x").err

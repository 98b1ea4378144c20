"""Batches: rows, files that are taken up again, workers that die, and a cluster with a worker that is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from rlct import Budget, InputError, check
from rlct.batch import AnswerFile, Task, read_problems, run, solve_row
from rlct.batch.cluster import SchedulerLost, remote
from rlct.batch.pool import Worker, local
from rlct.batch.rows import arguments, budget_of
from rlct.cli.app import run as command

DATA = Path(__file__).parent / "data"
BUDGET = Budget(seconds=20)
EASY: list[dict[str, Any]] = [
    {"id": "monomial", "vars": ["x", "y"], "K": "x**2*y**4", "lambda": "1/4", "m": 1, "note": "graded fields"},
    {"id": "other point", "vars": ["x"], "K": "(x-1/2)**4", "mode": "K", "point": ["1/2"], "prior": None},
    {"id": "box", "vars": ["x"], "K": "x^2*(x-1)^4", "mode": "K", "region": [["-2", "2"]]},
    {"id": "sum", "vars": ["x", "y"], "ideal": ["x", "y^2"], "mode": "ideal", "point": [0, 0]},
]
VALUES = {"monomial": "1/4", "other point": "1/4", "box": "1/4", "sum": "3/4"}
HARD = {"id": "hard", "K": "((y-x^2)^2-x^5)^2*(x-y)^2 + x^40", "budget": {"charts": 1}}


def written(path: Path, problems: Any) -> Path:
    """The problems as a file."""
    path.write_text(json.dumps(problems), encoding="utf-8")
    return path


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a table."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# -------------------------------------------------------------------------------------------------- one row
def test_a_row_is_the_json_of_the_answer_with_its_id() -> None:
    """The fields of `rlct EXPR --json`, and the id; the certificate comes beside it and is accepted."""
    row, certificate = solve_row("a", EASY[0], BUDGET)
    assert {
        "id",
        "lambda",
        "multiplicity",
        "status",
        "bounds",
        "multiplicity_bounds",
        "mode",
        "variables",
        "at",
    } <= set(row)
    assert (row["id"], row["lambda"], row["multiplicity"], row["status"]) == ("a", "1/4", 1, "exact")
    assert certificate is not None
    assert check(certificate).proved == "threshold"


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        ({"K": "x^3"}, "is negative at"),
        ({"K": "x^2y"}, "can be misread"),
        ({"K": "x^2", "ideal": ["x"]}, "one of the fields K"),
        ({"vars": ["x"]}, "one of the fields K"),
        ({"K": ["x"]}, "the field K is text"),
        ({"ideal": "x, y"}, "a list of texts"),
        ({"K": "x^2", "vars": 5}, "the field vars cannot be 5"),
        ({"K": "x^2", "point": [0, 1]}, "needs 1 entry"),
        ({"K": "x^2", "point": [[1]]}, "must be a rational number"),
        ({"K": "x^2", "region": [["0"]]}, ""),
        ({"K": "x^2", "budget": {"seconds": -1}}, "positive numbers"),
        ({"K": "x^2", "budget": {"hours": 1}}, "an object with seconds and charts"),
        ({"K": "x^2", "budget": {"seconds": []}}, "holds numbers"),
        (17, "a problem is an object"),
        (None, "a problem is an object"),
    ],
)
def test_bad_problems_are_refused_in_their_row(problem: Any, sentence: str) -> None:
    """Whatever stands in the list, the row says "refused" and why; nothing is raised."""
    row, certificate = solve_row("bad", problem, BUDGET)
    assert (row["status"], row["lambda"], certificate) == ("refused", None, None)
    assert sentence in row["error"]


def test_a_fault_of_the_program_is_told_from_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that is no refusal, and lack of memory, give status "failed"."""
    from rlct import compute

    def fault(*args: Any, **keywords: Any) -> None:
        raise ZeroDivisionError("in the search")

    monkeypatch.setattr(compute, "rlct", fault)
    assert "ZeroDivisionError" in solve_row("a", EASY[0], BUDGET)[0]["error"]

    def memory(*args: Any, **keywords: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(compute, "rlct", memory)
    assert solve_row("a", EASY[0], BUDGET)[0] == {
        "id": "a", "lambda": None, "multiplicity": None, "status": "failed", "error": "out of memory",
    }  # fmt: skip


def test_unknown_fields_are_named() -> None:
    """A misspelt field is not passed over in silence; graded fields are."""
    assert "not used: pont." in solve_row("a", {"K": "x^2", "pont": ["1"]}, BUDGET)[0]["notes"][-1]
    assert solve_row("a", EASY[0], BUDGET)[0]["notes"] == []


def test_all_case_files_can_be_read() -> None:
    """Every case of the project's own files is a problem."""
    for name in ("textbook", "literature_sample", "disguised_sample"):
        for task in read_problems(DATA / f"{name}.json"):
            assert arguments(task.data)[1]["variables"] == task.data["vars"]
            assert budget_of(task.data, BUDGET) == BUDGET


# ------------------------------------------------------------------------------------------------ whole files
def test_command_rows_exit_status_and_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All exact: 0, rows in the order of the problems; one refused or bounded: 1; nothing else on stderr."""
    problems, answers = written(tmp_path / "p.json", EASY), tmp_path / "a.jsonl"
    assert command(["batch", str(problems), "-o", str(answers), "--workers", "2"]) == 0
    assert [(r["id"], r["lambda"]) for r in rows_of(answers)] == list(VALUES.items())
    assert capsys.readouterr() == (f"4 problems: 4 exact, in {answers}\n", "")
    written(problems, [*EASY, {"id": "bad", "K": "x^3"}, HARD])
    assert command(["batch", str(problems), "-o", str(answers), "--json"]) == 1
    assert [r["status"] for r in rows_of(answers)] == ["exact"] * 4 + ["refused", "bounds"]
    data = json.loads(capsys.readouterr().out)
    assert data == {"total": 6, "earlier": 4, "counts": {"exact": 4, "refused": 1, "bounds": 1}}


def test_zero_and_infinity_are_answers(tmp_path: Path) -> None:
    """λ = 0 and λ = ∞ count as answered."""
    problems = written(tmp_path / "p.json", [{"K": "0*x", "vars": ["x"]}, {"K": "x^2 + 1"}])
    assert command(["batch", str(problems), "-o", str(tmp_path / "a.jsonl")]) == 0
    assert [(r["id"], r["lambda"]) for r in rows_of(tmp_path / "a.jsonl")] == [("1", "0"), ("2", "inf")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "is not JSON"),
        ('{"K": "x^2"}', "must hold a list"),
        ('[{"id": "a", "K": "x^2"}, {"id": "a", "K": "y^2"}]', "two problems have the id 'a'"),
        (None, "No such file"),
    ],
)
def test_files_that_are_no_problems(
    content: str | None, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 2 and one sentence; no file of answers is made."""
    path = tmp_path / "p.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert command(["batch", str(path), "-o", str(tmp_path / "a.jsonl")]) == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "a.jsonl").exists()


def test_answers_never_destroy_another_file(tmp_path: Path) -> None:
    """A file that is no table of answers is refused and stays as it is; so is the file of problems."""
    problems = written(tmp_path / "p.json", EASY)
    letter = tmp_path / "letter.txt"
    for text in ("Dear reader,\nthank you\n", "no end of line", '{"id": 5}\n'):
        letter.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match="not a row of answers"):
            run(problems, letter, budget=BUDGET)
        assert letter.read_text(encoding="utf-8") == text
    with pytest.raises(InputError, match="over the problems"):
        run(problems, problems, budget=BUDGET)


def test_two_batches_do_not_write_to_one_file(tmp_path: Path) -> None:
    """The second one is refused while the first is open."""
    pytest.importorskip("fcntl", reason="files are locked on POSIX systems only")
    problems = written(tmp_path / "p.json", EASY)
    with AnswerFile(tmp_path / "a.jsonl"), pytest.raises(InputError, match="another batch"):
        run(problems, tmp_path / "a.jsonl", budget=BUDGET)


def test_numbers_with_a_point_are_refused_not_rounded(tmp_path: Path) -> None:
    """0.1 in a point is no exact number."""
    (tmp_path / "p.json").write_text('[{"K": "x^2", "point": [0.1]}]', encoding="utf-8")
    run(tmp_path / "p.json", tmp_path / "a.jsonl", budget=BUDGET)
    assert "is a float" in rows_of(tmp_path / "a.jsonl")[0]["error"]


def test_certificates_are_written_and_accepted(tmp_path: Path) -> None:
    """One file for each row with a proof, of a value or of bounds, whatever the id looks like; none for a refusal."""
    problems = written(tmp_path / "p.json", [{**EASY[0], "id": "../a"}, HARD, {"id": "bad", "K": "x^3"}])
    run(problems, tmp_path / "a.jsonl", budget=BUDGET, certificates=tmp_path / "proofs")
    found = {p.name: check(p) for p in (tmp_path / "proofs").iterdir()}
    assert found.keys() <= {"%2e%2e%2fa.json", "hard.json"}
    assert found["%2e%2e%2fa.json"].proved == "threshold"
    assert str(found["%2e%2e%2fa.json"].lam) == "1/4"


# ------------------------------------------------------------------------------------------------ taken up again
def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    """A second run starts nothing; a changed problem is done again, and its old row goes."""
    problems, answers = written(tmp_path / "p.json", EASY), tmp_path / "a.jsonl"
    run(problems, answers, budget=BUDGET)
    before = answers.read_bytes()
    begun: list[str] = []
    summary = run(problems, answers, budget=BUDGET, watch=lambda done, total, name: begun.append(name))
    assert (summary.earlier, begun, answers.read_bytes()) == (4, [], before)
    written(problems, [{**EASY[0], "K": "x**2*y**6"}, {**EASY[1], "note": "changed"}, *EASY[2:]])
    summary = run(problems, answers, budget=BUDGET, watch=lambda done, total, name: begun.append(name))
    assert set(begun) == {"monomial"}
    assert [r["lambda"] for r in rows_of(answers)] == ["1/6", "1/4", "1/4", "3/4"]


def test_bounds_are_tried_again_with_a_larger_budget_only(tmp_path: Path) -> None:
    """The same budget changes nothing; a larger one gives the exact value."""
    problem = {"id": "h", "K": "((y-x^2)^2-x^5)^2"}
    problems, answers = written(tmp_path / "p.json", [problem]), tmp_path / "a.jsonl"
    few = Budget(seconds=20, charts=1)
    assert run(problems, answers, budget=few).counts == {"bounds": 1}
    assert run(problems, answers, budget=few).earlier == 1
    assert run(problems, answers, budget=BUDGET).counts == {"exact": 1}
    assert len(rows_of(answers)) == 1


def test_a_line_cut_short_is_dropped_and_failures_are_tried_again(tmp_path: Path) -> None:
    """After a crash: the half row at the end goes, rows of status "failed" too, rows of other problems stay."""
    problems, answers = written(tmp_path / "p.json", EASY), tmp_path / "a.jsonl"
    run(problems, answers, budget=BUDGET)
    rows = rows_of(answers)
    old = {"id": "elsewhere", "status": "exact", "lambda": "1"}
    failed = {"id": "sum", "status": "failed", "error": "died"}
    lines = [json.dumps(r) for r in (old, rows[0], rows[1], failed)]
    answers.write_text("\n".join(lines) + "\n" + json.dumps(rows[2])[:40], encoding="utf-8")
    summary = run(problems, answers, budget=BUDGET)
    assert (summary.earlier, summary.counts) == (2, {"exact": 4})
    assert [r["id"] for r in rows_of(answers)] == [*VALUES, "elsewhere"]


def test_a_batch_that_is_killed_loses_no_row(tmp_path: Path) -> None:
    """kill -9 of the command after some rows; the same line completes the table and computes only the rest."""
    problems = written(tmp_path / "p.json", [{**EASY[0], "id": str(n)} for n in range(120)])
    answers = tmp_path / "a.jsonl"
    line = [sys.executable, "-m", "rlct", "batch", str(problems), "-o", str(answers), "--workers", "1"]
    with subprocess.Popen(line, stdout=subprocess.DEVNULL) as process:
        while not answers.exists() or answers.read_bytes().count(b"\n") < 5:
            assert process.poll() is None, "ended before it could be killed"
            time.sleep(0.001)
        process.kill()
    kept = answers.read_bytes().count(b"\n")
    done = run(problems, answers, budget=BUDGET)
    assert done.counts == {"exact": 120}
    assert kept <= done.earlier <= kept + 1
    assert [r["id"] for r in rows_of(answers)] == [str(n) for n in range(120)]


def test_interrupt_keeps_what_was_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C: status 130, one sentence, the rows so far in the file, and no worker left."""
    problems = written(tmp_path / "p.json", [{**EASY[0], "id": str(n)} for n in range(2000)])
    answers = tmp_path / "a.jsonl"

    def press() -> None:
        while not answers.exists() or answers.stat().st_size < 1000:
            time.sleep(0.001)
        signal.raise_signal(signal.SIGINT)

    threading.Thread(target=press).start()
    assert command(["batch", str(problems), "-o", str(answers)]) == 130
    assert "interrupted" in capsys.readouterr().err
    assert 0 < len(rows_of(answers)) < 2000


# --------------------------------------------------------------------------------------------- workers that die
CLUMSY = """
import json, os, pathlib, sys, time
from rlct.batch.worker import serve
folder = pathlib.Path(sys.argv[1])
def lines():
    for line in sys.stdin:
        name = json.loads(line)["id"]
        seen = folder / (name + ".seen")
        if name == "dies" or (name == "dies once" and not seen.exists()):
            seen.write_text("")
            os.kill(os.getpid(), 9)
        if name == "sleeps":
            time.sleep(600)
        yield line
serve(lines(), sys.stdout)
"""


@pytest.fixture
def clumsy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that are killed, or hang, at certain problems."""
    monkeypatch.setattr(Worker, "command", (sys.executable, "-P", "-c", CLUMSY, str(tmp_path)))
    return


@pytest.mark.usefixtures("clumsy")
def test_the_death_of_a_worker_is_survived(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One death: the problem is tried again. Two: its row says so, the others are answered, status 3."""
    names = ["a", "dies", "b", "dies once", "c"]
    problems = written(tmp_path / "p.json", [{**EASY[0], "id": name} for name in names])
    assert command(["batch", str(problems), "-o", str(tmp_path / "a.jsonl"), "--workers", "2"]) == 3
    rows = {r["id"]: r for r in rows_of(tmp_path / "a.jsonl")}
    assert [rows[name]["status"] for name in names] == ["exact", "failed", "exact", "exact", "exact"]
    assert "the worker died, 2 times" in rows["dies"]["error"]
    assert "failed at 1 of them" in capsys.readouterr().err


@pytest.mark.usefixtures("clumsy")
def test_a_worker_that_does_not_stop_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that overruns its budget by far costs its own row only."""
    monkeypatch.setattr("rlct.batch.pool.slack", lambda seconds: 1.5)
    tasks = [(Task(name, EASY[0]), BUDGET) for name in ("sleeps", "a")]
    rows = {task.id: row for task, row, _ in local(tasks, 1)}
    assert rows["a"]["status"] == "exact"
    assert "did not stop within" in rows["sleeps"]["error"]


@pytest.mark.usefixtures("clumsy")
def test_leaving_early_ends_the_workers() -> None:
    """Closing the stream of answers kills processes that are still at work."""
    stream = local([(Task(name, EASY[0]), BUDGET) for name in ("sleeps", "a", "sleeps")], 2)
    assert next(stream)[0].id == "a"
    before = time.monotonic()
    stream.close()  # type: ignore[attr-defined]
    assert time.monotonic() - before < 60


def test_a_module_in_the_current_folder_does_not_disturb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's file named like a library module is not imported by the workers."""
    (tmp_path / "json.py").write_text("raise SystemExit('wrong json')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (answer,) = local([(Task("a", EASY[0]), BUDGET)], 1)
    assert answer[1]["status"] == "exact"


# ------------------------------------------------------------------------------------------------- a cluster
def test_a_scheduler_that_does_not_answer_is_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 2 and a sentence; without dask.distributed the sentence says what to install."""
    problems = written(tmp_path / "p.json", EASY)
    line = ["batch", str(problems), "-o", str(tmp_path / "a.jsonl"), "--scheduler", "tcp://127.0.0.1:9"]
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert command(line) == 2
    assert 'pip install "rlct[cluster]"' in capsys.readouterr().err
    monkeypatch.undo()
    pytest.importorskip("distributed", reason="needs the extra 'cluster'")
    monkeypatch.setattr("rlct.batch.cluster.CONNECT", 0.5)
    assert command(line) == 2
    assert "no scheduler answers at tcp://127.0.0.1:9" in capsys.readouterr().err


def test_a_cluster_loses_nothing_when_a_worker_is_killed(tmp_path: Path) -> None:
    """A real scheduler, two workers of its own processes; one is killed half-way: all is answered."""
    distributed = pytest.importorskip("distributed", reason="needs the extra 'cluster'")
    problems = written(
        tmp_path / "p.json", [{**EASY[n % 4], "id": str(n)} for n in range(40)] + [{"id": "bad", "K": "x^3"}]
    )
    answers = tmp_path / "a.jsonl"
    killed: list[int] = []
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        pids = list(client.run(os.getpid).values())
        assert len(set(pids)) == 2

        def watch(done: int, total: int, name: str) -> None:
            if done == 12 and not killed:
                killed.append(pids[0])
                os.kill(pids[0], signal.SIGKILL)

        summary = run(
            problems, answers, budget=BUDGET, scheduler=cluster.scheduler_address, workers=8, watch=watch,
            certificates=tmp_path / "proofs",
        )  # fmt: skip
    assert killed
    assert summary.counts == {"exact": 40, "refused": 1}
    assert [r["id"] for r in rows_of(answers)] == [*map(str, range(40)), "bad"]
    assert [r["lambda"] for r in rows_of(answers)][:40] == [*VALUES.values()] * 10
    assert len(list((tmp_path / "proofs").iterdir())) == 40


@pytest.mark.parametrize(
    ("status", "client_status", "outcome"),
    [
        ("cancelled", "running", None),
        ("finished", "closed", None),
        ("error", "running", "the cluster gave it up: KilledWorker"),
    ],
)
def test_what_a_cluster_may_answer(
    status: str, client_status: str, outcome: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A problem that ends its workers fails in its row; a lost scheduler ends the batch with a sentence."""
    distributed = pytest.importorskip("distributed", reason="needs the extra 'cluster'")

    class KilledWorker(Exception):
        pass

    class Future:
        key, released = "k", False

        def __init__(self) -> None:
            self.status = status

        def result(self) -> None:
            raise KilledWorker

        def release(self) -> None:
            self.released = True

    class Client:
        loop, status = None, client_status

        def __init__(self, *args: Any, **keywords: Any) -> None:
            pass

        def __enter__(self) -> Client:
            return self

        def __exit__(self, *args: object) -> None:
            pass

        def nthreads(self) -> dict[str, int]:
            return {"w": 1}

        def submit(self, *args: Any, **keywords: Any) -> Future:
            return Future()

    monkeypatch.setattr(distributed, "Client", Client)
    monkeypatch.setattr(distributed, "as_completed", lambda futures, loop: iter(futures))
    if outcome is None:
        with pytest.raises(SchedulerLost, match="rows found before are kept"):
            list(remote([(Task("a", EASY[0]), BUDGET)], "tcp://x:1"))
    else:
        ((_, row, _),) = remote([(Task("a", EASY[0]), BUDGET)], "tcp://x:1")
        assert row["status"] == "failed"
        assert outcome in row["error"]

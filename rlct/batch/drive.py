"""A whole batch: what is still to do, who does it, where the rows go, and the sum of it."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rlct.batch.answers import AnswerFile
from rlct.batch.cluster import remote
from rlct.batch.pool import Answer, local
from rlct.batch.problems import Task, read_problems
from rlct.batch.rows import budget_of
from rlct.errors import InputError
from rlct.result import Budget

Watch = Callable[[int, int, str], None]
"""Called with the number of problems done, their number in all, and the id that has just begun or ended."""


@dataclass(frozen=True)
class Summary:
    """What a batch came to.

    Parameters
    ----------
    total : problems in the file.
    earlier : of these, answered before this run.
    counts : rows by status: exact, bounds, refused, failed; "open" where there is no row yet.
    """

    total: int
    earlier: int
    counts: dict[str, int]

    @property
    def answered(self) -> bool:
        """True if λ and m are proved for every problem."""
        return self.counts.get("exact", 0) == self.total

    def __str__(self) -> str:
        words = ", ".join(f"{n} {status}" for status, n in sorted(self.counts.items()) if n)
        before = f" ({self.earlier} from an earlier run)" if self.earlier else ""
        return f"{self.total} problem{'' if self.total == 1 else 's'}: {words or 'nothing to do'}{before}"


def run(
    problems: Path,
    answers: Path,
    *,
    budget: Budget,
    workers: int | None = None,
    scheduler: str | None = None,
    certificates: Path | None = None,
    watch: Watch = lambda done, total, name: None,
) -> Summary:
    """Answer every problem of a file that has no row yet.

    Parameters
    ----------
    problems : JSON list (see `read_problems`).
    answers : the table, one JSON object a line; rows that are there are not computed again.
    budget : for each problem that names none itself.
    workers : processes on this machine (default: one for each core); with a scheduler, problems handed over at once.
    scheduler : address of a dask.distributed scheduler.
    certificates : a folder for the certificates, ``<id>.json``.
    watch : told about progress.

    Returns
    -------
    How many problems have which status, those of earlier runs included.

    Raises
    ------
    InputError : for files that are no problems or answers. KeyboardInterrupt passes through; rows found so far stay.
    """
    tasks = read_problems(problems)
    if answers.resolve() == problems.resolve():
        raise InputError("the answers cannot be written over the problems")
    if certificates is not None:
        certificates.mkdir(parents=True, exist_ok=True)
    with AnswerFile(answers) as table:
        table.order(t.id for t in tasks)
        budgets = {t.id: _budget(t, budget) for t in tasks}
        todo = [(t, budgets[t.id]) for t in tasks if not table.done(t, budgets[t.id])]
        done = len(tasks) - len(todo)
        earlier = done

        def begin(task: Task) -> None:
            watch(done, len(tasks), task.id)

        for task, row, certificate in _answers(todo, workers, scheduler, begin):
            if certificates is not None and certificate is not None:
                path = certificates / f"{file_name(task.id)}.json"
                path.write_text(json.dumps(certificate, separators=(",", ":"), sort_keys=True) + "\n", "utf-8")
            table.write({**row, "problem": task.mark})
            done += 1
            watch(done, len(tasks), task.id)
        rows = (table.rows.get(t.id) for t in tasks)
        counts = Counter("open" if row is None else str(row["status"]) for row in rows)
        return Summary(len(tasks), earlier, dict(counts))


def _answers(
    todo: list[tuple[Task, Budget]], workers: int | None, scheduler: str | None, begin: Callable[[Task], None]
) -> Iterator[Answer]:
    """The stream of answers from here or from the cluster; closed (workers ended) however the loop is left."""
    if not todo:
        return
    if scheduler is not None:
        stream = remote(todo, scheduler, workers, begin)
    else:
        stream = local(todo, workers or _cores(), begin)
    with closing(stream):  # type: ignore[type-var]
        yield from stream


def _budget(task: Task, default: Budget) -> Budget:
    """The budget of a task; one that cannot be read is refused later, in the row."""
    try:
        return budget_of(task.data, default)
    except InputError:
        return default


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def file_name(name: str) -> str:
    """A file name for an id, one to one: other characters than letters, digits, ``-`` and ``_`` become ``%xx``.

    >>> file_name("rrr-02"), file_name("../a b")
    ('rrr-02', '%2e%2e%2fa%20b')
    """
    return re.sub(r"[^A-Za-z0-9_-]", lambda c: "".join(f"%{b:02x}" for b in c[0].encode()), name) or "%"

"""The table of answers on disk: one JSON object a line, written at once, read back when a batch is taken up again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from rlct.batch.problems import Task
from rlct.batch.rows import Row
from rlct.errors import InputError
from rlct.result import Budget


class AnswerFile:
    """Rows on disk; use it in a ``with`` statement.

    Every row is on disk before the next one is taken. While a batch runs, rows are only appended, so that whatever
    ends the program, no finished row is lost; a line cut short by that is dropped when the file is opened again. On
    leaving, a row that was answered anew replaces the old one, and the rows take the order of the problems.

    Parameters
    ----------
    path : the file; it is made if there is none.

    Raises
    ------
    InputError : if the file holds something else than rows, or another batch is writing to it.
    OSError : if it cannot be written.
    """

    def __init__(self, path: Path):
        self.path = path
        self.rows: dict[str, Row] = {}
        self.appended = False
        self._order: list[str] = []
        self._stream: IO[bytes] | None = None

    def __enter__(self) -> AnswerFile:
        stream = open(self.path, "a+b")
        try:
            _lock(stream, self.path)
            stream.seek(0)
            content = stream.read()
            whole = content.rfind(b"\n") + 1
            rows = [_row(line, n, self.path) for n, line in enumerate(content[:whole].splitlines(), 1) if line.strip()]
            if content[whole:].strip() and not content[whole:].lstrip().startswith(b"{"):
                raise InputError(f"{self.path}, last line: not a row of answers; nothing was written to it")
            stream.truncate(whole)
        except BaseException:
            stream.close()
            raise
        self.appended = len({r["id"] for r in rows}) < len(rows)  # a batch that was killed left old rows behind
        self.rows = {r["id"]: r for r in rows}
        self._stream = stream
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self.appended:
                self._rewrite()
        finally:
            assert self._stream is not None
            self._stream.close()

    def order(self, names: Iterable[str]) -> None:
        """The order in which the rows shall stand in the end; rows of other problems follow them."""
        self._order = list(names)

    def write(self, row: Row) -> None:
        """Append one row; it is with the operating system when this returns."""
        assert self._stream is not None
        self._stream.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        self._stream.flush()
        self.rows[row["id"]] = row
        self.appended = True

    def done(self, task: Task, budget: Budget) -> bool:
        """Is the row of this task there, and would the budget (that of the task) not give a better one?

        A problem is done again if its fields have changed, if the program failed at it, or if it ended in bounds with
        less than what may be spent now.
        """
        row = self.rows.get(task.id)
        if row is None or row.get("problem", task.mark) != task.mark or row["status"] == "failed":
            return False
        return row["status"] != "bounds" or not _larger(budget, row.get("budget") or {})

    def _rewrite(self) -> None:
        """Replace the file by one with one row for each id, in order."""
        place = {name: n for n, name in enumerate(self._order)}
        rows = sorted(self.rows.values(), key=lambda r: place.get(r["id"], len(place)))
        spare = self.path.with_name(self.path.name + ".tmp")
        with open(spare, "w", encoding="utf-8") as f:
            f.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            f.flush()
            os.fsync(f.fileno())
        os.replace(spare, self.path)


def _row(line: bytes, number: int, path: Path) -> Row:
    """One line as a row."""
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, UnicodeDecodeError):
        row = None
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not isinstance(row.get("status"), str):
        raise InputError(f"{path}, line {number}: not a row of answers; nothing was written to it")
    return row


def _larger(now: Budget, then: dict[str, Any]) -> bool:
    """Does `now` allow more seconds or more charts than `then`?"""
    pairs = ((now.seconds, then.get("seconds")), (now.charts, then.get("charts")))
    return any(old is not None and (new is None or new > old) for new, old in pairs)


def _lock(stream: IO[bytes], path: Path) -> None:
    """Keep a second batch away from the file (where the system can)."""
    try:
        import fcntl
    except ImportError:  # not a POSIX system
        return
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise InputError(f"another batch is writing to {path}") from None

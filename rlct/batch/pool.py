"""Workers on this machine: processes that may die without taking anything with them."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from rlct.batch.problems import Task
from rlct.batch.rows import Row, without_answer
from rlct.result import Budget

Answer = tuple[Task, Row, dict[str, Any] | None]
ATTEMPTS = 2
"""How often a problem is tried whose worker died."""


def slack(seconds: float) -> float:
    """The time after which a worker that should have ended by itself is ended: steps may overrun their budget.

    >>> slack(60)
    150.0
    """
    return 1.5 * seconds + 60


def _path() -> str:
    """PYTHONPATH with which a worker finds the package that is running here."""
    import rlct

    home = str(Path(rlct.__file__).parent.parent)
    return os.pathsep.join([home, *filter(None, [os.environ.get("PYTHONPATH")])])


class Worker:
    """A process that answers one problem at a time; it is started when it is first needed."""

    # -P: no file of the current folder is taken for a module
    command: tuple[str, ...] = (sys.executable, "-P", "-m", "rlct.batch.worker")

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None
        self.overran = False
        self._closed = False
        self._lock = threading.Lock()

    def ask(self, task: Task, budget: Budget) -> tuple[Row, dict[str, Any] | None] | None:
        """The row and the certificate; None if the process died (or was ended for overrunning its budget)."""
        self.overran = False
        p = self.process or self._start()
        if p is None:
            return None
        timer = threading.Timer(slack(budget.seconds), self._overrun) if budget.seconds is not None else None
        if timer is not None:
            timer.daemon = True
            timer.start()
        question = {"id": task.id, "data": task.data, "seconds": budget.seconds, "charts": budget.charts}
        assert p.stdin is not None
        assert p.stdout is not None
        try:
            p.stdin.write(json.dumps(question) + "\n")
            p.stdin.flush()
            line = p.stdout.readline()
        except (OSError, ValueError):  # the pipe is broken, or was closed by `stop`
            line = ""
        finally:
            if timer is not None:
                timer.cancel()
        if not line.endswith("\n"):
            self.stop()
            return None
        row, certificate = json.loads(line)
        return row, certificate

    def close(self) -> None:
        """End the process and start no other one."""
        with self._lock:
            self._closed = True
        self.stop()

    def stop(self) -> None:
        """End the process."""
        with self._lock:
            p, self.process = self.process, None
        if p is None:
            return
        p.kill()
        p.wait()
        for pipe in (p.stdin, p.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was still to be written to a dead process
                    pipe.close()

    def _start(self) -> subprocess.Popen[str] | None:
        with self._lock:
            if not self._closed:
                # a session of its own, so that Ctrl-C in the terminal reaches the batch alone; one thread a worker
                self.process = subprocess.Popen(
                    self.command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=None if os.environ.get("RLCT_DEBUG") == "1" else subprocess.DEVNULL,
                    text=True,
                    encoding="utf-8",
                    start_new_session=True,
                    env={**os.environ, "PYTHONPATH": _path(), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
                )
            return self.process

    def _overrun(self) -> None:
        self.overran = True
        if self.process is not None:
            self.process.kill()


def local(
    tasks: Sequence[tuple[Task, Budget]], workers: int, begin: Callable[[Task], None] = lambda task: None
) -> Iterator[Answer]:
    """Answers in the order in which they are found.

    Parameters
    ----------
    tasks : problems with their budgets.
    workers : number of processes.
    begin : told when work on a problem begins (from another thread).

    Yields
    ------
    Task, row and certificate. A worker that dies is replaced and its problem tried again, then given up with a row of
    status ``"failed"``.
    """
    todo: queue.SimpleQueue[tuple[Task, Budget]] = queue.SimpleQueue()
    for pair in tasks:
        todo.put(pair)
    found: queue.SimpleQueue[Answer | BaseException] = queue.SimpleQueue()
    ended = threading.Event()
    crew = [Worker() for _ in range(max(1, min(workers, len(tasks))))]

    def work(worker: Worker) -> None:
        try:
            while not ended.is_set():
                try:
                    task, budget = todo.get_nowait()
                except queue.Empty:
                    return
                begin(task)
                found.put((task, *_stubborn(worker, task, budget, ended)))
        except BaseException as e:  # a fault here must end the batch, not leave it waiting
            found.put(e)
        finally:
            worker.stop()

    threads = [threading.Thread(target=work, args=(w,), daemon=True) for w in crew]
    for t in threads:
        t.start()
    try:
        for _ in tasks:
            answer = found.get()
            if isinstance(answer, BaseException):
                raise answer
            yield answer
    finally:
        ended.set()
        for worker in crew:
            worker.close()
        for t in threads:
            t.join()


def _stubborn(worker: Worker, task: Task, budget: Budget, ended: threading.Event) -> tuple[Row, dict[str, Any] | None]:
    """Ask again after the death of a worker, `ATTEMPTS` times in all."""
    for _ in range(ATTEMPTS):
        answer = worker.ask(task, budget)
        if answer is not None:
            return answer
        if worker.overran:
            assert budget.seconds is not None
            return without_answer(
                task.id, "failed", f"the worker did not stop within {slack(budget.seconds):g} s and was ended"
            ), None
        if ended.is_set():
            break
    return without_answer(task.id, "failed", f"the worker died, {ATTEMPTS} times (too little memory?)"), None

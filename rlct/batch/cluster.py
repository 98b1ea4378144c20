"""Workers of a dask.distributed cluster (the optional extra ``cluster``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rlct.batch.pool import Answer
from rlct.batch.problems import Task
from rlct.batch.rows import Row, solve_row, without_answer
from rlct.errors import InputError, RlctError
from rlct.result import Budget

CONNECT = 30
"""Seconds to wait for the scheduler."""


class SchedulerLost(RlctError):
    """The scheduler went away in the middle of a batch.

    Parameters
    ----------
    address : of the scheduler.
    """

    def __init__(self, address: str):
        self.address = address
        super().__init__(f"the scheduler at {address} was lost; rows found before are kept, the same line goes on")

    def __reduce__(self) -> tuple[type[SchedulerLost], tuple[str]]:
        return SchedulerLost, (self.address,)


def answer(name: str, data: Any, seconds: float | None, charts: int | None) -> tuple[Row, dict[str, Any] | None]:
    """What a worker of the cluster runs; plain data in, plain data out.

    >>> answer("a", {"K": "x^2"}, 5, None)[0]["lambda"]
    '1/2'
    """
    return solve_row(name, data, Budget(seconds, charts))


def remote(
    tasks: Sequence[tuple[Task, Budget]],
    address: str,
    at_once: int | None = None,
    begin: Callable[[Task], None] = lambda task: None,
) -> Iterator[Answer]:
    """Answers in the order in which the cluster finds them.

    Parameters
    ----------
    tasks : problems with their budgets.
    address : of the scheduler, such as ``tcp://host:8786``; its workers have rlct installed.
    at_once : number of problems handed to the scheduler at a time (default: two for each thread of its workers).
    begin : told when a problem is handed over.

    Yields
    ------
    Task, row and certificate. When a worker dies the scheduler gives its problems to the others, those included whose
    answers had not been fetched; a problem that ends several workers is given up with a row of status ``"failed"``.

    Raises
    ------
    InputError : if dask.distributed is not installed, or the scheduler does not answer.
    SchedulerLost : if it goes away later.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise InputError('--scheduler needs dask.distributed: pip install "rlct[cluster]"') from None
    try:
        client = Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as e:
        raise InputError(f"no scheduler answers at {address}: {' '.join(str(e).split())[:200]}") from None
    with client:
        todo = iter(tasks)
        size = at_once or max(2, 2 * sum(client.nthreads().values()))
        running: dict[str, Task] = {}

        def next_one() -> list[Any]:
            pair = next(todo, None)
            if pair is None:
                return []
            task, budget = pair
            begin(task)
            future = client.submit(answer, task.id, task.data, budget.seconds, budget.charts, pure=False)
            running[future.key] = task
            return [future]

        # the loop of this client: without it that of the default client is taken, which may be another one's
        pending = as_completed([f for _ in range(size) for f in next_one()], loop=client.loop)
        for future in pending:
            task = running[future.key]
            if client.status != "running" or future.status == "cancelled":
                raise SchedulerLost(address)
            if future.status in ("pending", "lost"):
                # its worker died with the answer before it was fetched; the scheduler has it computed again
                pending.add(future)
                continue
            try:
                row, certificate = future.result()
            except Exception as e:
                error = " ".join(f"{type(e).__name__}: {e}".split())[:300]
                row, certificate = without_answer(task.id, "failed", f"the cluster gave it up: {error}"), None
            del running[future.key]
            future.release()
            for new in next_one():
                pending.add(new)
            yield task, row, certificate

"""When a search stops, and what is raised where it does."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


class TooFew(Exception):
    """The generators kept are not enough: something worse than the threshold of the whole is realised."""


class OutOfBudget(Exception):
    """The budget ended (inside one step): unwound to the node, which stays open."""


@dataclass
class Limits:
    """When to stop: seconds (monotonic deadline), charts, and what the caller asks between steps."""

    deadline: float | None = None
    charts: int | None = None
    interrupted: Callable[[], bool] = lambda: False
    stopped: str | None = None

    def over(self, visited: int) -> bool:
        if self.stopped is None:
            if self.interrupted():
                self.stopped = "interrupt"
            elif self.deadline is not None and time.monotonic() > self.deadline:
                self.stopped = "seconds"
            elif self.charts is not None and visited >= self.charts:
                self.stopped = "charts"
        return self.stopped is not None


def share(deadline: float | None, part: int) -> Callable[[], bool]:
    """Whether one in `part` of the seconds that are left now is over; never without a deadline."""
    if deadline is None:
        return lambda: False
    now = time.monotonic()
    until = now + (deadline - now) / part
    return lambda: time.monotonic() > until

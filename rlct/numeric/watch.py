"""How long work may go on, whether Ctrl-C asked it to end, and whom it tells how far it is."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace


def never() -> bool:
    """Nobody asks to stop."""
    return False


def silent(sentence: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Passed to everything that takes long.

    Parameters
    ----------
    deadline : value of `time.perf_counter()` at which to stop.
    stopped : true once the user has asked to stop (see `rlct.interrupt`).
    report : is told a sentence now and then, always from the thread that began the work.

    Examples
    --------
    >>> Watch().over(), Watch(deadline=0.0).over(), Watch(stopped=lambda: True).over()
    (False, True, True)
    """

    deadline: float = math.inf
    stopped: Callable[[], bool] = never
    report: Callable[[str], None] = silent

    def over(self) -> bool:
        """Is it time to stop?"""
        return self.stopped() or time.perf_counter() > self.deadline

    def left(self) -> float:
        """Seconds until the deadline (negative beyond it)."""
        return self.deadline - time.perf_counter()

    def within(self, seconds: float) -> Watch:
        """The same with at most so many seconds from now."""
        return replace(self, deadline=min(self.deadline, time.perf_counter() + seconds))

    def reason(self) -> str:
        """What ended the work: "interrupt" or "budget"."""
        return "interrupt" if self.stopped() else "budget"

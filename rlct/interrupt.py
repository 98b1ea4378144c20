"""Ctrl-C as a wish that the search can look at, so that what was found is not lost."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """While inside, the first Ctrl-C makes the yielded function true; a second one raises KeyboardInterrupt.

    Outside the main thread, and where somebody else handles Ctrl-C already, nothing is changed and
    the function stays false.

    Examples
    --------
    >>> with interruptible() as interrupted:
    ...     interrupted()
    False
    """
    seen: list[int] = []
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield lambda: False
        return

    def note(number: int, frame: FrameType | None) -> None:
        if seen:
            signal.default_int_handler(number, frame)
        seen.append(number)

    signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(seen)
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)

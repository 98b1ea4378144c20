"""Room for deep recursion while a search runs, and the interpreter's limit as it was afterwards."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

DEPTH = 20_000  # the search nests charts, and each of them a dozen calls

# The limit belongs to the whole interpreter, so searches in several threads have to share what is known about it.
_lock = threading.Lock()
_searches: list[object] = []
_before: list[int] = []


@contextmanager
def deep() -> Iterator[None]:
    """While inside (in any thread), calls may nest `DEPTH` deep; the last one out puts the old limit back.

    Examples
    --------
    >>> before = sys.getrecursionlimit()
    >>> with deep():
    ...     sys.getrecursionlimit() >= DEPTH
    True
    >>> sys.getrecursionlimit() == before
    True
    """
    token = object()
    with _lock:
        if not _searches and sys.getrecursionlimit() < DEPTH:
            _before.append(sys.getrecursionlimit())
            sys.setrecursionlimit(DEPTH)
        _searches.append(token)
    try:
        yield
    finally:
        with _lock:
            _searches.remove(token)
            if not _searches and _before:
                old = _before.pop()
                if sys.getrecursionlimit() == DEPTH:  # else somebody changed it meanwhile, and it is theirs
                    sys.setrecursionlimit(old)

"""numba's `njit` with machine code kept in one folder for each state of the compiled sources.

numba looks at the file of a function alone when it loads its machine code: a sampler that calls another module's
function keeps the old one after an upgrade that changed only that module.  So the folder is named by a digest of all
modules with compiled functions: whatever changes in one of them, all of them are compiled anew, once.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core import config

_LOCK = threading.Lock()


def cache_base() -> Path:
    """The folder for all that is compiled: $RLCT_CACHE, or the user's cache folder."""
    base = os.environ.get("RLCT_CACHE")
    if base:
        return Path(base)
    home = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(home) if home else Path.home() / ".cache") / "rlct"
    except RuntimeError:
        return Path(tempfile.gettempdir()) / "rlct-cache"


def digest_of(files: Iterable[Path]) -> str:
    """A digest of the names and contents of those files that hold compiled functions.

    Examples
    --------
    >>> digest_of([Path(__file__)]) == digest_of([Path(__file__)]) != digest_of([])
    True
    """
    out = hashlib.sha256()
    for path in sorted(files):
        text = path.read_bytes()
        if b"njit" in text:
            out.update(f"{path.name} {len(text)} ".encode() + text)
    return out.hexdigest()[:16]


@cache
def sources_digest() -> str:
    """The digest of the modules beside this one, as they are now."""
    return digest_of(Path(__file__).parent.glob("*.py"))


def cache_folder() -> Path:
    """Where generated sources and machine code of these sources are kept; safe to delete."""
    return cache_base() / f"code-{sources_digest()}"


def njit(*signature: Any, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """`numba.njit(signature, ...)`, with the machine code in `cache_folder`.

    Parameters
    ----------
    signature, options : as for `numba.njit`; always called with parentheses.

    Notes
    -----
    Where numba is told a folder of its own ($NUMBA_CACHE_DIR), a folder inside it is used. Where none can be written,
    numba falls back to its own choice.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        with _LOCK:
            before = config.CACHE_DIR
            own = Path(before) / f"rlct-{sources_digest()}" if before else cache_folder() / "samplers"
            config.CACHE_DIR = str(own)
            try:
                return numba.njit(*signature, **options)(function)
            finally:
                config.CACHE_DIR = before

    return decorate

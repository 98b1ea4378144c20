"""The file of problems: a JSON list of objects, each with an id."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rlct.errors import InputError

STATED = ("vars", "K", "ideal", "mode", "point", "region", "prior")
"""The fields that state a problem."""

IGNORED = ("id", "family", "level", "lambda", "m", "terms", "note", "sure", "budget")
"""Fields that say something about a problem and do not change its answer."""


@dataclass(frozen=True)
class Task:
    """One problem of a file.

    Parameters
    ----------
    id : its name in the table of answers.
    data : the object as it was read; anything else than an object is kept, to be refused in its row.
    """

    id: str
    data: Any

    @property
    def mark(self) -> str:
        """A short digest of what is asked: a row with another mark answers another question.

        >>> Task("a", {"K": "x^2", "note": "one"}).mark == Task("b", {"K": "x^2", "note": "two"}).mark
        True
        """
        stated = {k: self.data[k] for k in STATED if k in self.data} if isinstance(self.data, Mapping) else self.data
        text = json.dumps(stated, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_problems(path: Path) -> list[Task]:
    """The problems of a JSON file in their order.

    Parameters
    ----------
    path : a JSON list of objects with the fields ``id``, ``vars``, ``K`` or ``ideal``, ``mode``, ``point`` or
        ``region``, ``prior``, ``budget``. Without an id a problem is called by its number, from 1.

    Returns
    -------
    One task for each entry; an entry that is no problem is refused later, in its own row.

    Raises
    ------
    InputError : if the file is no JSON list, or two problems have one id.
    OSError : if the file cannot be read.
    """
    try:
        # numbers with a point stay text, so that they are refused as inexact by the grammar and never rounded
        data = json.loads(path.read_text(encoding="utf-8"), parse_float=str)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as e:
        raise InputError(f"{path} is not JSON: {e}") from None
    if not isinstance(data, list):
        raise InputError(f"{path} must hold a list of problems, [{{...}}, ...]")
    tasks = [Task(_name(entry, n), entry) for n, entry in enumerate(data, 1)]
    seen: set[str] = set()
    for task in tasks:
        if task.id in seen:
            raise InputError(f"{path}: two problems have the id '{task.id}'; answers could not be told apart")
        seen.add(task.id)
    return tasks


def _name(entry: Any, number: int) -> str:
    """The id of an entry as text, its number where it has none."""
    given = entry.get("id") if isinstance(entry, Mapping) else None
    return str(number) if given is None else str(given)

"""How a model of the command line states its sizes: options and the readers of their texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rlct.errors import InputError
from rlct.models.known import Case, Known
from rlct.models.reading import exact


@dataclass(frozen=True)
class Size:
    """One option of a model: its flag, how its text is read, its default (None: required)."""

    flag: str
    read: Callable[[str], Any]
    default: str | None = None
    help: str = ""


@dataclass(frozen=True)
class Entry:
    """A model on the command line; `known` or `case` may be absent."""

    name: str
    help: str
    sizes: tuple[Size, ...]
    known: Callable[..., Known] | None
    case: Callable[..., Case] | None = None


def integer(text: str) -> int:
    """An integer from the command line."""
    try:
        return int(text)
    except ValueError as error:
        raise InputError(f"{text!r} is not an integer") from error


def integers(text: str) -> list[int]:
    """Integers separated by commas.

    >>> integers("784,100,10")
    [784, 100, 10]
    """
    return [integer(part.strip()) for part in text.split(",") if part.strip()]


def vectors(text: str) -> list[tuple[int, ...]]:
    """Integer vectors separated by semicolons.

    >>> vectors("1,1,0; 0,1,1")
    [(1, 1, 0), (0, 1, 1)]
    """
    return [tuple(integers(part)) for part in text.split(";") if part.strip()]


def units(text: str) -> list[tuple[str, str]]:
    """Units of a one-input network, "a,b; a,b".

    >>> units("1/3,1; 2/3,1")
    [('1/3', '1'), ('2/3', '1')]
    """
    found = []
    for part in text.split(";"):
        if part.strip():
            pieces = [p.strip() for p in part.split(",")]
            if len(pieces) != 2:
                raise InputError(f"a unit is written a,b, not {part.strip()!r}")
            found.append((pieces[0], pieces[1]))
    return found


def edges(text: str) -> list[tuple[str, str]]:
    """Edges of a tree, "1-u, 2-u".

    >>> edges("1-u, 2-u")
    [('1', 'u'), ('2', 'u')]
    """
    found = []
    for part in text.split(","):
        ends = [p.strip() for p in part.split("-")]
        if len(ends) != 2 or not all(ends):
            raise InputError(f"an edge is written vertex-vertex, not {part.strip()!r}")
        found.append((ends[0], ends[1]))
    return found


def blocks(text: str) -> list[list[str]]:
    """Groups of names, "1,2; 3,4".

    >>> blocks("1,2; 3")
    [['1', '2'], ['3']]
    """
    return [[p.strip() for p in part.split(",")] for part in text.split(";") if part.strip()]


def yes_no(text: str) -> bool:
    """The words yes and no."""
    if text not in ("yes", "no"):
        raise InputError(f"write yes or no, not {text!r}")
    return text == "yes"


def optional_integer(text: str) -> int | None:
    """An integer, or None for an empty text."""
    return integer(text) if text.strip() else None


def optional_integers(text: str) -> list[int] | None:
    """Integers, or None for an empty text."""
    return integers(text) if text.strip() else None


def rational(text: str) -> Fraction:
    """One exact number.

    >>> rational("1/2")
    Fraction(1, 2)
    """
    found = fractions(text)
    if len(found) != 1:
        raise InputError(f"one exact number such as 1/3 is expected, not {text!r}")
    return found[0]


def fractions(text: str) -> list[Fraction]:
    """Exact numbers separated by commas.

    >>> fractions("1/3, 1/4")
    [Fraction(1, 3), Fraction(1, 4)]
    """
    return [exact(part.strip()) for part in text.split(",")]


def binomials(text: str) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Pairs of exponent vectors, "2,0 - 0,3; 1,1 - 4,0".

    >>> binomials("2,0 - 0,3")
    [((2, 0), (0, 3))]
    """
    found = []
    for part in text.split(";"):
        if part.strip():
            sides = part.split("-")
            if len(sides) != 2:
                raise InputError(f"a binomial is written as two exponent vectors, 2,0 - 0,3, not {part.strip()!r}")
            found.append((tuple(integers(sides[0])), tuple(integers(sides[1]))))
    return found


def powers(text: str) -> Mapping[int, int]:
    """Sizes of minors with their exponents, "1:1, 2:3".

    >>> powers("1:1, 2:3")
    {1: 1, 2: 3}
    """
    found: dict[int, int] = {}
    for part in text.split(","):
        size, _, exponent = part.partition(":")
        found[integer(size.strip())] = integer(exponent.strip() or "1")
    return found

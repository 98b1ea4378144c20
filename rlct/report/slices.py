"""The children of the end `jung`: plane slices, in words only (what is in them is told by their own ends)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rlct.report.replay import State


def words_of(end: Mapping[str, Any]) -> list[str]:
    """What each child looks at."""
    if end["through"] is not None:
        return [f"the slice {end['through']} = 0"]
    found = list(_over_bars(end))
    number = len(end["children"])
    # where the region ends at a wall some slices are not there
    return found if len(found) == number else ["a slice" for _ in range(number)]


def _over_bars(end: Mapping[str, Any]) -> Iterator[str]:
    u, (_, t, _) = end["over"], end["radii"] or ("", "", "")
    for n, bar in enumerate(end["bars"]):
        if bar.get("sliced", True):
            yield from (f"the slice c = {x} over bar {n + 1}" for x in bar["samples"])
        for branch in bar["branches"]:
            yield from (f"the slice of a branch of bar {n + 1} at s = {x}" for x in _at(bar, branch) if x)
    if end["ray"]:
        yield from (f"the slice along {u} = 0 at {x}" for x in (t, -Fraction(t)))


def _at(bar: Mapping[str, Any], branch: Mapping[str, Any]) -> Iterator[Fraction | None]:
    r = Fraction(branch["r"])
    for x, cut in zip((r, -r), branch["cuts"], strict=False):
        yield None if cut is None else x


def unseen(state: State) -> State:
    """A state whose polynomials are not printed."""
    return replace(state.mapped(lambda g: None), order=(), small={}, relations=(), conditions=())

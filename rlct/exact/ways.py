"""In which ways a root chart is solved, one after the other, and how much each may take."""

from __future__ import annotations

WAYS = {"cells": 1, "fewer": 1, "jung": 4, "cones": 3, "whole": 2}
"""How charts are blown up, and the share of the quota: into disjoint cells; the same with fewer generators, for a lower
bound (often the others only make the charts larger); with Jung's method where three small variables are left, and plane
sections of open pieces of space; the vertices of cones at once; into whole affine charts, which overlap (symmetries act
on them, and regular directions need not be small)."""
FIRST: dict[int, dict[str, tuple[int, float]]] = {
    3: {"cells": (50, 2.0), "jung": (150, 25.0)},
    4: {"cells": (400, 4.0), "jung": (400, 40.0)},
}
"""In so many variables before these: first a few charts, then Jung's method, until so many seconds are over."""
QUOTA = 400  # charts in the first round; four times as many in each further one
SECONDS = 8.0  # the same for seconds of what is not Jung's method, in three variables, where that ends


def plan(d: int, number: int, slices: bool) -> list[tuple[str, int, float | None]]:
    """The ways of a round (0, 1, ...) in d variables, with charts and seconds; `slices`: Jung's method may be fit."""
    out: list[tuple[str, int, float | None]] = []
    if number == 0 and slices:
        out += [(way, charts, seconds) for way, (charts, seconds) in FIRST.get(d, {}).items()]
    done = d == 3 and "jung" in {way for way, _, _ in out}
    for way, share in WAYS.items():
        if way != "jung" or (slices and not done):
            seconds = SECONDS * 4**number if d == 3 and way != "jung" else None
            out.append((way, QUOTA * 4**number // share, seconds))
    return out

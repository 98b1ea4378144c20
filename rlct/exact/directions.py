"""Steps after which a variable is an ordinary one, so that lines in any direction are alike."""

from __future__ import annotations

from dataclasses import replace

from rlct.exact.charts import Chart, Ideal, Small, Step, mapped


def release(chart: Chart, i: int) -> tuple[Chart, Step]:
    """A divisor becomes an object of its own, so that other coordinates may take the place of x_i (a wall stays)."""
    s = chart.small[i]
    out = replace(
        chart,
        small={**chart.small, i: Small(wall=s.wall)},
        objects=(*chart.objects, Ideal((chart.ring.gen(i),), s.k, s.h)),
    )
    return out, {"op": "release", "var": chart.name(i)}


def unfold(chart: Chart, i: int) -> tuple[Chart, Step]:
    """The wall x_i >= 0 becomes x_i², x_i of any sign."""
    s = chart.small[i]
    gen = chart.ring.gen(i)
    out = mapped(chart, lambda g: g.compose({i: gen * gen}), lambda g: g.compose({i: gen * gen}))
    small = {**chart.small, i: Small(s.k * 2, s.h * 2 + 1)}
    return replace(out, small=small), {"op": "unfold", "var": chart.name(i)}

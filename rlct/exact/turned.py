"""The variables of a chart in another order, by shears: x + y, then y - (x + y), then the sum exchange two of them."""

from __future__ import annotations

from rlct.exact import charts
from rlct.exact.poly import TooLarge
from rlct.exact.proposals import changeable
from rlct.exact.work import Work


def turn(w: Work, k: int) -> None:
    """The k-th other order of the small variables that may be changed: backwards, or every k-th; as it was where that
    makes polynomials too long in between."""
    here = [i for i in changeable(w.chart) if i in w.chart.small]
    wanted = here[::-1] if k == 1 else [i for r in range(k) for i in here[r::k]]
    where = {i: i for i in here}  # the variable whose place each has now
    v = Work(w.chart, w.memory)
    try:
        for place, old in zip(here, wanted, strict=True):
            now = where[old]
            if now != place:
                _exchange(v, place, now)
                other = next(i for i, at in where.items() if at == place)
                where[old], where[other] = place, now
    except TooLarge:
        return
    w.chart = v.chart
    w.steps += v.steps


def _exchange(w: Work, i: int, j: int) -> None:
    """x_j in the place of x_i, and -x_i in that of x_j."""
    for a, b, sign in ((i, j, 1), (j, i, -1), (i, j, 1)):
        w.do(charts.coordinate(w.chart, a, w.chart.ring.one, w.chart.ring.gen(b) * sign))

"""Blow-ups stay within the exponents that certificates can hold."""

from __future__ import annotations

from fractions import Fraction

from rlct.exact.blowup import LARGEST, cells, fits
from rlct.exact.charts import Chart, Ideal, Small
from rlct.exact.poly import Ring


def test_exponents_of_the_charts() -> None:
    """x^a y + y^2 with a = 4·10^5: weights (1, 1) fit, weights (3, 1) give an exponent above a million."""
    ring = Ring(("x", "y"))
    x, y = ring.gen(0), ring.gen(1)
    chart = Chart(ring, (0, 1), {0: Small(), 1: Small()}, (Ideal((x**400_000 * y + y**2,), Fraction(1)),))
    assert fits(chart, [(0, 1), (1, 1)])
    assert not fits(chart, [(0, 3), (1, 1)])
    highest = max(e for c in cells(chart, [(0, 1), (1, 1)]) for g in c.objects[0].gens for t, _ in g.terms for e in t)
    assert highest <= LARGEST

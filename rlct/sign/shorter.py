"""The sign of a disguised polynomial: a derivation in coordinates in which it is shorter."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from rlct.exact.charts import Chart, Ideal, Small, decode
from rlct.exact.derive import derive
from rlct.exact.poly import Poly
from rlct.exact.real import Oracle
from rlct.exact.shorten import shorten
from rlct.exact.work import Memory, Work

LONGEST = 2000  # terms of a polynomial for which shorter coordinates are looked for


def derive_shorter(f: Poly, oracle: Oracle) -> list[Any] | None:
    """A derivation that f >= 0 near 0 that starts with changes of coordinates; None where none is found.

    Examples
    --------
    >>> from rlct.exact.poly import Ring
    >>> ring = Ring(["x", "y", "z"]); x, y, z = (ring.gen(i) for i in range(3))
    >>> f = (x - y * 2 + z * 2) ** 16 + z**2
    >>> derive(f, Oracle()), derive_shorter(f, Oracle())[-1][0]
    (None, 'even')
    """
    if len(f) > LONGEST:
        return None
    order = tuple(range(f.ring.n))
    w = Work(Chart(f.ring, order, {i: Small() for i in order}, (Ideal((f,), Fraction(1)),)), Memory(oracle))
    shorten(w, ())
    steps: list[Any] = []
    for step in w.steps:
        if step["op"] != "coordinate":
            return None
        i = f.ring.names.index(step["var"])
        unit, rest = (decode(f.ring, order, step[part]) for part in ("unit", "rest"))
        odd = f.degrees[i] % 2
        f = f.solve_into(i, unit, rest)
        f = (f * unit if odd else f).primitive_signed()
        steps.append(["coordinate", step["var"], step["unit"], step["rest"]])
    found = derive(f, oracle) if steps else None
    return None if found is None else [*steps, *found]

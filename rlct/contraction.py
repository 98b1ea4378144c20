"""Boxes that shrink to a smaller set of zeros: x_i -> t^(w_i) x_i, 0 < t <= 1, with weights w_i >= 0.

Where every factor of K and of the prior is homogeneous for the weights and the box holds 0 in each coordinate with
w_i > 0, such a map takes the box into itself and germs of K to germs with the same (λ, m), up to a part of the box that
it may leave out.  As t goes to 0 a zero moves to one with x_i = 0 for all w_i > 0, and limits are no better: the worst
zeros are among those.  A matrix product on [0, 1]^18 is a question about its corner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from rlct.exact.gradings import gradings
from rlct.exact.poly import Poly
from rlct.exact.simplex import Tableau, homogeneous_pair, primitive

Box = Sequence[tuple[Fraction | None, Fraction | None]]


def contraction(polys: Iterable[Poly], box: Box) -> tuple[int, ...]:
    """Weights >= 0, one for each variable, positive wherever they can be, for which the polynomials are homogeneous;
    0 where the box does not hold 0.

    >>> from rlct.exact.poly import Ring
    >>> ring = Ring(["x", "y", "z"]); x, y, z = (ring.gen(i) for i in range(3))
    >>> unit = (Fraction(0), Fraction(1))
    >>> contraction([x * x - y**3, z + ring.one], [unit, unit, unit])
    (3, 2, 0)
    >>> contraction([x * y - z], [unit, unit, (Fraction(1), Fraction(2))])
    (0, 0, 0)
    """
    n = len(box)
    basis = gradings(polys, range(n))
    if not basis:
        return (0,) * n
    rows = [[-v[i] for v in basis] for i in range(n)]
    rows += [[-x for x in rows[i]] for i, (lo, hi) in enumerate(box) if not _holds_zero(lo, hi)]
    # each number c_k of a combination Σ c_k v_k is a difference of two that are >= 0
    table = [[*row, *(-x for x in row)] for row in rows]
    labels = range(len(rows) + 2 * len(basis))
    found, _ = homogeneous_pair(Tableau(table, list(labels[: len(rows)]), list(labels[len(rows) :])))
    return primitive([found.get(i, 0) for i in range(n)]) if found else (0,) * n


def fixed_codes(weights: Sequence[int], box: Box) -> dict[int, str]:
    """For each variable that shrinks the code of its value 0: an end of the box, or inside."""
    return {
        i: "lo" if lo == 0 else "hi" if hi == 0 else "zero"
        for i, (w, (lo, hi)) in enumerate(zip(weights, box, strict=True))
        if w
    }


def _holds_zero(lo: Fraction | None, hi: Fraction | None) -> bool:
    return (lo is None or lo <= 0) and (hi is None or hi >= 0)

"""Which functions are coordinates at a point, and which others are combinations of them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rlct.exact.poly import Exponent, Poly, Ring
from rlct.exact.real import Oracle, System, Verdict
from rlct.exact.strata import determinant
from rlct.localize import bounds_of, univariate
from rlct.problem import Algebraic, Expr, Point, compare

HARD = 4  # functions that are proved to be coordinates at an irrational point
SECONDS = 2.0  # for such proofs
SMALL = Fraction(1, 2**100)

Vector = dict[Exponent, Fraction]


class NoCoordinates(Exception):
    """These functions are no coordinates, or not everything is made of them."""


# ---------------------------------------------------------------- the point
class Place:
    """A point, and what is computed there: exact at rational points, else to many digits (and what rests on that is
    proved at the end)."""

    def __init__(self, point: Point, ring: Ring) -> None:
        self.point, self.ring = point, ring
        self.all = range(len(point))
        self.exact = all(isinstance(p, Fraction) for p in point)
        self._near = {i: p if isinstance(p, Fraction) else refined(p) for i, p in enumerate(point)}

    def value(self, f: Poly) -> Fraction:
        """The value; at irrational points 0 where it is very small."""
        value = f.value(self._near)
        return value if self.exact or abs(value) > SMALL else Fraction(0)

    def proves(self, made: Mapping[int, Poly], units: Sequence[Poly]) -> bool:
        """The functions are 0 at an irrational point and coordinates in these places, and the units have
        the signs that their values show."""
        if self.exact:
            return True
        if len(made) > HARD or any(self.value(f) for f in made.values()):
            return False
        near: list[Poly] = []
        relations: list[Poly] = []
        for i, p in enumerate(self.point):
            if isinstance(p, Fraction):
                relations.append(self.ring.gen(i) * p.denominator - self.ring.const(p.numerator))
            else:
                relations.append(univariate(self.ring, i, p.minpoly))
                near += bounds_of(self.ring, i, p)
        jacobian = determinant([[f.derivative(i) for i in made] for f in made.values()], self.ring.one)
        oracle = Oracle()
        oracle.deadline = time.monotonic() + SECONDS
        systems = [System(tuple(relations), (f,), tuple(near)) for f in made.values()]
        systems += [System((*relations, f), (), tuple(near)) for f in (jacobian, *units)]
        against = [-f if self.value(f) > 0 else f for f in units]
        systems += [System(tuple(relations), (), (*near, f)) for f in against]
        return all(oracle.decide(s) is Verdict.EMPTY for s in systems)


def refined(p: Algebraic) -> Fraction:
    """An irrational number to many digits."""
    lo, hi = p.lo, p.hi
    while hi - lo > SMALL**3:
        mid = (lo + hi) / 2
        lo, hi = (mid, hi) if compare(p, mid) > 0 else (lo, mid)
    return (lo + hi) / 2


# ---------------------------------------------------------------- what functions span
class Span:
    """What functions with independent gradients span together with 1.

    >>> from rlct.problem import Var
    >>> one, x, y = (0, 0), (1, 0), (0, 1)
    >>> span = Span().extended(Var("x"), {x: Fraction(1)}, [Fraction(1), Fraction(0)])
    >>> span = span.extended(Var("b"), {x: Fraction(1), y: Fraction(1)}, [Fraction(1), Fraction(1)])
    >>> span.written({y: Fraction(2), one: Fraction(1)}), span.places()
    (([Fraction(-2, 1), Fraction(2, 1)], Fraction(1, 1)), [0, 1])
    """

    def __init__(self, rows: Sequence[_Row] = ()) -> None:
        self.rows = tuple(rows)

    @property
    def names(self) -> list[Expr]:
        return [row.name for row in self.rows]

    def holds(self, f: Vector) -> bool:
        return not any(any(m) for m in self._reduced(f)[0])

    def written(self, f: Vector) -> tuple[list[Fraction], Fraction]:
        """Coefficients of the functions, and the constant."""
        rest, how = self._reduced(f)
        return how, next(iter(rest.values()), Fraction(0))

    def places(self) -> list[int]:
        """A variable for each function, in whose places they are coordinates."""
        return [row.place for row in self.rows]

    def extended(self, name: Expr, f: Vector, gradient: Sequence[Fraction]) -> Span:
        """With one more function; `NoCoordinates` where its gradient depends on the others."""
        slope = list(gradient)
        for row in self.rows:
            factor = slope[row.place]
            slope = [y - factor * x for x, y in zip(row.slope, slope, strict=True)]
        place = next((i for i, x in enumerate(slope) if x), None)
        if place is None:
            raise NoCoordinates
        rest, how = self._reduced(f)
        pivot = min((m for m in rest if any(m)), key=lambda m: (sum(m), m))
        top = rest[pivot]
        new = _Row(
            name,
            pivot,
            {m: c / top for m, c in rest.items()},
            [*(-x / top for x in how), 1 / top],
            place,
            [x / slope[place] for x in slope],
        )
        return Span((*self.rows, new))

    def _reduced(self, f: Vector) -> tuple[Vector, list[Fraction]]:
        """f = rest + a combination of the functions."""
        rest, how = dict(f), [Fraction(0)] * len(self.rows)
        for row in self.rows:
            factor = rest.get(row.pivot)
            if factor:
                for m, c in row.terms.items():
                    rest[m] = rest.get(m, Fraction(0)) - factor * c
                for k, c in enumerate(row.how):
                    how[k] += factor * c
        return {m: c for m, c in rest.items() if c}, how


@dataclass(frozen=True)
class _Row:
    """A function; a row of the echelon form (`terms`, 1 at `pivot`) and how it is written in the functions so far; and
    the same for its gradient (`slope`, 1 at `place`)."""

    name: Expr
    pivot: Exponent
    terms: Vector
    how: list[Fraction]
    place: int
    slope: list[Fraction]

"""A polynomial without zero in a bounded box, by its coefficients in the Bernstein basis and halving of the box.

The basis polynomials are positive inside the box: coefficients that are all >= 0, not all 0, prove a positive value at
every inner point.  Where that does not show it, the box is halved (de Casteljau), and the plane between the halves is a
box of its own.  Coefficients are integers up to a common positive factor throughout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from math import comb, lcm, prod

from rlct.certify import algebra
from rlct.certify.algebra import Poly

BOXES = 3000
BRIEF = 80_000  # the same, before anything else is tried
MOST_COEFFICIENTS = 20_000
WORK = 1_000_000  # coefficients looked at in all

Box = Mapping[int, tuple[Fraction, Fraction]]


@dataclass(frozen=True)
class _Tensor:
    """Bernstein coefficients, the last axis the fastest."""

    degrees: tuple[int, ...]
    values: list[int]


def sign_on(f: Poly, box: Box, most: int = WORK) -> int:
    """±1: f is proved to have that sign everywhere in the open box (bounds for all its variables); 0 says nothing."""
    start = _tensor(f, box)
    if start is None:
        return 0
    first = next((v for v in start.values if v), 0)
    corner = start.values[0] or start.values[-1] or first
    sign = 1 if corner > 0 else -1
    if sign < 0:
        start = _Tensor(start.degrees, [-v for v in start.values])
    stack, boxes, work = [start], 0, 0
    while stack:
        t = stack.pop()
        boxes += 1
        work += len(t.values)
        if min(t.values) >= 0:
            if not any(t.values):
                return 0
            continue
        # corners are values: a negative one may only be hidden in an edge, never repaired by more halvings
        if boxes > BOXES or work > most or not any(t.degrees) or any(t.values[i] < 0 for i in _corners(t.degrees)):
            return 0
        stack += _halved(t, _steepest(t))
    return sign


def _tensor(f: Poly, box: Box) -> _Tensor | None:
    """The coefficients of a positive multiple of f on the box."""
    variables = sorted(algebra.used(f))
    degrees = tuple(algebra.degree(f, i) for i in variables)
    if not variables or prod(d + 1 for d in degrees) > MOST_COEFFICIENTS or any(i not in box for i in variables):
        return None
    columns = []  # x^a on [lo, hi] in the Bernstein basis of degree d, times a common denominator
    for i, d in zip(variables, degrees, strict=True):
        lo, hi = box[i]
        powers = [_power(a, d, lo, hi) for a in range(d + 1)]
        den = lcm(*(c.denominator for p in powers for c in p))
        columns.append([[int(c * den) for c in p] for p in powers])
    values = _contracted({tuple(e[i] for i in variables): int(c) for e, c in f.items()}, columns, degrees)
    return _Tensor(degrees, values)


def _power(a: int, d: int, lo: Fraction, hi: Fraction) -> list[Fraction]:
    """Bernstein coefficients of x^a in degree d: the blossom, elementary symmetric means of lo's and hi's."""
    out = []
    for k in range(d + 1):
        total = sum(
            (comb(k, j) * comb(d - k, a - j) * hi**j * lo ** (a - j) for j in range(max(0, a - d + k), min(a, k) + 1)),
            Fraction(0),
        )
        out.append(total / comb(d, a))
    return out


def _contracted(
    terms: dict[tuple[int, ...], int], columns: Sequence[Sequence[Sequence[int]]], degrees: tuple[int, ...]
) -> list[int]:
    """The tensor product of the one-dimensional changes of basis, axis by axis."""
    for axis, column in enumerate(columns):
        out: dict[tuple[int, ...], int] = {}
        for e, c in terms.items():
            for k, x in enumerate(column[e[axis]]):
                if x:
                    key = (*e[:axis], k, *e[axis + 1 :])
                    out[key] = out.get(key, 0) + c * x
        terms = out
    return [terms.get(e, 0) for e in product(*(range(d + 1) for d in degrees))]


def _strides(degrees: tuple[int, ...]) -> list[int]:
    out, step = [], 1
    for d in reversed(degrees):
        out.append(step)
        step *= d + 1
    return out[::-1]


def _corners(degrees: tuple[int, ...]) -> list[int]:
    ends = [(0, d * s) if d else (0,) for d, s in zip(degrees, _strides(degrees), strict=True)]
    return [sum(c) for c in product(*ends)]


def _steepest(t: _Tensor) -> int:
    """The axis along which the coefficients change most."""
    best, most = 0, -1
    for axis, (d, s) in enumerate(zip(t.degrees, _strides(t.degrees), strict=True)):
        if d:
            change = sum(abs(t.values[i + s] - t.values[i]) for i in range(len(t.values)) if i // s % (d + 1) < d)
            if change > most:
                best, most = axis, change
    return best


def _halved(t: _Tensor, axis: int) -> tuple[_Tensor, _Tensor, _Tensor]:
    """The two halves and the plane between them."""
    d, s = t.degrees[axis], _strides(t.degrees)[axis]
    low, high = [0] * len(t.values), [0] * len(t.values)
    middle: list[int] = []
    for block in range(0, len(t.values), s * (d + 1)):
        for start in range(block, block + s):
            line = t.values[start : start + s * d + 1 : s]
            for k in range(d + 1):
                low[start + k * s] = line[0] << (d - k)
                high[start + (d - k) * s] = line[-1] << (d - k)
                line = [a + b for a, b in pairwise(line)]
            middle.append(high[start])
    flat = (*t.degrees[:axis], 0, *t.degrees[axis + 1 :])
    return _Tensor(t.degrees, low), _Tensor(t.degrees, high), _Tensor(flat, middle)

"""The line over a point that was blown up in the plane: slices for its intervals, its special points one by one.

In a chart u, y small, t free, as Jung's method makes them, every function is y^m times a unit where u = 0, but for
special t, and the factors of discriminants and resultants are powers of u and functions that are 0 on u = 0 at special
t only.  Between special t nothing changes along u = 0, so one slice stands for each interval.  At an irrational special
t where one such factor crosses u = 0 normally the threshold is that of slices along both (see `crossing`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import fmpz_poly

from rlct.exact import charts
from rlct.exact.charts import Chart, encode, number
from rlct.exact.crossing import at_value, core, dominated, radius, sliced, together
from rlct.exact.leaves import INFINITE
from rlct.exact.poly import Poly
from rlct.exact.projection import Factors, factored, known_factors, written
from rlct.exact.roots import Root, coefficients, roots_of
from rlct.exact.work import Work
from rlct.values import Threshold

HALVINGS = 40  # of an interval around an irrational point
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Line:
    """The charts of samples, slices through crossings and points, in this order, and the end without its children."""

    samples: tuple[Fraction, ...]
    crossings: tuple[tuple[Fraction, Fraction, int], ...]  # an interval, and how many slices
    charts: tuple[Chart, ...]
    end: dict[str, Any]

    @property
    def points(self) -> int:
        """How many of the charts, at the end, are at points."""
        return len(self.charts) - len(self.samples) - sum(n for _, _, n in self.crossings)

    def low(self, values: Sequence[Threshold]) -> Threshold:
        """The lower bound on the line from those of the children."""
        samples = dict(zip(self.samples, values, strict=False))
        rest = list(values[len(samples) :])
        out = list(samples.values())
        for lo, hi, n in self.crossings:
            below = [x for s, x in samples.items() if s <= lo][-1:]
            above = [x for s, x in samples.items() if s >= hi][:1]
            out.append(together([*below, *above, *rest[:n]], [len(below) + len(above), n], 3))
            rest = rest[n:]
        return min([*out, *rest], default=INFINITE)


@dataclass(frozen=True, slots=True)
class _Setting:
    """A line: the factors of the objects; the functions that vanish along it; all other factors that matter (also of
    resultants); those with what they are on the line."""

    w: Work
    u: int
    y: int
    t: int
    objects: tuple[Factors, ...]
    functions: tuple[Poly, ...]
    others: tuple[Poly, ...]
    on_line: tuple[tuple[Poly, Poly], ...]


def is_line(c: Chart) -> bool:
    """Two small variables, a free one, of which only the sign is known."""
    if len(c.smalls) != 2 or len(c.order) != 3 or len(c.free) != 1 or c.relations or c.equations:
        return False
    return all(f.is_constant or f == c.ring.gen(c.free[0]) for f in (*c.nonzero, *c.positive))


def line(w: Work, y: int) -> Line | None:
    """The end on such a line; None where an irrational point is no crossing, or something is too long."""
    c = w.chart
    s = _setting(w, y)
    if s is None:
        return None
    beyond = any(not f.is_constant for f in c.positive)
    apart = beyond or any(not f.is_constant for f in c.nonzero)  # t = 0 is no point of the stratum
    roots, factors = _special(s, apart)
    kept = [r for r in roots if not beyond or r.lo > 0 or r.hi > 0]
    points = [r.lo for r in kept if r.is_rational and not (apart and r.lo == 0)]
    found = []
    for root in kept:
        if not root.is_rational:
            made = _crossing(s, root, factors[_key(root.poly)])
            if made is None:
                return None
            found.append(made)
    samples = list(_between(roots, beyond))
    end: dict[str, Any] = {
        "end": "line",
        "var": c.name(y),
        "objects": [written(c, fs) for fs in s.objects],
        "samples": [number(x) for x in samples],
        "crossings": [data for _, data, _ in found],
        "points": [number(x) for x in points],
    }
    made_charts = [sliced(c, s.t, x, {}) for x in samples]
    made_charts += [chart for _, _, slices in found for chart in slices]
    made_charts += [
        charts.split_solve(c, s.t, c.ring.const(x.denominator), c.ring.const(-x.numerator)) for x in points
    ]
    crossings = tuple((lo, hi, len(slices)) for (lo, hi), _, slices in found)
    return Line(tuple(samples), crossings, tuple(made_charts), end)


def _setting(w: Work, y: int) -> _Setting | None:
    c = w.chart
    (t,) = c.free
    (u,) = (i for i in c.smalls if i != y)
    if c.small[y].is_divisor:
        return None
    objects = tuple(factored(w, ob) for ob in c.objects)
    functions: list[Poly] = []
    on_line: dict[Poly, Poly] = {}
    for f in dict.fromkeys(f for fs in objects for f, _ in fs):
        low = f.at_zero([u])
        if not low:
            return None
        on_line[f] = core(low, y).at_zero([y])
        if not low.at_zero([y]):
            functions.append(f)
    if any(not f for f in on_line.values()):
        return None
    for q in known_factors(c):
        if q != c.ring.gen(u):
            on_line[q] = q.at_zero([u])
            if not on_line[q]:
                return None
    others = tuple(f for f in on_line if f not in functions)
    return _Setting(w, u, y, t, objects, tuple(functions), others, tuple(on_line.items()))


def _special(s: _Setting, apart: bool) -> tuple[list[Root], dict[tuple[int, ...], list[tuple[Poly, int]]]]:
    """The special points in order, and for each irreducible factor which polynomials it divides on the line."""
    factors: dict[tuple[int, ...], list[tuple[Poly, int]]] = {}
    product = fmpz_poly([0, 1]) if apart else fmpz_poly([1])
    for f, low in s.on_line:
        for p, k in s.w.memory.factors(low.primitive()) if not low.is_constant else ():
            flat = fmpz_poly(coefficients(p, s.t))
            if _key(flat) not in factors and not (apart and _key(flat) == (0, 1)):
                product = product * flat
            factors.setdefault(_key(flat), []).append((f, k))
    return (list(roots_of(product)) if product.degree() > 0 else []), factors


def _key(p: Any) -> tuple[int, ...]:
    """A polynomial up to its sign."""
    flat = [int(x) for x in p.coeffs()]
    return tuple(flat if flat[-1] > 0 else [-x for x in flat])


def _crossing(
    s: _Setting, root: Root, meeting: Sequence[tuple[Poly, int]]
) -> tuple[tuple[Fraction, Fraction], dict[str, Any], list[Chart]] | None:
    """An irrational point, where one factor that is free of y meets the line, once: slices through it, in a box."""
    c = s.w.chart
    if len(meeting) != 1 or meeting[0][1] > 1 or s.y in meeting[0][0].variables:
        return None
    q = meeting[0][0]
    for _ in range(HALVINGS):
        radii = _radii(s, q, root.lo, root.hi)
        if radii is not None:
            r, delta = radii
            box = {s.t: (root.lo, root.hi), s.y: (-delta, delta)}
            values = [r] if c.small[s.u].wall else [r, -r]
            data = {
                "component": encode(c, q),
                "interval": [number(root.lo), number(root.hi)],
                "radii": [number(r), number(delta)],
            }
            return (root.lo, root.hi), data, [sliced(c, s.u, value, box) for value in values]
        root = root.refine()
    return None


def _radii(s: _Setting, q: Poly, lo: Fraction, hi: Fraction) -> tuple[Fraction, Fraction] | None:
    """Radii of u and y for a box over the interval, in which q = 0 is a graph over u, the other factors have no zero,
    and no zero of a function leaves through y = ±radius."""
    u, y, t = s.u, s.y, s.t
    mid, half = (lo + hi) / 2, (hi - lo) / 2
    inside = [shifted(f, t, mid) for f in (q.derivative(t), *(f for f in s.others if f != q))]
    cores = [shifted(core(f.at_zero([u]), y), t, mid) for f in s.functions]
    radii = {t: half}
    if not all(dominated(f.at_zero([u, y]), radii) for f in (*inside, *cores)):
        return None
    if not radius(radii, y, [*(f.at_zero([u]) for f in inside), *cores]):
        return None
    sides = [shifted(at_value(f, y, x * radii[y]), t, mid) for f in s.functions for x in (1, -1)]
    if not all(dominated(f.at_zero([u]), radii) for f in sides):
        return None
    ends = [at_value(q, t, lo), at_value(q, t, hi)]
    return (radii[u], radii[y]) if radius(radii, u, [*inside, *sides, *ends]) else None


def shifted(f: Poly, t: int, by: Fraction) -> Poly:
    """A multiple of f at t + by."""
    ring, d = f.ring, f.degrees[t]
    moved = ring.gen(t) * by.denominator + ring.const(by.numerator)
    total = ring.zero
    for k, part in f.coefficients(t).items():
        total = total + part * moved**k * by.denominator ** (d - k)
    return total


def _between(roots: Sequence[Root], beyond: bool) -> Iterator[Fraction]:
    """A rational number in every interval between the roots (`beyond`: among the positive numbers only)."""
    if not roots:
        yield Fraction(1) if beyond else ZERO
        return
    ends = [(r.lo, r.hi) for r in roots]
    if not beyond:
        yield Fraction(ends[0][0].__floor__() - 1)
    for (_, a), (b, _) in pairwise(ends):
        x = simplest(a, b)
        if not beyond or x > 0:
            yield x
    if not beyond or ends[-1][1] >= 0:
        yield Fraction(ends[-1][1].__ceil__() + 1)


def simplest(a: Fraction, b: Fraction) -> Fraction:
    """The number with the least denominator in the open interval (a, b), a < b.

    >>> simplest(Fraction(1, 3), Fraction(3, 4)), simplest(Fraction(-1, 2), Fraction(9, 4))
    (Fraction(1, 2), Fraction(0, 1))
    """
    q = 1
    while True:
        least = (a * q).__floor__() + 1
        if Fraction(least, q) < b:
            if least < 0 < b:
                least = 0
            return Fraction(least, q)
        q += 1

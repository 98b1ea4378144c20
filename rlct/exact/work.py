"""A chart at work: what is being transformed, the record of the steps, and what one computation remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import gcd
from operator import add, sub
from typing import Any

from rlct.exact import interpolated
from rlct.exact.arcs import Place
from rlct.exact.charts import Chart, Ideal, Step
from rlct.exact.gram import SHARE, sum_of_squares
from rlct.exact.limits import share
from rlct.exact.poly import Exponent, Poly, TooLarge
from rlct.exact.polyhedra import in_closure
from rlct.exact.real import Oracle, System

HIGHEST = 200  # degree of polynomials that are divided in vain: quotients may have as many terms, without end
RESULTANT_SHORT = 100  # products of term counts up to which resultants are computed as a whole
RESULTANT_POINTS = 60_000, 3_000_000  # from values (50 000 a second), and too many of them
RESULTANT_SHARE = 4  # part of the seconds that are left, for one resultant
PAIR_LIMIT = 20_000  # products of term counts beyond which generators are only divided, not compared term by term


class Memory:
    """What one computation remembers about polynomials: factorisations and closure questions."""

    def __init__(self, oracle: Oracle):
        self.oracle = oracle
        self.patience = 1  # how much larger than at first polynomials, fields and trees may be
        self.diagonals: dict[Any, tuple[list[Exponent], bool]] = {}  # linear coordinates by symmetries, by generators
        self.over_fields: dict[Any, list[Poly]] = {}  # factors over number fields, by relations and polynomial
        self.written: list[Poly] = []  # of the function in the coordinates of the question: summands, if it is a sum
        self.trees: dict[Any, Any] = {}  # leaves of slices (see `jung`)
        self._factors: dict[Poly, list[tuple[Poly, int]]] = {}
        self._likely: dict[Poly, None] = {}  # irreducible polynomials that may divide long ones
        self.sums: set[Any] = set()  # sums that were not seen to be non-negative part by part
        self._signs: dict[tuple[Poly, tuple[int, ...]], tuple[int, list[Any]] | None] = {}
        self._squares: dict[tuple[Poly, Place | None], list[tuple[Fraction, Poly]] | None] = {}
        self._shorter: dict[tuple[Poly, Poly], tuple[int, Poly] | None] = {}
        self._resultants: dict[tuple[Poly, Poly, int], Poly | None] = {}
        self._closure: dict[tuple[Exponent, tuple[Exponent, ...]], tuple[tuple[int, Fraction], ...] | None] = {}

    def share(self, part: int) -> Callable[[], bool]:
        """Whether one in `part` of the seconds that are left now is over; never without a deadline."""
        return share(self.oracle.deadline, part)

    def factors(self, f: Poly) -> list[tuple[Poly, int]]:
        """Irreducible factors of f over Q with multiplicities (of a long f the likely ones, or those of its root, and
        what is left)."""
        known = self._factors.get(f)
        if known is None:
            if not f.is_beyond(self.patience):
                known = [(g.primitive(), e) for g, e in f.factor()[1]]
            elif (found := self._divided(f)) != [(f, 1)]:
                known = found
            elif (root := f.square_root()) is not None:
                known = [(g, 2 * e) for g, e in self.factors(root)]
            else:
                known = [(f, 1)]
            self._factors[f] = known
        return known

    def be_patient(self) -> None:
        """What was too large may be twice as large from now on."""
        self.patience *= 2
        self._factors = {f: fs for f, fs in self._factors.items() if not f.is_huge}
        self._resultants = {key: found for key, found in self._resultants.items() if found is not None}
        self.trees = {key: leaf for key, leaf in self.trees.items() if leaf is not None}

    def expect(self, polys: Iterable[Poly]) -> None:
        """Factors of these polynomials are tried on those that are too long to be factored."""
        for f in polys:
            if len(f) > 1 and not f.is_large:
                self._likely.update((g, None) for g, _ in self.factors(f))

    def _divided(self, f: Poly) -> list[tuple[Poly, int]]:
        """The likely factors of f, and those of what is left."""
        out: dict[Poly, int] = {}
        likely = self._likely if f.total_degree() <= HIGHEST else ()
        for g in (*likely, *(f.ring.gen(i) for i in f.variables)):
            while len(f) > 1 and g.variables <= f.variables and (quotient := f.divide(g)) is not None:
                out[g] = out.get(g, 0) + 1
                f = quotient.primitive()
        rest = self.factors(f) if out and not f.is_constant else [(f, 1)]
        return [*out.items(), *((g, e) for g, e in rest if not g.is_constant)]

    def sign(self, g: Poly, order: tuple[int, ...]) -> tuple[int, list[Any]] | None:
        """A sign that g has near 0, and its derivation."""
        from rlct.exact.derive import derive

        key = (g, order)
        if key not in self._signs:
            found = ((s, derive(g * s, self.oracle, 0, order)) for s in (1, -1))
            self._signs[key] = next(((s, d) for s, d in found if d is not None), None)
        return self._signs[key]

    def squares(self, g: Poly, at: Place | None = None) -> list[tuple[Fraction, Poly]] | None:
        """g or -g as a sum of squares with positive coefficients; `at`: a point at which it is 0."""
        if (g, at) not in self._squares:
            self._squares[g, at] = sum_of_squares(g, at, self.share(SHARE))
        return self._squares[g, at]

    def shorter(self, g: Poly, f: Poly) -> tuple[int, Poly] | None:
        key = (g, f)
        if key not in self._shorter:
            self._shorter[key] = _shorter(g, f)
        return self._shorter[key]

    def resultant(self, f: Poly, g: Poly, i: int) -> Poly:
        """The resultant; TooLarge as `Poly.resultant` raises it, each time."""
        key = (f, g, i)
        if key not in self._resultants:
            try:
                self._resultants[key] = self._resultant(f, g, i)
            except TooLarge:
                self._resultants[key] = None
        found = self._resultants[key]
        if found is None:
            raise TooLarge
        return found

    def _resultant(self, f: Poly, g: Poly, i: int) -> Poly:
        points = interpolated.work(f, g, i) if len(f) * len(g) > RESULTANT_SHORT else None
        if points is None or points < RESULTANT_POINTS[0]:
            try:
                return f.resultant(g, i)
            except TooLarge:
                if points is None or self.patience == 1:
                    raise
        if points > RESULTANT_POINTS[1] * self.patience:
            raise TooLarge
        return interpolated.resultant(f, g, i, self.share(RESULTANT_SHARE))

    def closure(self, alpha: Exponent, points: tuple[Exponent, ...]) -> tuple[tuple[int, Fraction], ...] | None:
        key = (alpha, points)
        if key not in self._closure:
            self._closure[key] = in_closure(alpha, points)
        return self._closure[key]


class Work:
    """The chart being transformed at one node, and the record of what was done."""

    def __init__(self, chart: Chart, memory: Memory):
        self.chart = chart
        self.memory = memory
        self.steps: list[Step] = []
        self.rigid: tuple[Ideal, ...] | None = None  # objects for which no flow was found
        self._stratum: tuple[Any, System] | None = None

    def do(self, result: tuple[Chart, Step]) -> None:
        self.chart, step = result
        self.steps.append(step)

    @property
    def stratum(self) -> System:
        c = self.chart
        key = (c.nonzero, c.positive, c.relations, c.equations)
        if self._stratum is None or (self._stratum[0] is not key and self._stratum[0] != key):
            self._stratum = (key, c.stratum())
        return self._stratum[1]

    def is_unit(self, g: Poly) -> bool:
        """No zero at small = 0 on the stratum (proved)."""
        if g.constant_term():
            g0 = self.chart.at_zero(g)
            if g0.is_constant:
                return True
        else:
            g0 = self.chart.at_zero(g)
            if not g0:
                return False
        return self.memory.oracle.nowhere_zero(g0, self.stratum)

    def stratum_empty(self) -> bool:
        """The stratum has no point (proved cheaply, or by the oracle where it has equations or signs)."""
        c = self.chart
        if any(not g for g in c.nonzero):
            return True
        for g in c.positive:
            if not g or (g.is_constant and g.constant_term() < 0):
                return True
        if c.relations or c.positive or c.equations:
            return self.memory.oracle.empty(self.stratum)
        return False

    def vanishes(self, g: Poly) -> bool:
        """Zero at small = 0, as a polynomial (relations used)."""
        g0 = self.chart.at_zero(g)
        g0 = g0.at_zero([t for t in self.chart.dependents if self.chart.ring.gen(t) in self.chart.equations])
        if not g0:
            return True
        for t, r in reversed(self.chart.relations):
            r0 = self.chart.at_zero(r)
            if g0.degrees[t] and g0.divide(r0) is not None:
                return True
            g0 = remainder(g0, r0, t)
        return not g0


def remainder(g: Poly, r: Poly, t: int) -> Poly:
    """Pseudo-remainder of g by r in the variable t (constant leading coefficients only; else g)."""
    d = r.degrees[t]
    if d == 0 or g.degrees[t] < d:
        return g
    lead = r.coefficients(t)[d]
    if not lead.is_constant:
        return g
    c = lead.constant_term()
    gen = r.ring.gen(t)
    while g and g.degrees[t] >= d:
        top = g.degrees[t]
        g = g * c - g.coefficients(t)[top] * gen ** (top - d) * r
        g = g.primitive()
    return g


def monomial_gens(chart: Chart, j: int) -> list[tuple[int, Exponent]]:
    """Generators of object j that are monomials in the small variables: (index, exponents over `chart.smalls`)."""
    smalls = chart.smalls
    small = set(smalls)
    out = []
    for l, g in enumerate(chart.objects[j].gens):
        if len(g) == 1 and g.variables <= small:
            e = g.terms[0][0]
            out.append((l, tuple(e[i] for i in smalls)))
    return out


def _shorter(g: Poly, f: Poly) -> tuple[int, Poly] | None:
    """(a, m) such that a·g + m·f is shorter than g (fewer terms, or as many and smaller degree), or None.

    m is one term (or flint's quotient).  With M of the terms of m·f at monomials of g, the sum has at least
    len(g) + len(f) - 2M terms, so only quotients with 2M >= len(f) are worth a look: the sum has len(g) + len(f) - M
    terms less those that cancel, those with the same ratio of coefficients.
    """
    size = (len(g), g.total_degree())
    best: tuple[tuple[int, int], int, Poly] | None = None
    quotients = _frequent_quotients(g, f) if len(g) * len(f) <= PAIR_LIMIT else []
    coefficients = dict(g.terms) if quotients else {}
    high = sorted(coefficients, key=sum, reverse=True)
    low = sorted((d for d, _ in f.terms), key=sum, reverse=True) if quotients else []
    for q in quotients:
        ratios: dict[tuple[int, int], tuple[int, int, set[Exponent]]] = {}  # up to sign: as first met, what cancels
        matched, both = 0, len(g) + len(f)
        for d, b in f.terms:
            e = tuple(map(add, q, d))
            c = coefficients.get(e)
            if c is None:
                continue
            matched += 1
            k = gcd(c, b)
            c, b = c // k, b // k
            ratios.setdefault((c, b) if b > 0 else (-c, -b), (c, b, set()))[2].add(e)
        for c, b, gone in ratios.values():
            terms = both - matched - len(gone)
            if not terms:
                return b, g.ring.from_terms({q: -c})
            if terms > (size[0] if best is None else best[0][0]):
                continue
            degree = max(
                next((sum(e) for e in high if e not in gone), 0),
                next((sum(e) for e in (tuple(map(add, q, d)) for d in low) if e not in gone), 0),
            )
            if (terms, degree) < (size if best is None else best[0]):
                best = ((terms, degree), b, g.ring.from_terms({q: -c}))
    if best is not None:
        return best[1], best[2]
    if any(x > y for x, y in zip(f.degrees, g.degrees, strict=True)):
        return None
    if len(g) * len(f) > PAIR_LIMIT:  # where remainders may be without end
        exact = g.divide(f)
        return None if exact is None else (1, -exact)
    quotient, r = g.divmod(f)
    if quotient and (not r or (len(r), r.total_degree()) < size):
        return 1, -quotient
    return None


def _frequent_quotients(g: Poly, f: Poly) -> list[Exponent]:
    """Monomials q for which q·f has at least half of its terms at monomials of g."""
    counts: dict[int, int] = {}
    ge = g.packed
    for d in f.packed:
        for e in ge:
            q = e - d
            counts[q] = counts.get(q, 0) + 1
    need = (len(f) + 1) // 2
    frequent = {q for q, count in counts.items() if count >= need}
    if not frequent:
        return []
    out: dict[Exponent, None] = {}
    for (low, _), d in zip(f.terms, f.packed, strict=True):
        for (high, _), e in zip(g.terms, ge, strict=True):
            if e - d in frequent:
                v = tuple(map(sub, high, low))
                if min(v) >= 0:
                    out.setdefault(v)
    return list(out)

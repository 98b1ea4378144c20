"""Problems that are real and imaginary part of one over C: found, and written in the complex coordinates.

A polynomial g is the real part of a holomorphic one in coordinates z = x ± iy (pairs of the variables) when its Hessian
H is that of one: H(iv, w) = H(v, iw).  Then it is the real part of F(z) = 2 g(z/2, ∓iz/2) (Milne-Thomson 1937).  For
K = |F|² the same holds of log K, and K at x = (z + w)/2, y = ∓i(z - w)/2 is F(z)·F̄(w).  What is found here is a
proposal: it is kept if real and imaginary parts give the problem back, and the checker proves that again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from math import gcd
from operator import mul
from typing import Any

from flint import fmpq_mat

from rlct.complex_structure import PRIME, Matrix, apart, has_pairs, hessians, is_modulus
from rlct.exact.charts import Chart, Ideal, Small
from rlct.exact.poly import Exponent, Poly, Ring, TooLarge
from rlct.localize import SPARE, Cell, Claim
from rlct.problem import Problem
from rlct.settle import Move, moved

MOST_TERMS = 20_000
POINTS = 2  # at which second derivatives are looked at

Pair = tuple[int, int, int]  # (x, y, s): the coordinate x + s·iy, s = ±1
Pairing = tuple[Pair, ...]


@dataclass(frozen=True)
class Gaussian:
    """re + i·im, polynomials with integer coefficients."""

    re: Poly
    im: Poly

    def __add__(self, other: Gaussian) -> Gaussian:
        return Gaussian(self.re + other.re, self.im + other.im)

    def __mul__(self, other: Gaussian) -> Gaussian:
        return Gaussian(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)

    def __bool__(self) -> bool:
        return bool(self.re) or bool(self.im)

    def normalised(self) -> Gaussian:
        """The multiple by a number whose leading coefficient is real: a polynomial over Q where a multiple is."""
        e = max(e for g in (self.re, self.im) for e, _ in g.terms)
        ring = self.re.ring
        f = self * Gaussian(ring.const(self.re.coefficient(e)), ring.const(-self.im.coefficient(e)))
        common = gcd(int(f.re.p.content()), int(f.im.p.content()))
        return Gaussian(Poly(ring, f.re.p // common), Poly(ring, f.im.p // common))


@dataclass(frozen=True)
class Realified:
    """The chart over C as a cell, and what the certificate says about it (its field `complex`)."""

    cell: Cell
    data: dict[str, Any]


def realified(problem: Problem, claim: Claim, cell: Cell, moves: Sequence[Move] = ()) -> Realified | None:
    """The problem over C, if it is one in pairs of its variables at a rational point inside the region, or in pairs of
    the coordinates that `moves` make of them.

    Not with one complex variable: that is a question in the plane, which needs no help.
    """
    c, n = moved(cell.chart, moves), len(problem.variables)
    if not has_pairs(problem, cell):
        return None
    vanishing = [ob for ob in c.objects if not apart(ob)]
    if sum(len(g) for ob in vanishing for g in ob.gens) > MOST_TERMS or all(ob.E == 0 for ob in vanishing):
        return None
    if claim.form == "product" and not _positive(problem, claim, c.objects):
        return None
    with_kind = [(ob, is_modulus(claim, ob)) for ob in c.objects]
    hs = [h for ob, modulus in with_kind if not apart(ob) for g in ob.gens for h in hessians(g, n, modulus, POINTS)]

    def over(pairing: Pairing) -> list[list[Gaussian] | None]:
        return [None if apart(ob) else _over_c(ob, pairing, modulus) for ob, modulus in with_kind]

    try:
        for pairing in pairings(n, hs):
            found = over(pairing)
            if all(fs is None or fs for fs in found):
                best = turned(pairing, found)
                found = found if best == pairing else over(best)
                return _written(problem, replace(cell, chart=c), best, found, claim.form == "product", moves)
    except TooLarge:
        pass
    return None


def _positive(problem: Problem, claim: Claim, objects: Sequence[Ideal]) -> bool:
    """In mode K: the odd factors are positive at the point, or could be |F|²; so is the constant."""
    constant, fs = claim.functions[0][0]
    if problem.mode == "K" and constant < 0:
        return False
    for (p, e), ob in zip(fs, objects, strict=False):  # the prior comes after
        sign = int(p.p.leading_coefficient())  # of a square: positive
        there = ob.gens[0].constant_term()
        if problem.mode == "K" and e % 2 and (sign * there < 0 if there else sign < 0):
            return False
    return True


# ---------------------------------------------------------------- which variables belong together
def pairings(n: int, hs: Sequence[Matrix]) -> Iterator[Pairing]:
    """All ways to pair the variables in which every H is complex: H(iv, w) = H(v, iw)."""

    def partners(a: int, b: int) -> bool:
        return all((h[a][a] + h[b][b]) % PRIME == 0 for h in hs)

    def together(one: Pair, two: Pair) -> bool:
        (a, b, s), (c, d, t) = one, two
        return all(h[b][c] == s * t * h[a][d] % PRIME and h[b][d] == -s * t * h[a][c] % PRIME for h in hs)

    def extend(chosen: Pairing, left: Sequence[int]) -> Iterator[Pairing]:
        if not left:
            yield chosen
            return
        a, *others = left
        for b in others:
            for s in (1, -1) if chosen else (1,):
                if partners(a, b) and all(together(p, (a, b, s)) for p in chosen):
                    yield from extend((*chosen, (a, b, s)), [x for x in others if x != b])

    yield from extend((), range(n))


def turned(pairing: Pairing, found: Sequence[list[Gaussian] | None]) -> Pairing:
    """The pairing with coordinates multiplied by i, such that all polynomials become rational, where there is one.

    That depends on the parities of exponents alone when all coefficients are real or imaginary.
    """
    terms: list[list[tuple[Exponent, int]]] = []
    for f in (f for fs in found if fs is not None for f in fs):
        if {e for e, _ in f.re.terms} & {e for e, _ in f.im.terms}:
            return pairing
        terms.append([(e, 0) for e, _ in f.re.terms] + [(e, 1) for e, _ in f.im.terms])
    for turns in product((0, 1), repeat=len(pairing)):
        if all(len({(sum(map(mul, turns, e)) + odd) % 2 for e, odd in one}) == 1 for one in terms):
            return tuple((y, x, -s) if turn else (x, y, s) for (x, y, s), turn in zip(pairing, turns, strict=True))
    return pairing


# ---------------------------------------------------------------- the polynomials over C
def _over_c(ob: Ideal, pairing: Pairing, modulus: bool) -> list[Gaussian]:
    """Complex generators; none where they do not give back what is there."""
    ring = ob.gens[0].ring
    if modulus:
        f = _root(ob.gens[0], pairing)
        parts = real_and_imaginary(f, ring, pairing)
        same = (parts.re * parts.re + parts.im * parts.im).primitive() == ob.gens[0]
        return [f] if same else []
    fs = _basis([_holomorphic(g, pairing) for g in ob.gens])
    both = [real_and_imaginary(f, ring, pairing) for f in fs]
    flat = [g for f in both for g in (f.re, f.im)]
    return fs if rank(flat) == rank(ob.gens) == rank([*flat, *ob.gens]) else []


def rank(polys: Sequence[Poly]) -> int:
    """Of the space that polynomials span."""
    place: dict[Exponent, int] = {}
    for g in polys:
        for e, _ in g.terms:
            place.setdefault(e, len(place))
    m = fmpq_mat(len(polys), max(1, len(place)))
    for i, g in enumerate(polys):
        for e, c in g.terms:
            m[i, place[e]] = c
    return int(m.rank())


def _polarised(g: Poly, pairing: Pairing) -> Gaussian:
    """A positive multiple of g at x = (z + w)/2, y = -s·i(z - w)/2, in a ring of its own: first all z, then all w."""
    n, degree = len(pairing), g.total_degree()
    ring = Ring([f"{letter}{k}" for letter in "zw" for k in range(n)])
    parts: list[dict[Exponent, int]] = [{}, {}]
    for e, c in g.terms:
        power = sum(-s * e[y] for _, y, s in pairing) % 4  # of i
        key = tuple(e[x] for x, _, _ in pairing) + tuple(e[y] for _, y, _ in pairing)
        parts[power % 2][key] = c * 2 ** (degree - sum(e)) * (-1 if power > 1 else 1)
    gens = [ring.gen(k) for k in range(2 * n)]
    images = {k: gens[k] + gens[n + k] for k in range(n)} | {n + k: gens[k] - gens[n + k] for k in range(n)}
    re, im = (ring.from_terms(p).compose(images) for p in parts)
    return Gaussian(re, im)


def _holomorphic(g: Poly, pairing: Pairing) -> Gaussian:
    """F with g = Re F, up to a positive number."""
    both = _polarised(g, pairing)
    ws = range(len(pairing), 2 * len(pairing))
    return Gaussian(both.re.at_zero(ws), both.im.at_zero(ws))


def _root(g: Poly, pairing: Pairing) -> Gaussian:
    """F with g = |F|², up to a number: the coefficient of a monomial in w in F(z)·F̄(w)."""
    both = _polarised(g, pairing)
    ws = range(len(pairing), 2 * len(pairing))
    re, im = both.re.grouped(ws), both.im.grouped(ws)
    e = min({*re, *im})
    zero = both.re.ring.zero
    return Gaussian(re.get(e, zero), im.get(e, zero)).normalised()


def _basis(fs: Sequence[Gaussian]) -> list[Gaussian]:
    """Those of them that are independent over C."""
    chosen: list[Gaussian] = []
    for f in fs:
        if f:
            more = [*chosen, f]
            ring = f.re.ring
            other = ring.gen(ring.n - 1)  # occurs in none: tells imaginary parts from real ones
            if rank([g for h in more for g in (h.re + other * h.im, other * h.re - h.im)]) == 2 * len(more):
                chosen.append(f.normalised())
    return chosen


def real_and_imaginary(f: Gaussian, ring: Ring, pairing: Pairing) -> Gaussian:
    """U + iV = F at z = x + s·iy."""

    @cache
    def power(k: int, e: int) -> Gaussian:
        x, y, s = pairing[k]
        if e == 0:
            return Gaussian(ring.one, ring.zero)
        return power(k, e - 1) * Gaussian(ring.gen(x), ring.gen(y) * s)

    total = Gaussian(ring.zero, ring.zero)
    for part, unit in ((f.re, Gaussian(ring.one, ring.zero)), (f.im, Gaussian(ring.zero, ring.one))):
        for e, c in part.terms:
            term = unit * Gaussian(ring.const(c), ring.zero)
            for k in range(len(pairing)):
                term = term * power(k, e[k])
            total = total + term
    return total


# ---------------------------------------------------------------- the chart and its data
def _written(
    problem: Problem,
    cell: Cell,
    pairing: Pairing,
    found: Sequence[list[Gaussian] | None],
    is_product: bool,
    moves: Sequence[Move],
) -> Realified:
    """The chart, i a dependent variable where it is needed, and the data from which the checker makes it again."""
    n, taken = len(pairing), set(problem.variables)
    names, unit = [_new(f"z{k + 1}", taken) for k in range(n)], _new("i", taken)
    needed = any(f.im for fs in found for f in fs or ())
    ring = Ring([*names, *[unit] * needed, *(f"#{k + 1}" for k in range(SPARE))])
    i = ring.gen(n)

    def moved(g: Poly) -> Poly:
        return ring.from_terms({(*e[:n], *(0,) * (ring.n - n)): c for e, c in g.terms})

    def data(g: Poly, width: int) -> list[Any]:
        return [[list(e[:width]), c] for e, c in g.terms]

    objects = cell.chart.objects
    ideals = [
        Ideal(
            tuple((moved(f.re) + i * moved(f.im) if needed else moved(f.re)).primitive() for f in fs),
            ob.E if is_product else ob.E / 2,
            ob.H,
        )
        for fs, ob in zip(found, objects, strict=True)
        if fs is not None
    ]
    chart = Chart(
        ring,
        tuple(range(n + needed)),
        {k: Small() for k in range(n)},
        tuple(ideals),
        relations=((n, i * i + ring.one),) if needed else (),
        over_c=True,
    )
    made, d = _coordinates(cell.chart.ring, moves), len(problem.variables)
    said: dict[str, list[Any]] = {"functions": [], "prior": []}
    for fs, ob in zip(found, objects, strict=True):
        pairs = [None] if fs is None else [[data(f.re, n), data(f.im, n)] for f in fs]
        said["functions" if ob.E > 0 else "prior"] += pairs
    return Realified(
        replace(cell, chart=chart, images={}),
        {
            "square": 1,
            "unit": unit,
            "coordinates": [
                [name, data(made[x], d), data(made[y] * s, d)] for name, (x, y, s) in zip(names, pairing, strict=True)
            ],
            **said,
        },
    )


def _coordinates(ring: Ring, moves: Sequence[Move]) -> list[Poly]:
    """The coordinates after some moves, in those before."""
    made = [ring.gen(i) for i in range(ring.n)]
    for m in moves:
        made[m.i] = made[m.i] * m.unit + m.rest.compose(dict(enumerate(made)))
    return made


def _new(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name

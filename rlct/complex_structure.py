"""Linear coordinates in which a problem may be one over C: J with J² = -1 that is symmetric for all Hessians.

The second derivatives H of real and imaginary parts of holomorphic functions, and of log |F|², have
H(iv, w) = H(v, iw), so H J is symmetric for the matrix J of the multiplication by i.  The matrices with that property
are an algebra (for most functions only 1 and J span it), in which J is ±i on each of the eigenspaces of a matrix in
general position.  What is found is a proposal.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import lcm
from typing import Any

from flint import nmod_mat

from rlct.exact.charts import Chart, Ideal
from rlct.exact.essential import lowest_form
from rlct.exact.leaves import is_resolved
from rlct.exact.poly import Poly
from rlct.localize import Cell, Claim
from rlct.problem import Problem
from rlct.settle import Move

MOST_VARIABLES = 16
PRIME = 2**61 - 1
POINTS = 4  # at which second derivatives are looked at
LARGEST = 10**9  # numerator or denominator of a solution
LARGEST_ENTRY = 1000  # denominator of an entry of J
NEAR = 1e-6  # differences of floating-point numbers

Matrix = list[list[int]]  # modulo PRIME
Covector = dict[int, Fraction]


def has_pairs(problem: Problem, cell: Cell) -> bool:
    """Whether the question may be asked: at an inner point, an even number of variables, at least four."""
    c, n = cell.chart, len(problem.variables)
    if problem.at is None or n % 2 or not 4 <= n <= MOST_VARIABLES or cell.steps or set(c.order) != set(range(n)):
        return False
    return not any(s.wall for s in c.small.values()) and not is_resolved(c)


def apart(ob: Ideal) -> bool:
    """Some generator is not 0 at the point."""
    return any(g.constant_term() for g in ob.gens)


def is_modulus(claim: Claim, ob: Ideal) -> bool:
    """Whether an object can only be |F|², not real and imaginary parts."""
    return claim.form == "product" or ob.E == 0


def may_be_complex(problem: Problem, claim: Claim, cell: Cell) -> bool:
    """Whether the lowest forms leave room for a complex structure, as they do after any change of coordinates."""
    if not has_pairs(problem, cell):
        return False
    return _structures(cell.chart, claim, lowest=True)[1] > 1


def linear_pairs(chart: Chart, claim: Claim) -> Iterator[tuple[Move, ...]]:
    """Linear changes after which pairs of coordinates may be real and imaginary parts."""
    n = len(chart.order)
    basis, nullity = _structures(chart, claim)
    if not 2 <= nullity <= n:
        return
    flat = [x for c in range(nullity) for x in (int(basis[r, c]) for r in range(n * n))]
    echelon, _ = nmod_mat(nullity, n * n, flat, PRIME).rref()
    entries = [_rational(int(x)) for x in echelon.entries()]
    known = [x for x in entries if x is not None]
    if len(known) == len(entries):
        total = [sum((k + 2) * known[k * n * n + e] for k in range(nullity)) for e in range(n * n)]
        for j in _roots([[Fraction(x) for x in total[k * n : k * n + n]] for k in range(n)]):
            moves = _moves(chart, j)
            if moves:
                yield moves


def _structures(c: Chart, claim: Claim, lowest: bool = False) -> tuple[Any, int]:
    """A basis (columns) of the matrices J modulo a prime with H J symmetric for some Hessians, and its dimension."""
    n = len(c.order)
    rows: list[int] = []
    for ob in c.objects:
        modulus = is_modulus(claim, ob)
        for g in () if apart(ob) else ob.gens:
            for h in hessians(lowest_form(g, c.order) if lowest else g, n, modulus, POINTS):
                for a in range(n):
                    for b in range(a):  # (H J)_ab = (H J)_ba
                        row = [0] * (n * n)
                        for k in range(n):
                            row[k * n + b] += h[a][k]
                            row[k * n + a] -= h[b][k]
                        rows += [x % PRIME for x in row]
    rows += [0] * (n * n)
    basis, nullity = nmod_mat(len(rows) // (n * n), n * n, rows, PRIME).nullspace()
    return basis, int(nullity)


def hessians(g: Poly, n: int, logarithmic: bool, points: int) -> Iterator[Matrix]:
    """The second derivatives of g, or those of log g times g², modulo a prime at some points."""
    rng = random.Random(n)
    for _ in range(points):
        inverse = [rng.randrange(1, PRIME) for _ in range(n)]
        point = [pow(x, -1, PRIME) for x in inverse]
        value, first = 0, [0] * n
        second = [[0] * n for _ in range(n)]
        for e, c in g.terms:
            used = [i for i in range(n) if e[i]]
            term = c
            for i in used:
                term = term * pow(point[i], e[i], PRIME) % PRIME
            value += term
            for i in used:
                slope = term * e[i] % PRIME * inverse[i] % PRIME
                first[i] += slope
                for j in used:
                    second[i][j] += slope * (e[j] - (i == j)) * inverse[j]
        if logarithmic:
            second = [[value * second[i][j] - first[i] * first[j] for j in range(n)] for i in range(n)]
        yield [[x % PRIME for x in row] for row in second]


# ---------------------------------------------------------------- the structure over Q
def _rational(x: int) -> Fraction | None:
    """The small fraction that is x modulo the prime (Euclid's algorithm, half way)."""
    a, b, p, q = PRIME, x, 0, 1
    while b > LARGEST:
        k = a // b
        a, b, p, q = b, a - k * b, q, p - k * q
    return Fraction(b, q) if 0 < abs(q) <= LARGEST else None


def _roots(a: list[list[Fraction]]) -> Iterator[list[list[Fraction]]]:
    """Rational J with J² = -1 that are ±i on the eigenspaces of a matrix, proposed by floating-point numbers."""
    import numpy as np

    n = len(a)
    values, vectors = np.linalg.eig(np.array([[float(x) for x in row] for row in a]))
    if np.min(np.abs(values.imag)) < NEAR or np.linalg.cond(vectors) > 1 / NEAR:
        return
    upper: list[complex] = []  # one of each pair of different eigenvalues
    for x in (complex(v.real, abs(v.imag)) for v in values):
        if all(abs(x - y) > NEAR for y in upper):
            upper.append(x)
    which = [min(range(len(upper)), key=lambda k: abs(upper[k] - complex(v.real, abs(v.imag)))) for v in values]
    for signs in product((1, -1), repeat=len(upper) - 1):
        units = [1j * (1, *signs)[k] * (1 if v.imag > 0 else -1) for k, v in zip(which, values, strict=True)]
        found = (vectors @ np.diag(units) @ np.linalg.inv(vectors)).real
        j = [[Fraction(float(x)).limit_denominator(LARGEST_ENTRY) for x in row] for row in found]
        square = [[sum((j[r][k] * j[k][c] for k in range(n)), Fraction(0)) for c in range(n)] for r in range(n)]
        if all(square[r][c] == (-1 if r == c else 0) for r in range(n) for c in range(n)):
            yield j


def _moves(chart: Chart, j: list[list[Fraction]]) -> tuple[Move, ...]:
    """x and -x·J for half of the variables take the places of all."""
    n, ring = len(j), chart.ring
    moves: list[Move] = []
    kept: list[int] = []
    images: dict[int, Covector] = {}  # the variables in the new coordinates, as far as they were replaced
    for a in range(n):
        if a in images:
            continue
        target: Covector = {}
        for k, x in enumerate(j[a]):
            for b, y in images.get(k, {k: Fraction(1)}).items():
                target[b] = target.get(b, Fraction(0)) - x * y
        place = next((b for b, x in target.items() if x and b != a and b not in kept and b not in images), None)
        if place is None:
            return ()
        kept.append(a)
        scale = lcm(*(x.denominator for x in target.values()))
        rest = sum((ring.gen(b) * int(x * scale) for b, x in target.items() if b != place), ring.zero)
        moves.append(Move(place, int(target[place] * scale), rest))
        moves.append(Move(a, scale, ring.zero))
        slope = target[place]
        inverse = {b: -x / slope for b, x in target.items() if b != place and x}
        inverse[place] = 1 / (slope * scale)
        if a in inverse:
            inverse[a] /= scale
        images = {k: _substituted(v, {place: inverse, a: {a: Fraction(1, scale)}}) for k, v in images.items()}
        images[place], images[a] = inverse, {a: Fraction(1, scale)}
    return tuple(moves)


def _substituted(v: Covector, images: dict[int, Covector]) -> Covector:
    out: Covector = {}
    for k, x in v.items():
        for b, y in images.get(k, {k: Fraction(1)}).items():
            out[b] = out.get(b, Fraction(0)) + x * y
    return out

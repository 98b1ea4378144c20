"""Sums of squares that are multiplied out: Gram matrices over Q.

g = Σ G_ij p_i p_j with G >= 0 for polynomials p_i, at first the monomials of half the Newton polytope (Reznick), makes
g a sum of squares of combinations of the p_i.  The G with this identity are an affine family.  Where v'Gv = 0 for all
of them, and G >= 0, also Gv = 0: the squares are those of combinations of fewer polynomials, so the family gets smaller
(facial reduction), until one G is left, or few parameters.  Those are put to 0, or chosen near what `interior`
proposes.  In the end G is decomposed over Q: an identity, or nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import isqrt
from operator import add, mul, sub
from typing import Any, TypeVar

from flint import fmpq

from rlct.exact.arcs import Place, combinations
from rlct.exact.interior import propose
from rlct.exact.poly import Exponent, Poly

FEWEST_VARIABLES = 3  # in the plane the other moves suffice
MOST_TERMS = 800
MOST_EXPONENTS = 80  # of half the polytope
MOST_COMBINATIONS = 30  # of several exponents: their equations are dense
LOOKED_AT, PREFIXES, CANDIDATES = 40_000, 6000, 1000  # on the way to them
DIRECTIONS = 12  # at random, besides those along the axes: what is extreme in them
ROUNDS = 40
SHARE = 4  # part of the time that is left, for one sum of squares

Terms = dict[Exponent, Fraction]
Vector = dict[int, Fraction]
Pair = tuple[int, int]
Affine = dict[Pair | None, Fraction]  # a constant (None) and multiples of free entries
Family = dict[Pair, Affine]
Late = Callable[[], bool]
Key = TypeVar("Key")
ONE, ZERO = Fraction(1), Fraction(0)


def sum_of_squares(
    g: Poly, at: Place | None = None, late: Late = lambda: False
) -> list[tuple[Fraction, Poly]] | None:
    """g or -g, which is no square itself, as Σ c f², all c > 0; None where none is found, also when it is `late`.

    Parameters: `at`, a point at which g is 0 with its derivatives (see `arcs`).
    """
    if len(g) > MOST_TERMS or len(g.variables) < FEWEST_VARIABLES or any(d % 2 for d in g.degrees):
        return None
    variables = sorted(g.variables)
    sign = _sign_of_extremes({tuple(e[i] for i in variables): c for e, c in g.terms})
    if not sign or g.square_root() is not None:
        return None
    terms = {tuple(e[i] for i in variables): Fraction(sign * c) for e, c in g.terms}
    basis: list[Terms] = [{e: ONE} for e in _half(terms)]
    if not basis:
        return None
    squares = None
    if at is not None:
        parities = _parities(terms, basis)
        classes = [[next(iter(p)) for p, q in zip(basis, parities, strict=True) if q == k] for k in sorted({*parities})]
        few = combinations(g, variables, classes, tuple(at[i] for i in variables))
        squares = _decomposed(terms, few, late) if 0 < len(few) <= MOST_COMBINATIONS else None
    squares = squares or _decomposed(terms, basis, late)
    if squares is None:
        return None
    out = []
    for c, root in squares:
        f, scale = g.ring.from_fractions({_lift(e, variables, g.ring.n): x for e, x in root.items()})
        out.append((c * scale**2, f))
    return out


def _lift(e: Exponent, variables: Sequence[int], n: int) -> Exponent:
    full = [0] * n
    for i, a in zip(variables, e, strict=True):
        full[i] = a
    return tuple(full)


def _decomposed(terms: Terms, basis: list[Terms], late: Late) -> list[tuple[Fraction, Terms]] | None:
    """The squares of combinations of the basis; kernels of all G are cut off, then guessed ones."""
    for _ in range(ROUNDS):
        family = _family(terms, basis)
        kernel = None if family is None else _forced(family, len(basis))
        if family is None or kernel is None:
            return None
        if not kernel:
            free = {t for x in family.values() for t in x if t is not None}
            squares = _squares(_member(family, dict.fromkeys(free, ZERO)), basis)
            if squares is not None or not free:
                return squares
            points, kernel = propose(family, len(basis), late)
            for point in points:
                squares = _squares(_member(family, point), basis)
                if squares is not None:
                    return squares
            if not kernel:
                return None
        basis = _restricted(basis, kernel)
    return None


# ---------------------------------------------------------------- monomials
def _directions(n: int) -> list[Exponent]:
    """Along the axes, and some others (always the same)."""
    rng = random.Random(n)
    unit = [tuple(int(j == k) for k in range(n)) for j in range(n)]
    out = [*unit, (1,) * n, *(tuple(rng.randint(-50, 50) for _ in range(n)) for _ in range(DIRECTIONS))]
    return [*out, *(tuple(-x for x in d) for d in out)]


def _sign_of_extremes(terms: dict[Exponent, int]) -> int:
    """The sign of the terms that are extreme in some directions, where all are squares up to this sign; or 0."""
    sign = 0
    for d in _directions(len(next(iter(terms)))):
        top = max(terms, key=lambda e: (sum(map(mul, d, e)), e))
        own = 1 if terms[top] > 0 else -1
        if sign * own < 0 or any(a % 2 for a in top):
            return 0
        sign = own
    return sign


def _half(terms: Terms) -> list[Exponent]:
    """Exponents b that may occur in a square: 2b in the polytope, as far as some directions tell, and x^(2b) is a term
    or cancels with other products; none where there are too many.

    Coordinate by coordinate, in the projections of the polytope.
    """
    out: list[Exponent] = [()]
    for i in range(1, len(next(iter(terms))) + 1):
        directions = _directions(i)
        shadow = {e[:i] for e in terms}
        tops = [max(sum(map(mul, d, e)) for e in shadow) for d in directions]
        if len(out) * (tops[i - 1] // 2 + 1) > LOOKED_AT:
            return []
        out = [
            b
            for b in ((*b, a) for b in out for a in range(tops[i - 1] // 2 + 1))
            if all(2 * sum(map(mul, d, b)) <= top for d, top in zip(directions, tops, strict=True))
        ]
        if len(out) > PREFIXES:
            return []
    if len(out) > CANDIDATES:
        return []
    rows = set(out)
    while True:
        gone = {b for b in rows if (s := tuple(2 * a for a in b)) not in terms and not _cancels(s, b, rows)}
        rows -= gone
        if not gone:
            return sorted(rows, reverse=True) if len(rows) <= MOST_EXPONENTS else []


def _cancels(double: Exponent, b: Exponent, rows: set[Exponent]) -> bool:
    return any(c != b and tuple(map(sub, double, c)) in rows for c in rows)


# ---------------------------------------------------------------- the affine family
def _family(terms: Terms, basis: Sequence[Terms]) -> Family | None:
    """All symmetric G with Σ G_ij p_i p_j = g; None where there is none.

    Entries far from the diagonal stay free: putting them to 0 leaves G as near to a diagonal matrix as the terms allow.
    (FLINT's fractions here, which are several times faster than Python's.)
    """
    equations: dict[Exponent, dict[Pair | None, Any]] = {}
    flat = [{e: fmpq(x.numerator, x.denominator) for e, x in p.items()} for p in basis]
    n = len(basis)
    parities = _parities(terms, basis)
    for i in range(n):
        for j in range(i, n):
            if parities[i] != parities[j]:
                continue
            for a, x in flat[i].items():
                for b, y in flat[j].items():
                    row = equations.setdefault(tuple(map(add, a, b)), {})
                    row[i, j] = row.get((i, j), 0) + x * y * (1 if i == j else 2)
    if not terms.keys() <= equations.keys():
        return None
    solved: dict[Pair, dict[Pair | None, Any]] = {}
    users: dict[Pair, set[Pair]] = {}  # solved entries in which a free one occurs (or has occurred)
    for e, row in equations.items():
        row = {k: x for k, x in row.items() if x}
        if e in terms:
            row[None] = -fmpq(terms[e].numerator, terms[e].denominator)
        for known in solved.keys() & row.keys():
            _add(row, solved[known], row.pop(known))
        free = [k for k in row if k is not None]
        if not free:
            if row:
                return None
            continue
        pivot = min(free, key=lambda k: (k[1] - k[0], k))
        c = row.pop(pivot)
        value = {k: -x / c for k, x in row.items()}
        touched = users.pop(pivot, set())
        for other in touched:
            if pivot in solved[other]:
                _add(solved[other], value, solved[other].pop(pivot))
        for k in value:
            if k is not None:
                users.setdefault(k, set()).update(touched, (pivot,))
        solved[pivot] = value
    known_entries = {k: {t: Fraction(int(c.p), int(c.q)) for t, c in x.items()} for k, x in solved.items()}
    return {
        (i, j): known_entries.get((i, j), {(i, j): ONE}) if parities[i] == parities[j] else {}
        for i in range(n)
        for j in range(i, n)
    }


def _parities(terms: Terms, basis: Sequence[Terms]) -> list[int]:
    """Classes of the p_i under the changes of signs that leave g as it is: a mean over these makes G 0 between them."""
    span: dict[int, int] = {}  # by highest bit: sums of exponents of g modulo 2

    def rest(e: Exponent) -> int:
        x = sum((a & 1) << i for i, a in enumerate(e))
        for bit in sorted(span, reverse=True):
            x = min(x, x ^ span[bit])
        return x

    for e in terms:
        if x := rest(e):
            span[x.bit_length()] = x
    return [rest(next(iter(p))) for p in basis]


def _add(x: dict[Key, Any], y: dict[Key, Any], c: Any) -> None:
    """x += c y, for fractions of one kind."""
    for k, v in y.items():
        new = x.get(k, 0) + c * v
        if new:
            x[k] = new
        else:
            x.pop(k, None)


def _member(family: Family, point: dict[Pair, Fraction]) -> dict[Pair, Fraction]:
    return {k: sum((c * (ONE if t is None else point[t]) for t, c in x.items()), ZERO) for k, x in family.items()}


# ---------------------------------------------------------------- kernels
def _forced(family: Family, n: int) -> list[Vector] | None:
    """Vectors v with v'Gv = 0 for all G of the family: with one or two entries, or where a whole block of G is known.
    None where some v'Gv is negative for all G."""
    out: list[Vector] = []
    gone: set[int] = set()
    for i in range(n):
        own = family[i, i]
        if not own:
            out.append({i: ONE})
            gone.add(i)
        elif own.keys() == {None} and own[None] < 0:
            return None
    for j in range(n):
        for i in range(j):
            if i in gone or j in gone:
                continue
            a, b, c = family[i, i], family[i, j], family[j, j]
            keys = [*dict.fromkeys((*a, *b, *c))]
            if keys == [None] and a[None] * c[None] < b.get(None, ZERO) ** 2:
                return None
            quadrics = [(c.get(k, ZERO), 2 * b.get(k, ZERO), a.get(k, ZERO)) for k in keys]
            ratios = _zeros(*quadrics[0])
            ratio = next((x for x in ratios if all((p * x + q) * x + r == 0 for p, q, r in quadrics)), ZERO)
            if ratio:
                out.append({i: ONE, j: ratio})
                gone.add(i)
    return out or _kernel_of_block(family, n)


def _zeros(a: Fraction, b: Fraction, c: Fraction) -> list[Fraction]:
    """The rational zeros of a x² + b x + c, not all 0."""
    if not a:
        return [-c / b] if b else []
    d = b * b - 4 * a * c
    if d < 0:
        return []
    root = Fraction(isqrt(d.numerator), isqrt(d.denominator))
    return [(-b + root) / (2 * a), (-b - root) / (2 * a)] if root * root == d else []


def _kernel_of_block(family: Family, n: int) -> list[Vector] | None:
    """The kernel of a block of G whose entries are the same for all G (the first singular one)."""

    def known(i: int, j: int) -> bool:
        return family[min(i, j), max(i, j)].keys() <= {None}

    seen: set[tuple[int, ...]] = set()
    for start in range(n):
        block = [start] if known(start, start) else []
        for i in range(n) if block else ():
            if i != start and known(i, i) and all(known(i, j) for j in block):
                block.append(i)
        block.sort()
        if len(block) < 3 or tuple(block) in seen:
            continue
        seen.add(tuple(block))
        kernel = _kernel([[family[min(i, j), max(i, j)].get(None, ZERO) for j in block] for i in block])
        if kernel != []:
            return None if kernel is None else [{block[k]: x for k, x in v.items()} for v in kernel]
    return []


def _kernel(matrix: list[list[Fraction]]) -> list[Vector] | None:
    """The kernel of a positive semidefinite matrix; None where it is not."""
    n = len(matrix)
    m = [[*row, *(Fraction(int(i == j)) for j in range(n))] for i, row in enumerate(matrix)]
    left = list(range(n))
    while left:
        p = max(left, key=lambda i: m[i][i])
        if m[p][p] <= 0:
            if any(m[i][j] for i in left for j in left):
                return None
            return [{j: x for j, x in enumerate(m[i][n:]) if x} for i in left]
        left.remove(p)
        for i in left:
            if m[i][p]:
                factor = m[i][p] / m[p][p]
                m[i] = [x - factor * y for x, y in zip(m[i], m[p], strict=True)]
    return []


def _restricted(basis: Sequence[Terms], kernel: Sequence[Vector]) -> list[Terms]:
    """A basis of the combinations Σ l_i p_i with l·v = 0 for all v of the kernel."""
    solved: dict[int, Vector] = {}  # l_i as a combination of the others
    for v in kernel:
        row = dict(v)
        for i in [i for i in row if i in solved]:
            _add(row, solved[i], row.pop(i))
        if not row:
            continue
        pivot = next(iter(row))
        c = row.pop(pivot)
        value = {k: -x / c for k, x in row.items()}
        for other in solved.values():
            if pivot in other:
                _add(other, value, other.pop(pivot))
        solved[pivot] = value
    out = []
    for k, p in enumerate(basis):
        if k not in solved:
            new = dict(p)
            for i, value in solved.items():
                if k in value:
                    _add(new, basis[i], value[k])
            out.append(new)
    return out


def _squares(matrix: dict[Pair, Fraction], basis: Sequence[Terms]) -> list[tuple[Fraction, Terms]] | None:
    """Σ G_ij p_i p_j as Σ d L², by G = L'DL; None where G is not positive semidefinite."""
    m = {k: x for k, x in matrix.items() if x}
    left = list(range(len(basis)))
    out: list[tuple[Fraction, Terms]] = []
    while left:
        if any(m.get((i, i), ZERO) < 0 for i in left):
            return None
        p = next((i for i in left if (i, i) in m), None)
        if p is None:
            return None if m else out
        left.remove(p)
        d = m.pop((p, p))
        row = {j: x / d for j in left if (x := m.pop((min(p, j), max(p, j)), ZERO))}
        root = dict(basis[p])
        for j, x in row.items():
            _add(root, basis[j], x)
        out.append((d, root))
        for i, x in row.items():
            for j, y in row.items():
                if i <= j:
                    m[i, j] = m.get((i, j), ZERO) - d * x * y
                    if not m[i, j]:
                        del m[i, j]
    return out

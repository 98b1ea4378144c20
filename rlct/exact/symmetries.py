"""Linear coordinates in which the linear symmetries of lowest forms are as diagonal as may be.

A vector field Σ X_ab x_b ∂_a that maps every form to a combination of the forms is an infinitesimal symmetry of the
ideal; all of them are found by linear algebra.  Where one has eigenspaces over Q, its eigenvalues are weights for which
the forms are homogeneous, in coordinates of these spaces; what keeps the spaces is searched for further eigenspaces.  A
product of matrices, a determinant, a discriminant comes out of a dense linear change as it was, up to scales and small
blocks.

Nothing rests on it: every invertible matrix gives coordinates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, combinations, combinations_with_replacement, pairwise
from math import gcd, lcm
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_poly, fmpz_mat

from rlct.exact.essential import lowest_form
from rlct.exact.poly import Exponent, Poly, Ring

UNKNOWNS = 700  # entries of symmetries, and coefficients of what forms are mapped to
EQUATIONS = 6000
TRIALS = 400  # symmetries looked at for eigenspaces, each time

Form = tuple[int, ...]


def diagonal_coordinates(
    ideals: Sequence[Sequence[Poly]], variables: Sequence[int], late: Callable[[], bool] = lambda: False
) -> tuple[list[Form], bool]:
    """Linear forms, as integer coefficients of the variables: as many as variables, independent; [] if none are found.
    And whether each has a space of its own.

    Parameters: `ideals`, generators that are 0 at the origin.

    >>> from rlct.exact.poly import Ring
    >>> ring = Ring(["x", "y"]); x, y = ring.gen(0), ring.gen(1)
    >>> diagonal_coordinates([[x * x * 2 + x * y * 3 - y * y * 2]], [0, 1])
    ([(1, 2), (2, -1)], True)
    """
    n = len(variables)
    algebra = _algebra([_forms(gens, variables) for gens in ideals], variables)
    spaces = [fmpz_mat(n, n, [int(i == k) for i in range(n) for k in range(n)])]
    while not late():
        finer = _split(_keeping(algebra, spaces), spaces, late)
        if finer is None:
            break
        spaces = finer
    return (_dual(spaces) if len(spaces) > 1 else []), len(spaces) == n


def elementary(ring: Ring, forms: Sequence[Form], variables: Sequence[int]) -> Iterator[tuple[int, Poly, Poly]]:
    """The forms as coordinates, one after the other, up to factors: a variable, its factor, and what is added."""
    rows = [[fmpq(x) for x in f] for f in forms]
    left = list(range(len(variables)))
    for k, row in enumerate(rows):
        pivot = max((i for i in left if row[i]), key=lambda i: (sum(not f[i] for f in rows[k + 1 :]), -i))
        left.remove(pivot)
        whole = fmpq_mat(1, len(row), row).numer_denom()[0].entries()
        unit, rest = whole[pivot], [x * int(i != pivot) for i, x in enumerate(whole)]
        if any(rest):
            added = sum((ring.gen(v) * int(x) for v, x in zip(variables, rest) if x), ring.zero)
            yield variables[pivot], ring.const(int(unit)), added
            for f in rows[k + 1 :]:
                slope = f[pivot] / unit
                f[:] = [slope if i == pivot else x - slope * y for i, (x, y) in enumerate(zip(f, rest))]


# ---------------------------------------------------------------- the forms
def _forms(gens: Sequence[Poly], variables: Sequence[int]) -> list[Poly]:
    """Lowest forms of combinations of the generators with numbers, independent ones."""
    left = [g for g in gens if g]
    done: list[Poly] = []
    while left:
        parts = [lowest_form(g, variables) for g in left]
        degree = min(p.total_degree() for p in parts)
        now = [k for k, p in enumerate(parts) if p.total_degree() == degree]
        rest = [g for k, g in enumerate(left) if k not in now]
        monomials = sorted({e for k in now for e, _ in parts[k].terms}, reverse=True)
        rows = fmpz_mat([[parts[k].coefficient(e) for e in monomials] for k in now])
        kernel, rank = rows.transpose().nullspace()
        taken: list[int] = []
        for i, k in enumerate(now):
            if fmpz_mat([[int(rows[r, c]) for c in range(len(monomials))] for r in (*taken, i)]).rank() > len(taken):
                taken.append(i)
                done.append(parts[k])
        for c in range(int(rank)):
            g = sum((left[k] * int(kernel[i, c]) for i, k in enumerate(now)), left[0].ring.zero)
            if g:
                rest.append(g)
        left = rest
    return done


# ---------------------------------------------------------------- the symmetries
def _algebra(ideals: Sequence[Sequence[Poly]], variables: Sequence[int]) -> list[Any]:
    """A basis, of short matrices, of the linear vector fields that map forms to combinations of forms of the ideal."""
    n = len(variables)
    rows: dict[tuple[int, int, Exponent], dict[int, int]] = {}
    count = n * n
    for j, forms in enumerate(ideals):
        for k, f in enumerate(forms):
            for e, c in f.terms:
                for a, u in enumerate(variables):
                    if e[u]:
                        lower = e[:u] + (e[u] - 1,) + e[u + 1 :]
                        for b, v in enumerate(variables):
                            moved = lower[:v] + (lower[v] + 1,) + lower[v + 1 :]
                            row = rows.setdefault((j, k, moved), {})
                            row[a * n + b] = row.get(a * n + b, 0) + e[u] * c
            for g in forms:
                for m in _monomials(f.total_degree() - g.total_degree(), variables, g.ring.n):
                    for e, c in g.terms:
                        row = rows.setdefault((j, k, tuple(map(int.__add__, e, m))), {})
                        row[count] = row.get(count, 0) - c
                    count += 1
            if count > UNKNOWNS or len(rows) > EQUATIONS:
                return []
    matrix = fmpz_mat(len(rows), count, [row.get(c, 0) for row in rows.values() for c in range(count)])
    kernel, rank = matrix.nullspace()
    return _short([[int(kernel[i, c]) for i in range(n * n)] for c in range(int(rank))], n)


def _monomials(degree: int, variables: Sequence[int], n: int) -> Iterator[Exponent]:
    for chosen in combinations_with_replacement(variables, degree) if degree >= 0 else ():
        e = [0] * n
        for i in chosen:
            e[i] += 1
        yield tuple(e)


def _short(rows: Sequence[Sequence[int]], n: int) -> list[Any]:
    """A basis of the n by n matrices of integers in the span of some, of short ones."""
    found = _saturated(rows)
    return [fmpz_mat(n, n, list(row)) for row in sorted(found, key=lambda r: sum(x * x for x in r))]


def _saturated(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """A basis of the integer vectors in the span, of short ones."""
    if not rows or not any(any(r) for r in rows):
        return []
    echelon, _, rank = fmpz_mat([list(r) for r in rows]).rref()
    basis = fmpz_mat([_primitive(row) for row in echelon.tolist()[:rank]])
    # the columns are a lattice of Z^rank: over a basis of it the rows are those of a matrix that is part of an
    # invertible one
    columns = fmpz_mat(basis.transpose().hnf().tolist()[:rank]).transpose()
    whole, _ = (fmpq_mat(columns).inv() * fmpq_mat(basis)).numer_denom()
    return [[int(x) for x in row] for row in whole.lll().tolist()]


def _primitive(row: Sequence[Any]) -> list[int]:
    """Divided by the content, the first entry positive."""
    whole = [int(x) for x in row]
    content = gcd(*whole) * (1 if next(x for x in whole if x) > 0 else -1)
    return [x // content for x in whole]


# ---------------------------------------------------------------- the spaces
def _keeping(algebra: Sequence[Any], spaces: Sequence[Any]) -> list[Any]:
    """Those that map each of the spaces to itself."""
    if len(spaces) == 1 or not algebra:
        return list(algebra)
    n = spaces[0].nrows()
    basis = _beside(spaces)
    inverse = basis.inv()
    place = [k for k, s in enumerate(spaces) for _ in range(s.ncols())]
    columns = []
    for x in algebra:
        moved = inverse * fmpq_mat(x) * basis
        columns.append([moved[a, b] for a in range(n) for b in range(n) if place[a] != place[b]])
    den = lcm(1, *(int(x.q) for column in columns for x in column))
    rows = [[int((column[r] * den).p) for column in columns] for r in range(len(columns[0]))]
    kernel, rank = fmpz_mat(rows).nullspace()
    found = []
    for c in range(int(rank)):
        total = fmpz_mat(n, n, [0] * (n * n))
        for i, x in enumerate(algebra):
            total = total + x * int(kernel[i, c])
        found.append([int(x) for x in total.entries()])
    return _short(found, n)


def _split(algebra: Sequence[Any], spaces: Sequence[Any], late: Callable[[], bool]) -> list[Any] | None:
    """The spaces cut by the eigenspaces of one symmetry, of one with many; None where none cuts any."""
    basis = _beside(spaces)
    inverse = basis.inv()
    ends = [0]
    for s in spaces:
        ends.append(ends[-1] + s.ncols())
    best: tuple[tuple[bool, int], list[Any]] | None = None
    for x in chain(_along_axes(algebra, spaces), _some(algebra)):
        if late():
            break
        moved = inverse * fmpq_mat(x) * basis
        parts = []
        for lo, hi in pairwise(ends):
            part = fmpq_mat(hi - lo, hi - lo, [moved[a, b] for a in range(lo, hi) for b in range(lo, hi)])
            parts.append((part, fmpq_poly(part.charpoly()).numer().factor()[1]))
        many = sum(len(factors) for _, factors in parts)
        rational = all(f.degree() == 1 for _, factors in parts for f, _ in factors)  # else fewer keep the spaces
        if many > len(spaces) and (best is None or (rational, many) > best[0]):
            best = (rational, many), parts
            if rational and many == basis.nrows():
                break
    if best is None:
        return None
    cut: list[Any] = []
    for s, (part, factors) in zip(spaces, best[1]):
        cut += [s] if len(factors) == 1 else [s * k for k in _kernels(part, factors)]
    return cut


def _along_axes(algebra: Sequence[Any], spaces: Sequence[Any]) -> Iterator[Any]:
    """Symmetries that are diagonal on one of the spaces, in the basis it has: those that act on it as all matrices do
    have such."""
    for k, s in enumerate(spaces):
        if s.ncols() > 1:
            axes = [fmpz_mat(s.nrows(), 1, [s[i, c] for i in range(s.nrows())]) for c in range(s.ncols())]
            yield from _keeping(algebra, [*spaces[:k], *axes, *spaces[k + 1 :]])


def _some(algebra: Sequence[Any]) -> Iterator[Any]:
    """The basis, and small combinations of two, or three, of it."""
    count = 0
    yield from algebra
    for many, signs in ((2, ((1, 1), (1, -1))), (3, ((1, 1, 1), (1, 1, -1), (1, -1, 1), (-1, 1, 1)))):
        for chosen in combinations(algebra, many):
            for s in signs:
                count += 1
                if count > TRIALS:
                    return
                total = chosen[0] * s[0]
                for x, c in zip(chosen[1:], s[1:]):
                    total = total + x * c
                yield total


def _kernels(x: Any, factors: Sequence[tuple[Any, int]]) -> list[Any]:
    """Bases of the kernels of coprime factors of the characteristic polynomial, at x."""
    n = x.nrows()
    one = fmpq_mat(n, n, [int(i == k) for i in range(n) for k in range(n)])
    out = []
    for f, e in factors:
        value = one * 0
        for c in reversed((f**e).coeffs()):
            value = value * x + one * c
        kernel, rank = value.numer_denom()[0].nullspace()
        out.append(fmpz_mat(_saturated([[int(kernel[i, c]) for i in range(n)] for c in range(int(rank))])).transpose())
    return out


def _beside(spaces: Sequence[Any]) -> Any:
    """The matrix of all basis vectors."""
    n = spaces[0].nrows()
    return fmpq_mat(n, n, [int(x) for i in range(n) for s in spaces for x in s.tolist()[i]])


def _dual(spaces: Sequence[Any]) -> list[Form]:
    """Forms that are 0 on all spaces but one, short ones."""
    inverse = _beside(spaces).inv()
    out: list[Form] = []
    row = 0
    for s in spaces:
        part = [[inverse[row + i, k] for k in range(inverse.ncols())] for i in range(s.ncols())]
        row += s.ncols()
        den = lcm(*(int(x.q) for r in part for x in r))
        out += [tuple(f) for f in _saturated([[int((x * den).p) for x in r] for r in part])]
    return out

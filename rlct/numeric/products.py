"""Which generators are the entries of a matrix product, whatever its variables are called."""

from __future__ import annotations

from collections.abc import Sequence

from rlct.numeric.local import Terms

Lines = list[list[int]]


def matrix_product(gens: Sequence[Terms]) -> tuple[Lines, Lines] | None:
    """Rows of P and columns of Q as lists of variables, where the generators are the entries of P Q, two matrices of
    different variables, up to factors of the terms; None elsewhere.

    Examples
    --------
    >>> from fractions import Fraction
    >>> one = Fraction(1)
    >>> matrix_product([{(1, 0, 0, 0, 1, 0): one, (0, 1, 0, 0, 0, 1): one},
    ...                 {(0, 0, 1, 0, 1, 0): one, (0, 0, 0, 1, 0, 1): one}])
    ([[0, 1], [2, 3]], [[4, 5]])
    """
    if len(gens) < 2 or any(sorted(filter(None, e)) != [1, 1] for g in gens for e in g):
        return None
    entries = [[frozenset(i for i, k in enumerate(e) if k) for e in g] for g in gens]
    if not entries[0] or any(len(t) != len(entries[0]) for t in entries):
        return None
    p, q = sorted(entries[0][0])
    return _factors(entries, p, q) or _factors(entries, q, p)


def _factors(entries: list[list[frozenset[int]]], p: int, q: int) -> tuple[Lines, Lines] | None:
    """The same with p in the first row of P and q in the first column of Q."""
    top = [t for t in entries if any(p in x for x in t)]
    left = [t for t in entries if any(q in x for x in t)]
    first = entries[0]
    # inner indices are numbered by the first entry; a row of P is what all entries of a row have in common
    row = [_common(x, top) for x in first]
    column = [_common(x, left) for x in first]
    row = [v if v >= 0 else _partner(first, w) for v, w in zip(row, column, strict=True)]
    column = [v if v >= 0 else _partner(first, w) for v, w in zip(column, row, strict=True)]
    columns = [[_partner(t, v) for v in row] for t in top]
    rows = [[_partner(t, v) for v in column] for t in left]
    used = [v for line in (*rows, *columns) for v in line]
    if -1 in used or len(set(used)) < len(used) or len(entries) != len(rows) * len(columns):
        return None
    wanted = {frozenset(map(frozenset, zip(r, c, strict=True))) for r in rows for c in columns}
    return (rows, columns) if wanted == {frozenset(t) for t in entries} else None


def _common(pair: frozenset[int], entries: list[list[frozenset[int]]]) -> int:
    """The one variable of a pair that all entries hold; -1 where it is none or both."""
    found = [v for v in pair if all(any(v in x for x in t) for t in entries)]
    return found[0] if len(found) == 1 else -1


def _partner(entry: list[frozenset[int]], v: int) -> int:
    """The variable that v is multiplied with; -1 without one."""
    return next((next(iter(x - {v})) for x in entry if v in x), -1)

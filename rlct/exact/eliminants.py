"""Discriminants and resultants of polynomials in one of their variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rlct.exact.poly import Poly, TooLarge

BEZOUT_LIMIT = 4_000_000  # products of terms in all steps together: with cofactors they grow while a resultant is short


def discriminant(g: Poly, y: int) -> Poly:
    """The discriminant of g as a polynomial in y (positive for real distinct zeros of a quadratic one).

    Examples
    --------
    >>> from rlct.exact.poly import Ring
    >>> ring = Ring(["y", "b", "c"])
    >>> y, b, c = (ring.gen(i) for i in range(3))
    >>> discriminant(y * y + b * y + c, 0)
    b^2 - 4*c
    """
    parts = g.coefficients(y)
    zero = g.ring.zero
    return formal_discriminant([parts.get(k, zero) for k in range(g.degrees[y] + 1)])


def formal_discriminant(form: Sequence[Poly]) -> Poly:
    """The discriminant of the binary form Σ form[k] y^k z^(d-k), d = len(form) - 1 (1 for d <= 1)."""
    ring = form[0].ring
    d = len(form) - 1
    if d <= 1:
        return ring.one
    if d == 2:
        return form[1] * form[1] - form[0] * form[2] * 4
    if not form[d]:
        return form[d - 1] * form[d - 1] * formal_discriminant(form[:-1]) if form[d - 1] else ring.zero
    spare = _spare(form)
    f = _polynomial(dict(enumerate(form)), spare)
    quotient = f.resultant(f.derivative(spare), spare).divide(form[d])
    assert quotient is not None
    return quotient if d * (d - 1) // 2 % 2 == 0 else -quotient


def _spare(form: Sequence[Poly]) -> int:
    """A variable that does not occur."""
    used = frozenset().union(*(f.variables for f in form))
    return next(i for i in range(form[0].ring.n) if i not in used)


def _polynomial(parts: Mapping[int, Poly], y: int) -> Poly:
    ring = next(iter(parts.values())).ring
    return sum((f * ring.gen(y) ** k for k, f in parts.items()), ring.zero)


def bezout(f: Poly, g: Poly, y: int) -> tuple[Poly, Poly, Poly] | None:
    """(E, a, b) with E = a·f + b·g free of y, its factors some of the resultant's; None where that is 0.

    The subresultants with their cofactors (Collins, J. ACM 14, 1967; Brown, J. ACM 18, 1971).  Raises TooLarge.

    Examples
    --------
    >>> from rlct.exact.poly import Ring
    >>> ring = Ring(["y", "b"]); y, b = ring.gen(0), ring.gen(1)
    >>> bezout(y * y - b, y * 2, 0)
    (-2*b, 2, -y)
    """
    ring = f.ring
    if f.degrees[y] < g.degrees[y]:
        found = bezout(g, f, y)
        return None if found is None else (found[0], found[2], found[1])
    rows = [[f, ring.one, ring.zero], [g, ring.zero, ring.one]]
    psi, lead = ring.one, ring.one
    first, work = True, 0
    while d := rows[1][0].degrees[y]:
        delta = rows[0][0].degrees[y] - d
        beta = lead * psi**delta
        lead = rows[1][0].coefficients(y)[d]
        work += (delta + 1) * sum(len(x) * len(lead) + len(rows[0][0]) * len(z) for x, z in zip(*rows, strict=True))
        if work > BEZOUT_LIMIT:
            raise TooLarge
        new = _pseudo_remainder(rows[0], rows[1], y, delta, lead)
        if not new[0]:
            return None
        divided = [x.divide(beta) for x in new]
        rows = [rows[1], [x if q is None else q for x, q in zip(new, divided)] if None not in divided else new]
        if delta:
            power = lead**delta
            quotient = power.divide(psi ** (delta - 1)) if not first or delta > 1 else power
            psi = power if quotient is None else quotient
        first = False
    return _smaller(rows[1])


def _pseudo_remainder(top: list[Poly], low: list[Poly], y: int, delta: int, lead: Poly) -> list[Poly]:
    """lead^(delta+1)·top minus a multiple of low, of lower degree in y, with the cofactors."""
    d = low[0].degrees[y]
    gen = low[0].ring.gen(y)
    for _ in range(delta + 1):
        high = top[0].degrees[y]
        if not top[0] or high < d:
            top = [x * lead for x in top]
            continue
        factor = top[0].coefficients(y)[high] * gen ** (high - d)
        top = [x * lead - factor * z for x, z in zip(top, low, strict=True)]
    return top


def _smaller(row: list[Poly]) -> tuple[Poly, Poly, Poly]:
    """Without common factors."""
    common = row[0]
    for x in row[1:]:
        common = common.gcd(x) if x else common
    out = [x.divide(common) for x in row]
    assert None not in out
    e, a, b = (x for x in out if x is not None)
    return e, a, b

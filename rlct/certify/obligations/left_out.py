"""How large the terms of a curve may be that were left out where its bars were found (format page, §5).

With the absolute values of all coefficients the curve g(σ s^N, φ(s) + c s^e) is some G(s, c), and every term that was
left out on the way is divisible by s^(T N).  So for |s| <= r <= ρ they add up to at most (r/ρ)^(T N) G(ρ, |c|).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations.places import Element, Interval, Place, enclosure

ZERO = Fraction(0)


def multiple(place: Place, new: Poly, old: Mapping[tuple[int, ...], Element], theta: int) -> Fraction:
    """|κ| for polynomials over a field that are equal up to the number κ: `old` has some coefficients, by exponents of
    the other variables (0 if there is none to compare)."""
    for at, a in old.items():
        row = {e[theta]: int(c) for e, c in algebra.terms(new) if (*e[:theta], 0, *e[theta + 1 :]) == at}
        if row and a:
            b = place.element([Fraction(row.get(k, 0)) for k in range(max(row) + 1)])
            x, y = (Fraction(int(p.LC().p), int(p.LC().q)) for p in (b, a))
            return abs(x / y) if b.degree() == a.degree() else ZERO
    return ZERO


def elements(f: Poly, place: Place, theta: int, most: int = 3) -> dict[tuple[int, ...], Element]:
    """Some coefficients, as elements of the field."""
    rows: dict[tuple[int, ...], dict[int, int]] = {}
    for e, c in algebra.terms(f):
        rows.setdefault((*e[:theta], 0, *e[theta + 1 :]), {})[e[theta]] = int(c)
    out = {}
    for at, row in list(rows.items())[:most]:
        out[at] = place.element([Fraction(row.get(k, 0)) for k in range(max(row) + 1)])
    return out


def majorant(
    g: Poly, u: int, t: int, sizes: tuple[Fraction, Fraction, Fraction], base: tuple[int | None, Fraction]
) -> tuple[Fraction, Fraction]:
    """G and its derivative by c at sizes of u, of t and of ∂t/∂c; `base`: a variable in coefficients and its size."""
    value = slope = ZERO
    for e, c in algebra.terms(g):
        x = abs(int(c)) * sizes[0] ** e[u] * (1 if base[0] is None else base[1] ** e[base[0]])
        value += x * sizes[1] ** e[t]
        if e[t]:
            slope += x * e[t] * sizes[1] ** (e[t] - 1) * sizes[2]
    return value, slope


def size_of(t: Poly, box: Mapping[int, Fraction]) -> Fraction:
    """The sum of the absolute values of all terms of t, at these sizes of the variables."""
    around: dict[int, Interval] = {i: (-x, x) for i, x in box.items()}
    return enclosure(t, around)[1]

"""Undo a disguise at the root: coordinate changes that make the polynomials shorter.

Proposals: bases of powers and factors as the user wrote them (hints), Tschirnhausen shifts, linear combinations
that kill terms.  A change is
accepted only when the total number of terms drops, so this ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rlct.exact import charts
from rlct.exact.charts import Chart
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.work import Work

TOO_LONG = 4000
BITS = 160  # of coefficients that a shorter form may have
COEFFICIENTS = 400  # longest polynomial whose coefficients are looked at
SHORT = 12  # longest coefficient that is proposed


def size(c: Chart) -> int:
    """Total number of terms of the objects."""
    return sum(len(g) for ob in c.objects for g in ob.gens)


def shorten(w: Work, hints: Sequence[Poly]) -> None:
    """Apply proposals as long as one helps."""
    for _ in range(60):
        if size(w.chart) > TOO_LONG:
            return
        found = (
            _best(w, _hint_proposals(w.chart, hints))
            or _best(w, _shift_proposals(w.chart))
            or _best(w, _coefficient_proposals(w.chart))
        )
        if found is None:
            return
        i, unit, rest = found
        w.do(charts.coordinate(w.chart, i, unit, rest))
        hints = [h.solve_into(i, unit, rest).primitive() for h in hints if len(h) < 200]


Proposal = tuple[int, Poly, Poly]


def _best(w: Work, proposals: Iterable[Proposal]) -> Proposal | None:
    best: tuple[int, Proposal] | None = None
    here = size(w.chart)
    for i, unit, rest in proposals:
        if not rest:
            continue
        gens = [g for ob in w.chart.objects for g in ob.gens]
        try:
            images = [g.solve_into(i, unit, rest).primitive() if i in g.variables else g for g in gens]
        except TooLarge:
            continue
        after = sum(map(len, images))
        if max(map(_bits, images)) > max(BITS, max(map(_bits, gens))):
            continue  # fractions of a shift in a high power: shorter, but no simpler
        if after < here and (best is None or after < best[0]):
            best = after, (i, unit, rest)
    return None if best is None else best[1]


def _bits(g: Poly) -> int:
    return max((c.bit_length() for _, c in g.terms), default=0)


def _changeable(c: Chart) -> list[int]:
    """Variables that may be changed: small ones without divisor, free ones; not in relations."""
    out = []
    for i in c.order:
        if c.in_relations(i) or i in c.dependents:
            continue
        if i in c.small and c.small[i].is_divisor:
            continue
        out.append(i)
    return out


def _allowed(c: Chart, i: int, unit: Poly, rest: Poly) -> Proposal | None:
    """Drop the constant of a small coordinate (the point must not move); free ones must not involve small ones."""
    if i in c.small:
        at0 = c.at_zero(rest)
        if at0:
            if not at0.is_constant:
                return None
            rest = rest - at0
    elif rest.variables & set(c.small) or unit.variables & set(c.small):
        return None
    return i, unit, rest


def _hint_proposals(c: Chart, hints: Sequence[Poly]) -> Iterable[Proposal]:
    for h in hints:
        if len(h) < 2:
            continue
        for i in _changeable(c):
            if h.degrees[i] == 1:
                parts = h.coefficients(i)
                if parts[1].is_constant:
                    p = _allowed(c, i, parts[1], parts.get(0, c.ring.zero))
                    if p is not None:
                        yield p


def _shift_proposals(c: Chart) -> Iterable[Proposal]:
    """x_j -> x_j - c_{D-1}/(D c_D) for every polynomial with constant leading coefficient in x_j."""
    seen = set()
    for ob in c.objects:
        for g in ob.gens:
            if len(g) < 2:
                continue
            for i in _changeable(c):
                d = g.degrees[i]
                if d < 1:
                    continue
                parts = g.coefficients(i)
                lead = parts[d]
                below = parts.get(d - 1)
                if below is None:
                    continue
                if lead.is_constant:
                    pair = (lead * d, below)
                else:
                    q = below.divide(lead)  # also when the leading coefficient divides the next one
                    if q is not None and q * lead == below:
                        pair = (c.ring.const(d), q)
                    else:
                        common = lead.gcd(below)
                        unit, rest = lead.divide(common), below.divide(common)
                        if unit is None or rest is None or not _is_unit(c, unit):
                            continue
                        if unit * below != rest * lead:
                            continue
                        pair = (unit * d, rest)
                p = _allowed(c, i, *pair)
                if p is not None and p not in seen:
                    seen.add(p)
                    yield p


def _is_unit(c: Chart, f: Poly) -> bool:
    """f is a constant at small = 0."""
    at0 = c.at_zero(f)
    return bool(at0) and at0.is_constant


def _coefficient_proposals(c: Chart) -> Iterable[Proposal]:
    """A coefficient that is linear in a variable: `3 x^2 (y + z)` says that y + z is a coordinate."""
    seen: set[Proposal] = set()
    for ob in c.objects:
        for g in ob.gens:
            if not 2 < len(g) <= COEFFICIENTS:
                continue
            for i in c.order:
                for coefficient in g.coefficients(i).values():
                    if not 2 <= len(coefficient) <= SHORT:
                        continue
                    free = coefficient.primitive()
                    exps = free.content_in(c.order)
                    free = free.divide_monomial(c.order, exps)
                    for v in _changeable(c):
                        if v == i or free.degrees[v] != 1:
                            continue
                        parts = free.coefficients(v)
                        if parts[1].is_constant:
                            p = _allowed(c, v, parts[1], parts.get(0, c.ring.zero))
                            if p is not None and p not in seen:
                                seen.add(p)
                                yield p

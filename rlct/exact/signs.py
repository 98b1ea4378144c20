"""What a list of conditions says about signs, and the cheap rules that prove a polynomial has one strict sign.

A `Facts` collects the consequences of conditions `!= 0` and `> 0`: signs of variables, bounds, irreducible factors
known not to vanish (with their sign where it is known).  Every rule here proves; none samples.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import fmpz_poly

from rlct.exact.poly import Poly
from rlct.exact.roots import coefficients, constant_sign

Factors = tuple[int, tuple[tuple[Poly, int], ...]]
BITS = 4000  # of the leading coefficient of a polynomial that is factored
SMALL = 400  # polynomials with more terms are not worth a discriminant or a change of variables


class Factorizer:
    """Remembered factorisations of one computation."""

    def __init__(self) -> None:
        self._known: dict[Poly, Factors] = {}

    def __call__(self, f: Poly) -> Factors:
        """Sign of the constant, and primitive factors of a non-zero polynomial with multiplicities (irreducible unless
        it is too large)."""
        known = self._known.get(f)
        if known is None and (len(f) == 1 or all(sum(e) <= 1 for e, _ in f.terms)):
            known = self._known[f] = _obvious_factors(f)
        if known is None:
            long = f.is_large or abs(f.terms[0][1]).bit_length() > BITS
            c, found = (1, [(f, 1)]) if long else f.factor()
            sign = 1 if c > 0 else -1
            out = []
            for q, e in found:
                canonical = q.primitive()
                if e % 2 and int(canonical.p.leading_coefficient()) * int(q.p.leading_coefficient()) < 0:
                    sign = -sign
                out.append((canonical, e))
            known = self._known[f] = (sign, tuple(out))
        return known


def _obvious_factors(f: Poly) -> Factors:
    """Factors of a monomial or of a polynomial of degree 1."""
    e, c = f.terms[0]
    sign = 1 if c > 0 else -1
    if len(f) == 1:
        return sign, tuple((f.ring.gen(i), a) for i, a in enumerate(e) if a)
    return sign, ((f.primitive(), 1),)


@dataclass(slots=True)
class Facts:
    """Consequences of conditions `nonzero` and `positive`.

    `units` maps irreducible primitive polynomials that do not vanish to their sign, 0 where it is unknown; `signs`
    gives variables of known strict sign, `live` all variables known not to vanish; `lower`, `upper` are strict bounds;
    `lines` are the positive polynomials in one variable; `products` positive products of factors of unknown sign.
    """

    factor: Factorizer
    units: dict[Poly, int] = field(default_factory=dict)
    signs: dict[int, int] = field(default_factory=dict)
    live: set[int] = field(default_factory=set)
    lower: dict[int, Fraction] = field(default_factory=dict)
    upper: dict[int, Fraction] = field(default_factory=dict)
    lines: dict[int, list[Any]] = field(default_factory=dict)
    products: list[tuple[int, tuple[Poly, ...]]] = field(default_factory=list)
    contradictory: bool = False


def gather(nonzero: Iterable[Poly], positive: Iterable[Poly], factor: Factorizer) -> Facts:
    """Collect the facts; `contradictory` is set when the conditions visibly exclude each other."""
    facts = Facts(factor)
    units = facts.units
    for f in nonzero:
        if not f:
            facts.contradictory = True
            return facts
        for q, _ in factor(f)[1]:
            units.setdefault(q, 0)
    waiting: list[tuple[int, tuple[Poly, ...]]] = []
    for f in positive:
        if not f:
            facts.contradictory = True
            return facts
        sign, fs = factor(f)
        for q, _ in fs:
            units.setdefault(q, 0)
        waiting.append((sign, tuple(q for q, e in fs if e % 2)))
    while True:
        later = []
        for sign, odd in waiting:
            for q in odd:
                sign *= units[q] or 1
            unknown = tuple(q for q in odd if not units[q])
            if len(unknown) == 1:
                units[unknown[0]] = sign
            elif unknown:
                for q in odd:
                    sign *= units[q] or 1  # back to the sign as given: it is taken up again in the next round
                later.append((sign, odd))
            elif sign < 0:
                facts.contradictory = True
                return facts
        if len(later) == len(waiting):
            break
        waiting = later
    for sign, odd in waiting:
        for q in odd:
            sign *= units[q] or 1
        facts.products.append((sign, tuple(q for q in odd if not units[q])))
    for q, s in units.items():
        if len(q.variables) == 1:
            _line(facts, q, s, next(iter(q.variables)))
    return facts


def _line(facts: Facts, q: Poly, s: int, i: int) -> None:
    """Use a condition on the single variable `i`."""
    if q.degrees[i] == 1 and len(q) == 1:
        facts.live.add(i)
    if not s:
        return
    cs = coefficients(q, i)
    facts.lines.setdefault(i, []).append(fmpz_poly([s * c for c in cs]))
    if len(cs) == 2:
        end = Fraction(-cs[0], cs[1])
        if (cs[1] > 0) == (s > 0):
            facts.lower[i] = max(end, facts.lower.get(i, end))
        else:
            facts.upper[i] = min(end, facts.upper.get(i, end))
        lo, hi = facts.lower.get(i), facts.upper.get(i)
        if lo is not None and hi is not None and lo >= hi:
            facts.contradictory = True
        if lo is not None and lo >= 0:
            facts.signs[i] = 1
            facts.live.add(i)
        elif hi is not None and hi <= 0:
            facts.signs[i] = -1
            facts.live.add(i)


def pattern(f: Poly, signs: Mapping[int, int], live: Iterable[int]) -> tuple[int, bool] | None:
    """Sign pattern: `(s, strict)` if every term has sign s or is zero; strict if one term cannot vanish.

    >>> from rlct.exact.poly import Ring
    >>> ring = Ring(["x", "y"]); x, y = ring.gen(0), ring.gen(1)
    >>> pattern(x * x + y * y + ring.one, {}, ()), pattern(x + y * y, {0: 1}, (0,)), pattern(x + y, {}, ())
    ((1, True), (1, True), None)
    """
    total, strict = 0, False
    variables = f.variables
    for e, c in f.terms:
        s = 1 if c > 0 else -1
        alive = True
        for i in variables:
            a = e[i]
            if a:
                v = signs.get(i)
                if v is None:
                    if a & 1:
                        return None
                    if i not in live:
                        alive = False
                elif v < 0 and a & 1:
                    s = -s
        if total == 0:
            total = s
        elif total != s:
            return None
        strict = strict or alive
    return total, strict


def strict_sign(f: Poly, facts: Facts, depth: int = 3) -> int | None:
    """+1 or -1 if the rules prove that strict sign of f wherever the facts hold, else None.

    Rules: sign pattern; factors; one variable; bounds turned into positive variables; quadratic in one variable with a
    leading coefficient of known sign and a negative discriminant (completing the square), `depth` levels deep.
    """
    if not f:
        return None
    found = pattern(f, facts.signs, facts.live)
    if found and found[1]:
        return found[0]
    sign, fs = facts.factor(f)
    for q, e in fs:
        s = facts.units.get(q)
        if e % 2 == 0:
            if s is None and irreducible_sign(q, facts, depth) is None:
                return None
        else:
            s = s or irreducible_sign(q, facts, depth)
            if not s:
                return None
            sign *= s
    return sign


def irreducible_sign(q: Poly, facts: Facts, depth: int) -> int | None:
    """`strict_sign` of an irreducible polynomial that is not among the units of known sign."""
    found = pattern(q, facts.signs, facts.live)
    if found and found[1]:
        return found[0]
    variables = q.variables
    if len(variables) == 1:
        (i,) = variables
        return constant_sign(fmpz_poly(coefficients(q, i)), facts.lines.get(i, ()))
    if found:
        return None
    return _sign_by_bounds(q, facts) or _sign_by_square(q, facts, depth)


def _sign_by_bounds(q: Poly, facts: Facts) -> int | None:
    """Sign pattern after bounded variables are written as rational functions of positive ones.

    lo < x: x = lo + s; x < hi: x = hi - s; both: x = (lo + hi s)/(1 + s); the denominators are positive.
    """
    if len(q) > SMALL:
        return None
    moved, signs, live = q, dict(facts.signs), set(facts.live)
    for i in q.variables:
        lo, hi = facts.lower.get(i), facts.upper.get(i)
        if len(moved) * (q.degrees[i] + 1) > 10 * SMALL:
            return None
        if lo is not None and hi is not None:
            moved = _mobius(moved, i, lo, hi)
        elif lo is not None and lo != 0:
            moved = _mobius(moved, i, lo, None)
        elif hi is not None and hi != 0:
            moved = _mobius(moved, i, hi, None, -1)
        else:
            continue
        signs[i] = 1
        live.add(i)
    if moved is q:
        return None
    found = pattern(moved, signs, live)
    return found[0] if found and found[1] else None


def _mobius(f: Poly, i: int, start: Fraction, end: Fraction | None, way: int = 1) -> Poly:
    """f with x_i = start + way*s, or (start + end*s)/(1 + s), cleared of positive denominators; s is again x_i."""
    ring, s = f.ring, f.ring.gen(i)
    if end is None:
        num, den = ring.const(start.numerator) + s * (way * start.denominator), ring.const(start.denominator)
    else:
        common = start.denominator * end.denominator
        num = ring.const(start.numerator * end.denominator) + s * (end.numerator * start.denominator)
        den = (ring.one + s) * common
    parts = f.coefficients(i)
    out, power = ring.zero, ring.one
    for j in range(f.degrees[i], -1, -1):
        out = out * num
        if j in parts:
            out = out + parts[j] * power
        power = power * den
    return out


def _sign_by_square(q: Poly, facts: Facts, depth: int) -> int | None:
    """q = a y^2 + b y + c with y a variable or its square: the sign of a, if b^2 - 4ac < 0."""
    if depth == 0 or len(q) > SMALL:
        return None
    for i in q.variables:
        d = q.degrees[i]
        if d not in (2, 4):
            continue
        parts = q.coefficients(i)
        if d == 4 and (1 in parts or 3 in parts):
            continue
        a, b, c = parts[d], parts.get(d // 2), parts.get(0)
        if c is None:
            continue
        lead = weak_sign(a, facts, depth - 1)
        if lead is None or strict_sign(c, facts, 0) == -lead[0]:
            continue
        discriminant = a * c * -4 if b is None else b * b - a * c * 4
        below = weak_sign(discriminant, facts, depth - 1)
        if below is None or below[0] > 0:
            continue
        # where a = 0, b vanishes too (b^2 <= 0) and c is left
        if below[1] <= lead[1] and (not lead[1] or strict_sign(c, facts, depth - 1) == lead[0]):
            return lead[0]
    return None


def weak_sign(f: Poly, facts: Facts, depth: int) -> tuple[int, frozenset[Poly]] | None:
    """`(s, where)`: s f >= 0 wherever the facts hold, and = 0 only if one of the polynomials `where` is; or None."""
    if not f:
        return None
    sign, fs = facts.factor(f)
    where = set()
    for q, e in fs:
        s = facts.units.get(q) or irreducible_sign(q, facts, depth)
        if not s:
            if q not in facts.units:
                where.add(q)
            if e % 2:
                s = irreducible_weak_sign(q, facts, depth)
                if s is None:
                    return None
        if e % 2:
            sign *= s or 1
    return sign, frozenset(where)


def irreducible_weak_sign(q: Poly, facts: Facts, depth: int) -> int | None:
    """s with s q >= 0 wherever the facts hold, if q has only terms of one sign or completing a square shows it."""
    found = pattern(q, facts.signs, facts.live)
    if found:
        return found[0]
    if depth > 0 and len(q) <= SMALL:
        for i in q.variables:
            done = complete_square(q, i, facts, depth)
            if done:
                return done[0]
    return None


def complete_square(q: Poly, i: int, facts: Facts, depth: int) -> tuple[int, Poly, Poly] | None:
    """`(s, 2 a x_i + b, d)` for q = a x_i^2 + b x_i + c with s a > 0 and d = b^2 - 4ac <= 0 everywhere.

    Then s q >= 0, and q = 0 exactly where both polynomials vanish.
    """
    if q.degrees[i] != 2:
        return None
    parts = q.coefficients(i)
    a, b, c = parts[2], parts.get(1, q.ring.zero), parts.get(0, q.ring.zero)
    s = strict_sign(a, facts, depth - 1)
    if s is None:
        return None
    d = b * b - a * c * 4
    below = weak_sign(d, facts, depth - 1)
    if below is None or below[0] > 0:
        return None
    return s, a * q.ring.gen(i) * 2 + b, d

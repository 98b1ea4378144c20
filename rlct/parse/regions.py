"""Regions: text of inequalities, a dict of intervals, or a list of pairs in variable order.

An inequality in one variable of degree one is a bound of the box (the tightest counts); everything else stays a
constraint ``expression >= 0``.
"""

from __future__ import annotations

import numbers
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rlct.errors import DimensionError, InputError, ParseError, RegionError
from rlct.parse.grammar import Parser, difference
from rlct.parse.points import exact_number
from rlct.problem import Expr, Region, expand, names, natural_order

Bound = Fraction | None
NO_EQUATIONS = "an equation has no volume; a region is given by inequalities <= and >="


@dataclass(frozen=True, slots=True)
class RawRegion:
    """A region before the variables of the problem are known."""

    bounds: dict[str, tuple[Bound, Bound]]
    pairs: tuple[tuple[Bound, Bound], ...] | None
    constraints: tuple[tuple[Expr, str], ...]
    text: str
    names: frozenset[str]


def read_region(region: object) -> RawRegion:
    """Read a region in any of its forms.

    Raises
    ------
    ParseError : for text outside the grammar; RegionError : where nothing, or nothing of positive volume, is left.

    >>> read_region("0<=x<=1, x+y<=1").bounds
    {'x': (Fraction(0, 1), Fraction(1, 1))}
    """
    if isinstance(region, str):
        return _from_text(region)
    if isinstance(region, Mapping):
        bounds = {str(v): _pair(p, f"the interval of {v}") for v, p in region.items()}
        if not bounds:
            raise InputError("the region is an empty dict; leave it out for a full neighbourhood")
        text = ", ".join(_interval_text(v, *b) for v, b in bounds.items())
        return RawRegion(bounds, None, (), text, frozenset(bounds))
    if isinstance(region, Sequence) or hasattr(region, "__iter__"):
        items = list(region)
        if items and all(isinstance(i, str) for i in items):
            return _from_text(", ".join(items))
        pairs = tuple(_pair(p, f"interval {i + 1} of the region") for i, p in enumerate(items))
        return RawRegion({}, pairs, (), "", frozenset())
    raise InputError(f"a region is text such as x>=0, y<=1, a dict of intervals or a list of pairs, not {region!r}")


def finish_region(raw: RawRegion, variables: Sequence[str]) -> Region:
    """The region in the order of the variables."""
    bounds = dict(raw.bounds)
    text = raw.text
    if raw.pairs is not None:
        if len(raw.pairs) != len(variables):
            raise DimensionError("the region", len(variables), len(raw.pairs))
        bounds = dict(zip(variables, raw.pairs, strict=True))
        text = ", ".join(_interval_text(v, *b) for v, b in bounds.items())
    for v in sorted(raw.names):
        if v not in variables:
            raise InputError(f"the region names {v}, which is no variable ({', '.join(variables)})")
    for v, (lo, hi) in bounds.items():
        if lo is not None and hi is not None:
            if lo > hi:
                raise RegionError(_interval_text(v, lo, hi))
            if lo == hi:
                reason = f"the region has no volume: it fixes {v} = {lo}; set {v} to that value in K instead"
                raise RegionError(_interval_text(v, lo, hi), None, reason)
    return Region(tuple(bounds.get(v, (None, None)) for v in variables), tuple(e for e, _ in raw.constraints), text)


def _pair(pair: object, what: str) -> tuple[Bound, Bound]:
    items = list(pair) if isinstance(pair, Sequence) and not isinstance(pair, str) else None
    if items is None or len(items) != 2:
        raise InputError(f"{what} must be a pair (lo, hi), not {pair!r}")
    return _end(items[0], what, -1), _end(items[1], what, 1)


def _end(value: object, what: str, sign: int) -> Bound:
    """One end; None and the infinity of its side mean unbounded."""
    if value is None:
        return None
    is_float = isinstance(value, numbers.Real) and not isinstance(value, numbers.Rational)
    if is_float and float(value) == sign * float("inf"):  # type: ignore[arg-type]
        return None
    if str(value) == ("oo" if sign > 0 else "-oo"):
        return None
    return exact_number(value, f"an end of {what}")


def _interval_text(v: str, lo: Bound, hi: Bound) -> str:
    if lo is None:
        return f"{v}<={hi}" if hi is not None else f"-inf<={v}<=inf"
    return f"{lo}<={v}" + (f"<={hi}" if hi is not None else "")


def _from_text(text: str) -> RawRegion:
    if not text.strip():
        raise InputError("the region is an empty text; leave it out for a full neighbourhood")
    p = Parser(text)
    bounds: dict[str, tuple[Bound, Bound]] = {}
    constraints: list[tuple[Expr, str]] = []
    used: frozenset[str] = frozenset()
    while True:
        start = p.token.start
        left = p.polynomial()
        if p.token.text not in ("<=", ">=", "<", ">"):
            if p.token.text in ("=", "=="):
                raise ParseError(text, p.token.start, NO_EQUATIONS)
            if p.token.kind != "end" and p.token.text not in (",", ";"):
                p.expect_end()
            p.fail("an inequality such as x>=0 is expected here")
        while p.token.text in ("<=", ">=", "<", ">"):
            op = p.advance().text
            middle = p.token.start
            right = p.polynomial()
            expr = difference(right, left) if op[0] == "<" else difference(left, right)
            used |= names(expr)
            _add(expr, text[start : p.previous_end].strip(), bounds, constraints)
            left, start = right, middle
        if p.token.text not in (",", ";"):
            break
        p.advance()
        if p.token.kind == "end":
            break
    if p.token.text in ("=", "=="):
        raise ParseError(text, p.token.start, NO_EQUATIONS)
    p.expect_end()
    return RawRegion(bounds, None, tuple(constraints), text.strip(), used)


def _add(expr: Expr, text: str, bounds: dict[str, tuple[Bound, Bound]], constraints: list[tuple[Expr, str]]) -> None:
    """Sort one inequality ``expr >= 0`` into the box or the constraints."""
    order = natural_order(names(expr))
    terms = expand(expr, order)
    occurring = [i for i in range(len(order)) if any(e[i] for e in terms)]
    if not occurring:
        if sum(terms.values(), Fraction(0)) < 0:
            raise RegionError(text)
        return
    if len(occurring) == 1 and all(sum(e) <= 1 for e in terms):
        i = occurring[0]
        slope = next(c for e, c in terms.items() if e[i])
        offset = sum((c for e, c in terms.items() if not any(e)), Fraction(0))
        lo, hi = bounds.get(order[i], (None, None))
        end = -offset / slope
        if slope > 0:
            lo = end if lo is None else max(lo, end)
        else:
            hi = end if hi is None else min(hi, end)
        bounds[order[i]] = (lo, hi)
        return
    constraints.append((expr, text))

"""The arguments of `rlct.rlct` to a `Problem`: forms of K, defaults, names, and what contradicts itself."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from rlct.errors import InputError, PriorError, RegionError
from rlct.parse import from_sympy, grammar, points, regions
from rlct.problem import (
    Expr,
    Mode,
    Num,
    Point,
    Problem,
    Region,
    Terms,
    compare,
    degree_bound,
    evaluate,
    expand,
    factors,
    names,
    natural_order,
    point_text,
    to_text,
)
from rlct.sizes import check_digits

MODES: tuple[Mode, ...] = ("K", "abs", "ideal")


def build_problem(
    K: object,
    mode: str | None = None,
    variables: object = None,
    at: object = None,
    region: object = None,
    prior: object = None,
) -> Problem:
    """The problem that the arguments of `rlct.rlct` state; see there for their meaning.

    Raises
    ------
    InputError : whatever cannot be meant, in one sentence.

    Examples
    --------
    >>> p = build_problem("(x-1)^2*w10^2 + w2^2", at="x=1")
    >>> p.variables, p.mode, [str(c) for c in p.at]
    (('w2', 'w10', 'x'), 'K', ['0', '0', '1'])
    """
    chosen, functions, source = _read_functions(K, mode)
    prior_factors, prior_text = _read_prior(prior)
    raw = None if region is None else regions.read_region(region)
    for f in functions:
        if degree_bound(f) > grammar.MAX_EXPONENT:
            raise InputError(f"the degree {degree_bound(f)} is above {grammar.MAX_EXPONENT}, which is not handled")
    used = frozenset[str]().union(*(names(f) for f in functions), *(names(f) for f, _ in prior_factors))
    if raw is not None:
        used |= raw.names
    order = _read_variables(variables, used)
    if not order:
        raise InputError("there is no variable at all; name them with variables=... (on the command line --vars)")
    finished = None if raw is None else regions.finish_region(raw, order)
    if at is not None:
        point: Point | None = points.build_point(at, order)
    else:
        point = None if finished is not None else tuple(Fraction(0) for _ in order)
    _check_powers(prior_factors, prior_text, point, finished, order)
    if finished is not None and raw is not None and point is not None:
        _check_inside(finished, [t for _, t in raw.constraints], point, order)
    return Problem(order, chosen, functions, prior_factors, point, finished, source, prior_text)


# -- K ---------------------------------------------------------------------------------------------
def _read_functions(K: object, mode: str | None) -> tuple[Mode, tuple[Expr, ...], str]:
    if mode is not None and mode not in MODES:
        raise InputError(f"the mode {mode!r} is unknown; it is 'K', 'abs' or 'ideal'")
    if from_sympy.is_sympy_matrix(K) or (isinstance(K, Sequence) and not isinstance(K, str | bytes)):
        if mode not in (None, "ideal"):
            raise InputError(f"a list is an ideal (K = sum of squares), so mode={mode!r} cannot be meant")
        items = [*K]  # type: ignore[misc]
        if not items:
            raise InputError("the list of generators is empty")
        found = [_read_one(item) for item in items]
        return "ideal", tuple(e for e, _ in found), ", ".join(t for _, t in found)
    if mode == "ideal" and isinstance(K, str):
        parts = grammar.parse_list(K)
        return "ideal", tuple(e for e, _ in parts), ", ".join(t for _, t in parts)
    expr, text = _read_one(K)
    chosen: Mode = next(m for m in MODES if m == (mode or "K"))
    return chosen, (expr,), text


def _read_one(item: object) -> tuple[Expr, str]:
    if isinstance(item, str):
        return grammar.parse_expression(item), item.strip()
    if from_sympy.is_sympy(item):
        if from_sympy.is_sympy_matrix(item):
            raise InputError("a matrix inside a list is not read; give a flat list of polynomials")
        expr = from_sympy.convert(item)
        return expr, to_text(expr)
    if callable(item):
        raise InputError("a function cannot be answered exactly (only by estimate, zeta, volume); give a polynomial")
    if isinstance(item, bytes | type(None)):
        raise InputError(f"K must be text, a sympy expression or a list of them, not {item!r}")
    value = points.exact_number(item, "K")
    return Num(value), str(value)


# -- names -----------------------------------------------------------------------------------------
def _read_variables(variables: object, used: frozenset[str]) -> tuple[str, ...]:
    if variables is None:
        return natural_order(used)
    if isinstance(variables, str):
        given = [v.strip() for v in variables.replace(",", " ").split()]
        if not given:
            raise InputError("the list of variables is empty; leave it out to take all that occur")
    else:
        if not hasattr(variables, "__iter__"):
            variables = [variables]
        given = [str(v) for v in variables]
    for v in given:
        if not _is_name(v):
            raise InputError(f"'{v}' is not a name of a variable")
    if len(set(given)) < len(given):
        twice = next(v for v in given if given.count(v) > 1)
        raise InputError(f"the variable {twice} is listed twice")
    missing = natural_order(used - set(given))
    if missing:
        raise InputError(f"{', '.join(missing)} occurs but is not among the variables {', '.join(given)}")
    return tuple(given)


def _is_name(v: str) -> bool:
    """Names that text can hold, and whatever a sympy symbol may be called."""
    return bool(v) and not v[0].isdigit() and not any(c in "+-*/^()=<>,;" or c.isspace() for c in v)


# -- prior -----------------------------------------------------------------------------------------
def _read_prior(prior: object) -> tuple[tuple[tuple[Expr, Fraction], ...], str]:
    if prior is None:
        return (), ""
    if isinstance(prior, str) and not prior.strip():
        raise InputError("the prior is an empty text; leave it out for a constant density")
    if isinstance(prior, str):
        found, text = grammar.parse_prior(prior), prior.strip()
    elif from_sympy.is_sympy(prior):
        found = from_sympy.convert_product(prior, rational_powers=True)
        text = str(prior).replace("**", "^")
    elif callable(prior):
        raise InputError("a function as prior cannot be answered exactly; give a polynomial or a product of powers")
    elif isinstance(prior, dict):
        raise InputError("a dict as prior is only for the numeric functions; give a polynomial or a product of powers")
    else:
        value = points.exact_number(prior, "the prior")
        found, text = [(Num(value), Fraction(1))], str(value)
    joined: dict[Expr, Fraction] = {}
    for base, k in found:
        for part, times in _flatten(base):
            joined[part] = joined.get(part, Fraction(0)) + k * times
    out = []
    for base, k in joined.items():
        used = natural_order(names(base))
        terms = expand(base, used)
        if not terms:
            raise PriorError(text, None, "is zero everywhere, so it is no density")
        if not any(any(e) for e in terms):
            continue  # a constant, whatever its text
        check_digits([k.numerator, k.denominator])
        if k != 0:
            out.append((base, k))
    return tuple(out), text


def _check_powers(
    prior: Sequence[tuple[Expr, Fraction]], text: str, point: Point | None, region: Region | None, order: Sequence[str]
) -> None:
    """Refuse exponents of -1 and below, unless the factor plainly has no zero there.

    Whether the rest is integrable is the search's question (`rlct.integrable`).
    """
    for base, k in prior:
        if k > -1:
            continue
        used = natural_order(names(base))
        terms = expand(base, used)
        if terms.get((0,) * len(used), 0) and len({c > 0 for c in terms.values()}) == 1:
            if all(a % 2 == 0 for e in terms for a in e):
                continue
        if point is not None:
            rational = {v: c for v, c in zip(order, point, strict=True) if isinstance(c, Fraction)}
            if names(base) <= rational.keys() and evaluate(base, rational) != 0:
                continue
        elif region is not None and len(used) == 1 and not _has_zero(terms, region.box[order.index(used[0])]):
            continue
        shown = to_text(base)
        if all(sum(e) <= 1 for e in terms) or len(used) == 1:
            raise PriorError(text, None, f"is not integrable where {shown} = 0: the exponent {k} is not above -1")
        reason = f"has the exponent {k} at {shown}, but where a factor can be 0 only exponents above -1 are read"
        raise PriorError(text, None, reason)


def _has_zero(terms: Terms, interval: tuple[Fraction | None, Fraction | None]) -> bool:
    """Whether a polynomial in one variable may vanish on a closed interval (None: unbounded)."""
    from rlct.exact.roots import isolate

    lo, hi = interval
    den = lcm(*(c.denominator for c in terms.values()))
    row = [0] * (max(e[0] for e in terms) + 1)
    for e, c in terms.items():
        row[e[0]] = int(c * den)
    return any((lo is None or b >= lo) and (hi is None or a <= hi) for a, b in isolate(row))


def _flatten(base: Expr) -> list[tuple[Expr, int]]:
    """Product structure of one factor, so that x^(1/2)*(x*y) has the exponent 3/2 at x."""
    constant, parts = factors(base)
    return [*parts, *([(Num(constant), 1)] if constant == 0 or not parts else [])]


# -- the point and the region ----------------------------------------------------------------------
def _check_inside(region: Region, texts: list[str], point: Point, order: tuple[str, ...]) -> None:
    """Refuse a point that is surely outside; constraints at algebraic points are the engine's question."""
    where = point_text(order, point)
    for v, c, (lo, hi) in zip(order, point, region.box, strict=True):
        if lo is not None and compare(c, lo) < 0:
            raise RegionError(f"{v} >= {lo}", where)
        if hi is not None and compare(c, hi) > 0:
            raise RegionError(f"{v} <= {hi}", where)
    rational = {v: c for v, c in zip(order, point, strict=True) if isinstance(c, Fraction)}
    for expr, text in zip(region.constraints, texts, strict=True):
        if names(expr) <= rational.keys() and evaluate(expr, rational) < 0:
            raise RegionError(text, where)

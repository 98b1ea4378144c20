"""A `Problem` in local coordinates: u = w - at, the origin is the point, nothing else is changed.

Numeric code evaluates the problem as it was given.  The one exact step made here is the translation to the point
(and folding of constants), because without it `(x-1)^2` at x = 1 + 1e-30 is 0 in doubles.  Products, powers and sums
of squares stay as written; a summand that does not vanish at the point is expanded, so that the constants cancel
exactly.  K is kept as ``∏ ‖I_i‖^E_i`` with ‖I_i‖ the Euclidean norm of the generators of object i.

May not know: charts, polyhedra, certificates.  Source of the convention: `rlct.problem`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rlct.errors import InputError, UnsupportedError
from rlct.numeric.factors import powers_of
from rlct.problem import Add, Algebraic, Coordinate, Expr, Mul, Num, Pow, Problem, Var, factors, names

Terms = dict[tuple[int, ...], Fraction]
LIMIT = 20_000
"""Largest number of terms of one expanded summand."""


@dataclass(frozen=True, slots=True)
class Poly:
    """An expanded polynomial in the local coordinates: exponents and coefficients."""

    terms: tuple[tuple[tuple[int, ...], Fraction], ...]

    def as_dict(self) -> Terms:
        """Exponents -> coefficient."""
        return dict(self.terms)


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of nodes."""

    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """A product of powers of nodes."""

    args: tuple[tuple[Node, int], ...]


Node = Poly | Sum | Product


@dataclass(frozen=True, slots=True)
class Objective:
    """K = ∏ ‖gens_i‖^E_i on a box, with a density; everything in local coordinates.

    Parameters
    ----------
    variables : names, d of them.
    objects : (generators, exponent E of their norm) pairs.
    prior : (node, exponent) pairs, the density is the product of |node|^exponent.
    walls : nodes that must be >= 0.
    lo, hi : the box.
    centre : the point, as floats (0 where the problem is on a region).
    local : True at a point, False on a region.
    normal : for each variable the standard deviation of a normal density in place of the box, or 0.
    """

    variables: tuple[str, ...]
    objects: tuple[tuple[tuple[Node, ...], float], ...]
    prior: tuple[tuple[Node, float], ...]
    walls: tuple[Node, ...]
    lo: tuple[float, ...]
    hi: tuple[float, ...]
    centre: tuple[float, ...]
    local: bool
    normal: tuple[float, ...]

    @property
    def d(self) -> int:
        """Number of variables."""
        return len(self.variables)


# -- exact polynomial arithmetic on dicts (a few lines of its own, so that nothing is shared with the exact side) ---
def _mul(p: Terms, q: Terms) -> Terms:
    if len(p) * len(q) > 50 * LIMIT:
        raise UnsupportedError("an expression is too large to be moved to the point; give it as a product")
    out: Terms = {}
    for e, c in p.items():
        for f, k in q.items():
            g = tuple(a + b for a, b in zip(e, f, strict=True))
            out[g] = out.get(g, Fraction(0)) + c * k
    return {e: c for e, c in out.items() if c}


def _pow(p: Terms, k: int, d: int) -> Terms:
    out: Terms = {(0,) * d: Fraction(1)}
    for _ in range(k):
        out = _mul(out, p)
    return out


def expanded(node: Node, d: int) -> Terms:
    """A node as an expanded polynomial, exactly."""
    if isinstance(node, Poly):
        return node.as_dict()
    if isinstance(node, Sum):
        out: Terms = {}
        for a in node.args:
            for e, c in expanded(a, d).items():
                out[e] = out.get(e, Fraction(0)) + c
        return {e: c for e, c in out.items() if c}
    result: Terms = {(0,) * d: Fraction(1)}
    for a, k in node.args:
        result = _mul(result, _pow(expanded(a, d), k, d))
    return result


def poly(terms: Terms) -> Poly:
    """A `Poly` with its terms in a fixed order."""
    return Poly(tuple(sorted((e, c) for e, c in terms.items() if c)))


def is_zero(node: Node) -> bool:
    """Is it written as the zero polynomial?"""
    return isinstance(node, Poly) and not node.terms


def constant_value(node: Node) -> Fraction:
    """The value at the origin of the local coordinates."""
    if isinstance(node, Poly):
        return next((c for e, c in node.terms if not any(e)), Fraction(0))
    if isinstance(node, Sum):
        return sum((constant_value(a) for a in node.args), Fraction(0))
    out = Fraction(1)
    for a, k in node.args:
        out *= constant_value(a) ** k
        if not out:
            break
    return out


def localise(expr: Expr, index: Mapping[str, int], shift: Sequence[Fraction]) -> Node:
    """The expression with every variable x replaced by shift + u, its products kept."""
    d = len(shift)

    def monomial(i: int) -> tuple[int, ...]:
        return tuple(int(j == i) for j in range(d))

    def go(e: Expr) -> Node:
        if isinstance(e, Num):
            return poly({(0,) * d: e.value})
        if isinstance(e, Var):
            i = index[e.name]
            return poly({monomial(i): Fraction(1), (0,) * d: shift[i]})
        if isinstance(e, Pow):
            return _product([(go(e.base), e.exponent)], d)
        if isinstance(e, Mul):
            return _product([(go(a), 1) for a in e.args], d)
        flat: Terms = {}
        kept: list[Node] = []
        # in a sum of monomials there is no form to be kept: moved to the point, its terms cancel exactly
        plain = all(_is_monomial(a) for a in e.args)
        for a in e.args:
            n = go(a)
            if plain or isinstance(n, Poly) or constant_value(n):
                for exps, c in expanded(n, d).items():
                    flat[exps] = flat.get(exps, Fraction(0)) + c
            else:
                kept.append(n)
        flat = {k: c for k, c in flat.items() if c}
        if not kept:
            return poly(flat)
        if flat:
            kept.insert(0, poly(flat))
        return kept[0] if len(kept) == 1 else Sum(tuple(kept))

    return go(expr)


def _is_monomial(e: Expr) -> bool:
    """Is it a product of numbers and powers of variables?"""
    if isinstance(e, Mul):
        return all(_is_monomial(a) for a in e.args)
    return isinstance(e.base if isinstance(e, Pow) else e, Num | Var)


def _product(parts: list[tuple[Node, int]], d: int) -> Node:
    """Product of powers; monomials are multiplied out, constants folded, everything else is kept."""
    mono: Terms = {(0,) * d: Fraction(1)}
    kept: list[tuple[Node, int]] = []
    for n, k in parts:
        if k == 0:
            continue
        if isinstance(n, Product):
            inner = [(a, e * k) for a, e in n.args]
        else:
            inner = [(n, k)]
        for a, e in inner:
            if isinstance(a, Poly) and len(a.terms) <= 1:
                mono = _mul(mono, _pow(a.as_dict(), e, d))
            else:
                kept.append((a, e))
    if not mono:
        return poly({})
    trivial = mono == {(0,) * d: Fraction(1)}
    if not kept:
        return poly(mono)
    if len(kept) == 1 and kept[0][1] == 1 and (trivial or isinstance(kept[0][0], Poly)):
        only = kept[0][0]
        return only if trivial else poly(_mul(mono, expanded(only, d)))
    if not trivial:
        kept.insert(0, (poly(mono), 1))
    return Product(tuple(kept))


# -- from a problem to an objective ------------------------------------------------------------------------------
def _rational(c: Coordinate) -> Fraction:
    """A coordinate as a Fraction, exact or (algebraic numbers) to 80 digits."""
    if not isinstance(c, Algebraic):
        return c
    lo, hi = c.lo, c.hi

    def value(x: Fraction) -> Fraction:
        out = Fraction(0)
        for k in reversed(c.minpoly):
            out = out * x + k
        return out

    sign = value(lo) > 0
    while hi - lo > Fraction(1, 10**80):
        mid = (lo + hi) / 2
        if (value(mid) > 0) == sign:
            lo = mid
        else:
            hi = mid
        lo, hi = lo.limit_denominator(10**100), hi.limit_denominator(10**100)
    return (lo + hi) / 2


def _square_roots(expr: Expr, index: Mapping[str, int], shift: Sequence[Fraction]) -> list[Node] | None:
    """Generators g with expr = Σ g², when it is written as a sum of positive multiples of even powers."""
    args = expr.args if isinstance(expr, Add) else (expr,)
    out: list[Node] = []
    d = len(shift)
    for a in args:
        c, parts = factors(a)
        if c <= 0 or any(e % 2 for _, e in parts):
            return None
        root = _product([(localise(b, index, shift), e // 2) for b, e in parts], d)
        scale = Fraction(math.sqrt(c))
        out.append(_product([(poly({(0,) * d: scale}), 1), (root, 1)], d))
    return out


def _objects(problem: Problem, index: Mapping[str, int],
             shift: Sequence[Fraction]) -> list[tuple[tuple[Node, ...], float]]:
    """K as a product of powers of norms."""
    if problem.mode == "ideal":
        gens = [localise(f, index, shift) for f in problem.functions]
        return [(tuple(g for g in gens if not is_zero(g)), 2.0)]
    (f,) = problem.functions
    constant, parts = factors(f)
    out: list[tuple[tuple[Node, ...], float]] = []
    if constant != 1:
        out.append(((poly({(0,) * len(shift): constant}),), 1.0))
    for base, e in parts:
        roots = _square_roots(base, index, shift) if isinstance(base, Add) else None
        if roots is not None:
            out.append((tuple(g for g in roots if not is_zero(g)), 2.0 * e))
            continue
        node = localise(base, index, shift)
        if isinstance(node, Poly):
            plain = _positive_squares(node)
            if plain is not None:
                out.append((plain, 2.0 * e))
                continue
            content, node = _monomial_content(node)
            out += [((poly({tuple(int(j == i) for j in range(len(content))): Fraction(1)}),), float(e * k))
                    for i, k in enumerate(content) if k]
        out.append(((node,), float(e)))
    return out


def _monomial_content(node: Poly) -> tuple[tuple[int, ...], Poly]:
    """The largest monomial that divides the polynomial, and the quotient (a single monomial is left as it is)."""
    exps = [e for e, _ in node.terms]
    if len(exps) < 2:
        return tuple(0 for _ in exps[0]) if exps else (), node
    low = tuple(min(column) for column in zip(*exps, strict=True))
    return low, poly({tuple(a - b for a, b in zip(e, low, strict=True)): c for e, c in node.terms})


def _positive_squares(node: Poly) -> tuple[Node, ...] | None:
    """Monomials whose squares add up to the polynomial, when all exponents are even and all coefficients positive."""
    if len(node.terms) < 2 or any(c <= 0 or any(k % 2 for k in e) for e, c in node.terms):
        return None
    return tuple(poly({tuple(k // 2 for k in e): Fraction(math.sqrt(c))}) for e, c in node.terms)


def _as_powers(objects: list[tuple[tuple[Node, ...], float]], d: int) -> list[tuple[tuple[Node, ...], float]]:
    """Objects whose expanded polynomials are products of powers where they can be: ‖f²g‖ as ‖f‖² ‖g‖."""
    out: list[tuple[tuple[Node, ...], float]] = []
    for gens, e in objects:
        if len(gens) == 1 and isinstance(gens[0], Poly):
            out += [((poly(t),), e * k) for t, k in powers_of(gens[0].as_dict(), d)]
        else:
            out.append((tuple(_as_product(g, d) for g in gens), e))
    return out


def _as_product(node: Node, d: int) -> Node:
    """An expanded polynomial with a repeated factor as a product; anything else as it is."""
    if not isinstance(node, Poly):
        return node
    parts = powers_of(node.as_dict(), d)
    repeated = any(k > 1 and len(t) > 1 for t, k in parts)
    return _product([(poly(t), k) for t, k in parts], d) if repeated else node


def objective(problem: Problem, radius: float = 1.0,
              densities: Mapping[str, str | tuple[float, float]] | None = None, powers: bool = True) -> Objective:
    """K, prior, walls and box of a problem in coordinates centred at its point.

    Parameters
    ----------
    problem : as parsed.
    radius : half the side of the box around the point; cut with the region.
    densities : for some variables "normal" (standard normal around the point, scaled by `radius`) or an own (lo, hi).
    powers : look for repeated factors of expanded polynomials (`rlct.numeric.factors`), so that they keep their digits.

    Raises
    ------
    InputError : where the region is unbounded and no point is given.
    """
    variables = problem.variables
    index = {v: i for i, v in enumerate(variables)}
    local = problem.at is not None
    shift = [_rational(c) for c in problem.at] if problem.at is not None else [Fraction(0)] * len(variables)
    region_box = problem.region.box if problem.region is not None else ((None, None),) * len(variables)
    lo: list[float] = []
    hi: list[float] = []
    sd: list[float] = []
    for v, (a, b), p in zip(variables, region_box, shift, strict=True):
        given = (densities or {}).get(v)
        low = -math.inf if a is None else float(a - p)
        high = math.inf if b is None else float(b - p)
        if local:
            low, high = max(low, -radius), min(high, radius)
        if isinstance(given, tuple):
            low, high = max(low, float(given[0]) - float(p)), min(high, float(given[1]) - float(p))
        normal = given == "normal"
        if not normal and not (math.isfinite(low) and math.isfinite(high)):
            raise InputError(f"the region is unbounded in {v}: give a bounded one (or a point) to integrate over")
        if normal:
            low, high = -math.inf, math.inf
        lo.append(low)
        hi.append(high)
        sd.append(float(radius) if normal and local else (1.0 if normal else 0.0))
    walls = tuple(localise(g, index, shift) for g in (problem.region.constraints if problem.region else ()))
    prior = [(localise(b, index, shift), float(e)) for b, e in problem.prior if names(b)]
    objects = _objects(problem, index, shift)
    if powers:
        objects = _as_powers(objects, len(shift))
        density = _as_powers([((node,), e) for node, e in prior], len(shift))
        prior = [(node, e) for (node,), e in density]
    return Objective(variables, tuple(objects), tuple(prior), walls, tuple(lo), tuple(hi),
                     tuple(float(s) for s in shift), local, tuple(sd))


ROUNDED = Fraction(1, 10**60)
"""Coefficients below are those that irrational points leave, rounded to far more digits than doubles have."""


SPREAD = 20.0
"""Coefficients that spread less (a factor of 20000 in a generator) are nothing unusual."""
BELOW = 4.0
"""How far below their scale, in units of -log ε, the law shows: a logarithm there begins at that scale."""


def derivative(node: Node, i: int, d: int) -> Node:
    """∂node/∂u_i, products kept."""
    if isinstance(node, Poly):
        out: Terms = {}
        for e, c in node.terms:
            if e[i]:
                out[tuple(k - (j == i) for j, k in enumerate(e))] = c * e[i]
        return poly(out)
    if isinstance(node, Sum):
        parts = [p for p in (derivative(a, i, d) for a in node.args) if not is_zero(p)]
        if not parts:
            return poly({})
        return parts[0] if len(parts) == 1 else Sum(tuple(parts))
    terms: list[Node] = []
    for j, (a, k) in enumerate(node.args):
        inner = derivative(a, i, d)
        if is_zero(inner):
            continue
        rest = [(b, e) for m, (b, e) in enumerate(node.args) if m != j]
        factor = poly({(0,) * d: Fraction(k)})
        terms.append(_product([(factor, 1), (inner, 1), (a, k - 1), *rest], d))
    if not terms:
        return poly({})
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def coefficient_scale(obj: Objective) -> float:
    """-log ε from which on terms with small coefficients count in K < ε, as far as the spread of coefficients tells.

    x⁴/10⁴⁰ + x²y² + y⁴ looks like y² (x² + y²) above ε = 10⁻⁴⁰. Constant terms are left out, and what a rounded point
    leaves of a coefficient that is 0.
    """

    least = ROUNDED if any(obj.centre) else Fraction(0)

    def sizes(node: Node, power: float) -> list[float]:
        if isinstance(node, Poly):
            return [power * (math.log(abs(c.numerator)) - math.log(c.denominator))
                    for e, c in node.terms if any(e) and abs(c) > least]
        if isinstance(node, Sum):
            return [x for a in node.args for x in sizes(a, power)]
        return [x for a, k in node.args for x in sizes(a, power * k)]

    spread = 0.0
    for gens, e in obj.objects:
        found = [x for g in gens for x in sizes(g, e)]
        if found:
            spread = max(spread, max(found) - min(found))
    return spread


def clear_radius(problem: Problem) -> float:
    """The radius, of 1, 1/4 and 1/16, of a box in which no factor of K vanishes that is a unit at the point.

    Such factors do not matter at the point, but their zeros in a larger box may be worse than those at the point. Where
    no box is known to be clear of them, or without a point, 1.

    Examples
    --------
    >>> from rlct.parse.build import build_problem
    >>> clear_radius(build_problem("x^2*y^4")), clear_radius(build_problem("x^2*y^4*(1 - 2*x + x*y)", "abs"))
    (1.0, 0.25)
    """
    if problem.at is None:
        return 1.0
    obj = objective(problem)
    units: list[Terms] = []
    for gens, _ in obj.objects:
        if len(gens) == 1 and constant_value(gens[0]) and isinstance(gens[0], Poly):
            units.append(gens[0].as_dict())
    for radius in (1.0, 0.25, 0.0625):
        r = Fraction(radius)
        if all(2 * abs(t[(0,) * obj.d]) > sum(abs(c) * r ** sum(e) for e, c in t.items()) for t in units):
            return radius
    return 1.0

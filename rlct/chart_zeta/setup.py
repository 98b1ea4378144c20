"""From the claim of a certificate to the first cells: K as factors, the box, and the points that become corners."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rlct.chart_zeta.cells import Cell, Factor, Poly, affine, factor, multiply, without_content
from rlct.chart_zeta.resolve import nice
from rlct.errors import UnsupportedError


@dataclass(frozen=True)
class Claim:
    """What is read of a certificate.

    Parameters
    ----------
    variables : names.
    point : the point (70 digits) or None.
    box : (lo, hi) of each variable: the box of the region, or `point` ± radius cut with it.
    factors : of |K| and of the density, in the variables of the problem.
    lam, multiplicity : the claim.
    marks : coordinates of special points, for each variable.
    """

    variables: tuple[str, ...]
    point: tuple[Fraction, ...] | None
    box: tuple[tuple[Fraction, Fraction], ...]
    factors: tuple[Factor, ...]
    lam: Fraction | None
    multiplicity: int | None
    marks: tuple[tuple[Fraction, ...], ...]


def read_claim(certificate: dict[str, Any], radius: Fraction) -> Claim:
    """The claim, its functions as factors without common divisors.

    Raises
    ------
    UnsupportedError : constraints that are no box, unbounded regions, λ = ∞ or 0.
    """
    claim = certificate["claim"]
    variables = tuple(claim["variables"])
    d = len(variables)
    if claim["constraints"]:
        raise UnsupportedError("charts are integrated over boxes; this region has other constraints")
    if claim.get("coordinates") or claim.get("brackets"):
        raise UnsupportedError("the certificate is stated in other coordinates, in which a box is bent")
    if claim.get("inner"):
        raise UnsupportedError("the certificate is stated in other coordinates, of another volume")
    if claim["lambda"] == "inf":
        raise UnsupportedError("K does not vanish there: ζ has no pole")
    point = None if claim["at"] is None else tuple(_number(a) for a in claim["at"])
    box: list[tuple[Fraction, Fraction]] = []
    for i in range(d):
        lo, hi = (None, None) if claim["box"] is None else claim["box"][i]
        low = None if lo is None else Fraction(lo)
        high = None if hi is None else Fraction(hi)
        if point is not None:
            low = point[i] - radius if low is None else max(low, point[i] - radius)
            high = point[i] + radius if high is None else min(high, point[i] + radius)
        if low is None or high is None or not low < high:
            raise UnsupportedError("the region must be a bounded box")
        box.append((low, high))
    factors = _factors(claim, d)
    marks = _marks(factors, box) if d == 2 else [set() for _ in range(d)]
    if point is not None:
        for i, p in enumerate(point):
            if box[i][0] < p < box[i][1]:
                marks[i].add(p)
    lam = None if claim["lambda"] is None else Fraction(claim["lambda"])
    return Claim(variables, point, tuple(box), factors, lam, claim["multiplicity"],
                 tuple(tuple(sorted(m)) for m in marks))


def _number(a: Any) -> Fraction:
    """A rational or algebraic coordinate, to 70 digits."""
    if isinstance(a, str):
        return Fraction(a)
    import mpmath

    with mpmath.workdps(80):
        coefficients = [mpmath.mpf(c) for c in reversed(a["root"])]
        lo, hi = (mpmath.mpf(Fraction(a[k]).numerator) / Fraction(a[k]).denominator for k in ("lo", "hi"))
        left = mpmath.polyval(coefficients, lo) > 0
        for _ in range(260):
            middle = (lo + hi) / 2
            if (mpmath.polyval(coefficients, middle) > 0) == left:
                lo = middle
            else:
                hi = middle
        return nice(lo)


def _poly(data: Sequence[Any], d: int) -> Poly:
    return {tuple(e) + (0,) * (d - len(e)): Fraction(c) for e, c in data}


def _power(p: Poly, n: int, d: int) -> Poly:
    out: Poly = {(0,) * d: Fraction(1)}
    for _ in range(n):
        out = multiply(out, p)
    return out


def _expanded(expr: Sequence[Any], d: int) -> Poly:
    out: Poly = {}
    for coef, parts in expr:
        term: Poly = {(0,) * d: Fraction(coef)}
        for data, e in parts:
            term = multiply(term, _power(_poly(data, d), e, d))
        for e, c in term.items():
            out[e] = out.get(e, Fraction(0)) + c
    return {e: c for e, c in out.items() if c}


def _factors(claim: dict[str, Any], d: int) -> tuple[Factor, ...]:
    """|K| and the density as products of powers of norms."""
    out: list[Factor] = []
    constant = (0,) * d
    if claim["mode"] == "ideal":
        out += _norm([_expanded(f, d) for f in claim["functions"]], 2.0, 0.0)
    else:
        (expr,) = claim["functions"]
        if len(expr) == 1:
            coef, parts = expr[0]
            out.append(factor([{constant: abs(Fraction(coef))}], 1.0, 0.0))
            for data, e in parts:
                out += _irreducible(_poly(data, d), float(e), 0.0)
        elif claim["mode"] == "K" and all(
            Fraction(c) > 0 and all(e % 2 == 0 for _, e in parts) for c, parts in expr
        ):
            gens = []
            for c, parts in expr:
                g: Poly = {constant: _root(Fraction(c))}
                for data, e in parts:
                    g = multiply(g, _power(_poly(data, d), e // 2, d))
                gens.append(g)
            out += _norm(gens, 2.0, 0.0)
        else:
            out += _irreducible(_expanded(expr, d), 1.0, 0.0)
    for data, exponent in claim["prior"]:
        out += _irreducible(_poly(data, d), 0.0, float(Fraction(exponent)))
    merged: dict[object, Factor] = {}
    for one in out:
        same = factor([_signed(p) for p in one.polys()], one.in_k, one.in_h)
        old = merged.get(same.gens)
        merged[same.gens] = same if old is None else factor(same.polys(), same.in_k + old.in_k, same.in_h + old.in_h)
    return tuple(merged.values())


def _root(c: Fraction) -> Fraction:
    """√c to 70 digits."""
    import mpmath

    with mpmath.workdps(80):
        return nice(mpmath.sqrt(mpmath.mpf(c.numerator) / c.denominator))


def _to_sympy(p: Poly, d: int) -> Any:
    import sympy

    names = sympy.symbols(f"v0:{d}")
    return sympy.Poly({e: sympy.Rational(c.numerator, c.denominator) for e, c in p.items()}, *names, domain="QQ")


def _from_sympy(p: Any) -> Poly:
    return {tuple(e): Fraction(int(c.p), int(c.q)) for e, c in p.terms()}


def _irreducible(p: Poly, in_k: float, in_h: float) -> list[Factor]:
    """One factor for each irreducible one."""
    d = len(next(iter(p)))
    if len(p) == 1 and not any(next(iter(p))):
        return [factor([{e: abs(c) for e, c in p.items()}], in_k, in_h)]
    content, parts = _to_sympy(p, d).factor_list()
    out = [factor([{(0,) * d: abs(Fraction(int(content.p), int(content.q)))}], in_k, in_h)]
    out += [factor([_from_sympy(g)], in_k * e, in_h * e) for g, e in parts]
    return out


def _norm(gens: Sequence[Poly], in_k: float, in_h: float) -> list[Factor]:
    """A norm with the greatest common divisor of its generators taken out."""
    gens = [g for g in gens if g]
    if not gens:
        raise UnsupportedError("K is 0")
    if len(gens) == 1:
        return _irreducible(gens[0], in_k, in_h)
    d = len(next(iter(gens[0])))
    polys = [_to_sympy(g, d) for g in gens]
    common = polys[0]
    for q in polys[1:]:
        common = common.gcd(q)
    if common.is_ground:
        return [factor(gens, in_k, in_h)]
    rest = [_from_sympy(q.quo(common)) for q in polys]
    return [*_irreducible(_from_sympy(common), in_k, in_h), factor(rest, in_k, in_h)]


# -- special points of plane problems ----------------------------------------------------------------------------
def _marks(factors: Sequence[Factor], box: Sequence[tuple[Fraction, Fraction]]) -> list[set[Fraction]]:
    """Coordinates of points of the box where factors are singular or meet, or where a norm vanishes."""
    marks: list[set[Fraction]] = [set(), set()]
    single = [_to_sympy(f.polys()[0], 2) for f in factors if len(f.gens) == 1 and _varies(f)]
    systems: list[list[Any]] = []
    for p in single:
        if p.total_degree() > 1:
            systems.append([p, *(p.diff(x) for x in p.gens)])
    for p, q in itertools.combinations(single, 2):
        systems.append([p, q])
    several = [[_to_sympy(p, 2) for p in f.polys()] for f in factors if len(f.gens) > 1]
    systems += several
    systems += [[p, *gens] for p in single for gens in several]
    for system in systems:
        for point in _common_zeros(system, box):
            for i in (0, 1):
                if box[i][0] < point[i] < box[i][1]:
                    marks[i].add(point[i])
    return marks


def _varies(f: Factor) -> bool:
    return any(any(e) for e, _ in f.gens[0])


def _common_zeros(system: Sequence[Any], box: Sequence[tuple[Fraction, Fraction]]) -> list[tuple[Fraction, Fraction]]:
    """Real common zeros in the box of polynomials without a common divisor, 70 digits."""
    import sympy

    system = [p for p in system if not p.is_zero]
    if any(p.is_ground for p in system):
        return []
    basis = sympy.groebner([p.as_expr() for p in system], *system[0].gens, order="grevlex", domain="QQ")
    if basis.exprs == [1]:
        return []
    if not basis.is_zero_dimensional:
        raise UnsupportedError("two factors of K share a curve that was not taken out")
    columns: list[list[Fraction]] = []
    for i in (0, 1):
        other = system[0].gens[1 - i]
        order = (other, system[0].gens[i])
        last = basis.fglm("lex") if order == tuple(system[0].gens) else sympy.groebner(
            [p.as_expr() for p in system], *order, order="lex", domain="QQ"
        )
        line = sympy.Poly(last.exprs[-1], system[0].gens[i], domain="QQ")
        columns.append([_fraction(r) for r in sorted(set(line.real_roots()))])
    out = []
    tables = [_from_sympy(p) for p in system]
    for x in columns[0]:
        for y in columns[1]:
            inside = all(lo <= v <= hi for v, (lo, hi) in zip((x, y), box, strict=True))
            if inside and all(_vanishes(t, x, y) for t in tables):
                out.append((x, y))
    return out


def _vanishes(p: Poly, x: Fraction, y: Fraction) -> bool:
    total, size = Fraction(0), Fraction(0)
    for (i, j), c in p.items():
        term = c * x**i * y**j
        total += term
        size += abs(term)
    return abs(total) <= size * Fraction(1, 10**30)


def _fraction(root: Any) -> Fraction:
    """A real algebraic number of sympy, exactly or to 70 digits."""
    if root.is_Rational:
        return Fraction(int(root.p), int(root.q))
    import mpmath

    with mpmath.workdps(85):
        return nice(mpmath.mpf(str(root.evalf(80))))


def first_cells(claim: Claim) -> list[tuple[Cell, int]]:
    """The box cut at the marks, each piece on [0,1]^d with the marked end at 0; equal cells are counted."""
    d = len(claim.variables)
    pieces: list[list[tuple[Fraction, Fraction]]] = []
    for i in range(d):
        edges = sorted({claim.box[i][0], *claim.marks[i], claim.box[i][1]})
        row: list[tuple[Fraction, Fraction]] = []
        for a, b in itertools.pairwise(edges):
            if a in claim.marks[i] and b in claim.marks[i]:
                m = (a + b) / 2
                row += [(a, m - a), (b, m - b)]
            elif b in claim.marks[i]:
                row.append((b, a - b))
            else:
                row.append((a, b - a))
        pieces.append(row)
    found: dict[Cell, int] = {}
    for choice in itertools.product(*pieces):
        factors = []
        log_h = 0.0
        for f in claim.factors:
            polys = f.polys()
            for i, (start, slope) in enumerate(choice):
                polys = [affine(p, i, start, slope) for p in polys]
            factors.append(factor([_signed(p) for p in polys], f.in_k, f.in_h))
        for _, slope in choice:
            log_h += _log(abs(slope))
        cell = without_content(Cell((0.0,) * d, (0.0,) * d, 0.0, log_h, tuple(factors)))
        found[cell] = found.get(cell, 0) + 1
    return list(found.items())


def _signed(p: Poly) -> Poly:
    """±p with a positive first term: |p| is meant."""
    if not p or p[min(p)] > 0:
        return p
    return {e: -c for e, c in p.items()}


def _log(x: Fraction) -> float:
    return math.log(x.numerator) - math.log(x.denominator)

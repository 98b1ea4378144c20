"""Real algebraic solutions of small systems of equations, and rational functions of them, as exact coordinates.

A solution is kept as one real root θ of an irreducible polynomial and, for each variable, a polynomial in θ with
rational coefficients (the shape lemma: after a general linear change a zero-dimensional radical ideal has a
lexicographic Groebner basis of that form; Becker, Weispfenning, *Gröbner Bases*, 1993, Proposition 8.77).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm, prod
from typing import Any

from flint import fmpq, fmpq_poly, fmpz_poly

from rlct.exact import over_field
from rlct.exact.finite import project
from rlct.exact.poly import Poly, Ring, TooLarge
from rlct.exact.roots import Root, roots_of, sign_at_root
from rlct.problem import Algebraic, Coordinate

MAX_VARIABLES = 3
MAX_DEGREE = 12
MAX_BEZOUT = 64  # product of the degrees of the equations of a Groebner basis
MAX_TERMS = 20


@dataclass(frozen=True)
class Number:
    """The real number value(θ): `theta` is a root, `value` a flint polynomial over Q."""

    theta: Root
    value: Any

    @staticmethod
    def rational(q: Fraction) -> Number:
        """A rational number."""
        return Number(Root(fmpz_poly([0, 1]), Fraction(0), Fraction(0)), fmpq_poly([fmpq(q.numerator, q.denominator)]))


def solve(
    zero: Sequence[Poly], variables: Sequence[int], nonzero: Sequence[Poly], positive: Sequence[Poly]
) -> list[dict[int, Number]] | None:
    """All real solutions, None when they are not finitely many or the system is too large.

    Parameters
    ----------
    zero, nonzero, positive : polynomials = 0, ≠ 0, > 0 in `variables` alone.

    >>> ring = Ring(["x", "y"]); x, y = ring.gen(0), ring.gen(1)
    >>> found = solve([x * x - y, y * y - ring.const(4)], [0, 1], [], [x])
    >>> [str(image_of(x * y, ring.one, values)) for values in found]
    ['sqrt(8)']
    """
    if not zero or len(variables) > MAX_VARIABLES or any(g.total_degree() > MAX_DEGREE for g in zero):
        return None
    if len(variables) == 1:
        (i,) = variables
        g = fmpz_poly([0])
        for p in zero:
            g = g.gcd(_univariate(p, i))
        if g.degree() < 1:
            return []
        shapes = [(q, {i: fmpq_poly([0, 1])}) for q, _ in g.factor()[1]]
    else:
        found = _over_one(zero, *variables) or _over_one(zero, *reversed(variables)) if len(variables) == 2 else None
        if found is None:
            small = prod(g.total_degree() for g in zero) <= MAX_BEZOUT and sum(map(len, zero)) <= MAX_TERMS
            found = _shape(zero, variables) if small else None
        if found is None:
            return None
        shapes = found
    out = []
    for q, values in shapes:
        for root in roots_of(q):
            signs = [_sign(p, values, root) for p in (*nonzero, *positive)]
            if all(signs) and all(s > 0 for s in signs[len(nonzero) :]):
                out.append({i: Number(root, v) for i, v in values.items()})
    return out


def image_of(numerator: Poly, denominator: Poly, values: Mapping[int, Number]) -> Coordinate | None:
    """numerator/denominator at a solution as a coordinate; None when it mixes independent irrational numbers."""
    used = [values[i] for i in sorted(numerator.variables | denominator.variables)]
    thetas = [n.theta for n in used if n.value.degree() > 0 and not n.theta.is_rational]
    theta = thetas[0] if thetas else Root(fmpz_poly([0, 1]), Fraction(0), Fraction(0))
    if any(t != theta for t in thetas):
        return None
    modulus = fmpq_poly(theta.poly)
    at = {i: n.value if n.theta == theta else _constant(n) for i, n in values.items()}
    a, b = (_evaluated(p, at) % modulus for p in (numerator, denominator))
    if b.degree() < 0:
        return None
    _, inverse, _ = b.xgcd(modulus)
    return _coordinate(a * inverse % modulus, theta)


def _constant(n: Number) -> Any:
    """The value of a number whose θ is rational, or whose polynomial is constant."""
    x = n.value(fmpq(n.theta.lo.numerator, n.theta.lo.denominator)) if n.theta.is_rational else n.value[0]
    return fmpq_poly([x])


def _coordinate(value: Any, theta: Root) -> Coordinate:
    """value(θ) as a coordinate: its minimal polynomial from the powers of value modulo the polynomial of θ."""
    if theta.is_rational or value.degree() < 1:
        x = value(fmpq(theta.lo.numerator, theta.lo.denominator)) if theta.is_rational else value[0]
        return Fraction(int(fmpq(x).p), int(fmpq(x).q))
    minimal = _minimal_polynomial(value, theta.poly)
    roots = roots_of(minimal)
    while True:
        lo, hi = _bounds(value, theta)
        fits = [k for k, r in enumerate(roots) if r.lo <= hi and lo <= r.hi]
        if len(fits) == 1:
            k = fits[0]
            return named(tuple(int(c) for c in minimal.coeffs()), roots[k].lo, roots[k].hi, k)
        theta, roots = theta.refine(), [r.refine() for r in roots]


def named(minimal: tuple[int, ...], lo: Fraction, hi: Fraction, k: int) -> Algebraic:
    """The k-th real root of an irreducible polynomial with the text that `at` reads back.

    >>> str(named((-2, 0, 3), Fraction(-1), Fraction(0), 0)), str(named((-1, -1, 0, 1), Fraction(1), Fraction(2), 0))
    ('-sqrt(2/3)', 'root(t^3-t-1, 0)')
    """
    if len(minimal) == 3 and not minimal[1]:
        text = f"{'-' if hi <= 0 else ''}sqrt({Fraction(-minimal[0], minimal[2])})"
        return Algebraic(minimal, lo, hi, text)
    words = ""
    for n, c in reversed(list(enumerate(minimal))):
        if not c:
            continue
        power = "" if n == 0 else "t" if n == 1 else f"t^{n}"
        size = "" if abs(c) == 1 and power else str(abs(c)) + ("*" if power else "")
        words += ("-" if c < 0 else "+" if words else "") + size + power
    return Algebraic(minimal, lo, hi, f"root({words}, {k})")


def _minimal_polynomial(value: Any, modulus: Any) -> Any:
    """The irreducible factor of the characteristic polynomial of multiplication by `value`, over Z."""
    ring = Ring(["t", "x"])
    t, x = ring.gen(0), ring.gen(1)
    den = lcm(*(int(c.q) for c in value.coeffs()))
    p = ring.zero
    for k, c in enumerate(modulus.coeffs()):
        p = p + t**k * int(c)
    q = x * den
    for k, c in enumerate(value.coeffs()):
        q = q - t**k * int(c * den)
    # the resultant is a power of the minimal polynomial, because the modulus is irreducible
    out = p.resultant(q, 0).factor()[1][0][0].primitive()
    return _univariate(out, 1)


def _univariate(p: Poly, i: int) -> Any:
    row = [0] * (p.degrees[i] + 1)
    for e, c in p.terms:
        row[e[i]] = c
    return fmpz_poly(row)


def _evaluated(p: Poly, at: Mapping[int, Any]) -> Any:
    total = fmpq_poly([0])
    for e, c in p.terms:
        term = fmpq_poly([c])
        for i in p.variables:
            if e[i]:
                term *= at[i] ** e[i]
        total += term
    return total


def _sign(p: Poly, values: Mapping[int, Any], root: Root) -> int:
    g = _evaluated(p, values)
    den = lcm(*(int(c.q) for c in g.coeffs())) if g.degree() >= 0 else 1
    return sign_at_root(fmpz_poly([int(c * den) for c in g.coeffs()]), root)[0]


def _bounds(value: Any, theta: Root) -> tuple[Fraction, Fraction]:
    """An interval for value(θ), by Horner's rule on the interval of θ."""
    lo = hi = Fraction(0)
    for c in reversed(value.coeffs()):
        corners = (lo * theta.lo, lo * theta.hi, hi * theta.lo, hi * theta.hi)
        c = Fraction(int(c.p), int(c.q))
        lo, hi = min(corners) + c, max(corners) + c
    return lo, hi


def _over_one(zero: Sequence[Poly], x: int, y: int) -> list[tuple[Any, dict[int, Any]]] | None:
    """The solutions in the plane when each y is in the field of its x; None when that is not so, or is not seen."""
    plain = [g for g in zero if g.variables <= {x}]
    try:
        if plain:
            r = _univariate(plain[0], x)
        else:
            f, g = sorted(zero, key=len)[:2] if len(zero) > 1 else (zero[0], zero[0])
            r = project(f, g, x, y)
    except TooLarge:
        return None
    if r.degree() < 1:
        return None
    out: list[tuple[Any, dict[int, Any]]] = []
    for q, _ in r.factor()[1]:
        if not roots_of(q):
            continue
        if q.degree() > MAX_DEGREE:
            return None
        m = fmpq_poly(q) / int(q[q.degree()])
        h: list[Any] = []
        for g in zero:
            rows = g.coefficients(y)
            zero_row = g.ring.zero
            line = [fmpq_poly(_univariate(rows.get(k, zero_row), x)) % m for k in range(g.degrees[y] + 1)]
            line = over_field.trim(line)
            if line:
                h = over_field.gcd(h, line, m) if h else line
        if not h:
            return None
        if len(h) == 1:
            continue
        h = over_field.divided(h, over_field.gcd(h, over_field.derivative(h), m), m)
        for factor in over_field.split(h, m):
            if len(factor) > 2:
                return None
            out.append((q, {x: fmpq_poly([0, 1]) % m, y: -factor[0]}))
    return out


def _shape(zero: Sequence[Poly], variables: Sequence[int]) -> list[tuple[Any, dict[int, Any]]] | None:
    """Irreducible polynomials for θ = a general linear form, and the variables as polynomials in it."""
    from sympy import QQ, Dummy, GroebnerBasis, Symbol, groebner
    from sympy import Poly as SPoly

    symbols = {i: Symbol(f"v{i}") for i in variables}
    theta = Dummy("theta")
    equations = [sum(c * _monomial(e, symbols) for e, c in g.terms) for g in zero]
    for shift in range(1, 4):
        form = sum(s * shift**n for n, s in enumerate(symbols.values()))
        basis: GroebnerBasis = groebner([*equations, theta - form], *symbols.values(), theta, order="lex", domain=QQ)
        if not basis.is_zero_dimensional:
            return None
        last = SPoly(basis.exprs[-1], theta, domain=QQ)
        out = []
        for factor, _ in last.factor_list()[1]:
            part = groebner([*basis.exprs, factor.as_expr()], *symbols.values(), theta, order="lex", domain=QQ)
            values = _read_shape([SPoly(g, *symbols.values(), theta, domain=QQ) for g in part.exprs], len(variables))
            if values is None:
                break
            _, integral = factor.clear_denoms(convert=True)
            modulus = fmpz_poly([int(c) for c in reversed(integral.all_coeffs())])
            out.append((modulus, dict(zip(symbols, values, strict=True))))
        else:
            return out
    return None


def _monomial(e: Sequence[int], symbols: Mapping[int, Any]) -> Any:
    out: Any = 1
    for i, s in symbols.items():
        out = out * s ** e[i]
    return out


def _read_shape(basis: Sequence[Any], n: int) -> list[Any] | None:
    """From x_1 - g_1(θ), ..., x_n - g_n(θ), q(θ) the g_i; None where the basis has another shape."""
    if len(basis) != n + 1:
        return None
    out = []
    for k in range(n):
        row: dict[int, Any] = {}
        for e, c in basis[k].terms():
            if any(e[j] for j in range(n) if j != k) or e[k] > 1:
                return None
            if e[k]:
                if e[n] or c != 1:
                    return None
            else:
                row[e[n]] = -fmpq(int(c.p), int(c.q))
        if all(e[k] == 0 for e, _ in basis[k].terms()):
            return None
        out.append(fmpq_poly([row.get(a, 0) for a in range(max(row, default=0) + 1)]))
    return out

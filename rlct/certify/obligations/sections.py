"""The end `sections`: plane sections in place of an open piece of space (format page, §5).

The functions are the factors of all generators, and of the conditions that involve more than x (if not, the sections
have no conditions: more points, so a lower bound).  Their highest
coefficients in z involve x alone and are not 0 off the marks, so no zero comes from infinity.  Off the curves, in the
plane of x and y, all their zeros in z, over C, are simple and different; off the marks so are those of the curves in
y.  So near a point with x between marks the curves are y - η(x) = 0 for at most one analytic η, and by the theorem of
Abhyankar and Jung the zeros in z of the functions that are 0 there are series in a root of y - η(x), with coefficients
analytic in x, whose differences are monomials times units: nothing changes along x, up to units, nor do signs.  The
threshold at such a point is that of its section at x, and every section over an interval without marks shows the same.
(O. Zariski, Studies in equisingularity II, Amer. J. Math. 87, 1965: equisingular along a smooth discriminant.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sympy import Poly as Univariate
from sympy import Symbol

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import state as st
from rlct.certify.obligations import strata
from rlct.certify.obligations.isolation import isolated
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.real import univariate
from rlct.certify.obligations.state import State
from rlct.certify.obligations.value import INFINITE, Value, worst

Data = dict[str, Any]
Powers = Sequence[Sequence[int]]
NAME = "sections"
THETA = Symbol("t")


def sections(ledger: Ledger, s: State, end: Data) -> tuple[tuple[State, ...], Value]:
    """The states of lines in planes over marks, and of the sections at the samples; the value off these lines."""
    ledger.require(not ledger.over_c, NAME, "real coordinates")
    plain = not (s.small or s.dependent or s.equations or s.pending) and len(s.order) == 3
    ledger.require(plain, NAME, "three free variables and no others")
    x = ledger.variable(end["over"], s.order)
    y, z = (ledger.variable(name, set(s.order) - {x}) for name in end["along"])
    ledger.require(y != z, NAME, "three variables")
    functions, curves, marks = (_read(ledger, s, end[name]) for name in ("functions", "curves", "marks"))
    watched = [g for ob in s.objects for g in ob.gens]
    if end["watched"]:
        watched += [g for g in (*s.positive, *s.nonzero, *s.guards) if algebra.used(g) & {y, z}]
    _are_products(ledger, watched, functions, end["products"], "generators and conditions")
    _eliminated(ledger, functions, z, curves, end["meeting"], (x, y))
    _eliminated(ledger, curves, y, marks, end["turning"], (x, z))
    for f in curves:
        ledger.require(z not in algebra.used(f), NAME, "curves without z", ledger.show(f))
    for f in marks:
        ledger.require(algebra.used(f) == {x}, NAME, "marks in x alone", ledger.show(f))
    met = {ledger.pick(marks, plane["mark"], "mark") for plane in end["planes"]}
    ledger.require(len(met) == len(end["planes"]), NAME, "each plane once")
    for n, f in enumerate(marks):
        if n not in met:
            ledger.empty(s.stratum().and_(zero=(f,)), NAME, f"the mark {ledger.show(f)} may vanish")
    sides = [t for plane in end["planes"] for t in _plane(ledger, s, marks, curves, plane)]
    samples = [Fraction(a) for a in end["samples"]]
    _everywhere(ledger, s, x, marks, samples)
    between = [section(ledger, s, x, a, end["watched"]) for a in samples]
    simple = any(plane["simple"] for plane in end["planes"])
    return (*sides, *between), _simple(ledger, s, functions, z, end["products"]) if simple else INFINITE


def _plane(ledger: Ledger, s: State, marks: Sequence[Poly], curves: Sequence[Poly], plane: Data) -> list[State]:
    """The plane over a mark: its lines over points of curves, and the rest unless the mark is no curve itself."""
    f = marks[plane["mark"]]
    on = strata.zero_of(ledger, s, f, plane["zero"])
    lines = [ledger.read(on.order, line["by"]) for line in plane["lines"]]
    for q in lines:
        st.only_in(ledger, q, on.parameters, "a line in free and dependent variables")
    out = [strata.zero_of(ledger, on, q, line["zero"]) for q, line in zip(lines, plane["lines"], strict=True)]
    off = replace(on, nonzero=(*on.nonzero, *map(algebra.canonical, lines)))
    if not plane["simple"]:
        return [*out, off]
    ledger.require(f not in curves, NAME, "a mark that is no curve", ledger.show(f))
    for g in curves:
        here = strata.seen_there(ledger, s, g, plane["zero"])
        what = f"{ledger.show(g)} may vanish off the lines"
        ledger.empty(off.stratum().and_(zero=(here,)), NAME, what)
    return out


def _simple(ledger: Ledger, s: State, functions: Sequence[Poly], z: int, products: Sequence[Powers]) -> Value:
    """The value where at most one of the functions is zero, and that simply along z."""
    rows = iter(products)
    exponents = {i: (Fraction(0), Fraction(0)) for i, f in enumerate(functions) if z in algebra.used(f)}
    for ob in s.objects:
        powers: list[dict[int, int]] = [dict(map(_pair, next(rows))) for _ in ob.gens]
        for i, (k, h) in exponents.items():
            least = min(row.get(i, 0) for row in powers)
            exponents[i] = k + ob.E * least, h + ob.H * least
    out = [INFINITE]
    for k, h in exponents.values():
        ledger.require(h + 1 > 0, "integrable", "h + 1 > 0")
        if k > 0:
            out.append(Value((h + 1) / k, 1))
    return worst(out)


def _read(ledger: Ledger, s: State, data: Sequence[Any]) -> list[Poly]:
    return [algebra.canonical(ledger.read(s.order, f)) for f in data]


def _are_products(
    ledger: Ledger, polys: Sequence[Poly], factors: Sequence[Poly], data: Sequence[Powers], what: str
) -> None:
    """Each polynomial is, up to a number, the product of powers of these factors."""
    ledger.require(len(data) == len(polys), NAME, f"factors of all {what}")
    for f, row in zip(polys, data, strict=True):
        whole = algebra.product(ledger.ring, _powers(ledger, factors, row))
        ledger.require(bool(f) and algebra.same(whole, f), NAME, f"the factors of {what}", ledger.show(f))


def _pair(row: Sequence[int]) -> tuple[int, int]:
    n, e = row
    return n, e


def _powers(ledger: Ledger, factors: Sequence[Poly], row: Powers) -> list[tuple[Poly, int]]:
    return [(factors[ledger.pick(factors, i, "factor")], k) for i, k in row]


def _eliminated(
    ledger: Ledger, fs: Sequence[Poly], z: int, factors: Sequence[Poly], data: Sequence[Powers], base: Sequence[int]
) -> None:
    """Where the factors have no zero, all zeros in z of the polynomials are simple and different.

    The factors are those without z among the polynomials, the highest coefficients of linear ones, resultants with
    derivatives (in which the highest coefficient is a factor) and of pairs.  Highest coefficients involve the first
    variable of the base alone.
    """
    free = [f for f in fs if z not in algebra.used(f)]
    known = set(factors)
    for f in free:
        ledger.require(f in known, NAME, "what does not involve the variable among the factors", ledger.show(f))
    moving = [f for f in fs if z in algebra.used(f)]
    for f in moving:
        top = algebra.split_by_degree(f, z)[algebra.degree(f, z)]
        ledger.require(algebra.used(top) <= {base[0]}, NAME, "a highest coefficient in x alone", ledger.show(f))
    linear = [f for f in moving if algebra.degree(f, z) == 1]
    pairs: list[tuple[Poly, Poly]] = []
    for n, f in enumerate(moving):
        if algebra.degree(f, z) > 1:
            pairs.append((f, algebra.derivative(f, z)))
        pairs += [(f, g) for g in moving[:n]]
    ledger.require(len(data) == len(linear) + len(pairs), NAME, "factors for all functions and pairs")
    tops = [algebra.split_by_degree(f, z)[1] for f in linear]
    _are_products(ledger, tops, factors, data[: len(linear)], "highest coefficients")
    for (f, g), row in zip(pairs, data[len(linear) :], strict=True):
        fine = ledger.is_resultant(_powers(ledger, factors, row), f, g, z, base)
        ledger.require(fine, NAME, "the factors of a resultant", ledger.show(f))


def _everywhere(ledger: Ledger, s: State, x: int, marks: Sequence[Poly], samples: Sequence[Fraction]) -> None:
    """A sample in every interval between marks in which the conditions on x alone hold; all fulfil them."""
    above = [univariate(f, x) for f in s.positive if algebra.used(f) == {x}]
    off = [univariate(f, x) for f in (*s.nonzero, *s.guards) if algebra.used(f) == {x}]
    for a in samples:
        fine = all(_value(f, a) > 0 for f in above) and all(_value(f, a) for f in off)
        ledger.require(fine, NAME, "samples where the conditions hold", str(a))
    whole = Univariate(1, above[0].gen if above else THETA, domain="ZZ")
    for f in (*(univariate(f, x) for f in marks), *above):
        whole = whole * f
    coefficients = [int(c) for c in whole.sqf_part().all_coeffs()]
    roots = isolated(coefficients) if len(coefficients) > 1 else []
    ledger.require(all(_value(whole, a) for a in samples), NAME, "samples off the marks")
    met = {len(isolated(coefficients, None, a)) if roots else 0 for a in samples}
    for n in range(len(roots) + 1):
        lo, hi = roots[n - 1][1] if n else None, roots[n][0] if n < len(roots) else None
        inside = (Fraction(0) if hi is None else hi - 1) if lo is None else lo + 1 if hi is None else (lo + hi) / 2
        if n not in met:
            fails = any(_value(f, inside) < 0 for f in above)
            ledger.require(fails, NAME, "a sample between any two marks", f"{lo}, {hi}")


def _value(f: Univariate, a: Fraction) -> Fraction:
    total = Fraction(0)
    for c in f.all_coeffs():
        total = total * a + int(c)
    return total


def section(ledger: Ledger, s: State, x: int, a: Fraction, watched: bool) -> State:
    """The state at x = a; if conditions are not watched, all of its plane."""
    at = {x: a}
    if not watched:
        s = replace(s, nonzero=(), guards=(), positive=(), exact=False)
    objects = []
    for ob in s.objects:
        kept = [
            (g, sd) for g, sd in ((algebra.at_numbers(g, at), sd) for g, sd in zip(ob.gens, ob.sd, strict=True)) if g
        ]
        ledger.require(bool(kept), NAME, "objects that are not 0 on a section")
        if not any(algebra.is_constant(g) for g, _ in kept):
            gens, sds = zip(*((algebra.canonical(g), sd) for g, sd in kept), strict=True)
            objects.append(replace(ob, gens=gens, sd=sds))
    return replace(
        s,
        order=tuple(i for i in s.order if i != x),
        objects=tuple(objects),
        nonzero=tuple(algebra.canonical(algebra.at_numbers(f, at)) for f in s.nonzero),
        guards=tuple(algebra.canonical(algebra.at_numbers(f, at)) for f in s.guards),
        positive=tuple(algebra.primitive(algebra.at_numbers(f, at)) for f in s.positive),
    )

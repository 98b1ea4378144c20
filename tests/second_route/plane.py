"""Thresholds in one and two variables by blowing up points: a second route, for tests.

The classical embedded resolution of plane curves and ideals: blow up every real point at which the total transform
is no normal crossing, over the number field of the point, and read ``(H + 1) / K`` off every exceptional curve and
every component.  No Newton polyhedra, no weights, no strata, no pruning.  Walls are curves whose sign is followed
through the charts, so that at the end each quadrant of a crossing is known to lie in the region or not.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import flint
import sympy

from tests.second_route.number_fields import Element, Field, Root, Univariate, gcd, real_roots

CTX = flint.fmpq_mpoly_ctx.get(["t", "u", "v"], "lex")
T, U, V = CTX.gens()
Value = tuple[Fraction | None, int]
Coordinate = Fraction | int | str | tuple[Sequence[int], int]
"""A rational, or (coefficients from the constant one upwards, number of the real root from below)."""
NOTHING: Value = (None, 0)
DEEPEST = 400


@dataclass(frozen=True)
class Exponents:
    """What a curve carries: exponents in |K|, in the measure, and in each wall."""

    k: Fraction
    h: Fraction
    walls: tuple[int, ...]

    def times(self, n: int) -> Exponents:
        """The exponents of the n-th power."""
        return Exponents(self.k * n, self.h * n, tuple(n * w for w in self.walls))

    def plus(self, other: Exponents, more: int = 0) -> Exponents:
        """The exponents of a product; `more` for the Jacobian."""
        return Exponents(
            self.k + other.k, self.h + other.h + more, tuple(a + b for a, b in zip(self.walls, other.walls))
        )


@dataclass(frozen=True)
class Point:
    """A real point (all conjugates of it) of some blow-up, moved to u = v = 0.

    Parameters
    ----------
    field : where the coefficients live (in t).
    u, v : exponents of the exceptional curves u = 0, v = 0 where these are curves of interest.
    curves : polynomials in t, u, v, reduced and coprime over Q at the start.
    ideal : generators without common factor; empty where the ideal is principal.
    power : exponent of the ideal in |K|.
    constants : what the walls have left as a value at the point.
    """

    field: Field
    u: Exponents | None
    v: Exponents | None
    curves: tuple[tuple[Any, Exponents], ...]
    ideal: tuple[Any, ...]
    power: Fraction
    constants: tuple[Element, ...]


def better(a: Value, b: Value) -> Value:
    """The worse of two thresholds in the sense of integrals: smaller λ, then larger m."""
    if a[0] is None or b[0] is None:
        return b if a[0] is None else a
    return min(a, b, key=lambda x: (x[0], -x[1]))


# ---------------------------------------------------------------- polynomials over the field
def _grouped(f: Any) -> dict[tuple[int, int], Element]:
    """Coefficients by the exponents of u and v."""
    out: dict[tuple[int, int], dict[int, Any]] = {}
    for (a, i, j), c in f.to_dict().items():
        out.setdefault((int(i), int(j)), {})[int(a)] = c
    return {e: flint.fmpq_poly([c.get(a, 0) for a in range(max(c) + 1)]) for e, c in out.items()}


def _at_zero(f: Any) -> Element:
    return _grouped(f).get((0, 0), flint.fmpq_poly([0]))


def _order(f: Any) -> int:
    return min((int(i) + int(j) for _, i, j in f.monoms()), default=0)


def _initial(f: Any, n: int) -> Univariate:
    """The form of degree n at (1, v)."""
    g = _grouped(f)
    return [g.get((n - j, j), flint.fmpq_poly([0])) for j in range(n + 1)]


def _element(e: Element) -> Any:
    return sum((T**i * c for i, c in enumerate(e.coeffs())), CTX.constant(0))


def _reduced(f: Any, field: Field) -> Any:
    if len(field.q) == 2:
        return f
    return divmod(f, _element(field.modulus))[1]


def _shifted(f: Any, index: int, by: Element, field: Field) -> Any:
    """f with u (index 1) or v (index 2) replaced by itself + an element; Horner, so that t stays reduced."""
    if not by.coeffs():
        return f
    columns: dict[int, dict[tuple[int, ...], Any]] = {}
    for e, c in f.to_dict().items():
        j = int(e[index])
        columns.setdefault(j, {})[tuple(0 if k == index else int(x) for k, x in enumerate(e))] = c
    line, out = (U, V)[index - 1] + _element(by), CTX.constant(0)
    for j in range(max(columns, default=0), -1, -1):
        out = _reduced(out * line, field)
        if j in columns:
            out += CTX.from_dict(columns[j])
    return out


def _multiply(a: Univariate, b: Univariate, field: Field) -> Univariate:
    out = [flint.fmpq_poly([0])] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            out[i + j] = field.reduce(out[i + j] + x * y)
    return out


# ---------------------------------------------------------------- one step
def settled(p: Point) -> Point:
    """Forget what does not pass through the point; keep its sign."""
    curves, constants = [], list(p.constants)
    for f, e in p.curves:
        value = _at_zero(f)
        if value.coeffs():
            constants = [p.field.reduce(c * value) if w % 2 else c for c, w in zip(constants, e.walls)]
        elif e.k or e.h or any(w % 2 for w in e.walls):
            curves.append((f, e))
    ideal = () if any(_at_zero(g).coeffs() for g in p.ideal) else p.ideal
    return replace(p, curves=tuple(curves), ideal=ideal, constants=tuple(constants))


def crossing(p: Point) -> list[Exponents] | None:
    """The curves through a settled point when they cross normally and the ideal is trivial there, else None."""
    if p.ideal:
        return None
    lines: list[tuple[Element, Element]] = []
    zero, one = flint.fmpq_poly([0]), flint.fmpq_poly([1])
    found = []
    for side, line in ((p.u, (one, zero)), (p.v, (zero, one))):
        if side is not None:
            lines.append(line)
            found.append(side)
    for f, e in p.curves:
        g = _grouped(f)
        lines.append((g.get((1, 0), zero), g.get((0, 1), zero)))
        found.append(e)
    if len(lines) > 2 or any(not a.coeffs() and not b.coeffs() for a, b in lines):
        return None
    if len(lines) == 2:
        (a, b), (c, d) = lines
        if not p.field.reduce(a * d - b * c).coeffs():
            return None
    return found


def leaf(p: Point, curves: list[Exponents]) -> Value:
    """The worst pole at a normal crossing: its curves, if some quadrant belongs to the region."""
    for place in p.field.places:
        base = [p.field.sign(c, place) for c in p.constants]
        for signs in itertools.product((1, -1), repeat=len(curves)):
            if all(
                b * _product(s for s, e in zip(signs, curves) if e.walls[i] % 2) > 0 for i, b in enumerate(base)
            ):
                return _poles(curves)
    return NOTHING


def _product(signs: Any) -> int:
    out = 1
    for s in signs:
        out *= s
    return out


def _poles(curves: list[Exponents]) -> Value:
    if any(e.h <= -1 for e in curves):
        raise ValueError("the prior is not integrable")
    ratios = [(e.h + 1) / e.k for e in curves if e.k > 0]
    return (min(ratios), ratios.count(min(ratios))) if ratios else NOTHING


def blown_up(p: Point) -> list[Point]:
    """The points of the exceptional curve that matter: all special ones, and its two coordinate points."""
    nothing = Exponents(Fraction(0), Fraction(0), (0,) * len(p.constants))
    new = (p.u or nothing).plus(p.v or nothing, 1)
    orders = [_order(f) for f, _ in p.curves]
    for (_, e), n in zip(p.curves, orders):
        new = new.plus(e.times(n))
    n_ideal = min((_order(g) for g in p.ideal), default=0)
    new = replace(new, k=new.k + p.power * n_ideal)

    directions: Univariate = [flint.fmpq_poly([1])]
    for (f, _), n in zip(p.curves, orders):
        directions = _multiply(directions, _initial(f, n), p.field)
    if p.ideal:
        common: Univariate = []
        for g in p.ideal:
            common = gcd(p.field, common, _initial(g, n_ideal))
        directions = _multiply(directions, common, p.field)
    while directions and not directions[0].coeffs():  # the direction v = 0 is always taken
        directions = directions[1:]

    def child(u: Any, v: Any, by: Any, left: Exponents | None, right: Exponents | None) -> Point:
        def go(f: Any, n: int) -> Any:
            q, r = divmod(f.compose(T, u, v), by**n)
            assert r == 0
            return q

        return replace(
            p,
            u=left,
            v=right,
            curves=tuple((go(f, n), e) for (f, e), n in zip(p.curves, orders)),
            ideal=tuple(go(g, n_ideal) for g in p.ideal),
        )

    along = child(U, U * V, U, new, p.v)
    across = child(U * V, V, V, p.u, new)
    return [along, across, *(_turned(along, r) for r in real_roots(p.field, directions))]


def _turned(p: Point, r: Root) -> Point:
    """The point (0, c) of a chart, c not 0, moved to the origin."""
    constants = []
    for i, c in enumerate(p.constants):
        moved = _compose(c, r)
        if p.v is not None and p.v.walls[i] % 2:
            moved = r.field.reduce(moved * r.value)
        constants.append(moved)

    def go(f: Any) -> Any:
        f = f if len(p.field.q) == 2 else _over(f, r)
        return _shifted(f, 2, r.value, r.field)

    return replace(
        p,
        field=r.field,
        v=None,
        curves=tuple((go(f), e) for f, e in p.curves),
        ideal=tuple(map(go, p.ideal)),
        constants=tuple(constants),
    )


def _over(f: Any, r: Root) -> Any:
    """f with its coefficients in an extension."""
    out = CTX.constant(0)
    for (i, j), c in _grouped(f).items():
        out += _element(_compose(c, r)) * U**i * V**j
    return out


def resolve(p: Point) -> Value:
    """The threshold at a point."""
    worst = NOTHING
    todo = [(p, 0)]
    while todo:
        p, depth = todo.pop()
        if depth > DEEPEST:
            raise RecursionError("too many blow-ups")
        p = settled(p)
        curves = crossing(p)
        if curves is not None:
            worst = better(worst, leaf(p, curves))
        else:
            todo += [(q, depth + 1) for q in blown_up(p)]
    return worst


# ---------------------------------------------------------------- the question
def polynomial(text: str, names: Sequence[str]) -> Any:
    """A polynomial in u, v from text in the given one or two names (our own texts: numbers, names, + - * / ^ and
    brackets)."""
    if set(re.findall(r"[A-Za-z_]\w*", text)) - set(names) or not re.fullmatch(r"[\w\s+*/^().-]*", text):
        raise ValueError(f"not a polynomial in {names}: {text}")
    code = re.sub(r"(?<![\w*])(\d+)", r"Q(\1)", text.replace("**", "^").replace("^", "**"))
    out = eval(code, {"__builtins__": {}, "Q": flint.fmpq}, dict(zip(names, (U, V))))
    return out if hasattr(out, "to_dict") else CTX.constant(out)


def factors(f: Any) -> tuple[Any, list[tuple[Any, int]]]:
    """Constant and irreducible factors over Q."""
    try:
        c, fs = f.factor()
        return c, [(g, int(e)) for g, e in fs]
    except OverflowError:  # python-flint sorts the factors by machine integers
        x, y = sympy.symbols("x y")
        terms = {(int(i), int(j)): sympy.Rational(int(c.p), int(c.q)) for (_, i, j), c in f.to_dict().items()}
        c, fs = sympy.Poly(terms, x, y, domain="QQ").factor_list()
        made = [
            (CTX.from_dict({(0, *e): flint.fmpq(int(a.p), int(a.q)) for e, a in g.terms()}), int(m)) for g, m in fs
        ]
        return flint.fmpq(int(c.p), int(c.q)), made


def start(
    functions: str | Sequence[str],
    variables: Sequence[str] = ("x", "y"),
    *,
    mode: str = "K",
    walls: Sequence[str] = (),
    prior: Sequence[tuple[str, Fraction | int]] = (),
) -> Point:
    """The problem in the coordinates of its variables, not yet at a point.

    Parameters
    ----------
    functions : one text (modes K and abs: the threshold of ∫|f|^z) or several (mode ideal: of ∫(Σ f²)^z).
    variables : one or two names.
    walls : polynomials that are >= 0 in the region.
    prior : polynomials with exponents, absolute values understood.
    """
    texts = [functions] if isinstance(functions, str) else list(functions)
    if mode in ("K", "abs") and len(texts) != 1:
        raise ValueError("one function")
    gens = [g for g in (polynomial(f, variables) for f in texts) if g != 0]
    if not gens:
        raise ValueError("the zero function")
    power = Fraction(2 if mode == "ideal" else 1)
    common = gens[0]
    for g in gens[1:]:
        common = common.gcd(g)
    rest = tuple(divmod(g, common)[0] for g in gens)
    none = (0,) * len(walls)
    table: dict[Any, Exponents] = {}
    polys: list[Any] = []

    def put(f: Any, e: Exponents) -> None:
        for i, g in enumerate(polys):
            if g == f or g == -f:
                table[i] = table[i].plus(e)
                return
        table[len(polys)] = e
        polys.append(f)

    for f, m in factors(common)[1]:
        put(_monic(f), Exponents(power * m, Fraction(0), none))
    for text, exponent in prior:
        for f, m in factors(polynomial(text, variables))[1]:
            put(_monic(f), Exponents(Fraction(0), Fraction(exponent) * m, none))
    constants = []
    for i, text in enumerate(walls):
        w = polynomial(text, variables)
        left = w
        for f, m in factors(w)[1]:
            f = _monic(f)
            put(f, Exponents(Fraction(0), Fraction(0), tuple(m * (i == j) for j in range(len(walls)))))
            left = divmod(left, f**m)[0]
        constants.append(_at_zero(left))
    ideal = () if any(g.total_degree() == 0 for g in rest) else rest
    return Point(Field(), None, None, tuple((f, table[i]) for i, f in enumerate(polys)), ideal, power, tuple(constants))


def _monic(f: Any) -> Any:
    return f / f.leading_coefficient()


def moved(p: Point, at: Sequence[Coordinate]) -> Point:
    """The problem at a point of the plane; (u, v) = 0 is the point."""
    field = Field()
    values: list[Element] = []
    for c in [*at, *[0] * (2 - len(at))]:
        if isinstance(c, tuple):
            r = _single(field, c)
            values = [_compose(e, r) for e in values]
            field = r.field
            values.append(r.value)
        else:
            q = Fraction(c)
            values.append(flint.fmpq_poly([flint.fmpq(q.numerator, q.denominator)]))
    return at_values(p, field, values[0], values[1])


def at_values(p: Point, field: Field, a: Element, b: Element) -> Point:
    """The problem at a point with coordinates in a field."""

    def go(f: Any) -> Any:
        return _shifted(_shifted(f, 1, a, field), 2, b, field)

    return replace(p, field=field, curves=tuple((go(f), e) for f, e in p.curves), ideal=tuple(map(go, p.ideal)))


def _compose(e: Element, r: Root) -> Element:
    """An element of the old field in the new one (Horner)."""
    out = flint.fmpq_poly([0])
    for a in reversed(e.coeffs()):
        out = r.field.reduce(out * r.t) + a
    return out


def _single(field: Field, c: tuple[Sequence[int], int]) -> Root:
    """One real root of a rational polynomial in an extension of a field with one place."""
    coefficients, number = c
    whole = real_roots(Field(), [flint.fmpq_poly([x]) for x in coefficients])
    balls = sorted(
        (float(r.field.ball(r.value, place, 200).mid()), i, place)
        for i, r in enumerate(whole)
        for place in r.field.places
    )
    value, i, place = balls[number]
    q = whole[i]
    if field.q == (0, 1):
        return Root(Field(q.field.q, (place,)), q.t, q.value)
    near = []
    for r in real_roots(field, [flint.fmpq_poly([x]) for x in coefficients]):
        for there in r.field.places:
            if abs(float(r.field.ball(r.value, there, 200).mid()) - value) < 1e-9:
                near.append(Root(Field(r.field.q, (there,)), r.t, r.value))
    if len(near) != 1:
        raise ArithmeticError("roots too close")
    return near[0]


def threshold(
    functions: str | Sequence[str],
    variables: Sequence[str] = ("x", "y"),
    *,
    mode: str = "K",
    at: Sequence[Coordinate] = (0, 0),
    walls: Sequence[str] = (),
    prior: Sequence[tuple[str, Fraction | int]] = (),
) -> Value:
    """(λ, m) at a point; λ is None where the functions do not vanish.

    >>> threshold("y^2 - x^3", mode="abs")
    (Fraction(5, 6), 1)
    >>> threshold(["x", "y"], mode="ideal")
    (Fraction(1, 1), 1)
    >>> threshold("(x + y)^2", walls=["x", "y"])
    (Fraction(1, 1), 1)
    """
    return resolve(moved(start(functions, variables, mode=mode, walls=walls, prior=prior), at))

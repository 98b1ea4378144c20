"""From the claim to the states of the root cells (format page, "The root")."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from math import prod
from typing import Any

from sympy import Poly as Univariate
from sympy import Rational, Symbol

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import brackets, contraction, realification, semidefinite
from rlct.certify.obligations.ledger import Conditions, Ledger
from rlct.certify.obligations.state import Object, Small, State, vanishes

Data = dict[str, Any]
Image = Callable[[Poly], Poly]
Factors = list[tuple[Poly, int]]


def names(data: Data) -> tuple[str, ...]:
    """All variables of the certificate in the order of the format page: claim, `x@`, complex ones, étale names."""
    claim = data["claim"]
    out = list(claim["variables"])
    for v, p in zip(claim["variables"], claim["at"] or (), strict=False):
        if isinstance(p, dict):
            out.append(f"{v}@")
    if (found := data["root"].get("complex")) is not None:
        out += [*(name for name, _, _ in found["coordinates"]), found["unit"]]
    ends = [node["end"] for node in data["nodes"]]
    cuts = [e["zero"] for e in ends if e["end"] == "split"]
    cuts += [plane["zero"] for e in ends if e["end"] == "sections" for plane in e["planes"]]
    etale = {cut["name"] for cut in cuts if cut is not None and "name" in cut}
    etale |= {step["name"] for node in data["nodes"] for step in node["steps"] if step["op"] == "implicit"}
    return (*out, *sorted(etale - set(out)))


WIDE = {"up": ("in", "hi"), "any": ("in", "lo", "hi")}  # codes that stand for several cells


def cells(ledger: Ledger, data: Data) -> list[State]:
    """The start states of the root cells, in order, with everything that has to be proved about the claim itself."""
    claim, root = data["claim"], data["root"]
    n = len(claim["variables"])
    ledger.require(len(set(ledger.names)) == len(ledger.names), "claim", "variables with different names")
    order = tuple(range(n))
    for field in ("at", "box"):
        ledger.require(claim[field] is None or len(claim[field]) == n, "claim", f"{n} entries in {field}")
    _coordinates(ledger, claim)
    brackets.read(ledger, claim, lambda p, i: _algebraic(ledger, p, i))
    _inner(ledger, claim)
    box = [(_number(lo), _number(hi)) for lo, hi in claim["box"] or [(None, None)] * n]
    for lo, hi in box:
        ledger.require(lo is None or hi is None or lo < hi, "claim", "a box with interior")
    codes = [c for c, _ in root["cells"]]
    if ledger.over_c:
        ledger.require(codes == ["at"] and root["semidefinite"] is None, "root cells", "one cell, no signs")
        return [_over_c(ledger, data, box)]
    if claim["at"] is not None:
        local = len(codes) == 1 and isinstance(codes[0], dict)
        ledger.require(local or codes == ["at"], "root cells", "one cell")
        base, image = _at_local(ledger, claim, box, codes[0]["local"]) if local else _at_point(ledger, claim, box)
        found = [_start(ledger, data, base, image)]
    else:
        ledger.require(all(isinstance(c, list) for c in codes), "root cells", "cells of the box")
        options = [[c for c, x in zip(("in", "lo", "hi"), (0, lo, hi), strict=True) if x is not None] for lo, hi in box]
        shrunk = contraction.read(ledger, data, box) if "contraction" in root else {}
        options = [[shrunk[i]] if i in shrunk else option for i, option in enumerate(options)]
        given = {tuple(c) for c in codes}
        number = prod(map(len, options))
        everything = all(len(c) == len(options) for c in given) and _covers(list(given), options)
        ledger.require(everything and len(codes) == len(given), "root cells", f"all {number} cells once")
        for code in given:
            wide = [x in WIDE and i not in shrunk for i, x in enumerate(code)]
            fine = all(w or x in option for w, x, option in zip(wide, code, options, strict=True))
            ledger.require(fine, "root cells", "cells of the box", ", ".join(code))
        found = []
        for code in codes:
            base, image = _box_cell(ledger, box, code)
            waiting = (algebra.primitive(image(ledger.read(range(n), c))) for c in claim["constraints"])
            found.append(_start(ledger, data, replace(base, pending=tuple(enumerate(waiting))), image))
    if root["semidefinite"] is not None:
        _semidefinite(ledger, data, box, order)
    return found


def _coordinates(ledger: Ledger, claim: Data) -> None:
    """The functions may be stated in other coordinates: `var + rest/k` becomes var, one change after the other.

    Such changes are polynomial with polynomial inverses and constant Jacobian, so they keep λ and m at a point.
    Bounds are those of coordinates that stay; other boundaries are stated in the new ones.
    """
    changes = claim.get("coordinates", [])
    if not changes:
        return
    ledger.require(claim["at"] is not None, "coordinates", "changed only at a point")
    n = len(claim["variables"])
    for v, k, rest in changes:
        i = ledger.variable(v, range(n))
        free = claim["box"] is None or claim["box"][i] == [None, None]
        ledger.require(free, "coordinates", "no bounds of a coordinate that is changed", v)
        fine = k != 0 and i not in algebra.used(ledger.read(range(n), rest))
        ledger.require(fine, "coordinates", "a change var + rest/k, without var in the rest, k not 0", v)


def _inner(ledger: Ledger, claim: Data) -> None:
    """A variable of a box may stand for q(x), where q has no critical point between the bounds of x."""
    found = claim.get("inner", [])
    if not found:
        return
    free = claim["at"] is None and not claim["constraints"] and claim["box"] is not None
    ledger.require(free, "inner functions", "of the variables of a box")
    names = [v for v, _, _ in found]
    ledger.require(len(set(names)) == len(names), "inner functions", "one for a variable")
    for v, coefficients, (low, high) in found:
        i = ledger.variable(v, range(len(claim["variables"])))
        q = Univariate(list(reversed(coefficients)), Symbol("t"), domain="ZZ")
        lo, hi = _number(low), _number(high)
        fine = coefficients[-1] != 0 and (lo is None or hi is None or lo < hi)
        ledger.require(fine, "inner functions", "a polynomial and an interval", v)
        slope = q.diff()
        ends = [None if x is None else Rational(x.numerator, x.denominator) for x in (lo, hi)]
        ledger.require(slope.count_roots(*ends) == 0, "inner functions", "no critical point", v)
        some = next((x for x in ends if x is not None), Rational(0))
        values = [None if x is None else Fraction(*q.eval(x).as_numer_denom()) for x in ends]
        expected = values if slope.eval(some) > 0 else values[::-1]
        ledger.require([_number(x) for x in claim["box"][i]] == expected, "inner functions", "the interval of q", v)


def _number(x: str | None) -> Fraction | None:
    return None if x is None else Fraction(x)


def _shift(ring: algebra.Ring, f: Poly, i: int, p: Fraction, sign: int = 1) -> Poly:
    """A positive constant times f(x_i = p ± x_i)."""
    if p == 0 and sign == 1:
        return f
    num = algebra.constant(ring, p.numerator) + algebra.gen(ring, i) * (sign * p.denominator)
    return algebra.replace_by_ratio(f, i, num, algebra.constant(ring, p.denominator))


def _linear(ring: algebra.Ring, i: int, slope: int, shift: Fraction) -> Poly:
    """A positive constant times slope·x_i + shift."""
    return algebra.gen(ring, i) * (slope * shift.denominator) + algebra.constant(ring, shift.numerator)


# ---------------------------------------------------------------- cells
def _covers(codes: Sequence[Sequence[str]], options: Sequence[Sequence[str]]) -> bool:
    """Does every choice of one option for each variable belong to one of the codes?  (Without listing all choices.)"""
    if any(all(set(o) <= set(WIDE.get(x, (x,))) for x, o in zip(c, options, strict=True)) for c in codes):
        return True
    return bool(codes) and all(
        _covers([c[1:] for c in codes if o in WIDE.get(c[0], (c[0],))], options[1:]) for o in options[0]
    )


def _at_point(ledger: Ledger, claim: Data, box: Sequence[Any]) -> tuple[State, Image]:
    ring, n = ledger.ring, len(box)
    small: dict[int, Small] = {}
    moves: list[tuple[int, Fraction | Poly, int]] = []
    order, dependent = list(range(n)), list[int]()
    relations, positive = list[Poly](), list[Poly]()
    for i, (p, (lo, hi)) in enumerate(zip(claim["at"], box, strict=True)):
        small[i] = Small()
        if isinstance(p, dict):
            t = n + len(dependent)
            relation, bounds = _algebraic(ledger, p, t)
            relations.append(relation)
            positive += bounds
            dependent.append(t)
            order.append(t)
            moves.append((i, algebra.gen(ring, t) + algebra.gen(ring, i), 1))
            for c in _walls(ring, t, (lo, hi)):
                outside = Conditions((relation,), (), (*bounds, -c))
                ledger.empty(outside, "point in the region", "the point lies outside the box")
                ledger.empty(
                    Conditions((relation, c), (), tuple(bounds)), "point in the region", "the point lies on the box"
                )
            continue
        x = Fraction(p)
        inside = (lo is None or lo <= x) and (hi is None or x <= hi)
        ledger.require(inside, "point in the region", f"{ledger.names[i]} in its bounds", p)
        if x in (lo, hi):
            small[i] = Small(wall=True)
        moves.append((i, x, -1 if x == hi else 1))

    def image(f: Poly) -> Poly:
        for i, p, sign in moves:
            if isinstance(p, Fraction):
                f = _shift(ring, f, i, p, sign)
            else:
                f = algebra.replace_by_ratio(f, i, p, ring.one)
        return f

    base = State(tuple(order), small, tuple(dependent), tuple(relations), positive=tuple(positive))
    return _constrained(ledger, claim, base, image), image


def _over_c(ledger: Ledger, data: Data, box: Sequence[Any]) -> State:
    """The state in complex coordinates around a rational point inside the region."""
    claim, found = data["claim"], data["root"]["complex"]
    _form(ledger, data)
    image = _inner_point(ledger, claim, box)
    n = len(claim["variables"])
    prior = [(image(ledger.read(range(n), p)), Fraction(e)) for p, e in claim["prior"]]
    if data["root"]["form"] != "product":
        return realification.of_generators(ledger, found, n, generators(ledger, data, image), prior)
    sign, fs = factors_of(ledger, claim["functions"][0], n)
    ledger.require(sign != 0, "function", "a function that is not 0")
    return realification.of_product(ledger, found, n, [(image(f), e) for f, e in fs], prior)


def _inner_point(ledger: Ledger, claim: Data, box: Sequence[Any]) -> Image:
    """A rational point inside the region, moved to 0."""
    at = claim["at"]
    ledger.require(at is not None and all(isinstance(p, str) for p in at), "claim", "a rational point")
    base, image = _at_point(ledger, claim, box)
    inner = not base.pending and not any(v.wall for v in base.small.values())
    ledger.require(inner, "point in the region", "a point inside")
    return image


def _constrained(ledger: Ledger, claim: Data, base: State, image: Image) -> State:
    """The constraints: those that vanish at the point wait, the others hold near it."""
    pending = []
    for c_number, data in enumerate(claim["constraints"]):
        c = algebra.primitive(image(ledger.read(range(len(claim["variables"])), data)))
        at = base.at_zero(c)
        outside = base.stratum().and_(positive=(-at,))
        ledger.empty(outside, "point in the region", f"constraint {c_number} is violated")
        if vanishes(ledger, base, c):
            pending.append((c_number, c))
            continue
        ledger.empty(base.stratum().and_(zero=(at,)), "constraint away from the point", f"constraint {c_number}")
    return replace(base, pending=tuple(pending))


def _at_local(ledger: Ledger, claim: Data, box: Sequence[Any], coordinates: Sequence[Any]) -> tuple[State, Image]:
    """Each irrational coordinate v stays and depends on the small variable v@ = g: g vanishes at the point and has no
    critical point there, so the small variables are coordinates around it."""
    ring, n = ledger.ring, len(box)
    small: dict[int, Small] = {}
    moves: list[tuple[int, Fraction, int]] = []
    defining: dict[int, Poly] = {}
    near: dict[int, list[Poly]] = {}
    for i, (p, (lo, hi)) in enumerate(zip(claim["at"], box, strict=True)):
        if isinstance(p, dict):
            relation, bounds = _algebraic(ledger, p, i)
            defining[i] = relation
            near[i] = bounds
            for c in _walls(ring, i, (lo, hi)):
                outside = Conditions((relation,), (), (*bounds, -c))
                ledger.empty(outside, "point in the region", "the point lies outside the box")
                on = Conditions((relation, c), (), tuple(bounds))
                ledger.empty(on, "point in the region", "the point lies on the box")
            continue
        x = Fraction(p)
        inside = (lo is None or lo <= x) and (hi is None or x <= hi)
        ledger.require(inside, "point in the region", f"{ledger.names[i]} in its bounds", p)
        small[i] = Small(wall=x in (lo, hi))
        moves.append((i, x, -1 if x == hi else 1))
    extra = {i: n + place for place, i in enumerate(defining)}
    small |= {w: Small() for w in extra.values()}
    equations: dict[int, Poly] = {}
    for name, data in coordinates:
        i = ledger.variable(name, extra.keys() - equations.keys())
        equations[i] = ledger.read(range(n), data)
        known = algebra.used(equations[i]) <= set(equations)
        ledger.require(known, "local coordinates", "variables that come earlier", ledger.show(equations[i]))
    ledger.require(len(equations) == len(extra), "local coordinates", "one for each irrational coordinate")
    point = Conditions(tuple(defining.values()), (), tuple(f for fs in near.values() for f in fs))
    determined = {i for i, g in equations.items() if algebra.is_constant(algebra.derivative(g, i))}
    positive = [f for i, fs in near.items() if i not in determined for f in fs]
    stratum = Conditions(tuple(equations.values()), (), tuple(positive))
    for i, g in equations.items():
        if algebra.same(g, defining[i]):
            continue  # irreducible: no double root
        ledger.empty(point.and_(nonzero=(g,)), "local coordinates", "no zero at the point")
        ledger.empty(stratum.and_(nonzero=(defining[i],)), "local coordinates", "another point")
        ledger.empty(stratum.and_(zero=(algebra.derivative(g, i),)), "local coordinates", "a critical point")
    relations = tuple(algebra.canonical(g - algebra.gen(ring, extra[i])) for i, g in equations.items())

    def image(f: Poly) -> Poly:
        for i, x, sign in moves:
            f = _shift(ring, f, i, x, sign)
        return f

    order = (*range(n), *extra.values())
    base = State(order, small, tuple(equations), relations, positive=tuple(positive))
    return _constrained(ledger, claim, base, image), image


def _walls(ring: algebra.Ring, i: int, bounds: tuple[Fraction | None, Fraction | None]) -> Iterator[Poly]:
    lo, hi = bounds
    if lo is not None:
        yield _linear(ring, i, 1, -lo)
    if hi is not None:
        yield _linear(ring, i, -1, hi)


def _algebraic(ledger: Ledger, p: Data, t: int) -> tuple[Poly, list[Poly]]:
    """The relation and the bounds of a real algebraic number."""
    f = Univariate([int(c) for c in reversed(p["root"])], Symbol("t"), domain="ZZ")
    lo, hi = Fraction(p["lo"]), Fraction(p["hi"])
    fine = f.degree() == len(p["root"]) - 1 >= 2 and f.is_irreducible and lo < hi
    # irreducible of degree >= 2: no rational roots, so open and closed intervals count the same
    count = f.count_roots(Rational(lo.numerator, lo.denominator), Rational(hi.numerator, hi.denominator)) if fine else 0
    ledger.require(count == 1, "algebraic number", "the only root of an irreducible polynomial in the interval")
    x = algebra.gen(ledger.ring, t)
    relation = ledger.ring.zero
    for c in reversed(p["root"]):
        relation = relation * x + algebra.constant(ledger.ring, c)
    return algebra.canonical(relation), list(_walls(ledger.ring, t, (lo, hi)))


def _box_cell(ledger: Ledger, box: Sequence[Any], codes: Sequence[str]) -> tuple[State, Image]:
    ring = ledger.ring
    small: dict[int, Small] = {}
    positive: list[Poly] = []
    moves: list[tuple[int, Fraction, int]] = []
    for i, (code, (lo, hi)) in enumerate(zip(codes, box, strict=True)):
        if code == "zero":
            small[i] = Small()
            continue
        if code in ("in", *WIDE):
            positive += _walls(ring, i, (lo if code != "any" else None, hi if code == "in" else None))
            continue
        small[i] = Small(wall=True)
        moves.append((i, lo if code == "lo" else hi, 1 if code == "lo" else -1))

    def image(f: Poly) -> Poly:
        for i, p, sign in moves:
            f = _shift(ring, f, i, p, sign)
        return f

    # beyond an end that was left out there are more points: only lower bounds hold
    state = State(
        tuple(range(len(box))),
        small,
        positive=tuple(algebra.primitive(f) for f in positive),
        exact=not set(codes) & set(WIDE),
    )
    return state, image


# ---------------------------------------------------------------- functions
def factors_of(ledger: Ledger, expr: Sequence[Any], n: int) -> tuple[int, Factors]:
    """(sign, factors) of an EXPR: as written when it is one product, else expanded."""
    if len(expr) == 1:
        coef, fs = expr[0]
        return _sign(Fraction(coef)), [(ledger.read(range(n), p), e) for p, e in fs]
    return 1, [(expand(ledger, expr, n), 1)]


def expand(ledger: Ledger, expr: Sequence[Any], n: int) -> Poly:
    """A positive constant times the EXPR as one polynomial."""
    common = 1
    for coef, _ in expr:
        common *= Fraction(coef).denominator
    total = ledger.ring.zero
    for coef, fs in expr:
        term = algebra.constant(ledger.ring, int(Fraction(coef) * common))
        for p, e in fs:
            term = term * ledger.read(range(n), p) ** e
        total = total + term
    return algebra.primitive(total)


def _sign(x: Fraction | int) -> int:
    return (x > 0) - (x < 0)


def _start(ledger: Ledger, data: Data, base: State, image: Image) -> State:
    """The state with its objects: the functions in the coordinates of the cell, then the prior."""
    claim, form = data["claim"], data["root"]["form"]
    n = len(claim["variables"])
    _form(ledger, data)
    objects: list[Object] = []
    if form == "product":
        sign, fs = factors_of(ledger, claim["functions"][0], n)
        ledger.require(sign != 0 and all(f for f, _ in fs), "function", "a function that is not 0")
        odd = [j for j, (f, e) in enumerate(fs) if e % 2 and not algebra.is_constant(f)]
        for j, (f, e) in enumerate(fs):
            if not algebra.is_constant(f):
                sd = data["root"]["semidefinite"] is not None and odd == [j] and base.exact
                objects.append(Object((algebra.canonical(image(f)),), (sd,), Fraction(e), Fraction(0)))
    else:
        gens = generators(ledger, data, image)
        objects.append(Object(tuple(gens), (False,) * len(gens), Fraction(2), Fraction(0)))
    for p, exponent in claim["prior"]:
        f = ledger.read(range(n), p)
        ledger.require(bool(f), "prior", "a prior that is not 0")
        if not algebra.is_constant(f):
            objects.append(Object((algebra.canonical(image(f)),), (False,), Fraction(0), Fraction(exponent)))
    return replace(base, objects=tuple(objects))


def _form(ledger: Ledger, data: Data) -> None:
    """The form of the root is one of the mode."""
    claim, form = data["claim"], data["root"]["form"]
    allowed = {"product": ("K", "abs"), "squares": ("K",), "ideal": ("ideal",)}[form]
    ledger.require(claim["mode"] in allowed, "root form", f"mode {' or '.join(allowed)}", claim["mode"])
    if form != "ideal":
        ledger.require(len(claim["functions"]) == 1, "root form", "one function")


def generators(ledger: Ledger, data: Data, image: Image) -> list[Poly]:
    """The generators of the forms `squares` and `ideal`."""
    claim, n = data["claim"], len(data["claim"]["variables"])
    if data["root"]["form"] == "squares":
        gens = _square_roots(ledger, claim["functions"][0], image, n)
    else:
        gens = [algebra.canonical(image(f)) for f in (expand(ledger, e, n) for e in claim["functions"]) if f]
    ledger.require(bool(gens), "function", "functions that are not all 0")
    return gens


def _square_roots(ledger: Ledger, expr: Sequence[Any], image: Image, n: int) -> list[Poly]:
    """The summands' roots: K = Σ c·∏ f^e with c > 0 and all e even."""
    gens = []
    for coef, fs in expr:
        fine = Fraction(coef) > 0 and all(e % 2 == 0 for _, e in fs)
        ledger.require(fine, "sum of squares", "positive coefficients and even exponents")
        g = ledger.ring.one
        for p, e in fs:
            f = ledger.read(range(n), p)
            ledger.require(bool(f), "function", "factors that are not 0")
            g = g * image(f) ** (e // 2)
        gens.append(algebra.canonical(g))
    return gens


# ---------------------------------------------------------------- the sign of K
def _semidefinite(ledger: Ledger, data: Data, box: Sequence[Any], order: Sequence[int]) -> None:
    """K >= 0 near the point or in the box: the product of the odd factors with the sign of the coefficient."""
    claim, witness = data["claim"], data["root"]["semidefinite"]
    n = len(order)
    ledger.require(data["root"]["form"] == "product", "semidefinite", "the root form product")
    sign, fs = factors_of(ledger, claim["functions"][0], n)
    f = algebra.constant(ledger.ring, sign)
    for p, e in fs:
        if e % 2:
            f = f * p
    if witness != "z3":
        at = claim["at"]
        rational = at is not None and all(isinstance(p, str) for p in at)
        ledger.require(rational, "semidefinite", "a derivation at a rational point only")
        for i, p in enumerate(at):
            f = _shift(ledger.ring, f, i, Fraction(p))
        semidefinite.prove(ledger, order, f, witness)
        return
    zero: list[Poly] = []
    positive: list[Poly] = [w for i, bounds in enumerate(box) for w in _walls(ledger.ring, i, bounds)]
    if claim["at"] is None:
        positive += [ledger.read(range(n), c) for c in claim["constraints"]]
    t = n
    for i, p in enumerate(claim["at"] or ()):
        x = algebra.gen(ledger.ring, i)
        if isinstance(p, dict):
            relation, bounds = _algebraic(ledger, p, t)
            zero.append(relation)
            gap = (x - algebra.gen(ledger.ring, t)) * 64
            positive += [*bounds, ledger.ring.one + gap, ledger.ring.one - gap]
            t += 1
        else:
            # moved to 0, where the question is easier to decide
            f = _shift(ledger.ring, f, i, Fraction(p))
            positive = [_shift(ledger.ring, w, i, Fraction(p)) for w in positive]
            positive += [ledger.ring.one + x * 64, ledger.ring.one - x * 64]
    ledger.empty(Conditions(tuple(zero), (), (-f, *positive)), "semidefinite", "K may be negative")

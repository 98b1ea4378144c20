"""Follow a certificate: the state before and after each of its steps, for printing only.

This is no checker (`rlct.certify.check` is): obligations are not looked at, and a polynomial that is too long to be
worth printing is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from rlct.report.polynomials import (
    MaybePoly,
    Monomial,
    Poly,
    constant,
    decode,
    monomial_product,
    plus,
    power,
    quotient,
    show,
    solved,
    substitute,
    times,
    variable,
)
from rlct.report.slices import unseen, words_of


# -- states ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Small:
    """Exponents of a small variable in K and in the measure."""

    k: Fraction = Fraction(0)
    h: Fraction = Fraction(0)
    wall: bool = False

    @property
    def divisor(self) -> bool:
        """Whether it carries an exponent or bounds the region."""
        return bool(self.wall or self.k or self.h)


@dataclass(frozen=True)
class Object:
    """``‖gens‖^E`` in K and ``‖gens‖^H`` in the measure."""

    gens: tuple[MaybePoly, ...]
    E: Fraction
    H: Fraction


@dataclass(frozen=True)
class State:
    """What the format calls a state, as far as it is printed."""

    order: tuple[str, ...]
    small: dict[str, Small]
    objects: tuple[Object, ...]
    relations: tuple[MaybePoly, ...] = ()
    conditions: tuple[str, ...] = field(default=())
    rank: tuple[str, ...] = field(default=())
    """All names of the certificate, the greatest first: the order of the leading terms."""
    over_c: bool = False
    """The variables are complex."""

    def read(self, data: Sequence[Any]) -> MaybePoly:
        """A POLY in the variables in force."""
        return decode(data, self.order)

    def canonical(self) -> State:
        """Every polynomial as the representative that the format fixes: primitive, leading coefficient positive."""
        place = {v: i for i, v in enumerate(self.rank)}
        return self.mapped(lambda p: _representative(p, place))

    def mapped(self, change: Any) -> State:
        """Apply one function to every polynomial."""
        objects = tuple(replace(o, gens=tuple(change(g) for g in o.gens)) for o in self.objects)
        return replace(self, objects=objects, relations=tuple(change(r) for r in self.relations))


BLOWN_UP = ("blowup", "fibre")
"""Ends that blow up: into disjoint cells, or into whole charts."""


# -- steps -----------------------------------------------------------------------------------------
def after_step(state: State, step: Mapping[str, Any]) -> State:
    """The state after one step."""
    return _changed(state, step).canonical()


def _changed(state: State, step: Mapping[str, Any]) -> State:
    op = step["op"]
    if op == "coordinate" or op == "wall":
        var, unit, rest = step["var"], state.read(step["unit"]), state.read(step["rest"])
        out = state.mapped(lambda g: solved(g, var, unit, rest))
        if op == "wall":
            out = replace(out, small=out.small | {var: replace(out.small[var], wall=True)})
        return out
    if op == "implicit":
        relation = plus(state.read(step["by"]), times(constant(-1), variable(step["name"])))
        small = {v: s for v, s in state.small.items() if v != step["var"]} | {step["name"]: Small()}
        order = (*state.order, step["name"])
        return replace(state, order=order, small=small, relations=(*state.relations, relation))
    if op == "drop":
        changed = list(state.objects)
        o = changed[step["obj"]]
        gens = tuple(g for which, g in enumerate(o.gens) if which not in step["gens"])
        changed[step["obj"]] = replace(o, gens=gens)
        return replace(state, objects=tuple(changed))
    if op == "forget":
        gone = set(step["vars"])
        small = {v: s for v, s in state.small.items() if v not in gone}
        order = tuple(v for v in state.order if v not in gone)
        kept = tuple(r for r in state.relations if r is None or not any(v in gone for m in r for v, _ in m))
        return replace(state, order=order, small=small, relations=kept)
    if op == "flow":
        var = step["var"]
        small = {v: s for v, s in state.small.items() if v != var}
        out = state.mapped(lambda g: substitute(g, {var: {}}))
        return replace(out, order=tuple(v for v in state.order if v != var), small=small)
    if op in ("inside", "restate", "ignore"):
        return state
    if op == "fold":
        return replace(state, small=state.small | {step["var"]: replace(state.small[step["var"]], wall=True)})
    if op == "centre":
        order = (step["name"], *(v for v in state.order if v in state.small))
        return replace(state.mapped(lambda g: None), order=order, relations=(None,), conditions=())
    if op == "release":
        v = step["var"]
        own = state.small[v]
        small = state.small | {v: Small(wall=own.wall)}
        return replace(state, small=small, objects=(*state.objects, Object((variable(v),), own.k, own.h)))
    if op == "unfold":
        v = step["var"]
        own = state.small[v]
        square = power(variable(v), 2)
        out = state.mapped(lambda g: substitute(g, {v: square or {}}))
        return replace(out, small=state.small | {v: Small(2 * own.k, 2 * own.h + 1)})
    objects = list(state.objects)
    i = step["obj"]
    o = objects[i]
    small = state.small
    if op == "content":
        common = _common_monomial(o.gens, small)
        small = dict(small)
        for v, a in common:
            s = small[v]
            small[v] = replace(s, k=s.k + o.E * a, h=s.h + o.H * a)
        objects[i] = replace(o, gens=tuple(_divided(g, common) for g in o.gens))
    elif op == "factor":
        del objects[i]
        objects += [Object((state.read(p),), o.E * e, o.H * e) for p, e in step["into"]]
    elif op == "gcd":
        by = state.read(step["by"])
        objects[i] = replace(o, gens=tuple(quotient(g, by) for g in o.gens))
        objects.append(Object((by,), o.E, o.H))
    elif op == "nowhere":
        del objects[i]
    elif op == "merge":
        into = objects[step["into"]]
        objects[step["into"]] = replace(into, E=into.E + o.E, H=into.H + o.H)
        del objects[i]
    elif op == "unit":
        q = quotient(o.gens[step["gen"]], state.read(step["unit"]))
        objects[i] = _with_gen(o, step["gen"], (q,))
        if q is not None and set(q) == {()}:
            del objects[i]
    elif op == "combine":
        g = times(o.gens[step["gen"]], state.read(step["unit"]))
        for j, p in step["with"]:
            g = plus(g, times(o.gens[j], state.read(p)))
        for c, p in step["rel"]:
            g = plus(g, times(state.relations[c], state.read(p)))
        objects[i] = _with_gen(o, step["gen"], () if g == {} else (g,))
    elif op == "trim":
        to = state.read(step["to"])
        objects[i] = _with_gen(o, step["gen"], (to,) if to else ())
    elif op == "root":
        n = step["power"]
        objects[i] = Object(tuple(state.read(p) for p in step["to"]), o.E * n, o.H * n)
    elif op == "squares":
        objects[i] = Object(tuple(state.read(p) for _, p in step["parts"]), o.E * 2, o.H * 2)
    elif op == "gather":
        total: MaybePoly = {}
        for g in o.gens:
            total = plus(total, power(g, 2))
        objects[i] = Object((total,), o.E / 2, o.H / 2)
    elif op == "nonnegative":
        made: list[MaybePoly] = []
        for _, fs in step["parts"]:
            g = constant(1)
            for f, e in fs:
                g = times(g, power(state.read(f), e))
            made.append(g)
        objects[i] = _with_gen(o, step["gen"], tuple(made))
    elif op == "split_sd":
        objects[i] = _with_gen(o, step["gen"], tuple(state.read(p) for p in step["parts"]))
    elif op == "complete":
        square = power(variable(step["var"]), 2)
        objects[i] = replace(o, gens=(plus(square, times(constant(-step["sign"]), state.read(step["disc"]))),))
    return replace(state, objects=tuple(objects), small=small)


def _with_gen(o: Object, j: int, new: tuple[MaybePoly, ...]) -> Object:
    return replace(o, gens=(*o.gens[:j], *new, *o.gens[j + 1 :]))


def _common_monomial(gens: Iterable[MaybePoly], small: Mapping[str, Small]) -> Monomial:
    least: dict[str, int] | None = None
    for g in gens:
        for m in g or ():
            exps = {v: a for v, a in m if v in small}
            least = exps if least is None else {v: min(a, exps.get(v, 0)) for v, a in least.items()}
    return tuple(sorted((v, a) for v, a in (least or {}).items() if a))


def _divided(g: MaybePoly, common: Monomial) -> MaybePoly:
    if g is None:
        return None
    inverse = tuple((v, -a) for v, a in common)
    return {monomial_product(m, inverse): c for m, c in g.items()}


def _representative(p: MaybePoly, place: Mapping[str, int]) -> MaybePoly:
    if not p:
        return p
    den = lcm(*(c.denominator for c in p.values()))
    num = gcd(*(int(c * den) for c in p.values()))

    def key(m: Monomial) -> list[int]:
        exps = [0] * len(place)
        for v, a in m:
            exps[place[v]] = a
        return exps

    scale = Fraction(den, num) * (1 if p[max(p, key=key)] > 0 else -1)
    return p if scale == 1 else {m: c * scale for m, c in p.items()}


# -- children --------------------------------------------------------------------------------------
def children(state: State, end: Mapping[str, Any]) -> list[tuple[str, State]]:
    """The children of an end with a word on each, in the order of the format."""
    return [(word, child.canonical()) for word, child in _children(state, end)]


def _children(state: State, end: Mapping[str, Any]) -> list[tuple[str, State]]:
    kind = end["end"]
    if kind == "split":
        f = show(state.read(end["by"]))
        out = [(f"{f} ≠ 0", replace(state, conditions=(*state.conditions, f"{f} ≠ 0")))]
        if end["zero"] is not None:
            out.append((f"{f} = 0", _on_zero(state, end)))
        return out
    if kind == "either":
        count = len(end["children"])
        return [("the same" if count == 1 else f"treatment {n}", state) for n in range(1, count + 1)]
    if kind == "signs":
        f = show(state.read(end["of"]))
        return [(f"{f} {s} 0", replace(state, conditions=(*state.conditions, f"{f} {s} 0"))) for s in "><"]
    if kind == "halves":
        return list(_halves(state, end["var"]))
    if kind == "normalise":
        values = (1,) if state.over_c else (1, -1)
        return [(f"{end['var']} = {x}", _normalised(state, end["var"], x)) for x in values]
    if kind in BLOWN_UP:
        return _blowup(state, end["weights"], kind == "fibre")
    if kind in ("product", "sum"):
        return [(f"variables {', '.join(g)}", _part(state, end, i)) for i, g in enumerate(end["groups"])]
    if kind == "composite":
        return [(f"variables {', '.join(g)}", _function(state, end, i)) for i, g in enumerate(end["groups"])]
    if kind == "power":
        return [(words, unseen(state)) for words in ("with g in place of the factor", "without the factor")]
    if kind == "jung":
        return [(words, unseen(state)) for words in words_of(end)]
    if kind == "sections":
        return list(_sections(state, end))
    return []


def _halves(state: State, v: str) -> Iterator[tuple[str, State]]:
    """A small variable of one sign, then its negative of the other."""
    small = state.small | {v: replace(state.small[v], wall=True)}
    yield f"{v} >= 0", replace(state, small=small)
    turned = state.mapped(lambda g: substitute(g, {v: {((v, 1),): Fraction(-1)}}))
    yield f"{v} <= 0, -{v} in its place", replace(turned, small=small)


def _sections(state: State, end: Mapping[str, Any]) -> Iterator[tuple[str, State]]:
    """Lines in planes over marks, what else is left of these, and sections between marks."""
    for plane in end["planes"]:
        by = end["marks"][plane["mark"]]
        mark = f"{show(state.read(by))} = 0"
        on = _on_zero(state, {"by": by, "zero": plane["zero"]})
        off = [f"{show(on.read(line['by']))} ≠ 0" for line in plane["lines"]]
        for line in plane["lines"]:
            yield f"{mark}, {show(on.read(line['by']))} = 0", _on_zero(on, line)
        if not plane["simple"]:
            yield f"{mark}, off its lines", replace(on, conditions=(*on.conditions, *off))
    x = end["over"]
    for a in end["samples"]:
        here = state.mapped(lambda g, a=a: substitute(g, {x: constant(Fraction(a))}))
        yield f"{x} = {a}", replace(here, order=tuple(v for v in state.order if v != x))


def function_of(state: State, factors: Sequence[Sequence[Any]]) -> MaybePoly:
    """∏ q^e."""
    out: MaybePoly = constant(1)
    for q, e in factors:
        out = times(out, power(state.read(q), e))
    return out


def _function(state: State, end: Mapping[str, Any], i: int) -> State:
    """The group of variables with the function there in place of K."""
    out = _part(state, end, i)
    small = {v: replace(s, k=Fraction(0)) for v, s in out.small.items()}
    objects = [o for o in out.objects if not o.E]
    for data, e in end["functions"][i]:
        q = state.read(data)
        name = next((v for v in small if q is not None and set(q) == {((v, 1),)}), None)
        if name is not None:
            small[name] = replace(small[name], k=Fraction(e))
            continue
        measure = sum((o.H for o in out.objects if o.E and o.gens == (q,)), Fraction(0))
        objects.insert(0, Object((q,), Fraction(e), measure))
    return replace(out, small=small, objects=tuple(objects))


def _normalised(state: State, var: str, value: int) -> State:
    out = state.mapped(lambda g: substitute(g, {var: constant(value)}))
    return replace(out, order=tuple(v for v in state.order if v != var))


def _on_zero(state: State, end: Mapping[str, Any]) -> State:
    how, f = end["zero"], state.read(end["by"])
    if "solve" in how:
        t = how["solve"]
        unit, rest = state.read(how["unit"]), state.read(how["rest"])
        out = state.mapped(lambda g: solved(g, t, unit, rest))
        return replace(out, small=out.small | {t: Small()})
    if "etale" in how:
        w = how["name"]
        relation = plus(f, times(constant(-1), variable(w)))
        out = replace(state, order=(*state.order, w), relations=(*state.relations, relation))
        return replace(out, small=out.small | {w: Small()})
    return replace(state, conditions=(*state.conditions, f"{show(f)} = 0"))


def _part(state: State, end: Mapping[str, Any], i: int) -> State:
    group = set(end["groups"][i])
    objects = []
    for j, o in enumerate(state.objects):
        gens = tuple(g for g in o.gens if g is None or all(v in group for m in g for v, _ in m))
        if gens and ((end["end"] == "sum" and j == end["obj"]) or len(gens) == len(o.gens)):
            objects.append(replace(o, gens=gens))
    relations = tuple(r for r in state.relations if r is not None and all(v in group for m in r for v, _ in m))
    order = tuple(v for v in state.order if v in group)
    small = {v: s for v, s in state.small.items() if v in group}
    return State(order, small, tuple(objects), relations, state.conditions, state.rank, state.over_c)


def substitutions(state: State, weights: Sequence[Sequence[Any]]) -> list[str]:
    """For each chart of a blow-up what is put in for the variables, such as ``x -> x^2, y -> x^3*y``."""
    out = []
    for word, _ in _blowup(state, weights, False):
        pivot = word.removeprefix("chart ").split(",")[0].split(" ")[0]
        sign = "-" if word.split(",")[0].endswith("< 0") else ""
        parts = []
        for v, w in weights:
            part = f"{pivot}^{w}" if w != 1 else pivot
            part = f"{sign}{part}" if v == pivot else f"{part}*{v}"
            parts += [f"{v} -> {part}"] * (part != v)
        out.append(", ".join(parts))
    return out


def _blowup(state: State, weights: Sequence[Sequence[Any]], whole: bool) -> list[tuple[str, State]]:
    names = [v for v, _ in weights]
    weight: dict[str, int] = {v: w for v, w in weights}  # noqa: C416 (dict() loses the types)
    out = []
    for at, pivot in enumerate(names):
        s = state.small[pivot]
        other_wall = any(state.small[v].wall for v in names if v != pivot)
        two = not state.over_c and not s.wall and (weight[pivot] % 2 == 0 or other_wall)
        for sign in (1, -1) if two else (1,):
            for choice in _choices([state.small[v] for v in names[at + 1 :]]):
                chosen = dict(zip(names[at + 1 :], choice, strict=True))
                earlier = [v for v in names[:at] if not state.small[v].divisor]
                chosen |= dict.fromkeys(earlier if whole else (), "any")
                out.append(_cell(state, weight, pivot, sign, two, chosen))
    return out


def _choices(later: Sequence[Small]) -> list[tuple[str, ...]]:
    out: list[tuple[str, ...]] = [()]
    for s in later:
        words = ("zero", "positive") if s.wall else ("zero", "nonzero") if s.divisor else ("any",)
        out = [(*c, w) for c in out for w in words]
    return out


def _cell(
    state: State, weight: Mapping[str, int], pivot: str, sign: int, two: bool, choice: Mapping[str, str]
) -> tuple[str, State]:
    def change(p: MaybePoly) -> MaybePoly:
        if p is None:
            return None
        out: Poly = {}
        for m, c in p.items():
            exps = dict(m)
            total = sum(weight[v] * a for v, a in m if v in weight)
            if sign < 0 and exps.get(pivot, 0) % 2:
                c = -c
            exps[pivot] = total
            key = tuple(sorted((v, a) for v, a in exps.items() if a))
            out[key] = out.get(key, Fraction(0)) + c
        return {m: c for m, c in out.items() if c}

    out = state.mapped(change)
    old = state.small
    small = dict(old)
    k = sum((w * old[v].k for v, w in weight.items()), Fraction(0))
    h = sum((w * (old[v].h + 1) for v, w in weight.items()), Fraction(0)) - 1
    small[pivot] = Small(k, h, old[pivot].wall or two)
    conditions = list(state.conditions)
    words = []
    for v, c in choice.items():
        if c != "zero":
            del small[v]
        if c == "positive":
            conditions.append(f"{v} > 0")
        if c == "nonzero":
            conditions.append(f"{v} ≠ 0")
        words.append(f"{v} " + {"zero": "= 0", "positive": "> 0", "nonzero": "≠ 0", "any": "free"}[c])
    label = f"chart {pivot}" + ("" if not two else " > 0" if sign > 0 else " < 0")
    return ", ".join([label, *words]), replace(out, small=small, conditions=tuple(conditions))

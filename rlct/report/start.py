"""Where a certificate starts: the state of a cell before any step, for printing only (see `replay.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from rlct.report.polynomials import MaybePoly, Poly, constant, decode, plus, power, substitute, times, variable
from rlct.report.replay import Object, Small, State


def root_state(certificate: Mapping[str, Any], codes: Any) -> State:
    """The state of a cell, before any step."""
    claim, form = certificate["claim"], certificate["root"]["form"]
    if "complex" in certificate["root"]:
        return _complex_state(certificate).canonical()
    names = tuple(claim["variables"])
    objects: list[Object] = []
    one = Fraction(1)
    if form == "product":
        product = claim["functions"][0]
        if len(product) == 1:
            for poly, e in product[0][1]:
                objects.append(Object((decode(poly, names),), Fraction(e), Fraction(0)))
        else:
            objects.append(Object((_expanded(product, names),), one, Fraction(0)))
    elif form == "squares":
        gens: list[MaybePoly] = []
        for _, fs in claim["functions"][0]:
            g: MaybePoly = constant(1)
            for poly, e in fs:
                g = times(g, power(decode(poly, names), e // 2))
            gens.append(g)
        objects.append(Object(tuple(gens), Fraction(2), Fraction(0)))
    else:
        objects.append(Object(tuple(_expanded(f, names) for f in claim["functions"]), Fraction(2), Fraction(0)))
    for poly, e in claim["prior"]:
        objects.append(Object((decode(poly, names),), Fraction(0), Fraction(e)))
    start = State(names, {}, tuple(o for o in objects if not _trivial(o)), rank=_rank(certificate))
    return _at_cell(start, claim, codes).canonical()


def _complex_state(certificate: Mapping[str, Any]) -> State:
    """The state in complex coordinates, with exponents of squared absolute values."""
    claim, root = certificate["claim"], certificate["root"]
    found, unit = root["complex"], root["complex"]["unit"]
    names = tuple(name for name, _, _ in found["coordinates"])

    def written(pair: Sequence[Any]) -> MaybePoly:
        re, im = (decode(part, names) for part in pair)
        return plus(re, times(variable(unit), im))

    none = Fraction(0)
    if root["form"] == "product":
        factors = zip(claim["functions"][0][0][1], found["functions"], strict=True)
        objects = [Object((written(f),), Fraction(e), none) for (_, e), f in factors if f is not None]
    else:
        objects = [Object(tuple(written(f) for f in found["functions"]), Fraction(1), none)]
    prior = zip(claim["prior"], found["prior"], strict=True)
    objects += [Object((written(f),), none, Fraction(e)) for (_, e), f in prior if f is not None]
    used = {v for o in objects for g in o.gens if g for m in g for v, _ in m}
    relations = (plus(power(variable(unit), 2), constant(found["square"])),) if unit in used else ()
    order = (*names, unit) if relations else names
    small = {v: Small() for v in names}
    return State(order, small, tuple(objects), relations, rank=_rank(certificate), over_c=True)


def _rank(certificate: Mapping[str, Any]) -> tuple[str, ...]:
    names = list(certificate["claim"]["variables"])
    if "complex" in certificate["root"]:
        found = certificate["root"]["complex"]
        names += [*(name for name, _, _ in found["coordinates"]), found["unit"]]
    ends = [n["end"] for n in certificate["nodes"]]
    zeros = [end["zero"] for end in ends if end["end"] == "split"]
    zeros += [plane["zero"] for end in ends if end["end"] == "sections" for plane in end["planes"]]
    new = sorted({how["name"] for how in zeros if how is not None and "etale" in how})
    made = [s["name"] for n in certificate["nodes"] for s in n["steps"] if s["op"] == "implicit"]
    new = sorted({*new, *made})
    return tuple(dict.fromkeys((*names, *(f"{v}@" for v in names), *new)))  # a forgotten name may return


def _trivial(o: Object) -> bool:
    return len(o.gens) == 1 and o.gens[0] is not None and set(o.gens[0]) == {()}


def _expanded(expr: Sequence[Any], names: Sequence[str]) -> MaybePoly:
    total: MaybePoly = {}
    for coef, fs in expr:
        term: MaybePoly = constant(Fraction(coef))
        for poly, e in fs:
            term = times(term, power(decode(poly, names), e))
        total = plus(total, term)
    return total


def _at_cell(state: State, claim: Mapping[str, Any], codes: Any) -> State:
    small: dict[str, Small] = {}
    images: dict[str, Poly] = {}
    order = list(state.order)
    conditions: list[str] = []
    relations: list[MaybePoly] = []
    box = claim["box"] or [[None, None]] * len(order)
    for i, v in enumerate(state.order):
        lo, hi = box[i]
        point = claim["at"][i] if claim["at"] is not None else None
        code = "at" if point is not None else codes[i]
        if code == "zero":
            small[v] = Small()
            continue
        if code in ("in", "up", "any"):
            conditions += [f"{v} > {lo}"] * (lo is not None and code != "any")
            conditions += [f"{v} < {hi}"] * (hi is not None and code == "in")
            continue
        if isinstance(point, Mapping) and isinstance(codes, Mapping):
            order.append(f"{v}@")
            small[f"{v}@"] = Small()
            continue
        if isinstance(point, Mapping):
            order.append(f"{v}@")
            images[v] = {((f"{v}@", 1),): Fraction(1), ((v, 1),): Fraction(1)}
            root: Poly = {((f"{v}@", n),) if n else (): Fraction(c) for n, c in enumerate(point["root"]) if c}
            relations.append(root)
            small[v] = Small()
            continue
        base = Fraction(point if point is not None else lo if code == "lo" else hi)
        at_hi = code == "hi" or (point is not None and hi is not None and Fraction(hi) == base)
        at_lo = code == "lo" or (point is not None and lo is not None and Fraction(lo) == base)
        images[v] = plus(constant(base), times(constant(-1 if at_hi else 1), variable(v))) or {}
        small[v] = Small(wall=at_lo or at_hi)
    for v, g in codes["local"] if isinstance(codes, Mapping) else ():
        relations.append(plus(decode(g, state.order), {((f"{v}@", 1),): Fraction(-1)}))
    state = state.mapped(lambda g: substitute(g, images))
    return State(tuple(order), small, state.objects, tuple(relations), tuple(conditions), state.rank)

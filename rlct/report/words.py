"""A state of the certificate and one step of it, in words."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from rlct.report.polynomials import constant, plus, show, show_unsigned, times, variable
from rlct.report.replay import Object, State


def function_name(certificate: Mapping[str, Any]) -> str:
    """What the exponents are those of: |f| in mode "abs", else K."""
    return "|f|" if certificate["claim"]["mode"] == "abs" else "K"


def objects_text(state: State, certificate: Mapping[str, Any]) -> str:
    """``K ~ u^2·‖(...)‖^2, volume ~ u``."""
    return state_text(state, function_name(certificate))


def state_text(state: State, name: str) -> str:
    """The same with the name of the function given."""
    k = [powered(v, s.k) for v, s in state.small.items() if s.k]
    h = [powered(v, s.h) for v, s in state.small.items() if s.h]
    k += [object_text(o, o.E) for o in state.objects if o.E]
    h += [object_text(o, o.H) for o in state.objects if o.H]
    text = f"{name} ~ {' · '.join(k) or 'constant'}"
    if h:
        text += f", volume ~ {' · '.join(h)}"
    walls = [v for v, s in state.small.items() if s.wall]
    if walls:
        text += f", {', '.join(walls)} >= 0"
    if state.relations:
        text += ", where " + ", ".join(f"{show(r, 80)} = 0" for r in state.relations)
    return text


def powered(v: str, e: Fraction) -> str:
    return v if e == 1 else f"{v}^{e}" if e.denominator == 1 and e > 0 else f"{v}^({e})"


def object_text(o: Object, e: Fraction) -> str:
    inside = ", ".join(show_unsigned(g, 120) for g in o.gens[:6])
    if len(o.gens) > 6:
        inside += f", ... ({len(o.gens)})"
    body = f"|{inside}|" if len(o.gens) == 1 else f"‖({inside})‖"
    return body if e == 1 else f"{body}^{e}" if e.denominator == 1 and e > 0 else f"{body}^({e})"


def ratio_text(num: Fraction, den: Fraction) -> str:
    """``4/6 = 2/3`` without what is not needed."""
    value = num / den
    if den == 1:
        return str(value)
    written = f"{bracketed(num)}/{bracketed(den)}"
    return written if written == str(value) else f"{written} = {value}"


def bracketed(q: Fraction) -> str:
    return str(q) if q.denominator == 1 and q >= 0 else f"({q})"


def new_coordinate(state: State, var: str, unit: Any, rest: Any) -> str:
    """``y := y - x^2``."""
    sum_ = plus(times(state.read(unit), variable(var)), state.read(rest))
    return f"{var} := {show(sum_)}"


def step_text(state: State, step: Mapping[str, Any], after: State, name: str = "K") -> str:
    """One step in words."""
    op = step["op"]
    if op == "coordinate":
        return f"New coordinate {new_coordinate(state, step['var'], step['unit'], step['rest'])}."
    if op == "implicit":
        by = show(state.read(step["by"]), 100)
        return f"New coordinate {step['name']} := {by}, of which {step['var']} is an analytic function."
    if op == "wall":
        new = new_coordinate(state, step["var"], step["unit"], step["rest"])
        return f"The wall of the region becomes {step['var']} >= 0 in the coordinate {new}."
    if op == "inside":
        return f"Inequality {step['constraint'] + 1} of the region is strict here, and says nothing more."
    if op == "restate":
        rest = show(state.read(step["rest"]), 100)
        return f"Inequality {step['constraint'] + 1} of the region says here that {rest} >= 0."
    if op == "ignore":
        return f"For a lower bound inequality {step['constraint'] + 1} of the region may be left out."
    if op == "drop":
        return f"For a lower bound {len(step['gens'])} of the generators may be left out."
    if op == "forget":
        return f"Nothing depends on {', '.join(step['vars'])} any more."
    if op == "flow":
        along = times(constant(step["scale"]), variable(f"∂_{step['var']}"))
        for v, p in step["field"]:
            along = plus(along, times(state.read(p), variable(f"∂_{v}")))
        return f"Along the flow of {show(along, 100)} nothing changes: {step['var']} = 0."
    if op == "fold":
        return f"Everything is even or odd in {step['var']}, so {step['var']} >= 0 is enough."
    if op == "release":
        return f"{step['var']} is to be an ordinary coordinate; its powers stay as a factor."
    if op == "unfold":
        return f"With {step['var']}^2 in place of {step['var']} >= 0 there is no wall."
    if op == "centre":
        values = ", ".join(f"{u} := {t} less its value there" for t, u, _ in step["images"])
        return f"The only point of the stratum, over a number field, becomes the origin: {values}."
    gens = state.objects[step["obj"]].gens
    if op == "nowhere":
        return f"{', '.join(map(show, gens))} have no common zero here."
    if op == "content":
        words = []
        for v, s in after.small.items():
            k, h = s.k - state.small[v].k, s.h - state.small[v].h
            words += [f"{powered(v, k)} in {name}"] * (k != 0) + [f"{powered(v, h)} in the volume"] * (h != 0)
        return f"Take the common monomial out: {', '.join(words) or 'a constant'}."
    if op == "factor":
        parts = [f"({show(state.read(p), 100)})" + (f"^{e}" if e != 1 else "") for p, e in step["into"]]
        return f"Factor: {show_unsigned(gens[0], 100)} = {'·'.join(parts)} up to a constant."
    if op == "gcd":
        return f"The generators have the common factor {show(state.read(step['by']), 100)}."
    if op == "merge":
        return "Join two factors with the same zeros."
    if op == "unit":
        factor = state.read(step["unit"])
        return f"Drop the factor {show(factor, 100)}: it has no zero here."
    if op == "combine":
        by = "the others" if step["with"] else "the relation of the dependent variable"
        return f"Reduce the generator {show_unsigned(gens[step['gen']], 100)} by {by}."
    if op == "trim":
        to = show(state.read(step["to"]), 100)
        return f"Of {show_unsigned(gens[step['gen']], 100)} keep {to}: the rest is dominated by monomials of the ideal."
    if op == "root":
        return f"Every generator is a power with exponent {step['power']}."
    if op == "gather":
        return "The sum of the squares of the generators takes their place."
    if op == "squares":
        names = ", ".join(show(state.read(p), 80) for _, p in step["parts"])
        return f"It is a sum of squares of {names}."
    if op == "sign":
        return f"{show_unsigned(gens[step['gen']], 100)} has one sign near 0."
    if op == "nonnegative":
        return "It is a sum of parts in separate variables that are nowhere negative: no cancellation."
    if op == "complete":
        by = show(state.read(step["disc"]), 100)
        square = f"{step['var']}^2 {'-' if step['sign'] > 0 else '+'}"
        return f"Complete the square in {step['var']}: up to a unit it is {square} ({by}), its discriminant."
    if op == "split_sd":
        names = ", ".join(show(state.read(p), 80) for p in step["parts"])
        return f"Its sign is constant, so each of its parts {names} in separate variables has it: no cancellation."
    return f"{op}."

"""The argument a person would write, told from the certificate alone.

``line``: the answer with its convention.  ``summary``: also where, the divisor that decides, and what the proof
consists of.
``full``: every step of every chart, with the functions as they are there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from rlct.report.answers import Data, convention, headline, place, where_attained
from rlct.report.replay import (
    MaybePoly,
    Monomial,
    Object,
    Small,
    State,
    after_step,
    children,
    quotient,
    root_state,
    show,
    show_unsigned,
)

PARTS = {
    "product": "a product over separate variables (λ is the least of the parts)",
    "sum": "a sum over separate variables (the λ of the parts add up)",
}
DEPTHS = ("line", "summary", "full")


def explain(data: Data, depth: str = "summary") -> str:
    """The explanation at a depth.

    Parameters
    ----------
    data : the answer as plain data, its source text and its certificate (`Result.report_data`).
    depth : ``"line"``, ``"summary"`` or ``"full"``.

    Raises
    ------
    ValueError : for another depth.
    """
    if depth not in DEPTHS:
        raise ValueError(f"the depth of an explanation is 'line', 'summary' or 'full', not {depth!r}")
    if depth == "line":
        return f"{headline(data)}   {convention(data)}"
    lines = [headline(data), f"  of     {convention(data)}", f"  where  {place(data)}"]
    attained = where_attained(data)
    if attained is not None:
        lines.append(f"  worst  {attained}")
    if data["method"]:
        lines.append(f"  by     {', '.join(data['method'])}")
    lines += [f"  note   {note}" for note in data["notes"]]
    stopped = data["stats"].get("stopped")
    if stopped is not None:
        lines.append(f"  note   the search ended early ({stopped}); more time may narrow the bounds")
    certificate = data["certificate"]
    if certificate is None:
        return "\n".join(lines)
    lines += [f"  why    {s}" for s in _guarded(deciding, certificate)]
    lines.append(f"  proof  {outline(certificate)}")
    if depth == "full":
        lines += ["", *_guarded(derivation, certificate)]
    return "\n".join(lines)


def _guarded(tell: Callable[[Mapping[str, Any]], list[str]], certificate: Mapping[str, Any]) -> list[str]:
    """A certificate with a step that is not known here must not take the answer away: the wording is only a comment."""
    try:
        return tell(certificate)
    except (KeyError, IndexError, TypeError, ValueError) as e:
        return [f"(the certificate holds something that this report cannot word: {type(e).__name__} {e})"]


# -- summary ---------------------------------------------------------------------------------------
def outline(certificate: Mapping[str, Any]) -> str:
    """What the proof consists of, in one sentence."""
    ends = Counter(n["end"]["end"] for n in certificate["nodes"])
    words = {
        "blowup": "blown up",
        "split": "split into strata",
        "signs": "split by a sign",
        "product": "split as a product",
        "sum": "split as a sum",
        "bound": "read off monomials",
        "newton": "nondegenerate on the Newton polyhedron",
        "snc": "with normal crossings",
        "same": "equal to an earlier one",
        "empty": "without real points",
        "open": "left open",
    }
    parts = [f"{ends[end]} {word}" for end, word in words.items() if ends[end]]
    number = len(certificate["nodes"])
    return f"{number} chart{'s' * (number != 1)}: {', '.join(parts)}"


def deciding(certificate: Mapping[str, Any]) -> list[str]:
    """Sentences on the divisor that realises the value."""
    upper = certificate["upper"]
    if upper is None:
        return []
    cell, node = certificate["root"]["cells"][upper["cell"]]
    start = root_state(certificate, cell)
    return _follow(certificate, start, node, upper, "")


def _follow(
    certificate: Mapping[str, Any], state: State, node: int, upper: Mapping[str, Any], where: str
) -> list[str]:
    """Follow a path of the upper part to its terminals and word these."""
    out: list[str] = []
    path = list(upper["path"])
    terminal = upper["at"]
    while True:
        data = certificate["nodes"][node]
        for step in data["steps"]:
            state = after_step(state, step)
        end = data["end"]
        if end["end"] == "same":
            # the named chart is this one with other names; the path goes on from there
            out.append(f"{where}this is chart [{end['node']}] up to names")
            node = end["node"]
            state = starts(certificate)[node]
            continue
        if not path:
            break
        child = path.pop(0)
        label, state = children(state, end)[child]
        if end["end"] == "blowup":
            centre = ", ".join(f"{v} (weight {w})" if w != 1 else v for v, w in end["weights"])
            out.append(f"{where}blow up {centre} = 0; {label}: {objects_text(state, certificate)}")
        elif end["end"] in ("split", "signs"):
            out.append(f"{where}where {label}")
        node = end["children"][child]
    if "parts" in terminal:
        parts = children(state, end)
        out.append(f"{where}{PARTS[end['end']]}:")
        for (label, part), child_node, up in zip(parts, end["children"], terminal["parts"], strict=True):
            if up is not None:
                found = _follow(certificate, part, child_node, up, "  ")
                out += [f"  {label}: {found[0].strip()}" if len(found) == 1 else f"  {label}:"]
                out += [f"  {s}" for s in found] if len(found) > 1 else []
        return out
    lam = "λ" if not where else "the λ of this part"
    return out + [f"{where}{s}" for s in terminal_text(state, end, terminal, function_name(certificate), lam)]


def function_name(certificate: Mapping[str, Any]) -> str:
    """What the exponents are those of: |f| in mode "abs", else K."""
    return "|f|" if certificate["claim"]["mode"] == "abs" else "K"


def terminal_text(
    state: State, end: Mapping[str, Any], terminal: Mapping[str, Any], name: str, lam: str = "λ"
) -> list[str]:
    """The divisors that realise the value, with their orders."""
    names = [v for v in state.order if v in state.small]
    small = dict(state.small)
    gens_of = [list(o.gens) for o in state.objects]
    if "snc" in terminal:
        names, small, gens_of = _with_crossings(state, end, terminal["snc"], names)
    found: list[tuple[Fraction | None, str]] = []
    for ray in terminal["rays"]:
        weights = {v: w for v, w in zip(names, ray, strict=False) if w}
        num = sum((w * (small[v].h + 1) for v, w in weights.items()), Fraction(0))
        den = sum((w * small[v].k for v, w in weights.items()), Fraction(0))
        known = True
        for o, gens in zip(state.objects, gens_of, strict=True):
            order = _order(gens, weights)
            known = known and (order is not None or not (o.E or o.H))
            num += o.H * (order or 0)
            den += o.E * (order or 0)
        who = ", ".join(v if w == 1 else f"{v} (weight {w})" for v, w in weights.items())
        single = list(weights.values()) == [1]
        what = f"the divisor {who} = 0" if single else f"the weights {who}"
        if known and den:
            bound = _ratio(num, den)
            found.append((num / den, f"{what}: {name} has order {den}, the volume {num}, so {lam} <= {bound}"))
        else:
            found.append((None, f"{what} realises the value"))
    if "factor" in terminal:
        o = state.objects[terminal["factor"]]
        f = ", ".join(show_unsigned(g, 80) for g in o.gens)
        bound = _ratio(o.H + 1, o.E)
        found.append(((o.H + 1) / o.E, f"the smooth hypersurface {f} = 0: {name} has order {o.E}, so {lam} <= {bound}"))
    least = min((r for r, _ in found if r is not None), default=None)
    out = [text for r, text in found if r is None or r == least]
    if len(out) > 1:
        out.append(f"these {len(out)} meet, which gives m >= {len(out)}")
    return out


def _ratio(num: Fraction, den: Fraction) -> str:
    """``(4)/(6) = 2/3`` without what is not needed."""
    value = num / den
    written = f"{_inner(num)}/{_inner(den)}"
    return written if written == str(value) else f"{written} = {value}"


def _inner(q: Fraction) -> str:
    return str(q) if q.denominator == 1 and q >= 0 else f"({q})"


def starts(certificate: Mapping[str, Any]) -> dict[int, State]:
    """The state at the start of every chart."""
    root = certificate["root"]
    todo = [(root_state(certificate, codes), node) for codes, node in root["cells"]]
    out: dict[int, State] = {}
    while todo:
        state, node = todo.pop()
        out[node] = state
        data = certificate["nodes"][node]
        for step in data["steps"]:
            state = after_step(state, step)
        if "children" in data["end"]:
            found = [st for _, st in children(state, data["end"])]
            todo += zip(found, data["end"]["children"], strict=False)
    return out


def _with_crossings(
    state: State, end: Mapping[str, Any], chosen: Sequence[int], names: list[str]
) -> tuple[list[str], dict[str, Small], list[list[MaybePoly]]]:
    """The branches q_i of an `snc` end as further variables named by their polynomials."""
    small = dict(state.small)
    branches = []
    for i in chosen:
        q = state.read(end["q"][i])
        name = f"({show(q, 60)})"
        branches.append((name, q))
        small[name] = Small()
    gens_of = []
    for o in state.objects:
        gens: list[MaybePoly] = []
        for g in o.gens:
            if g is None:
                gens.append(None)
                continue
            for name, q in branches:
                g = _pull_out(g, name, q)
            gens.append(g)
        gens_of.append(gens)
    return [*names, *(name for name, _ in branches)], small, gens_of


def _pull_out(g: MaybePoly, name: str, q: MaybePoly) -> MaybePoly:
    n = 0
    while n < 50 and (smaller := quotient(g, q)) is not None:
        g, n = smaller, n + 1
    if not n or g is None:
        return g
    return {tuple(sorted((*m, (name, n)))): c for m, c in g.items()}


def _order(gens: Sequence[MaybePoly], weights: Mapping[str, int]) -> int | None:
    """Least weight of a term of any generator; None when a generator is not known."""
    if any(g is None for g in gens):
        return None
    return min((sum(weights.get(v, 0) * a for v, a in m) for g in gens if g is not None for m in g), default=None)


# -- the whole derivation --------------------------------------------------------------------------
def derivation(certificate: Mapping[str, Any]) -> list[str]:
    """Every chart with its steps; charts are numbered as in the certificate."""
    out = ["The proof, chart by chart (numbers are those of the certificate; ~ means equal up to positive bounds):"]
    root = certificate["root"]
    if root["semidefinite"] is not None:
        by = "z3" if root["semidefinite"] == "z3" else "the steps in the certificate"
        out.append(f"K keeps one sign near the points in question (by {by}), which is used below.")
    for codes, node in root["cells"]:
        state = root_state(certificate, codes)
        where = "the point, moved to 0" if codes == "at" else _cell_text(certificate["claim"]["variables"], codes)
        out += _tell(certificate, [(where, state, node)])
    return out


def _cell_text(names: Sequence[str], codes: Sequence[str]) -> str:
    words = {"in": "inside", "lo": "at its lower end", "hi": "at its upper end"}
    return "the cell " + ", ".join(f"{v} {words[c]}" for v, c in zip(names, codes, strict=True))


def _tell(certificate: Mapping[str, Any], start: list[tuple[str, State, int]]) -> list[str]:
    out: list[str] = []
    stack = list(reversed(start))
    while stack:
        label, state, node = stack.pop()
        data = certificate["nodes"][node]
        out.append("")
        out.append(f"[{node}] {label}: {objects_text(state, certificate)}")
        for step in data["steps"]:
            before, state = state, after_step(state, step)
            if step["op"] != "unit" or any(before.read(step["unit"]) or ((("?", 1),),)):
                out.append(f"    {step_text(before, step, state)}")
        end = data["end"]
        if data["steps"]:
            out.append(f"    Now {objects_text(state, certificate)}")
        out += [f"    {s}" for s in end_text(state, end)]
        found = children(state, end)
        if "children" in end:
            nexts = [(f"{lab}", st, n) for (lab, st), n in zip(found, end["children"], strict=False)]
            out.append("    " + "; ".join(f"{lab} -> [{n}]" for lab, _, n in nexts))
            stack += reversed(nexts)
    return out


def objects_text(state: State, certificate: Mapping[str, Any]) -> str:
    """``K ~ u^2·‖(...)‖^2, volume ~ u``."""
    name = function_name(certificate)
    k = [_powered(v, s.k) for v, s in state.small.items() if s.k]
    h = [_powered(v, s.h) for v, s in state.small.items() if s.h]
    k += [_object(o, o.E) for o in state.objects if o.E]
    h += [_object(o, o.H) for o in state.objects if o.H]
    text = f"{name} ~ {' · '.join(k) or 'constant'}"
    if h:
        text += f", volume ~ {' · '.join(h)}"
    walls = [v for v, s in state.small.items() if s.wall]
    if walls:
        text += f", {', '.join(walls)} >= 0"
    if state.relations:
        text += ", where " + ", ".join(f"{show(r, 80)} = 0" for r in state.relations)
    return text


def _powered(v: str, e: Fraction) -> str:
    return v if e == 1 else f"{v}^{e}" if e.denominator == 1 and e > 0 else f"{v}^({e})"


def _object(o: Object, e: Fraction) -> str:
    inside = ", ".join(show_unsigned(g, 120) for g in o.gens[:6])
    if len(o.gens) > 6:
        inside += f", ... ({len(o.gens)})"
    body = f"|{inside}|" if len(o.gens) == 1 else f"‖({inside})‖"
    return body if e == 1 else f"{body}^{e}" if e.denominator == 1 and e > 0 else f"{body}^({e})"


def step_text(state: State, step: Mapping[str, Any], after: State) -> str:
    """One step in words."""
    op = step["op"]
    if op == "coordinate":
        unit, rest = show(state.read(step["unit"])), show(state.read(step["rest"]))
        new = step["var"] if unit == "1" else f"({unit})*{step['var']}"
        return f"New coordinate {step['var']} := {new}" + (f" + {rest}" if rest != "0" else "") + "."
    if op == "wall":
        new = f"({show(state.read(step['unit']))})*{step['var']} + {show(state.read(step['rest']))}"
        return f"The wall of the region becomes {step['var']} >= 0 in the coordinate {step['var']} := {new}."
    if op == "forget":
        return f"Nothing depends on {', '.join(step['vars'])} any more."
    if op == "fold":
        return f"Everything is even or odd in {step['var']}, so {step['var']} >= 0 is enough."
    gens = state.objects[step["obj"]].gens
    if op == "content":
        words = []
        for v, s in after.small.items():
            k, h = s.k - state.small[v].k, s.h - state.small[v].h
            words += [f"{_powered(v, k)} in K"] * (k != 0) + [f"{_powered(v, h)} in the volume"] * (h != 0)
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
    if op == "squares":
        names = ", ".join(show(state.read(p), 80) for _, p in step["parts"])
        return f"It is a sum of squares of {names}."
    if op == "split_sd":
        names = ", ".join(show(state.read(p), 80) for p in step["parts"])
        return f"Its sign is constant, so each of its parts {names} in separate variables has it: no cancellation."
    return f"{op}."


def end_text(state: State, end: Mapping[str, Any]) -> list[str]:
    """How a chart ends, in words."""
    kind = end["end"]
    if kind == "bound":
        return bound_text(state, end["weights"])
    if kind == "newton":
        return _newton_text(state, end)
    if kind == "snc":
        return _crossings_text(state, end)
    if kind == "same":
        names = ", ".join(f"{a} as {'-' if s < 0 else ''}{b}" for a, b, s in end["map"] if a != b or s < 0)
        return [f"This is chart [{end['node']}] again" + (f", with {names}." if names else ".")]
    if kind == "empty":
        return ["There is no such real point."]
    if kind == "open":
        return ["Nothing is proved here: the search ended before this chart."]
    if kind == "blowup":
        centre = ", ".join(v if w == 1 else f"{v} (weight {w})" for v, w in end["weights"])
        return [f"Blow up {centre} = 0."]
    if kind == "split":
        return [f"Treat {show(state.read(end['by']))} = 0 apart from the rest."]
    if kind == "signs":
        return [f"{show(state.read(end['of']))} has no zero: treat its two signs apart."]
    if kind == "product":
        return ["A product over separate variables: λ is the least of the parts, m adds up over those that attain it."]
    if kind == "sum":
        return ["A sum over separate variables: λ adds up, m is one plus the sum of the m - 1."]
    return [f"{kind}."]


def bound_text(state: State, weights: Sequence[Any]) -> list[str]:
    """The monomials that bound K from below, the point of the polyhedron the diagonal meets, and the least ratio."""
    total = {v: s.k for v, s in state.small.items()}
    volume = {v: s.h for v, s in state.small.items()}
    used = []
    for i, chosen in weights:
        o = state.objects[i]
        for j, c in chosen:
            g = o.gens[j]
            if g is None or len(g) != 1:
                return ["Monomials of the ideal bound K from below."]
            ((m, _),) = g.items()
            used.append(show({m: Fraction(1)}))
            for v, a in m:
                if v in total:
                    total[v] += o.E * Fraction(c) * a
                    volume[v] += min(o.H, Fraction(0)) * Fraction(c) * a
    ratios = {v: (volume[v] + 1) / t for v, t in total.items() if t > 0}
    out = []
    if used:
        many = "s " if len(used) > 1 else " "
        are = "are in the ideal; a weighted mean of them bounds" if len(used) > 1 else "is in the ideal and bounds"
        out.append(f"The monomial{many}{', '.join(used)} {are} K from below.")
    if not ratios:
        return [*out, "K has no zero here (λ = ∞)."]
    least = min(ratios.values())
    parts = [f"{v}: ({_inner(volume[v])}+1)/{_inner(total[v])} = {r}" for v, r in ratios.items()]
    return [*out, f"(h+1)/k for each variable: {'; '.join(parts)}. The least is {least}."]


def _crossings_text(state: State, end: Mapping[str, Any]) -> list[str]:
    """The branches, and the value where each set of them meets."""
    q = [show(state.read(p), 60) for p in end["q"]]
    out = [f"Normal crossings: {', '.join(q)} and the exceptional variables are coordinates wherever they meet."]
    names = [v for v in state.order if v in state.small]
    for chosen, weights in end["subsets"]:
        if weights is None:
            continue
        _, small, gens_of = _with_crossings(state, end, chosen, names)
        monomials = tuple(replace(o, gens=tuple(_content(g, small) for g in gens)) for o, gens in zip(
            state.objects, gens_of, strict=True))
        text = bound_text(replace(state, small=small, objects=monomials), weights)[-1]
        where = ", ".join(f"{q[i]} = 0" for i in chosen)
        out.append(f"Where {where}: {text}" if where else f"Where none of these is 0: {text}")
    return out


def _content(g: MaybePoly, small: Mapping[str, Small]) -> MaybePoly:
    """The monomial that a generator is, up to a unit."""
    if not g:
        return g
    exps = [dict(m) for m in g]
    common = {v: min(e.get(v, 0) for e in exps) for v in small}
    return {tuple(sorted((v, a) for v, a in common.items() if a)): Fraction(1)}


def _newton_text(state: State, end: Mapping[str, Any]) -> list[str]:
    names = [v for v in state.order if v in state.small]
    rays = sorted({tuple(r) for cone in end["cones"] for r in cone})
    out = ["No face function of the Newton polyhedron has a singular real zero off the coordinate planes: it decides."]
    terms = {m for o in state.objects for g in o.gens or () for m in _small_parts(g, names)}
    least = [m for m in terms if not any(n != m and _divides(n, m) for n in terms)]
    if len(least) <= 20 and len(state.objects) == 1:
        texts = sorted(show({m: Fraction(1)}) for m in least)
        out.insert(0, f"The term ideal is generated by {', '.join(texts)}.")
    best: tuple[Fraction, str] | None = None
    for ray in rays:
        weights = {v: w for v, w in zip(names, ray, strict=False) if w}
        num = sum((w * (state.small[v].h + 1) for v, w in weights.items()), Fraction(0))
        den = sum((w * state.small[v].k for v, w in weights.items()), Fraction(0))
        for o in state.objects:
            order = _order(o.gens, weights)
            if order is None:
                return out
            num, den = num + o.H * order, den + o.E * order
        if den and (best is None or num / den < best[0]):
            face = ", ".join(f"{v}:{w}" for v, w in weights.items())
            orders = f"volume {num}, order {den}, ratio {num / den}"
            best = (num / den, f"The diagonal meets the face with weights {face}: {orders}.")
    return [*out, best[1]] if best is not None else out


def _small_parts(g: MaybePoly, names: Sequence[str]) -> set[Monomial]:
    return {tuple((v, a) for v, a in m if v in names) for m in g or ()}


def _divides(n: Monomial, m: Monomial) -> bool:
    exps = dict(m)
    return all(exps.get(v, 0) >= a for v, a in n)


__all__ = ["bound_text", "deciding", "derivation", "end_text", "explain", "outline", "terminal_text"]

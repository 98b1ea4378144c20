"""The argument a person would write, told from the certificate alone.

``line``: the answer with its convention.  `text`: also where, the divisor that decides, and what the proof consists of.
``summary``: `text` and the argument in numbered sentences.  ``full``: `text` and every step of every chart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from rlct.certify.text import brackets, complex_coordinates, inner_function
from rlct.report.answers import Data, convention, headline, notes, place, shortened, where_attained
from rlct.report.answers import html as table
from rlct.report.ends import crossing_text, end_text, face_text, terminal_text
from rlct.report.polynomials import constant, decode, plus, show, times
from rlct.report.replay import BLOWN_UP, State, after_step, children, substitutions
from rlct.report.start import root_state
from rlct.report.words import function_name, objects_text, step_text

PARTS = {
    "product": "a product over separate variables (λ is the least of the parts)",
    "sum": "a sum over separate variables (the λ of the parts add up)",
    "composite": "functions of separate variables in a monomial ideal (each counts by the volumes of its small values)",
}
DEPTHS = ("line", "summary", "full")
TOLD = (
    *("coordinate", "flow", "implicit", "wall", "fold", "release", "unfold", "centre", "factor", "gcd", "root"),
    *("squares", "gather", "sign", "nonnegative", "split_sd", "complete", "combine", "trim", "restate", "ignore"),
)
"""Steps that the summary mentions; the others only tidy up."""
MOST_STEPS = 6
MOST_CHARTS = 10
MOST_READ = 200


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
    out = text(data)
    certificate = data["certificate"]
    if certificate is None:
        return out
    return "\n".join([out, "", *_guarded(argument if depth == "summary" else derivation, certificate)])


def text(data: Data) -> str:
    """What is printed without being asked for an explanation."""
    lines = [headline(data), f"  of     {convention(data)}", f"  where  {place(data)}"]
    attained = where_attained(data)
    if attained is not None:
        lines.append(f"  worst  {attained}")
    if data["method"]:
        lines.append(f"  by     {', '.join(data['method'])}")
    lines += [f"  note   {note}" for note in notes(data)]
    *why, proof = [*reasons(data)] or [""]
    lines += [f"  why    {s}" for s in why]
    if proof:
        lines.append(f"  proof  {proof}")
    return "\n".join(lines)


def reasons(data: Data) -> list[str]:
    """Sentences on the divisor that decides, and last one on the proof; none without a certificate."""
    certificate = data["certificate"]
    return [] if certificate is None else [*_guarded(deciding, certificate), outline(certificate)]


def html(data: Data) -> str:
    """A small table for notebooks."""
    return table(data, reasons(data))


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
        "fibre": "blown up, charts overlapping",
        "normalise": "with a variable scaled to 1 or -1",
        "split": "split into strata",
        "either": "treated in two ways",
        "signs": "split by a sign",
        "halves": "cut in two halves",
        "product": "split as a product",
        "sum": "split as a sum",
        "composite": "composed of functions of separate variables",
        "jung": "seen in plane slices",
        "sections": "seen in plane sections between marks",
        "tree": "read off the tree of real branches",
        "power": "a variable integrated out",
        "bound": "read off monomials",
        "newton": "nondegenerate on the Newton polyhedron",
        "terms": "read off independent terms",
        "snc": "with normal crossings",
        "same": "equal to an earlier one",
        "empty": "without points",
        "open": "left open",
    }
    parts = [f"{ends[end]} {word}" for end, word in words.items() if ends[end]]
    number = len(certificate["nodes"])
    told = f"{number} chart{'s' * (number != 1)}: {', '.join(parts)}"
    return f"of the upper bound only; {told}" if ends["open"] and not ends["either"] else told


def deciding(certificate: Mapping[str, Any], with_path: bool = True) -> list[str]:
    """Sentences on the divisor that realises the value, and (with_path) on the way to it."""
    upper = certificate["upper"]
    if upper is None:
        return []
    cell, node = certificate["root"]["cells"][upper["cell"]]
    start = root_state(certificate, cell)
    return _follow(certificate, start, node, upper, "", with_path)


def _follow(
    certificate: Mapping[str, Any], state: State, node: int, upper: Mapping[str, Any], where: str, with_path: bool
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
        if end["end"] in BLOWN_UP:
            centre = ", ".join(f"{v} (weight {w})" if w != 1 else v for v, w in end["weights"])
            out.append(f"{where}blow up {centre} = 0; {label}: {shortened(objects_text(state, certificate))}")
        elif end["end"] in ("normalise", "split", "signs", "halves"):
            if out and out[-1].startswith(f"{where}where "):
                out[-1] += f", then {label}"
            else:
                out.append(f"{where}where {label}")
        node = end["children"][child]
    if not with_path:
        out = []
    if "parts" in terminal:
        parts = children(state, end)
        out.append(f"{where}{PARTS[end['end']]}:")
        for (label, part), child_node, up in zip(parts, end["children"], terminal["parts"], strict=True):
            if up is not None:
                found = _follow(certificate, part, child_node, up, "  ", with_path)
                out += [f"  {label}: {found[0].strip()}" if len(found) == 1 else f"  {label}:"]
                out += [f"  {s}" for s in found] if len(found) > 1 else []
        return out
    lam = "λ" if not where else "the λ of this part"
    return out + [f"{where}{s}" for s in terminal_text(state, end, terminal, function_name(certificate), lam)]


def _new_coordinates(certificate: Mapping[str, Any]) -> list[str]:
    """In which coordinates everything else is told."""
    claim = certificate["claim"]
    out = [_coordinates_text(claim)] if claim.get("coordinates") else []
    out += [f"Brackets serve as coordinates: {', '.join(brackets(claim))}."] if claim.get("brackets") else []
    out += [_inner_text(claim)] if claim.get("inner") else []
    return out + ([_complex_text(certificate)] if "complex" in certificate["root"] else [])


def _coordinates_text(claim: Mapping[str, Any]) -> str:
    """What became coordinates before anything was expanded."""
    names = claim["variables"]
    made = [
        f"{v} := {show(plus({((v, 1),): Fraction(1)}, times(constant(Fraction(1, k)), decode(rest, names))))}"
        for v, k, rest in claim["coordinates"]
    ]
    return f"These serve as coordinates, one after the other: {', '.join(made)}."


def _inner_text(claim: Mapping[str, Any]) -> str:
    """The functions of single variables that became coordinates of a box."""
    names = ", ".join(v for v, _, _ in claim["inner"])
    made = ", ".join(f"{v} := {inner_function(v, q)}" for v, q, _ in claim["inner"])
    return f"Only functions of {names} occur that are monotone on the region; they serve as coordinates: {made}."


def _complex_text(certificate: Mapping[str, Any]) -> str:
    """The complex coordinates of a problem over C."""
    what = "f" if certificate["claim"]["mode"] == "abs" else "K"
    return (
        f"{what} is made of real and imaginary parts of polynomials over C. What follows is in the coordinates "
        f"{', '.join(complex_coordinates(certificate))} around the point, and | | stands for the square of the "
        "absolute value, also in the volume."
    )


# -- the argument in sentences ---------------------------------------------------------------------
def argument(certificate: Mapping[str, Any]) -> list[str]:
    """Numbered sentences: the way to the chart that decides, what is seen there, the two bounds."""
    root, upper = certificate["root"], certificate["upper"]
    at = 0 if upper is None else upper["cell"]
    codes, node = root["cells"][at]
    state = root_state(certificate, codes)
    names = certificate["claim"]["variables"]
    at_or_in = "At" if isinstance(codes, Mapping) else "In"
    where = "At the point, moved to 0," if codes == "at" else f"{at_or_in} {_cell_text(names, codes)}"
    told = _new_coordinates(certificate)
    told.append(f"{where} {objects_text(state, certificate)}.")
    path = [] if upper is None else list(upper["path"])
    while True:
        data = certificate["nodes"][node]
        words, state = _steps_text(state, data["steps"], certificate)
        told += words
        end = data["end"]
        if end["end"] == "same":
            told.append(f"This is chart [{end['node']}] up to names.")
            node = end["node"]
            state = starts(certificate)[node]
            continue
        if not path or "children" not in end:
            break
        child = path.pop(0)
        label, after = children(state, end)[child]
        done = end_text(state, end)[0]
        if end["end"] in BLOWN_UP:
            done += f" In {label} ({substitutions(state, end['weights'])[child]})"
        else:
            done += f" Where {label}"
        told.append(f"{done} {objects_text(after, certificate)}.")
        state, node = after, end["children"][child]
    terminal = {} if upper is None else upper["at"]
    if end["end"] == "snc":
        worst = crossing_text(state, end, terminal.get("snc", []))
        told.append(" ".join([end_text(state, end)[0], *([worst] if worst else [])]))
    elif end["end"] in (*BLOWN_UP, "normalise", "split", "signs", "halves"):
        names = [v for v in state.order if v in state.small]
        weights = {v: w for v, w in zip(names, (terminal.get("rays") or [[]])[0], strict=False) if w}
        seen = face_text(state, weights) if weights else []
        told.append(" ".join([*seen, *(["That does not settle it."] if seen else []), *end_text(state, end)]))
        told.append(_charts(certificate))
    elif end["end"] in PARTS:
        told += [" ".join(end_text(state, end)), _charts(certificate)]
    elif end["end"] != "open":
        told.append(" ".join(end_text(state, end)))
    numbered = [*told, *_conclusion(certificate)]
    return [f"  {n}. {sentence}" for n, sentence in enumerate(numbered, 1)]


def _charts(certificate: Mapping[str, Any]) -> str:
    """One line for each chart in which the search ended; of many, those that attain the value come first."""
    inner = {n for n, node in enumerate(certificate["nodes"]) if node["end"].get("children")}
    leaves = [(label, state, n) for label, state, n in visited(certificate) if n not in inner]
    lines = []
    for label, state, n in leaves[:MOST_READ]:
        for step in certificate["nodes"][n]["steps"]:
            state = after_step(state, step)
        said = end_text(state, certificate["nodes"][n]["end"])
        kept = [t for t in said if t.startswith(("The diagonal", "(h+1)/k", "This is", "There is", "Nothing"))]
        lines.append(f"\n     [{n}] {label}: {objects_text(state, certificate)}. {(kept or said)[0]}")
    if len(leaves) > MOST_CHARTS:
        value = certificate["claim"]["lambda"]
        lines.sort(key=lambda line: not line.endswith((f"The least is {value}.", f"ratio {value}.")))
        lines[MOST_CHARTS:] = [f"\n     ... and {len(leaves) - MOST_CHARTS} more (full depth shows them all)."]
    return f"The charts where it ends:{''.join(lines)}"


def _steps_text(
    state: State, steps: Sequence[Mapping[str, Any]], certificate: Mapping[str, Any]
) -> tuple[list[str], State]:
    """The steps of one chart as one sentence or none, and the state after them."""
    name, words = function_name(certificate), []
    for step in steps:
        before, state = state, after_step(state, step)
        if step["op"] in TOLD:
            words.append(step_text(before, step, state, name))
    if len(words) > MOST_STEPS:
        words = [*words[: MOST_STEPS - 1], f"({len(words) - MOST_STEPS + 1} more steps of this kind.)"]
    if not words:
        return [], state
    return [f"{' '.join(words)} Now {objects_text(state, certificate)}."], state


def _conclusion(certificate: Mapping[str, Any]) -> list[str]:
    """The two bounds and what follows from them."""
    claim = certificate["claim"]
    lam, m = claim["lambda"], claim["multiplicity"]
    if lam == "inf":
        return ["So there is no zero, and λ = ∞."]
    out = []
    kinds = {n["end"]["end"] for n in certificate["nodes"]}
    is_open = "open" in kinds and "either" not in kinds
    number = len(certificate["nodes"])
    if not is_open:
        region = "the region" if claim["at"] is None else "a neighbourhood of the point"
        covered = "this chart is everything" if number == 1 else f"the {number} charts cover {region}"
        worse = "" if m is None else f", with m <= {m} where it is {lam}"
        out.append(f"Lower bound: {covered}, so λ >= {lam}{worse}.")
    if certificate["upper"] is not None:
        sentences = deciding(certificate, with_path=False)
        out.append("Upper bound: " + "; ".join(s.strip() for s in sentences) + ".")
    last = f"λ = {lam}" + ("" if m is None else f", m = {m}")
    if is_open:
        out.append(f"So λ <= {lam}; charts were left open, so the certificate proves nothing from below.")
    elif certificate["upper"] is None:
        out.append(f"So λ >= {lam}.")
    else:
        out.append(f"So {last}.")
    return out


# -- the whole derivation --------------------------------------------------------------------------
def derivation(certificate: Mapping[str, Any]) -> list[str]:
    """Every chart with its steps; charts are numbered as in the certificate."""
    out = ["The proof, chart by chart (numbers are those of the certificate; ~ means equal up to positive bounds):"]
    root = certificate["root"]
    if root["semidefinite"] is not None:
        by = "z3" if root["semidefinite"] == "z3" else "the steps in the certificate"
        out.append(f"K keeps one sign near the points in question (by {by}), which is used below.")
    out += _new_coordinates(certificate)
    for codes, node in root["cells"]:
        state = root_state(certificate, codes)
        where = "the point, moved to 0" if codes == "at" else _cell_text(certificate["claim"]["variables"], codes)
        out += _tell(certificate, [(where, state, node)])
    return [*out, "", *_conclusion(certificate)]


def _cell_text(names: Sequence[str], codes: Any) -> str:
    if isinstance(codes, Mapping):
        polys = (f"{v}@ = {show(decode(g, names))}" for v, g in codes["local"])
        return "the point, in the coordinates " + ", ".join(polys)
    words = {
        "in": "inside",
        "lo": "at its lower end",
        "hi": "at its upper end",
        "zero": "at 0",
        "up": "above its lower end",
        "any": "anywhere",
    }
    return "the cell " + ", ".join(f"{v} {words[c]}" for v, c in zip(names, codes, strict=True))


def _tell(certificate: Mapping[str, Any], start: list[tuple[str, State, int]]) -> list[str]:
    out: list[str] = []
    name = function_name(certificate)
    stack = list(reversed(start))
    while stack:
        label, state, node = stack.pop()
        data = certificate["nodes"][node]
        out.append("")
        out.append(f"[{node}] {label}: {objects_text(state, certificate)}")
        for step in data["steps"]:
            before, state = state, after_step(state, step)
            if step["op"] != "unit" or any(before.read(step["unit"]) or ((("?", 1),),)):
                out.append(f"    {step_text(before, step, state, name)}")
        end = data["end"]
        if data["steps"]:
            out.append(f"    Now {objects_text(state, certificate)}")
        out += [f"    {s}" for s in end_text(state, end)]
        found = children(state, end)
        if "children" in end:
            pairs = list(zip(found, end["children"], strict=False))
            out.append("    " + "; ".join(f"{lab} -> [{n}]" for (lab, _), n in pairs))
            images = substitutions(state, end["weights"]) if end["end"] in BLOWN_UP else [""] * len(pairs)
            nexts = [(f"{lab} ({x})" if x else lab, st, n) for ((lab, st), n), x in zip(pairs, images, strict=False)]
            stack += reversed(nexts)
    return out


def starts(certificate: Mapping[str, Any]) -> dict[int, State]:
    """The state at the start of every chart."""
    return {n: state for _, state, n in visited(certificate)}


def visited(certificate: Mapping[str, Any]) -> list[tuple[str, State, int]]:
    """Every chart with its label and the state at its start, in the order of the tree."""
    root = certificate["root"]
    names = certificate["claim"]["variables"]
    todo = [
        ("the point" if codes == "at" else _cell_text(names, codes), root_state(certificate, codes), node)
        for codes, node in reversed(root["cells"])
    ]
    out = []
    while todo:
        label, state, node = todo.pop()
        out.append((label, state, node))
        data = certificate["nodes"][node]
        for step in data["steps"]:
            state = after_step(state, step)
        if "children" in data["end"]:
            found = children(state, data["end"])
            todo += [
                (word, st, n) for (word, st), n in reversed(list(zip(found, data["end"]["children"], strict=False)))
            ]
    return out


__all__ = ["argument", "deciding", "derivation", "explain", "html", "outline", "text"]

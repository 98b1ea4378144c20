"""The kernel of the checker: walks the script of a certificate and computes the threshold it proves.

Trusted base: this module, `rlct.certify.obligations`, `algebra`, `schema`, sympy's integer polynomials, and z3 for the
questions the report counts.  Nothing is imported from the search, and nothing it found is believed: the states are
computed here from the claim, the values from the states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from rlct.certify import algebra
from rlct.certify.certificate import Certificate
from rlct.certify.obligations import constraints, root, steps, upper
from rlct.certify.obligations.composite import Composite
from rlct.certify.obligations.ends import WAITING, ending
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.same import equal_states
from rlct.certify.obligations.state import State
from rlct.certify.obligations.value import INFINITE, Value, product, total, worst
from rlct.certify.report import CheckReport, report
from rlct.errors import CertificateError, RlctError

Data = dict[str, Any]
PARTS = ("product", "sum", "composite")
COMBINE = {"product": product, "sum": total}


def check(certificate: Certificate | Mapping[str, Any] | str | Path) -> CheckReport:
    """Prove a certificate again, from its claim alone.

    Parameters
    ----------
    certificate : a `Certificate`, its dictionary, or the path of its file.

    Returns
    -------
    CheckReport : what is proved, and on what it rests; `print` it.

    Raises
    ------
    CertificateError : the certificate does not prove its claim; `ObligationFailed` names the obligation and the place,
        `SchemaError` the field that does not fit.
    OSError : the file cannot be read.

    Notes
    -----
    `docs/certificate-format.md` states every obligation.
    """
    try:
        if isinstance(certificate, Certificate):
            data = Certificate.from_dict(certificate.data).data
        elif isinstance(certificate, (str, Path)):
            data = Certificate.load(certificate).data
        else:
            data = Certificate.from_dict(certificate).data
        return _check(data)
    except (RlctError, OSError):
        raise
    except Exception as error:  # bad input must never surface as another exception
        raise CertificateError(f"the certificate cannot be followed: {type(error).__name__}: {error}") from error


@dataclass
class _Tree:
    """The script as executed: end states, children and values of the nodes visited."""

    data: Sequence[Data]
    states: dict[int, State]
    children: dict[int, tuple[int, ...]]
    combine: dict[int, Callable[[Sequence[Value]], Value]]
    composites: dict[int, Composite]
    values: dict[int, Value]
    open: bool = False
    more: dict[int, frozenset[int]] = field(default_factory=dict)  # children that show one divisor less than there are
    weaker: set[int] = field(default_factory=set)  # `same` as a node with more points


def _check(data: Data) -> CheckReport:
    names = root.names(data)
    ledger = Ledger(algebra.make_ring(len(names)), names, over_c="complex" in data["root"])
    starts = root.cells(ledger, data)
    entry = [n for _, n in data["root"]["cells"]]
    tree = _execute(ledger, data["nodes"], list(zip(entry, starts, strict=True)))
    _compare(ledger, tree)
    _evaluate(ledger, tree, entry)
    claim = data["claim"]
    lam = None if claim["lambda"] == "inf" else Fraction(claim["lambda"])
    ledger.where = "claim"
    ledger.require(lam is None or lam > 0, "claim", "lambda > 0")
    ledger.require(lam is not None or claim["multiplicity"] is None, "claim", "no multiplicity for infinite lambda")
    found = worst(tree.values[n] for n in entry)
    claimed = INFINITE if lam is None else Value(lam, claim["multiplicity"] or 0)
    nothing = tree.open and found.key < claimed.key  # open nodes: only an upper bound is proved
    if not nothing:
        _lower(ledger, found, lam, claim["multiplicity"])
    if data["upper"] is not None:
        _upper(ledger, tree, entry, data["upper"], lam, claim["multiplicity"])
    attained = data["upper"] is not None or lam is None
    ledger.where = "claim"
    ledger.require(not nothing or data["upper"] is not None, "something is proved", "no open node or an upper part")
    proved = "upper bound" if nothing else "threshold" if attained else "lower bound"
    return report(data, lam, proved, ledger.proved, ledger.methods)


# ---------------------------------------------------------------- downwards: states
def _execute(ledger: Ledger, nodes: Sequence[Data], entry: list[tuple[int, State]]) -> _Tree:
    """Run the steps of every node from the roots down, each node once (depth first, without recursion)."""
    tree = _Tree(nodes, {}, {}, {}, {}, {})
    todo = list(reversed(entry))
    while todo:
        n, s = todo.pop()
        ledger.where = f"nodes[{n}]"
        ledger.pick(nodes, n, "node")
        ledger.require(n not in tree.states, "tree", "a node with one parent")
        for i, step in enumerate(nodes[n]["steps"]):
            ledger.where = f"nodes[{n}].steps[{i}] ({step['op']})"
            s = steps.apply(ledger, s, step)
        end = nodes[n]["end"]
        ledger.where = f"nodes[{n}].end ({end['end']})"
        s = s if end["end"] in WAITING else constraints.finish(ledger, s)
        tree.states[n] = s
        tree.children[n] = tuple(end.get("children", ()))
        if end["end"] == "same":
            continue
        out = ending(ledger, s, end)
        tree.combine[n] = out.combine
        if out.more:
            tree.more[n] = out.more
        if out.composite is not None:
            tree.composites[n] = out.composite
        tree.open = tree.open or out.open
        if out.value is not None:
            tree.values[n] = out.value
        todo += reversed(list(zip(tree.children[n], out.children, strict=True)))
    ledger.where = "nodes"
    unreached = [n for n in range(len(nodes)) if n not in tree.states]
    ledger.require(not unreached, "tree", "every node reached", f"{unreached[:5]} are not")
    return tree


def _compare(ledger: Ledger, tree: _Tree) -> None:
    """The nodes that end in `same` have the state of the node they name."""
    for n, node in enumerate(tree.data):
        end = node["end"]
        if end["end"] == "same":
            ledger.where = f"nodes[{n}].end (same)"
            there = ledger.pick(tree.data, end["node"], "node")
            if not equal_states(ledger, tree.states[n], tree.states[there], end["map"]):
                tree.weaker.add(n)


# ---------------------------------------------------------------- upwards: values
def _needs(tree: _Tree, n: int) -> tuple[int, ...]:
    end = tree.data[n]["end"]
    return (end["node"],) if end["end"] == "same" else tree.children[n]


def _evaluate(ledger: Ledger, tree: _Tree, entry: Sequence[int]) -> None:
    """Values from the leaves up; a node that needs its own value is refused."""
    for start in entry:
        active: set[int] = set()
        todo = [start]
        while todo:
            n = todo[-1]
            waiting = [c for c in _needs(tree, n) if c not in tree.values] if n not in tree.values else []
            if waiting:
                ledger.where = f"nodes[{n}].end"
                active.add(n)
                ledger.require(not active & set(waiting), "tree", "no node that refers to itself", str(waiting[0]))
                todo += waiting
                continue
            todo.pop()
            active.discard(n)
            if n not in tree.values:
                parts = [tree.values[c] for c in _needs(tree, n)]
                if tree.data[n]["end"]["end"] == "same":
                    tree.values[n] = parts[0]
                else:
                    tree.values[n] = tree.combine[n](parts)


def _lower(ledger: Ledger, found: Value, lam: Fraction | None, m: int | None) -> None:
    """The threshold is no worse than claimed."""
    ledger.where = "root"
    claimed = INFINITE if lam is None else Value(lam, m if m is not None else 0)
    if m is None and found.lam is not None and found.lam == lam:
        ledger.require(True, "lower bound")
        return
    ledger.require(found.key >= claimed.key, "lower bound", f"no worse than {claimed}", str(found))


# ---------------------------------------------------------------- the upper part
def _upper(ledger: Ledger, tree: _Tree, entry: Sequence[int], part: Data, lam: Fraction | None, m: int | None) -> None:
    """The claimed threshold is attained."""
    ledger.where = "upper"
    cell = ledger.pick(entry, part["cell"], "cell")
    found = _follow(ledger, tree, entry[cell], part, "upper")
    ledger.where = "upper"
    assert found.lam is not None
    ledger.require(lam is not None and found.lam <= lam, "upper bound", f"lambda at most {lam}", str(found))
    fits = m is None or found.lam < (lam or 0) or found.m >= m
    ledger.require(fits, "upper bound", f"at least as bad as ({lam}, {m})", str(found))


def _follow(ledger: Ledger, tree: _Tree, n: int, part: Data, where: str) -> Value:
    """Go down the path from node n and evaluate the terminal."""
    n = _leave(ledger, tree, n, where)
    more, line = 0, None
    for step, child in enumerate(part["path"]):
        ledger.where = f"{where}.path[{step}]"
        kind = tree.data[n]["end"]["end"]
        ledger.require(kind not in PARTS, "upper part", "parts at an end with separate variables", kind)
        slice_ = tree.children[n][ledger.pick(tree.children[n], child, "child")]
        if child in tree.more.get(n, ()):
            more, line = more + 1, (slice_, tree.data[n]["end"]["over"])
        n = _leave(ledger, tree, slice_, where)
    at, end = part["at"], tree.data[n]["end"]
    ledger.where = f"{where}.at (nodes[{n}])"
    if "parts" not in at:
        found = upper.terminal(ledger, tree.states[n], end, at)
        # in the middle of an edge a bar of the slice, or s = 0, stands for one divisor more; a branch is one by itself
        over = at.get("tree") == "bar" or (at.get("tree") == "line" and line == (n, end["over"]))
        return Value(found.lam, found.m + (more if over else 0))
    kind, parts = end["end"], at["parts"]
    fits = kind in PARTS and len(parts) == len(tree.children[n]) and (kind == "composite") == ("rays" in at)
    ledger.require(fits, "upper part", "one part for each child of an end with separate variables", kind)
    values = []
    for i, (child, p) in enumerate(zip(tree.children[n], parts, strict=True)):
        if p is not None:
            values.append(_follow(ledger, tree, child, p, f"{where}.at.parts[{i}]"))
            continue
        ledger.where = f"{where}.at.parts[{i}]"
        ledger.require(kind == "product", "upper part", "a part for each child")
        upper.has_point(ledger, tree.states[child])
    ledger.require(bool(values), "upper part", "a part that is not null")
    ledger.where = f"{where}.at (nodes[{n}])"
    if kind == "composite":
        return upper.composed(ledger, tree.states[n], tree.composites[n], values, at["rays"])
    return COMBINE[kind](values)


def _leave(ledger: Ledger, tree: _Tree, n: int, where: str) -> int:
    """The node whose state stands for node n: `same` is followed (also more than once)."""
    while tree.data[n]["end"]["end"] == "same":
        ledger.where = where
        ledger.require(n not in tree.weaker, "upper part", "no `same` with fewer conditions N on the path")
        upper.known_exactly(ledger, tree.states[n])
        n = tree.data[n]["end"]["node"]
    return n


__all__ = ["CheckReport", "check"]

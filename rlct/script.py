"""From the nodes that a search has left to the `nodes` of a certificate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rlct.exact.leaves import Upper

Nodes = list[dict[str, Any]]


def reachable(nodes: Nodes, roots: Sequence[int]) -> tuple[Nodes, dict[int, int]]:
    """Only the nodes that the roots need, renumbered in order of first visit; and old number -> new number."""
    rename: dict[int, int] = {}
    stack = list(reversed(roots))
    while stack:
        n = stack.pop()
        if n in rename:
            continue
        rename[n] = len(rename)
        end = nodes[n]["end"]
        stack += reversed(end.get("children", []))
        if end["end"] == "same":
            stack.append(end["node"])
    out: Nodes = [{}] * len(rename)
    for old, new in rename.items():
        end = dict(nodes[old]["end"])
        if "children" in end:
            end["children"] = [rename[c] for c in end["children"]]
        if end["end"] == "same":
            end["node"] = rename[end["node"]]
        out[new] = {"steps": nodes[old]["steps"], "end": end}
    return out, rename


def only_realised(nodes: Nodes, roots: Sequence[int], cell: int, up: Upper) -> tuple[Nodes, list[int]] | None:
    """The script with every chart left open that the realised upper bound does not need.

    None when the path goes through a chart that an abandoned branch of the search had solved.
    """
    parent = {c: n for n in _tree(nodes, roots) for c in nodes[n]["end"].get("children", [])}
    known = {*roots, *parent}
    needed: set[int] = set()
    todo: list[tuple[int, list[int], Any]] = [(roots[cell], list(up.path), up.terminal)]
    while todo:
        n, path, terminal = todo.pop()
        if n not in known:
            return None
        m = n
        while m not in needed:
            needed.add(m)
            m = parent.get(m, m)
        end = nodes[n]["end"]
        if end["end"] == "same":
            todo.append((end["node"], path, terminal))
        elif path:
            todo.append((end["children"][path[0]], path[1:], terminal))
        elif "parts" in terminal:
            for child, part in zip(end["children"], terminal["parts"], strict=True):
                # the stratum of a part that does not matter must have a point: its own steps are kept
                todo.append((child, [], {}) if part is None else (child, list(part["path"]), part["at"]))
    out = list(nodes)
    blank: dict[str, Any] = {"steps": [], "end": {"end": "open"}}
    inner = {m for m in needed if any(c in needed for c in nodes[m]["end"].get("children", []))}
    ends = needed - inner
    for m in ends:
        if "children" in nodes[m]["end"]:
            out[m] = {"steps": nodes[m]["steps"], "end": {"end": "open"}}
    for m in inner:
        children = []
        for c in nodes[m]["end"]["children"]:
            if c not in needed:
                out.append(blank)
                c = len(out) - 1
            children.append(c)
        out[m] = {"steps": nodes[m]["steps"], "end": {**nodes[m]["end"], "children": children}}
    starts = []
    for r in roots:
        if r not in needed:
            out.append(blank)
            r = len(out) - 1
        starts.append(r)
    return out, starts


def _tree(nodes: Nodes, roots: Sequence[int]) -> list[int]:
    found, stack = [], list(roots)
    while stack:
        n = stack.pop()
        found.append(n)
        stack += nodes[n]["end"].get("children", [])
    return found


__all__ = ["only_realised", "reachable"]

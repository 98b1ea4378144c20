"""Where a value is attained: follow a realised upper bound back to the coordinates of the problem."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from rlct.exact.leaves import Upper
from rlct.exact.poly import Poly
from rlct.exact.resolve import Outcome
from rlct.localize import Cell, Claim, denominator
from rlct.problem import Problem

Image = tuple[Poly, Poly]  # numerator, denominator


def locate(
    problem: Problem, claim: Claim, cell: Cell, outcome: Outcome, up: Upper, nodes: list[dict[str, Any]]
) -> tuple[Any, ...]:
    """The point (tuple of Fractions) or a description of the stratum where the upper bound is attained."""
    ring = claim.ring
    images = {i: (g.at_zero(cell.chart.small), ring.const(denominator(g))) for i, g in cell.images.items()}
    order = list(cell.chart.order)
    node, path, terminal = outcome.node, list(up.path), up.terminal
    names = {n: i for i, n in enumerate(ring.names)}
    equations: list[Poly] = []
    values: dict[int, Fraction] = {}
    complete = True
    while True:
        for step in nodes[node]["steps"]:
            if step["op"] in ("coordinate", "wall"):
                i = names[step["var"]]
                unit, rest = _decode(ring, order, step["unit"]), _decode(ring, order, step["rest"])
                images = {v: _change(im, i, unit, rest) for v, im in images.items()}
        end = nodes[node]["end"]
        if end["end"] == "same":
            complete = False
            break
        if end["end"] in ("product", "sum") or not path:
            break
        child = path.pop(0)
        if end["end"] == "split" and child == 1:
            how = end["zero"]
            f = _decode(ring, order, end["by"])
            if "solve" in how:
                i = names[how["solve"]]
                unit, rest = _decode(ring, order, how["unit"]), _decode(ring, order, how["rest"])
                images = {v: _change(im, i, unit, rest) for v, im in images.items()}
                images = {v: (a.at_zero([i]), b.at_zero([i])) for v, (a, b) in images.items()}
            else:
                equations.append(f)
                if "etale" in how:
                    order.append(names[how["name"]])
        node = end["children"][child]
    for point in _points(terminal):
        if point == "z3":
            complete = False
        else:
            values.update({names[v]: Fraction(x) for v, x in point.items()})
    out: list[Fraction | None] = []
    for i in range(len(problem.variables)):
        a, b = images[i]
        known = (a.variables | b.variables) <= values.keys()
        if known and b.value(values):
            out.append(a.value(values) / b.value(values))
        else:
            out.append(None)
    if all(x is not None for x in out) and (complete or not equations):
        return (tuple(out),)
    known_text = [f"{v}={x}" for v, x in zip(problem.variables, out, strict=True) if x is not None]
    text = "a point with " + ", ".join([*known_text, *(f"{f!r} = 0" for f in equations)])
    return (text if known_text or equations else "the stratum named by the certificate",)


def _points(terminal: dict[str, Any]) -> list[Any]:
    if "parts" in terminal:
        return [p for part in terminal["parts"] if part is not None for p in _points(part["at"])]
    return [terminal["point"]]


def _decode(ring: Any, order: list[int], data: list[Any]) -> Poly:
    out = {}
    for e, c in data:
        full = [0] * ring.n
        for i, a in zip(order, e, strict=False):
            full[i] = a
        out[tuple(full)] = c
    p: Poly = ring.from_terms(out)
    return p


def _change(image: Image, i: int, unit: Poly, rest: Poly) -> Image:
    """The image after unit·x_i + rest became x_i."""
    a, b = image
    da, db = a.degrees[i], b.degrees[i]
    if da == db == 0:
        return image
    a, b = a.solve_into(i, unit, rest), b.solve_into(i, unit, rest)
    if da > db:
        b = b * unit ** (da - db)
    elif db > da:
        a = a * unit ** (db - da)
    return a, b

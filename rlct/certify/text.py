"""The problem of a certificate as readable text: what it is that was proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Any

LONGEST = 2000


@dataclass(frozen=True)
class ProblemText:
    """Functions, point, region and prior of a claim (None: there is none).

    Where a claim changes the coordinates, functions and prior are in the new ones, the point is in the old ones.
    """

    functions: tuple[str, ...]
    at: str | None
    region: str | None
    prior: str | None
    coordinates: tuple[str, ...] = ()


def problem_text(claim: dict[str, Any]) -> ProblemText:
    """Write out the claim of a certificate.

    >>> claim = {"variables": ["x", "y"], "functions": [[["1", [[[[[2], 1], [[0, 1], -3]], 2]]]]], "prior": [],
    ...          "at": ["0", "1/2"], "box": None, "constraints": []}
    >>> problem_text(claim).functions, problem_text(claim).at
    (('(x^2 - 3*y)^2',), 'x = 0, y = 1/2')
    """
    names = claim["variables"]
    at = None
    if claim["at"] is not None:
        at = ", ".join(f"{v} = {number(p)}" for v, p in zip(names, _point(claim), strict=True))
    region = []
    inner = {v: ends for v, _, ends in claim.get("inner", ())}
    for v, ends in zip(names, claim["box"] or (), strict=False):
        lo, hi = inner.get(v, ends)
        if lo is not None or hi is not None:
            region.append((f"{lo} <= " if lo is not None else "") + v + (f" <= {hi}" if hi is not None else ""))
    region += [f"{polynomial(c, names)} >= 0" for c in claim["constraints"]]
    prior = " * ".join(f"|{polynomial(p, names)}|^({x})" for p, x in claim["prior"])
    return ProblemText(
        tuple(expression(f, names) for f in claim["functions"]),
        at,
        ", ".join(region) or None,
        prior or None,
        (
            *(coordinate(c, names) for c in claim.get("coordinates", ())),
            *brackets(claim),
            *(f"{v} := {inner_function(v, q)}" for v, q, _ in claim.get("inner", ())),
        ),
    )


def coordinate(change: Sequence[Any], names: Sequence[str]) -> str:
    """A change of coordinates `[var, k, rest]`: var + rest/k is the new var.

    >>> coordinate(["x", 2, [[[0, 2], 3]]], ["x", "y"])
    'x := x + (3*y^2)/2'
    """
    v, k, rest = change
    text = polynomial(rest, names)
    return f"{v} := {v} + ({text})" + (f"/{k}" if k != 1 else "")


def brackets(claim: Mapping[str, Any]) -> tuple[str, ...]:
    """Functions that take the place of variables, all at once, and the factors that were left out."""
    found, names = claim.get("brackets"), claim["variables"]
    if found is None:
        return ()
    values = [(v, polynomial(p, names), k) for v, k, p in found["coordinates"]]
    made = ", ".join(f"({p})/{k}" if k != 1 else p for _, p, k in values)
    out = [f"({', '.join(v for v, _, _ in values)}) := ({made})"]
    units = [f"({polynomial(p, names)})^({e})" for p, e in (*chain(*found["units"]), *found["prior"])]
    return (*out, f"without the factors {' '.join(units)}") if units else tuple(out)


def inner_function(v: str, coefficients: Sequence[int]) -> str:
    """The function of a variable that takes its place.

    >>> inner_function("x", [0, -1, 2])
    '2*x^2 - x'
    """
    return polynomial([[[k], c] for k, c in enumerate(coefficients) if c], [v])


def complex_coordinates(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The complex coordinates of a certificate, and what their unit is; none where it is real."""
    found, names = data["root"].get("complex"), data["claim"]["variables"]
    if found is None:
        return ()
    unit, square = found["unit"], found["square"]
    made = [f"{z} = {polynomial(a, names)} + {unit}*({polynomial(b, names)})" for z, a, b in found["coordinates"]]
    return (*made, f"{unit}^2 = -{square}")


def _point(claim: dict[str, Any]) -> list[Any]:
    """The point in the coordinates of the question: the changes undone, the last one first.

    A coordinate that depends on an irrational one is written as a polynomial in it.
    """
    point, names = list(claim["brackets"]["at"] if "brackets" in claim else claim["at"]), claim["variables"]
    irrational = {v for v, p in zip(names, point, strict=True) if isinstance(p, dict)}
    for v, k, rest in reversed(claim.get("coordinates", ())):
        if irrational & {names[j] for exps, _ in rest for j, a in enumerate(exps) if a}:
            moved = polynomial([[exps, -c] for exps, c in rest], names)
            ratio = f"({moved})/{k}" if k != 1 else moved
            point[names.index(v)] = ratio if point[names.index(v)] == "0" else f"{point[names.index(v)]} + {ratio}"
            irrational.add(v)
            continue
        value = Fraction(0)
        for exps, c in rest:
            term = Fraction(c)
            for p, a in zip(point, exps, strict=False):
                term *= Fraction(p) ** a if a else 1
            value += term
        i = names.index(v)
        point[i] = str(Fraction(point[i]) - value / k)
    return point


def number(p: Any) -> str:
    """A rational as it is; an algebraic number by its equation and interval."""
    if isinstance(p, str):
        return p
    equation = polynomial([[[i], c] for i, c in enumerate(p["root"]) if c], ["t"])
    return f"the root of {equation} in ({p['lo']}, {p['hi']})"


def polynomial(data: Sequence[Any], names: Sequence[str]) -> str:
    """Text of a POLY, highest terms first, cut off when very long."""
    out = ""
    for exps, c in sorted(data, reverse=True):
        mono = "*".join(v if a == 1 else f"{v}^{a}" for v, a in zip(names, exps, strict=False) if a)
        size = str(abs(c)) if abs(c) != 1 or not mono else ""
        piece = "*".join(x for x in (size, mono) if x)
        out += (" - " if c < 0 else " + ") + piece if out else ("-" if c < 0 else "") + piece
        if len(out) > LONGEST:
            return out[:LONGEST] + " ..."
    return out or "0"


def expression(expr: Sequence[Any], names: Sequence[str]) -> str:
    """Text of an EXPR, unexpanded as it is."""
    out = ""
    for coef, factors in expr:
        c = Fraction(coef)
        pieces = []
        for p, e in factors:
            text = polynomial(p, names)
            alone = len(p) <= 1 and "*" not in text and "^" not in text and "-" not in text
            lonely = e == 1 and len(factors) == 1 and abs(c) == 1 and len(expr) == 1
            base = text if alone or lonely else f"({text})"
            pieces.append(base if e == 1 else f"{base}^{e}")
        if abs(c) != 1 or not pieces:
            pieces.insert(0, str(abs(c)))
        piece = "*".join(pieces)
        out += (" - " if c < 0 else " + ") + piece if out else ("-" if c < 0 else "") + piece
        if len(out) > LONGEST:
            return out[:LONGEST] + " ..."
    return out or "0"

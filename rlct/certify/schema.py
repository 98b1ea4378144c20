"""The shape of a certificate, field by field: a small vocabulary of validators and the tables of the format page.

A validator takes a value and the name of its place and raises `SchemaError`; it returns nothing.  After validation the
checker may rely on types (an `int` is no `bool`, an index is not negative, a rational can be read), not on ranges.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from rlct.errors import SchemaError

Validator = Callable[[Any, str], None]

_RATIONAL = re.compile(r"-?(0|[1-9][0-9]*)(/[1-9][0-9]*)?", re.ASCII)
LARGEST_EXPONENT = 1_000_000
LONGEST_NUMBER = 100_000


def _fail(where: str, problem: str) -> None:
    raise SchemaError(where or "the certificate", problem)


def integer(x: Any, where: str) -> None:
    if type(x) is not int:
        _fail(where, "is no integer")


def index(x: Any, where: str) -> None:
    if type(x) is not int or x < 0:
        _fail(where, "is no integer >= 0")


def exponent(x: Any, where: str) -> None:
    if type(x) is not int or not 0 <= x <= LARGEST_EXPONENT:
        _fail(where, f"is no integer from 0 to {LARGEST_EXPONENT}")


def positive(x: Any, where: str) -> None:
    if type(x) is not int or not 1 <= x <= LARGEST_EXPONENT:
        _fail(where, f"is no integer from 1 to {LARGEST_EXPONENT}")


def multiplier(x: Any, where: str) -> None:
    if type(x) is not int or x < 1:
        _fail(where, "is no integer > 0")


def sign(x: Any, where: str) -> None:
    if type(x) is not int or x not in (1, -1):
        _fail(where, "is neither 1 nor -1")


def text(x: Any, where: str) -> None:
    if type(x) is not str or not x:
        _fail(where, "is no text")


def rational(x: Any, where: str) -> None:
    if type(x) is not str or len(x) > LONGEST_NUMBER or not _RATIONAL.fullmatch(x):
        _fail(where, 'is no rational number written "p" or "p/q"')


def one_of(*values: Any) -> Validator:
    def check(x: Any, where: str) -> None:
        if not any(type(x) is type(v) and x == v for v in values):
            _fail(where, "is none of " + ", ".join(map(repr, values)))

    return check


def nullable(inner: Validator) -> Validator:
    def check(x: Any, where: str) -> None:
        if x is not None:
            inner(x, where)

    return check


def either(plain: Any, inner: Validator) -> Validator:
    """The constant `plain`, or what `inner` accepts."""

    def check(x: Any, where: str) -> None:
        if not (type(x) is type(plain) and x == plain):
            inner(x, where)

    return check


def many(inner: Validator, at_least: int = 0) -> Validator:
    def check(x: Any, where: str) -> None:
        if type(x) is not list or len(x) < at_least:
            _fail(where, f"is no list of at least {at_least} entries" if at_least else "is no list")
        for i, entry in enumerate(x):
            inner(entry, f"{where}[{i}]")

    return check


def row(*inner: Validator) -> Validator:
    def check(x: Any, where: str) -> None:
        if type(x) is not list or len(x) != len(inner):
            _fail(where, f"is no list of {len(inner)} entries")
        for i, (v, entry) in enumerate(zip(inner, x, strict=True)):
            v(entry, f"{where}[{i}]")

    return check


def record(**fields: Validator) -> Validator:
    return table(fields)


def table(fields: Mapping[str, Validator], optional: Mapping[str, Validator] | None = None) -> Validator:
    """Exactly these fields, and perhaps the optional ones."""
    extra = optional or {}

    def check(x: Any, where: str) -> None:
        if type(x) is not dict:
            _fail(where, "is no object")
        dot = f"{where}." if where else ""
        for name in x:
            if name not in fields and name not in extra:
                _fail(f"{dot}{name}", "is no field of the format")
        for name, v in fields.items():
            if name not in x:
                _fail(f"{dot}{name}", "is missing")
            v(x[name], f"{dot}{name}")
        for name, v in extra.items():
            if name in x:
                v(x[name], f"{dot}{name}")

    return check


def variant(key: str, kinds: Mapping[str, Validator]) -> Validator:
    """An object whose field `key` names its kind."""

    def check(x: Any, where: str) -> None:
        if type(x) is not dict:
            _fail(where, "is no object")
        kind = x.get(key)
        if type(kind) is not str or kind not in kinds:
            _fail(f"{where}.{key}", "is none of " + ", ".join(kinds))
        kinds[kind](x, where)

    return check


def by_field(kinds: Mapping[str, Validator]) -> Validator:
    """An object recognised by which field it has."""

    def check(x: Any, where: str) -> None:
        if type(x) is dict:
            for name, v in kinds.items():
                if name in x:
                    v(x, where)
                    return
        _fail(where, "has none of the fields " + ", ".join(kinds))

    return check


def mapping(inner: Validator) -> Validator:
    """An object with any names."""

    def check(x: Any, where: str) -> None:
        if type(x) is not dict:
            _fail(where, "is no object")
        for name, entry in x.items():
            text(name, f"{where} (name)")
            inner(entry, f"{where}.{name}")

    return check


# ---------------------------------------------------------------- the tables of the format page
TERM = row(many(exponent), integer)
POLY = many(TERM)
EXPR = many(row(rational, many(row(POLY, positive))))
ALG: Validator = lambda x, where: (  # noqa: E731
    rational(x, where) if type(x) is str else record(root=many(integer, 3), lo=rational, hi=rational)(x, where)
)
MULTIPLIERS = many(row(index, POLY))
WEIGHTS = many(row(index, many(row(index, rational), 1)))
NAMES = many(text)
CHILDREN = many(index, 1)
RAYS = many(many(exponent))


def _steps(ops: Mapping[str, Mapping[str, Validator]], key: str) -> Validator:
    optional = {"jung": {"most": nullable(positive)}}
    return variant(key, {name: table({key: text, **fields}, optional.get(name)) for name, fields in ops.items()})


def derivation(x: Any, where: str) -> None:
    """A list of steps, each `[word, data...]`."""
    if type(x) is not list or not x:
        _fail(where, "is no derivation")
    for i, step in enumerate(x):
        place = f"{where}[{i}]"
        if type(step) is not list or not step or type(step[0]) is not str or step[0] not in DERIVATION:
            _fail(place, "is no step of a derivation")
        row(text, *DERIVATION[step[0]])(step, place)


DERIVATION: dict[str, tuple[Validator, ...]] = {
    "even": (),
    "coordinate": (text, POLY, POLY),
    "unit": (POLY,),
    "split": (many(POLY, 1), many(derivation, 1)),
    "power": (POLY, positive),
    "times": (many(row(POLY, positive), 1), many(nullable(derivation), 1)),
    "definite": (many(exponent),),
    "squares": (many(row(rational, POLY), 1),),
}


FACTORS = many(row(POLY, positive))

STEP = _steps(
    {
        "content": {"obj": index},
        "factor": {"obj": index, "into": many(row(POLY, positive), 1)},
        "gcd": {"obj": index, "by": POLY},
        "merge": {"obj": index, "into": index},
        "unit": {"obj": index, "gen": index, "unit": POLY},
        "combine": {"obj": index, "gen": index, "unit": POLY, "with": MULTIPLIERS, "rel": MULTIPLIERS},
        "trim": {
            "obj": index,
            "gen": index,
            "to": POLY,
            "by": many(row(many(exponent), many(row(index, rational), 1))),
        },
        "root": {"obj": index, "power": positive, "to": many(POLY, 1)},
        "squares": {"obj": index, "parts": many(row(rational, POLY), 1)},
        "gather": {"obj": index},
        "sign": {"obj": index, "gen": index, "sign": sign, "by": derivation},
        "nonnegative": {"obj": index, "gen": index, "parts": EXPR},
        "complete": {"obj": index, "var": text, "sign": sign, "unit": POLY, "disc": POLY},
        "split_sd": {"obj": index, "gen": index, "parts": many(POLY, 1)},
        "coordinate": {"var": text, "unit": POLY, "rest": POLY},
        "implicit": {"var": text, "by": POLY, "name": text},
        "wall": {"constraint": index, "var": text, "unit": POLY, "rest": POLY, "sign": sign},
        "inside": {"constraint": index},
        "restate": {
            "constraint": index,
            "scale": multiplier,
            "rel": MULTIPLIERS,
            "by": many(row(POLY, positive)),
            "rest": POLY,
        },
        "ignore": {"constraint": index},
        "centre": {
            "name": text,
            "field": row(POLY, rational, rational),
            "images": many(row(text, text, many(rational)), 1),
        },
        "fold": {"var": text},
        "release": {"var": text},
        "unfold": {"var": text},
        "forget": {"vars": many(text, 1)},
        "drop": {"obj": index, "gens": many(index, 1)},
        "flow": {"var": text, "scale": positive, "field": many(row(text, POLY)), "by": many(many(MULTIPLIERS))},
        "nowhere": {"obj": index},
    },
    "op",
)

HOW = by_field(
    {
        "solve": record(solve=text, unit=POLY, rest=POLY),
        "etale": record(etale=text, name=text),
        "equation": record(equation=one_of(True)),
    }
)

POWERS = many(row(index, positive))
FIELD = nullable(row(POLY, rational, rational))

CUT = record(between=row(rational, rational), field=FIELD, t=many(rational), base=many(rational))
_BAR = {
    "parent": nullable(index),
    "root": index,
    "side": one_of(0, 1, -1),
    "power": positive,
    "exponent": exponent,
    "field": FIELD,
    "theta": many(rational),
    "value": many(rational),
    "factors": many(POLY),
    "powers": many(many(exponent)),
    "roots": many(row(index, rational, rational)),
    "samples": many(rational, 1),
    "branches": many(
        record(
            root=index,
            interval=row(rational, rational),
            theta=row(rational, rational),
            r=rational,
            cuts=many(nullable(CUT), 1),
        )
    ),
}

END = _steps(
    {
        "bound": {"weights": WEIGHTS},
        "open": {},
        "either": {"children": CHILDREN},
        "empty": {},
        "split": {"by": POLY, "zero": nullable(HOW), "children": CHILDREN},
        "signs": {"of": POLY, "children": CHILDREN},
        "halves": {"var": text, "children": CHILDREN},
        "normalise": {"var": text, "weights": many(row(text, integer), 1), "children": CHILDREN},
        "blowup": {"weights": many(row(text, positive), 2), "children": CHILDREN},
        "fibre": {"weights": many(row(text, positive), 2), "children": CHILDREN},
        "product": {"groups": many(NAMES, 1), "children": CHILDREN},
        "sum": {"obj": index, "groups": many(NAMES, 1), "children": CHILDREN},
        "composite": {
            "groups": many(NAMES, 1),
            "functions": many(many(row(POLY, positive), 1), 1),
            "weights": WEIGHTS,
            "children": CHILDREN,
        },
        "power": {"obj": index, "var": text, "children": CHILDREN},
        "sections": {
            "over": text,
            "along": row(text, text),
            "watched": one_of(True, False),
            "functions": many(POLY),
            "products": many(POWERS),
            "curves": many(POLY),
            "meeting": many(POWERS),
            "marks": many(POLY),
            "turning": many(POWERS),
            "planes": many(
                record(mark=index, zero=HOW, lines=many(record(by=POLY, zero=HOW)), simple=one_of(True, False))
            ),
            "samples": many(rational),
            "children": CHILDREN,
        },
        "jung": {
            "centre": many(row(text, many(rational))),
            "var": text,
            "over": text,
            "objects": many(FACTORS),
            "eliminants": many(record(factors=FACTORS, by=nullable(row(POLY, POLY)))),
            "through": nullable(text),
            "bars": many(table(_BAR, {"lift": rational, "sliced": one_of(True, False)})),
            "radii": nullable(row(rational, rational, rational)),
            "ray": one_of(True, False),
            "children": CHILDREN,
        },
        "tree": {
            "over": text,
            "theta": text,
            "objects": many(FACTORS),
            "most": nullable(positive),
            "bars": many(table(_BAR), 1),
        },
        "same": {"node": index, "map": many(row(text, text, sign))},
        "snc": {"q": many(POLY), "subsets": many(row(many(index), nullable(WEIGHTS)))},
        "newton": {"cones": many(RAYS, 1)},
        "terms": {
            "objects": many(row(index, many(row(many(exponent), rational), 1)), 1),
            "inner": many(row(index, many(exponent), many(row(index, rational), 1))),
        },
    },
    "end",
)


POINT = either("z3", mapping(rational))


def terminal(x: Any, where: str) -> None:
    """One of the kinds of proof of an upper bound."""
    _TERMINAL(x, where)


_TERMINAL = by_field(
    {
        "parts": table({"parts": many(nullable(record(path=many(index), at=terminal)), 1)}, {"rays": RAYS}),
        "tree": record(tree=one_of("bar", "line", "branch")),
        "snc": record(snc=many(index), rays=RAYS, point=POINT),
        "factor": record(factor=index, rays=RAYS, point=POINT),
        "rays": record(rays=RAYS, point=POINT),
    }
)

_BOX_CELL = either("at", many(one_of("in", "lo", "hi", "zero", "up", "any"), 1))
_LOCAL = record(local=many(row(text, POLY), 1))


def codes(x: Any, where: str) -> None:
    """Which root cell: `"at"`, local coordinates at the point, or a code for each variable of a box."""
    (_LOCAL if type(x) is dict else _BOX_CELL)(x, where)


CLAIM = table(
    {
        "mode": one_of("K", "abs", "ideal"),
        "variables": many(text, 1),
        "functions": many(EXPR, 1),
        "prior": many(row(POLY, rational)),
        "at": nullable(many(ALG, 1)),
        "box": nullable(many(row(nullable(rational), nullable(rational)), 1)),
        "constraints": many(POLY),
        "lambda": either("inf", rational),
        "multiplicity": nullable(positive),
    },
    {
        "coordinates": many(row(text, integer, POLY), 1),
        "brackets": record(
            at=many(ALG, 1),
            coordinates=many(row(text, positive, POLY), 1),
            units=many(many(row(POLY, rational))),
            prior=many(row(POLY, rational)),
        ),
        "inner": many(row(text, many(integer, 3), row(nullable(rational), nullable(rational))), 1),
    },
)

COMPLEX = record(
    square=positive,
    unit=text,
    coordinates=many(row(text, POLY, POLY), 1),
    functions=many(nullable(row(POLY, POLY)), 1),
    prior=many(nullable(row(POLY, POLY))),
)

CERTIFICATE = table(
    {
        "format": text,
        "version": integer,
        "claim": CLAIM,
        "root": table(
            {
                "form": one_of("product", "squares", "ideal"),
                "semidefinite": nullable(either("z3", derivation)),
                "cells": many(row(codes, index), 1),
            },
            {"complex": COMPLEX, "contraction": many(integer, 1)},
        ),
        "nodes": many(record(steps=many(STEP), end=END), 1),
        "upper": nullable(record(cell=index, path=many(index), at=terminal)),
        "digest": text,
    }
)

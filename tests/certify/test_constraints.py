"""Inequalities of a region that wait: each step that decides one has an obligation, and what is not decided proves
nothing."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from rlct import rlct
from rlct.certify import schema
from rlct.certify.check import check
from rlct.errors import CertificateError, SchemaError
from tests.certify.conftest import certificate, node, one, op, poly, seal

Data = dict[str, Any]
TANGENT = ("x^2+y^2", "y>=0, y<=x^2", "0,0")
TRIANGLE = ("(1-x-y)^2*x^2", "x>=0, y>=0, x+y<=1", None)
IRRATIONAL = ("(x^2-2)^2", "x^2+y^2<=2", None)
CROSS = ("(x+y)^2", "x*y>=0", "0,0")


@cache
def _found(k: str, region: str, at: str | None) -> str:
    return json.dumps(rlct(k, region=region, at=at).certificate)


def found(question: tuple[str, str, str | None]) -> Data:
    out: Data = json.loads(_found(*question))
    return out


def steps(data: Data, name: str) -> list[Data]:
    return [s for n in data["nodes"] for s in n["steps"] if s["op"] == name]


def ends(data: Data, name: str) -> list[Data]:
    return [n["end"] for n in data["nodes"] if n["end"]["end"] == name]


@pytest.mark.parametrize("question", [TANGENT, TRIANGLE, IRRATIONAL, CROSS], ids=str)
def test_they_are_accepted(question: tuple[str, str, str | None]) -> None:
    assert check(found(question)).proved == "threshold"


@pytest.mark.parametrize("question", [TANGENT, TRIANGLE, IRRATIONAL, CROSS], ids=str)
@pytest.mark.parametrize("name", ["inside", "restate", "wall"])
def test_a_constraint_that_is_left_undecided(question: tuple[str, str, str | None], name: str) -> None:
    """Without a step that decides it, no node may go on as if it were decided; unless it holds by itself there."""
    data = found(question)
    count, refused = len(steps(data, name)), 0
    for which in range(count):
        left = copy.deepcopy(data)
        gone = steps(left, name)[which]
        for n in left["nodes"]:
            n["steps"] = [s for s in n["steps"] if s is not gone]
        try:
            report = check(seal(left))
        except CertificateError:
            refused += 1
            continue
        assert name != "wall"
        assert (report.lam, report.multiplicity) == (Fraction(data["claim"]["lambda"]), data["claim"]["multiplicity"])
    assert refused or not count or name == "restate"  # it may be only to help


def _first(data: Data, name: str, **changed: Any) -> Data:
    data = copy.deepcopy(data)
    steps(data, name)[0].update(changed)
    return data


@pytest.mark.parametrize(
    ("question", "change"),
    [
        (TANGENT, lambda d: _first(d, "restate", rest=poly((-1, 0, 0)))),  # the other sign
        (TANGENT, lambda d: _first(d, "restate", by=[[poly((1, 1, 0)), 2]])),  # not the constraint
        (TANGENT, lambda d: _first(d, "restate", constraint=1)),
        (TANGENT, lambda d: _first(d, "inside", constraint=7)),
        (IRRATIONAL, lambda d: _first(d, "restate", scale=2)),
        (IRRATIONAL, lambda d: _first(d, "restate", rel=[])),
        (IRRATIONAL, lambda d: _first(d, "wall", unit=poly((1, 0, 0, 0)))),  # the other side
        (TRIANGLE, lambda d: _first(d, "wall", sign=1)),
        (TRIANGLE, lambda d: _first(d, "inside", constraint=1)),
    ],
)
def test_a_changed_step_is_refused(
    question: tuple[str, str, str | None], change: Callable[[Data], Data]
) -> None:
    with pytest.raises(CertificateError):
        check(seal(change(found(question))))


def test_both_halves_count() -> None:
    """x y >= 0 has points with x > 0 and with x < 0."""
    data = found(CROSS)
    (end,) = ends(data, "halves")
    end["children"] = end["children"][:1]
    with pytest.raises(CertificateError):
        check(seal(data))


def test_an_unstated_inequality_changes_the_claim() -> None:
    """x^2 + y^2 on y >= 0 alone is 1, not 3/2; without y <= x^2 the script does not prove what it did."""
    data = found(TANGENT)
    data["claim"]["constraints"] = []
    with pytest.raises(CertificateError):
        check(seal(data))


DISC = poly((1, 0, 0), (-1, 2, 0), (-1, 0, 2))


def region(*nodes: Data, upper: Any = None) -> Data:
    """K = x^2 on the unit disc, its cell with both variables free."""
    return certificate(
        [one((poly((1, 1, 0)), 2))],
        list(nodes),
        ("1/2", 1),
        box=[[None, None], [None, None]],
        constraints=[DISC],
        cells=[[["in", "in"], 0]],
        upper=upper,
    )


def test_where_a_constraint_may_vanish_it_is_not_inside() -> None:
    """1 - x^2 - y^2 has zeros: it cannot be said that it holds."""
    with pytest.raises(CertificateError, match="unit"):
        check(region(node(op("inside", constraint=0), end="open")))


def test_a_larger_region_realises_nothing() -> None:
    """`ignore` proves lower bounds only."""
    x = {"solve": "x", "unit": poly((1, 0, 0)), "rest": []}
    split = node(op("ignore", constraint=0), end="split", by=poly((1, 1, 0)), zero=x, children=[1, 2])
    off = node(op("unit", obj=0, gen=0, unit=poly((1, 1, 0))), end="bound", weights=[])
    on = node(
        op("content", obj=0), op("unit", obj=0, gen=0, unit=poly((1, 0, 0))), end="bound", weights=[]
    )
    assert check(region(split, off, on)).proved == "lower bound"
    upper = {"cell": 0, "path": [1], "at": {"rays": [[1]], "point": {"y": "0"}}}
    with pytest.raises(CertificateError, match="dropped conditions"):
        check(region(split, off, on, upper=upper))


def test_nothing_is_realised_before_the_region_is_known() -> None:
    """A node that ends in a cut may have constraints that wait; the upper part cannot stop there."""
    x = {"solve": "x", "unit": poly((1, 0, 0)), "rest": []}
    split = node(end="split", by=poly((1, 1, 0)), zero=x, children=[1, 2])
    stop = node(end="open")
    inner = node(end="either", children=[3])
    upper = {"cell": 0, "path": [1], "at": {"rays": [[1]], "point": {"y": "0"}}}
    with pytest.raises(CertificateError, match="all constraints decided"):
        check(region(split, stop, inner, stop, upper=upper))


def test_a_region_does_not_shrink_as_a_box_does() -> None:
    data = region(node(end="open"))
    data["root"]["contraction"] = [1, 0]
    data["root"]["cells"] = [[["zero", "in"], 0]]
    with pytest.raises(CertificateError, match="without further constraints"):
        check(seal(data))


def test_the_multiplier_of_a_restated_inequality_may_be_long() -> None:
    """Powers of the leading coefficient of a relation: an answer was refused beyond a million."""
    schema.multiplier(10**30, "scale")
    for wrong in (0, -1, True, "2"):
        with pytest.raises(SchemaError):
            schema.multiplier(wrong, "scale")

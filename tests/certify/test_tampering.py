"""Altered certificates are refused: by the digest, and with the digest made anew by a named obligation."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from rlct.certify.check import check
from rlct.errors import CertificateError, ObligationFailed, SchemaError

Path = list[Any]


def leaves(data: Any, path: Path | None = None) -> Iterator[tuple[Path, Any]]:
    """All numbers and texts of plain data, with their places."""
    path = path or []
    if isinstance(data, dict):
        for key, x in data.items():
            yield from leaves(x, [*path, key])
    elif isinstance(data, list):
        for i, x in enumerate(data):
            yield from leaves(x, [*path, i])
    else:
        yield path, data


def put(data: Any, path: Path, value: Any) -> Any:
    out = copy.deepcopy(data)
    place = out
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return out


def test_any_changed_integer(sample: tuple[dict[str, Any], Fraction, int]) -> None:
    """Each single integer (and each text) of the certificate, changed alone, is noticed."""
    data, _, _ = sample
    count = 0
    for path, x in leaves(data):
        changed = x + 1 if type(x) is int else "7" if isinstance(x, str) and x != "7" else 7
        with pytest.raises(SchemaError):
            check(put(data, path, changed))
        count += 1
    assert count > 20


def test_any_integer_with_a_new_digest(sample: tuple[dict[str, Any], Fraction, int], bench: Any) -> None:
    """With the digest made anew every change is refused or leaves a proof of the same claim; no other error."""
    data, lam, m = sample
    refused = 0
    for path, x in leaves({k: data[k] for k in ("root", "nodes", "upper")}):
        for changed in (x + 1, x - 1, -x) if type(x) is int else ():
            try:
                report = check(bench.seal(put(data, path, changed)))
            except CertificateError:
                refused += 1
            else:
                assert (report.lam, report.multiplicity) == (lam, m)
    assert refused > 5


N = ["nodes", 0]
LOCAL = ["root", "cells", 0, 0, "local"]
SQUARED = [[[4, 0], 1], [[2, 0], -4], [[0, 0], 4]]  # (x^2 - 2)^2
FORGED: list[tuple[str, str, Path, Any, str]] = [
    # what was done, sample, place, new value (or function of the old one), obligation that catches it
    ("another exponent in K", "monomial", ["claim", "functions", 0, 0, 1, 1, 1], 6, "lower bound"),
    ("a smaller exponent in K", "monomial", ["claim", "functions", 0, 0, 1, 1, 1], 2, "upper bound"),
    ("another monomial in K", "parabola", ["claim", "functions", 0, 0, 1, 0, 0, 1, 0, 0], 3, "bound"),
    ("another coefficient of K", "parabola", ["claim", "functions", 0, 0, 1, 0, 0, 1, 1], -2, "bound"),
    ("a sign of K", "corner", ["claim", "functions", 0, 0, 1, 0, 0, 1, 1], -1, "lower bound"),
    ("another point", "parabola", ["claim", "at", 0], "1", "bound"),
    ("another prior", "prior", ["claim", "prior", 0, 1], "0", "upper bound|lower bound"),
    ("no prior", "prior", ["claim", "prior"], [], "index in range"),
    ("a stronger prior", "prior", ["claim", "prior", 0, 0, 0, 0], [0, 1], "lower bound|upper bound"),
    ("a prior that is not integrable", "prior", ["claim", "prior", 0, 1], "-1", "integrable"),
    ("a larger λ", "three_lines", ["claim", "lambda"], "4/5", "lower bound"),
    ("a smaller λ", "three_lines", ["claim", "lambda"], "2/3", "upper bound"),
    ("a larger m", "three_lines", ["claim", "multiplicity"], 2, "upper bound"),
    ("a smaller m", "crossing", ["claim", "multiplicity"], 1, "lower bound"),
    ("K for |f|: an even function of the other mode", "three_lines", ["claim", "mode"], "K", "root form"),
    ("a larger region", "half_plane_blowup", ["claim", "box", 1, 0], "-1", "number of children"),
    ("a smaller region", "interval", ["claim", "box", 0], ["0", "2"], "lower bound|unit"),
    ("another constraint", "corner", ["claim", "constraints", 1, 0, 1], -1, "wall"),
    ("a constraint left out of the script", "corner", [*N, "steps"], lambda s: s[:1], "constraints become walls"),
    ("a wall on the wrong side", "fourth_quadrant", [*N, "steps", 1, "unit", 0, 1], 1, "wall"),
    ("a missing cell", "interval", ["root", "cells"], lambda c: c[:2], "root cells"),
    ("a cell twice", "interval", ["root", "cells", 2, 0], ["lo"], "root cells"),
    ("swapped cells", "interval", ["root", "cells"], lambda c: [[c[0][0], 1], [c[1][0], 0], c[2]], "bound"),
    ("a missing child", "weighted", [*N, "end", "children"], [1, 2], "number of children"),
    ("swapped children of a split", "irrational_lines", ["nodes", 1, "end", "children"], [4, 3], "index in range"),
    (
        "swapped children of a blow-up",
        "half_plane_blowup",
        [*N, "end", "children"],
        [1, 2, 4, 3, 5],
        "variables allowed here",
    ),
    ("another weight of a blow-up", "weighted", [*N, "end", "weights", 0, 1], 1, "number of children"),
    ("another even weight", "weighted", [*N, "end", "weights", 0, 1], 4, "unit factor"),
    ("a variable of the centre twice", "weighted", [*N, "end", "weights", 1, 0], "x", "blow-up"),
    ("another rest of a coordinate", "parabola", [*N, "steps", 0, "rest", 0, 1], -2, "bound"),
    ("a coordinate that misses the point", "parabola", [*N, "steps", 0, "rest"], [[[0, 0], 1]], "coordinate"),
    ("a coordinate whose unit vanishes", "parabola", [*N, "steps", 0, "unit"], [[[1, 0], 1]], "unit"),
    ("a coordinate that contains itself", "parabola", [*N, "steps", 0, "rest"], [[[0, 1], 1]], "variables allowed"),
    ("a unit that vanishes", "parabola", [*N, "steps", 2, "unit"], [[[0, 1], 1]], "unit"),
    ("another exponent of a factor", "crossing_snc", [*N, "steps", 0, "into", 0, 1], 2, "factors"),
    ("another factor", "crossing_snc", [*N, "steps", 0, "into", 0, 0, 1, 1], -2, "factors"),
    ("bound weights without sum 1", "three_lines", [*N, "end", "weights", 0, 1, 0, 1], "1/2", "weights"),
    (
        "other bound weights",
        "three_lines",
        [*N, "end", "weights", 0, 1],
        [[0, "1/2"], [1, "1/4"], [2, "1/4"]],
        "lower bound",
    ),
    ("a negative weight", "sum_of_squares", [*N, "end", "weights", 0, 1], [[0, "3/2"], [1, "-1/2"]], "weights"),
    ("a generator twice", "three_lines", [*N, "end", "weights", 0, 1, 2, 0], 0, "weights"),
    ("an object left out of the bound", "sum_of_squares", [*N, "end", "weights"], [], "bound"),
    ("a bound by what is no monomial", "integral_closure", [*N, "steps"], [], "bound"),
    ("a term trimmed without right", "integral_closure", [*N, "steps", 0, "by", 0, 1], [[1, "1"]], "trim"),
    ("a term trimmed unnoticed", "integral_closure", [*N, "steps", 0, "by"], [], "trim"),
    ("other upper rays", "cusp", ["upper", "at", "rays", 0], [1, 1], "upper bound"),
    ("dependent rays", "crossing_snc", ["upper", "at", "rays", 1], [0, 0, 2, 0], "rays"),
    ("a ray that is 0", "cusp", ["upper", "at", "rays", 0], [0, 0], "rays"),
    ("a point off the factor", "crossing", ["upper", "at", "point", "y"], "1", "real point"),
    ("a torus point with a 0", "crossing", ["upper", "at", "point"], {"x": "0", "y": "0"}, "real point"),
    (
        "a point on the wrong side of a wall",
        "fourth_quadrant",
        ["upper", "at", "point"],
        {"x": "-1", "y": "-1"},
        "real point",
    ),
    ("a point without coordinates", "crossing", ["upper", "at", "point"], {}, "real point"),
    ("a path to another chart", "half_plane_blowup", ["upper", "path"], [3, 0], "rays"),
    ("a path that leads nowhere", "half_plane_blowup", ["upper", "path"], [9], "index in range"),
    ("a path through a product", "product_of_parts", ["upper", "path"], [0], "upper part"),
    ("a part left out of a sum", "sum_of_parts", ["upper", "at", "parts", 0], None, "upper part"),
    ("a part left out of a product", "product_of_parts", ["upper", "at", "parts", 0], None, "upper bound"),
    ("a memo with another map", "memo", ["nodes", 2, "end", "map"], [["y", "y", 1]], "known variable"),
    ("a memo with variables left out", "weighted", ["nodes", 2, "end", "map"], [["x", "x", 1]], "same state"),
    (
        "a memo with swapped variables",
        "weighted",
        ["nodes", 2, "end", "map"],
        [["x", "y", 1], ["y", "x", 1]],
        "same state",
    ),
    ("a memo with a sign on a wall", "weighted", ["nodes", 2, "end", "map", 0, 2], -1, "same state"),
    ("a memo of another state", "weighted", ["nodes", 2, "end", "node"], 3, "same state"),
    ("a memo of itself", "memo", ["nodes", 2, "end", "node"], 2, "known variable|itself|same state"),
    ("a memo before its steps", "memo", ["nodes", 2, "steps"], [], "same state"),
    ("a node with two parents", "memo", [*N, "end", "children"], [1, 1], "tree"),
    ("a node nobody reaches", "memo", ["nodes"], lambda n: [*n, copy.deepcopy(n[1])], "tree"),
    ("a dropped cone", "crossing", [*N, "end", "cones"], lambda c: c[:1], "fan"),
    ("a cone twice", "crossing", [*N, "end", "cones"], lambda c: [*c, c[0]], "fan"),
    ("a fan too coarse", "cusp", [*N, "end", "cones"], [[[1, 0], [0, 1]]], "newton"),
    ("overlapping cones", "crossing", [*N, "end", "cones"], [[[1, 0], [1, 2]], [[1, 1], [0, 1]]], "fan"),
    ("a ray outside", "cusp", [*N, "end", "cones", 0, 0], [2, 3], "fan"),
    ("a subset left out", "crossing_snc", [*N, "end", "subsets"], lambda s: s[:3], "snc"),
    ("a subset called empty", "crossing_snc", [*N, "end", "subsets", 3, 1], None, "snc: no common zero"),
    (
        "dependent coordinates",
        "crossing_snc",
        [*N, "end", "q", 1],
        [[[1, 0], -1], [[0, 1], 1]],
        "snc: independent differentials|snc: rest",
    ),
    ("weights without an object", "crossing_snc", [*N, "end", "subsets", 3, 1], [[0, [[0, "1"]]]], "snc"),
    (
        "an étale coordinate that is none",
        "irrational_lines",
        ["nodes", 1, "end", "by"],
        [[[0, 2], 1]],
        "implicit function theorem",
    ),
    ("an étale name in use", "irrational_lines", ["nodes", 1, "end", "zero", "name"], "x", "etale"),
    (
        "a stratum thought empty",
        "irrational_lines",
        ["nodes", 1, "end"],
        lambda e: {**e, "zero": None, "children": [3]},
        "stratum",
    ),
    ("a solution with another rest", "half_plane_blowup", ["nodes", 4, "end", "zero", "rest", 0, 1], -2, "solve"),
    ("a stratum called empty", "interval", ["nodes", 1, "end"], {"end": "empty"}, "empty stratum"),
    ("a number with another interval", "algebraic_point", ["claim", "at", 0, "lo"], "-2", "algebraic number"),
    ("a reducible equation", "algebraic_point", ["claim", "at", 0, "root"], [-4, 0, 1], "algebraic number"),
    ("another algebraic number", "algebraic_point", ["claim", "at", 0, "root", 0], -3, "unit factor|index"),
    ("local coordinates of another point", "local_point", ["claim", "at", 1, "lo"], "-1", "algebraic number|local"),
    ("a local coordinate not 0 there", "local_point", [*LOCAL, 1, 1, 2, 1], -2, "local coordinates|index|variables"),
    ("a critical local coordinate", "local_point", [*LOCAL, 0, 1], SQUARED, "local coordinates|index|variables"),
    ("a local coordinate left out", "local_point", LOCAL, lambda c: c[:1], "local coordinates"),
    ("local coordinates in another order", "local_point", LOCAL, lambda c: [c[1], c[0]], "local coordinates"),
    ("a local coordinate twice", "local_point", LOCAL, lambda c: [c[0], c[0]], "known variable"),
    ("forgotten too early", "local_point", [*N, "steps"], lambda s: [s[2], *s[:2], *s[3:]], "variables allowed here"),
    ("K called semidefinite", "crossing", ["root", "semidefinite"], [["even"]], "semidefinite"),
    ("K called semidefinite by z3", "crossing", ["root", "semidefinite"], "z3", "semidefinite"),
    ("a false derivation", "definite", ["root", "semidefinite", 0, 3, 0, 1], 3, "semidefinite"),
    ("a sum split into other parts", "definite", [*N, "steps", 1, "parts", 1, 0, 1], 3, "split_sd"),
    ("another root", "definite", [*N, "steps", 2, "to", 1], [[[1, 0], 1]], "root"),
    ("another power", "definite", [*N, "steps", 2, "power"], 3, "root"),
    ("a common factor that is none", "line_and_point", [*N, "steps", 0, "by", 1, 1], 1, "common factor"),
    ("other squares", "product_of_parts", ["nodes", 2, "steps", 0, "parts", 0, 0], "2", "sum of squares"),
    ("negative squares", "product_of_parts", ["nodes", 2, "steps", 0, "parts", 0, 0], "-1", "sum of squares"),
    ("a product that is linked", "product_of_parts", [*N, "end", "groups"], [["x", "y"], ["z"]], "independent parts"),
    ("a variable in no group", "product_of_parts", [*N, "end", "groups"], [["x"], ["y"]], "groups"),
    ("a variable in two groups", "product_of_parts", [*N, "end", "groups"], [["x"], ["x", "y", "z"]], "groups"),
    (
        "a sum called a product",
        "sum_of_parts",
        [*N, "end"],
        lambda e: {"end": "product", "groups": e["groups"], "children": e["children"]},
        "independent parts",
    ),
    ("a fold without symmetry", "folded", [*N, "steps", 0, "var"], "y", "fold"),
    ("a fold left out", "folded", ["claim", "functions", 0, 0, 1, 0, 0, 0, 0], [3, 0], "fold"),
    (
        "a combination with a unit that is none",
        "irrational_lines",
        ["nodes", 4, "steps", 0, "unit"],
        [[[1, 0, 0], 1]],
        "unit",
    ),
    ("a merge of different objects", "prior", [*N, "steps", 0], {"op": "merge", "obj": 2, "into": 1}, "merge"),
    ("a merge of an object with itself", "prior", [*N, "steps", 0], {"op": "merge", "obj": 1, "into": 1}, "merge"),
]


@pytest.mark.parametrize(
    ("name", "path", "value", "obligation"), [f[1:] for f in FORGED], ids=[f[0].replace(" ", "-") for f in FORGED]
)
def test_forged(bench: Any, name: str, path: Path, value: Any, obligation: str) -> None:
    """With the digest made anew each of these is refused by the obligation that it breaks."""
    with pytest.raises(ObligationFailed) as caught:
        check(bench.altered(name, path, value))
    assert any(caught.value.obligation.startswith(o) for o in obligation.split("|")), caught.value
    assert caught.value.path


MALFORMED: list[tuple[str, Path, Any, str]] = [
    ("cusp", ["version"], 2, "version"),
    ("cusp", ["version"], True, "version"),
    ("cusp", ["format"], "other", "format"),
    ("cusp", ["claim", "lambda"], 0.5, "claim.lambda"),
    ("cusp", ["claim", "lambda"], "1/0", "claim.lambda"),
    ("cusp", ["claim", "lambda"], "5/ 6", "claim.lambda"),
    ("cusp", ["claim", "multiplicity"], True, "claim.multiplicity"),
    ("cusp", ["claim", "variables"], "xy", "claim.variables"),
    ("cusp", ["claim", "extra"], 1, "claim.extra"),
    ("cusp", ["nodes", 0, "steps"], [{"op": "guess"}], "nodes[0].steps[0].op"),
    ("cusp", ["nodes", 0, "steps"], [{"op": "content"}], "nodes[0].steps[0].obj"),
    ("cusp", ["nodes", 0, "steps"], [{"op": "content", "obj": -1}], "nodes[0].steps[0].obj"),
    ("cusp", ["nodes", 0, "steps"], [{"op": "content", "obj": 0, "seconds": 1}], "nodes[0].steps[0].seconds"),
    ("cusp", ["nodes", 0, "end", "cones", 0, 0, 0], -1, "nodes[0].end.cones[0][0][0]"),
    ("cusp", ["upper", "path"], ["0"], "upper.path[0]"),
    ("cusp", ["upper", "at"], {}, "upper.at"),
    ("cusp", ["root", "cells"], [], "root.cells"),
    ("cusp", ["nodes"], [], "nodes"),
]


@pytest.mark.parametrize(("name", "path", "value", "field"), MALFORMED, ids=[str(m[1]) + str(m[2]) for m in MALFORMED])
def test_malformed(bench: Any, name: str, path: Path, value: Any, field: str) -> None:
    """Data of the wrong shape are refused with the name of the field."""
    with pytest.raises(SchemaError) as caught:
        check({**bench.altered(name, path, value), "digest": "0"} if path != ["digest"] else None)
    assert caught.value.field == field


def test_a_polynomial_written_strangely(bench: Any) -> None:
    """Terms that repeat, coefficients 0 and variables that do not exist are refused."""
    place = ["claim", "functions", 0, 0, 1, 0, 0]
    for strange in ([[[0, 2], 1], [[0, 2], 1]], [[[0, 2], 0]], [[[0, 2, 1], 1]]):
        with pytest.raises(CertificateError, match="polynomial"):
            check(bench.altered("cusp", place, strange))


def test_same_may_not_go_round(bench: Any) -> None:
    """Two nodes that refer to each other prove nothing."""
    data = bench.sample("memo")
    end = {"end": "same", "node": 2, "map": [["x", "y", -1]]}
    data["nodes"][1] = {"steps": data["nodes"][1]["steps"], "end": end}
    with pytest.raises(ObligationFailed, match="refers to itself"):
        check(bench.seal(data))

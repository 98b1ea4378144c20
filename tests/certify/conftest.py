"""Certificates written by hand, one for each idea of the format, with the answer they prove."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from rlct.certify.certificate import digest

Data = dict[str, Any]


def poly(*terms: tuple[int, ...]) -> list[Any]:
    """POLY from tuples (coefficient, exponents...): poly((1, 2, 0), (-3, 0, 1)) is x^2 - 3 y."""
    return [[list(e), c] for c, *e in terms]


def certificate(
    functions: list[Any],
    nodes: list[Data],
    answer: tuple[str, int | None],
    *,
    mode: str = "abs",
    variables: str = "xy",
    form: str = "product",
    prior: list[Any] | None = None,
    at: list[Any] | None = None,
    box: list[Any] | None = None,
    constraints: list[Any] | None = None,
    semidefinite: Any = None,
    cells: list[Any] | None = None,
    upper: Data | None = None,
) -> Data:
    """The dictionary of a certificate, with its digest; the point is the origin unless there is a box."""
    data: Data = {
        "format": "rlct certificate",
        "version": 1,
        "claim": {
            "mode": mode,
            "variables": list(variables),
            "functions": functions,
            "prior": prior or [],
            "at": ["0"] * len(variables) if at is None and box is None else at,
            "box": box,
            "constraints": constraints or [],
            "lambda": answer[0],
            "multiplicity": answer[1],
        },
        "root": {"form": form, "semidefinite": semidefinite, "cells": cells or [["at", 0]]},
        "nodes": nodes,
        "upper": upper,
    }
    return seal(data)


def seal(data: Data) -> Data:
    """The same data (a copy in which nothing is shared) with the right digest."""
    copied: Data = json.loads(json.dumps(data))
    return {**copied, "digest": digest(copied)}


def one(*factors: tuple[list[Any], int]) -> list[Any]:
    """An EXPR that is one product with coefficient 1."""
    return [["1", [[p, e] for p, e in factors]]]


def node(*steps: Data, **end: Any) -> Data:
    return {"steps": list(steps), "end": end}


def op(name: str, **data: Any) -> Data:
    return {"op": name, **data}


def gone(obj: int, n: int) -> list[Data]:
    """Content out, then the constant that is left is dropped."""
    return [op("content", obj=obj), op("unit", obj=obj, gen=0, unit=poly((1, *[0] * n)))]


def at(*path: int, cell: int = 0, **terminal: Any) -> Data:
    return {"cell": cell, "path": list(path), "at": terminal}


def part(**terminal: Any) -> Data:
    return {"path": [], "at": terminal}


X, Y = poly((1, 1, 0)), poly((1, 0, 1))
ONE, NONE = poly((1, 0, 0)), poly()
HALVES = [[0, [[0, "1/2"], [1, "1/2"]]]]
FAN = [[[1, 0], [1, 1]], [[1, 1], [0, 1]]]


def monomial() -> Data:
    """K = x^2 y^4."""
    nodes = [node(*gone(0, 2), *gone(0, 2), end="bound", weights=[])]
    upper = at(rays=[[0, 1]], point={})
    return certificate([one((X, 2), (Y, 4))], nodes, ("1/4", 1), mode="K", upper=upper)


def prior() -> Data:
    """K = x^2 y^2 with prior x^2."""
    nodes = [node(*gone(0, 2), *gone(0, 2), *gone(0, 2), end="bound", weights=[])]
    upper = at(rays=[[0, 1]], point={})
    return certificate([one((X, 2), (Y, 2))], nodes, ("1/2", 1), mode="K", prior=[[X, "2"]], upper=upper)


def sum_of_squares() -> Data:
    """K = x^2 + 3 y^2."""
    nodes = [node(end="bound", weights=HALVES)]
    f = [["1", [[X, 2]]], ["3", [[Y, 2]]]]
    return certificate([f], nodes, ("1", 1), mode="K", form="squares", upper=at(rays=[[1, 1]], point={}))


def parabola() -> Data:
    """K = (y - x^2)^2: the parabola is a coordinate."""
    move = op("coordinate", var="y", unit=ONE, rest=poly((-1, 2, 0)))
    nodes = [node(move, *gone(0, 2), end="bound", weights=[])]
    f = one((poly((1, 0, 1), (-1, 2, 0)), 2))
    return certificate([f], nodes, ("1/2", 1), mode="K", upper=at(rays=[[0, 1]], point={}))


def cusp() -> Data:
    """|y^2 - x^3|: nondegenerate, the factor itself vanishes smoothly on the torus."""
    nodes = [node(end="newton", cones=[[[1, 0], [2, 3]], [[2, 3], [0, 1]]])]
    return certificate([one((poly((1, 0, 2), (-1, 3, 0)), 1))], nodes, ("5/6", 1), upper=at(rays=[[2, 3]], point={}))


def crossing() -> Data:
    """|y^2 - x^2| by its fan: the exceptional divisor and a branch attain 1 together."""
    nodes = [node(end="newton", cones=FAN)]
    upper = at(rays=[[1, 1]], factor=0, point={"x": "2", "y": "2"})
    return certificate([one((poly((1, 0, 2), (-1, 2, 0)), 1))], nodes, ("1", 2), upper=upper)


def crossing_snc() -> Data:
    """|y^2 - x^2| by its two factors, which are coordinates."""
    q = [poly((1, 0, 1), (-1, 1, 0)), poly((1, 0, 1), (1, 1, 0))]
    both = [[0, [[0, "1"]]], [1, [[0, "1"]]]]
    subsets = [[[], None], [[0], None], [[1], None], [[0, 1], both]]
    nodes = [node(op("factor", obj=0, into=[[q[0], 1], [q[1], 1]]), end="snc", q=q, subsets=subsets)]
    upper = at(snc=[0, 1], rays=[[0, 0, 1, 0], [0, 0, 0, 1]], point={})
    return certificate([one((poly((1, 0, 2), (-1, 2, 0)), 1))], nodes, ("1", 2), upper=upper)


def three_lines() -> Data:
    """The ideal (xy, yz, zx)."""
    thirds = [[0, [[0, "1/3"], [1, "1/3"], [2, "1/3"]]]]
    fs = [one((poly((1, *e)), 1)) for e in ((1, 1, 0), (0, 1, 1), (1, 0, 1))]
    return certificate(
        fs,
        [node(end="bound", weights=thirds)],
        ("3/4", 1),
        mode="ideal",
        form="ideal",
        variables="xyz",
        upper=at(rays=[[1, 1, 1]], point={}),
    )


def irrational_lines() -> Data:
    """|x^2 - 2 y^2| by a blow-up; the branches at y = ±1/√2 by an étale coordinate."""
    f = poly((1, 0, 0), (-2, 0, 2))
    three = [[0, 0, 0], 1]
    nodes = [
        node(end="blowup", weights=[["x", 1], ["y", 1]], children=[1, 2]),
        node(op("content", obj=0), end="split", by=f, zero={"etale": "y", "name": "w"}, children=[3, 4]),
        node(op("content", obj=0), op("unit", obj=0, gen=0, unit=poly((1, 2, 0), (-2, 0, 0))), end="bound", weights=[]),
        node(op("unit", obj=0, gen=0, unit=f), end="bound", weights=[]),
        node(
            {"op": "combine", "obj": 0, "gen": 0, "unit": [three], "with": [], "rel": [[0, poly((-1, 0, 0, 0))]]},
            *gone(0, 3),
            end="bound",
            weights=[],
        ),
    ]
    upper = at(0, 1, rays=[[1, 0], [0, 1]], point={})
    return certificate([one((poly((1, 2, 0), (-2, 0, 2)), 1))], nodes, ("1", 2), upper=upper)


def interval() -> Data:
    """K = x^2 on [0, 1]: three cells."""
    x = poly((1, 1))
    inside = node(op("unit", obj=0, gen=0, unit=x), end="bound", weights=[])
    low = node(*gone(0, 1), end="bound", weights=[])
    high = node(op("unit", obj=0, gen=0, unit=poly((1, 0), (-1, 1))), end="bound", weights=[])
    return certificate(
        [one((x, 2))],
        [inside, low, high],
        ("1/2", 1),
        mode="K",
        variables="x",
        box=[["0", "1"]],
        cells=[[["in"], 0], [["lo"], 1], [["hi"], 2]],
        upper=at(cell=1, rays=[[1]], point={}),
    )


def root_in_box() -> Data:
    """K = (x^2 - 2)^2 on [0, 2]: the zero is found by a split, its value by an étale coordinate."""
    f = poly((1, 2), (-2, 0))
    combine = {"op": "combine", "obj": 0, "gen": 0, "unit": [[[0, 0], 1]], "with": [], "rel": [[0, poly((-1, 0, 0))]]}
    nodes = [
        node(end="split", by=f, zero={"etale": "x", "name": "w"}, children=[1, 2]),
        node(op("unit", obj=0, gen=0, unit=f), end="bound", weights=[]),
        node(combine, *gone(0, 2), end="bound", weights=[]),
        node(op("unit", obj=0, gen=0, unit=f), end="bound", weights=[]),
        node(op("unit", obj=0, gen=0, unit=poly((2, 0), (-4, 1), (1, 2))), end="bound", weights=[]),
    ]
    return certificate(
        [one((f, 2))],
        nodes,
        ("1/2", 1),
        mode="K",
        variables="x",
        box=[["0", "2"]],
        cells=[[["in"], 0], [["lo"], 3], [["hi"], 4]],
        upper=at(1, rays=[[1]], point={}),
    )


def algebraic_point() -> Data:
    """K = (x^2 - 2)^2 at √2: the point is a dependent variable."""
    f = poly((1, 2), (-2, 0))
    combine = {"op": "combine", "obj": 0, "gen": 0, "unit": [[[0, 0], 1]], "with": [], "rel": [[0, poly((-1, 0, 0))]]}
    steps = [combine, op("content", obj=0), op("unit", obj=0, gen=0, unit=poly((1, 1, 0), (2, 0, 1)))]
    return certificate(
        [one((f, 2))],
        [node(*steps, end="bound", weights=[])],
        ("1/2", 1),
        mode="K",
        variables="x",
        at=[{"root": [-2, 0, 1], "lo": "1", "hi": "2"}],
        upper=at(rays=[[1]], point={}),
    )


def local_point() -> Data:
    """|(x^2 - 2)^3 (y - x - 1)^2| at (√2, 1 + √2) in the coordinates x@ = x^2 - 2, y@ = y - x - 1."""
    f, g = poly((1, 2, 0), (-2, 0, 0)), poly((-1, 1, 0), (1, 0, 1), (-1, 0, 0))
    one4 = poly((1, 0, 0, 0, 0))
    steps = [
        op("combine", obj=0, gen=0, unit=one4, **{"with": []}, rel=[[0, poly((-1, 0, 0, 0, 0))]]),
        op("combine", obj=1, gen=0, unit=one4, **{"with": []}, rel=[[1, poly((-1, 0, 0, 0, 0))]]),
        op("forget", vars=["x", "y"]),
        *gone(0, 2),
        *gone(0, 2),
    ]
    return certificate(
        [one((f, 3), (g, 2))],
        [node(*steps, end="bound", weights=[])],
        ("1/3", 1),
        at=[{"root": [-2, 0, 1], "lo": "1", "hi": "2"}, {"root": [-1, -2, 1], "lo": "2", "hi": "3"}],
        cells=[[{"local": [["x", f], ["y", g]]}, 0]],
        upper=at(rays=[[1, 0]], point={}),
    )


def product_of_parts() -> Data:
    """|x (y^2 + z^2)|: a product over {x} and {y, z}; both attain 1."""
    f = poly((1, 0, 2, 0), (1, 0, 0, 2))
    nodes = [
        node(end="product", groups=[["x"], ["y", "z"]], children=[1, 2]),
        node(*gone(0, 1), end="bound", weights=[]),
        node(op("squares", obj=0, parts=[["1", poly((1, 1, 0))], ["1", poly((1, 0, 1))]]), end="bound", weights=HALVES),
    ]
    parts = [part(rays=[[1]], point={}), part(rays=[[1, 1]], point={})]
    return certificate([one((poly((1, 1, 0, 0)), 1), (f, 1))], nodes, ("1", 2), variables="xyz", upper=at(parts=parts))


def sum_of_parts() -> Data:
    """The ideal (x^2, y^3): a sum over {x} and {y}."""
    nodes = [
        node(end="sum", obj=0, groups=[["x"], ["y"]], children=[1, 2]),
        node(*gone(0, 1), end="bound", weights=[]),
        node(*gone(0, 1), end="bound", weights=[]),
    ]
    fs = [one((poly((1, 2, 0)), 1)), one((poly((1, 0, 3)), 1))]
    parts = [part(rays=[[1]], point={}), part(rays=[[1]], point={})]
    return certificate(fs, nodes, ("5/12", 1), mode="ideal", form="ideal", upper=at(parts=parts))


def memo() -> Data:
    """K = x^2 y^2: a product whose second part is the first one renamed."""
    nodes = [
        node(end="product", groups=[["x"], ["y"]], children=[1, 2]),
        node(*gone(0, 1), end="bound", weights=[]),
        node(*gone(0, 1), end="same", node=1, map=[["y", "x", -1]]),
    ]
    parts = [part(rays=[[1]], point={}), part(rays=[[1]], point={})]
    return certificate([one((X, 2), (Y, 2))], nodes, ("1/2", 2), mode="K", upper=at(parts=parts))


def corner() -> Data:
    """K = (x + y)^2 on the quadrant, given by two inequalities: no zero on the torus of positive numbers."""
    walls = [
        op("wall", constraint=0, var="x", unit=ONE, rest=NONE, sign=1),
        op("wall", constraint=1, var="y", unit=ONE, rest=NONE, sign=1),
    ]
    nodes = [node(*walls, end="newton", cones=FAN)]
    f = one((poly((1, 1, 0), (1, 0, 1)), 2))
    upper = at(rays=[[1, 1]], point={})
    return certificate([f], nodes, ("1", 1), mode="K", constraints=[X, Y], upper=upper)


def fourth_quadrant() -> Data:
    """K = (x + y)^2 on x >= 0, y <= 0: the wall is -y, and the line is inside the region."""
    walls = [
        op("wall", constraint=0, var="x", unit=ONE, rest=NONE, sign=1),
        op("wall", constraint=1, var="y", unit=poly((-1, 0, 0)), rest=NONE, sign=-1),
    ]
    nodes = [node(*walls, end="newton", cones=FAN)]
    f = one((poly((1, 1, 0), (1, 0, 1)), 2))
    upper = at(rays=[[1, 1]], factor=0, point={"x": "1", "y": "1"})
    return certificate([f], nodes, ("1/2", 1), mode="K", constraints=[X, poly((-1, 0, 1))], upper=upper)


def half_plane_blowup() -> Data:
    """K = (x + y)^2 on y >= 0: beside the wall the pivot x needs both signs; the zero lies in x < 0."""
    half = poly((1, 0, 0), (-1, 0, 1))  # 1 - y
    nodes = [
        node(end="blowup", weights=[["x", 1], ["y", 1]], children=[1, 2, 3, 4, 5]),
        *(
            node(
                op("content", obj=0), op("unit", obj=0, gen=0, unit=poly((1, 0, 0), (1, 0, 1))), end="bound", weights=[]
            )
            for _ in range(2)
        ),
        node(op("content", obj=0), op("unit", obj=0, gen=0, unit=half), end="bound", weights=[]),
        node(
            op("content", obj=0),
            end="split",
            by=half,
            zero={"solve": "y", "unit": ONE, "rest": poly((-1, 0, 0))},
            children=[6, 7],
        ),
        node(op("content", obj=0), op("unit", obj=0, gen=0, unit=poly((1, 0, 0), (1, 1, 0))), end="bound", weights=[]),
        node(op("unit", obj=0, gen=0, unit=half), end="bound", weights=[]),
        node(*gone(0, 2), end="bound", weights=[]),
    ]
    f = one((poly((1, 1, 0), (1, 0, 1)), 2))
    upper = at(3, 1, rays=[[0, 1]], point={})
    return certificate([f], nodes, ("1/2", 1), mode="K", box=[[None, None], ["0", None]], at=["0", "0"], upper=upper)


def definite() -> Data:
    """K = x^2 + 2xy + 3y^2 >= 0: completing the square splits it."""
    steps = [
        op("coordinate", var="x", unit=ONE, rest=Y),
        op("split_sd", obj=0, gen=0, parts=[poly((1, 2, 0)), poly((2, 0, 2))]),
        op("root", obj=0, power=2, to=[X, Y]),
    ]
    f = one((poly((1, 2, 0), (2, 1, 1), (3, 0, 2)), 1))
    return certificate(
        [f],
        [node(*steps, end="bound", weights=HALVES)],
        ("1", 1),
        mode="K",
        semidefinite=[["coordinate", "x", ONE, Y], ["even"]],
        upper=at(rays=[[1, 1]], point={}),
    )


def line_and_point() -> Data:
    """The ideal ((x - y) x, (x - y) y): a common factor and what is left."""
    f = poly((1, 1, 0), (-1, 0, 1))
    nodes = [node(op("gcd", obj=0, by=f), end="newton", cones=FAN)]
    fs = [one((f, 1), (X, 1)), one((f, 1), (Y, 1))]
    upper = at(rays=[[1, 1]], factor=1, point="z3")
    return certificate(fs, nodes, ("1/2", 2), mode="ideal", form="ideal", upper=upper)


def integral_closure() -> Data:
    """The ideal (x^2, y^2 + x^3): x^3 is bounded by x^2."""
    step = op("trim", obj=0, gen=1, to=poly((1, 0, 2)), by=[[[3, 0], [[0, "1"]]]])
    fs = [one((poly((1, 2, 0)), 1)), one((poly((1, 0, 2), (1, 3, 0)), 1))]
    nodes = [node(step, end="bound", weights=HALVES)]
    return certificate(fs, nodes, ("1/2", 1), mode="ideal", form="ideal", upper=at(rays=[[1, 1]], point={}))


def weighted() -> Data:
    """|x^2 + y^4| by a weighted blow-up: even weight, so two signs, and the second chart is like the first."""
    unit = poly((1, 0, 0), (1, 0, 4))
    nodes = [
        node(end="blowup", weights=[["x", 2], ["y", 1]], children=[1, 2, 3]),
        node(op("content", obj=0), op("unit", obj=0, gen=0, unit=unit), end="bound", weights=[]),
        node(
            op("content", obj=0),
            op("unit", obj=0, gen=0, unit=unit),
            end="same",
            node=1,
            map=[["x", "x", 1], ["y", "y", 1]],
        ),
        node(op("content", obj=0), op("unit", obj=0, gen=0, unit=poly((1, 0, 0), (1, 2, 0))), end="bound", weights=[]),
    ]
    upper = at(1, rays=[[1]], point={"y": "0"})
    return certificate([one((poly((1, 2, 0), (1, 0, 4)), 1))], nodes, ("3/4", 1), upper=upper)


def folded() -> Data:
    """K = (x^2 + y)^2 on y >= 0: even in x, so half of it is enough; x^2 + y is positive on the quadrant."""
    nodes = [node(op("fold", var="x"), end="newton", cones=[[[1, 0], [1, 2]], [[1, 2], [0, 1]]])]
    f = one((poly((1, 2, 0), (1, 0, 1)), 2))
    return certificate(
        [f],
        nodes,
        ("3/4", 1),
        mode="K",
        at=["0", "0"],
        box=[[None, None], ["0", None]],
        upper=at(rays=[[1, 2]], point={}),
    )


SAMPLES: list[tuple[Callable[[], Data], str, int | None]] = [
    (monomial, "1/4", 1),
    (prior, "1/2", 1),
    (sum_of_squares, "1", 1),
    (parabola, "1/2", 1),
    (cusp, "5/6", 1),
    (crossing, "1", 2),
    (crossing_snc, "1", 2),
    (three_lines, "3/4", 1),
    (irrational_lines, "1", 2),
    (interval, "1/2", 1),
    (root_in_box, "1/2", 1),
    (algebraic_point, "1/2", 1),
    (local_point, "1/3", 1),
    (product_of_parts, "1", 2),
    (sum_of_parts, "5/12", 1),
    (memo, "1/2", 2),
    (corner, "1", 1),
    (fourth_quadrant, "1/2", 1),
    (half_plane_blowup, "1/2", 1),
    (definite, "1", 1),
    (line_and_point, "1/2", 2),
    (integral_closure, "1/2", 1),
    (weighted, "3/4", 1),
    (folded, "3/4", 1),
]


class Workbench:
    """What the tests need to build and to alter certificates."""

    poly = staticmethod(poly)
    certificate = staticmethod(certificate)
    node = staticmethod(node)
    op = staticmethod(op)
    one = staticmethod(one)
    gone = staticmethod(gone)
    at = staticmethod(at)
    part = staticmethod(part)
    seal = staticmethod(seal)

    def sample(self, name: str) -> Data:
        """A fresh copy of a sample."""
        return next(f() for f, _, _ in SAMPLES if f.__name__ == name)

    def altered(self, name: str, path: list[Any], value: Any) -> Data:
        """The sample with the entry at `path` replaced (or made by a function of the old one), digest made anew."""
        data = copy.deepcopy(self.sample(name))
        place: Any = data
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value(place[path[-1]]) if callable(value) else value
        return seal(data)


@pytest.fixture(scope="session")
def bench() -> Workbench:
    return Workbench()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests with an argument `sample` run once for each sample: (data, λ, m)."""
    if "sample" in metafunc.fixturenames:
        values = [(f(), Fraction(lam), m) for f, lam, m in SAMPLES]
        metafunc.parametrize("sample", values, ids=[f.__name__ for f, _, _ in SAMPLES])

"""Where a value is attained: follow a realised upper bound back to the coordinates of the problem.

Along the path of the bound the coordinates x_i of the problem are kept as rational functions of the chart's variables
(with small ones at 0), together with the conditions of the stratum.  At the end the equations are solved exactly where
they have finitely many solutions; else the terminal's own rational point is used, or the stratum is described.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

from rlct.algebraic import Number, image_of, solve
from rlct.exact.charts import decode
from rlct.exact.leaves import Upper
from rlct.exact.outcomes import Outcome
from rlct.exact.poly import Poly, Ring
from rlct.localize import Cell, Claim, denominator
from rlct.problem import Coordinate, Point, Problem

Image = tuple[Poly, Poly]  # numerator, denominator
MOST = 12
"""No more points of one stratum are listed."""
UNNAMED = "the stratum named by the certificate"


def locate(
    problem: Problem, claim: Claim, cell: Cell, outcome: Outcome, up: Upper, nodes: list[dict[str, Any]]
) -> tuple[Any, ...]:
    """The points (tuples of coordinates) or a description of the stratum where the upper bound is attained."""
    ring = cell.chart.ring
    t = _Trail(ring, nodes, list(cell.chart.order))
    t.images = {i: (g.at_zero(cell.chart.small), ring.const(denominator(g))) for i, g in cell.images.items()}
    t.positive = list(cell.chart.positive)
    t.sides = claim.constraints
    t.small = set(cell.chart.small)
    if not t.follow(outcome.node, list(up.path), up.terminal):
        return (UNNAMED,)
    written = [p for f in claim.functions for _, fs in f for p, _ in fs]
    if t.by_factor and not t.add_factor(written):
        return (UNNAMED,)
    points = t.points(len(problem.variables))
    return tuple(points) if points else (t.description(problem.variables, written),)


@dataclass
class _Trail:
    """The coordinates and the conditions of the stratum, in the variables of the chart that was reached."""

    ring: Ring
    nodes: list[dict[str, Any]]
    order: list[int]
    images: dict[int, Image] = field(default_factory=dict)
    zero: list[Poly] = field(default_factory=list)
    nonzero: list[Poly] = field(default_factory=list)
    positive: list[Poly] = field(default_factory=list)
    known: dict[int, Fraction] = field(default_factory=dict)
    small: set[int] = field(default_factory=set)  # those that are 0 for certain
    sides: tuple[Poly, ...] = ()  # the region, in the coordinates of the problem
    by_solver: bool = False
    by_factor: bool = False

    # ---------------------------------------------------------------- down the path
    def follow(self, node: int, path: list[int], terminal: dict[str, Any]) -> bool:
        """Down to the terminal; False where that cannot be told in the coordinates of the problem."""
        names = {n: i for i, n in enumerate(self.ring.names)}
        arrived = False
        while True:
            data = self.nodes[node]
            for step in () if arrived else data["steps"]:
                if step["op"] in ("coordinate", "wall"):
                    self.change(names[step["var"]], self.read(step["unit"]), self.read(step["rest"]))
                elif step["op"] == "implicit":
                    self.zero.append(self.ring.gen(names[step["var"]]))
                    self.order.append(names[step["name"]])
                elif step["op"] == "flow":
                    self.fix(names[step["var"]], 0)  # nothing changes along it: any value is as good
                elif step["op"] == "forget":
                    self.order = [i for i in self.order if self.ring.names[i] not in step["vars"]]
            end = data["end"]
            arrived = end["end"] == "same"
            if arrived:
                self.rename({names[a]: (names[b], s) for a, b, s in end["map"]})
                node = end["node"]
                continue
            if end["end"] == "jung":
                return True  # what slices show is attained at the point, or along the line
            if not path or end["end"] in ("product", "sum", "composite"):
                break
            child = path.pop(0)
            if end["end"] == "split":
                self.split(end, child, names)
            elif end["end"] == "sections":
                self.section(end, child, names)
            elif end["end"] == "normalise":
                self.fix(names[end["var"]], 1 if child == 0 else -1)
            elif end["end"] in ("blowup", "fibre"):
                self.small -= {names[v] for v, _ in end["weights"]}  # some of them become coordinates of the fibre
            elif end["end"] == "halves":
                self.turn(names[end["var"]], 1 if child == 0 else -1)
            elif end["end"] == "signs":
                f = self.read(end["of"])
                self.positive.append(f if child == 0 else -f)
            node = end["children"][child]
        if "parts" in terminal:
            order = self.order
            for group, child, part in zip(end["groups"], end["children"], terminal["parts"], strict=True):
                if part is None:
                    continue
                self.order = [names[v] for v in group]
                if not self.follow(child, list(part["path"]), part["at"]):
                    return False
            self.order = order
            return True
        if "snc" in terminal:
            self.zero += [self.read(end["q"][i]).at_zero(self.small) for i in terminal["snc"]]
        if terminal["point"] == "z3":
            self.by_solver = True
            self.by_factor = "factor" in terminal
            return True
        self.known.update({names[v]: Fraction(x) for v, x in terminal["point"].items()})
        return True

    def split(self, end: Mapping[str, Any], child: int, names: Mapping[str, int]) -> None:
        f = self.read(end["by"])
        if child == 0:
            self.nonzero.append(f)
            return
        how = end["zero"]
        if "solve" in how:
            i = names[how["solve"]]
            self.small.add(i)
            self.change(i, self.read(how["unit"]), self.read(how["rest"]))
            self.put(i, 0)
            return
        self.zero.append(f)
        if "etale" in how:
            self.order.append(names[how["name"]])
            self.small.add(names[how["name"]])

    def section(self, end: Mapping[str, Any], child: int, names: Mapping[str, int]) -> None:
        """A line over a mark, the rest of its plane, or a section between marks."""
        for plane in end["planes"]:
            count = len(plane["lines"]) + (not plane["simple"])
            if child < count:
                self.split({"by": end["marks"][plane["mark"]], "zero": plane["zero"]}, 1, names)
                if child < len(plane["lines"]):
                    self.split(plane["lines"][child], 1, names)
                else:
                    self.nonzero += [self.read(line["by"]) for line in plane["lines"]]
                return
            child -= count
        x = names[end["over"]]
        a = Fraction(end["samples"][child])
        self.zero.append(self.ring.gen(x) * a.denominator - self.ring.const(a.numerator))
        self.order.remove(x)

    def put(self, i: int, value: int) -> None:
        """x_i has this value at the points in question."""
        to = {i: self.ring.const(value)}
        self.images = {v: (a.compose(to), b.compose(to)) for v, (a, b) in self.images.items()}
        self.zero, self.nonzero, self.positive = (
            [g.compose(to) for g in gs] for gs in (self.zero, self.nonzero, self.positive)
        )

    def fix(self, i: int, value: int) -> None:
        """x_i may be taken to have this value, and goes."""
        self.put(i, value)
        self.order = [v for v in self.order if v != i]
        self.small.discard(i)

    def turn(self, i: int, sign: int) -> None:
        """x_i, which is 0 at the points in question, has this sign."""
        to = {i: self.ring.gen(i) * sign}
        self.images = {v: (a.compose(to), b.compose(to)) for v, (a, b) in self.images.items()}
        self.zero = [g.compose(to) for g in self.zero]

    def change(self, i: int, unit: Poly, rest: Poly) -> None:
        """unit·x_i + rest has become the coordinate x_i (at small = 0, where the points are)."""
        unit, rest = unit.at_zero(self.small), rest.at_zero(self.small)
        self.images = {v: _changed(im, i, unit, rest) for v, im in self.images.items()}
        self.zero = [g.solve_into(i, unit, rest) for g in self.zero]
        self.nonzero = [g.solve_into(i, unit, rest) for g in self.nonzero]
        self.positive = [g.solve_into(i, unit, rest) * (unit if g.degrees[i] % 2 else 1) for g in self.positive]
        if not unit.is_constant:
            self.nonzero.append(unit)

    def rename(self, names: Mapping[int, tuple[int, int]]) -> None:
        images = {a: self.ring.gen(b) * s for a, (b, s) in names.items()}
        self.images = {v: (a.compose(images), b.compose(images)) for v, (a, b) in self.images.items()}
        self.zero, self.nonzero, self.positive = (
            [g.compose(images) for g in gs] for gs in (self.zero, self.nonzero, self.positive)
        )
        self.small = {names[i][0] for i in self.small if i in names}
        self.order = sorted(b for b, _ in names.values())

    def read(self, data: Sequence[Any]) -> Poly:
        return decode(self.ring, self.order, data)

    def add_factor(self, written: Sequence[Poly]) -> bool:
        """The smooth factor of K that vanishes here: told from K as stated, if only one can be it."""
        found: dict[Poly, None] = {}
        for p in written:
            for q, _ in p.factor()[1]:
                g = self.pulled_back(q).primitive()
                if g.variables and g not in self.zero:
                    found.setdefault(g)
        self.zero += found
        return len(found) == 1

    def pulled_back(self, p: Poly) -> Poly:
        """The numerator of p in the coordinates of the problem, written in the chart's variables."""
        degrees = p.degrees
        total = self.ring.zero
        for e, c in p.terms:
            term = self.ring.const(c)
            for i in p.variables:
                a, b = self.images[i]
                term = term * a ** e[i] * b ** (degrees[i] - e[i])
            total = total + term
        return total

    def inside(self, values: Mapping[int, Number]) -> bool | None:
        """Does the region have the point?  None: not known."""
        for c in self.sides:
            below = self.ring.one
            for i in c.variables:
                below = below * self.images[i][1] ** c.degrees[i]
            x = image_of(self.pulled_back(c), below, values)
            if x is None or float(x) < 0:
                return None if x is None else False
        return True

    # ---------------------------------------------------------------- what was reached
    def points(self, d: int) -> list[Point]:
        """The points of the stratum, where these are finitely many or the terminal names one."""
        used = frozenset().union(*(a.variables | b.variables for a, b in self.images.values()))
        if used <= self.known.keys() and not self.by_solver:
            return [p for p in [self._rational(d)] if p is not None]
        choices: list[list[dict[int, Number]]] = []
        bound = frozenset().union(*(g.variables for g in self.zero))
        loose = [self.ring.gen(i) * x.denominator - self.ring.const(x.numerator) for i, x in self.known.items()]
        zero = [*self.zero, *(g for g in loose if not g.variables & bound)]
        for group in _groups(used, [*zero, *self.nonzero, *self.positive]):
            sides = (zero, self.nonzero, self.positive)
            own = [[g for g in gs if g.variables and g.variables <= group] for gs in sides]
            found = solve(own[0], sorted(group), own[1], own[2])
            if not found:
                return []
            choices.append(found)
        out: list[Point] = []
        for choice in product(*choices):
            values = {i: x for part in choice for i, x in part.items()}
            point: list[Coordinate] = []
            inside = self.inside(values)
            if inside is None:
                return []
            for i in range(d) if inside else ():
                x = image_of(*self.images[i], values)
                if x is None:
                    return []
                point.append(x)
            out += [tuple(point)] * inside
            if len(out) == MOST:
                break
        return sorted(set(out), key=lambda p: tuple(float(x) for x in p))

    def _rational(self, d: int) -> Point | None:
        out = []
        for i in range(d):
            a, b = self.images[i]
            if not b.value(self.known):
                return None
            out.append(a.value(self.known) / b.value(self.known))
        return tuple(out)

    def description(self, variables: Sequence[str], written: Sequence[Poly]) -> str:
        """The stratum in words: by its equations in the coordinates of the problem, or by factors of K that vanish."""
        plain = {i for i, (a, b) in self.images.items() if a == self.ring.gen(i) and b == self.ring.one}
        words: list[str] = []
        for i, v in enumerate(variables):
            a, b = self.images[i]
            if a.is_constant and b.is_constant:
                words.append(f"{v}={Fraction(a.constant_term(), b.constant_term())}")
        for g in dict.fromkeys(g.primitive() for g in self.zero if g.variables):
            if not g.variables <= plain:
                zero = {h.primitive() for h in self.zero}
                factors = dict.fromkeys(q.primitive() for p in written for q, _ in p.factor()[1])
                pulled = [(q, self.pulled_back(q).primitive()) for q in factors]
                words = [f"{q!r} = 0" for q, h in pulled if not h or h in zero]
                break
            words.append(f"{g!r} = 0")
        return f"a point with {', '.join(words)}" if words else UNNAMED


def _groups(variables: Iterable[int], equations: Iterable[Poly]) -> list[frozenset[int]]:
    """Variables joined by common conditions (further variables of these included)."""
    groups = [frozenset({i}) for i in variables]
    for g in equations:
        if not g.variables:
            continue
        met = [s for s in groups if s & g.variables]
        groups = [s for s in groups if not s & g.variables] + [frozenset(g.variables).union(*met)]
    used = set(variables)
    return [g for g in groups if g & used]


def _changed(image: Image, i: int, unit: Poly, rest: Poly) -> Image:
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

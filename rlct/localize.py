"""Problem -> claim and root charts: translate to the point (or cut the box into cells), walls, prior.

What is built here is §2 and "The root" of `docs/certificate-format.md`: the claim as data, and for each cell a
chart whose value is
the threshold there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from rlct.errors import RegionError, UnsupportedError
from rlct.exact.arcs import Place
from rlct.exact.charts import Chart, Ideal, Small, Step, number
from rlct.exact.poly import Poly, Ring
from rlct.exact.real import Oracle, System, Verdict
from rlct.exact.work import Memory, Work
from rlct.problem import (
    Algebraic,
    Expr,
    Point,
    Problem,
    expand_in,
    factors,
    power_in,
    product_in,
    square_summands,
)
from rlct.rewrite import Change
from rlct.sizes import check_bits, check_digits, foresee_translation
from rlct.walls import holds_near, walls

if TYPE_CHECKING:
    from rlct.curved import Curved

SPARE = 6  # variables kept for étale coordinates

Product = list[tuple[Poly, int]]


@dataclass(frozen=True)
class Claim:
    """The functions of the problem as sums of products of powers, over the ring of the computation."""

    ring: Ring
    functions: tuple[tuple[tuple[Fraction, tuple[tuple[Poly, int], ...]], ...], ...]
    prior: tuple[tuple[Poly, Fraction], ...]
    constraints: tuple[Poly, ...]
    form: str  # "product" | "squares" | "ideal"
    box: tuple[tuple[Fraction | None, Fraction | None], ...] | None = None


@dataclass(frozen=True)
class Cell:
    """One root chart: its CODES, and the steps (walls) already done on it."""

    codes: Any
    chart: Chart
    steps: tuple[Step, ...]
    images: Mapping[int, Poly]  # original variable -> its value in the chart's variables


def make_claim(problem: Problem) -> Claim:
    """Expand what has to be expanded, keep products and sums of squares as written."""
    extra = [f"{v}@" for v, p in zip(problem.variables, problem.at or (), strict=False) if isinstance(p, Algebraic)]
    ring = Ring([*problem.variables, *extra, *(f"#{i + 1}" for i in range(SPARE))])
    index = {v: i for i, v in enumerate(problem.variables)}

    def poly(e: Expr) -> tuple[Poly, Fraction]:
        return expand_in(e, ring, index)

    def one_product(e: Expr) -> tuple[Fraction, tuple[tuple[Poly, int], ...]]:
        constant, fs = factors(e)
        out: list[tuple[Poly, int]] = []
        for base, k in fs:
            p, c = poly(base)
            if p.is_constant:
                constant *= power_of(c * p.constant_term(), k)
                continue
            content = Fraction(int(p.p.content()))
            constant *= power_of(c * content, k)
            out.append((p.primitive_signed(), k))
        check_digits([constant.numerator, constant.denominator])
        return constant, tuple(out)

    form = "ideal" if problem.mode == "ideal" else "product"
    functions = []
    for f in problem.functions:
        summands = square_summands(f) if problem.mode == "K" else None
        if summands is not None:
            form = "squares"
            terms = [t for t in (one_product(s) for s in summands) if t[0]]
            functions.append(tuple(terms))
        else:
            t = one_product(f)
            functions.append((t,) if t[0] else ())
    prior = []
    for e, x in problem.prior:
        p, _ = poly(e)
        if not p.is_constant:
            prior.append((p.primitive(), x))
    constraints = []
    for e in problem.region.constraints if problem.region else ():
        p, _ = poly(e)
        constraints.append(p.primitive_signed())
    box = problem.region.box if problem.region is not None else None
    return Claim(ring, tuple(functions), tuple(prior), tuple(constraints), form, box)


def place_of(problem: Problem) -> Place | None:
    """The point by polynomials of which its coordinates are roots."""
    if problem.at is None:
        return None
    return tuple(x.minpoly if isinstance(x, Algebraic) else (-x.numerator, x.denominator) for x in problem.at)


# ---------------------------------------------------------------- cells
def cells(problem: Problem, claim: Claim, oracle: Oracle) -> Iterator[Cell]:
    """The root charts: one at a point, 3^d in a box."""
    if problem.at is not None:
        try:
            yield _at_point(problem, claim, oracle)
        except UnsupportedError:
            refuse_empty(problem, claim, oracle)
            raise
        return
    assert problem.region is not None
    options = []
    for lo, hi in problem.region.box:
        options.append([c for c, ok in (("in", True), ("lo", lo is not None), ("hi", hi is not None)) if ok])
    for codes in product(*options):
        yield box_cell(problem, claim, codes)


def sharpened(problem: Problem, claim: Claim, oracle: Oracle) -> Claim | None:
    """The same claim with its inequalities in an order in which the corner may be one of an orthant.

    Those that the others imply come last, bounds of single variables among them as constraints: once the others are
    walls, they hold by themselves.  None when nothing is implied.
    """
    if problem.at is None or claim.box is None:
        return None
    point = {i: p for i, p in enumerate(problem.at) if isinstance(p, Fraction)}
    ring = claim.ring
    bounds: dict[tuple[int, int], Poly] = {}
    for i, (lo, hi) in enumerate(claim.box):
        if i in point and point[i] == lo:
            bounds[i, 0] = _linear(ring, i, 1, -lo)
        if i in point and point[i] == hi:
            bounds[i, 1] = _linear(ring, i, -1, hi)
    known = [c for c in claim.constraints if c.variables <= point.keys()]
    active = [*bounds.values(), *(c for c in known if not c.value(point))]
    implied: list[Poly] = []
    for v in active:
        others = tuple(w for w in active if w is not v and w not in implied)
        if others and oracle.decide(System((), (), (*others, -v))) is Verdict.EMPTY:
            implied.append(v)
    if not implied:
        return None
    box = tuple(
        (None if bounds.get((i, 0)) in implied else lo, None if bounds.get((i, 1)) in implied else hi)
        for i, (lo, hi) in enumerate(claim.box)
    )
    first = [c for c in claim.constraints if c not in implied]
    return replace(claim, box=box, constraints=(*first, *implied))


def refuse_empty(problem: Problem, claim: Claim, oracle: Oracle) -> None:
    """A region without inner points is bad input."""
    assert problem.region is not None
    walls = list(claim.constraints)
    for i, (lo, hi) in enumerate(problem.region.box):
        walls += [_linear(claim.ring, i, 1, -lo)] if lo is not None else []
        walls += [_linear(claim.ring, i, -1, hi)] if hi is not None else []
    if oracle.decide(System((), (), tuple(walls))) is Verdict.EMPTY:
        reason = f"the region {problem.region.text} is empty or has no volume"
        raise RegionError(problem.region.text, None, reason)


def denominators_and_images(problem: Problem, claim: Claim) -> tuple[dict[int, Poly], dict[int, int], dict[int, Small]]:
    """The rational coordinates of the point moved to 0: images and their denominators, and the small variables."""
    assert problem.at is not None
    images: dict[int, Poly] = {}
    denominators: dict[int, int] = {}
    small: dict[int, Small] = {}
    box = claim.box or ((None, None),) * len(problem.at)
    for i, (p, (lo, hi)) in enumerate(zip(problem.at, box, strict=True)):
        if isinstance(p, Algebraic):
            continue
        if (lo is not None and p < lo) or (hi is not None and p > hi):
            raise RegionError(problem.region.text if problem.region else "", problem.variables[i] + "=" + str(p))
        sign = -1 if hi is not None and p == hi else 1
        small[i] = Small(wall=p in (lo, hi))
        images[i] = claim.ring.gen(i) * (sign * p.denominator) + claim.ring.const(p.numerator)
        denominators[i] = p.denominator
    return images, denominators, small


def bounds_of(ring: Ring, i: int, p: Algebraic) -> list[Poly]:
    """The conditions x_i > lo and x_i < hi that single out an algebraic number."""
    return [_linear(ring, i, 1, -p.lo), _linear(ring, i, -1, p.hi)]


def _at_point(problem: Problem, claim: Claim, oracle: Oracle) -> Cell:
    cell, moved = _without_walls(problem, claim)
    chart, steps = walls(cell.chart, moved, claim.constraints, oracle)
    return replace(cell, chart=chart, steps=tuple(steps))


def undecided_cell(problem: Problem, claim: Claim, oracle: Oracle) -> Cell:
    """The cell at a point where the inequalities that are equalities are no corner of an orthant: the search decides
    them."""
    cell, moved = _without_walls(problem, claim)
    w = Work(cell.chart, Memory(oracle))
    pending = []
    for n, c in enumerate(moved):
        if w.vanishes(c):
            pending.append((n, c))
        else:
            holds_near(w, n, c, claim.constraints[n])
    return replace(cell, chart=replace(cell.chart, pending=tuple(pending)))


def _without_walls(problem: Problem, claim: Claim) -> tuple[Cell, list[Poly]]:
    """The cell at the point, with the bounds of single variables as walls, and the other inequalities there."""
    assert problem.at is not None
    ring, d = claim.ring, len(problem.variables)
    images, denominators, small = denominators_and_images(problem, claim)
    relations: list[tuple[int, Poly]] = []
    positive: list[Poly] = []
    order = list(range(d))
    for i, p in enumerate(problem.at):
        if isinstance(p, Algebraic):
            extra = len(order)
            small[i] = Small()
            images[i] = ring.gen(extra) + ring.gen(i)
            relations.append((extra, univariate(ring, extra, p.minpoly)))
            positive += bounds_of(ring, extra, p)
            order.append(extra)
    small = dict(sorted(small.items()))
    chart = root_chart(claim, images, denominators, tuple(order), small, tuple(relations), tuple(positive))
    return Cell("at", chart, (), images), [translate(c, images, denominators) for c in claim.constraints]


def box_cell(problem: Problem, claim: Claim, codes: tuple[str, ...]) -> Cell:
    """One cell of a box: each variable inside ("in"), at an end ("lo", "hi"), at 0 inside ("zero"), anywhere above the
    lower end ("up") or anywhere ("any")."""
    assert problem.region is not None
    ring = claim.ring
    images: dict[int, Poly] = {}
    denominators: dict[int, int] = {}
    small: dict[int, Small] = {}
    positive: list[Poly] = []
    for i, (code, (lo, hi)) in enumerate(zip(codes, problem.region.box, strict=True)):
        gen = ring.gen(i)
        if code == "zero":
            images[i], small[i] = gen, Small()
            continue
        if code in ("in", "up", "any"):
            images[i] = gen
            if lo is not None and code != "any":
                positive.append(_linear(ring, i, 1, -lo))
            if hi is not None and code == "in":
                positive.append(_linear(ring, i, -1, hi))
            continue
        p = lo if code == "lo" else hi
        assert p is not None
        images[i] = gen * ((1 if code == "lo" else -1) * p.denominator) + ring.const(p.numerator)
        denominators[i] = p.denominator
        small[i] = Small(wall=True)
    order = tuple(range(len(codes)))
    chart = root_chart(claim, images, denominators, order, small, (), tuple(positive))
    moving = {i: images[i] for i in denominators}
    pending = tuple(enumerate(translate(c, moving, denominators) for c in claim.constraints))
    return Cell(list(codes), replace(chart, pending=pending), (), images)


def _linear(ring: Ring, i: int, slope: int, shift: Fraction) -> Poly:
    return (ring.gen(i) * (slope * shift.denominator) + ring.const(shift.numerator)).primitive_signed()


def univariate(ring: Ring, i: int, coefficients: Sequence[int]) -> Poly:
    """The polynomial in x_i with these coefficients (low to high)."""
    out = {}
    for a, x in enumerate(coefficients):
        if x:
            e = [0] * ring.n
            e[i] = a
            out[tuple(e)] = x
    return ring.from_terms(out)


def translate(p: Poly, images: Mapping[int, Poly], denominators: Mapping[int, int]) -> Poly:
    """p at x_i = images[i]/denominators[i], primitive with the sign kept."""
    if denominators:
        degrees = p.degrees
        scaled = {}
        for e, x in p.terms:
            for i, q in denominators.items():
                x *= q ** (degrees[i] - e[i])
            scaled[e] = x
        p = p.ring.from_terms(scaled)
    moved = [i for i, g in images.items() if len(g) > 1]
    foresee_translation(p, moved, max((abs(c).bit_length() for i in moved for _, c in images[i].terms), default=0))
    out = p.compose(images).primitive_signed()
    check_digits(c for _, c in out.terms)
    return out


def translated(p: Poly, shift: Mapping[int, Fraction]) -> Poly:
    """p at x_i + shift_i, primitive with the sign kept; `InputError` where that has too many terms.

    >>> x = Ring(["x"]).gen(0)
    >>> translated(x * x, {0: Fraction(1, 2)})
    4*x^2 + 4*x + 1
    """
    moving = {i: q for i, q in shift.items() if q and i in p.variables}
    images = {i: p.ring.gen(i) * q.denominator + p.ring.const(q.numerator) for i, q in moving.items()}
    return translate(p, images, {i: q.denominator for i, q in moving.items()})


def root_chart(
    claim: Claim,
    images: Mapping[int, Poly],
    denominators: Mapping[int, int],
    order: tuple[int, ...],
    small: Mapping[int, Small],
    relations: tuple[tuple[int, Poly], ...],
    positive: tuple[Poly, ...],
) -> Chart:
    """The functions of the claim and the prior as objects of a chart."""
    moving = {i: g for i, g in images.items() if g != claim.ring.gen(i)}

    def image(p: Poly) -> Poly:
        return translate(p, moving, denominators).primitive()

    def multiplied(powers: Iterable[tuple[Poly, int]]) -> Poly:
        g = claim.ring.one
        for p, e in powers:
            g = product_in(g, power_in(p if relations else image(p), e))
        # translated by a number in a field, which is a variable, the factors are longer than their product
        return image(g) if relations else g.primitive()

    objects: list[Ideal] = []
    if claim.form == "product":
        for _, fs in claim.functions[0]:
            objects += [Ideal((image(p),), Fraction(e)) for p, e in fs]
    elif claim.form == "squares":
        gens = [multiplied((p, e // 2) for p, e in fs) for _, fs in claim.functions[0]]
        objects.append(Ideal(tuple(gens), Fraction(2)))
    else:
        gens = [multiplied(fs) for f in claim.functions for _, fs in f]
        objects.append(Ideal(tuple(gens), Fraction(2)))
    objects += [Ideal((image(p),), Fraction(0), x) for p, x in claim.prior]
    return Chart(claim.ring, order, dict(small), tuple(objects), (), positive, relations)


# ---------------------------------------------------------------- the claim as data
def claim_data(
    problem: Problem, claim: Claim, changes: Sequence[Change] = (), brackets: Curved | None = None
) -> dict[str, Any]:
    """The `claim` part of the certificate (without the answer)."""
    d = len(problem.variables)

    def poly(p: Poly) -> list[Any]:
        return [[list(e[:d]), c] for e, c in p.terms]

    at = None if problem.at is None else _point_data(problem.at)
    box = None if claim.box is None else [[None if x is None else number(x) for x in pair] for pair in claim.box]
    out: dict[str, Any] = {
        "mode": problem.mode,
        "variables": list(problem.variables),
        "functions": [[[number(c), [[poly(p), e] for p, e in fs]] for c, fs in f] for f in claim.functions],
        "prior": [[poly(p), number(x)] for p, x in claim.prior],
        "at": at,
        "box": box,
        "constraints": [poly(p) for p in claim.constraints],
    }
    if changes:
        out["coordinates"] = [[problem.variables[c.i], c.scale, poly(c.rest)] for c in changes]
    if brackets is not None:
        out["brackets"] = {
            "at": _point_data(brackets.point),
            "coordinates": [[problem.variables[i], k, poly(p)] for i, k, p in brackets.coordinates],
            "units": [[[poly(p), number(e)] for p, e in units] for units in brackets.units],
            "prior": [[poly(p), number(x)] for p, x in brackets.prior_units],
        }
    return out


def _point_data(point: Point) -> list[Any]:
    return [
        {"root": list(p.minpoly), "lo": number(p.lo), "hi": number(p.hi)} if isinstance(p, Algebraic) else number(p)
        for p in point
    ]


def denominator(image: Poly) -> int:
    """Images are q·x + p for the value p/q + x: this is q."""
    return max((abs(c) for e, c in image.terms if sum(e) == 1), default=1)


def power_of(c: Fraction, k: int) -> Fraction:
    """c^k, refused before it has endless digits."""
    check_bits(c, k)
    return Fraction(c**k)

"""The sign of K near the point, or on the region: one question, several means, in the order of their cost."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import fmpz_poly

from rlct.errors import InputError, NegativeLossError
from rlct.exact.arcs import Place
from rlct.exact.charts import Chart
from rlct.exact.derive import derive
from rlct.exact.gram import sum_of_squares
from rlct.exact.limits import share
from rlct.exact.poly import Poly
from rlct.exact.real import Oracle, System, Verdict
from rlct.exact.roots import Root
from rlct.localize import Claim, place_of, translated
from rlct.problem import Algebraic, Problem, product_in
from rlct.sign.direction import negative_point, slices
from rlct.sign.plane import line_sign, plane_sign
from rlct.sign.shorter import derive_shorter

UNDECIDED = "The sign of K {where} could not be decided: the answer is that of |K|, found without using the sign."
Z3_BOX = 64
"""z3 is asked about the box of half-width 1/64, as the checker is."""
MAX_TERMS = 20_000
"""Longest product of the odd factors that is looked at."""
LONG = 400
"""Polynomials with more terms are not searched on planes, nor given to z3."""
Tick = Callable[[], None]


@dataclass(frozen=True)
class Sign:
    """`nonnegative`: proved, by a `witness` that the checker replays; `objects`: the factors whose sign is so known."""

    nonnegative: bool
    witness: Any
    notes: tuple[str, ...]
    objects: tuple[int, ...]

    @staticmethod
    def undecided(problem: Problem, objects: tuple[int, ...] = ()) -> Sign:
        """Not known, with the sentence that says so."""
        where = "near the point" if problem.at is not None else "in the region"
        return Sign(False, None, (UNDECIDED.format(where=where),), objects)

    def flag(self, chart: Chart) -> Chart:
        """Mark the semidefinite factor of a root chart, where K >= 0 is proved."""
        if not self.nonnegative:
            return chart
        objects = list(chart.objects)
        for j in self.objects:
            objects[j] = replace(objects[j], sd=(True,))
        return replace(chart, objects=tuple(objects))


@dataclass(frozen=True)
class _Place:
    """The point with its rational coordinates moved to 0, and the walls of the region in the same coordinates."""

    shift: dict[int, Fraction]
    roots: dict[int, Root]
    walls: tuple[Poly, ...]

    @property
    def irrational(self) -> tuple[int, ...]:
        return tuple(i for i, r in self.roots.items() if not r.is_rational)

    @property
    def active(self) -> tuple[Poly, ...]:
        """Walls that pass through the point, and those that involve an irrational coordinate."""
        return tuple(w for w in self.walls if not w.constant_term() or w.variables & set(self.irrational))

    def text(self, problem: Problem, point: dict[int, Fraction]) -> str:
        values = {i: x + self.shift.get(i, Fraction(0)) for i, x in point.items()}
        return ", ".join(f"{v}={values[i]}" for i, v in enumerate(problem.variables))


def sign_near(problem: Problem, claim: Claim, odd: Sequence[int], oracle: Oracle, tick: Tick = lambda: None) -> Sign:
    """Decide the sign of K = constant · product of powers, whose odd factors are those with index in `odd`.

    Parameters
    ----------
    odd : at least one index.
    tick : called between steps; what it raises ends the question as undecided (the caller catches it).

    Raises
    ------
    NegativeLossError : when K is negative as near to the point as one likes, or somewhere in the region.
    """
    constant, fs = claim.functions[0][0]
    objects = tuple(odd) if len(odd) == 1 else ()
    f = claim.ring.const(1 if constant > 0 else -1)
    try:
        for j in odd:
            f = product_in(f, fs[j][0], MAX_TERMS)
    except InputError:
        return Sign.undecided(problem, objects)
    # K is negative where f is, unless an even power vanishes there
    avoid = [p for j, (p, _) in enumerate(fs) if j not in odd and len(p) <= LONG]
    if problem.at is None:
        return _in_region(problem, claim, f, avoid, objects, oracle)
    place = _place(problem, claim)
    f, avoid = translated(f, place.shift), [translated(p, place.shift) for p in avoid]
    variables = tuple(range(len(problem.variables)))
    if not place.irrational:
        point = negative_point(f, variables, place.walls, avoid)
        if point is not None:
            raise NegativeLossError(problem.source, place.text(problem, point))
        derivation = derive(f, oracle) or derive_shorter(f, oracle)
        if derivation is not None:
            return Sign(False, None, (), objects) if place.active else Sign(True, derivation, (), objects)
    if _plainly_positive(f, place):
        return Sign(False, None, (), objects)
    if place.irrational and len(odd) == 1 and _is_sum_of_squares(f, place_of(problem), oracle):
        return Sign(False, None, (), objects)
    decided, point = _on_planes(f, avoid, variables, place, tick)
    if point is not None:
        raise NegativeLossError(problem.source, place.text(problem, point))
    if decided:
        return Sign(False, None, (), objects)
    if not place.irrational and len(f) <= LONG and _z3_says_positive(f, variables, place.active, oracle):
        return Sign(False, None, (), objects) if place.active else Sign(True, "z3", (), objects)
    return Sign.undecided(problem, objects)


def refuse_negative(problem: Problem, claim: Claim) -> None:
    """K is a negative constant times even powers: raise with a point where it is negative."""
    _, fs = claim.functions[0][0]
    f, avoid = claim.ring.const(-1), [p for p, _ in fs if len(p) <= LONG]
    if problem.at is None:
        found = _sampled(problem, claim, f, avoid)
        raise NegativeLossError(problem.source, found or "almost every point of the region")
    place = _place(problem, claim)
    point = None
    if not fs and not place.irrational:
        point = dict.fromkeys(range(len(problem.variables)), Fraction(0))
    elif not place.irrational:
        avoid = [translated(p, place.shift) for p in avoid]
        point = negative_point(f, range(len(problem.variables)), place.walls, avoid)
    where = "almost every point near the given one" if point is None else place.text(problem, point)
    raise NegativeLossError(problem.source, where)


def _place(problem: Problem, claim: Claim) -> _Place:
    assert problem.at is not None
    shift, roots = {}, {}
    for i, c in enumerate(problem.at):
        if isinstance(c, Algebraic):
            roots[i] = Root(fmpz_poly(list(c.minpoly)).factor()[1][0][0], c.lo, c.hi)
        else:
            shift[i] = c
            roots[i] = Root(fmpz_poly([0, 1]), Fraction(0), Fraction(0))
    walls = [*_bounds(problem, claim), *claim.constraints]
    return _Place(shift, roots, tuple(translated(w, shift) for w in walls))


def _bounds(problem: Problem, claim: Claim) -> list[Poly]:
    """The bounds of the box as polynomials >= 0."""
    ring, out = claim.ring, []
    for i, (lo, hi) in enumerate(problem.region.box if problem.region is not None else ()):
        if lo is not None:
            out.append(ring.gen(i) * lo.denominator - ring.const(lo.numerator))
        if hi is not None:
            out.append(ring.const(hi.numerator) - ring.gen(i) * hi.denominator)
    return out


def _plainly_positive(f: Poly, place: _Place) -> bool:
    """Positive coefficients, odd powers only of variables that are walls."""
    single = [w for w in place.active if w.is_monomial and w.total_degree() == 1 and w.terms[0][1] > 0]
    known = {i for w in single for i in w.variables}
    return all(c > 0 and all(a % 2 == 0 or i in known for i, a in enumerate(e)) for e, c in f.terms)


def _on_planes(
    f: Poly, avoid: Sequence[Poly], variables: Sequence[int], place: _Place, tick: Tick
) -> tuple[bool, dict[int, Fraction] | None]:
    """Whether the sign is decided, and a point where f < 0 if there is one: complete in one and two variables."""
    roots = place.roots
    walls = place.walls if len(variables) <= 2 else place.active
    if len(variables) == 1:
        found = line_sign(f, 0, walls, roots[0], avoid)
        return True, None if found.negative is None else {0: found.negative[0]}
    if len(variables) == 2:
        verdict = plane_sign(f, 0, 1, walls, (roots[0], roots[1]), tick, avoid)
        if verdict is None or verdict.negative is None:
            return verdict is not None, None
        return True, dict(enumerate(verdict.negative))
    if len(f) > LONG or len(place.irrational) > 2:
        return False, None
    ring = f.ring
    for (i, j), rest in slices(variables, place.irrational):
        tick()
        x, y = ring.gen(i), ring.gen(j)
        images = {k: x * a + y * b + x * x * c for k, (a, b, c) in rest.items()}
        flat, sides, off = f.compose(images), [w.compose(images) for w in walls], [p.compose(images) for p in avoid]
        if not flat or not all(sides) or not all(off):
            continue
        verdict = plane_sign(flat, i, j, sides, (roots[i], roots[j]), tick, off)
        if verdict is not None and verdict.negative is not None:
            point = {i: verdict.negative[0], j: verdict.negative[1]}
            return True, point | {k: g.value(point) for k, g in images.items()}
    return False, None


def _is_sum_of_squares(f: Poly, at: Place | None, oracle: Oracle) -> bool:
    """Σ c h² with c > 0 (h² > 0 at almost all points, so one of them tells f from -f)."""
    if not sum_of_squares(f.primitive(), at, share(oracle.deadline, 2)):
        return False
    value = next(x for k in range(1, 99) if (x := f.value({i: Fraction(k + i, 97) for i in f.variables})))
    return value > 0


def _z3_says_positive(f: Poly, variables: Sequence[int], walls: Sequence[Poly], oracle: Oracle) -> bool:
    ring = f.ring
    box = [ring.one + ring.gen(i) * (s * Z3_BOX) for i in variables for s in (1, -1)]
    return oracle.decide(System((), (), (-f, *box, *walls))) is Verdict.EMPTY


# ---------------------------------------------------------------- without a point
def _in_region(
    problem: Problem, claim: Claim, f: Poly, avoid: Sequence[Poly], objects: tuple[int, ...], oracle: Oracle
) -> Sign:
    found = _sampled(problem, claim, f, avoid)
    if found is not None:
        raise NegativeLossError(problem.source, found)
    sides = (*_bounds(problem, claim), *claim.constraints)
    verdict = oracle.decide(System((), (), (-f, *sides)))
    if verdict is Verdict.EMPTY:
        return Sign(True, "z3", (), objects)
    if verdict is Verdict.POINT:
        system = System((), tuple(avoid), (-f, *sides))
        point = oracle.sample(system, range(len(problem.variables)))
        text = None if point is None else ", ".join(f"{v}={point[i]}" for i, v in enumerate(problem.variables))
        raise NegativeLossError(problem.source, text or "some point of the region")
    return Sign.undecided(problem, objects)


def _sampled(problem: Problem, claim: Claim, f: Poly, avoid: Sequence[Poly] = ()) -> str | None:
    """A point of the region on a coarse grid, at random, where f < 0."""
    rng = random.Random(0)
    assert problem.region is not None
    for _ in range(200):
        p = {}
        for i, (lo, hi) in enumerate(problem.region.box):
            a = lo if lo is not None else (hi - 4 if hi is not None else Fraction(-2))
            b = hi if hi is not None else (lo + 4 if lo is not None else Fraction(2))
            p[i] = a + (b - a) * Fraction(rng.randint(0, 32), 32)
        inner = all(c.value(p) > 0 for c in claim.constraints)
        if inner and f.value(p) < 0 and all(g.value(p) for g in avoid):
            return ", ".join(f"{v}={p[i]}" for i, v in enumerate(problem.variables))
    return None

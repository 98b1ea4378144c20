"""Brackets of the text as coordinates, all at once, also where no polynomials invert them.

`(x + 2*x*z)^4 - (y - x*y)^2*(z + x*z)^3` is X^4 - Y^2 Z^3 where X, Y, Z are the brackets, and they are coordinates near
every point at which their gradients are independent (inverse function theorem).  So where all functions are
polynomials in such brackets, the claim is stated in these, with the brackets beside it; factors without a zero at the
point are left out.  Nothing is expanded but the brackets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain

from rlct.errors import InputError
from rlct.exact.poly import Poly, Ring, TooLarge
from rlct.independent import NoCoordinates, Place, Span, Vector
from rlct.problem import Add, Expr, Mul, Num, Point, Pow, Problem, Var, expand_in, factors, is_expanded, walk
from rlct.rewrite import Leaf, expected_terms, expression

SHORT = 40  # estimated terms up to which nothing is looked for
BRACKET = 120  # longest bracket
PRIOR = 400  # longest prior that is taken apart into factors
STEPS = 300  # sums that are looked at, each time one was opened
MANY = 60  # different sums
HIGHEST = 1000  # degree of a bracket, of which values are computed

Unit = tuple[Poly, Fraction]


@dataclass(frozen=True)
class Curved:
    """At `point` of the old coordinates poly/den takes the place of each variable that is listed.

    Factors that were left out, not 0 at the point: of each function, and of the density.
    """

    point: Point
    coordinates: tuple[tuple[int, int, Poly], ...]
    units: tuple[tuple[Unit, ...], ...]
    prior_units: tuple[Unit, ...]


def curved(problem: Problem, than: Problem | None = None) -> tuple[Problem, Curved | None]:
    """The problem in brackets as coordinates if it is much shorter (`than` something else); itself and None otherwise.

    At irrational points brackets are coordinates where they are 0.  Variables with bounds stay.

    Examples
    --------
    >>> from rlct.parse import build_problem
    >>> problem = build_problem("(x + 2*x*y)^20 + 3*(x + 2*x*y)^2*(y + x*y)^3 - (y + x*y)^30", mode="abs")
    >>> from rlct.problem import to_text
    >>> to_text(curved(problem)[0].functions[0])
    'x^20 + 3*x^2*y^3 - y^30'
    """
    if problem.at is None or (problem.region is not None and problem.region.constraints):
        return problem, None
    rational = all(isinstance(p, Fraction) for p in problem.at)
    if rational and len(problem.functions) == 1 and is_expanded(problem.functions[0]):
        return problem, None
    before = _length(than or problem)
    if before < SHORT and rational:
        return problem, None
    try:
        other, found = _Brackets(problem, problem.at).restated()
    except (NoCoordinates, InputError, TooLarge):
        return problem, None
    shorter = 2 * _length(other) <= before and any(p.total_degree() > 1 for _, _, p in found.coordinates)
    return (other, found) if shorter else (problem, None)


def _length(problem: Problem) -> int:
    """Estimated terms of all factors together."""
    functions = (*problem.functions, *(e for e, _ in problem.prior))
    return sum(expected_terms(base) for e in functions for base, _ in factors(e)[1])


class _Brackets:
    """The brackets of a problem at a point: those that were read, and those that are coordinates."""

    def __init__(self, problem: Problem, point: Point) -> None:
        self.problem, self.point = problem, point
        self.ring = Ring(problem.variables)
        self.index = {v: i for i, v in enumerate(problem.variables)}
        self.place = Place(point, self.ring)
        self.polys: dict[Expr, tuple[Poly, Fraction] | None] = {}
        self.steps = 0

    def restated(self) -> tuple[Problem, Curved]:
        """The problem in brackets, and these."""
        problem = self.problem
        bounds = problem.region.box if problem.region is not None else ()
        kept = [Var(v) for v, ends in zip(problem.variables, bounds, strict=False) if ends != (None, None)]
        functions, units = zip(*(self._essential(f) for f in problem.functions), strict=True)
        prior, prior_units = self._prior(list(functions))
        chosen = self._chosen([*kept, *functions, *(e for e, _ in prior)], Span())
        places = chosen.places()
        new = [Var(self.ring.names[i]) for i in places]
        at, coordinates = list(self.point), []
        for e, i in zip(chosen.names, places, strict=True):
            poly, scale = self._known(e)
            if poly != self.ring.gen(i) or scale != 1:
                at[i] = scale * self.place.value(poly)
                coordinates.append((i, scale.denominator, poly * scale.numerator))
        left_out = [p for p, _ in (*chain(*units), *prior_units)]
        if not self.place.proves({i: p for i, _, p in coordinates}, left_out):
            raise NoCoordinates
        restated = replace(
            problem,
            functions=tuple(self._replaced(f, chosen, new) for f in functions),
            prior=tuple((self._replaced(e, chosen, new), x) for e, x in prior),
            at=tuple(at),
        )
        return restated, Curved(self.point, tuple(coordinates), units, prior_units)

    # ------------------------------------------------------------ which brackets
    def _chosen(self, todo: Sequence[Expr], span: Span) -> Span:
        """Brackets of which all functions are made: sums as a whole where possible, or what they are made of."""
        sums: dict[Add, None] = {}
        stack = list(todo)
        while stack:
            e = stack.pop()
            if isinstance(e, Mul):
                stack.extend(e.args)
            elif isinstance(e, Pow):
                stack.append(e.base)
            elif isinstance(e, Var):
                span = self._with(span, e)
            elif isinstance(e, Add):
                sums[e] = None
        for e in sums:
            if self.polys.setdefault(e, self._expanded(e)) is None or not span.holds(self._vector(e)):
                break
        else:
            return span
        self.steps += 1
        if self.steps > STEPS or len(self.polys) > MANY:
            raise NoCoordinates
        others = [f for f in sums if f != e]
        if self.polys[e] is not None:
            try:
                return self._chosen(others, self._with(span, e))
            except NoCoordinates:
                if self.steps > STEPS:
                    raise
        return self._chosen([*others, *e.args], span)

    def _with(self, span: Span, e: Expr) -> Span:
        """One more bracket, which must be a coordinate together with the others."""
        self.polys.setdefault(e, self._expanded(e))
        v = self._vector(e)
        return span if span.holds(v) else span.extended(e, v, self._gradient(e))

    def _replaced(self, e: Expr, span: Span, new: Sequence[Expr]) -> Expr:
        if isinstance(e, Var | Add):
            if self.polys.get(e) is not None and span.holds(self._vector(e)):
                return _combination(*span.written(self._vector(e)), new)
            assert isinstance(e, Add)
            return Add(tuple(self._replaced(a, span, new) for a in e.args))
        if isinstance(e, Mul):
            return Mul(tuple(self._replaced(a, span, new) for a in e.args))
        return Pow(self._replaced(e.base, span, new), e.exponent) if isinstance(e, Pow) else e

    def _expanded(self, e: Expr, most: int = BRACKET) -> tuple[Poly, Fraction] | None:
        """A bracket multiplied out; None if it is too long or of too high a degree."""
        try:
            found = expand_in(e, self.ring, self.index, most)
        except (InputError, TooLarge):
            return None
        return found if found[0].total_degree() <= HIGHEST else None

    def _known(self, e: Expr) -> tuple[Poly, Fraction]:
        found = self.polys[e]
        if found is None:
            raise NoCoordinates
        return found

    def _vector(self, e: Expr) -> Vector:
        poly, scale = self._known(e)
        return {m: c * scale for m, c in poly.terms}

    def _gradient(self, e: Expr) -> list[Fraction]:
        poly, scale = self._known(e)
        return [scale * self.place.value(poly.derivative(i)) for i in range(self.ring.n)]

    # ------------------------------------------------------------ factors without zeros
    def _essential(self, f: Expr) -> tuple[Expr, tuple[Unit, ...]]:
        """A function without factors that are not 0 at the point, and these."""
        constant, parts = factors(f)
        left: list[Expr] = []
        units: list[Unit] = []
        for base, k in (split for part in parts for split in self._split(*part)):
            found = self._expanded(base, PRIOR)
            value = Fraction(0) if found is None else self.place.value(found[0])
            if found is not None and value:
                units.append((found[0], Fraction(k)))
                constant *= -1 if value < 0 and k % 2 else 1
            else:
                left.append(base if k == 1 else Pow(base, k))
        if constant != 1 or not left:
            left.insert(0, Num(constant))
        return left[0] if len(left) == 1 else Mul(tuple(left)), tuple(units)

    def _split(self, base: Expr, k: int) -> list[tuple[Expr, int]]:
        """The factors of a sum that is a product (and no coordinate as it is), up to a positive number."""
        found = self._expanded(base, PRIOR) if isinstance(base, Add) else None
        if found is None or found[0].is_large or any(self.place.value(found[0].derivative(i)) for i in self.place.all):
            return [(base, k)]
        constant, parts = found[0].factor()
        if len(parts) < 2 and parts[0][1] == 1:
            return [(base, k)]
        sign = [(Num(Fraction(-1)), k)] if constant < 0 else []
        return sign + [(expression(Leaf(q, Fraction(1))), e * k) for q, e in parts]

    def _prior(self, functions: Sequence[Expr]) -> tuple[list[tuple[Expr, Fraction]], tuple[Unit, ...]]:
        """The density as powers: of sums in the functions up to factors that are not 0 at the point, or of itself."""
        powers: list[tuple[Expr, Fraction]] = []
        units: list[Unit] = []
        for e, x in self.problem.prior:
            for q, k in expand_in(e, self.ring, self.index, PRIOR)[0].factor()[1]:
                if self.place.value(q):
                    units.append((q, x * k))
                    continue
                bracket, quotient = self._multiple(q, functions)
                powers.append((bracket, x * k))
                if not quotient.is_constant:
                    units.append((quotient, -x * k))
        return powers, tuple(units)

    def _multiple(self, q: Poly, functions: Sequence[Expr]) -> tuple[Expr, Poly]:
        sums = dict.fromkeys(e for f in functions for e in walk(f) if isinstance(e, Add))
        for e in list(sums)[:MANY]:
            found = self.polys.setdefault(e, self._expanded(e))
            quotient = None if found is None else found[0].divide(q)
            if quotient is not None and self.place.value(quotient):
                return e, quotient
        return expression(Leaf(q, Fraction(1))), self.ring.one


# ---------------------------------------------------------------- the text
def _combination(coefficients: Sequence[Fraction], constant: Fraction, new: Sequence[Expr]) -> Expr:
    parts: list[Expr] = [x if c == 1 else Mul((Num(c), x)) for c, x in zip(coefficients, new, strict=True) if c]
    parts += [Num(constant)] if constant or not parts else []
    return parts[0] if len(parts) == 1 else Add(tuple(parts))

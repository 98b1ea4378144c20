"""Real systems that are decided without z3: points of the plane, plane curves, a line over a number field.

In the plane the x of a solution, or of a critical point of a curve, is a root of a resultant; over Q(x) what is left is
one polynomial in y, and Sturm's theorem counts its real roots.  Between the critical x a curve has the same branches
over every x, so one rational x is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import gcd as gcd_of
from typing import Any

from flint import fmpq, fmpq_poly, fmpz_poly

from rlct.exact.bivariate import degree_bound, resultant
from rlct.exact.fields import NumberField, number_fields
from rlct.exact.over_field import Element, Univariate, derivative, divide, divided, gcd
from rlct.exact.pairs import undecided_pairs
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.reductions import Conditions, restrict
from rlct.exact.roots import Root, coefficients, has_point, roots_of, sign_at_root

MAX_PRODUCT = 400  # of the total degrees of two equations
MAX_FACTOR = 40  # degree of the x of a solution

Late = Callable[[], bool]


def decide(conditions: Conditions, late: Late = lambda: False) -> bool | None:
    """Whether the conditions have a real solution; None where that is not decided here, or `late()` became true.

    Parameters: conditions on two variables, or on numbers given one after the other by equations and at most one more.

    >>> from rlct.exact.poly import Ring
    >>> ring = Ring(["x", "y"]); x, y, one = ring.gen(0), ring.gen(1), ring.one
    >>> circle, hyperbola = x * x + y * y - one * 4, x * y - one
    >>> decide(((circle, hyperbola), (), (x, x - y)))
    True
    >>> decide(((circle, hyperbola), (x * x - y * y,), (x, one - x, one - y)))
    False
    >>> decide(((circle,), (), (x - y - one * 3,))), decide(((circle,), (), (x - y - one * 2,)))
    (False, True)
    """
    zero = tuple(p for p in conditions[0] if p)
    variables = sorted(frozenset().union(*(p.variables for ps in conditions for p in ps)))
    if not zero:
        if len(variables) != 2 or not conditions[2]:
            return None
        try:
            return _open(conditions[2], variables[0], variables[1], late)
        except TooLarge:
            return None
    if len(variables) == 2 and len(zero) > 1:
        found = _by_balls((zero, *conditions[1:]), variables[0], variables[1], late)
        if found is not None:
            return found
    tower, rest = _tower(zero)
    if len(tower) == len(variables) > 1:
        rest = (*rest, tower.pop()[1])
    left = [i for i in variables if i not in {t for t, _ in tower}]
    try:
        if tower and len(left) <= 1:
            line = left[0] if left else tower[-1][0]
            verdict: bool | None = False
            for field in number_fields(zero[0].ring, tower) or (None,):
                here = None if field is None else _Fibre(field, line).has_point((rest, *conditions[1:]), late)
                if here:
                    return True
                verdict = None if here is None else verdict
            if verdict is not None:
                return False
        if len(variables) == 2:
            return _in_plane((zero, *conditions[1:]), variables[0], variables[1], late)
    except TooLarge:
        pass
    return None


def _tower(zero: Sequence[Poly]) -> tuple[list[tuple[int, Poly]], tuple[Poly, ...]]:
    """Equations that define numbers one after the other (the first irreducible), and the other equations."""
    tower: list[tuple[int, Poly]] = []
    have: set[int] = set()
    rest = list(zero)
    while True:
        for p in rest:
            new = p.variables - have
            if len(new) == 1:
                (t,) = new
                d = p.degrees[t]
                if p.coefficients(t)[d].is_constant:
                    tower.append((t, p))
                    have.add(t)
                    rest.remove(p)
                    break
        else:
            return tower, tuple(rest)


# ---------------------------------------------------------------- the plane
def _in_plane(conditions: Conditions, x: int, y: int, late: Late) -> bool | None:
    zero, nonzero, positive = conditions
    common = zero[0]
    for p in zero[1:]:
        common = common.gcd(p)
    if common.is_constant:
        return _points(conditions, x, y, late)
    found: bool | None = False
    for q, _ in common.factor()[1]:
        one = _curve(q, nonzero, positive, x, y, late)
        if one:
            return True
        found = None if one is None else found
    quotients = [q for q in (p.divide(common) for p in zero) if q is not None]
    if any(q.is_constant for q in quotients):
        return found
    other = _in_plane((tuple(quotients), nonzero, positive), x, y, late)
    return True if other else None if other is None else found


def project(f: Poly, g: Poly, a: int, b: int, late: Late = lambda: False) -> Any:
    """A polynomial in x_a (of flint) that vanishes at the common zeros of f and g (coprime, in x_a and x_b)."""
    if not f.degrees[b] or not g.degrees[b]:
        return fmpz_poly(coefficients(f if not f.degrees[b] else g, a))
    return resultant(f, g, a, b, late)


def _by_balls(conditions: Conditions, x: int, y: int, late: Late) -> bool | None:
    """The two simplest equations, pair by pair of the roots of their resultants."""
    f, g = sorted(conditions[0], key=lambda p: (len(p.variables), p.total_degree(), len(p)))[:2]
    if f.gcd(g).is_constant and max(degree_bound(f, g, x, y), degree_bound(f, g, y, x)) <= MAX_PRODUCT:
        try:
            rx, ry = project(f, g, x, y, late), project(f, g, y, x, late)
        except TooLarge:
            return None
        return undecided_pairs(conditions, x, y, rx, ry, late)
    return None


def _points(conditions: Conditions, x: int, y: int, late: Late) -> bool | None:
    """Finitely many complex solutions: equations without a common factor."""
    zero, nonzero, positive = conditions
    zero = tuple(sorted(zero, key=lambda p: (p.total_degree(), len(p))))
    f = zero[0]
    for q, _ in f.factor()[1]:
        others = [p for p in zero[1:] if p.divide(q) is None]
        if not others:  # common divisors of very long polynomials are not looked for
            on_curve = _curve(q, nonzero, positive, x, y, late)
            if on_curve is not False:
                return on_curve
            continue
        g = others[0]
        a, b = (x, y) if q.degrees[x] + g.degrees[x] >= q.degrees[y] + g.degrees[y] else (y, x)
        if degree_bound(q, g, a, b) > MAX_PRODUCT:
            return None
        r = project(q, g, a, b, late)
        if r.degree() < 1:
            continue
        found = undecided_pairs(((q, *others), nonzero, positive), a, b, r, project(q, g, b, a, late), late)
        if found is None:
            found = _over(r, ((q, *others), nonzero, positive), a, b, late)
        if found is not False:
            return found
    return False


def _curve(q: Poly, nonzero: Sequence[Poly], positive: Sequence[Poly], x: int, y: int, late: Late) -> bool | None:
    """A point of the irreducible curve q = 0."""
    if any(p.divide(q) is not None for p in nonzero) or any(p.divide(q) is not None for p in positive):
        return False
    b = min((i for i in (y, x) if q.degrees[i]), key=lambda i: q.degrees[i])
    a, d = x + y - b, q.degrees[b]
    r = fmpz_poly(coefficients(q.coefficients(b)[d], a))
    if d > 1:
        r *= _projected(q, _slope(q, b), a, b, late)
    for p in positive:
        r *= _projected(q, p, a, b, late)
    # over the roots of r lie the critical points of the curve, among them its isolated points
    for value in _samples(r):
        at = {a: value}
        above = [restrict(p, at, b) for p in positive]
        if any(p.degree() <= 0 and p[0] <= 0 for p in above):
            continue
        if has_point([restrict(q, at, b)], [], [p for p in above if p.degree() > 0]):
            return True  # an open piece of the curve: the (coprime) conditions != 0 fail at finitely many points
        if late():
            return None
    return _over(r, ((q,), tuple(nonzero), tuple(positive)), a, b, late) if r.degree() > 0 else False


def _open(positive: Sequence[Poly], x: int, y: int, late: Late) -> bool | None:
    """A point where all are positive: over the critical values of x nothing new is seen in an open set."""
    factors = list(dict.fromkeys(q for p in positive for q, _ in p.factor()[1]))
    b = min((x, y), key=lambda i: sum(q.degrees[i] for q in factors))
    a = x + y - b
    r = fmpz_poly([1])
    for k, q in enumerate(factors):
        d = q.degrees[b]
        r *= fmpz_poly(coefficients(q.coefficients(b)[d], a))
        if d > 1:
            r *= _projected(q, _slope(q, b), a, b, late)
        for p in factors[:k]:
            if d and p.degrees[b]:
                r *= _projected(q, p, a, b, late)
    for value in _samples(r):
        above = [restrict(p, {a: value}, b) for p in positive]
        if any(p.degree() <= 0 and p[0] <= 0 for p in above):
            continue
        if has_point([], [], [p for p in above if p.degree() > 0]):
            return True
        if late():
            return None
    return False


def _projected(f: Poly, g: Poly, a: int, b: int, late: Late) -> Any:
    if degree_bound(f, g, a, b) > MAX_PRODUCT:
        raise TooLarge
    return project(f, g, a, b, late)


def _slope(q: Poly, b: int) -> Poly:
    """∂q/∂x_b, times x_b where q has only powers of x_b^n, n > 1: then so has this."""
    n = gcd_of(*(e[b] for e, _ in q.terms))
    return q.derivative(b) * q.ring.gen(b) if n > 1 else q.derivative(b)


def _samples(r: Any) -> list[Fraction]:
    """A rational number in each gap between the roots of r, and beyond them."""
    marks = roots_of(r) if r.degree() > 0 else []
    if not marks:
        return [Fraction(0)]
    return [marks[0].lo - 1, marks[-1].hi + 1, *((s.hi + t.lo) / 2 for s, t in pairwise(marks))]


def _over(r: Any, conditions: Conditions, x: int, y: int, late: Late) -> bool | None:
    """The solutions whose x is a root of r."""
    zero, nonzero, positive = conditions
    ring = zero[0].ring
    sides = [fmpz_poly(coefficients(p, x)) for p in positive if p.variables <= {x}]
    avoid = [fmpz_poly(coefficients(p, x)) for p in nonzero if p.variables <= {x}]
    verdict: bool | None = False
    for q, _ in sorted(r.factor()[1], key=lambda pe: pe[0].degree()):
        if any(q.gcd(p).degree() > 0 for p in avoid) or not has_point([q], [], sides):
            continue
        if q.degree() > MAX_FACTOR or late():
            verdict = None
            continue
        exps = {tuple(k if i == x else 0 for i in range(ring.n)): int(c) for k, c in enumerate(q.coeffs()) if c}
        (field,) = number_fields(ring, [(x, ring.from_terms(exps))])
        here = _Fibre(field, y).has_point((zero, nonzero, positive), late)
        if here:
            return True
        if here is None:
            verdict = None
    return verdict


# ---------------------------------------------------------------- a line over a number field
@dataclass(frozen=True)
class _Fibre:
    """The line with coordinate y over every real place of a field."""

    field: NumberField
    y: int

    def has_point(self, conditions: Conditions, late: Late) -> bool | None:
        zero, nonzero, positive = conditions
        m = self.field.minimal
        h: Univariate = []
        numbers: list[Element] = []
        above: list[Univariate] = []
        for p in zero:
            f = self.field.univariate(p, self.y) if self._moving(p) else self._number(p)
            if f:
                h = gcd(f, h, m, late) if h else f
            if late():
                return None
        if h and len(h) == 1:
            return False
        if len(h) > 1:
            h = divided(h, gcd(h, derivative(h), m, late), m)
        for side, polys in enumerate((nonzero, positive)):
            for p in polys:
                f = self.field.univariate(p, self.y) if self._moving(p) else self._number(p)
                if not f:
                    return False
                if len(f) > 1 and not h:
                    return None  # a whole line: not asked here
                if len(f) > 1:
                    h = _without(h, f, m)
                if side:
                    above.append(f)
        if h and len(h) == 1:
            return False
        numbers = [f[0] for f in above if len(f) == 1]
        above = [f for f in above if len(f) > 1]
        chain = _sturm(h, m, late) if h else []
        for root in roots_of(m.numer()):
            if late():
                return None
            line = _Line(chain, above, root)
            if all(line.sign(e) > 0 for e in numbers) and (not h or line.has_point()):
                return True
        return False

    def _moving(self, p: Poly) -> bool:
        return self.y in p.variables and self.y not in {t for t, _ in self.field.tower}

    def _number(self, p: Poly) -> Univariate:
        e = self.field.element(p)
        return [e] if e else []


def _without(h: Univariate, f: Univariate, m: Any) -> Univariate:
    """The square-free h without the roots it has in common with f."""
    common = gcd(h, f, m)
    return divided(h, common, m) if len(common) > 1 else h


def _sturm(h: Univariate, m: Any, late: Late) -> list[Univariate]:
    """Sturm's chain of a square-free polynomial (to divide by a monic multiple gives the same remainder)."""
    chain = [h, derivative(h)]
    while len(chain[-1]) > 1:
        if late():
            raise TooLarge
        f, g = chain[-2], chain[-1]
        _, inverse, _ = g[-1].xgcd(m)
        inverse = inverse / (g[-1] * inverse % m)[0]
        _, rest = divide(f, [c * inverse % m for c in g], m)
        if not rest:
            break
        chain.append([-c for c in rest])
    return chain


class _Line:
    """The polynomials over one real root θ, where coefficients have signs."""

    def __init__(self, chain: Sequence[Univariate], above: Sequence[Univariate], root: Root):
        self.chain, self.above, self.root = chain, above, root

    def sign(self, e: Element) -> int:
        """Sign of a number in Q(θ)."""
        if not e:
            return 0
        s, self.root = sign_at_root(e.numer(), self.root)
        return s

    def at(self, f: Univariate, y: Fraction) -> int:
        total = fmpq_poly([0])
        value = fmpq(y.numerator, y.denominator)
        for c in reversed(f):
            total = total * value + c
        return self.sign(total)

    def changes(self, y: Fraction | None, side: int = 1) -> int:
        """Sign changes of the chain at y, or at ±infinity."""
        signs = []
        for f in self.chain:
            s = self.sign(f[-1]) * (side if len(f) % 2 == 0 else 1) if y is None else self.at(f, y)
            if s:
                signs.append(s)
        return sum(a != b for a, b in pairwise(signs))

    def has_point(self) -> bool:
        """Whether a real root of h satisfies all `above` > 0 (none of which vanishes at a root of h)."""
        count = self.changes(None, -1) - self.changes(None, 1)
        if not self.above:
            return count > 0
        if count <= 0:
            return False
        bound = Fraction(1)
        while self.changes(-bound) - self.changes(bound) < count:
            bound *= 2
        stack = [(-bound, bound, count)]
        while stack:  # roots in (lo, hi]
            lo, hi, count = stack.pop()
            mid = (lo + hi) / 2
            if count == 1:
                verdict = self._within(lo, hi)
                if verdict:
                    return True
                if verdict is False:
                    continue
            left = self.changes(lo) - self.changes(mid)
            stack += [(lo, mid, left)] * (left > 0) + [(mid, hi, count - left)] * (count > left)
        return False

    def _within(self, lo: Fraction, hi: Fraction) -> bool | None:
        """Whether all `above` are positive on [lo, hi]; None where one changes sign or cannot be told."""
        for f in self.above:
            a, b = self._range(f, lo, hi)
            if b < 0:
                return False
            if a <= 0:
                self.root = self.root.refine()
                return None
        return True

    def _range(self, f: Univariate, lo: Fraction, hi: Fraction) -> tuple[Fraction, Fraction]:
        low = high = Fraction(0)
        for c in reversed(f):
            corners = (low * lo, low * hi, high * lo, high * hi)
            a, b = _interval(c, self.root)
            low, high = min(corners) + a, max(corners) + b
        return low, high


def _interval(e: Element, root: Root) -> tuple[Fraction, Fraction]:
    low = high = Fraction(0)
    for c in reversed(e.coeffs()):
        x = Fraction(int(c.p), int(c.q))
        corners = (low * root.lo, low * root.hi, high * root.lo, high * root.hi)
        low, high = min(corners) + x, max(corners) + x
    return low, high

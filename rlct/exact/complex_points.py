"""Does a system of polynomial equations and conditions f ≠ 0 have a complex solution?

Over C there are no signs and a polynomial without zeros is a constant: one equation is decided by its factors, and
several by elimination, which for complex numbers is division with remainder and cases (Seidenberg 1956).  The order of
attack: factors; independent groups of variables; linear equations; scalings, which take a variable that is not 0 to 1;
Gröbner bases; elimination of one variable after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from rlct.exact.gradings import gradings
from rlct.exact.nullstellensatz import contains_one
from rlct.exact.points import find_point
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.real import Oracle, System, Verdict
from rlct.exact.reductions import linear_in, normal_form, solve_for, split_variables

EMPTY, POINT, UNKNOWN = Verdict.EMPTY, Verdict.POINT, Verdict.UNKNOWN
WORK = 400  # systems looked at for one question
LARGEST = 1500  # terms of a system beyond which nothing is tried

Apart = frozenset[Poly]  # irreducible polynomials that are not 0
Case = tuple[list[Poly], list[Poly]]  # what is 0, what is not


class ComplexOracle(Oracle):
    """Answers and remembers the questions of one computation over C.

    >>> from rlct.exact.poly import Ring
    >>> ring = Ring(["x", "y"]); x, y = ring.gen(0), ring.gen(1)
    >>> oracle = ComplexOracle()
    >>> oracle.decide(System(zero=(x * x + ring.one,)))
    <Verdict.POINT: 'point'>
    >>> oracle.nowhere_zero(x * y, System(zero=(x * x + y * y - ring.one, x + y * x), nonzero=(x,)))
    True
    """

    def decide(self, system: System) -> Verdict:
        """Whether the system has a complex point."""
        assert not system.positive, "there are no signs over C"
        known = self._known.get(system)
        if known is not None:
            self.stats.remembered += 1
            return known
        self._work = 0
        try:
            verdict = self._cases([(list(system.zero), list(system.nonzero))], frozenset())
        except TooLarge:
            verdict = UNKNOWN
        if verdict is UNKNOWN:
            self.stats.unknowns += 1
        else:
            self.stats.count("complex")
        if verdict is not UNKNOWN or not self._late():
            self._known[system] = verdict
        return verdict

    def nowhere_zero(self, f: Poly, base: System) -> bool:
        """Whether it is proved that no complex point of `base` is a zero of f."""
        if f.is_constant and f:
            return True
        return self.decide(System((*base.zero, f), base.nonzero)) is EMPTY

    def sign_on(self, f: Poly, base: System) -> int | None:
        """There are no signs."""
        return None

    def sample(self, system: System, variables: Sequence[int]) -> dict[int, Fraction] | None:
        """A rational point of the system, or None when none is found cheaply."""
        form = normal_form(*system.conditions(), self.factor)
        if form is None:  # no real point
            return None
        point = find_point(system.conditions(), form[1], self.factor, variables)
        return None if point is None else {i: point.get(i, Fraction(0)) for i in variables}

    # ---------------------------------------------------------------- cases
    def _cases(self, cases: Iterable[Case], apart: Apart) -> Verdict:
        """Whether one of the systems, all with the further conditions `apart`, has a point."""
        unknown = False
        for zero, nonzero in cases:
            more = set(apart)
            if not all(nonzero):
                continue
            for f in nonzero:
                more.update(q for q, _ in self.factor(f)[1])
            verdict = self._system(zero, frozenset(more))
            if verdict is POINT:
                return POINT
            unknown = unknown or verdict is UNKNOWN
        return UNKNOWN if unknown else EMPTY

    def _system(self, zero: Sequence[Poly], apart: Apart) -> Verdict:
        """Equations without the factors that are not 0, then each independent group of variables for itself."""
        if any(p.is_large for p in (*zero, *apart)):
            raise TooLarge  # not factored: what is called irreducible may not be
        equations: dict[tuple[Poly, ...], None] = {}
        for p in zero:
            if p:
                left = tuple(q for q, _ in self.factor(p)[1] if q not in apart)
                if not left:
                    return EMPTY
                equations[left] = None
        if not equations:
            return POINT
        if any(len(qs) > 1 for qs in equations):
            single = {qs[0] for qs in equations if len(qs) == 1}
            equations = {qs: None for qs in equations if len(qs) == 1 or not single & set(qs)}
        factored = list(equations)
        groups = split_variables([*map(_product, factored), *apart])
        verdict = POINT
        for group in groups:
            mine = [qs for qs in factored if qs[0].variables <= group]
            if mine:
                found = self._connected(mine, frozenset(q for q in apart if q.variables <= group))
                if found is EMPTY:
                    return EMPTY
                verdict = UNKNOWN if found is UNKNOWN else verdict
        return verdict

    def _connected(self, factored: Sequence[tuple[Poly, ...]], apart: Apart) -> Verdict:
        if len(factored) == 1:
            return POINT  # an irreducible polynomial has zeros at which no other one vanishes, unless that is the same
        self._work += 1
        size = sum(len(q) for qs in factored for q in qs) + sum(map(len, apart))
        if self._work > WORK or size > LARGEST or self._late():
            return UNKNOWN
        several = [qs for qs in factored if len(qs) > 1]
        if several:
            first = min(several, key=len)
            others = [_product(qs) for qs in factored if qs is not first]
            return self._cases([([*others, q], []) for q in first], apart)
        zero = [qs[0] for qs in factored]
        by_variable: dict[frozenset[int], Poly] = {}
        for p in zero:
            if len(p.variables) == 1 and by_variable.setdefault(p.variables, p) != p:
                return EMPTY  # coprime polynomials in one variable
        for smaller in (self._solved, _scaled):
            case = smaller(zero, apart)
            if case is not None:
                return self._cases([case], frozenset())
        answer = contains_one(zero, sorted(apart, key=len))
        if answer is not None:
            return EMPTY if answer else POINT
        return self._cases(_eliminated(zero, apart), frozenset())

    def _solved(self, zero: Sequence[Poly], apart: Apart) -> Case | None:
        """An equation U x + r = 0 with a unit U gives x."""
        best: tuple[tuple[int, int], int, int, Poly, Poly] | None = None
        for k, p in enumerate(zero):
            for i in p.variables:
                parts = linear_in(p, i)
                if parts is None:
                    continue
                unit, rest = parts
                cost = (len(unit), len(p))
                if all(q in apart for q, _ in self.factor(unit)[1]) and (best is None or cost < best[0]):
                    best = cost, k, i, unit, rest
        if best is None:
            return None
        _, k, i, unit, rest = best

        def image(p: Poly) -> Poly:
            return solve_for(p, i, unit, rest, False) if p.degrees[i] else p

        return [image(p) for j, p in enumerate(zero) if j != k], [image(q) for q in apart]


def _product(qs: Sequence[Poly]) -> Poly:
    out = qs[0]
    for q in qs[1:]:
        out = out * q
    return out


def _scaled(zero: Sequence[Poly], apart: Apart) -> Case | None:
    """A variable a ≠ 0 that a scaling changes, under which all is homogeneous, is 1 (over C t^w = 1/a has a root t)."""
    polys = [*zero, *apart]
    variables = sorted(frozenset().union(*(p.variables for p in polys)))
    gens = [i for i in variables if polys[0].ring.gen(i) in apart]
    for v in gradings(polys, variables) if gens else ():
        for i in gens:
            if v[variables.index(i)]:
                one = {i: polys[0].ring.one}
                return [p.compose(one) for p in zero], [q.compose(one) for q in apart]
    return None


def _eliminated(zero: Sequence[Poly], apart: Apart) -> list[Case]:
    """Cases with one variable less, or with lower degrees in it."""
    ring = zero[0].ring
    variables = frozenset().union(*(p.variables for p in zero))
    x = min(variables, key=lambda i: (max(p.degrees[i] for p in zero), sum(p.degrees[i] for p in (*zero, *apart)), i))
    p = min((p for p in zero if p.degrees[x]), key=lambda p: (p.degrees[x], len(p)))
    others = [q for q in zero if q is not p]
    d = p.degrees[x]
    lead = p.coefficients(x)[d]
    conditions = list(apart)
    if not all(q in apart for q in _irreducible(lead)):
        rest = p - lead * ring.gen(x) ** d
        return [([*zero], [*conditions, lead]), ([*others, rest, lead], conditions)]
    reduced = [q if q.degrees[x] < d else _remainder(q, p, x) for q in others]
    if any(q.degrees[x] for q in others):
        return [([p, *reduced], conditions)]
    touched = [q for q in conditions if q.degrees[x]]
    if not touched:
        return [(others, conditions)]  # p = 0 has a root x everywhere
    # one where none of the conditions fails: p divides no power of their product
    power = ring.one
    for q in touched:
        power = _remainder(power * q, p, x)
    for _ in range((d - 1).bit_length()):
        power = _remainder(power * power, p, x)
    kept = [q for q in conditions if not q.degrees[x]]
    return [(others, [*kept, c]) for c in power.coefficients(x).values()] if power else []


def _irreducible(f: Poly) -> list[Poly]:
    return [] if f.is_constant else [q.primitive() for q, _ in f.factor()[1]]


def _remainder(q: Poly, p: Poly, x: int) -> Poly:
    """A non-zero multiple of q, where the leading coefficient of p is not 0, of lower degree than p in x."""
    d = p.degrees[x]
    lead = p.coefficients(x)[d]
    gen = p.ring.gen(x)
    while q and q.degrees[x] >= d:
        top = q.degrees[x]
        q = (q * lead - q.coefficients(x)[top] * gen ** (top - d) * p).primitive()
        if len(q) > LARGEST:
            raise TooLarge
    return q

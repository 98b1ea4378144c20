"""Does a system of polynomial conditions have a real point?  Cheap proofs first, z3's nlsat last.

`EMPTY` and `POINT` are proved.  The order of attack: consequences of the conditions for signs and factors (`signs`);
equivalent smaller systems (`reductions`: a linear equation solved, a semidefinite equation broken into its terms,
independent groups of variables, one factor of an equation at a time, scaling symmetry); one variable (`roots`,
complete); proofs of a strict sign; points on lines through small rational points; case distinctions; z3.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

from flint import fmpz_poly

from rlct.exact import finite, smt
from rlct.exact.nullstellensatz import no_complex_solution
from rlct.exact.points import find_point, has_point_on_lines, satisfies
from rlct.exact.poly import Poly, TooLarge
from rlct.exact.reductions import (
    Conditions,
    case_splits,
    linear_in,
    normal_form,
    resultant_excludes,
    scaled_cases,
    shorten,
    split_variables,
    substitute,
)
from rlct.exact.roots import coefficients, has_point, isolate, real_roots
from rlct.exact.signs import Factorizer, Facts, complete_square, gather, irreducible_sign, pattern, strict_sign

__all__ = ["Oracle", "Stats", "System", "Verdict", "isolate", "real_roots"]

DEEPEST = 5  # nested case distinctions
WORK = 120  # systems looked at for one question before z3 is asked
LARGEST = 1500  # terms beyond which nothing is tried
GROWTH = 400  # terms a substitution may lead to


class Verdict(Enum):
    """No real point, at least one, or not decided."""

    EMPTY = "empty"
    POINT = "point"
    UNKNOWN = "unknown"


EMPTY, POINT, UNKNOWN = Verdict.EMPTY, Verdict.POINT, Verdict.UNKNOWN


@dataclass(frozen=True, slots=True)
class System:
    """Conditions on a real point: `zero` = 0, `nonzero` != 0, `positive` > 0."""

    zero: tuple[Poly, ...] = ()
    nonzero: tuple[Poly, ...] = ()
    positive: tuple[Poly, ...] = ()
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.zero, self.nonzero, self.positive)))

    def __hash__(self) -> int:
        return self._hash  # asked for at every look-up

    def conditions(self) -> Conditions:
        """The three lists."""
        return self.zero, self.nonzero, self.positive

    def size(self) -> int:
        """Number of terms."""
        return sum(map(len, self.zero)) + sum(map(len, self.nonzero)) + sum(map(len, self.positive))


@dataclass(slots=True)
class Stats:
    """How questions were answered: counts by method, undecided ones, answers from memory, time in z3."""

    methods: dict[str, int] = field(default_factory=dict)
    unknowns: int = 0
    remembered: int = 0
    z3_seconds: float = 0.0

    def count(self, method: str) -> None:
        self.methods[method] = self.methods.get(method, 0) + 1


@dataclass(slots=True)
class _Base:
    """What is remembered for one system of conditions under which polynomials are asked about."""

    facts: Facts
    bound: frozenset[int]  # variables of equations and inequalities
    nowhere: dict[Poly, bool] = field(default_factory=dict)
    signs: dict[Poly, int | None] = field(default_factory=dict)


class Oracle:
    """Answers and remembers the real questions of one computation.

    Parameters: `z3_ms`, time limit of one z3 query.  `deadline` (a value of `time.monotonic()`) may be set at any time:
    after it z3 is not asked any more.

    >>> from rlct.exact.poly import Ring
    >>> ring = Ring(["x", "y"]); x, y = ring.gen(0), ring.gen(1)
    >>> oracle = Oracle()
    >>> oracle.decide(System(zero=(x * x + y * y - ring.one,), positive=(x - y * y - ring.one,)))
    <Verdict.EMPTY: 'empty'>
    >>> oracle.nowhere_zero(x * y + ring.one, System(positive=(x, y)))
    True
    """

    def __init__(self, z3_ms: int = 1500):
        self.z3_ms = z3_ms
        self.deadline: float | None = None
        self.stats = Stats()
        self.factor = Factorizer()
        self._bases: dict[System, _Base] = {}
        self._known: dict[System, Verdict] = {}
        self._tried: set[System] = set()  # cheap means failed
        self._work = 0
        self._method = ""
        self._smt = smt.Z3()

    # -- questions -------------------------------------------------------------------------------
    def decide(self, system: System) -> Verdict:
        """Whether the system has a real point."""
        known = self._known.get(system)
        if known is not None:
            self.stats.remembered += 1
            return known
        self._work = 0
        self._method = "signs"
        try:
            verdict = self._decide(system, True, 0)
        except TooLarge:
            verdict = UNKNOWN
        if verdict is UNKNOWN:
            self.stats.unknowns += 1
        else:
            self.stats.count(self._method)
        return verdict

    def empty(self, system: System) -> bool:
        """Whether the system is proved to have no real point."""
        return self.decide(system) is EMPTY

    def nowhere_zero(self, f: Poly, base: System) -> bool:
        """Whether it is proved that no real point of `base` is a zero of f."""
        memory = self._base(base)
        known = memory.nowhere.get(f)
        if known is None:
            known = self._nowhere_zero(f, base, memory)
            if known or not self._late():  # what was left undecided for want of time may be asked again
                memory.nowhere[f] = known
        else:
            self.stats.remembered += 1
        return known

    def always_positive(self, f: Poly, base: System) -> bool:
        """Whether it is proved that f > 0 at every real point of `base`."""
        return self.sign_on(f, base) == 1

    def sign_on(self, f: Poly, base: System) -> int | None:
        """+1 or -1 if f is proved to have that strict sign at every real point of `base`, else None."""
        memory = self._base(base)
        if f not in memory.signs:
            memory.signs[f] = self._sign_on(f, base, memory)
        return memory.signs[f]

    def sample(self, system: System, variables: Sequence[int]) -> dict[int, Fraction] | None:
        """A rational point of the system: a value for each of `variables`, or None when none is found cheaply."""
        if self._known.get(system) is EMPTY:
            return None
        form = normal_form(*system.conditions(), self.factor)
        if form is None:
            self._known[system] = EMPTY
            return None
        point = find_point(system.conditions(), form[1], self.factor, variables)
        rational = all(
            len(p.variables) != 1 or any(q.total_degree() == 1 for q, _ in self.factor(p)[1]) for p in system.zero if p
        )
        if point is None and rational and self.decide(system) is POINT:
            answer, model = self._ask(system, 500, True)
            if answer is POINT and model is not None and satisfies(system.conditions(), model):
                point = model
        if point is None:
            return None
        self._known[system] = POINT
        return {i: point.get(i, Fraction(0)) for i in variables}

    # -- one polynomial under conditions ---------------------------------------------------------
    def _base(self, base: System) -> _Base:
        memory = self._bases.get(base)
        if memory is None:
            facts = gather(base.nonzero, base.positive, self.factor)
            bound = frozenset().union(*(p.variables for p in (*base.zero, *base.positive)))
            memory = self._bases[base] = _Base(facts, bound)
        return memory

    def _nowhere_zero(self, f: Poly, base: System, memory: _Base) -> bool:
        facts, count = memory.facts, self.stats.count
        if facts.contradictory:
            count("signs")
            return True
        if not f.variables:
            count("constant")
            return bool(f)
        if f in facts.units:
            count("members")
            return True
        found = pattern(f, facts.signs, facts.live)
        if found and found[1]:
            count("signs")
            return True
        method = "members"
        for q, _ in self.factor(f)[1]:
            if q in facts.units:
                continue
            if irreducible_sign(q, facts, 1) is not None:
                method = "univariate" if len(q.variables) == 1 else "signs"
                continue
            if not base.zero and any(d % 2 and i not in memory.bound for i, d in enumerate(q.degrees)):
                count("linear")  # odd degree in a free variable: q changes sign on the open set
                return False
            if not base.zero and has_point_on_lines(((q,), base.nonzero, base.positive), facts, 2):
                count("sample")
                return False
            if self.decide(self._around(q, base)) is not EMPTY:
                return False
            method = ""
        if method:
            count(method)
        return True

    def _around(self, q: Poly, base: System) -> System:
        """q = 0 with the conditions that are linked to it by common variables."""
        polys = [*base.zero, *base.nonzero, *base.positive, q]
        near = next(part for part in split_variables(polys) if part & q.variables)
        zero, nonzero, positive = (tuple(p for p in ps if p.variables & near) for ps in base.conditions())
        return System((*zero, q), nonzero, positive)

    def _sign_on(self, f: Poly, base: System, memory: _Base) -> int | None:
        quick = strict_sign(f, memory.facts)
        if quick is not None or not f:
            return quick
        sign, odd = self.factor(f)[0], []
        for q, e in self.factor(f)[1]:
            known = memory.facts.units.get(q)
            if e % 2 and known:
                sign *= known
            elif e % 2:
                odd.append(q)
        rest = f.ring.const(sign)
        for q in odd:
            rest = rest * q
        if not self.nowhere_zero(f, base):
            return None
        zero, nonzero, positive = base.conditions()
        for s in (1, -1):
            if self.empty(System(zero, nonzero, (*positive, rest * -s))):
                return s
        return None

    # -- systems ---------------------------------------------------------------------------------
    def _decide(self, system: System, z3: bool, level: int) -> Verdict:
        """The strategy; without `z3` an undecided system is left UNKNOWN."""
        known = self._known.get(system)
        if known is not None:
            return known
        if not z3 and system in self._tried:
            return UNKNOWN
        if self._work > (3 * WORK if z3 else WORK) or self._late():
            return UNKNOWN
        self._work += 1
        verdict = self._split(system, z3, level)
        if verdict is not UNKNOWN or (z3 and not self._late()):
            self._known[system] = verdict
        elif not z3:
            self._tried.add(system)
        return verdict

    def _split(self, system: System, z3: bool, level: int) -> Verdict:
        """Normal form, then each independent group of variables for itself."""
        form = normal_form(*system.conditions(), self.factor)
        if form is None:
            return EMPTY
        (zero, nonzero, positive), facts = form
        if not zero and not positive:
            return POINT
        parts = split_variables((*zero, *nonzero, *positive))
        groups = []
        for part in parts:
            pick = [tuple(p for p in ps if p.variables & part) for ps in (zero, nonzero, positive)]
            if pick[0] or pick[2]:
                groups.append(System(*pick))
        if len(groups) == 1:
            return self._remember(groups[0], facts, z3, level)
        verdicts = []
        for group in groups:
            verdicts.append(self._decide(group, False, level))
            if verdicts[-1] is EMPTY:
                return EMPTY
        for group, verdict in zip(groups, verdicts, strict=True):
            if verdict is UNKNOWN:
                if not z3:
                    return UNKNOWN
                verdict = self._decide(group, True, level)
                if verdict is not POINT:
                    return verdict
        return POINT

    def _remember(self, system: System, facts: Facts, z3: bool, level: int) -> Verdict:
        known = self._known.get(system)
        if known is None:
            if not z3 and system in self._tried:
                return UNKNOWN
            known = self._attack(system, facts, z3, level)
            if known is not UNKNOWN or (z3 and not self._late()):
                self._known[system] = known
            elif not z3:
                self._tried.add(system)
        return known

    def _attack(self, system: System, facts: Facts, z3: bool, level: int) -> Verdict:
        """A connected system in normal form."""
        if sum(len(p) for ps in system.conditions() for p in ps) > LARGEST:
            return UNKNOWN
        zero, nonzero, positive = conditions = system.conditions()
        variables = frozenset().union(*(p.variables for p in (*zero, *nonzero, *positive)))
        if len(variables) == 1:
            (i,) = variables
            self._method = "univariate"
            flat = [[fmpz_poly(coefficients(p, i)) for p in ps] for ps in conditions]
            return POINT if has_point(*flat) else EMPTY
        for p in zero:
            factors = self.factor(p)[1]
            if len(factors) > 1:
                others = tuple(q for q in zero if q is not p)
                return self._any([((*others, q), nonzero, positive) for q, _ in factors], z3, level)
        smaller = self._eliminate(conditions, facts)
        if smaller is not None:
            self._method = "linear"
            return self._decide(System(*smaller), z3, level)
        if len(variables) == 2 or len(zero) >= len(variables):
            if (found := finite.decide(conditions, self._late)) is not None:
                self._method = "finite"
                return POINT if found else EMPTY
        if any(strict_sign(p, facts, 1) is not None for p in zero):
            self._method = "signs"
            return EMPTY
        smaller = shorten(conditions)
        if smaller is not None:
            return self._decide(System(*smaller), z3, level)
        if has_point_on_lines(conditions, facts, 4):
            self._method = "sample"
            return POINT
        dropped = self._implied(system, facts)
        if dropped is not None:
            return dropped if isinstance(dropped, Verdict) else self._decide(dropped, z3, level)
        scaled = scaled_cases(conditions, facts, variables)
        if scaled is not None:
            return self._any(scaled, z3, level)
        if any(strict_sign(p, facts) is not None for p in zero):
            self._method = "quadratic"
            return EMPTY
        for p in zero:
            for i in p.variables:
                square = complete_square(p, i, facts, 3)
                if square is not None:
                    others = tuple(q for q in zero if q is not p)
                    return self._decide(System((*others, *square[1:]), nonzero, positive), z3, level)
        if has_point_on_lines(conditions, facts, 12, start=4):
            self._method = "sample"
            return POINT
        if len(zero) == 1 and self._changes_sign(conditions, level):
            self._method = "cases"
            return POINT
        if resultant_excludes(conditions, facts, lambda c: self._decide(System(*c), False, level + 1) is EMPTY):
            self._method = "resultant"
            return EMPTY
        if len(zero) > 1 and level == 0 and no_complex_solution(zero, nonzero):
            self._method = "nullstellensatz"
            return EMPTY
        if level < DEEPEST:
            for k, cases in enumerate(case_splits(conditions, facts)):
                if k == 6 or self._work > WORK:
                    break
                if sum(len(p) for case in cases for ps in case for p in ps) > GROWTH:
                    continue
                verdict = self._any(cases, False, level + 1)
                if verdict is not UNKNOWN:
                    self._method = "cases"
                    return verdict
        return self._ask(system)[0] if z3 else UNKNOWN

    def _changes_sign(self, conditions: Conditions, level: int) -> bool:
        """Whether a single irreducible equation changes sign along lines over an open set of the other variables.

        Then its zero set there is a hypersurface, and the (coprime) `!=` conditions fail only on smaller sets.
        """
        (f,), _, positive = conditions
        if level >= DEEPEST:
            return False
        for i in f.variables:
            d = f.degrees[i]
            if (d % 2 == 0 and d != 2) or any(p.degrees[i] for p in positive):
                continue
            parts = f.coefficients(i)
            above = positive
            if d == 2:
                b, c = parts.get(1, f.ring.zero), parts.get(0, f.ring.zero)
                above = (*positive, b * b - parts[2] * c * 4)
            if self._decide(System((), (parts[d],), above), False, level + 1) is POINT:
                return True
        return False

    def _any(self, cases: Iterable[Conditions], z3: bool, level: int) -> Verdict:
        """Whether one of the systems has a point: cheap means on all of them first."""
        open_cases = []
        for case in cases:
            system = System(*case)
            verdict = self._decide(system, False, level)
            if verdict is POINT:
                return POINT
            if verdict is UNKNOWN:
                open_cases.append(system)
        if not open_cases:
            return EMPTY
        if not z3:
            return UNKNOWN
        verdicts = []
        for system in open_cases:
            verdicts.append(self._decide(system, True, level))
            if verdicts[-1] is POINT:
                return POINT
        return UNKNOWN if UNKNOWN in verdicts else EMPTY

    def _eliminate(self, conditions: Conditions, facts: Facts) -> Conditions | None:
        """Solve an equation that is linear in a variable with a coefficient that cannot vanish."""
        zero, nonzero, positive = conditions
        options = []
        for k, p in enumerate(zero):
            for i in p.variables:
                parts = linear_in(p, i)
                if parts is None:
                    continue
                unit = parts[0]
                if unit.is_constant or all(q in facts.units for q, _ in self.factor(unit)[1]):
                    options.append((not unit.is_constant, len(p), k, i, parts))
        for _, _, k, i, (unit, rest) in sorted(options, key=lambda t: t[:4]):
            others = tuple(p for j, p in enumerate(zero) if j != k)
            out = substitute((others, nonzero, positive), i, unit, rest)
            if sum(len(p) for ps in out for p in ps) <= GROWTH:
                return out
        return None

    def _implied(self, system: System, facts: Facts) -> System | Verdict | None:
        """Drop one inequality that the other conditions imply, or see that they exclude it."""
        zero, nonzero, positive = system.conditions()
        for p in positive:
            if len(p.variables) == 1:
                continue
            others = tuple(q for q in positive if q is not p)
            sign = strict_sign(p, gather(nonzero, others, self.factor), 2)
            if sign == -1:
                self._method = "signs"
                return EMPTY
            if sign == 1:
                return System(zero, nonzero, others)
        return None

    @property
    def late(self) -> bool:
        """The deadline is over."""
        return self._late()

    # -- z3 --------------------------------------------------------------------------------------
    def _late(self) -> bool:
        return self.deadline is not None and time.monotonic() >= self.deadline

    def _ask(
        self, system: System, limit: int | None = None, model: bool = False
    ) -> tuple[Verdict, dict[int, Fraction] | None]:
        milliseconds = min(limit or self.z3_ms, self.z3_ms)
        if self.deadline is not None:
            milliseconds = min(milliseconds, int(1000 * (self.deadline - time.monotonic())))
        if milliseconds <= 0:
            return UNKNOWN, None
        start = time.monotonic()
        answer, found = self._smt.ask(*system.conditions(), milliseconds, model)
        self.stats.z3_seconds += time.monotonic() - start
        self._method = "z3"
        return {"sat": POINT, "unsat": EMPTY}.get(answer, UNKNOWN), found

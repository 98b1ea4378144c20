"""The ledger of one check: where we are, which obligations were proved, and on what each proof of emptiness rests.

`Ledger.require` is the only way an obligation fails, `Ledger.empty` the only way "these conditions have no solution" is
decided: over R by the ladder of the format page, the last rung being z3; over C without signs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NoReturn

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import complexes, real
from rlct.certify.obligations.resultants import is_resultant
from rlct.errors import ObligationFailed

Conditions = real.Conditions


@dataclass
class Ledger:
    """Mutable record of one run of the checker."""

    ring: algebra.Ring
    names: tuple[str, ...]
    over_c: bool = False
    where: str = "root"
    proved: Counter[str] = field(default_factory=Counter)
    methods: Counter[str] = field(default_factory=Counter)
    answers: dict[tuple[frozenset[Poly], frozenset[Poly], frozenset[Poly]], str | None] = field(default_factory=dict)
    resultants: dict[Any, bool] = field(default_factory=dict)
    index: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.index = {n: i for i, n in enumerate(self.names)}

    def fail(self, obligation: str, expected: str = "", got: str = "") -> NoReturn:
        raise ObligationFailed(self.where, obligation, expected, got)

    def require(self, holds: bool, obligation: str, expected: str = "", got: str = "") -> None:
        if not holds:
            self.fail(obligation, expected, got)
        self.proved[obligation] += 1

    def show(self, f: Poly) -> str:
        return algebra.show(f, self.names)

    def read(self, order: Sequence[int], data: Sequence[object]) -> Poly:
        return algebra.read(self.ring, order, data)

    def variable(self, name: str, among: Iterable[int]) -> int:
        """The index of a variable, which has to be one of `among`."""
        i = self.index.get(name)
        if i is None or i not in set(among):
            self.fail("known variable", got=repr(name))
        return i

    def pick(self, items: Sequence[object], i: int, what: str) -> int:
        """The index i, which has to exist in `items`."""
        if not 0 <= i < len(items):
            self.fail("index in range", f"{what} below {len(items)}", str(i))
        return i

    def weights(self, by: Sequence[Sequence[Any]]) -> tuple[Fraction, ...]:
        """Weights c > 0 with sum 1 of pairs [index, c], each index once."""
        cs = tuple(Fraction(c) for _, c in by)
        fine = all(c > 0 for c in cs) and sum(cs) == 1 and len({which for which, _ in by}) == len(by)
        self.require(fine, "weights", "positive numbers with sum 1, one for each generator")
        return cs

    def is_resultant(
        self, factors: Sequence[tuple[Poly, int]], f: Poly, g: Poly, y: int, base: Sequence[int]
    ) -> bool:
        """See `resultants`; remembered, since many ends over one surface use the same."""
        key = (tuple(factors), f, g, y, tuple(base))
        if key not in self.resultants:
            self.resultants[key] = is_resultant(factors, f, g, y, base)
        return self.resultants[key]

    # ---------------------------------------------------------------- questions about solutions
    def no_solution(self, c: Conditions, cheap: bool) -> str | None:
        """The argument that the conditions have no solution in the field of the certificate; nothing is remembered."""
        return complexes.no_solution(c, cheap) if self.over_c else real.no_solution(c, cheap)

    def has_solution(self, c: Conditions) -> bool:
        """Is it proved that the conditions have a solution in the field of the certificate?"""
        return complexes.has_solution(c) if self.over_c else real.has_solution(c)

    def decide(self, c: Conditions, cheap: bool = False) -> str | None:
        """How it was proved that the conditions have no solution; None: it was not."""
        key = (frozenset(c.zero), frozenset(c.nonzero), frozenset(c.positive))
        if key not in self.answers or (not cheap and self.answers[key] == real.NOT_CHEAP):
            self.answers[key] = self.no_solution(c, cheap)
        found = self.answers[key]
        if found in (None, real.NOT_CHEAP):
            return None
        self.methods[str(found)] += 1
        return found

    def decide_briefly(self, c: Conditions) -> str | None:
        """The same in a few seconds at most; what is not proved is not remembered."""
        found = complexes.no_solution(c, False) if self.over_c else real.no_solution(c, brief=True)
        if found is not None:
            self.methods[found] += 1
        return found

    def empty(self, c: Conditions, obligation: str, text: Callable[[], str] | str = "") -> str:
        """Prove that the conditions have no solution; returns the method."""
        found = self.decide(c)
        if found is None:
            got = text if isinstance(text, str) else text()
            what = f"no {'complex' if self.over_c else 'real'} solution"
            self.fail(obligation, what, got or "a solution, or no proof within the time limit")
        self.proved[obligation] += 1
        return found

"""What is known of a (sub)problem of the branch and bound, and of a chart that was treated."""

from __future__ import annotations

from dataclasses import dataclass

from rlct.exact.leaves import Upper
from rlct.values import Threshold


@dataclass
class Context:
    """One (sub)problem of the branch and bound: the best threshold realised so far."""

    best: Threshold | None = None
    target: Threshold | None = None  # give up when something worse is realised (generators were dropped)

    def hopeless(self, low: Threshold) -> bool:
        """A part whose threshold is no worse than what is already realised need not be resolved."""
        return self.best is not None and not low < self.best


@dataclass(frozen=True, slots=True)
class Outcome:
    """Proved lower bound, realised upper bound, node that proves `low` (open nodes below when not `closed`)."""

    low: Threshold
    up: Upper | None
    node: int
    closed: bool

    @property
    def tight(self) -> bool:
        """The realised bound is the proved one."""
        return self.up is not None and not self.low < self.up.value and not self.up.value < self.low


def worse(a: Upper | None, b: Upper | None) -> Upper | None:
    """The one with the smaller value."""
    if a is None or b is None:
        return a or b
    return b if b.value < a.value else a

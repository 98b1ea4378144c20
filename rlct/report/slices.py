"""The children of the ends `crossing` and `line`: slices and points, for printing only (see `replay.py`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rlct.report.polynomials import MaybePoly, constant, plus, substitute, variable

if TYPE_CHECKING:
    from rlct.report.replay import State


@dataclass(frozen=True)
class Slice:
    """A variable at a value, others free between numbers; or (`point`) a variable moved so that the value is 0."""

    var: str
    value: Fraction
    box: tuple[tuple[str, Fraction, Fraction], ...] = ()
    point: bool = False

    @property
    def words(self) -> str:
        """What is looked at."""
        where = "".join(f", {lo} < {v} < {hi}" for v, lo, hi in self.box)
        return f"{'the point' if self.point else 'the slice'} {self.var} = {self.value}{where}"

    def of(self, state: State) -> State:
        """The state there."""
        image = (plus(constant(self.value), variable(self.var)) if self.point else constant(self.value)) or {}

        def put(g: MaybePoly) -> MaybePoly:
            return substitute(g, {self.var: image})

        out = state.mapped(put)
        if self.point:
            return replace(out, small=out.small | {self.var: _plain(state)}, conditions=())
        free = {v for v, _, _ in self.box}
        return replace(
            out,
            order=tuple(v for v in out.order if v != self.var),
            small={v: s for v, s in out.small.items() if v != self.var and v not in free},
            objects=tuple(o for o in out.objects if not any(g is not None and set(g) <= {()} for g in o.gens)),
            conditions=tuple(f"{lo} < {v} < {hi}" for v, lo, hi in self.box),
        )


def _plain(state: State) -> Any:
    return type(next(iter(state.small.values())))()


def slices(state: State, end: Mapping[str, Any]) -> Iterator[Slice]:
    """The children in the order of the format."""
    y = end["var"]
    if end["end"] == "crossing":
        base = [v for v in state.order if v != y]
        for part in end["parts"]:
            (v,) = (v for v in base if v != part["across"])
            box = tuple((name, -Fraction(r), Fraction(r)) for name, r in part["box"])
            yield from (Slice(v, Fraction(a), box) for a in part["at"])
        return
    (t,) = (v for v in state.order if v not in state.small)
    (u,) = (v for v in state.small if v != y)
    yield from (Slice(t, Fraction(a)) for a in end["samples"])
    for data in end["crossings"]:
        lo, hi = map(Fraction, data["interval"])
        r, delta = map(Fraction, data["radii"])
        box = ((t, lo, hi), (y, -delta, delta))
        yield from (Slice(u, a, box) for a in ((r,) if state.small[u].wall else (r, -r)))
    yield from (Slice(t, Fraction(a), point=True) for a in end["points"])

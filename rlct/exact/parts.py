"""Independent parts of a chart: products and sums in disjoint variables (theory: product rule, sum rule)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from rlct.exact.charts import Chart, Ideal, Step, restrict
from rlct.exact.leaves import INFINITE, Upper, residual
from rlct.values import Threshold


@dataclass(frozen=True, slots=True)
class Parts:
    """How a chart falls apart: `kind` product or sum, the groups of variables and their charts."""

    kind: str
    groups: tuple[tuple[int, ...], ...]
    charts: tuple[Chart, ...]
    obj: int = 0

    def join(
        self, c: Chart, lows: Sequence[Threshold], ups: Sequence[Upper | None], children: Sequence[int]
    ) -> tuple[Threshold, Upper | None, Step]:
        """The lower bound, what is realised, and the end, from those of the parts."""
        low = combine_values(self.kind, lows)
        found = [u for u in ups if u is not None]
        if not found or (self.kind == "sum" and len(found) < len(ups)):
            return low, None, self._end(c, children)
        value = combine_values(self.kind, [u.value for u in found])
        which = [u if u is not None and (self.kind == "sum" or u.value.lam == value.lam) else None for u in ups]
        return low, Upper(value, (), {"parts": [part(u) for u in which]}), self._end(c, children)

    def _end(self, c: Chart, children: Sequence[int]) -> Step:
        out: Step = {
            "end": self.kind,
            "groups": [[c.name(i) for i in g] for g in self.groups],
            "children": list(children),
        }
        if self.kind == "sum":
            out["obj"] = self.obj
        return out


def components(c: Chart, sets: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    """Connected components of the variables, where each set ties its members together."""
    parent = {i: i for i in c.order}

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for s in sets:
        first, *rest = [i for i in s if i in parent] or [c.order[0]]
        for i in rest:
            parent[find(i)] = find(first)
    groups: dict[int, set[int]] = {}
    for i in c.order:
        groups.setdefault(find(i), set()).add(i)
    return [frozenset(g) for g in groups.values()]


def _variables(ob: Ideal) -> frozenset[int]:
    return frozenset().union(*(g.variables for g in ob.gens))


def conditions(c: Chart) -> list[frozenset[int]]:
    return [
        *(f.variables for f in (*c.nonzero, *c.positive, *c.equations)),
        *(r.variables | {t} for t, r in c.relations),
    ]


def product_groups(c: Chart) -> Parts | None:
    """K and the measure as a product over disjoint variables, when at least two factors have a say in K."""
    groups = components(c, [*(_variables(ob) for ob in c.objects), *conditions(c)])
    relevant = []
    for g in groups:
        objects = [ob for ob in c.objects if _variables(ob) <= g]
        if any(ob.E > 0 for ob in objects) or any(i in g and s.k > 0 for i, s in c.small.items()):
            relevant.append((g, objects))
    if len(relevant) < 2:
        return None
    # variables that K does not see go with the first group: they cannot matter there
    idle = frozenset(c.order) - frozenset().union(*(g for g, _ in relevant))
    idle_objects = [ob for ob in c.objects if _variables(ob) <= idle]
    first, objects = relevant[0]
    relevant[0] = (first | idle, [ob for ob in c.objects if ob in objects or ob in idle_objects])
    return Parts(
        "product",
        tuple(tuple(i for i in c.order if i in g) for g, _ in relevant),
        tuple(restrict(c, g, obs) for g, obs in relevant),
    )


def sum_groups(c: Chart) -> Parts | None:
    """One ideal whose generators fall into groups of disjoint variables."""
    active = [j for j, ob in enumerate(c.objects) if ob.E > 0]
    if len(active) != 1 or any(s.k != 0 for s in c.small.values()):
        return None
    j = active[0]
    ob = c.objects[j]
    if ob.H != 0 or ob.principal or not residual(c):
        return None
    others = [o for i, o in enumerate(c.objects) if i != j]
    groups = components(c, [*(g.variables for g in ob.gens), *(_variables(o) for o in others), *conditions(c)])
    parts = [(g, [l for l, f in enumerate(ob.gens) if f.variables <= g]) for g in groups]
    with_gens = [(g, ls) for g, ls in parts if ls]
    if len(with_gens) < 2:
        return None
    idle = frozenset().union(*(g for g, ls in parts if not ls)) if len(with_gens) < len(parts) else frozenset()
    with_gens[0] = (with_gens[0][0] | idle, with_gens[0][1])
    # monomial variables of their own are cheap together: only the parts with something unresolved are worth a
    # chart each
    out = []
    for g, ls in with_gens:
        mine = replace(ob, gens=tuple(ob.gens[l] for l in ls), sd=tuple(ob.sd[l] for l in ls))
        objects = [mine if i == j else o for i, o in enumerate(c.objects) if i == j or _variables(o) <= g]
        out.append(restrict(c, g, objects))
    return Parts("sum", tuple(tuple(i for i in c.order if i in g) for g, _ in with_gens), tuple(out), j)


def part(u: Upper | None) -> dict[str, Any] | None:
    """What is realised as one of the `parts` of a terminal."""
    return None if u is None else {"path": list(u.path), "at": u.terminal}


def combine_values(kind: str, values: Sequence[Threshold]) -> Threshold:
    """Product: least λ, multiplicities of the ties add.  Sum: λ add, m = 1 + Σ (m_i - 1)."""
    if kind == "sum":
        if any(v == INFINITE for v in values):
            return INFINITE
        return Threshold(sum((Fraction(v.lam) for v in values), Fraction(0)), 1 + sum(v.mult - 1 for v in values))
    lam = min(v.lam for v in values)
    if lam == INFINITE.lam:
        return INFINITE
    return Threshold(lam, sum(v.mult for v in values if v.lam == lam))

"""Functions of separate variables, put into a monomial ideal: `(f^2 g, f g^3 u)` with f, g and u in variables of
their own.

Only the volumes of {|f| < ε} and {|g| < ε} matter, so f with threshold (λ, m) may be replaced by a product of m
variables with the density t^(λ-1): what is left is a monomial ideal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, lcm
from typing import TypeVar

from rlct.exact import charts
from rlct.exact.charts import Chart, Ideal, Step, number
from rlct.exact.leaves import INFINITE, Upper
from rlct.exact.parts import components, conditions, part
from rlct.exact.poly import Exponent, Poly
from rlct.exact.polyhedra import Distance, newton_distance
from rlct.values import Threshold

Powers = dict[Poly, Fraction]  # exponents of irreducible factors
T = TypeVar("T")
Factors = Callable[[Poly], list[tuple[Poly, int]]]
LONG = 20_000  # longest generator that is looked at


@dataclass(frozen=True, slots=True)
class Composite:
    """The groups of variables with their functions ∏ q^e (as charts with K = |f|); K in terms of these and of the
    variables left over: exponents of the former, then of the latter."""

    groups: tuple[tuple[int, ...], ...]
    functions: tuple[tuple[tuple[Poly, int], ...], ...]
    charts: tuple[Chart, ...]
    loose: tuple[int, ...]
    front: tuple[Fraction, ...]
    ideals: tuple[tuple[int, tuple[Exponent, ...]], ...]

    def distance(self, c: Chart, values: Sequence[Threshold]) -> Distance:
        """The monomial problem with m variables of density t^(λ-1) for each function."""
        copies = [*(v.mult for v in values), *(1 for _ in self.loose)]

        def spread(e: Sequence[T]) -> list[T]:
            return [x for x, m in zip(e, copies, strict=True) for _ in range(m)]

        q = spread([*(v.lam for v in values), *(c.small[i].h + 1 for i in self.loose)])
        objects = [(c.objects[j].E, [tuple(spread(e)) for e in points]) for j, points in self.ideals]
        return newton_distance(objects, spread(self.front), [Fraction(x) for x in q])

    def join(
        self, c: Chart, lows: Sequence[Threshold], ups: Sequence[Upper | None], children: Sequence[int]
    ) -> tuple[Threshold, Upper | None, Step] | None:
        """The lower bound, what is realised, and the end, from those of the functions (None: one has no bound)."""
        if not all(v.lam for v in lows):
            return None
        low = self.distance(c, lows)
        found = [u for u in ups if u is not None]
        high = self.distance(c, [u.value for u in found]) if len(found) == len(ups) else None
        pairs = zip(self.ideals, low.combos, strict=True)
        end: Step = {
            "end": "composite",
            "groups": [[c.name(i) for i in g] for g in self.groups],
            "functions": [[[charts.encode(c, q), e] for q, e in f] for f in self.functions],
            "weights": [[j, [[l, number(x)] for l, x in combo]] for (j, _), combo in pairs],
            "children": list(children),
        }
        value = INFINITE if low.lam is None else Threshold(low.lam, low.mult)
        if high is None or high.lam is None:
            return value, None, end
        terminal = {"rays": [list(v) for v in high.rays], "parts": [part(u) for u in found]}
        return value, Upper(Threshold(high.lam, high.mult), (), terminal), end


def composite(c: Chart, factors: Factors) -> Composite | None:
    """How K is composed of functions of separate variables, if it is."""
    gens = [g for ob in c.objects if ob.E > 0 for g in ob.gens]
    if not gens or any(len(g) > LONG for g in gens) or any(ob.E > 0 and ob.H and not ob.principal for ob in c.objects):
        return None
    split = {g: _powers(c, g, factors) for g in gens}
    mixed = {q for powers in split.values() for q in powers if len(q) > 1 or not q.variables <= c.small.keys()}
    tied = [q.variables for q in mixed] + conditions(c)
    tied += [frozenset().union(*(g.variables for g in ob.gens)) for ob in c.objects if ob.E == 0]
    if len(found := components(c, tied)) < 2:
        return None
    groups = [g for g in found if any(q.variables <= g for q in mixed)]
    loose = [i for g in found if g not in groups for i in g]
    measured = frozenset().union(*(ob.gens[0].variables for ob in c.objects if ob.E == 0))
    if not groups or not c.small.keys() - measured >= set(loose):
        return None
    front: Powers = {c.ring.gen(i): s.k for i, s in c.small.items() if s.k}
    rows: list[tuple[int, list[Powers]]] = []
    for j, ob in enumerate(c.objects):
        if ob.E > 0 and ob.principal and ob.gens[0] in mixed:
            front[ob.gens[0]] = front.get(ob.gens[0], Fraction(0)) + ob.E
        elif ob.E > 0:
            if ob.H:
                return None
            rows.append((j, [split[g] for g in ob.gens]))
    everything = [front, *(powers for _, ps in rows for powers in ps)]
    functions = [_common(g, everything) for g in groups]
    if any(f is None for f in functions):
        return None
    known = [f for f in functions if f is not None]

    def exponents(powers: Powers) -> tuple[Fraction, ...]:
        mine = (powers.get(f[0][0], Fraction(0)) / f[0][1] for f in known)
        return (*mine, *(powers.get(c.ring.gen(i), Fraction(0)) for i in loose))

    return Composite(
        tuple(tuple(i for i in c.order if i in g) for g in groups),
        tuple(known),
        tuple(_chart(c, g, f) for g, f in zip(groups, known, strict=True)),
        tuple(loose),
        exponents(front),
        tuple((j, tuple(tuple(map(int, exponents(p))) for p in ps)) for j, ps in rows),
    )


def _powers(c: Chart, g: Poly, factors: Factors) -> Powers:
    """The monomials in small variables and the irreducible factors of g."""
    content = g.content_in(c.smalls)
    out = {c.ring.gen(i): Fraction(a) for i, a in zip(c.smalls, content, strict=True) if a}
    rest = g.divide_monomial(c.smalls, content)
    return out if rest.is_constant else out | {q: Fraction(e) for q, e in factors(rest.primitive())}


def _common(group: frozenset[int], rows: Sequence[Powers]) -> tuple[tuple[Poly, int], ...] | None:
    """The function of which every row has a power, as far as the variables of the group go."""
    first: Powers = {}
    for row in rows:
        mine = {q: x for q, x in row.items() if q.variables <= group}
        if not mine:
            continue
        first = first or mine
        q, x = next(iter(first.items()))
        ratio = mine.get(q, Fraction(0)) / x
        if mine.keys() != first.keys() or any(mine[p] != ratio * y for p, y in first.items()):
            return None
    scale = lcm(*(x.denominator for x in first.values()))
    whole = {q: int(x * scale) for q, x in first.items()}
    content = gcd(*whole.values())
    return tuple((q, x // content) for q, x in whole.items())


def _chart(c: Chart, group: frozenset[int], function: Sequence[tuple[Poly, int]]) -> Chart:
    """K = |function| on the variables of the group, with their measure."""
    powers = dict(function)
    objects = []
    for q, e in function:
        if len(q) > 1 or not q.variables <= c.small.keys():
            own = sum((ob.H for ob in c.objects if ob.E > 0 and ob.gens == (q,)), Fraction(0))
            objects.append(Ideal((q,), Fraction(e), own))
    objects += [ob for ob in c.objects if ob.E == 0 and ob.gens[0].variables <= group]
    out = charts.restrict(c, group, objects)
    small = {i: replace(s, k=Fraction(powers.get(c.ring.gen(i), 0))) for i, s in out.small.items()}
    return replace(out, small=small)

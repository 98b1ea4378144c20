"""Canonical form of a chart under renaming of variables and sign changes: the key of the memo.

Variables are coloured by what does not depend on names, the colouring is refined until stable, and remaining ties
are broken by
trying the members of the first tied class (a bounded number of times: a missed symmetry costs time, never truth).
Equal keys mean that the two charts are equal
after renaming by position, exactly as the `same` end of the certificate demands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rlct.exact.charts import Chart
from rlct.exact.poly import Poly

LEAF_LIMIT = 24


@dataclass(frozen=True, slots=True)
class Canonical:
    """`shape` is equal for charts that are equal apart from their conditions `f ≠ 0`, which are `nonzero`; `order[i]`
    is the variable that plays role i, `signs[i]` its sign."""

    shape: Any
    nonzero: frozenset[Any]
    order: tuple[int, ...]
    signs: tuple[int, ...]

    @property
    def key(self) -> Any:
        """Equal for equal charts."""
        return self.shape, self.nonzero


def canonical_form(c: Chart) -> Canonical:
    """Key and naming of a chart."""
    polys = _tagged(c)
    conditions = [((1,), g) for g in c.nonzero]
    colour = {}
    for i in c.order:
        s = c.small.get(i)
        role: tuple[Any, ...] = (0, s.k, s.h, s.wall) if s else (1, i in c.dependents)
        colour[i] = hash(
            (role, tuple(sorted(hash((tag, tuple(sorted(e[i] for e, _ in g.terms)))) for tag, g in polys)))
        )
    first = _refine(c, polys, colour)
    everything = [*polys, *conditions]
    best: tuple[Any, Any, tuple[int, ...], tuple[int, ...]] | None = None
    leaves = 0
    stack = [_refine(c, everything, first) if conditions else first]
    while stack and leaves < LEAF_LIMIT:
        col = stack.pop()
        tied = _first_tie(c, col)
        if tied:
            for i in tied[:LEAF_LIMIT]:
                new = dict(col)
                new[i] = hash((col[i], 7))
                stack.append(_refine(c, everything, new))
            continue
        leaves += 1
        # the conditions only break ties: the shape must not depend on them
        order = tuple(sorted(c.order, key=lambda i: (first[i], col[i])))
        shape, nonzero, signs = _serialise(c, polys, order)
        if best is None or (shape, nonzero) < (best[0], best[1]):
            best = shape, nonzero, order, signs
    assert best is not None
    return Canonical(best[0], frozenset(best[1]), best[2], best[3])


def _tagged(c: Chart) -> list[tuple[Any, Poly]]:
    """All polynomials but the conditions f ≠ 0, with what distinguishes their places (objects by their exponents, not
    by position)."""
    out: list[tuple[Any, Poly]] = []
    for ob in c.objects:
        out += [((0, ob.E, ob.H, len(ob.gens), sd), g) for g, sd in zip(ob.gens, ob.sd, strict=True)]
    out += [((2,), g) for g in c.positive]
    out += [((3,), r) for _, r in c.relations]
    out += [((4,), g) for g in c.equations]
    return out


def _refine(c: Chart, polys: Sequence[tuple[Any, Poly]], colour: dict[int, int]) -> dict[int, int]:
    classes = len(set(colour.values()))
    while True:
        contributions: dict[int, list[int]] = {i: [] for i in c.order}
        for tag, g in polys:
            terms = []
            for e, x in g.terms:
                vs = [(colour[i], e[i], i) for i in c.order if e[i]]
                terms.append((hash((abs(x), tuple(sorted((a, b) for a, b, _ in vs)))), vs))
            whole = hash((tag, tuple(sorted(t for t, _ in terms))))
            for t, vs in terms:
                for _, b, i in vs:
                    contributions[i].append(hash((whole, t, b)))
        new = {i: hash((colour[i], tuple(sorted(contributions[i])))) for i in c.order}
        count = len(set(new.values()))
        if count <= classes:
            return new
        colour, classes = new, count


def _first_tie(c: Chart, colour: dict[int, int]) -> list[int]:
    groups: dict[int, list[int]] = {}
    for i in c.order:
        groups.setdefault(colour[i], []).append(i)
    tied = [g for col, g in sorted(groups.items()) if len(g) > 1]
    return min(tied, key=len) if tied else []


def _serialise(
    c: Chart, polys: Sequence[tuple[Any, Poly]], order: tuple[int, ...]
) -> tuple[Any, tuple[Any, ...], tuple[int, ...]]:
    """The chart written in the given order of variables, signs normalised greedily."""
    flippable = [n for n, i in enumerate(order) if not (i in c.small and c.small[i].wall)]
    raw = [(tag, [(tuple(e[i] for i in order), x) for e, x in g.terms]) for tag, g in polys]
    raw = [(tag, sorted(t, reverse=True)) for tag, t in raw]
    raw.sort(key=lambda p: (p[0], [e for e, _ in p[1]], sorted(abs(x) for _, x in p[1])))
    signs = [1] * len(order)
    # flip a variable when the first term odd in it (and in no earlier flippable one) has the wrong relative sign
    todo = set(flippable)
    for tag, terms in raw:
        if tag == (2,):
            continue
        lead = None
        for e, x in terms:
            s = x
            for n, a in enumerate(e):
                if a % 2 and signs[n] < 0:
                    s = -s
            if lead is None:
                lead = 1 if s > 0 else -1
                for n in [n for n in todo if e[n] % 2]:
                    todo.discard(n)
                    break
                continue
            odd = [n for n in todo if e[n] % 2]
            if odd:
                if s * lead < 0:
                    signs[odd[0]] = -signs[odd[0]]
                todo.discard(odd[0])
    # which generators form one object, and which variable a relation defines, must enter the key
    place = {i: n for n, i in enumerate(order)}
    flip = dict(zip(order, signs, strict=True))

    def image(g: Poly, signed: bool = False) -> tuple[Any, ...]:
        ts = []
        for e, x in g.terms:
            s = x
            for i in order:
                if e[i] % 2 and flip[i] < 0:
                    s = -s
            ts.append((tuple(e[i] for i in order), s))
        ts.sort(reverse=True)
        if not signed and ts and ts[0][1] < 0:
            ts = [(e, -x) for e, x in ts]
        return tuple(ts)

    key = (
        tuple((0, c.small[i].k, c.small[i].h, c.small[i].wall) if i in c.small else (1,) for i in order),
        tuple(
            sorted(
                (ob.E, ob.H, tuple(sorted((image(g), sd) for g, sd in zip(ob.gens, ob.sd, strict=True))))
                for ob in c.objects
            )
        ),
        tuple(sorted({image(g, True) for g in c.positive})),
        tuple(sorted((place[t], image(r)) for t, r in c.relations)),
        tuple(sorted({image(g) for g in c.equations})),
    )
    nonzero = tuple(sorted({image(g) for g in c.nonzero if not g.is_constant}))
    return key, nonzero, tuple(signs)

"""The ends of a node (format page, §5) but `snc`, `newton`, `terms`: what they prove, the states of the children."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product as choices_of
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import (
    composite,
    constraints,
    jung,
    newton,
    power,
    sections,
    separate,
    snc,
    strata,
    terms,
    tree,
)
from rlct.certify.obligations import state as st
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import Small, State
from rlct.certify.obligations.steps import monomial
from rlct.certify.obligations.value import INFINITE, UNKNOWN, Mean, Value, best, monomial_value, total, worst
from rlct.certify.obligations.value import product as product_value

Data = dict[str, Any]


@dataclass(frozen=True)
class Ending:
    """A value, or the states of the children and how their values combine."""

    value: Value | None = None
    children: tuple[State, ...] = ()
    combine: Callable[[Sequence[Value]], Value] = worst
    open: bool = False
    composite: composite.Composite | None = None
    more: frozenset[int] = frozenset()  # children in which each realised threshold stands for one with m + 1


def ending(ledger: Ledger, s: State, end: Data) -> Ending:
    """Prove the end of a node (all but `same`, which the kernel compares itself)."""
    ledger.require(not s.pending or end["end"] in WAITING, "constraints become walls", "all constraints decided")
    out = ENDS[end["end"]](ledger, s, end)
    count = len(end.get("children", []))
    ledger.require(len(out.children) == count, "number of children", str(len(out.children)), str(count))
    return out


def bound(ledger: Ledger, s: State, end: Data) -> Ending:
    """Monomial generators bound |K| from below."""
    means = []
    listed: set[int] = set()
    for j, by in end["weights"]:
        ob = s.objects[ledger.pick(s.objects, j, "object")]
        ledger.require(j not in listed, "bound", "each object once")
        listed.add(j)
        ledger.require(ob.E > 0 or ob.H < 0, "bound", "objects with E > 0 or H < 0")
        exps = []
        for which, _ in by:
            e = monomial(s, ob.gens[ledger.pick(ob.gens, which, "generator")])
            ledger.require(e is not None, "bound", "monomial generators", ledger.show(ob.gens[which]))
            assert e is not None
            exps.append(e)
        means.append(Mean(tuple(exps), ledger.weights(by), ob.E, min(ob.H, Fraction(0))))
    for j, ob in enumerate(s.objects):
        fine = j in listed or (ob.E == 0 and ob.H >= 0)
        ledger.require(fine, "bound", "every other object with E = 0 and H >= 0", f"object {j}")
    smalls = s.smalls
    value = monomial_value([s.small[i].k for i in smalls], [s.small[i].h + 1 for i in smalls], means)
    ledger.require(value is not None, "integrable", "h + 1 > 0")
    return Ending(value)


def open_end(ledger: Ledger, s: State, end: Data) -> Ending:
    """Nothing is proved."""
    return Ending(UNKNOWN, open=True)


def either(ledger: Ledger, s: State, end: Data) -> Ending:
    """Several treatments of one state: what any of them proves holds."""
    return Ending(children=(s,) * len(end["children"]), combine=best)


def empty(ledger: Ledger, s: State, end: Data) -> Ending:
    """The stratum has no point."""
    ledger.empty(s.stratum(), "empty stratum")
    return Ending(INFINITE)


def split(ledger: Ledger, s: State, end: Data) -> Ending:
    """S is cut into f ≠ 0 and f = 0; where f = 0 it becomes a coordinate if it can."""
    f = ledger.read(s.order, end["by"])
    st.only_in(ledger, f, s.parameters, "f in free and dependent variables")
    off = replace(s, nonzero=(*s.nonzero, algebra.canonical(f)))
    how = end["zero"]
    if how is None:
        ledger.empty(s.stratum().and_(zero=(f,)), "stratum", lambda: f"{ledger.show(f)} may vanish")
        return Ending(children=(off,))
    return Ending(children=(off, strata.zero_of(ledger, s, f, how)))


def signs(ledger: Ledger, s: State, end: Data) -> Ending:
    """A unit is positive or negative."""
    ledger.require(not ledger.over_c, "field", "no signs over C")
    f = ledger.read(s.order, end["of"])
    st.only_in(ledger, f, s.parameters, "f in free and dependent variables")
    st.unit(ledger, s, f)
    f = algebra.primitive(f)
    return Ending(children=tuple(replace(s, positive=(*s.positive, g)) for g in (f, -f)))


def normalise(ledger: Ledger, s: State, end: Data) -> Ending:
    """x_i -> t^w_i x_i, t > 0, maps S and every germ over it to others of the same kind, and takes a ≠ 0 to ±1 (over C,
    with t ≠ 0, to 1).

    Along its orbits, which are transversal to a = ±1, the germs are products with a line.
    """
    a = ledger.variable(end["var"], s.free)
    weights = {ledger.variable(name, s.order): w for name, w in end["weights"]}
    ledger.require(len(weights) == len(end["weights"]) and weights.get(a, 0) != 0, "scaling", "weights, not 0 for a")
    polys = [*(g for ob in s.objects for g in ob.gens), *s.relations, *s.nonzero, *s.positive, *s.equations, *s.guards]
    for g in polys:
        degrees = {sum(w * e[i] for i, w in weights.items()) for e in g}
        ledger.require(len(degrees) <= 1, "scaling", "homogeneous polynomials", ledger.show(g))
    apart = any(len(g) == 1 and a in algebra.used(g) for g in (*s.nonzero, *s.positive))
    ledger.require(apart, "scaling", f"a condition that {ledger.names[a]} is not 0")
    values = (1,) if ledger.over_c else (1, -1)
    return Ending(children=tuple(_fixed(s, a, Fraction(x)) for x in values))


def _fixed(s: State, a: int, value: Fraction) -> State:
    def at(g: Poly) -> Poly:
        return algebra.at_numbers(g, {a: value})

    return replace(st.mapped(s, at, at), order=tuple(i for i in s.order if i != a))


# ---------------------------------------------------------------- blow-up
def blowup(ledger: Ledger, s: State, end: Data) -> Ending:
    """The cells of the exceptional fibre of a weighted blow-up: disjoint, or whole affine charts (`fibre`)."""
    centre = [(ledger.variable(name, s.small), w) for name, w in end["weights"]]
    ledger.require(len({i for i, _ in centre}) == len(centre), "blow-up", "each variable once")
    return Ending(children=tuple(cells(ledger.ring, s, centre, end["end"] == "fibre", ledger.over_c)))


def cells(
    ring: algebra.Ring, s: State, centre: Sequence[tuple[int, int]], whole: bool = False, over_c: bool = False
) -> Iterator[State]:
    """All cells, in the order of the format page; `whole`: they overlap, x_j != 0 allowed for each x_j but divisors.

    Over C x_i = u^w alone reaches every x_i.
    """
    for place, (i, w) in enumerate(centre):
        pivot = s.small[i]
        others = {j: x for j, x in centre if j != i}
        # x_j = x_i^w_j·x_j: for x_i < 0 a wall x_j would have the wrong side, so x_i needs one chart for each sign
        two = not over_c and not pivot.wall and (w % 2 == 0 or any(s.small[j].wall for j in others))
        k = sum((x * s.small[j].k for j, x in centre), Fraction(0))
        h = sum((x * (s.small[j].h + 1) for j, x in centre), Fraction(0)) - 1
        later = [j for j, _ in centre[place + 1 :]]
        for sign in (1, -1) if two else (1,):
            base = _chart(s, i, w, sign, others)
            for choice in choices_of(*(_choices(s.small[j]) for j in later)):
                small = {**s.small, i: Small(k, h, pivot.wall or two)}
                for j, _ in centre[:place] if whole else ():
                    if not s.small[j].divisor:
                        del small[j]
                nonzero, positive = list(s.nonzero), list(s.positive)
                for j, c in zip(later, choice, strict=True):
                    if c != "zero":
                        del small[j]
                    if c == "positive":
                        positive.append(algebra.gen(ring, j))
                    elif c == "nonzero":
                        nonzero.append(algebra.gen(ring, j))
                yield replace(base, small=small, nonzero=tuple(nonzero), positive=tuple(positive))


def _choices(v: Small) -> tuple[str, ...]:
    if v.wall:
        return ("zero", "positive")
    return ("zero", "nonzero") if v.divisor else ("any",)


def _chart(s: State, i: int, w: int, sign: int, others: dict[int, int]) -> State:
    def image(g: Poly) -> Poly:
        return algebra.canonical(algebra.monomial_substitution(g, i, w, sign, others))

    def signed(g: Poly) -> Poly:
        return algebra.primitive(algebra.monomial_substitution(g, i, w, sign, others))

    return replace(
        s,
        objects=s.map_objects(image),
        relations=tuple(image(r) for r in s.relations),
        pending=tuple((n, signed(c)) for n, c in s.pending),
    )


def halves(ledger: Ledger, s: State, end: Data) -> Ending:
    """A small variable has one sign or the other."""
    return Ending(children=constraints.halves(ledger, s, end))


# ---------------------------------------------------------------- independent parts
def product(ledger: Ledger, s: State, end: Data) -> Ending:
    """|K| and the measure are products over disjoint groups of variables."""
    groups = separate.partition(ledger, s, end["groups"])
    homes = [separate.home(ledger, groups, ob.gens, "an object") for ob in s.objects]
    parts = separate.restrict(ledger, s, groups)
    children = tuple(
        replace(c, objects=tuple(ob for ob, home in zip(s.objects, homes, strict=True) if home == n))
        for n, c in enumerate(parts)
    )
    return Ending(children=children, combine=product_value)


def sum_end(ledger: Ledger, s: State, end: Data) -> Ending:
    """|K| = ‖I‖^E with generators in disjoint groups of variables: up to constants a sum."""
    j = ledger.pick(s.objects, end["obj"], "object")
    groups = separate.partition(ledger, s, end["groups"])
    main = s.objects[j]
    ledger.require(main.E > 0 and main.H == 0, "sum", "the object with E > 0 and H = 0")
    fine = all(ob.E == 0 for n, ob in enumerate(s.objects) if n != j) and all(v.k == 0 for v in s.small.values())
    ledger.require(fine, "sum", "every other object with E = 0, and k = 0 everywhere")
    gen_homes = [separate.home(ledger, groups, (g,), "a generator") for g in main.gens]
    ledger.require(set(gen_homes) == set(range(len(groups))), "sum", "a generator in every group")
    homes = [-1 if n == j else separate.home(ledger, groups, ob.gens, "an object") for n, ob in enumerate(s.objects)]
    children = []
    for n, c in enumerate(separate.restrict(ledger, s, groups)):
        mine = [which for which, home in enumerate(gen_homes) if home == n]
        part = replace(main, gens=tuple(main.gens[which] for which in mine), sd=tuple(main.sd[which] for which in mine))
        objects = [part if m == j else ob for m, ob in enumerate(s.objects) if m == j or homes[m] == n]
        children.append(replace(c, objects=tuple(objects)))
    return Ending(children=tuple(children), combine=total)


def power_end(ledger: Ledger, s: State, end: Data) -> Ending:
    """A variable x of U x^n + g is integrated out."""
    children, combine = power.power(ledger, s, end)
    return Ending(children=children, combine=combine)


def composite_end(ledger: Ledger, s: State, end: Data) -> Ending:
    """|K| is composed of functions of disjoint groups of variables."""
    found, children = composite.read(ledger, s, end)
    return Ending(children=children, combine=found.value, composite=found)


def jung_end(ledger: Ledger, s: State, end: Data) -> Ending:
    """Plane slices in place of a point with three small variables."""
    children, combine, more = jung.jung(ledger, s, end)
    return Ending(children=children, combine=combine, more=more)


def sections_end(ledger: Ledger, s: State, end: Data) -> Ending:
    """Plane sections in place of an open piece of space."""
    children, simple = sections.sections(ledger, s, end)
    return Ending(children=children, combine=lambda values: worst([*values, simple]))


def tree_end(ledger: Ledger, s: State, end: Data) -> Ending:
    return Ending(tree.value(ledger, s, end))


def snc_end(ledger: Ledger, s: State, end: Data) -> Ending:
    return Ending(snc.value(ledger, s, end))


def newton_end(ledger: Ledger, s: State, end: Data) -> Ending:
    return Ending(newton.value(ledger, s, end))


def terms_end(ledger: Ledger, s: State, end: Data) -> Ending:
    return Ending(terms.value(ledger, s, end))


WAITING = ("split", "signs", "halves", "blowup", "either", "open", "empty")
"""Ends that nodes may have in which constraints are not decided yet."""

ENDS: dict[str, Callable[[Ledger, State, Data], Ending]] = {
    "bound": bound,
    "open": open_end,
    "either": either,
    "empty": empty,
    "split": split,
    "signs": signs,
    "halves": halves,
    "blowup": blowup,
    "fibre": blowup,
    "normalise": normalise,
    "product": product,
    "sum": sum_end,
    "composite": composite_end,
    "power": power_end,
    "sections": sections_end,
    "jung": jung_end,
    "tree": tree_end,
    "snc": snc_end,
    "newton": newton_end,
    "terms": terms_end,
}

"""The end `composite` (format page, §5): functions of separate variables in a monomial ideal.

|K| lies between multiples of a monomial expression Φ in |F_1|, ..., |F_r| and the loose small variables, the F_i in
groups of variables of their own, and Φ grows with each |F_i|.  So only the volumes of {|F_i| < ε} matter: where these
are at most (at least) multiples of ε^λ_i (log 1/ε)^(m_i - 1), those of K are at most (at least) multiples of those of
Φ with F_i replaced by a product of m_i variables with density t^(λ_i - 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import separate
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import Object, State
from rlct.certify.obligations.value import INFINITE, UNKNOWN, Mean, Value, monomial_value

Data = dict[str, Any]
Function = dict[Poly, int]  # ∏ q^e
Exponents = tuple[Fraction, ...]  # over the functions, then over the loose variables


@dataclass(frozen=True)
class Composite:
    """Φ = front · ∏_j ‖monomials_j‖^E_j, and the weights c of the listed monomials; q: h + 1 of the loose variables."""

    count: int  # functions
    front: Exponents
    q: tuple[Fraction, ...]
    objects: tuple[tuple[Fraction, tuple[Exponents, ...], tuple[tuple[int, Fraction], ...]], ...]

    def _spread(self, e: Exponents, values: Sequence[Value]) -> list[Fraction]:
        """Exponents of F_i at each of the m_i variables that stand for it."""
        out = [x for x, v in zip(e, values, strict=False) for _ in range(v.m)]
        return [*out, *e[self.count :]]

    def _volumes(self, values: Sequence[Value]) -> list[Fraction]:
        return [*(v.lam for v in values if v.lam is not None for _ in range(v.m)), *self.q]

    def value(self, values: Sequence[Value]) -> Value:
        """What the values of the functions prove for K."""
        if UNKNOWN in values:
            return UNKNOWN
        means = []
        for E, points, by in self.objects:
            exps = [self._spread(points[n], values) for n, _ in by]
            whole = [tuple(int(x) for x in e) for e in exps]
            means.append(Mean(tuple(whole), tuple(c for _, c in by), E, Fraction(0)))
        found = monomial_value(self._spread(self.front, values), self._volumes(values), means)
        return INFINITE if found is None else found  # h + 1 > 0 is asked when the end is read

    def ratios(self, values: Sequence[Value], rays: Sequence[Sequence[int]]) -> list[tuple[Fraction, Fraction]]:
        """(volume, order of Φ) on each ray, where the functions have realised values."""

        def along(v: Sequence[int], e: Sequence[Fraction]) -> Fraction:
            return sum((x * a for x, a in zip(v, e, strict=True)), Fraction(0))

        out = []
        for v in rays:
            den = along(v, self._spread(self.front, values))
            for E, points, _ in self.objects:
                den += E * min(along(v, self._spread(e, values)) for e in points)
            out.append((along(v, self._volumes(values)), den))
        return out

    def width(self, values: Sequence[Value]) -> int:
        """How many variables Φ has after the replacement."""
        return len(self._volumes(values))


def read(ledger: Ledger, s: State, end: Data) -> tuple[Composite, tuple[State, ...]]:
    """K as a composite, and the states of the functions."""
    groups = [frozenset(ledger.variable(n, s.order) for n in g) for g in end["groups"]]
    count = sum(len(g) for g in end["groups"])
    fine = all(groups) and len(frozenset().union(*groups)) == count and len(end["functions"]) == len(groups)
    ledger.require(fine, "groups", "disjoint groups of variables, a function for each")
    loose = tuple(i for i in s.order if not any(i in g for g in groups))
    ledger.require(all(i in s.small for i in loose), "composite", "small variables outside the groups")
    ledger.require(all(s.small[i].h > -1 for i in loose), "integrable", "h + 1 > 0")
    functions = [_function(ledger, s, g, f) for g, f in zip(groups, end["functions"], strict=True)]
    place = {q: n for n, f in enumerate(functions) for q in f}
    variables = {i: algebra.gen(ledger.ring, i) for i in s.small}
    grouped = [q for i, q in variables.items() if i not in loose and s.small[i].k]
    ledger.require(all(q in place for q in grouped), "composite", "divisors of K among the factors of the functions")
    front = {q: s.small[i].k for i, q in variables.items()}
    measure: dict[Poly, Fraction] = {}
    others: list[list[Object]] = [[] for _ in groups]
    ideals: dict[int, tuple[Exponents, ...]] = {}
    for j, ob in enumerate(s.objects):
        g = ob.gens[0]
        if ob.E == 0:
            others[separate.home(ledger, groups, ob.gens, "an object")].append(ob)
        elif ob.principal and g in place and g not in variables.values():
            front[g] = front.get(g, Fraction(0)) + ob.E
            measure[g] = measure.get(g, Fraction(0)) + ob.H
        else:
            ledger.require(ob.H == 0, "composite", "H = 0 but for factors of the functions")
            ideals[j] = tuple(_exponents(ledger, g, functions, loose) for g in ob.gens)
    kappa: list[Fraction] = []
    for f in functions:
        ratios = {front.get(q, Fraction(0)) / e for q, e in f.items()}
        ledger.require(len(ratios) == 1, "composite", "the part of K in front is a product of powers of the functions")
        kappa += ratios
    weights: dict[int, tuple[tuple[int, Fraction], ...]] = {}
    for j, by in end["weights"]:
        ledger.require(j in ideals and j not in weights, "composite", "weights for the other objects with E > 0, once")
        cs = ledger.weights(by)
        weights[j] = tuple((ledger.pick(ideals[j], n, "generator"), c) for (n, _), c in zip(by, cs, strict=True))
    ledger.require(weights.keys() == ideals.keys(), "composite", "weights for every other object with E > 0")
    found = Composite(
        len(functions),
        (*kappa, *(s.small[i].k for i in loose)),
        tuple(s.small[i].h + 1 for i in loose),
        tuple((s.objects[j].E, points, weights[j]) for j, points in ideals.items()),
    )
    children = []
    for n, c in enumerate(separate.restrict(ledger, s, groups)):
        powers = functions[n]
        small = {i: replace(v, k=Fraction(powers.get(variables[i], 0))) for i, v in c.small.items()}
        own = [
            Object((q,), (False,), Fraction(e), measure.get(q, Fraction(0)))
            for q, e in powers.items()
            if q not in variables.values()
        ]
        children.append(replace(c, small=small, objects=(*own, *others[n])))
    return found, tuple(children)


def _function(ledger: Ledger, s: State, group: frozenset[int], data: Sequence[Any]) -> Function:
    """∏ q^e in the variables of the group."""
    out: Function = {}
    for p, e in data:
        q = algebra.canonical(ledger.read(s.order, p))
        fine = not algebra.is_constant(q) and algebra.used(q) <= group and q not in out
        ledger.require(fine, "composite", "different factors in the variables of the group", ledger.show(q))
        out[q] = e
    return out


def _exponents(ledger: Ledger, g: Poly, functions: Sequence[Function], loose: Sequence[int]) -> Exponents:
    """g = const·∏ F_i^a_i · (a monomial in the loose variables)."""
    rest, out = g, []
    for f in functions:
        whole = algebra.product(ledger.ring, list(f.items()))
        out.append(0)
        while (q := algebra.quotient(rest, whole)) is not None:
            rest = q
            out[-1] += 1
    fine = len(rest) == 1 and algebra.used(rest) <= set(loose)
    ledger.require(fine, "composite", "powers of the functions times loose variables", ledger.show(g))
    (e,) = rest
    return tuple(Fraction(x) for x in (*out, *(e[i] for i in loose)))

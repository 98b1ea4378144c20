"""The state of the script (format page, §3): a family of germs, over the points of a stratum."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import real
from rlct.certify.obligations.ledger import Conditions, Ledger


@dataclass(frozen=True)
class Small:
    """A variable with target 0: exponent k in |K|, h in the measure; `wall`: only u >= 0."""

    k: Fraction = Fraction(0)
    h: Fraction = Fraction(0)
    wall: bool = False

    @property
    def divisor(self) -> bool:
        return self.wall or self.k != 0 or self.h != 0


@dataclass(frozen=True)
class Object:
    """‖gens‖^E in |K| and ‖gens‖^H in the measure; sd[i]: gens[i] is known not to change sign near the points."""

    gens: tuple[Poly, ...]
    sd: tuple[bool, ...]
    E: Fraction
    H: Fraction

    @property
    def principal(self) -> bool:
        return len(self.gens) == 1


@dataclass(frozen=True)
class State:
    """All of the format page's state, variables as indices into the ring of the ledger.

    `guards` are further polynomials that have no zero on the true stratum although N, P, R, Z might not show it after a
    change of coordinates; only the upper part, which needs a true point, looks at them.  `pending`: constraints of the
    claim, by number, that are not decided yet.  `exact` is false after conditions were dropped.
    """

    order: tuple[int, ...]
    small: dict[int, Small]
    dependent: tuple[int, ...] = ()
    relations: tuple[Poly, ...] = ()
    objects: tuple[Object, ...] = ()
    nonzero: tuple[Poly, ...] = ()
    positive: tuple[Poly, ...] = ()
    equations: tuple[Poly, ...] = ()
    guards: tuple[Poly, ...] = ()
    pending: tuple[tuple[int, Poly], ...] = ()
    exact: bool = True
    occurring: frozenset[int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        found: frozenset[int] = frozenset()
        for r in self.relations:
            found |= algebra.used(r)
        object.__setattr__(self, "occurring", found | frozenset(self.dependent))

    @property
    def smalls(self) -> tuple[int, ...]:
        """The small variables, in order."""
        return tuple(i for i in self.order if i in self.small)

    @property
    def free(self) -> tuple[int, ...]:
        return tuple(i for i in self.order if i not in self.small and i not in self.dependent)

    @property
    def parameters(self) -> tuple[int, ...]:
        """Free and dependent variables."""
        return tuple(i for i in self.order if i not in self.small)

    def at_zero(self, f: Poly) -> Poly:
        return algebra.at_zero(f, self.small)

    def stratum(self) -> Conditions:
        """The conditions that describe S."""
        zero = (*(self.at_zero(r) for r in self.relations), *self.equations)
        return Conditions(zero, self.nonzero, self.positive)

    def with_object(self, j: int, *new: Object) -> State:
        return replace(self, objects=(*self.objects[:j], *new, *self.objects[j + 1 :]))

    def map_objects(self, image: Callable[[Poly], Poly]) -> tuple[Object, ...]:
        return tuple(replace(ob, gens=tuple(algebra.canonical(image(g)) for g in ob.gens)) for ob in self.objects)


def coefficients(s: State, g: Poly) -> dict[tuple[int, ...], Poly]:
    """The coefficients of g as a polynomial in the small variables, by exponents."""
    smalls = s.smalls
    parts: dict[tuple[int, ...], dict[tuple[int, ...], Any]] = {}
    for e, c in algebra.terms(g):
        rest = tuple(0 if i in s.small else a for i, a in enumerate(e))
        parts.setdefault(tuple(e[i] for i in smalls), {})[rest] = c
    return {a: algebra.from_terms(g.ring, p) for a, p in parts.items()}


# ---------------------------------------------------------------- claims about one polynomial
def only_in(ledger: Ledger, f: Poly, allowed: Iterable[int], what: str) -> None:
    """f involves no other variables."""
    extra = algebra.used(f) - set(allowed)
    ledger.require(not extra, "variables allowed here", what, ", ".join(ledger.names[i] for i in sorted(extra)))


def unit(ledger: Ledger, s: State, f: Poly, given: Sequence[Poly] = ()) -> None:
    """f has no zero at the points of S (where the `given` polynomials vanish)."""
    only_in(ledger, f, s.order, "the variables of the state")
    f0 = s.at_zero(f)
    ledger.empty(s.stratum().and_(zero=(f0, *given)), "unit", lambda: f"{ledger.show(f0)} may vanish")


def guard(ledger: Ledger, s: State, i: int, f: Poly) -> State:
    """Remember that f has no zero on S, before f·x_i + ... becomes the coordinate x_i.

    Not needed when the conditions without x_i show it: they are the same afterwards.
    """
    f0 = s.at_zero(f)
    kept = [tuple(g for g in group if i not in algebra.used(g)) for group in (s.nonzero, s.positive)]
    plain = ledger.no_solution(Conditions((f0,), *kept), cheap=True)
    return s if plain != real.NOT_CHEAP else replace(s, guards=(*s.guards, f0))


def vanishes(ledger: Ledger, s: State, f: Poly) -> bool:
    """Is f at small = 0 zero on all of S, as a member of the ideal of R|0 and Z?"""
    f0 = s.at_zero(f)
    if not f0:
        return True
    basis = [g for g in s.stratum().zero if g]
    return bool(basis) and _in_ideal(f0, basis)


def follows(s: State, g: Poly, f: Poly) -> bool:
    """Is g, at small = 0, in the ideal of f and of the equations of S (so that it vanishes on S where f does)?"""
    return _in_ideal(s.at_zero(g), [h for h in (f, *s.stratum().zero) if h])


def transversal(ledger: Ledger, s: State, g: Poly, t: int, given: Sequence[Poly] = ()) -> None:
    """g may take the place of the coordinate t (implicit function theorem): det ∂(R, g)/∂(dependent, t) has no zero."""
    columns = (*s.dependent, t)
    rows = [[s.at_zero(algebra.derivative(h, i)) for i in columns] for h in (*s.relations, g)]
    det = algebra.determinant(rows, g.ring)
    ledger.empty(
        s.stratum().and_(zero=(*given, det)),
        "implicit function theorem",
        lambda: f"{ledger.show(det)} may vanish" + (" with " + ledger.show(given[0]) if given else ""),
    )


def _in_ideal(f: Poly, basis: Sequence[Poly]) -> bool:
    from sympy.polys.domains import QQ
    from sympy.polys.groebnertools import groebner
    from sympy.polys.orderings import grevlex
    from sympy.polys.rings import PolyRing

    vs = sorted(frozenset().union(*(algebra.used(g) for g in (f, *basis))))
    if not vs:
        return bool(any(basis))
    ring = PolyRing([f"x{i}" for i in vs], QQ, grevlex)

    def small(g: Poly) -> Poly:
        return ring.from_dict({tuple(e[i] for i in vs): QQ(int(c)) for e, c in g.items()})

    return not small(f).rem(groebner([small(g) for g in basis], ring))


def solve_into(s: State, i: int, u: Poly, r: Poly) -> Callable[[Poly], Poly]:
    """g -> U^D g((x_i - r)/U): what g becomes when U·x_i + r is the new coordinate x_i."""
    num = algebra.gen(u.ring, i) - r

    def image(g: Poly) -> Poly:
        return algebra.replace_by_ratio(g, i, num, u)

    return image


def change(s: State, i: int, u: Poly, r: Poly) -> State:
    """The state in the coordinates in which U·x_i + r is x_i (the caller has proved that U is a unit)."""
    image = solve_into(s, i, u, r)

    def signed(g: Poly) -> Poly:
        out = image(g)
        return algebra.primitive(out * u if algebra.degree(g, i) % 2 else out)

    return replace(mapped(s, image, signed), pending=tuple((n, signed(g)) for n, g in s.pending))


def mapped(s: State, image: Callable[[Poly], Poly], signed: Callable[[Poly], Poly]) -> State:
    """The state with other polynomials throughout; `signed` keeps the sign, for the conditions f > 0."""
    return replace(
        s,
        objects=s.map_objects(image),
        relations=tuple(algebra.canonical(image(g)) for g in s.relations),
        nonzero=tuple(algebra.canonical(image(g)) for g in s.nonzero),
        equations=tuple(algebra.canonical(image(g)) for g in s.equations),
        positive=tuple(signed(g) for g in s.positive),
        guards=tuple(algebra.canonical(image(g)) for g in s.guards),
    )


def coordinate(ledger: Ledger, s: State, i: int, u: Poly, r: Poly) -> State:
    """U·x_i + r as new coordinate x_i: the obligations of the op `coordinate`, and the new state."""
    free_of = set(s.order) - {i}
    only_in(ledger, u, free_of, "U without the variable itself")
    only_in(ledger, r, free_of, "r without the variable itself")
    ledger.require(i not in s.dependent, "coordinate", "a small or free variable", "a dependent one")
    dependents = (algebra.used(u) | algebra.used(r)) & set(s.dependent)
    inside = i in s.occurring
    if i in s.small:
        ledger.require(not s.small[i].divisor, "coordinate", "a variable that is no divisor")
        zero = not s.at_zero(r) if inside else vanishes(ledger, s, r)
        ledger.require(zero, "coordinate", "r = 0 on S at small = 0", ledger.show(s.at_zero(r)))
    else:
        only_in(ledger, u, s.parameters, "U without small variables")
        if inside or s.pending:
            only_in(ledger, r, s.parameters, "r without small variables")
    unit(ledger, s, u)
    if inside and dependents:
        transversal(ledger, s, u * algebra.gen(u.ring, i) + r, i)
    out = change(guard(ledger, s, i, u), i, u, r)
    return out if i in s.small else with_unit(conditions_at_zero(out), u)


def conditions_at_zero(s: State) -> State:
    """What is said of the points of S, at small = 0 (small variables may have come in by a change of coordinates)."""
    return replace(
        s,
        nonzero=tuple(algebra.canonical(s.at_zero(g)) for g in s.nonzero),
        equations=tuple(algebra.canonical(s.at_zero(g)) for g in s.equations),
        positive=tuple(algebra.primitive(s.at_zero(g)) for g in s.positive),
        guards=tuple(algebra.canonical(s.at_zero(g)) for g in s.guards),
    )


def with_unit(s: State, u: Poly) -> State:
    """Where U vanishes the new coordinates have no points: that joins N."""
    return s if algebra.is_constant(u) else replace(s, nonzero=(*s.nonzero, algebra.canonical(s.at_zero(u))))

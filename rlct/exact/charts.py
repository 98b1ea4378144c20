"""The chart: a family of germs, and the elementary steps that transform it.

A `Chart` is the state of `docs/certificate-format.md` §3; every function here is one op or one kind of branching of
that page.  A step returns the new chart and its own record (plain JSON data); it trusts its caller for the proof
obligations, which the search has asked of the oracle and the certificate checker asks again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from rlct.exact.poly import Exponent, Poly, Ring
from rlct.exact.real import System

TRIAL = 10**9
"""Products of terms, times their bits, in a change of coordinates that is only tried (about a second)."""
LONG_CHANGE = 10 * TRIAL
"""The same for any change: what takes longer leaves the chart open."""

Factored = tuple[tuple[Poly, int], ...]
Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Small:
    """A variable with target 0: exponent k in K, h in the measure; `wall` means u >= 0 only."""

    k: Fraction = Fraction(0)
    h: Fraction = Fraction(0)
    wall: bool = False

    @property
    def is_divisor(self) -> bool:
        return self.wall or self.k != 0 or self.h != 0


@dataclass(frozen=True, slots=True)
class Ideal:
    """An object of the chart: `‖gens‖^E` in K and `‖gens‖^H` in the measure; `sd`: known to be semidefinite."""

    gens: tuple[Poly, ...]
    E: Fraction
    H: Fraction = Fraction(0)
    sd: tuple[bool, ...] = ()

    def __post_init__(self) -> None:
        if len(self.sd) != len(self.gens):
            object.__setattr__(self, "sd", (False,) * len(self.gens))

    @property
    def principal(self) -> bool:
        return len(self.gens) == 1


@dataclass(frozen=True, slots=True)
class Chart:
    """Variables by index into `ring`, conditions of the stratum, objects.

    `over_c`: the variables are complex, with exponents of |x|²; there are no signs, and points are complex points.
    `roots`: approximate roots (q, e) of generators further up, seen in the coordinates of this chart.  They propose;
    nothing rests on them.  `pending`: inequalities c >= 0 of the region, by number, not decided yet.
    """

    ring: Ring
    order: tuple[int, ...]
    small: Mapping[int, Small]
    objects: tuple[Ideal, ...]
    nonzero: tuple[Poly, ...] = ()
    positive: tuple[Poly, ...] = ()
    relations: tuple[tuple[int, Poly], ...] = ()
    equations: tuple[Poly, ...] = ()
    over_c: bool = False
    roots: Factored = ()
    pending: tuple[tuple[int, Poly], ...] = ()

    @property
    def smalls(self) -> tuple[int, ...]:
        return tuple(i for i in self.order if i in self.small)

    @property
    def dependents(self) -> frozenset[int]:
        return frozenset(t for t, _ in self.relations)

    @property
    def free(self) -> tuple[int, ...]:
        dep = self.dependents
        return tuple(i for i in self.order if i not in self.small and i not in dep)

    def at_zero(self, g: Poly) -> Poly:
        return g.at_zero(self.small)

    def stratum(self) -> System:
        """The conditions on the parameters (relations at small = 0)."""
        zero = (*(self.at_zero(r) for _, r in self.relations), *self.equations)
        return System(zero, self.nonzero, self.positive)

    def in_relations(self, i: int) -> bool:
        return any(i in r.variables for _, r in self.relations)

    def name(self, i: int) -> str:
        return self.ring.names[i]


def encode(chart: Chart, g: Poly) -> list[list[Any]]:
    """POLY of the certificate format, exponents in the order of the chart's variables."""
    return [[[e[i] for i in chart.order], c] for e, c in g.terms]


def decode(ring: Ring, order: Sequence[int], data: Sequence[Any]) -> Poly:
    """Inverse of `encode`, the variables of the chart in this order."""
    out = {}
    for e, x in data:
        full = [0] * ring.n
        for i, a in zip(order, e, strict=False):
            full[i] = a
        out[tuple(full)] = x
    return ring.from_terms(out)


def number(q: Fraction | int) -> str:
    return str(Fraction(q))


def _set(items: Sequence[Any], i: int, *new: Any) -> tuple[Any, ...]:
    return (*items[:i], *new, *items[i + 1 :])


def _with_object(chart: Chart, j: int, *new: Ideal) -> Chart:
    return replace(chart, objects=_set(chart.objects, j, *new))


# ---------------------------------------------------------------- steps on objects
def content(chart: Chart, j: int) -> tuple[Chart, Step] | None:
    """Move the monomial content of object j into (k, h); None when there is none."""
    ob = chart.objects[j]
    smalls = chart.smalls
    each = [g.content_in(smalls) for g in ob.gens]
    exps = tuple(map(min, *each)) if len(each) > 1 else each[0]
    if not any(exps):
        return None
    small = dict(chart.small)
    for i, a in zip(smalls, exps, strict=True):
        if a:
            s = small[i]
            small[i] = Small(s.k + ob.E * a, s.h + ob.H * a, s.wall)
    new = replace(ob, gens=tuple(g.divide_monomial(smalls, exps) for g in ob.gens))
    # x^a g semidefinite says the same of g when x^a has one sign: a even, or x a wall
    if any(a % 2 and not chart.small[i].wall for i, a in zip(smalls, exps, strict=True)):
        new = replace(new, sd=(False,) * len(new.gens))
    out = _with_object(replace(chart, small=small), j, new)
    return out, {"op": "content", "obj": j}


def factor(chart: Chart, j: int, into: Sequence[tuple[Poly, int]]) -> tuple[Chart, Step]:
    """Replace the principal object j by its factors (appended in order)."""
    ob = chart.objects[j]
    keep = not chart.relations or len(into) == 1
    new = tuple(Ideal((f.primitive(),), ob.E * e, ob.H * e, (ob.sd[0] and e % 2 == 1 and keep,)) for f, e in into)
    step = {"op": "factor", "obj": j, "into": [[encode(chart, f), e] for f, e in into]}
    return replace(chart, objects=(*_set(chart.objects, j), *new)), step


def take_gcd(chart: Chart, j: int, g: Poly) -> tuple[Chart, Step]:
    """Split the common factor g off the generators of object j; it becomes an object of its own."""
    ob = chart.objects[j]
    quotients = []
    for f in ob.gens:
        q = f.divide(g)
        assert q is not None
        quotients.append(q.primitive())
    out = _with_object(chart, j, Ideal(tuple(quotients), ob.E, ob.H))
    out = replace(out, objects=(*out.objects, Ideal((g.primitive(),), ob.E, ob.H)))
    return out, {"op": "gcd", "obj": j, "by": encode(chart, g)}


def merge(chart: Chart, j: int, into: int) -> tuple[Chart, Step]:
    """Two principal objects with the same polynomial become one (j disappears)."""
    a, b = chart.objects[j], chart.objects[into]
    out = _with_object(chart, into, Ideal(b.gens, a.E + b.E, a.H + b.H))
    return _with_object(out, j), {"op": "merge", "obj": j, "into": into}


def divide_unit(chart: Chart, j: int, l: int, unit: Poly, quotient: Poly) -> tuple[Chart, Step]:
    """gen_l = const·unit·quotient becomes quotient; the object disappears when that is constant."""
    ob = chart.objects[j]
    step = {"op": "unit", "obj": j, "gen": l, "unit": encode(chart, unit)}
    if quotient.is_constant:
        return _with_object(chart, j), step
    return _with_object(chart, j, replace(ob, gens=_set(ob.gens, l, quotient.primitive()))), step


def nowhere(chart: Chart, j: int) -> tuple[Chart, Step]:
    """The generators of object j have no common zero on the stratum: it goes."""
    return _with_object(chart, j), {"op": "nowhere", "obj": j}


def combine(
    chart: Chart,
    j: int,
    l: int,
    unit: Poly,
    others: Sequence[tuple[int, Poly]] = (),
    rel: Sequence[tuple[int, Poly]] = (),
) -> tuple[Chart, Step]:
    """gen_l := unit·gen_l + Σ a·gen_i + Σ q·R_c."""
    ob = chart.objects[j]
    g = unit * ob.gens[l]
    for i, a in others:
        g = g + a * ob.gens[i]
    for c, q in rel:
        g = g + q * chart.relations[c][1]
    step = {
        "op": "combine",
        "obj": j,
        "gen": l,
        "unit": encode(chart, unit),
        "with": [[i, encode(chart, a)] for i, a in others],
        "rel": [[c, encode(chart, q)] for c, q in rel],
    }
    return _replace_gen(chart, j, l, g, ob.sd[l] and not others), step


def trim(
    chart: Chart, j: int, l: int, to: Poly, by: Sequence[tuple[Exponent, Sequence[tuple[int, Fraction]]]]
) -> tuple[Chart, Step]:
    """Drop terms of gen_l that lie in the integral closure of the monomial generators."""
    step = {
        "op": "trim",
        "obj": j,
        "gen": l,
        "to": encode(chart, to),
        "by": [[list(alpha), [[i, number(w)] for i, w in ws]] for alpha, ws in by],
    }
    return _replace_gen(chart, j, l, to, False), step


def _replace_gen(chart: Chart, j: int, l: int, g: Poly, sd: bool) -> Chart:
    ob = chart.objects[j]
    if not g:
        return _with_object(chart, j, replace(ob, gens=_set(ob.gens, l), sd=_set(ob.sd, l)))
    return _with_object(chart, j, replace(ob, gens=_set(ob.gens, l, g.primitive()), sd=_set(ob.sd, l, sd)))


def take_root(chart: Chart, j: int, power: int, to: Sequence[Poly]) -> tuple[Chart, Step]:
    """All generators are e-th powers: take the root, E and H times e."""
    ob = chart.objects[j]
    sd = ob.sd if power % 2 else (False,) * len(ob.gens)
    new = Ideal(tuple(g.primitive() for g in to), ob.E * power, ob.H * power, sd)
    return _with_object(chart, j, new), {
        "op": "root",
        "obj": j,
        "power": power,
        "to": [encode(chart, g) for g in to],
    }


def squares(chart: Chart, j: int, parts: Sequence[tuple[Fraction, Poly]]) -> tuple[Chart, Step]:
    """A sum of squares becomes the ideal of its roots, E and H doubled."""
    ob = chart.objects[j]
    new = Ideal(tuple(g.primitive() for _, g in parts), ob.E * 2, ob.H * 2)
    step = {"op": "squares", "obj": j, "parts": [[number(c), encode(chart, g)] for c, g in parts]}
    return _with_object(chart, j, new), step


def gather(chart: Chart, j: int) -> tuple[Chart, Step]:
    """Several generators become the sum of their squares, which is >= 0; E and H are halved."""
    ob = chart.objects[j]
    whole = sum((g * g for g in ob.gens), chart.ring.zero)
    return _with_object(chart, j, Ideal((whole.primitive(),), ob.E / 2, ob.H / 2, (True,))), {"op": "gather", "obj": j}


def split_sd(chart: Chart, j: int, l: int, parts: Sequence[Poly]) -> tuple[Chart, Step]:
    """A semidefinite generator that is a sum in disjoint variables becomes its parts."""
    ob = chart.objects[j]
    new = replace(
        ob,
        gens=_set(ob.gens, l, *(p.primitive() for p in parts)),
        sd=_set(ob.sd, l, *(True for _ in parts)),
    )
    step = {"op": "split_sd", "obj": j, "gen": l, "parts": [encode(chart, p) for p in parts]}
    return _with_object(chart, j, new), step


def nonnegative(chart: Chart, j: int, l: int, parts: Sequence[tuple[Fraction, Factored]]) -> tuple[Chart, Step]:
    """A sum of products that are >= 0 becomes its summands."""
    ob = chart.objects[j]
    gens = []
    for _, fs in parts:
        g = chart.ring.one
        for f, e in fs:
            g = g * f**e
        gens.append(g.primitive())
    new = replace(ob, gens=_set(ob.gens, l, *gens), sd=_set(ob.sd, l, *(True for _ in gens)))
    data = [[number(c), [[encode(chart, f), e] for f, e in fs]] for c, fs in parts]
    return _with_object(chart, j, new), {"op": "nonnegative", "obj": j, "gen": l, "parts": data}


def mark_sign(chart: Chart, j: int, l: int, sign: int, derivation: list[Any]) -> tuple[Chart, Step]:
    """sign·generator >= 0 near 0, by the derivation."""
    ob = chart.objects[j]
    step = {"op": "sign", "obj": j, "gen": l, "sign": sign, "by": derivation}
    return _with_object(chart, j, replace(ob, sd=_set(ob.sd, l, True))), step


# ---------------------------------------------------------------- changes of coordinates
def _transform(chart: Chart, i: int, unit: Poly, rest: Poly, most: int = LONG_CHANGE) -> Chart:
    """Everything after unit·x_i + rest became the coordinate x_i (conditions on parameters only if x_i is one)."""

    def image(g: Poly) -> Poly:
        return g.solve_into(i, unit, rest, most).primitive() if i in g.variables else g

    def image_positive(g: Poly) -> Poly:
        if i not in g.variables:
            return g
        out = g.solve_into(i, unit, rest, most)
        return (out * unit if g.degrees[i] % 2 else out).primitive_signed()

    return mapped(chart, image, image_positive)


def mapped(chart: Chart, image: Callable[[Poly], Poly], signed: Callable[[Poly], Poly]) -> Chart:
    """The chart with other polynomials throughout; `signed` keeps the sign, for the conditions f > 0."""
    return replace(
        chart,
        objects=tuple(replace(ob, gens=tuple(image(g) for g in ob.gens)) for ob in chart.objects),
        nonzero=tuple(image(g) for g in chart.nonzero),
        equations=tuple(image(g) for g in chart.equations),
        positive=tuple(signed(g) for g in chart.positive),
        relations=tuple((t, image(r)) for t, r in chart.relations),
        roots=tuple((image(q), e) for q, e in chart.roots),
        pending=tuple((n, signed(c)) for n, c in chart.pending),
    )


def coordinate(chart: Chart, i: int, unit: Poly, rest: Poly, most: int = LONG_CHANGE) -> tuple[Chart, Step]:
    """unit·x_i + rest becomes the coordinate x_i (small without divisor, or free).

    Raises TooLarge where that takes more than `most` products of terms, times their bits.
    """
    step = {"op": "coordinate", "var": chart.name(i), "unit": encode(chart, unit), "rest": encode(chart, rest)}
    out = _transform(chart, i, unit, rest, most)
    if i in chart.small:
        return out, step
    return _remember_unit(_conditions_at_zero(out) if rest.variables & chart.small.keys() else out, unit), step


def _conditions_at_zero(chart: Chart) -> Chart:
    """The conditions restricted to small = 0, where they speak of the stratum."""
    return replace(
        chart,
        nonzero=tuple(chart.at_zero(g).primitive() for g in chart.nonzero),
        equations=tuple(chart.at_zero(g).primitive() for g in chart.equations),
        positive=tuple(chart.at_zero(g).primitive_signed() for g in chart.positive),
    )


def _remember_unit(chart: Chart, unit: Poly) -> Chart:
    """Where `unit` vanishes the new coordinates have no points: say so, since the other conditions may no longer
    imply it."""
    if unit.is_constant:
        return chart
    return replace(chart, nonzero=(*chart.nonzero, chart.at_zero(unit).primitive()))


def wall(chart: Chart, constraint: int, i: int, unit: Poly, rest: Poly, sign: int) -> tuple[Chart, Step]:
    """The constraint `unit·x_i + rest >= 0` makes itself the wall x_i; `sign` is the sign of the unit."""
    out = _transform(chart, i, unit, rest)
    small = {**out.small, i: replace(out.small[i], wall=True)}
    step = {
        "op": "wall",
        "constraint": constraint,
        "var": chart.name(i),
        "unit": encode(chart, unit),
        "rest": encode(chart, rest),
        "sign": sign,
    }
    return replace(out, small=small, pending=tuple((n, c) for n, c in out.pending if n != constraint)), step


def forget(chart: Chart, gone: frozenset[int]) -> tuple[Chart, Step]:
    """Drop variables of which nothing depends: with the conditions `f ≠ 0` that they can always meet, dependent ones
    with their relations and conditions."""
    out = replace(
        chart,
        order=tuple(i for i in chart.order if i not in gone),
        small={i: s for i, s in chart.small.items() if i not in gone},
        nonzero=tuple(f for f in chart.nonzero if not f.variables & gone),
        positive=tuple(f for f in chart.positive if not f.variables & gone),
        equations=tuple(f for f in chart.equations if not f.variables & gone),
        relations=tuple((t, r) for t, r in chart.relations if t not in gone),
        roots=tuple((q, e) for q, e in chart.roots if not q.variables & gone),
    )
    return out, {"op": "forget", "vars": [chart.name(i) for i in chart.order if i in gone]}


def flow(
    chart: Chart,
    a: int,
    scale: int,
    field: Sequence[tuple[int, Poly]],
    by: Sequence[Sequence[Sequence[tuple[int, Poly]]]],
) -> tuple[Chart, Step]:
    """Along scale·∂_a + Σ c_i ∂_i, which maps g_l to Σ h_lm g_m in every object, nothing changes: a is set to 0."""
    step = {
        "op": "flow",
        "var": chart.name(a),
        "scale": scale,
        "field": [[chart.name(i), encode(chart, f)] for i, f in field],
        "by": [[[[m, encode(chart, h)] for m, h in row] for row in rows] for rows in by],
    }
    out = replace(
        chart,
        order=tuple(i for i in chart.order if i != a),
        small={i: s for i, s in chart.small.items() if i != a},
        objects=tuple(_slice(ob, a) for ob in chart.objects),
        roots=tuple((q.at_zero([a]), e) for q, e in chart.roots if q.at_zero([a])),
    )
    return out, step


def _slice(ob: Ideal, a: int) -> Ideal:
    kept = [(g, sd) for g, sd in ((g.at_zero([a]), sd) for g, sd in zip(ob.gens, ob.sd, strict=True)) if g]
    return replace(ob, gens=tuple(g.primitive() for g, _ in kept), sd=tuple(sd for _, sd in kept))


def drop(chart: Chart, j: int, gone: Sequence[int]) -> tuple[Chart, Step]:
    """Leave generators out: a smaller |K|, whose lower bounds hold for the whole."""
    ob = chart.objects[j]
    kept = [l for l in range(len(ob.gens)) if l not in set(gone)]
    new = replace(ob, gens=tuple(ob.gens[l] for l in kept), sd=tuple(ob.sd[l] for l in kept))
    return _with_object(chart, j, new), {"op": "drop", "obj": j, "gens": list(gone)}


# ---------------------------------------------------------------- branchings
def split_nonzero(chart: Chart, f: Poly) -> Chart:
    """The part f ≠ 0 of the stratum."""
    return replace(chart, nonzero=(*chart.nonzero, f.primitive()))


def split_positive(chart: Chart, f: Poly) -> Chart:
    """The part f > 0 of the stratum."""
    return replace(chart, positive=(*chart.positive, f.primitive_signed()))


def split_solve(chart: Chart, t: int, unit: Poly, rest: Poly) -> Chart:
    """The part f = unit·t + rest = 0 of the stratum: f becomes the small variable t."""
    out = _remember_unit(_transform(chart, t, unit, rest), unit)
    return _conditions_at_zero(replace(out, small={**out.small, t: Small()}))


def split_equation(chart: Chart, f: Poly) -> Chart:
    """The part f = 0 of the stratum, without a new coordinate (f involves dependent variables only)."""
    return replace(chart, equations=(*chart.equations, f.primitive()))


def split_etale(chart: Chart, f: Poly, t: int, new: int) -> Chart:
    """The part f = 0 of the stratum: f becomes the small variable `new`, t depends on it by f - new = 0."""
    rel = (t, (f - chart.ring.gen(new)).primitive())
    return replace(
        chart,
        order=(*chart.order, new),
        small={**chart.small, new: Small()},
        relations=(*chart.relations, rel),
    )


def implicit(chart: Chart, i: int, f: Poly, new: int) -> tuple[Chart, Step]:
    """f, zero where all small variables are, becomes the small variable `new`; the small x_i, which f determines,
    becomes an analytic function of it by f - new = 0, with value 0 on the stratum."""
    gen = chart.ring.gen
    small = {v: s for v, s in chart.small.items() if v != i}
    out = replace(
        chart,
        order=(*chart.order, new),
        small={**small, new: Small()},
        relations=(*chart.relations, (i, (f - gen(new)).primitive())),
        equations=(*chart.equations, gen(i)),
    )
    return out, {"op": "implicit", "var": chart.name(i), "by": encode(chart, f), "name": chart.name(new)}


def restrict(chart: Chart, group: frozenset[int], objects: Sequence[Ideal]) -> Chart:
    """The chart on a group of variables, with the given objects; conditions that link groups are dropped."""
    return Chart(
        chart.ring,
        tuple(i for i in chart.order if i in group),
        {i: s for i, s in chart.small.items() if i in group},
        tuple(objects),
        tuple(f for f in chart.nonzero if f.variables <= group),
        tuple(f for f in chart.positive if f.variables <= group),
        tuple((t, r) for t, r in chart.relations if t in group),
        tuple(f for f in chart.equations if f.variables <= group),
        chart.over_c,
        tuple((q, e) for q, e in chart.roots if q.variables <= group),
    )

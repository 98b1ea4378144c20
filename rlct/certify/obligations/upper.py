"""The upper part (format page, §6): a divisor with a real point proves that the threshold is at least as bad.

K is bounded above by its terms whatever their coefficients are; a factor of the measure with exponent H > 0 has to be
bounded below, so its coefficient must not vanish at the point.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import islice, product
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import jacobian, newton, plane, real, snc, tree
from rlct.certify.obligations import state as st
from rlct.certify.obligations.composite import Composite
from rlct.certify.obligations.ledger import Conditions, Ledger
from rlct.certify.obligations.newton import Ray
from rlct.certify.obligations.state import State
from rlct.certify.obligations.value import Value

Data = dict[str, Any]
COMBINATIONS = 50


def terminal(ledger: Ledger, s: State, end: Data, at: Data) -> Value:
    """The value proved by a terminal that is no list of parts."""
    _exact(ledger, s)
    if "tree" in at:
        ledger.require(end["end"] == "tree", "upper part", "a node that ends in tree", end["end"])
        found, where = tree.attained(ledger, s, end)  # bars and branches have real points
        ledger.require(at["tree"] == "branch" or at["tree"] in where, "upper part", "the least ratio there", at["tree"])
        return found
    if "snc" in at:
        return _snc(ledger, s, end, at)
    if "factor" in at:
        return _factor(ledger, s, at)
    return _rays(ledger, s, at)


def _exact(ledger: Ledger, s: State) -> None:
    """The state is that of the region: no conditions were dropped, and none of its inequalities waits."""
    ledger.require(s.exact, "upper part", "no end on the path that dropped conditions")
    ledger.require(not s.pending, "upper part", "all constraints decided")


def known_exactly(ledger: Ledger, s: State) -> None:
    """N, P, R, Z alone describe the true stratum, so another state with the same ones has the same points."""
    _exact(ledger, s)
    for g in s.guards:
        ledger.empty(s.stratum().and_(zero=(g,)), "upper part", "a guard may vanish")


def has_point(ledger: Ledger, s: State) -> None:
    """S has a real point."""
    _exact(ledger, s)
    real_point(ledger, _stratum(s), (), "z3", {})


def _stratum(s: State) -> Conditions:
    return s.stratum().and_(nonzero=s.guards)


def real_point(
    ledger: Ledger, c: Conditions, some: Sequence[Sequence[Poly]], point: Any, needed: Mapping[int, str]
) -> None:
    """The conditions hold at the point, and of each list in `some` at least one polynomial is not 0 there."""
    values = {}
    if point != "z3":
        values = {ledger.variable(name, ledger.index.values()): Fraction(x) for name, x in point.items()}
        missing = [name for i, name in needed.items() if i not in values]
        ledger.require(not missing, "real point", "a value for every free variable", ", ".join(missing))
        c = Conditions(
            tuple(algebra.at_numbers(f, values) for f in c.zero),
            tuple(algebra.at_numbers(f, values) for f in c.nonzero),
            tuple(algebra.at_numbers(f, values) for f in c.positive),
        )
        some = [[algebra.at_numbers(f, values) for f in fs] for fs in some]
    for chosen in islice(product(*some), COMBINATIONS):
        if _satisfied(ledger, c.and_(nonzero=chosen)):
            ledger.proved["real point"] += 1
            return
    ledger.fail("real point", "a real point where the conditions hold", "none" if point == "z3" else str(point))


def _satisfied(ledger: Ledger, c: Conditions) -> bool:
    everything = (*c.zero, *c.nonzero, *c.positive)
    if all(algebra.is_constant(f) for f in everything):
        return not any(c.zero) and all(c.nonzero) and all(bool(f) and f[max(f)] > 0 for f in c.positive)
    if ledger.over_c:
        ledger.methods["complex point"] += 1
        return ledger.has_solution(c)
    if real.on_a_line(c):
        ledger.methods["one variable (point)"] += 1
        return True
    if plane.has_pair(c.zero, c.nonzero, c.positive):
        ledger.methods["resultants (point)"] += 1
        return True
    if real.on_a_tower(c):
        ledger.methods["number field (point)"] += 1
        return True
    if real.ask_z3(c.zero, c.nonzero, c.positive) != "sat":
        return False
    ledger.methods["z3 (point)"] += 1
    return True


def rays_of(ledger: Ledger, n: int, data: Sequence[Any]) -> tuple[Ray, ...]:
    """Independent rays with n entries."""
    rays = tuple(newton.primitive(ledger, n, v) for v in data)
    ledger.require(algebra.rank(rays) == len(rays), "rays", "independent rays", str([list(v) for v in rays]))
    return rays


def divisors(ledger: Ledger, pairs: Iterable[tuple[Fraction, Fraction]]) -> Value:
    """The value of divisors num/den that cross normally: the least ratio, and how many attain it."""
    ratios = []
    for num, den in pairs:
        ledger.require(num > 0, "integrable", "a positive exponent in the measure")
        if den > 0:
            ratios.append(num / den)
    ledger.require(bool(ratios), "ratio", "a divisor on which K vanishes")
    return Value(min(ratios), ratios.count(min(ratios)))


def composed(
    ledger: Ledger, s: State, found: Composite, values: Sequence[Value], rays: Sequence[Sequence[int]]
) -> Value:
    """Divisors of a composite of functions with these realised values."""
    _exact(ledger, s)
    return divisors(ledger, found.ratios(values, rays_of(ledger, found.width(values), rays)))


def _rays(ledger: Ledger, s: State, at: Data) -> Value:
    """Divisors over small = 0."""
    rays = rays_of(ledger, len(s.smalls), at["rays"])
    sups = newton.supports(s)
    found = divisors(ledger, (newton.ratio(s, sups, v) for v in rays))
    some = []
    for sup in sups:
        if sup.object.H > 0:
            _relations_supported(ledger, s, rays)
            forms = newton.initial_forms(s, sup, sup.initial(rays))
            some.append([f for g in forms for f in st.coefficients(s, g).values()])
    real_point(ledger, _stratum(s), some, at["point"], _free(ledger, s))
    return found


def _relations_supported(ledger: Ledger, s: State, rays: Sequence[Ray]) -> None:
    for i, entries in zip(s.smalls, zip(*rays, strict=True), strict=True):
        fine = any(entries) or i not in s.occurring
        ledger.require(fine, "relations supported", f"{ledger.names[i]} positive on a ray")


def _free(ledger: Ledger, s: State) -> dict[int, str]:
    return {i: ledger.names[i] for i in s.free}


def _factor(ledger: Ledger, s: State, at: Data) -> Value:
    """Divisors over small = 0 that meet a smooth zero of a principal object."""
    rays = rays_of(ledger, len(s.smalls), at["rays"])
    sups = newton.supports(s)
    j = ledger.pick(s.objects, at["factor"], "object")
    ob = s.objects[j]
    ledger.require(ob.principal, "principal object", "one generator")
    found = divisors(ledger, [(ob.H + 1, ob.E), *(newton.ratio(s, sups, v) for v in rays)])
    supported = {i for n, i in enumerate(s.smalls) if any(v[n] for v in rays)}
    rest = set(s.small) - supported  # stay 0 at the point

    def form(n: int) -> list[Poly]:
        return newton.initial_forms(s, sups[n], sups[n].initial(rays))

    main = form(j)
    ledger.require(len(main) == 1, "initial form", "terms that are minimal on all rays")
    f = main[0]
    some = [[algebra.at_zero(g, rest) for g in form(n)] for n, x in enumerate(s.objects) if n != j and x.H > 0]
    columns = [*sorted(supported), *(i for i in sorted(rest) if not s.small[i].divisor), *s.free]

    def by(g: Poly, i: int) -> Poly:
        return algebra.at_zero(algebra.derivative(g, i), rest)

    relations = [algebra.at_zero(r, supported) for r in s.relations]
    some.append(jacobian.minors(jacobian.reduced(relations, s.dependent, [f], columns, by), ledger.ring))
    torus = _stratum(s).and_(
        zero=[algebra.at_zero(f, rest)],
        nonzero=[algebra.gen(ledger.ring, i) for i in supported],
        positive=[algebra.gen(ledger.ring, i) for i in supported if s.small[i].wall],
    )
    needed = {**_free(ledger, s), **{i: ledger.names[i] for i in supported}}
    point = at["point"]
    if point != "z3":
        point = {name: x for name, x in point.items() if ledger.index.get(name) not in rest}
    real_point(ledger, torus, some, point, needed)
    return found


def _snc(ledger: Ledger, s: State, end: Data, at: Data) -> Value:
    """Divisors in the coordinates (small, q_i for i in T) of an `snc` end."""
    ledger.require(end["end"] == "snc", "snc terminal", "a node that ends in snc", end["end"])
    chosen = tuple(at["snc"])
    open_subsets = [tuple(t) for t, weights in end["subsets"] if weights is not None]
    ledger.require(chosen in open_subsets, "snc terminal", "a subset that can vanish", str(list(chosen)))
    qs = snc.read_qs(ledger, s, end)
    smalls = s.smalls
    width = len(smalls)
    rays = rays_of(ledger, width + len(chosen), at["rays"])
    shapes = [[snc.shape(s, qs, g) for g in ob.gens] for ob in s.objects]

    def order(n: int, v: Ray) -> int:
        exps = ((*x.exponents, *(x.powers[i] for i in chosen)) for x in shapes[n])
        return min(int(newton.dot(v, e)) for e in exps)

    def ratio(v: Ray) -> tuple[Fraction, Fraction]:
        num = sum((x * (s.small[i].h + 1) for x, i in zip(v, smalls, strict=False)), Fraction(sum(v[width:])))
        den = sum((x * s.small[i].k for x, i in zip(v, smalls, strict=False)), Fraction(0))
        for n, ob in enumerate(s.objects):
            num += ob.H * order(n, v)
            den += ob.E * order(n, v)
        return num, den

    found = divisors(ledger, map(ratio, rays))
    tied = {i for n, i in enumerate(smalls) if any(v[n] for v in rays) or s.small[i].divisor}
    some = []
    for n, ob in enumerate(s.objects):
        if ob.H > 0:
            ledger.require(ob.principal, "snc terminal", "principal objects with H > 0")
            some.append([s.at_zero(shapes[n][0].rest)])
            tied |= {i for i, a in zip(smalls, shapes[n][0].exponents, strict=True) if a}
    if chosen:
        columns = [i for i in s.order if i not in tied and i not in s.dependent]

        def by(g: Poly, i: int) -> Poly:
            return s.at_zero(algebra.derivative(g, i))

        rows = jacobian.reduced(s.relations, s.dependent, [qs[i] for i in chosen], columns, by)
        some.append(jacobian.minors(rows, ledger.ring))
    where = snc.where(s, qs, chosen).and_(nonzero=s.guards)
    real_point(ledger, where, some, at["point"], _free(ledger, s))
    return found

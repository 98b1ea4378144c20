"""The steps of a node (format page, §4): each proves its obligation and returns the new state.

In every step |K| and the measure keep their germs up to factors between positive constants, so (λ, m) is unchanged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from rlct.certify import algebra
from rlct.certify.algebra import Poly
from rlct.certify.obligations import constraints, semidefinite
from rlct.certify.obligations import state as st
from rlct.certify.obligations.centre import centre
from rlct.certify.obligations.discriminant import complete
from rlct.certify.obligations.flow import flow
from rlct.certify.obligations.forget import forget
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import Object, Small, State

Data = dict[str, Any]


def apply(ledger: Ledger, s: State, step: Data) -> State:
    """One step of the script."""
    op = step["op"]
    ledger.require(not ledger.over_c or op not in REAL, "field", "a step that needs no signs", op)
    s = s if op in WAITING else constraints.finish(ledger, s)
    return STEPS[op](ledger, s, step)


def _object(ledger: Ledger, s: State, data: Data) -> tuple[int, Object]:
    j = ledger.pick(s.objects, data["obj"], "object")
    return j, s.objects[j]


def _generator(ledger: Ledger, s: State, data: Data) -> tuple[int, Object, int]:
    j, ob = _object(ledger, s, data)
    return j, ob, ledger.pick(ob.gens, data["gen"], "generator")


def _principal(ledger: Ledger, ob: Object) -> Poly:
    ledger.require(ob.principal, "principal object", "one generator", str(len(ob.gens)))
    return ob.gens[0]


def _set_gen(ledger: Ledger, s: State, j: int, which: int, g: Poly, sd: bool) -> State:
    """Generator which of object j becomes g, or goes when g = 0."""
    ob = s.objects[j]
    if not g:
        ledger.require(len(ob.gens) > 1, "a generator remains")
        new = replace(ob, gens=(*ob.gens[:which], *ob.gens[which + 1 :]), sd=(*ob.sd[:which], *ob.sd[which + 1 :]))
        return s.with_object(j, new)
    gens = (*ob.gens[:which], algebra.canonical(g), *ob.gens[which + 1 :])
    return s.with_object(j, replace(ob, gens=gens, sd=(*ob.sd[:which], sd, *ob.sd[which + 1 :])))


# ---------------------------------------------------------------- objects
def content(ledger: Ledger, s: State, data: Data) -> State:
    """The common monomial of the generators goes into (k, h)."""
    j, ob = _object(ledger, s, data)
    smalls = s.smalls
    exps = tuple(map(min, zip(*(algebra.content_exponents(g, smalls) for g in ob.gens), strict=True)))
    small = dict(s.small)
    keeps_sign = True
    for i, a in zip(smalls, exps, strict=True):
        if a:
            v = small[i]
            small[i] = Small(v.k + ob.E * a, v.h + ob.H * a, v.wall)
            keeps_sign = keeps_sign and (a % 2 == 0 or v.wall)
    gens = tuple(algebra.divide_monomial(g, smalls, exps) for g in ob.gens)
    ledger.proved["content"] += 1
    new = replace(ob, gens=gens, sd=tuple(x and keeps_sign for x in ob.sd))
    return replace(s, small=small).with_object(j, new)


def factor(ledger: Ledger, s: State, data: Data) -> State:
    """A principal object becomes its factors; a factor of a semidefinite polynomial coprime to the rest is one too."""
    j, ob = _object(ledger, s, data)
    whole = _principal(ledger, ob)
    factors = [(ledger.read(s.order, p), e) for p, e in data["into"]]
    ledger.require(all(not algebra.is_constant(f) for f, _ in factors), "factors", "factors that are no constants")
    fits = all(sum(e * algebra.degree(f, i) for f, e in factors) == algebra.degree(whole, i) for i in s.order)
    fits = fits and algebra.same(algebra.product(whole.ring, factors), whole)
    ledger.require(fits, "factors", ledger.show(whole), "another product")
    keep = ob.sd[0] and (not s.relations or len(factors) == 1)
    if keep:
        for n, (f, _) in enumerate(factors):
            for g, _ in factors[:n]:
                ledger.require(algebra.is_constant(f.gcd(g)), "factors coprime", got=ledger.show(f))
    new = [Object((algebra.canonical(f),), (keep and e % 2 == 1,), ob.E * e, ob.H * e) for f, e in factors]
    out = s.with_object(j)
    return replace(out, objects=(*out.objects, *new))


def gcd(ledger: Ledger, s: State, data: Data) -> State:
    """A common factor of the generators becomes an object of its own."""
    j, ob = _object(ledger, s, data)
    by = ledger.read(s.order, data["by"])
    gens = []
    for g in ob.gens:
        q = algebra.quotient(g, by)
        ledger.require(q is not None, "common factor", f"a multiple of {ledger.show(by)}", ledger.show(g))
        gens.append(q)
    out = s.with_object(j, Object(tuple(gens), (False,) * len(gens), ob.E, ob.H))
    return replace(out, objects=(*out.objects, Object((algebra.canonical(by),), (False,), ob.E, ob.H)))


def merge(ledger: Ledger, s: State, data: Data) -> State:
    """Two principal objects with the same polynomial become one."""
    j, a = _object(ledger, s, data)
    into = ledger.pick(s.objects, data["into"], "object")
    b = s.objects[into]
    ledger.require(into != j, "merge", "two different objects")
    equal = _principal(ledger, a) == _principal(ledger, b)
    ledger.require(equal, "merge", "the same polynomial", ledger.show(b.gens[0]))
    return s.with_object(into, Object(b.gens, (False,), a.E + b.E, a.H + b.H)).with_object(j)


def unit(ledger: Ledger, s: State, data: Data) -> State:
    """A unit factor of a generator is dropped; a generator that is a unit makes the whole object one."""
    j, ob, which = _generator(ledger, s, data)
    u = ledger.read(s.order, data["unit"])
    q = algebra.quotient(ob.gens[which], u)
    ledger.require(q is not None, "unit factor", f"a multiple of {ledger.show(u)}", ledger.show(ob.gens[which]))
    st.unit(ledger, s, u)
    return s.with_object(j) if algebra.is_constant(q) else _set_gen(ledger, s, j, which, q, ob.sd[which])


def nowhere(ledger: Ledger, s: State, data: Data) -> State:
    """The generators have no common zero: the norm lies between positive constants near every point of S."""
    j, ob = _object(ledger, s, data)
    together = s.stratum().and_(zero=[s.at_zero(g) for g in ob.gens])
    ledger.empty(together, "no common zero", "the generators may vanish together")
    return s.with_object(j)


def combine(ledger: Ledger, s: State, data: Data) -> State:
    """gen := unit·gen + combination of the other generators and of the relations: the same ideal."""
    j, ob, which = _generator(ledger, s, data)
    u = ledger.read(s.order, data["unit"])
    st.unit(ledger, s, u)
    g = u * ob.gens[which]
    for i, a in data["with"]:
        ledger.pick(ob.gens, i, "generator")
        ledger.require(i != which, "combine", "other generators")
        g += ledger.read(s.order, a) * ob.gens[i]
    for c, a in data["rel"]:
        ledger.pick(s.relations, c, "relation")
        g += ledger.read(s.order, a) * s.relations[c]
    return _set_gen(ledger, s, j, which, g, ob.sd[which] and not data["with"])


def trim(ledger: Ledger, s: State, data: Data) -> State:
    """Terms bounded by (products of powers of) the monomial generators are dropped."""
    j, ob, which = _generator(ledger, s, data)
    to = ledger.read(s.order, data["to"])
    smalls = s.smalls
    # generators are known up to a constant: `to` may have the other sign
    options = [ob.gens[which] - to, ob.gens[which] + to]
    dropped = min(({tuple(e[i] for i in smalls) for e in f} for f in options), key=len)
    listed = {tuple(alpha): by for alpha, by in data["by"]}
    ledger.require(len(listed) == len(data["by"]) and set(listed) == dropped, "trim", "each dropped exponent once")
    for alpha, by in listed.items():
        total = [Fraction(0)] * len(smalls)
        weight = Fraction(0)
        for i, w in by:
            ledger.pick(ob.gens, i, "generator")
            exps = monomial(s, ob.gens[i])
            fine = i != which and exps is not None and Fraction(w) > 0
            ledger.require(fine, "trim", "another generator that is a monomial, with weight > 0")
            assert exps is not None
            weight += Fraction(w)
            total = [t + Fraction(w) * a for t, a in zip(total, exps, strict=True)]
        bounded = weight == 1 and all(t <= a for t, a in zip(total, alpha, strict=True))
        ledger.require(bounded, "trim", f"a mean of monomials that divides {alpha}", str([str(t) for t in total]))
    return _set_gen(ledger, s, j, which, to, False)


def monomial(s: State, g: Poly) -> tuple[int, ...] | None:
    """The exponents of g over the small variables when g is a monomial in them (up to a constant)."""
    if len(g) != 1:
        return None
    (e,) = g
    return tuple(e[i] for i in s.smalls) if all(i in s.small for i, a in enumerate(e) if a) else None


def root(ledger: Ledger, s: State, data: Data) -> State:
    """All generators are powers: ‖g_j^e‖ is ‖g_j‖^e up to constants."""
    j, ob = _object(ledger, s, data)
    power = data["power"]
    to = [algebra.canonical(ledger.read(s.order, p)) for p in data["to"]]
    ledger.require(len(to) == len(ob.gens), "root", f"{len(ob.gens)} polynomials", str(len(to)))
    for f, g in zip(to, ob.gens, strict=True):
        ledger.require(bool(f) and _is_power(f, power, g), "root", ledger.show(g), f"({ledger.show(f)})^{power}")
    sd = tuple(x and power % 2 == 1 for x in ob.sd)
    return s.with_object(j, Object(tuple(to), sd, ob.E * power, ob.H * power))


def _is_power(f: Poly, power: int, g: Poly) -> bool:
    if sum(max(f)) * power != sum(max(g)):
        return False
    rest: Poly | None = g
    for _ in range(power):
        rest = algebra.quotient(rest, f)
        if rest is None:
            return False
    return algebra.is_constant(rest)


def squares(ledger: Ledger, s: State, data: Data) -> State:
    """gen = ±Σ c·p², c > 0: the ideal of the p, exponents doubled."""
    j, ob = _object(ledger, s, data)
    g = _principal(ledger, ob)
    parts = [(Fraction(c), ledger.read(s.order, p)) for c, p in data["parts"]]
    ledger.require(all(c > 0 and p for c, p in parts), "sum of squares", "positive coefficients")
    total = g.ring.zero
    common = 1
    for c, _ in parts:
        common *= c.denominator
    for c, p in parts:
        total = total + p * p * int(c * common)
    ledger.require(bool(total) and algebra.same(total, g), "sum of squares", ledger.show(g), ledger.show(total))
    gens = tuple(algebra.canonical(p) for _, p in parts)
    return s.with_object(j, Object(gens, (False,) * len(gens), ob.E * 2, ob.H * 2))


def gather(ledger: Ledger, s: State, data: Data) -> State:
    """Several generators: the sum of their squares, exponents halved."""
    j, ob = _object(ledger, s, data)
    whole = algebra.canonical(sum((g * g for g in ob.gens), ob.gens[0].ring.zero))
    return s.with_object(j, Object((whole,), (True,), ob.E / 2, ob.H / 2))


def sign(ledger: Ledger, s: State, data: Data) -> State:
    """A generator in small variables alone is >= 0 or <= 0 near 0, by a derivation."""
    j, ob, which = _generator(ledger, s, data)
    g = ob.gens[which] * data["sign"]
    st.only_in(ledger, g, s.smalls, "a generator in small variables only")
    semidefinite.prove(ledger, s.order, g, data["by"])
    return s.with_object(j, replace(ob, sd=(*ob.sd[:which], True, *ob.sd[which + 1 :])))


def nonnegative(ledger: Ledger, s: State, data: Data) -> State:
    """gen = const·Σ c·∏ f^e, c > 0, every f with odd e positive on S: the summands are >= 0 and do not cancel."""
    j, ob, which = _generator(ledger, s, data)
    gens: list[Poly] = []
    common = 1
    for c, _ in data["parts"]:
        common *= Fraction(c).denominator
    total = ob.gens[which].ring.zero
    for c, fs in data["parts"]:
        ledger.require(Fraction(c) > 0, "non-negative parts", "positive coefficients", str(c))
        g = total.ring.one
        for p, e in fs:
            f = ledger.read(s.order, p)
            if e % 2:
                f0 = s.at_zero(f)
                st.unit(ledger, s, f)
                negative = s.stratum().and_(positive=(-f0,))
                ledger.empty(negative, "non-negative parts", f"{ledger.show(f0)} < 0 somewhere")
            g = g * f**e
        total = total + g * int(Fraction(c) * common)
        gens.append(algebra.canonical(g))
    ledger.require(bool(total) and algebra.same(total, ob.gens[which]), "non-negative parts", got=ledger.show(total))
    sd = (*ob.sd[:which], *(True for _ in gens), *ob.sd[which + 1 :])
    return s.with_object(j, replace(ob, gens=(*ob.gens[:which], *gens, *ob.gens[which + 1 :]), sd=sd))


def _one_sign(s: State, p: Poly) -> bool:
    """One term, its coefficient positive, its exponents even but for walls (which are never negative)."""
    walls = {i for i, v in s.small.items() if v.wall}
    return len(p) == 1 and all(
        x > 0 and all(a % 2 == 0 or i in walls for i, a in enumerate(e)) for e, x in algebra.terms(p)
    )


def split_sd(ledger: Ledger, s: State, data: Data) -> State:
    """A semidefinite sum in disjoint small variables: put the others to 0, so every part has the same sign.
    Or a sum of terms that have all the same sign by themselves."""
    j, ob, which = _generator(ledger, s, data)
    parts = [ledger.read(s.order, p) for p in data["parts"]]
    manifest = all(_one_sign(s, p) for p in parts)
    ledger.require(manifest or ob.sd[which], "semidefinite", "a generator known not to change sign")
    free = all(i not in s.small for i in s.occurring)
    ledger.require(manifest or free, "split_sd", "relations without small variables")
    total = ob.gens[which].ring.zero
    seen: set[int] = set()
    for p in parts:
        mine = algebra.used(p) & set(s.small)
        fine = bool(p) and (manifest or not mine & seen) and not s.at_zero(p)
        ledger.require(fine, "split_sd", "parts in disjoint small variables, zero at small = 0", ledger.show(p))
        seen |= mine
        total += p
    ledger.require(bool(total) and algebra.same(total, ob.gens[which]), "split_sd", got=ledger.show(total))
    gens = (*ob.gens[:which], *(algebra.canonical(p) for p in parts), *ob.gens[which + 1 :])
    sd = (*ob.sd[:which], *(True for _ in parts), *ob.sd[which + 1 :])
    return s.with_object(j, replace(ob, gens=gens, sd=sd))


# ---------------------------------------------------------------- coordinates
def implicit(ledger: Ledger, s: State, data: Data) -> State:
    """f = 0 at small = 0 determines the small variable x: f is a new coordinate w, x a function of it, 0 on S."""
    i = ledger.variable(data["var"], s.small)
    f = ledger.read(s.order, data["by"])
    w = ledger.index[data["name"]]
    ledger.require(not s.small[i].divisor, "implicit", "a small variable without divisor", ledger.names[i])
    ledger.require(w not in s.order, "implicit", "a new name", data["name"])
    ledger.require(bool(f) and st.vanishes(ledger, s, f), "implicit", "a function that vanishes at small = 0")
    rows = [*s.relations, f]
    matrix = [[s.at_zero(algebra.derivative(g, t)) for t in (*s.dependent, i)] for g in rows]
    st.unit(ledger, s, algebra.determinant(matrix, f.ring))
    small = {v: x for v, x in s.small.items() if v != i}
    return replace(
        s,
        order=(*s.order, w),
        small={**small, w: Small()},
        dependent=(*s.dependent, i),
        relations=(*s.relations, algebra.canonical(f - algebra.gen(f.ring, w))),
        equations=(*s.equations, algebra.gen(f.ring, i)),
    )


def coordinate(ledger: Ledger, s: State, data: Data) -> State:
    """U·var + r becomes the coordinate var."""
    i = ledger.variable(data["var"], s.order)
    return st.coordinate(ledger, s, i, ledger.read(s.order, data["unit"]), ledger.read(s.order, data["rest"]))


def wall(ledger: Ledger, s: State, data: Data) -> State:
    """A constraint of the claim becomes a wall: the new coordinate is the constraint itself."""
    pending = dict(s.pending)
    n = data["constraint"]
    ledger.require(n in pending, "wall", "a constraint that is not decided yet", str(n))
    i = ledger.variable(data["var"], s.small)
    u, r = ledger.read(s.order, data["unit"]), ledger.read(s.order, data["rest"])
    whole = u * algebra.gen(u.ring, i) + r
    fits = bool(whole) and algebra.primitive(whole) == algebra.primitive(pending[n])
    fits = fits or (bool(whole) and algebra.canonical(pending[n] - whole) in s.relations)  # made a coordinate before
    ledger.require(fits, "wall", f"the constraint {ledger.show(pending[n])}", ledger.show(whole))
    u0 = s.at_zero(u) * data["sign"]
    ledger.empty(s.stratum().and_(positive=(-u0,)), "wall", "U has not the stated sign")
    out = st.coordinate(ledger, s, i, u, r)
    small = {**out.small, i: Small(wall=True)}
    return constraints.without(replace(out, small=small), n)


def fold(ledger: Ledger, s: State, data: Data) -> State:
    """Everything is symmetric under var -> -var: half of the germ says it all."""
    i = ledger.variable(data["var"], s.small)
    ledger.require(not s.small[i].wall, "fold", "a variable that is no wall")
    for g in (*(g for ob in s.objects for g in ob.gens), *s.relations):
        parities = {e[i] % 2 for e in g}
        ledger.require(len(parities) <= 1, "fold", f"even or odd in {ledger.names[i]}", ledger.show(g))
    return replace(s, small={**s.small, i: replace(s.small[i], wall=True)})


def release(ledger: Ledger, s: State, data: Data) -> State:
    """The power of a divisor in K and in the measure is one of an object."""
    i = ledger.variable(data["var"], s.small)
    own = s.small[i]
    x = algebra.gen(ledger.ring, i)
    return replace(
        s,
        small={**s.small, i: Small(wall=own.wall)},
        objects=(*s.objects, Object((algebra.canonical(x),), (False,), own.k, own.h)),
    )


def unfold(ledger: Ledger, s: State, data: Data) -> State:
    """x = w², w of any sign: twice what x >= 0 is, dx = 2 |w| dw."""
    i = ledger.variable(data["var"], s.small)
    own = s.small[i]
    ledger.require(own.wall, "unfold", "a wall", ledger.names[i])

    def image(g: Poly) -> Poly:
        return algebra.monomial_substitution(g, i, 2, 1, {})

    out = st.mapped(s, lambda g: algebra.canonical(image(g)), image)
    return replace(out, small={**s.small, i: Small(own.k * 2, own.h * 2 + 1)})


def drop(ledger: Ledger, s: State, data: Data) -> State:
    """Generators left out make |K| smaller, so a lower bound of the threshold of the rest holds for the whole."""
    j, ob = _object(ledger, s, data)
    gone = {ledger.pick(ob.gens, which, "generator") for which in data["gens"]}
    ledger.require(len(gone) < len(ob.gens), "drop", "a generator that stays")
    ledger.require(ob.E > 0 and ob.H == 0, "drop", "an object of K alone")
    ledger.proved["drop"] += 1
    kept = [which for which in range(len(ob.gens)) if which not in gone]
    new = replace(ob, gens=tuple(ob.gens[which] for which in kept), sd=tuple(ob.sd[which] for which in kept))
    return replace(s.with_object(j, new), exact=False)


WAITING = ("wall", "inside", "restate", "ignore", "coordinate", "implicit", "squares")
"""Steps that may be taken before all constraints are decided."""
REAL = (
    *("squares", "gather", "sign", "nonnegative", "split_sd", "fold", "release", "unfold", "centre"),
    *("wall", "inside", "restate", "ignore"),
)
"""Steps that rest on signs, or on |x| for real x: not over C."""

STEPS: dict[str, Callable[[Ledger, State, Data], State]] = {
    "content": content,
    "factor": factor,
    "gcd": gcd,
    "merge": merge,
    "unit": unit,
    "combine": combine,
    "trim": trim,
    "root": root,
    "squares": squares,
    "gather": gather,
    "sign": sign,
    "nonnegative": nonnegative,
    "split_sd": split_sd,
    "complete": complete,
    "coordinate": coordinate,
    "implicit": implicit,
    "wall": wall,
    "inside": constraints.inside,
    "restate": constraints.restate,
    "ignore": constraints.ignore,
    "centre": centre,
    "fold": fold,
    "release": release,
    "unfold": unfold,
    "forget": forget,
    "drop": drop,
    "flow": flow,
    "nowhere": nowhere,
}

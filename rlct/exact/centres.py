"""Candidate centres of weighted blow-ups.  Pure functions of the chart; the search looks one step ahead and chooses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from rlct.exact.canonical import canonical_form
from rlct.exact.charts import Chart
from rlct.exact.gradings import by_weight, gradings
from rlct.exact.leaves import exponents, residual, supports
from rlct.exact.poly import Poly
from rlct.exact.polyhedra import minimal_points, newton_distance
from rlct.exact.work import Work

Centre = tuple[tuple[int, int], ...]  # (variable, weight)

FEWEST_ORDERED = 3  # variables of a centre whose order matters
HITTING_LIMIT = 60
LONG = 200  # longest generator whose factors are looked at
MARK = 1000003  # an exponent that no divisor has


def candidates(w: Work, failed: tuple[int, ...] | None, cones_first: bool = False) -> list[Centre]:
    """All centres worth looking at, the most promising kinds first, each once.

    `cones_first`: the vertex of a cone is blown up at once; otherwise only where some variable occurs squared
    (determinants and the like are better cut row by row).
    """
    c = w.chart
    out: dict[Centre, None] = {}
    smalls = c.smalls
    if failed is not None:
        out.setdefault(_centre(smalls, failed))
    if failed is not None and is_cone(c, failed) and (cones_first or not is_multilinear(c)):
        return [_centre(smalls, failed)]
    inner = inner_centres(c)
    if inner:
        return inner
    ones = [1] * len(smalls)
    if failed is None and is_cone(c, ones) and not is_multilinear(c):
        return [_centre(smalls, ones)]
    if failed is not None:
        out.setdefault(_centre(smalls, [x * used for x, used in zip(failed, _in_lowest_terms(c), strict=True)]))
    star = best_weight(c)
    if star is not None and sum(1 for x in star if x) >= 2:
        out.setdefault(_centre(smalls, star))
    for centre in (*factor_centres(w), *hitting_centres(c)):
        out.setdefault(centre)
    out.setdefault(tuple((i, 1) for i in smalls))
    return [centre for centre in out if len(centre) >= 2]


def ordered(c: Chart, centre: Centre) -> Centre:
    """The same centre with its cells in the order of weights that scalings have, if it does not begin with an extreme
    one: then those symmetries that are no scalings straighten each cell most, as on flag varieties."""
    scalings = gradings([*(g for ob in c.objects for g in ob.gens), *(r for _, r in c.relations)], c.order)
    if len(centre) < FEWEST_ORDERED or len(scalings) < 2:
        return centre
    place = {i: k for k, i in enumerate(c.order)}
    return tuple(centre[k] for k in by_weight([[Fraction(v[place[i]], x) for v in scalings] for i, x in centre]))


def _in_lowest_terms(c: Chart) -> list[bool]:
    """Which small variables occur in the lowest terms of what is left over: the others, of monomials and higher terms
    alone, would be blown up again and again."""
    out = [False] * len(c.smalls)
    for j, l in residual(c):
        exps = list({tuple(e[i] for i in c.smalls) for e, _ in c.objects[j].gens[l].terms})
        for e in (exps[k] for k in minimal_points(exps)):
            out = [used or x > 0 for used, x in zip(out, e, strict=True)]
    return out


def up_to_symmetry(c: Chart, centres: Sequence[Centre]) -> list[Centre]:
    """The centres without those that a symmetry of the chart maps to an earlier one."""
    out: dict[object, Centre] = {}
    for centre in centres:
        weights = dict(centre)
        small = {i: replace(s, k=s.k + MARK * weights.get(i, 0)) for i, s in c.small.items()}
        out.setdefault(canonical_form(replace(c, small=small)).key, centre)
    return list(out.values())


def _centre(smalls: Sequence[int], v: Sequence[int]) -> Centre:
    return tuple((i, x) for i, x in zip(smalls, v, strict=True) if x)


def best_weight(c: Chart) -> tuple[int, ...] | None:
    """The primitive weight that realises the Newton value of the term ideals."""
    k, q = exponents(c)
    objects = [(ob.E, p) for ob, p in zip(c.objects, supports(c), strict=True) if ob.E > 0]
    d = newton_distance(objects, k, q)
    return None if d.lam is None else d.weight


def hitting_centres(c: Chart) -> Iterator[Centre]:
    """Minimal sets of small variables that meet every residual term (of all objects, then of each one)."""
    small = set(c.small)
    per_object: dict[int, list[frozenset[int]]] = {}
    for j, l in residual(c):
        for e, _ in c.objects[j].gens[l].terms:
            per_object.setdefault(j, []).append(frozenset(i for i in small if e[i]))
    families = [[s for sets in per_object.values() for s in sets]]
    if len(per_object) > 1:
        families += list(per_object.values())
    seen: set[frozenset[int]] = set()
    for family in families:
        if any(not s for s in family):
            continue
        for hit in hitting_sets(family, HITTING_LIMIT):
            if len(hit) >= 2 and hit not in seen:
                seen.add(hit)
                yield tuple((i, 1) for i in c.smalls if i in hit)


def factor_centres(w: Work) -> Iterator[Centre]:
    """Weights of single factors of the generators, and minimal sets of small variables that meet every term of factors
    that share no variables with the others.

    Where functions of separate variables are multiplied and added up they are resolved one by one: a centre that mixes
    them leads nowhere.
    """
    c = w.chart
    blocks: list[tuple[frozenset[int], list[frozenset[int]]]] = []  # variables, and those of each term
    found: dict[Poly, None] = {}
    whole = True
    for j, l in residual(c):
        g = c.objects[j].gens[l]
        if len(g) > LONG:
            return
        factors = w.memory.factors(g.divide_monomial(c.smalls, g.content_in(c.smalls)))
        for q, _ in factors:
            whole = whole and len(q) in (1, len(g))
            if len(q) > 1:
                found.setdefault(q)
                sets = [frozenset(i for i in c.small if e[i]) for e, _ in q.terms]
                mine = frozenset(c.small) & q.variables
                met = [block for block in blocks if block[0] & mine]
                blocks = [block for block in blocks if not block[0] & mine]
                blocks.append((mine.union(*(vs for vs, _ in met)), sum((s for _, s in met), sets)))
    if whole and len(blocks) < 2:
        return
    _, h = exponents(c)
    for q in found:
        points = list({tuple(e[i] for i in c.smalls) for e, _ in q.terms})
        if all(map(any, points)):
            weight = newton_distance([(Fraction(1), points)], [Fraction(0)] * len(h), h).weight
            if sum(1 for x in weight if x) >= 2:
                yield _centre(c.smalls, weight)
    for _, family in blocks:
        for hit in hitting_sets(family, HITTING_LIMIT) if all(family) else ():
            if len(hit) >= 2:
                yield tuple((i, 1) for i in c.smalls if i in hit)


def is_cone(c: Chart, weights: Sequence[int]) -> bool:
    """Every residual generator is quasi-homogeneous: blowing up with these weights leaves a problem in fewer
    variables, times a power of the new divisor."""
    if not all(weights) or len(weights) < 3:
        return False
    todo = residual(c)
    gens = [c.objects[j].gens[l] for j, l in todo]
    cores = [g.divide_monomial(c.smalls, g.content_in(c.smalls)) for g in gens]
    if not frozenset().union(*(g.variables for g in cores)) >= c.small.keys():
        return False  # a variable of monomials alone would be blown up again and again
    for gen in gens:
        if len({sum(w * e[i] for w, i in zip(weights, c.smalls, strict=True)) for e, _ in gen.terms}) > 1:
            return False
    return True


def is_multilinear(c: Chart) -> bool:
    """No small variable occurs to a power above 1 in a residual generator."""
    return all(c.objects[j].gens[l].degrees[i] <= 1 for j, l in residual(c) for i in c.small)


def inner_centres(c: Chart) -> list[Centre]:
    """Centres for an ideal that is linear in a block of variables a and not multilinear in the others, I = Φ(b) a.

    Blowing up in b alone makes Φ diagonal up to units, and then every a_i a coordinate (the method of Aoyagi, *A
    Bayesian learning coefficient of generalization error and Vandermonde matrix-type singularities*, 2010); mixed
    centres do not end.
    """
    a = linear_block(c)
    if not a:
        return []
    small = set(c.small)
    families = []
    curved = False
    for j, l in residual(c):
        g = c.objects[j].gens[l]
        families.append([frozenset(i for i in small if e[i]) - a for e, _ in g.terms])
        curved = curved or any(g.degrees[i] > 1 for i in small - a if not c.small[i].is_divisor)
    if not curved:
        return []
    out: dict[Centre, None] = {}
    for family in [[s for f in families for s in f], *families]:
        if all(family):
            for hit in hitting_sets(family, HITTING_LIMIT):
                if len(hit) >= 2:
                    out.setdefault(tuple((i, 1) for i in c.smalls if i in hit))
    return list(out)


def linear_block(c: Chart) -> frozenset[int]:
    """Variables, no divisors, exactly one of which occurs (to power 1) in every term of every residual generator."""
    gens = [c.objects[j].gens[l] for j, l in residual(c)]
    if len(gens) < 2:
        return frozenset()
    allowed = {i for i, s in c.small.items() if not s.is_divisor and all(g.degrees[i] <= 1 for g in gens)}
    terms = {frozenset(i for i in allowed if e[i]) for g in gens for e, _ in g.terms}
    ordered = sorted(terms, key=lambda s: (len(s), sorted(s)))
    steps = 0

    def extend(block: frozenset[int], banned: frozenset[int]) -> frozenset[int] | None:
        nonlocal steps
        steps += 1
        if steps > 200:
            return None
        for s in ordered:
            hits = len(s & block)
            if hits > 1:
                return None
            if hits == 0:
                for i in sorted(s - banned):
                    found = extend(block | {i}, banned)
                    if found is not None:
                        return found
                    banned = banned | {i}
                return None
        return block

    return (extend(frozenset(), frozenset()) or frozenset()) if all(ordered) else frozenset()


def hitting_sets(family: Sequence[frozenset[int]], limit: int) -> list[frozenset[int]]:
    """Minimal hitting sets (smallest first, at most `limit`)."""
    edges = minimal_sets(family)
    partial: list[frozenset[int]] = [frozenset()]
    for edge in edges:
        hit = [p for p in partial if p & edge]
        grown = {p | {i} for p in partial if not p & edge for i in edge}
        partial = minimal_sets([*hit, *grown])
        if len(partial) > 8 * limit:
            partial = partial[: 8 * limit]
    return partial[:limit]


def minimal_sets(sets: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    out: list[frozenset[int]] = []
    for s in sorted(set(sets), key=lambda s: (len(s), sorted(s))):
        if not any(t <= s for t in out):
            out.append(s)
    return out

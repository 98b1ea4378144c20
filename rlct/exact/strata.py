"""Where to cut a stratum: a coefficient that may vanish, and how its zero set becomes a coordinate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rlct.exact import charts
from rlct.exact.charts import Chart, Step, encode
from rlct.exact.leaves import residual
from rlct.exact.nullstellensatz import simple_consequences
from rlct.exact.plane import critical_line, lines_through
from rlct.exact.poly import Exponent, Poly, TooLarge
from rlct.exact.polyhedra import minimal_points
from rlct.exact.real import System
from rlct.exact.tower import factors, inverse, remainder_on_stratum
from rlct.exact.work import Work

CUTS = 60  # polynomials looked at for one cut
CUT_TERMS = 400  # of polynomials to cut along
BITS = 60  # so many bits of a coefficient count as a degree
CONSEQUENCES = 4  # equations of the singular points to cut along
PROJECTED_DEGREE = 16  # of curves whose singular points are projected to an axis


@dataclass(frozen=True, slots=True)
class Split:
    """Cut along f: charts for f ≠ 0 and f = 0, and how the second one was made."""

    by: Poly
    how: Step
    children: tuple[Chart, Chart]


def minimal_exponents(es: Sequence[Exponent]) -> list[Exponent]:
    return [es[i] for i in minimal_points(es)]


def doubtful_coefficients(w: Work) -> dict[Poly, tuple[int, int]]:
    """Irreducible factors of coefficients of minimal terms that may vanish on the stratum, each with the least number
    of such factors in a coefficient it occurs in (the cut that soon makes a coefficient a unit comes first) and with
    minus how often it occurs."""
    c = w.chart
    out: dict[Poly, tuple[int, int]] = {}
    stratum = w.stratum
    for j, l in residual(c):
        g = c.objects[j].gens[l]
        parts = g.grouped(c.smalls)
        for e in minimal_exponents(list(parts)):
            f = parts[e]
            if f.is_constant:
                continue
            f = remainder_on_stratum(c, f)
            if not f or f.is_constant:
                continue
            doubtful = [q for q in pieces(w, f) if not w.memory.oracle.nowhere_zero(q, stratum)]
            for q in doubtful:
                few, often = out.get(q, (len(doubtful), 0))
                out[q] = min(few, len(doubtful)), often - 1
    return out


def pieces(w: Work, f: Poly) -> list[Poly]:
    """The irreducible factors of f, over the field of the dependent variables where f has one free variable."""
    c = w.chart
    relations = tuple((t, c.at_zero(r)) for t, r in c.relations)
    out: list[Poly] = []
    for q, _ in w.memory.factors(f):
        if relations and q.variables & set(c.free):
            key = relations, q
            if key not in w.memory.over_fields:
                w.memory.over_fields[key] = factors(c, q)
            out += w.memory.over_fields[key]
        else:
            out.append(q)
    return out


def choose_split(w: Work) -> Split | None:
    """The cheapest cut, or None when no coefficient is in doubt."""
    graph = _graph_of_an_ideal(w)
    if graph is not None:
        return graph
    line = critical_line(w)
    if line is not None:
        options, _ = options_of(w, line)
        if options:
            return cut_along(w.chart, line, min(options, key=lambda ro: ro[0])[1])
    return cheapest_cut(w, doubtful_coefficients(w))


def cheapest_cut(w: Work, doubtful: Mapping[Poly, tuple[int, int]]) -> Split | None:
    """The cheapest cut along one of the polynomials, or along what has to be cut first; None where there is none."""
    best: tuple[tuple[int, ...], Poly, tuple[str, int, Poly | None, Poly | None]] | None = None
    queue = list(doubtful.items())
    seen = {f for f, _ in queue}
    first = len(queue)
    while queue and len(seen) < CUTS:
        if first <= 0 and best is not None and best[0][0] == 0:
            break  # good enough; what else follows from the singular points costs more to find
        f, (few, often) = queue.pop(0)
        first -= 1
        options, deeper = options_of(w, f)
        for rank, option in options:
            cost = (rank, few, f.total_degree(), len(f), often)
            if best is None or cost < best[0]:
                best = cost, f, option
        if not options:
            for g in deeper:
                g = remainder_on_stratum(w.chart, g)
                if not g or len(g) > CUT_TERMS:
                    continue
                for q in pieces(w, g):
                    if q not in seen and not q.is_constant and not w.memory.oracle.nowhere_zero(q, w.stratum):
                        seen.add(q)
                        queue.append((q, (few, 0)))
    if best is None:
        return None
    return cut_along(w.chart, best[1], best[2])


def _graph_of_an_ideal(w: Work) -> Split | None:
    """In an open piece of the plane: a cut along a graph on which a generator of an ideal vanishes.

    What is left on it are polynomials in one variable: the zeros of the ideal on the graph need no line through them,
    on which a number of high degree would stand in every coefficient.
    """
    c = w.chart
    if c.small or c.relations or c.equations or len(c.free) != 2:
        return None
    best: tuple[tuple[int, int, int], Poly, Option] | None = None
    for ob in c.objects:
        for f in () if ob.principal else dict.fromkeys(q for g in ob.gens for q, _ in w.memory.factors(g)):
            if min(f.degrees[t] for t in c.free) > 1 or w.memory.oracle.nowhere_zero(f, w.stratum):
                continue
            for rank, option in options_of(w, f)[0]:
                cost = (rank, f.total_degree(), len(f))
                if option[0] == "solve" and (best is None or cost < best[0]):
                    best = cost, f, option
    return None if best is None else cut_along(c, best[1], best[2])


Option = tuple[str, int, Poly | None, Poly | None]


def options_of(w: Work, f: Poly) -> tuple[list[tuple[int, Option]], list[Poly]]:
    """Ways to make f a coordinate where it vanishes (with a rank: lower is better), and what to cut first otherwise."""
    c = w.chart
    stratum = w.stratum
    on_zero = System((*stratum.zero, f), stratum.nonzero, stratum.positive)
    oracle = w.memory.oracle
    free = [t for t in c.free if t in f.variables]
    options: list[tuple[int, Option]] = []
    deeper: list[Poly] = []
    if f.primitive() in c.equations:
        return [], []  # cut along already
    if not free:
        first = [q for g in _norm(w, f) for q in pieces(w, g) if not oracle.nowhere_zero(q, stratum)]
        return ([], first) if first else ([(4, ("equation", -1, None, None))], [])
    for t in free:
        if f.degrees[t] != 1:
            continue
        coeffs = f.coefficients(t)
        unit, rest = coeffs[1], coeffs.get(0, c.ring.zero)
        if unit.variables <= c.dependents:
            solved = _solved_in_place(w, f, t, unit, rest)
            if solved is not None:
                options.append((int(c.in_relations(t)), solved))
                continue
        if not c.in_relations(t):
            if unit.is_constant:
                options.append((0, ("solve", t, unit, rest)))
            elif oracle.nowhere_zero(unit, on_zero):
                options.append((1, ("solve", t, unit, rest)))
            else:
                deeper.append(unit)
    if options:
        return options, deeper
    spare = spare_variable(c)
    for t in free:
        try:
            det = jacobian(c, f, t)
        except TooLarge:
            continue
        if (det.is_constant and det) or oracle.empty(System((*on_zero.zero, det), on_zero.nonzero, on_zero.positive)):
            if spare is not None:
                options.append((2 + (f.degrees[t] > 2), ("etale", t, None, None)))
        elif det:
            deeper.append(det)
    if options or not deeper:
        return options, []
    plane = len(free) == 2 and not c.relations and f.total_degree() <= PROJECTED_DEGREE
    if plane and oracle.empty(System((*on_zero.zero, *deeper), on_zero.nonzero, on_zero.positive)):
        # a smooth curve that turns: apart from where it does, or between the lines through these points, it is a graph
        graphs = [g for g in deeper if min(g.degrees[t] for t in free) <= 1]
        lines = ((f.derivative(t), u) for t, u in (free, free[::-1]))
        return options, graphs or [q for g, u in lines for q in lines_through(w, (f, g), [u])]
    # singular points: the simplest equations they satisfy; in the plane their coordinates, one by one
    consequences = _simplest(simple_consequences([*on_zero.zero, *deeper]))
    found = [p for p in consequences[:CONSEQUENCES] if not p.is_constant]
    if plane:
        for t in free:  # vertical and horizontal lines leave a smooth curve; derivatives lead to new curves without end
            found += lines_through(w, (f, *deeper), [t])
    found += [g for g in deeper if len(g.variables) == 1]
    return options, _simplest(found or deeper)


def _norm(w: Work, f: Poly) -> list[Poly]:
    """A polynomial in free variables alone that is 0 on the stratum where f, in dependent ones, is; or nothing.

    On a curve the points where f = 0 are so found in the variable along which it is followed.
    """
    c = w.chart
    relations = [(t, c.at_zero(r)) for t, r in c.relations]
    if not any(r.variables & set(c.free) for _, r in relations):
        return []
    try:
        for t, r in reversed(relations):
            if t in f.variables:
                f = w.memory.resultant(f, r, t)
    except TooLarge:
        return []
    return [f.primitive()] if f and not f.is_constant and f.variables <= set(c.free) else []


def _solved_in_place(w: Work, f: Poly, t: int, unit: Poly, rest: Poly) -> Option | None:
    """f = unit·t + rest, the unit a number: t minus its value as the new coordinate, also where relations contain t.

    A branch that is followed through many blow-ups in this way needs no further dependent variable.
    """
    c = w.chart
    if not unit.is_constant:
        h = inverse(c, unit)
        if h is None:
            return None
        g = remainder_on_stratum(c, h * f)
        coeffs = g.coefficients(t)
        if g.degrees[t] != 1 or not coeffs[1].is_constant:
            return None
        unit, rest = coeffs[1], coeffs.get(0, c.ring.zero)
    if c.in_relations(t):
        whole = unit * c.ring.gen(t) + rest
        where = System((*w.stratum.zero, whole), w.stratum.nonzero, w.stratum.positive)
        if not w.memory.oracle.nowhere_zero(jacobian(c, whole, t), where):
            return None
    return "solve", t, unit, rest


def height(g: Poly) -> int:
    """Bits of the largest coefficient."""
    return max(abs(c).bit_length() for _, c in g.terms)


def _simplest(polys: list[Poly]) -> list[Poly]:
    return sorted(polys, key=lambda g: (g.total_degree() + height(g) // BITS, len(g)))


def jacobian(c: Chart, f: Poly, t: int) -> Poly:
    """det ∂(R_1..R_r, f)/∂(t_1..t_r, t) at small = 0."""
    rows = [r for _, r in c.relations] + [f]
    columns = [s for s, _ in c.relations] + [t]
    return determinant([[c.at_zero(r.derivative(s)) for s in columns] for r in rows], c.ring.one)


def determinant(m: list[list[Poly]], one: Poly) -> Poly:
    """Laplace expansion (the matrices here are tiny)."""
    if not m:
        return one
    total = one - one
    for i, x in enumerate(m[0]):
        if x:
            minor = determinant([row[:i] + row[i + 1 :] for row in m[1:]], one)
            total = total + x * minor if i % 2 == 0 else total - x * minor
    return total


def spare_variable(c: Chart) -> int | None:
    """A variable of the ring that the chart does not use."""
    for i in range(c.ring.n):
        if i not in c.order:
            return i
    return None


def cut_along(c: Chart, f: Poly, option: Option) -> Split:
    """The cut along f that makes it a coordinate in this way."""
    kind, t, unit, rest = option
    a = charts.split_nonzero(c, f)
    if kind == "solve":
        assert unit is not None and rest is not None
        how: Step = {"solve": c.name(t), "unit": encode(c, unit), "rest": encode(c, rest)}
        return Split(f, how, (a, charts.split_solve(c, t, unit, rest)))
    if kind == "etale":
        new = spare_variable(c)
        assert new is not None
        return Split(f, {"etale": c.name(t), "name": c.name(new)}, (a, charts.split_etale(c, f, t, new)))
    return Split(f, {"equation": True}, (a, charts.split_equation(c, f)))

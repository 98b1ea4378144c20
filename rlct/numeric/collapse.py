r"""Blocks in which all generators are affine, integrated out exactly; sequential Monte Carlo in log n on the rest.

With f_j = c_j(b) + Σ_i Φ_ji(b) a_i and a ~ N(0, σ²),

.. math::  \int e^{-n ‖c+Φa‖²} N(a) da = \det(I + 2nσ² Φ Φᵀ)^{-1/2} \exp(-n\, cᵀ (I + 2nσ² Φ Φᵀ)^{-1} c),

so Z(n) is an integral over b alone, and λ̂(n) = -d log Z / d log n is a mean over b.  A box density of `a` is replaced
by a normal one of the same scale around the point: both are positive and smooth there, so (λ, m) at the point is the
same.  Where walls or a region forbid that, one variable keeps its box and is integrated out by error functions
(`boxed`).  A block is a set of variables of degree <= 1 of which no two occur in one term; it is chosen as large as
possible.  Generators that share no `a` are separate blocks; equal ones are computed once.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from rlct.errors import EstimationError
from rlct.numeric.compile import Kernel, load_source
from rlct.numeric.emit import Emitter
from rlct.numeric.kernels import MOVES, NO_SLOPES, WORK, evaluate_all, evolve
from rlct.numeric.local import Node, Objective, Poly, Product, Terms, derivative, expanded, poly
from rlct.numeric.products import matrix_product
from rlct.numeric.runs import Run, bounds_of, repeat_runs, start_population, survivors
from rlct.numeric.watch import Watch

MIXES = (
    (0.14, 0.10, 0.36, 0.16, 0.14, 0.03, 0.07, 0.6, 0.4, 4.0),
    (0.08, 0.06, 0.30, 0.30, 0.16, 0.03, 0.07, 0.6, 0.3, 3.0),
)
"""Mixtures of moves in the order of `kernels.MOVES`. Steps in the metrics of `metrics.collapsed_metric` find curved
strata, which coordinate moves lose beyond log n = 20; they cost 30 times as much, so their weights are multiplied by
what the others waste: see `mixture`. The last one is for blocks whose coefficients are matrices of variables."""
METRIC = 0.2
"""Share of the metric steps that is left where moves along singular values do their work."""
START = -3.0
FALLEN = 300.0
"""-log Z from which on a fall like e^(-n K0) is taken for a K that stays away from 0."""


@dataclass(frozen=True, slots=True)
class Collapsed:
    """A problem with its affine block integrated out.

    Parameters
    ----------
    objective : box and density of the remaining variables (no generators are read from it).
    block : names of the variables integrated out.
    value : compiled; value(b, work) = log ∫ e^{-nK} da at log n = work[1]; work[2] = n E[K | b].
    depth : largest log n the arithmetic carries.
    seconds : compile time.
    """

    objective: Objective
    block: tuple[str, ...]
    value: Kernel
    jacobian: Kernel
    exponents: np.ndarray
    offsets: np.ndarray
    depth: float
    seconds: float

    @property
    def matrices(self) -> bool:
        """Is all of Φ made of matrices of variables, so that there are moves along singular values?"""
        return bool(self.offsets[1 + 3 * self.offsets[0]])


def _occurring(node: Node, d: int) -> set[int]:
    return {i for e in expanded(node, d) for i in range(d) if e[i]}


def affine_block(gens: Sequence[Terms], allowed: set[int]) -> tuple[int, ...]:
    """A largest set of allowed variables of degree <= 1, no two in one term (exact by branching up to 26, then greedy).

    Examples
    --------
    >>> from fractions import Fraction
    >>> one = Fraction(1)
    >>> affine_block([{(1, 1, 0): one, (0, 1, 1): one}], {0, 1, 2})
    (0, 2)
    """
    neighbours: dict[int, set[int]] = {i: set() for i in allowed}
    used: set[int] = set()
    for g in gens:
        for e in g:
            here = [i for i in allowed if e[i]]
            used.update(here)
            for i in here:
                if e[i] > 1:
                    neighbours.pop(i, None)
                elif i in neighbours:
                    neighbours[i].update(j for j in here if j != i)
    graph = {i: {j for j in s if j in neighbours} for i, s in neighbours.items() if i in used}

    def best(rest: frozenset[int], size: int, record: list[tuple[int, ...]], chosen: tuple[int, ...]) -> None:
        if size + len(rest) <= len(record[0]):
            return
        if not rest:
            record[0] = chosen
            return
        i = min(rest, key=lambda k: (len(graph[k] & rest), k))
        busy = graph[i] & rest
        best(rest - {i} - busy, size + 1, record, (*chosen, i))
        if busy:
            # either i or one of its neighbours is in a largest set
            for j in sorted(busy):
                best(rest - {j} - graph[j], size + 1, record, (*chosen, j))

    found: list[tuple[int, ...]] = [()]
    if len(graph) <= 26:
        best(frozenset(graph), 0, found, ())
    else:
        rest = set(graph)
        while rest:
            i = min(rest, key=lambda k: (len(graph[k] & rest), k))
            found[0] += (i,)
            rest -= {i} | graph[i]
    return tuple(sorted(found[0]))


def _factor(gens: Sequence[Terms], allowed: set[int]) -> tuple[int, ...]:
    """The larger factor of a matrix product; a largest set of variables may as well take some rows of one factor and
    the other columns of the other, which leaves no matrix."""
    found = matrix_product(gens)
    if found is None:
        return ()
    rows, columns = (tuple(sorted(v for line in lines for v in line)) for lines in found)
    return next((b for b in sorted((columns, rows), key=len, reverse=True) if allowed >= set(b)), ())


def _box_variable(gens: Sequence[Terms], obj: Objective, tied: set[int]) -> tuple[int, ...]:
    """The affine variable with a plain box density that occurs in most terms, as a block of one; () without one."""
    d = obj.d
    counts = {
        i: sum(1 for g in gens for e in g if e[i])
        for i in range(d)
        if i not in tied and not obj.normal[i] and all(e[i] <= 1 for g in gens for e in g)
    }
    best = max(counts, key=lambda i: (counts[i], -i), default=None)
    return (best,) if best is not None and counts[best] else ()


def collapse(obj: Objective, radius: float, most_left: int | None = None, boxes: bool = True) -> Collapsed | None:
    """The collapsed form of an objective, or None when it has no affine block.

    Parameters
    ----------
    obj : one object with E = 2 (an ideal, a square, a sum of squares); others cannot be collapsed.
    radius : standard deviation of the normal density given to the block at a point.
    most_left : None, or the largest number of variables that may be left.
    boxes : where there is no block for a normal density (walls, a region), one variable with a box density is
        integrated out in closed form (`boxed`).
    """
    start = time.perf_counter()
    d = obj.d
    gens = _as_sum_of_squares(obj)
    if gens is None or sum(map(len, gens)) > 3000:
        return None
    # a normal density reaches beyond the box: without a zero at the point itself all that it finds may lie there
    inside = not obj.local or all(abs(float(g.get((0,) * d, 0))) < 1e-9 for g in gens)
    tied: set[int] = set()
    for node in (*obj.walls, *(n for n, _ in obj.prior)):
        tied |= _occurring(node, d)
    allowed = {i for i in range(d) if i not in tied and (
        obj.normal[i] > 0 or (inside and obj.local and obj.lo[i] == -radius and obj.hi[i] == radius))}
    block = _factor(gens, allowed) or affine_block(gens, allowed)
    box: tuple[float, float] | None = None
    if not block and boxes:
        block = _box_variable(gens, obj, tied)
        box = (obj.lo[block[0]], obj.hi[block[0]]) if block else None
    if not block:
        return None
    rest = [i for i in range(d) if i not in block]
    if most_left is not None and len(rest) > most_left:
        return None
    sd = np.array([obj.normal[i] or radius for i in block])
    parts, simple = _parts(gens, block, rest)
    if box is not None:
        # the best a of several generators with offsets is known to rounding only
        simple = simple and all(len(phi) == 1 or not any(any(c) for c in offsets) for phi, _, offsets in parts)
        sd = np.array([(box[1] - box[0]) / math.sqrt(12.0)])
    text = _source(parts, sd, obj, rest, box)
    module, _ = load_source(text)
    keep = replace(
        obj, variables=tuple(obj.variables[i] for i in rest), objects=(), prior=(), walls=(),
        lo=tuple(obj.lo[i] for i in rest), hi=tuple(obj.hi[i] for i in rest),
        centre=tuple(obj.centre[i] for i in rest), normal=tuple(obj.normal[i] for i in rest))
    if obj.prior:
        # only its presence is read: draws are then weighted by the density that `value` reports
        keep = replace(keep, prior=obj.prior)
    columns = [float(sd[a]) for _, order, _ in parts for a in order]
    return Collapsed(keep, tuple(obj.variables[i] for i in block), module.value, module.jacobian, np.array(columns),
                     _layout(parts), 300.0 if simple else 64.0, time.perf_counter() - start)


def _layout(parts: list[Part]) -> np.ndarray:
    """What `metrics.collapsed_metric` and `singular.singular_move` read: number of parts, (J, A, M) of each, number of
    matrices, each of them, rows of the metric, rows of f."""
    sizes = [(len(phi), len(order), len(offsets)) for phi, order, offsets in parts]
    metric = sum(m * copies + m * max(m, n) for m, n, copies in sizes)
    found = [_matrix(phi) for phi, _, offsets in parts if not any(any(c) for c in offsets)]
    # only where they are all that there is: elsewhere the other moves have more to do
    matrices = found if len(found) == len(parts) and all(found) else []
    rows = sum(m * (n + k) for m, n, k in sizes)
    return np.array([len(parts), *itertools.chain(*sizes), len(matrices), *itertools.chain(*matrices), metric, rows],
                    np.int64)


def _matrix(phi: tuple[tuple[Terms, ...], ...]) -> list[int]:
    """Where Φ is a matrix of different variables: its columns (the smaller side), rows, and the variable of each entry,
    column by column; [] elsewhere."""
    entries = [[next(iter(t)) if len(t) == 1 else () for t in row] for row in phi]
    if min(len(phi), len(phi[0])) < 2 or any(sum(e) != 1 for row in entries for e in row):
        return []
    which = [[e.index(1) for e in row] for row in entries]
    if len({v for row in which for v in row}) < len(phi) * len(phi[0]):
        return []
    columns = list(zip(*which, strict=True)) if len(phi) >= len(phi[0]) else which
    return [len(columns), len(columns[0]), *itertools.chain(*columns)]


def _as_sum_of_squares(obj: Objective) -> list[Terms] | None:
    """Generators f_j with K = Σ f_j²: of an ideal, or of a product of even powers, ∏ g^(2k) ‖I‖² = ‖∏ g^k · I‖²."""
    d = obj.d
    if d == 0 or not any(_occurring(g, d) for gens, _ in obj.objects for g in gens):
        return None
    several = [gens for gens, e in obj.objects if len(gens) > 1]
    if len(several) > 1 or any(not gens or e % 2 or (len(gens) > 1 and e != 2.0) for gens, e in obj.objects):
        return None
    common: Node = Product(tuple((gens[0], int(e) // 2) for gens, e in obj.objects if len(gens) == 1))
    whole = several[0] if several else (Poly((((0,) * d, Fraction(1)),)),)
    if sum(len(expanded(g, d)) for gens, _ in obj.objects for g in gens) > 300:
        return None
    return [expanded(Product(((common, 1), (g, 1))), d) for g in whole]


Part = tuple[tuple[tuple[Terms, ...], ...], tuple[int, ...], list[tuple[Terms, ...]]]
"""Φ as rows of polynomials in the rest, the columns as positions in the block, and the offsets c of its copies."""


def _parts(gens: Sequence[Terms], block: tuple[int, ...], rest: Sequence[int]) -> tuple[list[Part], bool]:
    """Φ and c, split into connected components, equal ones joined; and whether no cancellation can occur."""
    position = {v: k for k, v in enumerate(block)}
    rows: list[tuple[dict[int, Terms], Terms]] = []
    for g in gens:
        coefficient: dict[int, Terms] = {}
        constant: Terms = {}
        for e, c in g.items():
            inner = tuple(e[i] for i in rest)
            a = [position[i] for i in block if e[i]]
            (coefficient.setdefault(a[0], {}) if a else constant)[inner] = c
        rows.append((coefficient, constant))
    groups: list[tuple[set[int], list[int]]] = []
    for j, (coefficient, _) in enumerate(rows):
        columns = set(coefficient)
        members = [j]
        for other in [g for g in groups if g[0] & columns]:
            columns |= other[0]
            members = other[1] + members
            groups.remove(other)
        groups.append((columns, members))
    parts: list[Part] = []
    for columns, members in groups:
        order = tuple(sorted(columns))
        phi = tuple(tuple(rows[j][0].get(a, {}) for a in order) for j in members)
        offset = tuple(rows[j][1] for j in members)
        for known in parts:
            if known[0] == phi and order and not any(offset) and not any(any(c) for c in known[2]):
                known[2].append(offset)
                break
        else:
            parts.append((phi, order, [offset]))
    simple = all(
        min(len(phi), len(order)) <= 1 and all(len(t) <= 1 for row in phi for t in row)
        and all(len(c) <= 1 for offset in offsets for c in offset) for phi, order, offsets in parts)
    return parts, simple


def _source(parts: list[Part], sd: np.ndarray, obj: Objective, rest: Sequence[int],
            box: tuple[float, float] | None = None) -> str:
    """Generated module: `value`, and `jacobian` of Φ and c of all parts (in the order of `_layout`)."""
    r = len(rest)
    em = Emitter(r)
    pr = Emitter(r, "p")
    lines: list[str] = []
    allocate: list[str] = []
    for k, (phi, order, offsets) in enumerate(parts):
        rows, columns = len(phi), len(order)
        if columns == 0:
            # generators without a variable of the block: plain squares
            for c in (c for offset in offsets for c in offset):
                t = em.named(em.flat(c))
                lines += [f"q = n * {t} * {t}", "total -= q", "slope += q"]
            continue
        if box is None and not any(any(c) for offset in offsets for c in offset):
            # the smaller side as the columns of V; `log_determinant` has its room in the same array
            turn = rows < columns
            small, large = (rows, columns) if turn else (columns, rows)
            allocate.append(f"phi{k} = np.empty(({small + 1}, {small + large + 1}))")
            for j, row in enumerate(phi):
                for i, terms in enumerate(row):
                    place, factor = (j, i) if turn else (i, j), float(sd[order[i]])
                    entry = f"{em.flat(terms)} * root{'' if factor == 1.0 else f' * {factor!r}'}" if terms else "0.0"
                    lines.append(f"phi{k}[{place[0]}, {place[1]}] = {entry}")
            copies = len(offsets)
            lines += [f"v, q = log_determinant(phi{k}, {large}, {small}, work[3] == 0.0)", f"total -= {copies} * v",
                      f"slope += {copies} * q"]
            continue
        allocate += [f"phi{k} = np.empty(({rows}, {columns}))", f"c{k} = np.empty(({len(offsets)}, {rows}))",
                     f"s{k} = np.empty({columns})"]
        for j, row in enumerate(phi):
            for i, terms in enumerate(row):
                lines.append(f"phi{k}[{j}, {i}] = {em.flat(terms)}")
        for i, a in enumerate(order):
            lines.append(f"s{k}[{i}] = {float(sd[a])!r}")
        for m, offset in enumerate(offsets):
            for j, terms in enumerate(offset):
                lines.append(f"c{k}[{m}, {j}] = {em.flat(terms)}")
        term = f"collapsed_term(phi{k}, c{k}, s{k}, logn)"
        if box is not None:
            term = f"boxed_term(phi{k}, c{k}, {box[0]!r}, {box[1]!r}, logn)"
        lines += [f"v, q = {term}", "total += v", "slope += q"]
    checks: list[str] = []

    def reduced(node: Node) -> Terms:
        return {tuple(e[i] for i in rest): c for e, c in expanded(node, obj.d).items()}

    for wall in obj.walls:
        checks += [f"if {pr.named(pr.flat(reduced(wall)))} < 0.0:", "    density = -inf"]
    for node, exponent in obj.prior:
        t = pr.named(pr.flat(reduced(node)))
        checks += [f"if {t} != 0.0:", f"    density += {exponent!r} * log(fabs({t}))",
                   "else:", "    density = -inf" if exponent > 0 else "    density = density"]
    for i, v in enumerate(rest):
        if obj.normal[v]:
            checks.append(f"density -= w{i} * w{i} * {0.5 / obj.normal[v] ** 2!r}")
    body = [f"w{i} = w[{i}]" for i in range(r)] + ["density = 0.0", *pr.lines, *checks, "work[0] = density",
            "logn = work[1]", "n = exp(logn)", f"root = exp(0.5 * logn + {0.5 * math.log(2.0)!r})", "total = 0.0",
            "slope = 0.0", *allocate, *em.lines, *lines, "work[2] = slope", "return total"]
    return "\n".join([
        '"""Generated: a collapsed problem."""', "from math import exp, fabs, inf, log", "",
        "import numpy as np", "from numba import float64, njit, types", "",
        "from rlct.numeric.boxed import boxed_term",
        "from rlct.numeric.linear import collapsed_term, log_determinant", "", "",
        "@njit(float64(float64[::1], float64[::1]), cache=True, nogil=True)", "def value(w, work):",
        *("    " + s for s in body), "", "",
        "@njit(types.void(float64[::1], float64[::1], float64[:, ::1]), cache=True, nogil=True)",
        "def jacobian(w, F, J):", *("    " + s for s in _gradients(parts, r)), ""])


def _gradients(parts: list[Part], r: int) -> list[str]:
    """Lines that fill F with Φ (row by row) and c of each part, and J with their derivatives."""
    em = Emitter(r)
    assign: list[str] = []
    entries = [t for phi, _, offsets in parts for t in (*itertools.chain(*phi), *itertools.chain(*offsets))]
    for row, terms in enumerate(entries):
        assign.append(f"F[{row}] = {em.flat(terms)}")
        for i in range(r):
            slope = derivative(poly(terms), i, r)
            assert isinstance(slope, Poly)
            if slope.terms:
                assign.append(f"J[{row}, {i}] = {em.flat(slope.as_dict())}")
    return [*(f"w{i} = w[{i}]" for i in range(r)), "J[:] = 0.0", *em.lines, *assign, "return"]


def mixture(mix: int, stats: np.ndarray, matrices: bool = False) -> np.ndarray:
    """Cumulative probabilities of the moves, from how often the plain ones were accepted so far.

    `matrices`: all that Φ holds are matrices of variables (`_layout`), and there is no c.
    Half or more accepted (in the mean over the moves): metric steps get hardly a try, each costs 30 plain ones; a tenth
    accepted: two thirds of all tries (first mixture).
    """
    weights = np.array(MIXES[mix])
    tried = stats[:7, 0]
    accepted = float(np.mean(stats[:7, 1] / np.maximum(tried, 1))) if tried.any() else 0.3
    weights[7:9] *= min(2.0, max(0.005, 2.2 - 4.5 * accepted))
    if matrices:
        weights[7:9] *= METRIC
    else:
        weights = weights[:9]
    cdf = np.cumsum(weights / weights.sum())
    cdf[-1] = 1.0
    return cdf


def temper(target: Collapsed, *, particles: int = 1000, sweeps: int = 6, mix: int = 0, L_max: float = 60.0,
           seed: int = 0, watch: Watch | None = None) -> Run:
    """One run of sequential Monte Carlo in log n from n = e^-3, steps of 1 (less where the weights spread).

    It starts from the density itself: started near the zero set it would stay in one stratum.
    """
    obj = target.objective
    top = min(L_max, target.depth)
    if obj.d == 0:
        return _closed_form(target, particles, top, mix)
    lo, hi, half, _ = bounds_of(obj)
    pop = start_population(target, particles, seed, START)
    generator = np.random.default_rng(np.random.SeedSequence([seed, 2]))
    stats = np.zeros((len(MOVES), 2), np.int64)
    level = START
    levels, logs, noise = [level], [float(np.log(np.mean(np.exp(pop.values))))], [0.0]
    evaluations = particles
    limit = "L_max"
    old = pop.values.copy()
    weights = np.exp(old - old.max())
    pick = survivors(weights, generator)
    for a in (pop.points, pop.values, pop.dens, pop.extra):
        a[:] = a[pick]
    while level < top - 1e-9:
        cdf = mixture(mix, stats, target.matrices)
        evaluations += evolve(pop.points, pop.values, pop.dens, pop.extra, level, 2, sweeps, cdf, max(4.0, level + 4.0),
                              lo, hi, half, target.value, target.jacobian, target.exponents, target.offsets, pop.rng,
                              stats, NO_SLOPES)
        old = pop.values.copy()
        step = 1.0
        while True:
            evaluate_all(pop.points, pop.values, pop.dens, pop.extra, level + step, target.value)
            evaluations += particles
            ratio = pop.values - old
            if not np.isfinite(ratio).all():
                ratio = np.where(np.isfinite(ratio), ratio, -np.inf)
            if not np.isfinite(ratio.max()):
                raise EstimationError("the collapsed likelihood is not finite; use method='volume'")
            weights = np.exp(ratio - ratio.max())
            if weights.sum() ** 2 > 0.3 * particles * (weights**2).sum() or step < 0.05:
                break
            step *= 0.5
        level += step
        mean = float(weights.mean())
        spread = float(weights.var()) / mean**2 / particles
        # the mean is unbiased, its logarithm is low by half its variance
        logs.append(logs[-1] + float(ratio.max()) + math.log(mean) + 0.5 * spread)
        noise.append(noise[-1] + spread)
        levels.append(level)
        if _exponential(levels, logs):
            limit = "bounded"
            break
        pick = survivors(weights, generator)
        for a in (pop.points, pop.values, pop.dens, pop.extra):
            a[:] = a[pick]
        if watch is not None and watch.over():
            limit = watch.reason()
            break
    if limit == "L_max" and top >= target.depth:
        limit = "roundoff"
    return Run(np.array(levels), np.array(logs), np.array(noise), particles, evaluations,
               stats[:, 1] / np.maximum(stats[:, 0], 1), limit, mix)


def _exponential(levels: list[float], logs: list[float]) -> bool:
    """Does Z(n) fall like e^(-n K0), K0 > 0, in the last three units of log n? K does not come near 0 then."""
    if logs[-1] > -FALLEN or levels[-1] - levels[0] < 4.0:
        return False
    back = np.interp(levels[-1] - np.arange(4.0), levels, logs)
    return bool(np.all(np.abs(np.diff(np.log(-back)) + 1.0) < 0.02))


def _closed_form(target: Collapsed, particles: int, top: float, mix: int) -> Run:
    """Nothing is left: Z(n) itself."""
    levels = np.arange(START, top + 1e-9, 0.5)
    work = np.zeros(WORK)
    logs = []
    for level in levels:
        work[1] = level
        logs.append(target.value(np.zeros(0), work))
    limit = "bounded" if _exponential(levels.tolist(), logs) else "L_max"
    return Run(levels, np.array(logs), np.zeros(len(levels)), particles, len(levels), np.zeros(len(MOVES)), limit, mix)


def temper_repeats(target: Collapsed, *, repeats: int = 4, particles: int = 1000, sweeps: int = 6,
                   mixes: Sequence[int] = (0, 1), L_max: float = 60.0, seed: int = 0, watch: Watch | None = None,
                   threads: int = 2) -> tuple[Run, ...]:
    """Independent repeats for each mixture of moves, done in time (see `runs.repeat_runs`)."""

    def one(k: int, own: int, until: Watch) -> Run:
        return temper(target, particles=particles, sweeps=sweeps, mix=k, L_max=L_max, seed=own, watch=until)

    return repeat_runs(one, repeats, mixes, seed, watch or Watch(), threads)

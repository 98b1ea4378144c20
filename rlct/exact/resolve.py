"""The budgeted branch-and-bound search: a chart in, a proved lower bound, a realised upper bound and certificate nodes
out.

One node: normal form, lower bound (prune), upper bound, memo, leaves, splits into independent parts, scalings, strata,
blow-up.  Value of a node: the worst threshold over its stratum.  `low` is always proved; `up` is always realised; the
search ends exact when they agree.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from rlct.exact import charts
from rlct.exact.approximate import approximate_roots
from rlct.exact.blowup import cells, fits
from rlct.exact.canonical import Canonical, canonical_form
from rlct.exact.centres import Centre, candidates, ordered, up_to_symmetry
from rlct.exact.charts import Chart, Step
from rlct.exact.composite import Composite, composite
from rlct.exact.discriminant import discriminant_step
from rlct.exact.implicit import etale_step, implicit_step, smooth_factor_step
from rlct.exact.jung import by_projection, is_fit
from rlct.exact.leaves import (
    INFINITE,
    Upper,
    crude_bound,
    essential,
    is_resolved,
    monomial_bound,
    newton_leaf,
    toric_upper,
)
from rlct.exact.limits import Limits, OutOfBudget, TooFew
from rlct.exact.measure import Dropped, generators_of_high_order, left_over, lowest, promise, signature
from rlct.exact.norms import norm_step, regular_generator_step
from rlct.exact.outcomes import Context, Outcome, worse
from rlct.exact.parts import Parts, product_groups, sum_groups
from rlct.exact.placing import place
from rlct.exact.poly import TooLarge
from rlct.exact.powers import by_power
from rlct.exact.reduce import busy_step, normal_form
from rlct.exact.scaling import normalisable, normalised
from rlct.exact.sections import by_sections
from rlct.exact.sections import is_fit as is_space
from rlct.exact.snc import snc_leaf
from rlct.exact.strata import Split, choose_split
from rlct.exact.terms import terms_leaf
from rlct.exact.ways import plan
from rlct.exact.work import Memory, Work
from rlct.values import Threshold

NEWTON_VARIABLES = 4
NEWTON_POINTS = {1: 400, 2: 200, 3: 60, 4: 26}
DEPTH_LIMIT = 450  # three entries for each chart
AGAIN = 4  # how much more is left where the lowest terms come again
CENTRES_FIRST = 10
SYMMETRIC = 5  # more small variables than that: look for centres that a symmetry maps to others


Memo = dict[Any, dict[frozenset[Any], tuple[Canonical, Outcome]]]  # by shape, then by conditions f ≠ 0


@dataclass
class Solver:
    """State of one computation."""

    memory: Memory
    limits: Limits
    progress: Callable[[int], None] = lambda n: None
    nodes: list[dict[str, Any]] = field(default_factory=list)
    visited: int = 0
    memo: Memo = field(default_factory=dict)
    relaxed: Memo | None = None  # what an attempt that may be given up finishes, while it goes on
    lenient: Memo = field(default_factory=dict)  # what earlier attempts finished that are only to give a lower bound
    bounding: bool = False  # an attempt of that kind goes on
    way: str = "cells"  # of the present attempt: one of ways.WAYS
    until: float | None = None  # stop this attempt at that time (monotonic)
    quota: int | None = None  # stop this attempt when so many charts have been visited
    methods: dict[str, int] = field(default_factory=dict)

    # ---------------------------------------------------------------- bookkeeping
    def node(self, w: Work, end: Step, low: Threshold, up: Upper | None, closed: bool = True) -> Outcome:
        """A node of the certificate: the steps of a chart and its end."""
        self.nodes.append({"steps": w.steps, "end": end})
        self.methods[end["end"]] = self.methods.get(end["end"], 0) + 1
        return Outcome(low, up, len(self.nodes) - 1, closed)

    def open_node(self, w: Work, up: Upper | None = None) -> Outcome:
        return self.node(w, {"end": "open"}, crude_bound(w.chart), up, closed=False)

    @property
    def spent(self) -> bool:
        """The budget, or that of the present attempt, is used up."""
        if self.limits.over(self.visited) or (self.quota is not None and self.visited >= self.quota):
            return True
        return self.until is not None and time.monotonic() > self.until

    def tick(self) -> None:
        if self.spent:
            raise OutOfBudget

    def prepare(self, chart: Chart) -> Work:
        """The chart in normal form."""
        w = Work(chart, self.memory)
        etale_step(w)
        normal_form(w, self.tick)
        return w

    # ---------------------------------------------------------------- the root
    def start(self, w: Work, ctx: Context) -> Outcome:
        """Solve a root chart whose first steps (walls, squares, shorter coordinates) are already recorded in `w`.

        When the search grows long it starts again in another of the WAYS (what is finished is remembered).
        """
        if self.limits.over(self.visited):
            return self.open_node(w, None)
        if w.chart.pending:
            return place(self, w, ctx)
        try:
            normal_form(w, self.tick)
        except (OutOfBudget, TooLarge):
            return self.open_node(w, None)
        choices = generators_of_high_order(w.chart)
        attempts: list[Outcome] = []
        d = len(w.chart.order) - len(w.chart.relations)
        for number in count():
            slices = not w.chart.over_c and (d > 3 or self._fits_slices(w.chart))
            for way, most, seconds in plan(d, number, slices):
                self.until = None if seconds is None else time.monotonic() + seconds
                if way == "fewer":
                    choices, proof = self._fewer(w.chart, choices, ctx, most)
                    if proof is not None:
                        return self._together(w, attempts, proof)
                    continue
                attempts.append(self._attempt(Work(w.chart, self.memory), ctx, most, way))
                self.until = None
                loose = way == "jung" and not ctx.hopeless(attempts[-1].low)  # a multiplicity may be too large
                if (attempts[-1].closed and not loose) or self.limits.over(self.visited):
                    return self._together(w, attempts, None)
            self.memory.be_patient()
        raise AssertionError("without end")

    def _fits_slices(self, c: Chart) -> bool:
        """A point, or an open piece, of space."""
        return is_fit(c, self.memory.patience) or is_space(c, self.memory.patience)

    def _attempt(self, w: Work, ctx: Context, quota: int | None, way: str = "cells") -> Outcome:
        """Solve a chart in normal form with so many more charts (None: whatever the budget allows)."""
        self.quota = None if quota is None else self.visited + quota
        self.way = way
        try:
            return self.solve_prepared(w, ctx, ())
        finally:
            self.quota, self.way = None, "cells"

    def bounded(self, w: Work, best: Threshold | None, quota: int) -> Outcome | None:
        """A proof that a chart, which may be worse than the one in question, is no worse than `best`; else None.

        Raises TooFew when it is worse.  Nothing that an unsuccessful attempt finished is referred to later.
        """
        self.relaxed, self.bounding = {}, True
        try:
            normal_form(w, self.tick)
            out = self._attempt(w, Context(best, best), quota)
        except (OutOfBudget, TooLarge):
            return None
        finally:
            found, self.relaxed, self.bounding = self.relaxed, None, False
        if not out.closed or out.low < (INFINITE if best is None else best):
            return None
        for shape, known in found.items():
            self.lenient.setdefault(shape, {}).update(known)
        return replace(out, up=None)

    def _fewer(
        self, chart: Chart, choices: list[Dropped], ctx: Context, quota: int
    ) -> tuple[list[Dropped], Outcome | None]:
        """A lower bound as good as what is realised, from fewer generators; and the choices not yet refuted.

        The fewest that are not refuted at once are most likely enough: they get more charts than others.
        """
        left: list[Dropped] = []
        for j, gone in choices:
            w = Work(chart, self.memory)
            w.do(charts.drop(chart, j, gone))
            try:
                out = self.bounded(w, ctx.best, quota // 2 if left else quota * 3)
            except TooFew:
                continue
            if out is not None:
                return [], out
            left.append((j, gone))
        return left, None

    def _together(self, w: Work, attempts: list[Outcome], proof: Outcome | None) -> Outcome:
        """One node from several treatments of one chart (all of them: later charts may refer to what they finished)."""
        treatments = [*attempts, *([] if proof is None else [proof])]
        low = max(o.low for o in treatments)
        closed = proof is not None or attempts[-1].closed
        if len(treatments) == 1:
            only = self.nodes[attempts[0].node]
            only["steps"] = w.steps + only["steps"]
            return replace(attempts[0], low=low)
        up: Upper | None = None
        for n, out in enumerate(attempts):
            if out.up is not None:
                up = worse(up, out.up.below(n))
        return self.node(w, {"end": "either", "children": [o.node for o in treatments]}, low, up, closed)

    # ---------------------------------------------------------------- one node
    def solve(self, chart: Chart, ctx: Context) -> Outcome:
        """Solve a chart that is not yet in normal form."""
        w = Work(chart, self.memory)
        if self.limits.over(self.visited):
            return self.open_node(w, None)
        try:
            normal_form(w, self.tick)
        except (OutOfBudget, TooLarge):
            return self.open_node(w, None)
        return self.solve_prepared(w, ctx, ())

    def solve_prepared(self, w: Work, ctx: Context, trail: tuple[Any, ...]) -> Outcome:
        """Solve a chart in normal form (its steps are recorded in `w`)."""
        self.visited += 1
        self.progress(self.visited)
        up: Upper | None = None
        try:
            if w.stratum_empty():
                return self.node(w, {"end": "empty"}, INFINITE, None)
            bound = monomial_bound(w.chart)
            if bound is not None and (ctx.hopeless(bound[0]) or bound[0] == INFINITE):
                return self.node(w, bound[1], bound[0], None)
            before = ctx.best
            up = toric_upper(w, ctx.best)
            self.realised(ctx, up)
            if bound is not None and (is_resolved(w.chart) or ctx.hopeless(bound[0])):
                return self.node(w, bound[1], bound[0], up)
            form = canonical_form(w.chart)
            known = self._remembered(w, form, ctx, up)
            if known is not None:
                return known
            if self.spent or len(trail) > DEPTH_LIMIT:
                return self.open_node(w, up)
            out = self._branch(w, ctx, up, (*trail, form.key, signature(w.chart), lowest(w.chart)))
            if out is None:  # in another coordinate, where what is realised here has to be proved again
                ctx.best = before
                normal_form(w, self.tick)
                return self.solve_prepared(w, ctx, trail)
        except (OutOfBudget, TooLarge):
            return self.open_node(w, up)
        if out.closed:
            memo = self.memo if self.relaxed is None else self.relaxed
            memo.setdefault(form.shape, {})[form.nonzero] = (form, out)
        return out

    def realised(self, ctx: Context, up: Upper | None) -> None:
        if up is not None and (ctx.best is None or up.value < ctx.best):
            ctx.best = up.value
            if ctx.target is not None and up.value < ctx.target:
                raise TooFew

    def _remembered(self, w: Work, form: Canonical, ctx: Context, up: Upper | None) -> Outcome | None:
        found = self._find(form, ctx)
        if found is None:
            return None
        there, out = found
        equal = there.nonzero == form.nonzero
        names = w.chart.ring.names
        pairs = [
            [names[a], names[b], s * t]
            for a, b, s, t in zip(form.order, there.order, form.signs, there.signs, strict=True)
        ]
        if equal:
            self.realised(ctx, out.up)
            if out.up is not None and (up is None or out.up.value < up.value):
                up = out.up
        return self.node(w, {"end": "same", "node": out.node, "map": pairs}, out.low, up)

    def _find(self, form: Canonical, ctx: Context) -> tuple[Canonical, Outcome] | None:
        """A finished chart that is the same, or the same with fewer conditions f ≠ 0 (a larger stratum, so its lower
        bound holds here) and no better than what is already realised."""
        for memo in (self.relaxed or {}, self.lenient if self.bounding else {}, self.memo):
            known = memo.get(form.shape, {})
            hit = known.get(form.nonzero)
            if hit is not None and (hit[1].tight or ctx.hopeless(hit[1].low)):
                return hit
            for conditions, larger in known.items():
                if conditions < form.nonzero and ctx.hopeless(larger[1].low):
                    return larger
        return None

    # ---------------------------------------------------------------- moves
    def _branch(self, w: Work, ctx: Context, up: Upper | None, trail: tuple[Any, ...]) -> Outcome | None:
        """The first leaf, cut or blow-up that applies; None after a change of coordinates."""
        failed = None
        n = len(w.chart.smalls)
        fan = 1 <= n <= NEWTON_VARIABLES and sum(len(p) for p in essential(w.chart)) <= NEWTON_POINTS[n]
        if n > 3 or not fan:
            done = self._leaf(w, ctx, up, terms_leaf(w, ctx.best))
            if done is not None:
                return done
        if fan:
            newton = newton_leaf(w, ctx.best)
            failed = newton.failed
            if newton.end is not None and newton.low is not None:
                done = self._leaf(w, ctx, up, (newton.low, newton.end, newton.upper), final=n == 1)
                if done is not None:
                    return done
        done = self._leaf(w, ctx, up, snc_leaf(w, ctx.best))
        if done is not None:
            return done
        parts = product_groups(w.chart) or sum_groups(w.chart) or composite(w.chart, w.memory.factors)
        if parts is not None:
            return self._parts(w, parts, ctx, up)
        scaled = self._normalise(w, ctx, up, trail)
        if scaled is not None:
            return scaled
        done = by_sections(self, w, ctx, up, trail) if self.way == "jung" else None
        if done is not None:
            return done
        split = choose_split(w)
        if split is not None:
            return self._split(w, split, ctx, up, trail)
        if n < 2:
            return self.open_node(w, up)
        done = by_power(self, w, ctx, up, trail)
        if done is not None:
            return done
        # at irrational points what follows is slow; and in later rounds it may have gone on for ever
        if self.way == "jung" and (w.chart.relations or self.memory.patience > 1):
            out = by_projection(self, w, ctx, up, trail)
            if out is not None:
                return out
        if norm_step(w) or discriminant_step(w) or implicit_step(w) or smooth_factor_step(w):
            return None
        if busy_step(w, self.tick) or regular_generator_step(w):
            return None
        if self.way == "jung" and not w.chart.relations and self.memory.patience == 1:
            out = by_projection(self, w, ctx, up, trail)
            if out is not None:
                return out
        done = by_power(self, w, ctx, up, trail, squares=True)
        if done is not None:
            return done
        return self._blow_up(w, failed, ctx, up, trail)

    def _leaf(
        self,
        w: Work,
        ctx: Context,
        up: Upper | None,
        found: tuple[Threshold, Step, Upper | None] | None,
        final: bool = False,
    ) -> Outcome | None:
        """The node of a leaf where its value is attained, or cannot matter (or nothing better will follow)."""
        if found is None:
            return None
        low, end, other = found
        better = worse(up, other)
        self.realised(ctx, better)
        if (better is not None and not low < better.value) or ctx.hopeless(low) or final:
            return self.node(w, end, low, better)
        return None

    def _parts(self, w: Work, parts: Parts | Composite, ctx: Context, up: Upper | None) -> Outcome:
        """Independent blocks are solved alone; of a product, no block need be solved that is less singular than another
        one, or than what is realised elsewhere."""
        product = isinstance(parts, Parts) and parts.kind == "product"
        limit = ctx.best if product else None
        found: dict[int, Outcome] = {}
        for i in sorted(range(len(parts.charts)), key=lambda i: len(parts.charts[i].order)):
            # at equal λ multiplicities add up
            found[i] = self.solve(parts.charts[i], Context(None if limit is None else Threshold(limit.lam, 0)))
            up_i = found[i].up
            if product and up_i is not None and (limit is None or up_i.value < limit):
                limit = up_i.value
        outcomes = [found[i] for i in range(len(parts.charts))]
        joined = parts.join(w.chart, [o.low for o in outcomes], [o.up for o in outcomes], [o.node for o in outcomes])
        if joined is None:
            return self.open_node(w, up)
        low, attained, end = joined
        self.realised(ctx, attained)
        return self.node(w, end, low, worse(up, attained), all(o.closed for o in outcomes))

    def _normalise(self, w: Work, ctx: Context, up: Upper | None, trail: tuple[Any, ...]) -> Outcome | None:
        """A free variable a ≠ 0 that a scaling changes is 1 or (over R) -1, if a flow then takes out more."""
        c = w.chart
        found = normalisable(c)
        if found is None:
            return None
        a, weights = found
        works = [self.prepare(normalised(c, a, sign)) for sign in ((1,) if c.over_c else (1, -1))]
        if not any(step["op"] == "flow" for step in works[0].steps):
            return None
        end = {"end": "normalise", "var": c.name(a), "weights": [[c.name(i), x] for i, x in weights]}
        return self.children(w, end, works, ctx, up, trail)

    def _split(self, w: Work, split: Split, ctx: Context, up: Upper | None, trail: tuple[Any, ...]) -> Outcome:
        end = {"end": "split", "by": charts.encode(w.chart, split.by), "zero": split.how}
        return self.children(w, end, split.children, ctx, up, trail)

    def children(
        self,
        w: Work,
        end: Step,
        children: Iterable[Chart | Work],
        ctx: Context,
        up: Upper | None,
        trail: tuple[Any, ...],
    ) -> Outcome:
        """Solve all children."""
        works = [c if isinstance(c, Work) else self.prepare(c) for c in children]
        return self.join(w, end, self.each(works, ctx, trail), up)

    def each(self, works: Sequence[Work], ctx: Context, trail: tuple[Any, ...]) -> list[Outcome]:
        """Solve charts in normal form; the most singular-looking first, so that the others are pruned."""
        outcomes: dict[int, Outcome] = {}
        for i in sorted(range(len(works)), key=lambda i: promise(works[i])):
            outcomes[i] = self.solve_prepared(works[i], ctx, trail)
        return [outcomes[i] for i in range(len(works))]

    def join(
        self, w: Work, end: Step, outcomes: Sequence[Outcome], up: Upper | None, low: Threshold | None = None
    ) -> Outcome:
        """The node whose children came out like this; `low`: what that proves, if it is not the worst of all."""
        if low is None:
            low = min((out.low for out in outcomes), default=INFINITE)
        for i, out in enumerate(outcomes):
            if out.up is not None:
                up = worse(up, out.up.below(i))
        end = {**end, "children": [out.node for out in outcomes]}
        return self.node(w, end, low, up, all(out.closed for out in outcomes))

    def _blow_up(
        self, w: Work, failed: tuple[int, ...] | None, ctx: Context, up: Upper | None, trail: tuple[Any, ...]
    ) -> Outcome:
        centre, works = self._choose_centre(w, failed, ctx, trail)
        if centre is None:
            return self.open_node(w, up)
        kind = "fibre" if self.way == "whole" else "blowup"
        end = {"end": kind, "weights": [[w.chart.name(i), x] for i, x in centre]}
        return self.children(w, end, works, ctx, up, trail)

    def _choose_centre(
        self, w: Work, failed: tuple[int, ...] | None, ctx: Context, trail: tuple[Any, ...]
    ) -> tuple[Centre | None, list[Work]]:
        """One step ahead: the centre whose charts leave least unresolved."""
        c = w.chart
        best: tuple[float, Centre, list[Work]] | None = None
        seen = set(trail)
        if len(c.smalls) <= NEWTON_VARIABLES:
            c = w.chart = approximate_roots(w, failed)
        centres = [centre for centre in candidates(w, failed, self.way == "cones") if fits(c, centre)]
        if failed is not None and len(c.smalls) == 2:
            centres = centres[:1]  # in the plane the degenerate edge is the centre that ends (Newton-Puiseux)
        if len(c.smalls) > SYMMETRIC:
            centres = up_to_symmetry(c, centres)
        centres = [ordered(c, centre) for centre in centres]
        for tried, centre in enumerate(centres):
            if best is not None and tried >= CENTRES_FIRST and best[0] < left_over(c):
                break
            total, works = 0.0, []
            for child in cells(c, centre, self.way == "whole"):
                self.tick()
                v = self.prepare(child)
                works.append(v)
                total += self._remaining(v, ctx, seen)
                if best is not None and total >= best[0]:
                    break
            else:
                if best is None or total < best[0]:
                    best = total, centre, works
                    if total == 0:
                        break
        return (None, []) if best is None else (best[1], best[2])

    def _remaining(self, v: Work, ctx: Context, seen: set[Any]) -> float:
        """How much is left to do in a chart (0: nothing)."""
        if v.stratum_empty():
            return 0.0
        bound = monomial_bound(v.chart)
        if bound is not None and (ctx.hopeless(bound[0]) or is_resolved(v.chart)):
            return 0.0
        form = canonical_form(v.chart)
        if self._find(form, ctx) is not None:
            return 0.5
        size = left_over(v.chart)
        if form.key in seen or signature(v.chart) in seen:
            return size * 20
        return size * AGAIN if lowest(v.chart) in seen else size

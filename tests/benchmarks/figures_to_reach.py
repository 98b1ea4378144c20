"""The ten figures of the numeric half: ``python -m tests.benchmarks.figures_to_reach [--rows 1,2,...] [--seeds N]``.

Prints a Markdown table: what is asked, what was measured, the seconds, and whether it is met.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from rlct import estimate
from rlct.crosscheck import Claim, judge
from rlct.numeric.arguments import system_of
from rlct.numeric.compile import compile_objective
from rlct.numeric.estimate import run_for, summarise
from rlct.numeric.local import objective
from rlct.numeric.results import Estimate
from rlct.numeric.scaling import sample
from rlct.numeric.watch import Watch
from rlct.parse.build import build_problem
from tests.benchmarks.suite import ALL, COLLAPSED, Problem, product, tanh


@dataclass(frozen=True)
class Figure:
    """One row: target, what was measured, met (None: cannot be measured here)."""

    row: int
    target: str
    measured: str
    met: bool | None
    seconds: float = 0.0


def posed(p: Problem) -> str | list[str]:
    """What a user would pass."""
    return p.K if isinstance(p.K, str) else list(p.K)


def run(K: object, options: argparse.Namespace, seconds: float, **more: Any) -> tuple[Estimate, float]:
    """One estimate, and its processor seconds (on a busy machine the time given is stretched, the work is not)."""
    start = time.process_time()
    e = estimate(K, seconds=seconds * options.slack, **more)
    return e, time.process_time() - start


def text(e: Estimate, spent: float) -> str:
    """λ ± error, range and cost."""
    number = "none" if e.lam is None else f"{e.lam:.4f} ± {e.stderr:.4f}"
    return f"{number}, {e.method}, {spent:.1f} processor s, {e.evaluations:.1e} evaluations" + (
        "" if e.resolved else ", not resolved"
    )


def row_1(options: argparse.Namespace) -> list[Figure]:
    """λ of the 32 problems, blind and with m known; one seed."""
    near = near_known = outside = over = unresolved = 0
    missed = []
    longest = 0.0
    count = len(ALL[options.problems])
    for p in ALL[options.problems]:
        within = max(0.01, 0.01 * float(p.lam))
        for word, m in (("m known", p.m), ("blind", None)):
            e, spent = run(posed(p), options, options.seconds, seed=options.seed, method=p.method, multiplicity=m)
            longest = max(longest, spent)
            off = math.inf if e.lam is None else abs(e.lam - float(p.lam))
            outside += e.resolved and off > 4 * max(e.stderr or 0.0, 1e-4)
            if m is None:
                near += off <= within
                unresolved += not e.resolved
            else:
                near_known += off <= within
                over += e.evaluations > 6e7
                if off > within:
                    missed.append(f"{p.name} {math.nan if e.lam is None else e.lam:.3f} for {float(p.lam):.3f}")
            if options.verbose:
                print(f"  {p.name:22} {p.lam}, {p.m}  {word}: {text(e, spent)} {e.m_set}", file=sys.stderr, flush=True)
    return [
        Figure(
            1,
            "32 problems, m known: off by <= max(.01, .01 λ) in >= 29",
            f"{near_known} of {count} (blind: {near}, {unresolved} not resolved); "
            f"not: {'; '.join(missed) or 'none'}",
            near_known >= 29,
        ),
        Figure(1, "none resolved and outside its own 4σ", f"{outside} of {2 * count}", outside == 0),
        Figure(
            1,
            "<= 10 processor seconds and <= 6e7 evaluations each",
            f"longest {longest:.1f} s, {over} above 6e7",
            longest <= 10.5 and over == 0,
        ),
    ]


def row_2(options: argparse.Namespace) -> list[Figure]:
    """Large problems in seconds."""
    out = []
    for name, K, lam, m, within, limit in (
        ("tanh H=9 (18 variables)", tanh(9), 1.5, 2, 0.01, 5.0),
        ("product 3x3x3 (18 variables)", product(3, 3, 3), 3.5, 2, 0.04, 5.0),
        ("product 3x2x3 (12 variables)", product(3, 2, 3), 2.5, 1, 0.03, 10.0),
    ):
        e, spent = run(list(K), options, 0.9 * limit, seed=options.seed, multiplicity=m)
        met = e.lam is not None and abs(e.lam - lam) <= within and spent < 2.0 * limit
        asked = f"{name}: λ = {lam} within {within} in < {limit:.0f} s on two cores"
        out.append(Figure(2, asked, text(e, spent), met, spent))
    return out


def row_3_and_4(options: argparse.Namespace) -> list[Figure]:
    """Claims (λ, m), 0.9 λ, 1.1 λ, m + 1 on the samples of each seed, and the blind m of the same samples."""
    true = altered = contradicted = open_or_not = other = other_flagged = 0
    false: list[str] = []
    wrong_m = decided = blind = deep = deep_decided = 0
    for p in ALL[options.problems]:
        system = system_of(posed(p), method=p.method)
        for seed in range(options.seeds):
            # as many particles as the time allows, by a pilot: what `estimate` does
            watch = Watch(time.perf_counter() + options.seconds * options.slack)
            got = run_for(system, watch=watch, seed=1000 * seed + 7)
            particles = got.curves.particles if got.curves is not None else 0
            delta = 0.025 if p.name == "x¹⁰y⁸" else None

            def verdict(
                lam: Any, m: int, system: Any = system, got: Any = got, delta: Any = delta, n: int = particles
            ) -> str:
                return judge(system, got, Claim(lam, m, None, delta), n).verdict

            true += 1
            first = verdict(p.lam, p.m)
            if first == "contradicted":
                false.append(p.name)
            words = [first]
            for factor in (9, 11):
                altered += 1
                v = verdict(p.lam * factor / 10, p.m)
                words.append(v)
                contradicted += v == "contradicted"
                open_or_not += v != "consistent"
            other += 1
            words.append(verdict(p.lam, p.m + 1))
            other_flagged += words[-1] == "contradicted"
            e = summarise(system, got, seed, got.seconds, None, 4)
            blind += 1
            deep_now = got.curves is not None and float(got.curves.L[-1]) >= 200.0
            deep += deep_now
            if e.resolved and e.multiplicity is not None:
                decided += 1
                deep_decided += deep_now
                wrong_m += e.multiplicity != p.m
            if options.verbose:
                kept = "; ".join(words)
                print(f"  {p.name:22} seed {seed} N={particles}: {kept}; m {e.m_set}", file=sys.stderr, flush=True)
    names = ", ".join(sorted(set(false)))
    return [
        Figure(
            3,
            "true claims contradicted <= 1%",
            f"{len(false)} of {true}" + (f" ({names})" if names else ""),
            len(false) <= 0.01 * true,
        ),
        Figure(
            3,
            "λ ± 10%: contradicted or not resolved 100%, contradicted >= 90%",
            f"{open_or_not / altered:.1%}, {contradicted / altered:.1%} of {altered}",
            open_or_not == altered and contradicted >= 0.9 * altered,
        ),
        Figure(3, "m + 1 contradicted >= 70%", f"{other_flagged / other:.0%} of {other}", other_flagged >= 0.7 * other),
        Figure(
            4,
            "blind m: none wrong; half decided where L >= 200",
            f"{wrong_m} wrong of {decided} decided, {blind - decided} refused; {deep_decided} of {deep} decided where "
            "L >= 200",
            wrong_m == 0 and (deep == 0 or deep_decided >= 0.5 * deep),
        ),
    ]


def row_5(options: argparse.Namespace) -> list[Figure]:
    """Quadrature where at most two variables are left after the collapse."""
    out = []
    for p in (COLLAPSED[0], COLLAPSED[1], Problem("product 2x1x2", product(2, 1, 2), ALL[11].lam, 2)):
        e = estimate(posed(p), method="quadrature", seed=options.seed, seconds=400 * options.slack)
        assert e.lam is not None
        order = abs(e.lam - float(p.lam))
        measured = e.measured_m
        out.append(
            Figure(
                5,
                f"{p.name}: λ to 1e-4, m to .01",
                f"λ off by {order:.1e}, m = {e.multiplicity} (measured {measured:.3f})"
                if measured
                else f"λ off by {order:.1e}",
                order <= 1e-4 and measured is not None and abs(measured - p.m) <= 0.01,
                e.seconds,
            )
        )
    return out


def row_6(options: argparse.Namespace) -> list[Figure]:
    """Z(n) and n E[K] from the charts of a certificate."""
    try:
        from tests.benchmarks.figures_of_charts import row_6 as own
    except ImportError:
        return [Figure(6, "Z(n), n E[K] from charts to 1e-10 in < .5 s", "not part of this run", None)]
    return [Figure(6, *row) for row in own()]


def row_7(options: argparse.Namespace) -> list[Figure]:
    """Evaluation of Σf² in eight variables, against a table of exponents and against the machine's own peak."""
    from tests.benchmarks.throughput import measure

    t = measure()
    return [
        Figure(7, ">= 200 M evaluations/s (8 variables, one core)", f"{t.generated:.0f} M/s", t.generated >= 200),
        Figure(
            7,
            ">= 80 times a table of exponents",
            f"{t.generated / t.table:.0f} times ({t.table:.1f} M/s)",
            t.generated >= 80 * t.table,
        ),
        Figure(
            7,
            "fraction of the machine's own peak, same run",
            f"{t.generated * t.flops / 1e3:.1f} of {t.peak / 1e3:.1f} Gflop/s ({t.generated * t.flops / t.peak:.0%})",
            None,
        ),
        Figure(
            7,
            "compiled in <= 1.5 s, loaded again in < .3 s",
            f"{t.cold:.2f} s, {t.warm:.3f} s",
            t.cold <= 1.5 and t.warm < 0.3,
        ),
    ]


def row_8(options: argparse.Namespace) -> list[Figure]:
    """The rounding limit ends the sampling by itself."""
    out = []
    for words, K, mode, limit in (
        ("(y-x²)² expanded, evaluated in doubles", "y^2-2*x^2*y+x^4", "abs", 30.0),
        ("(y²-x²+x³/2)² as written", "(y^2-x^2+x^3/2-1/8)^2", "K", 66.0),
        ("(y²-x³)² expanded, evaluated in doubles", "y^4-2*x^3*y^2+x^6", "abs", 66.0),
    ):
        system = system_of(K, mode=mode, region={"x": (-1, 1), "y": (-1, 1)})
        if mode == "abs":
            plain = objective(build_problem(K, mode, region={"x": (-1, 1), "y": (-1, 1)}), powers=False)
            system = replace(system, objective=plain, compiled=compile_objective(plain, precise=[False]))
        got = sample(system, particles=1000, repeats=4, L_max=300.0, seed=options.seed, seconds=20.0)
        reached = got.curves.start + float(got.curves.L[-1]) if got.curves is not None else math.nan
        out.append(
            Figure(8, f"{words}: stops at L <= {limit:.0f}", f"L = {reached:.0f}, ended by {got.limit}",
                   reached <= limit and got.limit == "roundoff", got.seconds)
        )  # fmt: skip
    return out


def row_9(options: argparse.Namespace) -> list[Figure]:
    """tanh networks with 128 units over twelve decades of n."""
    try:
        from tests.benchmarks.figures_of_networks import row_9 as own
    except ImportError:
        return [Figure(9, "H=128 over 12 decades, both priors, < 5 s, ± .03", "not part of this run", None)]
    return [Figure(9, *row) for row in own()]


def row_10(options: argparse.Namespace) -> list[Figure]:
    """SGLD beside the exact finite-n value."""
    try:
        from tests.benchmarks.figures_of_networks import row_10 as own
    except ImportError:
        return [Figure(10, "SGLD shown with its bias against the finite-n value", "not part of this run", None)]
    return [Figure(10, *row) for row in own()]


ROWS: dict[int, Callable[[argparse.Namespace], list[Figure]]] = {
    1: row_1, 2: row_2, 3: row_3_and_4, 5: row_5, 6: row_6, 7: row_7, 8: row_8, 9: row_9, 10: row_10,
}  # fmt: skip


def _part(words: str) -> slice:
    """A:B as a slice."""
    first, last = words.split(":")
    return slice(int(first or 0), int(last) if last else None)


def main() -> None:
    """Measure the rows asked for and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", default="1,2,3,5,6,7,8,9,10", help="row 3 holds row 4, on the same samples")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=20, help="repetitions of rows 3 and 4")
    parser.add_argument("--seconds", type=float, default=5.0, help="of one estimate or sample, on two cores")
    parser.add_argument("--slack", type=float, default=1.0, help="stretches all times on a busy machine")
    parser.add_argument("--cores", type=float, help="count deadlines in processor time, as on so many idle cores")
    parser.add_argument("--problems", type=_part, default=slice(None), help="of rows 1, 3 and 4: A:B, to run in parts")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    if options.cores:
        # on a busy machine a deadline in real time cuts off an unknown share of the work
        time.perf_counter = lambda: time.process_time() / options.cores
    print("| # | asked | measured | s | met |\n|---|---|---|---|---|", flush=True)
    for number in map(int, options.rows.split(",")):
        start = time.perf_counter()
        figures = ROWS[number](options)
        spent = time.perf_counter() - start
        for f in figures:
            met = "-" if f.met is None else "yes" if f.met else "**no**"
            print(f"| {f.row} | {f.target} | {f.measured} | {f.seconds or spent:.1f} | {met} |", flush=True)


if __name__ == "__main__":
    main()

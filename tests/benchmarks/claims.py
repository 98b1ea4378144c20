"""`verify` on the cases with known answers: ``python -m tests.benchmarks.claims [--seconds S] [--ids A,B] [-o FILE]``.

A long run can be done in parts: ``--skip N --count M -o FILE`` appends to a file, ``--summary FILE`` adds it up.

Each case with at most six variables is asked three times: with its true (λ, m), with 0.9 λ and with 1.1 λ.  Printed:
how many true claims were contradicted (at most 1% may be), how many altered ones were not (none may be called
consistent, and at most 10% may stay open), and the seconds.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from rlct.compute import solve_problem
from rlct.crosscheck import Verification, verify_claim
from rlct.parse.build import build_problem
from rlct.problem import Problem
from rlct.result import Budget, Result

DATA = Path(__file__).resolve().parent.parent / "data"
FILES = ("textbook", "literature_sample", "disguised_sample")
FACTORS = {"true": Fraction(1), "-10%": Fraction(9, 10), "+10%": Fraction(11, 10)}
LARGEST = 6


def cases() -> Iterator[dict[str, Any]]:
    """All cases with at most six variables."""
    for name in FILES:
        for case in json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")):
            if len(case["vars"]) <= LARGEST:
                yield case


def posed(case: dict[str, Any]) -> Problem:
    """The problem of a case; walls and prior as they are."""
    at = region = None
    if case.get("point") is not None:
        at = dict(zip(case["vars"], map(Fraction, case["point"]), strict=True))
    if case.get("region") is not None:
        region = {v: (Fraction(a), Fraction(b)) for v, (a, b) in zip(case["vars"], case["region"], strict=True)}
    return build_problem(
        case.get("ideal", case.get("K")),
        "ideal" if "ideal" in case else case["mode"],
        case["vars"],
        at,
        region,
        case.get("prior") or None,
    )


def answer(case: dict[str, Any], seconds: float = 20.0) -> Result:
    """The exact answer to a case."""
    return solve_problem(posed(case), Budget(seconds=seconds))


def ask(case: dict[str, Any], factor: Fraction, seconds: float, seed: int) -> Verification:
    """The verdict on a case whose λ is multiplied by `factor`; no certificate, so no gap is handed over."""
    return verify_claim(posed(case), Fraction(case["lambda"]) * factor, case["m"], seconds=seconds, seed=seed)


def summary(rows: list[dict[str, Any]]) -> str:
    """The figures to reach, from the rows of a run."""
    lines = []
    for name in FACTORS:
        counts = Counter(r["verdict"] for r in rows if r["claim"] == name)
        total = sum(counts.values())
        parts = ", ".join(f"{k} {v} ({v / total:.0%})" for k, v in sorted(counts.items()))
        longest = max(r["seconds"] for r in rows if r["claim"] == name)
        spent = sum(r["seconds"] + r["compile"] for r in rows if r["claim"] == name)
        lines.append(f"{name:5} {total} claims: {parts}; {spent:.0f} s with compilation, longest {longest:.1f} s")
    return "\n".join(lines)


def main() -> None:
    """Run, print a line for each verdict that is not as it should be, and the summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--skip", type=int, default=0, help="leave out so many cases at the start")
    parser.add_argument("--count", type=int, help="take so many cases after them")
    parser.add_argument("--summary", metavar="FILE", help="only add up the rows of a file")
    parser.add_argument("--ids", default="")
    parser.add_argument("--cores", type=float, help="count seconds in processor time, as on so many idle cores")
    parser.add_argument("-o", "--output")
    options = parser.parse_args()
    if options.summary:
        with open(options.summary, encoding="utf-8") as f:
            print(summary([json.loads(line) for line in f]))
        return
    if options.cores:
        # on a busy machine a deadline in real time cuts off an unknown share of the work
        time.perf_counter = lambda: time.process_time() / options.cores
    wanted = set(filter(None, options.ids.split(",")))
    rows: list[dict[str, Any]] = []
    start = time.perf_counter()
    for case in list(cases())[options.skip :][: options.count]:
        if wanted and case["id"] not in wanted:
            continue
        for name, factor in FACTORS.items():
            v = ask(case, factor, options.seconds, options.seed)
            z = None if v.z is None else round(v.z, 1)
            row = {
                "id": case["id"],
                "family": case["family"],
                "claim": name,
                "verdict": v.verdict,
                "z": z,
                "seconds": round(v.seconds, 2),
                "compile": round(v.compile_seconds, 2),
                "method": v.boxes[-1].method,
                "limit": v.boxes[-1].limit,
                "reached": None if v.boxes[-1].curve is None else round(float(v.boxes[-1].curve.L[-1]), 1),
                "particles": v.boxes[-1].particles,
                "reason": v.reason,
            }
            rows.append(row)
            if v.verdict != ("consistent" if name == "true" else "contradicted"):
                print(f"{case['id']:22} {name:5} {v.verdict:13} {v.seconds:5.1f} s  {v.reason}", flush=True)
            if options.output:
                with open(options.output, "a", encoding="utf-8") as f:
                    f.write(json.dumps(row) + "\n")
    print(summary(rows))
    print(f"{time.perf_counter() - start:.0f} s with compilation", file=sys.stderr)


if __name__ == "__main__":
    main()

"""The fuzz campaign: ``python -m tests.fuzz.campaign --n 2000 --seconds 10 --seed 0 [--families a b] [--jobs 1]``.

Prints a table per family and per dimension, and writes what was not right as JSON lines (the fields of the case files,
the answer, and for wrong ones a shrunk case).  Exit status 1 when an answer was wrong, refuted by the checker, or the
program failed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Any

from tests.fuzz.generators import ALL, case
from tests.fuzz.montecarlo import slope
from tests.fuzz.solve import Answer, Case, Worker

BAD = ("wrong", "uncertified", "crash", "refused")
COLUMNS = ("right", "bounds", "timeout", *BAD)


def judge(c: Case, a: Answer) -> str:
    """right, wrong, bounds (they contain the truth), uncertified (right, but the checker refuses), refused, crash,
    timeout."""
    if a["status"] in ("refused", "crash", "timeout"):
        return str(a["status"])
    lam, m = Fraction(c["lambda"]), c["m"]
    if a["status"] == "exact":
        if a["lambda"] == "inf" or (Fraction(a["lambda"]), a["m"]) != (lam, m):
            return "wrong"
        return "right" if a["certified"] else "uncertified"
    inf = Fraction(10**9)
    lo, hi = (inf if a[k] == "inf" else Fraction(a[k]) for k in ("lo", "hi"))
    if not lo <= lam <= hi:
        return "wrong"
    if lo == hi and a["mbounds"] and not a["mbounds"][0] <= m <= a["mbounds"][1]:
        return "wrong"
    return "bounds"


def plan(n: int, seed: int, families: tuple[str, ...]) -> list[tuple[str, int]]:
    """(family, seed) of n instances, the families in turn."""
    return [(families[i % len(families)], seed + i // len(families)) for i in range(n)]


def run(todo: list[tuple[str, int]], seconds: float, jobs: int) -> Iterator[tuple[Case, Answer, str]]:
    """Ask all of them, in order."""
    if jobs == 1:
        worker = Worker(seconds)
        try:
            for family, seed in todo:
                c = case(seed, family)
                a = worker.ask(c)
                yield c, a, judge(c, a)
        finally:
            worker.close()
        return
    shares = [todo[j::jobs] for j in range(jobs)]
    with ThreadPoolExecutor(jobs) as pool:
        for part in pool.map(lambda share: list(run(share, seconds, 1)), shares):
            yield from part


def _until_interrupted(rows: Iterator[Any]) -> Iterator[Any]:
    """Ctrl-C ends the campaign, not its table."""
    try:
        yield from rows
    except KeyboardInterrupt:
        return


def table(rows: list[tuple[Case, Answer, str]], key: Any) -> str:
    """Counts and times per key."""
    groups: dict[Any, list[tuple[Case, Answer, str]]] = defaultdict(list)
    for row in rows:
        groups[key(row[0])].append(row)
    lines = [
        f"{'':12}{'n':>5}"
        + "".join(f"{c:>12}" for c in COLUMNS)
        + f"{'λ=hi':>8}{'median s':>10}{'p90 s':>8}{'max s':>8}"
    ]
    for name in [*sorted(groups, key=str), "all"]:
        part = rows if name == "all" else groups[name]
        count = Counter(v for _, _, v in part)
        times = sorted(a["seconds"] for _, a, _ in part)
        at_hi = sum(
            v == "bounds" and a.get("hi") not in (None, "inf") and Fraction(a["hi"]) == Fraction(c["lambda"])
            for c, a, v in part
        )
        lines.append(
            f"{name!s:12}{len(part):5}"
            + "".join(f"{count[c]:12}" for c in COLUMNS)
            + f"{at_hi:8}{statistics.median(times):10.2f}{times[int(0.9 * (len(times) - 1))]:8.2f}{times[-1]:8.2f}"
        )
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    """Run the campaign."""
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    ap.add_argument("--n", type=int, default=2000)
    ap.add_argument("--seconds", type=float, default=10.0)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--families", nargs="*", default=list(ALL), choices=list(ALL))
    ap.add_argument("--jobs", type=int, default=1)
    ap.add_argument("--out", default=None, help="file for what was not right (JSON lines)")
    ap.add_argument("--volumes", type=int, default=0, metavar="N", help="check every N-th stated answer by sampling")
    ap.add_argument("--minutes", type=float, default=None, help="stop after this time")
    ap.add_argument("--shrink", action="store_true", help="shrink wrong answers and crashes")
    o = ap.parse_args(argv)
    rows: list[tuple[Case, Answer, str]] = []
    started = time.monotonic()
    odd = 0
    out = open(o.out, "w", encoding="utf-8") if o.out else None  # noqa: SIM115 (closed below)
    asked = run(plan(o.n, o.seed, tuple(o.families)), o.seconds, o.jobs)
    for i, (c, a, verdict) in enumerate(_until_interrupted(asked)):
        rows.append((c, a, verdict))
        record = c | {"verdict": verdict, "answer": a}
        if o.volumes and (i % o.volumes == 0 or verdict == "wrong"):
            seen = slope(c)
            if seen is not None and abs(seen - float(Fraction(c["lambda"]))) > 0.35 * float(Fraction(c["lambda"])):
                odd += 1
                record["volume"] = seen
                print(f"{c['id']}: stated {c['lambda']} (m={c['m']}), sampled exponent {seen:.3f}", flush=True)
        if verdict in BAD and verdict != "right":
            got = f"{a.get('lambda')}, {a.get('m')} [{a.get('lo')}, {a.get('hi')}]"
            print(
                f"{verdict:12}{c['id']}: stated {c['lambda']}, {c['m']}; got {got} {a.get('error') or ''}", flush=True
            )
            if o.shrink:
                from tests.fuzz.shrink import shrink

                seed = int(c["id"].rsplit("-", 1)[1])
                record["shrunk"] = shrink(seed, c["family"], verdict, o.seconds)
        if out and (verdict != "right" or a["seconds"] > 1 or "volume" in record):
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
            out.flush()
        if o.minutes is not None and time.monotonic() - started > 60 * o.minutes:
            break
    if out:
        out.close()
    print(table(rows, lambda c: c["family"]))
    print()
    print(table(rows, lambda c: f"d = {len(c['vars'])}"))
    if o.volumes:
        print(f"\nsampled exponents far from the stated λ: {odd}")
    return int(any(v in ("wrong", "uncertified", "crash") for _, _, v in rows))


if __name__ == "__main__":
    sys.exit(main())

"""Engine against published formulas on every pair of `rlct.models.pairs`; writes the table into docs/models.md.

``python tests/benchmarks/exact_pairs.py`` (``--time S`` for each, ``--all`` with the slow ones).
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rlct import Budget, check, rlct
from rlct.models.pairs import Pair, pairs

PAGE = Path(__file__).parents[2] / "docs" / "models.md"


def compared(pair: Pair, seconds: float) -> tuple[str, bool, float]:
    """What the engine says, whether that is the formula (with an accepted proof), and processor seconds."""
    start = time.process_time()
    r = rlct(pair.case.expression, budget=Budget(seconds=seconds), **pair.case.keywords())
    spent = time.process_time() - start
    if r.status != "exact":
        return f"{r.bounds[0]} <= λ <= {r.bounds[1]}", False, spent
    agrees = (r.lam, r.multiplicity) == (pair.known.lam, pair.known.m)
    if agrees:
        try:
            assert r.certificate is not None
            check(r.certificate)
        except Exception as e:  # a proof that is not accepted must show, whatever the reason
            return f"({r.lam}, {r.multiplicity}), proof refused: {type(e).__name__}", False, spent
    return f"({r.lam}, {r.multiplicity})", agrees, spent


def rows(chosen: Sequence[Pair], seconds: float) -> Iterator[tuple[bool, str]]:
    """One line of the table for each pair."""
    for pair in chosen:
        said, agrees, spent = compared(pair, seconds)
        if not agrees:
            print(f"{pair.name}: formula ({pair.known.lam}, {pair.known.m}), engine {said}", file=sys.stderr)
        cells = [
            pair.family,
            pair.name,
            f"({pair.known.lam}, {pair.known.m})",
            said,
            "yes" if agrees else "no",
            f"{spent:.2f}",
        ]
        yield agrees, "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare and write; the exit status is 1 if an exact answer differs from its formula."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time", type=float, default=30.0, metavar="S", help="seconds for each pair (30)")
    parser.add_argument("--all", action="store_true", help="the slow pairs too")
    parser.add_argument("--output", type=Path, default=PAGE)
    o = parser.parse_args(arguments)
    chosen = [p for p in pairs() if o.all or p.effort == "quick"]
    found = list(rows(chosen, o.time))
    lines = [
        f"{sum(agrees for agrees, _ in found)} of {len(found)} (model, size) pairs agree, each with an accepted proof;",
        f"at most {o.time:g} s each, the last column is processor time in seconds.",
        "",
        "| family | model and size | formula (λ, m) | engine | agree | s |",
        "|---|---|---|---|---|---|",
        *(line for _, line in found),
    ]
    text = o.output.read_text(encoding="utf-8")
    part = "<!-- pairs -->\n" + "\n".join(lines) + "\n<!-- end -->"
    o.output.write_text(
        re.sub(r"<!-- pairs -->.*<!-- end -->", lambda _: part, text, flags=re.DOTALL), encoding="utf-8"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

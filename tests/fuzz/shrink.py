"""Make a disagreement small: drop steps of the disguise and parts of the germ, make numbers smaller, while it persists.

``python -m tests.fuzz.shrink FAMILY SEED [--seconds S]``
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.fuzz.disguise import Recipe
from tests.fuzz.generators import case_of, recipe
from tests.fuzz.solve import Case, Worker


def smaller(value: Any) -> Iterator[Any]:
    """Values a little simpler than this one: items dropped, numbers nearer to 0, at any depth."""
    if isinstance(value, dict):
        for k, v in value.items():
            for w in smaller(v):
                yield value | {k: w}
    elif isinstance(value, (list, tuple)):
        for i in range(len(value)):
            yield [*value[:i], *value[i + 1 :]]
        for i, v in enumerate(value):
            for w in smaller(v):
                yield [*value[:i], w, *value[i + 1 :]]
    elif isinstance(value, int) and value:
        yield 0
        if value < 0:
            yield -value
        if abs(value) > 1:
            yield value // 2 if value > 0 else -(-value // 2)
            yield value - 1 if value > 0 else value + 1


def smaller_recipes(r: Recipe) -> Iterator[Recipe]:
    """Simpler recipes of the same kind; many make no sense and are refused when they are built."""
    for i in range(len(r.steps)):
        yield replace(r, steps=(*r.steps[:i], *r.steps[i + 1 :]))
    if "at" in dict(r.question):
        yield replace(r, question=tuple(q for q in r.question if q[0] != "at"))
    for part in r.params.get("parts", []):  # a part alone
        yield Recipe(part["family"], part["params"], (), r.question)
    for p in smaller(r.params):
        yield replace(r, params=p)
    for i, step in enumerate(r.steps):
        for s in smaller(step[1:]):
            yield replace(r, steps=(*r.steps[:i], [step[0], *s], *r.steps[i + 1 :]))


def size(c: Case) -> int:
    """What is to become small."""
    return len(json.dumps([c.get("K"), c.get("ideal"), c["prior"], c.get("region"), c.get("point")]))


def reduce(start: Recipe, family: str, persists: Callable[[Case], bool], seconds: float) -> Case:
    """Greedy descent: take the first simpler recipe whose case is shorter and still shows the fault."""
    best, here = start, case_of(start, f"shrunk-{family}", family)
    deadline = time.monotonic() + seconds
    found = True
    while found and time.monotonic() < deadline:
        found = False
        for r in smaller_recipes(best):
            if time.monotonic() > deadline:
                break
            try:
                c = case_of(r, f"shrunk-{family}", family)
            except (ValueError, TypeError, IndexError, KeyError, AttributeError):
                continue
            if size(c) < size(here) and persists(c):
                best, here, found = r, c, True
                break
    return here


def shrink(seed: int, family: str, verdict: str, seconds: float, minutes: float = 2.0) -> Case:
    """The smallest case found that has the same verdict as the case of this family and seed."""
    from tests.fuzz.campaign import judge

    worker = Worker(seconds)
    try:
        return reduce(recipe(seed, family), family, lambda c: judge(c, worker.ask(c)) == verdict, 60 * minutes)
    finally:
        worker.close()


def main() -> None:
    """Shrink one case."""
    from tests.fuzz.campaign import judge

    ap = argparse.ArgumentParser()
    ap.add_argument("family")
    ap.add_argument("seed", type=int)
    ap.add_argument("--seconds", type=float, default=5.0)
    ap.add_argument("--minutes", type=float, default=2.0)
    o = ap.parse_args()
    worker = Worker(o.seconds)
    c = case_of(recipe(o.seed, o.family), "first", o.family)
    verdict = judge(c, worker.ask(c))
    worker.close()
    small = shrink(o.seed, o.family, verdict, o.seconds, o.minutes)
    worker = Worker(o.seconds)
    print(json.dumps(small | {"verdict": verdict, "answer": worker.ask(small)}, indent=1, ensure_ascii=False))
    worker.close()


if __name__ == "__main__":
    main()

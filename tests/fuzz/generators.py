"""Problems with known answers: a pure function from (seed, family) to a case."""

from __future__ import annotations

import json
import random
from typing import Any

from tests.fuzz import germs
from tests.fuzz.disguise import GLOBAL, Case, Recipe, draw_bend, draw_dense, draw_steps, problem

LOCAL = (
    "mono",
    "newton",
    "evensum",
    "bp",
    "binom",
    "curve",
    "arr",
    "cone",
    "det",
    "rrr",
    "chain",
    "tanh",
    "deep",
    "sum",
    "prod",
    "compo",
    "join",
)
PUT = {
    "corner": ("possum", "wallcurve", "wallcurve", "possum"),
    "box": ("mono", "newton", "evensum", "bp", "binom", "arr", "cone", "possum", "prod", "sum"),
    "algebraic": ("mono", "evensum", "bp", "binom", "curve", "arr", "sum", "chain"),
    "irrational": ("mono", "evensum", "bp", "binom", "arr", "newton"),
    "bent": ("mono", "evensum", "bp", "arr", "curve", "chain", "newton"),
    "dense": LOCAL,
}
"""Ways of putting a question, and the germs used for each."""
ALL = (*LOCAL, *PUT, *GLOBAL)
SIZES = (2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 8, 9)


def recipe(seed: int, family: str) -> Recipe:
    """The recipe number `seed` of a family: drawn again until it makes sense (a pure function of its arguments)."""
    r = random.Random(f"{family} {seed}")
    while True:
        try:
            out = _draw(r, family)
            problem(out)
        except ValueError:
            continue
        return out


def _draw(r: random.Random, family: str) -> Recipe:
    names = r.randrange(4)
    if family == "globsep":
        return Recipe(family, _globsep(r), (), (("names", names), ("shape", r.choice(["raw", "full", "full"]))))
    if family == "globfin":
        return Recipe(family, _globfin(r), (), (("names", names), ("shape", r.choice(["raw", "full", "full"]))))
    base = r.choice(PUT[family]) if family in PUT else family
    sizes = {"dense": SIZES, "bent": (2, 3, 3, 3)}.get(family, SIZES if family in LOCAL else (2, 2, 3, 3, 4))
    size = r.choice(sizes)
    params = germs.family_of(base)[0](r, size)
    g = germs.build(base, params)
    strength = r.choice([0, 1, 1, 2, 2, 3]) if g.n <= 5 else r.choice([0, 1, 1, 2])
    if family in ("irrational", "algebraic"):
        strength = min(strength, 1)
    question: dict[str, Any] = {"names": names, "shape": r.choice(["raw", "half", "full", "full"])}
    if len(g.functions) == 1:
        question["as"] = r.choice(["abs", "K", "K", "ideal"] if r.random() < 0.5 else ["abs"])
        if question["as"] == "K":
            question["power"] = r.choice([1, 1, 2]) if g.nonneg else 2
    else:
        question["as"] = r.choice(["ideal", "ideal", "K"])
        if question["as"] == "K":
            question["weights"] = [r.choice([1, 1, 2, 3]) for _ in g.functions]
    box = family == "box" or (family == "corner" and g.conical and r.random() < 0.6)
    if r.random() < 0.6:
        question["at"] = [r.choice(["0", "1", "-1", "1/2", "2", "-1/3"]) for _ in range(g.n)]
    if box:
        question["box"] = [[r.choice(["1", "1/2", "2"]), r.choice(["1", "1/3", "2"])] for _ in range(g.n)]
    if family in ("irrational", "algebraic"):
        chosen = r.sample(range(g.n), r.randint(1, min(2, g.n)))
        question["roots"] = {str(i): r.choice([[2, 2], [2, 3], [2, 5], [3, 2], [2, 7], [3, 5]]) for i in chosen}
        question["interval"] = int(family == "irrational")
    positive = question["as"] == "K" and g.nonneg
    steps = draw_steps(r, g, strength, box or family == "irrational", positive)
    if family == "bent":
        steps = [draw_bend(r, g.n), *steps[:1]]
        question["shape"] = "full"
    if family == "dense":
        steps = draw_dense(r, g)
        question |= {"shape": "full", "dense": 1}
    return Recipe(base, params, tuple(steps), tuple(sorted(question.items())))


def _globsep(r: random.Random) -> dict[str, Any]:
    blocks = []
    for _ in range(r.choice([1, 1, 2, 2])):
        block = []
        for _ in range(r.choice([1, 1, 2])):
            roots = r.sample([-3, -2, -1, 0, 1, 2, 3], r.randint(1, 3))
            factors: list[list[Any]] = [[0, str(q), r.choice([1, 1, 2, 3])] for q in roots]
            if r.random() < 0.35:
                factors.append([r.choice([1, 2]), r.choice(["2", "3", "5"]), r.choice([1, 2])])
            lo = r.randint(-4, 2)
            block.append({"factors": factors, "lo": str(lo), "hi": str(lo + r.randint(1, 4))})
        blocks.append(block)
    return {"blocks": blocks}


def _globfin(r: random.Random) -> dict[str, Any]:
    n = r.choice([1, 2, 2, 2, 3])
    zeros = [
        {
            "at": [r.choice(["0", "1", "-1", "2", "1/2"]) for _ in range(n)],
            "e": [r.choice([1, 1, 2, 3]) for _ in range(n)],
            "s": r.choice([1, 1, 2]),
            "shear": r.choice([0, 0, 1, -1]),
        }
        for _ in range(r.randint(1, 3))
    ]
    lo = [r.choice(["-2", "-1", "0", "1/2"]) for _ in range(n)]
    return {"zeros": zeros, "lo": lo, "hi": [r.choice(["1", "2", "3"]) for _ in range(n)]}


def case_of(made: Recipe, name: str, family: str) -> Case:
    """The case of a recipe with its name and family."""
    return {"id": name, "family": family, "level": 1 + min(4, len(made.steps))} | problem(made)


def case(seed: int, family: str) -> Case:
    """The case number `seed` of a family."""
    return case_of(recipe(seed, family), f"fuzz-{family}-{seed}", family)


if __name__ == "__main__":
    import sys

    print(json.dumps(case(int(sys.argv[2]), sys.argv[1]), indent=1))

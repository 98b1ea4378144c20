"""The problems that are timed: textbook cases, families that grow, random monomials."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from rlct.models import arrangements, determinantal, matrices, mixtures, networks, trees
from rlct.models.known import Case, Known, origin
from rlct.systems.criticism import population

DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True)
class Timed:
    """A problem as data, with what is known of it.

    `family` and `size` name it in a table; `growth` is the number it grows with (H, or a number of variables).
    """

    family: str
    size: str
    growth: int
    ask: dict[str, Any]
    lam: Fraction | None
    m: int | None

    @property
    def variables(self) -> int:
        """Their number."""
        return len(self.ask["variables"])


def textbook() -> list[dict[str, Any]]:
    """The textbook cases with arguments for `rlct` under "ask"."""
    cases = json.loads((DATA / "textbook.json").read_text(encoding="utf-8"))
    return [{**c, "ask": _ask(c)} for c in cases]


def _ask(case: dict[str, Any]) -> dict[str, Any]:
    ask: dict[str, Any] = {"K": case.get("ideal", case.get("K")), "variables": case["vars"]}
    ask["mode"] = "ideal" if "ideal" in case else case["mode"]
    for field, name in (("point", "at"), ("region", "region"), ("prior", "prior")):
        if case.get(field):
            ask[name] = case[field]
    return ask


def from_model(family: str, size: str, growth: int, case: Case, known: Known | tuple[Fraction, int] | None) -> Timed:
    """A problem of `rlct.models`; of the formula only the value to compare with is taken."""
    words = case.keywords()
    ask = {"K": case.expression, **{k: v for k, v in words.items() if v is not None}}
    if isinstance(ask.get("at"), dict):
        ask["at"] = {k: str(v) for k, v in ask["at"].items()}
    value = (known.lam, known.m) if isinstance(known, Known) else known or (None, None)
    return Timed(family, size, growth, ask, *value)


def families() -> list[Timed]:
    """The families of growing size, each in order of size."""
    out: list[Timed] = []
    for m, h, n, r in (
        *((2, k, 2, 0) for k in (1, 2, 3)),
        *((3, k, 3, r) for k in (1, 2, 3) for r in range(k + 1)),
        *((4, k, 4, 0) for k in (2, 3, 4)),
    ):
        case, known = matrices.reduced_rank_case(m, h, n, r), matrices.reduced_rank(m, h, n, r)
        out.append(from_model(f"matrix product {m}×H·H×{n}, rank {r}", f"H={h}", h, case, known))
    for widths in ((1, 1, 1, 1), (2, 1, 2, 1), (2, 2, 2, 1), (2, 2, 2, 2), (2, 2, 2, 2, 2)):
        for rank in (0, 1):
            case, known = matrices.deep_linear_case(widths, rank), matrices.deep_linear(widths, rank)
            size = "-".join(map(str, widths))
            out.append(from_model(f"deep linear, rank {rank}", size, len(case.variables), case, known))
    for h in range(1, 7):
        out.append(from_model("tanh, truth 0", f"H={h}", h, networks.tanh_zero_case(h), networks.tanh_zero(h)))
    for h in (1, 2, 3):
        case, known = networks.vandermonde_case(1, 1, h), networks.vandermonde(1, 1, h)
        out.append(from_model("Vandermonde, all powers", f"H={h}", h, case, known))
    for n in (3, 4, 5):
        out.append(from_model("naive Bayes, independence", f"{n} features", n, mixtures.naive_bayes_case(n),
                              mixtures.naive_bayes(n)))  # fmt: skip
    for p in (3, 4):
        out.append(from_model("one-factor tree, truth 0", f"{p} leaves", p, trees.one_factor_case(p),
                              trees.one_factor(p)))  # fmt: skip
    out.append(from_model("polynomial network, 15 parameters", "truth 0", 15, population(0), (Fraction(5, 2), 7)))
    for kind, sizes in (("A", (2, 3, 4)), ("B", (2, 3)), ("D", (4,))):
        for size in sizes:
            case, known = arrangements.reflection_case(kind, size), arrangements.reflection(kind, size)  # type: ignore[arg-type]
            out.append(from_model(f"mirrors of type {kind}", f"{kind}{size}", len(case.variables), case, known))
    two = tuple((2, n, 2) for n in (2, 3, 4, 5))
    for a, b, k in (*two, (3, 3, 2), (3, 3, 3), (3, 4, 3), (3, 5, 3), (4, 4, 4), (4, 5, 4)):
        case, known = determinantal.minors_case(a, b, k), determinantal.minors(a, b, k)
        out.append(from_model(f"{k}-minors", f"{a}×{b}", a * b, case, known))
    for d in (3, 4, 6, 8, 10, 12):
        names = tuple(f"x{i}" for i in range(d))
        case = Case("cycle", names, tuple(f"{names[i]}*{names[(i + 1) % d]}" for i in range(d)), origin(names))
        out.append(
            from_model("x0*x1, x1*x2, ..., around a cycle", f"d={d}", d, case, (Fraction(d, 4), 1 + (d % 2 == 0)))
        )
    return out


def random_monomials(seed: int = 1, count: int = 40, variables: int = 8, top: int = 6) -> tuple[list[str], list[str]]:
    """Names, and monomials in them with exponents 0 to `top`."""
    r = random.Random(seed)
    names = [f"x{i + 1}" for i in range(variables)]
    monomials = []
    while len(monomials) < count:
        exponents = [r.randint(0, top) if r.random() < 0.6 else 0 for _ in names]
        if any(exponents):
            monomials.append("*".join(f"{n}^{e}" for n, e in zip(names, exponents, strict=True) if e))
    return names, monomials

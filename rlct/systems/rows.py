"""What a row of the worked systems is, and how it is run: questions, independent numbers, verdict.

A row states a claim, the verdict that its argument leads to, and every value the argument uses as a question (`Ask`).
The verdict stands only if the engine confirms each of those values and each independent check holds; otherwise the
row says
"not decidable" and what differed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf
from typing import Any, Literal

from rlct.models.known import Case

Verdict = Literal["reproduced", "refuted", "conditional", "not decidable"]
Value = tuple[Fraction | int | float, int | None]


@dataclass(frozen=True)
class Ask:
    """One question for the engine: the case, and the (λ, m) that the argument of the row uses.

    `optional` marks sizes at the limit of the engine: bounds that contain the value are enough.  `radius` is half the
    side of the box for the numbers: at a point with worse zeros near by it must keep them out.
    """

    case: Case
    stated: Value
    optional: bool = False
    radius: float = 1.0


@dataclass(frozen=True)
class Item:
    """A row before it is run.

    Parameters
    ----------
    id, claim, argument : what the table shows.
    verdict : what the argument concludes.
    asks : questions for the engine; the answer to the first is the exact column.
    numeric : independent numbers; a dict with a key "holds" that says whether they support the argument.
    formula : exact value where the first ask is out of the engine's reach: (λ, m), and the source in `argument`.
    estimate : let `rlct.estimate` look at the first question.
    """

    id: str
    claim: str
    verdict: Verdict
    argument: str
    asks: tuple[Ask, ...] = ()
    numeric: Callable[[], dict[str, Any]] | None = None
    formula: Value | None = None
    estimate: bool = True


@dataclass(frozen=True)
class Row:
    """A row that was run; `to_dict` is the JSON of `rlct systems`."""

    id: str
    claim: str
    verdict: Verdict
    exact: dict[str, Any] | None
    numeric: dict[str, Any] | None
    argument: str
    confirmed: tuple[str, ...] = ()
    differed: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Plain data with the fields of the interface, and the list of what the engine confirmed."""
        return {
            "id": self.id,
            "claim": self.claim,
            "verdict": self.verdict,
            "exact": self.exact,
            "numeric": self.numeric,
            "argument": self.argument,
            "confirmed": list(self.confirmed),
            "differed": list(self.differed),
            "seconds": round(self.seconds, 2),
        }


def posed(
    name: str,
    generators: str | Sequence[str],
    at: Mapping[str, Fraction | int | str] | None = None,
    *,
    variables: str | Sequence[str] | None = None,
    mode: Literal["K", "abs", "ideal"] | None = None,
    region: str | Mapping[str, tuple[Fraction, Fraction]] | None = None,
) -> Case:
    """A case from texts; one text is a K, several are an ideal, `variables` in order (default: those of `at`).

    Examples
    --------
    >>> posed("node", "(y^2 - x^2 - x^3)^2", {"x": 0, "y": 0}).mode
    'K'
    """
    texts = (generators,) if isinstance(generators, str) else tuple(generators)
    chosen = mode or ("K" if isinstance(generators, str) else "ideal")
    names = variables.split() if isinstance(variables, str) else list(variables or at or ())
    point = None if at is None else {k: Fraction(v) for k, v in at.items()}
    return Case(name, tuple(names), texts, point, mode=chosen, region=region)


def _text(lam: Fraction | int | float | None) -> str | None:
    """λ as JSON text."""
    if lam is None:
        return None
    return "inf" if lam == inf else str(Fraction(lam))


def ask_engine(ask: Ask, seconds: float) -> tuple[dict[str, Any], bool, str]:
    """The engine's answer to one question: its JSON, whether it agrees with the stated value, and a sentence."""
    from rlct import Budget, InputError, UnsupportedError, rlct

    try:
        result = rlct(ask.case.expression, budget=Budget(seconds=seconds), **ask.case.keywords())
    except (InputError, UnsupportedError) as error:
        refused = {"lambda": None, "multiplicity": None, "source": "engine", "status": "refused"}
        return refused, False, f"{ask.case.name}: refused, {error}"
    lam, m = ask.stated
    lo, hi = result.bounds
    exact = result.status == "exact"
    agrees = (exact and result.lam == lam and (m is None or result.multiplicity == m)) or (
        ask.optional and not exact and lo <= lam <= hi
    )
    found = {
        "lambda": _text(result.lam),
        "multiplicity": result.multiplicity,
        "source": "engine",
        "status": result.status,
    }
    shown = f"({_text(result.lam)}, {result.multiplicity})" if exact else f"{_text(lo)} <= λ <= {_text(hi)}"
    sentence = f"{ask.case.name}: {shown}" + ("" if agrees else f", stated ({_text(lam)}, {m})")
    return found, agrees, sentence


def ask_numbers(ask: Ask, seconds: float) -> dict[str, Any] | None:
    """What `rlct.estimate` says about one question, None where it does not apply."""
    import rlct as package
    from rlct.errors import RlctError

    estimate = getattr(package, "estimate", None)
    if estimate is None or ask.stated[0] in (0, inf) or seconds <= 0:
        return None
    words = ask.case.keywords()
    try:
        found = estimate(ask.case.expression, seconds=seconds, seed=1, radius=ask.radius, **words)
    except RlctError as error:
        return {"note": f"no estimate: {error}"}
    if found.lam is None:
        return {"note": f"not resolved in {seconds:g} s", "method": str(found.method)}
    return {
        "lambda": round(float(found.lam), 4),
        "stderr": float(f"{float(found.stderr):.2g}"),
        "multiplicity": found.multiplicity,
        "resolved": bool(found.resolved),
        "method": str(found.method),
    }


def run(item: Item, *, seconds: float = 30.0, numeric_seconds: float = 5.0) -> Row:
    """Run one row: ask the engine every question, take the independent numbers, and settle the verdict.

    Parameters
    ----------
    item : the row.
    seconds : budget of the engine for each question.
    numeric_seconds : budget of the estimate.
    """
    start = time.perf_counter()
    exact: dict[str, Any] | None = None
    confirmed: list[str] = []
    differed: list[str] = []
    for number, ask in enumerate(item.asks):
        found, agrees, sentence = ask_engine(ask, seconds)
        (confirmed if agrees else differed).append(sentence)
        if number == 0 and item.formula is None:
            exact = found
    if item.formula is not None:
        exact = {"lambda": _text(item.formula[0]), "multiplicity": item.formula[1], "source": "formula"}
    numbers = item.numeric() if item.numeric is not None else None
    if numbers is not None and not numbers.pop("holds", True):
        differed.append("the independent numbers do not support the argument")
    if numbers is None and item.estimate and item.asks and item.formula is None:
        numbers = ask_numbers(item.asks[0], numeric_seconds)
    verdict: Verdict = "not decidable" if differed else item.verdict
    return Row(
        item.id,
        item.claim,
        verdict,
        exact,
        numbers,
        item.argument,
        tuple(confirmed),
        tuple(differed),
        time.perf_counter() - start,
    )

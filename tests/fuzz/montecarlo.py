"""A rough volume exponent by plain sampling, to tell a gross error in a stated answer.

The slope of log V against log ε at small volumes, corrected for the (log 1/ε)^(m-1); a few per cent at best, so it
speaks only against values that are far off.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import numpy as np

Case = dict[str, Any]


def _function(text: str, names: list[str]) -> Any:
    """Compile the text of a generated case (our own text: numbers, names, + - * / ** and parentheses only)."""
    if not re.fullmatch(r"[\w\s+*/().-]*", text) or set(re.findall(r"[A-Za-z_]\w*", text)) - set(names):
        raise ValueError("not the text of a case")
    return compile(text.strip(), "case", "eval")


def slope(case: Case, samples: int = 400_000, rounds: int = 4, radius: float = 0.25, seed: int = 1) -> float | None:
    """The exponent between the volumes 1e-2 and 3e-5 (relative), for a case at a rational point or on a box; else
    None."""
    names = case["vars"]
    if case.get("at_text") or len(names) > 4:
        return None
    rng = np.random.default_rng(seed)
    texts = [_function(t, names) for t in (case["ideal"] if "ideal" in case else [case["K"]])]
    prior = _function(case["prior"], names) if case.get("prior") else None
    walls = [_function(t.replace(">= 0", ""), names) for t in (case.get("region_text") or "").split(",") if t.strip()]
    if case.get("region"):
        low = np.array([float(Fraction(a)) for a, _ in case["region"]])
        high = np.array([float(Fraction(b)) for _, b in case["region"]])
    else:
        at = np.array([float(Fraction(c)) for c in case["point"]])
        low, high = at - radius, at + radius
    values, weights = [], []
    for _ in range(rounds):
        w = dict(zip(names, (low + (high - low) * rng.random((samples, len(names)))).T))
        scope = {"__builtins__": {}}
        f = [np.abs(np.asarray(eval(t, scope, w), float) + np.zeros(samples)) for t in texts]
        K = np.sum([g * g for g in f], axis=0) if "ideal" in case else f[0]
        weight = (
            np.ones(samples) if prior is None else np.abs(np.asarray(eval(prior, scope, w), float)) + np.zeros(samples)
        )
        for t in walls:
            weight = weight * (np.asarray(eval(t, scope, w), float) >= 0)
        values.append(K)
        weights.append(weight)
    K, weight = np.concatenate(values), np.concatenate(weights)
    order = np.argsort(K)
    K, cumulative = K[order], np.cumsum(weight[order])
    cumulative = cumulative / cumulative[-1]
    m, lam = case["m"], Fraction(case["lambda"])
    i, j = np.searchsorted(cumulative, [3e-5, 3e-3])
    if i < 20 or K[i] <= 0 or K[j] >= 0.3:
        return None
    del lam
    over = np.log(cumulative[j] / cumulative[i]) - (m - 1) * np.log(np.log(K[j]) / np.log(K[i]))
    return float(over / np.log(K[j] / K[i]))

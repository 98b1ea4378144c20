"""More germs of known threshold: invertible polynomials of chain and loop type, tanh ideals, deep products."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from tests.fuzz import truths
from tests.fuzz.expr import Var, add, mul, polynomial, power
from tests.fuzz.germs import Germ

Params = dict[str, Any]


def _require(condition: bool) -> None:
    if not condition:
        raise ValueError("parameters make no sense")


def draw_chain(r: random.Random, n: int) -> Params:
    """Chains and loops with signs, terms of higher weight, a power."""
    n = min(max(n, 2), 4)
    return {
        "a": [r.randint(2, 5) for _ in range(n)],
        "signs": [r.choice([1, 1, -1, 2]) for _ in range(n)],
        "loop": r.randint(0, 1),
        "extra": [[r.choice([1, -1, 3]), [r.randint(0, 5) for _ in range(n)]] for _ in range(r.choice([0, 0, 1, 2]))],
        "s": r.choice([1, 1, 1, 2]),
    }


def chain(p: Params) -> Germ:
    """Build ``sum x_i^a_i x_(i+1)``, the last term ``x_n^a_n`` (chain) or ``x_n^a_n x_1`` (loop), to a power.

    Weighted homogeneous with an isolated singularity (Kreuzer and Skarke 1992), so one weighted blow-up makes it a
    normal crossing; linear in a variable, so the sign changes: λ = min(1, sum of weights).
    """
    a, n = p["a"], len(p["a"])
    _require(2 <= n <= 4 and min(a) >= 2 and len(p["signs"]) == n and all(p["signs"]) and p["s"] > 0)
    rows = []
    for i in range(n):
        e = [0] * n
        e[i] += a[i]
        if i < n - 1 or p["loop"]:
            e[(i + 1) % n] += 1
        rows.append(e)
    w = truths.solve(rows, [1] * n)
    if w is None or min(w) <= 0:
        raise ValueError("no weights")
    terms = list(zip(p["signs"], rows))
    for c, e in p["extra"]:
        _require(c != 0 and len(e) == n and min(e) >= 0)
        if sum((x * y for x, y in zip(e, w)), Fraction(0)) <= 1:
            raise ValueError("not above")
        terms.append((c, e))
    total = sum(w, Fraction(0))
    lam, m = min(Fraction(1), total), 2 if total == 1 else 1
    return Germ(
        n,
        (power(polynomial(terms), p["s"]),),
        (lam / p["s"], m),
        "chain or loop: sum of the weights, at most 1",
        nonneg=p["s"] % 2 == 0,
        conical=not p["extra"],
    )


def draw_tanh(r: random.Random, n: int) -> Params:
    """The number of hidden units."""
    return {"units": 1 if n < 4 else 2, "signs": [r.choice([1, -1]) for _ in range(2)]}


def tanh(p: Params) -> Germ:
    """Build ``(sum a_i b_i^(2k-1), k = 1..H)``: 1 with m = 2, and 4/3 (Aoyagi 2010)."""
    h = p["units"]
    _require(h in (1, 2) and len(p["signs"]) >= h)
    gens = tuple(
        add(*(mul(polynomial([(p["signs"][i], [])]), Var(2 * i), power(Var(2 * i + 1), 2 * k - 1)) for i in range(h)))
        for k in range(1, h + 1)
    )
    value = (Fraction(1), 2) if h == 1 else (Fraction(4, 3), 1)
    return Germ(2 * h, gens, value, "tanh network at zero truth (Aoyagi 2010)", conical=True)


def draw_deep(r: random.Random, n: int) -> Params:
    """One monomial for each order: products of parameters."""
    return {"sizes": r.choice([[1, 2], [1, 1, 2], [2, 2], [1, 3], [2, 3], [3, 3], [2, 2, 2]])[: max(1, n)]}


def deep(p: Params) -> Germ:
    """Build the ideal of products of disjoint blocks: thresholds 1 with m the size of a block, added."""
    sizes = p["sizes"]
    _require(bool(sizes) and min(sizes) >= 1 and sum(sizes) <= 9)
    gens, start = [], 0
    for s in sizes:
        gens.append(mul(*(Var(start + i) for i in range(s))))
        start += s
    value = truths.total([(Fraction(1), s) for s in sizes])
    return Germ(start, tuple(gens), value, "products of separate parameters", conical=True)


FAMILIES = {"chain": (draw_chain, chain), "tanh": (draw_tanh, tanh), "deep": (draw_deep, deep)}

"""Germs of known threshold: each family draws parameters and builds functions with (λ, m) from them.

Parameters are nested lists, dictionaries and whole numbers, so that a shrinker can make them smaller without knowing
the family; `build` raises ValueError where they make no sense.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.fuzz import truths
from tests.fuzz.branches import Branch, threshold
from tests.fuzz.expr import ONE, Expr, Var, add, monomial, mul, polynomial, power, shifted
from tests.fuzz.truths import Value

Params = dict[str, Any]


@dataclass(frozen=True)
class Germ:
    """Functions at the origin with the threshold of |f| (one function) or of the norm (several).

    Parameters
    ----------
    n : number of variables.
    functions : one function, or the generators of an ideal.
    value : (λ, m) of |f| or of the norm of the generators.
    note : why.
    prior : density, ONE for none.
    nonneg : the one function is >= 0 near the origin.
    conical : every zero anywhere has a germ that also occurs arbitrarily near the origin.
    walls : variables that are >= 0 in the region.
    """

    n: int
    functions: tuple[Expr, ...]
    value: Value
    note: str
    prior: Expr = ONE
    nonneg: bool = False
    conical: bool = False
    walls: tuple[int, ...] = ()


def _require(condition: bool, why: str = "parameters make no sense") -> None:
    if not condition:
        raise ValueError(why)


def _orders(p: Params, n: int) -> list[int]:
    h = list(p.get("h") or [0] * n)
    _require(len(h) == n and all(x >= 0 for x in h))
    return h


# ---------------------------------------------------------------- monomials and Newton polyhedra
def draw_mono(r: random.Random, n: int) -> Params:
    """A monomial with a monomial prior."""
    k = [r.choice([0, 1, 1, 2, 2, 3, 4, 6]) for _ in range(n)]
    k[r.randrange(n)] = r.randint(1, 4)
    return {"k": k, "h": [r.choice([0, 0, 1, 2, 3]) for _ in range(n)]}


def mono(p: Params) -> Germ:
    """Build a monomial."""
    k = p["k"]
    _require(any(k) and all(x >= 0 for x in k))
    h = _orders(p, len(k))
    return Germ(
        len(k),
        (monomial(k),),
        truths.newton([k], h),
        "monomial: min (h+1)/k, m the ties",
        monomial(h),
        nonneg=all(x % 2 == 0 for x in k),
        conical=True,
    )


def _exponents(r: random.Random, n: int, count: int, top: int) -> list[list[int]]:
    out: list[list[int]] = []
    for _ in range(20 * count):
        if len(out) == count:
            break
        e = [r.choice([0, 0, 1, 1, 2, r.randint(0, top)]) for _ in range(n)]
        if any(e) and e not in out:
            out.append(e)
    return out or [[1] * n]


def _prior(r: random.Random, n: int) -> list[int]:
    return [r.choice([0, 0, 1, 2]) for _ in range(n)] if r.random() < 0.4 else [0] * n


def draw_newton(r: random.Random, n: int) -> Params:
    """A monomial ideal."""
    return {"e": _exponents(r, n, r.randint(2, 5 if n < 5 else 4), 4), "h": _prior(r, n)}


def newton(p: Params) -> Germ:
    """Build a monomial ideal."""
    e = p["e"]
    _require(bool(e) and all(any(x) and min(x) >= 0 for x in e) and len({len(x) for x in e}) == 1)
    h = _orders(p, len(e[0]))
    return Germ(
        len(e[0]),
        tuple(monomial(x) for x in e),
        truths.newton(e, h),
        "monomial ideal: Newton polyhedron",
        monomial(h),
        conical=True,
    )


def draw_evensum(r: random.Random, n: int) -> Params:
    """A positive sum of squares of monomials."""
    e = _exponents(r, n, r.randint(2, 4), 3)
    return {"e": e, "c": [r.choice([1, 1, 2, 3]) for _ in e], "h": _prior(r, n), "s": r.choice([1, 1, 1, 2])}


def evensum(p: Params) -> Germ:
    """Build ``(sum c x^(2e))^s``."""
    g = newton({"e": p["e"], "h": p["h"]})
    _require(len(p["c"]) == len(p["e"]) and min(p["c"]) > 0 and p["s"] > 0)
    f = add(*(monomial([2 * x for x in e], c) for c, e in zip(p["c"], p["e"])))
    return Germ(
        g.n,
        (power(f, p["s"]),),
        (g.value[0] / (2 * p["s"]), g.value[1]),
        "positive sum of even monomials, comparable to the monomials",
        g.prior,
        nonneg=True,
        conical=True,
    )


def draw_possum(r: random.Random, n: int) -> Params:
    """A positive sum of monomials on an orthant."""
    e = _exponents(r, n, r.randint(2, 4), 4)
    return {
        "e": e,
        "c": [r.choice([1, 1, 2, 3]) for _ in e],
        "h": _prior(r, n),
        "s": r.choice([1, 1, 2]),
        "extra": [int(r.random() < 0.3) for _ in range(n)],
    }


def possum(p: Params) -> Germ:
    """Build ``(sum c x^e)^s`` on an orthant where all its terms are positive."""
    g = newton({"e": p["e"], "h": p["h"]})
    _require(len(p["c"]) == len(p["e"]) and min(p["c"]) > 0 and p["s"] > 0 and len(p["extra"]) == g.n)
    walls = tuple(i for i in range(g.n) if p["extra"][i] or any(x[i] % 2 for x in p["e"]))
    _require(bool(walls))
    f = add(*(monomial(e, c) for c, e in zip(p["c"], p["e"])))
    return Germ(
        g.n,
        (power(f, p["s"]),),
        (g.value[0] / p["s"], g.value[1]),
        "positive on the orthant, comparable to its monomials",
        g.prior,
        nonneg=True,
        conical=True,
        walls=walls,
    )


# ---------------------------------------------------------------- Brieskorn-Pham and binomials
def draw_bp(r: random.Random, n: int) -> Params:
    """A sum of powers with signs, and terms of higher weight."""
    n = max(n, 2)
    if r.random() < 0.4:
        a, signs = [2 * r.randint(1, 3) for _ in range(n)], [1] * n
    else:
        a, signs = [r.randint(2, 6) for _ in range(n)], [r.choice([1, -1]) for _ in range(n)]
    extra = []
    for _ in range(r.choice([0, 0, 1, 2])):
        e = [r.randint(0, x) for x in a]
        if sum(Fraction(y, x) for x, y in zip(a, e)) > 1:
            extra.append([r.choice([1, -1, 2]), e])
    return {
        "a": a,
        "signs": signs,
        "c": [r.choice([1, 1, 2, 3]) for _ in a],
        "extra": extra,
        "h": _prior(r, n),
        "s": r.choice([1, 1, 1, 2]),
    }


def bp(p: Params) -> Germ:
    """Build ``(sum ± c x_i^a_i + higher weight)^s``."""
    a, signs = p["a"], [1 if s > 0 else -1 for s in p["signs"]]
    n = len(a)
    h = _orders(p, n)
    _require(n >= 2 and min(a) >= 2 and len(signs) == n and len(p["c"]) == n and min(p["c"]) > 0 and p["s"] > 0)
    for c, e in p["extra"]:
        _require(c != 0 and len(e) == n and min(e) >= 0 and sum(Fraction(y, x) for x, y in zip(a, e)) > 1)
    definite = all(x % 2 == 0 for x in a) and len(set(signs)) == 1
    c = sum((Fraction(1 + y, x) for x, y in zip(a, h)), Fraction(0))
    value = (c, 1) if definite else (min(Fraction(1), c), 2 if c == 1 else 1)
    f = add(
        *(monomial([x if j == i else 0 for j in range(n)], s * q) for i, (x, s, q) in enumerate(zip(a, signs, p["c"]))),
        *(monomial(e, q) for q, e in p["extra"]),
    )
    nonneg = (definite and signs[0] > 0) or p["s"] % 2 == 0
    return Germ(
        n,
        (power(f, p["s"]),),
        (value[0] / p["s"], value[1]),
        "sum of powers and terms of higher weight: sum of weights, at most 1 where the sign changes",
        monomial(h),
        nonneg=nonneg,
        conical=not p["extra"],
    )


def draw_binom(r: random.Random, n: int) -> Params:
    """A power of a binomial times a monomial."""
    n = max(n, 2)
    cut = r.randint(1, n - 1)
    order = r.sample(range(n), n)
    a = [r.randint(1, 4) if i in order[:cut] and r.random() < 0.85 else 0 for i in range(n)]
    b = [r.randint(1, 4) if i in order[cut:] and r.random() < 0.85 else 0 for i in range(n)]
    a[order[0]], b[order[-1]] = r.randint(1, 4), r.randint(1, 4)
    return {
        "outer": [r.choice([0, 0, 0, 1, 2]) for _ in range(n)],
        "a": a,
        "b": b,
        "c": r.choice([1, 1, 2, 3, -1, -2]),
        "s": r.choice([1, 1, 2, 3]),
        "h": _prior(r, n),
    }


def binom(p: Params) -> Germ:
    """Build ``x^outer (x^a - c x^b)^s``; without a real torus zero the binomial is comparable to its two terms."""
    outer, a, b, c, s = p["outer"], p["a"], p["b"], p["c"], p["s"]
    n = len(outer)
    h = _orders(p, n)
    _require(len(a) == len(b) == n and s > 0 and c != 0 and min([*outer, *a, *b]) >= 0)
    _require(any(a) and any(b) and not any(x and y for x, y in zip(a, b)))
    definite = c < 0 and all(x % 2 == 0 for x in [*a, *b])
    if definite:
        value = truths.newton([[o + s * x for o, x in zip(outer, e)] for e in (a, b)], h)
    else:
        value = truths.binomial(outer, a, b, s, h)
    f = mul(monomial(outer), power(add(monomial(a), monomial(b, -c)), s))
    even = all(x % 2 == 0 for x in outer) and (definite or s % 2 == 0)
    return Germ(
        n,
        (f,),
        value,
        "monomial times a power of a binomial: toric divisors and the strict transform",
        monomial(h),
        nonneg=even,
        conical=True,
    )


# ---------------------------------------------------------------- plane curves
def draw_curve(r: random.Random, n: int) -> Params:
    """Branches with some Puiseux pairs, multiplicities, a prior of the same kind."""
    del n
    branches = []
    common = [[k, r.choice([1, -1, 2])] for k in range(1, 3) if r.random() < 0.5]
    for _ in range(r.choice([1, 1, 2, 2, 3])):
        q = r.choice([1, 1, 1, 2, 2, 3, 4])
        terms = [[k * q, c] for k, c in common[: r.randint(0, 2)]]
        last = terms[-1][0] if terms else 0
        for _ in range(r.choice([1, 1, 2]) if q > 1 else r.choice([0, 1])):
            last += r.randint(1, q + 2)
            terms.append([last, r.choice([1, 1, -1, 2])])
        branches.append(
            {
                "n": q,
                "terms": terms,
                "pair": int(q == 1 and bool(terms) and r.random() < 0.3),
                "k": r.choice([1, 1, 1, 2, 3]),
                "h": r.choice([0, 0, 0, 1, 2]),
            }
        )
    if r.random() < 0.2:
        branches[-1]["k"] = 0
    return {
        "branches": branches,
        "vertical": [r.choice([0, 0, 0, 1, 2]), r.choice([0, 0, 0, 1])],
        "sides": 0,
        "positive": 0,
    }


def draw_wallcurve(r: random.Random, n: int) -> Params:
    """The same on a half plane or a quadrant."""
    return draw_curve(r, n) | {"sides": 1, "positive": int(r.random() < 0.4)}


def curve(p: Params) -> Germ:
    """Build the product of the equations of branches."""
    factors = []
    for b in p["branches"]:
        terms = tuple((k, Fraction(c)) for k, c in b["terms"])
        _require(b["n"] >= 1 and all(c for _, c in terms) and b["k"] >= 0 and b["h"] >= 0 and b["n"] <= 6)
        _require(all(i < j for (i, _), (j, _) in itertools.pairwise(terms)) and all(k > 0 for k, _ in terms))
        _require(not b["pair"] or (b["n"] == 1 and bool(terms)))
        branch = Branch(b["n"], terms, bool(b["pair"]))
        _require(len(set(branch.roots(1))) == (2 if branch.pair else b["n"]), "not primitive")
        factors.append((branch, b["k"], b["h"]))
    a, h = p["vertical"]
    _require(a >= 0 and h >= 0 and (a or any(k for _, k, _ in factors)))
    sides = (1,) if p["sides"] else (1, -1)
    value = threshold(factors, (a, h), sides, bool(p["positive"]))
    f = mul(power(Var(0), a), *(power(b.equation(), k) for b, k, _ in factors))
    prior = mul(power(Var(0), h), *(power(b.equation(), j) for b, _, j in factors))
    nonneg = a % 2 == 0 and all(k % 2 == 0 or b.pair for b, k, _ in factors)
    walls = ((0,) if p["sides"] else ()) + ((1,) if p["positive"] else ())
    return Germ(
        2,
        (f,),
        value,
        "plane curve: minimum of (1 + q + v(prior)) / v(f) over the real tree of roots",
        prior,
        nonneg=nonneg,
        walls=walls,
    )


# ---------------------------------------------------------------- arrangements, cones, matrices
def draw_arr(r: random.Random, n: int) -> Params:
    """Hyperplanes with multiplicities."""
    n = min(max(n, 2), 4)
    forms: list[list[int]] = []
    while len(forms) < r.randint(2, 6 if n < 4 else 5):
        v = [r.choice([0, 0, 1, 1, -1, 2]) for _ in range(n)]
        if any(v) and all(truths.rank([v, w]) == 2 for w in forms):
            forms.append(v)
    return {
        "forms": forms,
        "k": [r.choice([1, 1, 2, 3]) for _ in forms],
        "h": [r.choice([0, 0, 1, 2]) if r.random() < 0.4 else 0 for _ in forms],
    }


def arr(p: Params) -> Germ:
    """Build a product of powers of linear forms."""
    forms, k, h = p["forms"], p["k"], p["h"]
    _require(bool(forms) and len(forms) == len(k) == len(h) and any(k) and min([*k, *h]) >= 0)
    _require(all(any(v) for v in forms) and len({len(v) for v in forms}) == 1)
    _require(all(truths.rank([v, w]) == 2 for i, v in enumerate(forms) for w in forms[:i]))
    n = len(forms[0])
    units = [[int(i == j) for j in range(n)] for i in range(n)]
    line = [polynomial([(c, units[i]) for i, c in enumerate(v) if c]) for v in forms]
    return Germ(
        n,
        (mul(*(power(x, e) for x, e in zip(line, k))),),
        truths.arrangement(forms, k, h),
        "hyperplane arrangement: dense flats, nested sets",
        mul(*(power(x, e) for x, e in zip(line, h))),
        nonneg=all(e % 2 == 0 for e in k),
        conical=True,
    )


CUBICS: dict[str, tuple[list[tuple[int, list[int]]], list[Value]]] = {
    "node": ([(1, [0, 2, 1]), (-1, [3, 0, 0]), (-1, [2, 0, 1])], [(Fraction(1), 2)]),
    "solitary": ([(1, [0, 2, 1]), (-1, [3, 0, 0]), (1, [2, 0, 1])], [(Fraction(1), 1)]),
    "cusp": ([(1, [0, 2, 1]), (-1, [3, 0, 0])], [(Fraction(5, 6), 1)]),
    "smooth": ([(1, [3, 0, 0]), (1, [0, 3, 0]), (1, [0, 0, 3])], []),
    "tangent": ([(1, [1, 0, 2]), (-1, [0, 2, 1])], [(Fraction(3, 4), 1)]),
    "secant": ([(1, [1, 1, 1]), (-1, [0, 3, 0])], [(Fraction(1), 2)]),
}
"""Homogeneous cubics x^i y^j z^k with the thresholds of their singular points (real ones)."""


def draw_cone(r: random.Random, n: int) -> Params:
    """A cone over a plane cubic, to a power."""
    del n
    return {"kind": r.choice(sorted(CUBICS)), "s": r.choice([1, 1, 2, 3])}


def cone(p: Params) -> Germ:
    """Build the cone: the origin gives 3/3, smooth points 1, and the singular points their own values."""
    _require(p["s"] > 0)
    terms, singular = CUBICS[p["kind"]]
    here = (Fraction(1), 1)
    lam, m = truths.worst([here, *singular])
    if lam == 1:  # the exceptional plane meets the strict transform, and a node of it
        m = 1 + m
    return Germ(
        3,
        (power(polynomial(terms), p["s"]),),
        (lam / p["s"], m),
        "cone over a cubic: 3/3, the curve and its singular points",
        nonneg=p["s"] % 2 == 0,
        conical=True,
    )


def draw_det(r: random.Random, n: int) -> Params:
    """A determinant."""
    return {"size": 2 if n < 9 else 3, "s": r.choice([1, 2])}


def det(p: Params) -> Germ:
    """Build a power of the generic determinant: (1, 1)."""
    size, s = p["size"], p["s"]
    _require(size in (2, 3) and s > 0)
    x = [[Var(size * i + j) for j in range(size)] for i in range(size)]
    if size == 2:
        f = add(mul(x[0][0], x[1][1]), mul(monomial([], -1), x[0][1], x[1][0]))
    else:
        signs = [((0, 1, 2), 1), ((1, 2, 0), 1), ((2, 0, 1), 1), ((0, 2, 1), -1), ((1, 0, 2), -1), ((2, 1, 0), -1)]
        f = add(*(mul(monomial([], c), *(x[i][q[i]] for i in range(3))) for q, c in signs))
    return Germ(
        size * size, (power(f, s),), (Fraction(1, s), 1), "determinant: (1, 1)", nonneg=s % 2 == 0, conical=True
    )


def draw_rrr(r: random.Random, n: int) -> Params:
    """A product of two matrices at 0."""
    del n
    return {
        "size": list(
            r.choice(
                [
                    (1, 1, 1),
                    (1, 2, 1),
                    (1, 1, 2),
                    (2, 1, 2),
                    (1, 2, 2),
                    (2, 2, 1),
                    (1, 3, 1),
                    (2, 2, 2),
                    (3, 1, 2),
                    (1, 3, 2),
                    (2, 1, 3),
                ]
            )
        )
    }


def rrr(p: Params) -> Germ:
    """Build A·B, sizes M x H and H x N: Aoyagi and Watanabe (2005) at rank 0."""
    m, h, n = p["size"]
    _require(min(m, h, n) >= 1 and m * h + h * n <= 9)
    if n <= m + h and m <= n + h and h <= m + n:
        twice = Fraction(2 * h * (m + n) + 2 * m * n - h * h - m * m - n * n + (m + n + h) % 2, 4)
        mult = 1 + (m + n + h) % 2
    else:
        twice = Fraction(h * m if m + h < n else h * n if n + h < m else m * n)
        mult = 1
    a = [[Var(i * h + j) for j in range(h)] for i in range(m)]
    b = [[Var(m * h + i * n + j) for j in range(n)] for i in range(h)]
    gens = tuple(add(*(mul(a[i][k], b[k][j]) for k in range(h))) for i in range(m) for j in range(n))
    return Germ(m * h + h * n, gens, (twice, mult), "matrix product at 0 (Aoyagi and Watanabe 2005)", conical=True)


# ---------------------------------------------------------------- combinations
def _parts(p: Params) -> list[Germ]:
    _require(bool(p["parts"]))
    return [build(q["family"], q["params"]) for q in p["parts"]]


def _apart(germs: Sequence[Germ]) -> tuple[int, list[tuple[Expr, ...]], Expr, tuple[int, ...]]:
    """The functions of all parts in separate variables, the product of priors, the walls."""
    n, functions, priors, walls = 0, [], [], []
    for g in germs:
        functions.append(tuple(shifted(f, n) for f in g.functions))
        priors.append(shifted(g.prior, n))
        walls += [n + i for i in g.walls]
        n += g.n
    _require(n <= 9, "too many variables")
    return n, functions, mul(*priors), tuple(walls)


SINGLE = ("mono", "evensum", "bp", "binom", "curve", "arr", "cone", "mono", "bp", "chain")


def _draw_parts(r: random.Random, n: int, names: Sequence[str]) -> list[dict[str, Any]]:
    out = []
    left = max(n, 2)
    while left > 0:
        name = r.choice(names)
        size = r.randint(1, min(3, left))
        params = family_of(name)[0](r, size)
        used = build(name, params).n
        if used <= left:
            out.append({"family": name, "params": params})
            left -= used
        elif r.random() < 0.1:
            out.append({"family": "mono", "params": {"k": [r.choice([2, 2, 4])], "h": [0]}})
            left -= 1
    return out


def draw_sum(r: random.Random, n: int) -> Params:
    """Non-negative functions (or squares) of separate variables, added."""
    return {"parts": _draw_parts(r, n, SINGLE), "c": r.choice([1, 1, 2, 3])}


def sum_(p: Params) -> Germ:
    """Build a sum in separate variables; parts that may change sign are squared."""
    germs = _parts(p)
    _require(p["c"] > 0 and all(len(g.functions) == 1 for g in germs))
    n, functions, prior, walls = _apart(germs)
    terms, values = [], []
    for g, fs in zip(germs, functions):
        s = 1 if g.nonneg else 2
        terms.append(power(fs[0], s))
        values.append((g.value[0] / s, g.value[1]))
    terms[0] = mul(monomial([], p["c"]), terms[0])
    return Germ(
        n,
        (add(*terms),),
        truths.total(values),
        "sum of non-negative functions of separate variables",
        prior,
        nonneg=True,
        conical=all(g.conical for g in germs),
        walls=walls,
    )


def draw_prod(r: random.Random, n: int) -> Params:
    """Powers of functions of separate variables, multiplied."""
    parts = _draw_parts(r, n, SINGLE)
    return {"parts": parts, "s": [r.choice([1, 1, 2]) for _ in parts]}


def prod(p: Params) -> Germ:
    """Build a product in separate variables."""
    germs = _parts(p)
    _require(len(p["s"]) == len(germs) and min(p["s"]) > 0 and all(len(g.functions) == 1 for g in germs))
    n, functions, prior, walls = _apart(germs)
    f = mul(*(power(fs[0], s) for fs, s in zip(functions, p["s"])))
    value = truths.product([(g.value[0] / s, g.value[1]) for g, s in zip(germs, p["s"])])
    return Germ(
        n,
        (f,),
        value,
        "product of functions of separate variables",
        prior,
        nonneg=all(g.nonneg or s % 2 == 0 for g, s in zip(germs, p["s"])),
        conical=all(g.conical for g in germs),
        walls=walls,
    )


def draw_compo(r: random.Random, n: int) -> Params:
    """The ideal of products of powers of functions in separate variables."""
    parts = _draw_parts(r, max(n, 2), SINGLE)
    count = len(parts)
    exponents = _exponents(r, count, r.randint(2, 3) if count > 1 else 1, 3)
    return {"parts": parts, "e": exponents}


def compo(p: Params) -> Germ:
    """Build the ideal; the linear programme over the sizes of the functions gives its value."""
    germs, e = _parts(p), p["e"]
    _require(bool(e) and all(len(x) == len(germs) and any(x) and min(x) >= 0 for x in e))
    _require(all(len(g.functions) == 1 for g in germs))
    n, functions, prior, walls = _apart(germs)
    gens = tuple(mul(*(power(fs[0], s) for fs, s in zip(functions, x))) for x in e)
    return Germ(
        n,
        gens,
        truths.composite([g.value for g in germs], e),
        "products of functions of separate variables: linear programme over their sizes",
        prior,
        conical=all(g.conical for g in germs),
        walls=walls,
    )


def draw_join(r: random.Random, n: int) -> Params:
    """Ideals in separate variables, added."""
    return {"parts": _draw_parts(r, n, ("newton", "mono", "bp", "curve", "newton", "binom"))}


def join(p: Params) -> Germ:
    """Build the sum of ideals: thresholds add."""
    germs = _parts(p)
    n, functions, prior, walls = _apart(germs)
    return Germ(
        n,
        tuple(f for fs in functions for f in fs),
        truths.total([g.value for g in germs]),
        "ideals in separate variables added",
        prior,
        conical=all(g.conical for g in germs),
        walls=walls,
    )


FAMILIES: dict[str, tuple[Callable[[random.Random, int], Params], Callable[[Params], Germ]]] = {
    "mono": (draw_mono, mono),
    "newton": (draw_newton, newton),
    "evensum": (draw_evensum, evensum),
    "possum": (draw_possum, possum),
    "bp": (draw_bp, bp),
    "binom": (draw_binom, binom),
    "curve": (draw_curve, curve),
    "wallcurve": (draw_wallcurve, curve),
    "arr": (draw_arr, arr),
    "cone": (draw_cone, cone),
    "det": (draw_det, det),
    "rrr": (draw_rrr, rrr),
    "sum": (draw_sum, sum_),
    "prod": (draw_prod, prod),
    "compo": (draw_compo, compo),
    "join": (draw_join, join),
}


def family_of(name: str) -> tuple[Callable[[random.Random, int], Params], Callable[[Params], Germ]]:
    """How parameters of a family are drawn, and how its germ is built."""
    from tests.fuzz.more_germs import FAMILIES as MORE  # it needs Germ

    return FAMILIES[name] if name in FAMILIES else MORE[name]


def build(family: str, params: Params) -> Germ:
    """The germ of a family for given parameters (ValueError where they make no sense)."""
    try:
        return family_of(family)[1](params)
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(str(error)) from error

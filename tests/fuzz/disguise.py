"""Steps that keep (λ, m): changes of coordinates, units, other generators, another point; and the final problem.

A recipe is plain data: a germ (family and parameters), steps, and how the question is put.  `problem` builds the case
from it, so that a shrinker may drop steps and make numbers smaller.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tests.fuzz import germs
from tests.fuzz.expr import (
    ONE,
    Const,
    Expr,
    Mul,
    Pow,
    TooLarge,
    Var,
    add,
    const,
    expand,
    from_polynomial,
    mul,
    polynomial,
    power,
    ring,
    substitute,
    text,
)
from tests.fuzz.germs import Germ

Step = list[Any]
Case = dict[str, Any]
NAMES = (
    ["x", "y", "z", "w", "s", "t", "p", "q", "r"],
    [f"x{i}" for i in range(1, 10)],
    ["a", "b", "c", "d", "e", "f", "g", "h", "k"],
    [f"w{i}" for i in range(1, 10)],
)
LONGEST = 6000
"""Characters of one function; longer ones are not asked."""
MOST_TERMS = 250
DENSE = 10
"""So many times as long may functions of dense disguises be."""


@dataclass(frozen=True)
class Recipe:
    """A germ, the steps of its disguise, and the question."""

    family: str
    params: dict[str, Any]
    steps: tuple[Step, ...] = ()
    question: tuple[tuple[str, Any], ...] = ()

    def ask(self, key: str, default: Any = None) -> Any:
        """A part of the question."""
        return dict(self.question).get(key, default)


@dataclass(frozen=True)
class State:
    """Functions and prior in the present coordinates; the coordinates of the germ in them."""

    functions: tuple[Expr, ...]
    prior: Expr
    coordinates: tuple[Expr, ...]
    positive: bool


def _substitute(s: State, images: list[Expr]) -> State:
    def go(e: Expr) -> Expr:
        return substitute(e, images)

    return replace(
        s, functions=tuple(map(go, s.functions)), prior=go(s.prior), coordinates=tuple(map(go, s.coordinates))
    )


def apply(s: State, step: Step) -> State:
    """One step; ValueError where it makes no sense."""
    n = len(s.coordinates)
    images: list[Expr] = [Var(i) for i in range(n)]
    kind = step[0]
    if kind == "shear":  # x_i -> x_i + polynomial without constant term and without x_i
        _, i, terms = step
        _need(0 <= i < n and all(len(e) == n and any(e) and e[i] == 0 and c for c, e in terms))
        images[i] = add(Var(i), polynomial(terms))
        return _substitute(s, images)
    if kind == "bend":  # x_i -> x_i + terms of order 2 or more, all at once: coordinates near the point only
        _, each = step
        _need(len(each) == n and all(len(e) == n and sum(e) > 1 for terms in each for _, e in terms))
        return _substitute(s, [add(Var(i), polynomial(terms)) for i, terms in enumerate(each)])
    if kind == "stretch":  # x_i -> c x_i
        _, i, c = step
        _need(0 <= i < n and Fraction(c) != 0)
        images[i] = mul(const(c), Var(i))
        return _substitute(s, images)
    if (
        kind == "unit"
    ):  # one function (or the prior, j = -1) times 1 + sum of terms; even terms when it must be positive
        _, j, constant, terms = step
        c = Fraction(constant)
        _need(c != 0 and all(len(e) == n and any(e) for _, e in terms))
        if j >= 0 and s.positive:
            _need(c > 0)
        u = add(const(c), polynomial(terms))
        if j == -1:
            return replace(s, prior=mul(s.prior, u))
        _need(0 <= j < len(s.functions))
        return replace(s, functions=tuple(mul(u, f) if k == j else f for k, f in enumerate(s.functions)))
    if kind == "mix":  # generator i += polynomial * generator j
        _, i, j, terms = step
        _need(len(s.functions) > max(i, j) and i != j and min(i, j) >= 0 and all(len(e) == n for _, e in terms))
        fs = list(s.functions)
        fs[i] = add(fs[i], mul(polynomial(terms), fs[j]))
        return replace(s, functions=tuple(fs))
    if kind == "extra":  # one more generator from the ideal
        _, factors = step
        _need(len(s.functions) > 1 and all(0 <= j < len(s.functions) for j, _ in factors) and bool(factors))
        return replace(s, functions=(*s.functions, add(*(mul(polynomial(t), s.functions[j]) for j, t in factors))))
    raise ValueError(f"no step {kind}")


def _need(condition: bool) -> None:
    if not condition:
        raise ValueError("a step makes no sense")


def _shape(e: Expr, how: str, n: int, most: int = MOST_TERMS) -> Expr:
    """Raw, expanded, or with expanded bases of its factors."""
    if how == "raw":
        return e
    if how == "half":
        if isinstance(e, Mul):
            return mul(*(_shape(f, how, n, most) for f in e.factors))
        if isinstance(e, Pow):
            return power(_shape(e.base, "full", n, most), e.exponent)
        if isinstance(e, (Const, Var)):
            return e
        return _shape(e, "full", n, most)
    p = expand(e, ring(n))
    if len(p) > most:
        raise TooLarge(f"more than {most} terms")
    return from_polynomial(p)


def problem(recipe: Recipe) -> Case:
    """The case of a recipe, in the format of the case files (plus ``at_text`` and ``region_text`` where those are
    needed).

    Raises
    ------
    ValueError : the recipe makes no sense, or the functions become too long to ask.
    """
    if recipe.family in GLOBAL:
        return GLOBAL[recipe.family](recipe)
    g = germs.build(recipe.family, recipe.params)
    n = g.n
    s = State(g.functions, g.prior, tuple(Var(i) for i in range(n)), recipe.ask("as") == "K" and g.nonneg)
    for step in recipe.steps:
        if step[0] == "unit" and recipe.ask("box"):
            _need(all(c > 0 and all(x % 2 == 0 for x in e) for c, e in step[3]) and Fraction(step[2]) > 0)
        s = apply(s, step)
    return _case(recipe, g, s)


def _case(recipe: Recipe, g: Germ, s: State) -> Case:
    n = g.n
    names = NAMES[recipe.ask("names", 0)][:n]
    at = [Fraction(c) for c in recipe.ask("at", [0] * n)]
    _need(len(at) == n)
    inner: list[Expr] = [add(Var(i), const(-c)) for i, c in enumerate(at)]
    extra: Case = {"point": [str(c) for c in at]}
    box = recipe.ask("box")
    roots = recipe.ask("roots", {})
    ask = recipe.ask("as")
    if box is not None:
        _need(g.conical and len(box) == n and not roots)
        extra = {"region": _box(g, s, at, box)}
    elif roots:  # some coordinates are q(y) with q(y) = y^d - c, at its positive root
        _need(all(0 <= int(i) < n for i in roots))
        where = [str(c) for c in at]
        for i, (d, c) in roots.items():
            _need(d >= 2 and c >= 2 and round(c ** (1 / d)) ** d != c)
            inner[int(i)] = add(power(Var(int(i)), d), const(-c))
            where[int(i)] = f"sqrt({c})" if d == 2 else f"root(t^{d}-{c}, {1 - d % 2})"
        if recipe.ask("interval"):
            _need(g.conical and not g.walls)
            extra = {"region": [["1", "4"] if str(i) in roots else [str(at[i] - 1), str(at[i] + 2)] for i in range(n)]}
        else:
            extra = {"point": None, "at_text": ", ".join(f"{v}={c}" for v, c in zip(names, where))}
    elif g.walls:
        walls = [substitute(s.coordinates[i], inner) for i in g.walls]
        shaped = [_shape(w, "full", n) for w in walls]
        extra["region_text"] = ", ".join(f"{text(w, names)} >= 0" for w in shaped)
    functions = [substitute(f, inner) for f in s.functions]
    prior = substitute(s.prior, inner)
    how = recipe.ask("shape", "raw")
    larger = DENSE if recipe.ask("dense") else 1
    lam, m = g.value

    def written(e: Expr, how: str = how) -> str:
        return _text(e, how, names, larger)

    case: Case
    if len(functions) == 1:
        f = functions[0]
        if ask == "K":
            c = recipe.ask("power", 1)
            _need(c >= 1 and (g.nonneg or c % 2 == 0))
            case, lam = {"K": written(power(f, c)), "mode": "K"}, lam / c
        elif ask == "ideal":
            case, lam = {"ideal": [written(f)], "mode": "ideal"}, lam / 2
        else:
            case = {"K": written(f), "mode": "abs"}
    elif ask == "K":
        weights = recipe.ask("weights", [1] * len(functions))
        _need(min(weights) > 0)
        weights = [*weights, *[1] * len(functions)]
        total = add(*(mul(const(c), power(f, 2)) for c, f in zip(weights, functions)))
        case, lam = {"K": written(total), "mode": "K"}, lam / 2
    else:
        case, lam = {"ideal": [written(f) for f in functions], "mode": "ideal"}, lam / 2
    case["prior"] = None if prior == ONE else written(prior, recipe.ask("prior shape", how))
    case |= {"vars": names, **extra, "lambda": f"{lam.numerator}/{lam.denominator}", "m": m, "note": g.note}
    return case


def _text(e: Expr, how: str, names: list[str], larger: int = 1) -> str:
    try:
        e = _shape(e, how, len(names), MOST_TERMS * larger)
    except TooLarge:
        if how == "raw":
            raise
    out = text(e, names)
    if len(out) > LONGEST * larger:
        raise TooLarge("too long")
    return out


def _box(g: Germ, s: State, at: list[Fraction], box: list[list[Any]]) -> list[list[str]]:
    """A box with the point inside; at a wall variable the point is an end (the coordinate must be ±c (w - p) there)."""
    out = []
    for i, (below, above) in enumerate(box):
        lo, hi = Fraction(below), Fraction(above)
        _need(lo > 0 and hi > 0)
        if i in g.walls:
            e = s.coordinates[i]
            sign = 1 if e == Var(i) else 0
            if (
                isinstance(e, Mul)
                and len(e.factors) == 2
                and e.factors[1] == Var(i)
                and isinstance(e.factors[0], Const)
            ):
                sign = 1 if e.factors[0].value > 0 else -1
            _need(sign != 0)
            out.append([str(at[i]), str(at[i] + hi)] if sign > 0 else [str(at[i] - lo), str(at[i])])
        else:
            out.append([str(at[i] - lo), str(at[i] + hi)])
    return out


# ---------------------------------------------------------------- whole boxes with several zeros
def globsep(recipe: Recipe) -> Case:
    """Sums over blocks of products of one-variable polynomials ``prod (x - r)^e``: combinations of roots in a box.

    Parameters: blocks of variables; each variable has factors [kind, root, exponent] (kind 0: x - root, 1: x^2 - root
    with the root no square, 2: x^2 + root) and an interval.
    """
    p = recipe.params
    n = sum(len(b) for b in p["blocks"])
    _need(1 <= n <= 9)
    names = NAMES[recipe.ask("names", 0)][:n]
    terms, values, region = [], [], []
    i = 0
    for block in p["blocks"]:
        factors, orders = [], []
        for v in block:
            lo, hi = Fraction(v["lo"]), Fraction(v["hi"])
            _need(lo < hi)
            top = 0
            for kind, root, e in v["factors"]:
                _need(e > 0)
                q = Fraction(root)
                if kind == 0:
                    base, hit = add(Var(i), const(-q)), lo <= q <= hi
                elif kind == 1:
                    _need(q >= 2 and round(float(q) ** 0.5) ** 2 != q)
                    base = add(power(Var(i), 2), const(-q))
                    hit = any(
                        (lo <= 0 or lo * lo < q) and hi > 0 and hi * hi > q
                        if s > 0
                        else (hi >= 0 or hi * hi < q) and lo < 0 and lo * lo > q
                        for s in (1, -1)
                    )
                else:
                    _need(q > 0)
                    base, hit = add(power(Var(i), 2), const(q)), False
                factors.append(power(base, 2 * e))
                if hit:
                    top = max(top, 2 * e)
            orders.append(top)
            region.append([str(lo), str(hi)])
            i += 1
        best = max(orders)
        _need(best > 0)
        values.append((Fraction(1, best), orders.count(best)))
        terms.append(mul(*factors))
    lam, m = germs.truths.total(values)
    out = _text(add(*terms), recipe.ask("shape", "raw"), names)
    return {
        "K": out,
        "mode": "K",
        "prior": None,
        "vars": names,
        "region": region,
        "lambda": f"{lam.numerator}/{lam.denominator}",
        "m": m,
        "note": "roots of one-variable factors in the box",
    }


def globfin(recipe: Recipe) -> Case:
    """A product over points of powers of definite germs: the least λ of those in the box, sheared by an
    automorphism."""
    p = recipe.params
    n = len(p["lo"])
    _need(1 <= n <= 4 and len(p["hi"]) == n)
    lo, hi = [Fraction(c) for c in p["lo"]], [Fraction(c) for c in p["hi"]]
    _need(all(a < b for a, b in zip(lo, hi)))
    names = NAMES[recipe.ask("names", 0)][:n]
    factors, values = [], []
    seen = set()
    for z in p["zeros"]:
        c = [Fraction(x) for x in z["at"]]
        _need(len(c) == n and len(z["e"]) == n and min(z["e"]) > 0 and z["s"] > 0 and tuple(c) not in seen)
        seen.add(tuple(c))
        # coordinates: x_i - c_i, the last one sheared so that it is x_n - c_n + (polynomial in the others, 0 at c)
        coordinates = [add(Var(i), const(-x)) for i, x in enumerate(c)]
        if n > 1 and z["shear"]:
            _need(c[-1] not in (lo[-1], hi[-1]))  # at an end the shear would bend the germ away from the wall
            coordinates[-1] = add(coordinates[-1], mul(const(z["shear"]), power(coordinates[0], 2)))
        factors.append(power(add(*(power(x, 2 * e) for x, e in zip(coordinates, z["e"]))), z["s"]))
        if all(a <= x <= b for a, x, b in zip(lo, c, hi)):
            values.append((sum((Fraction(1, 2 * e) for e in z["e"]), Fraction(0)) / z["s"], 1))
    _need(bool(values))
    lam, m = germs.truths.worst(values)
    out = _text(mul(*factors), recipe.ask("shape", "raw"), names)
    return {
        "K": out,
        "mode": "K",
        "prior": None,
        "vars": names,
        "region": [[str(a), str(b)] for a, b in zip(lo, hi)],
        "lambda": f"{lam.numerator}/{lam.denominator}",
        "m": m,
        "note": "finitely many definite germs",
    }


GLOBAL = {"globsep": globsep, "globfin": globfin}


def draw_steps(r: random.Random, g: Germ, strength: int, box: bool, positive: bool) -> list[Step]:
    """Random steps: linear and polynomial shears, stretches, units, mixtures of generators."""
    n = g.n
    steps: list[Step] = []

    def exponents(low: int, top: int, without: int | None = None) -> list[int]:
        e = [0] * n
        for _ in range(r.randint(low, top)):
            choices = [i for i in range(n) if i != without]
            if choices:
                e[r.choice(choices)] += 1
        return e

    movable = [i for i in range(n) if not (box and i in g.walls)]
    for _ in range({0: 0, 1: r.randint(0, 2), 2: r.randint(1, 3), 3: r.randint(2, 5)}[strength]):
        if n > 1 and movable:
            i = r.choice(movable)
            top = r.choice([1, 1, 2, 2, 3])
            terms = [[r.choice([1, -1, 1, 2, -2]), exponents(1, top, i)] for _ in range(r.choice([1, 1, 2]))]
            steps.append(["shear", i, terms])
    if strength and r.random() < 0.3:
        steps.append(["stretch", r.randrange(n), r.choice(["2", "-1", "1/2", "3", "-2"])])
    if len(g.functions) > 1:
        count = len(g.functions)
        for _ in range(r.randint(0, strength)):
            i, j = r.sample(range(count), 2)
            steps.append(["mix", i, j, [[r.choice([1, -1, 2]), exponents(0, 2)]]])
        if strength and r.random() < 0.4:
            steps.append(["extra", [[j, [[r.choice([1, -2, 3]), exponents(0, 2)]]] for j in r.sample(range(count), 2)]])
    for j in range(len(g.functions)):
        if strength and r.random() < 0.35:
            if box:
                steps.append(["unit", j, r.choice(["1", "2", "1/3"]), [[1, [2 * x for x in exponents(1, 1)]]]])
            else:
                steps.append(
                    [
                        "unit",
                        j,
                        r.choice(["1", "2", "-1"] if not positive else ["1", "3"]),
                        [[r.choice([1, -1, 2]), exponents(1, 2)]],
                    ]
                )
    if strength and g.prior != ONE and r.random() < 0.2 and not box:
        steps.append(["unit", -1, "2", [[1, exponents(1, 2)]]])
    return steps


def draw_dense(r: random.Random, g: Germ) -> list[Step]:
    """Two to five shears of one to three terms each; mixtures of generators."""
    n = g.n
    _need(n > 1)
    steps: list[Step] = []

    def exponents(degree: int, without: int | None = None) -> list[int]:
        chosen = r.choices([i for i in range(n) if i != without], k=degree)
        return [chosen.count(i) for i in range(n)]

    for _ in range(r.choice([2, 3, 3, 4, 5])):
        i = r.randrange(n)
        each = range(r.choice([1, 2, 2, 3]))
        terms = [[r.choice([1, -1, 2, -2, 3]), exponents(r.choice([1, 1, 2, 2, 2, 3]), i)] for _ in each]
        steps.append(["shear", i, terms])
    if len(g.functions) > 1:
        for _ in range(r.randint(0, 3)):
            i, j = r.sample(range(len(g.functions)), 2)
            steps.append(["mix", i, j, [[r.choice([1, -1, 2]), exponents(r.choice([0, 0, 1]))]]])
    return steps


def draw_bend(r: random.Random, n: int) -> Step:
    """Local coordinates that no polynomials invert."""
    each = []
    for _ in range(n):
        chosen = [r.choices(range(n), k=r.choice([2, 2, 3])) for _ in range(r.choice([1, 2, 2]))]
        each.append([[r.choice([1, -1, 2]), [e.count(i) for i in range(n)]] for e in chosen])
    return ["bend", each]


__all__ = ["Recipe", "draw_bend", "draw_dense", "draw_steps", "problem"]

"""Random problems in two variables, answered by ``rlct`` and by the second route.

``python -m tests.second_route.compare --n 500 --seconds 5 --seed 0`` prints disagreements, unfinished problems and a
table; exit status 1 when the two disagree or the checker refuses an answer.
"""

from __future__ import annotations

import argparse
import random
import signal
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.second_route.plane import Value, moved, polynomial, resolve, start
from tests.second_route.region import worst


@dataclass(frozen=True)
class Question:
    """One problem: texts in x and y, mode, point, walls, prior; `where` and `point` say the same point twice."""

    kind: str
    functions: tuple[str, ...]
    mode: str
    where: str
    point: tuple[Any, ...]
    walls: tuple[str, ...]
    prior: str | None
    box: tuple[tuple[str, str], tuple[str, str]] | None = None


ALGEBRAIC: tuple[tuple[str, tuple[Any, ...], str], ...] = (
    ("sqrt(2)", ((-2, 0, 1), 1), "({v}^2-2)"),
    ("-sqrt(3)", ((-3, 0, 1), 0), "({v}^2-3)"),
    ("root(t^3-2, 0)", ((-2, 0, 0, 1), 0), "({v}^3-2)"),
    ("root(t^3-3*t+1, 1)", ((1, -3, 0, 1), 1), "({v}^3-3*{v}+1)"),
    ("(1+sqrt(5))/2", ((-1, -1, 1), 1), "({v}^2-{v}-1)"),
)


def _sparse(r: random.Random, top: int = 6, terms: int = 4) -> str:
    """A few terms without constant term."""
    out = []
    for _ in range(r.randint(2, terms)):
        i, j = r.randint(0, top), r.randint(0, top)
        if i + j == 0:
            i = r.randint(1, top)
        out.append(f"{r.choice([1, 1, -1, 2, -2, 3])}*x^{i}*y^{j}")
    return "(" + " + ".join(out) + ")"


def _binomial(r: random.Random) -> str:
    """An edge with real, irrational or no real branches."""
    a, b = r.randint(1, 4), r.randint(1, 5)
    return f"(y^{a} - {r.choice([1, 2, 3, -1, -2])}*x^{b})".replace("- -", "+ ")


def _edge(r: random.Random) -> str:
    """Powers of quasi-homogeneous factors and a term above the edge: degenerate edges, more Puiseux pairs."""
    p, q = r.choice([(1, 1), (1, 1), (2, 3), (1, 2), (3, 2), (2, 1)])
    parts = []
    for _ in range(r.randint(1, 2)):
        c = r.choice([1, 2, -1, 3, -2])
        form = r.choice(["y^{p} - {c}*x^{q}", "y^{pp} - {c}*x^{qq}", "y^{pp} + {d}*x^{q}*y^{p} - {c}*x^{qq}"])
        form = form.format(p=p, q=q, pp=2 * p, qq=2 * q, c=c, d=r.choice([1, -1, 2]))
        parts.append(f"({form})^{r.choice([1, 2, 2, 3])}")
    low = 2 * max(p, q) + 2
    extra = f"{r.choice([1, -1, 2, 4])}*x^{r.randint(low, low + 4)}*y^{r.randint(0, 3)}"
    return "(" + "*".join(parts) + " + " + extra + ")"


def _shear(r: random.Random, text: str) -> str:
    """A polynomial automorphism, by names that no text contains."""
    if r.random() < 0.5:
        g = f"(Y + {r.choice([1, -1, 2])}*x^{r.randint(1, 3)})"
        return text.replace("y", g).replace("Y", "y")
    g = f"(X + {r.choice([1, -1, 2])}*y^{r.randint(1, 3)})"
    return text.replace("x", g).replace("X", "x")


def _inner(r: random.Random) -> str:
    return r.choice([_sparse, _binomial, _edge])(r)


def sparse(r: random.Random) -> tuple[str, ...]:
    """One sparse polynomial."""
    return (_sparse(r, 8, 6),)


def edges(r: random.Random) -> tuple[str, ...]:
    """A product of one or two degenerate edges, possibly sheared."""
    text = "*".join(f"{_edge(r)}^{r.choice([1, 1, 2])}" for _ in range(r.choice([1, 1, 2])))
    return (_shear(r, text) if r.random() < 0.4 else text,)


def composed(r: random.Random) -> tuple[str, ...]:
    """f(g, h)."""
    g, h = _binomial(r), r.choice([_binomial(r), "x", "y", _sparse(r, 3, 2)])
    return (_binomial(r).replace("y", "Y").replace("x", "X").replace("Y", g).replace("X", h),)


def products(r: random.Random) -> tuple[str, ...]:
    """Binomials and sparse factors with multiplicities."""
    parts = [f"{r.choice([_binomial, _binomial, _sparse])(r)}^{r.choice([1, 1, 2, 3])}" for _ in range(r.randint(2, 3))]
    return ("*".join(parts),)


def ideals(r: random.Random) -> tuple[str, ...]:
    """Two or three generators, sometimes with a common factor."""
    common = f"*{_binomial(r)}^{r.choice([1, 1, 2])}" if r.random() < 0.4 else ""
    return tuple(_inner(r) + common for _ in range(r.choice([2, 2, 3])))


def _piece(r: random.Random) -> str:
    """A curve somewhere: lines, circles, cusps and nodes at rational and irrational points."""
    a, b = r.choice([0, 1, -1, 2]), r.choice([0, 1, -1])
    g, h = r.choice([f"(x-({a}))", "x", "(x^2-2)", "(x^2-x-1)", "(x^2-3)"]), r.choice([f"(y-({b}))", "y", "(y^2-2)"])
    n, m = r.randint(1, 3), r.randint(1, 4)
    c = r.choice([1, -1, 2, -2])
    return r.choice(
        [f"({g}^{n} + {c}*{h}^{m})", f"(x^2 + y^2 - {r.choice([1, 2, 4])})", g, f"(x*y - ({c}))", f"({g} + {c}*{h}^2)"]
    )


def boxes(r: random.Random) -> tuple[str, ...]:
    """Products and ideals of such curves, to be asked on a box."""
    count = r.choice([1, 1, 1, 2])
    return tuple(
        "*".join(f"{_piece(r)}^{r.choice([1, 1, 2, 3])}" for _ in range(r.choice([1, 2, 2, 3]))) for _ in range(count)
    )


KINDS: dict[str, Callable[[random.Random], tuple[str, ...]]] = {
    "sparse": sparse,
    "edges": edges,
    "composed": composed,
    "products": products,
    "ideals": ideals,
    "boxes": boxes,
}


def question(seed: int, kind: str | None = None) -> Question:
    """Question number `seed` (a pure function): of all kinds in turn, or of one kind."""
    r = random.Random(f"plane {seed}")
    while True:
        q = _question(r, kind or list(KINDS)[seed % len(KINDS)])
        if q is not None:
            return q


def _question(r: random.Random, kind: str) -> Question | None:
    functions = KINDS[kind](r)
    prior = r.choice([_binomial, _sparse, _edge])(r) if r.random() < 0.35 else None
    if prior and r.random() < 0.4 and kind == "products":
        prior = f"{functions[0].split('*(')[0]}"
    if kind == "boxes":
        return _boxed(r, functions, _piece(r) if r.random() < 0.3 else None)
    walls = r.choice([(), (), (), ("x",), ("y",), ("x", "y")])
    where, point = "x=0, y=0", (0, 0)
    if r.random() < 0.2 and kind != "edges":
        px, py = r.choice(ALGEBRAIC[:3]), r.choice([*ALGEBRAIC, None])
        walls = ()
        images = {"X": px[2].format(v="x"), "Y": py[2].format(v="y") if py else "y"}
        where, point = f"x={px[0]}, y={py[0] if py else 0}", (px[1], py[1] if py else 0)
        functions = tuple(_composed(f, images) for f in functions)
        prior = _composed(prior, images) if prior else None
    elif r.random() < 0.2:
        a, b = r.choice([1, -1, 2]), r.choice([0, 1, Fraction(-1, 2)])
        images = {"X": f"(x-({a}))", "Y": f"(y-({b}))"}
        where, point = f"x={a}, y={b}", (a, b)
        functions = tuple(_composed(f, images) for f in functions)
        prior = _composed(prior, images) if prior else None
        walls = tuple(_composed(w, images) for w in walls)
    mode = "ideal" if len(functions) > 1 else r.choice(["abs", "abs", "K", "ideal"])
    if mode == "K":
        functions = (f"({functions[0]})^2",)
    if any(_degree(f) > 60 for f in functions) or (prior and _degree(prior) > 60):
        return None
    polys = [polynomial(f, ("x", "y")) for f in (*functions, prior or "1")]
    if any(p == 0 or len(p) > 400 for p in polys):
        return None
    return Question(kind, functions, mode, where, point, walls, prior)


def _boxed(r: random.Random, functions: tuple[str, ...], prior: str | None) -> Question | None:
    lo, hi = ([r.choice(xs) for _ in "xy"] for xs in (["-2", "-1", "0", "-1/2"], ["1", "2", "3", "3/2"]))
    box = ((lo[0], hi[0]), (lo[1], hi[1]))
    walls = tuple(w for v, (a, b) in zip("xy", box) for w in (f"{v}-({a})", f"({b})-{v}"))
    mode = "ideal" if len(functions) > 1 else r.choice(["abs", "K"])
    if mode == "K":
        functions = (f"({functions[0]})^2",)
    if any(_degree(f) > 40 for f in functions) or any(polynomial(f, ("x", "y")) == 0 for f in functions):
        return None
    return Question("boxes", functions, mode, "", (), walls, prior, box)


@dataclass(frozen=True)
class _Degree:
    """An upper bound of a degree, by the rules of degrees."""

    n: int

    def __add__(self, other: Any) -> _Degree:
        return _Degree(max(self.n, getattr(other, "n", 0)))

    def __mul__(self, other: Any) -> _Degree:
        return _Degree(self.n + getattr(other, "n", 0))

    def __pow__(self, other: int) -> _Degree:
        return _Degree(self.n * other)

    def __neg__(self) -> _Degree:
        return self

    __radd__ = __rsub__ = __sub__ = __add__
    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> _Degree:
        return self


def _degree(text: str) -> int:
    out = eval(text.replace("^", "**"), {"__builtins__": {}}, {"x": _Degree(1), "y": _Degree(1)})
    return int(getattr(out, "n", 0))


def _composed(text: str, images: dict[str, str]) -> str:
    text = text.replace("x", "X").replace("y", "Y")
    for k, v in images.items():
        text = text.replace(k, v)
    return text


def call(q: Question) -> str:
    """The question as a line of Python."""
    first = repr(list(q.functions) if len(q.functions) > 1 else q.functions[0])
    region = f", region={', '.join(w + ' >= 0' for w in q.walls)!r}" if q.walls else ""
    prior = f", prior={q.prior!r}" if q.prior else ""
    if q.box:
        return f"rlct({first}, mode={q.mode!r}, variables='x,y', region={list(q.box)!r}{prior})"
    return f"rlct({first}, mode={q.mode!r}, variables='x,y', at={q.where!r}{region}{prior})"


class Late(Exception):
    """The second route took too long."""


def second(q: Question, seconds: float) -> Value | None:
    """The second route's answer, None when it takes too long."""

    def alarm(*_: Any) -> None:
        raise Late

    before = signal.signal(signal.SIGALRM, alarm)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    prior = [(q.prior, 1)] if q.prior else []
    try:
        if q.box:
            return worst(q.functions, q.walls, mode=q.mode, prior=prior)
        p = start(q.functions, mode=q.mode, walls=q.walls, prior=prior)
        return resolve(moved(p, q.point))
    except (Late, RecursionError):
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def first(q: Question, seconds: float) -> tuple[str, Any]:
    """What ``rlct`` says: (status, result or error)."""
    from rlct import Budget, check, rlct

    region: Any = list(q.box) if q.box else ", ".join(w + " >= 0" for w in q.walls) or None
    given = list(q.functions) if q.mode == "ideal" else q.functions[0]
    try:
        r = rlct(
            given, mode=q.mode, variables=["x", "y"], at=q.where or None, region=region, prior=q.prior,
            budget=Budget(seconds=seconds),
        )  # fmt: skip
    except Exception as error:
        return "crash", f"{type(error).__name__}: {error}"[:300]
    if r.status == "exact" and r.certificate is not None:
        try:
            report = check(r.certificate)
        except Exception as error:
            return "uncertified", f"{r.lam}, {r.multiplicity}: {type(error).__name__}: {error}"[:300]
        if r.lam != float("inf") and (report.lam, report.multiplicity) != (r.lam, r.multiplicity):
            return "uncertified", f"{r.lam}, {r.multiplicity}: proves {report.lam}, {report.multiplicity}"
    return r.status, r


def judged(q: Question, seconds: float, patience: float = 20.0) -> tuple[str, str, float]:
    """Verdict (same, wrong, bounds, outside, crash, uncertified, late), words, seconds of ``rlct``."""
    started = time.perf_counter()
    status, r = first(q, seconds)
    took = time.perf_counter() - started
    truth = second(q, patience)
    said = "no second answer" if truth is None else f"second route {truth[0]}, {truth[1]}"
    if status in ("crash", "uncertified"):
        return status, f"{said}; {r}", took
    if truth is None:
        return "late", f"{r.lam}, {r.multiplicity}", took
    lam: Any = float("inf") if truth[0] is None else truth[0]
    if status == "exact":
        same = r.lam == lam and (truth[0] is None or r.multiplicity == truth[1])
        return "same" if same else "wrong", f"{said}; rlct {r.lam}, {r.multiplicity}", took
    inside = r.bounds[0] <= lam <= r.bounds[1]
    return "bounds" if inside else "outside", f"{said}; rlct {r.bounds}, {r.multiplicity_bounds}", took


VERDICTS = ("same", "wrong", "outside", "bounds", "crash", "uncertified", "late")


def main(argv: list[str] | None = None) -> int:
    """Run the comparison."""
    ap = argparse.ArgumentParser()
    ap.add_argument("--n", type=int, default=500)
    ap.add_argument("--seconds", type=float, default=5.0)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--kind", choices=list(KINDS), default=None)
    o = ap.parse_args(argv)
    rows: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for seed in range(o.seed, o.seed + o.n):
        q = question(seed, o.kind)
        verdict, words, took = judged(q, o.seconds)
        rows[q.kind].append((verdict, took))
        if verdict not in ("same", "late") or took > o.seconds:
            print(f"{verdict} {seed} ({took:.1f} s): {words}\n    {call(q)}", flush=True)
    print(f"{'':10}{'n':>5}" + "".join(f"{v:>12}" for v in VERDICTS) + f"{'median s':>10}{'max s':>8}")
    for kind in [*KINDS, "all"]:
        part = [x for k in KINDS for x in rows[k]] if kind == "all" else rows[kind]
        if part:
            count = Counter(v for v, _ in part)
            times = [t for _, t in part]
            print(
                f"{kind:10}{len(part):5}"
                + "".join(f"{count[v]:12}" for v in VERDICTS)
                + f"{statistics.median(times):10.2f}{max(times):8.2f}"
            )
    bad = ("wrong", "outside", "crash", "uncertified")
    return int(any(v in bad for part in rows.values() for v, _ in part))


__all__ = ["Question", "call", "judged", "question"]

if __name__ == "__main__":
    sys.exit(main())

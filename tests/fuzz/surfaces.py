"""Surfaces and space ideals without a stated answer: does the program finish?

``python -m tests.fuzz.surfaces --n 100 --seconds 20`` lists what ends in bounds or takes long.  Every exact answer is
checked by the checker, and against the exponent of a plain Monte Carlo volume for gross errors.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from fractions import Fraction

from tests.fuzz.montecarlo import slope
from tests.fuzz.solve import Answer, Case, Worker

Draw = Callable[[random.Random], str]
NAMES = ("x", "y", "z")


def _term(r: random.Random, top: int, names: tuple[str, ...] = NAMES) -> str:
    e = [r.choice([0, 0, 1, 1, 2, r.randint(0, top)]) for _ in names]
    if not any(e):
        e[r.randrange(len(e))] = r.randint(1, top)
    c = r.choice([1, 1, -1, 2, -2, 3])
    return f"{c}*" + "*".join(f"{v}^{k}" for v, k in zip(names, e) if k)


def _poly(r: random.Random, top: int = 3, terms: int = 3, names: tuple[str, ...] = NAMES) -> str:
    return "(" + " + ".join(_term(r, top, names) for _ in range(r.randint(1, terms))) + ")"


def _coordinate(r: random.Random) -> str:
    """A smooth function."""
    v = r.choice(NAMES)
    return f"({v} + {_poly(r, 3, 2, tuple(n for n in NAMES if n != v))}^{r.choice([1, 1, 2])})"


def discriminant(r: random.Random) -> str:
    """Of t^3 + a t + b or t^2 + a t + b, t^4 + a t^2 + b t + c, with polynomials for a, b, c."""
    a, b, c = r.choice([("x", "y", "z"), (_poly(r), _poly(r), "z"), ("x", _poly(r), _poly(r))])
    if r.random() < 0.4:
        return f"4*({a})^3 + 27*({b})^2"
    if r.random() < 0.5:
        return f"({b})^2*({a})^2 - 4*({c})*({a})^3 - 4*({b})^3 - 27*({c})^2 + 18*({a})*({b})*({c})"
    return (
        f"16*({a})^4*({c}) - 4*({a})^3*({b})^2 - 128*({a})^2*({c})^2 + 144*({a})*({b})^2*({c}) - 27*({b})^4"
        f" + 256*({c})^3"
    )


def resultant(r: random.Random) -> str:
    """Of t^2 - a and p + q t, or of t^2 + a t + b and t^2 + c t + d."""
    a, b, c, d = (_poly(r, 2, 2) if r.random() < 0.6 else r.choice(NAMES) for _ in range(4))
    if r.random() < 0.5:
        return f"({b})^2 - ({a})*({c})^2"
    return f"(({b}) - ({d}))^2 - (({a}) - ({c}))*(({b})*({c}) - ({a})*({d}))"


def composed(r: random.Random) -> str:
    """f(g, h): curves of singular points along g = h = 0."""
    g, h = _poly(r), r.choice([_poly(r), _coordinate(r)])
    a, b = r.randint(2, 4), r.randint(2, 5)
    f = r.choice(["({g})^{a} - {c}*({h})^{b}", "(({g})^2 - {c}*({h})^3)^2 + ({g})^{a}*({h})^{b}*z"])
    return f.format(g=g, h=h, a=a, b=b, c=r.choice([1, -1, 2]))


def tangent(r: random.Random) -> str:
    """Smooth surfaces that touch to high order, with multiplicities."""
    v, first = "z", _poly(r, 2, 2, ("x", "y"))
    k = r.randint(2, 4)
    parts = [f"({v} - {first})^{r.choice([1, 1, 2])}"]
    for _ in range(r.choice([1, 1, 2])):
        parts.append(f"({v} - {first} - {r.choice([1, 2, -1])}*{_poly(r, 2, 2, ('x', 'y'))}^{k})^{r.choice([1, 1, 2])}")
    return "*".join(parts)


def varying(r: random.Random) -> str:
    """Not isolated, and the transversal type changes along the line."""
    a, b = r.randint(2, 4), r.randint(2, 5)
    return r.choice(
        [
            f"x^{a} - z^{r.randint(1, 3)}*y^{b} + {_term(r, 5)}*y^{r.randint(1, 3)}",
            f"(x^2 - z*y^2)^{r.choice([1, 2])} + y^{b + 2}*{_term(r, 2)}",
            f"(x*y - z^{a})^2 + x^{b}*{_term(r, 3)}",
            f"(x^2 + z*y^2)^2 - y^{b + 2}",
            f"x^2*z^{r.randint(1, 3)} + y^{b} + {_term(r, 3)}*x^2*y",
            f"(x^{a} + z*x*y^{r.randint(1, 3)} + y^{b})^{r.choice([1, 2])} + z^{r.randint(4, 7)}",
        ]
    )


def quasiordinary(r: random.Random) -> str:
    """Roots z = x^(a/n) y^(b/n) + ...: norms of two-term series over monomials."""
    n = r.choice([2, 2, 3])
    a, b = r.randint(0, 4), r.randint(1, 4)
    c, d = a + r.randint(0, 3), b + r.randint(0, 3)
    k = r.choice([1, 2])
    if n == 2:
        return f"((z^2 - x^{a}*y^{b})^2 - {r.choice([1, 2, 4])}*x^{a + c}*y^{b + d}*z^{r.choice([0, 1])})^{k}"
    return f"(z^3 - x^{a}*y^{b})^{k} + {r.choice([1, -1, 3])}*x^{c + 1}*y^{d + 1}*z^{r.choice([0, 1])}"


def dense(r: random.Random) -> str:
    """A form of low degree and a random tail."""
    d = r.choice([2, 3, 3, 4])
    mons = [(i, j, d - i - j) for i in range(d + 1) for j in range(d + 1 - i)]
    low = " + ".join(f"{r.choice([1, -1, 2])}*x^{i}*y^{j}*z^{k}" for i, j, k in r.sample(mons, min(len(mons), 4)))
    return f"{low} + {_poly(r, 5, 2)}*{r.choice(NAMES)}^{d}"


def ideal(r: random.Random) -> str:
    """Two or three generators, semicolons between."""
    return ";".join(r.choice([_poly, composed, resultant])(r) for _ in range(r.choice([2, 2, 3])))


KINDS: dict[str, Draw] = {
    "discriminant": discriminant,
    "resultant": resultant,
    "composed": composed,
    "tangent": tangent,
    "varying": varying,
    "quasiordinary": quasiordinary,
    "dense": dense,
    "ideal": ideal,
}


def surface(seed: int, kind: str) -> Case:
    """Number `seed` of a kind (a pure function); a case without an answer."""
    r = random.Random(f"surface {kind} {seed}")
    text = KINDS[kind](r).replace("+ -", "- ").replace("- -", "+ ")
    if r.random() < 0.2 and ";" not in text:
        g = f"(Z + {r.choice([1, -1])}*{r.choice(['x^2', 'x*y', 'x', 'x + y^2'])})"
        text = text.replace("z", g).replace("Z", "z")
    case: Case = {"id": f"surface-{kind}-{seed}", "family": kind, "vars": list(NAMES), "point": ["0", "0", "0"]}
    if ";" in text:
        case |= {"ideal": text.split(";"), "mode": "ideal"}
    else:
        case |= {"K": text, "mode": "abs"}
    case["prior"] = _poly(r, 2, 2) if r.random() < 0.15 else None
    return case


def doubtful(c: Case, a: Answer) -> float | None:
    """The sampled exponent where it is far from the answer."""
    if a["status"] != "exact" or a["lambda"] in ("inf", "0"):
        return None
    power = {k: (v.replace("^", "**") if isinstance(v, str) else v) for k, v in c.items()}
    if "ideal" in c:
        power["ideal"] = [t.replace("^", "**") for t in c["ideal"]]
    lam = float(Fraction(a["lambda"]))
    seen = slope(power | {"lambda": a["lambda"], "m": a["m"]}, samples=200_000)
    return seen if seen is not None and abs(seen - lam) > 0.35 * lam else None


def main(argv: list[str] | None = None) -> int:
    """Run."""
    ap = argparse.ArgumentParser()
    ap.add_argument("--n", type=int, default=80)
    ap.add_argument("--seconds", type=float, default=20.0)
    ap.add_argument("--slow", type=float, default=10.0)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS))
    ap.add_argument("--minutes", type=float, default=None)
    ap.add_argument("--volumes", action="store_true")
    ap.add_argument("--out", default=None)
    o = ap.parse_args(argv)
    rows: dict[str, list[Answer]] = defaultdict(list)
    worker = Worker(o.seconds)
    started = time.monotonic()
    failed = False
    out = open(o.out, "w", encoding="utf-8") if o.out else None  # noqa: SIM115 (closed below)
    for i in range(o.n):
        kind = o.kinds[i % len(o.kinds)]
        c = surface(o.seed + i // len(o.kinds), kind)
        a = worker.ask(c)
        if a["status"] == "exact" and not a["certified"]:
            a["status"] = "uncertified"
        rows[kind].append(a)
        failed |= a["status"] in ("uncertified", "crash")
        seen = doubtful(c, a) if o.volumes else None
        if a["status"] != "exact" or a["seconds"] > o.slow or seen is not None:
            got = f"{a.get('lambda')}, {a.get('m')} [{a.get('lo')}, {a.get('hi')}]"
            sampled = f" sampled {seen:.3f}" if seen is not None else ""
            what = c.get("ideal", c.get("K"))
            print(
                f"{a['status']} {c['id']} {a['seconds']:.1f} s {got}{sampled} {a.get('error') or ''}\n"
                f"    {what!r} {c['mode']} prior={c['prior']!r}",
                flush=True,
            )
        if out:
            out.write(json.dumps(c | {"answer": a}) + "\n")
        if o.minutes is not None and time.monotonic() - started > 60 * o.minutes:
            break
    worker.close()
    if out:
        out.close()
    states = ("exact", "bounds", "timeout", "crash", "uncertified", "refused")
    print(f"{'':14}{'n':>5}" + "".join(f"{s:>12}" for s in states) + f"{'median s':>10}{'max s':>8}")
    for kind in [*o.kinds, "all"]:
        part = [a for k in o.kinds for a in rows[k]] if kind == "all" else rows[kind]
        if part:
            count = Counter(a["status"] for a in part)
            times = [a["seconds"] for a in part]
            print(
                f"{kind:14}{len(part):5}"
                + "".join(f"{count[s]:12}" for s in states)
                + f"{statistics.median(times):10.2f}{max(times):8.2f}"
            )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

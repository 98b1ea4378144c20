"""Row 6 of the figures: Z(n) and n E[K] from charts, against mpmath and against the original coordinates."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np

from rlct import lambda_hat, rlct
from rlct.chart_zeta import chart_zeta, sampled_zeta

Row = tuple[str, str, bool | None, float]
SIZES = 10.0 ** np.arange(2, 13)
PLANE = ("x^2*y^4", "x^2*y^2", "x^2+y^4", "(y-x^2)^2", "(y^2-x^3)^2", "(y^2-x^2-x^3)^2", "((y-x^2)^2-x^5)^2")


def monomial(n: float) -> tuple[float, float]:
    """Z(n) and n E[K] of x²y⁴ to 30 digits."""
    with mpmath.workdps(40):
        big = mpmath.mpf(n)

        def line(t: mpmath.mpf, k: int) -> mpmath.mpf:
            a = big * mpmath.exp(-4 * t)
            if k == 0:
                value = mpmath.sqrt(mpmath.pi / a) / 2 * mpmath.erf(mpmath.sqrt(a))
            else:
                value = mpmath.gammainc(mpmath.mpf(3) / 2, 0, a) / (2 * mpmath.sqrt(a))
            return value * mpmath.exp(-t)

        cuts = [0, 1, 2, 3, 5, 8, 12, 20, 40, 80]
        z0, z1 = (mpmath.quad(lambda t, k=k: line(t, k), cuts) for k in (0, 1))
        return float(z0), float(z1 / z0)


def graded(a: float, b: float) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre panels on [a, b] that shrink towards both ends."""
    x, w = np.polynomial.legendre.leggauss(24)
    edges = np.array([0.0, *(10.0 ** np.arange(-12, -1.9, 0.5)), 0.05, 0.2, 0.5])
    e = np.unique(np.concatenate([edges, 1 - edges]))
    p = a + (b - a) * (e[:-1, None] + np.diff(e)[:, None] * 0.5 * (x + 1))
    return p.ravel(), ((b - a) * np.diff(e)[:, None] * 0.5 * w).ravel()


def squares(g: Callable[[float], float], cuts: Sequence[float], n: float, power: int = 2) -> float:
    """n E[K] for K = (y^power - g(x))² on [-1,1]², original coordinates, panels graded to the curve and to `cuts`."""
    total = [0.0, 0.0]
    for lo, hi in pairwise(cuts):
        for u, v in zip(*graded(lo, hi), strict=True):
            level = g(float(u))
            root = min(1.0, level ** (1.0 / power)) if level > 0 else 0.0
            for a, b in pairwise(sorted({0.0 if power == 2 else -1.0, root, 1.0})):
                ys, wy = graded(a, b)
                nk = n * (ys**power - level) ** 2
                likely = v * wy * np.exp(-nk)
                total[0] += float(likely.sum())
                total[1] += float((likely * nk).sum())
    return total[1] / total[0]


CURVES: dict[str, tuple[Callable[[float], float], tuple[float, ...]] | tuple[Any, ...]] = {
    "(y-x^2)^2": (lambda x: x * x, (-1.0, 0.0, 1.0), 1),
    "(y^2-x^3)^2": (lambda x: x**3, (-1.0, 0.0, 1.0)),
    "(y^2-x^2-x^3)^2": (lambda x: x * x + x**3, (-1.0, 0.0, 0.7548776662466927, 1.0)),
}


def row_6() -> list[Row]:
    """Accuracy and CPU seconds for two-variable charts, and 1e-3 by sampling beyond three variables."""
    out: list[Row] = []
    start = time.process_time()
    c = chart_zeta(rlct("x^2*y^4"))
    z, lam = c.partition(SIZES), c.lambda_hat(SIZES)
    seconds = time.process_time() - start
    worst = 0.0
    for i in (0, 4, 7, 10):
        a, b = monomial(float(SIZES[i]))
        worst = max(worst, abs(z[i] / a - 1), abs(lam[i] / b - 1))
    out.append(("x²y⁴, n = 1e2..1e12: 1e-10 of mpmath in < .5 s", f"{worst:.1e}", worst < 1e-10 and seconds < 0.5,
                seconds))
    for text in PLANE[2:]:
        start = time.process_time()
        fine = chart_zeta(rlct(text))
        value = fine.lambda_hat(SIZES)
        seconds = time.process_time() - start
        coarse = chart_zeta(rlct(text), digits=1e-10).lambda_hat(SIZES)
        change = float(np.abs(coarse / value - 1).max())
        some = [0, 2, 4, 6]
        if text in CURVES:
            g, cuts, *power = CURVES[text]
            direct, by = np.array([squares(g, cuts, float(SIZES[i]), *power) for i in some]), "graded panels"
        else:
            got = lambda_hat(text, SIZES[some], seed=1, seconds=120)
            direct, by = got.value, got.method
        away = float(np.abs(value[some] / direct - 1).max())
        by_rule = by != "volume"
        met = change < 1e-9 and (away < 1e-6 if by_rule else None) and seconds < 0.5
        out.append((f"{text}: two settings agree, 1e-6 of original coordinates, < .5 s",
                    f"{change:.1e}, {away:.1e} ({by}), λ {'as claimed' if fine.agrees else 'differs'}", met,
                    seconds))
    start = time.process_time()
    s = sampled_zeta(rlct("x^2*y^2*z^2*w^2"))
    value, error = s.zeta(np.array([-0.4, 1.0]))
    off = float(np.abs(value * np.array([0.2**4, 81.0]) - 1).max())
    out.append(("x²y²z²w² by sampling in charts: ζ(-.4), ζ(1) to 1e-3",
                f"{off:.1e} (claimed {float((error / value).max()):.1e})", off < 1e-3, time.process_time() - start))
    n = SIZES[:7:2]
    for words, gens, pairs in (("ab, cd", ["a*b", "c*d"], 2), ("ab, bc, cd", ["a*b", "b*c", "c*d"], 0),
                               ("two tanh units", ["a*b+c*d", "a*b^3+c*d^3"], 0)):
        start = time.process_time()
        value, error = sampled_zeta(rlct(gens)).lambda_hat(n)
        seconds = time.process_time() - start
        claimed = float((error / value).max())
        measured, met = f"claimed {claimed:.1e}", claimed < 1e-3
        if pairs:
            # independent parts: n E[K] is the sum of theirs
            off = float(np.abs(value / (pairs * chart_zeta(rlct("a^2*b^2")).lambda_hat(n)) - 1).max())
            measured, met = f"{off:.1e} ({measured})", off < 1e-3
        out.append((f"{words} (four variables) by sampling in charts: n E[K], n = 1e2..1e8, to 1e-3", measured, met,
                    seconds))
    return out

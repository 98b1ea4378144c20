r"""Deterministic integrals: Z(n) with at most two variables left.

`thermal` and `quadrature_estimate` integrate over cells in logarithmic coordinates u = ± e^{-t}, split where two
Gauss-Legendre rules disagree; the cells of one n are the start for the next larger one, so that ridges which sharpen
with n are followed and not missed.  With one or two variables λ comes to 1e-4 and m is settled by the residual of the
fit (a factor of hundreds between the right m and the others).
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rlct.errors import EstimationError
from rlct.numeric.kernels import evaluate_all
from rlct.numeric.watch import Watch

if TYPE_CHECKING:
    from rlct.numeric.results import Estimate
    from rlct.numeric.scaling import System

NEAR = 0.05
"""How near to an integer m as a real number must come."""
EXACT = 1e-6
"""Residual of a fit to log Z that leaves nothing but the error of the integrals."""
LogIntegrand = Callable[[np.ndarray, float], tuple[np.ndarray, np.ndarray, np.ndarray]]
"""(points (N, r), log n) -> log of the likelihood, log density, n E[K | point]; each (N,)."""


def _integrand(system: System) -> tuple[LogIntegrand, np.ndarray, np.ndarray] | None:
    """The integrand of a system with one or two variables left, and its box."""
    target: Any = system.collapsed if system.collapsed is not None else system.compiled
    if target is None or not 1 <= target.objective.d <= 2:
        return None
    obj = target.objective
    sd = np.array(obj.normal)
    lo = np.where(sd > 0, -12.0 * sd, np.array(obj.lo))
    hi = np.where(sd > 0, 12.0 * sd, np.array(obj.hi))
    collapsed = system.collapsed is not None

    def evaluate(points: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        p = np.ascontiguousarray(points)
        values, dens, extra = np.zeros(len(p)), np.zeros(len(p)), np.zeros(len(p))
        evaluate_all(p, values, dens, extra, level, target.value)
        if collapsed:
            return values, dens, extra
        with np.errstate(over="ignore"):
            nk = np.exp(np.minimum(values + level, 700.0))
        return -nk, dens, nk

    return evaluate, lo, hi


class Cells:
    """Cells in (sign, t) coordinates: lower corners, widths, signs; each array (cells, r)."""

    def __init__(self, low: np.ndarray, width: np.ndarray, sign: np.ndarray):
        self.low, self.width, self.sign = low, width, sign

    def __len__(self) -> int:
        return len(self.low)


def _start_cells(lo: np.ndarray, hi: np.ndarray, depth: float, width: float, graded: int = 0) -> Cells:
    """All sign patterns, each axis cut into cells of about `width` down to |u| = e^-depth; `graded` more cells at the
    outer edge, each a quarter of the last."""
    axes: list[list[tuple[float, float, float]]] = []
    for a, b in zip(lo, hi, strict=True):
        pieces: list[tuple[float, float, float]] = []
        for sign, near, far in ((1.0, max(a, 0.0), b), (-1.0, max(-b, 0.0), -a)):
            if far <= 0 or far <= near:
                continue
            start = -math.log(far)
            stop = depth if near <= 0 else min(depth, -math.log(near))
            if stop <= start:
                continue
            # fine near the outer edge of the box, where boundary layers sit
            edges = [
                start,
                *(start + 0.05 * 4.0**-j for j in range(graded, 0, -1)),
                start + 0.05,
                start + 0.15,
                start + 0.4,
                start + 1.0,
            ]
            edges = [e for e in edges if e < stop]
            edges += list(np.linspace(edges[-1], stop, 1 + max(1, math.ceil((stop - edges[-1]) / width))))[1:]
            pieces += [(sign, x, y - x) for x, y in itertools.pairwise(edges)]
        axes.append(pieces)
    if len(axes) == 1:
        rows = [[p] for p in axes[0]]
    else:
        rows = [[p, q] for p in axes[0] for q in axes[1]]
    data = np.array(rows)
    return Cells(data[:, :, 1], data[:, :, 2], data[:, :, 0])


def _rule(order: int, r: int) -> tuple[np.ndarray, np.ndarray]:
    x, w = np.polynomial.legendre.leggauss(order)
    x, w = 0.5 * (x + 1.0), 0.5 * w
    if r == 1:
        return x[:, None], w
    a, b = np.meshgrid(x, x, indexing="ij")
    return np.column_stack([a.ravel(), b.ravel()]), np.outer(w, w).ravel()


def _cell_sums(
    evaluate: LogIntegrand, cells: Cells, level: float, order: int, top: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Integrals over each cell of likelihood x density, of that times n E[K|.], and of the density; times e^-top."""
    r = cells.low.shape[1]
    nodes, weights = _rule(order, r)
    out = [np.zeros(len(cells)) for _ in range(3)]
    chunk = max(1, 400_000 // len(weights))
    for i in range(0, len(cells), chunk):
        s = slice(i, i + chunk)
        t = cells.low[s, None, :] + cells.width[s, None, :] * nodes
        u = cells.sign[s, None, :] * np.exp(-t)
        logf, dens, slope = evaluate(u.reshape(-1, r), level)
        jac = (-t.sum(2) + np.log(cells.width[s]).sum(1)[:, None]).ravel()
        base = dens + jac
        f = np.exp(np.where(np.isfinite(logf), logf, -np.inf) + base - top).reshape(-1, len(weights))
        slope = np.where(np.isfinite(slope) & (f.ravel() > 0), slope, 0.0).reshape(f.shape)
        out[0][s] = f @ weights
        out[1][s] = (f * slope) @ weights
        out[2][s] = np.exp(base).reshape(f.shape) @ weights
    return out[0], out[1], out[2]


def integrate(
    evaluate: LogIntegrand,
    lo: np.ndarray,
    hi: np.ndarray,
    levels: np.ndarray,
    *,
    rtol: float = 1e-9,
    max_cells: int = 40_000,
    watch: Watch,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """log Z and n E[K] at increasing levels log n, with a relative error of Z for each (infinite: out of time)."""
    r = len(lo)
    high, small = (10, 7) if r == 1 else (7, 5)
    logz: list[float] = []
    lam: list[float] = []
    err: list[float] = []
    depth0 = float(levels.max()) + 40.0
    cells = _start_cells(
        lo, hi, depth0 if r == 1 else min(depth0, 1.0 * float(levels.max()) + 25.0), 1.0 if r == 1 else 2.5
    )
    norm = 0.0
    last_log = 0.0
    wanted = set(levels.tolist())
    for k, level in enumerate(close_steps(levels)):
        top = last_log if k else 0.0
        fine, slope, mass = _cell_sums(evaluate, cells, level, high, top)
        if k == 0:
            norm = float(mass.sum())
        coarse = _cell_sums(evaluate, cells, level, small, top)[0]
        total = float(fine.sum())
        error = np.abs(fine - coarse)
        for _ in range(40):
            total = float(fine.sum())
            worst = float(error.sum())
            if worst <= rtol * total or len(cells) > max_cells or watch.over():
                break
            split = error > max(0.3 * rtol * total / 50.0, 0.02 * float(error.max()))
            axis = np.argmax(cells.width[split], axis=1) if r == 2 else np.zeros(int(split.sum()), int)
            del axis
            low, width, sign = cells.low[split], cells.width[split], cells.sign[split]
            parts = []
            for bits in range(2**r):
                offset = np.array([(bits >> j) & 1 for j in range(r)])
                parts.append((low + 0.5 * width * offset, 0.5 * width, sign))
            new = Cells(*(np.concatenate([p[j] for p in parts]) for j in range(3)))
            f_new, s_new, _ = _cell_sums(evaluate, new, level, high, top)
            c_new = _cell_sums(evaluate, new, level, small, top)[0]
            keep = ~split
            cells = Cells(
                np.concatenate([cells.low[keep], new.low]),
                np.concatenate([cells.width[keep], new.width]),
                np.concatenate([cells.sign[keep], new.sign]),
            )
            fine = np.concatenate([fine[keep], f_new])
            slope = np.concatenate([slope[keep], s_new])
            error = np.concatenate([error[keep], np.abs(f_new - c_new)])
        if not total > 0.0:
            raise EstimationError("the integral underflows: K does not come near 0 in the box")
        last_log = top + math.log(total)
        if float(error.sum()) > 1e-3 * total:
            # a ridge that the cells cannot follow: all later levels would be worse
            rest = len(levels) - len(logz)
            logz += [math.nan] * rest
            lam += [math.nan] * rest
            err += [math.inf] * rest
            break
        if level not in wanted:
            continue
        logz.append(last_log - math.log(norm))
        lam.append(float(slope.sum()) / total)
        err.append(float(error.sum()) / total)
        watch.report(f"integral at n = e^{level:.0f}: {len(cells)} cells")
        if watch.stopped() or (err[-1] > rtol and watch.over()):
            break  # the levels beyond would only cost more time
    left = [float("inf")] * (len(levels) - len(err))
    return np.array(logz + left), np.array(lam + left), np.array(err + left)


def close_steps(levels: np.ndarray) -> np.ndarray:
    """Increasing levels with others in between, so that no step exceeds 2: a ridge that sharpens faster is missed."""
    steps = [np.linspace(a, b, 1 + math.ceil((b - a) / 2.0))[:-1] for a, b in itertools.pairwise([0.0, *levels])]
    return np.unique(np.concatenate([*steps, levels]))


def integrate_nested(
    evaluate: LogIntegrand,
    lo: np.ndarray,
    hi: np.ndarray,
    levels: np.ndarray,
    *,
    order: int,
    rtol: float,
    watch: Watch,
) -> np.ndarray:
    """log Z at increasing levels in two variables: a fixed rule outside, cells split towards ridges inside.

    A ridge across the plane (b1 = b2 of a network) has width e^(-L/2): plane cells would need e^(L/2) of them, cells on
    each line a number that grows like L.  The cells of one level are the start of the next.  nan where time ran out.
    """
    depth = float(levels.max()) + 25.0
    outer = _start_cells(lo[:1], hi[:1], depth, 1.0, 12)
    x, w = _rule(order, 1)
    t = (outer.low + outer.width * x.T).ravel()
    weight = (outer.width * w).ravel() * np.exp(-t)
    first = np.repeat(outer.sign.ravel(), order) * np.exp(-t)
    inner = _start_cells(lo[1:], hi[1:], depth, 2.5)
    n = len(t)
    line = np.repeat(np.arange(n), len(inner))
    low, width, sign = (np.tile(a.ravel(), n) for a in (inner.low, inner.width, inner.sign))
    fine_x, fine_w = _rule(7, 1)
    rough_x, rough_w = _rule(5, 1)

    def sums(line: np.ndarray, low: np.ndarray, width: np.ndarray, sign: np.ndarray, level: float, top: float,
             density: bool = False) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        found = []
        for nodes, weights in ((fine_x, fine_w), (rough_x, rough_w)):
            out = np.empty(len(line))
            for i in range(0, len(line), 50_000):
                s = slice(i, i + 50_000)
                depth_t = low[s, None] + width[s, None] * nodes.T
                u = sign[s, None] * np.exp(-depth_t)
                points = np.column_stack([np.repeat(first[line[s]], u.shape[1]), u.ravel()])
                logf, dens, _ = evaluate(points, level)
                base = dens + (0.0 if density else np.where(np.isfinite(logf), logf, -np.inf)) - depth_t.ravel()
                out[s] = (np.exp(base - top).reshape(u.shape) @ weights) * width[s] * weight[line[s]]
            found.append(out)
        return found[0], np.abs(found[0] - found[1])

    norm = float(sums(line, low, width, sign, 0.0, 0.0, density=True)[0].sum())
    result = np.full(len(levels), math.nan)
    last = 0.0
    for level in close_steps(levels):
        fine, error = sums(line, low, width, sign, level, last)
        for _ in range(60):
            total = float(fine.sum())
            if not total > 0.0 or float(error.sum()) <= rtol * total:
                break
            if watch.over() or len(line) > 1_500_000:
                return result
            split = error > 0.3 * rtol * total / len(line) ** 0.75
            half = 0.5 * width[split]
            parts = [(line[split], low[split] + half * j, half, sign[split]) for j in (0, 1)]
            a, b, c, d = (np.concatenate(p) for p in zip(*parts, strict=True))
            values, errors = sums(a, b, c, d, level, last)
            keep = ~split
            line, low, width, sign = (
                np.concatenate([old[keep], new])
                for old, new in zip((line, low, width, sign), (a, b, c, d), strict=True)
            )
            fine, error = np.concatenate([fine[keep], values]), np.concatenate([error[keep], errors])
        if not total > 0.0:
            return result
        last += math.log(total)
        result[levels == level] = last - math.log(norm)
        watch.report(f"integral at n = e^{level:.0f}: {len(line)} cells on lines")
    return result


def thermal(system: System, log_n: np.ndarray, watch: Watch) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """log Z(n), n E_n[K] and an error of the latter by quadrature, or None with more than two variables.

    Parameters
    ----------
    system : made ready; the density is normalised on its box.
    log_n : levels, any order, shape (k,).
    watch : None is returned as well when the time does not suffice.
    """
    made = _integrand(system)
    if made is None:
        return None
    evaluate, lo, hi = made
    order = np.argsort(log_n)
    steps = np.concatenate([np.arange(0.0, float(log_n.max()), 2.0), log_n[order]])
    levels = np.unique(np.concatenate([steps[steps < log_n.max()], log_n]))
    logz, lam, err = integrate(evaluate, lo, hi, levels, rtol=1e-8, watch=watch)
    if err.max() > 1e-4:
        return None
    where = np.searchsorted(levels, log_n)
    return logz[where], lam[where], np.maximum(err[where] * np.maximum(lam[where], 1.0) * 10, 1e-12)


def quadrature_estimate(
    system: System, seed: int, multiplicity: int | None, watch: Watch
) -> Estimate | None:
    """λ and m from Z(n) by quadrature, where at most two variables are left after the collapse; None elsewhere, and
    where the integrals do not come to 1e-5 in the time given (curves that are no coordinate lines)."""
    from rlct.numeric.results import Curve, Estimate

    made = _integrand(system)
    if made is None:
        return None
    start = time.perf_counter()
    evaluate, lo, hi = made
    r = len(lo)
    depth = 200.0 if system.collapsed is None else system.collapsed.depth
    target: Any = system.collapsed if system.collapsed is not None else system.compiled
    top = min(depth, 200.0 if r == 1 else 120.0)
    levels = np.linspace(2.0, top, 67 if r == 1 else 34)
    try:
        logz, _lam, err = integrate(
            evaluate,
            lo,
            hi,
            levels,
            rtol=1e-9 if r == 1 else 1e-7,
            watch=watch if r == 1 else watch.within(0.4 * watch.left()),
            max_cells=150_000,
        )
    except EstimationError:
        return None
    good = err < 1e-5
    if r == 2 and system.collapsed is not None and watch.left() > 12.0 and not good.all():
        # two outer rules: their difference is the error of the fixed one
        logz, other = (
            integrate_nested(evaluate, lo, hi, levels, order=k, rtol=1e-9, watch=watch.within(share * watch.left()))
            for k, share in ((10, 0.6), (8, 1.0))
        )
        good = np.abs(logz - other) < 1e-6
    if not good[levels < 40].all() or good.sum() < 12:
        return None
    first_bad = int(np.argmin(good)) if not good.all() else len(levels)
    levels, logz = levels[:first_bad], logz[:first_bad]
    rows = {m: _residual_fit(levels, logz, m) for m in range(1, r + 2)}
    best = multiplicity if multiplicity in rows else min(rows, key=lambda m: rows[m][2])
    value, spread, residual = rows[best]
    measured = _free_multiplicity(levels, logz, value, best)
    m_set = (best,) if multiplicity in rows else possible({m: row[2] for m, row in rows.items()}, measured)
    curve = Curve("log Z(n = e^L)", tuple(levels.tolist()), tuple(logz.tolist()), tuple([0.0] * len(levels)))
    # where m is open the error holds what the other multiplicities would make of λ
    wide = max([0.0, *(abs(rows[m][0] - value) + rows[m][1] for m in m_set if m != best)])
    sound = spread < 2e-3 and residual < 1e-2 and wide < 0.1 * max(value, 0.05)
    note = "residual of the fit for each m: " + ", ".join(f"m={m}: {rows[m][2]:.1e}" for m in sorted(rows))
    return Estimate(
        value if sound else None,
        max(spread, wide, 1e-7) if sound else None,
        best if len(m_set) == 1 and sound else None,
        m_set,
        sound,
        (float(levels[len(levels) // 4]), float(levels[-1])),
        "roundoff" if levels[-1] >= depth - 1 and depth < 120.0 else "quadrature",
        "quadrature",
        spread,
        None,
        1,
        0,
        len(levels),
        time.perf_counter() - start,
        seed,
        (f"variables left: {', '.join(target.objective.variables)}", note),
        curve,
        measured,
    )


def possible(residuals: Mapping[int, float], measured: float | None) -> tuple[int, ...]:
    """Multiplicities that the residuals of the fits of exact integrals leave, and m as a real number.

    Those are left out that fit ten times worse than the best (a thousand times where that is no fit to the digits of
    the integrals), if the free m comes to it. Where the range ends long before the next exponent has died out (x²⁰y¹⁸
    at n = e^120) some m fits better than others all the same, but the free m lies between: then none is excluded.

    >>> possible({1: 2e-5, 2: 1e-12, 3: 1e-5}, 2.0), possible({1: 1e-4, 2: 8e-8, 3: 2e-5}, 1.55)
    ((2,), (1, 2, 3))
    """
    best = min(residuals, key=lambda m: residuals[m])
    if measured is None or abs(measured - best) > NEAR:
        return tuple(sorted(residuals))
    factor = 10.0 if residuals[best] < EXACT else 1000.0
    return tuple(m for m in sorted(residuals) if m == best or residuals[m] < factor * residuals[best])


def _first(top: float) -> float:
    """Where a fit begins: a share of the range, but not where several corrections are still alive."""
    return max(0.15 * top, min(20.0, 0.35 * top))


def _decay(x: np.ndarray, rate: float) -> tuple[np.ndarray, np.ndarray]:
    """e^-δx with δ between 0.02 and 3, and its derivative in δ."""
    inside = min(3.0, max(0.02, rate))
    decay = np.exp(-inside * x)
    return decay, -x * decay if inside == rate else np.zeros_like(x)


def _reciprocal(x: np.ndarray) -> np.ndarray:
    """Derivative of log max(x, 0.001)."""
    return np.where(x > 1e-3, 1.0 / np.maximum(x, 1e-3), 0.0)


def _residual_fit(levels: np.ndarray, logz: np.ndarray, m: int) -> tuple[float, float, float]:
    """Fit -λL + log P_{m-1}(L) + const + a e^{-δL}: λ, its change between two ranges, and the rms residual."""
    from scipy.optimize import least_squares

    def once(start: float) -> tuple[float, float]:
        use = levels >= start
        x, y = levels[use], logz[use]
        x0 = x[0]

        def model(p: np.ndarray) -> np.ndarray:
            logs = np.log(np.maximum(x[:, None] + p[4:], 1e-3)).sum(axis=1)
            result: np.ndarray = -p[0] * x + logs + p[1] + p[2] * _decay(x - x0, p[3])[0]
            return result

        def slopes(p: np.ndarray) -> np.ndarray:
            decay, rate = _decay(x - x0, p[3])
            return np.column_stack([-x, np.ones_like(x), decay, p[2] * rate, *(_reciprocal(x + c) for c in p[4:])])

        slope = -(y[-1] - y[0]) / (x[-1] - x[0])
        best = (math.inf, slope)
        for delta in (0.05, 0.15, 0.5):
            for c in ((1.0,), (6.0,)) if m > 1 else ((0.0,),):
                guess = [slope + (m - 1) / x.mean(), y[0] + slope * x0, 0.0, delta, *([c[0]] * (m - 1))]
                fitted = least_squares(
                    lambda p: model(p) - y,
                    guess,
                    slopes,
                    method="lm",
                    x_scale="jac",
                    xtol=1e-14,
                    ftol=1e-14,
                    gtol=1e-14,
                    max_nfev=400,
                )
                rms = math.sqrt(float(np.mean(fitted.fun**2)))
                if rms < best[0]:
                    best = (rms, float(fitted.x[0]))
        return best[1], best[0]

    top = float(levels[-1])
    a, residual = once(_first(top))
    b, _ = once(1.5 * _first(top))
    return b, abs(a - b), residual


def _free_multiplicity(levels: np.ndarray, logz: np.ndarray, lam: float, m: int) -> float | None:
    """m as a real number: μ + 1 of the fit -λL + μ log(L + c) + const + a e^{-δL}, all of λ, μ, c, a, δ free."""
    from scipy.optimize import least_squares

    use = levels >= _first(float(levels[-1]))
    x, y = levels[use], logz[use]

    def residual(p: np.ndarray) -> np.ndarray:
        result: np.ndarray = (
            -p[0] * x + p[1] * np.log(np.maximum(x + p[2], 1e-3)) + p[3] + p[4] * _decay(x - x[0], p[5])[0] - y
        )
        return result

    def slopes(p: np.ndarray) -> np.ndarray:
        decay, rate = _decay(x - x[0], p[5])
        logs = np.log(np.maximum(x + p[2], 1e-3))
        return np.column_stack([-x, logs, p[1] * _reciprocal(x + p[2]), np.ones_like(x), decay, p[4] * rate])

    best: tuple[float, float] | None = None
    for c in (1.0, 6.0):
        for rate in (0.05, 0.15, 0.5):
            start = [lam, m - 1.0, c, float(y[0] + lam * x[0] - (m - 1.0) * math.log(x[0] + c)), 0.0, rate]
            tight = {"xtol": 1e-15, "ftol": 1e-15, "gtol": 1e-15, "max_nfev": 500}
            fitted = least_squares(residual, start, slopes, method="lm", x_scale="jac", **tight)
            if best is None or fitted.cost < best[0]:
                best = (float(fitted.cost), float(fitted.x[1]) + 1.0)
    return None if best is None else best[1]

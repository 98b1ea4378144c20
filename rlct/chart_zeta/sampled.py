"""ζ, Z(n) and n E[K] by quasi-random sampling in charts, beyond three variables.

The cells are those of monomial blow-ups.  On each the axis that decides is integrated by a rule, along lines; the
others are sampled, so that all scales of K are met, and weighted back.  Factors that still vanish somewhere are
integrated as they are: the error, from independent scrambles of a Sobol sequence, says whether that was good.
"""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from rlct.chart_zeta.cells import Cell, cone, cut, dense, flipped, positive, vanishes_at, without_content
from rlct.chart_zeta.exact import claim_of
from rlct.chart_zeta.leaves import evaluate
from rlct.chart_zeta.resolve import pair_cones
from rlct.chart_zeta.setup import first_cells
from rlct.errors import EstimationError, UnsupportedError

MOST = 600
"""Most cells."""
BIN = 0.02
"""Width of the bins of log K in which weights are kept: the error of a mean over one is of its square."""
LOWEST, HIGHEST = -4000.0, 1000.0
ORDER = 6
CHUNK = 1024


@dataclass(frozen=True)
class SampledZeta:
    """Weighted samples of log K over the box: ζ, Z(n) and n E[K] with standard errors.

    Parameters
    ----------
    log_k, log_w : of the bins of log K, shape (scrambles, bins).
    cells : number of cells.
    seed, seconds : of the sampling.
    """

    log_k: np.ndarray = field(repr=False)
    log_w: np.ndarray = field(repr=False)
    cells: int
    seed: int
    seconds: float

    def _ratio(self, top: np.ndarray, bottom: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rows = top / bottom
        value = top.mean(axis=-1) / bottom.mean(axis=-1)
        return value, rows.std(axis=-1, ddof=1) / math.sqrt(rows.shape[-1])

    def zeta(self, z: object) -> tuple[np.ndarray, np.ndarray]:
        """ζ(z) at real z > -λ, and standard errors."""
        given = np.asarray(z, dtype=float)
        w = np.exp(self.log_w)
        top = np.array([np.exp(a * self.log_k + self.log_w).mean(axis=1) for a in np.atleast_1d(given).ravel()])
        value, error = self._ratio(top, np.broadcast_to(w.mean(axis=1), top.shape))
        return value.reshape(given.shape), error.reshape(given.shape)

    def partition(self, n: object) -> tuple[np.ndarray, np.ndarray]:
        """Z(n) = E e^{-nK} and standard errors."""
        z, _, w = self._thermal(n)
        value, error = self._ratio(z, np.broadcast_to(w, z.shape))
        shape = np.shape(np.asarray(n))
        return value.reshape(shape), error.reshape(shape)

    def lambda_hat(self, n: object) -> tuple[np.ndarray, np.ndarray]:
        """n E_n[K] and standard errors.

        Raises
        ------
        EstimationError : when an error exceeds a twentieth of the value.
        """
        z, slope, _ = self._thermal(n)
        value, error = self._ratio(slope, z)
        if (error > 0.05 * value).any():
            raise EstimationError(
                f"the samples in the charts do not suffice: n E[K] = {float(value[-1]):.4g} ± {float(error[-1]):.2g}; "
                "these charts do not resolve K, use rlct.lambda_hat"
            )
        shape = np.shape(np.asarray(n))
        return value.reshape(shape), error.reshape(shape)

    def _thermal(self, n: object) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        z, slope = [], []
        for size in np.atleast_1d(np.asarray(n, dtype=float)).ravel():
            nk = np.exp(np.minimum(self.log_k + math.log(size), 50.0))
            weight = np.exp(self.log_w - np.minimum(nk, 700.0))
            z.append(weight.mean(axis=1))
            slope.append((weight * nk).mean(axis=1))
        return np.array(z), np.array(slope), np.exp(self.log_w).mean(axis=1)


def rough_cells(cell: Cell, room: int = MOST) -> list[Cell]:
    """Monomial blow-ups at the corners of a cell, as long as a factor has incomparable terms and vanishes there."""
    done: list[Cell] = []
    todo = [without_content(cell)]
    while todo:
        c = todo.pop(0)
        origin = (0,) * c.d
        vanishing = [f for f in c.factors if vanishes_at(f, origin) and not positive(f, c.d)]
        if len(done) + len(todo) >= room:
            done.append(c)
            continue
        if not vanishing:
            away = _other_corner(c)
            if away is None:
                done.append(c)
            else:
                near, far = cut(c, away, Fraction(1, 2))
                todo += [near, without_content(flipped(far, away))]
            continue
        try:
            cones = pair_cones(vanishing, c.d)
        except UnsupportedError:
            done.append(c)
            continue
        todo += [cone(c, rays) for rays in cones]
    return done


def _other_corner(c: Cell) -> int | None:
    """An axis at whose far end, at a corner, a factor vanishes."""
    left = [f for f in c.factors if not positive(f, c.d)]
    for corner in itertools.product((0, 1), repeat=c.d):
        if any(vanishes_at(f, corner) for f in left):
            return corner.index(1)
    return None


def sampled_zeta(result: Any, *, radius: object = 1, samples: int = 2**14, scrambles: int = 8,
                 seed: int = 0) -> SampledZeta:
    """ζ, Z(n) and n E[K] of a result (or certificate) over its box by sampling in charts, any number of variables.

    Parameters
    ----------
    result, radius : as for `chart_zeta`.
    samples : lines for each scramble, over all cells; each carries one to two hundred points.
    scrambles : independent randomisations; the error is their spread.
    seed : of the scrambles.

    Returns
    -------
    SampledZeta

    Raises
    ------
    UnsupportedError : regions with constraints that are no box.

    Examples
    --------
    >>> from rlct import rlct
    >>> s = sampled_zeta(rlct("x^2*y^2*z^2*w^2"), samples=2**12)
    >>> value, error = s.zeta(1.0)
    >>> bool(abs(value - 1 / 81) < 4 * error + 1e-4)
    True
    """
    from scipy.stats import qmc

    start = time.perf_counter()
    claim = claim_of(result, radius)
    cells = [(part, times) for cell, times in first_cells(claim) for part in rough_cells(cell)]
    each = 2 ** max(4, round(math.log2(max(16, samples / len(cells)))))
    d = len(claim.variables)
    size = math.ceil((HIGHEST - LOWEST) / BIN) + 1
    sums = np.zeros((scrambles, 2, size))
    for own, sequence in zip(sums, np.random.SeedSequence(seed).spawn(scrambles), strict=True):
        for (cell, times), child in zip(cells, sequence.spawn(len(cells)), strict=True):
            sobol = qmc.Sobol(d, scramble=True, seed=np.random.default_rng(child))
            u = np.clip(sobol.random(each), 1e-15, 1.0)
            for i in range(0, each, CHUNK):
                log_k, log_w = cell_samples(cell, u[i : i + CHUNK])
                _collect(own, log_k.ravel(), np.exp(log_w.ravel() + math.log(times / each)))
    sums = sums[:, :, sums[:, 0].any(axis=0)]
    with np.errstate(divide="ignore", invalid="ignore"):
        log_k = np.where(sums[:, 0] > 0.0, sums[:, 1] / sums[:, 0], 0.0)
        log_w = np.log(sums[:, 0]) + math.log(sums.shape[2])
    return SampledZeta(log_k, log_w, len(cells), seed, time.perf_counter() - start)


def _collect(sums: np.ndarray, log_k: np.ndarray, weight: np.ndarray) -> None:
    """Add Σ w and Σ w log K to the bins: what is kept does not grow with the number of samples."""
    where = ((np.clip(log_k, LOWEST, HIGHEST) - LOWEST) * (1.0 / BIN)).astype(np.int64)
    first = int(where.min())
    where -= first
    for row, values in zip(sums, (weight, weight * log_k), strict=True):
        count = np.bincount(where, values)
        row[first : first + len(count)] += count


def line_rule(k: float, h: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes t and weights of ∫ e^{-(h+1)t} f dt for f that changes where e^{-kt} passes any 1/n.

    Panels are 1.5/k wide at most up to n = e^30, and longer and longer beyond: that part matters near the pole.
    """
    x, w = np.polynomial.legendre.leggauss(ORDER)
    x, w = 0.5 * (x + 1.0), 0.5 * w
    fine = max(30.0 / k, 20.0 / (h + 1.0))
    edges = list(np.linspace(0.0, fine, math.ceil(fine / min(1.5 / k, 3.0 / (h + 1.0))) + 1))
    width = min(1.5 / k, 3.0 / (h + 1.0))
    while edges[-1] < 400.0 / (h + 1.0):
        width *= 1.5
        edges.append(edges[-1] + width)
    low, size = np.array(edges[:-1]), np.diff(edges)
    t = (low[:, None] + size[:, None] * x).ravel()
    return t, (size[:, None] * w).ravel()


def mixed(u: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """t with mean of e^{-rate t} over the rates = u: draws of a mixture of exponentials, smooth in u.

    >>> mixed(np.array([math.exp(-2.0)]), np.array([1.0, 1.0])).round(12).tolist()
    [2.0]
    """
    t = np.zeros_like(u)
    goal = np.log(u)
    # log mean e^{-rate t} falls and is convex: Newton's steps from the left do not overshoot
    for _ in range(60):
        terms = np.exp(-np.multiply.outer(t, rates - rates.min()))
        value = np.log(terms.mean(axis=1)) - rates.min() * t - goal
        slope = (terms * rates).sum(axis=1) / terms.sum(axis=1)
        step = value / slope
        t = t + step
        if np.abs(step).max() < 1e-13 * max(1.0, float(t.max())):
            break
    return t


def cell_samples(cell: Cell, uniform: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """log K and log weight at points of a cell made from uniform numbers (N, d), both (N, points of a line).

    The axis on which K vanishes with the least exponent (h+1)/k = r is integrated by a rule, on lines. What is left of
    the density of another axis is then u^(h - r k), so the lines follow a mixture in equal parts of that, of u^h itself
    and of a power between, and are weighted by it.
    """
    vanishing = [i for i in range(cell.d) if cell.k[i]]
    main = min(vanishing, key=lambda i: (cell.h[i] + 1.0) / cell.k[i]) if vanishing else -1
    r = (cell.h[main] + 1.0) / cell.k[main] if vanishing else 0.0
    log_k, log_w = np.full(len(uniform), cell.log_k), np.full(len(uniform), cell.log_h)
    points = np.empty_like(uniform)
    for i, (k, h) in enumerate(zip(cell.k, cell.h, strict=True)):
        if i == main:
            continue
        if not k:
            log_u = np.log(uniform[:, i]) / (h + 1.0)
            log_w -= math.log(h + 1.0)
        else:
            steep = h + 1.0
            left = steep - r * k
            # nothing is left where the axis decides as well: a logarithm, all t up to log n / k alike
            rates = np.array([steep, 0.5 * (steep + left), left] if left > k / 10.0 else [steep, k / 6.0, k / 20.0])
            log_u = -mixed(uniform[:, i], rates)
            log_w -= np.log(sum(rate / 3.0 * np.exp((rate - steep) * log_u) for rate in rates))
        points[:, i] = np.exp(log_u)
        log_k += k * log_u
    if main < 0:
        whole_k, whole_w, grid = log_k[:, None], log_w[:, None], points
    else:
        t, weight = line_rule(cell.k[main], cell.h[main])
        whole_k = log_k[:, None] - cell.k[main] * t
        whole_w = log_w[:, None] + np.log(weight) - (cell.h[main] + 1.0) * t
        grid = np.repeat(points, len(t), axis=0)
        grid[:, main] = np.tile(np.exp(-t), len(points))
    for f in cell.factors:
        size = np.zeros(len(grid))
        for p in f.polys():
            size += evaluate(dense(p, cell.d), grid) ** 2
        part = 0.5 * np.log(np.maximum(size, 1e-300)).reshape(whole_k.shape)
        whole_k = whole_k + f.in_k * part
        whole_w = whole_w + f.in_h * part
    return whole_k, whole_w

"""ζ, Z(n) and n E[K] by quasi-random sampling in charts, beyond three variables.

The cells are those of monomial blow-ups; on each half of the points follow the density on every axis that carries
a power and half a power six times flatter, so that all scales of K are met, and are weighted back.  Factors that still
vanish somewhere are integrated as they are: the error, from independent scrambles of a Sobol sequence, says whether
that was good.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rlct.chart_zeta.cells import Cell, cone, dense, positive, vanishes_at, without_content
from rlct.chart_zeta.exact import claim_of
from rlct.chart_zeta.leaves import evaluate
from rlct.chart_zeta.resolve import pair_cones
from rlct.chart_zeta.setup import first_cells
from rlct.errors import EstimationError, UnsupportedError

MOST = 600
"""Most cells."""


@dataclass(frozen=True)
class SampledZeta:
    """Weighted samples of log K over the box: ζ, Z(n) and n E[K] with standard errors.

    Parameters
    ----------
    log_k, log_w : shape (scrambles, samples).
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
    """Monomial blow-ups at the origin of a cell, as long as a factor has incomparable terms and vanishes there."""
    done: list[Cell] = []
    todo = [without_content(cell)]
    while todo:
        c = todo.pop(0)
        origin = (0,) * c.d
        vanishing = [f for f in c.factors if vanishes_at(f, origin) and not positive(f, c.d)]
        if not vanishing or len(done) + len(todo) >= room:
            done.append(c)
            continue
        try:
            cones = pair_cones(vanishing, c.d)
        except UnsupportedError:
            done.append(c)
            continue
        todo += [cone(c, rays) for rays in cones]
    return done


def sampled_zeta(result: Any, *, radius: object = 1, samples: int = 2**17, scrambles: int = 8,
                 seed: int = 0) -> SampledZeta:
    """ζ, Z(n) and n E[K] of a result (or certificate) over its box by sampling in charts, any number of variables.

    Parameters
    ----------
    result, radius : as for `chart_zeta`.
    samples : for each scramble, over all cells.
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
    seeds = np.random.SeedSequence(seed).spawn(scrambles)
    all_k, all_w = [], []
    for sequence in seeds:
        row_k, row_w = [], []
        children = sequence.spawn(len(cells))
        for (cell, times), own in zip(cells, children, strict=True):
            sobol = qmc.Sobol(d, scramble=True, seed=np.random.default_rng(own))
            u = np.clip(sobol.random(each), 1e-15, 1.0)
            log_k, log_w = cell_samples(cell, u)
            row_k.append(log_k)
            row_w.append(log_w + math.log(times * len(cells)))
        all_k.append(np.concatenate(row_k))
        all_w.append(np.concatenate(row_w))
    return SampledZeta(np.array(all_k), np.array(all_w), len(cells), seed, time.perf_counter() - start)


def cell_samples(cell: Cell, uniform: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """log K and log weight at points of a cell made from uniform numbers (N, d)."""
    log_k, log_w = np.full(len(uniform), cell.log_k), np.full(len(uniform), cell.log_h)
    points = np.empty_like(uniform)
    for i, (k, h) in enumerate(zip(cell.k, cell.h, strict=True)):
        if not k:
            log_u = np.log(uniform[:, i]) / (h + 1.0)
            log_w -= math.log(h + 1.0)
        else:
            # half of the points follow the density itself, half a flatter power; each is weighted by the mixture
            first = uniform[:, i] < 0.5
            again = np.maximum(np.where(first, 2.0 * uniform[:, i], 2.0 * uniform[:, i] - 1.0), 1e-15)
            steep, flat = h + 1.0, (h + 1.0) / 6.0
            log_u = np.log(again) / np.where(first, steep, flat)
            log_w -= np.log(0.5 * steep + 0.5 * flat * np.exp((flat - steep) * log_u))
        points[:, i] = np.exp(log_u)
        log_k += k * log_u
    for f in cell.factors:
        size = np.zeros(len(points))
        for p in f.polys():
            size += evaluate(dense(p, cell.d), points) ** 2
        part = 0.5 * np.log(np.maximum(size, 1e-300))
        log_k += f.in_k * part
        log_w += f.in_h * part
    return log_k, log_w

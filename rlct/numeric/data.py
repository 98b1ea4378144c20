r"""Simulated data: F_n, WBIC and the Bayes generalisation error of small regression models, beside the theory.

y = f(x, w) + N(0, 1) with truth f = 0, so that K(w) = ½ E f².  With f(x, w) = Σ_j g_j(w) e_j(x) a data set enters
through A = Σ e eᵀ and b = Σ ξ e only, and

    n K_n(w) = ½ gᵀ A g - bᵀ g = n L_n(w) - n L_n(w0).

All integrals over w (at most three parameters, box [-1,1]^d) are sums on one grid that is fine at every scale, the same
for all data sets.  Theory (Watanabe 2009, Main Theorems 6.2 and 6.4; 2013 for WBIC): E[F_n - nL_n(w0)] = λ log n -
(m-1) log log n + O(1); n E[G_n] -> λ; E_β[nK_n] / log n -> λ at β = 1/log n.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from rlct.errors import InputError


@dataclass(frozen=True)
class RegressionModel:
    """f(x, w) = Σ_j g_j(w) e_j(x) with truth 0.

    Parameters
    ----------
    name, variables : of the model.
    features : g, (N, d) -> (N, r).
    basis : e, (n,) -> (n, r).
    lam, multiplicity : of K = ½ E f² on [-1,1]^d.
    expression : an ideal with the same (λ, m), as text (for `rlct`).
    """

    name: str
    variables: tuple[str, ...]
    features: Callable[[np.ndarray], np.ndarray]
    basis: Callable[[np.ndarray], np.ndarray]
    lam: Fraction
    multiplicity: int
    expression: str


def _linear(x: np.ndarray) -> np.ndarray:
    return x[:, None]


def _line(x: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones_like(x), x])


_NODES = np.cos(math.pi * (np.arange(24) + 0.5) / 24)


def _tanh_basis(x: np.ndarray) -> np.ndarray:
    """tanh(b_j x) at Chebyshev nodes b_j; with Lagrange polynomials in b as features this is a tanh(bx)."""
    return np.asarray(np.tanh(np.multiply.outer(x, _NODES)))


def _tanh_features(w: np.ndarray) -> np.ndarray:
    weights = (-1.0) ** np.arange(24) * np.sin(math.pi * (np.arange(24) + 0.5) / 24)
    gap = w[:, 1:2] - _NODES
    gap = np.where(np.abs(gap) < 1e-13, 1e-13, gap)
    terms = weights / gap
    odd = terms / terms.sum(axis=1, keepdims=True)
    # tanh(bx) is odd in b: the interpolant is made so, and its value at b -> 0 exact in b
    mirrored = weights / (-w[:, 1:2] - _NODES)
    mirrored = mirrored / mirrored.sum(axis=1, keepdims=True)
    return np.asarray(w[:, :1] * 0.5 * (odd - mirrored))


MODELS = {
    m.name: m
    for m in (
        RegressionModel("regular", ("w1", "w2"), lambda w: w, _line, Fraction(1), 1, "w1, w2"),
        RegressionModel("product", ("w1", "w2"), lambda w: w[:, :1] * w[:, 1:], _linear, Fraction(1, 2), 2, "w1*w2"),
        RegressionModel("cusp", ("w1", "w2"), lambda w: w[:, 1:] ** 2 - w[:, :1] ** 3, _linear, Fraction(5, 12), 1,
                        "w2^2-w1^3"),
        RegressionModel("tanh", ("a", "b"), _tanh_features, _tanh_basis, Fraction(1, 2), 2, "a*b"),
        RegressionModel("product-3", ("w1", "w2", "w3"), lambda w: np.prod(w, axis=1, keepdims=True), _linear,
                        Fraction(1, 2), 3, "w1*w2*w3"),
        RegressionModel("crossing", ("w1", "w2"), lambda w: np.column_stack([w[:, 0] * w[:, 1], w[:, 1] ** 2]), _line,
                        Fraction(1, 2), 2, "w1*w2, w2^2"),
    )
}
"""Models of the worked systems, small enough for exact posteriors on a grid."""


@dataclass(frozen=True)
class Grid:
    """Points of [-1,1]^d with weights of the uniform density, in cells of equal ratio towards 0."""

    points: np.ndarray
    log_w: np.ndarray


def grid_of(d: int, depth: float) -> Grid:
    """Gauss-Legendre panels in -log|w| down to e^-depth on every axis and sign."""
    per = {1: 8, 2: 4, 3: 2}
    if d not in per:
        raise InputError("exact posteriors on a grid need at most three parameters")
    x, w = np.polynomial.legendre.leggauss(per[d])
    edges = np.concatenate([[0.0, 0.1, 0.3, 0.6], np.arange(1.0, depth, 1.0 if d < 3 else 1.4)])
    t = (edges[:-1, None] + np.diff(edges)[:, None] * 0.5 * (x + 1)).ravel()
    weight = (np.diff(edges)[:, None] * 0.5 * w).ravel() * np.exp(-t) * 0.5
    line = np.concatenate([np.exp(-t), -np.exp(-t)])
    log_line = np.log(np.concatenate([weight, weight]))
    points = np.stack(np.meshgrid(*[line] * d, indexing="ij"), -1).reshape(-1, d)
    log_w = sum(np.meshgrid(*[log_line] * d, indexing="ij")[i] for i in range(d))
    flat = np.asarray(log_w).ravel()
    return Grid(points, flat - np.log(np.exp(flat).sum()))


@dataclass(frozen=True)
class DataSet:
    """Sufficient statistics of n samples: A = Σ e eᵀ (r, r) and b = Σ ξ e (r,)."""

    n: int
    gram: np.ndarray
    cross: np.ndarray


def simulate(model: RegressionModel, n: int, rng: np.random.Generator) -> DataSet:
    """n samples x ~ N(0, 1), ξ ~ N(0, 1), in blocks: the memory does not grow with n.

    >>> one = simulate(MODELS["product"], 1000, np.random.default_rng(0))
    >>> bool(abs(one.gram[0, 0] / 1000 - 1) < 0.2)
    True
    """
    if n < 1:
        raise InputError("a data set has at least one sample")
    gram: np.ndarray | float = 0.0
    cross: np.ndarray | float = 0.0
    left = n
    while left:
        size = min(left, 50_000)
        e = model.basis(rng.standard_normal(size))
        gram = gram + e.T @ e
        cross = cross + e.T @ rng.standard_normal(size)
        left -= size
    return DataSet(n, np.asarray(gram), np.asarray(cross))


@dataclass(frozen=True)
class Posterior:
    """What one data set gives.

    Parameters
    ----------
    free_energy : F_n - n L_n(w0) = -log ∫ e^{-nK_n} φ.
    wbic : E_β[nK_n] at β = 1/log n (WBIC without n L_n(w0)).
    generalisation : KL of the truth from the Bayes predictive density, in nats.
    """

    free_energy: float
    wbic: float
    generalisation: float


def posterior(model: RegressionModel, data: DataSet, grid: Grid, g: np.ndarray | None = None) -> Posterior:
    """Free energy, WBIC and generalisation error of one data set on a grid.

    Parameters
    ----------
    g : features at the grid's points, (N, r), where they are at hand.
    """
    g = model.features(grid.points) if g is None else g
    nk = 0.5 * np.einsum("ij,ij->i", g @ data.gram, g) - g @ data.cross

    def weights(beta: float) -> tuple[np.ndarray, float]:
        logs = grid.log_w - beta * nk
        top = float(logs.max())
        p = np.exp(logs - top)
        total = float(p.sum())
        return p / total, top + math.log(total)

    p, log_z = weights(1.0)
    tempered, _ = weights(1.0 / math.log(max(data.n, 3)))
    return Posterior(-log_z, float(tempered @ nk), _predictive_loss(model, p, g))


def _predictive_loss(model: RegressionModel, p: np.ndarray, g: np.ndarray) -> float:
    """KL( N(0,1) | Σ_s p_s N(f(x, w_s), 1) ), mean over x ~ N(0, 1)."""
    from rlct.numeric.hermite import gauss_hermite

    keep = p > 1e-9 * p.max()
    p, g = p[keep] / p[keep].sum(), g[keep]
    if g.shape[1] == 1 and len(p) > 4000:
        # only the law of f's one coefficient matters: its mass in narrow bins, at their means
        low, high = float(g.min()), float(g.max())
        number = np.minimum(((g[:, 0] - low) / (high - low) * 3000).astype(int), 2999)
        mass = np.bincount(number, p, 3000)
        mean = np.bincount(number, p * g[:, 0], 3000)
        p, g = mass[mass > 0], (mean[mass > 0] / mass[mass > 0])[:, None]
    x, wx = gauss_hermite(12)
    y, wy = gauss_hermite(12)
    f = g @ model.basis(x).T
    total = 0.0
    for i, weight in enumerate(wx):
        # log Σ_s p_s e^{y f - f²/2}, to first order it is small: expm1 keeps its digits
        change = np.expm1(np.multiply.outer(f[:, i], y) - 0.5 * f[:, i : i + 1] ** 2)
        total -= weight * float(wy @ np.log1p(p @ change))
    return total


@dataclass(frozen=True)
class Comparison:
    """Means over data sets with standard errors, and what theory says.

    Parameters
    ----------
    n : sample sizes; the arrays below have their shape.
    free_energy, wbic, n_generalisation : means of F_n - nL_n(w0), of E_β[nK_n], of n G_n; `*_se` their errors.
    predicted : λ log n - (m-1) log log n, to be compared up to a constant.
    lam, multiplicity : of the model.
    """

    model: str
    n: np.ndarray
    free_energy: np.ndarray
    free_energy_se: np.ndarray
    wbic: np.ndarray
    wbic_se: np.ndarray
    n_generalisation: np.ndarray
    n_generalisation_se: np.ndarray
    predicted: np.ndarray
    lam: float
    multiplicity: int
    datasets: int
    seed: int
    seconds: float

    def slope(self) -> tuple[float, float, float]:
        """(F(n_last) - F(n_first), its standard error, the same difference of `predicted`)."""
        return (
            float(self.free_energy[-1] - self.free_energy[0]),
            float(np.hypot(self.free_energy_se[-1], self.free_energy_se[0])),
            float(self.predicted[-1] - self.predicted[0]),
        )


def compare(model: str | RegressionModel, sizes: object, *, datasets: int = 40, seed: int = 0) -> Comparison:
    """F_n, WBIC and the generalisation error over simulated data sets, beside λ log n - (m-1) log log n and λ/n.

    Parameters
    ----------
    model : a name of `MODELS` or a model.
    sizes : n, one or several.
    datasets : for each n.
    seed : of the data.

    Returns
    -------
    Comparison : with what there is after Ctrl-C (at least two data sets).

    Raises
    ------
    InputError : an unknown model.

    Examples
    --------
    >>> c = compare("regular", [200, 2000], datasets=20, seed=2)
    >>> bool(abs(c.n_generalisation[1] - c.lam) < 0.7)
    True
    """
    if isinstance(model, str):
        if model not in MODELS:
            raise InputError(f"no model '{model}'; there are {', '.join(MODELS)}")
        model = MODELS[model]
    start = time.perf_counter()
    n = np.atleast_1d(np.asarray(sizes)).astype(int)
    grid = grid_of(len(model.variables), 0.5 * math.log(float(n.max())) + 14.0)
    g = model.features(grid.points)
    seeds = np.random.SeedSequence(seed).spawn(len(n) * datasets)
    rows: list[list[Posterior]] = [[] for _ in n]
    try:
        for k in range(datasets):
            for i, size in enumerate(n):
                rng = np.random.default_rng(seeds[i * datasets + k])
                rows[i].append(posterior(model, simulate(model, int(size), rng), grid, g))
    except KeyboardInterrupt:
        if min(len(r) for r in rows) < 2:
            raise
    done = min(len(r) for r in rows)

    def column(name: str) -> tuple[np.ndarray, np.ndarray]:
        table = np.array([[getattr(p, name) for p in r[:done]] for r in rows])
        return table.mean(axis=1), table.std(axis=1, ddof=1) / math.sqrt(done)

    free, free_se = column("free_energy")
    wbic, wbic_se = column("wbic")
    error, error_se = column("generalisation")
    lam, m = float(model.lam), model.multiplicity
    predicted = lam * np.log(n) - (m - 1) * np.log(np.log(n))
    return Comparison(model.name, n, free, free_se, wbic, wbic_se, n * error, n * error_se, predicted, lam, m, done,
                      seed, time.perf_counter() - start)

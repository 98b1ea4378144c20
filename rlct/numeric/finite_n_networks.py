r"""n E_n[K] at finite n for f(x) = Σ_i a_i s(b_i x), truth 0, x ~ N(0, 1): wide networks, exactly in a.

K = E f² = aᵀ G(b) a is quadratic in a ~ N(0, I), so

    Z(n) = E_b det(I + 2nG(b))^{-1/2},      n E[K | b] = ½ tr 2nG (I + 2nG)^{-1},

and only b is sampled: sequential Monte Carlo in log n, from the prior on.  G = ΦᵀΦ with Φ the coordinates of the units
in the singular basis of the family s(b·) in L²(N(0,1)): a dozen modes carry n = 1e12 in doubles, whatever the width,
and I + 2nΦΦᵀ is that small.  It is graded (first mode first), as its Cholesky factors need it to stay accurate.

Source of the system: D. Vaintrob, "Learning zero" (2026); of the exact values: Aoyagi and Watanabe, Neural Networks 18
(2005).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from rlct.errors import InputError
from rlct.numeric.network_kernels import quenched_means, run_ladder
from rlct.numeric.results import Values


@dataclass(frozen=True, slots=True)
class Modes:
    """The singular modes of a family of units b -> s(b x), as cubic splines in b.

    Parameters
    ----------
    prior : "uniform" on [-1, 1] or "normal".
    reach : largest |b| of the table.
    step : its spacing.
    table : spline coefficients, shape (intervals, modes, 4), highest power first.
    sizes : largest |coordinate| of each mode over b, falling, shape (modes,).
    """

    prior: str
    reach: float
    step: float
    table: np.ndarray = field(repr=False)
    sizes: np.ndarray = field(repr=False)


def modes_of(
    activation: Callable[[np.ndarray], np.ndarray] = np.tanh, prior: str = "uniform", *, smallest: float = 1e-11
) -> Modes:
    """The modes that carry more than `smallest` (L² norm in x ~ N(0, 1)) for some b.

    Parameters
    ----------
    activation : s, elementwise; analytic near the real line.
    prior : "uniform" (b in [-1, 1]) or "normal" (b ~ N(0, 1)).

    Raises
    ------
    InputError : for another prior.

    Examples
    --------
    >>> len(modes_of(smallest=1e-9).sizes)
    11
    """
    if prior not in ("uniform", "normal"):
        raise InputError(f'the prior of b is "uniform" or "normal", not "{prior}"')
    from scipy.interpolate import CubicSpline

    reach, step = (1.0, 0.0025) if prior == "uniform" else (8.0, 0.005)
    grid = np.linspace(-reach, reach, round(2 * reach / step) + 1)
    x = np.arange(-9.0, 9.0001, 0.03)
    root = np.sqrt(0.03 * np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi))
    units = activation(grid[:, None] * x) * root
    weight = np.ones(len(grid)) if prior == "uniform" else np.exp(-0.25 * grid**2)
    some = slice(None, None, max(1, len(grid) // 150))
    basis = _graded_basis(weight[some, None] * units[some])
    coordinates = units @ basis.T
    sizes = np.abs(weight[:, None] * coordinates).max(axis=0)
    keep = sizes > smallest
    spline = CubicSpline(grid, coordinates[:, keep])
    table = np.ascontiguousarray(np.transpose(spline.c, (1, 2, 0)))
    return Modes(prior, reach, step, table, sizes[keep])


def _graded_basis(rows: np.ndarray, most: int = 50) -> np.ndarray:
    """Right singular vectors of a matrix of tiny numerical rank, largest first, shape (rank, columns).

    Pivoted Gram-Schmidt (twice, so that it is orthogonal to rounding) comes first: what is left is small and graded.
    """
    rest = rows.copy()
    kept: list[np.ndarray] = []
    norms = np.sqrt((rest**2).sum(axis=1))
    top = float(norms.max())
    while len(kept) < most and float(norms.max()) > 1e-15 * top:
        q = rest[int(np.argmax(norms))].copy()
        for other in kept:
            q -= (other * q).sum() * other
        q /= math.sqrt(float((q * q).sum()))
        for _ in range(2):
            rest -= (rest * q).sum(axis=1)[:, None] * q
        kept.append(q)
        norms = np.sqrt((rest**2).sum(axis=1))
    q = np.array(kept)
    _, _, turn = np.linalg.svd((rows[:, None, :] * q[None, :, :]).sum(axis=2), full_matrices=False)
    return np.asarray(turn @ q)


def network_lambda_hat(
    hidden: int,
    n: object,
    *,
    prior: str = "uniform",
    activation: Callable[[np.ndarray], np.ndarray] = np.tanh,
    particles: int | None = None,
    sweeps: int | None = None,
    repeats: int = 4,
    seed: int = 0,
    quenched: bool = False,
    threads: int = 2,
) -> Values:
    """n E_n[K] of a network with one input, `hidden` units and truth 0, at increasing n.

    Parameters
    ----------
    hidden : H >= 1.
    n : number(s) > 0; K carries no ½, so n here is half of a regression's n/σ².
    prior : of the b_i, "uniform" on [-1, 1] or "normal"; the a_i are standard normal and integrated out.
    particles : for each repeat; None: by width.
    sweeps : sweeps of moves over all units for each unit of log n; None: by width.
    repeats : independent runs, whose spread is the error.
    quenched : b from its prior instead of the posterior (the mean of n E[K | b]).

    Returns
    -------
    Values : λ̂(n) with standard errors (after Ctrl-C from the repeats that were finished, if at least two);
        `extra["log_z"]` is log Z(n) (posterior only), `extra["modes"]` the number of modes.

    Raises
    ------
    InputError : for n that are not positive.

    Examples
    --------
    >>> v = network_lambda_hat(1, [1e2, 1e6], particles=2000, repeats=2)
    >>> bool(abs(v.value[0] - 0.360) < 0.02 and abs(v.value[1] - 0.442) < 0.02)
    True
    """
    began = time.perf_counter()
    given = np.asarray(n, dtype=float)
    sizes = np.atleast_1d(given)
    if hidden < 1 or repeats < 2:
        raise InputError("a network needs hidden >= 1, and its error repeats >= 2")
    if not (sizes > 0).all():
        raise InputError("n must be positive")
    order = np.argsort(sizes)
    top = float(sizes.max())
    modes = modes_of(activation, prior, smallest=5e-3 / math.sqrt(2 * top * hidden))
    normal = prior == "normal"
    if particles is None:
        particles = max(100, min(1500, 12_000 // hidden)) if not quenched else max(100, min(20_000, 40_000 // hidden))
    if sweeps is None:
        sweeps = 1 if hidden > 60 else 4
    seeds = [int(np.random.SeedSequence([seed, r]).generate_state(1)[0]) for r in range(repeats)]
    asked = np.log(sizes[order])

    def one(own: int) -> tuple[np.ndarray, np.ndarray]:
        args = (modes.table, modes.reach, modes.step, normal, hidden, particles)
        if quenched:
            return quenched_means(*args, asked, own), np.full(len(asked), np.nan)
        return run_ladder(*args, asked, sweeps, own, 1.2 if hidden > 60 else 1.0)

    runs: list[tuple[np.ndarray, np.ndarray]] = []
    notes: tuple[str, ...] = ()
    with ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(one, s) for s in seeds]
        try:
            for f in futures:
                runs.append(f.result())
        except KeyboardInterrupt:
            for f in futures:
                f.cancel()
            if len(runs) < 2:
                raise
            notes = (f"interrupted: {len(runs)} of {repeats} repeats",)
    back = np.argsort(order)
    rows = np.array([r[0] for r in runs])[:, back]
    logs = np.array([r[1] for r in runs])[:, back]
    shape = given.shape
    return Values(
        sizes.reshape(shape),
        rows.mean(axis=0).reshape(shape),
        (rows.std(axis=0, ddof=1) / math.sqrt(len(runs))).reshape(shape),
        "quenched" if quenched else "sequential",
        seed,
        time.perf_counter() - began,
        notes,
        {"log_z": logs.mean(axis=0).reshape(shape), "modes": len(modes.sizes), "hidden": hidden, "prior": prior},
    )


@dataclass(frozen=True, slots=True)
class Law:
    """How λ̂ grows with log10 n: slope and quadratic coefficient with their errors, and a verdict.

    Parameters
    ----------
    slope : of the straight line, per decade.
    quadratic : coefficient of (log10 n)², per decade².
    rms : deviation from the line.
    ratio : quadratic term's share of the growth between the ends, |q (x1-x0)²| / (growth).
    verdict : "linear", "quadratic" or "undecided".
    """

    slope: float
    quadratic: float
    rms: float
    ratio: float
    verdict: str


def growth_law(n: np.ndarray, value: np.ndarray, *, start: float = 1e3) -> Law:
    """Is λ̂ linear or quadratic in log n from `start` on?

    A law c·(log n)² through the data would have its quadratic term carry the growth; "linear" is said when the
    quadratic term carries less than a tenth of it, "quadratic" when more than half.

    >>> growth_law(10.0 ** np.arange(3, 13), 0.3 * np.arange(3, 13)).verdict
    'linear'
    >>> growth_law(10.0 ** np.arange(3, 13), 0.02 * np.arange(3, 13) ** 2).verdict
    'quadratic'
    """
    use = np.asarray(n) >= start * 0.999
    x, y = np.log10(np.asarray(n)[use]), np.asarray(value)[use]
    if len(x) < 4:
        raise InputError("the law of growth needs at least four sizes n beyond the start")
    line = np.polyfit(x, y, 1)
    square = np.polyfit(x, y, 2)
    span = float(x.max() - x.min())
    # share of the growth that the curvature carries: a pure square has q (x1² - x0²) of it
    share = abs(square[0]) * span * span / max(abs(line[0]) * span, 1e-12)
    verdict = "linear" if share < 0.15 else "quadratic" if share > 0.5 else "undecided"
    rms = float(np.sqrt(np.mean((np.polyval(line, x) - y) ** 2)))
    return Law(float(line[0]), float(square[0]), rms, float(share), verdict)

r"""Networks with Gaussian input: population losses by quadrature and orthonormal Hermite coefficients.

For x ~ N(0, I) the population loss of f against f0 is K(w) = E (f(x, w) - f0(x))².  With one input it is a
Gauss-Hermite sum; in the orthonormal basis h_k = He_k/√k! it is Σ_k c_k(w)² (Parseval), c_k = E f h_k.  The small
coefficients carry the deep scales (c_k² of 1e-80 decides n = 1e80), so they are computed with as many digits as the
cancellation needs; every rule is checked by a finer one.

Sources: Golub and Welsch, Math. Comp. 23 (1969), for the nodes; Trefethen and Weideman, SIAM Review 56 (2014), §5, for
the trapezoidal rule; Smolyak, Dokl. Akad. Nauk SSSR 148 (1963), for sparse grids.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from rlct.errors import EstimationError, InputError

LARGEST_GRID = 400_000
"""Most nodes of a rule in several inputs."""


def gauss_hermite(order: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights for the mean over x ~ N(0, 1): Σ w_i f(x_i) is exact for polynomials of degree 2·order - 1.

    Parameters
    ----------
    order : number of nodes, 1 to 4000.

    Returns
    -------
    nodes (order,), weights (order,).

    Raises
    ------
    InputError : for other orders.

    Examples
    --------
    >>> x, w = gauss_hermite(3)
    >>> round(float((w * x**4).sum()), 12)
    3.0
    """
    if not 1 <= order <= 4000:
        raise InputError(f"the order of a Gauss-Hermite rule lies between 1 and 4000, it is not {order}")
    from scipy.linalg import eigh_tridiagonal

    x = eigh_tridiagonal(np.zeros(order), np.sqrt(np.arange(1.0, order)), eigvals_only=True)
    x = 0.5 * (x - x[::-1])
    # the weights 1/(order h_{order-1}²), from the recurrence scaled so that nothing overflows
    scaled = hermite_functions(x, order)
    inside = np.abs(x) < 36.0  # beyond, the weights are below 1e-280
    w = np.where(inside, np.exp(-0.5 * x * x) / (order * np.where(inside, scaled[-1], 1.0) ** 2), 0.0)
    return x, w / w.sum()


def hermite_functions(x: np.ndarray, count: int) -> np.ndarray:
    """h_k(x) e^{-x²/4} for k < count, h_k orthonormal for N(0, 1); shape (count, len(x)).

    >>> np.round(hermite_functions(np.array([0.0]), 3)[:, 0], 6).tolist()
    [1.0, 0.0, -0.707107]
    """
    out = np.zeros((count, len(x)))
    out[0] = np.exp(-0.25 * x * x)
    if count > 1:
        out[1] = x * out[0]
    for k in range(1, count - 1):
        out[k + 1] = (x * out[k] - math.sqrt(k) * out[k - 1]) / math.sqrt(k + 1)
    return out


def population_loss(
    function: Callable[[np.ndarray], np.ndarray],
    *,
    inputs: int = 1,
    rtol: float = 1e-12,
) -> tuple[np.ndarray, float, int]:
    """E f(x)² over x ~ N(0, I), by rules of growing order until two agree.

    Parameters
    ----------
    function : f (or f - f0) on nodes (nodes, inputs) -> (..., nodes), one row for each parameter vector.
    inputs : dimension of x: Gauss-Hermite for 1, tensor rules for 2 and 3, Smolyak's sparse grids beyond.
    rtol : required agreement of two successive rules, relative, in every row.

    Returns
    -------
    (loss (...,), relative difference of the last two rules in the worst row, nodes used).

    Raises
    ------
    EstimationError : when the largest rule does not suffice (a function with a kink, say).

    Examples
    --------
    >>> loss, error, nodes = population_loss(lambda x: x[:, 0] ** 3)
    >>> round(float(loss), 9)
    15.0
    """
    if inputs < 1:
        raise InputError("a network needs at least one input")
    before: np.ndarray | None = None
    error, size = math.inf, 0
    for nodes, weights in _rules(inputs):
        value = np.asarray((np.asarray(function(nodes)) ** 2) @ weights)
        size = len(weights)
        if before is not None:
            scale = np.maximum(np.abs(value), np.finfo(float).tiny)
            error = float(np.max(np.abs(value - before) / scale))
            if error <= rtol:
                return value, error, size
        before = value
    raise EstimationError(
        f"the population loss did not converge to {rtol:g}: the last two rules differ by {error:.1e} ({size} nodes); "
        "raise rtol, or use smoother functions"
    )


def _rules(inputs: int) -> Any:
    """Rules of growing size: (nodes (N, inputs), weights (N,))."""
    if inputs > 3:
        for level in range(1, 30):
            rule = sparse_grid(level, inputs)
            if rule is None:
                return
            yield rule
    order = 16
    while order**inputs <= (1200 if inputs == 1 else LARGEST_GRID):
        x, w = gauss_hermite(order)
        nodes = np.stack(np.meshgrid(*[x] * inputs, indexing="ij"), -1).reshape(-1, inputs)
        weights = w
        for _ in range(inputs - 1):
            weights = np.multiply.outer(weights, w)
        yield nodes, weights.ravel()
        order = order * 3 // 2


def sparse_grid(level: int, inputs: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Smolyak's grid by the combination technique, exact for total degree 2·level + 1; None if it gets too large.

    The rule of index k has 2k + 1 Gauss-Hermite nodes; the grid is the sum of (-1)^(level-|k|) C(inputs-1, level-|k|)
    ⊗ rule(k_i) over level - inputs < |k| <= level. Weights may be negative.

    >>> x, w = sparse_grid(2, 5)
    >>> round(float((w * x[:, 0] ** 2 * x[:, 4] ** 2).sum()), 12)
    1.0
    """
    rules = [gauss_hermite(2 * k + 1) for k in range(level + 1)]
    pieces: list[tuple[np.ndarray, np.ndarray]] = []
    size = 0
    for total in range(max(0, level - inputs + 1), level + 1):
        factor = (-1) ** (level - total) * math.comb(inputs - 1, level - total)
        for k in _compositions(total, inputs):
            size += math.prod(2 * a + 1 for a in k)
            if size > LARGEST_GRID:
                return None
            nodes = np.stack(np.meshgrid(*[rules[a][0] for a in k], indexing="ij"), -1).reshape(-1, inputs)
            weights = rules[k[0]][1]
            for a in k[1:]:
                weights = np.multiply.outer(weights, rules[a][1])
            pieces.append((nodes, factor * weights.ravel()))
    return np.concatenate([p[0] for p in pieces]), np.concatenate([p[1] for p in pieces])


def _compositions(total: int, parts: int) -> list[tuple[int, ...]]:
    if parts == 1:
        return [(total,)]
    return [(i, *rest) for i in range(total + 1) for rest in _compositions(total - i, parts - 1)]


def ridge_gram(
    weights: np.ndarray, activation: Callable[[np.ndarray], np.ndarray], *, rtol: float = 1e-10
) -> np.ndarray:
    """G_ij = E s(w_i·x) s(w_j·x) over x ~ N(0, I): K = aᵀGa for f = Σ a_i s(w_i·x), with any number of inputs.

    The pair (w_i·x, w_j·x) is Gaussian in two variables whatever the dimension of x, so a tensor rule in two suffices.

    Parameters
    ----------
    weights : (H, inputs).
    activation : s, elementwise on arrays.
    rtol : required agreement of two rules, relative to √(G_ii G_jj).

    Returns
    -------
    (H, H) array.

    Raises
    ------
    EstimationError : when the rules do not agree.

    Examples
    --------
    >>> ridge_gram(np.array([[1.0, 2.0], [0.0, 1.0]]), lambda u: u).round(9).tolist()
    [[5.0, 2.0], [2.0, 1.0]]
    """
    w = np.asarray(weights, dtype=float)
    cov = w @ w.T
    sd = np.sqrt(np.diag(cov))
    safe = np.where(sd > 0, sd, 1.0)
    rho = np.clip(cov / np.outer(safe, safe), -1.0, 1.0)
    before: np.ndarray | None = None
    worst = math.inf
    for step in (0.4, 0.2, 0.1, 0.05, 0.025):
        # the trapezoidal rule: its error e^{-2πa/step} does not suffer from the tails, as Gauss-Hermite's does
        x = np.arange(-9.0, 9.0 + step / 2, step)
        p = step * np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)
        first = np.asarray(activation(sd[:, None] * x)) * p
        gram: np.ndarray = np.zeros_like(cov)
        for i in range(len(w)):
            for j in range(i, len(w)):
                other = rho[i, j] * x[:, None] + math.sqrt(1.0 - rho[i, j] ** 2) * x[None, :]
                gram[i, j] = gram[j, i] = float(first[i] @ np.asarray(activation(sd[j] * other)) @ p)
        if before is not None:
            scale = np.sqrt(np.maximum(np.diag(gram), np.finfo(float).tiny))
            worst = float(np.max(np.abs(gram - before) / np.outer(scale, scale)))
            if worst <= rtol:
                return gram
        before = gram
    raise EstimationError(f"the means of pairs of units did not converge to {rtol:g} (last change {worst:.1e})")


def hermite_coefficients(
    function: Callable[[Any], Any], count: int, *, digits: int = 30, smallest: float = 1e-40
) -> list[Any]:
    r"""c_k = E f(x) h_k(x) for k < count with correct digits, h_k the orthonormal Hermite polynomials of N(0, 1).

    The trapezoidal rule converges like e^{-2πa/h} for a function analytic in |Im x| < a; the step is halved until two
    rules agree to `digits` digits of `smallest`. The recurrence of h_k runs on integers (fixed point), all nodes at
    once, with the bits that its growth e^{x²/4} needs.

    Parameters
    ----------
    function : f, of a real mpmath number; analytic in a strip around the real line.
    count : number of coefficients (hundreds are fine).
    digits : correct digits of a coefficient of size `smallest`; larger ones have more.
    smallest : size of the smallest coefficient that matters (c_k² of 1e-80 is c_k of 1e-40).

    Returns
    -------
    list of mpmath.mpf; what lies below the error bound is 0.

    Raises
    ------
    EstimationError : when the rules do not agree (f is not analytic, or grows too fast).

    Examples
    --------
    >>> c = hermite_coefficients(lambda x: x**3, 5)
    >>> [float(round(v, 6)) for v in c]
    [0.0, 3.0, 0.0, 2.44949, 0.0]
    """
    import mpmath

    work = digits + math.ceil(-math.log10(smallest)) + 8
    reach = 2.0 * math.sqrt(work * math.log(10.0)) + 2.0
    for _ in range(6):
        bits = int((work + reach * reach / 4.0 / math.log(10.0) + 15.0) * 3.3220)
        with mpmath.workprec(bits):
            # |h_k| < 1.09 e^{x²/4} (Cramér): the tails left out must be below the last digit
            ends = max(abs(function(mpmath.mpf(s) * reach)) for s in (-1, 1))
            if ends * mpmath.exp(-mpmath.mpf(reach) ** 2 / 4) < mpmath.mpf(10) ** (-work):
                break
        reach *= 1.3
    else:
        raise EstimationError("the function grows too fast for Hermite coefficients")
    with mpmath.workprec(bits):
        step = mpmath.mpf(1) / 8
        half = int(reach / step) + 1
        total = _fixed_point_sums(function, [i * step for i in range(-half, half + 1)], count, bits)
        tolerance = mpmath.mpf(10) ** (-work + 6)
        before = mpmath.mpf(1)
        for _ in range(9):
            between = _fixed_point_sums(function, [(i + mpmath.mpf(1) / 2) * step for i in range(-half, half)], count,
                                        bits)
            old = [step * v for v in total]
            total = [a + b for a, b in zip(total, between, strict=True)]
            step, half = step / 2, 2 * half
            new = [step * v for v in total]
            scale = max(1, *(abs(v) for v in new)) if new else 1
            change = max((abs(a - b) for a, b in zip(old, new, strict=True)), default=mpmath.mpf(0))
            if change <= tolerance * scale:
                return [v if abs(v) > tolerance * scale else mpmath.mpf(0) for v in new]
            if step < 0.02 and change > 1e-3 * before:
                break  # not geometric: no number of nodes will do
            before = change
    raise EstimationError("the Hermite coefficients did not converge: is the function analytic near the real line?")


def _fixed_point_sums(function: Callable[[Any], Any], nodes: Sequence[Any], count: int, bits: int) -> list[Any]:
    """Σ_i p(x_i) f(x_i) h_k(x_i) for k < count, p the normal density; the recurrence in integers with `bits` bits."""
    import mpmath

    front = 1 / mpmath.sqrt(2 * mpmath.pi)

    def fixed(v: Any) -> int:
        return int(mpmath.floor(mpmath.ldexp(v, bits) + 0.5))

    x = np.array([fixed(v) for v in nodes], dtype=object)
    b = np.array([fixed(front * mpmath.exp(-v * v / 2) * function(v)) for v in nodes], dtype=object)
    a = np.zeros(len(nodes), dtype=object)
    roots = [fixed(mpmath.sqrt(k)) for k in range(count + 1)]
    inverse = [0] + [fixed(1 / mpmath.sqrt(k)) for k in range(1, count + 1)]
    out = []
    for k in range(count):
        out.append(mpmath.ldexp(mpmath.mpf(int(b.sum())), -bits))
        a, b = b, (((x * b - roots[k] * a) >> bits) * inverse[k + 1]) >> bits
    return out


def spectrum_slope(coefficients: Sequence[Any], first: int = 13, last: int = 51) -> tuple[float, float]:
    """Fit log c_k² = a - s√k + b log k over the non-zero coefficients: (-s, its standard error).

    A pole at distance a of the real line gives c_k² ~ e^{-2a√k}: for tanh(x), a = π/2, the slope is -π.

    >>> fake = [0.0] + [math.exp(-1.5 * math.sqrt(k)) for k in range(1, 60)]
    >>> round(spectrum_slope(fake)[0], 6)
    -3.0
    """
    import mpmath

    rows = [(k, float(2 * mpmath.log(abs(c)))) for k, c in enumerate(coefficients) if first <= k <= last and c != 0]
    if len(rows) < 5:
        raise InputError("the fit needs at least five non-zero coefficients")
    k = np.array([r[0] for r in rows], dtype=float)
    y = np.array([r[1] for r in rows])
    design = np.column_stack([np.ones_like(k), np.sqrt(k), np.log(k)])
    solution, _, _, _ = np.linalg.lstsq(design, y, rcond=None)
    residual = y - design @ solution
    covariance = np.linalg.inv(design.T @ design) * float(residual @ residual) / max(1, len(k) - 3)
    return float(solution[1]), math.sqrt(float(covariance[1, 1]))

"""Independent numbers for the worked systems: closed volumes, running exponents, the tanh network by linear algebra.

Nothing here sees a chart, an ideal or an exact answer; numpy is imported inside the functions.
"""

from __future__ import annotations

from math import log, log10, pi, sqrt
from typing import Any


def running_exponent(s: float, eps: float) -> float:
    """`d log V / d log ε` for K = x^4 + s x^2 in one variable, in closed form.

    With u = x^2 at the level ε: `u^2 + s u = ε`, V = 2 sqrt(u), so the exponent is `ε / (2 u (2u + s))`.

    >>> round(running_exponent(0.01, 1e-12), 3), round(running_exponent(0.01, 1e-1), 2)
    (0.5, 0.25)
    """
    u = 2 * eps / (s + sqrt(s * s + 4 * eps))
    return eps / (2 * u * (2 * u + s))


def quadratic_lambda_hat(scales: list[float], n: float, radius: float = 1.0) -> float:
    """`n E_n[K]` for K = sum s_i w_i^2 with w uniform on [-radius, radius]^d, by one-dimensional quadrature.

    >>> round(quadratic_lambda_hat([1.0], 1e6), 3)
    0.5
    """
    import numpy as np

    total = 0.0
    for s in scales:
        # w = radius * exp(-t): resolves the scale 1/sqrt(n s) wherever it lies
        t = np.linspace(0.0, 40.0, 40001)
        w = radius * np.exp(-t)
        weight = np.exp(-n * s * w**2) * w
        total += float(np.sum(n * s * w**2 * weight) / np.sum(weight))
    return total


def tanh_grid(nodes: int = 160, reach: float = 10.0) -> tuple[Any, Any]:
    """Positive half of a trapezoidal grid for the normal law: points and square roots of doubled weights.

    The rule converges geometrically for functions analytic in a strip, faster than Gauss-Hermite when the poles of
    tanh(b x) are near.
    """
    import numpy as np

    x = np.linspace(0.0, reach, nodes + 1)[1:]
    return x, np.sqrt(2 * (x[1] - x[0]) * np.exp(-(x**2) / 2) / sqrt(2 * pi))


def tanh_curve(hidden: int, sizes: list[float], draws: int = 200, seed: int = 0) -> dict[str, Any]:
    """λ̂(n) = n E_n[K] of `sum a_i tanh(b_i x)`, truth 0, K = E f^2, a ~ N(0,1) integrated out, b ~ U[-1,1].

    For fixed b the loss is a quadratic form in a with eigenvalues g_i (squared singular values of the feature matrix):
    the a-posterior mean of nK is `sum n g_i/(1 + 2 n g_i)`, its weight `prod (1 + 2 n g_i)^(-1/2)`.

    Parameters
    ----------
    hidden : number of units.
    sizes : sample sizes n.
    draws : prior draws of b (importance weights turn them into the posterior).

    Returns
    -------
    dict with n, posterior and quenched λ̂ and the effective number of draws.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    x, root = tanh_grid()
    rows_post, rows_quenched, effective = [], [], []
    # all features with |b| <= 1 lie, to rounding, in a space of some twenty dimensions: project to it once
    nodes = np.cos(np.pi * (np.arange(60) + 0.5) / 120)
    left, scale, _ = np.linalg.svd(root[:, None] * np.tanh(x[:, None] * nodes[None, :]), full_matrices=False)
    frame = left[:, scale > 1e-15 * scale[0]]
    spectra = []
    for _ in range(draws):
        b = rng.uniform(-1, 1, hidden)
        features = frame.T @ (root[:, None] * np.tanh(x[:, None] * b[None, :]))
        values = np.linalg.svd(features, compute_uv=False) ** 2
        spectra.append(np.pad(values, (0, max(0, hidden - len(values))))[:hidden])
    g = np.array(spectra)
    for n in sizes:
        values = np.sum(n * g / (1 + 2 * n * g), axis=1)
        logw = -0.5 * np.sum(np.log1p(2 * n * g), axis=1)
        w = np.exp(logw - logw.max())
        w /= w.sum()
        rows_post.append(round(float(w @ values), 4))
        rows_quenched.append(round(float(values.mean()), 4))
        effective.append(round(float(1 / np.sum(w**2)), 1))
    return {"n": sizes, "posterior": rows_post, "quenched": rows_quenched, "effective_draws": effective}


def one_tanh_unit(sizes: list[float]) -> list[float]:
    """λ̂(n) of one unit a tanh(b x), a ~ N(0,1) integrated out, b ~ U[-1,1], by quadrature in log |b|.

    >>> [round(v, 2) for v in one_tanh_unit([1e3, 1e9])]
    [0.4, 0.46]
    """
    import numpy as np

    x, root = tanh_grid()
    t = np.linspace(0.0, 45.0, 2001)
    b = np.exp(-t)
    g = np.sum((root[:, None] * np.tanh(x[:, None] * b[None, :])) ** 2, axis=0)
    out = []
    for n in sizes:
        weight = b / np.sqrt(1 + 2 * n * g)
        out.append(round(float(np.sum(weight * n * g / (1 + 2 * n * g)) / np.sum(weight)), 4))
    return out


def line_fit(values: list[float], decades: list[float]) -> dict[str, float]:
    """Straight line and parabola through λ̂ over log10 n: slope, quadratic coefficient, rms of the line."""
    import numpy as np

    line = np.polyfit(decades, values, 1)
    bend = np.polyfit(decades, values, 2)
    rms = float(np.sqrt(np.mean((np.polyval(line, decades) - np.array(values)) ** 2)))
    return {
        "slope_per_decade": round(float(line[0]), 4),
        "quadratic_coefficient": round(float(bend[0]), 5),
        "rms": round(rms, 4),
    }


def tanh_spectrum(top: int = 51) -> list[float]:
    """Squared orthonormal Hermite coefficients of tanh(x) for k = 0..top, by the stable recurrence of Hermite
    functions."""
    import numpy as np

    x, root = tanh_grid(1200, 18.0)
    value = np.tanh(x) * root
    previous, current = np.zeros_like(x), root.copy()
    squares = [0.0]
    for k in range(1, top + 1):
        previous, current = current, (x * current - sqrt(k - 1) * previous) / sqrt(k)
        # odd k: the two half lines contribute equally, which `root` already counts; even k vanish by symmetry
        squares.append(float(value @ current) ** 2 if k % 2 else 0.0)
    return squares


def hermite_slope(first: int = 13, last: int = 51) -> float:
    """Slope of log c_k^2 against sqrt k, with a log k term, over odd k: close to -pi, the pole of tanh at i pi/2."""
    import numpy as np

    squares = tanh_spectrum(last)
    ks = np.arange(first, last + 1, 2)
    design = np.stack([np.sqrt(ks), np.log(ks), np.ones(len(ks))], axis=1)
    target = np.log([squares[k] for k in ks])
    return float(np.linalg.lstsq(design, target, rcond=None)[0][0])


def mode_bound(n: float, hidden: int) -> float:
    """Half the number of odd Hermite modes of tanh (slope 1) with `n · hidden · c_k^2 > 1`."""
    return 0.5 * sum(1 for c in tanh_spectrum(201) if n * hidden * c > 1)


def minimum_volume(eps: float, samples: int = 400_000, seed: int = 0) -> tuple[float, float]:
    """Monte Carlo volume of `min(|x|, |y|) < eps` in [-1, 1]^2, with standard error; the exact value is 8ε - 4ε²."""
    import numpy as np

    rng = np.random.default_rng(seed)
    inside = np.abs(rng.uniform(-1, 1, (samples, 2))).min(axis=1) < eps
    p = float(inside.mean())
    return 4 * p, 4 * sqrt(p * (1 - p) / samples)


def node_slopes(samples: int = 2_000_000, seed: int = 0) -> dict[str, float]:
    """Volume slopes of the squared nodal cubic between ε = 1e-3 and 1e-5 near the node and near a smooth point."""
    import numpy as np

    rng = np.random.default_rng(seed)
    out = {}
    for name, centre in (("node", (0.0, 0.0)), ("smooth", (-1.0, 0.0))):
        p = rng.uniform(-0.3, 0.3, (samples, 2)) + np.array(centre)
        k = (p[:, 1] ** 2 - p[:, 0] ** 2 - p[:, 0] ** 3) ** 2
        high, low = float((k < 1e-5).mean()), float((k < 1e-7).mean())
        out[name] = round((log(high) - log(low)) / log(100), 3)
    return out


def gram_rank(slopes: list[float]) -> int:
    """Numerical rank of the Gram matrix of tanh(b_k x): the rank of the Hessian of K at a = 0 (relative level 1e-9)."""
    import numpy as np

    x, root = tanh_grid()
    values = np.linalg.svd(root[:, None] * np.tanh(x[:, None] * np.array(slopes)[None, :]), compute_uv=False)
    return int(np.sum(values > 1e-9 * max(values[0], 1e-300))) if values[0] > 0 else 0


def decades(sizes: list[float]) -> list[float]:
    """Base-ten logarithms of sample sizes."""
    return [log10(n) for n in sizes]


def box_masses(eps: float, d: float, samples: int = 400_000, seed: int = 0) -> dict[str, float]:
    """Posterior-like mass of the box |x|, |y| <= d inside {f < ε}, for min(|x|,|y|) and for |xy|, by Monte Carlo
    along the valleys.

    The set is sampled with log-uniform proposals in |x| and |y| and reweighted, so that small ε costs nothing.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    reach = log(1 / (eps * 1e-3))
    t = rng.uniform(0, reach, (samples, 2))
    p = np.exp(-t)
    weight = p.prod(axis=1)
    out = {}
    for name, value in (("minimum", p.min(axis=1)), ("product", p.prod(axis=1))):
        w = weight * (value < eps)
        out[name] = round(float(w[(p <= d).all(axis=1)].sum() / w.sum()), 4)
    return out


def pendulum_checks() -> dict[str, Any]:
    """Symbolic facts of the pendulum: the orbit leaves x_t fixed, f is a submersion, level sets are hyperbolas."""
    import sympy as sp

    x0, v, g, t, a = sp.symbols("x0 v g t a", positive=True)
    f = x0 * sp.cos(sp.sqrt(g) * t) + v / sp.sqrt(g) * sp.sin(sp.sqrt(g) * t)
    moved = f.subs({v: a * v, g: a**2 * g, t: t / a}, simultaneous=True)
    gradient = sp.simplify(sp.diff(f, x0) ** 2 + g * sp.diff(f, v) ** 2)
    product_constant = sp.simplify((t / a) * (a * sp.sqrt(g)) - t * sp.sqrt(g))
    mu, tau = sp.symbols("mu tau")
    jacobian = sp.Matrix([sp.cos(tau), mu * sp.sin(tau)]).jacobian([tau, mu]).det()
    return {
        "orbit_fixes_position": sp.simplify(moved - f) == 0,
        "gradient_identity": str(gradient),
        "lambda_times_t_constant": product_constant == 0,
        "jacobian": str(sp.factor(jacobian)),
        "holds": sp.simplify(moved - f) == 0
        and gradient == 1
        and product_constant == 0
        and sp.simplify(jacobian + sp.sin(tau) ** 2) == 0,
    }

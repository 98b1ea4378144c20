"""Independent numbers for products of parameters: Z(n) by one-dimensional quadrature, to n = e^1000.

For uniform parameters the logarithm of a product is a sum of exponential variables, so that each block of the loss has
a closed one-dimensional integral.  λ and m are read off log Z alone; no ideal and no exact answer is seen.
"""

from __future__ import annotations

from math import lgamma, log
from typing import Any


def log_z(factors: int, log_n: float, target: int = 0, top: float = 1.0) -> float:
    """log of E exp(-n (p - target)^2), p the product of `factors` variables uniform on [0, top].

    Parameters
    ----------
    factors : number of factors, at least 1.
    log_n : log n, up to 1000.
    target : 0 or 1; with 0 the sign of the factors does not matter, so [0, 1] stands for [-1, 1].
    top : 1 or 2; with target 1, 1 puts the truth into a corner and 2 into the interior.

    Notes
    -----
    -log(p / top^k) is the sum of k exponential variables: density s^(k-1) e^-s / (k-1)!.

    Examples
    --------
    >>> round(log_z(1, 40.0) - log_z(1, 42.0), 6)      # one coordinate: λ = 1/2
    1.0
    """
    import numpy as np

    step = 0.005
    if target == 0:
        s = np.arange(step, log_n / 2 + 60.0, step)
        exponent = (factors - 1) * np.log(s) - s - np.exp(np.minimum(log_n - 2 * s + 2 * factors * log(top), 700.0))
    else:
        # s = factors log top + u with p = e^-u; |u| = e^-v resolves the neighbourhood of the truth
        shift = factors * log(top)
        v = np.arange(-4.0, log_n / 2 + 40.0, step)
        u = np.concatenate([np.exp(-v), -np.exp(-v[np.exp(-v) < shift])])
        s = np.maximum(shift + u, 1e-300)
        gap = np.log(np.abs(np.expm1(-u)))
        exponent = (factors - 1) * np.log(s) - s + np.log(np.abs(u)) - np.exp(np.minimum(log_n + 2 * gap, 700.0))
    top_value = float(exponent.max())
    return top_value + log(step * float(np.exp(exponent - top_value).sum())) - lgamma(factors)


def read_off(blocks: list[tuple[int, int, float]], log_n: float = 1000.0) -> dict[str, Any]:
    """λ and m from log Z at n = e^(L/4), e^(L/2), e^L, by log Z = c - λ log n + (m - 1) log log n.

    Parameters
    ----------
    blocks : number of factors, target and top of each product; K is the sum of the squares of (product - target).
    log_n : L.

    Examples
    --------
    >>> read_off([(1, 0, 1.0), (1, 0, 1.0)])
    {'λ from Z(n)': 1.0, 'm from Z(n)': 1.0}
    """
    sizes = (log_n / 4, log_n / 2, log_n)
    values = [sum(log_z(k, size, target, top) for k, target, top in blocks) for size in sizes]
    # differences: values[i+1] - values[i] = -λ h_i + (m - 1) log 2 with h_1 = 2 h_0
    first, second = values[1] - values[0], values[2] - values[1]
    lam = (first - second) / (log_n / 4)
    order = (first + lam * log_n / 4) / log(2.0)
    return {"λ from Z(n)": round(lam, 3) + 0.0, "m from Z(n)": round(order + 1, 2) + 0.0}


def network(truth: int | None, corner: bool = False) -> dict[str, Any]:
    """λ and m of t1 x^4 + t2 t3 x^3 + ... + t11..t15 at the truth x^`truth` (None: 0), parameters uniform near it.

    Parameters
    ----------
    truth : degree of the true monomial.
    corner : the box ends at the truth, as in the cube [-1, 1]^15.

    Examples
    --------
    >>> network(4)
    {'λ from Z(n)': 2.5, 'm from Z(n)': 10.91}
    """
    top = 1.0 if corner else 2.0
    return read_off([(5 - d, 1, top) if d == truth else (5 - d, 0, 1.0) for d in range(5)])

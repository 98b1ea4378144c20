r"""What a perfect sampler would report at finite n, and the running exponent at finite resolution.

nβ E_β[K] is not λ: for K = 4(w1 w2³)² on [-1,1]² at n = 1000 and β = 1/log n it is 0.153, although λ = 1/6, and for
w1 w2 it is 0.380 although λ = 1/2.  A sampler is to be compared with this number.
"""

from __future__ import annotations

import contextlib
import math
import time
from typing import Any

import numpy as np

from rlct.errors import EstimationError, InputError
from rlct.numeric.arguments import new_seed, system_of
from rlct.numeric.integrals import lambda_hat, volume
from rlct.numeric.results import Values


def perfect_llc(
    K: object,
    n: object,
    *,
    nbeta: object = None,
    localization: float | None = None,
    seconds: float = 10,
    seed: int | None = None,
    repeats: int = 4,
    particles: int | None = None,
    **problem: Any,
) -> Values:
    """nβ E_β[K] on the same box, or under the same tether, as a sampler is run.

    Parameters
    ----------
    K, problem : as in `rlct.lambda_hat` (mode, variables, at, region, prior, radius, report).
    n : sample size(s) > 1.
    nbeta : nβ; default n / log n.
    localization : γ: the box is replaced by the density exp(-γ|w - w*|²/2), as SGLD with localisation has it.
    seconds, seed, repeats, particles : of the sampling, where quadrature does not serve (more than two variables).

    Returns
    -------
    Values : with `argument` n; `extra["nbeta"]`, `extra["log_z"]`.

    Examples
    --------
    >>> round(float(perfect_llc("4*(w1*w2^3)^2", 1000, seed=1)), 3)
    0.153
    """
    sizes = np.asarray(n, dtype=float)
    if not (sizes > 1).all():
        raise InputError("n must be larger than 1")
    scale = sizes / np.log(sizes) if nbeta is None else np.broadcast_to(np.asarray(nbeta, dtype=float), sizes.shape)
    options = dict(problem)
    if localization is not None:
        if not localization > 0:
            raise InputError("localization must be positive")
        if options.get("prior") is not None or options.get("region") is not None:
            raise InputError("with localization neither a prior nor a region can be given")
        system = system_of(K, method="volume", **{k: v for k, v in options.items() if k in ("mode", "variables", "at")})
        names = system.objective.variables if system.objective is not None else ()
        options |= {"prior": dict.fromkeys(names, "normal"), "radius": 1.0 / math.sqrt(localization)}
        options.setdefault("variables", list(names))
        if options["variables"] is None:
            options["variables"] = list(names)
    v = lambda_hat(K, scale, seconds=seconds, seed=seed, repeats=repeats, particles=particles, **options)
    extra = {**v.extra, "nbeta": scale, "localization": localization}
    return Values(sizes, v.value, v.stderr, v.method, v.seed, v.seconds, v.notes, extra, v.interrupted)


def running_exponent(
    K: object, eps: object, *, seconds: float = 10, seed: int | None = None, repeats: int = 4,
    particles: int | None = None, **problem: Any,
) -> Values:
    """λ(ε) = d log V / d log ε: the exponent that finite resolution shows.

    For K = x⁴ + s x² it runs from 1/2 (ε below s²) to 1/4 (above): a noise floor makes regions look singular. With at
    most two variables it comes from Z(n) at n = 1/ε by quadrature (λ̂(n), a smoothed version), else from the volumes.

    Parameters
    ----------
    eps : level(s) > 0.
    seconds, seed, repeats, particles : of the sampling, where quadrature does not serve.

    Examples
    --------
    >>> v = running_exponent("x^4 + x^2/1000000", [1e-4, 1e-16], seed=1)
    >>> v.value.round(2).tolist()
    [0.25, 0.5]
    """
    levels = np.asarray(eps, dtype=float)
    if not (levels > 0).all():
        raise InputError("eps must be positive")
    began = time.perf_counter()
    own = new_seed(seed)
    v: Values | None = None
    with contextlib.suppress(EstimationError):
        v = lambda_hat(K, 1.0 / levels, seconds=seconds, seed=own, repeats=repeats, particles=particles, **problem)
    if v is not None and v.method == "quadrature":
        return Values(levels, v.value, v.stderr, "quadrature", own, time.perf_counter() - began,
                      ("n E[K] at n = 1/ε",), v.extra)
    w = volume(K, levels, seconds=seconds, seed=own, repeats=repeats, particles=particles, **problem)
    return Values(levels, w.extra["exponent"], w.extra["exponent_stderr"], "volume", own,
                  time.perf_counter() - began, w.notes, {"volume": w.value, "limit": w.extra["limit"]}, w.interrupted)


def growth_of_estimate(n: np.ndarray, value: np.ndarray, lam: float, multiplicity: int) -> np.ndarray:
    """λ̂(n) - λ + (m-1)/log n: what is left of the bias after its leading term.

    F = λ log n - (m-1) log log n + O(1) gives λ̂ = dF/d log n = λ - (m-1)/log n + ...

    >>> bool(abs(growth_of_estimate(np.array([1e12]), np.array([0.46621]), 0.5, 2))[0] < 0.01)
    True
    """
    result: np.ndarray = np.asarray(value) - lam + (multiplicity - 1) / np.log(np.asarray(n))
    return result

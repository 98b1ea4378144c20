r"""The local learning coefficient as practitioners estimate it (SGLD with a tether), shown with its bias.

w ← w - (ε/2)(nβ ∇K + γ (w - w*)) + √ε ξ, λ̂ = nβ mean K (Lau, Furman, Wang, Murfet and Wei, 2023; the words nbeta,
localization, lr, num_chains, num_draws are theirs).  There is no acceptance step, so the answer depends on ε and γ.
It is compared with what a *perfect* sampler of the same tethered posterior reports at the same nβ
(`finite_n.perfect_llc`), and not with λ: those two differ as well, by log log n / log n and worse.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import Any

import numpy as np

from rlct.errors import EstimationError
from rlct.numeric.arguments import new_seed, system_of
from rlct.numeric.mcmc import Chain, effective_size, rhat
from rlct.numeric.randoms import seed_state
from rlct.numeric.sgld_kernels import chain


def sgld(
    K: object,
    *,
    nbeta: float,
    lr: float = 1e-4,
    localization: float = 1.0,
    num_chains: int = 4,
    num_draws: int = 5000,
    num_burnin_steps: int = 1000,
    gradient_noise: float = 0.0,
    seed: int | None = None,
    **problem: Any,
) -> Chain:
    """The local estimate λ̂ = nβ E[K] by Langevin steps around the point.

    Parameters
    ----------
    K, problem : as in `rlct.numeric.estimate.estimate` (mode, variables, at).
    nbeta : nβ; n / log n is usual.
    lr : step size ε.
    localization : γ of the tether -γ|w - w*|²/2.
    num_chains, num_draws, num_burnin_steps : as in devinterp.
    gradient_noise : standard deviation of each component of the gradient's error (mini-batches), 0 for exact gradients.
    seed : of the noise.

    Returns
    -------
    Chain : its mean is λ̂; `note` says that it is biased. The mean is infinite where the chain diverged.

    Raises
    ------
    EstimationError : for a callable K (no gradients).

    Examples
    --------
    >>> c = sgld("x^2+y^2", nbeta=100.0, lr=1e-3, num_draws=20000, seed=1)
    >>> bool(abs(c.mean - 1) < 0.2)
    True
    """
    start = time.perf_counter()
    own = new_seed(seed)
    problem = {k: v for k, v in problem.items() if k in ("mode", "variables", "at", "region", "prior", "radius")}
    compiled = system_of(K, method="volume", **problem).compiled
    if compiled is None:
        raise EstimationError("SGLD needs gradients: give K as an expression")
    out = np.zeros((num_chains, num_draws))
    for c in range(num_chains):
        state = seed_state(int(np.random.SeedSequence([own, c]).generate_state(1)[0]))
        chain(compiled.value, compiled.jacobian, compiled.exponents, compiled.offsets, compiled.objective.d, nbeta, lr,
              localization, gradient_noise, num_burnin_steps, state, out[c])
    finite = bool(np.isfinite(out).all())
    size = effective_size(out) if finite else 0.0
    note = f"SGLD, lr {lr:g}, localization {localization:g}: biased; compare with a perfect sampler at this nbeta"
    if not finite:
        note = f"SGLD diverged at lr {lr:g}: smaller steps are needed"
    return Chain(
        nbeta,
        float(out.mean()) if finite else math.inf,
        float(out.std()) / math.sqrt(max(size, 1.0)) if finite else math.inf,
        rhat(out) if finite else math.inf,
        size,
        1.0,
        out,
        own,
        note,
        time.perf_counter() - start,
    )


def with_bias(c: Chain, perfect: float, stderr: float = 0.0) -> tuple[Chain, float, float]:
    """The chain with its bias against a perfect sampler in its note: (chain, bias, bias in standard errors)."""
    bias = c.mean - perfect
    z = bias / math.hypot(c.stderr, stderr) if math.isfinite(bias) else math.inf
    return replace(c, note=f"{c.note}; bias {bias:+.3f} ({z:+.1f} se) against {perfect:.4f}"), bias, z

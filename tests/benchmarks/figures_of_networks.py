"""Rows 9 and 10 of the figures: wide tanh networks over twelve decades of n; SGLD beside what it should report."""

from __future__ import annotations

import time

import numpy as np

from rlct.numeric.finite_n import perfect_llc
from rlct.numeric.finite_n_networks import growth_law, network_lambda_hat
from rlct.numeric.sgld import sgld

Row = tuple[str, str, bool | None, float]
SIZES = 10.0 ** np.arange(1, 13)
WIDE = {
    "uniform": ([0.834, 1.066, 1.358, 1.612, 1.918, 2.187, 2.489, 2.792, 3.083, 3.407, 3.708, 4.025], 0.005),
    "normal": ([1.102, 1.483, 1.866, 2.250, 2.628, 3.012, 3.368, 3.713, 4.098, 4.470, 4.817, 5.188], 0.07),
}
"""λ̂ of 128 units at n = 1e1..1e12, and the table's own error."""
SAMPLED = {
    "uniform": ([0.834, 1.067, 1.358, 1.611, 1.917, 2.189, 2.492, 2.793, 3.084, 3.407, 3.707, 4.024], 0.0005),
    "normal": ([1.098, 1.483, 1.874, 2.260, 2.640, 3.015, 3.383, 3.745, 4.105, 4.462, 4.815, 5.164], 0.0022),
}
"""The same by `wide_networks` (importance sampling, no code shared): 1e6 and 4e6 draws, the largest error."""


NARROW = {
    ("uniform", 1): [0.273, 0.360, 0.401, 0.418, 0.431, 0.442, 0.448, 0.453, 0.454, 0.462, 0.467, 0.469],
    ("uniform", 2): [0.396, 0.506, 0.600, 0.660, 0.689, 0.689, 0.688, 0.689, 0.681, 0.675, 0.672, 0.672],
    ("uniform", 4): [0.475, 0.616, 0.814, 0.956, 1.050, 1.074, 1.060, 1.029, 1.010, 0.993, 0.984, 0.982],
    ("uniform", 16): [0.578, 0.844, 1.07, 1.35, 1.58, 1.86, 2.10, 2.34, 2.51, 2.61, 2.57, 2.42],
    ("normal", 1): [0.297, 0.368, 0.403, 0.420, 0.431, 0.442, 0.449, 0.454, 0.458, 0.463, 0.469, 0.471],
    ("normal", 2): [0.428, 0.550, 0.641, 0.681, 0.697, 0.698, 0.687, 0.685, 0.681, 0.676, 0.676, 0.676],
    ("normal", 4): [0.535, 0.738, 0.916, 1.022, 1.068, 1.075, 1.044, 1.014, 0.994, 0.989, 0.975, 0.980],
    ("normal", 16): [0.752, 1.068, 1.372, 1.668, 1.937, 2.160, 2.342, 2.460, 2.486, 2.442, 2.357, 2.272],
}
"""The same for narrower networks, (prior, units)."""


def row_9() -> list[Row]:
    """Both priors, 1 to 128 units: deviation from the table, error, law of growth, CPU seconds of both threads."""
    out: list[Row] = []
    for (prior, hidden), row in NARROW.items():
        start = time.process_time()
        v = network_lambda_hat(hidden, SIZES, prior=prior, seed=1)
        off = float(np.abs(v.value - np.array(row)).max())
        out.append((f"H={hidden}, {prior} b: ±.03 of the table", f"{off:.3f}, se {float(v.stderr.max()):.3f}",
                    off < 0.03, time.process_time() - start))
    for prior, (want, known) in SAMPLED.items():
        network_lambda_hat(128, SIZES[:2], prior=prior, particles=4, repeats=2)  # compile
        start = time.process_time()
        v = network_lambda_hat(128, SIZES, prior=prior, seed=1)
        seconds = time.process_time() - start
        off = float(np.abs(v.value - np.array(want)).max())
        table, rough = WIDE[prior]
        beside = float(np.abs(v.value - np.array(table)).max())
        law = growth_law(SIZES, v.value)
        straight = law.verdict == "linear" and abs(law.quadratic) < 0.006
        met = straight and off < 0.03 and seconds < 5.0
        out.append((f"H=128, {prior} b: ±.03, < 5 s, linear, |quadratic| < .006",
                    (f"{off:.3f} from importance sampling (itself ±{known}), {beside:.3f} from the table (itself "
                     f"±{rough}), se {float(v.stderr.max()):.3f}, {law.verdict}, slope {law.slope:.3f}, quadratic "
                     f"{law.quadratic:+.4f}"), met, seconds))
    return out


def row_10() -> list[Row]:
    """SGLD with several settings against the tethered finite-n value at the same nβ."""
    out: list[Row] = []
    for text, lam in (("x^2*y^2", 0.5), ("x^2*y^4", 0.25), ("(y^2-x^3)^2", 5 / 12)):
        start = time.perf_counter()
        nbeta = 1e4 / np.log(1e4)
        exact = float(perfect_llc(text, 1e4, localization=1.0, seed=1))
        parts = []
        for lr in (1e-5, 1e-4, 1e-3):
            c = sgld(text, nbeta=float(nbeta), lr=lr, seed=1, num_draws=20_000)
            parts.append(f"lr {lr:g}: {c.mean - exact:+.3f}{'' if c.trusted else ' (not trusted)'}")
        out.append((f"{text}: bias of SGLD against {exact:.4f} (λ = {lam:.4f})", "; ".join(parts), True,
                    time.perf_counter() - start))
    return out

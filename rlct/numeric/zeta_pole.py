"""A demonstration: the pole of ζ guessed from samples. Not an estimator.

1/ζ(z)^{1/m} is extrapolated to its zero from values right of the pole. It is good where one pole rules (x²y²: .50) and
confidently wrong where a second one is near (ideal ab, bc, ca: .78 for 3/4; the tanh network of three units .94 for
5/6), because a smooth curve through a few points cannot show it. Use `estimate` for numbers and `chart_zeta` for poles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rlct.errors import EstimationError
from rlct.numeric.results import Values
from rlct.numeric.zeta_sampling import zeta


@dataclass(frozen=True)
class PoleDemonstration:
    """Where the extrapolation puts the pole, for each order that was tried.

    Parameters
    ----------
    by_order : (m, λ guessed, rms of the straight line in units of 1/ζ) for m = 1, 2, 3.
    values : ζ and its errors.
    warning : what this is.
    """

    by_order: tuple[tuple[int, float, float], ...]
    values: Values
    warning: str = "a demonstration: wrong, and confidently so, when a second pole is near"


def pole_by_extrapolation(K: object, *, start: float, seconds: float = 5, seed: int | None = None,
                          **problem: Any) -> PoleDemonstration:
    """Extrapolate (1/ζ)^{1/m} from z in [-start, 0] to its zero.

    Parameters
    ----------
    K, problem, seconds, seed : as in `rlct.zeta`.
    start : how far left to go, 0 < start < λ.

    Raises
    ------
    EstimationError : where ζ diverges at -start.

    Examples
    --------
    >>> demo = pole_by_extrapolation("x^2", start=0.3, seconds=60, particles=300, seed=1)
    >>> bool(abs(demo.by_order[0][1] - 0.5) < 0.05), "demonstration" in demo.warning
    (True, True)
    """
    if not start > 0:
        raise EstimationError("start must be positive: ζ is evaluated between -start and 0")
    z = np.linspace(-start, 0.0, 9)
    v = zeta(K, z, seconds=seconds, seed=seed, **problem)
    rows = []
    for m in (1, 2, 3):
        inverse = v.value ** (-1.0 / m)
        fit = np.polyfit(z, inverse, 2)
        roots = np.roots(fit)
        left = [float(r.real) for r in roots if abs(r.imag) < 1e-9 and r.real < -start]
        pole = -max(left) if left else float("nan")
        rows.append((m, pole, float(np.sqrt(np.mean((np.polyval(fit, z) - inverse) ** 2)))))
    return PoleDemonstration(tuple(rows), v)

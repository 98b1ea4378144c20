"""S2: "Initial quick thoughts on singular learning theory" (B. Millidge): finite resolution and WBIC."""

from __future__ import annotations

from fractions import Fraction
from math import log
from typing import Any

from rlct.models import networks, statistics
from rlct.systems import numbers
from rlct.systems.rows import Ask, Item, posed

HALF = Fraction(1, 2)


def _resolution() -> dict[str, Any]:
    """λ̂ of a quadratic loss at several n against half the number of directions above the resolution."""
    scales = [1.0, 1e-3, 1e-6, 1e-9]
    rows = []
    holds = True
    for n in (1e1, 1e5, 1e8, 1e12):
        value = numbers.quadratic_lambda_hat(scales, n)
        counted = 0.5 * sum(1 for s in scales if n * s > 1)
        holds = holds and abs(value - counted) < 0.35
        rows.append([n, round(value, 3), counted])
    return {"n, λ̂, half the resolved directions": rows, "holds": holds}


def _noise_floor() -> dict[str, Any]:
    """Running exponent of x^4 + s x^2 on both sides of ε = s^2."""
    s = 1e-3
    coarse, fine = numbers.running_exponent(s, 1e-2), numbers.running_exponent(s, 1e-10)
    return {
        "s": s,
        "coarse": round(coarse, 3),
        "fine": round(fine, 3),
        "holds": abs(coarse - 0.25) < 0.01 and abs(fine - 0.5) < 0.01,
    }


def _wbic() -> dict[str, Any]:
    """Penalties at n = 1e6 in units of log n."""
    n = 1e6
    value = (statistics.wbic(n, 0, Fraction(5, 12))) / log(n)
    return {"penalty_over_log_n": round(value, 6), "holds": abs(value - 5 / 12) < 1e-12}


def items() -> tuple[Item, ...]:
    """The rows of this source."""
    return (
        Item(
            "S2.fisher",
            "A singularity is the same as a zero eigenvector of the Fisher matrix.",
            "conditional",
            "K = w1^2 in the plane has a null vector and a smooth zero set: a degenerate Fisher matrix means "
            "non-regular, not a singular zero "
            "set. λ is that of one regular parameter; a crossing such as w1^2 w2^2 has the same λ and m = 2.",
            (
                Ask(posed("w1^2", "w1^2", {"w1": 0, "w2": 0}), (HALF, 1)),
                Ask(posed("w1^2 w2^2", "w1^2*w2^2", {"w1": 0, "w2": 0}), (HALF, 2)),
            ),
        ),
        Item(
            "S2.wbic",
            "WBIC replaces the number of parameters by the number of true parameters.",
            "refuted",
            "WBIC is the mean of n L_n at the inverse temperature 1/log n and equals n L_n(w0) + λ log n to "
            "leading order; λ need not be half "
            "an integer: 1/6 for w^6, 5/12 for the squared cusp, 130/23 for 128 tanh units.",
            (
                Ask(posed("w^6", "w^6", {"w": 0}), (Fraction(1, 6), 1)),
                Ask(posed("squared cusp", "(y^2 - x^3)^2", {"x": 0, "y": 0}), (Fraction(5, 12), 1)),
                Ask(networks.tanh_zero_case(2), (Fraction(2, 3), 1)),
            ),
            _wbic,
        ),
        Item(
            "S2.quadratic",
            "With finitely many steps a convex quadratic loss has pseudo-singular directions.",
            "reproduced",
            "At resolution ε the loss sum s_i w_i^2 shows λ = half the number of directions with s_i above about ε "
            "over the squared radius; the limit is "
            "d/2. The table compares λ̂(n) on a box with that count.",
            (
                Ask(
                    posed("quadratic, all directions", "w1^2 + w2^2/1000 + w3^2/1000000", {"w1": 0, "w2": 0, "w3": 0}),
                    (Fraction(3, 2), 1),
                ),
            ),
            _resolution,
        ),
        Item(
            "S2.noise-floor",
            "A noise floor makes nearly singular regions look singular.",
            "reproduced",
            "K = x^4 + s x^2 has the running exponent 1/4 for ε well above s^2 and 1/2 below: the exact λ at s > 0 "
            "is 1/2, at s = 0 it is 1/4.",
            (
                Ask(posed("x^4 + x^2/1000", "x^4 + x^2/1000", {"x": 0}), (HALF, 1)),
                Ask(posed("x^4", "x^4", {"x": 0}), (Fraction(1, 4), 1)),
            ),
            _noise_floor,
        ),
        Item(
            "S2.volume",
            "Regions with more volume have lower free energy.",
            "reproduced",
            "F(n) is minus the logarithm of the volume at scale 1/n up to a bounded term: V(ε) of x^2 y^4 falls "
            "like ε^(1/4), that of x^2 + y^2 like ε.",
            (
                Ask(posed("x^2 y^4", "x^2*y^4", {"x": 0, "y": 0}), (Fraction(1, 4), 1)),
                Ask(posed("x^2 + y^2", "x^2 + y^2", {"x": 0, "y": 0}), (1, 1)),
            ),
        ),
    )

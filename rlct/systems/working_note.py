"""S1: "Singular Learning Theory", a working note (J. Hoogland): the pendulum, symmetries, the zeta function."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from rlct.models import networks, pieces, statistics
from rlct.systems import numbers
from rlct.systems.rows import Ask, Item, posed

HALF = Fraction(1, 2)


def _permutation() -> dict[str, Any]:
    """Product of two random integer matrices before and after a permutation of the inner index."""
    import numpy as np

    rng = np.random.default_rng(0)
    a, b = rng.integers(-9, 9, (3, 3)), rng.integers(-9, 9, (3, 3))
    p = np.eye(3, dtype=int)[[2, 0, 1]]
    return {
        "largest_difference": int(abs(a @ p @ p.T @ b - a @ b).max()),
        "holds": bool((a @ p @ p.T @ b == a @ b).all()),
    }


def _relu() -> dict[str, Any]:
    """ReLU(x) against ReLU(a x)/a on a grid, a > 0."""
    worst = max(abs(max(x, 0.0) - max(a * x, 0.0) / a) for x in (-2.0, -0.5, 0.0, 0.5, 2.0) for a in (0.25, 1.0, 8.0))
    return {"largest_difference": worst, "holds": worst < 1e-12}


def _bic() -> dict[str, Any]:
    """The two readings of the formula at n = 1000, L = 0.5, d = 4."""
    right = statistics.free_energy(1000, 0.5, 2)
    wrong = 0.5 + statistics.bic_penalty(1000, 4)
    return {"with_factor_n": round(right, 2), "without": round(wrong, 2), "holds": right > 10 * wrong}


def _codimension() -> dict[str, Any]:
    """Volume exponent of K = x1^2 + x2^2 in R^3 by closed form: V is proportional to ε, exponent codimension/2 = 1."""
    ratio = numbers.running_exponent(1.0, 1e-12)
    return {"exponent_of_x^2": round(ratio, 6), "holds": abs(ratio - 0.5) < 1e-6}


def items() -> tuple[Item, ...]:
    """The rows of this source."""
    hyper = posed("submersion, 4 parameters", ["f"], {"f": 0, "p": 0, "q": 0, "r": 0})
    return (
        Item(
            "S1.bic",
            "BIC = L_n(w0) + (D/2) log n with the averaged loss L_n.",
            "refuted",
            "A slip: the averaged loss must be multiplied by n, n L_n(w0) + (D/2) log n; otherwise the penalty "
            "would swamp the fit.",
            numeric=_bic,
        ),
        Item(
            "S1.true-parameter",
            "Any true parameter is a singularity (a critical point with K = 0).",
            "conditional",
            "By that definition even the regular K = w^2 is singular. Three cases should be kept apart: a regular "
            "minimum, a degenerate minimum "
            "with a smooth zero set (both with the λ of their codimension), and a singular zero set.",
            (
                Ask(posed("regular minimum", "w^2", {"w": 0}), (HALF, 1)),
                Ask(posed("smooth zero set", "w1^2", {"w1": 0, "w2": 0}), (HALF, 1)),
                Ask(posed("singular zero set", "w1^2*w2^2", {"w1": 0, "w2": 0}), (HALF, 2)),
            ),
        ),
        Item(
            "S1.permutation-matrices",
            "Permuting hidden units leaves the product of two 3x3 matrices unchanged.",
            "reproduced",
            "A P P^T B = A B, checked on integer matrices.",
            numeric=_permutation,
        ),
        Item(
            "S1.relu-identity",
            "ReLU(x) = ReLU(a x)/a for a > 0.",
            "reproduced",
            "ReLU is positively homogeneous.",
            numeric=_relu,
        ),
        Item(
            "S1.orbit",
            "The orbit (x0, a v, a^2 g, t/a) leaves the position x_t fixed.",
            "reproduced",
            "x_t = x0 cos(sqrt(g) t) + v/sqrt(g) sin(sqrt(g) t) depends on sqrt(g) t and v/sqrt(g) only, both "
            "constant on the orbit; "
            "checked symbolically.",
            numeric=numbers.pendulum_checks,
        ),
        Item(
            "S1.pendulum-4",
            "Pendulum with parameters x0, v, g, t and one observed number.",
            "reproduced",
            "(df/dx0)^2 + g (df/dv)^2 = cos^2 + sin^2 = 1: f is a submersion, so K = (f - f*)^2 is the square of a "
            "coordinate and (1/2, 1) holds at "
            "every point and for every truth. The note draws a one-dimensional orbit; the fibre has dimension 3.",
            (Ask(hyper, (HALF, 1)),),
            numbers.pendulum_checks,
        ),
        Item(
            "S1.pendulum-3",
            "Pendulum with parameters v, g, t; the start x0 is a random input.",
            "reproduced",
            "The function x0 cos τ + μ sin τ has the ideal (cos τ - cos τ*, μ sin τ - μ* sin τ*) with Jacobian "
            "-sin^2 τ. Generic τ*: (1, 1), not "
            "3/2. At τ* = k pi the ideal is (d^2, μ d): (1/2, 1) for μ != 0, (1/2, 2) for μ = 0, which is the "
            "worst point when the prior "
            "allows v = 0; so is t = v = 0, also at g = 0.",
            (
                Ask(pieces.pendulum("multiple of pi", moving=False), (HALF, 2)),
                Ask(pieces.pendulum("multiple of pi", moving=True), (HALF, 1)),
                Ask(pieces.pendulum("generic"), (1, 1)),
                Ask(pieces.pendulum("start", moving=False), (HALF, 2)),
            ),
        ),
        Item(
            "S1.pendulum-time",
            "Pendulum with parameters x0, v, g; the time is a random input.",
            "reproduced",
            "Power series in the time: the ideal (x0 - x0*, v - v*, x0 g - x0* g*, v g - v* g*). A moving truth "
            "determines all three parameters, "
            "(3/2, 1); the truth at rest leaves g free, (1, 1).",
            (
                Ask(pieces.pendulum_random_time(True), (Fraction(3, 2), 1)),
                Ask(pieces.pendulum_random_time(False), (1, 1)),
            ),
        ),
        Item(
            "S1.pendulum-scale",
            "Pendulum with an additional time scale a.",
            "reproduced",
            "One of four parameters is redundant: (3/2, 1) for a moving truth with a != 0, (1, 1) at rest. If the "
            "prior allows a = 0, a "
            "constant truth x0* != 0 is reached there too, with ideal (x0 - x0*, v a, g a^2): (1, 2).",
            (
                Ask(pieces.pendulum_random_time(True, "free"), (Fraction(3, 2), 1)),
                Ask(pieces.pendulum_random_time(False, "free"), (1, 1)),
                Ask(pieces.pendulum_random_time(True, "zero"), (1, 2)),
            ),
        ),
        Item(
            "S1.reparametrisation",
            "The parameters (μ, τ) remove the degeneracy.",
            "conditional",
            "Only where sin τ != 0; at τ = k pi the ideal (d^2, μ d) stays singular in the new parameters.",
            (Ask(pieces.pendulum("multiple of pi", moving=False), (HALF, 2)), Ask(pieces.pendulum("generic"), (1, 1))),
        ),
        Item(
            "S1.level-sets",
            "In the plane of t and λ (the frequency) the level sets are straight lines.",
            "refuted",
            "On the orbit the product of frequency and time is constant: hyperbolas, straight only on doubly "
            "logarithmic axes.",
            numeric=numbers.pendulum_checks,
        ),
        Item(
            "S1.codimension",
            "The RLCT is a volume codimension; why divide by two?",
            "reproduced",
            "V(ε) counts K < ε and K is quadratic in the distance, so codimension d gives ε^(d/2): here K = x1^2 + "
            "x2^2 in R^3 has λ = 1.",
            (Ask(posed("x1^2 + x2^2", "x1^2 + x2^2", {"x1": 0, "x2": 0, "x3": 0}), (1, 1)),),
            _codimension,
        ),
        Item(
            "S1.pole-picture",
            "How should z and its pole be pictured?",
            "conditional",
            "A question, not a claim: ζ(z) = ∫ K^z is finite to the right of -λ and blows up there; `rlct plot` "
            "draws it beside V(ε), the "
            "example scripts show both for x^2 y^4, where the pole is at -1/4.",
            (Ask(posed("x^2 y^4", "x^2*y^4", {"x": 0, "y": 0}), (Fraction(1, 4), 1)),),
        ),
        Item(
            "S1.excess-nodes",
            "Excess nodes are either degenerate or share their activation boundary.",
            "reproduced",
            "For tanh the zero set of two units with a truth of one has two branches: output weight 0 (3/2, and "
            "(3/2, 2) where its slope is 0 too) and merged "
            "(5/4). The merged branch wins.",
            (
                Ask(networks.tanh_teacher_case(2, "merged"), (Fraction(5, 4), 1)),
                Ask(networks.tanh_teacher_case(2, "dead"), (Fraction(3, 2), 2)),
                Ask(networks.tanh_teacher_case(2, "dead-generic"), (Fraction(3, 2), 1)),
            ),
        ),
    )

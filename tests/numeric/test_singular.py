"""Moves along singular values: their decomposition, the law they leave alone, and what they do for matrix products."""

from __future__ import annotations

import math

import numpy as np

from rlct.numeric.arguments import system_of
from rlct.numeric.collapse import Collapsed, temper_repeats
from rlct.numeric.kernels import MOVES, NO_SLOPES, evolve
from rlct.numeric.local import expanded, objective
from rlct.numeric.products import matrix_product
from rlct.numeric.runs import bounds_of, start_population
from rlct.numeric.singular import orthogonal_columns
from rlct.parse.build import build_problem


def collapsed_product(a: int, b: int, c: int) -> Collapsed:
    """The (a x b)(b x c) product with normal densities, one factor integrated out."""
    gens = [" + ".join(f"p{i}{k}*q{k}{j}" for k in range(b)) for i in range(a) for j in range(c)]
    names = [f"p{i}{k}" for i in range(a) for k in range(b)] + [f"q{k}{j}" for k in range(b) for j in range(c)]
    made = system_of(gens, prior=dict.fromkeys(names, "normal")).collapsed
    assert made is not None
    return made


def test_rotations_end_at_the_singular_values() -> None:
    """Graded columns as well, to the last digits."""
    rng = np.random.default_rng(1)
    for c, r in ((2, 2), (3, 3), (3, 5)):
        a = rng.standard_normal((c, r)) * 10.0 ** np.linspace(0, -9, c)[:, None]
        rows, v = a.copy(), np.empty((c, c))
        orthogonal_columns(rows, v)
        assert np.allclose(v @ v.T, np.eye(c), atol=1e-14)
        assert np.allclose(v.T @ rows, a, rtol=1e-12, atol=1e-16)
        got = np.sort(np.linalg.norm(rows, axis=1))[::-1]
        assert np.allclose(got, np.linalg.svd(a, compute_uv=False), rtol=1e-6)


def test_singular_moves_keep_the_density() -> None:
    """At n = 0 the singular values of a normal 3 x 2 matrix stay distributed as they were."""
    target = collapsed_product(3, 2, 3)
    assert target.objective.d == 6
    lo, hi, half, _ = bounds_of(target.objective)
    pop = start_population(target, 20_000, 3, -60.0)

    def figures() -> list[float]:
        s = np.linalg.svd(pop.points.reshape(-1, 3, 2) if tall else pop.points.reshape(-1, 2, 3), compute_uv=False)
        return [float(x) for x in (np.log(s[:, 1]).mean(), np.log(s[:, 0]).mean(), (s**2).sum(axis=1).mean())]

    layout = target.offsets[1 + 3 * target.offsets[0] :]
    tall = target.objective.variables[1].endswith("1")
    assert layout[:3].tolist() == [1, 2, 3]
    before = figures()
    only = np.array([float(k >= MOVES.index("singular")) for k in range(len(MOVES))])
    stats = np.zeros((len(MOVES), 2), np.int64)
    evolve(pop.points, pop.values, pop.dens, pop.extra, -60.0, 2, 10, only, 6.0, lo, hi, half, target.value,
           target.jacobian, target.exponents, target.offsets, pop.rng, stats, NO_SLOPES)  # fmt: skip
    assert stats[-1, 0] == 200_000 and 0.2 < stats[-1, 1] / stats[-1, 0] < 1.0
    after = figures()
    # six standard errors of a difference of two means of 20 000
    assert abs(after[0] - before[0]) < 0.04 and abs(after[1] - before[1]) < 0.02 and abs(after[2] - before[2]) < 0.2
    assert abs(after[2] - 6.0) < 0.15


def exact_slope(low: float, high: float) -> float:
    """Slope of log Z of the 3x3x3 product over log n, from the density of three squared singular values."""
    h = 0.4
    grid = np.arange(-50.0, 5.0, h)
    x = np.exp(grid)
    gap = np.log(np.maximum(x[:, None] - x[None, :], 1e-300))
    gap[np.triu_indices(len(x))] = -math.inf
    logs = []
    for level in (low, high):
        # ∏ |x_i - x_j| ∏ x_i^(-1/2) e^(-x_i / 2) det(I + 2n PᵀP)^(-3/2), in log x_i
        weight = 0.5 * grid - 0.5 * x - 1.5 * np.log1p(2.0 * math.exp(level) * x)
        parts = []
        for i in range(len(x) - 2):
            one = weight[i + 1 :] + gap[i + 1 :, i]
            parts.append(weight[i] + np.logaddexp.reduce((one[:, None] + one + gap[i + 1 :, i + 1 :]).ravel()))
        logs.append(np.logaddexp.reduce(parts))
    return float(logs[0] - logs[1]) / (high - low)


def test_products_of_square_matrices_keep_their_logarithm() -> None:
    """The middle singular value of a 3x3x3 product is spread over all scales: without moves along it λ is 1.3% high."""
    want = exact_slope(20.0, 40.0)
    assert abs(want - 3.466) < 0.005
    runs = temper_repeats(collapsed_product(3, 3, 3), repeats=3, particles=250, sweeps=15, L_max=40.0, seed=5)
    slopes = [float(r.at(20.0) - r.at(40.0)) / 20.0 for r in runs]
    assert abs(float(np.mean(slopes)) - want) < 0.02
    assert float(np.std(slopes)) < 0.03


def test_a_factor_is_integrated_out_whatever_its_variables_are_called() -> None:
    """Names in an order that made the block of a and b out of both factors, which leaves no matrix."""
    gens = ["a1*m1 + z1*b1", "a1*m2 + z1*b2", "a2*m1 + z2*b1", "a2*m2 + z2*b2"]
    made = system_of(gens).collapsed
    assert made is not None
    assert made.block in (("a1", "a2", "z1", "z2"), ("b1", "b2", "m1", "m2"))
    assert made.matrices


def test_what_is_a_matrix_product() -> None:
    """Rows and columns of all shapes; determinants, triangles and networks are none."""

    def found(gens: list[str]) -> tuple[int, int, int] | None:
        obj = objective(build_problem(gens))
        product = matrix_product([expanded(g, obj.d) for g in obj.objects[0][0]])
        return None if product is None else (len(product[0]), len(product[0][0]), len(product[1]))

    for a, b, c in ((2, 1, 2), (1, 2, 2), (2, 2, 1), (2, 2, 2), (3, 2, 2), (2, 3, 2), (3, 3, 3)):
        gens = [" + ".join(f"p{i}{k}*q{k}{j}" for k in range(b)) for i in range(a) for j in range(c)]
        assert found(gens) in ((a, b, c), (c, b, a))
    for gens in (["a*d - b*c"], ["a*b", "b*c", "c*a"], ["a*b + c*d", "a*c + b*d"], ["a*x + b*y", "a*x^3 + b*y^3"],
                 ["a*x + b*y", "c*x + d*y", "a*z + b*w"], ["x*y + z*w", "x*y - z*w"]):  # fmt: skip
        assert found(gens) is None

"""Sampled ζ against closed forms, on both sides of z = 0: all volumes count, the largest too."""

import numpy as np
import pytest

from rlct import zeta


@pytest.mark.parametrize(
    ("text", "z", "exact"),
    [
        ("x^2*y^2*z^2*w^2", [-0.2, 0.5, 1.0, 2.0], [0.6**-4, 2.0**-4, 3.0**-4, 5.0**-4]),
        ("x^2", [-0.3, 1.0, 3.0], [2.5, 1 / 3, 1 / 7]),
        ("x^2+y^2", [-0.5, 0.0, 1.0], [1.7627471740390860, 1.0, 2 / 3]),
    ],
)
def test_both_sides_of_zero(text: str, z: list[float], exact: list[float]) -> None:
    """Within five standard errors (and one percent), the errors themselves below five percent."""
    v = zeta(text, z, seconds=60, particles=1000, repeats=4, seed=1)
    want = np.array(exact)
    assert (np.abs(v.value - want) < 5 * v.stderr + 0.01 * want).all()
    assert (v.stderr < 0.05 * want).all()
    assert (np.abs(v.value / want - 1) < 0.1).all()

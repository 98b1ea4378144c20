"""Sampled ζ against closed forms, on both sides of z = 0: all volumes count, the largest too."""

import numpy as np
import pytest

from rlct import zeta
from rlct.errors import EstimationError, InputError


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
    v = zeta(text, z, seconds=60, particles=1000, repeats=4, seed=1, method="volume")
    want = np.array(exact)
    assert (np.abs(v.value - want) < 5 * v.stderr + 0.01 * want).all()
    assert (v.stderr < 0.05 * want).all()
    assert (np.abs(v.value / want - 1) < 0.1).all()


@pytest.mark.parametrize(
    ("K", "words", "z", "exact"),
    [
        ("x^2*y^2*z^2*w^2", {}, [-0.4, 1.0], [0.2**-4, 3.0**-4]),
        ("x^10*y^8", {}, [-0.09, 1.0], [1 / (0.1 * 0.28), 1 / 99]),
        ("x^2+y^2", {}, [-0.9], [8.0362]),
        ("x^2*y^2", {"prior": "x^2", "region": "y>=0", "at": "x=0,y=0"}, [-0.4, 0.3], [75 / 11, 25 / 48]),
        ("x^2*y^2", {"prior": {"x": "normal"}}, [-0.4], [20.3387]),
        ("(x-2)^2", {"region": "1<=x<=4"}, [1.0, 0.0], [1.0, 1.0]),
    ],
    ids=str,
)
def test_importance_sampling_near_the_pole(K: str, words: dict, z: list[float], exact: list[float]) -> None:
    """Logarithmic coordinates: closed forms to a few percent at most, near the pole too; walls, priors, other boxes."""
    v = zeta(K, z, method="importance", particles=500, repeats=4, seed=1, **words)
    want = np.array(exact)
    assert v.method == "importance"
    assert (np.abs(v.value - want) < 5 * v.stderr + 2e-3 * want).all()
    assert (v.stderr < 0.04 * want).all()


def test_importance_sampling_is_left_aside_on_curves() -> None:
    """(y-x²)² vanishes off the coordinate lines: single points hold the weight near the pole, the volumes are taken."""
    v = zeta("(y-x^2)^2", [-0.45], seconds=60, particles=400, seed=1)
    assert v.method == "volume"
    assert "left aside" in v.notes[0]
    with pytest.raises(EstimationError, match="one point holds"):
        zeta("(y-x^2)^2", [-0.45], method="importance", particles=400, seed=1)


def test_left_of_the_pole_nothing_is_given() -> None:
    """ζ diverges at and left of -λ, and a sentence says so."""
    with pytest.raises(EstimationError, match="diverges"):
        zeta("x^2", [-0.7], seconds=60, particles=300, seed=1)
    with pytest.raises(InputError, match="unknown method"):
        zeta("x^2", 1, method="quadrature")

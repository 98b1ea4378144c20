"""Losses with a known λ for other people's estimators."""

import sys

import numpy as np
import pytest

from rlct import rlct
from rlct.errors import InputError, UnsupportedError
from rlct.numeric.loss_export import export_loss

CASES = [
    ("x^2*y^4", {}, lambda x, y: x**2 * y**4),
    ("(y^2-x^3)^2", {}, lambda x, y: (y**2 - x**3) ** 2),
    ("x^2+y^4", {}, lambda x, y: x**2 + y**4),
    (["x*y", "x-y^2"], {}, lambda x, y: (x * y) ** 2 + (x - y**2) ** 2),
    ("x^3+y^2*x", {"mode": "abs"}, lambda x, y: abs(x**3 + y**2 * x)),
    ("(x-1)^2*(y+2)^4", {"at": "1,-2"}, lambda x, y: (x - 1) ** 2 * (y + 2) ** 4),
]


@pytest.mark.parametrize(("text", "options", "plain"), CASES)
def test_values_and_gradients(text: object, options: dict[str, str], plain: object) -> None:
    """The exported K is the function as written; its gradient agrees with differences; λ and m come along."""
    r = rlct(text, **options)
    loss = export_loss(r)
    assert loss.lam == float(r.lam)
    assert loss.multiplicity == r.multiplicity
    points = np.random.default_rng(0).normal(size=(50, 2))
    assert loss(points) == pytest.approx(plain(points[:, 0], points[:, 1]), rel=1e-9)
    step = 1e-6
    for i in range(2):
        shift = np.zeros(2)
        shift[i] = step
        slope = (loss(points + shift) - loss(points - shift)) / (2 * step)
        assert loss.gradient(points)[:, i] == pytest.approx(slope, rel=2e-4, abs=1e-5)
    assert float(loss(loss.centre)) == 0.0
    assert np.abs(loss.gradient(loss.centre)).max() == 0.0


def test_a_callable_for_estimate() -> None:
    """The exported loss is a K for `estimate`: one value for each row."""
    loss = export_loss("x^2+y^2", lam=1.0, multiplicity=1)
    assert loss(np.zeros((3, 2))).shape == (3,)
    with pytest.raises(InputError, match="2 columns"):
        loss(np.zeros((3, 4)))


def test_without_torch_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """torch is optional: without it the error names the way out."""
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(UnsupportedError, match="not installed"):
        export_loss("x^2*y^2").torch_module()


def test_torch_module() -> None:
    """Value and gradient of the module equal those of the numpy loss."""
    torch = pytest.importorskip("torch", reason="torch is an optional extra")
    loss = export_loss(rlct("(y^2-x^3)^2"))
    module = loss.torch_module(start=[0.3, -0.4])
    value = module()
    value.backward()
    assert float(value) == pytest.approx(float(loss([0.3, -0.4])))
    assert module.w.grad.numpy() == pytest.approx(loss.gradient([[0.3, -0.4]])[0])
    assert module.w.dtype == torch.float64
    assert module.lam == 5 / 12

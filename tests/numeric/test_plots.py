"""Pictures: written in the format of the name, with labelled axes and legends."""

from pathlib import Path

import numpy as np
import pytest

from rlct import plots
from rlct.numeric.mcmc import Chain
from rlct.numeric.results import Curve, Estimate, Values


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Figures that were made."""
    made: list[object] = []
    true_figure = plots._figure

    def remember(columns: int = 1) -> tuple[object, list[object]]:
        figure, axes = true_figure(columns)
        made.append(figure)
        return figure, axes

    monkeypatch.setattr(plots, "_figure", remember)
    return made


def labelled(figure: object) -> bool:
    """Has every axis both labels, and some axis a legend?"""
    axes = figure.axes  # type: ignore[attr-defined]
    return all(a.get_xlabel() and a.get_ylabel() for a in axes) and any(a.get_legend() for a in axes)


def values(**extra: object) -> Values:
    """Four numbers with errors."""
    x = np.array([1e-6, 1e-4, 1e-2, 1e-1])
    return Values(x, np.sqrt(x), 0.01 * np.sqrt(x), "volume", 1, 0.1, (), dict(extra))


def estimate() -> Estimate:
    """A straight curve of slope 1/2."""
    levels = tuple(float(k) for k in range(60))
    curve = Curve("log V(e^-L)", levels, tuple(-0.5 * k for k in levels), tuple(0.01 for _ in levels))
    limits = (12.0, 59.0)
    return Estimate(0.5, 0.01, 1, (1,), True, limits, "L_max", "volume", 0.0, 1.0, 8, 100, 1000, 0.1, 1, (), curve)


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_scaling(ending: str, tmp_path: Path, drawn: list[object]) -> None:
    """Curve, slope, running exponent, and the exact λ dashed."""
    path = tmp_path / f"scaling.{ending}"
    plots.plot_scaling(estimate(), str(path), exact=0.5)
    head = path.read_bytes()[:8]
    assert head.startswith(b"\x89PNG") if ending == "png" else head.startswith(b"<?xml")
    assert labelled(drawn[0])


def test_without_a_curve_there_is_nothing_to_draw() -> None:
    """An estimate without its curve is refused."""
    from dataclasses import replace

    with pytest.raises(ValueError, match="no curve"):
        plots.plot_scaling(replace(estimate(), curve=None), "x.png")


def test_the_other_pictures(tmp_path: Path, drawn: list[object]) -> None:
    """ζ with its pole, volumes, λ̂ of samplers, growth over n, a spectrum."""
    z = Values(np.array([-0.4, -0.2, 0.0]), np.array([5.0, 1.7, 1.0]), np.zeros(3), "volume", 1, 0.1)
    plots.plot_zeta(z, str(tmp_path / "z.svg"), lam=0.5, order=2, curve=(np.array([-0.4, 0.0]), np.array([5.0, 1.0])))
    plots.plot_volume(values(exponent=np.full(4, 0.5), exponent_stderr=np.zeros(4)), str(tmp_path / "v.svg"))
    chain = Chain(100.0, 0.4, 0.01, 1.0, 1000.0, 0.5, np.zeros((2, 2)))
    v = values(nbeta=np.array([10.0, 100.0, 1e3, 1e4]))
    plots.plot_llc(v, str(tmp_path / "l.svg"), [chain], v, [chain])
    plots.plot_growth([("H = 4", values(), 1.0)], str(tmp_path / "g.svg"))
    plots.plot_spectrum([0.0, *(np.exp(-np.sqrt(k)) for k in range(1, 30))], str(tmp_path / "s.svg"), -2.0)
    plots.plot_values(values(), str(tmp_path / "x.svg"), "ε (nats)", "V(ε)", log=True)
    assert len(drawn) == 6
    assert all(labelled(f) for f in drawn)
    assert all(p.stat().st_size > 2000 for p in tmp_path.iterdir())

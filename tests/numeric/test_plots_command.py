"""The numeric commands with their options: JSON, saved numbers, pictures, exit status."""

import json
from pathlib import Path

import numpy as np
import pytest

from rlct.cli import app


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit status, stdout, stderr of a command."""
    status = app.run(list(words))
    out = capsys.readouterr()
    return int(status or 0), out.out, out.err


def test_zeta_with_charts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`rlct zeta --charts`: exact values, the pole with order and Laurent coefficients, and a picture."""
    picture = tmp_path / "z.svg"
    status, out, _ = run(capsys, "zeta", "x^2*y^2", "--z=-0.3,0.5", "--charts", "--seconds", "60", "--particles", "400",
                         "--seed", "1",
                         "--json", "--plot", str(picture), "--save", str(tmp_path / "z.npz"))
    data = json.loads(out)
    assert status == 0
    assert data["charts"]["pole"] == -0.5
    assert data["charts"]["order"] == 2
    assert data["charts"]["principal"] == pytest.approx([0.0, 0.25], abs=1e-10)
    assert data["charts"]["value"] == pytest.approx([1 / 0.16, 0.25], rel=1e-10)
    assert np.abs(np.array(data["value"]) / data["charts"]["value"] - 1).max() < 0.2
    assert picture.stat().st_size > 1000
    with np.load(tmp_path / "z.npz", allow_pickle=True) as saved:
        assert saved["argument"].tolist() == [-0.3, 0.5]


def test_llc_with_both_samplers(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`rlct llc --tempered --sgld`: perfect values on the box and under the tether, samplers with diagnostics."""
    words = ("llc", "4*x^2*y^2", "--n", "1000", "--sgld", "--tempered", "--lr", "1e-3", "--num-draws", "2000", "--seed",
             "1", "--seconds", "1")
    status, out, _ = run(capsys, *words, "--json", "--plot", str(tmp_path / "l.png"))
    data = json.loads(out)
    assert status == 0
    assert data["value"][0] == pytest.approx(0.380, abs=1e-3)
    assert data["tempered"][0]["llc/mean"] == pytest.approx(0.380, abs=0.05)
    assert data["tempered"][0]["rhat"] < 1.05
    assert "bias" in data["sgld"][0]["note"]
    assert data["tethered"]["localization"] == 1.0
    status, out, _ = run(capsys, *words)
    assert "R-hat" in out
    assert "bias" in out
    assert "seed 1" in out
    status, out, _ = run(capsys, *words[:5], "--lr", "1e-6", "--num-draws", "100", "--seed", "1", "--seconds", "1")
    assert "not trusted" in out


@pytest.mark.parametrize("kind", ["contour", "llc", "zeta"])
def test_plot(kind: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`rlct plot` writes the picture it was asked for."""
    path = tmp_path / f"{kind}.svg"
    status, out, _ = run(capsys, "plot", "x^2*y^4", "-o", str(path), "--kind", kind, "--seconds", "3", "--seed", "1")
    assert status == 0
    assert "wrote" in out
    assert path.read_text(encoding="utf-8").startswith("<?xml")


def test_plot_refuses_in_a_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Unknown formats and contours of three variables are bad input: exit status 2."""
    status, _, err = run(capsys, "plot", "x^2", "-o", str(tmp_path / "x.bmp"))
    assert status == 2
    assert ".png" in err
    status, _, err = run(capsys, "plot", "x^2*y^2*z^2", "-o", str(tmp_path / "x.png"), "--kind", "contour")
    assert status == 2
    assert "two variables" in err


def test_zeta_where_charts_do_not_serve(capsys: pytest.CaptureFixture[str]) -> None:
    """Four variables: sampled in charts, with errors; a region with a slanted wall: a sentence."""
    words = ("--charts", "--seconds", "60", "--particles", "200", "--repeats", "2", "--seed", "1")
    status, out, _ = run(capsys, "zeta", "x^2*y^2*z^2*w^2", "--z=1", *words)
    assert status == 0
    assert "sampled in charts 0.012" in out
    status, out, _ = run(capsys, "zeta", "x^2+y^2", "--at", "0,0", "--region", "x>=0, x+2*y>=0", "--z=1",
                         *words)
    assert status == 0
    assert "no charts: " in out


def test_chains_that_do_not_agree_give_no_number(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the bar for R-hat out of reach, `rlct llc --tempered` prints the diagnostics and no mean."""
    from rlct.numeric import mcmc

    monkeypatch.setattr(mcmc, "ESS", 1e9)
    words = ("llc", "4*x^2*y^2", "--n", "1000", "--tempered", "--seed", "1")
    status, out, _ = run(capsys, *words)
    assert status == 0
    assert "tempered not resolved   R-hat" in out
    _, out, _ = run(capsys, *words, "--json")
    assert json.loads(out)["tempered"][0]["llc/mean"] is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("estimate", "x^2", "--plot", "p.txt"), "--plot: the name must end in .png, .svg or .pdf"),
        (("volume", "x^2", "--save", "p.foo"), "--save: the name must end in .json or .npz"),
        (("zeta", "x^2", "--z=nan"), "z takes finite numbers"),
        (("volume", "x^2", "--eps", "inf"), "eps must be positive"),
    ],
)
def test_bad_options_are_refused_before_sampling(
    words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 2 and one sentence; a picture that nobody can write was a fault of the program, after the work."""
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "")
    assert sentence in err


@pytest.mark.filterwarnings("error")
def test_below_the_pole_there_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """Sums that overflow are no warnings on the terminal."""
    status, out, err = run(capsys, "zeta", "x^2*y^4", "--z=-0.3", "--seconds", "2", "--seed", "1")
    assert (status, out) == (1, "")
    assert "ζ" in err
    assert "Warning" not in err

"""Ctrl-C, progress and saved files: every long function returns what there is and says so; a seed decides the rest."""

import json
import math
import signal
from collections.abc import Callable

import numpy as np
import pytest

from rlct import estimate, lambda_hat, rlct, verify, volume, zeta
from rlct.cli import app
from rlct.cli.numeric import bar
from rlct.errors import EstimationError
from rlct.numeric.runs import Run, repeat_runs
from rlct.numeric.watch import Watch


def after(sentences: int) -> tuple[Callable[[str], None], list[str]]:
    """A listener that presses Ctrl-C once so many sentences have come, and what it heard."""
    heard: list[str] = []

    def listen(sentence: str) -> None:
        heard.append(sentence)
        if len(heard) == sentences:
            signal.raise_signal(signal.SIGINT)

    return listen, heard


def test_estimate_keeps_the_pilot_or_the_finished_runs() -> None:
    """An interrupt in the main sampling leaves what was reached; the result says so."""
    for sentences in (5, 7):
        listen, heard = after(sentences)
        e = estimate("x^2+y^4+z^6", seconds=60, particles=600, L_max=60, seed=1, method="volume", report=listen)
        assert e.interrupted
        assert e.L_limit == "interrupt"
        assert "interrupted" in e.notes[0]
        assert e.curve is not None
        assert len(heard) >= sentences
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_volume_and_lambda_hat_leave_out_what_was_not_reached() -> None:
    """Levels that were not reached are nan, the others stand; nothing at all raises KeyboardInterrupt."""
    listen, _ = after(4)
    v = volume("x^2+y^4+z^6", [1e-2, 1e-4], particles=300, seed=1, repeats=3, report=listen)
    assert v.interrupted
    assert v.value[0] == pytest.approx(0.0085, rel=0.5)
    listen, _ = after(4)
    v = lambda_hat("x^2+y^4+z^6", [1e2, 1e4], particles=300, seed=1, repeats=3, report=listen)
    assert v.interrupted
    assert "nan" in v.notes[0]


def test_zeta_keeps_the_volumes() -> None:
    """Interrupted in the volumes, ζ comes from the runs that were made."""
    listen, _ = after(5)
    v = zeta("x^2", [0.5, 1.0], particles=300, seed=1, report=listen)
    assert v.interrupted
    assert v.method == "volume"
    assert v.value == pytest.approx([0.5, 1 / 3], rel=0.1)


def test_verify_gives_no_verdict_without_the_smaller_box() -> None:
    """A wrong claim, interrupted in the first box: not resolved."""
    listen, _ = after(8)
    r = rlct("x^2+y^4")
    wrong = type(r)(**{**{f: getattr(r, f) for f in r.__dataclass_fields__}, "lam": r.lam * 2})
    v = verify(wrong, seconds=60, seed=1, report=listen)
    assert v.interrupted
    assert v.verdict == "not resolved"


def test_runs_not_begun_are_dropped() -> None:
    """With one thread the run after the interrupt is not made."""
    made: list[int] = []

    def one(mix: int, seed: int, watch: Watch) -> Run:
        made.append(mix)
        return Run(np.arange(9.0), -np.arange(9.0), np.arange(9.0), 10, 1, np.zeros(9), "L_max", mix)

    watch = Watch(stopped=lambda: len(made) > 2)
    assert len(repeat_runs(one, 4, (0, 1), 1, watch, 1)) == 3


def test_nothing_found_is_an_interrupt() -> None:
    """Before two runs have begun there is nothing to return."""
    listen, _ = after(1)
    with pytest.raises(KeyboardInterrupt):
        estimate("x^2+y^4", method="quadrature", seconds=60, report=listen)


def test_quadrature_keeps_its_seconds() -> None:
    """A tenth of a second does not suffice for two variables: a sentence, and no wait."""
    with pytest.raises(EstimationError, match="more seconds"):
        estimate(["a*b+c*d", "a*b^3+c*d^3"], method="quadrature", seconds=0.1, seed=1)


def test_command_prints_what_was_found(monkeypatch, capsys) -> None:
    """Exit status 130, and the numbers on stdout."""
    from rlct.numeric import integrals

    real = integrals.volume

    def pressed(*args, **keywords):
        return real(*args, **{**keywords, "report": after(4)[0]})

    monkeypatch.setattr(integrals, "volume", pressed)
    assert app.run(["volume", "x^2+y^4+z^6", "--eps", "1e-2", "--particles", "200", "--seed", "1"]) == 130
    assert "seed 1" in capsys.readouterr().out


def test_a_bar_is_drawn_on_a_terminal_only(monkeypatch, capsys) -> None:
    """The sentence last said stands beside it; nothing on stdout, and nothing at all without a terminal."""
    with bar(1.0, "estimate") as report:
        report("run 1")
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    with bar(1.0, "estimate") as report:
        report("run 1 of 8")
    out, err = capsys.readouterr()
    assert out == ""
    assert "run 1 of 8" in err


def test_all_results_are_saved_in_both_forms(tmp_path) -> None:
    """JSON and NPZ of a verification and of values, with seed and numbers; nan becomes null."""
    v = verify(rlct("x^2*y^2"), seconds=5, seed=1)
    z = zeta("x^2", [0.5, 1.0], particles=100, seed=3, method="volume")
    for name, result in (("v", v), ("z", z)):
        result.save(str(tmp_path / f"{name}.json"))
        result.save(str(tmp_path / f"{name}.npz"))
        assert json.loads((tmp_path / f"{name}.json").read_text())["seed"] == result.seed
        with np.load(tmp_path / f"{name}.npz") as arrays:
            assert int(arrays["seed"]) == result.seed
    with np.load(tmp_path / "z.npz") as arrays:
        assert arrays["value"] == pytest.approx(z.value)
    with np.load(tmp_path / "v.npz") as arrays:
        assert math.isclose(float(arrays["boxes_0_z"]), v.z)

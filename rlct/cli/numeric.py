"""What the four numeric subcommands share: their options, seeds, progress on a terminal, plots and exit status."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from rlct.errors import InputError

F = TypeVar("F", bound=Callable[..., Any])


def sampling_options(f: F) -> F:
    """The options that every numeric command has."""
    for option in reversed(
        [
            click.option("--seconds", "--time", "seconds", type=click.FloatRange(min=0.1), default=10.0,
                         show_default=True, help="Time for sampling (compilation apart)."),
            click.option("--seed", type=int, help="Of all random numbers (default: drawn, and printed)."),
            click.option("--radius", type=click.FloatRange(min=0, min_open=True), default=1.0, show_default=True,
                         help="Half the side of the box around the point."),
            click.option("--particles", type=click.IntRange(min=50), help="Size of the populations."),
            click.option("--repeats", type=click.IntRange(min=2), default=4, show_default=True,
                         help="Independent repeats for each mixture of moves."),
            click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else."),
            click.option("--plot", type=click.Path(dir_okay=False), help="Write a plot (.png, .svg or .pdf)."),
            click.option("--save", type=click.Path(dir_okay=False), help="Write the numbers (.json or .npz)."),
        ]
    ):
        f = option(f)
    return f


def numbers(text: str, name: str) -> list[float]:
    """A comma-separated list of numbers.

    >>> numbers("1e-3, 0.5", "eps")
    [0.001, 0.5]
    """
    try:
        return [float(t) for t in text.split(",") if t.strip()]
    except ValueError:
        raise InputError(f"--{name} takes numbers separated by commas, not '{text}'") from None


def progress(sentence: str) -> None:
    """A line on stderr, only on a terminal."""
    if sys.stderr.isatty():
        click.echo(sentence, err=True)


def save_data(data: dict[str, Any], path: str) -> None:
    """A dict of lists and numbers as JSON or NPZ."""
    if path.endswith(".npz"):
        import numpy as np

        np.savez(path, **{k: np.array(v) for k, v in data.items() if v is not None})  # type: ignore[arg-type]
        return
    with open(path, "w", encoding="utf-8") as f:
        json.dump(data, f)


def plain(values: Any) -> Any:
    """JSON without nan and infinities (they become null)."""
    if isinstance(values, dict):
        return {k: plain(v) for k, v in values.items()}
    if isinstance(values, list | tuple):
        return [plain(v) for v in values]
    if isinstance(values, float) and values != values:
        return None
    if values in (float("inf"), float("-inf")):
        return "inf" if values > 0 else "-inf"
    return values

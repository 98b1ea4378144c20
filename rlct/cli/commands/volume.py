"""``rlct volume EXPR --eps 1e-3,1e-6``: the volume of {K < ε} and its running exponent."""

from __future__ import annotations

import json
from typing import Any

import click

from rlct.cli.numeric import bar, numbers, plain, sampling_options, save_data, status
from rlct.cli.reading import ExpressionCommand, mode_of, problem_options


@click.command(cls=ExpressionCommand, name="volume")
@problem_options
@sampling_options
@click.option("--eps", default="1e-2,1e-4,1e-6,1e-8", show_default=True, help="Levels, separated by commas.")
def command(expr: str, ideal: bool, absolute: bool, seconds: float, seed: int | None, radius: float,
            particles: int | None, repeats: int, as_json: bool, plot: str | None, save: str | None, eps: str,
            **problem: Any) -> int:
    """V(ε), the probability of K < ε in the box, and d log V / d log ε."""
    from rlct.numeric.integrals import volume

    with bar(seconds, "volume") as report:
        v = volume(expr, numbers(eps, "eps"), mode=mode_of(ideal, absolute), seconds=seconds, seed=seed, radius=radius,
                   particles=particles, repeats=repeats, report=report, **problem)
    data = plain(v.to_dict())
    if save:
        save_data(data, save)
    if as_json:
        click.echo(json.dumps(data))
    else:
        click.echo("       eps            V      stderr    exponent")
        for row in zip(v.argument, v.value, v.stderr, v.extra["exponent"], v.extra["exponent_stderr"], strict=True):
            click.echo("{:10.3g} {:12.5g} {:11.2g} {:8.4f} +- {:.4f}".format(*row))
        for note in v.notes:
            click.echo(note)
        click.echo(f"seed {v.seed}")
    if plot:
        from rlct.plots import plot_volume

        plot_volume(v, plot)
    return status(v.interrupted, not any(x != x for x in v.value.ravel()))

"""``rlct zeta EXPR --z -0.25,0,1``: ζ(z) = E K^z for z above the first pole."""

from __future__ import annotations

import json
from typing import Any

import click

from rlct.cli.numeric import numbers, plain, sampling_options, save_data
from rlct.cli.reading import ExpressionCommand, mode_of, problem_options


@click.command(cls=ExpressionCommand, name="zeta")
@problem_options
@sampling_options
@click.option("--z", "arguments", default="0,0.5,1,2", show_default=True, help="Real arguments (--z=-0.1,0.5).")
def command(expr: str, ideal: bool, absolute: bool, seconds: float, seed: int | None, radius: float,
            particles: int | None, repeats: int, as_json: bool, plot: str | None, save: str | None, arguments: str,
            **problem: Any) -> int:
    """ζ(z), the mean of K^z in the box (ζ(0) = 1), for real z > -λ."""
    from rlct.numeric.integrals import zeta

    v = zeta(expr, numbers(arguments, "z"), mode=mode_of(ideal, absolute), seconds=seconds, seed=seed, radius=radius,
             particles=particles, repeats=repeats, **problem)
    data = plain(v.to_dict())
    if save:
        save_data(data, save)
    if as_json:
        click.echo(json.dumps(data))
    else:
        for row in zip(v.argument, v.value, v.stderr, strict=True):
            click.echo("z = {:8.4g}   ζ = {:.6g} +- {:.2g}".format(*row))
        click.echo(f"seed {v.seed}")
    if plot:
        from rlct.plots import plot_zeta

        plot_zeta(v, plot)
    return 0

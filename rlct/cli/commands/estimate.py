"""``rlct estimate EXPR``: λ and m from numbers alone."""

from __future__ import annotations

import json
from typing import Any

import click

from rlct.cli.numeric import bar, plain, sampling_options, status
from rlct.cli.reading import ExpressionCommand, mode_of, problem_options


@click.command(cls=ExpressionCommand, name="estimate")
@problem_options
@sampling_options
@click.option("--method", type=click.Choice(["auto", "collapse", "volume", "quadrature"]), default="auto")
def command(expr: str, ideal: bool, absolute: bool, seconds: float, seed: int | None, radius: float,
            particles: int | None, repeats: int, as_json: bool, plot: str | None, save: str | None, method: str,
            **problem: Any) -> int:
    """Estimate λ and m by sampling, without the exact engine."""
    from rlct.numeric.estimate import estimate

    with bar(seconds, "estimate") as report:
        e = estimate(expr, mode=mode_of(ideal, absolute), seconds=seconds, seed=seed, radius=radius,
                     particles=particles, repeats=repeats, method=method, report=report, **problem)
    click.echo(json.dumps(plain(e.to_dict())) if as_json else str(e))
    if save:
        e.save(save)
    if plot:
        from rlct.plots import plot_scaling

        plot_scaling(e, plot)
    return status(e.interrupted, e.resolved)

"""``rlct zeta EXPR --z=-0.25,0,1``: ζ(z) = E K^z for z above the first pole, by sampling and from charts."""

from __future__ import annotations

import json
from typing import Any

import click

from rlct.cli.numeric import bar, numbers, plain, sampling_options, save_data, status
from rlct.cli.reading import ExpressionCommand, mode_of, problem_options


@click.command(cls=ExpressionCommand, name="zeta")
@problem_options
@sampling_options
@click.option("--z", "arguments", default="0,0.5,1,2", show_default=True, help="Real arguments (--z=-0.1,0.5).")
@click.option("--method", type=click.Choice(["auto", "importance", "volume"]), default="auto", show_default=True,
              help="Importance sampling in logarithmic coordinates, volumes of {K < ε}, or the better of both.")
@click.option("--charts", is_flag=True,
              help="Also from the charts of the exact answer: ζ, the pole, its order and Laurent coefficients.")
def command(expr: str, ideal: bool, absolute: bool, seconds: float, seed: int | None, radius: float,
            particles: int | None, repeats: int, as_json: bool, plot: str | None, save: str | None, arguments: str,
            charts: bool, method: str, **problem: Any) -> int:
    """ζ(z), the mean of K^z in the box (ζ(0) = 1), for real z > -λ."""
    import numpy as np

    from rlct.numeric.zeta_sampling import zeta

    mode = mode_of(ideal, absolute)
    at = numbers(arguments, "z")
    exact, series, curve, sampled, why = None, None, None, None, ""
    if charts:
        from rlct.chart_zeta import chart_zeta, sampled_zeta
        from rlct.compute import rlct
        from rlct.errors import UnsupportedError

        answer = rlct(expr, mode=mode, **problem)
        try:
            exact = chart_zeta(answer, radius=repr(radius))
            series = exact.laurent()
            line = np.linspace(-0.97 * exact.lam, max(*at, 0.5 * exact.lam), 200)
            curve = (line, exact.zeta(line))
        except UnsupportedError as e:
            why = str(e)
            if len(answer.variables) > 3:
                sampled = sampled_zeta(answer, radius=repr(radius), seed=seed or 0).zeta(np.array(at))
    with bar(seconds, "zeta") as report:
        v = zeta(expr, at, mode=mode, seconds=seconds, seed=seed, radius=radius, particles=particles, repeats=repeats,
                 method=method, report=report, **problem)
    data = plain(v.to_dict())
    if exact is not None and series is not None:
        data["charts"] = plain({
            "value": exact.zeta(np.array(at)).tolist(), "pole": -exact.lam, "order": exact.order,
            "principal": list(series.principal), "constant": series.constant, "agrees": exact.agrees,
            "seconds": exact.seconds, "label": "from the charts of the certificate, no independent check of it",
        })
    if sampled is not None:
        data["charts"] = plain({"value": sampled[0].tolist(), "stderr": sampled[1].tolist(),
                                "label": "sampled in charts of the certificate, no independent check of it"})
    if save:
        save_data(data, save)
    if as_json:
        click.echo(json.dumps(data))
    else:
        for i, row in enumerate(zip(v.argument, v.value, v.stderr, strict=True)):
            text = "z = {:8.4g}   ζ = {:.6g} +- {:.2g}".format(*row)
            if exact is not None:
                text += f"   from the charts {float(exact.zeta(row[0])):.12g}"
            if sampled is not None:
                text += f"   sampled in charts {sampled[0][i]:.6g} +- {sampled[1][i]:.2g}"
            click.echo(text)
        if exact is not None and series is not None:
            click.echo(f"largest pole z = -{exact.lam:.10g} of order {exact.order}"
                       + ("" if exact.agrees else " (the box holds a worse zero than the point)"))
            noise = 100 * series.error
            rows = [f"c_{-j} = {c if abs(c) > noise else 0.0:.10g}" for j, c in enumerate(series.principal, 1)]
            click.echo("Laurent coefficients there: " + ", ".join(reversed(rows)))
        if why and sampled is None:
            click.echo(f"no charts: {why}")
        for note in v.notes:
            click.echo(note)
        click.echo(f"{v.method}, seed {v.seed}")
    if plot:
        from rlct.plots import plot_zeta

        pole = (None, 1) if exact is None else (exact.lam, exact.order)
        plot_zeta(v, plot, curve=curve, lam=pole[0], order=pole[1])
    return status(v.interrupted)

"""``rlct llc EXPR --n 1000``: the local learning coefficient as practitioners compute it, beside what is true."""

from __future__ import annotations

import json
from typing import Any

import click

from rlct.cli.numeric import numbers, plain, sampling_options, save_data
from rlct.cli.reading import ExpressionCommand, mode_of, problem_options


@click.command(cls=ExpressionCommand, name="llc")
@problem_options
@sampling_options
@click.option("--n", "sizes", default="1000", show_default=True, help="Sample sizes; n*beta is n/log n (WBIC).")
@click.option("--sgld", is_flag=True, help="Also run SGLD with localisation, labelled with its bias.")
@click.option("--lr", type=float, default=1e-4, show_default=True, help="Step size of SGLD.")
@click.option("--localization", type=float, default=1.0, show_default=True, help="γ of SGLD.")
def command(expr: str, ideal: bool, absolute: bool, seconds: float, seed: int | None, radius: float,
            particles: int | None, repeats: int, as_json: bool, plot: str | None, save: str | None, sizes: str,
            sgld: bool, lr: float, localization: float, **problem: Any) -> int:
    """nβ E[K] at nβ = n/log n: what a perfect sampler would report on this box (it tends to λ slowly)."""
    import numpy as np

    from rlct.numeric.integrals import lambda_hat
    from rlct.numeric.mcmc import sgld as run_sgld

    n = np.array(numbers(sizes, "n"))
    common: dict[str, Any] = {"mode": mode_of(ideal, absolute), "radius": radius, **problem}
    v = lambda_hat(expr, n / np.log(n), seconds=seconds, seed=seed, particles=particles, repeats=repeats, **common)
    data = plain(v.to_dict()) | {"n": n.tolist(), "nbeta": (n / np.log(n)).tolist()}
    chains = []
    if sgld:
        chains = [run_sgld(expr, nbeta=float(k / np.log(k)), lr=lr, localization=localization, seed=v.seed, **common)
                  for k in n]
        data["sgld"] = [plain(c.to_dict()) for c in chains]
    if save:
        save_data(data, save)
    if as_json:
        click.echo(json.dumps(data))
    else:
        for i, (k, value, error) in enumerate(zip(n, v.value, v.stderr, strict=True)):
            line = f"n = {k:10.4g}   nbeta E[K] = {value:.4f} +- {error:.1g} ({v.method})"
            if chains:
                line += f"   SGLD {chains[i].mean:.4f} (bias {chains[i].mean - value:+.4f}, R-hat {chains[i].rhat:.2f})"
            click.echo(line)
        click.echo(f"seed {v.seed}; the limit for large n is λ")
    if plot:
        from rlct.plots import plot_values

        plot_values(v, plot, "nβ", "λ̂(n)", log=False)
    return 0

"""``rlct llc EXPR --n 1000``: the local learning coefficient as practitioners compute it, beside what is true."""

from __future__ import annotations

import json
from typing import Any

import click

from rlct.cli.numeric import bar, numbers, plain, sampling_options, save_data, status
from rlct.cli.reading import ExpressionCommand, mode_of, problem_options


@click.command(cls=ExpressionCommand, name="llc")
@problem_options
@sampling_options
@click.option("--n", "sizes", default="1000", show_default=True, help="Sample sizes; nbeta is n/log n (WBIC).")
@click.option("--tempered", is_flag=True, help="Also sample at these nbeta: R-hat, effective draws, acceptance.")
@click.option("--sgld", is_flag=True, help="Also run SGLD with localization, labelled with its bias.")
@click.option("--lr", type=float, default=1e-4, show_default=True, help="Step size of SGLD.")
@click.option("--localization", type=click.FloatRange(min=0, min_open=True), default=1.0, show_default=True,
              help="γ of SGLD.")
@click.option("--num-chains", type=click.IntRange(min=2), default=4, show_default=True, help="Chains of SGLD.")
@click.option("--num-draws", type=click.IntRange(min=100), default=5000, show_default=True, help="Draws of each.")
def command(expr: str, ideal: bool, absolute: bool, seconds: float, seed: int | None, radius: float,
            particles: int | None, repeats: int, as_json: bool, plot: str | None, save: str | None, sizes: str,
            tempered: bool, sgld: bool, lr: float, localization: float, num_chains: int, num_draws: int,
            **problem: Any) -> int:
    """nbeta E[K] at nbeta = n/log n: what a perfect sampler would report on this box (it tends to λ slowly)."""
    import numpy as np

    from rlct.numeric.finite_n import perfect_llc

    n = np.array(numbers(sizes, "n"))
    mode = mode_of(ideal, absolute)
    common: dict[str, Any] = {"mode": mode, "radius": radius, **problem}
    with bar(seconds, "n E[K] on the box") as report:
        v = perfect_llc(expr, n, seconds=seconds, seed=seed, particles=particles, repeats=repeats, report=report,
                        **common)
    nbeta = v.extra["nbeta"]
    data = plain(v.to_dict()) | {"n": n.tolist(), "nbeta": nbeta.tolist()}
    rungs, chains, tether = [], [], None
    order = np.argsort(nbeta)
    cut = v.interrupted
    try:
        if tempered and not cut:
            from rlct.numeric.mcmc import tempered as run_tempered

            with bar(seconds, "tempered chains") as report:
                made = run_tempered(expr, nbeta[order], seed=v.seed, strict=False, report=report, **common)
            rungs = [made[int(np.flatnonzero(order == i)[0])] for i in range(len(n)) if i < len(made)]
            cut = len(made) < len(n)
        if sgld and not cut:
            from rlct.numeric.sgld import sgld as run_sgld
            from rlct.numeric.sgld import with_bias

            at_point = {k: w for k, w in problem.items() if k in ("variables", "at")} | {"mode": mode}
            with bar(seconds, "n E[K] under the tether") as report:
                tether = perfect_llc(expr, n, localization=localization, seconds=seconds, seed=v.seed,
                                     particles=particles, repeats=repeats, report=report, **at_point)
            for i, k in enumerate(nbeta):
                with bar(seconds, f"SGLD at nbeta {k:.4g}"):
                    c = run_sgld(expr, nbeta=float(k), lr=lr, localization=localization, num_chains=num_chains,
                                 num_draws=num_draws, seed=v.seed, **at_point)
                chains.append(with_bias(c, float(tether.value[i]), float(tether.stderr[i]))[0])
    except KeyboardInterrupt:
        cut = True
    if rungs:
        # chains that do not agree have diagnostics, and no number
        none = {"llc/mean": None, "llc/stderr": None}
        data["tempered"] = [plain(c.to_dict() | ({} if c.trusted else none)) for c in rungs]
    if tether is not None:
        data["tethered"] = plain(tether.to_dict())
        data["sgld"] = [plain(c.to_dict()) for c in chains]
    if save:
        save_data(data, save)
    if as_json:
        click.echo(json.dumps(data))
    else:
        for i, (k, value, error) in enumerate(zip(n, v.value, v.stderr, strict=True)):
            click.echo(f"n = {k:10.4g}   nbeta E[K] = {value:.4f} +- {error:.1g} on the box ({v.method})")
            if i < len(rungs):
                c = rungs[i]
                number = f"{c.mean:.4f} +- {c.stderr:.1g}" if c.trusted else "not resolved"
                click.echo(f"    tempered {number}   R-hat {c.rhat:.3f}   effective draws {c.ess:.0f}   acceptance "
                           f"{c.acceptance:.2f}{'   ' + c.note if c.note else ''}")
            if tether is not None and i < len(chains):
                c = chains[i]
                click.echo(f"    tethered {tether.value[i]:.4f} +- {tether.stderr[i]:.1g}   SGLD {c.mean:.4f} +- "
                           f"{c.stderr:.1g} (bias {c.mean - tether.value[i]:+.4f}, R-hat {c.rhat:.2f}, effective draws "
                           f"{c.ess:.0f}{'' if c.trusted else ': not trusted'})")
        click.echo(f"seed {v.seed}; the limit for large n is λ, these numbers are not")
    if plot:
        from rlct.plots import plot_llc

        plot_llc(v, plot, rungs, tether, chains)
    return status(cut)

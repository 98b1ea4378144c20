"""``rlct plot EXPR -o FILE --kind ...``: pictures of a problem and of its numbers."""

from __future__ import annotations

from typing import Any

import click

from rlct.cli.numeric import bar
from rlct.cli.reading import ExpressionCommand, mode_of, problem_options
from rlct.errors import InputError

KINDS = ("contour", "scaling", "volume", "zeta", "llc")


@click.command(cls=ExpressionCommand, name="plot")
@problem_options
@click.option("-o", "--output", "path", type=click.Path(dir_okay=False), required=True,
              help="A .png, .svg or .pdf file.")
@click.option("--kind", type=click.Choice(KINDS), default="scaling", show_default=True,
              help="contour: log K (two variables); scaling: estimate of λ; volume: V(ε); zeta: near the pole; "
                   "llc: nβ E[K] over n.")
@click.option("--seconds", "--time", "seconds", type=click.FloatRange(min=0.1), default=5.0, show_default=True,
              help="Time for sampling.")
@click.option("--seed", type=int, help="Of all random numbers.")
@click.option("--radius", type=click.FloatRange(min=0, min_open=True), default=1.0, show_default=True,
              help="Half the side of the box around the point.")
def command(expr: str, ideal: bool, absolute: bool, path: str, kind: str, seconds: float, seed: int | None,
            radius: float, **problem: Any) -> int:
    """Draw log K, the scaling of volumes, ζ near its pole, or finite-n estimates, with the exact λ dashed."""
    import numpy as np

    from rlct import plots
    from rlct.compute import rlct

    if not path.endswith((".png", ".svg", ".pdf")):
        raise InputError("the name of a picture ends in .png, .svg or .pdf")
    mode = mode_of(ideal, absolute)
    common: dict[str, Any] = {"mode": mode, "radius": radius, "seed": seed, "seconds": seconds, **problem}
    if kind == "contour":
        from rlct.numeric.loss_export import export_loss

        loss = export_loss(expr, **{k: v for k, v in problem.items() if k != "prior"}, mode=mode)
        if len(loss.variables) != 2:
            raise InputError("a contour picture needs exactly two variables")
        plots.plot_contour(loss, path, radius)
        click.echo(f"wrote {path}")
        return 0
    with bar(120, "exact value"):
        r = rlct(expr, mode=mode, **problem)
    lam = None if r.lam is None else float(r.lam)
    with bar(seconds, kind) as report:
        common["report"] = report
        if kind == "scaling":
            from rlct.numeric.estimate import estimate

            plots.plot_scaling(estimate(expr, **common), path, lam)
        elif kind == "volume":
            from rlct.numeric.integrals import volume

            plots.plot_volume(volume(expr, 10.0 ** np.arange(-1.0, -12.1, -0.5), **common), path, lam)
        elif kind == "zeta":
            from rlct.numeric.zeta_sampling import zeta

            if lam is None or not 0 < lam < float("inf"):
                raise InputError("ζ has a pole only where 0 < λ < ∞ is known")
            z = np.array([-0.85, -0.7, -0.5, -0.25, 0.0, 0.5]) * lam
            v = zeta(expr, z, **common)
            plots.plot_zeta(v, path, lam=lam, order=r.multiplicity or 1, curve=_line(r, lam, radius))
        else:
            from rlct.numeric.finite_n import perfect_llc

            plots.plot_llc(perfect_llc(expr, 10.0 ** np.arange(2, 9), **common), path, exact=lam)
    click.echo(f"wrote {path}")
    return 0


def _line(r: Any, lam: float, radius: float) -> Any:
    """ζ on the real axis from the charts, where they can be had quickly; the pole must be the same."""
    import numpy as np

    from rlct.chart_zeta import chart_zeta
    from rlct.errors import UnsupportedError

    try:
        c = chart_zeta(r, radius=repr(radius), seconds=10)
    except UnsupportedError:
        return None
    z = np.linspace(-0.96, 0.5, 150) * lam
    return (z, c.zeta(z)) if c.agrees else None

"""Pictures of numeric results: scaling curves, ζ on the real axis, columns of values.

matplotlib is imported inside the functions; the file's ending (.png, .svg, .pdf) chooses the format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rlct.numeric.results import Estimate, Values


def _figure(columns: int = 1) -> tuple[Any, list[Any]]:
    """A figure without any window, and its axes in a row."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2 * columns, 3.8), layout="constrained")
    axes = figure.subplots(1, columns, squeeze=False)[0]
    return figure, list(axes)


def plot_scaling(e: Estimate, path: str) -> None:
    """The scaling curve with the fitted line, and the running exponent beside it.

    Raises
    ------
    ValueError : when the estimate has no curve.
    """
    import numpy as np

    if e.curve is None:
        raise ValueError("this estimate has no curve to draw")
    figure, (left, right) = _figure(2)
    levels, y = np.array(e.curve.L), np.array(e.curve.y)
    what = "log V(ε)" if "V" in e.curve.kind or "volume" in e.curve.kind else "log Z(n)"
    left.errorbar(levels, y, yerr=np.array(e.curve.stderr), fmt=".", ms=3, lw=0.8, label=what)
    if e.lam is not None:
        middle = len(levels) // 2
        left.plot(levels, y[middle] - e.lam * (levels - levels[middle]), "--", lw=1, label=f"slope -{e.lam:.4g}")
        right.axhline(e.lam, ls="--", lw=1, color="black", label="λ estimated")
    left.set_xlabel("L = -log ε (or log n)")
    left.legend()
    x, slope = e.curve.local_exponent()
    right.plot(x, slope, ".", ms=3, label="running exponent")
    right.set_xlabel("L")
    right.legend()
    figure.savefig(path)


def plot_zeta(v: Values, path: str) -> None:
    """ζ and 1/ζ at the given arguments; 1/ζ goes to 0 at the pole -λ."""
    import numpy as np

    figure, (left, right) = _figure(2)
    z, value, se = np.atleast_1d(v.argument), np.atleast_1d(v.value), np.atleast_1d(v.stderr)
    left.errorbar(z, value, yerr=se, fmt="o-", ms=3, lw=0.8)
    left.set_xlabel("z")
    left.set_ylabel("ζ(z)")
    right.errorbar(z, 1 / value, yerr=se / value**2, fmt="o-", ms=3, lw=0.8)
    right.axhline(0, lw=0.8, color="black")
    right.set_xlabel("z")
    right.set_ylabel("1/ζ(z)")
    figure.savefig(path)


def plot_values(v: Values, path: str, xlabel: str, ylabel: str, *, log: bool) -> None:
    """One column of values against its argument (logarithmic argument; `log`: logarithmic values too)."""
    import numpy as np

    figure, (axis,) = _figure()
    axis.errorbar(
        np.atleast_1d(v.argument), np.atleast_1d(v.value), yerr=np.atleast_1d(v.stderr), fmt="o-", ms=3, lw=0.8
    )
    axis.set_xscale("log")
    if log:
        axis.set_yscale("log")
    axis.set_xlabel(xlabel)
    axis.set_ylabel(ylabel)
    figure.savefig(path)

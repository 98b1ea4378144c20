"""Pictures of numeric results: scaling curves, ζ near its pole, finite-n estimates, growth laws.

matplotlib is imported inside the functions; the file's ending (.png, .svg, .pdf) chooses the format.
All quantities are dimensionless but n (samples) and K, ε (nats for each sample), as the labels say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from rlct.numeric.loss_export import ExportedLoss
    from rlct.numeric.mcmc import Chain
    from rlct.numeric.results import Estimate, Values

TRUTH = {"ls": "--", "lw": 1.2, "color": "black"}
"""Exact values are dashed and black in every picture."""


def _figure(columns: int = 1) -> tuple[Any, list[Any]]:
    """A figure without any window, and its axes in a row."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.4 * columns, 4.0), layout="constrained", dpi=130)
    axes = figure.subplots(1, columns, squeeze=False)[0]
    for axis in axes:
        axis.grid(alpha=0.25, lw=0.6)
    return figure, list(axes)


def plot_scaling(e: Estimate, path: str, exact: float | None = None) -> None:
    """The scaling curve with the fitted line, and the running exponent beside it.

    Parameters
    ----------
    exact : λ where it is known: a dashed black line.

    Raises
    ------
    ValueError : when the estimate has no curve.
    """
    import numpy as np

    if e.curve is None:
        raise ValueError("this estimate has no curve to draw")
    figure, (left, right) = _figure(2)
    levels, y, se = np.array(e.curve.L), np.array(e.curve.y), np.array(e.curve.stderr)
    by_volume = "V" in e.curve.kind
    what, scale = ("log V(ε)", "L = -log ε  (ε in nats)") if by_volume else ("log Z(n)", "L = log n  (n in samples)")
    left.errorbar(levels, y, yerr=se, fmt=".", ms=4, lw=0.8, label=f"{what}, mean of the repeats")
    if e.lam is not None:
        middle = len(levels) // 2
        left.plot(levels, y[middle] - e.lam * (levels - levels[middle]), lw=1, color="tab:red",
                  label=f"slope -{e.lam:.4g}")
        right.axhline(e.lam, lw=1, color="tab:red", label=f"λ estimated: {e.lam:.4g}")
    if exact is not None:
        right.axhline(exact, label=f"λ exact: {exact:.4g}", **TRUTH)
    if e.L_range is not None:
        for axis in (left, right):
            axis.axvspan(*e.L_range, color="tab:blue", alpha=0.07, label="scales used for λ")
    left.set_xlabel(scale)
    left.set_ylabel(what)
    left.legend()
    x, slope = e.curve.local_exponent()
    right.plot(x, slope, ".", ms=4, alpha=0.4, label="running exponent, level by level")
    wide = max(2, len(levels) // 12)
    if len(levels) > 2 * wide:
        over = (y[:-wide] - y[wide:]) / (levels[wide:] - levels[:-wide])
        right.plot(0.5 * (levels[wide:] + levels[:-wide]), over, lw=1.2, color="tab:blue",
                   label=f"over {levels[wide] - levels[0]:.0f} units of L")
    inner = slope[(x > levels[0] + 0.1 * (levels[-1] - levels[0]))]
    if len(inner) > 3:
        low, high = np.percentile(inner, [1, 99])
        middle_value = e.lam if e.lam is not None else 0.5 * (low + high)
        pad = max(0.5 * (high - low), 0.1 * abs(middle_value))
        right.set_ylim(min(low, middle_value, exact or low) - pad, max(high, middle_value, exact or high) + pad)
    right.set_xlabel(scale)
    right.set_ylabel(f"-d {what} / dL")
    right.legend()
    figure.savefig(path)


def plot_zeta(v: Values, path: str, *, lam: float | None = None, order: int = 1,
              curve: tuple[np.ndarray, np.ndarray] | None = None) -> None:
    """ζ and 1/ζ at the given arguments; 1/ζ goes to 0 at the pole -λ like (z + λ)^m.

    Parameters
    ----------
    lam, order : the pole -λ and its order, where they are known.
    curve : (z, ζ) of a fine line, from charts say.
    """
    import numpy as np

    figure, (left, right) = _figure(2)
    z, value, se = (np.atleast_1d(a).ravel() for a in (v.argument, v.value, v.stderr))
    order_of = np.argsort(z)
    z, value, se = z[order_of], value[order_of], se[order_of]
    style = "o" if curve is not None else "o-"
    left.errorbar(z, value, yerr=se, fmt=style, ms=4, lw=0.8, label=f"from the {v.method}s" if v.method == "volume"
                  else v.method)
    right.errorbar(z, 1 / value, yerr=se / value**2, fmt=style, ms=4, lw=0.8)
    if curve is not None:
        left.plot(curve[0], curve[1], lw=1, color="tab:orange", label="from the charts")
        right.plot(curve[0], 1 / curve[1], lw=1, color="tab:orange")
    if lam is not None:
        for axis in (left, right):
            axis.axvline(-lam, label=f"pole z = -λ = -{lam:.4g}" + (f", order {order}" if order > 1 else ""), **TRUTH)
    right.axhline(0, lw=0.8, color="black")
    left.set_yscale("log")
    for axis, name in ((left, "ζ(z) = E K^z"), (right, "1/ζ(z)")):
        axis.set_xlabel("z")
        axis.set_ylabel(name)
    left.legend()
    figure.savefig(path)


def plot_values(v: Values, path: str, xlabel: str, ylabel: str, *, log: bool, name: str = "") -> None:
    """One column of values against its argument (logarithmic argument; `log`: logarithmic values too)."""
    import numpy as np

    figure, (axis,) = _figure()
    x = np.atleast_1d(v.argument).ravel()
    order = np.argsort(x)
    axis.errorbar(x[order], np.atleast_1d(v.value).ravel()[order], yerr=np.atleast_1d(v.stderr).ravel()[order],
                  fmt="o-", ms=4, lw=0.8, label=name or v.method)
    axis.set_xscale("log")
    if log:
        axis.set_yscale("log")
    axis.set_xlabel(xlabel)
    axis.set_ylabel(ylabel)
    axis.legend()
    figure.savefig(path)


def plot_volume(v: Values, path: str, exact: float | None = None) -> None:
    """V(ε) and the running exponent d log V / d log ε; `exact`: λ, dashed."""
    import numpy as np

    figure, (left, right) = _figure(2)
    x = np.atleast_1d(v.argument).ravel()
    order = np.argsort(x)

    def column(a: object) -> np.ndarray:
        return np.asarray(np.atleast_1d(np.asarray(a, dtype=float)).ravel()[order])

    left.errorbar(x[order], column(v.value), yerr=column(v.stderr), fmt="o-", ms=4, lw=0.8, label="V(ε) = P(K < ε)")
    right.errorbar(x[order], column(v.extra["exponent"]), yerr=column(v.extra["exponent_stderr"]), fmt="o-", ms=4,
                   lw=0.8, label="running exponent")
    if exact is not None:
        right.axhline(exact, label=f"λ exact: {exact:.4g}", **TRUTH)
    left.set_yscale("log")
    for axis in (left, right):
        axis.set_xscale("log")
        axis.set_xlabel("ε (nats)")
        axis.legend()
    left.set_ylabel("V(ε)")
    right.set_ylabel("d log V / d log ε")
    figure.savefig(path)


def plot_llc(v: Values, path: str, tempered: Sequence[Chain] = (), tether: Values | None = None,
             chains: Sequence[Chain] = (), exact: float | None = None) -> None:
    """nβ E[K] against nβ: a perfect sampler on the box, tempered sampling, SGLD beside its own perfect value."""
    import numpy as np

    figure, (axis,) = _figure()
    x = np.atleast_1d(v.extra["nbeta"]).ravel()
    order = np.argsort(x)

    def line(w: Values, label: str, style: str, color: str) -> None:
        axis.errorbar(x[order], np.atleast_1d(w.value).ravel()[order], yerr=np.atleast_1d(w.stderr).ravel()[order],
                      fmt=style, ms=4, lw=0.9, color=color, label=label)

    line(v, "perfect sampler, box", "o-", "tab:blue")
    if tempered:
        axis.errorbar([c.nbeta for c in tempered], [c.mean for c in tempered], yerr=[c.stderr for c in tempered],
                      fmt="s", ms=5, lw=0.9, mfc="none", color="tab:green", label="tempered sampling, box")
    if tether is not None:
        line(tether, "perfect sampler, tether", "o--", "tab:red")
    if exact is not None:
        axis.axhline(exact, label=f"λ exact: {exact:.4g}", **TRUTH)
    finite = [c for c in chains if np.isfinite(c.mean)]
    if finite:
        axis.errorbar([c.nbeta for c in finite], [c.mean for c in finite], yerr=[c.stderr for c in finite], fmt="x",
                      ms=6, lw=0.9, color="tab:red", label="SGLD, tether")
    axis.set_xscale("log")
    axis.set_xlabel("nβ (samples)")
    axis.set_ylabel("λ̂ = nβ E[K]")
    axis.legend()
    figure.savefig(path)


def plot_growth(curves: Sequence[tuple[str, Values, float | None]], path: str) -> None:
    """λ̂(n) over many decades of n for several models, each with its exact λ dashed.

    Parameters
    ----------
    curves : (name, λ̂ at n, exact λ or None) of each model.
    """
    import numpy as np

    figure, (axis,) = _figure()
    for i, (name, v, lam) in enumerate(curves):
        color = f"C{i}"
        axis.errorbar(np.atleast_1d(v.argument), np.atleast_1d(v.value), yerr=np.atleast_1d(v.stderr), fmt="o-", ms=3,
                      lw=0.9, color=color, label=name)
        if lam is not None:
            axis.axhline(lam, ls="--", lw=1, color=color, label=f"{name}: λ = {lam:.4g}")
    axis.set_xscale("log")
    axis.set_xlabel("n (samples)")
    axis.set_ylabel("λ̂(n) = n E[K]")
    axis.legend(fontsize=8)
    figure.savefig(path)


def plot_spectrum(coefficients: Sequence[Any], path: str, slope: float | None = None) -> None:
    """Squares of Hermite coefficients against √k (logarithmic), zeros left out."""
    import numpy as np

    figure, (axis,) = _figure()
    rows = [(k, float(c * c)) for k, c in enumerate(coefficients) if c != 0]
    root = np.sqrt([k for k, _ in rows])
    squares = np.array([s for _, s in rows])
    axis.semilogy(root, squares, ".", ms=5, label="c_k²")
    if slope is not None and len(rows) > 4:
        middle = len(rows) // 2
        axis.semilogy(root, squares[middle] * np.exp(slope * (root - root[middle])), label=f"slope {slope:.3f}",
                      **TRUTH)
    axis.set_xlabel("√k (k: order of the Hermite polynomial)")
    axis.set_ylabel("c_k² (nats)")
    axis.legend()
    figure.savefig(path)


def plot_contour(loss: ExportedLoss, path: str, radius: float = 1.0) -> None:
    """log10 K around the point of a problem in two variables; the dark valley is the zero set.

    Raises
    ------
    ValueError : for another number of variables.
    """
    import numpy as np

    if len(loss.variables) != 2:
        raise ValueError("a contour picture needs exactly two variables")
    figure, (axis,) = _figure()
    x = loss.centre[0] + radius * np.linspace(-1, 1, 401)
    y = loss.centre[1] + radius * np.linspace(-1, 1, 401)
    grid = np.stack(np.meshgrid(x, y), -1)
    value = loss(grid.reshape(-1, 2)).reshape(401, 401)
    shown = np.log10(np.maximum(value, 1e-12))
    low = max(-12.0, float(np.percentile(shown, 2)))
    levels = np.linspace(low, max(float(shown.max()), low + 1e-3), 24)
    drawn = axis.contourf(x, y, shown, levels=levels, cmap="viridis", extend="min")
    figure.colorbar(drawn, ax=axis, label="log10 K (nats)", format="%.1f")
    axis.plot(*loss.centre, "r+", ms=10, label=f"point ({loss.centre[0]:g}, {loss.centre[1]:g})")
    axis.set_xlabel(loss.variables[0])
    axis.set_ylabel(loss.variables[1])
    axis.set_aspect("equal")
    axis.locator_params(nbins=5)
    axis.legend()
    figure.savefig(path)

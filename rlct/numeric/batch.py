"""K at many points at once: a generated loop over columns (structure of arrays).

`compile` makes functions of one point for the samplers; this one is for plain evaluation (Monte Carlo, plots, exports).
Points are columns, shape (d, n): every variable is contiguous, so the loop is vectorised.  Each number is read once and
nothing is copied: no memory is used beyond the arrays themselves, whatever n.  Work that evaluates the same points
again does so in tiles (`tile`) that stay in the first-level cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from rlct.numeric.compile import load_source
from rlct.numeric.emit import Emitter
from rlct.numeric.local import Objective

FIRST_LEVEL = 24_000
"""Bytes of the first-level cache that a tile may fill (it has 32 kB or more)."""


def tile(d: int) -> int:
    """Number of points of d variables, with their values, that the first-level cache holds (a multiple of 64)."""
    return max(64, FIRST_LEVEL // (8 * (d + 1)) // 64 * 64)


_HEADER = '''"""Generated: one problem on columns of points.  Safe to delete; it is made again when needed."""
from math import fabs

from numba import float64, int64, njit, types

'''


@dataclass(frozen=True, slots=True)
class Batch:
    """K on columns of points.

    Parameters
    ----------
    kernel : compiled, (columns (d, n), first, last, out (n,)) -> None.
    d : number of variables.
    flops : additions and multiplications of one point.
    """

    kernel: Callable[[np.ndarray, int, int, np.ndarray], None]
    d: int
    flops: int

    def __call__(self, columns: np.ndarray, threads: int = 1) -> np.ndarray:
        """K of every column, shape (n,); local coordinates (the point is the origin).

        Parameters
        ----------
        columns : shape (d, n), float64, C order.
        threads : the columns are shared among so many cores.
        """
        if columns.ndim != 2 or columns.shape[0] != self.d:
            raise ValueError(f"columns must have shape ({self.d}, n), not {columns.shape}")
        n = columns.shape[1]
        out = np.empty(n)
        points = np.ascontiguousarray(columns, dtype=float)
        if threads <= 1 or n <= 8192:
            self.kernel(points, 0, n, out)
            return out
        edges = np.linspace(0, n, threads + 1).astype(int).tolist()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda first, last: self.kernel(points, first, last, out), edges[:-1], edges[1:]))
        return out


def source_of(obj: Objective) -> tuple[str, int]:
    """The generated module and its number of operations for one point (a power of a norm counts as one)."""
    em = Emitter(obj.d)
    tail: list[str] = ["k = 1.0"]
    for gens, exponent in obj.objects:
        names = [em.named(em.node(g)) for g in gens]
        if not names:
            tail.append("k = 0.0")
            continue
        half = exponent / 2.0
        if len(names) == 1 and exponent == int(exponent):
            tail.append(f"k *= {'fabs' if int(exponent) % 2 else ''}({names[0]})" + f" ** {int(exponent)}")
            continue
        tail.append("q = " + " + ".join(f"{t} * {t}" for t in names))
        tail.append("k *= q" if half == 1.0 else f"k *= q ** {half!r}")
    lines = [f"w{i} = c{i}[p]" for i in range(obj.d)] + em.lines + tail + ["o[p] = k"]
    flops = sum(line.count(" * ") + line.count(" + ") + line.count("*= ") for line in em.lines + tail)
    body = [
        "@njit(types.void(float64[:, ::1], int64, int64, float64[::1]), cache=True, nogil=True, error_model='numpy')",
        "def batch(columns, first, last, out):",
        # indices from 0 on cannot be negative, which keeps the loop vectorised
        *(f"    c{i} = columns[{i}, first:last]" for i in range(obj.d)),
        "    o = out[first:last]",
        "    for p in range(last - first):",
        *("        " + line for line in lines),
        "",
    ]
    text = _HEADER + "\n" + "\n".join(body)
    return text + f"\n# {hashlib.sha256(text.encode()).hexdigest()[:16]}\n", flops


def batch(obj: Objective) -> Batch:
    """K of an objective on columns of points.

    Examples
    --------
    >>> from rlct.numeric.local import objective
    >>> from rlct.parse.build import build_problem
    >>> k = batch(objective(build_problem("(x-y)^2 + x^4")))
    >>> k(np.array([[1.0, 2.0], [0.0, 2.0]])).tolist()
    [2.0, 16.0]
    """
    text, flops = source_of(obj)
    module, _ = load_source(text)
    return Batch(module.batch, obj.d, flops)

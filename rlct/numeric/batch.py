"""K at many points at once: a generated loop over columns (structure of arrays), in chunks that stay in cache.

`compile` makes functions of one point for the samplers; this one is for plain evaluation (Monte Carlo, plots, exports).
Points are columns, shape (d, n): every variable is contiguous, so the loop is vectorised.  Chunks of 2048 points keep
eight variables in the second-level cache, whatever n: memory beyond the arrays themselves does not grow with n.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from rlct.numeric.compile import Emitter, load_source
from rlct.numeric.local import Objective

CHUNK = 2048

_HEADER = '''"""Generated: one problem on columns of points.  Safe to delete; it is made again when needed."""
from math import fabs

from numba import float64, njit, types

'''


@dataclass(frozen=True, slots=True)
class Batch:
    """K on columns of points.

    Parameters
    ----------
    kernel : compiled, (columns (d, n), out (n,)) -> None.
    d : number of variables.
    flops : additions and multiplications of one point.
    """

    kernel: Callable[[np.ndarray, np.ndarray], None]
    d: int
    flops: int

    def __call__(self, columns: np.ndarray, threads: int = 1) -> np.ndarray:
        """K of every column, shape (n,); local coordinates (the point is the origin).

        Parameters
        ----------
        columns : shape (d, n), float64, C order.
        threads : chunks are shared among so many cores.
        """
        if columns.ndim != 2 or columns.shape[0] != self.d:
            raise ValueError(f"columns must have shape ({self.d}, n), not {columns.shape}")
        n = columns.shape[1]
        out = np.empty(n)

        def part(first: int, last: int) -> None:
            room = np.empty((self.d, CHUNK))
            for i in range(first, last, CHUNK):
                k = min(CHUNK, last - i)
                inside = room if k == CHUNK else np.empty((self.d, k))
                inside[:] = columns[:, i : i + k]
                self.kernel(inside, out[i : i + k])

        if threads <= 1 or n <= 4 * CHUNK:
            part(0, n)
            return out
        edges = np.linspace(0, n, threads + 1).astype(int)
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(part, edges[:-1], edges[1:]))
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
    lines = [f"w{i} = columns[{i}, p]" for i in range(obj.d)] + em.lines + tail + ["out[p] = k"]
    flops = sum(line.count(" * ") + line.count(" + ") + line.count("*= ") for line in em.lines + tail)
    body = [
        '@njit(types.void(float64[:, ::1], float64[::1]), cache=True, nogil=True, error_model="numpy")',
        "def batch(columns, out):",
        "    for p in range(out.shape[0]):",
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

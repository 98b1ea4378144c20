"""Evaluations a second of generated kernels, of a table of exponents, and the machine's own peak, in one run."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit

from rlct.numeric.batch import batch, tile
from rlct.numeric.local import expanded, objective
from rlct.parse.build import build_problem
from tests.benchmarks.suite import product


@dataclass(frozen=True)
class Throughput:
    """Million evaluations a second in cache (generated, table), peak in Mflop/s, flops of one, seconds of compiling."""

    generated: float
    table: float
    peak: float
    flops: int
    cold: float
    warm: float


@njit(fastmath={"contract"})
def _multiply_add(x: np.ndarray, times: int) -> None:
    """32 flops for each element and time: eight chains of multiply-add on data in the first cache."""
    for _ in range(times):
        for i in range(x.shape[0]):
            v = x[i]
            for _k in range(16):
                v = v * 0.999 + 1e-3
            x[i] = v


@njit
def _table(columns: np.ndarray, exps: np.ndarray, coef: np.ndarray, first: np.ndarray, out: np.ndarray) -> None:
    """Σ f_j² from exponents: what a program without generated code does."""
    for p in range(columns.shape[1]):
        total = 0.0
        for j in range(first.shape[0] - 1):
            f = 0.0
            for t in range(first[j], first[j + 1]):
                m = coef[t]
                for i in range(exps.shape[1]):
                    for _ in range(exps[t, i]):
                        m *= columns[i, p]
                f += m
            total += f * f
        out[p] = total


def aligned(n: int) -> np.ndarray:
    """Room for n doubles that begins with a cache line: vectors that straddle two lines cost a fifth."""
    room = np.empty(n + 8)
    first = -(room.ctypes.data // 8) % 8
    return room[first : first + n]


def rate(step: Callable[[], None], seconds: float = 0.4) -> float:
    """Calls a second, the best of many short spells (other programs may run beside)."""
    step()
    best = 0.0
    stop = time.perf_counter() + seconds
    while time.perf_counter() < stop:
        begin = time.perf_counter()
        for _ in range(20):
            step()
        best = max(best, 20.0 / (time.perf_counter() - begin))
    return best


def compile_seconds(folder: str) -> float:
    """Seconds that one problem takes to compile, or to load again, in a fresh process."""
    # numba's own start (0.3 s, with the first function that is loaded) is not that of a problem
    code = (
        "import time, rlct.numeric.batch as b, rlct.numeric.double_double\n"
        "from rlct.numeric.local import objective\n"
        "from rlct.numeric.compile import compile_objective\n"
        "from rlct.parse.build import build_problem\n"
        f"o = objective(build_problem({list(product(2, 2, 2))!r}))\n"
        "t = time.process_time(); b.batch(o); compile_objective(o); print(time.process_time() - t)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "RLCT_CACHE": folder},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def measure() -> Throughput:
    """All figures, on the 2x2x2 matrix product (eight variables)."""
    obj = objective(build_problem(list(product(2, 2, 2))))
    kernel = batch(obj)
    points = tile(8)
    columns = aligned(8 * points).reshape(8, points)
    columns[:] = np.random.default_rng(1).uniform(-1, 1, (8, points))
    out = aligned(points)
    loaded = kernel.kernel

    @njit
    def again(columns: np.ndarray, out: np.ndarray, times: int) -> None:
        for _ in range(times):
            loaded(columns, 0, out.shape[0], out)

    # from compiled code, as the samplers call it: a call from Python takes as long as 500 points
    generated = rate(lambda: again(columns, out, 50)) * 50 * points / 1e6
    polys = [expanded(g, 8) for g in obj.objects[0][0]]
    exps = np.array([e for p in polys for e in p], np.int64)
    coef = np.array([float(c) for p in polys for c in p.values()])
    first = np.cumsum([0] + [len(p) for p in polys])
    other = np.empty(points)
    table = rate(lambda: _table(columns, exps, coef, first, other)) * points / 1e6
    assert np.allclose(out, other)
    x = np.linspace(0, 1, 1024)
    peak = rate(lambda: _multiply_add(x, 20)) * 20 * 1024 * 32 / 1e6
    with tempfile.TemporaryDirectory() as folder:
        cold, warm = compile_seconds(folder), compile_seconds(folder)
    return Throughput(generated, table, peak, kernel.flops, cold, warm)

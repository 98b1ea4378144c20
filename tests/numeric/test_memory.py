"""Memory does not grow with the number of samples: only sums and bins are kept."""

import tracemalloc
from collections.abc import Callable

import numpy as np

from rlct import rlct
from rlct.chart_zeta import sampled_zeta
from rlct.numeric.arguments import system_of
from rlct.numeric.importance import BATCH, importance
from rlct.numeric.watch import Watch


def peak(work: Callable[[], object]) -> int:
    """Largest memory in bytes that Python and numpy held meanwhile, beyond that at the start."""
    tracemalloc.start()
    work()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def test_importance_sampling_keeps_sums() -> None:
    """Sixteen times the points, the same memory."""
    compiled = system_of("x^2*y^2", method="volume").compiled
    assert compiled is not None
    importance(compiled, np.array([-0.3]), repeats=2, seed=1, watch=Watch(), points=BATCH)
    few, many = (
        peak(lambda n=n: importance(compiled, np.array([-0.3]), repeats=2, seed=1, watch=Watch(), points=n))
        for n in (BATCH, 16 * BATCH)
    )
    assert many < few + 200_000


def test_sampling_in_charts_keeps_bins() -> None:
    """Four times the lines, the same memory up to a chunk."""
    r = rlct(["a*b", "c*d"])
    sampled_zeta(r, samples=2**8, scrambles=2)
    few, many = (peak(lambda n=n: sampled_zeta(r, samples=n, scrambles=2)) for n in (2**13, 2**15))
    assert many < 1.3 * few

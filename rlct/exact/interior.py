"""Floats propose: positive semidefinite members of an affine family of symmetric matrices.  Nothing rests on them.

The member whose least eigenvalue is greatest, by a barrier method.  Where that is positive, rational points near it
will do; where it is 0 the kernel is guessed, and the caller goes on in fewer dimensions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

Pair = tuple[int, int]
Affine = Mapping[Pair | None, Fraction]

LARGEST, MOST_FREE = 30, 120  # matrices and parameters
DENOMINATORS = (1, 2, 4, 12, 60, 2520, 10**6)  # of the points that are proposed
RIDGE = 1e-13  # for directions that change nothing
BALANCING = 20  # rounds
SMALL = 1e-4  # eigenvalues that may be 0
CLOSE = 1e-3  # how near the entries of a kernel must be to fractions
KERNEL_DENOMINATOR = 60


def propose(
    family: Mapping[Pair, Affine], n: int, late: Callable[[], bool] = lambda: False
) -> tuple[list[dict[Pair, Fraction]], list[dict[int, Fraction]]]:
    """Values of the free entries for which the matrix may be positive semidefinite, and vectors of its kernel; nothing
    when it is `late`."""
    free = sorted({t for x in family.values() for t in x if t is not None})
    if n > LARGEST or len(free) > MOST_FREE:
        return [], []
    from threadpoolctl import threadpool_limits

    # matrices this small gain nothing from a second thread, and wait for it where the processors are busy
    with threadpool_limits(1, user_api="blas"):
        return _proposed(family, n, free, late)


def _proposed(
    family: Mapping[Pair, Affine], n: int, free: Sequence[Pair], late: Callable[[], bool]
) -> tuple[list[dict[Pair, Fraction]], list[dict[int, Fraction]]]:
    import numpy as np

    place = {t: k + 1 for k, t in enumerate(free)}
    parts = np.zeros((len(free) + 1, n, n))
    try:
        for (i, j), x in family.items():
            for t, c in x.items():
                k = 0 if t is None else place[t]
                parts[k, i, j] = parts[k, j, i] = float(c)
    except OverflowError:  # beyond floats
        return [], []
    scale = _balanced(parts)
    scaled = parts * np.outer(scale, scale)
    units = np.array([scale[i] * scale[j] for i, j in free])  # the unknowns are entries of the scaled matrix
    scaled[1:] /= units[:, None, None]
    least, point = _deepest(scaled, late)
    if least < -1e-5:
        return [], []
    values = point / units
    points = [{t: _near(x, q) for t, x in zip(free, values, strict=True)} for q in DENOMINATORS]
    return points, _kernel(scaled[0] + np.tensordot(point, scaled[1:], 1), scale)


def _balanced(parts: Any) -> Any:
    """Factors of rows and columns after which known entries are at most about 1."""
    import numpy as np

    sizes = np.abs(parts[0])
    scale = np.ones(len(sizes))
    for _ in range(BALANCING):
        rows = np.max(sizes * np.outer(scale, scale), axis=1)
        scale = np.where(rows > 0, scale / np.sqrt(np.where(rows > 0, rows, 1)), scale)
    return np.where(np.max(sizes, axis=1) > 0, scale, np.median(scale))


def _near(x: float, q: int) -> Fraction:
    """A fraction near a number, to about one part in q where it is large."""
    digits = max(0, math.floor(math.log2(abs(x)))) if x else 0
    return Fraction(round(x * q), q) if digits < 40 else Fraction(round(x * q / 2**digits) * 2**digits, q)


def _deepest(parts: Any, late: Callable[[], bool]) -> tuple[float, Any]:
    """The greatest least eigenvalue of A_0 + Σ t_k A_k, and the t: the centre for the barrier log det(A - μ) + s μ, for
    growing s."""
    import numpy as np

    n = parts.shape[1]
    moves = np.concatenate([parts[1:], -np.eye(n)[None]])
    x = np.zeros(len(moves))
    x[-1] = np.linalg.eigvalsh(parts[0])[0] - 1
    s = 1.0
    while s < 1e10 and x[-1] <= 10 * n / s:  # stop well inside, where there is an inside
        for _ in range(30):
            if late():
                return -math.inf, x[:-1]
            inverse = np.linalg.inv(parts[0] + np.tensordot(x, moves, 1)) @ moves
            gradient = np.trace(inverse, axis1=1, axis2=2)
            gradient[-1] += s
            flat = inverse.reshape(len(moves), -1)
            hessian = flat @ inverse.transpose(0, 2, 1).reshape(len(moves), -1).T
            diagonal = np.sqrt(np.maximum(np.diag(hessian), 1e-300))
            hessian = hessian / np.outer(diagonal, diagonal) + RIDGE * np.eye(len(moves))
            step = np.linalg.solve(hessian, gradient / diagonal) / diagonal
            decrease = float(gradient @ step)
            scale = 1.0 if decrease < 0.25 else 1 / (1 + decrease**0.5)
            while scale > 1e-9 and np.linalg.eigvalsh(parts[0] + np.tensordot(x + scale * step, moves, 1))[0] <= 0:
                scale /= 2
            x = x + scale * step
            if decrease < 1e-8:
                break
        s *= 3
    return float(x[-1]), x[:-1]


def _kernel(matrix: Any, scale: Any) -> list[dict[int, Fraction]]:
    """The vectors of small eigenvalues in echelon form, if their entries are near fractions; in the coordinates before
    rows and columns were multiplied by `scale`."""
    import numpy as np

    values, vectors = np.linalg.eigh(matrix)
    rows = vectors[:, values < SMALL * max(1.0, values[-1])].T * scale
    for r in range(len(rows)):
        i, j = divmod(int(np.argmax(np.abs(rows[r:]))), rows.shape[1])
        rows[[r, r + i]] = rows[[r + i, r]]
        rows[r] /= rows[r, j]
        for other in range(len(rows)):
            if other != r:
                rows[other] -= rows[other, j] * rows[r]
    out = []
    for row in rows:
        entries = {k: Fraction(float(x)).limit_denominator(KERNEL_DENOMINATOR) for k, x in enumerate(row)}
        if any(abs(float(f) - row[k]) > CLOSE for k, f in entries.items()):
            return []
        out.append({k: f for k, f in entries.items() if f})
    return out

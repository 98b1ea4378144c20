"""From the arguments of the public numeric functions to a `System`, and the seed."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from rlct.errors import InputError, NegativeLossError
from rlct.numeric.callables import callable_target
from rlct.numeric.scaling import System, prepare
from rlct.parse.build import build_problem
from rlct.problem import Problem, evaluate, walk

LEAST = {"particles": 20, "L_max": 1, "repeats": 2}
"""The least value of each size; of others 1."""
LOOKS = 160  # points at which the sign of K is looked at


def system_of(
    K: object,
    *,
    mode: str | None = None,
    variables: object = None,
    at: object = None,
    region: object = None,
    prior: object = None,
    radius: float = 1.0,
    method: str = "auto",
) -> System:
    """A problem made ready from the arguments of the public functions.

    Raises
    ------
    InputError : bad input; a prior given as a dict must name variables.
    """
    if not (isinstance(radius, int | float) and radius > 0):
        raise InputError("radius must be a positive number")
    radius = float(radius)
    if method not in ("auto", "collapse", "volume", "quadrature"):
        raise InputError(f"unknown method '{method}': auto, collapse, volume or quadrature")
    densities: Mapping[str, Any] | None = None
    if isinstance(prior, Mapping):
        densities, prior = dict(prior), None
        for name, density in densities.items():
            pair = isinstance(density, tuple | list) and len(density) == 2
            if density != "normal" and not (pair and float(density[0]) < float(density[1])):
                raise InputError(f'the prior of {name} must be "normal" or a pair (lo, hi) with lo < hi')
        densities = {k: v if v == "normal" else (float(v[0]), float(v[1])) for k, v in densities.items()}
    if isinstance(K, System):
        return K
    if callable(K) and not hasattr(K, "free_symbols"):
        if prior is not None:
            raise InputError('with a callable the prior is a dict: name -> "normal" or (lo, hi)')
        return System(None, None, None, radius, callable_target(K, variables, at, region, densities, radius))
    if isinstance(K, Problem):  # of an exact answer, which has looked at the sign
        problem = K
    else:
        problem = build_problem(K, mode, variables, at, region, prior)
        refuse_negative(problem)
    if densities is not None and (unknown := [v for v in densities if v not in problem.variables]):
        raise InputError(f"the prior names {unknown[0]}, which is no variable ({', '.join(problem.variables)})")
    return prepare(problem, radius=radius, densities=densities, method="auto" if method == "quadrature" else method)


def new_seed(seed: int | None) -> int:
    """The seed given, or one drawn from the operating system."""
    if seed is None:
        return secrets.randbits(31)
    try:
        own = int(seed)
    except (TypeError, ValueError):
        own = -1
    if own < 0:
        raise InputError(f"the seed must be a whole number from 0 on, not {seed!r}")
    return own


def check_numbers(seconds: object, **sizes: float | None) -> None:
    """Refuse seconds that are no number from 0 on, and sizes (None: chosen later) that are not positive.

    >>> check_numbers(10, particles=None, L_max=60.0)
    """
    if not (isinstance(seconds, int | float) and seconds >= 0):
        raise InputError(f"seconds must be a number from 0 on, not {seconds!r}")
    for name, size in sizes.items():
        if size is not None and not (isinstance(size, int | float) and size >= LEAST.get(name, 1)):
            raise InputError(f"{name} must be at least {LEAST.get(name, 1)}, not {size!r}")


def refuse_negative(problem: Problem) -> None:
    """In mode K, look for a point near the given one (or in the box) where K is negative.

    Raises
    ------
    NegativeLossError : with the point; nothing is proved when none is found.

    >>> refuse_negative(build_problem("x^2*y^2", None, None, None, None, None))
    """
    if problem.mode != "K":
        return
    (k,) = problem.functions
    rng = random.Random(0)
    region = problem.region
    box = region.box if region is not None else ((None, None),) * len(problem.variables)
    size = sum(1 for _ in walk(k))
    for n in range(LOOKS if size < 500 else LOOKS // 8):
        values: dict[str, Fraction] = {}
        for i, (v, (lo, hi)) in enumerate(zip(problem.variables, box, strict=True)):
            share = Fraction(rng.randint(-64, 64), 64)
            if problem.at is not None:
                p = problem.at[i]
                centre = p if isinstance(p, Fraction) else Fraction(round(float(p) * 2**40), 2**40)
                x = centre + share / (64 if n % 2 else 1024)
                x = x if lo is None or x >= lo else 2 * lo - x
                values[v] = x if hi is None or x <= hi else 2 * hi - x
            else:
                a, b = Fraction(-1) if lo is None else lo, Fraction(1) if hi is None else hi
                values[v] = a + (b - a) * (share + 1) / 2
        if region is not None and any(evaluate(c, values) < 0 for c in region.constraints):
            continue
        if evaluate(k, values) < 0:
            raise NegativeLossError(problem.source, ", ".join(f"{v}={x}" for v, x in values.items()))

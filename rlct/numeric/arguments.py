"""From the arguments of the public numeric functions to a `System`, and the seed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from rlct.errors import InputError
from rlct.numeric.callables import callable_target
from rlct.numeric.scaling import System, prepare
from rlct.parse.build import build_problem
from rlct.problem import Problem


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
            if density != "normal" and not pair:
                raise InputError(f'the prior of {name} must be "normal" or a pair (lo, hi)')
        densities = {k: v if v == "normal" else (float(v[0]), float(v[1])) for k, v in densities.items()}
    if isinstance(K, System):
        return K
    if callable(K) and not hasattr(K, "free_symbols"):
        if prior is not None:
            raise InputError('with a callable the prior is a dict: name -> "normal" or (lo, hi)')
        return System(None, None, None, radius, callable_target(K, variables, at, region, densities, radius))
    problem = K if isinstance(K, Problem) else build_problem(K, mode, variables, at, region, prior)
    return prepare(problem, radius=radius, densities=densities, method="auto" if method == "quadrature" else method)


def new_seed(seed: int | None) -> int:
    """The seed given, or one drawn from the operating system."""
    return secrets.randbits(31) if seed is None else int(seed)

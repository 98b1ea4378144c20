"""Exact real log canonical thresholds (learning coefficients), with certificates.

    >>> from rlct import rlct
    >>> rlct("x^2*y^4")
    RLCT(lam=1/4, m=1, exact, K)

This page lists the public names; each is loaded when it is first used, so that ``import rlct`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from rlct.certify.check import CheckReport, check
    from rlct.compute import rlct
    from rlct.crosscheck import Verification, verify
    from rlct.errors import CertificateError, EstimationError, InputError, RlctError, UnsupportedError
    from rlct.numeric.estimate import estimate
    from rlct.numeric.integrals import lambda_hat, volume
    from rlct.numeric.results import Estimate
    from rlct.numeric.zeta_sampling import zeta
    from rlct.result import Budget, Result

_HOMES = {
    "rlct": "rlct.compute",
    "check": "rlct.certify.check",
    "CheckReport": "rlct.certify.check",
    "verify": "rlct.crosscheck",
    "Verification": "rlct.crosscheck",
    "estimate": "rlct.numeric.estimate",
    "Estimate": "rlct.numeric.results",
    "lambda_hat": "rlct.numeric.integrals",
    "volume": "rlct.numeric.integrals",
    "zeta": "rlct.numeric.zeta_sampling",
    "Result": "rlct.result",
    "Budget": "rlct.result",
    "RlctError": "rlct.errors",
    "InputError": "rlct.errors",
    "UnsupportedError": "rlct.errors",
    "CertificateError": "rlct.errors",
    "EstimationError": "rlct.errors",
}
"""Where each public name lives."""

__all__ = [
    "Budget",
    "CertificateError",
    "CheckReport",
    "Estimate",
    "EstimationError",
    "InputError",
    "Result",
    "RlctError",
    "UnsupportedError",
    "Verification",
    "__version__",
    "check",
    "estimate",
    "lambda_hat",
    "rlct",
    "verify",
    "volume",
    "zeta",
]


def __getattr__(name: str) -> object:
    """Load a public name from its home (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'rlct' has no attribute '{name}'")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

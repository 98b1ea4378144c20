"""Shared settings: hypothesis profiles and versions in the header of a test run."""

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("default", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("deep", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_report_header(config: pytest.Config) -> str:
    """Versions that an answer may depend on."""
    from importlib.metadata import version

    packages = ("python-flint", "sympy", "z3-solver", "numpy", "hypothesis")
    return "rlct with " + ", ".join(f"{p} {version(p)}" for p in packages)

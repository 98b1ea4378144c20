"""Exact real log canonical thresholds, with certificates."""

from __future__ import annotations

__version__ = "0.1.0"

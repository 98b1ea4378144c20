"""What the numeric functions return: frozen data with errors, seeds and the reason where they stop."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np


def plain(values: Any) -> Any:
    """JSON data without nan (it becomes null) and infinities (text)."""
    if isinstance(values, dict):
        return {k: plain(v) for k, v in values.items()}
    if isinstance(values, list | tuple):
        return [plain(v) for v in values]
    if isinstance(values, float) and values != values:
        return None
    if values in (math.inf, -math.inf):
        return "inf" if values > 0 else "-inf"
    return values


def write(data: dict[str, Any], path: str) -> None:
    """A dictionary of lists, numbers and dictionaries of them as JSON, or (a name that ends in .npz) as arrays.

    Arrays of an inner dictionary are named `outer_inner`; lists of sentences and what is None are left out of NPZ.
    """
    if not path.endswith(".npz"):
        with open(path, "w", encoding="utf-8") as f:
            json.dump(plain(data), f)
        return
    arrays: dict[str, np.ndarray] = {}

    def add(name: str, value: Any) -> None:
        if isinstance(value, dict):
            for k, v in value.items():
                add(f"{name}_{k}" if name else k, v)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for i, v in enumerate(value):
                add(f"{name}_{i}", v)
        elif value is not None and not (isinstance(value, list) and any(isinstance(v, str) for v in value)):
            arrays[name] = np.array(value)

    add("", data)
    np.savez(path, **arrays)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Curve:
    """A scaling curve: `y` = log V(e^-L) or log Z(n = e^L) with its standard error, at levels `L`."""

    kind: str
    L: tuple[float, ...]
    y: tuple[float, ...]
    stderr: tuple[float, ...]

    def local_exponent(self) -> tuple[np.ndarray, np.ndarray]:
        """Running exponent -dy/dL between neighbouring levels: (midpoints, exponents)."""
        levels, y = np.array(self.L), np.array(self.y)
        return 0.5 * (levels[1:] + levels[:-1]), -np.diff(y) / np.diff(levels)


@dataclass(frozen=True, slots=True)
class Estimate:
    """λ and m from numbers alone.

    Parameters
    ----------
    lam, stderr : the estimate of λ and its standard error (over the multiplicities in `m_set`); None when the
        diagnostics fail: then there is a reason in `notes`, and no number.
    multiplicity : m when `m_set` has one member, else None.
    m_set : all multiplicities that are not excluded.
    resolved : True when the diagnostics hold (m may be open: then its values are in the error).
    L_range : the range of -log ε (or log n) that was used.
    L_limit : what ended the range: "roundoff", "budget", "mixing", "L_max", "zero", "bounded", "quadrature",
        "interrupt" (Ctrl-C).
    method : "collapse", "volume", "quadrature" or "callable".
    bias_bound : difference of λ between the two halves of the range.
    spread_over_floor : between-repeat spread over the smallest possible one.
    repeats, particles, evaluations, seconds, seed : of the sampling.
    notes : sentences for the reader.
    curve : the scaling curve.
    measured_m : m as a real number, where quadrature gives one.
    """

    lam: float | None
    stderr: float | None
    multiplicity: int | None
    m_set: tuple[int, ...]
    resolved: bool
    L_range: tuple[float, float] | None
    L_limit: str
    method: str
    bias_bound: float | None
    spread_over_floor: float | None
    repeats: int
    particles: int
    evaluations: int
    seconds: float
    seed: int
    notes: tuple[str, ...] = ()
    curve: Curve | None = field(default=None, repr=False)
    measured_m: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON data (the form of ``rlct estimate --json``)."""
        return {
            "lambda": self.lam, "stderr": self.stderr, "multiplicity": self.multiplicity, "m_set": list(self.m_set),
            "resolved": self.resolved, "method": self.method, "seconds": self.seconds,
            "evaluations": self.evaluations, "seed": self.seed, "L_range": list(self.L_range or ()),
            "L_limit": self.L_limit, "bias_bound": self.bias_bound, "spread_over_floor": self.spread_over_floor,
            "repeats": self.repeats, "particles": self.particles, "notes": list(self.notes),
            "measured_m": self.measured_m, "curve": None if self.curve is None else {
                "kind": self.curve.kind, "L": list(self.curve.L), "y": list(self.curve.y),
                "stderr": list(self.curve.stderr)},
        }

    @property
    def interrupted(self) -> bool:
        """Did Ctrl-C end the sampling?"""
        return self.L_limit == "interrupt"

    def save(self, path: str) -> None:
        """Write as JSON, or (a name that ends in .npz) the curve and the numbers as arrays."""
        write(self.to_dict(), path)

    def __str__(self) -> str:
        if self.lam is None:
            head = "λ not resolved"
        elif self.lam in (0.0, math.inf):
            head = f"λ = {self.lam:g}"
        else:
            head = f"λ = {self.lam:.5g} ± {self.stderr:.2g}" + ("" if self.resolved else " (not resolved)")
        m = str(self.multiplicity) if self.multiplicity else "unresolved: {" + ", ".join(map(str, self.m_set)) + "}"
        if self.lam != math.inf:
            head += f", m = {m}"
        lines = [head, (f"  method {self.method}, {self.evaluations:.3g} evaluations in "
                 f"{self.seconds:.1f} s, seed {self.seed}")]
        if self.L_range is not None:
            lines.append(f"  scales L from {self.L_range[0]:.0f} to {self.L_range[1]:.0f} (ended by {self.L_limit})")
        return "\n".join(lines + [f"  {n}" for n in self.notes])


@dataclass(frozen=True, slots=True)
class Values:
    """Numbers with standard errors, element by element.

    `value`, `stderr`: arrays of the shape of the argument (0-d for a number); `extra` holds further columns by name;
    `interrupted`: Ctrl-C came, and what was not reached is nan.
    """

    argument: np.ndarray
    value: np.ndarray
    stderr: np.ndarray
    method: str
    seed: int
    seconds: float
    notes: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict, repr=False)
    interrupted: bool = False

    def save(self, path: str) -> None:
        """Write as JSON, or (a name that ends in .npz) as arrays."""
        write(self.to_dict(), path)

    def __float__(self) -> float:
        return float(self.value)

    def to_dict(self) -> dict[str, Any]:
        """JSON data."""
        return {"argument": self.argument.tolist(), "value": self.value.tolist(), "stderr": self.stderr.tolist(),
                "method": self.method, "seed": self.seed, "seconds": self.seconds, "notes": list(self.notes),
                **{k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in self.extra.items()}}

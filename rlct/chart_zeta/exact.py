"""ζ of a certificate's claim by deterministic rules on its charts (up to three variables)."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from rlct.chart_zeta.leaves import Leaf, Rule, Weights, leaf_line, leaf_zeta, legendre
from rlct.chart_zeta.resolve import Maker, leaves_of
from rlct.chart_zeta.setup import Claim, first_cells, read_claim
from rlct.errors import EstimationError, UnsupportedError

ORDERS = {1: (12, 20, 32, 48, 72), 2: (10, 16, 24, 36), 3: (8, 12, 18, 26)}
"""Orders of the rules that are tried before a cell is halved."""


@dataclass(frozen=True)
class Laurent:
    """ζ near its largest pole: Σ_j c_j (z + λ)^j.

    Parameters
    ----------
    lam, order : the pole -λ and its order m.
    principal : (c_{-1}, ..., c_{-m}).
    constant : c_0.
    error : size of the rounding error of the coefficients.
    """

    lam: float
    order: int
    principal: tuple[float, ...]
    constant: float
    error: float

    @property
    def leading(self) -> float:
        """c_{-m}: Z(n) ~ Γ(λ) c_{-m} n^{-λ} (log n)^{m-1} / (m-1)!."""
        return self.principal[-1]

    @property
    def residue(self) -> float:
        """c_{-1}."""
        return self.principal[0]


@dataclass(frozen=True)
class ChartZeta:
    """ζ(z) = E K^z over the box, from charts; E with the density normalised, so ζ(0) = 1.

    Parameters
    ----------
    variables, box : of the problem.
    lam, order : largest pole -λ of these charts and its order, read off their exponents.
    claimed : (λ, m) of the certificate.
    next_pole : the next candidate, -next_pole.
    leaves : (leaf, how often) pairs.
    norm : integral of the density.
    seconds : spent on the charts.
    """

    variables: tuple[str, ...]
    box: tuple[tuple[float, float], ...]
    lam: float
    order: int
    claimed: tuple[Fraction | None, int | None]
    next_pole: float
    leaves: tuple[tuple[Leaf, int], ...] = field(repr=False)
    norm: float
    seconds: float
    _lines: dict[float, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def agrees(self) -> bool:
        """Is the pole the one claimed? (It is larger where the box holds a worse zero than the point.)"""
        lam, m = self.claimed
        return lam is not None and abs(float(lam) - self.lam) < 1e-12 and (m is None or m == self.order)

    def zeta(self, z: object) -> np.ndarray:
        """ζ at complex or real z (beyond the poles: the meromorphic continuation); the shape of z.

        Raises
        ------
        EstimationError : at a pole.
        """
        given = np.asarray(z)
        flat = np.atleast_1d(given).ravel().astype(complex)
        total = np.zeros(len(flat), complex)
        weights = Weights(flat)
        with np.errstate(divide="ignore", invalid="ignore"):
            for leaf, times in self.leaves:
                total += times * leaf_zeta(leaf, weights)
        if not np.isfinite(total).all():
            raise EstimationError("ζ has a pole there")
        total /= self.norm
        out = total.reshape(given.shape)
        return np.asarray(out if np.iscomplexobj(given) else out.real)

    def laurent(self) -> Laurent:
        """The principal part at -λ, by the trapezoidal rule on a circle (exact to rounding).

        Examples
        --------
        >>> from rlct import rlct
        >>> series = chart_zeta(rlct("x^2*y^2")).laurent()
        >>> series.order, round(series.leading, 12)
        (2, 0.25)
        """
        radius = 0.45 * min(self.next_pole - self.lam, self.lam)
        count = 96
        angle = np.exp(2j * math.pi * (np.arange(count) + 0.5) / count)
        values = self.zeta(-self.lam + radius * angle)

        def coefficient(j: int) -> complex:
            return complex(np.mean(values * (radius * angle) ** (-j)))

        rows = [coefficient(-j) for j in range(1, self.order + 1)]
        noise = float(np.abs(values).max()) * 1e-14
        spurious = abs(coefficient(-self.order - 1)) / radius ** (self.order + 1)
        return Laurent(self.lam, self.order, tuple(c.real for c in rows), coefficient(0).real,
                       float(max(noise, spurious)))

    def partition(self, n: object) -> np.ndarray:
        """Z(n) = E e^{-nK}, for n >= 1 or so; relative error about 1e-12."""
        return self._integrals(n)[0]

    def lambda_hat(self, n: object) -> np.ndarray:
        """n E_n[K]: what a perfect sampler of e^{-nK} on the box reports."""
        z, slope = self._integrals(n)
        return np.asarray(slope / z)

    def _integrals(self, n: object) -> tuple[np.ndarray, np.ndarray]:
        from scipy.special import loggamma

        sizes = np.asarray(n, dtype=float)
        if not (sizes > 0).all():
            raise EstimationError("n must be positive")
        # Re s = λ - gap: what cancels is e^{10} at the largest n; the step leaves e^{-36} to the poles on both sides
        gap = min(0.5 * self.lam, 10.0 / max(1.0, math.log(float(sizes.max(initial=1e12)))))
        if gap not in self._lines:
            step = 2.0 * math.pi * gap / 36.0
            count = math.ceil(22.0 / step)
            s = self.lam - gap + 1j * step * (np.arange(count) + 0.5)
            total = np.zeros(count, complex)
            weights = Weights(-s[0] - 1j * step * np.arange(count))
            for leaf, times in self.leaves:
                total += times * leaf_line(leaf, step, weights)
            self._lines[gap] = (s, np.exp(loggamma(s)) * total / self.norm * step / math.pi)
        s, values = self._lines[gap]
        powers = np.exp(-np.multiply.outer(np.log(np.atleast_1d(sizes).ravel()), s))
        z = (powers @ values).real.reshape(sizes.shape)
        slope = (powers @ (values * s)).real.reshape(sizes.shape)
        return z, slope

    def volume(self, eps: object) -> np.ndarray:
        """V(ε) = P(K < ε), from ζ on a parabola around its poles; both of two contours must agree to 1e-9.

        Raises
        ------
        EstimationError : for ε so large that the contour leaves the charts' domain of accuracy.
        """
        levels = np.asarray(eps, dtype=float)
        flat = np.atleast_1d(levels).ravel()
        if not (flat > 0).all():
            raise EstimationError("eps must be positive")
        out = np.array([self._one_volume(float(e)) for e in flat])
        return out.reshape(levels.shape)

    def _one_volume(self, eps: float) -> float:
        depth = -math.log(eps)
        found = []
        for vertex, stretch in ((0.5, 1.0), (0.6, 0.8)):
            mu = 0.5 * self.lam * stretch
            if depth * mu <= 0.02:
                raise EstimationError(f"eps = {eps:.3g} is too large for the contour; use rlct.volume")
            top = math.sqrt(34.0 / (depth * mu))
            step = 0.06
            theta = (np.arange(math.ceil(top / step)) + 0.5) * step
            s = vertex * self.lam + mu * (theta**2 + 2j * theta)
            values = self.zeta(-s) * np.exp(-depth * s) / s * mu * (2 * theta + 2j)
            found.append(float((values * step / math.pi).imag.sum()))
        if not abs(found[0] - found[1]) <= 1e-9 * abs(found[0]):
            raise EstimationError(
                f"V({eps:.3g}) did not settle: two contours give {found[0]:.6g} and {found[1]:.6g}; use rlct.volume"
            )
        return found[0]


class Settled:
    """Raises the order of the rules of a leaf until ζ has settled at a few places; counts cells."""

    def __init__(self, lam: float, digits: float, seconds: float):
        self.cells = 0
        self.deadline = time.perf_counter() + seconds
        self.largest = 0.0
        self.rules: dict[int, Rule] = {}
        # off the real axis, where poles of other points of the box may lie
        self.probe = np.array([-0.47 * lam + 0.05j, -0.5 * lam + 5j, -0.5 * lam + 12j, -1.1 * lam + 0.2j, 0.01j])
        # Γ damps what lies far up the line; beyond the pole a double holds fewer digits
        self.tolerance = digits * np.array([1.0, 1e3, 1e7, 1e4, 1.0])
        self.weights = Weights(self.probe)

    def __call__(self, make: Maker, d: int) -> Leaf | None:
        before: np.ndarray | None = None
        for order in ORDERS[d]:
            if order not in self.rules:
                self.rules[order] = legendre(order)
            leaf = make(self.rules[order])
            if leaf is None:
                return None
            now = leaf_zeta(leaf, self.weights)
            size = np.maximum(np.abs(now), max(abs(now[0]), 1e-2 * self.largest))
            if before is not None and (np.abs(now - before) <= self.tolerance * size).all():
                self.largest = max(self.largest, abs(now[0]))
                return leaf
            before = now
        return None


def chart_zeta(result: Any, *, radius: object = 1, digits: float = 1e-12, seconds: float = 60) -> ChartZeta:
    """ζ of a result (or certificate) over the box `at ± radius` cut with its region, from charts.

    Parameters
    ----------
    result : a `Result`, a certificate or its dictionary. Only its claim and chart data are used; the value found is
        compared with the claim (`ChartZeta.agrees`).
    radius : half the side of the box, exact (number or text).
    digits : relative accuracy asked of each chart.
    seconds : for making the charts.

    Returns
    -------
    ChartZeta

    Raises
    ------
    UnsupportedError : more than three variables, constraints that are no box, charts that do not become monomial
        or do not end in time (high degrees); then `sampled_zeta` is the way.

    Examples
    --------
    >>> from rlct import rlct
    >>> c = chart_zeta(rlct("x^2*y^4"))
    >>> c.agrees, round(float(c.zeta(1.0)), 12)
    (True, 0.066666666667)
    """
    start = time.perf_counter()
    claim = claim_of(result, radius)
    d = len(claim.variables)
    if d > 3:
        raise UnsupportedError("deterministic charts have at most three variables; use sampled_zeta")
    lam = float(claim.lam) if claim.lam else 0.5
    settled = Settled(lam, digits, seconds)
    leaves: list[tuple[Leaf, int]] = []
    for cell, times in first_cells(claim):
        leaves += [(leaf, times) for leaf in leaves_of(cell, settled)]
    lam, order, following = poles(leaves)
    density = Weights(np.zeros(1))
    norm = float(sum(times * leaf_zeta(leaf, density)[0].real for leaf, times in leaves))
    return ChartZeta(
        claim.variables, tuple((float(a), float(b)) for a, b in claim.box), lam, order,
        (claim.lam, claim.multiplicity), following, tuple(leaves), norm, time.perf_counter() - start,
    )


def claim_of(result: Any, radius: object) -> Claim:
    """The claim behind a result, a certificate object or a dictionary."""
    data = getattr(result, "certificate", result)
    data = data.to_dict() if hasattr(data, "to_dict") else data
    if not isinstance(data, dict) or "claim" not in data:
        raise UnsupportedError("there is no certificate to take charts from")
    return read_claim(data, Fraction(str(radius)))


def poles(leaves: Sequence[tuple[Leaf, int]]) -> tuple[float, int, float]:
    """(λ, order of the pole, next candidate) from the exponents of the leaves."""
    found = sorted(
        (h + 1.0 + j) / k
        for leaf, _ in leaves
        for point in leaf.meeting
        for k, h in point
        if k > 0
        for j in range(4)
    )
    if not found:
        raise UnsupportedError("K does not vanish on the box: ζ has no pole")
    lam = found[0]
    order = max(
        sum(1 for k, h in point if k > 0 and abs((h + 1.0) / k - lam) < 1e-12)
        for leaf, _ in leaves
        for point in leaf.meeting
    )
    beyond = next((p for p in itertools.chain(found, [2 * lam]) if p > lam + 1e-9), 2 * lam)
    return lam, order, beyond

r"""Leaves: cells on which ζ is a sum of smooth integrals against powers, for every complex z at once.

On a leaf ∫ ∏ u_i^{k_i z + h_i} G(u; z) du with G smooth: G is interpolated at Gauss-Legendre nodes and integrated
against u^α through the moments of the shifted Legendre polynomials,

    ∫₀¹ u^α P_j(2u - 1) du = α(α-1)...(α-j+1) / ((α+1)(α+2)...(α+j+1)),

which is exact in the power and meromorphic in z: the poles of ζ are those of the moments.  Where factors vanish on
curves that cross the cell transversally, the innermost integral is cut at the roots, each end of a piece with its own
power.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rlct.chart_zeta.cells import Cell, dense


@dataclass(frozen=True, eq=False)
class Rule:
    """A Gauss-Legendre rule on [0, 1]: nodes `x`, weights `w`, and `table`, the Legendre polynomials at the nodes."""

    order: int
    x: np.ndarray
    w: np.ndarray
    table: np.ndarray


def legendre(order: int) -> Rule:
    """The rule of an order."""
    x, w = np.polynomial.legendre.leggauss(order)
    table = np.polynomial.legendre.legvander(x, order - 1).T
    return Rule(order, 0.5 * (x + 1.0), 0.5 * w, np.ascontiguousarray(table))


@dataclass(frozen=True)
class Leaf:
    """Nodes of a leaf.

    Parameters
    ----------
    outer : (k, h) of each outer axis.
    ends : (k, h) of the power at the start of each inner piece, shape (pieces, 2).
    rule : of all axes.
    log_k, log_h : logarithms of what remains of K and of the density, shape (order^(outer axes), pieces, order).
    meeting : candidate (k, h) pairs, with the sets that meet in one point: for the order of poles.
    """

    outer: tuple[tuple[float, float], ...]
    ends: tuple[tuple[float, float], ...]
    rule: Rule
    log_k: np.ndarray
    log_h: np.ndarray
    meeting: tuple[tuple[tuple[float, float], ...], ...]


class Weights:
    """Weights of the powers u^(kz+h) at the same values z for all leaves: each is made once."""

    def __init__(self, z: np.ndarray):
        self.z = np.asarray(z, dtype=complex)
        self._made: dict[tuple[float, float, int], np.ndarray] = {}

    def __call__(self, k: float, h: float, rule: Rule) -> np.ndarray:
        key = (k, h, rule.order)
        if key not in self._made:
            if k or h:
                self._made[key] = power_weights(k * self.z + h, rule)
            else:
                self._made[key] = np.broadcast_to(rule.w, (len(self.z), rule.order))
        return self._made[key]

    def outer(self, leaf: Leaf) -> np.ndarray:
        """Products of the weights of the outer axes, shape (Z, order^(outer axes))."""
        out = np.ones((len(self.z), 1), complex)
        for k, h in leaf.outer:
            out = (out[:, :, None] * self(k, h, leaf.rule)[:, None, :]).reshape(len(self.z), -1)
        return out

    def inner(self, leaf: Leaf) -> np.ndarray:
        """Weights of the inner pieces, shape (Z, pieces, order)."""
        return np.stack([self(k, h, leaf.rule) for k, h in leaf.ends], axis=1)


def power_weights(alpha: np.ndarray, rule: Rule) -> np.ndarray:
    """Weights w(α) with Σ_m w_m g(x_m) = ∫ u^α g(u) du at the nodes x of a rule, shape (α, order).

    >>> rule = legendre(8)
    >>> round(float((power_weights(np.array([-0.5]), rule)[0].real * rule.x**2).sum()), 12)
    0.4
    """
    alpha = np.asarray(alpha, dtype=complex)
    moment = 1.0 / (alpha + 1.0)
    rows = np.zeros((rule.order, len(alpha)), complex)
    for j in range(rule.order):
        rows[j] = moment * (2 * j + 1)
        moment = moment * (alpha - j) / (alpha + j + 2.0)
    out: np.ndarray = (rows.T @ rule.table) * rule.w
    return out


def leaf_zeta(leaf: Leaf, weights: Weights) -> np.ndarray:
    """The leaf's part of ζ at the complex values of `weights`, shape (Z,)."""
    z = weights.z
    outer, inner = weights.outer(leaf), weights.inner(leaf)
    out = np.zeros(len(z), complex)
    block = max(1, 400_000 // leaf.log_k.size)
    for i in range(0, len(z), block):
        s = slice(i, i + block)
        values = np.exp(z[s, None, None, None] * leaf.log_k + leaf.log_h)
        out[s] = np.einsum("zj,zjpm,zpm->z", outer[s], values, inner[s], optimize=True)
    return out


def leaf_line(leaf: Leaf, step: float, weights: Weights) -> np.ndarray:
    """The leaf's part of ζ where `weights.z` falls by i·step: one complex product for each node and value."""
    z = weights.z
    count = len(z)
    outer, inner = weights.outer(leaf), weights.inner(leaf).reshape(count, -1)
    shape = (leaf.log_k.shape[0], -1)
    log_k, log_h = leaf.log_k.reshape(shape), leaf.log_h.reshape(shape)
    turn = np.exp(-1j * step * log_k)
    out = np.zeros(count, complex)
    values = turn
    for i in range(count):
        # started afresh now and then: rounding would add up
        values = np.exp(z[i] * log_k + log_h) if i % 32 == 0 else values * turn
        out[i] = outer[i] @ (values @ inner[i])
    return out


def smooth_leaf(cell: Cell, rule: Rule) -> Leaf:
    """A cell all of whose factors keep away from 0."""
    d, order = cell.d, rule.order
    grid = np.stack(np.meshgrid(*[rule.x] * d, indexing="ij"), -1).reshape(-1, d)
    log_k, log_h = np.full(len(grid), cell.log_k), np.full(len(grid), cell.log_h)
    for f in cell.factors:
        size = np.zeros(len(grid))
        for p in f.polys():
            size += evaluate(dense(p, d), grid) ** 2
        part = 0.5 * np.log(size)
        log_k += f.in_k * part
        log_h += f.in_h * part
    axes = tuple(zip(cell.k, cell.h, strict=True))
    return Leaf(axes[:-1], (axes[-1],), rule,
                log_k.reshape(-1, 1, order), log_h.reshape(-1, 1, order), (tuple(a for a in axes if a[0] or a[1]),))


def evaluate(a: np.ndarray, points: np.ndarray) -> np.ndarray:
    """A dense polynomial at points (N, d), by Horner's rule in every variable."""
    if a.ndim == 1:
        out = np.zeros(len(points))
        for c in a[::-1]:
            out = out * points[:, 0] + c
        return out
    value = np.zeros(len(points))
    for row in a[::-1]:
        value = value * points[:, 0] + evaluate(row, points[:, 1:])
    return value


def crossed_leaf(cell: Cell, crossing: Sequence[bool], swap: bool, rule: Rule) -> Leaf | None:
    """A plane cell whose `crossing` factors (one generator each) have simple roots in the inner variable.

    Returns None when the number of roots is not the same at all nodes.
    """
    axes = ((cell.k[0], cell.h[0]), (cell.k[1], cell.h[1]))
    if swap:
        axes = axes[::-1]
    x, order = rule.x, rule.order
    tables = []
    for f in cell.factors:
        arrays = [dense(p, 2) for p in f.polys()]
        tables.append([a.T for a in arrays] if swap else arrays)
    rows_k, rows_h = [], []
    ends: list[tuple[float, float]] | None = None
    for u in x:
        roots: list[tuple[float, int]] = []
        lines = [[_at(a, u) for a in arrays] for arrays in tables]
        for j, line in enumerate(lines):
            if crossing[j]:
                roots += [(r, j) for r in _roots(line[0])]
        roots.sort()
        if any(b[0] - a[0] < 1e-9 for a, b in itertools.pairwise(roots)):
            return None
        marks: list[tuple[float, int]] = [(0.0, -1), *roots, (1.0, -2)]
        pieces: list[tuple[float, float, int]] = []
        for (a, i), (b, j) in itertools.pairwise(marks):
            plain_left = i == -1 and not (axes[1][0] or axes[1][1])
            if plain_left and j == -2:
                pieces.append((a, b - a, i))
            elif plain_left:
                pieces.append((b, a - b, j))
            elif j == -2:
                pieces.append((a, b - a, i))
            else:
                middle = 0.5 * (a + b)
                pieces += [(a, middle - a, i), (b, middle - b, j)]
        powers = [_power(p[2], axes[1], cell) for p in pieces]
        if ends is None:
            ends = powers
        elif ends != powers:
            return None
        row_k = np.full((len(pieces), order), cell.log_k)
        row_h = np.full((len(pieces), order), cell.log_h)
        for n, (start, length, who) in enumerate(pieces):
            v = start + length * x
            k, h = powers[n]
            log_length = math.log(abs(length))
            row_k[n] += k * log_length
            row_h[n] += (h + 1.0) * log_length
            if who != -1 and (axes[1][0] or axes[1][1]):
                row_k[n] += axes[1][0] * np.log(v)
                row_h[n] += axes[1][1] * np.log(v)
            for j, line in enumerate(lines):
                f = cell.factors[j]
                if j == who:
                    size = np.abs(np.polynomial.polynomial.polyval(v, _deflated(line[0], start)))
                else:
                    size = np.sqrt(sum(np.polynomial.polynomial.polyval(v, q) ** 2 for q in line))
                row_k[n] += f.in_k * np.log(size)
                row_h[n] += f.in_h * np.log(size)
        rows_k.append(row_k)
        rows_h.append(row_h)
    assert ends is not None
    first = axes[0]
    meeting = tuple(tuple(a for a in (first, e) if a[0] or a[1]) for e in ends)
    return Leaf((first,), tuple(ends), rule, np.array(rows_k), np.array(rows_h), meeting)


def _power(who: int, inner: tuple[float, float], cell: Cell) -> tuple[float, float]:
    if who == -1:
        return inner
    return cell.factors[who].in_k, cell.factors[who].in_h


def _at(a: np.ndarray, u: float) -> np.ndarray:
    """A dense plane polynomial at u, as coefficients in v."""
    out = np.zeros(a.shape[1])
    for row in a[::-1]:
        out = out * u + row
    return out


def _roots(c: np.ndarray) -> list[float]:
    """Real roots in (0, 1) of a polynomial, polished."""
    c = np.trim_zeros(c, "b")
    if len(c) < 2:
        return []
    found = []
    for r in np.polynomial.polynomial.polyroots(c):
        if abs(r.imag) < 1e-7 and -1e-9 < r.real < 1 + 1e-9:
            t = float(r.real)
            slope = np.polynomial.polynomial.polyder(c)
            for _ in range(3):
                d = float(np.polynomial.polynomial.polyval(t, slope))
                if d:
                    t -= float(np.polynomial.polynomial.polyval(t, c)) / d
            if 0 < t < 1:
                found.append(t)
    return found


def _deflated(c: np.ndarray, root: float) -> np.ndarray:
    """The quotient by (v - root), by synthetic division from the better-conditioned end."""
    out = np.zeros(len(c) - 1)
    carry = 0.0
    for i in range(len(c) - 1, 0, -1):
        carry = c[i] + carry * root
        out[i - 1] = carry
    return out

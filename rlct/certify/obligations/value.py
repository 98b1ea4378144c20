"""Thresholds (λ, m), how parts of a problem combine, and the value of a monomial state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rlct.certify.algebra import rank


@dataclass(frozen=True)
class Value:
    """λ (None: infinite) and multiplicity (0 when λ is infinite)."""

    lam: Fraction | None
    m: int

    @property
    def key(self) -> tuple[int, Fraction, int]:
        """Smaller is worse: small λ, at equal λ large m."""
        return (1, Fraction(0), 0) if self.lam is None else (0, self.lam, -self.m)

    def __str__(self) -> str:
        return "infinite" if self.lam is None else f"({self.lam}, {self.m})"


INFINITE = Value(None, 0)
UNKNOWN = Value(Fraction(0), 10**9)  # worse than every threshold


def worst(values: Iterable[Value]) -> Value:
    return min(values, key=lambda v: v.key, default=INFINITE)


def best(values: Sequence[Value]) -> Value:
    """Of several lower bounds the best."""
    return max(values, key=lambda v: v.key)


def product(values: Sequence[Value]) -> Value:
    """Product of functions of disjoint variables: least λ, multiplicities of the ties add up."""
    low = worst(values)
    return low if low.lam is None else Value(low.lam, sum(v.m for v in values if v.lam == low.lam))


def total(values: Sequence[Value]) -> Value:
    """Sum of non-negative functions of disjoint variables: the volumes multiply."""
    lam, m = Fraction(0), 1
    for v in values:
        if v.lam is None:
            return INFINITE
        lam += v.lam
        m += v.m - 1
    return Value(lam, m)


@dataclass(frozen=True)
class Mean:
    """One object of a monomial bound: ‖I‖ >= const·∏ gen^c for listed monomials with weights c > 0 of sum 1."""

    exponents: tuple[tuple[int, ...], ...]
    weights: tuple[Fraction, ...]
    E: Fraction
    H: Fraction  # the part of the exponent in the measure that counts

    def centre(self) -> list[Fraction]:
        pairs = list(zip(self.exponents, self.weights, strict=True))
        return [sum((w * e[i] for e, w in pairs), Fraction(0)) for i in range(len(self.exponents[0]))]


def monomial_value(k: Sequence[Fraction], q: Sequence[Fraction], means: Sequence[Mean]) -> Value | None:
    """The value of `bound`, q = h + 1; None when the measure is not integrable.

    In logarithmic coordinates v >= 0 the integral of |K|^z is that of exp(-v·(q + z·T)) at worst, T the sum of k and
    the E-fold means.  At z = -λ the exponent vanishes only where v_i = 0 whenever q_i > λ T_i and where all listed
    monomials of an object are equal: the dimension of that space bounds the order of the pole.
    """
    ts, qs = list(k), list(q)
    for mean in means:
        for i, c in enumerate(mean.centre()):
            ts[i] += mean.E * c
            qs[i] += mean.H * c
    if any(x <= 0 for x in qs):
        return None
    ratios = [a / t for a, t in zip(qs, ts, strict=True) if t > 0]
    if not ratios:
        return INFINITE
    lam = min(ratios)
    tight = [i for i, (a, t) in enumerate(zip(qs, ts, strict=True)) if a == lam * t]
    rows = [[e[i] - mean.exponents[0][i] for i in tight] for mean in means for e in mean.exponents[1:]]
    return Value(lam, len(tight) - rank(rows))

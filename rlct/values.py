"""The value that everything is about: a pair (λ, m), its order and its text.

`Threshold` is ordered so that **smaller is worse** (more singular): by λ, and at equal λ the larger
multiplicity is the smaller threshold.  The value on a region is then a plain ``min`` over charts.
λ = infinity (K does not vanish there) is ``math.inf`` with m = 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import total_ordering

from rlct.errors import InputError

Lam = Fraction | float
"""λ: an exact Fraction; the only float is ``math.inf``."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Threshold:
    """A real log canonical threshold `lam` with its multiplicity `mult`.

    Parameters
    ----------
    lam : λ > 0 as a Fraction (0 where K vanishes on an open set), or ``math.inf``.
    mult : m >= 1, the order of the pole -λ (0 when λ is infinite).

    Examples
    --------
    >>> a, b = Threshold(Fraction(1, 2), 2), Threshold(Fraction(1, 2), 1)
    >>> a < b, min(a, b, INFINITE) == a
    (True, True)
    >>> a.scaled(2)
    Threshold(lam=Fraction(1, 4), mult=2)
    """

    lam: Lam
    mult: int

    def __lt__(self, other: Threshold) -> bool:
        return (self.lam, -self.mult) < (other.lam, -other.mult)

    def scaled(self, e: int | Fraction) -> Threshold:
        """Threshold of K^e when this is that of K: (λ/e, m)."""
        return self if self.is_infinite else Threshold(self.lam / Fraction(e), self.mult)

    @property
    def is_infinite(self) -> bool:
        """True where K does not vanish."""
        return self.lam == math.inf

    def __str__(self) -> str:
        return f"({lam_text(self.lam)}, {self.mult})"


INFINITE = Threshold(math.inf, 0)
"""The threshold where K does not vanish: it never is the minimum."""


def lam_text(lam: Lam) -> str:
    """λ as text: ``"5/12"``, ``"2"`` or ``"inf"``.

    >>> lam_text(Fraction(5, 12)), lam_text(Fraction(2)), lam_text(math.inf)
    ('5/12', '2', 'inf')
    """
    return "inf" if lam == math.inf else str(Fraction(lam))


def parse_lam(text: str) -> Lam:
    """The inverse of `lam_text`.

    Raises
    ------
    InputError : if the text is neither a fraction nor ``"inf"``.

    >>> parse_lam("5/12"), parse_lam("inf")
    (Fraction(5, 12), inf)
    """
    if text == "inf":
        return math.inf
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise InputError(f"'{text}' is not a threshold: write a fraction such as 5/12, or inf") from None

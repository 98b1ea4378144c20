"""The candidate exponents of a certificate: every (h+1)/k that occurs as the ratio of a divisor.

All poles of ζ that the charts can have lie among these numbers (and below them by integers); the gap from λ to the next
one says from which scale on numbers can show λ at all: the correction to the leading law is ε^δ.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from rlct.report.story import starts


def candidate_exponents(certificate: Mapping[str, Any]) -> tuple[Fraction, ...]:
    """Ratios (h+1)/k of all divisors, and (H+1)/E of what is left of a principal factor, in increasing order.

    Parameters
    ----------
    certificate : the dict of a result.

    Returns
    -------
    tuple of Fraction : without repetitions; a candidate need not be a pole.

    Examples
    --------
    >>> from rlct import rlct
    >>> [str(c) for c in candidate_exponents(rlct("x^10*y^8").certificate)]
    ['1/10', '1/8']
    """
    found: set[Fraction] = set()
    for state in starts(certificate).values():
        found |= {(v.h + 1) / v.k for v in state.small.values() if v.k > 0}
        found |= {(o.H + 1) / o.E for o in state.objects if len(o.gens) == 1 and o.E > 0}
    return tuple(sorted(found))

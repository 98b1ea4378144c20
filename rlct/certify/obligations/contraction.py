"""The field `contraction` of the root: a box that shrinks to a part of its zeros (format page, "The root").

With weights w_i >= 0 for which every factor of the functions and of the prior is homogeneous, x -> (t^w_i x_i) for
0 < t <= 1 takes germs of K to germs with the same threshold.  Where the interval of each x_i with w_i > 0 holds 0
it takes the box into itself, so a zero is no worse than its images, and these are no worse than their limit for t -> 0,
by the semicontinuity of the threshold.  All cells but those with x_i = 0 for every w_i > 0 may be left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from rlct.certify.algebra import Poly
from rlct.certify.obligations.ledger import Ledger

Data = dict[str, Any]
Bounds = tuple[Fraction | None, Fraction | None]


def read(ledger: Ledger, data: Data, box: Sequence[Bounds]) -> dict[int, str]:
    """Prove that the box shrinks; for each variable with a positive weight the only code its cells may have."""
    weights = data["root"]["contraction"]
    ledger.require(not data["claim"]["constraints"], "contraction", "a box without further constraints")
    fine = len(weights) == len(box) and all(w >= 0 for w in weights) and any(weights)
    ledger.require(fine, "contraction", "a weight >= 0 for each variable, not all 0", str(list(weights)))
    codes: dict[int, str] = {}
    for i, (w, (lo, hi)) in enumerate(zip(weights, box, strict=True)):
        if w:
            inside = (lo is None or lo <= 0) and (hi is None or hi >= 0)
            ledger.require(inside, "contraction", "0 in the interval", ledger.names[i])
            codes[i] = "lo" if lo == 0 else "hi" if hi == 0 else "zero"
    for f in _factors(ledger, data, len(box)):
        degrees = {sum(w * a for w, a in zip(weights, e, strict=False)) for e in f}
        ledger.require(len(degrees) <= 1, "contraction", "homogeneous polynomials", ledger.show(f))
    return codes


def _factors(ledger: Ledger, data: Data, n: int) -> Iterator[Poly]:
    """The factors of all generators, which are products of them, and of the prior."""
    claim = data["claim"]
    for expr in claim["functions"]:
        product = len(expr) <= 1 or data["root"]["form"] == "squares"
        ledger.require(product, "contraction", "generators that are products")
        for _, fs in expr:
            for p, _ in fs:
                yield ledger.read(range(n), p)
    for p, exponent in claim["prior"]:
        ledger.require(Fraction(exponent) >= 0, "contraction", "a bounded prior")
        yield ledger.read(range(n), p)

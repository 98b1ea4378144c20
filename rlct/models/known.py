"""The two values every model family hands out: a published answer (`Known`) and a problem for the engine (`Case`).

`Known` holds what a theorem says, `Case` the ideal that the same model leads to; nothing here computes a
threshold.  The engine never imports this package, so a catalogue value and an engine value are independent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from rlct.errors import InputError

Mode = Literal["K", "abs", "ideal"]
Kind = Literal["exact", "upper bound"]


@dataclass(frozen=True)
class Known:
    """A published or derived learning coefficient, with its source and hypotheses.

    `lam` and `m` follow the convention named by `mode`: for "ideal" and "K" they belong to the loss
    K (for an ideal, the sum of squares of the generators); for "abs" to the absolute value of one function.
    `m` is None where the source proves λ only.  `kind` is "upper bound" where only λ <= lam is known.
    """

    lam: Fraction
    m: int | None
    source: str
    hypotheses: tuple[str, ...] = ()
    mode: Mode = "ideal"
    kind: Kind = "exact"

    def __str__(self) -> str:
        """The value, what it belongs to, its source and hypotheses, a line each.

        >>> print(Known(Fraction(1, 2), 2, "product rule", ("truth 0",)))
        λ = 1/2, m = 2  (of K, the sum of squares)
          source: product rule
          holds if: truth 0
        """
        sign = "<=" if self.kind == "upper bound" else "="
        of = {"ideal": "of K, the sum of squares", "K": "of K", "abs": "of |f|; f^2 has half of it"}[self.mode]
        m = "" if self.m is None and self.kind == "upper bound" else f", m = {'?' if self.m is None else self.m}"
        head = f"λ {sign} {self.lam}{m}  ({of})"
        return "\n".join([head, f"  source: {self.source}", *(f"  holds if: {h}" for h in self.hypotheses)])

    def to_dict(self) -> dict[str, Any]:
        """The value as plain data for JSON, fractions as text."""
        return {
            "lambda": str(self.lam),
            "multiplicity": self.m,
            "mode": self.mode,
            "kind": self.kind,
            "source": self.source,
            "hypotheses": list(self.hypotheses),
        }


@dataclass(frozen=True)
class Case:
    """A model's problem for the engine: generators (or one polynomial), point or region, and why it is the right one.

    `argument` is the chain of sentences that leads from the model to these finitely many polynomials;
    `loss` is the exact K as text where K itself is a polynomial.
    """

    name: str
    variables: tuple[str, ...]
    generators: tuple[str, ...]
    at: Mapping[str, Fraction | str] | None = None
    mode: Mode = "ideal"
    region: Mapping[str, tuple[Fraction, Fraction]] | str | None = None
    prior: str | None = None
    argument: tuple[str, ...] = ()
    loss: str | None = None
    notes: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        """Generators, point, region, prior, and why they carry the λ and m of the model, a line each.

        >>> print(Case("line", ("a",), ("a",), {"a": Fraction(0)}))
        ideal in a:
          a
        at a=0
        """
        lines = [f"{'ideal' if self.mode == 'ideal' else 'function'} in {', '.join(self.variables)}:"]
        lines += [f"  {g}" for g in self.generators]
        if self.at is not None:
            lines.append("at " + ", ".join(f"{k}={v}" for k, v in self.at.items()))
        lines += [f"region {self.region}"] if self.region is not None else []
        lines += [f"prior {self.prior}"] if self.prior is not None else []
        return "\n".join([*lines, *(f"  because: {a}" for a in self.argument)])

    @property
    def expression(self) -> str | list[str]:
        """First argument of `rlct.rlct`: a list for an ideal, one text otherwise."""
        return list(self.generators) if self.mode == "ideal" else self.generators[0]

    def keywords(self) -> dict[str, Any]:
        """Keyword arguments of `rlct.rlct` for this case."""
        words: dict[str, Any] = {"variables": list(self.variables), "mode": self.mode}
        if self.at is not None:
            words["at"] = dict(self.at)
        if self.region is not None:
            words["region"] = self.region if isinstance(self.region, str) else dict(self.region)
        if self.prior is not None:
            words["prior"] = self.prior
        return words


def origin(variables: Sequence[str]) -> dict[str, Fraction | str]:
    """The point with all coordinates zero."""
    return {v: Fraction(0) for v in variables}


def need_size(name: str, value: int, least: int = 1) -> int:
    """`value` itself if it is an integer of at least `least`; `InputError` otherwise."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InputError(f"{name} must be an integer of at least {least}, not {value!r}")
    return value


def need_rank(rank: int, *sizes: int) -> int:
    """`rank` itself if a matrix or product of these sizes can have it; `InputError` otherwise."""
    if isinstance(rank, bool) or not isinstance(rank, int) or rank < 0:
        raise InputError(f"the true rank must be an integer of at least 0, not {rank!r}")
    if rank > min(sizes):
        raise InputError(f"the truth is not realisable: rank {rank} exceeds the smallest size {min(sizes)}")
    return rank


def grid(letter: str, rows: int, columns: int) -> list[list[str]]:
    """Variable names letter_i_j of a matrix, as `a1_2`; short form `a12` while all indices have one digit."""
    gap = "" if max(rows, columns) < 10 else "_"
    return [[f"{letter}{i}{gap}{j}" for j in range(1, columns + 1)] for i in range(1, rows + 1)]


def product(left: Sequence[Sequence[str]], right: Sequence[Sequence[str]]) -> list[list[str]]:
    """Entries of a matrix product as texts of the parser's grammar; entries are bracketed where they are sums."""

    def wrap(text: str) -> str:
        return text if text.replace("_", "").isalnum() else f"({text})"

    return [
        [" + ".join(f"{wrap(left[i][k])}*{wrap(right[k][j])}" for k in range(len(right))) for j in range(len(right[0]))]
        for i in range(len(left))
    ]


def minus(text: str, value: Fraction | int) -> str:
    """The text of `text - value`, `text` itself when the value is zero."""
    value = Fraction(value)
    if value == 0:
        return text
    return f"{text} - {value}" if value > 0 else f"{text} + {-value}"


def flatten(rows: Sequence[Sequence[str]]) -> list[str]:
    """Entries of a matrix of texts row by row."""
    return [entry for row in rows for entry in row]

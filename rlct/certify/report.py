"""What a checked certificate proves, as data and as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rlct.certify.text import complex_coordinates, problem_text


@dataclass(frozen=True)
class CheckReport:
    """What a certificate proves, and on what the proof rests.

    Parameters
    ----------
    mode, functions, variables, at, region, prior : the problem, as readable text.
    lam, multiplicity : the claim (`lam` is None for λ = ∞; `multiplicity` None when only λ is claimed).
    proved : "threshold", "lower bound" (the threshold is no worse) or "upper bound" (it is no better).
    nodes : number of nodes of the script.
    obligations : how many claims of each kind were proved.
    methods : how claims "no real solution" were decided; `z3` of them by z3.
    nonnegative : it is proved that the function is >= 0 there (in mode "K" otherwise the value is that of |K|).
    """

    mode: str
    functions: tuple[str, ...]
    variables: tuple[str, ...]
    at: str | None
    region: str | None
    prior: str | None
    lam: Fraction | None
    multiplicity: int | None
    proved: str
    nodes: int
    obligations: Mapping[str, int]
    z3: int
    methods: Mapping[str, int]
    nonnegative: bool
    coordinates: tuple[str, ...] = ()
    complex_coordinates: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The report, line by line."""
        what = {"K": "K", "abs": "|f|", "ideal": "K = sum of squares of the ideal"}[self.mode]
        head = {"K": "K", "abs": "f", "ideal": "ideal"}[self.mode]
        lam = "infinite" if self.lam is None else str(self.lam)
        m = "" if self.multiplicity is None else f", m = {self.multiplicity}"
        says = {
            "threshold": f"proved: lambda = {lam}{m} for {what}",
            "lower bound": f"proved: (lambda, m) is no worse than lambda = {lam}{m} for {what}",
            "upper bound": f"proved: (lambda, m) is at least as bad as lambda = {lam}{m} for {what}",
        }[self.proved]
        out = [says, f"{head}: " + ", ".join(self.functions), f"variables: {', '.join(self.variables)}"]
        if self.coordinates:
            out.append("in the coordinates, one after the other: " + ", ".join(self.coordinates))
        if self.complex_coordinates:
            out.append("over C, in the coordinates around the point: " + ", ".join(self.complex_coordinates))
        out += [f"at: {self.at}"] if self.at is not None else ["at: the worst point of the region"]
        out += [f"region: {self.region}"] if self.region is not None else []
        out += [f"prior: {self.prior}"] if self.prior is not None else []
        out.append(f"nodes: {self.nodes}, obligations: {sum(self.obligations.values())}")
        if self.mode == "K":
            out.append("sign: " + ("K >= 0 is proved" if self.nonnegative else "not proved; the value is that of |K|"))
        decided = ", ".join(f"{name} {n}" for name, n in sorted(self.methods.items()))
        field = "complex" if self.complex_coordinates else "real"
        out.append(f"{field} questions: {decided or 'none'}")
        rests = "sympy's integer polynomials"
        rests += f" and z3 ({self.z3} claims of emptiness)" if self.z3 else " (nothing was left to z3)"
        out.append(f"rests on: {rests}")
        return tuple(out)

    def __str__(self) -> str:
        return "\n".join(self.lines)


def _nonnegative(data: dict[str, Any]) -> bool:
    """Does the certificate show the sign: a sum of squares, even powers only, or a proof of its own?"""
    root, (first, *_) = data["root"], data["claim"]["functions"]
    if root["form"] != "product" or root["semidefinite"] is not None:
        return True
    if "complex" in root and len(first) == 1:  # ±|F|², whose leading coefficient shows the sign, or not 0 at the point
        (c, fs), moduli = first[0], root["complex"]["functions"]
        seen = (f is not None and max(p)[1] > 0 for (p, _), f in zip(fs, moduli, strict=True))
        return Fraction(c) > 0 and all(e % 2 == 0 or good for (_, e), good in zip(fs, seen, strict=True))
    return all(Fraction(c) > 0 and all(e % 2 == 0 for _, e in fs) for c, fs in first)


def report(
    data: dict[str, Any], lam: Fraction | None, proved: str, obligations: Mapping[str, int], methods: Mapping[str, int]
) -> CheckReport:
    """The report on the certificate `data`, of which `proved` was proved."""
    claim = data["claim"]
    text = problem_text(claim)
    return CheckReport(
        mode=claim["mode"],
        functions=text.functions,
        variables=tuple(claim["variables"]),
        at=text.at,
        region=text.region,
        prior=text.prior,
        lam=lam,
        multiplicity=claim["multiplicity"],
        proved=proved,
        nodes=len(data["nodes"]),
        obligations=dict(obligations),
        z3=methods.get("z3", 0),
        methods=dict(methods),
        nonnegative=_nonnegative(data),
        coordinates=text.coordinates,
        complex_coordinates=complex_coordinates(data),
    )

"""Real problems made from complex ones: real and imaginary parts of polynomials, in variables like xr and xi."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sympy import I, Symbol, expand, sympify


def realified(functions: Sequence[str], names: Mapping[str, tuple[str, str]] | None = None) -> list[str]:
    """Real and imaginary parts of polynomials over Q(i); every letter x but I becomes xr + i xi, or the pair named."""
    letters = sorted({c for f in functions for c in f if c.isalpha() and c != "I"})
    names = names or {c: (f"{c}r", f"{c}i") for c in letters}
    variables = {c: Symbol(x, real=True) + I * Symbol(y, real=True) for c, (x, y) in names.items()}
    out = []
    for f in functions:
        out += list(expand(sympify(f.replace("^", "**"), locals={**variables, "I": I})).as_real_imag())
    return [str(g).replace("**", "^") for g in map(expand, out) if g != 0]


def modulus(function: str) -> str:
    """|f|² as a sum of two squares."""
    return " + ".join(f"({g})^2" for g in realified([function]))

"""The 32 problems of the numeric figures: 20 for splitting, 12 with an affine block, each with its known (λ, m).

Monomials and curves are read off by hand; matrix products from Aoyagi and Watanabe, Neural Networks 18 (2005) 924-933;
tanh networks with truth 0 from Aoyagi and Watanabe's theorem (λ as in docs/conventions.md, `rlct model tanh`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Problem:
    """Expression or generators, the known answer, and the engine asked for."""

    name: str
    K: str | tuple[str, ...]
    lam: Fraction
    m: int
    method: str = "auto"


def product(a: int, b: int, c: int) -> tuple[str, ...]:
    """Entries of an (a x b)(b x c) matrix product."""
    return tuple(" + ".join(f"p{i}_{k}*q{k}_{j}" for k in range(b)) for i in range(a) for j in range(c))


def tanh(units: int) -> tuple[str, ...]:
    """Ideal of a one-input tanh network with truth 0: the Taylor coefficients Σ a_i b_i^(2k+1)."""
    return tuple(" + ".join(f"a{i}*b{i}^{2 * k + 1}" for i in range(units)) for k in range(units))


F = Fraction
SPLITTING = (
    Problem("x²+y⁶", "x^2+y^6", F(2, 3), 1, "volume"),
    Problem("x²y²", "x^2*y^2", F(1, 2), 2, "volume"),
    Problem("x²y²z²", "x^2*y^2*z^2", F(1, 2), 3, "volume"),
    Problem("x²y²z²w²", "x^2*y^2*z^2*w^2", F(1, 2), 4, "volume"),
    Problem("x¹⁰y⁸", "x^10*y^8", F(1, 10), 1, "volume"),
    Problem("(y-x²)²", "(y-x^2)^2", F(1, 2), 1, "volume"),
    Problem("(y²-x³)²", "(y^2-x^3)^2", F(5, 12), 1, "volume"),
    Problem("(a⁴-a²b+b³)²", "(a^4-a^2*b+b^3)^2", F(1, 3), 1, "volume"),
    Problem("rotated lines", "((x+y)*(x-2*y+3/10*z))^2", F(1, 2), 2, "volume"),
    Problem("shifted planes", "((x-3/10)*(y+2/5)*(z-1/5))^2", F(1, 2), 3, "volume"),
    Problem("ab,bc,ca", ("a*b", "b*c", "c*a"), F(3, 4), 1, "volume"),
    Problem("product 2x1x2", product(2, 1, 2), F(1), 2, "volume"),
    Problem("tanh H=2", tanh(2), F(2, 3), 1),
    Problem("tanh H=3", tanh(3), F(5, 6), 1),
    Problem("tanh H=4", tanh(4), F(1), 2),
    Problem("tanh H=6", tanh(6), F(6, 5), 1),
    Problem("product 2x2x2", product(2, 2, 2), F(3, 2), 1, "volume"),
    Problem("product 3x2x2", product(3, 2, 2), F(2), 2, "volume"),
    Problem("product 3x2x3", product(3, 2, 3), F(5, 2), 1, "volume"),
    Problem("12 squares", " + ".join(f"x{i}^2" for i in range(12)), F(6), 1, "volume"),
)
COLLAPSED = (
    Problem("tanh H=1, collapsed", tanh(1), F(1, 2), 2),
    Problem("tanh H=2, collapsed", tanh(2), F(2, 3), 1),
    Problem("tanh H=3, collapsed", tanh(3), F(5, 6), 1),
    Problem("tanh H=4, collapsed", tanh(4), F(1), 2),
    Problem("tanh H=6, collapsed", tanh(6), F(6, 5), 1),
    Problem("tanh H=9, collapsed", tanh(9), F(3, 2), 2),
    Problem("2x1x2, collapsed", product(2, 1, 2), F(1), 2),
    Problem("2x2x2, collapsed", product(2, 2, 2), F(3, 2), 1),
    Problem("3x2x2, collapsed", product(3, 2, 2), F(2), 2),
    Problem("3x2x3, collapsed", product(3, 2, 3), F(5, 2), 1),
    Problem("3x3x3, collapsed", product(3, 3, 3), F(7, 2), 2),
    Problem("4x3x4, collapsed", product(4, 3, 4), F(5), 2),
)
ALL = SPLITTING + COLLAPSED

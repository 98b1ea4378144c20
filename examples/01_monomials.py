# %% [markdown]
# # 1. Monomials: where the pole comes from
#
# For K = x^2 y^4 on the unit square the zeta function is ∫∫ x^(2z) y^(4z) = 1/((2z+1)(4z+1)). Its largest pole
# is -1/4, so λ = 1/4; the volume V(ε) of {K < ε} falls like ε^λ. A tie of two variables raises the order m of the pole.

# %%
import sys
from fractions import Fraction
from math import log

from matplotlib.figure import Figure

from rlct import rlct
from rlct.models.known import Case, origin
from rlct.systems.show import comparison

print(rlct("x^2*y^4").explain("summary"))


# %% [markdown]
# The picture shows the zeta function running into its pole, and the exact volumes of two monomials: with the tie
# (x^2 y^2) the
# slope 1/2 is approached only slowly, because of the factor log(1/ε).


# %%
def volume_x2y4(eps: float) -> float:
    """Area of {x^2 y^4 < eps} in the unit square, by one integral."""
    return 2 * eps**0.25 - eps**0.5


def volume_x2y2(eps: float) -> float:
    """Area of {x^2 y^2 < eps} in the unit square."""
    return eps**0.5 * (1 + log(1 / eps) / 2)


figure = Figure(figsize=(8, 3.2))
left, right = figure.subplots(1, 2)
zs = [-0.2499 + i * 0.002 for i in range(400)]
left.plot(zs, [1 / ((2 * z + 1) * (4 * z + 1)) for z in zs])
left.axvline(-0.25, linestyle="--", color="black")
left.set(ylim=(0, 20), xlabel="z", ylabel="ζ(z)", title="pole at z = -λ = -1/4")
levels = [10.0**-k for k in range(1, 13)]
right.loglog(levels, [volume_x2y4(e) for e in levels], label="x²y⁴, slope 1/4")
right.loglog(levels, [volume_x2y2(e) for e in levels], label="x²y², slope 1/2 with a log")
right.set(xlabel="ε", ylabel="V(ε)")
right.legend()
figure.tight_layout()
if len(sys.argv) > 1 and sys.argv[1].endswith((".png", ".svg")):
    figure.savefig(sys.argv[1])

# %%
ROWS = [
    ("x^2 y^4", Fraction(1, 4), 1),
    ("x^2 y^2", Fraction(1, 2), 2),
    ("x^6", Fraction(1, 6), 1),
    ("x^2 y^2 z^2", Fraction(1, 2), 3),
]


def monomial(text: str) -> Case:
    """A monomial as a problem at the origin."""
    names = [factor[0] for factor in text.split()]
    return Case(text, tuple(names), (text.replace(" ", "*"),), origin(names), mode="K")


print(comparison([(text, (lam, m), monomial(text)) for text, lam, m in ROWS]))

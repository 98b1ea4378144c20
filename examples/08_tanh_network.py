# %% [markdown]
# # 8. Learning zero: a tanh network with truth 0
#
# f(x) = sum a_i tanh(b_i x) with 128 units, x ~ N(0,1), truth 0. A text states RLCT = 64. That is the *local*
# coefficient at a generic
# point of a = 0; the RLCT is the least value over the zero set and sits at b = 0: 130/23 = 5.65 (Aoyagi & Watanabe).
# The engine confirms the
# theorem for small networks, and numbers for 128 units stay far below 64.

# %%
import sys
from fractions import Fraction

from matplotlib.figure import Figure

from rlct.models.known import Case
from rlct.models.networks import local_value_generic, tanh_zero, tanh_zero_case
from rlct.systems.numbers import one_tanh_unit, tanh_curve
from rlct.systems.show import comparison

print("128 units: RLCT", tanh_zero(128).lam, "at b = 0; local value at generic b:", local_value_generic(128).lam)

# %% [markdown]
# λ̂(n) = n E_n[K] with a integrated out exactly and b drawn from U[-1,1]. For 128 units the curve is a straight line in
# log n over twelve decades (a quadratic law would double the slope), still below 130/23 at n = 1e12.

# %%
ns = [10.0**k for k in range(1, 13)]
curve = tanh_curve(128, ns, draws=40)["posterior"]
one = one_tanh_unit(ns)
print("λ̂ at 1e3, 1e6, 1e9, 1e12:", [curve[k] for k in (2, 5, 8, 11)])
figure = Figure(figsize=(5.8, 3.6))
ax = figure.subplots()
ax.semilogx(ns, curve, marker="o", label="128 units")
ax.semilogx(ns, one, marker="s", label="1 unit")
ax.axhline(float(tanh_zero(128).lam), linestyle="--", color="black", label="130/23")
ax.axhline(0.5, linestyle=":", color="grey", label="1/2")
ax.set(xlabel="n", ylabel="λ̂(n)")
ax.legend()
figure.tight_layout()
if len(sys.argv) > 1 and sys.argv[1].endswith((".png", ".svg")):
    figure.savefig(sys.argv[1])

# %%
rows = [(f"{h} units, b = 0", tanh_zero(h), tanh_zero_case(h)) for h in (1, 2)]
generic = tanh_zero_case(2)
at: dict[str, Fraction | str] = {"a1": Fraction(0), "a2": Fraction(0), "b1": Fraction(1), "b2": Fraction(2)}
rows.append(
    ("2 units, a = 0, b = (1, 2)", local_value_generic(2), Case("generic", generic.variables, generic.generators, at))
)
estimates = None if "--all" in sys.argv else 1  # --all: every row, which takes a minute
print(comparison(rows, estimates=estimates))

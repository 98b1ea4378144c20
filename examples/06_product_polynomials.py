# %% [markdown]
# # 6. A criticism examined: products of parameters
#
# f = t1 x^4 + t2 t3 x^3 + t4 t5 t6 x^2 + t7..t10 x + t11..t15. The claim: with one data point the lowest RLCT is at
# x^4, so that simple
# functions are not preferred. Exact answer: {K = 0} is smooth there, and every solution has (1/2, 1). With the full
# population loss all truths tie in λ = 5/2, and only m differs.

# %%
import sys
from fractions import Fraction
from math import log

from matplotlib.figure import Figure

from rlct.systems.criticism import one_point, population, two_points
from rlct.systems.show import comparison

# %% [markdown]
# What m does: free energies of truths with equal λ drift apart only like log log n. Over ten decades x^4 gains less
# than a factor given by
# (log n)^4 on the constant.

# %%
figure = Figure(figsize=(5.4, 3.4))
ax = figure.subplots()
ns = [10.0**k for k in range(1, 11)]
for name, m in (("x^4", 11), ("x^3", 10), ("x^2", 9), ("x", 8), ("1", 7)):
    ax.semilogx(ns, [2.5 * log(n) - (m - 1) * log(log(n)) for n in ns], label=f"truth {name}, m = {m}")
ax.set(xlabel="n", ylabel="λ log n - (m-1) log log n")
ax.legend()
figure.tight_layout()
if len(sys.argv) > 1 and sys.argv[1].endswith((".png", ".svg")):
    figure.savefig(sys.argv[1])

# %%
FIVE = Fraction(5, 2)
rows = [(f"one data point, x^{d}", (Fraction(1, 2), 1), one_point(d)) for d in (4, 0)]
rows += [(f"two data points, x^{d}", (1, 1), two_points(d)) for d in (4, 0)]
print(comparison(rows, seconds=0.4))
print()
print(
    comparison(
        [(f"population, x^{d}", (FIVE, m), population(d)) for d, m in ((4, 11), (3, 10), (2, 9), (1, 8), (0, 7))],
        seconds=0,
    )
)

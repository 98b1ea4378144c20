# %% [markdown]
# # 3. Linear networks: reduced-rank regression
#
# The model y = B A x with 2 x 2 factors has eight parameters, so a regular model would have λ = 4. The published
# theorem
# (Aoyagi & Watanabe 2005) and the engine agree on much smaller values, depending on the rank of the truth.

# %%
import sys

from matplotlib.figure import Figure

from rlct.models.matrices import deep_linear, deep_linear_case, reduced_rank, reduced_rank_case
from rlct.systems.show import comparison

print("784-100-10 with a truth of rank 5:", deep_linear([784, 100, 10], 5).lam, "of", (784 * 100 + 100 * 10) // 2)

# %% [markdown]
# λ against the rank of the truth for 20 x 20 matrices and several hidden widths: it grows with the rank, up to half
# the dimension of the matrices of rank H.

# %%
figure = Figure(figsize=(5.6, 3.6))
ax = figure.subplots()
for hidden in (5, 10, 20, 30):
    ranks = list(range(min(hidden, 20) + 1))
    ax.plot(ranks, [float(reduced_rank(20, hidden, 20, r).lam) for r in ranks], marker=".", label=f"H = {hidden}")
ax.set(xlabel="rank of the truth", ylabel="λ")
ax.legend()
figure.tight_layout()
if len(sys.argv) > 1 and sys.argv[1].endswith((".png", ".svg")):
    figure.savefig(sys.argv[1])

# %%
rows = [(f"2x2x2, rank {r}", reduced_rank(2, 2, 2, r), reduced_rank_case(2, 2, 2, r)) for r in (0, 1, 2)]
rows += [
    ("3x2x2, rank 1", reduced_rank(3, 2, 2, 1), reduced_rank_case(3, 2, 2, 1)),
    ("1-1-1-1 deep, rank 0", deep_linear([1, 1, 1, 1]), deep_linear_case([1, 1, 1, 1])),
]
estimates = None if "--all" in sys.argv else 1  # --all: every row, which takes a minute
print(comparison(rows, estimates=estimates))

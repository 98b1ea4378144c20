# %% [markdown]
# # 4. Mixtures: the sign of the weights matters
#
# A formula for weights of *both* signs (the Vandermonde value) is sometimes quoted for mixtures. Mixture weights are
# probabilities: near a redundant component the weight is >= 0, the second moment cannot cancel, and λ is larger as
# soon as two
# components are redundant.

# %%
import sys

from matplotlib.figure import Figure

from rlct.models.mixtures import location_mixture, location_mixture_case
from rlct.systems.show import comparison

# %% [markdown]
# The exact argument: after the mean has become a coordinate, non-negative weights leave sum a_k d_k^2 with disjoint
# variables, each worth 1/4.
# With both signs the sum a_2 d_2^2 + a_3 d_3^2 can vanish without its terms.

# %%
figure = Figure(figsize=(5.6, 3.6))
ax = figure.subplots()
sizes = list(range(1, 13))
ax.plot(sizes, [float(location_mixture(1, h).lam) for h in sizes], marker="o", label="weights >= 0 (a mixture)")
ax.plot(
    sizes, [float(location_mixture(1, h, two_sided=True).lam) for h in sizes], marker="s", label="weights of both signs"
)
ax.set(xlabel="components H, truth one component", ylabel="λ")
ax.legend()
figure.tight_layout()
if len(sys.argv) > 1 and sys.argv[1].endswith((".png", ".svg")):
    figure.savefig(sys.argv[1])

# %%
rows = [(f"H = {h}, weights >= 0", location_mixture(1, h), location_mixture_case(1, h)) for h in (2, 3)]
rows += [
    (f"H = {h}, both signs", location_mixture(1, h, two_sided=True), location_mixture_case(1, h, two_sided=True))
    for h in (2, 3)
]
rows += [("plane, H = 2", location_mixture(2, 2), location_mixture_case(2, 2))]
estimates = None if "--all" in sys.argv else 1  # --all: every row, which takes a minute
print(comparison(rows, seconds=2, estimates=estimates))

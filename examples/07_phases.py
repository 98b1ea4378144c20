# %% [markdown]
# # 7. Phases: which region wins at which n
#
# A region with loss L and coefficients (λ, m) has the free energy n L + λ log n - (m-1) log log n. As n grows the
# preferred phase
# has *smaller loss and larger λ*: the posterior moves to less degenerate points. "Progressively simpler" describes
# the loss, not λ.

# %%
import sys
from fractions import Fraction

from rlct import rlct
from rlct.models.statistics import Phase, generalisation_error, phases, plot_phases, posterior_odds
from rlct.systems.rows import posed
from rlct.systems.show import comparison

# %% [markdown]
# Three phases of one model: their coefficients come from the engine, their losses are given.

# %%
cusp = rlct("(y^2 - x^3)^2")
cross = rlct("x^2*y^2")
regular = rlct("x^2 + y^2 + z^2 + w^2")
regions = [
    Phase("cusp", Fraction(1, 20), cusp.lam, cusp.multiplicity),
    Phase("crossing", Fraction(1, 25), cross.lam, cross.multiplicity),
    Phase("regular", 0, regular.lam, regular.multiplicity),
]
table = phases(regions, 10, 1e6)
for start, name in table.preferred:
    print(f"from n = {start:8.1f}: {name}")
print("odds of crossing against cusp at n = 1000:", round(posterior_odds(1000, regions[1], regions[0]), 1))
print("generalisation error beyond the least loss at n = 1000, regular phase:", generalisation_error(1000, regular.lam))

# %%
figure = plot_phases(table, 10, 1e4)
if len(sys.argv) > 1 and sys.argv[1].endswith((".png", ".svg")):
    figure.savefig(sys.argv[1])

# %%
print(
    comparison(
        [
            ("cusp", (Fraction(5, 12), 1), posed("cusp", "(y^2 - x^3)^2", {"x": 0, "y": 0})),
            ("crossing", (Fraction(1, 2), 2), posed("crossing", "x^2*y^2", {"x": 0, "y": 0})),
            ("regular", (2, 1), posed("regular", "x^2 + y^2 + z^2 + w^2", {"x": 0, "y": 0, "z": 0, "w": 0})),
        ]
    )
)

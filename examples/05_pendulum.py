# %% [markdown]
# # 5. The pendulum: trigonometric models by their ideals
#
# A working note observes that (x0, a v, a^2 g, t/a) leaves the position of a small pendulum fixed and counts one lost
# dimension. With one observed number the loss is the square of a *coordinate*: the fibre has dimension 3, not 1, and
# λ = 1/2. With a random
# start x0 the value depends on where the truth lies: at τ = sqrt(g) t = k pi the ideal (d^2, μ d) is singular.

# %%
import sys
from fractions import Fraction

import numpy as np
from matplotlib.figure import Figure

from rlct.models.pieces import pendulum, pendulum_random_time
from rlct.systems.numbers import pendulum_checks
from rlct.systems.rows import posed
from rlct.systems.show import comparison

HALF = Fraction(1, 2)
facts = pendulum_checks()
print(
    "orbit leaves the position fixed:", facts["orbit_fixes_position"], " f_x0^2 + g f_v^2 =", facts["gradient_identity"]
)

# %% [markdown]
# The note draws the orbit as straight lines in the plane of frequency and time. Their product is constant: hyperbolas.

# %%
figure = Figure(figsize=(4.6, 3.6))
ax = figure.subplots()
t = np.linspace(0.2, 4, 200)
for tau in (0.5, 1.0, 2.0, float(np.pi)):
    ax.plot(t, tau / t, label=f"τ = {tau:.2f}")
ax.set(xlabel="time t", ylabel="frequency sqrt(g)", ylim=(0, 5))
ax.legend()
figure.tight_layout()
if len(sys.argv) > 1 and sys.argv[1].endswith((".png", ".svg")):
    figure.savefig(sys.argv[1])

# %%
estimates = None if "--all" in sys.argv else 2  # --all: every row, which takes a minute
print(
    comparison(
        [
            ("one observation, 4 parameters", (HALF, 1), posed("coordinate", ["f"], {"f": 0, "p": 0, "q": 0, "r": 0})),
            ("random start, generic angle", (1, 1), pendulum("generic")),
            ("random start, τ = k pi, moving", (HALF, 1), pendulum("multiple of pi", True)),
            ("random start, τ = k pi, μ = 0", (HALF, 2), pendulum("multiple of pi", False)),
            ("random time, moving", (Fraction(3, 2), 1), pendulum_random_time(True)),
            ("random time, at rest", (1, 1), pendulum_random_time(False)),
        ],
        seconds=0.4,
        estimates=estimates,
    )
)

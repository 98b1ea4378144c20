# %% [markdown]
# # 2. A node, a cusp and their smooth points
#
# A widely read introduction pictures the node of y^2 = x^2 + x^3 as the point where complexity drops. For K = f^2 the
# node and the smooth points have the *same* λ = 1/2; only the multiplicity differs (m = 2 at the node). A cusp does
# drop: λ = 5/12.

# %%
import sys
from fractions import Fraction

import numpy as np
from matplotlib.figure import Figure

from rlct.systems.rows import posed
from rlct.systems.show import comparison

NODE, CUSP = "(y^2 - x^2 - x^3)^2", "(y^2 - x^3)^2"
HALF = Fraction(1, 2)

# %% [markdown]
# The exact argument in one line: at the node f is a product of two transversal coordinates, so K = u^2 v^2 and two
# divisors with
# (h+1)/k = 1/2 meet; at a smooth point K = u^2. At the cusp the weights (2, 3) give the order 12 and the volume 5.

# %%
figure = Figure(figsize=(8, 3.4))
axes = figure.subplots(1, 2)
x, y = np.meshgrid(np.linspace(-1.3, 1.3, 400), np.linspace(-1.3, 1.3, 400))
for ax, values, title in ((axes[0], y**2 - x**2 - x**3, "node: (1/2, 2)"), (axes[1], y**2 - x**3, "cusp: (5/12, 1)")):
    ax.contourf(x, y, np.log10(values**2 + 1e-6), levels=12, cmap="viridis")
    ax.contour(x, y, values, levels=[0.0], colors="white")
    ax.set(title=title, xlabel="x", ylabel="y", aspect="equal")
figure.tight_layout()
if len(sys.argv) > 1 and sys.argv[1].endswith((".png", ".svg")):
    figure.savefig(sys.argv[1])

# %%
print(
    comparison(
        [
            ("node", (HALF, 2), posed("node", NODE, {"x": 0, "y": 0})),
            ("smooth point (-1, 0)", (HALF, 1), posed("smooth", NODE, {"x": -1, "y": 0})),
            ("node, |f|", (1, 2), posed("|f|", "y^2 - x^2 - x^3", {"x": 0, "y": 0}, mode="abs")),
            ("cusp", (Fraction(5, 12), 1), posed("cusp", CUSP, {"x": 0, "y": 0})),
            ("smooth point (1, 1)", (HALF, 1), posed("smooth", CUSP, {"x": 1, "y": 1})),
        ],
        radius=0.5,  # the box around a smooth point must not reach the node or the cusp
    )
)

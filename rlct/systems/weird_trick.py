"""S0: "Neural networks generalize because of this one weird trick" (J. Hoogland, 2023)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from rlct.models import matrices, networks, pieces, statistics
from rlct.systems import numbers
from rlct.systems.rows import Ask, Item, posed

HALF = Fraction(1, 2)
_NODE = "(y^2 - x^2 - x^3)^2"


def _node_numbers() -> dict[str, Any]:
    """Volume slopes near the node and near a smooth point: 1/2 with and without a logarithm."""
    slopes = numbers.node_slopes()
    # between ε = 1e-5 and 1e-7 the factor log(1/ε) lowers the slope 1/2 by about 1/log(1/ε), that is to 0.43
    holds = abs(slopes["smooth"] - 0.5) < 0.02 and abs(slopes["node"] - 0.43) < 0.03
    return {"slope_node": slopes["node"], "slope_smooth": slopes["smooth"], "holds": holds}


def _crossing() -> dict[str, Any]:
    """Free-energy ranking of three phases whose λ grows as their loss falls."""
    table = statistics.phases(
        [
            statistics.Phase("degenerate", Fraction(1, 10), HALF),
            statistics.Phase("middle", Fraction(1, 100), 2),
            statistics.Phase("regular", 0, 5),
        ],
        10,
        1e6,
    )
    order = [name for _, name in table.preferred]
    return {
        "preferred": [[round(n, 1), name] for n, name in table.preferred],
        "holds": order == ["degenerate", "middle", "regular"],
    }


def _generalisation() -> dict[str, Any]:
    """Difference quotient of the free energy against λ/n."""
    n, lam = 1e5, 2.5
    slope = statistics.free_energy(n + 1, 0, lam) - statistics.free_energy(n, 0, lam)
    return {"difference": slope, "lambda_over_n": lam / n, "holds": abs(slope * n / lam - 1) < 1e-4}


def items() -> tuple[Item, ...]:
    """The rows of this source."""
    return (
        Item(
            "S0.degenerate-line",
            "A line of degenerate points in the plane makes the model effectively one-dimensional.",
            "reproduced",
            "K = w1^2 in two parameters has λ = 1/2 = 1/2 · 1, the value of a regular model with one parameter.",
            (Ask(posed("K = w1^2", "w1^2", {"w1": 0, "w2": 0}), (HALF, 1)),),
        ),
        Item(
            "S0.isolated-zero",
            "Even where the zero set is a single point the level sets matter.",
            "reproduced",
            "K = x^2 + y^4 vanishes only at 0, yet λ = 1/2 + 1/4 = 3/4 lies below the regular value 1.",
            (Ask(posed("K = x^2 + y^4", "x^2 + y^4", {"x": 0, "y": 0}), (Fraction(3, 4), 1)),),
        ),
        Item(
            "S0.nodal-cubic",
            "The node of y^2 = x^2 + x^3 is the singular point that dominates.",
            "reproduced",
            "K = f^2 has (1/2, 2) at the node and (1/2, 1) at every other zero: λ does not drop at the node, only "
            "m rises. With "
            "|f| in place of f^2 the node has (1, 2). The value on a box around the loop is that of the node.",
            (
                Ask(posed("node", _NODE, {"x": 0, "y": 0}), (HALF, 2)),
                Ask(posed("smooth point (-1, 0)", _NODE, {"x": -1, "y": 0}), (HALF, 1)),
                Ask(posed("node, |f|", "y^2 - x^2 - x^3", {"x": 0, "y": 0}, mode="abs"), (1, 2)),
                Ask(posed("box [-2, 2]^2", _NODE, variables="x y", region="-2<=x<=2, -2<=y<=2"), (HALF, 2)),
            ),
            _node_numbers,
        ),
        Item(
            "S0.complex-singularities",
            "More complex singularities generalise further.",
            "conditional",
            "True when λ drops: a cusp has 5/12 < 1/2. A node ties with its smooth points in λ, only log log n is "
            "gained.",
            (
                Ask(posed("cusp", "(y^2 - x^3)^2", {"x": 0, "y": 0}), (Fraction(5, 12), 1)),
                Ask(posed("node", _NODE, {"x": 0, "y": 0}), (HALF, 2)),
            ),
        ),
        Item(
            "S0.normal-crossings",
            "A blow-up brings a polynomial K to normal crossings, from which λ is read.",
            "reproduced",
            "The engine does so for (y^2 - x^3)^2: the divisor of weights (2, 3) has k = 12, h = 4, so λ = 5/12; "
            "`explain` prints the charts.",
            (Ask(posed("cusp", "(y^2 - x^3)^2", {"x": 0, "y": 0}), (Fraction(5, 12), 1)),),
        ),
        Item(
            "S0.free-energy",
            "F_n = n S_n + λ log n - (m-1) log log n; a regular model has λ = d/2, the BIC.",
            "reproduced",
            "Watanabe's formula; for the regular K = x^2 + y^2 + z^2 the engine gives 3/2 = d/2 and m = 1 (the "
            "complex threshold would be 1).",
            (Ask(posed("regular, d = 3", "x^2 + y^2 + z^2", {"x": 0, "y": 0, "z": 0}), (Fraction(3, 2), 1)),),
        ),
        Item(
            "S0.generalisation",
            "The generalisation loss is the derivative of the free energy in n.",
            "reproduced",
            "F(n+1) - F(n) = L + λ/n + smaller terms: the Bayes generalisation error is λ/n.",
            numeric=_generalisation,
        ),
        Item(
            "S0.phases",
            "The free energy of a phase is governed by the worst singularity in it.",
            "reproduced",
            "Volumes add up, so the least λ of a phase wins in it; phases are then ranked by n·loss + λ log n. The "
            "computed ranking of three "
            "phases with falling loss and growing λ changes hands twice.",
            (Ask(posed("phase with a node", _NODE, {"x": 0, "y": 0}), (HALF, 2)),),
            _crossing,
        ),
        Item(
            "S0.simpler-with-data",
            "With more data the posterior moves to progressively simpler phases.",
            "conditional",
            "As n grows the preferred phase has lower loss and larger λ: the posterior moves to less degenerate "
            "points. Simpler is true only in "
            "the sense of lower loss; the wording is easily read the other way round.",
            numeric=_crossing,
        ),
        Item(
            "S0.permutation",
            "Permutation symmetry of hidden units adds degeneracy.",
            "reproduced",
            "A finite group only copies local values; the gain is on its fixed set, where units coincide: two tanh "
            "units with a truth of one "
            "unit have 5/4 when merged, against 3/2 when the second unit has output weight 0 and a slope of its own.",
            (
                Ask(networks.tanh_teacher_case(2, "merged"), (Fraction(5, 4), 1)),
                Ask(networks.tanh_teacher_case(2, "dead-generic"), (Fraction(3, 2), 1)),
            ),
        ),
        Item(
            "S0.relu-scaling",
            "The scaling symmetry of a ReLU unit lowers λ.",
            "reproduced",
            "In (ab - c)^2 one of two parameters is free: (1/2, 1) for c = 1; for the truth 0 both factors may "
            "vanish: (1/2, 2).",
            (
                Ask(posed("(ab - 1)^2", "(a*b - 1)^2", {"a": 1, "b": 1}), (HALF, 1)),
                Ask(posed("(ab)^2", "a^2*b^2", {"a": 0, "b": 0}), (HALF, 2)),
            ),
        ),
        Item(
            "S0.layer-norm",
            "Layer norm makes the scale of a weight vector irrelevant.",
            "reproduced",
            "Each scaling removes one direction: λ falls by exactly 1/2, as long as the vector is not 0. For w in "
            "the plane with truth "
            "w/|w| = (1, 0), K is w2^2 times a unit: 1/2 instead of the 1 of (w1 - 1)^2 + w2^2.",
            (
                Ask(posed("normalised", "w2^2", {"w1": 1, "w2": 0}), (HALF, 1)),
                Ask(posed("plain", "(w1 - 1)^2 + w2^2", {"w1": 1, "w2": 0}), (1, 1)),
            ),
        ),
        Item(
            "S0.gl-symmetry",
            "The residual GL_n symmetry of a product of matrices lowers λ.",
            "reproduced",
            "By n^2/2 when the truth has full rank: 8/2 - 4/2 = 2 for 2x2x2. For lower rank the theorem of Aoyagi "
            "and Watanabe decides: "
            "3/2 at rank 0, (2, 2) at rank 1.",
            (
                Ask(matrices.reduced_rank_case(2, 2, 2, 2), (2, 1)),
                Ask(matrices.reduced_rank_case(2, 2, 2, 1), (2, 2)),
                Ask(matrices.reduced_rank_case(2, 2, 2, 0), (Fraction(3, 2), 1)),
            ),
        ),
        Item(
            "S0.dead-node",
            "A degenerate node (weight 0) adds degeneracy.",
            "reproduced",
            "a tanh(b x) with truth 0: K is a^2 b^2 times a unit, (1/2, 2) instead of the regular 1.",
            (Ask(networks.tanh_zero_case(1), (HALF, 2)),),
        ),
        Item(
            "S0.annihilation",
            "Weights that cancel add degeneracy.",
            "reproduced",
            "(w1 + w2)^2 depends on one direction only: (1/2, 1).",
            (Ask(posed("(w1 + w2)^2", "(w1 + w2)^2", {"w1": 0, "w2": 0}), (HALF, 1)),),
        ),
        Item(
            "S0.relu-analytic",
            "That ReLU networks are not analytic is unimportant.",
            "refuted",
            "A dead unit makes K vanish on an open set, where λ = 0 and the theory of analytic K does not apply; "
            "cell by cell (with "
            "walls) the polynomial theory does apply: one unit without bias has (1/2, 2) on each of its two cells.",
            (Ask(pieces.dead_unit(), (0, 1)), *(Ask(c, (HALF, 2)) for c in pieces.relu_without_bias(1))),
        ),
        Item(
            "S0.intractable",
            "The RLCT is pretty much intractable.",
            "refuted",
            "False for small polynomial models: the engine finds the values of this table with proofs, the "
            "catalogue has closed formulas for "
            "any size of linear networks and one-layer networks with truth 0.",
            (
                Ask(networks.tanh_zero_case(2), (Fraction(2, 3), 1)),
                Ask(matrices.reduced_rank_case(2, 2, 2, 0), (Fraction(3, 2), 1)),
            ),
        ),
    )

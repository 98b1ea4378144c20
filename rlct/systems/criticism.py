"""S4: "My criticism of singular learning theory" (J. Skalse, 2023): the product-polynomial model and piecewise valleys.

f = t1 x^4 + t2 t3 x^3 + t4 t5 t6 x^2 + t7 t8 t9 t10 x + t11 t12 t13 t14 t15.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from rlct.models import pieces, statistics
from rlct.models.known import Case
from rlct.systems import numbers, product_numbers
from rlct.systems.rows import Ask, Item, posed

HALF = Fraction(1, 2)
_BLOCKS = {4: (1,), 3: (2, 3), 2: (4, 5, 6), 1: (7, 8, 9, 10), 0: (11, 12, 13, 14, 15)}
_NAMES = [f"t{i}" for i in range(1, 16)]


def _product(degree: int) -> str:
    """The coefficient of x^degree."""
    return "*".join(f"t{i}" for i in _BLOCKS[degree])


def _point(ones: Iterable[int]) -> dict[str, Fraction | int | str]:
    """The point with ones on the blocks of the given degrees."""
    up = {i for degree in ones for i in _BLOCKS[degree]}
    return {v: 1 if int(v[1:]) in up else 0 for v in _NAMES}


def one_point(degree: int) -> Case:
    """K from the single observation f(1) = 1, at the solution x^degree."""
    total = " + ".join(_product(d) for d in (4, 3, 2, 1, 0))
    return posed(f"one data point, solution x^{degree}", [f"{total} - 1"], _point([degree]), variables=_NAMES)


def two_points(degree: int) -> Case:
    """The ideal of f(1) = f(-1) = 1 at the even solution x^degree: half sum and half difference of the two
    equations."""
    return posed(
        f"two data points, solution x^{degree}",
        [f"{_product(4)} + {_product(2)} + {_product(0)} - 1", f"{_product(3)} + {_product(1)}"],
        _point([degree]),
        variables=_NAMES,
    )


def population(degree: int | None, cube: bool = False) -> Case:
    """The ideal of the five coefficients for the truth x^degree (None: 0), in the cube [-1, 1]^15 if asked."""
    gens = [_product(d) + (" - 1" if d == degree else "") for d in (4, 3, 2, 1, 0)]
    region = {v: (Fraction(-1), Fraction(1)) for v in _NAMES} if cube else None
    name = f"population, truth {'0' if degree is None else f'x^{degree}'}" + (", in the cube" if cube else "")
    return posed(name, gens, _point([] if degree is None else [degree]), variables=_NAMES, region=region)


def _odds() -> dict[str, Any]:
    """Posterior odds of x^4 against 1 from (5/2, 11) and (5/2, 7): powers of log n only."""
    first, second = statistics.Phase("x^4", 0, Fraction(5, 2), 11), statistics.Phase("1", 0, Fraction(5, 2), 7)
    rows = [[n, round(statistics.posterior_odds(n, first, second), 1)] for n in (1e2, 1e4, 1e8)]
    return {"n, leading odds (log n)^4": rows, "holds": abs(rows[-1][1] - 115134.0) < 2000}


def _minimum() -> dict[str, Any]:
    """Monte Carlo volume of min(|x|,|y|) < ε and the mass of a small box."""
    value, error = numbers.minimum_volume(0.01)
    mass = numbers.box_masses(1e-8, 0.1)["minimum"]
    return {
        "V(0.01)": round(value, 5),
        "stderr": round(error, 5),
        "exact": 0.0796,
        "box_mass(0.1)": mass,
        "holds": abs(value - 0.0796) < 5 * error and abs(mass - 0.1) < 0.01,
    }


def _product_mass() -> dict[str, Any]:
    """Mass of a box for |xy|: it tends to 1, but only like 1 - const/log(1/ε)."""
    rows = [[eps, numbers.box_masses(eps, 0.1)["product"]] for eps in (1e-4, 1e-8, 1e-16)]
    return {"ε, mass of |x|,|y| <= 0.1": rows, "holds": rows[0][1] < rows[1][1] < rows[2][1] < 0.99}


def _networks(wanted: dict[str, tuple[int | None, bool, float, int]]) -> dict[str, Any]:
    """λ and m of several truths from Z(n) at n up to e^1000; wanted: name -> (truth, corner, λ, m)."""
    found: dict[str, Any] = {}
    holds = True
    for name, (truth, corner, lam, m) in wanted.items():
        got = product_numbers.network(truth, corner)
        found[name] = list(got.values())
        holds = holds and abs(found[name][0] - lam) < 0.005 and abs(found[name][1] - m) < 0.2
    return {"λ and m from Z(n), n <= e^1000": found, "holds": holds}


def _population() -> dict[str, Any]:
    return _networks({"x^4": (4, False, 2.5, 11)})


def _other_truths() -> dict[str, Any]:
    return _networks(
        {
            "1": (0, False, 2.5, 7),
            "x": (1, False, 2.5, 8),
            "x^2": (2, False, 2.5, 9),
            "x^3": (3, False, 2.5, 10),
            "0": (None, False, 2.5, 11),
        }
    )


def _corner() -> dict[str, Any]:
    return _networks({"1 in the cube": (0, True, 4.5, 7), "x^4 in the cube": (4, True, 2.5, 11)})


def items() -> tuple[Item, ...]:
    """The rows of this source."""
    hyper = (HALF, 1)
    return (
        Item(
            "S4.one-point",
            "With the data point (1, 1) the lowest RLCT is at x^4.",
            "refuted",
            "df(1)/dt1 = 1 everywhere, so {K = 0} is a smooth hypersurface and every solution has (1/2, 1): x^4 "
            "and 1 alike.",
            tuple(Ask(one_point(d), hyper) for d in (4, 3, 2, 1, 0)),
        ),
        Item(
            "S4.population",
            "Population loss with truth x^4.",
            "reproduced",
            "An input law with at least five support points makes K comparable with the sum of the squared "
            "coefficient differences: five independent blocks of "
            "λ = 1/2; m = 1 + 0 + 1 + 2 + 3 + 4 = 11 by the sum rule.",
            (Ask(population(4), (Fraction(5, 2), 11)),),
            _population,
        ),
        Item(
            "S4.other-truths",
            "The truths x^3, x^2, x, 1, 0 compared.",
            "reproduced",
            "All have λ = 5/2; m is 10, 9, 8, 7 and 11. The fibre has dimension 10 for each of them.",
            (
                Ask(population(0), (Fraction(5, 2), 7)),
                Ask(population(1), (Fraction(5, 2), 8)),
                Ask(population(2), (Fraction(5, 2), 9)),
                Ask(population(3), (Fraction(5, 2), 10)),
                Ask(population(None), (Fraction(5, 2), 11)),
            ),
            _other_truths,
        ),
        Item(
            "S4.preferred",
            "Simple functions are preferred because more directions leave them unchanged.",
            "conditional",
            "Free energies differ by (m-1) log log n only: x^4 beats 1 by 4 log log n, by no log n term. Counting "
            "directions counts "
            "crossing components of the zero set (120 against 24), which shows in m, not in λ.",
            (Ask(population(4), (Fraction(5, 2), 11)), Ask(population(0), (Fraction(5, 2), 7))),
            _odds,
        ),
        Item(
            "S4.two-points",
            "With the data points (1, 1) and (-1, 1).",
            "reproduced",
            "Sum and difference of the two equations: one coordinate, and t2 t3 + t7 t8 t9 t10, a function of "
            "threshold 1. The solutions x^4, x^2 and 1 all have (1, 1).",
            tuple(Ask(two_points(d), (1, 1)) for d in (4, 2, 0)),
        ),
        Item(
            "S4.corner",
            "The comparison does not depend on the prior.",
            "conditional",
            "It does on the cube [-1, 1]^15: the truth 1 then needs |t11| = ... = |t15| = 1, a corner, whose block "
            "costs 5/2 instead of 1/2: (9/2, 7), "
            "while x^4 (t1 = 1, one wall) stays at (5/2, 11). With a Gaussian prior nothing changes.",
            (Ask(population(0, cube=True), (Fraction(9, 2), 7)), Ask(population(4, cube=True), (Fraction(5, 2), 11))),
            _corner,
        ),
        Item(
            "S4.degree",
            "The same with degree 500,000.",
            "reproduced",
            "The same structure: one data point gives the square of a coordinate, (1/2, 1), at any degree; k "
            "points give at most k/2. The general argument is the source; "
            "the engine confirms it in degree 4.",
            (Ask(one_point(4), hyper),),
            formula=(HALF, 1),
        ),
        Item(
            "S4.minimum",
            "For min(|x|,|y|) the origin is the most singular point and yet does not dominate.",
            "reproduced",
            "ζ(z) = 8/((z+1)(z+2)) on the square: (1, 1) at the origin and on the axes alike, V = 8ε - 4ε², and "
            "the mass of a box |x|, |y| <= d tends to d. "
            "Cut into the cells y >= x and x >= y the function is a coordinate.",
            tuple(Ask(c, (1, 1)) for c in pieces.minimum_of_absolute_values()),
            _minimum,
        ),
        Item(
            "S4.analytic-approximation",
            "An analytic approximation is flatter at 0 and attracts the posterior.",
            "conditional",
            "|xy| has (1, 2) and x^2 y^2 has (1/2, 2): λ ties with the axes, only the logarithm appears, and the "
            "mass near 0 tends to 1 like 1 - const/log(1/ε). "
            "The C^1 function x^2 y^2/(x^2 + y^2) is comparable with min^2 cell by cell and has (1/2, 1).",
            (
                Ask(posed("|xy|", "x*y", {"x": 0, "y": 0}, mode="abs"), (1, 2)),
                Ask(posed("x^2 y^2", "x^2*y^2", {"x": 0, "y": 0}), (HALF, 2)),
                *(Ask(c, hyper) for c in pieces.minimum_of_absolute_values(2)),
            ),
            _product_mass,
        ),
        Item(
            "S4.valleys",
            "Where two valleys cross, the effective dimension drops to 8 of 10.",
            "refuted",
            "Two crossing lines in R^10: K = x1^2 x2^2 + x3^2 + ... + x10^2 has (9/2, 2), effective dimension 2λ = "
            "9, the same as on one line (9/2, 1); "
            "only m changes. Subtracting one dimension for each valley is wrong.",
            (Ask(_valley("x1^2*x2^2", 0), (Fraction(9, 2), 2)), Ask(_valley("x1^2*x2^2", 1), (Fraction(9, 2), 1))),
        ),
        Item(
            "S4.dominates",
            "The region of lower RLCT dominates as n grows.",
            "reproduced",
            "F differs by (λ1 - λ2) log n: the posterior odds of λ = 5/12 against 1/2 are n^(1/12).",
            (Ask(posed("squared cusp", "(y^2 - x^3)^2", {"x": 0, "y": 0}), (Fraction(5, 12), 1)),),
        ),
    )


def _valley(crossing: str, offset: int) -> Case:
    """Two lines of zeros crossing in R^10, at the crossing or at distance one along a line."""
    names = [f"x{i}" for i in range(1, 11)]
    text = crossing + "".join(f" + x{i}^2" for i in range(3, 11))
    return posed(f"crossing valleys at x1 = {offset}", text, {v: offset if v == "x1" else 0 for v in names})

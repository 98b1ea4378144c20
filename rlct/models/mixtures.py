"""Mixtures, latent classes and naive Bayes: learning coefficients and the ideals of their moments.

Weights of a mixture are probabilities, so a redundant component enters with a weight `a >= 0`: the sign is part of the
model.  The value for weights of both signs (Vandermonde, Q = 1) is smaller and does not apply.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Literal

from rlct.errors import InputError, UnsupportedError
from rlct.models.known import Case, Known, minus, need_size
from rlct.models.networks import vandermonde

OWN = "own derivation"
RUSAKOV_GEIGER = "Rusakov & Geiger 2005, JMLR 6:1-35, Theorem 4"
Dependence = Literal["three", "two", "none"]
Place = Literal["zero", "interior", "rank-two"]


def location_mixture(dimension: int, components: int, true_components: int = 1, two_sided: bool = False) -> Known:
    """(λ, m) of a location mixture with identity covariance in R^dimension (also Poisson, and binomial with enough
    trials).

    Near a true component the first moments are coordinates and, as the weights are non-negative, the second moment
    dominates: `sum a_k |d_k|^2` with disjoint variables.  Hence `λ = (r-1)/2 + rN/2 + (H-r) min(1/2, N/4)`,
    m = 1, except m = 1 + H - r for N = 2.

    Parameters
    ----------
    dimension, components, true_components : N, H and r.
    two_sided : ask for the value with weights of both signs, which is no mixture model; known for N = 1 and r = 1.

    Raises
    ------
    InputError : more true components than components.
    UnsupportedError : `two_sided` outside N = 1, r = 1.

    References
    ----------
    N = 1: Sato & Watanabe 2019 (Poisson mixtures), `(3r + H - 2)/4`; the rest is an own derivation.

    Examples
    --------
    >>> location_mixture(1, 3).lam, location_mixture(1, 3, two_sided=True).m
    (Fraction(1, 1), 2)
    """
    n, h, r = (
        need_size("dimension", dimension),
        need_size("components", components),
        need_size("true components", true_components),
    )
    if r > h:
        raise InputError(f"the truth is not realisable: {r} true components and {h} in the model")
    if two_sided:
        if (n, r) != (1, 1):
            raise UnsupportedError(
                "weights of both signs: a value is known only for dimension 1 and one true component"
            )
        if h == 1:
            return Known(Fraction(1, 2), 1, "regular model", ("positive prior",))
        # the mean of the whole is one coordinate; the other H-1 units form the Vandermonde ideal from degree 2 on
        value = vandermonde(1, 1, h)
        return Known(
            value.lam,
            value.m,
            value.source + "; weights (1, 0, ..., 0)",
            ("weights of both signs: not a probability model",),
        )
    lam = Fraction(r - 1, 2) + Fraction(r * n, 2) + (h - r) * min(Fraction(1, 2), Fraction(n, 4))
    return Known(
        lam,
        1 + h - r if n == 2 else 1,
        OWN + "; dimension 1: Sato & Watanabe 2019",
        ("weights non-negative", "true weights positive, true means distinct", "prior positive, also at weight 0"),
    )


def location_mixture_case(dimension: int, components: int, true_components: int = 1, two_sided: bool = False) -> Case:
    """Differences of moments up to degree H + r - 1, at the point where all redundant components sit on the first
    true one.

    True components lie at 0, e1, 2 e1, ... with equal weights; redundant weights are 0 and, unless `two_sided`, kept
    >= 0.

    Examples
    --------
    >>> location_mixture_case(1, 2).generators[0]
    'b1_1 - a2*b1_1 + a2*b2_1'
    """
    location_mixture(dimension, components, true_components, two_sided)
    n, h, r = dimension, components, true_components
    weights = [f"a{k + 1}" for k in range(1, h)]
    means = [[f"b{k + 1}_{i + 1}" for i in range(n)] for k in range(h)]
    truth = [[Fraction(k if i == 0 else 0) for i in range(n)] for k in range(r)]
    entries = []
    for degree in range(1, h + r):
        for alpha in _exponents(degree, n):
            monomials = [
                "*".join(f"{v}^{e}" if e > 1 else v for v, e in zip(means[k], alpha, strict=True) if e)
                for k in range(h)
            ]
            text = monomials[0] + "".join(f" - {w}*{monomials[0]}" for w in weights)
            text += "".join(f" + {w}*{mono}" for w, mono in zip(weights, monomials[1:], strict=True))
            target = Fraction(0)
            for k in range(r):
                term = Fraction(1, r)
                for c, e in zip(truth[k], alpha, strict=True):
                    term *= c**e
                target += term
            entries.append(minus(text, target))
    at: dict[str, Fraction | str] = {w: Fraction(1, r) if k < r else Fraction(0) for k, w in enumerate(weights, 1)}
    at.update({v: truth[k if k < r else 0][i] for k in range(h) for i, v in enumerate(means[k])})
    names = tuple(weights + [v for row in means for v in row])
    region = ", ".join(f"{w} >= 0" for w in weights[r - 1 :]) or None
    argument = (
        (
            "the moment generating functions differ by sum_alpha (moment difference) t^alpha / alpha! times that of "
            "the "
            "noise"
        ),
        (
            f"a product of {h + r} differences (one for each component and true component) vanishes at every mean, so "
            f"moments of "
            f"degree >= {h + r} lie in the ideal of the lower ones, with geometrically bounded coefficients"
        ),
        (
            "|M - M0| <= C Hellinger <= C sqrt(KL) near 0 bounds K from below by the sum of squares, and chi^2 >= KL "
            "bounds it from above"
        ),
    )
    return Case(
        f"location mixture N={n} H={h} r={r}" + (" two-sided" if two_sided else ""),
        names,
        tuple(entries),
        at,
        region=None if two_sided else region,
        argument=argument,
    )


def _exponents(total: int, parts: int) -> list[tuple[int, ...]]:
    """All exponent vectors of one degree."""
    if parts == 1:
        return [(total,)]
    return [(first, *rest) for first in range(total, -1, -1) for rest in _exponents(total - first, parts - 1)]


def naive_bayes(features: int, dependent: Dependence = "none") -> Known:
    """(λ, m) of a binary naive Bayes model with two classes, by how many features depend on the class in the truth.

    "three" (or more): regular, `n + 1/2`; "two": `n - 1/2`; "none" (independent truth): `(n+1)/2` for n >= 3, (3/2,
    3) for
    n = 2, (1/2, 1) for n = 1.  In cumulants: the means are n coordinates, the rest is `t(1-t) u_i u_j` and higher.

    Raises
    ------
    InputError : more dependent features than features.

    References
    ----------
    Rusakov & Geiger 2005, JMLR 6, Theorem 4.

    Examples
    --------
    >>> naive_bayes(2).lam, naive_bayes(2).m
    (Fraction(3, 2), 3)
    """
    n = need_size("features", features)
    hypotheses = ("truth has positive probabilities", "positive prior, also at class weight 0")
    if dependent == "three":
        if n < 3:
            raise InputError("three dependent features need at least three features")
        return Known(Fraction(2 * n + 1, 2), 1, RUSAKOV_GEIGER + ", type 0", hypotheses)
    if dependent == "two":
        if n < 2:
            raise InputError("two dependent features need at least two features")
        return Known(Fraction(2 * n - 1, 2), 1, RUSAKOV_GEIGER + ", type 1", hypotheses)
    if dependent != "none":
        raise InputError(f"dependent must be 'three', 'two' or 'none', not {dependent!r}")
    if n == 1:
        return Known(Fraction(1, 2), 1, RUSAKOV_GEIGER + ", type 2, n = 1", hypotheses)
    if n == 2:
        return Known(Fraction(3, 2), 3, RUSAKOV_GEIGER + ", type 2, n = 2", hypotheses)
    return Known(Fraction(n + 1, 2), 1, RUSAKOV_GEIGER + ", type 2", hypotheses)


def naive_bayes_case(features: int, dependent: Dependence = "none") -> Case:
    """Joint moments of the binary features minus the true ones; class weight t, feature probabilities p_i and q_i.

    Examples
    --------
    >>> naive_bayes_case(1).generators
    ('t*p1 + (1 - t)*q1 - 1/2',)
    """
    naive_bayes(features, dependent)
    moving = {"three": 3, "two": 2, "none": 0}[dependent]
    weight = Fraction(0) if dependent == "none" else Fraction(1, 2)
    p = [Fraction(3, 4) if i < moving else Fraction(1, 2) for i in range(features)]
    q = [Fraction(1, 4) if i < moving else Fraction(1, 2) for i in range(features)]
    entries = []
    for size in range(1, features + 1):
        for chosen in combinations(range(features), size):
            left, right = "*".join(f"p{i + 1}" for i in chosen), "*".join(f"q{i + 1}" for i in chosen)
            value_p, value_q = Fraction(1), Fraction(1)
            for i in chosen:
                value_p, value_q = value_p * p[i], value_q * q[i]
            entries.append(minus(f"t*{left} + (1 - t)*{right}", weight * value_p + (1 - weight) * value_q))
    names = ("t", *(f"p{i + 1}" for i in range(features)), *(f"q{i + 1}" for i in range(features)))
    at: dict[str, Fraction | str] = {"t": weight}
    at.update({f"p{i + 1}": p[i] for i in range(features)} | {f"q{i + 1}": q[i] for i in range(features)})
    note = (
        (
            "the joint moments are an invertible linear image of the 2^n - 1 free cell probabilities; the true cells "
            "are positive, so "
            "KL is comparable with the sum of squared differences of cells"
        ),
    )
    return Case(
        f"naive Bayes n={features} dependent={dependent}",
        names,
        tuple(entries),
        at,
        argument=note,
        region="t >= 0" if weight == 0 else None,
    )


def two_class_table(rows: int, columns: int, where: Place = "zero") -> Known:
    """(λ, m) of a mixture of two independence models on rows x columns tables.

    The marginals are `(p-1) + (q-1)` coordinates, the rest is `t(1-t) da ⊗ db`.  `where`: at class weight 0 (the
    worst point
    of a rank-one truth), at an interior weight, or a truth of rank two (smooth there).

    Raises
    ------
    InputError : fewer than two rows or columns.

    Examples
    --------
    >>> two_class_table(3, 3).lam, two_class_table(3, 3, "interior").m
    (Fraction(5, 2), 2)
    """
    p, q = need_size("rows", rows, 2), need_size("columns", columns, 2)
    base = Fraction(p + q - 2, 2)
    hypotheses = ("true cells positive", "positive prior")
    if where == "rank-two":
        # 2(p+q) - 3 parameters on the (2(p+q) - 5)-dimensional smooth variety of rank-two tables; p, q >= 2
        free = min(2 * (p + q) - 5, p * q - 1)
        return Known(Fraction(free, 2), 1, OWN + ": smooth point", hypotheses)
    sizes = (p - 1, q - 1) if where == "interior" else (1, p - 1, q - 1)
    if where not in ("zero", "interior"):
        raise InputError(f"where must be 'zero', 'interior' or 'rank-two', not {where!r}")
    return Known(
        base + Fraction(min(sizes), 2), sizes.count(min(sizes)), OWN + ": cumulants and the product rule", hypotheses
    )


def two_class_table_case(rows: int, columns: int, where: Place = "zero") -> Case:
    """Cells `t a_i b_j + (1-t) c_i d_j` minus the true ones, last entry of each distribution eliminated.

    Examples
    --------
    >>> len(two_class_table_case(2, 2).variables)
    5
    """
    two_class_table(rows, columns, where)

    def distribution(letter: str, size: int) -> tuple[list[str], list[str]]:
        names = [f"{letter}{i + 1}" for i in range(size - 1)]
        return names, [*names, "(1 - " + " - ".join(names) + ")"]

    (na, a), (nb, b), (nc, c), (nd, d) = (
        distribution("a", rows),
        distribution("b", columns),
        distribution("c", rows),
        distribution("d", columns),
    )

    def tilt(size: int, up: int) -> list[Fraction]:
        values = [Fraction(1, size)] * size
        if where == "rank-two":
            values[0] += Fraction(up, 2 * size)
            values[1] -= Fraction(up, 2 * size)
        return values

    points = (tilt(rows, 1), tilt(columns, 1), tilt(rows, -1), tilt(columns, -1))
    weight = Fraction(0) if where == "zero" else Fraction(1, 2)
    entries = []
    for i in range(rows):
        for j in range(columns):
            if (i, j) != (rows - 1, columns - 1):
                value = weight * points[0][i] * points[1][j] + (1 - weight) * points[2][i] * points[3][j]
                entries.append(minus(f"t*{a[i]}*{b[j]} + (1 - t)*{c[i]}*{d[j]}", value))
    at: dict[str, Fraction | str] = {"t": weight}
    for names, values in zip((na, nb, nc, nd), points, strict=True):
        at.update(zip(names, values, strict=False))
    note = (
        "the true cells are positive, so KL is comparable with the sum of squared differences of all cells but one",
    )
    return Case(
        f"two-class table {rows}x{columns} {where}",
        ("t", *na, *nb, *nc, *nd),
        tuple(entries),
        at,
        argument=note,
        region="t >= 0" if where == "zero" else None,
    )

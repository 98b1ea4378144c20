"""From a density model p(x | w) to the ideal that carries the (λ, m) of the Kullback-Leibler divergence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any, Literal

from rlct.errors import InputError
from rlct.models.known import Case, minus, need_size
from rlct.models.mixtures import location_mixture_case
from rlct.models.reading import combination, exact, place, polynomial, value
from rlct.problem import Num

Family = Literal["gaussian", "poisson", "binomial", "multinomial"]


def finite(
    probabilities: Mapping[str, Any],
    truth: Mapping[str, Fraction | int | str],
    at: Mapping[Any, Any],
    *,
    region: str | None = None,
    prior: str | None = None,
    name: str = "finite model",
) -> Case:
    """The ideal of a model on finitely many outcomes, given as polynomials, one for each outcome.

    With positive true probabilities, KL lies between two multiples of `sum (p_x - p0_x)^2` near the truth.  One
    outcome is
    dropped, as the probabilities add up to one.

    Parameters
    ----------
    probabilities : outcome -> polynomial in the parameters, as text or sympy expression; they add up to 1 identically.
    truth : outcome -> true probability, exact.
    at : the true parameter, exact, by name or symbol.

    Raises
    ------
    InputError : outcomes differ, probabilities do not add up to 1, the point does not give the truth, or a true
        probability is not positive (KL is then linear, not quadratic, in that cell and this ideal would be wrong).

    Examples
    --------
    >>> finite({"0": "1 - p*q", "1": "p*q"}, {"0": "1/2", "1": "1/2"}, {"p": 1, "q": "1/2"}).generators
    ('p*q - 1/2',)
    """
    if set(probabilities) != set(truth) or len(truth) < 2:
        raise InputError("model and truth need the same outcomes, at least two")
    target = {x: exact(v) for x, v in truth.items()}
    if sum(target.values()) != 1:
        raise InputError(f"the true probabilities add up to {sum(target.values())}, not 1")
    for outcome, mass in target.items():
        if mass <= 0:
            raise InputError(
                f"the true probability of outcome {outcome} is {mass}: the divergence is comparable with a sum of "
                f"squares only "
                "for a truth with positive probabilities (drop the outcome, or pose K with that cell's probability "
                "itself as a term)"
            )
    cells = {x: polynomial(p) for x, p in probabilities.items()}
    total = combination([(1, e) for _, e in cells.values()])[0]
    if total != "1":
        raise InputError(f"the probabilities of the model add up to {total}, not 1")
    point = place(at)
    for outcome, (_, expr) in cells.items():
        here = value(expr, point)
        if here != target[outcome]:
            raise InputError(
                f"the truth is not realised at the point: outcome {outcome} has probability {here} there, "
                f"{target[outcome]} in the truth"
            )
    return Case(
        name,
        tuple(point),
        tuple(minus(cells[x][0], target[x]) for x in list(probabilities)[1:]),
        dict(point),
        region=region,
        prior=prior,
        argument=(
            "the true probabilities are positive, so KL lies between two multiples of the sum of squared differences",
            "one of the outcomes follows from the others: finitely many polynomials, nothing is cut off",
        ),
    )


def mixture(
    family: Family, components: int, true_components: int = 1, *, dimension: int = 1, trials: int | None = None
) -> Case:
    """The ideal of a mixture with free weights, at the worst point of the truth with equal weights.

    Gaussian: identity covariance, moments of the locations.  Poisson: factorial moments, rates instead of locations.
    Binomial and multinomial: factorial moments up to the number of trials, which must reach H + r - 1; the
    `dimension` of a
    multinomial is the number of categories less one, its locations are the differences of the probability vectors
    from the first
    true one.

    Raises
    ------
    InputError : too few trials for the recurrence, or a dimension other than 1 outside the Gaussian family.

    Examples
    --------
    >>> mixture("poisson", 2).at["b1_1"]
    Fraction(1, 1)
    """
    if family not in ("gaussian", "poisson", "binomial", "multinomial"):
        raise InputError(f"the family must be 'gaussian', 'poisson', 'binomial' or 'multinomial', not {family!r}")
    if family in ("poisson", "binomial") and dimension != 1:
        raise InputError(f"{family} mixtures are given for dimension 1")
    need = components + true_components - 1
    if family in ("binomial", "multinomial") and (trials is None or trials < need):
        raise InputError(f"a {family} mixture needs at least {need} trials here: with fewer, fewer moments are seen")
    case = location_mixture_case(dimension, components, true_components)
    if family == "gaussian":
        return case
    if family == "multinomial":
        why = f"factorial moments of a multinomial law of {trials} trials are monomials in its probabilities, up to "
        "constants"
        return replace(case, name=f"multinomial {case.name}", argument=(why, *case.argument[1:]))
    # the ideal of all moment differences is invariant under shifts and scalings of the locations
    scale = Fraction(1) if family == "poisson" else Fraction(1, true_components + 1)
    moments = (
        "factorial moments of a Poisson law are powers of its rate"
        if family == "poisson"
        else (f"factorial moments of a binomial law of {trials} trials are powers of its probability up to constants")
    )
    generators, point = _placed(components, true_components, scale)
    return Case(
        f"{family} mixture H={components} r={true_components}",
        case.variables,
        generators,
        point,
        region=case.region,
        argument=(moments, *case.argument[1:]),
    )


def _placed(
    components: int, true_components: int, scale: Fraction
) -> tuple[tuple[str, ...], dict[str, Fraction | str]]:
    """Moment differences in dimension 1 with true locations at scale, 2 scale, ..."""
    h, r = components, true_components
    weights = [f"a{k + 1}" for k in range(1, h)]
    means = [f"b{k + 1}_1" for k in range(h)]
    places = [scale * (k + 1) for k in range(r)]
    first = "(1" + "".join(f" - {w}" for w in weights) + ")"
    entries = []
    for degree in range(1, h + r):
        terms = [f"{first}*{means[0]}^{degree}"] + [
            f"{w}*{b}^{degree}" for w, b in zip(weights, means[1:], strict=True)
        ]
        entries.append(minus(" + ".join(terms), sum((p**degree for p in places), Fraction(0)) / r))
    point: dict[str, Fraction | str] = {w: Fraction(1, r) if k < r else Fraction(0) for k, w in enumerate(weights, 1)}
    point.update({b: places[k if k < r else 0] for k, b in enumerate(means)})
    return tuple(entries), point


def covariance(
    entries: Sequence[Sequence[Any]],
    truth: Sequence[Sequence[Fraction | int | str]],
    at: Mapping[Any, Any],
) -> Case:
    """The ideal of a centred normal model whose covariance matrix has polynomial entries (text or sympy).

    KL between normal laws near a positive definite truth is comparable with the squared distance of the covariances.

    Raises
    ------
    InputError : shapes differ, the truth is not symmetric positive definite, the model is not symmetric, or the point
        does not give the truth.

    Examples
    --------
    >>> covariance([["1", "a*b"], ["a*b", "1"]], [[1, 0], [0, 1]], {"a": 0, "b": 0}).generators
    ('a*b',)
    """
    size = need_size("size", len(entries))
    target = [[exact(v) for v in row] for row in truth]
    if len(target) != size or any(len(row) != size for row in target) or any(len(row) != size for row in entries):
        raise InputError("model and truth need square matrices of the same size")
    upper = [(i, j) for i in range(size) for j in range(i, size)]
    if any(target[i][j] != target[j][i] for i, j in upper):
        raise InputError("the true covariance matrix is not symmetric")
    work = [row[:] for row in target]
    for k in range(size):  # Gaussian elimination: all pivots positive
        if work[k][k] <= 0:
            raise InputError("the true covariance matrix is not positive definite")
        for i in range(k + 1, size):
            factor = work[i][k] / work[k][k]
            work[i] = [a - factor * b for a, b in zip(work[i], work[k], strict=True)]
    model = [[polynomial(e) for e in row] for row in entries]
    point = place(at)
    generators = []
    for i, j in upper:
        text, expr = model[i][j]
        if not combination([(1, expr), (-1, model[j][i][1])])[1]:
            raise InputError(f"the covariance matrix of the model is not symmetric in row {i + 1}, column {j + 1}")
        here = value(expr, point)
        if here != target[i][j]:
            raise InputError(
                f"the truth is not realised at the point: entry {i + 1},{j + 1} is {here} there, "
                f"{target[i][j]} in the truth"
            )
        if not combination([(1, expr), (-1, Num(here))])[1]:
            generators.append(minus(text, here))
    return Case(
        "covariance model",
        tuple(point),
        tuple(generators),
        dict(point),
        argument=(
            "KL of normal laws is comparable with the squared distance of covariances near a positive definite truth",
        ),
    )


def latent_class(levels: Sequence[int], classes: int = 2, *, weights_zero: bool = True) -> Case:
    """The cells of a latent class model with the given numbers of levels, at the uniform independent truth.

    All classes have uniform feature distributions at the point; the redundant classes have weight 0 (the worst
    point) or,
    with `weights_zero` False, all classes equal weights.

    Parameters
    ----------
    levels : number of levels of each observed feature, at least 2 each.
    classes : number of latent classes.

    Raises
    ------
    InputError : a feature with fewer than two levels.

    Examples
    --------
    >>> latent_class([2], 1).generators
    ('p1_1_1 - 1/2',)
    """
    sizes = [need_size("levels", k, 2) for k in levels]
    h = need_size("classes", classes)
    if not sizes:
        raise InputError("a latent class model needs at least one observed feature")
    weights = [f"w{c}" for c in range(2, h + 1)]
    first = "(1 - " + " - ".join(weights) + ")" if weights else ""
    names = {
        (c, f): [f"p{c}_{f}_{k}" for k in range(1, size)] for c in range(1, h + 1) for f, size in enumerate(sizes, 1)
    }
    entries = []
    total = 1
    for size in sizes:
        total *= size
    for cell in list(product(*(range(size) for size in sizes)))[:-1]:
        terms = []
        for c in range(1, h + 1):
            factors = [first if c == 1 else f"w{c}"] if h > 1 else []
            for f, (k, size) in enumerate(zip(cell, sizes, strict=True), 1):
                own = names[c, f]
                factors.append(own[k] if k < size - 1 else "(1 - " + " - ".join(own) + ")")
            terms.append("*".join(factors))
        entries.append(minus(" + ".join(terms), Fraction(1, total)))
    at: dict[str, Fraction | str] = {w: Fraction(0) if weights_zero else Fraction(1, h) for w in weights}
    at.update({v: Fraction(1, sizes[f - 1]) for (_, f), own in names.items() for v in own})
    return Case(
        "latent class " + "x".join(map(str, sizes)) + f", {h} classes",
        tuple(at),
        tuple(entries),
        at,
        region=", ".join(f"{w} >= 0" for w in weights) if weights and weights_zero else None,
        argument=(
            "the true cells are positive, so KL lies between two multiples of the sum of squared differences of cells",
            "one cell follows from the others: finitely many polynomials, nothing is cut off",
        ),
    )

"""All small sizes of the families whose formulas run over several sizes, for comparison with the engine."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from rlct.models import factorisation, matrices, mixtures, monomials, networks, topics, trees
from rlct.models.known import Case, Known

Row = tuple[str, Known, Case]


def small_sizes() -> Iterator[Row]:
    """Family, formula and ideal of every size in a box (those out of the engine's reach within seconds left out).

    Examples
    --------
    >>> next(small_sizes())[2].name
    'reduced-rank 1x1x1 rank 0'
    """
    yield from _linear()
    yield from _products()
    yield from _networks()
    yield from _probability()


def _linear() -> Iterator[Row]:
    for n, h, m in product((1, 2, 3), repeat=3):
        for r in range(min(n, h, m) + 1):
            if (n, h, m, r) != (3, 3, 3, 0):
                yield "reduced rank", matrices.reduced_rank(n, h, m, r), matrices.reduced_rank_case(n, h, m, r)
    for n, h, m in product((1, 2), (1, 2, 3), (1, 2)):
        for r in range(min(n, h, m) + 1):
            for a, b in product(range(r, min(h, m) + 1), range(r, min(n, h) + 1)):
                if a + b - r <= h:
                    size = (n, h, m, r, a, b)
                    yield (
                        "reduced rank, local",
                        matrices.reduced_rank_local(*size),
                        matrices.reduced_rank_case(*size),
                    )
    for widths in product((1, 2), repeat=4):
        for r in range(min(widths) + 1):
            yield "deep linear", matrices.deep_linear(widths, r), matrices.deep_linear_case(widths, r)


def _products() -> Iterator[Row]:
    f = factorisation
    for n, k in product((1, 2, 3), (1, 2)):
        for r in range(min(n, k) + 1):
            yield "symmetric factorisation", f.symmetric_factorisation(n, k, r), f.symmetric_factorisation_case(n, k, r)
    for a, b in product((0, 1, 2), (0, 1, 2, 3)):
        yield "polynomial product", f.polynomial_product(a, b), f.polynomial_product_case(a, b)
    for shape in product((1, 2, 3), repeat=3):
        if shape == tuple(sorted(shape)):
            yield "rank-one tensor", f.rank_one_tensor(shape), f.rank_one_tensor_case(shape)
    for n in (3, 4, 5):
        for rows in (monomials.cycle(n), monomials.path(n), *(monomials.subsets(n, k) for k in range(1, n))):
            yield "monomial ideal", monomials.monomial_ideal(rows), monomials.monomial_ideal_case(rows)


def _networks() -> Iterator[Row]:
    w = networks
    for q, m, h in product((1, 2, 3), (1, 2), (1, 2)):
        yield "vandermonde", w.vandermonde(q, m, h), w.vandermonde_case(q, m, h)
    for size in ((1, 3, 2), (1, 3, 3), (2, 2, 3), (2, 1, 3), (3, 1, 3), (4, 1, 2), (5, 1, 2)):
        yield "vandermonde", w.vandermonde(*size), w.vandermonde_case(*size)
    for m, h, n in product((1, 2), (1, 2, 3), (1, 2, 3)):
        yield "monomial activation", w.monomial_activation(m, h, n), w.monomial_activation_case(m, h, n)
    for n, m, odd in product((1, 2, 3), (1, 2, 3), (True, False)):
        yield "several inputs", w.several_inputs(1, n, m, odd), w.several_inputs_case(1, n, m, odd)


def _probability() -> Iterator[Row]:
    for p, q in product((2, 3, 4), (2, 3)):
        places: tuple[mixtures.Place, ...] = ("zero", "interior", "rank-two")
        for where in places:
            yield (
                "two-class table",
                mixtures.two_class_table(p, q, where),
                mixtures.two_class_table_case(p, q, where),
            )
    for m, h, n in product((2, 3), (1, 2, 3), (1, 2, 3)):
        for r in range(min(m - 1, h - 1, n - 1) + 1):
            size = (m, h, n, r)
            yield (
                "topic model",
                topics.stochastic_factorisation(*size),
                topics.stochastic_factorisation_case(*size),
            )
    for p in (2, 3, 4, 5):
        for s in (0, *range(2, p + 1)):
            yield "one factor", trees.one_factor(p, s), trees.one_factor_case(p, s)
    kinds: tuple[tuple[int, mixtures.Dependence], ...] = ((4, "two"), (4, "three"), (5, "two"))
    for n, dependent in kinds:
        yield "naive Bayes", mixtures.naive_bayes(n, dependent), mixtures.naive_bayes_case(n, dependent)
    for mix in ((2, 2, 2), (3, 2, 2), (1, 3, 3), (2, 1, 1), (4, 2, 1)):
        yield "location mixture", mixtures.location_mixture(*mix), mixtures.location_mixture_case(*mix)

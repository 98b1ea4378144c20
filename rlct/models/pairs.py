"""The list of (model, size) pairs on which engine and formula are compared.

`pairs()` only states them: who compares (tests, `docs/systems.md`) calls the public `rlct` on the `Case`.
`effort` says what was seen when the list was made: "quick" answers in seconds, "slow" within minutes, "open" is where
the engine may end with bounds (the bounds must then contain the formula).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from rlct.models import (
    arrangements,
    determinantal,
    factorisation,
    invariants,
    matrices,
    mixtures,
    monomials,
    networks,
    singularities,
    topics,
    trees,
)
from rlct.models.known import Case, Known
from rlct.models.small_sizes import small_sizes

Effort = Literal["quick", "slow", "open"]


@dataclass(frozen=True)
class Pair:
    """One comparison: family, what the formula says, and the problem for the engine."""

    family: str
    known: Known
    case: Case
    effort: Effort = "quick"

    @property
    def name(self) -> str:
        """The name of the case, for test ids and tables."""
        return self.case.name


_QUARTET = (("1", "u"), ("2", "u"), ("3", "v"), ("4", "v"), ("u", "v"))
_CATERPILLAR = (("1", "u"), ("2", "u"), ("3", "v"), ("4", "w"), ("5", "w"), ("u", "v"), ("v", "w"))


def pairs() -> tuple[Pair, ...]:
    """All comparisons, cheap families first.

    Examples
    --------
    >>> len(pairs()) >= 60
    True
    """
    found: list[Pair] = []
    found += _matrices()
    found += _factorisations()
    found += _networks()
    found += _probability()
    found += _combinatorial()
    found += _functions()
    found += _invariants()
    found += more_pairs()
    seen = {p.name for p in found}
    for family, known, case in small_sizes():
        if case.name not in seen:
            seen.add(case.name)
            found.append(Pair(family, known, case, "slow"))
    return tuple(found)


def _matrices() -> list[Pair]:
    """Reduced-rank regression (worst and local points) and deep linear networks."""
    out = []
    quick = [
        (1, 1, 1, 0),
        (1, 1, 1, 1),
        (2, 1, 1, 0),
        (1, 2, 1, 0),
        (1, 3, 1, 0),
        (2, 1, 2, 0),
        (2, 1, 3, 0),
        (2, 2, 1, 0),
        (3, 2, 1, 0),
        (2, 1, 2, 1),
        (2, 2, 2, 0),
        (2, 2, 2, 1),
        (2, 2, 2, 2),
        (3, 2, 2, 1),
        (2, 3, 2, 1),
        (2, 2, 3, 2),
    ]
    slow = [(2, 3, 2, 0), (3, 2, 2, 0), (2, 2, 3, 1), (3, 2, 3, 0), (3, 3, 3, 1)]
    for size in quick + slow:
        effort: Effort = "quick" if size in quick else "slow"
        out.append(Pair("reduced rank", matrices.reduced_rank(*size), matrices.reduced_rank_case(*size), effort))
    for a, b in ((1, 0), (1, 1), (2, 0), (0, 2)):
        out.append(
            Pair(
                "reduced rank, local",
                matrices.reduced_rank_local(2, 2, 2, 0, a, b),
                matrices.reduced_rank_case(2, 2, 2, 0, a, b),
            )
        )
    for widths, rank in (
        ((1, 1, 1, 1), 0),
        ((1, 2, 1, 1), 0),
        ((2, 1, 1, 2), 0),
        ((2, 1, 2, 1), 0),
        ((1, 2, 2, 1), 0),
        ((1, 1, 1, 1), 1),
        ((2, 2, 2, 2), 2),
        ((2, 2, 2, 2), 1),
        ((2, 1, 1, 1, 2), 0),
        ((3, 2, 1, 2), 0),
        ((2, 1, 2, 1, 2), 0),
        ((2, 2, 2, 1), 1),
    ):
        out.append(Pair("deep linear", matrices.deep_linear(widths, rank), matrices.deep_linear_case(widths, rank)))
    out.append(Pair("deep linear", matrices.deep_linear((2, 2, 2, 2)), matrices.deep_linear_case((2, 2, 2, 2)), "slow"))
    return out


def _factorisations() -> list[Pair]:
    """Symmetric factorisations, tensors and products of polynomials."""
    f = factorisation
    out = []
    for size in ((1, 1, 0), (1, 2, 0), (2, 1, 0), (2, 2, 0), (2, 2, 1), (2, 2, 2), (3, 2, 0), (3, 2, 1)):
        out.append(
            Pair("symmetric factorisation", f.symmetric_factorisation(*size), f.symmetric_factorisation_case(*size))
        )
    for n in (1, 2, 3):
        out.append(Pair("equal dyads", f.equal_dyads(n), f.equal_dyads_case(n)))
    for shape in ((1, 1, 2), (2, 2), (1, 2, 2), (2, 2, 2), (2, 3)):
        out.append(Pair("rank-one tensor", f.rank_one_tensor(shape), f.rank_one_tensor_case(shape)))
    for degrees in ((0, 1), (1, 1), (1, 2), (1, 3), (2, 2)):
        effort: Effort = "slow" if degrees == (2, 2) else "quick"
        out.append(
            Pair("polynomial product", f.polynomial_product(*degrees), f.polynomial_product_case(*degrees), effort)
        )
    for degrees in ((1, 1), (1, 2), (1, 3), (2, 2), (2, 3)):
        effort = "slow" if degrees == (2, 3) else "quick"
        out.append(
            Pair("monic factorisation", f.monic_factorisation(*degrees), f.monic_factorisation_case(*degrees), effort)
        )
    for layers in (2, 3, 4):
        out.append(Pair("scalar chain", f.scalar_chain(layers), f.scalar_chain_case(layers)))
    out.append(Pair("scalar chain", f.scalar_chain(3, 2), f.scalar_chain_case(3, 2)))
    return out


def _networks() -> list[Pair]:
    """Vandermonde ideals, teachers and students, monomial and quadratic activations, several inputs."""
    w = networks
    out = []
    for h in (1, 2, 3, 4):
        out.append(
            Pair(
                "tanh, truth 0", w.tanh_zero(h), w.tanh_zero_case(h), "quick" if h < 3 else "slow" if h == 3 else "open"
            )
        )
    for size in ((1, 1, 1), (1, 1, 2), (1, 1, 3), (3, 1, 2), (1, 2, 2), (1, 2, 3), (2, 2, 2)):
        out.append(
            Pair("vandermonde", w.vandermonde(*size), w.vandermonde_case(*size), "quick" if size[2] < 3 else "slow")
        )
    for stratum in ("merged", "dead", "dead-generic"):
        out.append(Pair("tanh, one true unit", w.tanh_teacher(2, stratum), w.tanh_teacher_case(2, stratum)))
    for stratum in ("merged-positive", "merged-mixed", "merged-single"):
        out.append(Pair("tanh, one true unit", w.tanh_teacher(3, stratum), w.tanh_teacher_case(3, stratum), "slow"))
    for size in ((1, 1, 1), (1, 1, 2), (1, 2, 2), (1, 3, 3), (2, 1, 2), (2, 2, 1)):
        out.append(Pair("monomial activation", w.monomial_activation(*size), w.monomial_activation_case(*size)))
    for quad in ((1, 1), (1, 2), (1, 3), (2, 2)):
        out.append(
            Pair(
                "quadratic activation",
                w.quadratic_activation(*quad),
                w.quadratic_activation_case(*quad),
                "slow" if quad == (2, 2) else "quick",
            )
        )
    for h, n, m, odd in ((1, 2, 1, True), (1, 2, 2, True), (2, 2, 1, True), (2, 2, 2, True), (2, 2, 2, False)):
        out.append(
            Pair(
                "several inputs",
                w.several_inputs(h, n, m, odd),
                w.several_inputs_case(h, n, m, odd),
                "slow" if h == 2 else "quick",
            )
        )
    return out


def _probability() -> list[Pair]:
    """Mixtures, naive Bayes, tables, topic models, NMF, Gaussian trees."""
    x = mixtures
    out = []
    mixes: tuple[tuple[int, int, int], ...] = (
        (1, 1, 1),
        (1, 2, 1),
        (1, 2, 2),
        (2, 2, 1),
        (3, 2, 1),
        (1, 3, 1),
        (1, 3, 2),
    )
    for mix in mixes:
        out.append(
            Pair(
                "location mixture",
                x.location_mixture(*mix),
                x.location_mixture_case(*mix),
                "slow" if mix[1] > 2 else "quick",
            )
        )
    for h in (2, 3):
        out.append(
            Pair(
                "location mixture, two-sided",
                x.location_mixture(1, h, two_sided=True),
                x.location_mixture_case(1, h, two_sided=True),
                "slow" if h > 2 else "quick",
            )
        )
    for n, kind in ((1, "none"), (2, "none"), (2, "two"), (3, "none"), (3, "two"), (3, "three")):
        dependence: mixtures.Dependence = kind  # type: ignore[assignment]
        out.append(Pair("naive Bayes", x.naive_bayes(n, dependence), x.naive_bayes_case(n, dependence)))
    for rows, columns, where in (
        (2, 2, "zero"),
        (2, 2, "interior"),
        (2, 3, "zero"),
        (2, 3, "interior"),
        (3, 3, "zero"),
        (3, 3, "interior"),
        (2, 2, "rank-two"),
        (3, 3, "rank-two"),
    ):
        out.append(
            Pair(
                "two-class table",
                x.two_class_table(rows, columns, where),  # type: ignore[arg-type]
                x.two_class_table_case(rows, columns, where),  # type: ignore[arg-type]
                "slow" if rows == 3 else "quick",
            )
        )
    for size in ((2, 2, 1), (2, 2, 2), (2, 3, 2), (3, 2, 2), (3, 3, 2)):
        out.append(
            Pair("topic model", topics.stochastic_factorisation(*size), topics.stochastic_factorisation_case(*size))
        )
    for size in ((1, 1, 1), (1, 2, 1), (1, 3, 1), (2, 1, 2), (2, 2, 2)):
        out.append(
            Pair("NMF, truth 0", topics.nmf(*size), topics.nmf_case(*size), "slow" if size == (2, 2, 2) else "quick")
        )
    for p, s in ((2, 0), (2, 2), (3, 0), (3, 2), (3, 3), (4, 0), (4, 2)):
        out.append(Pair("one factor", trees.one_factor(p, s), trees.one_factor_case(p, s)))
    for edges, zero in ((_QUARTET, range(5)), (_QUARTET, (2, 3)), (_CATERPILLAR, range(7)), (_QUARTET, (4,))):
        out.append(
            Pair(
                "Gaussian tree",
                trees.gaussian_tree_local(edges, zero, variances=False),
                trees.gaussian_tree_case(edges, zero),
            )
        )
    return out


def _combinatorial() -> list[Pair]:
    """Monomial and binomial ideals."""
    m = monomials
    out = []
    for rows in (
        m.cycle(3),
        m.cycle(4),
        m.cycle(5),
        m.path(4),
        m.subsets(4, 2),
        m.subsets(5, 3),
        [(2, 0), (0, 5)],
        [(3, 1), (1, 2)],
    ):
        out.append(Pair("monomial ideal", m.monomial_ideal(rows), m.monomial_ideal_case(rows)))
    out.append(
        Pair(
            "monomial ideal, prior",
            m.monomial_ideal([(2, 0), (0, 3)], (1, 0)),
            m.monomial_ideal_case([(2, 0), (0, 3)], (1, 0)),
        )
    )
    curves = (
        [((2, 0, 0), (0, 3, 0)), ((3, 0, 0), (0, 0, 4))],
        [((1, 0, 1), (0, 2, 0)), ((3, 0, 0), (0, 1, 1)), ((2, 1, 0), (0, 0, 2))],  # (t^3, t^4, t^5)
        [((0, 2, 0), (1, 0, 1)), ((3, 0, 0), (0, 0, 2))],  # (t^4, t^5, t^6)
        [((2, 0), (0, 3))],
        [((2, 1), (0, 3)), ((1, 2), (4, 0))],
    )
    for curve in curves:
        out.append(Pair("binomial ideal", m.binomial_ideal(curve), m.binomial_ideal_case(curve)))
    return out


def _functions() -> list[Pair]:
    """Determinants, discriminants, arrangements and isolated singularities."""
    d, a, s = determinantal, arrangements, singularities
    out = []
    for size in ((2, 2, 1), (2, 2, 2), (2, 3, 2), (3, 3, 2)):
        out.append(Pair("minors", d.minors(*size), d.minors_case(*size), "slow" if size == (3, 3, 2) else "quick"))
    for sym in ((2, 1), (2, 2), (3, 2)):
        out.append(
            Pair(
                "symmetric minors",
                d.symmetric_minors(*sym),
                d.symmetric_minors_case(*sym),
                "slow" if sym == (3, 2) else "quick",
            )
        )
    out.append(Pair("Pfaffians", d.pfaffians(4, 2), d.pfaffians_case(4, 2)))
    for size_ in (2, 3):
        out.append(Pair("determinant", d.determinant(size_), d.determinant_case(size_)))
    for degree in (2, 3, 4):
        out.append(
            Pair(
                "discriminant",
                d.monic_discriminant(degree),
                d.monic_discriminant_case(degree),
                "slow" if degree == 4 else "quick",
            )
        )
    out.append(Pair("symmetric discriminant", d.characteristic_discriminant(2), d.characteristic_discriminant_case(2)))
    out.append(Pair("mirrors", a.reflection("A", 2), a.reflection_case("A", 2)))
    out.append(Pair("mirrors", a.reflection("A", 3), a.reflection_case("A", 3), "slow"))
    out.append(Pair("mirrors", a.reflection("B", 2), a.reflection_case("B", 2)))
    out.append(Pair("mirrors", a.reflection("B", 3), a.reflection_case("B", 3), "slow"))
    for normals in (
        [(1, 0), (0, 1), (1, 1)],
        [(1, 0, 0), (0, 1, 0), (0, 0, 1)],
        [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)],
        [(1, 0, 0), (0, 1, 0), (1, 1, 0), (0, 0, 1)],
    ):
        out.append(Pair("arrangement", a.arrangement(normals), a.arrangement_case(normals)))
    out.append(
        Pair(
            "arrangement, multiplicities",
            a.arrangement([(1, 0), (0, 1), (1, 1)], [2, 1, 1]),
            a.arrangement_case([(1, 0), (0, 1), (1, 1)], [2, 1, 1]),
        )
    )
    for name in (
        "A2",
        "A3",
        "D4",
        "D5",
        "E6",
        "E7",
        "E8",
        "J10",
        "X9",
        "E13",
        "Z12",
        "W13",
        "Q10",
        "S12",
        "U12",
        "S16",
    ):
        out.append(Pair("Arnold", s.arnold(name), s.arnold_case(name)))
    out.append(Pair("Arnold", s.arnold("E6", 3), s.arnold_case("E6", 3)))
    out.append(Pair("hyperbolic", s.hyperbolic(3, 4, 5), s.hyperbolic_case(3, 4, 5)))
    for branch in ((2, 3, 1), (3, 4, 1), (2, 3, 2)):
        out.append(Pair("plane branch", s.plane_branch(*branch), s.plane_branch_case(*branch)))
    return out


def _invariants() -> list[Pair]:
    """Prehomogeneous invariants, nilpotent and commuting matrices, discriminants, series, generic arrangements."""
    i, s, a, d = invariants, singularities, arrangements, determinantal
    out = []
    named: tuple[tuple[invariants.Invariant, int], ...] = (
        ("symmetric-determinant", 2),
        ("symmetric-determinant", 3),
        ("pfaffian", 1),
        ("pfaffian", 2),
    )
    for invariant in named:
        out.append(Pair("invariants", i.invariant(*invariant), i.invariant_case(*invariant)))
    out.append(Pair("nilpotent cone", i.nilpotent_cone(2), i.nilpotent_cone_case(2)))
    out.append(Pair("commuting matrices", i.commuting_pairs(), i.commuting_pairs_case()))
    groups: tuple[arrangements.Group, ...] = ("A", "B", "G")
    for group in groups:
        out.append(
            Pair("Coxeter discriminant", i.coxeter_discriminant(group, 2), i.coxeter_discriminant_case(group, 2))
        )
    for degree in (2, 3):
        out.append(
            Pair("binary forms", i.binary_form_discriminant(degree), i.binary_form_discriminant_case(degree), "quick")
        )
    for name in ("J10+1", "J10+2", "Y1,1", "Y2,1"):
        out.append(Pair("series", s.series(name), s.series_case(name)))
    for name, variables, definite in (
        ("A1", 2, False),
        ("A1", 2, True),
        ("A3", 2, True),
        ("A1", 3, True),
        ("A3", 3, True),
        ("X9", 2, True),
        ("X9", 3, True),
        ("X9", 3, False),
        ("J10", 3, False),
        ("P8", 3, False),
        ("D4", 3, False),
    ):
        out.append(
            Pair("Arnold, real forms", s.arnold(name, variables, definite), s.arnold_case(name, variables, definite))
        )
    for size in ((1, 2), (2, 2), (2, 3), (2, 5), (3, 3), (3, 4), (3, 5)):
        out.append(Pair("generic arrangement", a.generic(*size), a.generic_case(*size)))
    for powers in ({1: 1, 2: 1}, {1: 2, 2: 1}, {2: 2}):
        out.append(Pair("products of minors", d.minor_products(2, 2, powers), d.minor_products_case(2, 2, powers)))
    return out


def more_pairs() -> list[Pair]:
    """Further sizes of the statistical families."""
    out = [
        Pair("tanh, generic point", networks.local_value_generic(h), networks.local_value_generic_case(h))
        for h in (1, 2, 3)
    ]
    for size in ((2, 2, 2, 1), (3, 2, 2, 1), (2, 3, 2, 1), (3, 3, 2, 1), (3, 3, 3, 2)):
        out.append(
            Pair("topic model", topics.stochastic_factorisation(*size), topics.stochastic_factorisation_case(*size))
        )
    out.append(Pair("NMF, rank 1", topics.nmf(2, 1, 2, 1), topics.nmf_rank_one_case(2, 2)))
    star = [(str(k), "h") for k in (1, 2, 3)]
    for edges in (star, star[:2], list(_QUARTET)):
        out.append(Pair("Markov tree", trees.markov_tree_local(edges), trees.markov_tree_case(edges)))
    for blocks in ([], [["1", "2"]], [["1", "2", "3", "4"]]):
        out.append(
            Pair(
                "Gaussian tree, worst point",
                trees.gaussian_tree(_QUARTET, blocks),
                trees.gaussian_tree_blocks_case(_QUARTET, blocks),
            )
        )
    out.append(Pair("naive Bayes", mixtures.naive_bayes(4), mixtures.naive_bayes_case(4), "slow"))
    return out


def case_point(case: Case) -> dict[str, Fraction]:
    """The point of a case as plain rationals (empty when there is none)."""
    return {} if case.at is None else {k: Fraction(v) for k, v in case.at.items()}

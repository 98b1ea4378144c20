"""The models of the command line: a name, its options, the catalogue function and the builder of the ideal.

`ENTRIES` is the whole list; adding a model is adding one entry.
"""

from __future__ import annotations

from rlct.errors import InputError
from rlct.models import (
    arrangements,
    determinantal,
    factorisation,
    invariants,
    matrices,
    mixtures,
    monomials,
    networks,
    regression,
    singularities,
    topics,
    trees,
)
from rlct.models.known import Case
from rlct.models.options import (
    Entry,
    Size,
    binomials,
    blocks,
    edges,
    fractions,
    integer,
    integers,
    optional_integer,
    optional_integers,
    powers,
    rational,
    units,
    vectors,
    yes_no,
)


def _network(
    activation: str, hidden: int, inputs: int, outputs: int, truth: list[tuple[str, str]], at: list[tuple[str, str]]
) -> Case:
    """A network as posed on the command line; true units are written for one input and one output."""
    return regression.network(activation, hidden, inputs=inputs, outputs=outputs, truth=truth, at=at or None)


def _sizes(*names: str) -> tuple[Size, ...]:
    """Required integer options."""
    return tuple(Size(name, integer) for name in names)


_RANK = Size("rank", integer, "0", "rank of the truth")
ENTRIES: tuple[Entry, ...] = (
    Entry(
        "reduced-rank",
        "Reduced-rank regression B A (Aoyagi & Watanabe 2005).",
        (*_sizes("outputs", "hidden", "inputs"), _RANK),
        matrices.reduced_rank,
        matrices.reduced_rank_case,
    ),
    Entry(
        "reduced-rank-local",
        "Reduced-rank regression at factors of given ranks.",
        (*_sizes("outputs", "hidden", "inputs"), _RANK, *_sizes("rank-right", "rank-left")),
        matrices.reduced_rank_local,
        matrices.reduced_rank_case,
    ),
    Entry(
        "deep-linear",
        "Deep linear network (Aoyagi 2024).",
        (Size("widths", integers, None, "input first: 784,100,10"), _RANK),
        matrices.deep_linear,
        matrices.deep_linear_case,
    ),
    Entry(
        "symmetric-factorisation",
        "X X^T = C.",
        (*_sizes("size", "columns"), _RANK),
        factorisation.symmetric_factorisation,
        factorisation.symmetric_factorisation_case,
    ),
    Entry(
        "equal-dyads",
        "x x^T = y y^T.",
        _sizes("size"),
        factorisation.equal_dyads,
        factorisation.equal_dyads_case,
    ),
    Entry(
        "rank-one-tensor",
        "v1 x ... x vk = 0.",
        (Size("dimensions", integers),),
        factorisation.rank_one_tensor,
        factorisation.rank_one_tensor_case,
    ),
    Entry(
        "polynomial-product",
        "p q = 0 by coefficients.",
        _sizes("left-degree", "right-degree"),
        factorisation.polynomial_product,
        factorisation.polynomial_product_case,
    ),
    Entry(
        "monic-factorisation",
        "p q = t^n with monic factors.",
        _sizes("left-degree", "right-degree"),
        factorisation.monic_factorisation,
        factorisation.monic_factorisation_case,
    ),
    Entry(
        "scalar-chain",
        "w1 w2 ... wL = truth.",
        (*_sizes("layers"), Size("truth", rational, "0")),
        factorisation.scalar_chain,
        factorisation.scalar_chain_case,
    ),
    Entry(
        "vandermonde",
        "Power sums sum a_ik b_k^(Qj+1) (Aoyagi 2010).",
        _sizes("step", "outputs", "hidden"),
        networks.vandermonde,
        networks.vandermonde_case,
    ),
    Entry(
        "tanh",
        "One hidden layer of odd units, truth 0 (Aoyagi & Watanabe).",
        _sizes("hidden"),
        networks.tanh_zero,
        networks.tanh_zero_case,
    ),
    Entry(
        "tanh-teacher",
        "Odd units, truth of one unit, at a stratum.",
        (*_sizes("hidden"), Size("stratum", str, "merged")),
        networks.tanh_teacher,
        networks.tanh_teacher_case,
    ),
    Entry(
        "monomial-activation",
        "sum a_ik b_k^n = 0.",
        _sizes("outputs", "hidden", "power"),
        networks.monomial_activation,
        networks.monomial_activation_case,
    ),
    Entry(
        "quadratic-activation",
        "sum a_k b_k b_k^T = 0.",
        _sizes("hidden", "inputs"),
        networks.quadratic_activation,
        networks.quadratic_activation_case,
    ),
    Entry(
        "several-inputs",
        "One or two units with several inputs, truth 0.",
        (*_sizes("hidden", "inputs", "outputs"), Size("odd", yes_no, "yes", "yes or no")),
        networks.several_inputs,
        networks.several_inputs_case,
    ),
    Entry(
        "analytic-bound",
        "Upper bound for any activation with σ(0) = 0, one input, generic true units.",
        (*_sizes("hidden"), Size("true-units", integer, "0")),
        networks.analytic_activation_bound,
    ),
    Entry(
        "tanh-generic",
        "Odd units, truth 0, at a = 0 with distinct b: the local value H/2.",
        _sizes("hidden"),
        networks.local_value_generic,
        networks.local_value_generic_case,
    ),
    Entry(
        "network",
        "Any analytic activation: the ideal, and the engine's answer.",
        (
            Size("activation", str, None, "tanh, sin, erf, softplus, t^2, ..."),
            Size("hidden", integer),
            Size("inputs", integer, "1"),
            Size("outputs", integer, "1"),
            Size("truth", units, "", "true units a,b; a,b (none: truth 0)"),
            Size("at", units, "", "units of the point"),
        ),
        None,
        _network,
    ),
    Entry(
        "location-mixture",
        "Gaussian (Poisson, binomial) mixtures with probability weights.",
        (*_sizes("dimension", "components"), Size("true-components", integer, "1"), Size("two-sided", yes_no, "no")),
        mixtures.location_mixture,
        mixtures.location_mixture_case,
    ),
    Entry(
        "naive-bayes",
        "Binary naive Bayes, two classes (Rusakov & Geiger 2005).",
        (*_sizes("features"), Size("dependent", str, "none", "three, two or none")),
        mixtures.naive_bayes,
        mixtures.naive_bayes_case,
    ),
    Entry(
        "two-class-table",
        "Two-class mixture of independence tables.",
        (*_sizes("rows", "columns"), Size("where", str, "zero", "zero, interior or rank-two")),
        mixtures.two_class_table,
        mixtures.two_class_table_case,
    ),
    Entry(
        "lda",
        "Topic model / stochastic matrix factorisation (Hayashi 2021).",
        (*_sizes("words", "topics", "documents"), _RANK),
        topics.stochastic_factorisation,
        topics.stochastic_factorisation_case,
    ),
    Entry(
        "nmf",
        "Non-negative matrix factorisation: truth 0; an upper bound for rank > 0.",
        (*_sizes("rows", "inner", "columns"), _RANK),
        topics.nmf,
        lambda m, h, n, r: topics.nmf_case(m, h, n) if r == 0 else _no_case(),
    ),
    Entry(
        "one-factor",
        "One-factor analysis with free variances.",
        (*_sizes("variables"), Size("nonzero", integer, "0")),
        trees.one_factor,
        trees.one_factor_case,
    ),
    Entry(
        "gaussian-tree",
        "Gaussian latent tree; blocks of dependent leaves.",
        (Size("edges", edges, None, "1-u, 2-u, u-v"), Size("blocks", blocks, "", "1,2; 3,4")),
        trees.gaussian_tree,
        trees.gaussian_tree_blocks_case,
    ),
    Entry(
        "markov-tree",
        "Binary general Markov model of a tree, independent truth, inner point (Zwiernik 2011).",
        (Size("edges", edges, None, "1-u, 2-u, u-v"),),
        trees.markov_tree_local,
        trees.markov_tree_case,
    ),
    Entry(
        "monomial",
        "Monomial ideal.",
        (Size("exponents", vectors, None, "1,1,0; 0,1,1"), Size("prior-exponents", optional_integers, "", "1,0,0")),
        monomials.monomial_ideal,
        monomials.monomial_ideal_case,
    ),
    Entry(
        "binomial",
        "Ideal of pure binomials at 0 (Shibuta & Takagi 2009).",
        (Size("pairs", binomials, None, "exponents, 2,0 - 0,3; 1,1 - 4,0"),),
        monomials.binomial_ideal,
        monomials.binomial_ideal_case,
    ),
    Entry(
        "minors",
        "Minors of a generic matrix.",
        _sizes("rows", "columns", "k"),
        determinantal.minors,
        determinantal.minors_case,
    ),
    Entry(
        "symmetric-minors",
        "Minors of a symmetric matrix.",
        _sizes("size", "k"),
        determinantal.symmetric_minors,
        determinantal.symmetric_minors_case,
    ),
    Entry(
        "pfaffians",
        "Pfaffians of a skew matrix.",
        _sizes("size", "half"),
        determinantal.pfaffians,
        determinantal.pfaffians_case,
    ),
    Entry(
        "minor-products",
        "Product of powers of ideals of minors.",
        (*_sizes("rows", "columns"), Size("powers", powers, None, "size:exponent, 1:1, 2:3")),
        determinantal.minor_products,
        determinantal.minor_products_case,
    ),
    Entry(
        "invariant",
        "Determinants, Pfaffian, hyperdeterminant, |f|.",
        (
            Size("name", str, None, "determinant, symmetric-determinant, pfaffian, hyperdeterminant"),
            Size("size", integer, "2"),
        ),
        invariants.invariant,
        invariants.invariant_case,
    ),
    Entry(
        "nilpotent-cone",
        "Coefficients of the characteristic polynomial.",
        _sizes("size"),
        invariants.nilpotent_cone,
        invariants.nilpotent_cone_case,
    ),
    Entry(
        "commuting-pairs",
        "X Y = Y X for 2 x 2 matrices.",
        (),
        invariants.commuting_pairs,
        invariants.commuting_pairs_case,
    ),
    Entry(
        "discriminant",
        "Discriminant of a monic polynomial, |f|.",
        _sizes("degree"),
        determinantal.monic_discriminant,
        determinantal.monic_discriminant_case,
    ),
    Entry(
        "coxeter-discriminant",
        "Discriminant of a reflection group in its invariants, |f|.",
        (Size("group", str), Size("size", integer)),
        invariants.coxeter_discriminant,
        invariants.coxeter_discriminant_case,
    ),
    Entry(
        "form-discriminant",
        "Discriminant of a binary form, |f|.",
        _sizes("degree"),
        invariants.binary_form_discriminant,
        invariants.binary_form_discriminant_case,
    ),
    Entry(
        "symmetric-discriminant",
        "Discriminant of the characteristic polynomial of a symmetric matrix.",
        _sizes("size"),
        determinantal.characteristic_discriminant,
        determinantal.characteristic_discriminant_case,
    ),
    Entry(
        "reflection",
        "Mirrors of a reflection group, |f|.",
        (Size("group", str), Size("size", integer)),
        arrangements.reflection,
        arrangements.reflection_case,
    ),
    Entry(
        "arrangement",
        "Product of linear forms, |f|.",
        (Size("normals", vectors, None, "1,0; 0,1; 1,1"), Size("multiplicities", optional_integers, "", "2,1,1")),
        arrangements.arrangement,
        arrangements.arrangement_case,
    ),
    Entry(
        "generic-arrangement",
        "Hyperplanes in generic position, |f|.",
        _sizes("dimension", "planes"),
        arrangements.generic,
        arrangements.generic_case,
    ),
    Entry(
        "quasihomogeneous",
        "Isolated real critical point with weights, |f|.",
        (Size("weights", fractions, None, "1/3,1/4"), Size("sign-changing", yes_no, "yes", "yes or no")),
        singularities.quasihomogeneous,
    ),
    Entry(
        "arnold",
        "Arnold's singularities in a real form, |f|.",
        (
            Size("type", str, None, "A4, D5, E7, Q10, ..."),
            Size("variables", optional_integer, "", "more variables enter as squares"),
            Size("definite", yes_no, "no", "the form of one sign (A1, A3, ..., X9)"),
        ),
        singularities.arnold,
        singularities.arnold_case,
    ),
    Entry(
        "series",
        "J10+k and Yr,s in two variables, |f|.",
        (Size("name", str, None, "J10+3, Y1,2"),),
        singularities.series,
        singularities.series_case,
    ),
    Entry(
        "hyperbolic",
        "T_pqr, x^p + y^q + z^r + xyz, |f|.",
        _sizes("p", "q", "r"),
        singularities.hyperbolic,
        singularities.hyperbolic_case,
    ),
    Entry(
        "plane-branch",
        "Irreducible plane curve germ, |f|.",
        (*_sizes("p", "q"), Size("further", integer, "1")),
        singularities.plane_branch,
        singularities.plane_branch_case,
    ),
)


def _no_case() -> Case:
    """The answer of a builder that covers truth 0 only."""
    raise InputError("the ideal is written out for a truth of rank 0 only; the formula covers the other ranks")

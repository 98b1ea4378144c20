"""The models of the command line: a name, its options, the catalogue function and the builder of the ideal.

`ENTRIES` is the whole list; adding a model is adding one entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rlct.errors import InputError
from rlct.models import (
    arrangements,
    determinantal,
    factorisation,
    matrices,
    mixtures,
    monomials,
    networks,
    regression,
    singularities,
    topics,
    trees,
)
from rlct.models.known import Case, Known


@dataclass(frozen=True)
class Size:
    """One option of a model: its flag, how its text is read, its default (None: required)."""

    flag: str
    read: Callable[[str], Any]
    default: str | None = None
    help: str = ""


@dataclass(frozen=True)
class Entry:
    """A model on the command line; `known` or `case` may be absent."""

    name: str
    help: str
    sizes: tuple[Size, ...]
    known: Callable[..., Known] | None
    case: Callable[..., Case] | None = None


def integer(text: str) -> int:
    """An integer from the command line."""
    try:
        return int(text)
    except ValueError as error:
        raise InputError(f"{text!r} is not an integer") from error


def integers(text: str) -> list[int]:
    """Integers separated by commas.

    >>> integers("784,100,10")
    [784, 100, 10]
    """
    return [integer(part.strip()) for part in text.split(",") if part.strip()]


def vectors(text: str) -> list[tuple[int, ...]]:
    """Integer vectors separated by semicolons.

    >>> vectors("1,1,0; 0,1,1")
    [(1, 1, 0), (0, 1, 1)]
    """
    return [tuple(integers(part)) for part in text.split(";") if part.strip()]


def units(text: str) -> list[tuple[str, str]]:
    """Units of a one-input network, "a,b; a,b".

    >>> units("1/3,1; 2/3,1")
    [('1/3', '1'), ('2/3', '1')]
    """
    found = []
    for part in text.split(";"):
        if part.strip():
            pieces = [p.strip() for p in part.split(",")]
            if len(pieces) != 2:
                raise InputError(f"a unit is written a,b, not {part.strip()!r}")
            found.append((pieces[0], pieces[1]))
    return found


def edges(text: str) -> list[tuple[str, str]]:
    """Edges of a tree, "1-u, 2-u".

    >>> edges("1-u, 2-u")
    [('1', 'u'), ('2', 'u')]
    """
    found = []
    for part in text.split(","):
        ends = [p.strip() for p in part.split("-")]
        if len(ends) != 2 or not all(ends):
            raise InputError(f"an edge is written vertex-vertex, not {part.strip()!r}")
        found.append((ends[0], ends[1]))
    return found


def blocks(text: str) -> list[list[str]]:
    """Groups of names, "1,2; 3,4".

    >>> blocks("1,2; 3")
    [['1', '2'], ['3']]
    """
    return [[p.strip() for p in part.split(",")] for part in text.split(";") if part.strip()]


def yes_no(text: str) -> bool:
    """The words yes and no."""
    if text not in ("yes", "no"):
        raise InputError(f"write yes or no, not {text!r}")
    return text == "yes"


def _network(activation: str, hidden: int, truth: list[tuple[str, str]], at: list[tuple[str, str]]) -> Case:
    """A one-input network as posed on the command line."""
    return regression.network(activation, hidden, truth=truth, at=at or None)


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
        "network",
        "Any analytic activation, one input: the ideal (use --engine).",
        (
            Size("activation", str),
            Size("hidden", integer),
            Size("truth", units, "", "true units a,b; a,b"),
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
        lambda m, h, n, r: topics.stochastic_factorisation_case(m, h, n) if r == 0 else _no_case(),
    ),
    Entry(
        "nmf",
        "Non-negative matrix factorisation, truth 0.",
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
    ),
    Entry(
        "monomial",
        "Monomial ideal.",
        (Size("exponents", vectors, None, "1,1,0; 0,1,1"),),
        monomials.monomial_ideal,
        monomials.monomial_ideal_case,
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
        "discriminant",
        "Discriminant of a monic polynomial, |f|.",
        _sizes("degree"),
        determinantal.monic_discriminant,
        determinantal.monic_discriminant_case,
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
        (Size("normals", vectors),),
        arrangements.arrangement,
        arrangements.arrangement_case,
    ),
    Entry(
        "arnold",
        "Arnold's singularities, sign-changing real form, |f|.",
        (Size("type", str, None, "A4, D5, E7, Q10, ..."),),
        singularities.arnold,
        singularities.arnold_case,
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

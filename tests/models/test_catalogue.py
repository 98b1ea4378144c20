"""The catalogue on its own: values against each other, against published numbers, and refusals."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlct import Budget, rlct
from rlct.errors import InputError, UnsupportedError
from rlct.models import (
    arrangements,
    determinantal,
    factorisation,
    invariants,
    lp,
    matrices,
    mixtures,
    monomials,
    networks,
    singularities,
    topics,
    trees,
)
from rlct.models.pairs import case_point, pairs

sizes = st.integers(1, 7)


@given(sizes, sizes, sizes, st.integers(0, 7))
def test_deep_linear_with_two_layers_is_reduced_rank(n: int, h: int, m: int, r: int) -> None:
    """Aoyagi's formula for any depth contains the four cases of Aoyagi and Watanabe."""
    r = min(r, n, h, m)
    deep, shallow = matrices.deep_linear([m, h, n], r), matrices.reduced_rank(n, h, m, r)
    assert (deep.lam, deep.m) == (shallow.lam, shallow.m)


@given(sizes, sizes, sizes, st.integers(0, 7))
def test_rank_reduces_by_block_elimination(n: int, h: int, m: int, r: int) -> None:
    """λ(r) = r(M+N-r)/2 + λ0(M-r, N-r, H-r), the reduction identity."""
    r = min(r, n, h, m)
    whole = matrices.reduced_rank(n, h, m, r)
    rest = (
        (Fraction(0), 1)
        if min(n, h, m) == r
        else (lambda k: (k.lam, k.m))(matrices.reduced_rank(n - r, h - r, m - r, 0))
    )
    assert (whole.lam, whole.m) == (rest[0] + Fraction(r * (m + n - r), 2), rest[1])


@given(st.lists(st.integers(1, 5), min_size=2, max_size=5))
def test_deep_linear_at_zero_depends_on_the_multiset_of_widths(widths: list[int]) -> None:
    """With truth 0 the order of the layers does not matter (Lehalleur and Rimanyi)."""
    values = {(k.lam, k.m) for k in (matrices.deep_linear(w) for w in list(permutations(widths))[:24])}
    assert len(values) == 1


@given(st.lists(st.integers(1, 6), min_size=1, max_size=5))
def test_a_width_of_one_leaves_a_chain_of_vectors(widths: list[int]) -> None:
    """A width 1 anywhere: drop one of them; λ = half the smallest width left, m its frequency."""
    known = matrices.deep_linear([1, *widths]) if len(widths) > 1 else None
    if known is not None:
        assert (known.lam, known.m) == (Fraction(min(widths), 2), widths.count(min(widths)))


@given(sizes, sizes, sizes, st.data())
def test_the_worst_point_of_the_fibre_has_the_rank_of_the_truth(n: int, h: int, m: int, data: st.DataObject) -> None:
    """No local value of a fibre is below the value of the theorem."""
    r = data.draw(st.integers(0, min(n, h, m)))
    a = data.draw(st.integers(r, min(h, m)))
    b = data.draw(st.integers(r, min(n, h)))
    if a + b - r > h:
        with pytest.raises(InputError, match="no factorisation"):
            matrices.reduced_rank_local(n, h, m, r, a, b)
    else:
        assert matrices.reduced_rank_local(n, h, m, r, a, b).lam >= matrices.reduced_rank(n, h, m, r).lam


@pytest.mark.parametrize(
    ("widths", "lam", "m"),
    [
        ((2, 2, 2), Fraction(3, 2), 1),
        ((2, 2, 2, 2), Fraction(3, 2), 3),
        ((2, 2, 2, 2, 2), Fraction(3, 2), 5),
        ((1, 1, 1, 1), Fraction(1, 2), 3),
    ],
)
def test_deep_linear_of_constant_width(widths: tuple[int, ...], lam: Fraction, m: int) -> None:
    """Width 2 at every depth: the independent proof by QR gives 3/2 and m = 1, 3, 5."""
    known = matrices.deep_linear(widths)
    assert (known.lam, known.m) == (lam, m)


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 40))
def test_vandermonde_is_the_minimum_of_its_linear_program(q: int, m: int, h: int) -> None:
    """With all b at scale t the cost `H u + M sum_s (1 - (1 + Q(s-1)) u)^+` is piecewise linear in u; its least
    value is 2λ."""

    def cost(u: Fraction) -> Fraction:
        return h * u + m * sum((max(Fraction(0), 1 - (1 + q * s) * u) for s in range(h)), Fraction(0))

    corners = [Fraction(1, 1 + q * s) for s in range(h)] + [Fraction(0)]
    known = networks.vandermonde(q, m, h)
    least = min(cost(u) for u in corners)
    assert 2 * known.lam == least
    assert known.m == (2 if sum(cost(u) == least for u in corners) == 2 else 1)


@given(st.integers(1, 400))
def test_tanh_is_the_case_two_one_of_vandermonde(h: int) -> None:
    """Aoyagi and Watanabe's tanh value is Q = 2, M = 1."""
    assert (networks.tanh_zero(h).lam, networks.tanh_zero(h).m) == (
        networks.vandermonde(2, 1, h).lam,
        networks.vandermonde(2, 1, h).m,
    )


def test_tanh_with_128_units() -> None:
    """The published formula gives 130/23 for 128 units, far below the generic 64."""
    assert networks.tanh_zero(128).lam == Fraction(130, 23)
    assert networks.local_value_generic(128).lam == 64


@pytest.mark.parametrize(
    ("case", "lam", "m"),
    [((2, 2, 2, True), Fraction(5, 3), 1), ((2, 2, 3, True), Fraction(2), 2), ((2, 2, 2, False), Fraction(7, 4), 1)],
)
def test_two_units_with_two_inputs(case: tuple[int, int, int, bool], lam: Fraction, m: int) -> None:
    """The linear program over scales gives the values found by hand and by volumes."""
    known = networks.several_inputs(*case)
    assert (known.lam, known.m) == (lam, m)


def test_signs_of_mixture_weights_matter() -> None:
    """Three components, one true: (1, 1) with probabilities as weights, (1, 2) with weights of both signs."""
    assert [mixtures.location_mixture(1, h).lam for h in (3, 4)] == [1, Fraction(5, 4)]
    both = [mixtures.location_mixture(1, h, two_sided=True) for h in (3, 4)]
    assert [(k.lam, k.m) for k in both] == [(1, 2), (Fraction(7, 6), 1)]


@given(st.integers(1, 30), st.integers(1, 30))
def test_poisson_mixture_formula(h: int, r: int) -> None:
    """In dimension one the value is Sato and Watanabe's (3r + H - 2)/4."""
    if r <= h:
        assert mixtures.location_mixture(1, h, r).lam == Fraction(3 * r + h - 2, 4)


@given(sizes, sizes, st.integers(0, 7))
def test_symmetric_factorisation_of_full_rank_is_regular(n: int, k: int, r: int) -> None:
    """A truth of rank min(n, k) = k <= n leaves half the dimension of the symmetric rank-k matrices."""
    r = min(n, k)
    if k <= n:
        assert factorisation.symmetric_factorisation(n, k, r).lam == Fraction(2 * n * k - k * (k - 1), 4)


@settings(deadline=None, max_examples=12)
@given(st.integers(2, 6), st.integers(2, 6))
def test_topic_models_are_reduced_rank_one_size_smaller(m: int, n: int) -> None:
    """Hayashi's theorem: λ = (M-1)/2 + λ of the differences."""
    known = topics.stochastic_factorisation(m, 3, n)
    assert known.lam == Fraction(m - 1, 2) + matrices.reduced_rank(m - 1, 2, n - 1).lam


@pytest.mark.parametrize(
    ("blocks", "lam"), [((), Fraction(1)), ((("1", "2"),), Fraction(5, 4)), ((("1", "2", "3", "4"),), Fraction(5, 2))]
)
def test_quartet_values(blocks: tuple[tuple[str, ...], ...], lam: Fraction) -> None:
    """Quartet tree, correlations only: independent truth 1, one dependent pair 5/4, all dependent regular 5/2."""
    quartet = [("1", "u"), ("2", "u"), ("3", "v"), ("4", "v"), ("u", "v")]
    assert trees.gaussian_tree(quartet, blocks, variances=False).lam == lam


@settings(deadline=None, max_examples=12)
@given(st.integers(2, 5))
def test_star_tree_is_one_factor_analysis(p: int) -> None:
    """A star with p leaves has the covariances of one factor."""
    star = [(str(i), "h") for i in range(p)]
    tree, factor = trees.gaussian_tree(star), trees.one_factor(p)
    assert (tree.lam, tree.m) == (factor.lam, factor.m)


@settings(deadline=None, max_examples=12)
@given(st.integers(3, 5), st.integers(1, 4))
def test_subsets_have_cover_number_size_over_k(n: int, k: int) -> None:
    """The fractional cover number of all k-subsets of n is n/k."""
    if k <= n:
        assert monomials.cover(monomials.subsets(n, k)).lam == Fraction(n, 2 * k)


def test_path_on_four_vertices_has_a_long_face() -> None:
    """The path on four vertices: 2λ = 2 with an optimal face of dimension 2."""
    known = monomials.cover(monomials.path(4))
    assert (known.lam, known.m) == (1, 3)


@pytest.mark.parametrize(
    ("generators", "lam"),
    [
        ([((1, 0, 1), (0, 2, 0)), ((3, 0, 0), (0, 1, 1)), ((2, 1, 0), (0, 0, 2))], Fraction(13, 18)),
        ([((0, 2, 0), (1, 0, 1)), ((3, 0, 0), (0, 0, 2))], Fraction(17, 24)),
    ],
)
def test_monomial_space_curves(generators: list[tuple[tuple[int, ...], tuple[int, ...]]], lam: Fraction) -> None:
    """Thompson's values 13/9 for (t^3, t^4, t^5) and 17/12 for (t^4, t^5, t^6), halved for K."""
    assert monomials.binomial_ideal(generators).lam == lam


@given(st.integers(1, 4), st.integers(1, 4))
def test_two_plane_monomial_against_the_monomial_rule(a: int, b: int) -> None:
    """A principal monomial x^a y^b: 2λ = min(1/a, 1/b) with m counting ties."""
    known = monomials.monomial_ideal([(a, b)])
    assert (known.lam, known.m) == (min(Fraction(1, a), Fraction(1, b)) / 2, 2 if a == b else 1)


@pytest.mark.parametrize(("group", "size"), [("A", 2), ("B", 2), ("A", 3)])
def test_reflection_value_from_flats(group: arrangements.Group, size: int) -> None:
    """2/h by the Macdonald-Mehta integral equals the least ratio over dense flats."""
    normals = {
        ("A", 2): [(1, -1, 0), (1, 0, -1), (0, 1, -1)],
        ("B", 2): [(1, 0), (0, 1), (1, 1), (1, -1)],
        ("A", 3): [(1, -1, 0, 0), (1, 0, -1, 0), (1, 0, 0, -1), (0, 1, -1, 0), (0, 1, 0, -1), (0, 0, 1, -1)],
    }
    flats = arrangements.arrangement(normals[group, size])
    assert (flats.lam, flats.m) == (arrangements.reflection(group, size).lam, 1)


def test_boolean_arrangement_is_a_normal_crossing() -> None:
    """The coordinate planes: (1, n)."""
    known = arrangements.arrangement([(1, 0, 0), (0, 1, 0), (0, 0, 1)])
    assert (known.lam, known.m) == (1, 3)


@pytest.mark.parametrize(
    "name",
    [
        "E6",
        "E7",
        "E8",
        "J10",
        "X9",
        "E12",
        "E13",
        "E14",
        "Z11",
        "Z12",
        "Z13",
        "W12",
        "W13",
        "E18",
        "E19",
        "E20",
        "Z17",
        "Z18",
        "Z19",
        "W17",
        "W18",
        "Q10",
        "Q11",
        "Q12",
        "S11",
        "S12",
        "U12",
        "Q16",
        "Q17",
        "Q18",
        "S16",
        "S17",
        "U16",
        "A1",
        "A5",
        "D4",
        "D7",
    ],
)
def test_weights_fit_the_normal_forms(name: str) -> None:
    """Every monomial of a normal form has weight 1 in the listed weights."""
    case = singularities.arnold_case(name)
    weights = dict(zip(case.variables, singularities._weights(name), strict=True))
    for term in case.generators[0].replace("-", "+").split("+"):
        total = Fraction(0)
        for factor in term.strip().split("*"):
            base, _, power = factor.partition("^")
            total += weights[base] * int(power or 1)
        assert total == 1


def test_definite_forms_differ_from_sign_changing_ones() -> None:
    """x^2 + y^2 + z^2 has 3/2, x^2 + y^2 - z^2 has 1: a complex value decides neither."""
    half = [Fraction(1, 2)] * 3
    assert singularities.quasihomogeneous(half, sign_changing=False).lam == Fraction(3, 2)
    assert singularities.quasihomogeneous(half).lam == 1


def test_minors_with_a_tie() -> None:
    """2-minors of 3 x 4: λ_abs = 6 attained twice, so K has (3, 2)."""
    known = determinantal.minors(3, 4, 2)
    assert (known.lam, known.m) == (3, 2)


@given(st.integers(1, 3), st.integers(0, 3), st.integers(0, 3))
def test_linear_program_against_vertices(n: int, a: int, b: int) -> None:
    """min x + y with (a+1)x + (b+1)y >= n equals the better of the two axes."""
    value, point = lp.solve([1, 1], [[a + 1, b + 1]], [n])
    assert value == min(Fraction(n, a + 1), Fraction(n, b + 1))
    assert (a + 1) * point[0] + (b + 1) * point[1] >= n


@pytest.mark.parametrize(
    "call",
    [
        lambda: matrices.reduced_rank(2, 1, 2, 2),
        lambda: matrices.deep_linear([3]),
        lambda: matrices.deep_linear([2, 0, 2]),
        lambda: mixtures.location_mixture(1, 2, 3),
        lambda: mixtures.naive_bayes(2, "three"),
        lambda: monomials.monomial_ideal([(0, 0)]),
        lambda: determinantal.minors(2, 2, 3),
        lambda: singularities.plane_branch(2, 4),
        lambda: singularities.arnold("K9"),
        lambda: trees.one_factor(3, 1),
        lambda: trees.gaussian_tree([("1", "2"), ("3", "4")]),
        lambda: singularities.hyperbolic(2, 3, 6),
        lambda: arrangements.arrangement([(1, 0), (2, 0)]),
        lambda: lp.solve([1], [[-1]], [1]),
        lambda: networks.analytic_activation_bound(1, 2),
        lambda: topics.stochastic_factorisation(2, 2, 2, 2),
    ],
)
def test_bad_sizes_are_refused_with_a_reason(call) -> None:  # type: ignore[no-untyped-def]
    """Sizes that make no model, and truths the model cannot realise, raise InputError with a sentence."""
    with pytest.raises(InputError) as caught:
        call()
    assert len(str(caught.value)) > 20


@pytest.mark.parametrize(
    "call",
    [
        lambda: networks.tanh_teacher(4, "merged"),
        lambda: networks.quadratic_activation(3, 2),
        lambda: networks.several_inputs(3, 2, 1),
        lambda: invariants.invariant("hyperdeterminant", 3),
        lambda: invariants.binary_form_discriminant(5),
        lambda: invariants.coxeter_discriminant_case("A", 3),
        lambda: mixtures.location_mixture(2, 3, two_sided=True),
    ],
)
def test_formulas_outside_their_hypotheses_are_refused(call) -> None:  # type: ignore[no-untyped-def]
    """Where no theorem is known the catalogue says so instead of extrapolating."""
    with pytest.raises(UnsupportedError) as caught:
        call()
    assert len(str(caught.value)) > 20


def test_bounds_are_called_bounds() -> None:
    """Where only one side is known the value says so, has no m, and lies above the exact values next to it."""
    network = networks.analytic_activation_bound(3, 1)
    for bound in (topics.nmf(2, 2, 2, 1), factorisation.monic_factorisation(3, 3), network):
        assert (bound.kind, bound.m) == ("upper bound", None)
    assert topics.nmf(3, 2, 4, 1).lam == Fraction(3 + 6, 2)
    assert topics.nmf(2, 1, 2, 1).kind == "exact"
    case = factorisation.monic_factorisation_case(2, 4)
    found = rlct(case.expression, budget=Budget(seconds=10), **case.keywords())
    assert found.bounds[0] <= factorisation.monic_factorisation(2, 4).lam


def test_complex_parameters_double_the_value() -> None:
    """(a + bi)(c + di) = 0 as two real equations: (1, 2), twice (1/2, 2)."""
    known = invariants.over_complex(factorisation.scalar_chain(2))
    found = rlct(["a*c - b*d", "a*d + b*c"])
    assert (known.lam, known.m) == (found.lam, found.multiplicity) == (1, 2)
    with pytest.raises(InputError):
        invariants.over_complex(determinantal.determinant(2))


def test_large_sizes_are_computed_not_counted() -> None:
    """Widths of real networks: two formulas agree, and nothing runs through the units one by one."""
    deep, shallow = matrices.deep_linear([1000, 300, 784], 20), matrices.reduced_rank(784, 300, 1000, 20)
    assert (deep.lam, deep.m) == (shallow.lam, shallow.m)
    assert networks.vandermonde(2, 3, 10**9).lam > networks.vandermonde(2, 3, 10**6).lam


def test_every_pair_has_its_own_name_and_point() -> None:
    """At least sixty comparisons, no two alike, each point naming exactly the variables."""
    listed = pairs()
    assert len({p.name for p in listed}) == len(listed) >= 60
    for pair in listed:
        assert set(case_point(pair.case)) == set(pair.case.variables)
        assert pair.known.mode == pair.case.mode

"""Gaussian latent trees and one-factor analysis: (λ, m) from monomials in the edge correlations.

The correlation of two leaves is the product of the edge correlations on their path.  Non-zero targets are
coordinates in
logarithms, zero targets leave a monomial ideal; one linear program reads off the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations

from rlct.errors import InputError, UnsupportedError
from rlct.models.known import Case, Known, need_rank, need_size
from rlct.models.lp import optimal_face, rank

DRTON = "Drton, Lin, Weihs & Zwiernik 2017, Bernoulli 23:1202-1232 (Gaussian latent tree and forest models)"
Edge = tuple[str, str]


def one_factor(variables: int, nonzero: int = 0) -> Known:
    """(λ, m) of one-factor analysis with free variances: covariance `diag(d) + b b^T`, truth with `nonzero` loadings.

    Three or more non-zero loadings: regular, λ = p; exactly two: (2p-1)/2; none: 3p/4 for p >= 3, (3/2, 2) for p = 2.
    The package sBIC returns m = 1 in the last case.

    Raises
    ------
    InputError : one non-zero loading (its covariances are those of none), or more than there are variables.

    Examples
    --------
    >>> one_factor(2).lam, one_factor(2).m
    (Fraction(3, 2), 2)
    """
    p, s = need_size("variables", variables, 2), need_rank(nonzero, variables)
    hypotheses = ("truth in the interior (positive variances)", "positive prior")
    if s == 1:
        raise InputError("a single non-zero loading gives the covariances of none: use nonzero=0")
    if s >= 3:
        return Known(Fraction(p), 1, DRTON, hypotheses)
    if s == 2:
        return Known(Fraction(2 * p - 1, 2), 1, DRTON, hypotheses)
    if p == 2:
        return Known(Fraction(3, 2), 2, DRTON + "; m: own derivation", hypotheses)
    return Known(Fraction(3 * p, 4), 1, DRTON + "; m: own derivation", hypotheses)


def one_factor_case(variables: int, nonzero: int = 0) -> Case:
    """Entries of `diag(d) + b b^T` minus the truth, at the point with ones as non-zero loadings and variances.

    >>> one_factor_case(2).generators
    ('d1 + b1^2 - 1', 'd2 + b2^2 - 1', 'b1*b2')
    """
    one_factor(variables, nonzero)
    ones = [1 if i < nonzero else 0 for i in range(variables)]
    entries = [f"d{i + 1} + b{i + 1}^2 - {1 + ones[i]}" for i in range(variables)]
    for i, j in combinations(range(variables), 2):
        entries.append(f"b{i + 1}*b{j + 1}" + (" - 1" if ones[i] and ones[j] else ""))
    names = tuple(f"{c}{i + 1}" for c in "db" for i in range(variables))
    at: dict[str, Fraction | str] = {f"d{i + 1}": Fraction(1) for i in range(variables)}
    at.update({f"b{i + 1}": Fraction(ones[i]) for i in range(variables)})
    note = (
        (
            "KL between centred normal laws with covariances near a positive definite one is comparable with the "
            "squared distance"
        ),
    )
    return Case(f"one factor p={variables}, {nonzero} loadings", names, tuple(entries), at, argument=note)


def _paths(edges: Sequence[Edge]) -> tuple[list[str], dict[tuple[str, str], frozenset[int]]]:
    """Leaves of a tree and, for each pair, the indices of the edges on the path between them."""
    neighbours: dict[str, list[tuple[str, int]]] = {}
    for index, (a, b) in enumerate(edges):
        neighbours.setdefault(a, []).append((b, index))
        neighbours.setdefault(b, []).append((a, index))
    if len(neighbours) != len(edges) + 1:
        raise InputError("the edges do not form a tree: a tree has one vertex more than edges and no cycle")
    leaves = sorted(v for v, around in neighbours.items() if len(around) == 1)
    paths = {}
    for start in leaves:
        stack: list[tuple[str, frozenset[int]]] = [(start, frozenset())]
        seen = {start}
        while stack:
            vertex, used = stack.pop()
            for other, index in neighbours[vertex]:
                if other not in seen:
                    seen.add(other)
                    stack.append((other, used | {index}))
                    if other in leaves and start < other:
                        paths[start, other] = used | {index}
        if len(seen) != len(neighbours):
            raise InputError("the edges do not form a tree: it is not connected")
    return leaves, paths


def gaussian_tree_local(edges: Sequence[Edge], zero: Iterable[int], variances: bool = True) -> Known:
    """(λ, m) at the point where exactly the edges with indices `zero` have correlation 0.

    Parameters
    ----------
    edges : pairs of vertex names; leaves are observed, inner vertices latent.
    zero : indices of edges with correlation 0 at the point.
    variances : count the p free variances of the leaves (each adds 1/2).

    Examples
    --------
    >>> quartet = [("1", "u"), ("2", "u"), ("3", "v"), ("4", "v"), ("u", "v")]
    >>> gaussian_tree_local(quartet, range(5), variances=False).lam
    Fraction(1, 1)
    """
    leaves, paths = _paths(edges)
    vanishing = sorted(set(zero))
    if any(not 0 <= i < len(edges) for i in vanishing):
        raise InputError(f"zero edges are indices from 0 to {len(edges) - 1}")
    alive = [path for path in paths.values() if not path & set(vanishing)]
    incidence = [[1 if i in path else 0 for i in range(len(edges))] for path in alive]
    lam = Fraction(rank(incidence), 2) + (Fraction(len(leaves), 2) if variances else 0)
    monomials = {path & set(vanishing) for path in paths.values() if path & set(vanishing)}
    m = 1
    if monomials:
        minimal = [s for s in monomials if not any(t < s for t in monomials)]
        rows = [[1 if i in s else 0 for i in vanishing] for s in sorted(minimal, key=sorted)]
        value, dimension = optimal_face([1] * len(vanishing), rows, [1] * len(rows))
        lam, m = lam + value / 2, 1 + dimension
    return Known(lam, m, DRTON, ("edge correlations strictly between -1 and 1", "positive prior"))


def markov_tree_local(edges: Sequence[Edge]) -> Known:
    """(λ, m) of the general Markov model of a tree with binary vertices, independent truth, at an inner parameter.

    The tree cumulant of a set of leaves is a unit times the product of the edge parameters η of the tree they span
    (and of skewness s_v at vertices of degree above two); those of pairs divide all others.  So the ideal is the n
    means and the path products, as for the Gaussian tree: `n/2` and the linear program.  At vertices without
    randomness (s = ±1, the weight 0 of a mixture) the value can be smaller: see `rlct.models.mixtures.naive_bayes`.

    References
    ----------
    Zwiernik 2011, J. Machine Learning Research 12 (arXiv:1012.0753).

    Examples
    --------
    >>> markov_tree_local([("1", "h"), ("2", "h"), ("3", "h")]).lam
    Fraction(9, 4)
    """
    base = gaussian_tree_local(edges, range(len(edges)))
    return Known(
        base.lam,
        base.m,
        "Zwiernik 2011 (tree cumulants); linear program",
        ("independent truth", "every vertex random at the point (|s| < 1)", "all edge parameters 0", "positive prior"),
    )


def markov_tree_case(edges: Sequence[Edge]) -> Case:
    """Means `e_i` of the leaves and the path products of the edge parameters, all zero at the point.

    >>> markov_tree_case([("1", "h"), ("2", "h")]).generators
    ('e1', 'e2', 'w1*w2')
    """
    leaves, _ = _paths(edges)
    case = gaussian_tree_case(edges, range(len(edges)))
    means = tuple(f"e{i + 1}" for i in range(len(leaves)))
    return Case(
        f"Markov tree with {len(leaves)} leaves, independent truth",
        (*means, *case.variables),
        (*means, *case.generators),
        {**dict.fromkeys(means, Fraction(0)), **(case.at or {})},
        argument=(
            (
                "tree cumulants are coordinates on the model class; each is a unit times a monomial in the edge "
                "parameters and the skewness of inner vertices, and those of pairs of leaves divide the others"
            ),
        ),
    )


def gaussian_tree(edges: Sequence[Edge], blocks: Sequence[Sequence[str]] = (), variances: bool = True) -> Known:
    """(λ, m) of a latent tree model whose true law has non-zero leaf correlations exactly inside the given blocks.

    The worst point of the fibre is found by going through the sets of zero edges (at most 16 edges).

    Raises
    ------
    InputError : no zero pattern of the tree gives these blocks (the truth is not realisable).
    UnsupportedError : more than 16 edges.

    Examples
    --------
    >>> star = [("1", "h"), ("2", "h"), ("3", "h")]
    >>> gaussian_tree(star).lam, gaussian_tree(star, [["1", "2", "3"]]).lam
    (Fraction(9, 4), Fraction(3, 1))
    """
    return _worst_zero_edges(edges, blocks, variances)[0]


def _worst_zero_edges(
    edges: Sequence[Edge], blocks: Sequence[Sequence[str]], variances: bool
) -> tuple[Known, tuple[int, ...]]:
    """The worst value over the sets of zero edges that give these blocks, and the set."""
    if len(edges) > 16:
        raise UnsupportedError("the search over zero edges is limited to 16 edges; give the zero edges yourself")
    leaves, paths = _paths(edges)
    member = {leaf: number for number, block in enumerate(blocks) for leaf in block}
    unknown = sorted(set(member) - set(leaves))
    if unknown:
        raise InputError(f"{unknown[0]} is not a leaf of the tree; leaves: {', '.join(leaves)}")
    if len(member) < sum(map(len, blocks)):
        raise InputError("a leaf is listed twice in the blocks")
    dependent = {pair for pair in paths if pair[0] in member and member.get(pair[0]) == member.get(pair[1])}
    best: tuple[Known, tuple[int, ...]] | None = None
    for size in range(len(edges) + 1):
        for zero in combinations(range(len(edges)), size):
            if {pair for pair, path in paths.items() if not path & set(zero)} == dependent:
                here = gaussian_tree_local(edges, zero, variances)
                if best is None or (here.lam, -(here.m or 1)) < (best[0].lam, -(best[0].m or 1)):
                    best = here, zero
    if best is None:
        raise InputError("the truth is not realisable: no set of zero edges leaves exactly these blocks dependent")
    return best


def gaussian_tree_blocks_case(edges: Sequence[Edge], blocks: Sequence[Sequence[str]] = ()) -> Case:
    """The ideal of `gaussian_tree` at its worst point, variances included.

    >>> gaussian_tree_blocks_case([("1", "h"), ("2", "h")]).generators
    ('w1*w2', 'd1 - 1', 'd2 - 1')
    """
    _, zero = _worst_zero_edges(edges, blocks, True)
    return gaussian_tree_case(edges, zero, variances=True)


def gaussian_tree_case(edges: Sequence[Edge], zero: Iterable[int], variances: bool = False) -> Case:
    """Path products minus their values at the point with edges 1/2, and 0 on `zero`; variances `d_i` if asked for.

    >>> gaussian_tree_case([("1", "h"), ("2", "h")], [0, 1]).generators
    ('w1*w2',)
    """
    leaves, paths = _paths(edges)
    vanishing = set(zero)
    names = tuple(f"w{i + 1}" for i in range(len(edges)))
    entries = []
    for pair in sorted(paths):
        path = paths[pair]
        text = "*".join(names[i] for i in sorted(path))
        entries.append(text if path & vanishing else f"{text} - {Fraction(1, 2 ** len(path))}")
    at: dict[str, Fraction | str] = {v: Fraction(0) if i in vanishing else Fraction(1, 2) for i, v in enumerate(names)}
    if variances:
        free = tuple(f"d{i + 1}" for i in range(len(leaves)))
        names += free
        entries += [f"{d} - 1" for d in free]
        at.update(dict.fromkeys(free, Fraction(1)))
    return Case(
        f"Gaussian tree with {len(leaves)} leaves, zero edges {sorted(vanishing)}",
        names,
        tuple(entries),
        at,
        argument=("correlations of leaves are products along paths; variances are separate coordinates",),
    )

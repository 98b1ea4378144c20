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
    if len(edges) > 16:
        raise UnsupportedError("the search over zero edges is limited to 16 edges; give the zero edges yourself")
    leaves, paths = _paths(edges)
    member = {leaf: number for number, block in enumerate(blocks) for leaf in block}
    unknown = sorted(set(member) - set(leaves))
    if unknown:
        raise InputError(f"{unknown[0]} is not a leaf of the tree; leaves: {', '.join(leaves)}")
    dependent = {pair for pair in paths if pair[0] in member and member.get(pair[0]) == member.get(pair[1])}
    best: Known | None = None
    for size in range(len(edges) + 1):
        for zero in combinations(range(len(edges)), size):
            if {pair for pair, path in paths.items() if not path & set(zero)} == dependent:
                here = gaussian_tree_local(edges, zero, variances)
                if best is None or (here.lam, -(here.m or 1)) < (best.lam, -(best.m or 1)):
                    best = here
    if best is None:
        raise InputError("the truth is not realisable: no set of zero edges leaves exactly these blocks dependent")
    return best


def gaussian_tree_case(edges: Sequence[Edge], zero: Iterable[int]) -> Case:
    """Path products minus their values at the point with edges 1/2, and 0 on `zero` (correlations only).

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
    return Case(
        f"Gaussian tree with {len(leaves)} leaves, zero edges {sorted(vanishing)}",
        names,
        tuple(entries),
        at,
        argument=("correlations of leaves are products along paths; variances are separate coordinates",),
    )

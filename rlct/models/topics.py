"""Topic models and non-negative matrix factorisation: (λ, m) and ideals."""

from __future__ import annotations

from fractions import Fraction

from rlct.errors import InputError, UnsupportedError
from rlct.models.known import Case, Known, flatten, grid, minus, need_rank, need_size, product
from rlct.models.matrices import reduced_rank

HAYASHI = "Hayashi 2021, Neural Networks 137:127-137 (latent Dirichlet allocation), Theorem 1"
HAYASHI_WATANABE = "Hayashi & Watanabe 2017, Neurocomputing 266 (NMF); m: own derivation"


def stochastic_factorisation(words: int, topics: int, documents: int, rank: int = 0) -> Known:
    """(λ, m) of LDA, or of `A B` with column-stochastic factors M x H and H x N at interior points.

    Differences to the last topic and the last document turn it into reduced-rank regression one size smaller:
    `λ = (M-1)/2 + λ_RRR(M-1, H-1, N-1; r)`, m the same; r is the rank of the product of differences.

    Raises
    ------
    InputError : a size below 1 (below 2 words), or a rank the model cannot realise.

    References
    ----------
    Hayashi 2021, Neural Networks 137, Theorem 1 (his r is larger by one).

    Examples
    --------
    >>> stochastic_factorisation(2, 2, 2).lam, stochastic_factorisation(2, 2, 2).m
    (Fraction(1, 1), 2)
    """
    m, h, n = need_size("words", words, 2), need_size("topics", topics), need_size("documents", documents)
    hypotheses = ("truth interior: all entries positive", "positive prior")
    base = Fraction(m - 1, 2)
    r = need_rank(rank, m - 1, h - 1, n - 1)
    if min(h, n) == 1:
        return Known(base, 1, HAYASHI, hypotheses)
    rest = reduced_rank(m - 1, h - 1, n - 1, r)
    return Known(base + rest.lam, rest.m, HAYASHI, hypotheses)


def stochastic_factorisation_case(words: int, topics: int, documents: int) -> Case:
    """Entries of `A B - truth` for the uniform truth (rank 0) at the uniform point, last rows eliminated.

    Examples
    --------
    >>> stochastic_factorisation_case(2, 2, 1).generators
    ('a11*b11 + a12*(1 - b11) - 1/2',)
    """
    stochastic_factorisation(words, topics, documents)
    a, b = grid("a", words - 1, topics), grid("b", topics - 1, documents)
    last = ["(1 - " + " - ".join(row[j] for row in b) + ")" if b else "1" for j in range(documents)]
    rows = [*b, last]
    entries = [
        minus(" + ".join(f"{a[i][k]}*{rows[k][j]}" for k in range(topics)), Fraction(1, words))
        for i in range(words - 1)
        for j in range(documents)
    ]
    at: dict[str, Fraction | str] = {v: Fraction(1, words) for v in flatten(a)}
    at.update({v: Fraction(1, topics) for v in flatten(b)})
    note = (
        (
            "true entries are positive, so KL is comparable with the sum of squared differences; columns sum to one, "
            "hence M-1 rows"
        ),
    )
    return Case(
        f"stochastic factorisation {words}x{topics}x{documents} rank 0",
        tuple(flatten(a) + flatten(b)),
        tuple(entries),
        at,
        argument=note,
    )


def nmf(rows: int, inner: int, columns: int, rank: int = 0) -> Known:
    """(λ, m) of non-negative matrix factorisation `X Y`, X rows x inner, on the closed orthant.

    Truth 0: no cancellation, so the entries are bounded below by every product x_ik y_kj: H independent blocks with
    λ = min(M,N)/2 each; `λ = H min(M,N)/2`, m = H + 1 if M = N, else 1.

    Raises
    ------
    UnsupportedError : a truth of positive rank, where only an upper bound is published.

    Examples
    --------
    >>> nmf(1, 2, 1).m
    3
    """
    m, h, n = need_size("rows", rows), need_size("inner size", inner), need_size("columns", columns)
    if rank < 0:
        raise InputError("the true rank must be at least 0")
    if rank:
        raise UnsupportedError(
            "NMF with a truth of positive rank: only an upper bound is published (Hayashi & Watanabe 2017)"
        )
    return Known(
        Fraction(h * min(m, n), 2),
        h + 1 if m == n else 1,
        HAYASHI_WATANABE,
        ("truth 0", "non-negative factors", "prior positive up to the walls"),
    )


def nmf_case(rows: int, inner: int, columns: int) -> Case:
    """The entries of `X Y` on the orthant at 0.

    >>> nmf_case(1, 1, 1).region
    'x11 >= 0, y11 >= 0'
    """
    nmf(rows, inner, columns)
    x, y = grid("x", rows, inner), grid("y", inner, columns)
    names = flatten(x) + flatten(y)
    return Case(
        f"NMF {rows}x{inner}x{columns} truth 0",
        tuple(names),
        tuple(flatten(product(x, y))),
        {v: Fraction(0) for v in names},
        region=", ".join(f"{v} >= 0" for v in names),
        argument=("K is comparable with |X Y|^2: finitely many entries",),
    )

"""Topic models and non-negative matrix factorisation: (λ, m) and ideals."""

from __future__ import annotations

from fractions import Fraction

from rlct.errors import InputError
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


def stochastic_factorisation_case(words: int, topics: int, documents: int, rank: int = 0) -> Case:
    """Entries of `A B - truth` at a point with positive entries whose factors both have differences of the given rank.

    Topics and documents are uniform, the first `rank` of them tilted; the last row of each factor is eliminated.

    Examples
    --------
    >>> stochastic_factorisation_case(2, 2, 1).generators
    ('a11*b11 + a12*(1 - b11) - 1/2',)
    """
    stochastic_factorisation(words, topics, documents, rank)
    if rank and min(words, topics, documents) < 2:
        raise InputError("a product of differences of positive rank needs two words, topics and documents")
    a, b = grid("a", words - 1, topics), grid("b", topics - 1, documents)
    last = ["(1 - " + " - ".join(row[j] for row in b) + ")" if b else "1" for j in range(documents)]
    rows = [*b, last]

    def tilted(size: int, i: int, k: int) -> Fraction:
        return Fraction(1, size) + (Fraction(1, 2 * size) if i == k < rank else 0)

    at_a = [[tilted(words, i, k) for k in range(topics)] for i in range(words - 1)]
    at_b = [[tilted(topics, k, j) for j in range(documents)] for k in range(topics - 1)]
    at_b += [[1 - sum((row[j] for row in at_b), Fraction(0)) for j in range(documents)]]
    entries = [
        minus(
            " + ".join(f"{a[i][k]}*{rows[k][j]}" for k in range(topics)),
            sum((at_a[i][k] * at_b[k][j] for k in range(topics)), Fraction(0)),
        )
        for i in range(words - 1)
        for j in range(documents)
    ]
    at: dict[str, Fraction | str] = dict(zip(flatten(a), [x for row in at_a for x in row], strict=True))
    at.update(zip(flatten(b), [x for row in at_b[:-1] for x in row], strict=True))
    note = (
        (
            "true entries are positive, so KL is comparable with the sum of squared differences; columns sum to one, "
            "hence M-1 rows"
        ),
    )
    return Case(
        f"stochastic factorisation {words}x{topics}x{documents} rank {rank}",
        tuple(flatten(a) + flatten(b)),
        tuple(entries),
        at,
        argument=note,
    )


def nmf(rows: int, inner: int, columns: int, rank: int = 0) -> Known:
    """(λ, m) of non-negative matrix factorisation `X Y`, X rows x inner, on the closed orthant.

    Truth 0: no cancellation, so the entries are bounded below by every product x_ik y_kj: H independent blocks with
    λ = min(M,N)/2 each; `λ = H min(M,N)/2`, m = H + 1 if M = N, else 1.  For a truth of non-negative rank r > 0 the
    value with r blocks of M+N-1 coordinates and H-r blocks at 0 is an upper bound, exact for H = r = 1.

    Raises
    ------
    InputError : a rank that the factors cannot have.

    Examples
    --------
    >>> nmf(1, 2, 1).m
    3
    """
    m, h, n = need_size("rows", rows), need_size("inner size", inner), need_size("columns", columns)
    r = need_rank(rank, m, h, n)
    if r:
        exact = h == r == 1
        return Known(
            Fraction((h - r) * min(m, n) + r * (m + n - 1), 2),
            1 if exact else None,
            HAYASHI_WATANABE,
            ("truth of non-negative rank r with positive entries", "non-negative factors", "positive prior"),
            kind="exact" if exact else "upper bound",
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


def nmf_rank_one_case(rows: int, columns: int) -> Case:
    """The entries of `x y^T` minus the matrix of ones, at ones: the exact case of a positive rank.

    >>> nmf_rank_one_case(1, 1).generators
    ('x11*y11 - 1',)
    """
    case = nmf_case(rows, 1, columns)
    return Case(
        f"NMF {rows}x1x{columns} rank 1",
        case.variables,
        tuple(minus(g, 1) for g in case.generators),
        dict.fromkeys(case.variables, Fraction(1)),
        argument=case.argument,
    )

"""Reduced-rank regression and deep linear networks: published learning coefficients and their ideals.

Model: y = W_L ... W_1 x + noise, truth of rank r, inputs with positive definite covariance.  Then K is comparable with
`|W_L ... W_1 - truth|^2`, the sum of squares of the entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from rlct.errors import InputError
from rlct.models.known import (
    Case,
    Known,
    flatten,
    grid,
    minus,
    need_rank,
    need_size,
    product,
)

AOYAGI_WATANABE = "Aoyagi & Watanabe 2005, Neural Networks 18:924-933, Main Theorem"
AOYAGI_DEEP = "Aoyagi 2024, Neural Networks 172 (deep linear networks); stated in Lau et al., arXiv:2308.12108"
LOSS_ARGUMENT = (
    "K = E|(W - W*)x|^2 / (2 s^2) with a positive definite input covariance lies between two multiples of |W - W*|^2",
    "the entries of W - W* are finitely many polynomials: nothing is cut off",
)


def reduced_rank(outputs: int, hidden: int, inputs: int, rank: int = 0) -> Known:
    """(λ, m) of reduced-rank regression: `outputs x hidden` times `hidden x inputs`, truth of the given rank.

    The four cases of the theorem; the value is the worst over all factorisations of the truth.

    Parameters
    ----------
    outputs, hidden, inputs : the three widths N, H, M.
    rank : rank of the true matrix.

    Raises
    ------
    InputError : a size is not positive, or the rank is larger than a width (truth not realisable).

    References
    ----------
    Aoyagi & Watanabe 2005, Neural Networks 18:924, Main Theorem.

    Examples
    --------
    >>> known = reduced_rank(2, 2, 2, 1)
    >>> known.lam, known.m
    (Fraction(2, 1), 2)
    """
    n, h, m = need_size("outputs", outputs), need_size("hidden", hidden), need_size("inputs", inputs)
    r = need_rank(rank, n, h, m)
    hypotheses = ("truth realisable", "positive prior", "input covariance positive definite")
    if m + h < n + r:
        return Known(Fraction(h * m - h * r + n * r, 2), 1, AOYAGI_WATANABE + ", case 2", hypotheses)
    if n + h < m + r:
        return Known(Fraction(h * n - h * r + m * r, 2), 1, AOYAGI_WATANABE + ", case 3", hypotheses)
    if m + n < h + r:
        return Known(Fraction(m * n, 2), 1, AOYAGI_WATANABE + ", case 4", hypotheses)
    top = 2 * (h + r) * (m + n) + 2 * m * n - (h + r) ** 2 - m**2 - n**2
    if (m + n + h + r) % 2 == 0:
        return Known(Fraction(top, 8), 1, AOYAGI_WATANABE + ", case 1a", hypotheses)
    return Known(Fraction(top + 1, 8), 2, AOYAGI_WATANABE + ", case 1b", hypotheses)


def reduced_rank_local(outputs: int, hidden: int, inputs: int, rank: int, rank_right: int, rank_left: int) -> Known:
    """(λ, m) at one point of the fibre: right factor of rank `rank_right`, left factor of rank `rank_left`.

    Derivation: write the right factor A (rank a) by its Schur complement; its top block gives N·a coordinates,
    rank(B) = b
    gives b(M-a) more, and a smaller product with truth 0 remains: `(Na + b(M-a))/2 + λ0(M-a, N-b, H-a-b+r)`.

    Raises
    ------
    InputError : ranks that no factorisation of a rank-r truth can have.

    Examples
    --------
    >>> reduced_rank_local(2, 2, 2, 0, 1, 0).lam
    Fraction(3, 2)
    """
    n, h, m = need_size("outputs", outputs), need_size("hidden", hidden), need_size("inputs", inputs)
    r = need_rank(rank, n, h, m)
    a, b = rank_right, rank_left
    if not (r <= a <= min(h, m) and r <= b <= min(n, h)) or a + b - r > h:
        raise InputError(f"no factorisation of a rank-{r} matrix has factors of ranks {b} (left) and {a} (right)")
    base = Fraction(n * a + b * (m - a), 2)
    sizes = (n - b, h - a - b + r, m - a)
    source = "own derivation (Schur complement; one local step of Aoyagi & Watanabe 2005)"
    if min(sizes) == 0:
        return Known(base, 1, source, ("positive prior",))
    rest = reduced_rank(*sizes, 0)
    return Known(base + rest.lam, rest.m, source, ("positive prior",))


def deep_linear(widths: Sequence[int], rank: int = 0) -> Known:
    """(λ, m) of a deep linear network with the given widths (input first) and a truth of the given rank.

    With `M_s = H_s - r`, sorted, the set S of the l+1 smallest is the one with `max S < min of the others`,
    `sum S >= l max S` and `sum S < l min of the others`; then
    `λ = (r(H_1 + H_{L+1}) - r^2)/2 + a(l-a)/(4l) - l(l-1)/4 (sum S / l)^2 + (1/2) sum_{i<j} M_i M_j` and
    `m = a(l-a) + 1`,
    where `a = sum S - (ceil(sum S / l) - 1) l`.  Linear time in the number of layers.  m is the order of the pole, not
    the number θ of top-dimensional components of the fibre (Lehalleur and Rimanyi 2024): these agree in small cases.

    Raises
    ------
    InputError : fewer than two widths, or a rank that a width cannot carry.

    References
    ----------
    Aoyagi 2024, Neural Networks 172; quoted in arXiv:2308.12108.

    Examples
    --------
    >>> deep_linear([784, 100, 10], 5).lam
    Fraction(2210, 1)
    >>> deep_linear([2, 2, 2, 2, 2]).m
    5
    """
    if len(widths) < 2:
        raise InputError("a linear network needs at least an input and an output width")
    sizes = [need_size("width", w) for w in widths]
    r = need_rank(rank, *sizes)
    base = Fraction(r * (sizes[0] + sizes[-1]) - r * r, 2)
    hypotheses = ("truth realisable", "positive prior", "input covariance positive definite")
    left = sorted(w - r for w in sizes)
    if left[0] == 0:
        return Known(base, 1, AOYAGI_DEEP + "; a width equal to the rank", hypotheses)
    if len(sizes) == 2:
        return Known(Fraction(sizes[0] * sizes[1], 2), 1, "regular model", hypotheses)
    total = left[0]
    for count in range(2, len(left) + 1):
        total += left[count - 1]
        ell = count - 1
        largest = left[count - 1]
        following = left[count] if count < len(left) else None
        if (following is None or (largest < following and total < ell * following)) and total >= ell * largest:
            break
    else:
        raise InputError(f"no admissible set of layers for widths {tuple(widths)}: please report this")
    chosen = left[:count]
    ceiling = -(-total // ell)
    a = total - (ceiling - 1) * ell
    pairs = Fraction(total * total - sum(c * c for c in chosen), 2)
    lam = base + Fraction(a * (ell - a), 4 * ell) - Fraction((ell - 1) * total * total, 4 * ell) + pairs / 2
    return Known(lam, a * (ell - a) + 1, AOYAGI_DEEP, hypotheses)


def truth_matrix(outputs: int, inputs: int, rank: int) -> list[list[int]]:
    """The matrix with ones on the first `rank` places of the diagonal: every truth of that rank is equivalent to it."""
    return [[1 if i == j and i < rank else 0 for j in range(inputs)] for i in range(outputs)]


def deep_linear_case(widths: Sequence[int], rank: int = 0) -> Case:
    """The ideal of a deep linear network at the point where every factor has just the rank of the truth.

    That point is the worst of the fibre: it lies in the closure of every orbit of base changes, and (λ, m) can
    only get worse in a limit of points of equal (λ, m).

    Examples
    --------
    >>> deep_linear_case([1, 1, 1]).generators
    ('b11*a11',)
    """
    if len(widths) < 2:
        raise InputError("a linear network needs at least an input and an output width")
    sizes = [need_size("width", w) for w in widths]
    r = need_rank(rank, *sizes)
    if len(sizes) > 26:
        raise InputError("the ideal is written with one letter a layer: at most 25 layers")
    factors = [grid("abcdefghijklmnopqrstuvwxyz"[k], sizes[k + 1], sizes[k]) for k in range(len(sizes) - 1)]
    total = factors[0]
    for factor in factors[1:]:
        total = product(factor, total)
    truth = truth_matrix(sizes[-1], sizes[0], r)
    entries = [minus(total[i][j], truth[i][j]) for i in range(sizes[-1]) for j in range(sizes[0])]
    at: dict[str, Fraction | str] = {
        name: Fraction(1 if i == j and i < r else 0)
        for factor in factors
        for i, row in enumerate(factor)
        for j, name in enumerate(row)
    }
    names = tuple(name for factor in factors for name in flatten(factor))
    label = "deep-linear " + "-".join(map(str, sizes)) + f" rank {r}"
    return Case(label, names, tuple(entries), at, argument=LOSS_ARGUMENT)


def reduced_rank_case(
    outputs: int, hidden: int, inputs: int, rank: int = 0, rank_right: int | None = None, rank_left: int | None = None
) -> Case:
    """The ideal of reduced-rank regression, at the worst point or at one with factors of given ranks.

    Examples
    --------
    >>> reduced_rank_case(1, 1, 1).generators
    ('b11*a11',)
    """
    case = deep_linear_case([inputs, hidden, outputs], rank)
    a = rank if rank_right is None else rank_right
    b = rank if rank_left is None else rank_left
    reduced_rank_local(outputs, hidden, inputs, rank, a, b)  # refuses impossible ranks
    right, left = grid("a", hidden, inputs), grid("b", outputs, hidden)
    at: dict[str, Fraction | str] = {v: Fraction(0) for v in case.variables}
    for i in range(a):
        at[right[i][i]] = Fraction(1)
    # the left factor carries the truth on the first r columns and the rest of its rank on columns A does not reach
    for i in range(b):
        at[left[i][i if i < rank else a + i - rank]] = Fraction(1)
    label = f"reduced-rank {outputs}x{hidden}x{inputs} rank {rank}"
    if (a, b) != (rank, rank):
        label += f" at ranks {b},{a}"
    return Case(label, case.variables, case.generators, at, argument=case.argument)

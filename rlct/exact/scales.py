"""Multiples of variables as coordinates: charts that differ only by scales become equal, and coefficients short."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import gcd

from flint import fmpz_mat

from rlct.exact import charts
from rlct.exact.poly import Exponent
from rlct.exact.proposals import changeable
from rlct.exact.work import Work

LONGEST = 160  # terms of all generators
PRIMES = (2, 3, 5, 7)
MOST = 12  # other factors

Terms = Sequence[tuple[Exponent, int]]


def scale(w: Work, late: Callable[[], bool]) -> None:
    """Multiples of variables as coordinates, as long as that takes digits off the coefficients."""
    c, variables = w.chart, changeable(w.chart)
    if sum(len(g) for ob in c.objects for g in ob.gens) > LONGEST:
        return
    gens: list[Terms] = [g.terms for ob in c.objects for g in ob.gens]
    factors = coprime_factors(abs(x) for g in gens for _, x in g)
    total: dict[int, int] = {}
    for p in factors:
        for v, power in _away(gens, variables, p).items():
            total[v] = total.get(v, 1) * p**power
            gens = [_scaled(g, v, p**power) for g in gens]
    while not late():
        options = ((v, p, *_gain(gens, v, p)) for v in variables for p in factors)
        v, p, power, gain = max(options, key=lambda t: t[3], default=(0, 1, 0, 0))
        if gain <= 0:
            break
        total[v] = total.get(v, 1) * p**power
        gens = [_scaled(g, v, p**power) for g in gens]
    for v, x in total.items():
        w.do(charts.coordinate(w.chart, v, c.ring.const(x), c.ring.zero))


def _gain(gens: Sequence[Terms], v: int, p: int) -> tuple[int, int]:
    """A power of p, and by how much the coefficients become shorter, all together, with that multiple of variable v in
    its place."""
    best, power, here = 0, 0, [g for g in gens if any(e[v] for e, _ in g)]
    before = sum(_digits(g) for g in here)
    while any(x % p == 0 for g in here for e, x in g if e[v]):
        here = [_scaled(g, v, p) for g in here]
        gain = before - sum(_digits(g) for g in here)
        if gain <= best:
            break
        best, power = gain, power + 1
    return power, best


def _digits(g: Terms) -> int:
    return sum(abs(x).bit_length() for _, x in g)


def _scaled(g: Terms, v: int, p: int) -> Terms:
    """The terms with p times variable v in its place, without content."""
    d = max(e[v] for e, _ in g)
    after = [x * p ** (d - e[v]) for e, x in g]
    content = gcd(*after)
    return [(e, x // content) for (e, _), x in zip(g, after)]


def _away(gens: Sequence[Terms], variables: Sequence[int], p: int) -> dict[int, int]:
    """Powers of p by which variables are multiplied so that p is in no coefficient any more; {} where there are none.

    The powers in the coefficients are then linear in those of the variables and of the generators.
    """
    rows = []
    for k, g in enumerate(gens):
        for e, x in g:
            n = 0
            while x % p == 0:
                n, x = n + 1, x // p
            rows.append([*(e[v] for v in variables), *(int(k == l) for l in range(len(gens))), n])
    if not any(row[-1] for row in rows):
        return {}
    n = len(rows[0]) - 1
    echelon, den, rank = fmpz_mat(rows).rref()
    out = {}
    for r in range(rank):
        pivot = next(i for i in range(n + 1) if echelon[r, i])
        if pivot == n:
            return {}
        if pivot < len(variables):
            power, left = divmod(int(echelon[r, n]), int(den))
            if left:
                return {}
            out[variables[pivot]] = power
    least = min(0, *out.values())
    if least and any(len({sum(e[v] for v in variables) for e, _ in g}) > 1 for g in gens):
        return {}
    return {v: out.get(v, 0) - least for v in variables if out.get(v, 0) > least}


def coprime_factors(values: Iterable[int]) -> list[int]:
    """Coprime numbers > 1 of which these positive ones are products of powers: small primes, and what common divisors
    tell of the rest (the first few).

    >>> coprime_factors([44, 22 * 13, 1])
    [2, 11, 13]
    """
    found: list[int] = []
    used = []
    left = [v for v in dict.fromkeys(values) if v > 1]
    for p in PRIMES:
        if any(v % p == 0 for v in left):
            used.append(p)
            while any(v % p == 0 for v in left):
                left = [v // p if v % p == 0 else v for v in left]
    left = [v for v in dict.fromkeys(left) if v > 1]
    while left and len(found) < MOST:
        v = left.pop()
        k, common = next(((k, g) for k, f in enumerate(found) if (g := gcd(f, v)) > 1), (0, 1))
        if common == 1:
            found.append(v)
        elif v != found[k]:
            left += [x for x in (common, v // common, found.pop(k) // common) if x > 1]
    return sorted([*used, *found])

"""Real roots of integer polynomials in one variable, and systems of conditions on one variable: exact and complete.

Polynomials are factored over Q first.  A linear factor gives a rational root; an irreducible factor of higher degree
has no rational root, so bisection with Descartes' rule of signs (Collins, Akritas, *Polynomial real root isolation
using Descartes' rule of signs*, SYMSAC 1976) never meets a root at a dyadic end point and always ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import fmpz_poly

from rlct.exact.poly import Poly

Interval = tuple[Fraction, Fraction]

_SHIFT = fmpz_poly([1, 1])


@dataclass(frozen=True, slots=True)
class Root:
    """A real root: the only one of the irreducible `poly` in the open interval (lo, hi); rational when lo == hi."""

    poly: Any
    lo: Fraction
    hi: Fraction

    @property
    def is_rational(self) -> bool:
        return self.lo == self.hi

    def refine(self) -> Root:
        """The same root in half the interval."""
        if self.is_rational:
            return self
        mid = (self.lo + self.hi) / 2
        if sign_at(self.poly, mid) == sign_at(self.poly, self.hi):
            return Root(self.poly, self.lo, mid)
        return Root(self.poly, mid, self.hi)


def coefficients(p: Poly, i: int) -> list[int]:
    """Coefficients, low to high, of a polynomial in which no variable but `i` occurs.

    >>> from rlct.exact.poly import Ring
    >>> x = Ring(["x"]).gen(0)
    >>> coefficients(x * x - x * 3, 0)
    [0, -3, 1]
    """
    out = [0] * (p.degrees[i] + 1)
    for e, c in p.terms:
        out[e[i]] += c
    return out


def sign_at(p: Any, x: Fraction) -> int:
    """Sign of the flint polynomial `p` at the rational `x`."""
    num, den = x.numerator, x.denominator
    total, power = 0, 1
    for c in reversed(p.coeffs()):
        total = total * num + int(c) * power
        power *= den
    return (total > 0) - (total < 0)


def has_real_root(p: Any) -> bool:
    """Whether the non-constant flint polynomial `p` has a real root.

    >>> has_real_root(fmpz_poly([1, 1, 1])), has_real_root(fmpz_poly([-1, -1, 1]))
    (False, True)
    """
    degree = p.degree()
    if degree % 2:
        return True
    first, last = int(p[0]), int(p[degree])
    if first == 0 or (first > 0) != (last > 0):
        return True
    if degree == 2:
        return int(p[1]) ** 2 >= 4 * first * last
    cs = [int(c) for c in p.coeffs()]
    if all(c == 0 or (k % 2 == 0 and (c > 0) == (last > 0)) for k, c in enumerate(cs)):
        return False
    if (sum(cs) > 0) != (last > 0) or (sum(cs[::2]) - sum(cs[1::2]) > 0) != (last > 0):
        return True
    return bool(roots_of(p))


def roots_of(p: Any) -> list[Root]:
    """All real roots of the non-zero flint polynomial `p`, in order, with disjoint closed intervals."""
    found: list[Root] = []
    for q, _ in p.factor()[1]:
        if q.degree() == 1:
            r = Fraction(-int(q[0]), int(q[1]))
            found.append(Root(q, r, r))
        elif q.degree() > 1:
            found.extend(_isolate_irreducible(q))
    return _separate(found)


def isolate(coeffs: Sequence[int]) -> list[Interval]:
    """Isolating intervals of the real roots of a polynomial given by its integer coefficients, low to high.

    Parameters: `coeffs`, not all zero.  Returns rational pairs (lo, hi) in increasing order, with disjoint closed
    intervals; lo == hi for a rational root, else the root is the only one in the open interval.  Raises `ValueError`
    for the zero polynomial.

    >>> isolate([-2, 1, 2, -1])
    [(Fraction(-1, 1), Fraction(-1, 1)), (Fraction(1, 1), Fraction(1, 1)), (Fraction(2, 1), Fraction(2, 1))]
    >>> [(lo**2 < 2 < hi**2) or (hi**2 < 2 < lo**2) for lo, hi in isolate([-2, 0, 1])]
    [True, True]
    """
    p = fmpz_poly(list(coeffs))
    if p.degree() < 0:
        raise ValueError("the zero polynomial has no isolated roots")
    return [(r.lo, r.hi) for r in roots_of(p)]


def real_roots(p: Poly, i: int) -> list[Interval]:
    """Isolating intervals of the real roots of a polynomial in the single variable `i`, as by `isolate`.

    Raises `ValueError` when another variable occurs.

    >>> from rlct.exact.poly import Ring
    >>> x = Ring(["x"]).gen(0)
    >>> real_roots(x * x * 2 - x, 0)
    [(Fraction(0, 1), Fraction(0, 1)), (Fraction(1, 2), Fraction(1, 2))]
    """
    if p.variables - {i}:
        raise ValueError("not a polynomial in one variable")
    return isolate(coefficients(p, i))


def sign_at_root(p: Any, root: Root) -> tuple[int, Root]:
    """Sign of the flint polynomial `p` at a root, and the root with the interval that was needed to see it.

    >>> [sign_at_root(fmpz_poly([-7, 5]), r)[0] for r in roots_of(fmpz_poly([-2, 0, 1]))]
    [-1, 1]
    """
    if root.is_rational:
        return sign_at(p, root.lo), root
    if p.degree() < 0 or (p.degree() > 0 and root.poly.gcd(p).degree() > 0):
        return 0, root
    while True:
        lo, hi = _range(p, root)
        if lo > 0 or hi < 0:
            return (1 if lo > 0 else -1), root
        root = root.refine()


def has_point(zero: Iterable[Any], nonzero: Iterable[Any], positive: Iterable[Any]) -> bool:
    """Whether some real number satisfies the conditions = 0, != 0, > 0 given by flint polynomials in one variable.

    >>> has_point([fmpz_poly([-2, 0, 1])], [], [fmpz_poly([-1, 1]), fmpz_poly([3, -2])])
    True
    >>> has_point([], [], [fmpz_poly([-1, 0, -1])])
    False
    """
    equations = [p for p in zero if p.degree() >= 0]
    avoid = list(nonzero)
    above = list(positive)
    if any(p.degree() < 0 for p in avoid):
        return False
    if not equations:
        return not above or _sample_open(above) is not None
    g = equations[0]
    for p in equations[1:]:
        g = g.gcd(p)
    for p in avoid:
        while g.degree() > 0 and (h := g.gcd(p)).degree() > 0:
            g = g // h
    if g.degree() < 1:
        return False
    if not above:
        return has_real_root(g)
    for root in roots_of(g):
        for p in above:
            s, root = sign_at_root(p, root)
            if s <= 0:
                break
        else:
            return True
    return False


def constant_sign(p: Any, positive: Sequence[Any]) -> int | None:
    """+1 or -1 if the flint polynomial `p` has that strict sign wherever all `positive` are > 0, else None.

    When no real number satisfies `positive`, either sign is true and +1 is returned.

    >>> constant_sign(fmpz_poly([1, -3, 1]), [fmpz_poly([-3, 1])]), constant_sign(fmpz_poly([-1, 1]), [])
    (1, None)
    """
    if p.degree() <= 0:
        c = int(p[0])
        return (c > 0) - (c < 0) or None
    if not positive:
        if has_real_root(p):
            return None
        return 1 if int(p[0]) > 0 else -1
    if all(q.degree() == 1 for q in positive):
        signs = _signs_between(p, positive)
        changes = sum(a != b for a, b in pairwise(signs))
        if changes == 0:
            return signs[0] if signs else 1
        if changes == 1:
            return None
    if has_point([p], [], positive):
        return None
    if not has_point([], [], [*positive, -p]):
        return 1
    return None if has_point([], [], [*positive, p]) else -1


def sample_between(positive: Sequence[Any], nonzero: Sequence[Any]) -> Fraction | None:
    """A rational number where all `positive` are > 0 and no (non-zero) `nonzero` is 0, or None if there is none."""
    x = _sample_open(positive)
    if x is None:
        return None
    step = Fraction(1)
    while True:
        for y in (x, x + step, x - step):
            if all(sign_at(p, y) > 0 for p in positive) and all(sign_at(p, y) for p in nonzero):
                return y
        step /= 2


# -- helpers -------------------------------------------------------------------------------------


def _sample_open(positive: Sequence[Any]) -> Fraction | None:
    """A rational point where all polynomials are positive; between two neighbouring roots every point is alike."""
    zero = Fraction(0)
    if all(sign_at(p, zero) > 0 for p in positive):
        return zero
    product = fmpz_poly([1])
    for p in positive:
        if p.degree() < 0:
            return None
        product *= p
    if product.degree() == 0:
        return None
    roots = roots_of(product)
    if not roots:
        candidates = [zero]
    else:
        candidates = [roots[0].lo - 1, roots[-1].hi + 1]
        candidates += [(a.hi + b.lo) / 2 for a, b in pairwise(roots)]
    for x in candidates:
        if all(sign_at(p, x) > 0 for p in positive):
            return x
    return None


def _signs_between(p: Any, lines: Sequence[Any]) -> list[int]:
    """Signs of the coefficients of p after the open interval where all `lines` are > 0 is stretched to (0, oo).

    Without a change of sign p has no root there, with one it has exactly one. Nothing for an empty interval.
    """
    below = [Fraction(-int(q[0]), int(q[1])) for q in lines if q[1] > 0]
    beyond = [Fraction(-int(q[0]), int(q[1])) for q in lines if q[1] < 0]
    if below and beyond and max(below) >= min(beyond):
        return []
    n = p.degree()
    if below:
        start, turn = max(below), 1
    else:
        start, turn = min(beyond), -1
    num, den = start.numerator, start.denominator
    # p(start + turn*s), times den^n
    moved = fmpz_poly([int(c) * den ** (n - k) for k, c in enumerate(p.coeffs())])(fmpz_poly([num, turn * den]))
    if below and beyond:
        # s = width*t, then t = 1/(1 + r) reverses (0, 1) to (0, oo)
        width = min(beyond) - start
        cs = [int(c) * width.numerator**k * width.denominator ** (n - k) for k, c in enumerate(moved.coeffs())]
        moved = fmpz_poly([*cs, *[0] * (n + 1 - len(cs))][::-1])(_SHIFT)
    return [1 if c > 0 else -1 for c in moved.coeffs() if c]


def _range(p: Any, root: Root) -> Interval:
    """Interval that contains the values of `p` on the root's interval (Horner's rule)."""
    lo = hi = Fraction(0)
    a, b = root.lo, root.hi
    for c in reversed(p.coeffs()):
        corners = (lo * a, lo * b, hi * a, hi * b)
        lo, hi = min(corners) + int(c), max(corners) + int(c)
    return lo, hi


def _isolate_irreducible(q: Any) -> list[Root]:
    """Roots of an irreducible polynomial of degree at least 2."""
    if q.degree() == 2 and int(q[1]) ** 2 < 4 * int(q[0]) * int(q[2]):
        return []
    k = _bound_exponent(q)
    out = []
    scale = 1 << k
    for side in (-1, 1):
        # t in (0, 1) stands for x = side * scale * t
        start = q(fmpz_poly([0, side * scale]))
        stack = [(start, 0, 0)]
        while stack:
            p, c, j = stack.pop()
            v = _variations(p)
            if v == 0:
                continue
            if v == 1:
                ends = [Fraction(side * scale * e, 1 << j) for e in (c, c + 1)]
                out.append(_off_zero(Root(q, min(ends), max(ends))))
                continue
            n = p.degree()
            left = fmpz_poly([int(a) << (n - i) for i, a in enumerate(p.coeffs())])
            stack.append((left, 2 * c, j + 1))
            stack.append((left(_SHIFT), 2 * c + 1, j + 1))
    return out


def _off_zero(root: Root) -> Root:
    """Refine until 0 is no end point, so that the sign of the root can be read off."""
    while root.lo == 0 or root.hi == 0:
        root = root.refine()
    return root


def _variations(p: Any) -> int:
    """Descartes' bound for the number of roots in (0, 1); exact when it is 0 or 1."""
    cs = p.coeffs()[::-1]
    count, last = 0, 0
    for c in fmpz_poly(cs)(_SHIFT).coeffs():
        s = (c > 0) - (c < 0)
        if s and last and s != last:
            count += 1
        last = s or last
    return count


def _bound_exponent(p: Any) -> int:
    """k >= 0 such that all roots have absolute value below 2**k (Fujiwara's bound)."""
    n = p.degree()
    top = int(p[n]).bit_length()
    k = 0
    for i in range(1, n + 1):
        c = int(p[n - i])
        if c:
            k = max(k, -((top - 1 - c.bit_length()) // i) + 1)
    return k


def _separate(roots: list[Root]) -> list[Root]:
    """Sort the roots and refine them until their closed intervals are disjoint."""
    while True:
        roots.sort(key=lambda r: (r.lo, r.hi))
        clash = {i for i in range(len(roots) - 1) if roots[i].hi >= roots[i + 1].lo}
        if not clash:
            return roots
        touch = clash | {i + 1 for i in clash}
        roots = [r.refine() if i in touch else r for i, r in enumerate(roots)]

"""Two equations in the plane by numbers with error bounds: the pairs of roots of two resultants, one by one.

Most pairs are no solutions, and a ball shows it.  That one is a solution is shown by Krawczyk's test (Neumaier,
*Interval methods for systems of equations*, theorem 5.1.8).  What neither shows is left to exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import arb, arb_poly, ctx

from rlct.exact.poly import Poly
from rlct.exact.reductions import Conditions
from rlct.exact.roots import Root, coefficients, roots_of, sign_at_root

PRECISIONS = (128, 512)
MAX_PAIRS = 4000
MAX_DEGREE = 200  # of a polynomial whose real roots are found: that is not interrupted

Late = Callable[[], bool]


def undecided_pairs(
    conditions: Conditions, x: int, y: int, rx: Any, ry: Any, late: Late = lambda: False
) -> bool | None:
    """False: no pair of real roots of rx and ry (flint polynomials in x and y) is a solution; True: one is; None: some
    pair may be one."""
    zero, nonzero, positive = conditions
    lists: list[list[Root]] = []
    for r, i in ((rx, x), (ry, y)):
        for p in (*nonzero, *positive):
            if p.variables == {i}:
                q = _flint(p, i)
                while (common := r.gcd(q)).degree() > 0:
                    r = r // common
        if r.degree() > MAX_DEGREE and (r // r.gcd(r.derivative())).degree() > MAX_DEGREE:
            return None
        sides = [_flint(p, i) for p in positive if p.variables == {i}]
        roots = roots_of(r) if r.degree() > 0 else []
        lists.append([root for root in roots if all(sign_at_root(p, root)[0] > 0 for p in sides)])
    equations, above, apart = ([_terms(p, x, y) for p in ps] for ps in (zero, positive, nonzero))
    for precision in PRECISIONS:
        with ctx.workprec(precision):
            xs, ys = ([_ball(root, precision) for root in roots] for roots in lists)
            if len(xs) * len(ys) > MAX_PAIRS:
                return None
            left = 0
            for a in xs:
                powers = _powers(a, max(e for t in (*equations, *above, *apart) for e, _, _ in t))
                if late():
                    return None
                for b in ys:
                    others = _powers(b, max(e for t in (*equations, *above, *apart) for _, e, _ in t))
                    if any(not _value(t, powers, others).contains(0) for t in equations):
                        continue
                    if any(_value(t, powers, others) < 0 for t in above):
                        continue
                    left += 1
                    if len(equations) == 2 and _is_solution(equations, above, apart, a, b, precision):
                        return True
            if not left:
                return False
    return None


def _flint(p: Poly, i: int) -> Any:
    from flint import fmpz_poly

    return fmpz_poly(coefficients(p, i))


def _ball(root: Root, precision: int) -> Any:
    """A small ball that contains the root: Newton's method with intervals, m - f(m)/f'(X), on halves of X."""
    if root.is_rational:
        return arb(root.lo.numerator) / root.lo.denominator
    f, slope = arb_poly(root.poly), arb_poly(root.poly.derivative())
    while True:
        lo, hi = (arb(x.numerator) / x.denominator for x in (root.lo, root.hi))
        ball = lo.union(hi)
        for _ in range(precision):
            there = slope(ball)
            if there.contains(0):
                break
            middle = arb(ball.mid())
            image = middle - f(middle) / there
            if 2 * image.rad() > ball.rad():
                break
            ball = image.intersection(ball)
        if ball.rad() < arb(2) ** (-precision // 3) * (1 + abs(ball.mid())):
            return ball
        root = root.refine()


Terms = list[tuple[int, int, int]]


def _terms(p: Poly, x: int, y: int) -> Terms:
    return [(e[x], e[y], c) for e, c in p.terms]


def _powers(a: Any, top: int) -> list[Any]:
    return [a**k for k in range(top + 1)]


def _value(terms: Terms, xs: Sequence[Any], ys: Sequence[Any]) -> Any:
    total = arb(0)
    for a, b, c in terms:
        total += xs[a] * ys[b] * c
    return total


def _slope(terms: Terms, i: int) -> Terms:
    if i == 0:
        return [(a - 1, b, c * a) for a, b, c in terms if a]
    return [(a, b - 1, c * b) for a, b, c in terms if b]


def _is_solution(
    equations: Sequence[Terms], above: Sequence[Terms], apart: Sequence[Terms], a: Any, b: Any, precision: int
) -> bool:
    """Krawczyk's operator maps a square around (a, b), on which the conditions hold, into its inside."""
    middle = [arb(a.mid()), arb(b.mid())]
    for bits in (precision // 4, precision // 2):
        width = arb(2) ** -bits
        square = [m + arb(0, width) for m in middle]
        top = max(max(e, f) for t in (*equations, *above, *apart) for e, f, _ in t)
        at = [_powers(m, top) for m in middle]
        on = [_powers(m, top) for m in square]
        if not all(_value(t, *on) > 0 for t in above) or any(_value(t, *on).contains(0) for t in apart):
            continue
        jacobian = [[_value(_slope(t, i), *at) for i in (0, 1)] for t in equations]
        (p, q), (r, s) = ([arb(v.mid()) for v in row] for row in jacobian)
        det = p * s - q * r
        if det.contains(0):
            continue
        inverse = [[s / det, -q / det], [-r / det, p / det]]
        inverse = [[arb(v.mid()) for v in row] for row in inverse]
        values = [_value(t, *at) for t in equations]
        slopes = [[_value(_slope(t, i), *on) for i in (0, 1)] for t in equations]
        inside = True
        for i in (0, 1):
            reach = abs(inverse[i][0] * values[0] + inverse[i][1] * values[1])
            for j in (0, 1):
                rest = arb(int(i == j)) - inverse[i][0] * slopes[0][j] - inverse[i][1] * slopes[1][j]
                reach += abs(rest) * width
            inside = inside and bool(reach < width)
        if inside:
            return True
    return False

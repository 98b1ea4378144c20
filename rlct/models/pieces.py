"""Functions that are not polynomial: trigonometric models by their ideals, and piecewise models cut into cells with
walls.

An analytic germ is replaced by a polynomial ideal only where a unit or an exact change of coordinates justifies it; the
argument travels with the `Case`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import product
from math import inf
from typing import Literal, NamedTuple

from rlct.errors import InputError
from rlct.models.known import Case, minus, need_size, origin
from rlct.models.reading import exact

PhaseAngle = Literal["generic", "multiple of pi", "start"]


class Worst(NamedTuple):
    """The worst (λ, m) of several cells or points, and the names of those that attain it."""

    lam: Fraction | float
    m: int | None
    attained: tuple[str, ...]


def worst(values: Iterable[tuple[str, Fraction | float, int | None]]) -> Worst:
    """The value of a union of cells: the least λ and, among those, the largest m.

    Volumes of cells add up, so no other combination is needed (cells may share walls, which have measure zero).

    Examples
    --------
    >>> worst([("a", Fraction(1), 1), ("b", Fraction(1, 2), 2), ("c", Fraction(1, 2), 1)])
    Worst(lam=Fraction(1, 2), m=2, attained=('b',))
    """
    listed = list(values)
    if not listed:
        raise InputError("no cell was given")
    least = min(lam for _, lam, _ in listed)
    multiplicities = [m for _, lam, m in listed if lam == least]
    m = None if any(x is None for x in multiplicities) else max(x for x in multiplicities if x is not None)
    if least == inf:
        m = None
    return Worst(least, m, tuple(name for name, lam, k in listed if lam == least and k == m))


def pendulum(angle: PhaseAngle, moving: bool = True) -> Case:
    """The small pendulum `x0 cos(τ) + μ sin(τ)`, τ = sqrt(g) t, μ = v/sqrt(g), parameters v, g, t, the start x0 a
    random input.

    The ideal is `(cos τ - cos τ*, μ sin τ - μ* sin τ*)`, the coefficients of x0 and 1.  With d = τ - τ*, a
    coordinate in place of t:
    at a generic angle it is `(d, μ - μ*)`; at τ* = k pi it is `(d^2, μ d)`, as cos changes by d^2 and sin by d, each
    times a unit.  "start" is t = 0, where also
    g = 0 is allowed: `(g t^2, v t)`.

    Parameters
    ----------
    angle : where the truth lies.
    moving : whether the true velocity is non-zero (for "start", whether the point has v != 0).

    Examples
    --------
    >>> pendulum("multiple of pi", moving=False).generators
    ('d^2', 'mu*d')
    """
    speed = Fraction(1 if moving else 0)
    if angle == "generic":
        generators, names = ("d", f"mu - {speed}" if moving else "mu"), ("d", "mu", "g")
        at: dict[str, Fraction | str] = {"d": Fraction(0), "mu": speed, "g": Fraction(1)}
        why = "sin τ* is not 0: cos τ - cos τ* is d times a unit, and then μ sin τ - μ* sin τ* is (μ - μ*) times a "
        "unit modulo d"
    elif angle == "multiple of pi":
        generators, names = ("d^2", "mu*d"), ("d", "mu", "g")
        at = {"d": Fraction(0), "mu": speed, "g": Fraction(1)}
        why = "sin τ* = 0: cos τ - cos τ* is d^2 times a unit and sin τ is d times a unit; the truth does not "
        "depend on μ*"
    elif angle == "start":
        generators, names = ("g*t^2", "v*t"), ("v", "g", "t")
        at = {"v": speed, "g": Fraction(0), "t": Fraction(0)}
        why = "cos(sqrt(g) t) - 1 is g t^2 times a unit and sin(sqrt(g) t)/sqrt(g) is t times a unit, both analytic "
        "in g t^2"
    else:
        raise InputError(f"angle must be 'generic', 'multiple of pi' or 'start', not {angle!r}")
    return Case(
        f"pendulum, random start, {angle}, {'moving' if moving else 'at rest'}", names, generators, at, argument=(why,)
    )


def pendulum_random_time(moving: bool = True, scale: Literal["none", "free", "zero"] = "none") -> Case:
    """The pendulum observed at a random time s: parameters x0, v, g and optionally a time scale a.

    Power series in s: the coefficients of `x0 cos(w s) + (v/w) sin(w s)`, w^2 = g a^2, are x0 (g a^2)^j and (v a)(g
    a^2)^j, so the first three
    nontrivial ones generate all: x0, v a, and both times g a^2.

    Parameters
    ----------
    moving : whether the truth is non-zero (then x0* = 1, v* = 1, g* = 1 here).
    scale : "none" (no time scale), "free" (a* = 1), or "zero": the constant truth x0* = 1 reached at a = 0.

    Examples
    --------
    >>> pendulum_random_time(False).generators
    ('x0', 'v', 'x0*g', 'v*g')
    """
    if scale not in ("none", "free", "zero"):
        raise InputError(f"scale must be 'none', 'free' or 'zero', not {scale!r}")
    one, zero = Fraction(1), Fraction(0)
    names = ("x0", "v", "g") if scale == "none" else ("x0", "v", "g", "a")
    speed, square = ("v", "g") if scale == "none" else ("v*a", "g*a^2")
    if scale == "zero":
        generators: tuple[str, ...] = ("x0 - 1", speed, f"x0*{square}", f"{speed}*{square}")
        at: dict[str, Fraction | str] = {"x0": one, "v": zero, "g": one, "a": zero}
    elif moving:
        generators = ("x0 - 1", f"{speed} - 1", f"x0*{square} - 1", f"{speed}*{square} - 1")
        at = dict.fromkeys(names, one)
    else:
        generators = ("x0", speed, f"x0*{square}", f"{speed}*{square}")
        at = {"x0": zero, "v": zero, "g": one, "a": one}
    why = (
        "coefficients of s^(2j) and s^(2j+1) are x0 q^j and (v a) q^j with q = g a^2: p_(j+1) - p*_(j+1) = q "
        "(p_j - p*_j) + p*_j (q - q*), "
        "so j = 0, 1 generate all"
    )
    at = {k: at[k] for k in names}
    return Case(
        f"pendulum, random time, {'moving' if moving else 'at rest'}, scale {scale}",
        names,
        generators,
        at,
        argument=(why,),
    )


def minimum_of_absolute_values(power: int = 1) -> tuple[Case, ...]:
    """`min(|x|, |y|)^power` on the two cells of the positive quadrant; the other quadrants are mirror images.

    On the cell `0 <= x <= y` write y = x + u with u >= 0: the cell is the quadrant of (x, u) and the function is
    x^power.

    Examples
    --------
    >>> [case.generators for case in minimum_of_absolute_values()]
    [('x',), ('y',)]
    """
    need_size("power", power)
    why = (
        (
            "with u = |x - y| the cell is a quadrant (a linear change of coordinates) and the function is a power of "
            "the smaller one"
        ),
        "reflections of x and y carry the other quadrants here",
    )
    return tuple(
        Case(
            f"min(|x|,|y|)^{power} where it is {v}^{power}",
            (v, "u"),
            (v if power == 1 else f"{v}^{power}",),
            origin((v, "u")),
            mode="abs",
            region=f"{v} >= 0, u >= 0",
            argument=why,
        )
        for v in ("x", "y")
    )


def relu_without_bias(
    hidden: int,
    truth: tuple[Fraction | int | str, Fraction | int | str] = (0, 0),
    at: Sequence[tuple[Fraction | int | str, Fraction | int | str]] | None = None,
) -> tuple[Case, ...]:
    """`sum_k a_k relu(b_k x)` against the truth `c+ x^+ + c- x^-` (x^- = max(0, -x)), one cell for each sign pattern.

    On a cell the function is `(sum_{b_k>0} a_k b_k) x^+ - (sum_{b_k<0} a_k b_k) x^-`: K is a sum of two squares of
    polynomials for every input law with mass on both half lines.  Units with b_k = 0 at the point lie on the wall of
    two cells, the others inside one.

    Parameters
    ----------
    hidden : number of units.
    truth : (c+, c-).
    at : the units (a, b) of the point; all zero by default.

    Raises
    ------
    InputError : a point that does not realise the truth (the corner b = 0 realises only the truth 0).

    Examples
    --------
    >>> [case.generators for case in relu_without_bias(1)]
    [('a1*b1',), ('a1*b1',)]
    >>> [case.generators for case in relu_without_bias(2, (1, 0), [(1, 1), (0, 0)])]
    [('a1*b1 + a2*b2 - 1',), ('a1*b1 - 1', 'a2*b2')]
    """
    h = need_size("hidden", hidden)
    right, left = exact(truth[0]), exact(truth[1])
    units = [(exact(a), exact(b)) for a, b in at] if at is not None else [(Fraction(0), Fraction(0))] * h
    if len(units) != h:
        raise InputError(f"the point needs {h} units, not {len(units)}")
    here = [sum((a * b for a, b in units if b * s > 0), Fraction(0)) for s in (1, -1)]
    if here != [right, -left]:
        raise InputError(
            f"the truth is not realised at the point: its slopes are {right} and {left}, "
            f"those at the point {here[0]} and {-here[1]}"
        )
    names = [f"a{k + 1}" for k in range(h)] + [f"b{k + 1}" for k in range(h)]
    point: dict[str, Fraction | str] = {f"a{k + 1}": a for k, (a, _) in enumerate(units)}
    point |= {f"b{k + 1}": b for k, (_, b) in enumerate(units)}
    cases = []
    for signs in product(*((1, -1) if b == 0 else (1 if b > 0 else -1,) for _, b in units)):
        sums = []
        for side, target in ((1, right), (-1, -left)):
            text = " + ".join(f"a{k + 1}*b{k + 1}" for k in range(h) if signs[k] == side)
            if text:
                sums.append(minus(text, target))
        walls = [f"b{k + 1} {'>=' if s > 0 else '<='} 0" for k, s in enumerate(signs) if units[k][1] == 0]
        label = "".join("+" if s > 0 else "-" for s in signs)
        cases.append(
            Case(
                f"relu H={h}, cell {label}",
                tuple(names),
                tuple(sums),
                point,
                region=", ".join(walls) or None,
                argument=("the positive and the negative half line see one linear function each",),
            )
        )
    return tuple(cases)


def dead_unit() -> Case:
    """`a relu(c)` where the bias c of an input-independent unit is negative: K = 0 on an open set (λ = 0).

    On the cell c <= 0 the function vanishes identically; at an inner point of that cell K is the zero polynomial.

    Examples
    --------
    >>> dead_unit().generators
    ('0',)
    """
    return Case(
        "dead ReLU unit",
        ("a", "c"),
        ("0",),
        {"a": Fraction(1), "c": Fraction(-1)},
        mode="K",
        argument=(
            "relu(b x + c) = 0 for all x of a bounded input law when c is negative enough: K = 0 on an open set",
        ),
    )


def stratum_table(cases: Sequence[Case]) -> list[dict[str, str]]:
    """Names, points and generators of several cases: the left half of a table of local values.

    >>> stratum_table(minimum_of_absolute_values())[0]["point"]
    'x=0, u=0'
    """
    return [
        {
            "name": c.name,
            "point": ", ".join(f"{k}={v}" for k, v in (c.at or {}).items()),
            "generators": ", ".join(c.generators),
        }
        for c in cases
    ]

"""Isolated hypersurface singularities over the reals: Arnold's lists, quasi-homogeneous germs, plane branches (mode
"abs")."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd

from rlct.errors import InputError, UnsupportedError
from rlct.models.known import Case, Known, need_size, origin

AGV = "Arnold, Gusein-Zade & Varchenko, Singularities of Differentiable Maps II (tables of singularity indices)"
IGUSA = "Igusa 1977 (irreducible plane curves)"

# name -> (variables, normal form of the sign-changing real form)
_FORMS: dict[str, tuple[str, str]] = {
    "E6": ("x y", "x^3 + y^4"),
    "E7": ("x y", "x^3 + x*y^3"),
    "E8": ("x y", "x^3 + y^5"),
    "J10": ("x y", "x^3 + y^6"),
    "X9": ("x y", "x^4 - y^4"),
    "E12": ("x y", "x^3 + y^7"),
    "E13": ("x y", "x^3 + x*y^5"),
    "E14": ("x y", "x^3 + y^8"),
    "Z11": ("x y", "x^3*y + y^5"),
    "Z12": ("x y", "x^3*y + x*y^4"),
    "Z13": ("x y", "x^3*y + y^6"),
    "W12": ("x y", "x^4 + y^5"),
    "W13": ("x y", "x^4 + x*y^4"),
    "E18": ("x y", "x^3 + y^10"),
    "E19": ("x y", "x^3 + x*y^7"),
    "E20": ("x y", "x^3 + y^11"),
    "Z17": ("x y", "x^3*y + y^8"),
    "Z18": ("x y", "x^3*y + x*y^6"),
    "Z19": ("x y", "x^3*y + y^9"),
    "W17": ("x y", "x^4 + x*y^5"),
    "W18": ("x y", "x^4 + y^7"),
    "P8": ("x y z", "x^3 + y^3 + z^3"),
    "Q10": ("x y z", "x^3 + y^4 + y*z^2"),
    "Q11": ("x y z", "x^3 + y^2*z + x*z^3"),
    "Q12": ("x y z", "x^3 + y^5 + y*z^2"),
    "S11": ("x y z", "x^4 + y^2*z + x*z^2"),
    "S12": ("x y z", "x^2*y + y^2*z + x*z^3"),
    "U12": ("x y z", "x^3 + y^3 + z^4"),
    "Q16": ("x y z", "x^3 + y*z^2 + y^7"),
    "Q17": ("x y z", "x^3 + y*z^2 + x*y^5"),
    "Q18": ("x y z", "x^3 + y*z^2 + y^8"),
    "S16": ("x y z", "x^2*z + y*z^2 + x*y^4"),
    "S17": ("x y z", "x^2*z + y*z^2 + y^6"),
    "U16": ("x y z", "x^3 + x*z^2 + y^5"),
}

_WEIGHTS: dict[str, tuple[Fraction, ...]] = {
    "E6": (Fraction(1, 3), Fraction(1, 4)),
    "E7": (Fraction(1, 3), Fraction(2, 9)),
    "E8": (Fraction(1, 3), Fraction(1, 5)),
    "J10": (Fraction(1, 3), Fraction(1, 6)),
    "X9": (Fraction(1, 4), Fraction(1, 4)),
    "E12": (Fraction(1, 3), Fraction(1, 7)),
    "E13": (Fraction(1, 3), Fraction(2, 15)),
    "E14": (Fraction(1, 3), Fraction(1, 8)),
    "Z11": (Fraction(4, 15), Fraction(1, 5)),
    "Z12": (Fraction(3, 11), Fraction(2, 11)),
    "Z13": (Fraction(5, 18), Fraction(1, 6)),
    "W12": (Fraction(1, 4), Fraction(1, 5)),
    "W13": (Fraction(1, 4), Fraction(3, 16)),
    "E18": (Fraction(1, 3), Fraction(1, 10)),
    "E19": (Fraction(1, 3), Fraction(2, 21)),
    "E20": (Fraction(1, 3), Fraction(1, 11)),
    "Z17": (Fraction(7, 24), Fraction(1, 8)),
    "Z18": (Fraction(5, 17), Fraction(2, 17)),
    "Z19": (Fraction(8, 27), Fraction(1, 9)),
    "W17": (Fraction(1, 4), Fraction(3, 20)),
    "W18": (Fraction(1, 4), Fraction(1, 7)),
    "P8": (Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)),
    "Q10": (Fraction(1, 3), Fraction(1, 4), Fraction(3, 8)),
    "Q11": (Fraction(1, 3), Fraction(7, 18), Fraction(2, 9)),
    "Q12": (Fraction(1, 3), Fraction(1, 5), Fraction(2, 5)),
    "S11": (Fraction(1, 4), Fraction(5, 16), Fraction(3, 8)),
    "S12": (Fraction(4, 13), Fraction(5, 13), Fraction(3, 13)),
    "U12": (Fraction(1, 3), Fraction(1, 3), Fraction(1, 4)),
    "Q16": (Fraction(1, 3), Fraction(1, 7), Fraction(3, 7)),
    "Q17": (Fraction(1, 3), Fraction(2, 15), Fraction(13, 30)),
    "Q18": (Fraction(1, 3), Fraction(1, 8), Fraction(7, 16)),
    "S16": (Fraction(5, 17), Fraction(3, 17), Fraction(7, 17)),
    "S17": (Fraction(7, 24), Fraction(1, 6), Fraction(5, 12)),
    "U16": (Fraction(1, 3), Fraction(1, 5), Fraction(1, 3)),
}


def quasihomogeneous(weights: Sequence[Fraction], sign_changing: bool = True) -> Known:
    """(λ, m) of |f| for an isolated real critical point, quasi-homogeneous with the given weights (degree 1).

    Definite f: the sum of the weights, m = 1.  Sign-changing f in at least two variables: `min(1, sum)`, m = 2
    exactly when the sum
    is 1, since the smooth real points of {f = 0} give a divisor with value 1.

    Raises
    ------
    InputError : a weight outside (0, 1/2], or fewer than two variables with a sign change.

    Examples
    --------
    >>> quasihomogeneous([Fraction(1, 2), Fraction(1, 2)], sign_changing=True).m
    2
    """
    if not weights or any(not 0 < w <= Fraction(1, 2) for w in weights):
        raise InputError("weights of a critical point of degree 1 lie in (0, 1/2]")
    total = sum(weights, Fraction(0))
    if not sign_changing:
        return Known(total, 1, AGV, ("definite, isolated real critical point",), mode="abs")
    if len(weights) < 2:
        raise InputError("in one variable |f| is a power: the rule for sign-changing f needs two variables")
    return Known(
        min(total, Fraction(1)),
        2 if total == 1 else 1,
        AGV,
        ("isolated real critical point", "f changes sign"),
        mode="abs",
    )


def arnold(name: str, variables: int | None = None, definite: bool = False) -> Known:
    """(λ, m) of |f| for a real form of a singularity of Arnold's lists: A_k, D_k, E, J10, X9, Z, W, P8, Q, S, U.

    Parameters
    ----------
    name : such as "A4", "D5", "E7", "Q10".
    variables : 2 or more; extra variables enter as a square (default: the number in the normal form).
    definite : the form of one sign, which only A_k with odd k and X9 have; by default the sign-changing one.

    Raises
    ------
    InputError : an unknown name, or a definite form that does not exist.
    UnsupportedError : a form with three variables asked for in two.

    Examples
    --------
    >>> arnold("E8").lam, arnold("Q10").lam
    (Fraction(8, 15), Fraction(23, 24))
    >>> arnold("A1").m, arnold("A1", definite=True).m       # x^2 - y^2 and x^2 + y^2
    (2, 1)
    """
    weights = _weights(name)
    count = len(weights) if variables is None else need_size("variables", variables, 2)
    if count < len(weights):
        raise UnsupportedError(f"{name} needs {len(weights)} variables")
    if definite and not (name == "X9" or (name[0] == "A" and int(name[1:]) % 2)):
        raise InputError(f"{name} has no definite real form: only A1, A3, A5, ... and X9 have one")
    return quasihomogeneous([*weights, *[Fraction(1, 2)] * (count - len(weights))], not definite)


def _weights(name: str) -> tuple[Fraction, ...]:
    """Weights of the normal form of a singularity."""
    if name in _WEIGHTS:
        return _WEIGHTS[name]
    letter, digits = name[:1], name[1:]
    if digits.isdigit():
        k = int(digits)
        if letter == "A" and k >= 1:
            return Fraction(1, k + 1), Fraction(1, 2)
        if letter == "D" and k >= 4:
            return Fraction(k - 2, 2 * (k - 1)), Fraction(1, k - 1)
    raise InputError(f"{name!r} is not in the list: A1.., D4.., " + ", ".join(_FORMS))


def arnold_case(name: str, variables: int | None = None, definite: bool = False) -> Case:
    """The normal form as text, absolute value; extra variables as `- w^2`, which keeps both signs, or `+ w^2`.

    >>> arnold_case("D4").generators, arnold_case("A3", definite=True).generators
    (('x^2*y - y^3',), ('x^4 + y^2',))
    """
    weights = _weights(name)
    arnold(name, variables, definite)
    sign = "+" if definite else "-"
    if name in _FORMS:
        names, text = _FORMS[name][0].split(), _FORMS[name][1]
        text = "x^4 + y^4" if definite else text
    else:
        k = int(name[1:])
        names, text = ["x", "y"], f"x^{k + 1} {sign} y^2" if name[0] == "A" else f"x^2*y - y^{k - 1}"
    for extra in range((variables or len(weights)) - len(weights)):
        names = [*names, f"w{extra + 1}"]
        text += f" {sign} w{extra + 1}^2"
    label = f"{name} in {len(names)} variables" + (", definite" if definite else "")
    return Case(label, tuple(names), (text,), origin(names), mode="abs")


def series(name: str) -> Known:
    """(λ, m) = (1/2, 2) of |f| for the hyperbolic series J_{10+k} (k >= 1) and Y_{r,s} (r, s >= 1) in two variables.

    The diagonal meets the Newton polygon in its vertex (2, 2), for every real form.

    Parameters
    ----------
    name : "J10+3" or "Y1,2" and the like.

    Examples
    --------
    >>> series("Y1,2").lam, series("J10+3").m
    (Fraction(1, 2), 2)
    """
    _series(name)
    return Known(Fraction(1, 2), 2, AGV + ": Newton polygon, vertex (2,2)", ("value at 0",), mode="abs")


def _series(name: str) -> str:
    """The normal form of a member of the two series."""
    if name.startswith("J10+") and name[4:].isdigit() and int(name[4:]) >= 1:
        return f"x^3 + x^2*y^2 + y^{6 + int(name[4:])}"
    parts = name[1:].split(",")
    if name[:1] == "Y" and len(parts) == 2 and all(p.isdigit() and int(p) >= 1 for p in parts):
        return f"x^{4 + int(parts[0])} + x^2*y^2 + y^{4 + int(parts[1])}"
    raise InputError(f"a member of the series is written J10+k or Yr,s with numbers of at least 1, not {name!r}")


def series_case(name: str) -> Case:
    """The normal form as text, absolute value.

    >>> series_case("Y1,2").generators
    ('x^5 + x^2*y^2 + y^6',)
    """
    return Case(f"{name}", ("x", "y"), (_series(name),), origin("xy"), mode="abs")


def hyperbolic(p: int, q: int, r: int) -> Known:
    """(λ, m) of `|x^p + y^q + z^r + xyz|` with 1/p + 1/q + 1/r < 1: (1, 3), from the vertex (1, 1, 1).

    >>> hyperbolic(3, 4, 5).m
    3
    """
    p, q, r = need_size("p", p, 2), need_size("q", q, 2), need_size("r", r, 2)
    if Fraction(1, p) + Fraction(1, q) + Fraction(1, r) >= 1:
        raise InputError("T_pqr is hyperbolic only if 1/p + 1/q + 1/r < 1")
    return Known(Fraction(1), 3, AGV + ": Newton polyhedron, vertex (1,1,1)", ("value at 0",), mode="abs")


def hyperbolic_case(p: int, q: int, r: int) -> Case:
    """The normal form of T_pqr.

    >>> hyperbolic_case(3, 4, 5).generators
    ('x^3 + y^4 + z^5 + x*y*z',)
    """
    hyperbolic(p, q, r)
    return Case(f"T{p}{q}{r}", ("x", "y", "z"), (f"x^{p} + y^{q} + z^{r} + x*y*z",), origin("xyz"), mode="abs")


def plane_branch(p: int, q: int, further: int = 1) -> Known:
    """(λ, m) of |f| for a real plane branch with first Puiseux pair (p, q): `(1/p + 1/q)/g`, m = 1, or (1, 1) when
    smooth.

    `further` is g, the product of the denominators of the further pairs; the multiplicity is p g.

    Raises
    ------
    InputError : p and q are not coprime, or not 2 <= p < q.

    Examples
    --------
    >>> plane_branch(2, 3, 2).lam
    Fraction(5, 12)
    """
    need_size("p", p, 2), need_size("q", q, 2), need_size("further", further)
    if gcd(p, q) != 1 or p >= q:
        raise InputError("the first Puiseux pair must be coprime with p < q")
    return Known((Fraction(1, p) + Fraction(1, q)) / further, 1, IGUSA, ("irreducible over C",), mode="abs")


def plane_branch_case(p: int, q: int, further: int = 1) -> Case:
    """A branch: `y^p - x^q`, or with g = 2 and (2, 3) the classical example with two pairs.

    >>> plane_branch_case(2, 5).generators
    ('y^2 - x^5',)
    """
    plane_branch(p, q, further)
    if further == 1:
        text = f"y^{p} - x^{q}"
    elif further == 2 and (p, q) == (2, 3):
        text = "(y^2 - x^3)^2 - 4*x^5*y - x^7"
    else:
        raise UnsupportedError(
            "branches are written out for one pair, and for (2, 3) followed by a pair of multiplicity 2"
        )
    return Case(f"branch ({p},{q}) g={further}", ("x", "y"), (text,), origin("xy"), mode="abs")


def node_power(sign_changing: bool) -> Known:
    """(λ, m) of `|x^2 - y^2|^2` (1/2, 2) or `(x^2 + y^2)^2` (1/2, 1): real forms differ in m.

    >>> node_power(True).m, node_power(False).m
    (2, 1)
    """
    return Known(
        Fraction(1, 2), 2 if sign_changing else 1, "product rule; polar coordinates", ("value at 0",), mode="K"
    )


def realified(lam: Fraction, m: int) -> Known:
    """(λ, m) of K = |f(z)|^2 on R^(2n): the complex log canonical threshold of f and its complex multiplicity.

    >>> realified(Fraction(5, 6), 1).lam
    Fraction(5, 6)
    """
    if lam <= 0 or m < 1:
        raise InputError("a log canonical threshold is positive and its multiplicity at least 1")
    return Known(lam, m, "polar coordinates on complex divisors", ("K = |f|^2 as a real function",), mode="K")

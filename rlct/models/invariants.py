"""Prehomogeneous invariants, nilpotent and commuting matrices, discriminants of groups and of binary forms."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from rlct.errors import InputError, UnsupportedError
from rlct.models.arrangements import Group, coxeter_number
from rlct.models.determinantal import pfaffian_text, symmetric_determinant_text
from rlct.models.known import Case, Known, flatten, grid, need_size, origin, product

Invariant = Literal["determinant", "symmetric-determinant", "pfaffian", "hyperdeterminant"]
SIMPLE = "the root -1 of the b-function is simple and the largest one; {{f = 0}} has smooth real points ({b})"
_B_FUNCTIONS = {
    "determinant": "b = (s+1)(s+2)...(s+n), Cayley",
    "symmetric-determinant": "b = (s+1)(s+3/2)...(s+(n+1)/2)",
    "pfaffian": "b = (s+1)(s+3)...(s+2n-1)",
    "hyperdeterminant": "b = (s+1)(s+3/2)^2(s+2)",
}


def invariant(name: Invariant, size: int = 2) -> Known:
    """(λ, m) = (1, 1) of |f| at 0 for a basic invariant of a prehomogeneous space (mode "abs").

    Parameters
    ----------
    name : "determinant", "symmetric-determinant" (size n), "pfaffian" (of a skew 2n x 2n matrix, size n), or
        "hyperdeterminant" (of format 2 x 2 x 2, size 2).

    References
    ----------
    Kimura 2003, Introduction to Prehomogeneous Vector Spaces (tables of b-functions).

    Examples
    --------
    >>> invariant("pfaffian", 3).lam
    Fraction(1, 1)
    """
    need_size("size", size)
    if name not in _B_FUNCTIONS:
        raise InputError(f"the invariant must be one of {', '.join(_B_FUNCTIONS)}, not {name!r}")
    if name == "hyperdeterminant" and size != 2:
        raise UnsupportedError("the hyperdeterminant is known here for the format 2 x 2 x 2 only")
    return Known(Fraction(1), 1, SIMPLE.format(b=_B_FUNCTIONS[name]), ("value at 0", "positive prior"), mode="abs")


def invariant_case(name: Invariant, size: int = 2) -> Case:
    """The invariant written out, absolute value.

    >>> invariant_case("symmetric-determinant", 2).generators
    ('s11*s22 - s12*s12',)
    """
    invariant(name, size)
    if name == "hyperdeterminant":
        names = tuple(f"x{i}{j}{k}" for i in (0, 1) for j in (0, 1) for k in (0, 1))
        text = (
            "(x000*x111 - x001*x110 - x010*x101 + x011*x100)^2"
            " - 4*(x000*x011 - x001*x010)*(x100*x111 - x101*x110)"
        )
        return Case("hyperdeterminant 2x2x2", names, (text,), origin(names), mode="abs")
    if name == "determinant":
        from rlct.models.determinantal import determinant_case

        return determinant_case(size)
    text, names = symmetric_determinant_text(size) if name == "symmetric-determinant" else pfaffian_text(2 * size)
    return Case(f"{name} {size}", names, (text,), origin(names), mode="abs")


def nilpotent_cone(size: int) -> Known:
    """(λ, m) at 0 of the ideal of the coefficients of the characteristic polynomial of an n x n matrix: n/2 and 1.

    A complete intersection of codimension n with rational singularities (irreducible jet schemes) and smooth real
    points of full codimension.

    References
    ----------
    Mustata 2001, Invent. Math. 145 (jet schemes, with an appendix by Eisenbud and Frenkel).

    Examples
    --------
    >>> nilpotent_cone(3).lam
    Fraction(3, 2)
    """
    n = need_size("size", size)
    return Known(
        Fraction(n, 2), 1, "Mustata 2001 with Eisenbud & Frenkel (jet schemes)", ("value at 0", "positive prior")
    )


def nilpotent_cone_case(size: int) -> Case:
    """Traces of the powers A, ..., A^n, which generate the same ideal over Q (Newton).

    >>> nilpotent_cone_case(2).generators
    ('a11 + a22', 'a11*a11 + a12*a21 + a21*a12 + a22*a22')
    """
    nilpotent_cone(size)
    a = grid("a", size, size)
    power, traces = a, []
    for k in range(size):
        power = product(a, power) if k else a
        traces.append(" + ".join(power[i][i] for i in range(size)))
    return Case(f"nilpotent cone of {size}x{size}", tuple(flatten(a)), tuple(traces), origin(flatten(a)))


def commuting_pairs() -> Known:
    """(λ, m) at 0 of `X Y = Y X` for 2 x 2 matrices: the 2-minors of a generic 2 x 3 matrix, (1, 1).

    >>> commuting_pairs().lam
    Fraction(1, 1)
    """
    return Known(
        Fraction(1), 1, "the commutator is the vector product of the traceless parts", ("value at 0", "positive prior")
    )


def commuting_pairs_case() -> Case:
    """The entries of `X Y - Y X`.

    >>> len(commuting_pairs_case().variables)
    8
    """
    names = tuple(f"{c}{i}{j}" for c in "xy" for i in (1, 2) for j in (1, 2))
    entries = (
        "x12*y21 - x21*y12",
        "(x11 - x22)*y12 - x12*(y11 - y22)",
        "(x11 - x22)*y21 - x21*(y11 - y22)",
    )
    return Case(
        "commuting 2x2 pairs",
        names,
        entries,
        origin(names),
        argument=("the fourth entry is minus the first: the trace of a commutator is 0",),
    )


def coxeter_discriminant(group: Group, size: int) -> Known:
    """(λ, m) at 0 of |discriminant| of a reflection group in its basic invariants: `1/2 + 1/h`, m = 1 (mode "abs").

    Weights d_i of the invariants: the volume has sum d_i = n + N, the discriminant order 2N, with N = n h/2 mirrors.

    References
    ----------
    Opdam 1989, Invent. Math. 98 (Macdonald-Mehta integral).

    Examples
    --------
    >>> coxeter_discriminant("G", 2).lam
    Fraction(2, 3)
    """
    h = coxeter_number(group, size)
    return Known(
        Fraction(1, 2) + Fraction(1, h),
        1,
        "Opdam 1989 (Macdonald-Mehta integral)",
        ("value at 0", "positive prior in the basic invariants"),
        mode="abs",
    )


def coxeter_discriminant_case(group: Group, size: int) -> Case:
    """The discriminant in rank 2, `x^h - y^2` with x of degree 2 and y of degree h, absolute value.

    >>> coxeter_discriminant_case("B", 2).generators
    ('x^4 - y^2',)
    """
    h = coxeter_number(group, size)
    if size != 2 or group == "D":
        raise UnsupportedError("discriminants in basic invariants are written out for rank 2 (type A: discriminant)")
    return Case(f"discriminant of {group}{size}", ("x", "y"), (f"x^{h} - y^2",), origin("xy"), mode="abs")


_FORMS = {
    2: (Fraction(1), 1, "a smooth quadric cone with both signs", "b^2 - 4*a*c", "a b c"),
    3: (
        Fraction(5, 6),
        1,
        "b = (s+1)^2(s+5/6)(s+7/6)",
        "b^2*c^2 - 4*a*c^3 - 4*b^3*d - 27*a^2*d^2 + 18*a*b*c*d",
        "a b c d",
    ),
    4: (
        Fraction(3, 4),
        None,
        "the stratum of a quadruple root, 1/2 + 1/4, is worse than the origin, 5/6",
        "4*(12*a*e - 3*b*d + c^2)^3 - (72*a*c*e + 9*b*c*d - 27*a*d^2 - 27*e*b^2 - 2*c^3)^2",
        "a b c d e",
    ),
}


def binary_form_discriminant(degree: int) -> Known:
    """(λ, m) at 0 of |discriminant| of a binary form of degree 2, 3 or 4: 1, 5/6, 3/4 (mode "abs").

    Raises
    ------
    UnsupportedError : a larger degree.

    Examples
    --------
    >>> binary_form_discriminant(3).lam
    Fraction(5, 6)
    """
    if need_size("degree", degree, 2) not in _FORMS:
        raise UnsupportedError("binary forms: values are known for degrees 2, 3 and 4")
    lam, m, source, _, _ = _FORMS[degree]
    return Known(lam, m, source, ("value at 0", "positive prior"), mode="abs")


def binary_form_discriminant_case(degree: int) -> Case:
    """The discriminant of `a x^n + b x^(n-1) y + ...`, absolute value (27 times it for degree 4).

    >>> binary_form_discriminant_case(2).generators
    ('b^2 - 4*a*c',)
    """
    binary_form_discriminant(degree)
    _, _, _, text, names = _FORMS[degree]
    return Case(
        f"discriminant of binary forms of degree {degree}", tuple(names.split()), (text,), origin(names.split()), "abs"
    )


def over_complex(known: Known) -> Known:
    """The same model with complex parameters, written with real and imaginary parts: λ doubles, m stays.

    For ideals (K = sum of |g|^2 over real and imaginary parts) of the matrix products, chains and factorisations of
    this catalogue, whose values are those of their complex ideals: polar coordinates count every divisor twice.

    Raises
    ------
    InputError : a value that is no ideal's, or only a bound.

    Examples
    --------
    >>> from rlct.models.matrices import reduced_rank
    >>> over_complex(reduced_rank(1, 1, 1)).lam, over_complex(reduced_rank(1, 1, 1)).m
    (Fraction(1, 1), 2)
    """
    if known.mode != "ideal" or known.kind != "exact":
        raise InputError("the complex value is known for exact values of ideals")
    return Known(
        2 * known.lam,
        known.m,
        known.source + "; over C as real matrices",
        (*known.hypotheses, "real and complex thresholds of the ideal agree (a computing divisor has real points)"),
    )

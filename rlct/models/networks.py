"""Networks with one hidden layer: Vandermonde-type ideals and their published learning coefficients.

The output `sum_k a_k σ(b_k x)` has the Taylor coefficients `s_j sum_k a_k b_k^j`.  The power sums
satisfy a linear recurrence whose coefficients are the elementary symmetric functions of the b_k (Newton), so that
finitely many of them generate all; `expansion.py` writes that argument out.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from rlct.errors import InputError, UnsupportedError
from rlct.models.expansion import law_needed
from rlct.models.known import Case, Known, need_size, origin
from rlct.models.lp import optimal_face

VANDERMONDE = "Aoyagi 2010, Comm. Statist. Theory Methods 39:2667-2687 (Vandermonde-type singularities, one input)"
TANH = "Aoyagi & Watanabe 2006, three-layered perceptron with truth 0; case Q=2, M=1 of Aoyagi 2010"
OWN = "own derivation"


def vandermonde(step: int, outputs: int, hidden: int) -> Known:
    """(λ, m) at 0 of the ideal `sum_k a_ik b_k^(step*j+1)`, i = 1..outputs, j >= 0, k = 1..hidden.

    `k* = max{i : 2H >= M(Q i(i-1) + 2i)}`, `λ = (M Q k*(k*+1) + 2H) / (4(1 + Q k*))`, m = 2 on equality with k* > 0.

    Examples
    --------
    >>> vandermonde(2, 1, 128).lam
    Fraction(130, 23)
    """
    q, m, h = need_size("step", step), need_size("outputs", outputs), need_size("hidden", hidden)
    # the largest i with M(Q i^2 + (2-Q) i) <= 2H, by the quadratic formula and a step of correction
    disc = (2 - q) ** 2 * m * m + 8 * h * m * q
    k = max(0, (isqrt(disc) - (2 - q) * m) // (2 * m * q))
    while m * (q * (k + 1) * k + 2 * (k + 1)) <= 2 * h:
        k += 1
    while m * (q * k * (k - 1) + 2 * k) > 2 * h:
        k -= 1
    tie = k > 0 and m * (q * k * (k - 1) + 2 * k) == 2 * h
    return Known(
        Fraction(m * q * k * (k + 1) + 2 * h, 4 * (1 + q * k)),
        2 if tie else 1,
        VANDERMONDE,
        ("truth 0", "one input", "prior positive for weights of both signs"),
    )


def _power(name: str, exponent: int) -> str:
    """A power as text; the exponent 1 is not written."""
    return name if exponent == 1 else f"{name}^{exponent}"


def vandermonde_case(step: int, outputs: int, hidden: int) -> Case:
    """The generating power sums `sum_k a_ik b_k^(step*j+1)`, j = 0..hidden-1 (the recurrence gives all further ones).

    >>> vandermonde_case(2, 1, 2).generators
    ('a1*b1 + a2*b2', 'a1*b1^3 + a2*b2^3')
    """
    vandermonde(step, outputs, hidden)

    def weight(i: int, k: int) -> str:
        return f"a{k + 1}" if outputs == 1 else f"a{i + 1}_{k + 1}"

    entries = tuple(
        " + ".join(f"{weight(i, k)}*{_power(f'b{k + 1}', step * j + 1)}" for k in range(hidden))
        for i in range(outputs)
        for j in range(hidden)
    )
    names = [weight(i, k) for i in range(outputs) for k in range(hidden)] + [f"b{k + 1}" for k in range(hidden)]
    note = (
        (
            f"with z_k = b_k^{step} the sums p_j = sum a_k b_k z_k^j satisfy p_(j+H) = e_1 p_(j+H-1) - e_2 "
            f"p_(j+H-2) + ... "
            "with e_i the elementary symmetric functions of the z_k: p_0..p_(H-1) generate all of them"
        ),
    )
    return Case(f"vandermonde Q={step} M={outputs} H={hidden}", tuple(names), entries, origin(names), argument=note)


def tanh_zero(hidden: int) -> Known:
    """(λ, m) of `sum_k a_k tanh(b_k x)` with truth 0: `(H + i^2 + i)/(4i + 2)`, i = floor(sqrt H); m = 2 iff H = i^2.

    Any odd analytic activation whose odd Taylor coefficients are all non-zero (sin, erf, atan) has the same ideal.

    >>> tanh_zero(4).lam, tanh_zero(4).m
    (Fraction(1, 1), 2)
    """
    h = need_size("hidden", hidden)
    i = isqrt(h)
    return Known(
        Fraction(h + i * i + i, 4 * i + 2),
        2 if i * i == h else 1,
        TANH,
        (
            "truth 0",
            "one input, one output",
            "odd activation, all odd Taylor coefficients non-zero",
            "positive prior around b = 0",
            law_needed(2 * h - 1),
        ),
    )


def tanh_zero_case(hidden: int) -> Case:
    """The ideal of `tanh_zero` at 0: odd power sums up to degree 2H-1.

    >>> tanh_zero_case(1).generators
    ('a1*b1',)
    """
    case = vandermonde_case(2, 1, hidden)
    return Case(f"tanh H={hidden} truth 0", case.variables, case.generators, case.at, argument=case.argument)


_TEACHER = {
    (2, "merged"): (Fraction(5, 4), 1),
    (2, "dead"): (Fraction(3, 2), 2),
    (2, "dead-generic"): (Fraction(3, 2), 1),
    (3, "merged-positive"): (Fraction(3, 2), 1),
    (3, "merged-mixed"): (Fraction(3, 2), 2),
    (3, "merged-single"): (Fraction(3, 2), 2),
}
_TEACHER_POINT: dict[tuple[int, str], tuple[tuple[str, ...], tuple[str, ...]]] = {
    (2, "merged"): (("1/3", "2/3"), ("1", "1")),
    (2, "dead"): (("1", "0"), ("1", "0")),
    (2, "dead-generic"): (("1", "0"), ("1", "2")),
    (3, "merged-positive"): (("1/3", "1/3", "1/3"), ("1", "1", "1")),
    (3, "merged-mixed"): (("1", "1", "-1"), ("1", "1", "1")),
    (3, "merged-single"): (("1", "0", "0"), ("1", "1", "1")),
}


def tanh_teacher(hidden: int, stratum: str) -> Known:
    """Local (λ, m) of a student with odd units and the truth of one unit, at a stratum of the zero set.

    Strata: "merged" (units share the teacher's b; for three units "merged-positive", "merged-mixed" with weights 1,
    1, -1
    and "merged-single" with weights 1, 0, 0), "dead" (second unit zero in both weights), "dead-generic" (only its
    output is zero).

    Raises
    ------
    UnsupportedError : a stratum without a known value.

    Examples
    --------
    >>> tanh_teacher(2, "merged").lam
    Fraction(5, 4)
    """
    if (hidden, stratum) not in _TEACHER:
        raise UnsupportedError(
            f"no value is known for {hidden} units at stratum {stratum!r}; known: "
            + ", ".join(f"{h} {s}" for h, s in _TEACHER)
        )
    lam, m = _TEACHER[hidden, stratum]
    return Known(
        lam,
        m,
        OWN + " (setting of Fukumizu and Aoyagi), compared with volumes",
        ("truth one unit", "positive prior", law_needed(2 * hidden + 1)),
    )


def tanh_teacher_case(hidden: int, stratum: str) -> Case:
    """The odd power sums up to degree 2(H+1)-1, teacher unit subtracted, at a point of the stratum.

    >>> tanh_teacher_case(2, "dead").generators[0]
    'a1*b1 + a2*b2 - 1'
    """
    tanh_teacher(hidden, stratum)
    weights, slopes = _TEACHER_POINT[hidden, stratum]
    names = [f"a{k + 1}" for k in range(hidden)] + [f"b{k + 1}" for k in range(hidden)]
    entries = tuple(
        " + ".join(f"a{k + 1}*{_power(f'b{k + 1}', 2 * j + 1)}" for k in range(hidden)) + " - 1"
        for j in range(hidden + 1)
    )
    at: dict[str, Fraction | str] = {v: Fraction(c) for v, c in zip(names, weights + slopes, strict=True)}
    note = (
        (
            "the differences of power sums of H student units and one teacher unit satisfy a recurrence of order "
            "H+1 in "
            "b_k^2: "
            "the first H+1 generate all"
        ),
    )
    return Case(f"tanh H={hidden}, one-unit truth, {stratum}", tuple(names), entries, at, argument=note)


def monomial_activation(outputs: int, hidden: int, power: int) -> Known:
    """(λ, m) of `sum_k a_ik b_k^power = 0`: `min(M, H/n)/2`, m = 2 iff H = nM.

    The block a is linear and its only singular value is `|b|^n`: min(1, ε/|b|^n)^M integrated over b.

    >>> monomial_activation(1, 2, 2).lam, monomial_activation(1, 2, 2).m
    (Fraction(1, 2), 2)
    """
    m, h, n = need_size("outputs", outputs), need_size("hidden", hidden), need_size("power", power)
    return Known(
        min(Fraction(m), Fraction(h, n)) / 2,
        2 if h == n * m else 1,
        OWN + ": fibre integral over a",
        ("truth 0", "positive prior"),
    )


def monomial_activation_case(outputs: int, hidden: int, power: int) -> Case:
    """The generators `sum_k a_ik b_k^power`.

    >>> monomial_activation_case(1, 2, 3).generators
    ('a1_1*b1^3 + a1_2*b2^3',)
    """
    monomial_activation(outputs, hidden, power)
    entries = tuple(" + ".join(f"a{i + 1}_{k + 1}*b{k + 1}^{power}" for k in range(hidden)) for i in range(outputs))
    names = [f"a{i + 1}_{k + 1}" for i in range(outputs) for k in range(hidden)] + [f"b{k + 1}" for k in range(hidden)]
    return Case(f"monomial activation M={outputs} H={hidden} n={power}", tuple(names), entries, origin(names))


def quadratic_activation(hidden: int, inputs: int) -> Known:
    """(λ, m) of `sum_k a_k b_k b_k^T = 0` for one or two units.

    Raises
    ------
    UnsupportedError : more than two units (no closed value known).

    Examples
    --------
    >>> quadratic_activation(2, 2).m
    4
    """
    h, n = need_size("hidden", hidden), need_size("inputs", inputs)
    if h == 1:
        return Known(
            min(Fraction(1), Fraction(n, 2)) / 2,
            2 if n == 2 else 1,
            OWN + ": product rule",
            ("truth 0", "positive prior"),
        )
    if h == 2 and n >= 2:
        return Known(Fraction(1), 4 if n == 2 else 1, OWN + ", compared with volumes", ("truth 0", "positive prior"))
    raise UnsupportedError(
        "quadratic activation: values are known for one unit, and two units with at least two inputs"
    )


def quadratic_activation_case(hidden: int, inputs: int) -> Case:
    """The entries of `sum_k a_k b_k b_k^T`.

    >>> quadratic_activation_case(1, 1).generators
    ('a1*b1_1*b1_1',)
    """
    names = [f"a{k + 1}" for k in range(hidden)] + [f"b{k + 1}_{i + 1}" for k in range(hidden) for i in range(inputs)]
    entries = tuple(
        " + ".join(f"a{k + 1}*b{k + 1}_{i + 1}*b{k + 1}_{j + 1}" for k in range(hidden))
        for i in range(inputs)
        for j in range(i, inputs)
    )
    return Case(f"quadratic activation H={hidden} N={inputs}", tuple(names), entries, origin(names))


def several_inputs(hidden: int, inputs: int, outputs: int, odd: bool = True) -> Known:
    """(λ, m) for truth 0 with several inputs and one or two units (odd or generic activation).

    One unit: a rank-one matrix.  Two units: `σ1 ~ |b1|` and `σ1 σ2 ~ |b1||b2| max(angle, ||b1|^p - |b2|^p|)` with p
    = 2 (odd) or 1;
    integrating the output weights leaves a linear program over the scales u1 <= u2, the angle w and the closeness v.

    Raises
    ------
    UnsupportedError : more than two units; only bounds are published (Aoyagi 2013, 2019).

    Examples
    --------
    >>> several_inputs(2, 2, 2).lam
    Fraction(5, 3)
    """
    h, n, m = need_size("hidden", hidden), need_size("inputs", inputs), need_size("outputs", outputs)
    hypotheses = (
        "truth 0",
        "positive prior around 0",
        "odd activation, all odd Taylor coefficients non-zero"
        if odd
        else "σ(0) = 0, all further Taylor coefficients non-zero",
        law_needed(2 * h - 1 if odd else h),
    )
    if h == 1:
        return Known(Fraction(min(m, n), 2), 2 if m == n else 1, OWN + ": rank-one matrix, product rule", hypotheses)
    if n == 1:
        return vandermonde(2 if odd else 1, m, h)
    if h != 2:
        raise UnsupportedError("several inputs: closed values are known for one or two units only")
    p = 2 if odd else 1
    # coordinates u1, u2, w, v | t (exponent of the second factor), s1, s2 (positive parts); all >= 0
    cost = [n, n, n - 1, 1, 0, m, m]
    common = [([1, 0, 0, 0, 0, 1, 0], 1), ([0, 1, 0, 0, 1, 0, 1], 1), ([0, 0, 1, 0, -1, 0, 0], 0)]
    apart = [*common, ([-1, 1, 0, 0, 0, 0, 0], 0), ([p, 0, 0, 0, -1, 0, 0], 0), ([0, 0, 0, -1, 0, 0, 0], 0)]
    close = [*common, ([-1, 1, 0, 0, 0, 0, 0], 0), ([1, -1, 0, 0, 0, 0, 0], 0), ([p, 0, 0, 1, -1, 0, 0], 0)]
    faces = [optimal_face(cost, [r for r, _ in rows], [b for _, b in rows], keep=4) for rows in (apart, close)]
    best = min(value for value, _ in faces)
    return Known(
        best / 2,
        1 + max(dim for value, dim in faces if value == best),
        OWN + ": fibre integral and a linear program over scales",
        hypotheses,
    )


def several_inputs_case(hidden: int, inputs: int, outputs: int, odd: bool = True) -> Case:
    """All `sum_k a_ik b_k^α` with |α| <= 2H-1 odd (odd activation) or 1 <= |α| <= H (generic), at 0.

    A product of H factors `t_i - b_ki` (of `t_i t_j - b_ki b_kj` for odd activations), one for each unit, vanishes
    at every b_k: it rewrites every
    longer monomial by shorter ones with coefficients in Q[b].

    Examples
    --------
    >>> several_inputs_case(1, 2, 1).generators
    ('a1_1*b1_1', 'a1_1*b1_2')
    """
    need_size("hidden", hidden), need_size("inputs", inputs), need_size("outputs", outputs)
    degrees = range(1, 2 * hidden, 2) if odd else range(1, hidden + 1)
    exponents = [e for d in degrees for e in _compositions(d, inputs)]

    def monomial(k: int, e: tuple[int, ...]) -> str:
        return "*".join(f"b{k + 1}_{i + 1}" + (f"^{p}" if p > 1 else "") for i, p in enumerate(e) if p)

    entries = tuple(
        " + ".join(f"a{i + 1}_{k + 1}*{monomial(k, e)}" for k in range(hidden))
        for i in range(outputs)
        for e in exponents
    )
    names = [f"a{i + 1}_{k + 1}" for i in range(outputs) for k in range(hidden)]
    names += [f"b{k + 1}_{i + 1}" for k in range(hidden) for i in range(inputs)]
    note = (
        (
            "a product of H binomials, one for each unit, vanishes at all b_k and rewrites longer monomials by shorter "
            "ones"
        ),
    )
    kind = "odd" if odd else "generic"
    return Case(
        f"{kind} activation H={hidden} N={inputs} M={outputs}", tuple(names), entries, origin(names), argument=note
    )


def _compositions(total: int, parts: int) -> list[tuple[int, ...]]:
    """All exponent vectors of the given degree, lexicographically largest first."""
    if parts == 1:
        return [(total,)]
    return [(first, *rest) for first in range(total, -1, -1) for rest in _compositions(total - first, parts - 1)]


def analytic_activation_bound(hidden: int, generic_truth_units: int = 0) -> Known:
    """Upper bound for one input, σ(0) = 0, all further Taylor coefficients non-zero, truth of r generic units.

    Each true unit costs its own two parameters (λ = 1 each) and the redundant units join the worst cluster;
    here they are placed at b = 0, which gives r + Vandermonde(Q=1, M=1, H-r).

    >>> analytic_activation_bound(3, 1).kind
    'upper bound'
    """
    h, r = need_size("hidden", hidden), need_size("true units", generic_truth_units, 0)
    if r > h:
        raise InputError(f"the truth is not realisable: {r} true units and {h} units in the model")
    rest = vandermonde(1, 1, h - r) if h > r else Known(Fraction(0), 1, "", ())
    return Known(
        r + rest.lam,
        rest.m if r == 0 or h == r else None,
        "cluster at 0 beside the true units; compare Kurumadani, arXiv:2408.13030",
        (
            "σ(0) = 0, all further Taylor coefficients non-zero",
            "truth of generic units",
            "positive prior",
            law_needed(h + r),
        ),
        kind="upper bound" if r and h > r else "exact",
    )


def local_value_generic(hidden: int) -> Known:
    """(λ, m) at `a = 0` with pairwise distinct non-zero b_k^2: H independent linear forms in a, so `H/2` and 1.

    >>> local_value_generic(128).lam
    Fraction(64, 1)
    """
    return Known(
        Fraction(need_size("hidden", hidden), 2),
        1,
        "regular in a: the Vandermonde matrix is invertible",
        ("truth 0", "a = 0, b_k^2 distinct and non-zero", "positive prior", law_needed(2 * hidden - 1)),
    )


def local_value_generic_case(hidden: int) -> Case:
    """The odd power sums at a = 0, b = (1, 2, ..., H).

    >>> local_value_generic_case(1).at
    {'a1': Fraction(0, 1), 'b1': Fraction(1, 1)}
    """
    case = tanh_zero_case(hidden)
    at: dict[str, Fraction | str] = {v: Fraction(0 if v[0] == "a" else int(v[1:])) for v in case.variables}
    return Case(f"tanh H={hidden} at a = 0, b generic", case.variables, case.generators, at, argument=case.argument)

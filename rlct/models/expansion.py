"""Activations and why finitely many Taylor coefficients of a network generate all: the stabilisation arguments.

A network without biases, `f(x, w) = sum_k a_k σ(b_k x)` with `σ(t) = sum_j s_j t^j`, has the coefficients `s_j
p_j(w)` with
`p_j = sum_k a_k b_k^j`.  Two facts make the ideal of all of them finite, with proof instead of a cut-off.

*Recurrence.* With `χ(z) = prod_k (z - b_k^Q)` and e_i the elementary symmetric functions of the b_k^Q,
`p_{j+HQ} = e_1 p_{j+(H-1)Q} - e_2 p_{j+(H-2)Q} + ...`, because `sum_k a_k b_k^j χ(b_k^Q) = 0`.  So H consecutive
members of an
arithmetic progression of degrees generate all later ones, and their cofactors grow at most geometrically in j.

*Tail lemma.* If every coefficient beyond degree D is `c_α = sum_{|β|<=D} h_αβ(w) c_β` with `|h_αβ| <= C ρ^|α|` near
w0, and the input density is positive on a ball around 0, then `E f^2 >= const * sum_{|β|<=D} c_β^2` near w0: on a ball
of small radius δ the Taylor polynomial has norm >= c δ^(D + N/2) |c|, the tail at most C' δ^(D+1+N/2) |c|.

*Interpolation.* From above, and for inputs of any size: at a fixed x the numbers `σ(t_k)`, `t_k = b_k·x`, equal those
of the polynomial in t that interpolates σ at the t_k (Newton; in t^2 for odd and even σ).  So f is the sum over
|β| <= D of c_β x^β times divided differences of σ, which are bounded by derivatives of σ: `E f^2 <= const * sum c_β^2`
as soon as x^β times them is square integrable.  For σ with bounded derivatives (tanh, sin, erf, atan, the sigmoid and
their integrals) moments of order 2D suffice; under Cauchy inputs the conclusion fails (E tanh(bx)^2 falls like |b|).
"""

from __future__ import annotations

from dataclasses import dataclass

from rlct.errors import InputError, UnsupportedError


@dataclass(frozen=True)
class Activation:
    """An analytic activation: which Taylor coefficients at 0 are non-zero, and why.

    The degrees are `first` (a finite set) together with `start, start + step, ...`; `step` is 2 for functions that
    are odd or even up to
    a polynomial, 1 when all coefficients count.
    """

    name: str
    first: tuple[int, ...]
    start: int
    step: int
    reason: str

    def degrees(self, hidden: int, at_least: int = 0) -> tuple[int, ...]:
        """Degrees whose power sums generate all of them for `hidden` units.

        `at_least` is the degree up to which other terms of the model interfere: there every coefficient is kept, and
        the H
        consecutive members that start the recurrence are taken beyond it.

        Examples
        --------
        >>> ACTIVATIONS["tanh"].degrees(3), ACTIVATIONS["softplus"].degrees(2)
        ((1, 3, 5), (0, 1, 2, 4))
        """
        if self.step == 0:
            return self.first
        progression = []
        degree = self.start
        while degree <= at_least:
            progression.append(degree)
            degree += self.step
        progression += [degree + i * self.step for i in range(hidden)]
        return tuple(sorted({*self.first, *progression}))


LIGHT = (
    "moments of order {moments} (normal and bounded inputs have all that is needed, also where derivatives of the "
    "activation grow)"
)


def law_needed(top: int) -> str:
    """What the comparison of K with coefficients of degree up to `top` asks of the input law.

    >>> law_needed(5)[:60]
    'an input law with a density that is positive near 0 and mome'
    """
    return "an input law with a density that is positive near 0 and " + LIGHT.format(moments=2 * top)


_BERNOULLI = "coefficients of odd degree are Bernoulli numbers times factorials, never zero"
ACTIVATIONS: dict[str, Activation] = {
    a.name: a
    for a in (
        Activation("tanh", (), 1, 2, _BERNOULLI),
        Activation("sin", (), 1, 2, "odd coefficients are ±1/j!"),
        Activation("sinh", (), 1, 2, "odd coefficients are 1/j!"),
        Activation("erf", (), 1, 2, "odd coefficients are ±2/(sqrt(pi) i! (2i+1))"),
        Activation("atan", (), 1, 2, "odd coefficients are ±1/j"),
        Activation("asinh", (), 1, 2, "odd coefficients are ± central binomials over 4^i (2i+1)"),
        Activation("sigmoid", (0,), 1, 2, "1/2 + tanh(t/2)/2: " + _BERNOULLI),
        Activation("softplus", (0, 1), 2, 2, "its derivative is the sigmoid: log 2, 1/2, then all even degrees"),
        Activation("swish", (1,), 2, 2, "t times the sigmoid: degree 1, then all even degrees"),
        Activation("gelu", (1,), 2, 2, "t times the normal distribution function: degree 1, then all even degrees"),
        Activation("cos", (), 0, 2, "even coefficients are ±1/j!"),
        Activation("cosh", (), 0, 2, "even coefficients are 1/j!"),
        Activation("exp", (), 0, 1, "coefficients are 1/j!"),
    )
}
NOT_ANALYTIC = frozenset({"relu", "leaky_relu", "abs", "step", "sign", "hardtanh", "relu6", "heaviside"})


def activation(name: str) -> Activation:
    """The activation of that name; "t^3" and the like are monomial activations.

    Raises
    ------
    UnsupportedError : the activation is not analytic (ReLU and the like).
    InputError : an unknown name.

    Examples
    --------
    >>> activation("sin").step
    2
    """
    key = name.lower()
    if key.startswith("t^") and key[2:].isdigit() and int(key[2:]) >= 1:
        return Activation(key, (int(key[2:]),), 0, 0, "one monomial: a single coefficient, nothing to stabilise")
    if key in NOT_ANALYTIC:
        raise UnsupportedError(
            f"the activation {name} is not analytic, so K need not be comparable with a polynomial ideal near every "
            f"point; "
            "cut it into cells (rlct.models.pieces)"
        )
    if key not in ACTIVATIONS:
        raise InputError(f"unknown activation {name!r}; known: {', '.join(sorted(ACTIVATIONS))}")
    return ACTIVATIONS[key]


def one_input_argument(name: str, units: int, true_units: int) -> tuple[str, ...]:
    """The chain of sentences that leads from a one-input network to its finite ideal.

    Examples
    --------
    >>> len(one_input_argument("tanh", 2, 1))
    4
    """
    kind = activation(name)
    order = units + true_units
    if kind.step == 0:
        return (
            (f"the activation is {name}: f - f0 is one number times x^{kind.first[0]}, and K a multiple of its square"),
        )
    pattern = ", ".join(map(str, kind.degrees(order)[:6])) + (", ..." if len(kind.degrees(order)) > 6 else "")
    return (
        (
            f"Taylor expansion in the input: the coefficient of x^j is s_j times sum_k a_k b_k^j minus its true value; "
            f"s_j is non-zero for j = {pattern} ({kind.reason})"
        ),
        (
            f"a student of {units} and a truth of {true_units} units satisfy a linear recurrence of order {order} in j "
            f"with step "
            f"{kind.step}, whose coefficients are elementary symmetric functions of the b_k^{kind.step} (Newton)"
        ),
        (
            f"so the {len(kind.degrees(order))} coefficients listed generate all others, with cofactors that grow "
            f"geometrically"
        ),
        (
            "tail lemma and interpolation: K = E(f - f0)^2/2 lies between two multiples of the sum of squares of these "
            f"coefficients, for {law_needed(max(kind.degrees(order)))}"
        ),
    )


def several_inputs_argument(name: str, units: int, true_units: int) -> tuple[str, ...]:
    """The same for several inputs, where products of binomials take the place of the recurrence.

    Examples
    --------
    >>> "degree at most 3" in several_inputs_argument("tanh", 2, 0)[1]
    True
    """
    kind = activation(name)
    order = units + true_units
    if kind.step == 0:
        degree = kind.first[0]
        return (
            (
                f"the activation is {name}: f - f0 is a form of degree {degree} in the inputs, with the coefficients "
                "listed up to non-zero numbers; K lies between two multiples of their sum of squares for every input "
                f"law with a density and moments of order {2 * degree}"
            ),
        )
    top = max(kind.degrees(order))
    factor = "t_i t_j - b_ki b_kj" if kind.step == 2 else "t_i - b_ki"
    return (
        (
            "Taylor expansion in the inputs: the coefficient of x^α is a non-zero number times sum_k a_k b_k^α minus "
            f"its true value ({kind.reason})"
        ),
        (
            f"a product of {order} factors {factor}, one for each unit and true unit, vanishes at every b_k: it "
            "rewrites every longer monomial by shorter ones with coefficients in Q[b], "
            f"so degree at most {top} suffices"
        ),
        (
            "tail lemma and interpolation: K lies between two multiples of the sum of squares of these coefficients, "
            f"for {law_needed(top)}"
        ),
    )

"""First exercises: statement, hint, a check of the reader's answer that says what to reconsider, the full solution.

Answers are compared with what the public `rlct` computes at that moment; nothing is stored.
`examples/exercises.ipynb` uses this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from rlct.errors import InputError
from rlct.models import matrices, networks
from rlct.models.known import Case
from rlct.systems.rows import posed


@dataclass(frozen=True)
class Exercise:
    """One exercise; `slips` maps typical wrong values of λ to what to reconsider."""

    number: int
    title: str
    statement: str
    hint: str
    case: Case
    prior: str | None = None
    slips: dict[str, str] = field(default_factory=dict)

    def result(self) -> Any:
        """The engine's `Result`."""
        from rlct import rlct

        words = self.case.keywords()
        if self.prior is not None:
            words["prior"] = self.prior
        return rlct(self.case.expression, **words)

    def check(self, lam: Fraction | int | str | None = None, m: int | str | None = None) -> str:
        """Compare an answer with the engine; the sentence says what to reconsider.

        Parameters
        ----------
        lam : λ as a fraction or text such as "3/4"; None or "?" means not answered yet.
        m : the multiplicity; None means not answered yet.

        Examples
        --------
        >>> exercise(1).check("1/4", 1)
        'Right: λ = 1/4, m = 1.'
        >>> exercise(1).check("1/2", 1).startswith("Not yet")
        True
        """
        if lam is None or lam == "?":
            return "No answer yet: fill in λ and m."
        try:
            value = Fraction(lam)
        except (ValueError, ZeroDivisionError) as error:
            raise InputError(f"λ is a fraction such as 3/4, not {lam!r}") from error
        if m is not None and m != "?" and not str(m).strip().isdigit():
            raise InputError(f"m is a whole number such as 2, not {m!r}")
        truth = self.result()
        if value == truth.lam:
            if m is None or m == "?":
                return f"λ = {value} is right. Now find m."
            m = int(m)
            if m == truth.multiplicity:
                return f"Right: λ = {value}, m = {m}."
            way = "fewer" if m > truth.multiplicity else "more"
            return (
                f"λ = {value} is right, m = {m} is not: {way} divisors that attain λ meet in one real point "
                f"over the point asked for. "
                "Only those count, not all that exist."
            )
        for slip, text in self.slips.items():
            if Fraction(slip) == value:
                return "Not yet: " + text
        return "Not yet: " + general_slip(value, truth.lam, len(self.case.variables))

    def solution(self) -> str:
        """The argument of the engine, step by step."""
        return str(self.result().explain("full"))


def general_slip(value: Fraction, truth: Fraction, dimension: int) -> str:
    """What an answer that differs from the truth suggests.

    >>> general_slip(Fraction(-1, 4), Fraction(1, 4), 2)
    'the pole lies at -λ; λ itself is positive.'
    """
    if value == -truth:
        return "the pole lies at -λ; λ itself is positive."
    if value == 2 * truth:
        return "a factor 2: is λ asked of K, or of the function whose square is K?"
    if value == truth / 2:
        return "a factor 2 too small: K itself is meant here, not its square."
    if value == Fraction(dimension, 2):
        return "that is d/2, the value of a regular model; here K is degenerate."
    if value > truth:
        return "too large: some divisor with a smaller ratio (h+1)/k is missing, or the point was left before its "
        "worst blow-up."
    return "too small: a divisor was given too little volume (h + 1), or too high an order k of K, or it has no "
    "real point there."
    return None


def exercises() -> tuple[Exercise, ...]:
    """The exercises, from monomials to a small network.

    Examples
    --------
    >>> [e.number for e in exercises()] == list(range(1, 14))
    True
    """
    xy = {"x": 0, "y": 0}
    return (
        Exercise(
            1,
            "A monomial",
            "K = x^2 y^4 at the origin. Find λ and m.",
            "ζ(z) = ∫ x^(2z) y^(4z): each variable gives one pole; the one nearest to 0 counts.",
            posed("x^2 y^4", "x^2*y^4", xy),
            slips={
                "1/2": "x alone gives 1/2, but y gives a pole nearer to 0.",
                "3/4": "values of a product are not added: the smaller one wins.",
            },
        ),
        Exercise(
            2,
            "A tie",
            "K = x^2 y^2 at the origin.",
            "Both variables give the same pole: what happens to its order?",
            posed("x^2 y^2", "x^2*y^2", xy),
            slips={"1": "(h+1)/k with h = 0 and k = 2; ties change m, not λ."},
        ),
        Exercise(
            3,
            "A sum",
            "K = x^2 + y^4 at the origin.",
            "Disjoint variables: V(ε) is comparable with the product of the lengths in x and y.",
            posed("x^2 + y^4", "x^2 + y^4", xy),
            slips={"1/4": "for a sum the values of the two variables are added."},
        ),
        Exercise(
            4,
            "A prior that vanishes",
            "K = x^2 y^2 with prior density proportional to x^2.",
            "The prior adds to the volume exponent h of x.",
            posed("x^2 y^2", "x^2*y^2", xy),
            "x^2",
            {"3/2": "that is the value of the divisor x = 0; y = 0 is still there."},
        ),
        Exercise(
            5,
            "A monomial ideal",
            "K = (xy)^2 + (yz)^2 + (zx)^2 at the origin.",
            "Minimise u + v + w subject to u+v, v+w, w+u >= 1, and halve.",
            posed("xy, yz, zx", ["x*y", "y*z", "z*x"], {"x": 0, "y": 0, "z": 0}),
            slips={"1": "the weights (1, 1, 0) are admissible and cost 2, but (1/2, 1/2, 1/2) cost less; then halve."},
        ),
        Exercise(
            6,
            "A corner",
            "K = (x + y)^2 on x >= 0, y >= 0, at the corner.",
            "Without cancellation x + y is comparable with max(x, y).",
            posed("(x + y)^2", "(x + y)^2", xy, region="x >= 0, y >= 0"),
            slips={
                "1/2": "that is the value on the whole plane, where x + y cancels on a line; on the "
                "quadrant it does not."
            },
        ),
        Exercise(
            7,
            "A node",
            "|y^2 - x^2 - x^3| at the origin (the absolute value, not its square).",
            "Two real branches cross.",
            posed("node", "y^2 - x^2 - x^3", xy, mode="abs"),
            slips={"1/2": "that is the value of the square; here |f| is meant."},
        ),
        Exercise(
            8,
            "A cusp",
            "K = (y^2 - x^3)^2 at the origin.",
            "Weights 2 for x and 3 for y: volume 5, order of f 6.",
            posed("cusp", "(y^2 - x^3)^2", xy),
            slips={
                "1/2": "that is a smooth point of the curve; the blow-up with weights (2, 3) gives less.",
                "5/6": "that is the value of |f|; K is its square.",
            },
        ),
        Exercise(
            9,
            "A disguise",
            "K = ((y - x^2)^2 - x^5)^2 at the origin.",
            "First change coordinates, z = y - x^2; then look at the Newton polygon.",
            posed("disguised A4", "((y-x^2)^2 - x^5)^2", xy),
            slips={"3/8": "that is the Newton value in the given coordinates: only an upper bound."},
        ),
        Exercise(
            10,
            "Real or complex",
            "K = (x^2 + y^2)^2 at the origin.",
            "Polar coordinates. Are there real tangent directions?",
            posed("(x^2 + y^2)^2", "(x^2 + y^2)^2", xy),
            slips={"1": "K is the square of x^2 + y^2: r^4, with volume r dr."},
        ),
        Exercise(
            11,
            "Two scalar layers",
            "K = (a b - 1)^2 at a = b = 1.",
            "Is the zero set smooth there? What is its codimension?",
            posed("(ab - 1)^2", "(a*b - 1)^2", {"a": 1, "b": 1}),
            slips={"1": "two parameters, but the curve ab = 1 costs nothing along itself."},
        ),
        Exercise(
            12,
            "A linear network",
            "K = |B A|^2 for 2 x 2 matrices at A = B = 0.",
            "Blow up A = 0; or use the formula of Aoyagi and Watanabe.",
            matrices.reduced_rank_case(2, 2, 2),
            slips={
                "2": "that is the value on {A = 0} near a generic B, or for a truth of rank 2; the origin is worse.",
                "4": "d/2 would be 4: far from regular.",
            },
        ),
        Exercise(
            13,
            "A small network",
            "Two tanh units, f = a1 tanh(b1 x) + a2 tanh(b2 x), truth 0, at 0.",
            "The ideal is (a1 b1 + a2 b2, a1 b1^3 + a2 b2^3). Blow up b1 = b2 = 0, not the origin.",
            networks.tanh_zero_case(2),
            slips={
                "1": "that is the value at a generic point of a = 0 (two "
                "independent linear forms), or the Newton "
                "value of the terms: an upper bound."
            },
        ),
    )


def exercise(number: int) -> Exercise:
    """The exercise of that number.

    >>> exercise(2).title
    'A tie'
    """
    for candidate in exercises():
        if candidate.number == number:
            return candidate
    raise InputError(f"there is no exercise {number}: they run from 1 to {len(exercises())}")

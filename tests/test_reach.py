"""What the search has to reach: answers known from the literature or by hand, with proofs that the checker accepts."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from typing import Any

import pytest
from sympy import Matrix, Symbol, discriminant, expand, resultant
from sympy.parsing.sympy_parser import parse_expr

from rlct import rlct
from rlct.certify.check import check
from rlct.result import Budget

Q = Fraction


def outer(rows: int, units: int, powers: list[int]) -> list[str]:
    """Σ_i a_ri b_i^k: Vandermonde type (tanh for odd powers)."""
    return ["+".join(f"a{r}{i}*b{i}^{k}" for i in range(units)) for r in range(rows) for k in powers]


def matrices(*sizes: int) -> list[str]:
    """The entries of a product of matrices."""
    rows = [[f"u{i}{j}" for j in range(sizes[1])] for i in range(sizes[0])]
    for level in range(1, len(sizes) - 1):
        rows = [
            [
                "+".join(f"({rows[i][k]})*{'uvwxy'[level]}{k}{j}" for k in range(sizes[level]))
                for j in range(sizes[level + 1])
            ]
            for i in range(sizes[0])
        ]
    return [x for row in rows for x in row]


def minors(rows: int, columns: int, size: int, symmetric: bool = False) -> list[str]:
    """The minors of a general, or a symmetric, matrix."""
    m = Matrix(rows, columns, lambda i, j: Symbol(f"x{min(i, j)}{max(i, j)}" if symmetric else f"x{i}{j}"))
    choices = product(combinations(range(rows), size), combinations(range(columns), size))
    return [str(expand(m.extract(list(r), list(c)).det())).replace("**", "^") for r, c in choices]


def quadratic(inputs: int, units: int) -> list[str]:
    """Σ_k a_k b_k b_kᵀ: quadratic activation."""
    pairs = [(i, j) for i in range(inputs) for j in range(i, inputs)]
    return ["+".join(f"a{k}*b{k}{i}*b{k}{j}" for k in range(units)) for i, j in pairs]


def two_inputs(outputs: int, units: int, powers: list[int]) -> list[str]:
    """Σ_k a_rk times the monomials of these degrees in two inner weights b_k, c_k."""
    return [
        "+".join(f"a{r}{k}*b{k}^{i}*c{k}^{d - i}" for k in range(units))
        for r in range(outputs)
        for d in powers
        for i in range(d + 1)
    ]


def characteristic(n: int) -> list[str]:
    """The coefficients of the characteristic polynomial of a general matrix: the nilpotent cone."""
    m = Matrix(n, n, lambda i, j: Symbol(f"x{i}{j}"))
    return [str(expand(c)).replace("**", "^") for c in m.charpoly().all_coeffs()[1:]]


BINARY_QUARTIC = str(
    discriminant(parse_expr("c0+c1*t+c2*t**2+c3*t**3+c4*t**4"), Symbol("t"))
).replace("**", "^")
# undone by shears that a first shift of Tschirnhausen would hide
SHEARED = {"a": parse_expr("a-(c+a*b)**2"), "c": parse_expr("c+a*b")}
DISGUISED = str(
    expand(parse_expr("18*a*b*c*d-4*b**3*d+b**2*c**2-4*a*c**3-27*a**2*d**2").subs(SHEARED, simultaneous=True))
).replace("**", "^")
SEPARATE = ["x*(y^3+2*x^3)^2*u^2*v^4", "(u^2*v^4)^2*w^3*u^3", "(x*(y^3+2*x^3)^2)^2*(u^2*v^4)^3*w^3"]
HYPER = (
    "(a*h-b*g-c*f+d*e)^2 - 4*(a*d-b*c)*(e*h-f*g)"
)
PFAFFIAN = (
    "a*(j*o-k*n+l*m) - b*(g*o-h*n+i*m) + c*(f*o-h*l+i*k) - d*(f*n-g*l+i*j) + e*(f*m-g*k+h*j)"
)
D4 = "*".join(f"({a}-{b})*({a}+{b})" for a, b in combinations("xyzw", 2))
CUBIC = "18*a*b*c*d - 4*b^3*d + b^2*c^2 - 4*a*c^3 - 27*a^2*d^2"
QUARTIC = "256*c^3 - 128*a^2*c^2 + 144*a*b^2*c + 16*a^4*c - 27*b^4 - 4*a^3*b^2"
RESULTANT = str(
    resultant(parse_expr("t**2+b*t+c"), parse_expr("t**3+e*t**2+f*t+g"), Symbol("t"))
).replace("**", "^")
BOXED = str(expand(parse_expr("(u-1)**4*(u+3)**2*(v**2-3)**4 + (w-1)**4*(w-2)**8"))).replace("**", "^")
SYMMETRIC = Matrix(3, 3, lambda i, j: Symbol(f"x{min(i, j)}{max(i, j)}"))
MONIC_QUARTIC = str(discriminant(parse_expr("t**4+a*t**3+b*t**2+c*t+d"), Symbol("t"))).replace("**", "^")
U = "(y + x^2)"
S = f"(x - 5*{U}^3)"
T = f"({U} - 2*{S} + {S}^2)"
NESTED = f"{S}*({S} - {T})^2*(2*{S} + {T})*{T}^2"
ONES = ", ".join(f"x{i}{j}=1" for i in range(3) for j in range(3))
CIRCLES, PYTHAGORAS = "a=1, b=0, c=1, d=0, e=0", "a=3/5, b=4/5, c=-4/5, d=3/5, e=0"
EIGENVALUES = str(expand(discriminant(SYMMETRIC.charpoly(Symbol("t")).as_expr(), Symbol("t")))).replace("**", "^")
CUBES = ["p0+q0", "p0*q0+p1+q1", "p0*q1+p1*q0+p2+q2", "p0*q2+p1*q1+p2*q0", "p1*q2+p2*q1", "p2*q2"]
BOX = [("-5", "5"), ("-5", "5")]

QUICK: list[tuple[str, Any, dict[str, Any], Fraction, int]] = [
    ("discriminant of the quartic", QUARTIC, {"mode": "abs", "variables": "c,b,a"}, Q(3, 4), 1),
    ("discriminant of the binary cubic", CUBIC, {"mode": "abs"}, Q(5, 6), 1),
    ("two cubics whose product is t^6", CUBES, {}, Q(11, 5), 1),
    ("degenerate along a cone", "(x*y-z^2)^2 + x^5 + y^7", {"mode": "abs"}, Q(47, 70), 1),
    ("degenerate along a smooth surface", "(x^2+y^3+z^4)^2 - x^3*y^2*z", {"mode": "abs"}, Q(31, 58), 1),
    ("an implicit coordinate at once", "(x^2+y^3+z^4+z)^2 - x^3*y^2*(1+z)", {"mode": "abs"}, Q(5, 6), 1),
    ("an approximate root", "(x^3+x*y^3*z+y^5)^2 + z^7", {"mode": "abs"}, Q(43, 105), 1),
    ("the same sheared", "(x^2+(z+x^2)*x*y^2+y^5)^2 + (z+x^2)^7", {"mode": "abs"}, Q(69, 140), 1),
    ("quasi-ordinary, with a prior", "((z^2-x*y^2)^2-4*x^3*y^6*z)^2", {"mode": "abs", "prior": "y-x*z"}, Q(9, 28), 2),
    ("resultant of monic polynomials of degrees 2 and 3", RESULTANT, {"mode": "abs"}, Q(1), 2),
    ("sum over a box, multiplied out", BOXED, {"region": [(0, 2), (-2, 2), (0, 3)]}, Q(3, 8), 2),
    ("arrangement D4", D4, {"mode": "abs"}, Q(1, 3), 1),
    ("tanh, three units", outer(1, 3, [1, 3, 5]), {}, Q(5, 6), 1),
    ("Vandermonde, three units, two outputs", outer(2, 3, [1, 2, 3]), {}, Q(5, 4), 1),
    ("a cusp at an irrational point of a box", "((x*y-1)^2-(x*y-3*y^2)^3)^2", {"region": BOX}, Q(5, 12), 1),
    ("a divisor that comes again below itself", "(x^2+z*y^2)^2-y^5", {"mode": "abs"}, Q(1, 2), 2),
    ("a high power, whose shifts would be endless", "(x^2+z*y^2)^2-y^79*x", {"mode": "abs"}, Q(1, 2), 2),
    ("a surface whose transversal type varies", "(z^3-x^4*y)^2+3*x^7*y^5", {"mode": "abs"}, Q(13, 42), 1),
    ("discriminant of t^4 + ... at (t - 1)^4", MONIC_QUARTIC, {"mode": "abs", "at": "a=-4,b=6,c=-4,d=1"}, Q(3, 4), 1),
    ("determinant at a matrix of rank 1", minors(3, 3, 3)[0], {"mode": "abs", "at": ONES}, Q(1), 1),
    ("brackets that need no name", NESTED, {"mode": "abs"}, Q(1, 3), 1),
    ("a cone over circles", "(a^2+b^2-1)^2+(c^2+d^2-1)^2-e^2", {"mode": "abs", "at": CIRCLES}, Q(1), 1),
    ("cubes of circles", "(a^2+b^2-1)^3+(c^2+d^2-1)^3+e^3", {"mode": "abs", "at": CIRCLES}, Q(1), 2),
    ("cubes of circles, elsewhere", "(a^2+b^2-1)^3+(c^2+d^2-1)^3+e^3", {"mode": "abs", "at": PYTHAGORAS}, Q(1), 2),
    ("determinant of a 4 x 4 matrix", minors(4, 4, 4)[0], {"mode": "abs"}, Q(1), 1),
    ("determinant of a symmetric 4 x 4 matrix", minors(4, 4, 4, True)[0], {"mode": "abs"}, Q(1), 1),
    ("3-minors of a symmetric 4 x 4 matrix", minors(4, 4, 3, True), {}, Q(3, 2), 2),
    ("3-minors of a 3 x 5 matrix", minors(3, 5, 3), {}, Q(3, 2), 1),
    ("Pfaffian of a 6 x 6 matrix", PFAFFIAN, {"mode": "abs"}, Q(1), 1),
    ("nilpotent 3 x 3 matrices", characteristic(3), {}, Q(3, 2), 1),
    ("a discriminant in other coordinates", DISGUISED, {"mode": "abs", "variables": "a,b,c,d"}, Q(5, 6), 1),
    ("products of functions of separate variables", SEPARATE, {}, Q(1, 8), 1),
    ("hyperdeterminant", HYPER, {"mode": "abs"}, Q(1), 1),
    ("discriminant of the binary quartic", BINARY_QUARTIC, {"mode": "abs"}, Q(3, 4), 1),
    ("quadratic activation, three inputs, two units", quadratic(3, 2), {}, Q(1), 1),
    ("tanh, two inputs, two outputs, two units", two_inputs(2, 2, [1, 3]), {}, Q(5, 3), 1),
    ("a binomial and a monomial", ["y*(x*z^3+y^2)", "x^2*z"], {}, Q(13, 30), 1),
    ("a binomial and a monomial in a divisor", ["x*y*z^4+y^3*z", "x^2*z^2"], {}, Q(1, 3), 1),
    ("higher terms in the divisor of a monomial", ["y*z^2+2*x^3+2*x^2*y*z^3", "x*y^4"], {}, Q(11, 24), 1),
    ("a cone over points, times a variable", ["x*y^4-3*x*y*z^3", "y^3*z+y^2*z^2"], {}, Q(1, 4), 1),
    ("degrees that grow without bound", ["x^2*z^2", "x*y^4+x*y^3*z^2-x*y^4*z"], {}, Q(9, 28), 1),
    ("lowest terms that come again", ["x*y*z^4-x^4*z", "x^3*y^3-x^4"], {}, Q(1, 4), 2),
    ("the same with three generators", ["x^3-x^2*y^3", "x*z^3-x^3*y", "2*x^3*y*z^2+x^4"], {}, Q(1, 3), 2),
    ("products of non-negative matrices", ["a*c+b*d", "a*e+b*f"], {"region": [("0", "1")] * 6}, Q(1), 1),
]
LONG: list[tuple[str, Any, dict[str, Any], Fraction, int]] = [
    ("an approximate root from before the blow-up", "(x^4+x*y^2*z+y^5)^2 + z^7", {"mode": "abs"}, Q(43, 112), 1),
    ("eigenvalues of a symmetric 3 x 3 matrix: discriminant", EIGENVALUES, {}, Q(5, 6), 1),
    ("a higher power, whose shifts would be endless", "(x^2+z*y^2)^2-y^999*x", {"mode": "abs"}, Q(1, 2), 2),
    ("tanh, four units", outer(1, 4, [1, 3, 5, 7]), {}, Q(1), 2),
    ("Vandermonde, four units", outer(1, 4, [1, 2, 3, 4]), {}, Q(7, 6), 1),
    ("three 2 x 2 matrices", matrices(2, 2, 2, 2), {}, Q(3, 2), 3),
    ("4 x 2 by 2 x 4", matrices(4, 2, 4), {}, Q(7, 2), 1),
    ("3 x 3 by 3 x 3", matrices(3, 3, 3), {}, Q(7, 2), 2),
    ("3-minors of a 4 x 4 matrix", minors(4, 4, 3), {}, Q(2), 1),
    ("quadratic activation, two inputs, three units", quadratic(2, 3), {}, Q(5, 4), 1),
]
NIGHTLY: list[tuple[str, Any, dict[str, Any], Fraction, int]] = [
    ("tanh, five units", outer(1, 5, [1, 3, 5, 7, 9]), {}, Q(11, 10), 1),
    ("four 2 x 2 matrices", matrices(2, 2, 2, 2, 2), {}, Q(3, 2), 5),
    ("4 x 3 by 3 x 4", matrices(4, 3, 4), {}, Q(5), 2),
    ("4 x 4 by 4 x 4, 32 variables", matrices(4, 4, 4), {}, Q(6), 1),
    ("4-minors of a 4 x 5 matrix", minors(4, 5, 4), {}, Q(1), 1),
    ("tanh, six units", outer(1, 6, [1, 3, 5, 7, 9, 11]), {}, Q(6, 5), 1),
]


@pytest.mark.parametrize(
    ("name", "K", "options", "lam", "m"),
    [
        *QUICK,
        *(pytest.param(*case, marks=pytest.mark.slow) for case in LONG),
        *(pytest.param(*case, marks=pytest.mark.nightly) for case in NIGHTLY),
    ],
)
def test_reach(name: str, K: Any, options: dict[str, Any], lam: Fraction, m: int) -> None:
    r = rlct(K, budget=Budget(seconds=600), **options)
    assert (r.lam, r.multiplicity, r.status) == (lam, m, "exact")
    assert r.certificate is not None
    assert check(r.certificate).proved == "threshold"


def test_the_budget_is_kept() -> None:
    """A polynomial whose charts grow too large for any single operation: bounds, soon after the time is up."""
    r = rlct(
        [f"(1+a)*(1+b)^{k}-1" + "".join(f"+c{i}*d{i}^{k}" for i in range(3)) for k in (1, 3, 5, 7, 9)],
        budget=Budget(seconds=2),
    )
    assert r.status in ("bounds", "exact")
    assert r.stats["seconds"] < 30


@pytest.mark.parametrize(
    ("K", "options"),
    [
        # a division whose coefficients grow with every step
        ("(x^30-y^31+z^37*w)^2+(x*y*z*w-w^20)^4*x^3", {"mode": "abs"}),
        # 2^18 cells: one open cell stands for those that are left
        ([*matrices(3, 3, 3)[:-1], matrices(3, 3, 3)[-1] + "-1"], {"region": [("0", "2")] * 18}),
    ],
    ids=["high degrees", "many cells"],
)
def test_the_budget_is_kept_in_long_steps_too(K: Any, options: dict[str, Any]) -> None:
    """Bounds soon after the time is up; what they rest on is accepted by the checker."""
    r = rlct(K, budget=Budget(seconds=1), **options)
    assert r.status == "bounds"
    assert r.stats["seconds"] < 30
    assert r.certificate is not None
    assert check(r.certificate).proved == "upper bound"


def test_a_scaling_opens_the_way_for_flows() -> None:
    """The nilpotent cone is reached in this way, the discriminant of the binary quartic by flows alone."""
    cone = rlct(characteristic(3), budget=Budget(seconds=60)).certificate
    quartic = rlct(BINARY_QUARTIC, mode="abs", budget=Budget(seconds=60)).certificate
    assert cone is not None and quartic is not None
    assert {node["end"]["end"] for node in cone["nodes"]} >= {"normalise", "blowup"}
    assert "normalise" not in {node["end"]["end"] for node in quartic["nodes"]}
    for certificate in (cone, quartic):
        assert any(step["op"] == "flow" for node in certificate["nodes"] for step in node["steps"])

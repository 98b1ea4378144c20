"""Problems over C that are given by real and imaginary parts: λ of the ideal is the complex log canonical threshold."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from sympy import expand, sympify

from rlct import compute, rlct
from rlct.certify.check import check
from rlct.result import Budget
from tests.complex_problems import modulus, realified

PUISEUX = "(y^2-x^3)^2 - 4*x^5*y - x^7"
KNOWN = [
    # two variables: weights 1/a + 1/b (Arnold), first Puiseux pair of a branch (Igusa 1977)
    (["y^2-x^3"], "5/6", 1),
    (["x^3+y^4"], "7/12", 1),
    (["x^3+x*y^3"], "5/9", 1),
    (["x^3+y^5"], "8/15", 1),
    (["x^2*y+y^4"], "5/8", 1),
    (["x^4+y^5+x*y^4"], "9/20", 1),
    (["x^3*y+y^5"], "7/15", 1),
    ([PUISEUX], "5/12", 1),
    (["(y^2-x^3)^3-x^10"], "5/18", 1),
    (["((y^2-x^3)^2-x^5*y)^2-x^20*y"], "5/24", 1),
    (["(y^2-x^3)*(y^2-2*x^3)"], "5/12", 1),
    # squares that are definite over R but not over C: two double points on a divisor of the same ratio
    (["(x^2+y^2)^2+x^5"], "1/2", 2),
    # three variables: quasi-homogeneous (sum of weights, at most 1), T_pqr (log canonical), umbrella, cones
    (["x^3+y^4+y*z^2"], "23/24", 1),
    (["x^3+y^3+z^4"], "11/12", 1),
    (["x^3+y^4+z^5+x*y*z"], "1", 3),
    (["x^2-y^2*z"], "1", 2),
    (["x^2+y^2+z^2"], "1", 1),
    (["x^3+y^3+z^3"], "1", 2),
    (["x^4+y^4+z^4"], "3/4", 1),
    (["(x-y)*(x-z)*(y-z)"], "2/3", 1),
    # the swallowtail, discriminant of t^4 + x t^2 + y t + z: half a dimension of the reflection group, 1/2 + 1/4
    (["256*z^3 - 128*x^2*z^2 + 144*x*y^2*z + 16*x^4*z - 27*y^4 - 4*x^3*y^2"], "3/4", 1),
    (["a*d-b*c"], "1", 1),
    # ideals: a monomial one (Howald), a space curve, two tanh units over C (twice 2/3)
    (["x*y", "y*z", "z*x"], "3/2", 1),
    (["x^2-y^3", "x^3-z^4"], "13/12", 1),
    (["a*b+c*d", "a*b^3+c*d^3"], "4/3", 1),
    # over Q(i)
    (["y^2 + I*x^3"], "5/6", 1),
    (["(y - I*x^2)^2 - x^5"], "7/10", 1),
    (["(x + I*y)^2 + x^5 + y^7"], "7/10", 1),
    (["(y^2-I*x^3)^2 - 4*x^5*y - x^7"], "5/12", 1),
    (["x^3 + (1+2*I)*x*y^2 + I*y^3"], "2/3", 1),
]


def over_c(result: Any) -> bool:
    """Was it answered, exactly and with a proof, in complex coordinates?"""
    assert result.status == "exact"
    report = check(result.certificate)
    assert report.proved == "threshold"
    assert (report.lam, report.multiplicity) == (result.lam, result.multiplicity)
    return "complex" in result.certificate["root"]


@pytest.mark.parametrize(("functions", "lam", "m"), KNOWN, ids=lambda x: str(x))
def test_known_thresholds(functions: list[str], lam: str, m: int) -> None:
    """Thresholds that are known over C, each with a certificate over C."""
    r = rlct(realified(functions), budget=Budget(seconds=30))
    assert (r.lam, r.multiplicity) == (Fraction(lam), m)
    assert over_c(r)


@pytest.fixture
def real_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search without complex coordinates."""
    monkeypatch.setattr(compute, "realified", lambda *_: None)


@pytest.mark.parametrize(
    "functions",
    [
        ["x*y"],
        ["y^2-x^3"],
        ["x^2*y+y^4"],
        ["x^2-y^2*z"],
        ["x*y*z"],
        ["x*y", "y*z", "z*x"],
        ["y^2+I*x^3"],
        ["y*(y-x^2)"],
    ],
    ids=str,
)
def test_the_real_search_agrees(functions: list[str], real_only: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the search over R alone ends, it finds the same values."""
    gens = realified(functions)
    real = rlct(gens)
    assert real.status == "exact" and "complex" not in real.certificate["root"]  # type: ignore[index]
    monkeypatch.undo()
    found = rlct(gens)
    assert over_c(found)
    assert (found.lam, found.multiplicity) == (real.lam, real.multiplicity)


CHANGES = {
    "shears": {"xr": "xr + yi*yr - 2*yi", "yr": "yr + xi^2 - xr*yi", "xi": "xi + yr*yi"},
    "linear": {"xr": "xr + 2*yr - yi", "xi": "xi - xr + yi/2", "yr": "yr - 3*xi", "yi": "2*yi + xr + xi"},
}


def changed(texts: list[str], change: str) -> list[str]:
    """One real change of coordinates after the other, multiplied out."""
    for v, image in CHANGES[change].items():
        texts = [str(expand(sympify(t.replace("^", "**")).subs(v, sympify(image.replace("^", "**"))))) for t in texts]
    return [t.replace("**", "^") for t in texts]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("f", "lam", "m"), [("x*y*(x+y)", "2/3", 1), ("y^2-x^3", "5/6", 1), ("x^2*y+y^4", "5/8", 1)])
def test_disguised_by_real_changes(f: str, lam: str, m: int, change: str) -> None:
    """Real changes of coordinates that mix the pairs: of an ideal, with its generators mixed, and of |f|^2."""
    re, im = realified([f])
    squares = str(expand(sympify(f"({re})^2 + ({im})^2".replace("^", "**")))).replace("**", "^")
    for problem in (changed([re, f"{im} + 2*({re})"], change), changed([squares], change)[0]):
        r = rlct(problem, variables=["xi", "xr", "yi", "yr"], budget=Budget(seconds=20))
        assert (r.lam, r.multiplicity) == (Fraction(lam), m)
        assert over_c(r)


def test_conventions() -> None:
    """K = |f|² has λ the complex threshold, as its ideal has; |K|^(1/2) = |f| has twice that; a power divides it."""
    k = modulus(PUISEUX)
    for r in (rlct(k), rlct(k, mode="abs"), rlct(f"3*({k})"), rlct(f"-({k})", mode="abs"), rlct(realified([PUISEUX]))):
        assert (r.lam, r.multiplicity) == (Fraction(5, 12), 1)
        assert over_c(r)
    r = rlct(f"({k})^3 * (1 + xr)^2")
    assert r.lam == Fraction(5, 36) and over_c(r)
    assert check(r.certificate).nonnegative
    product = rlct(f"(xr^2+xi^2)^2 * ({k})", mode="abs")
    assert product.lam == Fraction(5, 16) and over_c(product)


def test_priors_and_regions() -> None:
    """A prior |g|^(2r) counts in the measure; one that is not 0, and a region around the point, change nothing."""
    gens = realified([PUISEUX])
    for extra in ({"prior": "1 + xr"}, {"at": "xr=0", "region": "xr > -1, yi < 3"}):
        r = rlct(gens, **extra)  # type: ignore[arg-type]
        assert r.lam == Fraction(5, 12) and over_c(r)
    # the divisor of weights (2, 3) has order 12 and, with |x|² in the measure, volume 5 + 2
    r = rlct(gens, prior="xr^2 + xi^2")
    assert r.lam == min(Fraction(7, 12), Fraction(15, 26)) and over_c(r)
    assert rlct(realified(["x*y^2"]), prior="(yr^2+yi^2)^(1/2)").lam == Fraction(3, 4)


@pytest.mark.parametrize(
    ("functions", "extra"),
    [
        (["xr^2-xi^2 - yr^3", "2*xr*xi - yi^3"], {}),
        (realified(["x*y"])[:1], {}),
        (realified(["y^2-x^3"]), {"at": "xr=0", "region": "xr>=0"}),
        (realified(["y^2-x^3"]), {"prior": "xr^2"}),
        (["xr^2-xi^2", "2*xr*xi"], {}),
    ],
    ids=("not holomorphic", "real part only", "a wall", "a prior that is real", "one complex variable"),
)
def test_what_is_left_to_the_real_search(functions: list[str], extra: dict[str, Any]) -> None:
    """Problems that are not one over C, and those in the plane."""
    r = rlct(functions, budget=Budget(seconds=5), **extra)
    assert r.certificate is None or "complex" not in r.certificate["root"]


DISGUISED = [("y^2-x^3", "5/6", 1), (PUISEUX, "5/12", 1), ("x^3+x*y^3", "5/9", 1), ("x^2*y^2+x^5", "1/2", 2)]


def disguises(seed: int) -> Iterator[tuple[list[str], str, str, int]]:
    """Shears over Z[i], other names in another order, another point, generators mixed."""
    rng = random.Random(seed)
    f, lam, m = DISGUISED[seed % len(DISGUISED)]
    a, b = (f"({rng.choice((1, 2, -1))} + ({rng.choice((0, 1, -2))})*I)" for _ in range(2))
    x, y = f"(s + {a}*t^2)", f"(t + {b}*s)"
    point = {name: rng.randint(-2, 2) for name in ("p", "q", "u", "v")}
    names = list(point)
    rng.shuffle(names)
    g = f.replace("x", "X").replace("y", "Y").replace("X", x).replace("Y", y.replace("s", x))
    re, im = realified([g], {"s": (names[0], names[1]), "t": (names[2], names[3])})
    mixed = [f"2*({re}) - 3*({im})", f"({im}) - ({re})", f"5*({im})"]
    shifted = []
    for h in mixed:
        for name, value in point.items():
            h = h.replace(name, f"({name.upper()}-({value}))")
        shifted.append(h.lower())
    yield shifted, ",".join(f"{n}={v}" for n, v in point.items()), lam, m


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow), 2, 3, 4, 6, 7])
def test_disguised(seed: int) -> None:
    """Complex changes of coordinates, names, translations and mixed generators do not matter."""
    for functions, at, lam, m in disguises(seed):
        r = rlct(functions, at=at, budget=Budget(seconds=30))
        assert (r.lam, r.multiplicity) == (Fraction(lam), m)
        assert over_c(r)


@pytest.mark.parametrize(
    ("plain", "shear"),
    [
        ("(y*z^2 - x^2*y*z)^2 - x^6*z", ("y", "(y + (2-I)*x^2)")),
        pytest.param("(2*x^2*y^2 - x*y^3*z)*(2*y^3*z - x*z^2)", ("y", "(y + (2+I)*x^2)"), marks=pytest.mark.slow),
        ("(2*x*y - x^3*y)^2 + 3*x^2*y^6", ("x", "(x + (2-I)*y)")),
    ],
    ids=str,
)
def test_shears_over_the_gaussian_numbers(plain: str, shear: tuple[str, str]) -> None:
    """A shear with coefficients in Q(i) is undone: the answer is that of the polynomial without it."""
    found, other = rlct(realified([plain])), rlct(realified([plain.replace(*shear)]), budget=Budget(seconds=30))
    assert over_c(found) and over_c(other)
    assert (found.lam, found.multiplicity) == (other.lam, other.multiplicity)


def test_explanation() -> None:
    """The argument names the complex coordinates and what | | means."""
    r = rlct(realified([PUISEUX]))
    for depth in ("summary", "full"):
        text = r.explain(depth)  # type: ignore[arg-type]
        assert "i^2 = -1" in text and "square of the absolute value" in text
    assert "over C, in the coordinates" in str(check(r.certificate))
    assert any("over C" in note for note in r.notes)


def test_bounds_when_time_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """When neither search ends the bounds contain the threshold."""
    r = rlct(realified([PUISEUX]), budget=Budget(charts=2))
    assert r.status == "bounds"
    assert r.bounds[0] <= Fraction(5, 12) <= r.bounds[1]

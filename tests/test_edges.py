"""The edges of what may be asked, through the public interface: signs, priors, sizes, budgets, interrupts, regions."""

import math
import os
import signal
import subprocess
import sys
import threading
import time
from fractions import Fraction as Q
from itertools import count

import pytest

from rlct import Budget, Result, check, rlct
from rlct.certify.obligations.real import ask_z3
from rlct.errors import InputError, NegativeLossError, PriorError, RegionError
from rlct.parse import build_problem, parse_expression
from rlct.problem import evaluate


def answer(r: Result) -> tuple[object, int | None]:
    """(λ, m) of an exact result whose certificate is accepted."""
    assert r.status == "exact"
    assert r.certificate is not None
    assert check(r.certificate).proved == "threshold"
    return r.lam, r.multiplicity


# -- the sign of K ---------------------------------------------------------------------------------
NEGATIVE = [
    ("x", {}),
    ("-x^2", {}),
    ("-1", {"variables": "x"}),
    ("x^2-y^3", {}),
    ("y^2-x^3", {}),
    ("x^2*y", {}),
    ("(y^2-2*x^2)^2+x^5", {}),
    ("(y^2-2*x^2)^2+x^5+z^2", {}),
    ("(y-x^2)^2-x^5", {}),
    ("(y-x^2)^2-x^101", {}),
    ("(y^3-3*x^3)^2-x^7*y^2", {}),
    ("x^4*y^2+x^2*y^4-3*x^2*y^2+x^2*y", {}),
    ("x^2-2", {"at": "sqrt(2)"}),
    ("(x^2-2)*(y^2-3)", {"at": "sqrt(2), sqrt(3)"}),
    ("(y-x)^2-(x^2-2)^3", {"at": "sqrt(2), sqrt(2)"}),
    ("(y-x)^2-(x^2-2)^3+z^4", {"at": "x=sqrt(2), y=sqrt(2)"}),
    ("(x-1)^2-(y+1)^3", {"at": "1, -1"}),
    ("x-y", {"region": "x>=0, y>=0", "at": "0,0"}),
    ("-x^2*y^2", {"region": "x>=y", "at": "0,0"}),
    ("y-x^2", {"region": "y>=0", "at": "0,0"}),
    ("y^2-x^2-z^2+w^4", {}),
    ("-x^1000000", {}),
    ("x^2-y^2", {"region": "0<=x<=1, 0<=y<=1"}),
    ("(x^2-2)^2-1/1000000000", {"region": "0<=x<=3"}),
    ("-x^2", {"region": "0<=x<=3"}),
]


@pytest.mark.parametrize(("k", "where"), NEGATIVE, ids=[k for k, _ in NEGATIVE])
def test_a_negative_k_is_refused_with_a_point_near(k: str, where: dict[str, str]) -> None:
    """The point in the sentence is near the given one, inside the region, and K < 0 there."""
    with pytest.raises(NegativeLossError, match="--abs") as caught:
        rlct(k, **where)
    point = {v: Q(x) for v, x in (part.split("=") for part in caught.value.point.split(", "))}
    if "1000000" not in k or "region" in where:
        assert evaluate(parse_expression(k), point) < 0
    if "at" in where or "region" not in where:
        centre = build_problem(k, **where).at or ()
        assert max(abs(float(point[v]) - float(c)) for v, c in zip(point, centre, strict=True)) < 0.1
    if where.get("region") == "x>=y":
        assert point["x"] >= point["y"]
    elif where.get("at") == "0,0":
        assert point["y"] >= 0


POSITIVE = [
    ("x", {"region": "x>=0", "at": "0"}),
    ("x*y", {"region": "x>=0, y>=0", "at": "0,0"}),
    ("x-y", {"region": "x>=y", "at": "0,0"}),
    ("x^2-y^3", {"region": "y<=0", "at": "0,0"}),
    ("y-x^2", {"region": "y>=2*x^2", "at": "0,0"}),
    ("(y^2-2*x^2)^2+x^6", {}),
    ("(y^2-2*x^2)^2+x^5", {"region": "x>=0", "at": "0,0"}),
    ("x^4*y^2+x^2*y^4-3*x^2*y^2+1", {"at": "1,1"}),
    ("(x^2-2)^2*(x+1)", {"at": "sqrt(2)"}),
    ("x^2*(1-y)", {}),
    ("x^4+y^4-x*y^4", {}),
    ("x*y", {"region": "0<=x<=1, 0<=y<=1"}),
    ("x^4+y^2*z^2-x^2*y*z", {"region": "x>=0", "at": "0,0,0"}),
    ("x^2+x*y+z^2*y", {"region": "x>=0, y>=0", "at": "0,0,0"}),
    ("x^4+y^4+z^4+w^4-4*x*y*z*w", {}),
]


@pytest.mark.parametrize(("k", "where"), POSITIVE, ids=[k for k, _ in POSITIVE])
def test_a_k_that_is_not_negative_there_needs_no_remark(k: str, where: dict[str, str]) -> None:
    """In one and two variables the sign is always decided; the answer is that of |K|."""
    r = rlct(k, **where)
    assert r.notes == ()
    assert answer(r) == answer(rlct(k, mode="abs", **where))


def test_an_undecided_sign_is_said() -> None:
    """Motzkin's form, homogenised, is no sum of squares: its sign is proved by z3 or said to be open."""
    r = rlct("x^4*y^2 + x^2*y^4 + z^6 - 3*x^2*y^2*z^2", budget=Budget(charts=3))
    assert all("|K|" in n for n in r.notes)


# -- priors ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("k", "prior", "where"),
    [
        ("x^2", "x^(-1)", {}),
        ("x^2", "x^(-3/2)", {}),
        ("x^2*y^2", "(x^2+2*x*y+y^2)^(-3/4)", {}),
        ("y^2", "(x^2+y^2)^(-3/4)*(x^2+2*y^2)^(-3/4)", {}),
        ("z^2", "(x^2+y^2)^(-3/4)*(x^2+2*y^2)^(-3/4)", {}),
        ("z^2+1", "(x^2+y^2)^(-3/4)*(x^2+2*y^2)^(-3/4)", {}),
        ("x^2", "(y^2-x^3)^(-5/6)", {}),
        ("(y^2-x^3)^2", "(y^2-x^3)^(-11/12)", {}),
        ("x^2", "(x*y)^(-1/2)*(x+y)^(-1/2)*(x-y)^(-1/2)", {}),
        ("x^2", "(x^2-2)^(-1/2)*(x^3-2*x)^(-1/2)", {"at": "sqrt(2)"}),
        ("x^2", "(x^2-2)^(-1/2)*(x^3-2*x)^(-1/2)", {"region": "1<=x<=2"}),
        ("x^2+y^2", "(x^2*(1-y)^2)^(-3/4)", {"region": "-1<=x<=1, -1<=y<=1"}),
        ("x^2", "(x-1)^(-1)", {"region": "0<=x<=1"}),
    ],
)
def test_a_prior_that_is_not_integrable(k: str, prior: str, where: dict[str, str]) -> None:
    """Refused wherever the divergence sits, also where K does not vanish there, and at equality."""
    with pytest.raises(PriorError, match="is not integrable"):
        rlct(k, prior=prior, **where)


@pytest.mark.parametrize(
    ("k", "prior", "where", "expected"),
    [
        ("x^2", "x^(-1/2)", {}, (Q(1, 4), 1)),
        ("x^2*y^2", "(x^2+y^2)^(-1/2)", {}, (Q(1, 4), 1)),
        ("x^2", "(y^2-x^3)^(-4/5)", {}, (Q(1, 20), 1)),
        ("y^2", "(x^2+y^2+z^2)^(-3/4)", {}, (Q(1, 2), 1)),
        ("x^2", "(x^2+1)^(-2)", {}, (Q(1, 2), 1)),
        ("x^2", "(x+1)^(-1)", {}, (Q(1, 2), 1)),
        ("x^2", "(x+1)^(-1)", {"region": "0<=x<=1"}, (Q(1, 2), 1)),
        ("x^2", "(x-1)^(-1/2)", {"region": "0<=x<=1"}, (Q(1, 2), 1)),
        ("(x-1)^2", "(x-1)^(-1/2)", {"region": "0<=x<=1"}, (Q(1, 4), 1)),
        ("x^2*y^2", "x^2*y^(-1/3)", {}, (Q(1, 3), 1)),
        ("(y-x)^2", "(x*y)^(-1/2)*(x-y)^(-1/2)", {}, (Q(1, 4), 2)),
        ("x^2*y^2", "x^2*y^2", {}, (Q(3, 2), 2)),
        ("x^2+y^2", "x*y", {"region": "x>=0", "at": "0,0"}, (Q(2), 1)),
    ],
)
def test_priors(k: str, prior: str, where: dict[str, str], expected: tuple[Q, int]) -> None:
    """Vanishing priors, poles that are integrable, and factors without a zero."""
    assert answer(rlct(k, prior=prior, **where)) == expected


def test_a_power_that_is_not_read_is_not_called_divergent() -> None:
    """|w|^-2 is integrable in three variables; only the exponent is refused."""
    with pytest.raises(PriorError, match="only exponents above -1 are read"):
        rlct("x^2+y^2+z^2", prior="(x^2+y^2+z^2)^(-1)")


# -- sizes -----------------------------------------------------------------------------------------
TOO_LARGE = [
    ("(x+y+z+w)^500+1", {}),
    ("(x+y+z+w)^500+x^2", {"mode": "abs"}),
    ("((x+y+z+w)^500+1)*x^2", {}),
    ("((x+y+z+w)^500+x^2)^2", {}),
    ("(x+y+z+w)^200*(x-y+z-w)^200+x^2", {"mode": "abs"}),
    ("(x^2000*y^2000-1)^2", {"at": "1,1"}),
    ("(x^100000-1)^2", {"at": "1"}),
    ("(x^100000-2)^2", {"at": "root(t^100-2, 0)"}),
    ("x*2^(10^9)", {"mode": "abs"}),
    ("x^2", {"prior": "x^(1/10^5000)"}),
    ("x^2*y^2", {"at": "x=1/10^5000"}),
    ("x^2", {"region": "x>=10^5000"}),
    ("x^2*2^1000000", {}),
    ("x^2*2^100000*3^100000", {}),
    ("x^(10^9)", {"mode": "abs"}),
    ("((x^1000)^1000)^1000", {"mode": "abs"}),
    ("2^2^2^2^2^2*x", {"mode": "abs"}),
    ("(" * 10_000 + "x" + ")" * 10_000, {}),
    ("x^(" * 10_000 + "2" + ")" * 10_000, {}),
    ("x" + "^2" * 10_000, {}),
    ("1+(" * 10_000 + "x" + ")^2" * 10_000, {}),
]


@pytest.mark.parametrize(("k", "where"), TOO_LARGE, ids=[k[:30] for k, _ in TOO_LARGE])
def test_what_is_too_large_is_refused_in_one_sentence(k: str, where: dict[str, str]) -> None:
    """No expansion is begun that cannot end: an InputError of one line (the suite would hang otherwise)."""
    with pytest.raises(InputError) as caught:
        rlct(k, **where)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("k", "expected"),
    [
        ("(x+y)^1000", Q(1, 1000)),
        ("(x+y+z+w)^500*x^2", Q(1, 500)),
        ("(x^2+y^2)^50000", Q(1, 50000)),
        ("x^1000000", Q(1, 1000000)),
        ("(x^2+1)^400000*x^2", Q(1, 2)),
        ("-" * 10_000 + "x^2", Q(1, 2)),
        ("x^2" + "*(x+1)" * 3000, Q(1, 2)),
    ],
    ids=lambda v: str(v)[:24],
)
def test_large_powers_that_need_no_expansion(k: str, expected: Q) -> None:
    """A power is a power."""
    assert answer(rlct(k))[0] == expected


def test_thousands_of_terms_are_ordinary() -> None:
    """A sum of 3000 squares of monomials; a unit with 1000 terms."""
    k = " + ".join(f"x^{2 * a}*y^{2 * b}" for a in range(1, 61) for b in range(1, 51))
    assert answer(rlct(k)) == (Q(1, 2), 2)
    unit = " + ".join(f"{n}*x^{n}*y^{n % 7}" for n in range(1000))
    assert answer(rlct(f"x^2*y^2*({unit} + 1)")) == (Q(1, 2), 2)


# -- budgets and interrupts ------------------------------------------------------------------------
HARD = [
    ("((y-x^2)^2-x^5)^2", {}),
    ("(y^2-x^3)^2-4*x^5*y-x^7", {"mode": "abs"}),
    ("x^3+y^4+z^5+x*y*z", {"mode": "abs"}),
    (["a*b+c*d", "a*b^3+c*d^3"], {}),
    (["a*e+b*g", "a*f+b*h", "c*e+d*g", "c*f+d*h"], {}),
    (["x^2-y^3", "x^3-z^4"], {}),
    ("(x^2-2)^2*(y^3-y-1)^2", {"region": "0<=x<=3, -2<=y<=2"}),
    ("(x*y)^2+(z-x)^2*(y-w)^4", {"region": "x>=0, z>=x", "at": "0,0,0,0"}),
]


@pytest.mark.parametrize(("k", "where"), HARD, ids=[str(k)[:24] for k, _ in HARD])
def test_bounds_of_a_small_budget_are_proved_as_far_as_they_say(k: object, where: dict[str, str]) -> None:
    """With ever more charts the bounds always contain the answer, and the certificate proves the realised one."""
    truth = rlct(k, **where)
    for n in count(1):
        r = rlct(k, budget=Budget(charts=n), **where)
        assert r.bounds[0] <= truth.lam <= r.bounds[1]
        proved = None if r.certificate is None else check(r.certificate)
        if r.status == "exact":
            assert proved is not None
            assert proved.proved == "threshold"
            assert (r.lam, r.multiplicity) == (truth.lam, truth.multiplicity)
            break
        assert r.stats["stopped"] == "charts"
        assert r.multiplicity is None
        assert r.lam == (r.bounds[0] if r.bounds[0] == r.bounds[1] else None)
        lo, hi = r.multiplicity_bounds
        assert r.lam is None or lo <= truth.multiplicity <= hi
        if proved is not None:
            assert (proved.proved, proved.lam) == ("upper bound", r.bounds[1])


SLOW = ["(a*b+c*d)^2 + (a*b^3+c*d^3)^2 + (e*f+g*h+a*e)^2 + (e*f^3+g*h^3+b*c*d)^2"]


def test_a_budget_of_seconds_ends_the_search() -> None:
    """The search ends with bounds, and says why."""
    start = time.monotonic()
    r = rlct(SLOW[0], budget=Budget(seconds=0.5))
    assert r.status == "bounds"
    assert r.stats["stopped"] == "seconds"
    assert r.bounds[0] < r.bounds[1] < math.inf
    assert time.monotonic() - start < 60  # no timing, only that it ends long before the default budget


@pytest.mark.skipif(not hasattr(signal, "SIGINT"), reason="needs signals")
def test_ctrl_c_in_python_returns_the_bounds() -> None:
    """One SIGINT ends the search; the handler of before is there again."""
    before = signal.getsignal(signal.SIGINT)
    timer = threading.Timer(0.7, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    r = rlct(SLOW[0], budget=Budget(seconds=60))
    timer.join()
    assert r.stats["stopped"] == "interrupt"
    assert r.status == "bounds"
    assert r.bounds[0] <= r.bounds[1] < math.inf
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_at_the_command_prints_what_was_found() -> None:
    """Exit status 130 and the bounds on stdout."""
    line = [sys.executable, "-m", "rlct", SLOW[0], "--time", "60"]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(2.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out.splitlines()[0].endswith("(bounds; the truth lies between them)")
    assert "interrupt" in out
    assert err == ""


@pytest.mark.parametrize(
    "budget", [5, "3", Budget(seconds=-1), Budget(seconds="3"), Budget(charts=-1), Budget(seconds=math.nan)]
)  # type: ignore[arg-type]
def test_a_budget_that_is_none(budget: Budget) -> None:
    """One sentence, no traceback of another kind."""
    with pytest.raises(InputError, match="the budget"):
        rlct("x^2", budget=budget)


@pytest.mark.parametrize("k", [{}, {"x", "y"}, b"x^2", None, ["x", ["y"]], object(), 1j, 0.5])
def test_what_is_no_polynomial(k: object) -> None:
    """Python objects that are no K."""
    with pytest.raises(InputError, match=r"K (must be|is the float)"):
        rlct(k)


def test_ctrl_c_during_a_check_is_no_refusal() -> None:
    """z3 takes the signal for itself and answers unknown; that must not be read as a failed obligation."""
    x, y, z, w = (tuple(int(i == j) for j in range(4)) for i in range(4))

    def power(v: tuple[int, ...], n: int) -> tuple[int, ...]:
        return tuple(a * n for a in v)

    def times(*vs: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(map(sum, zip(*vs, strict=True)))

    one = (0, 0, 0, 0)
    hard = [
        {power(x, 4): 1, power(y, 4): 1, power(z, 4): 1, power(w, 4): -1, times(x, y, z, w): 1, one: -3},
        {power(x, 5): 1, times(power(y, 3), w): 1, times(power(z, 3), x): -1, power(w, 5): 1, one: -7},
        {times(power(x, 3), y, z): 1, times(power(w, 3), x): -1, times(power(y, 3), z, z): 1, one: 5},
    ]
    timer = threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()

    def ask_for_ever() -> None:
        for n in count(1):
            ask_z3([{**f, one: f.get(one, 0) - n} for f in hard], [], [])

    try:
        with pytest.raises(KeyboardInterrupt):
            ask_for_ever()
    finally:
        timer.join()


# -- answers that are no thresholds ----------------------------------------------------------------
def test_infinite_and_zero() -> None:
    """λ = ∞ and λ = 0 are answers with a sentence."""
    r = rlct("x^2+1")
    assert (r.lam, r.multiplicity, r.status) == (math.inf, None, "exact")
    assert "does not vanish" in r.notes[0]
    r = rlct("(x-x)*y")
    assert (r.lam, r.multiplicity, r.status) == (0, 1, "exact")
    assert "0 everywhere" in r.notes[0]
    r = rlct("x^2+1", region="0<=x<=1")
    assert (r.lam, r.status) == (math.inf, "exact")


def test_names_that_mean_something_elsewhere() -> None:
    """E, I, S, pi, beta, lambda, N, Q, zeta are variables."""
    k = "E^2*I^2*S^2*pi^2*beta^2*lambda^2*N^2*Q^2*zeta^2"
    assert answer(rlct(k)) == (Q(1, 2), 9)


# -- regions ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("region", ["x>=1, x<=0", "x^2+y^2<=-1", "x^2+y^2<=0", "x+y>=3, x<=1, y<=1", "x>=1, x<=1"])
def test_an_empty_region(region: str) -> None:
    """Refused as a region, whatever its inequalities."""
    with pytest.raises(RegionError):
        rlct("x^2*y^2", region=region)


ATTAINED = [
    ("(x^2-2)^2", "-3<=x<=3", [("-sqrt(2)",), ("sqrt(2)",)]),
    ("(x^2-1/3)^2", "0<=x<=2", [("sqrt(1/3)",)]),
    ("x^2", "x>=0", [("0",)]),
    ("(x^3-2)^2*y^2", "0<=x, 0<=y", [("root(t^3-2, 0)", "0")]),
    ("(x^2-2)^2*(y^3-y-1)^2", "0<=x<=3, -2<=y<=2", [("sqrt(2)", "root(t^3-t-1, 0)")]),
    ("(y^3-y-1)^2+(x-y^2)^2", "-5<=x<=5, -2<=y<=2", [("root(t^3-2*t^2+t-1, 0)", "root(t^3-t-1, 0)")]),
    ("((x^2-2)^2-(y-1)^3)^2", "-2<=x<=2, -2<=y<=2", [("-sqrt(2)", "1"), ("sqrt(2)", "1")]),
    ("((x^2-2)^2+(y-x)^2)^2", "-2<=x<=2, -2<=y<=2", [("-sqrt(2)", "-sqrt(2)"), ("sqrt(2)", "sqrt(2)")]),
    ("((x^2-2)^2+(y-x)^2)^2", "-1<=x<=2, -2<=y<=2", [("sqrt(2)", "sqrt(2)")]),
    ("(x^2-2)^2*z^2+y^2", "0<=x<=2, -2<=y<=2, -2<=z<=2", [("sqrt(2)", "0", "0")]),
    ("(x^2+y^2-1)^2", "-3<=x<=3, -3<=y<=3", [("1", "0")]),
    ("(x^2+y^2-3)^2", "-3<=x<=3, -3<=y<=3", ["a point with x^2 + y^2 - 3 = 0"]),
]


@pytest.mark.parametrize(("k", "region", "where"), ATTAINED, ids=[k for k, _, _ in ATTAINED])
def test_where_the_worst_value_is_attained(k: str, region: str, where: list[object]) -> None:
    """The points are exact, also irrational ones; the local value at each is the value of the region."""
    r = rlct(k, region=region)
    found = [p if isinstance(p, str) else tuple(map(str, p)) for p in r.attained_at]
    assert found == where
    for p in r.attained_at:
        if not isinstance(p, str):
            again = rlct(k, at=p, region=region)
            assert (again.lam, again.multiplicity) == (r.lam, r.multiplicity)
            read = build_problem(k, at=[str(c) for c in p]).at or ()
            assert [(str(c), float(c)) for c in read] == [(str(c), float(c)) for c in p]


def test_four_points_of_two_conics() -> None:
    """A zero-dimensional system that has to be solved: all four points of the stratum."""
    r = rlct("(x^2+y^2-3)^2*(y^2-2*x^2)^2", region="-3<=x<=3, -3<=y<=3")
    assert (r.lam, r.multiplicity) == (Q(1, 2), 2)
    assert [(str(x), str(y)) for x, y in r.attained_at] == [(a, s + "sqrt(2)") for a in ("-1", "1") for s in ("-", "")]


@pytest.mark.parametrize(
    ("k", "region", "expected"),
    [
        ("(x+y)^2", "x>=0, y>=x", (Q(1), 1)),
        ("(x+y)^2", "x>=0, y>=0, x>=y", (Q(1), 1)),
        ("(x-y)^2*y^2", "x>=0, y>=0, x>=y, x+y>=0, 2*x>=y", (Q(1, 2), 2)),
        ("(x-y)^2*y^2", "y>=x, x>=0, y>=0", (Q(1, 2), 2)),
        ("(x+y)^2", "x<=0, y<=0, x<=y", (Q(1), 1)),
        ("x^2+y^2", "y>=x^2", (Q(1), 1)),
        ("(y-x^2)^2", "y>=x^2", (Q(1, 2), 1)),
        ("x^2*y^2*z^2", "x>=0, y>=0, z>=0, z>=x+y", (Q(1, 2), 3)),
    ],
)
def test_corners_at_a_point(k: str, region: str, expected: tuple[Q, int]) -> None:
    """Oblique walls, and inequalities that the others imply."""
    assert answer(rlct(k, region=region, at={})) == expected


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("(x-1)^3>=y^2, y<=2", (Q(1, 2), 2)),
        ("y>=(x-1)^2, y<=2*(x-1)^2", (Q(1, 2), 1)),
    ],
)
def test_boundaries_that_touch_at_the_point(region: str, expected: tuple[Q, int]) -> None:
    """u^2 y^2 where |y| <= u^(3/2), and where y is like u^2."""
    assert answer(rlct("(x-1)^2*y^2", region=region, at="1, 0")) == expected


@pytest.mark.parametrize("region", ["x>=y, y>=x", "x>=0, y>=0, x+y<=0", "x>=y, y>=x+z^2, z>=0"])
def test_a_region_without_volume_at_the_point(region: str) -> None:
    """The point is inside, but nothing else."""
    with pytest.raises(RegionError, match="no volume"):
        rlct("x^2*y^2", region=region, at={})


def test_line_breaks_in_a_text_do_not_break_the_sentence() -> None:
    """A formula may run over lines; the sentence that refuses one does not."""
    assert answer(rlct("x^2\n * y^4")) == (Q(1, 4), 1)
    for arguments in ({"K": "x^2\ny"}, {"K": "y^2\n-x^3"}, {"K": "x^2", "at": "x\n1"}, {"K": "x^2", "prior": "x^\n-1"}):
        with pytest.raises(InputError) as caught:
            rlct(**arguments)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("argument", ["region", "at", "prior", "variables"])
def test_an_empty_text_names_what_is_empty(argument: str) -> None:
    """Not just "the text is empty"."""
    what = {"at": "the point", "variables": "the list of variables"}.get(argument, f"the {argument}")
    with pytest.raises(InputError, match=f"^{what} is (an )?empty"):
        rlct("x^2", **{argument: " "})


@pytest.mark.parametrize(
    ("k", "at", "expected"),
    [
        ("(y-x)^2-(x^2-2)^3", "sqrt(2), sqrt(2)", (Q(5, 6), 1)),
        ("(y-x)^2-(x^2-2)^3", "sqrt(2), -sqrt(2)", (math.inf, None)),
        ("(y+x)^2-(x^2-2)^3", "sqrt(2), -sqrt(2)", (Q(5, 6), 1)),
        ("(y-x-1)^2-(y^2-2*y-1)^3", "sqrt(2), 1+sqrt(2)", (Q(5, 6), 1)),
        ("(2*y-x^2)^2-(x^4-2)^5", "2^(1/4), sqrt(2)/2", (Q(7, 10), 1)),
        ("(x-y^2)^3-(y^3-y-1)^4", "root(t^3-2*t^2+t-1, 0), root(t^3-t-1, 0)", (Q(7, 12), 1)),
        ("((x^2-2)^2-(y^2-3)^3)*(x^2*y^2-6)", "sqrt(2), sqrt(3)", (Q(5, 8), 1)),
        ("(z-y)^2+(y-x)^2-(x^2-2)^3", "sqrt(2), sqrt(2), sqrt(2)", (Q(1), 1)),
    ],
)
def test_irrational_points_with_dependent_coordinates(k: str, at: str, expected: tuple[object, int | None]) -> None:
    """In the plane every real algebraic point is answered, also where its coordinates are polynomials in each other."""
    assert answer(rlct(k, at=at, mode="abs")) == expected


def test_a_prior_at_an_irrational_point_with_dependent_coordinates() -> None:
    """Integrable or not is decided there too."""
    at = "sqrt(2), sqrt(2)"
    assert answer(rlct("(x^2-2)^2", prior="((y-x)^2-(x^2-2)^3)^(-4/5)", at=at)) == (Q(1, 20), 1)
    with pytest.raises(PriorError):
        rlct("(x^2-2)^2", prior="((y-x)^2-(x^2-2)^3)^(-5/6)", at=at)

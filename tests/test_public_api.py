"""The public names, and what a result promises as an object."""

import dataclasses
import json
import math
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import pytest
import sympy

import rlct as package
from rlct import Budget, InputError, Result, check, rlct
from rlct.values import INFINITE, Threshold, lam_text, parse_lam


def test_every_public_name_can_be_imported() -> None:
    """`__all__` holds no name that fails to load, and dir() shows the same names."""
    for name in package.__all__:
        assert getattr(package, name) is not None, name
    assert set(package.__all__) <= set(dir(package))
    assert callable(package.rlct)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """The lazy loader does not hide spelling mistakes."""
    with pytest.raises(AttributeError, match="no attribute 'rlctt'"):
        package.rlctt


def test_the_version_has_one_source() -> None:
    """The version of the package is the one that answers carry."""
    assert rlct("x^2").to_dict()["version"] == package.__version__


def test_the_api_is_typed_as_a_user_writes_it() -> None:
    """mypy --strict accepts a user's file."""
    pytest.importorskip("mypy")
    file = Path(__file__).parent / "typing" / "api.py"
    run = [sys.executable, "-m", "mypy", "--strict", str(file)]
    out = subprocess.run(run, capture_output=True, text=True, cwd=file.parent.parent.parent, check=False)
    assert out.returncode == 0, out.stdout


# -- results ---------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def result() -> Result:
    """An exact answer."""
    return rlct("y^2 - x^3", mode="abs")


def test_fields(result: Result) -> None:
    """The fields of an exact answer."""
    assert (result.lam, result.multiplicity, result.status) == (Fraction(5, 6), 1, "exact")
    assert result.bounds == (Fraction(5, 6), Fraction(5, 6))
    assert result.multiplicity_bounds == (1, 1)
    assert (result.mode, result.variables, result.at) == ("abs", ("x", "y"), (0, 0))
    assert result.region is None
    assert result.prior is None
    assert result.stats["stopped"] is None
    assert result.method
    assert result.certificate is not None


def test_repr_names_the_convention(result: Result) -> None:
    """The one-line form has the value, the status and the mode."""
    assert repr(result) == "RLCT(lam=5/6, m=1, exact, abs)"
    assert repr(rlct("x^2 + 1")) == "RLCT(lam=inf, exact, K)"
    assert repr(rlct(["x"])) == "RLCT(lam=1/2, m=1, exact, ideal)"


def test_the_factor_two_is_spelled_out(result: Result) -> None:
    """Text of an answer says which function the number belongs to."""
    assert "|f| with f = y^2 - x^3" in str(result)
    assert "for K = f^2 it would be 5/12" in str(result)
    assert "for the ideal's norm itself it would be 1" in str(rlct(["x"]))
    assert "K itself" in str(rlct("x^2"))


def test_no_truth_value_and_no_unpacking(result: Result) -> None:
    """A result is neither true nor a pair."""
    with pytest.raises(TypeError, match="no truth value"):
        bool(result)
    with pytest.raises(TypeError, match="cannot be unpacked"):
        _, _ = result


def test_frozen(result: Result) -> None:
    """Fields cannot be set; `replace` makes an altered copy."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.lam = Fraction(1)  # type: ignore[misc]
    assert dataclasses.replace(result, lam=Fraction(1)).lam == 1


def test_pickle(result: Result) -> None:
    """A result crosses a process boundary unchanged, certificate included."""
    again = pickle.loads(pickle.dumps(result))
    assert again == result
    assert again.certificate == result.certificate


def test_json_is_what_the_interface_says(result: Result) -> None:
    """`to_dict` has exactly the documented fields and is plain JSON."""
    data = json.loads(json.dumps(result.to_dict()))
    assert list(data) == [
        "lambda", "multiplicity", "status", "bounds", "multiplicity_bounds", "mode", "variables", "at", "region",
        "prior", "attained_at", "method", "notes", "stats", "version",
    ]  # fmt: skip
    assert data["lambda"] == "5/6"
    assert data["bounds"] == ["5/6", "5/6"]
    assert data["at"] == ["0", "0"]
    assert data["region"] is None
    assert rlct("x^2+1").to_dict()["lambda"] == "inf"
    assert rlct("x^2+1").to_dict()["multiplicity"] is None
    assert rlct("(x-1)^2", region="x>=0").to_dict()["region"] == "x>=0"
    assert rlct("x^2", prior="x").to_dict()["prior"] == "x"
    assert rlct("(x^2-2)^2", at="x=sqrt(2)").to_dict()["at"] == ["sqrt(2)"]


def test_latex_and_html(result: Result) -> None:
    """Notebook forms hold the value and the convention, escaped."""
    assert result.latex() == r"\lambda = \frac{5}{6},\ m = 1"
    assert result._repr_latex_() == r"$\lambda = \frac{5}{6},\ m = 1 \quad (|f|)$"
    assert "so λ &lt;= 5/6" in result._repr_html_()
    assert "1 chart: 1 nondegenerate" in result._repr_html_()
    assert "<td>λ = 5/6, m = 1" in result._repr_html_()
    assert "x&gt;=0" in rlct("x^2", region="x>=0")._repr_html_()
    assert rlct("x^2+1").latex() == r"\lambda = \infty"
    assert rlct("x^2+y^2").latex() == r"\lambda = 1,\ m = 1"


def bounds_only(**changes: object) -> Result:
    """A result whose λ (and m) are not proved."""
    base = dataclasses.replace(
        rlct("x^2*y^2"),
        lam=None,
        multiplicity=None,
        status="bounds",
        bounds=(Fraction(1, 4), Fraction(1, 2)),
        multiplicity_bounds=(1, 2),
        certificate=None,
    )
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def test_bounds_are_shown_as_bounds() -> None:
    """Where something is not proved the texts show an interval, never a guess."""
    r = bounds_only()
    assert repr(r) == "RLCT(1/4 <= lam <= 1/2, bounds, K)"
    assert str(r).startswith("1/4 <= λ <= 1/2   (bounds; the truth lies between them)")
    assert r.latex() == r"\frac{1}{4} \le \lambda \le \frac{1}{2}"
    assert r.to_dict()["lambda"] is None
    with pytest.raises(ValueError, match="no certificate"):
        r.save("nowhere.json")


def test_a_proved_lambda_with_an_open_multiplicity() -> None:
    """λ may be proved while m is not."""
    r = bounds_only(lam=Fraction(1, 2), bounds=(Fraction(1, 2), Fraction(1, 2)))
    assert repr(r) == "RLCT(lam=1/2, 1 <= m <= 2, bounds, K)"
    assert "λ is proved, m is not" in str(r)
    assert r.latex() == r"\lambda = \frac{1}{2},\ 1 \le m \le 2"


def test_a_search_that_was_stopped_says_so() -> None:
    """The text of bounds says that the search ended early."""
    assert "ended early (seconds)" in str(bounds_only(stats={"stopped": "seconds"}))


def test_save_writes_a_certificate_that_check_reads(result: Result, tmp_path: Path) -> None:
    """A saved certificate is the same data, and is accepted."""
    file = tmp_path / "proof.json"
    result.save(file)
    assert json.loads(file.read_text()) == result.certificate
    check(file)


# -- explanations ----------------------------------------------------------------------------------
def test_explanation_depths(result: Result) -> None:
    """One line, a summary with the divisor that decides, or every chart."""
    line, summary, full = (result.explain(d) for d in ("line", "summary", "full"))
    assert "\n" not in line
    assert "the weights x (weight 2), y (weight 3): |f| has order 6, the volume 5, so λ <= 5/6" in summary
    assert summary.startswith(str(result))
    assert full.startswith(str(result))
    for sentence in (
        "  1. At the point, moved to 0, |f| ~ |y^2 - x^3|.",
        "The term ideal is generated by x^3, y^2.",
        "The diagonal meets the face with weights x:2, y:3",
        "Lower bound: this chart is everything, so λ >= 5/6, with m <= 1 where it is 5/6.",
        "  5. So λ = 5/6, m = 1.",
    ):
        assert sentence in summary
    assert full.endswith("So λ = 5/6, m = 1.")
    assert "[0] the point, moved to 0: |f| ~ |y^2 - x^3|" in full
    with pytest.raises(ValueError, match="'line', 'summary' or 'full'"):
        result.explain("short")  # type: ignore[arg-type]


def test_explanation_of_a_blow_up_follows_the_charts() -> None:
    """The full explanation of a degenerate curve names centre, charts and the deciding orders."""
    text = rlct("(y^2-x^3)^2-4*x^5*y-x^7", mode="abs").explain("full")
    assert "Blow up x (weight 2), y (weight 3) = 0." in text
    assert "|f| has order 12, the volume 5, so λ <= 5/12" in text
    assert "[1] chart x > 0, y free (x -> x^2, y -> x^3*y): " in text
    assert "Take the common monomial out: x^12 in |f|." in text
    assert "5/12" in text.splitlines()[0]
    short = rlct("(y^2-x^3)^2-4*x^5*y-x^7", mode="abs").explain()
    assert "The face with weights x:2, y:3 has the function |y^4 - 2*x^3*y^2 + x^6|. That does not settle it." in short
    assert "[7] chart y: |f| ~ y^12, volume ~ y^4." in short


def test_an_explanation_of_bounds_claims_no_more() -> None:
    """With charts left open only the upper bound is told as proved by the certificate."""
    r = rlct("(y^2-x^3)^2-4*x^5*y-x^7", mode="abs", budget=Budget(charts=3))
    assert "So λ <= 5/12; charts were left open" in r.explain()
    assert "Lower bound" not in r.explain("full")
    assert "of the upper bound only" in str(r)


@pytest.mark.parametrize(
    ("K", "arguments"),
    [
        ("x^2*y^2*(z^2+w^4)", {}),
        (["a*b+c*d", "a*b^3+c*d^3"], {}),
        ("x^2*(x-1)^4", {"region": "-2<=x<=2"}),
        ("(x^2-2)^2*y^4", {"at": "x=sqrt(2)"}),
        ("(x+y)^2", {"region": "x>=0, x+y>=0", "at": {}}),
        ("x^2*y^2", {"prior": "x^(1/2)*(1+y)"}),
        ("(x-y)*(x-z)*(y-z)", {"mode": "abs"}),
        ("x^3+y^4+z^5+x*y*z", {"mode": "abs"}),
        ("((y-x^2)^2-x^5)^2", {}),
    ],
)
def test_every_explanation_is_worded(K: object, arguments: dict[str, object]) -> None:
    """No certificate of the examples holds a step that the report cannot word, and the ratio that decides is λ."""
    r = rlct(K, **arguments)  # type: ignore[arg-type]
    text = r.explain("full")
    assert "cannot word" not in text + r.explain()
    assert r.explain().splitlines()[-1].endswith(f"So λ = {r.lam}, m = {r.multiplicity}.")
    assert " ...|" not in text
    assert r.status == "exact"
    for i in range(len((r.certificate or {})["nodes"])):
        assert f"\n[{i}] " in text
    whys = [line for line in text.splitlines() if line.startswith("  why") and "so λ <= " in line]
    assert whys
    assert all(line.rsplit(" ", 1)[1] == str(r.lam) for line in whys)


# -- input forms -----------------------------------------------------------------------------------
def test_input_forms_agree() -> None:
    """Text, sympy and lists of either give the same answer."""
    x, y = sympy.symbols("x y")
    answers = [rlct(K) for K in ("x^2*y^4", x**2 * y**4, ["x*y^2"], [x * y**2], sympy.Poly(x**2 * y**4))]
    assert {(r.lam, r.multiplicity) for r in answers} == {(Fraction(1, 4), 1)}


def test_a_budget_of_one_chart_still_gives_true_bounds() -> None:
    """Out of budget the answer is an interval that contains the truth."""
    r = rlct("((y-x^2)^2-x^5)^2", budget=Budget(charts=1))
    assert r.bounds[0] <= Fraction(7, 20) <= r.bounds[1]
    if r.status == "bounds":
        assert r.stats["stopped"] == "charts"


# -- thresholds ------------------------------------------------------------------------------------
def test_order_of_thresholds() -> None:
    """Smaller λ is worse, and at equal λ the larger multiplicity; infinity is the best."""
    a, b, c = Threshold(Fraction(1, 2), 2), Threshold(Fraction(1, 2), 1), Threshold(Fraction(2, 3), 3)
    assert sorted([INFINITE, c, b, a]) == [a, b, c, INFINITE]
    assert a <= a
    assert b > a
    assert a.scaled(2) == Threshold(Fraction(1, 4), 2)
    assert INFINITE.scaled(2) == INFINITE
    assert str(a) == "(1/2, 2)"


def test_text_of_lambda_round_trips() -> None:
    """λ to text and back."""
    for lam in (Fraction(5, 12), Fraction(2), Fraction(0), math.inf):
        assert parse_lam(lam_text(lam)) == lam


def test_the_recursion_limit_is_put_back() -> None:
    """A search needs depth; afterwards the interpreter is as it was, also after a refusal and with threads."""
    before = sys.getrecursionlimit()
    rlct("x^2*y^4")
    assert sys.getrecursionlimit() == before
    with pytest.raises(InputError):
        rlct("x^3")
    assert sys.getrecursionlimit() == before
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(rlct, ["x^2*y^4", "(y^2-x^3)^2", "(x*y-z^2)^2"] * 3))
    assert sys.getrecursionlimit() == before


@pytest.mark.parametrize("charts", [1.5, -1, True, "3"])
def test_a_number_of_charts_is_whole(charts: object) -> None:
    """1.5 charts are no budget."""
    with pytest.raises(InputError, match="charts must be"):
        rlct("x^2", budget=Budget(charts=charts))  # type: ignore[arg-type]


def test_the_way_to_the_divisor_is_short() -> None:
    """One line for a row of strata, and no line that shows a chart in all its terms."""
    units = range(1, 7)
    generators = ["+".join(f"a{k}*b{k}^{j}" for k in units) for j in (1, 3, 5, 7, 9, 11)]
    lines = str(rlct(generators, budget=Budget(charts=20))).splitlines()
    ways = [line for line in lines if line.startswith("  why    where")]
    assert len(ways) <= 1
    assert all(len(line) < 300 for line in lines if line.startswith("  why"))

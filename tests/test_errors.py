"""Every exception class is raised once by what raises it, and its sentence is checked."""

import pickle
from fractions import Fraction

import pytest

from rlct import errors
from rlct.parse import build_problem
from rlct.values import parse_lam


def message_of(error: type[Exception], **arguments: object) -> str:
    """The sentence that refuses this problem."""
    with pytest.raises(error) as caught:
        build_problem(**arguments)  # type: ignore[arg-type]
    assert isinstance(caught.value, errors.RlctError)
    assert isinstance(caught.value, ValueError)
    return str(caught.value)


def test_parse_error_shows_the_place() -> None:
    """A ParseError says what to write and marks the character."""
    text = message_of(errors.ParseError, K="x^2y")
    assert text == "x^2y can be misread: write x^2*y (at character 4: x^2 >>> y)"


def test_dimension_error_counts() -> None:
    """A point with the wrong number of entries is refused with both numbers."""
    text = message_of(errors.DimensionError, K="x^2*y", at=[1])
    assert text == "the point needs 2 entries, one for each variable, but has 1"


def test_region_error_for_a_point_outside() -> None:
    """A point outside the region is refused with the inequality it violates."""
    text = message_of(errors.RegionError, K="x^2*y^2", region="x>=0, x+y<=1", at="x=2, y=0")
    assert text == "the point x=2, y=0 is outside the region: it violates x+y<=1"


def test_region_error_for_an_empty_region() -> None:
    """An empty interval is refused."""
    assert message_of(errors.RegionError, K="x^2", region="x>=1, x<=0") == "the region is empty: 1<=x<=0 cannot be met"


def test_prior_error_names_the_factor() -> None:
    """A prior that is not integrable is refused with its exponent."""
    text = message_of(errors.PriorError, K="x^2", prior="x^-1")
    assert text == "the prior x^-1 is not integrable where x = 0: the exponent -1 is not above -1"


def test_input_error_is_a_value_error() -> None:
    """Plain bad input is an InputError, which is a ValueError."""
    assert "no variable at all" in message_of(errors.InputError, K="0")
    with pytest.raises(errors.InputError, match="write a fraction such as 5/12"):
        parse_lam("five")


SAMPLES = [
    (errors.ParseError("x^2y", 3, "write *"), "write *"),
    (errors.DimensionError("the point", 1, 2), "needs 1 entry"),
    (errors.NegativeLossError("x^2-y", "x=0, y=1/64"), "K = x^2-y is negative at x=0, y=1/64"),
    (errors.RegionError("x >= 0", "x=-1"), "outside the region"),
    (errors.PriorError("x^-1", "x=0"), "is not integrable near x=0"),
    (errors.UnsupportedError("not analytic"), "not analytic"),
    (errors.BudgetExceeded("seconds"), "stopped: seconds"),
    (errors.ObligationFailed("nodes[2]", "cover", "4 cells", "3"), "expected 4 cells, got 3"),
    (errors.SchemaError("version", "is 7"), "version is 7"),
    (errors.EstimationError("too few draws"), "too few draws"),
    (errors.InternalError("two bounds cross"), "two bounds cross"),
]


@pytest.mark.parametrize(("error", "part"), SAMPLES, ids=lambda v: type(v).__name__ if isinstance(v, Exception) else "")
def test_an_error_says_its_sentence_and_survives_pickling(error: errors.RlctError, part: str) -> None:
    """Each class has one sentence with its data in it, and crosses a process boundary unchanged."""
    assert part in str(error)
    assert "\n" not in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_every_class_has_a_sample() -> None:
    """No exception class of the package is left out above."""
    classes = {c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.RlctError)}
    abstract = {errors.RlctError, errors.InputError, errors.Inconclusive, errors.CertificateError}
    assert classes - abstract == {type(e) for e, _ in SAMPLES}


def test_the_tree() -> None:
    """Obligations and schema faults are certificate errors; parse faults are input errors."""
    assert issubclass(errors.ObligationFailed, errors.CertificateError)
    assert issubclass(errors.SchemaError, errors.CertificateError)
    assert issubclass(errors.ParseError, errors.InputError)
    assert issubclass(errors.BudgetExceeded, errors.Inconclusive)
    assert not issubclass(errors.UnsupportedError, ValueError)
    assert Fraction(1, 2) == parse_lam("1/2")

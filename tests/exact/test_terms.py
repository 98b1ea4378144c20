"""Independent terms: the linear programme against the fan, which shares no code with it beyond polynomials."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rlct import rlct
from rlct.certify import algebra
from rlct.certify.check import check
from rlct.certify.obligations import terms as obligations
from rlct.certify.obligations.ledger import Ledger
from rlct.certify.obligations.state import Object, State
from rlct.certify.obligations.state import Small as CheckedSmall
from rlct.certify.obligations.value import Value
from rlct.errors import CertificateError
from rlct.exact.charts import Chart, Ideal, Small
from rlct.exact.leaves import newton_leaf
from rlct.exact.poly import Ring
from rlct.exact.real import Oracle
from rlct.exact.terms import terms_leaf
from rlct.exact.work import Memory, Work

N = 3


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    """One or two sums of a few terms in three variables, some of them walls or with a prior."""
    ring = Ring(["x", "y", "z"])
    small = {
        i: Small(Fraction(draw(st.integers(0, 2))), Fraction(draw(st.integers(0, 2))), draw(st.booleans()))
        for i in range(N)
    }
    objects = []
    for _ in range(draw(st.integers(1, 2))):
        exps = draw(st.lists(st.tuples(*[st.integers(0, 4)] * N).filter(any), min_size=1, max_size=3, unique=True))
        f = ring.from_terms({e: draw(st.sampled_from([-2, -1, 1, 1, 3])) for e in exps})
        objects.append(Ideal((f.primitive(),), Fraction(draw(st.sampled_from([1, 1, 2])))))
    return Chart(ring, (0, 1, 2), small, tuple(objects), (), (), ())


@given(charts())
def test_as_the_fan(c: Chart) -> None:
    """Both leaves give the same λ; the pole order of the programme is never too small, and right for one object."""
    assume(all(len(ob.gens[0].content_in(c.smalls)) == N for ob in c.objects))
    found = terms_leaf(Work(c, Memory(Oracle())), None)
    assume(found is not None)
    assert found is not None
    fan = newton_leaf(Work(c, Memory(Oracle())), None)
    assert fan.failed is None or len(c.objects) == 2  # the fan wants objects that never vanish together
    assume(fan.low is not None)
    assert fan.low is not None
    assert found[0].lam == fan.low.lam
    assert found[0].mult >= fan.low.mult
    if len(c.objects) == 1:
        assert found[0] == fan.low


@pytest.mark.parametrize(
    ("f", "lam", "m"),
    [
        ("a*(b^3*c^2*a^3 - 3*d^2*e^4*g^4*h^2*k^3)^2", Fraction(1, 4), 2),
        ("a^5*(b^4*c^3*d^4*a^3 - e^3*g*h*k^2)", Fraction(1, 5), 1),
        ("a^2 - b^2 + c^3 - d^5 + a*b*c*d", Fraction(1), 1),
        ("a*b*c - d*e*g", Fraction(1), 1),
        ("a^2 + b^4 - c^6 + d^6 + e^8 + g^8", Fraction(1), 1),
        ("(a^3 + b^4 - c^6 + d^6 + e^12)^2", Fraction(1, 2), 2),
        ("a^4*b^2 + c^2*d^2*e^2 + 3*a^2*c^2*e^4*g^6", Fraction(3, 4), 3),
    ],
)
def test_many_variables(f: str, lam: Fraction, m: int) -> None:
    """Any number of variables, at once; the checker agrees."""
    r = rlct(f, mode="abs")
    assert (r.lam, r.stats["charts"]) == (lam, 1)
    assert r.certificate is not None
    report = check(r.certificate)
    assert (report.proved, r.multiplicity) == ("threshold", m)


# ---------------------------------------------------------------- the checker
RING = algebra.make_ring(3)
X, Y, Z = RING.gens


def value(gens: list[Any], end: dict[str, Any], E: int = 1, **small: Any) -> Value:
    """What the end proves about ‖gens‖^E, x and y small, z free."""
    ob = Object(tuple(algebra.canonical(g) for g in gens), (False,) * len(gens), Fraction(E), Fraction(0))
    s = State((0, 1, 2), {0: CheckedSmall(**small), 1: CheckedSmall()}, objects=(ob,))
    return obligations.value(Ledger(RING, ("x", "y", "z")), s, {"end": "terms", **end})


HALF = [[[2, 0], "3/5"], [[0, 3], "2/5"]]


def test_accepted() -> None:
    """x² - y³: 5/6; its square 5/12; x² - y²: the strict transform adds one to m; x² + y²: no zero."""
    assert value([X**2 - Y**3], {"objects": [[0, HALF]], "inner": []}) == Value(Fraction(5, 6), 1)
    assert value([X**2 - Y**3], {"objects": [[0, HALF]], "inner": []}, E=2) == Value(Fraction(5, 12), 1)
    even = [[[2, 0], "1/2"], [[0, 2], "1/2"]]
    assert value([X**2 - Y**2], {"objects": [[0, even]], "inner": []}) == Value(Fraction(1), 2)
    assert value([X**2 + Y**2], {"objects": [[0, even]], "inner": []}) == Value(Fraction(1), 1)
    above = {"objects": [[0, HALF]], "inner": [[0, [1, 2], [[1, "1/2"], [0, "1/2"]]]]}
    assert value([X**2 - Y**3 + Z * X * Y**2], above) == Value(Fraction(5, 6), 1)


@pytest.mark.parametrize(
    ("gens", "end"),
    [
        ([X**2 - 2 * X * Y + Y**2], {"objects": [[0, [[[2, 0], "1/2"], [[1, 1], "0"], [[0, 2], "1/2"]]]], "inner": []}),
        ([X**2 - Y**3 + X * Y**2], {"objects": [[0, HALF]], "inner": []}),
        (
            [X**2 - Y**3 + X * Y],
            {"objects": [[0, HALF]], "inner": [[0, [1, 1], [[0, "1/2"], [1, "1/2"]]]]},
        ),
        ([Z * X**2 - Y**3], {"objects": [[0, HALF]], "inner": []}),
        ([X**2 - Y**3], {"objects": [[0, [[[2, 0], "1"], [[0, 3], "1"]]]], "inner": []}),
        ([X**2 - Y**3, X * Y], {"objects": [[0, [*HALF, [[1, 1], "0"]]]], "inner": []}),
        ([X**2 - Y**3], {"objects": [], "inner": []}),
        ([X**2 - Y**3], {"objects": [[0, [*HALF, [[1, 5], "0"]]]], "inner": []}),
    ],
)
def test_refused(gens: list[Any], end: dict[str, Any]) -> None:
    """Dependent exponents, a term left out, a wrong witness, no unit, weights, ideals, nothing, a term that is none."""
    with pytest.raises(CertificateError):
        value(gens, end)

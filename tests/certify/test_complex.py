"""Certificates over C: what has to be proved of the coordinates, and what is not allowed without signs."""

from __future__ import annotations

import copy
from collections.abc import Callable
from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Symbol, groebner

from rlct import rlct
from rlct.certify import algebra
from rlct.certify.certificate import seal
from rlct.certify.check import check
from rlct.certify.obligations import complexes
from rlct.certify.obligations.real import Conditions
from rlct.errors import CertificateError, ObligationFailed, SchemaError
from tests.complex_problems import modulus, realified

PUISEUX = "(y^2-x^3)^2 - 4*x^5*y - x^7"
Data = dict[str, Any]


@pytest.fixture(scope="module")
def ideal() -> Data:
    """A certificate over C for real and imaginary part."""
    data = rlct(realified([PUISEUX])).certificate
    assert data is not None and "complex" in data["root"]
    return data


@pytest.fixture(scope="module")
def product() -> Data:
    """A certificate over C for |f|² multiplied with a unit, and a prior."""
    r = rlct(f"(1+xr)^2*({modulus('y^2-x^3')})", mode="abs", prior="(xr^2+xi^2)^(1/2)")
    assert r.certificate is not None and "complex" in r.certificate["root"]
    return r.certificate


def altered(data: Data, change: Callable[[Data], object]) -> Data:
    out = copy.deepcopy(data)
    change(out)
    return seal(out).to_dict()


def other_generator(d: Data) -> None:
    d["claim"]["functions"][0][0][1][0][0].append([[9, 0, 0, 0], 1])


def conjugate(d: Data) -> None:
    _, _, im = d["root"]["complex"]["coordinates"][0]
    im[:] = [[e, -c] for e, c in im]


def twice_the_same(d: Data) -> None:
    coordinates = d["root"]["complex"]["coordinates"]
    coordinates[1][1:] = coordinates[0][1:]


def away_from_the_point(d: Data) -> None:
    d["root"]["complex"]["coordinates"][0][1].append([[0, 0, 0, 0], 1])


def other_polynomial(d: Data) -> None:
    d["root"]["complex"]["functions"][0][0].append([[0, 11], 1])


def one_less(d: Data) -> None:
    d["root"]["complex"]["coordinates"].pop()


def null_function(d: Data) -> None:
    d["root"]["complex"]["functions"][0] = None


def other_unit(d: Data) -> None:
    d["root"]["complex"]["square"] = 2


def a_name_twice(d: Data) -> None:
    d["root"]["complex"]["unit"] = "xr"


def wall_through_the_point(d: Data) -> None:
    d["claim"]["box"] = [["0", None], [None, None], [None, None], [None, None]]


def constraint_through_the_point(d: Data) -> None:
    d["claim"]["constraints"] = [[[[1, 0, 0, 0], 1]]]


def worst_point(d: Data) -> None:
    d["claim"]["at"] = None


def a_real_step(op: str, **fields: Any) -> Callable[[Data], None]:
    def change(d: Data) -> None:
        d["nodes"][0]["steps"].insert(0, {"op": op, **fields})

    return change


def signs(d: Data) -> None:
    d["nodes"][0] = {"steps": [], "end": {"end": "signs", "of": [[[0, 0], 1]], "children": [1, 2]}}


def better(d: Data) -> None:
    d["claim"]["lambda"] = "1/2"


def worse(d: Data) -> None:
    d["claim"]["lambda"] = "1/3"


def semidefinite(d: Data) -> None:
    d["root"]["semidefinite"] = "z3"


CHANGES = [
    (other_generator, "realification"),
    (conjugate, "realification"),
    (twice_the_same, "complex coordinates"),
    (away_from_the_point, "complex coordinates"),
    (one_less, "complex coordinates"),
    (other_polynomial, "realification"),
    (null_function, "realification"),
    (other_unit, "realification"),
    (a_name_twice, "claim"),
    (wall_through_the_point, "point in the region"),
    (constraint_through_the_point, "point in the region"),
    (worst_point, "claim"),
    (a_real_step("squares", obj=0, parts=[["1", [[[1, 0], 1]]]]), "field"),
    (a_real_step("fold", var="z1"), "field"),
    (a_real_step("split_sd", obj=0, gen=0, parts=[[[[1, 0], 1]]]), "field"),
    (a_real_step("sign", obj=0, gen=0, sign=1, by=[["even"]]), "field"),
    (a_real_step("nonnegative", obj=0, gen=0, parts=[["1", [[[[[1, 0], 1]], 1]]]]), "field"),
    (a_real_step("wall", constraint=0, var="z1", unit=[[[0, 0], 1]], rest=[], sign=1), "field"),
    (signs, "field"),
    (better, "bound"),
    (worse, "bound"),
    (semidefinite, "root cells"),
]


@pytest.mark.parametrize(
    ("change", "obligation"), CHANGES, ids=[f"{c.__name__} {n}" for n, (c, _) in enumerate(CHANGES)]
)
def test_refused(ideal: Data, change: Callable[[Data], None], obligation: str) -> None:
    """Every one of these changes is refused by the obligation that it breaks."""
    check(ideal)
    with pytest.raises(ObligationFailed) as error:
        check(altered(ideal, change))
    assert obligation in str(error.value)


def test_a_real_ideal_is_not_one_over_c(ideal: Data) -> None:
    """The proof over C of one ideal proves nothing of a real ideal that is no realification."""
    other = rlct(["xr^2-xi^2 - yr^3", "2*xr*xi - yi^3"]).certificate
    assert other is not None and "complex" not in other["root"]
    with pytest.raises(ObligationFailed, match="realification"):
        check(altered(ideal, lambda d: d["claim"].update(functions=other["claim"]["functions"])))
    with pytest.raises(CertificateError):
        check(altered(other, lambda d: d["root"].update(complex=ideal["root"]["complex"])))


def test_a_certificate_over_c_is_none_over_r(ideal: Data) -> None:
    """Without the field `complex` the nodes make no sense."""
    with pytest.raises(CertificateError):
        check(altered(ideal, lambda d: d["root"].pop("complex")))


def test_factors_and_priors(product: Data) -> None:
    """Every factor and the prior is |F|² or not 0 at the point; an entry for each."""
    assert check(product).proved == "threshold"
    found = product["root"]["complex"]
    place = found["functions"].index(None)
    for key, value in (
        ("functions", [found["functions"][1 - place]] * 2),
        ("functions", [None, None]),
        ("functions", found["functions"][:1]),
        ("prior", [None]),
        ("prior", []),
    ):
        with pytest.raises(ObligationFailed, match="realification"):
            check(altered(product, lambda d, k=key, v=value: d["root"]["complex"].update({k: v})))  # type: ignore[misc]
    with pytest.raises(SchemaError):
        altered(product, lambda d: d["root"]["complex"].update(field="C"))


def test_every_integer(ideal: Data) -> None:
    """Each integer of the nodes and of the field `complex` changed: refused, or still a proof of the same claim."""
    from tests.certify.test_tampering import leaves, put

    refused = total = 0
    for path, x in leaves({k: ideal[k] for k in ("root", "nodes", "upper")}):
        for changed in (x + 1, -x) if type(x) is int and x else ():
            total += 1
            try:
                report = check(seal(put(ideal, path, changed)))
            except CertificateError:
                refused += 1
            else:
                assert (str(report.lam), report.multiplicity) == ("5/12", 1)
    assert refused > total // 2


# ---------------------------------------------------------------- questions over C
RING = algebra.make_ring(3)
X, Y, Z = RING.gens
ONE = RING.one
SYSTEMS = [
    ([X**2 + 1], [], True),
    ([X**2 + 1, X - 1], [], False),
    ([X * Y - 1], [X], True),
    ([X * Y], [X, Y], False),
    ([X * Y * (X + Y)], [X * Y, X + Y], False),
    ([(X**2 + Y**2)], [X + Y], True),
    ([X**2 + Y**2, X + Z * Y], [X, Z**2 + 1], False),
    ([X**2 + Y**2, X + Z * Y], [X], True),
    ([X**2 - Y**3, 2 * X, 3 * Y**2], [X], False),
    ([X**3 + Y**3 + Z**3, X**2, Y**2, Z**2], [], True),
    ([X**3 + Y**3 + Z**3 - 1, X**2, Y**2, Z**2], [], False),
    ([X * Y - Z, X**2 + Y, Y**2 * Z - 1], [], True),
    ([], [X, Y + 1], True),
    ([X], [RING.zero], False),
    ([X**2 + X * Y + Y**2, X**3 - Y**3 + Z], [Z], False),
]


@pytest.mark.parametrize(("zero", "nonzero", "solvable"), SYSTEMS, ids=[str(n) for n in range(len(SYSTEMS))])
def test_solutions_over_c(zero: list[Any], nonzero: list[Any], solvable: bool) -> None:
    """Small systems, decided both ways."""
    c = Conditions(tuple(zero), tuple(nonzero))
    assert complexes.has_solution(c) is solvable
    assert (complexes.no_solution(c) is not None) is not solvable


small = st.dictionaries(
    st.tuples(*[st.integers(0, 2)] * 3).filter(lambda e: sum(e) <= 3), st.integers(-2, 2), min_size=1, max_size=3
)


@given(st.lists(small, min_size=1, max_size=3), st.lists(small, max_size=2))
def test_solutions_over_c_as_by_one_groebner_basis(zero: list[Any], nonzero: list[Any]) -> None:
    """Factors, eliminations and scalings lead to the same answer as one Gröbner basis does."""
    c = Conditions(*(tuple(algebra.from_terms(RING, d) for d in ds) for ds in (zero, nonzero)))
    names = [Symbol(n) for n in ("t", "x", "y", "z")]
    zero, nonzero = ([f.as_expr(*names[1:]) for f in fs] for fs in (c.zero, c.nonzero))
    one = groebner([*(f for f in zero if f != 0), 1 - names[0] * prod(nonzero)], *names, order="grevlex").exprs == [1]
    assert complexes.has_solution(c) is not one
    assert (complexes.no_solution(c) is not None) is one


def test_nothing_is_positive_over_c() -> None:
    """A condition with a sign is not understood: neither answer is given."""
    c = Conditions((X,), (), (X,))
    assert complexes.no_solution(c) is None
    assert not complexes.has_solution(c)

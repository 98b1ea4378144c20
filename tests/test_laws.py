"""Laws of (λ, m) on small random problems, through the public interface alone.

Each test solves a problem and a second one whose answer follows from the first by a theorem (Watanabe 2009, chapters 2
to 4; Lin 2011). Where a search ends in bounds, the intervals must still have a point in common.
`HYPOTHESIS_PROFILE=deep` runs twenty times as many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from rlct import Budget, Result, rlct

Poly = tuple[tuple[int, tuple[int, ...]], ...]
"""Terms: coefficient and exponents."""

NAMES = ("x", "y", "z")
OTHERS = ("u", "v", "w")
BUDGET = Budget(seconds=4, charts=100)
some = settings(
    max_examples=max(6, settings.default.max_examples // 5),  # type: ignore[union-attr]
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


# ------------------------------------------------------------------------------------------------------ problems
def text(poly: Poly, names: Sequence[str] = NAMES) -> str:
    """The polynomial in the grammar, with `names` (or expressions in parentheses) in place of the variables.

    >>> text(((1, (2, 0)), (-3, (0, 1))), ("x", "(y + x)"))
    '1*x^2 - 3*(y + x)'
    """
    out = ""
    for c, e in poly:
        factors = [str(abs(c)), *(n if k == 1 else f"{n}^{k}" for n, k in zip(names, e, strict=False) if k)]
        out += (" - " if c < 0 else " + ") + "*".join(factors)
    return out[3:] if out.startswith(" + ") else "-" + out[3:]


@st.composite
def polynomials(draw: st.DrawFn, d: int, *, terms: int = 3, top: int = 4, least: int = 1) -> Poly:
    """A polynomial without constant term: at most `terms` terms with exponents up to `top`, degrees from `least`."""
    exponents = st.tuples(*[st.integers(0, top)] * d).filter(lambda e: least <= sum(e) <= top + 1)
    found = draw(st.dictionaries(exponents, st.sampled_from([1, -1, 2, -2, 3]), min_size=1, max_size=terms))
    return tuple((c, e) for e, c in sorted(found.items()))


def ideals(d: int) -> st.SearchStrategy[list[Poly]]:
    """One to three generators."""
    return st.lists(polynomials(d), min_size=1, max_size=3)


dimensions = st.integers(2, 3)


@dataclass(frozen=True)
class Answer:
    """What a result proves: λ in [low, high], and m in [least, most] if λ is known (None where λ is infinite)."""

    low: Any
    high: Any
    least: int | None
    most: int | None

    @property
    def known(self) -> bool:
        """True if λ is."""
        return bool(self.low == self.high)


def solve(K: Any, names: Sequence[str], **words: Any) -> Answer:
    """The answer to a problem in the variables `names`."""
    r: Result = rlct(K, variables=list(names), budget=BUDGET, **words)
    note(f"{K} {words}: {r!r} {r.bounds} {r.multiplicity_bounds}")
    least, most = r.multiplicity_bounds or (None, None)
    return Answer(*r.bounds, least, most)


def same(a: Answer, b: Answer) -> None:
    """Both can be the answer to one question."""
    assert max(a.low, b.low) <= min(a.high, b.high), "the intervals of λ have no common point"
    if a.known and b.known and a.low != inf:
        assert a.least is not None
        assert b.least is not None
        assert a.most is not None
        assert b.most is not None
        assert max(a.least, b.least) <= min(a.most, b.most), "m differs"


def scaled(a: Answer, s: Fraction | int) -> Answer:
    """The answer with λ divided by s."""
    return Answer(a.low / s, a.high / s, a.least, a.most)


# --------------------------------------------------------------------------------------------------- coordinates
@st.composite
def changes(draw: st.DrawFn, d: int) -> list[str]:
    """Expressions in NAMES for the old coordinates: a shear of degree up to 3 after an integer matrix."""
    kind = draw(st.sampled_from(["shear", "linear", "both"]))
    new = list(NAMES[:d])
    if kind != "shear":
        rows = draw(st.lists(st.lists(st.integers(-2, 2), min_size=d, max_size=d), min_size=d, max_size=d))
        assume(_determinant(rows) != 0)
        new = ["(" + " + ".join(f"({c})*{n}" for c, n in zip(row, NAMES, strict=False)) + ")" for row in rows]
    if kind != "linear":
        i = draw(st.integers(0, d - 1))
        p = draw(polynomials(d - 1, terms=2, top=2))
        others = [n for k, n in enumerate(NAMES[:d]) if k != i]
        sheared = [f"({n} + {text(p, others)})" if k == i else n for k, n in enumerate(NAMES[:d])]
        new = [_put(expression, sheared) for expression in new]
    return new


def _put(expression: str, values: Sequence[str]) -> str:
    """An expression with values for the variables, all at once."""
    table = str.maketrans(dict(zip(NAMES, values, strict=False)))
    return expression.translate(table)


def _determinant(rows: list[list[int]]) -> int:
    if len(rows) == 1:
        return rows[0][0]
    return sum(
        (-1) ** k * c * _determinant([row[:k] + row[k + 1 :] for row in rows[1:]]) for k, c in enumerate(rows[0])
    )


@some
@given(st.data())
def test_coordinates_do_not_matter(data: st.DataObject) -> None:
    """An invertible change that fixes the point keeps (λ, m), for an ideal and for |f|."""
    d = data.draw(dimensions)
    generators = data.draw(ideals(d))
    new = data.draw(changes(d))
    names = NAMES[:d]
    same(solve([text(g) for g in generators], names), solve([text(g, new) for g in generators], names))
    f = generators[0]
    same(solve(text(f), names, mode="abs"), solve(text(f, new), names, mode="abs"))


@some
@given(st.data())
def test_the_prior_moves_with_the_coordinates(data: st.DataObject) -> None:
    """K and prior changed together: nothing changes, since the Jacobian is a unit."""
    d = data.draw(dimensions)
    f, prior = data.draw(polynomials(d)), data.draw(polynomials(d, terms=2, top=2))
    new = data.draw(changes(d))
    a = solve(text(f), NAMES[:d], mode="abs", prior=text(prior))
    same(a, solve(text(f, new), NAMES[:d], mode="abs", prior=text(prior, new)))


@some
@given(st.data())
def test_the_place_does_not_matter(data: st.DataObject) -> None:
    """A translated problem at the translated point."""
    d = data.draw(dimensions)
    generators = data.draw(ideals(d))
    shift = data.draw(st.lists(st.fractions(-3, 3, max_denominator=3), min_size=d, max_size=d))
    moved = [f"({n} - ({c}))" for n, c in zip(NAMES, shift, strict=False)]
    same(
        solve([text(g) for g in generators], NAMES[:d]),
        solve([text(g, moved) for g in generators], NAMES[:d], at=[str(c) for c in shift]),
    )


@some
@given(st.data())
def test_names_order_and_scale_do_not_matter(data: st.DataObject) -> None:
    """Other names in another order, constants before functions and variables."""
    d = data.draw(dimensions)
    generators = data.draw(ideals(d))
    order = data.draw(st.permutations(range(d)))
    factors = data.draw(st.lists(st.sampled_from(["1", "-1", "2", "1/3", "-5/2"]), min_size=d, max_size=d))
    c = data.draw(st.sampled_from(["7", "-1/2", "3"]))
    new = [f"(({s})*{OTHERS[k]})" for s, k in zip(factors, order, strict=True)]
    same(
        solve([text(g) for g in generators], NAMES[:d]),
        solve([f"({c})*({text(g, new)})" for g in reversed(generators)], OTHERS[:d]),
    )


# ------------------------------------------------------------------------------------------- units and generators
@some
@given(st.data())
def test_factors_without_zero_do_not_matter(data: st.DataObject) -> None:
    """Functions, generators and priors times functions that do not vanish at the point."""
    d = data.draw(dimensions)
    generators = data.draw(ideals(d))
    units = [
        f"({data.draw(st.sampled_from(['1', '-2', '1/3']))} + {text(data.draw(polynomials(d, terms=2)))})"
        for _ in range(len(generators) + 2)
    ]
    plain = [text(g) for g in generators]
    names = NAMES[:d]
    same(solve(plain, names), solve([f"{u}*({g})" for u, g in zip(units, plain, strict=False)], names, prior=units[-1]))
    same(solve(plain[0], names, mode="abs"), solve(f"{units[-2]}*({plain[0]})", names, mode="abs"))


@some
@given(st.data())
def test_generators_do_not_matter(data: st.DataObject) -> None:
    """Multiples of one generator added to another, redundant generators, and the sum of squares written out."""
    d = data.draw(dimensions)
    plain = [text(g) for g in data.draw(ideals(d))]
    names = NAMES[:d]
    before = solve(plain, names)
    changed = list(plain)
    if len(changed) > 1:
        changed[-1] = f"{changed[-1]} + ({text(data.draw(polynomials(d, terms=2)))} + 2)*({changed[0]})"
    multipliers = [data.draw(polynomials(d, terms=2)) for _ in plain]
    changed.append(" + ".join(f"({text(h)})*({g})" for h, g in zip(multipliers, plain, strict=True)))
    same(before, solve(changed, names))
    same(before, solve(" + ".join(f"({g})^2" for g in plain), names, mode="K"))


# --------------------------------------------------------------------------------------- sums, products and powers
@some
@given(st.data())
def test_sum_in_other_variables(data: st.DataObject) -> None:
    """K1(x) + K2(u): λ = λ1 + λ2 and m = m1 + m2 - 1."""
    d, e = data.draw(st.integers(1, 2)), data.draw(st.integers(1, 2))
    first, second = data.draw(ideals(d)), data.draw(ideals(e))
    a, b = solve([text(g) for g in first], NAMES[:d]), solve([text(g) for g in second], NAMES[:e])
    both = [text(g) for g in first] + [text(g, OTHERS) for g in second]
    found = solve(both, NAMES[:d] + OTHERS[:e])
    m = (None, None)
    if a.known and b.known:
        assert a.least is not None
        assert a.most is not None
        assert b.least is not None
        assert b.most is not None
        m = (a.least + b.least - 1, a.most + b.most - 1)
    same(found, Answer(a.low + b.low, a.high + b.high, *m))


@some
@given(st.data())
def test_product_in_other_variables(data: st.DataObject) -> None:
    """|f(x)| |g(u)|: the smaller λ with its m; at equal λ the sum of the m."""
    d, e = data.draw(st.integers(1, 2)), data.draw(st.integers(1, 2))
    f, g = data.draw(polynomials(d)), data.draw(polynomials(e))
    a, b = solve(text(f), NAMES[:d], mode="abs"), solve(text(g), NAMES[:e], mode="abs")
    found = solve(f"({text(f)})*({text(g, OTHERS)})", NAMES[:d] + OTHERS[:e], mode="abs")
    expected = Answer(min(a.low, b.low), min(a.high, b.high), None, None)
    if a.known and b.known:
        small, large = sorted((a, b), key=lambda t: t.low)
        tie = a.low == b.low
        assert small.least is not None
        assert small.most is not None
        more = (large.least or 0, large.most or 0) if tie else (0, 0)
        expected = Answer(small.low, small.high, small.least + more[0], small.most + more[1])
    same(found, expected)


@some
@given(st.data())
def test_powers_and_conventions(data: st.DataObject) -> None:
    """|f|^s has λ/s; K = f^2 and the ideal (f) have λ/2; the m are the same."""
    d = data.draw(dimensions)
    f = text(data.draw(polynomials(d)))
    s = data.draw(st.integers(2, 4))
    names = NAMES[:d]
    a = solve(f, names, mode="abs")
    same(scaled(a, s), solve(f"({f})^{s}", names, mode="abs"))
    same(scaled(a, 2), solve(f"({f})^2", names, mode="K"))
    same(scaled(a, 2), solve([f], names))


# ---------------------------------------------------------------------------------------------------- comparisons
@some
@given(st.data())
def test_more_generators_never_make_it_smaller(data: st.DataObject) -> None:
    """J inside I: λ(J) <= λ(I); and a point near by is never worse than this one."""
    d = data.draw(dimensions)
    generators = [text(g) for g in data.draw(ideals(d))]
    small = solve(generators, NAMES[:d])
    large = solve([*generators, text(data.draw(polynomials(d)))], NAMES[:d])
    assert small.low <= large.high


@some
@given(st.data())
def test_the_neighbourhood_is_the_worst_of_its_orthants(data: st.DataObject) -> None:
    """(λ, m) at a point is the least over the four quadrants, with the largest m among those that attain it."""
    f = text(data.draw(polynomials(2)))
    whole = solve(f, NAMES[:2], mode="abs")
    parts = [
        solve(f, NAMES[:2], mode="abs", at=[0, 0], region=f"x{s}0, y{t}0") for s in (">=", "<=") for t in (">=", "<=")
    ]
    expected = Answer(min(p.low for p in parts), min(p.high for p in parts), None, None)
    if all(p.known for p in parts) and expected.low != inf:
        worst = [p for p in parts if p.low == expected.low]
        expected = Answer(
            expected.low, expected.high, max(p.least or 0 for p in worst), max(p.most or 0 for p in worst)
        )
    same(whole, expected)


@some
@given(st.data())
def test_a_box_around_the_only_zero(data: st.DataObject) -> None:
    """The worst point of a small box is never better than the point itself."""
    f = text(data.draw(polynomials(2)))
    a = solve(f, NAMES[:2], mode="abs")
    b = solve(f, NAMES[:2], mode="abs", region=[["-1/9", "1/7"], ["-1/8", "1/9"]])
    assert b.low <= a.high


@some
@given(st.data())
def test_folding_a_wall(data: st.DataObject) -> None:
    """f(x^2, y) with the prior |x| is f on the half-plane x >= 0: x^2 -> x turns one integral into the other."""
    f = data.draw(polynomials(2))
    half = solve(text(f), NAMES[:2], mode="abs", at=[0, 0], region="x>=0")
    same(half, solve(text(f, ("(x^2)", "y")), NAMES[:2], mode="abs", prior="x"))


@pytest.mark.parametrize("s", [2, 3])
def test_the_laws_notice_a_wrong_answer(s: int) -> None:
    """The comparison itself: a wrong λ, and a wrong m, do not pass."""
    a = Answer(Fraction(1, 2), Fraction(1, 2), 1, 1)
    with pytest.raises(AssertionError, match="no common point"):
        same(a, scaled(a, s))
    with pytest.raises(AssertionError, match="m differs"):
        same(a, Answer(a.low, a.high, s, s))

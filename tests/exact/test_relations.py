"""What relations between the variables of a chart show."""

from __future__ import annotations

from fractions import Fraction

from rlct.exact.charts import Chart, Ideal, Small
from rlct.exact.poly import Poly, Ring
from rlct.exact.real import Oracle
from rlct.exact.reduce import content_step
from rlct.exact.relations import hidden_content_step
from rlct.exact.work import Memory, Work

RING = Ring(["x", "z", "t"])
X, Z, T = (RING.gen(i) for i in range(3))


def chart(relation: Poly, *gens: Poly) -> Work:
    small = {0: Small(Fraction(2)), 1: Small(Fraction(3))}
    c = Chart(RING, (0, 1, 2), small, (Ideal(gens, Fraction(1)),), equations=(T,), relations=((2, relation),))
    return Work(c, Memory(Oracle()))


def test_hidden_content() -> None:
    """t = z^3 (x + z) / (1 + t), so x z^7 + t^2 is z^6 (x z + ...)."""
    w = chart(T + T**2 - Z**3 * (X + Z), X * Z**7 + T**2)
    assert not content_step(w)
    assert hidden_content_step(w)
    assert content_step(w)
    assert w.chart.small[1].k == 3 + 6
    [g] = w.chart.objects[0].gens
    assert min(sum(e) for e, _ in g.terms) == 2
    assert not hidden_content_step(w)


def test_nothing_hidden() -> None:
    """Of several generators the content is what all have; a t that is no multiple of a monomial hides nothing."""
    assert not hidden_content_step(chart(T + T**2 - Z**3 * (X + Z), X * Z**7 + T**2, X))
    assert not hidden_content_step(chart(T + T**2 - X - Z, X * Z**7 + T**2))


def test_hidden_at_an_irrational_value() -> None:
    """2 t^2 - 1 = z^3 (x - z t^4), so x z^2 + (2 t^2 - 1)^3 is z^2 (x + ...)."""
    small = {0: Small(Fraction(2)), 1: Small(Fraction(3))}
    p = T**2 * 2 - RING.one
    relation = p - Z**3 * (X - Z * T**4)
    c = Chart(RING, (0, 1, 2), small, (Ideal((X * Z**2 + p**3,), Fraction(1)),), relations=((2, relation),))
    w = Work(c, Memory(Oracle()))
    assert hidden_content_step(w)
    assert content_step(w)
    assert w.chart.small[1].k == 3 + 2
    assert not hidden_content_step(w)

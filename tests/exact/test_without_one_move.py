"""The moves of the search check one another: with any one of them switched off no answer changes.

The search then needs another way, or ends in bounds that hold the answer; what is exact is the same, with a proof that
the checker accepts.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from rlct import Budget, check, rlct
from rlct.exact import reduce, resolve
from rlct.exact.leaves import NewtonResult

Q = Fraction
DET3 = "a*(e*k - f*h) - b*(d*k - f*g) + c*(d*h - e*g)"

MOVES: dict[str, tuple[Any, str, Any]] = {
    "Newton leaf": (resolve, "newton_leaf", lambda w, best: NewtonResult(None, None, None, None)),
    "independent terms": (resolve, "terms_leaf", lambda w, best: None),
    "normal crossings": (resolve, "snc_leaf", lambda w, best: None),
    "products": (resolve, "product_groups", lambda c: None),
    "sums": (resolve, "sum_groups", lambda c: None),
    "composites": (resolve, "composite", lambda c, factors: None),
    "scalings": (resolve, "normalisable", lambda c: None),
    "discriminants": (resolve, "discriminant_step", lambda w: False),
    "approximate roots": (resolve, "approximate_roots", lambda w, failed: w.chart),
    "smooth factors": (resolve, "smooth_factor_step", lambda w: False),
    "implicit coordinates": (resolve, "implicit_step", lambda w: False),
    "projections": (resolve, "by_projection", lambda solver, w, ctx, up, trail: None),
    "fewer generators": (resolve, "generators_of_high_order", lambda c: []),
    "centres up to symmetry": (resolve, "up_to_symmetry", lambda c, centres: centres),
    "flows": (reduce, "flow_step", lambda w: False),
    "shears": (reduce, "shear_step", lambda w: False),
    "regular directions": (reduce, "eliminate_step", lambda w: False),
    "maximal contact": (reduce, "contact_step", lambda w: False),
    "integral closure": (reduce, "trim_step", lambda w: False),
    "roots": (reduce, "root_step", lambda w: False),
    "units of columns": (reduce, "scale_step", lambda w: False),
    "generators by one another": (reduce, "pair_step", lambda w: False),
    "squares": (reduce, "semidefinite_step", lambda w: False),
    "sums of squares": (reduce, "squares_step", lambda w: False),
    "forgetting": (reduce, "forget_step", lambda w: False),
}

PROBLEMS: list[tuple[Any, dict[str, Any], Fraction, int]] = [
    ("(y^2-x^3)^2-4*x^5*y-x^7", {"mode": "abs"}, Q(5, 12), 1),
    ("x^3+y^4+z^5+x*y*z", {"mode": "abs"}, Q(1), 3),
    ("((y-x^2)^2+(x*y+z^3)^2)*(1+x)", {"prior": "z-x^2"}, Q(1), 2),
    (["a*b+c*d", "a*b^3+c*d^3"], {}, Q(2, 3), 1),
    (["a*c+b*e", "a*d+b*f", "g*c+h*e", "g*d+h*f"], {}, Q(3, 2), 1),
    (["(x^2+y^3)*u^2*w", "(x^2+y^3)^2*w^3"], {}, Q(1, 3), 2),
    (["x*y", "y*z", "z*x"], {}, Q(3, 4), 1),
    (DET3, {"mode": "abs"}, Q(1), 1),
    ("(x-y)*(x-z)*(y-z)", {"mode": "abs"}, Q(2, 3), 1),
    ("(x*y-z^2)^2+x^5+y^7", {"mode": "abs"}, Q(47, 70), 1),
    ("(x+y)^2+z^4", {"region": "x>=0, y>=0"}, Q(5, 4), 1),
    ("((x-1)^2*(y^2-2)^2)^2", {"region": [("0", "2"), ("0", "2")]}, Q(1, 4), 2),
]


@pytest.mark.parametrize("move", MOVES)
def test_without_one_move(move: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing exact differs, and bounds hold the answer."""
    where, name, nothing = MOVES[move]
    assert hasattr(where, name)
    monkeypatch.setattr(where, name, nothing)
    for K, options, lam, m in PROBLEMS:
        r = rlct(K, budget=Budget(charts=150, seconds=10), **options)
        assert r.bounds[0] <= lam <= r.bounds[1], (move, K)
        if r.status == "exact":
            assert (r.lam, r.multiplicity) == (lam, m), (move, K)
            assert r.certificate is not None
            assert check(r.certificate).proved == "threshold", (move, K)


@pytest.mark.parametrize(("K", "options", "lam", "m"), PROBLEMS)
def test_with_all_moves(K: Any, options: dict[str, Any], lam: Fraction, m: int) -> None:
    r = rlct(K, **options)
    assert (r.lam, r.multiplicity, r.status) == (lam, m, "exact")

"""A small part of the fuzz campaign, and the generators against the second route of the plane.

The whole: ``python -m tests.fuzz.campaign`` and ``python -m tests.fuzz.surfaces`` (docs/fuzz.md).
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.fuzz import campaign, surfaces
from tests.fuzz.generators import ALL, LOCAL, case
from tests.fuzz.montecarlo import slope
from tests.fuzz.solve import ask
from tests.second_route.plane import threshold

QUICK = ("right", "bounds")
"""What a stated case may come to within a small budget; refused and timeout are counted in the campaign only."""


@pytest.mark.parametrize("family", ALL)
def test_stated_answers(family: str) -> None:
    """One case of each family: never wrong, never a fault, never a refused certificate."""
    c = case(4, family)
    a = ask(c, 2.0)
    assert campaign.judge(c, a) in QUICK, (c, a)


SETTLED = [
    ("rrr", 33006),  # sums of squares, sheared and multiplied out
    ("rrr", 33012),
    ("tanh", 31010),
    ("tanh", 31012),
    ("join", 30004),
    ("join", 31014),
    ("irrational", 40012),
    ("join", 40007),
    ("compo", 31001),  # functions of separate variables in a monomial ideal
    ("compo", 33001),
    ("compo", 33008),
    ("compo", 40021),
    ("compo", 51004),  # products too long to be factored, but for the factors as written
    ("prod", 71039),
    ("box", 2100017),  # a plane of a section that is cut along a curve without a rational parametrisation
    ("prod", 71044),
    ("join", 71019),  # a sum of squares whose brackets become coordinates
    ("compo", 980349),  # a dependent variable hides content: blow-ups of one corner without end
    ("bent", 980172),
    ("bent", 980133),  # brackets in the plane
]
"""Cases that once ended in bounds."""


@pytest.mark.parametrize(("family", "seed"), SETTLED)
def test_settled(family: str, seed: int) -> None:
    """They stay exact."""
    c = case(seed, family)
    a = ask(c, 10.0)
    assert campaign.judge(c, a) == "right", (c, a)


def test_judge() -> None:
    """Every verdict can occur: a campaign that calls everything right is worth nothing."""
    c = {"lambda": "1/2", "m": 2}
    right = {"status": "exact", "lambda": "1/2", "m": 2, "certified": True}
    assert campaign.judge(c, right) == "right"
    assert campaign.judge(c, right | {"certified": False}) == "uncertified"
    assert campaign.judge(c, right | {"m": 1}) == "wrong"
    assert campaign.judge(c, right | {"lambda": "inf"}) == "wrong"
    bounds = {"status": "bounds", "lo": "1/3", "hi": "1/2", "mbounds": [1, 2]}
    assert campaign.judge(c, bounds) == "bounds"
    assert campaign.judge(c, bounds | {"hi": "2/5"}) == "wrong"
    assert campaign.judge(c, bounds | {"lo": "1/2", "mbounds": [3, 3]}) == "wrong"
    assert campaign.judge(c, {"status": "crash"}) == "crash"


def _agrees(family: str, seed: int) -> bool | None:
    """The stated answer of a case at a rational point of the plane is that of the second route."""
    c = case(seed, family)
    if len(c["vars"]) > 2 or c.get("region") or c.get("at_text"):
        return None
    walls = [w.replace(">= 0", "") for w in (c.get("region_text") or "").split(",") if w.strip()]
    functions = c["ideal"] if "ideal" in c else c["K"]
    prior = [(c["prior"], 1)] if c.get("prior") else []
    got = threshold(functions, c["vars"], mode=c["mode"], at=c["point"], walls=walls, prior=prior)
    return got == (Fraction(c["lambda"]), c["m"])


PLANE = [f for f in (*LOCAL, "corner") if f not in ("cone", "det", "rrr")]


@pytest.mark.parametrize("family", PLANE)
def test_generators_in_the_plane(family: str) -> None:
    """Answers stated by construction, found again by blowing up points."""
    seen = [_agrees(family, seed) for seed in range(8)]
    assert False not in seen, [s for s, x in enumerate(seen) if x is False]


@pytest.mark.nightly
@pytest.mark.parametrize("family", PLANE)
def test_generators_in_the_plane_at_length(family: str) -> None:
    """The same for many more."""
    seen = [_agrees(family, seed) for seed in range(8, 150)]
    assert False not in seen, [s + 8 for s, x in enumerate(seen) if x is False]


def test_sampling_sees_a_gross_error() -> None:
    """The plain volume exponent is near a stated λ, and far from its double."""
    c = {"K": "x**2 + y**4", "mode": "K", "vars": ["x", "y"], "point": ["0", "0"], "lambda": "3/4", "m": 1}
    seen = slope(c)
    assert seen is not None
    assert abs(seen - 0.75) < 0.1


@pytest.mark.parametrize("kind", surfaces.KINDS)
def test_surfaces(kind: str) -> None:
    """A surface of each kind: exact with an accepted certificate, or bounds."""
    c = surfaces.surface(4, kind)
    a = ask(c, 2.0)
    assert a["status"] == "bounds" or a["certified"] is True, (c, a)


@pytest.mark.nightly
def test_campaign() -> None:
    """Two thousand cases: none wrong, none refused by the checker, no fault of the program."""
    assert campaign.main(["--n", "2000", "--seconds", "4", "--volumes", "10"]) == 0


@pytest.mark.nightly
def test_many_surfaces() -> None:
    """Two hundred surfaces: no refused certificate, no fault."""
    assert surfaces.main(["--n", "200", "--seconds", "10"]) == 0

"""The second route in the plane: its own known answers, and the program against it."""

from __future__ import annotations

from fractions import Fraction

import flint
import pytest

from tests.second_route.compare import call, judged, question
from tests.second_route.number_fields import Field, real_roots
from tests.second_route.plane import threshold
from tests.second_route.region import worst

KNOWN = [
    ("x^2*y^4", "1/4", 1),
    ("(x*y)^2", "1/2", 2),
    ("x^2+y^3", "5/6", 1),
    ("x^3+x*y^3", "5/9", 1),
    ("x^3+y^5", "8/15", 1),
    ("y^2-x^2-x^3", "1", 2),
    ("y^2+x^2+x^3", "1", 1),
    ("(y^2-x^3)^2-4*x^5*y-x^7", "5/12", 1),
    ("(x^2+y^2)^2+x^5", "1/2", 1),
    ("((y-x^2)^2-x^5)^2", "7/20", 1),
    ("(y^2-2*x^2)^2+x^5", "1/2", 2),
]


@pytest.mark.parametrize(("f", "lam", "m"), KNOWN)
def test_known(f: str, lam: str, m: int) -> None:
    """Textbook germs at the origin."""
    assert threshold(f, mode="abs") == (Fraction(lam), m)


def test_ideals_walls_priors() -> None:
    """The factor 2 of an ideal, corners, half-planes that cut a branch away, a prior along a branch."""
    assert threshold(["x^2-y^3", "x*y"], mode="ideal") == threshold(["x^2", "x*y", "y^3"], mode="ideal")
    assert threshold("(x+y)^2") == (Fraction(1, 2), 1)
    assert threshold("(x+y)^2", walls=["x", "y"]) == (Fraction(1), 1)
    assert threshold("(x-y)^2", walls=["x", "y"]) == (Fraction(1, 2), 1)
    assert threshold("(y^2-2*x^2)^2-x^5", walls=["-x"], mode="abs") == (Fraction(1, 2), 2)
    assert threshold("x^2*y^2", prior=[("x", 2)]) == (Fraction(1, 2), 1)
    assert threshold("x^2*y^2", prior=[("x", Fraction(-1, 2))]) == (Fraction(1, 4), 1)
    assert threshold("x^2+1") == (None, 0)


def test_irrational_points() -> None:
    """The same germ at the origin and in the coordinates x^2 - 2, y^3 - 2 at (√2, 2^(1/3)); another root of the same
    polynomial."""
    at = (((-2, 0, 1), 1), ((-2, 0, 0, 1), 0))
    assert threshold("(y^3-2)^2-(x^2-2)^3", mode="abs", at=at) == (Fraction(5, 6), 1)
    assert threshold("(x^2-2)^2*(y-1)^4", at=(((-2, 0, 1), 0), 1)) == (Fraction(1, 4), 1)
    assert threshold("(x-y)^2+(x*y-2)^2", at=(((-2, 0, 1), 0), ((-2, 0, 1), 0))) == (Fraction(1), 1)
    assert threshold("(x-y)^2+(x*y-2)^2", at=(((-2, 0, 1), 0), ((-2, 0, 1), 1))) == (None, 0)


def test_conjugate_tangents_differ_over_the_reals() -> None:
    """Along y = √2·x no real branch, along y = -√2·x two of them: conjugates of one another."""
    f, prior = "((y^2-2*x^2)^2 + x^5*y)^3", [("x^10", 1)]
    assert threshold(f, mode="abs", walls=["x", "y"], prior=prior) == (Fraction(13, 18), 1)
    assert threshold(f, mode="abs", walls=["x", "-y"], prior=prior) == (Fraction(1, 3), 1)


def test_roots_over_a_field() -> None:
    """v^2 = t over Q(√2): real roots at the positive place only."""
    up = Field((-2, 0, 1), (1,))
    down = Field((-2, 0, 1), (0,))
    f = [flint.fmpq_poly([0, -1]), flint.fmpq_poly([0]), flint.fmpq_poly([1])]
    assert sum(len(r.field.places) for r in real_roots(up, f)) == 2
    assert real_roots(down, f) == []


@pytest.mark.parametrize("seed", [s for s in range(36) if s not in (6, 8, 28, 32)])
def test_agrees(seed: int) -> None:
    """The program and the second route on random questions (the rest in the nightly run)."""
    q = question(seed)
    verdict, words, _ = judged(q, 30.0)
    assert verdict == "same", f"{words}: {call(q)}"


@pytest.mark.nightly
@pytest.mark.parametrize("start", range(40, 540, 100))
def test_agrees_at_length(start: int) -> None:
    """Five hundred questions: no disagreement, no refused certificate; unfinished ones contain the answer."""
    for seed in range(start, start + 100):
        q = question(seed)
        verdict, words, _ = judged(q, 10.0)
        assert verdict in ("same", "bounds", "late"), f"{words}: {call(q)}"


def test_regions() -> None:
    """Worst points of boxes: irrational ones, a corner, an edge, nothing."""
    box = ["2-x", "x+2", "2-y", "y+2"]
    assert worst("(x^2-2)^2*(y-1)^4", ["2-x", "x", "2-y", "y"]) == (Fraction(1, 4), 1)
    assert worst("(x^2+y^2-1)^3*(x-1)^2*(y-3)^9", box, mode="abs") == (Fraction(3, 10), 1)
    assert worst("(x+y-4)^2", box) == (Fraction(1), 1)
    assert worst("(x+y-4)^2", box, prior=[("x-2", 1)]) == (Fraction(3, 2), 1)
    assert worst("(x-2)^2*(y-x)^2", box) == (Fraction(1, 2), 2)
    assert worst(["y^2-x^3+2*x", "x*y-1"], box, mode="ideal") == (Fraction(1), 1)
    assert worst("x^2+y^2+1", box) == (None, 0)


@pytest.mark.parametrize("seed", range(1000, 1015))
def test_agrees_on_boxes(seed: int) -> None:
    """The program and the second route on random boxes."""
    q = question(seed, "boxes")
    verdict, words, _ = judged(q, 30.0)
    assert verdict == "same", f"{words}: {call(q)}"


# irrational points; degenerate edges over a number field on a half-plane; crossings at irrational points of a box;
# isolated irrational zeros of ideals on boxes
ONCE_UNFINISHED = (2121, 2134, 424, 2131, 2009, 353)


@pytest.mark.parametrize("seed", ONCE_UNFINISHED)
def test_once_unfinished(seed: int) -> None:
    """Questions that used to end in bounds or with a refused certificate."""
    q = question(seed)
    verdict, words, _ = judged(q, 30.0)
    assert verdict == "same", f"{words}: {call(q)}"


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [341, 2141, 1045])
def test_once_unfinished_boxes(seed: int) -> None:
    """The same, but slow."""
    q = question(seed, "boxes")
    verdict, words, _ = judged(q, 60.0)
    assert verdict == "same", f"{words}: {call(q)}"

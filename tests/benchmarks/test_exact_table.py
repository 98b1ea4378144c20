"""The benchmark script itself, on a few problems: what it says is right and its page can be taken up again."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import exact_peers
import exact_problems
import exact_table


def test_textbook_table_without_peers() -> None:
    """A problem with a right answer, and one whose stated answer is wrong."""
    good = exact_problems.textbook()[0]
    text = exact_table.textbook_part(0, [good, {**good, "id": "changed", "lambda": "1/3"}])
    assert "2 problems, 1 wrong" in text
    assert "| mono-1 | (1/4, 1) | yes |" in text
    assert "| changed | (1/4, 1) | NO |" in text


def test_families_table_growth_and_picture(tmp_path: Path) -> None:
    """Three sizes in processes of their own give a table, the factors of growth and a picture."""
    chosen = [p for p in exact_problems.families() if p.family.startswith("x0*x1")][:3]
    text = exact_table.families_part(20, chosen, tmp_path / "growth.png")
    assert "3 of 3 exact" in text
    assert "| d=3 | 3 | (3/4, 1) | yes | yes | 1 |" in text
    assert "d=3 → d=4 → d=6" in text
    assert (tmp_path / "growth.png").stat().st_size > 2000


def test_every_family_states_what_the_literature_says() -> None:
    """Each timed problem has a value to compare with, names no other variables than its own, and sizes ascend."""
    problems = exact_problems.families()
    assert all(p.lam is not None and p.variables > 0 for p in problems)
    assert len({(p.family, p.size) for p in problems}) == len(problems)


def test_random_monomials_are_those_of_the_seed() -> None:
    """40 monomials in 8 variables, the same for the same seed."""
    names, monomials = exact_problems.random_monomials(3)
    assert (len(names), len(monomials)) == (8, 40)
    assert exact_problems.random_monomials(3)[1] == monomials
    assert exact_problems.random_monomials(4)[1] != monomials


def test_a_page_is_taken_up_again() -> None:
    """Parts that are not measured anew stay."""
    parts = {"textbook": "a\n\nb", "command": "c"}
    assert exact_table.old_parts(exact_table.page(parts)) == {
        **dict.fromkeys(exact_table.PARTS, "Not measured."),
        **parts,
    }


@pytest.mark.parametrize("peer", exact_peers.PEERS)
def test_peers_where_installed(peer: str) -> None:
    """The cusp has the complex threshold 5/6; resolutions come without one."""
    if peer not in exact_peers.installed():
        pytest.skip(f"{peer} is not installed here")
    said = exact_peers.ask_peer(peer, ["x**2+y**3"], ["x", "y"], 60)
    assert said.value == (None if peer.endswith("resolve") else Fraction(5, 6))
    assert said.seconds is not None

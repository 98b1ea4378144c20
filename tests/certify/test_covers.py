"""Cells of a box: coverage is decided without listing the cells, and the same as with the list."""

from __future__ import annotations

import random
from itertools import product

from rlct.certify.obligations.root import WIDE, _covers


def test_coverage_is_that_of_the_list_of_cells() -> None:
    """Random codes in up to three variables, compared with the enumeration."""
    rng = random.Random(3)
    seen = set()
    for _ in range(2000):
        d = rng.randint(1, 3)
        options = [rng.choice([["in"], ["in", "lo"], ["in", "hi"], ["in", "lo", "hi"]]) for _ in range(d)]
        codes = [
            [rng.choice(["in", "lo", "hi", "up", "any", "any"]) for _ in range(d)] for _ in range(rng.randint(0, 5))
        ]
        listed = {cell for c in codes for cell in product(*(WIDE.get(x, (x,)) for x in c))}
        wanted = set(product(*options))
        assert _covers(codes, options) == (wanted <= listed)
        seen.add(wanted <= listed)
    assert seen == {True, False}


def test_many_variables_are_no_obstacle() -> None:
    """One code for everything covers 3^40 cells at once; a missing end shows."""
    options = [["in", "lo", "hi"]] * 40
    assert _covers([["any"] * 40], options)
    assert not _covers([["up"] * 40], options)

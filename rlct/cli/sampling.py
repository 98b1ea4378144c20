"""What the commands that sample have in common: the arguments they hand on, and how they print values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from rlct.cli.reading import mode_of
from rlct.errors import InputError

if TYPE_CHECKING:
    from rlct.numeric.results import Values


def keywords(options: Mapping[str, Any]) -> dict[str, Any]:
    """Keywords of the numeric functions from the options of a line."""
    if not options["seconds"] > 0:
        raise InputError(f"--time must be a positive number of seconds, not {options['seconds']:g}")
    return {
        "mode": mode_of(options["ideal"], options["absolute"]),
        **{name: options[name] for name in ("variables", "at", "region", "prior", "seconds", "seed", "radius")},
    }


def show_values(values: Values, name: str, argument: str, as_json: bool) -> None:
    """Values with their standard errors, one a line."""
    if as_json:
        click.echo(json.dumps(values.to_dict(), ensure_ascii=False))
        return
    rows = zip(values.argument.ravel(), values.value.ravel(), values.stderr.ravel(), strict=True)
    for a, v, e in rows:
        click.echo(f"{name}({argument} = {a:g}) = {v:.6g} ± {e:.2g}")
    click.echo(f"  by {values.method}, {values.seconds:.1f} s, seed {values.seed}")
    for note in values.notes:
        click.echo(f"  {note}")

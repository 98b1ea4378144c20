"""``rlct systems``: run the worked systems and print the table; `command` is the click command to attach."""

from __future__ import annotations

import json
import os
import sys

import click

from rlct.errors import InputError


@click.command(name="systems")
@click.argument("prefix", default="", metavar="[ID]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the page docs/systems.md.")
@click.option(
    "--time", "seconds", type=float, default=30.0, help="Seconds of the engine for one question (default 30)."
)
@click.option("--numeric-time", type=float, default=5.0, help="Seconds of one numeric estimate (default 5).")
@click.option(
    "--workers", type=click.IntRange(min=1), help="Processes that share the rows (default: the cores, at most 4)."
)
def command(
    prefix: str, as_json: bool, as_markdown: bool, seconds: float, numeric_time: float, workers: int | None
) -> int:
    """Reproduce, refute or mark as conditional every claim of the worked systems; ID selects rows (S3, S3.tanh-128).

    Exit status 0 if every verdict could be settled, 1 otherwise.
    """
    from rlct.systems.table import exact_text, items, markdown, numeric_text, systems

    if not items(prefix):
        raise InputError(f"no row begins with {prefix!r}; ids begin with S0 to S4")
    quiet = not sys.stderr.isatty()
    rows = []
    found = systems(
        prefix,
        seconds=seconds,
        numeric_seconds=numeric_time,
        workers=workers or min(4, os.cpu_count() or 1),
        progress=None if quiet else _tell,
    )
    for row in found:
        rows.append(row)
        if not (as_json or as_markdown):
            click.echo(f"{row.id:26} {row.verdict:13} exact {exact_text(row.exact)}")
            click.echo(f"    {row.claim}")
            click.echo(f"    numbers: {numeric_text(row.numeric)}")
            click.echo(f"    {row.argument}")
            for text in row.differed:
                click.echo(f"    not confirmed: {text}")
    if as_json:
        click.echo(json.dumps([r.to_dict() for r in rows], ensure_ascii=False))
    elif as_markdown:
        click.echo(markdown(rows), nl=False)
    return 1 if any(r.verdict == "not decidable" for r in rows) else 0


def _tell(name: str) -> None:
    """Progress on a terminal."""
    click.echo(f"... {name}", err=True)

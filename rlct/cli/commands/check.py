"""``rlct check FILE``: prove a certificate again, with code of its own."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import click

from rlct.values import lam_text


@click.command(name="check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
def command(file: Path, as_json: bool) -> int:
    """Check the certificate in FILE: what it proves, and on what the proof rests.

    Exit status 0: accepted. 1: refused, with the obligation that failed. 2: there is no such file.
    """
    from rlct.certify.check import check  # loads sympy

    report = check(file)
    if as_json:
        data = dataclasses.asdict(report)
        data["lambda"] = "inf" if report.lam is None else lam_text(data.pop("lam"))
        data.pop("lam", None)
        click.echo(json.dumps(data, ensure_ascii=False))
    else:
        click.echo(str(report))
    return 0

"""``rlct EXPR``: the exact answer, its explanation and its certificate."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rlct.cli.numeric import bar
from rlct.cli.reading import DEPTHS, ExpressionCommand, mode_of, problem_options
from rlct.errors import InputError
from rlct.interrupt import interruptible
from rlct.parse import build_problem
from rlct.result import Budget, Depth, Result

if TYPE_CHECKING:
    from rlct.crosscheck import Verification


@click.command(cls=ExpressionCommand, name="rlct EXPR")
@problem_options
@click.option("--time", "seconds", type=float, default=120, metavar="S", help="Seconds to spend (default 120).")
@click.option("--max-charts", type=int, metavar="N", help="Charts to look at (default: no limit).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
@click.option("--explain", type=click.Choice(DEPTHS), metavar="[line|summary|full]", help="Print the argument.")
@click.option("--certificate", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the proof.")
@click.option("--verify", "against_numbers", is_flag=True, help="Test the answer against numbers (10 s of sampling).")
def command(
    expr: str,
    ideal: bool,
    absolute: bool,
    variables: str | None,
    at: str | None,
    region: str | None,
    prior: str | None,
    seconds: float,
    max_charts: int | None,
    as_json: bool,
    explain: Depth | None,
    certificate: Path | None,
    against_numbers: bool,
) -> int:
    """The real log canonical threshold of EXPR, exactly."""
    from rlct.compute import solve_problem  # loads the engine, which --help does not need

    budget = budget_of(seconds, max_charts)
    if certificate is not None and not os.access(certificate.parent, os.W_OK):
        raise InputError(f"the certificate cannot be written: {certificate.parent} is no folder that can be written to")
    problem = build_problem(expr, mode_of(ideal, absolute), variables, at, region, prior)
    with working(), interruptible() as interrupted:
        r = solve_problem(problem, budget, interrupted)
    verification = None
    if against_numbers:
        from rlct.crosscheck import verify  # loads numpy, scipy and numba

        with bar(10, "checking against numbers") as report:
            verification = verify(r, report=report)
    show(r, as_json, explain, verification)
    if certificate is not None:
        if r.certificate is None:
            click.echo("rlct: there is no certificate for this answer, so no file was written", err=True)
        else:
            r.save(certificate)
    if verification is not None and verification.interrupted:
        return 130
    if verification is not None and verification.verdict == "contradicted":
        return max(1, status_of(r))
    return status_of(r)


def budget_of(seconds: float | None, charts: int | None) -> Budget:
    """The budget, with the limits checked."""
    if seconds is not None and not seconds > 0:
        raise InputError(f"--time must be a positive number of seconds, not {seconds:g}")
    if charts is not None and charts < 1:
        raise InputError(f"--max-charts must be at least 1, not {charts}")
    return Budget(seconds=seconds, charts=charts)


def status_of(r: Result) -> int:
    """0 exact, 1 bounds, 130 interrupted."""
    if r.stats.get("stopped") == "interrupt":
        return 130
    return 0 if r.status == "exact" else 1


def show(r: Result, as_json: bool, depth: Depth | None, verification: Verification | None = None) -> None:
    """Print a result: JSON alone, or text (in colour on a terminal)."""
    if as_json:
        data = r.to_dict()
        if depth is not None:
            data["explanation"] = r.explain(depth)
        if verification is not None:
            data["verification"] = verification.to_dict()
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    text = r.explain(depth) if depth else str(r)
    head, _, rest = text.partition("\n")
    click.echo(click.style(head, bold=True, fg="green" if r.status == "exact" else "yellow"))
    if rest:
        click.echo(rest)
    if verification is not None:
        click.echo(f"numbers  {verification}")


@contextmanager
def working() -> Iterator[None]:
    """A sign of life on stderr while something takes longer than a second; only on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    status = Console(stderr=True).status("searching; Ctrl-C ends the search and prints what was found")
    timer = threading.Timer(1.0, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()

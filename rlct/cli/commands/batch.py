"""``rlct batch PROBLEMS.json -o ANSWERS.jsonl``: many problems, on processes of this machine or on a cluster."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import click

from rlct.cli.solve import budget_of


@click.command(name="batch")
@click.argument("problems", type=click.Path(dir_okay=False, path_type=Path))
@click.option("-o", "--output", "answers", required=True, type=click.Path(dir_okay=False, path_type=Path),
              metavar="ANSWERS.jsonl", help="The table of answers; rows that are in it are not computed again.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N",
              help="Processes (default: one for each core); with --scheduler, problems handed over at once.")
@click.option("--scheduler", metavar="ADDRESS", help="A dask.distributed scheduler, such as tcp://host:8786.")
@click.option("--time", "seconds", type=float, default=120, metavar="S", show_default=True,
              help="Seconds for each problem.")
@click.option("--max-charts", type=int, metavar="N", help="Charts for each problem (default: no limit).")
@click.option("--certificates", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
              help="Write the proofs to FOLDER/ID.json.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON and nothing else.")
def command(
    problems: Path,
    answers: Path,
    workers: int | None,
    scheduler: str | None,
    seconds: float,
    max_charts: int | None,
    certificates: Path | None,
    as_json: bool,
) -> int:
    """Answer the problems of a JSON list, one row of JSON each, as they are found.

    A row holds what `rlct EXPR --json` prints and the id of the problem. A problem that makes no sense gets the status
    "refused", one at which a worker died "failed", and both an error; the others go on. Run the same line again to
    take up a batch that was interrupted, or with a larger --time to try again where only bounds were found.

    Exit status 0: every row is exact. 1: some are bounds or refused. 2: the files cannot be used. 3: the program
    failed at some. 130: interrupted.
    """
    from rlct.batch import run
    from rlct.batch.cluster import SchedulerLost

    if scheduler is not None:
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said in one sentence
    budget = budget_of(seconds, max_charts)
    show = _line if sys.stderr.isatty() else _silent
    try:
        summary = run(
            problems,
            answers,
            budget=budget,
            workers=workers,
            scheduler=scheduler,
            certificates=certificates,
            watch=show,
        )
    except KeyboardInterrupt:
        _end(show is _line)
        click.echo(f"rlct: interrupted; what was found is in {answers}, the same line goes on from there", err=True)
        return 130
    except SchedulerLost as e:
        _end(show is _line)
        click.echo(f"rlct: {e}", err=True)
        return 1
    _end(show is _line)
    if as_json:
        click.echo(json.dumps({"total": summary.total, "earlier": summary.earlier, "counts": summary.counts}))
    else:
        click.echo(f"{summary}, in {answers}")
    if summary.counts.get("failed"):
        click.echo(f"rlct: the program failed at {summary.counts['failed']} of them; their rows say why", err=True)
        return 3
    return 0 if summary.answered else 1


def _silent(done: int, total: int, name: str) -> None:
    """No progress where nobody looks."""


def _line(done: int, total: int, name: str) -> None:
    """One line on the terminal that is written over."""
    click.echo(f"\r\x1b[K{done}/{total}  {name[:60]}", nl=False, err=True)


def _end(shown: bool) -> None:
    if shown:
        click.echo("\r\x1b[K", nl=False, err=True)

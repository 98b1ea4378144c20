"""``rlct model NAME ...``: published values, ideals and engine answers of the model families on the command line.

`command` is the click group; its subcommands are the entries of `rlct.models.entries`, and ``phases``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

import click

from rlct.errors import InputError
from rlct.models import statistics
from rlct.models.entries import ENTRIES
from rlct.models.known import Case, Known
from rlct.models.options import Entry, integer
from rlct.models.reading import place, value


class _Models(click.Group):
    """The group of models; an unknown name is answered with what there is."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not name.startswith("-") and name not in self.commands:
            close = get_close_matches(name, self.commands, n=3)
            hint = f"did you mean {' or '.join(close)}?" if close else "`rlct model` lists them"
            raise InputError(f"there is no model {name!r}: {hint}")
        return super().resolve_command(ctx, args)


@click.group(name="model", cls=_Models, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Published learning coefficients of statistical models, their ideals, and the engine's answer beside them."""
    if ctx.invoked_subcommand is None:
        width = max(len(e.name) for e in ENTRIES)
        for entry in ENTRIES:
            click.echo(f"{entry.name:{width}}  {entry.help}")
        click.echo(f"{'phases':{width}}  Free-energy ranking of phases over n.")
        click.echo("rlct model NAME --help shows the sizes of a model")


def _attach(entry: Entry) -> None:
    """Add one entry of the table as a subcommand."""
    options: list[click.Parameter] = [
        click.Option(
            [f"--{s.flag}", s.flag.replace("-", "_")],
            help=s.help or None,
            metavar="INTEGER" if s.read is integer else "TEXT",
            **({"required": True} if s.default is None else {"default": s.default, "show_default": bool(s.default)}),
        )
        for s in entry.sizes
    ]
    options += [
        click.Option(["--engine"], is_flag=True, help="Ask the exact engine too, and compare."),
        click.Option(
            ["--ideal", "show_ideal"], is_flag=True, help="Print the ideal and why it carries the same λ and m."
        ),
        click.Option(["--time", "seconds"], type=float, default=120, help="Seconds for the engine (default 120)."),
        click.Option(["--prior"], help="A prior: where it vanishes the formula is refused, and the engine takes it."),
        click.Option(["--json", "as_json"], is_flag=True, help="Print JSON and nothing else."),
    ]
    command.add_command(click.Command(entry.name, params=options, help=entry.help, callback=_runner(entry)))


def _runner(entry: Entry) -> Callable[..., int]:
    """The callback of one entry."""

    def run(engine: bool, show_ideal: bool, seconds: float, prior: str | None, as_json: bool, **texts: str) -> int:
        values = [s.read(texts[s.flag.replace("-", "_")]) for s in entry.sizes]
        return answer(
            entry, values, engine=engine, show_ideal=show_ideal, seconds=seconds, prior=prior, as_json=as_json
        )

    return run


def answer(
    entry: Entry,
    values: Sequence[Any],
    *,
    engine: bool,
    show_ideal: bool,
    seconds: float,
    prior: str | None,
    as_json: bool,
) -> int:
    """Print what is known of one model, and what the engine finds if asked; returns the exit status."""
    known = None
    if entry.known is not None:
        positive = prior is None or _positive(prior, entry, values)
        if not positive and not engine:
            raise InputError(
                "the published value needs a prior that is positive at the truth; with --engine your prior is used"
            )
        known = entry.known(*values) if positive else None
    out: dict[str, Any] = {
        "model": entry.name,
        "sizes": {s.flag: str(v) for s, v in zip(entry.sizes, values, strict=True)},
    }
    lines = []
    if known is not None:
        out["formula"] = known.to_dict()
        lines.append(str(known))
    status = 0
    if engine or show_ideal or known is None:
        if entry.case is None:
            raise InputError(f"no ideal is written out for {entry.name}: leave out --engine and --ideal")
        case = entry.case(*values)
        out["case"] = {
            "generators": list(case.generators),
            "variables": list(case.variables),
            "mode": case.mode,
            "at": {k: str(v) for k, v in (case.at or {}).items()},
            "region": case.region if case.region is None else str(case.region),
            "argument": list(case.argument),
        }
        if show_ideal or known is None:
            lines.append(str(case))
        if engine or (known is None and not show_ideal):
            status = _engine(case, known, seconds, prior, out, lines)
    click.echo(json.dumps(out, ensure_ascii=False) if as_json else "\n".join(lines))
    return status


def _positive(prior: str, entry: Entry, values: Sequence[Any]) -> bool:
    """Is the prior known to be positive at the point of the model's ideal?"""
    from rlct.parse import parse_prior
    from rlct.problem import names

    if entry.case is None:
        return False
    case = entry.case(*values)
    factors = parse_prior(prior)
    unknown = sorted({v for e, _ in factors for v in names(e)} - set(case.variables))
    if unknown:
        raise InputError(f"the prior names {unknown[0]}, which is no parameter ({', '.join(case.variables)})")
    point = place(case.at or dict.fromkeys(case.variables, 0))
    return all(value(e, point) != 0 for e, _ in factors)


def _engine(
    case: Case, known: Known | None, seconds: float, prior: str | None, out: dict[str, Any], lines: list[str]
) -> int:
    """Ask the engine, record its answer, compare; 0 if exact and in agreement."""
    from rlct import Budget, rlct  # the exact engine, which the catalogue does not need

    words = case.keywords()
    if prior is not None:
        words["prior"] = prior
    result = rlct(case.expression, budget=Budget(seconds=seconds), **words)
    out["engine"] = result.to_dict()
    lines.append(f"engine: {result!r}")
    if known is None:
        return 0 if result.status == "exact" else 1
    lo, hi = result.bounds
    agrees = lo <= known.lam <= hi if known.kind == "exact" else lo <= known.lam
    if result.status == "exact" and known.m is not None and known.kind == "exact":
        agrees = agrees and result.multiplicity == known.m
    out["agrees"] = agrees
    lines.append("engine and formula agree" if agrees else "ENGINE AND FORMULA DIFFER: please report this")
    return 0 if result.status == "exact" and agrees else 1


for _entry in ENTRIES:
    _attach(_entry)


@command.command(name="phases")
@click.option(
    "--phase", "texts", multiple=True, required=True, metavar="NAME=LOSS,LAMBDA[,M]", help="A phase; give two or more."
)
@click.option("--from", "n_min", type=float, default=10.0, help="Smallest n (default 10).")
@click.option("--to", "n_max", type=float, default=1e12, help="Largest n (default 1e12).")
@click.option("--plot", "path", metavar="FILE", help="Write a picture of the free energies.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
def phases_command(texts: Sequence[str], n_min: float, n_max: float, path: str | None, as_json: bool) -> int:
    """Which phase has the least free energy n·loss + λ log n - (m-1) log log n, as a function of n."""
    regions = []
    for text in texts:
        name, _, rest = text.partition("=")
        parts = [p.strip() for p in rest.split(",")]
        if not name or len(parts) not in (2, 3):
            raise InputError(f"a phase is written name=loss,lambda or name=loss,lambda,m, not {text!r}")
        try:
            loss, lam = Fraction(parts[0]), Fraction(parts[1])
        except (ValueError, ZeroDivisionError) as error:
            raise InputError(f"loss and λ of {name} must be numbers") from error
        regions.append(statistics.Phase(name, loss, lam, integer(parts[2]) if len(parts) == 3 else 1))
    table = statistics.phases(regions, n_min, n_max)
    if path is not None:
        statistics.plot_phases(table, n_min, min(n_max, 1e9), path)
    if as_json:
        click.echo(json.dumps(table.to_dict()))
    else:
        for start, name in table.preferred:
            click.echo(f"from n = {start:.6g}: {name}")
    return 0

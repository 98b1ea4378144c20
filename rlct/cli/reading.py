"""How a command line with a polynomial in it is read.

Two things click does not do by itself: an expression may begin with a minus sign (``rlct "-x^3 + y^2" --abs``), and
``--explain`` may stand alone or be followed by a depth.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from rlct.errors import InputError

DEPTHS = ("line", "summary", "full")
F = TypeVar("F", bound=Callable[..., Any])


class ExpressionCommand(click.Command):
    """A command on polynomials: a word that begins with one minus sign and is no option is an argument."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, rearranged(args, self.get_params(ctx)))


def rearranged(args: list[str], params: list[click.Parameter]) -> list[str]:
    """The same line with its arguments at the end, behind ``--``.

    >>> from rlct.cli.solve import command
    >>> rearranged(["-x^3+y^2", "--explain", "--at", "-1,2"], command.params)
    ['--explain=summary', '--at', '-1,2', '--', '-x^3+y^2']
    """
    takes_value = {n for p in params if isinstance(p, click.Option) and not p.is_flag and not p.count for n in p.opts}
    known = {n for p in params for n in (*p.opts, *p.secondary_opts)}
    options: list[str] = []
    words: list[str] = []
    rest = list(args)
    while rest:
        word = rest.pop(0)
        if word == "--":
            words += rest
            break
        if word == "--explain" and "--explain" in known:
            depth = rest.pop(0) if rest and rest[0] in DEPTHS else "summary"
            options.append(f"--explain={depth}")
        elif word in takes_value:
            options.append(word)
            if rest:
                options.append(rest.pop(0))
        elif word.startswith("--") or word in known:
            options.append(word)
        else:
            words.append(word)
    return [*options, "--", *words]


def problem_options(f: F) -> F:
    """The options that state a problem; they are the same for every command with an EXPR."""
    for option in reversed(
        [
            click.argument("expr", metavar="EXPR"),
            click.option("--ideal", is_flag=True, help="EXPR is a list with commas; K is the sum of the squares."),
            click.option("--abs", "absolute", is_flag=True, help="EXPR may change sign; its absolute value is meant."),
            click.option("--vars", "variables", metavar="x,y", help="Variables in order (default: all that occur)."),
            click.option("--at", metavar='"x=1"', help="The point (default: the origin); what is left out is 0."),
            click.option("--region", metavar='"x>=0, y<=1"', help="Inequalities; without --at its worst point counts."),
            click.option("--prior", metavar='"x^2"', help="Polynomial or product of powers, as density."),
        ]
    ):
        f = option(f)
    return f


def mode_of(ideal: bool, absolute: bool) -> str | None:
    """The mode that the two flags mean; both at once contradict each other."""
    if ideal and absolute:
        raise InputError("--ideal and --abs exclude each other: an ideal means the sum of squares of its generators")
    return "ideal" if ideal else "abs" if absolute else None

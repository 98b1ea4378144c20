"""The entry point: which command a line means, and which exit status it ends with.

========  =======================================================================
status    meaning
========  =======================================================================
0         exact (or accepted, resolved)
1         bounds only (or refused, not resolved, contradicted)
2         bad input: one sentence on stderr
3         a fault of the program itself: one sentence, RLCT_DEBUG=1 for the traceback
130       interrupted
========  =======================================================================
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click
from click.shell_completion import CompletionItem

from rlct import __version__
from rlct.errors import CertificateError, EstimationError, InputError, UnsupportedError

DEFAULT = "solve EXPR"
"""Name of the command for a bare expression; it holds a space, so no word of a line can be it."""

EPILOG = """\b
Examples:
  rlct "x^2*y^4"                                   K >= 0 at the origin: 1/4
  rlct "y^2 - x^3" --abs                           the absolute value |f|: 5/6
  rlct --ideal "x*y, y*z, z*x"                     K = sum of squares: 3/4
  rlct "(x+y)^2" --region "x>=0, y>=0" --at "0,0"  a corner: 1
  rlct "x^2*y^2" --prior "x^2"                     a prior that vanishes
  rlct "(x-1)^2*(y+2)^4" --at "x=1, y=-2"          another point
  rlct "x^2*y^4" --explain full                    the argument, step by step
  rlct "x^2*y^4" --certificate proof.json && rlct check proof.json

\b
Exit status: 0 exact, 1 bounds only, 2 bad input, 3 fault of the program, 130 interrupted.
Shell completion (bash; also zsh, fish): eval "$(_RLCT_COMPLETE=bash_source rlct)"
"""


class App(click.Group):
    """The group of subcommands; a first word that is none of them begins an expression."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return subcommands()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == DEFAULT:
            from rlct.cli.solve import command

            return command
        if cmd_name not in subcommands():
            return None
        found: click.Command = import_module(f"rlct.cli.commands.{cmd_name}").command
        return found

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {"--help", "--version", *subcommands()}
        if args and args[0] not in known:
            before = args[: args.index("--")] if "--" in args else args
            if "--help" in before:  # EXPR --help asks about the main job, which the page of the whole command shows
                return super().parse_args(ctx, ["--help"])
            self._misspelt(args)
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def _misspelt(self, args: list[str]) -> None:
        """A word followed by another one is no expression: a command was meant."""
        if len(args) > 1 and args[0].isalpha() and len(args[0]) > 2 and not args[1].startswith("-"):
            close = get_close_matches(args[0], subcommands(), n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(subcommands())}"
            raise click.UsageError(f"there is no command {args[0]!r}: {hint}")

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The options of an expression come before it as well as after it."""
        found = super().shell_complete(ctx, incomplete)
        if not incomplete.startswith("-"):
            return found
        from rlct.cli.solve import command

        with command.make_context(DEFAULT, [], parent=ctx, resilient_parsing=True) as inner:
            return [*command.shell_complete(inner, incomplete), *(c for c in found if c.value != "--help")]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage("rlct", "EXPR [OPTIONS]")
        formatter.write_usage("rlct", "COMMAND ...")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from rlct.cli.solve import command

        options = [p for p in command.params if isinstance(p, click.Option)]
        rows = [r for p in options if (r := p.get_help_record(ctx)) is not None]
        with formatter.section("Options"):
            formatter.write_dl([*rows, ("--version", "Show the version.")])
        self.format_commands(ctx, formatter)


def subcommands() -> list[str]:
    """Names of the files in ``rlct/cli/commands``."""
    folder = Path(__file__).parent / "commands"
    return sorted(p.stem for p in folder.glob("[a-z]*.py"))


@click.group(cls=App, invoke_without_command=True, epilog=EPILOG)
@click.version_option(__version__, prog_name="rlct")
@click.pass_context
def app(ctx: click.Context) -> None:
    """Exact real log canonical thresholds (learning coefficients), with proofs.

    EXPR is a polynomial such as "x^2*y^4" or "(y^2-x^3)^2".  The answer is λ and its multiplicity m: the largest pole
    -λ of the integral of K^z, and its order.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its status."""
    sys.exit(run(args))


def run(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its status (see the table of this module)."""
    debug = os.environ.get("RLCT_DEBUG") == "1"
    try:
        status = app.main(None if args is None else list(args), prog_name="rlct", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.exceptions.Exit as e:
        return e.exit_code
    except click.Abort:
        return _say("interrupted", 130)
    except KeyboardInterrupt:
        return _say("interrupted", 130)
    except click.ClickException as e:
        return _say(e.format_message(), 2)
    except (CertificateError, EstimationError) as e:
        return _say(str(e), 1)
    except (InputError, UnsupportedError) as e:
        return _say(str(e), 2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as e:
        return _say(f"{e.filename}: {e.strerror}" if e.filename else str(e), 2)
    except Exception as e:
        if debug:
            raise
        what = f"{type(e).__name__}: {_one_line(str(e))}"
        return _say(f"a fault of the program itself: {what} (RLCT_DEBUG=1 shows where)", 3)


def _say(sentence: str, status: int) -> int:
    click.echo(f"rlct: {sentence}", err=True)
    return status


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]

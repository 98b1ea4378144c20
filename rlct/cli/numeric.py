"""What the four numeric subcommands share: their options, seeds, progress on a terminal, plots and exit status."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from rlct.errors import InputError

F = TypeVar("F", bound=Callable[..., Any])


def _ending(*endings: str) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """A check of a file's name, made before anything is sampled."""

    def check(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
        if value is not None and not value.endswith(endings):
            raise InputError(f"--{option.name}: the name must end in {', '.join(endings[:-1])} or {endings[-1]}")
        return value

    return check


def sampling_options(f: F) -> F:
    """The options that every numeric command has."""
    for option in reversed(
        [
            click.option("--seconds", "--time", "seconds", type=click.FloatRange(min=0.1), default=10.0,
                         show_default=True, help="Time for sampling (compilation apart)."),
            click.option("--seed", type=int, help="Of all random numbers (default: drawn, and printed)."),
            click.option("--radius", type=click.FloatRange(min=0, min_open=True), default=1.0, show_default=True,
                         help="Half the side of the box around the point."),
            click.option("--particles", type=click.IntRange(min=50), help="Size of the populations."),
            click.option("--repeats", type=click.IntRange(min=2), default=4, show_default=True,
                         help="Independent repeats for each mixture of moves."),
            click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else."),
            click.option("--plot", type=click.Path(dir_okay=False), callback=_ending(".png", ".svg", ".pdf"),
                         help="Write a plot (.png, .svg or .pdf)."),
            click.option("--save", type=click.Path(dir_okay=False), callback=_ending(".json", ".npz"),
                         help="Write the numbers (.json or .npz)."),
        ]
    ):
        f = option(f)
    return f


def numbers(text: str, name: str) -> list[float]:
    """A comma-separated list of numbers.

    >>> numbers("1e-3, 0.5", "eps")
    [0.001, 0.5]
    """
    try:
        return [float(t) for t in text.split(",") if t.strip()]
    except ValueError:
        raise InputError(f"--{name} takes numbers separated by commas, not '{text}'") from None


@contextmanager
def bar(seconds: float, what: str) -> Iterator[Callable[[str], None]]:
    """A progress bar on stderr, only on a terminal: the share of the time that is gone, and what was said last.

    Yields a function that takes a sentence (the `report` of the numeric functions).
    """
    if not sys.stderr.isatty():
        yield lambda sentence: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.fields[what]}"), BarColumn(24), TimeElapsedColumn(), TextColumn("{task.description}"))
    over = threading.Event()
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("compiling", total=seconds, what=what)
        start = time.perf_counter()

        def follow() -> None:
            while not over.wait(0.2):
                # compilation is not counted, so the end may come later than the bar
                shown.update(task, completed=min(time.perf_counter() - start, 0.99 * seconds))

        watcher = threading.Thread(target=follow, daemon=True)
        watcher.start()
        try:
            yield lambda sentence: shown.update(task, description=sentence)
        finally:
            over.set()
            watcher.join()


def status(interrupted: bool, resolved: bool = True) -> int:
    """130 after Ctrl-C (what was found has been printed), else 0, or 1 where nothing was resolved."""
    return 130 if interrupted else 0 if resolved else 1


def save_data(data: dict[str, Any], path: str) -> None:
    """A dict of lists and numbers as JSON or NPZ."""
    from rlct.numeric.results import write  # loads numpy

    write(data, path)


def plain(values: Any) -> Any:
    """JSON without nan and infinities."""
    from rlct.numeric.results import plain as made  # loads numpy

    return made(values)

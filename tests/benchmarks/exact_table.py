"""One command that measures and writes docs/benchmarks.md and its picture: ``python tests/benchmarks/exact_table.py``.

Textbook problems are timed in one process after one warm-up, families in a process of their own each, one at a time.
``--peers S`` gives every question to Singular and Macaulay2 that much time (0: leave them out); ``--only NAME`` keeps
what is in the page already but for one part.
"""

from __future__ import annotations

import argparse
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from exact_measure import measure, measured_apart
from exact_peers import PeerAnswer, ask_peer, installed, versions
from exact_problems import Timed, families, random_monomials, textbook

from rlct import Budget, __version__, check, rlct

ROOT = Path(__file__).parents[2]
PAGE, PICTURE = ROOT / "docs" / "benchmarks.md", ROOT / "docs" / "benchmarks.png"
PARTS = ("textbook", "families", "monomials", "command")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table.

    >>> print(table(["a", "b"], [["1", "2"]]))
    | a | b |
    |---|---|
    | 1 | 2 |
    """
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in rows)])


def number(seconds: float) -> str:
    """A time with two digits.

    >>> number(0.00123), number(0.5), number(75.2)
    ('1.2 ms', '500 ms', '75 s')
    """
    if seconds < 1:
        return f"{seconds * 1000:.2g} ms" if seconds < 0.0995 else f"{seconds * 1000:.0f} ms"
    return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"


# ------------------------------------------------------------------------------------------------------ textbook
def textbook_part(peer_seconds: float, cases: Sequence[dict[str, Any]] | None = None) -> str:
    """Every textbook problem: median and worst of five runs, the check, the peers, and who is right over the reals."""
    peers = installed() if peer_seconds else ()
    rlct("x^2*y^4", budget=Budget(seconds=20))
    rows, medians, ratios, wrong = [], [], [], 0
    tally = {p: {"right": 0, "wrong": 0, "none": 0} for p in peers}
    for case in textbook() if cases is None else cases:
        words = {k: v for k, v in case["ask"].items() if k != "K"}
        times = []
        for _ in range(5):
            start = time.process_time()
            r = rlct(case["ask"]["K"], budget=Budget(seconds=60), **words)
            times.append(time.process_time() - start)
        start = time.process_time()
        certified = r.certificate is not None and check(r.certificate).proved == "threshold"
        checked = time.process_time() - start
        right = (r.lam, r.multiplicity) == (Fraction(case["lambda"]), case["m"])
        wrong += r.status == "exact" and not right
        medians.append(statistics.median(times))
        answer = f"({r.lam}, {r.multiplicity})" if r.status == "exact" else f"{r.bounds[0]}..{r.bounds[1]}"
        row = [
            case["id"],
            answer,
            "yes" if right and certified else "NO",
            number(medians[-1]),
            number(max(times)),
            number(checked),
        ]
        real = Fraction(case["lambda"]) * (2 if "ideal" in case else 1)
        for peer in peers:
            said = _peer(peer, case, peer_seconds)
            row.append(_peer_text(said, real))
            tally[peer]["none" if said.value is None else "right" if said.value == real else "wrong"] += 1
            if peer == "Macaulay2 lct" and said.value is not None and said.seconds:
                ratios.append(said.seconds / medians[-1])
        rows.append(row)
    head = ["problem", "(λ, m)", "right, proof accepted", "median", "worst of 5", "check", *peers]
    text = (
        f"{len(rows)} problems, {wrong} wrong; median of the medians {number(statistics.median(medians))}, "
        f"largest {number(max(medians))}.\n\n" + table(head, rows)
    )
    if peers:
        text += (
            "\n\nPeers ("
            + versions()
            + f"; {peer_seconds:g} s for each question, start of the program not counted in the times): "
        )
        text += "; ".join(
            f"{p}: {t['right']} right over the reals, {t['wrong']} not, {t['none']} without an answer"
            for p, t in tally.items()
        )
        text += (
            ".\nA peer's number is the complex threshold in the convention of |f| (for an ideal twice the λ of the "
            "table); it is marked ≠ where the real one differs. No peer gives m, takes a region or a prior; problems "
            "with those are marked –."
        )
        if ratios:
            text += f"\nMedian ratio of times, Macaulay2 `lct` to `rlct`: {statistics.median(ratios):.3g}."
    return text


def _peer(peer: str, case: dict[str, Any], seconds: float) -> PeerAnswer:
    """Ask a peer about a case, moved to the origin."""
    if case.get("region") or case.get("prior"):
        return PeerAnswer(None, None, "–")
    generators = list(case.get("ideal", [case.get("K")]))
    for v, c in zip(case["vars"], case["point"], strict=True):
        if Fraction(c):
            generators = [re.sub(rf"\b{v}\b", f"({v}+({c}))", g) for g in generators]
    return ask_peer(peer, generators, case["vars"], seconds)


def _peer_text(said: PeerAnswer, real: Fraction) -> str:
    if said.seconds is None:
        return said.remark
    value = said.remark if said.value is None else f"{said.value}{'' if said.value == real else ' ≠'}"
    return f"{value}, {number(said.seconds)}"


# ------------------------------------------------------------------------------------------------------ families
def families_part(seconds: float, chosen: Sequence[Timed] | None = None, picture: Path = PICTURE) -> str:
    """Every family and size in a process of its own; the picture shows the growth."""
    rows, found = [], []
    for problem in families() if chosen is None else chosen:
        got = measured_apart(problem.ask, seconds)
        found.append((problem, got))
        said = f"{got['status']} {got.get('seconds', 0):.2f} s {got.get('refused', '')}"
        print(f"{problem.family} {problem.size}: {said}", file=sys.stderr)
        exact = got["status"] == "exact"
        agrees = exact and Fraction(got["lambda"]) == problem.lam and problem.m in (None, got["m"])
        answer = f"({got['lambda']}, {got['m']})" if exact else "..".join(got.get("bounds", [got["status"]]))
        rows.append(
            [
                problem.family,
                problem.size,
                str(problem.variables),
                answer,
                "yes" if agrees else "open" if not exact else "NO" if problem.lam is not None else "–",
                "yes" if got.get("certified") else "NO" if got.get("refused") else "–",
                str(got.get("charts", "")),
                str(got.get("kinds", "")),
                number(got["seconds"]) if "seconds" in got else "",
                number(got["wall"]) if "wall" in got else "",
                number(got["check"]) if got.get("certified") else "–",
                f"{got.get('MiB', '')}",
            ]
        )
    draw(found, picture)
    head = [
        "family",
        "size",
        "d",
        "(λ, m)",
        "= literature",
        "proof accepted",
        "charts",
        "kinds",
        "search",
        "wall",
        "check",
        "MiB",
    ]
    done = sum(got["status"] == "exact" for _, got in found)
    return (
        f"{done} of {len(rows)} exact; {seconds:g} s each at most. `search` is processor time of the process itself, "
        "`wall` the time on the clock, solvers of real questions in processes of their own included (and whatever else "
        f"ran on the machine). MiB is the peak of the process at the end of the search; a monomial takes {_floor()}."
        f"\n\n{table(head, rows)}\n\n![growth]({picture.name})\n\n"
        "From one size of a family to the next, time and charts are multiplied on the average by\n\n" + growth(found)
    )


def _floor() -> str:
    """Memory of the interpreter, the libraries and a trivial search."""
    return str(measured_apart({"K": "x^2"}, 10).get("MiB", "?"))


def growth(found: Sequence[tuple[Timed, dict[str, Any]]]) -> str:
    """For every family with three exact sizes: the factor of time and of charts from one size to the next."""
    lines = []
    for name, members in _grouped(found).items():
        if len(members) >= 3:
            times = [max(got["seconds"], 1e-4) for _, got in members]
            charts = [max(got["charts"], 1) for _, got in members]
            steps = len(members) - 1
            lines.append(
                [
                    name,
                    " → ".join(p.size for p, _ in members),
                    f"{(times[-1] / times[0]) ** (1 / steps):.2g}",
                    f"{(charts[-1] / charts[0]) ** (1 / steps):.2g}",
                    " → ".join(str(got["kinds"]) for _, got in members),
                ]
            )
    return table(["family", "sizes", "time × per size", "charts × per size", "kinds"], lines)


def _grouped(found: Sequence[tuple[Timed, dict[str, Any]]]) -> dict[str, list[tuple[Timed, dict[str, Any]]]]:
    """The exact ones by family, in order of growth."""
    out: dict[str, list[tuple[Timed, dict[str, Any]]]] = {}
    for problem, got in found:
        if got["status"] == "exact":
            out.setdefault(problem.family, []).append((problem, got))
    return {k: sorted(v, key=lambda t: t[0].growth) for k, v in out.items()}


def draw(found: Sequence[tuple[Timed, dict[str, Any]]], path: Path) -> None:
    """Seconds and charts against H (networks, matrices) and against the number of variables (all)."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4))
    left, right = figure.subplots(1, 2)
    for name, members in _grouped(found).items():
        if members[0][0].size.startswith("H=") and len(members) > 1:
            sizes = [p.growth for p, _ in members]
            (line,) = left.semilogy(sizes, [got["seconds"] for _, got in members], marker="o", label=name)
            left.semilogy(sizes, [max(got["kinds"], 1) / 1000 for _, got in members], ":", color=line.get_color())
    left.set(xlabel="hidden units H", ylabel="seconds (dotted: kinds of charts / 1000)", title="growth with H")
    if left.lines:
        left.legend(fontsize=6)
    exact = [(p, got) for p, got in found if got["status"] == "exact"]
    right.scatter([p.variables for p, _ in exact], [got["seconds"] for _, got in exact], s=14)
    for members in _grouped(found).values():
        if len(members) > 2:
            right.plot([p.variables for p, _ in members], [got["seconds"] for _, got in members], linewidth=0.7)
    right.set(xlabel="variables d", ylabel="seconds", yscale="log", title="growth with the number of variables")
    figure.tight_layout()
    figure.savefig(path, dpi=110)


# -------------------------------------------------------------------------------------------- monomials, command
def monomials_part(seeds: Sequence[int] = range(1, 6)) -> str:
    """40 random monomials in 8 variables, as an ideal and as a sum of squares that is typed out."""
    rlct("x^2*y^4")
    rows = []
    for seed in seeds:
        names, monomials = random_monomials(seed)
        ideal = measure({"K": monomials, "variables": names}, 60)
        typed = measure({"K": " + ".join(f"({m})^2" for m in monomials), "variables": names, "mode": "K"}, 60)
        same = (ideal["lambda"], ideal["m"]) == (typed["lambda"], typed["m"])
        rows.append(
            [str(seed), f"({ideal['lambda']}, {ideal['m']})", "yes" if same else "NO",
             number(ideal["seconds"]), number(typed["seconds"]), number(ideal["check"])]
        )  # fmt: skip
    return table(["seed", "(λ, m)", "both equal", "as ideal", "as sum of squares", "check"], rows)


def command_part(repeats: int = 5) -> str:
    """Processor time and peak memory of whole commands, median of some runs."""
    lines = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "rlct --help": [sys.executable, "-m", "rlct", "--help"],
        'rlct "x^2*y^4"': [sys.executable, "-m", "rlct", "x^2*y^4"],
        'rlct "((y-x^2)^2-x^5)^2"': [sys.executable, "-m", "rlct", "((y-x^2)^2-x^5)^2"],
        'rlct --ideal "x*y, y*z, z*x" --json': [sys.executable, "-m", "rlct", "--ideal", "x*y, y*z, z*x", "--json"],
        "rlct model deep-linear --widths 784,100,10 --rank 5": [
            sys.executable, "-m", "rlct", "model", "deep-linear", "--widths", "784,100,10", "--rank", "5",
        ],
    }  # fmt: skip
    rows = []
    for name, line in lines.items():
        times, peaks = zip(*(_whole(line) for _ in range(repeats)), strict=True)
        rows.append([f"`{name}`", number(statistics.median(times)), f"{max(peaks)}"])
    return table(["command", "time", "MiB"], rows)


SPAWN = (
    "import os, sys\n"
    "null = [(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_WRONLY, 0) for n in (1, 2)]\n"
    "pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=null)\n"
    "usage = os.wait4(pid, 0)[2]\n"
    "print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024)\n"
)
"""Run from a small process: a child's peak memory begins with that of its parent."""


def _whole(line: Sequence[str]) -> tuple[float, int]:
    """Processor seconds and peak memory (MiB) of one process and all it does."""
    shown = subprocess.run([sys.executable, "-I", "-S", "-c", SPAWN, *line], capture_output=True, text=True, check=True)
    seconds, peak = shown.stdout.split()
    return float(seconds), int(peak)


# ------------------------------------------------------------------------------------------------------ the page
def machine() -> str:
    """What the numbers were measured on."""
    where = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return f"rlct {__version__}, {where}; times are processor time of one core"


def page(parts: dict[str, str]) -> str:
    """The whole page from its parts."""
    titles = {
        "textbook": "Textbook problems, in one process after one warm-up",
        "families": "Families: charts visited, kinds, time, memory",
        "monomials": "40 random monomials in 8 variables",
        "command": "The command, start-up included",
    }
    text = "# Benchmarks\n\nMade by `python tests/benchmarks/exact_table.py`. " + machine() + ".\n"
    for name, title in titles.items():
        text += f"\n## {title}\n\n<!-- {name} -->\n{parts.get(name, 'Not measured.')}\n<!-- end -->\n"
    return text


def old_parts(text: str) -> dict[str, str]:
    """The parts of a page that exists.

    >>> old_parts(page({"command": "fast"}))["command"]
    'fast'
    """
    return dict(re.findall(r"<!-- (\w+) -->\n(.*?)\n<!-- end -->", text, re.DOTALL))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write; the exit status is 1 if an exact answer differed from the literature."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--peers", type=float, default=20.0, metavar="S", help="seconds for each question to a peer (20)"
    )
    parser.add_argument(
        "--time", type=float, default=120.0, metavar="S", help="seconds for each size of a family (120)"
    )
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part, keep the others of the page")
    parser.add_argument("--output", type=Path, default=PAGE)
    o = parser.parse_args(arguments)
    parts = old_parts(o.output.read_text(encoding="utf-8")) if o.output.exists() else {}
    makers: dict[str, Callable[[], str]] = {
        "command": command_part,
        "monomials": monomials_part,
        "textbook": lambda: textbook_part(o.peers),
        "families": lambda: families_part(o.time, picture=o.output.with_suffix(".png")),
    }
    for name in o.only or PARTS:
        parts[name] = makers[name]()
        o.output.write_text(page(parts), encoding="utf-8")
    return 1 if any("| NO |" in text for text in parts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

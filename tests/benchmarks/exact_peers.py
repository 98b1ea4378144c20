"""The same textbook functions in Singular and Macaulay2, where they are installed.

Singular: ``bfct`` (bfun.lib, global Bernstein-Sato polynomial), ``bernstein`` (gmssing.lib, isolated singularity at the
origin), ``resolve`` (resolve.lib, which gives a resolution and no threshold).  Macaulay2: ``lct`` (Dmodules).  All of
them speak of *complex* zeros; the largest root -c of the Bernstein-Sato polynomial gives the complex threshold c.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

PEERS = ("Singular bfct", "Singular bernstein", "Singular resolve", "Macaulay2 lct")


@dataclass(frozen=True)
class PeerAnswer:
    """What a peer said: its threshold in the convention of |f| (None where it gives none), seconds, and a remark."""

    value: Fraction | None
    seconds: float | None
    remark: str = ""


def installed() -> tuple[str, ...]:
    """Those of `PEERS` that can be run here.

    >>> set(installed()) <= set(PEERS)
    True
    """
    programs = {"Singular": shutil.which("Singular"), "Macaulay2": shutil.which("M2")}
    return tuple(p for p in PEERS if programs[p.split()[0]])


def versions() -> str:
    """Names and versions of the programs found."""
    out = []
    if shutil.which("Singular"):
        text = subprocess.run(["Singular", "-v"], capture_output=True, text=True, check=False).stdout
        found = re.search(r"version ([\d.]+)", text)
        out.append("Singular " + (found[1] if found else "?"))
    if shutil.which("M2"):
        text = subprocess.run(["M2", "--version"], capture_output=True, text=True, check=False).stdout
        out.append("Macaulay2 " + text.strip())
    return ", ".join(out) or "none"


def ask_peer(peer: str, generators: Sequence[str], variables: Sequence[str], seconds: float) -> PeerAnswer:
    """Ask one peer for the complex threshold of an ideal (one generator: of the function) at the origin.

    Parameters
    ----------
    peer : one of `PEERS`.
    generators, variables : in the grammar of the case files (``**`` and ``*``).
    seconds : limit of the whole process.
    """
    if peer.startswith("Singular") and len(generators) > 1:
        return PeerAnswer(None, None, "hypersurfaces only")
    program, line = (_macaulay2 if peer.startswith("Macaulay2") else _singular)(peer, generators, variables)
    try:
        done = subprocess.run(
            ["nice", *line], input=program, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return PeerAnswer(None, None, f"> {seconds:g} s")
    took = re.search(r"^TIME ([\d.]+)", done.stdout, re.MULTILINE)
    if took is None or "? error" in done.stdout + done.stderr:
        return PeerAnswer(None, None, "refused")
    spent = float(took[1]) / (1000 if peer.startswith("Singular") else 1)
    value = re.search(r"^VALUE (-?\d+(/\d+)?)", done.stdout, re.MULTILINE)
    if peer.endswith("resolve"):
        return PeerAnswer(None, spent, "no threshold")
    if value is None:
        return PeerAnswer(None, spent, "no answer")
    return PeerAnswer(Fraction(value[1]), spent)


def _renamed(texts: Sequence[str], variables: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names that both programs take, v1, v2, ..., and ``^`` for powers."""
    new = {old: f"v{k + 1}" for k, old in enumerate(variables)}
    pattern = re.compile("|".join(sorted(map(re.escape, variables), key=len, reverse=True)))
    return [pattern.sub(lambda hit: new[hit[0]], t.replace("**", "^")) for t in texts], list(new.values())


def _singular(peer: str, generators: Sequence[str], variables: Sequence[str]) -> tuple[str, list[str]]:
    (f,), names = _renamed(generators, variables)
    order = "ds" if peer.endswith("bernstein") else "dp"
    head = (
        'LIB "bfun.lib"; LIB "gmssing.lib"; LIB "resolve.lib"; system("--ticks-per-sec",1000);\n'
        f"ring r=0,({','.join(names)}),{order}; poly f={f}; int t=rtimer;\n"
    )
    if peer.endswith("resolve"):
        body = "list L=resolve(ideal(f));\n"
    else:
        body = f"list L={peer.split()[1]}(f);\n"
    show = 'print("TIME "+string(rtimer-t));\n'
    if not peer.endswith("resolve"):
        show += (
            "ideal R=L[1]; number b=leadcoef(R[1]); int k;\n"
            "for (k=2; k<=size(R); k++) { if (leadcoef(R[k])>b) { b=leadcoef(R[k]); } }\n"
            'print("VALUE "+string(-b));\n'
        )
    return head + body + show + "quit;\n", ["Singular", "-q"]


def _macaulay2(peer: str, generators: Sequence[str], variables: Sequence[str]) -> tuple[str, list[str]]:
    texts, names = _renamed(generators, variables)
    program = (
        f'needsPackage "Dmodules"\nR = QQ[{",".join(names)}]\nI = ideal({",".join(texts)})\nt = cpuTime()\nl = lct I\n'
        'print("TIME " | toString(cpuTime() - t))\nprint("VALUE " | toString l)\nexit 0\n'
    )
    return program, ["M2", "--silent", "--stop", "--no-readline", "-q"]

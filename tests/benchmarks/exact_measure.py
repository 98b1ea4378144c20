"""One problem, measured in a process of its own: ``python exact_measure.py < ask.json``."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from rlct import Budget, CertificateError, check, rlct


def measure(ask: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Solve once and check the certificate.

    Returns
    -------
    λ and m as text and number, status, charts, kinds, processor seconds of the search and of the check.
    """
    words = {k: v for k, v in ask.items() if k != "K"}
    start, begun = time.process_time(), time.perf_counter()
    r = rlct(ask["K"], budget=Budget(seconds=seconds), **words)
    solved, wall = time.process_time() - start, time.perf_counter() - begun
    peak = peak_memory()
    start = time.process_time()
    try:
        certified, refused = r.certificate is not None and check(r.certificate).proved == "threshold", ""
    except CertificateError as e:
        certified, refused = False, str(e)
    return {
        "lambda": str(r.lam),
        "m": r.multiplicity,
        "bounds": [str(b) for b in r.bounds],
        "status": r.status,
        "charts": r.stats["charts"],
        "kinds": r.stats["kinds"],
        "seconds": solved,
        "wall": wall,
        "MiB": peak,
        "certified": certified,
        "refused": refused,
        "check": time.process_time() - start,
    }


def peak_memory() -> int:
    """The largest memory of this process so far, in MiB.

    >>> peak_memory() > 5
    True
    """
    status = Path("/proc/self/status")
    if status.exists():  # not getrusage, whose peak begins with that of the parent
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"))
        if found:
            return int(found[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # KiB on Linux


def measured_apart(ask: dict[str, Any], seconds: float) -> dict[str, Any]:
    """`measure` in a process of its own, with its peak memory before the check; one that dies or hangs is reported."""
    line = [sys.executable, str(Path(__file__)), str(seconds)]
    try:
        done = subprocess.run(
            line, input=json.dumps(ask), capture_output=True, text=True, timeout=3 * seconds + 60, check=False
        )
    except subprocess.TimeoutExpired:
        return {"status": "did not stop"}
    if done.returncode:
        return {"status": "failed: " + done.stderr.strip().splitlines()[-1][:80]}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    rlct("x^2*y^4")  # imports and first use
    print(json.dumps(measure(json.load(sys.stdin), float(sys.argv[1]))))

"""One question to the program, in a process of its own that can be killed: lines of JSON in, lines of JSON out."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

Case = dict[str, Any]
Answer = dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]
MEMORY = 5 << 30


def arguments(case: Case) -> tuple[Any, dict[str, Any]]:
    """What a user would pass for a case."""
    kw: dict[str, Any] = {"variables": list(case["vars"]), "mode": case["mode"]}
    if case.get("point") is not None:
        kw["at"] = dict(zip(case["vars"], map(Fraction, case["point"])))
    if case.get("at_text"):
        kw["at"] = case["at_text"]
    if case.get("region") is not None:
        kw["region"] = {v: (Fraction(a), Fraction(b)) for v, (a, b) in zip(case["vars"], case["region"])}
    if case.get("region_text"):
        kw["region"] = case["region_text"]
    if case.get("prior"):
        kw["prior"] = case["prior"]
    return case.get("ideal", case.get("K")), kw


def ask(case: Case, seconds: float) -> Answer:
    """Solve and check a case here and now."""
    from rlct import Budget, check, rlct
    from rlct.errors import RlctError

    first, kw = arguments(case)
    started = time.perf_counter()
    try:
        r = rlct(first, budget=Budget(seconds=seconds), **kw)
    except RlctError as error:
        kind = "crash" if type(error).__name__ == "InternalError" else "refused"
        return {
            "status": kind,
            "error": f"{type(error).__name__}: {error}"[:400],
            "seconds": time.perf_counter() - started,
        }
    except Exception as error:
        import traceback

        frames = traceback.extract_tb(error.__traceback__)[-3:]
        where = "; ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames)
        return {
            "status": "crash",
            "error": f"{type(error).__name__}: {error} at {where}"[:600],
            "seconds": time.perf_counter() - started,
        }
    out: Answer = {
        "status": r.status,
        "seconds": time.perf_counter() - started,
        "lambda": None if r.lam is None else str(r.lam),
        "m": r.multiplicity,
        "lo": str(r.bounds[0]),
        "hi": str(r.bounds[1]),
        "mbounds": r.multiplicity_bounds,
        "charts": r.stats.get("charts"),
        "certified": None,
        "error": None,
        "notes": list(r.notes),
    }
    if r.status == "exact" and r.certificate is not None:
        started = time.perf_counter()
        try:
            report = check(r.certificate)
            out["certified"] = (
                report.proved == "threshold" and str(report.lam) == str(r.lam) and report.multiplicity == r.multiplicity
            ) or r.lam == float("inf")
            if not out["certified"]:
                out["error"] = f"the checker proves {report.proved} {report.lam}, {report.multiplicity}"
        except Exception as error:
            out["certified"], out["error"] = False, f"certificate: {type(error).__name__}: {error}"[:500]
        out["check_seconds"] = time.perf_counter() - started
    return out


class Worker:
    """A process that answers cases one after the other and is started again after a crash or a timeout."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.process: subprocess.Popen[bytes] | None = None

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.solve", str(self.seconds)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def ask(self, case: Case) -> Answer:
        """The answer; status "timeout" or "crash" when the process had to be killed or died."""
        if self.process is None or self.process.poll() is not None:
            self.process = self._start()
        p = self.process
        assert p.stdin is not None
        assert p.stdout is not None
        started = time.monotonic()
        try:
            p.stdin.write(json.dumps(case).encode() + b"\n")
            p.stdin.flush()
        except BrokenPipeError:
            self.close()
            return {"status": "crash", "error": "the process died", "seconds": 0.0}
        limit = 3 * self.seconds + 20  # the search, its overrun, and the checker
        ready, _, _ = select.select([p.stdout], [], [], limit)
        took = time.monotonic() - started
        if not ready:
            self.close()
            return {"status": "timeout", "error": f"killed after {limit} s", "seconds": took}
        line = p.stdout.readline()
        if not line:
            code = p.wait()
            self.close()
            return {"status": "crash", "error": f"the process ended with {code}", "seconds": took}
        answer: Answer = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def main() -> None:
    """Answer lines until there are no more."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        try:
            answer = ask(json.loads(line), float(sys.argv[1]))
        except MemoryError:
            answer = {"status": "crash", "error": "MemoryError", "seconds": 0.0}
        out.write(json.dumps(answer, default=str) + "\n")
        out.flush()


if __name__ == "__main__":
    main()

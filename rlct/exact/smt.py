"""Real systems for z3's nlsat (Jovanovic, de Moura, *Solving non-linear arithmetic*, IJCAR 2012): the last resort.

z3 runs as a process of its own, because inside one algebraic operation it does not look at its time limit: a process
can be ended.  Every question starts from a reset, so that one answer cannot depend on an earlier one.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import shutil
import subprocess
import sysconfig
import time
import weakref
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from rlct.exact.poly import Poly

MAX_TERMS = 600
MAX_DEGREE = 40
MAX_BITS = 4000
GRACE = 0.2  # seconds beyond the time limit before the process is ended

Point = dict[int, Fraction]


class Z3:
    """One z3 process, started when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._end: weakref.finalize[..., Z3] | None = None

    def ask(
        self,
        zero: Sequence[Poly],
        nonzero: Sequence[Poly],
        positive: Sequence[Poly],
        milliseconds: int,
        model: bool = False,
    ) -> tuple[str, Point | None]:
        """Ask whether the conditions have a real point.

        Parameters: polynomials = 0, != 0, > 0; time limit; whether a model is wanted.  Returns `"sat"`, `"unsat"` or
        `"unknown"`, and for a wanted model those variables that got rational values.
        """
        conditions = [*zero, *nonzero, *positive]
        if sum(map(len, conditions)) > MAX_TERMS or any(p.total_degree() > MAX_DEGREE for p in conditions):
            return "unknown", None
        if max((c.bit_length() for p in conditions for _, c in p.terms), default=0) > MAX_BITS:
            return "unknown", None
        variables = sorted(frozenset().union(*(p.variables for p in conditions)))
        lines = ["(reset)", "(set-option :pp.decimal false)"]
        lines += [f"(declare-const v{i} Real)" for i in variables]
        lines += [f"(assert (= {_text(p)} 0.0))" for p in zero]
        lines += [f"(assert (not (= {_text(p)} 0.0)))" for p in nonzero]
        lines += [f"(assert (> {_text(p)} 0.0))" for p in positive]
        lines.append(f"(check-sat-using (try-for qfnra-nlsat {milliseconds}))")
        deadline = time.monotonic() + milliseconds / 1000 + GRACE
        answer = self._say(lines, deadline)
        if answer not in ("sat", "unsat"):
            return "unknown", None
        if answer == "unsat" or not model or not variables:
            return answer, {} if answer == "sat" and model else None
        values = self._say([f"(get-value ({' '.join(f'v{i}' for i in variables)}))"], deadline + 1)
        return answer, _rational_values(values)

    def _say(self, lines: Sequence[str], deadline: float) -> str:
        """Send commands; what comes back before the mark that ends them ("" when it does not come in time)."""
        try:
            process = self._running()
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(("\n".join([*lines, '(echo "<end>")']) + "\n").encode())
            process.stdin.flush()
            out = b""
            while not out.rstrip().endswith(b"<end>"):
                left = deadline - time.monotonic()
                ready = left > 0 and select.select([process.stdout], [], [], left)[0]
                chunk = os.read(process.stdout.fileno(), 65536) if ready else b""
                if not chunk:
                    self.close()
                    return ""
                out += chunk
            return out.decode().replace("<end>", "").strip()
        except OSError:
            self.close()
            return ""

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [_program(), "-in", "-smt2"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the program that asks
            )
            self._end = weakref.finalize(self, _finish, self._process)
        return self._process

    def close(self) -> None:
        """End the process (the next question starts another)."""
        if self._end is not None:
            self._end()
        self._process = self._end = None


def _finish(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):  # what it had not read yet goes with it
                stream.close()
    process.wait()


def _program() -> str:
    """The z3 program that the package z3-solver installs beside the interpreter."""
    name = "z3.exe" if os.name == "nt" else "z3"
    beside = Path(sysconfig.get_path("scripts")) / name
    found = str(beside) if beside.exists() else shutil.which("z3")
    if found is None:
        raise OSError("no z3 program; the package z3-solver installs it")
    return found


_VALUE = re.compile(r"\(v(\d+) (\(- )?(?:\(/ )?(\d+)\.0(?: (\d+)\.0\))?\)?\)")


def _rational_values(text: str) -> Point:
    """The variables of a `get-value` answer that are rational, such as `((v0 (- (/ 1.0 2.0))) (v1 3.0))`."""
    out = {}
    for name, minus, numerator, denominator in _VALUE.findall(text):
        value = Fraction(int(numerator), int(denominator or 1))
        out[int(name)] = -value if minus else value
    return out


def _text(p: Poly) -> str:
    """The polynomial as an SMT-LIB term."""
    out = []
    variables = sorted(p.variables)
    for e, c in p.terms:
        number = f"{c}.0" if c >= 0 else f"(- {-c}.0)"
        powers = [f"v{i}" for i in variables for _ in range(e[i])]
        out.append(f"(* {number} {' '.join(powers)})" if powers else number)
    if not out:
        return "0.0"
    return out[0] if len(out) == 1 else f"(+ {' '.join(out)})"

"""The program a worker process runs: one problem a line on standard input, one row a line on standard output."""

from __future__ import annotations

import json
import os
import sys
from typing import TextIO

from rlct.batch.rows import solve_row
from rlct.result import Budget


def serve(questions: TextIO, answers: TextIO) -> None:
    """Answer until the questions end."""
    for line in questions:
        asked = json.loads(line)
        row, certificate = solve_row(asked["id"], asked["data"], Budget(asked["seconds"], asked["charts"]))
        answers.write(json.dumps([row, certificate]) + "\n")
        answers.flush()


if __name__ == "__main__":
    pipe = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not get between the rows
    try:
        serve(sys.stdin, pipe)
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(0)  # the batch has ended

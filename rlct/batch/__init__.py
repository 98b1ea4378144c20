"""Many problems at once: a list of problems in, a table of answers out, on processes here or on a cluster.

Public names: `run` (does it all), `read_problems`, `solve_row` (one problem to one row).
"""

from rlct.batch.answers import AnswerFile
from rlct.batch.drive import Summary, run
from rlct.batch.problems import Task, read_problems
from rlct.batch.rows import solve_row

__all__ = ["AnswerFile", "Summary", "Task", "read_problems", "run", "solve_row"]

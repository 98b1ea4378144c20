"""The command ``rlct``: see `rlct.cli.app` for how a line is read, `rlct.cli.solve` for the main job.

A subcommand is a module in ``rlct/cli/commands`` with a click command called ``command``; adding a file there adds it.
"""

from rlct.cli.app import main

__all__ = ["main"]

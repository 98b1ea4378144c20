"""``python -m rlct`` is the command ``rlct``."""

from rlct.cli import main

main()

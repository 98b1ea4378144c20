"""``python -m rlct`` is the command ``rlct``."""

from rlct.cli import main

if __name__ == "__main__":
    main()

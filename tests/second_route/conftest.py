"""The modules here import one another as ``tests.fuzz``; a bare ``pytest`` does not put the root on the path."""

import sys
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[2])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

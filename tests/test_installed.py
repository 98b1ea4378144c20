"""The package as installed: complete, and usable from an empty folder."""

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def installed_files() -> set[str]:
    """Files of the installed distribution; skips where it is not installed as a copy."""
    try:
        files = metadata.files("rlct") or []
    except metadata.PackageNotFoundError:
        pytest.skip("rlct is not installed; `pip install .` does it")
    names = {str(f) for f in files if str(f).startswith("rlct/")}
    if not names:
        pytest.skip("rlct is installed in place, so there is no copy to look at")
    return names


def test_every_file_of_the_package_is_installed() -> None:
    """The wheel holds every module and the marker of types."""
    here = {str(p.relative_to(ROOT)) for p in (ROOT / "rlct").rglob("*.py")} | {"rlct/py.typed"}
    assert here <= installed_files()


def test_the_command_works_from_an_empty_folder(tmp_path: Path) -> None:
    """Neither the command nor the module needs the source folder."""
    installed_files()
    command = Path(sys.executable).with_name("rlct")
    for line in ([str(command), "x^2*y^4"], [sys.executable, "-m", "rlct", "x^2*y^4"]):
        done = subprocess.run(line, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("λ = 1/4, m = 1")


def test_the_version_of_the_distribution_is_that_of_the_package() -> None:
    """The version has one source."""
    installed_files()
    import rlct

    assert metadata.version("rlct") == rlct.__version__

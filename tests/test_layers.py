"""The import table of the architecture, checked on the syntax trees; and what importing costs."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "rlct"
DATA = {"errors", "values"}

# room -> rooms of rlct it may import directly (a room also imports itself)
ALLOWED = {
    "errors": set(),
    "values": {"errors"},
    "exact": {"errors", "values"},
    "certify": {"errors", "values"},
    "sizes": DATA | {"exact"},
    "problem": DATA | {"exact", "sizes"},
    "parse": DATA | {"problem", "exact", "sizes"},
    "report": DATA | {"certify"},
    "result": DATA | {"problem", "report", "certify", "__init__"},
    "rewrite": {"exact", "problem"},
    "straighten": {"exact"},
    "walls": DATA | {"exact", "straighten"},
    "independent": {"exact", "localize", "problem"},
    "curved": DATA | {"exact", "independent", "problem", "rewrite"},
    "complex_structure": {"exact", "localize", "problem", "settle"},
    "realified": {"complex_structure", "exact", "localize", "problem", "settle"},
    "localize": DATA | {"problem", "exact", "sizes", "rewrite", "walls"},
    "sign": DATA | {"problem", "exact", "localize"},
    "algebraic": DATA | {"problem", "exact"},
    "trace": DATA | {"problem", "exact", "localize", "algebraic"},
    "interrupt": set(),
    "recursion": set(),
    "dependent": DATA | {"exact", "problem", "rewrite"},
    "local": DATA | {"dependent", "exact", "localize", "problem"},
    "hints": DATA | {"exact", "localize", "problem"},
    "integrable": DATA | {"dependent", "exact", "localize", "problem"},
    "script": DATA | {"exact"},
    "models": DATA | {"problem", "parse", "numeric", "compute", "result", "__init__"},
    "contraction": {"exact"},
    "inner": DATA | {"algebraic", "exact", "localize", "problem", "rewrite"},
    "settle": {"exact", "hints", "local", "localize", "problem"},
    "search": DATA
    | {"exact", "certify", "problem", "localize", "result"}
    | {"curved", "dependent", "hints", "inner", "local", "rewrite", "script", "settle", "sign", "trace"},
    "boxes": DATA | {"contraction", "exact", "hints", "localize", "problem", "search", "settle"},
    "compute": DATA
    | {"exact", "problem", "parse", "localize", "result", "boxes", "inner", "search"}
    | {"sign", "interrupt", "dependent", "integrable", "realified", "recursion", "rewrite"}
    | {"complex_structure", "curved", "settle"},
    "batch": DATA | {"compute", "result", "__init__"},
    "numeric": DATA | {"problem", "parse", "interrupt"},
    "chart_zeta": DATA | {"problem", "certify", "numeric"},
    "crosscheck": DATA | {"result", "problem", "numeric", "chart_zeta", "report", "interrupt"},
}
FORBIDDEN = [
    ("certify", "exact"),
    ("certify", "compute"),
    ("certify", "parse"),
    ("numeric", "exact"),
    ("numeric", "certify"),
    ("numeric", "compute"),
    ("numeric", "localize"),
    ("exact", "problem"),
    ("exact", "numeric"),
    ("exact", "models"),
    ("compute", "models"),
]


def room_of(path: Path) -> str:
    """The first part of a module's name inside rlct."""
    return path.relative_to(ROOT).with_suffix("").parts[0]


@cache
def syntax_of(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported_rooms(path: Path) -> frozenset[str]:
    """Rooms of rlct that a file imports anywhere in it, TYPE_CHECKING blocks left out."""
    found: set[str] = set()
    tree = syntax_of(path)
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [f"{node.module}.{a.name}" if node.module == "rlct" else node.module for a in node.names]
        elif isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "rlct":
                room = parts[1] if len(parts) > 1 else "__init__"
                found.add(room if (ROOT / room).exists() or (ROOT / f"{room}.py").exists() else "__init__")
    return frozenset(found)


FILES = sorted(p for p in ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", [p for p in FILES if room_of(p) in ALLOWED], ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_what_the_table_allows(path: Path) -> None:
    """Every import of a room is in its row of the table."""
    room = room_of(path)
    assert imported_rooms(path) - {room} <= ALLOWED[room]


@pytest.mark.parametrize(("room", "other"), FORBIDDEN)
def test_forbidden_pairs(room: str, other: str) -> None:
    """The pairs that would make a proof or a cross-check worthless stay apart."""
    for path in FILES:
        if room_of(path) == room:
            assert other not in imported_rooms(path), path


def test_nothing_imports_the_command() -> None:
    """Only the command itself (and ``python -m rlct``) imports rlct.cli."""
    for path in FILES:
        if room_of(path) not in ("cli", "__main__"):
            assert "cli" not in imported_rooms(path), path


def test_relative_imports_are_not_used() -> None:
    """Imports are absolute, so that the table can be checked by reading them."""
    for path in FILES:
        for node in ast.walk(syntax_of(path)):
            assert not (isinstance(node, ast.ImportFrom) and node.level), path


def test_rooms_do_not_import_each_other_in_circles() -> None:
    """The graph of rooms without the command has no cycle (the package page itself is no room)."""
    graph: dict[str, set[str]] = {}
    for path in FILES:
        graph.setdefault(room_of(path), set()).update(imported_rooms(path) - {room_of(path), "__init__"})
    graph.pop("__init__")
    done: set[str] = set()

    def visit(room: str, trail: tuple[str, ...]) -> None:
        assert room not in trail, " -> ".join((*trail, room))
        if room not in done:
            for other in sorted(graph.get(room, ())):
                visit(other, (*trail, room))
            done.add(room)

    for room in sorted(graph):
        visit(room, ())


def loaded_after(code: str) -> set[str]:
    """Names of the top-level modules that are loaded after running code in a fresh interpreter."""
    script = f"{code}\nimport sys\nprint('\\n'.join(sorted({{m.split('.')[0] for m in sys.modules}})))"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    return set(out.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import rlct",
        "from rlct import rlct; rlct('x^2*y^4')",
        "from rlct.cli.app import run; assert run(['x^2*y^4', '--json']) == 0",
    ],
)
def test_a_monomial_loads_nothing_heavy(code: str) -> None:
    """Neither importing nor a monomial, in Python or as a command, loads sympy, scipy, numba or matplotlib."""
    assert not loaded_after(code) & {"sympy", "scipy", "numba", "matplotlib", "numpy", "z3"}

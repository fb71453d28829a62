"""Who may know whom: floors by import-linter, public faces by reading the imports, and what a process really loads."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .sources import HOUSE, ROOT, parsed, python_files

ROOMS = sorted(path.parent.name for path in HOUSE.glob("*/__init__.py"))
PLANNER_LIBRARIES = {"polars", "duckdb", "scipy", "numba", "pandas", "numpy"}


def test_no_room_uses_a_higher_floor() -> None:
    program = Path(sys.executable).with_name("lint-imports")

    checked = subprocess.run(
        [str(program), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def offered(room: str) -> set[str]:
    """The names that a room exports."""
    face = HOUSE / room.replace(".", "/") / "__init__.py"
    for statement in parsed(face.relative_to(ROOT)).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__":
            return set(ast.literal_eval(statement.value))
    return set()


def intrusions(path: Path, tree: ast.Module, exported: dict[str, set[str]]) -> Iterator[str]:
    """Imports in one file that reach behind another room's face."""
    at_home = path.parts[2] if len(path.parts) > 3 else ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                room, _, inside = alias.name.removeprefix("kaihoken.").partition(".")
                if alias.name.startswith("kaihoken.") and inside and room != at_home:
                    yield f"{path}:{node.lineno} import {alias.name}"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kaihoken."):
            room, _, inside = (node.module or "").removeprefix("kaihoken.").partition(".")
            if room == at_home or room not in exported:
                continue
            face = f"{room}.{inside}" if f"{room}.{inside}" in exported else room
            if inside and face == room:
                yield f"{path}:{node.lineno} from {node.module}: not the face of a room"
                continue
            for alias in node.names:
                if alias.name not in exported[face]:
                    yield f"{path}:{node.lineno} {alias.name} is not in __all__ of {face}"


def test_a_room_uses_only_what_another_room_exports() -> None:
    # These are rooms inside a room: each has a face of its own.
    inside = [
        "coverage.bulk",
        "coverage.facility",
        "coverage.failure",
        "coverage.oqs",
        "coverage.client",
        "coverage.fhir",
        "coverage.folder",
        "coverage.statistics",
        "coverage.view",
        "access.people",
        "people.receipts",
        *(
            f"{room}.{path.parent.name}"
            for room in ("card", "claims", "desk", "payment", "workforce")
            for path in (HOUSE / room).glob("*/__init__.py")
        ),
    ]
    exported = {room: offered(room) for room in [*ROOMS, *inside]}

    found = [line for path in python_files("src") for line in intrusions(path, parsed(path), exported)]

    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "import kaihoken.store.sqlite",
        "from kaihoken.store.sqlite import open_sqlite",
        "from kaihoken.store import sqlite",
        "def later():\n    from kaihoken.store import _hidden",
    ],
)
def test_reaching_behind_a_face_is_found(code: str) -> None:
    path = Path("src/kaihoken/coverage/api.py")

    assert len(list(intrusions(path, ast.parse(code), {"store": {"open_store"}}))) == 1


def test_using_a_face_or_the_own_room_is_not() -> None:
    path = Path("src/kaihoken/coverage/api.py")
    code = "from kaihoken.store import open_store\nfrom kaihoken.coverage.history import History\nimport kaihoken.store"

    assert list(intrusions(path, ast.parse(code), {"store": {"open_store"}, "coverage": set()})) == []


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter holds after running a line."""
    line = f"import sys\n{code}\nprint(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", line], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def test_help_imports_no_room_and_nothing_heavy() -> None:
    loaded = loaded_by("import kaihoken.cli\nkaihoken.cli.run(['--help'])")

    rooms = {name for name in loaded if name.startswith("kaihoken.") and name.split(".")[1] in ROOMS}
    assert rooms == set()
    assert (
        loaded & {"typer", "rich", "msgspec", "jinja2", "babel", "sqlalchemy", "asyncio", *PLANNER_LIBRARIES}
        == set()
    )


def test_the_hub_imports_no_planner_library_and_no_fictional_nation() -> None:
    loaded = loaded_by("import kaihoken.hub, pkgutil, importlib\n" + _import_all("kaihoken.hub"))

    assert loaded & PLANNER_LIBRARIES == set()
    assert not any(name.startswith("kaihoken.people") for name in loaded)


def _import_all(package: str) -> str:
    return (
        f"for module in pkgutil.walk_packages({package}.__path__, '{package}.'):\n"
        f"    importlib.import_module(module.name)"
    )

"""The face of a room: its `__init__.py` says in one place what other rooms may use, and imports each name when it is
first asked for, so that a process loads of a room what it uses and no more. A clinic's desk speaks the hub's messages
without loading the hub's store."""

import ast
from collections.abc import Callable
from importlib import import_module
from importlib.abc import InspectLoader
from importlib.util import find_spec


def lazily(room: str) -> Callable[[str], object]:
    """The `__getattr__` of a room (PEP 562), by what its face imports under `if TYPE_CHECKING`: linters, type checkers
    and readers see plain imports, the running program follows one of them when its name is wanted.

    A name of the face must not be the name of a module in the room as well: whichever was imported first would win
    (held by tests/house/test_faces.py). What a room does at its import (`register_check`) does not happen by its face:
    whoever needs it imports that module.
    """
    homes: dict[str, tuple[str, str]] = {}

    def wanted(name: str) -> object:
        if not homes:
            homes.update(_homes(room))
        if name not in homes:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        home, own = homes[name]
        value: object = import_module(f"{room}.{own}") if home == room else getattr(import_module(home), own)
        setattr(import_module(room), name, value)
        return value

    return wanted


def _homes(room: str) -> dict[str, tuple[str, str]]:
    """Where each name of a face comes from: the module, and its name there."""
    spec = find_spec(room)
    loader = spec.loader if spec else None
    source = loader.get_source(room) if isinstance(loader, InspectLoader) else None
    checked = (
        statement.body
        for statement in ast.parse(source or "").body
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING"
    )
    return {
        alias.asname or alias.name: (statement.module or "", alias.name)
        for body in checked
        for statement in body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }

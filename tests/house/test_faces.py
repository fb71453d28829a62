"""The faces of rooms that are loaded as far as they are used."""

import ast

import pytest

import kaihoken.coverage
from kaihoken.faces import lazily

from .sources import HOUSE, ROOT, parsed, python_files
from .test_floors import PLANNER_LIBRARIES, loaded_by, offered

LAZY = [
    ".".join(path.parent.relative_to(HOUSE).parts)
    for path in sorted(HOUSE.rglob("__init__.py"))
    if "lazily(__name__)" in path.read_text(encoding="utf-8")
]
SERVER_LIBRARIES = {"sqlalchemy", "asyncpg", "alembic"}


def registering() -> set[str]:
    """The modules that add a check of the store, or what it asks of them, when they are imported."""
    return {
        ".".join(path.with_suffix("").parts[1:])
        for path in python_files("src")
        for statement in parsed(path).body
        if isinstance(statement, ast.Expr) and ast.unparse(statement).startswith("register_")
    }


@pytest.mark.parametrize("room", LAZY)
def test_no_name_of_a_face_is_that_of_a_module_in_the_room(room: str) -> None:
    folder = HOUSE / room.replace(".", "/")
    modules = {path.stem for path in folder.glob("*.py")} | {
        path.parent.name for path in folder.glob("*/__init__.py")
    }

    assert offered(room) & modules <= {"schema", "wish"}, "these are modules whichever way they are named"


@pytest.mark.parametrize("room", LAZY)
def test_a_face_imports_exactly_what_it_offers(room: str) -> None:
    face = parsed((HOUSE / room.replace(".", "/") / "__init__.py").relative_to(ROOT))
    imported = {
        alias.asname or alias.name
        for checked in face.body
        if isinstance(checked, ast.If)
        for statement in checked.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }

    assert imported == offered(room)


def test_a_name_is_imported_once_and_then_stands_in_the_room() -> None:
    ask = lazily("kaihoken.coverage")

    assert ask("Verdict") is kaihoken.coverage.Verdict
    assert "Verdict" in vars(kaihoken.coverage)


def test_what_no_face_offers_is_missing_by_name() -> None:
    with pytest.raises(AttributeError, match=r"module 'kaihoken\.coverage' has no attribute 'Verdikt'"):
        lazily("kaihoken.coverage")("Verdikt")


def test_a_room_whose_source_nobody_has_offers_nothing() -> None:
    with pytest.raises(AttributeError, match="has no attribute"):
        lazily("kaihoken.nowhere")("Verdict")


def test_a_desk_loads_no_library_of_the_store_or_the_planner() -> None:
    loaded = loaded_by(
        "from kaihoken.cli import NOUNS, application\n"
        "application(next(noun for noun in NOUNS if noun.name == 'desk'))\nimport kaihoken.desk.serving"
    )

    assert loaded & {*SERVER_LIBRARIES, *PLANNER_LIBRARIES} == set()
    assert "kaihoken.coverage.client.hub" in loaded


def test_store_check_knows_everything_that_rooms_check() -> None:
    loaded = loaded_by(
        "from kaihoken.cli import NOUNS, application\n"
        "application(next(noun for noun in NOUNS if noun.name == 'store'))"
    )

    assert registering() - loaded == set()


def test_a_hub_knows_it_too_but_for_the_planners_own_books() -> None:
    loaded = loaded_by("import kaihoken.hub.upkeep.drill")

    assert registering() - loaded == {"kaihoken.workforce.careers.checking"}


def test_what_registers_is_found_where_it_stands() -> None:
    assert {"kaihoken.coverage.store", "kaihoken.store.binding"} <= registering()

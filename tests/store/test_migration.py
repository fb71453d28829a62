"""A store is brought forward, never backward, and keeps what it holds."""

import re
import shutil
from pathlib import Path

import apsw
import asyncpg
import pytest

from kaihoken import __version__
from kaihoken.problems import Problem
from kaihoken.store import Write, migration, open_store, schema
from kaihoken.store.schema import NEWEST, REVISIONS

from .builders import ADD_META, a_store, numbers, people

FROZEN = Path(__file__).with_name("fixtures")

NEXT_MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{newest}"

def upgrade():
    op.add_column("person", sa.Column("note", sa.Text))
    op.execute("UPDATE person SET note = 'moved'")
    {last}
"""


def a_next_version(folder: Path, last: str = "") -> Path:
    """A folder with one more migration, as a later program would have."""
    folder.mkdir()
    (folder / "r9001_next.py").write_text(NEXT_MIGRATION.format(newest=NEWEST, last=last), encoding="utf-8")
    return folder


def shape_of_file(path: Path) -> dict[str, object]:
    """Every table and index of a file with what SQLite knows of it."""
    connection = apsw.Connection(str(path))
    tables = list(connection.execute("SELECT name, wr, strict FROM pragma_table_list WHERE schema = 'main'"))
    shape: dict[str, object] = {}
    for name, without_rowid, strict in tables:
        columns = list(connection.execute("SELECT * FROM pragma_table_xinfo(?)", (name,)))
        indexes = [
            (index, unique, list(connection.execute("SELECT * FROM pragma_index_info(?)", (index,))))
            for index, unique in connection.execute(
                'SELECT name, "unique" FROM pragma_index_list(?)', (name,)
            )
        ]
        shape[str(name)] = (without_rowid, strict, columns, sorted(indexes))
    connection.close()
    return shape


async def shape_of_database(address: str) -> list[tuple[object, ...]]:
    """Every column and index of a database with what PostgreSQL knows of it."""
    connection = await asyncpg.connect(address)
    columns = await connection.fetch(
        "SELECT table_name, ordinal_position, column_name, data_type, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
    )
    indexes = await connection.fetch("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1")
    await connection.close()
    return [tuple(row) for row in (*columns, *indexes)]


async def test_migrating_from_nothing_makes_what_creating_makes(tmp_path: Path) -> None:
    await (await a_store(tmp_path / "created")).close()
    migrated = tmp_path / "migrated.sqlite3"

    migration.upgrade_file(migrated)

    created = shape_of_file(tmp_path / "created" / "store.sqlite3")
    assert {"person", "lookup", "log_batch", "alembic_version"} <= set(created)
    assert shape_of_file(migrated) == created


@pytest.mark.postgres
async def test_migrating_from_nothing_makes_what_creating_makes_on_postgresql(
    postgres_url: str,
) -> None:
    await migration.upgrade_database(postgres_url)
    migrated = await shape_of_database(postgres_url)
    await _say(postgres_url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await (await a_store(postgres_url)).close()

    assert await shape_of_database(postgres_url) == migrated


def test_every_migration_is_known_in_order() -> None:
    revisions = [path.name[1:5] for path in sorted((migration.SCRIPTS / "versions").glob("r*.py"))]

    assert tuple(revisions) == REVISIONS


@pytest.mark.parametrize(
    "release", sorted(path.stem.removeprefix("store-") for path in FROZEN.glob("*.sqlite3"))
)
async def test_the_store_of_each_release_is_migrated_and_answers(tmp_path: Path, release: str) -> None:
    shutil.copy(FROZEN / f"store-{release}.sqlite3", tmp_path / "store.sqlite3")

    await (await a_store(tmp_path / "created")).close()

    store = await open_store(tmp_path, migrate=True)

    assert shape_of_file(tmp_path / "store.sqlite3") == shape_of_file(tmp_path / "created" / "store.sqlite3")
    assert store.purpose == "demo"
    assert store.store_id == f"frozen-{release}"
    assert await numbers(store) == [1, 2, 3]
    await store.transaction([people(4)])
    assert await numbers(store) == [1, 2, 3, 4]
    await store.close()


def test_a_store_and_a_hub_of_every_release_are_frozen() -> None:
    changes = (FROZEN.parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"(?m)^## (\S+) \((.+)\)$", changes)
    released = [release for release, when in headings if when != "not released"]

    assert headings[0] == (__version__, "not released"), "what is worked on stands first"
    assert released
    for release in released:
        assert (FROZEN / f"store-{release}.sqlite3").is_file()
        assert (FROZEN / f"hub-{release}" / "backup.sqlite3").is_file()


async def test_a_migration_keeps_what_the_store_holds(tmp_path: Path) -> None:
    store = await a_store(tmp_path / "store")
    await store.transaction([people(1, 2), Write(ADD_META, [("a", "b")])])
    await store.close()
    file = tmp_path / "store" / "store.sqlite3"

    migration.upgrade_file(file, "9001", a_next_version(tmp_path / "next"))

    connection = apsw.Connection(str(file))
    assert list(connection.execute("SELECT person_no, note FROM person")) == [(1, "moved"), (2, "moved")]
    connection.close()


async def test_a_store_from_before_careers_gets_their_table_and_keeps_what_it_holds(tmp_path: Path) -> None:
    for revision in ("0002", "0003"):
        (tmp_path / revision).mkdir()
        migration.upgrade_file(tmp_path / revision / "store.sqlite3", revision)
    before, after = (shape_of_file(tmp_path / one / "store.sqlite3") for one in ("0002", "0003"))
    assert set(after) - set(before) == {"career"}
    await (await a_store(tmp_path / "created")).close()
    file = tmp_path / "created" / "store.sqlite3"
    made = shape_of_file(file)
    for had_it in (False, True):  # between two releases some stores of 0002 had it already
        _revision_of_file(file, "0002")
        if not had_it:
            _run_on_file(file, "DROP TABLE career")

        store = await open_store(tmp_path / "created", migrate=True)
        await store.transaction([people(2 + had_it)])
        await store.close()

        assert shape_of_file(file) == made
    again = await open_store(tmp_path / "created")
    assert await numbers(again) == [2, 3]
    await again.close()


@pytest.mark.postgres
async def test_a_database_from_before_careers_gets_their_table(postgres_url: str) -> None:
    await (await a_store(postgres_url)).close()
    made = await shape_of_database(postgres_url)
    for had_it in (False, True):
        await _revision(postgres_url, "0002")
        if not had_it:
            await _say(postgres_url, "DROP TABLE career")

        await (await open_store(postgres_url, migrate=True)).close()

        assert await shape_of_database(postgres_url) == made


async def test_a_migration_that_fails_leaves_the_old_store(tmp_path: Path) -> None:
    store = await a_store(tmp_path / "store")
    await store.transaction([people(1)])
    await store.close()
    file = tmp_path / "store" / "store.sqlite3"
    before = shape_of_file(file)

    with pytest.raises(ZeroDivisionError):
        migration.upgrade_file(file, "9001", a_next_version(tmp_path / "next", last="1 / 0"))

    assert shape_of_file(file) == before
    again = await open_store(tmp_path / "store")
    assert await numbers(again) == [1]
    await again.close()


@pytest.mark.postgres
async def test_a_migration_on_postgresql_is_whole_or_not_at_all(tmp_path: Path, postgres_url: str) -> None:
    store = await a_store(postgres_url)
    await store.transaction([people(1)])
    await store.close()
    before = await shape_of_database(postgres_url)

    with pytest.raises(ZeroDivisionError):
        await migration.upgrade_database(
            postgres_url, "9001", a_next_version(tmp_path / "broken", last="1 / 0")
        )
    kept = await shape_of_database(postgres_url)
    await migration.upgrade_database(postgres_url, "9001", a_next_version(tmp_path / "next"))

    assert kept == before
    connection = await asyncpg.connect(postgres_url)
    assert await connection.fetchval("SELECT note FROM person") == "moved"
    await connection.close()


async def test_an_older_program_refuses_a_newer_store(location: str | Path) -> None:
    await (await a_store(location)).close()
    await _revision(location, "9001")

    for migrate in (False, True):
        with pytest.raises(Problem) as caught:
            await open_store(location, migrate=migrate)
        assert caught.value.code == "store.newer"
        assert caught.value.facts == {"found": "9001", "known": NEWEST}


async def test_an_older_store_is_brought_forward_on_request_only(
    location: str | Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await a_store(location)
    await store.transaction([people(1)])
    await store.close()
    monkeypatch.setattr(schema, "REVISIONS", ("0000", *REVISIONS))
    monkeypatch.setattr(migration, "upgrade_file", lambda path: _revision_of_file(path, NEWEST))
    monkeypatch.setattr(migration, "upgrade_database", lambda address: _revision(address, NEWEST))
    await _revision(location, "0000")

    with pytest.raises(Problem, match=r"store\.older"):
        await open_store(location)
    with pytest.raises(Problem, match=r"store\.older"):
        await open_store(location, read_only=True, migrate=True)
    forward = await open_store(location, migrate=True)

    assert await numbers(forward) == [1]
    await forward.close()


async def _revision(location: str | Path, revision: str) -> None:
    """Writes another revision into a store."""
    if isinstance(location, str):
        await _say(location, f"UPDATE alembic_version SET version_num = '{revision}'")
    else:
        _revision_of_file(location / "store.sqlite3", revision)


def _revision_of_file(file: Path, revision: str) -> None:
    _run_on_file(file, f"UPDATE alembic_version SET version_num = '{revision}'")


def _run_on_file(file: Path, text: str) -> None:
    connection = apsw.Connection(str(file))
    connection.execute(text)
    connection.close()


async def _say(address: str, text: str) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute(text)
    await connection.close()

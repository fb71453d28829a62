"""`check` finds what is wrong with a store, and a room adds what only it can judge."""

from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path

import apsw
import asyncpg
import pytest

from kaihoken.store import Finding, LookupKey, Note, Store, inspection, open_store, register_check
from kaihoken.store.inspection import inspect

from .builders import PEOPLE, a_store, people


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "_checks", {})


async def findings(store: Store) -> list[Finding | Note]:
    return [finding async for finding in inspect(store)]


async def test_a_sound_store_has_no_findings(location: str | Path) -> None:
    store = await a_store(location)
    await store.transaction([people(*range(1, 300))])
    beside = await open_store(location, read_only=True)
    steps: list[str] = []

    found = [finding async for finding in inspect(beside, steps.append)]

    assert found == []
    assert steps == ["tables", "engine"]
    await beside.close()
    await store.close()


async def test_a_room_adds_its_own_check(location: str | Path) -> None:
    async def odd_people(store: Store, _: Sequence[LookupKey]) -> AsyncIterator[Finding]:
        for number, *_ in await store.fetch(PEOPLE):
            if isinstance(number, int) and number % 2:
                yield Finding(
                    "projection", f"person {number}", "合いません", "does not follow from the truth"
                )

    register_check("projection", odd_people)
    store = await a_store(location)
    await store.transaction([people(1, 2, 3)])

    found = await findings(store)

    assert [finding.where for finding in found] == ["person 1", "person 3"]
    await store.close()


async def test_damaged_pages_are_found(tmp_path: Path) -> None:
    store = await a_store(tmp_path)
    await store.transaction([people(*range(1, 500), size=300)])
    await store.close()
    file = tmp_path / "store.sqlite3"
    content = bytearray(file.read_bytes())
    page = content.index(bytes([250]) * 300) // 4096 * 4096  # where somebody stands
    content[page : page + 4096] = bytes(4096)
    file.write_bytes(content)

    store = await open_store(tmp_path)
    found = await findings(store)

    assert {finding.check for finding in found} == {"engine"}
    await store.close()


async def test_a_missing_column_is_found(location: str | Path) -> None:
    store = await a_store(location)
    await store.close()
    if isinstance(location, str):
        connection = await asyncpg.connect(location)
        await connection.execute("ALTER TABLE client DROP COLUMN scopes")
        await connection.close()
    else:
        apsw.Connection(str(location / "store.sqlite3")).execute("ALTER TABLE client DROP COLUMN scopes")

    store = await open_store(location)
    found = await findings(store)

    assert isinstance(found.pop(), Note), "what follows cannot be compared"
    assert [(finding.check, finding.where) for finding in found] == [("tables", "client")]
    await store.close()


async def change(location: str | Path, *texts: str) -> None:
    """Changes a closed store as somebody with the right of its files, or the owner of its database, can."""
    if isinstance(location, Path):
        with closing(apsw.Connection(str(location / "store.sqlite3"))) as file:
            for text in texts:
                file.execute(text)
        return
    connection = await asyncpg.connect(location)
    for text in texts:
        await connection.execute(text)
    await connection.close()


OBJECTS = {
    "index ix_log_batch_at_ms": ("DROP INDEX ix_log_batch_at_ms",),
    "index mine": ("CREATE INDEX mine ON person (packed)",),
    "diary": ("CREATE TABLE diary (day INTEGER)",),
    "view people": ("CREATE VIEW people AS SELECT person_no FROM person",),
    "client": ("ALTER TABLE client ADD COLUMN password TEXT",),
}
_WATCH = "CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"


@pytest.mark.parametrize("where", OBJECTS)
async def test_every_object_that_is_not_as_it_was_made_is_found(location: str | Path, where: str) -> None:
    await (await a_store(location)).close()
    await change(location, *OBJECTS[where])

    store = await open_store(location)
    found = await findings(store)

    assert {finding.where for finding in found if isinstance(finding, Finding)} == {where}
    await store.close()


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("CREATE TRIGGER t AFTER INSERT ON log_body BEGIN DELETE FROM log_body; END", {"trigger t"}),
        ("CREATE VIRTUAL TABLE words USING fts5 (word)", {"words", "words_data"}),
        ("DROP TABLE client", {"client", "index sqlite_autoindex_client_1"}),
        (
            "DROP TABLE idempotency; CREATE TABLE idempotency (actor TEXT NOT NULL, key_hash BLOB NOT NULL,"
            " request_hash BLOB NOT NULL, answer BLOB NOT NULL, created_at INTEGER NOT NULL,"
            " PRIMARY KEY (actor, key_hash) ON CONFLICT REPLACE) STRICT;"
            " CREATE INDEX ix_idempotency_created_at ON idempotency (created_at)",
            {"idempotency"},
        ),
    ],
)
async def test_what_only_a_file_can_hold_is_found(tmp_path: Path, text: str, where: set[str]) -> None:
    await (await a_store(tmp_path)).close()
    await change(tmp_path, text)

    store = await open_store(tmp_path)
    found = await findings(store)

    assert {finding.where for finding in found if isinstance(finding, Finding)} >= where
    await store.close()


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("texts", "where"),
    [
        (
            (_WATCH, "CREATE TRIGGER t BEFORE INSERT ON log_body FOR EACH ROW EXECUTE FUNCTION watch()"),
            {"function watch()", "trigger t on log_body"},
        ),
        (("CREATE RULE r AS ON DELETE TO log_body DO INSTEAD NOTHING",), {"rule r on log_body"}),
        (("ALTER TABLE person ENABLE ROW LEVEL SECURITY",), {"person"}),
        (("CREATE POLICY mine ON person USING (person_no < 7)",), {"policy mine on person"}),
        (("ALTER TABLE client ADD CONSTRAINT c CHECK (kind <> 'x')",), {"constraint c"}),
        (("ALTER TABLE log_body SET UNLOGGED",), {"log_body"}),
        (("CREATE SEQUENCE s",), {"relation S s"}),
        (("DROP TABLE client",), {"client", "index client_pkey"}),
    ],
)
async def test_what_only_a_database_can_hold_is_found(
    postgres_url: str, texts: tuple[str, ...], where: set[str]
) -> None:
    await (await a_store(postgres_url)).close()
    await change(postgres_url, *texts)

    store = await open_store(postgres_url)
    found = await findings(store)

    assert {finding.where for finding in found if isinstance(finding, Finding)} == where
    await store.close()


async def test_what_the_engine_notes_for_itself_is_no_finding(location: str | Path) -> None:
    store = await a_store(location)
    await store.transaction([people(1, 2, 3)])
    await store.close()
    await change(location, "ANALYZE")

    store = await open_store(location)

    assert await findings(store) == []
    await store.close()

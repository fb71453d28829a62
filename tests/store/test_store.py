"""A store keeps what it acknowledges, all or nothing, on both engines."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import apsw
import asyncpg
import pytest

from kaihoken.problems import Problem
from kaihoken.store import SqliteStore, Statement, Write, create_store, open_store, postgresserver

from .builders import ADD_META, ADD_PERSON, CLOCK, PEOPLE, a_person, a_store, numbers, people


async def test_what_was_written_is_read_after_reopening(location: str | Path) -> None:
    store = await a_store(location)
    await store.transaction([people(1, 2)])
    seen_at_once = await numbers(store)
    await store.close()

    again = await open_store(location)

    assert seen_at_once == [1, 2]
    assert await again.fetch(PEOPLE) == [a_person(1), a_person(2)]
    await again.close()


async def test_a_store_knows_what_it_is(location: str | Path) -> None:
    store = await create_store(location, purpose="production", clock=CLOCK)
    purpose, store_id = store.purpose, store.store_id
    await store.close()

    again = await open_store(location)

    assert (purpose, again.purpose) == ("production", "production")
    assert again.store_id == store_id
    await again.close()


@pytest.mark.parametrize(
    ("bad_row", "code"),
    [
        (a_person(1), "store.conflict"),
        ((9, a_person(1)[1], b""), "store.conflict"),
        ((9, None, b""), "store.row"),
        ((9, "text", b""), "store.row"),
        ((9, CLOCK, b""), "store.row"),
        ((1 << 70, b"", b""), "store.row"),
        ((9, b""), "store.row"),
    ],
    ids=["key stands", "unique value stands", "null", "wrong type", "unknown type", "too large", "too short"],
)
async def test_one_bad_row_refuses_the_whole_transaction(
    location: str | Path, bad_row: tuple[object, ...], code: str
) -> None:
    store = await a_store(location)
    await store.transaction([people(1)])

    with pytest.raises(Problem) as caught:
        await store.transaction([people(2), Write(ADD_PERSON, [a_person(3), bad_row]), people(4)])

    assert caught.value.code == code
    assert caught.value.facts == {"statement": "add a person"}
    assert await numbers(store) == [1]
    await store.transaction([people(5)])
    assert await numbers(store) == [1, 5]
    await store.close()


async def test_a_bad_row_in_a_single_statement_refuses_its_other_rows(location: str | Path) -> None:
    store = await a_store(location)

    with pytest.raises(Problem, match=r"store\.conflict"):
        await store.transaction([people(1, 2, 1)])

    assert await numbers(store) == []
    await store.close()


async def test_a_problem_does_not_quote_the_row(location: str | Path) -> None:
    store = await a_store(location)
    await store.transaction([Write(ADD_META, [("canary", "皆保花子")])])

    with pytest.raises(Problem) as caught:
        await store.transaction([Write(ADD_META, [("canary", "皆保花子")])])

    problem = caught.value
    assert problem.__cause__ is None
    assert problem.__suppress_context__
    assert "canary" not in f"{problem} {problem.facts} {problem.as_rfc9457()}"
    await store.close()


async def test_a_cancelled_write_leaves_the_store_usable(location: str | Path) -> None:
    store = await a_store(location)

    for patience in range(1, 40):
        task = asyncio.create_task(store.transaction([people(patience), people(100 + patience)]))
        for _ in range(patience):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        await store.transaction([people(200 + patience)])

    found = set(await numbers(store))
    assert found >= {200 + patience for patience in range(1, 40)}
    assert all((patience in found) == (100 + patience in found) for patience in range(1, 40))
    await store.close()
    again = await open_store(location)
    assert set(await numbers(again)) == found
    await again.close()


async def test_a_second_program_is_refused(location: str | Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresserver, "LOCK_PATIENCE_MS", 50)
    store = await a_store(location)

    with pytest.raises(Problem) as caught:
        await open_store(location)

    assert caught.value.code == "store.locked"
    await store.close()
    again = await open_store(location)
    await again.close()


async def test_a_reader_works_beside_the_writer_and_writes_nothing(location: str | Path) -> None:
    store = await a_store(location)
    reader = await open_store(location, read_only=True)

    await store.transaction([people(1)])

    assert await numbers(reader) == [1]
    with pytest.raises(Problem, match=r"store\.read_only"):
        await reader.transaction([people(2)])
    await reader.close()
    assert await numbers(store) == [1]
    await store.close()


async def test_a_closed_store_says_so(location: str | Path) -> None:
    store = await a_store(location)
    await store.close()
    await store.close()

    with pytest.raises(Problem, match=r"store\.closed"):
        await store.transaction([people(1)])
    with pytest.raises(Problem, match=r"store\.closed"):
        await store.fetch(PEOPLE)


async def test_nothing_is_overwritten(location: str | Path) -> None:
    store = await a_store(location)
    await store.transaction([people(1)])
    await store.close()

    with pytest.raises(Problem, match=r"store\.exists"):
        await a_store(location)

    again = await open_store(location)
    assert await numbers(again) == [1]
    await again.close()


@pytest.mark.postgres
async def test_what_is_not_there_is_not_opened(tmp_path: Path, postgres_url: str) -> None:
    for absent in (tmp_path, tmp_path / "none", postgres_url):
        with pytest.raises(Problem, match=r"store\.missing"):
            await open_store(absent)


async def test_a_file_that_is_no_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite3").write_bytes(b"not a database " * 100)

    with pytest.raises(Problem, match=r"store\.corrupt"):
        await open_store(tmp_path)


async def test_a_database_out_of_reach_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        await open_store(f"postgresql://someone:hidden@/nowhere?host={tmp_path}")

    assert caught.value.code == "store.unreachable"
    assert "hidden" not in str(caught.value.as_rfc9457())


async def test_a_wrong_statement_is_a_fault_of_the_program_and_leaves_no_transaction(
    location: str | Path,
) -> None:
    store = await a_store(location)
    wrong = Statement("wrong", "INSERT INTO nowhere VALUES (1)", "INSERT INTO nowhere VALUES (1)")

    with pytest.raises((apsw.SQLError, asyncpg.SyntaxOrAccessError)):
        await store.transaction([people(1), Write(wrong, [()])])
    with pytest.raises((apsw.SQLError, asyncpg.SyntaxOrAccessError)):
        await store.fetch(wrong)

    await store.transaction([people(2), people(3)])
    assert await numbers(store) == [2, 3]
    await store.close()


async def test_an_interruption_leaves_no_transaction(tmp_path: Path) -> None:
    def interrupted() -> Iterator[tuple[object, ...]]:
        yield a_person(1)
        raise KeyboardInterrupt

    store = await a_store(tmp_path)

    with pytest.raises(KeyboardInterrupt):
        await store.transaction([people(5), Write(ADD_PERSON, interrupted())])

    await store.transaction([people(2)])
    assert await numbers(store) == [2]
    await store.close()


async def test_a_writer_that_cannot_even_roll_back_is_replaced(tmp_path: Path) -> None:
    def stuck(operation: int, what: str | None, *_: str | None) -> int:
        ends = operation == apsw.SQLITE_TRANSACTION and what in ("COMMIT", "ROLLBACK")
        return apsw.SQLITE_DENY if ends else apsw.SQLITE_OK

    store = await a_store(tmp_path)
    assert isinstance(store, SqliteStore)
    assert store._writer is not None
    store._writer.authorizer = stuck

    with pytest.raises(Problem, match=r"store\.failed"):
        await store.transaction([people(1)])

    await store.transaction([people(2)])
    assert await numbers(store) == [2]
    await store.close()

"""A writer's connection that is lost while the server still works on a batch: the log waits until that is decided."""

import asyncio
from collections.abc import Awaitable

import asyncpg
import pytest

from kaihoken.problems import Problem
from kaihoken.store import PostgresStore, postgresserver

from .builders import a_log_on, a_store, an_entry, committed

pytestmark = pytest.mark.postgres

BATCH = "SELECT count(*) FROM log_batch"
STUCK = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = 42 "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


async def until(server: asyncpg.Connection, question: str) -> None:
    """Asks until the server says yes: what it does is not an event of ours."""
    answer = None
    async with asyncio.timeout(60):
        while not answer:
            answer = await server.fetchval(question)


async def test_a_batch_that_the_server_finishes_later_is_not_taken_for_a_strangers(postgres_url: str) -> None:
    store = await a_store(postgres_url)
    assert isinstance(store, PostgresStore)
    server = await asyncpg.connect(postgres_url)
    async with a_log_on(store) as committer:
        await committed(committer, "a")
        await server.execute(
            "CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_advisory_xact_lock(42); RETURN new; END $$;"
            "CREATE TRIGGER held BEFORE INSERT ON log_batch FOR EACH ROW EXECUTE FUNCTION held()"
        )
        await server.execute("SELECT pg_advisory_lock(42)")
        lost = asyncio.create_task(_code(committer.commit([an_entry("b")])))
        await until(server, STUCK)

        assert store._writer is not None
        store._writer._transport.abort()
        assert await lost == "store.unconfirmed"
        next_one = asyncio.create_task(_code(committer.commit([an_entry("c")])))
        await server.execute("SELECT pg_advisory_unlock(42)")

        assert await next_one == ""
        assert await _code(committer.commit([an_entry("d")])) == ""
        assert committer.ready
        assert await server.fetchval(BATCH) == committer.committed_seq + 1
    await server.close()


async def test_while_the_lock_cannot_be_had_again_the_log_is_not_ready(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await a_store(postgres_url)
    assert isinstance(store, PostgresStore)
    other = await asyncpg.connect(postgres_url)
    async with a_log_on(store) as committer:
        await committed(committer, "a")
        assert store._writer is not None
        store._writer.terminate()
        await other.execute("SELECT pg_advisory_lock($1)", postgresserver.WRITER_LOCK)
        with monkeypatch.context() as impatient:
            impatient.setattr(postgresserver, "COMMAND_SECONDS", 0.05)
            refused = await asyncio.gather(*(_code(committer.commit([an_entry()])) for _ in range(2)))
        assert refused == ["store.unreachable"] * 2
        assert not committer.ready

        await other.close()
        assert await _code(committer.commit([an_entry("b")])) == ""
        assert committer.ready


async def _code(commit: Awaitable[object]) -> str:
    try:
        await commit
    except Problem as problem:
        return problem.code
    return ""

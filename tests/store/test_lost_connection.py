"""A PostgreSQL connection that breaks is told apart: refused, or not known; the store goes on afterwards."""

import asyncio
from collections.abc import AsyncIterator, Awaitable

import asyncpg
import pytest
import pytest_asyncio

from kaihoken.problems import Problem
from kaihoken.store import Store, Write, postgresserver

from .builders import a_store, numbers, people

pytestmark = pytest.mark.postgres

WRITER = "SELECT pid FROM pg_stat_activity WHERE application_name = 'kaihoken writer' AND datname = current_database()"


@pytest_asyncio.fixture
async def operator(postgres_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the database's operator."""
    connection = await asyncpg.connect(postgres_url)
    yield connection
    await connection.close()


async def until(operator: asyncpg.Connection, condition: str) -> None:
    """Asks the server until it says yes: a state of the server is not an event of ours."""
    answer = None
    async with asyncio.timeout(60):
        while not answer:
            answer = await operator.fetchval(condition)


async def end_writer(operator: asyncpg.Connection) -> None:
    """Ends the writer's session and waits until it is gone."""
    await operator.execute(f"SELECT pg_terminate_backend(pid) FROM ({WRITER}) AS w")
    await until(operator, f"SELECT NOT EXISTS ({WRITER})")


async def code_when_ended_while_writing(
    store: Store, address: str, operator: asyncpg.Connection, writes: list[Write]
) -> str:
    """Lets the writer wait for a lock on the table, ends its session there, and returns the problem's code."""
    holder = await asyncpg.connect(address)
    holding = holder.transaction()
    await holding.start()
    await holder.execute("LOCK TABLE person IN SHARE MODE")
    waiting = asyncio.create_task(store.transaction(writes))
    await until(operator, f"SELECT cardinality(pg_blocking_pids(({WRITER}))) > 0")
    await end_writer(operator)
    await holding.rollback()
    await holder.close()
    with pytest.raises(Problem) as caught:
        await waiting
    return caught.value.code


async def test_a_session_that_ended_between_two_writes_is_replaced(
    postgres_url: str, operator: asyncpg.Connection
) -> None:
    store = await a_store(postgres_url)
    await store.transaction([people(1)])
    await end_writer(operator)

    # The news may not have reached us when we speak first.
    outcomes = [await outcome(store.transaction([people(2)])), await outcome(store.transaction([people(3)]))]

    assert outcomes in ([None, None], ["store.unconfirmed", None])
    assert await numbers(store) == ([1, 2, 3] if outcomes[0] is None else [1, 3])
    await store.close()


async def outcome(attempt: Awaitable[None]) -> str | None:
    """The code of the problem, if there is one."""
    try:
        await attempt
    except Problem as problem:
        return problem.code
    return None


async def test_a_loss_before_the_commit_is_a_refusal(postgres_url: str, operator: asyncpg.Connection) -> None:
    store = await a_store(postgres_url)

    code = await code_when_ended_while_writing(store, postgres_url, operator, [people(1), people(2, 3)])

    assert code == "store.failed"
    assert await numbers(store) == []
    await store.transaction([people(3)])
    assert await numbers(store) == [3]
    await store.close()


@pytest.mark.parametrize("writes", [[people(1)], [people(1), people(2)]], ids=["one", "two in one statement"])
async def test_a_loss_while_committing_is_not_known_until_read(
    postgres_url: str, operator: asyncpg.Connection, writes: list[Write]
) -> None:
    store = await a_store(postgres_url)

    code = await code_when_ended_while_writing(store, postgres_url, operator, writes)

    assert code == "store.unconfirmed"
    await store.transaction([people(3)])
    assert await numbers(store) == [3]
    await store.close()


@pytest.mark.parametrize(
    ("writes", "code"),
    [
        ([people(0)], "store.unconfirmed"),
        ([people(0), people(1)], "store.unconfirmed"),
        ([people(0), people(1, 2)], "store.failed"),
    ],
)
async def test_a_server_that_does_not_answer_is_given_up(
    postgres_url: str,
    operator: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    writes: list[Write],
    code: str,
) -> None:
    monkeypatch.setattr(postgresserver, "COMMAND_SECONDS", 0.3)
    store = await a_store(postgres_url)
    await operator.execute("BEGIN; LOCK TABLE person IN SHARE MODE")

    said = await outcome(store.transaction(writes))
    await operator.execute("ROLLBACK")

    assert said == code
    await store.transaction([people(9)])
    assert await numbers(store) in (
        [9],
        [0, 9],
        [0, 1, 9],
    )  # one statement is its own commit: it may have come through
    await store.close()


async def test_a_hub_that_took_over_is_not_written_under(
    postgres_url: str, operator: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresserver, "LOCK_PATIENCE_MS", 50)
    store = await a_store(postgres_url)
    await end_writer(operator)
    await operator.execute("SELECT pg_advisory_lock($1)", postgresserver.WRITER_LOCK)

    for _ in range(2):  # the first may learn only now that the session has ended
        with pytest.raises(Problem) as caught:
            await store.transaction([people(1)])

    assert caught.value.code == "store.locked"
    assert await numbers(store) == []
    await store.close()

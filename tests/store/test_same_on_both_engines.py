"""The same history on SQLite and on PostgreSQL gives the same answers, refusals included."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from kaihoken.problems import Problem
from kaihoken.store import Idempotency, Statement, Store, Write, statement
from kaihoken.store.schema import assertion, lookup, metadata, person, store_meta

from .builders import CLOCK, a_store

KEPT = ("purpose", "store_id", "created")
TABLES = (person, assertion, lookup, store_meta)

STATEMENTS = {
    "person": statement("add person", insert(person)),
    "replace": statement(
        "replace person",
        insert_or(person).on_conflict_do_update(
            index_elements=["person_no"], set_={"packed": insert_or(person).excluded.packed}
        ),
    ),
    "packed": statement(
        "update person",
        update(person).where(person.c.person_no == bindparam("no")).values(packed=bindparam("new")),
    ),
    "assertion": statement("add assertion", insert(assertion)),
    "lookup": statement("add lookup", insert_or(lookup).on_conflict_do_nothing()),
    "unlookup": statement("drop lookup", delete(lookup).where(lookup.c.key_version < bindparam("version"))),
    "meta": statement("add meta", insert(store_meta)),
}
READ = {
    table.name: statement(f"read {table.name}", select(table).order_by(*table.primary_key.columns))
    for table in TABLES
}
CLEAR = [
    *(statement(f"clear {t.name}", delete(t)) for t in metadata.sorted_tables if t is not store_meta),
    statement(
        "clear meta",
        delete(store_meta).where(store_meta.c.name.not_in([bindparam(f"k{i}") for i in range(3)])),
    ),
]

small = st.integers(0, 4)
number = st.one_of(small, st.just(None), st.just("x"))
blob = st.one_of(st.binary(max_size=40), st.just(None))
text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
person_id = small.map(lambda value: bytes([value]) * 16)

ROWS: dict[str, st.SearchStrategy[tuple[object, ...]]] = {
    # person_no is never None: SQLite would number the person itself, which the schema says nobody relies on.
    "person": st.tuples(st.one_of(small, st.just("x")), person_id, blob),
    "replace": st.tuples(small, person_id, blob),
    "packed": st.tuples(blob, small),
    "assertion": st.tuples(
        small, small, small, st.integers(0, 1 << 62), small, text, number, small, number, blob
    ),
    "lookup": st.tuples(person_id, small, small, small, small),
    "unlookup": st.tuples(small),
    "meta": st.tuples(text, text),
}
write = st.sampled_from(sorted(ROWS)).flatmap(
    lambda kind: st.lists(ROWS[kind], max_size=4).map(lambda rows: Write(STATEMENTS[kind], rows))
)


class SameHistory(RuleBasedStateMachine):
    """Two stores, every step on both."""

    def __init__(self, run: Callable[..., object], stores: tuple[Store, Store]) -> None:
        super().__init__()
        self.run = run
        self.stores = stores
        self.keys = tuple(Idempotency(store, CLOCK) for store in stores)
        clear = [Write(said, [()]) for said in CLEAR[:-1]]
        for store in stores:
            run(store.transaction([*clear, Write(CLEAR[-1], [KEPT])]))

    @rule(writes=st.lists(write, max_size=4))
    def transaction(self, writes: list[Write]) -> None:
        lite, full = (self.outcome(store.transaction(writes)) for store in self.stores)
        assert lite == full

    @rule(
        key=st.sampled_from("ab"), request=st.sampled_from([b"1", b"2"]), writes=st.lists(write, max_size=2)
    )
    def idempotent(self, key: str, request: bytes, writes: list[Write]) -> None:
        lite, full = (
            self.outcome(repeatable(idempotency, store, key, request, writes))
            for idempotency, store in zip(self.keys, self.stores, strict=True)
        )
        assert lite == full

    @invariant()
    def equal(self) -> None:
        for name, read in READ.items():
            lite, full = (self.run(everything(store, name, read)) for store in self.stores)
            assert lite == full

    def outcome(self, attempt: object) -> object:
        try:
            return self.run(attempt)
        except Problem as problem:
            # A statement with two faulty rows may be refused for either.
            return problem.code.replace("row", "conflict"), problem.facts


async def everything(store: Store, name: str, read: Statement) -> list[tuple[object, ...]]:
    """A table's rows; of the two stores' own data only what both have. Text is ordered by the engine's collation, so
    order is ours."""
    rows = await store.fetch(read)
    return sorted((row for row in rows if name != "store_meta" or row[0] not in KEPT), key=repr)


async def repeatable(
    idempotency: Idempotency, store: Store, key: str, request: bytes, writes: list[Write]
) -> bytes:
    async with idempotency.once("actor", key, request) as attempt:
        if attempt.answer is not None:
            return b"again: " + attempt.answer
        await store.transaction([*writes, attempt.keep(request)])
        return request


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.mark.postgres
def test_every_history_gives_equal_answers(runner: asyncio.Runner, tmp_path: Path, postgres_url: str) -> None:
    stores = (runner.run(a_store(tmp_path)), runner.run(a_store(postgres_url)))

    try:
        run_state_machine_as_test(
            lambda: SameHistory(runner.run, stores),
            settings=settings(
                max_examples=40,
                stateful_step_count=15,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        for store in stores:
            runner.run(store.close())

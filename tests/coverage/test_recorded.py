"""The truth is compared with the log: a change that keeps everything in the store consistent is found all the same."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import cast

import msgspec
import pytest

from kaihoken.audit import Entry
from kaihoken.audit.retention import destroy_bodies
from kaihoken.audit.store import LOG_ID
from kaihoken.clock import FixedClock
from kaihoken.coverage import Coverage, check_projection, check_registrations
from kaihoken.coverage.history import (
    Assertion,
    CommitSequence,
    pack_assertion,
    pack_history,
    unpack_assertion,
)
from kaihoken.coverage.recorded import LOADED_SLICE, REGISTRATION, said_of
from kaihoken.coverage.registration.registering import period_of
from kaihoken.coverage.store import SAID_FROM, SAID_IN_COMMIT
from kaihoken.problems import Problem
from kaihoken.store import Note, Statement, Store, Write, create_store, milliseconds

from .house import MORNING, House, a_house
from .test_projection import plant, with_people
from .test_rows import COVERAGE

DIFFERS = "what was registered is not what the log records"


async def told(house: House) -> list[tuple[str, str]]:
    return [
        ("note", one.english) if isinstance(one, Note) else (one.where, one.english)
        async for one in check_registrations(house.store)
    ]


async def rewrite(house: House, change: Callable[[list[Assertion]], list[Assertion]]) -> None:
    """Change what was said of person 1 with everything that follows from it, as one would who knows the program."""
    rows = await house.rows("SELECT body FROM assertion WHERE person_no = 1 ORDER BY ordinal")
    said = change([unpack_assertion(cast("bytes", body)) for (body,) in rows])
    latest: dict[int, int] = {}
    kept: list[tuple[object, ...]] = []
    for ordinal, one in enumerate(said):
        start, end = period_of(one.fact)
        kept.append(
            (1, ordinal, one.subject, one.commit, milliseconds(one.recorded_at), one.source, latest.get(one.subject),
             start.toordinal(), end.toordinal() if end else None, pack_assertion(one))
        )  # fmt: skip
        latest[one.subject] = ordinal
    add = "INSERT INTO assertion VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    packed = pack_history([pack_assertion(one) for one in said])
    put = "UPDATE person SET packed = $1 WHERE person_no = 1"
    await plant(house.store, "DELETE FROM assertion WHERE person_no = 1")
    await house.store.transaction(
        [
            Write(Statement("add", add.replace("$", "?"), add), kept),
            Write(Statement("put", put.replace("$", "?"), put), [(packed,)]),
        ]
    )


def with_first(**changed: object) -> Callable[[list[Assertion]], list[Assertion]]:
    return lambda said: [msgspec.structs.replace(said[0], **changed), *said[1:]]


def later(said: list[Assertion]) -> list[Assertion]:
    at = said[0].recorded_at + timedelta(days=1)
    return [msgspec.structs.replace(said[0], recorded_at=at), *said[1:]]


def dearer(said: list[Assertion]) -> list[Assertion]:
    fact = cast("Coverage", said[0].fact)
    return [msgspec.structs.replace(said[0], fact=msgspec.structs.replace(fact, name="別人")), *said[1:]]


def moved(said: list[Assertion]) -> list[Assertion]:
    return [*said[:-1], msgspec.structs.replace(said[-1], commit=said[0].commit)]


ONE_BATCH, BOTH = [("batch 1", DIFFERS)], [("batch 1", DIFFERS), ("batch 2", DIFFERS)]


@pytest.mark.parametrize("people", [0, 1, 25])
async def test_what_was_registered_is_what_the_log_records(
    location: str | Path, tmp_path: Path, people: int
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        if people:
            await with_people(house, people)

        assert await told(house) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (dearer, ONE_BATCH),
        (later, ONE_BATCH),
        (with_first(source="somebody else"), ONE_BATCH),
        (with_first(link="k-99"), ONE_BATCH),
        (moved, BOTH),
        (
            lambda said: said[:-1],
            [("batch 2", DIFFERS), ("assertion", "6 assertions stand, 7 are on record")],
        ),
        (
            lambda said: [*said, said[-1]],
            [("batch 2", DIFFERS), ("assertion", "8 assertions stand, 7 are on record")],
        ),
    ],
    ids=["fact", "instant", "source", "link", "commit", "fewer", "more"],
)
async def test_a_change_that_fits_all_that_follows_from_it_is_found(
    location: str | Path,
    tmp_path: Path,
    change: Callable[[list[Assertion]], list[Assertion]],
    expected: list[tuple[str, str]],
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house)
        await rewrite(house, lambda said: said)
        assert await told(house) == []

        await rewrite(house, change)

        assert [found async for found in check_projection(house.store)] == []
        assert await told(house) == expected


@pytest.mark.parametrize("ahead", [0, 7])
async def test_what_waits_under_a_batch_that_is_not_there_yet_is_found(
    location: str | Path, tmp_path: Path, ahead: int
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house)
        not_yet = CommitSequence(house.committer.committed_seq + 1 + ahead)

        await rewrite(house, lambda said: [*said, msgspec.structs.replace(said[-1], commit=not_yet)])

        assert [found async for found in check_projection(house.store)] == []
        waiting = "assertions under a batch that is not there yet: 1"
        assert await told(house) == [(f"batch {not_yet}", waiting)]


async def test_what_a_hub_registers_meanwhile_is_not_taken_for_it(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house)

        class Busy:
            def __getattr__(self, name: str) -> object:
                return getattr(house.store, name)

            async def fetch(self, statement: Statement, params: tuple[object, ...] = ()) -> object:
                if statement is SAID_FROM:
                    await house.register(COVERAGE | {"link": "k-77", "number": "77"})
                return await house.store.fetch(statement, params)

        assert [one async for one in check_registrations(cast("Store", Busy()))] == []


async def test_an_assertion_that_passes_to_another_person_of_its_commit_is_found(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house)
        await plant(house.store, "UPDATE assertion SET ordinal = 1 WHERE person_no = 2")

        # The last of one person becomes the first of the next: the bytes follow each other as before.
        await plant(
            house.store,
            "UPDATE assertion SET person_no = 2, ordinal = 0 WHERE person_no = 1 AND ordinal = 2",
        )

        assert await told(house) == ONE_BATCH


@pytest.mark.parametrize("person", [b"k", b"kk", b"\x00" * 16], ids=["one byte", "two bytes", "another"])
async def test_another_id_for_a_person_is_found(location: str | Path, tmp_path: Path, person: bytes) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house)
        await plant(house.store, "UPDATE person SET person_id = $1 WHERE person_no = 2", person)

        assert await told(house) == ONE_BATCH


async def test_ids_that_two_people_exchanged_are_found(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house)
        ((one,), (other,)) = await house.rows(
            "SELECT person_id FROM person WHERE person_no IN (2, 3) ORDER BY person_no"
        )
        put = "UPDATE person SET person_id = $1 WHERE person_no = 3"
        await plant(house.store, put, b"aside")
        await plant(house.store, put.replace("= 3", "= 2"), other)
        await plant(house.store, put, one)

        assert await told(house) == ONE_BATCH


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((b"p", [b"a", b"b"]), (b"p", [b"ab"])),
        ((b"p", [b"ab", b"c"]), (b"p", [b"a", b"bc"])),
        ((b"pa", [b"b"]), (b"p", [b"ab"])),
        ((b"p", []), (b"p", [b""])),
        ((b"p", [b"a"]), (b"q", [b"a"])),
    ],
)
def test_what_is_said_has_bounds(one: tuple[bytes, list[bytes]], other: tuple[bytes, list[bytes]]) -> None:
    assert said_of(*one) != said_of(*other)


async def test_what_cannot_be_read_is_told_and_the_rest_is_compared(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house)
        await plant(
            house.store, "UPDATE assertion SET body = $1 WHERE person_no = 1 AND ordinal = 0", b"\xc1"
        )

        assert await told(house) == [("batch 1", "what was registered or its record cannot be read")]


@pytest.mark.parametrize("kind", [REGISTRATION, LOADED_SLICE])
async def test_a_record_that_says_something_else_is_told(
    location: str | Path, tmp_path: Path, kind: str
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await house.committer.commit([Entry(kind, b'{"digest":1}')])

        assert await told(house) == [("batch 1", "what was registered or its record cannot be read")]


async def test_a_damaged_batch_is_told(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house)
        await plant(house.store, "UPDATE log_batch SET leaves = $1 WHERE seq = 1", b"short")

        wrong = ("batch 1", "the record of a registration cannot be read")
        assert await told(house) == [wrong, ("assertion", "7 assertions stand, 2 are on record")]


@pytest.mark.parametrize("refused", [LOG_ID, SAID_IN_COMMIT], ids=["log", "truth"])
async def test_what_the_store_refuses_is_not_taken_for_damage(tmp_path: Path, refused: Statement) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await with_people(house)

        class Full:
            def __getattr__(self, name: str) -> object:
                return getattr(house.store, name)

            async def fetch(self, statement: Statement, params: tuple[object, ...] = ()) -> object:
                if statement is refused:
                    raise Problem("store.full")
                return await house.store.fetch(statement, params)

        with pytest.raises(Problem, match=r"store\.full"):
            [one async for one in check_registrations(cast("Store", Full()))]


async def test_destroyed_records_are_said_not_to_be_compared(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house)
        house.clock.at += timedelta(days=365 * 8)
        today = house.clock.at.date()
        assert (await destroy_bodies(house.committer, today - timedelta(days=365 * 7), today)).records > 0

        assert await told(house) == [("note", "not counted: records were destroyed")]


async def test_a_store_without_a_log_holds_nothing(tmp_path: Path) -> None:
    store = await create_store(tmp_path / "store", purpose="demo", clock=FixedClock(MORNING))
    try:
        assert [one async for one in check_registrations(store)] == []
        await plant(store, "INSERT INTO assertion VALUES (1, 0, 1, 0, 0, '', NULL, 1, NULL, x'')")
        (found,) = [one async for one in check_registrations(store)]
        assert found.where == "batch 0"
    finally:
        await store.close()

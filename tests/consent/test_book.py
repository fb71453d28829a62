"""The book: a change and its record in one transaction, on both engines; what one facility was given, another never
sees; and a store whose consents were touched is found out."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from kaihoken.audit import Committer, Entry, KindReader, log_of
from kaihoken.audit.retention import destroy_bodies
from kaihoken.clock import FixedClock
from kaihoken.consent import (
    Actor,
    Care,
    ConsentBook,
    ConsentId,
    EndReason,
    Giving,
    Item,
    Means,
    Period,
    State,
    check_consents,
    state_of,
)
from kaihoken.consent.book import AT_ONCE, by_turns
from kaihoken.consent.recorded import CONSENT_ENDED, CONSENT_GIVEN, CONSENT_REFUSED, CONSENT_SEEN
from kaihoken.consent.store import row_of_grant
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, Note, Statement, Store, Write, create_store

from .people import DAY, FACILITY, MOMENT, NOW, OTHER_FACILITY, PERSON, SOMEBODY_ELSE, TODAY, a_grant

CLINIC, PATIENT = Actor("clinic", FACILITY, "key-1"), Actor("person")
AT_HOME = Giving(FACILITY, frozenset({Item.LIMIT, Item.MEDICINE}), Care.HOME, Means.HOME)
AT_THE_DESK = Giving(FACILITY, frozenset({Item.MEDICINE, Item.OPERATION}))
THE_DAY = Period(TODAY, TODAY)


class Library:
    """A book with its store, log and clock."""

    def __init__(self, store: Store, committer: Committer, clock: FixedClock) -> None:
        numbers = count(1)
        self.store, self.committer, self.clock = store, committer, clock
        self.book = ConsentBook(store, committer, clock, lambda: next(numbers).to_bytes(16, "big"))

    async def records(self, *kinds: str) -> list[tuple[str, dict[str, Any]]]:
        log = await log_of(self.store)
        assert log is not None
        return [
            (entry.kind, msgspec.json.decode(entry.body))
            async for _, entries in KindReader(log, *kinds).batches(0, await log.size())
            for entry in entries or ()
        ]

    async def findings(self) -> list[tuple[str, str]]:
        return [
            ("note", told.english) if isinstance(told, Note) else (told.where, told.english)
            async for told in check_consents(self.store)
        ]

    async def plant(self, sql: str, *params: object) -> None:
        """Writes behind everybody's back."""
        await self.store.transaction([Write(Statement("plant", sql.replace("$", "?"), sql), [params])])


@asynccontextmanager
async def a_library(location: str | Path, folder: Path) -> AsyncIterator[Library]:
    clock = FixedClock(NOW)
    keys = FileKeys.create(folder, clock)
    store = await create_store(location, purpose="demo", clock=clock)
    committer = await Committer.open(store, keys, clock, tick_seconds=None)
    try:
        yield Library(store, committer, clock)
    finally:
        await committer.close()
        await store.close()


async def test_what_was_given_stands_in_the_book_and_in_the_log(location: str | Path, tmp_path: Path) -> None:
    async with a_library(location, tmp_path / "keys") as library:
        spoken = Giving(
            FACILITY, frozenset({Item.LIMIT}), means=Means.SPOKEN, staff="desk-2", spoken_at=NOW - MOMENT
        )
        given = [
            *await library.book.give(PERSON, AT_HOME, CLINIC),
            *await library.book.give(PERSON, spoken, CLINIC),
            *await library.book.give(PERSON, Giving(FACILITY, frozenset({Item.LIMIT})), CLINIC),
        ]
        held = await library.book.of_person(PERSON)

        assert [one.grant for one in held] == given
        assert [(one.grant.staff, dict(one.ends)) for one in held] == [("", {}), ("desk-2", {})]
        (_, first), (_, second) = await library.records(CONSENT_GIVEN)
        assert list(first) == sorted(first)
        assert {
            name: first[name] for name in ("by", "care", "client", "items", "key", "means", "person")
        } == {
            "by": FACILITY,
            "care": "home",
            "client": "clinic",
            "items": ["limit", "medicine"],
            "key": "key-1",
            "means": "home",
            "person": PERSON.hex(),
        }
        assert (second["staff"], second["means"]) == ("desk-2", "spoken")
        assert await library.findings() == []


async def test_another_facility_sees_nothing(location: str | Path, tmp_path: Path) -> None:
    async with a_library(location, tmp_path / "keys") as library:
        (grant,) = await library.book.give(PERSON, AT_HOME, CLINIC)

        assert await library.book.to_facility(OTHER_FACILITY, THE_DAY) == []
        assert await library.book.of_person_to(PERSON, OTHER_FACILITY) == []
        assert (await library.book.standing(PERSON, OTHER_FACILITY, Care.HOME)).items == set()
        assert (await library.book.standing(SOMEBODY_ELSE, FACILITY, Care.HOME)).items == set()
        assert await library.book.people_standing(OTHER_FACILITY, Care.HOME, THE_DAY) == {}
        with pytest.raises(Problem, match=r"consent\.unknown"):
            await library.book.withdraw(grant.consent, CLINIC, EndReason.FACILITY, facility=OTHER_FACILITY)
        with pytest.raises(Problem, match=r"consent\.unknown"):
            await library.book.withdraw(grant.consent, CLINIC, EndReason.PATIENT, person=SOMEBODY_ELSE)
        with pytest.raises(Problem, match=r"consent\.unknown"):
            await library.book.withdraw(ConsentId(bytes(16)), CLINIC, EndReason.FACILITY)
        assert (await library.book.standing(PERSON, FACILITY, Care.HOME)).items == AT_HOME.items


async def test_a_withdrawal_counts_at_once_and_once(location: str | Path, tmp_path: Path) -> None:
    async with a_library(location, tmp_path / "keys") as library:
        (grant,) = await library.book.give(PERSON, AT_HOME, CLINIC)
        ended = await library.book.withdraw(
            grant.consent, PATIENT, EndReason.PATIENT, {Item.MEDICINE}, person=PERSON
        )

        assert state_of(ended, Item.MEDICINE, NOW) is State.WITHDRAWN_BY_PATIENT
        standing = await library.book.standing(PERSON, FACILITY, Care.HOME)
        assert standing.items == {Item.LIMIT}
        again = await library.book.withdraw(grant.consent, CLINIC, EndReason.FACILITY, facility=FACILITY)
        assert state_of(again, Item.MEDICINE, NOW) is State.WITHDRAWN_BY_PATIENT
        assert state_of(again, Item.LIMIT, NOW) is State.WITHDRAWN_BY_FACILITY
        assert await library.book.withdraw(grant.consent, CLINIC, EndReason.CARE_OVER) == again
        assert [held.ends for held in await library.book.of_person(PERSON)] == [again.ends]
        assert [
            (body["client"], body["items"], body["reason"])
            for _, body in await library.records(CONSENT_ENDED)
        ] == [
            ("person", ["medicine"], "patient"),
            ("clinic", ["limit"], "facility"),
        ]
        with pytest.raises(Problem, match=r"consent\.item-not-given"):
            await library.book.withdraw(grant.consent, CLINIC, EndReason.FACILITY, {Item.OPERATION})
        assert await library.findings() == []


async def test_two_who_withdraw_at_the_same_moment_end_it_once(location: str | Path, tmp_path: Path) -> None:
    async with a_library(location, tmp_path / "keys") as library:
        (grant,) = await library.book.give(PERSON, AT_HOME, CLINIC)
        others = ["somebody"]

        class Racing:
            """Lets somebody else end the consent after it was read, once."""

            async def fetch(self, statement: Statement, params: tuple[object, ...]) -> Sequence[Any]:
                rows = await library.store.fetch(statement, params)
                if others:
                    others.clear()
                    await library.book.withdraw(grant.consent, PATIENT, EndReason.PATIENT, {Item.MEDICINE})
                return rows

        slower = ConsentBook(cast("Store", Racing()), library.committer, library.clock)
        held = await slower.withdraw(grant.consent, CLINIC, EndReason.FACILITY)

        assert {item: end.reason for item, end in held.ends.items()} == {
            Item.MEDICINE: EndReason.PATIENT,
            Item.LIMIT: EndReason.FACILITY,
        }
        assert await library.findings() == []


async def test_other_trouble_of_the_store_is_told(tmp_path: Path) -> None:
    async with a_library(tmp_path / "store", tmp_path / "keys") as library:
        (grant,) = await library.book.give(PERSON, AT_HOME, CLINIC)
        await library.committer.close()

        with pytest.raises(Problem, match=r"audit\.closed"):
            await library.book.withdraw(grant.consent, CLINIC, EndReason.FACILITY)


async def test_everybody_with_a_living_consent_of_a_care_in_a_period(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_library(location, tmp_path / "keys") as library:
        book = library.book
        await book.give(SOMEBODY_ELSE, AT_HOME, CLINIC)
        await book.give(PERSON, AT_THE_DESK, CLINIC)
        library.clock.at += DAY
        (grant,) = await book.give(PERSON, AT_HOME, CLINIC)
        await book.give(PERSON, msgspec.structs.replace(AT_HOME, items=frozenset({Item.DISEASE})), CLINIC)
        assert await library.book.to_facility(FACILITY, Period(date.max, date.max)) == []
        both = Period(TODAY, TODAY + timedelta(days=1))

        found = await book.people_standing(FACILITY, Care.HOME, both)
        assert list(found) == [SOMEBODY_ELSE, PERSON]
        assert found[PERSON].items == {Item.LIMIT, Item.MEDICINE, Item.DISEASE}
        assert list(await book.people_standing(FACILITY, Care.HOME, THE_DAY)) == [SOMEBODY_ELSE]
        await book.withdraw(grant.consent, PATIENT, EndReason.PATIENT)
        assert (await book.people_standing(FACILITY, Care.HOME, both))[PERSON].items == {Item.DISEASE}
        assert await book.people_standing(FACILITY, Care.ONLINE, both) == {}
        assert len(await book.to_facility(FACILITY, both)) == 4
        assert len(await book.to_facility(FACILITY, both, [Care.OUTPATIENT])) == 1


async def test_people_of_an_online_examination_are_found_by_its_day(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_library(location, tmp_path / "keys") as library:
        in_a_week = TODAY + timedelta(days=7)
        online = Giving(FACILITY, frozenset({Item.LIMIT}), Care.ONLINE, Means.HOME, in_a_week)
        await library.book.give(PERSON, online, CLINIC)

        async def found(first: date, last: date) -> list[bytes]:
            period = Period(first, last, by_examination=True)
            return list(await library.book.people_standing(FACILITY, Care.ONLINE, period))

        assert await found(TODAY, in_a_week - timedelta(days=1)) == []
        assert await found(in_a_week, in_a_week) == [PERSON]
        library.clock.at += timedelta(days=8)
        assert await found(in_a_week, in_a_week) == [], "its day is over"


async def test_periods_are_days_in_japan(location: str | Path, tmp_path: Path) -> None:
    async with a_library(location, tmp_path / "keys") as library:
        library.clock.at = NOW.replace(hour=14, minute=59, second=59, microsecond=999_000)
        await library.book.give(PERSON, AT_HOME, CLINIC)
        library.clock.at += MOMENT
        await library.book.give(SOMEBODY_ELSE, AT_HOME, CLINIC)
        tomorrow = TODAY + timedelta(days=1)

        assert list(await library.book.people_standing(FACILITY, Care.HOME, THE_DAY)) == [PERSON]
        assert list(await library.book.people_standing(FACILITY, Care.HOME, Period(tomorrow, tomorrow))) == [
            SOMEBODY_ELSE
        ]


async def test_others_have_their_turn_while_many_consents_are_read() -> None:
    turns = 0

    async def somebody() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    rows = [(*row_of_grant(a_grant(number)), None, None, None) for number in range(AT_ONCE * 3)]
    asking = asyncio.create_task(somebody())
    read = await by_turns(rows)
    asking.cancel()

    assert [one.grant for one in read] == [a_grant(number) for number in range(AT_ONCE * 3)]
    assert turns == 3


async def test_a_look_and_a_refusal_are_on_record(tmp_path: Path) -> None:
    async with a_library(tmp_path / "store", tmp_path / "keys") as library:
        await library.book.give(PERSON, AT_HOME, CLINIC)
        await library.book.shown(await library.book.of_person(PERSON), PATIENT)
        await library.book.refused(Care.HOME, None, Problem("consent.unknown"), CLINIC)
        await library.book.refused(
            Care.HOME, PERSON, Problem("consent.means", item="a", care="b", means="c"), CLINIC
        )

        (_, seen), (_, nobody), (_, none) = await library.records(CONSENT_SEEN, CONSENT_REFUSED)
        assert (seen["client"], seen["people"], seen["consents"]) == ("person", [PERSON.hex()], 1)
        assert (nobody["person"], nobody["problem"]) == (None, "consent.unknown")
        assert (none["person"], none["problem"], none["by"]) == (
            PERSON.hex(),
            "consent.means",
            FACILITY,
        )
        for body in (seen, nobody, none):
            assert list(body) == sorted(body)


DIFFER = "the consents are not what the log records"


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE consent SET items = 'limit medicine operation'", {("batch 1", DIFFER)}),
        ("UPDATE consent SET alive_until = 0", {("batch 1", DIFFER)}),
        (
            "DELETE FROM consent",
            {
                ("batch 1", DIFFER),
                ("consent", "0 rows stand, 1 are on record"),
                (f"consent {1:032x} medicine", "the end of a consent that is not there"),
            },
        ),
        (
            "DELETE FROM consent_end",
            {("batch 2", DIFFER), ("consent_end", "0 rows stand, 1 are on record")},
        ),
        ("UPDATE consent_end SET reason = 'patient'", {("batch 2", DIFFER)}),
        (
            "INSERT INTO consent SELECT person_id, person_id, facility, care, items, means, given_at, alive_until,"
            " examined_on, staff, spoken_at, 1 FROM consent",
            {("batch 1", DIFFER), ("consent", "2 rows stand, 1 are on record")},
        ),
        (
            "UPDATE consent SET commit_seq = 9",
            {
                ("batch 1", DIFFER),
                ("consent", "0 rows stand, 1 are on record"),
                ("batch 9", "consents under a batch that is not there yet"),
            },
        ),
    ],
)
async def test_what_was_touched_is_found(
    location: str | Path, tmp_path: Path, sql: str, found: set[tuple[str, str]]
) -> None:
    async with a_library(location, tmp_path / "keys") as library:
        (grant,) = await library.book.give(PERSON, AT_HOME, CLINIC)
        await library.book.withdraw(grant.consent, CLINIC, EndReason.FACILITY, {Item.MEDICINE})
        assert await library.findings() == []

        await library.plant(sql)

        assert set(await library.findings()) == found


@pytest.mark.parametrize("kind", [CONSENT_GIVEN, CONSENT_ENDED])
async def test_a_record_that_says_something_else_is_told(tmp_path: Path, kind: str) -> None:
    async with a_library(tmp_path / "store", tmp_path / "keys") as library:
        await library.committer.commit([Entry(kind, b'{"row":1}')])

        assert await library.findings() == [("batch 1", "the record of a consent cannot be read")]


async def test_a_damaged_batch_is_told(tmp_path: Path) -> None:
    async with a_library(tmp_path / "store", tmp_path / "keys") as library:
        await library.book.give(PERSON, AT_HOME, CLINIC)
        await library.plant("UPDATE log_batch SET leaves = $1 WHERE seq = 1", b"short")

        assert ("batch 1", "the record of a consent cannot be read") in await library.findings()


async def test_destroyed_records_are_said_not_to_be_compared(tmp_path: Path) -> None:
    async with a_library(tmp_path / "store", tmp_path / "keys") as library:
        await library.book.give(PERSON, AT_HOME, CLINIC)
        library.clock.at += timedelta(days=365 * 8)
        today = library.clock.at.date()
        await destroy_bodies(library.committer, today - timedelta(days=365 * 7), today)

        assert await library.findings() == [("note", "not counted: records were destroyed")]


async def test_a_store_without_a_log_holds_nothing(tmp_path: Path) -> None:
    store = await create_store(tmp_path / "store", purpose="demo", clock=FixedClock(NOW))
    try:
        assert [told async for told in check_consents(store)] == []
        row = "x'00', x'00', '', 'home', '', 'card', 0, NULL, 1, '', NULL, 0"
        add = f"INSERT INTO consent VALUES ({row})"
        await store.transaction([Write(Statement("plant", add, add), [()])])
        (found,) = [told async for told in check_consents(store)]
        assert found == (
            "consents",
            "batch 0",
            "まだないバッチの同意があります",
            "consents under a batch that is not there yet",
        )
    finally:
        await store.close()

"""The index of whom the log names: it finds what a search of the whole log finds, and is held against the log."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from kaihoken.audit import Committer, Entry, Search, Wanted, person_index
from kaihoken.audit.people_named import people_in
from kaihoken.audit.person_index import INDEXED, PersonIndex, check_index
from kaihoken.audit.retention import destroy_bodies
from kaihoken.clock import FixedClock
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, Statement, Store, Write, create_store

from .builders import a_clock, later

A, B = "aa" * 16, "bb" * 16
KIND = "eligibility.answer"


class Place:
    """A store, its writer and index."""

    def __init__(self, store: Store, committer: Committer, clock: FixedClock) -> None:
        self.store, self.committer, self.clock = store, committer, clock
        self.index = PersonIndex(store, committer.log)

    async def say(self, *bodies: object, kind: str = KIND) -> None:
        await self.committer.commit([Entry(kind, msgspec.json.encode(body)) for body in bodies])

    async def by_hand(self, text: str) -> None:
        await self.store.transaction([Write(Statement("by hand", text, text), [()])])

    async def told(self) -> list[str]:
        return [finding.where async for finding in check_index(self.store)]

    async def whole_log(self, person: str) -> list[tuple[int, int]]:
        search = Search(self.committer.log, Wanted(person=person))
        found = [match async for match in search.matches(0, await self.committer.log.size())]
        return [(match.batch, match.index) for match in reversed(found)]

    async def newest(self, person: str, most: int = 1000) -> list[tuple[int, int]]:
        return [(match.batch, match.index) for match in await self.index.newest(person, (KIND,), most)]


@pytest.fixture
async def place(location: str | Path, tmp_path: Path) -> AsyncIterator[Place]:
    clock = a_clock()
    store = await create_store(location, purpose="production", clock=clock)
    committer = await Committer.open(store, FileKeys.create(tmp_path / "keys", clock), clock, None, None)
    yield Place(store, committer, clock)
    await committer.close()
    await store.close()


async def test_many_records_of_a_list_are_indexed_a_few_batches_at_a_time(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person_index, "_READ", 2)
    monkeypatch.setattr(person_index, "_PLACES", 5)
    for _ in range(8):
        await place.say({"person": A}, {"person": B}, {"person": A})
    before = await place.committer.log.size()

    await place.index.catch_up(place.committer, least=1)

    slices = await place.committer.log.size() - before
    assert slices >= 4, "two batches of three places each make a slice"
    assert await place.newest(A) == await place.whole_log(A)
    assert await place.told() == []


@pytest.mark.parametrize("indexed", [0, 3, 10_000])
async def test_it_finds_what_the_whole_log_holds_however_far_it_came(place: Place, indexed: int) -> None:
    for number in range(12):
        await place.say({"person": A}, {"person": B}, {"people": [A, B]}, {"person": None, "n": number})
    if indexed:
        await place.index.catch_up(place.committer, least=1 if indexed > 10 else indexed)
        await place.say({"person": A})

    for person in (A, B):
        assert await place.newest(person) == await place.whole_log(person)
    assert await place.newest("cc" * 16) == []
    assert await place.told() == []


async def test_the_newest_come_first_and_no_more_than_asked_for(place: Place) -> None:
    for _ in range(30):
        await place.say({"person": A}, {"person": A})
    await place.index.catch_up(place.committer, least=1)
    await place.say({"person": A})

    for most in (1, 2, 3, 7, 60, 61, 100):
        assert await place.newest(A, most) == (await place.whole_log(A))[:most]


async def test_other_kinds_are_left_out_and_none_means_all(place: Place) -> None:
    await place.say({"person": A}, kind="other.kind")
    await place.say({"person": A})
    await place.index.catch_up(place.committer, least=1)

    assert len(await place.newest(A)) == 1
    assert len(await place.index.newest(A, (), 10)) == 2


async def test_a_few_batches_are_left_for_later_and_each_slice_is_on_record(place: Place) -> None:
    await place.say({"person": A})
    size = await place.committer.log.size()
    assert await place.index.catch_up(place.committer) == 0
    assert await place.index.catch_up(place.committer, least=2) == size

    log = place.committer.log
    record = await log.record(await log.size() - 1, 0)
    assert (record.kind, msgspec.json.decode(record.body)) == (INDEXED, {"first": 0, "stop": size})
    assert await place.index.until() == size


@pytest.mark.parametrize(
    "text",
    [
        "DELETE FROM log_person",
        "UPDATE log_person SET place = 7",
        "UPDATE log_indexed SET until = 99",
    ],
)
async def test_an_index_that_says_something_else_than_the_log_is_told(place: Place, text: str) -> None:
    await place.say({"person": A}, {"person": B})
    await place.index.catch_up(place.committer, least=1)
    assert await place.told() == []

    await place.by_hand(text)

    assert await place.told() == ["log_person"]


async def test_destroying_a_record_takes_it_out_of_the_index(place: Place) -> None:
    await place.say({"person": A}, {"people": [B]})
    await place.index.catch_up(place.committer, least=1)
    place.clock.at += timedelta(days=6 * 366)
    await place.say({"person": A})
    today = later(place.clock, days=0).today()

    await destroy_bodies(place.committer, today - timedelta(days=5 * 366), today)

    assert await place.told() == []
    assert len(await place.newest(A)) == 1
    assert await place.newest(B) == []


async def test_a_record_that_cannot_be_read_stops_nothing(place: Place) -> None:
    await place.committer.commit(
        [Entry(KIND, b"{"), Entry(KIND, b'{"person":"xy"}'), Entry(KIND, b'{"people":[1]}')]
    )
    await place.say({"person": A}, {"people": 12})

    await place.index.catch_up(place.committer, least=1)

    assert len(await place.newest(A)) == 1
    assert people_in(b"0123456789abcdef" + b"no line") == set()


async def test_what_is_indexed_meanwhile_is_no_finding_and_what_no_batch_holds_is_one(place: Place) -> None:
    await place.say({"person": A})
    await place.index.catch_up(place.committer, least=1)
    size = await place.committer.log.size()
    await place.say({"person": A})
    await place.by_hand(f"UPDATE log_indexed SET until = {size - 1}")
    assert await place.told() == []

    await place.by_hand("UPDATE log_person SET seq = 1000000")

    assert await place.told() == ["log_person"]


async def test_what_is_not_indexed_is_looked_through_some_bytes_at_a_time(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person_index, "_BYTES", 4000)
    bodies, stretches = place.committer.log.bodies, []

    async def noted(first: int, stop: int) -> dict[int, bytes]:
        stretches.append(stop - first)
        return await bodies(first, stop)

    for number in range(60):
        await place.say({"person": B if number % 7 else A, "said": "x" * (10 if number < 30 else 1000)})
    expected = await place.whole_log(A)
    monkeypatch.setattr(place.committer.log, "bodies", noted)

    assert await place.newest(A) == expected
    looked = [one for one in stretches if one > 1]
    assert looked[0] == person_index._READ, "nothing is known of them yet"
    assert max(looked) > person_index._READ, "more of those that are small"
    assert looked[-1] <= 4, "fewer of those that are large"


async def test_records_that_name_nobody_leave_no_rows(place: Place) -> None:
    await place.say({"n": 1})
    assert await place.index.catch_up(place.committer, least=1) > 0
    assert await place.told() == []


async def test_a_store_that_fails_is_no_finding(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    await place.say({"person": A})
    await place.index.catch_up(place.committer, least=1)

    async def fails(*_: object) -> AsyncIterator[object]:
        raise Problem("store.closed")
        yield

    monkeypatch.setattr(person_index, "_places", fails)

    with pytest.raises(Problem, match=r"store.closed"):
        await place.told()


async def test_a_log_that_cannot_be_read_is_told_and_not_taken_for_an_empty_one(place: Place) -> None:
    await place.say({"person": A}, {"person": B})
    await place.index.catch_up(place.committer, least=1)
    await place.by_hand("UPDATE log_batch SET leaves = batch_root WHERE seq = 1")

    assert "batch 0" in await place.told()


async def test_a_store_without_a_log_has_no_index(tmp_path: Path) -> None:
    store = await create_store(tmp_path / "bare", purpose="production", clock=a_clock())
    try:
        assert [finding async for finding in check_index(store)] == []
        text = "INSERT INTO log_indexed VALUES ('person', 1)"
        await store.transaction([Write(Statement("by hand", text, text), [()])])
        assert [finding.where async for finding in check_index(store)] == []
    finally:
        await store.close()

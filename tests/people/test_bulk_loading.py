"""A load puts the whole nation into the store, on record, and findable; the registration path says the same."""

from collections.abc import AsyncGenerator, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kaihoken.audit import Committer, Entry
from kaihoken.clock import FixedClock
from kaihoken.coverage import (
    Asker,
    Assertion,
    Certificate,
    CommitSequence,
    Coverage,
    PersonId,
    ReferenceLink,
    Registering,
    Registrar,
    check_registrations,
    finder_for,
    places_of_fact,
    unpack_history,
)
from kaihoken.coverage.registration.rows import read_row
from kaihoken.identity import NORMALISATION_VERSION
from kaihoken.people import (
    Loaded,
    Nation,
    Person,
    Plan,
    Stated,
    bulk,
    load,
    make_store,
    rows_of,
    sandbox_people,
)
from kaihoken.people.partitions import Partitions
from kaihoken.people.rows import PLACE, Rows, table_rows
from kaihoken.people.workshop import Order, made
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, Statement, Store, Write, create_store, open_store, schema, statement

from .nation import TODAY, some_people

TRUTH = statement(
    "read the truth",
    select(schema.assertion).order_by(schema.assertion.c.person_no, schema.assertion.c.ordinal),
)
PEOPLE = statement("read people", select(schema.person).order_by(schema.person.c.person_no))
PLACES = statement(
    "read places",
    select(schema.lookup).order_by(schema.lookup.c.key, schema.lookup.c.birth, schema.lookup.c.person_no),
)
PLAN = Plan(600, 1, TODAY)
CLOCK = FixedClock(PLAN.recorded_at)


@pytest.fixture
def keys(tmp_path: Path) -> FileKeys:
    return FileKeys.create(tmp_path / "keys", CLOCK)


async def loaded_store(
    location: str | Path, keys: FileKeys, plan: Plan = PLAN
) -> tuple[Store, Committer, Loaded]:
    store = await create_store(location, purpose="demo", clock=CLOCK)
    committer = await Committer.open(store, keys, CLOCK, tick_seconds=None)
    return (
        store,
        committer,
        await load(store, committer, keys, plan, before=sandbox_people(TODAY), processes=0),
    )


async def test_what_was_loaded_is_what_the_log_records(location: str | Path, keys: FileKeys) -> None:
    store, committer, _ = await loaded_store(location, keys)

    assert [one async for one in check_registrations(store)] == []
    swap = (
        "UPDATE assertion SET body = (SELECT body FROM assertion WHERE person_no = 80 AND ordinal = 0) "
        "WHERE person_no = 90 AND ordinal = 0"
    )
    await store.transaction([Write(Statement("swap", swap, swap), [()])])
    (found,) = [one async for one in check_registrations(store)]
    assert found.english == "what was registered is not what the log records"
    await committer.close()
    await store.close()


@pytest.mark.parametrize(
    "ids",
    [{80: 90, 90: 80}, {80: b"k"}, {80: b"kk"}, {80: b""}],
    ids=["exchanged", "of one byte", "of two bytes", "empty"],
)
async def test_another_id_for_somebody_is_found(
    location: str | Path, keys: FileKeys, ids: dict[int, int | bytes]
) -> None:
    store, committer, _ = await loaded_store(location, keys)
    stood = {no: person_id for no, person_id, _ in await store.fetch(PEOPLE)}

    put = "UPDATE person SET person_id = $1 WHERE person_no = $2"
    aside = [(b"aside %d" % no, no) for no in ids]
    now = [(stood[other] if isinstance(other, int) else other, no) for no, other in ids.items()]
    statement = Statement("put an id", put.replace("$1", "?").replace("$2", "?"), put)
    await store.transaction([Write(statement, aside), Write(statement, now)])

    (found,) = [one async for one in check_registrations(store)]
    assert found.english == "what was registered is not what the log records"
    await committer.close()
    await store.close()


async def test_an_assertion_that_passes_to_the_next_person_is_found(
    location: str | Path, keys: FileKeys
) -> None:
    store, committer, _ = await loaded_store(location, keys)
    last: dict[int, int] = {}
    for no, ordinal, *_ in await store.fetch(TRUTH):
        last[int(str(no))] = int(str(ordinal))
    giver = next(no for no in last if no > 80 and last[no] > 0)

    # Behind the last of one person and before the first of the next the bytes follow each other as before.
    for sql in (
        f"UPDATE assertion SET ordinal = ordinal + 100 WHERE person_no = {giver + 1}",
        f"UPDATE assertion SET ordinal = ordinal - 99 WHERE person_no = {giver + 1}",
        f"UPDATE assertion SET person_no = {giver + 1}, ordinal = 0"
        f" WHERE person_no = {giver} AND ordinal = {last[giver]}",
    ):
        await store.transaction([Write(Statement("pass on", sql, sql), [()])])

    (found,) = [one async for one in check_registrations(store)]
    assert found.english == "what was registered is not what the log records"
    await committer.close()
    await store.close()


async def test_everybody_is_in_the_tables(location: str | Path, keys: FileKeys) -> None:
    store, committer, loaded = await loaded_store(location, keys)
    everyone = [*sandbox_people(TODAY), *Nation(PLAN).block(0)]

    truth, people = await store.fetch(TRUTH), await store.fetch(PEOPLE)
    assert loaded.people == len(people) == len(everyone)
    assert loaded.assertions == len(truth) == sum(len(person.stated) for person in everyone)
    assert loaded.places == len(await store.fetch(PLACES))
    assert [row[0] for row in people] == list(range(1, len(everyone) + 1))
    assert [row[1] for row in people] == [person.person_id for person in everyone]
    await committer.close()
    await store.close()


async def test_the_projection_is_the_truth_in_order(tmp_path: Path, keys: FileKeys) -> None:
    store, committer, _ = await loaded_store(tmp_path / "store", keys)
    everyone = [*sandbox_people(TODAY), *Nation(PLAN).block(0)]

    truth: dict[int, list[tuple[object, ...]]] = {}
    for row in await store.fetch(TRUTH):
        truth.setdefault(int(str(row[0])), []).append(row)
    for person, (no, person_id, packed) in zip(everyone, await store.fetch(PEOPLE), strict=True):
        history = unpack_history(person.person_id, msgspec.convert(packed, bytes))
        assert person_id == history.person
        assert [(a.subject, a.source, a.fact) for a in history.assertions] == [
            (stated.subject, stated.source, stated.fact) for stated in person.stated
        ]
        assert b"".join(msgspec.convert(row[9], bytes) for row in truth[int(str(no))]) in msgspec.convert(
            packed, bytes
        )
    await committer.close()
    await store.close()


async def test_an_assertion_supersedes_the_one_of_the_same_subject(tmp_path: Path, keys: FileKeys) -> None:
    store, committer, _ = await loaded_store(tmp_path / "store", keys)

    latest: dict[tuple[object, object], object] = {}
    superseding = 0
    for no, ordinal, subject, *_, supersedes, _from, _to, _body in await store.fetch(TRUTH):
        assert supersedes == latest.get((no, subject))
        superseding += supersedes is not None
        latest[no, subject] = ordinal
    assert superseding >= 2  # the sandbox's corrected match and wrong link
    await committer.close()
    await store.close()


async def test_everybody_is_found_by_number_and_by_certificate(location: str | Path, keys: FileKeys) -> None:
    store, committer, _ = await loaded_store(location, keys)
    lookup = keys.lookup_keys(NORMALISATION_VERSION)[0]
    finder = finder_for(store)

    asked = 0
    for person in Nation(PLAN).block(0)[:60]:
        for stated in person.stated:
            if isinstance(stated.fact, Coverage | Certificate):
                for place in places_of_fact(stated.fact, lookup):
                    asked += 1
                    (found,) = await finder.find_each([[place]])
                    assert person.person_id in [stored.person for stored in found]
    assert asked > 100
    await committer.close()
    await store.close()


async def test_every_slice_is_a_commit_whose_record_names_its_rows(tmp_path: Path, keys: FileKeys) -> None:
    store, committer, loaded = await loaded_store(tmp_path / "store", keys)

    records = [await committer.log.record(seq, 0) for seq in range(committer.committed_seq + 1)]
    assert [record.kind for record in records] == [
        "log.created",
        "people.slice",
        "people.slice",
        "people.loaded",
    ]
    assert loaded.commits == 3
    truth = await store.fetch(TRUTH)
    ids = {no: person_id for no, person_id, _ in await store.fetch(PEOPLE)}
    for seq in (1, 2):
        rows = [row for row in truth if row[3] == seq]
        said = msgspec.json.decode(records[seq].body)
        assert said["digest"] == digest_of(rows, ids)
        assert said["assertions"] == len(rows)
        assert (said["first_person"], said["last_person"]) == (rows[0][0], rows[-1][0])
    assert msgspec.json.decode(records[3].body)["seed"] == 1
    await committer.close()
    await store.close()


def said_by_registrants(person: Person) -> list[Stated]:
    """Everything but 照会番号, which facilities register for themselves."""
    return [stated for stated in person.stated if not isinstance(stated.fact, ReferenceLink)]


async def test_registration_rows_read_back_as_the_same_facts() -> None:
    rows = [
        (stated, row)
        for p in [*sandbox_people(TODAY), *some_people(1_000)]
        for stated, row in zip(said_by_registrants(p), rows_of(p), strict=True)
    ]

    assert len(rows) > 2_000
    for stated, (source, row) in rows:
        _, fact = read_row(msgspec.Raw(msgspec.json.encode(row)), "rows[0]")
        assert fact == stated.fact
        assert source == stated.source


async def test_both_paths_leave_equal_tables(tmp_path: Path, keys: FileKeys) -> None:
    plan = Plan(70, 5, TODAY)
    people = Nation(plan).block(0)
    bulk, committer, _ = await empty_and_loaded(tmp_path / "bulk", keys, plan)
    await committer.close()
    small = await create_store(tmp_path / "small", purpose="demo", clock=CLOCK)
    committer = await Committer.open(small, keys, CLOCK, tick_seconds=None)
    ids = iter(person.person_id for person in people)
    registrar = Registrar(
        small,
        finder_for(small),
        committer,
        keys.lookup_keys(NORMALISATION_VERSION),
        CLOCK,
        new_person=lambda: next(ids),
    )
    for person in people:
        for source, row in rows_of(person):
            asker = Registering(Asker(source, "9910000000", "key"), speaks_for=lambda _: True, may_match=True)
            (told,) = await registrar.register([msgspec.Raw(msgspec.json.encode(row))], asker)
            assert told.status == "registered"

    # The commit stands in the fourth column and inside the packed bytes.
    assert [row[:3] + row[4:9] for row in await small.fetch(TRUTH)] == [
        row[:3] + row[4:9] for row in await bulk.fetch(TRUTH)
    ]
    assert await small.fetch(PLACES) == await bulk.fetch(PLACES)
    facts = [
        [(a.subject, a.source, a.recorded_at, a.fact) for a in history] for history in await histories(small)
    ]
    assert facts == [
        [(a.subject, a.source, a.recorded_at, a.fact) for a in history] for history in await histories(bulk)
    ]
    await committer.close()
    await small.close()
    await bulk.close()


async def test_ten_thousand_people_are_the_same_by_both_paths(tmp_path: Path, keys: FileKeys) -> None:
    """In requests of a thousand rows, as one client sends them: all but who said it, which the test above compares."""
    plan = Plan(10_000, 9, TODAY)
    nation = Nation(plan)
    people = [person for number in range(plan.blocks) for person in nation.block(number)]
    bulk, committer, _ = await empty_and_loaded(tmp_path / "bulk", keys, plan)
    await committer.close()
    small = await create_store(tmp_path / "small", purpose="demo", clock=CLOCK)
    committer = await Committer.open(small, keys, CLOCK, tick_seconds=None)
    ids = iter(person.person_id for person in people)
    lookup_keys = keys.lookup_keys(NORMALISATION_VERSION)
    registrar = Registrar(
        small, finder_for(small), committer, lookup_keys, CLOCK, new_person=lambda: next(ids)
    )
    asker = Registering(Asker("bulk", "9910000000", "key"), speaks_for=lambda _: True, may_match=True)
    rows = [msgspec.Raw(msgspec.json.encode(row)) for person in people for _, row in rows_of(person)]
    for start in range(0, len(rows), 1000):
        told = await registrar.register(rows[start : start + 1000], asker)
        assert {answer.status for answer in told} == {"registered"}

    assert len(people) == 10_000
    assert [row[:3] + row[4:5] + row[6:9] for row in await small.fetch(TRUTH)] == [
        row[:3] + row[4:5] + row[6:9] for row in await bulk.fetch(TRUTH)
    ]
    assert await small.fetch(PLACES) == await bulk.fetch(PLACES)
    assert [row[:2] for row in await small.fetch(PEOPLE)] == [row[:2] for row in await bulk.fetch(PEOPLE)]
    facts = [[(a.subject, a.link, a.fact) for a in history] for history in await histories(small)]
    assert facts == [[(a.subject, a.link, a.fact) for a in history] for history in await histories(bulk)]
    await committer.close()
    await small.close()
    await bulk.close()


async def empty_and_loaded(location: Path, keys: FileKeys, plan: Plan) -> tuple[Store, Committer, Loaded]:
    """A store with a nation and without the sandbox."""
    store = await create_store(location, purpose="demo", clock=CLOCK)
    committer = await Committer.open(store, keys, CLOCK, tick_seconds=None)
    return store, committer, await load(store, committer, keys, plan, processes=0)


def digest_of(truth: Sequence[tuple[object, ...]], ids: dict[object, object]) -> str:
    """The digest of a slice as docs/audit.md describes it."""
    said: dict[object, list[bytes]] = {}
    for no, *_, body in truth:
        said.setdefault(no, []).append(msgspec.convert(body, bytes))
    whole = b""
    for no, bodies in said.items():
        person = msgspec.convert(ids[no], bytes)
        numbers = (len(person), len(bodies), *map(len, bodies))
        lengths = b"".join(number.to_bytes(4, "big") for number in numbers)
        whole += sha256(lengths + person + b"".join(bodies)).digest()
    return sha256(whole).hexdigest()


async def histories(store: Store) -> list[tuple[Assertion, ...]]:
    return [
        unpack_history(PersonId(msgspec.convert(person_id, bytes)), msgspec.convert(packed, bytes)).assertions
        for _, person_id, packed in await store.fetch(PEOPLE)
    ]


async def test_a_store_that_holds_people_is_refused(tmp_path: Path, keys: FileKeys) -> None:
    store, committer, _ = await loaded_store(tmp_path / "store", keys)

    with pytest.raises(Problem) as raised:
        await load(store, committer, keys, PLAN)

    assert raised.value.code == "people.not-empty"
    await committer.close()
    await store.close()


async def test_a_production_store_is_refused(tmp_path: Path, keys: FileKeys) -> None:
    store = await create_store(tmp_path / "store", purpose="production", clock=CLOCK)
    committer = await Committer.open(store, keys, CLOCK, tick_seconds=None)

    with pytest.raises(Problem) as raised:
        await load(store, committer, keys, PLAN)

    assert raised.value.code == "people.not-demo"
    await committer.close()
    await store.close()


async def test_another_writer_ends_the_load(
    tmp_path: Path, keys: FileKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await create_store(tmp_path / "store", purpose="demo", clock=CLOCK)
    committer = await Committer.open(store, keys, CLOCK, tick_seconds=None)

    async def made_while_another_writes(
        order: Order, keys: FileKeys, processes: int
    ) -> AsyncGenerator[Rows, None]:
        async for rows in made(order, keys, processes):
            await committer.commit([Entry("test.intruder", b"{}")])
            yield rows

    monkeypatch.setattr(bulk, "made", made_while_another_writes)

    with pytest.raises(Problem) as raised:
        await load(store, committer, keys, PLAN, processes=0)

    assert raised.value.code == "people.not-alone"
    assert await store.fetch(PEOPLE) == []
    await committer.close()
    await store.close()


async def test_progress_reaches_its_end(tmp_path: Path, keys: FileKeys) -> None:
    seen: list[tuple[int, int]] = []

    await make_store(
        tmp_path / "store", keys, PLAN, CLOCK, told=lambda done, total: seen.append((done, total))
    )

    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_made_store_opens_and_is_whole(tmp_path: Path, keys: FileKeys) -> None:
    made = await make_store(tmp_path / "store", keys, PLAN, CLOCK)

    store = await open_store(tmp_path / "store")
    assert store.purpose == "demo"
    assert len(await store.fetch(PEOPLE)) == made.people
    assert names_in(tmp_path) == ["keys", "store"]
    await store.close()


async def test_an_interrupted_making_leaves_no_store(
    tmp_path: Path, keys: FileKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await make_store(tmp_path / "store", keys, PLAN, CLOCK, told=interrupted)

    assert not (tmp_path / "store").exists()
    await make_store(tmp_path / "store", keys, PLAN, CLOCK)  # clears what was left and begins again
    assert names_in(tmp_path) == ["keys", "store"]


async def test_an_occupied_place_is_refused(tmp_path: Path, keys: FileKeys) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store/note.txt").touch()

    with pytest.raises(Problem) as raised:
        await make_store(tmp_path / "store", keys, PLAN, CLOCK)

    assert raised.value.code == "store.exists"


async def test_an_empty_folder_may_be_the_place(tmp_path: Path, keys: FileKeys) -> None:
    (tmp_path / "store").mkdir()

    assert (await make_store(tmp_path / "store", keys, PLAN, CLOCK)).people > PLAN.count


@settings(max_examples=25)  # each one opens 128 files
@given(
    st.lists(
        st.tuples(st.binary(min_size=16, max_size=16), st.integers(0, 3_652_059), st.integers(1, 1 << 40))
    )
)
def test_places_come_out_in_the_order_of_the_table(places: list[tuple[bytes, int, int]]) -> None:
    with Partitions() as partitions:
        for place in places:
            partitions.add(PLACE.pack(*place))

        assert [row for chunk in partitions.in_order() for row in chunk] == sorted(places)
        assert partitions.rows == len(places)


def test_everybody_who_is_made_has_a_row_and_is_found(keys: FileKeys) -> None:
    """A number without a row would be a gap; a row by which somebody is found needs a history that says of whom."""
    people = some_people(500)
    lookup = keys.lookup_keys(NORMALISATION_VERSION)[0]

    rows = table_rows(people, 7, CommitSequence(1), PLAN.recorded_at, lookup)

    numbers = list(range(7, 507))
    assert [no for no, *_ in rows.people] == numbers
    assert sorted({no for _, _, no in PLACE.iter_unpack(rows.places)}) == numbers
    assert sorted({no for no, *_ in rows.truth}) == numbers

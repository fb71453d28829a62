"""What stands beside the truth is computed again: sound stores have no findings, every planted difference has one."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kaihoken.coverage import projection
from kaihoken.coverage.projection import check_projection
from kaihoken.store import FileKeys, Finding, LookupKey, Statement, Store, Write, inspection, open_store

from .house import House, a_house
from .test_rows import CERTIFICATE, COVERAGE, SUBSIDY


async def with_people(house: House, count: int = 3) -> None:
    """Somebody of whom several things were said and corrected, and some more."""
    rows = [COVERAGE | {"link": f"k-{number}", "number": str(number)} for number in range(2, count + 1)]
    await house.register(COVERAGE | {"match": "visible"}, SUBSIDY, CERTIFICATE, *rows, may_match=True)
    await house.register(COVERAGE | {"lost": "2026-11-01"}, SUBSIDY | {"end": "2026-11-01"})


async def findings(store: Store, *keys: LookupKey) -> list[tuple[str, str]]:
    return [(found.where, found.english) async for found in check_projection(store, keys)]


async def plant(store: Store, sql: str, *params: object) -> None:
    """Writes behind everybody's back. `$1` stands for a parameter in both engines."""
    await store.transaction([Write(Statement("plant", sql.replace("$", "?"), sql), [params])])


@pytest.mark.parametrize("with_keys", [False, True])
async def test_what_was_registered_is_sound(location: str | Path, tmp_path: Path, with_keys: bool) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        assert await findings(house.store) == []
        await with_people(house)

        assert await findings(house.store, *(house.lookup_keys if with_keys else ())) == []


async def test_it_is_sound_while_the_look_up_key_is_changed(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house)
    house.keys.rotate_lookup(house.clock)
    async with a_house(location, tmp_path / "keys", again=True, clock=house.clock) as house:
        await house.register(COVERAGE | {"number": "99", "acquired": "2026-11-02"})
        assert len(house.lookup_keys) == 2

        assert await findings(house.store, *house.lookup_keys) == []
        # Under the new key alone most are not found, and the rows under the old one are nobody's.
        alone = await findings(house.store, house.lookup_keys[0])
        assert ("person 2", "the person is not found where it should be") in alone
        assert ("person 2", "a look-up row stands under a key that is not held") in alone


PACKED = "the packed history is not what was said"
COLUMNS = "the columns of an assertion do not say what its body says"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE person SET packed = (SELECT packed FROM person WHERE person_no = 2) WHERE person_no = 1", [PACKED]),
        ("DELETE FROM assertion WHERE person_no = 1 AND ordinal = 4", [PACKED]),
        (
            "DELETE FROM assertion WHERE person_no = 1 AND ordinal = 1",
            ["the ordinals do not follow each other", PACKED, COLUMNS],
        ),
        ("DELETE FROM assertion WHERE person_no = 1", ["nothing was ever said of this person"]),
        ("UPDATE assertion SET body = substr(body, 1, 9) WHERE person_no = 1 AND ordinal = 0", [
            PACKED, "an assertion cannot be read",
        ]),
        ("UPDATE assertion SET subject = 7 WHERE person_no = 1 AND ordinal = 0", [COLUMNS]),
        ("UPDATE assertion SET commit_seq = 9 WHERE person_no = 1 AND ordinal = 0", [COLUMNS]),
        ("UPDATE assertion SET recorded_at = recorded_at + 1 WHERE person_no = 1 AND ordinal = 0", [COLUMNS]),
        ("UPDATE assertion SET source = 'x' WHERE person_no = 1 AND ordinal = 0", [COLUMNS]),
        ("UPDATE assertion SET supersedes = NULL WHERE person_no = 1 AND ordinal = 3", [COLUMNS]),
        ("UPDATE assertion SET supersedes = 2 WHERE person_no = 1 AND ordinal = 3", [COLUMNS]),
        ("UPDATE assertion SET valid_from = valid_from + 1 WHERE person_no = 1 AND ordinal = 0", [COLUMNS]),
        ("UPDATE assertion SET valid_to = NULL WHERE person_no = 1 AND ordinal = 3", [COLUMNS]),
    ],
)  # fmt: skip
async def test_what_differs_from_the_truth_is_found(
    location: str | Path, tmp_path: Path, sql: str, expected: list[str]
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house)
        await plant(house.store, sql)

        assert await findings(house.store) == [("person 1", english) for english in expected]


async def test_a_first_assertion_without_link_is_found(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await house.register(COVERAGE)
        ((body,),) = await house.rows("SELECT body FROM assertion")
        assert isinstance(body, bytes)
        without = body.replace(b"\xa3k-1", b"\xa0")
        await plant(house.store, "UPDATE assertion SET body = $1", without)
        await plant(house.store, "UPDATE person SET packed = $1", b"\x91" + without)

        assert await findings(house.store) == [("person 1", "the first assertion does not hold the link")]


async def test_what_was_said_of_nobody_is_found(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house)
        await plant(house.store, "DELETE FROM person WHERE person_no = 2")
        await plant(
            house.store,
            "INSERT INTO assertion SELECT 9, ordinal, subject, commit_seq, recorded_at, source, supersedes,"
            " valid_from, valid_to, body FROM assertion WHERE person_no = 1",
        )

        assert await findings(house.store) == [
            ("person 2", "something was said of nobody"),
            ("person 9", "something was said of nobody"),
            ("person 2", "a look-up row leads to nobody"),
            ("person 2", "a look-up row leads to nobody"),
        ]


async def test_a_look_up_row_that_is_missing_is_found_with_the_key(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house)
        for person, birth in ((1, 0), (2, date(1980, 1, 1).toordinal())):
            await plant(
                house.store,
                "DELETE FROM lookup WHERE key = (SELECT min(key) FROM lookup WHERE person_no = $1 AND birth = $2)"
                " AND person_no = $1",
                person,
                birth,
            )

        assert await findings(house.store) == []
        assert await findings(house.store, *house.lookup_keys) == [
            ("person 1", "the person is not found where it should be"),
            ("person 2", "the person is not found where it should be"),
        ]


@pytest.mark.parametrize(
    ("key", "birth", "with_keys_only"),
    [(b"\1" * 16, 0, True), (b"\1" * 16, date(1980, 1, 1).toordinal(), True), (b"\1" * 16, 5, False)],
)
async def test_a_look_up_row_that_leads_to_somebody_else_is_found(
    location: str | Path, tmp_path: Path, key: bytes, birth: int, with_keys_only: bool
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house)
        await plant(house.store, "INSERT INTO lookup VALUES ($1, $2, 3, 1, 1)", key, birth)
        expected = [("person 3", "a look-up row leads to somebody who is not there")]

        assert await findings(house.store, *house.lookup_keys) == expected
        assert await findings(house.store) == ([] if with_keys_only else expected)


async def test_a_damaged_history_is_told_once(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house)
        await plant(house.store, "UPDATE person SET packed = substr(packed, 1, 9) WHERE person_no = 3")

        assert await findings(house.store) == [("person 3", PACKED)]
        assert await findings(house.store, *house.lookup_keys) == [("person 3", PACKED)]


async def test_no_step_holds_more_than_a_page(
    location: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house, count=120)
        monkeypatch.setattr(projection, "PAGE", 25)
        sizes: list[int] = []

        class Watched:
            """The store, with a note of how many rows each statement gave."""

            def __getattr__(self, name: str) -> Any:
                return getattr(house.store, name)

            async def fetch(self, statement: Statement, params: tuple[object, ...] = ()) -> list[Any]:
                rows = await house.store.fetch(statement, params)
                sizes.append(len(rows))
                return rows

        watched: Any = Watched()
        monkeypatch.setattr(projection, "finder_for", lambda _: None)
        assert await findings(watched) == []

        people = [size for size in sizes if size > 1][:5]
        assert people == [25 + 4, 25, 25, 25, 20]  # four of the first person's assertions are further ones


async def test_store_check_and_rotate_lookup_know_this_room() -> None:
    assert inspection._checks["projection"] is check_projection
    assert inspection.places_of() is not None


async def test_it_runs_beside_the_writer(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house)
        beside = await open_store(location, read_only=True)
        keys = FileKeys(tmp_path / "keys").lookup_keys(1)

        async def registering() -> AsyncIterator[Finding]:
            async for found in check_projection(beside, keys):
                yield found

        before = [found async for found in registering()]
        await house.register(COVERAGE | {"link": "k-9", "number": "9"})
        after = [found async for found in registering()]
        await beside.close()

        assert before == after == []


async def test_everybody_is_found_under_a_new_key_after_the_rotation(
    location: str | Path, tmp_path: Path
) -> None:
    """The link's row too: it is made again from the truth."""
    from kaihoken.store.rotation import AtRest, rotate_lookup

    async with a_house(location, tmp_path / "keys") as house:
        await with_people(house)
        places = inspection.places_of()
        assert places is not None
        done = await rotate_lookup(AtRest(house.store), house.store, house.keys, house.clock, 1, places)
        assert (done.version, done.people) == (2, 3)
    async with a_house(location, tmp_path / "keys", again=True, clock=house.clock) as house:
        (key,) = house.lookup_keys
        assert key.version == 2
        assert await findings(house.store, key) == []
        answers = await house.register(SUBSIDY | {"start": "2026-11-05"})
        assert [answer.status for answer in answers] == ["registered"]
        assert await house.rows("SELECT count(*) FROM person") == [(3,)]

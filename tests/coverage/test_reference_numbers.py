"""Registering 照会番号 on a real store: one person is meant or nobody, every write is on record, repeating is safe."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from kaihoken.audit import KindReader, Log
from kaihoken.coverage import (
    Asker,
    Linked,
    Linking,
    Situation,
    check_projection,
    check_registrations,
    unpack_history,
)
from kaihoken.coverage.history import PersonId, ReferenceLink
from kaihoken.coverage.lookup import place_of_reference
from kaihoken.coverage.recorded import REFERENCE
from kaihoken.identity import NORMALISATION_VERSION, InsurerNumber
from kaihoken.problems import Problem
from kaihoken.store import Note, Write, inspection
from kaihoken.store.rotation import AtRest, rotate_lookup

from .house import FACILITY_ASKS, House, a_house
from .people import COMPANY, FACILITY, TODAY, TOKYO_BRANCH, asking_for, covered_by
from .test_projection import plant
from .test_reference_links import OTHER_FACILITY, by_reference
from .test_rows import COVERAGE

VISIBLE = COVERAGE | {"match": "visible"}
OTHER_ASKS = Asker("facility-2", OTHER_FACILITY, "key-3")
PEOPLE = "SELECT person_id, packed FROM person ORDER BY person_no"
SOMEBODY_ELSE = VISIBLE | {"link": "k-2", "number": "57"}


def a_linking(reference_number: str = "P-0001", **more: Any) -> Linking:
    """For 山田 太郎, with everything that a message can say of him."""
    plain = Linking(reference_number, InsurerNumber.as_written(TOKYO_BRANCH), "12-34", "56", "01")
    return msgspec.structs.replace(plain, **more)


def told(linked: Linked) -> str:
    return linked.code if isinstance(linked, Problem) else linked


async def link(house: House, *linkings: Linking, asker: Asker = FACILITY_ASKS) -> list[str]:
    return [told(one) for one in await house.reference_numbers.register(linkings or [a_linking()], asker)]


async def unlink(house: House, reference_number: str = "P-0001", asker: Asker = FACILITY_ASKS) -> str:
    return told(await house.reference_numbers.withdraw(reference_number, asker))


async def situation(house: House, reference_number: str = "P-0001", **more: Any) -> str:
    return (await house.ask(by_reference(reference_number), **more)).found.answer.situation


async def people(house: House, *rows: dict[str, Any]) -> None:
    answers = await house.register(*(rows or (VISIBLE,)), may_match=True)
    assert {answer.status for answer in answers} == {"registered"}


async def links(house: House) -> list[ReferenceLink]:
    rows = cast("list[tuple[PersonId, bytes]]", await house.rows(PEOPLE))
    histories = [unpack_history(person, packed) for person, packed in rows]
    return [
        assertion.fact
        for history in histories
        for assertion in history.assertions
        if isinstance(assertion.fact, ReferenceLink)
    ]


async def records(house: House) -> list[dict[str, Any]]:
    log = await Log.open(house.store)
    batches = KindReader(log, REFERENCE).batches(0, await log.size())
    return [msgspec.json.decode(entry.body) async for _, entries in batches for entry in entries or ()]


async def unsound(house: House) -> list[tuple[str, str]]:
    checks = (check_projection(house.store, house.lookup_keys), check_registrations(house.store))
    return [
        ("note" if isinstance(one, Note) else one.where, one.english)
        for check in checks
        async for one in check
    ]


async def test_what_was_registered_answers_a_question(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await people(house)

        assert await situation(house) == "not-found"
        assert await link(house) == ["registered"]
        assert await situation(house) == "valid"
        by_number = await house.ask(asking_for(covered_by()))
        assert by_number.found.answer.results[0].reference_number == "P-0001"
        assert await unsound(house) == []


async def test_a_link_is_kept_as_sent_with_the_numbers_as_registered(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await people(house)
        await link(house, a_linking(" ｐ－１ ", symbol="", number="０５６", branch=""))

        assert await links(house) == [
            ReferenceLink(FACILITY, " ｐ－１ ", TOKYO_BRANCH, "12-34", "56", "01", TODAY)
        ]


async def test_repeating_changes_nothing_and_a_new_number_takes_the_place_of_the_old(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await people(house)

        assert await link(house) == ["registered"]
        stood = await house.rows("SELECT packed FROM person")
        assert await link(house, a_linking(symbol="", branch="")) == ["unchanged"]
        assert await house.rows("SELECT packed FROM person") == stood
        assert await link(house, a_linking("P-0002")) == ["replaced"]
        assert (await situation(house), await situation(house, "P-0002")) == ("not-found", "valid")
        assert await link(house) == ["replaced"], "the old number is free again"
        assert await unsound(house) == []


async def test_a_number_stands_for_one_person_of_a_facility(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await people(house, VISIBLE, SOMEBODY_ELSE)
        other = a_linking(number="57")

        assert await link(house) == ["registered"]
        assert await link(house, other) == ["coverage.reference-taken"]
        assert await link(house, msgspec.structs.replace(other, reference_number="Ｐ－０００１")) == [
            "coverage.reference-taken"
        ]
        assert await link(house, other, asker=OTHER_ASKS) == ["registered"], "another facility has its own"
        assert await unlink(house) == "withdrawn"
        assert await situation(house) == "not-found"
        assert await link(house, other) == ["registered"]
        assert await situation(house) == "valid"
        assert await unsound(house) == []


async def test_rows_of_one_list_see_each_other(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await people(house, VISIBLE, SOMEBODY_ELSE)

        assert await link(
            house,
            a_linking(),
            a_linking(number="57"),
            a_linking("P-0002"),
            a_linking(number="57"),
            a_linking("P-0003", number="99"),
            a_linking(number="57"),
        ) == [
            "registered",
            "coverage.reference-taken",
            "replaced",
            "registered",
            "coverage.reference-nobody",
            "unchanged",
        ]
        (record,) = await records(house)
        assert (record["rows"], record["refused"], len(record["people"])) == (3, 2, 2)
        assert await unsound(house) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "57"},
        {"symbol": "99"},
        {"branch": "02"},
        {"insurer": InsurerNumber.as_written(COMPANY)},
        {"birthdate": date(1980, 1, 2)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_all_that_is_said_has_to_fit(tmp_path: Path, wrong: dict[str, Any]) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await people(house)

        assert await link(house, a_linking(**wrong)) == ["coverage.reference-nobody"]
        assert await links(house) == []


@pytest.mark.parametrize(
    "row",
    [{"match": "pending"}, {"match": "suspended-3"}, {"lost": "2026-11-20"}, {"acquired": "2026-11-21"}],
    ids=["pending", "suspended", "ended", "not started"],
)
async def test_only_a_coverage_that_runs_and_is_shown_can_be_linked(
    tmp_path: Path, row: dict[str, str]
) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await people(house, VISIBLE | row)

        assert await link(house) == ["coverage.reference-nobody"]


async def test_several_who_fit_are_refused_until_what_tells_them_apart_is_said(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        child = {"link": "k-2", "branch": "02", "birthdate": "2010-05-05", "relation": "2"}
        namesake = {"link": "k-3", "symbol": "77", "birthdate": "1990-01-01"}
        await people(house, VISIBLE, VISIBLE | child, VISIBLE | namesake)

        assert await link(house, a_linking(branch="")) == ["coverage.reference-several"]
        assert await link(house, a_linking(symbol="")) == ["coverage.reference-several"]
        assert await links(house) == []
        assert await link(house, a_linking(branch="", symbol="", birthdate=date(2010, 5, 5))) == [
            "registered"
        ]
        assert [one.branch for one in await links(house)] == ["02"]


async def test_one_person_with_two_numbers_has_to_be_told_apart_too(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await people(house, VISIBLE, VISIBLE | {"symbol": "77", "acquired": "2024-04-01"})

        assert await link(house, a_linking(symbol="")) == ["coverage.reference-several"]
        assert await link(house, a_linking(symbol="77")) == ["registered"]


async def test_one_person_may_keep_the_number_for_the_next_coverage(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await people(house)
        await link(house)
        await people(house, VISIBLE | {"lost": "2026-11-01"})
        await people(house, VISIBLE | {"insurer_number": COMPANY, "acquired": "2026-11-01"})

        assert await situation(house) == "new-exists"
        assert await link(house, a_linking(insurer=InsurerNumber.as_written(COMPANY))) == ["registered"]
        assert await situation(house) == "valid"
        assert await unlink(house) == "withdrawn"
        assert [one.withdrawn for one in await links(house)] == [False, False, True, True]
        assert await unsound(house) == []


async def test_taking_back_is_safe_to_repeat_and_knows_what_never_stood(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await people(house)

        assert await unlink(house) == "coverage.reference-unknown"
        await link(house)
        assert await unlink(house, asker=OTHER_ASKS) == "coverage.reference-unknown"
        assert await unlink(house, "p-0001") == "coverage.reference-unknown"
        assert await unlink(house, "Ｐ－０００１") == "withdrawn"
        assert await unlink(house) == "unchanged"
        assert await link(house) == ["registered"], "it can be given again"
        assert await situation(house) == "valid"
        assert await unsound(house) == []


async def test_links_stand_as_was_known_at_any_instant(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await people(house)
        before = house.clock.now()
        await people(house, SOMEBODY_ELSE)
        await link(house)
        linked = house.clock.now()
        await people(house, VISIBLE | {"link": "k-3", "number": "58"})
        await link(house, a_linking("P-0002"))

        assert await situation(house, known_at=before) == "not-found"
        assert await situation(house, known_at=linked) == "valid"
        assert await situation(house) == "not-found"


async def test_another_facility_sees_nothing_of_it(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await people(house)
        await link(house)

        elsewhere = asking_for(covered_by(), facility=OTHER_FACILITY)
        assert (await house.ask(elsewhere)).found.answer.results[0].reference_number is None
        by_it = by_reference(facility=OTHER_FACILITY)
        assert (await house.ask(by_it)).found.answer.situation == Situation.NOT_FOUND


async def test_links_make_nobody(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        assert await link(house) == ["coverage.reference-nobody"]
        assert await house.rows("SELECT * FROM person") == []
        (record,) = await records(house)
        assert (record["rows"], record["refused"], record["people"]) == (0, 1, [])


async def test_every_write_and_every_refusal_is_one_record_without_a_number(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await people(house)
        await link(house)
        await link(house)
        await link(house, a_linking(number="99"))
        await unlink(house)
        await unlink(house, "P-9")

        kept = await records(house)
        assert [(one["rows"], one["refused"]) for one in kept] == [(1, 0), (0, 0), (0, 1), (1, 0), (0, 1)]
        assert {tuple(one) for one in kept} == {
            ("at", "by", "client", "digest", "key", "people", "refused", "rows")
        }
        assert {(one["by"], one["client"], one["key"]) for one in kept} == {(FACILITY, "facility-1", "key-1")}
        assert "P-0001" not in str(kept)


async def test_a_link_that_somebody_else_wrote_is_found(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await people(house)
        await link(house)
        place = place_of_reference(FACILITY, "P-0001", house.lookup_keys[0])[0]
        await plant(house.store, "DELETE FROM lookup WHERE key = $1", place)

        assert ("person 1", "the person is not found where it should be") in await unsound(house)

        await plant(house.store, "DELETE FROM assertion WHERE ordinal = $1", 1)
        assert ("batch 2", "what was registered is not what the log records") in await unsound(house)
        assert ("assertion", "1 assertions stand, 2 are on record") in await unsound(house)


async def test_links_are_found_while_and_after_the_look_up_key_is_changed(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await people(house, VISIBLE, SOMEBODY_ELSE)
        await link(house)
    keys = house.keys.rotate_lookup(house.clock)
    async with a_house(location, tmp_path / "keys", again=True) as house:
        assert len(house.lookup_keys) == 2
        assert await situation(house) == "valid"
        assert await link(house, a_linking("P-0002", number="57")) == ["registered"]
        assert await link(house, a_linking(number="57")) == ["coverage.reference-taken"]
        places_of = inspection.places_of()
        assert places_of is not None
        await rotate_lookup(
            AtRest(house.store), house.store, keys, house.clock, NORMALISATION_VERSION, places_of
        )
    async with a_house(location, tmp_path / "keys", again=True) as house:
        assert len(house.lookup_keys) == 1
        assert (await situation(house), await situation(house, "P-0002")) == ("valid", "valid")
        assert await unsound(house) == []


async def test_a_transaction_that_fails_leaves_nothing_and_can_be_repeated(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await people(house)
        house.unreliable.refusing = "store.full"

        with pytest.raises(Problem, match=r"store\.full"):
            await link(house)
        house.unreliable.refusing = ""
        assert await links(house) == []
        assert await link(house) == ["registered"]
        assert await unsound(house) == []


async def test_links_and_registrations_at_once_lose_nothing(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await people(house)
        moved = [VISIBLE | {"address": f"架空町{number}"} for number in range(12)]

        await asyncio.gather(
            house.register(*moved, may_match=True),
            *(link(house, a_linking(f"P-{number}")) for number in range(6)),
        )

        assert len(await links(house)) == 6
        assert len(await house.rows("SELECT ordinal FROM assertion")) == 1 + 12 + 6
        assert await unsound(house) == []


async def test_somebody_whose_history_is_damaged_stops_only_their_own_link(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await people(house, VISIBLE, SOMEBODY_ELSE)
        await plant(house.store, "UPDATE person SET packed = $1 WHERE person_no = 2", b"\xc1")

        assert await link(house, a_linking(), a_linking("P-0002", number="57")) == [
            "registered",
            "store.corrupt",
        ]


async def test_what_is_kept_with_it_stands_in_the_same_transaction(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await people(house)
        seen: list[list[str]] = []

        def keep(linked: Any) -> list[Write]:
            seen.append([told(one) for one in linked])
            return []

        await house.reference_numbers.register([a_linking()], FACILITY_ASKS, keep)
        await house.reference_numbers.withdraw("P-0001", FACILITY_ASKS, keep)
        assert seen == [["registered"], ["withdrawn"]]
        assert len(await records(house)) == 2


async def test_links_that_cannot_be_prepared_hold_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await people(house)

        async def lost(_: object) -> object:
            raise Problem("store.unreachable")

        with monkeypatch.context() as patch:
            patch.setattr(house.finder, "find_each", lost)
            with pytest.raises(Problem, match=r"store\.unreachable"):
                await house.reference_numbers.held([a_linking()], FACILITY_ASKS)

        async with asyncio.timeout(60):
            assert await link(house) == ["registered"]

"""What somebody is shown of themselves: never another's data, whatever hangs on their record by mistake."""

from datetime import date
from pathlib import Path

import pytest

from kaihoken.coverage.history import CommitSequence, MatchState, PersonId
from kaihoken.coverage.own import OwnRecords, own_record
from kaihoken.coverage.store import find_person, numbered_person
from kaihoken.coverage.verdict import Situation
from kaihoken.problems import Problem
from kaihoken.store import Statement, Write

from .house import a_house
from .people import a_person, covered_by
from .test_rows import COVERAGE

TODAY, KNOWN = date(2026, 11, 20), CommitSequence(10)
BORN = date(1985, 5, 5)


@pytest.mark.parametrize("match", ["pending", "suspended-3"])
def test_a_coverage_that_may_be_anothers_names_nobody(match: MatchState) -> None:
    shown = own_record(a_person(covered_by(name="別の　人", match=match)), TODAY, KNOWN)

    assert (shown.name, shown.birthdate, shown.coverage, shown.share) == ("", None, None, None)
    assert shown.situation in (Situation.PENDING, Situation.SUSPENDED)


@pytest.mark.parametrize("lost", [None, date(2026, 4, 1)])
def test_beside_one_that_is_theirs_that_one_names_them(lost: date | None) -> None:
    person = a_person(
        covered_by(name="本人", birthdate=BORN, lost=lost),
        covered_by("06139992", since=date(2026, 10, 1), name="別の　人", match="suspended-3"),
    )

    shown = own_record(person, TODAY, KNOWN)

    assert (shown.name, shown.birthdate) == ("本人", BORN)


def test_of_nobody_there_is_nothing() -> None:
    for history in (None, a_person()):
        shown = own_record(history, TODAY, KNOWN)
        assert (shown.name, shown.situation, shown.on) == ("", Situation.NOT_FOUND, TODAY)


async def test_a_person_is_the_same_by_id_and_by_number(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await house.register(COVERAGE, may_match=True)
        person = await numbered_person(house.store, 1)
        assert person is not None

        assert await find_person(house.store, person.person) == person
        assert person.history.person == person.person
        assert await find_person(house.store, PersonId(bytes(16))) is None
        assert await numbered_person(house.store, 2) is None


async def test_an_own_record_that_is_damaged_is_told_by_its_row(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await house.register(COVERAGE, may_match=True)
        person = await numbered_person(house.store, 1)
        assert person is not None
        damage = "UPDATE person SET packed = x'c1'"
        await house.store.transaction([Write(Statement("damage", damage, damage), [()])])
        records = OwnRecords(house.store, house.committer, house.clock)

        with pytest.raises(Problem) as told:
            await records.show(person.person.hex(), "account")

        assert (told.value.code, told.value.where) == ("store.corrupt", "person 1")

"""The settings of facilities in memory and in the store, also where the answer of a commit is lost."""

from pathlib import Path

import pytest

from kaihoken.consent import Actor, Item
from kaihoken.coverage.facility import FacilityBook, FacilitySettingsChange, check_facilities
from kaihoken.problems import Problem

from ..house import a_house
from ..people import FACILITY

ACTOR = Actor("client-1", FACILITY, "key-1")


def the_test(*, used: bool) -> FacilitySettingsChange:
    return FacilitySettingsChange(items={Item.TEST: used})


async def test_a_first_change_that_does_not_stand_is_made_when_it_is_sent_again(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        book = await FacilityBook.opened(house.store, house.committer, house.clock)
        house.unreliable.refusing = "store.full"
        with pytest.raises(Problem, match=r"store\.full"):
            await book.change(the_test(used=True), ACTOR)
        house.unreliable.refusing = ""

        await book.change(the_test(used=True), ACTOR)

        assert Item.TEST in book.of(FACILITY).used
        assert [finding async for finding in check_facilities(house.store)] == []


async def test_a_change_back_is_kept_where_nobody_knows_whether_the_one_before_stands(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        book = await FacilityBook.opened(house.store, house.committer, house.clock)
        await book.change(the_test(used=False), ACTOR)
        house.unreliable.unconfirmed_at = "keep the settings of a facility"
        with pytest.raises(Problem, match=r"store\.unconfirmed"):
            await book.change(the_test(used=True), ACTOR)

        assert Item.TEST not in (await book.previewed(FACILITY, the_test(used=False))).used
        assert Item.TEST in book.of(FACILITY).used, "the preview is held against what stands"
        await book.change(the_test(used=False), ACTOR)

        again = await FacilityBook.opened(house.store, house.committer, house.clock)
        assert Item.TEST not in again.of(FACILITY).used
        assert [finding async for finding in check_facilities(house.store)] == []

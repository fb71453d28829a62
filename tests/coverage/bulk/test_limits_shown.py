"""Which limit a facility saw last: held against the answer that showed it: no list says unchanged without one."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from kaihoken.audit.retention import destroy_bodies
from kaihoken.consent import Item
from kaihoken.coverage import check_limits_shown, limits_shown_in
from kaihoken.problems import Problem
from kaihoken.store import Finding, Note, Statement, Store, Write

from ..house import House, a_house
from ..people import by_card
from ..test_rows import CERTIFICATE, COVERAGE

LIMIT = {"classification": "01", "category": "A03", "valid_from": "2026-08-01"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Batch 1 registers; 2 and 4 answer without a limit, 3 shows one."""
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await house.register({**COVERAGE, "match": "visible", "limits": [LIMIT]}, CERTIFICATE, may_match=True)
        await house.ask(by_card())
        await house.ask(by_card(consents=[Item.LIMIT]))
        await house.ask(by_card())
        yield house


async def told(store: Store) -> list[str]:
    found: list[Finding | Note] = [one async for one in check_limits_shown(store)]
    return ["note" if isinstance(one, Note) else one.where for one in found]


async def plant(house: House, sql: str) -> None:
    await house.store.transaction([Write(Statement("plant", sql, sql), [()])])


async def test_an_answer_with_the_limit_leaves_a_row_that_holds(house: House) -> None:
    assert await house.rows("SELECT commit_seq FROM limit_shown") == [(3,)]
    assert await told(house.store) == []


@pytest.mark.parametrize("batch", [1, 2, 999], ids=["no answer", "an answer without it", "no batch"])
async def test_a_row_under_another_batch_is_found(house: House, batch: int) -> None:
    await plant(house, f"UPDATE limit_shown SET commit_seq = {batch}")

    assert await told(house.store) == [f"limit_shown, batch {batch}"]


async def test_a_row_of_another_facility_is_found(house: House) -> None:
    await plant(house, "UPDATE limit_shown SET facility = '9910000015'")

    assert await told(house.store) == ["limit_shown, batch 3"]


async def test_what_was_destroyed_is_not_compared_and_said_so(house: House) -> None:
    house.clock.at += timedelta(days=365 * 8)
    today = house.clock.at.date()
    assert (await destroy_bodies(house.committer, today - timedelta(days=365 * 7), today)).records > 0

    assert await told(house.store) == ["note"]


async def test_what_the_store_refuses_is_not_taken_for_damage(house: House) -> None:
    class Full:
        def __getattr__(self, name: str) -> object:
            return getattr(house.store, name)

        async def fetch(
            self, statement: Statement, params: tuple[object, ...] = ()
        ) -> list[tuple[object, ...]]:
            if params == (3,) or "batch" in statement.name:
                raise Problem("store.full")
            return await house.store.fetch(statement, params)

    with pytest.raises(Problem, match=r"store\.full"):
        await told(cast("Store", Full()))


def test_it_stands_on_a_store_and_on_nothing_else() -> None:
    with pytest.raises(TypeError):
        limits_shown_in(cast("Store", object()))

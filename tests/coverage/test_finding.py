"""Finding people by place: the same on both engines, alone and many at once, and when the store cannot answer."""

import asyncio
import os
import signal
from datetime import date
from pathlib import Path
from typing import cast

import asyncpg
import pytest

from kaihoken.coverage import CommitSequence, PublicExpense, place_of_question
from kaihoken.coverage.finding import finder_for
from kaihoken.coverage.history import believed
from kaihoken.coverage.lookup import place_of_link, places_of, places_of_fact
from kaihoken.problems import Problem
from kaihoken.store import LookupKey, Statement, Store, Write, postgres

from .house import House, a_house
from .people import a_certificate, asking_for, by_card, covered_by
from .strategies import history_of
from .test_rows import CERTIFICATE, COVERAGE, SUBSIDY

KEY = LookupKey(bytes(32), 1, 1)
READING = "SELECT pid FROM pg_stat_activity WHERE application_name = 'kaihoken reader' AND datname = current_database()"
OTHER_KEY = LookupKey(b"\1" * 32, 2, 1)


def test_a_question_looks_where_its_fact_put_the_person() -> None:
    coverage, card = covered_by(number="００56"), a_certificate()

    assert place_of_question(asking_for(coverage, number="56"), KEY) == places_of_fact(coverage, KEY)[0]
    assert place_of_question(by_card(card.serial), KEY) == places_of_fact(card, KEY)[0]
    assert places_of_fact(coverage, KEY) != places_of_fact(coverage, OTHER_KEY)


def test_a_history_is_found_by_all_that_was_ever_said_of_it() -> None:
    first, then = covered_by(), covered_by("06132013", withdrawn=True)
    subsidy = PublicExpense("81136244", "1234566", "助成", date(2025, 4, 1))
    history = history_of(1, [(1, first), (2, a_certificate()), (3, then), (3, then), (4, subsidy)])

    assert places_of(history.assertions, KEY) == [
        place_of_link("link-1", KEY),
        *places_of_fact(first, KEY),
        *places_of_fact(a_certificate(), KEY),
        *places_of_fact(then, KEY),
    ]


async def with_three(house: House) -> House:
    await house.register(
        COVERAGE, CERTIFICATE, COVERAGE | {"link": "k-2", "number": "57"}, SUBSIDY | {"link": "k-3"}
    )
    return house


async def test_everybody_at_any_of_the_places_once(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_three(house)
        key = house.lookup_keys[0]
        one = [place_of_question(asking_for(covered_by()), key), place_of_question(by_card(), key)]
        other = place_of_question(asking_for(covered_by(number="57")), key)
        nobody = place_of_question(asking_for(covered_by(number="58")), key)
        finder = finder_for(house.store)

        found, none, nowhere = await finder.find_each([[*one, nobody, other], [nobody], []])

        assert [stored.person_no for stored in found] == [1, 2]
        assert [len(stored.history.assertions) for stored in found] == [2, 1]
        assert none == nowhere == []


async def test_many_at_once_find_their_own(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await house.register(*(COVERAGE | {"link": f"k-{n}", "number": str(n)} for n in range(1, 41)))
        key = house.lookup_keys[0]
        finder = finder_for(house.store)
        places = [place_of_question(asking_for(covered_by(number=str(n % 40 + 1))), key) for n in range(1200)]

        found = await finder.find_each([[place] for place in places])

        assert [[stored.person_no for stored in one] for one in found] == [[n % 40 + 1] for n in range(1200)]


async def test_a_damaged_history_is_an_error_and_not_a_silence(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_three(house)
        place = place_of_question(asking_for(covered_by()), house.lookup_keys[0])
        damage = Statement("damage", *["UPDATE person SET packed = substr(packed, 1, 20)"] * 2)
        await house.store.transaction([Write(damage, [()])])

        ((stored,),) = await finder_for(house.store).find_each([[place]])
        with pytest.raises(Problem) as caught:
            _ = stored.history
        assert caught.value.code == "store.corrupt"


@pytest.mark.postgres
async def test_a_connection_that_has_gone_silent_holds_nobody_twice(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_house(postgres_url, tmp_path / "keys") as house:
        await with_three(house)
        finder = finder_for(house.store)
        one = [place_of_question(asking_for(covered_by()), house.lookup_keys[0])]
        server = await asyncpg.connect(postgres_url)
        silent = [row["pid"] for row in await server.fetch(READING)]
        await server.close()
        assert silent
        for pid in silent:
            os.kill(pid, signal.SIGSTOP)
        try:
            async with asyncio.timeout(30):
                with monkeypatch.context() as impatient:
                    impatient.setattr(postgres, "LOOK_SECONDS", 0.05)
                    for _ in silent:
                        with pytest.raises(Problem) as refused:
                            await finder.find_each([one])
                        assert (refused.value.code, refused.value.facts) == (
                            "store.failed",
                            {"reason": "TimeoutError"},
                        )

                ((found,),) = await finder.find_each([one])
        finally:
            for pid in silent:
                os.kill(pid, signal.SIGCONT)

        assert found.person_no == 1


def test_a_store_of_another_kind_has_no_finder() -> None:
    with pytest.raises(TypeError):
        finder_for(cast("Store", object()))


def test_nothing_is_known_before_anything_was_committed() -> None:
    assert believed(history_of(1, [(1, covered_by())]), CommitSequence(-1)) == []

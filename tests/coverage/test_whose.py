"""From a number to the ids of people in the log: who has it, who had it, nobody else; each time on record."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from kaihoken.audit.verifier import receipt_from_json
from kaihoken.coverage.local import Local, local_operator
from kaihoken.coverage.whose import Known, Wanted, whose
from kaihoken.problems import Problem
from kaihoken.store import Statement, Write

from .house import House, a_house
from .test_rows import COVERAGE

TARO = COVERAGE | {"match": "visible"}
WANTED = Wanted(insurer_number=str(TARO["insurer_number"]), number=str(TARO["number"]))


@pytest.fixture
async def house(location: str | Path, tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(location, tmp_path / "keys") as opened:
        yield opened


def local(house: House) -> Local:
    """The house as the local operator has it."""
    return Local(
        store=house.store,
        finder=house.finder,
        committer=house.committer,
        lookup_keys=house.lookup_keys,
        clock=house.clock,
        answering=house.answering,
        place="here",
        keys_place="there",
        made=False,
        peopled=True,
    )


async def found(house: House, **narrower: object) -> list[Known]:
    people, _ = await whose(local(house), local_operator(), msgspec.structs.replace(WANTED, **narrower))
    return people


async def ids(house: House) -> list[str]:
    """Everybody's id, in the order in which they were registered."""
    rows = await house.rows("SELECT person_id FROM person ORDER BY person_no")
    return [bytes(one).hex() for (one,) in rows]


async def test_who_has_the_number_and_who_had_it_are_told_apart(house: House) -> None:
    await house.register(TARO | {"link": "now"}, TARO | {"link": "earlier"}, may_match=True)
    await house.register(TARO | {"link": "earlier", "withdrawn": True}, may_match=True)
    now, earlier = await ids(house)

    assert await found(house) == sorted([Known(now, True), Known(earlier, False)], key=lambda one: one.person)


async def test_only_a_full_fit_is_told(house: House) -> None:
    others = (
        {"number": "9999"},
        {"symbol": "99-99"},
        {"insurer_number": "06132013"},
        {"birthdate": "1981-01-01"},
    )
    rows = [TARO | {"link": f"k-{number}"} | other for number, other in enumerate(others)]
    await house.register(TARO | {"link": "one"}, *rows, may_match=True)
    (one, *_, born_later) = await ids(house)

    born = date.fromisoformat(str(TARO["birthdate"]))

    assert await found(house, birthdate=born, symbol=TARO["symbol"]) == [Known(one, True)]
    assert await found(house, birthdate=date(1981, 1, 1)) == [Known(born_later, True)]
    assert await found(house, birthdate=date(1982, 1, 1)) == []
    without_birthdate = await found(house, symbol=TARO["symbol"])
    assert {one.person for one in without_birthdate} == {one, born_later}


async def test_a_branch_tells_twins_apart(house: House) -> None:
    await house.register(
        TARO | {"link": "first", "branch": "01"}, TARO | {"link": "second", "branch": "02"}, may_match=True
    )
    first, second = await ids(house)

    assert await found(house, branch="02") == [Known(second, True)]
    assert {one.person for one in await found(house)} == {first, second}


async def test_a_corrected_birthdate_leaves_one_who_has_the_number(house: House) -> None:
    await house.register(TARO | {"birthdate": "1990-12-31"}, may_match=True)
    await house.register(TARO, may_match=True)
    (person,) = await ids(house)

    assert await found(house) == [Known(person, True)]
    assert await found(house, birthdate=date(1990, 12, 31)) == [Known(person, False)]


async def test_people_under_an_older_key_are_found_too(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await house.register(TARO, may_match=True)
    house.keys.rotate_lookup(house.clock)
    async with a_house(location, tmp_path / "keys", again=True, clock=house.clock) as house:
        (person,) = await ids(house)

        assert await found(house) == [Known(person, True)]


async def test_nothing_is_told_when_it_cannot_be_recorded(house: House) -> None:
    await house.register(TARO, may_match=True)
    house.unreliable.refusing = "store.full"

    with pytest.raises(Problem, match=r"store\.full"):
        await found(house)


async def test_the_record_names_who_asked_and_whom_it_told_of(house: House) -> None:
    await house.register(TARO, may_match=True)

    people, committed = await whose(local(house), local_operator(), WANTED)

    receipt = receipt_from_json(committed.receipt())
    assert receipt.kind == "person.looked-up"
    assert msgspec.json.decode(receipt.body) == {
        "at": house.clock.now().isoformat().replace("+00:00", "Z"),
        "by": "9910000000",
        "client": "local-operator",
        "key": "local",
        "people": [one.person for one in people],
    }


async def test_a_damaged_history_is_a_problem_that_names_the_row(house: House) -> None:
    await house.register(TARO, may_match=True)
    damage = "UPDATE person SET packed = "
    await house.store.transaction(
        [Write(Statement("damage", f"{damage}x'c1'", f"{damage}'\\xc1'::bytea"), [()])]
    )

    with pytest.raises(Problem) as caught:
        await found(house)

    assert (caught.value.code, caught.value.where) == ("store.corrupt", "person 1")

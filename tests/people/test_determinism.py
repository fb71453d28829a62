"""The same arguments make the same nation, in any order of the blocks and in any process."""

import os
from contextlib import aclosing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.clock import FixedClock
from kaihoken.coverage import CommitSequence, PersonId
from kaihoken.people import Nation, Plan, ids_in_order, workshop
from kaihoken.people.draws import Draws, Urn, delay
from kaihoken.people.plan import BLOCK
from kaihoken.people.workshop import Order, made
from kaihoken.problems import Problem
from kaihoken.store import FileKeys

from .nation import TODAY, some_people


def test_the_draws_are_the_same_on_every_machine() -> None:
    # From the first run of generator version 1. Philox promises its raw numbers for ever.
    assert Draws(seed=1, block=2, stream=3).uniform(3).tolist() == [
        0.48002895180154714,
        0.5759664027290533,
        0.061625144855582126,
    ]
    assert Draws(2**40, 10**4).uniform(2).tolist() == [0.2238074788121709, 0.6484326184635161]


def test_equal_plans_make_equal_nations() -> None:
    assert some_people(800) == some_people(800)


@pytest.mark.parametrize(
    "other", [Plan(801, 1, TODAY), Plan(800, 2, TODAY), Plan(800, 1, date(2026, 11, 21))]
)
def test_any_other_argument_makes_another_nation(other: Plan) -> None:
    assert Nation(other).block(0) != some_people(800)


def test_a_block_does_not_need_the_ones_before_it() -> None:
    nation = Nation(Plan(3 * BLOCK, 7, TODAY))
    later = nation.block(2)

    assert Nation(Plan(3 * BLOCK, 7, TODAY)).block(2) == later
    nation.block(0)
    assert nation.block(2) == later


def test_blocks_and_streams_draw_apart() -> None:
    first = set(Draws(1, 0, 0).uniform(500).tolist())

    assert not first & set(Draws(1, 1, 0).uniform(500).tolist())
    assert not first & set(Draws(1, 0, 1).uniform(500).tolist())
    assert not first & set(Draws(2, 0, 0).uniform(500).tolist())


def test_people_are_numbered_without_gaps_across_blocks() -> None:
    nation = Nation(Plan(BLOCK + 10, 1, TODAY))
    places = [person.place for block in range(nation.plan.blocks) for person in nation.block(block)]

    assert places == list(range(BLOCK + 10))


def test_ids_are_sixteen_bytes_rise_and_never_meet() -> None:
    ids = [person.person_id for person in some_people(3_000)]

    assert {len(one) for one in ids} == {16}
    assert ids == sorted(set(ids))


def test_ids_can_be_given() -> None:
    people = Nation(Plan(50, 1, TODAY), ids=lambda place: PersonId(place.to_bytes(16, "big"))).block(0)

    assert [int.from_bytes(person.person_id, "big") for person in people] == list(range(50))
    assert [person.stated for person in people] == [person.stated for person in some_people(50)]


def test_ids_of_two_seeds_differ() -> None:
    one, other = ids_in_order(Plan(10, 1, TODAY)), ids_in_order(Plan(10, 2, TODAY))

    assert all(one(place) != other(place) for place in range(10))


async def test_helper_processes_make_what_one_process_makes(tmp_path_factory: pytest.TempPathFactory) -> None:
    keys = FileKeys.create(
        tmp_path_factory.mktemp("keys") / "keys", FixedClock(datetime(2026, 11, 20, tzinfo=UTC))
    )
    plan = Plan(BLOCK + 40, 3, TODAY)
    order = Order(plan, first_no=5, first_commit=CommitSequence(2), recorded_at=plan.recorded_at)

    here = [rows async for rows in made(order, keys, processes=0)]
    there = [rows async for rows in made(order, keys, processes=2)]

    assert len(here) == 2
    assert there == here


async def test_a_helper_that_is_lost_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = FileKeys.create(tmp_path / "keys", FixedClock(datetime(2026, 11, 20, tzinfo=UTC)))
    plan = Plan(3 * BLOCK, 3, TODAY)
    order = Order(plan, first_no=1, first_commit=CommitSequence(1), recorded_at=plan.recorded_at)
    monkeypatch.setattr(workshop, "_make", os._exit)  # the block's number is the exit code

    with pytest.raises(Problem) as raised:
        async with aclosing(made(order, keys, processes=1)) as making:
            await anext(making)

    assert raised.value.code == "people.helper-lost"


@given(st.lists(st.floats(0.01, 10), min_size=1, max_size=9), st.floats(0, 1, exclude_max=True))
def test_an_urn_draws_by_weight(weights: list[float], number: float) -> None:
    place = Urn(range(len(weights)), weights).draw(number)

    assert sum(weights[:place]) <= number * sum(weights) * (1 + 1e-9) + 1e-9
    assert number * sum(weights) <= sum(weights[: place + 1]) * (1 + 1e-9) + 1e-9


@given(st.floats(0, 1, exclude_max=True))
def test_a_delay_stays_within_its_step(number: float) -> None:
    days = delay(((1, 0.2), (5, 0.7), (20, 1.0)), number)

    assert 0 <= days <= 20
    assert (days <= 1) == (number < 0.2) or days in (1, 2)


def test_a_delay_beyond_its_table_is_the_longest() -> None:
    assert delay(((1, 0.2), (5, 0.9)), 0.95) == 5

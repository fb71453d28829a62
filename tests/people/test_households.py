"""People live together as people do: couples of like age, children with a grown-up, one name and one address."""

from collections import Counter

import pytest

from kaihoken.people import Nation, Plan
from kaihoken.people.households import CHILD, HEAD, PARENT, SPOUSE
from kaihoken.people.members import Household, Member

from .nation import TODAY


@pytest.fixture(scope="module")
def households() -> list[Household]:
    # Block 40 of a large nation lies in one area, block 0 of a small one in many.
    return Nation(Plan(2_000_000, 1, TODAY)).households(40) + Nation(Plan(5_000, 1, TODAY)).households(0)


def of_role(household: Household, role: int) -> list[Member]:
    return [member for member in household.members if member.role == role]


def test_every_household_has_one_head_who_comes_first(households: list[Household]) -> None:
    assert all(household.members[0].role == HEAD for household in households)
    assert all(len(of_role(household, HEAD)) == 1 for household in households)


def test_nobody_is_left_out_or_counted_twice(households: list[Household]) -> None:
    counted = Counter(member.place for household in households for member in household.members)

    assert sum(counted.values()) == 10_000
    assert sorted(place for place in counted if place < 5_000) == list(range(5_000))


def test_couples_are_grown_up_and_of_like_age(households: list[Household]) -> None:
    couples = [(home.members[0], of_role(home, SPOUSE)[0]) for home in households if of_role(home, SPOUSE)]

    assert len(couples) > 1_500
    assert all(len(of_role(home, SPOUSE)) <= 1 for home in households)
    assert all(min(one.age, other.age) >= 18 for one, other in couples)
    assert all(one.female != other.female for one, other in couples)
    assert all(abs(one.age - other.age) <= 18 for one, other in couples)
    gaps = [man.age - woman.age for man, woman in couples]
    assert sum(gaps) / len(gaps) == pytest.approx(1.5, abs=2.0)


def test_children_live_with_somebody_old_enough(households: list[Household]) -> None:
    children = [(home, child) for home in households for child in of_role(home, CHILD)]

    assert len(children) > 1_000
    assert all(
        max(one.age for one in home.members if one.role != CHILD) - child.age >= 12
        for home, child in children
    )
    mothers = [
        mother.age - child.age
        for home, child in children
        for mother in home.members
        if mother.role in (HEAD, SPOUSE) and mother.female
    ]
    assert sum(mothers) / len(mothers) == pytest.approx(32, abs=3)


def test_few_small_children_are_alone(households: list[Household]) -> None:
    alone = [home for home in households if home.members[0].age < 15]

    assert len(alone) <= 5  # only where an area holds too few people of the sample


def test_supported_parents_are_a_generation_older(households: list[Household]) -> None:
    pairs = [(home.members[0], parent) for home in households for parent in of_role(home, PARENT)]

    assert len(pairs) > 20
    assert all(60 <= parent.age < 75 and parent.age - head.age >= 14 for head, parent in pairs)


def test_a_household_shares_family_name_and_address(households: list[Household]) -> None:
    for home in households[:800]:
        assert {member.name.split("　")[0] for member in home.members} == {home.family_name.written}
        assert home.address[1].startswith(home.home.prefix)


def test_some_brothers_and_sisters_are_twins(households: list[Household]) -> None:
    twins = sum(
        births - 1
        for home in households
        for births in Counter(child.born for child in of_role(home, CHILD)).values()
    )
    children = sum(len(of_role(home, CHILD)) for home in households)

    assert 0.003 < twins / children < 0.03

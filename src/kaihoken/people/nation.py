"""The fictional nation: people, block by block, each block from its own draws."""

import hashlib
from collections.abc import Callable
from datetime import date

import msgspec
import numpy as np

from kaihoken.coverage import PersonId
from kaihoken.people import lots
from kaihoken.people.benefits import Benefits
from kaihoken.people.cards import Cards
from kaihoken.people.census import Census, Integers
from kaihoken.people.coverages import Coverages, Stated
from kaihoken.people.draws import GENERATOR_VERSION, Draws
from kaihoken.people.figures import figures_on
from kaihoken.people.households import Households, gathered
from kaihoken.people.insurers import insurers
from kaihoken.people.lags import Lags
from kaihoken.people.members import Household, Member
from kaihoken.people.memberships import Memberships
from kaihoken.people.names import full_name, name_lists
from kaihoken.people.places import Municipality, Places, places
from kaihoken.people.plan import BLOCK, Days, Plan
from kaihoken.people.policies import Policies
from kaihoken.people.subsidies import Subsidies
from kaihoken.people.troubles import Troubles

_PEOPLE, _PERSONS, _HOUSEHOLDS = range(3)
"""Streams of draws: ties and ages; decisions of persons; of households."""

_EPOCH = date(1970, 1, 1).toordinal()

IdSource = Callable[[int], PersonId]
"""Gives the random id of a person from the place in the nation."""


class Person(msgspec.Struct, frozen=True, gc=False):
    """A person of the nation. `place` counts from 0; `link` is the code by which insurers register the person;
    `stated` is what the register holds, in order: never nothing."""

    place: int
    person_id: PersonId
    link: str
    stated: tuple[Stated, ...]


class Nation:
    """People of a plan, made block by block in any order and any process."""

    def __init__(self, plan: Plan, ids: IdSource | None = None) -> None:
        """Reads the tables (about 0.3 s). `ids` replaces the person ids, which follow from the plan by default."""
        self.plan = plan
        self._ids = ids if ids is not None else ids_in_order(plan)
        figures = figures_on(plan.as_of)
        self._figures = figures
        self._where: Places = places()
        self._names = name_lists()
        self._census = Census(plan.as_of, figures.population)
        self._days = Days.of(plan.as_of, figures.histories.window_years)
        registry = insurers(plan.as_of)
        policies = Policies(figures, self._where, registry, self._days)
        self._troubles = Troubles(figures.troubles, self._names)
        self._memberships = Memberships(
            figures, policies, Lags(figures.troubles, self._days.as_of), self._days
        )
        self._coverages = Coverages(
            figures,
            self._days,
            Benefits(figures.benefits, self._days),
            Subsidies(figures.benefits, registry.online, self._days),
            Cards(figures.cards, self._days.as_of),
            self._troubles,
        )

    def block(self, number: int) -> list[Person]:
        """The people of one block, household by household."""
        people: list[Person] = []
        for household in self.households(number):
            self._memberships.give(household)
            for member in household.members:
                stated = self._coverages.stated(member, household)
                people.append(
                    Person(member.place, self._ids(member.place), link_of(self.plan, member.place), stated)
                )
                member.spells.clear()  # unties policies and members: no work for the garbage collector
        return people

    def first_block(self, place: Municipality) -> int:
        """The first block of nobody but people of the area around a place."""
        area = next(code for code, urn in self._where.by_area.items() if place in urn.things)
        return -(-self._census.first_of(area, self.plan.count) // BLOCK)

    def households(self, number: int) -> list[Household]:
        """The households of one block, before anybody is insured."""
        span = self.plan.block(number)
        draws = Draws(self.plan.seed, number, _PEOPLE)
        area = self._census.areas_of(span.start, span.stop, self.plan.count)
        drawn = self._census.draw(area, draws)
        homes = gathered(drawn, self._days.as_of, self._figures.population, draws)
        order = homes.order.tolist()
        own = Draws(self.plan.seed, number, _PERSONS).table(len(order), lots.PERSON_LOTS)
        shared = Draws(self.plan.seed, number, _HOUSEHOLDS).table(len(homes.sizes), lots.HOUSEHOLD_LOTS)
        female, died, role = drawn.female.tolist(), drawn.died.tolist(), homes.role.tolist()
        born, age = homes.born.tolist(), _ages(homes, drawn.died, self._days.as_of)
        areas = area.tolist()
        households: list[Household] = []
        at = 0
        for size, numbers in zip(homes.sizes.tolist(), shared, strict=True):
            members = []
            for place in range(at, at + size):
                one = order[place]
                members.append(
                    Member(
                        place=span.start + place,
                        female=female[one],
                        born=born[one],
                        died=died[one],
                        role=role[one],
                        age=age[one],
                        lots=own[place],
                    )
                )
            households.append(self._settled(members, numbers, self._census.areas[areas[order[at]]]))
            at += size
        return households

    def _settled(self, members: list[Member], numbers: list[float], area: str) -> Household:
        """A household with a home and names."""
        home = self._where.by_area[area].draw(numbers[lots.MUNICIPALITY])
        address = home.address(numbers[lots.TOWN], numbers[lots.HOUSE_NUMBERS], numbers[lots.HOUSE])
        family = self._troubles.marked_family(numbers, self._names.family_name(numbers[lots.FAMILY_NAME]))
        for member in members:
            given = self._names.given_name(member.lots[lots.GIVEN_NAME], female=member.female)
            member.name, member.kana = full_name(family, self._troubles.marked_given(member.lots, given))
        return Household(members, numbers, family, home, address, self._troubles.non_disclosure(numbers))


def ids_in_order(plan: Plan) -> IdSource:
    """Person ids of a nation: 16 bytes from the seed. They rise with the place, because a store that takes random
    ids of ten million people in any other order writes its index many times over. The ids of real registrations
    are random; these are of people who do not exist."""
    key = f"kaihoken person {GENERATOR_VERSION} {plan.seed}".encode()
    count = plan.count

    def person_id(place: int) -> PersonId:
        chance = hashlib.blake2b(place.to_bytes(8, "big"), key=key, digest_size=16).digest()
        first = ((place << 64) + int.from_bytes(chance[:8], "big")) // count
        return PersonId(first.to_bytes(8, "big") + chance[8:])

    return person_id


def link_of(plan: Plan, place: int) -> str:
    """The code under which the insurers of the nation register a person."""
    return f"khk{plan.seed % 1_000_000}-{place}"


def _ages(homes: Households, died: Integers, as_of: int) -> list[int]:
    """Whole years by the calendar on the day, or at death."""
    last = np.where(died > 0, died, as_of)
    (year, month, day), (birth_year, birth_month, birth_day) = _calendar(last), _calendar(homes.born)
    before_birthday = (month < birth_month) | ((month == birth_month) & (day < birth_day))
    ages: list[int] = np.clip(year - birth_year - before_birthday, 0, 129).tolist()
    return ages


def _calendar(ordinals: Integers) -> tuple[Integers, Integers, Integers]:
    """Years, months and days of the month (counted from 0) of ordinals."""
    days = (ordinals - _EPOCH).astype("datetime64[D]")
    months, years = days.astype("datetime64[M]"), days.astype("datetime64[Y]")
    month = (months - years).astype(np.int64)
    return years.astype(np.int64), month, (days - months).astype(np.int64)

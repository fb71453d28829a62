"""Who comes to the fictional clinic."""

from datetime import date

import msgspec

from kaihoken.coverage import Coverage
from kaihoken.people import Nation, Person, Plan
from kaihoken.people.receipts.patients import Month

from .months import an_order

BLOCKS = range(40)
"""What somebody draws follows from the block: in some of so many anybody comes."""


class Written(Nation):
    """A nation whose blocks all hold the same people."""

    def __init__(self, *people: Person) -> None:
        super().__init__(Plan(40_000, 1, date(2026, 10, 8)))
        self._people = list(people)

    def block(self, number: int) -> list[Person]:
        return self._people


def without_branch(person: Person) -> Person:
    """The same person, of whom the register has no 枝番."""
    stated = tuple(
        msgspec.structs.replace(said, fact=msgspec.structs.replace(said.fact, branch=""))
        if isinstance(said.fact, Coverage)
        else said
        for said in person.stated
    )
    return msgspec.structs.replace(person, stated=stated)


def branches_of_who_comes(*people: Person) -> set[str]:
    month = Month(an_order(), Written(*people))
    return {patient.who.coverage.branch for block in BLOCKS for patient in month.of_block(block)}


def test_who_is_not_told_from_a_spouse_of_the_same_birthday_does_not_come() -> None:
    someone = next(
        one.person for one in Month(an_order()).patients() if one.who.coverage.branch and not one.who.late
    )
    spouse = without_branch(someone)

    assert "" in branches_of_who_comes(spouse)
    assert branches_of_who_comes(someone, spouse) == branches_of_who_comes(someone) != set()

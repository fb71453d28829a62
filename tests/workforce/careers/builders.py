"""Small builders of careers."""

from datetime import date

from kaihoken import rules
from kaihoken.workforce.careers import (
    CareerProgramme,
    Designation,
    Designations,
    Event,
    Happening,
    Post,
    ShortArea,
    Timeline,
)

BEGAN = date(2026, 4, 1)
SHORT, ORDINARY = "1001", "1002"
NOWHERE = Designations(())
SHORT_ALWAYS = Designations((Designation(ShortArea.MINORITY_AREA, SHORT, date(2000, 1, 1)),))


def the_terms(on: date = BEGAN) -> CareerProgramme:
    return rules.load(CareerProgramme, on=on)


def a_post(
    first: date = BEGAN,
    last: date | None = None,
    area: str = ORDINARY,
    prefecture: str = "10",
    municipality: str = "",
    residency: bool = False,
    unavoidable: bool = False,
    hospital: str = "北の病院",
    department: str = "内科",
) -> Post:
    return Post(first, last, hospital, department, prefecture, area, municipality, residency, unavoidable)


def happened(**on: date) -> tuple[Happening, ...]:
    """Happenings in the order in which they are named; a number behind the name tells two of a kind apart."""
    return tuple(Happening(Event(name.rstrip("0123456789")), day) for name, day in on.items())


def a_timeline(
    *posts: Post, happenings: tuple[Happening, ...] | None = None, loan_months: int | None = None
) -> Timeline:
    began = (Happening(Event.BEGIN, BEGAN),)
    return Timeline("10", BEGAN, began if happenings is None else happenings, posts, loan_months)

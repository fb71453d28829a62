"""Small builders for the tests of the fictional nation."""

from collections.abc import Iterator
from datetime import date
from functools import cache

import msgspec
import pytest

from kaihoken.coverage import Certificate, Coverage, Fact, PublicExpense
from kaihoken.people import Nation, Person, Plan, nation
from kaihoken.people.figures import Figures, figures_on
from kaihoken.people.insurers import Scheme, insurers

TODAY = date(2026, 11, 20)


@cache
def a_nation(count: int = 40_000, seed: int = 1, as_of: date = TODAY) -> tuple[Person, ...]:
    """Everybody of a nation. The same tuple for the same arguments: made once per run."""
    made = Nation(Plan(count, seed, as_of))
    return tuple(person for block in range(made.plan.blocks) for person in made.block(block))


def with_figures(monkeypatch: pytest.MonkeyPatch, group: str, **changes: object) -> None:
    """Lets nations be made with other figures of one group: `with_figures(m, "troubles", suspended=1.0)`. A figure
    with a source of its own keeps the source."""

    def changed(day: date) -> Figures:
        figures = figures_on(day)
        own = getattr(figures, group)
        values = {
            name: msgspec.structs.replace(getattr(own, name), value=value)
            if hasattr(getattr(own, name), "source")
            else value
            for name, value in changes.items()
        }
        return msgspec.structs.replace(figures, **{group: msgspec.structs.replace(own, **values)})

    monkeypatch.setattr(nation, "figures_on", changed)


def some_people(count: int = 2_000, seed: int = 1, as_of: date = TODAY) -> list[Person]:
    """One block of a nation, made anew."""
    return Nation(Plan(count, seed, as_of)).block(0)


def believed(person: Person) -> list[Fact]:
    """What stands of a person: the last word on each subject, without what was withdrawn."""
    last = {stated.subject: stated.fact for stated in person.stated}
    return [fact for fact in last.values() if not fact.withdrawn]


def coverages(person: Person) -> list[Coverage]:
    return [fact for fact in believed(person) if isinstance(fact, Coverage)]


def certificates(person: Person) -> list[Certificate]:
    return [fact for fact in believed(person) if isinstance(fact, Certificate)]


def subsidies(person: Person) -> list[PublicExpense]:
    return [fact for fact in believed(person) if isinstance(fact, PublicExpense)]


def running(person: Person, on: date = TODAY) -> list[Coverage]:
    return [coverage for coverage in coverages(person) if coverage.in_force(on)]


@cache
def _schemes() -> dict[str, Scheme]:
    return {insurer.number: insurer.scheme for insurer in insurers(TODAY).all()}


def scheme_of(coverage: Coverage) -> Scheme:
    return _schemes()[coverage.insurer_number]


def born(person: Person) -> date:
    return next(fact.birthdate for fact in believed(person) if isinstance(fact, Coverage))


def years_old(person: Person, on: date = TODAY) -> float:
    return (on - born(person)).days / 365.2425


def everybody_running(people: tuple[Person, ...]) -> Iterator[tuple[Person, Coverage]]:
    """Each person with the coverage that began last of those that run."""
    for person in people:
        found = running(person)
        if found:
            yield person, max(found, key=lambda coverage: coverage.acquired)

"""The accreditation of work in short areas: six months, continuous until the ninth year, added up after it."""

from datetime import date

import pytest

from kaihoken import rules
from kaihoken.workforce.careers import (
    Designation,
    Designations,
    Experience,
    Interruption,
    Lacking,
    ShortageAreaAccreditation,
    ShortArea,
    Spell,
    assess,
    may_manage,
)

from .builders import NOWHERE, ORDINARY, SHORT, SHORT_ALWAYS

ON = date(2026, 11, 1)
RULE = rules.load(ShortageAreaAccreditation, on=ON)
DUTIES = frozenset(RULE.duties)
YOUNG, OLD = date(2020, 4, 1), date(2010, 4, 1)
SIX_MONTHS = Spell(date(2026, 4, 1), date(2026, 9, 30), SHORT)


def an_experience(
    *spells: Spell,
    licensed_on: date = YOUNG,
    interruptions: tuple[Interruption, ...] = (),
    duties: frozenset[str] = DUTIES,
) -> Experience:
    return Experience(licensed_on, licensed_on, spells, interruptions, duties)


def test_six_months_are_enough_with_their_last_day() -> None:
    found = assess(an_experience(SIX_MONTHS), RULE, SHORT_ALWAYS, ON)

    assert (found.met, found.days_counted, found.days_required) == (True, 183, 183)
    assert found.reached_on == date(2026, 9, 30)


def test_a_day_less_is_not() -> None:
    shorter = Spell(date(2026, 4, 1), date(2026, 9, 29), SHORT)

    found = assess(an_experience(shorter), RULE, SHORT_ALWAYS, ON)

    assert (found.met, found.lacking, found.days_counted) == (False, (Lacking.DAYS,), 182)


@pytest.mark.parametrize(
    ("spell", "designations"),
    [
        (Spell(date(2026, 4, 1), None, ORDINARY), SHORT_ALWAYS),
        (Spell(date(2026, 4, 1), None, SHORT, residency=True), SHORT_ALWAYS),
        (Spell(date(2026, 4, 1), None, SHORT), NOWHERE),
        (Spell(date(2019, 4, 1), date(2020, 3, 31), SHORT), SHORT_ALWAYS),
    ],
)
def test_training_other_places_and_years_before_2020_do_not_count(
    spell: Spell, designations: Designations
) -> None:
    found = assess(an_experience(spell), RULE, designations, ON)

    assert (found.days_counted, found.lacking) == (0, (Lacking.DAYS,))


BROKEN = (
    Spell(date(2025, 4, 1), date(2025, 6, 30), SHORT),
    Spell(date(2026, 4, 1), date(2026, 7, 31), SHORT),
)


def test_broken_periods_are_added_only_after_the_ninth_year() -> None:
    young = assess(an_experience(*BROKEN), RULE, SHORT_ALWAYS, ON)
    old = assess(an_experience(*BROKEN, licensed_on=OLD), RULE, SHORT_ALWAYS, ON)

    assert (young.way, young.lacking) == ("continuous", (Lacking.CONTINUITY,))
    assert (old.way, old.met, old.days_counted) == ("added", True, 91 + 122)


@pytest.mark.parametrize(("on", "way"), [(date(2029, 4, 1), "continuous"), (date(2029, 4, 2), "added")])
def test_the_ninth_anniversary_belongs_to_the_nine_years(on: date, way: str) -> None:
    assert assess(an_experience(*BROKEN), RULE, SHORT_ALWAYS, on).way == way


@pytest.mark.parametrize(("why", "met"), [("birth", True), ("travel", False)])
def test_birth_interrupts_and_other_reasons_break(why: str, met: bool) -> None:
    spells = (
        Spell(date(2025, 4, 1), date(2025, 6, 30), SHORT),
        Spell(date(2026, 4, 1), date(2026, 7, 31), SHORT),
    )
    away = Interruption(date(2025, 7, 1), date(2026, 3, 31), why)

    found = assess(an_experience(*spells, interruptions=(away,)), RULE, SHORT_ALWAYS, ON)

    assert found.met is met


def test_an_interruption_that_leaves_a_gap_does_not_join() -> None:
    away = Interruption(date(2025, 7, 2), date(2026, 3, 31), "birth")

    found = assess(an_experience(*BROKEN, interruptions=(away,)), RULE, SHORT_ALWAYS, ON)

    assert found.lacking == (Lacking.CONTINUITY,)


def test_an_interruption_within_a_spell_is_not_work() -> None:
    away = Interruption(date(2026, 5, 1), date(2026, 5, 31), "birth")

    found = assess(an_experience(SIX_MONTHS, interruptions=(away,)), RULE, SHORT_ALWAYS, ON)

    assert (found.days_counted, found.met) == (183 - 31, False)


def test_work_across_the_end_of_a_designation_counts_until_then() -> None:
    until = Designations((Designation(ShortArea.MINORITY_AREA, SHORT, date(2024, 4, 1), date(2026, 8, 31)),))

    assert assess(an_experience(SIX_MONTHS), RULE, until, ON).days_counted == 153


def test_every_duty_is_asked_for() -> None:
    found = assess(an_experience(SIX_MONTHS, duties=DUTIES - {"coordination"}), RULE, SHORT_ALWAYS, ON)

    assert (found.lacking, found.duties_missing) == ((Lacking.DUTIES,), ("coordination",))


def test_managers_need_a_year_once_the_planned_rule_is_in_force() -> None:
    planned = rules.PACKAGED.load_as_planned(ShortageAreaAccreditation, on=date(2027, 4, 1))
    experience = an_experience(SIX_MONTHS)

    today = may_manage(experience, RULE, SHORT_ALWAYS, ON, "regional-support")
    later = may_manage(experience, planned, SHORT_ALWAYS, ON, "regional-support")

    assert today is not None
    assert later is not None
    assert (today.met, later.met, later.days_required) == (True, False, 365)


@pytest.mark.parametrize(
    ("began", "hospital", "needed"),
    [
        (date(2020, 3, 31), "regional-support", False),
        (date(2020, 4, 1), "regional-support", True),
        (date(2020, 4, 1), "public", False),
    ],
)
def test_who_needs_it_to_manage(began: date, hospital: str, needed: bool) -> None:
    experience = Experience(began, began, (SIX_MONTHS,), (), DUTIES)

    assert (may_manage(experience, RULE, SHORT_ALWAYS, ON, hospital) is not None) is needed


def test_the_planned_rule_widens_the_hospitals_and_is_not_in_force() -> None:
    planned = rules.PACKAGED.load_as_planned(ShortageAreaAccreditation, on=date(2027, 4, 1))

    assert planned.manager_months == 12
    assert "public" in planned.manager_hospitals
    assert rules.load(ShortageAreaAccreditation, on=date(2027, 4, 1)).manager_months == 6


def test_an_interruption_alone_is_no_work() -> None:
    away = Interruption(date(2025, 1, 1), date(2025, 12, 31), "birth")

    assert (
        assess(an_experience(SIX_MONTHS, interruptions=(away,)), RULE, SHORT_ALWAYS, ON).days_counted == 183
    )

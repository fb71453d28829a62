"""A household's year: which month is the fourth, and what the year gives back."""

from datetime import date

import msgspec
import pytest

from kaihoken.payment.ceiling.household import Care, Household, Member, Unit
from kaihoken.payment.ceiling.law import AgeGroup
from kaihoken.payment.ceiling.one import Setting
from kaihoken.payment.ceiling.year import household_years, year_of
from kaihoken.problems import Problem


def under_70(month, cost, *, insurer="健保", name="ウ", remuneration=None):
    care = Care(person="A", institution="病院", cost=cost, setting=Setting.INPATIENT)
    member = Member(person="A", group=AgeGroup.UNDER_70, percent=30)
    unit = Unit(insurer=insurer, members=(member,), care=(care,), name=name, remuneration=remuneration)
    return Household(month=month, units=(unit,))


def from_70(month, cost, *, name="一般", insurer="国保", setting=Setting.OUTPATIENT):
    care = Care(person="A", institution="医院", cost=cost, setting=setting)
    member = Member(person="A", group=AgeGroup.FROM_70, percent=20)
    unit = Unit(insurer=insurer, members=(member,), care=(care,), elderly_name=name)
    return Household(month=month, units=(unit,))


def months(first, count):
    return [
        date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1)
        for n in range(count)
    ]


def paid(years):
    return [month.patient for month in years.months]


def test_the_fourth_month_within_twelve_costs_less():
    found = household_years([under_70(month, 1_000_000) for month in months(date(2025, 1, 1), 5)])

    assert paid(found) == [87_430, 87_430, 87_430, 44_400, 44_400]


def test_months_come_in_any_order():
    asked = [under_70(month, 1_000_000) for month in months(date(2025, 1, 1), 4)]

    assert household_years(reversed(asked)) == household_years(asked)


@pytest.mark.parametrize(("fourth", "amount"), [(date(2025, 12, 1), 44_400), (date(2026, 1, 1), 87_430)])
def test_only_twelve_months_with_this_one_are_looked_at(fourth, amount):
    before = [date(2025, 1, 1), date(2025, 6, 1), date(2025, 9, 1)]
    found = household_years([under_70(month, 1_000_000) for month in [*before, fourth]])

    assert paid(found)[-1] == amount


def test_a_month_at_exactly_the_ceiling_does_not_count():
    asked = [under_70(month, 192_000, name="エ") for month in months(date(2025, 1, 1), 3)]

    assert paid(household_years([*asked, under_70(date(2025, 4, 1), 1_000_000, name="エ")])) == [57_600] * 4


def test_care_with_public_expense_does_not_count():
    def with_public(month):
        (unit,) = under_70(month, 1_000_000).units
        care = msgspec.structs.replace(unit.care[0], own_payment=10_000)
        return Household(month=month, units=(msgspec.structs.replace(unit, care=(care,)),))

    asked = [with_public(month) for month in months(date(2025, 1, 1), 3)]

    assert paid(household_years([*asked, under_70(date(2025, 4, 1), 1_000_000)]))[-1] == 87_430


def test_another_insurer_begins_to_count_anew():
    asked = [under_70(month, 1_000_000) for month in months(date(2025, 1, 1), 3)]
    moved = under_70(date(2025, 4, 1), 1_000_000, insurer="国保")

    assert paid(household_years([*asked, moved]))[-1] == 87_430


def test_a_month_below_the_ceiling_does_not_count():
    asked = [under_70(month, 100_000) for month in months(date(2025, 1, 1), 3)]

    assert paid(household_years([*asked, under_70(date(2025, 4, 1), 1_000_000)]))[-1] == 87_430


def test_outpatient_wins_from_70_on_do_not_count():
    asked = [from_70(month, 200_000) for month in months(date(2025, 1, 1), 3)]
    fourth = from_70(date(2025, 4, 1), 500_000, setting=Setting.INPATIENT)

    assert paid(household_years([*asked, fourth])) == [18_000, 18_000, 18_000, 57_600]


def test_hospital_wins_from_70_on_do():
    asked = [from_70(month, 500_000, setting=Setting.INPATIENT) for month in months(date(2025, 1, 1), 4)]

    assert paid(household_years(asked)) == [57_600, 57_600, 57_600, 44_400]


def test_what_the_unit_says_of_months_before_counts_too():
    (unit,) = under_70(date(2025, 1, 1), 1_000_000).units
    told = Household(month=date(2025, 1, 1), units=(msgspec.structs.replace(unit, paid_before=3),))

    assert paid(household_years([told])) == [44_400]


def test_a_year_of_outpatient_care_gives_back_what_is_above_144_000():
    found = household_years([from_70(month, 200_000) for month in months(date(2024, 8, 1), 12)])

    (year,) = found.years
    assert year.first == date(2024, 8, 1)
    assert year.outpatient == {"A": 12 * 18_000 - 144_000}
    assert year.refund == 72_000


@pytest.mark.parametrize(("name", "cost", "back"), [("一般", 200_000, 48_000), ("低所得Ⅱ", 200_000, 36_000)])
def test_the_year_from_2026_08_has_its_own_ceilings(name, cost, back):
    found = household_years([from_70(month, cost, name=name) for month in months(date(2026, 8, 1), 12)])

    (year,) = found.years
    assert year.outpatient == {"A": back}


def test_who_changed_the_insurer_in_the_last_month_has_one_year():
    before, after = from_70(date(2025, 7, 1), 800_000), from_70(date(2025, 7, 1), 900_000, insurer="健保")

    (year,) = household_years([Household(month=date(2025, 7, 1), units=(*before.units, *after.units))]).years
    assert [(line.id, line.facts.get("amount")) for line in year.lines] == [
        ("ceiling.line.year", None),
        ("ceiling.line.year-outpatient", 36_000),
    ]


def test_high_incomes_have_no_ceiling_of_outpatient_care_in_a_year():
    found = household_years([from_70(date(2026, 8, 1), 2_000_000, name="現役並みⅠ")])

    assert found.years[0].outpatient == {}


def test_the_year_is_that_of_the_last_class():
    asked = [from_70(date(2024, 8, 1), 900_000), from_70(date(2024, 9, 1), 900_000, name="現役並みⅠ")]

    assert household_years(asked).years[0].outpatient == {}


def test_august_begins_a_new_year():
    found = household_years([from_70(date(2025, 7, 1), 200_000), from_70(date(2025, 8, 1), 200_000)])

    assert [year.first for year in found.years] == [date(2024, 8, 1), date(2025, 8, 1)]
    assert year_of(date(2026, 7, 31)) == date(2025, 8, 1)


# T35: 標報 150,000 / 150,001
@pytest.mark.parametrize(
    ("remuneration", "ceiling"), [(150_000, 410_000), (150_001, 530_000), (None, 530_000)]
)
def test_the_annual_ceiling_of_2026_gives_back_what_is_above(remuneration, ceiling):
    asked = [
        under_70(month, 1_000_000, name="エ", remuneration=remuneration)
        for month in months(date(2026, 8, 1), 12)
    ]

    (year,) = household_years(asked).years
    assert year.annual == {"健保": max(3 * 61_500 + 9 * 44_400 - ceiling, 0)}
    assert year.unconfirmed
    assert year.lines[-1].facts["ceiling"] == ceiling


def test_there_was_no_annual_ceiling_before():
    assert household_years([under_70(date(2026, 7, 1), 9_000_000)]).years[0].annual == {}


def test_what_the_year_of_outpatient_care_gave_back_is_not_given_twice():
    asked = [from_70(month, 900_000) for month in months(date(2026, 8, 1), 12)]

    (year,) = household_years(asked).years
    assert year.annual == {"国保": 0}
    assert year.lines[-1].facts["amount"] == 216_000


def test_a_month_given_twice_is_a_problem():
    with pytest.raises(Problem, match=r"payment\.household"):
        household_years([under_70(date(2025, 1, 1), 0), under_70(date(2025, 1, 31), 0)])

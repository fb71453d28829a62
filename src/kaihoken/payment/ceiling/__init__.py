"""高額療養費: how much of a month's care a patient and a household pay at most, by date, age and income class."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.payment.ceiling.answer import HouseholdMonth, Paid, UnitMonth
    from kaihoken.payment.ceiling.bands import Band, elderly_band, under_70_band
    from kaihoken.payment.ceiling.bearers import Funded
    from kaihoken.payment.ceiling.household import Care, Household, Member, Supplement, Unit
    from kaihoken.payment.ceiling.law import (
        AgeGroup,
        CeilingRelief,
        CeilingTerms,
        Elderly,
        Funding,
        UnderSeventy,
    )
    from kaihoken.payment.ceiling.limits import Limits, MonthTable, month_table
    from kaihoken.payment.ceiling.month import household_month
    from kaihoken.payment.ceiling.one import (
        Ceiling,
        CeilingKind,
        Setting,
        SpecifiedDisease,
        age_group,
        ceiling_of,
        class_named,
        class_without_certificate,
        group_of_age,
        turns_75_in,
    )
    from kaihoken.payment.ceiling.reading import read_households, read_month
    from kaihoken.payment.ceiling.wording import worded
    from kaihoken.payment.ceiling.working import Fact, Line
    from kaihoken.payment.ceiling.year import HouseholdYears, Year, household_years, year_of

__all__ = [
    "AgeGroup",
    "Band",
    "Care",
    "Ceiling",
    "CeilingKind",
    "CeilingRelief",
    "CeilingTerms",
    "Elderly",
    "Fact",
    "Funded",
    "Funding",
    "Household",
    "HouseholdMonth",
    "HouseholdYears",
    "Limits",
    "Line",
    "Member",
    "MonthTable",
    "Paid",
    "Setting",
    "SpecifiedDisease",
    "Supplement",
    "UnderSeventy",
    "Unit",
    "UnitMonth",
    "Year",
    "age_group",
    "ceiling_of",
    "class_named",
    "class_without_certificate",
    "elderly_band",
    "group_of_age",
    "household_month",
    "household_years",
    "month_table",
    "read_households",
    "read_month",
    "turns_75_in",
    "under_70_band",
    "worded",
    "year_of",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)

"""高額療養費: how much of a month's care a patient and a household pay at most, by date, age and income class."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.payment.ceiling.law import AgeGroup, CeilingRelief, CeilingTerms, Elderly, UnderSeventy
    from kaihoken.payment.ceiling.limits import Limits, MonthTable, month_table
    from kaihoken.payment.ceiling.one import (
        Ceiling,
        CeilingKind,
        Setting,
        SpecifiedDisease,
        age_group,
        ceiling_of,
        class_named,
        class_without_certificate,
        turns_75_in,
    )
    from kaihoken.payment.ceiling.working import Fact, Line

__all__ = [
    "AgeGroup",
    "Ceiling",
    "CeilingKind",
    "CeilingRelief",
    "CeilingTerms",
    "Elderly",
    "Fact",
    "Limits",
    "Line",
    "MonthTable",
    "Setting",
    "SpecifiedDisease",
    "UnderSeventy",
    "age_group",
    "ceiling_of",
    "class_named",
    "class_without_certificate",
    "month_table",
    "turns_75_in",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)

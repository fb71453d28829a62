"""What becomes of a claim that a 審査支払機関 reports by the number of one of its office checks (受付・事務点検)."""

from datetime import date
from typing import ClassVar

import msgspec

from kaihoken import rules
from kaihoken.claims.checks.catalogue import Level


class ReportClass(msgspec.Struct, frozen=True, kw_only=True):
    """A class of numbers, `first` to `last`. `payer_house` is the 審査支払機関 that alone reports them, "" for both."""

    id: str
    first: int
    last: int
    level: Level
    payer_house: str = ""


class ReportClasses(msgspec.Struct, frozen=True):
    """Every class of numbers (rule family claims/report-classes). One may lie inside of another."""

    family: ClassVar[str] = "claims/report-classes"

    classes: tuple[ReportClass, ...]


def report_class(number: str, month: date) -> ReportClass | None:
    """The class of a number as reported, with or without L in front, in the month of claiming that begins on `month`:
    the narrowest that has it. None for what is no such number, as the reasons of 返戻 (L5106) are none."""
    digits = number.removeprefix("L")
    if len(digits) != len("0000") or not (digits.isascii() and digits.isdecimal()):
        return None
    having = [
        known
        for known in rules.load(ReportClasses, on=month).classes
        if known.first <= int(digits) <= known.last
    ]
    return min(having, key=lambda known: known.last - known.first, default=None)

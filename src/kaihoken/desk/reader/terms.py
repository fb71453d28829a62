"""How long the patient's screen waits, and when it speaks of a certificate's last day: dated rules."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, TypeAlias

import msgspec

from kaihoken import rules
from kaihoken.consent import Item

Seconds: TypeAlias = Annotated[int, msgspec.Meta(ge=5, le=600)]


class ReaderTerms(msgspec.Struct, frozen=True):
    """Rule family desk/reader. `notice_days` from the earliest notice to the last; `look_back_years` of the items whose
    question names them; below the age `parent_below` the reader asks whether a parent answers."""

    family: ClassVar[str] = "desk/reader"

    ask_seconds: Seconds
    leave_seconds: Seconds
    alarm_seconds: Seconds
    notice_days: tuple[int, ...]
    look_back_years: Mapping[Item, int]
    parent_below: Annotated[int, msgspec.Meta(ge=0, le=20)]

    def notice(self, last: date, on: date) -> int:
        """Which notice a certificate is due on a day: 0 none, then 1, 2, 3, each louder."""
        left = (last - on).days
        return sum(left <= days for days in self.notice_days)


def reader_terms(on: date) -> ReaderTerms:
    """The terms of a day."""
    return rules.load(ReaderTerms, on=on)

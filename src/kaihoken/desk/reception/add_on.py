"""加算: what goes with today's check, and whether it went with an earlier one, as far as this desk knows. Pure.

Points are the claim's. Whether the clinic has filed what an add-on wants (施設基準), and what others claimed, the desk
does not know, and the page says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import msgspec

from kaihoken import rules
from kaihoken.desk.checked import By
from kaihoken.desk.day import Visit
from kaihoken.desk.followup import is_unclear
from kaihoken.payment.fees import AddOnLine, Kind, Record, lines_on


class WaysToRecords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ways of asking by which a patient's records are had, and those by which they are not (rule family
    desk/add-on)."""

    family: ClassVar[str] = "desk/add-on"

    had: tuple[By, ...]
    not_had: tuple[By, ...]

    def of(self, record: Record) -> tuple[By, ...]:
        """The ways after which an add-on is due that wants records to be had, or not."""
        if record is Record.ANY:
            return (*self.had, *self.not_had)
        return self.had if record is Record.HAD else self.not_had


@dataclass(frozen=True, slots=True)
class Due:
    """An add-on as it stands today. `taken` is the day of this month on which it was due here already, `before` one of
    an earlier month that still holds a later visit back; `often` says 初診 and 再診 in months."""

    item: AddOnLine
    taken: date | None
    before: date | None


def due_of(visit: Visit, others: Iterable[Visit]) -> tuple[Due, ...]:
    """The add-ons that go with the newest check of a visit; `others` are the patient's visits that are kept. Nothing
    while the coverage is not clear. Problem `rules.no_version`."""
    if visit.last is None or is_unclear(visit):
        return ()
    ways = rules.load(WaysToRecords, on=visit.day)
    earlier = [one for one in others if one.visit != visit.visit and one.day < visit.day]
    return tuple(
        _due(item, by, visit, earlier)
        for item in lines_on(visit.day, Kind.MEDICAL)
        if visit.last.by in (by := ways.of(item.record))
    )


def _due(item: AddOnLine, by: tuple[By, ...], visit: Visit, earlier: list[Visit]) -> Due:
    days = [one.day for one in earlier if _went_with(by, one)]
    this_month = [day for day in days if _months(day, visit.day) == 0]
    within = [day for day in days if 0 < _months(day, visit.day) < (item.later_months or 0)]
    return Due(item, max(this_month, default=None), max(within, default=None))


def _went_with(by: tuple[By, ...], visit: Visit) -> bool:
    return visit.last is not None and not is_unclear(visit) and any(one.by in by for one in visit.checks)


def _months(before: date, after: date) -> int:
    return (after.year - before.year) * 12 + after.month - before.month

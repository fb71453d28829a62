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


class AddOn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One add-on. `by` are the ways of asking after which it is due; once in `first_months` at first visits (初診) and
    in `later_months` at later ones (再診), None where it is not. `filed`: only of clinics that have filed it."""

    key: str
    name: str
    by: tuple[By, ...]
    first_months: int | None
    later_months: int | None
    filed: bool


class AddOns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The add-ons of a time (rule family desk/add-on)."""

    family: ClassVar[str] = "desk/add-on"

    items: tuple[AddOn, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """An add-on as it stands today. `taken` is the day of this month on which it was due here already, `before` one of
    an earlier month that still holds a later visit back; `often` says 初診 and 再診 in months."""

    item: AddOn
    taken: date | None
    before: date | None


def due_of(visit: Visit, others: Iterable[Visit]) -> tuple[Due, ...]:
    """The add-ons that go with the newest check of a visit; `others` are the patient's visits that are kept. Nothing
    while the coverage is not clear. Problem `rules.no_version`."""
    if visit.last is None or is_unclear(visit):
        return ()
    law = rules.load(AddOns, on=visit.day)
    earlier = [one for one in others if one.visit != visit.visit and one.day < visit.day]
    return tuple(_due(item, visit, earlier) for item in law.items if visit.last.by in item.by)


def _due(item: AddOn, visit: Visit, earlier: list[Visit]) -> Due:
    days = [one.day for one in earlier if _went_with(item, one)]
    this_month = [day for day in days if _months(day, visit.day) == 0]
    within = [day for day in days if 0 < _months(day, visit.day) < (item.later_months or 0)]
    return Due(item, max(this_month, default=None), max(within, default=None))


def _went_with(item: AddOn, visit: Visit) -> bool:
    return visit.last is not None and not is_unclear(visit) and any(one.by in item.by for one in visit.checks)


def _months(before: date, after: date) -> int:
    return (after.year - before.year) * 12 + after.month - before.month

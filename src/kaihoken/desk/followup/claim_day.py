"""請求の締切: until when a month's claims can be sent, and so how long it is worth while to look again."""

from datetime import date, timedelta
from typing import ClassVar

import msgspec

from kaihoken import rules


class ClaimDay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The day of the next month by which claims are sent (rule family desk/claim-day)."""

    family: ClassVar[str] = "desk/claim-day"

    day: int


def claim_day_of(day: date) -> date:
    """The last day on which care of that day can be claimed in time. Problem `rules.no_version`."""
    next_month = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return next_month.replace(day=rules.load(ClaimDay, on=day).day)

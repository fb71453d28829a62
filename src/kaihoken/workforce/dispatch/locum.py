"""代診医: a request for a doctor who fills in for some days, from asking to done, as one table. Pure: no clock, no
store.

Everything that can happen to a request is in `LOCUM_LIFE`; what is not there cannot happen. An offer is agreed only
when the credentials of who offers have all been looked at (`missing_credentials`), working hours among them: the
ceilings hold over all workplaces (see `hours`). Nobody is ever asked twice for a reason to take an offer back.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kaihoken.problems import Problem
from kaihoken.transitions import Transitions
from kaihoken.workforce.areas import AreaSet


class LocumState(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    OFFERED = "offered"  # somebody would come
    CHECKED = "checked"  # and may: the credentials are in order
    AGREED = "agreed"
    DONE = "done"
    CANCELLED = "cancelled"  # by who asked, or by who had agreed to come and nobody else is looked for
    UNFILLED = "unfilled"  # the days came and nobody did


class LocumEvent(StrEnum):
    """What happens to a request."""

    OFFER = "offer"
    TAKE_BACK = "take-back"  # the offer, at any time before it is agreed
    CREDENTIALS_HOLD = "credentials-hold"
    CREDENTIALS_FAIL = "credentials-fail"
    AGREE = "agree"
    FALL_ILL = "fall-ill"  # who agreed cannot come: the request stands open again
    COMPLETE = "complete"
    CANCEL = "cancel"
    DAYS_COME = "days-come"


LOCUM_LIFE: Final = Transitions(
    LocumState.ASKED,
    {
        LocumState.ASKED: {
            LocumEvent.OFFER: LocumState.OFFERED,
            LocumEvent.CANCEL: LocumState.CANCELLED,
            LocumEvent.DAYS_COME: LocumState.UNFILLED,
        },
        LocumState.OFFERED: {
            LocumEvent.TAKE_BACK: LocumState.ASKED,
            LocumEvent.CREDENTIALS_HOLD: LocumState.CHECKED,
            LocumEvent.CREDENTIALS_FAIL: LocumState.ASKED,
            LocumEvent.CANCEL: LocumState.CANCELLED,
            LocumEvent.DAYS_COME: LocumState.UNFILLED,
        },
        LocumState.CHECKED: {
            LocumEvent.TAKE_BACK: LocumState.ASKED,
            LocumEvent.AGREE: LocumState.AGREED,
            LocumEvent.CANCEL: LocumState.CANCELLED,
            LocumEvent.DAYS_COME: LocumState.UNFILLED,
        },
        LocumState.AGREED: {
            LocumEvent.FALL_ILL: LocumState.ASKED,
            LocumEvent.COMPLETE: LocumState.DONE,
            LocumEvent.CANCEL: LocumState.CANCELLED,
        },
        LocumState.DONE: {},
        LocumState.CANCELLED: {},
        LocumState.UNFILLED: {},
    },
)
"""From where to where, and by what."""


def after(state: LocumState, event: LocumEvent) -> LocumState:
    """Where a request stands after something happened. Raises Problem `workforce.locum-step` where it cannot happen."""
    if not LOCUM_LIFE.may(state, event):
        can = ", ".join(LOCUM_LIFE.ways(state)) or "—"
        raise Problem(
            "workforce.locum-step", where=state.value, event=event.value, state=state.value, can=can
        )
    return LOCUM_LIFE.after(state, event)


class Credential(StrEnum):
    """What is looked at before a doctor fills in: that it was, and when; never a judgement of the doctor."""

    LICENCE = "licence"  # 医師免許
    INSURANCE_REGISTRATION = "insurance-registration"  # 保険医登録
    WORKING_HOURS = "working-hours"  # hours of all workplaces stay below the ceilings
    LIABILITY = "liability"  # 医師賠償責任保険: whose covers these days
    HANDOVER = "handover"  # what the place expects and the doctor takes on


def missing_credentials(looked_at: Mapping[Credential, date], first_day: date) -> tuple[Credential, ...]:
    """What has not been looked at on a day before the first one of work."""
    return tuple(one for one in Credential if one not in looked_at or looked_at[one] > first_day)


@dataclass(frozen=True, slots=True)
class LocumRequest:
    """代診医の依頼: where, for which days, in which department, and where it stands. Nobody is named."""

    area: str
    department: str
    first: date
    last: date
    state: LocumState = LOCUM_LIFE.first

    @property
    def days(self) -> int:
        """Both ends included."""
        return (self.last - self.first).days + 1

    @property
    def fiscal_year(self) -> int:
        """年度 of the first day, from 1 April."""
        return self.first.year - (self.first.month < 4)


@dataclass(frozen=True, slots=True)
class LocumYear:
    """A fiscal year of an area: requests in all and by where they stand at last, days asked for and days done."""

    year: int
    area: str
    requests: int
    done: int
    cancelled: int
    unfilled: int
    open: int
    days_asked: int
    days_done: int


def locum_years(requests: Iterable[LocumRequest], areas: AreaSet) -> tuple[LocumYear, ...]:
    """Yearly counts by area, in order of year and code; areas without a request have no row.

    Raises Problem `workforce.area-unknown`, and `workforce.locum-days` for a request that ends before it begins.
    """
    groups: dict[tuple[int, str], list[LocumRequest]] = {}
    for request in requests:
        code = areas.areas[areas.position(request.area)].code
        if request.days < 1:
            first, last = request.first.isoformat(), request.last.isoformat()
            raise Problem("workforce.locum-days", where=code, first=first, last=last)
        groups.setdefault((request.fiscal_year, code), []).append(request)
    return tuple(_year(year, area, groups[year, area]) for year, area in sorted(groups))


def _year(year: int, area: str, requests: list[LocumRequest]) -> LocumYear:
    ended = Counter(request.state for request in requests if request.state in LOCUM_LIFE.ends)
    return LocumYear(
        year,
        area,
        len(requests),
        ended[LocumState.DONE],
        ended[LocumState.CANCELLED],
        ended[LocumState.UNFILLED],
        len(requests) - ended.total(),
        sum(request.days for request in requests),
        sum(request.days for request in requests if request.state is LocumState.DONE),
    )

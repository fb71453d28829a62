"""義務・例外・猶予: what a facility is bound to on a day, and until when. Pure.

What is not said is not taken for so: a postponement counts where its facts were said and it was filed.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kaihoken import rules
from kaihoken.adoption.doubt import once, unsure
from kaihoken.adoption.law import Claims, Duties, Duty, DutyKind, FacilityKind, Postponement, PostponementKind
from kaihoken.payment.fees import Doubt

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Situation:
    """What matters for duties. `filed` is the number of the 猶予類型 that was filed and accepted; the days are those on
    which its reason ended or will end: `line_since` an optical line can be had, `works_until`, `closing_on`,
    `hardship_until`."""

    kind: FacilityKind
    claims: Claims
    contract_on: date | None = None
    live_on: date | None = None
    filed: int | None = None
    line_since: date | None = None
    works_until: date | None = None
    closing_on: date | None = None
    hardship_until: date | None = None


class Bound(StrEnum):
    """How a duty stands on a day."""

    COMING = "coming"
    BOUND = "bound"
    DONE = "done"
    EXEMPT = "exempt"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class DutyStanding:
    """One duty. `by` is the last day before it must be done: the day before it begins, or the end of a postponement;
    None where there is none or it is not known. `postponed_for` is the reason that holds. `could_file` are the reasons
    that could still be filed on that day, by `file_by`."""

    duty: DutyKind
    bound: Bound
    since: date
    by: date | None
    postponed_for: PostponementKind | None
    could_file: tuple[PostponementKind, ...]
    file_by: date | None
    doubts: tuple[Doubt, ...]


def duties(on: date, situation: Situation) -> tuple[DutyStanding, ...]:
    """What the facility is bound to on a day, or will be as known that day.

    Problem `rules.no_version` before 2020-08-07.
    """
    law = rules.load(Duties, on=on)
    return tuple(_standing(on, duty, situation) for duty in law.duties if situation.kind in duty.kinds)


def _standing(on: date, duty: Duty, situation: Situation) -> DutyStanding:
    if situation.claims in duty.exempt_claims.value:
        return _told(duty, Bound.EXEMPT, doubts=unsure("exemption", duty.exempt_claims))
    if _done(on, duty, situation):
        return _told(duty, Bound.DONE)
    reason = next((one for one in duty.postponed if one.number == situation.filed), None)
    if reason is not None and _holds(reason, situation):
        until = _until(reason, situation)
        if until is None or on <= until:
            return _told(duty, Bound.POSTPONED, until, reason, unsure("postponement", reason.until))
    if on < duty.since:
        return _told(
            duty, Bound.COMING, date.fromordinal(duty.since.toordinal() - 1), could_file=_open(on, duty)
        )
    return _told(duty, Bound.BOUND, could_file=_open(on, duty))


def _told(
    duty: Duty,
    bound: Bound,
    by: date | None = None,
    reason: Postponement | None = None,
    doubts: Iterable[Doubt] = (),
    could_file: tuple[PostponementKind, ...] = (),
) -> DutyStanding:
    return DutyStanding(
        duty.key,
        bound,
        duty.since,
        by,
        reason.reason if reason is not None else None,
        could_file,
        duty.file_by if could_file else None,
        once(doubts),
    )


def _done(on: date, duty: Duty, situation: Situation) -> bool:
    if duty.key is DutyKind.ONLINE_CLAIMS:
        return situation.claims is Claims.ONLINE
    return situation.live_on is not None and situation.live_on <= on


def _open(on: date, duty: Duty) -> tuple[PostponementKind, ...]:
    may = duty.file_by is not None and on <= duty.file_by
    return tuple(one.reason for one in duty.postponed) if may else ()


def _holds(reason: Postponement, situation: Situation) -> bool:
    if reason.contract_by is None:
        return True
    return situation.contract_on is not None and situation.contract_on <= reason.contract_by


def _until(reason: Postponement, situation: Situation) -> date | None:
    """The last day of a postponement: its own end or that of the reason, whichever comes first; None while it is not
    known."""
    ended = {
        PostponementKind.LINE: situation.line_since,
        PostponementKind.WORKS: situation.works_until,
        PostponementKind.CLOSING: situation.closing_on,
        PostponementKind.HARDSHIP: situation.hardship_until,
    }.get(reason.reason)
    ends = [one for one in (reason.until.value, ended and _months_after(ended, reason.months_after)) if one]
    return min(ends, default=None)


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, _MONTHS)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

"""Troubles of coverage: the insurer was changed, lost or never known, and the receipt does not say so. The register is
changed, the receipt stays as a clinic writes it that has not looked."""

from datetime import date, timedelta
from functools import cache

import msgspec

from kaihoken.people.insurers import Insurers, insurers
from kaihoken.people.numbers import POLICIES, symbol_and_number
from kaihoken.people.receipts.case import Case, Trouble, as_it_is
from kaihoken.people.receipts.layout import Ho, Sn, wide
from kaihoken.people.receipts.register import Row, instant
from kaihoken.people.receipts.troubles.numbers import other_digit
from kaihoken.people.receipts.truth import Stay

_DAY = timedelta(days=1)
_LEFT, _DEAD, _OTHERWISE = "03", "01", "99"
_TOLD = timedelta(days=5)
_TOLD_LATE = timedelta(days=75)
_LONG_NUMBER = 5
_EARLIER = 7
"""The running number of a made-up policy: nobody of the nation has so many."""


@cache
def _registry(day: date) -> Insurers:
    return insurers(day)


def _another(case: Case, start: date, end: date | None, told: timedelta = _TOLD) -> Row:
    """A coverage with a 健保組合 that the patient does not have yet."""
    urn = _registry(case.month).societies.things
    place = case.patient.person.place
    insurer = next(
        one
        for one in (urn[(place + nth) % len(urn)] for nth in range(len(urn)))
        if one.number != case.row.insurer_number
    )
    symbol, number = symbol_and_number(insurer, place * POLICIES + _EARLIER)
    return msgspec.structs.replace(
        case.row,
        insurer_number=insurer.number,
        symbol=symbol,
        number=number,
        branch="00",
        from_day=start,
        until_day=end,
        loss_reason=_LEFT if end else "",
        kind="01",
        recorded_at=instant(start + told),
    )


def _movable(case: Case) -> bool:
    """Insured by one that one leaves, with a month to spare before the visits and no other coverage around them."""
    first = case.days[0] - timedelta(days=40)
    if not case.insured or case.who.late or case.row.from_day > first or case.row.until_day is not None:
        return False
    others = (row for place, row in enumerate(case.register) if place != case.current)
    return all(row.until_day is not None and row.until_day <= first for row in others)


def _ended(case: Case, day: date, reason: str, told: timedelta = _TOLD) -> None:
    """The coverage on the receipt ends: from that day the person is without it. What stood before stays known."""
    old = case.row
    closed = msgspec.structs.replace(old, until_day=day, loss_reason=reason, recorded_at=instant(day + told))
    open_still = msgspec.structs.replace(old, superseded_at=closed.recorded_at)
    case.register[case.current] = open_still
    case.register.append(closed)


def _stay(row: Row, days: list[date]) -> Stay:
    return Stay(tuple(day.day for day in days), row.insurer_number, row.symbol, row.number, row.branch)


def _free_of_subsidies(case: Case) -> bool:
    return _movable(case) and not case.who.subsidies


def _moved_on(case: Case, day: date, told: timedelta = _TOLD) -> Row:
    following = _another(case, day, None, told)
    _ended(case, day, _LEFT, told)
    case.register.append(following)
    return following


def _changed_before(case: Case) -> bool:
    if not _free_of_subsidies(case):
        return False
    following = _moved_on(case, case.days[0] - (1 + case.patient.person.place % 20) * _DAY)
    case.eligibility = "switch"
    case.belongs = (_stay(following, case.days),)
    return True


def _changed_on_the_day(case: Case) -> bool:
    """The new coverage begins on the day of the first visit."""
    if not _free_of_subsidies(case):
        return False
    following = _moved_on(case, case.days[0])
    case.eligibility = "switch"
    case.belongs = (_stay(following, case.days),)
    return True


def _changed_after(case: Case) -> bool:
    if not _free_of_subsidies(case):
        return False
    _moved_on(case, case.days[-1] + _DAY)
    return True


def _changed_between(case: Case) -> bool:
    if not _free_of_subsidies(case) or len(case.days) < 2:
        return False
    old, days = case.row, case.days
    first_new = 1 + case.patient.person.place % (len(days) - 1)
    following = _moved_on(case, days[first_new])
    case.eligibility = "split"
    case.belongs = (_stay(old, days[:first_new]), _stay(following, days[first_new:]))
    return True


def _changed_in_the_month_before_all(case: Case) -> bool:
    """The change lies in the month before the first visit, and the receipt names the new insurer."""
    if not _free_of_subsidies(case) or len(case.days) < 2 or case.days[0].day < 3:
        return False
    began = case.days[0] - _DAY
    earlier = _another(case, case.row.from_day, began)
    case.register[case.current] = msgspec.structs.replace(
        case.row, from_day=began, recorded_at=instant(began + _TOLD)
    )
    case.register.append(earlier)
    return True


def _changed_with_subsidy(case: Case) -> bool:
    if not _movable(case) or not case.who.subsidies:
        return False
    _moved_on(case, case.days[0] - 2 * _DAY)
    case.eligibility = "excluded"
    return True


def _left(case: Case) -> bool:
    if not _free_of_subsidies(case):
        return False
    _ended(case, case.days[0], _OTHERWISE)
    case.eligibility = "lost"
    return True


def _left_after(case: Case) -> bool:
    if not _free_of_subsidies(case):
        return False
    _ended(case, case.days[-1] + _DAY, _OTHERWISE)
    return True


def _in_the_gap(case: Case) -> bool:
    if not _free_of_subsidies(case):
        return False
    following = _another(case, case.days[-1] + _DAY, None)
    _ended(case, case.days[0] - 3 * _DAY, _LEFT)
    case.register.append(following)
    case.eligibility = "lost"
    return True


def _gap_behind(case: Case) -> bool:
    if not _free_of_subsidies(case):
        return False
    following = _another(case, case.days[-1] + 6 * _DAY, None)
    _ended(case, case.days[-1] + _DAY, _LEFT)
    case.register.append(following)
    return True


def _died_before(case: Case) -> bool:
    if not _free_of_subsidies(case):
        return False
    _ended(case, case.days[0], _DEAD)
    case.eligibility = "died"
    return True


def _died_after(case: Case) -> bool:
    if not _free_of_subsidies(case):
        return False
    _ended(case, case.days[-1] + _DAY, _DEAD)
    return True


def _told_late(case: Case) -> bool:
    """The change was before the visits; the register learned of it after the claim was sent."""
    if not _free_of_subsidies(case):
        return False
    following = _moved_on(case, case.days[0] - _DAY, _TOLD_LATE)
    case.eligibility, case.at_claim = "switch", "as-written"
    case.belongs = (_stay(following, case.days),)
    return True


def _both_run(case: Case) -> bool:
    """The new coverage is there, the end of the old one was never told: both run, so the written one pays."""
    if not _free_of_subsidies(case):
        return False
    case.register.append(_another(case, case.days[0] - _DAY, None))
    return True


def _number_mistyped(case: Case) -> bool:
    if not case.insured:
        return False
    number = case.row.number
    # The short numbers of 協会けんぽ are all taken: two digits more make one that nobody has.
    wrong = f"88{number}" if len(number) < _LONG_NUMBER else other_digit(number, 1)
    case.ho[Ho.NUMBER] = wide(wrong)
    case.eligibility = "unknown"
    return True


def _branch_of_another(case: Case) -> bool:
    line = case.receipt.one("SN")
    if not case.insured or not line[Sn.BRANCH]:
        return False
    line[Sn.BRANCH] = f"{(int(line[Sn.BRANCH]) + 1) % 100:02d}"
    case.eligibility = "branch"
    return True


def _branch_left_out(case: Case) -> bool:
    line = case.receipt.one("SN")
    if not case.insured or not line[Sn.BRANCH]:
        return False
    line[Sn.BRANCH] = ""
    case.eligibility = "branch"
    return True


TROUBLES = (
    Trouble(
        "insurer-changed-before",
        "the old insurer is written; the change was before the first visit",
        _changed_before,
        "the insurer was changed on the day after the last visit",
        _changed_after,
    ),
    Trouble(
        "insurer-changed-on-the-day",
        "the old insurer is written; the new coverage began on the day of the first visit",
        _changed_on_the_day,
        "old and new coverage both run: the end of the old one was never told",
        _both_run,
    ),
    Trouble(
        "insurer-changed-between",
        "the insurer was changed between two visits",
        _changed_between,
        "the insurer was changed in the month before all visits, and the new one is written",
        _changed_in_the_month_before_all,
    ),
    Trouble(
        "insurer-changed-with-subsidy",
        "the old insurer is written, and 公費 beside it",
        _changed_with_subsidy,
        "公費 beside an insurer that was not changed",
        as_it_is(lambda case: case.insured and bool(case.who.subsidies)),
    ),
    Trouble(
        "change-told-late",
        "the old insurer is written; the register learned of the change after the claim",
        _told_late,
        "a change after the visits",
        _changed_after,
    ),
    Trouble(
        "left-without-another",
        "the coverage ended before the first visit, and no other is known",
        _left,
        "the coverage ended on the day after the last visit",
        _left_after,
    ),
    Trouble(
        "seen-in-the-gap",
        "all visits lie between two coverages",
        _in_the_gap,
        "the gap between two coverages lies behind the visits",
        _gap_behind,
    ),
    Trouble(
        "seen-after-death",
        "the coverage ended by death before the first visit",
        _died_before,
        "the coverage ended by death on the day of the last visit",
        _died_after,
    ),
    Trouble(
        "number-of-nobody",
        "番号 that nobody has",
        _number_mistyped,
        "番号 as registered",
        as_it_is(lambda case: case.insured),
    ),
    Trouble(
        "branch-of-another",
        "枝番 of another of the family",
        _branch_of_another,
        "枝番 as registered",
        as_it_is(lambda case: case.insured and bool(case.receipt.one("SN")[Sn.BRANCH])),
    ),
    Trouble(
        "branch-left-out",
        "no 枝番 where the register has one",
        _branch_left_out,
        "no 枝番 of 後期高齢者",
        as_it_is(lambda case: case.who.late),
    ),
)

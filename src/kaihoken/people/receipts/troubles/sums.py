"""Troubles of points, times and days."""

from datetime import date, timedelta

from kaihoken.people.receipts.case import Case, Change, Trouble, as_it_is, writing
from kaihoken.people.receipts.layout import Act, Ho, Re
from kaihoken.people.receipts.patients import following
from kaihoken.people.receipts.treatment import SUNDAY

_LAST_OF_A_TIME = (3, 5, 7, 11)
"""Months after which ages at school, fees or ceilings are others."""


def _length(case: Case) -> int:
    return (following(case.month) - case.month).days


def _total_off(case: Case) -> bool:
    case.add_points(10)
    return True


def _main_total_off(case: Case) -> bool:
    """Only the insurance's sum is off, by the points of its last unit."""
    if not case.insured:
        return False
    last = next(act for act in reversed(case.acts()) if act[Act.POINTS])
    rest = int(case.ho[Ho.POINTS]) - int(last[Act.POINTS])
    if rest <= 0:
        return False
    case.ho[Ho.POINTS] = str(rest)
    return True


def _times_off(case: Case) -> bool:
    """回数 of the first drug of two is one more; the points stand on the second, so that no sum changes."""
    for act in case.acts():
        if not act[Act.POINTS]:
            act[Act.TIMES] = str(int(act[Act.TIMES]) + 1)
            return True
    return False


def _no_times(case: Case) -> bool:
    for act in case.acts():
        if not act[Act.POINTS]:
            act[Act.TIMES] = "0"
            for place in range(1, 32):
                act[Act.DAY[act[0]] + place] = ""
            return True
    return False


def _moved(case: Case, day: int) -> bool:
    """The last line of the receipt was done on another day."""
    act = case.acts()[-1]
    first = Act.DAY[act[0]]
    done = [place for place in range(1, 32) if act[first + place]]
    if len(done) != 1:
        return False
    act[first + day], act[first + done[0]] = act[first + done[0]], ""
    return True


def _day_that_is_not(case: Case) -> bool:
    return _length(case) < 31 and _moved(case, 31)


def _last_day(case: Case) -> bool:
    """Everything of a single visit on the last day of the month."""
    last = case.month.replace(day=_length(case))
    if len(case.days) != 1 or last.weekday() == SUNDAY or not _covered(case, last):
        return False
    _shift(case, case.days[0].day, last.day)
    case.patient.done.days[:] = [last]
    return True


def _covered(case: Case, day: date) -> bool:
    return case.row.from_day <= day and (case.row.until_day is None or day < case.row.until_day)


def _shift(case: Case, old: int, new: int) -> None:
    if old == new:
        return
    case.jd(old, "")
    case.jd(new, "1")
    for act in case.acts():
        first = Act.DAY[act[0]]
        act[first + new], act[first + old] = act[first + old], ""


def _days(change: int) -> Change:
    def plant(case: Case) -> bool:
        for payer in case.receipt.payers:
            payer[Ho.DAYS] = str(int(payer[Ho.DAYS]) + change)
        return True

    return plant


def _too_many_days(case: Case) -> bool:
    if _length(case) == 31:
        return False
    for payer in case.receipt.payers:
        payer[Ho.DAYS] = "31"
    return True


def _uncounted_visit(case: Case) -> bool:
    """A visit that does not count (2) on a day without any other."""
    free = next((day for day in range(1, 29) if all(visit.day != day for visit in case.days)), 0)
    if not free:
        return False
    case.jd(free, "2")
    return True


def _done_unseen(case: Case) -> bool:
    """A line on a day on which nobody came."""
    free = next((day for day in range(2, 29) if all(visit.day != day for visit in case.days)), 0)
    return bool(free) and _moved(case, free)


def _not_yet(case: Case) -> bool:
    if case.row.until_day is not None:
        return False
    case.head[Re.MONTH] = f"{following(case.month):%Y%m}"
    return True


def _month_late(case: Case) -> bool:
    """月遅れ: the same visits a month earlier, where nothing of the patient was otherwise then."""
    before = (case.month - timedelta(days=1)).replace(day=1)
    days = [visit.day for visit in case.days]
    if before.month in _LAST_OF_A_TIME or case.head[Re.NOTES] or case.patient_digit not in "26":
        return False
    if max(days) > 28 or not _covered(case, before) or case.who.subsidies:
        return False
    if any(line[2] > f"{before:%Y%m%d}" for line in case.receipt.every("SY")):
        return False
    case.head[Re.MONTH] = f"{before:%Y%m}"
    case.patient.done.days[:] = [before.replace(day=day) for day in days]
    return True


def _month_of_none(case: Case) -> bool:
    case.head[Re.MONTH] = f"{case.month:%Y}13"
    return True


TROUBLES = (
    Trouble(
        "total-ten-more",
        "合計点数 of every payer is ten more than the lines",
        _total_off,
        "a unit of two drugs with its points on the second",
        as_it_is(lambda case: any(not act[Act.POINTS] for act in case.acts())),
    ),
    Trouble(
        "total-without-the-last",
        "合計点数 of the insurance lacks the last unit",
        _main_total_off,
        "合計点数 of a subsidy lacks what it does not bear",
        as_it_is(lambda case: len({payer[Ho.POINTS] for payer in case.receipt.payers}) > 1),
    ),
    Trouble(
        "times-not-those-of-the-days",
        "回数 of a line is one more than its days",
        _times_off,
        "a line done on several days",
        as_it_is(lambda case: len(case.days) > 1),
    ),
    Trouble(
        "done-no-times",
        "回数 0",
        _no_times,
        "回数 1",
        as_it_is(lambda case: len(case.days) == 1),
    ),
    Trouble(
        "done-on-a-day-that-is-not",
        "a line on the 31st of a month of 30 days",
        _day_that_is_not,
        "everything on the last day of the month",
        _last_day,
    ),
    Trouble(
        "done-on-a-day-unseen",
        "a line on a day without a visit",
        _done_unseen,
        "a visit that is not counted (2)",
        _uncounted_visit,
    ),
    Trouble(
        "days-one-more",
        "診療実日数 is one more than the visits",
        _days(1),
        "診療実日数 is that of the visits",
        as_it_is(lambda case: len(case.days) > 1),
    ),
    Trouble(
        "days-more-than-the-month",
        "診療実日数 31 in a month of 30 days",
        _too_many_days,
        "診療実日数 of every second day",
        as_it_is(lambda case: len(case.days) > 11),
    ),
    Trouble(
        "days-left-out",
        "診療実日数 is empty",
        writing("HO", Ho.DAYS, "", lambda case: case.insured),
        "診療実日数 1",
        as_it_is(lambda case: len(case.days) == 1),
    ),
    Trouble(
        "treated-in-the-month-of-claiming",
        "診療年月 is 請求年月",
        _not_yet,
        "月遅れ: treated a month earlier",
        _month_late,
    ),
    Trouble(
        "treated-in-no-month",
        "診療年月 has a thirteenth month",
        _month_of_none,
        "診療年月 is the month before 請求年月",
        as_it_is(lambda _case: True),
    ),
)

"""Troubles of レセプト種別: the age, and who is 本人 or 家族."""

from datetime import date, timedelta

from kaihoken.people.receipts.case import Case, Change, Trouble, as_it_is
from kaihoken.people.receipts.layout import Re, Sy

_NATIONAL = ""


def _school_edge(case: Case) -> int:
    """The year of birth of those who came to school this April."""
    month = case.month
    return month.year - (7 if month.month < 4 else 6)


def _born_in_april(day: int, digit: str, old: str) -> Change:
    """Born on a day of the April that parts 未就学 from pupils, and written as `digit`."""

    def change(case: Case) -> bool:
        if case.patient_digit not in old or not case.insured or case.law == "39":
            return False
        if case.row.from_day > case.month or not _young(case):
            return False
        case.born_truly(date(_school_edge(case), 4, day))
        case.receipt.one("SY")[Sy.BEGUN] = f"{case.days[0]:%Y%m%d}"
        case.retype(digit)
        if case.law == _NATIONAL:
            case.head[Re.BENEFIT] = "80" if digit == "4" else "70"
        return True

    return change


def _young(case: Case) -> bool:
    return (
        case.month.year - case.row.birthdate.year < 15 and case.row.from_day.year >= case.row.birthdate.year
    )


def _typed(old: str, digit: str) -> Change:
    def change(case: Case) -> bool:
        if not case.insured or case.law == "39" or case.patient_digit not in old:
            return False
        case.retype(digit)
        return True

    return change


def _insured_child(case: Case) -> bool:
    if case.law != "06" and case.law != "01":
        return False
    if case.patient_digit != "6" or case.month.year - case.row.birthdate.year >= 14:
        return False
    case.retype("2")
    return True


def _at_fifteen(case: Case) -> bool:
    if case.law not in ("01", "06") or case.patient_digit != "2":
        return False
    case.born_truly(case.month.replace(year=case.month.year - 15))
    return True


def _elderly(years: int, old: str, day: int | None, late: str = "") -> Change:
    """So many years old on a day of the month of treatment (None: the day after the last visit)."""

    def change(case: Case) -> bool:
        if not case.insured or case.law in ("39", "07", "63") or case.patient_digit not in old:
            return False
        on = case.days[-1] + timedelta(days=1) if day is None else case.month.replace(day=day)
        if on.month != case.month.month or (on.month, on.day) == (2, 29):
            return False
        case.born_truly(on.replace(year=on.year - years))
        return True

    return change


def _grown(case: Case) -> bool:
    """Somebody of 20 and over without a limit on the receipt."""
    return case.month.year - case.row.birthdate.year >= 20


def _too_young_for_70(case: Case) -> bool:
    """高齢受給者 whose 70th birthday lies in the month, on its second day: one month too early."""
    return _elderly(70, "80", 2)(case)


def _late_and_young(years: int) -> Change:
    def change(case: Case) -> bool:
        if case.law != "39":
            return False
        case.born_truly(date(case.month.year - years, 1, 15))
        return True

    return change


def _seventy_five_before(case: Case) -> bool:
    """Still with the old insurer in the month after the 75th birthday."""
    if case.law in ("", "39", "07", "63") or case.patient_digit not in "80" or not case.insured:
        return False
    case.born_truly(case.month.replace(year=case.month.year - 75) - timedelta(days=12))
    return True


TROUBLES = (
    Trouble(
        "pupil-as-infant",
        "born on the 1 April that makes a pupil, written as 未就学",
        _born_in_april(1, "4", "4"),
        "born on 2 April, written as 未就学",
        _born_in_april(2, "4", "4"),
    ),
    Trouble(
        "infant-as-family",
        "born on 2 April, written as 家族",
        _born_in_april(2, "6", "46"),
        "born on 1 April, written as 家族",
        _born_in_april(1, "6", "46"),
    ),
    Trouble(
        "grown-as-infant",
        "a grown person written as 未就学",
        lambda case: _grown(case) and _typed("26", "4")(case),
        "an infant written as 未就学",
        as_it_is(lambda case: case.insured and case.patient_digit == "4"),
    ),
    Trouble(
        "seventy-too-early",
        "written as 高齢受給者 in the month of the 70th birthday",
        _too_young_for_70,
        "the 70th birthday on the 1st: 高齢受給者 from that month",
        _elderly(70, "80", 1),
    ),
    Trouble(
        "seventy-too-late",
        "written as 本人 or 家族 with the 70th birthday on the 1st of the month",
        lambda case: _grown(case) and _elderly(70, "26", 1)(case),
        "written as 本人 or 家族 in the month of the 70th birthday",
        lambda case: _grown(case) and _elderly(70, "26", 2)(case),
    ),
    Trouble(
        "young-as-elderly",
        "a person under 70 written as 高齢受給者",
        lambda case: (
            _grown(case) and case.month.year - case.row.birthdate.year < 69 and _typed("26", "8")(case)
        ),
        "a person of 70 to 74 written as 高齢受給者",
        as_it_is(lambda case: case.insured and case.law != "39" and case.patient_digit == "8"),
    ),
    Trouble(
        "child-as-employee",
        "a child under 14 written as 本人",
        _insured_child,
        "somebody of fifteen written as 本人",
        _at_fifteen,
    ),
    Trouble(
        "employee-beyond-75",
        "高齢受給者 of an employer's insurer after the 75th birthday",
        _seventy_five_before,
        "the 75th birthday on the day after the last visit",
        _elderly(75, "8", None),
    ),
    Trouble(
        "late-elderly-too-young",
        "後期高齢者 of 50",
        _late_and_young(50),
        "後期高齢者 of 66 (障害認定)",
        _late_and_young(66),
    ),
    Trouble(
        "family-of-a-soldier",
        "自衛官 (07) written as 家族",
        lambda case: case.law == "07" and _typed("2", "6")(case),
        "自衛官 written as 本人",
        as_it_is(lambda case: case.law == "07" and case.patient_digit == "2"),
    ),
)

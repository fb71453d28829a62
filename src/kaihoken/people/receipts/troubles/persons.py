"""Troubles of who the patient is: name, sex, birthday, and the age against レセプト種別."""

from datetime import date, timedelta

from kaihoken.people.receipts.case import Case, Change, Trouble, as_it_is, writing
from kaihoken.people.receipts.layout import Re, Sy

_NATIONAL = ""
_LONG_NAME = "架空　東西南北春夏秋冬花鳥風月雪星空海山川"


def always(_case: Case) -> bool:
    """Fits every receipt."""
    return True


def _name(text: str) -> Change:
    def change(case: Case) -> bool:
        case.named_truly(text)
        return True

    return change


def _raw_name(case: Case) -> bool:
    """The name in UTF-8: its bytes pass through untouched. Only such as cannot be read as cp932 by chance."""
    raw = case.head[Re.NAME].encode()
    try:
        raw.decode("cp932")
    except UnicodeDecodeError:
        case.head[Re.NAME] = raw.decode("ascii", "surrogateescape")
        return True
    return False


def _kana(old: str, new: str) -> Change:
    """Another character in カタカナ氏名, which must have the old one (any, where it is empty)."""

    def change(case: Case) -> bool:
        kana = case.head[Re.KANA]
        if old not in kana:
            return False
        case.head[Re.KANA] = kana.replace(old, new) if old else new
        return True

    return change


def _half_kana(case: Case) -> bool:
    case.head[Re.KANA] = case.row.kana
    return True


def _mark(case: Case) -> bool:
    """● where a character is in no common set; the register has it too."""
    name = case.row.name
    case.named_truly("●" + name[1:])
    return True


def _sex_other(case: Case) -> bool:
    if not case.insured:
        return False
    case.head[Re.SEX] = "2" if case.head[Re.SEX] == "1" else "1"
    return True


def _no_such_day(case: Case) -> bool:
    case.head[Re.BORN] = f"{case.row.birthdate.year}0230"
    case.eligibility = "differs"
    return True


def _leap_day(case: Case) -> bool:
    born = case.row.birthdate
    if case.patient_digit not in "26" or not case.insured or not 20 <= case.month.year - born.year <= 65:
        return False
    case.born_truly(date(born.year - born.year % 4, 2, 29))
    return True


def _born_later(case: Case) -> bool:
    following = (case.month + timedelta(days=31)).replace(day=1)
    case.head[Re.BORN] = f"{following:%Y%m%d}"
    case.eligibility = "differs"
    return True


def _newborn(case: Case) -> bool:
    """Born in the month, and treated from the first day."""
    if case.patient_digit != "4":
        return False
    born = case.days[0]
    case.born_truly(born)
    case.receipt.one("SY")[Sy.BEGUN] = f"{born:%Y%m%d}"
    return True


def _day_mistyped(case: Case) -> bool:
    born = case.row.birthdate
    if not case.insured or not 2 < born.day < 27:
        return False
    case.head[Re.BORN] = f"{born.replace(day=born.day + 1):%Y%m%d}"
    case.eligibility = "differs"
    return True


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
        "name-left-out",
        "氏名 is empty",
        writing("RE", Re.NAME, "", always),
        "a name of one word",
        _name("マリア"),
    ),
    Trouble(
        "name-beyond-the-set",
        "a character of 氏名 is not in JIS X 0208",
        _name("髙橋　﨑子"),
        "● stands for a character",
        _mark,
    ),
    Trouble(
        "name-in-another-encoding",
        "氏名 in UTF-8",
        _raw_name,
        "characters whose second byte is 0x5C",
        _name("能登　表十"),
    ),
    Trouble(
        "name-too-long",
        "氏名 of 42 bytes",
        _name(_LONG_NAME[:21]),
        "氏名 of 40 bytes",
        _name(_LONG_NAME[:20]),
    ),
    Trouble(
        "reading-in-half-width",
        "カタカナ氏名 in half width",
        _half_kana,
        "カタカナ氏名 is empty",
        writing("RE", Re.KANA, "", always),
    ),
    Trouble(
        "reading-with-a-dash",
        "― (0x815C) in カタカナ氏名",
        _kana("", "カクー　タロウ".replace("ー", "―")),
        "ー (0x815B) in カタカナ氏名",
        _kana("", "カクー　タロウ"),
    ),
    Trouble(
        "sex-unheard-of",
        "男女区分 3",
        writing("RE", Re.SEX, "3", always),
        "男女区分 2",
        as_it_is(lambda case: case.head[Re.SEX] == "2"),
    ),
    Trouble(
        "sex-of-the-other",
        "男女区分 is not that of the register",
        _sex_other,
        "男女区分 1",
        as_it_is(lambda case: case.head[Re.SEX] == "1"),
    ),
    Trouble(
        "born-on-no-day",
        "born on 30 February",
        _no_such_day,
        "born on 29 February of a leap year",
        _leap_day,
    ),
    Trouble(
        "born-after-the-visit",
        "born in the month after the treatment",
        _born_later,
        "born on the first day of treatment",
        _newborn,
    ),
    Trouble(
        "birthday-mistyped",
        "the day of birth is not that of the register",
        _day_mistyped,
        "the day of birth is a 1st",
        as_it_is(lambda case: case.row.birthdate.day == 1),
    ),
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

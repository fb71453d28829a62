"""Troubles of who the patient is: name, sex and birthday."""

from datetime import date, timedelta

from kaihoken.people.receipts.case import Case, Change, Trouble, as_it_is, writing
from kaihoken.people.receipts.layout import Re, Sy

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
)

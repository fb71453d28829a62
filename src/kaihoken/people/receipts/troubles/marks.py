"""Troubles of what the head of a receipt says of income and money: 特記事項, 負担額区分, 給付割合, 窓口負担額."""

from collections.abc import Callable

from kaihoken.people.receipts.case import Case, Change, Trouble, as_it_is, writing
from kaihoken.people.receipts.layout import Ho, Mf, Re
from kaihoken.people.receipts.treatment import Illness

_NOTES = Re.NOTES


def _young(case: Case) -> bool:
    """Under 70, insured, and without a note so far."""
    return case.insured and case.patient_digit in "26" and not case.head[_NOTES]


def _elderly(*digits: str) -> Callable[[Case], bool]:
    return lambda case: case.insured and not case.who.late and case.patient_digit in digits


def _dialysed(case: Case) -> bool:
    return case.patient.done.illness is Illness.KIDNEY


def _noted(notes: str, when: Callable[[Case], bool]) -> Change:
    return writing("RE", _NOTES, notes, when)


def _costly(case: Case) -> bool:
    return not _dialysed(case) and case.insured and bool(case.ho[Ho.PAID])


def _unpaid(case: Case) -> bool:
    return case.insured and not case.ho[Ho.PAID]


def _plain_elderly(case: Case) -> bool:
    return _elderly("8")(case) and case.head[_NOTES] == "29"


def _beyond_ceiling(case: Case) -> bool:
    if not _costly(case):
        return False
    case.ho[Ho.PAID] = str(int(case.ho[Ho.PAID]) + 1_000)
    return True


def _beyond_long_ceiling(case: Case) -> bool:
    if not _dialysed(case):
        return False
    case.ho[Ho.PAID] = str(int(case.ho[Ho.PAID]) + 5_000)
    return True


def _relieved(percent: str) -> Change:
    """減額 by so many percent, on a receipt of 国保 on which nothing else is said of what is paid."""

    def change(case: Case) -> bool:
        if case.law or case.ho[Ho.PAID] or case.who.subsidies:
            return False
        case.ho[Ho.RELIEF], case.ho[Ho.RELIEF_PERCENT] = "1", percent
        return True

    return change


def _share_of_others(case: Case) -> bool:
    """給付割合 70 for an infant, who has 80."""
    if case.law or case.patient_digit != "4":
        return False
    case.head[Re.BENEFIT] = "70"
    return True


TROUBLES = (
    Trouble(
        "two-income-classes",
        "two income classes in 特記事項",
        _noted("2930", _plain_elderly),
        "an income class beside 長",
        as_it_is(lambda case: _dialysed(case) and len(case.head[_NOTES]) == 4),
    ),
    Trouble(
        "long-disease-twice",
        "長 and 長２ together",
        _noted("0216", lambda case: _dialysed(case) and not case.who.elderly),
        "長 alone",
        as_it_is(lambda case: _dialysed(case) and not case.who.elderly and case.head[_NOTES] == "02"),
    ),
    Trouble(
        "elderly-without-class",
        "特記事項 of one of 70 to 74 names no income class",
        _noted("", _plain_elderly),
        "特記事項 of one under 70 is empty",
        as_it_is(_young),
    ),
    Trouble(
        "high-income-at-low-share",
        "区ア on a receipt of 高齢一般",
        _noted("26", _plain_elderly),
        "区ア on a receipt of 高齢７割",
        as_it_is(lambda case: _elderly("0")(case) and case.head[_NOTES] == "26"),
    ),
    Trouble(
        "ordinary-income-at-high-share",
        "区エ on a receipt of 高齢７割",
        _noted("29", _elderly("0")),
        "区エ on a receipt of 高齢一般",
        as_it_is(_plain_elderly),
    ),
    Trouble(
        "late-class-on-the-young",
        "区カ on a receipt of one under 70",
        _noted("41", _young),
        "区カ on a receipt of 後期一般",
        as_it_is(lambda case: case.who.late and case.head[_NOTES] == "41"),
    ),
    Trouble(
        "note-of-one-digit",
        "特記事項 of one digit",
        _noted("2", _young),
        "特記事項 of four digits",
        as_it_is(lambda case: len(case.head[_NOTES]) == 4),
    ),
    Trouble(
        "twenty-percent-note-on-the-young",
        "二割 on a receipt of one under 70",
        _noted("20", _young),
        "区キ on a receipt of 後期一般",
        as_it_is(lambda case: case.who.late and case.head[_NOTES] == "42"),
    ),
    Trouble(
        "half-ceiling-on-an-employee",
        "高半 on a receipt of 本人 of an employer's insurer",
        _noted("21", lambda case: _young(case) and case.law in ("01", "06") and case.patient_digit == "2"),
        "特記事項 of 本人 is empty",
        as_it_is(lambda case: _young(case) and case.law in ("01", "06") and case.patient_digit == "2"),
    ),
    Trouble(
        "third-party-accident",
        "第三: somebody else has to pay",
        _noted("10", _young),
        "a wound without 第三",
        as_it_is(lambda case: case.insured and case.patient.done.illness is Illness.WOUND),
        notice=True,
    ),
    Trouble(
        "duty-accident",
        "職務上の事由 on a receipt of an employer's insurer",
        writing("HO", 9, "1", lambda case: case.law == "06"),
        "職務上の事由 of a seaman",
        writing("HO", 9, "1", lambda case: case.law == "02"),
        notice=True,
    ),
    Trouble(
        "duty-unheard-of",
        "職務上の事由 4",
        writing("HO", 9, "4", lambda case: case.insured),
        "職務上の事由 is empty",
        as_it_is(lambda case: case.insured and not case.ho[9]),
    ),
    Trouble(
        "low-income-mark-on-the-young",
        "標準負担額区分 3 on a receipt of one under 70",
        writing("RE", Re.MEAL_CLASS, "3", _young),
        "標準負担額区分 1 on a receipt of one under 70",
        writing("RE", Re.MEAL_CLASS, "1", _young),
    ),
    Trouble(
        "low-income-mark-at-high-share",
        "標準負担額区分 1 on a receipt of 高齢７割",
        writing("RE", Re.MEAL_CLASS, "1", _elderly("0")),
        "標準負担額区分 on a receipt of low income",
        as_it_is(lambda case: case.who.elderly and bool(case.head[Re.MEAL_CLASS])),
    ),
    Trouble(
        "benefit-of-others",
        "給付割合 70 on a receipt of an infant of 国保",
        _share_of_others,
        "給付割合 80 on a receipt of an infant of 国保",
        as_it_is(lambda case: not case.law and case.patient_digit == "4"),
    ),
    Trouble(
        "paid-beyond-the-ceiling",
        "負担金額 is 1,000 yen more than the ceiling of the class",
        _beyond_ceiling,
        "負担金額 is the ceiling of the class",
        as_it_is(_costly),
    ),
    Trouble(
        "paid-beyond-the-long-ceiling",
        "負担金額 is 5,000 yen more than 特定疾病 allows",
        _beyond_long_ceiling,
        "負担金額 is what 特定疾病 allows",
        as_it_is(_dialysed),
    ),
    Trouble(
        "paid-without-saying-so",
        "負担金額 stands there, 窓口負担額区分 says none",
        writing("MF", Mf.KIND, "00", _costly),
        "窓口負担額区分 says none, 負担金額 is empty",
        as_it_is(_unpaid),
    ),
    Trouble(
        "in-kind-without-an-amount",
        "窓口負担額区分 says a ceiling in kind, 負担金額 is empty",
        writing("MF", Mf.KIND, "01", _unpaid),
        "窓口負担額区分 says none, 負担金額 is empty",
        as_it_is(_unpaid),
        notice=True,
    ),
    Trouble(
        "relief-beyond-all",
        "減額 by 120 percent",
        _relieved("120"),
        "減額 by 20 percent",
        _relieved("20"),
    ),
    Trouble(
        "meals-of-an-outpatient",
        "meals on a receipt of an outpatient",
        lambda case: (
            writing("HO", Ho.MEALS, "3", lambda case: case.insured)(case)
            and writing("HO", Ho.MEAL_YEN, "2070", lambda case: case.insured)(case)
        ),
        "no meals on a receipt of an outpatient",
        as_it_is(lambda case: case.insured),
    ),
)

"""Troubles of records: missing, twice, out of order, too many, with fields too many or of the wrong kind."""

from kaihoken.people.receipts.case import Case, Change, Trouble, as_it_is, without, writing
from kaihoken.people.receipts.layout import Act, Sy, blank
from kaihoken.people.receipts.troubles.persons import always

_UNCODED = "0000999"


def _nameless_disease(case: Case) -> bool:
    disease = case.receipt.one("SY")
    disease[Sy.CODE], disease[Sy.TEXT] = _UNCODED, ""
    return True


def _disease_first(case: Case) -> bool:
    """The disease stands before the payers."""
    records = case.receipt.records
    disease = case.receipt.one("SY")
    records.remove(disease)
    records.insert(1, disease)
    return True


def _comment_between(case: Case) -> bool:
    """A comment stands between two lines."""
    records = case.receipt.records
    first = case.acts()[0]
    records.insert(records.index(first) + 1, ["CO", "", first[Act.BURDEN], "810000001", "架空の経過は良好"])
    return True


def _sections_omitted(count: int) -> Change:
    """A unit behind whose first line so many follow without 診療識別."""

    def change(case: Case) -> bool:
        records = case.receipt.records
        last = next((act for act in reversed(case.acts()) if act[0] == "IY" and act[Act.SECTION]), None)
        if last is None or not last[Act.POINTS]:
            return False
        place = records.index(last)
        following = [line for line in records[place + 1 :] if line[0] in (*Act.DAY, "CO")]
        if following and not following[0][Act.SECTION]:
            return False
        more = []
        for _ in range(count):
            line = list(last)
            line[Act.SECTION] = line[Act.POINTS] = ""
            more.append(line)
        more[-1][Act.POINTS], last[Act.POINTS] = last[Act.POINTS], ""
        records[place + 1 : place + 1] = more
        return True

    return change


def _diseases(count: int) -> Change:
    """So many diseases."""

    def change(case: Case) -> bool:
        records = case.receipt.records
        disease = case.receipt.one("SY")
        more = [list(disease) for _ in range(count - 1)]
        for line in more:
            line[Sy.MAIN] = ""
        place = records.index(disease) + 1
        records[place:place] = more
        return True

    return change


def _unheard_record(case: Case) -> bool:
    case.receipt.records.append(["ZZ", "1", ""])
    return True


def _symptoms(case: Case) -> bool:
    """SJ: 症状詳記 at the end, where it belongs."""
    case.receipt.records.append(["SJ", "01", "架空の症状の詳しい記載"])
    return True


def _fields_too_many(case: Case) -> bool:
    case.receipt.one("MF").extend(["", "1"])
    return True


def _fields_left_out(case: Case) -> bool:
    """Empty fields at the end are not written."""
    for line in case.receipt.records:
        while line[-1] == "":
            line.pop()
    return True


def _letter_in_points(case: Case) -> bool:
    for act in reversed(case.acts()):
        if act[Act.POINTS]:
            act[Act.POINTS] = f"{act[Act.POINTS]}O"
            return True
    return False


def _short_code(case: Case) -> bool:
    act = case.acts()[0]
    act[Act.CODE] = act[Act.CODE][:-1]
    return True


def _number_ahead(case: Case) -> bool:
    case.skipped = 1
    return True


def _empty_record(case: Case) -> bool:
    case.receipt.records.append(blank("CO"))
    return True


TROUBLES = (
    Trouble(
        "no-disease",
        "no SY",
        without("SY"),
        "a disease without a code, by name",
        as_it_is(lambda case: case.receipt.one("SY")[Sy.CODE] == _UNCODED),
    ),
    Trouble(
        "disease-without-code-or-name",
        "未コード化傷病名 without a name",
        _nameless_disease,
        "a disease by code, without a name",
        as_it_is(lambda case: case.receipt.one("SY")[Sy.CODE] != _UNCODED),
    ),
    Trouble(
        "modifier-cut-short",
        "修飾語コード of seven digits",
        writing("SY", Sy.MODIFIERS, "8002405", always),
        "two 修飾語コード of four digits",
        writing("SY", Sy.MODIFIERS, "80024053", always),
    ),
    Trouble(
        "nothing-done",
        "no SI, IY, TO or CO",
        without("SI", "IY", "TO", "CO"),
        "lines without a comment",
        as_it_is(lambda case: not case.receipt.every("CO")),
    ),
    Trouble(
        "disease-before-payers",
        "SY before HO",
        _disease_first,
        "CO between two SI",
        _comment_between,
    ),
    Trouble(
        "section-left-out-too-long",
        "99 lines in a row without 診療識別",
        _sections_omitted(99),
        "98 lines in a row without 診療識別",
        _sections_omitted(98),
    ),
    Trouble(
        "diseases-too-many",
        "100 diseases",
        _diseases(100),
        "99 diseases",
        _diseases(99),
    ),
    Trouble(
        "record-unheard-of",
        "a record ZZ",
        _unheard_record,
        "SJ at the end",
        _symptoms,
    ),
    Trouble(
        "fields-too-many",
        "a record with two fields too many",
        _fields_too_many,
        "empty fields at the end left out",
        _fields_left_out,
    ),
    Trouble(
        "letter-in-points",
        "the letter O among the digits of 点数",
        _letter_in_points,
        "a line without 点数 in a unit of several",
        as_it_is(lambda case: any(not act[Act.POINTS] for act in case.acts())),
    ),
    Trouble(
        "code-too-short",
        "診療行為コード of eight digits",
        _short_code,
        "特定器材コード of nine digits",
        as_it_is(lambda case: any(act[0] == "TO" for act in case.acts())),
    ),
    Trouble(
        "number-runs-ahead",
        "a レセプト番号 was left out before this one",
        _number_ahead,
        "レセプト番号 in order",
        as_it_is(lambda _case: True),
    ),
    Trouble(
        "empty-record",
        "CO with nothing in it",
        _empty_record,
        "CO with its text",
        as_it_is(lambda case: bool(case.receipt.every("CO"))),
    ),
)

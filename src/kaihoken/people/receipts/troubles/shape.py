"""Troubles of records: missing, twice, out of order, too many, with fields too many or of the wrong kind."""

from kaihoken.people.receipts.case import Case, Change, Trouble, as_it_is
from kaihoken.people.receipts.layout import Act, Ho, Jd, Ko, Line, Re, Sn, Sy, blank

_UNCODED = "0000999"


def _without(*kinds: str) -> Change:
    def change(case: Case) -> bool:
        records = case.receipt.records
        kept = [line for line in records if line[0] not in kinds]
        if len(kept) == len(records):
            return False
        records[:] = kept
        return True

    return change


def _nameless_disease(case: Case) -> bool:
    disease = case.receipt.one("SY")
    disease[Sy.CODE], disease[Sy.TEXT] = _UNCODED, ""
    return True


def _two_insurances(case: Case) -> bool:
    if not case.insured:
        return False
    case.receipt.records.insert(1, list(case.ho))
    return True


def _one_payer_more(case: Case) -> bool:
    """レセプト種別 tells of a subsidy that is not there."""
    if not case.insured or case.who.subsidies:
        return False
    kind = case.head[Re.TYPE]
    case.head[Re.TYPE] = f"{kind[:2]}2{kind[3]}"
    return True


def _one_payer_less(case: Case) -> bool:
    if not case.insured or not case.who.subsidies:
        return False
    kind = case.head[Re.TYPE]
    case.head[Re.TYPE] = f"{kind[:2]}1{kind[3]}"
    return True


def _same_subsidy_twice(case: Case) -> bool:
    """The same 公費 twice, with everything that follows from it."""
    if len(case.who.subsidies) != 1:
        return False
    records = case.receipt.records
    for kind in ("KO", "SN", "JD"):
        mine = [line for line in records if line[0] == kind][-1]
        again = list(mine)
        if kind != "KO":
            again[Sn.PAYER] = "3"
        records.insert(records.index(mine) + 1, again)
    case.head[Re.TYPE] = f"{case.head[Re.TYPE][:2]}3{case.head[Re.TYPE][3]}"
    for act in _burdened(case):
        act[Act.BURDEN] = {"1": "1", "2": "4"}[act[Act.BURDEN]]
    return True


def _local_first(case: Case) -> bool:
    """地方単独 stands before the national subsidy, and the lines say so."""
    if len(case.who.subsidies) != 2:
        return False
    first, second = case.receipt.every("KO")
    first[1:], second[1:] = second[1:], first[1:]
    for act in _burdened(case):
        act[Act.BURDEN] = {"1": "1", "3": "2", "2": "3", "4": "4"}[act[Act.BURDEN]]
    return True


def _burdened(case: Case) -> list[Line]:
    return [*case.acts(), *case.receipt.every("CO")]


def _burden_of_nobody(case: Case) -> bool:
    if not case.insured or case.who.subsidies:
        return False
    case.acts()[0][Act.BURDEN] = "2"
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


def _other_house(case: Case) -> bool:
    """国保 in the file for 支払基金 and the other way round."""
    if not case.insured:
        return False
    case.house = "1" if case.house == "2" else "2"
    return True


def _two_payers_days(case: Case) -> bool:
    """JD of the subsidy is missing; that of the insurance is there."""
    if len(case.who.subsidies) != 1:
        return False
    mine = next(line for line in case.receipt.every("JD") if line[Jd.PAYER] == "2")
    case.receipt.records.remove(mine)
    return True


def _empty_record(case: Case) -> bool:
    case.receipt.records.append(blank("CO"))
    return True


def _no_recipient_points(case: Case) -> bool:
    """公費単独: the points of the office are empty."""
    if not case.who.on_welfare:
        return False
    case.receipt.one("KO")[Ko.DAYS] = ""
    return True


TROUBLES = (
    Trouble(
        "no-disease",
        "no SY",
        _without("SY"),
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
        "nothing-done",
        "no SI, IY, TO or CO",
        _without("SI", "IY", "TO", "CO"),
        "lines without a comment",
        as_it_is(lambda case: not case.receipt.every("CO")),
    ),
    Trouble(
        "no-payer",
        "no HO and no KO",
        lambda case: case.insured and not case.who.subsidies and _without("HO")(case),
        "no HO, one KO: 医療扶助 alone",
        as_it_is(lambda case: case.who.on_welfare),
    ),
    Trouble(
        "two-insurances",
        "HO twice",
        _two_insurances,
        "HO and two KO",
        as_it_is(lambda case: len(case.who.subsidies) == 2),
    ),
    Trouble(
        "subsidy-told-not-there",
        "レセプト種別 of two payers, and no KO",
        _one_payer_more,
        "レセプト種別 of one payer, and no KO",
        as_it_is(lambda case: case.insured and not case.who.subsidies),
    ),
    Trouble(
        "subsidy-there-not-told",
        "レセプト種別 of one payer, and KO",
        _one_payer_less,
        "レセプト種別 of two payers, and KO",
        as_it_is(lambda case: len(case.who.subsidies) == 1),
    ),
    Trouble(
        "subsidy-twice",
        "the same 公費 twice",
        _same_subsidy_twice,
        "公費 once",
        as_it_is(lambda case: len(case.who.subsidies) == 1),
    ),
    Trouble(
        "local-before-national",
        "地方単独 before the national subsidy",
        _local_first,
        "地方単独 behind the national subsidy",
        as_it_is(lambda case: len(case.who.subsidies) == 2),
    ),
    Trouble(
        "borne-by-nobody",
        "a line is borne by a subsidy that is not there",
        _burden_of_nobody,
        "a line is borne by the insurance beside a subsidy",
        as_it_is(
            lambda case: bool(case.who.subsidies) and any(act[Act.BURDEN] == "1" for act in case.acts())
        ),
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
        "in-the-other-file",
        "a receipt in the file for the other 審査支払機関",
        _other_house,
        "医療扶助 in the file for 支払基金",
        as_it_is(lambda case: case.who.on_welfare),
    ),
    Trouble(
        "days-of-a-payer-missing",
        "no JD of the subsidy",
        _two_payers_days,
        "JD of insurance and subsidy",
        as_it_is(lambda case: len(case.who.subsidies) == 1),
    ),
    Trouble(
        "empty-record",
        "CO with nothing in it",
        _empty_record,
        "CO with its text",
        as_it_is(lambda case: bool(case.receipt.every("CO"))),
    ),
    Trouble(
        "days-of-the-office-left-out",
        "医療扶助 without 診療実日数",
        _no_recipient_points,
        "医療扶助 without HO",
        as_it_is(lambda case: case.who.on_welfare),
    ),
    Trouble(
        "insurance-points-left-out",
        "合計点数 of the insurance is empty",
        lambda case: case.insured and _emptied(case.ho),
        "負担金額 of the insurance is empty",
        as_it_is(lambda case: case.insured and not case.ho[Ho.PAID]),
    ),
)


def _emptied(ho: Line) -> bool:
    ho[Ho.POINTS] = ""
    return True

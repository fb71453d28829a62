"""Troubles of who pays: insurances and 公費 missing, twice, in the wrong order, or told otherwise than they stand."""

from kaihoken.people.receipts.case import Case, Trouble, as_it_is, without
from kaihoken.people.receipts.layout import Act, Ho, Jd, Ko, Line, Re, Sn


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


def _no_recipient_points(case: Case) -> bool:
    """公費単独: the points of the office are empty."""
    if not case.who.on_welfare:
        return False
    case.receipt.one("KO")[Ko.DAYS] = ""
    return True


def _emptied(ho: Line) -> bool:
    ho[Ho.POINTS] = ""
    return True


TROUBLES = (
    Trouble(
        "no-payer",
        "no HO and no KO",
        lambda case: case.insured and not case.who.subsidies and without("HO")(case),
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
